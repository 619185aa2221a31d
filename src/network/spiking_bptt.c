/* Forward through all steps and back again: the gradient of a spiking network, whose spikes' derivative is replaced by
 * that of a smooth function (Neftci, Mostafa and Zenke, IEEE Signal Process. Mag. 36:51, 2019). */
#include "base/diag.h"
#include "network/spiking_train.h"
#include <math.h>
#include <string.h>

#define PI         3.14159265358979323846f
#define RATE_SCALE 10 /* of logits: rates, which are at most 1, would leave the softmax nearly flat */

/* ---- room ---- */

static hys_status new_slot(hys__bptt *b, hys__bptt_slot *slot) {
    const size_t n = b->spiking->opts.steps * HYS__BLOCK_SAMPLES;
    slot->x = HYS_NEW_N(&b->arena, float, n * b->stages[0].rows);
    slot->currents = HYS_NEW_N(&b->arena, float *, b->n_stages);
    slot->u = HYS_NEW_N(&b->arena, float *, b->n_stages);
    slot->s = HYS_NEW_N(&b->arena, float *, b->n_stages);
    slot->gradient = HYS_NEW_N(&b->arena, float, b->n_values);
    slot->dy = HYS_NEW_N(&b->arena, float, n * b->widest);
    slot->ds = HYS_NEW_N(&b->arena, float, n * b->widest);
    slot->dv = HYS_NEW_N(&b->arena, float, HYS__BLOCK_SAMPLES * b->widest);
    for (size_t k = 0; k < b->n_stages && !b->arena.failed; k++) {
        slot->currents[k] = HYS_NEW_N(&b->arena, float, n * b->stages[k].columns);
        slot->u[k] = HYS_NEW_N(&b->arena, float, n * b->stages[k].columns);
        slot->s[k] = b->stages[k].neurons ? HYS_NEW_N(&b->arena, float, n * b->stages[k].columns) : slot->currents[k];
    }
    return b->arena.failed ? HYS_NOMEM : HYS_OK;
}

static hys_status refuse(const hys__bptt *b, const hys__layer *l, const char *why) {
    return hys__fail(b->spiking->ctx, HYS_ARG,
                     "dense layers in software; if, lif without refractory time or adaptation",
                     "layer %zu (%s) %s, which spikes are not trained through", l->number, l->name, why);
}

static hys_status check_neurons(const hys__bptt *b, const hys__layer *l, const hys__neurons *n) {
    if (n->kind != HYS_NEURON_LIF && n->kind != HYS_NEURON_IF) return refuse(b, l, "has neurons of another kind");
    if (n->has_refractory || n->has_adaptation) return refuse(b, l, "has neurons with a memory of their own");
    return HYS_OK;
}

static hys_status add_stage(hys__bptt *b, size_t k) {
    const hys_spiking *s = b->spiking;
    const hys__layer *l = &s->network->layers[k];
    hys__bptt_stage *stage = &b->stages[b->n_stages++];
    if (strcmp(l->weights->kind->name, "software") != 0) return refuse(b, l, "is held by a device");
    *stage = (hys__bptt_stage){.layer = k, .rows = l->rows, .columns = l->columns, .at_weights = b->n_values};
    b->n_values += l->rows * l->columns;
    stage->at_biases = b->n_values;
    b->n_values += l->n_params;
    b->widest = l->columns > b->widest ? l->columns : b->widest;
    if (!s->neurons[k + 1].n) return HYS_OK;
    stage->neurons = &s->neurons[k + 1];
    return check_neurons(b, l, stage->neurons);
}

static hys_status find_stages(hys__bptt *b) {
    const hys_spiking *s = b->spiking;
    hys_status status = HYS_OK;
    b->stages = HYS_NEW_N(&b->arena, hys__bptt_stage, s->n_layers);
    if (!b->stages) return HYS_NOMEM;
    for (size_t k = 0; k < s->n_layers && status == HYS_OK; k++) {
        const hys__layer *l = &s->network->layers[k];
        if (l->spec.kind == HYS_LAYER_DENSE) status = add_stage(b, k);
        else if (l->spec.kind != HYS_LAYER_RELU || k == 0 || !s->network->layers[k - 1].rows)
            status = refuse(b, l, "is no dense layer with neurons");
    }
    return status;
}

