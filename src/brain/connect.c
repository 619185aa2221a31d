/* Projections: what is asked for, and whether it can be. */
#include "brain/connect.h"
#include "base/diag.h"
#include "base/random.h"
#include <hysteron/ranks.h>
#include <math.h>
#include <string.h>

#define MOST_BYTES 1e14 /* of a projection */
#define NEAR_PAIRS 100000

const char *hys_connect_rule_name(hys_connect_rule rule) {
#define HYS_X(id, name, what) name,
    static const char *const names[] = {HYS_CONNECT_RULES(HYS_X)};
#undef HYS_X
    return (unsigned)rule < HYS_N_CONNECT_RULES ? names[rule] : "?";
}

hys_connect_opts hys_connect_opts_default(void) {
    return (hys_connect_opts){.size = sizeof(hys_connect_opts), .delay = {.mean = 1e-3}};
}

/* ---- checks ---- */

static hys_status check_self(const hys_brain *b, const hys_connect_opts *o) {
    const bool is_drawn = o->rule == HYS_CONNECT_INDEGREE || o->rule == HYS_CONNECT_TOTAL;
    if (!is_drawn || o->source != o->target || o->may_be_self || b->groups.at[o->source]->n > 1) return HYS_OK;
    return hys__fail(b->ctx, HYS_ARG, "let it be connected with itself", "group %zu has no second cell", o->source);
}

static hys_status check_rule(const hys_brain *b, const hys_connect_opts *o) {
    hys_ctx *ctx = b->ctx;
    const size_t n_sources = b->groups.at[o->source]->n, n_targets = b->groups.at[o->target]->n;
    if ((unsigned)o->rule >= HYS_N_CONNECT_RULES) return hys__fail(ctx, HYS_ARG, "", "no such rule of connecting");
    const bool is_by_chance = o->rule == HYS_CONNECT_PROBABILITY || o->rule == HYS_CONNECT_DISTANCE;
    if (o->rule == HYS_CONNECT_ONE_TO_ONE && n_sources != n_targets)
        return hys__fail(ctx, HYS_ARG, "", "groups of %zu and %zu cells cannot be connected one to one", n_sources,
                         n_targets);
    if (is_by_chance && !(o->probability >= 0 && o->probability <= 1))
        return hys__fail(ctx, HYS_ARG, "", "a probability cannot be %g", o->probability);
    if (o->rule == HYS_CONNECT_DISTANCE && !(o->source_at && o->target_at && o->sigma > 0))
        return hys__fail(ctx, HYS_ARG, "", "connecting by distance needs places of both groups, and sigma");
    if (o->rule == HYS_CONNECT_INDEGREE && o->number > UINT32_MAX / 2)
        return hys__fail(ctx, HYS_ARG, "", "a cell cannot have %zu synapses", o->number);
    if (o->rule == HYS_CONNECT_TOTAL && (double)o->number / (double)n_targets > UINT32_MAX / 4)
        return hys__fail(ctx, HYS_ARG, "", "%zu cells cannot have %zu synapses", n_targets, o->number);
    return check_self(b, o);
}

static hys_status check_list(const hys_brain *b, const hys_connect_opts *o) {
    const size_t n_sources = b->groups.at[o->source]->n, n_targets = b->groups.at[o->target]->n;
    for (size_t k = 0; k < o->n_list; k++) {
        const hys_synapse_row *r = &o->list[k];
        const double steps = floor(r->delay / b->opts.dt + 0.5);
        if (r->source >= n_sources || r->target >= n_targets)
            return hys__fail(b->ctx, HYS_ARG, "", "synapse %zu is from cell %zu to cell %zu of groups of %zu and %zu",
                             k, (size_t)r->source, (size_t)r->target, n_sources, n_targets);
        if (!(steps >= 1 && steps <= HYS__MOST_DELAY))
            return hys__fail(b->ctx, HYS_ARG, "", "synapse %zu cannot have a delay of %g s with steps of %g s", k,
                             r->delay, b->opts.dt);
        if (!isfinite(r->weight))
            return hys__fail(b->ctx, HYS_ARG, "", "synapse %zu cannot have the weight %g", k, r->weight);
    }
    return HYS_OK;
}

hys_status hys__connect_check(const hys_brain *b, const hys_connect_opts *o) {
    if (b->has_run) return hys__fail(b->ctx, HYS_ARG, "", "a brain that has run takes no more synapses");
    if (o->source >= b->groups.n || o->target >= b->groups.n)
        return hys__fail(b->ctx, HYS_ARG, "", "there are no groups %zu and %zu of cells", o->source, o->target);
    return check_rule(b, o);
}

