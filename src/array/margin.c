/* Read and write margins by exact solutions of the worst corner's cell among cells that are all on. */
#include "array/margin.h"
#include "array/array_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

hys_margin_opts hys_margin_opts_default(void) {
    return (hys_margin_opts){.size = sizeof(hys_margin_opts),
                             .lines = hys_array_opts_default(),
                             .law = {sizeof(hys_array_law), 2, 1},
                             .on = 10e3,
                             .off = 1e6,
                             .least = 0.1,
                             .most = 512};
}

static hys_margin_opts complete_opts(const hys_margin_opts *given) {
    hys_margin_opts o = hys_margin_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (o.voltage == 0) o.voltage = o.law.voltage;
    return o;
}

static bool is_positive(double x) {
    return x > 0 && isfinite(x);
}

static hys_status check(hys_ctx *ctx, const hys_margin_opts *o) {
    if (!is_positive(o->on) || !is_positive(o->off) || o->off <= o->on)
        return hys__fail(ctx, HYS_ARG, "0 ohm < on < off", "cells of %g ohm when on and %g ohm when off", o->on,
                         o->off);
    if (!is_positive(o->voltage)) return hys__fail(ctx, HYS_ARG, "more than 0 V", "a read at %g V", o->voltage);
    if (!(o->least > 0 && o->least < 1))
        return hys__fail(ctx, HYS_ARG, "between 0 and 1; 0.1 is usual", "no margin can be %g", o->least);
    if (!(o->shape >= 0 && o->shape <= 1e6))
        return hys__fail(ctx, HYS_ARG, "up to 1e6", "no array has %g bit lines for each word line", o->shape);
    if (o->lines.lines != HYS_LINES_CROSSED) return hys__fail(ctx, HYS_ARG, "", "margins are those of crossed lines");
    if (o->scheme > HYS_SCHEME_GROUND) return hys__fail(ctx, HYS_ARG, "", "no such scheme");
    if (o->reads_voltage && o->scheme != HYS_SCHEME_FLOAT)
        return hys__fail(ctx, HYS_ARG, "the scheme float", "a voltage is read where no other line is driven");
    return HYS_OK;
}

/* ---- one array ---- */

typedef struct corner {
    hys_ctx *ctx;
    const hys_margin_opts *opts;
    size_t m, n, row, column;     /* word lines, bit lines; the chosen cell */
    double *cells, *words, *bits; /* [m n] S, [m] V, [n] V */
    hys_array *array;
} corner;

/* The crossing that is farthest from the ends of its lines. */
static size_t farthest(hys_array_ends ends, size_t n) {
    return ends == HYS_ENDS_BOTH ? n / 2 : ends == HYS_ENDS_LAST ? 0 : n - 1;
}

static void drive(corner *c) {
    const hys_margin_opts *o = c->opts;
    static const double of_words[] = {0.5, 1 / 3.0, 0, 0}, of_bits[] = {0.5, 2 / 3.0, 0, 0};
    for (size_t k = 0; k < c->m; k++) c->words[k] = k == c->row ? o->voltage : o->voltage * of_words[o->scheme];
    for (size_t k = 0; k < c->n; k++) c->bits[k] = k == c->column ? 0 : o->voltage * of_bits[o->scheme];
}

static void free_corner(corner *c) {
    hys_array_free(c->array);
    if (c->cells) hys__free(c->ctx, c->cells, c->m * c->n * sizeof(double));
    if (c->words) hys__free(c->ctx, c->words, c->m * sizeof(double));
    if (c->bits) hys__free(c->ctx, c->bits, c->n * sizeof(double));
}

/* resistor: ohm, behind the bit line. */
static hys_status make_array(corner *c, double resistor) {
    hys_array_opts lines = c->opts->lines;
    lines.rows = c->m;
    lines.columns = c->n;
    lines.sense += resistor;
    hys_array_free(c->array);
    c->array = NULL;
    hys_status status = hys_array_new(c->ctx, &lines, &c->array);
    if (status == HYS_OK) status = hys_array_set_law(c->array, &c->opts->law);
    const bool floats = c->opts->scheme == HYS_SCHEME_FLOAT;
    for (size_t k = 0; k < c->m && status == HYS_OK && floats; k++)
        if (k != c->row) status = hys_array_float_word(c->array, k, true);
    for (size_t k = 0; k < c->n && status == HYS_OK && floats; k++)
        if (k != c->column) status = hys_array_float_bit(c->array, k, true);
    return status;
}

