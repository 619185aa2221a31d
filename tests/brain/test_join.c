/* Gap junctions by rules: each pair once, drawn by the seed alone; potentials are those of the network of conductances.
 */
#include "brain/network_impl.h"
#include "brain_net.h"
#include <hysteron/brain_experiment.h>
#include <stdlib.h>

#define N 60u

typedef struct network {
    hys_ctx *ctx;
    hys_brain *brain;
    size_t a, b;
    double at[3 * N];
} network;

/* Passive cells of 1 nS to -65 mV. */
static network cells_of(size_t n_a, size_t n_b, uint64_t seed, unsigned threads) {
    network w = {.ctx = hys_test_ctx()};
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell_opts c = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.seed = seed;
    o.n_threads = threads;
    o.method = HYS_BRAIN_BACKWARD_EULER;
    c.leak = 1;
    c.capacitance = 1e-3;
    said(w.ctx, hys_brain_cell_new(w.ctx, &c, &cell));
    said(w.ctx, hys_brain_new(w.ctx, &o, &w.brain));
    said(w.ctx, hys_brain_add(w.brain, cell, n_a, &w.a));
    said(w.ctx, hys_brain_add(w.brain, cell, n_b, &w.b));
    hys_brain_cell_free(cell);
    for (size_t k = 0; k < N; k++) w.at[3 * k] = 1e-6 * (double)k;
    return w;
}

static void finish(network *w) {
    hys_brain_free(w->brain);
    hys_ctx_free(w->ctx);
}

static hys_connect_opts opts_of(const network *w, hys_connect_rule rule) {
    hys_connect_opts o = hys_connect_opts_default();
    o.source = w->a;
    o.target = w->a;
    o.rule = rule;
    o.number = 3;
    o.probability = 0.2;
    o.weight = (hys_draw){HYS_DRAW_NORMAL, 1e-9, 0.2e-9, 0, 1};
    return o;
}

typedef struct place {
    size_t group, cell;
} place;
static place side_of(const hys__join *j, int side) {
    const hys__cohort *c = j->chunk[side];
    return (place){c->group->number, c->first + j->entry[side]};
}

/* ---- which ---- */

static void pairs_of_a_group_are_joined_once(void **state) {
    static const hys_connect_rule rules[] = {HYS_CONNECT_ALL, HYS_CONNECT_PROBABILITY, HYS_CONNECT_DISTANCE};
    const double pairs = N * (N - 1) / 2.0;
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        network w = cells_of(N, 1, 1, 1);
        hys_connect_opts o = opts_of(&w, rules[k]);
        static unsigned char seen[N][N];
        double want = pairs * (k ? 0.2 : 1), spread = k ? 5 * sqrt(pairs * 0.2 * 0.8) : 0;
        size_t n;
        memset(seen, 0, sizeof seen);
        o.source_at = o.target_at = w.at;
        o.sigma = 10e-6;
        said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, &n));
        for (size_t d = 1; k == 2 && d < N; d++)
            want -= 0.2 * (double)(N - d) * (1 - exp(-(double)(d * d) / 200)); /* sum of p exp(-d^2 / 2 sigma^2) */
        assert_within((double)n, want, spread + 1e-6);
        assert_int_equal(w.brain->net->joins.n, n);
        for (size_t j = 0; j < n; j++) {
            const size_t x = side_of(w.brain->net->joins.at[j], 0).cell, y = side_of(w.brain->net->joins.at[j], 1).cell;
            assert_true(x < N && y < N && x != y);
            assert_false(seen[x][y] || seen[y][x]);
            seen[x][y] = 1;
        }
        finish(&w);
    }
}

static void numbers_are_those_that_are_asked_for(void **state) {
    (void)state;
    network w = cells_of(N, 20, 1, 1);
    hys_connect_opts o = opts_of(&w, HYS_CONNECT_INDEGREE);
    size_t n, of[20] = {0};
    o.target = w.b;
    said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, &n));
    assert_int_equal(n, 3 * 20);
    for (size_t j = 0; j < n; j++) {
        assert_int_equal(side_of(w.brain->net->joins.at[j], 0).group, w.a);
        assert_int_equal(side_of(w.brain->net->joins.at[j], 1).group, w.b);
        of[side_of(w.brain->net->joins.at[j], 1).cell]++;
    }
    for (size_t k = 0; k < 20; k++) assert_int_equal(of[k], 3);
    o.rule = HYS_CONNECT_TOTAL;
    o.number = 77;
    said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, &n));
    assert_int_equal(n, 77);
    o.rule = HYS_CONNECT_PARTS;
    said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, &n));
    assert_int_equal(n, N);
    o.rule = HYS_CONNECT_ALL;
    said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, &n));
    assert_int_equal(n, N * 20);
    finish(&w);
}

