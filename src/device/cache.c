#include "device/cache.h"
#include "base/clocale.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* seal = "\n" "/" "*hys " CONTENT-HASH " " SOURCE-HASH " " SIZE "*" "/" "\n": C sees a comment, the loader of shared
 * objects never looks behind its sections. */
#define SEAL_LEN 156
#define FILE_MAX ((size_t)256 << 20)
/* Free space below which a folder counts as full: a kernel and its temporary files take 1 MB. */
#define SPACE_MIN ((uint64_t)8 << 20)

static hys__hash hash_of(const char *data, size_t n) {
    hys__hasher h;
    hys__hasher_init(&h);
    hys__hasher_add(&h, data, n);
    return hys__hasher_end(&h);
}

static void make_seal(const char *data, size_t n, const hys__hash *source, char seal[SEAL_LEN + 1]) {
    hys__hash content = hash_of(data, n);
    snprintf(seal, SEAL_LEN + 1, "\n/*hys %s %s %016zx*/\n", content.hex, source ? source->hex : content.hex, n);
}

/* ---- folders ---- */

/* Makes the folders of a path, the last ones for the user alone.  An errno, 0 when it is there. */
static int make_dirs(const char *path) {
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof part) return ENAMETOOLONG;
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != 0) continue;
        char keep = part[i];
        part[i] = 0;
        if (mkdir(part, 0700) != 0 && errno != EEXIST && errno != EISDIR && errno != EROFS) return errno;
        part[i] = keep;
    }
    return 0;
}

static bool is_ours(const struct stat *info) {
    return (info->st_uid == geteuid() || info->st_uid == 0) && !(info->st_mode & 022);
}

/* Why a folder cannot be used, or NULL. */
static const char *trouble(const char *dir, char buf[64]) {
    struct stat info;
    struct statvfs space;
    int error = make_dirs(dir);
    if (error || stat(dir, &info) != 0) return hys__c_strerror(error ? error : errno, buf, 64);
    if (!S_ISDIR(info.st_mode)) return "it is not a folder";
    if (!is_ours(&info)) return "others may write to it";
    if (access(dir, W_OK | X_OK) != 0) return hys__c_strerror(errno, buf, 64);
    if (statvfs(dir, &space) == 0) {
        if (space.f_flag & ST_RDONLY) return "it is read-only";
        if ((uint64_t)space.f_bavail * space.f_frsize < SPACE_MIN) return "no space is left there";
    }
    return NULL;
}

hys_status hys__cache_open(hys_ctx *ctx, hys__arena *arena, const char *given, hys__cache *cache) {
    *cache = (hys__cache){.ctx = ctx, .arena = arena};
    cache->own = hys__paths_cache(arena, given);
    if (!cache->own || !hys__paths_kernels(arena, &cache->shipped)) return HYS_NOMEM;
    return HYS_OK;
}

/* Asked only when something must be written: a cache that is merely read may be read-only. */
static bool can_write(const hys__cache *cache, const char **why, char buf[64]) {
    *why = cache->own[0] ? trouble(cache->own, buf) : NULL;
    return cache->own[0] && !*why;
}

/* Folders of processes that were killed; a living one keeps its own for two minutes at most. */
#define LEFTOVER_AGE 86400 /* s */

static void sweep_leftovers(const char *own) {
    DIR *list = opendir(own);
    for (struct dirent *e = list ? readdir(list) : NULL; e; e = readdir(list)) {
        char path[PATH_MAX];
        struct stat info;
        bool is_old = strncmp(e->d_name, "tmp-", 4) == 0 &&
                      fstatat(dirfd(list), e->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode) &&
                      time(NULL) - info.st_mtime > LEFTOVER_AGE;
        if (is_old && (size_t)snprintf(path, sizeof path, "%s/%s", own, e->d_name) < sizeof path)
            hys__cache_remove(path);
    }
    if (list) closedir(list);
}

hys_status hys__cache_workdir(hys__cache *cache, const char **dir) {
    char buf[64], *path = NULL;
    const char *why;
    if (can_write(cache, &why, buf)) path = hys__arena_printf(cache->arena, "%s/tmp-XXXXXX", cache->own);
    if (path) sweep_leftovers(cache->own);
    if (path && mkdtemp(path)) {
        *dir = path;
        return HYS_OK;
    }
    if (path) why = hys__c_strerror(errno, buf, sizeof buf);
    if (why && !cache->has_warned)
        hys__report(cache->ctx, HYS_WARNING, HYS_OK, NULL, HYS_NO_SPAN, "choose another folder by HYSTERON_CACHE",
                    "the kernel cache %s cannot be used: %s; the device is compiled anew each time", cache->own, why);
    cache->has_warned = true;
    const char *tmp = getenv("TMPDIR");
    path = hys__arena_printf(cache->arena, "%s/hysteron-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp");
    if (!path) return HYS_NOMEM;
    if (!mkdtemp(path))
        return hys__fail(cache->ctx, HYS_IO, "set TMPDIR to a folder that can be written",
                         "no folder for temporary files: %s: %s", path, hys__c_strerror(errno, buf, sizeof buf));
    *dir = path;
    return HYS_OK;
}

