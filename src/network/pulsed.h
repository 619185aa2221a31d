/* Weights that only pulses change: cells by a device's tables, or by its own equations. */
#ifndef HYS_NETWORK_PULSED_H
#define HYS_NETWORK_PULSED_H
#include "base/random.h"
#include "network/analog_normals.h"
#include "network/rooms.h"
#include "network/weights.h"
#include "numerics/blas.h"
#include <hysteron/network_train.h>

enum { HYS__MOST_SLOTS = 31, HYS__ROWS_PER_CHUNK = 16 };

/* ---- pulsed_cells.c: one array of cells ---- */

/* Of a pulse at a place of the window; the last one is there twice. */
typedef struct hys__step {
    float mean, sd, energy;
} hys__step;
typedef struct hys__steps {
    hys__step at[HYS_SYNAPSE_POINTS + 1];
} hys__steps;

typedef struct hys__pulse_tally { /* of some cells; added up in their order */
    double up, down, energy;
} hys__pulse_tally;

/* Of some cells that one thread changes, in an order that is always the same: what their pulses draw, one number after
 * the other, and what they add up to. */
enum { HYS__DRAWN_AT_ONCE = 4 * HYS__COUNTERS };
typedef struct hys__pulse_stream {
    hys__pulse_tally tally;
    uint64_t key[2], drawn;
    float normals[HYS__DRAWN_AT_ONCE];
} hys__pulse_stream;

typedef struct hys__pulsed_cells {
    hys_ctx *ctx;
    size_t n;
    const hys_synapse_law *law;
    hys__steps up, down;
    float *x;          /* [n] 0..1: place in the window */
    uint32_t *pulses;  /* [n] so far */
    float *factor;     /* [n] of its steps; NULL: all alike */
    bool *is_stuck;    /* [n]; NULL: none */
    uint64_t key[2];   /* seed, which array */
    hys_cells *kernel; /* NULL: by the tables */
    int32_t *counts;   /* [n] kernel */
    double *g;         /* [n] kernel */
} hys__pulsed_cells;

typedef struct hys__pulsed_setup {
    const hys_synapse *synapse;
    hys_cells_kind kind;
    double stuck_on, stuck_off;
    uint64_t seed, array; /* array: tells cells of one from those of another */
} hys__pulsed_setup;
hys_status hys__pulsed_cells_init(hys_ctx *ctx, size_t n, const hys__pulsed_setup *setup, hys__pulsed_cells *cells);
void hys__pulsed_cells_free(hys__pulsed_cells *cells);
/* To x [n], with the error that programming leaves unless it is perfect. */
hys_status hys__pulsed_cells_program(hys__pulsed_cells *cells, const float *x, bool is_perfect);
/* All cells by counts, in their own equations. */
hys_status hys__pulsed_cells_apply(hys__pulsed_cells *cells, hys__pulse_tally *tally);
/* Of a pulse in the middle of the window: the mean of both directions' magnitudes, in x. */
double hys__pulsed_step(const hys_synapse_law *law);
/* Where a pulse up and one down, each over its own unit, change a cell by as much; 0.5 where they do all along; NaN
 * where they never do. */
double hys__pulsed_symmetry(const hys_synapse_law *law, double up, double down);

static inline float hys__pulse_draw(hys__pulse_stream *s) {
    const size_t place = s->drawn % HYS__DRAWN_AT_ONCE;
    if (place == 0) hys__normals(s->key, s->drawn, HYS__DRAWN_AT_ONCE, s->normals);
    s->drawn++;
    return s->normals[place];
}

static inline hys__step hys__step_at(const hys__steps *steps, float x) {
    const float place = x * (HYS_SYNAPSE_POINTS - 1);
    const int i = (int)place;
    const float part = place - (float)i;
    const hys__step *a = &steps->at[i], *b = a + 1;
    return (hys__step){a->mean + part * (b->mean - a->mean), a->sd + part * (b->sd - a->sd),
                       a->energy + part * (b->energy - a->energy)};
}

/* One cell, so many pulses up or down at once: each takes the step at its start.  Here, as it is the innermost of
 * training. */
static inline void hys__pulsed_cell(hys__pulsed_cells *c, size_t k, int count, hys__pulse_stream *stream) {
    if (c->kernel) {
        c->counts[k] += count;
        return;
    }
    const uint32_t n = (uint32_t)(count > 0 ? count : -count);
    const hys__step step = hys__step_at(count > 0 ? &c->up : &c->down, c->x[k]);
    float change = (float)n * step.mean;
    if (count > 0) stream->tally.up += n;
    else stream->tally.down += n;
    stream->tally.energy += (double)((float)n * step.energy);
    if (step.sd > 0) change += hys__root((float)n) * step.sd * hys__pulse_draw(stream);
    if (c->factor) change *= c->factor[k];
    c->pulses[k] += n;
    if (c->is_stuck && c->is_stuck[k]) return;
    const float x = c->x[k] + change;
    c->x[k] = x < 0 ? 0 : x > 1 ? 1 : x;
}

