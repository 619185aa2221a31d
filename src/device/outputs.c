#include "device/outputs.h"
#include <stdio.h>
#include <string.h>

#define BYTES_MAX ((size_t)1 << 30) /* of one file: a model that prints at every step of a long run */
#define FILES_MAX 256

void hys__outputs_init(hys__outputs *outputs, hys__arena *arena, const char *dir) {
    *outputs = (hys__outputs){.ctx = arena->ctx, .arena = arena, .dir = dir};
}

static hys_status output_of(hys__outputs *outputs, const char *name, hys__output **result) {
    for (size_t i = 0; i < outputs->list.n; i++)
        if (strcmp(outputs->list.at[i].name, name) == 0) {
            *result = &outputs->list.at[i];
            return HYS_OK;
        }
    if (outputs->list.n >= FILES_MAX)
        return hys__fail(outputs->ctx, HYS_LIMIT, "", "a model writes at most %d files", FILES_MAX);
    hys__output *made = HYS_PUSH(outputs->arena, &outputs->list);
    if (!made) return HYS_NOMEM;
    *made = (hys__output){.name = name};
    *result = made;
    hys_status status = hys__outfile_open_beneath(outputs->ctx, outputs->dir, name, &made->file);
    return status == HYS_NOMEM ? status : HYS_OK;
}

hys_status hys__outputs_write(hys__outputs *outputs, const char *name, const char *text, size_t n) {
    hys__output *output = NULL;
    hys_status status = output_of(outputs, name, &output);
    if (status != HYS_OK || !output->file) return status;
    output->n_bytes += n;
    if (output->n_bytes > BYTES_MAX)
        return hys__fail(outputs->ctx, HYS_LIMIT, "print at fewer points: in @(timer(...)), or on final_step",
                         "the model writes more than %zu bytes to '%s'", BYTES_MAX, name);
    fwrite(text, 1, n, hys__outfile_stream(output->file)); /* an error is found at the end */
    return HYS_OK;
}

hys_status hys__outputs_commit(hys__outputs *outputs) {
    hys_status status = HYS_OK;
    for (size_t i = 0; i < outputs->list.n; i++) {
        hys__output *output = &outputs->list.at[i];
        if (!output->file) continue;
        hys_status one = hys__outfile_commit(output->file);
        output->file = NULL;
        if (status == HYS_OK) status = one;
    }
    return status;
}

void hys__outputs_discard(hys__outputs *outputs) {
    for (size_t i = 0; i < outputs->list.n; i++) {
        hys__outfile_discard(outputs->list.at[i].file);
        outputs->list.at[i].file = NULL;
    }
}
