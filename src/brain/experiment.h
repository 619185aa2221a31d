/* The inside of an experiment on cells: what its file says, and what is made of it. */
#ifndef HYS_BRAIN_EXPERIMENT_IMPL_H
#define HYS_BRAIN_EXPERIMENT_IMPL_H
#include "base/file.h"
#include "base/units.h"
#include "brain/log.h"
#include "io/yaml.h"
#include <hysteron/brain_experiment.h>

/* ---- what the file says; NaN, SIZE_MAX, NULL: not said ---- */

typedef struct hys__said_place {
    const char *compartment; /* a number, or "all" */
    const char *region;
    size_t section;
    double at;   /* part of the section's length */
    double path; /* m, from the root */
} hys__said_place;

typedef struct hys__said_channel {
    const char *device, *ion;
    hys__yaml_texts set, spread, hold;
    double density, step;        /* step: s, of states */
    hys__yaml_amounts densities; /* by region */
    double reversal;
    hys_screen_scale scale;
} hys__said_channel;

typedef struct hys__said_cable {
    double length, diameter; /* m */
} hys__said_cable;

typedef struct hys__said_branch {
    size_t parent; /* from 1; 0: the root */
    const char *region;
    double length, diameter, diameter_far; /* m */
} hys__said_branch;

typedef struct hys__said_label {
    const char *of;
    double path_from, path_to, radius_from, radius_to; /* m */
} hys__said_label;

typedef struct hys__said_leak {
    double conductance, reversal; /* S/m^2, V */
} hys__said_leak;

typedef struct hys__said_port {
    int kind;
    bool is_current;
    double tau, tau_rise, reversal, magnesium, slope; /* s, s, V, mol/m^3, 1/V */
    const char *mechanism;                            /* a file of NEURON that says all of this */
    hys__yaml_texts set;
} hys__said_port;

typedef struct hys__said_ion {
    double valence, inside, outside, depth, decay; /* 1, mol/m^3, mol/m^3, m, s */
} hys__said_ion;

typedef struct hys__said_cell {
    hys__yaml_sections ions;
    hys_point points[HYS_N_POINT_KINDS];
    hys__yaml_sections ports;
    const char *morphology;
    double least_radius; /* m */
    size_t tree;
    double soma; /* m, diameter */
    hys__said_cable cable;
    hys__yaml_sections branches, regions;
    double area, diameter, length;         /* m^2, m, m: of one compartment */
    double capacitance, resistivity;       /* F/m^2, ohm m */
    double d_lambda, max_length, lambda_f; /* m, Hz */
    size_t per_section;
    bool any_number, terminals;
    hys__said_leak leak;
    double start, temperature; /* V, K */
    hys__yaml_sections channels;
} hys__said_cell;

typedef struct hys__said_poisson {
    double rate, start, stop; /* Hz, s, s */
} hys__said_poisson;

typedef struct hys__said_replay {
    const char *file, *population;
    hys__yaml_reals times; /* s: of each cell */
} hys__said_replay;

typedef struct hys__said_background {
    const char *port, *weight;
    double rate; /* Hz */
} hys__said_background;

typedef struct hys__said_group {
    const char *cell;
    size_t n;
    double threshold; /* V */
    hys__said_place watch;
    hys__said_poisson poisson;
    hys__said_replay replay;
    hys__said_background background;
    double start_noise;    /* V */
    hys__yaml_texts meter; /* cells whose devices' energy is followed */
    hys__yaml_reals box;   /* m: sides of that in which cells lie */
    bool keeps_spikes;
} hys__said_group;

/* Rules of files beside those of hys_connect_rule. */
enum { HYS__RULE_SONATA = HYS_N_CONNECT_RULES, HYS__RULE_CHAIN };

typedef struct hys__said_edges { /* of a SONATA file */
    const char *population, *types, *template, *source_nodes, *target_nodes;
    hys__yaml_reals ids; /* of types */
} hys__said_edges;

typedef struct hys__said_rule {
    int rule;
    double probability, sigma; /* sigma: m */
    size_t number;
    const char *file;
    hys__said_edges edges;
} hys__said_rule;

typedef struct hys__said_connect {
    hys__yaml_texts from, to;
    const char *name, *port, *weight, *delay;
    hys__said_rule by;
    bool may_be_self;
    hys__said_place place;
    hys_short_term short_term;
    hys_plasticity plasticity[HYS_N_PLASTICITIES];
    const char *w_min, *w_max;
    hys__yaml_texts set, spread; /* of a device that is a weight */
} hys__said_connect;

