/* Reading CSV: what people's files look like, and what is said about those that cannot be read. */
#include "hys_test.h"
#include <hysteron/table.h>
#include <sys/stat.h>

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    const char *path;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    f.path = hys_test_path(f.dir, "d.csv");
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static hys_table *read_bytes(fixture *f, const char *text, size_t n) {
    hys_table *table = NULL;
    hys_test_write(f->path, text, n);
    hys_diag_clear(f->ctx);
    hys_status status = hys_table_read_csv(f->ctx, f->path, &table);
    if (status != HYS_OK) print_error("%s", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    return table;
}

static hys_table *read_text(fixture *f, const char *text) {
    return read_bytes(f, text, strlen(text));
}

/* The names and units of all columns: "v[V] i[A]". */
static void assert_columns(const hys_table *table, const char *want) {
    char got[512] = "";
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s[%s]", c ? " " : "", hys_table_name(table, c),
                 hys_table_unit(table, c));
    assert_string_equal(got, want);
}

static void assert_rows(const hys_table *table, size_t n_rows, const double *want) {
    assert_int_equal(hys_table_n_rows(table), n_rows);
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < hys_table_n_columns(table); c++)
            assert_same_double(hys_table_column_at(table, c)[r], want[r * hys_table_n_columns(table) + c]);
}

/* One error, this one; the message is what follows the file's name. */
static void assert_bytes_refused(fixture *f, const char *text, size_t n, hys_status status, const char *message) {
    hys_table *table = (hys_table *)(uintptr_t)0x5a5a;
    char want[2000];
    hys_test_write(f->path, text, n);
    hys_diag_clear(f->ctx);
    assert_int_equal(hys_table_read_csv(f->ctx, f->path, &table), status);
    assert_ptr_equal(table, (hys_table *)(uintptr_t)0x5a5a);
    snprintf(want, sizeof want, "%s%s\n", f->path, message);
    assert_int_equal(hys_diag_count(f->ctx), 1);
    assert_diag(f->ctx, 0, want);
}

static void assert_refused(fixture *f, const char *text, const char *message) {
    assert_bytes_refused(f, text, strlen(text), HYS_SYNTAX, message);
}

/* ---- files as they are ---- */

static void separators_line_ends_and_quotes_do_not_matter(void **state) {
    static const char *const texts[] = {
        "v,i\n0.5,1e-3\n-1,2\n",
        "v;i\r\n0.5;1e-3\r\n-1;2",
        "v\ti\r0.5\t1e-3\r-1\t2\r",
        "\xef\xbb\xbf# a comment\n\nv , i\n 0.5 , +1e-3 \n   # another\n-1, 2.0\n\n",
        "\"v\",\"i\"\n\"0.5\",\"1e-3\"\n-1,\"2\"\n",
        "v,i,\n0.5,1e-3,\n-1,2,\n",
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        hys_table *table = read_text(*state, texts[k]);
        assert_columns(table, "v[V] i[A]");
        assert_rows(table, 2, (double[]){0.5, 1e-3, -1, 2});
        hys_table_free(table);
    }
}

static void units_in_the_heading_become_si(void **state) {
    hys_table *table = read_text(*state, "Time (ms);Voltage [mV];Current (\302\265A);T(degC);x[nm];n[a.u.];r(kohm)\n"
                                         "100;250;3;27;7;5;4.7\n");
    assert_columns(table, "time[s] v[V] i[A] T[K] x[m] n[a.u.] r[ohm]");
    /* The nearest doubles to the decimal values, not 100 * 1e-3 and so on. */
    assert_rows(table, 1, (double[]){0.1, 0.25, 3e-6, 300.15, 7e-9, 5, 4700});
    hys_table_free(table);
}

static void a_heading_is_not_needed(void **state) {
    static const struct {
        const char *text, *columns;
    } files[] = {{"0,0\n1,2\n", "v[V] i[A]"},
                 {"0,0,0\n1,2,3\n", "time[s] v[V] i[A]"},
                 {"1\n2\n", "c1[]"},
                 {"1,2,3,4\n5,6,7,8\n", "c1[] c2[] c3[] c4[]"}};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        hys_table *table = read_text(*state, files[k].text);
        assert_columns(table, files[k].columns);
        assert_int_equal(hys_table_n_rows(table), 2);
        hys_table_free(table);
    }
}

