/* The catalogue: three-valued answers by hand-made truth tables, places of errors, ranks, and the shipped file's facts
 * as printed in the reviews. */
#include "hys_test.h"
#include <hysteron/catalogue.h>

#define HEADING                                                                                                        \
    "id,family,class,device,material,states,dynamic_range,voltage_low[V],voltage_high[V],voltage_text,energy[J],"      \
    "energy_kind,energy_text,energy_per_area[J/m^2],power[W],endurance,endurance_kind,thickness[m],control,polarity,"  \
    "volatility,order,ndr,year,work,ref,reference,doi,origin,model,note\n"
/* id, family, material, energy, its kind, endurance, its kind, year */
#define ROW(id, family, material, energy, kind, endurance, endurance_kind, year)                                       \
    id "," family ",,," material ",,,,,," energy "," kind ",,,," endurance "," endurance_kind ",,,,,,," year ",,,,,,," \
       "\n"

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    const char *path;
    hys_catalogue *catalogue;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    f.path = hys_test_path(f.dir, "c.csv");
    f.catalogue = NULL;
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_catalogue_free(f->catalogue);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static void read_four(fixture *f) {
    static const char text[] = HEADING ROW("exact", "RRAM", "HfO2", "1e-15", "exact", "1e7", "exact", "2020")
        ROW("below", "PCM", "GST", "2e-15", "upper bound", "1e3", "lower bound", "2016")
            ROW("none", "RRAM", "TiO2", "", "", "", "", "")
                ROW("large", "spin", "\"Co, Fe\"", "5e-12", "exact", "", "", "2024");
    hys_test_write(f->path, text, strlen(text));
    assert_int_equal(hys_catalogue_read(f->ctx, f->path, &f->catalogue), HYS_OK);
    assert_int_equal(hys_catalogue_n_entries(f->catalogue), 4);
}

