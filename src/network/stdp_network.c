/* Neurons that learn what they see, one before the others: competition, thresholds that rise, plasticity by the times
 * of spikes (Diehl and Cook 2015; Querlioz et al. 2013). */
#include "base/diag.h"
#include "base/random.h"
#include "network/network_impl.h"
#include "network/spiking_impl.h"
#include "network/stdp_impl.h"
#include <math.h>
#include <string.h>

#define MOST_NEURONS 100000u
#define NEVER        (-1e30)

struct hys_stdp_network {
    hys_ctx *ctx;
    hys__arena arena;
    hys_stdp_opts opts;
    size_t inputs, n, n_classes, steps;
    float *w;                          /* [inputs n] */
    float *v, *in, *threshold, *limit; /* [n]; threshold: by which part it has risen; limit: what v must reach */
    float *x;                          /* [inputs] of a step */
    double *before, *behind;           /* [inputs], [n] s: last spikes */
    double held;                       /* s: until when all are held down */
    size_t *fired, n_fired;            /* [n]: neurons that have spiked for this sample */
    float *trace_1, *trace_2;          /* [inputs] what spikes before have left, pair and triplet */
    float *trace_3, *trace_4;          /* [n] behind */
    hys_cells **cells;                 /* [n], of [inputs]; NULL */
    int32_t *counts;                   /* [inputs] */
    double *g;                         /* [inputs] S */
    size_t *answers;                   /* [n] spikes to a sample */
    uint16_t *class_of;                /* [n] */
    bool is_assigned, learns;
    double now, updates; /* s; spikes that taught */
    uint64_t seen;       /* samples so far: each has spikes of its own */
    hys__code code;
    size_t input_spikes, spikes;
};

hys_stdp_opts hys_stdp_opts_default(void) {
    hys_stdp_opts o = {.size = sizeof o,
                       .neurons = 100,
                       .rule = hys_stdp_rule_default(HYS_STDP_PAIR),
                       .dt = 1e-3,
                       .time = 0.35,
                       .rate = 63.75,
                       .tau = 0.1,
                       .threshold = 0.006,
                       .rise = 0.02,
                       .tau_threshold = 200,
                       .inhibition = 0.01,
                       .sum = 0.1};
    o.rule.a_plus = 0.03;
    o.rule.a_minus = 0.003;
    return o;
}

/* Pulses: chosen for 784 inputs. */
hys_stdp_opts hys_stdp_opts_for(hys_stdp_kind kind) {
    hys_stdp_opts o = hys_stdp_opts_default();
    if (kind != HYS_STDP_PAIR) o.rule = hys_stdp_rule_default(kind);
    if (kind == HYS_STDP_PULSES) {
        o.rule.window = 0.04;
        o.threshold = 0.008;
    }
    return o;
}

/* ---- life ---- */

static hys_status check(hys_ctx *ctx, const hys_stdp_opts *o, size_t inputs) {
    const double positive[] = {o->dt, o->time, o->rate, o->tau, o->threshold, o->tau_threshold};
    hys_status status = hys__stdp_check(ctx, &o->rule);
    if (status != HYS_OK) return status;
    if (inputs == 0 || inputs > 1000000 || o->neurons > MOST_NEURONS || inputs * o->neurons > HYS__MOST_WEIGHTS)
        return hys__fail(ctx, HYS_LIMIT, "", "%zu inputs and %zu neurons are none, or too many", inputs, o->neurons);
    for (size_t k = 0; k < sizeof positive / sizeof *positive; k++)
        if (!(positive[k] > 0 && isfinite(positive[k])))
            return hys__fail(ctx, HYS_ARG, "more than 0",
                             "neurons that learn cannot have a time, rate or threshold of %g", positive[k]);
    if (!(o->rise >= 0 && o->inhibition >= 0 && o->sum >= 0 && o->sum <= 1 && isfinite(o->rise)))
        return hys__fail(ctx, HYS_ARG, "0 or more; sum up to 1",
                         "a rise of %g, an inhibition of %g, a sum of %g cannot be", o->rise, o->inhibition, o->sum);
    if (o->rate * o->dt > 1 || o->time / o->dt > HYS__MOST_STEPS || o->time < o->dt)
        return hys__fail(ctx, HYS_ARG, "", "steps of %g s do not fit %g s and %g Hz", o->dt, o->time, o->rate);
    if (o->rule.kind == HYS_STDP_PULSES && !o->synapse)
        return hys__fail(ctx, HYS_ARG, "a synapse", "there is no device that pulses could change");
    if (o->rule.kind == HYS_STDP_DEVICE && !o->window)
        return hys__fail(ctx, HYS_ARG, "a window", "what spikes do to the device is not known");
    return HYS_OK;
}

