/* The inside of products: how a matrix lies on arrays, and how numbers become currents and numbers again. */
#ifndef HYS_ARRAY_PRODUCT_IMPL_H
#define HYS_ARRAY_PRODUCT_IMPL_H
#include "base/memory.h"
#include <hysteron/array_product.h>

/* ---- encode.c: numbers as digits ---- */

/* A number of at most `range` is a code of at most `most` units, whose digits of `digit_bits` stand in slices of their
 * own.  most 0: any value, in one slice, and the code is the number's part of the range. */
typedef struct hys__coding {
    double range, unit; /* unit: the number that one step of the code stands for */
    uint32_t most;      /* largest magnitude of the code */
    uint32_t zero;      /* is added to the code before it is split into digits: what stands for 0 */
    int bits, digit_bits;
    size_t n_slices;
} hys__coding;

/* bits: of the magnitude, or of the code with its offset; 0: any value. */
hys__coding hys__coding_new(double range, int bits, int digit_bits);
/* The number nearest to x that has a code: its code; with most 0: its part of the range. */
double hys__coding_code(const hys__coding *coding, double x);
/* Digit of a slice of a code that is not negative, as part of the largest digit: 0 to 1. */
double hys__coding_part(const hys__coding *coding, double code, size_t slice);
/* The number that a full digit of a slice stands for. */
double hys__coding_weight(const hys__coding *coding, size_t slice);
uint32_t hys__coding_full(const hys__coding *coding, size_t slice); /* the largest digit; 0: any value */

/* ---- product_cells.c: cells as they are ---- */

typedef struct hys__cell_model hys__cell_model;
const hys__cell_model *hys__cell_model_find(hys_ctx *ctx, const char *name); /* NULL: said why */
const hys_product_cell_info *hys__cell_model_info(const hys__cell_model *model);

/* What stands in for a cell of conductance `target` S; id tells it from all other cells, wherever it lies.
 * *fresh: before any time has passed. */
double hys__cell_conductance(const hys_product *product, double target, const uint64_t id[2], double *fresh);
/* Variance of a single read, S^2. */
double hys__cell_read_variance(const hys_product_opts *opts, double g);

/* What a draw is for. */
enum { HYS__DRAW_PROGRAM = 1, HYS__DRAW_NU, HYS__DRAW_RELAX, HYS__DRAW_FLICKER, HYS__DRAW_STUCK, HYS__DRAW_READ };
double hys__draw(uint64_t seed, uint64_t purpose, const uint64_t id[2]);

/* ---- tile.c: arrays ---- */

typedef struct hys__tile {
    size_t slice, row0, rows, out0, outs, columns;
    double *g; /* [rows columns] S */
    const double
        *w; /* S: the same with its wires; g where they are ideal; NULL where reads are solved, or not yet made */
    double *effective; /* memory of w, where it is its own */
    double *noise;     /* [rows columns] S^2: variance of g in a read, times h^2; NULL: none */
    double *lost;      /* [rows columns] 1 - h, where wires take from a cell's noise; NULL: nothing */
    double *loss;      /* [columns] S: sum of g (1 - h) */
    bool has_noise;    /* noise fits g and w */
    double gain;       /* that makes up for drift; on the rank whose tile it is */
    double range;      /* A: of its converters, calibrated; 0: not yet; on the rank whose tile it is */
} hys__tile;

struct hys_product {
    hys_ctx *ctx;
    hys__arena arena;
    hys_product_opts opts;
    const hys__cell_model *model; /* NULL: perfect cells */
    size_t n_in, n_out;
    hys__coding weight;
    hys__tile *tiles;
    size_t n_tiles, row_tiles, column_tiles;
    size_t outs_per_tile, rows_per_tile;
    double input_range; /* calibrated; 0: not yet */
    bool is_calibrated;
    double pulse_scale;       /* current of a cell at the read voltage over conductance times voltage: 1 of resistors */
    uint64_t n_reads;         /* so far: no draw of read noise comes twice */
    const hys_product *donor; /* has the same wires: where its cells are the same, so are its effective matrices */
};

