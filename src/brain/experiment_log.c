/* The log of a run: of several ranks each writes down what its own cells did. */
#include "base/clocale.h"
#include "base/diag.h"
#include "base/ranks.h"
#include "brain/experiment.h"
#include "brain/network_impl.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- all ranks ---- */

/* Of ranks whose log cannot be written the first one that is not this one: it says so itself. */
static void blame(hys_brain_experiment *e, const char *path, size_t rank, const int64_t *said) {
    char text[64], name[HYS__LOG_PATH];
    hys__log_part_path(path, rank, (size_t)hys__ranks_size(e->ctx), name);
    if (said[1])
        hys__fail(e->ctx, (hys_status)said[0], "what was written before is sound: hysteron brain recover", "%s: %s",
                  name, hys__c_strerror((int)said[1], text, sizeof text));
    else
        hys__fail(e->ctx, (hys_status)said[0], "", "rank %zu cannot go on: %s", rank,
                  hys_status_text((hys_status)said[0]));
}

/* The first status that is not HYS_OK, on all ranks, and on each why. */
static hys_status agree(hys_brain_experiment *e, const char *path, hys_status mine) {
    const size_t n = (size_t)hys__ranks_size(e->ctx);
    const int64_t said[2] = {mine, e->log ? hys__log_error(e->log) : 0};
    int64_t all[2 * HYS__MOST_RANKS];
    size_t sizes[HYS__MOST_RANKS];
    if (n == 1 || n > HYS__MOST_RANKS) return hys_ranks_all(e->ctx, mine);
    for (size_t r = 0; r < n; r++) sizes[r] = sizeof said;
    const hys_status status = hys__ranks_allgather(e->ctx, said, all, sizes);
    for (size_t r = 0; r < n && status == HYS_OK; r++) {
        if (all[2 * r] == HYS_OK) continue;
        if (mine == HYS_OK) blame(e, path, r, &all[2 * r]);
        return (hys_status)all[2 * r];
    }
    return status;
}

/* ---- its head ---- */

static void put_line(hys__text *head, const char *key, const char *value) {
    hys__text_printf(head, "note\t%s\t", key);
    for (const char *c = value; *c; c++) hys__text_put(head, (unsigned char)*c < ' ' ? " " : c, 1);
    hys__text_puts(head, "\n");
}

static void put_number(hys__text *head, const char *key, double value) {
    char text[40];
    text[hys__number_format(value, text)] = 0;
    put_line(head, key, text);
}

static void put_run(const hys_brain_experiment *e, const hys_brain_run_opts *o, hys__text *head) {
    put_line(head, "hysteron", hys_version());
    if (*e->said.title) put_line(head, "title", e->said.title);
    put_number(head, "seed", (double)(o->has_seed ? o->seed : e->said.seed));
    put_number(head, "dt", e->said.dt);
    put_line(head, "method", hys_brain_experiment_get_info(e).method);
    for (size_t k = 0; k < e->inputs.n; k++) {
        char *text = hys__arena_printf(&((hys_brain_experiment *)(uintptr_t)e)->arena, "%s %s", e->inputs.at[k].hash,
                                       e->inputs.at[k].path);
        char key[40];
        snprintf(key, sizeof key, "input %zu", k + 1);
        if (text) put_line(head, key, text);
    }
    for (size_t k = 0; k < e->said.groups.n; k++)
        hys__text_printf(head, "population\t%s\t%zu\n", e->populations[k].name, e->populations[k].n);
    for (size_t k = 0; k < e->said.records.n; k++) {
        const hys__brain_record *r = &e->records[k];
        char every[40];
        every[hys__number_format((double)r->every * e->said.dt, every)] = 0;
        hys__text_printf(head, "record\t%s\t%zu\t%s\t%s\t%s", r->name, r->population, r->what, r->unit, every);
        for (size_t c = 0; c < r->n; c++) hys__text_printf(head, "\t%u:%u", r->cells[c], r->compartments[c]);
        hys__text_puts(head, "\n");
    }
}

static bool is_mine(const hys_brain_experiment *e, const hys__brain_record *r, size_t column) {
    return hys__cell_is_mine(e->brain, e->populations[r->population].group, r->cells[column]);
}

