/* Logs of several ranks: what each rank wrote of its own cells is read as one log. */
#include "brain/log.h"
#include "brain_net.h"
#include <stdio.h>
#include <unistd.h>

#define PATH 300

typedef struct part {
    const char *rank, *mine; /* of its head */
    double times[2];         /* s: spikes of the first slice */
    uint32_t cells[2];
    size_t n_columns;
    double columns[2][2];
    int n_slices;
} part;

/* Cells 0, 2, 4 and columns 0, 2 are rank 0's, which went one slice further. */
static const part both[] = {{"0\t2\t7", "0\t0\t2", {0.1, 0.3}, {0, 4}, 2, {{10, 11}, {30, 31}}, 2},
                            {"1\t2\t7", "0\t1", {0.1, 0.2}, {3, 1}, 1, {{20, 21}}, 1}};

static hys_status write_slice(hys__log *log, const part *p, double until) {
    const double t[] = {until - 0.5, until - 0.25};
    const double *columns[] = {p->columns[0], p->columns[1]};
    hys_status status = hys__log_spikes(log, 0, p->times, p->cells, 2);
    if (status == HYS_OK) status = hys__log_rows(log, 0, t, columns, p->n_columns, 2);
    return status == HYS_OK ? hys__log_until(log, until, false) : status;
}

static hys_status write_part(hys_ctx *ctx, const char *path, const part *p) {
    hys__text head;
    hys__log *log = NULL;
    hys__text_init(&head, ctx);
    hys__text_printf(&head, "note\tseed\t3\npopulation\tg\t6\nrecord\tv\t0\tv\tV\t0.25\t0:0\t3:0\t4:0\n");
    hys__text_printf(&head, "rank\t%s\nmine\t%s\n", p->rank, p->mine);
    hys_status status = head.failed ? HYS_NOMEM : hys__log_new(ctx, path, &head, &log);
    for (int k = 0; k < p->n_slices && status == HYS_OK; k++) status = write_slice(log, p, 0.5 * (k + 1));
    hys__log_free(log);
    hys__text_free(&head);
    return status;
}

/* Files of a run on two ranks; the second one's is `other`, or as it should be. */
static void write_run(hys_ctx *ctx, const char *dir, const part *other, char path[PATH]) {
    char name[PATH + 8];
    snprintf(path, PATH, "%s/run.partial", dir);
    for (int k = 0; k < 2; k++) {
        snprintf(name, sizeof name, "%s.%d", path, k);
        assert_int_equal(write_part(ctx, name, k && other ? other : &both[k]), HYS_OK);
    }
}

static void assert_column(const hys_table *table, size_t column, const double *want, size_t n) {
    assert_int_equal(hys_table_n_rows(table), n);
    for (size_t k = 0; k < n; k++) assert_true(hys_table_column_at(table, column)[k] == want[k]);
}

