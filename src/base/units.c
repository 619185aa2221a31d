/* Units: products of powers of named units with SI prefixes. */
#include "base/units.h"
#include "base/unit_names.h"
#include <math.h>
#include <string.h>

#define DIM_MAX   100 /* no power of a base unit is larger than this */
#define DEPTH_MAX 20

/* Names separated by spaces.  Symbols take k, m, ...; words take kilo, milli, ...; the others take no
 * prefix. */
typedef struct named_unit {
    const char *symbols, *words, *others;
    hys__unit unit;
} named_unit;

#define ELEMENTARY_CHARGE 1.602176634e-19      /* C, exact since 2019 */
#define DEGREE            0.017453292519943295 /* pi / 180 */
#define JULIAN_YEAR       31557600             /* s, 365.25 days */

static const named_unit named_units[] = {
    /* m, kg, s, A, K, mol, cd; SI value; offset */
    {"", "", "1 rad rads radian radians sr turn", {{0, 0, 0, 0, 0, 0, 0}, 1, 0}},
    {"", "", "% percent", {{0, 0, 0, 0, 0, 0, 0}, 0.01, 0}},
    {"", "", "ppm", {{0, 0, 0, 0, 0, 0, 0}, 1e-6, 0}},
    {"", "", "deg", {{0, 0, 0, 0, 0, 0, 0}, DEGREE, 0}},
    {"m", "meter meters metre metres", "", {{1, 0, 0, 0, 0, 0, 0}, 1, 0}},
    {"", "", "micron", {{1, 0, 0, 0, 0, 0, 0}, 1e-6, 0}},
    {"", "", "angstrom Angstrom \u00c5", {{1, 0, 0, 0, 0, 0, 0}, 1e-10, 0}},
    {"g", "gram grams", "", {{0, 1, 0, 0, 0, 0, 0}, 1e-3, 0}},
    {"s", "second seconds", "sec", {{0, 0, 1, 0, 0, 0, 0}, 1, 0}},
    {"", "", "min minute minutes", {{0, 0, 1, 0, 0, 0, 0}, 60, 0}},
    {"", "", "h hour hours", {{0, 0, 1, 0, 0, 0, 0}, 3600, 0}},
    {"", "", "day days", {{0, 0, 1, 0, 0, 0, 0}, 86400, 0}},
    {"", "", "year years", {{0, 0, 1, 0, 0, 0, 0}, JULIAN_YEAR, 0}},
    {"A", "amp amps ampere amperes", "", {{0, 0, 0, 1, 0, 0, 0}, 1, 0}},
    {"K", "kelvin", "Kelvin", {{0, 0, 0, 0, 1, 0, 0}, 1, 0}},
    {"", "", "degC deg_C \u00b0C celsius Celsius", {{0, 0, 0, 0, 1, 0, 0}, 1, 273.15}},
    {"mol", "mole moles", "", {{0, 0, 0, 0, 0, 1, 0}, 1, 0}},
    {"cd", "candela", "", {{0, 0, 0, 0, 0, 0, 1}, 1, 0}},
    {"Hz", "hertz", "Hertz", {{0, 0, -1, 0, 0, 0, 0}, 1, 0}},
    {"N", "newton newtons", "", {{1, 1, -2, 0, 0, 0, 0}, 1, 0}},
    {"Pa", "pascal pascals", "", {{-1, 1, -2, 0, 0, 0, 0}, 1, 0}},
    {"J", "joule joules", "", {{2, 1, -2, 0, 0, 0, 0}, 1, 0}},
    {"eV", "", "", {{2, 1, -2, 0, 0, 0, 0}, ELEMENTARY_CHARGE, 0}},
    {"W", "watt watts", "", {{2, 1, -3, 0, 0, 0, 0}, 1, 0}},
    {"C", "coulomb coulombs", "coul", {{0, 0, 1, 1, 0, 0, 0}, 1, 0}},
    {"V", "volt volts", "Volt Volts", {{2, 1, -3, -1, 0, 0, 0}, 1, 0}},
    {"ohm ohms Ohm Ohms \u03a9 \u2126", "", "", {{2, 1, -3, -2, 0, 0, 0}, 1, 0}},
    {"S mho", "siemens", "Siemens", {{-2, -1, 3, 2, 0, 0, 0}, 1, 0}},
    {"F", "farad farads", "", {{-2, -1, 4, 2, 0, 0, 0}, 1, 0}},
    {"H", "henry henries", "", {{2, 1, -2, -2, 0, 0, 0}, 1, 0}},
    {"Wb", "weber webers", "", {{2, 1, -2, -1, 0, 0, 0}, 1, 0}},
    {"T", "tesla teslas", "", {{0, 1, -2, -1, 0, 0, 0}, 1, 0}},
};
#define N_NAMED_UNITS (sizeof named_units / sizeof named_units[0])

