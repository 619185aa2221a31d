/* Files that a model writes ($fopen, $fstrobe ...): below one folder, complete or not at all. */
#ifndef HYS_DEVICE_OUTPUTS_H
#define HYS_DEVICE_OUTPUTS_H
#include "base/file.h"

typedef struct hys__output {
    const char *name;   /* as the model has it; borrowed */
    hys__outfile *file; /* NULL: refused */
    size_t n_bytes;
} hys__output;

typedef struct hys__outputs {
    hys_ctx *ctx;
    hys__arena *arena;
    const char *dir;
    struct {
        hys__output *at;
        size_t n, cap;
    } list;
} hys__outputs;

void hys__outputs_init(hys__outputs *outputs, hys__arena *arena, const char *dir);
/* Adds text to a file, which is made when first written.  A name that is refused is reported once as a warning, and
 * what goes there is dropped. */
hys_status hys__outputs_write(hys__outputs *outputs, const char *name, const char *text, size_t n);
hys_status hys__outputs_commit(hys__outputs *outputs); /* all appear under their names */
void hys__outputs_discard(hys__outputs *outputs);      /* those that were not committed */

#endif
