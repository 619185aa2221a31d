/* The table of protocols that measured data can be asked, and asking. */
#include "lab/measured.h"
#include <math.h>
#include <string.h>
#include <strings.h>

static const hys__measured_row *const rows[] = {
    &hys__measured_iv,       &hys__measured_iv_frequency, &hys__measured_thresholds, &hys__measured_potentiation,
    &hys__measured_ppf,      &hys__measured_epsc,         &hys__measured_stp_ltp,    &hys__measured_srdp,
    &hys__measured_stdp,     &hys__measured_retention,    &hys__measured_endurance,  &hys__measured_disturb,
    &hys__measured_kinetics, &hys__measured_levels,       &hys__measured_rtn,
};

static const hys__measured_row *row_of(const hys_protocol *protocol) {
    for (size_t k = 0; protocol && k < sizeof rows / sizeof *rows; k++)
        if (!strcmp(rows[k]->shown.protocol, protocol->name)) return rows[k];
    return NULL;
}

const hys_protocol_data *hys_protocol_data_of(const hys_protocol *protocol) {
    const hys__measured_row *row = row_of(protocol);
    return row ? &row->shown : NULL;
}

/* Columns that no row can do without, unless they are empty altogether. */
static bool is_key(const hys_table *table, size_t column) {
    static const char *const keys[] = {"time", "i", "g", "r", "interval", "index", "change", "frequency", "gain"};
    size_t row = 0, k = 0;
    while (k < sizeof keys / sizeof *keys && strcasecmp(hys_table_name(table, column), keys[k]) != 0) k++;
    if (k == sizeof keys / sizeof *keys) return false;
    while (row < hys_table_n_rows(table) && !isfinite(hys_table_column_at(table, column)[row])) row++;
    return row < hys_table_n_rows(table);
}

static bool is_whole(const hys_table *table, const bool *keys, size_t row) {
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        if (keys[c] && !isfinite(hys_table_column_at(table, c)[row])) return false;
    return true;
}

/* Rows in which something was not measured are left out; *made NULL: there are none. */
static hys_status leave_out(hys__protocol *p, const hys_table *table, hys_table **made) {
    size_t n = hys_table_n_rows(table), n_columns = hys_table_n_columns(table), kept = 0;
    bool *keys = HYS_NEW_N(p->arena, bool, n_columns);
    *made = NULL;
    if (!keys) return HYS_NOMEM;
    for (size_t c = 0; c < n_columns; c++) keys[c] = is_key(table, c);
    for (size_t r = 0; r < n; r++) kept += is_whole(table, keys, r);
    if (kept == n) return HYS_OK;
    double *row = HYS_NEW_N(p->arena, double, n_columns);
    hys_status status = row ? hys__table_cut(p->ctx, table, 1, 0, made) : HYS_NOMEM;
    for (size_t r = 0; r < n && status == HYS_OK; r++) {
        if (!is_whole(table, keys, r)) continue;
        for (size_t c = 0; c < n_columns; c++) row[c] = hys_table_column_at(table, c)[r];
        status = hys_table_add_row(*made, row);
    }
    return status == HYS_OK ? hys__protocol_remark(
                                  p, "%zu of %zu rows, in which something was not measured, are left out", n - kept, n)
                            : status;
}

/* The tables without such rows: those in `made` are ours. */
static hys_status clean(hys__protocol *p, hys_table **made, const hys_table **tables) {
    const hys__measured *m = p->measured;
    for (size_t k = 0; k < m->n; k++) {
        hys_status status = leave_out(p, m->tables[k], &made[k]);
        if (status != HYS_OK) return status;
        tables[k] = made[k] ? made[k] : m->tables[k];
        if (!hys_table_n_rows(tables[k])) return hys__measured_refuse(p, k, "", "this table has no rows");
    }
    return HYS_OK;
}

hys_status hys_protocol_analyse(hys_ctx *ctx, const hys_protocol *protocol, const hys_table *const *tables, size_t n,
                                const hys_protocol_opts *given, hys_protocol_result **result) {
    hys_protocol_opts opts = hys_protocol_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    const hys__measured_row *row = row_of(protocol);
    if (!row)
        return hys__fail(ctx, HYS_ARG, "run it on a model", "%s looks at models only, not at measured data",
                         protocol->name);
    if (!n) return hys__fail(ctx, HYS_ARG, "", "there are no data");
    const hys__measured measured = {tables, opts.names, n};
    const hys_protocol shown = {protocol->name, protocol->aliases, protocol->summary, row->shown.options,
                                row->shown.n_options};
    hys__protocol p = {.shown = &shown, .measured = &measured};
    hys_status status = hys__protocol_open(ctx, &opts, &p);
    hys_table **made = status == HYS_OK ? HYS_NEW_N(p.arena, hys_table *, n) : NULL;
    const hys_table **whole = made ? hys__arena_calloc(p.arena, n, sizeof *whole) : NULL;
    if (status == HYS_OK && !whole) status = HYS_NOMEM;
    if (status == HYS_OK) status = clean(&p, made, whole);
    const hys__measured cleaned = {whole, opts.names, n};
    p.measured = &cleaned;
    if (status == HYS_OK) status = row->run(&p);
    for (size_t k = 0; made && k < n; k++) hys_table_free(made[k]);
    return hys__protocol_close(&p, status, result);
}
