/* What remains of the modules of ArC testers: a constant voltage watched, half-selected lines, forming. */
#include "lab/analyse.h"
#include <math.h>

/* ---- chronoamperometry ---- */

static hys_status run_chrono(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "i", "A", "g", "S", NULL};
    const hys__auto want = {
        .up = "bias", .width = "duration", .usual = 1, .forget = 10, .widths = 0.1, .is_whole = true};
    hys__auto_found f;
    hys__script script;
    hys__seen seen;
    hys_table *table;
    long reads;
    hys_status status = hys__protocol_count(p, "reads", 2, &reads);
    if (status == HYS_OK) status = hys__protocol_auto(p, &want, &f);
    if (status == HYS_OK) status = hys__protocol_table(p, "current", "scatter", columns, &table);
    if (status == HYS_OK) status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t first = hys__script_line(&script, 1e-4 * f.width / (double)reads, 0, f.up, 2);
    for (long k = 0; k < reads; k++) hys__script_line(&script, f.width / (double)reads, f.up, f.up, 4);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    double energy = 0, g0 = hys__seen_conductance(&seen, first), half = NAN, t0 = hys__seen_time(&seen, first);
    double g_end = hys__seen_conductance(&seen, first + (size_t)reads);
    for (size_t k = first; k < script.marks.n && status == HYS_OK; k++) {
        double t = hys__seen_time(&seen, k) - t0;
        energy += hys__seen_energy(&seen, k);
        double g = hys__seen_conductance(&seen, k);
        if (isnan(half) && fabs(g - g0) >= 0.5 * fabs(g_end - g0) && k > first) half = t;
        status = hys_table_add_row(table, (double[]){t, hys__seen_current(&seen, k), g});
    }
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"v", "V", f.up, "voltage held"},
                {"g_first", "S", g0, "conductance at the beginning"},
                {"g_last", "S", g_end, "conductance at the end"},
                {"t_half", "s", fabs(g_end - g0) > 1e-6 * fabs(g0) ? half : NAN, "until half of the change is done"},
                {"energy_per_event", "J", energy, "in the whole time"}};
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK) status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
    hys__seen_free(&seen);
    return status;
}

static const hys_protocol_option chrono_options[] = {
    {"bias", "V", "auto", "voltage that is held; auto: the least that does half of its change in a tenth of the time"},
    {"duration", "s", "auto", "for how long; auto: 1 s, or ten times of forgetting"},
    {"reads", "", "200", "reads in that time"},
};
const hys__protocol_row hys__protocol_chrono = {{"chrono", "I-t", "current and conductance under a constant voltage",
                                                 chrono_options, sizeof chrono_options / sizeof *chrono_options},
                                                run_chrono};

/* ---- half-selected lines ---- */

typedef struct half {
    double before, whole, after, energy; /* S: fresh, behind one whole pulse, behind all parts of pulses; J of a part */
    double until;                        /* pulses until a tenth of the whole change */
} half;

/* A whole pulse on one fresh device; parts of pulses on another. */
static hys_status take_half(hys__protocol *p, const hys__auto_found *f, double part, long n, hys_table *table,
                            half *h) {
    for (int which = 0; which < 2; which++) {
        hys__script script;
        hys__seen seen;
        hys_status status = hys__script_new(p, &script);
        if (status != HYS_OK) return status;
        size_t first = hys__script_read(&script);
        for (long k = 0; k < (which ? n : 1) && !script.failed; k++) {
            hys__script_pulse(&script, which ? part * f->up : f->up, f->width);
            hys__script_rest(&script, f->width);
            hys__script_read(&script);
        }
        status = hys__script_run(&script, &seen);
        if (status != HYS_OK) return status;
        h->before = hys__seen_conductance(&seen, first);
        if (!which) h->whole = hys__seen_conductance(&seen, 2);
        for (long k = 0; which && k <= n && status == HYS_OK; k++) {
            h->after = hys__seen_conductance(&seen, (size_t)(2 * k));
            if (isnan(h->until) && fabs(h->after - h->before) >= 0.1 * fabs(h->whole - h->before)) h->until = (double)k;
            status = hys_table_add_row(table, (double[]){(double)k, h->after});
        }
        if (which) h->energy = hys__seen_energy(&seen, 1);
        if (status == HYS_OK) status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
        hys__seen_free(&seen);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status run_half(hys__protocol *p) {
    static const char *const columns[] = {"pulse", "1", "g", "S", NULL};
    const hys__auto want = {.up = "amplitude", .width = "width", .usual = 1e-3, .widths = 0.2, .is_whole = true};
    hys__auto_found f;
    hys_table *table;
    double part;
    long n;
    half h = {.until = NAN};
    hys_status status = hys__protocol_positive(p, "part", &part);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 1, &n);
    if (status == HYS_OK) status = hys__protocol_auto(p, &want, &f);
    if (status == HYS_OK) status = hys__protocol_table(p, "disturb", "scatter", columns, &table);
    if (status == HYS_OK) status = take_half(p, &f, part, n, table, &h);
    if (status != HYS_OK) return status;
    double whole = h.whole - h.before;
    bool moves = fabs(whole) > 1e-6 * fabs(h.before);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {
        {"v", "V", f.up, "whole voltage"},
        {"change_whole", "1", whole / h.before, "dG/G by one whole pulse"},
        {"change_part", "1", (h.after - h.before) / h.before, "dG/G by all pulses of a part of it"},
        {"disturb", "1", moves ? (h.after - h.before) / whole : NAN, "that change against the one of a whole pulse"},
        {"pulses_to_10_percent", "1", moves ? h.until : NAN, "parts of pulses until a tenth of a whole change is done"},
        {"energy_per_event", "J", h.energy, "that a half-selected device takes of a pulse"}};
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && !moves)
        status = hys__protocol_remark(p, "disturbance cannot be told: the whole pulse writes nothing");
    else if (status == HYS_OK && isnan(h.until))
        status = hys__protocol_remark(p, "how many pulses disturb cannot be told: more than %ld", n);
    return status;
}

