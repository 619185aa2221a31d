/* The files of all ranks of a run, read as one log.
 *
 * Between two marks each rank has written the spikes of its own cells, by time, and its own columns of records, in one
 * block each.  Spikes of all, sorted in the same way, and columns, each in its place, are what one rank would have
 * written. */
#include "base/clocale.h"
#include "base/diag.h"
#include "brain/brain_impl.h"
#include "brain/log.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- names ---- */

void hys__log_part_path(const char *path, size_t rank, size_t n_ranks, char to[HYS__LOG_PATH]) {
    if (n_ranks > 1) snprintf(to, HYS__LOG_PATH, "%.4300s.%zu", path, rank);
    else snprintf(to, HYS__LOG_PATH, "%.4300s", path);
}

void hys__log_clear(const char *path, size_t n_ranks) {
    char name[HYS__LOG_PATH];
    if (n_ranks > 1) unlink(path);
    for (size_t k = n_ranks > 1 ? n_ranks : 0; k < HYS__LOG_MOST_RANKS; k++) {
        hys__log_part_path(path, k, HYS__LOG_MOST_RANKS, name);
        if (unlink(name) != 0) return;
    }
}

/* The name without ".RANK". */
static hys_status find_base(const hys_brain_log *part, char base[HYS__LOG_PATH]) {
    char end[32];
    const size_t n = (size_t)snprintf(end, sizeof end, ".%zu", part->rank), size = strlen(part->path);
    if (size <= n || size >= HYS__LOG_PATH || strcmp(part->path + size - n, end) != 0)
        return hys__fail(part->ctx, HYS_ARG, "give the files of a run the names that it gave them",
                         "%s is what rank %zu of %zu wrote: its name should end with %s", part->path, part->rank,
                         part->n_ranks, end);
    snprintf(base, HYS__LOG_PATH, "%.*s", (int)(size - n), part->path);
    return HYS_OK;
}

/* ---- files ---- */

/* Of many ranks not all can be open at once. */
static void shut(hys_brain_log *part) {
    if (part->file) fclose(part->file);
    part->file = NULL;
}

static hys_status check_part(const hys_brain_log *part, const hys_brain_log *first, size_t rank) {
    if (part->rank == rank && part->n_ranks == first->n_ranks && part->run == first->run &&
        !memcmp(part->head.hex, first->head.hex, sizeof part->head.hex))
        return HYS_OK;
    return hys__fail(part->ctx, HYS_SYNTAX, "files of several runs make no log", "%s and %s are not of one run",
                     first->path, part->path);
}

static hys_status open_parts(hys_brain_log *log, const hys_brain_log *first, const char *base) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < first->n_ranks && status == HYS_OK; k++) {
        char path[HYS__LOG_PATH];
        hys__log_part_path(base, k, first->n_ranks, path);
        status = hys__log_open(log->ctx, path, &log->parts[k]);
        if (status != HYS_OK) return status;
        log->n_parts = k + 1;
        shut(log->parts[k]);
        status = check_part(log->parts[k], first, k);
    }
    return status;
}

/* Each column is some rank's, and of one alone. */
static hys_status check_columns(hys_brain_log *log) {
    for (size_t r = 0; r < log->records.n; r++) {
        const size_t n = log->records.at[r].n_columns;
        size_t n_seen = 0;
        bool *is_seen = HYS_NEW_N(&log->arena, bool, n), is_twice = false;
        if (!is_seen) return HYS_NOMEM;
        for (size_t k = 0; k < log->n_parts; k++) {
            const hys__log_mine *mine = &log->parts[k]->mine.at[r];
            for (size_t c = 0; c < mine->n; c++, n_seen++) {
                is_twice = is_twice || is_seen[mine->columns[c]];
                is_seen[mine->columns[c]] = true;
            }
        }
        if (is_twice || n_seen != n)
            return hys__fail(log->ctx, HYS_SYNTAX, "", "the files of %s do not share out the columns of %s",
                             log->parts[0]->path, log->records.at[r].name);
    }
    return HYS_OK;
}

static hys_status take_head(hys_brain_log *log) {
    const hys_brain_log *first = log->parts[0];
    log->path = first->path;
    log->notes.at = first->notes.at;
    log->notes.n = first->notes.n;
    for (size_t k = 0; k < first->populations.n; k++) {
        hys_brain_log_population *p = HYS_PUSH(&log->arena, &log->populations);
        if (!p) return HYS_NOMEM;
        *p = first->populations.at[k];
        p->n_spikes = 0;
    }
    for (size_t k = 0; k < first->records.n; k++) {
        hys_brain_log_record *r = HYS_PUSH(&log->arena, &log->records);
        if (!r) return HYS_NOMEM;
        *r = first->records.at[k];
        r->n_rows = 0;
    }
    return check_columns(log);
}

/* ---- what all have ---- */

static hys_status fail_parts(const hys_brain_log *log) {
    return hys__fail(log->ctx, HYS_SYNTAX, "", "the files of %s and of other ranks do not fit together", log->path);
}

