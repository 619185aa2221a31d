/* The inside of networks: sites at which spikes arrive, bunches of chunks to which they are handed out.
 *
 * A bunch is some chunks of a group, side by side.  In a window each bunch is one part of the threads' work: it takes
 * the spikes of windows before into its ring, then its chunks go on.  A ring has for each of the steps to come, for
 * each site and each cell of the bunch, the sum of the weights that arrive at the step's beginning.  A site is a port
 * at a compartment, where some projection or background ends; others take no memory.
 *
 * Spikes are handed out in the order of the steps to which they belong, then of groups, chunks, steps in which they
 * left, and cells; each by the projections of its group in their order.  So sums have the same bits with any number of
 * threads, and however runs are cut. */
#ifndef HYS_BRAIN_NETWORK_IMPL_H
#define HYS_BRAIN_NETWORK_IMPL_H
#include "brain/brain_impl.h"
#include <hysteron/brain_network.h>
#include <math.h>

/* ---- what may fire ---- */

typedef enum hys__cell_kind {
    HYS__CELL_CABLE, /* compartments and channels */
    HYS__CELL_POINT,
    HYS__CELL_POISSON,
    HYS__CELL_REPLAY
} hys__cell_kind;

/* Rows of chunks of those that are no cables.  Row 0 is the potential. */
enum {
    HYS__ROW_V,
    HYS__ROW_LEFT, /* steps for which the potential still stays */
    HYS__ROW_W,    /* A; Izhikevich: u, of its own unit */
    HYS__POINT_ROWS,
    HYS__ROW_NEXT = 1, /* s: of the next spike of a Poisson source */
    HYS__ROW_COUNT,    /* of its draws */
    HYS__SOURCE_ROWS
};

struct hys__firing { /* of a hys_brain_cell */
    hys__cell_kind kind;
    hys_point point;
    double rate, start, stop; /* Poisson */
    const hys_spike *spikes;  /* replay: in order of time; the caller's, until the group has its copy */
    size_t n_spikes;
};

/* ---- where spikes arrive ---- */

typedef struct hys__port {
    hys_port_opts of;
} hys__port;

/* A port's x over a step is linear in its rows:  a' = keep[0] a + cross b,  b' = keep[1] b,  mean x = mean[0] a +
 * mean[1] b.  All are exact. */
typedef struct hys__site {
    const hys__port *port;
    size_t compartment;
    size_t row, n_rows; /* first among the rows of a bunch; none: DELTA */
    double adds[2];     /* to the rows, by a weight of 1 */
    double keep[2], cross, mean[2];
    double drives;      /* LIF: V of a step by an x of 1 at its beginning, exactly; NaN: it cannot be said */
    const double *held; /* [cells] what couplings add to x; NULL */
} hys__site;

typedef struct hys__background { /* Poisson spikes, of each cell its own */
    size_t site;
    uint64_t id;
    double weight, mean; /* spikes in a step */
    uint32_t *above;     /* [n_above] k + 1 spikes or more if a draw is at least above[k] */
    size_t n_above;
} hys__background;

struct hys__projection;
typedef struct hys__drawn { /* a synapse with a weight of its own */
    uint32_t word;
    float weight;
} hys__drawn;

/* Where a projection ends in a bunch: what is needed to hand out a spike. */
typedef struct hys__end {
    const uint32_t *first, *word;
    const hys__drawn *drawn;
    const double *exact;
    double *ring; /* of the site */
    double weight_one;
    struct hys__projection *projection;
    size_t stride; /* of the ring, from slot to slot */
} hys__end;

typedef struct hys__bunch {
    hys__group *group;
    size_t number, place; /* in the group; among all bunches of the brain */
    hys__end *ends;       /* by the groups in which they begin */
    size_t *first_end;    /* [groups + 1] */
    size_t first_chunk, n_chunks;
    size_t first, n_cells, width; /* width: of a row */
    double *ring;                 /* [slots][sites][width] */
    double *states;               /* [rows][width] */
    uint64_t served;              /* round of the network */
} hys__bunch;

