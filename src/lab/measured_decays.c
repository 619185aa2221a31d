/* Measured decays: the current behind pulses, and states that are read later. */
#include "base/diag.h"
#include "lab/measured.h"
#include <math.h>

#define MOST_POINTS 400 /* of a decay: more are averaged, evenly in the logarithm of time */

/* ---- the current behind pulses ---- */

/* Where the decay begins and what was before it. */
typedef struct onset {
    size_t first;  /* row */
    double t0;     /* s: where its time is counted from */
    double before; /* A; NaN: not known */
    double energy; /* J of the last pulse; NaN: not known */
    size_t pulses; /* 0: none were found */
} onset;

/* Behind the last pulse that writes.  Where reads follow, hys__after_of_reads takes those. */
static onset behind_pulses(const hys__pulses *f) {
    onset o = {.before = NAN, .energy = NAN};
    size_t last = 0;
    for (size_t k = 0; k < f->n; k++) {
        if (f->at[k].is_read) continue;
        last = k;
        o.pulses++;
    }
    o.first = f->at[last].last + 1;
    while (o.first < f->n_rows && fabs(f->v[o.first] - f->base) > 0.1 * fabs(f->at[last].amplitude)) o.first++;
    o.t0 = f->t[f->at[last].last];
    o.energy = f->at[last].energy;
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < f->at[0].first && f->t[k] < f->at[0].start; k++)
        if (fabs(f->v[k] - f->base) < 0.1 * fabs(f->at[0].amplitude)) sum += f->i[k], n++;
    if (n) o.before = sum / (double)n;
    return o;
}

/* Without a voltage: from the row of the largest current on. */
static onset behind_peak(const double *t, const double *i, size_t n) {
    onset o = {.before = NAN, .energy = NAN};
    for (size_t k = 1; k < n; k++)
        if (fabs(i[k] - i[n - 1]) > fabs(i[o.first] - i[n - 1])) o.first = k;
    if (o.first > 0) o.before = i[0];
    o.t0 = o.first > 0 ? t[o.first - 1] : t[0] - (n > 1 ? t[1] - t[0] : 0);
    return o;
}

/* Averages rows into at most MOST_POINTS, each over the same part of the logarithm of time. */
static hys_status thin(hys__protocol *p, const double *t, const double *i, size_t n, hys__after *d) {
    d->t = HYS_NEW_N(p->arena, double, 2 * n + 1);
    if (!d->t) return HYS_NOMEM;
    d->i = d->t + n;
    double step = n > MOST_POINTS ? log(t[n - 1] / t[0]) / MOST_POINTS : 0;
    for (size_t k = 0; k < n;) {
        double sum_t = 0, sum_i = 0, until = t[k] * exp(step);
        size_t from = k;
        for (; k < n && (k == from || t[k] < until); k++) sum_t += t[k], sum_i += i[k];
        d->t[d->n] = sum_t / (double)(k - from);
        d->i[d->n++] = sum_i / (double)(k - from);
    }
    return HYS_OK;
}

static hys_status take_rows(hys__protocol *p, size_t which, const double *t, const double *i, const onset *o,
                            hys__after *d) {
    size_t n = hys__measured_rows(p, which) - o->first, kept = 0;
    double *times = HYS_NEW_N(p->arena, double, n + 1), *currents = HYS_NEW_N(p->arena, double, n + 1);
    if (!times || !currents) return HYS_NOMEM;
    for (size_t k = o->first; k < o->first + n; k++)
        if (t[k] > o->t0) times[kept] = t[k] - o->t0, currents[kept++] = i[k];
    if (kept < 4)
        return hys__measured_refuse(p, which, "a record that goes on behind the pulses",
                                    "behind the pulses there are only %zu rows", kept);
    hys_status status = hys__measured_noise(p, currents, kept, &d->noise);
    if (status == HYS_OK) status = thin(p, times, currents, kept, d);
    d->before = isnan(o->before) ? d->i[d->n - 1] : o->before;
    d->energy = o->energy;
    if (status != HYS_OK || !isnan(o->before)) return status;
    return hys__protocol_remark(p, "the current before is not in the data: the last one stands for it");
}

