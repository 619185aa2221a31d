/* The SPICE models against ngspice 39: currents and admittances over bias and temperature (spice/values.csv).
 *
 * Terminals are held, internal unknowns solved by the kernel's own Newton iteration; the admittance is that of the
 * linearised equations J + j omega M with the internal unknowns eliminated. */
#include "device/params.h"
#include "hys_test.h"
#include <complex.h>
#include <hysteron/hysteron.h>

#define N_MAX     40
#define WORDS_MAX 64

/* Relative deviations allowed.  Boltzmann's constant over the elementary charge differs by 4e-7 from ngspice's, and
 * exponents reach 40; close above threshold a difference of 0.2 uV weighs most. */
#define DC_REL 4e-5
#define AC_REL 6e-4

typedef struct rig {
    hys_ctx *ctx;
    hys_model *model;
    hys__batch *batch;
    hys__params *params;
    char key[1024]; /* model, settings, temperature */
} rig;

static void rig_free(rig *r) {
    hys__params_free(r->params);
    hys__batch_free(r->batch);
    hys_model_free(r->model);
    hys_ctx_free(r->ctx);
    memset(r, 0, sizeof *r);
}

static void rig_new(rig *r, const char *name, char *settings, double temp) {
    const char *words[WORDS_MAX];
    size_t n = 0;
    for (char *save = NULL, *w = strtok_r(settings, " ", &save); w; w = strtok_r(NULL, " ", &save)) words[n++] = w;
    r->ctx = hys_test_ctx();
    hys_model_opts opts = hys_model_opts_default();
    opts.set = words;
    opts.n_set = n;
    assert_int_equal(hys_model_load(r->ctx, name, &opts, &r->model), HYS_OK);
    hys__batch_opts batch = {.n = 1, .temp = temp + 273.15, .seed = 1};
    assert_int_equal(hys__batch_new(r->ctx, r->model, &batch, &r->batch), HYS_OK);
    hys__settings set = {.set = words, .n_set = n};
    if (hys__params_new(r->batch, &set, &r->params) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(r->ctx, hys_diag_count(r->ctx) - 1));
}

/* Internal unknowns at the given terminal potentials, from a start at rest by steps of the drive. */
static void settle(rig *r, const double *v, double *current) {
    hys__batch *b = r->batch;
    const hys_kernel *k = b->kernel;
    double old[N_MAX][HYS_LANES_MAX], i[N_MAX][HYS_LANES_MAX], g[N_MAX][HYS_LANES_MAX], ok[HYS_LANES_MAX];
    const double *old_at[N_MAX];
    double *i_at[N_MAX], *g_at[N_MAX];
    assert_non_null(k->step);
    for (size_t u = 0; u < N_MAX; u++) {
        old_at[u] = old[u];
        i_at[u] = i[u];
        g_at[u] = g[u];
    }
    for (size_t u = 0; u < k->n_unknowns; u++) b->x[u][0] = 0;
    b->env.flags = 0;
    hys_step_args args = {
        .h = INFINITY, .rtol = 1e-13, .max_iter = 400, .x = b->x, .x_old = old_at, .i = i_at, .g = g_at, .ok = ok};
    for (int step = 1; step <= 20; step++) {
        for (size_t t = 0; t < k->n_terminals; t++) b->x[t][0] = v[t] * step / 20;
        for (size_t u = 0; u < k->n_unknowns; u++) old[u][0] = b->x[u][0];
        k->step(&b->env, &b->in, &args);
    }
    assert_true(ok[0] == 1);
    for (size_t t = 0; t < k->n_terminals; t++) current[t] = i[t][0];
}

