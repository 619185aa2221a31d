/* Reproduced values: what a quantity means, against numbers worked out by hand; what a broken table is told. */
#include "hys_test.h"
#include "lab/reproduce.h"
#include <sys/stat.h>

#define HEADING "name,model,run,quantity,expected,unit,tolerance,label,source,note\n"

/* A ramp of 1 V/s on a divider of r and 1 kohm: v(b) = t/(1 + r/1k) reaches 0.2 V at 0.2 s (1 + r/1k): 0.4, 0.6, 0.8 s,
 * and not at all within 1 s for 9 kohm. */
static const char steps[] = "ramp on dividers\n"
                            ".param r=1k\n"
                            ".step param r list 1k 2k 3k 9k\n"
                            "V1 a 0 pwl(0 0 1 1)\nR1 a b {r}\nR2 b 0 1k\n"
                            ".tran 10m 1\n"
                            ".meas tran t when v(b)=0.2\n"
                            ".meas tran ohms param='r'\n"
                            ".end\n";
static const char single[] = "one divider\nV1 a 0 1\nR1 a b 3k\nR2 b 0 1k\n.tran 1m 10m\n"
                             ".meas tran half find v(b) at=5m\n.meas tran never when v(b)=2\n.end\n";
/* Van der Pol's oscillator: C v' = mu v - v^3 - i, L i' = v with C = L = 1 oscillates from mu = 0 on, at 1/(2 pi) Hz.
 */
static const char hopf[] = "van der Pol\n.param mu=-1\nC1 a 0 1\nL1 a 0 1\nB1 0 a I=mu*v(a)-v(a)^3\n.end\n";

/* ---- a library of one family in a scratch folder ---- */

typedef struct library {
    char dir[64];
} library;

static void library_make(library *l, const char *rows) {
    char text[16384];
    snprintf(l->dir, sizeof l->dir, "%s", hys_test_dir());
    assert_int_equal(mkdir(hys_test_path(l->dir, "fam"), 0777), 0);
    assert_int_equal(mkdir(hys_test_path(l->dir, "fam/reproduce"), 0777), 0);
    hys_test_write(hys_test_path(l->dir, "fam/reproduce/steps.cir"), steps, strlen(steps));
    hys_test_write(hys_test_path(l->dir, "fam/reproduce/single.cir"), single, strlen(single));
    hys_test_write(hys_test_path(l->dir, "fam/reproduce/hopf.cir"), hopf, strlen(hopf));
    snprintf(text, sizeof text, HEADING "%s", rows);
    hys_test_write(hys_test_path(l->dir, "fam/reproduce.csv"), text, strlen(text));
}

static hys_reproduce_opts library_opts(const library *l) {
    hys_reproduce_opts opts = hys_reproduce_opts_default();
    opts.models_dir = l->dir;
    return opts;
}

static const hys_reproduced *find(const hys_reproduction *r, const char *name) {
    for (size_t k = 0; k < hys_reproduction_count(r); k++)
        if (!strcmp(hys_reproduction_get(r, k)->name, name)) return hys_reproduction_get(r, k);
    fail_msg("no value %s", name);
    return NULL;
}

/* Runs the rows; the caller frees the context, and with it all. */
static hys_reproduction *run_rows(hys_ctx *ctx, const char *rows) {
    library l;
    hys_reproduction *r = NULL;
    library_make(&l, rows);
    hys_reproduce_opts opts = library_opts(&l);
    hys_status status = hys_reproduce(ctx, &opts, &r);
    hys_test_dir_remove(l.dir);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    return r;
}

/* ---- quantities ---- */

