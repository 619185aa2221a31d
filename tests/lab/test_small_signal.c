/* Harmonics, steps and small sines, on devices whose answers have closed forms. */
#include "device/model.h"
#include "hys_test.h"
#include "lab/kernels.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys_model *model;
    hys_protocol_result *result;
    char *dir;
} fixture;

#define HEAD "`include \"disciplines.vams\"\nmodule device(p, n);\ninout p, n;\nelectrical p, n;\n"

/* text: the body of a module with ports p, n; or the name of a shipped device.  opt: "NAME=VALUE", ended by NULL */
static fixture measure(const char *protocol, const char *text, const char *const *opt) {
    fixture f = {.ctx = hys_test_ctx(), .dir = hys_test_dir()};
    hys_protocol_opts opts = hys_protocol_opts_default();
    const char *path = text;
    opts.opt = opt;
    while (opt[opts.n_opt]) opts.n_opt++;
    if (strchr(text, '\n')) {
        path = hys_test_path(f.dir, "device.va");
        hys_test_write(path, text, strlen(text));
    }
    hys_status status = hys_model_load(f.ctx, path, NULL, &f.model);
    if (status == HYS_OK) status = hys_protocol_run(f.ctx, hys_protocol_find(protocol), f.model, &opts, &f.result);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(f.ctx, 0));
    assert_int_equal(status, HYS_OK);
    assert_int_equal(hys_diag_n_errors(f.ctx), 0);
    return f;
}

static void release(fixture *f) {
    hys_protocol_result_free(f->result);
    hys_model_free(f->model);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
}

static const hys_feature *feature(const fixture *f, const char *name) {
    const hys_feature *found = hys_protocol_find_feature(f->result, name);
    if (!found) fail_msg("no feature %s", name);
    return found;
}

static double number(const fixture *f, const char *name) {
    return feature(f, name)->value;
}

static const char *text_of(const fixture *f, const char *name) {
    assert_non_null(feature(f, name)->text);
    return feature(f, name)->text;
}

