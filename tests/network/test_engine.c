/* Networks: made from text, what they compute, copies, threads, memory that fails. */
#include "network/network_samples.h"
#include "network/weights.h"

static void a_text_becomes_layers(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "28x28-conv8@3x3-maxpool2-conv12@3x3-maxpool2-10");
    static const char *const names[] = {"conv1", "relu1",    "maxpool1", "conv2",
                                        "relu2", "maxpool2", "dense1",   "softmax1"};
    static const size_t sizes[] = {8 * 26 * 26,  8 * 26 * 26, 8 * 13 * 13, 12 * 11 * 11,
                                   12 * 11 * 11, 12 * 5 * 5,  10,          10};
    assert_int_equal(hys_network_n_layers(network), 8);
    for (size_t k = 0; k < 8; k++) {
        const hys_layer_info info = hys_network_layer(network, k);
        assert_string_equal(info.name, names[k]);
        assert_int_equal(info.out_channels * info.out_height * info.out_width, sizes[k]);
    }
    const hys_layer_info conv = hys_network_layer(network, 3);
    assert_int_equal(conv.rows, 8 * 9);
    assert_int_equal(conv.columns, 12);
    assert_int_equal(conv.products, 121);
    assert_string_equal(conv.held_by, "software");
    assert_non_null(conv.weights);
    assert_non_null(conv.biases);
    assert_null(hys_network_layer(network, 8).weights);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void activations_are_where_the_text_puts_them(void **state) {
    (void)state;
    static const struct {
        const char *text, *layers;
    } cases[] = {{"4-3-2", "dense1 relu1 dense2 softmax1 "},
                 {"4-3-sigmoid-2-softmax", "dense1 sigmoid1 dense2 softmax1 "},
                 {"4-3-norm-2", "dense1 norm1 relu1 dense2 softmax1 "},
                 {"4-3-norm-tanh-2-sigmoid", "dense1 norm1 tanh1 dense2 sigmoid1 "},
                 {"4-3-linear-2-linear", "dense1 dense2 "},
                 {"4-3-linear-3-2", "dense1 dense2 relu1 dense3 softmax1 "},
                 {"2x4x4-conv3@3s1p1-norm-meanpool2x4-dense2/nobias", "conv1 norm1 relu1 meanpool1 dense1 softmax1 "}};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[256] = "";
        hys_network *network = parse(ctx, cases[k].text);
        for (size_t l = 0; l < hys_network_n_layers(network); l++) {
            strcat(text, hys_network_layer(network, l).name);
            strcat(text, " ");
        }
        assert_string_equal(text, cases[k].layers);
        hys_network_free(network);
    }
    hys_ctx_free(ctx);
}

static void what_is_no_network_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "a number is expected here"},
        {"784", "there are no layers"},
        {"784-", "a layer is expected here: a number of outputs, conv, maxpool, meanpool, norm, relu, sigmoid, tanh, "
                 "softmax or linear"},
        {"784-relux", "\"-\" is expected here"},
        {"784-linear", "there are no layers"},
        {"784-0", "this number must be 1 or more"},
        {"784-99999999999999999999999", "this number is too large"},
        {"1x2x3x4-5", "\"-\" is expected here"},
        {"784 -10", "\"-\" is expected here"},
        {"8x8-conv3-10", "\"@\" and the filters' size are expected"},
        {"8x8-conv3@-10", "a number is expected here"},
        {"8x8-conv3@9x3-10", "layer 1 (conv 9x3) does not fit into 8x8"},
        {"8x8-conv3@3-maxpool2-conv5@5-10", "layer 3 (conv 5x5) does not fit into 3x3"},
        {"8x8-conv3@3p3-10", "layer 1 (conv 3x3) has a padding of 3, which must be less than its size"},
        {"8x8-maxpool9-10", "layer 1 (maxpool 9x9) does not fit into 8x8"},
        {"784-10-softmax-5", "layer 2 (softmax) must be the last"},
        {"100000-100000-10", "layer 1 (dense 100000) makes the network too large: it may have 268435456 weights, and "
                             "compute 16777216 values"},
        {"10000-10000-10000-10000-10", "layer 3 (dense 10000) makes the network too large: it may have 268435456 "
                                       "weights, and compute 16777216 values"},
        {"4000x4000-conv2@1-10",
         "layer 1 (conv 1x1) makes the network too large: it may have 268435456 weights, and compute 16777216 values"},
        {"9x9-conv2@1s999999999-10",
         "layer 1 (conv 1x1) makes the network too large: it may have 268435456 weights, and compute 16777216 values"},
        {"9x9-maxpool999-10", "layer 1 (maxpool 999x999) does not fit into 9x9"},
        {"9x9-conv2@999999999p999999998-10", "layer 1 (conv 999999999x999999999) makes the network too large: it may "
                                             "have 268435456 weights, and compute 16777216 values"},
        {"999999999x999999999x999999999-1",
         "a sample of 999999999x999999999x999999999 is too large: at most 16777216 values"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_network *network = NULL;
        assert_int_not_equal(hys_network_parse(ctx, cases[k].text, 1, &network), HYS_OK);
        assert_null(network);
        assert_int_equal(hys_diag_count(ctx), 1);
        assert_string_equal(hys_diag_get(ctx, 0)->message, cases[k].message);
        hys_ctx_free(ctx);
    }
}

