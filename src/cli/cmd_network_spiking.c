/* hysteron network spiking: accuracy, spikes and energy of a network of spiking neurons. */
#include "cli/network_spiking.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_MARKS = 31, MOST_TIMES = 64 };

typedef struct session {
    spiking_session all;
    hys_model_opts model;
    size_t at[MOST_MARKS];
    double times[MOST_TIMES];
} session;

/* ---- options ---- */

static hys_status quantity(const invocation *in, const char *name, const char *unit, double *value) {
    char label[32];
    const char *text = option_text(in, name);
    snprintf(label, sizeof label, "--%s", name);
    return text ? hys_quantity_read(in->ctx, label, text, unit, value) : HYS_OK;
}

static int choose(invocation *in, const char *name, const char *(*name_of)(int), int *chosen) {
    const char *text = option_text(in, name);
    char what[64], list[256] = "";
    for (int k = 0; text && *name_of(k); k++) {
        if (!strcmp(text, name_of(k))) {
            *chosen = k;
            return EXIT_GOOD;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", name_of(k));
    }
    snprintf(what, sizeof what, "--%s cannot be", name);
    return text ? refuse(in, what, text, list) : EXIT_GOOD;
}

static const char *training_at(int k) {
    return hys_spiking_training_name((hys_spiking_training)k);
}
static const char *rule_at(int k) {
    return hys_stdp_kind_name((hys_stdp_kind)k);
}
static const char *code_at(int k) {
    return hys_spike_code_name((hys_spike_code)k);
}
static const char *readout_at(int k) {
    return hys_spike_readout_name((hys_spike_readout)k);
}
static const char *neuron_at(int k) {
    return hys_neuron_kind_name((hys_neuron_kind)k);
}
static const char *surrogate_at(int k) {
    return hys_surrogate_name((hys_surrogate)k);
}
static const char *fidelity_at(int k) {
    return hys_fidelity_name((hys_fidelity)k);
}

static int read_names(session *s) {
    invocation *in = s->all.in;
    int training = HYS_SPIKING_CONVERT;
    int result = choose(in, "training", training_at, &training);
    s->all.opts = hys_spiking_study_opts_for((hys_spiking_training)training);
    hys_spiking_trial_opts *t = &s->all.opts.trial;
    int code = t->spiking.code, readout = t->spiking.readout, kind = t->spiking.neuron.kind;
    int surrogate = t->surrogate, fidelity = t->mapping.fidelity;
    if (result == EXIT_GOOD) result = choose(in, "code", code_at, &code);
    if (result == EXIT_GOOD) result = choose(in, "readout", readout_at, &readout);
    if (result == EXIT_GOOD) result = choose(in, "neuron", neuron_at, &kind);
    if (result == EXIT_GOOD) result = choose(in, "surrogate", surrogate_at, &surrogate);
    if (result == EXIT_GOOD) result = choose(in, "fidelity", fidelity_at, &fidelity);
    const double tau = t->spiking.neuron.tau;
    t->spiking.code = (hys_spike_code)code;
    t->spiking.readout = (hys_spike_readout)readout;
    t->spiking.neuron = hys_neuron_default((hys_neuron_kind)kind);
    t->spiking.neuron.tau = tau;
    t->surrogate = (hys_surrogate)surrogate;
    t->mapping.fidelity = (hys_fidelity)fidelity;
    return result;
}

static hys_status read_neurons(session *s) {
    const invocation *in = s->all.in;
    hys_spiking_opts *o = &s->all.opts.trial.spiking;
    o->steps = (size_t)option_int(in, "steps", (int32_t)o->steps);
    o->neuron.is_subtracted = option_flag(in, "subtract");
    hys_status status = quantity(in, "dt", "s", &o->dt);
    if (status == HYS_OK) status = quantity(in, "spike-rate", "Hz", &o->rate);
    if (status == HYS_OK) status = quantity(in, "tau", "s", &o->neuron.tau);
    if (status == HYS_OK) status = quantity(in, "refractory", "s", &o->neuron.refractory);
    if (status == HYS_OK) status = quantity(in, "neuron-energy", "J", &o->neuron_energy);
    return status;
}

static void read_counts(session *s) {
    hys_spiking_trial_opts *o = &s->all.opts.trial;
    const invocation *in = s->all.in;
    o->dataset.n_train = (size_t)option_int(in, "train", 0);
    o->dataset.n_test = (size_t)option_int(in, "test", 0);
    o->train.epochs = (size_t)option_int(in, "epochs", (int32_t)o->train.epochs);
    o->train.batch = (size_t)option_int(in, "batch", (int32_t)o->train.batch);
    if (option_get(in, "rate")->is_set) o->train.rate = option_get(in, "rate")->number;
    if (option_get(in, "part")->is_set) o->part = option_get(in, "part")->number;
    o->seeds = (size_t)option_int(in, "seeds", (int32_t)o->seeds);
    o->seed = (uint64_t)option_int(in, "seed", 0);
    o->dataset.seed = o->seed;
    o->threads = (unsigned)option_int(in, "threads", 0);
    if (option_text(in, "data")) o->data = option_text(in, "data");
    if (option_text(in, "net")) o->network = option_text(in, "net");
    o->weights = option_text(in, "weights");
    o->from = option_text(in, "from");
    o->nir = option_text(in, "nir");
}

static hys_status read_arrays(session *s) {
    const invocation *in = s->all.in;
    hys_mapping_opts *m = &s->all.opts.trial.mapping;
    m->has_read_noise = !option_flag(in, "no-noise");
    m->is_perfect = option_flag(in, "perfect");
    m->levels = (size_t)option_int(in, "levels", 0);
    m->product.input_bits = option_int(in, "dac", 0);
    m->product.adc_bits = option_int(in, "adc", 0);
    hys_status status = quantity(in, "rwire", "ohm", &m->product.lines.word_wire);
    m->product.lines.bit_wire = m->product.lines.word_wire;
    if (status == HYS_OK) status = quantity(in, "time", "s", &m->time);
    return status;
}

/* list = NUMBER {"," NUMBER} */
static int read_list(invocation *in, const char *name, const char *unit, size_t most, double *values, size_t *n) {
    const char *at = option_text(in, name);
    char part[64], label[32];
    snprintf(label, sizeof label, "--%s", name);
    for (*n = 0; at; ++*n) {
        const size_t length = strcspn(at, ",");
        if (*n == most) return refuse(in, "there are too many numbers in", option_text(in, name), NULL);
        snprintf(part, sizeof part, "%.*s", (int)(length < 63 ? length : 63), at);
        const hys_status status = hys_quantity_read(in->ctx, label, part, unit, &values[*n]);
        if (status != HYS_OK) return exit_status(status);
        at = at[length] ? at + length + 1 : NULL;
    }
    return EXIT_GOOD;
}

static int read_lists(session *s) {
    invocation *in = s->all.in;
    hys_spiking_trial_opts *o = &s->all.opts.trial;
    double marks[MOST_MARKS] = {0};
    int result = read_list(in, "at", "1", MOST_MARKS, marks, &o->n_at);
    if (result == EXIT_GOOD) result = read_list(in, "times", "s", MOST_TIMES, s->times, &o->n_times);
    for (size_t k = 0; k < o->n_at && result == EXIT_GOOD; k++) {
        if (!(marks[k] >= 1 && marks[k] <= 1e6))
            return refuse(in, "this is no list of steps:", option_text(in, "at"), "--at 10,20,50");
        s->at[k] = (size_t)marks[k];
    }
    o->at = s->at;
    o->times = s->times;
    return result;
}

/* ---- the device, and plasticity ---- */

static hys_status read_device(session *s) {
    const invocation *in = s->all.in;
    hys_spiking_study_opts *o = &s->all.opts;
    const option_value *set = option_get(in, "set");
    o->law = option_text(in, "law");
    o->has_device = option_text(in, "device") != NULL;
    s->model = model_opts(in);
    o->device.cell.memory = option_text(in, "device");
    o->device.cell.memory_set = set->list;
    o->device.cell.n_memory_set = set->n_list;
    o->device.cell.model = &s->model;
    return quantity(in, "temp", "K", &o->device.cell.temp);
}

static int read_plasticity(session *s) {
    invocation *in = s->all.in;
    hys_spiking_study_opts *o = &s->all.opts;
    int kind = o->law || o->has_device ? HYS_STDP_PULSES : HYS_STDP_PAIR;
    double volts[2] = {0, 0};
    size_t n = 0;
    int result = choose(in, "rule", rule_at, &kind);
    if (result == EXIT_GOOD) result = read_list(in, "spike", "V", 2, volts, &n);
    if (result == EXIT_GOOD && kind == HYS_STDP_DEVICE && n < 2)
        return refuse(in, "how large are the spikes of", "--rule device", "--spike HEAD,TAIL");
    o->stdp = hys_stdp_opts_for((hys_stdp_kind)kind);
    o->stdp.neurons = (size_t)option_int(in, "neurons", (int32_t)o->stdp.neurons);
    o->spike.head = volts[0];
    o->spike.tail = volts[1];
    return result;
}

static int read_options(session *s) {
    invocation *in = s->all.in;
    int result = read_names(s);
    if (result == EXIT_GOOD) result = exit_status(read_neurons(s));
    if (result == EXIT_GOOD) result = exit_status(read_arrays(s));
    if (result == EXIT_GOOD) result = read_lists(s);
    if (result == EXIT_GOOD) result = exit_status(read_device(s));
    if (result == EXIT_GOOD && s->all.opts.law && s->all.opts.has_device)
        return refuse(in, "is the device a model, or a law?", NULL, "--device or --law");
    if (result == EXIT_GOOD) result = read_plasticity(s);
    read_counts(s);
    return result;
}

static int run(invocation *in) {
    session s = {.all = {.in = in, .folder = option_text(in, "output"), .has_figures = option_flag(in, "figure")}};
    const int result = read_options(&s);
    return result == EXIT_GOOD ? spiking_finish(&s.all) : result;
}

static const option_info options[] = {
    {"data", 0, OPTION_TEXT, "NAME|PATH...",
     "fashion-mnist, digits, or a folder of IDX files, an .npz, a .csv (fashion-mnist)"},
    {"net", 'n', OPTION_TEXT, "LAYERS", "784-64-10; each relu becomes neurons (784-64-10)"},
    {"train", 0, OPTION_NUMBER, "N", "samples to train with (all)"},
    {"test", 0, OPTION_NUMBER, "N", "samples to test with (all)"},
    {"training", 't', OPTION_TEXT, "convert|surrogate|stdp",
     "relu, then balanced; spikes, by surrogate gradients; without labels (convert)"},
    {"epochs", 'e', OPTION_COUNT, "N", "of training (10; surrogate: 5; stdp: 1)"},
    {"batch", 0, OPTION_NUMBER, "N", "samples of a step (50)"},
    {"rate", 0, OPTION_REAL, "X", "of learning (0.001; surrogate: 0.002)"},
    {"surrogate", 0, OPTION_TEXT, "fast-sigmoid|arctan", "instead of the derivative of a spike (fast-sigmoid)"},
    {"rule", 0, OPTION_TEXT, "pair|triplet|pulses|device",
     "of plasticity (pair; with a device: pulses); device: what spikes that overlap do to it"},
    {"spike", 0, OPTION_TEXT, "HEAD,TAIL", "volts of a spike, 5 ms before and 75 ms behind its time (rule device)"},
    {"neurons", 0, OPTION_NUMBER, "N", "that learn without labels (100)"},
    {"weights", 'w', OPTION_TEXT, "FILE...", "an .npz of trained weights instead"},
    {"from", 0, OPTION_TEXT, "FILE...", "a spiking network as NIR, instead of --net and training"},
    {"nir", 0, OPTION_TEXT, "FILE", "write the first seed's network as NIR"},
    {"seeds", 0, OPTION_NUMBER, "N", "whole experiments, for the spread (5; stdp: 1)"},
    {"seed", 0, OPTION_COUNT, "N", "of the first (0)"},
    {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); results do not depend on them"},
    {"code", 'c', OPTION_TEXT, "poisson|regular|latency|current", "how values become spikes (poisson)"},
    {"steps", 0, OPTION_NUMBER, "N", "of a sample (100; surrogate: 25; stdp: 350)"},
    {"dt", 0, OPTION_TEXT, "T", "of a step (1ms)"},
    {"spike-rate", 0, OPTION_TEXT, "F", "of a value of 1 (a spike each step)"},
    {"readout", 0, OPTION_TEXT, "sum|count|first", "what the answer is read from (sum)"},
    {"neuron", 0, OPTION_TEXT, "if|lif|cuba-lif", "in spikes (lif); cuba-lif: with --weights only"},
    {"tau", 0, OPTION_TEXT, "T", "time constant of its potential (5ms)"},
    {"refractory", 0, OPTION_TEXT, "T", "after its spikes (0s)"},
    {"subtract", 0, OPTION_FLAG, NULL, "a spike takes the threshold off its potential, instead of all"},
    {"part", 0, OPTION_REAL, "X", "of activations that thresholds lie above (0.999)"},
    {"neuron-energy", 0, OPTION_TEXT, "E", "of a spike (0J)"},
    {"at", 0, OPTION_TEXT, "N,N...", "tell the accuracy behind so many steps as well"},
    {"device", 'd', OPTION_TEXT, "DEVICE", "the synapse: a file or a name of the library (weights in software)"},
    {"law", 0, OPTION_TEXT, "FILE...", "instead: what was distilled of one, YAML"},
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of one of the device's parameters"},
    {"temp", 0, OPTION_TEXT, "T", "temperature (300.15K)"},
    {"fidelity", 'f', OPTION_TEXT, "distilled|linear|exact", "of its arrays (distilled)"},
    {"perfect", 0, OPTION_FLAG, NULL, "programming leaves no error"},
    {"levels", 0, OPTION_NUMBER, "N", "of a cell (any conductance)"},
    {"rwire", 'r', OPTION_TEXT, "R", "resistance of a segment of wire (0ohm)"},
    {"dac", 0, OPTION_NUMBER, "N", "bits of inputs, with their sign (any value)"},
    {"adc", 0, OPTION_NUMBER, "N", "bits of the converters of currents (none)"},
    {"no-noise", 0, OPTION_FLAG, NULL, "reads without noise"},
    {"time", 0, OPTION_TEXT, "T", "since programming (0s)"},
    {"times", 0, OPTION_TEXT, "T,T...", "accuracy so long after programming as well"},
    MODEL_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FOLDER", "write tables there"},
    {"figure", 0, OPTION_FLAG, NULL, "draw accuracies, what neurons look for, windows of plasticity, the device"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron network spiking --seeds 1 --at 10,20,50",
                                       "784-64-10 trained with relu, as spikes: accuracy behind 10, 20, 50, 100 steps",
                                       "hysteron network spiking -t surrogate -n 64-64-10 --data digits",
                                       "trained in spikes",
                                       "hysteron network spiking -d vteam --neuron-energy 1pJ --json",
                                       "its synapses on arrays of a device; energy of reads and of spikes",
                                       "hysteron network spiking -t stdp -d vteam --train 5000 --test 1000",
                                       "100 neurons learn without labels, by pulses of the device",
                                       "hysteron network spiking -t stdp --train 5000 --test 1000 -o out --figure",
                                       "by pairs of spikes; the weights as images, the window, as figures",
                                       NULL};

static const char *const groups[] = {"data",   "Network and training", "code",   "Spikes and neurons",
                                     "device", "The device",           "module", "How the model's file is read",
                                     "output", "What is written",      NULL};

const command_info command_network_spiking = {
    .name = "network spiking",
    .args = "",
    .summary = "Tell accuracy, spikes and energy of a network of spiking neurons.",
    .text =
        "A network is trained with relu, and each relu then becomes neurons that integrate and fire, their thresholds "
        "balanced by the activations of the training set; or it is trained in spikes through surrogate gradients. "
        "With --device or --law its weights lie on pairs of cells, which spikes read step by step. Or neurons that "
        "hold "
        "one another down learn without labels, by the times of spikes. `hysteron network run --example-spiking` is "
        "the "
        "same as a file.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .groups = groups,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
