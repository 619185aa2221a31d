/* Ranks of a process that is alone, and what the environment of a launcher says. */
#include "base/ranks.h"
#include "hys_test.h"

static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE",
                                        "SLURM_PROCID",         "SLURM_STEP_NUM_TASKS", "PMIX_RANK"};

static int without_launcher(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof variables / sizeof *variables; k++) unsetenv(variables[k]);
    return 0;
}

static void a_process_alone_is_rank_0_of_1(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(hys_ranks_join(ctx, false), HYS_OK);
    assert_int_equal(hys_ranks_rank(ctx), 0);
    assert_int_equal(hys_ranks_size(ctx), 1);
    assert_int_equal(hys_ranks_agree(ctx, 42), 42);
    assert_int_equal(hys_ranks_all(ctx, HYS_OK), HYS_OK);
    assert_int_equal(hys_ranks_all(ctx, HYS_IO), HYS_IO);
    assert_false(hys_ranks_is_broken(ctx));
    assert_int_equal(hys__ranks_barrier(ctx), HYS_OK);
    int64_t word = 7;
    assert_int_equal(hys__ranks_bcast(ctx, 0, &word, sizeof word), HYS_OK);
    assert_int_equal(word, 7);
    hys_ctx_free(ctx);
}

static void there_is_nobody_to_send_to(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    int64_t word = 0;
    int32_t from = HYS__ANY_RANK;
    size_t n = 1;
    bool is_there = true;
    assert_int_equal(hys__ranks_probe(ctx, &from, 1, &n, &is_there), HYS_OK);
    assert_false(is_there);
    assert_int_equal(hys__ranks_send(ctx, 1, 1, &word, sizeof word), HYS_BUG);
    assert_int_equal(hys__ranks_send_start(ctx, 0, 1, &word, sizeof word), HYS_BUG);
    assert_int_equal(hys__ranks_receive(ctx, 0, 1, &word, sizeof word), HYS_BUG);
    assert_int_equal(hys__ranks_bcast(ctx, 1, &word, sizeof word), HYS_BUG);
    hys_ctx_free(ctx);
}

static hys_status gather(hys_ctx *ctx, void *arg) {
    const char *text = arg;
    hys__blocks blocks = {0};
    hys_status status = hys__ranks_gather(ctx, 0, text, strlen(text) + 1, &blocks);
    if (status != HYS_OK) return status;
    assert_int_equal(blocks.n_ranks, 1);
    assert_int_equal(blocks.offsets[0], 0);
    assert_true(blocks.offsets[1] > strlen(text));
    assert_string_equal(blocks.at, text);
    hys__blocks_free(ctx, &blocks);
    return HYS_OK;
}

static void the_block_of_one_is_gathered(void **state) {
    (void)state;
    char word[] = "seven b", longer[] = "longer than a word"; /* 8 bytes with the NUL, and no multiple of that */
    hys_test_each_failure(gather, word, false);
    hys_test_each_failure(gather, longer, true);
    hys_ctx *ctx = hys_test_ctx();
    hys__blocks blocks = {0};
    assert_int_equal(hys__ranks_gather(ctx, 0, NULL, 0, &blocks), HYS_OK);
    assert_int_equal(blocks.offsets[1], 0);
    hys__blocks_free(ctx, &blocks);
    hys_ctx_free(ctx);
}

/* 1e16 + 1 + 1 is 1e16 from left to right, and 1e16 + 2 from right to left: the order of the blocks is seen. */
static hys_status sum(hys_ctx *ctx, void *arg) {
    static const double blocks[] = {1e16, 1, 1, 1, 1, 1e16};
    double total[2] = {0, 0};
    (void)arg;
    hys_status status = hys__ranks_sum(ctx, blocks, 3, 2, total);
    if (status != HYS_OK) return status;
    assert_same_double(total[0], 1e16);
    assert_same_double(total[1], 1e16 + 2);
    return HYS_OK;
}

static void blocks_are_summed_in_their_order(void **state) {
    (void)state;
    hys_test_each_failure(sum, NULL, false);
    hys_ctx *ctx = hys_test_ctx();
    double none = 1;
    assert_int_equal(hys__ranks_sum(ctx, NULL, 0, 1, &none), HYS_OK);
    assert_same_double(none, 0.0);
    hys_ctx_free(ctx);
}

static void the_launcher_is_known_by_its_environment(void **state) {
    (void)state;
    assert_int_equal(hys_ranks_launched_as(), 0);
    setenv("PMIX_RANK", "2", 1);
    assert_int_equal(hys_ranks_launched_as(), 2);
    setenv("SLURM_PROCID", "3", 1);
    assert_int_equal(hys_ranks_launched_as(), 2); /* a job of Slurm, but not a step of srun */
    setenv("SLURM_STEP_NUM_TASKS", "8", 1);
    assert_int_equal(hys_ranks_launched_as(), 3);
    setenv("OMPI_COMM_WORLD_RANK", "1", 1);
    setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
    assert_int_equal(hys_ranks_launched_as(), 1); /* mpirun inside the job */
    setenv("OMPI_COMM_WORLD_RANK", "-1", 1);
    assert_int_equal(hys_ranks_launched_as(), 3);
    setenv("OMPI_COMM_WORLD_RANK", "1x", 1);
    assert_int_equal(hys_ranks_launched_as(), 3);
}

/* A batch script has the size of the job, and runs once. */
static void a_batch_script_is_alone(void **state) {
    (void)state;
    setenv("SLURM_NTASKS", "16", 1);
    setenv("SLURM_PROCID", "0", 1);
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(hys_ranks_join(ctx, false), HYS_OK);
    assert_int_equal(hys_ranks_size(ctx), 1);
    hys_ctx_free(ctx);
    unsetenv("SLURM_NTASKS");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_process_alone_is_rank_0_of_1, without_launcher),
        cmocka_unit_test_setup(there_is_nobody_to_send_to, without_launcher),
        cmocka_unit_test_setup(the_block_of_one_is_gathered, without_launcher),
        cmocka_unit_test_setup(blocks_are_summed_in_their_order, without_launcher),
        cmocka_unit_test_setup(the_launcher_is_known_by_its_environment, without_launcher),
        cmocka_unit_test_setup(a_batch_script_is_alone, without_launcher),
    };
    return cmocka_run_group_tests(tests, NULL, without_launcher);
}
