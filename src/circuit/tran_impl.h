/* The inside of a transient. */
#ifndef HYS_CIRCUIT_TRAN_IMPL_H
#define HYS_CIRCUIT_TRAN_IMPL_H
#include "circuit/circuit_impl.h"
#include "numerics/be_stepper.h"
#include "numerics/dae_ida.h"
#include "numerics/root_signs.h"

typedef struct hys__turns { /* of the instances of a group with spread; sign NULL: none */
    signed char *sign;
    uint64_t *cycle;
} hys__turns;

typedef struct hys__tran {
    hys_ctx *ctx;
    hys__circuit *c;
    const hys__tran_opts *opts;
    const hys__tran_sink *sink;
    hys__tran_stats *stats;
    hys__arena arena;
    double rtol;
    double *abstol;                 /* [n] */
    double t, *y, *yp;              /* the accepted point */
    double *y_out, *yp_out, *y_old; /* [n] scratch */
    double *y_mid, *yp_mid;         /* [n] scratch of energies */
    double *before;                 /* [2 n] y and y' on the left of a restart */
    unsigned char *fired;           /* [n_roots] */
    double *g_before, *g_after;     /* [n_roots] */
    hys__root_signs signs;          /* of the events of devices */
    double max_step, least_delay;   /* s */
    double tiny;                    /* s: times closer than this are one */
    double last_step;               /* s: of the solver, before the last stop */
    double corner;                  /* s: the next one of the sources */
    bool corner_jumps;
    double corner_at;  /* s: where the last restart was needed */
    uint64_t n_out;    /* outputs written */
    double last_out;   /* s */
    bool is_stopped;   /* the sink said so */
    double draw_step;  /* s; inf: no draws */
    uint64_t interval; /* of draws */
    struct {           /* times at which a corner arrives at the end of a line, ascending */
        double *at;
        size_t n, cap, first;
    } arrivals;
    hys__turns *turns; /* [groups] */
    bool has_turns;
    hys__dae *dae;
    unsigned stuck;
    bool bound_is_dropped;   /* the devices' $bound_step is not followed; said once */
    double nudge, nudged_at; /* s: the last one, and the time after it */
} hys__tran;

/* tran.c: from now on draws are those of this interval. */
void hys__tran_set_interval(hys__tran *tr, uint64_t interval);
/* tran_start.c: consistent values at the right of tr->t, which moves on by a few steps too short to matter;
 * *first_step: how long the next step may be.  jumped: unknowns jump at t; else only slopes do. */
hys_status hys__tran_begin(hys__tran *tr, bool jumped, double *first_step);
/* tran_cycle.c: draws of cycle-to-cycle spread; *jumped: some were made. */
hys_status hys__tran_plan_cycles(hys__tran *tr);
hys_status hys__tran_turn(hys__tran *tr, bool *jumped);
/* tran_events.c: whether a root function has changed its sign, which the root finder did not tell; tr->fired says
 * which. Then what follows from accepting the point with the events that fired, and with those that their consequences
 * fire. */
hys_status hys__tran_plan_events(hys__tran *tr);
bool hys__tran_missed(hys__tran *tr);
hys_status hys__tran_accept(hys__tran *tr, bool has_fired, bool *jumped);
/* tran_output.c */
/* Begins the energies that the netlist asks for; integrates all up to a point: `at` reads off what lies between, NULL:
 * straight lines. */
hys_status hys__tran_start_energies(hys__tran *tr);
typedef bool hys__tran_at(hys__tran *tr, double t, double *y, double *yp);
void hys__tran_energies(hys__tran *tr, double t, const double *y, const double *yp, hys__tran_at *at);
hys_status hys__tran_put(hys__tran *tr, double t, const double *y, const double *yp);
/* Time of the next output; inf: none. */
double hys__tran_next_output(const hys__tran *tr);
hys_status hys__tran_outputs(hys__tran *tr, double t, hys__tran_at *at);
/* tran_stop.c: where steps must end. */
double hys__tran_next_stop(hys__tran *tr);
void hys__tran_find_corner(hys__tran *tr);
hys_status hys__tran_corner_on_lines(hys__tran *tr, const double *y_before, const double *yp_before);
hys_status hys__tran_poll(hys__tran *tr);

/* The two ways to run. */
hys_status hys__tran_ida(hys__tran *tr);
hys_status hys__tran_stepped(hys__tran *tr);

#endif
