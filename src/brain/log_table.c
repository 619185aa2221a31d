/* A log's spikes and records as tables. */
#include "brain/log.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct rows {
    hys__arena arena; /* of one block */
    hys_table *table;
} rows;

static hys_status begin(const hys_brain_log *log, rows *r) {
    r->table = NULL;
    hys__arena_init(&r->arena, log->ctx, 0);
    hys_status status = hys_table_new(log->ctx, &r->table);
    return status == HYS_OK ? hys_table_add_column(r->table, "time", "s") : status;
}

static hys_status finish(rows *r, hys_status status, hys_table **result) {
    hys__arena_free(&r->arena);
    if (status == HYS_OK) *result = r->table;
    else hys_table_free(r->table);
    return status;
}

/* ---- spikes ---- */

static hys_status add_spikes(const hys_brain_log *log, rows *r, const hys__log_chunk *chunk) {
    const size_t n = (size_t)chunk->n;
    hys__arena_free(&r->arena);
    hys__arena_init(&r->arena, log->ctx, 0);
    double *times = HYS_NEW_N(&r->arena, double, n);
    uint32_t *cells = HYS_NEW_N(&r->arena, uint32_t, n);
    if (!times || !cells) return HYS_NOMEM;
    hys_status status = hys__log_fetch(log, chunk, 0, times, n * sizeof *times);
    if (status == HYS_OK) status = hys__log_fetch(log, chunk, n * sizeof *times, cells, n * sizeof *cells);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_row(r->table, (const double[]){times[k], cells[k]});
    return status;
}

hys_status hys_brain_log_spikes(const hys_brain_log *log, size_t k, hys_table **result) {
    rows r;
    size_t at = 0;
    hys_status status = begin(log, &r);
    if (status == HYS_OK) status = hys_table_add_column(r.table, "cell", "");
    for (const hys__log_chunk *c; status == HYS_OK && (c = hys__log_next(log, &at, HYS__LOG_SPIKES, k)) != NULL;)
        status = add_spikes(log, &r, c);
    return finish(&r, status, result);
}

/* ---- records ---- */

static bool are_alike(const uint32_t *values, size_t n) {
    for (size_t k = 1; k < n; k++)
        if (values[k] != values[0]) return false;
    return true;
}

/* "v", "v.CELL", "v.CELL.COMPARTMENT": as much as tells columns apart. */
static hys_status name_columns(const hys_brain_log_record *record, hys_table *table, size_t n) {
    const bool is_one_place = are_alike(record->compartments, record->n_columns);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        char name[96];
        int length = snprintf(name, sizeof name, "%.64s", record->what);
        if (record->n_columns > 1)
            length += snprintf(name + length, sizeof name - (size_t)length, ".%u", record->cells[k]);
        if (!is_one_place) snprintf(name + length, sizeof name - (size_t)length, ".%u", record->compartments[k]);
        status = hys_table_add_column(table, name, record->unit);
    }
    return status;
}

static hys_status add_rows(const hys_brain_log *log, rows *r, const hys__log_chunk *chunk, size_t n_columns) {
    const size_t n = (size_t)chunk->n;
    hys__arena_free(&r->arena);
    hys__arena_init(&r->arena, log->ctx, 0);
    double *values = n <= SIZE_MAX / 8 / (n_columns + 1) ? HYS_NEW_N(&r->arena, double, n *(n_columns + 1)) : NULL;
    double *row = HYS_NEW_N(&r->arena, double, n_columns + 1);
    if (!values || !row) return HYS_NOMEM;
    hys_status status = hys__log_fetch(log, chunk, 8, values, n * (n_columns + 1) * sizeof *values);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        for (size_t c = 0; c <= n_columns; c++) row[c] = values[c * n + k];
        status = hys_table_add_row(r->table, row);
    }
    return status;
}

hys_status hys_brain_log_table(const hys_brain_log *log, size_t k, size_t most, hys_table **result) {
    const hys_brain_log_record *record = &log->records.at[k];
    const size_t n = most && most < record->n_columns ? most : record->n_columns;
    rows r;
    size_t at = 0;
    hys_status status = begin(log, &r);
    if (status == HYS_OK) status = name_columns(record, r.table, n);
    for (const hys__log_chunk *c; status == HYS_OK && (c = hys__log_next(log, &at, HYS__LOG_ROWS, k)) != NULL;)
        status = add_rows(log, &r, c, n);
    return finish(&r, status, result);
}
