/* Spike-timing dependent plasticity from overlapping spikes: the device sees post - pre (Zamarreno-Ramos et al., Front.
 * Neurosci. 5:26, 2011). */
#include "lab/protocol.h"
#include <math.h>
#include <stdlib.h>

#define N_HEAD  60
#define N_TAIL  60
#define EDGE    5e-4 /* of the head: the fall at its end */
#define N_KNOTS (N_HEAD + N_TAIL + 2)

typedef struct spike {
    double head, tail;             /* V: of the head before t = 0, of the tail behind it (positive: opposite sign) */
    double t_head, t_tail;         /* s: their lengths */
    double tau_head, tau_tail;     /* s: of the exponential shape */
    double t[N_KNOTS], v[N_KNOTS]; /* straight between them; 0 outside */
} spike;

/* Parts of the amplitude: head at u from -1 to 0, tail at u from 0 to 1 of its length. */
typedef struct spike_shape {
    double (*head)(const spike *s, double u), (*tail)(const spike *s, double u);
} spike_shape;

static double decay_part(double x, double end) { /* 1 at x = 0, 0 at x = end */
    return (exp(-x) - exp(-end)) / -expm1(-end);
}
static double exponential_head(const spike *s, double u) {
    return decay_part(-u * s->t_head / s->tau_head, s->t_head / s->tau_head);
}
static double exponential_tail(const spike *s, double u) {
    return decay_part(u * s->t_tail / s->tau_tail, s->t_tail / s->tau_tail);
}
static double triangle_head(const spike *s, double u) {
    (void)s;
    return 1 + u;
}
static double triangle_tail(const spike *s, double u) {
    (void)s;
    return 1 - u;
}
static double square(const spike *s, double u) {
    (void)s;
    return fabs(u) < 1 - 1e-3 ? 1 : (1 - fabs(u)) / 1e-3;
}
static double half_sine(const spike *s, double u) {
    (void)s;
    return sin(3.14159265358979323846 * fabs(u));
}
static const char *const shape_names[] = {"exponential", "triangle", "square", "sine", NULL};
static const spike_shape shapes[] = {
    {exponential_head, exponential_tail}, {triangle_head, triangle_tail}, {square, square}, {half_sine, half_sine}};

static void put_knots(spike *s, const spike_shape *shape) {
    double edge = EDGE * s->t_head;
    for (int k = 0; k <= N_HEAD; k++) {
        double u = (double)k / N_HEAD - 1;
        if (k == N_HEAD - 1) u = fmax(u, -0.0015); /* the corner of a square */
        if (k == 1) u = fmin(u, 0.001 - 1);
        s->t[k] = k == N_HEAD ? -edge / 2 : u * s->t_head;
        s->v[k] = s->head * shape->head(s, u);
    }
    for (int k = 0; k <= N_TAIL; k++) {
        double u = (double)k / N_TAIL, *t = &s->t[N_HEAD + 1 + k];
        if (k == 1) u = fmin(u, 0.001);
        if (k == N_TAIL - 1) u = fmax(u, 0.999);
        *t = k == 0 ? edge / 2 : u * s->t_tail;
        s->v[N_HEAD + 1 + k] = -s->tail * shape->tail(s, u);
    }
}

static double spike_at(const spike *s, double t) {
    if (!(t > s->t[0] && t < s->t[N_KNOTS - 1])) return 0;
    size_t low = 0, high = N_KNOTS - 1;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (s->t[middle] <= t) low = middle;
        else high = middle;
    }
    return s->v[low] + (s->v[high] - s->v[low]) * (t - s->t[low]) / (s->t[high] - s->t[low]);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct pairing {
    double before, after, energy; /* S, S, J */
    double peak;                  /* V: largest |post - pre| */
} pairing;