/* answers: one letter an entry, y or n */
static void assert_chosen(fixture *f, const char *where, const char *answers) {
    bool chosen[4];
    char got[5] = "";
    hys_diag_clear(f->ctx);
    hys_status status = hys_catalogue_select(f->catalogue, where, chosen);
    if (status != HYS_OK) print_error("%s\n%s\n", where, hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    for (size_t k = 0; k < 4; k++) got[k] = chosen[k] ? 'y' : 'n';
    if (strcmp(got, answers) != 0) print_error("%s: ", where);
    assert_string_equal(got, answers);
}

/* The second entry has less than 2 fJ and survived more than 1000 cycles; the third has no numbers. */
static void test_what_is_open_is_not_chosen(void **state) {
    fixture *f = *state;
    read_four(f);
    assert_chosen(f, "energy < 10fJ", "yynn");
    assert_chosen(f, "energy<2fJ", "yynn");
    assert_chosen(f, "energy<1.5fJ", "ynnn");
    assert_chosen(f, "energy<=1 fJ", "ynnn");
    assert_chosen(f, "energy>=2fJ", "nnny");
    assert_chosen(f, "not energy>=2fJ", "yynn");
    assert_chosen(f, "not energy<1.5fJ", "nnny");
    assert_chosen(f, "energy != 2fJ", "yyny");
    assert_chosen(f, "energy = 1e-15", "ynnn");
    assert_chosen(f, "endurance>100", "yynn");
    assert_chosen(f, "endurance>1e6", "ynnn");
    assert_chosen(f, "endurance<1e3", "nnnn");
    assert_chosen(f, "energy<10fJ and endurance>1e6", "ynnn");
    assert_chosen(f, "year>2020 or energy<10fJ", "yyny");
    assert_chosen(f, "not (year>2020 or energy<10fJ)", "nnnn");
    assert_chosen(f, NULL, "yyyy");
}

static void test_words(void **state) {
    fixture *f = *state;
    read_four(f);
    assert_chosen(f, "family=rram", "ynyn");
    assert_chosen(f, "family!=RRAM", "nyny");
    assert_chosen(f, "material~o2", "ynyn");
    assert_chosen(f, "material = \"Co, Fe\"", "nnny");
    assert_chosen(f, "material='Co, Fe' or id=below", "nyny");
    assert_chosen(f, "model=vteam", "nnnn");
    assert_chosen(f, "NOT family=PCM AND NOT family=spin", "ynyn");
}

static void assert_refused(fixture *f, const char *where, const char *message) {
    bool chosen[4];
    hys_diag_clear(f->ctx);
    assert_int_equal(hys_catalogue_select(f->catalogue, where, chosen), HYS_ARG);
    assert_diag(f->ctx, 0, message);
}

static void test_errors_have_a_place(void **state) {
    fixture *f = *state;
    read_four(f);
    assert_refused(f, "enrgy<1fJ",
                   "--where:1:1: error: there is no such column\nenrgy<1fJ\n^\nhint: did you mean 'energy'?\n");
    assert_refused(
        f, "energy<1V",
        "--where:1:8: error: this unit does not fit the column\nenergy<1V\n       ^\nhint: energy is in J\n");
    assert_refused(f, "(energy<1fJ", "--where:1:12: error: a ) is missing here\n(energy<1fJ\n           ^\n");
    assert_refused(f, "energy<1fJ)",
                   "--where:1:11: error: this is not understood\nenergy<1fJ)\n          ^\nhint: join comparisons by "
                   "'and' or 'or'\n");
    assert_refused(f, "year<2020kg",
                   "--where:1:6: error: this unit does not fit the column\nyear<2020kg\n     ^\nhint: year has no "
                   "unit\n");
    assert_refused(f, "family<RRAM", "--where:1:1: error: words have no order: use = or ~\nfamily<RRAM\n^\n");
    assert_refused(f, "",
                   "--where:1:1: error: a column is missing here\nhint: 'hysteron catalogue --help' names the "
                   "columns\n");
}

static void test_depth_is_limited(void **state) {
    fixture *f = *state;
    bool chosen[4];
    char deep[5000];
    read_four(f);
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = 0;
    assert_int_equal(hys_catalogue_select(f->catalogue, deep, chosen), HYS_ARG);
    memset(deep, 'a', sizeof deep - 1);
    assert_int_equal(hys_catalogue_select(f->catalogue, deep, chosen), HYS_ARG);
}

static void test_rank(void **state) {
    fixture *f = *state;
    hys_catalogue_rank r;
    size_t energy = hys_catalogue_find_column("energy"), power = hys_catalogue_find_column("power");
    read_four(f);
    assert_int_equal(hys_catalogue_place(f->catalogue, NULL, energy, 2e-15, &r), HYS_OK);
    assert_int_equal(r.n_known, 3);
    assert_int_equal(r.n_below, 1);
    assert_int_equal(r.n_above, 1);
    assert_same_double(r.median, 2e-15);
    bool spin[4] = {false, false, false, true};
    assert_int_equal(hys_catalogue_place(f->catalogue, spin, energy, 2e-15, &r), HYS_OK);
    assert_int_equal(r.n_known, 1);
    assert_int_equal(r.n_above, 1);
    assert_int_equal(hys_catalogue_place(f->catalogue, NULL, power, 1, &r), HYS_OK);
    assert_int_equal(r.n_known, 0);
    assert_true(isnan(r.median));
}

static void test_chart_has_a_column_a_family(void **state) {
    fixture *f = *state;
    hys_table *chart = NULL;
    double mine[] = {2026, 3e-15};
    read_four(f);
    assert_int_equal(hys_catalogue_chart(f->catalogue, NULL, hys_catalogue_find_column("energy"),
                                         hys_catalogue_find_column("year"), mine, &chart),
                     HYS_OK);
    assert_int_equal(hys_table_n_rows(chart), 4);
    assert_same_double(hys_table_column(chart, "PCM")[1], 2e-15);
    assert_same_double(hys_table_column(chart, "bound")[1], -1);
    assert_true(isnan(hys_table_column(chart, "RRAM")[1]));
    assert_same_double(hys_table_column(chart, "this device")[3], 3e-15);
    assert_same_double(hys_table_column(chart, "year")[3], 2026);
    hys_table_free(chart);
}

static void assert_file_refused(fixture *f, const char *text, hys_status status) {
    hys_catalogue *none = NULL;
    hys_test_write(f->path, text, strlen(text));
    assert_int_equal(hys_catalogue_read(f->ctx, f->path, &none), status);
    assert_null(none);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    hys_diag_clear(f->ctx);
}

static void test_bad_files(void **state) {
    fixture *f = *state;
    assert_file_refused(f, "", HYS_SYNTAX);
    assert_file_refused(f, "id,energy\n", HYS_SYNTAX);
    assert_file_refused(f, HEADING "a,b\n", HYS_SYNTAX);
    assert_file_refused(f, HEADING ROW("a", "b", "\"c", "", "", "", "", ""), HYS_SYNTAX);
    assert_file_refused(f, HEADING ROW("a", "b", "c", "1 fJ", "", "", "", ""), HYS_SYNTAX);
    assert_file_refused(f, HEADING ROW("a", "b", "c", "nan", "", "", "", ""), HYS_SYNTAX);
}

/* Xia et al. 2025: Table 1 has [24] with 1.2 pJ and more than 6000 cycles, Table 2 [77] with 300 states; 4.28 aJ is the
 * least energy of Fig. 4. */
static void test_shipped_catalogue(void **state) {
    fixture *f = *state;
    hys_catalogue_rank r;
    size_t ref = hys_catalogue_find_column("ref"), energy = hys_catalogue_find_column("energy"),
           states = hys_catalogue_find_column("states"), endurance = hys_catalogue_find_column("endurance");
    assert_int_equal(hys_catalogue_read(f->ctx, NULL, &f->catalogue), HYS_OK);
    size_t n = hys_catalogue_n_entries(f->catalogue), n_seen = 0;
    for (size_t k = 0; k < n; k++) {
        const char *number = hys_catalogue_text(f->catalogue, k, ref);
        if (!strcmp(number, "24")) {
            assert_same_double(hys_catalogue_number(f->catalogue, k, energy), 1.2e-12);
            assert_same_double(hys_catalogue_number(f->catalogue, k, endurance), 6000);
            assert_int_equal(hys_catalogue_bound(f->catalogue, k, endurance), 1);
            n_seen++;
        }
        if (!strcmp(number, "77")) {
            if (isnan(hys_catalogue_number(f->catalogue, k, states))) continue;
            assert_same_double(hys_catalogue_number(f->catalogue, k, states), 300);
            n_seen++;
        }
    }
    assert_int_equal(n_seen, 2);
    assert_int_equal(hys_catalogue_place(f->catalogue, NULL, energy, 1e-14, &r), HYS_OK);
    assert_same_double(r.least, 4.28e-18);
}

static hys_status read_and_ask(hys_ctx *ctx, void *arg) {
    hys_catalogue *catalogue = NULL;
    hys_catalogue_rank rank;
    hys_table *chart = NULL;
    size_t energy = hys_catalogue_find_column("energy"), year = hys_catalogue_find_column("year");
    hys_status status = hys_catalogue_read(ctx, arg, &catalogue);
    if (status == HYS_OK) status = hys_catalogue_place(catalogue, NULL, energy, 1, &rank);
    if (status == HYS_OK) status = hys_catalogue_chart(catalogue, NULL, energy, year, NULL, &chart);
    hys_table_free(chart);
    hys_catalogue_free(catalogue);
    return status;
}

static void test_memory_fails(void **state) {
    fixture *f = *state;
    static const char text[] = HEADING ROW("a", "RRAM", "HfO2", "1e-15", "exact", "1e7", "exact", "2020");
    hys_test_write(f->path, text, strlen(text));
    hys_test_each_failure(read_and_ask, (void *)(uintptr_t)f->path, false);
    hys_test_each_failure(read_and_ask, (void *)(uintptr_t)f->path, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_what_is_open_is_not_chosen),
        TEST(test_words),
        TEST(test_errors_have_a_place),
        TEST(test_depth_is_limited),
        TEST(test_rank),
        TEST(test_chart_has_a_column_a_family),
        TEST(test_bad_files),
        TEST(test_shipped_catalogue),
        TEST(test_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
