/* Training: what is learnt, the optimisers' steps, threads, checkpoints, what goes wrong. */
#include "io/npz.h"
#include "network/network_impl.h"
#include "network/network_samples.h"

static void keep_epoch(void *user, const hys_epoch *epoch) {
    *(hys_epoch *)user = *epoch;
}

static hys_train_opts opts_of(size_t epochs, size_t batch, double rate) {
    hys_train_opts opts = hys_train_opts_default();
    opts.epochs = epochs;
    opts.batch = batch;
    opts.rate = rate;
    opts.seed = 3;
    return opts;
}

/* Three classes about points of a plane of `width` dimensions, with an image's shape. */
static hys_samples clouds(size_t n, size_t channels, size_t height, size_t width) {
    hys_samples s = samples_of(n, channels, height, width);
    const size_t size = channels * height * width;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < size; i++) s.values[k * size + i] += i % 3 == s.labels[k] ? 0.6f : 0;
    return s;
}

static bool same_weights(const hys_network *a, const hys_network *b) {
    bool is_same = hys_network_n_layers(a) == hys_network_n_layers(b);
    for (size_t k = 0; is_same && k < hys_network_n_layers(a); k++) {
        const hys__layer *p = &a->layers[k], *q = &b->layers[k];
        const hys_layer_info x = hys_network_layer(a, k), y = hys_network_layer(b, k);
        if (p->n_params) is_same = memcmp(p->params, q->params, p->n_params * sizeof(float)) == 0;
        if (is_same && p->running) is_same = memcmp(p->running, q->running, p->n_params * sizeof(float)) == 0;
        if (is_same && x.rows) is_same = memcmp(x.weights, y.weights, x.rows * x.columns * sizeof(float)) == 0;
    }
    return is_same;
}

static void exclusive_or_is_learnt(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2-8-tanh-2");
    float values[] = {0, 0, 0, 1, 1, 0, 1, 1};
    uint16_t labels[] = {0, 1, 1, 0};
    const hys_samples s = {4, 1, 1, 2, values, labels, 2};
    hys_train_opts opts = opts_of(300, 4, 0.03);
    hys_epoch last;
    opts.epoch = keep_epoch;
    opts.epoch_user = &last;
    assert_int_equal(hys_network_train(network, &s, &s, &opts), HYS_OK);
    assert_int_equal(last.epoch, 300);
    assert_true(last.test_accuracy == 1 && last.train_accuracy == 1);
    assert_true(last.loss < 0.1);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void check_learns(const char *text, const hys_samples *train, const hys_samples *test) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, text);
    hys_train_opts opts = opts_of(15, 20, 0.005);
    hys_epoch last;
    opts.epoch = keep_epoch;
    opts.epoch_user = &last;
    assert_int_equal(hys_network_train(network, train, test, &opts), HYS_OK);
    if (!(last.test_accuracy > 0.9)) print_error("%s: %g\n", text, last.test_accuracy);
    assert_true(last.test_accuracy > 0.9); /* a third by chance */
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void every_kind_of_network_learns(void **state) {
    (void)state;
    hys_samples train = clouds(300, 1, 6, 6), test = clouds(100, 1, 6, 6);
    check_learns("36-16-3", &train, &test);
    check_learns("36-16-norm-3", &train, &test);
    check_learns("36-16-sigmoid-3-sigmoid", &train, &test);
    check_learns("36-3-linear", &train, &test);
    check_learns("6x6-conv6@3x3s3-3", &train, &test);
    check_learns("6x6-conv6@3p1-norm-maxpool2-12-3", &train, &test);
    free_samples(&train);
    free_samples(&test);
}

/* ---- steps ---- */

#define INS   4
#define OUTS  3
#define STEPS 7

typedef struct replica { /* of softmax regression, in doubles, with all samples in each step */
    double w[INS + 1][OUTS], m[INS + 1][OUTS], v[INS + 1][OUTS];
} replica;