static void files_of_ranks_are_one_log_until_the_last_time_that_all_have(void **state) {
    (void)state;
    static const char *const endings[] = {"", ".0", ".1"};
    static const double times[] = {0.1, 0.1, 0.2, 0.3}, cells[] = {0, 3, 1, 4};
    static const double rows[][2] = {{0, 0.25}, {10, 11}, {20, 21}, {30, 31}};
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir(), path[PATH], name[PATH + 8];
    write_run(ctx, dir, NULL, path);
    for (size_t k = 0; k < 3; k++) {
        hys_brain_log *log = NULL;
        hys_table *table = NULL;
        snprintf(name, sizeof name, "%s%s", path, endings[k]);
        assert_int_equal(hys_brain_log_read(ctx, name, &log), HYS_OK);
        const hys_brain_log_info info = hys_brain_log_get_info(log);
        assert_int_equal(info.n_parts, 2);
        assert_false(info.is_whole);
        assert_true(info.until == 0.5 && info.lost > 0);
        assert_int_equal(hys_brain_log_get_population(log, 0).n_spikes, 4);
        assert_int_equal(hys_brain_log_spikes(log, 0, &table), HYS_OK);
        assert_column(table, 0, times, 4);
        assert_column(table, 1, cells, 4);
        hys_table_free(table);
        assert_int_equal(hys_brain_log_table(log, 0, 0, &table), HYS_OK);
        for (size_t c = 0; c < 4; c++) assert_column(table, c, rows[c], 2);
        hys_table_free(table);
        assert_string_equal(hys_brain_log_notes(log)[1], "3");
        hys_brain_log_free(log);
    }
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

static void files_that_do_not_belong_together_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *rank, *mine, *why;
    } wrong[] = {{"1\t2\t8", "0\t1", "are not of one run"},
                 {"0\t2\t7", "0\t1", "are not of one run"},
                 {"1\t3\t7", "0\t1", "are not of one run"},
                 {"1\t2\t7", "0\t2", "do not share out the columns of v"},
                 {"1\t2\t7", "0", "do not share out the columns of v"},
                 {"1\t2\t7", "0\t3", "its head is none of a run"},
                 {"1\t2\t7", "1\t1", "its head is none of a run"},
                 {"2\t2\t7", "0\t1", "its head is none of a run"},
                 {"1\t1\t7", "0\t1", "its head is none of a run"}};
    char *dir = hys_test_dir(), path[PATH], name[PATH + 8];
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain_log *log = NULL;
        part other = both[1];
        other.rank = wrong[k].rank;
        other.mine = wrong[k].mine;
        other.n_slices = 0;
        write_run(ctx, dir, &other, path);
        assert_refused(ctx, hys_brain_log_read(ctx, path, &log), wrong[k].why);
        hys_ctx_free(ctx);
    }
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_log *log = NULL;
    write_run(ctx, dir, NULL, path);
    snprintf(name, sizeof name, "%s.1", path);
    assert_int_equal(unlink(name), 0);
    assert_refused(ctx, hys_brain_log_read(ctx, path, &log), "run.partial.1: No such file");
    snprintf(name, sizeof name, "%s.0", path);
    assert_int_equal(rename(name, path), 0);
    assert_refused(ctx, hys_brain_log_read(ctx, path, &log), "its name should end with .0");
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

static void a_run_removes_files_of_another_number_of_ranks(void **state) {
    (void)state;
    char *dir = hys_test_dir(), path[PATH], name[PATH + 8];
    snprintf(path, sizeof path, "%s/run.partial", dir);
    for (int k = 0; k < 4; k++) {
        snprintf(name, sizeof name, "%s.%d", path, k);
        hys_test_write(name, "x", 1);
    }
    hys_test_write(path, "x", 1);
    hys__log_clear(path, 2); /* what the two ranks write themselves stays */
    for (int k = 0; k < 4; k++) {
        snprintf(name, sizeof name, "%s.%d", path, k);
        assert_int_equal(access(name, F_OK) == 0, k < 2);
    }
    assert_int_not_equal(access(path, F_OK), 0);
    hys_test_write(path, "x", 1);
    hys__log_clear(path, 1);
    assert_int_equal(access(path, F_OK), 0);
    snprintf(name, sizeof name, "%s.0", path);
    assert_int_not_equal(access(name, F_OK), 0);
    hys_test_dir_remove(dir);
}

static hys_status read_all(hys_ctx *ctx, void *path) {
    hys_brain_log *log = NULL;
    hys_table *table = NULL;
    hys_status status = hys_brain_log_read(ctx, path, &log);
    if (status == HYS_OK) status = hys_brain_log_spikes(log, 0, &table);
    hys_table_free(table);
    table = NULL;
    if (status == HYS_OK) status = hys_brain_log_table(log, 0, 0, &table);
    hys_table_free(table);
    hys_brain_log_free(log);
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir(), path[PATH];
    write_run(ctx, dir, NULL, path);
    hys_ctx_free(ctx);
    hys_test_each_failure(read_all, path, false);
    hys_test_each_failure(read_all, path, true);
    hys_test_dir_remove(dir);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(files_of_ranks_are_one_log_until_the_last_time_that_all_have),
    cmocka_unit_test(files_that_do_not_belong_together_are_refused),
    cmocka_unit_test(a_run_removes_files_of_another_number_of_ranks),
    cmocka_unit_test(every_allocation_may_fail),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