static hys_status take_marks(hys_brain_log *log) {
    const hys_brain_log *first = log->parts[0];
    size_t n = first->marks.n;
    log->info.is_whole = true;
    for (size_t k = 0; k < log->n_parts; k++) {
        const hys_brain_log *part = log->parts[k];
        log->info.is_whole = log->info.is_whole && part->info.is_whole && part->marks.n == first->marks.n;
        if (part->marks.n < n) n = part->marks.n;
    }
    for (size_t m = 0; m < n; m++) {
        for (size_t k = 1; k < log->n_parts; k++)
            if (log->parts[k]->marks.at[m].time != first->marks.at[m].time) return fail_parts(log);
        hys__log_mark *mark = HYS_PUSH(&log->arena, &log->marks);
        if (!mark) return HYS_NOMEM;
        *mark = (hys__log_mark){first->marks.at[m].time, m + 1};
        log->info.until = mark->time;
    }
    for (size_t k = 0; k < log->n_parts; k++)
        log->info.lost += (double)(log->parts[k]->size - (n ? log->parts[k]->marks.at[n - 1].end : 0));
    return HYS_OK;
}

/* The rank's next chunk before the mark, where it is of the kind; it is taken. */
static const hys__log_chunk *next_piece(const hys_brain_log *part, size_t *at, size_t mark,
                                        const hys__log_chunk *want) {
    if (*at == part->chunks.n) return NULL;
    const hys__log_chunk *chunk = &part->chunks.at[*at];
    if (chunk->at >= part->marks.at[mark].end || chunk->kind != want->kind || chunk->index != want->index) return NULL;
    ++*at;
    return chunk;
}

static hys_status count(hys_brain_log *log, hys__log_chunk *chunk, const hys__log_chunk *const *pieces) {
    const bool has_rows = chunk->kind == HYS__LOG_ROWS;
    bool is_first = true;
    for (size_t k = 0; k < log->n_parts; k++) {
        const hys__log_chunk *piece = pieces[k];
        if (has_rows && !piece && log->parts[k]->mine.at[chunk->index].n) return fail_parts(log);
        if (!piece) continue;
        if (has_rows && !is_first && piece->n != chunk->n) return fail_parts(log);
        chunk->n = has_rows ? piece->n : chunk->n + piece->n;
        is_first = false;
    }
    if (has_rows) {
        log->records.at[chunk->index].n_rows += (size_t)chunk->n;
        chunk->bytes = 8 * (1 + chunk->n * (log->records.at[chunk->index].n_columns + 1));
    } else {
        log->populations.at[chunk->index].n_spikes += (size_t)chunk->n;
        chunk->bytes = 12 * chunk->n;
    }
    return HYS_OK;
}

/* Of all ranks, where one has it. */
static hys_status take_chunk(hys_brain_log *log, size_t *at, const hys__log_chunk *want) {
    const size_t before = log->pieces.n;
    bool any = false;
    for (size_t k = 0; k < log->n_parts; k++) {
        const hys__log_chunk **piece = HYS_PUSH(&log->arena, &log->pieces);
        if (!piece) return HYS_NOMEM;
        *piece = next_piece(log->parts[k], &at[k], (size_t)want->at, want);
        any = any || *piece;
    }
    if (!any) {
        log->pieces.n = before;
        return HYS_OK;
    }
    hys__log_chunk *chunk = HYS_PUSH(&log->arena, &log->chunks);
    if (!chunk) return HYS_NOMEM;
    *chunk = *want;
    return count(log, chunk, log->pieces.at + before);
}

/* Writers have one order: populations, then records. */
static hys_status take_chunks(hys_brain_log *log) {
    size_t *at = HYS_NEW_N(&log->arena, size_t, log->n_parts);
    hys_status status = at ? HYS_OK : HYS_NOMEM;
    for (size_t m = 0; m < log->marks.n && status == HYS_OK; m++) {
        for (size_t k = 0; k < log->populations.n && status == HYS_OK; k++)
            status = take_chunk(log, at, &(hys__log_chunk){HYS__LOG_SPIKES, (uint32_t)k, m, 0, 0});
        for (size_t k = 0; k < log->records.n && status == HYS_OK; k++)
            status = take_chunk(log, at, &(hys__log_chunk){HYS__LOG_ROWS, (uint32_t)k, m, 0, 0});
        for (size_t k = 0; k < log->n_parts && status == HYS_OK; k++) {
            const hys_brain_log *part = log->parts[k];
            if (at[k] < part->chunks.n && part->chunks.at[at[k]].at < part->marks.at[m].end) status = fail_parts(log);
        }
    }
    return status;
}

static hys_status fill(hys_brain_log *log, const hys_brain_log *first) {
    char base[HYS__LOG_PATH];
    log->parts = HYS_NEW_N(&log->arena, hys_brain_log *, first->n_ranks);
    log->merged = HYS_NEW(&log->arena, hys__log_merged);
    if (!log->parts || !log->merged) return HYS_NOMEM;
    hys_status status = find_base(first, base);
    if (status == HYS_OK) status = open_parts(log, first, base);
    if (status == HYS_OK) status = take_head(log);
    if (status == HYS_OK) status = take_marks(log);
    if (status == HYS_OK) status = take_chunks(log);
    log->info.size = sizeof log->info;
    log->info.n_parts = log->n_parts;
    log->info.n_populations = log->populations.n;
    log->info.n_records = log->records.n;
    return status;
}

