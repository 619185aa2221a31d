/* hysteron/spiking.h -- networks whose values are spikes: neurons in place of relu, codes, conversion of trained
 * networks, training through surrogate gradients, and plasticity by the times of spikes.
 *
 * Time goes in steps.  A spike is a current of 1 during its step, unless a neuron's `spike` says otherwise; neurons are
 * solved exactly for currents that are constant in a step, and spike at the end of a step in which they reach their
 * threshold.  Results are the same bits with any number of threads. */
#ifndef HYSTERON_SPIKING_H
#define HYSTERON_SPIKING_H
#include <hysteron/network_accuracy.h>
HYS_DECLS_BEGIN

/* ---- neurons ---- */

#define HYS_NEURON_KINDS(X)                                                                                            \
    X(IF, "if", "v' = r I")                                                                                            \
    X(LIF, "lif", "tau v' = v_leak - v + r I")                                                                         \
    X(LI, "li", "the same without a threshold: its potential is what it tells")                                        \
    X(CUBA_LIF, "cuba-lif", "tau v' = v_leak - v + r i, tau_synapse i' = -i + w_in I")
#define HYS_X(id, name, what) HYS_NEURON_##id,
typedef enum hys_neuron_kind { HYS_NEURON_KINDS(HYS_X) HYS_N_NEURON_KINDS } hys_neuron_kind;
#undef HYS_X
const char *hys_neuron_kind_name(hys_neuron_kind kind);

typedef struct hys_neuron { /* NIR's parameters, and three more */
    hys_neuron_kind kind;
    double tau, tau_synapse; /* s */
    double r, w_in;
    double v_leak, threshold, reset;
    bool is_subtracted;                /* a spike takes threshold - reset off the potential; otherwise reset is left */
    double refractory;                 /* s in which the potential stays and inputs are lost; whole steps */
    double adaptation, tau_adaptation; /* each spike raises the threshold by so much; s, to 1/e of it; inf: for ever */
    double spike;                      /* what a spike is to the layer behind */
} hys_neuron;
hys_neuron hys_neuron_default(hys_neuron_kind kind); /* tau 20 ms, tau_synapse 5 ms, r 1 (of IF: 1000/s), threshold 1 */

/* ---- codes ---- */

#define HYS_SPIKE_CODES(X)                                                                                             \
    X(POISSON, "poisson", "each step a spike with the value's probability")                                            \
    X(REGULAR, "regular", "as many spikes, as evenly as steps allow")                                                  \
    X(LATENCY, "latency", "one spike, the earlier the larger the value, none of 0")                                    \
    X(CURRENT, "current", "no spikes: the value itself as a current")
#define HYS_X(id, name, what) HYS_CODE_##id,
typedef enum hys_spike_code { HYS_SPIKE_CODES(HYS_X) HYS_N_SPIKE_CODES } hys_spike_code;
#undef HYS_X
const char *hys_spike_code_name(hys_spike_code code);

#define HYS_SPIKE_READOUTS(X)                                                                                          \
    X(SUM, "sum", "the current that has reached each output; no neurons there")                                        \
    X(COUNT, "count", "spikes of a neuron at each output")                                                             \
    X(FIRST, "first", "the first spike of these")
#define HYS_X(id, name, what) HYS_READOUT_##id,
typedef enum hys_spike_readout { HYS_SPIKE_READOUTS(HYS_X) HYS_N_SPIKE_READOUTS } hys_spike_readout;
#undef HYS_X
const char *hys_spike_readout_name(hys_spike_readout readout);

/* ---- networks ---- */

typedef struct hys_spiking_opts {
    size_t size;
    double dt;    /* s; 0: 1 ms */
    size_t steps; /* of a sample; 0: 100 */
    hys_spike_code code;
    double rate;        /* Hz of a value of 1 in rate codes; 0: a spike in each step */
    double input_spike; /* what a spike of the input is to the first layer; 0: 1 / (rate dt), so that its mean is the
                           value; of the latency code 1 */
    hys_spike_readout readout;
    hys_neuron neuron;    /* in place of each relu, and at the outputs where they have neurons */
    double neuron_energy; /* J of a spike */
    uint64_t seed;        /* of Poisson spikes */
} hys_spiking_opts;
hys_spiking_opts hys_spiking_opts_default(void); /* 1 ms, 100 steps, Poisson, sum, LIF */

