/* Rows of cells that a program is executed on: lines, pulses, reads, one step at a time. */
#ifndef HYS_ARRAY_LOGIC_MACHINE_H
#define HYS_ARRAY_LOGIC_MACHINE_H
#include "array/logic_bench.h"

/* Bits of rows are kept 64 a word: bit r % 64 of cells[r / 64 * columns + k]. */
typedef struct hys__machine {
    hys_logic_bench *bench;
    const hys_logic_program *program;
    size_t rows, columns;
    const uint8_t *inputs;      /* [rows n_inputs] */
    hys_array *direct, *loaded; /* loaded: word lines behind R_G; NULL where no step is IMPLY */
    double *words, *bits;       /* [rows], [columns] V: of the pulse being made */
    double *selected;           /* [rows columns] S: 0 in columns that are switched off */
    double *values;             /* [rows columns] scratch */
    double *kept;               /* [n_states rows columns]: before a pulse */
    double *currents;           /* [rows] A: of the last read */
    uint8_t *p, *q;             /* [rows] what was read */
    hys_logic_step_report *step;
} hys__machine;

/* Takes its memory from the arena, and makes the arrays. */
hys_status hys__machine_init(hys__machine *machine, hys__arena *arena);
void hys__machine_free(hys__machine *machine);
hys_status hys__machine_step(hys__machine *machine, const hys_logic_step *step);
/* Levels of all cells [rows columns]. */
hys_status hys__machine_levels(hys__machine *machine, double *levels);
/* bits [rows]: of an operand: a cell, read; an input; a constant. */
hys_status hys__machine_read(hys__machine *machine, uint32_t operand, uint8_t *bits);

#endif
