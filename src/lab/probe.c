/* Ladders of voltages held on fresh devices, see probe.h. */
#include "lab/probe.h"
#include "lab/protocol.h"
#include <math.h>

#define LEAST_V    0.01
#define PER_DECADE 4
#define LEAST_G    1e-15 /* S: what an electrometer resolves; keeps logarithms finite */
#define LEAST_LN   0.02  /* a response below this is the warming of a wire */
#define SEEN_LN    0.1   /* of reads, above which they tell */
#define MOST_POLLS 400   /* of a run, each 64 steps: a device that spikes by itself for ever is left alone */
#define DRAW_STEP  "1s"  /* random draws are held: what is asked for is where the middle lies */
#define READ_MOST  0.1   /* V, with the sign of what is held: reads push the same way, if at all */
#define READ_PART  0.1   /* of the voltage held */
#define READ_TIME  0.01  /* of the time since the read before */
#define QUIET_PART 0.2   /* of the least voltage that changes anything: reads */
#define QUIET_LN   0.01  /* what that may change in a second */

double hys__probe_time(size_t k) {
    return HYS__PROBE_FIRST * pow(HYS__PROBE_LAST / HYS__PROBE_FIRST, (double)k / (double)(HYS__PROBE_TIMES - 1));
}

typedef struct prober {
    hys_ctx *ctx;
    hys__arena *arena;
    const hys_model *model;
    hys_bench_opts bench;
    hys__probe *probe;
    double read; /* V; 0: by what is held */
    int polls;
} prober;

/* Time is counted in steps, so that the answer does not depend on the machine. */
static int count_polls(void *user, double done) {
    prober *q = user;
    (void)done;
    return ++q->polls > MOST_POLLS;
}

/* What is carried out, and where it is looked at: marks [HYS__PROBE_TIMES] of the script. */
typedef struct plan {
    double before, v, after; /* V: held for long before, the hold, and then at which the rest is watched; 0: none */
    double reading;          /* V, between holds */
    double length;           /* s of the hold, where the rest is watched */
    size_t first;            /* mark of the read before all; SIZE_MAX: none */
    size_t held[HYS__PROBE_TIMES], read[HYS__PROBE_TIMES];
} plan;

/* From a voltage straight to that of reads. */
static size_t put_read(hys__script *script, double from, double v, double length) {
    hys__script_line(script, 0.1 * length, from, v, 1);
    return hys__script_line(script, length, v, v, 1);
}

static void put_hold(hys__script *script, double v, double length) {
    double edge = 0.01 * HYS__PROBE_FIRST;
    hys__script_line(script, edge, 0, v, 1);
    hys__script_line(script, length, v, v, 1);
    hys__script_line(script, edge, v, 0, 1);
}

static void put_ladder(hys__script *script, plan *h) {
    double gone = 0, edge = 0.01 * HYS__PROBE_FIRST, read = h->reading;
    h->first = put_read(script, 0, read, READ_TIME * HYS__PROBE_FIRST);
    for (size_t k = 0; k < HYS__PROBE_TIMES; k++) {
        double more = hys__probe_time(k) - gone;
        hys__script_line(script, edge, read, h->v, 1);
        h->held[k] = hys__script_line(script, more, h->v, h->v, 1);
        h->read[k] = put_read(script, h->v, read, READ_TIME * more);
        gone = hys__probe_time(k);
    }
}

/* The rest behind a hold, under the reading voltage. */
static void put_watch(hys__script *script, plan *h) {
    double gone = 0, edge = 0.01 * HYS__PROBE_FIRST;
    if (h->v != 0) put_hold(script, h->v, h->length);
    hys__script_line(script, edge, 0, h->after, 1);
    for (size_t k = 0; k < HYS__PROBE_TIMES; k++) {
        h->read[k] = hys__script_line(script, hys__probe_time(k) - gone, h->after, h->after, 1);
        gone = hys__probe_time(k);
    }
}

static void lay_out(hys__script *script, plan *h) {
    if (h->before != 0) put_hold(script, h->before, HYS__PROBE_LAST);
    if (h->after != 0) put_watch(script, h);
    else put_ladder(script, h);
}

