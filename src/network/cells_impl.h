/* The inside of cells.  (array/cells_impl.h is that of an array's.) */
#ifndef HYS_NETWORK_CELLS_IMPL_H
#define HYS_NETWORK_CELLS_IMPL_H
#include "base/team.h"
#include "network/synapse_impl.h"

/* Tables as pulses want them. */
typedef struct hys__jump {
    float mean[HYS_SYNAPSE_POINTS + 1], sd[HYS_SYNAPSE_POINTS + 1]; /* the last is there twice */
    float energy[HYS_SYNAPSE_POINTS + 1];
    bool is_noisy;
} hys__jump;

struct hys_cells {
    hys_ctx *ctx;
    hys__arena arena;
    const hys_synapse *synapse;
    hys_cells_kind kind;
    size_t n;
    uint64_t seed;
    double energy; /* J */
    /* distilled */
    hys__jump up, down;
    float *x;           /* [n] */
    float *factor;      /* [n] of steps; NULL: 1 */
    uint32_t *count;    /* [n] pulses */
    signed char *stuck; /* [n] 1: on, -1: off; NULL: none */
    float *base;        /* [n] x when time began for it; NULL: no time has gone by */
    double *birth;      /* [n] s */
    double time;        /* s */
    hys__team *team;
    /* kernel */
    hys__stand *stand;
    double *voltages, *gates; /* [n] */
};

/* cells_table.c */
hys_status hys__cells_table_new(hys_cells *c);
hys_status hys__cells_table_pulse(hys_cells *c, const int32_t *counts);
hys_status hys__cells_table_wait(hys_cells *c, double time);
/* To within what the law says of write-verify. */
hys_status hys__cells_table_program(hys_cells *c, const double *targets, hys_cells_report *report);
/* cells_kernel.c */
hys_status hys__cells_kernel_new(hys_cells *c);
hys_status hys__cells_kernel_pulse(hys_cells *c, const int32_t *counts);
/* Of one width and gate. */
hys_status hys__cells_kernel_drive(hys_cells *c, const double *voltages, double width, double gate);
hys_status hys__cells_kernel_wait(hys_cells *c, double time, double temp);
/* cells_program.c: pulse by pulse, read by read. */
typedef struct hys__verify {
    double tolerance; /* S */
    size_t most_pulses;
    size_t *pulses; /* [n]; NULL */
    bool *failed;   /* [n]; NULL */
} hys__verify;
hys_status hys__cells_verify(hys_cells *c, const double *targets, const hys__verify *opts, hys_cells_report *report);

/* A standard normal number of (seed, cell, what), from a table: its tails end at 4.2 standard deviations. */
float hys__cells_deviate(uint64_t seed, uint64_t cell, uint64_t what);

#endif