static void replica_gradient(const replica *r, const hys_samples *s, double g[INS + 1][OUTS]) {
    memset(g, 0, (INS + 1) * sizeof *g);
    for (size_t k = 0; k < s->n; k++) {
        double y[OUTS], sum = 0;
        for (size_t c = 0; c < OUTS; c++) {
            y[c] = r->w[INS][c];
            for (size_t i = 0; i < INS; i++) y[c] += s->values[k * INS + i] * r->w[i][c];
            sum += y[c] = exp(y[c]);
        }
        for (size_t c = 0; c < OUTS; c++) {
            const double d = (y[c] / sum - (s->labels[k] == c)) / (double)s->n;
            for (size_t i = 0; i < INS; i++) g[i][c] += d * s->values[k * INS + i];
            g[INS][c] += d;
        }
    }
}

/* As in the papers: Kingma and Ba's algorithm 1; m = momentum m + g, w -= rate m. */
static void replica_step(replica *r, const hys_samples *s, const hys_train_opts *o, int t) {
    double g[INS + 1][OUTS];
    replica_gradient(r, s, g);
    for (size_t i = 0; i <= INS; i++)
        for (size_t c = 0; c < OUTS; c++) {
            double *w = &r->w[i][c], *m = &r->m[i][c], *v = &r->v[i][c];
            if (o->optimizer == HYS_OPTIMIZER_ADAM) {
                *m = 0.9 * *m + 0.1 * g[i][c];
                *v = 0.999 * *v + 0.001 * g[i][c] * g[i][c];
                *w -= o->rate * (*m / (1 - pow(0.9, t))) / (sqrt(*v / (1 - pow(0.999, t))) + 1e-8);
            } else {
                *m = o->momentum * *m + g[i][c];
                *w -= o->rate * *m;
            }
            if (i < INS) *w -= o->rate * o->weight_decay * *w;
        }
}

static void check_steps(const hys_train_opts *o) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3");
    hys_samples s = samples_of(50, 1, 1, INS);
    replica r = {0};
    const hys_layer_info start = hys_network_layer(network, 0);
    for (size_t i = 0; i < INS * OUTS; i++) r.w[i / OUTS][i % OUTS] = start.weights[i];
    for (int t = 1; t <= STEPS; t++) replica_step(&r, &s, o, t);
    assert_int_equal(hys_network_train(network, &s, NULL, o), HYS_OK);
    const hys_layer_info end = hys_network_layer(network, 0);
    for (size_t i = 0; i < INS * OUTS; i++) /* floats, seven steps */
        assert_within(end.weights[i], r.w[i / OUTS][i % OUTS], 3e-6);
    for (size_t c = 0; c < OUTS; c++) assert_within(end.biases[c], r.w[INS][c], 3e-6);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void steps_are_those_of_the_papers(void **state) {
    (void)state;
    hys_train_opts o = opts_of(STEPS, 50, 0.017);
    check_steps(&o);
    o.weight_decay = 0.3;
    check_steps(&o);
    o.optimizer = HYS_OPTIMIZER_SGD;
    o.rate = 0.21;
    o.momentum = 0.8;
    check_steps(&o);
}

