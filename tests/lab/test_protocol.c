/* Protocols: loops, staircases, paired pulses and decays of devices whose answers have closed forms. */
#include "device/model.h"
#include "hys_test.h"
#include "lab/kernels.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys_model *model;
    hys_protocol_result *result;
} fixture;

/* opt: words "NAME=VALUE", ended by NULL */
static fixture measure(const char *protocol, const char *device, const char *const *opt, const char *const *set) {
    fixture f = {.ctx = hys_test_ctx()};
    hys_bench_opts bench = hys_bench_opts_default();
    hys_protocol_opts opts = hys_protocol_opts_default();
    opts.bench = &bench;
    opts.opt = opt;
    while (opt[opts.n_opt]) opts.n_opt++;
    bench.set = set;
    while (set[bench.n_set]) bench.n_set++;
    assert_non_null(hys_protocol_find(protocol));
    hys_status status = hys_model_load(f.ctx, device, NULL, &f.model);
    if (status == HYS_OK) status = hys_protocol_run(f.ctx, hys_protocol_find(protocol), f.model, &opts, &f.result);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(f.ctx, 0));
    assert_int_equal(status, HYS_OK);
    return f;
}

static void release(fixture *f) {
    hys_protocol_result_free(f->result);
    hys_model_free(f->model);
    hys_ctx_free(f->ctx);
}

static const hys_feature *feature(const fixture *f, const char *name) {
    const hys_feature *found = hys_protocol_find_feature(f->result, name);
    if (!found) fail_msg("no feature %s", name);
    return found;
}

static double number(const fixture *f, const char *name) {
    return feature(f, name)->value;
}

