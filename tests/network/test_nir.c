/* Networks from and to NIR: what the Python package wrote computes what NumPy computes, and what is written is the same
 * network again. */
#include "base/memory.h"
#include "hys_test.h"
#include "io/nir.h"
#include <hysteron/nir.h>
#include <sys/wait.h>

#define DATA HYS_TEST_SOURCE "/tests/network/data/"

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    const char *path;
} fixture;

static int set_up(void **state) {
    static fixture f;
    static char path[128];
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    snprintf(path, sizeof path, "%s/a.nir", f.dir);
    f.path = path;
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static void unpack(const fixture *f, const char *name) {
    char command[512];
    snprintf(command, sizeof command, "gzip -dc '" DATA "%s.nir.gz' > '%s'", name, f->path);
    assert_int_equal(system(command), 0);
}

static hys_network *read_file(fixture *f) {
    hys_network *network = NULL;
    hys_status status = hys_network_read_nir(f->ctx, f->path, &network);
    if (status != HYS_OK) print_error("%s", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
    return network;
}

static void assert_refused(fixture *f, hys_status want, const char *part) {
    hys_network *network = NULL;
    hys_diag_clear(f->ctx);
    assert_int_equal(hys_network_read_nir(f->ctx, f->path, &network), want);
    assert_null(network);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), part)) fail_msg("%s\nlacks %s", hys_test_diag_text(f->ctx, 0), part);
}

/* What the network says to one sample. */
static void predict(hys_network *network, const size_t shape[3], float *values, float *outputs) {
    uint16_t label = 0;
    const hys_samples sample = {1, shape[0], shape[1], shape[2], values, &label, 1};
    assert_int_equal(hys_network_predict(network, &sample, outputs), HYS_OK);
}

/* conv.nir of tests/network/data/make_nir.py, which prints what NumPy makes of these pixels. */
static void what_the_package_wrote_computes_the_same(void **state) {
    fixture *f = *state;
    float pixels[64], outputs[3];
    const double want[3] = {-1.19842412, 1.9141611, -0.63780682};
    unpack(f, "conv");
    hys_network *network = read_file(f);
    assert_int_equal(hys_network_n_layers(network), 6);
    for (int k = 0; k < 64; k++) pixels[k] = (float)(k * 5 % 13) / 13;
    predict(network, (const size_t[]){1, 8, 8}, pixels, outputs);
    for (size_t k = 0; k < 3; k++) assert_within(outputs[k], want[k], 1e-5); /* floats, sums of 27 */
    hys_network_free(network);
}

static const hys_layer layers[] = {
    {.kind = HYS_LAYER_CONV, .units = 3, .height = 3, .width = 3, .padding = 1},
    {.kind = HYS_LAYER_NORM},
    {.kind = HYS_LAYER_RELU},
    {.kind = HYS_LAYER_MEAN_POOL, .height = 2, .width = 2},
    {.kind = HYS_LAYER_CONV, .units = 2, .height = 2, .width = 2, .stride = 2},
    {.kind = HYS_LAYER_TANH},
    {.kind = HYS_LAYER_DENSE, .units = 5, .has_no_bias = true},
    {.kind = HYS_LAYER_SIGMOID},
    {.kind = HYS_LAYER_DENSE, .units = 3},
    {.kind = HYS_LAYER_SOFTMAX},
};
#define N_LAYERS (sizeof layers / sizeof *layers)
static const size_t shape[3] = {2, 8, 6};

static hys_network *make(hys_ctx *ctx, const hys_layer *list, size_t n) {
    hys_network *network = NULL;
    const hys_network_opts opts = {.size = sizeof opts,
                                   .channels = shape[0],
                                   .height = shape[1],
                                   .width = shape[2],
                                   .layers = list,
                                   .n_layers = n,
                                   .seed = 5,
                                   .threads = 1};
    return hys_network_new(ctx, &opts, &network) == HYS_OK ? network : NULL;
}

static void a_network_is_the_same_again(void **state) {
    fixture *f = *state;
    float pixels[96], before[3], after[3];
    hys_network *network = make(f->ctx, layers, N_LAYERS);
    for (int k = 0; k < 96; k++) pixels[k] = (float)(k * 7 % 17) / 17;
    predict(network, shape, pixels, before);
    assert_int_equal(hys_network_write_nir(network, f->path), HYS_OK);
    hys_network_free(network);
    assert_int_equal(hys_diag_count(f->ctx), 1);
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), "warning: NIR has no node for relu"));
    network = read_file(f);
    assert_int_equal(hys_network_n_layers(network), N_LAYERS - 1); /* the normalisation is folded */
    predict(network, shape, pixels, after);
    for (size_t k = 0; k < 3; k++) assert_near(after[k], before[k], 1e-5); /* floats, folded */
    assert_true(fabs((double)before[0] - (double)before[1]) > 1e-3);
    hys_network_free(network);
}

