/* What accuracy and energy a device gives a network. */
#include "base/diag.h"
#include "network/accuracy_impl.h"
#include "network/pulsed.h"
#include <math.h>
#include <string.h>
#include <time.h>

/* ---- names and defaults ---- */

static const char *const training_names[] = {
#define HYS_X(id, name, what) name,
    HYS_TRAININGS(HYS_X)
#undef HYS_X
};
static const char *const training_texts[] = {
#define HYS_X(id, name, what) what,
    HYS_TRAININGS(HYS_X)
#undef HYS_X
};

const char *hys_training_name(hys_training training) {
    return (unsigned)training < HYS_N_TRAININGS ? training_names[training] : "";
}

const char *hys_training_text(hys_training training) {
    return (unsigned)training < HYS_N_TRAININGS ? training_texts[training] : "";
}

hys_accuracy_opts hys_accuracy_opts_default(void) {
    hys_accuracy_opts o = {.size = sizeof o,
                           .data = "fashion-mnist",
                           .dataset = hys_dataset_opts_default(),
                           .network = "784-64-10",
                           .train = hys_train_opts_default(),
                           .tune = hys_train_opts_default(),
                           .aware = hys_aware_opts_default(),
                           .pulsed = hys_pulsed_opts_default(),
                           .device = hys_synapse_opts_default(),
                           .mapping = hys_mapping_opts_default(),
                           .seeds = 5};
    o.tune.epochs = 3;
    o.tune.rate = NAN;
    o.pulsed.rule = HYS_PULSED_COUNTED; /* the one that gets near software with few levels */
    o.mapping.product.adc_range = HYS_ADC_CALIBRATED;
    o.mapping.product.adc_part = 0.9999;
    return o;
}

/* ---- progress ---- */

void hys__accuracy_part(hys_accuracy *accuracy, double from, double to) {
    accuracy->from = from;
    accuracy->to = to;
}

int hys__accuracy_tell(void *user, double done) {
    const hys_accuracy *a = user;
    return a->opts.progress ? a->opts.progress(a->opts.progress_user, a->from + (a->to - a->from) * done) : 0;
}

typedef struct listener {
    const hys__trial *trial;
    bool is_device;
} listener;

static void hear_epoch(void *user, const hys_epoch *epoch) {
    const listener *l = user;
    const hys_accuracy_opts *o = &l->trial->accuracy->opts;
    if (o->epoch) o->epoch(o->epoch_user, l->trial->number, l->is_device, epoch);
}

/* ---- training in software ---- */

static hys_train_opts train_opts(const hys__trial *t, const hys_train_opts *given, listener *l, const char *stage,
                                 char path[4096]) {
    hys_accuracy *a = t->accuracy;
    hys_train_opts o = *given;
    o.seed = t->seed;
    o.progress = hys__accuracy_tell;
    o.progress_user = a;
    o.epoch = hear_epoch;
    o.epoch_user = l;
    if (!a->opts.checkpoints) return o;
    const int n = snprintf(path, 4096, "%s/%s-seed%llu.npz", a->opts.checkpoints, stage, (unsigned long long)t->seed);
    o.checkpoint = n > 0 && n < 4096 ? path : NULL;
    return o;
}

static hys_status train_software(hys__trial *t) {
    const hys_accuracy *a = t->accuracy;
    listener l = {t, false};
    char path[4096];
    const hys_train_opts opts = train_opts(t, &a->opts.train, &l, "software", path);
    hys_status status = hys_network_parse(a->ctx, a->opts.network, t->seed, &t->software);
    if (status != HYS_OK) return status;
    hys_network_set_threads(t->software, a->opts.threads);
    if (a->opts.weights) status = hys_network_read_weights(t->software, a->opts.weights);
    else status = hys_network_train(t->software, hys_dataset_train(a->dataset), hys_dataset_test(a->dataset), &opts);
    return status;
}

/* ---- on the device ---- */