static void statistics_are_those_worked_out_by_hand(void **state) {
    (void)state;
    static const struct {
        const char *quantity;
        double value;
    } cases[] = {
        {"t@1", 0.4},
        {"t@3", 0.8},
        {"mean(t)", 0.6},
        {"std(t)", 0.2},
        {"min(t)", 0.4},
        {"max(t)", 0.8},
        {"median(t)", 0.6},
        {"count(t)", 3},
        {"T@2", 0.6},
        {"count(ohms)", 4},
        {"median( ohms )", 2500},
        {"fraction(t>0.5)", 0.5},
        {"mean(ohms)", 3750},
        {"fraction(t<0.5)", 0.25},
        {"fraction(ohms > -1e3)", 1},
        {"slope(ohms,t)", 0.2e-3},
    };
    char rows[8192];
    size_t n = 0;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        n += (size_t)snprintf(rows + n, sizeof rows - n, "m.v%zu,m,steps.cir,\"%s\",%.17g,1,1e-4%%,derived,hand,\n", k,
                              cases[k].quantity, cases[k].value);
    hys_ctx *ctx = hys_test_ctx();
    hys_reproduction *r = run_rows(ctx, rows);
    assert_int_equal(hys_reproduction_count(r), sizeof cases / sizeof *cases);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const hys_reproduced *v = hys_reproduction_get(r, k);
        if (v->verdict != HYS_VERDICT_PASS) print_error("%s: %.17g %s\n", v->quantity, v->got, v->why);
        assert_near(v->got, cases[k].value, 1e-6); /* lines between points of a linear ramp: rounding alone */
        assert_int_equal(v->verdict, HYS_VERDICT_PASS);
    }
    hys_ctx_free(ctx);
}

static void bifurcation_points_are_quantities_too(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_reproduction *r = run_rows(ctx, "m.mu,m,bifurcation hopf.cir mu -1 1,hopf@1.param,0,1,abs 1e-6,derived,hand,\n"
                                        "m.f,m,bifurcation hopf.cir mu -1 1,hopf@1.frequency,159.15494,mHz,0.001%,"
                                        "derived,1/(2 pi),\n"
                                        "m.n,m,bifurcation hopf.cir mu -1 1,count(hopf),1,1,abs 0,derived,hand,\n"
                                        "m.no,m,bifurcation hopf.cir mu -1 1,fold@1.param,1,1,1%,derived,hand,\n");
    assert_int_equal(find(r, "m.mu")->verdict, HYS_VERDICT_PASS);
    assert_int_equal(find(r, "m.f")->verdict, HYS_VERDICT_PASS);
    assert_near(find(r, "m.f")->got, 0.15915494309189535, 1e-6);
    assert_int_equal(find(r, "m.n")->verdict, HYS_VERDICT_PASS);
    assert_int_equal(find(r, "m.no")->verdict, HYS_VERDICT_FAIL);
    assert_string_equal(find(r, "m.no")->why, "there are 0 fold points");
    hys_ctx_free(ctx);
}

static void what_is_no_quantity_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *what;
        bool is_bifurcation;
    } cases[] = {
        {"", "a name is missing", false},
        {"t@0", "'@' is followed by 1, 2, 3, ...", false},
        {"t@-1", "'@' is followed by 1, 2, 3, ...", false},
        {"t@99999999999999999999", "'@' is followed by 1, 2, 3, ...", false},
        {"t@1x", "there is something behind the quantity", false},
        {"mean(t", "a ')' is missing", false},
        {"mean()", "a name is missing", false},
        {"meen(t)", "there is no such function", false},
        {"fraction(t)", "a '<' or '>' is missing", false},
        {"fraction(t>)", "a plain number is missing", false},
        {"fraction(t>nan)", "a plain number is missing", false},
        {"slope(t)", "a ',' is missing", false},
        {"mean(t))", "there is something behind the quantity", false},
        {"hopf", "which of the points?", true},
        {"hopf@1", "a point has the fields param, frequency and lyapunov", true},
        {"hopf@1.volts", "a point has the fields param, frequency and lyapunov", true},
        {"hof@1.param", "there is no such kind of point", true},
        {"count(hof)", "there is no such kind of point", true},
    };
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        hys__measurand m;
        hys__measurand_error error;
        assert_false(hys__measurand_read(&arena, cases[k].text, cases[k].is_bifurcation, &m, &error));
        assert_string_equal(error.what, cases[k].what);
    }
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

