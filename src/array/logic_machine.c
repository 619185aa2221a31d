/* Steps on the device: every one is a pulse or a read on columns of cells, in all rows at once.
 *
 * Steps of families that read in between decide by what they read, so that an error goes on as it would in hardware.
 * IMPLY needs a load behind the word lines, all else word lines that are driven, or float: two arrays of the same
 * cells, between which states are carried.
 *
 * Word lines of several rows meet in the cells of every bit line, also of those that float.  So columns that take no
 * part are switched off, as by a transistor in each cell whose gate runs along the column; in a passive array they only
 * float. */
#include "array/logic_machine.h"
#include <math.h>

/* ---- lines ---- */

static bool has_switches(const hys__machine *m) {
    return m->rows > 1 && !m->bench->opts.is_passive;
}

/* Bit lines that are switched off have no cell left, and must not float. */
static hys_status release_all(hys__machine *m, hys_array *array, bool words_float) {
    hys_status status = HYS_OK;
    for (size_t r = 0; r < m->rows && status == HYS_OK; r++) {
        m->words[r] = 0;
        status = hys_array_float_word(array, r, words_float);
    }
    for (size_t k = 0; k < m->columns && status == HYS_OK; k++) {
        m->bits[k] = 0;
        status = hys_array_float_bit(array, k, !has_switches(m));
    }
    for (size_t k = 0; k < m->rows * m->columns; k++) m->selected[k] = 0;
    return status;
}

static hys_status drive_line(hys__machine *m, hys_array *array, uint32_t cell, double volt) {
    m->bits[cell] = volt;
    for (size_t r = 0; r < m->rows; r++) m->selected[r * m->columns + cell] = 1;
    return hys_array_float_bit(array, cell, false);
}

static hys_status switch_columns(hys__machine *m, hys_array *array) {
    return has_switches(m) ? hys_array_set_conductances(array, m->selected) : HYS_OK;
}

static hys_status keep(hys__machine *m, hys_array *array) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < m->bench->n_states && status == HYS_OK; k++)
        status = hys_array_get_state(array, hys_array_state(array, k), m->kept + k * m->rows * m->columns);
    return status;
}

/* What is switched off stays as it was: open cells carry no current, but still see their lines. */
static hys_status restore(hys__machine *m, hys_array *array) {
    const size_t count = m->rows * m->columns;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < m->bench->n_states && status == HYS_OK; k++) {
        const char *name = hys_array_state(array, k);
        status = hys_array_get_state(array, name, m->values);
        for (size_t i = 0; i < count; i++)
            if (m->selected[i] == 0) m->values[i] = m->kept[k * count + i];
        if (status == HYS_OK) status = hys_array_set_state(array, name, m->values);
    }
    return status;
}

static hys_status pulse(hys__machine *m, hys_array *array) {
    hys_status status = HYS_OK;
    if (has_switches(m)) status = keep(m, array);
    if (status == HYS_OK) status = switch_columns(m, array);
    if (status == HYS_OK) status = hys__logic_pulse(m->bench, array, m->words, m->bits, &m->step->energy);
    return status == HYS_OK && has_switches(m) ? restore(m, array) : status;
}

static void spend(hys__machine *m, unsigned pulses) {
    const hys_logic_drive *d = &m->bench->drive;
    m->step->time += pulses * (d->width + 2 * d->rise);
}

/* ---- writes and gates ---- */

static hys_status write_cells(hys__machine *m, const uint32_t *cells, size_t n, bool bit) {
    const hys_logic_drive *d = &m->bench->drive;
    hys_status status = release_all(m, m->direct, false);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = drive_line(m, m->direct, cells[k], bit ? d->set : -d->reset);
    spend(m, 1);
    return status == HYS_OK ? pulse(m, m->direct) : status;
}

static hys_status gate(hys__machine *m, const hys_logic_step *s) {
    double lines[HYS__GATE_INPUTS + 1];
    hys__gate_lines((hys_logic_gate_kind){s->op, s->n_in}, &m->bench->drive, lines);
    hys_status status = release_all(m, m->direct, true);
    for (uint32_t k = 0; k < s->n_in && status == HYS_OK; k++) status = drive_line(m, m->direct, s->in[k], lines[k]);
    if (status == HYS_OK) status = drive_line(m, m->direct, s->out[0], lines[s->n_in]);
    spend(m, 1);
    return status == HYS_OK ? pulse(m, m->direct) : status;
}

