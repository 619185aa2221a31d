/* Figures: what gnuplot is told, what it draws, and what is left when something goes wrong. */
#include "base/locale_de.h"
#include "hys_test.h"
#include "io/figure.h"
#include <dirent.h>
#include <hysteron/figure.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys_table *table;
    char *dir, *path; /* path: the environment's */
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    f.dir = strdup(hys_test_dir());
    f.path = strdup(getenv("PATH"));
    assert_int_equal(hys_table_new(f.ctx, &f.table), HYS_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_table_free(f->table);
    hys_ctx_free(f->ctx);
    assert_int_equal(setenv("PATH", f->path, 1), 0);
    free(f->path);
    hys_test_dir_remove(f->dir);
    free(f->dir);
    return 0;
}

static void add_columns(hys_table *table, const char *const (*columns)[2], size_t n) {
    for (size_t c = 0; c < n; c++) assert_int_equal(hys_table_add_column(table, columns[c][0], columns[c][1]), HYS_OK);
}

/* A pinched loop, several times: i = g v with g falling behind v. */
static void add_loop(hys_table *table, int cycles, double amplitude, double g) {
    static const char *const columns[][2] = {{"time", "s"}, {"v", "V"}, {"i", "A"}, {"w", "1"}};
    add_columns(table, columns, 4);
    for (int k = 0; k <= 100 * cycles; k++) {
        double phase = k * 2 * 3.14159265358979 / 100, w = 0.5 - 0.4 * cos(phase), v = amplitude * sin(phase);
        assert_int_equal(hys_table_add_row(table, (double[]){k * 1e-5, v, g * v * w, w}), HYS_OK);
    }
}

static hys_status draw(fixture *f, const char *kind, int cycles, const char *name) {
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = kind;
    opts.cycles = cycles;
    hys_diag_clear(f->ctx);
    return hys_figure_write(f->ctx, f->table, &opts, hys_test_path(f->dir, name));
}

static bool exists(fixture *f, const char *name) {
    return access(hys_test_path(f->dir, name), F_OK) == 0;
}

static size_t count_files(fixture *f) {
    size_t n = 0;
    DIR *dir = opendir(f->dir);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

static bool has_text(fixture *f, const char *name, const char *text) {
    return strstr(hys_test_read(hys_test_path(f->dir, name)), text) != NULL;
}

static void assert_says(fixture *f, const char *text) {
    assert_int_equal(hys_diag_count(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), text)) print_error("%s", hys_test_diag_text(f->ctx, 0));
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), text));
}

/* Lets gnuplot itself say which points it would draw; curve from 0.  Returns how many; first and last. */
static int plotted(fixture *f, const char *script, int curve, double first[2], double last[2]) {
    char command[1000], line[500];
    snprintf(command, sizeof command,
             "cd '%s' && sed -e '/^set terminal/d' -e '/multiplot/d' -e '/^set format/d' -e \"s/format '.*//\" -e "
             "\"s/^set output.*/set table 'points'/\" '%s' "
             ">t.gp && gnuplot -d t.gp",
             f->dir, script);
    assert_int_equal(system(command), 0);
    FILE *in = fopen(hys_test_path(f->dir, "points"), "r");
    assert_non_null(in);
    int n = 0, at = -1;
    while (fgets(line, sizeof line, in)) {
        double x, y;
        int number = 0;
        at += sscanf(line, "# Curve %d of", &number) == 1;
        if (at != curve || sscanf(line, "%lf %lf", &x, &y) != 2) continue;
        if (n++ == 0) first[0] = x, first[1] = y;
        last[0] = x;
        last[1] = y;
    }
    fclose(in);
    return n;
}

/* ---- what is drawn ---- */

static void each_ending_gives_its_format(void **state) {
    fixture *f = *state;
    add_loop(f->table, 1, 1.2, 1e-3);
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_OK);
    assert_int_equal(draw(f, "iv", 1, "a.PDF"), HYS_OK);
    assert_int_equal(draw(f, "iv", 1, "a.png"), HYS_OK);
    assert_memory_equal(hys_test_read(hys_test_path(f->dir, "a.svg")), "<?xml", 5);
    assert_memory_equal(hys_test_read(hys_test_path(f->dir, "a.PDF")), "%PDF", 4);
    assert_memory_equal(hys_test_read(hys_test_path(f->dir, "a.png")), "\x89PNG", 4);
    assert_true(exists(f, "a.gp"));
    assert_true(exists(f, "a.data.csv"));
    assert_int_equal(count_files(f), 5);
}

