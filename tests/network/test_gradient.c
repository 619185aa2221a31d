/* What training subtracts is the derivative of the loss that it tells, for every kind of layer. */
#include "network/network_impl.h"
#include "network/network_samples.h"

static void keep_loss(void *user, const hys_epoch *epoch) {
    *(double *)user = epoch->loss;
}

/* One step over all samples at once; the loss is that before it. */
static double step(hys_network *network, const hys_samples *s, double rate) {
    double loss = NAN;
    hys_train_opts opts = hys_train_opts_default();
    opts.optimizer = HYS_OPTIMIZER_SGD;
    opts.momentum = 0;
    opts.rate = rate;
    opts.batch = s->n;
    opts.epochs = 1;
    opts.epoch = keep_loss;
    opts.epoch_user = &loss;
    assert_int_equal(hys_network_train(network, s, NULL, &opts), HYS_OK);
    return loss;
}

/* Weights, then biases, of a layer. */
static void get(const hys_network *network, size_t k, float *values) {
    const hys__layer *l = &network->layers[k];
    if (l->rows) assert_int_equal(l->weights->kind->get(l->weights, values), HYS_OK);
    memcpy(values + l->rows * l->columns, l->params, l->n_params * sizeof *values);
}

static void set(hys_network *network, size_t k, const float *values) {
    hys__layer *l = &network->layers[k];
    if (l->rows) assert_int_equal(l->weights->kind->set(l->weights, values), HYS_OK);
    memcpy(l->params, values + l->rows * l->columns, l->n_params * sizeof *values);
}

#define MOST 256
#define NONE 1e-30 /* a rate that changes nothing */

/* Step h of the central differences: where their own error, h^2 of the third derivative, is as small as that of
 * losses made of floats, 1e-7 / h of the loss. */
static void check_layer(hys_network *network, const hys_samples *s, size_t k, double tolerance) {
    const hys__layer *l = &network->layers[k];
    const size_t n = l->rows * l->columns + l->n_params;
    const float h = 1.0f / 256;
    float start[MOST], after[MOST], moved[MOST];
    double largest = 0;
    assert_true(n <= MOST);
    get(network, k, start);
    hys_network *copy = NULL;
    assert_int_equal(hys_network_copy(network, &copy), HYS_OK);
    step(copy, s, 1);
    get(copy, k, after);
    hys_network_free(copy);
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)start[i] - after[i]));
    assert_true(largest > 1e-3);
    for (size_t i = 0; i < n; i++) {
        memcpy(moved, start, sizeof moved);
        moved[i] = start[i] + h;
        set(network, k, moved);
        const double above = step(network, s, NONE);
        moved[i] = start[i] - h;
        set(network, k, moved);
        const double below = step(network, s, NONE);
        assert_within((double)start[i] - after[i], (above - below) / (2 * h), tolerance * largest);
    }
    set(network, k, start);
}

static void check(const char *text, size_t channels, size_t height, size_t width, double tolerance) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, text);
    hys_samples s = samples_of(70, channels, height, width); /* blocks of 24, 23 and 23 */
    size_t n_layers = 0;
    uint32_t seed = 77;
    for (size_t k = 0; k < network->n_layers; k++) /* nothing is 0 or 1 */
        for (size_t i = 0; i < network->layers[k].n_params; i++) network->layers[k].params[i] += 0.3f * draw(&seed);
    for (size_t k = 0; k < network->n_layers; k++)
        if (network->layers[k].n_params) {
            check_layer(network, &s, k, tolerance);
            n_layers++;
        }
    assert_true(n_layers > 1);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

/* Smooth ones: to 1e-3 of the largest derivative. */
static void dense_layers_have_the_gradient_of_the_loss(void **state) {
    (void)state;
    check("5-4-tanh-3", 1, 1, 5, 1e-3);
    check("5-4-sigmoid-3", 1, 1, 5, 1e-3);
}

static void other_ends_have_the_gradient_of_their_loss(void **state) {
    (void)state;
    check("5-4-tanh-3-sigmoid", 1, 1, 5, 1e-3);
    check("5-4-tanh-3-linear", 1, 1, 5, 1e-3);
    check("5-4-tanh-3-tanh", 1, 1, 5, 1e-3);
}

static void filters_have_the_gradient_of_the_loss(void **state) {
    (void)state;
    check("1x6x6-conv3@3-tanh-conv2@2x3-tanh-3", 1, 6, 6, 1e-3);
    check("2x6x5-conv3@3x2s2p1-tanh-3", 2, 6, 5, 1e-3);
}

static void mean_pools_pass_errors_back(void **state) {
    (void)state;
    check("1x7x6-conv2@2-tanh-meanpool2x3-3", 1, 7, 6, 1e-3);
    check("1x7x6-conv2@2-tanh-meanpool3s1-3", 1, 7, 6, 1e-3);
}

static void normalisations_have_the_gradient_of_the_loss(void **state) {
    (void)state;
    check("5-4-norm-tanh-3", 1, 1, 5, 2e-3);
    check("2x5x5-conv3@3-norm-tanh-3", 2, 5, 5, 2e-3);
}

/* A kink within h of a sample changes its share of the mean, of 1/70 and a few times less than the largest. */
static void kinks_pass_errors_back(void **state) {
    (void)state;
    check("5-6-relu-3", 1, 1, 5, 0.1);
    check("1x6x6-conv2@3-relu-maxpool2-3", 1, 6, 6, 0.1);
    check("1x6x6-conv2@3-tanh-maxpool3s1-3", 1, 6, 6, 0.1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_layers_have_the_gradient_of_the_loss),
        cmocka_unit_test(other_ends_have_the_gradient_of_their_loss),
        cmocka_unit_test(filters_have_the_gradient_of_the_loss),
        cmocka_unit_test(mean_pools_pass_errors_back),
        cmocka_unit_test(normalisations_have_the_gradient_of_the_loss),
        cmocka_unit_test(kinks_pass_errors_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