hys_connect_opts hys__connect_complete(const hys_connect_opts *opts) {
    hys_connect_opts o = hys_connect_opts_default();
    memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    return o;
}

/* ---- memory ---- */

/* Probability of DISTANCE, mean over pairs: over all, or over as many that lie evenly (Kronecker's sequence of the
 * plastic number). */
static double mean_nearness(const hys_connect_opts *o, size_t n_sources, size_t n_targets) {
    const bool is_all = (double)n_sources * (double)n_targets <= NEAR_PAIRS;
    const size_t n = is_all ? n_sources * n_targets : NEAR_PAIRS;
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        const double x = fmod(0.5 + 0.7548776662466927 * (double)k, 1),
                     y = fmod(0.5 + 0.5698402909980532 * (double)k, 1);
        const double *s = o->source_at + 3 * (is_all ? k % n_sources : (size_t)(x * (double)n_sources));
        const double *t = o->target_at + 3 * (is_all ? k / n_sources : (size_t)(y * (double)n_targets));
        const double d2 = (s[0] - t[0]) * (s[0] - t[0]) + (s[1] - t[1]) * (s[1] - t[1]) + (s[2] - t[2]) * (s[2] - t[2]);
        sum += exp(-d2 / (2 * o->sigma * o->sigma));
    }
    return o->probability * sum / (double)n;
}

double hys__connect_expected(const hys_connect_opts *o, double n_sources, double n_targets, bool not_self) {
    const double pairs = n_sources * n_targets - (not_self ? n_sources : 0);
    switch (o->rule) {
    case HYS_CONNECT_ALL:
        return pairs;
    case HYS_CONNECT_ONE_TO_ONE:
        return n_targets;
    case HYS_CONNECT_PARTS:
        return fmax(n_sources, n_targets);
    case HYS_CONNECT_PROBABILITY:
        return pairs * o->probability;
    case HYS_CONNECT_INDEGREE:
        return n_targets * (double)o->number;
    case HYS_CONNECT_TOTAL:
        return (double)o->number;
    case HYS_CONNECT_LIST:
        return (double)o->n_list;
    default:
        return pairs * mean_nearness(o, (size_t)n_sources, (size_t)n_targets);
    }
}

double hys__connect_bytes(const hys_connect_opts *o, size_t n_sources, size_t n_targets, size_t n_bunches) {
    const bool not_self = o->source == o->target && !o->may_be_self;
    const bool is_drawn = o->weight.kind != HYS_DRAW_CONSTANT && o->weight.spread != 0;
    const bool is_exact = o->rule == HYS_CONNECT_LIST || o->plasticity.kind != HYS_PLASTIC_NONE;
    const double n = hys__connect_expected(o, (double)n_sources, (double)n_targets, not_self);
    const double each = sizeof(uint32_t) + (is_exact ? sizeof(double) : is_drawn ? sizeof(float) : 0);
    return n * each + (double)n_bunches * (double)(n_sources + 1) * sizeof(uint32_t);
}

static double bytes(const hys_brain *b, const hys_connect_opts *o) {
    const hys__group *s = b->groups.at[o->source], *t = b->groups.at[o->target];
    return hys__connect_bytes(o, s->n, t->n, t->wiring->n_bunches);
}

/* Else drawing would take longer than finding out. */
static hys_status check_memory(const hys_brain *b, const hys_connect_opts *o) {
    const double need = bytes(b, o);
    if (need < MOST_BYTES) return HYS_OK;
    return hys__fail(b->ctx, HYS_NOMEM, "", "synapses from group %zu to group %zu would take %.3g bytes", o->source,
                     o->target, need);
}

double hys_brain_connect_memory(const hys_brain *b, const hys_connect_opts *opts) {
    const hys_connect_opts o = hys__connect_complete(opts);
    if (hys__connect_check(b, &o) != HYS_OK) return NAN;
    return bytes(b, &o);
}

/* ---- distributions, and how many synapses each target of TOTAL has ---- */

static hys_status take_list_delays(const hys_connect_opts *o, double dt, hys__steps *delay) {
    delay->least = HYS__MOST_DELAY;
    for (size_t k = 0; k < o->n_list; k++) {
        const uint32_t steps = (uint32_t)floor(o->list[k].delay / dt + 0.5);
        if (steps < delay->least) delay->least = steps;
        if (steps > delay->most) delay->most = steps;
    }
    return HYS_OK;
}

