/* A device on the bench of logic: what the files of physics share. */
#ifndef HYS_ARRAY_LOGIC_BENCH_H
#define HYS_ARRAY_LOGIC_BENCH_H
#include "base/diag.h"
#include <hysteron/logic_device.h>

struct hys_logic_bench {
    hys_ctx *ctx;
    hys_logic_bench_opts opts;
    hys_logic_drive drive;
    hys_logic_levels levels;
    hys__arena arena;
    size_t n_states;
    unsigned chosen;   /* 1 << hys_logic_op of gates whose voltages were found */
    double *states[2]; /* of a cell that was freshly written to 0, to 1 */
};

/* An array whose cells are the device. */
typedef struct hys__logic_shape {
    size_t rows, columns;
    double load;                /* ohm: behind its word lines */
    double word_wire, bit_wire; /* ohm: a segment */
    double sense;               /* ohm: behind its bit lines */
    bool has_spread;            /* that of the bench */
} hys__logic_shape;
hys_status hys__logic_array(const hys_logic_bench *bench, const hys__logic_shape *shape, hys_array **array);
/* Cells [rows columns] as freshly written to these bits. */
hys_status hys__logic_put(const hys_logic_bench *bench, hys_array *array, size_t count, const uint8_t *bits);
/* Levels of all cells [rows columns]. */
hys_status hys__logic_levels(const hys_logic_bench *bench, hys_array *array, size_t count, double *levels);
/* One pulse: words NULL: 0 V. */
hys_status hys__logic_pulse(const hys_logic_bench *bench, hys_array *array, const double *words, const double *bits,
                            double *energy);
/* How far a level is on its side. */
static inline double hys__logic_margin(double level, bool bit) {
    return bit ? 2 * level - 1 : 1 - 2 * level;
}

/* Wilson's interval of 95 % (J. Am. Stat. Assoc. 22, 209 (1927)). */
void hys__wilson(size_t good, size_t count, double *low, double *high);

/* ---- gates, logic_window.c ---- */

#define HYS__GATE_INPUTS 3

hys_status hys__gate_check(const hys_logic_bench *bench, hys_logic_gate_kind gate);
uint32_t hys__gate_columns(hys_logic_gate_kind gate); /* cells, out is the last one */
uint32_t hys__gate_combinations(hys_logic_gate_kind gate);
/* What cells hold before with combination c, and what they should hold after. */
void hys__gate_before(hys_logic_gate_kind gate, uint32_t c, uint8_t *bits);
void hys__gate_after(hys_logic_gate_kind gate, const uint8_t *bits, uint8_t *wanted);
/* The voltage of the drive that a gate's window is about. */
double *hys__gate_volt(hys_logic_op op, hys_logic_drive *drive);
void hys__gate_lines(hys_logic_gate_kind gate, const hys_logic_drive *given, double *bits);

#endif
