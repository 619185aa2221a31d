/* Random telegraph noise: the current under a small constant voltage, read again and again. */
#include "lab/analyse.h"
#include <math.h>

#define LEAST_READS 64

static hys_status write_state(hys__protocol *p, hys__script *script) {
    double amplitude, width;
    hys_status status = hys__protocol_number(p, "amplitude", &amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &width);
    if (status == HYS_OK && amplitude != 0) hys__script_pulse(script, amplitude, width);
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "i", "A", NULL};
    double v, duration;
    long reads;
    hys__script script;
    hys__seen seen;
    hys_table *table;
    hys_status status = hys__protocol_number(p, "read", &v);
    if (status == HYS_OK) status = hys__protocol_positive(p, "duration", &duration);
    if (status == HYS_OK) status = hys__protocol_count(p, "reads", LEAST_READS, &reads);
    if (status == HYS_OK) status = hys__protocol_table(p, "trace", "time", columns, &table);
    if (status != HYS_OK) return status;
    script = (hys__script){.p = p, .drive = {.arena = p->arena, .cycles = 1, .n_rows = 1}};
    status = write_state(p, &script);
    if (status != HYS_OK) return status;
    double step = duration / (double)reads;
    hys__script_line(&script, 1e-3 * step, 0, v, 1);
    size_t mark = hys__script_line(&script, duration, v, v, (size_t)reads);
    script.drive.out_step = step; /* draws are held from read to read where the model does not say */
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    const hys__mark *m = &script.marks.at[mark];
    double *i = HYS_NEW_N(p->arena, double, (size_t)reads);
    for (size_t k = 0; i && k < (size_t)reads && status == HYS_OK; k++) {
        i[k] = m->first + 1 + k < seen.n ? seen.i[m->first + 1 + k] : NAN;
        status = hys_table_add_row(table, (double[]){(double)(k + 1) * step, i[k]});
    }
    double energy = hys__seen_energy(&seen, mark) / (double)reads;
    if (status == HYS_OK) status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
    hys__seen_free(&seen);
    if (!i) return HYS_NOMEM;
    return status == HYS_OK ? hys__tell_rtn(p, &(hys__rtn){i, (size_t)reads, step, energy}) : status;
}

static const hys_protocol_option options[] = {
    {"read", "V", "0.1V", "voltage at which the current is watched"},
    {"duration", "s", "1s", "for how long"},
    {"reads", "", "4000", "reads in that time, evenly"},
    {"amplitude", "V", "0V", "of a pulse that writes a state before; 0: none"},
    {"width", "s", "1ms", "of that pulse"},
};
const hys__protocol_row hys__protocol_rtn = {
    {"rtn", "RTN", "random telegraph noise: two levels or not, capture and emission times, spectrum", options,
     sizeof options / sizeof *options},
    run};
