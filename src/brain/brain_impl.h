/* The inside of brains.
 *
 * A group's cells lie in chunks, which advance many steps at a time, each in the cache of one thread.  A chunk is a
 * number of rows of n entries: potentials, then the states of each channel.  Cells stand side by side in blocks of
 * `lanes`, compartment by compartment:  entry = (cell / lanes * n_compartments + compartment) * lanes + cell % lanes.
 * Kernels are called for pieces of a chunk, whose outputs are work space of the thread. */
#ifndef HYS_BRAIN_IMPL_H
#define HYS_BRAIN_IMPL_H
#include "base/team.h"
#include "device/params.h"
#include <hysteron/brain.h>

#define HYS__PIECE  256u /* entries of a kernel's call */
#define HYS__BESIDE 8u   /* and so many between rows, so that they do not all want the same place of the first cache */
#define HYS__LANES  8u   /* every kernel's lanes divide it */
#define HYS__ALIGN  64u
/* Cells of a chunk at most: a piece of single ones, or a block. */
#define HYS__MOST_CELLS HYS__PIECE

#define HYS_CHANNEL_KINDS(X)                                                                                           \
    X(STATIC, "static") /* no inner unknowns */                                                                        \
    X(GATES, "gates")   /* each state's rate is linear in it and depends on no other one */                            \
    X(CURVED, "curved") /* the same, but not linear */                                                                 \
    X(SMOOTH, "smooth") /* all inner unknowns are states */                                                            \
    X(LOCAL, "local")   /* some are not: solved by the kernel itself */
#define HYS_X(name, text) HYS__CHANNEL_##name,
typedef enum hys__channel_kind { HYS_CHANNEL_KINDS(HYS_X) HYS__N_CHANNEL_KINDS } hys__channel_kind;
#undef HYS_X

typedef struct hys__ion {
    const char *name;
    double per_charge;      /* mol/m^3 per C/m^2 of the membrane */
    double slope;           /* V: RT/zF */
    double inside, outside; /* mol/m^3, at rest */
    double *outsides;       /* [PIECE] the same, for kernels */
    double decay;           /* s; inf */
} hys__ion;

#define HYS__MOST_PORTS 6u
typedef struct hys__reader { /* a terminal of a channel that reads a concentration, or is held */
    long ion;                /* -1 */
    bool is_outside;
    double *fixed; /* [PIECE]; NULL: the concentration inside */
} hys__reader;

typedef struct hys__channel {
    const char *name;
    hys_model *model;
    const hys_kernel *kernel;
    hys__channel_kind kind;
    double temp;            /* K */
    const char *const *set; /* as given, for parameters of the instances */
    const char *const *spread;
    size_t n_set, n_spread;
    bool has_own;      /* parameters that differ between instances */
    hys__batch *plain; /* one instance: parameters, where all are alike, and what the environment points to */
    hys__params *params;
    double reversal;        /* V */
    double *reversals;      /* [PIECE] the same, for kernels */
    hys_screen_scale scale; /* conductance is in the densities */
    double step;            /* s, of states; 0: each step */
    double *density;        /* [n_compartments] 1/A of the model's current per area: density conductance / area */
    hys_u32 nt;             /* terminals: two, and those that read concentrations */
    hys__reader readers[HYS__MOST_PORTS];
    long ion;               /* whose current it is; -1: none's that is followed */
    hys_u32 reversal_param; /* its reversal potential among the parameters; HYS_NONE */
    bool is_absolute;       /* that parameter, or its own driving force: the second terminal stays where it is */
    bool is_mv;             /* the parameter is in mV */
    hys_u32 n_inner;        /* unknowns that are no terminals */
    hys_u32 jac_vv;         /* d f[0] / d x[0] */
    hys_u32 *jac_is;        /* [n_inner] d f[0] / d x[2 + k]; HYS_NONE */
    hys_u32 *jac_ss;        /* [n_inner n_inner]; HYS_NONE */
    double *per_mass;       /* [n_inner] 1 / mass */
    bool *has_mass;         /* [n_inner] its derivative is in the equations, with these parameters */
    double *rate;           /* [n_inner] -1 / mass */
    double *lo, *hi;        /* [n_inner] clamps */
    double *scale_of;       /* [n_inner] abstol */
    double *start;          /* [n_inner] initial values */
    double *rate_start;     /* [n_unknowns] of kernel->step: states hold initial values */
} hys__channel;

/* One cell alone (cable_order.c): runs of compartments go from a tip or a fork up to where they join another one, and
 * are cut into parts, of which up to eight are eliminated side by side. */
