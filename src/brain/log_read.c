/* Reading the log of a run: blocks up to the first that is not sound. */
#include "base/clocale.h"
#include "base/diag.h"
#include "base/units.h"
#include "brain/log.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_HEAD (1u << 28) /* bytes */

static hys_status fail_log(const hys_brain_log *log, const char *what) {
    return hys__report_at(log->ctx, HYS_ERROR, HYS_SYNTAX, log->path, 0, 0, NULL,
                          "hysteron brain run keeps it beside its results as run.partial", "%s", what);
}

/* ---- blocks ---- */

static bool is_sound(hys_brain_log *log, const hys__log_block *block, uint64_t at) {
    hys__arena scratch;
    hys__arena_init(&scratch, log->ctx, 0);
    char *payload = hys__arena_alloc(&scratch, (size_t)block->bytes + 1);
    const hys__log_part part = {payload, (size_t)block->bytes};
    const bool ok = payload && fseeko(log->file, (off_t)at, SEEK_SET) == 0 &&
                    (!block->bytes || fread(payload, (size_t)block->bytes, 1, log->file) == 1) &&
                    hys__log_sum_parts(block, &part, 1) == block->sum;
    log->arena.failed = log->arena.failed || scratch.failed;
    hys__arena_free(&scratch);
    return ok;
}

/* ---- the head ---- */

/* The next word of the line; NULL behind the last. */
static const char *word(char **at) {
    char *from = *at;
    if (!from) return NULL;
    char *tab = strchr(from, '\t');
    if (tab) *tab = 0;
    *at = tab ? tab + 1 : NULL;
    return from;
}

static bool take_number(const char *text, double *value) {
    bool overflow;
    return text && *text && hys__number_parse(text, value, &overflow) == strlen(text) && *value >= 0;
}

static bool take_name(const char *text, const char **name) {
    *name = text;
    return text && hys__log_is_name(text);
}

static bool take_index(const char *text, double below, size_t *value) {
    double number;
    if (!take_number(text, &number) || !(number < below) || number != floor(number)) return false;
    *value = (size_t)number;
    return true;
}

static bool take_columns(hys_brain_log *log, char *at, hys_brain_log_record *r) {
    size_t n = 0, k = 0;
    for (const char *c = at; c && *c; c++) n += *c == ':';
    uint32_t *cells = HYS_NEW_N(&log->arena, uint32_t, n + 1), *compartments = HYS_NEW_N(&log->arena, uint32_t, n + 1);
    if (!cells || !compartments) return false;
    for (const char *text = word(&at); text; text = word(&at), k++) {
        char *end;
        if (k == n) return false;
        cells[k] = (uint32_t)strtoul(text, &end, 10);
        if (end == text || *end != ':') return false;
        text = end + 1;
        compartments[k] = (uint32_t)strtoul(text, &end, 10);
        if (end == text || *end) return false;
    }
    r->cells = cells;
    r->compartments = compartments;
    r->n_columns = n;
    return k == n && n > 0;
}

/* "rank RANK RANKS RUN" */
static bool take_rank(hys_brain_log *log, char *line) {
    return take_index(word(&line), HYS__LOG_MOST_RANKS, &log->rank) &&
           take_index(word(&line), HYS__LOG_MOST_RANKS + 1, &log->n_ranks) && log->rank < log->n_ranks &&
           log->n_ranks > 1 && take_number(word(&line), &log->run);
}

/* "mine RECORD COLUMN ...", of all records in their order */
static bool take_mine(hys_brain_log *log, char *line) {
    size_t record, column, n = 0;
    if (!take_index(word(&line), (double)log->records.n, &record) || record != log->mine.n) return false;
    for (const char *c = line; c && *c; c++) n += *c == '\t';
    hys__log_mine *mine = HYS_PUSH(&log->arena, &log->mine);
    uint32_t *columns = HYS_NEW_N(&log->arena, uint32_t, n + 1);
    if (!mine || !columns) return false;
    *mine = (hys__log_mine){columns, 0};
    for (const char *text = word(&line); text; text = word(&line)) {
        if (!take_index(text, (double)log->records.at[record].n_columns, &column)) return false;
        columns[mine->n++] = (uint32_t)column;
    }
    return true;
}

static bool is_of_rank(const char *line) {
    return !strncmp(line, "rank\t", 5) || !strncmp(line, "mine\t", 5);
}