static hys_status new_cells(hys_stdp_network *s) {
    const hys_synapse_law *l = hys_synapse_get_law(s->opts.synapse);
    hys_status status = HYS_OK;
    s->cells = HYS_NEW_N(&s->arena, hys_cells *, s->n);
    s->counts = HYS_NEW_N(&s->arena, int32_t, s->inputs);
    s->g = HYS_NEW_N(&s->arena, double, s->inputs);
    if (s->arena.failed) return HYS_NOMEM;
    for (size_t j = 0; j < s->n && status == HYS_OK; j++) {
        status = hys_cells_new(s->opts.synapse, s->inputs, s->opts.cells, s->opts.seed + j, &s->cells[j]);
        for (size_t i = 0; i < s->inputs; i++) s->g[i] = l->g_min + (l->g_max - l->g_min) * (double)s->w[i * s->n + j];
        if (status == HYS_OK) status = hys_cells_program(s->cells[j], s->g, NULL);
    }
    return status;
}

/* Evenly between 0.3 of the whole and the rest of it, where neurons must differ to begin with. */
static void draw_weights(hys_stdp_network *s) {
    const uint64_t key[2] = {s->opts.seed, hys__name_hash("weights")};
    for (size_t k = 0; k < s->inputs * s->n; k++) {
        uint64_t bits[2];
        hys__threefry2x64(key, (const uint64_t[]){k, 0}, bits);
        s->w[k] = (float)(0.3 + 0.7 * hys__uniform(bits[0]));
    }
}

static inline float within(float w) {
    return w < 0 ? 0 : w > 1 ? 1 : w;
}

static void normalise(hys_stdp_network *s) {
    if (!(s->opts.sum > 0) || s->cells || s->opts.rule.kind == HYS_STDP_DEVICE) return;
    memset(s->in, 0, s->n * sizeof *s->in);
    for (size_t i = 0; i < s->inputs; i++)
        for (size_t j = 0; j < s->n; j++) s->in[j] += s->w[i * s->n + j];
    for (size_t j = 0; j < s->n; j++) s->in[j] = (float)(s->opts.sum * (double)s->inputs) / fmaxf(s->in[j], 1e-9f);
    for (size_t i = 0; i < s->inputs; i++)
        for (size_t j = 0; j < s->n; j++) s->w[i * s->n + j] = within(s->w[i * s->n + j] * s->in[j]);
}

static hys_status build(hys_stdp_network *s) {
    hys__arena *a = &s->arena;
    const size_t n = s->n, inputs = s->inputs;
    s->w = HYS_NEW_N(a, float, inputs *n);
    float **const of_neurons[] = {&s->v, &s->in, &s->threshold, &s->trace_3, &s->trace_4};
    float **const of_inputs[] = {&s->x, &s->trace_1, &s->trace_2};
    for (size_t k = 0; k < 5; k++) *of_neurons[k] = HYS_NEW_N(a, float, n);
    for (size_t k = 0; k < 3; k++) *of_inputs[k] = HYS_NEW_N(a, float, inputs);
    s->before = HYS_NEW_N(a, double, inputs);
    s->behind = HYS_NEW_N(a, double, n);
    s->fired = HYS_NEW_N(a, size_t, n);
    s->limit = HYS_NEW_N(a, float, n);
    s->answers = HYS_NEW_N(a, size_t, n);
    s->class_of = HYS_NEW_N(a, uint16_t, n);
    if (a->failed) return HYS_NOMEM;
    s->steps = (size_t)(s->opts.time / s->opts.dt + 0.5);
    s->code = (hys__code){HYS_CODE_POISSON, s->opts.seed, s->steps, s->opts.rate * s->opts.dt, 1};
    draw_weights(s);
    normalise(s);
    return s->opts.rule.kind == HYS_STDP_PULSES ? new_cells(s) : HYS_OK;
}

