/* A training on file: the network's numbers by name, as hys_network_read_weights takes them, and what the optimiser
 * knows.  Going on from it gives the same bits as never having stopped. */
#include "base/diag.h"
#include "network/train_impl.h"
#include "network/weights_file.h"
#include <math.h>
#include <string.h>
#include <unistd.h>

#define FORMAT 1 /* of this file */

/* id, what, value now: those that must be as they were */
#define COUNTS(X)                                                                                                      \
    X(FORMAT_OF, "format", FORMAT)                                                                                     \
    X(SAMPLES, "number of samples", t->train->n)                                                                       \
    X(PARAMS, "number of trained values", t->n_params)                                                                 \
    X(SEED, "seed", t->opts.seed)                                                                                      \
    X(BATCH, "batch", t->opts.batch)                                                                                   \
    X(OPTIMIZER, "optimizer", t->opts.optimizer)                                                                       \
    X(FIRST_LAYER, "first layer", t->opts.first_layer)
#define RATES(X)                                                                                                       \
    X(RATE, "rate", t->opts.rate)                                                                                      \
    X(DECAY, "decay", t->opts.decay)                                                                                   \
    X(MOMENTUM, "momentum", t->opts.momentum)                                                                          \
    X(WEIGHT_DECAY, "weight decay", t->opts.weight_decay)                                                              \
    X(CLIP, "clip", t->opts.clip)
#define HYS_X(id, what, value) id,
enum { COUNTS(HYS_X) EPOCH, STEPS, PASS, N_COUNTS };
enum { RATES(HYS_X) N_RATES };
#undef HYS_X

typedef struct state {
    uint64_t counts[N_COUNTS];
    double rates[N_RATES];
} state;

static state state_of(const hys__training *t) {
#define HYS_X(id, what, value) (uint64_t)(value),
    state s = {.counts = {COUNTS(HYS_X) t->epoch, t->steps, t->network->pass}};
#undef HYS_X
#define HYS_X(id, what, value) s.rates[id] = (value);
    RATES(HYS_X)
#undef HYS_X
    return s;
}

/* What the optimiser knows, by name. */
typedef struct part {
    const char *name;
    float *values;
} part;
#define N_PARTS 3
static void parts_of(const hys__training *t, part parts[N_PARTS]) {
    parts[0] = (part){"training.values", t->values};
    parts[1] = (part){"training.first_moment", t->first_moment};
    parts[2] = (part){"training.second_moment", t->second_moment};
}

/* ---- what cells keep ---- */

static const size_t bytes_of[] = {
#define HYS_X(id, letter, bytes, type) sizeof(type),
    HYS__NPZ_TYPES(HYS_X)
#undef HYS_X
};

static size_t parts_of_layer(const hys__layer *l, hys__weights_part parts[HYS__MOST_PARTS]) {
    return l->rows && hys__updates_itself(l) && l->weights->kind->parts ? l->weights->kind->parts(l->weights, parts)
                                                                        : 0;
}

static const char *part_name(hys__arena *arena, const hys__layer *l, const hys__weights_part *one) {
    return hys__arena_printf(arena, "%s.cells.%s", l->name, one->name);
}

/* ---- writing ---- */

static hys_status add_cells(const hys__training *t, hys__arena *arena, hys__npz_array **next) {
    for (size_t k = t->opts.first_layer; k < t->network->n_layers; k++) {
        const hys__layer *l = &t->network->layers[k];
        hys__weights_part parts[HYS__MOST_PARTS];
        const size_t n = parts_of_layer(l, parts);
        for (size_t i = 0; i < n; i++) {
            const char *name = part_name(arena, l, &parts[i]);
            if (!name) return HYS_NOMEM;
            *(*next)++ = (hys__npz_array){name, parts[i].type, 1, {parts[i].n}, parts[i].values};
        }
    }
    return HYS_OK;
}

static hys_status write_all(const hys__training *t, hys__arena *arena) {
    const state s = state_of(t);
    hys__named_list list = {0};
    part parts[N_PARTS];
    parts_of(t, parts);
    hys_status status = hys__network_list(t->network, arena, &list);
    if (status != HYS_OK) return status;
    const size_t most = list.n + 2 + N_PARTS + HYS__MOST_PARTS * t->network->n_layers;
    hys__npz_array *arrays = HYS_NEW_N(arena, hys__npz_array, most), *next = arrays;
    if (!arrays) return HYS_NOMEM;
    for (size_t k = 0; k < list.n; k++) *next++ = hys__named_array(&list.at[k]);
    *next++ = (hys__npz_array){"training.counts", HYS__NPZ_UINT64, 1, {N_COUNTS}, s.counts};
    *next++ = (hys__npz_array){"training.rates", HYS__NPZ_FLOAT64, 1, {N_RATES}, s.rates};
    for (size_t k = 0; k < N_PARTS; k++)
        *next++ = (hys__npz_array){parts[k].name, HYS__NPZ_FLOAT32, 1, {t->n_params}, parts[k].values};
    status = add_cells(t, arena, &next);
    if (status != HYS_OK) return status;
    return hys__npz_write(t->network->ctx, t->opts.checkpoint, arrays, (size_t)(next - arrays));
}

hys_status hys__checkpoint_write(const hys__training *t) {
    hys__arena arena;
    hys__arena_init(&arena, t->network->ctx, 0);
    hys_status status = write_all(t, &arena);
    hys__arena_free(&arena);
    return status;
}

