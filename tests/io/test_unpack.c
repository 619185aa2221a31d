/* Packed files of instruments: workbooks, gzip, UTF-16; and those that are damaged or made to do harm. */
#include "hys_test.h"
#include <hysteron/import.h>

#define FIXTURES HYS_TEST_SOURCE "/tests/io/fixtures/"

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    unsigned char bytes[16384]; /* of a fixture */
    size_t n;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static void load(fixture *f, const char *name) {
    char path[512];
    snprintf(path, sizeof path, FIXTURES "%s", name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    f->n = fread(f->bytes, 1, sizeof f->bytes, in);
    fclose(in);
}

static hys_status read_bytes(fixture *f, const void *bytes, size_t n, const hys_import_opts *opts,
                             hys_imported **file) {
    const char *path = hys_test_path(f->dir, "file");
    hys_test_write(path, bytes, n);
    hys_diag_clear(f->ctx);
    *file = NULL;
    return hys_import(f->ctx, path, opts, file);
}

static hys_imported *read_all(fixture *f, const hys_import_opts *opts) {
    hys_imported *file = NULL;
    hys_status status = read_bytes(f, f->bytes, f->n, opts, &file);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    return file;
}

static void assert_refused(fixture *f, const void *bytes, size_t n, hys_status want, const char *part) {
    hys_imported *file = NULL;
    assert_int_equal(read_bytes(f, bytes, n, NULL, &file), want);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), part)) fail_msg("%s\nlacks %s", hys_test_diag_text(f->ctx, 0), part);
}

static bool is_assumed(const hys_imported *file, const char *part) {
    for (size_t k = 0; k < hys_imported_n_assumed(file); k++)
        if (strstr(hys_imported_assumed(file, k), part)) return true;
    return false;
}

/* Written by Python's zipfile as Clarius lays its files out: sheets Calc, Data and Settings, strings
 * shared, in runs and inline, an error in a cell. */
static void a_workbook_gives_its_sheet_of_data(void **state) {
    fixture *f = *state;
    load(f, "clarius.xlsx");
    hys_imported *file = read_all(f, NULL);
    assert_string_equal(hys_imported_format(file), "Keithley 4200A Clarius CSV");
    assert_int_equal(hys_imported_n(file), 2);
    assert_true(is_assumed(file, "the sheet is 'Data' of Calc, Data, Settings"));
    const hys_table *table = hys_imported_table(file, 1);
    assert_int_equal(hys_table_n_rows(table), 4); /* one cell is #REF */
    assert_same_double(hys_table_column(table, "v")[3], 0.1 * 3);
    assert_same_double(hys_table_column(table, "i")[3], 2e-6 * 3);
    hys_imported_free(file);
}

static void a_sheet_is_chosen_by_name_or_number(void **state) {
    fixture *f = *state;
    hys_import_opts opts = hys_import_opts_default();
    load(f, "clarius.xlsx");
    for (int k = 0; k < 2; k++) {
        opts.sheet = k ? "1" : "calc";
        hys_imported *file = read_all(f, &opts);
        const hys_table *table = hys_imported_table(file, 0);
        assert_string_equal(hys_table_name(table, 0), "a & b");
        assert_string_equal(hys_table_name(table, 1), "\"quoted\", word");
        assert_near(hys_table_column_at(table, 1)[0], 2, 0);
        hys_imported_free(file);
    }
    opts.sheet = "Append1";
    hys_imported *file = NULL;
    assert_int_equal(read_bytes(f, f->bytes, f->n, &opts, &file), HYS_ARG);
    assert_diag(f->ctx, 0, "--sheet: error: there is no sheet 'Append1'\nhint: Calc, Data, Settings\n");
}

static void gzip_is_read_as_what_is_in_it(void **state) {
    fixture *f = *state;
    load(f, "script.csv.gz");
    hys_imported *file = read_all(f, NULL);
    assert_string_equal(hys_imported_format(file), "Keithley 2400/2600 script");
    assert_true(is_assumed(file, "packed by gzip"));
    assert_int_equal(hys_imported_n(file), 2);
    hys_imported_free(file);
}

