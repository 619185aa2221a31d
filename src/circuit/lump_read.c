/* The text of a circuit, and its impedance.
 *
 * circuit = item { "-" item }    item = ELEMENT | "p(" circuit { "," circuit } ")"
 * ELEMENT = KIND { LETTER | DIGIT | "_" } */
#include "circuit/lump.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

#define MOST_TEXT  1000
#define MOST_DEPTH 20

typedef struct reader {
    hys_ctx *ctx;
    hys__arena *arena;
    hys__lump *lump;
    size_t at;
    int depth;
} reader;

static hys_status fail(const reader *r, size_t at, size_t n, const char *what) {
    hys__word word = {"--circuit", r->lump->text, at, n};
    return hys__word_fail(r->ctx, &word, HYS_SYNTAX, hys__lump_kinds(), "%s", what);
}

static char look(reader *r) {
    while (r->lump->text[r->at] == ' ') r->at++;
    return r->lump->text[r->at];
}

static hys_status new_node(reader *r, hys__lump_form form, size_t *made) {
    *made = 0;
    if (r->lump->n_nodes == HYS__LUMP_NODES) return fail(r, r->at, 1, "the circuit has too many parts");
    *made = r->lump->n_nodes++;
    r->lump->nodes[*made] = (hys__lump_node){.form = form, .child = SIZE_MAX, .next = SIZE_MAX};
    return HYS_OK;
}

static hys_status name_params(reader *r, const hys__lump_node *node, size_t at, size_t n) {
    hys__lump *lump = r->lump;
    for (size_t k = 0; k < lump->n_nodes; k++)
        if (&lump->nodes[k] != node && lump->nodes[k].name && !strcmp(lump->nodes[k].name, node->name))
            return fail(r, at, n, "there are two elements of this name");
    if (lump->n + node->kind->n > HYS__LUMP_PARAMS) return fail(r, at, n, "the circuit has too many parameters");
    for (size_t k = 0; k < node->kind->n; k++) {
        const hys__lump_symbol *symbol = &node->kind->symbols[k];
        lump->symbols[lump->n] = symbol;
        lump->names[lump->n] =
            *symbol->name ? hys__arena_printf(r->arena, "%s.%s", node->name, symbol->name) : node->name;
        if (!lump->names[lump->n++]) return HYS_NOMEM;
    }
    return HYS_OK;
}

static hys_status read_element(reader *r, size_t *made) {
    const char *text = r->lump->text;
    size_t at = r->at, n = 0;
    while (isalnum((unsigned char)text[at + n]) || text[at + n] == '_') n++;
    const hys__lump_kind *kind = hys__lump_kind_of(text + at, n);
    if (!kind) return fail(r, at, n ? n : 1, n ? "this is no element" : "an element is missing");
    hys_status status = new_node(r, HYS__LUMP_ELEMENT, made);
    if (status != HYS_OK) return status;
    hys__lump_node *node = &r->lump->nodes[*made];
    node->kind = kind;
    node->first = r->lump->n;
    node->name = hys__arena_strndup(r->arena, text + at, n);
    if (!node->name) return HYS_NOMEM;
    r->at += n;
    return name_params(r, node, at, n);
}

static hys_status read_list(reader *r, hys__lump_form form, size_t *made);

static hys_status read_item(reader *r, size_t *made) {
    if (look(r) != 'p' || r->lump->text[r->at + 1] != '(') return read_element(r, made);
    size_t open = r->at;
    if (++r->depth > MOST_DEPTH) return fail(r, open, 2, "brackets are nested too deeply");
    r->at += 2;
    hys_status status = read_list(r, HYS__LUMP_PARALLEL, made);
    if (status != HYS_OK) return status;
    if (look(r) != ')') return fail(r, open, 2, "this bracket is not closed");
    r->at++;
    r->depth--;
    return HYS_OK;
}

/* Parts in series behind "-", or in parallel behind ",". */
static hys_status read_list(reader *r, hys__lump_form form, size_t *made) {
    bool is_series = form == HYS__LUMP_SERIES;
    hys_status status = new_node(r, form, made);
    size_t last = SIZE_MAX;
    while (status == HYS_OK) {
        size_t part = 0;
        status = is_series ? read_item(r, &part) : read_list(r, HYS__LUMP_SERIES, &part);
        if (status != HYS_OK) return status;
        *(last == SIZE_MAX ? &r->lump->nodes[*made].child : &r->lump->nodes[last].next) = part;
        last = part;
        if (look(r) != (is_series ? '-' : ',')) return HYS_OK;
        r->at++;
    }
    return status;
}

hys_status hys__lump_read(hys_ctx *ctx, hys__arena *arena, const char *text, hys__lump *lump) {
    size_t top;
    *lump = (hys__lump){.text = hys__arena_strndup(arena, text, strlen(text))};
    if (!lump->text) return HYS_NOMEM;
    reader r = {.ctx = ctx, .arena = arena, .lump = lump};
    if (strlen(text) > MOST_TEXT) return fail(&r, 0, 1, "the circuit is too long");
    hys_status status = read_list(&r, HYS__LUMP_SERIES, &top);
    if (status == HYS_OK && look(&r)) return fail(&r, r.at, 1, "the circuit ends before this");
    return status;
}

static double complex node_z(const hys__lump *lump, size_t k, const double *p, double complex s) {
    const hys__lump_node *node = &lump->nodes[k];
    if (node->form == HYS__LUMP_ELEMENT) return node->kind->z(p + node->first, s);
    double complex sum = 0;
    for (size_t part = node->child; part != SIZE_MAX; part = lump->nodes[part].next) {
        double complex z = node_z(lump, part, p, s);
        sum += node->form == HYS__LUMP_SERIES ? z : 1 / z;
    }
    return node->form == HYS__LUMP_SERIES ? sum : 1 / sum;
}

double complex hys__lump_z(const hys__lump *lump, const double *p, double w) {
    return node_z(lump, 0, p, I * w);
}

void hys__lump_start(const hys__lump *lump, void (*draw)(void *user, double *z, double *w, double *n), void *user,
                     double *p) {
    for (size_t k = 0; k < lump->n_nodes; k++) {
        double z, w, n;
        if (lump->nodes[k].form != HYS__LUMP_ELEMENT) continue;
        draw(user, &z, &w, &n);
        lump->nodes[k].kind->guess(z, w, n, p + lump->nodes[k].first);
    }
}
