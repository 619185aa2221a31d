/* Files written under a temporary name, and renamed when they are complete. */
#include "base/clocale.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define TEMP_TRIES 10000 /* names; more leftovers than this in one directory are a fault */

struct hys__outfile {
    hys__guard guard; /* first: release gets a pointer to it */
    hys_ctx *ctx;
    FILE *stream;
    bool is_direct;       /* a device or pipe: written in place, never renamed or removed */
    bool is_beneath;      /* its name was not the user's: links are refused, not followed */
    int folder;           /* of it; -1 */
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
    bool exists = stat(out->path, &info) == 0;
    if (!exists && (errno != ENOENT || out->path[0] == 0)) return -1;
    bool is_link = lstat(out->path, &link) == 0 && S_ISLNK(link.st_mode);
    if (out->is_beneath && (is_link || (exists && !S_ISREG(info.st_mode)))) {
        errno = is_link ? ELOOP : EEXIST;
        return -1;
    }
    if (exists && S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    if (exists && !S_ISREG(info.st_mode)) {
        out->is_direct = true;
        return open(out->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    }
    if (exists && access(out->path, W_OK) != 0) return -1;
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
    if (out->folder >= 0) close(out->folder);
    hys__free(ctx, out, sizeof *out);
}

static void guard_release(hys_ctx *ctx, hys__guard *guard) {
    outfile_remove(ctx, (hys__outfile *)guard);
}

/* Opens the temporary for out->path; an errno, or 0. */
static int outfile_start(hys__outfile *out) {
    int fd = target_open(out);
    if (fd < 0) return errno;
    out->stream = fdopen(fd, "w");
    if (out->stream) return 0;
    int error = errno;
    close(fd);
    if (!out->is_direct) unlink(out->temp);
    return error;
}

static hys_status outfile_open(hys__outfile *out, const char *path) {
    size_t len = strlen(path);
    if (len >= PATH_MAX) return fail_errno(out->ctx, path, "cannot write this file", ENAMETOOLONG);
    memcpy(out->shown, path, len + 1);
    memcpy(out->path, path, len + 1);
    int error = outfile_start(out);
    return error ? fail_errno(out->ctx, path, "cannot write this file", error) : HYS_OK;
}

static hys__outfile *outfile_new(hys_ctx *ctx) {
    hys__outfile *made = hys__realloc(ctx, NULL, 0, sizeof *made);
    if (!made) return NULL;
    memset(made, 0, sizeof *made);
    made->ctx = ctx;
    made->folder = -1;
    made->guard.release = guard_release;
    return made;
}

static hys_status outfile_hand_out(hys__outfile *made, hys_status status, hys__outfile **out) {
    if (status != HYS_OK) {
        if (made->folder >= 0) close(made->folder);
        hys__free(made->ctx, made, sizeof *made);
        return status;
    }
    hys__guard_add(made->ctx, &made->guard);
    *out = made;
    return HYS_OK;
}

hys_status hys__outfile_open(hys_ctx *ctx, const char *path, hys__outfile **out) {
    hys__outfile *made = outfile_new(ctx);
    return made ? outfile_hand_out(made, outfile_open(made, path), out) : HYS_NOMEM;
}

/* ---- files that untrusted text names ---- */

/* On what hysteron wrote in this way, so that it may be replaced. */
#define MARK "user.hysteron"

/* A warning: the model runs on without the file. */
static hys_status fail_beneath(hys_ctx *ctx, const char *name, const char *hint, const char *what) {
    return hys__report_at(ctx, HYS_WARNING, HYS_IO, name, 0, 0, NULL, hint, "%s; what goes there is dropped", what);
}

static hys_status fail_beneath_errno(hys_ctx *ctx, const char *name, int error) {
    char buf[32];
    const char *why = error == ELOOP || error == ENOTDIR ? "a part of its path is a link, or no folder"
                                                         : hys__c_strerror(error, buf, sizeof buf);
    return hys__report_at(ctx, HYS_WARNING, HYS_IO, name, 0, 0, NULL, "",
                          "the model cannot write this file: %s; what goes there is dropped", why);
}

/* Every part of the path is a plain name: no "..", nothing hidden, no control characters. */
static hys_status check_name(hys_ctx *ctx, const char *name) {
    static const char hint[] = "a model may write below the folder of the results: $fopen(\"log.txt\")";
    if (*name == '/') return fail_beneath(ctx, name, hint, "a model may not write to an absolute path");
    if (!*name || strlen(name) >= PATH_MAX / 2)
        return fail_beneath(ctx, name, hint, "this cannot be the name of a file that a model writes");
    for (const char *at = name; at; at = strchr(at, '/')) {
        at += *at == '/';
        if (*at == '.')
            return fail_beneath(ctx, name, hint, "parts of the name of a model's file may not begin with '.'");
        if (*at == '/' || !*at)
            return fail_beneath(ctx, name, hint, "this cannot be the name of a file that a model writes");
    }
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f || *at == '\\')
            return fail_beneath(ctx, "$fopen", hint, "the name of a model's file may not hold such characters");
    return HYS_OK;
}

/* The folder that the last part of the name lies in, with no link on the way below dir; -1: see errno. */
static int folder_of(const char *dir, const char *name) {
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (const char *slash; folder >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
        char part[NAME_MAX + 1];
        size_t n = (size_t)(slash - name);
        int next = -1, error = ENAMETOOLONG;
        if (n <= NAME_MAX) {
            memcpy(part, name, n);
            part[n] = 0;
            next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            error = errno;
        }
        close(folder);
        folder = next;
        errno = error;
    }
    return folder;
}

static bool is_ours(int folder, const char *base) {
    char value;
    int fd = openat(folder, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool has_mark = fd >= 0 && fgetxattr(fd, MARK, &value, sizeof value) >= 0;
    if (fd >= 0) close(fd);
    return has_mark;
}

static hys_status open_beneath(hys__outfile *out, const char *dir, const char *name) {
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    struct stat info;
    hys_status status = check_name(out->ctx, name);
    if (status != HYS_OK) return status;
    out->is_beneath = true;
    hys__c_snprintf(out->shown, sizeof out->shown, "%s", name);
    out->folder = folder_of(dir, name);
    if (out->folder < 0) return fail_beneath_errno(out->ctx, name, errno);
    hys__c_snprintf(out->path, sizeof out->path, "/proc/self/fd/%d/%s", out->folder, base);
    bool exists = fstatat(out->folder, base, &info, AT_SYMLINK_NOFOLLOW) == 0;
    if (exists && !S_ISREG(info.st_mode))
        return fail_beneath(out->ctx, name, "remove it, or give the file another name",
                            S_ISLNK(info.st_mode) ? "this is a link: a model may not write through it"
                                                  : "this is no plain file: a model may not write it");
    if (exists && !is_ours(out->folder, base))
        return fail_beneath(out->ctx, name, "remove or rename it",
                            "this file is not a model's output of an earlier run: a model may not replace it");
    int error = outfile_start(out);
    if (error) return fail_beneath_errno(out->ctx, name, error);
    (void)fsetxattr(fileno(out->stream), MARK, "1", 1, 0); /* where this fails a second run will not replace it */
    return HYS_OK;
}

hys_status hys__outfile_open_beneath(hys_ctx *ctx, const char *dir, const char *name, hys__outfile **out) {
    hys__outfile *made = outfile_new(ctx);
    return made ? outfile_hand_out(made, open_beneath(made, dir, name), out) : HYS_NOMEM;
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
