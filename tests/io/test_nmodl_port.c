/* Synapses of NEURON as ports of cells: time course, reversal, gain; what is none is told. */
#include "hys_test.h"
#include <hysteron/nmodl.h>

static hys_ctx *ctx;

static int set_up(void **state) {
    (void)state;
    ctx = hys_test_ctx();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    hys_ctx_free(ctx);
    return 0;
}

static hys_status port_of(const char *file, const char *text, const char *const *set, size_t n, hys_nmodl_port *port) {
    hys_nmodl *m = NULL;
    hys_status status = text ? hys_nmodl_parse(ctx, "x.mod", text, strlen(text), NULL, &m)
                             : hys_nmodl_import(ctx, hys_test_path(HYS_TEST_SOURCE, file), NULL, &m);
    if (status == HYS_OK) status = hys_nmodl_port_of(m, set, n, 300, port);
    hys_nmodl_free(m);
    return status;
}

#define SYNAPSE(states, rates, current, event)                                                                         \
    "NEURON { POINT_PROCESS x NONSPECIFIC_CURRENT i }\nPARAMETER { tau = 4 (ms) e = -70 (mV) }\n"                      \
    "ASSIGNED { v (mV) i (nA) }\nSTATE { " states " }\nBREAKPOINT { SOLVE s METHOD cnexp i = " current " }\n"          \
    "DERIVATIVE s { " rates " }\nNET_RECEIVE(w (uS)) { " event " }"

static const double e1 = 2.718281828459045;

/* Gains are the peaks of the responses to a weight of 1: of exp(-t/a) - exp(-t/b) that at ln(a/b) ab/(a - b). */
static void a_synapse_is_a_port(void **state) {
    static const char *const three[] = {"tau2=3ms", "e=-5"};
    const double at = 5.0 * 50 / 45 * log(10), nmda = exp(-at / 50) - exp(-at / 5);
    const struct {
        const char *file, *text, *kind;
        double tau, rise, reversal, gain;
        size_t n_set;
    } all[] = {
        {"", SYNAPSE("g", "g' = -g/tau", "g*(v - e)", "g = g + w"), "exponential", 4e-3, 0, -0.07, 1, 0},
        {"", SYNAPSE("g", "g' = -g/tau", "-2*g", "g = g + w i = i"), "exponential", 4e-3, 0, 0, 2, 0},
        {"", SYNAPSE("a b", "a' = (b - a)/tau b' = -b/tau", "a*(v - e)", "b = b + w"), "alpha", 4e-3, 0, -0.07, 1 / e1,
         0},
        {"", SYNAPSE("g h", "g' = h h' = -g/tau^2 - 2*h/tau", "3*g*(v - e)", "h = h + w"), "alpha", 4e-3, 0, -0.07,
         12 / e1, 0},
        {"", SYNAPSE("g h", "g' = h - g/tau h' = -2*h/tau", "g*(v - e)", "h = h + w"), "dual", 4e-3, 2e-3, -0.07, 1, 0},
        {"/tests/io/data/nmodl/twoexp.mod", NULL, "dual", 4e-3, 0.5e-3, 0, 1, 0},
        {"/examples/brain/ampa.mod", NULL, "dual", 3e-3, 0.4e-3, -0.005, 1, 2},
        {"/examples/brain/nmda.mod", NULL, "nmda", 50e-3, 5e-3, 0, nmda, 0},
    };
    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        hys_nmodl_port port;
        const hys_status status = port_of(all[k].file, all[k].text, three, all[k].n_set, &port);
        if (status != HYS_OK) print_error("%zu: %s\n", k, hys_test_diag_text(ctx, 0));
        assert_int_equal(status, HYS_OK);
        assert_string_equal(port.kind, all[k].kind);
        assert_true(port.is_current == (k == 1));
        assert_near(port.tau, all[k].tau, 1e-9);
        if (all[k].rise > 0) assert_near(port.tau_rise, all[k].rise, 1e-9);
        assert_true(fabs(port.reversal - all[k].reversal) < 1e-12);
        assert_near(port.gain, all[k].gain, 1e-9);
        if (!strcmp(port.kind, "nmda")) assert_near(port.magnesium, 1, 1e-9);
        assert_near(port.slope, 62, 1e-12);
    }
}