static void a_misspelt_layer_is_named_with_its_place(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = NULL;
    assert_int_equal(hys_network_parse(ctx, "28x28-maxpol2-10", 1, &network), HYS_SYNTAX);
    assert_int_equal(hys_diag_get(ctx, 0)->col, 7);
    assert_string_equal(hys_diag_get(ctx, 0)->hint, "did you mean maxpool?");
    hys_ctx_free(ctx);
}

/* Whatever the words and bytes: an answer, and a message if it is no. */
static void any_text_is_answered(void **state) {
    (void)state;
    static const char *const words[] = {"3",       "10",     "1",     "x",  "-",       "-",    "@",       "conv",
                                        "conv2@3", "norm",   "s2",    "p1", "maxpool", "relu", "sigmoid", "/",
                                        "nobias",  "\x80\n", "dense", "0",  "-5",      "-7-",  "linear",  "softmax"};
    hys_ctx *ctx = hys_test_ctx();
    const size_t n_words = sizeof words / sizeof *words;
    uint32_t seed = 3;
    size_t n_made = 0;
    for (int k = 0; k < 4000; k++) {
        char text[128] = "";
        if (k % 2) strcpy(text, "3x9x9-");
        for (int n = 1 + (int)((draw(&seed) + 1) * 4); n > 0; n--)
            strcat(text, words[(size_t)((draw(&seed) + 1) / 2 * (float)n_words)]);
        hys_network *network = NULL;
        hys_status status = hys_network_parse(ctx, text, 1, &network);
        assert_true((status == HYS_OK) == (network != NULL));
        assert_true((status == HYS_OK) == (hys_diag_n_errors(ctx) == 0));
        n_made += network != NULL;
        hys_network_free(network);
        hys_diag_clear(ctx);
    }
    assert_true(n_made > 100);
    hys_ctx_free(ctx);
}

static void thousands_of_layers_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = NULL;
    char *text = malloc(20003);
    assert_non_null(text);
    text[0] = '2';
    for (size_t k = 0; k < 10000; k++) memcpy(text + 1 + 2 * k, "-2", 2);
    text[20001] = 0;
    assert_int_equal(hys_network_parse(ctx, text, 1, &network), HYS_SYNTAX);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "there are too many layers");
    free(text);
    hys_ctx_free(ctx);
}

