/* hysteron network spiking: accuracy, spikes and energy of a network of spiking neurons. */
#include "cli/cli.h"
#include <hysteron/spiking.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MARKS = 31, MOST_TIMES = 64 };

typedef struct session {
    invocation *in;
    hys_spiking_trial_opts opts;
    hys_synapse_opts device;
    hys_model_opts model;
    hys_synapse *synapse;
    size_t at[MOST_MARKS];
    double times[MOST_TIMES];
    hys_spiking_trial_result result;
    bool is_stdp;
    hys_stdp_trial_opts stdp;
    hys_stdp_trial_result learnt;
} session;

/* ---- options ---- */

static hys_status quantity(const session *s, const char *name, const char *unit, double *value) {
    char label[32];
    const char *text = option_text(s->in, name);
    snprintf(label, sizeof label, "--%s", name);
    return text ? hys_quantity_read(s->in->ctx, label, text, unit, value) : HYS_OK;
}

static int choose(const session *s, const char *name, const char *(*name_of)(int), int n, int *chosen) {
    const char *text = option_text(s->in, name);
    char what[64], list[256] = "";
    for (int k = 0; text && k < n; k++) {
        if (!strcmp(text, name_of(k))) {
            *chosen = k;
            return EXIT_GOOD;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", name_of(k));
    }
    snprintf(what, sizeof what, "--%s cannot be", name);
    return text ? refuse(s->in, what, text, list) : EXIT_GOOD;
}

static const char *training_at(int k) {
    return k < HYS_N_SPIKING_TRAININGS ? hys_spiking_training_name((hys_spiking_training)k) : "stdp";
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

static double real(const session *s, const char *name, double otherwise) {
    return option_get(s->in, name)->is_set ? option_get(s->in, name)->number : otherwise;
}

static int read_names(session *s) {
    hys_spiking_trial_opts *o = &s->opts;
    int training = o->training, code = o->spiking.code, readout = o->spiking.readout, kind = HYS_NEURON_LIF;
    int surrogate = o->surrogate, fidelity = o->mapping.fidelity;
    int result = choose(s, "training", training_at, HYS_N_SPIKING_TRAININGS + 1, &training);
    if (result == EXIT_GOOD) result = choose(s, "code", code_at, HYS_N_SPIKE_CODES, &code);
    if (result == EXIT_GOOD) result = choose(s, "readout", readout_at, HYS_N_SPIKE_READOUTS, &readout);
    if (result == EXIT_GOOD) result = choose(s, "neuron", neuron_at, HYS_N_NEURON_KINDS, &kind);
    if (result == EXIT_GOOD) result = choose(s, "surrogate", surrogate_at, HYS_N_SURROGATES, &surrogate);
    if (result == EXIT_GOOD) result = choose(s, "fidelity", fidelity_at, HYS_N_FIDELITIES, &fidelity);
    s->is_stdp = training == HYS_N_SPIKING_TRAININGS;
    o->training = s->is_stdp ? HYS_SPIKING_CONVERT : (hys_spiking_training)training;
    o->spiking.code = (hys_spike_code)code;
    o->spiking.readout = (hys_spike_readout)readout;
    o->spiking.neuron = hys_neuron_default((hys_neuron_kind)kind);
    o->surrogate = (hys_surrogate)surrogate;
    o->mapping.fidelity = (hys_fidelity)fidelity;
    return result;
}

static int read_neurons(session *s) {
    hys_spiking_opts *o = &s->opts.spiking;
    o->steps = (size_t)option_int(s->in, "steps", s->opts.training == HYS_SPIKING_CONVERT ? 100 : 25);
    o->neuron.tau = 5e-3;
    o->neuron.is_subtracted = option_flag(s->in, "subtract");
    hys_status status = quantity(s, "dt", "s", &o->dt);
    if (status == HYS_OK) status = quantity(s, "spike-rate", "Hz", &o->rate);
    if (status == HYS_OK) status = quantity(s, "tau", "s", &o->neuron.tau);
    if (status == HYS_OK) status = quantity(s, "refractory", "s", &o->neuron.refractory);
    if (status == HYS_OK) status = quantity(s, "neuron-energy", "J", &o->neuron_energy);
    return exit_status(status);
}

static void read_counts(session *s) {
    hys_spiking_trial_opts *o = &s->opts;
    const invocation *in = s->in;
    o->dataset.n_train = (size_t)option_int(in, "train", 0);
    o->dataset.n_test = (size_t)option_int(in, "test", 0);
    o->train.epochs = (size_t)option_int(in, "epochs", o->training == HYS_SPIKING_CONVERT ? 10 : 5);
    o->train.batch = (size_t)option_int(in, "batch", (int32_t)o->train.batch);
    o->train.rate = real(s, "rate", o->training == HYS_SPIKING_CONVERT ? o->train.rate : 2e-3);
    o->part = real(s, "part", 0);
    o->seeds = (size_t)option_int(in, "seeds", 5);
    o->seed = (uint64_t)option_int(in, "seed", 0);
    o->dataset.seed = o->seed;
    o->threads = (unsigned)option_int(in, "threads", 0);
    if (option_text(in, "data")) o->data = option_text(in, "data");
    if (option_text(in, "net")) o->network = option_text(in, "net");
    o->weights = option_text(in, "weights");
}

static hys_status read_arrays(session *s) {
    hys_mapping_opts *m = &s->opts.mapping;
    m->has_read_noise = !option_flag(s->in, "no-noise");
    m->is_perfect = option_flag(s->in, "perfect");
    m->levels = (size_t)option_int(s->in, "levels", 0);
    m->product.input_bits = option_int(s->in, "dac", 0);
    m->product.adc_bits = option_int(s->in, "adc", 0);
    if (m->product.adc_bits) m->product.adc_range = HYS_ADC_CALIBRATED, m->product.adc_part = 0.9999;
    hys_status status = quantity(s, "rwire", "ohm", &m->product.lines.word_wire);
    m->product.lines.bit_wire = m->product.lines.word_wire;
    if (status == HYS_OK) status = quantity(s, "time", "s", &m->time);
    return status;
}

/* list = NUMBER {"," NUMBER} */
static int read_list(session *s, const char *name, const char *unit, size_t most, double *values, size_t *n) {
    const char *at = option_text(s->in, name);
    char part[64], label[32];
    snprintf(label, sizeof label, "--%s", name);
    for (*n = 0; at; ++*n) {
        const size_t length = strcspn(at, ",");
        if (*n == most) return refuse(s->in, "there are too many numbers in", option_text(s->in, name), NULL);
        snprintf(part, sizeof part, "%.*s", (int)(length < 63 ? length : 63), at);
        const hys_status status = hys_quantity_read(s->in->ctx, label, part, unit, &values[*n]);
        if (status != HYS_OK) return exit_status(status);
        at = at[length] ? at + length + 1 : NULL;
    }
    return EXIT_GOOD;
}

static int read_lists(session *s) {
    double marks[MOST_MARKS] = {0};
    int result = read_list(s, "at", "1", MOST_MARKS, marks, &s->opts.n_at);
    if (result == EXIT_GOOD) result = read_list(s, "times", "s", MOST_TIMES, s->times, &s->opts.n_times);
    for (size_t k = 0; k < s->opts.n_at && result == EXIT_GOOD; k++) {
        if (!(marks[k] >= 1 && marks[k] <= 1e6))
            return refuse(s->in, "this is no list of steps:", option_text(s->in, "at"), "--at 10,20,50");
        s->at[k] = (size_t)marks[k];
    }
    s->opts.at = s->at;
    s->opts.times = s->times;
    return result;
}

static int read_options(session *s) {
    s->opts = hys_spiking_trial_opts_default();
    int result = read_names(s);
    if (result == EXIT_GOOD) result = read_neurons(s);
    if (result == EXIT_GOOD) result = exit_status(read_arrays(s));
    if (result == EXIT_GOOD) result = read_lists(s);
    read_counts(s);
    return result;
}

/* ---- the device ---- */

static hys_status make_synapse(session *s) {
    const char *law = option_text(s->in, "law"), *device = option_text(s->in, "device");
    const option_value *set = option_get(s->in, "set");
    hys_status status = HYS_OK;
    if (law) {
        hys_synapse_law read = hys_synapse_law_ideal();
        status = hys_synapse_law_read(s->in->ctx, law, &read);
        if (status == HYS_OK) status = hys_synapse_of_law(s->in->ctx, &read, &s->synapse);
    } else if (device) {
        s->device = hys_synapse_opts_default();
        s->model = model_opts(s->in);
        s->device.cell.memory = device;
        s->device.cell.memory_set = set->list;
        s->device.cell.n_memory_set = set->n_list;
        s->device.cell.model = &s->model;
        status = quantity(s, "temp", "K", &s->device.cell.temp);
        if (status == HYS_OK) status = hys_synapse_new(s->in->ctx, &s->device, &s->synapse);
    }
    s->opts.synapse = s->synapse;
    return status;
}

/* ---- plasticity ---- */

static int read_stdp(session *s) {
    hys_stdp_trial_opts *o = &s->stdp;
    const hys_spiking_trial_opts *all = &s->opts;
    int kind = s->synapse ? HYS_STDP_PULSES : HYS_STDP_PAIR;
    *o = hys_stdp_trial_opts_default();
    const int result = choose(s, "rule", rule_at, HYS_STDP_DEVICE, &kind);
    if (result != EXIT_GOOD) return result;
    if (kind == HYS_STDP_PULSES && !s->synapse)
        return refuse(s->in, "which device do pulses change?", NULL, "--device or --law");
    if (kind != HYS_STDP_PULSES && s->synapse)
        return refuse(s->in, "a device learns by its pulses:", rule_at(kind), "--rule pulses");
    if (kind != HYS_STDP_PAIR) o->stdp.rule = hys_stdp_rule_default((hys_stdp_kind)kind);
    if (kind == HYS_STDP_PULSES) {
        o->stdp.rule.window = 0.04;
        o->stdp.threshold = 0.008;
        o->stdp.rise = 0.02;
    }
    o->stdp.synapse = s->synapse;
    o->stdp.neurons = (size_t)option_int(s->in, "neurons", 100);
    o->stdp.time = 1e-3 * option_int(s->in, "steps", 350);
    o->data = all->data;
    o->dataset = all->dataset;
    o->epochs = (size_t)option_int(s->in, "epochs", 1);
    o->seeds = (size_t)option_int(s->in, "seeds", 1);
    o->seed = all->seed;
    s->learnt.size = sizeof s->learnt;
    return EXIT_GOOD;
}

static json_t *stdp_json(const session *s) {
    json_t *root = json_document();
    const hys_stdp_trial_result *r = &s->learnt;
    json_object_set_new(root, "data", json_text(s->stdp.data));
    json_object_set_new(root, "rule", json_text(hys_stdp_kind_name(s->stdp.stdp.rule.kind)));
    json_object_set_new(root, "neurons", json_integer((json_int_t)s->stdp.stdp.neurons));
    json_object_set_new(root, "seeds", json_integer((json_int_t)r->n_seeds));
    json_object_set_new(root, "accuracy", json_number(r->accuracy));
    json_object_set_new(root, "accuracy_std", json_number(r->accuracy_std));
    json_object_set_new(root, "input_spikes", json_number(r->stdp.input_spikes));
    json_object_set_new(root, "spikes", json_number(r->stdp.spikes));
    json_object_set_new(root, "updates", json_number(r->stdp.updates));
    json_object_set_new(root, "programming_energy_J", json_number(r->stdp.energy));
    json_object_set_new(root, "train_s_per_sample", json_number(r->train_seconds));
    return root;
}

/* ---- text ---- */

static void percentage(const char *name, double mean, double std, size_t n) {
    printf("%-20s %.2f %%", name, 100 * mean);
    if (n > 1) printf("  +- %.2f %% over %zu seeds", 100 * std, n);
    putchar('\n');
}

static void put_quantity(const char *name, double value, const char *unit) {
    char text[48];
    hys_quantity_format(value, unit, 4, text);
    printf("%-20s %s\n", name, text);
}

static void print_curves(const session *s) {
    const hys_spiking_trial_result *r = &s->result;
    for (size_t k = 0; k < s->opts.n_at; k++)
        printf("%-20s %-12zu %.2f %%\n", k ? "" : "after steps", s->at[k], 100 * r->curve[k]);
    for (size_t k = 0; k < s->opts.n_times; k++) {
        char text[48];
        hys_quantity_format(s->times[k], "s", 4, text);
        printf("%-20s %-12s %.2f %%", k ? "" : "after programming", text, 100 * r->aged[k]);
        if (r->n_seeds > 1) printf("  +- %.2f %%", 100 * r->aged_std[k]);
        putchar('\n');
    }
}

static void print(const session *s) {
    const hys_spiking_trial_result *r = &s->result;
    const hys_spiking_result *e = &r->spiking;
    printf("%-20s %s on %s, %zu test samples\n", "network", s->opts.network, s->opts.data, r->n_test);
    printf("%-20s %s code, %zu steps of %g ms, %s\n", "spikes", hys_spike_code_name(s->opts.spiking.code),
           s->opts.spiking.steps, 1e3 * s->opts.spiking.dt, hys_spike_readout_name(s->opts.spiking.readout));
    if (s->synapse) printf("%-20s %s\n", "device", hys_synapse_get_law(s->synapse)->name);
    percentage("software accuracy", r->software_accuracy, r->software_std, r->n_seeds);
    percentage("accuracy", r->accuracy, r->accuracy_std, r->n_seeds);
    print_curves(s);
    printf("%-20s %.1f of the input, %.1f of neurons\n", "spikes, inference", e->input_spikes, e->spikes);
    printf("%-20s %.4g ACs, %.4g MACs, sparsity %.4f\n", "operations", e->effective_acs, e->effective_macs,
           e->activation_sparsity);
    if (isfinite(e->first_step)) printf("%-20s step %.1f\n", "first answer", e->first_step);
    if (e->neuron_energy > 0) put_quantity("energy, neurons", e->neuron_energy, "J");
    if (s->synapse) put_quantity("energy, synapses", e->synapse_energy, "J");
    put_quantity("latency", e->time, "s");
}

static void print_stdp(const session *s) {
    const hys_stdp_trial_result *r = &s->learnt;
    printf("%-20s %zu neurons on %s, %zu test samples\n", "network", s->stdp.stdp.neurons, s->stdp.data, r->n_test);
    printf("%-20s %s\n", "plasticity", hys_stdp_kind_name(s->stdp.stdp.rule.kind));
    if (s->synapse) printf("%-20s %s\n", "device", hys_synapse_get_law(s->synapse)->name);
    percentage("accuracy", r->accuracy, r->accuracy_std, r->n_seeds);
    printf("%-20s %.1f of the input, %.1f of neurons\n", "spikes, inference", r->stdp.input_spikes, r->stdp.spikes);
    printf("%-20s %.0f\n", "spikes that taught", r->stdp.updates);
    if (s->synapse) put_quantity("energy, programming", r->stdp.energy, "J");
    put_quantity("training, a sample", r->train_seconds, "s");
}

/* ---- JSON ---- */

static json_t *list(const double *x, const double *values, const double *stds, size_t n, const char *what) {
    json_t *all = json_array();
    for (size_t k = 0; k < n; k++) {
        json_t *j = json_object();
        json_object_set_new(j, what, json_number(x[k]));
        json_object_set_new(j, "accuracy", json_number(values[k]));
        json_object_set_new(j, "accuracy_std", json_number(stds[k]));
        json_array_append_new(all, j);
    }
    return all;
}

static void add_accuracies(const session *s, json_t *root) {
    const hys_spiking_trial_result *r = &s->result;
    double steps[MOST_MARKS];
    for (size_t k = 0; k < s->opts.n_at; k++) steps[k] = (double)s->at[k];
    json_object_set_new(root, "software_accuracy", json_number(r->software_accuracy));
    json_object_set_new(root, "accuracy", json_number(r->accuracy));
    json_object_set_new(root, "accuracy_std", json_number(r->accuracy_std));
    json_object_set_new(root, "steps", list(steps, r->curve, r->curve_std, s->opts.n_at, "steps"));
    json_object_set_new(root, "times", list(s->times, r->aged, r->aged_std, s->opts.n_times, "time_s"));
}

static json_t *to_json(const session *s) {
    json_t *root = json_document(), *operations = json_object(), *bench = json_object();
    const hys_spiking_result *e = &s->result.spiking;
    json_object_set_new(root, "data", json_text(s->opts.data));
    json_object_set_new(root, "network", json_text(s->opts.network));
    json_object_set_new(root, "training", json_text(hys_spiking_training_name(s->opts.training)));
    json_object_set_new(root, "code", json_text(hys_spike_code_name(s->opts.spiking.code)));
    json_object_set_new(root, "seeds", json_integer((json_int_t)s->result.n_seeds));
    add_accuracies(s, root);
    json_object_set_new(root, "input_spikes", json_number(e->input_spikes));
    json_object_set_new(root, "spikes", json_number(e->spikes));
    json_object_set_new(root, "first_step", json_number(e->first_step));
    json_object_set_new(root, "energy_per_inference_J", json_number(e->neuron_energy + e->synapse_energy));
    json_object_set_new(root, "neuron_energy_J", json_number(e->neuron_energy));
    json_object_set_new(root, "synapse_energy_J", json_number(e->synapse_energy));
    json_object_set_new(root, "latency_s", json_number(e->time));
    json_object_set_new(operations, "Effective_ACs", json_number(e->effective_acs));
    json_object_set_new(operations, "Effective_MACs", json_number(e->effective_macs));
    json_object_set_new(bench, "classification_accuracy", json_number(s->result.accuracy));
    json_object_set_new(bench, "activation_sparsity", json_number(e->activation_sparsity));
    json_object_set_new(bench, "synaptic_operations", operations);
    json_object_set_new(root, "neurobench", bench);
    return root;
}

static hys_status compute(session *s) {
    struct progress *progress = progress_new("network");
    s->opts.progress = s->stdp.progress = progress_report;
    s->opts.progress_user = s->stdp.progress_user = progress;
    const hys_status status =
        s->is_stdp ? hys_stdp_run(s->in->ctx, &s->stdp, &s->learnt) : hys_spiking_run(s->in->ctx, &s->opts, &s->result);
    progress_free(progress);
    return status;
}

static int run(invocation *in) {
    session s = {.in = in, .result = {.size = sizeof s.result}};
    int result = read_options(&s);
    if (result == EXIT_GOOD && option_text(in, "law") && option_text(in, "device"))
        result = refuse(in, "is the device a model, or a law?", NULL, "--device or --law");
    if (result != EXIT_GOOD) return result;
    hys_status status = make_synapse(&s);
    if (status == HYS_OK && s.is_stdp) result = read_stdp(&s);
    if (status == HYS_OK && result == EXIT_GOOD) status = compute(&s);
    if (result == EXIT_GOOD) result = exit_status(status);
    if (option_flag(in, "json") && !in->refusal[0])
        result = json_finish(in, status != HYS_OK ? json_document() : s.is_stdp ? stdp_json(&s) : to_json(&s), status);
    else if (result == EXIT_GOOD) (s.is_stdp ? print_stdp : print)(&s);
    hys_synapse_free(s.synapse);
    return result;
}

static const option_info options[] = {
    {"data", 0, OPTION_TEXT, "NAME|PATH...",
     "fashion-mnist, digits, or a folder of IDX files, an .npz, a .csv (fashion-mnist)"},
    {"net", 'n', OPTION_TEXT, "LAYERS", "784-64-10; each relu becomes neurons (784-64-10)"},
    {"train", 0, OPTION_NUMBER, "N", "samples to train with (all)"},
    {"test", 0, OPTION_NUMBER, "N", "samples to test with (all)"},
    {"training", 't', OPTION_TEXT, "convert|surrogate",
     "relu, then balanced; or spikes, by surrogate gradients (convert)"},
    {"epochs", 'e', OPTION_COUNT, "N", "of training (10; surrogate: 5; stdp: 1)"},
    {"batch", 0, OPTION_NUMBER, "N", "samples of a step (50)"},
    {"rate", 0, OPTION_REAL, "X", "of learning (0.001; surrogate: 0.002)"},
    {"surrogate", 0, OPTION_TEXT, "fast-sigmoid|arctan", "instead of the derivative of a spike (fast-sigmoid)"},
    {"rule", 0, OPTION_TEXT, "pair|triplet|pulses", "of plasticity (pair; with a device: pulses)"},
    {"neurons", 0, OPTION_NUMBER, "N", "that learn without labels (100)"},
    {"weights", 'w', OPTION_TEXT, "FILE...", "an .npz of trained weights instead"},
    {"seeds", 0, OPTION_NUMBER, "N", "whole experiments, for the spread (5; stdp: 1)"},
    {"seed", 0, OPTION_COUNT, "N", "of the first (0)"},
    {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); results do not depend on them"},
    {"code", 'c', OPTION_TEXT, "poisson|regular|latency|current", "how values become spikes (poisson)"},
    {"steps", 0, OPTION_NUMBER, "N", "of a sample (100; surrogate: 25; stdp: 350)"},
    {"dt", 0, OPTION_TEXT, "T", "of a step (1ms)"},
    {"spike-rate", 0, OPTION_TEXT, "F", "of a value of 1 (a spike each step)"},
    {"readout", 0, OPTION_TEXT, "sum|count|first", "what the answer is read from (sum)"},
    {"neuron", 0, OPTION_TEXT, "if|lif|cuba-lif", "that is trained in spikes (lif)"},
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
                                       NULL};

static const char *const groups[] = {"data",   "Network and training", "code",   "Spikes and neurons",
                                     "device", "The device",           "module", "How the model's file is read",
                                     "json",   "For scripts",          NULL};

const command_info command_network_spiking = {
    .name = "network spiking",
    .args = "",
    .summary = "Tell accuracy, spikes and energy of a network of spiking neurons.",
    .text =
        "A network is trained with relu, and each relu then becomes neurons that integrate and fire, their thresholds "
        "balanced by the activations of the training set; or it is trained in spikes through surrogate gradients. "
        "With --device or --law its weights lie on pairs of cells, which spikes read step by step.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .groups = groups,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
