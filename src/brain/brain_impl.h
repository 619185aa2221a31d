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

#define HYS__PIECE  128u /* entries of a kernel's call */
#define HYS__BESIDE 8u   /* and so many between rows, so that they do not all want the same place of the first cache */
#define HYS__LANES  8u   /* every kernel's lanes divide it */
#define HYS__ALIGN  64u

#define HYS_CHANNEL_KINDS(X)                                                                                           \
    X(STATIC, "static") /* no inner unknowns */                                                                        \
    X(GATES, "gates")   /* each state's rate is linear in it and depends on no other one */                            \
    X(SMOOTH, "smooth") /* all inner unknowns are states */                                                            \
    X(LOCAL, "local")   /* some are not: solved by the kernel itself */
#define HYS_X(name, text) HYS__CHANNEL_##name,
typedef enum hys__channel_kind { HYS_CHANNEL_KINDS(HYS_X) HYS__N_CHANNEL_KINDS } hys__channel_kind;
#undef HYS_X

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
    double *density;        /* [n_compartments] 1/A of the model's current per area: density conductance / area */
    hys_u32 n_inner;        /* unknowns that are no terminals */
    hys_u32 jac_vv;         /* d f[0] / d x[0] */
    hys_u32 *jac_is;        /* [n_inner] d f[0] / d x[2 + k]; HYS_NONE */
    hys_u32 *jac_ss;        /* [n_inner n_inner]; HYS_NONE */
    double *per_mass;       /* [n_inner] 1 / mass */
    double *lo, *hi;        /* [n_inner] clamps */
    double *scale_of;       /* [n_inner] abstol */
    double *start;          /* [n_inner] initial values */
    double *rate_start;     /* [n_unknowns] of kernel->step: states hold initial values */
} hys__channel;

struct hys_brain_cell {
    hys_ctx *ctx;
    hys__arena arena;
    size_t n_users;
    hys_brain_cell_opts opts;
    size_t n;         /* compartments */
    int32_t *parent;  /* [n] */
    double *area;     /* [n] m^2 */
    double *coupling; /* [n] S, to the parent; 0 of the first */
    struct {
        hys__channel *at;
        size_t n, cap;
    } channels;
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
    enum { HYS__PROBE_V, HYS__PROBE_CURRENT, HYS__PROBE_STATE, HYS__PROBE_ELECTRODES } what;
    size_t channel, state; /* state: inner unknown */
    double hold_i, hold_g; /* of the step */
    double *t, *y;
    size_t n, cap;
} hys__probe;

struct hys__group;
typedef struct hys__cohort {
    struct hys__group *group;
    size_t first, n_cells;  /* cells */
    size_t used, n, stride; /* entries; with those that fill the last lanes; with those between rows */
    double *rows;
    double **own;  /* [n_own] [n] parameters of instances */
    uint64_t step; /* done */
    bool is_fresh; /* no step was made since potentials were set */
    hys__probe *probes;
    hys_spike *spikes;
    size_t n_spikes, spikes_cap;
    bool is_full;
    hys_status status;
    size_t bad_channel, bad_entry;
} hys__cohort;

typedef struct hys__group {
    hys_brain_cell *cell;
    size_t n, lanes;
    size_t *row;       /* [channels] first row */
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
    void *block;
    size_t block_size;
} hys__group;

/* Work space of a thread. */
typedef struct hys__work {
    void *block;
    size_t size;
    double *diagonal, *rhs, *beside; /* [most] S, A */
    double *i, *g;                   /* [most] A/m^2, S/m^2 */
    double *v, *zero;                /* [PIECE]: a device's voltage */
    double **f[2], **jac[2];         /* outputs of kernels */
    double **x, **old, **middle;     /* unknowns of kernels: pointers, then room */
    double **room[3];
    double **p, **i_out, **g_out; /* i_out, g_out: [2], [4] of kernel->step */
    unsigned char *p_stride;
    double *left, *h, *ok; /* [PIECE] */
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
    uint64_t n_electrodes;
};

/* channel.c */
void hys__channel_release(hys__channel *channel);
/* Inner unknown or -1. */
long hys__channel_find_state(const hys__channel *channel, const char *name);

/* group.c */
hys_status hys__group_new(hys_brain *brain, const hys_brain_cell *cell, size_t n, hys__group **result);
void hys__group_free(hys_brain *brain, hys__group *group);
size_t hys__group_entry(const hys__group *group, size_t cell, size_t *chunk);
static inline double *hys__chunk_row(const hys__cohort *chunk, size_t row) {
    return chunk->rows + row * chunk->stride;
}

/* work.c */
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
    double *const *states; /* [2 n_inner] rows: states, and beside them where they are expected next or were before */
    double h;              /* s, of the device */
    double rtol;
    double *i, *g;        /* to be added to: A/m^2, S/m^2 */
    const double *weight; /* NULL: weight_one */
    double weight_one;
    bool repeats; /* the same step will be made again, with better expectations */
} hys__piece;
/* method.c: moves states by h, adds currents at the potentials now.  False: no solution, *bad is the entry. */
bool hys__channel_advance(const hys__piece *piece, size_t *bad);
/* method_smooth.c, method_local.c */
bool hys__advance_smooth(const hys__piece *piece, size_t *bad);
bool hys__advance_local(const hys__piece *piece, size_t *bad);
/* What a kernel's call wants: x, p of this piece; f and jac of set `out`. */
hys_batch hys__piece_batch(const hys__piece *piece, double *const *x);
hys_out hys__piece_out(const hys__piece *piece, int out);
/* Adds weight (i + at), g. */
void hys__piece_add(const hys__piece *piece, const double *i, const double *g);

/* cable.c: solves (diagonal + couplings) x = rhs for all cells of the chunk; rhs becomes x. */
void hys__cable_solve(const hys__cohort *chunk, double *diagonal, double *rhs);
/* rhs += axial currents at potentials v; diagonal += sums of couplings. */
void hys__cable_couple(const hys__cohort *chunk, const double *v, double *diagonal, double *rhs);

/* clamp.c: adds what electrodes of the chunk do in the step from t to t + h. */
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
void hys__record_after(const hys_brain *brain, const hys__cohort *chunk, const double *dv);

/* step.c: the chunk goes on until the step, or until its room for spikes is full. */
void hys__chunk_run(const hys_brain *brain, hys__cohort *chunk, hys__work *work, uint64_t until);

/* adaptive.c: all equations of one group by variable steps. */
hys_status hys__adaptive_run(hys_brain *brain, hys__group *group, double from, double to);

#endif