typedef struct hys__said_join {
    const char *from, *to; /* to NULL: the same */
    hys__said_rule by;
    const char *conductance; /* a draw, S */
    hys__said_place place;
} hys__said_join;

typedef struct hys__said_couple {
    const char *from, *what, *gain;
    int map;
    double threshold, unit, every;              /* every: s */
    const char *to, *port, *release, *learning; /* release, learning: names of connections */
} hys__said_couple;

typedef struct hys__said_wave {
    int shape;
    double start, stop, from, to, frequency, tau;
    const char *file;
    double reversal, resistance;
} hys__said_wave;

typedef struct hys__said_electrode {
    const char *group;
    hys__yaml_texts cells;
    hys__said_place place;
    hys__said_wave waves[4]; /* current, current_density, conductance, voltage */
} hys__said_electrode;

typedef struct hys__said_record {
    const char *group, *what;
    hys__yaml_texts cells;
    hys__said_place place;
    int fold;     /* hys__fold */
    double every; /* s */
} hys__said_record;

typedef struct hys__said_measure {
    int kind;
    const char *from, *to; /* records */
    double level;
} hys__said_measure;

typedef struct hys__said_expectation {
    const char *name, *source, *value, *tolerance; /* numbers, in any unit */
} hys__said_expectation;

typedef struct hys__said_brain {
    const char *title, *folder;
    bool has_figures;
    double dt, duration, after, slice, temperature; /* s, s, s, s, K */
    int method;
    double tolerance;
    size_t seed, threads;
    bool settles;
    hys__yaml_sections cells, groups, connect, joins, couple, electrodes, records, measures, expected;
    hys__yaml_texts missing;
} hys__said_brain;

extern const hys__yaml_schema hys__brain_schema;
/* experiment_schema_network.c */
extern const hys__yaml_schema hys__brain_point_schemas[HYS_N_POINT_KINDS];
extern const hys__yaml_schema hys__brain_ion_schema, hys__brain_port_schema, hys__brain_poisson_schema,
    hys__brain_replay_schema, hys__brain_background_schema, hys__brain_connect_schema, hys__brain_join_schema;
extern const char hys__brain_plastic_keys[HYS_N_PLASTICITIES][16];
void hys__brain_preset(hys__said_brain *said);
extern const char hys__brain_wave_keys[4][20];

/* ---- what is made of it ---- */

typedef struct hys__brain_type { /* behind the last one: of sources, without a cell */
    const char *name;
    hys_morphology *morphology;     /* NULL: one compartment */
    hys_compartments *compartments; /* NULL: one compartment */
    hys_brain_cell *cell;
    size_t n;    /* compartments */
    double area; /* m^2, of the only one; 0: no membrane */
} hys__brain_type;

typedef struct hys__brain_population {
    const char *name;
    size_t type, n; /* type: among those of the file */
    bool has_threshold, keeps_spikes;
    double threshold;
    size_t watched;
    const double *at;        /* [3 n] m; NULL */
    const hys_spike *replay; /* NULL: no such source */
    size_t n_replay;
    size_t group; /* of the brain */
    /* of the run */
    size_t n_spikes, n_later; /* in all; behind `after` */
    double *last, *mean,
        *square;         /* [n] s: last spike behind `after`, mean and sum of squared differences of intervals */
    uint32_t *intervals; /* [n] */
    double first, newest, newest_interval; /* s: of cell 0; NaN */
    uint32_t *metered;                     /* [n_metered] cells whose devices' energy is followed */
    size_t n_metered;
    bool *is_metered; /* [n]; NULL: none */
} hys__brain_population;

/* Values that measures take of a record's first column. */
typedef struct hys__brain_extremes {
    double most, most_at, least, least_at, last, sum;
    size_t n;
} hys__brain_extremes;

typedef enum hys__fold { HYS__FOLD_EACH, HYS__FOLD_SUM, HYS__FOLD_MEAN } hys__fold;

typedef struct hys__brain_record {
    const char *name, *what, *unit;
    size_t population, every, n;    /* every: steps; n: columns */
    size_t n_probes;                /* more than columns where they are folded into one */
    uint32_t *cells, *compartments; /* [n_probes] */
    size_t *probes;                 /* [n_probes] records of the brain */
    hys__fold fold;
    double *folded; /* of the newest slice; NULL: each has its column */
    hys__brain_extremes extremes;
    double previous_t, previous_y;
} hys__brain_record;

typedef struct hys__brain_measure {
    const char *name;
    int kind;
    size_t from, to; /* records */
    double level;
    double from_at, to_at; /* s: first rise over the level; NaN */
    double distance;       /* m */
} hys__brain_measure;

