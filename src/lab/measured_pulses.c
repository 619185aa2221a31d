/* Pulses in a record of voltage, current and time: found by what the voltage does, told apart into those that write and
 * those that read. */
#include "base/diag.h"
#include "lab/measured.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL    0.02 /* of the largest distance from the base: less is rest */
#define NOISE    6.0  /* standard deviations of the voltage's noise: less is rest */
#define FLAT     0.1  /* of a pulse's height: more is a step */
#define FLAT_N   2    /* rows of a step that make it one */
#define READ_GAP 1.5  /* by which reads are smaller than the rest */

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where the voltage rests: the middle of the shortest stretch of values that holds a quarter of the time. */
static hys_status find_base(hys__protocol *p, const hys__pulses *f, double *base) {
    typedef struct part {
        double v, time;
    } part;
    part *parts = HYS_NEW_N(p->arena, part, f->n_rows);
    double all = 0, held = 0, least = INFINITY;
    if (!parts) return HYS_NOMEM;
    for (size_t k = 0; k < f->n_rows; k++) {
        parts[k].v = f->v[k];
        parts[k].time = k + 1 < f->n_rows ? f->t[k + 1] - f->t[k] : 0;
        all += parts[k].time;
    }
    qsort(parts, f->n_rows, sizeof *parts, compare); /* by v, which comes first */
    for (size_t from = 0, to = 0; from < f->n_rows; from++) {
        while (to < f->n_rows && held < 0.25 * all) held += parts[to++].time;
        if (held < 0.25 * all) break;
        double width = parts[to - 1].v - parts[from].v;
        if (width < least) least = width, *base = 0.5 * (parts[to - 1].v + parts[from].v);
        held -= parts[from].time;
    }
    return HYS_OK;
}

typedef struct finder {
    hys__protocol *p;
    hys__pulses *f;
    struct {
        hys__pulse *at;
        size_t n, cap;
    } list;
    double least; /* V: a smaller distance from the base is rest */
} finder;

static double mean(const double *x, size_t from, size_t to) {
    double sum = 0;
    for (size_t k = from; k <= to; k++) sum += x[k];
    return sum / (double)(to - from + 1);
}

/* Its flat part is where the voltage is near its height; width counts from half of it. */
static hys_status add_pulse(finder *g, size_t from, size_t to) {
    hys__pulses *f = g->f;
    hys__pulse *pulse = HYS_PUSH(g->p->arena, &g->list);
    if (!pulse) return HYS_NOMEM;
    double top = 0;
    for (size_t k = from; k <= to; k++)
        if (fabs(f->v[k] - f->base) > fabs(top)) top = f->v[k] - f->base;
    size_t first = from, last = to;
    while (first < last && fabs(f->v[first] - f->base) < (1 - FLAT) * fabs(top)) first++;
    while (last > first && fabs(f->v[last] - f->base) < (1 - FLAT) * fabs(top)) last--;
    size_t third = last - (last - first) / 3;
    size_t before = from > 0 ? from - 1 : from, behind = to + 1 < f->n_rows ? to + 1 : to;
    double start = 0.5 * (f->t[before] + f->t[from]);
    *pulse = (hys__pulse){.first = first,
                          .last = last,
                          .start = start,
                          .width = 0.5 * (f->t[to] + f->t[behind]) - start,
                          .v = mean(f->v, third, last),
                          .i = mean(f->i, third, last)};
    pulse->amplitude = mean(f->v, first, last) - f->base;
    for (size_t k = before; k < behind; k++)
        pulse->energy += 0.5 * (fabs(f->v[k] * f->i[k]) + fabs(f->v[k + 1] * f->i[k + 1])) * (f->t[k + 1] - f->t[k]);
    return HYS_OK;
}

static bool is_step(const finder *g, size_t from, size_t k) {
    const double *v = g->f->v;
    double height = fmax(fabs(v[from] - g->f->base), fabs(v[k] - g->f->base));
    return fabs(v[k] - v[k - 1]) > FLAT * height;
}

/* A stretch off the base that goes in steps, such as a write with a read right behind, is cut at them: parts that hold
 * their voltage are pulses, edges belong to the larger one beside. */
static hys_status add_stretch(finder *g, size_t from, size_t to) {
    const double *v = g->f->v, base = g->f->base;
    hys_status status = HYS_OK;
    size_t flat = from, begin = from;
    double last = NAN;
    bool any = false;
    for (size_t k = from + 1; k <= to + 1 && status == HYS_OK; k++) {
        if (k <= to && !is_step(g, flat, k)) continue;
        bool holds = k - flat >= FLAT_N;
        double level = mean(v, flat, k - 1) - base;
        if (holds && any && fabs(level - last) > FLAT * fmax(fabs(level), fabs(last))) {
            status = add_pulse(g, begin, flat - 1);
            begin = flat;
        }
        if (holds) last = level, any = true;
        flat = k;
    }
    return status == HYS_OK ? add_pulse(g, begin, to) : status;
}

