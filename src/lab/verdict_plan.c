/* Which pulses suit a device: all follow from the map of what pulses leave. */
#include "lab/verdict_impl.h"
#include <math.h>
#include <string.h>

#define LEAST_LN   0.03      /* a smaller change of the conductance is none */
#define BACK       0.9       /* part of a change that the way back has to undo */
#define MOST_TIMES 3.0       /* what does it within 0.1 ms */
#define ENOUGH_LN  2.6       /* 13 times: as much as is asked for; a device need not be driven further */
#define PART       0.7       /* of the largest change, where that is smaller */
#define READ_USUAL 0.1       /* V, where nothing disturbs */
#define READ_MOST  1.0       /* V */
#define READ_LEAST 0.02      /* V: before it is known what disturbs */
#define READ_PART  (1.0 / 3) /* of the least voltage that changes something within a second */
#define QUIET_PART 0.7       /* of that */
#define SELECTS    2.5       /* i(v)/i(v/2) above which there is something to look at: 2 is a resistor */

/* Three voltages to the octave, so that each has its half among them; both signs. */
#define LEAST_V 0.01
#define N_VOLTS 28 /* to 5.1 V */
static double level(int k) {
    return LEAST_V * pow(2, k / 3.0);
}
#define N_WIDTHS 5
static const double widths[N_WIDTHS] = {1e-8, 1e-6, 1e-4, 1e-2, 1};
#define USUAL_WIDTH 2
#define N_CELLS     ((size_t)2 * N_VOLTS * N_WIDTHS)

typedef enum kind { LATE, AFTER } kind; /* what is left after long, and at once */

static double change(const hys__cell *c, kind k) {
    return !c->is_known ? 0 : k == LATE ? c->late : c->after;
}

/* What drifts by itself: the change with the smallest pulse of a width is that of none. */
static void take_off_drift(hys__cell *cells) {
    for (size_t k = 0; k < N_WIDTHS; k++) {
        const hys__cell *a = &cells[k], *b = &cells[N_CELLS / 2 + k];
        const hys__cell *least = fabs(change(a, LATE)) <= fabs(change(b, LATE)) ? a : b;
        double late = change(least, LATE), after = change(least, AFTER);
        for (size_t j = k; j < N_CELLS; j += N_WIDTHS) cells[j].late -= late, cells[j].after -= after;
    }
}

/* Nothing that a second does not change is changed by less; but currents are wanted of one width. */
static bool is_idle(const hys_verdicts *v, double size, double width) {
    return size < QUIET_PART * v->plan.disturbs && size > 1.01 * LEAST_V && width != widths[USUAL_WIDTH];
}

/* Fresh: prepare {0, 0}. */
static hys_status take_map(hys_verdicts *v, hys__pulse prepare, hys__cell *cells) {
    for (size_t k = 0; k < N_CELLS; k++) {
        double sign = k < N_CELLS / 2 ? 1 : -1, width = widths[k % N_WIDTHS];
        double size = level((int)(k / N_WIDTHS % N_VOLTS));
        cells[k] = (hys__cell){.prepare = prepare, .pulse = {sign * size, width}, .read = v->plan.read, .width = width};
        cells[k].is_left_out = is_idle(v, size, width);
    }
    hys_status status = hys__verdict_map(v, cells, N_CELLS);
    if (status == HYS_OK) take_off_drift(cells);
    return status;
}

/* Largest change of a direction, at least 0. */
static double most_of(const hys__cell *cells, size_t n, kind k, int direction) {
    double most = 0;
    for (size_t j = 0; j < n; j++) most = fmax(most, direction * change(&cells[j], k));
    return most;
}

static double target_of(double most) {
    return fmin(ENOUGH_LN, PART * most);
}

/* ---- ways through the range ---- */

/* What one map says of one width and direction: the least voltage that makes a change, between levels where two of one
 * sign are known.  0: none does. */
static double least_volts(const hys__cell *cells, double width, kind k, int direction, double target) {
    const size_t n = N_CELLS;
    double best = 0;
    for (size_t j = 0; j < n; j++) {
        const hys__cell *c = &cells[j];
        double now = direction * change(c, k), v = c->pulse.volts;
        if (c->pulse.width != width || !(now >= target)) continue;
        for (size_t m = 0; m < n; m++) { /* the level below, of the same sign */
            const hys__cell *low = &cells[m];
            double ratio = v / low->pulse.volts, before = direction * change(low, k);
            if (low->pulse.width != width || !(ratio > 1.01 && ratio < 1.4) || !low->is_known) continue;
            before = fmax(before, 0);
            if (before < target) v = low->pulse.volts * pow(ratio, (target - before) / (now - before));
            break;
        }
        if (best == 0 || fabs(v) < fabs(best)) best = v;
    }
    return best;
}

