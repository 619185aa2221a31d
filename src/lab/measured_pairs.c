/* Measured responses to pairs and trains of pulses, changes by the timing of spikes, times to switch. */
#include "base/diag.h"
#include "lab/measured.h"
#include <math.h>

/* ---- paired pulses ---- */

typedef struct pairs {
    struct {
        double interval, index, a1, a2, energy;
    } * at;
    size_t n;
} pairs;

static hys_status pairs_of_columns(hys__protocol *p, size_t which, pairs *list) {
    const double *dt = NULL, *index = NULL, *a1 = NULL, *a2 = NULL;
    hys_status status = hys__measured_find(p, which, "interval", &dt);
    if (status == HYS_OK) status = hys__measured_find(p, which, "index", &index);
    if (status == HYS_OK) status = hys__measured_find(p, which, "a1", &a1);
    if (status == HYS_OK) status = hys__measured_find(p, which, "a2", &a2);
    if (status == HYS_OK && (!dt || (!index && !(a1 && a2)))) return hys__measured_missing(p, which);
    for (size_t k = 0; k < hys__measured_rows(p, which) && status == HYS_OK; k++) {
        list->at[list->n].interval = dt[k];
        list->at[list->n].index = index ? index[k] : a2[k] / a1[k];
        list->at[list->n].a1 = a1 ? a1[k] : NAN;
        list->at[list->n].a2 = a2 ? a2[k] : NAN;
        list->at[list->n++].energy = NAN;
    }
    return status;
}

/* The first and second, the third and fourth ... of a record belong together. */
static hys_status pairs_of_pulses(hys__protocol *p, const hys__pulses *f, pairs *list) {
    const hys__pulse *first = NULL;
    for (size_t k = 0; k < f->n; k++) {
        const hys__pulse *one = &f->at[k];
        if (one->is_read) continue;
        if (!first) {
            first = one;
            continue;
        }
        list->at[list->n].interval = one->start - first->start - first->width;
        list->at[list->n].index = one->i / first->i;
        list->at[list->n].a1 = first->i;
        list->at[list->n].a2 = one->i;
        list->at[list->n++].energy = one->energy;
        first = NULL;
    }
    return first ? hys__protocol_remark(p, "the last pulse of a record has no second: it is left out") : HYS_OK;
}

static hys_status take_pairs(hys__protocol *p, pairs *list) {
    size_t most = 0;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < p->measured->n; k++) most += hys__measured_rows(p, k);
    list->at = hys__arena_calloc(p->arena, most + 1, sizeof *list->at);
    if (!list->at) return HYS_NOMEM;
    for (size_t k = 0; k < p->measured->n && status == HYS_OK; k++) {
        hys__pulses f;
        status = hys__find_pulses(p, k, &f);
        if (status == HYS_OK && f.n - f.n_reads >= 2) status = pairs_of_pulses(p, &f, list);
        else if (status == HYS_OK) status = pairs_of_columns(p, k, list);
    }
    return status;
}

static hys_status run_ppf(hys__protocol *p) {
    static const char *const columns[] = {"interval", "s", "index", "1", "a1", "A", "a2", "A", "energy", "J", NULL};
    pairs list = {.n = 0};
    const size_t *order = NULL;
    hys_table *table;
    hys_status status = take_pairs(p, &list);
    double *x = HYS_NEW_N(p->arena, double, list.n + 1), *dt = HYS_NEW_N(p->arena, double, list.n + 1), noise = 0;
    double *index = HYS_NEW_N(p->arena, double, list.n + 1);
    if (status == HYS_OK && (!x || !dt || !index)) status = HYS_NOMEM;
    for (size_t k = 0; k < list.n && status == HYS_OK; k++) x[k] = list.at[k].interval;
    if (status == HYS_OK) status = hys__measured_order(p, x, list.n, &order);
    if (status == HYS_OK) status = hys__protocol_table(p, "index", "scatter", columns, &table);
    for (size_t k = 0; k < list.n && status == HYS_OK; k++) {
        size_t m = order[k];
        dt[k] = list.at[m].interval;
        index[k] = list.at[m].index;
        double row[] = {dt[k], index[k], list.at[m].a1, list.at[m].a2, list.at[m].energy};
        status = hys_table_add_row(table, row);
    }
    if (status == HYS_OK && !(list.n && dt[0] > 0))
        return hys__measured_refuse(p, 0, "", "the intervals between pulses must be above 0");
    if (status == HYS_OK) status = hys__measured_noise(p, index, list.n, &noise);
    if (status != HYS_OK) return status;
    double energy = list.at[order[list.n - 1]].energy;
    return hys__tell_pairs(p, &(hys__pairs){dt, index, list.n, fmax(noise / 3, 1e-5), energy});
}

