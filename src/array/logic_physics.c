/* Programs on the device: what cells hold after each step, beside what they should. */
#include "array/logic_machine.h"
#include <math.h>
#include <string.h>

typedef struct execution {
    hys__machine machine;
    size_t n_inputs, n_words;           /* words: of 64 rows */
    double *levels, *before, *drifts;   /* [rows columns] */
    uint64_t *cells, *inputs, *outputs; /* [n_words columns], [n_words n_inputs], [n_outputs]: as they should be */
    bool *is_known;                     /* [columns]: inputs, and what was written */
    hys_logic_step_report reads;        /* of results, which are no step */
} execution;

/* ---- what came out ---- */

static bool is_written(const hys_logic_step *s, size_t column) {
    for (uint32_t k = 0; k < s->n_out; k++)
        if (s->out[k] == column) return true;
    return false;
}

static bool bit_of(const uint64_t *words, size_t n, size_t row, size_t k) {
    return (words[row / 64 * n + k] >> (row % 64)) & 1;
}

static void judge_column(execution *e, const hys_logic_step *s, size_t k) {
    const hys__machine *m = &e->machine;
    hys_logic_step_report *r = m->step;
    const bool written = is_written(s, k);
    for (size_t row = 0; row < m->rows; row++) {
        const size_t at = row * m->columns + k;
        const double margin = hys__logic_margin(e->levels[at], bit_of(e->cells, m->columns, row, k));
        const double moved = fabs(e->levels[at] - e->before[at]);
        if (!written) r->drift = fmax(r->drift, moved);
        e->drifts[at] = written ? 0 : e->drifts[at] + moved;
        if (!e->is_known[k] || !(margin < r->margin)) continue;
        r->margin = margin;
        r->worst = (uint32_t)k;
        r->worst_row = (uint32_t)row;
    }
}

static hys_status run_step(execution *e, size_t k, hys_logic_run *run) {
    hys__machine *m = &e->machine;
    const hys_logic_step *s = &m->program->steps[k];
    const size_t count = m->rows * m->columns;
    m->step = &run->steps[k];
    m->step->margin = 1;
    memcpy(e->before, e->levels, count * sizeof *e->levels);
    hys_status status = hys__machine_step(m, s);
    for (size_t w = 0; w < e->n_words; w++)
        hys_logic_step_simulate(s, e->inputs + w * e->n_inputs, e->cells + w * m->columns);
    if (status == HYS_OK) status = hys__machine_levels(m, e->levels);
    if (status != HYS_OK) return status;
    for (uint32_t i = 0; i < s->n_out; i++) e->is_known[s->out[i]] = true;
    for (size_t i = 0; i < m->columns; i++) judge_column(e, s, i);
    run->energy += m->step->energy;
    run->time += m->step->time;
    run->margin = fmin(run->margin, m->step->margin);
    for (size_t i = 0; i < count; i++) run->drift = fmax(run->drift, e->drifts[i]);
    if (m->step->margin <= 0 && run->first_wrong == run->n_steps) run->first_wrong = k;
    return HYS_OK;
}

static hys_status read_outputs(execution *e, hys_logic_run *run) {
    hys__machine *m = &e->machine;
    m->step = &e->reads;
    for (size_t k = 0; k < run->n_outputs; k++) {
        const hys_status status = hys__machine_read(m, m->program->output_cells[k], m->p);
        if (status != HYS_OK) return status;
        for (size_t r = 0; r < m->rows; r++) {
            const size_t at = r * run->n_outputs + k;
            run->outputs[at] = m->p[r];
            run->wrong += run->outputs[at] != run->expected[at];
        }
    }
    return HYS_OK;
}

/* ---- the run ---- */

static void place_inputs(execution *e, uint8_t *bits) {
    const hys__machine *m = &e->machine;
    for (size_t k = 0; k < e->n_inputs; k++) {
        const uint32_t column = m->program->input_cells[k];
        if (column != HYS_LOGIC_NOWHERE) e->is_known[column] = true;
        for (size_t r = 0; r < m->rows; r++) {
            const uint64_t bit = m->inputs[r * e->n_inputs + k] != 0;
            e->inputs[r / 64 * e->n_inputs + k] |= bit << (r % 64);
            if (column == HYS_LOGIC_NOWHERE) continue;
            bits[r * m->columns + column] = (uint8_t)bit;
            e->cells[r / 64 * m->columns + column] |= bit << (r % 64);
        }
    }
}

static hys_status put_inputs(execution *e, hys__arena *arena) {
    hys__machine *m = &e->machine;
    const size_t count = m->rows * m->columns;
    uint8_t *bits = HYS_NEW_N(arena, uint8_t, count + 1);
    if (!bits) return HYS_NOMEM;
    place_inputs(e, bits);
    const hys_status status = hys__logic_put(m->bench, m->direct, count, bits);
    return status == HYS_OK ? hys__machine_levels(m, e->levels) : status;
}