/* How a group takes part. */
typedef struct hys__wiring {
    struct {
        hys__site *at;
        size_t n, cap;
    } sites;
    struct {
        hys__background *at;
        size_t n, cap;
    } backgrounds;
    struct {
        struct hys__projection **at;
        size_t n, cap;
    } out; /* projections that begin here, by their numbers */
    size_t n_rows;
    hys__bunch *bunches;
    size_t n_bunches;
    bool is_joined;    /* by gap junctions */
    bool is_heard;     /* spikes are needed by others */
    double keep, gain; /* LIF: exp(-dt/tau), V/A of a step */
    void *block;
    size_t block_size;
    size_t *replay_first; /* [n_chunks + 1] of spikes that are replayed */
    hys_spike *replay;
} hys__wiring;

/* ---- synapses ---- */

#define HYS__MOST_DELAY 0xffffu /* steps */
#define HYS__BUNCH_MOST 0x10000u

/* Synapses of a projection upon a bunch, by sources. */
typedef struct hys__bundle {
    uint32_t *first; /* [sources + 1] */
    uint32_t *word;  /* [n] delay in steps << 16 | cell of the bunch; NULL: drawn */
    hys__drawn *drawn;
    double *exact; /* [n]; NULL: drawn, or all alike */
    size_t n;
} hys__bundle;

static inline uint32_t hys__bundle_word(const hys__bundle *bundle, size_t k) {
    return bundle->drawn ? bundle->drawn[k].word : bundle->word[k];
}

struct hys__plastic;
typedef struct hys__projection {
    size_t number;
    hys__group *source, *target;
    size_t site;
    double weight_one;
    hys__bundle *bundles; /* [bunches of the target] */
    void *block;          /* of all their synapses */
    size_t block_size;
    uint32_t least, most; /* delay, steps */
    uint64_t n, *counts;  /* on all ranks; of bunches */
    hys_short_term short_term;
    double *u, *x, *last;   /* [sources] of short-term plasticity: at the last spike, s */
    const double *use;      /* [sources] what couplings make of short_term.use; NULL */
    const double *learning; /* [targets] factor of what changes in the last window; NULL: 1 */
    double *factor;         /* [factor_cap] by which emissions are weakened; NULL */
    size_t factor_cap;
    struct hys__plastic *plastic;
} hys__projection;

typedef struct hys__emission {
    uint64_t at; /* step to whose beginning it is nearest */
    uint32_t group, cell;
    uint64_t is_late; /* it left in the step before, not in this one */
} hys__emission;

/* A gap junction.  Each side knows the other one's potential at the beginnings of this step and of that before. */
typedef struct hys__join {
    hys__cohort *chunk[2];
    size_t entry[2];
    double conductance;
    double now[2], before[2];
    bool is_known; /* before */
} hys__join;
typedef struct hys__gap { /* of a chunk */
    struct hys__gap *next;
    struct hys__gap *last; /* of the first one: the list's end */
    const hys__join *join;
    int side;
} hys__gap;

typedef struct hys__box {
    char *at;
    size_t cap;
} hys__box;

struct hys__net {
    struct {
        hys__projection **at;
        size_t n, cap;
    } projections;
    struct {
        hys__join **at;
        size_t n, cap;
    } joins;
    uint64_t n_joinings; /* calls that drew some */
    struct {
        hys__group **at;
        size_t n, cap;
    } devices;                    /* of synapses */
    struct hys__couples *couples; /* couple.h; NULL: there are none */
    bool is_ready;                /* rings are there */
    size_t slots;                 /* of rings; a power of two */
    uint64_t window;              /* steps */
    uint64_t round;
    hys__emission *emissions, *sorted;
    size_t n_emissions, n_later, cap; /* to be handed out; those behind them belong to the window to come */
    size_t *counts;                   /* [2 window + 3] of emissions, by half steps */
    size_t memory;                    /* bytes of rings and synapses */
    hys__box outbox, inbox;           /* ranks.c: what goes to other ranks, and what came of all */
    bool is_cancelled;                /* some rank's work was, when ranks last exchanged something */
};