static const double *column(const fixture *f, size_t table, const char *name) {
    const double *values = hys_table_column(hys_protocol_table_at(f->result, table)->table, name);
    assert_non_null(values);
    return values;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NONE       ((const char *const[]){NULL})

/* Charge decides the state of the ion drift: odd in v, so that the lobes are run through in opposite senses.  A
 * conductance that only |v| raises makes both counter-clockwise. */
static void loops_cross_or_touch_at_the_origin(void **state) {
    (void)state;
    fixture f = measure("iv", "hp_linear", WORDS("positive=1V", "negative=-1V", "frequency=1Hz"), NONE);
    assert_string_equal(feature(&f, "self_crossing")->text, "crossing");
    assert_string_equal(feature(&f, "pinched")->text, "yes");
    assert_true(number(&f, "energy_per_event") > 0);
    release(&f);
    f = measure("CT", "volatile_linear", WORDS("positive=1V", "negative=-1V", "frequency=10Hz"), NONE);
    assert_string_equal(feature(&f, "self_crossing")->text, "touching");
    assert_string_equal(feature(&f, "direction_neg")->text, "counter-clockwise");
    release(&f);
}

/* Fast against the drift, the swing of the state goes as 1/f: so does the area. */
static void area_of_a_fast_loop_goes_as_one_over_f(void **state) {
    (void)state;
    fixture f =
        measure("iv-frequency", "hp_linear", WORDS("amplitude=1V", "frequencies=1kHz,10kHz,100kHz", "cycles=1"), NONE);
    const double *part = column(&f, 0, "area_part");
    assert_near(part[1] / part[2], 10, 1e-2);
    assert_near(part[0] / part[1], 10, 1e-2);
    assert_string_equal(feature(&f, "fingerprint")->text, "yes");
    assert_true(isnan(number(&f, "f_peak"))); /* at the edge */
    assert_int_equal(hys_protocol_n_remarks(f.result), 1);
    release(&f);
}

/* A of published labels (NeuroSim's table). */
static void nonlinearity_is_the_label_of_neurosim(void **state) {
    (void)state;
    static const struct {
        double label, a;
    } known[] = {{0.5, 2.519877}, {1, 1.251653}, {1.46, 0.848677}, {2.4, 0.499181}, {4.88, 0.200303}, {6, 0.135619}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double g[65], a, rms, A = sign * known[k].a;
            for (int n = 0; n <= 64; n++) g[n] = 1e-6 + 3e-6 * (1 - exp(-n / (64 * A))) / (1 - exp(-1 / A));
            assert_near(hys_nonlinearity(g, 64, &a, &rms), sign * known[k].label, 5e-5); /* the table has 6 digits */
            assert_near(a, A, 1e-6);
            assert_true(rms < 1e-8);
        }
    const double straight[] = {1, 2, 3, 4}, flat[] = {1, 1, 1};
    assert_within(hys_nonlinearity(straight, 3, NULL, NULL), 0, 1e-4);
    assert_true(isnan(hys_nonlinearity(flat, 2, NULL, NULL)));
}

/* w goes to 1 above 0.5 V and to 0 below -0.5 V with the time constant 1/k: 20 pulses of T = 1 ms make the exponential
 * of A = 1/(20 k T). */
static const char linear_synapse[] = "`include \"disciplines.vams\"\n"
                                     "module synapse(p, n);\ninout p, n;\nelectrical p, n;\n"
                                     "parameter real k = 100;\nreal w;\n"
                                     "analog begin\n"
                                     "w = idt(k*((V(p, n) > 0.5 ? 1.0 - w : 0.0) - (V(p, n) < -0.5 ? w : 0.0)), 0.0);\n"
                                     "I(p, n) <+ V(p, n)*(1e-6 + 9e-6*w);\nend\nendmodule\n";

static void staircase_of_a_linear_synapse_has_its_nonlinearity(void **state) {
    (void)state;
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "synapse.va");
    hys_test_write(path, linear_synapse, strlen(linear_synapse));
    char k[40];
    snprintf(k, sizeof k, "k=%.12g", 1 / (20 * 1e-3 * 0.499181)); /* NL 2.4 */
    fixture f =
        measure("potentiation", path, WORDS("up=1V", "down=-1V", "pulses=20", "width=1ms", "cycles=3"), WORDS(k));
    assert_near(number(&f, "nl_potentiation"), 2.4, 1e-3); /* edges of pulses */
    assert_near(number(&f, "nl_depression"), -2.4, 1e-3);
    assert_near(number(&f, "asymmetry_nl"), 4.8, 1e-3);
    /* by symmetry steps are equal in the middle */
    assert_near(number(&f, "g_symmetric"), 0.5 * (number(&f, "g_min") + number(&f, "g_max")), 1e-3);
    assert_near(number(&f, "levels"), 21, 1e-9);
    /* 1 V, 1 ms, conductance between the extremes */
    assert_in_range((uintmax_t)(number(&f, "energy_potentiation") * 1e15), (uintmax_t)(0.98e12 * number(&f, "g_min")),
                    (uintmax_t)(1e12 * number(&f, "g_max")));
    release(&f);
    /* mirrored: potentiated by negative pulses */
    f = measure("potentiation", path, WORDS("pulses=20", "width=1ms", "up=-1V", "down=1V"), WORDS(k));
    assert_near(number(&f, "v_up"), 1, 1e-12);
    assert_near(number(&f, "nl_potentiation"), 2.4, 1e-3);
    release(&f);
    /* too weak */
    f = measure("potentiation", path, WORDS("pulses=5", "up=0.2V", "down=-0.2V", "width=1ms"), NONE);
    assert_true(isnan(number(&f, "nl_potentiation")));
    assert_true(strstr(hys_protocol_remark(f.result, 0), "cannot be told") != NULL);
    release(&f);
    hys_test_dir_remove(dir);
}

/* 1 + exp(-(dt + T_p)/tau), tau 100 ms, T_p 10 ms. */
static void paired_pulses_of_a_linear_device_follow_the_closed_form(void **state) {
    (void)state;
    fixture f = measure("ppf", "volatile_linear",
                        WORDS("amplitude=1V", "width=10ms", "intervals=10ms,20ms,50ms,100ms,200ms,300ms,500ms"),
                        WORDS("G_min=0"));
    static const double dt[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5};
    /* at the end of the flat part, a hundredth of T_p before the end of the pulse: 5e-4 */
    for (size_t k = 0; k < 7; k++) assert_near(column(&f, 0, "index")[k], 1 + exp(-(dt[k] + 0.01) / 0.1), 2e-3);
    assert_near(number(&f, "tau1"), 0.1, 1e-4);
    assert_within(number(&f, "rest"), 1, 1e-4);
    assert_true(isnan(number(&f, "tau2")));
    assert_string_equal(feature(&f, "kind")->text, "facilitation");
    release(&f);
}