static hys_status take(execution *e, hys__arena *arena) {
    const hys__machine *m = &e->machine;
    const size_t count = m->rows * m->columns + 1;
    e->n_inputs = hys_logic_n_inputs(m->program->netlist);
    e->n_words = (m->rows + 63) / 64;
    e->levels = HYS_NEW_N(arena, double, count);
    e->before = HYS_NEW_N(arena, double, count);
    e->drifts = HYS_NEW_N(arena, double, count);
    e->cells = HYS_NEW_N(arena, uint64_t, e->n_words * m->columns + 1);
    e->inputs = HYS_NEW_N(arena, uint64_t, e->n_words * e->n_inputs + 1);
    e->outputs = HYS_NEW_N(arena, uint64_t, hys_logic_n_outputs(m->program->netlist) + 1);
    e->is_known = HYS_NEW_N(arena, bool, m->columns + 1);
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

static hys_status take_run(hys_ctx *ctx, const hys_logic_program *p, size_t rows, hys_logic_run *run) {
    const size_t outputs = hys_logic_n_outputs(p->netlist);
    *run = (hys_logic_run){
        .n_steps = p->n_steps, .first_wrong = p->n_steps, .margin = 1, .n_outputs = outputs, .rows = rows};
    run->steps = hys__realloc(ctx, NULL, 0, (p->n_steps + 1) * sizeof *run->steps);
    run->outputs = hys__realloc(ctx, NULL, 0, rows * outputs + 1);
    run->expected = hys__realloc(ctx, NULL, 0, rows * outputs + 1);
    if (!run->steps || !run->outputs || !run->expected) return HYS_NOMEM;
    memset(run->steps, 0, (p->n_steps + 1) * sizeof *run->steps);
    return HYS_OK;
}

void hys_logic_run_free(hys_ctx *ctx, hys_logic_run *run) {
    if (run->steps) hys__free(ctx, run->steps, (run->n_steps + 1) * sizeof *run->steps);
    if (run->outputs) hys__free(ctx, run->outputs, run->rows * run->n_outputs + 1);
    if (run->expected) hys__free(ctx, run->expected, run->rows * run->n_outputs + 1);
    *run = (hys_logic_run){.n_steps = 0};
}

static hys_status expect(execution *e, hys_logic_run *run) {
    const hys__machine *m = &e->machine;
    for (size_t r = 0; r < m->rows; r++) {
        if (r % 64 == 0) {
            const uint64_t *inputs = e->inputs + r / 64 * e->n_inputs;
            if (hys_logic_simulate(m->program->netlist, inputs, e->outputs) != HYS_OK) return HYS_NOMEM;
        }
        for (size_t k = 0; k < run->n_outputs; k++)
            run->expected[r * run->n_outputs + k] = (e->outputs[k] >> (r % 64)) & 1;
    }
    return HYS_OK;
}

static hys_status run_program(execution *e, hys__arena *arena, hys_logic_run *run) {
    hys__machine *m = &e->machine;
    hys_status status = take(e, arena);
    if (status == HYS_OK) status = hys__machine_init(m, arena);
    if (status == HYS_OK) status = put_inputs(e, arena);
    if (status == HYS_OK) status = expect(e, run);
    for (size_t k = 0; k < m->program->n_steps && status == HYS_OK; k++)
        status = hys_ctx_is_cancelled(m->bench->ctx) ? HYS_CANCEL : run_step(e, k, run);
    return status == HYS_OK ? read_outputs(e, run) : status;
}

#define MOST_COLUMNS 4096
#define MOST_CELLS   65536

static hys_status check_size(const hys_logic_bench *b, const hys_logic_program *p, size_t rows) {
    if (rows < 1 || rows > MOST_CELLS || p->n_cells > MOST_COLUMNS || rows * p->n_cells > MOST_CELLS)
        return hys__fail(b->ctx, HYS_LIMIT, "--cells least",
                         "%zu rows of %zu cells: at most %d a row, and %d in all, are run on devices", rows, p->n_cells,
                         MOST_COLUMNS, MOST_CELLS);
    return HYS_OK;
}

hys_status hys_logic_bench_run_rows(hys_logic_bench *b, const hys_logic_program *p, size_t rows, const uint8_t *inputs,
                                    hys_logic_run *run) {
    execution e = {.machine = {.bench = b, .program = p, .inputs = inputs, .rows = rows, .columns = p->n_cells}};
    unsigned ops = 0;
    hys_status status = check_size(b, p, rows);
    if (status != HYS_OK) return status;
    hys__arena arena;
    hys__arena_init(&arena, b->ctx, 0);
    hys_logic_run own = {.n_steps = 0};
    for (int k = 0; k < HYS_LOGIC_N_OPS; k++) ops |= (p->counts[k] > 0 ? 1u : 0u) << k;
    status = hys_logic_bench_choose(b, ops);
    if (status == HYS_OK) status = take_run(b->ctx, p, rows, &own);
    if (status == HYS_OK) status = run_program(&e, &arena, &own);
    hys__machine_free(&e.machine);
    hys__arena_free(&arena);
    if (status == HYS_OK) *run = own;
    else hys_logic_run_free(b->ctx, &own);
    return status;
}

hys_status hys_logic_bench_run(hys_logic_bench *b, const hys_logic_program *p, const uint8_t *inputs,
                               hys_logic_run *run) {
    return hys_logic_bench_run_rows(b, p, 1, inputs, run);
}
