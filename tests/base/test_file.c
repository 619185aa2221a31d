/* Files read whole, and written so that no half file is left. */
#include "base/file.h"
#include "hys_test.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys__arena arena;
    char *dir;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    hys__arena_init(&f.arena, f.ctx, 0);
    f.dir = hys_test_dir();
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static size_t count_entries(const char *dir) {
    char command[256];
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", dir);
    FILE *pipe = popen(command, "r");
    int n = -1;
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%d", &n), 1);
    pclose(pipe);
    return (size_t)n;
}

/* What a failed read says, after the file's name. */
static void assert_read_fails(fixture *f, const char *path, size_t max_size, hys_status status, const char *message) {
    const char *text = "untouched";
    size_t len = 2385;
    char want[5000];
    hys_diag_clear(f->ctx);
    assert_int_equal(hys__file_read(&f->arena, path, max_size, &text, &len), status);
    assert_string_equal(text, "untouched");
    assert_int_equal(len, 2385);
    snprintf(want, sizeof want, "%s: error: %s\n", path, message);
    assert_int_equal(hys_diag_count(f->ctx), 1);
    assert_diag(f->ctx, 0, want);
    assert_int_equal(hys_diag_get(f->ctx, 0)->status, status);
}

static void a_file_is_read_whole_with_its_nuls(void **state) {
    fixture *f = *state;
    static const char data[] = "a\0b\r\n\xff";
    const char *path = hys_test_path(f->dir, "data"), *text;
    size_t len;
    hys_test_write(path, data, sizeof data - 1);
    assert_int_equal(hys__file_read(&f->arena, path, sizeof data - 1, &text, &len), HYS_OK);
    assert_int_equal(len, sizeof data - 1);
    assert_memory_equal(text, data, sizeof data); /* and a NUL behind */
    hys_test_write(path, "", 0);
    assert_int_equal(hys__file_read(&f->arena, path, 0, &text, &len), HYS_OK);
    assert_int_equal(len, 0);
    assert_int_equal(text[0], 0);
    assert_int_equal(hys_diag_count(f->ctx), 0);
}

static void a_large_file_is_read_whole(void **state) {
    fixture *f = *state;
    const size_t n = 3000001;
    char *data = malloc(n);
    assert_non_null(data);
    for (size_t i = 0; i < n; i++) data[i] = (char)(i * 31 % 251);
    const char *path = hys_test_path(f->dir, "large"), *text;
    size_t len;
    hys_test_write(path, data, n);
    assert_int_equal(hys__file_read(&f->arena, path, SIZE_MAX, &text, &len), HYS_OK);
    assert_int_equal(len, n);
    assert_memory_equal(text, data, n);
    free(data);
}

static void what_cannot_be_read_is_named_with_the_reason(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "file");
    hys_test_write(path, "12345", 5);
    assert_read_fails(f, path, 4, HYS_LIMIT, "this file has 5 bytes; at most 4 are read here");
    assert_read_fails(f, hys_test_path(f->dir, "missing"), 100, HYS_IO,
                      "cannot open this file: No such file or directory");
    assert_read_fails(f, hys_test_path(f->dir, "file/x"), 100, HYS_IO, "cannot open this file: Not a directory");
    assert_read_fails(f, f->dir, 100, HYS_IO, "this is a directory; a file is needed");
    assert_read_fails(f, "/dev/zero", 100, HYS_IO, "this is not a regular file (it is a device, a pipe or a socket)");
    const char *pipe = hys_test_path(f->dir, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_read_fails(f, pipe, 100, HYS_IO, /* at once, without a writer */
                      "this is not a regular file (it is a device, a pipe or a socket)");
    assert_int_equal(chmod(path, 0), 0);
    if (access(path, R_OK) != 0) /* root may read it all the same */
        assert_read_fails(f, path, 100, HYS_IO, "cannot open this file: Permission denied");
}

static void a_file_above_the_arenas_limit_is_refused(void **state) {
    fixture *f = *state;
    hys__arena small;
    char data[5000] = "";
    const char *path = hys_test_path(f->dir, "file"), *text;
    size_t len;
    hys_test_write(path, data, sizeof data);
    hys__arena_init(&small, f->ctx, 4500);
    assert_int_equal(hys__file_read(&small, path, SIZE_MAX, &text, &len), HYS_NOMEM);
    assert_int_equal(hys_diag_get(f->ctx, 0)->status, HYS_LIMIT);
}

static hys__outfile *opened(fixture *f, const char *path) {
    hys__outfile *out = NULL;
    assert_int_equal(hys__outfile_open(f->ctx, path, &out), HYS_OK);
    assert_non_null(out);
    return out;
}

