/* Accepted points: what the device remembers, says and asks for. */
#include "lab/bench.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

static hys_status set_fired(hys__bench *b, const unsigned char *fired) {
    b->batch->in.event = NULL;
    if (!fired) return HYS_OK;
    for (hys_u32 e = 0; e < b->kernel->n_events; e++) {
        b->batch->event[e][0] = fired[e];
        b->n_events += fired[e];
    }
    b->batch->in.event = (const double *const *)b->batch->event;
    return HYS_OK;
}

hys_status hys__bench_accept(hys__bench *b, double t, const double *y, const unsigned char *fired, bool *jumped) {
    hys__batch *batch = b->batch;
    hys__bench_scatter(b, t, y);
    set_fired(b, fired);
    b->effect_status = HYS_OK;
    b->wants_restart = false;
    batch->bound_step[0] = batch->next_time[0] = INFINITY;
    if (batch->in.event) hys__batch_draw_anew(batch);
    b->kernel->accept(&batch->env, &batch->in, &batch->out);
    if (batch->in.event) hys__batch_draw_as_before(batch);
    batch->in.event = NULL;
    b->bound_step = batch->bound_step[0] > 0 ? batch->bound_step[0] : INFINITY;
    b->next_time = batch->next_time[0] > batch->env.time ? batch->next_time[0] : INFINITY;
    *jumped = b->wants_restart;
    for (hys_u32 k = 0; k < b->kernel->n_retained; k++) {
        double next = batch->r_next[k][0];
        if (!isfinite(next) && isfinite(batch->r[k][0]))
            return hys__fail(b->ctx, HYS_NOCONV, "check its equation for division by zero or overflow",
                             "%s becomes %g at %g s", b->kernel->retained[k].name, next, batch->env.time);
        if (next != batch->r[k][0]) *jumped = true;
        batch->r[k][0] = next;
    }
    if (b->effect_status != HYS_OK) return b->effect_status;
    return b->kernel->n_delays ? hys__bench_push_delays(b, t) : HYS_OK;
}

hys_status hys__bench_push_delays(hys__bench *b, double t) {
    (void)t;
    for (hys_u32 k = 0; k < b->kernel->n_delays; k++) {
        hys__history *h = &b->history[k];
        double now = b->batch->env.time;
        if (h->time.n && h->time.at[h->time.n - 1] >= now) h->time.n--, h->value.n--;
        double *time = HYS_PUSH(&b->arena, &h->time);
        double *value = time ? HYS_PUSH(&b->arena, &h->value) : NULL;
        if (!value) return HYS_NOMEM;
        *time = now;
        *value = b->batch->delay_in[k][0];
    }
    return HYS_OK;
}

/* Slope at point k of a history: of the parabola through it and its neighbours. */
static double slope_at(const hys__history *h, size_t k) {
    const double *t = h->time.at, *v = h->value.at;
    size_t last = h->time.n - 1;
    if (k == 0) return (v[1] - v[0]) / (t[1] - t[0]);
    if (k == last) return (v[last] - v[last - 1]) / (t[last] - t[last - 1]);
    double a = t[k] - t[k - 1], b = t[k + 1] - t[k];
    return ((v[k + 1] - v[k]) / b * a + (v[k] - v[k - 1]) / a * b) / (a + b);
}

/* Cubic between accepted points, smooth at them, so that a delayed signal does not cost steps; constant before the
 * first point and behind the last. */
static double look_up(hys__history *h, double time) {
    size_t n = h->time.n;
    if (!n) return 0;
    const double *at = h->time.at, *v = h->value.at;
    if (time <= at[0]) return v[0];
    if (time >= at[n - 1]) return v[n - 1];
    size_t k = h->hint < n - 1 ? h->hint : 0;
    while (k > 0 && at[k] > time) k--;
    while (at[k + 1] < time) k++;
    h->hint = k;
    double length = at[k + 1] - at[k], u = (time - at[k]) / length, w = 1 - u;
    double rise = v[k + 1] - v[k], a = slope_at(h, k) * length - rise, b = rise - slope_at(h, k + 1) * length;
    return v[k] * w + v[k + 1] * u + u * w * (a * w + b * u);
}

void hys__bench_delays(hys__bench *b, double t) {
    for (hys_u32 k = 0; k < b->kernel->n_delays; k++)
        b->batch->delayed[k][0] = look_up(&b->history[k], b->origin + t - b->batch->delay_td[k][0]);
}

double hys__bench_least_delay(const hys__bench *b) {
    double least = INFINITY;
    for (hys_u32 k = 0; k < b->kernel->n_delays; k++)
        if (b->batch->delay_td[k][0] > 0) least = fmin(least, b->batch->delay_td[k][0]);
    return least;
}
