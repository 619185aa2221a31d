/* NIR graphs: what the Python package wrote is read, what is written is read again, and what is damaged is refused. */
#include "base/memory.h"
#include "hys_test.h"
#include "io/nir.h"

#define DATA HYS_TEST_SOURCE "/tests/network/data/"

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    hys__arena arena;
    const char *path;
} fixture;

static int set_up(void **state) {
    static fixture f;
    static char path[128];
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    hys__arena_init(&f.arena, f.ctx, 0);
    snprintf(path, sizeof path, "%s/a.nir", f.dir);
    f.path = path;
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys__arena_free(&f->arena);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static void unpack(const fixture *f, const char *name) {
    char command[512];
    snprintf(command, sizeof command, "gzip -dc '" DATA "%s.nir.gz' > '%s'", name, f->path);
    assert_int_equal(system(command), 0);
}

static hys__nir read_file(fixture *f) {
    hys__nir graph;
    hys_status status = hys__nir_read(&f->arena, f->path, &graph);
    if (status != HYS_OK) print_error("%s", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    assert_int_equal(hys_diag_count(f->ctx), 0);
    return graph;
}

static void assert_refused(fixture *f, hys_status want, const char *part) {
    hys__nir graph;
    hys_diag_clear(f->ctx);
    assert_int_equal(hys__nir_read(&f->arena, f->path, &graph), want);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), part)) fail_msg("%s\nlacks %s", hys_test_diag_text(f->ctx, 0), part);
}

static const hys__nir_param *param(const hys__nir *graph, const char *node, const char *name) {
    const hys__nir_node *found = hys__nir_find(graph, node);
    assert_non_null(found);
    const hys__nir_param *p = hys__nir_param_of(found, name);
    if (!p) fail_msg("%s has no %s", node, name);
    return p;
}

static bool has_edge(const hys__nir *graph, const char *from, const char *to) {
    for (size_t k = 0; k < graph->edges.n; k++)
        if (!strcmp(graph->nodes.at[graph->edges.at[k].from].name, from) &&
            !strcmp(graph->nodes.at[graph->edges.at[k].to].name, to))
            return true;
    return false;
}

/* spiking.nir of tests/network/data/make_nir.py. */
static void what_the_package_wrote_is_read(void **state) {
    fixture *f = *state;
    unpack(f, "spiking");
    hys__nir graph = read_file(f);
    assert_string_equal(graph.version, "1.0.8");
    assert_int_equal(graph.nodes.n, 13); /* 9 and the 4 of the recurrent part */
    assert_int_equal(graph.edges.n, 13);
    assert_string_equal(hys__nir_find(&graph, "cuba")->type, "CubaLIF");
    assert_near(param(&graph, "cuba", "tau_syn")->values[1], 0.005, 0);
    assert_near(param(&graph, "if", "v_threshold")->values[0], 1, 0);
    const hys__nir_param *weight = param(&graph, "affine", "weight");
    assert_int_equal(weight->kind, HYS__NIR_FLOAT32);
    assert_int_equal(weight->n_axes, 2);
    assert_int_equal(weight->shape[1], 3);
    for (size_t k = 0; k < 6; k++) assert_near(weight->values[k], (double)k / 8, 0);
    assert_string_equal(param(&graph, "affine", "metadata/note")->text, "first");
    assert_near(param(&graph, "affine", "metadata/dt")->values[0], 1e-4, 0);
    assert_int_equal(param(&graph, "input", "shape")->kind, HYS__NIR_INT64);
    assert_true(has_edge(&graph, "input", "affine"));
    assert_false(has_edge(&graph, "affine", "input"));
}

static void a_graph_in_a_graph_is_taken_apart(void **state) {
    fixture *f = *state;
    unpack(f, "spiking");
    hys__nir graph = read_file(f);
    assert_near(param(&graph, "rec.lif", "v_reset")->values[0], 0.25, 0);
    assert_near(param(&graph, "rec.w_rec", "weight")->values[2], -0.5, 0);
    assert_true(has_edge(&graph, "affine", "rec.input"));
    assert_true(has_edge(&graph, "rec.input", "rec.lif"));
    assert_true(has_edge(&graph, "rec.w_rec", "rec.lif"));
    assert_true(has_edge(&graph, "rec.output", "cuba"));
}

/* ---- a graph of our own ---- */

static const double weights[6] = {0.5, -1.25, 2, 0.125, 3, -4};

static bool add_values(hys__arena *arena, hys__nir_node *node, hys__nir_param p) {
    return node && hys__nir_add_values(arena, node, &p);
}

/* input -> w -> output; value: the last weight */
static bool make(hys__arena *arena, hys__nir *graph, const double *values) {
    static const double three = 3, two = 2;
    *graph = (hys__nir){.path = ""};
    hys__nir_node *node = hys__nir_add(arena, graph, "input", "Input");
    bool ok = add_values(arena, node, (hys__nir_param){"shape", HYS__NIR_INT64, 1, {1}, 0, &three, NULL});
    node = hys__nir_add(arena, graph, "w", "Linear");
    ok = ok && add_values(arena, node, (hys__nir_param){"weight", HYS__NIR_FLOAT32, 2, {2, 3}, 0, values, NULL}) &&
         hys__nir_add_text(arena, node, "metadata/activation", "relu");
    node = hys__nir_add(arena, graph, "output", "Output");
    ok = ok && add_values(arena, node, (hys__nir_param){"shape", HYS__NIR_INT64, 1, {1}, 0, &two, NULL});
    for (size_t k = 0; k < 2 && ok; k++) {
        hys__nir_edge *edge = HYS_PUSH(arena, &graph->edges);
        ok = edge != NULL;
        if (edge) *edge = (hys__nir_edge){k, k + 1};
    }
    return ok;
}