static hys_status read_values(hys__bptt *b) {
    hys_status status = HYS_OK;
    b->values = HYS_NEW_N(&b->arena, float, b->n_values);
    b->gradient = HYS_NEW_N(&b->arena, float, b->n_values);
    if (b->arena.failed) return HYS_NOMEM;
    for (size_t k = 0; k < b->n_stages && status == HYS_OK; k++) {
        hys__bptt_stage *stage = &b->stages[k];
        const hys__layer *l = &b->spiking->network->layers[stage->layer];
        stage->weights = b->values + stage->at_weights;
        stage->biases = l->n_params ? b->values + stage->at_biases : NULL;
        status = l->weights->kind->get(l->weights, stage->weights);
        if (l->n_params) memcpy(stage->biases, l->params, l->n_params * sizeof *l->params);
    }
    return status;
}

/* What a block keeps of all its steps, in numbers. */
static double numbers_of(const hys__bptt *b) {
    double n = (double)b->stages[0].rows + 2 * (double)b->widest;
    for (size_t k = 0; k < b->n_stages; k++) n += 3 * (double)b->stages[k].columns;
    return n * HYS__BLOCK_SAMPLES * (double)b->spiking->opts.steps;
}

#define MOST_NUMBERS 5e8 /* 2 GB */

hys_status hys__bptt_init(hys__bptt *b, size_t batch) {
    hys_status status = find_stages(b);
    if (status == HYS_OK && numbers_of(b) > MOST_NUMBERS)
        return hys__fail(b->spiking->ctx, HYS_LIMIT, "fewer steps",
                         "%zu steps of this network are too many to train through", b->spiking->opts.steps);
    if (status == HYS_OK) status = read_values(b);
    if (status != HYS_OK) return status;
    b->code = hys__code_of(&b->spiking->opts);
    b->n_slots = (batch + HYS__BLOCK_SAMPLES - 1) / HYS__BLOCK_SAMPLES;
    b->slots = HYS_NEW_N(&b->arena, hys__bptt_slot, b->n_slots);
    if (!b->slots) return HYS_NOMEM;
    for (size_t k = 0; k < b->n_slots && status == HYS_OK; k++) status = new_slot(b, &b->slots[k]);
    return status;
}

/* ---- the function instead of a step ---- */

typedef struct surrogate {
    bool is_arctan, is_smooth;
    float k;
} surrogate;

static inline float slope_at(const surrogate *f, float z) {
    if (f->is_arctan) {
        const float a = 0.5f * PI * f->k * z;
        return 0.5f * f->k / (1 + a * a);
    }
    const float a = 1 + f->k * fabsf(z);
    return 0.5f * f->k / (a * a);
}

static inline float value_at(const surrogate *f, float z) {
    if (!f->is_smooth) return z >= 0 ? 1 : 0;
    if (f->is_arctan) return atanf(0.5f * PI * f->k * z) / PI + 0.5f;
    return 0.5f + 0.5f * f->k * z / (1 + f->k * fabsf(z));
}

static surrogate surrogate_of(const hys__bptt *b) {
    return (surrogate){b->opts.surrogate == HYS_SURROGATE_ARCTAN, b->opts.is_smooth,
                       b->opts.slope > 0 ? (float)b->opts.slope : 2};
}

/* ---- forward ---- */

static size_t sample_at(const hys__bptt *b, size_t k) {
    return b->order ? b->order[b->first + k] : b->first + k;
}

static bool is_constant(const hys__bptt *b) {
    return b->code.kind == HYS_CODE_CURRENT;
}