void hys__cache_remove(const char *dir) {
    DIR *list = opendir(dir);
    if (!list) return;
    for (struct dirent *e = readdir(list); e; e = readdir(list))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) unlinkat(dirfd(list), e->d_name, 0);
    closedir(list);
    rmdir(dir);
}

/* ---- reading ---- */

/* The whole of an open file; NULL when it is not as long as said. */
static char *read_all(hys__arena *arena, int fd, size_t size) {
    char *data = hys__arena_alloc(arena, size + 1);
    size_t n = 0;
    while (data && n < size) {
        ssize_t got = read(fd, data + n, size - n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return NULL;
        n += (size_t)got;
    }
    return data;
}

/* The contents of a sealed file of ours; NULL when it is not one, or damaged. */
static const char *read_sealed(hys__arena *arena, const char *path, const hys__hash *source, size_t *len) {
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return NULL;
    char *data = NULL;
    bool good = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && is_ours(&info) && info.st_size > SEAL_LEN &&
                (uint64_t)info.st_size <= FILE_MAX;
    if (good) data = read_all(arena, fd, (size_t)info.st_size);
    close(fd);
    if (!data) return NULL;
    size_t n = (size_t)info.st_size - SEAL_LEN;
    char seal[SEAL_LEN + 1];
    hys__hash from = {""};
    memcpy(from.hex, data + n + 7 + 64 + 1, 64);
    if (source && memcmp(source->hex, from.hex, 64) != 0) return NULL;
    make_seal(data, n, &from, seal);
    if (memcmp(seal, data + n, SEAL_LEN) != 0) return NULL;
    data[n] = 0;
    *len = n;
    return data;
}

bool hys__cache_find(const hys__cache *cache, const char *name, const hys__hash *source, const char **path,
                     const char **text, size_t *len) {
    for (size_t i = 0; i <= cache->shipped.n; i++) {
        const char *dir = i < cache->shipped.n ? cache->shipped.at[i] : cache->own;
        if (!dir[0]) continue;
        const char *at = hys__arena_printf(cache->arena, "%s/%s", dir, name);
        const char *found = at ? read_sealed(cache->arena, at, source, len) : NULL;
        if (!found) continue;
        *path = at;
        *text = found;
        return true;
    }
    return false;
}

/* ---- writing ---- */

/* An errno, or 0. */
static int write_all(int fd, const char *data, size_t n) {
    while (n) {
        ssize_t put = write(fd, data, n);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        data += put;
        n -= (size_t)put;
    }
    return 0;
}

static hys_status cannot_write(hys_ctx *ctx, const char *path, int error) {
    char buf[64];
    return hys__fail(ctx, HYS_IO, "make room, or choose another folder by HYSTERON_CACHE", "%s: %s", path,
                     hys__c_strerror(error, buf, sizeof buf));
}

hys_status hys__cache_write(hys_ctx *ctx, const char *dir, const char *name, const char *text, size_t len) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return cannot_write(ctx, path, errno);
    int error = write_all(fd, text, len);
    if (close(fd) != 0 && !error) error = errno;
    return error ? cannot_write(ctx, path, error) : HYS_OK;
}

/* Appends the seal; an errno, or 0. */
static int seal_file(hys__arena *arena, const char *path, const hys__hash *source) {
    struct stat info;
    char seal[SEAL_LEN + 1];
    int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno;
    int error = fstat(fd, &info) == 0 && (uint64_t)info.st_size <= FILE_MAX ? 0 : EFBIG;
    char *data = error ? NULL : read_all(arena, fd, (size_t)info.st_size);
    if (!error && !data) error = EIO;
    if (!error) {
        make_seal(data, (size_t)info.st_size, source, seal);
        error = write_all(fd, seal, SEAL_LEN);
    }
    if (!error && fchmod(fd, 0600 | (info.st_mode & 0044)) != 0) error = errno;
    if (close(fd) != 0 && !error) error = errno;
    return error;
}

static bool is_within(const char *dir, const char *parent) {
    size_t n = strlen(parent);
    return n && strncmp(dir, parent, n) == 0 && dir[n] == '/';
}

hys_status hys__cache_keep(const hys__cache *cache, const char *dir, const char *file, const char *name,
                           const hys__hash *source, const char **path) {
    const char *from = hys__arena_printf(cache->arena, "%s/%s", dir, file);
    const char *to = hys__arena_printf(cache->arena, "%s/%s", cache->own, name);
    if (!from || !to) return HYS_NOMEM;
    *path = from;
    if (!is_within(dir, cache->own)) return HYS_OK; /* a temporary folder: nothing is kept */
    int error = seal_file(cache->arena, from, source);
    if (error) return cannot_write(cache->ctx, from, error);
    if (rename(from, to) == 0) *path = to;
    return HYS_OK;
}