/* net.c */
hys_status hys__net_of(hys_brain *brain, struct hys__net **net); /* makes it */
void hys__net_free(hys_brain *brain);
void hys__projection_free(hys_brain *brain, hys__projection *projection);
/* Chunks that are one bunch, of a group of so many cells in chunks of so many. */
size_t hys__bunch_chunks(size_t n_cells, size_t of_chunk, size_t n_chunks);
hys_status hys__wiring_new(hys_brain *brain, hys__group *group);
void hys__wiring_free(hys_brain *brain, hys__group *group);
/* Large arrays that live as long as the brain: counted; zeroed.  NULL: no memory. */
void *hys__net_take(hys_brain *brain, size_t count, size_t size);
void hys__net_drop(hys_brain *brain, void *at, size_t count, size_t size);
/* Site of a port at a compartment; made where there is none. */
hys_status hys__site_of(hys_brain *brain, size_t group, const char *name, size_t compartment, size_t *site);

/* window.c */
hys_status hys__net_prepare(hys_brain *brain);    /* before a run */
uint64_t hys__net_window(const hys_brain *brain); /* steps which all may go on by themselves */
size_t hys__net_n_bunches(const hys_brain *brain);
/* A part of a window's work. */
void hys__bunch_run(hys_brain *brain, size_t number, hys__work *work, uint64_t until);
hys_status hys__net_room(hys_brain *brain, size_t need); /* for spikes to be handed out */
/* Behind each window: collects spikes. */
hys_status hys__net_gather(hys_brain *brain, uint64_t from, uint64_t until, hys_status mine);

/* At a run's end: plastic weights are those of now. */
void hys__bunch_finish(hys_brain *brain, size_t number, hys__work *work);

/* ranks.c.  mine: the status of this rank; all ranks get that of the first that is not HYS_OK. */
#define HYS__MOST_RANKS 1024
bool hys__is_shared(const hys_brain *brain);
int32_t hys__bunch_owner(const hys_brain *brain, const hys__bunch *bunch);
bool hys__bunch_is_mine(const hys_brain *brain, const hys__bunch *bunch);
bool hys__cell_is_mine(const hys_brain *brain, size_t group, size_t cell);
void hys__boxes_free(hys_brain *brain);
/* This rank's emissions stand behind the first `kept`; afterwards those of all do. */
hys_status hys__ranks_emissions(hys_brain *brain, size_t kept, hys_status mine);
hys_status hys__ranks_joins(hys_brain *brain);
/* A row of a group's chunks, at the first compartment of each cell: to all ranks, where there are several. */
hys_status hys__ranks_values(hys_brain *brain, const hys__group *group, size_t row, double **values);
hys_status hys__ranks_share(hys_brain *brain, hys_status mine); /* at a run's end */
hys_status hys__ranks_counts(hys_brain *brain, hys__projection *projection, hys_status mine);
hys_status hys__ranks_rows(const hys_brain *brain, const hys__projection *projection, const hys_synapse_row *mine,
                           size_t n, hys_synapse_row *rows);

/* deliver.c: spikes of the last window into the ring, which is then ready for steps from `now` on. */
void hys__bunch_serve(const hys_brain *brain, hys__bunch *bunch, hys__work *work, uint64_t now);

/* short_term.c */
hys_status hys__short_term_take(hys_brain *brain, hys__projection *projection);
hys_status hys__short_term_gather(hys_brain *brain); /* factors of the emissions that are handed out next */

/* gap.c */
hys_status hys__gaps_exchange(hys_brain *brain); /* before each step */
void hys__gaps_add(const hys_brain *brain, const hys__cohort *chunk, double *diagonal, double *rhs, const double *v);