/* Sum over junctions: another one for each pair, order and conductance. */
static double mark_of(uint64_t seed, unsigned threads) {
    network w = cells_of(N, 20, seed, threads);
    hys_connect_opts o = opts_of(&w, HYS_CONNECT_PROBABILITY);
    double sum = 0;
    said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, NULL));
    o.target = w.b;
    said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, NULL));
    for (size_t j = 0; j < w.brain->net->joins.n; j++) {
        const hys__join *x = w.brain->net->joins.at[j];
        sum += (double)(j + 1) * x->conductance * (1 + (double)side_of(x, 0).cell + 0.01 * (double)side_of(x, 1).cell);
    }
    finish(&w);
    return sum;
}

static void they_are_drawn_by_the_seed_alone(void **state) {
    (void)state;
    const double first = mark_of(1, 1);
    assert_same_double(mark_of(1, 1), first);
    assert_same_double(mark_of(1, 2), first);
    assert_true(mark_of(2, 1) != first);
}

/* ---- what they do ---- */

/* g v_k + sum of G (v_k - v_j) = I_k by Gauss and Seidel; the diagonal outweighs the rest. */
static void solve(const network *w, const double *current, double *v) {
    for (int pass = 0; pass < 2000; pass++)
        for (size_t k = 0; k < N; k++) {
            double up = current[k], down = 1e-9;
            for (size_t j = 0; j < w->brain->net->joins.n; j++) {
                const hys__join *x = w->brain->net->joins.at[j];
                for (int side = 0; side < 2; side++)
                    if (side_of(x, side).cell == k) {
                        up += x->conductance * v[side_of(x, !side).cell];
                        down += x->conductance;
                    }
            }
            v[k] = up / down;
        }
}

/* Steps of 25 us, time constants of 1 ms and less: 20 ms are the steady state to exp(-20). */
static void potentials_are_those_of_the_conductances(void **state) {
    (void)state;
    double first[N] = {0};
    for (unsigned threads = 1; threads <= 2; threads++) {
        network w = cells_of(N, 1, 3, threads);
        hys_connect_opts o = opts_of(&w, HYS_CONNECT_PROBABILITY);
        double current[N] = {0}, v[N] = {0};
        o.probability = 0.05;
        said(w.ctx, hys_brain_join_groups(w.brain, &o, 0, NULL));
        for (size_t k = 0; k < N; k += 7) {
            const hys_electrode e = {.place = {w.a, k, 0}, .wave.from = current[k] = 1e-12 * (double)(k + 1)};
            said(w.ctx, hys_brain_add_electrode(w.brain, &e));
        }
        said(w.ctx, hys_brain_run(w.brain, 20e-3));
        if (threads == 1) solve(&w, current, v);
        for (size_t k = 0; k < N; k++) {
            const double now = hys_brain_v(w.brain, &(hys_brain_place){w.a, k, 0});
            if (threads == 1) assert_within(now, -65e-3 + v[k], 1e-9);
            if (threads == 1) first[k] = now;
            assert_same_double(now, first[k]);
        }
        finish(&w);
    }
}

static void what_cannot_be_joined_is_refused(void **state) {
    (void)state;
    network w = cells_of(N, 20, 1, 1);
    hys_synapse_row rows[] = {{0, N, 1e-9, 0}, {0, 1, -1e-9, 0}, {4, 4, 1e-9, 0}};
    hys_connect_opts o = opts_of(&w, HYS_CONNECT_LIST);
    o.n_list = 1;
    for (size_t k = 0; k < 3; k++) {
        static const char *const says[] = {"has no cell", "cannot have -1e-09 S", "joins two places"};
        o.list = &rows[k];
        assert_refused(w.ctx, hys_brain_join_groups(w.brain, &o, 0, NULL), says[k]);
    }
    o = opts_of(&w, HYS_CONNECT_PROBABILITY);
    o.probability = 2;
    assert_refused(w.ctx, hys_brain_join_groups(w.brain, &o, 0, NULL), "a probability cannot be 2");
    o = opts_of(&w, HYS_CONNECT_TOTAL);
    o.number = 1 << 30;
    assert_refused(w.ctx, hys_brain_join_groups(w.brain, &o, 0, NULL), "more than can be made");
    o = opts_of(&w, HYS_CONNECT_ONE_TO_ONE);
    o.target = w.b;
    assert_refused(w.ctx, hys_brain_join_groups(w.brain, &o, 0, NULL), "cannot be connected one to one");
    finish(&w);
}

