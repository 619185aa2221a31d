/* .sens ... ac: how a phasor depends on every element's value and every parameter, by central differences of the whole
 * analysis, the operating point included, which moves too. */
#include "circuit/sim.h"
#include "circuit/small_signal.h"
#include <float.h>
#include <math.h>
#include <string.h>

typedef struct sens {
    hys__target *targets;
    double *f; /* [n_f] Hz */
    size_t n, n_f;
    double complex *slope; /* [n * n_f] */
    double *base, *y;      /* [n of the system] */
    hys__small_signal small;
} sens;

/* The phasor at all frequencies with a target at `value`, times scale, added to slope. */
static hys_status add_side(hys__sim_task *task, sens *s, size_t target, double value, double scale) {
    hys__circuit *circuit = task->circuit;
    const hys__op_opts op = {.use_start = true};
    size_t n = hys__circuit_system(circuit)->n;
    hys_status status = hys__circuit_set_target(circuit, &s->targets[target], value);
    if (status == HYS_OK && hys__circuit_system(circuit)->n != n)
        status = hys__fail(task->ctx, HYS_SEMANTIC, "ask for its sensitivity at another value",
                           "%s: the circuit has another structure beside this value", s->targets[target].name);
    if (status != HYS_OK) return status;
    memcpy(s->y, s->base, n * sizeof *s->y);
    hys__circuit_set_mode(circuit, HYS__MODE_SMALL_SIGNAL);
    status = hys__circuit_op(circuit, &op, s->y);
    if (status == HYS_OK) status = hys__circuit_linearise(circuit, s->y, s->small.g);
    for (size_t k = 0; k < s->n_f && status == HYS_OK; k++) {
        double omega = 2 * acos(-1.0) * s->f[k];
        double complex phasor = 0;
        status = hys__small_signal_factor(&s->small, omega);
        if (status != HYS_OK) break;
        hys__small_signal_respond(&s->small);
        status = hys__small_signal_probe(&s->small, &task->analysis->out, omega, &phasor);
        s->slope[target * s->n_f + k] += scale * phasor;
    }
    return status;
}

static hys_status differentiate(hys__sim_task *task, sens *s, size_t target) {
    double value = hys__circuit_target(task->circuit, &s->targets[target]);
    double step = cbrt(DBL_EPSILON) * (value != 0 ? fabs(value) : 1);
    hys_status status = add_side(task, s, target, value + step, 0.5 / step);
    if (status == HYS_OK) status = add_side(task, s, target, value - step, -0.5 / step);
    hys_status restored = hys__circuit_set_target(task->circuit, &s->targets[target], value);
    return status == HYS_OK ? restored : status;
}

static hys_status add_columns(hys__sim_task *task, const sens *s) {
    const char *unit = task->analysis->out.unit;
    hys_status status = hys_table_add_column(task->table, "frequency", "Hz");
    for (size_t k = 0; status == HYS_OK && k < 2 * s->n; k++) {
        const char *name = hys__arena_printf(task->arena, "%s.%s", s->targets[k / 2].name, k % 2 ? "im" : "re");
        status = name ? hys_table_add_column(task->table, name, unit) : HYS_NOMEM;
    }
    return status;
}

static hys_status take_memory(hys__sim_task *task, sens *s) {
    size_t n = hys__circuit_system(task->circuit)->n;
    s->slope = HYS_NEW_N(task->arena, double complex, s->n * s->n_f + 1);
    s->base = HYS_NEW_N(task->arena, double, n + 1);
    s->y = HYS_NEW_N(task->arena, double, n + 1);
    return s->slope && s->base && s->y ? HYS_OK : HYS_NOMEM;
}

static hys_status add_rows(hys__sim_task *task, const sens *s) {
    double *row = HYS_NEW_N(task->arena, double, 2 * s->n + 1);
    hys_status status = row ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; status == HYS_OK && k < s->n_f; k++) {
        row[0] = s->f[k];
        for (size_t t = 0; t < s->n; t++) {
            row[1 + 2 * t] = creal(s->slope[t * s->n_f + k]);
            row[2 + 2 * t] = cimag(s->slope[t * s->n_f + k]);
        }
        status = hys_table_add_row(task->table, row);
    }
    return status;
}

hys_status hys__sim_sens_ac(hys__sim_task *task) {
    sens s = {.n = 0};
    double *y = NULL;
    hys_status status = hys__sens_targets(task, &s.targets, &s.n);
    if (status == HYS_OK) status = hys__sim_grid(task, &task->analysis->grid, &s.f, &s.n_f);
    if (status == HYS_OK) status = add_columns(task, &s);
    if (status == HYS_OK) status = hys__sim_operate(task, &y);
    if (status == HYS_OK) status = take_memory(task, &s);
    if (status == HYS_OK) {
        memcpy(s.base, y, hys__circuit_system(task->circuit)->n * sizeof *y);
        memcpy(s.y, s.base, hys__circuit_system(task->circuit)->n * sizeof *y);
        status = hys__small_signal_new(task->circuit, task->arena, s.y, &s.small);
    }
    for (size_t k = 0; status == HYS_OK && k < s.n; k++) {
        status = differentiate(task, &s, k);
        if (status == HYS_OK && !hys__sim_progress(task, (double)(k + 1) / (double)s.n)) status = HYS_CANCEL;
    }
    hys__small_signal_free(&s.small);
    return status == HYS_OK ? add_rows(task, &s) : status;
}
