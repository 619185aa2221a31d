/* hysteron/brain.h -- conductance-based cells whose ion channels are devices: any Verilog-A model of two terminals.
 *
 * A cell is a tree of compartments (one, by default).  In each
 *
 *     area C dV/dt = sum of axial currents + area (g_leak (E_leak - V) - sum of channels) + what electrodes inject.
 *
 * A channel is a kernel between the inside (its first terminal) and its reversal potential E.  Its current per area is
 *     i_m = density / A  i_dev(V - E),         A: the model's parameter `area` (m^2), or 1 where it has none,
 * so that a density of 1 takes a model of the membrane family as it stands, and that of a device is in 1/m^2.  A scale
 * puts a device in the place of a channel:  i_m = density conductance / A  i_dev(voltage (V - E) + offset), and the
 * device's time runs `time` times as fast as the membrane's.
 *
 * Time goes by fixed steps.  Potentials live at t_n, states of channels at t_n + dt/2: of second order with
 * HYS_BRAIN_CRANK_NICOLSON.  A state whose rate is linear in itself (a gate) moves exactly as long as V does not
 * change; others by exponential Rosenbrock-Euler steps with error control.  Models with inner nodes that have no
 * capacitance are solved by Newton's iteration; where that finds no solution (an S-shaped device), the run ends with
 * the advice to give the device its own parallel capacitance. */
#ifndef HYSTERON_BRAIN_H
#define HYSTERON_BRAIN_H
#include <hysteron/device.h>
#include <hysteron/morphology.h>
#include <hysteron/screen.h>
HYS_DECLS_BEGIN

typedef struct hys_brain hys_brain;
typedef struct hys_brain_cell hys_brain_cell; /* a type of cells */

/* ---- types of cells ---- */

typedef struct hys_brain_cell_opts {
    size_t size;
    const hys_compartments *compartments; /* copied; NULL: one */
    double area;                          /* m^2, of the only compartment */
    double capacitance;                   /* F/m^2 */
    double leak, leak_reversal;           /* S/m^2, V */
    double v_start;                       /* V */
    double temp;                          /* K */
} hys_brain_cell_opts;
hys_brain_cell_opts hys_brain_cell_opts_default(void); /* 1e-9 m^2, 0.01 F/m^2, no leak, -65 mV, 300.15 K */
hys_status hys_brain_cell_new(hys_ctx *ctx, const hys_brain_cell_opts *opts, hys_brain_cell **result);
void hys_brain_cell_free(hys_brain_cell *cell);
size_t hys_brain_cell_n_compartments(const hys_brain_cell *cell);

/* A shell beneath the membrane whose concentration follows the currents of the ion's channels:
 *     c' = -i / (valence F depth) - (c - inside) / decay,     i: A/m^2 outwards.
 * Channels that name the ion reverse at its Nernst potential; terminals called cai or cai_port (cao, cao_port: outside)
 * of channels read the concentration of ca in mol/m^3.  Before the type's channels. */
typedef struct hys_ion_opts {
    size_t size;
    const char *name; /* copied */
    int valence;
    double inside, outside; /* mol/m^3, the same as mM, at rest */
    double depth;           /* m */
    double decay;           /* s; inf: never */
} hys_ion_opts;
hys_ion_opts hys_ion_opts_default(void); /* of calcium: 2, 5e-5 and 2 mol/m^3, 0.1 um, 80 ms */
hys_status hys_brain_cell_add_ion(hys_brain_cell *cell, const hys_ion_opts *opts);

typedef struct hys_channel_opts {
    size_t size;
    const char *device;          /* a file, or a name of the library */
    const char *name;            /* by which currents and states are recorded; NULL: the device's */
    const hys_model_opts *model; /* NULL: the defaults */
    const char *const *set;      /* "NAME=VALUE" */
    size_t n_set;
    const char *const *spread; /* "NAME=lognormal 0.1": drawn for each compartment of each cell */
    size_t n_spread;
    double density;          /* 1, or 1/m^2: everywhere but where densities has another */
    const double *densities; /* [n_compartments]; NULL */
    double reversal;         /* V; NaN: the model's parameter E_rev, 0 where it has none */
    hys_screen_scale scale;
    /* Of the cell: its current; `reversal` is not used.  The model's parameter E_rev (V), or e and the ion's name (eca,
     * mV, as hysteron device import writes it), follows the Nernst potential.  A model that has neither and reads the
     * ion's concentration on both sides reverses by itself (Goldman, Hodgkin and Katz): from V to 0. */
    const char *ion;
    /* s: its states take steps of this length, rounded to whole steps of the brain; 0: each step.  Of channels that
     * carry no current: calcium of astrocytes, say, is a thousand times as slow as a membrane. */
    double step;
    /* "TERMINAL=VALUE": terminals but the first two that stay where they are, whatever current flows into them: outputs
     * of models (ca=0V of li_rinzel), concentrations that do not move (cai_port=50e-6). */
    const char *const *hold;
    size_t n_hold;
} hys_channel_opts;
hys_channel_opts hys_channel_opts_default(void);
hys_status hys_brain_cell_add_channel(hys_brain_cell *cell, const hys_channel_opts *opts);
size_t hys_brain_cell_n_channels(const hys_brain_cell *cell);
/* How the channel's states move: "static", "gates", "curved", "smooth", "local". */
const char *hys_brain_cell_method(const hys_brain_cell *cell, size_t channel);

