/* hysteron/brain_network.h -- networks of cells: ports where synapses act, point neurons, sources of spikes, rules by
 * which cells are connected, plasticity.
 *
 * Spikes fall on steps: one that leaves at t arrives at the beginning of the step nearest to t + delay, at the earliest
 * one step behind that in which it left.  Delays are whole steps, rounded when synapses are made.  All cells go on by
 * themselves for a window, the least delay of all synapses; then spikes are handed out, in the order of steps and of
 * senders.  So results are the same bits with any number of threads and ranks.
 *
 * Groups of point neurons and of sources are groups as those of cells are (hys_brain_add): they are recorded,
 * detected, connected alike. */
#ifndef HYSTERON_BRAIN_NETWORK_H
#define HYSTERON_BRAIN_NETWORK_H
#include <hysteron/brain.h>
HYS_DECLS_BEGIN

/* ---- ports: where synapses act; all synapses of a port have one time course ---- */

#define HYS_PORT_KINDS(X)                                                                                              \
    X(EXPONENTIAL, "exponential", "tau x' = -x; a spike adds its weight to x")                                         \
    X(ALPHA, "alpha", "x = weight t/tau exp(1 - t/tau): the weight is its peak")                                       \
    X(DUAL, "dual", "difference of exponentials of tau and tau_rise: the weight is its peak")                          \
    X(NMDA, "nmda", "the same, times 1 / (1 + magnesium / 3.57 exp(-slope V)) (Jahr and Stevens 1990)")                \
    X(DELTA, "delta", "the weight is a step of the potential")
#define HYS_X(id, name, what) HYS_PORT_##id,
typedef enum hys_port_kind { HYS_PORT_KINDS(HYS_X) HYS_N_PORT_KINDS } hys_port_kind;
#undef HYS_X
const char *hys_port_kind_name(hys_port_kind kind);

typedef struct hys_port_opts {
    size_t size;
    const char *name; /* copied */
    hys_port_kind kind;
    bool is_current;      /* x is a current into the cell, A; otherwise a conductance to `reversal`, S */
    double tau, tau_rise; /* s */
    double reversal;      /* V */
    double magnesium;     /* mol/m^3, the same as mM */
    double slope;         /* 1/V, of the block by magnesium */
    double gain;          /* weights are taken times this */
} hys_port_opts;
hys_port_opts hys_port_opts_default(void); /* exponential conductance, 5 ms (rise 1 ms), 0 V, 1 mM */
/* Each compartment has one; before the type's first group. */
hys_status hys_brain_cell_add_port(hys_brain_cell *cell, const hys_port_opts *opts);

/* ---- point neurons: types of cells of one compartment, no channels, and a rule for spikes ---- */

#define HYS_POINT_KINDS(X)                                                                                             \
    X(LIF, "lif", "C v' = g_leak (e_leak - v) + I; exact for currents of exponential and delta ports")                 \
    X(ADEX, "adex",                                                                                                    \
      "C v' = g_leak (e_leak - v + slope exp((v - threshold) / slope)) - w + I, tau_w w' = a (v - "                    \
      "e_leak) - w (Brette and Gerstner 2005)")                                                                        \
    X(IZHIKEVICH, "izhikevich",                                                                                        \
      "v' = .04 v^2 + 5 v + 140 - u + I, u' = a (b v - u) in mV, ms and its own unit of "                              \
      "current, of which `unit` A are one (Izhikevich 2003)")
#define HYS_X(id, name, what) HYS_POINT_##id,
typedef enum hys_point_kind { HYS_POINT_KINDS(HYS_X) HYS_N_POINT_KINDS } hys_point_kind;
#undef HYS_X
const char *hys_point_kind_name(hys_point_kind kind);

typedef struct hys_point {
    hys_point_kind kind;
    double capacitance;            /* F */
    double leak, leak_reversal;    /* S, V */
    double threshold, reset;       /* V */
    double refractory;             /* s in which the potential stays at reset; whole steps */
    double slope, cut;             /* V, AdEx: a spike is cut at `cut` */
    double a, b, tau_w;            /* AdEx: S, A, s.  Izhikevich: 1/ms, 1/ms, unused */
    double d;                      /* Izhikevich: what a spike adds to u; its c is reset, 30 mV its cut */
    double unit;                   /* A; Izhikevich */
    double bias;                   /* A, steady */
    double v_start, v_start_noise; /* V: mean and standard deviation, drawn for each cell */
} hys_point;
hys_point hys_point_default(hys_point_kind kind); /* LIF: Potjans and Diesmann 2014; the others their publications' */
hys_status hys_brain_point_new(hys_ctx *ctx, const hys_point *point, hys_brain_cell **result);

/* ---- sources ---- */

hys_status hys_brain_add_poisson(hys_brain *brain, size_t n, double rate /* Hz */, double start, double stop,
                                 size_t *group);
