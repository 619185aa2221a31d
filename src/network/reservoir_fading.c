/* Whether a device can be a node: what a pulse leaves behind must be there a frame later, and gone in the end.
 *
 * One trace in two gets the pulse.  Each pair is read once, 1, 2, 4 ... frames behind it, so that no read disturbs
 * another one. */
#include "base/diag.h"
#include "network/reservoir_impl.h"
#include <math.h>

#define READS       11u /* the last one 1024 frames after */
#define LEAST       1e-4
#define FORGETS     0.5 /* of what was there a frame after the pulse */
#define SHORT_PROBE 0.01

typedef struct trial {
    hys_reservoir *r;
    hys__nodes *nodes;
    double pulse, probe, probe_time; /* s, V, s */
    double v[2 * READS];             /* V: with the pulse, without */
    double left[READS];
    double current; /* A: of the first read, with the pulse */
} trial;

static hys_status hold(trial *t, double time) {
    return time > 0 ? hys__nodes_hold(t->nodes, t->v, time) : HYS_OK;
}

static void rest_all(trial *t) {
    for (size_t k = 0; k < 2 * READS; k++) t->v[k] = t->r->opts.rest;
}

static hys_status read_pair(trial *t, size_t pair, double wait) {
    hys_status status = hold(t, wait);
    if (status != HYS_OK) return status;
    t->v[2 * pair] = t->v[2 * pair + 1] = t->probe;
    status = hold(t, t->probe_time);
    const double *i = hys__nodes_currents(t->nodes) + 2 * pair;
    const double most = fmax(fabs(i[0]), fabs(i[1]));
    t->left[pair] = most > 0 ? fabs(i[0] - i[1]) / most : 0;
    if (pair == 0) t->current = i[0];
    rest_all(t);
    return status;
}

static hys_status run(trial *t) {
    const double frame = t->r->rates[0].frame;
    rest_all(t);
    for (size_t k = 0; k < READS; k++) t->v[2 * k] = t->r->opts.high;
    hys_status status = hold(t, t->pulse);
    rest_all(t);
    for (size_t k = 0; k < READS && status == HYS_OK; k++) {
        const double at = frame * (double)(1u << k), before = k ? frame * (double)(1u << (k - 1)) + t->probe_time : 0;
        status = read_pair(t, k, fmax(at - before, 0));
    }
    return status;
}

static double fade_time(const trial *t) {
    const double frame = t->r->rates[0].frame, level = t->left[0] * exp(-1);
    for (size_t k = 1; k < READS; k++) {
        if (t->left[k] > level) continue;
        const double from = frame * (double)(1u << (k - 1)), a = t->left[k - 1], b = fmax(t->left[k], 1e-300);
        return from + from * log(a / level) / log(a / b);
    }
    return INFINITY;
}

static hys_status judge(const trial *t) {
    hys_ctx *ctx = t->r->ctx;
    const hys_cell_opts *cell = t->r->opts.cell;
    const double frame = t->r->rates[0].frame;
    if (!(t->left[0] > LEAST))
        return hys__fail(ctx, HYS_ARG, "other voltages or times, or a device that remembers",
                         "%s is no node of a reservoir: %g s after a pulse of %g V its current differs by %.2g of "
                         "itself from what it is without the pulse",
                         cell->memory, frame, t->r->opts.high, t->left[0]);
    if (t->left[READS - 1] > FORGETS * t->left[0])
        return hys__fail(ctx, HYS_ARG, "slower frames, or a volatile device",
                         "%s is no node of a reservoir, it does not forget: of the change that a pulse of %g V makes, "
                         "%.0f %% are left after %g s",
                         cell->memory, t->r->opts.high, 100 * t->left[READS - 1] / t->left[0], 1024 * frame);
    return HYS_OK;
}

static hys_status run_anew(trial *t, size_t substeps) {
    static const size_t first_device[2 * READS];
    hys_status status = hys__reservoir_nodes(t->r, 1, 2 * READS, first_device, &t->nodes);
    if (status != HYS_OK) return status;
    hys__nodes_set_substeps(t->nodes, substeps);
    status = run(t);
    hys__nodes_free(t->nodes);
    t->nodes = NULL;
    return status;
}

#define COARSE 0.05

static void warn_of_steps(const hys_reservoir *r) {
    char text[48];
    hys_quantity_format(r->rates[0].frame, "s", 3, text);
    if (r->report.step_error > COARSE)
        hys__report(r->ctx, HYS_WARNING, HYS_OK, NULL, HYS_NO_SPAN, "more substeps",
                    "%zu steps of a pulse are few: with twice as many the state after a frame of %s is another by "
                    "%.0f %%",
                    r->opts.substeps, text, 100 * r->report.step_error);
}

hys_status hys__reservoir_test(hys_reservoir *r) {
    const hys_reservoir_opts *o = &r->opts;
    trial t = {.r = r, .probe = o->read, .probe_time = o->read_time};
    t.pulse = r->rates[0].pulse > 0 ? r->rates[0].pulse : r->rates[0].frame;
    if (o->read_time == 0) {
        t.probe = o->high;
        t.probe_time = SHORT_PROBE * t.pulse;
    }
    trial finer = t;
    hys_status status = run_anew(&t, o->substeps);
    if (status == HYS_OK) status = run_anew(&finer, 2 * o->substeps);
    if (status != HYS_OK) return status;
    r->report.fading = (hys_fading){t.left[0], t.left[READS - 1], fade_time(&t)};
    r->report.step_error = finer.current != 0 ? fabs(t.current / finer.current - 1) : 0;
    warn_of_steps(r);
    return judge(&t);
}
