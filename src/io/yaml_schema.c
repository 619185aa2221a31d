/* What a mapping may hold, and where it goes. */
#include "base/units.h"
#include "io/yaml.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

hys_status hys__yaml_fail(hys__yaml *yaml, const hys__yaml_node *node, const char *hint, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return hys__report(yaml->ctx, HYS_ERROR, HYS_SYNTAX, &yaml->sources, node->span, hint, "%s", text);
}

static hys_status want(hys__yaml *y, const hys__yaml_node *node, hys__yaml_kind kind, const char *what) {
    if (node->kind == kind) return HYS_OK;
    return hys__yaml_fail(y, node, "", "%s is expected here", what);
}

/* ---- words ---- */

static hys_status take_real(hys__yaml *y, const hys__yaml_node *node, const char *unit_text, double *value) {
    hys__unit unit, wanted;
    bool has_unit;
    hys_status status = want(y, node, HYS__YAML_WORD, "a number");
    if (status != HYS_OK) return status;
    if (!hys__quantity_parse(node->text, strlen(node->text), value, &unit, &has_unit) || !isfinite(*value))
        return hys__yaml_fail(y, node, *unit_text ? "numbers may carry prefix and unit: 2.5ohm, 10ns" : "",
                              "\"%.80s\" is no number", node->text);
    if (!has_unit) return HYS_OK;
    const char *wanted_text = *unit_text ? unit_text : "1";
    if (!hys__unit_parse(wanted_text, strlen(wanted_text), &wanted)) return HYS_BUG_HERE(y->ctx, "a unit of a schema");
    if (hys__unit_same_dim(&unit, &wanted)) {
        *value = hys__unit_to_si(&unit, *value);
        return HYS_OK;
    }
    return hys__yaml_fail(y, node, "", *unit_text ? "\"%.80s\" is not in %s" : "\"%.80s\" has a unit%s", node->text,
                          unit_text);
}

#define MOST_COUNT 9007199254740992.0 /* 2^53 */

static hys_status take_count(hys__yaml *y, const hys__yaml_node *node, size_t *value) {
    double number = 0;
    hys_status status = take_real(y, node, "", &number);
    if (status != HYS_OK) return status;
    if (!(number >= 0 && number <= MOST_COUNT && number == floor(number)))
        return hys__yaml_fail(y, node, "0, 1, 2 ...", "\"%.80s\" counts nothing", node->text);
    *value = (size_t)number;
    return HYS_OK;
}

static hys_status take_flag(hys__yaml *y, const hys__yaml_node *node, bool *value) {
    static const struct {
        const char *word;
        bool means;
    } words[] = {{"true", true}, {"false", false}, {"yes", true}, {"no", false}, {"on", true}, {"off", false}};
    hys_status status = want(y, node, HYS__YAML_WORD, "true or false");
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (!strcmp(node->text, words[k].word)) {
            *value = words[k].means;
            return HYS_OK;
        }
    return hys__yaml_fail(y, node, "true or false", "\"%.80s\" is neither", node->text);
}

static hys_status take_text(hys__yaml *y, const hys__yaml_node *node, const char **value) {
    hys_status status = want(y, node, HYS__YAML_WORD, "a word");
    if (status == HYS_OK) *value = node->text;
    return status;
}

/* "this|that": the place of the word, or -1. */
static int place_of(const char *word, const char *choices) {
    const size_t n = strlen(word);
    int place = 0;
    for (const char *at = choices;; place++) {
        const size_t length = strcspn(at, "|");
        if (length == n && !memcmp(at, word, n)) return place;
        if (!at[length]) return -1;
        at += length + 1;
    }
}

static hys_status take_choice(hys__yaml *y, const hys__yaml_node *node, const char *choices, int *value) {
    hys_status status = want(y, node, HYS__YAML_WORD, choices);
    if (status != HYS_OK) return status;
    const int place = place_of(node->text, choices);
    if (place < 0) return hys__yaml_fail(y, node, choices, "there is no \"%.80s\"", node->text);
    *value = place;
    return HYS_OK;
}

/* ---- lists ---- */

/* What a list holds, or a word alone. */
static const hys__yaml_node *first_of(const hys__yaml_node *node, size_t *n) {
    *n = node->kind == HYS__YAML_LIST ? node->n : 1;
    return node->kind == HYS__YAML_LIST ? node->first : node;
}

static hys_status take_reals(hys__yaml *y, const hys__yaml_node *node, const char *unit, hys__yaml_reals *list) {
    size_t n, k = 0;
    const hys__yaml_node *at = first_of(node, &n);
    double *values = HYS_NEW_N(y->arena, double, n ? n : 1);
    if (!values) return HYS_NOMEM;
    for (; k < n; k++, at = at->next) {
        hys_status status = take_real(y, at, unit, &values[k]);
        if (status != HYS_OK) return status;
    }
    *list = (hys__yaml_reals){values, n};
    return HYS_OK;
}

static hys_status take_texts(hys__yaml *y, const hys__yaml_node *node, hys__yaml_texts *list) {
    size_t n, k = 0;
    const hys__yaml_node *at = first_of(node, &n);
    const char **values = HYS_NEW_N(y->arena, const char *, n ? n : 1);
    if (!values) return HYS_NOMEM;
    for (; k < n; k++, at = at->next) {
        hys_status status = take_text(y, at, &values[k]);
        if (status != HYS_OK) return status;
    }
    *list = (hys__yaml_texts){values, n};
    return HYS_OK;
}

