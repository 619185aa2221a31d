/* Runs as blocks of bytes: what is written is read again; what is damaged is refused. */
#include "circuit/sim_crew.h"
#include "hys_test.h"

typedef struct sample {
    hys_ctx *ctx;
    hys__text block, text;
} sample;

/* A run with one table of two columns and three rows, a measure that failed, a remark and a warning. */
static hys_status make(hys_ctx *ctx, hys__text *block, hys__text *text) {
    hys__sim_output output = {.result = {.name = "tran1", .analysis = "tran", .method = "ida", .n_steps = 17}};
    hys_status status = hys_table_new(ctx, &output.table);
    if (status == HYS_OK) status = hys_table_add_column(output.table, "time", "s");
    if (status == HYS_OK) status = hys_table_add_column(output.table, "v(a)", "V");
    for (int k = 0; status == HYS_OK && k < 3; k++)
        status = hys_table_add_row(output.table, (double[]){k * 1e-3, k ? NAN : -0.0});
    output.result.step_error = output.result.check_difference = NAN;
    hys_sim_measure measure = {"tran1", "peak", "V", NAN, "it never crosses", 0};
    const char *remark = "a remark of 24 letters..";
    double steps[] = {1e3, -2.5};
    const hys__sim_run run = {HYS_NOCONV, &output, 1, &measure, 1, &remark, 1, steps};
    hys__report_at(ctx, HYS_WARNING, HYS_OK, "deck.cir", 7, 3, "R1 a 0 0", "hint", "short");
    hys__text_puts(text, "said\n");
    if (status == HYS_OK) hys__pack_run(block, 41, &run, 2, text, ctx);
    hys_table_free(output.table);
    return status == HYS_OK && (block->failed || text->failed) ? HYS_NOMEM : status;
}

static sample sample_new(void) {
    sample s = {.ctx = hys_test_ctx()};
    hys__text_init(&s.block, s.ctx);
    hys__text_init(&s.text, s.ctx);
    assert_int_equal(make(s.ctx, &s.block, &s.text), HYS_OK);
    return s;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    sample s = sample_new();
    hys__arena arena;
    hys__packed_run run;
    hys__arena_init(&arena, s.ctx, 0);
    assert_int_equal(s.block.n % 8, 0);
    assert_true(hys__unpack_run(&arena, s.block.at, s.block.n, &run));
    assert_int_equal(run.index, 41);
    assert_int_equal(run.status, HYS_NOCONV);
    assert_int_equal(run.n_steps, 2);
    assert_same_double(run.steps[1], -2.5);
    assert_string_equal(run.text, "said\n");
    assert_int_equal(run.n_diags, 1);
    assert_string_equal(run.diags[0].file, "deck.cir");
    assert_int_equal(run.diags[0].line, 7);
    assert_string_equal(run.diags[0].source, "R1 a 0 0");
    assert_int_equal(run.diags[0].severity, HYS_WARNING);
    assert_int_equal(run.diags[0].parent, -1);
    assert_string_equal(run.remarks[0], "a remark of 24 letters..");
    assert_string_equal(run.measures[0].why, "it never crosses");
    assert_true(isnan(run.measures[0].value));
    const hys__packed_output *output = &run.outputs[0];
    assert_string_equal(output->result.name, "tran1");
    assert_int_equal(output->result.n_steps, 17);
    assert_int_equal(output->n_columns, 2);
    assert_int_equal(output->n_rows, 3);
    assert_string_equal(output->names[1], "v(a)");
    assert_string_equal(output->units[0], "s");
    assert_same_double(output->values[2], 2e-3);
    assert_same_double(output->values[3], -0.0);
    hys__arena_free(&arena);
    hys_ctx_free(s.ctx);
}

