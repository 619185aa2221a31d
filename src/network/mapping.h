/* The inside of a layer on arrays: its cells, what they are with their wires, and how reads become numbers.
 *
 * How weights lie on arrays, digits of inputs and converters are those of products (array/product_impl.h); here are the
 * cells of a synapse in their places, and reads of many inputs at once. */
#ifndef HYS_NETWORK_MAPPING_H
#define HYS_NETWORK_MAPPING_H
#include "array/product_impl.h"
#include "network/weights.h"
#include "numerics/blas.h"
#include <hysteron/network_array.h>
#include <pthread.h>

/* All arrays that see the same inputs and hold the same digits of weights, side by side.  Lanes are what is read: bit
 * lines, or differences of pairs where those are what is converted.  Currents are told in units of a full cell, less
 * an empty one, at the full voltage. */
typedef struct hys__stripe {
    size_t row0, rows, slice;
    size_t first_tile, lanes;
    float *w;        /* [rows lanes]; with wires where the fidelity has them */
    float *noise;    /* [rows lanes]: variance of w in a read; NULL: none */
    float *scale;    /* [lanes]: weight that a unit stands for */
    uint32_t *out;   /* [lanes]: output to which it belongs, or HYS__NOTHING */
    uint32_t *less;  /* [lanes]: lane that is subtracted from it, or HYS__NOTHING; NULL: of none */
    double pedestal; /* weight that is subtracted as a number */
} hys__stripe;
#define HYS__NOTHING UINT32_MAX

typedef struct hys__mapped hys__mapped;

/* What one thread has for itself. */
typedef struct hys__seat {
    hys_ctx *ctx;
    float *memory;
    size_t n_memory;
    hys_array **arrays; /* [tiles], where reads are solved; each may be NULL: not yet there */
    double *numbers;    /* of the largest array: words [rows], currents or conductances [rows columns] */
} hys__seat;

#define HYS__MOST_SEATS 256 /* as many as a team can have */

struct hys__mapped {
    hys__weights base;
    hys__guard guard;
    hys_mapping_opts opts; /* complete; calibration is not kept */
    hys__arena arena;
    hys_product *product; /* coding, tiles with the conductances of now, ranges */
    float *asked;         /* [rows columns] */
    size_t *first_cell;   /* [tiles + 1] */
    double *targets;      /* [cells] S; of all tiles, one after the other */
    double *programmed;   /* [cells] S, just after programming */
    hys_cells *cells;     /* programmed one by one; NULL: by the law */
    bool has_others_cells;
    bool is_rough; /* for ranges and counts: an exact layer multiplies as a linear one */
    hys_cells_report programming;
    double waited;    /* s since programming */
    float *effective; /* [rows columns]: what it multiplies with, as weights */
    hys__stripe *stripes;
    size_t n_stripes;
    double alike; /* square of the mean of the inputs / mean of their squares: how much alike lines are driven */
    bool has_shape;
    float curve[2][5];  /* of cells, for parts t of the voltage and for -t: current over a resistor's, in powers of t */
    double *ladder;     /* [n_rungs] S of the device, from one end of its window to the other; NULL: not needed */
    double *states;     /* [states][LADDER] that give them */
    const char **names; /* [states] */
    size_t n_states, n_rungs;
    hys__blas blas;
    pthread_mutex_t lock, ranges_lock; /* of what seats share */
    hys__seat *seats[HYS__MOST_SEATS];
};

#define HYS__LADDER 65 /* rungs at most, from one end of the window to the other */

