/* What is read of an array at times after it was programmed. */
#include "array/array_impl.h"
#include "array/program.h"
#include "base/diag.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

typedef struct ageing {
    hys_array *array;
    hys_retention_opts o;
    const double *targets;
    hys__target on;
    double *now;        /* [rows columns] S: as read */
    double *fresh, *nu; /* [rows columns] S, of conductances; NULL: devices */
    double g_max;       /* S: of published statistics */
} ageing;

hys_retention_opts hys_retention_opts_default(void) {
    return (hys_retention_opts){.size = sizeof(hys_retention_opts), .start = 1, .read_voltage = 0.1, .tolerance = 0.1};
}

static hys_status check(hys_ctx *ctx, const hys_array *a, const hys_retention_opts *o) {
    for (size_t k = 0; k < o->n; k++)
        if (!isfinite(o->times[k]) || o->times[k] < (k ? o->times[k - 1] : 0))
            return hys__fail(ctx, HYS_ARG, "0 s or more, ascending", "a read at %g s", o->times[k]);
    if (a->devices && (o->drift != 0 || o->drift_spread != 0 || o->cells))
        return hys__fail(ctx, HYS_ARG, "a law of drift is for arrays of conductances",
                         "devices drift by their own equations");
    if (!isfinite(o->drift) || !(o->drift_spread >= 0) || !(o->start > 0) || !isfinite(o->start))
        return hys__fail(ctx, HYS_ARG, "a spread of 0 or more, a start of more than 0 s",
                         "no drift goes with t^-%g from %g s on", o->drift, o->start);
    if (!isfinite(o->read_voltage) || o->read_voltage == 0 || !(o->read_noise >= 0) || !isfinite(o->read_noise))
        return hys__fail(ctx, HYS_ARG, "a voltage, and noise of 0 or more", "a read at %g V with noise of %g",
                         o->read_voltage, o->read_noise);
    return HYS_OK;
}

/* ---- to a time ---- */

static hys_status drift_to(ageing *w, double time) {
    const size_t count = w->array->opts.rows * w->array->opts.columns;
    for (size_t k = 0; k < count; k++) w->now[k] = w->fresh[k] * pow((time + w->o.start) / w->o.start, -w->nu[k]);
    return hys_array_set_conductances(w->array, w->now);
}

static double draw(const ageing *w, size_t cell, uint64_t of) {
    const uint64_t key[2] = {w->o.seed, hys__name_hash("published drift")}, at[2] = {cell, of};
    return hys__normal(key, at);
}

enum { OF_EXPONENT, OF_DEVIATION, OF_FLICKER }; /* and one of flicker for each further read */

/* The mean moves and the deviation grows from what it was just after programming; exponents of t^-nu differ from cell
 * to cell, with the drift factor of the mean exponent as it is given: factor^(nu_k / nu). */
static hys_status age(const ageing *w, size_t k, size_t at, double time, double *g) {
    const double part = fmin(1, w->fresh[k] / w->g_max);
    hys_product_cell_law then, now;
    hys_status status = hys_product_cell(w->array->ctx, w->o.cells, part, -1, &then);
    if (status == HYS_OK) status = hys_product_cell(w->array->ctx, w->o.cells, part, time, &now);
    if (status != HYS_OK) return status;
    const double more = sqrt(fmax(0, now.program * now.program - then.program * then.program));
    *g = w->fresh[k] + w->g_max * (now.shift + more * draw(w, k, OF_DEVIATION));
    if (now.nu > 0) *g *= pow(now.drift, fabs(1 + now.nu_spread / now.nu * draw(w, k, OF_EXPONENT)));
    *g = fmax(0, *g * (1 + now.flicker * draw(w, k, OF_FLICKER + at)));
    return HYS_OK;
}

static hys_status age_all(ageing *w, size_t at, double time) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < w->array->opts.rows * w->array->opts.columns && status == HYS_OK; k++) {
        w->now[k] = w->fresh[k];
        if (w->fresh[k] > 0) status = age(w, k, at, time, &w->now[k]);
    }
    return status == HYS_OK ? hys_array_set_conductances(w->array, w->now) : status;
}

static hys_status go_to(ageing *w, size_t at, double from, double to) {
    if (!w->array->devices) return w->o.cells ? age_all(w, at, to) : drift_to(w, to);
    return to > from ? w->on.wait(w->on.user, to - from) : HYS_OK;
}

/* ---- a read of all ---- */