typedef struct conductances {
    double first;
    double held[HYS__PROBE_TIMES], read[HYS__PROBE_TIMES]; /* S */
} conductances;

static bool take(const hys__seen *seen, const plan *h, conductances *g) {
    bool is_finite = true;
    g->first = h->after != 0 ? 0 : hys__seen_conductance(seen, h->first);
    for (size_t k = 0; k < HYS__PROBE_TIMES; k++) {
        g->held[k] = h->after != 0 ? 0 : hys__seen_conductance(seen, h->held[k]);
        g->read[k] = hys__seen_conductance(seen, h->read[k]);
        is_finite = is_finite && isfinite(g->held[k]) && isfinite(g->read[k]);
    }
    return is_finite && isfinite(g->first);
}

/* Other failures than of memory, and a cancellation by the user, are answers: *is_done is false then. */
static hys_status carry_out(prober *q, plan *h, conductances *g, bool *is_done) {
    static const hys_protocol bare = {"probe", "", "", NULL, 0};
    hys__arena arena;
    hys__arena_init(&arena, q->ctx, 0);
    hys__protocol p = {.ctx = q->ctx, .shown = &bare, .model = q->model, .bench = q->bench, .arena = &arena};
    hys__script script;
    hys__seen seen = {0};
    size_t n_before = hys_diag_count(q->ctx);
    q->polls = 0;
    hys_status status = hys__script_new(&p, &script);
    if (status == HYS_OK) lay_out(&script, h);
    if (status == HYS_OK) status = hys__script_run(&script, &seen);
    *is_done = status == HYS_OK && take(&seen, h, g);
    if (status == HYS_OK) hys__seen_free(&seen);
    hys__arena_free(&arena);
    bool is_answer = status == HYS_NOCONV || status == HYS_SINGULAR || status == HYS_LIMIT ||
                     (status == HYS_CANCEL && !hys_ctx_is_cancelled(q->ctx));
    if (!is_answer) return status;
    hys__diag_rewind(q->ctx, n_before);
    return HYS_OK;
}

static double log_ratio(double g, double g0) {
    return log((fabs(g) + LEAST_G) / (fabs(g0) + LEAST_G));
}

static double larger(double a, double b) {
    return fabs(b) > fmax(fabs(a), LEAST_LN) ? b : a;
}

static hys_status climb(prober *q, int sign, double before, hys__probe_side *side) {
    conductances *g = HYS_NEW(q->arena, conductances);
    plan *h = HYS_NEW(q->arena, plan);
    if (!g || !h) return HYS_NOMEM;
    *side = (hys__probe_side){.is_prepared = before != 0};
    for (size_t k = 0; k < HYS__PROBE_LEVELS; k++) {
        hys__probe_level *level = &side->at[k];
        bool is_done;
        level->v = sign * LEAST_V * pow(10, (double)k / PER_DECADE);
        level->held = HYS_NEW_N(q->arena, double, 2 * HYS__PROBE_TIMES);
        if (!level->held) return HYS_NOMEM;
        level->read = level->held + HYS__PROBE_TIMES;
        double reading = q->read != 0 ? q->read : copysign(fmin(READ_MOST, READ_PART * fabs(level->v)), level->v);
        *h = (plan){.before = before, .v = level->v, .reading = reading};
        hys_status status = carry_out(q, h, g, &is_done);
        if (status != HYS_OK || !is_done) return status;
        level->g = g->held[0];
        level->g_read = g->first;
        for (size_t m = 0; m < HYS__PROBE_TIMES; m++) {
            level->held[m] = log_ratio(g->held[m], level->g);
            level->read[m] = log_ratio(g->read[m], level->g_read);
            side->swing_held = larger(side->swing_held, level->held[m]);
            side->swing_read = larger(side->swing_read, level->read[m]);
        }
        side->n = k + 1;
    }
    return HYS_OK;
}

double hys__probe_swing(const hys__probe *p, int sign) {
    const hys__probe_side *side = &p->side[sign < 0];
    return p->is_by_read ? side->swing_read : side->swing_held;
}