static const hys_protocol_option read_options[] = {HYS__READ_OF_DATA};
const hys__measured_row hys__measured_ppf = {
    {"ppf", "interval and index (or a1 and a2); or time, v and i with pairs of pulses", read_options,
     sizeof read_options / sizeof *read_options},
    run_ppf};

/* ---- trains at several rates ---- */

typedef struct rate {
    double frequency, gain, a_first, a_last, energy;
} rate;

static hys_status rates_of_columns(hys__protocol *p, rate *rates, size_t *n) {
    const double *f = NULL, *gain = NULL;
    hys_status status = hys__measured_find(p, 0, "frequency", &f);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "gain", &gain);
    if (status == HYS_OK && (!f || !gain)) return hys__measured_missing(p, 0);
    for (size_t k = 0; k < hys__measured_rows(p, 0) && status == HYS_OK; k++)
        rates[(*n)++] = (rate){f[k], gain[k], NAN, NAN, NAN};
    return status;
}

/* One train a record: its rate by the starts of its pulses. */
static rate rate_of_pulses(const hys__pulses *f) {
    size_t first = f->n, last = 0, n = 0;
    rate r = {.energy = 0};
    for (size_t k = 0; k < f->n; k++) {
        if (f->at[k].is_read) continue;
        if (first == f->n) first = k;
        last = k;
        r.energy += f->at[k].energy;
        n++;
    }
    r.frequency = (double)(n - 1) / (f->at[last].start - f->at[first].start);
    r.a_first = f->at[first].i;
    r.a_last = f->at[last].i;
    r.gain = r.a_last / r.a_first;
    r.energy /= (double)n;
    return r;
}

static hys_status take_rates(hys__protocol *p, rate *rates, size_t *n) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < p->measured->n && status == HYS_OK; k++) {
        hys__pulses f;
        status = hys__find_pulses(p, k, &f);
        if (status == HYS_OK && f.n - f.n_reads >= 2) rates[(*n)++] = rate_of_pulses(&f);
        else if (status == HYS_OK && k == 0 && p->measured->n == 1) return rates_of_columns(p, rates, n);
        else if (status == HYS_OK) return hys__measured_missing(p, k);
    }
    return status;
}

static hys_status run_srdp(hys__protocol *p) {
    static const char *const columns[] = {"frequency", "Hz", "gain",   "1", "a_first", "A",
                                          "a_last",    "A",  "energy", "J", NULL};
    size_t n = 0, most = p->measured->n + hys__measured_rows(p, 0);
    const size_t *order = NULL;
    hys_table *table;
    rate *rates = HYS_NEW_N(p->arena, rate, most);
    double *x = HYS_NEW_N(p->arena, double, most), *f = HYS_NEW_N(p->arena, double, most);
    double *gain = HYS_NEW_N(p->arena, double, most);
    if (!rates || !x || !f || !gain) return HYS_NOMEM;
    hys_status status = take_rates(p, rates, &n);
    for (size_t k = 0; k < n; k++) x[k] = rates[k].frequency;
    if (status == HYS_OK) status = hys__measured_order(p, x, n, &order);
    if (status == HYS_OK) status = hys__protocol_table(p, "gain", "scatter", columns, &table);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        const rate *r = &rates[order[k]];
        f[k] = r->frequency;
        gain[k] = r->gain;
        status = hys_table_add_row(table, (double[]){r->frequency, r->gain, r->a_first, r->a_last, r->energy});
    }
    if (status == HYS_OK && !(f[0] > 0)) return hys__measured_refuse(p, 0, "", "frequencies must be above 0");
    hys__values values = {f, n};
    return status == HYS_OK ? hys__tell_rates(p, &values, gain, rates[order[n - 1]].energy) : status;
}

