#include "device/cc.h"
#include "base/clocale.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The largest published models (40 000 operations) take 8 s; ten times that is a compiler that hangs. */
#define SECONDS_MAX 120
#define MEMORY_MAX  ((rlim_t)4 << 30)
#define FILE_MAX    ((rlim_t)256 << 20)
#define OUTPUT_MAX  8192

/* Finds a program in PATH as execvp does; NULL when it is not there. */
static const char *find_program(hys__arena *arena, const char *name) {
    if (strchr(name, '/')) return access(name, X_OK) == 0 ? name : NULL;
    const char *path = getenv("PATH");
    if (!path) path = "/usr/local/bin:/usr/bin:/bin";
    while (*path) {
        size_t n = strcspn(path, ":");
        const char *at = hys__arena_printf(arena, "%.*s/%s", n ? (int)n : 1, n ? path : ".", name);
        if (!at) return NULL;
        struct stat info;
        if (stat(at, &info) == 0 && S_ISREG(info.st_mode) && access(at, X_OK) == 0) return at;
        path += n + (path[n] == ':');
    }
    return NULL;
}

/* Splits "gcc -m64" at blanks. */
static bool split(hys__arena *arena, const char *text, hys__cc *cc) {
    while (*text) {
        text += strspn(text, " \t");
        size_t n = strcspn(text, " \t");
        if (!n) break;
        if (cc->n == HYS__CC_WORDS) return false;
        cc->argv[cc->n] = hys__arena_strndup(arena, text, n);
        if (!cc->argv[cc->n++]) return false;
        text += n;
    }
    return true;
}

