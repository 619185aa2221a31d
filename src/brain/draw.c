/* Random numbers of networks. */
#include "brain/draw.h"
#include "base/diag.h"
#include "base/random.h"
#include "brain/phi.h"
#include <math.h>
#include <string.h>

/* ---- bits ---- */

typedef uint64_t u8x __attribute__((vector_size(64)));
typedef uint64_t u8x_there __attribute__((vector_size(64), aligned(8), may_alias));

#define MIX(r)                                                                                                         \
    do {                                                                                                               \
        x0 += x1;                                                                                                      \
        x1 = (x1 << (r) | x1 >> (64 - (r))) ^ x0;                                                                      \
    } while (0)

/* As hys__threefry2x64 does, eight at a time. */
HYS__CLONES static void eight(const uint64_t *key, uint64_t first, uint64_t second, uint64_t *out) {
    const uint64_t words[3] = {key[0], key[1], UINT64_C(0x1bd11bdaa9fc1a22) ^ key[0] ^ key[1]};
    const u8x count = {0, 1, 2, 3, 4, 5, 6, 7};
    u8x x0 = count + (first + words[0]), x1 = (count & 0) + (second + words[1]);
    for (unsigned n = 1; n < 6; n++) {
        if (n % 2) {
            MIX(16);
            MIX(42);
            MIX(12);
            MIX(31);
        } else {
            MIX(16);
            MIX(32);
            MIX(24);
            MIX(21);
        }
        x0 += words[n % 3];
        x1 += words[(n + 1) % 3] + n;
    }
    *(u8x_there *)out = x0;
    *(u8x_there *)(out + 8) = x1;
}

void hys__draw_eight(const uint64_t key[2], uint64_t first, uint64_t second, uint64_t out[HYS__DRAWN]) {
    eight(key, first, second, out);
}

void hys__stream_start(hys__stream *s, uint64_t seed, uint64_t purpose, uint64_t second) {
    s->key[0] = seed;
    s->key[1] = purpose;
    s->second = second;
    s->next = 0;
    s->at = HYS__DRAWN;
}

void hys__stream_more(hys__stream *s) {
    hys__draw_eight(s->key, s->next, s->second, s->words);
    s->next += 8;
    s->at = 0;
}

/* ---- distributions ---- */

static double normal_below(double z) {
    return 0.5 * erfc(-z * 0.7071067811865476);
}

static double below(const hys__dist *d, double x) {
    const hys_draw *o = &d->of;
    switch (o->kind) {
    case HYS_DRAW_NORMAL:
        return normal_below((x - o->mean) / o->spread);
    case HYS_DRAW_LOGNORMAL: {
        const double y = d->sign * x, p = y > 0 ? normal_below((log(y) - d->log_mean) / d->log_spread) : 0;
        return d->sign > 0 ? p : 1 - p;
    }
    case HYS_DRAW_UNIFORM:
        return fmin(fmax((x - o->mean + o->spread) / (2 * o->spread), 0), 1);
    default:
        return x >= o->mean;
    }
}

static double inverse(const hys__dist *d, double p) {
    const hys_draw *o = &d->of;
    const double inner = fmin(fmax(p, 0x1p-1000), 1 - 0x1p-53);
    switch (o->kind) {
    case HYS_DRAW_NORMAL:
        return o->mean + o->spread * hys__normal_quantile(inner);
    case HYS_DRAW_LOGNORMAL:
        return d->sign * exp(d->log_mean + d->sign * d->log_spread * hys__normal_quantile(inner));
    case HYS_DRAW_UNIFORM:
        return o->mean + o->spread * (2 * p - 1);
    default:
        return o->mean;
    }
}

#define LEAST_WITHIN 1e-9 /* what is left between limits still has the digits of a single precision */

hys_status hys__dist_make(hys_ctx *ctx, const hys_draw *draw, const char *what, hys__dist *d) {
    *d = (hys__dist){.of = *draw, .sign = draw->mean < 0 ? -1 : 1, .within = 1};
    hys_draw *o = &d->of;
    if ((unsigned)o->kind > HYS_DRAW_UNIFORM) return hys__fail(ctx, HYS_ARG, "", "%s: no such distribution", what);
    if (!isfinite(o->mean) || !(o->spread >= 0) || !isfinite(o->spread))
        return hys__fail(ctx, HYS_ARG, "", "%s cannot be drawn with the mean %g and the spread %g", what, o->mean,
                         o->spread);
    if (o->spread == 0) o->kind = HYS_DRAW_CONSTANT;
    if (o->kind == HYS_DRAW_LOGNORMAL && o->mean == 0)
        return hys__fail(ctx, HYS_ARG, "", "%s: the mean of lognormal numbers is not 0", what);
    if (o->kind == HYS_DRAW_LOGNORMAL) {
        const double s2 = log1p(o->spread / o->mean * (o->spread / o->mean));
        d->log_spread = sqrt(s2);
        d->log_mean = log(fabs(o->mean)) - 0.5 * s2;
    }
    if (o->kind == HYS_DRAW_CONSTANT || (o->lo == 0 && o->hi == 0)) {
        o->lo = -INFINITY;
        o->hi = INFINITY;
        return HYS_OK;
    }
    if (!(o->lo < o->hi)) return hys__fail(ctx, HYS_ARG, "", "%s cannot lie between %g and %g", what, o->lo, o->hi);
    d->below = below(d, o->lo);
    d->within = below(d, o->hi) - d->below;
    if (d->within > LEAST_WITHIN) return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "", "%s: almost no number of its distribution lies between %g and %g", what, o->lo,
                     o->hi);
}