/* Types are checked by the package as it reads; its numbers are multiplied out in NumPy. */
static void what_is_written_the_package_reads(void **state) {
    fixture *f = *state;
    char command[1024];
    float pixels[96], outputs[3];
    hys_network *network = make(f->ctx, layers, N_LAYERS);
    for (int k = 0; k < 96; k++) pixels[k] = (float)(k * 7 % 17) / 17;
    predict(network, shape, pixels, outputs);
    assert_int_equal(hys_network_write_nir(network, f->path), HYS_OK);
    hys_network_free(network);
    snprintf(command, sizeof command, "python3 '" HYS_TEST_SOURCE "/tests/network/check_nir.py' '%s' %.8g %.8g %.8g",
             f->path, (double)outputs[0], (double)outputs[1], (double)outputs[2]);
    const int code = system(command);
    if (WIFEXITED(code) && WEXITSTATUS(code) == 77) skip();
    assert_int_equal(code, 0);
}

static void the_largest_of_a_patch_cannot_be_written(void **state) {
    fixture *f = *state;
    const hys_layer list[] = {{.kind = HYS_LAYER_MAX_POOL, .height = 2, .width = 2},
                              {.kind = HYS_LAYER_DENSE, .units = 2}};
    hys_network *network = make(f->ctx, list, 2);
    assert_int_equal(hys_network_write_nir(network, f->path), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), "NIR has no node for the largest of a patch"));
    assert_int_equal(access(f->path, F_OK), -1);
    hys_network_free(network);
}

static void an_activation_without_a_node_before_it_cannot_be_written(void **state) {
    fixture *f = *state;
    const hys_layer list[] = {{.kind = HYS_LAYER_RELU}, {.kind = HYS_LAYER_DENSE, .units = 2}};
    hys_network *network = make(f->ctx, list, 2);
    assert_int_equal(hys_network_write_nir(network, f->path), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), "NIR has no node for relu"));
    hys_network_free(network);
}

/* ---- graphs that are no such network ---- */

static void spiking_nodes_are_refused(void **state) {
    fixture *f = *state;
    unpack(f, "spiking");
    assert_refused(f, HYS_SEMANTIC, "node 'rec.lif': the graph branches or joins here");
}

typedef struct graph {
    hys__arena arena;
    hys__nir nir;
} graph;

static const double ones[64] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
static const double numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};

static void begin(fixture *f, graph *g) {
    *g = (graph){.nir = {.path = ""}};
    hys__arena_init(&g->arena, f->ctx, 0);
}

/* A node behind the last one, with a parameter. */
static void add(graph *g, const char *type, const char *name, hys__nir_param p) {
    const size_t k = g->nir.nodes.n;
    p.name = name;
    if (k) *HYS_PUSH(&g->arena, &g->nir.edges) = (hys__nir_edge){k - 1, k};
    hys__nir_node *node = hys__nir_add(&g->arena, &g->nir, hys__arena_printf(&g->arena, "n%zu", k), type);
    assert_non_null(hys__nir_add_values(&g->arena, node, &p));
}

/* One more parameter of the last node. */
static void more(graph *g, const char *name, hys__nir_param p) {
    p.name = name;
    assert_non_null(hys__nir_add_values(&g->arena, &g->nir.nodes.at[g->nir.nodes.n - 1], &p));
}

static hys__nir_param number(size_t value) {
    return (hys__nir_param){.kind = HYS__NIR_INT64, .values = &numbers[value]};
}

static hys__nir_param array(size_t n_axes, size_t a, size_t b, size_t c, size_t d) {
    return (hys__nir_param){.n_axes = n_axes, .shape = {a, b, c, d}, .values = ones};
}

static hys__nir_param text(const char *words) {
    return (hys__nir_param){.kind = HYS__NIR_TEXT, .text = words};
}

static void end(fixture *f, graph *g, const char *want) {
    assert_int_equal(hys__nir_write(f->ctx, &g->nir, f->path), HYS_OK);
    assert_refused(f, HYS_SEMANTIC, want);
    hys__arena_free(&g->arena);
}

