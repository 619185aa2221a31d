/* Programs on the device: every step is a pulse or a read on the cells of a row, whose states are carried on.
 *
 * Steps of families that read in between decide by what they read, so that an error goes on as it would in hardware.
 * IMPLY needs a load behind the word line, all else a word line that is driven, or floats: two rows of the same cells,
 * between which states are carried. */
#include "array/logic_bench.h"
#include <math.h>
#include <string.h>

typedef struct machine {
    hys_logic_bench *bench;
    const hys_logic_program *program;
    const uint8_t *inputs;
    hys_array *direct, *loaded; /* loaded: behind R_G; NULL where no step is IMPLY */
    size_t n;                   /* cells */
    double *states;             /* [n] scratch */
    double *lines, *levels, *before, *drifts;
    uint64_t *cells, *wide_inputs; /* as they should be */
    bool *is_known;                /* inputs, and what was written */
    hys_logic_step_report *step;   /* of this step */
    hys_logic_step_report reads;   /* of results, which are no step */
} machine;

/* ---- lines ---- */

static hys_status float_all(machine *m, hys_array *array, bool word) {
    hys_status status = hys_array_float_word(array, 0, word);
    for (size_t k = 0; k < m->n && status == HYS_OK; k++) {
        m->lines[k] = 0;
        status = hys_array_float_bit(array, k, true);
    }
    return status;
}

static hys_status drive_line(machine *m, hys_array *array, uint32_t cell, double volt) {
    m->lines[cell] = volt;
    return hys_array_float_bit(array, cell, false);
}

static hys_status pulse(machine *m, hys_array *array, double word) {
    const hys_logic_drive *d = &m->bench->drive;
    m->step->time += d->width + 2 * d->rise;
    return hys__logic_pulse(m->bench, array, &word, m->lines, &m->step->energy);
}

/* ---- steps ---- */

static hys_status write_cells(machine *m, const uint32_t *cells, size_t n, bool bit) {
    const hys_logic_drive *d = &m->bench->drive;
    hys_status status = float_all(m, m->direct, false);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = drive_line(m, m->direct, cells[k], bit ? d->set : -d->reset);
    return status == HYS_OK ? pulse(m, m->direct, 0) : status;
}

static hys_status gate(machine *m, const hys_logic_step *s) {
    const hys_logic_drive *d = &m->bench->drive;
    hys_status status = float_all(m, m->direct, true);
    for (uint32_t k = 0; k < s->n_in && status == HYS_OK; k++)
        status = drive_line(m, m->direct, s->in[k], s->op == HYS_LOGIC_OP_NOR ? d->gate : d->gate_of_two);
    if (status == HYS_OK) status = drive_line(m, m->direct, s->out[0], 0);
    return status == HYS_OK ? pulse(m, m->direct, 0) : status;
}

static hys_status carry(machine *m, const hys_array *from, hys_array *to) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < m->bench->n_states && status == HYS_OK; k++) {
        const char *name = hys_array_state(from, k);
        status = hys_array_get_state(from, name, m->states);
        if (status == HYS_OK) status = hys_array_set_state(to, name, m->states);
    }
    return status;
}

static hys_status imply(machine *m, const hys_logic_step *s) {
    const hys_logic_drive *d = &m->bench->drive;
    hys_status status = carry(m, m->direct, m->loaded);
    if (status == HYS_OK) status = float_all(m, m->loaded, false);
    if (status == HYS_OK) status = drive_line(m, m->loaded, s->in[0], d->condition);
    if (status == HYS_OK) status = drive_line(m, m->loaded, s->out[0], d->imply);
    if (status == HYS_OK) status = pulse(m, m->loaded, 0);
    return status == HYS_OK ? carry(m, m->loaded, m->direct) : status;
}

/* The current into the word line of so many cells at the read voltage; bit lines below the word line, as in a reset,
 * which takes more to disturb a cell that is 0. */