/* 89 mm at the 96 px per inch of SVG. */
static void an_svg_is_as_wide_as_asked(void **state) {
    fixture *f = *state;
    hys_figure_opts opts = hys_figure_opts_default();
    add_loop(f->table, 1, 1.2, 1e-3);
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_OK);
    assert_true(has_text(f, "a.svg", "width=\"336\""));
    opts.width_mm = 183;
    assert_int_equal(hys_figure_write(f->ctx, f->table, &opts, hys_test_path(f->dir, "b.svg")), HYS_OK);
    assert_true(has_text(f, "b.svg", "width=\"692\""));
}

static void the_script_makes_the_figure_again(void **state) {
    fixture *f = *state;
    char command[300];
    add_loop(f->table, 2, 1.2, 1e-3);
    assert_int_equal(draw(f, "iv", 2, "a.svg"), HYS_OK);
    char *before = strdup(hys_test_read(hys_test_path(f->dir, "a.svg")));
    assert_int_equal(unlink(hys_test_path(f->dir, "a.svg")), 0);
    snprintf(command, sizeof command, "cd '%s' && gnuplot a.gp", f->dir);
    assert_int_equal(system(command), 0);
    assert_string_equal(hys_test_read(hys_test_path(f->dir, "a.svg")), before);
    free(before);
}

static void a_loop_shows_the_last_cycle_over_the_earlier_ones(void **state) {
    fixture *f = *state;
    double first[2], last[2];
    add_loop(f->table, 3, 1.2, 1e-3);
    assert_int_equal(draw(f, "iv", 3, "a.svg"), HYS_OK);
    assert_int_equal(plotted(f, "a.gp", 0, first, last), 201);
    assert_int_equal(plotted(f, "a.gp", 1, first, last), 101);
    assert_true(has_text(f, "a.gp", "Voltage, {/:Italic V} (V)"));
    assert_true(has_text(f, "a.gp", "Current, {/:Italic I} (\302\265A)"));
    /* Rows 200 to 300: both at the start of a cycle. */
    assert_within(first[0], 0, 1e-9);
    assert_within(last[1], 0, 1e-9);
}

static void values_are_drawn_in_the_unit_of_the_label(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {{"v", "V"}, {"i", "A"}};
    double first[2], last[2];
    add_columns(f->table, columns, 2);
    assert_int_equal(hys_table_add_row(f->table, (double[]){0.05, -3e-9}), HYS_OK);
    assert_int_equal(hys_table_add_row(f->table, (double[]){-0.15, 40e-9}), HYS_OK);
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_OK);
    assert_int_equal(plotted(f, "a.gp", 0, first, last), 2);
    assert_near(first[0], 50, 1e-5); /* gnuplot's tables have six digits */
    assert_near(first[1], -3, 1e-5);
    assert_near(last[0], -150, 1e-5);
    assert_near(last[1], 40, 1e-5);
    assert_true(has_text(f, "a.gp", "(mV)"));
    assert_true(has_text(f, "a.gp", "(nA)"));
}

static void a_logarithmic_axis_shows_magnitudes_in_amperes(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {{"v", "V"}, {"i", "A"}};
    double first[2], last[2];
    add_columns(f->table, columns, 2);
    for (int k = -10; k <= 10; k++)
        assert_int_equal(hys_table_add_row(f->table, (double[]){k, k < 0 ? -1e-6 * k * k : 1e-3 * k}), HYS_OK);
    assert_int_equal(draw(f, "iv-semilog", 1, "a.svg"), HYS_OK);
    assert_int_equal(plotted(f, "a.gp", 0, first, last), 21);
    assert_near(first[1], 1e-4, 1e-5);
    assert_near(last[1], 1e-2, 1e-5);
    assert_true(has_text(f, "a.gp", "Current, |{/:Italic I}| (A)"));
    assert_true(has_text(f, "a.svg", ">10<"));
}