/* post at dt, pre at 0: straight lines between the corners of both. */
static size_t put_pair(hys__script *script, const spike *s, double dt, double *peak) {
    double times[2 * N_KNOTS], before = 0;
    size_t first = script->marks.n;
    for (size_t k = 0; k < N_KNOTS; k++) times[k] = s->t[k], times[N_KNOTS + k] = s->t[k] + dt;
    qsort(times, 2 * N_KNOTS, sizeof *times, compare);
    *peak = 0;
    double at = times[0], least = 1e-9 * s->t_head;
    for (size_t k = 1; k < 2 * N_KNOTS; k++) {
        if (times[k] - at < least) continue;
        double v = spike_at(s, times[k] - dt) - spike_at(s, times[k]);
        hys__script_line(script, times[k] - at, before, v, 1);
        *peak = fmax(*peak, fabs(v));
        before = v;
        at = times[k];
    }
    if (before != 0) hys__script_line(script, EDGE * s->t_head, before, 0, 1);
    return first;
}

/* One pair on a fresh device. */
static hys_status take_pair(hys__protocol *p, const spike *s, double dt, pairing *seen_pair) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t before = hys__script_read(&script);
    hys__script_rest(&script, s->t_head);
    size_t first = put_pair(&script, s, dt, &seen_pair->peak), end = script.marks.n;
    hys__script_rest(&script, s->t_head);
    size_t after = hys__script_read(&script);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    seen_pair->before = hys__seen_conductance(&seen, before);
    seen_pair->after = hys__seen_conductance(&seen, after);
    seen_pair->energy = 0;
    for (size_t k = first; k < end; k++) seen_pair->energy += hys__seen_energy(&seen, k);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* ---- what the window is like ---- */

typedef struct window {
    const double *dt;     /* [n], rising, above 0 */
    double *plus, *minus; /* [n] dG/G at dt and at -dt */
    size_t n;
    double alone, energy, peak;
} window;

static hys_status fit_side(hys__protocol *p, const window *w, const double *change, double *a, double *tau) {
    hys__decay fit;
    double most = 0;
    *a = *tau = NAN;
    for (size_t k = 0; k < w->n; k++) most = fmax(most, fabs(change[k]));
    if (!(most > 1e-6)) return HYS_OK;
    hys_status status = hys__decay_fit(p->ctx, w->dt, change, w->n, 1e-4 * most, HYS__DECAY_SINGLE, &fit);
    *a = fit.a1;
    *tau = fit.tau1;
    return status;
}

static const char *kind_of(double plus, double minus, double least) {
    if (fabs(plus) <= least && fabs(minus) <= least) return "none";
    if (plus * minus > 0) return "symmetric";
    return plus > minus ? "Hebbian" : "anti-Hebbian";
}

static hys_status tell(hys__protocol *p, const window *w) {
    double a[2] = {NAN, NAN}, tau[2] = {NAN, NAN};
    const char *kind = kind_of(w->plus[0], w->minus[0], 1e-6);
    hys_status status = fit_side(p, w, w->plus, &a[0], &tau[0]);
    if (status == HYS_OK) status = fit_side(p, w, w->minus, &a[1], &tau[1]);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"change_plus", "1", w->plus[0], "dG/G of the shortest interval with pre before post"},
                {"change_minus", "1", w->minus[0], "dG/G of the shortest interval with post before pre"},
                {"a_plus", "1", a[0], "amplitude of rest + a exp(-dt/tau), dt > 0"},
                {"tau_plus", "s", tau[0], "its time constant"},
                {"a_minus", "1", a[1], "amplitude, dt < 0"},
                {"tau_minus", "s", tau[1], "its time constant"},
                {"alone", "1", w->alone, "dG/G of spikes that do not overlap, in the order that changes more"},
                {"v_peak", "V", w->peak, "largest voltage of an overlap"},
                {"energy_per_event", "J", w->energy, "of a pair, at the shortest interval with pre before post"}};
    if (status == HYS_OK)
        status = hys__protocol_says(p, "window", kind, "Hebbian: pre before post (dt > 0) raises the conductance");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    double largest = fmax(fabs(w->plus[0]), fabs(w->minus[0]));
    if (status == HYS_OK && fabs(w->alone) > 0.05 * largest && largest > 1e-6)
        status =
            hys__protocol_remark(p,
                                 "spikes that do not overlap change the device too (dG/G %.3g): its threshold is below "
                                 "their height; lower --opt head=V and --opt tail=V",
                                 w->alone);
    if (status == HYS_OK && largest <= 1e-6)
        status = hys__protocol_remark(p, "the window cannot be told: overlaps of %.3g V change nothing", w->peak);
    return status;
}