static void columns_are_known_by_word_then_by_unit(void **state) {
    static const struct {
        const char *text, *columns;
    } files[] = {
        {"CURRENT,VOLTAGE,T\n1,2,3\n", "i[A] v[V] time[s]"},
        {"AV,AI,Time\n1,2,3\n", "v[V] i[A] time[s]"},
        {"Probe 1 (mA),Drain bias (V)\n1,2\n", "i[A] v[V]"},
        {"v[V],vs[V],i[A],u[1]\n1,2,3,4\n", "v[V] vs[V] i[A] u[1]"},
        {"x[3],DrainV(1),S(A)\n1,2,3\n", "x[3][] DrainV(1)[] i[A]"},
        {"w[1],q\n1,2\n", "w[1] q[]"},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        hys_table *table = read_text(*state, files[k].text);
        assert_columns(table, files[k].columns);
        hys_table_free(table);
    }
}

static void of_two_columns_with_one_name_the_first_counts(void **state) {
    fixture *f = *state;
    hys_table *table = read_text(f, "v,i,v\n1,2,3\n");
    char want[300];
    snprintf(want, sizeof want, "%s:1:5: warning: two columns are called 'v'; the first of them counts\nv,i,v\n    ^\n",
             f->path);
    assert_diag(f->ctx, 0, want);
    assert_same_double(hys_table_column(table, "v")[0], 1.0);
    hys_table_free(table);
}

/* Keysight EasyEXPERT's text export: set-up lines, blank cells, a second measurement appended. */
static void an_instrument_export_is_read(void **state) {
    fixture *f = *state;
    hys_table *table =
        read_text(f, "\xef\xbb\xbf\r\nSetupTitle, VO2 Read\r\nTestParameter, Channel.Func, CONST, VAR1\r\n"
                     "DataName, I3, V3, R\r\nDataValue, 1E-3, 0.25, 250\r\n"
                     "DataValue, 2E-3, 0.125, \r\nSetupTitle, Again\r\nDataName, I3, V3, R\r\nDataValue, 9, 9, 9\r\n");
    assert_columns(table, "i[A] v[V] R[]");
    assert_int_equal(hys_table_n_rows(table), 2);
    assert_same_double(hys_table_column(table, "v")[1], 0.125);
    assert_same_double(hys_table_column(table, "i")[1], 2e-3);
    assert_true(isnan(hys_table_column(table, "R")[1]));
    assert_int_equal(hys_diag_count(f->ctx), 1);
    assert_string_equal(hys_diag_get(f->ctx, 0)->message, "this file holds 2 measurements; the first is read");
    hys_table_free(table);
}

/* The measured VO2 sweep of examples/: 151 points up to 1.5 mA and back, by awk. */
static void the_measured_sweep_is_read(void **state) {
    fixture *f = *state;
    hys_table *table = NULL;
    const char *path = HYS_TEST_SOURCE "/examples/data/vo2_ndr/b1500_easyexpert_30C_1.5mA.csv";
    if (access(path, R_OK)) skip();
    assert_int_equal(hys_table_read_csv(f->ctx, path, &table), HYS_OK);
    const double *v = hys_table_column(table, "v"), *i = hys_table_column(table, "i");
    size_t n = hys_table_n_rows(table);
    double largest = 0;
    for (size_t k = 0; k < n; k++) largest = fmax(largest, i[k]);
    assert_int_equal(n, 202);
    assert_near(largest, 1.5e-3, 1e-9);
    assert_same_double(v[1], 0.24664);
    assert_same_double(v[n - 1], -0.00796);
    hys_table_free(table);
}

static void a_long_file_is_read_whole(void **state) {
    fixture *f = *state;
    FILE *out = fopen(f->path, "w");
    assert_non_null(out);
    for (int k = 0; k < 200000; k++) fprintf(out, "%d,%d\r", k, -k); /* the line ends of an old Mac */
    assert_int_equal(fclose(out), 0);
    hys_table *table = NULL;
    assert_int_equal(hys_table_read_csv(f->ctx, f->path, &table), HYS_OK);
    assert_int_equal(hys_table_n_rows(table), 200000);
    assert_same_double(hys_table_column(table, "i")[199999], -199999.0);
    hys_table_free(table);
}

/* ---- files as they should not be ---- */

