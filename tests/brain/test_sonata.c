/* Edges of SONATA: what h5py wrote (data/make_sonata.py) and what its table of types says are the synapses of the
 * brain; files that are damaged or do not fit are refused with one message. */
#include "brain/experiment.h"
#include "hys_test.h"
#include "io/hdf5.h"
#include "io/hdf5_load.h"
#include <math.h>

#define N_EDGES 24u
#define FIRST   14u /* edges of group 0 */
#define DATA    HYS_TEST_SOURCE "/tests/brain/data/"
#define HEAD                                                                                                           \
    "duration: 1ms\ndt: 0.1ms\n"                                                                                       \
    "cells:\n"                                                                                                         \
    "  p: {lif: {}, ports: {syn: {current: true}}}\n"                                                                  \
    "  tree: {branches: [{length: 100um, diameter: 2um}, {parent: 1, length: 50um, diameter: 1um},\n"                  \
    "                    {parent: 1, length: 70um, diameter: 1um}], per_section: 3,\n"                                 \
    "         leak: {conductance: 1S/m^2, reversal: -65mV}, ports: {syn: {current: true}}}\n"                          \
    "groups: {pre: {cell: p, n: 5}, a: {cell: p, n: 4}, b: {cell: tree, n: 3}}\n"

static void said(const hys_ctx *ctx, hys_status status) {
    for (size_t k = 0; k < hys_diag_count(ctx) && status != HYS_OK; k++)
        print_error("%s\n", hys_test_diag_text(ctx, k));
    assert_int_equal(status, HYS_OK);
}

static hys_status read_text(hys_ctx *ctx, const char *text, hys_brain_experiment **e) {
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml");
    hys_test_write(path, text, strlen(text));
    const hys_status status = hys_brain_experiment_read(ctx, path, e);
    hys_test_dir_remove(dir);
    return status;
}

static hys_brain_experiment *built(hys_ctx *ctx, const char *text) {
    hys_brain_experiment *e = NULL;
    hys_brain_run_result r;
    said(ctx, read_text(ctx, text, &e));
    said(ctx, hys_brain_experiment_run(e, NULL, &r));
    return e;
}

/* ---- edges ---- */

typedef struct edge {
    double weight, delay; /* A, s */
    size_t section;       /* SIZE_MAX: not said */
} edge;

/* By data/make_sonata.py and data/sonata_types.csv; a weight of 1 is 1 pA. */
static edge edge_of(size_t k) {
    if (k < FIRST) return (edge){1e-12 * (0.5 + (double)k), 1e-3 * (1 + 0.1 * (double)(k % 5)), SIZE_MAX};
    return (edge){1e-12 * (k % 2 ? 3 : 2) * (double)(1 + k % 3), k % 2 ? 2.5e-3 : 1.5e-3, k % 2};
}

/* Every synapse is one edge, and all that `takes` wants are there. */
static void assert_edges(const hys_brain_experiment *e, bool (*takes)(size_t k), bool is_placed) {
    size_t n = 0, seen[N_EDGES] = {0};
    const hys_compartments *tree = hys_brain_experiment_compartments(e, 2);
    for (size_t w = 0; w < e->wires.n; w++) {
        const hys_connect_opts *o = &e->wires.at[w].opts;
        hys_synapse_row rows[N_EDGES];
        assert_true(hys_brain_n_synapses(e->brain, w) <= N_EDGES);
        assert_int_equal(hys_brain_synapses(e->brain, w, rows), HYS_OK);
        for (size_t j = 0; j < hys_brain_n_synapses(e->brain, w); j++) {
            const size_t target = rows[j].target + (o->target == 2 ? 4 : 0);
            size_t k = 0;
            while (k < N_EDGES && !(k % 5 == rows[j].source && 3 * k % 7 == target && !seen[k] && takes(k))) k++;
            assert_true(k < N_EDGES); /* source and target tell 24 of 35 pairs */
            const edge x = edge_of(k);
            const bool has_place = o->target == 2 && x.section != SIZE_MAX;
            seen[k]++;
            n++;
            assert_near(rows[j].weight, x.weight, 1e-12);
            assert_within(rows[j].delay, x.delay, 1e-9);
            if (is_placed)
                assert_int_equal(o->compartment, has_place ? hys_compartments_at(tree, (int32_t)x.section, 0.75) : 0);
        }
    }
    for (size_t k = 0; k < N_EDGES; k++) n -= takes(k);
    assert_int_equal(n, 0);
}

