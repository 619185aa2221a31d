/* From a device to a score. */
#include "base/diag.h"
#include "network/reservoir_impl.h"
#include "network/reservoir_readout.h"
#include <math.h>
#include <string.h>

/* ---- series ---- */

static hys_status run_either(hys_reservoir *r, const hys_echo *echo, const hys_task *task, hys_matrix *states) {
    return r ? hys_reservoir_run(r, task->u, task->n, states) : hys_echo_run(echo, task->u, task->n, states);
}

hys_status hys_reservoir_predict(hys_reservoir *r, const hys_echo *echo, const hys_task *task,
                                 const hys_readout_opts *opts, double *predicted, hys_series_scores *scores) {
    hys_ctx *ctx = r ? r->ctx : hys__echo_ctx(echo);
    hys_matrix states = {0, 0, NULL};
    hys_status status = run_either(r, echo, task, &states);
    if (status == HYS_OK) status = hys_readout_series(ctx, &states, task->y, opts, predicted, scores);
    hys_matrix_free(ctx, &states);
    return status;
}

hys_memory_opts hys_memory_opts_default(void) {
    return (hys_memory_opts){
        .size = sizeof(hys_memory_opts), .n = 2000, .n_delays = 40, .readout = hys_readout_opts_default()};
}

/* Inputs from -1 to 1 become those that the voltages stand for. */
static void fit_inputs(const hys_reservoir *r, hys_task *task) {
    const double low = r->opts.input_low, high = r->opts.input_high;
    for (size_t t = 0; t < task->n && low < high; t++) task->u[t] = low + (task->u[t] + 1) / 2 * (high - low);
}

hys_status hys_reservoir_memory(hys_reservoir *r, const hys_echo *echo, const hys_memory_opts *given,
                                double *capacities, double *total) {
    hys_memory_opts o = hys_memory_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    hys_ctx *ctx = r ? r->ctx : hys__echo_ctx(echo);
    hys_matrix states = {0, 0, NULL};
    hys_task task = {0, NULL, NULL};
    hys_status status = hys_task_new(ctx, HYS_TASK_MEMORY, o.n, 1, o.seed, &task);
    if (status != HYS_OK) return status;
    if (r) fit_inputs(r, &task);
    status = run_either(r, echo, &task, &states);
    if (status == HYS_OK) status = hys_memory_capacity(ctx, &states, task.u, &o.readout, o.n_delays, capacities, total);
    hys_matrix_free(ctx, &states);
    hys_task_free(ctx, &task);
    return status;
}

/* ---- images ---- */

hys_reservoir_classify_opts hys_reservoir_classify_opts_default(void) {
    hys_reservoir_classify_opts o = {.size = sizeof o, .ridge = NAN, .train = hys_train_opts_default()};
    o.train.rate = 0.003;
    o.train.epochs = 30;
    return o;
}

typedef struct work {
    hys_ctx *ctx;
    const hys_reservoir_classify_opts *opts;
    const hys_samples *train, *test;
    hys_matrix x, x_test; /* states, or pixels */
    hys_reservoir_scores *scores;
} work;

static size_t width_of(const hys_samples *s) {
    return s->channels * s->height * s->width;
}

/* ---- by ridge ---- */

static hys_status one_hot(hys_ctx *ctx, const hys_samples *s, hys_matrix *y) {
    hys_status status = hys_matrix_new(ctx, s->n, s->n_classes, y);
    for (size_t k = 0; k < s->n && status == HYS_OK; k++) y->values[k * s->n_classes + s->labels[k]] = 1;
    return status;
}

static size_t largest(const double *row, size_t n) {
    size_t best = 0;
    for (size_t j = 1; j < n; j++)
        if (row[j] > row[best]) best = j;
    return best;
}

/* confusion [n_classes n_classes]; may be NULL.  The part that is right. */
static double count(const hys_matrix *p, const hys_samples *s, size_t *confusion) {
    size_t right = 0;
    for (size_t k = 0; k < s->n; k++) {
        const size_t class = largest(p->values + k * p->columns, p->columns);
        right += class == s->labels[k];
        if (confusion) confusion[s->labels[k] * s->n_classes + class]++;
    }
    return (double)right / (double)s->n;
}