hys_mapping_opts hys__trial_mapping(const hys__trial *t) {
    hys_mapping_opts m = t->accuracy->opts.mapping;
    m.synapse = t->accuracy->synapse;
    m.seed = t->seed;
    m.product.seed = t->seed;
    m.calibration = hys_dataset_train(t->accuracy->dataset);
    m.progress = hys__accuracy_tell;
    m.progress_user = t->accuracy;
    return m;
}

static const hys_layer_choice *choice_of(const hys_accuracy_opts *o, const char *layer) {
    for (size_t k = 0; k < o->n_choices; k++)
        if (!strcmp(o->choices[k].layer, layer)) return &o->choices[k];
    return NULL;
}

hys_status hys__trial_map(const hys__trial *t, const hys_network *software, const hys_mapping_opts *mapping,
                          hys_network **device) {
    hys_network *n = NULL;
    hys_status status = hys_network_copy(software, &n);
    if (status == HYS_OK) status = hys_network_fold(n);
    for (size_t k = 0; status == HYS_OK && k < hys_network_n_layers(n); k++) {
        const hys_layer_info info = hys_network_layer(n, k);
        const hys_layer_choice *choice = info.rows > 0 ? choice_of(&t->accuracy->opts, info.name) : NULL;
        hys_mapping_opts m = *mapping;
        if (choice) m.fidelity = choice->fidelity;
        if (info.rows > 0) status = hys_network_map(n, k, &m);
    }
    if (status == HYS_OK) *device = n;
    else hys_network_free(n);
    return status;
}

static size_t last_with_weights(const hys_network *n) {
    size_t last = 0;
    for (size_t k = 0; k < hys_network_n_layers(n); k++)
        if (hys_network_layer(n, k).rows > 0) last = k;
    return last;
}

/* Layers from `first` on are held by cells that pulses change. */
static hys_status hold_pulsed(const hys__trial *t, hys_network *n, size_t first) {
    hys_pulsed_opts p = t->accuracy->opts.pulsed;
    hys_status status = HYS_OK;
    p.synapse = t->accuracy->synapse;
    p.seed = t->seed;
    for (size_t k = first; k < hys_network_n_layers(n) && status == HYS_OK; k++)
        if (hys_network_layer(n, k).rows > 0) status = hys_network_hold_pulsed(n, k, &p);
    return status;
}

static hys_status train_pulsed(hys__trial *t, size_t first) {
    const hys_accuracy *a = t->accuracy;
    listener l = {t, true};
    char path[4096];
    hys_train_opts opts = train_opts(t, &a->opts.tune, &l, "device", path);
    opts.first_layer = first;
    opts.checkpoint = NULL;             /* what cells hold is not in it */
    opts.optimizer = HYS_OPTIMIZER_SGD; /* biases go as the cells do */
    opts.momentum = 0;
    const hys_status status = hold_pulsed(t, t->device, first);
    if (status != HYS_OK) return status;
    return hys_network_train(t->device, hys_dataset_train(a->dataset), hys_dataset_test(a->dataset), &opts);
}

static hys_status train_in_place(hys__trial *t) {
    const hys_status status = hys_network_parse(t->accuracy->ctx, t->accuracy->opts.network, t->seed, &t->device);
    if (status != HYS_OK) return status;
    hys_network_set_threads(t->device, t->accuracy->opts.threads);
    return train_pulsed(t, 0);
}

static hys_status train_aware(hys__trial *t) {
    const hys_accuracy *a = t->accuracy;
    hys_aware_opts aware = a->opts.aware;
    listener l = {t, true};
    char path[4096];
    const hys_train_opts opts = train_opts(t, &a->opts.tune, &l, "aware", path);
    aware.mapping = hys__trial_mapping(t);
    hys_status status = hys_network_copy(t->software, &t->aware);
    if (status == HYS_OK) status = hys_network_fold(t->aware);
    if (status == HYS_OK)
        status = hys_network_train_aware(t->aware, hys_dataset_train(a->dataset), hys_dataset_test(a->dataset), &opts,
                                         &aware);
    return status == HYS_OK ? hys__trial_map(t, t->aware, &aware.mapping, &t->device) : status;
}

