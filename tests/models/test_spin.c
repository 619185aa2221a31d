/* Statistics of the stochastic spin devices: whole distributions, where models/spin/reproduce.csv has the means. */
#include "hys_test.h"
#include <hysteron/circuit.h>

#define DELTA 72.88778      /* thermal stability of mtj_stt's defaults, tests/models/reference_mtj.py */
#define TAU   56.4776825e-6 /* s, mean time of mtj_behavioural at 0.85 of its critical current, there too */
#define MOST  2000

typedef struct sample {
    double x[MOST];
    size_t n;
} sample;

/* The values of a measure over all runs, in the order of the runs. */
static void run(const char *netlist, const char *measure, sample *s) {
    hys_ctx *ctx = hys_test_ctx();
    hys_sim_opts opts = hys_sim_opts_default();
    hys_sim *sim = NULL;
    char path[256];
    char *dir = hys_test_dir();
    snprintf(path, sizeof path, "%s/circuit.cir", dir);
    hys_test_write(path, netlist, strlen(netlist));
    hys_status status = hys_sim_run(ctx, path, &opts, &sim);
    hys_test_dir_remove(dir);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    s->n = 0;
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++) {
        const hys_sim_measure *m = hys_sim_get_measure(sim, k);
        if (strcmp(m->name, measure) != 0) continue;
        assert_true(isfinite(m->value));
        assert_true(s->n < MOST);
        s->x[s->n++] = m->value;
    }
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Largest distance (Kolmogorov, Smirnov) of the sample from an exponential distribution of this mean. */
static double distance(sample *s, double mean) {
    double most = 0;
    qsort(s->x, s->n, sizeof s->x[0], by_size);
    for (size_t k = 0; k < s->n; k++) {
        double p = -expm1(-s->x[k] / mean);
        most = fmax(most, fmax(p - (double)k / (double)s->n, (double)(k + 1) / (double)s->n - p));
    }
    return most;
}

/* One sample in a thousand is further away than this. */
static double allowed(const sample *s) {
    return 1.95 / sqrt((double)s->n);
}

#define CIRCUIT(seed, steps)                                                                                           \
    "times of switching at 0.85 of the critical current\nI1 0 a -44.5780902u\nX1 a 0 mtj_behavioural seed0=" seed      \
    "\n" steps ".tran %s 1.25m\n.save @x1[h]\n.meas tran t when @x1[h]=0.999999 rise=1\n.end\n"
#define ONE_TIME CIRCUIT("%d", "")
#define TIMES    CIRCUIT("{sample}", ".param sample=1\n.step param sample 1 %s 1\n")

static void times_of(const char *n, const char *step, sample *s) {
    char netlist[1024];
    snprintf(netlist, sizeof netlist, TIMES, n, step);
    run(netlist, "t", s);
}

static void times_of_switching_are_exponential_to_the_tail(void **state) {
    (void)state;
    sample s;
    times_of("2000", "250u", &s);
    assert_int_equal(s.n, 2000);
    double most = distance(&s, TAU);
    if (most > allowed(&s)) print_error("distance %g, %g allowed\n", most, allowed(&s));
    assert_true(most <= allowed(&s));
    /* exp(-5) of them, 13.5, last longer than five means; 4 deviations of a Poisson count */
    assert_true(s.x[s.n - 29] < 5 * TAU);
}

/* The event of an exact process does not move with the output step; only the integration's tolerance does. */
static void times_of_switching_do_not_depend_on_the_output_step(void **state) {
    (void)state;
    for (int seed = 1; seed <= 10; seed++) {
        static const char *const steps[] = {"250u", "10u"};
        double t[2];
        for (size_t k = 0; k < 2; k++) {
            char netlist[512];
            sample s;
            snprintf(netlist, sizeof netlist, ONE_TIME, seed, steps[k]);
            run(netlist, "t", &s);
            assert_int_equal(s.n, 1);
            t[k] = s.x[0];
        }
        assert_near(t[1], t[0], 1e-4);
    }
}

/* theta^2 of the starting angles: exponential with the mean 1/Delta (a sharp well). */
static void thermal_angles_are_those_of_boltzmann(void **state) {
    (void)state;
    sample s;
    run("starting angles\n.param sample=1\nV1 a 0 0\nX1 a 0 mtj_stt thermal_start=1 seed0={sample}\n"
        ".step param sample 1 2000 1\n.tran 1f 2f\n.save @x1[m_z]\n.meas tran z find @x1[m_z] at=0\n.end\n",
        "z", &s);
    assert_int_equal(s.n, 2000);
    for (size_t k = 0; k < s.n; k++) s.x[k] = acos(s.x[k]) * acos(s.x[k]);
    double most = distance(&s, 1 / DELTA);
    if (most > allowed(&s)) print_error("distance %g, %g allowed\n", most, allowed(&s));
    assert_true(most <= allowed(&s));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_switching_are_exponential_to_the_tail),
        cmocka_unit_test(times_of_switching_do_not_depend_on_the_output_step),
        cmocka_unit_test(thermal_angles_are_those_of_boltzmann),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