/* The multinomial distribution, target by target. */
hys_status hys__connect_total(hys__drawing *d) {
    const hys__wire *w = &d->wire;
    uint32_t *all = HYS_NEW_N(&d->scratch, uint32_t, w->n_targets);
    if (!all) return HYS_NOMEM;
    hys__stream stream;
    hys__stream_start(&stream, w->seed, HYS__DRAW_BINOMIAL | w->number, 0);
    uint64_t left = d->opts.number;
    for (size_t k = 0; k < w->n_targets; k++) {
        const double p = 1 / (double)(w->n_targets - k);
        const uint64_t n = hys__binomial(left, p, hys__uniform(hys__stream_next(&stream)));
        all[k] = (uint32_t)n;
        left -= n;
    }
    d->wire.indegree = all;
    return HYS_OK;
}

static hys_status prepare(hys_brain *b, hys__drawing *d) {
    const hys_connect_opts *o = &d->opts;
    if (o->rule == HYS_CONNECT_LIST) {
        hys_status status = check_list(b, o);
        return status == HYS_OK ? take_list_delays(o, b->opts.dt, &d->delay) : status;
    }
    hys_status status = hys__dist_make(b->ctx, &o->weight, "a weight", &d->weight);
    if (status == HYS_OK) status = hys__steps_make(&d->scratch, &o->delay, b->opts.dt, HYS__MOST_DELAY, &d->delay);
    if (status == HYS_OK && o->rule == HYS_CONNECT_TOTAL) status = hys__connect_total(d);
    return status;
}

static hys_status add_projection(hys_brain *b, hys__drawing *d) {
    hys__projection *p = HYS_NEW(&b->arena, hys__projection);
    if (!p) return HYS_NOMEM;
    const hys_connect_opts *o = &d->opts;
    *p = (hys__projection){.number = b->net->projections.n,
                           .source = b->groups.at[o->source],
                           .target = b->groups.at[o->target],
                           .site = d->site,
                           .weight_one = d->weight.of.mean,
                           .least = d->delay.least,
                           .most = d->delay.most,
                           .short_term = o->short_term};
    p->bundles = HYS_NEW_N(&b->arena, hys__bundle, p->target->wiring->n_bunches);
    hys__projection **at = p->bundles ? HYS_PUSH(&b->arena, &b->net->projections) : NULL;
    if (!at) return HYS_NOMEM;
    *at = p;
    d->projection = p;
    hys_status status = hys__ranks_counts(b, p, hys__connect_place(b, d));
    if (status == HYS_OK) status = hys__short_term_take(b, p);
    if (status == HYS_OK) status = hys__plastic_take(b, p, &o->plasticity);
    if (hys__is_shared(b)) status = hys_ranks_all(b->ctx, status);
    hys__projection **out = status == HYS_OK ? HYS_PUSH(&b->arena, &p->source->wiring->out) : NULL;
    if (out) {
        p->source->wiring->is_heard = true;
        *out = p;
        return HYS_OK;
    }
    hys__projection_free(b, p);
    b->net->projections.n--;
    return status == HYS_OK ? HYS_NOMEM : status;
}

hys_status hys_brain_connect(hys_brain *b, const hys_connect_opts *opts, size_t *projection) {
    struct hys__net *net;
    hys__drawing d = {.opts = hys__connect_complete(opts)};
    hys_status status = hys__connect_check(b, &d.opts);
    if (status == HYS_OK) status = check_memory(b, &d.opts);
    if (status == HYS_OK) status = hys__plastic_check(b, &d.opts.plasticity);
    if (status == HYS_OK) status = hys__site_of(b, d.opts.target, d.opts.port, d.opts.compartment, &d.site);
    if (status == HYS_OK) status = hys__net_of(b, &net);
    if (status != HYS_OK) return status;
    d.wire = (hys__wire){.opts = &d.opts,
                         .seed = b->opts.seed,
                         .number = b->net->projections.n,
                         .n_sources = b->groups.at[d.opts.source]->n,
                         .n_targets = b->groups.at[d.opts.target]->n,
                         .not_self = d.opts.source == d.opts.target && !d.opts.may_be_self};
    hys__arena_init(&d.scratch, b->ctx, 0);
    status = prepare(b, &d);
    if (status == HYS_OK) status = add_projection(b, &d);
    hys__arena_free(&d.scratch);
    if (status == HYS_OK) *projection = b->net->projections.n - 1;
    return status;
}

/* ---- what there is ---- */

size_t hys_brain_n_synapses(const hys_brain *b, size_t projection) {
    return b->net && projection < b->net->projections.n ? (size_t)b->net->projections.at[projection]->n : 0;
}