static hys_status train_hybrid(hys__trial *t) {
    const hys_mapping_opts m = hys__trial_mapping(t);
    const hys_status status = hys__trial_map(t, t->software, &m, &t->device);
    return status == HYS_OK ? train_pulsed(t, last_with_weights(t->device)) : status;
}

static hys_status make_device(hys__trial *t) {
    const hys_mapping_opts m = hys__trial_mapping(t);
    switch (t->accuracy->opts.training) {
    case HYS_TRAINING_AWARE:
        return train_aware(t);
    case HYS_TRAINING_INPLACE:
        return train_in_place(t);
    case HYS_TRAINING_HYBRID:
        return train_hybrid(t);
    default:
        return hys__trial_map(t, t->software, &m, &t->device);
    }
}

/* ---- what came of it ---- */

static hys_status evaluate_software(const hys__trial *t) {
    hys_accuracy *a = t->accuracy;
    hys_evaluation e = {.size = sizeof e};
    const hys_status status = hys_network_evaluate(t->software, hys_dataset_test(a->dataset), &e);
    if (status == HYS_OK) a->software[t->number] = e.accuracy;
    hys_evaluation_free(a->ctx, &e);
    return status;
}

static hys_status evaluate_device(hys__trial *t) {
    hys_accuracy *a = t->accuracy;
    hys_evaluation e = {.size = sizeof e};
    const hys_status status = hys_network_evaluate(t->device, hys_dataset_test(a->dataset), &e);
    if (status == HYS_OK) a->device[t->number] = e.accuracy;
    const size_t n = a->result.n_classes; /* a network may have more outputs: they are no answers */
    for (size_t k = 0; status == HYS_OK && k < n * n; k++) a->confusion[k] += e.confusion[k / n * e.n_classes + k % n];
    hys_evaluation_free(a->ctx, &e);
    return status;
}

/* What pulses took, a sample; the report of every layer that is held by cells. */
static void add_training(hys_accuracy *a, const hys_network *n) {
    const bool is_pulsed = a->opts.training == HYS_TRAINING_INPLACE || a->opts.training == HYS_TRAINING_HYBRID;
    double energy = 0, time = 0, most = 0, steps = 0;
    if (!is_pulsed) return;
    for (size_t k = 0; k < hys_network_n_layers(n); k++) {
        hys_pulsed_report r = {.size = sizeof r};
        if (!hys__network_is_pulsed(n, k) || hys_network_pulsed(n, k, &r) != HYS_OK) continue;
        energy += r.energy;
        time += r.time;
        most = fmax(most, r.most);
        steps = fmax(steps, r.updates);
    }
    if (!(steps > 0)) return;
    a->result.train_energy = energy / steps;
    a->result.train_time = time / steps;
    a->result.pulses = most;
}

/* Layers that pulses have trained, as arrays that hold just what they hold, so that reads have a cost. */
static hys_status as_arrays(const hys__trial *t, hys_network **arrays) {
    hys_mapping_opts m = hys__trial_mapping(t);
    m.is_perfect = true;
    m.is_kernel = false;
    if (m.fidelity == HYS_FIDELITY_EXACT) m.fidelity = HYS_FIDELITY_LINEAR;
    return hys__trial_map(t, t->device, &m, arrays);
}

static hys_status measure_layers(hys_accuracy *a, hys_network *n, const hys_samples *samples) {
    hys_status status = HYS_OK;
    size_t layer = 0;
    for (size_t k = 0; k < hys_network_n_layers(n) && status == HYS_OK; k++) {
        if (hys_network_layer(n, k).rows == 0) continue;
        hys_mapping_report *r = &a->layers[layer++];
        *r = (hys_mapping_report){.size = sizeof *r};
        status = hys_network_mapping(n, k, samples, r);
        a->result.program_energy += r->program_energy;
        a->result.program_time += r->program_time;
    }
    a->result.n_layers = layer;
    return status;
}

