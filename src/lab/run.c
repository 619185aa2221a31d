/* What the three ways of running share: rows, progress, draw intervals. */
#include "lab/run.h"
#include "base/clocale.h"
#include "lab/bench_opts.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

hys_status hys__run_remark(hys_run *run, const char *fmt, ...) {
    char text[400];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **slot = HYS_PUSH(&run->arena, &run->remarks);
    const char *copy = hys__arena_strndup(&run->arena, text, strlen(text));
    if (!slot || !copy) return HYS_NOMEM;
    *slot = copy;
    return HYS_OK;
}

/* A port that is driven or held is no state, whatever its equation is. */
static bool is_free(const hys__bench *b, size_t state) {
    uint32_t at = b->model->state_index[state];
    return b->model->states[state].is_retained || at >= b->kernel->n_terminals || (b->to_y[at] >= 0 && at != b->plus);
}

static hys_status add_columns(hys__runner *r) {
    hys_table *table = r->run->table;
    const hys__bench *b = r->bench;
    hys_status status = hys_table_add_column(table, "time", "s");
    if (status == HYS_OK) status = hys_table_add_column(table, "v", "V");
    if (status == HYS_OK) status = hys_table_add_column(table, "i", "A");
    if (status == HYS_OK && r->has_vs) status = hys_table_add_column(table, "vs", "V");
    if (status == HYS_OK && r->has_sense) status = hys_table_add_column(table, "v_sense", "V");
    if (status == HYS_OK && r->has_sense) status = hys_table_add_column(table, "i_sense", "A");
    for (size_t s = 0; s < b->model->n_states && status == HYS_OK; s++) {
        const hys_state *state = &b->model->states[s];
        if (!is_free(b, s)) continue;
        status = hys_table_add_column(table, state->name, state->units[0] ? state->units : "1");
    }
    r->n_columns = hys_table_n_columns(table);
    return status;
}

/* Draws are held over the file's own bound_step, else noise_step, else the output step. */
hys_status hys__runner_draws(hys__runner *r) {
    if (r->draw_step > 0) return HYS_OK; /* known already */
    r->draw_step = INFINITY;
    if (!(r->bench->kernel->flags & HYS_K_DRAWS)) return HYS_OK;
    double asked;
    hys_status status = hys__opts_time(r->run->ctx, "--noise-step", r->bench->opts->noise_step, &asked);
    if (status != HYS_OK) return status;
    r->draw_step = isfinite(r->bench->bound_step) ? r->bench->bound_step : asked > 0 ? asked : r->drive->out_step;
    return hys__run_remark(r->run, "random draws are held for %g s", r->draw_step);
}

hys_status hys__runner_new(hys_run *run, hys__bench *bench, const hys__drive *drive, hys__runner *r) {
    size_t n = bench->n;
    *r = (hys__runner){.run = run, .bench = bench, .drive = drive};
    r->has_vs = !drive->is_current && (bench->has_limit || bench->series > 0);
    r->has_sense = bench->sense != HYS_NONE;
    r->y = HYS_NEW_N(&run->arena, double, n);
    r->yp = HYS_NEW_N(&run->arena, double, n);
    r->y_out = HYS_NEW_N(&run->arena, double, n);
    r->yp_out = HYS_NEW_N(&run->arena, double, n);
    hys_status status = add_columns(r);
    if (status != HYS_OK) return status;
    r->row = HYS_NEW_N(&run->arena, double, r->n_columns);
    if (!r->y || !r->yp || !r->y_out || !r->yp_out || !r->row) return HYS_NOMEM;
    status = hys__opts_time(run->ctx, "--max-step", bench->opts->max_step, &r->max_step);
    if (r->max_step == 0) r->max_step = INFINITY;
    if (status != HYS_OK) return status;
    if (drive->sections.n) hys__bench_origin(bench, &drive->sections.at[0]);
    return HYS_OK;
}

void hys__runner_row(hys__runner *r, double t, const hys__row_from *from, double *row) {
    hys__bench *b = r->bench;
    double i = hys__bench_current(b, t, from->y, from->yp);
    if (b->current_y >= 0) i = from->y[b->current_y] + (b->i - b->i_conducted);
    double v = b->batch->x[b->plus][0] - (b->minus == HYS_NONE ? 0 : b->batch->x[b->minus][0]);
    bool is_pinned = !b->drive->is_current && b->limiter == HYS__LIMIT_OFF && b->series == 0;
    size_t c = 0;
    row[c++] = b->origin + t;
    row[c++] = is_pinned ? b->source : v;
    row[c++] = b->drive->is_current           ? b->source
               : b->limiter == HYS__LIMIT_POS ? b->i_pos
               : b->limiter == HYS__LIMIT_NEG ? -b->i_neg
                                              : i;
    if (r->has_vs) row[c++] = b->source;
    if (r->has_sense) row[c++] = b->fixed[b->sense], row[c++] = b->i_sense;
    for (size_t s = 0; s < b->model->n_states; s++) {
        uint32_t at = b->model->state_index[s];
        if (!is_free(b, s)) continue;
        row[c++] = !b->model->states[s].is_retained ? b->batch->x[at][0]
                   : from->retained                 ? from->retained[at]
                                                    : b->batch->r[at][0];
    }
}

hys_status hys__runner_put(hys__runner *r, const double *row) {
    return hys_table_add_row(r->run->table, row);
}

hys_status hys__runner_record(hys__runner *r, double t, const double *y, const double *yp) {
    hys__row_from from = {y, yp, NULL};
    hys__runner_row(r, t, &from, r->row);
    return hys__runner_put(r, r->row);
}

/* Steps of one run: a minute or two.  A device that changes within picoseconds under a wave of milliseconds
 * would take years. */
#define STEPS_MAX 100000000u

hys_status hys__runner_poll(hys__runner *r, double done, uint64_t n_steps) {
    const hys_bench_opts *o = r->bench->opts;
    if (n_steps > STEPS_MAX)
        return hys__fail(r->run->ctx, HYS_LIMIT,
                         "a wave as fast as the device, a larger --rtol, or --max-step where the file counts steps",
                         "%u steps went %.3g of the way: the device changes much faster than the wave", STEPS_MAX,
                         done);
    if (hys_ctx_is_cancelled(r->run->ctx)) return HYS_CANCEL;
    if (o->progress && o->progress(o->progress_user, done)) return HYS_CANCEL;
    return HYS_OK;
}

double hys__runner_draw_end(const hys__runner *r) {
    if (!isfinite(r->draw_step)) return INFINITY;
    return (double)(r->draw_interval + 1) * r->draw_step - r->bench->origin;
}

void hys__runner_draw_next(hys__runner *r) {
    r->draw_interval++;
    r->bench->batch->env.interval = r->draw_interval;
}

bool hys__runner_reversal(hys__runner *r, double t) {
    double value = hys__bench_value(r->bench, t);
    double sign = value > 0 ? 1 : value < 0 ? -1 : r->source_sign;
    bool reversed = r->source_sign != 0 && sign != r->source_sign;
    r->source_sign = sign;
    if (!reversed || !hys__params_cycle(r->bench->params, 0, ++r->cycle)) return false;
    hys__bench_refresh(r->bench);
    return true;
}

hys_status hys__runner_finish(hys__runner *r, double t, const double *y) {
    hys__bench *b = r->bench;
    if (!(b->kernel->flags & HYS_K_EFFECTS) || b->is_finished) return HYS_OK;
    bool jumped;
    b->batch->env.flags |= 1u << VA_FLAG_FINAL;
    return hys__bench_accept(b, t, y, NULL, &jumped);
}