/* Reads behind the last write, each a point. */
static hys_status take_reads(hys__protocol *p, const hys__pulses *f, const onset *o, hys__after *d) {
    d->t = HYS_NEW_N(p->arena, double, 2 * f->n + 1);
    if (!d->t) return HYS_NOMEM;
    d->i = d->t + f->n;
    d->before = NAN;
    for (size_t k = 0; k < f->n && f->at[k].is_read; k++) d->before = f->at[k].i;
    for (size_t k = 0; k < f->n; k++) {
        if (!f->at[k].is_read || f->t[f->at[k].last] <= o->t0) continue;
        d->t[d->n] = f->t[f->at[k].last] - o->t0;
        d->i[d->n++] = f->at[k].i;
    }
    d->energy = o->energy;
    if (isnan(d->before)) d->before = d->i[d->n - 1];
    return hys__measured_noise(p, d->i, d->n, &d->noise);
}

static hys_status take_after(hys__protocol *p, size_t which, hys__after *d, size_t *pulses) {
    const double *t = NULL, *i = NULL;
    hys__pulses f;
    *d = (hys__after){.n = 0};
    hys_status status = hys__find_pulses(p, which, &f);
    if (status == HYS_OK && f.n > f.n_reads) {
        onset o = behind_pulses(&f);
        *pulses = o.pulses;
        size_t reads = 0;
        for (size_t k = 0; k < f.n; k++) reads += f.at[k].is_read && f.t[f.at[k].last] > o.t0;
        return reads >= 4 ? take_reads(p, &f, &o, d) : take_rows(p, which, f.t, f.i, &o, d);
    }
    if (status == HYS_OK) status = hys__measured_find(p, which, "time", &t);
    if (status == HYS_OK) status = hys__measured_find(p, which, "i", &i);
    if (status == HYS_OK && (!t || !i)) return hys__measured_missing(p, which);
    if (status != HYS_OK) return status;
    onset o = behind_peak(t, i, hys__measured_rows(p, which));
    *pulses = 0;
    return take_rows(p, which, t, i, &o, d);
}

static hys_status run_epsc(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "i", "A", NULL};
    hys_table *table;
    hys__after d;
    size_t pulses = 0;
    hys_status status = take_after(p, 0, &d, &pulses);
    if (status == HYS_OK) status = hys__tell_after(p, &d);
    if (status == HYS_OK) status = hys__protocol_table(p, "decay", "scatter", columns, &table);
    for (size_t k = 0; k < d.n && status == HYS_OK; k++) status = hys_table_add_row(table, (double[]){d.t[k], d.i[k]});
    return status;
}

static const hys_protocol_option read_options[] = {HYS__READ_OF_DATA};
const hys__measured_row hys__measured_epsc = {{"epsc", "time and i behind a pulse, and v to find the pulses",
                                               read_options, sizeof read_options / sizeof *read_options},
                                              run_epsc};

/* ---- short-term to long-term ---- */

typedef struct train {
    hys__after after;
    size_t pulses;
} train;

static hys_status take_trains(hys__protocol *p, train *trains, double *numbers) {
    size_t n = p->measured->n;
    hys__values given = {NULL, 0};
    bool is_auto = hys__measured_says(p, "numbers", "auto");
    hys_status status = is_auto ? HYS_OK : hys__protocol_quantities(p, "numbers", &given);
    if (status == HYS_OK && !is_auto && given.n != n)
        return hys__fail(p->ctx, HYS_ARG, "--opt numbers=10,30,60: one a file, in the order of the files",
                         "%zu numbers of pulses are given for %zu records", given.n, n);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        status = take_after(p, k, &trains[k].after, &trains[k].pulses);
        numbers[k] = is_auto ? (double)trains[k].pulses : given.at[k];
        if (status == HYS_OK && numbers[k] == 0)
            return hys__measured_refuse(p, k, "--opt numbers=10,30,60: one a file",
                                        "no pulses are in this record: how many came before it?");
    }
    return status;
}

