/* Spikes of two neurons at the ends of a device, which sees post - pre. */
#include "lab/spike.h"
#include <math.h>
#include <stdlib.h>

#define N_HEAD 60
#define N_TAIL 60
#define EDGE   5e-4 /* of the head: the fall at its end */
_Static_assert(HYS__SPIKE_KNOTS == N_HEAD + N_TAIL + 2, "knots of a spike");

/* Parts of the amplitude: head at u from -1 to 0, tail at u from 0 to 1 of its length. */
typedef struct spike_shape {
    double (*head)(const hys__spike *s, double u), (*tail)(const hys__spike *s, double u);
} spike_shape;

static double decay_part(double x, double end) { /* 1 at x = 0, 0 at x = end */
    return (exp(-x) - exp(-end)) / -expm1(-end);
}
static double exponential_head(const hys__spike *s, double u) {
    return decay_part(-u * s->t_head / s->tau_head, s->t_head / s->tau_head);
}
static double exponential_tail(const hys__spike *s, double u) {
    return decay_part(u * s->t_tail / s->tau_tail, s->t_tail / s->tau_tail);
}
static double triangle_head(const hys__spike *s, double u) {
    (void)s;
    return 1 + u;
}
static double triangle_tail(const hys__spike *s, double u) {
    (void)s;
    return 1 - u;
}
static double square(const hys__spike *s, double u) {
    (void)s;
    return fabs(u) < 1 - 1e-3 ? 1 : (1 - fabs(u)) / 1e-3;
}
static double half_sine(const hys__spike *s, double u) {
    (void)s;
    return sin(3.14159265358979323846 * fabs(u));
}
static const char *const shape_names[] = {"exponential", "triangle", "square", "sine", NULL};
static const spike_shape shapes[] = {
    {exponential_head, exponential_tail}, {triangle_head, triangle_tail}, {square, square}, {half_sine, half_sine}};

static void put_knots(hys__spike *s, const spike_shape *shape) {
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

static double spike_at(const hys__spike *s, double t) {
    if (!(t > s->t[0] && t < s->t[HYS__SPIKE_KNOTS - 1])) return 0;
    size_t low = 0, high = HYS__SPIKE_KNOTS - 1;
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

/* What a neuron that fires at these times shows: the head of the spike to come, or the tail of the last one, which a
 * new spike ends. */
static double neuron_at(const hys__spike *s, const double *times, size_t n, double t) {
    for (size_t k = 0; k < n; k++)
        if (t > times[k] - s->t_head && t <= times[k] + 0.5 * EDGE * s->t_head) return spike_at(s, t - times[k]);
    double v = 0;
    for (size_t k = 0; k < n; k++)
        if (t > times[k]) v = spike_at(s, t - times[k]);
    return v;
}

/* Straight lines between the corners of all spikes. */
hys_status hys__spike_lay(hys__script *script, const hys__spike *s, const hys__spikes *all, double *peak) {
    size_t n = (all->n_pre + all->n_post) * HYS__SPIKE_KNOTS, m = 0;
    double *times = HYS_NEW_N(script->drive.arena, double, n), before = 0, least = 1e-9 * s->t_head;
    if (!times) return HYS_NOMEM;
    for (size_t k = 0; k < all->n_pre + all->n_post; k++)
        for (size_t j = 0; j < HYS__SPIKE_KNOTS; j++)
            times[m++] = s->t[j] + (k < all->n_pre ? all->pre[k] : all->post[k - all->n_pre]);
    qsort(times, n, sizeof *times, compare);
    *peak = 0;
    double at = times[0];
    for (size_t k = 1; k < n; k++) {
        if (times[k] - at < least) continue;
        double v = neuron_at(s, all->post, all->n_post, times[k]) - neuron_at(s, all->pre, all->n_pre, times[k]);
        hys__script_line(script, times[k] - at, before, v, 1);
        *peak = fmax(*peak, fabs(v));
        before = v;
        at = times[k];
    }
    if (before != 0) hys__script_line(script, EDGE * s->t_head, before, 0, 1);
    return HYS_OK;
}

/* Spikes on a fresh device. */
hys_status hys__spike_take(hys__protocol *p, const hys__spike *s, const hys__spikes *all, hys__pairing *seen_pair) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t before = hys__script_read(&script);
    hys__script_rest(&script, s->t_head);
    size_t first = script.marks.n;
    status = hys__spike_lay(&script, s, all, &seen_pair->peak);
    if (status != HYS_OK) return status;
    size_t end = script.marks.n;
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

/* A spike alone must leave the device as it is, and head and tail together must not: the head lies a tenth below what
 * changes it within thirty heads. */
static hys_status read_heights(hys__protocol *p, hys__spike *s) {
    const hys__auto want = {.up = "head", .usual = s->t_head, .widths = 30, .is_whole = true, .is_axis = true};
    hys__auto_found f;
    hys_status status = hys__protocol_auto(p, &want, &f);
    s->head = f.up;
    if (status == HYS_OK && hys__protocol_is_auto(p, "head")) {
        s->head = 0.9 * fmin(fabs(f.up), fabs(f.down));
        status = hys__protocol_remark(p, "the head is %.3g V, a tenth below the lower of these thresholds", s->head);
    }
    if (status != HYS_OK || !hys__protocol_is_auto(p, "tail")) {
        return status == HYS_OK ? hys__protocol_number(p, "tail", &s->tail) : status;
    }
    s->tail = 0.25 * s->head;
    return HYS_OK;
}

hys_status hys__spike_read(hys__protocol *p, hys__spike *s) {
    size_t shape;
    hys_status status = hys__protocol_positive(p, "t-head", &s->t_head);
    if (status == HYS_OK) status = read_heights(p, s);
    if (status == HYS_OK) status = hys__protocol_positive(p, "t-tail", &s->t_tail);
    if (status == HYS_OK) status = hys__protocol_positive(p, "tau-head", &s->tau_head);
    if (status == HYS_OK) status = hys__protocol_positive(p, "tau-tail", &s->tau_tail);
    if (status == HYS_OK) status = hys__protocol_word(p, "shape", shape_names, &shape);
    if (status == HYS_OK) put_knots(s, &shapes[shape]);
    return status;
}