static void blocks_have_slopes(void **state) {
    static const char text[] =
        SYNAPSE("a b", "a' = -a/2 b' = -b/50", "(b - a)*(v - e)/(1 + 0.4*exp(-v/11))", "a = a + w b = b + w");
    hys_nmodl_port port;
    (void)state;
    assert_int_equal(port_of("", text, NULL, 0, &port), HYS_OK);
    assert_string_equal(port.kind, "nmda");
    assert_near(port.slope, 1e3 / 11, 1e-9);
    assert_near(port.magnesium, 0.4 * 3.57, 1e-8);
    assert_near(port.reversal, -0.07, 1e-12);
}

static void other_synapses_are_no_ports(void **state) {
    static const char *const nothing[] = {"tau=1V"}, *const unknown[] = {"tauu=1"};
    static const struct {
        const char *text, *says;
        const char *const *set;
    } all[] = {
        {"NEURON { SUFFIX x }", "no synapse with events", NULL},
        {SYNAPSE("g", "g' = -g/tau*exp(v/100)", "g*(v - e)", "g = g + w"), "g does not just decay", NULL},
        {SYNAPSE("g", "g' = 1 - g/tau", "g*(v - e)", "g = g + w"), "g does not just decay", NULL},
        {SYNAPSE("g", "g' = -g*g/tau", "g*(v - e)", "g = g + w"), "g does not just decay", NULL},
        {SYNAPSE("g", "g' = -g/tau", "g*(v - e)", "g = g + w*(1 - g)"), "not its weight times a constant", NULL},
        {SYNAPSE("g", "g' = -g/tau", "g*(v - e)", "g = max(0, min(g + w, 10))"), "not its weight times a constant",
         NULL},
        {SYNAPSE("g c", "g' = -g/tau c' = -c/tau", "g*(v - e)", "c = c + w"), "no current follows an event", NULL},
        {SYNAPSE("g", "g' = -g/tau", "g*g*(v - e)", "g = g + w"), "no conductance times (v - e)", NULL},
        {SYNAPSE("g", "g' = -g/tau", "g*(v - e)^3", "g = g + w"), "no conductance times (v - e)", NULL},
        {SYNAPSE("g", "g' = g/tau", "g*(v - e)", "g = g + w"), "neither an exponential", NULL},
        {SYNAPSE("g h", "g' = h h' = -g", "g*(v - e)", "h = h + w"), "neither an exponential", NULL},
        {SYNAPSE("g h", "g' = -g/tau h' = -2*h/tau", "(g + h)*(v - e)", "g = g + w h = h + w"),
         "neither an exponential", NULL},
        {SYNAPSE("g h k", "g' = -g h' = -h k' = -k", "(g + h + k)*(v - e)", "g = g + w"), "more than two states", NULL},
        {SYNAPSE("g", "g' = -g/tau", "g*(v - e)", "g = g + w"), "tau=1V: not in ms", nothing},
        {SYNAPSE("g", "g' = -g/tau", "g*(v - e)", "g = g + w"), "no parameter of x.mod", unknown},
        {SYNAPSE("g", "g' = -g/tau WHILE (1) { i = 0 }", "g*(v - e)", "g = g + w"), "cannot be tried", NULL},
    };
    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        hys_nmodl_port port;
        hys_diag_clear(ctx);
        assert_true(port_of("", all[k].text, all[k].set, all[k].set != NULL, &port) < 0);
        if (hys_diag_count(ctx) == 1 && strstr(hys_diag_get(ctx, 0)->message, all[k].says)) continue;
        print_error("of %s\n%s\nnot %s\n", all[k].text, hys_test_diag_text(ctx, 0), all[k].says);
        fail();
    }
}

static hys_status find_again(hys_ctx *own, void *arg) {
    static const char *const set[] = {"tau=3ms"};
    hys_nmodl *m = NULL;
    hys_nmodl_port port;
    hys_status status = hys_nmodl_parse(own, "x.mod", arg, strlen(arg), NULL, &m);
    if (status == HYS_OK) status = hys_nmodl_port_of(m, set, 1, 300, &port);
    hys_nmodl_free(m);
    return status;
}

static void without_memory_it_says_so(void **state) {
    (void)state;
    hys_test_each_failure(find_again, (void *)SYNAPSE("g", "g' = -g/tau", "g*(v - e)", "g = g + w"), true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_synapse_is_a_port, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocks_have_slopes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_synapses_are_no_ports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_memory_it_says_so, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
