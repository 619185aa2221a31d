/* Files of instruments: each is known for what it is, and comes out as the numbers that stand in it. */
#include "hys_test.h"
#include <hysteron/import.h>
#include <sys/stat.h>

#define FIXTURES HYS_TEST_SOURCE "/tests/io/fixtures/"

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
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

static hys_imported *read_with(fixture *f, const char *path, const hys_import_opts *opts) {
    hys_imported *file = NULL;
    hys_diag_clear(f->ctx);
    hys_status status = hys_import(f->ctx, path, opts, &file);
    if (status != HYS_OK) print_error("%s: %s", path, hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    return file;
}

static hys_imported *read_fixture(fixture *f, const char *name) {
    char path[512];
    snprintf(path, sizeof path, FIXTURES "%s", name);
    return read_with(f, path, NULL);
}

static hys_imported *read_text(fixture *f, const char *name, const char *text, const hys_import_opts *opts) {
    const char *path = hys_test_path(f->dir, name);
    hys_test_write(path, text, strlen(text));
    return read_with(f, path, opts);
}

static void assert_refused_with(fixture *f, const char *text, const hys_import_opts *opts, hys_status status,
                                const char *message) {
    const char *path = hys_test_path(f->dir, "bad.csv");
    hys_imported *file = NULL;
    char want[1024];
    hys_test_write(path, text, strlen(text));
    hys_diag_clear(f->ctx);
    assert_int_equal(hys_import(f->ctx, path, opts, &file), status);
    assert_null(file);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    snprintf(want, sizeof want, "%s%s\n", *message == ':' ? path : "", message);
    assert_diag(f->ctx, 0, want);
}

static void assert_refused(fixture *f, const char *text, const char *message) {
    assert_refused_with(f, text, NULL, HYS_SYNTAX, message);
}

static bool is_assumed(const hys_imported *file, const char *part) {
    for (size_t k = 0; k < hys_imported_n_assumed(file); k++)
        if (strstr(hys_imported_assumed(file, k), part)) return true;
    return false;
}

static void assert_column(const hys_imported *file, size_t k, const char *name, const char *unit, size_t n,
                          const double *want) {
    const hys_table *table = hys_imported_table(file, k);
    const double *got = hys_table_column(table, name);
    if (!got) print_error("there is no column %s\n", name);
    assert_non_null(got);
    assert_int_equal(hys_table_n_rows(table), n);
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        if (hys_table_column_at(table, c) == got) assert_string_equal(hys_table_unit(table, c), unit);
    for (size_t r = 0; r < n; r++) assert_same_double(got[r], want[r]);
}
#define COLUMN(file, k, name, unit, ...)                                                                               \
    assert_column((file), (k), (name), (unit), sizeof((double[]){__VA_ARGS__}) / sizeof(double),                       \
                  (double[]){__VA_ARGS__})

/* ---- each instrument ---- */

static void easyexpert_gives_a_measurement_a_curve_and_a_block(void **state) {
    hys_imported *file = read_fixture(*state, "easyexpert.csv");
    assert_string_equal(hys_imported_format(file), "Keysight EasyEXPERT text (B1500A, B1505A)");
    assert_int_equal(hys_imported_n(file), 3);
    assert_string_equal(hys_imported_title(file, 0), "IV Channel Sweep, curve 1");
    assert_string_equal(hys_imported_title(file, 2), "Read");
    COLUMN(file, 0, "v", "V", 0, 0.1, 0.2); /* VAR1 sweeps the drain, though the gate comes first */
    COLUMN(file, 0, "GateV", "", 0.5, 0.5, 0.5);
    COLUMN(file, 1, "i", "A", 0, 3e-6); /* the third was not measured */
    COLUMN(file, 2, "v", "V", -0.005, 0.25, 0.5, 0.25);
    COLUMN(file, 2, "i", "A", 0, 1e-3, 2e-3, 1e-3);
    assert_true(isnan(hys_table_column(hys_imported_table(file, 2), "R")[0]));
    assert_true(is_assumed(file, "i is 'I3'"));
    assert_true(is_assumed(file, "2 cells were not measured"));
    hys_imported_free(file);
}

static void the_classic_dialect_has_its_names_behind_the_set_up(void **state) {
    hys_imported *file = read_fixture(*state, "classic.csv");
    assert_string_equal(hys_imported_title(file, 0), "Forming");
    COLUMN(file, 0, "v", "V", 0, 0.5, 1);
    COLUMN(file, 0, "i", "A", 1e-12, 1.5e-9, 2e-6);
    COLUMN(file, 0, "time", "s", 0, 0.1, 0.2);
    hys_imported_free(file);
}

static void quick_iv_is_parted_by_var2(void **state) {
    hys_imported *file = read_fixture(*state, "quick_iv.csv");
    assert_string_equal(hys_imported_format(file), "Keysight B2900A Quick IV");
    assert_int_equal(hys_imported_n(file), 2);
    assert_string_equal(hys_imported_title(file, 1), "repeat 1, VAR2 2");
    COLUMN(file, 1, "v", "V", 0, 0.1);
    COLUMN(file, 1, "i", "A", 2e-12, 2e-4);
    COLUMN(file, 0, "time", "s", 0.01, 0.02);
    assert_true(isnan(hys_table_column(hys_imported_table(file, 0), "CH2 Current")[0])); /* SCPI's 9.91e37 */
    hys_imported_free(file);
}

static void the_4155_counts_its_points_anew_for_each_curve(void **state) {
    hys_imported *file = read_fixture(*state, "hp4155.txt");
    assert_int_equal(hys_imported_n(file), 2);
    COLUMN(file, 0, "v", "V", 0.001, 0.002, 0.004);
    COLUMN(file, 1, "i", "A", 1e-9, 2e-9);
    hys_imported_free(file);
}

static void a_clarius_sheet_has_its_sweeps_side_by_side(void **state) {
    hys_imported *file = read_fixture(*state, "clarius.csv");
    assert_string_equal(hys_imported_format(file), "Keithley 4200A Clarius CSV");
    assert_int_equal(hys_imported_n(file), 2);
    COLUMN(file, 0, "v", "V", 0, 0.5, 1);
    COLUMN(file, 1, "i", "A", 2e-9, 2e-6); /* the shorter sweep */
    hys_imported_free(file);
    file = read_text(*state, "odd.csv", "V(1),I(1),(x)y\n1,2,3\n", NULL);
    COLUMN(file, 0, "(x)y", "", 3); /* no number of a sweep */
    hys_imported_free(file);
}

static void a_script_says_how_long_its_curves_are(void **state) {
    hys_imported *file = read_fixture(*state, "script.csv");
    assert_int_equal(hys_imported_n(file), 2);
    COLUMN(file, 0, "v", "V", 0, 0.5);
    COLUMN(file, 1, "i", "A", 2e-12, 2e-6);
    COLUMN(file, 1, "time", "s", 0.3, 0.4);
    hys_imported_free(file);
}

static void arc_one_is_parted_by_device_and_module(void **state) {
    static const char *const titles[] = {"W15B15 read", "W15B15 CurveTracer", "W15B15 FormFinder", "W15B15 pulse",
                                         "W15B16 Retention"};
    hys_imported *file = read_fixture(*state, "arc_one.csv");
    assert_int_equal(hys_imported_n(file), 5);
    for (size_t k = 0; k < 5; k++) assert_string_equal(hys_imported_title(file, k), titles[k]);
    COLUMN(file, 1, "v", "V", 0.095865, 0.197452, 0.1, -0.1);
    COLUMN(file, 1, "i", "A", 0.095865 / 5387.196, 0.197452 / 5132.203, 0.1 / 5000, -0.1 / 5000);
    assert_same_double(hys_table_column(hys_imported_table(file, 1), "cycle")[2], 2);
    COLUMN(file, 2, "amplitude", "V", -0.25, -0.25, 0);
    COLUMN(file, 2, "width", "s", 1e-4, 1e-4, 1e-4);
    assert_null(hys_table_column(hys_imported_table(file, 2), "time"));
    COLUMN(file, 2, "v", "V", 0.3, 0.3, 0.3); /* read behind the pulse */
    COLUMN(file, 4, "time", "s", 0, 60, 120);
    COLUMN(file, 4, "resistance", "ohm", 10000, 10100, 10200);
    hys_imported_free(file);
}

/* Made with the HDF5 library in the layout of arc2control: eight rows of room, four of them used. */
static void of_arc_two_only_the_rows_in_use_are_read(void **state) {
    hys_imported *file = read_fixture(*state, "arc_two.h5");
    assert_string_equal(hys_imported_format(file), "ArC TWO HDF5");
    assert_int_equal(hys_imported_n(file), 2);
    assert_string_equal(hys_imported_title(file, 0), "W05B07");
    assert_string_equal(hys_imported_title(file, 1), "W31B00");
    COLUMN(file, 0, "v", "V", 0.25, 0.25, 0.5);
    COLUMN(file, 0, "i", "A", 1e-6f, 2e-6f, 4e-6f);
    const double *amplitude = hys_table_column(hys_imported_table(file, 0), "amplitude");
    assert_true(isnan(amplitude[0]));
    assert_same_double(amplitude[1], 1.5); /* the pulse before the second read */
    assert_same_double(amplitude[2], 2.0); /* pulse and read in one */
    COLUMN(file, 1, "i", "A", -5e-7f);
    hys_imported_free(file);
}

static void damaged_hdf5_is_refused(void **state) {
    fixture *f = *state;
    static char bytes[16384];
    FILE *in = fopen(FIXTURES "arc_two.h5", "rb");
    assert_non_null(in);
    size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    const char *path = hys_test_path(f->dir, "cut.h5");
    static const size_t cuts[] = {8, 100, 1000, 4000, 8000};
    for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++) {
        hys_imported *file = NULL;
        assert_true(cuts[k] < n);
        hys_test_write(path, bytes, cuts[k]);
        hys_diag_clear(f->ctx);
        assert_int_equal(hys_import(f->ctx, path, NULL, &file), HYS_SYNTAX);
        assert_int_equal(hys_diag_n_errors(f->ctx), 1);
        assert_string_equal(hys_diag_get(f->ctx, 0)->message, "HDF5: this file is damaged or cut off");
    }
}