static bool take_line(hys_brain_log *log, char *line) {
    const char *kind = word(&line);
    if (!strcmp(kind, "rank")) return take_rank(log, line);
    if (!strcmp(kind, "mine")) return take_mine(log, line);
    if (!strcmp(kind, "note")) {
        const char *key = word(&line), *value = word(&line);
        for (int k = 0; k < 2; k++) {
            const char **to = HYS_PUSH(&log->arena, &log->notes);
            if (!to || !key || !value) return false;
            *to = k ? value : key;
        }
        return true;
    }
    if (!strcmp(kind, "population")) {
        hys_brain_log_population *p = HYS_PUSH(&log->arena, &log->populations);
        return p && take_name(word(&line), &p->name) && take_index(word(&line), UINT32_MAX, &p->n);
    }
    hys_brain_log_record *r = strcmp(kind, "record") ? NULL : HYS_PUSH(&log->arena, &log->records);
    return r && take_name(word(&line), &r->name) &&
           take_index(word(&line), (double)log->populations.n, &r->population) && (r->what = word(&line)) &&
           (r->unit = word(&line)) && take_number(word(&line), &r->every) && take_columns(log, line, r);
}

static hys_status take_head(hys_brain_log *log, const hys__log_block *block, uint64_t at) {
    char *text = block->bytes < MOST_HEAD ? hys__arena_alloc(&log->arena, (size_t)block->bytes + 1) : NULL;
    if (!text) return block->bytes < MOST_HEAD ? HYS_NOMEM : fail_log(log, "its head is too long");
    const hys__log_chunk chunk = {.at = at, .bytes = block->bytes};
    hys_status status = hys__log_fetch(log, &chunk, 0, text, (size_t)block->bytes);
    hys__hasher hasher;
    bool ok = true;
    hys__hasher_init(&hasher);
    for (char *line = text; status == HYS_OK && ok && *line;) {
        char *end = strchr(line, '\n');
        if (end) *end = 0;
        char *next = end ? end + 1 : line + strlen(line);
        if (!is_of_rank(line)) hys__hasher_add(&hasher, line, (size_t)(next - line));
        ok = take_line(log, line);
        line = next;
    }
    log->head = hys__hasher_end(&hasher);
    ok = ok && log->mine.n == (log->n_ranks ? log->records.n : 0);
    if (status != HYS_OK || ok) return status;
    return log->arena.failed ? HYS_NOMEM : fail_log(log, "its head is none of a run");
}

/* ---- what blocks hold ---- */

/* Spikes, or rows; false: the block is none of this run. */
static bool count(hys_brain_log *log, hys__log_chunk *chunk) {
    if (chunk->kind == HYS__LOG_SPIKES) {
        chunk->n = chunk->bytes / 12;
        if (chunk->index >= log->populations.n || chunk->bytes % 12) return false;
        log->populations.at[chunk->index].n_spikes += (size_t)chunk->n;
        return true;
    }
    if (chunk->kind != HYS__LOG_ROWS || chunk->index >= log->records.n || chunk->bytes < 8) return false;
    const size_t n_columns = log->n_ranks ? log->mine.at[chunk->index].n : log->records.at[chunk->index].n_columns;
    const uint64_t per_row = 8 * (n_columns + 1);
    if (hys__log_fetch(log, chunk, 0, &chunk->n, 8) != HYS_OK) return false;
    if (chunk->n > chunk->bytes / per_row || chunk->n * per_row != chunk->bytes - 8) return false;
    log->records.at[chunk->index].n_rows += (size_t)chunk->n;
    return true;
}

/* False: the rest is not taken. */
static bool take_block(hys_brain_log *log, const hys__log_block *block, uint64_t at) {
    hys__log_chunk chunk = {block->kind, block->index, at, block->bytes, 0};
    if (block->kind == HYS__LOG_UNTIL || block->kind == HYS__LOG_END) {
        if (block->bytes != 8 || hys__log_fetch(log, &chunk, 0, &log->info.until, 8) != HYS_OK) return false;
        log->info.is_whole = block->kind == HYS__LOG_END;
        hys__log_mark *mark = HYS_PUSH(&log->arena, &log->marks);
        if (mark) *mark = (hys__log_mark){log->info.until, at + block->bytes};
        return mark && isfinite(log->info.until);
    }
    if (!count(log, &chunk)) return false;
    hys__log_chunk *to = HYS_PUSH(&log->arena, &log->chunks);
    if (to) *to = chunk;
    return to != NULL;
}

