/* Training of spiking networks: Adam (Kingma and Ba 2015) along surrogate gradients. */
#include "network/spiking_train.h"
#include "base/diag.h"
#include "base/random.h"
#include <math.h>
#include <string.h>
#include <time.h>

static const char *const names[] = {
#define HYS_X(id, name, what) name,
    HYS_SURROGATES(HYS_X)
#undef HYS_X
};

const char *hys_surrogate_name(hys_surrogate surrogate) {
    return (unsigned)surrogate < HYS_N_SURROGATES ? names[surrogate] : "";
}

hys_surrogate_opts hys_surrogate_opts_default(void) {
    hys_surrogate_opts o = {
        .size = sizeof o, .train = hys_train_opts_default(), .surrogate = HYS_SURROGATE_FAST_SIGMOID, .slope = 2};
    o.train.epochs = 5;
    o.train.rate = 2e-3;
    return o;
}

/* ---- checks ---- */

static hys_status begin(hys__bptt *b, hys_spiking *s, const hys_samples *samples, const hys_surrogate_opts *given) {
    *b = (hys__bptt){.spiking = s, .opts = hys_surrogate_opts_default(), .samples = samples};
    hys__arena_init(&b->arena, s->ctx, 0);
    if (given) memcpy(&b->opts, given, given->size < sizeof b->opts ? given->size : sizeof b->opts);
    if ((unsigned)b->opts.surrogate >= HYS_N_SURROGATES)
        return hys__fail(s->ctx, HYS_ARG, "fast-sigmoid, arctan", "there is no surrogate %d", (int)b->opts.surrogate);
    if (!(b->opts.slope >= 0 && isfinite(b->opts.slope)))
        return hys__fail(s->ctx, HYS_ARG, "more than 0", "a surrogate cannot have a slope of %g", b->opts.slope);
    if (s->opts.readout == HYS_READOUT_FIRST)
        return hys__fail(s->ctx, HYS_ARG, "sum, count", "the time of a first spike is nothing to train");
    return hys__network_check(s->network, samples, true);
}

/* ---- steps ---- */

#define BETA_1  0.9 /* of Adam, as published */
#define BETA_2  0.999
#define EPSILON 1e-8

static void step(hys__bptt *b, double rate) {
    const double n = ++b->steps;
    const float scale_1 = (float)(1 / (1 - pow(BETA_1, n))), scale_2 = (float)(1 / (1 - pow(BETA_2, n)));
    float *restrict m = b->moment_1, *restrict v = b->moment_2, *restrict values = b->values;
    for (size_t i = 0; i < b->n_values; i++) {
        const float g = b->gradient[i];
        m[i] += (float)(1 - BETA_1) * (g - m[i]);
        v[i] += (float)(1 - BETA_2) * (g * g - v[i]);
        values[i] -= (float)rate * (m[i] * scale_1) / (sqrtf(v[i] * scale_2) + (float)EPSILON);
    }
}

static hys_status hand_out(const hys__bptt *b) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < b->n_stages && status == HYS_OK; k++)
        status =
            hys_network_set_weights(b->spiking->network, b->stages[k].layer, b->stages[k].weights, b->stages[k].biases);
    return status;
}

static void shuffle(const hys__bptt *b, uint32_t *order) {
    const uint64_t key[2] = {b->opts.train.seed, hys__name_hash("order of samples")};
    for (size_t k = 0; k < b->samples->n; k++) order[k] = (uint32_t)k;
    for (size_t k = b->samples->n; k > 1; k--) {
        const uint64_t ctr[2] = {b->epoch, k};
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        const size_t other = (size_t)(hys__uniform(bits[0]) * (double)k);
        const uint32_t kept = order[k - 1];
        order[k - 1] = order[other];
        order[other] = kept;
    }
}

static hys_status tell(const hys__bptt *b, double part) {
    const hys_train_opts *o = &b->opts.train;
    if (hys_ctx_is_cancelled(b->spiking->ctx)) return HYS_CANCEL;
    const double done = ((double)b->epoch + part) / (double)o->epochs;
    return o->progress && o->progress(o->progress_user, done) ? HYS_CANCEL : HYS_OK;
}

