/* Where things lie: shipped models, kernels made with the program, the user's cache. */
#ifndef HYS_DEVICE_PATHS_H
#define HYS_DEVICE_PATHS_H
#include "base/diag.h"

#define HYS__DIRS_MAX 8

typedef struct hys__dirs {
    const char *at[HYS__DIRS_MAX];
    size_t n;
} hys__dirs;

/* Folders that may hold the shipped models, in order of preference; existing ones only. */
bool hys__paths_models(hys__arena *arena, hys__dirs *dirs);
/* Folders of kernels that were compiled with the program; never written to by a load. */
bool hys__paths_kernels(hys__arena *arena, hys__dirs *dirs);
/* The user's cache: given, else $HYSTERON_CACHE, $XDG_CACHE_HOME/hysteron, ~/.cache/hysteron.  "" : none. */
const char *hys__paths_cache(hys__arena *arena, const char *given);
/* True when path, links resolved, lies inside one of the folders. */
bool hys__paths_inside(const char *path, const hys__dirs *dirs);

#endif
