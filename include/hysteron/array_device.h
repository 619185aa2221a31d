/* hysteron/array_device.h -- crossbars whose cells are devices: any model, alone or behind what selects it. */
#ifndef HYSTERON_ARRAY_DEVICE_H
#define HYSTERON_ARRAY_DEVICE_H
#include <hysteron/array.h>
#include <hysteron/device.h>
HYS_DECLS_BEGIN

/* memory: two ports, from the word line to the bit line.  selector: NULL, or a device in series on the word line's
 * side; one of three ports is a transistor (drain, gate, source) between memory and bit line, whose gate is a line of
 * its own. */
typedef struct hys_cell_opts {
    size_t size;
    const char *memory;            /* a path, or a name of the library */
    const char *const *memory_set; /* "NAME=VALUE" */
    size_t n_memory_set;
    const char *selector;
    const char *const *selector_set;
    size_t n_selector_set;
    bool is_complementary;     /* two memories in anti-series */
    bool is_turned;            /* the memory's first port is on the bit line's side */
    const char *const *spread; /* "NAME=normal 0.1", of the memory; "selector.NAME=..."; "NAME=c2c normal 0.05" is drawn
                                  anew wherever the voltage across a cell has turned round */
    size_t n_spread;
    double temp; /* K; 0: 300.15 */
    uint64_t seed;
    const hys_model_opts *model; /* how files are read; NULL: the default */
} hys_cell_opts;
hys_cell_opts hys_cell_opts_default(void);

/* Devices take the place of conductances and laws.  Cells of conductance 0 S stay open, stuck cells stay resistors. */
hys_status hys_array_set_device(hys_array *array, const hys_cell_opts *opts);
/* Bytes that the array as it is will take once it is solved or has run, its law or its devices included; at most, where
 * GMRES may be needed. */
double hys_array_expected_memory(const hys_array *array);
/* A state of all cells by its name (`device show` tells them; "selector.NAME", "second.NAME" of a complementary cell):
 * [rows columns]. */
hys_status hys_array_set_state(hys_array *array, const char *name, const double *values);
hys_status hys_array_get_state(const hys_array *array, const char *name, double *values);
/* A parameter, cell by cell [rows columns], in the unit of the device's file.  States stay as they are; before the
 * first run or state they begin anew. */
hys_status hys_array_set_param(hys_array *array, const char *name, const double *values);
size_t hys_array_n_states(const hys_array *array);
const char *hys_array_state(const hys_array *array, size_t k);

/* Gates of cells with a transistor: one potential a row [rows], as along word lines that cross, or a column [columns];
 * they carry no current. */
typedef enum hys_array_gates { HYS_GATES_ALONG_WORDS, HYS_GATES_ALONG_BITS } hys_array_gates;
hys_status hys_array_set_gates(hys_array *array, hys_array_gates along, const double *gates);

/* Of the last solution: current into each cell from its word line [rows columns] A; conductance seen there, dI/dV, S.
 */
hys_status hys_array_cell_currents(const hys_array *array, double *currents);
hys_status hys_array_cell_slopes(const hys_array *array, double *slopes);
/* Conductance I/V of each cell at a voltage across it, alone, without wires, states held: what a perfect reader sees.
 */
hys_status hys_array_cell_conductances(hys_array *array, double voltage, double *g);

/* ---- small signals ---- */

typedef struct hys_array_signal {
    size_t size;
    double frequency;           /* Hz */
    const double *words, *bits; /* V: amplitudes at the terminals, all in phase; NULL: 0 */
} hys_array_signal;
/* About the last solution, states held: a cell is its slope, the wires have their capacitances.  Real and imaginary
 * parts in turn, A: currents into word lines [2 word lines] and out of bit lines [2 columns]. */
hys_status hys_array_small_signal(hys_array *array, const hys_array_signal *signal, double *word_currents,
                                  double *bit_currents);

/* ---- noise ---- */

