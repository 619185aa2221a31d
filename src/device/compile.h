/* From a device's file to kernels that are loaded: the recipe keeps what is needed to build further variants. */
#ifndef HYS_DEVICE_COMPILE_H
#define HYS_DEVICE_COMPILE_H
#include "device/model.h"

typedef struct hys__recipe hys__recipe;
/* In the model's arena.  is_check: through the front end even when a cached kernel would do, so that
 * every warning is reported; fills model->modules. */
hys_status hys__recipe_new(hys_model *model, const char *device, const hys_model_opts *opts, bool is_check,
                           hys__recipe **recipe);
hys_status hys__recipe_make(hys__recipe *recipe, hys__variant variant, hys__loaded *loaded);

#endif
