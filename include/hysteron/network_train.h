/* hysteron/network_train.h -- training that knows the device: its noise and wires while it learns in software, or its
 * own pulses in place. */
#ifndef HYSTERON_NETWORK_TRAIN_H
#define HYSTERON_NETWORK_TRAIN_H
#include <hysteron/network_array.h>
HYS_DECLS_BEGIN

/* ---- hardware-aware: in software, as if on the arrays ---- */

typedef struct hys_aware_opts {
    size_t size;
    hys_mapping_opts mapping; /* what it will lie on; programming errors and read noise are drawn for each batch, inputs
                                 and outputs converted, and, but for distilled, wires solved */
    double noise;             /* of weights, of the largest of a layer; NaN: as the synapse's programming leaves */
    size_t wires_every;       /* batches between which what wires take stays the same; 0: 100 */
    bool has_exact_gradient;  /* through the wires by the adjoint, for every batch; otherwise as if they took nothing */
} hys_aware_opts;
hys_aware_opts hys_aware_opts_default(void);
hys_status hys_network_train_aware(hys_network *network, const hys_samples *train, const hys_samples *test,
                                   const hys_train_opts *opts, const hys_aware_opts *given);

/* ---- in place: pulses are all that changes a weight ---- */

#define HYS_PULSED_RULES(X)                                                                                            \
    X(STOCHASTIC, "stochastic",                                                                                        \
      "rows and columns pulse at random, with probabilities as large as input and error; a "                           \
      "cell is changed where both meet (Gokmen and Vlasov 2016)")                                                      \
    X(SIGN, "sign", "one pulse by the sign of the batch's gradient (Manhattan rule)")                                  \
    X(COUNTED, "counted",                                                                                              \
      "as many pulses as the batch's gradient asks for; what is less than a pulse is kept and added to the next "      \
      "(mixed precision, Nandakumar et al. 2020)")                                                                     \
    X(TWO_ARRAYS, "two-arrays",                                                                                        \
      "gradients are collected on a second array, and read from it row by row "                                        \
      "(Tiki-Taka, Gokmen and Haensch 2020)")
#define HYS_X(id, name, what) HYS_PULSED_##id,
typedef enum hys_pulsed_rule { HYS_PULSED_RULES(HYS_X) HYS_N_PULSED_RULES } hys_pulsed_rule;
#undef HYS_X
const char *hys_pulsed_rule_name(hys_pulsed_rule rule);

#define HYS_PULSED_CODINGS(X)                                                                                          \
    X(AUTO, "auto",                                                                                                    \
      "one cell where pulses move it by less than a 25th of its window and there is a place where those up and down "  \
      "undo each other, one-way pairs otherwise")                                                                      \
    X(REFERENCE, "reference", "one cell, pulsed up and down, against a fixed conductance where both are the same")     \
    X(PAIRS, "pairs", "two cells: one is pulsed up and the other down")                                                \
    X(ONE_WAY, "one-way", "two cells, pulsed up only; both are set back and programmed anew when one is full")
#define HYS_X(id, name, what) HYS_PULSED_##id,
typedef enum hys_pulsed_coding { HYS_PULSED_CODINGS(HYS_X) HYS_N_PULSED_CODINGS } hys_pulsed_coding;
#undef HYS_X
const char *hys_pulsed_coding_name(hys_pulsed_coding coding);

typedef struct hys_pulsed_opts {
    size_t size;
    const hys_synapse *synapse; /* borrowed */
    hys_cells_kind cells;       /* distilled: tables; kernel: the model's equations for every pulse */
    hys_pulsed_rule rule;
    hys_pulsed_coding coding;
    size_t train_length; /* most slots of a stochastic train (a sample has as few as it needs), most pulses of a counted
                            one; 0: 31, which is the most */
    double weight_range; /* the largest weight that cells can hold; 0: 0.6, or the largest at the start */
    bool starts_perfect; /* cells begin at the layer's weights without the error of programming */
    double stuck_on, stuck_off;      /* parts of all cells that no pulse moves */
    double read_noise;               /* of outputs, of their largest in a sample; forward and backward */
    int32_t input_bits, output_bits; /* 0: any value; of the largest in a sample */
    double threshold;                /* of gradients that make a pulse (sign), of the largest */
    size_t transfer_every;           /* samples between transfers of a row (two-arrays); 0: 1 */
    double transfer_rate;            /* of what is read there; 0: 0.1 */
    uint64_t seed;
} hys_pulsed_opts;
hys_pulsed_opts hys_pulsed_opts_default(void); /* stochastic, distilled */
/* Layer k is held by cells from now on, programmed to its weights, and trained by pulses. */
hys_status hys_network_hold_pulsed(hys_network *network, size_t k, const hys_pulsed_opts *given);

typedef struct hys_pulsed_report {
    size_t size;
    double up, down;  /* pulses of all cells so far */
    double most;      /* of one cell */
    double refreshed; /* pairs that were set back */
    double energy;    /* J of pulses */
    double time;      /* s: slots one after the other, rows and columns at once */
    double updates;   /* samples, or batches */
    double full;      /* part of the cells at an end of their window */
} hys_pulsed_report;
hys_status hys_network_pulsed(const hys_network *network, size_t k, hys_pulsed_report *report);

HYS_DECLS_END
#endif