/* y = softmax(relu(x W1 + b1) W2 + b2), in double. */
static void a_perceptron_computes_its_formula(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "5-4-3");
    hys_samples s = samples_of(70, 1, 1, 5);
    float w1[20], w2[12], out[70 * 3];
    const float b1[4] = {0.3f, -0.2f, 0.1f, 0.5f}, b2[3] = {-0.4f, 0.7f, 0.2f};
    uint32_t seed = 9;
    for (int k = 0; k < 20; k++) w1[k] = draw(&seed);
    for (int k = 0; k < 12; k++) w2[k] = draw(&seed);
    assert_int_equal(hys_network_set_weights(network, 0, w1, b1), HYS_OK);
    assert_int_equal(hys_network_set_weights(network, 2, w2, b2), HYS_OK);
    assert_int_equal(hys_network_predict(network, &s, out), HYS_OK);
    for (size_t i = 0; i < s.n; i++) {
        double h[4], y[3], sum = 0;
        for (int c = 0; c < 4; c++) {
            h[c] = b1[c];
            for (int r = 0; r < 5; r++) h[c] += (double)s.values[i * 5 + (size_t)r] * w1[r * 4 + c];
            h[c] = h[c] > 0 ? h[c] : 0;
        }
        for (int c = 0; c < 3; c++) {
            y[c] = b2[c];
            for (int r = 0; r < 4; r++) y[c] += h[r] * w2[r * 3 + c];
            sum += y[c] = exp(y[c]);
        }
        for (int c = 0; c < 3; c++)
            assert_within(out[i * 3 + (size_t)c], y[c] / sum, 1e-6); /* some roundings of 6e-8 */
    }
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void outputs_are_the_same_bits_with_any_threads(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2x9x9-conv5@3x3-norm-maxpool2-40-3");
    hys_samples s = samples_of(203, 2, 9, 9);
    float *out[3];
    for (unsigned k = 0; k < 3; k++) {
        out[k] = malloc(s.n * 3 * sizeof **out);
        hys_network_set_threads(network, k + 1);
        assert_int_equal(hys_network_predict(network, &s, out[k]), HYS_OK);
        assert_memory_equal(out[k], out[0], s.n * 3 * sizeof **out);
    }
    for (unsigned k = 0; k < 3; k++) free(out[k]);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void a_copy_is_equal_and_its_own(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2x9x9-conv5@3x3-norm-maxpool2-40-3"), *copy = NULL;
    hys_samples s = samples_of(20, 2, 9, 9);
    float a[60], b[60], c[60], zeros[40 * 3] = {0};
    assert_int_equal(hys_network_predict(network, &s, a), HYS_OK);
    assert_int_equal(hys_network_copy(network, &copy), HYS_OK);
    assert_int_equal(hys_network_set_weights(network, 6, zeros, NULL), HYS_OK);
    assert_int_equal(hys_network_predict(network, &s, c), HYS_OK);
    hys_network_free(network);
    assert_int_equal(hys_network_predict(copy, &s, b), HYS_OK);
    assert_memory_equal(a, b, sizeof a);
    assert_within(c[0], 1.0 / 3, 1e-7);
    hys_network_free(copy);
    free_samples(&s);
    hys_ctx_free(ctx);
}

/* A fixed classifier: output k is pixel k. */
static void an_evaluation_counts(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "3-3");
    float values[] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 2, 0};
    uint16_t labels[] = {0, 1, 2, 0, 1};
    const hys_samples s = {5, 1, 1, 3, values, labels, 3};
    const float one[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    hys_evaluation e;
    assert_int_equal(hys_network_set_weights(network, 0, one, NULL), HYS_OK);
    assert_int_equal(hys_network_evaluate(network, &s, &e), HYS_OK);
    assert_near(e.accuracy, 0.8, 1e-15);
    const double right = log((M_E + 2) / M_E), wrong = log(M_E + 2), twice = log((exp(2) + 2) / exp(2));
    assert_near(e.loss, (3 * right + wrong + twice) / 5, 1e-6); /* floats */
    static const size_t want[9] = {1, 0, 1, 0, 2, 0, 0, 0, 1};
    assert_memory_equal(e.confusion, want, sizeof want);
    hys_evaluation_free(ctx, &e);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void samples_that_do_not_fit_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2x3x4-conv2@2-2");
    hys_samples s = samples_of(4, 1, 4, 3);
    float out[8];
    hys_evaluation e;
    assert_int_equal(hys_network_predict(network, &s, out), HYS_ARG);
    assert_diag(ctx, 0, "error: samples are of 1x4x3; the network takes 2x3x4\n");
    hys_diag_clear(ctx);
    free_samples(&s);
    s = samples_of(4, 2, 3, 4);
    assert_int_equal(hys_network_evaluate(network, &s, &e), HYS_ARG);
    assert_diag(ctx, 0, "error: there are 3 classes, but the network has 2 outputs\n");
    hys_diag_clear(ctx);
    s.n_classes = 2;
    assert_int_equal(hys_network_evaluate(network, &s, &e), HYS_ARG);
    assert_diag(ctx, 0, "error: sample 3 is of class 2; there are 2, from 0\n");
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void weights_that_are_no_numbers_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2-2");
    const float bad[4] = {1, NAN, 0, 0};
    assert_int_equal(hys_network_set_weights(network, 0, bad, NULL), HYS_ARG);
    assert_int_equal(hys_network_set_weights(network, 1, bad, NULL), HYS_ARG);
    assert_int_equal(hys_network_set_weights(network, 9, bad, NULL), HYS_ARG);
    assert_diag(ctx, 0, "error: a weight of layer 1 (dense1) is not finite\n");
    assert_diag(ctx, 1, "error: layer 1 (softmax1) has no weights\n");
    assert_diag(ctx, 2, "error: the network has 2 layers; there is no layer 10\n");
    hys_network_free(network);
    hys_ctx_free(ctx);
}