/* Solves the n x n system in place; a is row major. */
static void solve(size_t n, double complex a[][N_MAX], double complex *b) {
    for (size_t c = 0; c < n; c++) {
        size_t best = c;
        for (size_t r = c + 1; r < n; r++)
            if (cabs(a[r][c]) > cabs(a[best][c])) best = r;
        for (size_t k = 0; k < n; k++) {
            double complex swap = a[c][k];
            a[c][k] = a[best][k];
            a[best][k] = swap;
        }
        double complex swap = b[c];
        b[c] = b[best];
        b[best] = swap;
        for (size_t r = c + 1; r < n; r++) {
            double complex factor = a[r][c] / a[c][c];
            for (size_t k = c; k < n; k++) a[r][k] -= factor * a[c][k];
            b[r] -= factor * b[c];
        }
    }
    for (size_t c = n; c-- > 0;) {
        for (size_t k = c + 1; k < n; k++) b[c] -= a[c][k] * b[k];
        b[c] /= a[c][c];
    }
}

/* Currents into the terminals for 1 V at one of them.  Unknowns that are one (rs = 0) are tied by their flow. */
static void admit(rig *r, size_t which, double omega, double complex *current) {
    hys__batch *b = r->batch;
    const hys_kernel *k = b->kernel;
    size_t n = k->n_unknowns, n_t = k->n_terminals;
    static double complex all[N_MAX][N_MAX], inner[N_MAX][N_MAX];
    double complex rhs[N_MAX];
    memset(all, 0, sizeof all);
    k->eval_fj(&b->env, &b->in, &b->out);
    k->fixed(&b->env, &b->in, &b->out);
    for (size_t e = 0; e < k->n_jac; e++) all[k->jac_row[e]][k->jac_col[e]] += b->jac[e][0];
    for (size_t e = 0; e < k->n_mass; e++) all[k->mass_row[e]][k->mass_col[e]] += I * omega * b->mass[e][0];
    for (size_t i = n_t; i < n; i++) {
        rhs[i - n_t] = -all[i][which];
        for (size_t j = n_t; j < n; j++) inner[i - n_t][j - n_t] = all[i][j];
    }
    solve(n - n_t, inner, rhs);
    for (size_t t = 0; t < n_t; t++) {
        current[t] = all[t][which];
        for (size_t j = n_t; j < n; j++) current[t] += all[t][j] * rhs[j - n_t];
    }
}

typedef struct worst {
    double dc, ac;
    char dc_row[400], ac_row[400];
} worst;

/* Small currents are compared with the largest one: gmin and rounding of ngspice's differences lie there. */
static void compare(rig *r, const char *row, const char *analysis, const double *v, const double *want, worst *w) {
    size_t n_t = r->batch->kernel->n_terminals;
    double current[N_MAX], largest = 0, off = 0;
    double complex y[N_MAX];
    unsigned which;
    double freq;
    bool is_ac = sscanf(analysis, "ac %u %lf", &which, &freq) == 2;
    settle(r, v, current);
    if (is_ac) admit(r, which, 2 * 3.14159265358979323846 * freq, y);
    for (size_t t = 0; t < n_t; t++) {
        double complex to = is_ac ? want[2 * t] + I * want[2 * t + 1] : want[t], got = is_ac ? y[t] : current[t];
        largest = fmax(largest, cabs(to));
        off = fmax(off, cabs(got - to));
    }
    double rel = is_ac ? off / (largest + 1e-11) : fmax(off - 1e-15, 0) / (largest + 1e-14);
    double *most = is_ac ? &w->ac : &w->dc;
    if (rel <= *most) return;
    *most = rel;
    snprintf(is_ac ? w->ac_row : w->dc_row, sizeof w->dc_row, "%.390s", row);
}

static size_t numbers(char *text, double *at, size_t most) {
    size_t n = 0;
    for (char *end = text; n < most; n++, text = end) {
        at[n] = strtod(text, &end);
        if (end == text) break;
    }
    return n;
}

/* "voltages,analysis,values" */
static void one_row(rig *r, char *line, worst *w) {
    char row[1000], *field[3], *rest = line;
    double v[8], want[16];
    snprintf(row, sizeof row, "%.600s %.300s", r->key, line);
    for (size_t i = 0; i < 3; i++) field[i] = strsep(&rest, ",");
    assert_non_null(field[2]);
    numbers(field[0], v, 8);
    numbers(field[2], want, 16);
    compare(r, row, field[1], v, want, w);
}