/* Inputs of 0 have no gradient: weights only decay, by the rate of the epoch. */
static void rate_and_weights_decay(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3");
    hys_samples s = samples_of(30, 1, 1, 4);
    memset(s.values, 0, s.n * 4 * sizeof *s.values);
    hys_train_opts o = opts_of(2, 10, 0.1);
    o.optimizer = HYS_OPTIMIZER_SGD;
    o.weight_decay = 0.5;
    o.decay = 0.4;
    const double start = hys_network_layer(network, 0).weights[5];
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    assert_near(hys_network_layer(network, 0).weights[5], start * pow(0.95, 3) * pow(0.98, 3), 1e-6);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void weights_are_clipped_to_their_spread(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3");
    hys_samples s = samples_of(30, 1, 1, 4);
    const float w[12] = {1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 7, -7};
    hys_train_opts o = opts_of(1, 30, 1e-12);
    o.clip = 2;
    assert_int_equal(hys_network_set_weights(network, 0, w, NULL), HYS_OK);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    const hys_layer_info info = hys_network_layer(network, 0);
    assert_near(info.weights[10], 2 * 3, 1e-6); /* the spread of 10 times 1 and twice 7 is 3 */
    assert_near(info.weights[11], -6, 1e-6);
    assert_near(info.weights[3], -1, 1e-6);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void layers_before_the_first_stay(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "1x6x6-conv3@3-norm-3"), *start = NULL;
    hys_samples s = samples_of(60, 1, 6, 6);
    hys_train_opts o = opts_of(2, 16, 0.01);
    o.first_layer = 3;
    assert_int_equal(hys_network_copy(network, &start), HYS_OK);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    const hys_layer_info a = hys_network_layer(network, 0), b = hys_network_layer(start, 0);
    assert_memory_equal(a.weights, b.weights, a.rows * a.columns * sizeof(float));
    assert_memory_equal(network->layers[1].running, start->layers[1].running, 6 * sizeof(float));
    assert_false(same_weights(network, start));
    o.first_layer = 4;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    assert_diag(ctx, 0, "error: there is nothing to train\n");
    free_samples(&s);
    hys_network_free(network);
    hys_network_free(start);
    hys_ctx_free(ctx);
}

/* ---- the same bits ---- */

#define DEEP "1x8x8-conv4@3p1-norm-maxpool2-conv5@2-20-norm-3"

static hys_network *trained(hys_ctx *ctx, const hys_samples *s, unsigned threads, size_t epochs,
                            const char *checkpoint) {
    hys_network *network = parse(ctx, DEEP);
    hys_train_opts o = opts_of(epochs, 100, 0.01);
    o.checkpoint = checkpoint;
    hys_network_set_threads(network, threads);
    assert_int_equal(hys_network_train(network, s, s, &o), HYS_OK);
    return network;
}

static void weights_are_the_same_bits_with_any_threads(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_samples s = clouds(230, 1, 8, 8);
    hys_network *one = trained(ctx, &s, 1, 2, NULL);
    for (unsigned threads = 2; threads <= 3; threads++) {
        hys_network *more = trained(ctx, &s, threads, 2, NULL);
        assert_true(same_weights(one, more));
        hys_network_free(more);
    }
    hys_network_free(one);
    free_samples(&s);
    hys_ctx_free(ctx);
}

/* 16 blocks are worked on at once; a batch may have more. */
static void large_batches_are_sums_of_all_their_blocks(void **state) {
    (void)state;
    hys_train_opts o = opts_of(STEPS, 600, 0.017);
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3");
    hys_samples s = samples_of(600, 1, 1, INS);
    replica r = {0};
    const hys_layer_info start = hys_network_layer(network, 0);
    for (size_t i = 0; i < INS * OUTS; i++) r.w[i / OUTS][i % OUTS] = start.weights[i];
    for (int t = 1; t <= STEPS; t++) replica_step(&r, &s, &o, t);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    const hys_layer_info end = hys_network_layer(network, 0);
    /* Adam makes much of gradients that are as small as their rounding errors: a part in 1e4 of a step. */
    for (size_t i = 0; i < INS * OUTS; i++) assert_within(end.weights[i], r.w[i / OUTS][i % OUTS], 1e-5);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void a_checkpoint_goes_on_to_the_same_bits(void **state) {
    (void)state;
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "run.npz");
    hys_ctx *ctx = hys_test_ctx();
    hys_samples s = clouds(130, 1, 8, 8);
    hys_network *whole = trained(ctx, &s, 1, 4, NULL);
    hys_network_free(trained(ctx, &s, 2, 2, path));
    hys_network *resumed = trained(ctx, &s, 1, 4, path);
    assert_true(same_weights(whole, resumed));
    hys_network *finished = trained(ctx, &s, 1, 4, path); /* nothing is left to do */
    assert_true(same_weights(whole, finished));
    hys_network_free(finished);
    hys_network *read = parse(ctx, DEEP);
    assert_int_equal(hys_network_read_weights(read, path), HYS_OK);
    assert_true(same_weights(whole, read));
    hys_network_free(read);
    hys_network_free(whole);
    hys_network_free(resumed);
    free_samples(&s);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

static void a_checkpoint_of_another_training_is_refused(void **state) {
    (void)state;
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "run.npz");
    char want[512];
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "36-3");
    hys_samples s = samples_of(40, 1, 6, 6);
    hys_train_opts o = opts_of(1, 20, 0.01);
    o.checkpoint = path;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    o.batch = 10;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    snprintf(want, sizeof want,
             "%s: error: this checkpoint is of another training: its batch is 20, not 10\n"
             "hint: name another file, or remove this one\n",
             path);
    assert_diag(ctx, 0, want);
    o.batch = 20;
    o.rate = 0.02;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    assert_non_null(strstr(hys_diag_get(ctx, 1)->message, "its rate is 0.01, not 0.02"));
    o.checkpoint = hys_test_path(dir, "weights.npz");
    assert_int_equal(hys_network_write_weights(network, o.checkpoint), HYS_OK);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    assert_string_equal(hys_diag_get(ctx, 2)->message, "this file is no checkpoint of a training");
    hys_test_write(o.checkpoint, "PK\3\4 and no more", 16);
    assert_int_not_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    assert_int_equal(hys_diag_count(ctx), 4);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* ---- weights on file ---- */

static void weights_come_back_from_their_file(void **state) {
    (void)state;
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "w.npz");
    hys_ctx *ctx = hys_test_ctx();
    hys_samples s = clouds(64, 1, 8, 8);
    hys_network *network = trained(ctx, &s, 1, 1, NULL), *read = parse(ctx, DEEP), *other = parse(ctx, "64-5-3");
    assert_int_equal(hys_network_write_weights(network, path), HYS_OK);
    assert_int_equal(hys_network_read_weights(read, path), HYS_OK);
    assert_true(same_weights(network, read));
    assert_int_equal(hys_network_read_weights(other, path), HYS_ARG);
    assert_int_equal(hys_diag_count(ctx), 1);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "dense1.weight is of 45 x 20; the network needs 64 x 5");
    assert_int_equal(hys_network_read_weights(read, hys_test_path(dir, "none.npz")), HYS_IO);
    hys_network_free(network);
    hys_network_free(read);
    hys_network_free(other);
    free_samples(&s);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* PyTorch keeps [outputs inputs] and [filters channels rows columns]. */