/* The inputs of a layer are the outputs of those before it. */
static void inputs_of_a_layer_are_what_goes_into_it(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "6-7-3"), *head = parse(ctx, "6-7-relu");
    hys_samples s = samples_of(90, 1, 2, 3);
    const hys_layer_info info = hys_network_layer(network, 0);
    float in[50 * 7], out[90 * 7];
    assert_int_equal(hys_network_set_weights(head, 0, info.weights, info.biases), HYS_OK);
    assert_int_equal(hys_network_predict(head, &s, out), HYS_OK);
    assert_int_equal(hys__network_inputs(network, 2, &s, 37, 50, in), HYS_OK);
    for (size_t k = 0; k < 50 * 7; k++) assert_within(in[k], out[37 * 7 + k], 1e-6);
    free_samples(&s);
    hys_network_free(network);
    hys_network_free(head);
    hys_ctx_free(ctx);
}

static hys_status make_and_use(hys_ctx *ctx, void *arg) {
    const hys_samples *s = arg;
    hys_network *network = NULL, *copy = NULL;
    hys_evaluation e = {0};
    float out[100 * 3];
    hys_status status = hys_network_parse(ctx, "2x5x5-conv3@3x3/nobias-norm-maxpool2-3", 1, &network);
    if (status == HYS_OK) status = hys_network_predict(network, s, out);
    if (status == HYS_OK) status = hys_network_copy(network, &copy);
    if (status == HYS_OK) status = hys_network_fold(copy);
    if (status == HYS_OK) status = hys_network_evaluate(copy, s, &e);
    hys_evaluation_free(ctx, &e);
    hys_network_free(network);
    hys_network_free(copy);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    hys_samples s = samples_of(100, 2, 5, 5);
    hys_test_each_failure(make_and_use, &s, false);
    hys_test_each_failure(make_and_use, &s, true);
    free_samples(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_layers),
        cmocka_unit_test(activations_are_where_the_text_puts_them),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(a_misspelt_layer_is_named_with_its_place),
        cmocka_unit_test(any_text_is_answered),
        cmocka_unit_test(thousands_of_layers_are_refused),
        cmocka_unit_test(a_perceptron_computes_its_formula),
        cmocka_unit_test(outputs_are_the_same_bits_with_any_threads),
        cmocka_unit_test(a_copy_is_equal_and_its_own),
        cmocka_unit_test(an_evaluation_counts),
        cmocka_unit_test(samples_that_do_not_fit_are_refused),
        cmocka_unit_test(weights_that_are_no_numbers_are_refused),
        cmocka_unit_test(inputs_of_a_layer_are_what_goes_into_it),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
