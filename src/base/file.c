/* Files read whole. */
#include "base/file.h"
#include "base/clocale.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static hys_status fail(hys_ctx *ctx, const char *path, const char *what) {
    return hys__report_at(ctx, HYS_ERROR, HYS_IO, path, 0, 0, NULL, "", "%s", what);
}

static hys_status fail_errno(hys_ctx *ctx, const char *path, const char *what, int error) {
    char buf[32];
    return hys__report_at(ctx, HYS_ERROR, HYS_IO, path, 0, 0, NULL, "", "%s: %s", what,
                          hys__c_strerror(error, buf, sizeof buf));
}

/* The size of an open file, if it is one that can be read whole. */
static hys_status size_of(hys_ctx *ctx, int fd, const char *path, size_t max_size, size_t *size) {
    struct stat info;
    if (fstat(fd, &info) != 0) return fail_errno(ctx, path, "cannot read this file", errno);
    if (S_ISDIR(info.st_mode)) return fail(ctx, path, "this is a directory; a file is needed");
    if (!S_ISREG(info.st_mode))
        return fail(ctx, path, "this is not a regular file (it is a device, a pipe or a socket)");
    if (info.st_size < 0 || (uintmax_t)info.st_size > max_size)
        return hys__report_at(ctx, HYS_ERROR, HYS_LIMIT, path, 0, 0, NULL, "",
                              "this file has %jd bytes; at most %zu are read here", (intmax_t)info.st_size, max_size);
    *size = (size_t)info.st_size;
    return HYS_OK;
}

/* Up to n bytes; fewer only at the end of the file.  -1: see errno. */
static ssize_t read_fully(int fd, char *to, size_t n) {
    size_t have = 0;
    while (have < n) {
        ssize_t got = read(fd, to + have, n - have);
        if (got < 0 && errno != EINTR) return -1;
        if (got == 0) break;
        have += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)have;
}

static hys_status read_open(hys__arena *arena, int fd, const char *path, size_t max_size, const char **text,
                            size_t *len) {
    size_t size = 0;
    hys_status status = size_of(arena->ctx, fd, path, max_size, &size);
    if (status != HYS_OK) return status;
    char *buf = hys__arena_alloc(arena, size + 1);
    if (!buf) return HYS_NOMEM;
    ssize_t got = read_fully(fd, buf, size + 1); /* one more: to see it grow */
    if (got < 0) return fail_errno(arena->ctx, path, "cannot read this file", errno);
    if ((size_t)got > size) return fail(arena->ctx, path, "this file grew while it was read");
    buf[got] = 0;
    *text = buf;
    *len = (size_t)got;
    return HYS_OK;
}

hys_status hys__file_read(hys__arena *arena, const char *path, size_t max_size, const char **text, size_t *len) {
    /* O_NONBLOCK: opening a pipe must not wait for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) return fail_errno(arena->ctx, path, "cannot open this file", errno);
    hys_status status = read_open(arena, fd, path, max_size, text, len);
    close(fd);
    return status;
}