const hys__measured_row hys__measured_srdp = {
    {"srdp", "frequency and gain; or time, v and i with a train of pulses, a record a rate", read_options,
     sizeof read_options / sizeof *read_options},
    run_srdp};

/* ---- spike timing ---- */

static hys_status find_change(hys__protocol *p, const double **change) {
    const double *before = NULL, *after = NULL;
    size_t n = hys__measured_rows(p, 0);
    hys_status status = hys__measured_find(p, 0, "change", change);
    if (status == HYS_OK && !*change) status = hys__measured_find(p, 0, "g_before", &before);
    if (status == HYS_OK && !*change) status = hys__measured_find(p, 0, "g_after", &after);
    if (status != HYS_OK || *change || !before || !after) return status;
    double *made = HYS_NEW_N(p->arena, double, n);
    if (!made) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) made[k] = after[k] / before[k] - 1;
    *change = made;
    return HYS_OK;
}

/* Rows of one sign, by the size of dt. */
static hys_status take_side(hys__protocol *p, const double *dt, const double *change, double sign, hys__side *side) {
    size_t rows = hys__measured_rows(p, 0), n = 0;
    double *x = HYS_NEW_N(p->arena, double, rows + 1), *sorted = HYS_NEW_N(p->arena, double, rows + 1);
    size_t *row = HYS_NEW_N(p->arena, size_t, rows + 1);
    const size_t *order = NULL;
    side->change = HYS_NEW_N(p->arena, double, rows + 1);
    if (!x || !row || !sorted || !side->change) return HYS_NOMEM;
    for (size_t k = 0; k < rows; k++)
        if (sign * dt[k] > 0) x[n] = fabs(dt[k]), row[n++] = k;
    hys_status status = hys__measured_order(p, x, n, &order);
    side->dt = sorted;
    side->n = n;
    for (size_t k = 0; k < n && status == HYS_OK; k++) sorted[k] = x[order[k]], side->change[k] = change[row[order[k]]];
    return status;
}

static hys_status run_stdp(hys__protocol *p) {
    static const char *const columns[] = {"dt", "s", "change", "1", NULL};
    const double *dt = NULL, *change = NULL;
    const size_t *order = NULL;
    hys_table *table;
    hys__window w = {.alone = NAN, .energy = NAN, .peak = NAN};
    size_t n = hys__measured_rows(p, 0);
    double noise = 0;
    hys_status status = hys__measured_find(p, 0, "interval", &dt);
    if (status == HYS_OK) status = find_change(p, &change);
    if (status == HYS_OK && (!dt || !change)) return hys__measured_missing(p, 0);
    if (status == HYS_OK) status = take_side(p, dt, change, 1, &w.plus);
    if (status == HYS_OK) status = take_side(p, dt, change, -1, &w.minus);
    if (status == HYS_OK) status = hys__measured_noise(p, w.plus.change, w.plus.n, &noise);
    w.least = fmax(1e-6, noise);
    if (status == HYS_OK) status = hys__measured_order(p, dt, n, &order);
    if (status == HYS_OK) status = hys__protocol_table(p, "window", "sweep", columns, &table);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){dt[order[k]], change[order[k]]});
    return status == HYS_OK ? hys__tell_window(p, &w) : status;
}

const hys__measured_row hys__measured_stdp = {
    {"stdp", "dt (post behind pre) and change (dG/G, or %), or dt, g_before and g_after", NULL, 0}, run_stdp};

/* ---- switching kinetics ---- */

