/* Triplets of spikes, and pairs at several rates: what a rule of pairs alone cannot give (Pfister and Gerstner, J.
 * Neurosci. 26, 9673, 2006). */
#include "lab/analyse.h"
#include "lab/spike.h"
#include <math.h>

/* Intervals of the experiments on triplets: t1 from the first spike to the middle one, t2 from that to the last. */
typedef struct triplet {
    double t1, t2; /* s */
} triplet;
static const triplet triplets[] = {{5e-3, 5e-3}, {10e-3, 10e-3}, {15e-3, 5e-3}, {5e-3, 15e-3}};
#define N_TRIPLETS (sizeof triplets / sizeof *triplets)

typedef struct outcome {
    double low[2], high[2]; /* dG/G of all pairs at the lowest and the highest rate: dt > 0, dt < 0 */
    double pre_post_pre, post_pre_post, pair[2], energy, peak;
} outcome;

static hys_status take_triplets(hys__protocol *p, const hys__spike *s, outcome *o) {
    static const char *const columns[] = {"t1", "s", "t2", "s", "pre_post_pre", "1", "post_pre_post", "1", NULL};
    hys_table *table;
    hys_status status = hys__protocol_table(p, "triplets", "", columns, &table);
    for (size_t k = 0; k < N_TRIPLETS && status == HYS_OK; k++) {
        double outer[2] = {-triplets[k].t1, triplets[k].t2}, inner = 0, change[2] = {NAN, NAN};
        for (int which = 0; which < 2 && status == HYS_OK; which++) {
            hys__pairing a = {NAN, NAN, NAN, NAN};
            const hys__spikes all = {which ? &inner : outer, which ? outer : &inner, which ? 1 : 2, which ? 2 : 1};
            status = hys__spike_take(p, s, &all, &a);
            change[which] = a.after / a.before - 1;
            if (k == 0) o->energy = a.energy, o->peak = a.peak;
        }
        if (k == 0) o->pre_post_pre = change[0], o->post_pre_post = change[1];
        if (status == HYS_OK)
            status = hys_table_add_row(table, (double[]){triplets[k].t1, triplets[k].t2, change[0], change[1]});
    }
    return status;
}

typedef struct rates {
    hys__values f;
    double dt; /* s */
    size_t n;  /* pairs */
    double *pre, *post;
} rates;

static hys_status take_rate(hys__protocol *p, const hys__spike *s, rates *r, double rate, double dt, double *change) {
    hys__pairing a = {NAN, NAN, NAN, NAN};
    for (size_t k = 0; k < r->n; k++) {
        r->pre[k] = (double)k / rate;
        r->post[k] = r->pre[k] + dt;
    }
    hys_status status = hys__spike_take(p, s, &(hys__spikes){r->pre, r->post, r->n, r->n}, &a);
    *change = a.after / a.before - 1;
    return status;
}

static hys_status take_rates(hys__protocol *p, const hys__spike *s, rates *r, outcome *o) {
    static const char *const columns[] = {"rate", "Hz", "pre_first", "1", "post_first", "1", NULL};
    hys_table *table;
    hys_status status = hys__protocol_table(p, "rates", "scatter", columns, &table);
    for (size_t k = 0; k < r->f.n && status == HYS_OK; k++) {
        double change[2] = {NAN, NAN};
        hys__protocol_done(p, (double)k, (double)r->f.n);
        status = take_rate(p, s, r, r->f.at[k], r->dt, &change[0]);
        if (status == HYS_OK) status = take_rate(p, s, r, r->f.at[k], -r->dt, &change[1]);
        for (int m = 0; m < 2; m++) {
            if (k == 0) o->low[m] = change[m];
            o->high[m] = change[m];
        }
        if (status == HYS_OK) status = hys_table_add_row(table, (double[]){r->f.at[k], change[0], change[1]});
    }
    return status;
}

static hys_status take_pairs(hys__protocol *p, const hys__spike *s, double dt, outcome *o) {
    hys_status status = HYS_OK;
    for (int which = 0; which < 2 && status == HYS_OK; which++) {
        hys__pairing a = {NAN, NAN, NAN, NAN};
        const double pre = 0, post = which ? -dt : dt;
        status = hys__spike_take(p, s, &(hys__spikes){&pre, &post, 1, 1}, &a);
        o->pair[which] = a.after / a.before - 1;
    }
    return status;
}