static hys_status run_stp_ltp(hys__protocol *p) {
    static const char *const columns[] = {"pulses", "1",      "kept", "1",     "tau", "s", "beta",
                                          "1",      "i_peak", "A",    "i_end", "A",   NULL};
    size_t n = p->measured->n;
    hys__conversion c = {.n = 0};
    const size_t *order = NULL;
    train *trains = HYS_NEW_N(p->arena, train, n);
    double *numbers = HYS_NEW_N(p->arena, double, n);
    if (!trains || !numbers) return HYS_NOMEM;
    if (n < 2)
        return hys__measured_refuse(p, 0, "--data FILE FILE ...",
                                    "a conversion needs records of two numbers of pulses");
    hys_status status = take_trains(p, trains, numbers);
    if (status == HYS_OK) status = hys__measured_order(p, numbers, n, &order);
    if (status == HYS_OK) status = hys__protocol_table(p, "conversion", "scatter", columns, &c.table);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys__add_number(p, &c, numbers[order[k]], &trains[order[k]].after);
    return status == HYS_OK ? hys__tell_conversion(p, &c) : status;
}

static const hys_protocol_option number_options[] = {
    {"numbers", "1", "auto", "pulses of each record, in the order of the files; auto: counted"}, HYS__READ_OF_DATA};
const hys__measured_row hys__measured_stp_ltp = {
    {"stp-ltp", "time and i behind pulses, and v to count them, a record a number of pulses", number_options,
     sizeof number_options / sizeof *number_options},
    run_stp_ltp};

/* ---- retention ---- */

typedef struct series { /* rows of one temperature */
    double temperature;
    hys__written w;
} series;

/* Times count from the writing, which is at 0 or, where the first time is 0, one step before it. */
static hys_status take_series(hys__protocol *p, const double *t, const double *g, const size_t *rows, size_t n,
                              series *s) {
    s->w = (hys__written){.before = NAN, .energy = NAN};
    s->w.times.at = HYS_NEW_N(p->arena, double, n + 1);
    s->w.g = HYS_NEW_N(p->arena, double, n + 1);
    if (!s->w.times.at || !s->w.g) return HYS_NOMEM;
    double shift = n > 1 && !(t[rows[0]] > 0) ? t[rows[1]] - 2 * t[rows[0]] : 0;
    for (size_t k = 0; k < n; k++) {
        double time = t[rows[k]] + shift;
        if (s->w.times.n && !(time > s->w.times.at[s->w.times.n - 1])) continue;
        s->w.times.at[s->w.times.n] = time;
        s->w.g[s->w.times.n++] = g[rows[k]];
    }
    return hys__measured_noise(p, s->w.g, s->w.times.n, &s->w.noise);
}

typedef struct kept {
    series *at;
    size_t n;
    const double *given; /* temperatures of the files; NULL: none */
} kept;

static hys_status add_table(hys__protocol *p, size_t which, kept *k) {
    const double *t = NULL, *g = NULL, *temperature = NULL;
    const size_t *order = NULL;
    size_t n = hys__measured_rows(p, which), used = 0;
    hys_status status = hys__measured_find(p, which, "time", &t);
    if (status == HYS_OK) status = hys__measured_conductance(p, which, &g);
    if (status == HYS_OK) status = hys__measured_find(p, which, "temperature", &temperature);
    if (status == HYS_OK && (!t || !g)) return hys__measured_missing(p, which);
    double *key = HYS_NEW_N(p->arena, double, n);
    size_t *rows = HYS_NEW_N(p->arena, size_t, n);
    if (status == HYS_OK && (!key || !rows)) status = HYS_NOMEM;
    for (size_t r = 0; r < n && status == HYS_OK; r++)
        key[r] = temperature ? temperature[r] : k->given ? k->given[which] : 300.15;
    if (status == HYS_OK) status = hys__measured_order(p, key, n, &order);
    for (size_t r = 0; r < n && status == HYS_OK; r++) {
        rows[used++] = order[r];
        if (r + 1 < n && key[order[r + 1]] - key[order[r]] < 1) continue; /* K: of a controlled stage */
        k->at[k->n].temperature = key[order[r]];
        status = used < 3 ? hys__measured_refuse(p, which, "", "retention needs three rows of one temperature")
                          : take_series(p, t, g, rows, used, &k->at[k->n]);
        k->n++;
        used = 0;
    }
    return status;
}