static void knowm_says_its_units_nowhere_but_its_folder_gives_it_away(void **state) {
    fixture *f = *state;
    assert_int_equal(mkdir(hys_test_path(f->dir, "5k\316\251_.8V_100Hz_M2"), 0777), 0);
    hys_imported *file = read_text(f, "5k\316\251_.8V_100Hz_M2/Memristor.csv",
                                   "-0.7877750214599999,-3.974162087627421\n0.5,2.5\n", NULL);
    assert_string_equal(hys_imported_format(file), "Knowm Memristor Discovery");
    COLUMN(file, 0, "v", "V", -0.7877750214599999, 0.5);
    COLUMN(file, 0, "i", "A", -3.974162087627421e-6, 2.5e-6);
    assert_true(is_assumed(file, "series resistance 5 kohm"));
    hys_imported_free(file);
}

static void spectra_come_out_as_f_and_z(void **state) {
    static const struct {
        const char *name, *format;
        double row[2][3]; /* the first two */
    } files[] = {
        {"gamry.DTA", "Gamry .DTA", {{200015.6, 0.0167, 0.0042}, {1e5, 0.0182, -0.0012}}},
        {"biologic.mpt", "BioLogic EC-Lab .mpt", {{1e4, 15, 2}, {1e3, 16, -3}}},
        {"zplot.z", "ZPlot .z", {{3e5, 150, -12.5}, {2e5, 160, -17.5}}},
        {"autolab.txt", "Autolab .txt", {{10000, 0.0137, 0.0071}, {7498.9, 0.0134, -0.0052}}},
        {"chi.txt", "CH Instruments", {{9.9e4, 98, -2.5}, {8.2e4, 99, 1.5}}},
        {"plain_impedance.csv", "impedance as CSV", {{10000, 15, -2}, {5000, 16, -3}}},
    };
    static const char *const names[] = {"f", "Z.re", "Z.im"};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        hys_imported *file = read_fixture(*state, files[k].name);
        assert_string_equal(hys_imported_format(file), files[k].format);
        assert_true(hys_imported_is_impedance(file));
        for (size_t c = 0; c < 3; c++)
            for (size_t r = 0; r < 2; r++)
                assert_same_double(hys_table_column(hys_imported_table(file, 0), names[c])[r], files[k].row[r][c]);
        hys_imported_free(file);
    }
}

