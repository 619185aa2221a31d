/* hysteron/logic_device.h -- logic of memristors on device models: levels, voltages, windows, yields, whole programs.
 *
 * The cells of a row share its word line; each has a bit line of its own.  Cells are turned so that a bit line above
 * the word line sets them. */
#ifndef HYSTERON_LOGIC_DEVICE_H
#define HYSTERON_LOGIC_DEVICE_H
#include <hysteron/array_device.h>
#include <hysteron/logic.h>
HYS_DECLS_BEGIN

/* All positive; 0: found from the device. */
typedef struct hys_logic_drive {
    double set, reset;        /* V: across a cell alone, to 1 and to 0 */
    double width, rise;       /* s: of all pulses; 1 us, a hundredth of the width */
    double read, read_width;  /* V, s: 0.1 V, the width */
    double condition, imply;  /* V: V_COND and V_SET of IMPLY */
    double load;              /* ohm: R_G of IMPLY */
    double gate, gate_of_two; /* V: V_0 of NOR; of NAND and minority, for which two inputs must be 1 */
    double gate_of_or;        /* V: V_0 of OR, out above its inputs */
} hys_logic_drive;

typedef struct hys_logic_bench_opts {
    size_t size;
    hys_cell_opts cell; /* is_turned is found */
    hys_logic_drive drive;
    double wire;   /* ohm: a segment of the word line; of several rows also of bit lines */
    size_t length; /* of lines, in cells: windows hold wherever in such an array a gate lies; 0: without wires */
    double most;   /* V: no line goes higher while voltages are looked for; 0: 3 V */
    double margin; /* of a cell after a gate that works; 0: 0.3 */
    /* Of several rows: columns that take no part in a step float.  Else they are switched off, as by a transistor in
     * each cell whose gate runs along the column. */
    bool is_passive;
} hys_logic_bench_opts;
hys_logic_bench_opts hys_logic_bench_opts_default(void);

/* The level of a cell is ln(G / G_off) / ln(G_on / G_off): 0 and 1 as freshly written.  Its margin is how far it is on
 * its side of 1/2: 1 as freshly written, 0 at the limit, negative on the wrong side. */
typedef struct hys_logic_levels {
    double on, off;                /* S, at the read voltage */
    double set_hold, set_full;     /* V: of one pulse across a cell: up to which it stays 0, from which it is 1 */
    double reset_hold, reset_full; /* V: up to which it stays 1, from which it is 0 */
    bool is_turned;                /* the device sets with its first terminal above its second */
} hys_logic_levels;

/* A device on the bench; borrowed strings of the options must outlive it. */
typedef struct hys_logic_bench hys_logic_bench;
hys_status hys_logic_bench_new(hys_ctx *ctx, const hys_logic_bench_opts *given, hys_logic_bench **result);
void hys_logic_bench_free(hys_logic_bench *bench);
hys_logic_levels hys_logic_bench_levels(const hys_logic_bench *bench);
/* With what was found so far: hys_logic_bench_choose finds what the gates of a family need. */
hys_logic_drive hys_logic_bench_drive(const hys_logic_bench *bench);
/* HYS_NOCONV, with a diagnostic, where no voltage makes one of the gates (1 << hys_logic_op) work. */
hys_status hys_logic_bench_choose(hys_logic_bench *bench, unsigned ops);

/* ---- windows and yield of a gate ---- */

/* IMPLY, NOR, NAND, OR, MINORITY.  inputs: of NOR 1 to 3, of OR 2 or 3; of others as they are. */
typedef struct hys_logic_gate_kind {
    hys_logic_op op;
    uint32_t inputs;
} hys_logic_gate_kind;

/* Voltages with which all combinations of inputs leave all cells with the margin asked for: V_0, or V_SET at V_COND and
 * V_COND at V_SET. */
