/* Neurons, solved exactly for a current that is constant in a step. */
#include "base/diag.h"
#include "network/spiking_impl.h"
#include <math.h>
#include <string.h>

static const char *const names[] = {
#define HYS_X(id, name, what) name,
    HYS_NEURON_KINDS(HYS_X)
#undef HYS_X
};

const char *hys_neuron_kind_name(hys_neuron_kind kind) {
    return (unsigned)kind < HYS_N_NEURON_KINDS ? names[kind] : "";
}

hys_neuron hys_neuron_default(hys_neuron_kind kind) {
    return (hys_neuron){.kind = kind,
                        .tau = 0.02,
                        .tau_synapse = 0.005,
                        .r = kind == HYS_NEURON_IF ? 1000 : 1,
                        .w_in = 1,
                        .threshold = 1,
                        .spike = 1};
}

/* ---- what can be ---- */

static hys_status refuse(hys_ctx *ctx, const hys_neuron *n, const char *what, double value, const char *hint) {
    return hys__fail(ctx, HYS_ARG, hint, "a neuron (%s) cannot have %s %g", hys_neuron_kind_name(n->kind), what, value);
}

hys_status hys__neuron_check(hys_ctx *ctx, const hys_neuron *n, double dt) {
    const bool leaks = n->kind != HYS_NEURON_IF;
    if ((unsigned)n->kind >= HYS_N_NEURON_KINDS)
        return hys__fail(ctx, HYS_ARG, "if, lif, li, cuba-lif", "there is no kind %d of neurons", (int)n->kind);
    if (leaks && !(n->tau > 0 && isfinite(n->tau)))
        return refuse(ctx, n, "a time constant of", n->tau, "more than 0 s");
    if (n->kind == HYS_NEURON_CUBA_LIF && !(n->tau_synapse > 0 && isfinite(n->tau_synapse)))
        return refuse(ctx, n, "a synapse's time constant of", n->tau_synapse, "more than 0 s");
    const double numbers[] = {n->r, n->w_in, n->v_leak, n->threshold, n->reset, n->spike, n->adaptation};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        if (!(fabs(numbers[k]) < 1e30)) return refuse(ctx, n, "a parameter of", numbers[k], "a finite number");
    if (n->kind != HYS_NEURON_LI && !(n->threshold > n->reset))
        return refuse(ctx, n, "a threshold of", n->threshold, "above its reset potential");
    if (!(n->refractory >= 0 && n->refractory / dt < 1e9))
        return refuse(ctx, n, "a refractory time of", n->refractory, "0 s or more");
    if (n->adaptation != 0 && !(n->tau_adaptation > 0))
        return refuse(ctx, n, "an adaptation's time constant of", n->tau_adaptation, "more than 0 s");
    return HYS_OK;
}

/* ---- a step's numbers ---- */

/* Of tau v' = v_leak - v + r i, tau_s i' = -i + w x over dt: the part q of i that has become v.  Both time constants
 * alike: its limit. */
static double passed_on(double tau, double tau_s, double dt) {
    const double a = dt / tau, b = dt / tau_s;
    if (fabs(a - b) < 1e-6 * a) return a * exp(-a);
    return tau_s / (tau_s - tau) * (exp(-b) - exp(-a));
}

static void fill_one(hys__neurons *l, size_t k, double dt) {
    const hys_neuron *n = &l->given[k];
    const bool leaks = n->kind != HYS_NEURON_IF, has_synapse = n->kind == HYS_NEURON_CUBA_LIF;
    const double keep = leaks ? exp(-dt / n->tau) : 1, lost = leaks ? -expm1(-dt / n->tau) : 0;
    const double keep_i = has_synapse ? exp(-dt / n->tau_synapse) : 0;
    const double q = has_synapse ? passed_on(n->tau, n->tau_synapse, dt) : 0;
    l->keep[k] = (float)keep;
    l->rest[k] = (float)(lost * n->v_leak);
    l->in[k] = (float)(leaks ? n->r * (has_synapse ? n->w_in * (lost - q) : lost) : n->r * dt);
    l->keep_i[k] = (float)keep_i;
    l->in_i[k] = (float)((1 - keep_i) * n->w_in);
    l->from_i[k] = (float)(n->r * q);
    l->threshold[k] = (float)n->threshold;
    l->reset[k] = (float)n->reset;
    l->adaptation[k] = (float)n->adaptation;
    l->keep_adaptation[k] = n->adaptation != 0 ? (float)exp(-dt / n->tau_adaptation) : 0;
    l->spike[k] = (float)n->spike;
    l->refractory[k] = (uint32_t)ceil(n->refractory / dt - 1e-9);
    l->has_refractory = l->has_refractory || l->refractory[k] > 0;
    l->has_adaptation = l->has_adaptation || n->adaptation != 0;
    l->start[k] = (float)(leaks ? n->v_leak : n->reset);
}

