/* What must be known of a file to find its kernel without parsing it: a small text in the cache. */
#ifndef HYS_DEVICE_MANIFEST_H
#define HYS_DEVICE_MANIFEST_H
#include "base/file.h"

typedef struct hys__manifest_include {
    const char *path;
    hys__hash hash;
} hys__manifest_include_entry;

typedef struct hys__manifest {
    hys__arena *arena;
    struct {
        const char **at;
        size_t n, cap;
    } structural; /* names and aliases of such parameters */
    struct {
        hys__manifest_include_entry *at;
        size_t n, cap;
    } includes; /* besides the main file */
    struct {
        hys_diag *at;
        size_t n, cap;
    } diags;           /* warnings and notes of the front end */
    const char *file;  /* the main one, as the user wrote it then */
    const char *flags; /* for the C compiler */
} hys__manifest;

void hys__manifest_init(hys__manifest *m, hys__arena *arena);
bool hys__manifest_structural(hys__manifest *m, const char *name);
bool hys__manifest_include(hys__manifest *m, const char *path, const hys__hash *hash);
/* Keeps the context's diagnostics from the first-th on. */
hys_status hys__manifest_diags(hys__manifest *m, const hys_ctx *ctx, size_t first);
/* False when it cannot be written down. */
bool hys__manifest_write(const hys__manifest *m, hys__text *out);
bool hys__manifest_read(hys__manifest *m, hys__arena *arena, const char *text, size_t len);
/* Whether all includes are as they were. */
bool hys__manifest_is_current(const hys__manifest *m);
/* Reports the kept diagnostics anew; file: how the user writes the main file now. */
void hys__manifest_replay(const hys__manifest *m, hys_ctx *ctx, const char *file);
/* Identity of this build of hysteron: of the file that holds this code. */
const char *hys__manifest_build(hys__arena *arena);

#endif