typedef struct hys__run {
    uint32_t first, n; /* in hys__runs.node */
    uint32_t level;    /* runs of lower levels come before it */
} hys__run;

typedef struct hys__runs {
    hys__run *at;
    size_t n, root;
    uint32_t *node; /* of each run, with the compartment that it joins behind the last */
    double *edge;   /* S, between a node and the next one */
} hys__runs;

typedef struct hys__pack {
    uint32_t first, n, n_lanes; /* rows; shorter lanes begin later, with rows that do nothing */
    bool has_feet;
    uint32_t start[HYS__LANES]; /* row */
    uint32_t head[HYS__LANES];  /* compartment above */
    uint32_t foot[HYS__LANES];  /* below, eliminated later: a part that hangs between two */
    double below[HYS__LANES];   /* S, to it; 0: none */
} hys__pack;

typedef struct hys__link { /* between two parts of one run */
    uint32_t node, head;
} hys__link;

typedef struct hys__packs {
    hys__pack *at;
    hys__link *links;
    struct hys__stage { /* of a level, up to these */
        uint32_t packs, links;
    } * stages;
    size_t n, n_links, n_stages, n_slots, root;
    uint32_t *node;           /* [slots] */
    double *edge, *couplings; /* [slots] S: to the next row; of the compartment */
    uint32_t *slot;           /* [compartments] */
} hys__packs;

struct hys_brain_cell {
    hys_ctx *ctx;
    hys__arena arena;
    size_t n_users;
    hys_brain_cell_opts opts;
    size_t n;          /* compartments */
    int32_t *parent;   /* [n] */
    double *area;      /* [n] m^2 */
    double *coupling;  /* [n] S, to the parent; 0 of the first */
    double *couplings; /* [n] S, to the parent and all children */
    hys__packs packs;
    struct {
        hys__ion *at;
        size_t n, cap;
    } ions;
    struct {
        hys__channel *at;
        size_t n, cap;
    } channels;
    struct {
        struct hys__port *at;
        size_t n, cap;
    } ports;
    struct hys__firing *firing; /* network_impl.h: of point neurons and sources; NULL */
};

typedef struct hys__electrode {
    hys_electrode of;
    uint64_t id;   /* among those of the brain, for noise */
    double *noise; /* [cells] V, A or S: value now */
    size_t n_cells;
} hys__electrode;

typedef struct hys__probe {
    struct hys__probe *next; /* of the same chunk */
    size_t entry, every;
    enum {
        HYS__PROBE_V,
        HYS__PROBE_CURRENT,
        HYS__PROBE_POWER,
        HYS__PROBE_STATE,
        HYS__PROBE_ION,
        HYS__PROBE_ELECTRODES
    } what;
    size_t channel, state; /* state: inner unknown */
    bool is_sum;           /* one row: the sum of what is due from `from` (s) on */
    double from;
    bool is_for_all;       /* of a local brain: all ranks want to know it */
    double hold_i, hold_g; /* of the step */
    double *t, *y;
    size_t n, cap;
} hys__probe;

typedef struct hys__fired {
    double time; /* s */
    uint32_t cell;
    uint32_t step; /* in which it left, modulo 2^32 */
} hys__fired;

struct hys__group;
typedef struct hys__cohort {
    struct hys__group *group;
    size_t first, n_cells;  /* cells */
    size_t used, n, stride; /* entries; with those that fill the last lanes; with those between rows */
    double *rows;
    double **own;  /* [n_own] [n] parameters of instances */
    uint64_t step; /* done */
    bool is_fresh; /* no step was made since potentials were set */
    bool is_away;  /* of a local brain: another rank has it, and its rows are a place where nobody looks */
    hys__probe *probes;
    hys__fired *spikes;
    size_t n_spikes, spikes_cap;
    size_t n_told;            /* spikes that were handed out */
    struct hys__bunch *bunch; /* network_impl.h */
    struct hys__gap *gaps;
    size_t cursor; /* of spikes that are replayed */
    bool is_full;
    hys_status status;
    size_t bad_channel, bad_entry;
} hys__cohort;