static void other_programs_shapes_are_turned(void **state) {
    (void)state;
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "torch.npz");
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2x3x3-conv3@2-norm-5/nobias");
    float filters[3 * 8], biases[3] = {1, 2, 3}, dense[5 * 12], twos[3] = {2, 2, 2};
    for (int k = 0; k < 24; k++) filters[k] = (float)k;
    for (int k = 0; k < 60; k++) dense[k] = (float)k;
    const hys__npz_array arrays[] = {{"conv1.weight", HYS__NPZ_FLOAT32, 4, {3, 2, 2, 2}, filters},
                                     {"conv1.bias", HYS__NPZ_FLOAT32, 1, {3}, biases},
                                     {"norm1.weight", HYS__NPZ_FLOAT32, 1, {3}, twos},
                                     {"norm1.bias", HYS__NPZ_FLOAT32, 1, {3}, biases},
                                     {"norm1.running_mean", HYS__NPZ_FLOAT32, 1, {3}, biases},
                                     {"norm1.running_var", HYS__NPZ_FLOAT32, 1, {3}, twos},
                                     {"dense1.weight", HYS__NPZ_FLOAT32, 2, {5, 12}, dense}};
    assert_int_equal(hys__npz_write(ctx, path, arrays, 7), HYS_OK);
    assert_int_equal(hys_network_read_weights(network, path), HYS_OK);
    const hys_layer_info conv = hys_network_layer(network, 0), last = hys_network_layer(network, 3);
    assert_true(conv.weights[5 * 3 + 2] == 21); /* row 5 of filter 2 */
    assert_true(conv.biases[1] == 2);
    assert_true(last.weights[7 * 5 + 4] == 4 * 12 + 7);
    assert_true(network->layers[1].params[0] == 2 && network->layers[1].params[4] == 2);
    assert_true(network->layers[1].running[2] == 3 && network->layers[1].running[3] == 2);
    assert_int_equal(hys__npz_write(ctx, path, arrays, 6), HYS_OK);
    assert_int_equal(hys_network_read_weights(network, path), HYS_ARG);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "there is no array dense1.weight");
    hys_network_free(network);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* A .npy of version 1.0, as its format says. */