/* ---- verdicts ---- */

static void tolerances_and_units_decide(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    /* half is 0.25 V */
    hys_reproduction *r = run_rows(ctx, "m.a,m,single.cir,half,251,mV,0.5%,published,p,\n"
                                        "m.b,m,single.cir,half,251,mV,0.3 %,published,p,\n"
                                        "m.c,m,single.cir,half,251,mV,abs 1.01,published,p,\n"
                                        "m.d,m,single.cir,half,251,mV,abs 0.99,published,p,\n"
                                        "m.e,m,single.cir,half,-23.15,degC,abs 273.41,derived,0.25 K,\n"
                                        "m.f,m,single.cir,half,25,%,abs 1e-6,derived,a part,\n");
    static const hys_reproduced_verdict want[] = {HYS_VERDICT_PASS, HYS_VERDICT_FAIL, HYS_VERDICT_PASS,
                                                  HYS_VERDICT_FAIL, HYS_VERDICT_PASS, HYS_VERDICT_PASS};
    for (size_t k = 0; k < 6; k++) assert_int_equal(hys_reproduction_get(r, k)->verdict, want[k]);
    assert_near(find(r, "m.a")->expected, 0.251, 1e-15);
    assert_near(find(r, "m.a")->tolerance, 0.251 * 0.005, 1e-12);
    assert_string_equal(find(r, "m.a")->si_unit, "V");
    assert_near(find(r, "m.e")->expected, 250, 1e-12);
    assert_near(find(r, "m.e")->tolerance, 273.41, 1e-12);
    assert_string_equal(find(r, "m.e")->si_unit, "K");
    assert_string_equal(find(r, "m.f")->si_unit, "1");
    char text[32];
    hys_reproduced_format(find(r, "m.a"), find(r, "m.a")->got, text);
    assert_string_equal(text, "250");
    hys_ctx_free(ctx);
}

static void what_cannot_be_measured_fails_and_the_rest_goes_on(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_reproduction *r = run_rows(ctx, "m.none,m,nothing.cir,half,1,1,1%,derived,hand,\n"
                                        "m.never,m,single.cir,never,1,1,1%,derived,hand,\n"
                                        "m.other,m,single.cir,halb,1,1,1%,derived,hand,\n"
                                        "m.which,m,steps.cir,t,1,1,1%,derived,hand,\n"
                                        "m.far,m,steps.cir,t@5,1,1,1%,derived,hand,\n"
                                        "m.failed,m,steps.cir,t@4,1,1,1%,derived,hand,\n"
                                        "m.good,m,single.cir,half,0.25,V,1e-6%,derived,hand,\n");
    for (size_t k = 0; k < 6; k++) {
        assert_int_equal(hys_reproduction_get(r, k)->verdict, HYS_VERDICT_FAIL);
        assert_true(isnan(hys_reproduction_get(r, k)->got));
    }
    assert_non_null(strstr(find(r, "m.none")->why, "nothing.cir"));
    assert_non_null(strstr(find(r, "m.never")->why, ".meas never failed"));
    assert_string_equal(find(r, "m.other")->why, "the netlist has no .meas 'halb'; it has half, never");
    assert_string_equal(find(r, "m.which")->why, "'t' was measured in 4 runs: NAME@1 is the first");
    assert_string_equal(find(r, "m.far")->why, "'t' was measured in 4 runs: NAME@1 is the first");
    assert_non_null(strstr(find(r, "m.failed")->why, ".meas t failed"));
    assert_int_equal(find(r, "m.good")->verdict, HYS_VERDICT_PASS);
    assert_int_equal(hys_diag_count(ctx), 0); /* all of it is in the values */
    hys_ctx_free(ctx);
}