static void encode(const hys__bptt *b, hys__bptt_slot *slot, size_t skipped, size_t n) {
    const size_t width = b->stages[0].rows, steps = is_constant(b) ? 1 : b->spiking->opts.steps;
    for (size_t t = 0; t < steps; t++)
        for (size_t s = 0; s < n; s++) {
            const size_t sample = sample_at(b, skipped + s);
            hys__code_step(&b->code, b->samples->values + sample * width, width, b->epoch << 40 | sample, t,
                           slot->x + (t * n + s) * width);
        }
}

static void run_neurons(const hys__bptt *b, const hys__bptt_stage *stage, size_t n, const float *x, float *u,
                        float *out) {
    const hys__neurons *l = stage->neurons;
    const surrogate f = surrogate_of(b);
    const size_t width = n * l->n;
    for (size_t t = 0; t < b->spiking->opts.steps; t++)
        for (size_t i = 0; i < width; i++) {
            const size_t k = i % l->n, at = t * width + i;
            const float gap = l->threshold[k] - l->reset[k];
            float before = l->start[k];
            if (t > 0) {
                const float v = u[at - width], s = out[at - width] / l->spike[k];
                before = l->is_subtracted ? v - gap * s : v + s * (l->reset[k] - v);
            }
            u[at] = l->keep[k] * before + l->rest[k] + l->in[k] * x[at];
            out[at] = l->spike[k] * value_at(&f, (u[at] - l->threshold[k]) / gap);
        }
}

/* All steps of a stage at once; of a constant current the first, and the others are alike. */
static void run_stage(const hys__bptt *b, hys__bptt_slot *slot, size_t k, size_t n) {
    const hys__bptt_stage *stage = &b->stages[k];
    const size_t steps = b->spiking->opts.steps, computed = k == 0 && is_constant(b) ? 1 : steps;
    const size_t size = n * stage->columns;
    float *y = slot->currents[k];
    hys__blas_sgemm(&b->spiking->network->blas,
                    &(hys__gemm){computed * n, stage->columns, stage->rows, false, false, false},
                    k ? slot->s[k - 1] : slot->x, stage->weights, y);
    for (size_t i = 0; stage->biases && i < computed * size; i++) y[i] += stage->biases[i % stage->columns];
    for (size_t t = computed; t < steps; t++) memcpy(y + t * size, y, size * sizeof *y);
    if (stage->neurons) run_neurons(b, stage, n, y, slot->u[k], slot->s[k]);
}

/* ---- back ---- */

/* Cross-entropy of the mean over time; ds of the last stage. */
static void judge(const hys__bptt *b, hys__bptt_slot *slot, size_t skipped, size_t n) {
    const hys__bptt_stage *stage = &b->stages[b->n_stages - 1];
    const size_t steps = b->spiking->opts.steps, c = stage->columns;
    const float *out = slot->s[b->n_stages - 1];
    const double scale = (stage->neurons ? RATE_SCALE : 1) / (double)steps;
    for (size_t s = 0; s < n; s++) {
        float *logits = slot->dv, *p = slot->dv + c;
        const size_t label = b->samples->labels[sample_at(b, skipped + s)];
        for (size_t k = 0; k < c; k++) {
            double sum = 0;
            for (size_t t = 0; t < steps; t++) sum += (double)out[(t * n + s) * c + k];
            logits[k] = (float)(sum * scale);
        }
        hys__softmax(logits, c, p);
        slot->loss += hys__loss(HYS_LAYER_SOFTMAX, p, c, label);
        slot->n_right += hys__argmax(p, c) == label;
        for (size_t t = 0; t < steps; t++)
            for (size_t k = 0; k < c; k++)
                slot->ds[(t * n + s) * c + k] = (float)(scale / (double)b->n) * (p[k] - (k == label));
    }
}

