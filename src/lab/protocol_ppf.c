/* Paired-pulse facilitation: the second of two equal pulses against the first, by their distance. */
#include "lab/analyse.h"
#include <math.h>

/* What the solver's tolerance leaves of a ratio. */
#define NOISE 3e-5

typedef struct pair {
    double a1, a2, energy;
} pair;

/* Two pulses on a fresh device. */
static hys_status take_pair(hys__protocol *p, double amplitude, double width, double interval, pair *seen_pair) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t first = hys__script_pulse(&script, amplitude, width);
    hys__script_rest(&script, interval);
    size_t second = hys__script_pulse(&script, amplitude, width);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    seen_pair->a1 = hys__seen_current(&seen, first);
    seen_pair->a2 = hys__seen_current(&seen, second);
    seen_pair->energy = hys__seen_energy(&seen, second);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"interval", "s", "index", "1", "a1", "A", "a2", "A", "energy", "J", NULL};
    double energy = NAN;
    const hys__auto want = {.up = "amplitude", .width = "width", .usual = 10e-3, .forget = 0.1, .widths = 10};
    hys__auto_found f;
    hys__values dt = {NULL, 0};
    hys_table *table;
    hys_status status = hys__protocol_auto(p, &want, &f);
    double near = f.is_volatile ? 0.1 * f.t_forget : f.width;
    if (status == HYS_OK) status = hys__protocol_list_auto(p, "intervals", near, 100 * near, 13, &dt);
    if (status == HYS_OK) status = hys__protocol_table(p, "index", "scatter", columns, &table);
    double *index = status == HYS_OK ? HYS_NEW_N(p->arena, double, dt.n) : NULL;
    if (!index) return status == HYS_OK ? HYS_NOMEM : status;
    for (size_t k = 0; k < dt.n && status == HYS_OK; k++) {
        pair a = {NAN, NAN, NAN};
        hys__protocol_done(p, (double)k, (double)dt.n);
        status = take_pair(p, f.up, f.width, dt.at[k], &a);
        if (status != HYS_OK) return status;
        index[k] = a.a2 / a.a1;
        energy = a.energy;
        double row[] = {dt.at[k], index[k], a.a1, a.a2, a.energy};
        status = hys_table_add_row(table, row);
    }
    return status == HYS_OK ? hys__tell_pairs(p, &(hys__pairs){dt.at, index, dt.n, NOISE, energy}) : status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "auto", "of the pulses; auto: what does half of the change in ten widths"},
    {"width", "s", "auto", "of the pulses; auto: 10 ms, or a tenth of the time in which the device forgets"},
    {"intervals", "s", "auto",
     "from the end of the first to the start of the second: a list, or FROM:TO:N; each with a fresh device"},
};
const hys__protocol_row hys__protocol_ppf = {
    {"ppf", "PPD", "paired-pulse facilitation or depression against the interval, with its time constants", options,
     sizeof options / sizeof *options},
    run};
