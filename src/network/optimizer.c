/* Steps along the gradient: Adam (Kingma and Ba 2015) and stochastic descent with momentum.  Decay pulls weights
 * straight to 0, not through the gradient (Loshchilov and Hutter 2019). */
#include "network/train_impl.h"
#include <math.h>
#include <string.h>

#define CHUNK   8192 /* numbers that a thread takes at once */
#define BETA_1  0.9  /* of Adam, as published */
#define BETA_2  0.999
#define EPSILON 1e-8

double hys__training_rate(const hys__training *t) {
    return t->opts.rate * pow(t->opts.decay, (double)t->epoch);
}

static void run_chunks(const hys__training *t, hys__team_work work, void *data) {
    const size_t n = (t->n_params + CHUNK - 1) / CHUNK;
    if (n == 1) work(data, 0, 0);
    else hys__team_run(t->network->team, n, work, data);
}

static size_t chunk_end(const hys__training *t, size_t part) {
    return (part + 1) * CHUNK < t->n_params ? (part + 1) * CHUNK : t->n_params;
}

typedef struct summing {
    hys__training *training;
    size_t n_slots;
    bool adds;
} summing;

static void sum_chunk(void *data, size_t part, unsigned thread) {
    const summing *s = data;
    const hys__training *t = s->training;
    const size_t first = part * CHUNK, n = chunk_end(t, part) - first;
    float *restrict total = t->gradient + first;
    (void)thread;
    if (!s->adds) memcpy(total, t->slots[0].gradient + first, n * sizeof *total);
    for (size_t k = s->adds ? 0 : 1; k < s->n_slots; k++) {
        const float *restrict more = t->slots[k].gradient + first;
        for (size_t i = 0; i < n; i++) total[i] += more[i];
    }
}

void hys__optimizer_sum(hys__training *t, size_t n_slots, bool adds) {
    run_chunks(t, sum_chunk, &(summing){t, n_slots, adds});
}

/* ---- a step ---- */

typedef struct step {
    hys__training *training;
    float rate, decay;      /* decay: of weights, in this step */
    float scale_1, scale_2; /* that undo the start of the moments at 0 */
} step;

static void adam(const step *s, size_t first, size_t end) {
    const hys__training *t = s->training;
    float *restrict values = t->values, *restrict m = t->first_moment, *restrict v = t->second_moment;
    const float *restrict gradient = t->gradient;
    for (size_t i = first; i < end; i++) {
        const float g = gradient[i];
        m[i] += (float)(1 - BETA_1) * (g - m[i]);
        v[i] += (float)(1 - BETA_2) * (g * g - v[i]);
        values[i] -= s->rate * (m[i] * s->scale_1) / (sqrtf(v[i] * s->scale_2) + (float)EPSILON);
    }
}

static void descend(const step *s, size_t first, size_t end) {
    const hys__training *t = s->training;
    float *restrict values = t->values, *restrict m = t->first_moment;
    const float *restrict gradient = t->gradient;
    const float momentum = (float)t->opts.momentum;
    for (size_t i = first; i < end; i++) {
        m[i] = momentum * m[i] + gradient[i];
        values[i] -= s->rate * m[i];
    }
}

/* What goes for weights alone. */
static void restrain(const step *s, const hys__group *g, size_t first, size_t end) {
    float *values = s->training->values;
    if (s->decay > 0)
        for (size_t i = first; i < end; i++) values[i] -= s->decay * values[i];
    if (g->limit > 0)
        for (size_t i = first; i < end; i++) values[i] = fminf(fmaxf(values[i], -g->limit), g->limit);
}

static void step_chunk(void *data, size_t part, unsigned thread) {
    const step *s = data;
    const hys__training *t = s->training;
    const size_t first = part * CHUNK, end = chunk_end(t, part);
    (void)thread;
    (t->opts.optimizer == HYS_OPTIMIZER_ADAM ? adam : descend)(s, first, end);
    for (size_t k = 0; k < t->n_groups; k++) {
        const hys__group *g = &t->groups[k];
        const size_t from = g->first > first ? g->first : first, to = g->first + g->n < end ? g->first + g->n : end;
        if (g->is_weights && from < to) restrain(s, g, from, to);
    }
}

static void set_limits(hys__training *t) {
    for (size_t k = 0; k < t->n_groups && t->opts.clip > 0; k++) {
        hys__group *g = &t->groups[k];
        double sum = 0, squares = 0;
        for (size_t i = g->first; i < g->first + g->n; i++) {
            sum += t->values[i];
            squares += (double)t->values[i] * t->values[i];
        }
        const double mean = sum / (double)g->n;
        g->limit = (float)(t->opts.clip * sqrt(fmax(squares / (double)g->n - mean * mean, 0)));
    }
}

/* ---- from what a layer reads to what it is set to, and back ---- */

static hys_status transform_gradients(hys__training *t) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < t->n_groups && status == HYS_OK; k++) {
        hys__weights *w = t->network->layers[t->groups[k].layer].weights;
        if (t->groups[k].is_weights && w->kind->gradient)
            status = w->kind->gradient(w, t->gradient + t->groups[k].first);
    }
    return status;
}

hys_status hys__optimizer_hand_out(hys__training *t) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < t->n_groups && status == HYS_OK; k++) {
        const hys__group *g = &t->groups[k];
        hys__layer *l = &t->network->layers[g->layer];
        if (g->is_weights) status = l->weights->kind->set(l->weights, t->values + g->first);
        else memcpy(l->params, t->values + g->first, g->n * sizeof(float));
    }
    return status;
}

hys_status hys__optimizer_step(hys__training *t) {
    const double n = (double)++t->steps, rate = hys__training_rate(t);
    step s = {.training = t, .rate = (float)rate, .decay = (float)(rate * t->opts.weight_decay)};
    s.scale_1 = (float)(1 / (1 - pow(BETA_1, n)));
    s.scale_2 = (float)(1 / (1 - pow(BETA_2, n)));
    hys_status status = transform_gradients(t);
    if (status != HYS_OK) return status;
    set_limits(t);
    run_chunks(t, step_chunk, &s);
    return hys__optimizer_hand_out(t);
}
