/* Tables: columns, rows, notes, and what is written as CSV. */
#include "hys_test.h"
#include <hysteron/table.h>
#include <locale.h>
#include <sys/stat.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys_table *table;
    char *dir;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    assert_int_equal(hys_table_new(f.ctx, &f.table), HYS_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_table_free(f->table);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static void columns_keep_their_order_names_and_units(void **state) {
    fixture *f = *state;
    char name[] = "gap", unit[] = "nm";
    assert_int_equal(hys_table_add_column(f->table, "v", "V"), HYS_OK);
    assert_int_equal(hys_table_add_column(f->table, name, unit), HYS_OK);
    name[0] = unit[0] = '!'; /* strings are copied */
    assert_int_equal(hys_table_n_columns(f->table), 2);
    assert_int_equal(hys_table_n_rows(f->table), 0);
    assert_string_equal(hys_table_name(f->table, 1), "gap");
    assert_string_equal(hys_table_unit(f->table, 1), "nm");
    assert_null(hys_table_column(f->table, "w"));
}

static void rows_survive_growth(void **state) {
    fixture *f = *state;
    assert_int_equal(hys_table_add_column(f->table, "k", "1"), HYS_OK);
    assert_int_equal(hys_table_add_column(f->table, "root", "1"), HYS_OK);
    for (int k = 0; k < 5003; k++) assert_int_equal(hys_table_add_row(f->table, (double[]){k, sqrt(k)}), HYS_OK);
    assert_int_equal(hys_table_n_rows(f->table), 5003);
    for (int k = 0; k < 5003; k++) {
        assert_same_double(hys_table_column(f->table, "k")[k], (double)k);
        assert_same_double(hys_table_column_at(f->table, 1)[k], sqrt(k));
    }
}

static void a_column_behind_a_row_is_refused(void **state) {
    fixture *f = *state;
    assert_int_equal(hys_table_add_column(f->table, "v", "V"), HYS_OK);
    assert_int_equal(hys_table_add_row(f->table, (double[]){1.5}), HYS_OK);
    assert_int_equal(hys_table_add_column(f->table, "i", "A"), HYS_BUG);
    assert_int_equal(hys_table_n_columns(f->table), 1);
}

static void csv_has_notes_units_and_shortest_numbers(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "t.csv");
    assert_int_equal(hys_table_set_note(f->table, "command", "hysteron iv\nx --set a=1"), HYS_OK);
    assert_int_equal(hys_table_add_column(f->table, "time", "s"), HYS_OK);
    assert_int_equal(hys_table_add_column(f->table, "w", ""), HYS_OK);
    assert_int_equal(hys_table_add_row(f->table, (double[]){0.1, -0.0}), HYS_OK);
    assert_int_equal(hys_table_add_row(f->table, (double[]){1e-9, 1.0 / 3}), HYS_OK);
    assert_int_equal(hys_table_write_csv_noted(f->table, f->ctx, path, (const char *const[]){"seed", "7", NULL}),
                     HYS_OK);
    assert_string_equal(hys_test_read(path), "# seed: 7\n# command: hysteron iv x --set a=1\n"
                                             "time[s],w[1]\n0.1,-0\n1e-9,0.3333333333333333\n");
}

/* Verilog-A allows escaped identifiers of any printable characters, and any text as a unit. */
static void odd_names_stay_one_cell_and_one_line(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "t.csv");
    hys_table *back = NULL;
    static const char *const names[] = {"#x", "a,b", "say \"w\"", "x[3]", "tab\there"};
    static const char *const read_names[] = {"#x", "a,b", "say \"w\"", "x[3]", "tab here"};
    for (size_t c = 0; c < 5; c++)
        assert_int_equal(hys_table_add_column(f->table, names[c], c == 1 ? "a\nb;c" : "1"), HYS_OK);
    assert_int_equal(hys_table_add_row(f->table, (double[]){1, 2, 3, 4, 5}), HYS_OK);
    assert_int_equal(hys_table_write_csv(f->table, f->ctx, path), HYS_OK);
    assert_string_equal(hys_test_read(path),
                        "\"#x[1]\",\"a,b[a b;c]\",\"say \"\"w\"\"[1]\",x[3][1],\"tab here[1]\"\n1,2,3,4,5\n");
    assert_int_equal(hys_table_read_csv(f->ctx, path, &back), HYS_OK);
    for (size_t c = 0; c < 5; c++) assert_string_equal(hys_table_name(back, c), read_names[c]);
    assert_string_equal(hys_table_unit(back, 1), "a b;c");
    assert_same_double(hys_table_column(back, "x[3]")[0], 4.0);
    hys_table_free(back);
}

