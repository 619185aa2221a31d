/* Membranes with one channel replaced by the device: many separate ones at once, or a chain.
 *
 *     C dV/dt = I - sum of channels - conductance I_dev(voltage (V - E) + offset) + coupling (V_left + V_right - 2 V)
 *
 * Fixed steps by BDF2.  Gates and device are stepped at the extrapolated potential 2 V_n - V_{n-1}; then the potential
 * is solved for with the device's current linearised there: second order, and stable where the device is stiff. */
#include "base/diag.h"
#include "lab/screen_impl.h"
#include <math.h>
#include <string.h>

typedef struct run {
    const hys__cells *c;
    const hys__membrane *m;
    const hys__stimulus *stimuli;
    hys__response *responses;
    double t;
    size_t step;                     /* of those behind t = 0 */
    double *v, *old, *guess, *start; /* [n] V now, one step ago, extrapolated, (4 v - old) / 3 */
    double *gates[HYS__MAX_GATES], *gates_old[HYS__MAX_GATES];
    double *diagonal, *right, *pivot;    /* [n] of the system for V */
    double *v_device;                    /* [n] V */
    double (*rates)[2 * HYS__MAX_GATES]; /* [N_RATES_AT] 1/s: opening and closing of the gates, by potential */
    bool *is_edge;                       /* [steps] a stimulus jumps at the step's begin */
    bool *is_up;                         /* [n] above the level of spikes */
    bool is_first;
} run;

size_t hys__cells_n_steps(const hys__cells *c) {
    return (size_t)floor(c->duration / c->h + 0.5);
}

static size_t n_settling(const hys__cells *c) {
    return (size_t)floor(c->settle / c->h + 0.5);
}

/* ---- rates of the gates ---- */

/* A cubic through the four neighbours in a table: 1e-8 of a rate that changes e-fold within 18 mV, and no exponentials
 * in every step. */
#define RATES_FROM (-0.5) /* V */
#define RATES_STEP 0.5e-3 /* V */
#define N_RATES_AT 2004   /* to 0.5 V, and one and two beyond */

static void tabulate_rates(run *r) {
    for (int k = 0; k < N_RATES_AT; k++)
        r->m->rates(RATES_FROM + RATES_STEP * (k - 1), r->rates[k], r->rates[k] + HYS__MAX_GATES);
}

static void find_rates(const run *r, double v, double all[2 * HYS__MAX_GATES]) {
    const double place = (v - RATES_FROM) / RATES_STEP;
    const size_t k = (size_t)place; /* guesses are within the table */
    const double x = place - (double)k;
    const double a = -x * (x - 1) * (x - 2) / 6, b = (x + 1) * (x - 1) * (x - 2) / 2;
    const double c = -(x + 1) * x * (x - 2) / 2, d = (x + 1) * x * (x - 1) / 6;
    const double(*at)[2 * HYS__MAX_GATES] = (const double(*)[2 * HYS__MAX_GATES]) & r->rates[k];
    for (size_t i = 0; i < (size_t)2 * HYS__MAX_GATES; i++)
        all[i] = a * at[0][i] + b * at[1][i] + c * at[2][i] + d * at[3][i];
}

static hys_status take_arrays(run *r, hys__arena *arena) {
    double **const all[] = {&r->v, &r->old, &r->guess, &r->start, &r->diagonal, &r->right, &r->pivot, &r->v_device};
    const size_t n = r->c->n;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) *all[k] = HYS_NEW_N(arena, double, n);
    for (size_t k = 0; k < r->m->n_gates; k++) {
        r->gates[k] = HYS_NEW_N(arena, double, n);
        r->gates_old[k] = HYS_NEW_N(arena, double, n);
    }
    r->is_up = HYS_NEW_N(arena, bool, n);
    r->rates = hys__arena_calloc(arena, N_RATES_AT, sizeof *r->rates);
    r->is_edge = HYS_NEW_N(arena, bool, n_settling(r->c) + hys__cells_n_steps(r->c));
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

