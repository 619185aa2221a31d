/* Results of a step as they grow: numbers, matrices, tables, remarks. */
#include "array/experiment.h"
#include <stdarg.h>

double *hys__found_matrix(hys_experiment *e, hys__found *f, const char *name, const char *unit, size_t rows,
                          size_t columns) {
    double *values = HYS_NEW_N(&e->arena, double, rows *columns);
    hys_experiment_matrix *m = values ? HYS_PUSH(&e->arena, &f->matrices) : NULL;
    if (!m) return NULL;
    *m = (hys_experiment_matrix){.name = name, .unit = unit, .values = {rows, columns, values}};
    return values;
}

double *hys__found_map(hys_experiment *e, hys__found *f, const char *name, const char *unit) {
    double *values = hys__found_matrix(e, f, name, unit, e->lines.rows, e->lines.columns);
    if (values) f->matrices.at[f->matrices.n - 1].is_map = true;
    return values;
}

hys_status hys__found_number(hys_experiment *e, hys__found *f, const char *name, const char *unit, double value) {
    hys_experiment_number *n = HYS_PUSH(&e->arena, &f->numbers);
    if (!n) return HYS_NOMEM;
    *n = (hys_experiment_number){name, unit, value};
    return HYS_OK;
}

hys_status hys__found_remark(hys_experiment *e, hys__found *f, const char *fmt, ...) {
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char *kept = hys__arena_printf(&e->arena, "%s", text);
    const char **at = kept ? HYS_PUSH(&e->arena, &f->remarks) : NULL;
    if (!at) return HYS_NOMEM;
    *at = kept;
    return HYS_OK;
}

hys_table *hys__found_table(hys_experiment *e, hys__found *f, const char *name, const char *figure,
                            const char *const *columns) {
    hys_table *table = NULL;
    if (hys_table_new(e->ctx, &table) != HYS_OK) return NULL;
    hys_status status = HYS_OK;
    for (; *columns && status == HYS_OK; columns += 2) status = hys_table_add_column(table, columns[0], columns[1]);
    hys_experiment_table *t = status == HYS_OK ? HYS_PUSH(&e->arena, &f->tables) : NULL;
    if (t) {
        *t = (hys_experiment_table){name, table, figure};
        return table;
    }
    hys_table_free(table);
    return NULL;
}

void hys__found_close(hys__found *f) {
    f->step.numbers = f->numbers.at;
    f->step.n_numbers = f->numbers.n;
    f->step.matrices = f->matrices.at;
    f->step.n_matrices = f->matrices.n;
    f->step.tables = f->tables.at;
    f->step.n_tables = f->tables.n;
    f->step.remarks = f->remarks.at;
    f->step.n_remarks = f->remarks.n;
}

void hys__found_free(hys__found *f) {
    for (size_t k = 0; k < f->tables.n; k++) hys_table_free((hys_table *)f->tables.at[k].table);
}