static void a_file_appears_when_it_is_complete(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "out.csv");
    hys__outfile *out = opened(f, path);
    fputs("time[s]\n", hys__outfile_stream(out));
    fflush(hys__outfile_stream(out));
    assert_string_equal(hys_test_read(path), "(missing)");
    fputs("2.385\n", hys__outfile_stream(out));
    assert_int_equal(hys__outfile_commit(out), HYS_OK);
    assert_string_equal(hys_test_read(path), "time[s]\n2.385\n");
    assert_int_equal(count_entries(f->dir), 1);
}

static void a_discarded_file_leaves_the_old_one(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "out.csv");
    hys_test_write(path, "old", 3);
    hys__outfile *out = opened(f, path);
    fputs("new", hys__outfile_stream(out));
    hys__outfile_discard(out);
    hys__outfile_discard(NULL);
    assert_string_equal(hys_test_read(path), "old");
    assert_int_equal(count_entries(f->dir), 1);
}

static void a_file_left_open_goes_with_the_context(void **state) {
    fixture *f = *state;
    hys_ctx *ctx = hys_test_ctx();
    hys__outfile *out = NULL;
    assert_int_equal(hys__outfile_open(ctx, hys_test_path(f->dir, "out"), &out), HYS_OK);
    fputs("half", hys__outfile_stream(out));
    assert_int_equal(count_entries(f->dir), 1);
    hys_ctx_free(ctx);
    assert_int_equal(count_entries(f->dir), 0);
}

static void files_open_together_do_not_meet(void **state) {
    fixture *f = *state;
    hys__outfile *out[5];
    for (int i = 0; i < 5; i++) { /* two of them to the same name: the later one wins */
        char name[16];
        snprintf(name, sizeof name, "out%d", i < 4 ? i : 0);
        out[i] = opened(f, hys_test_path(f->dir, name));
        fprintf(hys__outfile_stream(out[i]), "file %d", i);
    }
    for (int i = 0; i < 5; i++) assert_int_equal(hys__outfile_commit(out[i]), HYS_OK);
    assert_int_equal(count_entries(f->dir), 4);
    assert_string_equal(hys_test_read(hys_test_path(f->dir, "out0")), "file 4");
    assert_string_equal(hys_test_read(hys_test_path(f->dir, "out3")), "file 3");
}

