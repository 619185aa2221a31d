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

/* ---- NIR ---- */

/* Chains of Input, Linear, Affine, Flatten, LIF, IF, LI, CubaLIF, Output; LI only at the end.  The network belongs to
 * the spiking one. */
hys_status hys_spiking_read_nir(hys_ctx *ctx, const char *path, const hys_spiking_opts *opts, hys_spiking **result);
hys_status hys_spiking_write_nir(const hys_spiking *spiking, const char *path);
hys_network *hys_spiking_network(const hys_spiking *spiking);

HYS_DECLS_END
#endif