static hys_status find_all(finder *g) {
    const hys__pulses *f = g->f;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < f->n_rows && status == HYS_OK; k++) {
        size_t from = k;
        double sign = f->v[k] > f->base ? 1 : -1;
        while (k < f->n_rows && sign * (f->v[k] - f->base) > g->least) k++;
        if (k == from) continue;
        status = add_stretch(g, from, k - 1);
        k--; /* a pulse of the other sign may follow at once */
    }
    return status;
}

/* ---- reads ---- */

static hys_status find_gap(hys__protocol *p, const hys__pulses *f, double *most) {
    double *sizes = HYS_NEW_N(p->arena, double, f->n + 1), widest = READ_GAP;
    *most = 0;
    if (!sizes) return HYS_NOMEM;
    for (size_t k = 0; k < f->n; k++) sizes[k] = fabs(f->at[k].amplitude);
    qsort(sizes, f->n, sizeof *sizes, compare);
    for (size_t k = 1; k < f->n; k++)
        if (sizes[k] / sizes[k - 1] >= widest) widest = sizes[k] / sizes[k - 1], *most = sqrt(sizes[k] * sizes[k - 1]);
    return HYS_OK;
}

/* Two groups of pulses make reads only where they take turns: a staircase of rising pulses has no reads. */
static bool take_turns(const hys__pulses *f, double most) {
    size_t turns = 0;
    for (size_t k = 1; k < f->n; k++)
        turns += (fabs(f->at[k].amplitude) > most) != (fabs(f->at[k - 1].amplitude) > most);
    return turns >= 2 && 8 * turns >= f->n;
}

static hys_status mark_reads(hys__protocol *p, hys__pulses *f) {
    double most = 0;
    hys_status status = HYS_OK;
    if (!hys__measured_says(p, "read", "auto")) {
        status = hys__protocol_positive(p, "read", &most);
        most *= 1 + FLAT;
    } else {
        status = find_gap(p, f, &most);
        if (status == HYS_OK && most > 0 && !take_turns(f, most)) most = 0;
    }
    for (size_t k = 0; k < f->n; k++) {
        f->at[k].is_read = fabs(f->at[k].amplitude) <= most;
        f->n_reads += f->at[k].is_read;
    }
    return status;
}

/* ---- all ---- */

hys_status hys__find_pulses(hys__protocol *p, size_t table, hys__pulses *f) {
    *f = (hys__pulses){.n_rows = hys__measured_rows(p, table)};
    double noise = 0, most = 0;
    hys_status status = hys__measured_find(p, table, "time", &f->t);
    if (status == HYS_OK) status = hys__measured_find(p, table, "v", &f->v);
    if (status == HYS_OK) status = hys__measured_find(p, table, "i", &f->i);
    if (status != HYS_OK || !f->t || !f->v || !f->i || f->n_rows < 3) return status;
    for (size_t k = 1; k < f->n_rows; k++)
        if (!isfinite(f->v[k]) || !isfinite(f->v[k - 1]))
            return hys__measured_refuse(p, table, "leave rows without a measurement out",
                                        "the voltage of row %zu is not a finite number", isfinite(f->v[k]) ? k : k + 1);
        else if (!(f->t[k] >= f->t[k - 1]))
            return hys__measured_refuse(p, table, "one record a file, in the order in which it was measured",
                                        "the time of row %zu is before that of row %zu", k + 1, k);
    status = find_base(p, f, &f->base);
    if (status == HYS_OK) status = hys__measured_noise(p, f->v, f->n_rows, &noise);
    for (size_t k = 0; k < f->n_rows; k++) most = fmax(most, fabs(f->v[k] - f->base));
    finder g = {.p = p, .f = f, .least = fmax(LEVEL * most, NOISE * noise)};
    if (status == HYS_OK) status = find_all(&g);
    f->at = g.list.at;
    f->n = g.list.n;
    return status == HYS_OK && f->n ? mark_reads(p, f) : status;
}

/* Mean of i/v over the second half of the rest behind pulse k. */
static double at_base(const hys__pulses *f, size_t k) {
    size_t from = f->at[k].last + 1, to = k + 1 < f->n ? f->at[k + 1].first : f->n_rows, n = 0;
    double sum = 0;
    for (size_t row = from + (to - from) / 2; row < to; row++)
        if (fabs(f->v[row] - f->base) < 0.5 * fabs(f->base)) sum += f->i[row] / f->v[row], n++;
    return n ? sum / (double)n : NAN;
}

double hys__behind_pulse(const hys__pulses *f, size_t k) {
    double g = NAN;
    if (!f->n_reads && f->base != 0 && isfinite(at_base(f, k)) && fabs(f->base) > LEVEL * fabs(f->at[k].amplitude))
        return at_base(f, k);
    if (!f->n_reads) return f->at[k].i / f->at[k].v;
    for (size_t m = k + 1; m < f->n && f->at[m].is_read; m++) g = f->at[m].i / f->at[m].v;
    return g;
}
