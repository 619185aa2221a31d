/* What is wrong with a crossbar: cells that are stuck, lines that are shorted or cut. */
#include "array/array_impl.h"
#include "base/diag.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

static hys_status no_line(const hys_array *a, const char *kind, size_t at, size_t n) {
    return hys__fail(a->ctx, HYS_ARG, "lines count from 0", "there is no %s line %zu of %zu", kind, at, n);
}

static hys_status stick(hys_array *a, size_t k, double ohm) {
    if (!a->is_stuck) a->is_stuck = HYS_NEW_N(&a->arena, bool, a->opts.rows * a->opts.columns);
    if (!a->is_stuck) return HYS_NOMEM;
    a->is_stuck[k] = true;
    a->cells[k] = 1 / ohm;
    return HYS_OK;
}

hys_status hys_array_stick(hys_array *a, size_t row, size_t column, double ohm) {
    if (row >= a->opts.rows) return no_line(a, "word", row, a->opts.rows);
    if (column >= a->opts.columns) return no_line(a, "bit", column, a->opts.columns);
    if (!(ohm > 0)) return hys__fail(a->ctx, HYS_ARG, "more than 0 ohm", "no cell can be stuck at %g ohm", ohm);
    const hys_status status = stick(a, row * a->opts.columns + column, ohm);
    hys__array_forget(a);
    return status;
}

static hys_status bridge(hys_array *a, bool is_word, size_t row, size_t column, double ohm) {
    const size_t n = a->opts.columns, first = row * n + column;
    if (!(ohm > 0) || !isfinite(ohm))
        return hys__fail(a->ctx, HYS_ARG, "more than 0 ohm", "no short between lines has %g ohm", ohm);
    if (a->bridges.n >= HYS__BRIDGES_MOST)
        return hys__fail(a->ctx, HYS_LIMIT, "", "more than %d shorts between lines", HYS__BRIDGES_MOST);
    hys__array_forget(a);
    hys__bridge *b = HYS_PUSH(&a->arena, &a->bridges);
    if (!b) return HYS_NOMEM;
    *b = (hys__bridge){is_word, first, first + (is_word ? n : 1), 1 / ohm};
    return HYS_OK;
}

hys_status hys_array_bridge_words(hys_array *a, size_t row, size_t at, double ohm) {
    if (row + 1 >= a->opts.rows) return no_line(a, "word", row + 1, a->opts.rows);
    if (at >= a->opts.columns) return no_line(a, "bit", at, a->opts.columns);
    return bridge(a, true, row, at, ohm);
}

hys_status hys_array_bridge_bits(hys_array *a, size_t column, size_t at, double ohm) {
    if (column + 1 >= a->opts.columns) return no_line(a, "bit", column + 1, a->opts.columns);
    if (at >= a->opts.rows) return no_line(a, "word", at, a->opts.rows);
    return bridge(a, false, at, column, ohm);
}

/* ---- at random ---- */

hys_fault_opts hys_fault_opts_default(void) {
    return (hys_fault_opts){.size = sizeof(hys_fault_opts), .on = 10e3, .off = 1e6};
}

static bool is_probability(double p) {
    return p >= 0 && p <= 1;
}

static hys_status check(const hys_array *a, const hys_fault_opts *o) {
    if (!is_probability(o->stuck_on) || !is_probability(o->stuck_off) || !is_probability(o->cut_word) ||
        !is_probability(o->cut_bit) || o->stuck_on + o->stuck_off > 1)
        return hys__fail(a->ctx, HYS_ARG, "from 0 to 1, stuck on and stuck off together too",
                         "a probability of faults that is none");
    if (!(o->on > 0) || !(o->off > 0))
        return hys__fail(a->ctx, HYS_ARG, "more than 0 ohm", "cells that are stuck at %g or %g ohm", o->on, o->off);
    return HYS_OK;
}

/* Of a cell and of the two segments in front of it: independent. */
static void draw(uint64_t seed, size_t row, size_t column, double part[3]) {
    uint64_t bits[2];
    hys__threefry2x64((const uint64_t[]){seed, 0}, (const uint64_t[]){row, column}, bits);
    part[0] = hys__uniform(bits[0]);
    part[1] = hys__uniform(bits[1]);
    hys__threefry2x64((const uint64_t[]){seed, 1}, (const uint64_t[]){row, column}, bits);
    part[2] = hys__uniform(bits[0]);
}

static hys_status draw_one(hys_array *a, const hys_fault_opts *o, size_t k, hys_fault_counts *counts) {
    const size_t i = k / a->opts.columns, j = k % a->opts.columns;
    double part[3];
    hys_status status = HYS_OK;
    draw(o->seed, i, j, part);
    const bool is_on = part[0] < o->stuck_on, is_off = !is_on && part[0] < o->stuck_on + o->stuck_off;
    if (is_on || is_off) status = stick(a, k, is_on ? o->on : o->off);
    counts->stuck_on += is_on;
    counts->stuck_off += is_off;
    if (status == HYS_OK && part[1] < o->cut_word) {
        status = hys_array_cut_word(a, i, j);
        counts->cut_words++;
    }
    if (status == HYS_OK && part[2] < o->cut_bit) {
        status = hys_array_cut_bit(a, j, i);
        counts->cut_bits++;
    }
    return status;
}

hys_status hys_array_random_faults(hys_array *a, const hys_fault_opts *opts, hys_fault_counts *counts) {
    hys_fault_opts o = hys_fault_opts_default();
    hys_fault_counts own = {0};
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    hys_status status = check(a, &o);
    hys__array_forget(a);
    for (size_t k = 0; k < a->opts.rows * a->opts.columns && status == HYS_OK; k++) status = draw_one(a, &o, k, &own);
    if (counts) *counts = own;
    return status;
}