static hys_status make_corner(corner *c) {
    const hys_array_opts *lines = &c->opts->lines;
    c->row = farthest(lines->bits ? lines->bits : HYS_ENDS_LAST, c->m);
    c->column = farthest(lines->words ? lines->words : HYS_ENDS_FIRST, c->n);
    hys_status status = make_array(c, 0);
    if (status != HYS_OK) return status;
    c->cells = hys__realloc(c->ctx, NULL, 0, c->m * c->n * sizeof(double));
    c->words = hys__realloc(c->ctx, NULL, 0, c->m * sizeof(double));
    c->bits = hys__realloc(c->ctx, NULL, 0, c->n * sizeof(double));
    if (!c->cells || !c->words || !c->bits) return HYS_NOMEM;
    drive(c);
    return HYS_OK;
}

static hys_status solve(corner *c, bool is_on, bool others_on) {
    const double on = 1 / c->opts->on, off = 1 / c->opts->off;
    for (size_t k = 0; k < c->m * c->n; k++) c->cells[k] = others_on ? on : off;
    c->cells[c->row * c->n + c->column] = is_on ? on : off;
    hys_status status = hys_array_set_conductances(c->array, c->cells);
    return status == HYS_OK ? hys_array_solve(c->array, c->words, c->bits) : status;
}

static double across(const corner *c, size_t k) {
    return hys_array_word_potentials(c->array)[k] - hys_array_bit_potentials(c->array)[k];
}

static double worst_other(const corner *c) {
    double most = 0;
    for (size_t k = 0; k < c->m * c->n; k++)
        if (k != c->row * c->n + c->column) most = fmax(most, fabs(across(c, k)));
    return most;
}

/* ---- its margins ---- */

static hys_status read_current(corner *c, hys_margin *m) {
    const size_t cell = c->row * c->n + c->column;
    hys_status status = solve(c, false, true);
    if (status != HYS_OK) return status;
    m->off_current = hys_array_bit_currents(c->array)[c->column];
    status = solve(c, true, true);
    if (status != HYS_OK) return status;
    m->on_current = hys_array_bit_currents(c->array)[c->column];
    m->sneak_current = m->on_current - hys__array_cell_current(c->array, cell);
    m->power = hys_array_get_report(c->array).source_power;
    m->write = across(c, cell);
    m->disturb = worst_other(c);
    m->margin = (m->on_current - m->off_current) / m->on_current;
    return HYS_OK;
}

/* dV = V (R/(a + R) - R/(b + R)), a and b what the bit line sees with the cell on and off, is largest at R^2 = a b. */
static hys_status read_voltage(corner *c, hys_margin *m) {
    m->resistor = c->opts->voltage / sqrt(m->on_current * m->off_current);
    hys_status status = make_array(c, m->resistor);
    if (status == HYS_OK) status = solve(c, false, true);
    if (status != HYS_OK) return status;
    const double off = m->resistor * hys_array_bit_currents(c->array)[c->column];
    status = solve(c, true, true);
    if (status != HYS_OK) return status;
    m->margin = (m->resistor * hys_array_bit_currents(c->array)[c->column] - off) / c->opts->voltage;
    return HYS_OK;
}

/* Cells that are all off leave the wires' ends what they are driven to. */
static hys_status find_disturb(corner *c, hys_margin *m) {
    hys_status status = solve(c, false, false);
    if (status == HYS_OK) m->disturb = fmax(m->disturb, worst_other(c));
    return status;
}

static hys_status find(hys_ctx *ctx, const hys_margin_opts *opts, size_t n, hys_margin *m) {
    corner c = {.ctx = ctx, .opts = opts, .m = n, .n = (size_t)hys__margin_columns(opts, (double)n)};
    *m = (hys_margin){.n = n, .columns = c.n};
    hys_status status = make_corner(&c);
    if (status == HYS_OK) status = read_current(&c, m);
    if (status == HYS_OK) status = find_disturb(&c, m);
    if (status == HYS_OK && opts->reads_voltage) status = read_voltage(&c, m);
    if (status == HYS_OK) m->ideal_margin = hys__ideal_margin(opts, (double)n);
    free_corner(&c);
    return status;
}

hys_status hys_array_margin(hys_ctx *ctx, const hys_margin_opts *opts, size_t n, hys_margin *margin) {
    const hys_margin_opts o = complete_opts(opts);
    hys_status status = check(ctx, &o);
    if (status == HYS_OK && n < 2) status = hys__fail(ctx, HYS_ARG, "2 or more", "one line has no other beside it");
    return status == HYS_OK ? find(ctx, &o, n, margin) : status;
}

