/* Compartments of cylinders, frusta and trees against closed forms. */
#include "hys_test.h"
#include <hysteron/morphology.h>

#define UM 1e-6

static hys_morphology *tree(hys_ctx *ctx, double soma, const hys_branch *branches, size_t n) {
    hys_morphology *m = NULL;
    assert_int_equal(hys_morphology_tree(ctx, soma, branches, n, &m), HYS_OK);
    return m;
}

static hys_compartments *cut(hys_ctx *ctx, const hys_morphology *m, const hys_compartments_opts *opts) {
    hys_compartments *c = NULL;
    assert_int_equal(hys_compartments_new(ctx, m, opts, &c), HYS_OK);
    assert_int_equal(c->parent[0], -1);
    for (size_t k = 1; k < c->n; k++) {
        assert_true(c->parent[k] >= 0 && (size_t)c->parent[k] < k);
        assert_true(c->axial[k] > 0);
    }
    return c;
}

static hys_compartments_opts each(int32_t per_section) {
    hys_compartments_opts opts = hys_compartments_opts_default();
    opts.d_lambda = 0;
    opts.per_section = per_section;
    opts.any_number = true;
    return opts;
}

static double sum(const double *values, size_t n) {
    double total = 0;
    for (size_t k = 0; k < n; k++) total += values[k];
    return total;
}

