/* Diagnostics with places in the user's files.
 *
 * A source set holds the texts that were read.  A span points into one of them; a span that came out
 * of a macro also names where the macro was used.  Reporting turns spans into lines and columns. */
#ifndef HYS_BASE_DIAG_H
#define HYS_BASE_DIAG_H
#include "base/memory.h"

typedef struct hys__span {
    uint32_t source;  /* index in the source set, from 1; 0: no place */
    uint32_t offset;  /* bytes from the start of the text */
    uint32_t len;     /* bytes */
    uint32_t used_at; /* 1 + index into hys__sources.uses: the macro use this text came from; 0 */
} hys__span;

typedef struct hys__source {
    const char *name; /* as the user wrote it */
    const char *path; /* as opened; NULL for built-in text */
    const char *text; /* NUL-terminated; may hold NULs */
    size_t len;
    uint32_t *line_starts; /* made at the first report */
    size_t n_lines;
} hys__source;

/* Of text that was generated: which place of the user's own text each of its lines stands for. */
typedef struct hys__origin {
    struct hys__sources *sources;
    const hys__span *lines; /* [n_lines] */
    size_t n_lines;
} hys__origin;

typedef struct hys__sources {
    hys__arena *arena;
    const hys__origin *origin; /* NULL; else errors are reported there, warnings and notes not at all */
    struct {
        hys__source *at;
        size_t n, cap;
    } list;
    struct {
        hys__span *at;
        size_t n, cap;
    } uses; /* macro uses */
} hys__sources;

void hys__sources_init(hys__sources *sources, hys__arena *arena);
/* Borrows text, which must outlive the set.  Returns its index, or 0 when out of memory. */
uint32_t hys__sources_add(hys__sources *sources, const char *name, const char *path, const char *text, size_t len);
/* Line and column from 1 of a byte of a source. */
void hys__source_locate(hys__sources *sources, hys__span span, int32_t *line, int32_t *col);

/* Records one diagnostic; returns status, so that `return hys__report(...)` reads well.
 * hint may be "" or NULL.  sources may be NULL (then span is ignored).
 * Errors beyond the 100th are counted, not kept. */
hys_status hys__report(hys_ctx *ctx, hys_severity severity, hys_status status, hys__sources *sources, hys__span span,
                       const char *hint, const char *fmt, ...) __attribute__((format(printf, 7, 8)));
/* The same with a place given by name: for CSV files, command-line words (file "--set", line 0). */
hys_status hys__report_at(hys_ctx *ctx, hys_severity severity, hys_status status, const char *file, int32_t line,
                          int32_t col, const char *source_line, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 9, 10)));
/* Records what was recorded before, in this or another process. */
void hys__report_again(hys_ctx *ctx, const hys_diag *diag);
/* An error without a place. */
hys_status hys__fail(hys_ctx *ctx, hys_status status, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Forgets what was recorded behind the first n: of attempts that may fail. */
void hys__diag_rewind(hys_ctx *ctx, size_t n);
/* Attaches a note to the newest error or warning. */
void hys__note(hys_ctx *ctx, hys__sources *sources, hys__span span, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
#define HYS_NO_SPAN ((hys__span){0, 0, 0, 0})

/* A fault of ours, with the place in our source. */
#define HYS_BUG_HERE(ctx, what)                                                                                        \
    hys__fail((ctx), HYS_BUG, "please report this with the input file", "%s:%d: %s", __FILE__, __LINE__, (what))

uint64_t hys__ctx_seed(const hys_ctx *ctx);
int32_t hys__ctx_n_threads(const hys_ctx *ctx); /* at least 1 */

/* The nearest of the names to the word, for "did you mean"; NULL when none is near. */
const char *hys__nearest(const char *word, const char *const *names, size_t n);

#endif
