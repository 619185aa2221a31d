/* Training, epoch by epoch. */
#include "base/diag.h"
#include "base/random.h"
#include "network/train_impl.h"
#include <math.h>
#include <string.h>
#include <time.h>

hys_train_opts hys_train_opts_default(void) {
    return (hys_train_opts){.size = sizeof(hys_train_opts),
                            .optimizer = HYS_OPTIMIZER_ADAM,
                            .rate = 0.001,
                            .decay = 1,
                            .momentum = 0.9,
                            .batch = 50,
                            .epochs = 10};
}

/* Each order is as likely (Durstenfeld's shuffle); it depends on the seed and the epoch alone. */
static void shuffle(hys__training *t) {
    const uint64_t key[2] = {t->opts.seed, hys__name_hash("order of samples")};
    for (size_t k = 0; k < t->train->n; k++) t->order[k] = (uint32_t)k;
    for (size_t k = t->train->n; k > 1; k--) {
        const uint64_t ctr[2] = {t->epoch, k};
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        const size_t other = (size_t)(hys__uniform(bits[0]) * (double)k);
        const uint32_t kept = t->order[k - 1];
        t->order[k - 1] = t->order[other];
        t->order[other] = kept;
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#define MARKS 1000 /* calls of progress in all, about */

static hys_status tell_progress(const hys__training *t, size_t batch, size_t n_batches) {
    const double all = (double)n_batches * (double)t->opts.epochs, done = (double)n_batches * (double)t->epoch;
    const size_t every = all > MARKS ? (size_t)(all / MARKS) : 1;
    if (hys_ctx_is_cancelled(t->network->ctx)) return HYS_CANCEL;
    if (!t->opts.progress || batch % every) return HYS_OK;
    return t->opts.progress(t->opts.progress_user, (done + (double)batch) / all) ? HYS_CANCEL : HYS_OK;
}

static hys_status go_through(hys__training *t, hys_epoch *e) {
    const size_t n = t->train->n, n_batches = (n - 1) / t->opts.batch + 1;
    size_t n_right = 0;
    hys_status status = HYS_OK;
    e->loss = 0;
    for (size_t b = 0; b < n_batches && status == HYS_OK; b++) {
        t->batch_first = b * t->opts.batch;
        t->batch_n = n - t->batch_first < t->opts.batch ? n - t->batch_first : t->opts.batch;
        status = tell_progress(t, b, n_batches);
        if (status == HYS_OK) status = hys__training_batch(t, &e->loss, &n_right);
    }
    e->loss /= (double)n;
    e->train_accuracy = (double)n_right / (double)n;
    if (status == HYS_OK && !isfinite(e->loss))
        return hys__fail(t->network->ctx, HYS_NOCONV, "a smaller rate may help", "the loss is not finite in epoch %zu",
                         t->epoch + 1);
    return status;
}

static hys_status test_epoch(hys__training *t, hys_epoch *e) {
    e->test_accuracy = (double)NAN;
    if (!t->test) return HYS_OK;
    hys_evaluation evaluation = {0};
    hys_status status = hys_network_evaluate(t->network, t->test, &evaluation);
    e->test_accuracy = evaluation.accuracy;
    hys_evaluation_free(t->network->ctx, &evaluation);
    return status;
}

static hys_status go_epoch(hys__training *t) {
    const double start = now();
    const size_t n_errors = hys_diag_n_errors(t->network->ctx);
    hys_epoch e = {.epoch = t->epoch + 1};
    t->pass = t->network->pass++;
    shuffle(t);
    hys_status status = hys__network_told(t->network, n_errors, go_through(t, &e));
    if (status == HYS_OK) status = test_epoch(t, &e);
    if (status != HYS_OK) return status;
    e.seconds = now() - start;
    t->epoch++;
    if (t->opts.checkpoint) status = hys__checkpoint_write(t);
    if (status == HYS_OK && t->opts.epoch) t->opts.epoch(t->opts.epoch_user, &e);
    return status;
}

static hys_status go_epochs(hys__training *t) {
    hys_status status = hys__training_init(t);
    if (status == HYS_OK && t->opts.checkpoint) status = hys__checkpoint_read(t);
    while (status == HYS_OK && t->epoch < t->opts.epochs) status = go_epoch(t);
    if (status == HYS_OK && t->opts.progress && t->opts.progress(t->opts.progress_user, 1)) return HYS_CANCEL;
    return status;
}

hys_status hys_network_train(hys_network *network, const hys_samples *train, const hys_samples *test,
                             const hys_train_opts *opts) {
    hys__training t = {.network = network, .opts = hys_train_opts_default(), .train = train, .test = test};
    if (opts) memcpy(&t.opts, opts, opts->size < sizeof t.opts ? opts->size : sizeof t.opts);
    hys_status status = hys__network_check(network, train, true);
    if (status == HYS_OK && test) status = hys__network_check(network, test, true);
    if (status == HYS_OK) status = hys__workers_init(network, &t.crew);
    if (status != HYS_OK) return status;
    hys__arena arena;
    hys__arena_init(&arena, network->ctx, 0);
    t.arena = &arena;
    status = go_epochs(&t);
    hys__arena_free(&arena);
    hys__workers_free(&t.crew);
    return status;
}
