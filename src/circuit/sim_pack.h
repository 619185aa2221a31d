/* A run as a block of bytes: how it travels from the place where it was carried out to where all runs are put
 * together, be that another thread or another machine of the same kind. */
#ifndef HYS_CIRCUIT_SIM_PACK_H
#define HYS_CIRCUIT_SIM_PACK_H
#include "circuit/sim_runs.h"

/* Every item is a multiple of 8 bytes long, so that numbers are read where they lie. */
typedef struct hys__pack_head {
    uint64_t magic, size; /* bytes in all */
    uint64_t index;       /* of the run */
    int64_t status;
    uint64_t n_steps, n_text, n_diags, n_remarks, n_measures, n_outputs;
} hys__pack_head;

/* A block as it is read: strings and numbers point into it. */
typedef struct hys__packed_output {
    hys_sim_result result; /* without table and x */
    size_t n_columns, n_rows;
    const char **names, **units; /* [n_columns] */
    const double *values;        /* [n_columns][n_rows] */
} hys__packed_output;

typedef struct hys__packed_run {
    uint64_t index;
    hys_status status;
    const double *steps;
    size_t n_steps;
    const char *text; /* messages of the devices ($strobe) */
    const hys_diag *diags;
    size_t n_diags;
    const char **remarks;
    size_t n_remarks;
    const hys_sim_measure *measures;
    size_t n_measures;
    const hys__packed_output *outputs;
    size_t n_outputs;
} hys__packed_run;

/* The head of a run of which nothing is known but its status: a block of its own. */
hys__pack_head hys__pack_empty(size_t index, hys_status status);
/* Puts the run, the text and the diagnostics of the context behind what is in block; block->failed: out of memory. */
void hys__pack_run(hys__text *block, size_t index, const hys__sim_run *run, size_t n_steps, const hys__text *text,
                   const hys_ctx *diags);
/* False: this is no such block, or memory is out (arena->failed).  It is used as long as block and arena live. */
bool hys__unpack_run(hys__arena *arena, const void *block, size_t n, hys__packed_run *run);

#endif