typedef struct hys_logic_window {
    bool is_open;
    double low, high;                     /* V: V_0, V_SET */
    double condition_low, condition_high; /* V: V_COND of IMPLY */
    double margin;                        /* the worst of all cells, at the drive of the middle */
    bool is_limited;                      /* the upper end is the most that was tried */
    double estimate_low, estimate_high;   /* V: by the closed form from thresholds and resistances */
} hys_logic_window;
hys_status hys_logic_bench_window(hys_logic_bench *bench, hys_logic_gate_kind gate, hys_logic_window *window);
/* Worst margin of all cells over all combinations of inputs, with the bench's drive. */
hys_status hys_logic_bench_margin(hys_logic_bench *bench, hys_logic_gate_kind gate, const hys_logic_drive *drive,
                                  double *margin);

typedef struct hys_logic_yield {
    size_t gates, good;
    double low, high; /* Wilson's interval of 95 % */
} hys_logic_yield;
/* Gates whose cells are drawn by the spread of the bench's cells; good: all combinations of inputs leave all cells on
 * the right side. */
hys_status hys_logic_bench_yield(hys_logic_bench *bench, hys_logic_gate_kind gate, size_t gates,
                                 hys_logic_yield *yield);

/* ---- programs ---- */

typedef struct hys_logic_step_report {
    double energy;  /* J: from all lines */
    double time;    /* s */
    double margin;  /* the worst of all cells that were written or hold inputs */
    double drift;   /* the most that the level of a cell moved that the step does not write */
    uint32_t worst; /* that cell of the margin, */
    uint32_t worst_row;
} hys_logic_step_report;

typedef struct hys_logic_run {
    size_t n_steps;
    hys_logic_step_report *steps; /* [n_steps] */
    size_t n_outputs;
    size_t rows;
    uint8_t *outputs;     /* [rows n_outputs]: as read */
    uint8_t *expected;    /* [rows n_outputs]: of the netlist */
    size_t wrong;         /* outputs that differ */
    size_t first_wrong;   /* step after which a cell was first on the wrong side; n_steps: none */
    double energy, time;  /* J, s: of all steps */
    double margin, drift; /* the worst of all steps; the largest sum of drifts of a cell */
} hys_logic_run;
/* inputs [n_inputs]: 0 or 1.  Free with hys_logic_run_free. */
hys_status hys_logic_bench_run(hys_logic_bench *bench, const hys_logic_program *program, const uint8_t *inputs,
                               hys_logic_run *run);
/* The same steps on many rows at once, which share their bit lines: inputs [rows n_inputs].  Families that read in
 * between write the rows that become 1 and those that become 0 one after the other. */
hys_status hys_logic_bench_run_rows(hys_logic_bench *bench, const hys_logic_program *program, size_t rows,
                                    const uint8_t *inputs, hys_logic_run *run);
void hys_logic_run_free(hys_ctx *ctx, hys_logic_run *run);

/* ---- products of probabilities ---- */

/* Two streams of bits by devices that switch at random: each bit is a device that starts at 0 and gets one pulse, whose
 * voltage makes it switch with the probability asked for.  Both devices of a column are read at once; two ones are the
 * product's bit.  A pulse above 0 V, first terminal above second, switches. */
typedef struct hys_logic_product_opts {
    size_t size;
    hys_cell_opts cell;
    double width;      /* s: of the pulse; 0: 5 ns */
    double most;       /* V: 0: 1 V */
    double read;       /* V: 0: 0.05 V */
    size_t bits;       /* 0: 256 */
    size_t steps;      /* in time; 0: as the device needs them */
    double factors[2]; /* in (0, 1) */
} hys_logic_product_opts;
hys_logic_product_opts hys_logic_product_opts_default(void);

typedef struct hys_logic_product {
    size_t bits, ones[2], both; /* of each stream, of both at once */
    double volts[2];            /* of the pulses */
    double exact, estimate;     /* a b, both / bits */
    double low, high;           /* Wilson's interval of 95 % around the estimate */
    double deviation;           /* sqrt(a b (1 - a b) / bits) */
    double energy;              /* J: of the pulses */
    uint8_t *outcome;           /* [bits]: in order, 1 where both */
} hys_logic_product;
/* Free with hys_logic_product_free. */
hys_status hys_logic_multiply(hys_ctx *ctx, const hys_logic_product_opts *given, hys_logic_product *product);
void hys_logic_product_free(hys_ctx *ctx, hys_logic_product *product);

HYS_DECLS_END
#endif
