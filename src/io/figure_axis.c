/* Axes: range, SI prefix, tics and label of a column. */
#include "base/units.h"
#include "base/utf8.h"
#include "io/figure.h"
#include <math.h>
#include <string.h>

#define CHAR_MM      1.375 /* a digit of Arial at 7 pt: 0.556 em */
#define DOT_MM       0.687 /* a decimal point: 0.278 em */
#define MOST_DECADES 18    /* on a logarithmic axis */

/* ---- labels ---- */

/* For text that is enhanced already. */
static void add_plain(char *label, const char *text) {
    size_t n = strlen(label), len = strlen(text);
    if (n + len < HYS__LABEL_SIZE) memcpy(label + n, text, len + 1);
}

void hys__label_add(char label[HYS__LABEL_SIZE], const char *text, size_t most_chars) {
    size_t left = strlen(text);
    for (size_t shown = 0; left > 0; shown++) {
        size_t len = hys__utf8_printable(text, left);
        char one[8] = "\\";
        bool escape = len == 1 && strchr("_^{}@&~\\", *text);
        if (shown == most_chars) {
            add_plain(label, "\342\200\246");
            return;
        }
        memcpy(one + escape, len ? text : "?", len ? len : 1);
        add_plain(label, one);
        text += len ? len : 1;
        left -= len ? len : 1;
    }
}

/* What stands before the unit. */
static void add_quantity(char *label, const char *column, const char *bar, size_t most_chars) {
    static const struct {
        const char *column, *name, *symbol;
    } names[] = {
        {"time", "Time", "{/:Italic t}"},     {"v", "Voltage", "{/:Italic V}"},
        {"i", "Current", "{/:Italic I}"},     {"vs", "Source voltage", "{/:Italic V}_s"},
        {"g", "Conductance", "{/:Italic G}"},
    };
    bool is_symbol = column[0] && !column[1];
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (strcmp(names[k].column, column)) continue;
        add_plain(label, names[k].name);
        add_plain(label, ", ");
        add_plain(label, bar);
        add_plain(label, names[k].symbol);
        add_plain(label, bar);
        return;
    }
    add_plain(label, bar);
    if (is_symbol) add_plain(label, "{/:Italic ");
    if (!strcmp(column, "pulse")) add_plain(label, "Pulse number");
    else hys__label_add(label, column, most_chars);
    if (is_symbol) add_plain(label, "}");
    add_plain(label, bar);
}

/* Units that take an SI prefix, and how they are printed. */
static const struct si_unit {
    const char *name, *text;
    double least; /* the largest value is shown without a prefix from here on */
} si_units[] = {
    {"V", "V", 0.2}, {"A", "A", 1}, {"s", "s", 1}, {"ohm", "\316\251", 1}, {"Ohm", "\316\251", 1}, {"S", "S", 1},
    {"m", "m", 1},   {"F", "F", 1}, {"C", "C", 1}, {"J", "J", 1},          {"W", "W", 1},          {"Hz", "Hz", 1},
};

static const struct si_unit *find_si_unit(const char *unit) {
    for (size_t k = 0; k < sizeof si_units / sizeof *si_units; k++)
        if (!strcmp(si_units[k].name, unit)) return &si_units[k];
    return NULL;
}

/* power = ("^" | "**") ["-"] digit+ ; raised.  Returns its bytes, 0 when there is none. */
static size_t add_power(char *label, const char *unit) {
    size_t head = unit[0] == '^' ? 1 : unit[0] == '*' && unit[1] == '*' ? 2 : 0;
    if (head == 0) return 0;
    bool is_negative = unit[head] == '-';
    size_t first = head + is_negative, n = strspn(unit + first, "0123456789");
    char digits[4] = "";
    if (n == 0 || n >= sizeof digits) return 0;
    memcpy(digits, unit + first, n);
    add_plain(label, is_negative ? "^{\342\210\222" : "^{");
    add_plain(label, digits);
    add_plain(label, "}");
    return first + n;
}

/* Units without a prefix stand as in the user's file, but for powers and products. */
static void add_unit_text(char *label, const char *unit) {
    for (size_t shown = 0; *unit && shown < 20; shown++) {
        size_t n = add_power(label, unit);
        if (n == 0 && *unit == '*') {
            add_plain(label, "\302\267");
            n = 1;
        }
        if (n == 0) {
            char one[5] = "";
            size_t len = hys__utf8_printable(unit, strlen(unit));
            n = len ? len : 1;
            memcpy(one, unit, n);
            hys__label_add(label, one, 1);
        }
        unit += n;
    }
    if (*unit) add_plain(label, "\342\200\246");
}

static void add_unit(char *label, const char *unit, const char *prefix) {
    const struct si_unit *si = find_si_unit(unit);
    if (!*unit || !strcmp(unit, "1")) return;
    add_plain(label, " (");
    add_plain(label, prefix);
    if (si) add_plain(label, si->text);
    else add_unit_text(label, unit);
    add_plain(label, ")");
}

/* ---- range and scale ---- */

