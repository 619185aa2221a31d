/* Tables of types of edges: a heading, then a line for each type; fields that hold the separator stand in quotes. */
#include "base/diag.h"
#include "base/file.h"
#include "base/units.h"
#include "brain/sonata.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES   (1u << 26)
#define MOST_COLUMNS 256u

enum { ID = HYS__N_EDGE_VALUES, POPULATION, TEMPLATE, OTHER };

typedef struct table {
    hys__arena *arena;
    const char *path;
    const hys__edges *edges;
    char separator;
    int32_t line;
    int what[MOST_COLUMNS];
    size_t n_columns;
    char *fields[MOST_COLUMNS];
    size_t n_fields;
    struct {
        hys__edge_type *at;
        size_t n, cap;
    } types;
} table;

static hys_status refuse(const table *t, const char *hint, const char *what, const char *field) {
    return hys__report_at(t->arena->ctx, HYS_ERROR, HYS_SYNTAX, t->path, t->line, 1, NULL, hint, "%s \"%.80s\"", what,
                          field);
}

/* ---- lines ---- */

/* line = field { separator field };  field = '"' { any but '"' } '"' | { any but the separator }; */
static hys_status cut(table *t, char *line) {
    const char separators[] = {t->separator, t->separator == ' ' ? '\t' : 0, 0};
    t->n_fields = 0;
    for (char *at = line; *at;) {
        if (t->separator == ' ') at += strspn(at, separators);
        if (!*at) break;
        if (t->n_fields == MOST_COLUMNS) return refuse(t, "256 at most", "too many columns before", at);
        const bool is_quoted = *at == '"';
        at += is_quoted;
        t->fields[t->n_fields++] = at;
        at += is_quoted ? strcspn(at, "\"") : strcspn(at, separators);
        if (is_quoted && !*at) return refuse(t, "", "a quote without an end:", t->fields[t->n_fields - 1]);
        if (*at) *at++ = 0;
        if (is_quoted && *at && t->separator != ' ') at++;
    }
    return HYS_OK;
}

static int what_is(const char *name) {
    if (!strcmp(name, "edge_type_id")) return ID;
    if (!strcmp(name, "population")) return POPULATION;
    if (!strcmp(name, "model_template")) return TEMPLATE;
    const int value = hys__edge_value_of(name);
    return value < HYS__N_EDGE_VALUES ? value : OTHER;
}

static hys_status take_heading(table *t, char *line) {
    bool has_id = false;
    t->separator = strchr(line, ',') && !strchr(line, ' ') ? ',' : ' ';
    hys_status status = cut(t, line);
    t->n_columns = t->n_fields;
    for (size_t k = 0; k < t->n_fields; k++) {
        t->what[k] = what_is(t->fields[k]);
        has_id = has_id || t->what[k] == ID;
    }
    if (status != HYS_OK || has_id) return status;
    return refuse(t, "a table of types of edges, parted by spaces", "no column edge_type_id in", t->path);
}

/* NULL and NaN are what tables of data frames have where nothing is said. */
static bool is_nothing(const char *field) {
    static const char *const words[] = {"", "NULL", "NONE", "None", "NaN", "nan", "NA"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (!strcmp(words[k], field)) return true;
    return false;
}

static hys_status take_number(const table *t, const char *field, double *value) {
    bool overflow;
    const size_t n = hys__number_parse(field, value, &overflow);
    return n && !field[n] ? HYS_OK : refuse(t, "", "this is no number:", field);
}

static hys_status take_line(table *t, char *line) {
    hys__edge_type type = {.id = NAN, .line = (size_t)t->line};
    bool is_ours = true;
    for (int v = 0; v < HYS__N_EDGE_VALUES; v++) type.of[v] = NAN;
    hys_status status = cut(t, line);
    if (status != HYS_OK || !t->n_fields) return status;
    if (t->n_fields > t->n_columns) return refuse(t, "", "more fields than columns, from", t->fields[t->n_columns]);
    for (size_t k = 0; k < t->n_fields && status == HYS_OK; k++) {
        const char *field = t->fields[k];
        if (is_nothing(field)) continue;
        if (t->what[k] == POPULATION) is_ours = !strcmp(field, t->edges->population);
        if (t->what[k] == TEMPLATE) type.template = hys__arena_printf(t->arena, "%s", field);
        if (t->what[k] <= ID) status = take_number(t, field, t->what[k] == ID ? &type.id : &type.of[t->what[k]]);
    }
    if (status != HYS_OK || !is_ours) return status;
    if (isnan(type.id)) return refuse(t, "", "a type without edge_type_id:", t->fields[0]);
    hys__edge_type *to = HYS_PUSH(t->arena, &t->types);
    if (!to) return HYS_NOMEM;
    *to = type;
    return t->arena->failed ? HYS_NOMEM : HYS_OK;
}

/* ---- the whole ---- */

static int by_id(const void *a, const void *b) {
    const hys__edge_type *x = a, *y = b;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static hys_status finish(table *t, hys__edges *x) {
    char id[40];
    if (t->types.n) qsort(t->types.at, t->types.n, sizeof *t->types.at, by_id);
    for (size_t k = 1; k < t->types.n; k++) {
        if (t->types.at[k].id != t->types.at[k - 1].id) continue;
        t->line = (int32_t)t->types.at[k].line;
        id[hys__number_format(t->types.at[k].id, id)] = 0;
        return refuse(t, "", "there is another type", id);
    }
    x->types = t->types.at;
    x->n_types = t->types.n;
    return HYS_OK;
}

hys_status hys__edge_types_read(hys__arena *arena, const char *path, hys__edges *x) {
    table t = {.arena = arena, .path = path, .edges = x};
    const char *text = NULL;
    size_t len = 0;
    hys_status status = hys__file_read(arena, path, MOST_BYTES, &text, &len);
    char *copy = status == HYS_OK ? hys__arena_alloc(arena, len + 1) : NULL;
    if (!copy) return status == HYS_OK ? HYS_NOMEM : status;
    memcpy(copy, text, len);
    copy[len] = 0;
    if (memchr(copy, 0, len)) return refuse(&t, "", "this is no text:", path);
    for (char *line = copy, *next; line && status == HYS_OK; line = next) {
        t.line++;
        next = strchr(line, '\n');
        if (next) *next++ = 0;
        line[strcspn(line, "\r")] = 0;
        status = t.line == 1 ? take_heading(&t, line) : take_line(&t, line);
    }
    return status == HYS_OK ? finish(&t, x) : status;
}
