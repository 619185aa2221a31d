/* Staircases and pulsed sweeps of voltage, as instruments step them: a read at the end of each step; and the way back
 * from where a compliance was reached. */
#include "lab/analyse.h"
#include <math.h>

typedef struct sweep {
    double positive, negative, step, start, width, gap, halt; /* V, V, V, V, s, s, A (0: none) */
    long cycles;
    size_t shape, span;
} sweep;
typedef enum shape { STAIRCASE, PULSED } shape;

typedef struct steps {
    double *v; /* of one cycle */
    size_t n;
} steps;

static hys_status read_sweep(hys__protocol *p, sweep *s) {
    static const char *const shapes[] = {"staircase", "pulsed", NULL};
    static const char *const spans[] = {"towards-positive", "towards-negative", "only-positive", "only-negative", NULL};
    hys__auto_found f;
    const hys__auto want = {.up = "positive",
                            .down = "negative",
                            .usual = 2, /* forty steps of 50 ms */
                            .widths = 0.05,
                            .is_whole = true,
                            .is_axis = true};
    hys_status status = hys__protocol_positive(p, "width", &s->width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "gap", &s->gap);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &s->cycles);
    if (status == HYS_OK) status = hys__protocol_word(p, "shape", shapes, &s->shape);
    if (status == HYS_OK) status = hys__protocol_word(p, "span", spans, &s->span);
    if (status == HYS_OK) status = hys__protocol_number(p, "halt", &s->halt);
    if (status == HYS_OK) status = hys__protocol_auto(p, &want, &f);
    if (status != HYS_OK) return status;
    s->positive = fabs(f.up);
    s->negative = fabs(f.down);
    double most = fmax(s->positive, s->negative);
    if (hys__protocol_is_auto(p, "step")) s->step = hys__protocol_round(most / 20);
    else status = hys__protocol_positive(p, "step", &s->step);
    s->start = s->step;
    if (status == HYS_OK && !(most / s->step < 1e4))
        return hys__fail(p->ctx, HYS_LIMIT, "a larger --opt step=V", "the sweep has too many steps");
    return status;
}

static hys_status put_side(hys__protocol *p, const sweep *s, double sign, double peak, steps *t) {
    size_t n = (size_t)(peak / s->step + 1e-9);
    for (size_t k = 0; k < 2 * n; k++) {
        double v = s->step * (double)(k < n ? k + 1 : 2 * n - 1 - k);
        t->v[t->n++] = sign * v;
    }
    (void)p;
    return HYS_OK;
}

/* One cycle from 0 over a peak, or both, and back to 0. */
static hys_status lay_steps(hys__protocol *p, const sweep *s, steps *t) {
    size_t most = (size_t)(2 * (s->positive + s->negative) / s->step) + 8;
    t->v = HYS_NEW_N(p->arena, double, most);
    t->n = 0;
    if (!t->v) return HYS_NOMEM;
    t->v[t->n++] = 0;
    hys_status status = HYS_OK;
    for (int half = 0; half < 2 && status == HYS_OK; half++) {
        bool is_positive = (half == 0) == (s->span % 2 == 0);
        if (s->span >= 2 && half == 1) break;
        status = put_side(p, s, is_positive ? 1 : -1, is_positive ? s->positive : s->negative, t);
    }
    return status;
}

typedef struct trace {
    double *t, *v, *i; /* [n] */
    size_t n;
    double energy; /* J of a cycle */
} trace;

static hys_status carry_out(hys__protocol *p, const sweep *s, const steps *one, trace *out) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    double before = 0, edge = 0.01 * s->width;
    size_t n = one->n * (size_t)s->cycles, *marks = HYS_NEW_N(p->arena, size_t, n);
    out->t = HYS_NEW_N(p->arena, double, 3 * n);
    if (!marks || !out->t) return HYS_NOMEM;
    out->v = out->t + n;
    out->i = out->v + n;
    out->n = n;
    for (size_t k = 0; k < n && !script.failed; k++) {
        double v = one->v[k % one->n];
        hys__script_line(&script, edge, before, v, 1);
        marks[k] = hys__script_line(&script, s->width - edge, v, v, 4);
        before = v;
        if (s->shape != PULSED) continue;
        hys__script_line(&script, edge, v, 0, 1);
        hys__script_rest(&script, s->gap);
        before = 0;
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    out->energy = 0;
    for (size_t k = 0; k < n; k++) {
        out->t[k] = hys__seen_time(&seen, marks[k]);
        out->i[k] = hys__seen_current(&seen, marks[k]);
        size_t row = script.marks.at[marks[k]].top;
        out->v[k] = row < seen.n ? seen.v[row] : NAN;
        out->energy += hys__seen_energy(&seen, marks[k]) / (double)s->cycles;
    }
    status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
    hys__seen_free(&seen);
    return status;
}

