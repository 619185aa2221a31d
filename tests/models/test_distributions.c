/* Whole distributions of stochastic models against their laws, where reproduce.csv has means and spreads: the largest
 * distance of the cumulative distributions (Kolmogorov, Smirnov).  Seeds are fixed. */
#include "hys_test.h"
#include <hysteron/circuit.h>

#define BOLTZMANN 1.380649e-23  /* J/K */
#define MU_0      1.25663706e-6 /* Vs/(Am) */
#define MOST      1000

typedef struct sample {
    double x[MOST];
    size_t n;
} sample;

/* The values of a measure over all runs. */
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
        assert_true(isfinite(m->value) && s->n < MOST);
        s->x[s->n++] = m->value;
    }
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One sample in a thousand is further away than 1.95/sqrt(n). */
static void assert_law(sample *s, size_t n, double (*law)(double x)) {
    double most = 0, allowed = 1.95 / sqrt((double)n);
    assert_int_equal(s->n, n);
    qsort(s->x, s->n, sizeof s->x[0], by_size);
    for (size_t k = 0; k < s->n; k++) {
        double p = law(s->x[k]);
        most = fmax(most, fmax(p - (double)k / (double)n, (double)(k + 1) / (double)n - p));
    }
    if (most > allowed) print_error("distance %g, %g allowed\n", most, allowed);
    assert_true(most <= allowed);
}

static double normal(double z) {
    return 0.5 * erfc(-z / sqrt(2));
}

/* Hazard 100/s exp(2), from the start on. */
static double exponential(double t) {
    return -expm1(-t * 100 * exp(2));
}

static void waiting_times_of_an_escape_are_exponential(void **state) {
    (void)state;
    sample s;
    run("first spikes at a constant potential\n.param k=1\n"
        "X1 a 0 lif_escape V0=-46m seed0={k} h_0=100 V_th=-50m dV=2m\nI1 0 a 2.4n\n.step param k 1001 2000 1\n"
        ".tran 0.2m 0.03\n.save x1:n_spikes\n.meas tran t when x1:n_spikes=0.5 cross=1\n.end\n",
        "t", &s);
    assert_law(&s, 1000, exponential);
    assert_true(s.x[983] < 5 / (100 * exp(2))); /* exp(-5) of them, 6.7, last longer; 4 deviations of a Poisson count */
}

/* Inverse Gaussian law of the mean 15 ms and the spread 6.123724 ms: models/glia/reproduce.csv. */
static double inverse_gaussian(double t) {
    double mean = 15e-3, shape = mean * mean * mean / (6.123724e-3 * 6.123724e-3), root = sqrt(shape / t);
    return normal(root * (t / mean - 1)) + exp(2 * shape / mean) * normal(-root * (t / mean + 1));
}

static void first_passages_have_an_inverse_gaussian_law(void **state) {
    (void)state;
    sample s;
    run("first passages\n.param k=1\nX1 a 0 first_passage stochastic=1 dt_noise=100u seed0={k}\nI1 0 a 1n\n"
        ".step param k 1001 1250 1\n.tran 0.1m 0.06\n.save x1:n_spikes\n.meas tran t when x1:n_spikes=0.5 "
        "cross=1\n.end\n",
        "t", &s);
    assert_law(&s, 250, inverse_gaussian);
}

static double spread_of_radius(double r) {
    return normal((r / 45 - 1) / 0.05);
}

/* 45 nm and 5 %: models/rram/reproduce.csv. */
static void radii_of_filaments_are_normal(void **state) {
    (void)state;
    sample s;
    run("radii\n.param k=1\nV1 a 0 0.1\nX1 a 0 vcm_variability seed0={k}\n.step param k 1001 1500 1\n.tran 1n 2n uic\n"
        ".save x1:r_now\n.meas tran r find x1:r_now at=1n\n.end\n",
        "r", &s);
    if (s.x[0] < 1e-3)
        for (size_t k = 0; k < s.n; k++) s.x[k] *= 1e9;
    assert_law(&s, 500, spread_of_radius);
}

/* Square of the angle in a deep well: exponential with the mean 1/Delta. */
static double boltzmann(double square) {
    const double m = 1e6 /* A/m */, volume = 1.9634954e-15 * 1.2e-9 /* m^3 */, shape = 0.9318 - 0.0341;
    double delta = m * volume * (1.5 - MU_0 * m * shape) / (2 * BOLTZMANN * 300.15);
    return -expm1(-square * delta);
}

static void thermal_field_of_the_spin_orbit_junction_gives_boltzmanns_angles(void **state) {
    (void)state;
    sample s;
    run("angles\n.param k=1\nV1 t 0 0\nV2 h1 0 0\nV3 h2 0 0\n"
        "X1 t h1 h2 mtj_sot stochastic=1 alpha=0.3 dt_noise=5p theta_start=0 seed0={k}\n.step param k 1001 1300 1\n"
        ".tran 0.1n 0.5n\n.save @x1[m_z]\n.meas tran z find @x1[m_z] at=0.5n\n.end\n",
        "z", &s);
    for (size_t k = 0; k < s.n; k++) s.x[k] = acos(fmin(s.x[k], 1)) * acos(fmin(s.x[k], 1));
    assert_law(&s, 300, boltzmann);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_times_of_an_escape_are_exponential),
        cmocka_unit_test(first_passages_have_an_inverse_gaussian_law),
        cmocka_unit_test(radii_of_filaments_are_normal),
        cmocka_unit_test(thermal_field_of_the_spin_orbit_junction_gives_boltzmanns_angles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