/* The part is one of the conductance, not of its logarithm: steps are counted in siemens. */
double hys__probe_until(const hys__probe *p, int sign, size_t level, double part) {
    const hys__probe_level *at = &p->side[sign < 0].at[level];
    const double *c = p->is_by_read ? at->read : at->held;
    double swing = hys__probe_swing(p, sign), wanted = part * expm1(swing), before = 0;
    if (swing == 0) return NAN;
    for (size_t k = 0; k < HYS__PROBE_TIMES; k++) {
        double now = expm1(c[k]);
        if ((now - wanted) * swing < 0) {
            before = now;
            continue;
        }
        if (k == 0) return hys__probe_time(0);
        /* in time, as a drift goes, not in its logarithm */
        double t = hys__probe_time(k - 1), part_of_step = (wanted - before) / (now - before);
        return t + part_of_step * (hys__probe_time(k) - t);
    }
    return NAN;
}

double hys__probe_threshold(const hys__probe *probe, int sign) {
    return fabs(hys__probe_least(probe, sign, 0.5, INFINITY, NULL));
}

double hys__probe_largest(const hys__probe *probe, int sign) {
    const hys__probe_side *side = &probe->side[sign < 0];
    return side->n ? fabs(side->at[side->n - 1].v) : NAN;
}

double hys__probe_voltage(const hys__probe *probe, int sign, double part, double wanted, double *t) {
    const hys__probe_side *side = &probe->side[sign < 0];
    double best = NAN, best_t = NAN, before = NAN;
    for (size_t k = 0; k < side->n; k++) {
        double now = hys__probe_until(probe, sign, k, part);
        if (!isnan(now) && !(fabs(log(now / wanted)) >= fabs(log(best_t / wanted)))) best = side->at[k].v, best_t = now;
        if ((before - wanted) * (now - wanted) < 0) {
            double way = log(wanted / before) / log(now / before);
            best = side->at[k - 1].v + way * (side->at[k].v - side->at[k - 1].v);
            best_t = wanted;
            break;
        }
        before = now;
    }
    if (t) *t = best_t;
    return best;
}

double hys__probe_least(const hys__probe *probe, int sign, double part, double within, double *t) {
    const hys__probe_side *side = &probe->side[sign < 0];
    for (size_t k = 0; k < side->n; k++) {
        double now = hys__probe_until(probe, sign, k, part);
        if (!(now <= within)) continue;
        if (t) *t = now;
        return side->at[k].v;
    }
    if (t) *t = NAN;
    return NAN;
}

double hys__probe_time_at(const hys__probe *probe, double v, double part) {
    const hys__probe_side *side = &probe->side[v < 0];
    for (size_t k = 0; k < side->n; k++) {
        if (fabs(side->at[k].v) < fabs(v)) continue;
        int sign = v < 0 ? -1 : 1;
        double above = hys__probe_until(probe, sign, k, part);
        double below = k ? hys__probe_until(probe, sign, k - 1, part) : NAN;
        if (isnan(below)) return above;
        double way = (v - side->at[k - 1].v) / (side->at[k].v - side->at[k - 1].v);
        return below * pow(above / below, way);
    }
    return NAN;
}

int hys__probe_fresh(const hys__probe *p, int wanted) {
    double pos = p->side[0].is_prepared ? 0 : fabs(hys__probe_swing(p, 1));
    double neg = p->side[1].is_prepared ? 0 : fabs(hys__probe_swing(p, -1));
    if ((wanted > 0 && pos > 0) || (wanted < 0 && neg > 0)) return wanted;
    return pos == 0 && neg == 0 ? 0 : pos >= neg ? 1 : -1;
}

/* ---- what is what ---- */

/* The sign whose swing goes furthest in a direction. */
static int find_sign(const hys__probe *p, int direction) {
    double pos = direction * hys__probe_swing(p, 1), neg = direction * hys__probe_swing(p, -1);
    return pos <= 0 && neg <= 0 ? 0 : pos >= neg ? 1 : -1;
}