static const hys_protocol_option half_options[] = {
    {"amplitude", "V", "auto", "whole voltage of a write; auto: the least that does it"},
    {"width", "s", "auto", "of the pulses; auto: 1 ms, if the device suits it"},
    {"part", "1", "0.5", "of it that lies at half-selected lines: 0.5 (V/2) or 0.3333 (V/3)"},
    {"pulses", "", "1000", "writes of other devices on the same line"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_half_select = {
    {"half-select", "MB MultiBias", "what writes on the same line, at a part of the voltage, do to a state",
     half_options, sizeof half_options / sizeof *half_options},
    run_half};

/* ---- forming ---- */

typedef struct ramp {
    double v_min, v_step, v_max, w_min, w_step, w_max, rest, r_stop, part;
    long pulses;
} ramp;

static hys_status read_ramp(hys__protocol *p, ramp *r) {
    const struct {
        const char *name;
        double *to;
    } list[] = {{"vmin", &r->v_min},  {"vstep", &r->v_step},       {"vmax", &r->v_max},
                {"pwmin", &r->w_min}, {"pwstep", &r->w_step},      {"pwmax", &r->w_max},
                {"rest", &r->rest},   {"r-threshold", &r->r_stop}, {"part", &r->part}};
    hys_status status = hys__protocol_count(p, "pulses", 1, &r->pulses);
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_positive(p, list[k].name, list[k].to);
    if (status == HYS_OK && (!(r->v_max >= r->v_min) || !(r->w_max >= r->w_min)))
        return hys__fail(p->ctx, HYS_ARG, "--opt vmin=0.25V --opt vmax=3V", "the ramp must not fall");
    double n =
        ((r->v_max - r->v_min) / r->v_step + 1) * (log(r->w_max / r->w_min) / log1p(r->w_step) + 1) * (double)r->pulses;
    if (status == HYS_OK && !(n < 1e5))
        return hys__fail(p->ctx, HYS_LIMIT, "larger steps", "the ramp has too many pulses");
    return status;
}

/* Pulses and reads from the lowest, narrowest on; the widths go round at each voltage. */
static size_t lay_ramp(hys__script *script, const ramp *r, double sign) {
    long n_v = (long)((r->v_max - r->v_min) / r->v_step + 1e-9) + 1;
    long n_w = (long)(log(r->w_max / r->w_min) / log1p(r->w_step) + 1e-9) + 1;
    for (long k = 0; k < n_v * n_w * r->pulses && !script->failed; k++) {
        long v = k / (n_w * r->pulses), w = k / r->pulses % n_w;
        hys__script_pulse(script, sign * (r->v_min + (double)v * r->v_step), r->w_min * pow(1 + r->w_step, (double)w));
        hys__script_rest(script, r->rest);
        hys__script_read(script);
    }
    return (size_t)(n_v * n_w * r->pulses);
}

typedef struct formed {
    double v, w, pulses, r_first, r_last, energy;
} formed;

static hys_status take_ramp(hys__protocol *p, const ramp *r, double sign, hys_table *table, formed *f) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t first = hys__script_read(&script), n = lay_ramp(&script, r, sign);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    *f = (formed){NAN, NAN, NAN, 1 / hys__seen_conductance(&seen, first), NAN, 0};
    for (size_t k = 0; k < n && status == HYS_OK && isnan(f->v); k++) {
        const hys__mark *m = &script.marks.at[first + 1 + 2 * k];
        double v = seen.v[m->top], w = seen.t[m->last] - seen.t[m->first];
        f->r_last = 1 / hys__seen_conductance(&seen, first + 2 + 2 * k);
        f->energy = hys__seen_energy(&seen, first + 1 + 2 * k);
        status = hys_table_add_row(table, (double[]){(double)k + 1, f->r_last, v, w});
        bool is_low = f->r_last < r->r_stop && f->r_first >= r->r_stop;
        if (is_low || fabs(f->r_last - f->r_first) > r->part * f->r_first)
            f->v = v, f->w = w, f->pulses = (double)k + 1;
    }
    if (status == HYS_OK) status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
    hys__seen_free(&seen);
    return status;
}

static hys_status run_forming(hys__protocol *p) {
    static const char *const columns[] = {"pulse", "1", "r", "ohm", "v", "V", "width", "s", NULL};
    static const char *const signs[] = {"positive", "negative", NULL};
    ramp r;
    formed f;
    size_t sign;
    hys_table *table;
    hys_status status = read_ramp(p, &r);
    if (status == HYS_OK) status = hys__protocol_word(p, "polarity", signs, &sign);
    if (status == HYS_OK) status = hys__protocol_table(p, "ramp", "scatter", columns, &table);
    if (status == HYS_OK) status = take_ramp(p, &r, sign ? -1 : 1, table, &f);
    if (status != HYS_OK) return status;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"v_forming", "V", f.v,
                 "pulse at which the resistance has moved by --opt part, or has passed --opt r-threshold"},
                {"width_forming", "s", f.w, "its width"},
                {"pulses", "1", f.pulses, "pulses until then"},
                {"r_first", "ohm", f.r_first, "resistance before"},
                {"r_last", "ohm", f.r_last, "resistance behind the last pulse"},
                {"energy_per_event", "J", f.energy, "of the last pulse"}};
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && isnan(f.v))
        status = hys__protocol_remark(
            p, "a forming voltage cannot be told: no pulse up to %g V changes the resistance by %g %%", r.v_max,
            100 * r.part);
    return status;
}

