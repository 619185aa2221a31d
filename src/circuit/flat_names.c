/* Names of a flat netlist: looked up, made; what expressions stand for in a scope; targets. */
#include "base/clocale.h"
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

/* ---- the table of instances ---- */

static uint32_t child_hash(uint32_t parent, const char *name, size_t n) {
    return nl_hash(name, n) ^ (parent * 0x9e3779b1u);
}

static void child_put(hys__netlist *net, uint32_t scope) {
    const hys__scope *s = &net->flat->scopes[scope];
    size_t i = child_hash(s->parent, s->name, strlen(s->name)) & (net->n_children - 1);
    while (net->children[i]) i = (i + 1) & (net->n_children - 1);
    net->children[i] = scope;
}

bool nl_names_make(hys__netlist *net) {
    size_t n = 16;
    while (n < 2 * net->flat->n_scopes) n *= 2;
    net->children = HYS_NEW_N(net->arena, uint32_t, n);
    net->n_children = n;
    if (!net->children) return false;
    for (uint32_t s = 1; s < net->flat->n_scopes; s++) child_put(net, s);
    return true;
}

static uint32_t find_child(const hys__flat *flat, uint32_t parent, const char *name, size_t n) {
    const hys__netlist *net = flat->netlist;
    for (size_t i = child_hash(parent, name, n) & (net->n_children - 1); net->children[i];
         i = (i + 1) & (net->n_children - 1)) {
        const hys__scope *s = &flat->scopes[net->children[i]];
        if (s->parent == parent && strncmp(s->name, name, n) == 0 && s->name[n] == 0) return net->children[i];
    }
    return HYS__GLOBAL;
}

/* ---- looking up ---- */

/* A name inside one scope, or in the scope that its first words lead to: "x1.x2.name", "x1:name". */
typedef uint32_t find_fn(const hys__flat *flat, uint32_t scope, const char *name, size_t n);

static uint32_t find_along(const hys__flat *flat, uint32_t scope, const char *name, size_t n, find_fn *find) {
    for (;;) {
        uint32_t found = find(flat, scope, name, n);
        if (found != HYS__GLOBAL) return found;
        uint32_t child = HYS__GLOBAL;
        size_t i = 0;
        for (; i < n && child == HYS__GLOBAL; i++)
            if (name[i] == '.' || name[i] == ':') child = find_child(flat, scope, name, i);
        if (child == HYS__GLOBAL) return HYS__GLOBAL;
        scope = child;
        name += i;
        n -= i;
    }
}

static size_t lower_name(const char *name, size_t n, char buf[NL_NAME_MAX + 1]) {
    return nl_word_lower((nl_word){name, n < NL_NAME_MAX ? (uint32_t)n : NL_NAME_MAX, 0}, buf);
}

static uint32_t node_inside(const hys__flat *flat, uint32_t scope, const char *name, size_t n) {
    const nl_body *body = nl_scope_body(&flat->scopes[scope]);
    if ((n == 1 && name[0] == '0') || (n == 3 && memcmp(name, "gnd", 3) == 0)) return 0;
    uint32_t local = nl_map_find(&body->node_map, name, n, nl_hash(name, n));
    return local == NL_NONE ? HYS__GLOBAL : flat->scopes[scope].nodes[local];
}

static uint32_t elem_inside(const hys__flat *flat, uint32_t scope, const char *name, size_t n) {
    const nl_body *body = nl_scope_body(&flat->scopes[scope]);
    uint32_t place = nl_map_find(&body->elem_map, name, n, nl_hash(name, n));
    if (place == NL_NONE || (place & NL_INST)) return HYS__GLOBAL;
    return flat->netlist->places[scope].first_elem + body->cards.at[place]->place;
}

uint32_t nl_find_node_from(const hys__flat *flat, uint32_t scope, const char *name, size_t len) {
    uint32_t found = find_along(flat, scope, name, len, node_inside);
    return found == HYS__GLOBAL && scope ? find_along(flat, 0, name, len, node_inside) : found;
}

/* ngspice writes the kind of an element inside a subcircuit in front: "r.x1.r3". */
uint32_t nl_find_elem_from(const hys__flat *flat, uint32_t scope, const char *name, size_t len) {
    uint32_t found = find_along(flat, scope, name, len, elem_inside);
    if (found == HYS__GLOBAL && scope) found = find_along(flat, 0, name, len, elem_inside);
    if (found == HYS__GLOBAL && len > 2 && name[1] == '.') found = find_along(flat, 0, name + 2, len - 2, elem_inside);
    return found;
}