static hys_status read_spike(hys__protocol *p, spike *s) {
    size_t shape;
    hys_status status = hys__protocol_number(p, "head", &s->head);
    if (status == HYS_OK) status = hys__protocol_number(p, "tail", &s->tail);
    if (status == HYS_OK) status = hys__protocol_positive(p, "t-head", &s->t_head);
    if (status == HYS_OK) status = hys__protocol_positive(p, "t-tail", &s->t_tail);
    if (status == HYS_OK) status = hys__protocol_positive(p, "tau-head", &s->tau_head);
    if (status == HYS_OK) status = hys__protocol_positive(p, "tau-tail", &s->tau_tail);
    if (status == HYS_OK) status = hys__protocol_word(p, "shape", shape_names, &shape);
    if (status == HYS_OK) put_knots(s, &shapes[shape]);
    return status;
}

static hys_status take_window(hys__protocol *p, const spike *s, window *w) {
    pairing a = {NAN, NAN, NAN, NAN};
    double apart = 2 * (s->t_head + s->t_tail);
    hys_status status = take_pair(p, s, apart, &a);
    w->alone = a.after / a.before - 1;
    if (status == HYS_OK) status = take_pair(p, s, -apart, &a);
    if (fabs(a.after / a.before - 1) > fabs(w->alone)) w->alone = a.after / a.before - 1;
    for (size_t k = 0; k < w->n && status == HYS_OK; k++) {
        status = take_pair(p, s, w->dt[k], &a);
        w->plus[k] = a.after / a.before - 1;
        if (k == 0) w->energy = a.energy, w->peak = a.peak;
        if (status == HYS_OK) status = take_pair(p, s, -w->dt[k], &a);
        w->minus[k] = a.after / a.before - 1;
    }
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"dt", "s", "change", "1", NULL};
    spike s;
    hys__values dt = {NULL, 0};
    hys_table *table;
    hys_status status = read_spike(p, &s);
    if (status == HYS_OK) status = hys__protocol_list(p, "intervals", &dt);
    if (status == HYS_OK) status = hys__protocol_table(p, "window", "sweep", columns, &table);
    if (status != HYS_OK) return status;
    window w = {.dt = dt.at, .n = dt.n};
    w.plus = HYS_NEW_N(p->arena, double, 2 * dt.n);
    if (!w.plus) return HYS_NOMEM;
    w.minus = w.plus + dt.n;
    status = take_window(p, &s, &w);
    for (size_t k = 0; k < 2 * dt.n && status == HYS_OK; k++) {
        size_t i = k < dt.n ? dt.n - 1 - k : k - dt.n;
        status =
            hys_table_add_row(table, (double[]){k < dt.n ? -dt.at[i] : dt.at[i], k < dt.n ? w.minus[i] : w.plus[i]});
    }
    return status == HYS_OK ? tell(p, &w) : status;
}

static const hys_protocol_option options[] = {
    {"shape", "", "exponential", "exponential, triangle, square or sine"},
    {"head", "V", "1V", "height of a spike before its time"},
    {"tail", "V", "0.25V", "depth of its tail behind"},
    {"t-head", "s", "5ms", "length of the head"},
    {"t-tail", "s", "75ms", "length of the tail"},
    {"tau-head", "s", "3ms", "time constant of the exponential head"},
    {"tau-tail", "s", "40ms", "time constant of the exponential tail"},
    {"intervals", "s", "1ms:60ms:9", "of post behind pre, and of pre behind post: a list, or FROM:TO:N; fresh devices"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_stdp = {
    {"stdp", "STDP", "spike-timing dependent plasticity from overlapping spikes: window, amplitudes, time constants",
     options, sizeof options / sizeof *options},
    run};
