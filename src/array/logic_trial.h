/* A gate with all combinations of its inputs: beside one another without wires, or wherever it may lie in an array. */
#ifndef HYS_ARRAY_LOGIC_TRIAL_H
#define HYS_ARRAY_LOGIC_TRIAL_H
#include "array/logic_bench.h"

#define HYS__TRIAL_PLACES 6

typedef struct hys__trial {
    hys_logic_bench *bench;
    hys_logic_gate_kind gate;
    hys__arena arena;
    hys_array *arrays[HYS__TRIAL_PLACES];
    uint32_t columns[HYS__TRIAL_PLACES][HYS__GATE_INPUTS + 1]; /* of the gate's cells */
    size_t n;                                                  /* places; 0: all combinations in one array, no wires */
    size_t width;                                              /* cells of an array */
    uint8_t *bits;                                             /* [width] */
    double *levels, *lines;                                    /* [width] */
} hys__trial;

/* load: behind word lines, of IMPLY.  To be freed also where it failed. */
hys_status hys__trial_init(hys__trial *trial, hys_logic_bench *bench, hys_logic_gate_kind gate, double load);
void hys__trial_free(hys__trial *trial);
/* The worst margin of all cells over all combinations and places. */
hys_status hys__trial_margin(hys__trial *trial, const hys_logic_drive *drive, double *margin);

#endif
