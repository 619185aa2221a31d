/* Normalisations become part of the weights before them: with factor = scale / deviation of each column,
 * W' = W factor, b' = (b - mean) factor + shift. */
#include "base/diag.h"
#include "network/layer_norm.h"
#include <math.h>
#include <string.h>

static hys_status check(const hys_network *network, size_t k) {
    const hys__layer *norm = &network->layers[k], *l = k > 0 ? &network->layers[k - 1] : NULL;
    if (!l || !l->rows || l->columns != norm->features)
        return hys__fail(network->ctx, HYS_ARG, "",
                         "layer %zu (%s) does not lie behind weights that it could become "
                         "part of",
                         norm->number, norm->name);
    if (!l->weights->kind->set)
        return hys__fail(network->ctx, HYS_ARG, "", "layer %zu (%s) is held by \"%s\", which takes no other weights",
                         l->number, l->name, l->weights->kind->name);
    return HYS_OK;
}

static hys_status need_biases(hys_network *network, hys__layer *l) {
    if (l->n_params) return HYS_OK;
    l->params = hys__realloc(network->ctx, NULL, 0, l->columns * sizeof *l->params);
    if (!l->params) return HYS_NOMEM;
    memset(l->params, 0, l->columns * sizeof *l->params);
    l->n_params = l->columns;
    l->spec.has_no_bias = false;
    return HYS_OK;
}

static float factor_of(const hys__layer *norm, size_t c) {
    return norm->params[c] / sqrtf(norm->running[norm->features + c] + HYS__NORM_EPSILON);
}

static hys_status fold_into(hys_network *network, hys__layer *l, const hys__layer *norm) {
    hys_status status = need_biases(network, l);
    if (status == HYS_OK) status = l->weights->kind->get(l->weights, l->held);
    if (status != HYS_OK) return status;
    for (size_t r = 0; r < l->rows; r++)
        for (size_t c = 0; c < l->columns; c++) l->held[r * l->columns + c] *= factor_of(norm, c);
    status = l->weights->kind->set(l->weights, l->held);
    for (size_t c = 0; c < l->columns && status == HYS_OK; c++)
        l->params[c] = (l->params[c] - norm->running[c]) * factor_of(norm, c) + norm->params[norm->features + c];
    return status;
}

static void remove_layer(hys_network *network, size_t k) {
    hys__layer_free(network, &network->layers[k]);
    memmove(&network->layers[k], &network->layers[k + 1], (network->n_layers - k - 1) * sizeof *network->layers);
    network->n_layers--;
}

hys_status hys_network_fold(hys_network *network) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++)
        if (network->layers[k].spec.kind == HYS_LAYER_NORM) status = check(network, k);
    for (size_t k = network->n_layers; k-- > 0 && status == HYS_OK;) {
        if (network->layers[k].spec.kind != HYS_LAYER_NORM) continue;
        status = fold_into(network, &network->layers[k - 1], &network->layers[k]);
        if (status == HYS_OK) remove_layer(network, k);
    }
    if (status == HYS_OK) hys__network_name_layers(network);
    return status;
}
