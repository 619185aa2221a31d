/* Steps and cells of a row. */
#ifndef HYS_ARRAY_LOGIC_SCHEDULE_H
#define HYS_ARRAY_LOGIC_SCHEDULE_H
#include "array/logic_lower.h"

#define HYS__CELL_NONE UINT32_MAX

typedef struct hys__cell_list {
    uint32_t *at;
    size_t n, cap;
} hys__cell_list;

/* Cells: in use, free, or free and already written to 0 or to 1. */
typedef struct hys__row {
    hys__arena *arena;
    size_t n_cells, most;                     /* most: not more */
    hys__cell_list dirty, ready[2], first[2]; /* first: written before anything else, in one step */
    struct {
        hys_logic_step *at;
        size_t n, cap;
    } steps;
    bool is_full; /* a cell was asked for where there was none */
} hys__row;

/* A cell that holds value (0, 1; -1: anything).  HYS__CELL_NONE: no memory, or the row is full. */
uint32_t hys__row_take(hys__row *row, int value);
bool hys__row_give(hys__row *row, uint32_t cell);
bool hys__row_step(hys__row *row, hys_logic_op op, uint32_t out, uint32_t n_in, const uint32_t *in);
/* The steps that write first[0] and first[1] are put in front. */
bool hys__row_finish(hys__row *row);

/* Where inputs stand at first, and outputs in the end. */
typedef struct hys__places {
    uint32_t *inputs, *outputs;
} hys__places;

/* Row and places are the caller's: of no cells.  HYS_LIMIT, without a word: the row is too short. */
hys_status hys__schedule_gates(hys__row *row, const hys__family_gates *gates, const hys_logic_map_opts *opts,
                               hys__places *places);
hys_status hys__schedule_majority(hys__row *row, const hys__network *net, const hys_logic_map_opts *opts,
                                  hys__places *places);

#endif
