/* Numbers to text and back, the same in every locale. */
#include "base/clocale.h"
#include "base/units.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/pow10_table.h"

static size_t digits(const char *s) {
    size_t n = 0;
    while (s[n] >= '0' && s[n] <= '9') n++;
    return n;
}

/* exponent = ("e" | "E") ["+" | "-"] digit+ ; the bytes used, 0 when there is none */
static size_t exponent_scan(const char *s) {
    if (s[0] != 'e' && s[0] != 'E') return 0;
    size_t head = s[1] == '+' || s[1] == '-' ? 2 : 1, n = digits(s + head);
    return n ? head + n : 0;
}

/* number = ["+" | "-"] (digit+ ["." digit*] | "." digit+) [exponent] */
static size_t number_scan(const char *s) {
    size_t i = s[0] == '+' || s[0] == '-', n = digits(s + i);
    i += n;
    if (s[i] == '.') {
        size_t n_after = digits(s + i + 1);
        if (n + n_after == 0) return 0;
        i += 1 + n_after;
    } else if (n == 0) {
        return 0;
    }
    return i + exponent_scan(s + i);
}

/* glibc's and musl's strtod round correctly.  What it reads is what number_scan saw, but for "0x..",
 * of which only the zero is a decimal number. */
size_t hys__number_parse(const char *s, double *value, bool *overflow) {
    *overflow = false;
    size_t n = number_scan(s);
    if (n == 0) return 0;
    if (s[n] == 'x' || s[n] == 'X') {
        const char *zero = s + (s[0] == '+' || s[0] == '-');
        if (zero[0] == '0' && zero + 1 == s + n) {
            *value = s[0] == '-' ? -0.0 : 0.0;
            return n;
        }
    }
    hys__c_locale locale;
    if (!hys__c_locale_enter(&locale)) return 0;
    double read = strtod(s, NULL);
    hys__c_locale_leave(&locale);
    if (isinf(read)) {
        *overflow = true;
        return 0;
    }
    *value = read;
    return n;
}

/* floor(log10(2^q)), floor(log10(3/4 2^q)) and floor(log2(10^k)), right for |q| < 1080, |k| < 400;
 * the factors are log10(2) 2^22, log10(3/4) 2^22 and log2(10) 2^19. */
static int log10_of_pow2(int q) {
    return (q * 1262611) >> 22;
}

static int log10_of_3_4_pow2(int q) {
    return (q * 1262611 - 524031) >> 22;
}

static int log2_of_pow10(int k) {
    return (k * 1741647) >> 19;
}

__extension__ typedef unsigned __int128 wide;

/* The top of g n, rounded to odd: the lowest bit is also set when anything was cut off, so that
 * comparisons with even numbers stay true. */
static uint64_t times_round_to_odd(const uint64_t g[2], uint64_t n) {
    wide product = (wide)g[0] * n + (uint64_t)((wide)g[1] * n >> 64);
    return (uint64_t)(product >> 64) | ((uint64_t)product > 1);
}

/* s * 10^k */
typedef struct decimal {
    uint64_t s;
    int k;
} decimal;

/* The shortest decimal between the midpoints to the neighbours of c 2^q, and of those the closest
 * (Giulietti, "The Schubfach way to render doubles").  even: the midpoints themselves read back as it.
 * All is held four times as large, to have the midpoints as integers: of a power of two (c = 2^52) the
 * lower one is nearer. */
