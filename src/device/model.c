#include "device/model.h"
#include "device/compile.h"
#include "device/kernel.h"
#include "device/library.h"
#include "device/variants.h"
#include <string.h>

static void release(hys_ctx *ctx, hys__guard *guard) {
    (void)ctx;
    hys_model *model = (hys_model *)((char *)guard - offsetof(hys_model, guard));
    for (size_t k = 0; k < HYS__N_VARIANTS; k++) hys__kernel_close(&model->loaded[k]);
}

static hys_status model_new(hys_ctx *ctx, const char *file, hys_model **result) {
    hys_model *model = hys__realloc(ctx, NULL, 0, sizeof *model);
    if (!model) return HYS_NOMEM;
    memset(model, 0, sizeof *model);
    model->ctx = ctx;
    hys__arena_init(&model->arena, ctx, 0);
    model->file = hys__arena_strndup(&model->arena, file, strlen(file));
    if (!model->file) {
        hys__free(ctx, model, sizeof *model);
        return HYS_NOMEM;
    }
    model->guard.release = release;
    hys__guard_add(ctx, &model->guard);
    *result = model;
    return HYS_OK;
}

void hys_model_free(hys_model *model) {
    if (!model) return;
    hys_ctx *ctx = model->ctx;
    hys__guard_remove(ctx, &model->guard);
    release(ctx, &model->guard);
    hys__arena_free(&model->arena);
    hys__free(ctx, model, sizeof *model);
}

/* A model with its kernel, or what hindered it: described and given to the caller, or freed. */
static hys_status hand_out(hys_model *model, hys_status status, hys_model **result) {
    if (status == HYS_OK) status = hys__model_describe(model);
    if (status == HYS_OK) *result = model;
    else hys_model_free(model);
    return status;
}

hys_status hys__model_of_kernel(hys_ctx *ctx, const hys_kernel *kernel, const char *file, hys_model **result) {
    hys_model *model;
    hys_status status = model_new(ctx, file, &model);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < HYS__N_VARIANTS; k++) model->loaded[k].kernel = kernel;
    model->kernel = kernel;
    return hand_out(model, HYS_OK, result);
}

hys_status hys__model_kernel(hys_model *model, hys__variant variant, const hys_kernel **kernel) {
    hys__loaded *loaded = &model->loaded[hys__variant_index(variant)];
    if (!loaded->kernel) {
        hys_status status = hys__recipe_make(model->recipe, variant, loaded);
        if (status != HYS_OK) return status;
    }
    *kernel = loaded->kernel;
    return HYS_OK;
}

/* The scalar variant is what one device on a bench needs; batches ask for theirs. */
static const hys__variant first_variant = {false, false};

/* The name of a variant stands for its device, with the variant's settings under the user's. */
static hys_status choose_variant(hys_model *model, const char **device, hys_model_opts *opts) {
    const char *base = NULL;
    if (hys__library_is_path(*device)) return HYS_OK;
    hys_status status = hys__variants_find(&model->arena, *device, &base, &model->variant);
    if (status != HYS_OK || !model->variant) return status;
    *device = base;
    return hys__variants_merge(&model->arena, model->variant, opts->set, opts->n_set, &opts->set, &opts->n_set);
}

const hys_variant *hys_model_variant(const hys_model *model) {
    return model->variant;
}

static hys_status load(hys_ctx *ctx, const char *device, const hys_model_opts *opts, bool is_check,
                       hys_model **result) {
    hys_model_opts complete = hys_model_opts_default();
    if (opts) memcpy(&complete, opts, opts->size < sizeof complete ? opts->size : sizeof complete);
    hys_model *model;
    hys_status status = model_new(ctx, device, &model);
    if (status != HYS_OK) return status;
    status = choose_variant(model, &device, &complete);
    if (status == HYS_OK) status = hys__recipe_new(model, device, &complete, is_check, &model->recipe);
    if (status == HYS_OK) status = hys__model_kernel(model, first_variant, &model->kernel);
    return hand_out(model, status, result);
}