static void a_lone_matrix_is_for_one_layer(void **state) {
    (void)state;
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "w.npy");
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2-3"), *deep = parse(ctx, "2-3-3");
    static const char header[] = "\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    char bytes[128 + 24];
    const float values[6] = {1, 2, 3, 4, 5, 6};
    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, header, sizeof header - 1);
    bytes[127] = '\n';
    memcpy(bytes + 128, values, sizeof values);
    hys_test_write(path, bytes, sizeof bytes);
    assert_int_equal(hys_network_read_weights(network, path), HYS_OK);
    assert_memory_equal(hys_network_layer(network, 0).weights, values, sizeof values);
    assert_int_equal(hys_network_read_weights(deep, path), HYS_ARG);
    assert_string_equal(hys_diag_get(ctx, 0)->message,
                        "a lone matrix is for one layer with weights; the network has 2");
    hys_network_free(network);
    hys_network_free(deep);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* ---- weights that something else holds ---- */

typedef struct mock {
    hys__weights base;
    float w[4 * 3];
    size_t n_rows; /* that update saw */
    size_t n_batches;
} mock;

static hys_status mock_multiply(hys__weights *weights, const hys__block *block, const float *x, float *y) {
    const hys__gemm shape = {.m = block->n, .n = 3, .k = 4};
    hys__blas_sgemm(&(hys__blas){0}, &shape, x, ((mock *)weights)->w, y);
    return HYS_OK;
}

static hys_status mock_back(hys__weights *weights, const hys__block *block, const float *dy, float *dx) {
    const hys__gemm shape = {.m = block->n, .n = 4, .k = 3, .b_transposed = true};
    hys__blas_sgemm(&(hys__blas){0}, &shape, dy, ((mock *)weights)->w, dx);
    return HYS_OK;
}

static hys_status mock_update(hys__weights *weights, const hys__block *block, double rate, const float *x,
                              const float *dy) {
    mock *m = (mock *)weights;
    if (block->first != m->n_rows) return HYS_BUG; /* samples come in their order */
    for (size_t s = 0; s < block->n; s++)
        for (int r = 0; r < 4; r++)
            for (int c = 0; c < 3; c++) m->w[r * 3 + c] -= (float)rate * x[s * 4 + (size_t)r] * dy[s * 3 + (size_t)c];
    m->n_rows += block->n;
    return HYS_OK;
}

static hys_status mock_get(const hys__weights *weights, float *values) {
    memcpy(values, ((const mock *)weights)->w, sizeof((const mock *)weights)->w);
    return HYS_OK;
}

static hys_status fails(hys__weights *weights, const hys__block *block, const float *x, float *y) {
    (void)weights, (void)x, (void)y;
    return block->first >= 32 ? HYS_NOCONV : HYS_OK;
}

static void mock_free(hys__weights *weights) {
    (void)weights;
}

static hys_status mock_end(hys__weights *weights, double rate) {
    mock *m = (mock *)weights;
    m->n_batches += rate == 0.5;
    return HYS_OK;
}

static const hys__weights_kind mock_kind = {.name = "mock",
                                            .multiply = mock_multiply,
                                            .multiply_back = mock_back,
                                            .update = mock_update,
                                            .end_batch = mock_end,
                                            .get = mock_get,
                                            .free = mock_free};
static const hys__weights_kind blind_kind = {
    .name = "blind", .multiply = mock_multiply, .get = mock_get, .free = mock_free};
static const hys__weights_kind failing_kind = {
    .name = "failing", .multiply = fails, .get = mock_get, .free = mock_free};

/* -rate x^T dy over the batch is what plain descent does. */
static void weights_that_update_themselves_descend(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3-tanh-3"), *plain = NULL;
    hys_samples s = samples_of(100, 1, 1, 4);
    mock m = {.base = {.kind = &mock_kind, .ctx = ctx, .rows = 4, .columns = 3}};
    hys_train_opts o = opts_of(1, 70, 0.5);
    o.optimizer = HYS_OPTIMIZER_SGD;
    o.momentum = 0;
    memcpy(m.w, hys_network_layer(network, 0).weights, sizeof m.w);
    assert_int_equal(hys_network_copy(network, &plain), HYS_OK);
    assert_int_equal(hys__network_hold(network, 0, &m.base), HYS_OK);
    assert_string_equal(hys_network_layer(network, 0).held_by, "mock");
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    assert_int_equal(hys_network_train(plain, &s, NULL, &o), HYS_OK);
    assert_int_equal(m.n_rows, 100);
    assert_int_equal(m.n_batches, 2);
    for (size_t k = 0; k < 12; k++)
        assert_within(hys_network_layer(network, 0).weights[k], hys_network_layer(plain, 0).weights[k], 1e-6);
    assert_within(hys_network_layer(network, 2).weights[4], hys_network_layer(plain, 2).weights[4], 1e-6);
    o.checkpoint = "/tmp/never";
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    assert_string_equal(hys_diag_get(ctx, 0)->message,
                        "layer 1 (dense1) is held by \"mock\", whose state no checkpoint keeps");
    assert_int_equal(hys_network_set_weights(network, 0, m.w, NULL), HYS_ARG);
    assert_string_equal(hys_diag_get(ctx, 1)->message,
                        "layer 1 (dense1) is held by \"mock\", which takes no other weights");
    free_samples(&s);
    hys_network_free(network);
    hys_network_free(plain);
    hys_ctx_free(ctx);
}

