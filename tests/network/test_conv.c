/* Filters, pools and normalisations against loops that follow their definitions. */
#include "network/network_impl.h"
#include "network/network_samples.h"

typedef struct window {
    size_t height, width, down, across, padding;
} window;

static double pixel(const hys_samples *s, size_t i, size_t channel, size_t y, size_t x, size_t padding) {
    if (y < padding || x < padding || y - padding >= s->height || x - padding >= s->width) return 0;
    return s->values[((i * s->channels + channel) * s->height + y - padding) * s->width + x - padding];
}

/* sum over channels and the window of pixel weight, at place (row, column) */
static double filtered(const hys_samples *s, const window *w, const hys_layer_info *info, const size_t at[4]) {
    double sum = info->biases ? info->biases[at[1]] : 0;
    for (size_t c = 0; c < s->channels; c++)
        for (size_t r = 0; r < w->height; r++)
            for (size_t k = 0; k < w->width; k++)
                sum += pixel(s, at[0], c, at[2] * w->down + r, at[3] * w->across + k, w->padding) *
                       info->weights[((c * w->height + r) * w->width + k) * info->columns + at[1]];
    return sum;
}

static void check_filters(const char *text, const window *w, size_t rows, size_t columns) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, text);
    hys_samples s = samples_of(37, 2, 7, 9);
    hys__layer *l = &network->layers[0];
    for (size_t k = 0; k < l->n_params; k++) l->params[k] = 0.25f + (float)k;
    const hys_layer_info info = hys_network_layer(network, 0);
    assert_int_equal(info.out_height, rows);
    assert_int_equal(info.out_width, columns);
    float *out = malloc(s.n * info.columns * rows * columns * sizeof *out), *at = out;
    assert_int_equal(hys_network_predict(network, &s, out), HYS_OK);
    for (size_t i = 0; i < s.n; i++)
        for (size_t f = 0; f < info.columns; f++)
            for (size_t r = 0; r < rows; r++)
                for (size_t c = 0; c < columns; c++, at++) /* up to 30 roundings of 6e-8 of sums below 10 */
                    assert_within(*at, filtered(&s, w, &info, (const size_t[]){i, f, r, c}), 1e-5);
    free(out);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void filters_are_sums_over_windows(void **state) {
    (void)state;
    check_filters("2x7x9-conv3@3x2-linear", &(window){3, 2, 1, 1, 0}, 5, 8);
    check_filters("2x7x9-conv3@3x2s2-linear", &(window){3, 2, 2, 2, 0}, 3, 4);
    check_filters("2x7x9-conv3@3x3p2-linear", &(window){3, 3, 1, 1, 2}, 9, 11);
    check_filters("2x7x9-conv4@3x4s3p1/nobias-linear", &(window){3, 4, 3, 3, 1}, 3, 3);
    check_filters("2x7x9-conv1@1-linear", &(window){1, 1, 1, 1, 0}, 7, 9);
    check_filters("2x7x9-conv2@7x9-linear", &(window){7, 9, 1, 1, 0}, 1, 1);
    check_filters("2x7x9-conv2@2x2s5p1-linear", &(window){2, 2, 5, 5, 1}, 2, 2);
}