double hys__dist_value(const hys__dist *d, double uniform) {
    if (d->of.kind == HYS_DRAW_CONSTANT) return d->of.mean;
    return fmin(fmax(inverse(d, d->below + d->within * uniform), d->of.lo), d->of.hi);
}

double hys__dist_below(const hys__dist *d, double x) {
    return fmin(fmax((below(d, x) - d->below) / d->within, 0), 1);
}

/* ---- whole steps ---- */

#define NEVER 0x1p-34 /* a probability: not in the synapses of any network */

static hys_status fail_delay(hys_ctx *ctx, const hys_draw *draw, double dt, uint32_t most) {
    if (draw->kind == HYS_DRAW_CONSTANT || draw->spread == 0)
        return hys__fail(ctx, HYS_ARG, "", "a delay cannot be %g s with steps of %g s: 1 to %u steps", draw->mean, dt,
                         most);
    return hys__fail(ctx, HYS_ARG, "limit what is drawn by lo, one step, and hi",
                     "some delays would not be 1 to %u steps of %g s", most, dt);
}

static hys_status fill_steps(hys__arena *arena, const hys__dist *d, double dt, hys__steps *s) {
    const size_t n = s->most - s->least;
    s->up_to = HYS_NEW_N(arena, double, n);
    s->guide = HYS_NEW_N(arena, uint32_t, HYS__GUIDES);
    if (!s->up_to || !s->guide) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) s->up_to[k] = hys__dist_below(d, (s->least + (double)k + 0.5) * dt);
    for (uint32_t g = 0, k = 0; g < HYS__GUIDES; g++) {
        while (k < n && s->up_to[k] < (double)g / HYS__GUIDES) k++;
        s->guide[g] = k;
    }
    return HYS_OK;
}

hys_status hys__steps_make(hys__arena *arena, const hys_draw *draw, double dt, uint32_t most, hys__steps *s) {
    hys__dist d;
    hys_status status = hys__dist_make(arena->ctx, draw, "a delay", &d);
    if (status != HYS_OK) return status;
    *s = (hys__steps){0};
    if (d.of.kind == HYS_DRAW_CONSTANT) {
        const double steps = floor(draw->mean / dt + 0.5);
        if (!(steps >= 1 && steps <= most)) return fail_delay(arena->ctx, draw, dt, most);
        s->least = s->most = (uint32_t)steps;
        return HYS_OK;
    }
    if (hys__dist_below(&d, 0.5 * dt) > NEVER || 1 - hys__dist_below(&d, (most + 0.5) * dt) > NEVER)
        return fail_delay(arena->ctx, draw, dt, most);
    for (s->least = 1; hys__dist_below(&d, (s->least + 0.5) * dt) <= NEVER;) s->least++;
    for (s->most = s->least; 1 - hys__dist_below(&d, (s->most + 0.5) * dt) > NEVER;) s->most++;
    return s->most > s->least ? fill_steps(arena, &d, dt, s) : HYS_OK;
}

uint32_t hys__steps_value(const hys__steps *s, double uniform) {
    if (!s->up_to) return s->least;
    const uint32_t n = s->most - s->least;
    uint32_t k = s->guide[(size_t)(uniform * HYS__GUIDES)];
    while (k < n && uniform > s->up_to[k]) k++;
    return s->least + k;
}

/* ---- binomial ---- */

static double log_probability(double n, double k, double p) {
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p);
}

/* Numbers are taken in the order mode, mode + 1, mode - 1, mode + 2, ...: about as many as their standard deviation. */
uint64_t hys__binomial(uint64_t n, double p, double uniform) {
    if (n == 0 || !(p > 0)) return 0;
    if (p >= 1) return n;
    const double all = (double)n, odds = p / (1 - p), mode = floor((all + 1) * p);
    const double at_mode = exp(log_probability(all, mode, p));
    double left = uniform - at_mode, up = mode, down = mode, p_up = at_mode, p_down = at_mode;
    if (left < 0) return (uint64_t)mode;
    while (up < all || down > 0) {
        p_up = up < all ? p_up * odds * (all - up) / (up + 1) : 0;
        up = up < all ? up + 1 : up;
        left -= p_up;
        if (left < 0) return (uint64_t)up;
        p_down = down > 0 ? p_down * down / (odds * (all - down + 1)) : 0;
        down = down > 0 ? down - 1 : down;
        left -= p_down;
        if (left < 0) return (uint64_t)down;
        if (p_up < 0x1p-80 && p_down < 0x1p-80) break; /* rounding has left over less than is drawn */
    }
    return (uint64_t)mode;
}