static hys_status by_ridge(const work *w) {
    hys_matrix y = {0, 0, NULL}, weights = {0, 0, NULL}, p = {0, 0, NULL}, p_test = {0, 0, NULL};
    double used;
    hys_status status = one_hot(w->ctx, w->train, &y);
    if (status == HYS_OK) status = hys__readout_fit(w->ctx, &w->x, &y, w->opts->ridge, &weights, &used);
    if (status == HYS_OK) status = hys_ridge_apply(w->ctx, &w->x, &weights, &p);
    if (status == HYS_OK) status = hys_ridge_apply(w->ctx, &w->x_test, &weights, &p_test);
    if (status == HYS_OK) {
        w->scores->train_accuracy = count(&p, w->train, NULL);
        w->scores->accuracy = count(&p_test, w->test, w->scores->confusion);
    }
    hys_matrix_free(w->ctx, &y);
    hys_matrix_free(w->ctx, &weights);
    hys_matrix_free(w->ctx, &p);
    hys_matrix_free(w->ctx, &p_test);
    return status;
}

/* ---- by a softmax layer ---- */

typedef struct scale {
    hys__arena arena;
    double *mean, *by; /* [columns] */
} scale;

static hys_status find_scale(hys_ctx *ctx, const hys_matrix *x, scale *s) {
    const size_t m = x->columns;
    hys__arena_init(&s->arena, ctx, 0);
    s->mean = HYS_NEW_N(&s->arena, double, m);
    s->by = HYS_NEW_N(&s->arena, double, m);
    if (s->arena.failed) return HYS_NOMEM;
    for (size_t k = 0; k < x->rows * m; k++) s->mean[k % m] += x->values[k] / (double)x->rows;
    for (size_t k = 0; k < x->rows * m; k++) {
        const double off = x->values[k] - s->mean[k % m];
        s->by[k % m] += off * off / (double)x->rows;
    }
    for (size_t j = 0; j < m; j++) {
        const double sd = sqrt(s->by[j]);
        s->by[j] = sd > 1e-9 * fabs(s->mean[j]) && sd > 0 ? 1 / sd : 0;
    }
    return HYS_OK;
}

/* Rows as samples of their own; free `values`. */
static hys_status scaled(hys_ctx *ctx, const hys_matrix *x, const scale *s, const hys_samples *labels,
                         hys_samples *to) {
    const size_t n = x->rows * x->columns;
    float *values = hys__realloc(ctx, NULL, 0, n * sizeof *values);
    if (!values) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++)
        values[k] = (float)((x->values[k] - s->mean[k % x->columns]) * s->by[k % x->columns]);
    *to = (hys_samples){x->rows, 1, 1, x->columns, values, labels->labels, labels->n_classes};
    return HYS_OK;
}

static void free_values(hys_ctx *ctx, hys_samples *s) {
    if (s->values) hys__free(ctx, s->values, s->n * s->width * sizeof *s->values);
}

static hys_status evaluate(const work *w, hys_network *network, const hys_samples *train, const hys_samples *test) {
    hys_evaluation e = {.size = sizeof e}, e_test = {.size = sizeof e_test};
    hys_status status = hys_network_evaluate(network, train, &e);
    if (status != HYS_OK) return status;
    status = hys_network_evaluate(network, test, &e_test);
    if (status == HYS_OK) {
        w->scores->train_accuracy = e.accuracy;
        w->scores->accuracy = e_test.accuracy;
        memcpy(w->scores->confusion, e_test.confusion,
               w->train->n_classes * w->train->n_classes * sizeof *e_test.confusion);
        hys_evaluation_free(w->ctx, &e_test);
    }
    hys_evaluation_free(w->ctx, &e);
    return status;
}

static hys_status learn(const work *w, const hys_samples *train, const hys_samples *test) {
    char text[64];
    hys_network *network = NULL;
    snprintf(text, sizeof text, "%zu-%zu", train->width, train->n_classes);
    hys_status status = hys_network_parse(w->ctx, text, w->opts->train.seed, &network);
    if (status == HYS_OK) status = hys_network_train(network, train, NULL, &w->opts->train);
    if (status == HYS_OK) status = evaluate(w, network, train, test);
    hys_network_free(network);
    return status;
}