typedef struct survey {
    kind which;
    int first; /* the direction that is free at the start */
    double target;
    hys__cell fresh[N_CELLS];
    hys__cell far[N_CELLS]; /* by width, each brought to the far end by the pulse that does it */
    double there[N_WIDTHS]; /* V; 0: none */
    double back[N_WIDTHS];  /* V */
} survey;

/* From the end that a pulse of each width has brought it to, with pulses of the same width. */
static hys_status take_far(hys_verdicts *v, survey *s) {
    for (size_t k = 0; k < N_CELLS; k++) {
        s->far[k] = s->fresh[k];
        s->far[k].is_known = false;
        s->far[k].prepare = (hys__pulse){s->there[k % N_WIDTHS], widths[k % N_WIDTHS]};
        s->far[k].is_left_out = s->fresh[k].is_left_out || s->there[k % N_WIDTHS] == 0;
    }
    hys_status status = hys__verdict_map(v, s->far, N_CELLS);
    if (status == HYS_OK) take_off_drift(s->far);
    return status;
}

/* Voltages much higher than what does it within 0.1 ms, or at all, are beyond what a device may stand. */
static void limit(double *volts) {
    double least = volts[USUAL_WIDTH] != 0 ? fabs(volts[USUAL_WIDTH]) : INFINITY;
    for (int k = 0; k < N_WIDTHS && isinf(least); k++)
        if (volts[k] != 0) least = fabs(volts[k]);
    for (int k = 0; k < N_WIDTHS; k++)
        if (fabs(volts[k]) > MOST_TIMES * least) volts[k] = 0;
}

static hys_status find_ways(hys_verdicts *v, survey *s) {
    double rise = most_of(s->fresh, N_CELLS, s->which, 1), fall = most_of(s->fresh, N_CELLS, s->which, -1);
    /* A change that goes is looked for where it can be read: not towards nothing. */
    s->first = rise >= (s->which == LATE ? fall : fmin(fall, 1)) ? 1 : -1;
    s->target = target_of(s->first > 0 ? rise : fall);
    if (!(s->target > PART * LEAST_LN)) return HYS_OK;
    for (int k = 0; k < N_WIDTHS; k++) s->there[k] = least_volts(s->fresh, widths[k], s->which, s->first, s->target);
    limit(s->there);
    if (s->which == AFTER) return HYS_OK;
    hys_status status = take_far(v, s);
    for (int k = 0; k < N_WIDTHS; k++) s->back[k] = least_volts(s->far, widths[k], LATE, -s->first, BACK * s->target);
    limit(s->back);
    return status;
}

static void plan_ways(hys__plan *plan, const survey *s) {
    for (int k = 0; k < N_WIDTHS; k++) {
        if (s->there[k] == 0 || s->back[k] == 0) continue;
        hys__way *w = &plan->ways[plan->n_ways++];
        *w = (hys__way){.up = s->first > 0 ? s->there[k] : s->back[k],
                        .down = s->first > 0 ? s->back[k] : s->there[k],
                        .width = widths[k],
                        .up_width = widths[k],
                        .down_width = widths[k]};
        if (plan->kept_by.width > 0 && widths[k] > 1e-4) continue;
        plan->kept_by = *w; /* the longest that is not longer than 0.1 ms, or the shortest */
        plan->leave = s->there[k];
        plan->leave_width = widths[k];
    }
}

#define ALL_WIDTHS (-1)
#define COARSE     3 /* levels: an octave */

/* What pulses of one width do behind the pulse that leads to the far end; of all widths in octaves. */
static hys_status take_back(hys_verdicts *v, survey *s, hys__pulse prepare, int width) {
    for (size_t k = 0; k < N_CELLS; k++) {
        s->far[k] = s->fresh[k];
        s->far[k].is_known = false;
        s->far[k].prepare = prepare;
        const bool is_out = width == ALL_WIDTHS ? k / N_WIDTHS % N_VOLTS % COARSE != 0 : (int)(k % N_WIDTHS) != width;
        s->far[k].is_left_out = s->fresh[k].is_left_out || is_out;
    }
    hys_status status = hys__verdict_map(v, s->far, N_CELLS);
    if (status == HYS_OK) take_off_drift(s->far);
    return status;
}

/* No width goes there and back: what melts at once crystallises slowly.  There by the shortest that does, back by the
 * shortest that undoes that, written as it will be. */
