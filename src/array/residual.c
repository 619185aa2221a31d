/* One matrix on several arrays (Song et al., Science 383, 903 (2024)): with r_0 = A,
 *
 *     array k holds r_k / s_k,  s_k = max |r_k|,      r_(k+1) = r_k - s_k G_k,      A ~ sum_k s_k G_k,
 *
 * G_k as it is read back, in units where numbers from -1 to 1 lie between g_min and g_max.  Scales are maxima, so that
 * no number of an array is clipped: with a few standard deviations the clipped ones would stay. */
#include "array/array_impl.h"
#include "array/program.h"
#include "base/diag.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

static double largest_of(const double *v, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs(v[k]));
    return most;
}

static double rms_of(const double *v, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += v[k] * v[k];
    return sqrt(sum / (double)n);
}

typedef struct rest {
    double *believed, *real;  /* [n]: what is lacking, by what was read back, and in truth */
    double *g, *back, *truth; /* [n] S */
} rest;

static double number_of(const hys__residual *on, double g) {
    return (g - 0.5 * (on->g_min + on->g_max)) / (0.5 * (on->g_max - on->g_min));
}

static hys_status add_array(const hys__residual *on, size_t k, double unit, const rest *r, hys_residual_step *step) {
    const double middle = 0.5 * (on->g_min + on->g_max), half = 0.5 * (on->g_max - on->g_min);
    *step = (hys_residual_step){.scale = largest_of(r->believed, on->n)};
    for (size_t j = 0; j < on->n; j++) r->g[j] = middle + half * (step->scale > 0 ? r->believed[j] / step->scale : 0);
    hys_status status = on->write(on->user, k, r->g, r->back, r->truth, &step->n_failed);
    if (status != HYS_OK) return status;
    for (size_t j = 0; j < on->n; j++) {
        r->believed[j] -= step->scale * number_of(on, r->back[j]);
        r->real[j] -= step->scale * number_of(on, r->truth[j]);
    }
    step->rms = rms_of(r->believed, on->n) / unit;
    step->most = largest_of(r->believed, on->n) / unit;
    step->true_rms = rms_of(r->real, on->n) / unit;
    return HYS_OK;
}

hys_status hys__residual_run(const hys__residual *on, size_t n_arrays, const double *values, hys_residual_step *steps,
                             double *sum) {
    const double unit = largest_of(values, on->n);
    hys__arena arena;
    if (!(on->g_min >= 0 && on->g_max > on->g_min) || !isfinite(on->g_max))
        return hys__fail(on->ctx, HYS_ARG, "0 S <= g_min < g_max", "numbers between %g S and %g S", on->g_min,
                         on->g_max);
    if (!(unit > 0) || !isfinite(unit))
        return hys__fail(on->ctx, HYS_ARG, "finite numbers, not all 0", "there is nothing to program");
    hys__arena_init(&arena, on->ctx, 0);
    double *room = HYS_NEW_N(&arena, double, 5 * on->n);
    hys_status status = room ? HYS_OK : HYS_NOMEM;
    if (room) {
        const rest r = {room, room + on->n, room + 2 * on->n, room + 3 * on->n, room + 4 * on->n};
        memcpy(r.believed, values, on->n * sizeof *values);
        memcpy(r.real, values, on->n * sizeof *values);
        for (size_t k = 0; k < n_arrays && status == HYS_OK; k++) status = add_array(on, k, unit, &r, &steps[k]);
        for (size_t j = 0; j < on->n && sum && status == HYS_OK; j++) sum[j] = values[j] - r.real[j];
    }
    hys__arena_free(&arena);
    return status;
}

/* ---- on arrays of devices ---- */

typedef struct writer {
    hys_array *const *arrays;
    hys_program_opts program;
    size_t reads;
    hys_program_cell *cells;
} writer;

/* Rows are read through the wires, each read with its noise. */
static hys_status read_back(const writer *w, const hys__target *on, uint64_t k, double *back) {
    const double noise = w->program.read_noise / sqrt((double)w->reads);
    const uint64_t key[2] = {w->program.seed, hys__name_hash("residual read")};
    double power = 0;
    for (size_t i = 0; i < on->rows; i++) {
        hys_status status = on->read(on->user, i, back + i * on->columns, &power);
        if (status != HYS_OK) return status;
    }
    for (size_t j = 0; j < on->rows * on->columns && noise > 0; j++) {
        const uint64_t at[2] = {j, k};
        back[j] *= 1 + noise * hys__normal(key, at);
    }
    return HYS_OK;
}

/* The truth is what a reader without noise gets through the wires: products go through them as well. */
static hys_status write_array(void *user, size_t k, const double *g, double *back, double *truth, size_t *failed) {
    writer *w = user;
    hys__array_target *t = NULL;
    hys__target on;
    hys_program_report report = {.size = sizeof report};
    hys_program_opts o = w->program;
    o.seed += k;
    hys_status status = hys__array_target_new(w->arrays[k], &o, &t, &on);
    if (status == HYS_OK) status = hys__program(&on, g, &o, w->cells, &report);
    if (status == HYS_OK) status = read_back(w, &on, k, back);
    double power = 0;
    for (size_t i = 0; i < on.rows && status == HYS_OK; i++)
        status = on.read(on.user, i, truth + i * on.columns, &power);
    *failed = report.n_cells - report.n_reached;
    hys__array_target_free(t);
    return status;
}

static hys_status check_arrays(hys_array *const *arrays, size_t n) {
    for (size_t k = 1; k < n; k++)
        if (arrays[k]->opts.rows != arrays[0]->opts.rows || arrays[k]->opts.columns != arrays[0]->opts.columns)
            return hys__fail(arrays[0]->ctx, HYS_ARG, "all of one size", "array %zu is not as large as the first", k);
    return HYS_OK;
}

hys_status hys_array_residual(hys_array *const *arrays, size_t n, const double *values, const hys_residual_opts *given,
                              hys_residual_step *steps, double *sum) {
    hys_ctx *ctx = arrays[0]->ctx;
    const size_t count = arrays[0]->opts.rows * arrays[0]->opts.columns;
    hys_residual_opts o = {.reads = 1};
    memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    writer w = {.arrays = arrays, .reads = o.reads ? o.reads : 1};
    hys_status status = check_arrays(arrays, n);
    if (status == HYS_OK) status = hys__program_opts_take(ctx, o.program, &w.program);
    if (status != HYS_OK) return status;
    w.cells = hys__realloc(ctx, NULL, 0, count * sizeof *w.cells);
    if (!w.cells) return HYS_NOMEM;
    const hys__residual on = {ctx, &w, count, o.g_min, o.g_max, write_array};
    status = hys__residual_run(&on, n, values, steps, sum);
    hys__free(ctx, w.cells, count * sizeof *w.cells);
    return status;
}