static hys_status mock_set(hys__weights *weights, const float *values) {
    memcpy(((mock *)weights)->w, values, sizeof((mock *)weights)->w);
    return HYS_OK;
}

static hys_status halve(hys__weights *weights, float *gradient) {
    (void)weights;
    for (int k = 0; k < 12; k++) gradient[k] /= 2;
    return HYS_OK;
}

static const hys__weights_kind half_kind = {.name = "half",
                                            .multiply = mock_multiply,
                                            .multiply_back = mock_back,
                                            .get = mock_get,
                                            .set = mock_set,
                                            .gradient = halve,
                                            .free = mock_free};

/* One step of plain descent is linear in the gradient. */
static void the_gradient_is_that_of_what_holds_the_weights(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3-tanh-3"), *plain = NULL;
    hys_samples s = samples_of(100, 1, 1, 4);
    mock m = {.base = {.kind = &half_kind, .ctx = ctx, .rows = 4, .columns = 3}};
    float start[12];
    hys_train_opts o = opts_of(1, 100, 0.5);
    o.optimizer = HYS_OPTIMIZER_SGD;
    memcpy(start, hys_network_layer(network, 0).weights, sizeof start);
    memcpy(m.w, start, sizeof start);
    assert_int_equal(hys_network_copy(network, &plain), HYS_OK);
    assert_int_equal(hys__network_hold(network, 0, &m.base), HYS_OK);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    assert_int_equal(hys_network_train(plain, &s, NULL, &o), HYS_OK);
    for (size_t k = 0; k < 12; k++)
        assert_within(m.w[k] - start[k], (hys_network_layer(plain, 0).weights[k] - start[k]) / 2, 1e-6);
    free_samples(&s);
    hys_network_free(network);
    hys_network_free(plain);
    hys_ctx_free(ctx);
}

static void errors_must_reach_what_is_trained(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "5-4-3-3");
    hys_samples s = samples_of(40, 1, 1, 5);
    mock m = {.base = {.kind = &blind_kind, .ctx = ctx, .rows = 4, .columns = 3}};
    hys_train_opts o = opts_of(1, 10, 0.5);
    assert_int_equal(hys__network_hold(network, 2, &m.base), HYS_OK);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    assert_string_equal(hys_diag_get(ctx, 0)->message,
                        "layer 2 (dense2) is held by \"blind\", which passes no errors back to layer 1 (dense1)");
    o.first_layer = 2; /* its biases, and the layer behind it */
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_OK);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void a_layer_that_fails_is_told_once(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3");
    hys_samples s = samples_of(100, 1, 1, 4);
    float out[300];
    mock m = {.base = {.kind = &failing_kind, .ctx = ctx, .rows = 4, .columns = 3}};
    assert_int_equal(hys__network_hold(network, 0, &m.base), HYS_OK);
    assert_int_equal(hys_network_predict(network, &s, out), HYS_NOCONV);
    assert_int_equal(hys_diag_count(ctx), 1);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "a layer could not be computed: no convergence");
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

/* ---- what goes wrong ---- */

static int stop_at_half(void *user, double done) {
    *(double *)user = done;
    return done >= 0.5;
}

