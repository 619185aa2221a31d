/* NumPy's .npz: what NumPy wrote is read, what is written NumPy reads, and what is damaged is refused once. */
#include "base/memory.h"
#include "hys_test.h"
#include "io/npz.h"

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    hys__arena arena;
    const char *path;
} fixture;

static int set_up(void **state) {
    static fixture f;
    static char path[128];
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    hys__arena_init(&f.arena, f.ctx, 0);
    snprintf(path, sizeof path, "%s/a.npz", f.dir);
    f.path = path;
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys__arena_free(&f->arena);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

/* Runs lines of Python with numpy as np and the path as p; skips the test where there is no NumPy. */
static void python(const fixture *f, const char *lines) {
    char command[2048];
    if (system("python3 -c 'import numpy' 2>/dev/null") != 0) skip();
    snprintf(command, sizeof command, "python3 -c 'import numpy as np; p = \"%s\"\n%s'", f->path, lines);
    assert_int_equal(system(command), 0);
}

static hys__npz read_file(fixture *f) {
    hys__npz file = {0};
    hys_status status = hys__npz_read(&f->arena, f->path, &file);
    if (status != HYS_OK) print_error("%s", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    return file;
}

static void assert_refused(fixture *f, const void *bytes, size_t n, hys_status want, const char *part) {
    hys__npz file;
    hys_test_write(f->path, bytes, n);
    hys_diag_clear(f->ctx);
    assert_int_equal(hys__npz_read(&f->arena, f->path, &file), want);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), part)) fail_msg("%s\nlacks %s", hys_test_diag_text(f->ctx, 0), part);
}

/* np.arange(24) scaled, in each kind of number, order and packing. */
static void what_numpy_wrote_is_read(void **state) {
    fixture *f = *state;
    python(
        f,
        "a = np.arange(24).reshape(2, 3, 4)\n"
        "np.savez_compressed(p, f4=(a / 8).astype(\"f4\"), f8=a / 7, i1=(-a).astype(\"i1\"), big=a.astype(\">i4\"),\n"
        "    order=np.asfortranarray(a / 3), matrix=np.asfortranarray(a.reshape(6, 4)), yes=a % 2 == 0,\n"
        "    axes=a.reshape(2, 3, 2, 2).astype(\"u2\"), one=np.float64(2.385), none=np.zeros((0, 5)))");
    hys__npz file = read_file(f);
    assert_int_equal(file.arrays.n, 10);
    for (size_t k = 0; k < 24; k++) {
        assert_same_double(hys__npz_at(hys__npz_find(&file, "f4"), k), (double)k / 8);
        assert_same_double(hys__npz_at(hys__npz_find(&file, "f8"), k), (double)k / 7);
        assert_near(hys__npz_at(hys__npz_find(&file, "i1"), k), -(double)k, 0);
        assert_same_double(hys__npz_at(hys__npz_find(&file, "big"), k), (double)k);
        assert_same_double(hys__npz_at(hys__npz_find(&file, "order"), k), (double)k / 3);
        assert_same_double(hys__npz_at(hys__npz_find(&file, "matrix"), k), (double)k);
        assert_same_double(hys__npz_at(hys__npz_find(&file, "yes"), k), k % 2 == 0);
        assert_same_double(hys__npz_at(hys__npz_find(&file, "axes"), k), (double)k);
    }
    const hys__npz_array *axes = hys__npz_find(&file, "axes");
    assert_int_equal(axes->n_axes, 4);
    assert_int_equal(axes->shape[1], 3);
    assert_same_double(hys__npz_at(hys__npz_find(&file, "one"), 0), 2.385);
    assert_int_equal(hys__npz_find(&file, "one")->n_axes, 0);
    assert_int_equal(hys__npz_size(hys__npz_find(&file, "none")), 0);
    assert_null(hys__npz_find(&file, "two"));
}

static void a_lone_npy_is_an_array_without_a_name(void **state) {
    fixture *f = *state;
    python(f, "np.save(open(p, \"wb\"), np.array([[1, 2, 3], [4, 5, 6]], \"f4\"))");
    hys__npz file = read_file(f);
    const hys__npz_array *array = hys__npz_find(&file, "");
    assert_int_equal(file.arrays.n, 1);
    assert_int_equal(array->shape[1], 3);
    assert_same_double(hys__npz_at(array, 5), 6);
}

static const float floats[6] = {0.5f, -1.25f, 3e38f, 1e-40f, 0, 2.385f};
static const uint64_t words[2] = {UINT64_MAX, 1};
static const hys__npz_array written[] = {
    {"dense1.weight", HYS__NPZ_FLOAT32, 2, {2, 3}, floats},
    {"seeds", HYS__NPZ_UINT64, 1, {2}, words},
    {"one", HYS__NPZ_FLOAT32, 0, {0}, floats},
};

static void what_is_written_is_read_again(void **state) {
    fixture *f = *state;
    assert_int_equal(hys__npz_write(f->ctx, f->path, written, 3), HYS_OK);
    hys__npz file = read_file(f);
    float values[6];
    assert_int_equal(file.arrays.n, 3);
    assert_int_equal(hys__npz_floats(&file, hys__npz_find(&file, "dense1.weight"), values), HYS_OK);
    assert_memory_equal(values, floats, sizeof floats);
    assert_int_equal(((const uint64_t *)hys__npz_find(&file, "seeds")->values)[0], UINT64_MAX);
}

