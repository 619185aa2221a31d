/* A temperature series: conductances, activation energies and switching voltages against temperature. */
#include "lab/protocol.h"
#include <math.h>

#define BOLTZMANN_EV 8.617333262e-5 /* eV/K */

typedef struct series {
    double *temp, *fresh, *on, *off, *set, *reset, *energy; /* [n] K, S, S, S, V, V, J */
    double *x, *y;                                          /* [n] scratch */
    size_t n;
} series;

static hys_status make_room(hys__protocol *p, series *s) {
    double **rows[] = {&s->temp, &s->fresh, &s->on, &s->off, &s->set, &s->reset, &s->energy, &s->x, &s->y};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        *rows[k] = HYS_NEW_N(p->arena, double, s->n);
        if (!*rows[k]) return HYS_NOMEM;
    }
    return HYS_OK;
}

static hys_status read_fresh(hys__protocol *p, double *g) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t read = hys__script_read(&script);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    *g = hys__seen_conductance(&seen, read);
    hys__seen_free(&seen);
    return HYS_OK;
}

static hys_status take_temperature(hys__protocol *p, size_t k, series *s) {
    hys_run *run = NULL;
    p->bench.temp = hys__protocol_quantity(p, s->temp[k], "K");
    if (!p->bench.temp) return HYS_NOMEM;
    hys_status status = read_fresh(p, &s->fresh[k]);
    if (status == HYS_OK) status = hys_iv(p->ctx, p->model, &p->bench, &run);
    if (status != HYS_OK) return status;
    s->on[k] = 1 / hys__run_feature(run, "r_low_pos");
    s->off[k] = 1 / hys__run_feature(run, "r_high_pos");
    s->set[k] = hys__run_feature(run, "v_set");
    s->reset[k] = hys__run_feature(run, "v_reset");
    s->energy[k] = hys__run_feature(run, "energy_per_cycle");
    status = hys__protocol_take(p, run, (const char *const[]){NULL});
    hys_run_free(run);
    return status;
}

/* Of g = g0 exp(-Ea/kT); *r2 how much of the change in ln g it describes. */
static double activation(series *s, const double *g, double *r2) {
    double mean = 0, squares = 0;
    for (size_t k = 0; k < s->n; k++) {
        s->x[k] = -1 / (BOLTZMANN_EV * s->temp[k]);
        s->y[k] = log(fabs(g[k]));
        mean += s->y[k] / (double)s->n;
    }
    for (size_t k = 0; k < s->n; k++) squares += (s->y[k] - mean) * (s->y[k] - mean);
    hys__straight line = hys__fit_straight(s->x, s->y, s->n);
    *r2 = squares > 0 ? 1 - line.rms * line.rms * (double)line.n / squares : NAN;
    return line.slope;
}

static double slope(series *s, const double *y) {
    return hys__fit_straight(s->temp, y, s->n).slope;
}

static hys_status tell(hys__protocol *p, series *s) {
    double r2[3],
        ea[3] = {activation(s, s->fresh, &r2[0]), activation(s, s->on, &r2[1]), activation(s, s->off, &r2[2])};
    size_t last = s->n - 1;
    double change = log(s->fresh[last] / s->fresh[0]), coefficient = -change / (s->temp[last] - s->temp[0]);
    bool depends = fabs(change) > 1e-6 || fabs(ea[1]) > 1e-6 || fabs(ea[2]) > 1e-6;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"g_first", "S", s->fresh[0], "conductance of the fresh device at the lowest temperature"},
                {"g_last", "S", s->fresh[last], "the same at the highest"},
                {"activation_fresh", "eV", ea[0], "Ea of g = g0 exp(-Ea/kT), of the fresh device"},
                {"activation_on", "eV", ea[1], "of the better conducting branch of the loop"},
                {"activation_off", "eV", ea[2], "of the other branch"},
                {"r2_fresh", "1", r2[0], "how much of the change this law describes, of the fresh device"},
                {"r2_off", "1", r2[2], "the same of the other branch"},
                {"coefficient", "1/K", coefficient, "d ln R/dT of the fresh device, over the range; positive: a metal"},
                {"v_set_slope", "V/K", slope(s, s->set), "by which the voltage of set moves with temperature"},
                {"v_reset_slope", "V/K", slope(s, s->reset), "the same of reset"},
                {"energy_per_event", "J", s->energy[0], "of a loop at the lowest temperature"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && !depends)
        status = hys__protocol_remark(
            p, "an activation energy cannot be told: nothing depends on temperature in this model");
    if (status == HYS_OK && depends && fabs(ea[0]) > 1e-3 && r2[0] < 0.98)
        status = hys__protocol_remark(
            p, "one activation energy is a poor description of the fresh device: it explains %.0f %% of the change",
            100 * r2[0]);
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"temperature", "K", "g_fresh", "S", "g_on",   "S", "g_off", "S",
                                          "v_set",       "V", "v_reset", "V", "energy", "J", NULL};
    hys__auto_found f;
    hys__values temps = {NULL, 0};
    hys_table *table;
    hys_status status = hys__protocol_list(p, "temperatures", &temps);
    if (status == HYS_OK) status = hys__protocol_auto_loop(p, &f);
    if (status == HYS_OK) status = hys__protocol_table(p, "temperature", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    if (temps.n < 2)
        return hys__fail(p->ctx, HYS_ARG, "--opt temperatures=280K:360K:5", "a series has two temperatures or more");
    series s = {.n = temps.n};
    status = make_room(p, &s);
    p->bench.wave = hys__protocol_triangle(p, &f);
    if (status == HYS_OK && !p->bench.wave) status = HYS_NOMEM;
    p->bench.cycles = 2;
    for (size_t k = 0; k < s.n && status == HYS_OK; k++) {
        s.temp[k] = temps.at[k];
        hys__protocol_done(p, (double)k, (double)s.n);
        status = take_temperature(p, k, &s);
        double row[] = {s.temp[k], s.fresh[k], s.on[k], s.off[k], s.set[k], s.reset[k], s.energy[k]};
        if (status == HYS_OK) status = hys_table_add_row(table, row);
    }
    return status == HYS_OK ? tell(p, &s) : status;
}

static const hys_protocol_option options[] = {
    {"temperatures", "K", "260K:380K:7", "a list, or FROM:TO:N; each with a fresh device"},
    HYS__LOOP_OPTIONS,
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_temperature = {
    {"temperature", "", "conductance, activation energy and switching voltages against temperature", options,
     sizeof options / sizeof *options},
    run};
