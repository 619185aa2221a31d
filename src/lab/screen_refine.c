/* In the membrane: a search without derivatives on the largest error / tolerance of what the verdict asks for.  Where
 * there is no spike, rest and peak lead the way. */
#include "lab/screen_impl.h"
#include "numerics/minimise.h"
#include <math.h>
#include <string.h>

#define N_SCALES  4
#define FIRST     0.1  /* first changes, relative */
#define RUNS_EACH 40   /* for each scale that is free */
#define ROUNDS    2    /* a simplex that has collapsed goes on as a fresh one */
#define STILL     1e-3 /* relative change of the error at which it ends */
#define GOOD      0.1  /* of the tolerances: not worth refining */

typedef struct refine {
    const hys__scaling *q;
    hys_screen_scale base;
    hys__loop_figures want;
    hys__loop_record record;
    hys__dut *dut; /* under the clamp */
    double *i;     /* [clamp.n] A of it */
    double swing;  /* decades of the channel */
    size_t index[N_SCALES], n;
    hys_status status;
} refine;

static hys_screen_scale scale_of(const refine *r, const double *x) {
    double step[N_SCALES] = {0};
    for (size_t k = 0; k < r->n; k++) step[r->index[k]] = x[k];
    return hys__scale_move(&r->base, step);
}

/* The largest error / tolerance, and a tenth of their sum, which shows the way where the largest stands still: a rate
 * of 0 does. */
static double worst_error(const hys__loop_figures *got, const hys__loop_figures *want, double lack) {
    double all[HYS__N_RATES + 4] = {fabs(got->peak - want->peak) / 10e-3,
                                    fabs(got->width - want->width) / (0.2 * want->width),
                                    fabs(got->rheobase - want->rheobase) / (0.1 * want->rheobase)};
    double worst = 0, sum = 0;
    all[HYS__N_RATES + 3] = lack;
    for (int k = 0; k < HYS__N_RATES; k++) all[3 + k] = fabs(got->rate[k] - want->rate[k]) / (0.1 * want->rate[k]);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        worst = fmax(worst, all[k]);
        sum += all[k];
    }
    return worst + 0.1 * sum;
}

/* Without a spike, or restless: how far rest and peak are off, and worse than anything that spikes. */
#define FAR 1e3
static double far_error(const hys__loop_figures *got, const hys__loop_figures *want) {
    const double off = fabs(got->peak - want->peak) / 10e-3 + fabs(got->rest - want->rest) / 5e-3;
    return isfinite(off) ? FAR * (1 + got->is_restless) + off : INFINITY;
}

static hys_status figures_of(const hys__subject *who, hys__loop_record *record, hys__loop_figures *f) {
    memset(f, 0, sizeof *f);
    hys_status status = hys__loop_spike(who, record, f);
    f->rheobase = NAN;
    if (status == HYS_OK && f->spikes && !f->is_restless) status = hys__loop_rheobase(who, &f->rheobase);
    return status;
}

/* What the swing of the conductance lacks, in tolerances. */
static double measure_lack(refine *r, hys_screen_scale scale) {
    const hys__channel channel = r->q->subject->channel;
    r->status = hys__clamp_device(r->dut, &r->q->clamp, channel, scale, r->i);
    const double lack = (r->swing - hys__clamp_swing(&r->q->clamp, channel, r->i)) / hys__swing_tolerance(channel);
    return isnan(lack) ? FAR : fmax(lack, 0);
}

static double evaluate(void *user, const double *x) {
    refine *r = user;
    hys__subject who = *r->q->subject;
    hys__loop_figures f;
    who.scale = scale_of(r, x);
    if (r->status == HYS_OK) r->status = figures_of(&who, &r->record, &f);
    if (r->status != HYS_OK) return INFINITY;
    if (!f.spikes || f.is_restless || isnan(f.rheobase)) return far_error(&f, &r->want);
    const double lack = measure_lack(r, who.scale);
    return r->status == HYS_OK ? worst_error(&f, &r->want, lack) : INFINITY;
}

/* The error of the best start, which becomes the base. */
static double choose_base(refine *r, const hys_screen_scale *starts, size_t n) {
    const double nowhere[N_SCALES] = {0};
    double best = INFINITY;
    size_t winner = 0;
    for (size_t k = 0; k < n && r->status == HYS_OK && best >= GOOD; k++) {
        r->base = starts[k];
        const double error = evaluate(r, nowhere);
        if (error < best) {
            best = error;
            winner = k;
        }
    }
    r->base = starts[winner];
    return best;
}

static bool has_failed(void *user) {
    return ((refine *)user)->status != HYS_OK;
}

static hys_status go(refine *r, const hys_screen_scale *starts, size_t n_starts, hys_screen_scale *scale) {
    double x[N_SCALES] = {0}, least = choose_base(r, starts, n_starts);
    *scale = r->base;
    if (r->status != HYS_OK || !isfinite(least) || least < GOOD) return r->status;
    const hys__minimise problem = {.n = r->n,
                                   .value = evaluate,
                                   .user = r,
                                   .is_over = has_failed,
                                   .step = FIRST,
                                   .enough = GOOD,
                                   .still = STILL,
                                   .most = RUNS_EACH * (unsigned)r->n};
    hys_status status = HYS_OK;
    for (int round = 0; round < ROUNDS && status == HYS_OK && least >= GOOD; round++) {
        double found;
        if (round && least >= FAR) break;
        memset(x, 0, sizeof x);
        status = hys__minimise_run(r->q->subject->ctx, &problem, x, &found);
        if (r->status != HYS_OK) status = r->status;
        if (status != HYS_OK || !(found < least)) continue;
        *scale = r->base = scale_of(r, x);
        least = found;
    }
    return status;
}

static hys_status take_clamp(refine *r, hys__arena *arena) {
    const hys__subject *who = r->q->subject;
    hys__dut_opts opts = who->dut;
    opts.n = 1;
    r->i = HYS_NEW_N(arena, double, r->q->clamp.n);
    if (!r->i) return HYS_NOMEM;
    hys__clamp_channel(&r->q->clamp, who->channel, r->i, NULL);
    r->swing = hys__clamp_swing(&r->q->clamp, who->channel, r->i);
    return hys__dut_new(who->ctx, who->model, &opts, &r->dut);
}

hys_status hys__scaling_refine(const hys__scaling *q, const hys_screen_scale *starts, size_t n,
                               hys_screen_scale *scale) {
    hys__arena arena;
    hys__arena_init(&arena, q->subject->ctx, 0);
    refine r = {.q = q, .base = starts[0]};
    for (size_t k = 0; k < N_SCALES; k++)
        if (q->is_free[k]) r.index[r.n++] = k;
    hys__subject channel = *q->subject;
    channel.model = NULL;
    hys_status status = hys__loop_new(&arena, hys__membrane_of(q->subject->channel), true, &r.record);
    if (status == HYS_OK) status = figures_of(&channel, &r.record, &r.want);
    if (status == HYS_OK) status = take_clamp(&r, &arena);
    if (status == HYS_OK) status = go(&r, starts, n, scale);
    hys__dut_free(r.dut);
    hys__arena_free(&arena);
    return status;
}