static void names_and_units_of_spectra_vary(void **state) {
    static const char *const texts[] = {
        "Frequency\tZre\tZimg\n1000\t2000\t-500\n100\t2500\t-600\n",
        "frequency[Hz],Z.re[ohm],Z.im[ohm]\n1000,2000,-500\n100,2500,-600\n",
        "f/kHz;-Z''/kohm;Z'/kohm\n1;0,5;2\n0,1;0,6;2,5\n",
        "Potential (V)\tFrequency (Hz)\tZre (ohms)\tZim (ohms)\n0\t1000\t2000\t-500\nn/a\t100\t2500\t-600\n",
        "f,ReZ,ImZ\n1000,2000,-500\n100,2500,-600\n",
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        hys_imported *file = read_text(*state, "z.csv", texts[k], NULL);
        COLUMN(file, 0, "f", "Hz", 1000, 100);
        COLUMN(file, 0, "Z.re", "ohm", 2000, 2500);
        COLUMN(file, 0, "Z.im", "ohm", -500, -600);
        hys_imported_free(file);
    }
}

static void the_measured_sweep_of_vo2_is_whole(void **state) {
    const char *path = HYS_TEST_SOURCE "/examples/data/vo2_ndr/b1500_easyexpert_30C_1.5mA.csv";
    if (access(path, R_OK)) skip();
    hys_imported *file = read_with(*state, path, NULL);
    const hys_table *table = hys_imported_table(file, 0);
    assert_int_equal(hys_imported_n(file), 1);
    assert_string_equal(hys_imported_title(file, 0), "VO2 Read");
    assert_int_equal(hys_table_n_rows(table), 202); /* as its Dimension1 has it */
    assert_same_double(hys_table_column(table, "v")[1], 0.24664);
    assert_true(isnan(hys_table_column(table, "R")[0]));
    hys_imported_free(file);
}

