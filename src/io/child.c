/* Other programs as children. */
#include "io/child.h"
#include "base/clocale.h"
#include "base/diag.h"
#include "base/utf8.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What it inherits: no input, errors into the pipe, and signals as they are by default. */
static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, const char *folder, int pipe_end) {
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    int error = posix_spawn_file_actions_addchdir_np(actions, folder);
    if (!error) error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (!error) error = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(actions, pipe_end, 2);
    if (!error) error = posix_spawnattr_setsigdefault(attr, &usual);
    if (!error) error = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF);
    return error;
}

/* Starts it with its errors going into the pipe; an errno. */
static int start(const char *folder, char **argv, int pipe_end, pid_t *child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = posix_spawnattr_init(&attr);
    if (!error) {
        error = prepare(&actions, &attr, folder, pipe_end);
        if (!error) error = posix_spawnp(child, argv[0], &actions, &attr, argv, environ);
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Reads until the child has closed its end.  Keeps the newest bytes: the cause stands last. */
static void listen_to(hys_ctx *ctx, int fd, pid_t child, char said[HYS__SAID_SIZE]) {
    size_t n = 0;
    for (;;) {
        if (n == HYS__SAID_SIZE - 1) {
            n /= 2;
            memmove(said, said + HYS__SAID_SIZE - 1 - n, n);
        }
        ssize_t got = read(fd, said + n, HYS__SAID_SIZE - 1 - n);
        if (got == 0 || (got < 0 && errno != EINTR)) break;
        if (got > 0) n += (size_t)got;
        if (hys_ctx_is_cancelled(ctx)) kill(child, SIGTERM);
    }
    said[n] = 0;
}

const char *hys__child_last_line(char said[HYS__SAID_SIZE]) {
    size_t n = strlen(said);
    while (n > 0 && strchr("\r\n\t ", said[n - 1])) n--;
    said[n] = 0;
    char *line = strrchr(said, '\n');
    line = line ? line + 1 : said;
    while (*line == ' ' || *line == '\t') line++;
    hys__utf8_clean(line, strlen(line), false);
    return line;
}

/* 127 without a word: a C library that finds out in the child that there is no such program. */
static hys_status judge(hys_ctx *ctx, const char *name, int wait_status, char said[HYS__SAID_SIZE]) {
    if (hys_ctx_is_cancelled(ctx)) return HYS_CANCEL;
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0) return HYS_OK;
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 127 && !*said) return HYS_DONE;
    if (WIFSIGNALED(wait_status))
        hys__c_snprintf(said, HYS__SAID_SIZE, "%s was ended by signal %d", name, WTERMSIG(wait_status));
    return HYS_TOOL;
}

static hys_status fail_errno(char said[HYS__SAID_SIZE], int error) {
    char buf[32];
    hys__c_snprintf(said, HYS__SAID_SIZE, "%s", hys__c_strerror(error, buf, sizeof buf));
    return HYS_TOOL;
}

hys_status hys__child_run(hys_ctx *ctx, const char *folder, char **argv, char said[HYS__SAID_SIZE]) {
    int ends[2], wait_status = 0;
    pid_t child = 0;
    *said = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno(said, errno);
    int error = start(folder, argv, ends[1], &child);
    close(ends[1]);
    if (!error) listen_to(ctx, ends[0], child, said);
    close(ends[0]);
    if (error == ENOENT) return HYS_DONE;
    if (error) return fail_errno(said, error);
    while (waitpid(child, &wait_status, 0) < 0)
        if (errno != EINTR) return fail_errno(said, errno);
    return judge(ctx, argv[0], wait_status, said);
}