static void what_is_no_text_is_named(void **state) {
    fixture *f = *state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *message;
    } files[] = {
        {"PK\3\4abc", 7,
         ": error: this packed file is damaged: it ends too early\nhint: was it copied or downloaded whole?"},
        {"\xd0\xcf\x11\xe0\xa1\xb1", 6,
         ": error: this is an old spreadsheet or document, not text\n"
         "hint: save it as .xlsx or CSV: libreoffice --convert-to xlsx FILE"},
        {"\x1f\x8b\x08", 3,
         ": error: this packed file is damaged: it ends too early\nhint: was it copied or downloaded whole?"},
        {"v,i\n1,\0002\n", 9, ": error: this is not text: byte 7 is zero"},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        assert_bytes_refused(f, files[k].bytes, files[k].n, HYS_SYNTAX, files[k].message);
}

static void files_without_numbers_are_refused(void **state) {
    static const char *const texts[] = {"",
                                        "\n\n",
                                        "# only a comment\n",
                                        "v,i\n",
                                        "\xef\xbb\xbf",
                                        "SetupTitle, x\nDataName, V, I\n",
                                        "SetupTitle, x\n1,2\n"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        assert_refused(*state, texts[k], ": error: this file holds no rows of numbers");
}

static void a_cell_that_is_no_number_is_shown(void **state) {
    static const struct {
        const char *text, *message;
    } files[] = {
        {"v,i\n1,x2\n", ":2:3: error: this is not a number\n1,x2\n  ^"},
        {"v,i\n1,\n", ":2:3: error: this cell is empty\n1,\n  ^\nhint: leave rows without a measurement out"},
        {"v,i\n,2\n", ":2:1: error: this cell is empty\n,2\n^\nhint: leave rows without a measurement out"},
        {"v,i\n1,NaN\n",
         ":2:3: error: this is not a finite number\n1,NaN\n  ^\nhint: leave rows without a measurement out"},
        {"v,i\n1, -Inf \n",
         ":2:4: error: this is not a finite number\n1, -Inf \n   ^\nhint: leave rows without a measurement out"},
        {"v,i\n1,1e999\n", ":2:3: error: this number is too large\n1,1e999\n  ^"},
        {"v[GV],i\n1e308,1\n", ":2:1: error: this number is too large\n1e308,1\n^"},
        {"v;i\n0,5;1.5\n", ":2:5: error: this number has a decimal point; numbers before have commas\n0,5;1.5\n    ^\n"
                           "hint: write one of them throughout"},
        {"v;i\n0.5;1,5\n", ":2:5: error: this number has a decimal comma; numbers before have points\n0.5;1,5\n    ^\n"
                           "hint: write one of them throughout"},
        {"v,i\n1,2.5mA\n",
         ":2:3: error: this is not a number alone\n1,2.5mA\n  ^\nhint: units belong into the heading: v[mV]"},
        {"v\n1 2\n",
         ":2:1: error: this is not a number\n1 2\n^\nhint: cells are separated by commas, semicolons or tabs"},
        {"v,i\n1,0x10\n", ":2:3: error: this is not a number\n1,0x10\n  ^"},
        {"v,i\n1,\"2\n", ":2:3: error: this quote does not end\n1,\"2\n  ^"},
        {"v,i\n1,2\nSum,3\n", ":3:1: error: this is not a number\nSum,3\n^"},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) assert_refused(*state, files[k].text, files[k].message);
}

static void rows_of_another_length_are_refused(void **state) {
    static const struct {
        const char *text, *message;
    } files[] = {
        {"v,i\n1\n", ":2:2: error: this row has 1 cell; the first line has 2\n1\n ^"},
        {"v,i\n1,2,3\n", ":2:5: error: this row has 3 cells; the first line has 2\n1,2,3\n    ^"},
        {"v,i\n0,5,1,25\n", ":2:5: error: this row has 4 cells; the first line has 2\n0,5,1,25\n    ^\n"
                            "hint: decimal commas? write decimal points"},
        {"1,2\n1\n", ":2:2: error: this row has 1 cell; the first line has 2\n1\n ^"},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) assert_refused(*state, files[k].text, files[k].message);
}

static void bad_headings_are_refused(void **state) {
    fixture *f = *state;
    char text[10000] = "v,", message[4200];
    assert_refused(f, "v,,i\n1,2,3\n", ":1:3: error: a column needs a name\nv,,i\n  ^");
    assert_refused(f, "\"v,i\n1,2\n", ":1:1: error: this quote does not end\n\"v,i\n^");
    memset(text + 2, 'x', 300);
    strcpy(text + 302, "\n1,2\n");
    snprintf(message, sizeof message, ":1:3: error: this heading is longer than 256 bytes\n%.*s\n  ^", 302, text);
    hys_test_write(f->path, text, strlen(text));
    hys_table *table = NULL;
    assert_int_equal(hys_table_read_csv(f->ctx, f->path, &table), HYS_SYNTAX);
    hys_diag_clear(f->ctx);
    memset(text, ',', 5000);
    strcpy(text + 5000, "1\n");
    hys_test_write(f->path, text, strlen(text));
    assert_int_equal(hys_table_read_csv(f->ctx, f->path, &table), HYS_SYNTAX);
    assert_string_equal(hys_diag_get(f->ctx, 0)->message, "there are 5001 columns; at most 4096 are read");
}

/* Far down a line the caret still stands under the cell, and the message does not grow with the file. */
static void a_cell_far_to_the_right_is_shown(void **state) {
    fixture *f = *state;
    char text[9000] = "v\n";
    memset(text + 2, ' ', 8000);
    strcpy(text + 8002, "oops\n");
    hys_test_write(f->path, text, strlen(text));
    hys_table *table = NULL;
    assert_int_equal(hys_table_read_csv(f->ctx, f->path, &table), HYS_SYNTAX);
    assert_int_equal(hys_diag_get(f->ctx, 0)->col, 8001);
    assert_true(strlen(hys_test_diag_text(f->ctx, 0)) < 2000);
}

static void folders_and_missing_files_are_refused(void **state) {
    fixture *f = *state;
    hys_table *table = NULL;
    assert_int_equal(hys_table_read_csv(f->ctx, f->dir, &table), HYS_IO);
    assert_int_equal(hys_table_read_csv(f->ctx, hys_test_path(f->dir, "none.csv"), &table), HYS_IO);
    assert_int_equal(hys_diag_count(f->ctx), 2);
    assert_null(table);
}

static void reading_can_be_cancelled(void **state) {
    fixture *f = *state;
    FILE *out = fopen(f->path, "w");
    assert_non_null(out);
    for (int k = 0; k < 2000; k++) fputs("1,2\n", out);
    assert_int_equal(fclose(out), 0);
    hys_table *table = NULL;
    hys_ctx_cancel(f->ctx);
    assert_int_equal(hys_table_read_csv(f->ctx, f->path, &table), HYS_CANCEL);
    assert_null(table);
}

static hys_status read_job(hys_ctx *ctx, void *arg) {
    hys_table *table = NULL;
    hys_status status = hys_table_read_csv(ctx, arg, &table);
    hys_table_free(table);
    return status;
}

static void each_allocation_may_fail(void **state) {
    fixture *f = *state;
    FILE *out = fopen(f->path, "w");
    assert_non_null(out);
    fputs("Voltage (mV),I,w[1],x\n", out);
    for (int k = 0; k < 1500; k++) fprintf(out, "%d,2,3,4\n", k);
    assert_int_equal(fclose(out), 0);
    hys_test_each_failure(read_job, (void *)(uintptr_t)f->path, false);
    hys_test_each_failure(read_job, (void *)(uintptr_t)f->path, true);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(separators_line_ends_and_quotes_do_not_matter),
        TEST(units_in_the_heading_become_si),
        TEST(a_heading_is_not_needed),
        TEST(columns_are_known_by_word_then_by_unit),
        TEST(of_two_columns_with_one_name_the_first_counts),
        TEST(an_instrument_export_is_read),
        TEST(the_measured_sweep_is_read),
        TEST(a_long_file_is_read_whole),
        TEST(what_is_no_text_is_named),
        TEST(files_without_numbers_are_refused),
        TEST(a_cell_that_is_no_number_is_shown),
        TEST(rows_of_another_length_are_refused),
        TEST(bad_headings_are_refused),
        TEST(a_cell_far_to_the_right_is_shown),
        TEST(folders_and_missing_files_are_refused),
        TEST(reading_can_be_cancelled),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