static void what_is_written_numpy_reads(void **state) {
    fixture *f = *state;
    assert_int_equal(hys__npz_write(f->ctx, f->path, written, 3), HYS_OK);
    python(f, "z = np.load(p)\n"
              "w = z[\"dense1.weight\"]\n"
              "assert w.dtype == np.float32 and w.shape == (2, 3), (w.dtype, w.shape)\n"
              "assert w[0, 1] == -1.25 and w[1, 2] == np.float32(2.385) and w[0, 2] == np.float32(3e38)\n"
              "assert z[\"seeds\"].tolist() == [2**64 - 1, 1] and z[\"one\"].shape == () and z[\"one\"] == 0.5\n"
              "import zipfile; assert zipfile.ZipFile(p).testzip() is None");
}

static void values_that_are_no_numbers_are_refused(void **state) {
    fixture *f = *state;
    const double bad[3] = {1, 1e39, NAN};
    const hys__npz_array array = {"w", HYS__NPZ_FLOAT64, 1, {3}, bad};
    double doubles[3];
    float singles[3];
    char want[256];
    assert_int_equal(hys__npz_write(f->ctx, f->path, &array, 1), HYS_OK);
    hys__npz file = read_file(f);
    assert_int_equal(hys__npz_floats(&file, file.arrays.at, singles), HYS_SYNTAX);
    snprintf(want, sizeof want, "%s: error: array 'w': value 1 is too large for a float\n", f->path);
    assert_diag(f->ctx, 0, want);
    assert_int_equal(hys__npz_doubles(&file, file.arrays.at, doubles), HYS_SYNTAX);
    snprintf(want, sizeof want, "%s: error: array 'w': value 2 is not finite\n", f->path);
    assert_diag(f->ctx, 1, want);
}

/* ---- damage ---- */

static size_t load(const fixture *f, char *bytes, size_t size) {
    FILE *in = fopen(f->path, "rb");
    assert_non_null(in);
    const size_t n = fread(bytes, 1, size, in);
    fclose(in);
    return n;
}

static void cut_anywhere_it_is_refused(void **state) {
    fixture *f = *state;
    char bytes[2048];
    assert_int_equal(hys__npz_write(f->ctx, f->path, written, 3), HYS_OK);
    const size_t n = load(f, bytes, sizeof bytes);
    for (size_t cut = 0; cut < n; cut += 3) assert_refused(f, bytes, cut, HYS_SYNTAX, cut < 4 ? "neither" : "damaged");
}

static void a_wrong_byte_is_found_or_does_no_harm(void **state) {
    fixture *f = *state;
    char bytes[2048];
    size_t n_refused = 0;
    assert_int_equal(hys__npz_write(f->ctx, f->path, written, 3), HYS_OK);
    const size_t n = load(f, bytes, sizeof bytes);
    for (size_t k = 0; k < n; k += 2) {
        hys__npz file;
        bytes[k] ^= 0x41;
        hys_test_write(f->path, bytes, n);
        bytes[k] ^= 0x41;
        hys_diag_clear(f->ctx);
        const hys_status status = hys__npz_read(&f->arena, f->path, &file);
        n_refused += status != HYS_OK;
        assert_int_equal(hys_diag_n_errors(f->ctx), status != HYS_OK);
    }
    assert_true(n_refused > n / 4); /* all that is under a checksum */
}

/* One array's bytes: "\x93NUMPY", version 1, the dictionary, then 8 bytes of values. */
static size_t npy(char *bytes, const char *dictionary) {
    const size_t n = strlen(dictionary);
    memcpy(bytes, "\x93NUMPY\1\0", 8);
    bytes[8] = (char)n;
    bytes[9] = 0;
    memcpy(bytes + 10, dictionary, n);
    memset(bytes + 10 + n, 0, 8);
    return 10 + n + 8;
}

static void arrays_that_cannot_be_are_refused(void **state) {
    fixture *f = *state;
    static const struct {
        const char *dictionary, *want;
    } cases[] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", "fewer values than its shape"},
        {"{'descr': '<f8', 'fortran_order': True, 'shape': (99999999, 99999999, 99999999, 9)}", "fewer values"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", "its shape cannot be read"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "its shape cannot be read"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1)}", "at most four axes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,", "its shape cannot be read"},
        {"{'descr': '<c16', 'fortran_order': False, 'shape': (1,)}", "neither 4 or 8 byte floats"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "neither 4 or 8 byte floats"},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", "neither 4 or 8 byte floats"},
        {"{'descr': '<f8', 'shape': (1,)}", "its shape cannot be read"},
        {"", "neither 4 or 8 byte floats"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char bytes[256];
        assert_refused(f, bytes, npy(bytes, cases[k].dictionary), HYS_SYNTAX, cases[k].want);
    }
}

/* ---- memory ---- */

static hys_status write_and_read(hys_ctx *ctx, void *arg) {
    hys__arena arena;
    hys__npz file;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__npz_write(ctx, arg, written, 3);
    if (status == HYS_OK) status = hys__npz_read(&arena, arg, &file);
    hys__arena_free(&arena);
    return status;
}

static void memory_that_is_out_is_said(void **state) {
    fixture *f = *state;
    hys_test_each_failure(write_and_read, (void *)(uintptr_t)f->path, false);
    hys_test_each_failure(write_and_read, (void *)(uintptr_t)f->path, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_numpy_wrote_is_read),
        TEST(a_lone_npy_is_an_array_without_a_name),
        TEST(what_is_written_is_read_again),
        TEST(what_is_written_numpy_reads),
        TEST(values_that_are_no_numbers_are_refused),
        TEST(cut_anywhere_it_is_refused),
        TEST(a_wrong_byte_is_found_or_does_no_harm),
        TEST(arrays_that_cannot_be_are_refused),
        TEST(memory_that_is_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