static uint32_t scope_inside(const hys__flat *flat, uint32_t scope, const char *name, size_t n) {
    return find_child(flat, scope, name, n);
}

uint32_t nl_find_scope_from(const hys__flat *flat, uint32_t scope, const char *name, size_t len) {
    return find_along(flat, scope, name, len, scope_inside);
}

uint32_t hys__flat_find_node(const hys__flat *flat, const char *name, size_t len) {
    char buf[NL_NAME_MAX + 1];
    size_t n = lower_name(name, len, buf);
    return nl_find_node_from(flat, 0, buf, n);
}

uint32_t hys__flat_find_elem(const hys__flat *flat, const char *name, size_t len) {
    char buf[NL_NAME_MAX + 1];
    size_t n = lower_name(name, len, buf);
    return nl_find_elem_from(flat, 0, buf, n);
}

uint32_t hys__flat_find_scope(const hys__flat *flat, const char *name, size_t len) {
    char buf[NL_NAME_MAX + 1];
    size_t n = lower_name(name, len, buf);
    return nl_find_scope_from(flat, 0, buf, n);
}

/* ---- making names ---- */

typedef struct name_out {
    char *buf;
    size_t size, n;
} name_out;

static void put(name_out *out, const char *s) {
    for (; *s; s++, out->n++)
        if (out->n + 1 < out->size) out->buf[out->n] = *s;
}

/* Instances are few deep (flat_build.c limits it). */
static void put_scope(name_out *out, const hys__flat *flat, uint32_t scope) {
    if (scope == 0) return;
    put_scope(out, flat, flat->scopes[scope].parent);
    put(out, flat->scopes[scope].name);
    put(out, ".");
}

static size_t finish_name(name_out *out) {
    if (out->size > 0) out->buf[out->n < out->size ? out->n : out->size - 1] = 0;
    return out->n;
}

size_t hys__flat_node_name(const hys__flat *flat, uint32_t node, char *buf, size_t size) {
    const hys__netlist *net = flat->netlist;
    name_out out = {buf, size, 0};
    if (node < flat->n_nodes) {
        uint32_t scope = net->node_scope[node];
        put_scope(&out, flat, scope);
        put(&out, flat->scopes[scope].definition->nodes[net->node_local[node]]);
    }
    return finish_name(&out);
}

size_t hys__flat_elem_name(const hys__flat *flat, uint32_t elem, char *buf, size_t size) {
    name_out out = {buf, size, 0};
    if (elem < flat->n_elems) {
        put_scope(&out, flat, flat->elems[elem].scope);
        put(&out, flat->elems[elem].card->name);
    }
    return finish_name(&out);
}

/* ---- what expressions stand for ---- */

static const nl_body *as_written(const nl_body *body) {
    return body->origin ? body->origin : body;
}

uint32_t nl_scope_of(const hys__flat *flat, uint32_t scope, const nl_body *body) {
    if (!body->outer) return 0;
    for (uint32_t s = scope; s; s = flat->scopes[s].parent)
        if (as_written(nl_scope_body(&flat->scopes[s])) == as_written(body)) return s;
    return scope;
}

/* The scope in which a name stands that is `up` definitions farther out. */
static uint32_t scope_out(const hys__flat *flat, uint32_t scope, uint32_t up) {
    const nl_body *body = nl_scope_body(&flat->scopes[scope]);
    for (; up > 0 && body->outer; up--) {
        body = body->outer;
        while (scope && as_written(nl_scope_body(&flat->scopes[scope])) != as_written(body))
            scope = flat->scopes[scope].parent;
    }
    return scope;
}

double nl_eval_param(const nl_eval *v, const hys__expr *e) {
    hys__netlist *net = v->net;
    if (!net->is_flat) return nl_early_param(net, e);
    if (e->scope_up == HYS__GLOBAL) return net->globals[e->index];
    if (e->scope_up == 0 && v->own) return v->own[e->index];
    return net->flat->scopes[scope_out(net->flat, v->scope, e->scope_up)].params[e->index];
}

double hys__flat_expr_param(const hys__flat *flat, uint32_t scope, const hys__expr *param) {
    nl_eval v = {flat->netlist, scope, NULL, 0};
    return nl_eval_param(&v, param);
}

uint32_t hys__flat_expr_node(const hys__flat *flat, uint32_t scope, const hys__expr *v, bool is_second) {
    if (is_second && !v->name2) return 0;
    return flat->scopes[scope].nodes[is_second ? v->index2 : v->index];
}

