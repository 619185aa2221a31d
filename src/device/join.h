/* Modules of several files in one text, for a module that connects them.
 *
 * Files are preprocessed each for itself, so that macros and includes stay each file's own.  What two files declare
 * alike (the standard disciplines) stands there once; a name that they give to different things becomes another one in
 * the later file.  Each token stands on a line of its own, so that errors point at the very token of the user's file.
 */
#ifndef HYS_DEVICE_JOIN_H
#define HYS_DEVICE_JOIN_H
#include "device/model.h"

typedef struct hys__join hys__join;
hys_status hys__join_new(hys_ctx *ctx, hys__join **result);
/* Models are made from the text as long as it is there. */
void hys__join_free(hys__join *join);

typedef struct hys__joined_file {
    const char *module; /* as the text names it */
    bool asks_given;    /* it uses $param_given */
} hys__joined_file;
/* Adds the file of a device that was loaded with these options; variants stand for their device. */
hys_status hys__join_add(hys__join *join, const hys_model *model, const hys_model_opts *opts, hys__joined_file *file);
/* Adds a line of one's own; its errors have no place. */
void hys__join_line(hys__join *join, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* NULL: out of memory. */
const char *hys__join_text(hys__join *join, const hys__origin **origin);

#endif
