/* The context: options, cancellation, texts. */
#include "base/context.h"
#include "base/diag.h"
#include "hys_test.h"
#include <sched.h>
#include <signal.h>

static void a_shorter_older_options_struct_is_accepted(void **state) {
    (void)state;
    struct older {
        size_t size;
        hys_alloc_fn alloc;
        void *alloc_user;
    } *older = malloc(sizeof *older); /* on the heap: reading beyond it is seen */
    assert_non_null(older);
    hys_test_memory memory = {0};
    *older = (struct older){sizeof *older, hys_test_alloc, &memory};
    hys_ctx *ctx = NULL;
    assert_int_equal(hys_ctx_new((const hys_ctx_opts *)(void *)older, &ctx), HYS_OK);
    assert_true(memory.n_live > 0);
    assert_int_equal(hys__ctx_seed(ctx), hys_ctx_opts_default().seed);
    hys_ctx_free(ctx);
    free(older);
    assert_int_equal(memory.n_live, 0);
}

static void a_longer_newer_options_struct_is_accepted_if_it_asks_nothing_new(void **state) {
    (void)state;
    struct newer {
        hys_ctx_opts known;
        double unknown;
    } newer = {hys_ctx_opts_default(), 0};
    newer.known.size = sizeof newer;
    newer.known.seed = 317;
    hys_ctx *ctx = NULL;
    assert_int_equal(hys_ctx_new(&newer.known, &ctx), HYS_OK);
    assert_int_equal(hys__ctx_seed(ctx), 317);
    hys_ctx_free(ctx);
    newer.unknown = 2.385;
    ctx = NULL;
    assert_int_equal(hys_ctx_new(&newer.known, &ctx), HYS_ARG);
    assert_null(ctx);
}

static void options_without_sense_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = NULL;
    hys_ctx_opts opts = hys_ctx_opts_default();
    opts.size = 0;
    assert_int_equal(hys_ctx_new(&opts, &ctx), HYS_ARG);
    opts.size = SIZE_MAX;
    assert_int_equal(hys_ctx_new(&opts, &ctx), HYS_ARG);
    opts = hys_ctx_opts_default();
    opts.n_threads = -1;
    assert_int_equal(hys_ctx_new(&opts, &ctx), HYS_ARG);
    assert_null(ctx);
}

static void without_an_allocator_the_c_library_gives_memory(void **state) {
    (void)state;
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    opts.alloc = NULL;
    assert_int_equal(hys_ctx_new(&opts, &ctx), HYS_OK);
    hys_ctx_free(ctx);
}

static void threads_are_as_asked_or_the_cores(void **state) {
    (void)state;
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    opts.n_threads = 7;
    assert_int_equal(hys_ctx_new(&opts, &ctx), HYS_OK);
    assert_int_equal(hys__ctx_n_threads(ctx), 7);
    hys_ctx_free(ctx);
    ctx = hys_test_ctx();
    cpu_set_t set;
    assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
    assert_int_equal(hys__ctx_n_threads(ctx), CPU_COUNT(&set));
    hys_ctx_free(ctx);
}

static hys_ctx *signalled;

static void on_signal(int number) {
    (void)number;
    hys_ctx_cancel(signalled); /* NOLINT(bugprone-signal-handler,cert-sig30-c): that it may is the fact */
}

static void a_signal_handler_may_cancel(void **state) {
    (void)state;
    signalled = hys_test_ctx();
    hys_ctx *other = hys_test_ctx();
    void (*before)(int) = signal(SIGUSR1, on_signal);
    assert_false(hys_ctx_is_cancelled(signalled));
    raise(SIGUSR1);
    signal(SIGUSR1, before);
    assert_true(hys_ctx_is_cancelled(signalled));
    assert_false(hys_ctx_is_cancelled(other));
    hys_ctx_free(signalled);
    hys_ctx_free(other);
}

static void freeing_nothing_is_fine(void **state) {
    (void)state;
    hys_ctx_free(NULL);
}

static void every_status_has_its_own_text(void **state) {
    (void)state;
#define HYS_X(name, value, text) HYS_##name,
    static const hys_status all[] = {HYS_STATUS_LIST(HYS_X)};
#undef HYS_X
    size_t n = sizeof all / sizeof all[0];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) assert_string_not_equal(hys_status_text(all[i]), hys_status_text(all[j]));
    assert_string_equal(hys_status_text(HYS_NOMEM), "out of memory");
    assert_string_equal(hys_status_text((hys_status)-4711), "unknown status");
    assert_string_equal(hys_status_text(HYS_STATUS_INT_), "unknown status");
}

static void the_version_has_three_numbers(void **state) {
    (void)state;
    int major, minor, patch, n = 0;
    assert_int_equal(sscanf(hys_version(), "%d.%d.%d%n", &major, &minor, &patch, &n), 3);
    assert_int_equal(hys_version()[n], 0);
}

static hys_status nothing(hys_ctx *ctx, void *arg) {
    (void)ctx;
    (void)arg;
    return HYS_OK;
}

static void a_context_that_cannot_be_made_leaves_nothing(void **state) {
    (void)state;
    hys_test_each_failure(nothing, NULL, false);
}

static void a_follower_is_cancelled_with_its_leader_and_not_the_other_way(void **state) {
    (void)state;
    hys_ctx *leader = hys_test_ctx(), *follower = hys_test_ctx(), *last = hys_test_ctx();
    hys__ctx_follow(follower, leader);
    hys__ctx_follow(last, follower);
    hys_ctx_cancel(last);
    assert_false(hys_ctx_is_cancelled(follower));
    hys__ctx_follow(last, NULL);
    assert_true(hys_ctx_is_cancelled(last));
    hys_ctx_cancel(leader);
    assert_true(hys_ctx_is_cancelled(follower));
    hys_ctx_free(last);
    hys_ctx_free(follower);
    hys_ctx_free(leader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shorter_older_options_struct_is_accepted),
        cmocka_unit_test(a_longer_newer_options_struct_is_accepted_if_it_asks_nothing_new),
        cmocka_unit_test(options_without_sense_are_refused),
        cmocka_unit_test(without_an_allocator_the_c_library_gives_memory),
        cmocka_unit_test(threads_are_as_asked_or_the_cores),
        cmocka_unit_test(a_signal_handler_may_cancel),
        cmocka_unit_test(a_follower_is_cancelled_with_its_leader_and_not_the_other_way),
        cmocka_unit_test(freeing_nothing_is_fine),
        cmocka_unit_test(every_status_has_its_own_text),
        cmocka_unit_test(the_version_has_three_numbers),
        cmocka_unit_test(a_context_that_cannot_be_made_leaves_nothing),
    };
    return cmocka_run_group_tests_name("context", tests, NULL, NULL);
}