static void nodes_that_do_not_fit_are_refused(void **state) {
    fixture *f = *state;
    graph g;
    begin(f, &g);
    add(&g, "Input", "shape", number(3));
    add(&g, "Linear", "weight", array(2, 2, 4, 0, 0));
    end(f, &g, "node 'n1': its weight takes 4 inputs, but there are 3");
    begin(f, &g);
    add(&g, "Input", "shape", number(3));
    add(&g, "LIF", "tau", array(1, 3, 0, 0, 0));
    end(f, &g, "node 'n1': a LIF is no layer of a network without spikes");
    begin(f, &g);
    add(&g, "Linear", "weight", array(2, 2, 4, 0, 0));
    end(f, &g, "node 'n0': an Input must come before it");
    begin(f, &g);
    add(&g, "Input", "shape", number(4));
    add(&g, "Affine", "weight", array(2, 2, 4, 0, 0));
    end(f, &g, "node 'n1': its bias is missing");
    begin(f, &g);
    add(&g, "Input", "shape", number(4));
    add(&g, "Linear", "weight", array(2, 2, 4, 0, 0));
    more(&g, "metadata/activation", text("gelu"));
    end(f, &g, "the activation 'gelu' in its metadata is unknown");
    begin(f, &g);
    add(&g, "Input", "shape", number(0));
    end(f, &g, "node 'n0': its shape is not one of an image");
}

static void filters_that_do_not_fit_are_refused(void **state) {
    fixture *f = *state;
    static const struct {
        size_t dilation, groups, stride, padding, window;
        const char *want;
    } cases[] = {
        {2, 1, 1, 0, 2, "only a dilation of 1"},        {1, 2, 1, 0, 2, "only one group"},
        {1, 1, 0, 0, 2, "its stride is missing"},       {1, 1, 1, 4, 2, "its padding is wider than its filters"},
        {1, 1, 1, 0, 4, "its filters are larger than"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        graph g;
        begin(f, &g);
        add(&g, "Input", "shape", (hys__nir_param){.n_axes = 1, .shape = {2}, .values = numbers + 2});
        add(&g, "Conv2d", "weight", array(4, 1, 1, cases[k].window, cases[k].window));
        more(&g, "dilation", number(cases[k].dilation));
        more(&g, "groups", number(cases[k].groups));
        more(&g, "stride", number(cases[k].stride));
        more(&g, "padding", number(cases[k].padding));
        more(&g, "bias", array(1, 1, 0, 0, 0));
        end(f, &g, cases[k].want);
    }
}

static void sums_that_nothing_follows_are_refused(void **state) {
    fixture *f = *state;
    graph g;
    begin(f, &g);
    add(&g, "Input", "shape", (hys__nir_param){.n_axes = 1, .shape = {2}, .values = numbers + 2});
    add(&g, "SumPool2d", "kernel_size", number(2));
    more(&g, "stride", number(2));
    add(&g, "Output", "shape", number(1));
    end(f, &g, "sums without weights behind them cannot be read");
}

static void graphs_that_are_no_chain_are_refused(void **state) {
    fixture *f = *state;
    graph g;
    begin(f, &g);
    add(&g, "Input", "shape", number(4));
    add(&g, "Linear", "weight", array(2, 2, 4, 0, 0));
    add(&g, "Output", "shape", number(2));
    *HYS_PUSH(&g.arena, &g.nir.edges) = (hys__nir_edge){0, 2};
    end(f, &g, "node 'n0': the graph branches or joins here");
    begin(f, &g);
    add(&g, "Input", "shape", number(4));
    add(&g, "Linear", "weight", array(2, 4, 4, 0, 0));
    add(&g, "Linear", "weight", array(2, 4, 4, 0, 0));
    g.nir.edges.at[0] = (hys__nir_edge){2, 1};
    end(f, &g, "node 'n0': the chain ends here, with 1 of 3 nodes");
    begin(f, &g);
    end(f, &g, "this graph is no chain: edges lead from nowhere to 0 of its nodes");
}

/* ---- memory ---- */

static hys_status write_and_read(hys_ctx *ctx, void *arg) {
    static const hys_layer list[] = {{.kind = HYS_LAYER_CONV, .units = 2, .height = 2, .width = 2},
                                     {.kind = HYS_LAYER_NORM},
                                     {.kind = HYS_LAYER_MEAN_POOL, .height = 2, .width = 2},
                                     {.kind = HYS_LAYER_DENSE, .units = 2}};
    hys_network *network = make(ctx, list, 4), *again = NULL;
    hys_status status = network ? hys_network_write_nir(network, arg) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_network_read_nir(ctx, arg, &again);
    hys_network_free(network);
    hys_network_free(again);
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
        TEST(what_the_package_wrote_computes_the_same),
        TEST(a_network_is_the_same_again),
        TEST(what_is_written_the_package_reads),
        TEST(the_largest_of_a_patch_cannot_be_written),
        TEST(an_activation_without_a_node_before_it_cannot_be_written),
        TEST(spiking_nodes_are_refused),
        TEST(nodes_that_do_not_fit_are_refused),
        TEST(filters_that_do_not_fit_are_refused),
        TEST(sums_that_nothing_follows_are_refused),
        TEST(graphs_that_are_no_chain_are_refused),
        TEST(memory_that_is_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