static const double *column(const fixture *f, const char *table, const char *name) {
    for (size_t k = 0; k < hys_protocol_n_tables(f->result); k++) {
        const hys_protocol_table *t = hys_protocol_table_at(f->result, k);
        if (!strcmp(t->name, table) && hys_table_column(t->table, name)) return hys_table_column(t->table, name);
    }
    fail_msg("no column %s of %s", name, table);
    return NULL;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- harmonics ---- */

/* i = g v + b v^2 + c v^3, v = A sin wt: dc b A^2/2; I1 = g A + 3/4 c A^3; I2 = b A^2/2 at -90 deg (-cos 2wt); I3 =
 * c A^3/4 at 180 deg. */
static void harmonics_of_a_cubic_conductor_are_the_trigonometric_identities(void **state) {
    (void)state;
    fixture f = measure("harmonics",
                        HEAD "analog I(p, n) <+ 1e-3*V(p, n) + 2e-4*pow(V(p, n), 2) + "
                             "4e-4*pow(V(p, n), 3);\nendmodule\n",
                        WORDS("amplitudes=0.01V,0.02V,0.5V", "frequencies=10Hz,1kHz", "orders=5"));
    const double *size = column(&f, "lines", "size"), *phase = column(&f, "lines", "phase");
    const double *dc = column(&f, "distortion", "dc"), *volts = column(&f, "distortion", "amplitude");
    for (size_t k = 0; k < 6; k++) {
        double a = volts[k];
        assert_near(dc[k], 1e-4 * a * a, 1e-9); /* no solver is between: rounding */
        assert_near(size[5 * k], 1e-3 * a + 3e-4 * a * a * a, 1e-9);
        assert_near(size[5 * k + 1], 1e-4 * a * a, 1e-9);
        assert_near(size[5 * k + 2], 1e-4 * a * a * a, 1e-9);
        assert_within(size[5 * k + 3], 0, 1e-12);
        assert_within(phase[5 * k], 0, 1e-6);
        assert_near(phase[5 * k + 1], -90, 1e-6);
        assert_true(isnan(phase[5 * k + 3]));
    }
    double i1 = 1e-3 * 0.5 + 3e-4 * 0.125, i2 = 1e-4 * 0.25, i3 = 1e-4 * 0.125;
    assert_near(number(&f, "thd"), sqrt(i2 * i2 + i3 * i3) / i1, 1e-9);
    assert_near(number(&f, "exponent2"), 2, 1e-9);
    assert_near(number(&f, "exponent3"), 3, 1e-9);
    assert_within(number(&f, "beyond"), 0, 1e-12); /* Parseval */
    assert_string_equal(text_of(&f, "overtones"), "both");
    release(&f);
}

/* M(q) = M0 - k q, q = (A/w)(1 - cos wt)/M0 + ...: M dq = v dt gives M0 q - k q^2/2 = phi, so i = v / sqrt(M0^2 - 2 k
 * phi), phi = (A/w)(1 - cos wt).  The Fourier integral of that is taken here by the trapezoidal rule. */
static double hp_harmonic(double amplitude, double f, int order) {
    double ron = 100, roff = 16e3, x0 = 5.0 / 15.9, w = 2 * acos(-1.0) * f, re = 0, im = 0;
    double m0 = ron * x0 + roff * (1 - x0), k = (roff - ron) * 1e-14 * ron / 1e-16;
    for (int n = 0; n < 4096; n++) {
        double angle = 2 * acos(-1.0) * n / 4096, phi = amplitude / w * (1 - cos(angle));
        double i = amplitude * sin(angle) / sqrt(m0 * m0 - 2 * k * phi);
        re += i * cos(order * angle) / 2048;
        im += i * sin(order * angle) / 2048;
    }
    return hypot(re, im);
}

static void harmonics_of_the_linear_ion_drift_follow_its_charge(void **state) {
    (void)state;
    fixture f = measure("harmonics", "hp_linear", WORDS("amplitudes=0.3V,1V", "frequencies=1Hz,10Hz"));
    const double *size = column(&f, "lines", "size"), *order = column(&f, "lines", "order");
    const double *hertz = column(&f, "lines", "frequency"), *volts = column(&f, "lines", "amplitude");
    for (size_t k = 0; k < 20; k++) /* against the first harmonic: the run's tolerance is 1e-7 */
        assert_within(size[k], hp_harmonic(volts[k], hertz[k], (int)order[k]),
                      1e-5 * hp_harmonic(volts[k], hertz[k], 1));
    assert_true(number(&f, "thd_max_f") == 1); /* slow sines move the border farther */
    assert_true(number(&f, "change") < 1e-4);
    release(&f);
}

/* ---- steps ---- */

/* tau dx/dt = v - x, i = g v + a x: after a step from v0 to v1 the current goes from g v1 + a v0 to (g + a) v1. */
#define FIRST_ORDER(a)                                                                                                 \
    HEAD "real x;\nanalog begin\nx = idt((V(p, n) - x)/0.02, V(p, n));\n"                                              \
         "I(p, n) <+ 1e-3*V(p, n) + (" a ")*x;\nend\nendmodule\n"

static void a_step_of_a_first_order_device_is_its_exponential(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++) {
        double a = k ? -4e-4 : 5e-4;
        fixture f = measure("step", k ? FIRST_ORDER("-4e-4") : FIRST_ORDER("5e-4"),
                            WORDS("levels=-0.2V,0.1V,1V", "bases=0V,0.5V", "hold=1s", "duration=0.2s"));
        const double *level = column(&f, "responses", "level"), *base = column(&f, "responses", "base");
        const double *tau = column(&f, "responses", "tau1"), *last = column(&f, "responses", "i_last");
        const double *amplitude = column(&f, "responses", "a1"), *im_y = column(&f, "responses", "im_y");
        for (size_t r = 0; r < 6; r++) {
            assert_near(tau[r], 0.02, 1e-4);
            assert_near(last[r], (1e-3 + a) * level[r], 3e-4); /* exp(-10) is left */
            assert_near(amplitude[r], a * (base[r] - level[r]), 1e-4);
            assert_near(im_y[r], -a / 2, 1e-4); /* a/(1 + i w tau) at w tau = 1 */
        }
        assert_string_equal(text_of(&f, "responses"), k ? "capacitive" : "inductive");
        assert_string_equal(text_of(&f, "agrees"), "yes");
        assert_string_equal(text_of(&f, "kind"), "single");
        assert_within(number(&f, "overshoot"), 0, 1e-9);
        release(&f);
    }
}

/* Two such states, one each way: the current comes back fast and then goes on. */
static void two_states_of_opposite_sign_undershoot(void **state) {
    (void)state;
    fixture f = measure("step",
                        HEAD "real x, y;\nanalog begin\nx = idt((V(p, n) - x)/0.1, 0);\ny = idt((V(p, n) - y)/1e-3, "
                             "0);\nI(p, n) <+ 1e-3*V(p, n) + 8e-4*x - 5e-4*y;\nend\nendmodule\n",
                        WORDS("levels=1V"));
    assert_string_equal(text_of(&f, "response"), "both");
    assert_string_equal(text_of(&f, "kind"), "double");
    assert_near(number(&f, "tau1"), 1e-3, 1e-3);
    assert_near(number(&f, "tau2"), 0.1, 1e-3);
    /* least at ln(62.5)/990 s, where 8e-3 exp(-10 t) = 0.5 exp(-1000 t); first seen at 0.1 ms; at last 1.3 mA */
    double t = log(62.5) / 990;
    double least = 1e-3 + 8e-4 * (1 - exp(-10 * t)) - 5e-4 * (1 - exp(-1e3 * t));
    double first = 1e-3 + 8e-4 * (1 - exp(-1e-3)) - 5e-4 * (1 - exp(-0.1));
    assert_near(number(&f, "undershoot"), (first - least) / 1.3e-3, 1e-2);
    assert_string_equal(text_of(&f, "agrees"), "cannot be told");
    release(&f);
}