static void what_the_literature_lacks_is_missing(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_reproduction *r = run_rows(ctx, "m.a,m,,,,mA,,missing,p,the amplitude is not given\n");
    const hys_reproduced *v = find(r, "m.a");
    assert_int_equal(v->verdict, HYS_VERDICT_MISSING);
    assert_true(isnan(v->expected) && isnan(v->got) && isnan(v->tolerance));
    char text[32];
    hys_reproduced_format(v, v->got, text);
    assert_string_equal(text, "-");
    hys_ctx_free(ctx);
}

/* ---- broken tables ---- */

static void a_broken_table_gets_one_diagnostic_with_its_line(void **state) {
    (void)state;
    static const struct {
        const char *rows, *place, *what;
    } cases[] = {
        {"m.a,m,single.cir,half,x,V,1%,derived,hand,\n", ":2:23:", "'x' is not a number"},
        {"m.a,m,single.cir,half,nan,V,1%,derived,hand,\n", ":2:23:", "'nan' is not a number"},
        {"m.a,m,single.cir,half,1e999,V,1%,derived,hand,\n", ":2:23:", "is not a number"},
        {"m.a,m,single.cir,half,,V,1%,derived,hand,\n", ":2:", "the expected value is missing"},
        {"m.a,m,single.cir,half,1,volts/,1%,derived,hand,\n", ":2:", "there is no unit 'volts/'"},
        {"m.a,m,single.cir,half,1,V,,derived,hand,\n", ":2:", "'' is not a tolerance"},
        {"m.a,m,single.cir,half,1,V,1,derived,hand,\n", ":2:", "'1' is not a tolerance"},
        {"m.a,m,single.cir,half,1,V,-1%,derived,hand,\n", ":2:", "'-1%' is not a tolerance"},
        {"m.a,m,single.cir,half,1,V,abs,derived,hand,\n", ":2:", "'abs' is not a tolerance"},
        {"m.a,m,single.cir,half,0,V,1%,derived,hand,\n", ":2:", "a part of zero is zero"},
        {"m.a,m,single.cir,half,1,V,1%,guessed,hand,\n", ":2:", "there is no label 'guessed'"},
        {"m.a,m,single.cir,half,1,V,1%,derived,,\n", ":2:", "say here where the number is from"},
        {"m.a,m,single.cir,half,1,V,1%,missing,p,why\n", ":2:", "what has an expected value is not missing"},
        {"m.a,m,,,,V,,missing,p,\n", ":2:", "say here what is missing"},
        {"ma,m,single.cir,half,1,V,1%,derived,hand,\n", ":2:1:", "this is not the name of a value"},
        {"m.a,,single.cir,half,1,V,1%,derived,hand,\n", ":2:", "this is not the name of a model"},
        {"m.a,m,../single.cir,half,1,V,1%,derived,hand,\n", ":2:", "the netlist lies in the folder reproduce"},
        {"m.a,m,single.cir x,half,1,V,1%,derived,hand,\n", ":2:", "this is not a run"},
        {"m.a,m,bifurcation hopf.cir mu -1,hopf@1.param,1,V,1%,derived,hand,\n", ":2:", "this is not a run"},
        {"m.a,m,,half,1,V,1%,derived,hand,\n", ":2:", "this is not a run"},
        {"m.a,m,single.cir,mean(half,1,V,1%,derived,hand,\n", ":2:", "a ')' is missing"},
        {"m.a,m,single.cir,half,1,V,1%,derived,hand\n", ":2:", "this row has 9 cells; the heading has 10"},
        {"m.a,m,single.cir,half,1,V,1%,derived,a,b,c\n", ":2:", "more cells than the heading"},
        {"m.a,m,single.cir,half,1,V,1%,derived,\"hand,\n", ":2:", "this quote does not end"},
        {"# m\n\nm.a,m,single.cir,half,1,V,1%,derived,hand,\nm.a,m,single.cir,half,1,V,1%,derived,hand,\n",
         ":5:1:", "a second value 'm.a'"},
        {HEADING, ":2:1:", "this is not the name of a value"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        library l;
        hys_reproduction *r = NULL;
        hys_ctx *ctx = hys_test_ctx();
        library_make(&l, cases[k].rows);
        hys_reproduce_opts opts = library_opts(&l);
        assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_SYNTAX);
        assert_null(r);
        assert_int_equal(hys_diag_count(ctx), 1);
        const char *text = hys_test_diag_text(ctx, 0);
        if (!strstr(text, cases[k].what) || !strstr(text, cases[k].place))
            fail_msg("%s\nis not %s", text, cases[k].what);
        hys_ctx_free(ctx);
        hys_test_dir_remove(l.dir);
    }
}

