/* Weights in NumPy's files. */
#include "network/weights_file.h"
#include "base/diag.h"
#include <string.h>

/* ---- what there is ---- */

static hys_status add(hys__arena *arena, hys__named_list *list, hys__named named, const char *layer, const char *what) {
    named.name = hys__arena_printf(arena, "%s.%s", layer, what);
    hys__named *at = HYS_PUSH(arena, list);
    if (!at || !named.name) return HYS_NOMEM;
    *at = named;
    return HYS_OK;
}

static hys_status list_weighted(const hys_network *network, size_t k, hys__arena *arena, hys__named_list *list) {
    const hys__layer *l = &network->layers[k];
    hys__named named = {.layer = k, .is_weight = true, .rows = l->rows, .columns = l->columns};
    named.values = HYS_NEW_N(arena, float, l->rows * l->columns);
    hys_status status = named.values ? l->weights->kind->get(l->weights, named.values) : HYS_NOMEM;
    if (status == HYS_OK) status = add(arena, list, named, l->name, "weight");
    if (status != HYS_OK || !l->n_params) return status;
    return add(arena, list, (hys__named){.layer = k, .values = l->params, .columns = l->columns}, l->name, "bias");
}

static hys_status list_norm(const hys_network *network, size_t k, hys__arena *arena, hys__named_list *list) {
    const hys__layer *l = &network->layers[k];
    const struct {
        const char *what;
        float *values;
    } rows[] = {{"scale", l->params},
                {"shift", l->params + l->features},
                {"mean", l->running},
                {"variance", l->running + l->features}};
    hys_status status = HYS_OK;
    for (size_t r = 0; r < 4 && status == HYS_OK; r++)
        status = add(arena, list, (hys__named){.layer = k, .values = rows[r].values, .columns = l->features}, l->name,
                     rows[r].what);
    return status;
}

hys_status hys__network_list(const hys_network *network, hys__arena *arena, hys__named_list *list) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        const hys__layer *l = &network->layers[k];
        if (l->rows) status = list_weighted(network, k, arena, list);
        else if (l->features) status = list_norm(network, k, arena, list);
    }
    return status;
}

hys__npz_array hys__named_array(const hys__named *named) {
    hys__npz_array array = {.name = named->name, .type = HYS__NPZ_FLOAT32, .n_axes = 1, .values = named->values};
    array.shape[0] = named->columns;
    if (named->rows) {
        array.n_axes = 2;
        array.shape[0] = named->rows;
        array.shape[1] = named->columns;
    }
    return array;
}

/* ---- writing ---- */

hys_status hys_network_write_weights(const hys_network *network, const char *path) {
    hys__arena arena;
    hys__arena_init(&arena, network->ctx, 0);
    hys__named_list list = {0};
    hys_status status = hys__network_list(network, &arena, &list);
    hys__npz_array *arrays = status == HYS_OK ? HYS_NEW_N(&arena, hys__npz_array, list.n) : NULL;
    if (status == HYS_OK && !arrays) status = HYS_NOMEM;
    for (size_t k = 0; k < list.n && status == HYS_OK; k++) arrays[k] = hys__named_array(&list.at[k]);
    if (status == HYS_OK) status = hys__npz_write(network->ctx, path, arrays, list.n);
    hys__arena_free(&arena);
    return status;
}

/* ---- reading ---- */

/* Names that other programs give to the same. */
static const hys__npz_array *find(hys__arena *arena, const hys__npz *file, const hys__named *named) {
    static const char *const others[][2] = {
        {".scale", ".weight"}, {".shift", ".bias"}, {".mean", ".running_mean"}, {".variance", ".running_var"}};
    const hys__npz_array *array = hys__npz_find(file, named->name);
    const char *dot = strrchr(named->name, '.');
    for (size_t k = 0; k < sizeof others / sizeof *others && !array; k++) {
        if (strcmp(dot, others[k][0]) != 0) continue;
        const char *other = hys__arena_printf(arena, "%.*s%s", (int)(dot - named->name), named->name, others[k][1]);
        array = other ? hys__npz_find(file, other) : NULL;
    }
    return array;
}

/* [in out] as here, [out in], and of filters [out channels height width]. */
static bool fits(const hys__layer *l, const hys__named *named, const hys__npz_array *array, bool *is_transposed) {
    const size_t *shape = array->shape;
    *is_transposed = false;
    if (!named->is_weight) return array->n_axes == 1 && shape[0] == named->columns;
    if (array->n_axes == 2 && shape[0] == named->rows && shape[1] == named->columns) return true;
    *is_transposed = true;
    if (array->n_axes == 2) return shape[0] == named->columns && shape[1] == named->rows;
    return array->n_axes == 4 && l->spec.kind == HYS_LAYER_CONV && shape[0] == named->columns &&
           shape[1] == l->in.channels && shape[2] == l->spec.height && shape[3] == l->spec.width;
}

