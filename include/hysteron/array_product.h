/* hysteron/array_product.h -- a signed matrix on crossbars, and products with it as an accelerator makes them: y = x W.
 *
 * Weights become conductances between g_min and g_max, in pairs of columns or beside an offset, in slices of a few bits
 * on arrays of their own, in tiles that an array can hold.  Inputs become voltages, a few bits a pass.  Currents are
 * converted tile by tile, shifted and added.  Every step can be left out; without any y is x W to rounding. */
#ifndef HYSTERON_ARRAY_PRODUCT_H
#define HYSTERON_ARRAY_PRODUCT_H
#include <hysteron/array.h>
HYS_DECLS_BEGIN

typedef enum hys_weight_coding {
    HYS_WEIGHTS_DIFFERENTIAL, /* two columns a weight, positive and negative part */
    HYS_WEIGHTS_REFERENCE,    /* weight + offset; a column of an array that all weights share holds the offset */
    HYS_WEIGHTS_OFFSET,       /* weight + offset; the sum of the inputs times the offset is subtracted as a number */
    HYS_WEIGHTS_UNSIGNED      /* weights are not negative; what g_min adds is subtracted as a number */
} hys_weight_coding;

typedef enum hys_input_coding {
    HYS_INPUTS_AMPLITUDE, /* the voltage of a pulse */
    HYS_INPUTS_PULSES     /* so many pulses of one voltage, whose charge is summed before the conversion */
} hys_input_coding;

typedef enum hys_adc_range {
    HYS_ADC_FULL,       /* what the rows of a tile can give at most */
    HYS_ADC_CALIBRATED, /* a percentile of what comes, tile by tile */
    HYS_ADC_GIVEN,
    HYS_ADC_UNIT /* a step of the converter is one unit of weight times one unit of input */
} hys_adc_range;

typedef struct hys_product_opts {
    size_t size;
    /* weights; bits count the sign */
    hys_weight_coding weights;
    int32_t weight_bits;            /* 0: any value; otherwise 2 to 24 (unsigned: from 1) */
    int32_t cell_bits;              /* of a slice; 0: all of them in a cell */
    double weight_range;            /* the largest weight that can be; 0: the largest that there is */
    double g_min, g_max;            /* S; g_max 0: both as the cells' model has them, 1 and 100 uS without one */
    size_t tile_rows, tile_columns; /* lines of an array at most; 0: as many as it takes */
    hys_array_opts lines;           /* rows and columns are not looked at; no resistance at all: ideal wires */
    hys_array_law law;              /* of cells */
    bool solves_each;               /* the network anew for each read with the noise of its own */
    /* inputs */
    hys_input_coding inputs;
    bool has_sign_passes; /* positive and negative inputs one after the other, not as voltages of both signs */
    int32_t input_bits;   /* 0: any value; otherwise 2 to 24 */
    int32_t dac_bits;     /* of a pass, without sign; 0: all of them */
    double input_range;   /* the largest input that can be; 0: the largest that comes */
    double voltage;       /* V: of the largest input */
    /* outputs */
    int32_t adc_bits; /* 0: no converter; otherwise 1 to 24 */
    hys_adc_range adc_range;
    double adc_full;        /* A: HYS_ADC_GIVEN */
    double adc_part;        /* HYS_ADC_CALIBRATED: this part of all currents is within the range */
    bool converts_each;     /* both columns of a pair, not their difference */
    size_t columns_per_adc; /* 0: one converter for each array */
    /* cells */
    const char *cells;                                /* a row of hys_product_cells; NULL: perfect */
    double program_scale, drift_scale, flicker_scale; /* 1; 0: without what programming, drift, 1/f noise adds */
    double time;                                      /* s since programming; negative: none has passed */
    double drift, drift_spread, drift_start;          /* exponent nu of t^-nu, s; where cells is NULL */
    bool compensates_drift;
    double read_noise;          /* standard deviation, of a cell's conductance */
    double read_noise_S;        /* S, beside it */
    double stuck_on, stuck_off; /* parts of all cells, at g_max and g_min */
    uint64_t seed;
    /* cost */
    const char *adc;               /* a row of hys_product_converters */
    double adc_energy, dac_energy; /* J: of a conversion; 0: the model's */
    double add_energy;             /* J: of a shift and an addition; 0: the model's */
    double adc_rate;               /* 1/s */
    double read_time;              /* s: lines are driven at least so long */
    /* Now and then, by the thread that called, with the part that is done; not 0: it is broken off (HYS_CANCEL). */
    int (*progress)(void *user, double done);
    void *progress_user;
} hys_product_opts;
/* 0.2 V, ideal cells, ideal wires, no converters, pairs of columns, one array. */
hys_product_opts hys_product_opts_default(void);

/* ---- published statistics of cells ---- */

typedef struct hys_product_cell_info {
    const char *name;    /* "pcm" */
    const char *desc;    /* "phase change, 1 million devices" */
    const char *source;  /* who measured, and who fitted */
    double g_min, g_max; /* S: where weights are laid, and up to which it was measured */
    bool has_drift;      /* time since programming matters */
} hys_product_cell_info;
size_t hys_product_n_cells(void);
const hys_product_cell_info *hys_product_cells(size_t k);