static void broken_headings_and_files_are_told(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        const char *what;
    } cases[] = {
        {"", 0, "this file has no heading"},
        {"# only\n", 7, "this file has no heading"},
        {"name,model\n", 11, "the column 'run' is missing"},
        {"name,modell\n", 12, "there is no column 'modell'"},
        {"name,name\n", 10, "a second column 'name'"},
        {"name\0model\n", 11, "this is not text"},
        {"PK\3\4xxxx", 8, "this is a zipped file"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        library l;
        hys_reproduction *r = NULL;
        hys_ctx *ctx = hys_test_ctx();
        library_make(&l, "");
        hys_test_write(hys_test_path(l.dir, "fam/reproduce.csv"), cases[k].text, cases[k].n);
        hys_reproduce_opts opts = library_opts(&l);
        assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_SYNTAX);
        if (!strstr(hys_test_diag_text(ctx, 0), cases[k].what))
            fail_msg("%s\nis not %s", hys_test_diag_text(ctx, 0), cases[k].what);
        hys_ctx_free(ctx);
        hys_test_dir_remove(l.dir);
    }
}

/* ---- what is run, and how ---- */

static const char three[] = "pcm_gst.t,pcm_gst,steps.cir,mean(t),0.6,s,1%,derived,hand,\n"
                            "hh_k.half,hh_k,single.cir,half,0.25,V,1%,derived,hand,\n"
                            "other.half,other,single.cir,half,250,mV,1%,derived,hand,\n";

static void names_choose(void **state) {
    (void)state;
    static const struct {
        const char *name;
        size_t n;
    } cases[] = {{"fam", 3},    {"hh_k", 1},      {"hh_k.half", 1}, {"*.half", 2},
                 {"other.", 1}, {"pcm_gst.*", 1}, {"hh", 0},        {"", 0}};
    library l;
    library_make(&l, three);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        hys_reproduction *r = NULL;
        hys_ctx *ctx = hys_test_ctx();
        hys_reproduce_opts opts = library_opts(&l);
        opts.names = &cases[k].name;
        opts.n_names = 1;
        opts.no_run = true;
        assert_int_equal(hys_reproduce(ctx, &opts, &r), cases[k].n ? HYS_OK : HYS_ARG);
        assert_int_equal(r ? hys_reproduction_count(r) : 0, cases[k].n);
        if (r) assert_int_equal(hys_reproduction_get(r, 0)->verdict, HYS_VERDICT_NONE);
        hys_ctx_free(ctx);
    }
    hys_test_dir_remove(l.dir);
}

static void bits_do_not_depend_on_threads(void **state) {
    (void)state;
    library l;
    double got[2][3];
    library_make(&l, three);
    for (int k = 0; k < 2; k++) {
        hys_reproduction *r = NULL;
        hys_ctx *ctx = hys_test_ctx();
        hys_reproduce_opts opts = library_opts(&l);
        opts.n_threads = k ? 4 : 1;
        assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_OK);
        for (size_t i = 0; i < 3; i++) got[k][i] = hys_reproduction_get(r, i)->got;
        hys_ctx_free(ctx);
    }
    for (size_t i = 0; i < 3; i++) assert_same_double(got[1][i], got[0][i]);
    hys_test_dir_remove(l.dir);
}

