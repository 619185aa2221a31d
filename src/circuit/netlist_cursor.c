/* A place in a line, and what is read there: words, numbers, "name=". */
#include "circuit/netlist.h"
#include <math.h>
#include <string.h>

#include "base/units.h"

/* ---- characters ---- */

enum { BLANK = 1, BREAK = 2 }; /* BREAK: ends a word */
static const uint8_t kinds[256] = {
    [' '] = BLANK | BREAK, ['\t'] = BLANK | BREAK, ['\f'] = BLANK | BREAK, ['\v'] = BLANK | BREAK,
    [','] = BLANK | BREAK, ['='] = BREAK,          ['('] = BREAK,          [')'] = BREAK,
    ['{'] = BREAK,         ['}'] = BREAK,          ['\''] = BREAK,         ['"'] = BREAK,
};

bool nl_is_blank(char c) {
    return (kinds[(unsigned char)c] & BLANK) != 0;
}

char nl_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_letter(char c) {
    return nl_lower(c) >= 'a' && nl_lower(c) <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* ---- the cursor ---- */

nl_cur nl_cur_of(hys__netlist *net, const nl_line *line) {
    return (nl_cur){net, *line, 0};
}

void nl_skip(nl_cur *c) {
    while (c->at < c->line.len && nl_is_blank(c->line.text[c->at])) c->at++;
}

void nl_skip_to_name(nl_cur *c) {
    while (c->at < c->line.len &&
           (nl_is_blank(c->line.text[c->at]) || c->line.text[c->at] == '(' || c->line.text[c->at] == ')'))
        c->at++;
}

bool nl_at_end(nl_cur *c) {
    nl_skip(c);
    return c->at >= c->line.len;
}

char nl_peek(nl_cur *c) {
    nl_skip(c);
    return c->at < c->line.len ? c->line.text[c->at] : 0;
}

bool nl_take(nl_cur *c, char what) {
    if (nl_peek(c) != what) return false;
    c->at++;
    return true;
}

hys__span nl_span(const nl_cur *c, uint32_t from, uint32_t to) {
    return nl_line_span(&c->line, from, to > from ? to : from + 1);
}

hys__span nl_here(nl_cur *c) {
    nl_skip(c);
    uint32_t to = c->at;
    while (to < c->line.len && !(kinds[(unsigned char)c->line.text[to]] & BREAK)) to++;
    return nl_span(c, c->at, to);
}

/* ---- words ---- */

static uint32_t word_end(const nl_cur *c, uint32_t at) {
    while (at < c->line.len && !(kinds[(unsigned char)c->line.text[at]] & BREAK)) at++;
    return at;
}

nl_word nl_peek_word(nl_cur *c) {
    nl_skip(c);
    return (nl_word){c->line.text + c->at, word_end(c, c->at) - c->at, c->at};
}

nl_word nl_take_word(nl_cur *c) {
    nl_word w = nl_peek_word(c);
    c->at += w.n;
    return w;
}

hys__span nl_word_span(const nl_cur *c, nl_word w) {
    return nl_span(c, w.at, w.at + w.n);
}

bool nl_word_is(nl_word w, const char *what) {
    for (uint32_t i = 0; i < w.n; i++)
        if (nl_lower(w.s[i]) != what[i]) return false; /* what ends in NUL, which no word holds */
    return what[w.n] == 0;
}

bool nl_take_keyword(nl_cur *c, const char *what) {
    nl_word w = nl_peek_word(c);
    if (w.n == 0 || !nl_word_is(w, what)) return false;
    c->at += w.n;
    return true;
}

size_t nl_word_lower(nl_word w, char buf[NL_NAME_MAX + 1]) {
    size_t n = w.n < NL_NAME_MAX ? w.n : NL_NAME_MAX;
    for (size_t i = 0; i < n; i++) buf[i] = nl_lower(w.s[i]);
    buf[n] = 0;
    return n;
}

const char *nl_keep_lower(hys__netlist *net, nl_word w) {
    char buf[NL_NAME_MAX + 1];
    size_t n = nl_word_lower(w, buf);
    return nl_keep(net, buf, n);
}

const char *nl_intern_lower(hys__netlist *net, nl_word w) {
    char buf[NL_NAME_MAX + 1];
    size_t n = nl_word_lower(w, buf);
    return hys__intern_add(&net->names, buf, n);
}

nl_word nl_take_setting(nl_cur *c) {
    nl_word w = nl_take_word(c);
    nl_take(c, '=');
    return w;
}

/* string = "'" ... "'" | '"' ... '"' | word, for file names: blanks may stand inside quotes */
nl_word nl_take_string(nl_cur *c) {
    char quote = nl_peek(c);
    if (quote != '\'' && quote != '"') {
        uint32_t from = c->at;
        while (c->at < c->line.len && !nl_is_blank(c->line.text[c->at])) c->at++;
        return (nl_word){c->line.text + from, c->at - from, from};
    }
    uint32_t from = ++c->at;
    while (c->at < c->line.len && c->line.text[c->at] != quote) c->at++;
    nl_word w = {c->line.text + from, c->at - from, from};
    if (c->at < c->line.len) c->at++;
    return w;
}

/* ---- numbers ---- */

/* The scale behind a number: its bytes, its power of ten; of "mil" and the micro signs too. */
static uint32_t scale_scan(const char *s, uint32_t n, int *exponent, bool *is_mil) {
    static const char letters[] = "tgxkmunpfa";
    static const int exponents[] = {12, 9, 6, 3, -3, -6, -9, -12, -15, -18};
    *exponent = 0;
    *is_mil = false;
    if (n == 0) return 0;
    char a = nl_lower(s[0]);
    if (a == 'm' && n >= 3 && nl_lower(s[1]) == 'e' && nl_lower(s[2]) == 'g') {
        *exponent = 6;
        return 3;
    }
    if (a == 'm' && n >= 3 && nl_lower(s[1]) == 'i' && nl_lower(s[2]) == 'l') {
        *is_mil = true;
        return 3;
    }
    unsigned char u = (unsigned char)s[0];
    if (u == 0xb5 || (n >= 2 && ((u == 0xc2 && (unsigned char)s[1] == 0xb5) ||
                                 (u == 0xce && (unsigned char)s[1] == 0xbc)))) { /* micro: Latin-1, UTF-8, mu */
        *exponent = -6;
        return u == 0xb5 ? 1 : 2;
    }
    const char *at = a ? strchr(letters, a) : NULL;
    if (!at) return 0;
    *exponent = exponents[at - letters];
    return 1;
}

/* mantissa 10^exponent; exact in one rounding where both fit a double, else by strtod. */
static bool number_value(uint64_t mantissa, bool is_exact, int exponent, const char *s, uint32_t n, double *value) {
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (mantissa == 0 && is_exact) {
        *value = 0;
        return true;
    }
    if (is_exact && mantissa <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
        *value = exponent < 0 ? (double)mantissa / tens[-exponent] : (double)mantissa * tens[exponent];
        return true;
    }
    /* The digits as a whole number, behind them the exponent; more digits than a double can tell apart are dropped. */
    char buf[800 + 32];
    size_t len = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!is_digit(s[i]) || (len == 0 && s[i] == '0')) continue;
        if (len < 800) buf[len++] = s[i];
        else exponent++;
    }
    if (len == 0) buf[len++] = '0';
    buf[len++] = 'e';
    if (exponent < 0) buf[len++] = '-';
    char digits[12];
    size_t n_digits = 0;
    for (unsigned e = (unsigned)(exponent < 0 ? -exponent : exponent); n_digits == 0 || e > 0; e /= 10)
        digits[n_digits++] = (char)('0' + e % 10);
    while (n_digits > 0) buf[len++] = digits[--n_digits];
    buf[len] = 0;
    bool overflow;
    return hys__number_parse(buf, value, &overflow) > 0;
}

