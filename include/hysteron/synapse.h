/* hysteron/synapse.h -- what a device is to a network: a conductance that can be read, changed by pulses, programmed,
 * and that drifts.
 *
 * A device is a model (any two-terminal kernel, alone, behind a selector or a transistor), or a table of measured
 * conductances pulse by pulse.  Distilling it runs the model many times over and writes down what a network needs as
 * statistics: hys_synapse_law.  Cells are many devices side by side, each driven alone without wires: kernels in full,
 * or what was distilled. */
#ifndef HYSTERON_SYNAPSE_H
#define HYSTERON_SYNAPSE_H
#include <hysteron/array_device.h>
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_synapse_pulse {
    double voltage, width; /* V, s; of the word line against the bit line */
    double gate;           /* V: of cells with a transistor */
} hys_synapse_pulse;

typedef struct hys_synapse_opts {
    size_t size;
    hys_cell_opts cell;   /* cell.memory NULL: measured */
    const char *measured; /* instead: a file of conductances after pulses: columns "up" and "down", one behind the
                             other; or "g" by pulse with a column "pulse" whose sign is its direction, or "v"; or "g"
                             alone, up to its largest and down again */
    double measured_unit; /* S: of a file's arbitrary units; 0: they are S */
    hys_synapse_pulse up, down, read; /* width 0: found; both given: the window is where they lead to */
    double read_gate;                 /* V; NaN: the transistor's, found */
    size_t pulses;     /* from one end of the window to the other, that pulses which are found shall take; 0: 64 */
    double read_noise; /* added: standard deviation, part of the conductance */
    double tolerance;  /* of write-verify, of the window; 0: 0.01 */
    double variation;  /* added: device-to-device, of the step of a pulse */
    uint64_t seed;
    int (*progress)(void *user, double done);
    void *progress_user;
} hys_synapse_opts;
hys_synapse_opts hys_synapse_opts_default(void);

#define HYS_SYNAPSE_POINTS 33
#define HYS_SYNAPSE_WEAR   16

/* Tables are over x = (g - g_min) / (g_max - g_min), from 0 to 1, evenly. */
typedef struct hys_synapse_law {
    size_t size;
    const char *name;    /* of the device */
    const char *source;  /* "kernel vteam", "measured FILE" */
    bool is_kernel;      /* cells can be kernels */
    double g_min, g_max; /* S: the window that its pulses can reach, at the read voltage */
    hys_synapse_pulse up, down, read;
    /* a pulse: x changes by the mean, each time by another draw; device by device by a factor of its own */
    double up_mean[HYS_SYNAPSE_POINTS], up_sd[HYS_SYNAPSE_POINTS];
    double down_mean[HYS_SYNAPSE_POINTS], down_sd[HYS_SYNAPSE_POINTS];     /* mean is negative */
    double device_sd;                                                      /* of that factor, lognormal */
    double energy_up[HYS_SYNAPSE_POINTS], energy_down[HYS_SYNAPSE_POINTS]; /* J of a pulse */
    double nonlinearity_up, nonlinearity_down;                             /* NeuroSim's label */
    double asymmetry; /* |up + down| / (|up| + |down|) at the middle */
    /* write-verify to x: what a perfect reader sees afterwards, minus x */
    double program_mean[HYS_SYNAPSE_POINTS], program_sd[HYS_SYNAPSE_POINTS];
    double program_pulses, program_energy, program_time; /* of a cell: mean number, J, s */
    double program_failed;                               /* part of the cells that were not reached */
    /* a read: current at voltage v is g v shape(v / read voltage); 1 at the read voltage, row by row for x */
    double shape[HYS_SYNAPSE_POINTS][9]; /* v / read voltage = -1, -0.75 ... 1; the one at 0 is the slope there */
    double read_noise;                   /* standard deviation, part of g, in the band of a read */
    double read_disturb;                 /* of x, of 1000 reads from the middle */
    /* afterwards, all lines at 0 V: g(t) = g (1 + factor); t in s, from 1 us to 10 years */
    double times[16], retention_mean[16][HYS_SYNAPSE_POINTS], retention_sd[16][HYS_SYNAPSE_POINTS];
    bool has_retention;
    double stuck_on, stuck_off;
    double temp; /* K */
    /* wear, of laws that were written down: after so many cycles (up and down again) no pulse takes a cell beyond these
     * ends of its window, as x; n_wear 0: nothing is known of it */
    size_t n_wear;
    double wear_cycles[HYS_SYNAPSE_WEAR], wear_low[HYS_SYNAPSE_WEAR], wear_high[HYS_SYNAPSE_WEAR];
} hys_synapse_law;

