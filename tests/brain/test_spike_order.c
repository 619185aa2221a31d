/* The order in which spikes are told: by time, then by cell. */
#include "brain/brain_impl.h"
#include "hys_test.h"

#define N 5000u

static hys_spike given[N], found[N];

static uint32_t next(uint32_t *seed) {
    return *seed = *seed * 1664525u + 1013904223u;
}

/* All are there once, since each has a cell of its own. */
static void assert_in_order(size_t n) {
    static bool is_there[N];
    hys__arena arena;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena_init(&arena, ctx, 0);
    memset(is_there, 0, sizeof is_there);
    assert_true(hys__spikes_by_time(&arena, given, n, found));
    for (size_t k = 0; k < n; k++) {
        assert_false(is_there[found[k].cell]);
        is_there[found[k].cell] = true;
        assert_true(given[found[k].cell].time == found[k].time);
        if (!k) continue;
        assert_true(found[k - 1].time <= found[k].time);
        assert_true(found[k - 1].time < found[k].time || found[k - 1].cell < found[k].cell);
    }
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void spikes_at_any_times_come_one_after_the_other(void **state) {
    (void)state;
    uint32_t seed = 7;
    for (size_t k = 0; k < N; k++) given[k] = (hys_spike){.time = 1e-3 + next(&seed) * 1e-12, .cell = (uint32_t)k};
    for (size_t n = 1; n <= N; n = 3 * n + 1) assert_in_order(n);
    assert_in_order(N);
}

/* Nearly all at once, on a few times, and one far away: no interval but one has any. */
static void volleys_come_in_the_order_of_their_cells(void **state) {
    (void)state;
    uint32_t seed = 9;
    for (size_t k = 0; k < N; k++)
        given[k] = (hys_spike){.time = k == N / 2 ? 1e6 : (next(&seed) >> 29) * 25e-6, .cell = (uint32_t)k};
    assert_in_order(N);
    for (size_t k = 0; k < N; k++) given[k].time = 0.25;
    assert_in_order(N);
}

/* Times as near to each other as doubles are, where a difference over a difference still is one. */
static void the_smallest_differences_count(void **state) {
    (void)state;
    for (size_t k = 0; k < 40; k++)
        given[k] = (hys_spike){.time = (double)((7 * k) % 40) * 5e-324, .cell = (uint32_t)k};
    assert_in_order(40);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(spikes_at_any_times_come_one_after_the_other),
    cmocka_unit_test(volleys_come_in_the_order_of_their_cells),
    cmocka_unit_test(the_smallest_differences_count),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
