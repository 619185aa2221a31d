/* One run: all analyses of a netlist with one set of .step values and one draw of .mc; and all runs. */
#ifndef HYS_CIRCUIT_SIM_RUNS_H
#define HYS_CIRCUIT_SIM_RUNS_H
#include "circuit/sim.h"

typedef struct hys__sim_run {
    hys_status status;
    hys__sim_output *outputs; /* [n_outputs] */
    size_t n_outputs;
    hys_sim_measure *measures;
    size_t n_measures;
    const char **remarks;
    size_t n_remarks;
    double *steps; /* [n_steps] values of the .step targets */
} hys__sim_run;

/* A place where runs are carried out one after the other: its own context, netlist and circuit. */
typedef struct hys__sim_place {
    hys_ctx *ctx;
    hys__arena arena; /* of results; lives as long as the place */
    hys__arena plan;  /* of the grids */
    const char *path;
    const hys_sim_opts *opts;
    hys__arena flat_arena;
    hys__flat *flat;
    hys__circuit *circuit;
    uint64_t draw;      /* for which flat and circuit were made; UINT64_MAX: none yet */
    uint64_t shape;     /* the run of the draw whose values of .step the netlist was read with; UINT64_MAX: none */
    bool is_planned;    /* the grids are known */
    bool is_shaped;     /* each run reads the netlist anew: parameters of .step decide more than values */
    size_t n_draw_runs; /* runs of one draw; 0: not known before a netlist is loaded */
    size_t n_steps, n_grid[8];
    double *grid[8];
    const char *param[8]; /* of .step; NULL: not of a parameter */
} hys__sim_place;

void hys__sim_place_init(hys__sim_place *place, hys_ctx *ctx, const char *path, const hys_sim_opts *opts);
void hys__sim_place_free(hys__sim_place *place);
/* Loads the netlist and the circuit for a draw, parameters as they stand there. */
hys_status hys__sim_place_load(hys__sim_place *place, uint64_t draw);
/* Runs in all: points of all .step times draws of .mc. */
size_t hys__sim_place_n_runs(const hys__sim_place *place);
/* Of one draw. */
size_t hys__sim_place_n_draw_runs(const hys__sim_place *place);
void hys__sim_place_run(hys__sim_place *place, size_t index, hys__sim_run *run);

hys_status hys__sim_run_all(hys_sim *sim, const char *path, const hys_sim_opts *opts);

#endif
