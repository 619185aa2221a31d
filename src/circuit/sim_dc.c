/* .dc: quasi-static sweeps.  Each point starts from the one before it, so that a sweep follows its branch through
 * hysteresis, and jumps where the branch ends, as a slow measurement does. */
#include "base/units.h"
#include "circuit/sim.h"
#include <string.h>

typedef struct sweep {
    hys__target target;
    double *at;
    size_t n;
    double before; /* value to be restored */
} sweep;

static const char *target_unit(const hys__sim_task *task, const hys__target *target) {
    if (target->kind == HYS__TARGET_TEMP) return "degC";
    if (target->kind != HYS__TARGET_ELEM) return "1";
    switch (task->flat->elems[target->elem].card->kind) {
    case HYS__ELEM_V:
        return "V";
    case HYS__ELEM_I:
        return "A";
    case HYS__ELEM_R:
        return "ohm";
    case HYS__ELEM_C:
        return "F";
    case HYS__ELEM_L:
        return "H";
    default:
        return "1";
    }
}

static hys_status open_sweeps(hys__sim_task *task, sweep sweeps[2]) {
    for (size_t k = 0; k < task->analysis->n_sweeps; k++) {
        sweeps[k].target = task->analysis->sweep[k].target;
        sweeps[k].before = hys__circuit_target(task->circuit, &sweeps[k].target);
        hys_status status = hys__sim_grid(task, &task->analysis->sweep[k].grid, &sweeps[k].at, &sweeps[k].n);
        if (status == HYS_OK)
            status = hys_table_add_column(task->table, sweeps[k].target.name, target_unit(task, &sweeps[k].target));
        if (status != HYS_OK) return status;
    }
    return hys__sim_columns(task);
}

static hys_status sweep_inner(hys__sim_task *task, const sweep *sweeps, double done, double part, double *y) {
    for (size_t i = 0; i < sweeps[0].n; i++) {
        hys_status status = hys__circuit_set_target(task->circuit, &sweeps[0].target, sweeps[0].at[i]);
        const hys__op_opts opts = {.use_start = true};
        if (status == HYS_OK) status = hys__circuit_op(task->circuit, &opts, y);
        if (status != HYS_OK) return status;
        task->row[0] = sweeps[0].at[i];
        status = hys__sim_row(task, task->analysis->n_sweeps, 0, y, NULL);
        if (status != HYS_OK) return status;
        if (!hys__sim_progress(task, done + part * (double)(i + 1) / (double)sweeps[0].n)) return HYS_CANCEL;
    }
    return HYS_OK;
}

/* .options arclength: one sweep, of at least two values. */
static bool wants_arclength(const hys__sim_task *task, const sweep *sweeps) {
    return hys__flat_option(task->flat, "arclength") && task->analysis->n_sweeps == 1 && sweeps[0].n > 1;
}

/* Each outer value starts at the first inner point of the outer value before it. */
static hys_status sweep_all(hys__sim_task *task, const sweep *sweeps, double *y, double *first) {
    size_t n = hys__circuit_system(task->circuit)->n, n_outer = task->analysis->n_sweeps > 1 ? sweeps[1].n : 1;
    for (size_t k = 0; k < n_outer; k++) {
        hys_status status = HYS_OK;
        if (task->analysis->n_sweeps > 1) {
            status = hys__circuit_set_target(task->circuit, &sweeps[1].target, sweeps[1].at[k]);
            task->row[1] = sweeps[1].at[k];
        }
        if (status == HYS_OK) status = hys__circuit_set_target(task->circuit, &sweeps[0].target, sweeps[0].at[0]);
        const hys__op_opts opts = {.use_start = k > 0};
        if (status == HYS_OK) status = hys__circuit_op(task->circuit, &opts, first);
        if (status != HYS_OK) return status;
        if (wants_arclength(task, sweeps)) return hys__sim_dc_follow(task, sweeps[0].at, sweeps[0].n, first);
        memcpy(y, first, n * sizeof *y);
        status = sweep_inner(task, sweeps, (double)k / (double)n_outer, 1.0 / (double)n_outer, y);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

hys_status hys__sim_dc(hys__sim_task *task) {
    sweep sweeps[2] = {{.n = 0}, {.n = 0}};
    hys_status status = open_sweeps(task, sweeps);
    if (status != HYS_OK || !sweeps[0].n) return status;
    size_t n = hys__circuit_system(task->circuit)->n;
    double *y = HYS_NEW_N(task->arena, double, n), *first = HYS_NEW_N(task->arena, double, n);
    if (!y || !first) return HYS_NOMEM;
    hys__circuit_set_mode(task->circuit, HYS__MODE_EQUILIBRIUM);
    status = sweep_all(task, sweeps, y, first);
    for (size_t k = task->analysis->n_sweeps; k-- > 0;) {
        hys_status restored = hys__circuit_set_target(task->circuit, &sweeps[k].target, sweeps[k].before);
        if (status == HYS_OK) status = restored;
    }
    task->result->method = hys__circuit_op_method(task->circuit);
    return status;
}
