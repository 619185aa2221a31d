#include "abi/kernel_cc.h"
#include <dlfcn.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(char *const argv[], const char *log) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, log, 1 | 0100 | 01000, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t pid;
    int status = -1;
    if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) == 0) waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

bool kernel_cc_has(const char *cc) {
    char *argv[] = {(char *)cc, (char *)"--version", NULL};
    return run(argv, "/dev/null") == 0;
}

bool kernel_cc_runs(const char *march) {
    if (!strcmp(march, "native")) return true;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!strcmp(march, "x86-64-v2")) return __builtin_cpu_supports("sse4.2");
    if (!strcmp(march, "x86-64-v3")) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!strcmp(march, "x86-64-v4")) return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#endif
    return false;
}

static void print_log(const char *path) {
    char line[400];
    FILE *log = fopen(path, "r");
    for (int i = 0; log && i < 12 && fgets(line, sizeof line, log); i++) fputs(line, stderr);
    if (log) fclose(log);
}

/* Words of `flags`, which this changes, are appended to argv. */
static int add_words(char *argv[], int n, int most, char *flags) {
    for (char *word = strtok(flags, " "); word && n < most; word = strtok(NULL, " ")) argv[n++] = word;
    return n;
}

static void *load(const char *dir, const char *source, const kernel_build *build) {
    char c[96], so[96], log[96], flags[400], march[48], lanes[32], own[32];
    snprintf(c, sizeof c, "%s/k.c", dir);
    snprintf(so, sizeof so, "%s/k.so", dir);
    snprintf(log, sizeof log, "%s/log", dir);
    snprintf(march, sizeof march, "-march=%s", build->march);
    snprintf(lanes, sizeof lanes, "-DHYS_LANES=%d", build->lanes);
    snprintf(own, sizeof own, "-DHYS_OWN_PARAMS=%d", build->own_params);
    snprintf(flags, sizeof flags, "%s",
             build->flags ? build->flags : "-std=gnu17 -O2 -fPIC -ffp-contract=off -fno-math-errno -fno-trapping-math");
    FILE *f = fopen(c, "w");
    if (!f) return NULL;
    fputs(source, f);
    fclose(f);
    char *argv[64] = {(char *)build->cc,
                      march,
                      lanes,
                      own,
                      (char *)"-Wall",
                      (char *)"-Wextra",
                      (char *)"-Werror",
                      (char *)"-Wshadow",
                      (char *)"-Wstrict-prototypes",
                      (char *)"-Wmissing-prototypes",
                      (char *)"-Wvla",
                      (char *)"-I" HYS_TEST_SOURCE "/src",
                      (char *)"-I" HYS_TEST_SOURCE "/src/abi",
                      (char *)"-shared",
                      (char *)"-o",
                      so,
                      c};
    int n = 17;
    n = add_words(argv, n, 62, flags);
    argv[n] = NULL;
    if (run(argv, log) != 0) {
        print_log(log);
        return NULL;
    }
    return dlopen(so, RTLD_NOW | RTLD_LOCAL);
}

void *kernel_cc_load(const char *source, const kernel_build *build) {
    char dir[] = "/tmp/hys-kernel-XXXXXX", path[96];
    if (!mkdtemp(dir)) return NULL;
    void *handle = load(dir, source, build);
    const char *const names[] = {"k.c", "k.so", "log"};
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
    return handle;
}

void kernel_cc_close(void *handle) {
    if (handle) dlclose(handle);
}

const hys_kernel *kernel_cc_kernel(void *handle) {
    return handle ? (const hys_kernel *)dlsym(handle, HYS_KERNEL_SYMBOL) : NULL;
}

const kernel_build *kernel_cc_builds(int *n) {
    static const char *const compilers[] = {"gcc", "clang"};
    static const char *const sets[] = {"x86-64-v4", "x86-64-v3", "x86-64-v2"};
    static kernel_build builds[16];
    *n = 0;
    for (int c = 0; c < 2; c++) {
        if (!kernel_cc_has(compilers[c])) continue;
        for (int s = 0; s < 3; s++)
            for (int lanes = 8; lanes >= 1 && kernel_cc_runs(sets[s]); lanes -= 7)
                builds[(*n)++] = (kernel_build){compilers[c], sets[s], NULL, lanes, false};
    }
    return builds;
}

double *kernel_cc_array(unsigned n, double value) {
    unsigned padded = (n + HYS_LANES_MAX - 1) / HYS_LANES_MAX * HYS_LANES_MAX;
    double *array = aligned_alloc(64, (padded ? padded : HYS_LANES_MAX) * sizeof *array);
    for (unsigned i = 0; array && i < padded; i++) array[i] = i < n ? value : NAN;
    return array;
}