static hys_status kinetics_of_columns(hys__protocol *p, hys__kinetics *c, hys_table *table) {
    const double *v = NULL, *t = NULL, *energy = NULL;
    hys_status status = hys__measured_find(p, 0, "voltage", &v);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "t_switch", &t);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "energy", &energy);
    if (status == HYS_OK && (!v || !t)) return hys__measured_missing(p, 0);
    c->n = hys__measured_rows(p, 0);
    if (status == HYS_OK) status = hys__kinetics_room(p, c);
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) {
        hys__switching s = {t[k] > 0 ? t[k] : NAN, energy ? energy[k] : NAN, NAN, NAN, false};
        status = hys__add_switch(c, k, v[k], &s, table);
    }
    return status;
}

/* A record from where the voltage has come to its height. */
static hys_status take_held(hys__protocol *p, size_t which, const hys__pulse *pulse, const hys__pulses *f,
                            double factor, hys__switching *s) {
    hys__held h = {.n = pulse->last - pulse->first + 1};
    hys_status status = hys__held_room(p, &h);
    if (status != HYS_OK) return status;
    if (h.n < 3)
        return hys__measured_refuse(p, which, "a record with more rows", "the pulse has only %zu rows on its top", h.n);
    for (size_t k = 0; k < h.n; k++) {
        size_t r = pulse->first + k;
        h.t[k] = f->t[r] - f->t[pulse->first];
        h.g[k] = f->i[r] / f->v[r];
        h.energy[k] =
            k ? 0.5 * (fabs(f->v[r] * f->i[r]) + fabs(f->v[r - 1] * f->i[r - 1])) * (f->t[r] - f->t[r - 1]) : 0;
    }
    hys__find_switch(&h, factor, s);
    return HYS_OK;
}

/* Each pulse of each record is one voltage; a record without an edge is all pulse. */
static hys_status kinetics_of_records(hys__protocol *p, hys__kinetics *c, hys_table *table) {
    hys_status status = HYS_OK;
    size_t n = p->measured->n, done = 0;
    hys__pulses *f = HYS_NEW_N(p->arena, hys__pulses, n);
    if (!f) return HYS_NOMEM;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        status = hys__find_pulses(p, k, &f[k]);
        if (status == HYS_OK && !f[k].v) return hys__measured_missing(p, k);
        c->n += f[k].n ? f[k].n - f[k].n_reads : 1;
    }
    if (status == HYS_OK) status = hys__kinetics_room(p, c);
    for (size_t k = 0; k < n; k++) {
        hys__pulse all = {.last = f[k].n_rows - 1};
        size_t pulses = f[k].n ? f[k].n : 1;
        for (size_t m = 0; m < pulses && status == HYS_OK; m++) {
            const hys__pulse *one = f[k].n ? &f[k].at[m] : &all;
            hys__switching s;
            if (one->is_read) continue;
            status = take_held(p, k, one, &f[k], c->factor, &s);
            if (status == HYS_OK) status = hys__add_switch(c, done++, f[k].base + one->amplitude, &s, table);
        }
    }
    return status;
}

static hys_status run_kinetics(hys__protocol *p) {
    static const char *const columns[] = {"voltage", "V", "t_switch", "s", "energy", "J",
                                          "g_first", "S", "g_last",   "S", NULL};
    hys__kinetics c = {.shortest = 0, .longest = INFINITY};
    const double *t = NULL, *i = NULL;
    hys_table *table;
    hys_status status = hys__protocol_positive(p, "factor", &c.factor);
    if (status == HYS_OK && !(c.factor > 1))
        return hys__fail(p->ctx, HYS_ARG, "--opt factor=2", "the factor must be above 1");
    if (status == HYS_OK) status = hys__protocol_table(p, "kinetics", "scatter", columns, &table);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "time", &t);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "i", &i);
    if (status == HYS_OK) status = t && i ? kinetics_of_records(p, &c, table) : kinetics_of_columns(p, &c, table);
    return status == HYS_OK ? hys__tell_kinetics(p, &c) : status;
}

static const hys_protocol_option kinetics_options[] = {
    {"factor", "1", "2", "change of the conductance that counts as switching"}, HYS__READ_OF_DATA};
const hys__measured_row hys__measured_kinetics = {
    {"kinetics", "voltage and t_switch; or time, v and i under constant voltages, in one or several records",
     kinetics_options, sizeof kinetics_options / sizeof *kinetics_options},
    run_kinetics};
