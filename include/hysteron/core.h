/* hysteron/core.h -- the context, the status codes and the diagnostics.
 *
 * Holds everywhere: SI units unless a name says otherwise (temp_degC).  What can
 * fail returns hys_status and then leaves its outputs alone; why, and where in the
 * user's files, is in hys_diag.  What _new, _load or _read made, _free unmakes (NULL
 * is fine).  Returned const pointers are borrowed; strings passed in are copied.
 * A context and its objects stay on one thread; contexts share nothing. */
#ifndef HYSTERON_CORE_H
#define HYSTERON_CORE_H
#include <hysteron/decls.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
HYS_DECLS_BEGIN

typedef struct hys_ctx hys_ctx; /* memory, diagnostics, seed, cancellation */

#define HYS_STATUS_LIST(X) /* makes the enum, the texts and the manual */                                              \
    X(OK, 0, "success")                                                                                                \
    X(DONE, 1, "end reached")                                                                                          \
    X(NOMEM, -1, "out of memory")                                                                                      \
    X(IO, -2, "cannot read or write")                                                                                  \
    X(SYNTAX, -3, "malformed")                                                                                         \
    X(SEMANTIC, -4, "meaningless")                                                                                     \
    X(ARG, -5, "bad argument")                                                                                         \
    X(UNIT, -6, "units disagree")                                                                                      \
    X(ABI, -7, "wrong model ABI")                                                                                      \
    X(SINGULAR, -8, "singular matrix")                                                                                 \
    X(NOCONV, -9, "no convergence")                                                                                    \
    X(CANCEL, -10, "cancelled")                                                                                        \
    X(LIMIT, -11, "a limit of this program was reached")                                                               \
    X(TOOL, -12, "an external program failed")                                                                         \
    X(BUG, -13, "internal error")
#define HYS_X(name, value, text) HYS_##name = (value),
typedef enum hys_status { HYS_STATUS_LIST(HYS_X) HYS_STATUS_INT_ = 0x7fffffff } hys_status;
#undef HYS_X

typedef enum hys_severity { HYS_NOTE, HYS_WARNING, HYS_ERROR } hys_severity;

typedef struct hys_diag {
    hys_severity severity;
    hys_status status;      /* HYS_OK for warnings and notes */
    const char *file;       /* as the user wrote it; "" if none */
    int32_t line, col, len; /* from 1, in bytes; 0: unknown */
    const char *message;    /* a sentence without a final full stop */
    const char *hint;       /* what to do; "" if there is nothing to add */
    const char *source;     /* the line of the user's file, without its newline; "" if unknown */
    int32_t parent;         /* index of the diagnostic that it explains, or -1 */
} hys_diag;

typedef void *(*hys_alloc_fn)(void *user, void *p, size_t old_size, size_t new_size);

typedef struct hys_ctx_opts {
    size_t size;        /* of this struct, so that it can grow */
    hys_alloc_fn alloc; /* new_size 0 frees; NULL: the C library's */
    void *alloc_user;
    uint64_t seed;     /* same seed and input, same result */
    int32_t n_threads; /* 0: all processors that the process may use */
} hys_ctx_opts;

hys_ctx_opts hys_ctx_opts_default(void);
hys_status hys_ctx_new(const hys_ctx_opts *opts, hys_ctx **result);
void hys_ctx_free(hys_ctx *ctx);   /* with all made from it */
void hys_ctx_cancel(hys_ctx *ctx); /* from any thread, or a signal handler */
int hys_ctx_is_cancelled(const hys_ctx *ctx);

size_t hys_diag_count(const hys_ctx *ctx);
size_t hys_diag_n_errors(const hys_ctx *ctx);
const hys_diag *hys_diag_get(const hys_ctx *ctx, size_t i);
void hys_diag_clear(hys_ctx *ctx);
/* Writes the diagnostic as a person reads it: place, severity, message, source line, caret, hint.
 * Returns the length needed, as snprintf does. */
size_t hys_diag_format(const hys_diag *diag, char *buf, size_t size);
const char *hys_status_text(hys_status status);
const char *hys_version(void);
/* "4.7 kohm": a quantity as people write it, with SI prefix; buf holds 48.  Returns its length. */
size_t hys_quantity_format(double value, const char *unit, int digits, char *buf);
/* "36mV" in SI; a bare number is SI.  HYS_ARG, HYS_UNIT with a diagnostic that names the option. */
hys_status hys_quantity_read(hys_ctx *ctx, const char *option, const char *text, const char *unit, double *value);
/* The nearest of the names to the word, for "did you mean"; NULL when none is near. */
const char *hys_nearest(const char *word, const char *const *names, size_t n);

HYS_DECLS_END
#endif