static void a_rewritten_file_keeps_its_mode_and_a_new_one_follows_umask(void **state) {
    fixture *f = *state;
    struct stat info;
    const char *path = hys_test_path(f->dir, "old"), *fresh = hys_test_path(f->dir, "new");
    hys_test_write(path, "x", 1);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(hys__outfile_commit(opened(f, path)), HYS_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    mode_t before = umask(027);
    hys__outfile *out = opened(f, fresh);
    umask(before);
    assert_int_equal(hys__outfile_commit(out), HYS_OK);
    assert_int_equal(stat(fresh, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void a_link_stays_a_link_to_the_new_file(void **state) {
    fixture *f = *state;
    struct stat info;
    const char *sub = hys_test_path(f->dir, "sub"), *target = hys_test_path(f->dir, "sub/target");
    const char *link = hys_test_path(f->dir, "link");
    assert_int_equal(mkdir(sub, 0700), 0);
    hys_test_write(target, "old", 3);
    assert_int_equal(symlink("sub/target", link), 0);
    hys__outfile *out = opened(f, link);
    fputs("new", hys__outfile_stream(out));
    assert_int_equal(hys__outfile_commit(out), HYS_OK);
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_string_equal(hys_test_read(target), "new");
    assert_int_equal(count_entries(f->dir), 2);
    assert_int_equal(count_entries(sub), 1);
}

static void a_name_as_long_as_names_can_be_is_written(void **state) {
    fixture *f = *state;
    char name[256];
    memset(name, 'n', 255);
    name[255] = 0;
    const char *path = hys_test_path(f->dir, name);
    assert_int_equal(hys__outfile_commit(opened(f, path)), HYS_OK);
    assert_string_equal(hys_test_read(path), "");
}

static void a_device_is_written_in_place_and_stays_a_device(void **state) {
    fixture *f = *state;
    struct stat info;
    hys__outfile *out = opened(f, "/dev/null");
    fputs("gone", hys__outfile_stream(out));
    assert_int_equal(hys__outfile_commit(out), HYS_OK);
    hys__outfile_discard(opened(f, "/dev/null"));
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
}

static void a_full_disk_is_reported(void **state) {
    fixture *f = *state;
    if (access("/dev/full", W_OK) != 0) skip();
    hys__outfile *out = opened(f, "/dev/full");
    fputs("little", hys__outfile_stream(out)); /* seen only when it is flushed */
    assert_int_equal(hys__outfile_commit(out), HYS_IO);
    assert_diag(f->ctx, 0, "/dev/full: error: cannot write this file: No space left on device\n");
    out = opened(f, "/dev/full");
    for (int i = 0; i < 100000; i++) fputs("much", hys__outfile_stream(out));
    assert_int_equal(hys__outfile_commit(out), HYS_IO);
    assert_int_equal(hys_diag_count(f->ctx), 2);
}

/* As on a full disk, the file cannot grow: here because the process may write no file beyond 64 KiB. */
static void a_file_that_cannot_grow_leaves_the_old_one(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "out");
    hys_test_write(path, "old", 3);
    hys__outfile *out = opened(f, path);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 65536;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 100000; i++) fputs("much", hys__outfile_stream(out));
    hys_status status = hys__outfile_commit(out);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, HYS_IO);
    assert_int_equal(hys_diag_count(f->ctx), 1);
    assert_string_equal(hys_test_read(path), "old");
    assert_int_equal(count_entries(f->dir), 1);
}

static void assert_open_fails(fixture *f, const char *path, const char *message) {
    hys__outfile *out = NULL;
    char want[5000];
    hys_diag_clear(f->ctx);
    assert_int_equal(hys__outfile_open(f->ctx, path, &out), HYS_IO);
    assert_null(out);
    snprintf(want, sizeof want, "%s: error: cannot write this file: %s\n", path, message);
    assert_diag(f->ctx, 0, want);
}

static void what_cannot_be_written_is_named_with_the_reason(void **state) {
    fixture *f = *state;
    char name[5001];
    assert_open_fails(f, f->dir, "Is a directory");
    assert_open_fails(f, hys_test_path(f->dir, "no/such"), "No such file or directory");
    assert_int_equal(symlink("nowhere", hys_test_path(f->dir, "link")), 0);
    assert_open_fails(f, hys_test_path(f->dir, "link"), "No such file or directory");
    memset(name, 'n', 5000);
    name[5000] = 0;
    hys__outfile *out = NULL;
    assert_int_equal(hys__outfile_open(f->ctx, name, &out), HYS_IO);
    assert_int_equal(hys__outfile_open(f->ctx, "", &out), HYS_IO); /* and not in this directory */
    name[300] = 0;
    assert_open_fails(f, hys_test_path(f->dir, name), "File name too long");
    assert_int_equal(count_entries(f->dir), 1);
}

/* Root may write anywhere: then the job is done by a child that is somebody else. */
static void read_only_files_and_directories_are_left_alone(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "file");
    hys_test_write(path, "old", 3);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(f->dir, 0755), 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(3);
        hys__outfile *out;
        hys_status file = hys__outfile_open(f->ctx, path, &out);
        chmod(f->dir, 0555); /* for whom is not root: its own directory */
        hys_status fresh = hys__outfile_open(f->ctx, hys_test_path(f->dir, "new"), &out);
        bool good = file == HYS_IO && fresh == HYS_IO && hys_diag_count(f->ctx) == 2 &&
                    strstr(hys_diag_get(f->ctx, 0)->message, ": Permission denied") &&
                    strstr(hys_diag_get(f->ctx, 1)->message, ": Permission denied");
        _exit(good ? 0 : 1);
    }
    int result = -1;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &result, 0), child);
    if (WIFEXITED(result) && WEXITSTATUS(result) == 3) skip();
    assert_int_equal(result, 0);
    chmod(f->dir, 0755);
    assert_string_equal(hys_test_read(path), "old");
    assert_int_equal(count_entries(f->dir), 1);
}

static hys_status read_and_write(hys_ctx *ctx, void *arg) {
    const char *dir = arg, *path = hys_test_path(dir, "each"), *text;
    size_t len;
    hys__arena arena;
    hys__outfile *out;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__outfile_open(ctx, path, &out);
    if (status != HYS_OK) return status;
    fputs("content", hys__outfile_stream(out));
    status = hys__outfile_commit(out);
    if (status == HYS_OK) status = hys__file_read(&arena, path, 100, &text, &len);
    return status;
}

static void every_failing_allocation_is_survived(void **state) {
    fixture *f = *state;
    hys_test_each_failure(read_and_write, f->dir, false);
    assert_int_equal(count_entries(f->dir), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_read_whole_with_its_nuls),
        TEST(a_large_file_is_read_whole),
        TEST(what_cannot_be_read_is_named_with_the_reason),
        TEST(a_file_above_the_arenas_limit_is_refused),
        TEST(a_file_appears_when_it_is_complete),
        TEST(a_discarded_file_leaves_the_old_one),
        TEST(a_file_left_open_goes_with_the_context),
        TEST(files_open_together_do_not_meet),
        TEST(a_rewritten_file_keeps_its_mode_and_a_new_one_follows_umask),
        TEST(a_link_stays_a_link_to_the_new_file),
        TEST(a_name_as_long_as_names_can_be_is_written),
        TEST(a_device_is_written_in_place_and_stays_a_device),
        TEST(a_full_disk_is_reported),
        TEST(a_file_that_cannot_grow_leaves_the_old_one),
        TEST(what_cannot_be_written_is_named_with_the_reason),
        TEST(read_only_files_and_directories_are_left_alone),
        TEST(every_failing_allocation_is_survived),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