static hys_status take_sections(hys__yaml *y, const hys__yaml_node *node, const hys__yaml_schema *schema,
                                hys__yaml_sections *list) {
    hys_status status = HYS_OK;
    char *structs = hys__arena_calloc(y->arena, node->n ? node->n : 1, schema->size);
    const hys__yaml_node **nodes = HYS_NEW_N(y->arena, const hys__yaml_node *, node->n ? node->n : 1);
    if (!structs || !nodes) return HYS_NOMEM;
    const hys__yaml_node *at = node->first;
    for (size_t k = 0; k < node->n && status == HYS_OK; k++, at = at->next) {
        if (schema->preset) schema->preset(structs + k * schema->size);
        nodes[k] = at;
        status = hys__yaml_take(y, at, schema, structs + k * schema->size);
    }
    *list = (hys__yaml_sections){structs, nodes, node->n};
    return status;
}

static hys_status take_amounts(hys__yaml *y, const hys__yaml_node *node, const char *unit, hys__yaml_amounts *list) {
    hys_status status = want(y, node, HYS__YAML_MAP, "a mapping, NAME: NUMBER,");
    if (status != HYS_OK) return status;
    *list = (hys__yaml_amounts){HYS_NEW_N(y->arena, double, node->n + 1),
                                HYS_NEW_N(y->arena, const hys__yaml_node *, node->n + 1), 0};
    if (!list->at || !list->nodes) return HYS_NOMEM;
    for (const hys__yaml_node *at = node->first; at && status == HYS_OK; at = at->next) {
        list->nodes[list->n] = at;
        status = take_real(y, at, unit, &list->at[list->n++]);
    }
    return status;
}

/* ---- mappings ---- */

static hys_status take_field(hys__yaml *y, const hys__yaml_node *node, const hys__yaml_field *field, void *to) {
    switch (field->kind) {
    case HYS__FIELD_REAL:
        return take_real(y, node, field->detail ? field->detail : "", to);
    case HYS__FIELD_COUNT:
        return take_count(y, node, to);
    case HYS__FIELD_FLAG:
        return take_flag(y, node, to);
    case HYS__FIELD_TEXT:
        return take_text(y, node, to);
    case HYS__FIELD_CHOICE:
        return take_choice(y, node, field->detail, to);
    case HYS__FIELD_REALS:
        return take_reals(y, node, field->detail ? field->detail : "", to);
    case HYS__FIELD_TEXTS:
        return take_texts(y, node, to);
    case HYS__FIELD_SECTION:
        return hys__yaml_take(y, node, field->schema, to);
    case HYS__FIELD_SECTIONS:
    case HYS__FIELD_NAMED: {
        const bool is_list = field->kind == HYS__FIELD_SECTIONS;
        const hys_status status =
            want(y, node, is_list ? HYS__YAML_LIST : HYS__YAML_MAP, is_list ? "a list" : "a mapping, NAME: {...},");
        return status == HYS_OK ? take_sections(y, node, field->schema, to) : status;
    }
    case HYS__FIELD_AMOUNTS:
        return take_amounts(y, node, field->detail ? field->detail : "", to);
    }
    return HYS_BUG_HERE(y->ctx, "no such kind of field");
}

static const hys__yaml_field *field_of(const hys__yaml_schema *schema, const char *name) {
    for (size_t k = 0; k < schema->n_fields; k++)
        if (!strcmp(schema->fields[k].name, name)) return &schema->fields[k];
    return NULL;
}

static hys_status unknown(hys__yaml *y, const hys__yaml_node *node, const hys__yaml_schema *schema) {
    const char **names = HYS_NEW_N(y->arena, const char *, schema->n_fields);
    char hint[256] = "it has ";
    if (!names) return HYS_NOMEM;
    for (size_t k = 0; k < schema->n_fields; k++) names[k] = schema->fields[k].name;
    const char *near = hys__nearest(node->key, names, schema->n_fields);
    if (near) snprintf(hint, sizeof hint, "did you mean \"%s\"?", near);
    for (size_t k = 0; k < schema->n_fields && !near; k++) {
        const size_t used = strlen(hint);
        snprintf(hint + used, sizeof hint - used, "%s%s", k ? ", " : "", names[k]);
    }
    return hys__report(y->ctx, HYS_ERROR, HYS_SYNTAX, &y->sources, node->key_span, hint, "%s has no \"%.80s\"",
                       schema->what, node->key);
}

hys_status hys__yaml_take(hys__yaml *y, const hys__yaml_node *map, const hys__yaml_schema *schema, void *data) {
    hys_status status = want(y, map, HYS__YAML_MAP, "a mapping, NAME: VALUE,");
    for (const hys__yaml_node *node = map->first; node && status == HYS_OK; node = node->next) {
        const hys__yaml_field *field = field_of(schema, node->key);
        status = field ? take_field(y, node, field, (char *)data + field->at) : unknown(y, node, schema);
    }
    for (size_t k = 0; k < schema->n_fields && status == HYS_OK; k++)
        if (schema->fields[k].is_needed && !hys__yaml_find(map, schema->fields[k].name))
            status = hys__yaml_fail(y, map, "", "%s needs \"%s\"", schema->what, schema->fields[k].name);
    return status;
}