static bool find_range(const double *values, size_t n, double *lo, double *hi) {
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(values[k])) continue;
        *lo = fmin(*lo, values[k]);
        *hi = fmax(*hi, values[k]);
    }
    return *lo <= *hi && isfinite(1e3 * *hi) && isfinite(1e3 * *lo);
}

/* The prefix that brings the largest magnitude to 1..1000. */
static double pick_prefix(const struct si_unit *unit, double largest, const char **prefix) {
    static const struct {
        double factor;
        const char *text;
    } prefixes[] = {{1e-12, "T"},      {1e-9, "G"}, {1e-6, "M"}, {1e-3, "k"}, {1, ""},    {1e3, "m"},
                    {1e6, "\302\265"}, {1e9, "n"},  {1e12, "p"}, {1e15, "f"}, {1e18, "a"}};
    for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
        bool is_bare = !*prefixes[k].text, never = !strcmp(unit->name, "s") && prefixes[k].factor < 1;
        double least = is_bare ? unit->least : 1;
        if (never || largest * prefixes[k].factor < least * (1 - 1e-9)) continue;
        *prefix = prefixes[k].text;
        return prefixes[k].factor;
    }
    return 1;
}

/* 1, 2 or 5 times a power of ten, so that about n fit. */
static double pick_step(double length, int n) {
    double raw = length / n, power = pow(10, floor(log10(raw))), rest = raw / power;
    return power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10);
}

static void set_tics(hys__axis *axis, int n) {
    axis->step = pick_step(axis->hi - axis->lo, n);
    axis->tic = axis->step * ceil(axis->lo / axis->step - 1e-9) + 0.0; /* no -0 */
    double power = floor(log10(axis->step) + 1e-9), largest = fmax(fabs(axis->lo), fabs(axis->hi));
    axis->n_decimals = power >= 0 ? 0 : (int)-power;
    if (power < -4 || largest >= 1e5) axis->n_decimals = -1;
    axis->n_minor = axis->step / pow(10, power) < 4 ? 2 : 5;
}

bool hys__axis_linear(const hys_table *table, size_t column, int n_tics, hys__axis *axis) {
    const char *unit = hys_table_unit(table, column), *prefix = "";
    const struct si_unit *si = find_si_unit(unit);
    double lo = 0, hi = 0;
    *axis = (hys__axis){.column = column, .values = hys_table_column_at(table, column), .scale = 1};
    if (!find_range(axis->values, hys_table_n_rows(table), &lo, &hi)) return false;
    double largest = fmax(fabs(lo), fabs(hi));
    if (si && largest > 0) axis->scale = pick_prefix(si, largest, &prefix);
    add_quantity(axis->label, hys_table_name(table, column), "", n_tics > 3 ? 40 : 12);
    add_unit(axis->label, unit, prefix);
    lo *= axis->scale;
    hi *= axis->scale;
    largest *= axis->scale;
    /* What is constant, but for rounding, is drawn amid a range of its own. */
    double pad = hi - lo > 1e-6 * largest ? 0.05 * (hi - lo) : largest > 0 ? 0.2 * largest : 1;
    axis->lo = lo - pad;
    axis->hi = hi + pad;
    set_tics(axis, n_tics);
    return true;
}

static const char *quantity_of_unit(const char *unit) {
    static const char *const names[][2] = {{"V", "Voltage"},    {"A", "Current"},      {"W", "Power"},
                                           {"J", "Energy"},     {"ohm", "Resistance"}, {"S", "Conductance"},
                                           {"K", "Temperature"}};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(names[k][0], unit)) return names[k][1];
    return "";
}

bool hys__axis_group(const hys_table *table, const size_t *columns, size_t n, int n_tics, hys__axis *axis) {
    bool is_any = false;
    double lo = INFINITY, hi = -INFINITY;
    const char *unit = hys_table_unit(table, columns[0]), *prefix = "";
    for (size_t k = 0; k < n; k++) {
        double one_lo, one_hi;
        if (!find_range(hys_table_column_at(table, columns[k]), hys_table_n_rows(table), &one_lo, &one_hi)) continue;
        lo = fmin(lo, one_lo);
        hi = fmax(hi, one_hi);
        is_any = true;
    }
    if (!is_any) return false;
    const struct si_unit *si = find_si_unit(unit);
    double largest = fmax(fabs(lo), fabs(hi));
    *axis = (hys__axis){.column = columns[0], .values = hys_table_column_at(table, columns[0]), .scale = 1};
    if (si && largest > 0) axis->scale = pick_prefix(si, largest, &prefix);
    if (n > 1) add_plain(axis->label, quantity_of_unit(unit));
    else add_quantity(axis->label, hys_table_name(table, columns[0]), "", n_tics > 3 ? 40 : 12);
    add_unit(axis->label, unit, prefix);
    double pad = hi - lo > 1e-6 * largest ? 0.05 * (hi - lo) : largest > 0 ? 0.2 * largest : 1 / axis->scale;
    axis->lo = axis->scale * (lo - pad);
    axis->hi = axis->scale * (hi + pad);
    set_tics(axis, n_tics);
    return true;
}