static void every_double_reads_back_as_itself(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "t.csv");
    static const double values[] = {5e-324, 1.7976931348623157e308, -2.2250738585072014e-308, 0.1, 123456789.123456789};
    hys_table *back = NULL;
    assert_int_equal(hys_table_add_column(f->table, "x", "V"), HYS_OK);
    for (size_t k = 0; k < 5; k++) assert_int_equal(hys_table_add_row(f->table, &values[k]), HYS_OK);
    assert_int_equal(hys_table_write_csv(f->table, f->ctx, path), HYS_OK);
    assert_int_equal(hys_table_read_csv(f->ctx, path, &back), HYS_OK);
    for (size_t k = 0; k < 5; k++) assert_same_double(hys_table_column_at(back, 0)[k], values[k]);
    hys_table_free(back);
}

static void an_unwritable_folder_is_named(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "none/t.csv");
    char want[4200];
    snprintf(want, sizeof want, "%s: error: cannot write this file: No such file or directory\n", path);
    assert_int_equal(hys_table_write_csv(f->table, f->ctx, path), HYS_IO);
    assert_diag(f->ctx, 0, want);
}

static void a_full_device_is_an_error(void **state) {
    fixture *f = *state;
    if (access("/dev/full", W_OK)) skip();
    assert_int_equal(hys_table_add_column(f->table, "x", "V"), HYS_OK);
    for (int k = 0; k < 100000; k++) assert_int_equal(hys_table_add_row(f->table, (double[]){0.1 * k}), HYS_OK);
    assert_int_equal(hys_table_write_csv(f->table, f->ctx, "/dev/full"), HYS_IO);
    assert_int_equal(hys_diag_count(f->ctx), 1);
}

static void a_cancelled_write_leaves_the_old_file(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "t.csv");
    hys_test_write(path, "old", 3);
    assert_int_equal(hys_table_add_column(f->table, "x", "V"), HYS_OK);
    assert_int_equal(hys_table_add_row(f->table, (double[]){1}), HYS_OK);
    hys_ctx_cancel(f->ctx);
    assert_int_equal(hys_table_write_csv(f->table, f->ctx, path), HYS_CANCEL);
    assert_string_equal(hys_test_read(path), "old");
}

static hys_status make_and_write(hys_ctx *ctx, void *arg) {
    hys_table *table = NULL;
    hys_status status = hys_table_new(ctx, &table);
    if (status == HYS_OK) status = hys_table_set_note(table, "seed", "7");
    for (int c = 0; c < 40 && status == HYS_OK; c++)
        status = hys_table_add_column(table, "a long name of a column", "V");
    for (int r = 0; r < 1500 && status == HYS_OK; r++) {
        double row[40] = {r};
        status = hys_table_add_row(table, row);
    }
    if (status == HYS_OK) status = hys_table_write_csv(table, ctx, arg);
    hys_table_free(table);
    return status;
}

static void each_allocation_may_fail(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "t.csv");
    hys_test_each_failure(make_and_write, (void *)(uintptr_t)path, false);
    hys_test_each_failure(make_and_write, (void *)(uintptr_t)path, true);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(columns_keep_their_order_names_and_units),
        TEST(rows_survive_growth),
        TEST(a_column_behind_a_row_is_refused),
        TEST(csv_has_notes_units_and_shortest_numbers),
        TEST(odd_names_stay_one_cell_and_one_line),
        TEST(every_double_reads_back_as_itself),
        TEST(an_unwritable_folder_is_named),
        TEST(a_full_device_is_an_error),
        TEST(a_cancelled_write_leaves_the_old_file),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
