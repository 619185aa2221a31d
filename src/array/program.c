/* Write-verify: rows of cells are read, each cell's strategy says what its next pulse is, pulses are given. */
#include "array/program.h"
#include "base/diag.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

typedef struct work {
    const hys__target *on;
    const hys_program_opts *o;
    const hys__strategy *strategy;
    const double *targets;
    hys_program_cell *cells;
    hys_program_report *report;
    hys__arena arena;
    size_t count;              /* rows columns */
    hys__aim *aims;            /* [columns] */
    hys__pulse *pulses, *last; /* [columns] */
    bool *is_active, *is_due;  /* [columns] on its way; a pulse waits */
    size_t *chosen;            /* [columns] */
    double *voltages, *row;    /* [columns] V, S */
    double *before, *after;    /* [count] S: of cells alone */
    uint64_t *n_reads;         /* [count] */
} work;

static hys_status take(work *w) {
    const size_t n = w->on->columns;
    hys__arena *a = &w->arena;
    w->aims = HYS_NEW_N(a, hys__aim, n);
    w->pulses = HYS_NEW_N(a, hys__pulse, n);
    w->last = HYS_NEW_N(a, hys__pulse, n);
    w->is_active = HYS_NEW_N(a, bool, n);
    w->is_due = HYS_NEW_N(a, bool, n);
    w->chosen = HYS_NEW_N(a, size_t, n);
    w->voltages = HYS_NEW_N(a, double, n);
    w->row = HYS_NEW_N(a, double, n);
    w->before = HYS_NEW_N(a, double, w->count);
    w->after = HYS_NEW_N(a, double, w->count);
    w->n_reads = HYS_NEW_N(a, uint64_t, w->count);
    return a->failed ? HYS_NOMEM : HYS_OK;
}

/* ---- reads ---- */

/* The mean of so many reads, each with noise of its own. */
static double heard(work *w, size_t cell, double g) {
    const uint64_t key[2] = {w->o->seed, hys__name_hash("program read")}, at[2] = {cell, w->n_reads[cell]++};
    return w->o->read_noise > 0 ? g * (1 + w->o->read_noise / sqrt((double)w->o->reads) * hys__normal(key, at)) : g;
}

/* n cells of the row are looked at. */
static hys_status read_row(work *w, size_t row, size_t n) {
    double power = 0;
    hys_status status = w->on->read(w->on->user, row, w->row, &power);
    if (status != HYS_OK) return status;
    const double time = w->o->read_time * (double)w->o->reads;
    const double times = w->o->in_rows ? 1 : (double)n;
    w->report->reads += n;
    w->report->time += time * times;
    w->report->time_serial += time * (double)n;
    w->report->read_energy += power * time * times;
    return HYS_OK;
}

static double window_of(const work *w, double target) {
    return fmax(w->o->tolerance * fabs(target), w->o->tolerance_S);
}

/* ---- pulses ---- */

static bool is_alike(const hys__pulse *a, const hys__pulse *b) {
    return a->width == b->width && a->gate == b->gate && (a->voltage > 0) == (b->voltage > 0);
}

/* Cells not chosen whose conductance the pulse has changed. */
static void note_disturb(work *w, size_t row, size_t n) {
    for (size_t k = 0, c = 0; k < w->count; k++) {
        if (c < n && k == row * w->on->columns + w->chosen[c]) c++;
        else w->cells[k].disturb += w->after[k] - w->before[k];
    }
    double *spare = w->before;
    w->before = w->after;
    w->after = spare;
}

static void count_pulses(work *w, size_t row, size_t n, double width, double energy) {
    const double time = width + 2 * w->o->rise;
    for (size_t c = 0; c < n; c++) {
        hys_program_cell *cell = &w->cells[row * w->on->columns + w->chosen[c]];
        *(w->aims[w->chosen[c]].direction > 0 ? &cell->sets : &cell->resets) += 1;
        cell->energy += energy / (double)n;
        w->aims[w->chosen[c]].pulses++;
    }
    w->report->pulses += n;
    w->report->time += time;
    w->report->time_serial += time * (double)n;
    w->report->energy += energy;
}