/* ---- pulsed.c: weights ---- */

/* When lines pulse.  Bit s of a mask: in slot s; the sign is in the bit that no train reaches. */
#define HYS__MASK_SIGN 0x80000000u
typedef struct hys__trains {
    size_t lines;
    uint32_t *masks;   /* [lines]; only of lines that pulse */
    uint64_t *pulsing; /* a bit for each line */
} hys__trains;
typedef struct hys__masks { /* of some samples behind each other */
    size_t room;            /* samples */
    hys__trains row, column;
    uint64_t *slots;   /* [room HYS__MOST_SLOTS words]: a bit for each column that pulses in a slot */
    uint32_t *lengths; /* [room]: slots that a train has */
} hys__masks;

static inline size_t hys__words_of(size_t lines) {
    return (lines + 63) / 64;
}

static inline hys__trains hys__trains_of(const hys__trains *all, size_t sample) {
    const size_t n = all->lines;
    return (hys__trains){n, all->masks + sample * n, all->pulsing + sample * hys__words_of(n)};
}

typedef struct hys__pulsed_kept { /* of a checkpoint */
    uint64_t *counts;
    double *totals;
    size_t n_counts, n_totals;
} hys__pulsed_kept;

typedef struct hys__pulsed {
    hys__weights base;
    hys_pulsed_opts opts;
    hys__team *team;
    hys__blas blas;
    hys__pulsed_cells plus, minus; /* minus: of pairs */
    bool has_pairs;
    double scale;     /* weight for a change of x by 1 */
    double reference; /* x of weight 0, without pairs */
    double step;      /* weight that a pulse in the middle changes, mean of both directions */
    double up, down;  /* and that of each */
    float *values;    /* [rows columns]: what is held */
    /* two arrays */
    hys__pulsed_cells fast;
    float *gradient; /* [rows columns]: what the fast array holds */
    double fast_reference;
    size_t next_row;  /* to be transferred */
    uint64_t samples; /* so far */
    double slots;     /* of all trains so far, one after the other */
    double refreshed; /* pairs that were set back */
    hys__pulse_tally tally;
    hys__pulse_stream *streams; /* [chunks], and one of transfers */
    size_t n_chunks;
    hys__masks masks; /* of a batch */
    float *sums;      /* [rows columns]: gradients of a batch so far */
    bool has_sums;
    hys__rooms *rooms; /* for what converters make of inputs; NULL: they have none */
    hys__pulsed_kept kept;
} hys__pulsed;

extern const hys__weights_kind hys__pulsed_kind;
bool hys__network_is_pulsed(const hys_network *network, size_t k);
/* What cell (or cells) of weight k hold. */
static inline float hys__pulsed_value(const hys__pulsed *p, size_t k) {
    const float x = p->plus.x[k];
    return (float)p->scale * (p->has_pairs ? x - p->minus.x[k] : x - (float)p->reference);
}
void hys__pulsed_look(hys__pulsed *p); /* all values */
/* Does work for each chunk of rows, in threads, and adds up what they tell. */
void hys__pulsed_chunks(hys__pulsed *p, hys__team_work work, void *data);
void hys__pulsed_tell(hys__pulsed *p, hys__pulse_stream *stream);
/* Pairs that are full are set back, and programmed to their difference. */
hys_status hys__pulsed_refresh(hys__pulsed *p);
/* Kernel cells: what counts of plus (and minus) ask for. */
hys_status hys__pulsed_flush(hys__pulsed *p);

/* ---- pulsed_kept.c ---- */

hys_status hys__pulsed_kept_init(hys__pulsed *p);
void hys__pulsed_kept_free(hys__pulsed *p);
size_t hys__pulsed_parts(hys__weights *weights, hys__weights_part parts[HYS__MOST_PARTS]);
hys_status hys__pulsed_restored(hys__weights *weights);

/* ---- pulsed_masks.c and pulsed_rules.c ---- */

typedef struct hys__pulsed_batch {
    size_t n;
    uint64_t first; /* sample, of all that were seen */
    double rate;
    const float *x, *dy; /* [n rows], [n columns] */
} hys__pulsed_batch;
/* Trains of a sample of the batch; step: weight of a pulse. */
void hys__masks_draw(const hys__pulsed *p, const hys__pulsed_batch *batch, double step, size_t sample);
hys_status hys__masks_reserve(hys__pulsed *p, size_t n);
void hys__masks_free(hys__pulsed *p);

typedef hys_status hys__pulsed_update(hys__pulsed *p, const hys__pulsed_batch *batch);
/* add: to the gradient of the batch, for what comes at its end */
hys__pulsed_update hys__pulsed_stochastic, hys__pulsed_add, hys__pulsed_two_arrays;
/* Pulses that a step of this rate asks for; 0: one pulse by the gradient's sign. */
hys_status hys__pulsed_by_gradient(hys__pulsed *p, double rate);

#endif