static void what_is_written_is_read_again(void **state) {
    fixture *f = *state;
    hys__nir graph;
    assert_true(make(&f->arena, &graph, weights));
    assert_int_equal(hys__nir_write(f->ctx, &graph, f->path), HYS_OK);
    graph = read_file(f);
    assert_int_equal(graph.nodes.n, 3);
    assert_int_equal(graph.edges.n, 2);
    assert_true(has_edge(&graph, "w", "output"));
    const hys__nir_param *weight = param(&graph, "w", "weight");
    assert_int_equal(weight->kind, HYS__NIR_FLOAT32);
    assert_memory_equal(weight->values, weights, sizeof weights);
    assert_string_equal(param(&graph, "w", "metadata/activation")->text, "relu");
    assert_null(hys__nir_param_of(hys__nir_find(&graph, "w"), "type"));
    assert_int_equal((int)param(&graph, "input", "shape")->values[0], 3);
}

/* The Python package nir, where it is installed. */
static void what_is_written_the_package_reads(void **state) {
    fixture *f = *state;
    hys__nir graph;
    char command[1024];
    if (system("python3 -c 'import nir' 2>/dev/null") != 0) skip();
    assert_true(make(&f->arena, &graph, weights));
    assert_int_equal(hys__nir_write(f->ctx, &graph, f->path), HYS_OK);
    snprintf(
        command, sizeof command,
        "python3 -c 'import nir\n"
        "g = nir.read(\"%s\")\n"
        "w = g.nodes[\"w\"]\n"
        "assert w.weight.tolist() == [[0.5, -1.25, 2], [0.125, 3, -4]] and w.weight.dtype == \"f4\"\n"
        "assert w.metadata == {\"activation\": \"relu\"} or w.metadata == {\"activation\": b\"relu\"}, w.metadata\n"
        "assert g.edges == [(\"input\", \"w\"), (\"w\", \"output\")]\n"
        "assert g.nodes[\"input\"].input_type[\"input\"].tolist() == [3]'",
        f->path);
    assert_int_equal(system(command), 0);
}

/* ---- damage ---- */

static void values_that_are_no_numbers_are_refused(void **state) {
    fixture *f = *state;
    hys__nir graph;
    double bad[6] = {0, 0, 0, 0, NAN, 0};
    assert_true(make(&f->arena, &graph, bad));
    assert_int_equal(hys__nir_write(f->ctx, &graph, f->path), HYS_OK);
    assert_refused(f, HYS_SYNTAX, "node 'w': 'weight' holds a value that is not finite");
}

static void files_that_are_none_are_refused(void **state) {
    fixture *f = *state;
    assert_refused(f, HYS_IO, "there is no such file");
    hys_test_write(f->path, "x,y\n", 4);
    assert_refused(f, HYS_SYNTAX, "this is no HDF5 file, or a damaged one");
    f->path = f->dir;
    assert_refused(f, HYS_IO, "there is no such file");
}

static void an_edge_to_nowhere_is_refused(void **state) {
    fixture *f = *state;
    hys__nir graph;
    assert_true(make(&f->arena, &graph, weights));
    graph.nodes.n = 2; /* the edge still knows the third */
    assert_int_equal(hys__nir_write(f->ctx, &graph, f->path), HYS_OK);
    assert_refused(f, HYS_SYNTAX, "the edge from 'w' to 'output': there is no node 'output'");
}

static void cut_anywhere_it_is_refused(void **state) {
    fixture *f = *state;
    static char bytes[131072];
    unpack(f, "spiking");
    FILE *in = fopen(f->path, "rb");
    const size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    for (size_t cut = 0; cut < n; cut += 997) {
        hys_test_write(f->path, bytes, cut);
        assert_refused(f, HYS_SYNTAX, "this is no HDF5 file, or a damaged one");
    }
}

/* ---- memory ---- */

static hys_status write_and_read(hys_ctx *ctx, void *arg) {
    hys__arena arena;
    hys__nir graph;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = make(&arena, &graph, weights) ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK) status = hys__nir_write(ctx, &graph, arg);
    if (status == HYS_OK) status = hys__nir_read(&arena, arg, &graph);
    hys__arena_free(&arena);
    return status;
}

static void memory_that_is_out_is_said(void **state) {
    fixture *f = *state;
    hys_test_each_failure(write_and_read, (void *)(uintptr_t)f->path, false);
    hys_test_each_failure(write_and_read, (void *)(uintptr_t)f->path, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_the_package_wrote_is_read),
        TEST(a_graph_in_a_graph_is_taken_apart),
        TEST(what_is_written_is_read_again),
        TEST(what_is_written_the_package_reads),
        TEST(values_that_are_no_numbers_are_refused),
        TEST(files_that_are_none_are_refused),
        TEST(an_edge_to_nowhere_is_refused),
        TEST(cut_anywhere_it_is_refused),
        TEST(memory_that_is_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