static double device_voltage(const hys__cells *c, double v) {
    return c->scale.voltage * (v - hys__channel_reversal(c->channel)) + c->scale.offset;
}

static void begin(run *r) {
    const hys__cells *c = r->c;
    const double rest = r->m->rest;
    double gates[HYS__MAX_GATES];
    hys__membrane_steady(r->m, rest, gates);
    for (size_t j = 0; j < c->n; j++) {
        r->v[j] = r->old[j] = rest;
        r->v_device[j] = device_voltage(c, rest);
        for (size_t k = 0; k < r->m->n_gates; k++) r->gates[k][j] = r->gates_old[k][j] = gates[k];
        r->responses[j].n = 0;
        r->responses[j].is_restless = r->responses[j].is_bad = false;
        r->responses[j].rest = rest;
    }
    r->t = -c->settle;
    r->is_first = true;
    if (c->dut) hys__dut_rest(c->dut, r->v_device, HYS__REST_SPAN * r->m->slow * c->scale.time);
}

static bool is_within(double t, double from, double to) {
    return t > from && t <= to;
}

/* Current density into a membrane over the step that ends at t. */
static double stimulus(const run *r, size_t j, double t) {
    const hys__stimulus *s = &r->stimuli[j];
    const double mid = t - 0.5 * r->c->h;
    double i = s->step != 0 && is_within(mid, s->from, s->to) ? s->step : 0;
    for (int k = 0; k < 2 && s->pulse != 0; k++)
        if (is_within(mid, s->at[k], s->at[k] + s->width)) i += s->pulse;
    if (s->noise && t > 0) i += s->noise[r->step];
    return i;
}

/* A stimulus whose edge lies at this step makes the extrapolation wrong. */
static void extrapolate(run *r) {
    for (size_t j = 0; j < r->c->n; j++) {
        r->guess[j] = 2 * r->v[j] - r->old[j];
        r->start[j] = r->is_first ? r->v[j] : (4 * r->v[j] - r->old[j]) / 3;
        r->guess[j] = fmax(fmin(r->guess[j], 0.5), -0.5);
    }
}

/* Gates obey linear equations at the guessed potential. */
static void step_gates(run *r, size_t j, double h) {
    double rates[2 * HYS__MAX_GATES];
    const double *open = rates, *close = rates + HYS__MAX_GATES;
    find_rates(r, r->guess[j], rates);
    for (size_t k = 0; k < r->m->n_gates; k++) {
        const double now = r->gates[k][j], start = r->is_first ? now : (4 * now - r->gates_old[k][j]) / 3;
        r->gates_old[k][j] = now;
        r->gates[k][j] = (start + h * open[k]) / (1 + h * (open[k] + close[k]));
    }
}

static void add_channels(run *r, size_t j) {
    double gates[HYS__MAX_GATES] = {0};
    for (size_t k = 0; k < r->m->n_gates; k++) gates[k] = r->gates[k][j];
    for (size_t k = 0; k < r->m->n_channels; k++) {
        const hys__channel channel = r->m->first + (hys__channel)k;
        if (r->c->dut && channel == r->c->channel) continue;
        const double g = hys__channel_conductance(channel) * r->m->open(channel, r->guess[j], gates);
        r->diagonal[j] += g;
        r->right[j] += g * hys__channel_reversal(channel);
    }
}

static void add_device(run *r) {
    const hys__cells *c = r->c;
    for (size_t j = 0; j < c->n; j++) r->v_device[j] = device_voltage(c, r->guess[j]);
    hys__dut_step(c->dut, c->h * c->scale.time, r->v_device);
    for (size_t j = 0; j < c->n; j++) {
        const double g = c->scale.conductance * c->scale.voltage * c->dut->g[0][j];
        r->diagonal[j] += g;
        r->right[j] += g * r->guess[j] - c->scale.conductance * c->dut->i[0][j];
    }
}