static const hys_protocol_option forming_options[] = {
    {"vmin", "V", "0.25V", "first voltage"},
    {"vstep", "V", "0.25V", "step of the voltage"},
    {"vmax", "V", "3V", "last voltage"},
    {"polarity", "", "positive", "positive or negative"},
    {"pwmin", "s", "100us", "first width at each voltage"},
    {"pwstep", "1", "1", "by which it grows: 1 doubles it"},
    {"pwmax", "s", "1ms", "last width"},
    {"pulses", "", "1", "pulses of each kind"},
    {"rest", "s", "10ms", "between pulses"},
    {"r-threshold", "ohm", "1Mohm", "resistance below which it is formed, if it began above"},
    {"part", "1", "0.1", "change of the resistance that also ends it"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_forming = {{"forming", "FF FormFinder",
                                                  "ramp of pulses until the resistance gives way", forming_options,
                                                  sizeof forming_options / sizeof *forming_options},
                                                 run_forming};

/* ---- switch seeking ---- */

#define MOST_LEGS 40

typedef struct seek {
    double v_min, v_step, v_max, width, rest, part;
    long pulses, cycles;
} seek;
typedef struct leg {
    double sign, r_from, r_to, v_end; /* v_end NaN: nothing happened up to v_max */
    size_t n;                         /* batches of pulses of it that were given */
} leg;

static size_t lay_leg(hys__script *script, const seek *s, const leg *l) {
    size_t read = 0;
    for (size_t k = 0; k < l->n; k++) {
        for (long m = 0; m < s->pulses && !script->failed; m++) {
            hys__script_pulse(script, l->sign * (s->v_min + (double)k * s->v_step), s->width);
            hys__script_rest(script, s->rest);
        }
        read = hys__script_read(script);
        hys__script_rest(script, s->rest);
    }
    return read;
}

/* A fresh device goes the whole way again, and one leg further; the leg is cut where the resistance has moved. */
static hys_status take_leg(hys__protocol *p, const seek *s, leg *legs, size_t n, hys_table *table, double *energy) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t before = hys__script_read(&script), at = before;
    leg *l = &legs[n];
    for (size_t k = 0; k < n; k++) at = lay_leg(&script, s, &legs[k]);
    l->n = (size_t)((s->v_max - s->v_min) / s->v_step + 1e-9) + 1;
    size_t first = script.marks.n;
    lay_leg(&script, s, l);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    l->r_from = 1 / hys__seen_conductance(&seen, at);
    l->v_end = NAN;
    for (size_t k = 0; k < l->n && status == HYS_OK && isnan(l->v_end); k++) {
        double v = l->sign * (s->v_min + (double)k * s->v_step);
        size_t read = first + (k + 1) * ((size_t)s->pulses + 1) - 1;
        l->r_to = 1 / hys__seen_conductance(&seen, read);
        *energy = hys__seen_energy(&seen, read - 1);
        status = hys_table_add_row(table, (double[]){v, (l->r_to - l->r_from) / l->r_from, (double)n + 1});
        if (fabs(l->r_to - l->r_from) > s->part * l->r_from) l->v_end = v, l->n = k + 1;
    }
    if (status == HYS_OK) status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
    hys__seen_free(&seen);
    return status;
}

static hys_status read_seek(hys__protocol *p, seek *s) {
    const struct {
        const char *name;
        double *to;
    } list[] = {{"vmin", &s->v_min},  {"vstep", &s->v_step}, {"vmax", &s->v_max},
                {"width", &s->width}, {"rest", &s->rest},    {"part", &s->part}};
    hys_status status = hys__protocol_count(p, "pulses", 1, &s->pulses);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &s->cycles);
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_positive(p, list[k].name, list[k].to);
    if (status == HYS_OK && (!(s->v_max >= s->v_min) || (s->v_max - s->v_min) / s->v_step > 1000))
        return hys__fail(p->ctx, HYS_ARG, "--opt vmin=0.5V --opt vstep=0.2V --opt vmax=3V",
                         "the ramp has no steps, or too many");
    if (status == HYS_OK && s->cycles > MOST_LEGS / 2)
        return hys__fail(p->ctx, HYS_LIMIT, "", "at most %d cycles", MOST_LEGS / 2);
    return status;
}