/* All cells that need the same as the first one, or that one alone. */
static hys_status give(work *w, size_t row, size_t first) {
    const hys__pulse like = w->pulses[first];
    double energy = 0;
    size_t n = 0;
    for (size_t j = first; j < (w->o->in_rows ? w->on->columns : first + 1); j++)
        if (w->is_due[j] && is_alike(&like, &w->pulses[j])) {
            w->voltages[n] = w->pulses[j].voltage;
            w->chosen[n++] = j;
            w->is_due[j] = false;
        }
    const hys__shot shot = {row, w->chosen, w->voltages, n, like.width, like.gate};
    hys_status status = w->on->pulse(w->on->user, &shot, &energy);
    if (status == HYS_OK) status = w->on->look(w->on->user, w->after);
    if (status != HYS_OK) return status;
    count_pulses(w, row, n, like.width, energy);
    note_disturb(w, row, n);
    return HYS_OK;
}

/* ---- a cell ---- */

#define LITTLE   1e-3 /* of what was still to go */
#define PATIENCE 20   /* equal pulses that do little */
#define MOTION   1e-6 /* of the conductance: less is rounding */

static void watch(const work *w, hys__aim *aim, const hys__pulse *pulse, const hys__pulse *last) {
    const double start = w->cells[aim->cell].start, alone = w->before[aim->cell];
    if (fabs(alone - start) > MOTION * fabs(start)) aim->has_moved = true;
    const bool is_same = aim->pulses > 1 && pulse->voltage == last->voltage && is_alike(pulse, last);
    const bool did_little = fabs(aim->now - aim->before) <= LITTLE * fabs(aim->target - aim->before);
    aim->at_limit = is_same && did_little ? aim->at_limit + 1 : 0;
}

static hys_program_outcome outcome_of(const work *w, const hys__aim *aim) {
    if (fabs(aim->now - aim->target) <= aim->window) return HYS_PROGRAM_REACHED;
    if (aim->at_limit >= PATIENCE) return aim->has_moved ? HYS_PROGRAM_LIMIT : HYS_PROGRAM_STUCK;
    if (aim->pulses < w->o->most_pulses) return HYS_N_PROGRAM_OUTCOMES; /* none yet */
    return aim->has_moved ? HYS_PROGRAM_PULSES : HYS_PROGRAM_STUCK;
}

/* Whether the cell needs another pulse, which is then in pulses. */
static hys_status decide(work *w, size_t j) {
    hys__aim *aim = &w->aims[j];
    hys_program_cell *cell = &w->cells[aim->cell];
    aim->before = aim->now;
    aim->now = cell->read = heard(w, aim->cell, w->row[j]);
    if (aim->pulses) watch(w, aim, &w->pulses[j], &w->last[j]);
    const hys_program_outcome outcome = outcome_of(w, aim);
    w->is_active[j] = w->is_due[j] = outcome == HYS_N_PROGRAM_OUTCOMES;
    if (!w->is_active[j]) {
        cell->outcome = outcome;
        return HYS_OK;
    }
    w->last[j] = w->pulses[j];
    return w->strategy->next(w->on, w->o, aim, &w->pulses[j]);
}

/* ---- a row, or a cell of it ---- */

static size_t count_active(const work *w, size_t first, size_t end) {
    size_t n = 0;
    for (size_t j = first; j < end; j++) n += w->is_active[j];
    return n;
}