/* Their spikes are copied, in any order. */
hys_status hys_brain_add_replay(hys_brain *brain, size_t n, const hys_spike *spikes, size_t n_spikes, size_t *group);
/* Each cell of the group has a Poisson source of its own, of rate Hz, on its port, at its first compartment. */
hys_status hys_brain_add_background(hys_brain *brain, size_t group, const char *port, double rate, double weight);

/* ---- synapses ---- */

#define HYS_CONNECT_RULES(X)                                                                                           \
    X(ALL, "all", "each with each")                                                                                    \
    X(ONE_TO_ONE, "one-to-one", "cells of the same number")                                                            \
    X(PROBABILITY, "probability", "each pair with the same probability")                                               \
    X(INDEGREE, "indegree", "each target has so many sources, drawn with repetition")                                  \
    X(TOTAL, "total", "so many synapses in all, pairs drawn with repetition")                                          \
    X(DISTANCE, "distance", "probability p exp(-d^2 / (2 sigma^2)) of the distance d")                                 \
    X(LIST, "list", "as told")                                                                                         \
    X(PARTS, "parts", "of n and m cells, n the more: number k with number k m / n")
#define HYS_X(id, name, what) HYS_CONNECT_##id,
typedef enum hys_connect_rule { HYS_CONNECT_RULES(HYS_X) HYS_N_CONNECT_RULES } hys_connect_rule;
#undef HYS_X
const char *hys_connect_rule_name(hys_connect_rule rule);

#define HYS_DRAW_KINDS(X) X(CONSTANT, "constant") X(NORMAL, "normal") X(LOGNORMAL, "lognormal") X(UNIFORM, "uniform")
#define HYS_X(id, name)   HYS_DRAW_##id,
typedef enum hys_draw_kind { HYS_DRAW_KINDS(HYS_X) HYS_N_DRAW_KINDS } hys_draw_kind;
#undef HYS_X
typedef struct hys_draw { /* normal and lognormal: mean and standard deviation; uniform: mean - spread to mean + spread
                           */
    hys_draw_kind kind;
    double mean, spread;
    double lo, hi; /* drawn again outside; both 0: anything */
} hys_draw;

typedef struct hys_short_term {    /* Tsodyks, Pawelzik and Markram 1998: a spike's weight is w u x */
    double use;                    /* 0: no short-term plasticity */
    double recovery, facilitation; /* s; facilitation 0: depression alone */
} hys_short_term;

#define HYS_PLASTICITIES(X)                                                                                            \
    X(NONE, "none", "")                                                                                                \
    X(PAIR, "pair", "all pairs of spikes, additive: w += w_max a_plus exp(-dt/tau_plus), w -= w_max a_minus ...")      \
    X(TRIPLET, "triplet", "Pfister and Gerstner 2006, all to all")                                                     \
    X(DEVICE, "device", "the weight is a device: its conductance between overlapping spikes")
#define HYS_X(id, name, what) HYS_PLASTIC_##id,
typedef enum hys_plasticity_kind { HYS_PLASTICITIES(HYS_X) HYS_N_PLASTICITIES } hys_plasticity_kind;
#undef HYS_X
const char *hys_plasticity_kind_name(hys_plasticity_kind kind);

/* The delay is that of the dendrite: a synapse sees its sender's spike when it leaves, that of its target a delay later
 * (as in NEST); its weight is that behind the sender's spike.  Spikes that meet in the same step do not change it
 * together.
 *
 * A spike at a device's electrode: v_head for t_head from its time on, then v_tail, which falls to nothing on a line
 * within t_tail.  The device sees post - pre. */
typedef struct hys_plasticity {
    hys_plasticity_kind kind;
    double a_plus, a_minus, tau_plus, tau_minus; /* 1, 1, s, s */
    double a3_plus, a3_minus, tau_x, tau_y;      /* triplet */
    double w_min, w_max;                         /* S or A; device: weights at conductances g_min and g_max */
    const char *device;                          /* a file, or a name of the library */
    const char *const *set;
    size_t n_set;
    const char *const *spread;
    size_t n_spread;
    double g_min, g_max;                   /* S */
    double read;                           /* V at which the conductance is read */
    double v_head, v_tail, t_head, t_tail; /* V, s */
} hys_plasticity;
hys_plasticity hys_plasticity_default(hys_plasticity_kind kind);

typedef struct hys_synapse_row {
    uint32_t source, target;
    double weight, delay; /* S, A or V; s */
} hys_synapse_row;

