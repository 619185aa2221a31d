/* The inside of an array's cells.
 *
 * A cell is one kernel: the device itself, or a module that is written here and connects memory and selector.  Its
 * unknowns lie chunk by chunk, [chunk][row][cell], so that what a kernel call touches stays in the cache. */
#ifndef HYS_ARRAY_CELLS_IMPL_H
#define HYS_ARRAY_CELLS_IMPL_H
#include "array/cells.h"
#include "device/join.h"

#define HYS__CELLS_CHUNK 256u
#define HYS__CELL_PARTS  3u

/* A parameter that has a value of its own in each cell. */
typedef struct hys__cell_own {
    hys_u32 param;  /* of the part's kernel */
    double *values; /* [n] in the file's own unit */
} hys__cell_own;

typedef struct hys__cell_texts { /* "NAME=..." */
    const char **at;
    size_t n, cap;
} hys__cell_texts;

/* A device in the cell: memory, second memory, selector. */
typedef struct hys__cell_part {
    const char *shown;    /* before its names, as users write and see them: "", "second.", "selector." */
    const char *instance; /* before them in the cell's module: "hys_m."; "" where the device is the cell */
    const char *letter;   /* before parameters in the cell's module */
    const char *module;   /* as the cell's text names it */
    const hys_model *model;
    hys_model *plain; /* the same with one kernel for all, to fill parameters */
    bool asks_given;
    bool has_spread, has_cycles; /* by the settings or by attributes of the file; from cycle to cycle */
    hys__cell_texts set, spread;
    struct {
        hys__cell_own *at;
        size_t n, cap;
    } own;
    hys_u32 *to_cell;  /* [n_params] of the cell's kernel; HYS_NONE */
    hys__batch *batch; /* of a chunk; of one instance where all cells are alike */
} hys__cell_part;

/* Some cells, as the kernel takes them. */
typedef struct hys__cell_lanes {
    size_t n;
    double **x;            /* [n_unknowns] */
    double **old;          /* [n_unknowns] */
    double **start;        /* [n_unknowns] what the step began with */
    double **r;            /* [n_retained] */
    double **p;            /* [n_params] */
    double **root;         /* [n_events] at the last accepted point */
    uint64_t *key, *fired; /* NULL: no draws */
    uint64_t *cycle;       /* NULL: no spread from cycle to cycle */
    double *sign;          /* of the voltage in the last cycle; 0: none yet */
    double **i, **g, *ok;
} hys__cell_lanes;

typedef struct hys__cell_crew hys__cell_crew;

struct hys__cells {
    hys_ctx *ctx;
    hys__arena arena;
    size_t rows, columns, n, chunk, stride, n_chunks;
    uint64_t seed;
    double temp;                          /* K */
    hys_model *memory, *selector, *model; /* model == memory where the device is the cell */
    hys__join *join;
    hys__cell_part parts[HYS__CELL_PARTS];
    size_t n_parts;
    const char **state_names; /* [n_states of model] */
    hys__batch *batch;        /* a chunk's outputs, and what all cells share */
    const hys_kernel *kernel;
    hys_u32 word_at, bit_at; /* terminals */
    bool has_cycles;         /* of any part */
    bool has_memory;         /* something is to be done at accepted points */
    bool is_stepped;         /* retained values move in ordinary steps */
    bool is_fresh;           /* nothing has run yet, no state was given */
    bool is_two_terminal;
    bool *is_held;                 /* [n_unknowns] states */
    double *rate_held, *rate_init; /* [n_unknowns] */

    double *block; /* [n_chunks][n_rows][stride] */
    size_t block_size, n_rows;
    size_t row_now, row_start, row_old, row_r, row_root, row_key, row_cycle; /* first rows */
    hys_u32 *old_row;  /* [n_unknowns] among those of row_old; HYS_NONE: algebraic */
    double *own_block; /* [n_chunks][n_own][stride] */
    size_t own_size, n_own;
    hys_u32 *own_params; /* [n_own] of the cell's kernel; one of: */
    hys_u32 *own_rooms[2];
    hys__cell_lanes now, spare;
    size_t *lane_of; /* [stride] of spare: in now */
    char *name_text;
    const char **names; /* [chunk] "r,c" */

    hys__cell_stage stage;
    double time;          /* s: of the last accepted point; never goes back */
    double clock;         /* s: the same by the caller's clock */
    double origin;        /* s: of the caller's clock */
    double bound;         /* s: for the next step */
    double draw_step;     /* s: for which a draw is held; inf: for a step */
    double *r_scale;      /* [n_retained] largest value so far */
    double *chunk_change; /* [n_chunks] */
    hys__cell_crew *crew; /* NULL: the caller alone */
};

/* cells_model.c */
hys_status hys__cells_load(hys__cells *cells, const hys_cell_opts *opts);
/* cells_params.c: parameters of all cells, anew; with has_restart initial values of retained variables as well. */
hys_status hys__cells_fill(hys__cells *cells, bool has_restart);
void hys__cells_release(hys__cells *cells);
/* Spread from cycle to cycle is drawn anew for cells of the chunk in view across which the voltage has turned round. */
hys_status hys__cells_cycle(hys__cells *cells, size_t chunk);
hys_status hys__cells_set_param(hys__cells *cells, const char *name, const double *values);
/* cells_start.c: initial values of all cells. */
hys_status hys__cells_start(hys__cells *cells);
/* Charges and algebraic unknowns follow states that were set. */
void hys__cells_settle(hys__cells *cells);
bool hys__cells_probe(hys__cells *cells);
/* cells_lanes.c */
hys_status hys__cells_take(hys__cells *cells);
/* now: outputs; spare: all, of its own. */
hys_status hys__cells_take_lanes(hys__cells *cells, hys__cell_lanes *now, hys__cell_lanes *spare);
hys_status hys__cells_take_own(hys__cells *cells);
void hys__cells_view(hys__cells *cells, size_t chunk);
hys_batch hys__cells_batch(const hys__cells *cells, const hys__cell_lanes *lanes);
/* One call of the kernel's step; ok is 0 also where something is not finite.  How many are bad. */
size_t hys__cells_step(hys__cells *cells, const hys__cell_lanes *lanes, const double *rate);
/* cells_rescue.c: those of `now` that are bad are tried in other ways.  False: a cell has no solution; *lane is the
 * first of them. */
bool hys__cells_rescue(hys__cells *cells, const double *rate, size_t *lane);
/* cells_crew.c: threads for evaluations, where there are cells enough. */
void hys__cells_crew_free(hys__cells *cells);
/* Does the work for each chunk, with cells whose lanes and outputs nobody else uses at that time. */
typedef void hys__cells_work(hys__cells *cells, size_t chunk, void *data);
void hys__cells_each_chunk(hys__cells *cells, hys__cells_work *work, void *data);
/* cells_name.c */
hys_status hys__cells_name_states(hys__cells *cells);
const char *const *hys__cells_names(hys__cells *cells, size_t chunk, const char *prefix);
size_t hys__cells_n_states(const hys__cells *cells);
const char *hys__cells_state(const hys__cells *cells, size_t k);
hys_status hys__cells_set_state(hys__cells *cells, const char *name, const double *values);
hys_status hys__cells_get_state(const hys__cells *cells, const char *name, double *values);
/* HYS_NOCONV, with a word, where a cell alone has no solution. */
hys_status hys__cells_conductances(hys__cells *cells, double voltage, double *g);

#endif
