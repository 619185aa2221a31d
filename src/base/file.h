/* Files: read whole with a size limit, written under a temporary name and renamed when complete. */
#ifndef HYS_BASE_FILE_H
#define HYS_BASE_FILE_H
#include "base/diag.h"

/* The whole file, NUL-terminated, in the arena.  Refuses directories, devices and files above
 * max_size with a diagnostic (status HYS_IO or HYS_LIMIT). */
hys_status hys__file_read(hys__arena *arena, const char *path, size_t max_size, const char **text, size_t *len);

typedef struct hys__outfile hys__outfile;
hys_status hys__outfile_open(hys_ctx *ctx, const char *path, hys__outfile **out);
/* A file that untrusted text named, under the directory: what lies outside, hidden names, links, and files that
 * hysteron did not write itself in this way are refused. */
hys_status hys__outfile_open_beneath(hys_ctx *ctx, const char *dir, const char *name, hys__outfile **out);
FILE *hys__outfile_stream(hys__outfile *out);
hys_status hys__outfile_commit(hys__outfile *out); /* flush, sync errors checked, rename; frees */
void hys__outfile_discard(hys__outfile *out);      /* removes the temporary; NULL is fine */

/* BLAKE2b-256 as 64 hex digits + NUL. */
typedef struct hys__hash {
    char hex[65];
} hys__hash;
typedef struct hys__hasher {
    uint64_t opaque[64];
} hys__hasher; /* holds a blake2b_state */
void hys__hasher_init(hys__hasher *h);
void hys__hasher_add(hys__hasher *h, const void *data, size_t n);
void hys__hasher_add_str(hys__hasher *h, const char *s); /* with its length, so that fields cannot run together */
hys__hash hys__hasher_end(hys__hasher *h);

#endif