/* ---- impedance ---- */

/* Y = 1/R_b + i w C + 1/(R_a + i w L): published form of the chemical inductor, with contacts that are no part here. */
static void a_small_sine_sees_the_admittance_of_the_chemical_inductor(void **state) {
    (void)state;
    fixture f = measure("impedance",
                        HEAD "real x;\nanalog begin\nx = idt((V(p, n) - x)/0.1, 0.3);\n"
                             "I(p, n) <+ V(p, n)/1e4 + x/2e3 + 1e-6*ddt(V(p, n));\nend\nendmodule\n",
                        WORDS("bias=0.3V", "amplitude=5mV", "frequencies=0.1Hz:10kHz:11", "cycles=6"));
    const double *hertz = column(&f, "spectrum", "frequency");
    const double *re = column(&f, "spectrum", "Z.re"), *im = column(&f, "spectrum", "Z.im");
    for (size_t k = 0; k < 11; k++) {
        double w = 2 * acos(-1.0) * hertz[k], d = 1 + w * w * 0.01;
        double g = 1e-4 + 5e-4 / d, b = 1e-6 * w - 5e-4 * w * 0.1 / d, y2 = g * g + b * b;
        /* what the first cycles leave of the slow state is the most: 2e-3 */
        assert_within(re[k], g / y2, 2e-3 / sqrt(y2));
        assert_within(im[k], -b / y2, 2e-3 / sqrt(y2));
    }
    assert_string_equal(text_of(&f, "reactance"), "both");
    assert_string_equal(text_of(&f, "linear"), "yes");
    assert_string_equal(text_of(&f, "agrees"), "yes");
    assert_near(number(&f, "bias"), 0.3, 1e-9);
    release(&f);
}

/* Library devices: the small sine in time against the linearised pencil of the circuit simulator. */
static void small_sines_agree_with_linearised_models(void **state) {
    (void)state;
    static const struct {
        const char *device, *opt[4], *reactance;
    } known[] = {{"hh_k", {"bias=-10mV", "amplitude=0.1mV", "cycles=8"}, "capacitive"},
                 {"hh_na", {"bias=-30mV", "amplitude=0.1mV", "cycles=8"}, "inductive"},
                 {"nbox_kchannel", {"bias=0.5V", "amplitude=1mV", "cycles=8"}, NULL},
                 {"vo2", {"bias=0.1V"}, NULL},
                 {"rram_generic", {"bias=0.3V"}, NULL},
                 {"wox", {"bias=0.3V", "amplitude=1mV", "cycles=8"}, NULL},
                 {"volatile_linear", {"bias=0.5V", "amplitude=0.1mV", "cycles=8"}, "inductive"}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        fixture f = measure("impedance", known[k].device, known[k].opt);
        if (number(&f, "agreement") > 5e-3) fail_msg("%s: %g", known[k].device, number(&f, "agreement"));
        assert_string_equal(text_of(&f, "agrees"), "yes");
        if (known[k].reactance) assert_string_equal(text_of(&f, "reactance"), known[k].reactance);
        release(&f);
    }
}

/* Behind a contact of 1 milliohm a fine tolerance takes a million steps a cycle: a coarser one gives the same Z, and is
 * told.  Z = R_s + 1/(1/R_b + i w C + 1/(R_a + i w tau R_a)). */
static void a_capacitor_behind_a_milliohm_is_measured_in_time(void **state) {
    (void)state;
    fixture f = measure("impedance", "chemical_inductor", WORDS("frequencies=1kHz,100kHz", "settle=1us"));
    const double *hertz = column(&f, "spectrum", "frequency");
    const double *re = column(&f, "spectrum", "Z.re"), *im = column(&f, "spectrum", "Z.im");
    for (size_t k = 0; k < 2; k++) {
        double w = 2 * acos(-1.0) * hertz[k], d = 1 + w * w * 0.01;
        double g = 1e-4 + 5e-4 / d, b = 1e-6 * w - 5e-4 * w * 0.1 / d, y2 = g * g + b * b;
        assert_within(re[k], 1e-3 + g / y2, 1e-3 / sqrt(y2));
        assert_within(im[k], -b / y2, 1e-3 / sqrt(y2));
    }
    bool is_said = false;
    for (size_t k = 0; k < hys_protocol_n_remarks(f.result); k++)
        is_said = is_said || strstr(hys_protocol_remark(f.result, k), "integrated to a tolerance");
    assert_true(is_said);
    release(&f);
}