typedef struct hys_connect_opts {
    size_t size;
    size_t source, target; /* groups */
    const char *port;
    size_t compartment;
    hys_connect_rule rule;
    double probability;
    size_t number;               /* of INDEGREE, TOTAL */
    bool may_be_self;            /* a cell may be connected with itself, where source and target are one group */
    const hys_synapse_row *list; /* [n_list]; weights and delays of the list alone */
    size_t n_list;
    const double *source_at, *target_at; /* [3 n] m: of DISTANCE */
    double sigma;                        /* m */
    hys_draw weight, delay;              /* S, A or V; s */
    hys_short_term short_term;
    hys_plasticity plasticity; /* needs thresholds of both groups */
} hys_connect_opts;
hys_connect_opts hys_connect_opts_default(void); /* all, delay 1 ms */
/* *projection: its number.  Before the first run. */
hys_status hys_brain_connect(hys_brain *brain, const hys_connect_opts *opts, size_t *projection);
size_t hys_brain_n_synapses(const hys_brain *brain, size_t projection); /* on all ranks */
/* Rows as they are now, by target, then by source; of all ranks, on rank 0.  The array is the caller's:
 * [n_synapses]. */
hys_status hys_brain_synapses(const hys_brain *brain, size_t projection, hys_synapse_row *rows);
/* Bytes that hys_brain_connect would take at least; nothing is drawn. */
double hys_brain_connect_memory(const hys_brain *brain, const hys_connect_opts *opts);

/* A gap junction of so many S; potentials of the step's beginning, taken on by a line to its middle. */
hys_status hys_brain_join(hys_brain *brain, const hys_brain_place *a, const hys_brain_place *b, double conductance);
/* Gap junctions between the cells of two groups, or of one, by any rule: `weight` is their conductance (S), of which
 * rows of a list have their own.  A junction is symmetric: in one group ALL, PROBABILITY and DISTANCE take each pair of
 * cells once.  Port, delay and plasticity are not used; no cell is joined with itself.  *n: how many there are; NULL.
 */
hys_status hys_brain_join_groups(hys_brain *brain, const hys_connect_opts *opts, size_t source_compartment, size_t *n);

/* ---- slow couplings: glia, metabolism ---- */

#define HYS_COUPLE_MAPS(X)                                                                                             \
    X(LINEAR, "linear", "gain (y - threshold)")                                                                        \
    X(RECTIFIED, "rectified", "gain (y - threshold), 0 below")                                                         \
    X(LOGARITHM, "logarithm", "gain ln((y - threshold) / unit), 0 below unit (NEST's slow inward current)")            \
    X(SIGMOID, "sigmoid", "gain / (1 + exp(-(y - threshold) / unit))")
#define HYS_X(id, name, what) HYS_COUPLE_##id,
typedef enum hys_couple_map { HYS_COUPLE_MAPS(HYS_X) HYS_N_COUPLE_MAPS } hys_couple_map;
#undef HYS_X
const char *hys_couple_map_name(hys_couple_map map);

#define HYS_COUPLE_EFFECTS(X)                                                                                          \
    X(PORT, "port", "added to a port's x: A or S")                                                                     \
    X(RELEASE, "release", "added to `use` of a projection's short-term plasticity, kept within 0 to 1")                \
    X(LEARNING, "learning", "factor of what plasticity changes, kept within 0 to 1")
#define HYS_X(id, name, what) HYS_COUPLE_TO_##id,
typedef enum hys_couple_effect { HYS_COUPLE_EFFECTS(HYS_X) HYS_N_COUPLE_EFFECTS } hys_couple_effect;
#undef HYS_X
const char *hys_couple_effect_name(hys_couple_effect effect);

/* What cells of a slow group - astrocytes, stores of energy - do to others: y is read at times that are multiples of
 * `every` and holds until the next one.  What several couplings do to one port or one release is added, factors of
 * learning are multiplied.  Of synapses that are devices the factor is the part of the time in which the waveforms of
 * spikes reach them: it shortens pulses, and leaves their voltages as they are. */
typedef struct hys_couple_opts {
    size_t size;
    size_t from;      /* group */
    const char *what; /* "v" or "CHANNEL.STATE", of compartment 0 */
    hys_couple_map map;
    double gain, threshold, unit;
    hys_couple_effect effect;
    size_t to;            /* PORT: group; RELEASE, LEARNING: projection */
    const char *port;     /* PORT; compartment 0 */
    const uint32_t *cell; /* which cell of `from` acts on each cell of `to` (LEARNING: on synapses upon each target;
                             RELEASE: on those of each source); NULL: that of the same number, or part of all: k of n
                             belongs to k * (cells of from) / n */
    double every;         /* s, rounded to whole steps; 1 ms by default */
} hys_couple_opts;
hys_couple_opts hys_couple_opts_default(void);
hys_status hys_brain_couple(hys_brain *brain, const hys_couple_opts *opts);

/* ---- stopping and going on ---- */

/* All that moves: written to a temporary name and renamed.  Of ranks, each its own file PATH.RANK. */
hys_status hys_brain_save(hys_brain *brain, const char *path);
/* Into a brain that was built in the same way; what does not fit is refused. */
hys_status hys_brain_load(hys_brain *brain, const char *path);

HYS_DECLS_END
#endif