static void time_has_a_panel_for_each_column(void **state) {
    fixture *f = *state;
    double first[2], last[2];
    add_loop(f->table, 2, 1.2, 1e-3);
    assert_int_equal(draw(f, "time", 2, "a.svg"), HYS_OK);
    assert_int_equal(plotted(f, "a.gp", 0, first, last), 201);
    assert_near(last[0], 2, 1e-5); /* ms */
    assert_int_equal(plotted(f, "a.gp", 2, first, last), 201);
    assert_near(first[1], 0.1, 1e-5);
    assert_int_equal(plotted(f, "a.gp", 3, first, last), 0);
}

static void pulses_show_conductance(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {{"pulse", "1"}, {"g", "S"}};
    double first[2], last[2];
    add_columns(f->table, columns, 2);
    for (int k = 1; k <= 50; k++) assert_int_equal(hys_table_add_row(f->table, (double[]){k, 2e-6 * k}), HYS_OK);
    assert_int_equal(draw(f, "pulse", 1, "a.svg"), HYS_OK);
    assert_int_equal(plotted(f, "a.gp", 0, first, last), 50);
    assert_near(last[1], 100, 1e-5);
    assert_true(has_text(f, "a.gp", "Conductance, {/:Italic G} (\302\265S)"));
}

/* Ten points in a million that are 100 times higher: none is lost. */
static void long_tables_are_thinned_but_keep_their_spikes(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {{"time", "s"}, {"v", "V"}};
    hys_table *drawn = NULL;
    add_columns(f->table, columns, 2);
    for (int k = 0; k < 1000000; k++)
        assert_int_equal(hys_table_add_row(f->table, (double[]){k, k % 100000 == 31337 ? 100 : sin(k * 1e-4)}), HYS_OK);
    assert_int_equal(draw(f, "time", 1, "a.svg"), HYS_OK);
    assert_int_equal(hys_table_read_csv(f->ctx, hys_test_path(f->dir, "a.data.csv"), &drawn), HYS_OK);
    size_t n = hys_table_n_rows(drawn), n_spikes = 0;
    const double *time = hys_table_column(drawn, "time"), *v = hys_table_column(drawn, "v");
    for (size_t k = 0; k < n; k++) n_spikes += v[k] == 100;
    for (size_t k = 1; k < n; k++) assert_true(time[k] > time[k - 1]);
    assert_in_range(n, 5000, 20000);
    assert_int_equal(n_spikes, 10);
    assert_same_double(time[n - 1], 999999.0);
    hys_table_free(drawn);
}

static void thinning_keeps_the_start_of_the_last_cycle(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {{"time", "s"}};
    hys_table *thin = NULL;
    size_t first = 66667;
    add_columns(f->table, columns, 1);
    for (int k = 0; k < 100000; k++) assert_int_equal(hys_table_add_row(f->table, (double[]){k}), HYS_OK);
    assert_int_equal(hys__figure_thin(f->ctx, f->table, 1000, &first, &thin), HYS_OK);
    assert_true(hys_table_n_rows(thin) <= 1002);
    assert_same_double(hys_table_column_at(thin, 0)[first], 66667.0);
    hys_table_free(thin);
}

/* ---- odd data ---- */

static void any_finite_data_make_a_figure(void **state) {
    fixture *f = *state;
    static const double cases[][3][2] = {
        {{1, 1}, {1, 1}, {1, 1}},                     /* constant */
        {{0, 0}, {0, 0}, {0, 0}},                     /* zero */
        {{1, 2}, {1 + 1e-15, 2}, {1, 2 + 1e-15}},     /* constant but for rounding */
        {{0, 0}, {1e-300, 1e-320}, {-1e-300, 0}},     /* nearly nothing */
        {{0, 0}, {1e300, 1e200}, {-1e300, -1e200}},   /* no prefix is large enough */
        {{NAN, 1}, {2, NAN}, {3, INFINITY}},          /* no point is whole */
        {{NAN, 1}, {2, 5}, {3, -INFINITY}},           /* one is */
        {{1e6, 1e6}, {1e6 + 1, 1e6}, {1e6 + 2, 1e6}}, /* small steps far out */
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        static const char *const kinds[] = {"iv", "time"};
        static const char *const columns[][2] = {{"time", "s"}, {"v", "V"}, {"i", "A"}};
        hys_table_free(f->table);
        assert_int_equal(hys_table_new(f->ctx, &f->table), HYS_OK);
        add_columns(f->table, columns, 3);
        for (int r = 0; r < 3; r++)
            assert_int_equal(hys_table_add_row(f->table, (double[]){r, cases[k][r][0], cases[k][r][1]}), HYS_OK);
        for (size_t j = 0; j < 2; j++) {
            hys_status status = draw(f, kinds[j], 1, "a.svg");
            if (status != HYS_OK) print_error("case %zu, %s: %s", k, kinds[j], hys_test_diag_text(f->ctx, 0));
            assert_int_equal(status, HYS_OK);
        }
    }
}

