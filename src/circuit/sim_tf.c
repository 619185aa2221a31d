/* .tf: small-signal gain, input and output resistance at zero frequency. */
#include "circuit/sim.h"
#include "circuit/small_signal.h"
#include <math.h>
#include <string.h>

/* Adds a unit of an independent source to b [n]. */
static void add_unit(const hys__sim_task *task, uint32_t elem, double complex *b) {
    const hys__elem *source = &task->flat->elems[elem];
    if (source->card->kind == HYS__ELEM_V) {
        int64_t branch = hys__circuit_elem_unknown(task->circuit, elem);
        if (branch >= 0) b[branch] += 1;
        return;
    }
    int64_t plus = source->nodes[0] ? hys__circuit_node_unknown(task->circuit, source->nodes[0]) : -1;
    int64_t minus = source->nodes[1] ? hys__circuit_node_unknown(task->circuit, source->nodes[1]) : -1;
    if (plus >= 0) b[plus] -= 1;
    if (minus >= 0) b[minus] += 1;
}

static double node_value(const hys__small_signal *s, uint32_t node) {
    int64_t at = node ? hys__circuit_node_unknown(s->circuit, node) : -1;
    return at >= 0 ? creal(s->x[at]) : 0;
}

/* Nothing flows: infinite, and not below 0 where the current is -0. */
static double over(double current) {
    return current != 0 ? 1 / current : INFINITY;
}

/* What the source sees: voltage over the current that it drives. */
static double input_resistance(const hys__sim_task *task, const hys__small_signal *s) {
    const hys__elem *source = &task->flat->elems[task->analysis->input];
    if (source->card->kind == HYS__ELEM_I) return node_value(s, source->nodes[1]) - node_value(s, source->nodes[0]);
    int64_t branch = hys__circuit_elem_unknown(task->circuit, task->analysis->input);
    return branch >= 0 ? over(-creal(s->x[branch])) : NAN;
}

static double output_resistance(const hys__sim_task *task, hys__small_signal *s) {
    const hys__probe *out = &task->analysis->out;
    memset(s->x, 0, hys__circuit_system(task->circuit)->n * sizeof *s->x);
    if (out->kind == HYS__PROBE_V) {
        int64_t a = out->a ? hys__circuit_node_unknown(task->circuit, out->a) : -1;
        int64_t b = out->b ? hys__circuit_node_unknown(task->circuit, out->b) : -1;
        if (a >= 0) s->x[a] += 1;
        if (b >= 0) s->x[b] -= 1;
        hys__zlu_solve(s->lu, (double *)s->x);
        return node_value(s, out->a) - node_value(s, out->b);
    }
    int64_t branch = hys__circuit_elem_unknown(task->circuit, out->a);
    if (branch < 0) return NAN;
    s->x[branch] = 1;
    hys__zlu_solve(s->lu, (double *)s->x);
    return over(-creal(s->x[branch]));
}

static hys_status add_columns(hys__sim_task *task) {
    const char *in = task->flat->elems[task->analysis->input].card->kind == HYS__ELEM_V ? "V" : "A";
    const char *unit = hys__arena_printf(task->arena, "%s/%s", task->analysis->out.unit, in);
    hys_status status = unit ? hys_table_add_column(task->table, "gain", unit) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_table_add_column(task->table, "input_resistance", "ohm");
    return status == HYS_OK ? hys_table_add_column(task->table, "output_resistance", "ohm") : status;
}

static hys_status solve(hys__sim_task *task, hys__small_signal *s) {
    double complex gain = 0;
    hys_status status = hys__small_signal_factor(s, 0);
    if (status != HYS_OK) return status;
    memset(s->x, 0, hys__circuit_system(task->circuit)->n * sizeof *s->x);
    add_unit(task, task->analysis->input, s->x);
    hys__zlu_solve(s->lu, (double *)s->x);
    status = hys__small_signal_probe(s, &task->analysis->out, 0, &gain);
    if (status != HYS_OK) return status;
    const double row[] = {creal(gain), input_resistance(task, s), output_resistance(task, s)};
    return hys_table_add_row(task->table, row);
}

hys_status hys__sim_tf(hys__sim_task *task) {
    double *y = NULL;
    hys__small_signal s = {.lu = NULL};
    hys_status status = add_columns(task);
    if (status == HYS_OK) status = hys__sim_operate(task, &y);
    if (status == HYS_OK) status = hys__small_signal_new(task->circuit, task->arena, y, &s);
    if (status == HYS_OK) status = solve(task, &s);
    hys__small_signal_free(&s);
    return status;
}
