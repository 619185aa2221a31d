/* From files to loaded kernels: the compiler that is run, and the cache that spares it. */
#include "abi/hys_abi.h"
#include "device/batch.h"
#include "hys_test.h"
#include <dirent.h>
#include <fcntl.h>
#include <hysteron/lab.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char source[] = "`include \"disciplines.vams\"\n"
                             "`include \"value.inc\"\n"
                             "module res(p, n);\n"
                             "    inout p, n;\n"
                             "    electrical p, n;\n"
                             "    (* units=\"ohm\" *) parameter real R = `VALUE from (0:inf);\n"
                             "    parameter string kind = \"a\";\n"
                             "    analog I(p, n) <+ V(p, n)/R;\n"
                             "endmodule\n";

typedef struct rig {
    char dir[64], va[96], cache[96], log[96], cc[96];
} rig;

/* A folder with a device, an empty cache, and a C compiler that counts how often it is run. */
static void rig_new(rig *r) {
    char script[512];
    snprintf(r->dir, sizeof r->dir, "%s", hys_test_dir());
    snprintf(r->va, sizeof r->va, "%s/res.va", r->dir);
    snprintf(r->cache, sizeof r->cache, "%s/cache", r->dir);
    snprintf(r->log, sizeof r->log, "%s/log", r->dir);
    snprintf(r->cc, sizeof r->cc, "%s/cc.sh", r->dir);
    hys_test_write(r->va, source, strlen(source));
    hys_test_write(hys_test_path(r->dir, "value.inc"), "`define VALUE 1000\n", 19);
    int n = snprintf(script, sizeof script, "#!/bin/sh\necho run >> %s\nexec cc \"$@\"\n", r->log);
    hys_test_write(r->cc, script, (size_t)n);
    assert_int_equal(chmod(r->cc, 0755), 0);
    setenv("HYSTERON_CC", r->cc, 1);
}

static void rig_free(rig *r) {
    unsetenv("HYSTERON_CC");
    hys_test_dir_remove(r->dir);
}

static int n_runs(const rig *r) {
    int n = 0;
    const char *text = hys_test_read(r->log);
    for (; (text = strstr(text, "run\n")); text += 4) n++;
    return n;
}

/* Loads the device, runs it at 1 V, returns the resistance; NAN when it fails. */
static double load(const rig *r, hys_ctx *ctx, const hys_model_opts *opts) {
    hys_model_opts o = opts ? *opts : hys_model_opts_default();
    hys_model *model;
    hys_run *run;
    double result = NAN;
    if (!o.cache_dir) o.cache_dir = r->cache;
    if (hys_model_load(ctx, r->va, &o, &model) != HYS_OK) return NAN;
    hys_bench_opts bench = hys_bench_opts_default();
    bench.wave = "dc:0V,1V,2";
    bench.cycles = 1;
    if (hys_iv(ctx, model, &bench, &run) == HYS_OK) {
        result = 1 / hys_table_column(hys_run_table(run), "i")[1];
        hys_run_free(run);
    }
    hys_model_free(model);
    return result;
}

static double load_once(const rig *r, const hys_model_opts *opts) {
    hys_ctx *ctx = hys_test_ctx();
    double result = load(r, ctx, opts);
    for (size_t k = 0; isnan(result) && k < hys_diag_count(ctx); k++) print_error("%s", hys_test_diag_text(ctx, k));
    hys_ctx_free(ctx);
    return result;
}

/* Names in a folder that end so. */
static int count_files(const char *dir, const char *tail) {
    int n = 0;
    DIR *list = opendir(dir);
    for (struct dirent *e = list ? readdir(list) : NULL; e; e = readdir(list)) {
        size_t len = strlen(e->d_name), m = strlen(tail);
        n += len >= m && strcmp(e->d_name + len - m, tail) == 0;
    }
    if (list) closedir(list);
    return n;
}