/* The layer's seed tells its cells from those of other layers. */
typedef struct hys__mapped_request {
    size_t rows, columns;
    const float *weights; /* [rows columns] */
    const hys_mapping_opts *opts;
    const float *inputs; /* [n_inputs rows] to calibrate with; NULL: none */
    size_t n_inputs;
    unsigned threads;        /* while it is made; 0: as many as the context has */
    const hys__mapped *same; /* has these cells, and lives longer; NULL: they are programmed */
} hys__mapped_request;
hys_mapping_opts hys__mapping_complete(const hys_mapping_opts *given);
hys_status hys__mapped_new(hys_ctx *ctx, const hys__mapped_request *request, hys__mapped **result);
/* NULL where weights are held by something else. */
hys__mapped *hys__mapped_of(hys__weights *weights);
/* Ranges of inputs and converters from these inputs [n rows]. */
hys_status hys__mapped_calibrate(hys__mapped *m, const float *inputs, size_t n);
/* The same cells so much later. */
hys_status hys__mapped_wait(hys__mapped *m, double time, double temp);
/* The same cells, read in another way and without noise; m has to live longer. */
hys_status hys__mapped_again(const hys__mapped *m, hys_fidelity fidelity, hys__mapped **result);

/* ---- mapping_check.c ---- */

hys_status hys__mapping_check(hys_ctx *ctx, const hys_mapping_opts *opts);
/* Whether the law knows what happens at that temperature, K; 0: its own. */
hys_status hys__mapping_check_temp(hys_ctx *ctx, const hys_synapse_law *law, double temp);

/* ---- mapping_cells.c ---- */

/* From targets to what cells are just after programming. */
hys_status hys__mapped_program(hys__mapped *m);
/* To what they are now, in the product's tiles. */
hys_status hys__mapped_age(hys__mapped *m);
/* Whether cell k of the tile is stuck, and at what. */
bool hys__mapped_is_stuck(const hys__mapped *m, const hys__tile *tile, size_t k, double *g);

/* ---- mapping_wires.c ---- */

/* What arrays are with their wires, as matrices of floats. */
hys_status hys__mapped_read_out(hys__mapped *m);
/* The same with other inputs to expect. */
void hys__mapped_fill_noise(hys__mapped *m);
/* Steps of the converters of a pass: [lanes]. */
void hys__mapped_set_steps(const hys__mapped *m, const hys__stripe *stripe, uint32_t full, float *steps);
hys_status hys__mapped_get(const hys__weights *weights, float *values);

/* ---- analog.c, exact.c: reads ---- */

/* Inputs of one pass through one stripe. */
typedef struct hys__read {
    const hys__block *block;
    const hys__stripe *stripe;
    size_t pass;
    uint32_t full;      /* largest digit; 0: any value */
    const float *parts; /* [n rows] of the full voltage */
    float *currents;    /* [n lanes] */
    float *squares;     /* [n rows]: room */
    float *variances;   /* [n lanes]; NULL: noise is not wanted */
} hys__read;
hys_status hys__read_matrix(const hys__mapped *m, const hys__read *read);
hys_status hys__read_solved(hys__mapped *m, hys__seat *seat, const hys__read *read);
/* Key of the draws of a pass. */
void hys__read_key(const hys__mapped *m, const hys__read *read, uint64_t key[2]);

/* y = x W as the arrays give it. */
hys_status hys__mapped_multiply(hys__weights *weights, const hys__block *block, const float *x, float *y);
hys_status hys__mapped_multiply_back(hys__weights *weights, const hys__block *block, const float *dy, float *dx);

/* ---- analog_seat.c ---- */

/* The thread's own things, made when first asked for; NULL: no memory. */
hys__seat *hys__mapped_seat(hys__mapped *m, unsigned thread);
bool hys__seat_reserve(hys__seat *seat, size_t n_floats);
/* Arrays have other cells. */
void hys__mapped_clear_seats(hys__mapped *m);
void hys__mapped_free_seats(hys__mapped *m);
/* What goes wrong at a seat is told by the layer's context. */
hys_status hys__mapped_told(hys__mapped *m, const hys__seat *seat, hys_status status);

/* ---- exact_states.c ---- */

/* States of the device along its window, before seats need them. */
hys_status hys__mapped_find_states(hys__mapped *m);
/* Where cells are devices. */
hys_status hys__mapped_set_device(const hys__mapped *m, hys_array *array);
/* Cells of array k of the layer become those of an array of devices. */
hys_status hys__mapped_put_states(const hys__mapped *m, size_t k, hys_array *array);

#endif