static decimal shortest(uint64_t c, int q) {
    bool lower_near = c == UINT64_C(1) << 52 && q > -1074;
    int k = lower_near ? log10_of_3_4_pow2(q) : log10_of_pow2(q);
    const uint64_t *g = pow10_table[-k - POW10_FIRST];
    int h = q + log2_of_pow10(-k) + 1;
    uint64_t value = times_round_to_odd(g, (4 * c) << h);
    uint64_t odd = c & 1;
    uint64_t low = times_round_to_odd(g, (4 * c - (lower_near ? 1 : 2)) << h) + odd;
    uint64_t high = times_round_to_odd(g, (4 * c + 2) << h) - odd;

    uint64_t s = value / 4;
    uint64_t tens = s / 10 * 10; /* one digit fewer, rounded down, or up: at most one lies inside */
    bool down_in = low <= 4 * tens, up_in = 4 * (tens + 10) <= high;
    if (tens > 0 && down_in != up_in) return (decimal){down_in ? tens : tens + 10, k};
    down_in = low <= 4 * s;
    up_in = 4 * (s + 1) <= high;
    if (down_in != up_in) return (decimal){down_in ? s : s + 1, k};
    uint64_t middle = 4 * s + 2;
    bool up = value > middle || (value == middle && (s & 1));
    return (decimal){s + up, k};
}

/* A finite value > 0. */
static decimal shortest_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    decimal d = exponent ? shortest(fraction | UINT64_C(1) << 52, exponent - 1075) : shortest(fraction, -1074);
    while (d.s % 10 == 0) {
        d.s /= 10;
        d.k++;
    }
    return d;
}

/* Decimal digits of n, not NUL-terminated; returns how many. */
static size_t put_digits(char *to, uint64_t n) {
    char reversed[20];
    size_t len = 0;
    do reversed[len++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    for (size_t i = 0; i < len; i++) to[i] = reversed[len - 1 - i];
    return len;
}

/* d.ddde-xx from the digits; returns the length. */
static size_t put_scientific(char *to, const char *digit, size_t n, int exponent) {
    size_t len = 0;
    to[len++] = digit[0];
    if (n > 1) {
        to[len++] = '.';
        memcpy(to + len, digit + 1, n - 1);
        len += n - 1;
    }
    to[len++] = 'e';
    if (exponent < 0) to[len++] = '-';
    return len + put_digits(to + len, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

/* The digits with the point behind the first `whole` of them; zeros fill up on either side. */
static size_t put_fixed(char *to, const char *digit, size_t n, int whole) {
    size_t len = 0;
    if (whole <= 0) to[len++] = '0';
    for (int i = 0; i < whole; i++) to[len++] = (size_t)i < n ? digit[i] : '0';
    if (whole >= (int)n) return len;
    to[len++] = '.';
    for (int i = whole; i < 0; i++) to[len++] = '0';
    size_t used = whole > 0 ? (size_t)whole : 0;
    memcpy(to + len, digit + used, n - used);
    return len + n - used;
}

/* A power of ten is written out while that costs at most so many characters more than "e". */
#define FIXED_LONGER 2
/* Beyond these the fixed form is never the shorter one; they bound the buffer. */
#define FIXED_WHOLE_MAX 21
#define FIXED_ZEROS_MAX 6

static size_t put_positive(char *to, double value) {
    decimal d = shortest_of(value);
    char digit[20], fixed[48];
    size_t n = put_digits(digit, d.s);
    int whole = (int)n + d.k;
    size_t n_scientific = put_scientific(to, digit, n, whole - 1);
    if (whole > FIXED_WHOLE_MAX || whole < -FIXED_ZEROS_MAX) return n_scientific;
    size_t n_fixed = put_fixed(fixed, digit, n, whole);
    if (n_fixed > n_scientific + FIXED_LONGER) return n_scientific;
    memcpy(to, fixed, n_fixed);
    return n_fixed;
}

size_t hys__number_format(double value, char *buf) {
    size_t len = 0;
    if (signbit(value) && !isnan(value)) buf[len++] = '-';
    value = fabs(value);
    if (isfinite(value) && value > 0) {
        len += put_positive(buf + len, value);
    } else {
        const char *word = isnan(value) ? "nan" : value > 0 ? "inf" : "0";
        size_t n_word = strlen(word);
        memcpy(buf + len, word, n_word);
        len += n_word;
    }
    buf[len] = 0;
    return len;
}