/* Nothing but kernels and manifests is left. */
static void assert_tidy(const char *dir) {
    int n = 0;
    DIR *list = opendir(dir);
    assert_non_null(list);
    for (struct dirent *e = readdir(list); e; e = readdir(list)) n += e->d_name[0] != '.';
    closedir(list);
    assert_int_equal(n, count_files(dir, ".so") + count_files(dir, ".manifest"));
}

static void a_device_is_compiled_once(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    for (int k = 0; k < 3; k++) assert_near(load_once(&r, NULL), 1000, 1e-12);
    assert_int_equal(n_runs(&r), 1);
    assert_int_equal(count_files(r.cache, ".so"), 1);
    assert_tidy(r.cache);
    rig_free(&r);
}

static void what_changes_the_kernel_compiles_it_anew(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    hys_model_opts opts = hys_model_opts_default();
    assert_near(load_once(&r, NULL), 1000, 1e-12);
    hys_test_write(hys_test_path(r.dir, "value.inc"), "`define VALUE 2000\n", 19);
    assert_near(load_once(&r, NULL), 2000, 1e-12);
    assert_int_equal(n_runs(&r), 2);
    hys_test_write(hys_test_path(r.dir, "value.inc"), "`define VALUE 1000\n", 19);
    assert_near(load_once(&r, NULL), 1000, 1e-12); /* back again: known already */
    assert_int_equal(n_runs(&r), 2);
    static const char *const defines[] = {"VALUE=3000"};
    opts.defines = defines;
    opts.n_defines = 1;
    (void)load_once(&r, &opts);
    assert_int_equal(n_runs(&r), 3);
    opts = hys_model_opts_default();
    static const char *const kind[] = {"kind=b"}, *const value[] = {"R=7"};
    opts.set = kind;
    opts.n_set = 1;
    (void)load_once(&r, &opts);
    assert_int_equal(n_runs(&r), 4);
    opts.set = value; /* no part of the kernel */
    assert_near(load_once(&r, &opts), 1000, 1e-12);
    assert_int_equal(n_runs(&r), 4);
    rig_free(&r);
}

static void damaged_files_are_recognised_and_made_anew(void **state) {
    (void)state;
    static const char *const harms[] = {
        "for f in %s/*; do truncate -s -1 $f; done",
        "for f in %s/*; do : > $f; done",
        "for f in %s/*; do printf X | dd of=$f bs=1 seek=200 conv=notrunc 2>/dev/null; done",
        "for f in %s/*; do printf XXXX >> $f; done",
        "rm %s/*.manifest",
        "rm %s/*.so",
        "chmod 666 %s/*"};
    rig r;
    rig_new(&r);
    assert_near(load_once(&r, NULL), 1000, 1e-12);
    for (size_t k = 0; k < sizeof harms / sizeof *harms; k++) {
        char command[256];
        snprintf(command, sizeof command, harms[k], r.cache);
        assert_int_equal(system(command), 0);
        int before = n_runs(&r);
        assert_near(load_once(&r, NULL), 1000, 1e-12);
        bool kernel_is_whole = k == 4; /* only the manifest was lost */
        assert_int_equal(n_runs(&r), before + !kernel_is_whole);
        assert_near(load_once(&r, NULL), 1000, 1e-12);
        assert_int_equal(n_runs(&r), before + !kernel_is_whole);
        assert_tidy(r.cache);
    }
    rig_free(&r);
}

static void leftovers_of_killed_processes_are_swept_after_a_day(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    assert_near(load_once(&r, NULL), 1000, 1e-12);
    assert_int_equal(mkdir(hys_test_path(r.cache, "tmp-old"), 0700), 0);
    assert_int_equal(mkdir(hys_test_path(r.cache, "tmp-new"), 0700), 0);
    hys_test_write(hys_test_path(r.cache, "tmp-old/kernel.c"), "x", 1);
    char command[256];
    snprintf(command, sizeof command, "touch -d '2 days ago' %s/tmp-old && rm %s/*.so", r.cache, r.cache);
    assert_int_equal(system(command), 0);
    assert_near(load_once(&r, NULL), 1000, 1e-12);
    assert_true(access(hys_test_path(r.cache, "tmp-old"), F_OK) != 0);
    assert_true(access(hys_test_path(r.cache, "tmp-new"), F_OK) == 0);
    rig_free(&r);
}