hys_status hys__model_again(hys_ctx *ctx, const hys_model *model, hys_model **result) {
    if (!model->recipe) return hys__model_of_kernel(ctx, model->kernel, model->file, result);
    hys_model_opts opts = hys__recipe_opts(model->recipe);
    const char *device = model->file;
    hys_model *again;
    hys_status status = model_new(ctx, model->file, &again);
    if (status != HYS_OK) return status;
    status = hys__recipe_text_again(again, model->recipe, &again->recipe);
    if (status == HYS_DONE) {
        status = choose_variant(again, &device, &opts);
        if (status == HYS_OK) status = hys__recipe_new(again, device, &opts, false, &again->recipe);
    }
    if (status == HYS_OK) status = hys__model_kernel(again, first_variant, &again->kernel);
    return hand_out(again, status, result);
}

/* ---- several at the same time ---- */

#define AT_ONCE_MAX 16

typedef struct queue { /* builds in flight, the oldest first */
    hys__build *at[AT_ONCE_MAX];
    size_t n;
} queue;

static hys_status end_oldest(queue *q) {
    hys__build *oldest = q->at[0];
    q->n--;
    memmove(q->at, q->at + 1, q->n * sizeof *q->at);
    return hys__build_end(oldest);
}

static hys_status begin_text(hys_ctx *ctx, const hys__model_text *text, const hys_model_opts *opts, hys_model **model,
                             hys__build **build) {
    *build = NULL;
    hys_status status = model_new(ctx, text->name, model);
    if (status == HYS_OK) status = hys__recipe_from_text(*model, text, opts, &(*model)->recipe);
    if (status != HYS_OK) return status;
    return hys__recipe_begin((*model)->recipe, text->variant, &(*model)->loaded[hys__variant_index(text->variant)],
                             build);
}

static hys_status build_all(hys_ctx *ctx, const hys__model_text *texts, size_t n, const hys_model_opts *opts,
                            hys_model **models) {
    queue q = {.n = 0};
    size_t most = (size_t)hys__ctx_n_threads(ctx);
    hys_status status = HYS_OK, ended;
    if (most > AT_ONCE_MAX) most = AT_ONCE_MAX;
    for (size_t i = 0; i < n && status == HYS_OK; i++) {
        if (q.n == most) status = end_oldest(&q);
        if (status != HYS_OK) break;
        status = begin_text(ctx, &texts[i], opts, &models[i], &q.at[q.n]);
        if (q.at[q.n]) q.n++;
    }
    while (q.n) {
        ended = end_oldest(&q);
        if (status == HYS_OK) status = ended;
    }
    return status;
}

hys_status hys__models_from_texts(hys_ctx *ctx, const hys__model_text *texts, size_t n, const hys_model_opts *opts,
                                  hys_model **models) {
    for (size_t i = 0; i < n; i++) models[i] = NULL;
    hys_status status = build_all(ctx, texts, n, opts, models);
    for (size_t i = 0; i < n && status == HYS_OK; i++) {
        models[i]->kernel = models[i]->loaded[hys__variant_index(texts[i].variant)].kernel;
        status = hys__model_describe(models[i]);
    }
    for (size_t i = 0; i < n && status != HYS_OK; i++) {
        hys_model_free(models[i]);
        models[i] = NULL;
    }
    return status;
}

hys_model_opts hys_model_opts_default(void) {
    return (hys_model_opts){.size = sizeof(hys_model_opts)};
}

hys_status hys_model_load(hys_ctx *ctx, const char *device, const hys_model_opts *opts, hys_model **model) {
    return load(ctx, device, opts, false, model);
}

hys_status hys_model_check(hys_ctx *ctx, const char *device, const hys_model_opts *opts, hys_model **model) {
    return load(ctx, device, opts, true, model);
}
