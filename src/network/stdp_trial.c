/* Whole experiments on neurons that learn without labels. */
#include "base/diag.h"
#include "network/accuracy_impl.h"
#include "network/confusion.h"
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
    hys__arena arena;
    uint16_t *classes; /* [test samples] */
    size_t *confusion; /* [classes classes] */
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
    t->result.stdp.classes = t->classes;
    if (status == HYS_OK) status = hys_stdp_evaluate(network, test, &t->result.stdp);
    if (status == HYS_OK) hys__confusion_count(t->confusion, test, t->classes);
    t->result.stdp.classes = NULL;
    if (status == HYS_OK && t->opts.fields && t->number == 0)
        status = hys_stdp_fields(network, train->channels * train->height, train->width, t->opts.fields);
    *accuracy = t->result.stdp.accuracy;
    hys_stdp_network_free(network);
    return status;
}

static void tell_inputs(const trial *t) {
    const char *path, *hash;
    for (size_t k = 0; t->opts.input && hys_dataset_input(t->dataset, k, &path, &hash); k++)
        t->opts.input(t->opts.input_user, path, hash);
}

static hys_status prepare(trial *t) {
    const hys_status status =
        hys_dataset_read(t->ctx, t->opts.data ? t->opts.data : "fashion-mnist", &t->opts.dataset, &t->dataset);
    if (status != HYS_OK) return status;
    const hys_samples *test = hys_dataset_test(t->dataset);
    tell_inputs(t);
    t->classes = HYS_NEW_N(&t->arena, uint16_t, test->n + 1);
    t->confusion = HYS_NEW_N(&t->arena, size_t, test->n_classes * test->n_classes);
    return t->arena.failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys_stdp_run(hys_ctx *ctx, const hys_stdp_trial_opts *given, hys_stdp_trial_result *result) {
    trial t = {.ctx = ctx, .opts = hys_stdp_trial_opts_default()};
    double accuracies[MOST_SEEDS];
    memcpy(&t.opts, given, given->size < sizeof t.opts ? given->size : sizeof t.opts);
    if (!t.opts.seeds) t.opts.seeds = 1;
    if (t.opts.seeds > MOST_SEEDS)
        return hys__fail(ctx, HYS_LIMIT, "", "%zu seeds are too many: at most %d", t.opts.seeds, MOST_SEEDS);
    t.result.stdp.size = sizeof t.result.stdp;
    hys__arena_init(&t.arena, ctx, 0);
    hys_status status = prepare(&t);
    for (; t.number < t.opts.seeds && status == HYS_OK; t.number++) status = go(&t, &accuracies[t.number]);
    if (status == HYS_OK) {
        t.result.size = sizeof t.result;
        t.result.n_seeds = t.opts.seeds;
        t.result.n_test = hys_dataset_test(t.dataset)->n;
        t.result.accuracy = hys__mean_of(accuracies, t.opts.seeds, &t.result.accuracy_std);
        memcpy(result, &t.result, result->size && result->size < sizeof t.result ? result->size : sizeof t.result);
    }
    if (status == HYS_OK && t.opts.confusion)
        status = hys__confusion_table(ctx, t.confusion, hys_dataset_test(t.dataset)->n_classes, t.opts.confusion);
    hys_dataset_free(t.dataset);
    hys__arena_free(&t.arena);
    return status;
}
