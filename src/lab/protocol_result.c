/* Results of protocols: numbers, tables, remarks. */
#include "base/clocale.h"
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

static hys_status add(hys__protocol *p, hys_feature feature) {
    hys_feature *f = HYS_PUSH(p->arena, &p->result->features);
    if (!f) return HYS_NOMEM;
    *f = feature;
    return HYS_OK;
}

hys_status hys__protocol_feature(hys__protocol *p, const char *name, const char *unit, double value, const char *desc) {
    return add(p, (hys_feature){name, unit, desc, value, NULL});
}

hys_status hys__protocol_says(hys__protocol *p, const char *name, const char *text, const char *desc) {
    return add(p, (hys_feature){name, "", desc, NAN, text});
}

/* What several runs of one protocol say alike is said once. */
hys_status hys__protocol_remark(hys__protocol *p, const char *fmt, ...) {
    char text[400];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (size_t k = 0; k < p->result->remarks.n; k++)
        if (!strcmp(p->result->remarks.at[k], text)) return HYS_OK;
    const char *copy = hys__arena_strndup(p->arena, text, strlen(text));
    const char **slot = HYS_PUSH(p->arena, &p->result->remarks);
    if (!slot || !copy) return HYS_NOMEM;
    *slot = copy;
    return HYS_OK;
}

const char *hys__protocol_advice(const hys__protocol *p, const char *advice) {
    return p->measured ? "" : advice;
}

hys_status hys__protocol_table(hys__protocol *p, const char *name, const char *figure, const char *const *columns,
                               hys_table **table) {
    hys_protocol_table *slot = HYS_PUSH(p->arena, &p->result->tables);
    if (!slot) return HYS_NOMEM;
    *slot = (hys_protocol_table){.name = name, .figure = figure};
    hys_status status = hys_table_new(p->ctx, table);
    if (status != HYS_OK) {
        p->result->tables.n--;
        return status;
    }
    slot->table = *table;
    for (size_t k = 0; columns[k] && status == HYS_OK; k += 2)
        status = hys_table_add_column(*table, columns[k], columns[k + 1]);
    return status;
}

hys_status hys__protocol_keep_table(hys__protocol *p, const char *name, const char *figure, hys_table *table) {
    hys_protocol_table *slot = HYS_PUSH(p->arena, &p->result->tables);
    if (slot) *slot = (hys_protocol_table){name, table, figure};
    else hys_table_free(table);
    return slot ? HYS_OK : HYS_NOMEM;
}

hys_status hys__protocol_keep(hys__protocol *p, const char *name, const char *figure, hys_run *run) {
    hys_table *table = run->table;
    run->table = NULL;
    return hys__protocol_keep_table(p, name, figure, table);
}

static const hys_feature *find(const hys_run *run, const char *name) {
    for (size_t k = 0; k < hys_run_n_features(run); k++)
        if (!strcmp(hys_run_feature(run, k)->name, name)) return hys_run_feature(run, k);
    return NULL;
}

double hys__run_feature(const hys_run *run, const char *name) {
    const hys_feature *f = find(run, name);
    return f ? f->value : NAN;
}

/* Features of runs have static texts. */
hys_status hys__protocol_take(hys__protocol *p, const hys_run *run, const char *const *names) {
    hys_status status = HYS_OK;
    for (; *names && status == HYS_OK; names++) {
        const hys_feature *f = find(run, *names);
        if (f) status = add(p, *f);
    }
    for (size_t k = 0; k < hys_run_n_remarks(run) && status == HYS_OK; k++)
        status = hys__protocol_remark(p, "%s", hys_run_remark(run, k));
    return status;
}

void hys_protocol_result_free(hys_protocol_result *result) {
    if (!result) return;
    hys_ctx *ctx = result->ctx;
    for (size_t k = 0; k < result->tables.n; k++) hys_table_free((hys_table *)(uintptr_t)result->tables.at[k].table);
    hys__arena_free(&result->arena);
    hys__free(ctx, result, sizeof *result);
}

size_t hys_protocol_n_features(const hys_protocol_result *result) {
    return result->features.n;
}
const hys_feature *hys_protocol_feature(const hys_protocol_result *result, size_t i) {
    return i < result->features.n ? &result->features.at[i] : NULL;
}
const hys_feature *hys_protocol_find_feature(const hys_protocol_result *result, const char *name) {
    for (size_t k = 0; k < result->features.n; k++)
        if (!strcmp(result->features.at[k].name, name)) return &result->features.at[k];
    return NULL;
}
size_t hys_protocol_n_tables(const hys_protocol_result *result) {
    return result->tables.n;
}
const hys_protocol_table *hys_protocol_table_at(const hys_protocol_result *result, size_t i) {
    return i < result->tables.n ? &result->tables.at[i] : NULL;
}
size_t hys_protocol_n_remarks(const hys_protocol_result *result) {
    return result->remarks.n;
}
const char *hys_protocol_remark(const hys_protocol_result *result, size_t i) {
    return i < result->remarks.n ? result->remarks.at[i] : NULL;
}
