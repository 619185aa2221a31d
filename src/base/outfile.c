/* Files written under a temporary name, and renamed when they are complete. */
#include "base/clocale.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP_TRIES 10000 /* names; more leftovers than this in one directory are a fault */

struct hys__outfile {
    hys__guard guard; /* first: release gets a pointer to it */
    hys_ctx *ctx;
    FILE *stream;
    bool is_direct;       /* a device or pipe: written in place, never renamed or removed */
    char shown[PATH_MAX]; /* as the user wrote it */
    char path[PATH_MAX];  /* where it goes: links are followed */
    char temp[PATH_MAX + 48];
};

static hys_status fail_errno(hys_ctx *ctx, const char *path, const char *what, int error) {
    char buf[32];
    return hys__report_at(ctx, HYS_ERROR, HYS_IO, path, 0, 0, NULL, "", "%s: %s", what,
                          hys__c_strerror(error, buf, sizeof buf));
}

/* The temporary's name, in the directory of the target so that renaming is one step.  It does not hold
 * the target's name, which may be as long as a name can be. */
static void temp_name(hys__outfile *out, int try) {
    const char *slash = strrchr(out->path, '/');
    int n_dir = slash ? (int)(slash - out->path) + 1 : 0;
    hys__c_snprintf(out->temp, sizeof out->temp, "%.*s.hysteron-%ld-%d.tmp", n_dir, out->path, (long)getpid(), try);
}

/* A new file that nobody else has; -1: see errno. */
static int temp_open(hys__outfile *out) {
    for (int try = 0; try < TEMP_TRIES; try++) {
        temp_name(out, try);
        int fd = open(out->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

/* Opens the file under the name that it is written by; -1: see errno. */
static int target_open(hys__outfile *out) {
    struct stat info, link;
    bool exists = stat(out->shown, &info) == 0;
    if (!exists && (errno != ENOENT || out->shown[0] == 0)) return -1;
    bool is_link = lstat(out->shown, &link) == 0 && S_ISLNK(link.st_mode);
    if (exists && S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    if (exists && !S_ISREG(info.st_mode)) {
        out->is_direct = true;
        return open(out->shown, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    }
    if (exists && access(out->shown, W_OK) != 0) return -1;
    if (is_link && !realpath(out->shown, out->path)) return -1;
    int fd = temp_open(out);
    if (fd >= 0 && exists && fchmod(fd, info.st_mode & 07777) != 0 && errno != EPERM) {
        int error = errno;
        close(fd);
        unlink(out->temp);
        errno = error;
        return -1;
    }
    return fd;
}

static void outfile_remove(hys_ctx *ctx, hys__outfile *out) {
    if (out->stream) fclose(out->stream);
    if (!out->is_direct) unlink(out->temp);
    hys__free(ctx, out, sizeof *out);
}

static void guard_release(hys_ctx *ctx, hys__guard *guard) {
    outfile_remove(ctx, (hys__outfile *)guard);
}

static hys_status outfile_open(hys__outfile *out, const char *path) {
    size_t len = strlen(path);
    if (len >= PATH_MAX) return fail_errno(out->ctx, path, "cannot write this file", ENAMETOOLONG);
    memcpy(out->shown, path, len + 1);
    memcpy(out->path, path, len + 1);
    int fd = target_open(out);
    if (fd < 0) return fail_errno(out->ctx, path, "cannot write this file", errno);
    out->stream = fdopen(fd, "w");
    if (out->stream) return HYS_OK;
    int error = errno;
    close(fd);
    if (!out->is_direct) unlink(out->temp);
    return fail_errno(out->ctx, path, "cannot write this file", error);
}

hys_status hys__outfile_open(hys_ctx *ctx, const char *path, hys__outfile **out) {
    hys__outfile *made = hys__realloc(ctx, NULL, 0, sizeof *made);
    if (!made) return HYS_NOMEM;
    memset(made, 0, sizeof *made);
    made->ctx = ctx;
    made->guard.release = guard_release;
    hys_status status = outfile_open(made, path);
    if (status != HYS_OK) {
        hys__free(ctx, made, sizeof *made);
        return status;
    }
    hys__guard_add(ctx, &made->guard);
    *out = made;
    return HYS_OK;
}

FILE *hys__outfile_stream(hys__outfile *out) {
    return out->stream;
}

/* All that was written reaches the disk, or an errno. */
static int outfile_flush(hys__outfile *out) {
    if (fflush(out->stream) != 0) return errno;
    if (ferror(out->stream)) /* an earlier write failed; why is forgotten */
        return EIO;
    if (!out->is_direct && fsync(fileno(out->stream)) != 0 && errno != EINVAL && errno != EROFS) return errno;
    return 0;
}

hys_status hys__outfile_commit(hys__outfile *out) {
    hys_ctx *ctx = out->ctx;
    int error = outfile_flush(out);
    if (fclose(out->stream) != 0 && error == 0) error = errno;
    out->stream = NULL;
    if (error == 0 && !out->is_direct && rename(out->temp, out->path) != 0) error = errno;
    hys_status status = HYS_OK;
    if (error != 0) status = fail_errno(ctx, out->shown, "cannot write this file", error);
    else out->is_direct = true; /* nothing is left to remove */
    hys__outfile_discard(out);
    return status;
}

void hys__outfile_discard(hys__outfile *out) {
    if (!out) return;
    hys_ctx *ctx = out->ctx;
    hys__guard_remove(ctx, &out->guard);
    outfile_remove(ctx, out);
}
