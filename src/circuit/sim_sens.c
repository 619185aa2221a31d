/* .sens: how an output at the operating point depends on every element's value and every parameter.
 *
 * With the adjoint a of the output, G^T a = d(out)/dy, the sensitivity to p is -a . dg/dp; dg/dp by central
 * differences, whose error of some 1e-9 is far below that of any value of an element. */
#include "circuit/sim.h"
#include "circuit/small_signal.h"
#include <float.h>
#include <math.h>

typedef struct sens {
    hys__target *targets;
    size_t n;
    double *f[2]; /* [n of the system] */
} sens;

/* At rest capacitors are open and inductors short. */
static bool has_value(hys__elem_kind kind, bool is_ac) {
    switch (kind) {
    case HYS__ELEM_C:
    case HYS__ELEM_L:
    case HYS__ELEM_K:
        return is_ac;
    case HYS__ELEM_R:
    case HYS__ELEM_V:
    case HYS__ELEM_I:
    case HYS__ELEM_E:
    case HYS__ELEM_F:
    case HYS__ELEM_G:
    case HYS__ELEM_H:
        return true;
    default:
        return false;
    }
}

hys_status hys__sens_targets(hys__sim_task *task, hys__target **targets, size_t *n) {
    const hys__definition *top = task->flat->scopes[0].definition;
    bool is_ac = task->analysis->is_ac;
    *targets = HYS_NEW_N(task->arena, hys__target, task->flat->n_elems + top->n_params + 1);
    *n = 0;
    if (!*targets) return HYS_NOMEM;
    for (uint32_t k = 0; k < task->flat->n_elems; k++) {
        const hys__elem *e = &task->flat->elems[k];
        char name[512];
        bool is_short = e->card->kind == HYS__ELEM_R && e->value == 0;
        if (!has_value(e->card->kind, is_ac) || (is_ac && is_short)) continue;
        hys__flat_elem_name(task->flat, k, name, sizeof name);
        hys__target *target = &(*targets)[(*n)++];
        *target = (hys__target){.kind = HYS__TARGET_ELEM, .elem = k};
        target->name = hys__arena_printf(task->arena, "%s", name);
        if (!target->name) return HYS_NOMEM;
    }
    for (uint32_t k = 0; k < top->n_params; k++)
        (*targets)[(*n)++] = (hys__target){.kind = HYS__TARGET_PARAM, .name = top->params[k], .slot = k};
    return HYS_OK;
}

static hys_status residual_at(hys__sim_task *task, const hys__target *target, double value, const double *y,
                              double *f) {
    hys_status status = hys__circuit_set_target(task->circuit, target, value);
    if (status != HYS_OK) return status;
    const hys__system *system = hys__circuit_system(task->circuit);
    const hys__point at = {.y = y};
    return system->eval(system->user, &at, f, NULL) ? HYS_OK : HYS_NOCONV;
}

static hys_status sensitivity(hys__sim_task *task, sens *s, const hys__small_signal *small, const hys__target *target,
                              double *result, double *value) {
    *value = hys__circuit_target(task->circuit, target);
    double step = cbrt(DBL_EPSILON) * (fabs(*value) > 0 ? fabs(*value) : 1);
    hys_status status = residual_at(task, target, *value + step, small->y, s->f[0]);
    if (status == HYS_OK) status = residual_at(task, target, *value - step, small->y, s->f[1]);
    hys_status restored = hys__circuit_set_target(task->circuit, target, *value);
    double sum = 0;
    for (size_t k = 0; k < hys__circuit_system(task->circuit)->n; k++)
        sum -= creal(small->x[k]) * (s->f[0][k] - s->f[1][k]) / (2 * step);
    *result = status == HYS_OK ? sum : NAN;
    return restored;
}

static hys_status solve(hys__sim_task *task, sens *s, hys__small_signal *small) {
    size_t n = hys__circuit_system(task->circuit)->n;
    double *row = HYS_NEW_N(task->arena, double, s->n + 1), *relative = HYS_NEW_N(task->arena, double, s->n + 1);
    s->f[0] = HYS_NEW_N(task->arena, double, n + 1);
    s->f[1] = HYS_NEW_N(task->arena, double, n + 1);
    if (!row || !relative || !s->f[0] || !s->f[1]) return HYS_NOMEM;
    hys_status status = hys__small_signal_factor(small, 0);
    if (status == HYS_OK) status = hys__small_signal_adjoint(small, &task->analysis->out, 0);
    hys__circuit_set_mode(task->circuit, HYS__MODE_EQUILIBRIUM);
    for (size_t k = 0; status == HYS_OK && k < s->n; k++) {
        double value = 0;
        status = sensitivity(task, s, small, &s->targets[k], &row[k + 1], &value);
        relative[k + 1] = row[k + 1] * value / 100;
    }
    relative[0] = 1;
    if (status == HYS_OK) status = hys_table_add_row(task->table, row);
    return status == HYS_OK ? hys_table_add_row(task->table, relative) : status;
}

/* Two rows: per unit of the value, then for a change of it by one per cent. */
hys_status hys__sim_sens(hys__sim_task *task) {
    double *y = NULL;
    sens s = {.n = 0};
    hys__small_signal small = {.lu = NULL};
    if (task->analysis->is_ac) return hys__sim_sens_ac(task);
    hys_status status = hys__sens_targets(task, &s.targets, &s.n);
    if (status == HYS_OK) status = hys_table_add_column(task->table, "per_cent", "1");
    for (size_t k = 0; status == HYS_OK && k < s.n; k++)
        status = hys_table_add_column(task->table, s.targets[k].name, task->analysis->out.unit);
    if (status == HYS_OK) status = hys__sim_operate(task, &y);
    if (status == HYS_OK) status = hys__small_signal_new(task->circuit, task->arena, y, &small);
    if (status == HYS_OK) status = solve(task, &s, &small);
    hys__small_signal_free(&small);
    return status;
}