static hys_status read_cells(machine *m, const uint32_t *cells, uint32_t n, double *current) {
    const hys_logic_drive *d = &m->bench->drive;
    const double word = d->read;
    hys_status status = float_all(m, m->direct, false);
    for (uint32_t k = 0; k < n && status == HYS_OK; k++) status = drive_line(m, m->direct, cells[k], 0);
    if (status == HYS_OK) status = hys_array_solve(m->direct, &word, m->lines);
    if (status != HYS_OK) return status;
    *current = fabs(hys_array_word_currents(m->direct)[0]);
    m->step->energy += *current * d->read * d->read_width;
    m->step->time += d->read_width;
    return HYS_OK;
}

/* How many of n cells are 1: references lie at the geometric mean of what k and k + 1 of them carry. */
static uint32_t count_ones(const machine *m, double current, uint32_t n) {
    const hys_logic_levels *l = &m->bench->levels;
    uint32_t ones = 0;
    for (uint32_t k = 0; k < n; k++) {
        const double fewer = k * l->on + (n - k) * l->off, more = (k + 1) * l->on + (n - k - 1) * l->off;
        if (current / m->bench->drive.read > sqrt(fewer * more)) ones = k + 1;
    }
    return ones;
}

static hys_status read_bit(machine *m, uint32_t operand, bool *bit) {
    double current;
    const bool flip = operand & HYS_LOGIC_INVERTED;
    if (operand == HYS_LOGIC_ZERO || operand == HYS_LOGIC_ONE) {
        *bit = operand == HYS_LOGIC_ONE;
        return HYS_OK;
    }
    operand &= ~(uint32_t)HYS_LOGIC_INVERTED;
    if (operand & HYS_LOGIC_INPUT) {
        *bit = (m->inputs[operand & ~(uint32_t)HYS_LOGIC_INPUT] != 0) != flip;
        return HYS_OK;
    }
    const hys_status status = read_cells(m, &operand, 1, &current);
    if (status == HYS_OK) *bit = (count_ones(m, current, 1) > 0) != flip;
    return status;
}

/* p on the bit line, q on the word line: alike, nothing is across the cell. */
static hys_status majority_write(machine *m, const hys_logic_step *s) {
    const hys_logic_drive *d = &m->bench->drive;
    bool p = false, q = false;
    hys_status status = read_bit(m, s->in[0], &p);
    if (status == HYS_OK) status = read_bit(m, s->in[1], &q);
    if (status == HYS_OK) status = float_all(m, m->direct, false);
    const double high = p && !q ? d->set : d->reset;
    if (status == HYS_OK) status = drive_line(m, m->direct, s->out[0], p ? high : 0);
    return status == HYS_OK ? pulse(m, m->direct, q ? high : 0) : status;
}

static hys_status read_gate(machine *m, const hys_logic_step *s) {
    double current;
    const hys_status status = read_cells(m, s->in, s->n_in, &current);
    const uint32_t ones = count_ones(m, current, s->n_in);
    const bool bit = s->op == HYS_LOGIC_OP_READ_COPY  ? ones == 1
                     : s->op == HYS_LOGIC_OP_READ_NOT ? ones == 0
                     : s->op == HYS_LOGIC_OP_READ_AND ? ones == 2
                     : s->op == HYS_LOGIC_OP_READ_OR  ? ones >= 1
                     : s->op == HYS_LOGIC_OP_READ_XOR ? ones == 1
                                                      : ones >= 2;
    return status == HYS_OK ? write_cells(m, s->out, 1, bit) : status;
}

static hys_status do_step(machine *m, const hys_logic_step *s) {
    switch (s->op) {
    case HYS_LOGIC_OP_FALSE:
    case HYS_LOGIC_OP_SET:
        return write_cells(m, s->out, s->n_out, s->op == HYS_LOGIC_OP_SET);
    case HYS_LOGIC_OP_IMPLY:
        return imply(m, s);
    case HYS_LOGIC_OP_NOR:
    case HYS_LOGIC_OP_NAND:
    case HYS_LOGIC_OP_MINORITY:
        return gate(m, s);
    case HYS_LOGIC_OP_MAJORITY_WRITE:
        return majority_write(m, s);
    default:
        return read_gate(m, s);
    }
}

