/* The inside of a synapse, and what distils it. */
#ifndef HYS_NETWORK_SYNAPSE_IMPL_H
#define HYS_NETWORK_SYNAPSE_IMPL_H
#include "network/cells_stand.h"
#include <hysteron/synapse.h>

#define HYS__POINTS   ((size_t)HYS_SYNAPSE_POINTS)
#define HYS__N_TIMES  16u
#define HYS__N_SHAPES 9u

struct hys_synapse {
    hys_ctx *ctx;
    hys__arena arena;
    hys_synapse_opts opts; /* strings in the arena */
    hys_cell_opts cell;
    hys_synapse_law law;
    bool is_costly; /* the model asks for many steps in time: fewer cells tell of it */
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
};

hys_status hys__synapse_remark(hys_synapse *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A copy whose strings lie in the arena. */
hys_status hys__synapse_copy_cell(hys__arena *arena, const hys_cell_opts *given, hys_cell_opts *to);

/* law.c */
hys_synapse_law hys__law_empty(void);
hys_status hys__law_check(hys_ctx *ctx, const hys_synapse_law *law);
/* Labels of nonlinearity and asymmetry, from the tables of pulses. */
void hys__law_label(hys_synapse_law *law);
/* Value at x of a table over 0...1. */
double hys__law_at(const double *table, double x);
/* Ends of the window that so many cycles have left. */
void hys__law_wear(const hys_synapse_law *law, double cycles, double *low, double *high);
/* g(t) / g - 1 after a time, of a cell with that deviate. */
double hys__law_drift(const hys_synapse_law *law, double x, double time, double deviate);

/* A point of a trajectory: the states of one cell. */
typedef struct hys__trail {
    double *states; /* [n n_states] */
    double *g;      /* [n] S */
    size_t n, cap;
} hys__trail;

/* What distilling works with. */
typedef struct hys__distil {
    hys_synapse *synapse;
    hys_ctx *ctx;
    hys__arena *arena;
    hys__trail up, down;             /* through the window, in steps of pulses */
    double *up_states, *down_states; /* [n_states points] at which a nominal cell has the table's conductances */
    size_t n_devices;                /* that differ; 1: all are alike */
} hys__distil;

/* synapse_find.c: pulses, read and window. */
hys_status hys__synapse_find(hys__distil *d);
/* synapse_distil.c: tables from one pulse at prepared states. */
hys_status hys__synapse_tables(hys__distil *d);
/* synapse_after.c: reads, noise, retention, write-verify. */
hys_status hys__synapse_after(hys__distil *d);
/* synapse_data.c: of measured pulses. */
hys_status hys__synapse_measured(hys_synapse *s);
/* Write-verify on cells of the law so far fills its tables. */
hys_status hys__synapse_try_program(hys_synapse *s, hys_cells_kind kind);
/* The part that is done; HYS_CANCEL when it shall end. */
hys_status hys__synapse_tell(hys_synapse *s, double done);

#endif
