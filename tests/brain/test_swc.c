/* SWC files: what is read, and one message for each fault. */
#include "hys_test.h"
#include "io/swc.h"

static const char *dir;

static hys_status read_text(hys_ctx *ctx, hys__arena *arena, const char *text, size_t n, double least, hys__swc *swc) {
    hys_test_write(hys_test_path(dir, "a.swc"), text, n);
    hys__arena_init(arena, ctx, 0);
    assert_int_equal(chdir(dir), 0);
    return hys__swc_read(arena, "a.swc", least, swc);
}

static void samples_are_read_in_metres_and_comments_kept(void **state) {
    (void)state;
    const char text[] = "# ORIGINAL_SOURCE NeuronName\r\n#\r\n\r\n1 1 0 0.5 -3 8.25 -1\r\n"
                        "  2\t3 10.5 0 0 1.5 1 # first\r\n3 2 1e1 .5 +2 0.25 1\r\n";
    hys__arena arena;
    hys__swc swc;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(read_text(ctx, &arena, text, sizeof text - 1, 0, &swc), HYS_OK);
    assert_int_equal(swc.points.n, 3);
    assert_int_equal(swc.n_trees, 1);
    assert_int_equal(swc.comments.n, 1);
    assert_string_equal(swc.comments.at[0], "ORIGINAL_SOURCE NeuronName");
    const hys__swc_point *p = swc.points.at;
    assert_true(p[0].id == 1 && p[0].type == 1 && p[0].parent == -1);
    assert_same_double(p[0].radius, 8.25e-6);
    assert_same_double(p[0].at[1], 0.5e-6);
    assert_same_double(p[0].at[2], -3e-6);
    assert_true(p[1].parent == 0 && p[2].parent == 0 && p[2].type == 2);
    assert_same_double(p[2].at[0], 10e-6);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void parents_may_come_later_and_numbers_may_have_gaps(void **state) {
    (void)state;
    const char text[] = "900 3 3 0 0 1 70\n70 3 2 0 0 1 5\n5 1 0 0 0 1 -1\n0 4 0 5 0 1 5\n";
    hys__arena arena;
    hys__swc swc;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(read_text(ctx, &arena, text, sizeof text - 1, 0, &swc), HYS_OK);
    const int64_t ids[] = {5, 70, 900, 0};
    const int32_t parents[] = {-1, 0, 1, 0};
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(swc.points.at[k].id, ids[k]);
        assert_int_equal(swc.points.at[k].parent, parents[k]);
    }
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void trees_stay_apart(void **state) {
    (void)state;
    const char text[] = "1 1 0 0 0 1 -1\n2 3 9 0 0 1 -1\n3 3 2 0 0 1 1\n4 3 10 0 0 1 2\n";
    hys__arena arena;
    hys__swc swc;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(read_text(ctx, &arena, text, sizeof text - 1, 0, &swc), HYS_OK);
    assert_int_equal(swc.n_trees, 2);
    const int64_t ids[] = {1, 3, 2, 4};
    for (size_t k = 0; k < 4; k++) assert_int_equal(swc.points.at[k].id, ids[k]);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

/* Carriage returns alone, a byte order mark, seven columns and more, no newline at the end. */
static void old_and_extended_files_are_read(void **state) {
    (void)state;
    const char old[] = "\xef\xbb\xbf# old\r1 1 0 0 0 1 -1\r2 3 5 0 0 1 1",
               more[] = "1 1 0 0 0 1 -1 7 0.5\n2 3 5 0 0 1 1\n";
    hys__arena arena;
    hys__swc swc;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(read_text(ctx, &arena, old, sizeof old - 1, 0, &swc), HYS_OK);
    assert_int_equal(swc.points.n, 2);
    assert_string_equal(swc.comments.at[0], "old");
    hys__arena_free(&arena);
    assert_int_equal(read_text(ctx, &arena, more, sizeof more - 1, 0, &swc), HYS_OK);
    assert_int_equal(swc.n_longer, 1);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void least_radius_raises_what_is_below_it(void **state) {
    (void)state;
    const char text[] = "1 1 0 0 0 1 -1\n2 3 5 0 0 0 1\n3 3 9 0 0 -1 2\n4 3 11 0 0 .05 3\n5 3 12 0 0 .2 4\n";
    hys__arena arena;
    hys__swc swc;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(read_text(ctx, &arena, text, sizeof text - 1, 1e-7, &swc), HYS_OK);
    assert_int_equal(swc.n_raised, 3);
    for (size_t k = 1; k < 4; k++) assert_same_double(swc.points.at[k].radius, 1e-7);
    assert_near(swc.points.at[4].radius, 2e-7, 1e-15);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

#define ORDER "hint: a sample is: number type x y z radius parent, in um\n"
static const struct fault {
    const char *text, *message;
} faults[] = {
    {"# only\n", "a.swc: error: there is no sample in it\n" ORDER},
    {"1 1 0 0 0 1 -1\n2 3 5 0 0 1\n",
     "a.swc:2:11: error: 6 columns, and the parent's number is missing\n2 3 5 0 0 1\n          ^\n" ORDER},
    {"1 1 0 zero 0 1 -1\n", "a.swc:1:7: error: y is no number\n1 1 0 zero 0 1 -1\n      ^~~~\n" ORDER},
    {"1 1 0 0 0 nan -1\n", "a.swc:1:11: error: the radius is no number\n1 1 0 0 0 nan -1\n          ^~~\n" ORDER},
    {"1,1,0,0,0,1,-1\n", "a.swc:1:1: error: the sample's number is no number\n1,1,0,0,0,1,-1\n^~~~~~~~~~~~~~\nhint: "
                         "blanks or tabs stand between the columns of SWC\n"},
    {"1.5 1 0 0 0 1 -1\n", "a.swc:1:1: error: the sample's number is no integer\n1.5 1 0 0 0 1 -1\n^~~\n" ORDER},
    {"1 -1 0 0 0 1 -1\n", "a.swc:1:3: error: the type is out of range\n1 -1 0 0 0 1 -1\n  ^~\n"},
    {"1 1 0 0 1e999 1 -1\n", "a.swc:1:9: error: z is out of range\n1 1 0 0 1e999 1 -1\n        ^~~~~\n"},
    {"1 1 0 0 0 1 -2\n", "a.swc:1:13: error: the parent's number is out of range\n1 1 0 0 0 1 -2\n            "
                         "^~\nhint: the parent of a root is -1\n"},
    {"1 1 0 0 0 1 -1\n2 3 5 0 0 0 1\n", "a.swc:2:11: error: the radius is not positive\n2 3 5 0 0 0 1\n          "
                                        "^\nhint: --least-radius 0.1um raises all radii below it\n"},
    {"1 1 0 0 0 1e-300 -1\n",
     "a.swc:1:11: error: the radius is smaller than 1e-6 um\n1 1 0 0 0 1e-300 -1\n          ^~~~~~\n"
     "hint: --least-radius 0.1um raises all radii below it\n"},
    {"1 1 0 0 0 1 -1\n2 3 5 0 0 -1 1\n", "a.swc:2:11: error: the radius is not positive\n2 3 5 0 0 -1 1\n          "
                                         "^~\nhint: --least-radius 0.1um raises all radii below it\n"},
    {"1 1 0 0 0 1 -1\n2 3 5 0 0 1 7\n", "a.swc:2:13: error: there is no sample 7, the parent of sample 2\n2 3 5 0 0 1 "
                                        "7\n            ^\nhint: the parent of a root is -1\n"},
    {"1 1 0 0 0 1 1\n",
     "a.swc:1:13: error: sample 1 is its own parent\n1 1 0 0 0 1 1\n            ^\nhint: the parent of a root is -1\n"},
    {"1 1 0 0 0 1 -1\n9 3 7 0 0 1 4\n2 3 5 0 0 1 4\n3 3 6 0 0 1 2\n4 3 7 0 0 1 3\n",
     "a.swc:3:13: error: sample 2 is its own ancestor: 3 samples form a circle\n2 3 5 0 0 1 4\n            ^\nhint: "
     "the "
     "parents of each sample lead to one of parent -1\n"},
    {"4 1 0 0 0 1 -1\n2 3 5 0 0 1 4\n4 3 5 0 0 1 2\n",
     "a.swc:3:1: error: a second sample 4\n4 3 5 0 0 1 2\n^~~~~~~~~~~~~\nhint: each sample has a number of its own\n"},
};

static void each_fault_has_its_message(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        hys__arena arena;
        hys__swc swc;
        hys_ctx *ctx = hys_test_ctx();
        assert_true(read_text(ctx, &arena, faults[k].text, strlen(faults[k].text), 0, &swc) < 0);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        assert_diag(ctx, 0, faults[k].message);
        hys__arena_free(&arena);
        hys_ctx_free(ctx);
    }
}

static void binary_files_are_refused(void **state) {
    (void)state;
    hys__arena arena;
    hys__swc swc;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(read_text(ctx, &arena, "\x89HDF\r\n\x1a\n\0\0\0", 11, 0, &swc), HYS_SYNTAX);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys__arena_free(&arena);
    hys_diag_clear(ctx);
    assert_int_equal(read_text(ctx, &arena,
                               "1\0 \0"
                               "1\0",
                               6, 0, &swc),
                     HYS_SYNTAX);
    assert_diag(ctx, 0, "a.swc: error: this is no text\nhint: SWC is plain text, in ASCII or UTF-8\n");
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

/* A chain of 200000 samples, the last first: no recursion, nothing quadratic. */
static void long_chains_are_read(void **state) {
    (void)state;
    enum { N = 200000 };
    char *text = malloc(N * 32);
    size_t n = 0;
    hys__arena arena;
    hys__swc swc;
    hys_ctx *ctx = hys_test_ctx();
    assert_non_null(text);
    for (int k = N; k > 0; k--) n += (size_t)sprintf(text + n, "%d 3 %d 0 0 1 %d\n", k, k, k > 1 ? k - 1 : -1);
    assert_int_equal(read_text(ctx, &arena, text, n, 0, &swc), HYS_OK);
    assert_int_equal(swc.points.n, N);
    for (int32_t k = 0; k < N; k++) assert_int_equal(swc.points.at[k].parent, k - 1);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
    free(text);
}

static hys_status read_once(hys_ctx *ctx, void *arg) {
    const char *text = arg;
    hys__arena arena;
    hys__swc swc;
    hys_status status = read_text(ctx, &arena, text, strlen(text), 0, &swc);
    hys__arena_free(&arena);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    char text[] = "# a\r3 3 5 0 0 1 1\r1 1 0 0 0 1 -1\r";
    hys_test_each_failure(read_once, text, false);
    hys_test_each_failure(read_once, text, true);
}

static int make_dir(void **state) {
    (void)state;
    dir = hys_test_dir();
    return 0;
}

static int remove_dir(void **state) {
    (void)state;
    hys_test_dir_remove(dir);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_read_in_metres_and_comments_kept),
        cmocka_unit_test(parents_may_come_later_and_numbers_may_have_gaps),
        cmocka_unit_test(trees_stay_apart),
        cmocka_unit_test(old_and_extended_files_are_read),
        cmocka_unit_test(least_radius_raises_what_is_below_it),
        cmocka_unit_test(each_fault_has_its_message),
        cmocka_unit_test(binary_files_are_refused),
        cmocka_unit_test(long_chains_are_read),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