void hys__neurons_fill(hys__neurons *l, double dt) {
    l->kind = l->given[0].kind;
    l->is_subtracted = l->given[0].is_subtracted;
    l->has_synapse = l->kind == HYS_NEURON_CUBA_LIF;
    l->has_refractory = l->has_adaptation = false;
    for (size_t k = 0; k < l->n; k++) fill_one(l, k, dt);
}

/* ---- in time ---- */

hys_status hys__membrane_new(hys__arena *arena, const hys__neurons *l, size_t n_samples, hys__membrane *m) {
    const size_t n = l->n * n_samples;
    m->v = HYS_NEW_N(arena, float, n);
    if (l->has_synapse) m->i = HYS_NEW_N(arena, float, n);
    if (l->has_adaptation) m->raised = HYS_NEW_N(arena, float, n);
    if (l->has_refractory) m->wait = HYS_NEW_N(arena, uint32_t, n);
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

void hys__membrane_start(const hys__neurons *l, size_t n_samples, hys__membrane *m) {
    const size_t n = l->n * n_samples;
    for (size_t s = 0; s < n_samples; s++) memcpy(m->v + s * l->n, l->start, l->n * sizeof *m->v);
    if (m->i) memset(m->i, 0, n * sizeof *m->i);
    if (m->raised) memset(m->raised, 0, n * sizeof *m->raised);
    if (m->wait) memset(m->wait, 0, n * sizeof *m->wait);
}

static size_t step_plain(const hys__neurons *l, float *restrict v, const float *restrict x, float *restrict out) {
    size_t count = 0;
    for (size_t k = 0; k < l->n; k++) {
        const float u = l->keep[k] * v[k] + l->rest[k] + l->in[k] * x[k];
        const bool spikes = u >= l->threshold[k];
        const float after = l->is_subtracted ? u - (l->threshold[k] - l->reset[k]) : l->reset[k];
        v[k] = spikes ? after : u;
        out[k] = spikes ? l->spike[k] : 0;
        count += spikes;
    }
    return count;
}

static void integrate(const hys__neurons *l, const hys__membrane *m, size_t at, const float *x, float *u) {
    for (size_t k = 0; k < l->n; k++) {
        const float i = m->i ? m->i[at + k] : 0;
        const bool waits = m->wait && m->wait[at + k] > 0;
        u[k] = waits ? m->v[at + k] : l->keep[k] * m->v[at + k] + l->rest[k] + l->in[k] * x[k] + l->from_i[k] * i;
        if (m->i) m->i[at + k] = l->keep_i[k] * i + l->in_i[k] * x[k];
    }
}

static size_t fire(const hys__neurons *l, const hys__membrane *m, size_t at, float *u) {
    size_t count = 0;
    for (size_t k = 0; k < l->n; k++) {
        const float raised = m->raised ? m->raised[at + k] : 0;
        const bool waits = m->wait && m->wait[at + k] > 0, spikes = !waits && u[k] >= l->threshold[k] + raised;
        const float after = l->is_subtracted ? u[k] - (l->threshold[k] + raised - l->reset[k]) : l->reset[k];
        m->v[at + k] = spikes ? after : u[k];
        u[k] = spikes ? l->spike[k] : 0;
        if (waits) m->wait[at + k]--;
        if (spikes && m->wait) m->wait[at + k] = l->refractory[k];
        if (m->raised) m->raised[at + k] = raised * l->keep_adaptation[k] + (spikes ? l->adaptation[k] : 0);
        count += spikes;
    }
    return count;
}

size_t hys__neurons_step(const hys__neurons *l, hys__membrane *m, size_t s, const float *x, float *out, float *seen) {
    const size_t at = s * l->n;
    const bool is_plain = !l->has_synapse && !l->has_refractory && !l->has_adaptation;
    if (is_plain && l->kind != HYS_NEURON_LI && !seen) return step_plain(l, m->v + at, x, out);
    integrate(l, m, at, x, out);
    if (seen) memcpy(seen, out, l->n * sizeof *seen);
    if (l->kind != HYS_NEURON_LI) return fire(l, m, at, out);
    memcpy(m->v + at, out, l->n * sizeof *out);
    return 0;
}