hys_status hys_stdp_network_new(hys_ctx *ctx, size_t inputs, const hys_stdp_opts *given, hys_stdp_network **result) {
    hys_stdp_opts o = hys_stdp_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (o.neurons == 0) o.neurons = 100;
    hys_status status = check(ctx, &o, inputs);
    if (status != HYS_OK) return status;
    hys_stdp_network *s = hys__realloc(ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    *s = (hys_stdp_network){.ctx = ctx, .opts = o, .inputs = inputs, .n = o.neurons};
    hys__arena_init(&s->arena, ctx, 0);
    status = build(s);
    if (status == HYS_OK) *result = s;
    else hys_stdp_network_free(s);
    return status;
}

void hys_stdp_network_free(hys_stdp_network *s) {
    if (!s) return;
    hys_ctx *ctx = s->ctx;
    for (size_t j = 0; s->cells && j < s->n; j++) hys_cells_free(s->cells[j]);
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

const float *hys_stdp_weights(const hys_stdp_network *s) {
    return s->w;
}

/* ---- a picture of weights ---- */

#define MOST_PIXELS ((size_t)1 << 20)

typedef struct tiling {
    size_t height, width; /* of a tile, and a line between two */
    size_t n, across, down;
} tiling;

static tiling tile(const hys_stdp_network *s, size_t height, size_t width) {
    tiling t = {.height = height + 1, .width = width + 1};
    const size_t fit = MOST_PIXELS / (t.height * t.width);
    t.n = fit < 1 ? 1 : fit < s->n ? fit : s->n;
    t.across = (size_t)ceil(sqrt((double)t.n));
    t.down = (t.n + t.across - 1) / t.across;
    return t;
}

/* The last row and column of a tile are empty. */
static double pixel_of(const hys_stdp_network *s, const tiling *t, size_t row, size_t column) {
    const size_t neuron = row / t->height * t->across + column / t->width, i = row % t->height, k = column % t->width;
    if (neuron >= t->n || i + 1 == t->height || k + 1 == t->width) return (double)NAN;
    return (double)s->w[(i * (t->width - 1) + k) * s->n + neuron];
}

static hys_status put_pixels(const hys_stdp_network *s, const tiling *t, hys_table *table) {
    const size_t rows = t->down * t->height - 1, columns = t->across * t->width - 1;
    hys_status status = hys_table_add_column(table, "column", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "row", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "weight", "");
    for (size_t k = 0; k < rows * columns && status == HYS_OK; k++) {
        const size_t row = k / columns, column = k % columns;
        const double x = ((double)column + 0.5) / (double)t->width, y = ((double)row + 0.5) / (double)t->height;
        status = hys_table_add_row(table, (const double[]){x, y, pixel_of(s, t, row, column)});
    }
    return status;
}

hys_status hys_stdp_fields(const hys_stdp_network *s, size_t height, size_t width, hys_table **table) {
    hys_table *made = NULL;
    if (height == 0 || width == 0 || s->inputs % height || s->inputs / height != width)
        return hys__fail(s->ctx, HYS_ARG, "", "%zu inputs are no image of %zu x %zu", s->inputs, height, width);
    const tiling t = tile(s, height, width);
    hys_status status = hys_table_new(s->ctx, &made);
    if (status == HYS_OK) status = put_pixels(s, &t, made);
    if (status == HYS_OK) *table = made;
    else hys_table_free(made);
    return status;
}

/* ---- what a spike teaches ---- */

/* Rules as formulas, with soft bounds: less is added the more there is, and taken the less there is (Diehl and Cook).
 */
static void teach_formula(hys_stdp_network *s, size_t j) {
    const hys_stdp_rule *r = &s->opts.rule;
    const bool is_triplet = r->kind == HYS_STDP_TRIPLET;
    const float gain = (float)(r->a_plus + (is_triplet ? r->a3_plus * (double)s->trace_4[j] : 0));
    for (size_t i = 0; i < s->inputs; i++) {
        float *w = &s->w[i * s->n + j];
        *w = within(*w + gain * s->trace_1[i] * (1 - *w));
    }
    s->trace_3[j]++;
    s->trace_4[j]++;
}

static void unteach_formula(hys_stdp_network *s, size_t i) {
    const hys_stdp_rule *r = &s->opts.rule;
    const bool is_triplet = r->kind == HYS_STDP_TRIPLET;
    const float loss = (float)(r->a_minus + (is_triplet ? r->a3_minus * (double)s->trace_2[i] : 0));
    float *w = s->w + i * s->n;
    for (size_t k = 0; k < s->n_fired; k++) {
        const size_t j = s->fired[k];
        w[j] = within(w[j] - loss * s->trace_3[j] * w[j]);
    }
    s->trace_1[i]++;
    s->trace_2[i]++;
}

static hys_status teach_pulses(hys_stdp_network *s, size_t j) {
    const hys_synapse_law *l = hys_synapse_get_law(s->opts.synapse);
    for (size_t i = 0; i < s->inputs; i++) s->counts[i] = s->now - s->before[i] < s->opts.rule.window ? 1 : -1;
    hys_status status = hys_cells_pulse(s->cells[j], s->counts);
    if (status == HYS_OK) status = hys_cells_read(s->cells[j], s->g);
    for (size_t i = 0; i < s->inputs && status == HYS_OK; i++)
        s->w[i * s->n + j] = within((float)((s->g[i] - l->g_min) / (l->g_max - l->g_min)));
    return status;
}

static void teach_device(hys_stdp_network *s, size_t j) {
    const double far = hys__stdp_window_reach(s->opts.window);
    for (size_t i = 0; i < s->inputs; i++) {
        float *w = &s->w[i * s->n + j];
        const double dt = fmax(s->now - s->before[i], 0.5 * s->opts.dt);
        if (dt < far) *w = within(*w + (float)hys_stdp_window_at(s->opts.window, dt, (double)*w));
    }
}

static void unteach_device(hys_stdp_network *s, size_t i) {
    const double far = hys__stdp_window_reach(s->opts.window);
    for (size_t k = 0; k < s->n_fired; k++) {
        const size_t j = s->fired[k];
        float *w = &s->w[i * s->n + j];
        const double dt = s->now - s->behind[j];
        if (dt < far) *w = within(*w + (float)hys_stdp_window_at(s->opts.window, -dt, (double)*w));
    }
}

static hys_status teach(hys_stdp_network *s, size_t j) {
    s->updates++;
    if (s->opts.rule.kind == HYS_STDP_PULSES) return teach_pulses(s, j);
    if (s->opts.rule.kind == HYS_STDP_DEVICE) teach_device(s, j);
    else teach_formula(s, j);
    return HYS_OK;
}

static void unteach(hys_stdp_network *s, size_t i) {
    if (s->opts.rule.kind == HYS_STDP_DEVICE) unteach_device(s, i);
    else if (s->opts.rule.kind != HYS_STDP_PULSES) unteach_formula(s, i);
}

/* ---- a step ---- */

static void decay(float *values, size_t n, double dt, double tau) {
    const float keep = (float)exp(-dt / tau);
    for (size_t k = 0; k < n; k++) values[k] *= keep;
}

static void decay_traces(hys_stdp_network *s) {
    const hys_stdp_rule *r = &s->opts.rule;
    decay(s->trace_1, s->inputs, s->opts.dt, r->tau_plus);
    decay(s->trace_3, s->n, s->opts.dt, r->tau_minus);
    if (r->kind != HYS_STDP_TRIPLET) return;
    decay(s->trace_2, s->inputs, s->opts.dt, r->tau_x);
    decay(s->trace_4, s->n, s->opts.dt, r->tau_y);
}

static void take_inputs(hys_stdp_network *s, const float *values, size_t step) {
    const size_t n = s->n;
    s->input_spikes += hys__code_step(&s->code, values, s->inputs, s->seen, step, s->x);
    const bool is_held = s->now < s->held;
    memset(s->in, 0, n * sizeof *s->in);
    for (size_t i = 0; i < s->inputs; i++) {
        if (s->x[i] == 0) continue;
        const float *restrict row = s->w + i * n;
        float *restrict in = s->in;
        for (size_t j = 0; j < n && !is_held; j++) in[j] += row[j];
        if (s->learns) unteach(s, i);
        s->before[i] = s->now;
    }
}

/* The one that lies farthest above its threshold; n: none does. */
static size_t winner(hys_stdp_network *s) {
    const hys_stdp_opts *o = &s->opts;
    const float keep = (float)exp(-o->dt / o->tau), gain = (float)(-expm1(-o->dt / o->tau) / (double)s->inputs);
    float *restrict v = s->v;
    const float *restrict in = s->in, *restrict limit = s->limit;
    size_t best = s->n;
    float most = 0;
    unsigned n_above = 0;
    if (s->now < s->held) return s->n;
    for (size_t j = 0; j < s->n; j++) {
        v[j] = keep * v[j] + gain * in[j];
        n_above += v[j] >= limit[j];
    }
    for (size_t j = 0; j < s->n && n_above; j++)
        if (v[j] >= limit[j] && v[j] / limit[j] > most) most = v[j] / limit[j], best = j;
    return best;
}

static void set_limits(hys_stdp_network *s) {
    const float base = (float)(s->opts.threshold * s->opts.rate * s->opts.dt);
    for (size_t j = 0; j < s->n; j++) s->limit[j] = base * (1 + s->threshold[j]);
}

static hys_status fire(hys_stdp_network *s, size_t j) {
    const hys_status status = s->learns ? teach(s, j) : HYS_OK;
    s->held = s->now + s->opts.inhibition;
    memset(s->v, 0, s->n * sizeof *s->v);
    if (s->answers[j] == 0) s->fired[s->n_fired++] = j;
    s->behind[j] = s->now;
    s->answers[j]++;
    s->spikes++;
    if (!s->learns) return status;
    s->threshold[j] += (float)(s->opts.rise * (1 + (double)s->threshold[j]));
    set_limits(s);
    return status;
}

static hys_status show(hys_stdp_network *s, const float *values) {
    const hys_stdp_rule *r = &s->opts.rule;
    const bool has_traces = s->learns && r->kind != HYS_STDP_PULSES && r->kind != HYS_STDP_DEVICE;
    hys_status status = HYS_OK;
    s->now = 0;
    s->held = NEVER;
    s->n_fired = 0;
    set_limits(s);
    for (size_t i = 0; i < s->inputs; i++) s->before[i] = NEVER, s->trace_1[i] = s->trace_2[i] = 0;
    for (size_t j = 0; j < s->n; j++) s->behind[j] = NEVER, s->v[j] = s->trace_3[j] = s->trace_4[j] = 0;
    memset(s->answers, 0, s->n * sizeof *s->answers);
    for (size_t step = 0; step < s->steps && status == HYS_OK; step++, s->now += s->opts.dt) {
        if (has_traces) decay_traces(s);
        take_inputs(s, values, step);
        const size_t j = winner(s);
        if (j < s->n) status = fire(s, j);
    }
    if (s->learns) {
        decay(s->threshold, s->n, s->opts.time, s->opts.tau_threshold);
        normalise(s);
    }
    s->seen++;
    return status;
}

/* ---- samples ---- */

static hys_status check_samples(hys_stdp_network *s, const hys_samples *samples) {
    if (samples->n == 0) return hys__fail(s->ctx, HYS_ARG, "", "there are no samples");
    if (hys_samples_width(samples) != s->inputs)
        return hys__fail(s->ctx, HYS_ARG, "", "a sample has %zu values, the neurons %zu inputs",
                         hys_samples_width(samples), s->inputs);
    return HYS_OK;
}

static hys_status tell(const hys_stdp_network *s, double done) {
    if (hys_ctx_is_cancelled(s->ctx)) return HYS_CANCEL;
    return s->opts.progress && s->opts.progress(s->opts.progress_user, done) ? HYS_CANCEL : HYS_OK;
}

hys_status hys_stdp_train(hys_stdp_network *s, const hys_samples *samples, size_t epochs) {
    hys_status status = check_samples(s, samples);
    const size_t n = samples->n * epochs;
    s->learns = true;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        status = show(s, samples->values + k % samples->n * s->inputs);
        if (status == HYS_OK) status = tell(s, (double)(k + 1) / (double)n);
    }
    s->learns = false;
    return status;
}

hys_status hys_stdp_assign(hys_stdp_network *s, const hys_samples *samples) {
    hys_status status = check_samples(s, samples);
    const size_t classes = samples->n_classes, n_sums = s->n * classes;
    if (status != HYS_OK) return status;
    hys__arena a;
    hys__arena_init(&a, s->ctx, 0);
    double *sums = HYS_NEW_N(&a, double, n_sums), *of_class = HYS_NEW_N(&a, double, classes);
    if (a.failed) status = HYS_NOMEM;
    for (size_t k = 0; k < samples->n && status == HYS_OK; k++) {
        status = show(s, samples->values + k * s->inputs);
        of_class[samples->labels[k]]++;
        for (size_t j = 0; j < s->n; j++) sums[j * classes + samples->labels[k]] += (double)s->answers[j];
    }
    for (size_t j = 0; j < s->n && status == HYS_OK; j++) {
        double most = -1;
        for (size_t c = 0; c < classes; c++) {
            const double mean = of_class[c] > 0 ? sums[j * classes + c] / of_class[c] : 0;
            if (mean > most) most = mean, s->class_of[j] = (uint16_t)c;
        }
    }
    s->n_classes = classes;
    s->is_assigned = status == HYS_OK;
    hys__arena_free(&a);
    return status;
}

/* By the mean answer of the neurons of each class. */
static size_t vote(const hys_stdp_network *s, double *sums, double *counts) {
    size_t best = 0;
    memset(sums, 0, s->n_classes * sizeof *sums);
    memset(counts, 0, s->n_classes * sizeof *counts);
    for (size_t j = 0; j < s->n; j++) {
        sums[s->class_of[j]] += (double)s->answers[j];
        counts[s->class_of[j]]++;
    }
    for (size_t c = 0; c < s->n_classes; c++) {
        if (counts[c] > 0) sums[c] /= counts[c];
        if (sums[c] > sums[best]) best = c;
    }
    return best;
}

hys_status hys_stdp_evaluate(hys_stdp_network *s, const hys_samples *samples, hys_stdp_result *result) {
    hys_stdp_result r = {.size = sizeof r, .classes = result->classes, .updates = s->updates};
    hys_status status = check_samples(s, samples);
    size_t right = 0;
    if (status == HYS_OK && !s->is_assigned)
        status = hys__fail(s->ctx, HYS_ARG, "hys_stdp_assign", "which class a neuron stands for is not known");
    if (status != HYS_OK) return status;
    hys__arena a;
    hys__arena_init(&a, s->ctx, 0);
    double *sums = HYS_NEW_N(&a, double, 2 * s->n_classes);
    if (!sums) status = HYS_NOMEM;
    s->input_spikes = s->spikes = 0;
    for (size_t k = 0; k < samples->n && status == HYS_OK; k++) {
        status = show(s, samples->values + k * s->inputs);
        const size_t class = vote(s, sums, sums + s->n_classes);
        right += class == samples->labels[k];
        if (r.classes) r.classes[k] = (uint16_t) class;
    }
    hys__arena_free(&a);
    if (status != HYS_OK) return status;
    r.accuracy = (double)right / (double)samples->n;
    r.input_spikes = (double)s->input_spikes / (double)samples->n;
    r.spikes = (double)s->spikes / (double)samples->n;
    for (size_t j = 0; s->cells && j < s->n; j++) r.energy += hys_cells_energy(s->cells[j]);
    memcpy(result, &r, result->size && result->size < sizeof r ? result->size : sizeof r);
    return HYS_OK;
}
