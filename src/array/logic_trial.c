/* Margins of a gate.  Without wires each combination of inputs is a row of its own, and all rows share the bit lines,
 * so that one pulse tries all of them.
 *
 * With wires a gate is tried alone in a row of an array, once for each combination.  Its cells lie side by side where
 * all lines begin, or in the last row: there side by side, at both ends of the row, or all at its far end.  Wires
 * between its cells, and between them and the ends of lines, are then as long as they come; all cells besides are open,
 * as in columns that are switched off. */
#include "array/logic_trial.h"
#include <math.h>

#define MOST_POINTS 16 /* of a line; cells side by side in longer ones are as far apart as two points */
#define LEAK        1e4 /* times R_off: ties a long line that floats, where rounding in its wires would outweigh its cells */

/* far: which of the gate's cells are at the far end of the row. */
static hys_status add_place(hys__trial *t, double load, uint32_t far, bool is_last_row) {
    const double wire = t->bench->opts.wire;
    const uint32_t n = hys__gate_columns(t->gate);
    const bool is_imply = t->gate.op == HYS_LOGIC_OP_IMPLY;
    const hys__logic_shape shape = {.rows = 1,
                                    .columns = t->width,
                                    .load = is_imply ? load : LEAK / t->bench->levels.off,
                                    .word_wire = wire * (double)(t->bench->opts.length - 1) / (double)(t->width - 1),
                                    .bit_wire = wire,
                                    .sense = is_last_row ? wire * (double)(t->bench->opts.length - 1) : 0};
    double *open = HYS_NEW_N(&t->arena, double, t->width);
    if (!open) return HYS_NOMEM;
    for (uint32_t k = 0; k < n; k++) {
        t->columns[t->n][k] = k + ((far >> k) & 1 ? (uint32_t)t->width - n : 0);
        open[t->columns[t->n][k]] = 1;
    }
    hys_array **array = &t->arrays[t->n++];
    const hys_status status = hys__logic_array(t->bench, &shape, array);
    return status == HYS_OK ? hys_array_set_conductances(*array, open) : status;
}

static hys_status add_places(hys__trial *t, double load) {
    const uint32_t n = hys__gate_columns(t->gate), out = 1u << (n - 1), all = 2 * out - 1;
    const uint32_t far[HYS__TRIAL_PLACES] = {0, 0, out, all & ~out, all, 1};
    const bool has_load = t->gate.op == HYS_LOGIC_OP_IMPLY;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < HYS__TRIAL_PLACES && status == HYS_OK; k++) {
        const bool is_known = (k == 5 && n == 2) || (k == 4 && !has_load); /* a line that floats has no near end */
        if (!is_known) status = add_place(t, load, far[k], k > 0);
    }
    return status;
}

hys_status hys__trial_init(hys__trial *t, hys_logic_bench *b, hys_logic_gate_kind g, double load) {
    const uint32_t n = hys__gate_columns(g), rows = hys__gate_combinations(g);
    *t = (hys__trial){.bench = b, .gate = g};
    hys__arena_init(&t->arena, b->ctx, 0);
    const bool has_wires = b->opts.length > 1 && b->opts.wire > 0;
    const size_t points = b->opts.length < MOST_POINTS ? b->opts.length : MOST_POINTS;
    t->width = !has_wires ? (size_t)rows * n : points > n ? points : n;
    t->bits = HYS_NEW_N(&t->arena, uint8_t, t->width);
    t->levels = HYS_NEW_N(&t->arena, double, t->width);
    t->lines = HYS_NEW_N(&t->arena, double, t->width);
    if (t->arena.failed) return HYS_NOMEM;
    if (has_wires) return add_places(t, load);
    const hys__logic_shape shape = {.rows = rows, .columns = n, .load = load};
    hys_status status = hys__logic_array(b, &shape, &t->arrays[0]);
    for (size_t r = 0; r < rows && status == HYS_OK && g.op != HYS_LOGIC_OP_IMPLY; r++)
        status = hys_array_float_word(t->arrays[0], r, true);
    return status;
}

void hys__trial_free(hys__trial *t) {
    for (size_t k = 0; k < HYS__TRIAL_PLACES; k++) hys_array_free(t->arrays[k]);
    hys__arena_free(&t->arena);
}

static hys_status try_together(hys__trial *t, const hys_logic_drive *d, double *margin) {
    uint8_t wanted[HYS__GATE_INPUTS + 1];
    const uint32_t n = hys__gate_columns(t->gate), rows = hys__gate_combinations(t->gate);
    for (uint32_t c = 0; c < rows; c++) hys__gate_before(t->gate, c, t->bits + c * n);
    hys__gate_lines(t->gate, d, t->lines);
    hys_status status = hys__logic_put(t->bench, t->arrays[0], t->width, t->bits);
    if (status == HYS_OK) status = hys__logic_pulse(t->bench, t->arrays[0], NULL, t->lines, NULL);
    if (status == HYS_OK) status = hys__logic_levels(t->bench, t->arrays[0], t->width, t->levels);
    for (uint32_t c = 0; c < rows && status == HYS_OK; c++) {
        hys__gate_after(t->gate, t->bits + c * n, wanted);
        for (uint32_t k = 0; k < n; k++) *margin = fmin(*margin, hys__logic_margin(t->levels[c * n + k], wanted[k]));
    }
    return status;
}

static hys_status try_at(hys__trial *t, const hys_logic_drive *d, size_t place, uint32_t c, double *margin) {
    uint8_t before[HYS__GATE_INPUTS + 1], wanted[HYS__GATE_INPUTS + 1];
    double lines[HYS__GATE_INPUTS + 1];
    const uint32_t n = hys__gate_columns(t->gate), *at = t->columns[place];
    hys_array *array = t->arrays[place];
    hys__gate_before(t->gate, c, before);
    hys__gate_after(t->gate, before, wanted);
    hys__gate_lines(t->gate, d, lines);
    for (size_t k = 0; k < t->width; k++) {
        t->lines[k] = 0;
        t->bits[k] = 0;
    }
    for (uint32_t k = 0; k < n; k++) {
        t->bits[at[k]] = before[k];
        t->lines[at[k]] = lines[k];
    }
    hys_status status = hys__logic_put(t->bench, array, t->width, t->bits);
    if (status == HYS_OK) status = hys__logic_pulse(t->bench, array, NULL, t->lines, NULL);
    if (status == HYS_OK) status = hys__logic_levels(t->bench, array, t->width, t->levels);
    for (uint32_t k = 0; k < n && status == HYS_OK; k++)
        *margin = fmin(*margin, hys__logic_margin(t->levels[at[k]], wanted[k]));
    return status;
}

hys_status hys__trial_margin(hys__trial *t, const hys_logic_drive *d, double *margin) {
    hys_status status = HYS_OK;
    *margin = 1;
    if (!t->n) return try_together(t, d, margin);
    for (size_t place = 0; place < t->n; place++)
        for (uint32_t c = 0; c < hys__gate_combinations(t->gate) && status == HYS_OK; c++)
            status = try_at(t, d, place, c, margin);
    return status;
}
