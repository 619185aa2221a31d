/* Whole experiments on spiking networks: trained, on their device, told. */
#include "base/diag.h"
#include "base/memory.h"
#include "network/accuracy_impl.h"
#include "network/confusion.h"
#include "network/spiking_impl.h"
#include <math.h>
#include <string.h>

#define MOST_MARKS 31
#define MOST_TIMES 64

static const char *const names[] = {
#define HYS_X(id, name, what) name,
    HYS_SPIKING_TRAININGS(HYS_X)
#undef HYS_X
};

const char *hys_spiking_training_name(hys_spiking_training training) {
    return (unsigned)training < HYS_N_SPIKING_TRAININGS ? names[training] : "";
}

hys_spiking_trial_opts hys_spiking_trial_opts_default(void) {
    hys_spiking_trial_opts o = {.size = sizeof o,
                                .data = "fashion-mnist",
                                .dataset = hys_dataset_opts_default(),
                                .network = "784-64-10",
                                .train = hys_train_opts_default(),
                                .slope = 2,
                                .spiking = hys_spiking_opts_default(),
                                .mapping = hys_mapping_opts_default(),
                                .seeds = 5};
    o.mapping.fidelity = HYS_FIDELITY_DISTILLED;
    return o;
}

typedef struct trial {
    hys_ctx *ctx;
    hys__arena arena;
    hys_spiking_trial_opts opts;
    hys_dataset *dataset;
    size_t seeds, number; /* which seed is at work */
    double from, to;      /* of the progress: what is being done */
    hys_network *software, *device;
    hys_spiking *given;        /* from a file: its network is the software's */
    double *trained, *spiking; /* [seeds] accuracies */
    double *curve, *aged;      /* [n_at seeds], [n_times seeds] */
    uint16_t *classes;         /* [test samples] */
    size_t *confusion;         /* [classes classes] */
    hys_spiking_trial_result result;
} trial;

/* ---- progress ---- */

static int tell(void *user, double done) {
    const trial *t = user;
    const double all = ((double)t->number + t->from + (t->to - t->from) * done) / (double)t->seeds;
    return t->opts.progress ? t->opts.progress(t->opts.progress_user, all) : 0;
}

static void part(trial *t, double from, double to) {
    t->from = from;
    t->to = to;
}

static void hear(void *user, const hys_epoch *epoch) {
    const trial *t = user;
    if (t->opts.epoch) t->opts.epoch(t->opts.epoch_user, t->number, epoch);
}

/* ---- training ---- */

static hys_train_opts train_opts(trial *t) {
    hys_train_opts o = t->opts.train;
    o.seed = t->opts.seed + t->number;
    o.progress = tell;
    o.progress_user = t;
    o.epoch = hear;
    o.epoch_user = t;
    return o;
}

static hys_spiking_opts spiking_opts(const trial *t) {
    hys_spiking_opts o = t->opts.spiking;
    o.seed = t->opts.seed + t->number;
    if (t->opts.training == HYS_SPIKING_CONVERT) o.neuron = hys_neuron_default(HYS_NEURON_IF);
    return o;
}

static hys_status train_relu(trial *t) {
    const hys_train_opts o = train_opts(t);
    const hys_samples *test = hys_dataset_test(t->dataset);
    hys_evaluation e = {.size = sizeof e};
    hys_status status = HYS_OK;
    if (!t->opts.weights) status = hys_network_train(t->software, hys_dataset_train(t->dataset), NULL, &o);
    if (status == HYS_OK) status = hys_network_fold(t->software);
    if (status == HYS_OK) status = hys_network_evaluate(t->software, test, &e);
    if (status == HYS_OK) t->trained[t->number] = e.accuracy;
    hys_evaluation_free(t->ctx, &e);
    return status;
}

static hys_status train_spikes(trial *t) {
    const hys_spiking_opts o = spiking_opts(t);
    hys_surrogate_opts u = hys_surrogate_opts_default();
    hys_spiking_result r = {.size = sizeof r};
    hys_spiking *s = NULL;
    u.train = train_opts(t);
    u.surrogate = t->opts.surrogate;
    u.slope = t->opts.slope;
    hys_status status = hys_spiking_new(t->software, &o, &s);
    if (status == HYS_OK && !t->opts.weights) status = hys_spiking_train(s, hys_dataset_train(t->dataset), NULL, &u);
    if (status == HYS_OK) status = hys_spiking_evaluate(s, hys_dataset_test(t->dataset), NULL, 0, &r);
    t->trained[t->number] = r.accuracy;
    hys_spiking_free(s);
    return status;
}

/* Neurons, and weights, are those of the file. */
static hys_status take_file(trial *t) {
    const hys_spiking_opts o = spiking_opts(t);
    hys_spiking_result r = {.size = sizeof r};
    hys_status status = hys_spiking_read_nir(t->ctx, t->opts.from, &o, &t->given);
    if (status != HYS_OK) return status;
    t->software = hys_spiking_network(t->given);
    hys_network_set_threads(t->software, t->opts.threads);
    status = hys_spiking_evaluate(t->given, hys_dataset_test(t->dataset), NULL, 0, &r);
    t->trained[t->number] = r.accuracy;
    return status;
}