static hys_status go_epoch(hys__bptt *b, uint32_t *order, const hys_samples *test, hys_epoch *e) {
    const hys_train_opts *o = &b->opts.train;
    const double rate = o->rate * pow(o->decay, (double)b->epoch), n = (double)b->samples->n;
    size_t n_right = 0;
    hys_status status = HYS_OK;
    shuffle(b, order);
    b->order = order;
    for (b->first = 0; b->first < b->samples->n && status == HYS_OK; b->first += o->batch) {
        const size_t left = b->samples->n - b->first;
        b->n = left < o->batch ? left : o->batch;
        hys__bptt_batch(b, &e->loss, &n_right);
        step(b, rate);
        status = tell(b, (double)b->first / n);
    }
    e->loss /= n;
    e->train_accuracy = (double)n_right / n;
    if (status == HYS_OK && !isfinite(e->loss))
        return hys__fail(b->spiking->ctx, HYS_NOCONV, "a smaller rate may help", "the loss is not finite in epoch %zu",
                         e->epoch);
    if (status == HYS_OK) status = hand_out(b);
    e->test_accuracy = (double)NAN;
    if (status != HYS_OK || !test) return status;
    hys_spiking_result r = {.size = sizeof r};
    status = hys_spiking_evaluate(b->spiking, test, NULL, 0, &r);
    e->test_accuracy = r.accuracy;
    return status;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static hys_status go_epochs(hys__bptt *b, const hys_samples *test) {
    const hys_train_opts *o = &b->opts.train;
    hys_ctx *ctx = b->spiking->ctx;
    if (o->batch == 0 || o->batch > HYS__MOST_BATCH)
        return hys__fail(ctx, HYS_ARG, "", "a batch has 1 to %u samples, not %zu", HYS__MOST_BATCH, o->batch);
    if (!(o->rate > 0 && isfinite(o->rate)))
        return hys__fail(ctx, HYS_ARG, "", "nothing is learnt at a rate of %g", o->rate);
    hys_status status = hys__bptt_init(b, o->batch);
    uint32_t *order = HYS_NEW_N(&b->arena, uint32_t, b->samples->n);
    b->moment_1 = HYS_NEW_N(&b->arena, float, b->n_values);
    b->moment_2 = HYS_NEW_N(&b->arena, float, b->n_values);
    if (b->arena.failed) return HYS_NOMEM;
    for (; b->epoch < o->epochs && status == HYS_OK; b->epoch++) {
        const double start = now();
        hys_epoch e = {.epoch = b->epoch + 1};
        status = go_epoch(b, order, test, &e);
        e.seconds = now() - start;
        if (status == HYS_OK && o->epoch) o->epoch(o->epoch_user, &e);
    }
    return status;
}

hys_status hys_spiking_train(hys_spiking *s, const hys_samples *train, const hys_samples *test,
                             const hys_surrogate_opts *given) {
    hys__bptt b;
    hys_status status = begin(&b, s, train, given);
    if (status == HYS_OK && test) status = hys__network_check(s->network, test, true);
    if (status == HYS_OK) status = go_epochs(&b, test);
    hys__arena_free(&b.arena);
    return status;
}

hys_status hys_spiking_gradient(hys_spiking *s, const hys_samples *samples, size_t n, const hys_surrogate_opts *given,
                                size_t k, double *loss, float *gradient) {
    hys__bptt b;
    size_t n_right = 0;
    hys_status status = begin(&b, s, samples, given);
    if (status == HYS_OK && (n == 0 || n > samples->n || n > HYS__MOST_BATCH))
        status = hys__fail(s->ctx, HYS_ARG, "", "there is no gradient of %zu of %zu samples", n, samples->n);
    if (status == HYS_OK) status = hys__bptt_init(&b, n);
    if (status == HYS_OK) {
        b.n = n;
        *loss = 0;
        hys__bptt_batch(&b, loss, &n_right);
        *loss /= (double)n;
    }
    for (size_t i = 0; status == HYS_OK && gradient && i < b.n_stages; i++)
        if (b.stages[i].layer == k)
            memcpy(gradient, b.gradient + b.stages[i].at_weights,
                   b.stages[i].rows * b.stages[i].columns * sizeof *gradient);
    hys__arena_free(&b.arena);
    return status;
}