static hys_status carry(hys__machine *m, const hys_array *from, hys_array *to) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < m->bench->n_states && status == HYS_OK; k++) {
        const char *name = hys_array_state(from, k);
        status = hys_array_get_state(from, name, m->values);
        if (status == HYS_OK) status = hys_array_set_state(to, name, m->values);
    }
    return status;
}

static hys_status imply(hys__machine *m, const hys_logic_step *s) {
    const hys_logic_drive *d = &m->bench->drive;
    hys_status status = carry(m, m->direct, m->loaded);
    if (status == HYS_OK) status = release_all(m, m->loaded, false);
    if (status == HYS_OK) status = drive_line(m, m->loaded, s->in[0], d->condition);
    if (status == HYS_OK) status = drive_line(m, m->loaded, s->out[0], d->imply);
    spend(m, 1);
    if (status == HYS_OK) status = pulse(m, m->loaded);
    return status == HYS_OK ? carry(m, m->loaded, m->direct) : status;
}

/* ---- reads ---- */

/* The currents into the word lines of so many cells of each row at the read voltage; bit lines below word lines, as in
 * a reset, which takes more to disturb a cell that is 0. */
static hys_status read_cells(hys__machine *m, const uint32_t *cells, uint32_t n) {
    const hys_logic_drive *d = &m->bench->drive;
    hys_status status = release_all(m, m->direct, false);
    for (uint32_t k = 0; k < n && status == HYS_OK; k++) status = drive_line(m, m->direct, cells[k], 0);
    for (size_t r = 0; r < m->rows; r++) m->words[r] = d->read;
    if (status == HYS_OK) status = switch_columns(m, m->direct);
    if (status == HYS_OK) status = hys_array_solve(m->direct, m->words, m->bits);
    if (status != HYS_OK) return status;
    for (size_t r = 0; r < m->rows; r++) {
        m->currents[r] = fabs(hys_array_word_currents(m->direct)[r]);
        m->step->energy += m->currents[r] * d->read * d->read_width;
    }
    m->step->time += d->read_width;
    return HYS_OK;
}

/* How many of n cells are 1: references lie at the geometric mean of what k and k + 1 of them carry. */
static uint32_t count_ones(const hys__machine *m, double current, uint32_t n) {
    const hys_logic_levels *l = &m->bench->levels;
    uint32_t ones = 0;
    for (uint32_t k = 0; k < n; k++) {
        const double fewer = k * l->on + (n - k) * l->off, more = (k + 1) * l->on + (n - k - 1) * l->off;
        if (current / m->bench->drive.read > sqrt(fewer * more)) ones = k + 1;
    }
    return ones;
}

hys_status hys__machine_read(hys__machine *m, uint32_t operand, uint8_t *bits) {
    const size_t n_inputs = hys_logic_n_inputs(m->program->netlist);
    const bool is_constant = operand == HYS_LOGIC_ZERO || operand == HYS_LOGIC_ONE;
    const bool flip = !is_constant && operand & HYS_LOGIC_INVERTED;
    const uint32_t name = is_constant ? operand : operand & ~(uint32_t)HYS_LOGIC_INVERTED;
    const bool is_input = !is_constant && name & HYS_LOGIC_INPUT;
    hys_status status = HYS_OK;
    if (!is_constant && !is_input) status = read_cells(m, &name, 1);
    for (size_t r = 0; r < m->rows && status == HYS_OK; r++) {
        const bool bit = is_constant ? operand == HYS_LOGIC_ONE
                         : is_input  ? m->inputs[r * n_inputs + (name & ~(uint32_t)HYS_LOGIC_INPUT)] != 0
                                     : count_ones(m, m->currents[r], 1) > 0;
        bits[r] = bit != flip;
    }
    return status;
}

/* ---- writes that differ from row to row ---- */

/* One cell of each row that p tells, alone: out is set, or reset; word lines of other rows float. */
static hys_status write_some(hys__machine *m, uint32_t out, const uint8_t *rows, bool bit) {
    const hys_logic_drive *d = &m->bench->drive;
    bool any = false;
    hys_status status = release_all(m, m->direct, true);
    for (size_t r = 0; r < m->rows && status == HYS_OK; r++) {
        any |= rows[r] != 0;
        if (rows[r]) status = hys_array_float_word(m->direct, r, false);
    }
    if (status == HYS_OK) status = drive_line(m, m->direct, out, bit ? d->set : -d->reset);
    return status == HYS_OK && any ? pulse(m, m->direct) : status;
}