static hys_status measure_cost(const hys__trial *t) {
    hys_accuracy *a = t->accuracy;
    const hys_samples *test = hys_dataset_test(a->dataset);
    const bool is_pulsed = a->opts.training == HYS_TRAINING_INPLACE || a->opts.training == HYS_TRAINING_HYBRID;
    hys_network *arrays = NULL;
    hys_status status = is_pulsed ? as_arrays(t, &arrays) : HYS_OK;
    hys_network *n = is_pulsed ? arrays : t->device;
    a->result.cost.size = sizeof a->result.cost;
    if (status == HYS_OK) status = hys_network_get_cost(n, test, &a->result.cost);
    if (status == HYS_OK) status = measure_layers(a, n, test);
    hys_network_free(arrays);
    return status;
}

static hys_status compare_exact(const hys__trial *t) {
    hys_accuracy *a = t->accuracy;
    if (a->opts.compare_exact == 0 || a->opts.training == HYS_TRAINING_INPLACE) return HYS_OK;
    return hys_network_compare_exact(t->device, hys_dataset_test(a->dataset), a->opts.compare_exact, a->errors,
                                     &a->result.n_errors);
}

static hys_status measure_first(hys__trial *t) {
    hys_accuracy *a = t->accuracy;
    hys_status status = measure_cost(t);
    add_training(a, t->device);
    if (status == HYS_OK) status = compare_exact(t);
    a->network = t->device;
    t->device = NULL;
    return status;
}

/* Parts of a seed's time, as they are found to be. */
#define SHARE_SOFTWARE 0.45
#define SHARE_DEVICE   0.85

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static hys_status timed(hys_status (*work)(hys__trial *t), hys__trial *t, double *seconds) {
    const double start = now();
    const hys_status status = work(t);
    *seconds += (now() - start) / (double)t->accuracy->result.n_seeds;
    return status;
}

static hys_status run_seed(hys_accuracy *a, size_t number) {
    hys__trial t = {a, number, a->opts.seed + number, NULL, NULL, NULL};
    const double step = 0.95 / (double)a->result.n_seeds, from = 0.05 + step * (double)number;
    const bool has_software = a->opts.training != HYS_TRAINING_INPLACE || a->opts.train.epochs > 0;
    hys__accuracy_part(a, from, from + SHARE_SOFTWARE * step);
    hys_status status = has_software ? timed(train_software, &t, &a->result.software_s) : HYS_OK;
    if (status == HYS_OK && has_software) status = evaluate_software(&t);
    hys__accuracy_part(a, from + SHARE_SOFTWARE * step, from + SHARE_DEVICE * step);
    if (status == HYS_OK) status = timed(make_device, &t, &a->result.device_s);
    if (status == HYS_OK) status = timed(evaluate_device, &t, &a->result.inference_s);
    hys__accuracy_part(a, from + SHARE_DEVICE * step, from + step);
    if (status == HYS_OK) status = hys__trial_sweep(&t, t.aware ? t.aware : t.software);
    if (status == HYS_OK && number == 0) status = measure_first(&t);
    hys_network_free(t.software);
    hys_network_free(t.aware);
    hys_network_free(t.device);
    return status;
}

/* ---- all of it ---- */

double hys__mean_of(const double *values, size_t n, double *std) {
    double mean = 0, square = 0;
    for (size_t k = 0; k < n; k++) mean += values[k] / (double)n;
    for (size_t k = 0; k < n; k++) square += (values[k] - mean) * (values[k] - mean);
    *std = n > 1 ? sqrt(square / (double)(n - 1)) : 0;
    return mean;
}

