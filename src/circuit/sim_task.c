/* What all analyses share: columns and rows of their table, grids, the operating point, progress. */
#include "circuit/sim.h"
#include <math.h>
#include <string.h>

const hys__sim_analysis hys__sim_analyses[HYS__AN_N_KINDS] = {
    [HYS__AN_OP] = {"op", false, true, hys__sim_op},
    [HYS__AN_DC] = {"dc", false, true, hys__sim_dc},
    [HYS__AN_AC] = {"ac", true, true, hys__sim_ac},
    [HYS__AN_TRAN] = {"tran", false, true, hys__sim_tran},
    [HYS__AN_NOISE] = {"noise", false, false, hys__sim_noise},
    [HYS__AN_TF] = {"tf", false, false, hys__sim_tf},
    [HYS__AN_SENS] = {"sens", false, false, hys__sim_sens},
    [HYS__AN_PZ] = {"pz", false, false, hys__sim_pz},
    [HYS__AN_PSS] = {"pss", false, true, hys__sim_pss},
};

hys_status hys__sim_columns(hys__sim_task *task) {
    bool is_complex = hys__sim_analyses[task->analysis->kind].is_complex;
    for (size_t k = 0; k < task->n_probes; k++) {
        const hys__probe *probe = &task->probes[k];
        hys_status status = HYS_OK;
        if (is_complex) {
            const char *re = hys__arena_printf(task->arena, "%s.re", probe->label);
            const char *im = hys__arena_printf(task->arena, "%s.im", probe->label);
            if (!re || !im) return HYS_NOMEM;
            status = hys_table_add_column(task->table, re, probe->unit);
            if (status == HYS_OK) status = hys_table_add_column(task->table, im, probe->unit);
        } else {
            status = hys_table_add_column(task->table, probe->label, probe->unit);
        }
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

hys_status hys__sim_more(hys__sim_task *task, const char *suffix, hys_table **table) {
    hys__sim_output *output = &task->more[task->n_more];
    if (task->n_more == HYS__SIM_MORE_MAX) return HYS_BUG_HERE(task->ctx, "too many tables of an analysis");
    output->result = (hys_sim_result){.name = hys__arena_printf(task->arena, "%s_%s", task->result->name, suffix),
                                      .analysis = task->result->analysis,
                                      .method = "",
                                      .step_error = NAN,
                                      .check_difference = NAN};
    if (!output->result.name) return HYS_NOMEM;
    hys_status status = hys_table_new(task->ctx, &output->table);
    if (status != HYS_OK) return status;
    task->n_more++;
    *table = output->table;
    return HYS_OK;
}

/* Node potentials, which most columns are, without a call. */
static bool is_plain_node(const hys__sim_task *task, const hys__probe *probe, const double *y, double *value) {
    if (probe->kind != HYS__PROBE_V || probe->b != 0) return false;
    int64_t unknown = probe->a ? hys__circuit_node_unknown(task->circuit, probe->a) : -1;
    if (probe->a && unknown < 0) return false;
    *value = probe->a ? y[unknown] : 0;
    return true;
}

hys_status hys__sim_row(hys__sim_task *task, size_t n, double t, const double *y, const double *yp) {
    for (size_t k = 0; k < task->n_probes; k++) {
        double *value = &task->row[n + k];
        if (is_plain_node(task, &task->probes[k], y, value)) continue;
        hys_status status = hys__circuit_probe(task->circuit, &task->probes[k], t, y, yp, value);
        if (status != HYS_OK) return status;
    }
    return hys_table_add_row(task->table, task->row);
}

/* Factor between the points of a logarithmic grid. */
static double grid_ratio(const hys__grid *grid) {
    double per = (double)grid->n;
    return grid->kind == HYS__GRID_DEC ? pow(10, 1 / per) : pow(2, 1 / per);
}

static size_t grid_count(const hys__grid *grid) {
    switch (grid->kind) {
    case HYS__GRID_LIN_STEP:
        return (size_t)floor(fabs((grid->to - grid->from) / grid->step) * (1 + 1e-12) + 1e-9) + 1;
    case HYS__GRID_DEC:
    case HYS__GRID_OCT:
        return (size_t)floor(log(grid->to / grid->from) / log(grid_ratio(grid)) * (1 + 1e-12) + 1e-9) + 1;
    default:
        return grid->n;
    }
}

static double grid_point(const hys__grid *grid, size_t n, size_t i) {
    switch (grid->kind) {
    case HYS__GRID_LIN_STEP:
        return grid->from + copysign(grid->step, grid->to - grid->from) * (double)i;
    case HYS__GRID_LIN:
        return n < 2 ? grid->from : grid->from + (grid->to - grid->from) * (double)i / (double)(n - 1);
    case HYS__GRID_LIST:
        return grid->at[i];
    default:
        return grid->from * pow(grid_ratio(grid), (double)i);
    }
}

#define GRID_MAX 10000000u

hys_status hys__sim_grid(hys__sim_task *task, const hys__grid *grid, double **at, size_t *n) {
    size_t count = grid_count(grid);
    if (count > GRID_MAX)
        return hys__report(task->ctx, HYS_ERROR, HYS_LIMIT, task->flat->sources, task->analysis->span,
                           "take a larger step", "the sweep has more than %u points", GRID_MAX);
    *at = HYS_NEW_N(task->arena, double, count ? count : 1);
    if (!*at) return HYS_NOMEM;
    for (size_t i = 0; i < count; i++) (*at)[i] = grid_point(grid, count, i);
    *n = count;
    return HYS_OK;
}

hys_status hys__sim_operate(hys__sim_task *task, double **y) {
    *y = HYS_NEW_N(task->arena, double, hys__circuit_system(task->circuit)->n);
    if (!*y) return HYS_NOMEM;
    hys__circuit_set_mode(task->circuit, HYS__MODE_EQUILIBRIUM);
    return hys__circuit_op(task->circuit, &(hys__op_opts){.use_start = false}, *y);
}

bool hys__sim_progress(hys__sim_task *task, double done) {
    if (hys_ctx_is_cancelled(task->ctx)) return false;
    return !task->opts->progress || !task->opts->progress(task->opts->progress_user, task->result->name, done);
}