/* ---- maps ---- */

/* Lines that float change with the chosen cell. */
static hys_status choose(corner *c, size_t row, size_t column) {
    c->row = row;
    c->column = column;
    drive(c);
    hys_status status = c->opts->scheme == HYS_SCHEME_FLOAT ? make_array(c, 0) : HYS_OK;
    return status == HYS_OK ? solve(c, true, true) : status;
}

static hys_status map_writes(corner *c, size_t every, double *v) {
    hys_status status = HYS_OK;
    for (size_t i = 0; i < c->m; i += every)
        for (size_t j = 0; j < c->n && status == HYS_OK; j += every) {
            status = choose(c, i, j);
            if (status == HYS_OK) *v++ = across(c, i * c->n + j);
        }
    return status;
}

static hys_status map_disturbs(corner *c, size_t every, double *v) {
    const hys_status status = solve(c, true, true);
    for (size_t i = 0; i < c->m && status == HYS_OK; i += every)
        for (size_t j = 0; j < c->n; j += every) *v++ = across(c, i * c->n + j);
    return status;
}

hys_status hys_array_margin_map(hys_ctx *ctx, const hys_margin_opts *opts, size_t n, hys_margin_map map, size_t every,
                                double *v) {
    const hys_margin_opts o = complete_opts(opts);
    hys_status status = check(ctx, &o);
    if (status == HYS_OK && (n < 2 || !every))
        status = hys__fail(ctx, HYS_ARG, "2 lines or more", "no map of %zu word lines, every %zuth", n, every);
    if (status != HYS_OK) return status;
    corner c = {.ctx = ctx, .opts = &o, .m = n, .n = (size_t)hys__margin_columns(&o, (double)n)};
    status = make_corner(&c);
    if (status == HYS_OK) status = map == HYS_MAP_WRITE ? map_writes(&c, every, v) : map_disturbs(&c, every, v);
    free_corner(&c);
    return status;
}

/* ---- the largest array ---- */

static hys_status double_up(hys_ctx *ctx, const hys_margin_opts *o, hys_margin_curve *c) {
    for (size_t n = 2; n <= o->most; n *= 2) {
        hys_margin *m = &c->points[c->n_points];
        hys_status status = find(ctx, o, n, m);
        if (status != HYS_OK) return status;
        c->n_points++;
        if (!(m->margin >= o->least)) return HYS_OK;
        c->largest = n;
    }
    return HYS_OK;
}

/* Between c->largest, which is good, and `bad`, which is not or not tried. */
static hys_status halve(hys_ctx *ctx, const hys_margin_opts *o, size_t bad, hys_margin_curve *c) {
    while (bad - c->largest > 1) {
        const size_t n = c->largest + (bad - c->largest) / 2;
        hys_margin m;
        hys_status status = find(ctx, o, n, &m);
        if (status != HYS_OK) return status;
        if (m.margin >= o->least) c->largest = n;
        else bad = n;
    }
    return HYS_OK;
}

#define MOST_POINTS 32

hys_status hys_array_margins(hys_ctx *ctx, const hys_margin_opts *opts, hys_margin_curve *curve) {
    const hys_margin_opts o = complete_opts(opts);
    *curve = (hys_margin_curve){.points = NULL};
    hys_status status = check(ctx, &o);
    if (status == HYS_OK && (o.most < 2 || (double)o.most * hys__margin_columns(&o, (double)o.most) > 1e9))
        status = hys__fail(ctx, HYS_ARG, "at least 2 word lines, at most 10^9 cells",
                           "no array of %zu word lines can be tried", o.most);
    if (status != HYS_OK) return status;
    curve->points = hys__realloc(ctx, NULL, 0, MOST_POINTS * sizeof *curve->points);
    if (!curve->points) return HYS_NOMEM;
    status = double_up(ctx, &o, curve);
    if (status == HYS_OK && curve->largest) {
        const bool failed = !(curve->points[curve->n_points - 1].margin >= o.least);
        status = halve(ctx, &o, failed ? curve->points[curve->n_points - 1].n : o.most + 1, curve);
        curve->is_more = curve->largest == o.most;
    }
    if (status == HYS_OK) curve->ideal_largest = hys__ideal_largest(&o);
    else hys_margin_curve_free(ctx, curve);
    return status;
}

void hys_margin_curve_free(hys_ctx *ctx, hys_margin_curve *curve) {
    if (curve->points) hys__free(ctx, curve->points, MOST_POINTS * sizeof *curve->points);
    *curve = (hys_margin_curve){.points = NULL};
}