static void decay_has_the_time_constant_of_the_model(void **state) {
    (void)state;
    fixture f = measure("epsc", "wox", WORDS("amplitude=0.5V", "width=10ms", "duration=1s"), WORDS("tau=0.03"));
    assert_string_equal(feature(&f, "decay")->text, "single");
    assert_near(number(&f, "tau1"), 0.03, 1e-5);
    release(&f);
    /* the stretched exponential of age (t + t_0)/tau: t_0 is 5 ms of 10 s */
    f = measure("epsc", "relaxation", WORDS("amplitude=0.6V", "width=100ms", "duration=300s"), NONE);
    assert_string_equal(feature(&f, "decay")->text, "stretched");
    assert_near(number(&f, "beta"), 0.5, 0.05);
    assert_near(number(&f, "tau1"), 10, 0.1);
    release(&f);
    f = measure("epsc", "vteam", WORDS("amplitude=1V", "width=10ms", "duration=1s"), NONE);
    assert_null(hys_protocol_find_feature(f.result, "decay"));
    assert_true(strstr(hys_protocol_remark(f.result, 0), "nothing decays") != NULL);
    release(&f);
}

static void options_are_refused_with_a_place(void **state) {
    (void)state;
    static const struct {
        const char *opt, *says;
    } bad[] = {{"pulse=3", "did you mean 'pulses'?"},
               {"pulses", "which value"},
               {"pulses=0", "pulses"},
               {"width=3V", "width"},
               {"width=0", "above 0"},
               {"width=-1ms", "above 0"},
               {"up=", "up"},
               {"up=nan", "up"},
               {"pulses=1e99", "pulses"}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_model *model = NULL;
        hys_protocol_result *result = NULL;
        hys_protocol_opts opts = hys_protocol_opts_default();
        opts.opt = &bad[k].opt;
        opts.n_opt = 1;
        assert_int_equal(hys_model_load(ctx, "hp_linear", NULL, &model), HYS_OK);
        assert_true(hys_protocol_run(ctx, hys_protocol_find("potentiation"), model, &opts, &result) < 0);
        assert_null(result);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        if (!strstr(hys_test_diag_text(ctx, 0), bad[k].says))
            fail_msg("%s: %s", bad[k].opt, hys_test_diag_text(ctx, 0));
        hys_model_free(model);
        hys_ctx_free(ctx);
    }
}

/* Every row runs with its defaults, has an energy, and names that no other has. */
static void every_protocol_runs_with_its_defaults(void **state) {
    (void)state;
    for (size_t k = 0; k < hys_protocol_count(); k++) {
        const hys_protocol *p = hys_protocol_get(k);
        assert_ptr_equal(hys_protocol_find(p->name), p);
        assert_true(strlen(p->summary) > 10);
        fixture f = measure(p->name, "rram_generic", NONE, NONE);
        assert_non_null(feature(&f, "energy_per_event"));
        assert_true(hys_protocol_n_tables(f.result) > 0);
        release(&f);
    }
    assert_null(hys_protocol_find("nothing"));
    assert_null(hys_protocol_get(hys_protocol_count()));
}

static hys_status small_run(hys_ctx *ctx, void *arg) {
    static const char *const small[] = {"up=1V", "down=-1V", "width=1ms", "pulses=2", "cycles=1", "turns=2"};
    static const char *const two[] = {"amplitude=1V", "width=10ms", "intervals=10ms,20ms"};
    bool is_pair = *(const bool *)arg;
    hys_protocol_opts opts = hys_protocol_opts_default();
    hys_model *model = NULL;
    hys_protocol_result *result = NULL;
    opts.opt = is_pair ? two : small;
    opts.n_opt = is_pair ? sizeof two / sizeof *two : sizeof small / sizeof *small;
    hys_status status = hys__model_of_kernel(ctx, &kernel_volatile, "volatile.va", &model);
    if (status == HYS_OK)
        status = hys_protocol_run(ctx, hys_protocol_find(is_pair ? "ppf" : "potentiation"), model, &opts, &result);
    hys_protocol_result_free(result);
    hys_model_free(model);
    return status;
}

static void memory_that_runs_out_is_said(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++) {
        bool is_pair = k == 1;
        hys_test_each_failure(small_run, &is_pair, false);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_cross_or_touch_at_the_origin),
        cmocka_unit_test(area_of_a_fast_loop_goes_as_one_over_f),
        cmocka_unit_test(nonlinearity_is_the_label_of_neurosim),
        cmocka_unit_test(staircase_of_a_linear_synapse_has_its_nonlinearity),
        cmocka_unit_test(paired_pulses_of_a_linear_device_follow_the_closed_form),
        cmocka_unit_test(decay_has_the_time_constant_of_the_model),
        cmocka_unit_test(options_are_refused_with_a_place),
        cmocka_unit_test(memory_that_runs_out_is_said),
        cmocka_unit_test(every_protocol_runs_with_its_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