/* Reads and pulses in turn, until no cell from first to end needs one. */
static hys_status drive(work *w, size_t row, size_t first, size_t end) {
    for (size_t n = count_active(w, first, end); n; n = count_active(w, first, end)) {
        hys_status status = hys_ctx_is_cancelled(w->on->ctx) ? HYS_CANCEL : read_row(w, row, n);
        for (size_t j = first; j < end && status == HYS_OK; j++)
            if (w->is_active[j]) status = decide(w, j);
        for (size_t j = first; j < end && status == HYS_OK; j++)
            if (w->is_due[j]) status = give(w, row, j);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static bool is_wanted(hys_program_outcome outcome) {
    return outcome != HYS_PROGRAM_REACHED && outcome != HYS_PROGRAM_IDLE && outcome != HYS_PROGRAM_STUCK;
}

static hys_status program_row(work *w, size_t row) {
    const size_t n = w->on->columns;
    hys_status status = HYS_OK;
    for (size_t j = 0; j < n; j++) {
        const size_t cell = row * n + j;
        const double target = w->targets[cell];
        w->is_due[j] = false;
        w->is_active[j] = is_wanted(w->cells[cell].outcome);
        w->aims[j] = (hys__aim){.cell = cell, .target = target, .window = w->o->accept * window_of(w, target)};
    }
    if (w->o->in_rows) return drive(w, row, 0, n);
    for (size_t j = 0; j < n && status == HYS_OK; j++) status = drive(w, row, j, j + 1);
    return status;
}

/* ---- a round: all rows, and then once more a look at all ---- */

static hys_status tell(const work *w, size_t round, size_t row) {
    const double all = (double)(w->o->rounds * w->on->rows), done = (double)(round * w->on->rows + row);
    if (!w->o->progress) return HYS_OK;
    return w->o->progress(w->o->progress_user, done / all) ? HYS_CANCEL : HYS_OK;
}

static hys_status verify_row(work *w, size_t row) {
    const size_t n = w->on->columns;
    size_t asked = 0;
    for (size_t j = 0; j < n; j++) asked += w->cells[row * n + j].outcome != HYS_PROGRAM_IDLE;
    hys_status status = asked ? read_row(w, row, asked) : HYS_OK;
    for (size_t j = 0; j < n && asked && status == HYS_OK; j++) {
        const size_t k = row * n + j;
        hys_program_cell *cell = &w->cells[k];
        if (cell->outcome == HYS_PROGRAM_IDLE) continue;
        cell->read = heard(w, k, w->row[j]);
        const bool is_there = fabs(cell->read - w->targets[k]) <= window_of(w, w->targets[k]);
        if (is_there) cell->outcome = HYS_PROGRAM_REACHED;
        else if (cell->outcome == HYS_PROGRAM_REACHED) cell->outcome = HYS_PROGRAM_LEFT;
    }
    return status;
}

/* After waiting, what was reached may have gone elsewhere. */
static hys_status verify(work *w, bool *is_complete) {
    hys_status status = HYS_OK;
    if (w->o->wait > 0) status = w->on->wait(w->on->user, w->o->wait);
    w->report->waited += w->o->wait;
    for (size_t i = 0; i < w->on->rows && status == HYS_OK; i++) status = verify_row(w, i);
    *is_complete = true;
    for (size_t k = 0; k < w->count; k++) *is_complete = *is_complete && !is_wanted(w->cells[k].outcome);
    return status == HYS_OK ? w->on->look(w->on->user, w->before) : status;
}

static hys_status run_rounds(work *w) {
    bool is_complete = false;
    hys_status status = HYS_OK;
    for (size_t round = 0; round < w->o->rounds && !is_complete && status == HYS_OK; round++) {
        w->report->rounds++;
        for (size_t i = 0; i < w->on->rows && status == HYS_OK; i++) {
            status = tell(w, round, i);
            if (status == HYS_OK) status = program_row(w, i);
        }
        if (status == HYS_OK) status = verify(w, &is_complete);
    }
    return status;
}

/* ---- the report ---- */

static void sum_cell(const work *w, size_t k) {
    hys_program_report *r = w->report;
    const hys_program_cell *c = &w->cells[k];
    const size_t pulses = c->sets + c->resets;
    const double relative = c->start != 0 ? c->disturb / c->start : 0;
    if (pulses > r->most_pulses) r->most_pulses = pulses;
    r->disturb = fmax(r->disturb, fabs(c->disturb));
    if (fabs(relative) > fabs(r->relative_disturb)) {
        r->relative_disturb = relative;
        r->worst_disturb = k;
    }
    if (c->outcome == HYS_PROGRAM_IDLE) return;
    const double error = c->read - c->target;
    r->n_cells++;
    r->n_reached += c->outcome == HYS_PROGRAM_REACHED;
    r->rms += error * error;
    if (fabs(error) > fabs(r->worst)) {
        r->worst = error;
        r->worst_cell = k;
    }
}

static void finish(work *w) {
    hys_program_report *r = w->report;
    for (size_t k = 0; k < w->count; k++) {
        w->cells[k].alone = w->before[k];
        sum_cell(w, k);
    }
    r->rms = r->n_cells ? sqrt(r->rms / (double)r->n_cells) : 0;
    r->endurance_used = w->o->endurance > 0 ? (double)r->most_pulses / w->o->endurance : 0;
}

static hys_status start(work *w) {
    hys_status status = w->on->look(w->on->user, w->before);
    for (size_t k = 0; k < w->count && status == HYS_OK; k++)
        w->cells[k] = (hys_program_cell){.target = w->targets[k],
                                         .start = w->before[k],
                                         .read = NAN,
                                         .outcome = isnan(w->targets[k]) ? HYS_PROGRAM_IDLE : HYS_PROGRAM_PULSES};
    return status;
}

static hys_status check_targets(const hys__target *on, const double *targets) {
    for (size_t k = 0; k < on->rows * on->columns; k++)
        if (targets[k] < 0 || isinf(targets[k]))
            return hys__fail(on->ctx, HYS_ARG, "siemens, 0 or more; NaN: the cell is left as it is",
                             "the cell of word line %zu and bit line %zu cannot have %g S", k / on->columns,
                             k % on->columns, targets[k]);
    return HYS_OK;
}

hys_status hys__program(const hys__target *on, const double *targets, const hys_program_opts *opts,
                        hys_program_cell *cells, hys_program_report *report) {
    hys_program_opts o;
    hys_program_report r = {.size = sizeof r};
    hys_status status = hys__program_opts_take(on->ctx, opts, &o);
    if (status == HYS_OK) status = check_targets(on, targets);
    if (status != HYS_OK) return status;
    work w = {.on = on,
              .o = &o,
              .strategy = hys__strategy_find(o.strategy),
              .targets = targets,
              .cells = cells,
              .report = &r,
              .count = on->rows * on->columns};
    hys__arena_init(&w.arena, on->ctx, 0);
    status = take(&w);
    if (status == HYS_OK) status = start(&w);
    if (status == HYS_OK) status = run_rounds(&w);
    if (status == HYS_OK) finish(&w);
    hys__arena_free(&w.arena);
    if (status == HYS_OK && report) {
        const size_t size = report->size && report->size < sizeof r ? report->size : sizeof r;
        memcpy(report, &r, size);
    }
    return status;
}

/* ---- who was not reached ---- */

static double miss(const hys_program_cell *c) {
    return fabs(c->read - c->target);
}

/* at [0] to at [n - 1] are a heap with the nearest on top. */
static void sift(const hys_program_cell *cells, size_t *at, size_t n, size_t k) {
    for (size_t child = 2 * k + 1; child < n; child = 2 * k + 1) {
        if (child + 1 < n && miss(&cells[at[child + 1]]) < miss(&cells[at[child]])) child++;
        if (miss(&cells[at[k]]) <= miss(&cells[at[child]])) return;
        const size_t spare = at[k];
        at[k] = at[child];
        at[child] = spare;
        k = child;
    }
}

size_t hys_program_failures(const hys_program_cell *cells, size_t n, size_t *at) {
    size_t count = 0;
    for (size_t k = 0; k < n; k++)
        if (cells[k].outcome != HYS_PROGRAM_REACHED && cells[k].outcome != HYS_PROGRAM_IDLE) at[count++] = k;
    for (size_t k = count / 2; k-- > 0;) sift(cells, at, count, k);
    for (size_t left = count; left > 1; left--) {
        const size_t nearest = at[0];
        at[0] = at[left - 1];
        at[left - 1] = nearest;
        sift(cells, at, left - 1, 0);
    }
    return count;
}