/* Nothing determines the border of the linear ion drift at rest: it is compared as it stands. */
static void a_state_without_rest_is_compared_as_it_stands(void **state) {
    (void)state;
    fixture f = measure("impedance", "hp_linear", WORDS("amplitude=1mV", "frequencies=10Hz:1kHz:4"));
    assert_string_equal(text_of(&f, "agrees"), "yes");
    assert_near(number(&f, "z_low"), 100 * 5 / 15.9 + 16e3 * (1 - 5 / 15.9), 1e-3);
    release(&f);
}

static void a_sine_that_is_not_small_is_said(void **state) {
    (void)state;
    fixture f = measure("impedance", "hh_k", WORDS("bias=-10mV", "amplitude=20mV", "frequencies=10Hz,100Hz"));
    assert_string_equal(text_of(&f, "linear"), "no");
    bool is_said = false;
    for (size_t k = 0; k < hys_protocol_n_remarks(f.result); k++)
        is_said = is_said || strstr(hys_protocol_remark(f.result, k), "not small");
    assert_true(is_said);
    release(&f);
}

/* ---- what may go wrong ---- */

static void options_are_refused_with_a_reason(void **state) {
    (void)state;
    static const struct {
        const char *protocol, *opt, *says;
    } bad[] = {{"harmonics", "orders=70", "too many"},
               {"harmonics", "cycles=1", "cycles"},
               {"step", "levels=0V", "must differ"},
               {"step", "levels=1V,inf", "levels is 'inf'"},
               {"step", "levels=", "levels"},
               {"impedance", "frequencies=10Hz,1Hz", "must rise"},
               {"impedance", "amplitude=-1mV", "above 0"},
               {"impedance", "points=1e9", "points"}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_model *model = NULL;
        hys_protocol_result *result = NULL;
        hys_protocol_opts opts = hys_protocol_opts_default();
        opts.opt = &bad[k].opt;
        opts.n_opt = 1;
        assert_int_equal(hys_model_load(ctx, "hp_linear", NULL, &model), HYS_OK);
        assert_true(hys_protocol_run(ctx, hys_protocol_find(bad[k].protocol), model, &opts, &result) < 0);
        assert_null(result);
        if (!strstr(hys_test_diag_text(ctx, 0), bad[k].says))
            fail_msg("%s: %s", bad[k].opt, hys_test_diag_text(ctx, 0));
        hys_model_free(model);
        hys_ctx_free(ctx);
    }
}

/* A kernel that is linked in has no file to linearise: that is said, and the rest is told. */
static hys_status small_run(hys_ctx *ctx, void *arg) {
    static const char *const names[] = {"harmonics", "step", "impedance"};
    static const char *const opts_of[][3] = {{"amplitudes=1V", "frequencies=10Hz", "points=20"},
                                             {"levels=1mV", "points=12", "duration=1us"},
                                             {"frequencies=10Hz,20Hz", "cycles=2", "points=8"}};
    size_t which = *(const size_t *)arg;
    hys_protocol_opts opts = hys_protocol_opts_default();
    hys_model *model = NULL;
    hys_protocol_result *result = NULL;
    opts.opt = opts_of[which];
    opts.n_opt = 3;
    hys_status status = hys__model_of_kernel(ctx, &kernel_volatile, "volatile.va", &model);
    if (status == HYS_OK) status = hys_protocol_run(ctx, hys_protocol_find(names[which]), model, &opts, &result);
    hys_protocol_result_free(result);
    hys_model_free(model);
    return status;
}

static void memory_that_runs_out_is_said(void **state) {
    (void)state;
    for (size_t k = 0; k < 3; k++) hys_test_each_failure(small_run, &k, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harmonics_of_a_cubic_conductor_are_the_trigonometric_identities),
        cmocka_unit_test(harmonics_of_the_linear_ion_drift_follow_its_charge),
        cmocka_unit_test(a_step_of_a_first_order_device_is_its_exponential),
        cmocka_unit_test(two_states_of_opposite_sign_undershoot),
        cmocka_unit_test(a_small_sine_sees_the_admittance_of_the_chemical_inductor),
        cmocka_unit_test(small_sines_agree_with_linearised_models),
        cmocka_unit_test(a_capacitor_behind_a_milliohm_is_measured_in_time),
        cmocka_unit_test(a_state_without_rest_is_compared_as_it_stands),
        cmocka_unit_test(a_sine_that_is_not_small_is_said),
        cmocka_unit_test(options_are_refused_with_a_reason),
        cmocka_unit_test(memory_that_runs_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
