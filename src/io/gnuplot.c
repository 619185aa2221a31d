/* gnuplot as a child: started, listened to, ended when the context is cancelled. */
#include "base/clocale.h"
#include "base/diag.h"
#include "base/utf8.h"
#include "io/figure.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX 4096 /* bytes kept of what gnuplot complains about */

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

/* Starts gnuplot with its errors going into the pipe; an errno. */
static int start(const char *folder, char **argv, int pipe_end, pid_t *child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = posix_spawnattr_init(&attr);
    if (!error) {
        error = prepare(&actions, &attr, folder, pipe_end);
        if (!error) error = posix_spawnp(child, "gnuplot", &actions, &attr, argv, environ);
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Reads until the child has closed its end.  Keeps the newest bytes: the cause stands last. */
static void listen_to(hys_ctx *ctx, int fd, pid_t child, char said[SAID_MAX]) {
    size_t n = 0;
    for (;;) {
        if (n == SAID_MAX - 1) {
            n /= 2;
            memmove(said, said + SAID_MAX - 1 - n, n);
        }
        ssize_t got = read(fd, said + n, SAID_MAX - 1 - n);
        if (got == 0 || (got < 0 && errno != EINTR)) break;
        if (got > 0) n += (size_t)got;
        if (hys_ctx_is_cancelled(ctx)) kill(child, SIGTERM);
    }
    said[n] = 0;
}

/* The last line that says something. */
static const char *last_line(char *said) {
    size_t n = strlen(said);
    while (n > 0 && strchr("\r\n\t ", said[n - 1])) n--;
    said[n] = 0;
    char *line = strrchr(said, '\n');
    line = line ? line + 1 : said;
    while (*line == ' ' || *line == '\t') line++;
    hys__utf8_clean(line, strlen(line), false);
    return line;
}

static hys_status judge(hys_ctx *ctx, int wait_status, const char *script, char *said) {
    if (hys_ctx_is_cancelled(ctx)) return HYS_CANCEL;
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0) return HYS_OK;
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 127 && !*said)
        return hys__fail(ctx, HYS_TOOL, "install it: apt-get install gnuplot-nox", "gnuplot cannot be started");
    if (WIFSIGNALED(wait_status))
        return hys__fail(ctx, HYS_TOOL, "", "gnuplot was ended by signal %d", WTERMSIG(wait_status));
    const char *why = last_line(said);
    return hys__fail(ctx, HYS_TOOL, "the script and its data were kept", "gnuplot failed on %s%s%s", script,
                     *why ? ": " : "", why);
}

static hys_status run(hys_ctx *ctx, const char *folder, char **argv, const char *script) {
    char said[SAID_MAX], buf[32];
    int ends[2], wait_status = 0;
    pid_t child = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return hys__fail(ctx, HYS_TOOL, "", "gnuplot cannot be started: %s", hys__c_strerror(errno, buf, sizeof buf));
    int error = start(folder, argv, ends[1], &child);
    close(ends[1]);
    if (!error) listen_to(ctx, ends[0], child, said);
    close(ends[0]);
    if (error == ENOENT)
        return hys__fail(ctx, HYS_TOOL, "install it: apt-get install gnuplot-nox",
                         "gnuplot is not installed, and figures need it");
    if (error)
        return hys__fail(ctx, HYS_TOOL, "", "gnuplot cannot be started: %s", hys__c_strerror(error, buf, sizeof buf));
    while (waitpid(child, &wait_status, 0) < 0)
        if (errno != EINTR)
            return hys__fail(ctx, HYS_TOOL, "", "gnuplot was lost: %s", hys__c_strerror(errno, buf, sizeof buf));
    return judge(ctx, wait_status, script, said);
}

hys_status hys__gnuplot_run(hys_ctx *ctx, const char *folder, const char *script, const char *figure) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    char *set = hys__arena_printf(&arena, "figure='./%s'", figure);
    char *path = hys__arena_printf(&arena, "./%s", script);
    char *argv[] = {(char[]){"gnuplot"}, (char[]){"-d"}, (char[]){"-e"}, set, path, NULL};
    hys_status status = set && path ? run(ctx, folder, argv, script) : HYS_NOMEM;
    hys__arena_free(&arena);
    return status;
}