static void eight_processes_at_once_all_get_their_kernel(void **state) {
    (void)state;
    rig r;
    pid_t pids[8];
    rig_new(&r);
    for (int k = 0; k < 8; k++) {
        pids[k] = fork();
        if (pids[k] == 0) {
            hys_ctx *ctx;
            bool good = hys_ctx_new(NULL, &ctx) == HYS_OK && fabs(load(&r, ctx, NULL) - 1000) < 1e-9;
            _exit(good ? 0 : 1);
        }
        assert_true(pids[k] > 0);
    }
    for (int k = 0; k < 8; k++) {
        int code = -1;
        assert_int_equal(waitpid(pids[k], &code, 0), pids[k]);
        assert_int_equal(code, 0);
    }
    assert_int_equal(count_files(r.cache, ".so"), 1);
    assert_tidy(r.cache);
    int before = n_runs(&r);
    assert_near(load_once(&r, NULL), 1000, 1e-12);
    assert_int_equal(n_runs(&r), before);
    rig_free(&r);
}

static void assert_works_with_one_warning(const rig *r, const char *cache, const char *words) {
    hys_model_opts opts = hys_model_opts_default();
    hys_ctx *ctx = hys_test_ctx();
    size_t n_warnings = 0;
    opts.cache_dir = cache;
    assert_near(load(r, ctx, &opts), 1000, 1e-12);
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        if (!strstr(hys_diag_get(ctx, k)->message, "kernel cache")) continue;
        n_warnings++;
        assert_non_null(strstr(hys_diag_get(ctx, k)->message, words));
    }
    assert_int_equal(n_warnings, 1);
    hys_ctx_free(ctx);
}

static void a_cache_that_cannot_be_used_is_told_and_done_without(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    assert_works_with_one_warning(&r, r.va, "it is not a folder");
    assert_works_with_one_warning(&r, "/proc/hysteron", "cannot be used");
    assert_int_equal(mkdir(r.cache, 0777), 0);
    assert_int_equal(chmod(r.cache, 0777), 0);
    assert_works_with_one_warning(&r, r.cache, "others may write to it");
    assert_int_equal(count_files(r.cache, ".so"), 0);
    if (geteuid() != 0) { /* root writes anywhere */
        assert_int_equal(chmod(r.cache, 0500), 0);
        assert_works_with_one_warning(&r, r.cache, "Permission denied");
    }
    rig_free(&r);
}

static void no_cache_at_all_is_a_choice_without_warning(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    hys_model_opts opts = hys_model_opts_default();
    hys_ctx *ctx = hys_test_ctx();
    opts.cache_dir = "";
    assert_near(load(&r, ctx, &opts), 1000, 1e-12);
    assert_int_equal(hys_diag_n_errors(ctx), 0);
    for (size_t k = 0; k < hys_diag_count(ctx); k++) assert_null(strstr(hys_diag_get(ctx, k)->message, "cache"));
    hys_ctx_free(ctx);
    rig_free(&r);
}

/* Files of at most 1000 bytes: what a full disk does to the first write. */
static void a_full_disk_is_said_and_leaves_nothing_behind(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    int code = -1;
    pid_t pid = fork();
    if (pid == 0) {
        hys_ctx *ctx;
        struct rlimit small = {1000, 1000};
        signal(SIGXFSZ, SIG_IGN);
        if (hys_ctx_new(NULL, &ctx) != HYS_OK || setrlimit(RLIMIT_FSIZE, &small) != 0) _exit(2);
        hys_model *model;
        hys_model_opts opts = hys_model_opts_default();
        opts.cache_dir = r.cache;
        hys_status status = hys_model_load(ctx, r.va, &opts, &model);
        _exit(status == HYS_IO && hys_diag_n_errors(ctx) == 1 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &code, 0), pid);
    assert_int_equal(code, 0);
    assert_tidy(r.cache);
    assert_int_equal(count_files(r.cache, ".so"), 0);
    rig_free(&r);
}