static void one_row_is_a_point(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {{"time", "s"}, {"v", "V"}, {"i", "A"}};
    add_columns(f->table, columns, 3);
    assert_int_equal(hys_table_add_row(f->table, (double[]){0, 1, 1e-3}), HYS_OK);
    assert_int_equal(draw(f, "iv", 5, "a.svg"), HYS_OK);
    assert_true(has_text(f, "a.gp", "linespoints"));
    assert_int_equal(draw(f, "iv-semilog", 1, "a.svg"), HYS_OK);
    assert_int_equal(draw(f, "time", 1, "a.svg"), HYS_OK);
}

static void names_and_titles_are_drawn_as_they_are(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {
        {"time", "s"}, {"x_on^2{a}", "m^-2*V"}, {"it's\\\"q\"<&\377", "1"}, {"$`rm x`@~", "nm"}};
    add_columns(f->table, columns, 4);
    for (int k = 0; k < 40; k++) assert_int_equal(hys_table_add_row(f->table, (double[]){k, k, -k, k * k}), HYS_OK);
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "time";
    opts.title = "it's {100%} <b> \"50_C\" \\n @x &y ~z";
    assert_int_equal(hys_figure_write(f->ctx, f->table, &opts, hys_test_path(f->dir, "a.svg")), HYS_OK);
    assert_true(has_text(f, "a.svg", "x_on^2{a}"));
    assert_true(has_text(f, "a.svg", "it's"));
    assert_true(has_text(f, "a.svg", "\"q\"&lt;&amp;?"));
    assert_true(has_text(f, "a.svg", "$`rm x`@~ (nm)"));
    assert_true(has_text(f, "a.svg", "it's {100%} &lt;b> \"50_C\" \\n @x &amp;y ~z"));
    assert_true(has_text(f, "a.svg", ">\342\210\2222<")); /* the raised -2 */
}

/* gnuplot takes '<command' and '|command' as files to read from and write to. */
static void odd_file_names_are_only_names(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"it's.svg",        "a b.svg",         "-e.svg",
                                        "<touch made.svg", "|touch made.svg", "\303\244\377.svg",
                                        "a.b.svg",         "%d$HOME`.svg",    "-.svg"};
    static const char *const columns[][2] = {{"v", "V"}, {"i", "A"}};
    add_columns(f->table, columns, 2);
    for (int k = 0; k < 3; k++) assert_int_equal(hys_table_add_row(f->table, (double[]){k, k}), HYS_OK);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        hys_status status = draw(f, "iv", 1, names[k]);
        if (status != HYS_OK) print_error("%s: %s", names[k], hys_test_diag_text(f->ctx, 0));
        assert_int_equal(status, HYS_OK);
        assert_true(exists(f, names[k]));
    }
    assert_int_equal(count_files(f), 3 * sizeof names / sizeof *names);
}

/* The measurement that is drawn may lie in the figure's own folder, under the figure's own name. */
static void a_figure_never_writes_over_the_data(void **state) {
    fixture *f = *state;
    add_loop(f->table, 1, 1, 1);
    hys_test_write(hys_test_path(f->dir, "sweep.csv"), "mine", 4);
    assert_int_equal(draw(f, "iv", 1, "sweep.svg"), HYS_OK);
    assert_string_equal(hys_test_read(hys_test_path(f->dir, "sweep.csv")), "mine");
}

