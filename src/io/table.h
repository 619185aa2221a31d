/* The inside of hys_table, for the io room: columns in one block each, grown together. */
#ifndef HYS_IO_TABLE_H
#define HYS_IO_TABLE_H
#include "base/memory.h"
#include <hysteron/table.h>

struct hys_column {
    char *name, *unit;
    double *values;
};
struct hys_note {
    char *key, *value;
};
struct hys_table {
    hys_ctx *ctx;
    hys__arena arena; /* names, units, notes */
    struct {
        struct hys_column *at;
        size_t n, cap;
    } columns;
    struct {
        struct hys_note *at;
        size_t n, cap;
    } notes;
    size_t n_rows, row_cap;
    bool is_unnamed;      /* read from a file without a heading: the names are a guess */
    int32_t heading_line; /* of the file; 0: none */
};

/* SIZE_MAX: there is no such column */
size_t hys__table_index(const hys_table *table, const char *name);
/* Gives up the columns from `first` on. */
void hys__table_drop(hys_table *table, size_t first);

#endif
