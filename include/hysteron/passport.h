/* hysteron/passport.h -- all that is known of a device in one report: class, protocols, verdicts, screening, fit,
 * place in the catalogue, methods, and the command that makes it again. */
#ifndef HYSTERON_PASSPORT_H
#define HYSTERON_PASSPORT_H
#include <hysteron/verdict.h>
HYS_DECLS_BEGIN

typedef struct hys_passport_opts {
    size_t size;
    const char *only;            /* "class,iv,potentiation": only these sections; NULL: all that make sense */
    const hys_bench_opts *bench; /* NULL: defaults */
    const char *command;         /* the command line that makes it again; NULL: not printed */
    int32_t n_threads;           /* 0: those of the machine; the bytes do not depend on it */
    int (*progress)(void *user, double done);
    void *progress_user;
} hys_passport_opts;
hys_passport_opts hys_passport_opts_default(void);

typedef struct hys_passport hys_passport;
hys_status hys_passport_model(hys_ctx *ctx, const hys_model *model, const hys_passport_opts *opts,
                              hys_passport **result);
/* Of measured records (hysteron/import.h reads them). */
hys_status hys_passport_data(hys_ctx *ctx, const hys_class_data *data, size_t n_data, const hys_passport_opts *opts,
                             hys_passport **result);
void hys_passport_free(hys_passport *passport);
/* path ends in .html (one file that needs no network), .json or .pdf. */
hys_status hys_passport_write(const hys_passport *passport, hys_ctx *ctx, const char *path);
/* The report as text, which the caller frees with hys_passport_text_free. */
hys_status hys_passport_html(const hys_passport *passport, hys_ctx *ctx, char **html);
hys_status hys_passport_json(const hys_passport *passport, hys_ctx *ctx, char **json);
void hys_passport_text_free(char *text);
/* Several side by side in one report. */
hys_status hys_passport_compare(hys_ctx *ctx, const hys_passport *const *passports, size_t n, const char *path);

/* Of every device of the shipped library, one report each in the folder, and index.html; a device that fails is named
 * there with the reason. */
hys_status hys_passport_library(hys_ctx *ctx, const char *folder, const hys_passport_opts *opts);

HYS_DECLS_END
#endif
