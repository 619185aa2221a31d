/* Verdicts: devices land where the literature uses them, nothing worse ever scores higher, no number depends on the
 * number of threads; and the two protocols that verdicts brought, against closed forms. */
#include "hys_test.h"
#include "lab/classify_gate.h"
#include "lab/verdict_impl.h"
#include <hysteron/lab.h>

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    hys_model *model;
    hys_verdicts *verdicts;
    hys_protocol_result *result;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.ctx = hys_test_ctx(), .dir = hys_test_dir()};
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_verdicts_free(f->verdicts);
    hys_protocol_result_free(f->result);
    hys_model_free(f->model);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static void load(fixture *f, const char *device) {
    hys_verdicts_free(f->verdicts);
    hys_protocol_result_free(f->result);
    hys_model_free(f->model);
    f->verdicts = NULL;
    f->result = NULL;
    f->model = NULL;
    if (hys_model_load(f->ctx, device, NULL, &f->model) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
}

typedef struct asked {
    const char *device, *as, *set, *spread; /* NULL: none */
    int32_t n_threads;
} asked;

static void judge(fixture *f, asked a) {
    hys_bench_opts bench = hys_bench_opts_default();
    hys_verdict_opts opts = hys_verdict_opts_default();
    bench.set = &a.set;
    bench.n_set = a.set != NULL;
    bench.spread = &a.spread;
    bench.n_spread = a.spread != NULL;
    opts.as = a.as;
    opts.bench = &bench;
    opts.n_threads = a.n_threads;
    load(f, a.device);
    if (hys_verdict_run(f->ctx, f->model, &opts, &f->verdicts) != HYS_OK)
        fail_msg("%s: %s", a.device, hys_test_diag_text(f->ctx, 0));
}

static const hys_verdict *use(const fixture *f, const char *name) {
    for (size_t k = 0; k < hys_verdicts_count(f->verdicts); k++)
        if (!strcmp(hys_verdicts_get(f->verdicts, k)->use, name)) return hys_verdicts_get(f->verdicts, k);
    fail_msg("there is no verdict on %s", name);
    return NULL;
}

static const hys_verdict_criterion *criterion(const fixture *f, const char *of, const char *name) {
    const hys_verdict *v = use(f, of);
    for (size_t k = 0; k < v->n_criteria; k++)
        if (!strcmp(v->criteria[k].name, name)) return &v->criteria[k];
    fail_msg("%s has no criterion %s", of, name);
    return NULL;
}

static void assert_first(const fixture *f, const char *name) {
    const hys_verdict *best = hys_verdicts_get(f->verdicts, 0);
    if (strcmp(best->use, name) != 0) fail_msg("%s comes first, not %s: %s", best->use, name, use(f, name)->summary);
    if (!strcmp(best->verdict, "fail") || !strcmp(best->verdict, "cannot be told"))
        fail_msg("%s: %s, %s", name, best->verdict, best->summary);
}

/* ---- where the literature uses them ---- */

#define PLACES "synapse,memory,selector,reservoir"

/* GST: what melts within nanoseconds crystallises slower; no width of a pulse does both. */
static void test_a_phase_change_cell_is_written_by_two_widths(void **state) {
    fixture *f = *state;
    judge(f, (asked){.device = "pcm", .as = "memory"});
    assert_true(criterion(f, "memory", "window")->value > 50);
    bool is_told = false;
    for (size_t k = 0; k < hys_verdicts_n_remarks(f->verdicts); k++)
        is_told = is_told || strstr(hys_verdicts_remark(f->verdicts, k), "no width goes both ways");
    assert_true(is_told);
}

/* A port is driven by itself where it leaves something in the conductance of two others: light does, a transistor's
 * gate does not. */
static void test_gates_are_found(void **state) {
    fixture *f = *state;
    const hys_bench_opts bench = hys_bench_opts_default();
    hys__gate gate;
    load(f, "light_synapse");
    assert_int_equal(hys__gate_ports(f->ctx, f->model, &bench, &gate), HYS_OK);
    assert_string_equal(gate.ports, "light,n,p");
    assert_string_equal(gate.held, "p=50mV");
    load(f, "access_transistor");
    assert_int_equal(hys__gate_ports(f->ctx, f->model, &bench, &gate), HYS_OK);
    assert_string_equal(gate.ports, "");
    load(f, "vteam");
    assert_int_equal(hys__gate_ports(f->ctx, f->model, &bench, &gate), HYS_OK);
    assert_string_equal(gate.ports, "");
}

/* Al2O3/Nb2O5: published as an analog synapse (Schroedter et al. 2022). */
static void test_an_interface_device_is_a_synapse_first(void **state) {
    fixture *f = *state;
    judge(f, (asked){.device = "interface_analog", .as = PLACES});
    assert_first(f, "synapse");
    assert_string_not_equal(use(f, "selector")->verdict, "pass");
}

/* Filamentary HfOx, the model of memory arrays. */
static void test_a_filament_is_a_memory_first(void **state) {
    fixture *f = *state;
    judge(f, (asked){.device = "stanford_rram", .as = PLACES});
    assert_first(f, "memory");
    assert_string_equal(use(f, "selector")->verdict, "fail"); /* it remembers */
    assert_string_equal(use(f, "reservoir")->verdict, "fail");
}

static void test_threshold_and_exponential_switches_are_selectors_first(void **state) {
    fixture *f = *state;
    static const char *const devices[] = {"selector_threshold", "selector_exponential"};
    for (int k = 0; k < 2; k++) {
        judge(f, (asked){.device = devices[k], .as = "selector,memory"});
        assert_first(f, "selector");
        assert_string_equal(use(f, "selector")->verdict, "pass");
        assert_string_equal(use(f, "memory")->verdict, "fail");
    }
}

/* Du et al. 2017 made their reservoir of WOx; diffusive Ag forgets within milliseconds. */
static void test_devices_that_forget_are_reservoirs_first(void **state) {
    fixture *f = *state;
    static const char *const devices[] = {"wox", "diffusive_ag"};
    for (int k = 0; k < 2; k++) {
        judge(f, (asked){.device = devices[k], .as = PLACES});
        assert_first(f, "reservoir");
        assert_string_equal(use(f, "memory")->verdict, "fail");
        assert_true(criterion(f, "synapse", "holds")->value < 0.1);
    }
}

/* Pickett et al. 2013; Yi et al. 2018. */
static void test_mott_devices_are_neurons_first(void **state) {
    fixture *f = *state;
    static const char *const devices[] = {"nbo2", "vo2"};
    for (int k = 0; k < 2; k++) {
        judge(f, (asked){.device = devices[k], .as = "memory,selector,neuron,reservoir"});
        assert_first(f, "neuron");
        assert_true(criterion(f, "neuron", "oscillates")->pass);
        assert_true(criterion(f, "neuron", "integrates")->pass);
    }
}

static void test_channels_are_channels(void **state) {
    fixture *f = *state;
    judge(f, (asked){.device = "hh_k", .as = "channel-K,channel-Na"});
    assert_first(f, "channel-K");
    assert_string_equal(use(f, "channel-K")->verdict, "pass");
    assert_string_equal(use(f, "channel-Na")->verdict, "fail");
    judge(f, (asked){.device = "hh_na", .as = "channel-K,channel-Na"});
    assert_first(f, "channel-Na");
    assert_string_equal(use(f, "channel-K")->verdict, "fail");
}

/* A leak is a resistor; a diode is a selector for one sign only. */
static void test_a_resistor_is_good_for_nothing_and_a_diode_selects_one_sign(void **state) {
    fixture *f = *state;
    judge(f, (asked){.device = "hh_leak", .as = PLACES});
    for (size_t k = 0; k < hys_verdicts_count(f->verdicts); k++) {
        const hys_verdict *v = hys_verdicts_get(f->verdicts, k);
        if (strcmp(v->verdict, "fail") != 0) fail_msg("a resistor as %s: %s", v->use, v->verdict);
    }
    judge(f, (asked){.device = "diode", .as = PLACES});
    assert_first(f, "selector");
    assert_string_equal(use(f, "selector")->verdict, "conditional");
    assert_true(criterion(f, "selector", "selectivity")->pass);
    assert_false(criterion(f, "selector", "both-signs")->pass);
    assert_string_equal(use(f, "memory")->verdict, "fail");
}

/* ---- worse is never better ---- */

static double score_of(fixture *f, const char *as, const char *device, const char *set, const char *spread) {
    judge(f, (asked){.device = device, .as = as, .set = set, .spread = spread});
    return use(f, as)->score;
}

static void test_a_smaller_window_never_scores_higher(void **state) {
    fixture *f = *state;
    static const char *const sets[] = {"Roff=1e6", "Roff=5e4", "Roff=1.1e4"};
    double before = INFINITY;
    for (int k = 0; k < 3; k++) {
        double score = score_of(f, "memory", "vteam", sets[k], NULL);
        if (score > before * (1 + 1e-3)) fail_msg("%s: %g after %g", sets[k], score, before);
        before = score;
    }
    assert_string_equal(use(f, "memory")->verdict, "fail"); /* 1.1 */
}

static void test_more_spread_never_scores_higher(void **state) {
    fixture *f = *state;
    static const char *const spreads[] = {NULL, "Ron=c2c lognormal 0.05", "Ron=lognormal 0.4"};
    double before = INFINITY, last = INFINITY;
    for (int k = 0; k < 3; k++) {
        double score = score_of(f, "memory", "vteam", NULL, spreads[k]);
        double value = criterion(f, "memory", "window-of-all")->value;
        if (score > before * (1 + 1e-3)) fail_msg("%s: %g after %g", spreads[k], score, before);
        if (k == 0) assert_true(isnan(value)); /* nothing is drawn: it is not told */
        else assert_true(value < last);
        if (k) last = value;
        before = score;
    }
}

/* ---- the rule ---- */

static hys_verdict_criterion criterion_of(const char *relation, double value, double wanted) {
    return (hys_verdict_criterion){.relation = relation, .value = value, .wanted = wanted};
}

static void test_shortfalls_are_relative_or_in_decades(void **state) {
    (void)state;
    hys_verdict_criterion c = criterion_of(">=", 32, 64);
    assert_near(hys__verdict_shortfall(&c, 0), 1, 1e-12);
    assert_near(hys__verdict_shortfall(&c, HYS__DECADES), log10(2), 1e-12);
    c = criterion_of("<=", 3e-12, 1e-14);
    assert_near(hys__verdict_shortfall(&c, HYS__DECADES), log10(300), 1e-12);
    assert_near(hys__verdict_shortfall(&c, 0), 299, 1e-12);
    c = criterion_of("<=", 0, 1);
    assert_true(hys__verdict_shortfall(&c, 0) == 0);
    c = criterion_of(">=", 0, 1);
    assert_true(isinf(hys__verdict_shortfall(&c, 0)));
    c = criterion_of(">=", -0.2, 0.5);
    assert_true(isinf(hys__verdict_shortfall(&c, 0)));
    c = criterion_of(">=", NAN, 1);
    assert_true(isnan(hys__verdict_shortfall(&c, 0)));
    assert_true(isinf(hys__verdict_shortfall(&c, HYS__LACKS)));
}

/* The score is that of the worst criterion that decides, and each has its source. */
static void test_scores_follow_from_the_worst_criterion_and_all_have_sources(void **state) {
    fixture *f = *state;
    judge(f, (asked){.device = "vteam", .as = "memory"});
    const hys_verdict *v = use(f, "memory");
    assert_string_equal(v->verdict, "conditional");
    const hys_verdict_criterion *energy = criterion(f, "memory", "write-energy");
    assert_near(v->score, 1 / (1 + log10(energy->value / energy->wanted)), 1e-12);
    assert_non_null(strstr(v->summary, "write-energy"));
    assert_non_null(strstr(energy->literature, "catalogue"));
    for (size_t k = 0; k < v->n_criteria; k++) {
        assert_true(*v->criteria[k].source != 0);
        assert_true(*v->criteria[k].desc != 0);
        assert_true(!isnan(v->criteria[k].value) || *v->criteria[k].remark);
    }
}

static void test_no_number_depends_on_the_number_of_threads(void **state) {
    fixture *f = *state;
    double values[64];
    size_t n = 0;
    judge(f, (asked){.device = "wox", .as = "reservoir,selector", .n_threads = 1});
    for (size_t k = 0; k < hys_verdicts_count(f->verdicts); k++) {
        const hys_verdict *v = hys_verdicts_get(f->verdicts, k);
        for (size_t m = 0; m < v->n_criteria; m++) values[n++] = v->criteria[m].value;
    }
    judge(f, (asked){.device = "wox", .as = "reservoir,selector", .n_threads = 3});
    n = 0;
    for (size_t k = 0; k < hys_verdicts_count(f->verdicts); k++) {
        const hys_verdict *v = hys_verdicts_get(f->verdicts, k);
        for (size_t m = 0; m < v->n_criteria; m++, n++)
            assert_memory_equal(&v->criteria[m].value, &values[n], sizeof values[n]);
    }
}

static void test_an_unknown_use_and_a_bad_option_are_refused(void **state) {
    fixture *f = *state;
    hys_verdict_opts opts = hys_verdict_opts_default();
    hys_bench_opts bench = hys_bench_opts_default();
    const char *set = "nothing=1";
    load(f, "wox");
    opts.as = "memory,sinapse";
    assert_int_equal(hys_verdict_run(f->ctx, f->model, &opts, &f->verdicts), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), "synapse"));
    opts.as = "memory";
    opts.bench = &bench;
    bench.set = &set;
    bench.n_set = 1;
    assert_int_not_equal(hys_verdict_run(f->ctx, f->model, &opts, &f->verdicts), HYS_OK);
    assert_null(f->verdicts);
}