static hys_status plan_crossed(hys_verdicts *v, survey *s) {
    hys__plan *plan = &v->plan;
    int there = 0, back = 0;
    while (there < N_WIDTHS && s->there[there] == 0) there++;
    if (there == N_WIDTHS) return HYS_OK;
    double volts = s->there[there];
    for (int k = 0; k < N_WIDTHS; k++) s->there[k] = volts;
    const hys__pulse prepare = {HYS__OVERDRIVE * volts, widths[there]};
    hys_status status = take_back(v, s, prepare, ALL_WIDTHS);
    if (status != HYS_OK) return status;
    while (back < N_WIDTHS && least_volts(s->far, widths[back], LATE, -s->first, BACK * s->target) == 0) back++;
    if (back == N_WIDTHS) return HYS_OK;
    status = take_back(v, s, prepare, back);
    if (status != HYS_OK) return status;
    double undo = least_volts(s->far, widths[back], LATE, -s->first, BACK * s->target);
    if (undo == 0) return HYS_OK;
    bool up_first = s->first > 0;
    plan->ways[plan->n_ways++] = plan->kept_by = (hys__way){.up = up_first ? volts : undo,
                                                            .down = up_first ? undo : volts,
                                                            .width = fmax(widths[there], widths[back]),
                                                            .up_width = widths[up_first ? there : back],
                                                            .down_width = widths[up_first ? back : there]};
    plan->leave = volts;
    plan->leave_width = widths[there];
    return HYS_OK;
}

/* For what is fleeting: the longest pulse that is not longer than what it leaves. */
static hys_status plan_brief(hys_verdicts *v, const survey *s) {
    hys__plan *plan = &v->plan;
    hys_status status = HYS_OK;
    for (int k = N_WIDTHS - 1; k >= 0 && status == HYS_OK; k--) {
        if (s->there[k] == 0) continue;
        plan->brief = s->there[k];
        plan->brief_width = widths[k];
        plan->up = s->there[k] > 0 ? 1 : -1;
        status = hys__verdict_relax(v);
        if (!plan->is_volatile || widths[k] <= 2 * plan->t_forget) break;
    }
    return status;
}

/* ---- selecting: currents at a voltage and at half of it, at the end of a pulse ---- */

static double current_at(const hys__cell *cells, double v, double width) {
    for (size_t k = 0; k < N_CELLS; k++)
        if (fabs(cells[k].pulse.volts - v) < 1e-9 * fabs(v) && cells[k].pulse.width == width && cells[k].is_known)
            return fabs(cells[k].i);
    return NAN;
}

static double half_ratio(const hys__cell *cells, double v, double width) {
    return current_at(cells, v, width) / current_at(cells, 0.5 * v, width);
}

/* The least voltage that selects nearly as well as any, at pulses of 0.1 ms; and how short a pulse does. */
static void plan_selecting(hys__plan *plan, const hys__cell *cells, int s) {
    double sign = s ? -1 : 1, best = SELECTS, least = INFINITY;
    for (int k = 0; k < N_VOLTS; k++) best = fmax(best, half_ratio(cells, sign * level(k), 1e-4));
    for (int k = 0; k < N_VOLTS; k++)
        if (half_ratio(cells, sign * level(k), 1e-4) >= pow(best, 0.9) && best > SELECTS) least = fmin(least, level(k));
    plan->select[s] = isfinite(least) ? sign * least : NAN;
    plan->turn_on[s] = NAN;
    for (int k = 0; k < N_WIDTHS && isnan(plan->turn_on[s]); k++)
        if (half_ratio(cells, plan->select[s], widths[k]) >= pow(best, 0.7)) plan->turn_on[s] = widths[k];
}

/* ---- the whole ---- */

/* Reads with a third of what disturbs in a second: small voltages do not show what happens at a barrier. */
static hys_status find_read(hys_verdicts *v, bool *is_alive) {
    hys__cell cells[2 * N_VOLTS];
    for (int k = 0; k < 2 * N_VOLTS; k++) {
        double size = level(k % N_VOLTS);
        cells[k] = (hys__cell){.pulse = {k < N_VOLTS ? size : -size, 1}, .read = READ_LEAST, .width = 1e-3};
    }
    hys_status status = hys__verdict_map(v, cells, (size_t)2 * N_VOLTS);
    double least = INFINITY;
    *is_alive = false;
    for (int k = 0; k < 2 * N_VOLTS; k++) *is_alive = *is_alive || cells[k].is_known;
    for (int k = 0; k < 2 * N_VOLTS; k++)
        if (fabs(change(&cells[k], AFTER)) > LEAST_LN || fabs(change(&cells[k], LATE)) > LEAST_LN)
            least = fmin(least, fabs(cells[k].pulse.volts));
    v->plan.disturbs = isfinite(least) ? least : 0;
    v->plan.read = isfinite(least) ? fmin(READ_MOST, READ_PART * least) : READ_USUAL;
    return status;
}