/* What the model says of a cell that was programmed to part of g_max, time s ago (negative: just now). */
typedef struct hys_product_cell_law {
    size_t size;
    double program;       /* standard deviation after programming, in units of g_max */
    double nu, nu_spread; /* of t^-nu: mean and standard deviation */
    double drift;         /* mean factor (t/t0)^-nu */
    double flicker;       /* standard deviation of the noise since programming, of the conductance then */
    double shift;         /* mean of what is added, in units of g_max */
} hys_product_cell_law;
hys_status hys_product_cell(hys_ctx *ctx, const char *name, double part, double time, hys_product_cell_law *law);

/* ---- published converters ---- */

typedef struct hys_product_converter_info {
    const char *name, *source;
} hys_product_converter_info;
size_t hys_product_n_converters(void);
const hys_product_converter_info *hys_product_converters(size_t k);
/* J: of a conversion to so many bits. */
hys_status hys_product_adc_energy(hys_ctx *ctx, const char *name, int32_t bits, double *energy);

/* ---- products ----
 *
 * Arrays are shared out over threads (lines.threads; 0: as many as the context has), and over the ranks that the
 * context has joined (hysteron/ranks.h): all ranks then make the same calls in the same order, and have the same
 * results, with the same bits as from one thread of one process. */

typedef struct hys_product hys_product;
/* weights [inputs outputs]: rows are word lines. */
hys_status hys_product_new(hys_ctx *ctx, const hys_matrix *weights, const hys_product_opts *given,
                           hys_product **result);
void hys_product_free(hys_product *product);

typedef struct hys_product_shape {
    size_t size;
    size_t slices; /* arrays that share the bits of a weight */
    size_t row_tiles, column_tiles;
    size_t arrays;        /* slices row_tiles column_tiles */
    size_t rows, columns; /* of the largest */
    size_t cells;         /* of all */
    size_t passes;        /* reads of each array for a product */
    size_t conversions;   /* for a product */
} hys_product_shape;
hys_product_shape hys_product_get_shape(const hys_product *product);
/* Of array k: its conductances [rows columns] S as they are now; false: there is no such array. */
bool hys_product_array(const hys_product *product, size_t k, size_t *rows, size_t *columns, const double **g);

/* Other conductances for array k, as programming through its wires or a write-verify loop left them. */
hys_status hys_product_set_array(hys_product *product, size_t k, const double *g);

/* Ranges of the converters and of the inputs from these data, for all further products; without it each product takes
 * them from its own inputs. */
hys_status hys_product_calibrate(hys_product *product, const hys_matrix *inputs);
/* outputs [inputs->rows, weights->columns].  Free with hys_matrix_free. */
hys_status hys_product_multiply(hys_product *product, const hys_matrix *inputs, hys_matrix *outputs);

/* ---- how wrong ---- */

typedef struct hys_product_column {
    double mean, rms, most; /* of computed - exact; most: the largest magnitude */
    double signal;          /* rms of the exact outputs */
    double span;            /* largest - least exact output */
    double snr_dB;          /* 20 log10(signal / rms) */
    double bits;            /* log2(span / (sqrt(12) rms)): of a perfect converter with this error */
} hys_product_column;

typedef struct hys_product_error {
    hys_product_column all;
    hys_product_column *columns; /* [n_columns] */
    size_t n_columns, n_products;
} hys_product_error;
/* Of any outputs against inputs times weights.  Free with hys_product_error_free. */
hys_status hys_product_compare(hys_ctx *ctx, const hys_matrix *weights, const hys_matrix *inputs,
                               const hys_matrix *outputs, hys_product_error *error);
void hys_product_error_free(hys_ctx *ctx, hys_product_error *error);

/* Which step makes how much of the error. */
typedef struct hys_product_stage {
    const char *name; /* "weights", "programming", "drift", "stuck cells", "wires", "cells' law", "read noise",
                         "inputs", "outputs" */
    bool is_on;       /* the options have it */
    double without;   /* rms of the error when it is left out */
    double alone;     /* rms of the error when all others are */
} hys_product_stage;
size_t hys_product_n_stages(void);
/* stages [hys_product_n_stages()].  The weights are those that the product was made of; what its arrays are with their
 * wires is taken from it where a step does not change it. */
hys_status hys_product_stages(const hys_product *product, const hys_matrix *weights, const hys_matrix *inputs,
                              hys_product_stage *stages);

/* ---- what it costs ---- */

typedef struct hys_product_cost {
    size_t size;
    size_t n_products; /* over which it is the mean */
    /* J of one product */
    double cells, wires, drivers; /* in resistances, from the solution of the network */
    double charging;              /* of the word lines' capacitances */
    double dac, adc, adding;
    double energy;
    /* s of one product */
    double settling;   /* of a pass: Elmore delays of word and bit line, to half a step of the converter */
    double driving;    /* of a pass: the longer of settling and read_time */
    double converting; /* of a pass */
    double latency;
    double operations;       /* of a product: a multiplication and an addition for each weight */
    double operations_per_J; /* 1e12: one TOPS/W */
    const char *adc_source, *dac_source, *add_source;
    double converters; /* of currents, in all arrays */
    double adc_area;   /* m^2: of them, by the model */
} hys_product_cost;
/* The mean over the first 16 of these inputs. */
hys_status hys_product_get_cost(hys_product *product, const hys_matrix *inputs, hys_product_cost *result);

HYS_DECLS_END
#endif