void hys__axis_retic(hys__axis *axis, int n_tics) {
    set_tics(axis, n_tics);
}

/* The decades that |column| covers where the column beside is above a fiftieth of its largest value. */
static bool find_decades(const hys_table *table, size_t column, size_t beside, double *lo, double *hi) {
    const double *y = hys_table_column_at(table, column), *x = hys_table_column_at(table, beside);
    double x_lo = 0, x_hi = 0;
    *lo = INFINITY;
    *hi = 0;
    if (!find_range(x, hys_table_n_rows(table), &x_lo, &x_hi)) return false;
    double x_least = 0.02 * fmax(fabs(x_lo), fabs(x_hi));
    for (size_t k = 0; k < hys_table_n_rows(table); k++) {
        double size = fabs(y[k]);
        if (!isfinite(size) || size == 0) continue;
        *hi = fmax(*hi, size);
        if (fabs(x[k]) >= x_least) *lo = fmin(*lo, size);
    }
    *lo = fmin(*lo, *hi);
    return *hi > 0;
}

/* Ends and tics of an axis from lo to hi, which are positive. */
static void set_decades(hys__axis *axis, double lo, double hi) {
    axis->hi = log10(hi) + 0.1;
    axis->lo = fmax(log10(lo) - 0.1, axis->hi - MOST_DECADES);
    if (axis->hi - axis->lo < 2) {
        axis->hi = ceil(axis->hi);
        axis->lo = fmin(floor(axis->lo), axis->hi - 1);
    }
    axis->step = ceil((axis->hi - axis->lo) / 9);
    axis->tic = ceil(axis->lo);
    axis->n_minor = axis->step > 1 ? 1 : 10;
}

bool hys__axis_log(const hys_table *table, size_t column, size_t beside, hys__axis *axis) {
    double lo = 0, hi = 0;
    *axis = (hys__axis){.column = column, .values = hys_table_column_at(table, column), .scale = 1, .is_log = true};
    if (!find_decades(table, column, beside, &lo, &hi)) return false;
    set_decades(axis, lo, hi);
    add_quantity(axis->label, hys_table_name(table, column), "|", 40);
    add_unit(axis->label, hys_table_unit(table, column), "");
    return true;
}

bool hys__axis_group_log(const hys_table *table, const size_t *columns, size_t n, double least_ratio, hys__axis *axis) {
    double lo = INFINITY, hi = 0;
    for (size_t k = 0; k < n; k++) {
        double one_lo, one_hi;
        if (!find_range(hys_table_column_at(table, columns[k]), hys_table_n_rows(table), &one_lo, &one_hi)) continue;
        lo = fmin(lo, one_lo);
        hi = fmax(hi, one_hi);
    }
    if (!(lo > 0 && hi > least_ratio * lo)) return false;
    *axis =
        (hys__axis){.column = columns[0], .values = hys_table_column_at(table, columns[0]), .scale = 1, .is_log = true};
    set_decades(axis, lo, hi);
    hys__axis_name(axis, hys_table_name(table, columns[0]), table, columns[0]);
    return true;
}

void hys__axis_name(hys__axis *axis, const char *name, const hys_table *table, size_t column) {
    const struct si_unit *si = find_si_unit(hys_table_unit(table, column));
    const char *prefix = "";
    if (si && !axis->is_log && axis->scale != 1) pick_prefix(si, 1 / axis->scale, &prefix);
    char text[41] = "";
    snprintf(text, sizeof text, "%s", name);
    if (text[0] >= 'a' && text[0] <= 'z' && text[1]) text[0] = (char)(text[0] - 'a' + 'A');
    for (char *c = text; *c; c++)
        if (*c == '_') *c = ' ';
    axis->label[0] = 0;
    add_quantity(axis->label, text, "", 40);
    add_unit(axis->label, hys_table_unit(table, column), prefix);
}

double hys__axis_place(const hys__axis *axis, double value) {
    double drawn = axis->is_log ? log10(fabs(value)) : value * axis->scale;
    return (drawn - axis->lo) / (axis->hi - axis->lo);
}

double hys__axis_tics_width(const hys__axis *axis) {
    double widest = 0;
    if (axis->is_log) return CHAR_MM * (2 + 0.8 * (fmax(fabs(axis->lo), fabs(axis->hi)) >= 10 ? 3 : 2)) + 0.2;
    for (int k = 0; axis->tic + k * axis->step <= axis->hi; k++) {
        char text[64];
        double tic = axis->tic + k * axis->step;
        if (fabs(tic) < 1e-6 * axis->step) tic = 0;
        int n = axis->n_decimals < 0 ? snprintf(text, sizeof text, "%g", tic)
                                     : snprintf(text, sizeof text, "%.*f", axis->n_decimals, tic);
        widest = fmax(widest, CHAR_MM * n - (strchr(text, '.') ? CHAR_MM - DOT_MM : 0));
    }
    return widest;
}