/* ---- reading ---- */

static hys_status fail(const hys__training *t, const char *what, const char *detail) {
    return hys__report_at(t->network->ctx, HYS_ERROR, HYS_ARG, t->opts.checkpoint, 0, 0, NULL,
                          "name another file, or remove this one", "%s%s", what, detail);
}

static hys_status check_state(const hys__training *t, const state *was) {
    static const char other[] = "this checkpoint is of another training: its ";
#define HYS_X(id, what, value) what,
    static const char *const counts[] = {COUNTS(HYS_X)}, *const rates[] = {RATES(HYS_X)};
#undef HYS_X
    const state is = state_of(t);
    char detail[128];
    for (size_t k = 0; k < EPOCH; k++) {
        if (was->counts[k] == is.counts[k]) continue;
        snprintf(detail, sizeof detail, "%s is %llu, not %llu", counts[k], (unsigned long long)was->counts[k],
                 (unsigned long long)is.counts[k]);
        return fail(t, other, detail);
    }
    for (size_t k = 0; k < N_RATES; k++) {
        if (was->rates[k] == is.rates[k]) continue;
        snprintf(detail, sizeof detail, "%s is %g, not %g", rates[k], was->rates[k], is.rates[k]);
        return fail(t, other, detail);
    }
    return HYS_OK;
}

static bool has_shape(const hys__npz_array *array, hys__npz_type type, size_t n) {
    return array && array->type == type && array->n_axes == 1 && array->shape[0] == n;
}

static hys_status read_state(const hys__training *t, const hys__npz *file, state *s) {
    const hys__npz_array *counts = hys__npz_find(file, "training.counts"),
                         *rates = hys__npz_find(file, "training.rates");
    if (!has_shape(counts, HYS__NPZ_UINT64, N_COUNTS) || !has_shape(rates, HYS__NPZ_FLOAT64, N_RATES))
        return fail(t, "this file is no checkpoint of a training", "");
    memcpy(s->counts, counts->values, sizeof s->counts);
    memcpy(s->rates, rates->values, sizeof s->rates);
    return check_state(t, s);
}

static hys_status read_cells(const hys__training *t, size_t k, hys__arena *arena, const hys__npz *file) {
    const hys__layer *l = &t->network->layers[k];
    hys__weights_part parts[HYS__MOST_PARTS];
    const size_t n = parts_of_layer(l, parts);
    for (size_t i = 0; i < n; i++) {
        const char *name = part_name(arena, l, &parts[i]);
        const hys__npz_array *array = name ? hys__npz_find(file, name) : NULL;
        if (!name) return HYS_NOMEM;
        if (!has_shape(array, parts[i].type, parts[i].n))
            return fail(t, "this checkpoint is incomplete: it lacks ", name);
        memcpy(parts[i].values, array->values, parts[i].n * bytes_of[parts[i].type]);
    }
    return n > 0 ? l->weights->kind->restored(l->weights) : HYS_OK;
}

static hys_status read_all(hys__training *t, hys__arena *arena) {
    hys__npz file;
    state s = {0};
    part parts[N_PARTS];
    parts_of(t, parts);
    hys_status status = hys__npz_read(arena, t->opts.checkpoint, &file);
    if (status == HYS_OK) status = read_state(t, &file, &s);
    for (size_t k = 0; k < N_PARTS && status == HYS_OK; k++)
        if (!has_shape(hys__npz_find(&file, parts[k].name), HYS__NPZ_FLOAT32, t->n_params))
            status = fail(t, "this checkpoint is incomplete: it lacks ", parts[k].name);
    if (status == HYS_OK) status = hys__network_take(t->network, t->opts.first_layer, arena, &file);
    for (size_t k = t->opts.first_layer; k < t->network->n_layers && status == HYS_OK; k++)
        status = read_cells(t, k, arena, &file);
    for (size_t k = 0; k < N_PARTS && status == HYS_OK; k++)
        status = hys__npz_floats(&file, hys__npz_find(&file, parts[k].name), parts[k].values);
    if (status != HYS_OK) return status;
    t->epoch = s.counts[EPOCH];
    t->steps = s.counts[STEPS];
    t->network->pass = s.counts[PASS];
    return hys__optimizer_hand_out(t);
}

/* Devices keep more than a file of weights can. */
static hys_status check_kept(const hys__training *t) {
    for (size_t k = t->opts.first_layer; k < t->network->n_layers; k++) {
        const hys__layer *l = &t->network->layers[k];
        hys__weights_part parts[HYS__MOST_PARTS];
        const bool is_kept = !hys__updates_itself(l) || parts_of_layer(l, parts) > 0;
        if (l->rows && (!is_kept || !l->weights->kind->set))
            return hys__fail(t->network->ctx, HYS_ARG, "train without a checkpoint",
                             "layer %zu (%s) is held by \"%s\", whose state no checkpoint keeps", l->number, l->name,
                             l->weights->kind->name);
    }
    return HYS_OK;
}

hys_status hys__checkpoint_read(hys__training *t) {
    hys_status status = check_kept(t);
    if (status != HYS_OK || access(t->opts.checkpoint, F_OK) != 0) return status;
    hys__arena arena;
    hys__arena_init(&arena, t->network->ctx, 0);
    status = read_all(t, &arena);
    hys__arena_free(&arena);
    return status;
}