static void expect_failure(const rig *r, const char *cc, hys_status want, const char *message, const char *hint) {
    hys_ctx *ctx = hys_test_ctx();
    hys_model *model = NULL;
    hys_model_opts opts = hys_model_opts_default();
    setenv("HYSTERON_CC", cc, 1);
    opts.cache_dir = r->cache;
    assert_int_equal(hys_model_load(ctx, r->va, &opts, &model), want);
    assert_null(model);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), message));
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), hint));
    hys_ctx_free(ctx);
}

static void write_script(const rig *r, const char *text) {
    hys_test_write(r->cc, text, strlen(text));
}

static void failing_compilers_are_quoted(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    write_script(&r, "#!/bin/sh\necho warm-up\necho 'kernel.c:3:7: error: you and me' >&2\nexit 1\n");
    expect_failure(&r, r.cc, HYS_TOOL, "failed: kernel.c:3:7: error: you and me", "HYSTERON_CC");
    write_script(&r, "#!/bin/sh\nexit 7\n");
    expect_failure(&r, r.cc, HYS_TOOL, "failed: without a word", "HYSTERON_CC");
    write_script(&r, "#!/bin/sh\necho 'as: No space left on device'\nexit 1\n");
    expect_failure(&r, r.cc, HYS_IO, "no space left", "make room");
    write_script(&r, "#!/bin/sh\nfor a; do o=$p; p=$a; [ \"$o\" = -o ] && echo junk > $a; done\nexit 0\n");
    expect_failure(&r, r.cc, HYS_TOOL, "a compiled kernel cannot be loaded", "");
    write_script(&r, "#!/bin/sh\nyes 'a very long line without end'\n"); /* until it is stopped */
    expect_failure(&r, "/nonexistent/cc", HYS_TOOL, "'/nonexistent/cc' of HYSTERON_CC is not found",
                   "unset HYSTERON_CC");
    assert_tidy(r.cache);
    rig_free(&r);
}

static void without_a_compiler_the_way_to_one_is_told(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    expect_failure(&r, "", HYS_TOOL, "a C compiler is needed", "apt install gcc");
    setenv("PATH", path, 1);
    free(path);
    rig_free(&r);
}

static void *cancel_soon(void *ctx) {
    usleep(300000);
    hys_ctx_cancel(ctx);
    return NULL;
}

static void a_compiler_that_hangs_can_be_cancelled(void **state) {
    (void)state;
    rig r;
    pthread_t thread;
    rig_new(&r);
    write_script(&r, "#!/bin/sh\nsleep 60\n");
    hys_ctx *ctx = hys_test_ctx();
    hys_model *model;
    hys_model_opts opts = hys_model_opts_default();
    opts.cache_dir = r.cache;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, ctx), 0);
    assert_int_equal(hys_model_load(ctx, r.va, &opts, &model), HYS_CANCEL);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_tidy(r.cache);
    hys_ctx_free(ctx);
    rig_free(&r);
}

static void kernels_of_another_contract_are_refused(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    write_script(&r, "#!/bin/sh\nfor a; do o=$p; p=$a; [ \"$o\" = -o ] && out=$a; done\n"
                     "echo 'struct { unsigned abi; char rest[4096]; } hys_kernel_v1 = {77, {0}};' > $out.c\n"
                     "cc -shared -fPIC -o $out $out.c\n");
    expect_failure(&r, r.cc, HYS_ABI, "was made for version 77 of the kernel contract", "delete it");
    rig_free(&r);
}