static bool all(size_t k) {
    (void)k;
    return true;
}

static bool odd(size_t k) {
    return k % 2;
}

#define WIRED                                                                                                          \
    "connect: [{from: pre, to: [a, b], port: syn, rule: sonata, weight: 1pA, population: pre_to_post,\n"               \
    "           file: " DATA "sonata_edges.h5, types: " DATA "sonata_types.csv"

static void edges_of_another_program_are_the_synapses(void **state) {
    static const struct {
        const char *more;
        bool (*takes)(size_t k);
        bool is_placed;
    } ways[] = {{"", all, true},
                {", edge_types: 101", odd, true},
                {", template: Exp2Syn", odd, true},
                {", compartment: 0", all, false},
                {", source_nodes: " DATA "sonata_nodes.h5, target_nodes: " DATA "sonata_nodes.h5", all, true}};
    (void)state;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        hys_ctx *ctx = hys_test_ctx();
        char text[4096];
        snprintf(text, sizeof text, HEAD WIRED "%s}]\n", ways[k].more);
        hys_brain_experiment *e = built(ctx, text);
        assert_edges(e, ways[k].takes, ways[k].is_placed);
        assert_int_equal(e->wires.at[0].opts.source, 0);
        hys_brain_experiment_free(e);
        hys_ctx_free(ctx);
    }
}