static void utf16_is_read_in_both_orders(void **state) {
    fixture *f = *state;
    static const char text[] = "v[V]\ti[\302A]\n1\t2\n3\t4\n5\t6\n"; /* 0xb5 below: the micro sign */
    for (int big = 0; big < 2; big++) {
        unsigned char bytes[200];
        size_t n = 0;
        for (size_t k = 0; k <= strlen(text); k++) {
            unsigned code = k ? (unsigned char)text[k - 1] : 0xfeff;
            if (code == 0xc2) code = 0xb5;
            bytes[n + (size_t)big] = (unsigned char)code;
            bytes[n + (size_t)!big] = (unsigned char)(code >> 8);
            n += 2;
        }
        hys_imported *file = NULL;
        assert_int_equal(read_bytes(f, bytes, n, NULL, &file), HYS_OK);
        assert_true(is_assumed(file, "UTF-16"));
        assert_near(hys_table_column(hys_imported_table(file, 0), "i")[2], 6e-6, 1e-15);
        hys_imported_free(file);
    }
}

/* ---- damage ---- */

static void cut_anywhere_they_are_refused(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"clarius.xlsx", "script.csv.gz"};
    for (size_t k = 0; k < 2; k++) {
        load(f, names[k]);
        for (size_t cut = 4; cut < f->n; cut += 7) assert_refused(f, f->bytes, cut, HYS_SYNTAX, "is damaged");
    }
}

/* Whatever byte is wrong, the file is read or refused once; in what is packed, checksums find it. */
static void a_wrong_byte_is_found_or_does_no_harm(void **state) {
    fixture *f = *state;
    size_t n_refused = 0;
    load(f, "clarius.xlsx");
    for (size_t k = 0; k < f->n; k++) {
        hys_imported *file = NULL;
        f->bytes[k] ^= 0x55;
        hys_status status = read_bytes(f, f->bytes, f->n, NULL, &file);
        f->bytes[k] ^= 0x55;
        assert_int_equal(hys_diag_n_errors(f->ctx), status != HYS_OK);
        n_refused += status != HYS_OK;
        hys_imported_free(file);
    }
    assert_true(n_refused > f->n / 3);
}

/* 300 MiB of zeros in 300 KiB: deflate's block of 258-byte copies, again and again. */
static void a_bomb_is_refused(void **state) {
    fixture *f = *state;
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    enum { COPIES = 1300000 }; /* a copy of 258 bytes at distance 1 takes 8 + 5 bits with fixed codes */
    size_t n_bits = 3 + 8 + 13 * (size_t)COPIES, n = sizeof head + n_bits / 8 + 2;
    unsigned char *bytes = calloc(n, 1);
    memcpy(bytes, head, sizeof head);
    size_t bit = 8 * sizeof head;
#define PUT(value, count)                                                                                              \
    for (size_t b = 0; b < (count); b++, bit++) bytes[bit / 8] |= (unsigned char)((((value) >> b) & 1u) << bit % 8)
    PUT(3u, 3);    /* last block, fixed codes */
    PUT(0x0cu, 8); /* literal 0: code 00110000, most significant bit first */
    for (size_t k = 0; k < COPIES; k++) {
        PUT(0xa3u, 8); /* length 258: code 11000101 */
        PUT(0u, 5);    /* distance 1 */
    }
    assert_refused(f, bytes, n, HYS_LIMIT, "holds more than 256 MiB");
    free(bytes);
}

static void a_zip_that_is_no_workbook_is_refused(void **state) {
    static const char empty[22] = "PK\5\6";
    assert_refused(*state, empty, sizeof empty, HYS_SYNTAX, "no .xlsx workbook");
    assert_refused(*state, "PK\3\4", 4, HYS_SYNTAX, "is damaged");
}

static hys_status read_job(hys_ctx *ctx, void *arg) {
    hys_imported *file = NULL;
    hys_status status = hys_import(ctx, arg, NULL, &file);
    hys_imported_free(file);
    return status;
}

static void each_allocation_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(read_job, (void *)(uintptr_t)(FIXTURES "clarius.xlsx"), false);
    hys_test_each_failure(read_job, (void *)(uintptr_t)(FIXTURES "script.csv.gz"), true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_workbook_gives_its_sheet_of_data),
        TEST(a_sheet_is_chosen_by_name_or_number),
        TEST(gzip_is_read_as_what_is_in_it),
        TEST(utf16_is_read_in_both_orders),
        TEST(cut_anywhere_they_are_refused),
        TEST(a_wrong_byte_is_found_or_does_no_harm),
        TEST(a_bomb_is_refused),
        TEST(a_zip_that_is_no_workbook_is_refused),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
