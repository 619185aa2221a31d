#include "device/paths.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_dir(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* False only when out of memory. */
static bool add(hys__arena *arena, hys__dirs *dirs, const char *path) {
    if (dirs->n == HYS__DIRS_MAX || !path[0] || !is_dir(path)) return true;
    for (size_t i = 0; i < dirs->n; i++)
        if (strcmp(dirs->at[i], path) == 0) return true;
    const char *copy = hys__arena_strndup(arena, path, strlen(path));
    if (copy) dirs->at[dirs->n++] = copy;
    return copy != NULL;
}

/* `tail` beside the folder of `file`: <prefix>/bin/hysteron has <prefix>/share beside it.  An installation that was
 * moved keeps its models. */
static bool add_beside(hys__arena *arena, hys__dirs *dirs, char *file, const char *tail) {
    char *slash = strrchr(file, '/');
    if (!slash) return true;
    *slash = 0;
    const char *path = hys__arena_printf(arena, "%s/%s", file, tail);
    return path && add(arena, dirs, path);
}

static bool add_beside_program(hys__arena *arena, hys__dirs *dirs, const char *tail) {
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0) return true;
    program[n] = 0;
    return add_beside(arena, dirs, program, tail);
}

/* The file that holds this code: the shared library in another program, Python for one. */
static bool add_beside_library(hys__arena *arena, hys__dirs *dirs, const char *tail) {
    char library[PATH_MAX];
    Dl_info info;
    if (!dladdr((const void *)hys__paths_models, &info) || !info.dli_fname || !strchr(info.dli_fname, '/')) return true;
    if (!realpath(info.dli_fname, library)) return true;
    return add_beside(arena, dirs, library, tail);
}

/* A list of folders separated by colons. */
static bool add_list(hys__arena *arena, hys__dirs *dirs, const char *list) {
    while (list && *list) {
        size_t n = strcspn(list, ":");
        const char *one = hys__arena_strndup(arena, list, n);
        if (!one || !add(arena, dirs, one)) return false;
        list += n + (list[n] == ':');
    }
    return true;
}

bool hys__paths_models(hys__arena *arena, hys__dirs *dirs) {
    *dirs = (hys__dirs){.n = 0};
    return add_list(arena, dirs, getenv("HYSTERON_MODELS")) &&
           add_beside_program(arena, dirs, "../share/hysteron/models") &&
           add_beside_library(arena, dirs, "../share/hysteron/models") && add(arena, dirs, HYS_SOURCE_MODELS) &&
           add(arena, dirs, HYS_INSTALL_DATA "/models");
}

bool hys__paths_kernels(hys__arena *arena, hys__dirs *dirs) {
    *dirs = (hys__dirs){.n = 0};
    return add_beside_program(arena, dirs, "kernels") && add_beside_program(arena, dirs, "../lib/hysteron/kernels") &&
           add_beside_library(arena, dirs, "hysteron/kernels") && add(arena, dirs, HYS_INSTALL_KERNELS) &&
           add(arena, dirs, HYS_BUILD_KERNELS);
}

const char *hys__paths_cache(hys__arena *arena, const char *given) {
    if (given) return hys__arena_strndup(arena, given, strlen(given));
    const char *own = getenv("HYSTERON_CACHE"), *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (own) return hys__arena_strndup(arena, own, strlen(own));
    if (xdg && xdg[0] == '/') return hys__arena_printf(arena, "%s/hysteron", xdg);
    if (home && home[0] == '/') return hys__arena_printf(arena, "%s/.cache/hysteron", home);
    return "";
}

bool hys__paths_inside(const char *path, const hys__dirs *dirs) {
    char real[PATH_MAX], dir[PATH_MAX];
    if (!realpath(path, real)) return false;
    for (size_t i = 0; i < dirs->n; i++) {
        if (!realpath(dirs->at[i], dir)) continue;
        size_t n = strlen(dir);
        if (strncmp(real, dir, n) == 0 && real[n] == '/') return true;
    }
    return false;
}
