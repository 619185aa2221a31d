/* Rules: which sources each target has.  A target's draws depend on the seed, the projection and its number alone. */
#include "base/random.h"
#include "brain/draw.h"
#include "brain/network_impl.h"
#include <math.h>

#define SOME 256u

typedef struct basket {
    const hys__wire *wire;
    hys__wire_sink *sink;
    void *user;
    hys__stream stream;
    size_t target, n;
    uint32_t sources[SOME];
} basket;

static void hand_over(basket *k) {
    if (k->n) k->sink(k->user, k->target, k->sources, k->n);
    k->n = 0;
}

static void put(basket *k, size_t source) {
    if (k->n == SOME) hand_over(k);
    k->sources[k->n++] = (uint32_t)source;
}

static bool is_self(const basket *k, size_t source) {
    return k->wire->not_self && source == k->target;
}

static double draw(basket *k) {
    return hys__uniform(hys__stream_next(&k->stream));
}

static void each(basket *k) {
    for (size_t s = 0; s < k->wire->n_sources; s++)
        if (!is_self(k, s)) put(k, s);
}

static void repeated(basket *k, size_t n) {
    while (n) {
        const size_t source = (size_t)(draw(k) * (double)k->wire->n_sources);
        if (is_self(k, source)) continue;
        put(k, source);
        n--;
    }
}

/* The next of trials that succeed with probability p comes after floor(ln U / ln(1 - p)) that fail. */
static size_t skip(basket *k, double p) {
    if (p >= 1) return 0;
    const double n = floor(log(draw(k)) / log1p(-p));
    return n < (double)k->wire->n_sources ? (size_t)n : k->wire->n_sources;
}

static double distance2(const basket *k, size_t source) {
    const hys_connect_opts *o = k->wire->opts;
    double sum = 0;
    for (size_t d = 0; d < 3; d++) {
        const double x = o->source_at[3 * source + d] - o->target_at[3 * k->target + d];
        sum += x * x;
    }
    return sum;
}

static void by_chance(basket *k, bool is_by_distance) {
    const hys_connect_opts *o = k->wire->opts;
    if (!(o->probability > 0)) return;
    for (size_t s = skip(k, o->probability); s < k->wire->n_sources; s += 1 + skip(k, o->probability)) {
        const bool is_near = !is_by_distance || draw(k) < exp(-distance2(k, s) / (2 * o->sigma * o->sigma));
        if (is_near && !is_self(k, s)) put(k, s);
    }
}

/* Cell s of n belongs to cell s m / n of m < n: those from ceil(t n / m) on to t. */
static void part(basket *k) {
    const uint64_t t = k->target, n = k->wire->n_sources, m = k->wire->n_targets;
    if (n < m) {
        if (!is_self(k, (size_t)(t * n / m))) put(k, (size_t)(t * n / m));
        return;
    }
    for (uint64_t s = (t * n + m - 1) / m; s * m / n == t; s++)
        if (!is_self(k, (size_t)s)) put(k, (size_t)s);
}

static void of_target(basket *k) {
    const hys_connect_opts *o = k->wire->opts;
    switch (o->rule) {
    case HYS_CONNECT_ALL:
        each(k);
        return;
    case HYS_CONNECT_ONE_TO_ONE:
        if (!is_self(k, k->target)) put(k, k->target);
        return;
    case HYS_CONNECT_PARTS:
        part(k);
        return;
    case HYS_CONNECT_INDEGREE:
        repeated(k, o->number);
        return;
    case HYS_CONNECT_TOTAL:
        repeated(k, k->wire->indegree[k->target]);
        return;
    default:
        by_chance(k, o->rule == HYS_CONNECT_DISTANCE);
    }
}

void hys__wire_draw(const hys__wire *wire, size_t first, size_t end, hys__wire_sink *sink, void *user) {
    basket k = {.wire = wire, .sink = sink, .user = user};
    for (k.target = first; k.target < end; k.target++) {
        hys__stream_start(&k.stream, wire->seed, HYS__DRAW_SOURCES | wire->number, k.target);
        of_target(&k);
        hand_over(&k);
    }
}