const hys__prefix hys__prefixes[] = {
    {"f", "femto", -15}, {"p", "pico", -12}, {"n", "nano", -9}, {"u \u00b5 \u03bc", "micro", -6},
    {"m", "milli", -3},  {"c", "centi", -2}, {"d", "deci", -1}, {"k", "kilo", 3},
    {"M", "mega", 6},    {"G", "giga", 9},   {"T", "tera", 12}, {"P", "peta", 15},
    {"E", "exa", 18},    {"a", "atto", -18},
};
const size_t hys__n_prefixes = sizeof hys__prefixes / sizeof hys__prefixes[0];

/* Of a list of names, the one that s, of n bytes, is or (is_head) begins with: its length; 0: none. */
static size_t list_match(const char *list, const char *s, size_t n, bool is_head) {
    while (*list) {
        size_t len = strcspn(list, " ");
        if ((is_head ? len <= n : len == n) && memcmp(list, s, len) == 0) return len;
        list += len + (list[len] == ' ');
    }
    return 0;
}

bool hys__prefix_is(const hys__prefix *prefix, const char *s, size_t n) {
    return list_match(prefix->symbols, s, n, false) > 0;
}

/* Exact up to 10^22, and prefixes end at 10^18. */
static double power_of_ten(int exponent) {
    double power = 1;
    for (int i = 0; i < exponent; i++) power *= 10;
    return power;
}

/* Times 10^exponent, with one rounding. */
static hys__unit unit_scaled(hys__unit unit, int exponent) {
    unit.scale = exponent < 0 ? unit.scale / power_of_ten(-exponent) : unit.scale * power_of_ten(exponent);
    return unit;
}

static const named_unit *unit_by_name(const char *s, size_t n) {
    for (size_t i = 0; i < N_NAMED_UNITS; i++) {
        const named_unit *u = &named_units[i];
        if (list_match(u->symbols, s, n, false) || list_match(u->words, s, n, false) ||
            list_match(u->others, s, n, false))
            return u;
    }
    return NULL;
}

static const named_unit *unit_by_prefixed_name(const hys__prefix *prefix, const char *s, size_t n) {
    size_t n_symbol = list_match(prefix->symbols, s, n, true);
    size_t n_word = list_match(prefix->word, s, n, true);
    for (size_t i = 0; i < N_NAMED_UNITS; i++) {
        const named_unit *u = &named_units[i];
        if ((n_symbol && list_match(u->symbols, s + n_symbol, n - n_symbol, false)) ||
            (n_word && list_match(u->words, s + n_word, n - n_word, false)))
            return u;
    }
    return NULL;
}

/* name = [prefix] named_unit ; without a prefix where both are possible: "min", "Pa", "cd" */
static bool name_find(const char *s, size_t n, hys__unit *unit) {
    const named_unit *found = unit_by_name(s, n);
    int exponent = 0;
    for (size_t p = 0; !found && p < hys__n_prefixes; p++) {
        found = unit_by_prefixed_name(&hys__prefixes[p], s, n);
        exponent = hys__prefixes[p].exponent;
    }
    if (found) *unit = unit_scaled(found->unit, exponent);
    return found != NULL;
}

bool hys__unit_takes_prefix(const char *name) {
    size_t n = strlen(name);
    for (size_t i = 0; i < N_NAMED_UNITS; i++)
        if (list_match(named_units[i].symbols, name, n, false)) return named_units[i].unit.dim[4] == 0;
    return false;
}

typedef struct unit_parser {
    const char *s;
    size_t n, i;
    int depth;
} unit_parser;

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

static void spaces_skip(unit_parser *p) {
    while (p->i < p->n && is_space(p->s[p->i])) p->i++;
}

static bool accept(unit_parser *p, const char *token) {
    size_t len = strlen(token);
    if (p->n - p->i < len || memcmp(p->s + p->i, token, len) != 0) return false;
    p->i += len;
    return true;
}

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '%' || (unsigned char)c >= 0x80;
}