static bool identify(hys__arena *arena, hys__cc *cc) {
    char real[PATH_MAX];
    struct stat info;
    if (!realpath(cc->argv[0], real) || stat(real, &info) != 0) return false;
    cc->identity = hys__arena_printf(arena, "%s %lld %lld.%09ld", real, (long long)info.st_size,
                                     (long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    for (size_t i = 1; i < cc->n && cc->identity; i++)
        cc->identity = hys__arena_printf(arena, "%s %s", cc->identity, cc->argv[i]);
    return cc->identity != NULL;
}

hys_status hys__cc_find(hys_ctx *ctx, hys__arena *arena, hys__cc *cc) {
    static const char *const usual[] = {"cc", "gcc", "clang"};
    const char *chosen = getenv("HYSTERON_CC");
    *cc = (hys__cc){.n = 0};
    if (chosen && chosen[0]) {
        if (!split(arena, chosen, cc) || !cc->n)
            return hys__fail(ctx, HYS_ARG, "", "HYSTERON_CC is not a command: '%.200s'", chosen);
        cc->argv[0] = find_program(arena, cc->argv[0]);
        if (!cc->argv[0] || !identify(arena, cc))
            return hys__fail(ctx, HYS_TOOL, "unset HYSTERON_CC, or give the path of a C compiler",
                             "the C compiler '%.200s' of HYSTERON_CC is not found", chosen);
        return HYS_OK;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        cc->argv[0] = find_program(arena, usual[i]);
        cc->n = 1;
        if (cc->argv[0] && identify(arena, cc)) return HYS_OK;
    }
    return hys__fail(ctx, HYS_TOOL,
                     "install one (Debian: apt install gcc), or name it in HYSTERON_CC; the shipped "
                     "models need none",
                     "a C compiler is needed to run this device, and there is no cc, gcc or clang");
}

const char *hys__cc_machine(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
              __builtin_cpu_supports("bmi2");
    bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl");
    return v4 ? "x86-64-v4" : v3 ? "x86-64-v3" : "x86-64";
#else
    return "";
#endif
}

struct hys__cc_process {
    const char *program;
    struct timespec start;
    pid_t pid;
    int output; /* its stdout and stderr */
    char text[OUTPUT_MAX];
    size_t n;
    bool timed_out, cancelled;
    int code; /* as of waitpid */
};
typedef hys__cc_process process;

/* Limits are set from outside: posix_spawn has no room for them.  The compiler proper is a child of its
 * driver, started later, and inherits them. */
static void limit(pid_t pid) {
    const struct {
        int what;
        rlim_t most;
    } limits[] = {{RLIMIT_CPU, SECONDS_MAX}, {RLIMIT_AS, MEMORY_MAX}, {RLIMIT_FSIZE, FILE_MAX}, {RLIMIT_CORE, 0}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit r = {limits[i].most, limits[i].most};
        prlimit(pid, limits[i].what, &r, NULL);
    }
}

static bool starts_with(const char *s, const char *head) {
    return strncmp(s, head, strlen(head)) == 0;
}

/* The environment with messages in English and temporary files in our folder. */
static char **make_env(hys__arena *arena, const char *dir) {
    size_t n = 0, k = 0;
    while (environ[n]) n++;
    char **env = HYS_NEW_N(arena, char *, n + 3);
    if (!env) return NULL;
    for (size_t i = 0; i < n; i++)
        if (!starts_with(environ[i], "LC_ALL=") && !starts_with(environ[i], "TMPDIR=")) env[k++] = environ[i];
    env[k++] = hys__arena_printf(arena, "LC_ALL=C");
    env[k++] = hys__arena_printf(arena, "TMPDIR=%s", dir);
    return env[k - 1] && env[k - 2] ? env : NULL;
}

static int spawn(process *p, char *const *argv, char *const *env) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawn(&p->pid, argv[0], &actions, &attr, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    close(ends[1]);
    if (error) close(ends[0]);
    p->output = ends[0];
    return error;
}

/* Reads what the process writes until it has closed its output; the first OUTPUT_MAX bytes are kept.
 * The limit and a request to cancel end it. */
static void listen(hys_ctx *ctx, process *p) {
    struct timespec now;
    for (;;) {
        struct pollfd poll_for = {p->output, POLLIN, 0};
        int ready = poll(&poll_for, 1, 50);
        clock_gettime(CLOCK_MONOTONIC, &now);
        p->timed_out = now.tv_sec - p->start.tv_sec > SECONDS_MAX;
        p->cancelled = hys_ctx_is_cancelled(ctx);
        if (p->timed_out || p->cancelled) kill(-p->pid, SIGKILL);
        if (ready < 0 && errno != EINTR) break;
        if (ready <= 0) continue;
        char part[1024];
        ssize_t got = read(p->output, part, sizeof part);
        if (got == 0 || (got < 0 && errno != EINTR)) break;
        size_t keep = got > 0 ? (size_t)got : 0;
        if (keep > OUTPUT_MAX - 1 - p->n) keep = OUTPUT_MAX - 1 - p->n;
        memcpy(p->text + p->n, part, keep);
        p->n += keep;
    }
    close(p->output);
    p->text[p->n] = 0;
    while (waitpid(p->pid, &p->code, 0) < 0 && errno == EINTR) continue;
}

/* Flags, then what the variant and the folder ask for. */
static char **make_argv(hys__arena *arena, const hys__cc_job *job) {
    hys__cc flags = {.n = 0};
    if (!split(arena, job->flags, &flags)) return NULL;
    char **argv = HYS_NEW_N(arena, char *, job->cc->n + flags.n + 12);
    if (!argv) return NULL;
    size_t n = 0;
    for (size_t i = 0; i < job->cc->n; i++) argv[n++] = (char *)(uintptr_t)job->cc->argv[i];
    for (size_t i = 0; i < flags.n; i++) argv[n++] = (char *)(uintptr_t)flags.argv[i];
    const char *machine = hys__cc_machine();
    if (machine[0]) argv[n++] = hys__arena_printf(arena, "-march=%s", machine);
    argv[n++] = hys__arena_printf(arena, "-DHYS_LANES=%u", job->variant.is_wide ? HYS_LANES_MAX : 1);
    argv[n++] = hys__arena_printf(arena, "-DHYS_OWN_PARAMS=%d", job->variant.has_own_params);
    argv[n++] = hys__arena_printf(arena, "-I%s", job->dir);
    argv[n++] = hys__arena_printf(arena, "-shared");
    argv[n++] = hys__arena_printf(arena, "-o");
    argv[n++] = hys__arena_printf(arena, "%s/kernel.so", job->dir);
    argv[n++] = hys__arena_printf(arena, "%s/kernel.c", job->dir);
    return arena->failed ? NULL : argv;
}

/* The first lines of the compiler's output, those with "error" first. */
static void first_lines(const char *text, char *out, size_t size) {
    const char *error = strstr(text, "error");
    while (error && error > text && error[-1] != '\n') error--;
    if (error) text = error;
    size_t n = 0, lines = 0;
    while (text[n] && lines < 3 && n < size - 1) lines += text[n++] == '\n';
    while (n && (text[n - 1] == '\n' || text[n - 1] == ' ')) n--;
    memcpy(out, text, n);
    out[n] = 0;
}

static hys_status judge(hys_ctx *ctx, const process *p) {
    char lines[1024];
    if (p->cancelled) return HYS_CANCEL;
    if (p->timed_out) return hys__fail(ctx, HYS_TOOL, "", "%s was stopped after %d s", p->program, SECONDS_MAX);
    if (WIFEXITED(p->code) && WEXITSTATUS(p->code) == 0) return HYS_OK;
    first_lines(p->text, lines, sizeof lines);
    if (strstr(p->text, "No space left"))
        return hys__fail(ctx, HYS_IO, "make room, or choose another folder by HYSTERON_CACHE",
                         "no space left to compile the device: %s", lines);
    return hys__fail(ctx, HYS_TOOL,
                     "this is a fault of hysteron or of that compiler; another one can be named in "
                     "HYSTERON_CC",
                     "%s failed: %s", p->program, lines[0] ? lines : "without a word");
}

hys_status hys__cc_start(hys_ctx *ctx, hys__arena *arena, const hys__cc_job *job, hys__cc_process **result) {
    char **argv = make_argv(arena, job), **env = make_env(arena, job->dir), why[64];
    process *p = HYS_NEW(arena, process);
    if (!argv || !env || !p) return HYS_NOMEM;
    p->program = job->cc->argv[0];
    clock_gettime(CLOCK_MONOTONIC, &p->start);
    int error = spawn(p, argv, env);
    if (error)
        return hys__fail(ctx, HYS_TOOL, "", "%s cannot be started: %s", p->program,
                         hys__c_strerror(error, why, sizeof why));
    limit(p->pid);
    *result = p;
    return HYS_OK;
}

hys_status hys__cc_wait(hys_ctx *ctx, hys__cc_process *p) {
    listen(ctx, p);
    return judge(ctx, p);
}
