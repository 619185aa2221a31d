/* Cells of a row: taken, given back, written together. */
#include "array/logic_schedule.h"
#include <string.h>

static bool push(hys__row *row, hys__cell_list *list, uint32_t cell) {
    uint32_t *own = HYS_PUSH(row->arena, list);
    if (own) *own = cell;
    return own != NULL;
}

static hys_logic_step *new_step(hys__row *row, hys_logic_op op, size_t n_out) {
    uint32_t *out = HYS_NEW_N(row->arena, uint32_t, n_out);
    hys_logic_step *step = out ? HYS_PUSH(row->arena, &row->steps) : NULL;
    if (!step) return NULL;
    step->op = op;
    step->n_out = (uint32_t)n_out;
    step->out = out;
    return step;
}

bool hys__row_step(hys__row *row, hys_logic_op op, uint32_t out, uint32_t n_in, const uint32_t *in) {
    hys_logic_step *step = new_step(row, op, 1);
    if (!step) return false;
    *(uint32_t *)(uintptr_t)step->out = out;
    step->n_in = n_in;
    for (uint32_t k = 0; k < n_in; k++) step->in[k] = in[k];
    return true;
}

static bool write_cells(hys__row *row, int value, const uint32_t *cells, size_t n) {
    hys_logic_step *step = new_step(row, value ? HYS_LOGIC_OP_SET : HYS_LOGIC_OP_FALSE, n);
    if (!step) return false;
    memcpy((uint32_t *)(uintptr_t)step->out, cells, n * sizeof *cells);
    return true;
}

/* All cells that are free are written in one step, so that later ones need none. */
static bool write_dirty(hys__row *row, int value) {
    if (!write_cells(row, value, row->dirty.at, row->dirty.n)) return false;
    for (size_t k = 0; k < row->dirty.n; k++)
        if (!push(row, &row->ready[value], row->dirty.at[k])) return false;
    row->dirty.n = 0;
    return true;
}

uint32_t hys__row_take(hys__row *row, int value) {
    if (value >= 0 && row->ready[value].n) return row->ready[value].at[--row->ready[value].n];
    if (value < 0 && row->dirty.n) return row->dirty.at[--row->dirty.n];
    if (row->n_cells < row->most) {
        if (value >= 0 && !push(row, &row->first[value], (uint32_t)row->n_cells)) return HYS__CELL_NONE;
        return (uint32_t)row->n_cells++;
    }
    if (value >= 0 && row->dirty.n) {
        if (!write_dirty(row, value)) return HYS__CELL_NONE;
        return row->ready[value].at[--row->ready[value].n];
    }
    for (int other = 0; other < 2; other++) /* written to the wrong value: written again */
        while (row->ready[other].n)
            if (!push(row, &row->dirty, row->ready[other].at[--row->ready[other].n])) return HYS__CELL_NONE;
    if (row->dirty.n) return hys__row_take(row, value);
    row->is_full = true;
    return HYS__CELL_NONE;
}

bool hys__row_give(hys__row *row, uint32_t cell) {
    return push(row, &row->dirty, cell);
}

bool hys__row_finish(hys__row *row) {
    const size_t n = row->steps.n;
    for (int value = 0; value < 2; value++)
        if (row->first[value].n && !write_cells(row, value, row->first[value].at, row->first[value].n)) return false;
    const size_t added = row->steps.n - n;
    hys_logic_step front[2];
    if (!added) return true;
    memcpy(front, row->steps.at + n, added * sizeof *front);
    memmove(row->steps.at + added, row->steps.at, n * sizeof *front);
    memcpy(row->steps.at, front, added * sizeof *front);
    return true;
}