hys_status hys__log_gather(hys_brain_log *part, hys_brain_log **result) {
    hys_ctx *ctx = part->ctx;
    hys_brain_log *log = hys__realloc(ctx, NULL, 0, sizeof *log);
    hys_status status = log ? HYS_OK : HYS_NOMEM;
    if (log) {
        *log = (hys_brain_log){.ctx = ctx};
        hys__arena_init(&log->arena, ctx, 0);
        status = fill(log, part);
    }
    hys_brain_log_free(part);
    if (status == HYS_OK) *result = log;
    else hys_brain_log_free(log);
    return status;
}

/* ---- blocks ---- */

/* The payload of a rank's piece. */
static hys_status read_piece(hys_brain_log *part, const hys__log_chunk *piece, hys__arena *scratch, char **data) {
    char text[64];
    hys__arena_free(scratch);
    hys__arena_init(scratch, part->ctx, 0);
    *data = hys__arena_alloc(scratch, (size_t)piece->bytes + 1);
    if (!*data) return HYS_NOMEM;
    part->file = fopen(part->path, "rbe");
    if (!part->file)
        return hys__fail(part->ctx, HYS_IO, "", "%s: %s", part->path, hys__c_strerror(errno, text, sizeof text));
    const hys_status status = hys__log_fetch(part, piece, 0, *data, (size_t)piece->bytes);
    shut(part);
    return status;
}

static hys_status merge_spikes(const hys_brain_log *log, const hys__log_chunk *const *pieces, size_t n, char *to) {
    hys__arena all, scratch;
    char *data;
    size_t done = 0;
    hys__arena_init(&all, log->ctx, 0);
    hys__arena_init(&scratch, log->ctx, 0);
    hys_spike *events = HYS_NEW_N(&all, hys_spike, n);
    hys_status status = events ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < log->n_parts && status == HYS_OK; k++) {
        if (!pieces[k]) continue;
        const size_t n_mine = (size_t)pieces[k]->n;
        status = read_piece(log->parts[k], pieces[k], &scratch, &data);
        for (size_t j = 0; j < n_mine && status == HYS_OK; j++, done++) {
            memcpy(&events[done].time, data + j * sizeof(double), sizeof(double));
            memcpy(&events[done].cell, data + n_mine * sizeof(double) + j * sizeof(uint32_t), sizeof(uint32_t));
        }
    }
    if (status == HYS_OK) qsort(events, n, sizeof *events, hys__spike_compare);
    for (size_t j = 0; j < n && status == HYS_OK; j++) {
        memcpy(to + j * sizeof(double), &events[j].time, sizeof(double));
        memcpy(to + n * sizeof(double) + j * sizeof(uint32_t), &events[j].cell, sizeof(uint32_t));
    }
    hys__arena_free(&scratch);
    hys__arena_free(&all);
    return status;
}

static hys_status merge_rows(const hys_brain_log *log, const hys__log_chunk *chunk, const hys__log_chunk *const *pieces,
                             char *to) {
    hys__arena scratch;
    char *data;
    const size_t column = (size_t)chunk->n * sizeof(double), before = sizeof(uint64_t) + column;
    hys_status status = HYS_OK;
    hys__arena_init(&scratch, log->ctx, 0);
    for (size_t k = 0; k < log->n_parts && status == HYS_OK; k++) {
        if (!pieces[k]) continue;
        const hys__log_mine *mine = &log->parts[k]->mine.at[chunk->index];
        status = read_piece(log->parts[k], pieces[k], &scratch, &data);
        if (status == HYS_OK) memcpy(to, data, before); /* times are the same in all */
        for (size_t c = 0; c < mine->n && status == HYS_OK; c++)
            memcpy(to + before + mine->columns[c] * column, data + before + c * column, column);
    }
    hys__arena_free(&scratch);
    return status;
}

hys_status hys__log_merge(const hys_brain_log *log, const hys__log_chunk *chunk) {
    hys__log_merged *m = log->merged;
    const hys__log_chunk *const *pieces = log->pieces.at + (size_t)(chunk - log->chunks.at) * log->n_parts;
    if (m->chunk == chunk) return HYS_OK;
    if (m->at) hys__free(log->ctx, m->at, m->size);
    *m = (hys__log_merged){.size = (size_t)chunk->bytes + 1};
    m->at = hys__realloc(log->ctx, NULL, 0, m->size);
    if (!m->at) return HYS_NOMEM;
    const hys_status status = chunk->kind == HYS__LOG_SPIKES ? merge_spikes(log, pieces, (size_t)chunk->n, m->at)
                                                             : merge_rows(log, chunk, pieces, m->at);
    if (status == HYS_OK) m->chunk = chunk;
    return status;
}