static void values_go_out_and_come_in_again(void **state) {
    (void)state;
    library l;
    hys_reproduction *r = NULL, *again = NULL;
    hys_ctx *ctx = hys_test_ctx();
    library_make(&l, three);
    hys_reproduce_opts opts = library_opts(&l);
    const char *path = hys_test_path(l.dir, "values.csv");
    const char *const notes[] = {"made", "by a\ntest", NULL};
    assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_OK);
    assert_int_equal(hys_reproduction_write_csv(r, ctx, path, notes), HYS_OK);
    assert_non_null(strstr(hys_test_read(path), "# made: by a test\nname,family,model,expected,got,"));
    assert_non_null(strstr(hys_test_read(path), "\nother.half,fam,other,250,250,mV,1%,yes,derived,hand,\n"));
    opts.no_run = true;
    assert_int_equal(hys_reproduce(ctx, &opts, &again), HYS_OK);
    assert_int_equal(hys_reproduction_read_csv(again, ctx, path), HYS_OK);
    for (size_t k = 0; k < 3; k++) {
        assert_near(hys_reproduction_get(again, k)->got, hys_reproduction_get(r, k)->got, 1e-9); /* ten digits */
        assert_int_equal(hys_reproduction_get(again, k)->verdict, HYS_VERDICT_PASS);
    }
    hys_ctx_free(ctx);
    hys_test_dir_remove(l.dir);
}

/* Without gnuplot script and data are written all the same. */
static void draw(const hys_reproduction *r, hys_ctx *ctx, size_t page, const char *path) {
    hys_status status = hys_reproduction_figure(r, ctx, "fam", page, path);
    assert_true(status == HYS_OK || status == HYS_TOOL);
}

static void a_figure_shows_deviations_in_tolerances(void **state) {
    (void)state;
    library l;
    hys_reproduction *r = NULL;
    hys_table *table = NULL;
    hys_ctx *ctx = hys_test_ctx();
    library_make(&l, "m.low,m,single.cir,half,251,mV,0.5%,published,p,\n"
                     "m.high,m,single.cir,half,200,mV,abs 25,computed,p,\n"
                     "m.exact,m,single.cir,half,0.25,V,abs 0,derived,p,\n");
    hys_reproduce_opts opts = library_opts(&l);
    assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_OK);
    assert_int_equal(hys_reproduction_n_pages(r, "fam"), 0);
    draw(r, ctx, 0, hys_test_path(l.dir, "f.svg"));
    assert_int_equal(hys_table_read_csv(ctx, hys_test_path(l.dir, "f.data.csv"), &table), HYS_OK);
    const double *deviation = hys_table_column(table, "deviation"), *kind = hys_table_column(table, "kind");
    assert_near(deviation[0], (0.25 - 0.251) / (0.005 * 0.251), 1e-6);
    assert_near(deviation[1], 2, 1e-6);
    assert_true(deviation[2] == 0 || fabs(deviation[2]) == 1e9); /* of no tolerance: agreement, or far off */
    for (size_t k = 0; k < 3; k++) assert_int_equal((int)kind[k], (int)k);
    assert_non_null(strstr(hys_test_read(hys_test_path(l.dir, "f.gp")), "m.high"));
    hys_ctx_free(ctx);
    hys_test_dir_remove(l.dir);
}

