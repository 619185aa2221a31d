/* Plasticity by the times of spikes: rules. */
#include "base/diag.h"
#include "network/stdp_impl.h"
#include <math.h>

static const char *const names[] = {
#define HYS_X(id, name, what) name,
    HYS_STDP_KINDS(HYS_X)
#undef HYS_X
};

const char *hys_stdp_kind_name(hys_stdp_kind kind) {
    return (unsigned)kind < HYS_N_STDP_KINDS ? names[kind] : "";
}

hys_stdp_rule hys_stdp_rule_default(hys_stdp_kind kind) {
    const hys_stdp_rule triplet = {.kind = kind,
                                   .a_plus = 0,
                                   .a_minus = 7.1e-3,
                                   .tau_plus = 16.8e-3,
                                   .tau_minus = 33.7e-3,
                                   .a3_plus = 6.5e-3,
                                   .tau_x = 101e-3,
                                   .tau_y = 114e-3};
    if (kind == HYS_STDP_TRIPLET) return triplet;
    return (hys_stdp_rule){.kind = kind,
                           .a_plus = 0.01,
                           .a_minus = 0.005,
                           .tau_plus = 16.8e-3,
                           .tau_minus = 33.7e-3,
                           .tau_x = 101e-3,
                           .tau_y = 125e-3,
                           .window = 25e-3};
}

hys_status hys__stdp_check(hys_ctx *ctx, const hys_stdp_rule *r) {
    const double amplitudes[] = {r->a_plus, r->a_minus, r->a3_plus, r->a3_minus};
    const double times[] = {r->tau_plus, r->tau_minus, r->tau_x, r->tau_y};
    if ((unsigned)r->kind >= HYS_N_STDP_KINDS)
        return hys__fail(ctx, HYS_ARG, "pair, triplet, pulses, device", "there is no kind %d of plasticity",
                         (int)r->kind);
    for (size_t k = 0; k < 4; k++)
        if (!(fabs(amplitudes[k]) < 1e30))
            return hys__fail(ctx, HYS_ARG, "a finite number", "plasticity cannot have an amplitude of %g",
                             amplitudes[k]);
    for (size_t k = 0; k < 4; k++)
        if (!(times[k] > 0 && isfinite(times[k])))
            return hys__fail(ctx, HYS_ARG, "more than 0 s", "plasticity cannot have a time constant of %g s", times[k]);
    if (r->kind == HYS_STDP_PULSES && !(r->window > 0 && isfinite(r->window)))
        return hys__fail(ctx, HYS_ARG, "more than 0 s", "no spikes meet in a window of %g s", r->window);
    return HYS_OK;
}

hys_status hys__trains_check(hys_ctx *ctx, const hys_spike_trains *t) {
    for (size_t k = 0; k < t->n; k++)
        for (size_t i = t->first[k]; i < t->first[k + 1]; i++)
            if (!isfinite(t->times[i]) || (i > t->first[k] && !(t->times[i] >= t->times[i - 1])))
                return hys__fail(ctx, HYS_ARG, "s, rising", "spike %zu of neuron %zu is at %g s", i - t->first[k] + 1,
                                 k + 1, t->times[i]);
    return HYS_OK;
}

/* What spikes have left: 1 each, falling off with two time constants. */
typedef struct traces {
    double at, first, second;
} traces;

static void decay(traces *t, double now, double tau_first, double tau_second) {
    t->first *= exp(-(now - t->at) / tau_first);
    t->second *= exp(-(now - t->at) / tau_second);
    t->at = now;
}

/* At a spike before: w -= o1 (a_minus + a3_minus r2); behind: w += r1 (a_plus + a3_plus o2). */
static double walk(const hys_stdp_rule *r, const hys_spike_trains *pre, const hys_spike_trains *post) {
    size_t i = pre->first[0], j = post->first[0];
    traces before = {0, 0, 0}, behind = {0, 0, 0};
    double change = 0;
    while (i < pre->first[1] || j < post->first[1]) {
        const bool is_pre = j == post->first[1] || (i < pre->first[1] && pre->times[i] <= post->times[j]);
        const double now = is_pre ? pre->times[i++] : post->times[j++];
        decay(&before, now, r->tau_plus, r->tau_x);
        decay(&behind, now, r->tau_minus, r->tau_y);
        traces *own = is_pre ? &before : &behind;
        if (is_pre) change -= behind.first * (r->a_minus + r->a3_minus * before.second);
        else change += before.first * (r->a_plus + r->a3_plus * behind.second);
        own->first++;
        own->second++;
    }
    return change;
}

hys_status hys_stdp_change(hys_ctx *ctx, const hys_stdp_rule *rule, const hys_spike_trains *pre,
                           const hys_spike_trains *post, double *change) {
    hys_stdp_rule used = *rule;
    hys_status status = hys__stdp_check(ctx, rule);
    if (status == HYS_OK && rule->kind != HYS_STDP_PAIR && rule->kind != HYS_STDP_TRIPLET)
        status = hys__fail(ctx, HYS_ARG, "pair, triplet", "%s is no formula", hys_stdp_kind_name(rule->kind));
    if (status == HYS_OK && (pre->n != 1 || post->n != 1))
        status = hys__fail(ctx, HYS_ARG, "", "a synapse has one neuron before and one behind it");
    if (status == HYS_OK) status = hys__trains_check(ctx, pre);
    if (status == HYS_OK) status = hys__trains_check(ctx, post);
    if (rule->kind == HYS_STDP_PAIR) used.a3_plus = used.a3_minus = 0;
    if (status == HYS_OK) *change = walk(&used, pre, post);
    return status;
}
