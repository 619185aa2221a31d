/* Tables: columns of doubles with names and units. */
#include "io/table.h"
#include "base/diag.h"
#include <string.h>

/* Few: an operating point of a large circuit is one row of 10^5 columns. */
#define FIRST_ROWS 16u

hys_status hys_table_new(hys_ctx *ctx, hys_table **table) {
    hys_table *t = hys__realloc(ctx, NULL, 0, sizeof *t);
    if (!t) return HYS_NOMEM;
    memset(t, 0, sizeof *t);
    t->ctx = ctx;
    hys__arena_init(&t->arena, ctx, 0);
    *table = t;
    return HYS_OK;
}

void hys_table_free(hys_table *table) {
    if (!table) return;
    for (size_t c = 0; c < table->columns.n; c++)
        hys__free(table->ctx, table->columns.at[c].values, table->row_cap * sizeof(double));
    hys__arena_free(&table->arena);
    hys__free(table->ctx, table, sizeof *table);
}

hys_status hys_table_add_column(hys_table *table, const char *name, const char *unit) {
    if (table->n_rows > 0) return HYS_BUG_HERE(table->ctx, "a column was added behind the first row");
    char *own_name = hys__arena_strndup(&table->arena, name, strlen(name));
    char *own_unit = hys__arena_strndup(&table->arena, unit, strlen(unit));
    if (!own_name || !own_unit) return HYS_NOMEM;
    struct hys_column *column = HYS_PUSH(&table->arena, &table->columns);
    if (!column) return HYS_NOMEM;
    column->name = own_name;
    column->unit = own_unit;
    return HYS_OK;
}

/* Doubles the room for rows.  All new blocks are taken before any old one is given up, so that a
 * failure leaves the table as it was. */
static hys_status more_rows(hys_table *table) {
    size_t old = table->row_cap, cap = old ? old * 2 : FIRST_ROWS, n = table->columns.n;
    if (cap > SIZE_MAX / sizeof(double)) return HYS_NOMEM;
    double **grown = hys__realloc(table->ctx, NULL, 0, (n + 1) * sizeof *grown);
    if (!grown) return HYS_NOMEM;
    size_t got = 0;
    while (got < n && (grown[got] = hys__realloc(table->ctx, NULL, 0, cap * sizeof(double)))) got++;
    for (size_t c = 0; c < got; c++) {
        if (got < n) {
            hys__free(table->ctx, grown[c], cap * sizeof(double));
            continue;
        }
        struct hys_column *column = &table->columns.at[c];
        if (old) memcpy(grown[c], column->values, table->n_rows * sizeof(double));
        hys__free(table->ctx, column->values, old * sizeof(double));
        column->values = grown[c];
    }
    hys__free(table->ctx, grown, (n + 1) * sizeof *grown);
    if (got < n) return HYS_NOMEM;
    table->row_cap = cap;
    return HYS_OK;
}

hys_status hys_table_add_row(hys_table *table, const double *values) {
    if (table->n_rows == table->row_cap) {
        hys_status status = more_rows(table);
        if (status != HYS_OK) return status;
    }
    for (size_t c = 0; c < table->columns.n; c++) table->columns.at[c].values[table->n_rows] = values[c];
    table->n_rows++;
    return HYS_OK;
}

size_t hys_table_n_columns(const hys_table *table) {
    return table->columns.n;
}

size_t hys_table_n_rows(const hys_table *table) {
    return table->n_rows;
}

const char *hys_table_name(const hys_table *table, size_t column) {
    return table->columns.at[column].name;
}

const char *hys_table_unit(const hys_table *table, size_t column) {
    return table->columns.at[column].unit;
}

const double *hys_table_column_at(const hys_table *table, size_t column) {
    return table->columns.at[column].values;
}

size_t hys__table_index(const hys_table *table, const char *name) {
    for (size_t c = 0; c < table->columns.n; c++)
        if (!strcmp(table->columns.at[c].name, name)) return c;
    return SIZE_MAX;
}

void hys__table_drop(hys_table *table, size_t first) {
    for (size_t c = first; c < table->columns.n; c++)
        hys__free(table->ctx, table->columns.at[c].values, table->row_cap * sizeof(double));
    if (first < table->columns.n) table->columns.n = first;
}

const double *hys_table_column(const hys_table *table, const char *name) {
    size_t c = hys__table_index(table, name);
    return c == SIZE_MAX ? NULL : table->columns.at[c].values;
}

hys_status hys_table_set_note(hys_table *table, const char *key, const char *value) {
    char *own_key = hys__arena_strndup(&table->arena, key, strlen(key));
    char *own_value = hys__arena_strndup(&table->arena, value, strlen(value));
    struct hys_note *note = own_key && own_value ? HYS_PUSH(&table->arena, &table->notes) : NULL;
    if (!note) return HYS_NOMEM;
    note->key = own_key;
    note->value = own_value;
    return HYS_OK;
}