/* Rows in p are set, rows in q reset: bit lines are common, so this takes two pulses, of which one row needs one. */
static hys_status write_both(hys__machine *m, uint32_t out) {
    const hys_status status = write_some(m, out, m->p, true);
    spend(m, m->rows > 1 ? 2 : 1);
    return status == HYS_OK ? write_some(m, out, m->q, false) : status;
}

/* p on the bit line, q on the word line: alike, nothing is across the cell. */
static hys_status majority_write(hys__machine *m, const hys_logic_step *s) {
    hys_status status = hys__machine_read(m, s->in[0], m->p);
    if (status == HYS_OK) status = hys__machine_read(m, s->in[1], m->q);
    for (size_t r = 0; r < m->rows; r++)
        if (m->p[r] == m->q[r]) m->p[r] = m->q[r] = 0;
    return status == HYS_OK ? write_both(m, s->out[0]) : status;
}

static bool result_of(hys_logic_op op, uint32_t ones) {
    switch (op) {
    case HYS_LOGIC_OP_READ_NOT:
        return ones == 0;
    case HYS_LOGIC_OP_READ_COPY:
    case HYS_LOGIC_OP_READ_XOR:
        return ones == 1;
    case HYS_LOGIC_OP_READ_OR:
        return ones >= 1;
    default:
        return ones >= 2;
    }
}

static hys_status read_gate(hys__machine *m, const hys_logic_step *s) {
    const hys_status status = read_cells(m, s->in, s->n_in);
    if (status != HYS_OK) return status;
    for (size_t r = 0; r < m->rows; r++) {
        m->p[r] = result_of(s->op, count_ones(m, m->currents[r], s->n_in));
        m->q[r] = !m->p[r];
    }
    return write_both(m, s->out[0]);
}

/* ---- steps ---- */

hys_status hys__machine_step(hys__machine *m, const hys_logic_step *s) {
    switch (s->op) {
    case HYS_LOGIC_OP_FALSE:
    case HYS_LOGIC_OP_SET:
        return write_cells(m, s->out, s->n_out, s->op == HYS_LOGIC_OP_SET);
    case HYS_LOGIC_OP_IMPLY:
        return imply(m, s);
    case HYS_LOGIC_OP_NOR:
    case HYS_LOGIC_OP_NAND:
    case HYS_LOGIC_OP_OR:
    case HYS_LOGIC_OP_MINORITY:
        return gate(m, s);
    case HYS_LOGIC_OP_MAJORITY_WRITE:
        return majority_write(m, s);
    default:
        return read_gate(m, s);
    }
}

hys_status hys__machine_levels(hys__machine *m, double *levels) {
    const size_t count = m->rows * m->columns;
    for (size_t k = 0; k < count; k++) m->selected[k] = 1;
    const hys_status status = switch_columns(m, m->direct);
    return status == HYS_OK ? hys__logic_levels(m->bench, m->direct, count, levels) : status;
}

hys_status hys__machine_init(hys__machine *m, hys__arena *arena) {
    const size_t cells = m->rows * m->columns + 1;
    m->words = HYS_NEW_N(arena, double, m->rows);
    m->bits = HYS_NEW_N(arena, double, m->columns + 1);
    m->selected = HYS_NEW_N(arena, double, cells);
    m->values = HYS_NEW_N(arena, double, cells);
    m->kept = HYS_NEW_N(arena, double, cells *(m->bench->n_states + 1));
    m->currents = HYS_NEW_N(arena, double, m->rows);
    m->p = HYS_NEW_N(arena, uint8_t, m->rows);
    m->q = HYS_NEW_N(arena, uint8_t, m->rows);
    if (arena->failed) return HYS_NOMEM;
    const double wire = m->bench->opts.wire;
    hys__logic_shape shape = {.rows = m->rows, .columns = m->columns, .word_wire = wire, .has_spread = true};
    if (m->rows > 1) shape.bit_wire = wire;
    hys_status status = hys__logic_array(m->bench, &shape, &m->direct);
    shape.load = m->bench->drive.load;
    if (status == HYS_OK && m->program->counts[HYS_LOGIC_OP_IMPLY])
        status = hys__logic_array(m->bench, &shape, &m->loaded);
    return status;
}

void hys__machine_free(hys__machine *m) {
    hys_array_free(m->direct);
    hys_array_free(m->loaded);
}
