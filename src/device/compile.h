/* From a device's file to kernels that are loaded: the recipe keeps what is needed to build further variants. */
#ifndef HYS_DEVICE_COMPILE_H
#define HYS_DEVICE_COMPILE_H
#include "device/model.h"

typedef struct hys__recipe hys__recipe;
/* In the model's arena.  is_check: through the front end even when a cached kernel would do, so that
 * every warning is reported; fills model->modules. */
hys_status hys__recipe_new(hys_model *model, const char *device, const hys_model_opts *opts, bool is_check,
                           hys__recipe **result);
/* The same from text in memory, which is copied. */
hys_status hys__recipe_from_text(hys_model *model, const hys__model_text *text, const hys_model_opts *opts,
                                 hys__recipe **result);
/* What a model was loaded with; its strings live as long as the recipe. */
hys_model_opts hys__recipe_opts(const hys__recipe *recipe);
/* The same text once more, in another model, which may be of another context; HYS_DONE: it came from a file. */
hys_status hys__recipe_text_again(hys_model *model, const hys__recipe *recipe, hys__recipe **result);
/* A kernel on its way: between the two the C compiler runs, so that several may run at the same time.  *build is NULL
 * when the kernel is loaded already; each one begun must be ended. */
typedef struct hys__build hys__build;
hys_status hys__recipe_begin(hys__recipe *recipe, hys__variant variant, hys__loaded *loaded, hys__build **build);
hys_status hys__build_end(hys__build *build);
/* Both at once. */
hys_status hys__recipe_make(hys__recipe *recipe, hys__variant variant, hys__loaded *loaded);

#endif
