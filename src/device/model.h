/* The inside of hys_model: a loaded kernel, what it says about itself, and how to get its other variants. */
#ifndef HYS_DEVICE_MODEL_H
#define HYS_DEVICE_MODEL_H
#include "abi/hys_abi.h"
#include "base/file.h"
#include <hysteron/device.h>

/* A kernel is built for one lane or for HYS_LANES_MAX, with parameters shared by all instances or own. */
typedef struct hys__variant {
    bool is_wide, has_own_params;
} hys__variant;
#define HYS__N_VARIANTS 4
static inline unsigned hys__variant_index(hys__variant v) {
    return (v.is_wide ? 2u : 0u) + (v.has_own_params ? 1u : 0u);
}

typedef struct hys__loaded {
    void *handle; /* of dlopen; NULL for kernels handed in */
    const hys_kernel *kernel;
} hys__loaded;

struct hys_model {
    hys_ctx *ctx;
    hys__guard guard;
    hys__arena arena;
    const char *file;           /* as the user wrote it */
    const hys_variant *variant; /* NULL: none; in the arena */
    struct hys__recipe *recipe; /* how to build the other variants; NULL for kernels handed in */
    hys__loaded loaded[HYS__N_VARIANTS];
    const hys_kernel *kernel; /* any of the loaded ones: descriptors are equal */
    hys_param *params;
    size_t n_params;       /* those that users see: local parameters are not among them */
    uint32_t *param_index; /* [n_params] place in kernel->params */
    hys_state *states;
    size_t n_states;
    uint32_t *state_index; /* unknown, or retained slot where is_retained */
    hys_lift *lifts;
    const char **ports;
    const char **modules;
    size_t n_modules;
};

/* Models from generated text: cached by content, with only the variant that is going to be used. */
typedef struct hys__model_text {
    const char *name; /* stands for the file's */
    const char *text;
    size_t len;
    const hys__origin *origin; /* where its errors are reported; NULL: in the text itself */
    hys__variant variant;
} hys__model_text;
/* All of them, or none; compilers run at the same time. */
hys_status hys__models_from_texts(hys_ctx *ctx, const hys__model_text *texts, size_t n, const hys_model_opts *opts,
                                  hys_model **models);
/* A model around a kernel that is linked in: tests, and later kernels that are part of a program. */
hys_status hys__model_of_kernel(hys_ctx *ctx, const hys_kernel *kernel, const char *file, hys_model **result);
/* The same model in another context: a context and its objects stay on one thread. */
hys_status hys__model_again(hys_ctx *ctx, const hys_model *model, hys_model **result);
/* Fills what users see from model->kernel. */
hys_status hys__model_describe(hys_model *model);
/* The kernel of a variant, built and loaded when first asked for. */
hys_status hys__model_kernel(hys_model *model, hys__variant variant, const hys_kernel **kernel);
/* hys_state of a name, or -1. */
long hys__model_find_state(const hys_model *model, const char *name, size_t len);
/* Index in kernel->params of a name or alias, or -1. */
long hys__model_find_param(const hys_model *model, const char *name, size_t len);

#endif