typedef struct hys_array_noise_opts {
    size_t size;
    double frequency; /* Hz, above 0: of densities and of the admittance */
    double from, to;  /* Hz: the band of powers; both 0: none */
    double temp;      /* K: of wires, ends and resistors; 0: the devices', or 300.15 */
    size_t first, n;  /* bit lines; n 0: all from there */
} hys_array_noise_opts;
hys_array_noise_opts hys_array_noise_opts_default(void);

/* ends: of both kinds of lines, a driver or sense resistance with the segment beside it. */
typedef struct hys_noise_share {
    double total, cells, wires, ends;
} hys_noise_share;
/* Of the current out of a bit line into the terminal that holds it, about the last solution, states held. */
typedef struct hys_bit_noise {
    double conductance, susceptance; /* S: of the network, seen from there */
    hys_noise_share density;         /* A^2/Hz */
    hys_noise_share power;           /* A^2 over the band: the square of the rms */
} hys_bit_noise;
/* Thermal noise of wires, ends and resistors, cells with a law counting as 4 k T I/V, and the devices' own sources.
 * noise [n]. */
hys_status hys_array_noise(hys_array *array, const hys_array_noise_opts *opts, hys_bit_noise *noise);
/* Sources of noise in the model of each device; 0: devices are silent, or there are none. */
size_t hys_array_n_noises(const hys_array *array);

/* ---- in time ---- */

/* Potentials of all terminals at corners in time, straight between. */
typedef struct hys_array_drive {
    size_t size;
    size_t n_corners;
    const double *times;        /* [n_corners] s, ascending, from 0 */
    const double *words, *bits; /* [n_corners word lines], [n_corners columns] V; NULL: 0 */
    const double *gates;        /* [n_corners rows or columns]; NULL: as set */
} hys_array_drive;

/* An accepted point, for who looks on; a result other than 0 ends the run with HYS_CANCEL. */
typedef struct hys_array_instant {
    double time;                                    /* s */
    const double *words, *bits;                     /* V at the terminals */
    const double *word_currents, *bit_currents;     /* A */
    const double *word_potentials, *bit_potentials; /* [rows columns] V */
} hys_array_instant;

typedef struct hys_array_run_opts {
    size_t size;
    double reltol;   /* of states in a step; 0: 1e-3 */
    double max_step; /* s; 0: a fiftieth of the drive */
    size_t n_steps;  /* so many equal steps between first and last corner (corners are met besides); 0: by reltol */
    int (*at_step)(void *user, const hys_array_instant *now);
    void *user;
    size_t edge_steps; /* at least so many from corner to corner while a line moves; 0: no rule */
} hys_array_run_opts;
hys_array_run_opts hys_array_run_opts_default(void);

typedef struct hys_array_run_report {
    size_t size;
    size_t steps, rejected, newton_steps, iterations;
    double worst_residual; /* the most that nodes kept in a step beside the most that terminals gave */
    double source_energy;  /* J, of all terminals */
    double cell_energy;    /* J, into all cells */
    double wire_energy;    /* J, in wires, drivers and sense resistances */
    double charge_energy;  /* J, stored in wires' capacitances at the end, less that at the start */
    double energy_balance; /* |source - cell - wire - charge| / source */
    double solve_s;
} hys_array_run_report;

/* Cells start from the states that they have, and keep those that they end with.  report may be NULL. */
hys_status hys_array_run(hys_array *array, const hys_array_drive *drive, const hys_array_run_opts *opts,
                         hys_array_run_report *report);

/* A pulse on top of what all lines rest at: lines rise in `rise` to words and bits, stay for `width`, and return to 0
 * V. */
typedef struct hys_array_pulse {
    size_t size;
    const double *words, *bits, *gates; /* V; NULL: 0, gates as set */
    double width, rise;                 /* s; rise 0: a hundredth of the width */
} hys_array_pulse;
hys_status hys_array_apply(hys_array *array, const hys_array_pulse *pulse, const hys_array_run_opts *opts,
                           hys_array_run_report *report);

HYS_DECLS_END
#endif
