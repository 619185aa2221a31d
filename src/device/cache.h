/* The cache of compiled kernels: files named by what they are made from, safe for processes that run at the
 * same time, checked before use.
 *
 * Every file ends in a line that holds the hash of what stands before it and its size, so that a truncated
 * or damaged one is recognised and made anew.  Files appear under their names only when complete
 * (rename).  A kernel is loaded only from a file that belongs to the user (or root) and that nobody else
 * may write. */
#ifndef HYS_DEVICE_CACHE_H
#define HYS_DEVICE_CACHE_H
#include "base/file.h"
#include "device/paths.h"

typedef struct hys__cache {
    hys_ctx *ctx;
    hys__arena *arena;
    const char *own;   /* the user's folder; "": none that can be used */
    hys__dirs shipped; /* made with the program: read only */
    bool has_warned;   /* that own cannot be used */
} hys__cache;

/* given: as hys_model_opts.cache_dir.  A folder that cannot be used gives one warning. */
hys_status hys__cache_open(hys_ctx *ctx, hys__arena *arena, const char *given, hys__cache *cache);
/* A file that is complete and safe; where source is not NULL, one made from that source.  *text is its
 * contents without the last line. */
bool hys__cache_find(const hys__cache *cache, const char *name, const hys__hash *source, const char **path,
                     const char **text, size_t *len);
/* A fresh folder that only the user can enter: in the cache, else among the temporary files. */
hys_status hys__cache_workdir(hys__cache *cache, const char **dir);
void hys__cache_remove(const char *dir);
hys_status hys__cache_write(hys_ctx *ctx, const char *dir, const char *name, const char *text, size_t len);
/* Seals dir/file and moves it into the cache; without one it stays in dir.  *path is where it is. */
hys_status hys__cache_keep(const hys__cache *cache, const char *dir, const char *file, const char *name,
                           const hys__hash *source, const char **path);

#endif