static hys_status scan(hys_brain_log *log) {
    uint64_t at = 0;
    hys__log_block block;
    while (at + sizeof block <= log->size) {
        if (fseeko(log->file, (off_t)at, SEEK_SET) != 0 || fread(&block, sizeof block, 1, log->file) != 1) break;
        const uint64_t from = at + sizeof block;
        if (memcmp(block.magic, HYS__LOG_MAGIC, sizeof block.magic) != 0 || block.bytes > log->size - from) break;
        if ((block.kind == HYS__LOG_HEAD) != (at == 0) || !is_sound(log, &block, from)) break;
        if (at == 0) {
            const hys_status status = take_head(log, &block, from);
            if (status != HYS_OK) return status;
        } else if (!take_block(log, &block, from)) break;
        at = from + block.bytes;
    }
    log->info.lost = (double)(log->size - at);
    const char **last = HYS_PUSH(&log->arena, &log->notes); /* NULL: the end */
    if (!last || log->arena.failed) return HYS_NOMEM;
    return at ? HYS_OK : fail_log(log, "this is no log of a run");
}

/* ---- opening ---- */

static hys_status open_log(hys_brain_log *log, const char *path) {
    char text[64];
    log->path = hys__arena_printf(&log->arena, "%s", path);
    if (!log->path) return HYS_NOMEM;
    log->file = fopen(path, "rbe");
    if (!log->file || fseeko(log->file, 0, SEEK_END) != 0)
        return hys__fail(log->ctx, HYS_IO, "", "%s: %s", path, hys__c_strerror(errno, text, sizeof text));
    const off_t size = ftello(log->file);
    if (size < 0 || size == INT64_MAX) return fail_log(log, "this is no file");
    log->size = (uint64_t)size;
    const hys_status status = scan(log);
    log->info.size = sizeof log->info;
    log->info.n_populations = log->populations.n;
    log->info.n_records = log->records.n;
    return status;
}

hys_status hys__log_open(hys_ctx *ctx, const char *path, hys_brain_log **result) {
    hys_brain_log *log = hys__realloc(ctx, NULL, 0, sizeof *log);
    if (!log) return HYS_NOMEM;
    *log = (hys_brain_log){.ctx = ctx};
    hys__arena_init(&log->arena, ctx, 0);
    const hys_status status = open_log(log, path);
    if (status == HYS_OK) *result = log;
    else hys_brain_log_free(log);
    return status;
}

/* Any file of several ranks stands for all of them, and so does the name that one rank's would have. */
hys_status hys_brain_log_read(hys_ctx *ctx, const char *path, hys_brain_log **result) {
    char first[HYS__LOG_PATH];
    hys_brain_log *log = NULL;
    hys__log_part_path(path, 0, 2, first);
    const bool is_base = access(path, F_OK) != 0 && access(first, F_OK) == 0;
    const hys_status status = hys__log_open(ctx, is_base ? first : path, &log);
    if (status == HYS_OK && log->n_ranks) return hys__log_gather(log, result);
    if (status == HYS_OK) *result = log;
    return status;
}

void hys_brain_log_free(hys_brain_log *log) {
    if (!log) return;
    hys_ctx *ctx = log->ctx;
    if (log->file) fclose(log->file);
    for (size_t k = 0; k < log->n_parts; k++) hys_brain_log_free(log->parts[k]);
    if (log->merged && log->merged->at) hys__free(ctx, log->merged->at, log->merged->size);
    hys__arena_free(&log->arena);
    hys__free(ctx, log, sizeof *log);
}

/* ---- asking ---- */

hys_status hys__log_fetch(const hys_brain_log *log, const hys__log_chunk *chunk, uint64_t from, void *to, size_t size) {
    if (!size) return HYS_OK;
    if (log->n_parts) {
        const hys_status status = hys__log_merge(log, chunk);
        if (status == HYS_OK) memcpy(to, log->merged->at + from, size);
        return status;
    }
    if (fseeko(log->file, (off_t)(chunk->at + from), SEEK_SET) == 0 && fread(to, size, 1, log->file) == 1)
        return HYS_OK;
    return hys__fail(log->ctx, HYS_IO, "", "%s cannot be read any more", log->path);
}

const hys__log_chunk *hys__log_next(const hys_brain_log *log, size_t *k, hys__log_kind kind, size_t index) {
    while (*k < log->chunks.n) {
        const hys__log_chunk *chunk = &log->chunks.at[(*k)++];
        if (chunk->kind == (uint32_t)kind && chunk->index == index) return chunk;
    }
    return NULL;
}

hys_brain_log_info hys_brain_log_get_info(const hys_brain_log *log) {
    return log->info;
}

const char *const *hys_brain_log_notes(const hys_brain_log *log) {
    return log->notes.at;
}

hys_brain_log_population hys_brain_log_get_population(const hys_brain_log *log, size_t k) {
    return log->populations.at[k];
}

hys_brain_log_record hys_brain_log_get_record(const hys_brain_log *log, size_t k) {
    return log->records.at[k];
}