/* 12 um long, diameters 4 and 10 um: slant sqrt(144 + 9) um. */
static void frustum_has_its_area_volume_and_resistance(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_branch b = {-1, HYS_REGION_BASAL, 12 * UM, 4 * UM, 10 * UM};
    hys_morphology *m = tree(ctx, 0, &b, 1);
    const double side = M_PI * (2 + 5) * sqrt(153) * UM * UM, volume = M_PI * 12 * (4 + 10 + 25) / 3 * UM * UM * UM;
    for (int32_t n = 1; n <= 7; n++) {
        hys_compartments_opts opts = each(n);
        opts.terminals = true;
        hys_compartments *c = cut(ctx, m, &opts);
        assert_int_equal(c->n, n + 2);
        assert_near(sum(c->area, c->n), side, 1e-14);
        assert_near(sum(c->volume, c->n), volume, 1e-14);
        /* From one end to the other: rho L / (pi r1 r2). */
        assert_near(sum(c->axial, c->n), 12 * UM / (M_PI * 2 * UM * 5 * UM), 1e-14);
        hys_compartments_free(c);
    }
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

/* The same between neighbouring nodes: the integral of dx / (pi r^2) between their places, Ra = 0.354 ohm m. */
static void axial_resistance_lies_between_nodes(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_branch b[] = {{-1, HYS_REGION_BASAL, 30 * UM, 6 * UM, 2 * UM},
                            {0, HYS_REGION_AXON, 50 * UM, 2 * UM, 2 * UM}};
    hys_morphology *m = tree(ctx, 0, b, 2);
    hys_compartments_opts opts = each(2);
    opts.resistivity = 0.354;
    hys_compartments *c = cut(ctx, m, &opts);
    assert_int_equal(c->n, 4);
    /* Nodes at 7.5 and 22.5 um: radii 2.5 and 1.5 um; then at 30 + 12.5 um, radius 1 um. */
    assert_near(c->axial[1], 0.354 * 15 * UM / (M_PI * 2.5 * UM * 1.5 * UM), 1e-14);
    assert_near(c->axial[2], 0.354 * (7.5 / (M_PI * 1.5) + 12.5 / M_PI) / UM, 1e-14);
    assert_near(c->axial[3], 0.354 * 25 * UM / (M_PI * UM * UM), 1e-14);
    assert_int_equal(c->region[1], HYS_REGION_BASAL);
    assert_int_equal(c->region[2], HYS_REGION_AXON);
    assert_near(c->path[2], 42.5 * UM, 1e-14);
    hys_compartments_free(c);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static int32_t count(hys_ctx *ctx, double length, double near, double far, hys_compartments_opts opts) {
    const hys_branch b = {-1, HYS_REGION_BASAL, length, near, far};
    hys_morphology *m = tree(ctx, 0, &b, 1);
    hys_compartments *c = cut(ctx, m, &opts);
    const int32_t n = c->section_n[0];
    hys_compartments_free(c);
    hys_morphology_free(m);
    return n;
}

/* nseg = int((L / (0.1 lambda_f(100)) + 0.9) / 2) 2 + 1 with lambda_f(100) = 1e5 sqrt(diam / (4 pi 100 Ra cm)) um;
 * worked by hand for Ra = 35.4 ohm cm, cm = 1 uF/cm2: lambda_f(100) = 474.12 um sqrt(diam / um). */
static void d_lambda_rule_is_that_of_neuron(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_compartments_opts opts = hys_compartments_opts_default();
    opts.resistivity = 0.354;
    assert_near(hys_lambda_f(1 * UM, 100, 0.354, 0.01), 474.12 * UM, 1e-4);
    /* lambda_f 474.12 um: L / 47.412 um = 1.05, 1.15, 21.09; 4 um thick: 948.25 um, 10.55. */
    assert_int_equal(count(ctx, 50 * UM, UM, UM, opts), 1);   /* (1.0546 + .9) / 2 = 0.977 */
    assert_int_equal(count(ctx, 54.5 * UM, UM, UM, opts), 3); /* (1.1495 + .9) / 2 = 1.025 */
    assert_int_equal(count(ctx, 1000 * UM, UM, UM, opts), 21);
    assert_int_equal(count(ctx, 1000 * UM, 4 * UM, 4 * UM, opts), 11);
    /* A cone of 1 to 7 um counts as its mean diameter. */
    assert_int_equal(count(ctx, 1000 * UM, 1 * UM, 7 * UM, opts), 11);
    opts.any_number = true;
    assert_int_equal(count(ctx, 1000 * UM, UM, UM, opts), 22);
    /* Half of it at four times the frequency, and so on. */
    opts.any_number = false;
    opts.frequency = 400;
    assert_int_equal(count(ctx, 500 * UM, UM, UM, opts), 21);
    opts.resistivity = 4 * 0.354;
    assert_int_equal(count(ctx, 250 * UM, UM, UM, opts), 21);
    hys_ctx_free(ctx);
}

static void rules_are_all_met_and_ask_for_one_at_least(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_compartments_opts opts = each(0);
    assert_int_equal(count(ctx, 1000 * UM, UM, UM, opts), 1);
    opts.max_length = 10 * UM;
    assert_int_equal(count(ctx, 70 * UM, UM, UM, opts), 7); /* 7.000000000000001 as doubles go */
    assert_int_equal(count(ctx, 71 * UM, UM, UM, opts), 8);
    opts.any_number = false;
    assert_int_equal(count(ctx, 71 * UM, UM, UM, opts), 9);
    opts.per_section = 12;
    assert_int_equal(count(ctx, 71 * UM, UM, UM, opts), 13);
    opts.d_lambda = 1e-3;
    opts.resistivity = 0.354;
    assert_int_equal(count(ctx, 71 * UM, UM, UM, opts), 151); /* (149.75 + .9) / 2 = 75.3 */
    hys_ctx_free(ctx);
}

/* ---- cables in steady state ---- */

/* Potentials (V) of a passive tree, 0.1 nA into compartment 0: Hines' elimination, children first. */
static void solve(const hys_compartments *c, double membrane /* ohm m^2 */, int32_t at, double *v) {
    double *d = calloc(c->n, sizeof *d);
    assert_non_null(d);
    for (size_t k = 0; k < c->n; k++) {
        d[k] += c->area[k] / membrane;
        v[k] = (int32_t)k == at ? 1e-10 : 0;
        if (c->parent[k] < 0) continue;
        d[k] += 1 / c->axial[k];
        d[c->parent[k]] += 1 / c->axial[k];
    }
    for (size_t k = c->n; k-- > 1;) {
        const double g = 1 / c->axial[k];
        d[c->parent[k]] -= g * g / d[k];
        v[c->parent[k]] += g * v[k] / d[k];
    }
    v[0] /= d[0];
    for (size_t k = 1; k < c->n; k++) v[k] = (v[k] + v[c->parent[k]] / c->axial[k]) / d[k];
    free(d);
}

static void ends(hys_ctx *ctx, const hys_morphology *m, int32_t n, double membrane, double result[2]) {
    hys_compartments_opts opts = each(n);
    opts.terminals = true;
    hys_compartments *c = cut(ctx, m, &opts);
    double *v = calloc(c->n, sizeof *v);
    solve(c, membrane, 0, v);
    result[0] = v[0];
    result[1] = v[c->n - 1];
    free(v);
    hys_compartments_free(c);
}

/* Rallpack 1: 1 mm x 1 um, Ra 1 ohm m, Rm 4 ohm m2: lambda = 1 mm, r_inf = Ra lambda / (pi a^2); sealed end:
 * V(0) = I r_inf coth(1), V(L) = I r_inf / sinh(1). */
static void sealed_cable_converges_at_second_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_branch b = {-1, HYS_REGION_AXON, 1e-3, UM, UM};
    hys_morphology *m = tree(ctx, 0, &b, 1);
    const double r = 1e-3 / (M_PI * 0.25e-12), want[2] = {1e-10 * r / tanh(1), 1e-10 * r / sinh(1)};
    assert_near(want[0], 0.1671837, 1e-4);
    double last[2] = {0, 0};
    for (int32_t n = 5; n <= 160; n *= 2) {
        double v[2];
        ends(ctx, m, n, 4, v);
        for (int e = 0; e < 2; e++) {
            const double error = fabs(v[e] - want[e]);
            if (n > 5) assert_within(last[e] / error, 4, 0.05); /* the next term of the error is 1/n^2 of it */
            last[e] = error;
        }
    }
    assert_true(last[0] < 1e-5 * want[0]);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

/* A fork right in the middle, its children such that by Rall's 3/2 power law all is one cylinder. */
static void fork_keeps_second_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double thin = pow(0.5, 2.0 / 3.0), lambda = 1e-3;
    const hys_branch b[] = {{-1, 3, 0.5 * lambda, UM, UM},
                            {0, 3, 0.5 * lambda * sqrt(thin), thin * UM, thin * UM},
                            {0, 3, 0.5 * lambda * sqrt(thin), thin * UM, thin * UM}};
    hys_morphology *m = tree(ctx, 0, b, 3);
    const double r = 1e-3 / (M_PI * 0.25e-12), want[2] = {1e-10 * r / tanh(1), 1e-10 * r / sinh(1)};
    double last[2] = {0, 0};
    for (int32_t n = 4; n <= 64; n *= 2) {
        double v[2];
        ends(ctx, m, n, 4, v);
        for (int e = 0; e < 2; e++) {
            const double error = fabs(v[e] - want[e]);
            if (n > 4) assert_within(last[e] / error, 4, 0.05);
            last[e] = error;
        }
    }
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

/* Rallpack 2: 10 levels of forks, each branch 0.008 lambda long and 2^(-2/3) times as thick as the one before: a
 * cylinder of 16 um and 0.08 lambda (Ra 1 ohm m, Rm 4 ohm m2: lambda = sqrt(4 x 16e-6 / 4) = 4 mm). */
static void rallpack_2_is_its_cylinder(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_branch b[1023];
    for (int32_t k = 0; k < 1023; k++) {
        int level = 0;
        for (int32_t i = k + 1; i > 1; i /= 2) level++;
        const double d = 16 * UM * pow(2, -2.0 / 3 * level), length = 0.008 * sqrt(4 * d / 4);
        b[k] = (hys_branch){k ? (k - 1) / 2 : -1, HYS_REGION_BASAL, length, d, d};
    }
    hys_morphology *m = tree(ctx, 0, b, 1023);
    hys_compartments_opts opts = each(1);
    hys_compartments *c = cut(ctx, m, &opts);
    assert_int_equal(c->n, 1023 + 511);
    assert_near(sum(c->area, c->n), M_PI * 16 * UM * 320 * UM, 1e-13);
    const double lambda = 4e-3, r = lambda / (M_PI * 64e-12), x = 0.08;
    double v[2];
    ends(ctx, m, 1, 4, v);
    assert_near(v[0], 1e-10 * r / tanh(x), 1.2e-5); /* what is right to second order is (0.008)^2 / 6 = 1.07e-5 off */
    assert_near(v[1], 1e-10 * r / sinh(x), 1.2e-5);
    hys_compartments_free(c);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

/* A cone in steady state: with r = r0 + m x, d/dx(r^2 dV/dx) = 2 Ra / Rm sqrt(1 + m^2) r V, so that V = r^(-1/2) (A
 * I1(q)
 * + B K1(q)), q = 2 sqrt(k r), k = 2 Ra sqrt(1 + m^2) / (Rm m^2).  Here by the series in r that starts at the apex:
 * V = sum of (k r)^j / (j! (j + 1)!), the solution that is finite there, so that a current must flow in at the far end
 * and none at the near end if that is thin. */
static void taper_is_that_of_rall(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double r0 = 0.01 * UM, r1 = 2 * UM, length = 400 * UM, slope = (r1 - r0) / length, membrane = 0.5;
    const double k = 2 * sqrt(1 + slope * slope) / (membrane * slope * slope);
    const hys_branch b = {-1, HYS_REGION_BASAL, length, 2 * r1, 2 * r0};
    hys_morphology *m = tree(ctx, 0, &b, 1);
    double near = 0, far = 0, term = 1;
    for (int j = 0; j < 60; j++) {
        near += term * pow(k * r1, j);
        far += term * pow(k * r0, j);
        term /= (j + 1.0) * (j + 2.0);
    }
    double v[2];
    ends(ctx, m, 200, membrane, v);
    /* 1e-3: the thin end is not quite the apex: it lets (r0 / r1)^2 of the current pass. */
    assert_near(v[1] / v[0], far / near, 1e-3);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

/* NEURON 9.0.2: Import3d_SWC_read of the same file, Ra = 100 ohm cm, cm = 1 uF/cm2, nseg by the d-lambda rule, pas with
 * g = 0.5e-4 S/cm2; Impedance.input and .transfer of the soma at 0 Hz.  NEURON keeps lengths as floats: 1e-7. */
static void potentials_are_those_of_neuron(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_morphology *m = NULL;
    assert_int_equal(hys_morphology_read(ctx, HYS_TEST_SOURCE "/examples/brain/pyramidal.swc", NULL, &m), HYS_OK);
    hys_compartments *c = cut(ctx, m, NULL);
    static const struct {
        double area; /* um^2 */
        int32_t n;
    } regions[] = {
        {0, 0}, {1017.8760197630929, 1}, {637.8914525378946, 9}, {4183.934604339999, 61}, {5657.073211246838, 51}};
    double area[5] = {0}, least = INFINITY, axon = 0;
    int32_t n[5] = {0};
    double *v = calloc(c->n, sizeof *v);
    assert_non_null(v);
    solve(c, 2, 0, v);
    for (size_t k = 0; k < c->n; k++) {
        if (c->area[k] == 0) continue;
        area[c->region[k]] += c->area[k];
        n[c->region[k]]++;
        least = fmin(least, v[k]);
        if (c->region[k] == HYS_REGION_AXON) axon = v[k]; /* its last stays */
    }
    for (size_t r = 1; r < 5; r++) {
        assert_near(area[r], regions[r].area * UM * UM, 1e-7);
        assert_int_equal(n[r], regions[r].n);
    }
    assert_near(v[0], 178.49483061312907e6 * 1e-10, 1e-7);
    assert_near(axon, 172.99625292394703e6 * 1e-10, 1e-7);
    assert_near(least, 160.94921821520158e6 * 1e-10, 1e-7);
    free(v);
    hys_compartments_free(c);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static void soma_is_one_compartment_and_neurites_hang_on_it(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_branch b[] = {{-1, HYS_REGION_BASAL, 40 * UM, 2 * UM, 2 * UM}, {-1, HYS_REGION_AXON, 60 * UM, UM, UM}};
    hys_morphology *m = tree(ctx, 20 * UM, b, 2);
    hys_compartments_opts opts = each(0);
    opts.max_length = 5 * UM; /* less than the soma */
    hys_compartments *c = cut(ctx, m, &opts);
    assert_int_equal(c->n, 1 + 8 + 12);
    assert_near(c->area[0], 4 * M_PI * 100 * UM * UM, 1e-14);
    assert_int_equal(c->region[0], HYS_REGION_SOMA);
    assert_near(c->diameter[0], 20 * UM, 1e-14);
    assert_int_equal(c->parent[9], 0);
    assert_near(c->axial[1], 2.5 * UM / (M_PI * UM * UM), 1e-13);
    assert_near(c->axial[9], 2.5 * UM / (M_PI * 0.25 * UM * UM), 1e-13);
    hys_compartments_free(c);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static void places_are_found_along_sections_and_in_space(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_branch b[] = {{-1, 3, 30 * UM, UM, UM}, {0, 3, 20 * UM, UM, UM}, {0, 3, 20 * UM, UM, UM}};
    hys_morphology *m = tree(ctx, 0, b, 3);
    hys_compartments_opts opts = each(3);
    hys_compartments *c = cut(ctx, m, &opts);
    assert_int_equal(c->n, 10);
    assert_int_equal(hys_compartments_at(c, 0, 0), 0);
    assert_int_equal(hys_compartments_at(c, 0, 0.5), 1);
    assert_int_equal(hys_compartments_at(c, 0, 0.99), 2);
    assert_int_equal(hys_compartments_at(c, 0, 1), 3); /* the fork, without membrane */
    assert_true(c->area[3] == 0 && c->length[3] == 0);
    assert_int_equal(hys_compartments_at(c, 1, 0), 3);
    assert_int_equal(hys_compartments_at(c, 2, 1), 9); /* a tip without a node of its own */
    assert_int_equal(hys_compartments_at(c, 3, 0.5), -1);
    assert_int_equal(hys_compartments_at(c, 0, NAN), -1);
    for (int32_t k = 0; k < 10; k++) {
        const double place[3] = {c->x[k], c->y[k], c->z[k]};
        if (k != 3) assert_int_equal(hys_compartments_nearest(c, place), k);
    }
    hys_compartments_free(c);
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static void nonsense_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_branch b = {-1, 3, 1, UM, UM};
    hys_morphology *m = tree(ctx, 0, &b, 1);
    hys_compartments *c = NULL;
    hys_compartments_opts opts = hys_compartments_opts_default();
    opts.resistivity = NAN;
    assert_int_equal(hys_compartments_new(ctx, m, &opts, &c), HYS_ARG);
    opts = hys_compartments_opts_default();
    opts.d_lambda = -1;
    assert_int_equal(hys_compartments_new(ctx, m, &opts, &c), HYS_ARG);
    opts = each(0);
    opts.max_length = 1e-12; /* a metre in picometres: 1e12 compartments */
    assert_int_equal(hys_compartments_new(ctx, m, &opts, &c), HYS_LIMIT);
    assert_diag(ctx, 2, "error: more than 10000000 compartments\nhint: a larger max_length or d_lambda gives fewer\n");
    hys_morphology_free(m);
    hys_ctx_free(ctx);
}

static hys_status cut_once(hys_ctx *ctx, void *arg) {
    (void)arg;
    const hys_branch b[] = {{-1, 3, 30 * UM, UM, UM}, {0, 9, 20 * UM, UM, UM}, {0, 3, 20 * UM, UM, UM}};
    hys_morphology *m = NULL;
    hys_compartments *c = NULL;
    hys_status status = hys_morphology_tree(ctx, 10 * UM, b, 3, &m);
    if (status == HYS_OK) status = hys_compartments_new(ctx, m, NULL, &c);
    hys_compartments_free(c);
    hys_morphology_free(m);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    hys_test_each_failure(cut_once, NULL, false);
    hys_test_each_failure(cut_once, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frustum_has_its_area_volume_and_resistance),
        cmocka_unit_test(axial_resistance_lies_between_nodes),
        cmocka_unit_test(d_lambda_rule_is_that_of_neuron),
        cmocka_unit_test(rules_are_all_met_and_ask_for_one_at_least),
        cmocka_unit_test(sealed_cable_converges_at_second_order),
        cmocka_unit_test(fork_keeps_second_order),
        cmocka_unit_test(rallpack_2_is_its_cylinder),
        cmocka_unit_test(taper_is_that_of_rall),
        cmocka_unit_test(potentials_are_those_of_neuron),
        cmocka_unit_test(soma_is_one_compartment_and_neurites_hang_on_it),
        cmocka_unit_test(places_are_found_along_sections_and_in_space),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