static void warnings_come_again_from_the_cache(void **state) {
    (void)state;
    static const char warned[] = "`include \"disciplines.vams\"\nmodule res(p, n);\n inout p, n;\n electrical p, n;\n"
                                 " parameter real R = 1000 from (0:inf);\n parameter real unused = 1;\n"
                                 " analog I(p, n) <+ V(p, n)/R;\nendmodule\n";
    rig r;
    rig_new(&r);
    hys_test_write(r.va, warned, strlen(warned));
    static char first[16384], second[16384];
    for (int k = 0; k < 2; k++) {
        hys_ctx *ctx = hys_test_ctx();
        assert_near(load(&r, ctx, NULL), 1000, 1e-12);
        assert_true(hys_diag_count(ctx) > 0);
        snprintf(k ? second : first, sizeof first, "%s", hys_test_diag_text(ctx, 0));
        hys_ctx_free(ctx);
    }
    assert_string_equal(first, second);
    assert_int_equal(n_runs(&r), 1);
    rig_free(&r);
}

/* One lane or eight, shared parameters or own: the same bits. */
static void all_variants_give_the_same_bits(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_model *model;
    hys_model_opts opts = hys_model_opts_default();
    assert_int_equal(hys_model_load(ctx, HYS_TEST_SOURCE "/models/rram/vteam.va", &opts, &model), HYS_OK);
    double want[32] = {0};
    for (int v = 0; v < 4; v++) {
        size_t n = v & 2 ? 13 : 1;
        hys__batch_opts batch_opts = {.n = n, .own_params = v & 1, .temp = 300.15};
        hys__batch *b;
        assert_int_equal(hys__batch_new(ctx, model, &batch_opts, &b), HYS_OK);
        assert_int_equal(b->kernel->lanes, n > 1 ? 8 : 1);
        for (hys_u32 k = 0; k < b->kernel->n_unknowns; k++)
            for (size_t i = 0; i < b->n_pad; i++) b->x[k][i] = k == 0 ? 1.137 : k == 1 ? -0.211 : 1.3e-9;
        b->kernel->eval_fj(&b->env, &b->in, &b->out);
        for (hys_u32 k = 0; k < b->kernel->n_unknowns; k++)
            for (size_t i = 0; i < n; i++) {
                if (v == 0) want[k] = b->f[k][0];
                assert_same_double(b->f[k][i], want[k]);
            }
        hys__batch_free(b);
    }
    assert_true(want[0] != 0);
    hys_model_free(model);
    hys_ctx_free(ctx);
}

static hys_status check_it(hys_ctx *ctx, void *arg) {
    const rig *r = arg;
    hys_model *model;
    hys_model_opts opts = hys_model_opts_default();
    opts.cache_dir = r->cache;
    hys_status status = hys_model_load(ctx, r->va, &opts, &model);
    if (status == HYS_OK) hys_model_free(model);
    return status;
}

static void failing_memory_on_a_warm_start_is_reported(void **state) {
    (void)state;
    rig r;
    rig_new(&r);
    assert_near(load_once(&r, NULL), 1000, 1e-12);
    hys_test_each_failure(check_it, &r, true);
    rig_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_is_compiled_once),
        cmocka_unit_test(what_changes_the_kernel_compiles_it_anew),
        cmocka_unit_test(damaged_files_are_recognised_and_made_anew),
        cmocka_unit_test(leftovers_of_killed_processes_are_swept_after_a_day),
        cmocka_unit_test(eight_processes_at_once_all_get_their_kernel),
        cmocka_unit_test(a_cache_that_cannot_be_used_is_told_and_done_without),
        cmocka_unit_test(no_cache_at_all_is_a_choice_without_warning),
        cmocka_unit_test(a_full_disk_is_said_and_leaves_nothing_behind),
        cmocka_unit_test(failing_compilers_are_quoted),
        cmocka_unit_test(without_a_compiler_the_way_to_one_is_told),
        cmocka_unit_test(a_compiler_that_hangs_can_be_cancelled),
        cmocka_unit_test(kernels_of_another_contract_are_refused),
        cmocka_unit_test(warnings_come_again_from_the_cache),
        cmocka_unit_test(all_variants_give_the_same_bits),
        cmocka_unit_test(failing_memory_on_a_warm_start_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
