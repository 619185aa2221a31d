/* Arenas, growing texts and lists, interned strings. */
#include "base/memory.h"
#include "hys_test.h"
#include <wchar.h>

static void pieces_are_zero_aligned_and_apart(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    unsigned char *pieces[2000];
    size_t sizes[2000];
    for (size_t i = 0; i < 2000; i++) {
        sizes[i] = i % 7 == 0 ? i * 13 : i % 50; /* 0 too */
        pieces[i] = hys__arena_alloc(&arena, sizes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (size_t j = 0; j < sizes[i]; j++) assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i % 251), sizes[i]);
    }
    for (size_t i = 0; i < 2000; i++)
        for (size_t j = 0; j < sizes[i]; j++) assert_int_equal(pieces[i][j], i % 251);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void a_large_piece_does_not_waste_the_chunk_in_use(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    char *before = hys__arena_alloc(&arena, 48);
    char *large = hys__arena_alloc(&arena, 5000000);
    char *after = hys__arena_alloc(&arena, 48);
    assert_non_null(large);
    memset(large, 1, 5000000);
    assert_true(after > before && after - before <= 128);
    hys_ctx_free(ctx);
}

static void a_freed_arena_starts_again(void **state) {
    (void)state;
    hys_test_memory memory = {0};
    hys_ctx *ctx = hys_test_ctx_with(&memory);
    size_t n_before = memory.n_live;
    hys__arena arena;
    hys__arena_init(&arena, ctx, 100000);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 300; i++) assert_non_null(hys__arena_alloc(&arena, 200));
        hys__arena_free(&arena);
        assert_int_equal(memory.n_live, n_before);
        assert_int_equal(arena.total, 0);
    }
    hys_ctx_free(ctx);
    assert_false(memory.wrong_size);
}

static void the_limit_is_kept_and_reported_once(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__arena_init(&arena, ctx, 10000);
    int n = 0;
    while (hys__arena_alloc(&arena, 100)) n++;
    assert_true(n > 50 && n <= 100);
    assert_true(arena.total <= 10000);
    assert_true(arena.failed);
    assert_null(hys__arena_alloc(&arena, 20000));
    assert_int_equal(hys_diag_count(ctx), 1);
    assert_int_equal(hys_diag_get(ctx, 0)->status, HYS_LIMIT);
    assert_diag(ctx, 0,
                "error: this needs more than 10000 bytes of memory, which is the limit here\n"
                "hint: make the input smaller\n");
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void sizes_that_overflow_are_out_of_memory(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    assert_null(hys__arena_alloc(&arena, SIZE_MAX));
    assert_null(hys__arena_alloc(&arena, SIZE_MAX - 8));
    assert_null(hys__arena_alloc(&arena, PTRDIFF_MAX));
    assert_null(hys__arena_calloc(&arena, SIZE_MAX / 2, 3));
    assert_null(hys__arena_calloc(&arena, 3, SIZE_MAX / 2));
    assert_null(hys__realloc(ctx, NULL, 0, SIZE_MAX));
    assert_true(arena.failed);
    assert_int_equal(hys_diag_count(ctx), 1);
    assert_diag(ctx, 0, "error: out of memory\n");
    assert_non_null(hys__arena_calloc(&arena, 0, SIZE_MAX));
    hys_ctx_free(ctx);
}

static void lists_grow_and_keep_what_they_hold(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    struct item {
        double x;
        int i;
    };
    struct {
        struct item *at;
        size_t n, cap;
    } list = {0};
    for (int i = 0; i < 5000; i++) {
        struct item *item = HYS_PUSH(&arena, &list);
        assert_non_null(item);
        assert_int_equal(item->i, 0);
        *item = (struct item){i * 0.317, i};
    }
    assert_int_equal(list.n, 5000);
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(list.at[i].i, i);
        assert_same_double(list.at[i].x, i * 0.317);
    }
    void *at = NULL;
    size_t cap = 0;
    assert_false(hys__grow(&arena, &at, &cap, SIZE_MAX / 4, sizeof(struct item)));
    assert_null(at);
    assert_int_equal(cap, 0);
    hys_ctx_free(ctx);
}