static hys_status tell_seek(hys__protocol *p, const seek *s, const leg *legs, size_t n, double energy) {
    double sum[2] = {0, 0}, count[2] = {0, 0}, factor[2] = {0, 0};
    for (size_t k = 0; k < n; k++) {
        if (isnan(legs[k].v_end)) continue;
        int side = legs[k].sign < 0;
        sum[side] += legs[k].v_end;
        factor[side] += legs[k].r_to / legs[k].r_from;
        count[side]++;
    }
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"v_positive", "V", sum[0] / count[0], "mean voltage > 0 that moves the resistance by --opt part"},
                {"v_negative", "V", sum[1] / count[1], "the same of voltages < 0"},
                {"factor_positive", "1", factor[0] / count[0], "mean factor of the resistance by positive ramps"},
                {"factor_negative", "1", factor[1] / count[1], "the same of negative ramps"},
                {"switches", "1", count[0] + count[1], "ramps that did move it"},
                {"energy_per_event", "J", energy, "of the last pulse"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && (count[0] == 0 || count[1] == 0))
        status =
            hys__protocol_remark(p, "a %s voltage cannot be told: nothing up to %g V moves the resistance by %g %%",
                                 count[0] == 0 ? "positive" : "negative", s->v_max, 100 * s->part);
    return status;
}

static hys_status run_seek(hys__protocol *p) {
    static const char *const columns[] = {"v", "V", "change", "1", "leg", "", NULL};
    seek s;
    leg legs[MOST_LEGS];
    hys_table *table;
    double energy = NAN;
    hys_status status = read_seek(p, &s);
    if (status == HYS_OK) status = hys__protocol_table(p, "seek", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    size_t n = (size_t)(2 * s.cycles), done = 0;
    for (; done < n && status == HYS_OK; done++) {
        legs[done] = (leg){.sign = done % 2 ? -1 : 1, .v_end = NAN};
        hys__protocol_done(p, (double)done, (double)n);
        status = take_leg(p, &s, legs, done, table, &energy);
    }
    return status == HYS_OK ? tell_seek(p, &s, legs, done, energy) : status;
}

static const hys_protocol_option seek_options[] = {
    {"vmin", "V", "0.5V", "first voltage of a ramp, of either sign"},
    {"vstep", "V", "0.2V", "its step"},
    {"vmax", "V", "3V", "its last voltage"},
    {"width", "s", "100us", "of the pulses"},
    {"pulses", "", "10", "pulses at each voltage, then a read"},
    {"rest", "s", "1ms", "between pulses"},
    {"cycles", "", "5", "ramps of each sign, by turns"},
    {"part", "1", "0.1", "change of the resistance that ends a ramp"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_seeker = {
    {"switch-seeker", "SS SwitchSeeker", "ramps of pulses by turns of sign: what moves the resistance, and by what",
     seek_options, sizeof seek_options / sizeof *seek_options},
    run_seek};