static hys_status synapse_of_law(hys_accuracy *a) {
    hys_synapse_law law = hys_synapse_law_ideal();
    const hys_status status = a->opts.law ? hys_synapse_law_read(a->ctx, a->opts.law, &law) : HYS_OK;
    return status == HYS_OK ? hys_synapse_of_law(a->ctx, &law, &a->synapse) : status;
}

static hys_status make_synapse(hys_accuracy *a) {
    const hys_accuracy_opts *o = &a->opts;
    if (o->law && o->has_device)
        return hys__fail(a->ctx, HYS_ARG, "one of the two", "a synapse is of a law, or of a device");
    if (!o->has_device) return synapse_of_law(a);
    hys_synapse_opts s = o->device;
    s.progress = hys__accuracy_tell;
    s.progress_user = a;
    hys__accuracy_part(a, 0, 0.05);
    return hys_synapse_new(a->ctx, &s, &a->synapse);
}

static hys_status check_choices(hys_accuracy *a, const hys_network *n) {
    for (size_t c = 0; c < a->opts.n_choices; c++) {
        bool is_there = false;
        for (size_t k = 0; k < hys_network_n_layers(n); k++) {
            const hys_layer_info info = hys_network_layer(n, k);
            is_there = is_there || (info.rows > 0 && !strcmp(info.name, a->opts.choices[c].layer));
        }
        if (!is_there)
            return hys__fail(a->ctx, HYS_ARG, "layers with weights are called dense1, conv1 ... in their order",
                             "there is no layer '%s' with weights", a->opts.choices[c].layer);
    }
    return HYS_OK;
}

static hys_status check_fit(hys_accuracy *a, const hys_network *n) {
    const hys_samples *s = hys_dataset_train(a->dataset);
    const hys_layer_info first = hys_network_layer(n, 0), last = hys_network_layer(n, hys_network_n_layers(n) - 1);
    const size_t in = first.in_channels * first.in_height * first.in_width;
    const size_t out = last.out_channels * last.out_height * last.out_width;
    if (in != hys_samples_width(s))
        return hys__fail(a->ctx, HYS_ARG, "begin the network with as many inputs as a sample has",
                         "the network has %zu inputs, a sample of %s %zu values", in, hys_dataset_name(a->dataset),
                         hys_samples_width(s));
    if (out < s->n_classes)
        return hys__fail(a->ctx, HYS_ARG, "one output for each class", "the network has %zu outputs for %zu classes",
                         out, s->n_classes);
    if (out > s->n_classes)
        hys__report(a->ctx, HYS_WARNING, HYS_OK, NULL, HYS_NO_SPAN, "one output for each class",
                    "the network has %zu outputs for %zu classes: an answer without a class is wrong", out,
                    s->n_classes);
    return HYS_OK;
}

/* Before hours are spent: the network fits the data, and memory for what comes out. */
static hys_status prepare(hys_accuracy *a) {
    hys_network *n = NULL;
    hys_status status = hys_network_parse(a->ctx, a->opts.network, a->opts.seed, &n);
    if (status == HYS_OK) status = check_choices(a, n);
    if (status == HYS_OK) status = hys__accuracy_check_sweeps(a->ctx, &a->opts);
    if (status == HYS_OK) status = hys_dataset_read(a->ctx, a->opts.data, &a->opts.dataset, &a->dataset);
    if (status == HYS_OK) status = check_fit(a, n);
    const size_t layers = status == HYS_OK ? hys_network_n_layers(n) : 0;
    hys_network_free(n);
    if (status != HYS_OK) return status;
    const size_t seeds = a->result.n_seeds, classes = hys_dataset_test(a->dataset)->n_classes;
    a->software = HYS_NEW_N(&a->arena, double, seeds);
    a->device = HYS_NEW_N(&a->arena, double, seeds);
    a->confusion = HYS_NEW_N(&a->arena, size_t, classes * classes);
    a->layers = HYS_NEW_N(&a->arena, hys_mapping_report, layers);
    a->errors = HYS_NEW_N(&a->arena, hys_fidelity_error, layers);
    a->swept = HYS_NEW_N(&a->arena, double, hys__accuracy_n_swept(&a->opts) * seeds + 1);
    a->points = HYS_NEW_N(&a->arena, hys_accuracy_point *, a->opts.n_sweeps + 1);
    if (a->arena.failed) return HYS_NOMEM;
    for (size_t k = 0; k < seeds; k++) a->software[k] = NAN;
    a->result.n_classes = classes;
    status = make_synapse(a);
    return status == HYS_OK ? hys__accuracy_check_wear(a) : status;
}

