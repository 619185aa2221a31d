#include "device/library.h"
#include "base/file.h"
#include "device/paths.h"
#include "device/variants.h"
#include <string.h>
#include <unistd.h>

/* Largest file that `device show` prints. */
#define SOURCE_MAX ((size_t)16 << 20)

size_t hys_library_count(void) {
    size_t n = 0;
    while (hys__library_table[n].name) n++;
    return n;
}

const hys_library_entry *hys_library_get(size_t i) {
    return &hys__library_table[i];
}

static bool ends_with(const char *s, const char *tail) {
    size_t n = strlen(s), m = strlen(tail);
    return n >= m && strcmp(s + n - m, tail) == 0;
}

bool hys__library_is_path(const char *device) {
    return strchr(device, '/') || ends_with(device, ".va") || ends_with(device, ".vams");
}

static hys_status unknown_device(hys_ctx *ctx, const char *device) {
    const char *names[256];
    size_t n = hys_library_count() < 256 ? hys_library_count() : 256;
    for (size_t i = 0; i < n; i++) names[i] = hys__library_table[i].name;
    const char *near = hys__nearest(device, names, n);
    char hint[200] = "a file's name ends in .va or holds a '/'; hysteron device list shows the shipped models";
    if (near) snprintf(hint, sizeof hint, "did you mean '%.80s'?", near);
    return hys__fail(ctx, HYS_ARG, hint, "there is no shipped model '%.200s'", device);
}

hys_status hys__library_resolve(hys_ctx *ctx, hys__arena *arena, const char *device, const char **path,
                                bool *is_shipped) {
    hys__dirs dirs;
    if (!hys__paths_models(arena, &dirs)) return HYS_NOMEM;
    if (hys__library_is_path(device)) {
        *path = hys__arena_strndup(arena, device, strlen(device));
        *is_shipped = hys__paths_inside(device, &dirs);
        return *path ? HYS_OK : HYS_NOMEM;
    }
    const hys_library_entry *e = hys__library_table;
    while (e->name && strcmp(e->name, device) != 0) e++;
    if (!e->name) return unknown_device(ctx, device);
    for (size_t i = 0; i < dirs.n; i++) {
        const char *at = hys__arena_printf(arena, "%s/%s", dirs.at[i], e->path);
        if (!at) return HYS_NOMEM;
        if (access(at, R_OK) != 0) continue;
        *path = at;
        *is_shipped = true;
        return HYS_OK;
    }
    return hys__fail(ctx, HYS_IO, "set HYSTERON_MODELS to the folder of the shipped models",
                     "the file of the shipped model '%s' (%s) is not found", device, e->path);
}

hys_status hys_device_source(hys_ctx *ctx, const char *device, const char **text, size_t *len) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    const char *path = NULL, *found = NULL;
    size_t n = 0;
    bool is_shipped;
    const hys_variant *variant = NULL;
    hys_status status = hys__library_is_path(device) ? HYS_OK : hys__variants_find(&arena, device, &device, &variant);
    if (status == HYS_OK) status = hys__library_resolve(ctx, &arena, device, &path, &is_shipped);
    if (status == HYS_OK) status = hys__file_read(&arena, path, SOURCE_MAX, &found, &n);
    if (status == HYS_OK) {
        char *copy = hys__realloc(ctx, NULL, 0, n + 1); /* lives as long as the context */
        if (copy) {
            memcpy(copy, found, n + 1);
            *text = copy;
            *len = n;
        } else {
            status = HYS_NOMEM;
        }
    }
    hys__arena_free(&arena);
    return status;
}