static void progress_cancels(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3");
    hys_samples s = samples_of(100, 1, 1, 4);
    hys_train_opts o = opts_of(10, 10, 0.01);
    double done = 0;
    o.progress = stop_at_half;
    o.progress_user = &done;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_CANCEL);
    assert_near(done, 0.5, 1e-12);
    o.progress = NULL;
    hys_ctx_cancel(ctx);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_CANCEL);
    assert_int_equal(hys_diag_count(ctx), 0);
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void bad_options_are_named(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-3");
    hys_samples s = samples_of(10, 1, 1, 4);
    hys_train_opts o = opts_of(1, 10, 0);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    o = opts_of(1, 10, NAN);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    o = opts_of(1, 0, 0.1);
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    o = opts_of(1, 10, 0.1);
    o.momentum = 1;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    o = opts_of(1, 10, 0.1);
    o.optimizer = (hys_optimizer)7;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_ARG);
    assert_diag(ctx, 0, "error: rate is 0; it must be above 0\n");
    assert_diag(ctx, 1, "error: rate is nan; it must be above 0\n");
    assert_diag(ctx, 2, "error: a batch has at least one sample\n");
    assert_diag(ctx, 3, "error: momentum is 1; it must be below 1\n");
    assert_diag(ctx, 4, "error: there is no such optimizer\n");
    hys_samples none = s;
    none.n = 0;
    o = opts_of(1, 10, 0.1);
    assert_int_equal(hys_network_train(network, &none, NULL, &o), HYS_ARG);
    assert_diag(ctx, 5, "error: there are no samples\n");
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void a_rate_that_is_too_large_is_told(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-6-3");
    hys_samples s = samples_of(100, 1, 1, 4);
    hys_train_opts o = opts_of(3, 10, 1e30);
    o.optimizer = HYS_OPTIMIZER_SGD;
    assert_int_equal(hys_network_train(network, &s, NULL, &o), HYS_NOCONV);
    assert_diag(ctx, 0, "error: the loss is not finite in epoch 1\nhint: a smaller rate may help\n");
    free_samples(&s);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

typedef struct job {
    const hys_samples *samples;
    const char *path;
} job;

static hys_status train_and_keep(hys_ctx *ctx, void *arg) {
    const job *j = arg;
    hys_network *network = NULL;
    hys_train_opts o = opts_of(1, 40, 0.01);
    o.checkpoint = j->path;
    remove(j->path);
    hys_status status = hys_network_parse(ctx, "5x5-conv2@2-norm-3", 1, &network);
    if (status == HYS_OK) status = hys_network_train(network, j->samples, j->samples, &o);
    o.epochs = 2;
    if (status == HYS_OK) status = hys_network_train(network, j->samples, NULL, &o);
    hys_network_free(network);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    char *dir = hys_test_dir();
    hys_samples s = samples_of(50, 1, 5, 5);
    job j = {&s, hys_test_path(dir, "run.npz")};
    hys_test_each_failure(train_and_keep, &j, false);
    hys_test_each_failure(train_and_keep, &j, true);
    free_samples(&s);
    hys_test_dir_remove(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exclusive_or_is_learnt),
        cmocka_unit_test(every_kind_of_network_learns),
        cmocka_unit_test(steps_are_those_of_the_papers),
        cmocka_unit_test(rate_and_weights_decay),
        cmocka_unit_test(weights_are_clipped_to_their_spread),
        cmocka_unit_test(layers_before_the_first_stay),
        cmocka_unit_test(weights_are_the_same_bits_with_any_threads),
        cmocka_unit_test(large_batches_are_sums_of_all_their_blocks),
        cmocka_unit_test(a_checkpoint_goes_on_to_the_same_bits),
        cmocka_unit_test(a_checkpoint_of_another_training_is_refused),
        cmocka_unit_test(weights_come_back_from_their_file),
        cmocka_unit_test(other_programs_shapes_are_turned),
        cmocka_unit_test(a_lone_matrix_is_for_one_layer),
        cmocka_unit_test(weights_that_update_themselves_descend),
        cmocka_unit_test(the_gradient_is_that_of_what_holds_the_weights),
        cmocka_unit_test(errors_must_reach_what_is_trained),
        cmocka_unit_test(a_layer_that_fails_is_told_once),
        cmocka_unit_test(progress_cancels),
        cmocka_unit_test(bad_options_are_named),
        cmocka_unit_test(a_rate_that_is_too_large_is_told),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
