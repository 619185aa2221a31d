/* What a membrane does: spike, rates, rheobase, refractory period, conduction, noise.  The same for the channel itself
 * and for the device in its place. */
#include "base/random.h"
#include "lab/screen_impl.h"
#include <math.h>
#include <string.h>

/* Times are those of the squid's membrane; `slow` of others multiplies them. */
#define LOOP_STEP     10e-6  /* s */
#define LOOP_DURATION 200e-3 /* s */
#define PULSE_AT      1e-3   /* s */
#define SETTLE        40e-3  /* s */
#define NEVER         NAN

/* Runs membranes with a device each. */
static hys_status run_cells(const hys__subject *s, hys__cells *cells, const hys__stimulus *stimuli,
                            hys__response *responses) {
    cells->ctx = s->ctx;
    cells->channel = s->channel;
    cells->scale = s->scale;
    cells->settle = SETTLE * hys__membrane_of(s->channel)->slow;
    hys__dut_opts opts = s->dut;
    opts.n = cells->n;
    hys_status status = s->model ? hys__dut_new(s->ctx, s->model, &opts, &cells->dut) : HYS_OK;
    if (status == HYS_OK) status = hys__cells_run(cells, stimuli, responses);
    hys__dut_free(cells->dut);
    cells->dut = NULL;
    return status;
}

static hys__stimulus pulse_at(const hys__membrane *m, double first, double second) {
    return (hys__stimulus){
        .pulse = m->pulse, .at = {first, second}, .width = m->pulse_width, .from = NEVER, .to = NEVER};
}

static hys__stimulus step_of(double current, double length) {
    return (hys__stimulus){.step = current, .from = 0, .to = length, .at = {NEVER, NEVER}};
}

#define NOISE_TAU 2e-3 /* s */

/* An Ornstein-Uhlenbeck current, always the same. */
static void make_noise(const hys__membrane *m, double *noise, size_t n) {
    const double keep = exp(-LOOP_STEP / NOISE_TAU), kick = sqrt(1 - keep * keep);
    const uint64_t key[2] = {1952, 117};
    double x = 0;
    for (size_t k = 0; k < n; k++) {
        const uint64_t counter[2] = {k, 0};
        x = keep * x + kick * hys__normal(key, counter);
        noise[k] = m->noise_mean + m->noise_size * x;
    }
}

hys_status hys__loop_new(hys__arena *arena, const hys__membrane *membrane, bool is_rough, hys__loop_record *record) {
    const double step = is_rough ? 2 * LOOP_STEP : LOOP_STEP;
    record->n_trace = (size_t)(LOOP_DURATION / step + 0.5);
    record->step = step * membrane->slow;
    record->is_rough = is_rough;
    record->trace = HYS_NEW_N(arena, double, record->n_trace);
    return record->trace ? HYS_OK : HYS_NOMEM;
}

/* From the mean interval in the second half; 0 where there is none. */
static double rate_of(const hys__response *r, double duration) {
    size_t first = 0;
    while (first < r->n && r->time[first] < 0.4 * duration) first++;
    if (r->n < first + 2 || r->time[r->n - 1] < 0.75 * duration) return 0;
    return (double)(r->n - 1 - first) / (r->time[r->n - 1] - r->time[first]);
}

/* Width at half height around the first maximum behind the pulse. */
static void read_spike(const hys__loop_record *record, double pulse_at_s, const hys__response *r,
                       hys__loop_figures *f) {
    const double *v = record->trace, h = record->step;
    const size_t n = record->n_trace / 5;
    size_t top = 0;
    for (size_t k = 1; k < n; k++)
        if (v[k] > v[top]) top = k;
    f->peak = v[top];
    f->latency = h * (double)(top + 1) - pulse_at_s;
    const double half = 0.5 * (r->rest + f->peak);
    size_t a = top, b = top;
    while (a > 0 && v[a] > half) a--;
    while (b + 1 < record->n_trace && v[b] > half) b++;
    f->width = NAN;
    if (v[a] > half || v[b] > half || top == 0) return;
    f->width = h * ((double)b - (v[b] - half) / (v[b] - v[b - 1]) - (double)a - (half - v[a]) / (v[a + 1] - v[a]));
}

double hys__loop_overlap(const hys__response *a, const hys__response *b, double near) {
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            if (fabs(a->time[i] - b->time[j]) < near) {
                n++;
                break;
            }
    const size_t most = a->n > b->n ? a->n : b->n;
    return most ? (double)n / (double)most : 1;
}

#define N_LANES (HYS__N_RATES + 2)

hys_status hys__loop_spike(const hys__subject *s, hys__loop_record *record, hys__loop_figures *f) {
    const hys__membrane *m = hys__membrane_of(s->channel);
    hys__arena arena;
    hys__arena_init(&arena, s->ctx, 0);
    hys__response *r = HYS_NEW_N(&arena, hys__response, N_LANES);
    double *noise = HYS_NEW_N(&arena, double, record->n_trace);
    hys_status status = r && noise ? HYS_OK : HYS_NOMEM;
    const double pulse_time = PULSE_AT * m->slow, duration = LOOP_DURATION * m->slow;
    hys__stimulus stimuli[N_LANES] = {pulse_at(m, pulse_time, NEVER)};
    for (int k = 0; k < HYS__N_RATES; k++) stimuli[k + 1] = step_of(m->currents[k], 2 * duration);
    stimuli[N_LANES - 1] = (hys__stimulus){.at = {NEVER, NEVER}, .noise = noise};
    hys__cells cells = {
        .n = N_LANES - record->is_rough, .h = record->step, .duration = duration, .trace = record->trace};
    if (status == HYS_OK) {
        if (!record->is_rough) make_noise(m, noise, record->n_trace);
        status = run_cells(s, &cells, stimuli, r);
    }
    if (status == HYS_OK) {
        f->rest = r[0].rest;
        f->is_restless = r[0].is_restless || r[0].n > 1;
        read_spike(record, pulse_time, &r[0], f);
        f->spikes = r[0].n >= 1 && !r[0].is_bad && !r[0].is_restless && isfinite(f->width);
        for (int k = 0; k < HYS__N_RATES; k++) f->rate[k] = r[k + 1].is_bad ? NAN : rate_of(&r[k + 1], duration);
        record->noise = r[N_LANES - 1]; /* of a rough one empty */
        f->noise_spikes = (double)record->noise.n;
    }
    hys__arena_free(&arena);
    return status;
}