/* How inputs are driven: a pass for each digit, and each sign where they come one after the other. */
typedef struct hys__passes {
    hys__coding coding;
    size_t n, n_signs;
} hys__passes;
/* Given, calibrated, or the largest that is there. */
double hys__input_range(const hys_product *product, const hys_matrix *inputs);
hys__passes hys__passes_new(const hys_product *product, double input_range);
/* What a full voltage of this pass stands for, negative where it is a pass of negative inputs. */
double hys__pass_weight(const hys__passes *passes, size_t pass);
/* Voltages as parts of the largest, for rows of inputs `from` to `from + n`: parts [n]. */
void hys__pass_parts(const hys_product *product, const hys__passes *passes, size_t pass, const double *x, size_t n,
                     double *parts);

typedef struct hys__worker hys__worker; /* product_share.h */

bool hys__lines_are_ideal(const hys_array_opts *lines);
size_t hys__columns_of(const hys_product *product, size_t outs);
/* Its conductances, in memory that is there. */
hys_status hys__tile_make(const hys_product *product, hys__worker *worker, hys__tile *tile, const hys_matrix *weights);
/* Memory for so many reads, before threads begin. */
hys_status hys__tile_reserve(hys_product *product, hys__tile *tile, size_t n_reads);
/* Around reads: with its wires an array is a matrix, or solved read by read where they are few. */
hys_status hys__tile_begin(const hys_product *product, hys__worker *worker, hys__tile *tile, size_t n_reads);
void hys__tile_end(hys__worker *worker);
/* Its conductances have changed. */
void hys__tile_forget(hys__tile *tile);
/* With these conductances. */
hys_status hys__tile_new_array(const hys_product *product, const hys__worker *worker, const hys__tile *tile,
                               const double *g, hys_array **array);

/* Inputs of one pass [count rows] as parts of the largest voltage; currents [count columns] A.  read: number of the
 * first of these reads. */
typedef struct hys__tile_read {
    const double *parts;
    size_t count;
    uint32_t full; /* largest digit: so many pulses; 0: amplitudes */
    uint64_t read;
    double *currents;
    double from, to; /* parts of what is to be done with the array */
} hys__tile_read;
hys_status hys__tile_currents(const hys_product *product, const hys__worker *worker, const hys__tile *tile,
                              const hys__tile_read *read);

/* ---- converter.c ---- */

typedef struct hys__converter {
    double step;        /* A; 0: none */
    double least, most; /* codes */
} hys__converter;
/* What converters see: columns, or pairs of them. */
size_t hys__lanes_of(const hys_product *product, const hys__tile *tile);
/* currents [count columns] -> lanes [count lanes], in place. */
void hys__to_lanes(const hys_product *product, const hys__tile *tile, double *currents, size_t count);
hys__converter hys__converter_of(const hys_product *product, const hys__tile *tile, uint32_t input_full, double range);
double hys__convert(const hys__converter *converter, double current);
/* A: the largest current of a lane that can be. */
double hys__full_range(const hys_product *product, const hys__tile *tile);
/* A: of a row of converted lanes, what belongs to output j of the tile. */
double hys__lane_number(const hys_product *product, const hys__tile *tile, const double *lanes, size_t j);
/* What is subtracted as a number: so many full cells on each line. */
double hys__pedestal(const hys_product *product, const hys__tile *tile);
/* The part-th of n values' magnitudes, which are put in order. */
double hys__quantile(double *values, size_t n, double part);

/* ---- product_check.c ---- */

hys_product_opts hys__product_complete(const hys_product_opts *given);
hys_status hys__product_check(hys_ctx *ctx, const hys_matrix *weights, const hys_product_opts *opts);
hys_status hys__product_check_inputs(hys_ctx *ctx, size_t n_in, const hys_matrix *inputs);

#endif