typedef struct hys_synapse hys_synapse;
/* Refuses what is no synapse (a selector, a volatile device that has forgotten before the next pulse, a neuron), with
 * what was measured. */
hys_status hys_synapse_new(hys_ctx *ctx, const hys_synapse_opts *given, hys_synapse **result);
/* Of statistics alone, as hys_synapse_law_read has them, or as you wrote them down. */
hys_status hys_synapse_of_law(hys_ctx *ctx, const hys_synapse_law *law, hys_synapse **result);
/* Perfect: x changes by exactly 1/pulses, nothing is noisy; 1 to 100 uS. */
hys_synapse_law hys_synapse_law_ideal(void);
void hys_synapse_free(hys_synapse *synapse);
const hys_synapse_law *hys_synapse_get_law(const hys_synapse *synapse);
size_t hys_synapse_n_remarks(const hys_synapse *synapse); /* what was chosen for the user, and what could not be told */
const char *hys_synapse_remark(const hys_synapse *synapse, size_t k);
/* x, up, down, program ... as columns, for figures and other programs. */
hys_status hys_synapse_table(const hys_synapse *synapse, hys_table **table);
/* YAML: a file that people can read and change, and that is written as it is read. */
hys_status hys_synapse_law_write(hys_ctx *ctx, const hys_synapse_law *law, const char *path);
/* Its strings belong to the context. */
hys_status hys_synapse_law_read(hys_ctx *ctx, const char *path, hys_synapse_law *law);

/* ---- cells ---- */

typedef enum hys_cells_kind {
    HYS_CELLS_DISTILLED, /* by the law's tables */
    HYS_CELLS_KERNEL     /* by the model's own equations */
} hys_cells_kind;

typedef struct hys_cells hys_cells;
/* n cells at the low end of their window, of a synapse that has to live longer.  Draws are keyed by seed and the cell's
 * number; tables besides by its number of pulses, so that nothing depends on which cells are pulsed together. */
hys_status hys_cells_new(const hys_synapse *synapse, size_t n, hys_cells_kind kind, uint64_t seed, hys_cells **result);
void hys_cells_free(hys_cells *cells);
size_t hys_cells_count(const hys_cells *cells);
/* Conductances at the read voltage, without noise: [n] S. */
hys_status hys_cells_read(hys_cells *cells, double *g);
/* Of each cell so many pulses up (positive) or down: [n]. */
hys_status hys_cells_pulse(hys_cells *cells, const int32_t *counts);
/* Any pulse for each cell, all of one width: voltages [n] V, 0: none.  Tables take the pulses that they were made of.
 */
hys_status hys_cells_drive(hys_cells *cells, const double *voltages, double width);
typedef struct hys_cells_report {
    size_t size;
    size_t n_failed;
    double pulses, energy, time; /* mean of a cell: number, J, s */
    double rms;                  /* S: of what a perfect reader sees, minus the target */
} hys_cells_report;
/* Write-verify to conductances [n] S (NaN: left alone), all cells at once, each alone; report may be NULL. */
hys_status hys_cells_program(hys_cells *cells, const double *targets, hys_cells_report *report);
/* Time goes by, at a temperature in K (0: as it was; tables know no other). */
hys_status hys_cells_wait(hys_cells *cells, double time, double temp);
double hys_cells_energy(const hys_cells *cells); /* J: of all pulses so far */
/* The states of cells `first` on become those of an array of the same device, row by row, and what differs from device
 * to device with them; HYS_CELLS_KERNEL only. */
hys_status hys_cells_put(const hys_cells *cells, size_t first, hys_array *array);
/* Where lines have a device of this synapse: for hys_array_set_device. */
const hys_cell_opts *hys_synapse_cell(const hys_synapse *synapse);

HYS_DECLS_END
#endif