/* ---- locales, encodings, line ends ---- */

static void decimal_commas_and_latin1_are_read_and_said(void **state) {
    hys_imported *file = read_fixture(*state, "german.csv");
    COLUMN(file, 0, "time", "s", 0, 0.5);
    COLUMN(file, 0, "v", "V", 0.1005, 0.2);
    COLUMN(file, 0, "i", "A", 1.5e-6, -2.25e-6);
    assert_true(is_assumed(file, "decimal commas"));
    assert_true(is_assumed(file, "Latin-1"));
    hys_imported_free(file);
}

static const char *const fixtures[] = {
    "easyexpert.csv", "classic.csv",  "quick_iv.csv", "hp4155.txt",  "clarius.csv", "script.csv", "arc_one.csv",
    "gamry.DTA",      "biologic.mpt", "zplot.z",      "autolab.txt", "chi.txt",     "german.csv", "plain_impedance.csv",
};
#define N_FIXTURES (sizeof fixtures / sizeof *fixtures)

static void assert_same(const hys_imported *a, const hys_imported *b) {
    assert_string_equal(hys_imported_format(a), hys_imported_format(b));
    assert_int_equal(hys_imported_n(a), hys_imported_n(b));
    for (size_t k = 0; k < hys_imported_n(a); k++) {
        const hys_table *s = hys_imported_table(a, k), *t = hys_imported_table(b, k);
        assert_string_equal(hys_imported_title(a, k), hys_imported_title(b, k));
        assert_int_equal(hys_table_n_rows(s), hys_table_n_rows(t));
        assert_int_equal(hys_table_n_columns(s), hys_table_n_columns(t));
        for (size_t c = 0; c < hys_table_n_columns(s); c++) {
            assert_string_equal(hys_table_name(s, c), hys_table_name(t, c));
            for (size_t r = 0; r < hys_table_n_rows(s); r++)
                assert_same_double(hys_table_column_at(s, c)[r], hys_table_column_at(t, c)[r]);
        }
    }
}

