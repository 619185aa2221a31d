/* Figures of tables of protocols. */
#include "cli/cli.h"
#include <math.h>
#include <string.h>

/* What one axis can show: the first column, and those of the unit of the second. */
static hys_status drawn_columns(invocation *in, const hys_table *table, hys_table **drawn) {
    size_t columns[16], n = 0;
    double row[16];
    hys_status status = hys_table_new(in->ctx, drawn);
    for (size_t c = 0; c < hys_table_n_columns(table) && n < 16; c++)
        if (c < 2 || !strcmp(hys_table_unit(table, c), hys_table_unit(table, 1))) columns[n++] = c;
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_column(*drawn, hys_table_name(table, columns[k]), hys_table_unit(table, columns[k]));
    for (size_t r = 0; r < hys_table_n_rows(table) && status == HYS_OK; r++) {
        for (size_t k = 0; k < n; k++) row[k] = hys_table_column_at(table, columns[k])[r];
        status = hys_table_add_row(*drawn, row);
    }
    return status;
}

/* Whether some column has two values that are not the same. */
static bool varies(const hys_table *table) {
    for (size_t c = 1; c < hys_table_n_columns(table); c++) {
        const double *y = hys_table_column_at(table, c);
        double least = INFINITY, most = -INFINITY;
        for (size_t r = 0; r < hys_table_n_rows(table); r++) least = fmin(least, y[r]), most = fmax(most, y[r]);
        if (most > least) return true;
    }
    return false;
}

hys_status draw_protocol_table(invocation *in, const hys_protocol_table *t, const char *path) {
    hys_figure_opts opts = hys_figure_opts_default();
    hys_table *drawn = NULL;
    opts.kind = t->figure;
    if (strcmp(t->figure, "scatter") != 0) return hys_figure_write(in->ctx, t->table, &opts, path);
    hys_status status = drawn_columns(in, t->table, &drawn);
    if (status == HYS_OK && varies(drawn)) status = hys_figure_write(in->ctx, drawn, &opts, path);
    else if (status == HYS_OK) fprintf(stderr, "note: nothing varies in the table %s; it is not drawn\n", t->name);
    hys_table_free(drawn);
    return status;
}
