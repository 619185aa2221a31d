/* How often a network is right. */
#include "base/diag.h"
#include "network/network_impl.h"
#include <math.h>
#include <string.h>

size_t hys__argmax(const float *values, size_t n) {
    size_t best = 0;
    for (size_t k = 1; k < n; k++)
        if (values[k] > values[best]) best = k;
    return best;
}

#define LEAST 1e-30 /* of a probability, as its logarithm is taken */

/* -sum of log(1 - y) of the others - log y of the right one: each output is a yes or no of its own. */
static double loss_of_sigmoids(const float *outputs, size_t n, size_t label) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum -= log(fmax(k == label ? outputs[k] : 1.0 - outputs[k], LEAST));
    return sum;
}

/* log sum exp(y) - y of the right one */
static double loss_of_logits(const float *outputs, size_t n, size_t label) {
    const size_t best = hys__argmax(outputs, n);
    double sum = 1; /* the largest's own */
    for (size_t k = 0; k < n; k++) sum += k == best ? 0 : exp((double)outputs[k] - outputs[best]);
    return log(sum) + outputs[best] - outputs[label];
}

/* A NaN stays one: fmax would make a number of it. */
double hys__loss(hys_layer_kind last, const float *outputs, size_t n, size_t label) {
    for (size_t k = 0; k < n; k++)
        if (isnan(outputs[k])) return (double)NAN;
    if (last == HYS_LAYER_SOFTMAX) return -log(fmax(outputs[label], LEAST));
    return (last == HYS_LAYER_SIGMOID ? loss_of_sigmoids : loss_of_logits)(outputs, n, label);
}

typedef struct judged {
    const hys_samples *samples;
    hys_layer_kind last;
    size_t width;
    uint32_t *classes; /* [n] */
    double *losses;    /* [n] */
} judged;

static void judge(void *user, const hys__workers *crew, const hys__visit *visit) {
    const judged *j = user;
    const float *outputs = crew->workers[visit->thread].values[crew->network->n_layers];
    for (size_t s = 0; s < visit->n; s++, outputs += j->width) {
        const size_t at = visit->first + s;
        j->classes[at] = (uint32_t)hys__argmax(outputs, j->width);
        j->losses[at] = hys__loss(j->last, outputs, j->width, j->samples->labels[at]);
    }
}

static void count(const judged *j, hys_evaluation *e) {
    size_t right = 0;
    double loss = 0;
    for (size_t k = 0; k < e->n; k++) {
        e->confusion[j->samples->labels[k] * e->n_classes + j->classes[k]]++;
        right += j->classes[k] == j->samples->labels[k];
        loss += j->losses[k];
    }
    e->accuracy = (double)right / (double)e->n;
    e->loss = loss / (double)e->n;
}

static hys_status evaluate(hys_network *network, hys__arena *arena, judged *j, hys_evaluation *e) {
    const size_t n = j->samples->n;
    j->classes = HYS_NEW_N(arena, uint32_t, n);
    j->losses = HYS_NEW_N(arena, double, n);
    if (!j->classes || !j->losses) return HYS_NOMEM;
    hys_status status = hys__network_walk(network, &(hys__walk){j->samples, 0, n, network->n_layers, judge, j});
    if (status != HYS_OK) return status;
    *e = (hys_evaluation){.size = sizeof *e, .n = n, .n_classes = j->width};
    e->confusion = hys__realloc(network->ctx, NULL, 0, e->n_classes * e->n_classes * sizeof *e->confusion);
    if (!e->confusion) return HYS_NOMEM;
    memset(e->confusion, 0, e->n_classes * e->n_classes * sizeof *e->confusion);
    count(j, e);
    return HYS_OK;
}

#define MOST_CLASSES 65536 /* labels have 16 bits */

hys_status hys_network_evaluate(hys_network *network, const hys_samples *samples, hys_evaluation *result) {
    judged j = {.samples = samples, .last = network->layers[network->n_layers - 1].spec.kind};
    hys_status status = hys__network_check(network, samples, true);
    if (status != HYS_OK) return status;
    j.width = hys__network_outputs(network);
    if (j.width > MOST_CLASSES)
        return hys__fail(network->ctx, HYS_LIMIT, "", "%zu outputs are more than the %d classes that there can be",
                         j.width, MOST_CLASSES);
    hys__arena arena;
    hys__arena_init(&arena, network->ctx, 0);
    hys_evaluation e = {0};
    status = evaluate(network, &arena, &j, &e);
    hys__arena_free(&arena);
    if (status == HYS_OK) *result = e;
    return status;
}

void hys_evaluation_free(hys_ctx *ctx, hys_evaluation *e) {
    if (e->confusion) hys__free(ctx, e->confusion, e->n_classes * e->n_classes * sizeof *e->confusion);
    e->confusion = NULL;
}