static const char *shape_text(hys__arena *arena, const hys__npz_array *array) {
    const char *text = "";
    for (size_t k = 0; k < array->n_axes && text; k++)
        text = hys__arena_printf(arena, "%s%s%zu", text, k ? " x " : "", array->shape[k]);
    return text ? text : "?";
}

static hys_status fail_shape(const hys_network *network, hys__arena *arena, const hys__npz *file,
                             const hys__named *named, const hys__npz_array *array) {
    const hys__npz_array want = hys__named_array(named);
    const char *name = *array->name ? array->name : named->name;
    return hys__report_at(network->ctx, HYS_ERROR, HYS_ARG, file->path, 0, 0, NULL, "",
                          "%s is of %s; the network needs %s", name, shape_text(arena, array),
                          shape_text(arena, &want));
}

static void transpose(const float *from, size_t rows, size_t columns, float *to) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) to[r * columns + c] = from[c * rows + r];
}

static hys_status read_one(const hys_network *network, hys__arena *arena, const hys__npz *file, hys__named *named) {
    const size_t n = (named->rows ? named->rows : 1) * named->columns;
    const bool is_lone = file->arrays.n == 1 && *file->arrays.at[0].name == 0;
    const hys__npz_array *array = is_lone && named->is_weight ? &file->arrays.at[0] : find(arena, file, named);
    bool is_transposed;
    if (!array && is_lone) return HYS_OK; /* a lone matrix leaves biases as they are */
    if (!array)
        return hys__report_at(network->ctx, HYS_ERROR, HYS_ARG, file->path, 0, 0, NULL, "", "there is no array %s",
                              named->name);
    if (!fits(&network->layers[named->layer], named, array, &is_transposed))
        return fail_shape(network, arena, file, named, array);
    float *values = HYS_NEW_N(arena, float, n), *turned = is_transposed ? HYS_NEW_N(arena, float, n) : values;
    if (!values || !turned) return HYS_NOMEM;
    hys_status status = hys__npz_floats(file, array, values);
    if (status == HYS_OK && is_transposed) transpose(values, named->rows, named->columns, turned);
    named->values = turned;
    return status;
}

static hys_status check_set(const hys_network *network, size_t first_layer, const hys__npz *file) {
    size_t n = 0;
    for (size_t k = first_layer; k < network->n_layers; k++) {
        const hys__layer *l = &network->layers[k];
        n += l->rows > 0;
        if (l->rows && !l->weights->kind->set)
            return hys__fail(network->ctx, HYS_ARG, "",
                             "layer %zu (%s) is held by \"%s\", which takes no other weights", l->number, l->name,
                             l->weights->kind->name);
    }
    if (n != 1 && file->arrays.n == 1 && *file->arrays.at[0].name == 0)
        return hys__report_at(network->ctx, HYS_ERROR, HYS_ARG, file->path, 0, 0, NULL, "",
                              "a lone matrix is for one layer with weights; the network has %zu", n);
    return HYS_OK;
}

static hys_status put_one(const hys_network *network, const hys__named *named, const float *values) {
    hys__weights *w = network->layers[named->layer].weights;
    if (named->is_weight) return w->kind->set(w, values);
    memmove(named->values, values, named->columns * sizeof *values);
    return HYS_OK;
}

hys_status hys__network_take(hys_network *network, size_t first_layer, hys__arena *arena, const hys__npz *file) {
    hys__named_list fresh = {0}, own = {0};
    hys_status status = check_set(network, first_layer, file);
    if (status == HYS_OK) status = hys__network_list(network, arena, &own);
    if (status == HYS_OK) status = hys__network_list(network, arena, &fresh);
    for (size_t k = 0; k < fresh.n && status == HYS_OK; k++)
        if (fresh.at[k].layer >= first_layer) status = read_one(network, arena, file, &fresh.at[k]);
    for (size_t k = 0; k < own.n && k < fresh.n && status == HYS_OK; k++)
        if (own.at[k].layer >= first_layer) status = put_one(network, &own.at[k], fresh.at[k].values);
    return status;
}

hys_status hys_network_read_weights(hys_network *network, const char *path) {
    hys__arena arena;
    hys__arena_init(&arena, network->ctx, 0);
    hys__npz file;
    hys_status status = hys__npz_read(&arena, path, &file);
    if (status == HYS_OK) status = hys__network_take(network, 0, &arena, &file);
    hys__arena_free(&arena);
    return status;
}
