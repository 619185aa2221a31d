/* Writing the log of a run. */
#include "brain/log.h"
#include "base/clocale.h"
#include "base/diag.h"
#include "base/file.h"
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

struct hys__log {
    hys_ctx *ctx;
    hys__guard guard;
    FILE *file;
    const char *path; /* behind the struct */
    size_t size;
    int error; /* errno */
};

uint64_t hys__log_sum_parts(const hys__log_block *block, const hys__log_part *parts, size_t n) {
    hys__hasher hasher;
    uint64_t sum = 0;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, &block->kind, sizeof block->kind);
    hys__hasher_add(&hasher, &block->index, sizeof block->index);
    hys__hasher_add(&hasher, &block->bytes, sizeof block->bytes);
    for (size_t k = 0; k < n; k++) hys__hasher_add(&hasher, parts[k].at, parts[k].size);
    const hys__hash hash = hys__hasher_end(&hasher);
    for (size_t k = 0; k < 16; k++) {
        const char c = hash.hex[k];
        sum = 16 * sum + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return sum;
}

bool hys__log_is_name(const char *name) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+";
    return *name && strlen(name) <= 64 && !name[strspn(name, plain)];
}

int hys__log_error(const hys__log *log) {
    return log->error;
}

static hys_status fail_io(hys__log *log) {
    char text[64];
    log->error = errno;
    return hys__fail(log->ctx, HYS_IO, "what was written before is sound: hysteron brain recover", "%s: %s", log->path,
                     hys__c_strerror(errno, text, sizeof text));
}

static hys_status put(hys__log *log, hys__log_kind kind, size_t index, const hys__log_part *parts, size_t n) {
    hys__log_block block = {.kind = (uint32_t)kind, .index = (uint32_t)index};
    memcpy(block.magic, HYS__LOG_MAGIC, sizeof block.magic);
    for (size_t k = 0; k < n; k++) block.bytes += parts[k].size;
    block.sum = hys__log_sum_parts(&block, parts, n);
    bool ok = fwrite(&block, sizeof block, 1, log->file) == 1;
    for (size_t k = 0; k < n && ok; k++) ok = !parts[k].size || fwrite(parts[k].at, parts[k].size, 1, log->file) == 1;
    return ok ? HYS_OK : fail_io(log);
}

hys_status hys__log_spikes(hys__log *log, size_t population, const double *times, const uint32_t *cells, size_t n) {
    const hys__log_part parts[] = {{times, n * sizeof *times}, {cells, n * sizeof *cells}};
    return n ? put(log, HYS__LOG_SPIKES, population, parts, 2) : HYS_OK;
}

hys_status hys__log_rows(hys__log *log, size_t record, const double *t, const double *const *columns, size_t n_columns,
                         size_t n) {
    const uint64_t rows = n;
    if (!n) return HYS_OK;
    hys__log_part *parts = hys__realloc(log->ctx, NULL, 0, (n_columns + 2) * sizeof *parts);
    if (!parts) return HYS_NOMEM;
    parts[0] = (hys__log_part){&rows, sizeof rows};
    parts[1] = (hys__log_part){t, n * sizeof *t};
    for (size_t k = 0; k < n_columns; k++) parts[k + 2] = (hys__log_part){columns[k], n * sizeof(double)};
    const hys_status status = put(log, HYS__LOG_ROWS, record, parts, n_columns + 2);
    hys__free(log->ctx, parts, (n_columns + 2) * sizeof *parts);
    return status;
}

hys_status hys__log_until(hys__log *log, double time, bool is_end) {
    const hys__log_part part = {&time, sizeof time};
    const hys_status status = put(log, is_end ? HYS__LOG_END : HYS__LOG_UNTIL, 0, &part, 1);
    return status == HYS_OK && fflush(log->file) != 0 ? fail_io(log) : status;
}

static void release(hys_ctx *ctx, hys__guard *guard) {
    hys__log *log = (hys__log *)(void *)((char *)guard - offsetof(hys__log, guard));
    if (log->file) fclose(log->file);
    hys__free(ctx, log, log->size);
}

void hys__log_free(hys__log *log) {
    if (!log) return;
    hys__guard_remove(log->ctx, &log->guard);
    release(log->ctx, &log->guard);
}

static hys_status open_log(hys_ctx *ctx, const char *path, const char *mode, hys__log **result) {
    const size_t n = strlen(path) + 1, size = sizeof(hys__log) + n;
    hys__log *log = hys__realloc(ctx, NULL, 0, size);
    if (!log) return HYS_NOMEM;
    *log = (hys__log){.ctx = ctx, .size = size, .guard.release = release, .path = memcpy(log + 1, path, n)};
    hys__guard_add(ctx, &log->guard);
    log->file = fopen(path, mode);
    *result = log;
    return log->file ? HYS_OK : fail_io(log);
}

hys_status hys__log_append(hys_ctx *ctx, const char *path, uint64_t bytes, hys__log **result) {
    hys__log *log = NULL;
    hys_status status = open_log(ctx, path, "r+be", &log);
    if (status == HYS_OK && (ftruncate(fileno(log->file), (off_t)bytes) != 0 || fseeko(log->file, 0, SEEK_END) != 0))
        status = fail_io(log);
    if (status == HYS_OK) *result = log;
    else hys__log_free(log);
    return status;
}

hys_status hys__log_new(hys_ctx *ctx, const char *path, const hys__text *head, hys__log **result) {
    hys__log *log = NULL;
    const hys__log_part part = {head->at, head->n};
    hys_status status = open_log(ctx, path, "wbe", &log);
    if (status == HYS_OK) status = put(log, HYS__LOG_HEAD, 0, &part, 1);
    if (status == HYS_OK) status = hys__log_until(log, 0, false);
    if (status == HYS_OK) *result = log;
    else hys__log_free(log);
    return status;
}