/* Rows of patches are in the order channel, row, column of the filter: those of the weights. */
static void patches_are_in_the_order_of_the_weights(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2x3x3-conv1@2-3");
    float values[18], in[4 * 8];
    uint16_t label = 0;
    const hys_samples s = {1, 2, 3, 3, values, &label, 3};
    for (size_t k = 0; k < 18; k++) values[k] = (float)k;
    assert_int_equal(hys__network_inputs(network, 0, &s, 0, 1, in), HYS_OK);
    static const float want[4 * 8] = {0, 1, 3, 4, 9,  10, 12, 13, 1, 2, 4, 5, 10, 11, 13, 14,
                                      3, 4, 6, 7, 12, 13, 15, 16, 4, 5, 7, 8, 13, 14, 16, 17};
    assert_memory_equal(in, want, sizeof want);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void pools_take_the_largest_and_the_mean(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    static const struct {
        const char *text;
        bool is_mean;
        size_t height, width, down, across, rows, columns;
    } cases[] = {{"2x7x9-maxpool2", false, 2, 2, 2, 2, 3, 4},
                 {"2x7x9-meanpool2", true, 2, 2, 2, 2, 3, 4},
                 {"2x7x9-maxpool3x2", false, 3, 2, 3, 2, 2, 4},
                 {"2x7x9-meanpool3s1", true, 3, 3, 1, 1, 5, 7}};
    hys_samples s = samples_of(35, 2, 7, 9);
    for (size_t k = 0; k < 4; k++) {
        hys_network *network = parse(ctx, cases[k].text);
        const size_t height = cases[k].height, width = cases[k].width;
        float *out = malloc(s.n * 2 * cases[k].rows * cases[k].columns * sizeof *out), *at = out;
        assert_int_equal(hys_network_predict(network, &s, out), HYS_OK);
        for (size_t i = 0; i < s.n; i++)
            for (size_t c = 0; c < 2; c++)
                for (size_t y = 0; y < cases[k].rows; y++)
                    for (size_t x = 0; x < cases[k].columns; x++, at++) {
                        double sum = 0, most = -2;
                        for (size_t r = 0; r < height * width; r++) {
                            const double v =
                                pixel(&s, i, c, y * cases[k].down + r / width, x * cases[k].across + r % width, 0);
                            sum += v;
                            most = fmax(most, v);
                        }
                        assert_within(*at, cases[k].is_mean ? sum / (double)(height * width) : most, 1e-6);
                    }
        free(out);
        hys_network_free(network);
    }
    free_samples(&s);
    hys_ctx_free(ctx);
}

static hys_train_opts brief(void) {
    hys_train_opts opts = hys_train_opts_default();
    opts.epochs = 40;
    opts.batch = 64;
    opts.rate = 1e-30; /* only statistics change */
    return opts;
}

/* After so many epochs of the same samples the running statistics are theirs, and what comes out has mean 0 and
 * variance 1.  0.9^160 of the start is left; blocks of 32 and the whole differ by a part of the spread of means. */
static void normalised_values_have_mean_0_and_variance_1(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-norm-linear"), *trained = parse(ctx, "4-norm-3");
    hys_samples s = samples_of(256, 1, 1, 4);
    const hys_train_opts opts = brief();
    for (size_t k = 0; k < 4 * s.n; k++) s.values[k] = s.values[k] * (float)(1 + k % 4) + 5;
    assert_int_equal(hys_network_train(trained, &s, NULL, &opts), HYS_OK);
    memcpy(network->layers[0].running, trained->layers[0].running, 8 * sizeof(float));
    float *out = malloc(4 * s.n * sizeof *out);
    assert_int_equal(hys_network_predict(network, &s, out), HYS_OK);
    for (size_t f = 0; f < 4; f++) {
        double sum = 0, squares = 0;
        for (size_t k = 0; k < s.n; k++) {
            sum += out[k * 4 + f];
            squares += out[k * 4 + f] * out[k * 4 + f];
        }
        assert_within(sum / (double)s.n, 0, 0.05);
        assert_within(squares / (double)s.n, 1, 0.05);
    }
    free(out);
    free_samples(&s);
    hys_network_free(network);
    hys_network_free(trained);
    hys_ctx_free(ctx);
}

/* Two batches by hand: mean 3, variance 5 of four values, 20/3 of what they were drawn from; KEPT is 0.9. */
static void running_statistics_follow_the_batches(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "1-norm-3");
    float values[] = {0, 2, 4, 6};
    uint16_t labels[] = {0, 1, 2, 0};
    const hys_samples s = {4, 1, 1, 1, values, labels, 3};
    hys_train_opts opts = brief();
    opts.epochs = 2;
    assert_int_equal(hys_network_train(network, &s, NULL, &opts), HYS_OK);
    assert_near(network->layers[0].running[0], 3 * 0.19, 1e-6);
    assert_near(network->layers[0].running[1], 0.81 + 0.19 * 20 / 3, 1e-6);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void check_folded(const char *text) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, text);
    hys_samples s = samples_of(60, 2, 6, 6);
    hys_train_opts opts = hys_train_opts_default();
    float before[60 * 3], after[60 * 3];
    const size_t n = hys_network_n_layers(network);
    opts.epochs = 3;
    opts.rate = 0.02;
    assert_int_equal(hys_network_train(network, &s, NULL, &opts), HYS_OK);
    assert_int_equal(hys_network_predict(network, &s, before), HYS_OK);
    assert_int_equal(hys_network_fold(network), HYS_OK);
    assert_int_equal(hys_network_predict(network, &s, after), HYS_OK);
    assert_true(hys_network_n_layers(network) < n);
    for (size_t k = 0; k < hys_network_n_layers(network); k++)
        assert_int_not_equal(hys_network_layer(network, k).layer.kind, HYS_LAYER_NORM);
    for (size_t k = 0; k < 60 * 3; k++) assert_within(after[k], before[k], 2e-6);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void folding_changes_nothing_that_comes_out(void **state) {
    (void)state;
    check_folded("2x6x6-conv3@3-norm-maxpool2-8/nobias-norm-3");
    check_folded("2x6x6-conv3@3/nobias-norm-conv4@2-norm-tanh-3-norm-softmax");
}

static void what_cannot_be_folded_is_named(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-norm-3");
    assert_int_equal(hys_network_fold(network), HYS_ARG);
    assert_diag(ctx, 0, "error: layer 1 (norm1) does not lie behind weights that it could become part of\n");
    assert_int_equal(hys_network_n_layers(network), 3);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_are_sums_over_windows),
        cmocka_unit_test(patches_are_in_the_order_of_the_weights),
        cmocka_unit_test(pools_take_the_largest_and_the_mean),
        cmocka_unit_test(normalised_values_have_mean_0_and_variance_1),
        cmocka_unit_test(running_statistics_follow_the_batches),
        cmocka_unit_test(folding_changes_nothing_that_comes_out),
        cmocka_unit_test(what_cannot_be_folded_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