/* ---- what came out ---- */

static bool is_written(const hys_logic_step *s, size_t cell) {
    for (uint32_t k = 0; k < s->n_out; k++)
        if (s->out[k] == cell) return true;
    return false;
}

static void judge(machine *m, const hys_logic_step *s) {
    hys_logic_step_report *r = m->step;
    r->margin = 1;
    for (uint32_t k = 0; k < s->n_out; k++) m->is_known[s->out[k]] = true;
    for (size_t k = 0; k < m->n; k++) {
        const double margin = hys__logic_margin(m->levels[k], m->cells[k] & 1);
        const double moved = fabs(m->levels[k] - m->before[k]);
        if (!is_written(s, k)) {
            r->drift = fmax(r->drift, moved);
            m->drifts[k] += moved;
        } else m->drifts[k] = 0;
        if (!m->is_known[k] || !(margin < r->margin)) continue;
        r->margin = margin;
        r->worst = (uint32_t)k;
    }
}

static hys_status run_step(machine *m, size_t k, hys_logic_run *run) {
    const hys_logic_step *s = &m->program->steps[k];
    m->step = &run->steps[k];
    memcpy(m->before, m->levels, m->n * sizeof *m->levels);
    hys_status status = do_step(m, s);
    hys_logic_step_simulate(s, m->wide_inputs, m->cells);
    if (status == HYS_OK) status = hys__logic_levels(m->bench, m->direct, m->n, m->levels);
    if (status != HYS_OK) return status;
    judge(m, s);
    run->energy += m->step->energy;
    run->time += m->step->time;
    run->margin = fmin(run->margin, m->step->margin);
    for (size_t i = 0; i < m->n; i++) run->drift = fmax(run->drift, m->drifts[i]);
    if (m->step->margin <= 0 && run->first_wrong == run->n_steps) run->first_wrong = k;
    return HYS_OK;
}

static hys_status read_outputs(machine *m, hys_logic_run *run) {
    m->step = &m->reads;
    for (size_t k = 0; k < hys_logic_n_outputs(m->program->netlist); k++) {
        bool bit;
        const hys_status status = read_bit(m, m->program->output_cells[k], &bit);
        if (status != HYS_OK) return status;
        run->outputs[k] = bit;
        run->wrong += run->outputs[k] != run->expected[k];
    }
    return HYS_OK;
}

/* ---- the run ---- */

static hys_status put_inputs(machine *m) {
    const hys_logic_program *p = m->program;
    uint8_t *bits = hys__realloc(m->bench->ctx, NULL, 0, m->n + 1);
    if (!bits) return HYS_NOMEM;
    memset(bits, 0, m->n + 1);
    for (size_t k = 0; k < hys_logic_n_inputs(p->netlist); k++) {
        m->wide_inputs[k] = m->inputs[k] ? ~(uint64_t)0 : 0;
        if (p->input_cells[k] == HYS_LOGIC_NOWHERE) continue;
        bits[p->input_cells[k]] = m->inputs[k] != 0;
        m->cells[p->input_cells[k]] = m->wide_inputs[k];
        m->is_known[p->input_cells[k]] = true;
    }
    hys_status status = hys__logic_put(m->bench, m->direct, m->n, bits);
    hys__free(m->bench->ctx, bits, m->n + 1);
    return status == HYS_OK ? hys__logic_levels(m->bench, m->direct, m->n, m->levels) : status;
}

