/* .ac: the response to the AC sources, linearised at the equilibrium. */
#include "circuit/sim.h"
#include "circuit/small_signal.h"
#include <math.h>

/* Most probes are unknowns themselves. */
static hys_status probe_value(hys__sim_task *task, hys__small_signal *s, const hys__probe *probe, double omega,
                              double complex *value) {
    if (probe->kind == HYS__PROBE_V && probe->b == 0) {
        int64_t at = probe->a ? hys__circuit_node_unknown(task->circuit, probe->a) : -1;
        *value = at >= 0 ? s->x[at] : 0;
        return HYS_OK;
    }
    return hys__small_signal_probe(s, probe, omega, value);
}

static hys_status add_frequency(hys__sim_task *task, hys__small_signal *s, double f) {
    double omega = 2 * acos(-1.0) * f;
    hys_status status = hys__small_signal_factor(s, omega);
    if (status != HYS_OK) return status;
    hys__small_signal_respond(s);
    task->row[0] = f;
    for (size_t k = 0; k < task->n_probes; k++) {
        double complex value = 0;
        status = probe_value(task, s, &task->probes[k], omega, &value);
        if (status != HYS_OK) return status;
        task->row[1 + 2 * k] = creal(value);
        task->row[2 + 2 * k] = cimag(value);
    }
    return hys_table_add_row(task->table, task->row);
}

static bool has_ac_source(const hys__flat *flat) {
    for (size_t k = 0; k < flat->n_elems; k++)
        if (flat->elems[k].ac_mag != 0) return true;
    return false;
}

hys_status hys__sim_ac(hys__sim_task *task) {
    double *y = NULL, *f = NULL;
    size_t n = 0;
    hys__small_signal s = {.lu = NULL};
    if (!has_ac_source(task->flat))
        hys__report(task->ctx, HYS_WARNING, HYS_OK, task->flat->sources, task->analysis->span, "V1 in 0 DC 0 AC 1",
                    "no source has an AC value, so that every response is zero");
    hys_status status = hys_table_add_column(task->table, "frequency", "Hz");
    if (status == HYS_OK) status = hys__sim_columns(task);
    if (status == HYS_OK) status = hys__sim_grid(task, &task->analysis->grid, &f, &n);
    if (status == HYS_OK) status = hys__sim_operate(task, &y);
    if (status == HYS_OK) status = hys__small_signal_new(task->circuit, task->arena, y, &s);
    for (size_t k = 0; status == HYS_OK && k < n; k++) {
        status = add_frequency(task, &s, f[k]);
        if (status == HYS_OK && !hys__sim_progress(task, (double)(k + 1) / (double)n)) status = HYS_CANCEL;
    }
    hys__small_signal_free(&s);
    task->result->method = hys__circuit_op_method(task->circuit);
    return status;
}