static void the_locale_does_not_matter(void **state) {
    fixture *f = *state;
    add_loop(f->table, 1, 1.2, 1e-3);
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_OK);
    char *before = strdup(hys_test_read(hys_test_path(f->dir, "a.gp")));
    if (!locale_de_set()) {
        free(before);
        skip();
    }
    hys_status status = draw(f, "iv", 1, "a.svg");
    locale_de_reset();
    assert_int_equal(status, HYS_OK);
    assert_string_equal(hys_test_read(hys_test_path(f->dir, "a.gp")), before);
    free(before);
}

/* ---- refusals ---- */

static void wrong_requests_are_refused_and_leave_nothing(void **state) {
    fixture *f = *state;
    static const struct {
        const char *kind, *name;
        double width;
        const char *says;
    } requests[] = {
        {"iv", "a.jpg", 89, "cannot make a figure of the name"},
        {"iv", "a", 89, "name it .svg, .pdf or .png"},
        {"iv", ".svg", 89, "cannot make a figure of the name"},
        {"iv", "a.svg/b", 89, "cannot make a figure of the name"},
        {"iv", "a\n.svg", 89, "cannot make a figure of the name"},
        {"iv", "a.svg", -89, "a figure cannot be -89 mm wide"},
        {"iv", "a.svg", 0, "a figure cannot be 0 mm wide"},
        {"iv", "a.svg", NAN, "a figure cannot be"},
        {"iv", "a.svg", 1e9, "a figure cannot be 1e+09 mm wide"},
        {"iw", "a.svg", 89, "there is no figure kind 'iw'"},
        {"pulse", "a.svg", 89, "a figure by pulse needs a column pulse"},
    };
    add_loop(f->table, 1, 1, 1);
    for (size_t k = 0; k < sizeof requests / sizeof *requests; k++) {
        hys_figure_opts opts = hys_figure_opts_default();
        opts.kind = requests[k].kind;
        opts.width_mm = requests[k].width;
        hys_diag_clear(f->ctx);
        assert_int_equal(hys_figure_write(f->ctx, f->table, &opts, hys_test_path(f->dir, requests[k].name)), HYS_ARG);
        assert_says(f, requests[k].says);
    }
    assert_int_equal(count_files(f), 0);
}

static void columns_that_lack_are_named(void **state) {
    fixture *f = *state;
    static const char *const columns[][2] = {{"v", "V"}, {"i", "A"}};
    add_columns(f->table, columns, 2);
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_ARG);
    assert_says(f, "there are no rows to draw");
    for (int k = 0; k < 5; k++) assert_int_equal(hys_table_add_row(f->table, (double[]){k, NAN}), HYS_OK);
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_ARG);
    assert_says(f, "an I-V figure needs numbers in the column i");
    assert_int_equal(draw(f, "time", 1, "a.svg"), HYS_ARG);
    assert_says(f, "a figure against time needs a column time");
    assert_int_equal(draw(f, "iv-semilog", 1, "a.svg"), HYS_ARG);
    assert_says(f, "a logarithmic figure needs currents that are not zero");
    assert_int_equal(count_files(f), 0);
}

static void an_unwritable_folder_is_an_error(void **state) {
    fixture *f = *state;
    add_loop(f->table, 1, 1, 1);
    assert_int_equal(draw(f, "iv", 1, "none/a.svg"), HYS_IO);
    assert_says(f, "No such file or directory");
    assert_int_equal(mkdir(hys_test_path(f->dir, "a.svg"), 0777), 0);
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_IO);
    assert_says(f, "Is a directory");
    assert_int_equal(count_files(f), 3); /* the folder, the script and the data */
}

static void a_missing_gnuplot_is_told_how_to_be_installed(void **state) {
    fixture *f = *state;
    add_loop(f->table, 1, 1, 1);
    assert_int_equal(setenv("PATH", f->dir, 1), 0);
    hys_status status = draw(f, "iv", 1, "a.svg");
    assert_int_equal(setenv("PATH", f->path, 1), 0);
    assert_int_equal(status, HYS_TOOL);
    assert_says(f, "apt-get install gnuplot-nox");
    assert_false(exists(f, "a.svg"));
    assert_int_equal(count_files(f), 2);
}

/* Puts a program called gnuplot before the real one. */
static void set_gnuplot(fixture *f, const char *script) {
    char path[6000];
    const char *program = hys_test_path(f->dir, "gnuplot");
    snprintf(path, sizeof path, "%s:%s", f->dir, f->path);
    hys_test_write(program, script, strlen(script));
    assert_int_equal(chmod(program, 0755), 0);
    assert_int_equal(setenv("PATH", path, 1), 0);
}