static void all_rows(const char *model, worst *w) {
    char line[2000];
    rig r = {0};
    FILE *file = fopen(HYS_TEST_SOURCE "/tests/models/spice/values.csv", "r");
    size_t n = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *rest = line + 1, *field[3];
        if (line[0] == '#') continue;
        if (line[0] != '@') {
            if (r.ctx) one_row(&r, line, w), n++;
            continue;
        }
        rig_free(&r);
        char key[sizeof r.key];
        snprintf(key, sizeof key, "%.900s", line + 1);
        for (size_t i = 0; i < 3; i++) field[i] = strsep(&rest, ",");
        if (strcmp(field[0], model) != 0) continue;
        rig_new(&r, model, field[1], atof(field[2]));
        snprintf(r.key, sizeof r.key, "%s", key);
    }
    fclose(file);
    rig_free(&r);
    assert_true(n >= 100);
    print_message("%s: %zu rows, largest deviation dc %.2g, ac %.2g\n", model, n, w->dc, w->ac);
    if (w->dc > DC_REL) fail_msg("%s", w->dc_row);
    if (w->ac > AC_REL) fail_msg("%s", w->ac_row);
}

static void diode_as_ngspice(void **state) {
    worst w = {0};
    (void)state;
    all_rows("diode", &w);
}

static void bjt_as_ngspice(void **state) {
    worst w = {0};
    (void)state;
    all_rows("bjt", &w);
}

static void jfet_as_ngspice(void **state) {
    worst w = {0};
    (void)state;
    all_rows("jfet", &w);
}

static void mos1_as_ngspice(void **state) {
    worst w = {0};
    (void)state;
    all_rows("mos1", &w);
}

/* Newton's trials go far, and users sweep temperatures. */
static void finite_at(const char *model, const char *settings, double temp) {
    static const double volts[] = {-1e3, -100, -5, -0.5, 0, 0.5, 5, 100, 1e3};
    char copy[1000];
    rig r = {0};
    snprintf(copy, sizeof copy, "%s", settings);
    rig_new(&r, model, copy, temp);
    hys__batch *b = r.batch;
    const hys_kernel *k = b->kernel;
    for (size_t point = 0; point < 500; point++) {
        for (size_t u = 0; u < k->n_unknowns; u++)
            b->x[u][0] = volts[(point * 7919 + u * 104729 + point * point * 13 + u * u * 31) % 9];
        k->eval_fj(&b->env, &b->in, &b->out);
        for (size_t u = 0; u < k->n_unknowns; u++)
            if (!isfinite(b->f[u][0])) fail_msg("%s %s: row %s", model, settings, k->unknowns[u].name);
        for (size_t e = 0; e < k->n_jac; e++)
            if (!isfinite(b->jac[e][0]))
                fail_msg("%s %s: %s by %s", model, settings, k->unknowns[k->jac_row[e]].name,
                         k->unknowns[k->jac_col[e]].name);
    }
    rig_free(&r);
}

static void all_is_finite_far_away_and_at_any_temperature(void **state) {
    char line[2000];
    FILE *file = fopen(HYS_TEST_SOURCE "/tests/models/spice/values.csv", "r");
    size_t n = 0;
    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *rest = line + 1, *field[3];
        if (line[0] != '@') continue;
        for (size_t i = 0; i < 3; i++) field[i] = strsep(&rest, ",");
        if (atof(field[2]) != 27) continue;
        for (int t = 0; t < 4; t++) finite_at(field[0], field[1], (double[]){-253, -100, 200, 700}[t]);
        n++;
    }
    fclose(file);
    assert_true(n >= 15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diode_as_ngspice),
        cmocka_unit_test(bjt_as_ngspice),
        cmocka_unit_test(jfet_as_ngspice),
        cmocka_unit_test(mos1_as_ngspice),
        cmocka_unit_test(all_is_finite_far_away_and_at_any_temperature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