/* Power that devices in the place of channels take, of some cells. */
typedef struct hys__brain_meter {
    size_t population, power; /* power: a record of the brain, which adds up */
    double time;              /* of the scale */
} hys__brain_meter;

typedef struct hys__brain_wire { /* connections of a pair of groups */
    hys_connect_opts opts;       /* source, target: populations */
    const hys__yaml_node *node;
} hys__brain_wire;

typedef struct hys__brain_coupling {
    hys_couple_opts opts; /* from: population; to: population, or wire */
    const hys__yaml_node *node;
} hys__brain_coupling;

typedef struct hys__brain_joint { /* gap junctions of a pair of groups */
    hys_connect_opts opts;        /* source, target: populations */
    size_t source_compartment;
    const hys__yaml_node *node;
} hys__brain_joint;

struct hys_brain_experiment {
    hys_ctx *ctx;
    hys__arena arena;
    hys__yaml yaml;
    const char *path;
    hys__said_brain said;
    hys__brain_type *types;
    hys__brain_population *populations;
    struct {
        hys__brain_wire *at;
        size_t n, cap;
    } wires;
    struct {
        hys__brain_joint *at;
        size_t n, cap;
    } joins;
    struct {
        hys__brain_coupling *at;
        size_t n, cap;
    } couplings;
    struct {
        hys_electrode *at;
        size_t n, cap;
    } electrodes;
    hys__brain_record *records;
    hys__brain_measure *measures;
    struct {
        hys__brain_meter *at;
        size_t n, cap;
    } meters;
    hys_brain_expectation *expected;
    struct {
        hys_brain_input *at;
        size_t n, cap;
    } inputs;
    /* of the run */
    hys_brain *brain;
    hys__log *log;
    hys_brain_group_result *results;
    size_t n_synapses;
    double foretold;        /* bytes */
    double *weights;        /* [connections of the file] mean; NaN: not asked for */
    double *energy;         /* [populations] J */
    size_t *metered_spikes; /* [populations] of metered cells */
};

/* experiment.c */
const char *hys__brain_beside(hys_brain_experiment *e, const char *name);
/* A file that is an input: its hash is kept. */
hys_status hys__brain_input(hys_brain_experiment *e, const char *path);
/* Notes what the newest error is about. */
hys_status hys__brain_blame(hys_brain_experiment *e, const hys__yaml_node *node, hys_status status);

/* experiment_cells.c */
hys_status hys__brain_make_types(hys_brain_experiment *e);

/* experiment_places.c */
typedef struct hys__brain_range {
    size_t first, n;
} hys__brain_range;
/* Compartments that are meant: one, or all. */
hys_status hys__brain_find_place(hys_brain_experiment *e, const hys__said_place *said, const hys__yaml_node *node,
                                 size_t type, hys__brain_range *found);
/* "all", "7", "0-9": *n cells in *cells. */
hys_status hys__brain_find_cells(hys_brain_experiment *e, const hys__yaml_texts *said, const hys__yaml_node *node,
                                 size_t n_all, uint32_t **cells, size_t *n);
/* Which population; SIZE_MAX: reported. */
size_t hys__brain_find_population(hys_brain_experiment *e, const char *name, const hys__yaml_node *node);

/* experiment_electrodes.c, experiment_records.c */
hys_status hys__brain_make_electrodes(hys_brain_experiment *e);
hys_status hys__brain_make_records(hys_brain_experiment *e);
size_t hys__brain_record_rows(const hys_brain_experiment *e, const hys__brain_record *record); /* of a slice, at most */
hys_status hys__brain_make_measures(hys_brain_experiment *e);

/* experiment_points.c */
/* Which of the kinds of point neurons; HYS_N_POINT_KINDS: none. */
int hys__brain_point_kind(const hys__yaml_node *cell);
hys_status hys__brain_make_point(hys_brain_experiment *e, const hys__said_cell *said, int kind, hys_brain_cell **cell);
hys_status hys__brain_add_ports(hys_brain_experiment *e, const hys__said_cell *said, hys_brain_cell *cell);

/* experiment_sources.c */
hys_status hys__brain_make_replay(hys_brain_experiment *e, const hys__said_group *said, const hys__yaml_node *node,
                                  hys__brain_population *population);
/* replay_sonata.c */
hys_status hys__brain_replay_sonata(hys_brain_experiment *e, const char *path, const char *population,
                                    hys__brain_population *p);
/* Places of cells, drawn in a box. */
hys_status hys__brain_make_places(hys_brain_experiment *e, const hys__yaml_reals *box, const hys__yaml_node *node,
                                  hys__brain_population *population);
