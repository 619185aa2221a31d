/* Whole experiments on neurons that learn without labels. */
#include "base/diag.h"
#include "network/accuracy_impl.h"
#include "network/stdp_impl.h"
#include <string.h>
#include <time.h>

#define MOST_SEEDS 1000

hys_stdp_trial_opts hys_stdp_trial_opts_default(void) {
    return (hys_stdp_trial_opts){.size = sizeof(hys_stdp_trial_opts),
                                 .data = "fashion-mnist",
                                 .dataset = hys_dataset_opts_default(),
                                 .stdp = hys_stdp_opts_default(),
                                 .epochs = 1,
                                 .n_assign = 2000,
                                 .seeds = 1};
}

typedef struct trial {
    hys_ctx *ctx;
    hys_stdp_trial_opts opts;
    hys_dataset *dataset;
    size_t number;
    hys_stdp_trial_result result;
} trial;

static int tell(void *user, double done) {
    const trial *t = user;
    const double all = ((double)t->number + done) / (double)t->opts.seeds;
    return t->opts.progress ? t->opts.progress(t->opts.progress_user, all) : 0;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static hys_status go(trial *t, double *accuracy) {
    const hys_samples *train = hys_dataset_train(t->dataset), *test = hys_dataset_test(t->dataset);
    const size_t epochs = t->opts.epochs ? t->opts.epochs : 1, most = t->opts.n_assign ? t->opts.n_assign : 2000;
    hys_samples few = *train;
    hys_stdp_opts o = t->opts.stdp;
    hys_stdp_network *network = NULL;
    if (few.n > most) few.n = most;
    o.seed = t->opts.seed + t->number;
    o.progress = tell;
    o.progress_user = t;
    hys_status status = hys_stdp_network_new(t->ctx, hys_samples_width(train), &o, &network);
    const double start = now();
    if (status == HYS_OK) status = hys_stdp_train(network, train, epochs);
    t->result.train_seconds = (now() - start) / (double)(train->n * epochs);
    if (status == HYS_OK) status = hys_stdp_assign(network, &few);
    if (status == HYS_OK) status = hys_stdp_evaluate(network, test, &t->result.stdp);
    *accuracy = t->result.stdp.accuracy;
    hys_stdp_network_free(network);
    return status;
}

hys_status hys_stdp_run(hys_ctx *ctx, const hys_stdp_trial_opts *given, hys_stdp_trial_result *result) {
    trial t = {.ctx = ctx, .opts = hys_stdp_trial_opts_default()};
    double accuracies[MOST_SEEDS];
    memcpy(&t.opts, given, given->size < sizeof t.opts ? given->size : sizeof t.opts);
    if (!t.opts.seeds) t.opts.seeds = 1;
    if (t.opts.seeds > MOST_SEEDS)
        return hys__fail(ctx, HYS_LIMIT, "", "%zu seeds are too many: at most %d", t.opts.seeds, MOST_SEEDS);
    t.result.stdp.size = sizeof t.result.stdp;
    hys_status status = hys_dataset_read(ctx, t.opts.data ? t.opts.data : "fashion-mnist", &t.opts.dataset, &t.dataset);
    for (; t.number < t.opts.seeds && status == HYS_OK; t.number++) status = go(&t, &accuracies[t.number]);
    if (status == HYS_OK) {
        t.result.size = sizeof t.result;
        t.result.n_seeds = t.opts.seeds;
        t.result.n_test = hys_dataset_test(t.dataset)->n;
        t.result.accuracy = hys__mean_of(accuracies, t.opts.seeds, &t.result.accuracy_std);
        memcpy(result, &t.result, result->size && result->size < sizeof t.result ? result->size : sizeof t.result);
    }
    hys_dataset_free(t.dataset);
    return status;
}