static hys_status take(machine *m, hys__arena *arena) {
    const size_t n = m->n + 1, inputs = hys_logic_n_inputs(m->program->netlist) + 1;
    m->states = HYS_NEW_N(arena, double, n);
    m->lines = HYS_NEW_N(arena, double, n);
    m->levels = HYS_NEW_N(arena, double, n);
    m->before = HYS_NEW_N(arena, double, n);
    m->drifts = HYS_NEW_N(arena, double, n);
    m->cells = HYS_NEW_N(arena, uint64_t, n);
    m->wide_inputs = HYS_NEW_N(arena, uint64_t, inputs);
    m->is_known = HYS_NEW_N(arena, bool, n);
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

static hys_status take_run(hys_ctx *ctx, const hys_logic_program *p, hys_logic_run *run) {
    const size_t outputs = hys_logic_n_outputs(p->netlist);
    *run = (hys_logic_run){.n_steps = p->n_steps, .first_wrong = p->n_steps, .margin = 1, .n_outputs = outputs};
    run->steps = hys__realloc(ctx, NULL, 0, (p->n_steps + 1) * sizeof *run->steps);
    run->outputs = hys__realloc(ctx, NULL, 0, outputs + 1);
    run->expected = hys__realloc(ctx, NULL, 0, outputs + 1);
    if (!run->steps || !run->outputs || !run->expected) return HYS_NOMEM;
    memset(run->steps, 0, (p->n_steps + 1) * sizeof *run->steps);
    return HYS_OK;
}

void hys_logic_run_free(hys_ctx *ctx, hys_logic_run *run) {
    if (run->steps) hys__free(ctx, run->steps, (run->n_steps + 1) * sizeof *run->steps);
    if (run->outputs) hys__free(ctx, run->outputs, run->n_outputs + 1);
    if (run->expected) hys__free(ctx, run->expected, run->n_outputs + 1);
    *run = (hys_logic_run){.n_steps = 0};
}

static hys_status expect(machine *m, hys__arena *arena, hys_logic_run *run) {
    uint64_t *outputs = HYS_NEW_N(arena, uint64_t, run->n_outputs + 1);
    const hys_status status = outputs ? hys_logic_simulate(m->program->netlist, m->wide_inputs, outputs) : HYS_NOMEM;
    for (size_t k = 0; k < run->n_outputs && status == HYS_OK; k++) run->expected[k] = outputs[k] & 1;
    return status;
}

static hys_status run_program(machine *m, hys__arena *arena, hys_logic_run *run) {
    hys_status status = take(m, arena);
    if (status == HYS_OK) status = hys__logic_array(m->bench, 1, m->n, 0, true, &m->direct);
    if (status == HYS_OK && m->program->counts[HYS_LOGIC_OP_IMPLY])
        status = hys__logic_array(m->bench, 1, m->n, m->bench->drive.load, true, &m->loaded);
    if (status == HYS_OK) status = put_inputs(m);
    if (status == HYS_OK) status = expect(m, arena, run);
    for (size_t k = 0; k < m->program->n_steps && status == HYS_OK; k++)
        status = hys_ctx_is_cancelled(m->bench->ctx) ? HYS_CANCEL : run_step(m, k, run);
    return status == HYS_OK ? read_outputs(m, run) : status;
}

#define MOST_CELLS 4096

hys_status hys_logic_bench_run(hys_logic_bench *b, const hys_logic_program *p, const uint8_t *inputs,
                               hys_logic_run *run) {
    machine m = {.bench = b, .program = p, .inputs = inputs, .n = p->n_cells};
    if (p->n_cells > MOST_CELLS)
        return hys__fail(b->ctx, HYS_LIMIT, "--cells least", "a row of %zu cells: at most %d are run on devices",
                         p->n_cells, MOST_CELLS);
    hys__arena arena;
    hys__arena_init(&arena, b->ctx, 0);
    hys_logic_run own = {.n_steps = 0};
    hys_status status = hys_logic_bench_choose(b, p->family);
    if (status == HYS_OK) status = take_run(b->ctx, p, &own);
    if (status == HYS_OK) status = run_program(&m, &arena, &own);
    hys_array_free(m.direct);
    hys_array_free(m.loaded);
    hys__arena_free(&arena);
    if (status == HYS_OK) *run = own;
    else hys_logic_run_free(b->ctx, &own);
    return status;
}