static hys_status by_softmax(const work *w) {
    hys_samples train = {0}, test = {0};
    scale s;
    hys_status status = find_scale(w->ctx, &w->x, &s);
    if (status == HYS_OK) status = scaled(w->ctx, &w->x, &s, w->train, &train);
    if (status == HYS_OK) status = scaled(w->ctx, &w->x_test, &s, w->test, &test);
    if (status == HYS_OK) status = learn(w, &train, &test);
    free_values(w->ctx, &train);
    free_values(w->ctx, &test);
    hys__arena_free(&s.arena);
    return status;
}

/* ---- both ---- */

static hys_status check(hys_ctx *ctx, const hys_samples *train, const hys_samples *test) {
    if (train->n == 0 || test->n == 0)
        return hys__fail(ctx, HYS_ARG, "", "%zu images to train with, %zu to test", train->n, test->n);
    if (width_of(train) != width_of(test) || train->n_classes != test->n_classes || train->n_classes < 2)
        return hys__fail(ctx, HYS_ARG, "", "the test set has other images or classes than the training set");
    return HYS_OK;
}

static hys_status take_pixels(hys_ctx *ctx, const hys_samples *s, hys_matrix *x) {
    hys_status status = hys_matrix_new(ctx, s->n, width_of(s), x);
    for (size_t k = 0; k < s->n * width_of(s) && status == HYS_OK; k++) x->values[k] = (double)s->values[k];
    return status;
}

static hys_status read_out(work *w) {
    const size_t n = w->train->n_classes;
    memset(w->scores->confusion, 0, n * n * sizeof *w->scores->confusion);
    const hys_status status = w->opts->is_ridge ? by_ridge(w) : by_softmax(w);
    hys_matrix_free(w->ctx, &w->x);
    hys_matrix_free(w->ctx, &w->x_test);
    return status;
}

static hys_status with_pixels(work *w) {
    hys_status status = take_pixels(w->ctx, w->train, &w->x);
    if (status == HYS_OK) status = take_pixels(w->ctx, w->test, &w->x_test);
    if (status == HYS_OK) status = read_out(w);
    w->scores->pixel_accuracy = w->scores->accuracy;
    return status;
}

static hys_status with_devices(work *w, hys_reservoir *r) {
    hys_status status = hys_reservoir_images(r, w->train, &w->x);
    if (status == HYS_OK) status = hys_reservoir_images(r, w->test, &w->x_test);
    return status == HYS_OK ? read_out(w) : status;
}

hys_status hys_reservoir_classify(hys_reservoir *r, const hys_samples *train, const hys_samples *test,
                                  const hys_reservoir_classify_opts *given, hys_reservoir_scores *scores) {
    hys_reservoir_classify_opts o = hys_reservoir_classify_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    hys_status status = check(r->ctx, train, test);
    if (status != HYS_OK) return status;
    const size_t n = train->n_classes;
    hys_reservoir_scores found = {
        .size = sizeof found, .n_train = train->n, .n_test = test->n, .n_classes = n, .pixel_accuracy = NAN};
    found.confusion = hys__realloc(r->ctx, NULL, 0, n * n * sizeof *found.confusion);
    if (!found.confusion) return HYS_NOMEM;
    work w = {.ctx = r->ctx, .opts = &o, .train = train, .test = test, .scores = &found};
    if (o.with_pixels) status = with_pixels(&w);
    if (status == HYS_OK) status = with_devices(&w, r);
    hys_matrix_free(r->ctx, &w.x);
    hys_matrix_free(r->ctx, &w.x_test);
    if (status == HYS_OK) *scores = found;
    else hys_reservoir_scores_free(r->ctx, &found);
    return status;
}

void hys_reservoir_scores_free(hys_ctx *ctx, hys_reservoir_scores *scores) {
    const size_t n = scores->n_classes;
    if (scores->confusion) hys__free(ctx, scores->confusion, n * n * sizeof *scores->confusion);
    scores->confusion = NULL;
}