/* exponent = ("e" | "d") ["+" | "-"] digit+ */
static uint32_t exponent_scan(const char *s, uint32_t n, int *exponent) {
    if (n < 2 || (nl_lower(s[0]) != 'e' && nl_lower(s[0]) != 'd')) return 0;
    uint32_t i = 1;
    bool is_negative = s[1] == '-';
    if (s[1] == '-' || s[1] == '+') i++;
    if (i >= n || !is_digit(s[i])) return 0;
    int e = 0;
    for (; i < n && is_digit(s[i]); i++)
        if (e < 100000) e = 10 * e + (s[i] - '0');
    *exponent += is_negative ? -e : e;
    return i;
}

/* number = digit* ["." digit*] [exponent] [scale [digit+]] letter*
 * "4k7" is 4.7k; letters behind are a unit and count for nothing.  Returns the bytes used, 0: there is none. */
uint32_t nl_number_scan(const char *s, uint32_t n, double *value) {
    uint64_t mantissa = 0;
    uint32_t i = 0, n_digits = 0, n_seen = 0;
    int exponent = 0, scale = 0;
    bool has_point = false, is_mil;
    for (; i < n && (is_digit(s[i]) || (s[i] == '.' && !has_point)); i++) {
        if (s[i] == '.') {
            has_point = true;
            continue;
        }
        n_seen++;
        exponent -= has_point;
        if (n_digits > 0 || s[i] != '0') n_digits++;
        if (n_digits <= 19) mantissa = 10 * mantissa + (uint64_t)(s[i] - '0');
    }
    if (n_seen == 0) return 0;
    uint32_t end = i;
    uint32_t n_exponent = exponent_scan(s + i, n - i, &exponent);
    i += n_exponent;
    i += scale_scan(s + i, n - i, &scale, &is_mil);
    if (scale != 0 && !has_point && n_exponent == 0 && i < n && is_digit(s[i])) { /* 4k7 */
        for (; i < n && is_digit(s[i]); i++) {
            exponent--;
            if (n_digits > 0 || s[i] != '0') n_digits++;
            if (n_digits <= 19) mantissa = 10 * mantissa + (uint64_t)(s[i] - '0');
        }
        end = i;
    }
    if (!number_value(mantissa, n_digits <= 19, exponent + scale, s, end, value)) *value = INFINITY;
    if (is_mil) *value *= 25.4e-6;
    while (i < n && (is_letter(s[i]) || (unsigned char)s[i] >= 0x80 || s[i] == '_')) i++;
    return i;
}

/* ["+" | "-"] number, alone: a word's end follows. */
bool nl_take_number(nl_cur *c, double *value) {
    nl_skip(c);
    const char *s = c->line.text + c->at;
    uint32_t n = word_end(c, c->at) - c->at;
    uint32_t sign = n > 0 && (s[0] == '-' || s[0] == '+');
    uint32_t used = nl_number_scan(s + sign, n - sign, value);
    if (used == 0 || used + sign != n) return false;
    if (sign && s[0] == '-') *value = -*value;
    c->at += n;
    return true;
}