typedef struct hys__group {
    hys_brain_cell *cell;
    size_t number;
    size_t n, lanes;
    size_t *row;       /* [channels] first row */
    size_t ion_row;    /* of each ion: concentrations now and a step before */
    size_t *own_first; /* [channels] in chunk.own */
    size_t n_rows, n_own;
    double **weight;    /* [channels] [entries of a chunk] A of the membrane per A of the model, per m^2; NULL: one */
    double *weight_one; /* [channels] */
    double *area;       /* [entries of a chunk] m^2 */
    hys__cohort *chunks;
    size_t n_chunks, most; /* entries of the largest chunk */
    bool has_threshold;
    double threshold; /* V */
    size_t watched;   /* compartment */
    struct {
        hys_spike *at;
        size_t n, cap;
    } spikes; /* of the last run */
    struct {
        hys__electrode **at;
        size_t n, cap;
    } electrodes;
    struct hys__wiring *wiring; /* network_impl.h */
    void *block;
    size_t block_size;
} hys__group;

/* Work space of a thread. */
typedef struct hys__work {
    void *block;
    size_t size;
    double *diagonal, *rhs;      /* [most] S, A */
    double *beside;              /* [most] V: mean change in the step; of point neurons, before it */
    double *i, *g;               /* [PIECE] A/m^2, S/m^2 */
    double *v, *zero;            /* [PIECE]: a device's voltage */
    double **f[2], **jac[2];     /* outputs of kernels */
    double **x, **old, **middle; /* unknowns of kernels: pointers, then room */
    double **room[3];
    double **p, **i_out, **g_out; /* i_out, g_out: [2], [4] of kernel->step */
    unsigned char *p_stride;
    double *left, *h, *ok;        /* [PIECE] */
    double **packed;              /* [3] [slots]: of a cell that is alone */
    double **ion_i, **ion_g;      /* [ions] [most] of an ion's channels: A/m^2, S/m^2 */
    double **nernst, **nernst_mv; /* [ions] [PIECE] */
} hys__work;

struct hys_brain {
    hys_ctx *ctx;
    hys__arena arena;
    hys_brain_opts opts;
    hys__team *team;
    unsigned n_threads;
    hys__work *work; /* [n_threads] */
    struct {
        hys__group **at;
        size_t n, cap;
    } groups;
    struct {
        hys__probe **at;
        size_t n, cap;
    } probes;
    uint64_t step, until;
    double time; /* s */
    bool has_run;
    bool is_local; /* of several ranks: rows and records are of this rank's own cells */
    uint64_t n_electrodes;
    struct hys__net *net; /* network_impl.h; NULL: no cell hears of another one */
};

/* s; of fixed steps, however runs are cut. */
static inline double hys__step_time(const hys_brain *brain, uint64_t step) {
    return (double)step * brain->opts.dt;
}

/* reader.c */
hys_status hys__channel_find_readers(hys_brain_cell *cell, hys__channel *channel, const hys_channel_opts *opts);
bool hys__channel_reads(const hys__channel *channel, long ion, bool is_outside);
bool hys__channel_has_fixed(const hys__channel *channel); /* no terminal reads what moves */

/* cell.c */
size_t hys__spike_need(const hys_brain_cell *cell); /* spikes of a cell in one step at most */
/* cell.c: [PIECE] the value, for kernels; NULL. */
double *hys__cell_row(hys_brain_cell *cell, double value);

/* channel.c */
void hys__channel_release(hys__channel *channel);
/* Inner unknown or -1. */
long hys__channel_find_state(const hys__channel *channel, const char *name);

/* group.c */
hys_status hys__group_new(hys_brain *brain, const hys_brain_cell *cell, size_t n, size_t number, hys__group **result);
void hys__group_free(hys_brain *brain, hys__group *group);
size_t hys__group_entry(const hys__group *group, size_t cell, size_t *chunk);
bool hys__are_alike(const double *values, size_t n);
static inline size_t hys__round_up(size_t n, size_t by) {
    return (n + by - 1) / by * by;
}
static inline double *hys__chunk_row(const hys__cohort *chunk, size_t row) {
    return chunk->rows + row * chunk->stride;
}

/* work.c */
/* Bytes that it takes for groups of which only the type and the entries of the largest chunk need to be there. */
size_t hys__work_size(const hys__group *groups, size_t n);
hys_status hys__work_new(hys_brain *brain, hys__work *work);
void hys__work_free(hys_brain *brain, hys__work *work);