typedef struct hys_spiking hys_spiking;
/* The network is borrowed: its layers (dense, conv, meanpool; relu gives its place to neurons, a last softmax falls)
 * multiply spikes with whatever holds their weights: software, arrays, cells.  Biases are constant currents. */
hys_status hys_spiking_new(hys_network *network, const hys_spiking_opts *given, hys_spiking **result);
void hys_spiking_free(hys_spiking *spiking);
/* Neurons of layer k (a relu; the network's number of layers: its outputs): one for all, or one each. */
hys_status hys_spiking_set_neurons(hys_spiking *spiking, size_t k, const hys_neuron *neurons, size_t n);
size_t hys_spiking_n_neurons(const hys_spiking *spiking, size_t k); /* 0: there are none */
hys_neuron hys_spiking_neuron(const hys_spiking *spiking, size_t k, size_t i);

/* From activations to spikes: each relu becomes IF neurons with reset by subtraction, whose threshold, and the value of
 * whose spikes, is the activation that this part of them stays below (Diehl et al., IJCNN 2015; Rueckauer et al.,
 * Front. Neurosci. 11:682, 2017).  The first n samples (0: 500); part 0: 0.999.  Potentials begin at half of the
 * threshold, which takes the mean error of a rate away (Deng and Gu, ICLR 2021). */
hys_status hys_spiking_balance(hys_spiking *spiking, const hys_samples *samples, size_t n, double part);

/* outputs [samples' n, outputs]: mean current or spikes a step, or steps - step of the first spike. */
hys_status hys_spiking_predict(hys_spiking *spiking, const hys_samples *samples, float *outputs);
/* One sample, of which currents [steps inputs] are what reaches the first layer; potentials and spikes [steps n] of the
 * neurons of layer k, either may be NULL.  Potentials are those before a spike's reset. */
hys_status hys_spiking_trace(hys_spiking *spiking, const float *currents, size_t k, float *potentials, float *spikes);

typedef struct hys_spiking_result {
    size_t size;
    uint16_t *classes; /* [samples' n] where the caller wants what was answered; NULL */
    size_t n, n_at;
    double accuracy;
    double accuracies[32];                /* behind the first at[k] steps */
    double input_spikes, spikes;          /* of a sample: of its code, of all neurons */
    double first_step;                    /* mean step of the first output's spike; NaN */
    double effective_acs, effective_macs; /* NeuroBench's synaptic operations of a sample */
    double activation_sparsity;           /* NeuroBench: 1 - spikes / (neurons steps) */
    double neuron_energy, synapse_energy; /* J of a sample; the latter of layers on arrays */
    double time;                          /* s of a sample: its steps */
} hys_spiking_result;
/* at [n_at], rising, up to 32: steps behind which the accuracy is told; may be NULL. */
hys_status hys_spiking_evaluate(hys_spiking *spiking, const hys_samples *samples, const size_t *at, size_t n_at,
                                hys_spiking_result *result);

/* ---- training ---- */

#define HYS_SURROGATES(X)                                                                                              \
    X(FAST_SIGMOID, "fast-sigmoid", "k/2 / (1 + k |v - threshold|)^2 (Zenke and Ganguli 2018)")                        \
    X(ARCTAN, "arctan", "k/2 / (1 + (pi/2 k (v - threshold))^2) (Fang et al. 2021)")
#define HYS_X(id, name, what) HYS_SURROGATE_##id,
typedef enum hys_surrogate { HYS_SURROGATES(HYS_X) HYS_N_SURROGATES } hys_surrogate;
#undef HYS_X
const char *hys_surrogate_name(hys_surrogate surrogate);