static void a_bare_head_is_a_run_that_failed(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__packed_run run;
    hys__arena_init(&arena, ctx, 0);
    hys__pack_head head = hys__pack_empty(3, HYS_NOMEM);
    assert_true(hys__unpack_run(&arena, &head, sizeof head, &run));
    assert_int_equal(run.index, 3);
    assert_int_equal(run.status, HYS_NOMEM);
    assert_int_equal(run.n_outputs, 0);
    assert_string_equal(run.text, "");
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

/* In a block of its own, so that the sanitizer sees what is read beyond. */
static bool reads(hys_ctx *ctx, const char *at, size_t n) {
    hys__arena arena;
    hys__packed_run run;
    hys__arena_init(&arena, ctx, 0);
    char *copy = malloc(n + !n);
    assert_non_null(copy);
    memcpy(copy, at, n);
    bool ok = hys__unpack_run(&arena, copy, n, &run);
    free(copy);
    hys__arena_free(&arena);
    return ok;
}

static void every_shorter_block_is_refused(void **state) {
    (void)state;
    sample s = sample_new();
    for (size_t n = 0; n < s.block.n; n++) {
        hys__pack_head head;
        assert_false(reads(s.ctx, s.block.at, n));
        if (n < sizeof head) continue;
        char *cut = malloc(n); /* and where the head agrees with the length */
        assert_non_null(cut);
        memcpy(cut, s.block.at, n);
        memcpy(&head, cut, sizeof head);
        head.size = n;
        memcpy(cut, &head, sizeof head);
        assert_false(reads(s.ctx, cut, n));
        free(cut);
    }
    hys_ctx_free(s.ctx);
}

/* A count or length that is out of all proportion is never followed. */
static void every_word_may_be_wrong(void **state) {
    (void)state;
    sample s = sample_new();
    const uint64_t values[] = {0, 1, 1000, UINT64_C(1) << 32, UINT64_C(1) << 61, UINT64_MAX, UINT64_MAX - 7};
    size_t n_refused = 0, n_tried = 0;
    for (size_t at = 0; at + 8 <= s.block.n; at += 8)
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            uint64_t before;
            memcpy(&before, s.block.at + at, 8);
            memcpy(s.block.at + at, &values[k], 8);
            n_refused += !reads(s.ctx, s.block.at, s.block.n);
            n_tried++;
            memcpy(s.block.at + at, &before, 8);
        }
    assert_true(n_refused > n_tried / 4); /* numbers and letters may hold anything */
    assert_true(reads(s.ctx, s.block.at, s.block.n));
    hys_ctx_free(s.ctx);
}

static hys_status write_and_read(hys_ctx *ctx, void *arg) {
    hys__text block, text;
    hys__arena arena;
    hys__packed_run run;
    (void)arg;
    hys__text_init(&block, ctx);
    hys__text_init(&text, ctx);
    hys__arena_init(&arena, ctx, 0);
    hys_status status = make(ctx, &block, &text);
    if (status == HYS_OK && !hys__unpack_run(&arena, block.at, block.n, &run))
        status = arena.failed ? HYS_NOMEM : HYS_BUG;
    bool has_warning = hys_diag_count(ctx) > 0 && hys_diag_get(ctx, 0)->severity == HYS_WARNING;
    hys__arena_free(&arena);
    hys__text_free(&text);
    hys__text_free(&block);
    return status == HYS_OK && !has_warning ? HYS_NOMEM : status; /* it was the warning that found no memory */
}

static void memory_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(write_and_read, NULL, false);
}

/* ---- which rank carries out which run ---- */

static void each_thread_gets_its_share(void **state) {
    (void)state;
    const int32_t ranks[] = {0, 1, 2, 1}; /* rank 1 has two threads */
    const hys__run_plan plan = {.n_runs = 4000, .rank = 1, .ranks = ranks, .n_slots = 4};
    size_t counts[3] = {0};
    for (size_t k = 0; k < plan.n_runs; k++) counts[hys__run_owner(&plan, k)]++;
    assert_int_equal(counts[0], 1000);
    assert_int_equal(counts[1], 2000);
    assert_int_equal(counts[2], 1000);
    size_t own = 0;
    for (size_t k = hys__run_own(&plan, 0); k < plan.n_runs; k = hys__run_own(&plan, k + 1)) own++;
    assert_int_equal(own, 2000);
}

/* One expensive value of a .step of as many points as there are threads: of 1000 binomial draws at 1/4, 250 +- 13.7;
 * five deviations. */
static void an_expensive_step_does_not_always_meet_the_same_rank(void **state) {
    (void)state;
    const int32_t ranks[] = {0, 1, 2, 3};
    const hys__run_plan plan = {.n_runs = 4000, .ranks = ranks, .n_slots = 4};
    size_t counts[4] = {0};
    for (size_t k = 3; k < plan.n_runs; k += 4) counts[hys__run_owner(&plan, k)]++;
    for (size_t r = 0; r < 4; r++) assert_within((double)counts[r], 250, 68);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_bare_head_is_a_run_that_failed),
        cmocka_unit_test(every_shorter_block_is_refused),
        cmocka_unit_test(every_word_may_be_wrong),
        cmocka_unit_test(memory_may_fail),
        cmocka_unit_test(each_thread_gets_its_share),
        cmocka_unit_test(an_expensive_step_does_not_always_meet_the_same_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
