/* Files of the shipped library by their path below models/. */
#include <hysteron/library.h>

#include "device/paths.h"
#include <string.h>
#include <unistd.h>

hys_status hys_library_file(hys_ctx *ctx, const char *name, const char **path) {
    hys__arena arena;
    hys__dirs dirs;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__paths_models(&arena, &dirs) ? HYS_OK : HYS_NOMEM;
    const char *found = NULL;
    for (size_t k = 0; status == HYS_OK && !found && k < dirs.n; k++) {
        const char *at = hys__arena_printf(&arena, "%s/%s", dirs.at[k], name);
        if (!at) status = HYS_NOMEM;
        else if (access(at, R_OK) == 0) found = at;
    }
    char *copy = found ? hys__realloc(ctx, NULL, 0, strlen(found) + 1) : NULL; /* lives as long as the context */
    if (copy) memcpy(copy, found, strlen(found) + 1);
    if (found && !copy) status = HYS_NOMEM;
    hys__arena_free(&arena);
    if (status == HYS_OK) *path = copy;
    return status;
}
