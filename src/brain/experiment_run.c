/* Running an experiment on cells: slice by slice, each of which is in the log before the next begins. */
#include "brain/brain_impl.h"
#include "brain/experiment.h"
#include <hysteron/ranks.h>
#include <math.h>
#include <string.h>
#include <time.h>

hys_brain_run_opts hys_brain_run_opts_default(void) {
    return (hys_brain_run_opts){.size = sizeof(hys_brain_run_opts)};
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- building ---- */

static hys_status add_group(hys_brain_experiment *e, size_t k) {
    const hys__said_poisson *s = &((const hys__said_group *)e->said.groups.at)[k].poisson;
    hys__brain_population *p = &e->populations[k];
    if (p->replay) return hys_brain_add_replay(e->brain, p->n, p->replay, p->n_replay, &p->group);
    if (p->type == e->said.cells.n) return hys_brain_add_poisson(e->brain, p->n, s->rate, s->start, s->stop, &p->group);
    hys_status status = hys_brain_add(e->brain, e->types[p->type].cell, p->n, &p->group);
    if (status == HYS_OK && p->has_threshold) status = hys_brain_detect(e->brain, p->group, p->watched, p->threshold);
    return status;
}

static hys_status add_groups(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.groups.n && status == HYS_OK; k++)
        status = hys__brain_blame(e, e->said.groups.nodes[k], add_group(e, k));
    return status;
}

static hys_status add_electrodes(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->electrodes.n && status == HYS_OK; k++) {
        hys_electrode one = e->electrodes.at[k];
        one.place.group = e->populations[one.place.group].group;
        status = hys_brain_add_electrode(e->brain, &one);
        hys__brain_blame(e, hys__yaml_find(e->yaml.root, "electrodes"), status);
    }
    return status;
}

static hys_status add_records(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.records.n && status == HYS_OK; k++) {
        hys__brain_record *r = &e->records[k];
        for (size_t c = 0; c < r->n_probes && status == HYS_OK; c++) {
            const hys_brain_place place = {e->populations[r->population].group, r->cells[c], r->compartments[c]};
            status = hys_brain_record(e->brain, &place, r->what, r->every, &r->probes[c]);
        }
        hys__brain_blame(e, e->said.records.nodes[k], status);
    }
    return status;
}

/* Statistics are the same on all ranks; else each rank needs what its own cells do alone. */
static void share_watched(hys_brain_experiment *e) {
    for (size_t k = 0; k < e->said.records.n; k++) {
        const hys__brain_record *r = &e->records[k];
        const size_t n = r->fold == HYS__FOLD_EACH ? 1 : r->n_probes;
        for (size_t c = 0; c < n; c++) e->brain->probes.at[r->probes[c]]->is_for_all = true;
    }
    for (size_t k = 0; k < e->meters.n; k++) e->brain->probes.at[e->meters.at[k].power]->is_for_all = true;
}

static hys_status build(hys_brain_experiment *e, const hys_brain_run_opts *o) {
    hys_brain_opts b = hys_brain_opts_default();
    b.dt = e->said.dt;
    b.method = (hys_brain_method)e->said.method;
    b.rtol = e->said.tolerance;
    b.seed = o->has_seed ? o->seed : e->said.seed;
    b.n_threads = o->threads ? o->threads : (unsigned)e->said.threads;
    hys_status status = hys_brain_new(e->ctx, &b, &e->brain);
    if (status == HYS_OK) e->brain->is_local = hys_ranks_size(e->ctx) > 1 && b.method != HYS_BRAIN_ADAPTIVE;
    if (status == HYS_OK) status = add_groups(e);
    if (status == HYS_OK) status = hys__brain_connect(e);
    if (status == HYS_OK) status = hys__brain_join(e);
    if (status == HYS_OK) status = hys__brain_couple(e);
    if (status == HYS_OK) status = add_electrodes(e);
    if (status == HYS_OK) status = add_records(e);
    if (status == HYS_OK) status = hys__brain_watch_start(e);
    if (status == HYS_OK) share_watched(e);
    if (status != HYS_OK || o->is_resumed) return status;
    status = hys__brain_draw_starts(e, b.seed);
    return status == HYS_OK && e->said.settles ? hys_brain_settle(e->brain) : status;
}

