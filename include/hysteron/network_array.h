/* hysteron/network_array.h -- layers of a network on crossbars of a device: what they then compute, and what that
 * costs.
 */
#ifndef HYSTERON_NETWORK_ARRAY_H
#define HYSTERON_NETWORK_ARRAY_H
#include <hysteron/array_product.h>
#include <hysteron/network.h>
#include <hysteron/synapse.h>
HYS_DECLS_BEGIN

#define HYS_FIDELITIES(X)                                                                                              \
    X(DISTILLED, "distilled", "statistics of the device: programming errors, noise, drift; no wires")                  \
    X(LINEAR, "linear", "each cell's conductance at the read voltage, exact wires through the effective matrix")       \
    X(EXACT, "exact", "each cell's own current at its own voltage, through exact wires, solved for every input")
#define HYS_X(id, name, what) HYS_FIDELITY_##id,
typedef enum hys_fidelity { HYS_FIDELITIES(HYS_X) HYS_N_FIDELITIES } hys_fidelity;
#undef HYS_X
const char *hys_fidelity_name(hys_fidelity fidelity);
const char *hys_fidelity_text(hys_fidelity fidelity);

typedef struct hys_mapping_opts {
    size_t size;
    hys_fidelity fidelity;
    const hys_synapse *synapse; /* borrowed for as long as the network lives */
    /* Coding, tiles, lines, converters, stuck cells, added noise: as of products; g_min, g_max, cells, law and voltage
     * come from the synapse.  input_range 0: calibrated on `calibration`. */
    hys_product_opts product;
    const hys_samples *calibration; /* NULL: ranges come from each block of inputs */
    size_t n_calibration;           /* samples of it; 0: 500 */
    bool is_kernel;      /* cells are programmed as kernels, pulse by pulse; linear and exact.  Otherwise by the law */
    bool is_perfect;     /* programming leaves no error */
    bool has_read_noise; /* the synapse's; what the product has is added in any case */
    size_t levels;       /* of a cell; 0: any conductance */
    double weight_clip;  /* weights beyond so many standard deviations of their layer are clipped; 0: none are */
    double cycles;       /* that the cells have behind them when they are programmed; of laws that tell of wear */
    double time;         /* s since programming */
    double temp;         /* K since then; 0: the synapse's */
    uint64_t seed;
    int (*progress)(void *user, double done);
    void *progress_user;
} hys_mapping_opts;
hys_mapping_opts hys_mapping_opts_default(void); /* linear, pairs, ideal lines, no converters, no noise, 500 samples */

/* Layer k (dense or conv) from now on lies on arrays; what it computes is what they give.  Normalisations behind it
 * must have been folded.  A layer that lies on arrays already is laid anew, with the weights that it was given.
 *
 * Cells are programmed with errors that the synapse's law has of its conductance, each by draws of its own: they stay
 * the same whatever the tiles, the fidelity, the number of threads.  Where the device's current is not in proportion to
 * its voltage, distilled and linear layers bend all inputs by the mean of their own cells' curves, weighed by the
 * squares of their conductances; hys_network_compare_exact says what that leaves out.  In exact layers cells are in the
 * states, on the way that pulses take the device through its window, that give them their conductances.  Noise of reads
 * is drawn once for an output and a read, with the variance that its cells have together. */
hys_status hys_network_map(hys_network *network, size_t k, const hys_mapping_opts *given);
/* All layers with weights; ranges are those that the network has before.  All or none are mapped. */
hys_status hys_network_map_all(hys_network *network, const hys_mapping_opts *given);
/* The layer's weights as its arrays hold them, in software again. */
hys_status hys_network_unmap(hys_network *network, size_t k);
/* The same arrays so much later, at a temperature in K (0: the synapse's). */
hys_status hys_network_wait(hys_network *network, double time, double temp);

typedef struct hys_mapping_report {
    size_t size;
    hys_fidelity fidelity;
    hys_product_shape shape;
    size_t n_failed;                     /* cells that were not reached */
    double weight_error;                 /* rms of what is held - what was asked for, of the largest weight */
    double program_energy, program_time; /* J, s of all cells, one after the other */
    double area;                         /* m^2: of cells and converters */
    double energy, latency;              /* J, s: of one product */
    double cells, wires, drivers, dac, adc, adding, charging; /* J of it */
    const char *adc_source, *dac_source, *add_source, *area_source;
} hys_mapping_report;
/* Energies are means over 16 inputs of the first 16 samples. */
hys_status hys_network_mapping(hys_network *network, size_t k, const hys_samples *inputs, hys_mapping_report *report);

typedef struct hys_network_cost { /* of an inference, mean over samples */
    size_t size;
    double energy, latency, area;                             /* J, s, m^2 */
    double cells, wires, drivers, dac, adc, adding, charging; /* J */
    double macs; /* effective multiply-accumulates of an inference (NeuroBench) */
    double activation_sparsity, connection_sparsity, footprint_B; /* NeuroBench's names */
} hys_network_cost;
/* Layers one after the other, places of a filter one after the other, arrays of a layer at once; layers in software
 * cost nothing.  Operations and zeros are counted over the first 500 samples; activations are the outputs of relu,
 * sigmoid and tanh. */
hys_status hys_network_get_cost(hys_network *network, const hys_samples *inputs, hys_network_cost *cost);

/* How far what layers give now is from the same cells solved exactly, on the first n samples. */
typedef struct hys_fidelity_error {
    size_t size, n;
    size_t layer;
    double rms, most;     /* of a layer's outputs, of their largest magnitude */
    double agreement;     /* part of the samples that the whole network puts into the same class */
    double exact_seconds; /* a sample */
} hys_fidelity_error;
/* Without noise of reads.  errors[].n: fewer where a layer has many places. */
hys_status hys_network_compare_exact(hys_network *network, const hys_samples *samples, size_t n,
                                     hys_fidelity_error *errors /* [layers with weights] */, size_t *n_errors);

HYS_DECLS_END
#endif