static hys_status conclude(hys_accuracy *a) {
    hys_accuracy_result *r = &a->result;
    r->software_accuracy = hys__mean_of(a->software, r->n_seeds, &r->software_std);
    r->accuracy = hys__mean_of(a->device, r->n_seeds, &r->accuracy_std);
    r->software = a->software;
    r->device = a->device;
    r->confusion = a->confusion;
    r->n_test = hys_dataset_test(a->dataset)->n;
    r->layers = a->layers;
    r->errors = a->errors;
    r->points = (const hys_accuracy_point *const *)a->points;
    return hys__accuracy_join_sweeps(a);
}

/* For all devices: pulses are counted in the device's own steps, and what is less than one is kept, so that coarse
 * steps need no larger rate; cells (one or pairs) are chosen by what the steps are like.  Gradients of batches scatter
 * as one over the root of their size, and so do the weights that follow them. */
#define RATE_PULSED 0.1
#define BATCH       50.0

static double usual_rate(const hys_accuracy_opts *o) {
    const bool is_pulsed = o->training == HYS_TRAINING_INPLACE || o->training == HYS_TRAINING_HYBRID;
    if (!is_pulsed) return hys_train_opts_default().rate;
    return RATE_PULSED * sqrt(fmin(1, fmax(1, (double)o->tune.batch) / BATCH));
}

hys_status hys_accuracy_run(hys_ctx *ctx, const hys_accuracy_opts *given, hys_accuracy **result) {
    hys_accuracy *a = hys__realloc(ctx, NULL, 0, sizeof *a);
    if (!a) return HYS_NOMEM;
    *a = (hys_accuracy){.ctx = ctx, .opts = *given};
    hys__arena_init(&a->arena, ctx, 0);
    a->result = (hys_accuracy_result){.size = sizeof a->result,
                                      .n_seeds = given->seeds ? given->seeds : 5,
                                      .train_energy = NAN,
                                      .train_time = NAN,
                                      .pulses = NAN};
    if (!a->opts.data) a->opts.data = "fashion-mnist";
    if (!a->opts.network) a->opts.network = "784-64-10";
    if (isnan(a->opts.tune.rate)) a->opts.tune.rate = usual_rate(&a->opts);
    hys_status status = prepare(a);
    for (size_t k = 0; k < a->result.n_seeds && status == HYS_OK; k++) status = run_seed(a, k);
    if (status == HYS_OK) status = conclude(a);
    if (status == HYS_OK) *result = a;
    else hys_accuracy_free(a);
    return status;
}

void hys_accuracy_free(hys_accuracy *a) {
    if (!a) return;
    hys_ctx *ctx = a->ctx;
    hys_network_free(a->network);
    hys_synapse_free(a->synapse);
    hys_dataset_free(a->dataset);
    hys__arena_free(&a->arena);
    hys__free(ctx, a, sizeof *a);
}

const hys_accuracy_result *hys_accuracy_get(const hys_accuracy *accuracy) {
    return &accuracy->result;
}

const hys_synapse *hys_accuracy_synapse(const hys_accuracy *accuracy) {
    return accuracy->synapse;
}

const hys_dataset *hys_accuracy_dataset(const hys_accuracy *accuracy) {
    return accuracy->dataset;
}

const hys_network *hys_accuracy_network(const hys_accuracy *accuracy) {
    return accuracy->network;
}