/* The device forgets if nothing that pulses do is left after 1000 s. */
static hys_status survey_device(hys_verdicts *v, survey *s) {
    hys_status status = hys__verdict_settle(v);
    bool is_alive = true;
    if (status == HYS_OK) status = find_read(v, &is_alive);
    if (status == HYS_OK && !is_alive)
        return hys__verdict_remark(v, "no pulse could be carried out; a port without a path? --port holds it");
    if (status == HYS_OK) status = take_map(v, (hys__pulse){0, 0}, s->fresh);
    if (status != HYS_OK) return status;
    double late = fmax(most_of(s->fresh, N_CELLS, LATE, 1), most_of(s->fresh, N_CELLS, LATE, -1));
    double after = fmax(most_of(s->fresh, N_CELLS, AFTER, 1), most_of(s->fresh, N_CELLS, AFTER, -1));
    s->which = late > LEAST_LN && late > 0.1 * after ? LATE : AFTER;
    v->plan.kept = after > LEAST_LN ? fmin(late / after, 1) : NAN;
    for (int k = 0; k < 2; k++) plan_selecting(&v->plan, s->fresh, k);
    status = find_ways(v, s);
    plan_ways(&v->plan, s);
    for (int k = 0; k < N_WIDTHS; k++) v->plan.answers = v->plan.answers || s->there[k] != 0;
    if (status == HYS_OK && s->which == LATE && !v->plan.n_ways) status = plan_crossed(v, s);
    v->plan.is_volatile = v->plan.answers && s->which == AFTER;
    return status == HYS_OK ? plan_brief(v, s) : status;
}

/* A class that says otherwise is told. */
static hys_status compare_class(hys_verdicts *v, const hys_class *known) {
    const hys_finding *f = known ? hys_class_find(known, "volatility") : NULL;
    if (!f || !f->is_told) return HYS_OK;
    if (!v->plan.answers && strcmp(f->answer, "none") != 0)
        return hys__verdict_remark(v, "no pulse of the map leaves a change, yet the class says %s: %s", f->answer,
                                   f->evidence);
    if (!v->plan.answers) return HYS_OK;
    bool is_volatile = !strcmp(f->answer, "volatile"), is_stable = !strcmp(f->answer, "non-volatile");
    if (!(is_volatile && !v->plan.is_volatile) && !(is_stable && v->plan.is_volatile)) return HYS_OK;
    return hys__verdict_remark(v, "the class says %s, the pulses used here leave %.3g of a change after 1000 s",
                               f->answer, v->plan.kept);
}

static hys_status tabulate(hys_verdicts *v, const hys__cell *cells, size_t n, const char *name) {
    static const char *const columns[] = {"voltage", "V", "width", "s", "prepared", "V", "g", "S",
                                          "after",   "1", "late",  "1", "i",        "A", NULL};
    hys_table *table = NULL;
    hys_protocol_table *slot = HYS_PUSH(&v->arena, &v->tables);
    if (!slot) return HYS_NOMEM;
    *slot = (hys_protocol_table){.name = name, .figure = ""};
    hys_status status = hys_table_new(v->ctx, &table);
    slot->table = table;
    for (size_t k = 0; columns[k] && status == HYS_OK; k += 2)
        status = hys_table_add_column(table, columns[k], columns[k + 1]);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        const hys__cell *c = &cells[k];
        double x = c->is_known ? 1 : NAN;
        double row[] = {c->pulse.volts, c->pulse.width, c->prepare.volts, x * c->g,
                        x * c->after,   x * c->late,    x * c->i};
        status = hys_table_add_row(table, row);
    }
    return status;
}

hys_status hys__verdict_plan(hys_verdicts *v, const hys_class *known) {
    const bool *w = v->is_wanted;
    v->plan =
        (hys__plan){.read = READ_LEAST, .select = {NAN, NAN}, .turn_on = {NAN, NAN}, .t_forget = NAN, .t_select = 1e-4};
    v->plan.can_scatter = hys_model_has_draws(v->model) || v->bench.n_spread;
    if (!w[HYS__USE_SYNAPSE] && !w[HYS__USE_MEMORY] && !w[HYS__USE_SELECTOR] && !w[HYS__USE_RESERVOIR]) return HYS_OK;
    survey *s = HYS_NEW(&v->arena, survey);
    if (!s) return HYS_NOMEM;
    hys_status status = survey_device(v, s);
    if (status == HYS_OK) status = tabulate(v, s->fresh, N_CELLS, "map");
    if (status == HYS_OK && v->plan.n_ways) status = tabulate(v, s->far, N_CELLS, "map-back");
    return status == HYS_OK ? compare_class(v, known) : status;
}