/* Gap junctions of the same file, by its weights: their currents, at the same differences of potentials. */
static void gap_junctions_come_of_edges_too(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e =
        built(ctx, "duration: 1ms\ndt: 0.1ms\ncells: {p: {lif: {}}}\n"
                   "groups: {pre: {cell: p, n: 5}, post: {cell: p, n: 7}}\n"
                   "join: [{from: pre, to: post, rule: sonata, conductance: 1pS, population: pre_to_post,\n"
                   "        file: " DATA "sonata_edges.h5, types: " DATA "sonata_types.csv}]\n");
    const hys_connect_opts *o = &e->joins.at[0].opts;
    assert_int_equal(o->n_list, N_EDGES);
    for (size_t k = 0; k < N_EDGES; k++) {
        assert_int_equal(o->list[k].source, k % 5);
        assert_int_equal(o->list[k].target, 3 * k % 7);
        assert_near(o->list[k].weight, edge_of(k).weight, 1e-12);
    }
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* ---- what is refused ---- */

enum { EDGES = 3, ABSENT = 1000, GROUP };
typedef struct column {
    const char *name;
    size_t n;    /* ABSENT; GROUP: a group in its place */
    double last; /* of its values */
} column;
static const column sound[] = {{"source_node_id", EDGES, 2}, {"target_node_id", EDGES, 2},   {"edge_type_id", EDGES, 1},
                               {"edge_group_id", EDGES, 0},  {"edge_group_index", EDGES, 2}, {"0/syn_weight", EDGES, 1},
                               {"0/delay", EDGES, 1}};

static void put_column(const hys__h5 *h, hid_t at, const column *c) {
    const double values[8] = {c->n > 1 ? 0 : c->last, c->n > 2 ? (!strcmp(c->name, "0/delay") ? 1 : 0) : c->last,
                              c->last, c->last};
    hsize_t n = c->n;
    if (c->n == ABSENT) return;
    if (c->n == GROUP) {
        h->Gclose(h->Gcreate2(at, c->name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        return;
    }
    double own[8];
    memcpy(own, values, sizeof own);
    if (!strcmp(c->name, "edge_group_index")) own[1] = 1;
    if (!strcmp(c->name, "edge_type_id") || !strncmp(c->name, "0/", 2)) own[0] = own[1] = 1;
    hid_t space = h->Screate_simple(1, &n, NULL);
    hid_t set = h->Dcreate2(at, c->name, h->T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 && h->Dwrite(set, h->T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, own) >= 0);
    h->Dclose(set);
    h->Sclose(space);
}

/* Sound but for one column. */
static void write_edges(hys_ctx *ctx, const char *path, const column *odd_one) {
    hys__h5 h;
    said(ctx, hys__h5_load(ctx, &h));
    hid_t file = hys__h5_open_memory(&h);
    hid_t root = h.Gcreate2(file, "edges", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t at = h.Gcreate2(root, "only", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    h.Gclose(h.Gcreate2(at, "0", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    for (size_t k = 0; k < sizeof sound / sizeof *sound; k++)
        put_column(&h, at, !strcmp(sound[k].name, odd_one->name) ? odd_one : &sound[k]);
    h.Gclose(at);
    h.Gclose(root);
    said(ctx, hys__h5_write(&h, ctx, file, path));
    h.Fclose(file);
    hys__h5_unload(&h);
}

static const struct {
    column odd_one;
    const char *says; /* NULL: nothing is wrong */
} damages[] = {
    {{"", EDGES, 0}, NULL},
    {{"edge_type_id", ABSENT, 0}, "of a type that the table of types has not"},
    {{"source_node_id", ABSENT, 0}, "edges of only have no source_node_id"},
    {{"target_node_id", ABSENT, 0}, "edges of only have no target_node_id"},
    {{"edge_group_index", ABSENT, 0}, "edges of only have no edge_group_index"},
    {{"edge_group_id", ABSENT, 0}, "edges of only have no edge_group_id"},
    {{"source_node_id", GROUP, 0}, "only/source_node_id is damaged"},
    {{"target_node_id", 2, 0}, "only has 3 edges, and 2 values of target_node_id"},
    {{"edge_type_id", 4, 1}, "only has 3 edges, and 4 values of edge_type_id"},
    {{"source_node_id", EDGES, 3}, "edge 2 of only is from a node that no group has: 3"},
    {{"target_node_id", EDGES, -1}, "to a node that no group has: -1"},
    {{"target_node_id", EDGES, 0.5}, "to a node that no group has: 0.5"},
    {{"target_node_id", EDGES, 1e300}, "to a node that no group has: 1e+300"},
    {{"source_node_id", EDGES, NAN}, "from a node that no group has: nan"},
    {{"edge_group_id", EDGES, 4096}, "edge 2 of only is of group 4096"},
    {{"edge_group_id", EDGES, -1}, "edge 2 of only is of group -1"},
    {{"edge_group_id", EDGES, NAN}, "edge 2 of only is of group nan"},
    {{"edge_group_index", EDGES, 3}, "edge 2 of only is number 3 of a group of 3"},
    {{"edge_group_index", EDGES, -1}, "edge 2 of only is number -1 of a group of 3"},
    {{"0/syn_weight", 2, 1}, "edge 2 of only is number 2 of a group of 2"},
    {{"edge_type_id", EDGES, 7}, "of a type that the table of types has not: 7"},
    {{"0/syn_weight", EDGES, INFINITY}, "cannot have the weight inf"},
    {{"0/delay", EDGES, 0}, "cannot have a delay of 0 s"},
    {{"0/delay", EDGES, 1e9}, "cannot have a delay of 1e+06 s"},
};

static const char small[] =
    "duration: 1ms\ndt: 0.1ms\ncells: {p: {lif: {}, ports: {syn: {current: true}}}}\n"
    "groups: {g: {cell: p, n: 3}}\n"
    "connect: [{from: g, to: g, port: syn, rule: sonata, weight: 1pA, file: x.h5, types: t.csv}]\n";

static void assert_says(hys_ctx *ctx, const char *dir, const char *says) {
    hys_brain_experiment *e = NULL;
    hys_brain_run_result r;
    hys_status status = hys_brain_experiment_read(ctx, hys_test_path(dir, "x.yaml"), &e);
    if (status == HYS_OK) status = hys_brain_experiment_run(e, NULL, &r);
    hys_brain_experiment_free(e);
    if (!says) said(ctx, status);
    if (!says) return;
    assert_int_not_equal(status, HYS_OK);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    if (!strstr(hys_diag_get(ctx, 0)->message, says)) fail_msg("%s: not %s", hys_diag_get(ctx, 0)->message, says);
}

static void damaged_edges_are_refused(void **state) {
    static const char types[] = "edge_type_id\n1\n";
    (void)state;
    const char *dir = hys_test_dir();
    hys_test_write(hys_test_path(dir, "x.yaml"), small, strlen(small));
    hys_test_write(hys_test_path(dir, "t.csv"), types, strlen(types));
    for (size_t k = 0; k < sizeof damages / sizeof *damages; k++) {
        hys_ctx *ctx = hys_test_ctx();
        write_edges(ctx, hys_test_path(dir, "x.h5"), &damages[k].odd_one);
        assert_says(ctx, dir, damages[k].says);
        hys_ctx_free(ctx);
    }
    hys_test_dir_remove(dir);
}

static void damaged_types_are_refused(void **state) {
    static const struct {
        const char *text, *says;
    } tables[] = {{"edge_type_id,delay\r\n1,2\r\n", NULL},
                  {"edge_type_id \"a b\" delay\n1 \"x y\" 2\n\n", NULL},
                  {"", "no column edge_type_id"},
                  {"delay\n1\n", "no column edge_type_id"},
                  {"edge_type_id delay\n1 x\n", "this is no number: \"x\""},
                  {"edge_type_id delay\n1 2 3\n", "more fields than columns"},
                  {"edge_type_id delay\n1 \"2\n", "a quote without an end"},
                  {"edge_type_id delay\nNULL 2\n", "a type without edge_type_id"},
                  {"edge_type_id delay\n1 2\n1 2\n", "there is another type \"1\""},
                  {"edge_type_id delay\n1 1e999\n", "this is no number"},
                  {"edge_type_id population\n1 other\n", "has not: 1"}};
    static const column none = {"", 0, 0};
    (void)state;
    const char *dir = hys_test_dir();
    hys_test_write(hys_test_path(dir, "x.yaml"), small, strlen(small));
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
        hys_ctx *ctx = hys_test_ctx();
        write_edges(ctx, hys_test_path(dir, "x.h5"), &none);
        hys_test_write(hys_test_path(dir, "t.csv"), tables[k].text, strlen(tables[k].text));
        assert_says(ctx, dir, tables[k].says);
        hys_ctx_free(ctx);
    }
    hys_test_dir_remove(dir);
}

static void files_that_do_not_fit_are_refused(void **state) {
    static const struct {
        const char *text, *says;
    } mistakes[] = {
        {HEAD "connect: [{from: pre, to: [a, b], port: syn, rule: sonata, weight: 1pA}]\n", "lists have a file"},
        {HEAD "connect: [{from: pre, to: a, port: syn, weight: 1pA, types: x.csv}]\n", "belong to the rule sonata"},
        {HEAD "connect: [{from: pre, to: a, port: syn, rule: sonata, weight: normal 1pA 1pA, file: x.h5}]\n",
         "are not drawn"},
        {HEAD WIRED ", delay: uniform 2ms 1ms}]\n", "are not drawn"},
        {HEAD WIRED ", edge_types: 5}]\n", "none of the 24 edges of pre_to_post"},
        {HEAD WIRED ", source_nodes: " DATA "sonata_edges.h5}]\n", "it has no nodes"},
        {HEAD WIRED ", target_nodes: nothing.h5}]\n", "cannot open"},
        {HEAD "connect: [{from: pre, to: [a, b], port: syn, rule: sonata, weight: 1pA,\n"
              "           file: " DATA "sonata_edges.h5}]\n",
         "several populations"},
        {HEAD "connect: [{from: pre, to: [a, b], port: syn, rule: sonata, weight: 1pA, population: x,\n"
              "           file: " DATA "sonata_edges.h5}]\n",
         "no such population"},
        {HEAD "connect: [{from: pre, to: [a, b], port: syn, rule: sonata, weight: 1pA, population: nothing,\n"
              "           file: " DATA "sonata_edges.h5}]\n",
         "have no source_node_id"},
        {HEAD "connect: [{from: pre, to: [a, b], port: syn, rule: sonata, weight: 1pA,\n"
              "           file: " DATA "sonata_types.csv}]\n",
         "no HDF5 file"},
        {HEAD "connect: [{from: pre, to: a, port: syn, rule: sonata, weight: 1pA, population: pre_to_post,\n"
              "           target_nodes: " DATA "sonata_nodes.h5, file: " DATA "sonata_edges.h5}]\n",
         "it has 7 nodes, and the groups have 4 cells"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain_experiment *e = NULL;
        assert_int_not_equal(read_text(ctx, mistakes[k].text, &e), HYS_OK);
        assert_null(e);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        if (!strstr(hys_diag_get(ctx, 0)->message, mistakes[k].says))
            fail_msg("mistake %zu: %s", k, hys_diag_get(ctx, 0)->message);
        hys_ctx_free(ctx);
    }
}

/* Every tenth length of the file. */
static void files_that_were_cut_off_are_refused(void **state) {
    (void)state;
    char *bytes = NULL;
    const char *dir = hys_test_dir();
    size_t size = 0;
    FILE *in = fopen(DATA "sonata_edges.h5", "rb");
    assert_non_null(in);
    bytes = malloc(1u << 16);
    assert_non_null(bytes);
    size = fread(bytes, 1, 1u << 16, in);
    fclose(in);
    hys_test_write(hys_test_path(dir, "x.yaml"), small, strlen(small));
    hys_test_write(hys_test_path(dir, "t.csv"), "edge_type_id\n", 13);
    for (size_t n = 1; n < size; n += size / 10) {
        hys_ctx *ctx = hys_test_ctx();
        hys_test_write(hys_test_path(dir, "x.h5"), bytes, n);
        assert_says(ctx, dir, "");
        hys_ctx_free(ctx);
    }
    free(bytes);
    hys_test_dir_remove(dir);
}

static hys_status read_once(hys_ctx *ctx, void *arg) {
    hys_brain_experiment *e = NULL;
    const hys_status status = hys_brain_experiment_read(ctx, arg, &e);
    hys_brain_experiment_free(e);
    return status;
}

static void memory_may_run_out_anywhere(void **state) {
    (void)state;
    char *dir = hys_test_dir(), path[4096];
    const char text[] = HEAD WIRED ", target_nodes: " DATA "sonata_nodes.h5}]\n";
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "x.yaml"));
    hys_test_write(path, text, strlen(text));
    hys_test_each_failure(read_once, path, false);
    hys_test_dir_remove(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_of_another_program_are_the_synapses),
        cmocka_unit_test(gap_junctions_come_of_edges_too),
        cmocka_unit_test(damaged_edges_are_refused),
        cmocka_unit_test(damaged_types_are_refused),
        cmocka_unit_test(files_that_do_not_fit_are_refused),
        cmocka_unit_test(files_that_were_cut_off_are_refused),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
