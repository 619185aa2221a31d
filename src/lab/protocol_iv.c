/* The loop of current and voltage: once, and at a series of frequencies. */
#include "lab/analyse.h"
#include <math.h>
#include <string.h>

static const char *const senses[] = {"sweep", "quasi-static", NULL};
static const char *const shapes[] = {"sine", "triangle", NULL};

/* A current that is driven instead of a voltage has peaks of its own, and no device is probed for it. */
static hys_status read_peaks(hys__protocol *p, hys__auto_found *f, const char **unit) {
    double positive, negative;
    hys_status status = hys__protocol_number(p, "current", &positive);
    if (status == HYS_OK) status = hys__protocol_number(p, "current-negative", &negative);
    *unit = "V";
    if (status != HYS_OK || (positive == 0 && negative == 0))
        return status == HYS_OK ? hys__protocol_auto_loop(p, f) : status;
    *unit = "A";
    *f = (hys__auto_found){.up = positive, .down = negative, .width = 1};
    if (hys__protocol_is_auto(p, "frequency")) return HYS_OK;
    status = hys__protocol_positive(p, "frequency", &f->width);
    f->width = 1 / f->width;
    return status;
}

static hys_status run_iv(hys__protocol *p) {
    long cycles, points;
    size_t mode;
    hys_run *run = NULL;
    hys__auto_found f;
    const char *unit;
    hys_status status = read_peaks(p, &f, &unit);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &cycles);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 10, &points);
    if (status == HYS_OK) status = hys__protocol_word(p, "mode", senses, &mode);
    if (status != HYS_OK) return status;
    const char *up = hys__protocol_quantity(p, f.up, unit), *down = hys__protocol_quantity(p, f.down, unit);
    const char *rate = hys__protocol_quantity(p, 1 / f.width, "Hz");
    if (!up || !down || !rate) return HYS_NOMEM;
    p->bench.wave = mode == 1 ? hys__arena_printf(p->arena, "dc:%s,%s,%ld", down, up, points)
                              : hys__arena_printf(p->arena, "triangle:%s,%s,%s", up, down, rate);
    if (!p->bench.wave) return HYS_NOMEM;
    p->bench.cycles = (int32_t)cycles;
    p->bench.points = (int32_t)points;
    status = hys_iv(p->ctx, p->model, &p->bench, &run);
    if (status != HYS_OK) return status;
    status = hys__tell_loop(p, run);
    double energy = hys__run_feature(run, "energy_per_cycle");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", energy, "that the device takes in a cycle");
    if (status == HYS_OK && isnan(energy))
        status = hys__protocol_remark(p, "the energy of a cycle cannot be told: a quasi-static curve has no time");
    if (status == HYS_OK) status = hys__protocol_keep(p, "loop", "iv", run);
    hys_run_free(run);
    return status;
}

static const hys_protocol_option iv_options[] = {
    HYS__LOOP_OPTIONS,
    {"cycles", "", "2", "cycles; the last is evaluated"},
    {"points", "", "1000", "points a cycle"},
    {"current", "A", "0A", "positive peak of a current that is driven instead; 0 (both): a voltage is"},
    {"current-negative", "A", "0A", "its negative peak"},
    {"mode", "", "sweep", "sweep, or quasi-static (at rest at each voltage)"},
};
const hys__protocol_row hys__protocol_iv = {
    {"iv", "CT CurveTracer", "loop of current and voltage: pinch, direction, self-crossing, switching voltages, ratio",
     iv_options, sizeof iv_options / sizeof *iv_options},
    run_iv};

/* ---- a series of frequencies ---- */

static hys_status run_series(hys__protocol *p) {
    static const char *const columns[] = {"frequency", "Hz", "area",  "W", "area_part", "1", "area_pos", "W",
                                          "area_neg",  "W",  "pinch", "1", "energy",    "J", NULL};
    const hys__auto want = {
        .up = "amplitude", .usual = 1, .widths = 0.05, .is_whole = true, .is_axis = true, .is_free = true, .forget = 9};
    hys__auto_found found;
    long cycles;
    size_t shape;
    hys__values f = {NULL, 0};
    hys__loop_series s = {0};
    hys_status status = hys__protocol_auto(p, &want, &found);
    double amplitude = hys__protocol_is_auto(p, "amplitude") ? fmax(found.up, -found.down) : found.up;
    if (status == HYS_OK)
        status = hys__protocol_list_auto(p, "frequencies", 0.01 / found.width, 1e4 / found.width, 13, &f);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &cycles);
    if (status == HYS_OK) status = hys__protocol_word(p, "shape", shapes, &shape);
    if (status == HYS_OK) status = hys__protocol_table(p, "area", "scatter", columns, &s.table);
    const char *peak = hys__protocol_quantity(p, amplitude, "V");
    for (size_t k = 0; status == HYS_OK && k < f.n; k++) {
        hys_run *run = NULL;
        const char *rate = hys__protocol_quantity(p, f.at[k], "Hz");
        hys__protocol_done(p, (double)k, (double)f.n);
        if (!peak || !rate) return HYS_NOMEM;
        p->bench.wave = hys__arena_printf(p->arena, "%s:%s,%s", shapes[shape], peak, rate);
        if (!p->bench.wave) return HYS_NOMEM;
        p->bench.cycles = (int32_t)cycles;
        status = hys_iv(p->ctx, p->model, &p->bench, &run);
        if (status == HYS_OK) status = hys__add_loop(p, &s, f.at[k], run);
        hys_run_free(run);
    }
    return status == HYS_OK ? hys__tell_series(p, &s) : status;
}

static const hys_protocol_option series_options[] = {
    {"amplitude", "V", "auto", "amplitude; auto: the least that opens the loop, at either sign"},
    {"frequencies", "Hz", "auto",
     "a list, or FROM:TO:N; each with a fresh device; auto: around that at which the device answers"},
    {"cycles", "", "3", "cycles; the last is evaluated"},
    {"shape", "", "sine", "sine or triangle"},
};
const hys__protocol_row hys__protocol_iv_frequency = {
    {"iv-frequency", "", "area of the loop against frequency: the fingerprint of a memristor", series_options,
     sizeof series_options / sizeof *series_options},
    run_series};