/* ---- thresholds: each round divides the bracket by the number of membranes ---- */

#define N_BRACKET 16
#define N_ROUNDS  2

typedef struct search {
    double lo, hi;
    hys__stimulus (*stimulus)(const hys__membrane *m, double x);
    bool (*is_above)(const hys__response *r);
    double duration; /* s */
} search;

/* The least x in (lo, hi] that is above; NaN where hi is not, or lo already is. */
static hys_status find_threshold(const hys__subject *s, search q, double *result) {
    hys__arena arena;
    hys__arena_init(&arena, s->ctx, 0);
    hys__response *r = HYS_NEW_N(&arena, hys__response, N_BRACKET);
    hys_status status = r ? HYS_OK : HYS_NOMEM;
    const hys__membrane *m = hys__membrane_of(s->channel);
    *result = NAN;
    for (int round = 0; round < N_ROUNDS && status == HYS_OK; round++) {
        hys__stimulus stimuli[N_BRACKET];
        const double factor = pow(q.hi / q.lo, 1.0 / N_BRACKET);
        for (int k = 0; k < N_BRACKET; k++) stimuli[k] = q.stimulus(m, q.lo * pow(factor, k + 1));
        hys__cells cells = {.n = N_BRACKET, .h = 2 * LOOP_STEP * m->slow, .duration = q.duration};
        status = run_cells(s, &cells, stimuli, r);
        int at = 0;
        while (status == HYS_OK && at < N_BRACKET && !q.is_above(&r[at])) at++;
        if (status != HYS_OK || at == N_BRACKET || r[0].is_restless) break;
        q.hi = q.lo * pow(factor, at + 1);
        q.lo = q.hi / factor;
        if (round == N_ROUNDS - 1) *result = sqrt(q.lo * q.hi);
    }
    hys__arena_free(&arena);
    return status;
}

#define RHEOBASE_STEP 60e-3 /* s */

static hys__stimulus rheobase_stimulus(const hys__membrane *m, double x) {
    return step_of(x, RHEOBASE_STEP * m->slow);
}

static bool has_spike(const hys__response *r) {
    return r->n >= 1 && !r->is_bad;
}

static hys__stimulus twin_stimulus(const hys__membrane *m, double x) {
    return pulse_at(m, PULSE_AT * m->slow, PULSE_AT * m->slow + x);
}

static bool has_two(const hys__response *r) {
    return r->n >= 2 && !r->is_bad;
}

/* ---- a chain ---- */

#define CHAIN_N     (3 * CHAIN_THIRD)
#define CHAIN_THIRD 10
#define CHAIN_PULSE 10 /* times that of one membrane, into the first of them */

static hys_status run_chain(const hys__subject *s, hys__loop_figures *f) {
    const hys__membrane *m = hys__membrane_of(s->channel);
    hys__arena arena;
    hys__arena_init(&arena, s->ctx, 0);
    hys__response *r = HYS_NEW_N(&arena, hys__response, CHAIN_N);
    hys__stimulus stimuli[CHAIN_N];
    for (int k = 0; k < CHAIN_N; k++) {
        stimuli[k] = pulse_at(m, k ? NEVER : PULSE_AT * m->slow, NEVER);
        stimuli[k].pulse *= CHAIN_PULSE;
        stimuli[k].step = m->bias;
        stimuli[k].from = -INFINITY;
        stimuli[k].to = INFINITY;
    }
    hys__cells cells = {.n = CHAIN_N, .h = LOOP_STEP * m->slow, .duration = 20e-3 * m->slow, .coupling = m->coupling};
    hys_status status = r ? run_cells(s, &cells, stimuli, r) : HYS_NOMEM;
    if (status == HYS_OK) {
        const hys__response *near = &r[CHAIN_THIRD], *far = &r[2 * CHAIN_THIRD], *last = &r[CHAIN_N - 1];
        f->propagates = near->n >= 1 && far->n >= 1 && last->n >= 1 && !last->is_bad && !last->is_restless;
        f->velocity = NAN;
        if (f->propagates && far->time[0] > near->time[0])
            f->velocity = (double)(far - near) * m->length / (far->time[0] - near->time[0]);
    }
    hys__arena_free(&arena);
    return status;
}

hys_status hys__loop_rheobase(const hys__subject *s, double *rheobase) {
    const hys__membrane *m = hys__membrane_of(s->channel);
    const search q = {m->rheobase[0], m->rheobase[1], rheobase_stimulus, has_spike, m->slow * (RHEOBASE_STEP + 20e-3)};
    return find_threshold(s, q, rheobase);
}

hys_status hys__loop_more(const hys__subject *s, hys__loop_figures *f) {
    const double slow = hys__membrane_of(s->channel)->slow;
    const search twin = {2e-3 * slow, 40e-3 * slow, twin_stimulus, has_two, 60e-3 * slow};
    hys_status status = hys__loop_rheobase(s, &f->rheobase);
    if (status == HYS_OK) status = find_threshold(s, twin, &f->refractory);
    return status == HYS_OK ? run_chain(s, f) : status;
}