/* Lowers the peaks to where the current first reached the halt; true where that changes anything. */
static bool halt(const trace *t, sweep *s) {
    double positive = s->positive, negative = s->negative;
    for (size_t k = 0; k < t->n; k++) {
        if (fabs(t->i[k]) < s->halt) continue;
        if (t->v[k] > 0) positive = fmin(positive, t->v[k]);
        else negative = fmin(negative, -t->v[k]);
    }
    bool changes = positive < s->positive * (1 - 1e-9) || negative < s->negative * (1 - 1e-9);
    s->positive = fmax(positive, s->step);
    s->negative = fmax(negative, s->step);
    return changes;
}

/* A step behind the halt the state differs, so that the lowered sweep may not reach it: what is carried out counts. */
static hys_status take(hys__protocol *p, sweep *s, steps *one, trace *t) {
    hys_status status = lay_steps(p, s, one);
    if (status == HYS_OK) status = carry_out(p, s, one, t);
    if (status != HYS_OK || !(s->halt > 0) || !halt(t, s)) return status;
    status = hys__protocol_remark(p, "halted at %g A: the sweep turns back at %.4g V and -%.4g V", s->halt, s->positive,
                                  s->negative);
    if (status == HYS_OK) status = lay_steps(p, s, one);
    return status == HYS_OK ? carry_out(p, s, one, t) : status;
}

static hys_status tell(hys__protocol *p, const sweep *s, const trace *t) {
    static const char *const columns[] = {"time", "s", "v", "V", "i", "A", NULL};
    hys_table *table;
    hys_run *loop = NULL;
    hys_status status = hys__protocol_table(p, "curve", "iv-semilog", columns, &table);
    for (size_t k = 0; k < t->n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){t->t[k], t->v[k], t->i[k]});
    if (status == HYS_OK) status = hys_loop_features(p->ctx, table, (int32_t)s->cycles, &loop);
    if (status == HYS_OK) status = hys__tell_loop(p, loop);
    hys_run_free(loop);
    return status == HYS_OK ? hys__protocol_feature(p, "energy_per_event", "J", t->energy,
                                                    "integral of |v i| over the steps of a cycle")
                            : status;
}

static hys_status run(hys__protocol *p) {
    sweep s = {.halt = 0};
    steps one = {NULL, 0};
    trace t = {.n = 0};
    hys_status status = read_sweep(p, &s);
    if (status == HYS_OK) status = take(p, &s, &one, &t);
    return status == HYS_OK ? tell(p, &s, &t) : status;
}

static const hys_protocol_option options[] = {
    {"positive", "V", "auto", "positive peak; auto: the least that opens the loop"},
    {"negative", "V", "auto", "negative peak"},
    {"step", "V", "auto", "of the voltage; auto: a twentieth of the larger peak"},
    {"width", "s", "50ms", "of a step"},
    {"gap", "s", "10ms", "between the pulses of a pulsed sweep"},
    {"cycles", "", "1", "cycles; the last is evaluated"},
    {"shape", "", "staircase", "staircase, or pulsed (0 V between the steps)"},
    {"span", "", "towards-positive", "towards-positive, towards-negative, only-positive or only-negative"},
    {"halt", "A", "0A", "current at which the sweep turns back; 0: it does not"},
};
const hys__protocol_row hys__protocol_curve = {
    {"curve-tracer", "Staircase", "stepped loop of current and voltage: staircase or pulsed, with halt and return",
     options, sizeof options / sizeof *options},
    run};