/* A device that starts at an end of its range shows one direction only: the other comes from the far end. */
static hys_status climb_back(prober *q) {
    hys__probe *p = q->probe;
    int strong = fabs(hys__probe_swing(p, 1)) >= fabs(hys__probe_swing(p, -1)) ? 1 : -1;
    double first = hys__probe_swing(p, strong), second = hys__probe_swing(p, -strong);
    if (first == 0 || fabs(second) > 0.5 * fabs(first)) return HYS_OK;
    double before = hys__probe_voltage(p, strong, 0.5, 1e-2, NULL);
    hys__probe_side again;
    hys_status status = climb(q, -strong, before, &again);
    hys__probe_side first_try = p->side[strong > 0];
    if (status != HYS_OK) return status;
    p->side[strong > 0] = again;
    if (!(fabs(hys__probe_swing(p, -strong)) > fabs(second))) p->side[strong > 0] = first_try;
    return status;
}

static void find_read(hys__probe *p) {
    size_t second = (HYS__PROBE_TIMES - 1) * 9 / 12;
    p->v_read = READ_MOST;
    for (int s = 0; s < 2; s++)
        for (size_t k = 0; k < p->side[s].n; k++) {
            const hys__probe_level *level = &p->side[s].at[k];
            if (fabs((p->is_by_read ? level->read : level->held)[second]) < QUIET_LN) continue;
            p->v_read = fmin(p->v_read, QUIET_PART * fabs(level->v));
            break;
        }
}

/* What is left of a change, and how fast the rest goes: at the reading voltage behind a hold. */
static hys_status watch(prober *q) {
    hys__probe *p = q->probe;
    conductances *fresh = HYS_NEW(q->arena, conductances), *after = HYS_NEW(q->arena, conductances);
    double t = NAN;
    bool is_done;
    if (!fresh || !after) return HYS_NOMEM;
    double v = hys__probe_voltage(p, p->up, 0.5, 1e-3, &t), read = q->read != 0 ? q->read : p->up * p->v_read;
    plan rest = {.after = read}, behind = {.v = v, .after = read, .length = 10 * t};
    hys_status status = carry_out(q, &rest, fresh, &is_done);
    if (status != HYS_OK || !is_done) return status;
    status = carry_out(q, &behind, after, &is_done);
    if (status != HYS_OK || !is_done) return status;
    size_t last = HYS__PROBE_TIMES - 1;
    double change = after->read[0] - fresh->read[0];
    if (!(fabs(log_ratio(after->read[0], fresh->read[0])) > LEAST_LN)) {
        p->kept = p->is_by_read ? NAN : 0; /* a switch that is back within 1 ns */
        p->t_forget = p->is_by_read ? NAN : HYS__PROBE_FIRST;
        return HYS_OK;
    }
    p->kept = (after->read[last] - fresh->read[0]) / change;
    if (p->kept > 0.99) return HYS_OK;
    for (size_t k = 0; k <= last && isnan(p->t_forget); k++)
        if ((after->read[k] - fresh->read[0]) / change < 0.5 * (1 + p->kept)) p->t_forget = hys__probe_time(k);
    return HYS_OK;
}

static double most(double a, double b) {
    return fmax(fabs(a), fabs(b));
}

hys_status hys__probe_device(hys_ctx *ctx, hys__arena *arena, const hys_model *model, const hys_bench_opts *bench,
                             double read, hys__probe *probe) {
    *probe = (hys__probe){.kept = NAN, .t_forget = NAN, .v_read = READ_MOST};
    prober q = {.ctx = ctx, .arena = arena, .model = model, .bench = *bench, .probe = probe};
    q.bench.wave = q.bench.train = NULL;
    q.bench.rtol = 1e-4;
    q.read = read;
    if (!q.bench.noise_step) q.bench.noise_step = DRAW_STEP;
    q.bench.progress = count_polls;
    q.bench.progress_user = &q;
    hys_status status = climb(&q, 1, 0, &probe->side[0]);
    if (status == HYS_OK) status = climb(&q, -1, 0, &probe->side[1]);
    if (status != HYS_OK) return status;
    probe->is_by_read = most(probe->side[0].swing_read, probe->side[1].swing_read) > SEEN_LN;
    status = climb_back(&q);
    if (status != HYS_OK) return status;
    probe->up = find_sign(probe, 1);
    probe->down = find_sign(probe, -1);
    find_read(probe);
    return probe->up ? watch(&q) : HYS_OK;
}
