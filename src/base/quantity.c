/* Numbers with units. */
#include "base/clocale.h"
#include "base/unit_names.h"
#include "base/units.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUANTITY_MAX 400 /* bytes; every sensible number and unit is shorter */
#define EXPONENT_MAX 9999

/* Bare prefixes are those of electronics; "E" and "d" alone are more likely slips. */
static bool stands_alone(const hys__prefix *prefix) {
    return prefix->exponent % 3 == 0 && prefix->exponent != 18;
}

static const hys__prefix *prefix_find(const char *s, size_t n) {
    for (size_t i = 0; i < hys__n_prefixes; i++)
        if (stands_alone(&hys__prefixes[i]) && hys__prefix_is(&hys__prefixes[i], s, n)) return &hys__prefixes[i];
    return NULL;
}

/* The number at the head of text, of n bytes, times 10^exponent, rounded once: "4.7k" is read as
 * "4.7e3". */
static bool number_times(const char *text, size_t n, int exponent, double *value) {
    char scaled[QUANTITY_MAX + 16];
    size_t n_mantissa = strcspn(text, "eE");
    if (n_mantissa < n) {
        long given = strtol(text + n_mantissa + 1, NULL, 10);
        if (given > EXPONENT_MAX || given < -EXPONENT_MAX) given = given < 0 ? -EXPONENT_MAX : EXPONENT_MAX;
        exponent += (int)given;
    } else {
        n_mantissa = n;
    }
    hys__c_snprintf(scaled, sizeof scaled, "%.*se%d", (int)n_mantissa, text, exponent);
    bool overflow;
    return hys__number_parse(scaled, value, &overflow) > 0;
}

/* quantity = number (prefix | [space] unit | ) */
static bool quantity_read(const char *text, double *value, hys__unit *unit, bool *has_unit) {
    double number;
    bool overflow;
    size_t n = hys__number_parse(text, &number, &overflow), n_rest = strlen(text + n);
    if (n == 0) return false;
    const hys__prefix *prefix = prefix_find(text + n, n_rest);
    if (n_rest == 0 || prefix) {
        if (prefix && !number_times(text, n, prefix->exponent, &number)) return false;
        *value = number;
        *has_unit = false;
        return true;
    }
    if (!hys__unit_parse(text + n, n_rest, unit)) return false;
    *value = number;
    *has_unit = true;
    return true;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

bool hys__quantity_parse(const char *s, size_t n, double *value, hys__unit *unit, bool *has_unit) {
    char text[QUANTITY_MAX + 1];
    while (n > 0 && is_space(s[0])) {
        s++;
        n--;
    }
    while (n > 0 && is_space(s[n - 1])) n--;
    if (n == 0 || n > QUANTITY_MAX || memchr(s, 0, n)) return false;
    memcpy(text, s, n);
    text[n] = 0;
    return quantity_read(text, value, unit, has_unit);
}

/* A decimal for people: digits d.ddd and a power of ten. */
typedef struct rounded {
    char digit[20];
    int n, exponent;
} rounded;

/* value >= 0, finite, to so many significant digits, without zeros at the end. */
static rounded round_to(double value, int digits) {
    rounded r;
    char text[40];
    hys__c_snprintf(text, sizeof text, "%.*e", digits - 1, value);
    r.digit[0] = text[0];
    r.n = 1;
    size_t i = 1;
    for (i += text[1] == '.'; text[i] != 'e'; i++) r.digit[r.n++] = text[i];
    while (r.n > 1 && r.digit[r.n - 1] == '0') r.n--;
    r.exponent = (int)strtol(text + i + 1, NULL, 10);
    return r;
}

/* The digits with `whole` of them (or zeros) before the point; at most n + |whole| + 2 bytes. */
static size_t put_rounded(char *to, const rounded *r, int whole) {
    size_t len = 0;
    if (whole <= 0) to[len++] = '0';
    for (int i = 0; i < whole; i++) to[len++] = i < r->n ? r->digit[i] : '0';
    if (whole < r->n) to[len++] = '.';
    for (int i = whole; i < r->n; i++) to[len++] = i < 0 ? '0' : r->digit[i];
    return len;
}

/* The power of three that leaves one to three digits before the point. */
static int thousands(int exponent) {
    return (exponent >= 0 ? exponent / 3 : -((2 - exponent) / 3)) * 3;
}

static const char *prefix_symbol(int exponent) {
    for (size_t i = 0; i < hys__n_prefixes; i++)
        if (hys__prefixes[i].exponent == exponent) return hys__prefixes[i].symbols;
    return exponent == 0 ? "" : NULL;
}

/* Plain decimals between these powers of ten where no prefix fits. */
#define PLAIN_LEAST (-4)
#define PLAIN_MOST  5
#define DIGITS_MAX  17

#define QUANTITY_BUF 48 /* what the caller's buffer holds */

/* value, not 0 and finite, in 10^shift; returns the length. */
static size_t put_number(char *to, double value, const rounded *r, int shift) {
    size_t len = 0;
    int exponent = r->exponent - shift;
    if (value < 0) to[len++] = '-';
    if (exponent >= PLAIN_LEAST && exponent <= PLAIN_MOST) return len + put_rounded(to + len, r, exponent + 1);
    len += put_rounded(to + len, r, 1);
    return len + (size_t)hys__c_snprintf(to + len, 8, "e%d", exponent);
}

size_t hys__quantity_format(double value, const char *unit, int digits, char *buf) {
    char number[40];
    const char *prefix = "";
    size_t len;
    if (!isfinite(value) || value == 0) {
        len = hys__number_format(value == 0 ? 0 : value, number);
    } else {
        int most = digits < 1 ? 1 : digits > DIGITS_MAX ? DIGITS_MAX : digits;
        rounded r = round_to(fabs(value), most);
        int shift = 0;
        if (hys__unit_takes_prefix(unit) && prefix_symbol(thousands(r.exponent))) {
            shift = thousands(r.exponent);
            prefix = prefix_symbol(shift);
        }
        len = put_number(number, value, &r, shift);
    }
    if (strcmp(unit, "1") == 0) unit = "";
    int n = hys__c_snprintf(buf, QUANTITY_BUF, "%.*s%s%.1s%s", (int)len, number, unit[0] ? " " : "", prefix, unit);
    return n < QUANTITY_BUF ? (size_t)n : QUANTITY_BUF - 1;
}
