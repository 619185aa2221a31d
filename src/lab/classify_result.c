/* Traits and what is found of them. */
#include "base/clocale.h"
#include "base/units.h"
#include "lab/classify_impl.h"
#include <math.h>
#include <string.h>

#define HYS__X(id, name, unit, words, desc) {name, unit, words, desc},
static const hys_trait traits[HYS__N_TRAITS] = {HYS__TRAITS(HYS__X)};
#undef HYS__X

size_t hys_trait_count(void) {
    return HYS__N_TRAITS;
}
const hys_trait *hys_trait_get(size_t i) {
    return i < HYS__N_TRAITS ? &traits[i] : NULL;
}

hys_class_opts hys_class_opts_default(void) {
    return (hys_class_opts){.size = sizeof(hys_class_opts)};
}

static const char *const blank = "it was not measured";

bool hys__class_is_blank(const hys_finding *finding) {
    return finding->evidence == blank;
}

hys_status hys__class_new(hys_ctx *ctx, hys_class **result) {
    hys_class *c = hys__realloc(ctx, NULL, 0, sizeof *c);
    if (!c) return HYS_NOMEM;
    memset(c, 0, sizeof *c);
    c->ctx = ctx;
    hys__arena_init(&c->arena, ctx, 0);
    for (size_t k = 0; k < HYS__N_TRAITS; k++)
        c->findings[k] = (hys_finding){&traits[k], "cannot be told", NAN, false, 0, blank, ""};
    *result = c;
    return HYS_OK;
}

void hys_class_free(hys_class *result) {
    if (!result) return;
    hys_ctx *ctx = result->ctx;
    for (size_t k = 0; k < result->tables.n; k++) hys_table_free((hys_table *)(uintptr_t)result->tables.at[k].table);
    hys__arena_free(&result->arena);
    hys__free(ctx, result, sizeof *result);
}

/* ---- putting in ---- */

static const char *text_of(hys_class *c, const char *fmt, va_list args) {
    char text[600];
    hys__c_vsnprintf(text, sizeof text, fmt, args);
    return hys__arena_strndup(&c->arena, text, strlen(text));
}

hys_status hys__class_word(hys_class *c, int trait, const char *word, double confidence, const char *table,
                           const char *evidence, ...) {
    va_list args;
    va_start(args, evidence);
    const char *text = text_of(c, evidence, args);
    va_end(args);
    if (!text) return HYS_NOMEM;
    c->findings[trait] = (hys_finding){&traits[trait], word, NAN, true, confidence, text, table};
    return HYS_OK;
}

hys_status hys__class_number(hys_class *c, int trait, double value, double confidence, const char *table,
                             const char *evidence, ...) {
    char number[48];
    va_list args;
    va_start(args, evidence);
    const char *text = text_of(c, evidence, args);
    va_end(args);
    const char *unit = traits[trait].unit;
    size_t n = hys__quantity_format(value, strcmp(unit, "1") ? unit : "", 3, number);
    const char *answer = hys__arena_strndup(&c->arena, number, n);
    if (!text || !answer) return HYS_NOMEM;
    c->findings[trait] = (hys_finding){&traits[trait], answer, value, true, confidence, text, table};
    return HYS_OK;
}

hys_status hys__class_untold(hys_class *c, int trait, const char *why, ...) {
    va_list args;
    va_start(args, why);
    const char *text = text_of(c, why, args);
    va_end(args);
    if (!text) return HYS_NOMEM;
    c->findings[trait] = (hys_finding){&traits[trait], "cannot be told", NAN, false, 0, text, ""};
    return HYS_OK;
}

hys_status hys__class_remark(hys_class *c, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const char *text = text_of(c, fmt, args);
    va_end(args);
    if (!text) return HYS_NOMEM;
    for (size_t k = 0; k < c->remarks.n; k++)
        if (!strcmp(c->remarks.at[k], text)) return HYS_OK;
    const char **slot = HYS_PUSH(&c->arena, &c->remarks);
    if (!slot) return HYS_NOMEM;
    *slot = text;
    return HYS_OK;
}

hys_status hys__class_contradicts(hys_class *c, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const char *text = text_of(c, fmt, args);
    va_end(args);
    const char **slot = HYS_PUSH(&c->arena, &c->contradictions);
    if (!slot || !text) return HYS_NOMEM;
    *slot = text;
    return HYS_OK;
}

hys_status hys__class_table(hys_class *c, const char *name, const char *figure, const char *const *columns,
                            hys_table **table) {
    hys_protocol_table *slot = HYS_PUSH(&c->arena, &c->tables);
    if (!slot) return HYS_NOMEM;
    *slot = (hys_protocol_table){.name = name, .figure = figure};
    hys_status status = hys_table_new(c->ctx, table);
    if (status != HYS_OK) {
        c->tables.n--;
        return status;
    }
    slot->table = *table;
    for (size_t k = 0; columns[k] && status == HYS_OK; k += 2)
        status = hys_table_add_column(*table, columns[k], columns[k + 1]);
    return status;
}

/* ---- taking out ---- */

size_t hys_class_n_findings(const hys_class *result) {
    return result ? HYS__N_TRAITS : 0;
}
const hys_finding *hys_class_finding(const hys_class *result, size_t i) {
    return i < HYS__N_TRAITS ? &result->findings[i] : NULL;
}
const hys_finding *hys_class_find(const hys_class *result, const char *trait) {
    for (size_t k = 0; k < HYS__N_TRAITS; k++)
        if (!strcmp(traits[k].name, trait)) return &result->findings[k];
    return NULL;
}
size_t hys_class_n_tables(const hys_class *result) {
    return result->tables.n;
}
const hys_protocol_table *hys_class_table(const hys_class *result, size_t i) {
    return i < result->tables.n ? &result->tables.at[i] : NULL;
}
size_t hys_class_n_contradictions(const hys_class *result) {
    return result->contradictions.n;
}
const char *hys_class_contradiction(const hys_class *result, size_t i) {
    return i < result->contradictions.n ? result->contradictions.at[i] : NULL;
}
size_t hys_class_n_remarks(const hys_class *result) {
    return result->remarks.n;
}
const char *hys_class_remark(const hys_class *result, size_t i) {
    return i < result->remarks.n ? result->remarks.at[i] : NULL;
}