static hys_status tell(hys__protocol *p, const outcome *o, size_t n) {
    double together = o->pair[0] + o->pair[1], size = fmax(fabs(o->pair[0]), fabs(o->pair[1]));
    bool moves = size > 1e-6, is_like_biology = o->low[1] < 0 && o->high[1] > 0;
    const struct {
        const char *name;
        double value;
        const char *desc;
    } list[] = {{"pre_post_pre", o->pre_post_pre, "dG/G by a triplet of 5 ms and 5 ms"},
                {"post_pre_post", o->post_pre_post, "the same with the other neuron in the middle"},
                {"pairs_together", together,
                 "what one pair of each order makes by itself: a rule of pairs gives this for both"},
                {"low_rate_plus", o->low[0], "dG/G by all pairs, pre first, at the lowest rate"},
                {"low_rate_minus", o->low[1], "the same with post first"},
                {"high_rate_plus", o->high[0], "dG/G by all pairs, pre first, at the highest rate"},
                {"high_rate_minus", o->high[1], "the same with post first"},
                {"beyond_pairs",
                 moves ? fmax(fabs(o->pre_post_pre - together), fabs(o->post_pre_post - together)) / size : NAN,
                 "how far triplets are from what pairs make, against the larger pair: 0 of a rule of pairs"}};
    hys_status status =
        hys__protocol_says(p, "rate_dependence",
                           !moves            ? "cannot be told"
                           : is_like_biology ? "depression turns into potentiation"
                           : fabs(o->high[0] - o->low[0]) < 0.05 * fabs(o->low[0]) ? "none"
                                                                                   : "other",
                           "of pairs with post first: in cortex they depress at low and potentiate at high rates");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, "1", list[k].value, list[k].desc);
    if (status == HYS_OK) status = hys__protocol_feature(p, "pairs", "1", (double)n, "pairs at each rate");
    if (status == HYS_OK) status = hys__protocol_feature(p, "v_peak", "V", o->peak, "largest voltage of an overlap");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", o->energy, "of a triplet of 5 ms and 5 ms");
    if (status == HYS_OK && !moves)
        status = hys__protocol_remark(p, "triplets cannot be told: overlaps of %.3g V change nothing", o->peak);
    return status;
}

static hys_status run(hys__protocol *p) {
    hys__spike s;
    rates r = {.n = 0};
    outcome o = {.energy = NAN};
    long n;
    hys_status status = hys__spike_read(p, &s);
    if (status == HYS_OK) status = hys__protocol_list(p, "rates", &r.f);
    if (status == HYS_OK) status = hys__protocol_positive(p, "dt", &r.dt);
    if (status == HYS_OK) status = hys__protocol_count(p, "pairs", 1, &n);
    if (status != HYS_OK) return status;
    if (!(r.f.at[r.f.n - 1] * r.dt < 1))
        return hys__fail(p->ctx, HYS_ARG, "a shorter --opt dt=T", "at %g Hz pairs of %g s overlap", r.f.at[r.f.n - 1],
                         r.dt);
    r.n = (size_t)n;
    r.pre = HYS_NEW_N(p->arena, double, 2 * r.n);
    if (!r.pre) return HYS_NOMEM;
    r.post = r.pre + r.n;
    status = take_pairs(p, &s, 5e-3, &o);
    if (status == HYS_OK) status = take_triplets(p, &s, &o);
    if (status == HYS_OK) status = take_rates(p, &s, &r, &o);
    return status == HYS_OK ? tell(p, &o, r.n) : status;
}

static const hys_protocol_option options[] = {
    HYS__SPIKE_OPTIONS,
    {"rates", "Hz", "1,10,20,40,50", "of pairs: a list, or FROM:TO:N; each with a fresh device"},
    {"dt", "s", "10ms", "between the spikes of a pair"},
    {"pairs", "", "10", "pairs at each rate"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_triplet = {
    {"stdp-triplet", "", "triplets of spikes, and pairs at 1 to 50 Hz: what goes beyond a rule of pairs", options,
     sizeof options / sizeof *options},
    run};
