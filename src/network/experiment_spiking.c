/* Experiments with spikes: what a file may say, and what it asks for. */
#include "base/units.h"
#include "io/yaml_fields.h"
#include "network/experiment.h"
#include <math.h>
#include <stddef.h>

#define PART(name, member, schema) SECTION(hys__said_network, name, member, schema)

#define FIELD(type, name, kind, member, detail)                                                                        \
    { name, HYS__FIELD_##kind, offsetof(type, member), detail, NULL, false }

/* ---- what a file may say ---- */

static const hys__yaml_field spike_fields[] = {
    FIELD(hys_spike_shape, "shape", CHOICE, kind, "rectangular|triangular|exponential"),
    FIELD(hys_spike_shape, "head", REAL, head, "V"),
    FIELD(hys_spike_shape, "tail", REAL, tail, "V"),
    FIELD(hys_spike_shape, "head_time", REAL, t_head, "s"),
    FIELD(hys_spike_shape, "tail_time", REAL, t_tail, "s"),
    FIELD(hys_spike_shape, "head_tau", REAL, tau_head, "s"),
    FIELD(hys_spike_shape, "tail_tau", REAL, tau_tail, "s"),
};
static const hys__yaml_schema spike_schema = {"a spike", spike_fields, COUNT_OF(spike_fields), sizeof(hys_spike_shape),
                                              NULL};

#define HYS_X(id, name, what) name "|"
static const char trainings[] = HYS_SPIKING_TRAININGS(HYS_X);
static const char codes[] = HYS_SPIKE_CODES(HYS_X);
static const char readouts[] = HYS_SPIKE_READOUTS(HYS_X);
static const char neurons[] = HYS_NEURON_KINDS(HYS_X);
static const char surrogates[] = HYS_SURROGATES(HYS_X);
static const char rules[] = HYS_STDP_KINDS(HYS_X);
#undef HYS_X

#define SPIKES(name, kind, member, detail) FIELD(hys__said_spikes, name, kind, member, detail)
static const hys__yaml_field spikes_fields[] = {
    SPIKES("training", CHOICE, training, trainings),
    SPIKES("code", CHOICE, code, codes),
    SPIKES("steps", COUNT, steps, NULL),
    SPIKES("dt", REAL, dt, "s"),
    SPIKES("spike_rate", REAL, rate, "Hz"),
    SPIKES("readout", CHOICE, readout, readouts),
    SPIKES("neuron", CHOICE, neuron, neurons),
    SPIKES("tau", REAL, tau, "s"),
    SPIKES("refractory", REAL, refractory, "s"),
    SPIKES("subtract", FLAG, is_subtracted, NULL),
    SPIKES("surrogate", CHOICE, surrogate, surrogates),
    SPIKES("slope", REAL, slope, ""),
    SPIKES("part", REAL, part, ""),
    SPIKES("neuron_energy", REAL, neuron_energy, "J"),
    SPIKES("at", REALS, at, ""),
    SPIKES("from", TEXT, from, NULL),
    SPIKES("nir", TEXT, nir, NULL),
    SPIKES("rule", CHOICE, rule, rules),
    SPIKES("neurons", COUNT, neurons, NULL),
    SPIKES("threshold", REAL, threshold, ""),
    SPIKES("rise", REAL, rise, ""),
    {"spike", HYS__FIELD_SECTION, offsetof(hys__said_spikes, spike), NULL, &spike_schema, false},
};
static const hys__yaml_schema spikes_schema = {"a network of spikes", spikes_fields, COUNT_OF(spikes_fields),
                                               sizeof(hys__said_spikes), NULL};

#define ROOT(name, kind, member, detail) FIELD(hys__said_network, name, kind, member, detail)
static const hys__yaml_field fields[] = {
    ROOT("title", TEXT, title, NULL),
    ROOT("seed", COUNT, seed, NULL),
    ROOT("seeds", COUNT, seeds, NULL),
    PART("data", data, &hys__data_schema),
    ROOT("network", TEXT, network, NULL),
    ROOT("weights", TEXT, weights, NULL),
    PART("training", training, &hys__software_schema),
    PART("spiking", spikes, &spikes_schema),
    ROOT("law", TEXT, law, NULL),
    PART("device", device, &hys__device_schema),
    PART("arrays", arrays, &hys__arrays_schema),
    ROOT("times", REALS, times, "s"),
    {"expected", HYS__FIELD_SECTIONS, offsetof(hys__said_network, expected), NULL, &hys__expected_schema, false},
    ROOT("source_does_not_say", TEXTS, missing, NULL),
    ROOT("folder", TEXT, folder, NULL),
    ROOT("figures", FLAG, has_figures, NULL),
};
static const hys__yaml_schema schema = {"an experiment with spikes", fields, COUNT_OF(fields),
                                        sizeof(hys__said_network), NULL};

static void preset(hys__said_network *s, hys_spiking_training training) {
    const hys_spiking_study_opts o = hys_spiking_study_opts_for(training);
    hys__network_preset(s);
    s->data.name = o.trial.data;
    s->network = o.trial.network;
    s->seeds = o.trial.seeds;
    s->training.software = o.trial.train;
    s->arrays.fidelity = o.trial.mapping.fidelity;
    s->spikes = (hys__said_spikes){.training = training,
                                   .neuron = o.trial.spiking.neuron.kind,
                                   .rule = -1,
                                   .steps = o.trial.spiking.steps,
                                   .neurons = o.stdp.neurons,
                                   .dt = o.trial.spiking.dt,
                                   .tau = o.trial.spiking.neuron.tau,
                                   .slope = o.trial.slope,
                                   .threshold = (double)NAN, /* as the rule has it */
                                   .rise = (double)NAN,
                                   .spike = o.spike};
}

/* Twice: what is left out depends on how the network is trained. */
hys_status hys__network_take_spikes(hys_network_experiment *e) {
    preset(&e->said, HYS_SPIKING_CONVERT);
    hys_status status = hys__yaml_take(&e->yaml, e->yaml.root, &schema, &e->said);
    if (status != HYS_OK) return status;
    preset(&e->said, (hys_spiking_training)e->said.spikes.training);
    return hys__yaml_take(&e->yaml, e->yaml.root, &schema, &e->said);
}

/* ---- what it asks for ---- */

static hys_status ask_steps(hys_network_experiment *e, hys_spiking_trial_opts *t) {
    const hys__yaml_reals *said = &e->said.spikes.at;
    size_t *at = HYS_NEW_N(&e->arena, size_t, said->n + 1);
    if (!at) return HYS_NOMEM;
    for (size_t k = 0; k < said->n; k++) {
        if (!(said->at[k] >= 1 && said->at[k] <= 1e6 && said->at[k] == floor(said->at[k])))
            return hys__network_fail_at(e, "spiking", "at: [10, 20, 50]", "this tells accuracies at no steps");
        at[k] = (size_t)said->at[k];
    }
    t->at = at;
    t->n_at = said->n;
    t->times = e->said.times.at;
    t->n_times = e->said.times.n;
    return HYS_OK;
}

static void ask_neurons(const hys__said_spikes *s, hys_spiking_opts *o) {
    o->steps = s->steps;
    o->dt = s->dt;
    o->code = (hys_spike_code)s->code;
    o->rate = s->rate;
    o->readout = (hys_spike_readout)s->readout;
    o->neuron = hys_neuron_default((hys_neuron_kind)s->neuron);
    o->neuron.tau = s->tau;
    o->neuron.refractory = s->refractory;
    o->neuron.is_subtracted = s->is_subtracted;
    o->neuron_energy = s->neuron_energy;
}

static void ask_plasticity(const hys_network_experiment *e, hys_spiking_study_opts *o) {
    const hys__said_spikes *s = &e->said.spikes;
    const hys_stdp_kind usual = o->law || o->has_device ? HYS_STDP_PULSES : HYS_STDP_PAIR;
    o->stdp = hys_stdp_opts_for(s->rule < 0 ? usual : (hys_stdp_kind)s->rule);
    o->stdp.neurons = s->neurons;
    if (!isnan(s->threshold)) o->stdp.threshold = s->threshold;
    if (!isnan(s->rise)) o->stdp.rise = s->rise;
    o->spike = s->spike;
}

hys_status hys__network_ask_spikes(hys_network_experiment *e) {
    const hys__said_spikes *s = &e->said.spikes;
    hys_spiking_study_opts *o = &e->study;
    hys_spiking_trial_opts *t = &o->trial;
    *o = hys_spiking_study_opts_for((hys_spiking_training)s->training);
    o->law = hys__network_beside(e, e->said.law);
    o->has_device = e->opts.has_device;
    o->device = e->opts.device;
    t->data = e->opts.data;
    t->dataset = e->opts.dataset;
    t->network = e->opts.network;
    t->weights = e->opts.weights;
    t->train = e->opts.train;
    t->surrogate = (hys_surrogate)s->surrogate;
    t->slope = s->slope;
    t->part = s->part;
    t->mapping = e->opts.mapping;
    t->from = hys__network_beside(e, s->from);
    t->nir = hys__network_beside(e, s->nir);
    t->seeds = e->said.seeds;
    t->seed = e->said.seed;
    ask_neurons(s, &t->spiking);
    ask_plasticity(e, o);
    return e->arena.failed ? HYS_NOMEM : ask_steps(e, t);
}

/* ---- an example ---- */

const char *hys_network_experiment_example_spiking(void) {
    return "# A network of spiking neurons whose synapses are a device: accuracy, spikes, energy, and how long it "
           "lasts.\n"
           "#   hysteron network run mine.yaml -o out --figure\n"
           "title: 784-64-10 in spikes on VTEAM cells\n"
           "seed: 0\n"
           "seeds: 3                    # whole experiments, for the spread\n"
           "data:\n"
           "  name: fashion-mnist       # digits; or a folder of IDX files, an .npz, a .csv beside this file\n"
           "  train: 60000              # so many of its first samples\n"
           "  test: 10000\n"
           "network: 784-64-10          # each relu becomes neurons\n"
           "# weights: trained.npz      # instead of training\n"
           "training: {epochs: 10, batch: 50, rate: 0.001}\n"
           "spiking:\n"
           "  training: convert         # surrogate: in spikes, by backpropagation; stdp: without labels\n"
           "  code: poisson             # regular, latency, current\n"
           "  steps: 100                # of a sample\n"
           "  dt: 1ms\n"
           "  readout: sum              # count, first: of spikes at the outputs\n"
           "  part: 0.999               # convert: of activations, below the thresholds\n"
           "  # neuron: lif             # surrogate: or if\n"
           "  # tau: 5ms\n"
           "  # surrogate: fast-sigmoid # arctan\n"
           "  neuron_energy: 1pJ        # of a spike\n"
           "  at: [10, 20, 50]          # accuracy behind so many steps\n"
           "  # from: network.nir       # take a spiking network as NIR instead of network and training\n"
           "  # nir: network.nir        # write the first seed's network\n"
           "  # neurons: 100            # stdp: that learn\n"
           "  # rule: pulses            # stdp: pair, triplet; of a device: pulses, device\n"
           "  # spike: {head: 0.4V, tail: 0.3V, head_time: 5ms, tail_time: 75ms}   # rule device\n"
           "device:\n"
           "  model: vteam              # of the library, or a file beside this one\n"
           "# law: synapse.yaml         # instead: what was distilled of one, or written down\n"
           "arrays:\n"
           "  fidelity: distilled       # linear, exact\n"
           "  levels: 16                # of a cell\n"
           "times: [1s, 1day, 1year]    # accuracy so long after programming\n"
           "# expected:                 # what a publication gives: software_accuracy, accuracy, accuracy_loss,\n"
           "#                           # aged_accuracy and aged_loss (at the last of the times) ...\n"
           "#   - {name: accuracy, value: 0.9145, tolerance: 0.02, data: mnist, source: \"A. Author, J. 1, 1 "
           "(2020)\"}\n"
           "# source_does_not_say: [\"how values became spikes: poisson was taken\"]\n"
           "folder: out\n"
           "figures: true\n";
}
