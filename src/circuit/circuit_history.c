/* What absdelay and lines remember. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

static bool resize(hys_ctx *ctx, double **at, size_t from, size_t to) {
    double *moved = hys__realloc(ctx, *at, from * sizeof(double), to * sizeof(double));
    if (moved) *at = moved;
    return moved != NULL;
}

/* Both arrays of cap entries, or as before. */
static bool take_room(hys_ctx *ctx, hys__history *h, size_t cap) {
    if (!resize(ctx, &h->time, h->cap, cap)) return false;
    if (resize(ctx, &h->value, h->cap, cap)) {
        h->cap = cap;
        return true;
    }
    if (h->cap) resize(ctx, &h->time, cap, h->cap);
    else hys__free(ctx, h->time, cap * sizeof(double)), h->time = NULL;
    return false;
}

/* Some entries before `oldest` stay: they shape the curve behind it. */
static void drop_old(hys__history *h, double oldest) {
    size_t keep = 4, k = h->n / 2;
    if (k <= keep || h->time[k] >= oldest) return;
    k -= keep;
    h->n -= k;
    memmove(h->time, h->time + k, h->n * sizeof *h->time);
    memmove(h->value, h->value + k, h->n * sizeof *h->value);
    h->hint = 0;
}

hys_status hys__history_push(hys_ctx *ctx, hys__history *h, double t, double value, double oldest) {
    if (h->n == h->cap && h->n) drop_old(h, oldest);
    if (h->n == h->cap && !take_room(ctx, h, h->cap ? 2 * h->cap : 32)) return HYS_NOMEM;
    h->time[h->n] = t;
    h->value[h->n++] = value;
    return HYS_OK;
}

void hys__history_free(hys_ctx *ctx, hys__history *h) {
    hys__free(ctx, h->time, h->cap * sizeof(double));
    hys__free(ctx, h->value, h->cap * sizeof(double));
    *h = (hys__history){.n = 0};
}

/* Slope at the middle of three points, or at their first or last: of the parabola through them. */
static double slope_of(const hys__history *h, size_t k, size_t lo, size_t hi) {
    const double *t = h->time, *v = h->value;
    if (hi == lo + 1) return (v[hi] - v[lo]) / (t[hi] - t[lo]);
    size_t m = k == lo ? k + 1 : k == hi ? k - 1 : k;
    double a = t[m] - t[m - 1], b = t[m + 1] - t[m];
    double left = (v[m] - v[m - 1]) / a, right = (v[m + 1] - v[m]) / b, bend = (right - left) / (a + b);
    return k < m ? left - bend * a : k > m ? right + bend * b : left + bend * a;
}

/* The last entry that is not behind t; of two at one time the first one, to a few digits. */
static size_t find(hys__history *h, double late) {
    size_t k = h->hint < h->n - 1 ? h->hint : 0;
    while (k > 0 && h->time[k] >= late) k--;
    while (k + 2 < h->n && h->time[k + 1] < late) k++;
    return h->hint = k;
}

double hys__history_value(hys__history *h, double now, double delay) {
    const double *at = h->time, *v = h->value, t = now - delay;
    if (!h->n) return 0;
    if (h->n == 1 || t <= at[0]) return v[0];
    if (t >= at[h->n - 1]) return v[h->n - 1];
    size_t k = find(h, t - 2e-15 * fabs(now));
    double length = at[k + 1] - at[k];
    if (!(length > 0)) return v[k];
    size_t lo = k > 0 && at[k - 1] < at[k] ? k - 1 : k, hi = k + 2 < h->n && at[k + 2] > at[k + 1] ? k + 2 : k + 1;
    double u = fmin((t - at[k]) / length, 1), w = 1 - u, rise = v[k + 1] - v[k];
    double a = slope_of(h, k, lo, hi) * length - rise, b = rise - slope_of(h, k + 1, lo, hi) * length;
    return v[k] * w + v[k + 1] * u + u * w * (a * w + b * u);
}

/* ---- absdelay ---- */

void hys__group_delays(const hys__circuit *c, hys__group *g) {
    bool is_static = c->mode != HYS__MODE_TRAN;
    for (hys_u32 k = 0; k < g->kernel->n_delays; k++)
        for (size_t i = 0; i < g->n; i++) {
            double td = g->batch->delay_td[k][i];
            g->batch->delayed[k][i] =
                is_static ? g->batch->delay_in[k][i] : hys__history_value(&g->history[k * g->n + i], c->time, td);
        }
}

/* After the kernels' accept at time t. */
hys_status hys__groups_push_delays(hys__circuit *c, double t, bool is_start) {
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        for (hys_u32 k = 0; k < g->kernel->n_delays; k++)
            for (size_t i = 0; i < g->n; i++) {
                hys__history *h = &g->history[k * g->n + i];
                if (is_start) h->n = 0;
                double oldest = t - g->batch->delay_td[k][i];
                hys_status status = hys__history_push(c->ctx, h, t, g->batch->delay_in[k][i], oldest);
                if (status != HYS_OK) return status;
            }
    }
    return HYS_OK;
}

hys_status hys__circuit_delays_corner(hys__circuit *c, double t0, double t, const double *y) {
    bool any = false;
    for (size_t j = 0; j < c->groups.n; j++) any = any || c->groups.at[j].kernel->n_delays;
    if (!any) return HYS_OK;
    hys__circuit_gather(c, t, y);
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        if (!g->kernel->n_delays) continue;
        hys_out out = g->batch->out;
        out.effect = NULL;
        g->kernel->accept(&g->batch->env, &g->batch->in, &out);
    }
    hys_status status = hys__groups_push_delays(c, t0, false);
    return status == HYS_OK ? hys__groups_push_delays(c, t, false) : status;
}
