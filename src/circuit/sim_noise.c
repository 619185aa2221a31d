/* .noise: output and input-referred noise.  One adjoint solution a frequency gives the transfer of every source. */
#include "circuit/sim.h"
#include "circuit/small_signal.h"
#include <math.h>
#include <string.h>

/* Elements whose own part is a column. */
#define MOST_PARTS 200

typedef struct noise_sum {
    const hys__noise_source *sources;
    size_t n;
    double *part; /* [n_parts] V^2/Hz of each element that has noise */
    uint32_t *elem;
    size_t n_parts;
    double output_square, input_square; /* integrated so far: V^2, or A^2 */
    double f, output, input;            /* at the frequency before */
} noise_sum;

static size_t part_of(noise_sum *sum, uint32_t elem) {
    size_t k = 0;
    while (k < sum->n_parts && sum->elem[k] != elem) k++;
    return k;
}

static hys_status find_parts(hys__sim_task *task, noise_sum *sum) {
    sum->elem = HYS_NEW_N(task->arena, uint32_t, MOST_PARTS);
    sum->part = HYS_NEW_N(task->arena, double, MOST_PARTS + 1);
    if (!sum->elem || !sum->part) return HYS_NOMEM;
    for (size_t k = 0; k < sum->n; k++)
        if (part_of(sum, sum->sources[k].elem) == sum->n_parts && sum->n_parts < MOST_PARTS)
            sum->elem[sum->n_parts++] = sum->sources[k].elem;
    return HYS_OK;
}

static hys_status add_columns(hys__sim_task *task, const noise_sum *sum, const char *in) {
    const char *out = task->analysis->out.unit;
    char name[400];
    const char *const units[] = {"Hz", hys__arena_printf(task->arena, "%s/Hz^0.5", out),
                                 hys__arena_printf(task->arena, "%s/Hz^0.5", in),
                                 hys__arena_printf(task->arena, "%s", out), hys__arena_printf(task->arena, "%s", in)};
    static const char *const names[] = {"frequency", "onoise", "inoise", "onoise_total", "inoise_total"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        hys_status status = units[k] ? hys_table_add_column(task->table, names[k], units[k]) : HYS_NOMEM;
        if (status != HYS_OK) return status;
    }
    for (size_t k = 0; k < sum->n_parts; k++) {
        size_t n = (size_t)snprintf(name, sizeof name, "onoise.");
        hys__flat_elem_name(task->flat, sum->elem[k], name + n, sizeof name - n);
        hys_status status = hys_table_add_column(task->table, name, units[1]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static double density(const hys__noise_source *source, double f) {
    return source->white + (source->flicker != 0 ? source->flicker / pow(f, source->exponent) : 0);
}

/* |dv(out)/d(current)|^2 times the density, over all sources. */
static double add_sources(const hys__small_signal *s, noise_sum *sum, double f) {
    double total = 0;
    memset(sum->part, 0, (sum->n_parts + 1) * sizeof *sum->part);
    for (size_t k = 0; k < sum->n; k++) {
        const hys__noise_source *source = &sum->sources[k];
        double complex transfer = 0;
        if (source->plus >= 0) transfer += s->x[source->plus];
        if (source->minus >= 0) transfer -= s->x[source->minus];
        for (size_t r = 0; r < source->n_rows; r++) transfer += source->rows[r].coef * s->x[source->rows[r].row];
        double one = (creal(transfer) * creal(transfer) + cimag(transfer) * cimag(transfer)) * density(source, f);
        sum->part[part_of(sum, source->elem)] += one;
        total += one;
    }
    return total;
}

/* Response of the output to a unit of the input source, from the adjoint. */
static double input_gain(const hys__sim_task *task, const hys__small_signal *s) {
    const hys__elem *source = &task->flat->elems[task->analysis->input];
    if (source->card->kind == HYS__ELEM_V) {
        int64_t branch = hys__circuit_elem_unknown(task->circuit, task->analysis->input);
        return branch >= 0 ? cabs(s->x[branch]) : 0;
    }
    int64_t plus = source->nodes[0] ? hys__circuit_node_unknown(task->circuit, source->nodes[0]) : -1;
    int64_t minus = source->nodes[1] ? hys__circuit_node_unknown(task->circuit, source->nodes[1]) : -1;
    return cabs((minus >= 0 ? s->x[minus] : 0) - (plus >= 0 ? s->x[plus] : 0));
}

double hys__noise_integral(double f0, double s0, double f1, double s1) {
    if (!(s0 > 0 && s1 > 0 && f0 > 0)) return (s0 + s1) / 2 * (f1 - f0);
    double exponent = log(s1 / s0) / log(f1 / f0);
    if (fabs(exponent + 1) < 1e-9) return s0 * f0 * log(f1 / f0);
    return (s1 * f1 - s0 * f0) / (exponent + 1);
}

static hys_status add_frequency(hys__sim_task *task, hys__small_signal *s, noise_sum *sum, double f) {
    double omega = 2 * acos(-1.0) * f;
    hys_status status = hys__small_signal_factor(s, omega);
    if (status == HYS_OK) status = hys__small_signal_adjoint(s, &task->analysis->out, omega);
    if (status != HYS_OK) return status;
    double output = add_sources(s, sum, f), gain = input_gain(task, s), input = output / (gain * gain);
    if (sum->f > 0) {
        sum->output_square += hys__noise_integral(sum->f, sum->output, f, output);
        if (isfinite(input)) sum->input_square += hys__noise_integral(sum->f, sum->input, f, input);
    }
    sum->f = f;
    sum->output = output;
    sum->input = input;
    double *row = task->row;
    *row++ = f;
    *row++ = sqrt(output);
    *row++ = sqrt(input);
    *row++ = sqrt(sum->output_square);
    *row++ = sqrt(sum->input_square);
    for (size_t k = 0; k < sum->n_parts; k++) *row++ = sqrt(sum->part[k]);
    return hys_table_add_row(task->table, task->row);
}

hys_status hys__sim_noise(hys__sim_task *task) {
    double *y = NULL, *f = NULL;
    size_t n = 0;
    noise_sum sum = {.n = 0};
    hys__small_signal s = {.lu = NULL};
    const char *in = task->flat->elems[task->analysis->input].card->kind == HYS__ELEM_V ? "V" : "A";
    hys_status status = hys__sim_grid(task, &task->analysis->grid, &f, &n);
    if (status == HYS_OK) status = hys__sim_operate(task, &y);
    if (status == HYS_OK) status = hys__small_signal_new(task->circuit, task->arena, y, &s);
    if (status == HYS_OK) status = hys__circuit_noise_sources(task->circuit, y, &sum.sources, &sum.n);
    if (status == HYS_OK) status = find_parts(task, &sum);
    if (status == HYS_OK) status = add_columns(task, &sum, in);
    task->row = HYS_NEW_N(task->arena, double, MOST_PARTS + 8);
    if (status == HYS_OK && !task->row) status = HYS_NOMEM;
    for (size_t k = 0; status == HYS_OK && k < n; k++) {
        status = add_frequency(task, &s, &sum, f[k]);
        if (status == HYS_OK && !hys__sim_progress(task, (double)(k + 1) / (double)n)) status = HYS_CANCEL;
    }
    hys__small_signal_free(&s);
    return status;
}