static void strings_are_copied_to_their_length_or_their_end(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    assert_string_equal(hys__arena_strndup(&arena, "memristor", 3), "mem");
    assert_string_equal(hys__arena_strndup(&arena, "mem", SIZE_MAX), "mem");
    assert_string_equal(hys__arena_strndup(&arena, "", 0), "");
    assert_string_equal(hys__arena_printf(&arena, "%s has %d states", "w", 3), "w has 3 states");
    char longer[3000];
    memset(longer, 'y', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    assert_string_equal(hys__arena_printf(&arena, "%s", longer), longer);
    hys_ctx_free(ctx);
}

static void a_text_is_the_sum_of_its_pieces(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__text text;
    hys__text_init(&text, ctx);
    assert_null(text.at);
    char *want = calloc(1, 1 << 20);
    assert_non_null(want);
    size_t n = 0;
    for (int i = 0; i < 3000; i++) {
        n += (size_t)sprintf(want + n, "x[%d] = %*d;\n", i, i % 400, i);
        hys__text_printf(&text, "x[%d] = %*d", i, i % 400, i);
        hys__text_puts(&text, ";");
        hys__text_put(&text, "\n!", 1);
    }
    assert_int_equal(text.n, n);
    assert_string_equal(text.at, want);
    assert_false(text.failed);
    hys__text_put(&text, "a\0b", 3);
    assert_int_equal(text.n, n + 3);
    assert_memory_equal(text.at + n, "a\0b", 4);
    free(want);
    hys__text_free(&text);
    assert_null(text.at);
    hys_ctx_free(ctx);
}

/* In the C locale there is no such wide character: as with a text above 2 GiB, printing fails. */
static void what_cannot_be_printed_counts_as_out_of_memory(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__text text;
    hys__arena_init(&arena, ctx, 0);
    hys__text_init(&text, ctx);
    hys__text_puts(&text, "before");
    hys__text_printf(&text, "%lc", (wint_t)0x20ac);
    hys__text_puts(&text, "after");
    assert_true(text.failed);
    assert_string_equal(text.at, "before");
    assert_null(hys__arena_printf(&arena, "%lc", (wint_t)0x20ac));
    assert_true(arena.failed);
    assert_int_equal(hys_diag_count(ctx), 1);
    assert_int_equal(hys_diag_get(ctx, 0)->status, HYS_NOMEM);
    hys_ctx_free(ctx);
}

static void equal_strings_are_one_string(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__intern table;
    hys__arena_init(&arena, ctx, 0);
    hys__intern_init(&table, &arena);
    enum { N = 20000 };
    static const char *first[N];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < N; i++) {
            char name[32];
            size_t n = (size_t)snprintf(name, sizeof name, "r_%d and more", i) - 9;
            const char *interned = hys__intern_add(&table, name, n);
            name[n] = 0;
            assert_string_equal(interned, name);
            if (round == 0) first[i] = interned;
            else assert_ptr_equal(interned, first[i]);
        }
    assert_int_equal(table.n, N);
    assert_ptr_equal(hys__intern_add(&table, "", 0), hys__intern_add(&table, "x", 0));
    assert_ptr_equal(hys__intern_add(&table, "r_1\0x", 5), first[1]);
    assert_ptr_not_equal(hys__intern_add(&table, "r_", 2), first[1]);
    hys_ctx_free(ctx);
}

static void a_context_gives_back_what_its_objects_forgot(void **state) {
    (void)state;
    hys_test_memory memory = {0};
    hys_ctx *ctx = hys_test_ctx_with(&memory);
    hys__arena arena;
    hys__text text;
    hys__arena_init(&arena, ctx, 0);
    hys__text_init(&text, ctx);
    hys__text_printf(&text, "%2000d", 1);
    for (int i = 0; i < 100; i++) assert_non_null(hys__arena_alloc(&arena, 3000));
    void *middle = hys__realloc(ctx, NULL, 0, 10), *last = hys__realloc(ctx, NULL, 0, 10);
    middle = hys__realloc(ctx, middle, 10, 1000);
    hys__free(ctx, last, 10);
    assert_null(hys__realloc(ctx, middle, 1000, 0));
    assert_non_null(hys__realloc(ctx, NULL, 0, 1));
    hys_ctx_free(ctx);
    assert_int_equal(memory.n_live, 0);
    assert_false(memory.wrong_size);
}

typedef struct guarded {
    hys__guard guard;
    char name, *trace;
} guarded;

static void guarded_release(hys_ctx *ctx, hys__guard *guard) {
    (void)ctx;
    guarded *g = (guarded *)guard;
    g->trace[strlen(g->trace)] = g->name;
}

static void guards_are_released_newest_first_unless_removed(void **state) {
    (void)state;
    char trace[8] = "";
    guarded g[4];
    hys_ctx *ctx = hys_test_ctx();
    for (int i = 0; i < 4; i++) {
        g[i] = (guarded){{.release = guarded_release}, (char)('a' + i), trace};
        hys__guard_add(ctx, &g[i].guard);
    }
    hys__guard_remove(ctx, &g[1].guard);
    hys_ctx_free(ctx);
    assert_string_equal(trace, "dca");
}

static hys_status all_of_memory(hys_ctx *ctx, void *arg) {
    (void)arg;
    hys__arena arena;
    hys__intern table;
    hys__text text;
    hys__arena_init(&arena, ctx, 0);
    hys__intern_init(&table, &arena);
    hys__text_init(&text, ctx);
    bool good = true;
    for (int i = 0; i < 600; i++) {
        char name[16];
        int n = snprintf(name, sizeof name, "n%d", i);
        good = hys__intern_add(&table, name, (size_t)n) && good;
        good = hys__arena_printf(&arena, "%100d", i) && good;
        hys__text_printf(&text, "%300d", i);
        hys__text_puts(&text, "x");
    }
    struct {
        double *at;
        size_t n, cap;
    } list = {0};
    for (int i = 0; i < 3000; i++) good = HYS_PUSH(&arena, &list) && good;
    good = good && !text.failed && !arena.failed;
    hys__text_free(&text);
    hys__arena_free(&arena);
    return good ? HYS_OK : HYS_NOMEM;
}

static void every_failing_allocation_is_survived(void **state) {
    (void)state;
    hys_test_each_failure(all_of_memory, NULL, false);
    hys_test_each_failure(all_of_memory, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zero_aligned_and_apart),
        cmocka_unit_test(a_large_piece_does_not_waste_the_chunk_in_use),
        cmocka_unit_test(a_freed_arena_starts_again),
        cmocka_unit_test(the_limit_is_kept_and_reported_once),
        cmocka_unit_test(sizes_that_overflow_are_out_of_memory),
        cmocka_unit_test(lists_grow_and_keep_what_they_hold),
        cmocka_unit_test(strings_are_copied_to_their_length_or_their_end),
        cmocka_unit_test(a_text_is_the_sum_of_its_pieces),
        cmocka_unit_test(what_cannot_be_printed_counts_as_out_of_memory),
        cmocka_unit_test(equal_strings_are_one_string),
        cmocka_unit_test(a_context_gives_back_what_its_objects_forgot),
        cmocka_unit_test(guards_are_released_newest_first_unless_removed),
        cmocka_unit_test(every_failing_allocation_is_survived),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