/* ---- groups of cells ---- */

typedef enum hys_brain_method {
    HYS_BRAIN_CRANK_NICOLSON, /* of second order */
    HYS_BRAIN_BACKWARD_EULER, /* of first order, in the order of NEURON's steps */
    HYS_BRAIN_ADAPTIVE        /* variable steps and order of all equations at once: slow, for reference; no noise */
} hys_brain_method;

typedef struct hys_brain_opts {
    size_t size;
    double dt; /* s */
    hys_brain_method method;
    double rtol;        /* of adaptive runs, and of the states' sub-steps */
    uint64_t seed;      /* of noise and spread */
    unsigned n_threads; /* 0: those of the context.  Results are the same with any number */
} hys_brain_opts;
hys_brain_opts hys_brain_opts_default(void); /* 25 us, Crank-Nicolson, 1e-6, the context's threads */
hys_status hys_brain_new(hys_ctx *ctx, const hys_brain_opts *opts, hys_brain **result);
void hys_brain_free(hys_brain *brain);
/* n cells of a type, which may be freed afterwards; *group: their number. */
hys_status hys_brain_add(hys_brain *brain, const hys_brain_cell *cell, size_t n, size_t *group);
size_t hys_brain_memory(const hys_brain *brain); /* bytes that it has taken: cells, synapses, spikes, work space */

/* ---- electrodes and records ---- */

#define HYS_BRAIN_ALL SIZE_MAX /* cells of a group */

typedef struct hys_brain_place {
    size_t group, cell, compartment;
} hys_brain_place;

typedef enum hys_wave_shape {
    HYS_WAVE_STEP,  /* from: between start and stop */
    HYS_WAVE_RAMP,  /* from, at start, to `to`, at stop */
    HYS_WAVE_SINE,  /* from + to sin(2 pi frequency (t - start)) */
    HYS_WAVE_TABLE, /* lines between points; held before and behind them */
    HYS_WAVE_NOISE  /* Ornstein-Uhlenbeck: mean from, standard deviation to, correlation time tau */
} hys_wave_shape;

typedef struct hys_wave { /* 0 outside start to stop */
    hys_wave_shape shape;
    double start, stop; /* s; stop 0: never */
    double from, to;
    double frequency;    /* Hz */
    double tau;          /* s */
    const double *t, *y; /* [n_points] s, ascending; copied */
    size_t n_points;
} hys_wave;

typedef enum hys_electrode_kind {
    HYS_ELECTRODE_CURRENT,     /* wave in A, into the cell */
    HYS_ELECTRODE_CONDUCTANCE, /* wave in S, to the potential `reversal` */
    HYS_ELECTRODE_VOLTAGE      /* wave in V, through a series resistance, from start to stop */
} hys_electrode_kind;

typedef struct hys_electrode {
    hys_electrode_kind kind;
    hys_brain_place place;
    hys_wave wave;
    double reversal;   /* V */
    double resistance; /* ohm */
} hys_electrode;
hys_status hys_brain_add_electrode(hys_brain *brain, const hys_electrode *electrode);

/* what: "v", "CHANNEL.i" (A into the channel, of the compartment), "CHANNEL.power" (W that its devices take: their own
 * voltage times their current; they live scale.time times as fast, so that a spike's energy in them is scale.time times
 * the integral over the membrane's time), "CHANNEL.STATE", "ION.inside" (mol/m^3), "electrodes" (A into the cell).
 * Every `every`-th step is kept, with that before the first. */
hys_status hys_brain_record(hys_brain *brain, const hys_brain_place *place, const char *what, size_t every,
                            size_t *record);
typedef struct hys_brain_trace {
    size_t n;
    const double *t, *y; /* [n]; until the next run */
} hys_brain_trace;
hys_brain_trace hys_brain_recorded(const hys_brain *brain, size_t record);

typedef struct hys_spike {
    double time; /* s: interpolated */
    uint32_t cell;
} hys_spike;
/* Spikes of the group are rises of the compartment's V over the threshold (V); before the first run. */
hys_status hys_brain_detect(hys_brain *brain, size_t group, size_t compartment, double threshold);
/* In the order of cells, and of time in each; until the next run. */
const hys_spike *hys_brain_spikes(const hys_brain *brain, size_t group, size_t *n);

/* ---- running ---- */

/* Goes on for so many seconds, rounded to whole steps. */
hys_status hys_brain_run(hys_brain *brain, double duration);
double hys_brain_time(const hys_brain *brain);
double hys_brain_v(const hys_brain *brain, const hys_brain_place *place);             /* V */
hys_status hys_brain_set_v(hys_brain *brain, const hys_brain_place *place, double v); /* V; shocks */
/* Value of "CHANNEL.STATE"; at t + dt/2 with fixed steps. */
hys_status hys_brain_state(hys_brain *brain, const hys_brain_place *place, const char *what, double *value);
/* States take the values at which they stay at the present potentials. */
hys_status hys_brain_settle(hys_brain *brain);

HYS_DECLS_END
#endif