/* A channel in a piece of a chunk. */
typedef struct hys__piece {
    hys__work *work;
    const hys__cohort *chunk;
    const hys__channel *channel;
    size_t at, n; /* entries */
    double *v;    /* V at the device's terminals */
    double *e;
    double *reversals;     /* parameter for each instance; NULL: as in all */
    double *const *states; /* [2 n_inner] rows: states, and beside them where they are expected next or were before */
    double h;              /* s, of the device */
    double rtol;
    double *i, *g;        /* to be added to: A/m^2, S/m^2 */
    const double *weight; /* NULL: weight_one */
    double weight_one;
    const double *moves; /* [n] SMOOTH: 0 where nothing should; NULL: all do */
    bool repeats;        /* the same step will be made again, with better expectations */
} hys__piece;
/* method.c: moves states by h, adds currents at the potentials now.  False: no solution, *bad is the entry. */
bool hys__channel_advance(const hys__piece *q, size_t *bad);
void hys__advance_gates(const hys__piece *q); /* work->ok: fails of hys_gates_args */
/* method_curved.c, method_smooth.c, method_local.c */
bool hys__advance_curved(const hys__piece *q, size_t *bad);
bool hys__advance_smooth(const hys__piece *q, size_t *bad);
bool hys__advance_local(const hys__piece *q, size_t *bad);
/* v, e, reversals; v: V of the membrane, at the piece's beginning. */
void hys__piece_voltage(hys__piece *q, const double *v);
void hys__piece_terminals(const hys__piece *q, double **x);
/* What a kernel's call wants: x, p of this piece; f and jac of set `out`. */
hys_batch hys__piece_batch(const hys__piece *q, double *const *x);
hys_out hys__piece_out(const hys__piece *q, int out);
/* Adds weight (i + at), g. */
void hys__piece_add(const hys__piece *q, const double *i, const double *g);

/* ion.c */
long hys__cell_find_ion(const hys_brain_cell *cell, const char *name, size_t n); /* -1 */
double hys__ion_reversal(const hys__ion *ion, double inside);                    /* V */
double *hys__ion_inside(const hys__cohort *chunk, size_t ion);
double *hys__ion_row(const hys__piece *q, hys_u32 reader);
void hys__ions_start(const hys__group *group);
/* Of a piece: reversal potentials, sums of currents at nothing. */
void hys__ions_before(const hys_brain *brain, const hys__cohort *chunk, const hys__work *work, size_t at, size_t n);
void hys__ions_sum(const hys__cohort *chunk, const hys__work *work, size_t at, size_t n);
void hys__ions_after(const hys_brain *brain, const hys__cohort *chunk, const hys__work *work, const double *mean);

/* cable_order.c */
hys_status hys__cable_order(hys_brain_cell *cell);
/* cable_pack.c */
hys_status hys__cable_pack(hys_brain_cell *cell, const hys__runs *runs, hys__arena *scratch);

/* cable.c: solves (diagonal + couplings) x = rhs + axial currents at potentials v, for all cells of the chunk, which
 * have several compartments; rhs becomes x times `by`.  Whether it is finite. */
bool hys__cable_solve(const hys__cohort *chunk, const double *v, hys__work *work, double by);

typedef struct hys__effect { /* of an electrode: g (e - v) + i */
    double g, e, i;
} hys__effect;
/* clamp.c: whether one electrode at most acts on the chunk in the step, on all cells alike; they are single ones. */
bool hys__clamp_is_alike(const hys__cohort *chunk, double t, double h, hys__effect *all);
/* Adds what electrodes of the chunk do in the step from t to t + h. */
void hys__clamp_add(const hys_brain *brain, const hys__cohort *chunk, double t, double h, double *diagonal, double *rhs,
                    const double *v);
/* Value of the wave over the step, its mean for steps and ramps; *part: of the step in which it is on. */
double hys__wave_mean(const hys_wave *wave, double t, double h, double *part);

/* record.c */
hys_status hys__brain_check_place(const hys_brain *brain, const hys_brain_place *place, bool may_be_all);
hys_status hys__brain_find(const hys_brain *brain, size_t group, const char *what, hys__probe *probe);
void hys__probe_put(hys__probe *probe, double t, double y);
hys_status hys__record_room(hys_brain *brain, uint64_t n_steps);
void hys__record_before(const hys_brain *brain, const hys__cohort *chunk, const double *v);
/* change: mean over the step of V less its value at the beginning. */
void hys__record_after(const hys_brain *brain, const hys__cohort *chunk, const double *change);

/* step.c: the chunk goes on until the step, or until its room for spikes is full. */
void hys__chunk_run(const hys_brain *brain, hys__cohort *chunk, hys__work *work, uint64_t until);

/* spike_order.c: spikes in the order of their times, those of the same one in that of their cells. */
int hys__spike_compare(const void *a, const void *b); /* for qsort */
/* false: no memory. */
bool hys__spikes_by_time(hys__arena *scratch, const hys_spike *spikes, size_t n, hys_spike *sorted);

/* adaptive.c: all equations of one group by variable steps. */
hys_status hys__adaptive_run(hys_brain *brain, hys__group *group, double from, double to);

#endif
