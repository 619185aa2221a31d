/* hysteron/library.h -- what the shipped models reproduce: published, computed and derived values, run again.
 *
 * Each family of the library has a table models/<family>/reproduce.csv; each of its rows names a netlist beside it,
 * one of its measures, and what it should be (docs/adding.md). */
#ifndef HYSTERON_LIBRARY_H
#define HYSTERON_LIBRARY_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

/* Where a file of the library lies, given its path below models/ ("pcm/pcm.lib"); borrowed from ctx.  NULL: there is
 * none. */
hys_status hys_library_file(hys_ctx *ctx, const char *name, const char **path);

typedef enum hys_reproduced_verdict {
    HYS_VERDICT_NONE, /* not run */
    HYS_VERDICT_PASS,
    HYS_VERDICT_FAIL,
    HYS_VERDICT_MISSING /* the literature does not give it */
} hys_reproduced_verdict;

typedef struct hys_reproduced {
    const char *name, *family;
    const char *model;          /* or a variant of it */
    const char *module;         /* the model's name without the variant's */
    const char *run, *quantity; /* as in the table */
    const char *unit;           /* of the table */
    const char *si_unit;        /* of the three numbers here */
    double expected, got;       /* SI; NaN: there is none */
    double tolerance;           /* SI, of the difference */
    const char *tolerance_text; /* as in the table: "0.5%", "abs 1e-3" */
    const char *label, *source, *note;
    hys_reproduced_verdict verdict;
    const char *why; /* there is no number; "" if there is one */
} hys_reproduced;

typedef struct hys_reproduce_opts {
    size_t size;
    const char *const *names; /* models, families, values ("vteam.*"): none is all */
    size_t n_names;
    const char *models_dir;                   /* a folder of families; NULL: the shipped library */
    const char *cache_dir;                    /* as in hys_model_opts */
    bool no_run;                              /* read the tables only */
    int32_t n_threads;                        /* 0: those of the context */
    int (*progress)(void *user, double done); /* one call at a time; nonzero cancels */
    void *progress_user;
} hys_reproduce_opts;
hys_reproduce_opts hys_reproduce_opts_default(void);

typedef struct hys_reproduction hys_reproduction;
/* Netlists run side by side in as many threads as the context has; values come in the order of the tables, the same
 * bits whatever the number of threads.  A netlist that fails makes its values fail; the others go on. */
hys_status hys_reproduce(hys_ctx *ctx, const hys_reproduce_opts *opts, hys_reproduction **result);
void hys_reproduction_free(hys_reproduction *reproduction);
size_t hys_reproduction_count(const hys_reproduction *reproduction);
const hys_reproduced *hys_reproduction_get(const hys_reproduction *reproduction, size_t i);
/* name,family,model,expected,got,unit,tolerance,pass,label,source,note: numbers in the unit of the row. notes: pairs
 * of key and value for comment lines, which a NULL ends; may be NULL.  path "-": standard output. */
hys_status hys_reproduction_write_csv(const hys_reproduction *reproduction, hys_ctx *ctx, const char *path,
                                      const char *const *notes);
/* Takes what was got from a file that hys_reproduction_write_csv wrote, for values that were not run. */
hys_status hys_reproduction_read_csv(hys_reproduction *reproduction, hys_ctx *ctx, const char *path);
/* A value's number in its own unit, as text of at most 32 bytes: "3.42", "-" for NaN. */
void hys_reproduced_format(const hys_reproduced *value, double si, char text[32]);
/* How far what was got lies from what was expected, in tolerances.  family NULL: all.  Page 0 shows all values, a row
 * each; of more than sixty a row a model, and pages 1, 2, ... show sixty values each. */
hys_status hys_reproduction_figure(const hys_reproduction *reproduction, hys_ctx *ctx, const char *family, size_t page,
                                   const char *path);
size_t hys_reproduction_n_pages(const hys_reproduction *reproduction, const char *family); /* besides page 0 */

HYS_DECLS_END
#endif