/* ---- files ---- */

#define CELLS                                                                                                          \
    "duration: 20ms\nmethod: backward-euler\n"                                                                         \
    "cells: {c: {area: 1000um^2, capacitance: 1mF/m^2, leak: {conductance: 1S/m^2, reversal: -65mV}}}\n"               \
    "groups: {g: {cell: c, n: 3}}\n"

/* A chain of three, the same as a list and as a chain: 10 pA into the first cell. */
static void lists_of_files_are_joined(void **state) {
    static const char csv[] = "cell,other,conductance[nS]\n0,1,1\n2,1,1\n";
    static const char *const rules[] = {"rule: chain, conductance: 1nS", "rule: list, file: x.csv, conductance: 0nS"};
    double v[2][3];
    (void)state;
    const char *dir = hys_test_dir();
    hys_test_write(hys_test_path(dir, "x.csv"), csv, strlen(csv));
    for (size_t k = 0; k < 2; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain_experiment *e = NULL;
        hys_brain_run_result r;
        char text[2048];
        snprintf(text, sizeof text,
                 CELLS "join: [{from: g, %s}]\nelectrodes: [{group: g, cells: 0, current: {value: 10pA}}]\n"
                       "record: {a: {group: g}, b: {group: g, cells: 1}, c: {group: g, cells: 2}}\n",
                 rules[k]);
        hys_test_write(hys_test_path(dir, "x.yaml"), text, strlen(text));
        said(ctx, hys_brain_experiment_read(ctx, hys_test_path(dir, "x.yaml"), &e));
        said(ctx, hys_brain_experiment_run(e, NULL, &r));
        v[k][0] = hys_brain_experiment_value(e, "a.last");
        v[k][1] = hys_brain_experiment_value(e, "b.last");
        v[k][2] = hys_brain_experiment_value(e, "c.last");
        hys_brain_experiment_free(e);
        hys_ctx_free(ctx);
    }
    hys_test_dir_remove(dir);
    for (size_t k = 0; k < 3; k++) { /* (I + L) v = I/g of the chain: 5, 2, 1 eighths of 10 mV */
        static const double eighths[] = {5, 2, 1};
        assert_within(v[0][k], -65e-3 + 10e-3 * eighths[k] / 8, 1e-9);
        assert_within(v[1][k], v[0][k], 1e-15);
    }
}

static void mistakes_of_files_are_told_once(void **state) {
    static const char *const mistakes[][2] = {
        {CELLS "join: [{from: g, rule: probability, conductance: 1nS}]\n", "probabilities belong"},
        {CELLS "join: [{from: g, rule: total, conductance: 1nS}]\n", "numbers belong"},
        {CELLS "join: [{from: g, rule: distance, probability: 1, sigma: 1um, conductance: 1nS}]\n", "need places"},
        {CELLS "join: [{from: g, rule: list, conductance: 1nS}]\n", "lists have a file"},
        {CELLS "join: [{from: g, rule: list, file: no.csv, conductance: 1nS}]\n", "cannot open"},
        {CELLS "join: [{from: g, conductance: 1V}]\n", "neither a number in S"},
        {CELLS "join: [{from: g, rule: chain, conductance: normal 1nS 1pS}]\n", "are not drawn"},
        {CELLS "join: [{from: g, rule: one-to-one, conductance: 1nS}]\n", "cannot be joined so"},
        {CELLS "join: [{from: g, rule: all, file: x.csv, conductance: 1nS}]\n", "lists have a file"},
    };
    (void)state;
    const char *dir = hys_test_dir();
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain_experiment *e = NULL;
        hys_test_write(hys_test_path(dir, "x.yaml"), mistakes[k][0], strlen(mistakes[k][0]));
        assert_refused(ctx, hys_brain_experiment_read(ctx, hys_test_path(dir, "x.yaml"), &e), "");
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        if (!strstr(hys_diag_get(ctx, 0)->message, mistakes[k][1]))
            fail_msg("mistake %zu: %s", k, hys_diag_get(ctx, 0)->message);
        hys_ctx_free(ctx);
    }
    hys_test_dir_remove(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_a_group_are_joined_once), cmocka_unit_test(numbers_are_those_that_are_asked_for),
        cmocka_unit_test(they_are_drawn_by_the_seed_alone), cmocka_unit_test(potentials_are_those_of_the_conductances),
        cmocka_unit_test(what_cannot_be_joined_is_refused), cmocka_unit_test(lists_of_files_are_joined),
        cmocka_unit_test(mistakes_of_files_are_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