/* to *= by^power, as units; false when a dimension leaves what fits. */
static bool unit_multiply(hys__unit *to, const hys__unit *by, int power) {
    for (int d = 0; d < 7; d++) {
        int dim = to->dim[d] + by->dim[d] * power;
        if (dim > DIM_MAX || dim < -DIM_MAX) return false;
        to->dim[d] = (int8_t)dim;
    }
    double scale = 1;
    for (int i = 0; i < (power < 0 ? -power : power); i++) scale *= by->scale;
    to->scale = power < 0 ? to->scale / scale : to->scale * scale;
    to->offset = 0;
    return isfinite(to->scale) && to->scale > 0;
}

/* power = ["^" | "**"] integer ; integer = ["-" | "+"] digit [digit] | "(" integer ")" */
static bool power_parse(unit_parser *p, int *power) {
    spaces_skip(p);
    bool parens = accept(p, "(");
    spaces_skip(p);
    bool negative = accept(p, "-");
    if (!negative) accept(p, "+");
    int n_digits = 0, value = 0;
    for (; p->i < p->n && p->s[p->i] >= '0' && p->s[p->i] <= '9' && n_digits < 3; n_digits++)
        value = 10 * value + (p->s[p->i++] - '0');
    spaces_skip(p);
    *power = negative ? -value : value;
    return n_digits > 0 && value <= DIM_MAX && (!parens || accept(p, ")"));
}

static bool product_parse(unit_parser *p, hys__unit *unit);

/* atom = "1" | name | "(" product ")" */
static bool atom_parse(unit_parser *p, hys__unit *unit) {
    if (accept(p, "(")) {
        if (p->depth == DEPTH_MAX) return false;
        p->depth++;
        bool good = product_parse(p, unit) && accept(p, ")");
        p->depth--;
        return good;
    }
    size_t start = p->i;
    if (p->i < p->n && p->s[p->i] == '1') p->i++;
    else
        while (p->i < p->n && is_name_byte(p->s[p->i])) p->i++;
    return p->i > start && name_find(p->s + start, p->i - start, unit);
}

/* factor = atom [("^" | "**") integer] */
static bool factor_parse(unit_parser *p, hys__unit *unit) {
    hys__unit atom;
    spaces_skip(p);
    if (!atom_parse(p, &atom)) return false;
    spaces_skip(p);
    if (!accept(p, "^") && !accept(p, "**")) {
        *unit = atom;
        return true;
    }
    int power;
    *unit = (hys__unit){.scale = 1};
    return power_parse(p, &power) && unit_multiply(unit, &atom, power);
}

/* product = factor {("*" | "/" | " ") factor} */
static bool product_parse(unit_parser *p, hys__unit *unit) {
    if (!factor_parse(p, unit)) return false;
    for (;;) {
        spaces_skip(p);
        if (p->i == p->n || p->s[p->i] == ')') return true;
        int power = 1;
        if (accept(p, "/")) power = -1;
        else if (!accept(p, "*") && !is_space(p->s[p->i - 1])) return false;
        hys__unit factor;
        if (!factor_parse(p, &factor) || !unit_multiply(unit, &factor, power)) return false;
    }
}

bool hys__unit_parse(const char *s, size_t n, hys__unit *unit) {
    unit_parser p = {.s = s, .n = n};
    hys__unit parsed;
    if (!product_parse(&p, &parsed) || p.i != n) return false;
    *unit = parsed;
    return true;
}

bool hys__unit_same_dim(const hys__unit *a, const hys__unit *b) {
    return memcmp(a->dim, b->dim, sizeof a->dim) == 0;
}

bool hys__unit_is_one(const hys__unit *unit) {
    static const hys__unit one = {.scale = 1};
    return hys__unit_same_dim(unit, &one);
}

/* The whole number that scale is one over, 1e9 for "n"; 0 when there is none.  Dividing by it rounds
 * once, where the factor itself is already rounded: 100 / 1e9 is 1e-7, 100 * 1e-9 is not. */
static double scale_inverse(double scale) {
    if (!(scale > 0 && scale < 1)) return 0;
    double inverse = rint(1 / scale);
    return inverse < 1e22 && 1 / inverse == scale ? inverse : 0;
}

double hys__unit_to_si(const hys__unit *unit, double value) {
    double inverse = scale_inverse(unit->scale);
    return (inverse > 0 ? value / inverse : value * unit->scale) + unit->offset;
}

double hys__unit_from_si(const hys__unit *unit, double si) {
    double inverse = scale_inverse(unit->scale);
    si -= unit->offset;
    return inverse > 0 ? si * inverse : si / unit->scale;
}