static hys_status take_temperatures(hys__protocol *p, kept *k) {
    hys__values given = {NULL, 0};
    size_t n = 0;
    for (size_t m = 0; m < p->measured->n; m++) n += hys__measured_rows(p, m);
    k->at = HYS_NEW_N(p->arena, series, n + 1);
    if (!k->at) return HYS_NOMEM;
    if (hys__measured_says(p, "temperatures", "column")) return HYS_OK;
    hys_status status = hys__protocol_quantities(p, "temperatures", &given);
    k->given = given.at;
    if (status == HYS_OK && given.n != p->measured->n)
        return hys__fail(p->ctx, HYS_ARG, "--opt temperatures=300K,358K: one a file, in the order of the files",
                         "%zu temperatures are given for %zu records", given.n, p->measured->n);
    return status;
}

static hys_status read_before(hys__protocol *p, kept *k) {
    double before = NAN;
    hys_status status = HYS_OK;
    if (!hys__measured_says(p, "before", "none")) status = hys__protocol_number(p, "before", &before);
    for (size_t m = 0; m < k->n; m++) k->at[m].w.before = before;
    return status;
}

static hys_status run_retention(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "g", "S", "temperature", "K", NULL};
    kept k = {.n = 0};
    hys_table *table;
    const size_t *order = NULL;
    hys_status status = take_temperatures(p, &k);
    for (size_t m = 0; m < p->measured->n && status == HYS_OK; m++) status = add_table(p, m, &k);
    if (status == HYS_OK) status = read_before(p, &k);
    double *temperature = HYS_NEW_N(p->arena, double, k.n + 1), *tau = HYS_NEW_N(p->arena, double, k.n + 1);
    double *key = HYS_NEW_N(p->arena, double, k.n + 1);
    if (status == HYS_OK && (!temperature || !tau || !key)) status = HYS_NOMEM;
    for (size_t m = 0; m < k.n && status == HYS_OK; m++) key[m] = k.at[m].temperature;
    if (status == HYS_OK) status = hys__measured_order(p, key, k.n, &order);
    if (status == HYS_OK) status = hys__protocol_table(p, "retention", "scatter", columns, &table);
    for (size_t m = 0; m < k.n && status == HYS_OK; m++) {
        const series *s = &k.at[order[m]];
        temperature[m] = s->temperature;
        status = hys__decay_time(p, &s->w, &tau[m]);
        for (size_t r = 0; r < s->w.times.n && status == HYS_OK; r++)
            status = hys_table_add_row(table, (double[]){s->w.times.at[r], s->w.g[r], s->temperature});
        if (status == HYS_OK && m == 0) status = hys__tell_written(p, &s->w, tau[0]);
    }
    return status == HYS_OK ? hys__tell_arrhenius(p, temperature, tau, k.n) : status;
}

static const hys_protocol_option retention_options[] = {
    {"temperatures", "K", "column",
     "of the records, in the order of the files; column: a column temperature, or 300.15K"},
    {"before", "S", "none", "conductance before writing; none: what is kept is counted from zero"}};
const hys__measured_row hys__measured_retention = {
    {"retention", "time and g (or r, or v and i), and temperature where there are several", retention_options,
     sizeof retention_options / sizeof *retention_options},
    run_retention};
