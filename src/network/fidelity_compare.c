/* How far layers are from the same cells solved exactly. */
#include "base/diag.h"
#include "network/mapping_network.h"
#include <math.h>
#include <time.h>

/* The same network without noise, as it is and exact. */
typedef struct pair {
    hys_network *now, *exact;
} pair;

static hys_status replace(const hys_network *network, hys_network *copy, bool is_exact) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        const hys__mapped *m = hys__mapped_of(network->layers[k].weights);
        hys__mapped *again = NULL;
        if (!m) continue;
        status = hys__mapped_again(m, is_exact ? HYS_FIDELITY_EXACT : m->opts.fidelity, &again);
        if (status == HYS_OK) status = hys__network_hold(copy, k, &again->base);
    }
    return status;
}

static hys_status pair_new(const hys_network *network, pair *p) {
    *p = (pair){0};
    hys_status status = hys_network_copy(network, &p->now);
    if (status == HYS_OK) status = hys_network_copy(network, &p->exact);
    if (status == HYS_OK) status = replace(network, p->now, false);
    return status == HYS_OK ? replace(network, p->exact, true) : status;
}

static void pair_free(pair *p) {
    hys_network_free(p->now);
    hys_network_free(p->exact);
}

/* ---- a layer ---- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void measure(const float *now, const float *exact, size_t n, hys_fidelity_error *e) {
    double sum = 0, most = 0, largest = 0;
    for (size_t k = 0; k < n; k++) {
        const double error = (double)now[k] - exact[k];
        sum += error * error;
        most = fmax(most, fabs(error));
        largest = fmax(largest, fabs((double)exact[k]));
    }
    e->rms = largest > 0 ? sqrt(sum / (double)n) / largest : 0;
    e->most = largest > 0 ? most / largest : 0;
}

/* Inputs as they come now, through both. */
static hys_status compare_layer(const pair *p, size_t k, const hys_samples *samples, hys_fidelity_error *e) {
    hys_ctx *ctx = p->now->ctx;
    hys__weights *now = p->now->layers[k].weights, *exact = p->exact->layers[k].weights;
    hys__inputs in = {0};
    float *outputs = NULL;
    hys_status status = hys__inputs_new(p->now, k, samples, e->n, &in);
    if (status != HYS_OK) return status;
    const hys__block block = {.n = in.n};
    const size_t n = in.n * now->columns;
    outputs = hys__realloc(ctx, NULL, 0, 2 * n * sizeof *outputs);
    status = outputs ? now->kind->multiply(now, &block, in.values, outputs) : HYS_NOMEM;
    const double start = seconds();
    if (status == HYS_OK) status = exact->kind->multiply(exact, &block, in.values, outputs + n);
    e->exact_seconds = (seconds() - start) / (double)in.samples;
    e->n = in.samples;
    if (status == HYS_OK) measure(outputs, outputs + n, n, e);
    if (outputs) hys__free(ctx, outputs, 2 * n * sizeof *outputs);
    hys__inputs_free(ctx, &in);
    return status;
}

/* ---- the whole ---- */

static hys_status find_agreement(const pair *p, const hys_samples *samples, size_t n, double *agreement) {
    const size_t width = hys__network_outputs(p->now);
    hys_samples first = *samples;
    hys_ctx *ctx = p->now->ctx;
    first.n = n;
    float *outputs = hys__realloc(ctx, NULL, 0, 2 * n * width * sizeof *outputs);
    if (!outputs) return HYS_NOMEM;
    hys_status status = hys_network_predict(p->now, &first, outputs);
    if (status == HYS_OK) status = hys_network_predict(p->exact, &first, outputs + n * width);
    size_t same = 0;
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        same += hys__argmax(outputs + k * width, width) == hys__argmax(outputs + (n + k) * width, width);
    *agreement = (double)same / (double)n;
    hys__free(ctx, outputs, 2 * n * width * sizeof *outputs);
    return status;
}

hys_status hys_network_compare_exact(hys_network *network, const hys_samples *samples, size_t n,
                                     hys_fidelity_error *errors, size_t *n_errors) {
    pair p;
    size_t count = 0;
    double agreement = 1;
    if (!n || n > samples->n)
        return hys__fail(network->ctx, HYS_ARG, "at least one of those that there are",
                         "%zu of %zu samples cannot be compared", n, samples->n);
    hys_status status = hys__network_check(network, samples, false);
    if (status == HYS_OK) status = pair_new(network, &p);
    else return status;
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        if (!hys__mapped_of(network->layers[k].weights)) continue;
        errors[count] = (hys_fidelity_error){.size = sizeof *errors, .n = n, .layer = k};
        status = compare_layer(&p, k, samples, &errors[count++]);
    }
    if (status == HYS_OK && count) status = find_agreement(&p, samples, n, &agreement);
    pair_free(&p);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < count; k++) errors[k].agreement = agreement;
    *n_errors = count;
    return HYS_OK;
}