/* ---- the protocols that came with it ---- */

static double measure(fixture *f, const char *protocol, const char *const *opt, size_t n, const char *feature) {
    hys_protocol_opts opts = hys_protocol_opts_default();
    opts.opt = opt;
    opts.n_opt = n;
    hys_protocol_result_free(f->result);
    f->result = NULL;
    if (hys_protocol_run(f->ctx, hys_protocol_find(protocol), f->model, &opts, &f->result) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    return hys_protocol_find_feature(f->result, feature)->value;
}

/* i = 2 I_s sinh(u/V_0): i(v)/i(v/2) = 2 cosh(v/2 V_0) where the series resistance takes nothing (0.3 V: 0.05 pV). */
static void test_selectivity_of_an_exponential_selector_is_a_hyperbolic_cosine(void **state) {
    fixture *f = *state;
    static const char *const opt[] = {"amplitude=-0.3V", "width=1us"};
    load(f, "selector_exponential");
    assert_near(measure(f, "selectivity", opt, 2, "selectivity"), 2 * cosh(0.15 / 36.9e-3), 1e-4);
    assert_near(hys_protocol_find_feature(f->result, "left_on")->value, 1, 1e-6);
    assert_near(hys_protocol_find_feature(f->result, "turn_off")->value, 1e-9, 1e-6);
}

/* dG/dt = A - G/tau during pulses, -G/tau without: each pulse adds A tau (1 - exp(-w/tau)), which decays by r in each
 * period behind it; the codes are sums.  Edges of a pulse are 1 % of its width. */
static void test_codes_of_a_linear_node_are_sums_of_decaying_pulses(void **state) {
    fixture *f = *state;
    static const char *const opt[] = {"amplitude=1V", "width=10ms",      "rest=60ms",
                                      "read=0.01V",   "read-width=10us", "forget=2s"};
    load(f, "volatile_linear");
    assert_true(measure(f, "pulse-codes", opt, 6, "states") == 16);
    const double r = exp(-(10.1e-3 + 60e-3) / 0.1);
    const hys_table *t = hys_protocol_table_at(f->result, 0)->table;
    const double *g = hys_table_column(t, "g");
    double one = g[1] - g[0];
    assert_near(one, 1e-4 * 0.1 * (1 - exp(-0.1)) * exp(-0.6), 0.01);
    for (int code = 1; code < 16; code++) {
        double sum = 0;
        for (int bit = 0; bit < 4; bit++)
            if (code >> bit & 1) sum += pow(r, bit);
        assert_near((g[code] - g[0]) / one, sum, 1e-3);
    }
    assert_true(hys_protocol_find_feature(f->result, "nonlinearity")->value < 1e-3);
    assert_true(hys_protocol_find_feature(f->result, "left")->value < 1e-6);
}

/* Written at the gate, read at the drain: a cell whose steps are equal (gamma 0) has a straight staircase, |label|
 * below 0.3, up and down; a pulse of V_w = 1 V for t_w = 1 ms moves w by dw = 1e-3 of G_0 + (mu Q_w/L^2) w. */
static void test_a_gated_cell_is_read_at_its_drain(void **state) {
    fixture *f = *state;
    static const char *const opt[] = {"up=1V", "down=-1V", "width=1ms", "read-width=1ms", "read=0.1V"};
    static const char *const port[] = {"d=50mV"};
    hys_bench_opts bench = hys_bench_opts_default();
    hys_protocol_opts opts = hys_protocol_opts_default();
    bench.ports = "g,s,d";
    bench.port = port;
    bench.n_port = 1;
    opts.bench = &bench;
    opts.opt = opt;
    opts.n_opt = 5;
    load(f, "ecram");
    const hys_protocol *protocol = hys_protocol_find("potentiation");
    assert_int_equal(hys_protocol_run(f->ctx, protocol, f->model, &opts, &f->result), HYS_OK);
    assert_true(fabs(hys_protocol_find_feature(f->result, "nl_potentiation")->value) < 0.3);
    assert_true(fabs(hys_protocol_find_feature(f->result, "nl_depression")->value) < 0.3);
    assert_true(hys_protocol_find_feature(f->result, "g_ratio")->value > 1.01);
    bench.n_port = 0; /* the port that is sensed must be held */
    hys_protocol_result_free(f->result);
    f->result = NULL;
    assert_int_equal(hys_protocol_run(f->ctx, protocol, f->model, &opts, &f->result), HYS_ARG);
}

/* Some allocations of the caller's context fail, early and late; the workers have contexts of their own. */
static void test_memory_that_runs_out_is_told(void **state) {
    (void)state;
    static const size_t at[] = {3, 40, 160, 320, 640};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        hys_test_memory memory = {.fail_at = at[k], .fail_after = true};
        hys_verdict_opts opts = hys_verdict_opts_default();
        hys_verdicts *verdicts = NULL;
        hys_model *model = NULL;
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        opts.as = "reservoir";
        hys_status status = ctx ? hys_model_load(ctx, "hh_leak", NULL, &model) : HYS_NOMEM;
        if (status == HYS_OK) status = hys_verdict_run(ctx, model, &opts, &verdicts);
        assert_int_equal(status, memory.n_failed ? HYS_NOMEM : HYS_OK);
        hys_verdicts_free(verdicts);
        hys_model_free(model);
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_interface_device_is_a_synapse_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_filament_is_a_memory_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_phase_change_cell_is_written_by_two_widths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gates_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_threshold_and_exponential_switches_are_selectors_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_devices_that_forget_are_reservoirs_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mott_devices_are_neurons_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_channels_are_channels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_resistor_is_good_for_nothing_and_a_diode_selects_one_sign, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_smaller_window_never_scores_higher, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_more_spread_never_scores_higher, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shortfalls_are_relative_or_in_decades, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_scores_follow_from_the_worst_criterion_and_all_have_sources, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_no_number_depends_on_the_number_of_threads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_unknown_use_and_a_bad_option_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_selectivity_of_an_exponential_selector_is_a_hyperbolic_cosine, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_codes_of_a_linear_node_are_sums_of_decaying_pulses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_gated_cell_is_read_at_its_drain, set_up, tear_down),
        cmocka_unit_test(test_memory_that_runs_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
