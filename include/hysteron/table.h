/* hysteron/table.h -- columns of doubles, each with a name and a unit; written as CSV
 * `time[s],v[V]`. */
#ifndef HYSTERON_TABLE_H
#define HYSTERON_TABLE_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

typedef struct hys_table hys_table;

hys_status hys_table_new(hys_ctx *ctx, hys_table **table);
void hys_table_free(hys_table *table);
hys_status hys_table_add_column(hys_table *table, const char *name, const char *unit);
hys_status hys_table_add_row(hys_table *table, const double *values); /* one a column; copied */
size_t hys_table_n_columns(const hys_table *table);
size_t hys_table_n_rows(const hys_table *table);
const char *hys_table_name(const hys_table *table, size_t column);
const char *hys_table_unit(const hys_table *table, size_t column);
/* The values of a column, or NULL when there is none of that name; n_rows long. */
const double *hys_table_column(const hys_table *table, const char *name);
const double *hys_table_column_at(const hys_table *table, size_t column);

/* Comment lines (# key: value) that carry provenance: version, seed, input hashes, command line. */
hys_status hys_table_set_note(hys_table *table, const char *key, const char *value);

/* path "-" is standard output.  Written whole under a temporary name, then renamed. */
hys_status hys_table_write_csv(const hys_table *table, hys_ctx *ctx, const char *path);
/* The same behind further comment lines: pairs of key and value, which a NULL ends. */
hys_status hys_table_write_csv_noted(const hys_table *table, hys_ctx *ctx, const char *path, const char *const *notes);
/* The first measurement of any file that hysteron/import.h knows; of CSV:
 * separators , ; tab (with ; and tab also decimal commas); lines with # are comments.  The heading is optional ("v,i"
 * or "time,v,i" then): "time[s],v[mV]", "Time (ms)", or plain names; units of V, A, s, ohm, S, Hz, K, m, W, F are
 * converted to SI.  The first columns that look like a time, a voltage and a current are called time, v and i. */
hys_status hys_table_read_csv(hys_ctx *ctx, const char *path, hys_table **table);

HYS_DECLS_END
#endif
