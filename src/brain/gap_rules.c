/* Gap junctions by the rules of connecting.  They are few beside synapses: every rank draws all of them. */
#include "base/diag.h"
#include "base/random.h"
#include "brain/connect.h"
#include <math.h>

#define OF_JOINS   (UINT64_C(1) << 48) /* among numbers of draws: they are no projection's */
#define MOST_JOINS 1e9

typedef struct joining {
    hys_brain *brain;
    const hys__drawing *drawing;
    size_t source_compartment;
    bool is_each_once; /* of pairs within one group */
    hys__stream weights;
    size_t target; /* of which the stream is; SIZE_MAX */
    size_t n;
    hys_status status;
} joining;

static void join(joining *j, size_t source, size_t target, double conductance) {
    const hys_connect_opts *o = &j->drawing->opts;
    const hys_brain_place a = {o->source, source, j->source_compartment}, b = {o->target, target, o->compartment};
    j->status = hys_brain_join(j->brain, &a, &b, conductance);
    j->n++;
}

static void put(void *user, size_t target, const uint32_t *sources, size_t n) {
    joining *j = user;
    const hys__drawing *d = j->drawing;
    if (target != j->target) hys__stream_start(&j->weights, d->wire.seed, HYS__DRAW_WEIGHTS | d->wire.number, target);
    j->target = target;
    for (size_t k = 0; k < n && j->status == HYS_OK; k++)
        if (!j->is_each_once || sources[k] < target)
            join(j, sources[k], target, hys__dist_value(&d->weight, hys__uniform(hys__stream_next(&j->weights))));
}

static void put_list(joining *j) {
    const hys_connect_opts *o = &j->drawing->opts;
    for (size_t k = 0; k < o->n_list && j->status == HYS_OK; k++)
        join(j, o->list[k].source, o->list[k].target, o->list[k].weight);
}

static void put_all(joining *j) {
    const hys__wire *w = &j->drawing->wire;
    if (w->opts->rule == HYS_CONNECT_LIST) put_list(j);
    else hys__wire_draw(w, 0, w->n_targets, put, j);
}

static hys_status check_number(const hys_brain *b, const hys__wire *w) {
    const double n = hys__connect_expected(w->opts, (double)w->n_sources, (double)w->n_targets, w->not_self);
    if (n <= MOST_JOINS) return HYS_OK;
    return hys__fail(b->ctx, HYS_LIMIT, "", "%.3g gap junctions are more than can be made", n);
}

hys_status hys_brain_join_groups(hys_brain *b, const hys_connect_opts *opts, size_t source_compartment, size_t *n) {
    struct hys__net *net;
    hys__drawing d = {.opts = hys__connect_complete(opts)};
    const hys_connect_opts *o = &d.opts;
    d.opts.may_be_self = false;
    hys_status status = hys__connect_check(b, o);
    if (status == HYS_OK) status = hys__net_of(b, &net);
    if (status != HYS_OK) return status;
    d.wire = (hys__wire){.opts = o,
                         .seed = b->opts.seed,
                         .number = OF_JOINS | net->n_joinings++,
                         .n_sources = b->groups.at[o->source]->n,
                         .n_targets = b->groups.at[o->target]->n,
                         .not_self = o->source == o->target};
    joining j = {.brain = b, .drawing = &d, .source_compartment = source_compartment, .target = SIZE_MAX};
    j.is_each_once = d.wire.not_self && (o->rule == HYS_CONNECT_ALL || o->rule == HYS_CONNECT_PROBABILITY ||
                                         o->rule == HYS_CONNECT_DISTANCE);
    hys__arena_init(&d.scratch, b->ctx, 0);
    status = check_number(b, &d.wire);
    if (status == HYS_OK) status = hys__dist_make(b->ctx, &o->weight, "a conductance", &d.weight);
    if (status == HYS_OK && o->rule == HYS_CONNECT_TOTAL) status = hys__connect_total(&d);
    if (status == HYS_OK) put_all(&j);
    hys__arena_free(&d.scratch);
    if (n) *n = j.n;
    return status == HYS_OK ? j.status : status;
}