static hys_status train(trial *t) {
    if (t->opts.from) return take_file(t);
    hys_status status = hys_network_parse(t->ctx, t->opts.network, t->opts.seed + t->number, &t->software);
    if (status != HYS_OK) return status;
    hys_network_set_threads(t->software, t->opts.threads);
    if (t->opts.weights) status = hys_network_read_weights(t->software, t->opts.weights);
    if (status != HYS_OK) return status;
    return t->opts.training == HYS_SPIKING_CONVERT ? train_relu(t) : train_spikes(t);
}

/* ---- spikes ---- */

static hys_status map(trial *t) {
    hys_mapping_opts m = t->opts.mapping;
    hys_status status = hys_network_copy(t->software, &t->device);
    m.synapse = t->opts.synapse;
    m.seed = m.product.seed = t->opts.seed + t->number;
    m.calibration = hys_dataset_train(t->dataset);
    if (status == HYS_OK) hys_network_set_threads(t->device, t->opts.threads);
    if (status == HYS_OK && t->opts.synapse) status = hys_network_map_all(t->device, &m);
    return status;
}

/* Thresholds are those of the weights that were asked for: the chip is not measured before it is used. */
static hys_status balance(const trial *t, hys_spiking *s) {
    hys_spiking *other = NULL;
    if (t->given) return hys__spiking_take_neurons(s, t->given);
    if (t->opts.training != HYS_SPIKING_CONVERT) return HYS_OK;
    const hys_spiking_opts o = spiking_opts(t);
    hys_status status = hys_spiking_new(t->software, &o, &other);
    if (status == HYS_OK) status = hys_spiking_balance(other, hys_dataset_train(t->dataset), 0, t->opts.part);
    if (status == HYS_OK) status = hys__spiking_take_neurons(s, other);
    hys_spiking_free(other);
    return status;
}

static hys_status write_nir(const trial *t, hys_network *software) {
    const hys_spiking_opts o = spiking_opts(t);
    const hys_samples *train = hys_dataset_train(t->dataset);
    hys_spiking *s = NULL;
    hys_status status = hys_spiking_new(software, &o, &s);
    if (status == HYS_OK && t->opts.training == HYS_SPIKING_CONVERT)
        status = hys_spiking_balance(s, train, 0, t->opts.part);
    if (status == HYS_OK) status = hys_spiking_write_nir(s, t->opts.nir);
    hys_spiking_free(s);
    return status;
}

static hys_status evaluate(trial *t, hys_spiking *s) {
    const size_t k = t->number;
    hys_spiking_result r = {.size = sizeof r, .classes = t->classes};
    hys_status status = hys_spiking_evaluate(s, hys_dataset_test(t->dataset), t->opts.at, t->opts.n_at, &r);
    if (status == HYS_OK) hys__confusion_count(t->confusion, hys_dataset_test(t->dataset), t->classes);
    r.classes = NULL;
    t->spiking[k] = r.accuracy;
    for (size_t i = 0; i < t->opts.n_at; i++) t->curve[i * t->seeds + k] = r.accuracies[i];
    if (k == 0) t->result.spiking = r;
    part(t, 0.75, 1);
    for (size_t i = 0; i < t->opts.n_times && status == HYS_OK; i++) {
        status = hys_network_wait(t->device, t->opts.times[i], 0);
        if (status == HYS_OK) status = hys_spiking_evaluate(s, hys_dataset_test(t->dataset), NULL, 0, &r);
        t->aged[i * t->seeds + k] = r.accuracy;
        if (status == HYS_OK && tell(t, (double)(i + 1) / (double)t->opts.n_times)) status = HYS_CANCEL;
    }
    return status;
}

static hys_status go(trial *t) {
    const hys_spiking_opts o = spiking_opts(t);
    hys_spiking *s = NULL;
    part(t, 0, 0.5);
    hys_status status = train(t);
    if (status == HYS_OK && t->opts.nir && t->number == 0) status = write_nir(t, t->software);
    if (status == HYS_OK) status = map(t);
    if (status == HYS_OK) status = hys_spiking_new(t->device, &o, &s);
    if (status == HYS_OK) status = balance(t, s);
    part(t, 0.5, 0.75);
    if (status == HYS_OK) status = evaluate(t, s);
    hys_spiking_free(s);
    hys_network_free(t->device);
    if (t->given) hys_spiking_free(t->given);
    else hys_network_free(t->software);
    t->device = t->software = NULL;
    t->given = NULL;
    return status;
}

/* ---- all of it ---- */