static void many_values_are_drawn_by_model_and_on_pages(void **state) {
    (void)state;
    char rows[16000];
    size_t n = 0;
    for (int k = 0; k < 61; k++)
        n += (size_t)snprintf(rows + n, sizeof rows - n, "m%d.v%d,m%d,single.cir,half,%d,mV,5%%,derived,p,\n", k % 2, k,
                              k % 2, 245 + k % 10);
    library l;
    hys_reproduction *r = NULL;
    hys_table *table = NULL;
    hys_ctx *ctx = hys_test_ctx();
    library_make(&l, rows);
    hys_reproduce_opts opts = library_opts(&l);
    assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_OK);
    assert_int_equal(hys_reproduction_n_pages(r, "fam"), 2);
    draw(r, ctx, 0, hys_test_path(l.dir, "all.svg"));
    draw(r, ctx, 2, hys_test_path(l.dir, "last.svg"));
    assert_int_equal(hys_table_read_csv(ctx, hys_test_path(l.dir, "all.data.csv"), &table), HYS_OK);
    assert_int_equal(hys_table_n_rows(table), 61);
    for (size_t k = 0; k < 61; k++) { /* two rows, the points within them */
        assert_int_equal((size_t)hys_table_column(table, "row")[k], k % 2);
        assert_true(fabs(hys_table_column(table, "offset")[k]) < 0.5);
    }
    assert_null(strstr(hys_test_read(hys_test_path(l.dir, "all.gp")), "m0.v60"));
    assert_non_null(strstr(hys_test_read(hys_test_path(l.dir, "last.gp")), "m0.v60"));
    assert_null(strstr(hys_test_read(hys_test_path(l.dir, "last.gp")), "m1.v59"));
    hys_ctx_free(ctx);
    hys_test_dir_remove(l.dir);
}

static int stop(void *user, double done) {
    (void)user;
    (void)done;
    return 1;
}

static void a_cancelled_reproduction_stops(void **state) {
    (void)state;
    library l;
    hys_reproduction *r = NULL;
    hys_ctx *ctx = hys_test_ctx();
    library_make(&l, three);
    hys_reproduce_opts opts = library_opts(&l);
    opts.progress = stop;
    assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_CANCEL);
    opts.progress = NULL;
    hys_ctx_cancel(ctx);
    assert_int_equal(hys_reproduce(ctx, &opts, &r), HYS_CANCEL);
    assert_null(r);
    hys_ctx_free(ctx);
    hys_test_dir_remove(l.dir);
}

static hys_status reproduce_once(hys_ctx *ctx, void *arg) {
    hys_reproduction *r = NULL;
    hys_reproduce_opts opts = library_opts(arg);
    hys_status status = hys_reproduce(ctx, &opts, &r);
    if (status == HYS_OK) status = hys_reproduction_write_csv(r, ctx, hys_test_path(opts.models_dir, "v.csv"), NULL);
    if (status == HYS_OK) status = hys_reproduction_read_csv(r, ctx, hys_test_path(opts.models_dir, "v.csv"));
    hys_reproduction_free(r);
    return status;
}

static void each_failing_allocation_is_reported(void **state) {
    (void)state;
    library l;
    library_make(&l, three);
    hys_test_each_failure(reproduce_once, &l, false);
    hys_test_each_failure(reproduce_once, &l, true);
    hys_test_dir_remove(l.dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_are_those_worked_out_by_hand),
        cmocka_unit_test(bifurcation_points_are_quantities_too),
        cmocka_unit_test(what_is_no_quantity_is_refused),
        cmocka_unit_test(tolerances_and_units_decide),
        cmocka_unit_test(what_cannot_be_measured_fails_and_the_rest_goes_on),
        cmocka_unit_test(what_the_literature_lacks_is_missing),
        cmocka_unit_test(a_broken_table_gets_one_diagnostic_with_its_line),
        cmocka_unit_test(broken_headings_and_files_are_told),
        cmocka_unit_test(names_choose),
        cmocka_unit_test(bits_do_not_depend_on_threads),
        cmocka_unit_test(values_go_out_and_come_in_again),
        cmocka_unit_test(a_figure_shows_deviations_in_tolerances),
        cmocka_unit_test(many_values_are_drawn_by_model_and_on_pages),
        cmocka_unit_test(a_cancelled_reproduction_stops),
        cmocka_unit_test(each_failing_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