typedef struct hys_surrogate_opts {
    size_t size;
    hys_train_opts train; /* Adam; batch, epochs, rate, decay, seed, progress, epoch are looked at */
    hys_surrogate surrogate;
    double slope;   /* k, of potentials in thresholds; 0: 2 */
    bool is_smooth; /* neurons emit the surrogate's integral instead of spikes: to check gradients with */
} hys_surrogate_opts;
hys_surrogate_opts hys_surrogate_opts_default(void);
/* Backpropagation through all steps of dense layers in software with LIF or IF neurons; cross-entropy of the mean
 * current, or of the number of spikes, at the outputs. */
hys_status hys_spiking_train(hys_spiking *spiking, const hys_samples *train, const hys_samples *test,
                             const hys_surrogate_opts *given);
/* Loss of the first n samples, and its gradient for layer k: [rows columns]; NULL: not wanted. */
hys_status hys_spiking_gradient(hys_spiking *spiking, const hys_samples *samples, size_t n,
                                const hys_surrogate_opts *given, size_t k, double *loss, float *gradient);

/* ---- plasticity by the times of spikes ---- */

#define HYS_STDP_KINDS(X)                                                                                              \
    X(PAIR, "pair", "each spike before with each behind: a_plus exp(-dt/tau_plus), -a_minus exp(dt/tau_minus)")        \
    X(TRIPLET, "triplet", "the same, weighed by the spikes before (Pfister and Gerstner, J. Neurosci. 26:9673, 2006)") \
    X(PULSES, "pulses",                                                                                                \
      "a spike behind programs: a pulse up where one came before it within the window, one down elsewhere (Querlioz "  \
      "et al., IEEE Trans. Nanotechnol. 12:288, 2013)")                                                                \
    X(DEVICE, "device", "what overlapping spikes do to the device")
#define HYS_X(id, name, what) HYS_STDP_##id,
typedef enum hys_stdp_kind { HYS_STDP_KINDS(HYS_X) HYS_N_STDP_KINDS } hys_stdp_kind;
#undef HYS_X
const char *hys_stdp_kind_name(hys_stdp_kind kind);

typedef struct hys_stdp_rule {
    hys_stdp_kind kind;
    double a_plus, a_minus;     /* of pairs */
    double tau_plus, tau_minus; /* s */
    double a3_plus, a3_minus;   /* of triplets */
    double tau_x, tau_y;        /* s: of what spikes before, and behind, leave for them */
    double window;              /* s; pulses */
} hys_stdp_rule;
/* Pairs: 16.8 and 33.7 ms (Bi and Poo, Annu. Rev. Neurosci. 24:139, 2001), amplitudes of 0.01 and 0.005 by choice;
 * triplets: Pfister and Gerstner's minimal model of visual cortex, all to all; pulses: 25 ms. */
hys_stdp_rule hys_stdp_rule_default(hys_stdp_kind kind);

typedef struct hys_spike_trains { /* of neurons, one after the other; s, rising */
    const double *times;
    const size_t *first; /* [n + 1]: where each neuron's begin */
    size_t n;
} hys_spike_trains;
/* Sum of all changes of a synapse by pairs or triplets, whatever its weight; of the same time, pre counts as first. */
hys_status hys_stdp_change(hys_ctx *ctx, const hys_stdp_rule *rule, const hys_spike_trains *pre,
                           const hys_spike_trains *post, double *change);

#define HYS_SPIKE_SHAPES(X)                                                                                            \
    X(RECTANGULAR, "rectangular", "constant head, constant tail")                                                      \
    X(TRIANGULAR, "triangular", "a saw-tooth: head rises to the spike's time, tail falls off behind")                  \
    X(EXPONENTIAL, "exponential", "the same, exponentially")
#define HYS_X(id, name, what) HYS_SPIKE_##id,
typedef enum hys_spike_shape_kind { HYS_SPIKE_SHAPES(HYS_X) HYS_N_SPIKE_SHAPES } hys_spike_shape_kind;
#undef HYS_X
const char *hys_spike_shape_name(hys_spike_shape_kind kind);

/* A spike at t = 0 (Zamarreno-Ramos et al., Front. Neurosci. 5:26, 2011): its head, before that, then a tail of the
 * other sign. */