uint32_t hys__flat_expr_elem(const hys__flat *flat, uint32_t scope, const hys__expr *i) {
    const nl_body *body = nl_scope_body(&flat->scopes[scope]);
    if (i->index < body->cards.n) return flat->netlist->places[scope].first_elem + body->cards.at[i->index]->place;
    return nl_find_elem_from(flat, scope, i->name, strlen(i->name));
}

double hys__flat_expr_value(const hys__flat *flat, uint32_t scope, const hys__expr *expr) {
    nl_eval v = {flat->netlist, scope, NULL, flat->netlist->places[scope].key};
    return nl_eval_expr(&v, expr);
}

const hys__option *hys__flat_option(const hys__flat *flat, const char *name) {
    const hys__netlist *net = flat->netlist;
    for (size_t i = net->options.n; i-- > 0;)
        if (strcmp(net->options.at[i].name, name) == 0) return &net->options.at[i];
    return NULL;
}

/* ---- targets ---- */

static const char *trimmed(hys__netlist *net, const char *name, char buf[NL_NAME_MAX + 1]) {
    while (nl_is_blank(*name)) name++;
    size_t n = strlen(name);
    while (n > 0 && nl_is_blank(name[n - 1])) n--;
    lower_name(name, n, buf);
    (void)net;
    return buf;
}

/* ELEMENT:PARAMETER or @element[parameter]; of kernels and elements of SPICE. */
static bool elem_param(hys__flat *flat, const char *name, hys__target *target) {
    const char *colon = strrchr(name, ':'), *open = name[0] == '@' ? strchr(name, '[') : NULL;
    size_t skip = name[0] == '@';
    const char *cut = open ? open : colon;
    if (!cut || !cut[1]) return false;
    target->elem = nl_find_elem_from(flat, 0, name + skip, (size_t)(cut - name) - skip);
    if (target->elem == HYS__GLOBAL) return false;
    size_t n = strlen(cut + 1) - (open && cut[strlen(cut) - 1] == ']');
    target->kind = HYS__TARGET_ELEM_PARAM;
    target->param = hys__intern_add(&flat->netlist->names, cut + 1, n);
    return target->param != NULL;
}

/* MODEL(PARAMETER), or TYPE MODEL(PARAMETER) as LTspice writes it. */
static bool model_param(hys__flat *flat, const char *name, hys__target *target) {
    const char *open = strchr(name, '('), *close = open ? strchr(open, ')') : NULL;
    if (!open || !close) return false;
    const char *from = open;
    while (from > name && nl_is_blank(from[-1])) from--;
    const char *end = from;
    while (from > name && !nl_is_blank(from[-1])) from--;
    const char *model = hys__intern_add(&flat->netlist->names, from, (size_t)(end - from));
    nl_model *m = model ? nl_model_find(&flat->netlist->top, model) : NULL;
    if (!m) return false;
    target->kind = HYS__TARGET_MODEL_PARAM;
    target->model = &m->card;
    target->param = hys__intern_add(&flat->netlist->names, open + 1, (size_t)(close - open - 1));
    return target->param != NULL;
}

static hys_status no_target(hys__flat *flat, const char *name, hys__span span) {
    hys__netlist *net = flat->netlist;
    const nl_map *maps[] = {&net->top.param_map, &net->top.elem_map};
    const char *hint = nl_did_you_mean(net, name, maps, 2);
    return nl_fail_as(net, HYS_ARG, span,
                      *hint ? hint : "name an element, a .param, ELEMENT:PARAMETER, MODEL(PARAMETER), or temp",
                      "there is nothing called '%.80s' to change", name);
}

hys_status hys__flat_target(hys__flat *flat, const char *name, hys__span span, hys__target *target) {
    hys__netlist *net = flat->netlist;
    char buf[NL_NAME_MAX + 1];
    const char *lower = trimmed(net, name, buf);
    *target = (hys__target){.name = hys__arena_strndup(flat->arena, name, strlen(name)), .span = span};
    if (!target->name) return HYS_NOMEM;
    if (strcmp(lower, "temp") == 0 || strcmp(lower, "temper") == 0) {
        target->kind = HYS__TARGET_TEMP;
        return HYS_OK;
    }
    target->elem = nl_find_elem_from(flat, 0, lower, strlen(lower));
    if (target->elem != HYS__GLOBAL) {
        target->kind = HYS__TARGET_ELEM;
        return HYS_OK;
    }
    uint32_t slot = nl_map_find_name(&net->top.param_map, lower);
    if (slot != NL_NONE) {
        target->kind = HYS__TARGET_PARAM;
        target->slot = slot;
        return HYS_OK;
    }
    if (elem_param(flat, lower, target) || model_param(flat, lower, target)) return HYS_OK;
    return no_target(flat, lower, span);
}
