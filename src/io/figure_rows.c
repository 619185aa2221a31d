/* Fewer rows for long tables: what is drawn at 89 mm has some thousand points. */
#include "base/diag.h"
#include "io/figure.h"
#include <math.h>
#include <string.h>

#define MOST_COLUMNS 8 /* of which no spike is lost; a figure shows at most six */

/* Marks the first row of [from, to) and those of the extremes of each column. */
static void mark_stretch(const hys_table *table, size_t from, size_t to, bool *keep) {
    size_t n = hys_table_n_columns(table);
    keep[from] = true;
    for (size_t c = 0; c < n && c < MOST_COLUMNS; c++) {
        const double *y = hys_table_column_at(table, c);
        size_t least = from, most = from;
        for (size_t k = from + 1; k < to; k++) {
            if (y[k] < y[least] || isnan(y[least])) least = k;
            if (y[k] > y[most] || isnan(y[most])) most = k;
        }
        keep[least] = true;
        keep[most] = true;
    }
}

static void mark_part(const hys_table *table, size_t from, size_t to, size_t n_stretches, bool *keep) {
    if (n_stretches < 1) n_stretches = 1;
    size_t length = (to - from + n_stretches - 1) / n_stretches;
    for (size_t k = from; k < to; k += length) mark_stretch(table, k, k + length < to ? k + length : to, keep);
    if (to > from) keep[to - 1] = true;
}

static hys_status copy_heads(const hys_table *table, hys_table *thin) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < table->notes.n && status == HYS_OK; k++)
        status = hys_table_set_note(thin, table->notes.at[k].key, table->notes.at[k].value);
    for (size_t c = 0; c < table->columns.n && status == HYS_OK; c++)
        status = hys_table_add_column(thin, table->columns.at[c].name, table->columns.at[c].unit);
    return status;
}

static hys_status copy_rows(const hys_table *table, const bool *keep, double *row, size_t *first, hys_table *thin) {
    hys_status status = copy_heads(table, thin);
    size_t new_first = 0;
    for (size_t k = 0; k < hys_table_n_rows(table) && status == HYS_OK; k++) {
        if (k == *first) new_first = hys_table_n_rows(thin);
        if (!keep[k]) continue;
        for (size_t c = 0; c < table->columns.n; c++) row[c] = table->columns.at[c].values[k];
        status = hys_table_add_row(thin, row);
    }
    *first = new_first;
    return status;
}

hys_status hys__figure_thin(hys_ctx *ctx, const hys_table *table, size_t most_rows, size_t *first, hys_table **thin) {
    size_t n = hys_table_n_rows(table), n_columns = hys_table_n_columns(table);
    size_t n_kept = 2 * (n_columns < MOST_COLUMNS ? n_columns : MOST_COLUMNS) + 1;
    size_t n_stretches = most_rows / n_kept, n_early = (size_t)((double)n_stretches * (double)*first / (double)n);
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    bool *keep = HYS_NEW_N(&arena, bool, n);
    double *row = HYS_NEW_N(&arena, double, n_columns);
    hys_table *made = NULL;
    hys_status status = keep && row ? hys_table_new(ctx, &made) : HYS_NOMEM;
    if (status == HYS_OK) {
        mark_part(table, 0, *first, n_early, keep);
        mark_part(table, *first, n, n_stretches - n_early, keep);
        status = copy_rows(table, keep, row, first, made);
    }
    hys__arena_free(&arena);
    if (status == HYS_OK) *thin = made;
    else hys_table_free(made);
    return status;
}