/* Potentials at the start that differ between cells with channels. */
hys_status hys__brain_draw_starts(hys_brain_experiment *e, uint64_t seed);

/* experiment_connect.c */
/* "6nS", "normal 6nS 1nS", and the bounds behind it. */
hys_status hys__brain_read_draw(hys_brain_experiment *e, const char *text, const char *unit, const hys__yaml_node *node,
                                hys_draw *draw);
/* Unit of weights on the port of the population's cells: "S", "A", "V"; NULL: reported. */
const char *hys__brain_weight_unit(hys_brain_experiment *e, size_t population, const char *port,
                                   const hys__yaml_node *node);
hys_status hys__brain_make_wires(hys_brain_experiment *e);
/* What both synapses and gap junctions take of a rule: numbers, places of cells, the rows of a list. */
hys_status hys__brain_take_rule(hys_brain_experiment *e, const hys__said_rule *said, const hys__yaml_node *node,
                                hys_connect_opts *opts);
/* Backgrounds and wires of the brain. */
hys_status hys__brain_connect(hys_brain_experiment *e);
/* experiment_sonata.c: edges of a SONATA file between the groups, whose cells are counted through one behind the other,
 * parted by groups and compartments */
typedef struct hys__brain_edges {
    const hys__said_rule *said;
    const hys__yaml_node *node;
    const size_t *sources, *targets; /* populations */
    size_t n_sources, n_targets;
    bool has_place;       /* compartments of the file do not count */
    double weight, delay; /* of a weight of 1; of what says none, s */
} hys__brain_edges;
typedef struct hys__brain_part {
    size_t source, target, compartment; /* populations */
    hys_synapse_row *rows;
    size_t n;
} hys__brain_part;
/* Parts without edges are not among them. */
hys_status hys__brain_take_edges(hys_brain_experiment *e, const hys__brain_edges *edges, hys__brain_part **parts,
                                 size_t *n_parts);

/* experiment_joins.c */
hys_status hys__brain_make_joins(hys_brain_experiment *e);
hys_status hys__brain_join(hys_brain_experiment *e);
/* experiment_plastic.c */
hys_status hys__brain_take_plasticity(hys_brain_experiment *e, const hys__said_connect *said,
                                      const hys__yaml_node *node, const char *unit, hys_plasticity *plasticity);

/* experiment_couple.c */
extern const hys__yaml_schema hys__brain_couple_schema;
hys_status hys__brain_make_couplings(hys_brain_experiment *e); /* behind the wires */
hys_status hys__brain_couple(hys_brain_experiment *e);

/* experiment_memory.c */
double hys__brain_slice(const hys_brain_experiment *e); /* s */
/* Refuses what would not fit; most: bytes, 0: what the machine has. */
hys_status hys__brain_check_memory(hys_brain_experiment *e, double most);
/* The same of what reading the file takes. */
hys_status hys__brain_check_room(hys_brain_experiment *e, const hys__yaml_node *node, double bytes);
double hys__brain_memory_now(const hys_brain_experiment *e); /* bytes */

/* experiment_log.c.  On all ranks, with the same status. */
hys_status hys__brain_open_log(hys_brain_experiment *e, const hys_brain_run_opts *o);
/* What the newest slice brought; path: of the log. */
hys_status hys__brain_log_slice(hys_brain_experiment *e, const char *path, bool is_end);

/* experiment_resume.c: goes on from a checkpoint, and from the log that was written until then */
hys_status hys__brain_resume(hys_brain_experiment *e, const char *checkpoint, const char *path);
/* experiment_weights.c: means of connections that have names, at the end */
hys_status hys__brain_read_weights(hys_brain_experiment *e);

/* experiment_meter.c: energy of devices in the place of channels */
hys_status hys__brain_make_meters(hys_brain_experiment *e); /* which cells */
hys_status hys__brain_start_meters(hys_brain_experiment *e);
void hys__brain_read_meters(hys_brain_experiment *e);
double hys__brain_meter_memory(const hys_brain_experiment *e); /* bytes */

/* experiment_watch.c: statistics of a slice that was run */
hys_status hys__brain_watch_start(hys_brain_experiment *e);
void hys__brain_watch(hys_brain_experiment *e);
/* What a log holds up to its mark, as if it had been watched. */
hys_status hys__brain_watch_log(hys_brain_experiment *e, const hys_brain_log *log, const hys__log_mark *mark);
void hys__brain_results(hys_brain_experiment *e, double simulated);

#endif