/* ds [steps n columns] -> dy, of currents. */
static void back_neurons(const hys__bptt *b, hys__bptt_slot *slot, size_t k, size_t n) {
    const hys__neurons *l = b->stages[k].neurons;
    const surrogate f = surrogate_of(b);
    const size_t width = n * l->n;
    memset(slot->dv, 0, width * sizeof *slot->dv);
    for (size_t t = b->spiking->opts.steps; t-- > 0;)
        for (size_t i = 0; i < width; i++) {
            const size_t c = i % l->n, at = t * width + i;
            const float gap = l->threshold[c] - l->reset[c], u = slot->u[k][at];
            const float g = slope_at(&f, (u - l->threshold[c]) / gap) / gap, s = slot->s[k][at] / l->spike[c];
            const float through = l->is_subtracted ? 1 - gap * g : 1 - s + (l->reset[c] - u) * g;
            const float du = slot->ds[at] * l->spike[c] * g + slot->dv[i] * through;
            slot->dy[at] = l->in[c] * du;
            slot->dv[i] = l->keep[c] * du;
        }
}

/* A constant current got all its steps' gradients at once. */
static size_t gather(const hys__bptt *b, float *dy, size_t size) {
    if (!is_constant(b)) return b->spiking->opts.steps;
    for (size_t t = 1; t < b->spiking->opts.steps; t++)
        for (size_t i = 0; i < size; i++) dy[i] += dy[t * size + i];
    return 1;
}

static void back_stage(const hys__bptt *b, hys__bptt_slot *slot, size_t k, size_t n) {
    const hys__bptt_stage *stage = &b->stages[k];
    const hys__blas *blas = &b->spiking->network->blas;
    size_t steps = b->spiking->opts.steps;
    if (stage->neurons) back_neurons(b, slot, k, n);
    else memcpy(slot->dy, slot->ds, steps * n * stage->columns * sizeof *slot->dy);
    if (k == 0) steps = gather(b, slot->dy, n * stage->columns);
    const size_t m = steps * n;
    hys__blas_sgemm(blas, &(hys__gemm){stage->rows, stage->columns, m, .a_transposed = true},
                    k ? slot->s[k - 1] : slot->x, slot->dy, slot->gradient + stage->at_weights);
    for (size_t i = 0; stage->biases && i < m * stage->columns; i++)
        slot->gradient[stage->at_biases + i % stage->columns] += slot->dy[i];
    if (k > 0)
        hys__blas_sgemm(blas, &(hys__gemm){m, stage->rows, stage->columns, .b_transposed = true}, slot->dy,
                        stage->weights, slot->ds);
}

/* ---- a batch ---- */

static void run_slot(void *data, size_t part, unsigned thread) {
    const hys__bptt *b = data;
    hys__bptt_slot *slot = &b->slots[part];
    const size_t skipped = part * HYS__BLOCK_SAMPLES, left = b->n - skipped;
    const size_t n = left < HYS__BLOCK_SAMPLES ? left : HYS__BLOCK_SAMPLES;
    (void)thread;
    slot->loss = 0;
    slot->n_right = 0;
    memset(slot->gradient, 0, b->n_values * sizeof *slot->gradient);
    encode(b, slot, skipped, n);
    for (size_t k = 0; k < b->n_stages; k++) run_stage(b, slot, k, n);
    judge(b, slot, skipped, n);
    for (size_t k = b->n_stages; k-- > 0;) back_stage(b, slot, k, n);
}

void hys__bptt_batch(hys__bptt *b, double *loss, size_t *n_right) {
    const size_t n_parts = (b->n + HYS__BLOCK_SAMPLES - 1) / HYS__BLOCK_SAMPLES;
    if (n_parts == 1) run_slot(b, 0, 0);
    else hys__team_run(b->spiking->network->team, n_parts, run_slot, b);
    memset(b->gradient, 0, b->n_values * sizeof *b->gradient);
    for (size_t k = 0; k < n_parts; k++) {
        const float *restrict more = b->slots[k].gradient;
        float *restrict total = b->gradient;
        for (size_t i = 0; i < b->n_values; i++) total[i] += more[i];
        *loss += b->slots[k].loss;
        *n_right += b->slots[k].n_right;
    }
}