/* Separate membranes, or a chain: the tridiagonal system by elimination. */
static void solve(run *r) {
    const size_t n = r->c->n;
    const double g = r->c->coupling;
    for (size_t j = 0; j < n; j++) r->pivot[j] = r->diagonal[j] + g * ((j > 0) + (j + 1 < n));
    for (size_t j = 1; j < n; j++) {
        const double factor = g / r->pivot[j - 1];
        r->pivot[j] -= factor * g;
        r->right[j] += factor * r->right[j - 1];
    }
    for (size_t j = n; j-- > 0;) {
        const double next = j + 1 < n ? r->v[j + 1] : 0;
        r->old[j] = r->v[j];
        r->v[j] = (r->right[j] + g * next) / r->pivot[j];
    }
}

/* Where the stimulus jumps, the history across the edge would ring: one implicit Euler step. */
static void mark_edges(run *r) {
    const double n = (double)(n_settling(r->c) + hys__cells_n_steps(r->c)), first = (double)n_settling(r->c);
    for (size_t j = 0; j < r->c->n; j++) {
        const hys__stimulus *s = &r->stimuli[j];
        const double edges[] = {s->from, s->to, s->at[0], s->at[0] + s->width, s->at[1], s->at[1] + s->width};
        for (size_t k = 0; k < sizeof edges / sizeof *edges; k++) {
            const double step = first + floor(edges[k] / r->c->h + 0.5);
            if (step >= 0 && step < n) r->is_edge[(size_t)step] = true;
        }
    }
}

static void advance(run *r) {
    const hys__cells *c = r->c;
    r->t += c->h;
    const double h = r->is_first ? c->h : c->h * 2 / 3;
    extrapolate(r);
    for (size_t j = 0; j < c->n; j++) {
        step_gates(r, j, h);
        r->diagonal[j] = r->m->capacitance / h;
        r->right[j] = r->m->capacitance / h * r->start[j] + stimulus(r, j, r->t);
        add_channels(r, j);
    }
    if (c->dut) add_device(r);
    solve(r);
    r->is_first = false;
}

static void watch(run *r, size_t j) {
    hys__response *out = &r->responses[j];
    const double v = r->v[j], old = r->old[j], level = r->m->spike_level;
    if (!r->is_up[j] && v > level && old <= level) {
        r->is_up[j] = true;
        if (r->t <= 0) out->is_restless = true;
        else if (out->n < HYS__SPIKES_MAX) {
            out->time[out->n] = r->t - r->c->h * (v - level) / (v - old);
            out->peak[out->n++] = v;
        }
    }
    if (r->is_up[j] && out->n && r->t > 0) out->peak[out->n - 1] = fmax(out->peak[out->n - 1], v);
    if (v < level - 20e-3) r->is_up[j] = false;
    if (r->t <= 0.5 * r->c->h) out->rest = v;
    if (!(fabs(v) < 1) || (r->c->dut && r->c->dut->is_bad[j])) out->is_bad = true;
}

static hys_status go(run *r) {
    const hys__cells *c = r->c;
    const size_t n_settle = n_settling(c), n = n_settle + hys__cells_n_steps(c);
    tabulate_rates(r);
    mark_edges(r);
    begin(r);
    for (size_t k = 0; k < n; k++) {
        r->step = k < n_settle ? 0 : k - n_settle;
        if (k == n_settle) r->t = 0;
        r->is_first = r->is_first || r->is_edge[k];
        advance(r);
        for (size_t j = 0; j < c->n; j++) watch(r, j);
        if (c->trace && k >= n_settle) c->trace[r->step] = r->v[0];
        if (k % 1024 == 0 && hys_ctx_is_cancelled(c->ctx)) return HYS_CANCEL;
    }
    return HYS_OK;
}

hys_status hys__cells_run(const hys__cells *cells, const hys__stimulus *stimuli, hys__response *responses) {
    hys__arena arena;
    hys__arena_init(&arena, cells->ctx, 0);
    run r = {.c = cells, .m = hys__membrane_of(cells->channel), .stimuli = stimuli, .responses = responses};
    hys_status status = take_arrays(&r, &arena);
    if (status == HYS_OK) status = go(&r);
    hys__arena_free(&arena);
    return status;
}