/* The file's text without byte order mark and "\r". */
static size_t bare_text(const char *name, char *text, size_t size) {
    char path[512];
    snprintf(path, sizeof path, FIXTURES "%s", name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    size_t n = 0;
    for (int c; (c = fgetc(in)) != EOF && n < size;)
        if (c != '\r' && !(n == 0 && (c == 0xef || c == 0xbb || c == 0xbf))) text[n++] = (char)c;
    fclose(in);
    return n;
}

static void marks_and_line_ends_make_no_difference(void **state) {
    fixture *f = *state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    static char text[8192], changed[20000];
    for (size_t k = 0; k < N_FIXTURES; k++) {
        hys_imported *plain = read_fixture(f, fixtures[k]);
        size_t n = bare_text(fixtures[k], text, sizeof text);
        for (size_t e = 0; e < 6; e++) {
            size_t m = 0;
            if (e % 2) m += (size_t)sprintf(changed, "\xef\xbb\xbf");
            for (size_t c = 0; c < n; c++) {
                if (text[c] == '\n') m += (size_t)sprintf(changed + m, "%s", ends[e / 2]);
                else changed[m++] = text[c];
            }
            const char *path = hys_test_path(f->dir, fixtures[k]);
            hys_test_write(path, changed, m);
            hys_imported *file = read_with(f, path, NULL);
            assert_same(plain, file);
            hys_imported_free(file);
        }
        hys_imported_free(plain);
    }
}

/* Cut anywhere, a file is read or refused with one message that names it. */
static void a_cut_file_is_read_or_refused_once(void **state) {
    fixture *f = *state;
    static char text[8192];
    for (size_t k = 0; k < N_FIXTURES; k++) {
        size_t n = bare_text(fixtures[k], text, sizeof text);
        const char *path = hys_test_path(f->dir, fixtures[k]);
        for (size_t cut = 0; cut < n; cut += 3) {
            hys_imported *file = NULL;
            hys_test_write(path, text, cut);
            hys_diag_clear(f->ctx);
            hys_status status = hys_import(f->ctx, path, NULL, &file);
            assert_int_equal(hys_diag_n_errors(f->ctx), status != HYS_OK);
            if (status != HYS_OK) assert_int_equal(status, HYS_SYNTAX);
            if (status != HYS_OK) assert_string_equal(hys_diag_get(f->ctx, 0)->file, path);
            if (status == HYS_OK) assert_true(hys_imported_n(file) > 0);
            hys_imported_free(file);
        }
    }
}

/* ---- what is wrong is shown where it stands ---- */

static void wrong_cells_are_shown(void **state) {
    static const struct {
        const char *text, *message;
    } files[] = {
        {"SetupTitle, x\nDataName, V1, I1\nDataValue, 0.5, oops\n",
         ":3:17: error: this is not a number\nDataValue, 0.5, oops\n                ^"},
        {"SetupTitle, x\nDataName, V1, I1\nDataValue, 0.5, 1, 2\n",
         ":3:20: error: this row has 3 cells; the first line has 2\nDataValue, 0.5, 1, 2\n                   ^"},
        {"t\nd\nWordline,Bitline,Resistance,Amplitude (V),Pulse width (s),Tag,ReadTag,ReadVoltage\n1,2,3\n",
         ":4:6: error: this row has 3 cells; ArC ONE writes 8\n1,2,3\n     ^"},
        {"EXPLAIN\nTAG\tEISPOT\n", ":2:1: error: this file ends before ZCURVE: it holds no impedance\nTAG\tEISPOT\n^"},
        {"EXPLAIN\nZCURVE\tTABLE\n\tPt\tTime\tFreq\tZmod\n",
         ":3:1: error: ZCURVE needs the columns Freq, Zreal and Zimag\n\tPt\tTime\tFreq\tZmod\n^"},
        {"EC-Lab ASCII FILE\nNb header lines : 3\nfreq/Hz\tRe(Z)/Ohm\n1\t2\n",
         ":3:1: error: the columns freq, Re(Z) and -Im(Z) are not all there\nfreq/Hz\tRe(Z)/Ohm\n^\n"
         "hint: export freq/Hz, Re(Z)/Ohm and -Im(Z)/Ohm"},
        {"f,ReZ,ImZ\n1,2\n", ":2:4: error: this row has 2 cells; f, Z.re and Z.im need 3\n1,2\n   ^"},
        {"f,ReZ,ImZ\n-1,2,3\n", ":2:1: error: this frequency is below zero\n-1,2,3\n^"},
        {"v;i\n1;2,5\n1;2.5\n", ":3:3: error: this number has a decimal point; numbers before have commas\n1;2.5\n  ^\n"
                                "hint: write one of them throughout"},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) assert_refused(*state, files[k].text, files[k].message);
}

static void a_block_that_ends_early_is_told(void **state) {
    fixture *f = *state;
    hys_imported *file = read_text(f, "cut.csv",
                                   "SetupTitle, sweep\nDimension1, 5, 5\nDimension2, 1, 1\nDataName, V1, I1\n"
                                   "DataValue, 0, 0\nDataValue, 1, 1\n",
                                   NULL);
    assert_int_equal(hys_diag_count(f->ctx), 1);
    assert_string_equal(hys_diag_get(f->ctx, 0)->message, "'sweep' ends after 2 of 5 rows");
    assert_int_equal(hys_diag_get(f->ctx, 0)->line, 6);
    hys_imported_free(file);
}

/* ---- what the user says counts ---- */

static void columns_and_units_can_be_said(void **state) {
    fixture *f = *state;
    hys_import_opts opts = hys_import_opts_default();
    opts.columns = (const char *[]){"v=GateV"};
    opts.n_columns = 1;
    opts.units = (const char *[]){"i=mA"};
    opts.n_units = 1;
    hys_imported *file = read_text(f, "a.csv", "GateV(1),DrainV(1),DrainI(1)\n1,2,3\n4,5,6\n", &opts);
    assert_int_equal(hys_imported_n(file), 1);
    hys_imported_free(file);
    file = read_text(f, "a.csv", "DrainV,GateV,DrainI\n1,2,3\n4,5,6\n",
                     &(hys_import_opts){.size = sizeof opts,
                                        .columns = (const char *[]){"v=GateV", "i=DrainI"},
                                        .n_columns = 2,
                                        .units = opts.units,
                                        .n_units = 1});
    COLUMN(file, 0, "v", "V", 2, 5);
    COLUMN(file, 0, "i", "A", 3e-3, 6e-3);
    hys_imported_free(file);
}

static void bad_words_of_the_user_are_refused(void **state) {
    hys_import_opts opts = hys_import_opts_default();
    opts.n_columns = 1;
    opts.columns = (const char *[]){"v=DrainV"};
    assert_refused_with(*state, "v,i\n1,2\n", &opts, HYS_ARG,
                        ":1:1: error: there is no column 'DrainV' for --column\nv,i\n^\nhint: the columns are v, i");
    opts.columns = (const char *[]){"v"};
    assert_refused_with(*state, "v,i\n1,2\n", &opts, HYS_ARG,
                        "--column: error: 'v' is no NAME=COLUMN\nhint: --column v=DrainV");
    opts.n_columns = 0;
    opts.n_units = 1;
    opts.units = (const char *[]){"i=parsec"};
    assert_refused_with(*state, "v,i\n1,2\n", &opts, HYS_ARG, "--unit: error: 'parsec' is no unit\nhint: --unit i=uA");
    opts.n_units = 0;
    opts.format = "gamri";
    assert_refused_with(*state, "v,i\n1,2\n", &opts, HYS_ARG,
                        "--format: error: there is no format 'gamri'\nhint: gamry");
}

/* ---- memory ---- */

static hys_status read_job(hys_ctx *ctx, void *arg) {
    hys_imported *file = NULL;
    char path[512];
    snprintf(path, sizeof path, FIXTURES "%s", (const char *)arg);
    hys_status status = hys_import(ctx, path, NULL, &file);
    hys_imported_free(file);
    return status;
}

static void each_allocation_may_fail(void **state) {
    (void)state;
    for (size_t k = 0; k < N_FIXTURES; k++) {
        hys_test_each_failure(read_job, (void *)(uintptr_t)fixtures[k], false);
        hys_test_each_failure(read_job, (void *)(uintptr_t)fixtures[k], true);
    }
    hys_test_each_failure(read_job, (void *)(uintptr_t) "arc_two.h5", false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(easyexpert_gives_a_measurement_a_curve_and_a_block),
        TEST(the_classic_dialect_has_its_names_behind_the_set_up),
        TEST(quick_iv_is_parted_by_var2),
        TEST(the_4155_counts_its_points_anew_for_each_curve),
        TEST(a_clarius_sheet_has_its_sweeps_side_by_side),
        TEST(a_script_says_how_long_its_curves_are),
        TEST(arc_one_is_parted_by_device_and_module),
        TEST(of_arc_two_only_the_rows_in_use_are_read),
        TEST(damaged_hdf5_is_refused),
        TEST(knowm_says_its_units_nowhere_but_its_folder_gives_it_away),
        TEST(spectra_come_out_as_f_and_z),
        TEST(names_and_units_of_spectra_vary),
        TEST(the_measured_sweep_of_vo2_is_whole),
        TEST(decimal_commas_and_latin1_are_read_and_said),
        TEST(marks_and_line_ends_make_no_difference),
        TEST(a_cut_file_is_read_or_refused_once),
        TEST(wrong_cells_are_shown),
        TEST(a_block_that_ends_early_is_told),
        TEST(columns_and_units_can_be_said),
        TEST(bad_words_of_the_user_are_refused),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