static hys_status check(const trial *t) {
    const hys_spiking_trial_opts *o = &t->opts;
    if (o->training != HYS_SPIKING_CONVERT && o->training != HYS_SPIKING_SURROGATE)
        return hys__fail(t->ctx, HYS_ARG, "convert, surrogate", "there is no training %d", (int)o->training);
    if (o->n_at > MOST_MARKS || o->n_times > MOST_TIMES)
        return hys__fail(t->ctx, HYS_LIMIT, "", "accuracies are told at %d steps and %d times at most", MOST_MARKS,
                         MOST_TIMES);
    if (o->from && (o->weights || o->nir))
        return hys__fail(t->ctx, HYS_ARG, "", "a network from a file has its weights, and is written as NIR already");
    if (o->n_times && !o->synapse)
        return hys__fail(t->ctx, HYS_ARG, "a device", "weights in software are the same after any time");
    return HYS_OK;
}

/* Before hours are spent: the network fits, and spikes pass through it. */
static hys_status try_network(const trial *t) {
    const hys_samples *train = hys_dataset_train(t->dataset), *test = hys_dataset_test(t->dataset);
    const hys_spiking_opts o = spiking_opts(t);
    hys_network *n = NULL;
    hys_spiking *s = NULL;
    hys_spiking_result r = {.size = sizeof r};
    hys_status status = hys_network_parse(t->ctx, t->opts.network, t->opts.seed, &n);
    if (status == HYS_OK) status = hys_network_fold(n);
    if (status == HYS_OK) status = hys_spiking_new(n, &o, &s);
    if (status == HYS_OK) {
        hys_samples one = *test;
        one.n = one.n > 0;
        status = hys_spiking_evaluate(s, &one, t->opts.at, t->opts.n_at, &r);
    }
    if (status == HYS_OK && train->n == 0)
        status = hys__fail(t->ctx, HYS_ARG, "", "there are no samples to train with");
    if (status == HYS_OK && t->opts.nir) status = write_nir(t, n);
    hys_spiking_free(s);
    hys_network_free(n);
    return status;
}

static void tell_inputs(const trial *t) {
    const char *path, *hash;
    for (size_t k = 0; t->opts.input && hys_dataset_input(t->dataset, k, &path, &hash); k++)
        t->opts.input(t->opts.input_user, path, hash);
}

static hys_status prepare(trial *t) {
    const hys_spiking_trial_opts *o = &t->opts;
    hys_status status = check(t);
    if (status == HYS_OK) status = hys_dataset_read(t->ctx, o->data, &o->dataset, &t->dataset);
    if (status == HYS_OK && !o->from) status = try_network(t);
    if (status != HYS_OK) return status;
    const hys_samples *test = hys_dataset_test(t->dataset);
    tell_inputs(t);
    t->classes = HYS_NEW_N(&t->arena, uint16_t, test->n + 1);
    t->confusion = HYS_NEW_N(&t->arena, size_t, test->n_classes * test->n_classes);
    t->trained = HYS_NEW_N(&t->arena, double, t->seeds);
    t->spiking = HYS_NEW_N(&t->arena, double, t->seeds);
    t->curve = HYS_NEW_N(&t->arena, double, t->seeds *(o->n_at + 1));
    t->aged = HYS_NEW_N(&t->arena, double, t->seeds *(o->n_times + 1));
    return t->arena.failed ? HYS_NOMEM : HYS_OK;
}

static void conclude(trial *t) {
    hys_spiking_trial_result *r = &t->result;
    const size_t n = t->seeds;
    r->size = sizeof *r;
    r->n_seeds = n;
    r->n_test = hys_dataset_test(t->dataset)->n;
    r->software_accuracy = hys__mean_of(t->trained, n, &r->software_std);
    r->accuracy = hys__mean_of(t->spiking, n, &r->accuracy_std);
    for (size_t k = 0; k < t->opts.n_at; k++) r->curve[k] = hys__mean_of(t->curve + k * n, n, &r->curve_std[k]);
    for (size_t k = 0; k < t->opts.n_times; k++) r->aged[k] = hys__mean_of(t->aged + k * n, n, &r->aged_std[k]);
}

hys_status hys_spiking_run(hys_ctx *ctx, const hys_spiking_trial_opts *given, hys_spiking_trial_result *result) {
    trial t = {.ctx = ctx, .opts = hys_spiking_trial_opts_default()};
    memcpy(&t.opts, given, given->size < sizeof t.opts ? given->size : sizeof t.opts);
    if (!t.opts.data) t.opts.data = "fashion-mnist";
    if (!t.opts.network) t.opts.network = "784-64-10";
    t.seeds = t.opts.seeds ? t.opts.seeds : 5;
    hys__arena_init(&t.arena, ctx, 0);
    hys_status status = prepare(&t);
    for (; t.number < t.seeds && status == HYS_OK; t.number++) status = go(&t);
    if (status == HYS_OK) conclude(&t);
    if (status == HYS_OK && t.opts.confusion)
        status = hys__confusion_table(ctx, t.confusion, hys_dataset_test(t.dataset)->n_classes, t.opts.confusion);
    const size_t size = result->size && result->size < sizeof t.result ? result->size : sizeof t.result;
    if (status == HYS_OK) memcpy(result, &t.result, size);
    hys_dataset_free(t.dataset);
    hys__arena_free(&t.arena);
    return status;
}