/* ---- slices ---- */

/* Every so many seconds, at the end, and when it is cancelled: behind the log's mark of the same time. */
static hys_status keep_checkpoint(hys_brain_experiment *e, const hys_brain_run_opts *o, bool is_last, double *last) {
    const bool is_due = o->checkpoint && (is_last || now() - *last >= o->checkpoint_every);
    if (!hys_ranks_agree(e->ctx, is_due)) return HYS_OK;
    *last = now();
    return hys_brain_save(e->brain, o->checkpoint);
}

/* What a slice found before it was cancelled counts too. */
static hys_status run_slices(hys_brain_experiment *e, const hys_brain_run_opts *o, double duration) {
    const uint64_t n = (uint64_t)(duration / e->said.dt + 0.5);
    const double per_slice = hys__brain_slice(e) / e->said.dt + 0.5;
    const uint64_t slice = per_slice < 1e15 ? (uint64_t)per_slice : n;
    hys_status status = HYS_OK;
    double last = now();
    for (uint64_t done = (uint64_t)(hys_brain_time(e->brain) / e->said.dt + 0.5); done < n && status == HYS_OK;) {
        const uint64_t steps = n - done < slice ? n - done : slice;
        status = hys_brain_run(e->brain, (double)steps * e->said.dt);
        done += steps;
        if (status != HYS_OK && status != HYS_CANCEL) return status;
        hys__brain_watch(e);
        const hys_status logged = hys__brain_log_slice(e, o->log, status == HYS_OK && done == n);
        if (logged != HYS_OK) return logged;
        const bool is_cancelled = o->progress && o->progress(o->progress_user, (double)done / (double)n);
        if (hys_ranks_agree(e->ctx, is_cancelled)) status = HYS_CANCEL;
        const hys_status kept = keep_checkpoint(e, o, status == HYS_CANCEL || done == n, &last);
        if (kept != HYS_OK) return kept;
    }
    return status;
}

static void take_result(hys_brain_experiment *e, hys_brain_run_result *r) {
    r->size = sizeof *r;
    r->simulated = e->brain ? hys_brain_time(e->brain) : 0;
    hys__brain_results(e, r->simulated);
    r->n_synapses = e->n_synapses;
    r->n_groups = e->said.groups.n;
    r->groups = e->results;
    for (size_t k = 0; k < e->said.groups.n; k++) {
        r->n_cells += e->populations[k].n;
        r->n_compartments += e->populations[k].n * e->types[e->populations[k].type].n;
    }
    r->memory = hys__brain_memory_now(e);
}

hys_status hys_brain_experiment_run(hys_brain_experiment *e, const hys_brain_run_opts *opts,
                                    hys_brain_run_result *result) {
    hys_brain_run_opts o = hys_brain_run_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    *result = (hys_brain_run_result){0};
    if (e->brain) return HYS_BUG_HERE(e->ctx, "an experiment runs once");
    if (o.duration > 0) e->said.duration = o.duration;
    if (o.threads) e->said.threads = o.threads;
    const double start = now();
    hys_status status = hys__brain_check_memory(e, o.most_memory);
    if (status == HYS_OK) status = build(e, &o);
    status = hys_ranks_all(e->ctx, status);
    if (status == HYS_OK) status = hys__brain_open_log(e, &o);
    const double built = now();
    if (status == HYS_OK) status = run_slices(e, &o, e->said.duration);
    if (status == HYS_OK) status = hys__brain_read_weights(e);
    hys__log_free(e->log);
    e->log = NULL;
    if (status == HYS_OK || status == HYS_CANCEL) take_result(e, result);
    result->build_seconds = built - start;
    result->run_seconds = now() - built;
    return status;
}
