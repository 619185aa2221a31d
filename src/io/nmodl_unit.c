/* Units of NMODL.  "mA/cm2" is mA/cm^2 here, "/ms" 1/ms, "mho" S, "mM" mol/m^3; a blank, "-" and "*" multiply, and a
 * slash divides by what follows up to the next one.  Constants like (faraday) (coulomb) have the values of 2018, which
 * NEURON uses from version 8.1 on. */
#include "base/units.h"
#include "io/nmodl.h"
#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '_';
}

/* ---- our names ---- */

static const char *const renamed[][2] = {
    {"mho", "S"},         {"micron", "um"},      {"millivolt", "mV"},   {"milliamp", "mA"}, {"nanoamp", "nA"},
    {"umho", "uS"},       {"mmho", "mS"},        {"nmho", "nS"},        {"siemens", "S"},   {"microsiemens", "uS"},
    {"coul", "C"},        {"coulomb", "C"},      {"coulombs", "C"},     {"joule", "J"},     {"joules", "J"},
    {"megohm", "Mohm"},   {"meg", "M"},          {"sec", "s"},          {"mS", "mS"},       {"picoamp", "pA"},
    {"millimolar", "mM"}, {"mole", "mol"},       {"volt", "V"},         {"amp", "A"},       {"kelvin", "K"},
    {"degK", "K"},        {"picosiemens", "pS"}, {"nanosiemens", "nS"}, {"microns", "um"},
};

static void put_factor(hys__text *out, const char *name, size_t n) {
    for (size_t k = 0; k < sizeof renamed / sizeof *renamed; k++)
        if (strlen(renamed[k][0]) == n && memcmp(renamed[k][0], name, n) == 0) {
            hys__text_puts(out, renamed[k][1]);
            return;
        }
    hys__text_put(out, name, n);
}

static void put_ours(hys__text *out, const char *unit) {
    bool divides = false, is_first = true;
    for (const char *s = unit; *s;) {
        if (*s == '/') divides = true;
        if (!is_letter(*s) && !is_digit(*s)) {
            s++;
            continue;
        }
        const char *start = s;
        while (is_letter(*s)) s++;
        const size_t n = (size_t)(s - start);
        if (is_first && divides) hys__text_puts(out, "1");
        if (!is_first || divides) hys__text_puts(out, divides ? "/" : "*");
        is_first = false;
        put_factor(out, start, n);
        start = s;
        while (is_digit(*s)) s++;
        if (s > start && n) hys__text_puts(out, "^");
        hys__text_put(out, start, (size_t)(s - start));
    }
}

const char *nm_unit_ours(nm_file *f, const char *unit) {
    hys__unit known;
    hys__text text;
    const char *own = NULL;
    if (!strcmp(unit, "mM") || !strcmp(unit, "milli/liter")) return "mol/m^3";
    if (!strcmp(unit, "millimho/cm2")) return "mS/cm^2";
    if (!*unit || !strcmp(unit, "1")) return "1";
    hys__text_init(&text, f->ctx);
    put_ours(&text, unit);
    if (text.at && !text.failed && hys__unit_parse(text.at, text.n, &known))
        own = hys__arena_strndup(&f->arena, text.at, text.n);
    f->arena.failed |= text.failed;
    hys__text_free(&text);
    return own;
}

/* ---- values of constants ---- */

static const struct {
    const char *name;
    double value; /* SI, or 1 of a unit whose value does not matter between two of the same dimension */
} constants[] = {
    {"faraday", 96485.33212331001},
    {"k", 1.380649e-23},
    {"mole", 6.02214076e23},
    {"e", 1.602176634e-19},
    {"pi", 3.14159265358979312},
    {"coulomb", 1},
    {"coulombs", 1},
    {"coul", 1},
    {"C", 1},
    {"joule", 1},
    {"joules", 1},
    {"J", 1},
    {"volt", 1},
    {"V", 1},
    {"degC", 1},
    {"degK", 1},
    {"kelvin", 1},
    {"K", 1},
    {"R", 8.31446261815324},
    {"avogadro", 6.02214076e23},
    {"mV", 1e-3},
    {"millivolt", 1e-3},
    {"m", 1},
    {"um", 1e-6},
    {"micron", 1e-6},
    {"cm", 1e-2},
    {"s", 1},
    {"ms", 1e-3},
    {"amp", 1},
    {"mA", 1e-3},
    {"milliamp", 1e-3},
    {"nA", 1e-9},
    {"liter", 1e-3},
    {"boltzmann", 1.380649e-23},
    {"planck", 6.62607015e-34},
    {"hbar", 1.054571817646156e-34},
    {"sec", 1},
    {"mC", 1e-3},
};

static const struct {
    const char *word;
    double value;
} prefixes[] = {{"kilo", 1e3}, {"milli", 1e-3}, {"micro", 1e-6}, {"nano", 1e-9}, {"mega", 1e6}, {"", 1}};

static bool find_constant(const char *name, size_t n, double *value) {
    for (size_t p = 0; p < sizeof prefixes / sizeof *prefixes; p++) {
        const size_t skip = strlen(prefixes[p].word);
        if (n <= skip || memcmp(name, prefixes[p].word, skip) != 0) continue;
        for (size_t k = 0; k < sizeof constants / sizeof *constants; k++)
            if (strlen(constants[k].name) == n - skip && !memcmp(constants[k].name, name + skip, n - skip)) {
                *value = prefixes[p].value * constants[k].value;
                return true;
            }
    }
    return false;
}

static bool unit_scale(const char *s, double *scale) {
    bool divides = false;
    *scale = 1;
    while (*s) {
        double value = 1;
        int power = 1;
        bool overflow = false;
        const char *start = s;
        if (is_letter(*s)) {
            while (is_letter(*s)) s++;
            if (!find_constant(start, (size_t)(s - start), &value)) return false;
            if (is_digit(*s)) power = *s++ - '0';
        } else if (is_digit(*s) || *s == '.') {
            const size_t n = hys__number_parse(s, &value, &overflow);
            if (!n) return false;
            s += n;
        } else if (*s == '/') divides = true, s++;
        else if (*s == ' ' || *s == '-' || *s == '*' || *s == '\t') s++;
        else return false;
        for (; power > 0; power--) *scale = divides ? *scale / value : *scale * value;
    }
    return true;
}

bool nm_unit_value(const char *from, const char *to, double *value) {
    double a, b;
    if (!unit_scale(from, &a) || !unit_scale(to, &b) || b == 0) return false;
    *value = a / b;
    return true;
}