static void what_gnuplot_says_is_passed_on(void **state) {
    fixture *f = *state;
    add_loop(f->table, 1, 1, 1);
    set_gnuplot(f, "#!/bin/sh\nyes noise | head -100000 >&2\necho 'line 3: it broke' >&2\necho >&2\nexit 1\n");
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_TOOL);
    assert_says(f, "gnuplot failed on a.gp: line 3: it broke");
    set_gnuplot(f, "#!/bin/sh\nkill -SEGV $$\n");
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_TOOL);
    assert_says(f, "gnuplot was ended by signal 11");
    set_gnuplot(f, "#!/bin/sh\nexit 0\n");
    assert_int_equal(draw(f, "iv", 1, "a.svg"), HYS_TOOL);
    assert_says(f, "gnuplot drew nothing");
    assert_int_equal(count_files(f), 3);
}

static hys_ctx *to_cancel;

static void on_alarm(int signal_number) {
    (void)signal_number;
    hys_ctx_cancel(to_cancel);
}

/* As Ctrl-C does: while gnuplot is at work. */
static void a_cancelled_figure_leaves_nothing(void **state) {
    fixture *f = *state;
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval soon = {.it_value = {.tv_usec = 200000}, .it_interval = {.tv_usec = 200000}}, never = {0};
    add_loop(f->table, 1, 1, 1);
    set_gnuplot(f, "#!/bin/sh\nexec sleep 60\n");
    to_cancel = f->ctx;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    hys_status status = draw(f, "iv", 1, "a.svg");
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(status, HYS_CANCEL);
    assert_int_equal(count_files(f), 1); /* the program */
}

static hys_status figure_job(hys_ctx *ctx, void *arg) {
    static const char *const columns[][2] = {{"time", "s"}, {"v", "V"}, {"i", "A"}};
    hys_table *table = NULL;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "time";
    hys_status status = hys_table_new(ctx, &table);
    for (size_t c = 0; c < 3 && status == HYS_OK; c++)
        status = hys_table_add_column(table, columns[c][0], columns[c][1]);
    for (int k = 0; k < 25000 && status == HYS_OK; k++) status = hys_table_add_row(table, (double[]){k, k, -k});
    if (status == HYS_OK) status = hys_figure_write(ctx, table, &opts, arg);
    hys_table_free(table);
    return status;
}

static void each_allocation_may_fail(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "a.svg");
    set_gnuplot(f, "#!/bin/sh\necho x >.done; for f in .hysteron*; do echo drawn >\"$f\"; done\n");
    hys_test_each_failure(figure_job, (void *)(uintptr_t)path, false);
    hys_test_each_failure(figure_job, (void *)(uintptr_t)path, true);
    assert_string_equal(hys_test_read(path), "drawn\n");
    assert_int_equal(count_files(f), 5); /* gnuplot, .done, and the figure's three */
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_ending_gives_its_format),
        TEST(an_svg_is_as_wide_as_asked),
        TEST(the_script_makes_the_figure_again),
        TEST(a_loop_shows_the_last_cycle_over_the_earlier_ones),
        TEST(values_are_drawn_in_the_unit_of_the_label),
        TEST(a_logarithmic_axis_shows_magnitudes_in_amperes),
        TEST(time_has_a_panel_for_each_column),
        TEST(pulses_show_conductance),
        TEST(long_tables_are_thinned_but_keep_their_spikes),
        TEST(thinning_keeps_the_start_of_the_last_cycle),
        TEST(any_finite_data_make_a_figure),
        TEST(one_row_is_a_point),
        TEST(names_and_titles_are_drawn_as_they_are),
        TEST(odd_file_names_are_only_names),
        TEST(a_figure_never_writes_over_the_data),
        TEST(the_locale_does_not_matter),
        TEST(wrong_requests_are_refused_and_leave_nothing),
        TEST(columns_that_lack_are_named),
        TEST(an_unwritable_folder_is_an_error),
        TEST(a_missing_gnuplot_is_told_how_to_be_installed),
        TEST(what_gnuplot_says_is_passed_on),
        TEST(a_cancelled_figure_leaves_nothing),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
