#include "device/model.h"
#include "device/compile.h"
#include "device/kernel.h"
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

hys_status hys__model_of_kernel(hys_ctx *ctx, const hys_kernel *kernel, const char *file, hys_model **result) {
    hys_model *model;
    hys_status status = model_new(ctx, file, &model);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < HYS__N_VARIANTS; k++) model->loaded[k].kernel = kernel;
    model->kernel = kernel;
    status = hys__model_describe(model);
    if (status != HYS_OK) {
        hys_model_free(model);
        return status;
    }
    *result = model;
    return HYS_OK;
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

static hys_status load(hys_ctx *ctx, const char *device, const hys_model_opts *opts, bool is_check,
                       hys_model **result) {
    hys_model_opts complete = hys_model_opts_default();
    if (opts) memcpy(&complete, opts, opts->size < sizeof complete ? opts->size : sizeof complete);
    hys_model *model;
    hys_status status = model_new(ctx, device, &model);
    if (status != HYS_OK) return status;
    status = hys__recipe_new(model, device, &complete, is_check, &model->recipe);
    const hys_kernel *kernel = NULL;
    if (status == HYS_OK) status = hys__model_kernel(model, first_variant, &kernel);
    if (status == HYS_OK) {
        model->kernel = kernel;
        status = hys__model_describe(model);
    }
    if (status != HYS_OK) {
        hys_model_free(model);
        return status;
    }
    *result = model;
    return HYS_OK;
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