/* Which of a run's files this is, and what of records is in it; run: the same on all ranks. */
static void put_rank(const hys_brain_experiment *e, int32_t run, hys__text *head) {
    const int32_t n = hys__ranks_size(e->ctx);
    if (n == 1) return;
    hys__text_printf(head, "rank\t%d\t%d\t%d\n", (int)hys__ranks_rank(e->ctx), (int)n, (int)run);
    for (size_t k = 0; k < e->said.records.n; k++) {
        hys__text_printf(head, "mine\t%zu", k);
        for (size_t c = 0; c < e->records[k].n; c++)
            if (is_mine(e, &e->records[k], c)) hys__text_printf(head, "\t%zu", c);
        hys__text_puts(head, "\n");
    }
}

static int32_t name_run(hys_ctx *ctx) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return hys_ranks_agree(ctx, (int32_t)(((uint64_t)t.tv_sec * 1000003u + (uint64_t)t.tv_nsec) & 0x3fffffffu));
}

static hys_status start_log(hys_brain_experiment *e, const hys_brain_run_opts *o) {
    const size_t rank = (size_t)hys__ranks_rank(e->ctx), n_ranks = (size_t)hys__ranks_size(e->ctx);
    const int32_t run = name_run(e->ctx);
    char path[HYS__LOG_PATH];
    hys__text head;
    hys__text_init(&head, e->ctx);
    put_run(e, o, &head);
    put_rank(e, run, &head);
    if (!rank) hys__log_clear(o->log, n_ranks);
    hys__log_part_path(o->log, rank, n_ranks, path);
    const hys_status status = head.failed ? HYS_NOMEM : hys__log_new(e->ctx, path, &head, &e->log);
    hys__text_free(&head);
    return status;
}

hys_status hys__brain_open_log(hys_brain_experiment *e, const hys_brain_run_opts *o) {
    if (o->is_resumed) return hys__brain_resume(e, o->checkpoint, o->log);
    return o->log ? agree(e, o->log, start_log(e, o)) : HYS_OK;
}

/* ---- slices ---- */

static hys_status log_spikes(hys_brain_experiment *e, hys__arena *scratch, size_t k) {
    const size_t group = e->populations[k].group;
    size_t n, n_mine = 0;
    const hys_spike *spikes = hys_brain_spikes(e->brain, group, &n);
    if (!n) return HYS_OK;
    hys_spike *mine = HYS_NEW_N(scratch, hys_spike, n), *sorted = HYS_NEW_N(scratch, hys_spike, n);
    double *times = HYS_NEW_N(scratch, double, n);
    uint32_t *cells = HYS_NEW_N(scratch, uint32_t, n);
    if (scratch->failed) return HYS_NOMEM;
    for (size_t j = 0; j < n; j++)
        if (hys__cell_is_mine(e->brain, group, spikes[j].cell)) mine[n_mine++] = spikes[j];
    if (!hys__spikes_by_time(scratch, mine, n_mine, sorted)) return HYS_NOMEM;
    for (size_t j = 0; j < n_mine; j++) {
        times[j] = sorted[j].time;
        cells[j] = sorted[j].cell;
    }
    return hys__log_spikes(e->log, k, times, cells, n_mine);
}

static hys_status log_record(hys_brain_experiment *e, hys__arena *scratch, const hys__brain_record *r) {
    const double **columns = HYS_NEW_N(scratch, const double *, r->n);
    hys_brain_trace trace = {0};
    size_t n = 0;
    if (!columns) return HYS_NOMEM;
    for (size_t c = 0; c < r->n; c++) {
        if (!is_mine(e, r, c)) continue;
        trace = hys_brain_recorded(e->brain, r->probes[c]);
        columns[n++] = r->folded ? r->folded : trace.y;
    }
    return n ? hys__log_rows(e->log, (size_t)(r - e->records), trace.t, columns, n, trace.n) : HYS_OK;
}

static hys_status write_slice(hys_brain_experiment *e, bool is_end) {
    hys__arena scratch;
    hys_status status = HYS_OK;
    if (!e->log) return HYS_OK;
    hys__arena_init(&scratch, e->ctx, 0);
    for (size_t k = 0; k < e->said.groups.n && status == HYS_OK; k++)
        if (e->populations[k].keeps_spikes) status = log_spikes(e, &scratch, k);
    for (size_t k = 0; k < e->said.records.n && status == HYS_OK; k++) status = log_record(e, &scratch, &e->records[k]);
    if (status == HYS_OK) status = hys__log_until(e->log, hys_brain_time(e->brain), is_end);
    hys__arena_free(&scratch);
    return status;
}

hys_status hys__brain_log_slice(hys_brain_experiment *e, const char *path, bool is_end) {
    return agree(e, path, write_slice(e, is_end));
}