/* plastic.c */
hys_status hys__plastic_check(const hys_brain *brain, const hys_plasticity *plasticity);
hys_status hys__plastic_take(hys_brain *brain, hys__projection *projection, const hys_plasticity *plasticity);
void hys__plastic_free(hys_brain *brain, hys__projection *projection);
hys_status hys__plastic_gather(hys_brain *brain); /* what senders' spikes before mean for those handed out next */
/* Spikes of the bunch's own cells are noted. */
void hys__plastic_note(const hys_brain *brain, hys__bunch *bunch);
/* Weights of row [from, to) at the spike, which are then handed out. */
void hys__plastic_spike(const hys_brain *brain, hys__bunch *bunch, const hys__end *end, size_t spike, hys__work *work);
/* Weights are what spikes seen before the step have made of them; what is not needed any more is forgotten. */
void hys__plastic_flush(const hys_brain *brain, hys__bunch *bunch, uint64_t now, bool is_end, hys__work *work);

/* connect_rules.c: sources of each target from `first` on, in the order drawn; hands them over some at a time. */
typedef struct hys__wire {
    const hys_connect_opts *opts;
    uint64_t seed, number; /* number: of the projection */
    size_t n_sources, n_targets;
    bool not_self;
    const uint32_t *indegree; /* [targets] of TOTAL */
} hys__wire;
typedef void hys__wire_sink(void *user, size_t target, const uint32_t *sources, size_t n);
void hys__wire_draw(const hys__wire *wire, size_t first, size_t end, hys__wire_sink *sink, void *user);

/* port.c */
void hys__site_constants(hys__site *site, double h);
const hys__port *hys__cell_find_port(const hys_brain_cell *cell, const char *name);
/* arrive.c: what arrives at the beginning of the step goes into the sites' rows, or moves potentials; t: s. */
void hys__sites_arrive(const hys_brain *brain, hys__cohort *chunk, hys__work *work, double t);
/* Adds the sites' conductances and currents over the step to the equations; the rows go on by the step. */
void hys__sites_add(const hys__cohort *chunk, hys__work *work, double *diagonal, double *rhs, const double *v);
static inline double *hys__site_row(const hys__cohort *chunk, const hys__site *site, size_t k) {
    const hys__bunch *bunch = chunk->bunch;
    return bunch->states + (site->row + k) * bunch->width + (chunk->first - bunch->first);
}
static inline size_t hys__cell_entry(const hys__group *g, size_t in_chunk, size_t compartment) {
    const size_t lane = in_chunk % g->lanes;
    return (in_chunk - lane) * g->cell->n + compartment * g->lanes + lane;
}
/* background.c */
/* counts[cell - chunk's first] */
void hys__background_draw(const hys_brain *brain, const hys__cohort *chunk, const hys__background *x, double *counts);

/* point.c */
void hys__point_start(const hys_brain *brain, hys__group *group);
/* point_step.c: one step of a chunk of point neurons. */
hys_status hys__point_step(const hys_brain *brain, hys__cohort *chunk, hys__work *work, double t);
void hys__lif_site(const hys_brain *brain, const hys__group *group, hys__site *site);
/* point_event.c: AdEx and Izhikevich.  diagonal, rhs: S, and A at the potential of now, over the step. */
void hys__point_event(const hys_brain *brain, hys__cohort *chunk, const double *diagonal, const double *rhs, double t);
static inline double hys__rest_steps(const hys_brain *brain, const hys_point *point) {
    return floor(point->refractory / brain->opts.dt + 0.5);
}
/* source.c: makes the type that stands for a source, or a point neuron. */
hys_status hys__firing_new(hys_ctx *ctx, const struct hys__firing *firing, double v_start, hys_brain_cell **result);
/* False: no room for spikes. */
bool hys__source_step(const hys_brain *brain, hys__cohort *chunk, double t);
void hys__source_start(const hys_brain *brain, hys__group *group);
hys_status hys__replay_take(hys_brain *brain, hys__group *group);
static inline void hys__chunk_spike(hys__cohort *chunk, double t, size_t in_chunk) {
    chunk->spikes[chunk->n_spikes++] = (hys__fired){t, (uint32_t)(chunk->first + in_chunk), (uint32_t)chunk->step};
}

#endif