static hys_status read_all(ageing *w, size_t at) {
    const size_t n = w->array->opts.columns, count = w->array->opts.rows * n;
    const uint64_t key[2] = {w->o.seed, hys__name_hash("retention read")};
    double power = 0;
    hys_status status = HYS_OK;
    for (size_t i = 0; i < w->array->opts.rows && status == HYS_OK; i++)
        status = w->on.read(w->on.user, i, w->now + i * n, &power);
    for (size_t k = 0; k < count && status == HYS_OK && w->o.read_noise > 0; k++) {
        const uint64_t draw[2] = {k, at};
        w->now[k] *= 1 + w->o.read_noise * hys__normal(key, draw);
    }
    return status;
}

static hys_retention_point summary(const ageing *w, double time) {
    hys_retention_point p = {.time = time};
    double n = 0, n_ratio = 0;
    for (size_t k = 0; k < w->array->opts.rows * w->array->opts.columns; k++) {
        const double target = w->targets[k], error = w->now[k] - target;
        if (isnan(target)) continue;
        n++;
        p.mean += error;
        p.rms += error * error;
        p.most = fmax(p.most, fabs(error));
        p.outside += fabs(error) > w->o.tolerance * fabs(target);
        if (target == 0) continue;
        p.ratio += w->now[k] / target;
        n_ratio++;
    }
    p.mean /= n;
    p.rms = sqrt(p.rms / n);
    p.outside /= n;
    p.ratio /= n_ratio;
    return p;
}

/* ---- arrays of conductances ---- */

static hys_status draw_drift(ageing *w, hys__arena *arena) {
    const size_t count = w->array->opts.rows * w->array->opts.columns;
    const uint64_t key[2] = {w->o.seed, hys__name_hash("drift")};
    w->fresh = HYS_NEW_N(arena, double, count);
    w->nu = HYS_NEW_N(arena, double, count);
    if (!w->fresh || !w->nu) return HYS_NOMEM;
    memcpy(w->fresh, w->array->cells, count * sizeof *w->fresh);
    for (size_t k = 0; k < count; k++) {
        const uint64_t draw[2] = {k, 0};
        w->nu[k] = w->o.drift + (w->o.drift_spread > 0 ? w->o.drift_spread * hys__normal(key, draw) : 0);
    }
    return HYS_OK;
}

static hys_status find_range(ageing *w) {
    w->g_max = w->o.g_max;
    for (size_t k = 0; k < hys_product_n_cells() && w->o.cells; k++)
        if (!strcmp(hys_product_cells(k)->name, w->o.cells) && w->g_max == 0) w->g_max = hys_product_cells(k)->g_max;
    if (!w->o.cells || (w->g_max > 0 && isfinite(w->g_max))) return HYS_OK;
    hys_product_cell_law law;
    hys_status status = hys_product_cell(w->array->ctx, w->o.cells, 0, 0, &law); /* says what is wrong with the name */
    return status == HYS_OK ? hys__fail(w->array->ctx, HYS_ARG, "more than 0 S", "cells of at most %g S", w->g_max)
                            : status;
}

/* ---- all times ---- */

static hys_status run(ageing *w, hys_retention_point *points, double *g) {
    const size_t count = w->array->opts.rows * w->array->opts.columns;
    double from = 0;
    for (size_t k = 0; k < w->o.n; k++) {
        hys_status status = hys_ctx_is_cancelled(w->array->ctx) ? HYS_CANCEL : go_to(w, k, from, w->o.times[k]);
        if (status == HYS_OK) status = read_all(w, k);
        if (status != HYS_OK) return status;
        points[k] = summary(w, w->o.times[k]);
        if (g) memcpy(g + k * count, w->now, count * sizeof *g);
        from = w->o.times[k];
    }
    return HYS_OK;
}

hys_status hys_array_retention(hys_array *a, const double *targets, const hys_retention_opts *given,
                               hys_retention_point *points, double *g) {
    ageing w = {.array = a, .o = hys_retention_opts_default(), .targets = targets};
    if (given) memcpy(&w.o, given, given->size < sizeof w.o ? given->size : sizeof w.o);
    hys_program_opts o = hys_program_opts_default();
    hys__array_target *t = NULL;
    hys__arena arena;
    hys_status status = check(a->ctx, a, &w.o);
    if (status != HYS_OK) return status;
    o.read_voltage = w.o.read_voltage;
    o.run = w.o.run;
    if (w.o.gates) {
        o.scheme = HYS_WRITE_GATE;
        o.gates = *w.o.gates;
    }
    hys__arena_init(&arena, a->ctx, 0);
    w.now = HYS_NEW_N(&arena, double, a->opts.rows * a->opts.columns);
    if (!w.now) status = HYS_NOMEM;
    if (status == HYS_OK) status = find_range(&w);
    if (status == HYS_OK && !a->devices) status = draw_drift(&w, &arena);
    if (status == HYS_OK) status = hys__array_target_new(a, &o, &t, &w.on);
    if (status == HYS_OK) status = run(&w, points, g);
    hys__array_target_free(t);
    hys__arena_free(&arena);
    return status;
}