typedef struct hys_spike_shape {
    hys_spike_shape_kind kind;
    double head, tail;         /* V, both positive */
    double t_head, t_tail;     /* s */
    double tau_head, tau_tail; /* s; exponential */
    double resolution;         /* s: pieces of constant voltage; 0: a 40th of the head */
} hys_spike_shape;
hys_spike_shape hys_spike_shape_default(void); /* exponential: 5 and 75 ms, 3 and 40 ms; 0 V */
/* V at t behind the spike's time. */
double hys_spike_voltage(const hys_spike_shape *shape, double t);

/* Cells [pre->n post->n] see post - pre, turned so that a cell's pulse up and a head behind a tail are of one sign: the
 * device's own equations, in pieces of constant voltage at the middle of each.  HYS_CELLS_KERNEL only. */
hys_status hys_stdp_drive(hys_cells *cells, const hys_spike_shape *shape, const hys_spike_trains *pre,
                          const hys_spike_trains *post);

typedef struct hys_stdp_window hys_stdp_window;
typedef struct hys_stdp_window_opts {
    size_t size;
    const hys_synapse *synapse; /* a kernel's */
    hys_spike_shape shape;
    const double *dt; /* [n_dt] s, rising, without 0: post - pre; NULL: 40 of both signs as far as spikes overlap */
    size_t n_dt;
    size_t n_x; /* states from one end of the synapse's window to the other; 0: 9 */
    uint64_t seed;
} hys_stdp_window_opts;
hys_status hys_stdp_window_new(const hys_stdp_window_opts *given, hys_stdp_window **result);
void hys_stdp_window_free(hys_stdp_window *window);
/* Change of x by a pair; between what was simulated straight, 0 beyond it. */
double hys_stdp_window_at(const hys_stdp_window *window, double dt, double x);
double hys_stdp_window_alone(const hys_stdp_window *window); /* largest change of x by a spike without another */
/* dt, x, change */
hys_status hys_stdp_window_table(const hys_stdp_window *window, hys_table **table);

/* Unsupervised: inputs fire at rates of their values into neurons that learn by STDP, of which the first to fire holds
 * down the others, and whose thresholds rise with each spike (Diehl and Cook, Front. Comput. Neurosci. 9:99, 2015, with
 * one layer, inhibition at once, and currents). */
typedef struct hys_stdp_opts {
    size_t size;
    size_t neurons; /* 0: 100 */
    hys_stdp_rule rule;
    const hys_synapse *synapse;    /* of pulses; borrowed */
    hys_cells_kind cells;          /* of pulses */
    const hys_stdp_window *window; /* of HYS_STDP_DEVICE; borrowed */
    double dt, time;               /* s: of a step, of a sample */
    double rate;                   /* Hz of a value of 1 */
    double tau;                    /* s */
    double threshold, rise;        /* parts of the potential that all inputs together, always on, would give; each spike
                                      raises its neuron's threshold by the second, relative to itself */
    double tau_threshold;          /* s: of its fall */
    double inhibition;             /* s that other neurons are held down */
    double sum;                    /* of a neuron's weights, part of its inputs, kept after each sample; 0: not */
    uint64_t seed;
    int (*progress)(void *user, double done);
    void *progress_user;
} hys_stdp_opts;
hys_stdp_opts hys_stdp_opts_default(void);
/* The same with a rule of this kind, and the thresholds that go with it. */
hys_stdp_opts hys_stdp_opts_for(hys_stdp_kind kind);

typedef struct hys_stdp_network hys_stdp_network;
hys_status hys_stdp_network_new(hys_ctx *ctx, size_t inputs, const hys_stdp_opts *given, hys_stdp_network **result);
void hys_stdp_network_free(hys_stdp_network *stdp);
/* Labels are not looked at. */
hys_status hys_stdp_train(hys_stdp_network *stdp, const hys_samples *samples, size_t epochs);
/* Each neuron's class is that to which it answers most. */
hys_status hys_stdp_assign(hys_stdp_network *stdp, const hys_samples *samples);
typedef struct hys_stdp_result {
    size_t size;
    uint16_t *classes;           /* [samples' n] where the caller wants what was answered; NULL */
    double accuracy;             /* by the mean answer of the neurons of each class */
    double input_spikes, spikes; /* of a sample */
    double updates;              /* spikes of neurons that learnt, in all */
    double energy;               /* J of programming pulses, in all */
} hys_stdp_result;
hys_status hys_stdp_evaluate(hys_stdp_network *stdp, const hys_samples *samples, hys_stdp_result *result);
const float *hys_stdp_weights(const hys_stdp_network *stdp); /* [inputs neurons], 0 to 1 */
/* What each neuron looks for, as images of so many pixels (times channels, one below the other) side by side, for a
 * figure: column and row, whose whole numbers are neurons, and weight; NaN between neurons.  As many as fit into a
 * million pixels. */
hys_status hys_stdp_fields(const hys_stdp_network *stdp, size_t height, size_t width, hys_table **table);

/* ---- whole experiments ---- */

#define HYS_SPIKING_TRAININGS(X)                                                                                       \
    X(CONVERT, "convert", "trained with relu, thresholds balanced")                                                    \
    X(SURROGATE, "surrogate", "trained in spikes, through surrogate gradients")                                        \
    X(STDP, "stdp", "neurons that learn without labels; hys_stdp_run and studies only")
#define HYS_X(id, name, what) HYS_SPIKING_##id,
typedef enum hys_spiking_training { HYS_SPIKING_TRAININGS(HYS_X) HYS_N_SPIKING_TRAININGS } hys_spiking_training;
#undef HYS_X
const char *hys_spiking_training_name(hys_spiking_training training);

typedef struct hys_spiking_trial_opts {
    size_t size;
    const char *data; /* a name or a path; NULL: "fashion-mnist" */
    hys_dataset_opts dataset;
    const char *network; /* NULL: "784-64-10" */
    const char *weights; /* a file instead of training; NULL: none */
    const char *from;    /* a spiking network as NIR instead of a network and its training; NULL: none */
    hys_spiking_training training;
    hys_train_opts train;
    hys_surrogate surrogate;
    double slope;
    hys_spiking_opts spiking;   /* convert: of its neuron, nothing is looked at */
    double part;                /* of activations below thresholds; 0: 0.999 */
    const hys_synapse *synapse; /* its layers lie on arrays of it; NULL: in software */
    hys_mapping_opts mapping;
    const size_t *at; /* [n_at] steps behind which accuracies are told */
    size_t n_at;
    const double *times; /* [n_times] s since programming */
    size_t n_times;
    hys_table **confusion; /* over seeds, the caller's to free; NULL: not wanted */
    const char *nir;       /* a file for the first seed's network, in software, as NIR; NULL: none */
    size_t seeds;          /* whole experiments; 0: 5 */
    uint64_t seed;
    unsigned threads;
    int (*progress)(void *user, double done);
    void *progress_user;
    void (*epoch)(void *user, size_t seed, const hys_epoch *epoch);
    void *epoch_user;
    void (*input)(void *user, const char *path, const char *hash); /* of each file of the data set; BLAKE2b-256 */
    void *input_user;
} hys_spiking_trial_opts;
hys_spiking_trial_opts hys_spiking_trial_opts_default(void);

typedef struct hys_spiking_trial_result { /* means over seeds; _std: standard deviations */
    size_t size;
    size_t n_seeds, n_test;
    double software_accuracy, software_std; /* convert: of the network with relu; surrogate: of spikes in software */
    double accuracy, accuracy_std;          /* of spikes, on the device where there is one */
    hys_spiking_result spiking;             /* of the first seed */
    double curve[31], curve_std[31];        /* [n_at] */
    double aged[64], aged_std[64];          /* [n_times] */
} hys_spiking_trial_result;
hys_status hys_spiking_run(hys_ctx *ctx, const hys_spiking_trial_opts *given, hys_spiking_trial_result *result);

typedef struct hys_stdp_trial_opts {
    size_t size;
    const char *data; /* NULL: "fashion-mnist" */
    hys_dataset_opts dataset;
    hys_stdp_opts stdp;    /* its seed is not looked at */
    size_t epochs;         /* 0: 1 */
    size_t n_assign;       /* samples of the training set by which classes are given; 0: 2000 */
    hys_table **confusion; /* over seeds, the caller's to free; NULL: not wanted */
    hys_table **fields;    /* of the first seed, the caller's to free: hys_stdp_fields; NULL: not wanted */
    size_t seeds;          /* 0: 1 */
    uint64_t seed;
    int (*progress)(void *user, double done);
    void *progress_user;
    void (*input)(void *user, const char *path, const char *hash); /* as in hys_spiking_trial_opts */
    void *input_user;
} hys_stdp_trial_opts;
hys_stdp_trial_opts hys_stdp_trial_opts_default(void);
typedef struct hys_stdp_trial_result {
    size_t size;
    size_t n_seeds, n_test;
    double accuracy, accuracy_std;
    double train_seconds; /* wall time of training, of a sample, of the last seed */
    hys_stdp_result stdp; /* of the last seed */
} hys_stdp_trial_result;
hys_status hys_stdp_run(hys_ctx *ctx, const hys_stdp_trial_opts *given, hys_stdp_trial_result *result);

/* ---- studies: a device, and one of these experiments with it ---- */

typedef struct hys_spiking_study_opts {
    size_t size;
    const char *law; /* file of a synapse's law; NULL: none */
    bool has_device;
    hys_synapse_opts device;      /* of a synapse, instead */
    hys_spiking_trial_opts trial; /* its synapse is not looked at */
    /* HYS_SPIKING_STDP only, which takes data, epochs, seeds, steps and progress from the trial; its synapse, window,
     * seed, dt and time are not looked at */
    hys_stdp_opts stdp;
    hys_spike_shape spike; /* of HYS_STDP_DEVICE */
} hys_spiking_study_opts;
/* Steps, epochs and rates as the kind of training likes them. */
hys_spiking_study_opts hys_spiking_study_opts_for(hys_spiking_training training);

typedef struct hys_spiking_study hys_spiking_study;
hys_status hys_spiking_study_run(hys_ctx *ctx, const hys_spiking_study_opts *given, hys_spiking_study **result);
void hys_spiking_study_free(hys_spiking_study *study);
/* One of the two; the other is NULL. */
const hys_spiking_trial_result *hys_spiking_study_trial(const hys_spiking_study *study);
const hys_stdp_trial_result *hys_spiking_study_stdp(const hys_spiking_study *study);
const hys_synapse *hys_spiking_study_synapse(const hys_spiking_study *study); /* NULL: there is none */
/* Files of the data set; hash: BLAKE2b-256 in hexadecimal. */
bool hys_spiking_study_input(const hys_spiking_study *study, size_t k, const char **path, const char **hash);
/* "Predicted class", "True class", "Part of the class", "samples", over seeds; borrowed. */
const hys_table *hys_spiking_study_confusion(const hys_spiking_study *study);
/* Of plasticity: hys_stdp_fields, borrowed; NULL: none. */
const hys_table *hys_spiking_study_fields(const hys_spiking_study *study);
/* Of plasticity: weight, "post - pre" and "change of weight", by one pair of spikes; for each weight 60 rows of spikes
 * behind, then 60 of spikes before. */
hys_status hys_spiking_study_window(const hys_spiking_study *study, hys_table **table);

/* ---- NIR ---- */

/* Chains of Input, Linear, Affine, Flatten, LIF, IF, LI, CubaLIF, Output; LI only at the end.  The network belongs to
 * the spiking one. */
hys_status hys_spiking_read_nir(hys_ctx *ctx, const char *path, const hys_spiking_opts *opts, hys_spiking **result);
hys_status hys_spiking_write_nir(const hys_spiking *spiking, const char *path);
hys_network *hys_spiking_network(const hys_spiking *spiking);

HYS_DECLS_END
#endif
