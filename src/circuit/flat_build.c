/* Scopes, nodes and elements of all instances. */
#include "base/hash64.h"
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

/* Instances within one another, and scopes and elements in all: more is a slip, or meant to exhaust the memory. */
#define DEPTH_MAX  256
#define SCOPES_MAX 5000000
#define ELEMS_MAX  20000000

typedef struct builder {
    hys__netlist *net;
    struct {
        hys__scope *at;
        size_t n, cap;
    } scopes;
    struct {
        nl_scope_place *at;
        size_t n, cap;
    } places;
    struct {
        uint32_t *at;
        size_t n, cap;
    } node_scope, node_local;
    size_t n_elems;
    bool has_paths; /* some expression names a node of another scope */
} builder;

/* ---- nodes ---- */

static uint32_t node_new(builder *b, uint32_t scope, uint32_t local) {
    uint32_t *s = HYS_PUSH(b->net->arena, &b->node_scope), *l = HYS_PUSH(b->net->arena, &b->node_local);
    if (!s || !l) return NL_NONE;
    *s = scope;
    *l = local;
    return (uint32_t)b->node_scope.n - 1;
}

static bool is_path(const nl_body *body, uint32_t local) {
    return strchr(body->nodes.at[local], '.') != NULL && !nl_node_is_used(body, local);
}

static bool make_nodes(builder *b, uint32_t scope, const nl_body *body, const nl_inst *inst) {
    uint32_t *nodes = HYS_NEW_N(b->net->arena, uint32_t, body->nodes.n);
    if (!nodes) return false;
    const uint32_t *outer = inst ? b->scopes.at[b->scopes.at[scope].parent].nodes : NULL;
    for (uint32_t i = 0; i < body->nodes.n; i++) {
        if (inst && i < body->definition.n_terminals) nodes[i] = outer[inst->nodes[i]];
        else if (inst && body->bound[i] != NL_NONE) nodes[i] = b->scopes.at[0].nodes[body->bound[i]];
        else if (is_path(body, i)) nodes[i] = NL_NONE, b->has_paths = true;
        else if ((nodes[i] = node_new(b, scope, i)) == NL_NONE) return false;
    }
    b->scopes.at[scope].nodes = nodes;
    return true;
}

/* ---- parameters ---- */

static uint64_t key_of(uint64_t parent, const char *name) {
    return (parent ^ hys__hash64(name, strlen(name))) * UINT64_C(0x9e3779b97f4a7c15);
}

static const nl_value *arg_of(const nl_inst *inst, uint32_t slot) {
    const nl_value *found = NULL;
    for (size_t i = 0; inst && i < inst->args.n; i++)
        if (inst->args.at[i].slot == slot) found = &inst->args.at[i].value;
    return found;
}

bool nl_scope_params(hys__netlist *net, uint32_t scope, hys__scope *s, const nl_inst *inst, double *params) {
    nl_body *body = nl_scope_body(s);
    uint64_t key = net->places[scope].key;
    for (uint32_t k = 0; k < body->params.n; k++) {
        uint32_t slot = body->order[k];
        const nl_param *p = &body->params.at[slot];
        const nl_value *given = arg_of(inst, slot);
        nl_eval v = {net, given ? s->parent : scope, given ? NULL : params, key_of(key, p->name)};
        params[slot] = p->is_fixed && !given ? p->value.number : nl_value_at(&v, given ? *given : p->value);
        if (isfinite(params[slot]) || net->status != HYS_OK) continue;
        const nl_arg *arg = NULL;
        for (size_t i = 0; inst && i < inst->args.n; i++)
            if (inst->args.at[i].slot == slot) arg = &inst->args.at[i];
        nl_fail_as(net, HYS_SEMANTIC, arg ? arg->span : p->span, "", "the parameter '%s' has no finite value here",
                   p->name);
        return false;
    }
    return true;
}

/* ---- scopes ---- */

static uint32_t scope_new(builder *b, nl_body *body, uint32_t parent, const nl_inst *inst, uint32_t inst_index) {
    hys__netlist *net = b->net;
    hys__scope *s = HYS_PUSH(net->arena, &b->scopes);
    nl_scope_place *place = HYS_PUSH(net->arena, &b->places);
    double *params = HYS_NEW_N(net->arena, double, body->params.n + 1);
    if (!s || !place || !params) return NL_NONE;
    uint32_t scope = (uint32_t)b->scopes.n - 1;
    *s = (hys__scope){
        .definition = &body->definition, .name = inst ? inst->name : "", .parent = parent, .params = params};
    net->flat->scopes = b->scopes.at;
    net->flat->n_scopes = b->scopes.n;
    net->places = b->places.at;
    place->inst = inst_index;
    place->key = inst ? key_of(b->places.at[parent].key, inst->name) : 0;
    place->m = inst ? b->places.at[parent].m : 1;
    if (!inst) net->globals = params;
    if (!make_nodes(b, scope, body, inst)) return NL_NONE;
    if (!nl_scope_params(net, scope, &b->scopes.at[scope], inst, params)) return NL_NONE;
    if (inst) {
        nl_eval v = {net, parent, NULL, place->key};
        place->m *= nl_value_at(&v, inst->m);
        if (place->m > 0 && isfinite(place->m)) return scope;
        nl_fail_as(net, HYS_SEMANTIC, inst->span, "", "the multiplicity m of '%s' is not above 0", inst->name);
        return NL_NONE;
    }
    return scope;
}

static hys__span at_line(const nl_body *body, const nl_inst *inst) {
    return inst ? inst->span : body->definition.span;
}

/* The definition of a scope with its conditions decided: its parameters are known, its elements are not yet there. */
static nl_body *decided(builder *b, nl_body *body, uint32_t parent, const nl_inst *inst) {
    hys__netlist *net = b->net;
    size_t n_scopes = b->scopes.n;
    hys__scope *s = HYS_PUSH(net->arena, &b->scopes);
    nl_scope_place *place = HYS_PUSH(net->arena, &b->places);
    double *params = HYS_NEW_N(net->arena, double, body->params.n + 1);
    if (!s || !place || !params) return NULL;
    net->flat->scopes = b->scopes.at;
    net->places = b->places.at;
    *s = (hys__scope){.definition = &body->definition, .name = inst->name, .parent = parent, .params = params};
    place->key = key_of(b->places.at[parent].key, inst->name);
    nl_body *chosen = NULL;
    if (nl_scope_params(net, (uint32_t)n_scopes, s, inst, params))
        chosen = nl_variant_of(net, body, (uint32_t)n_scopes, params);
    b->scopes.n = b->places.n = n_scopes; /* it was there for the conditions only */
    return chosen;
}

/* A scope and all in it: its instances follow it at once, so that they are numbered in the order of the text. */
static bool build(builder *b, nl_body *body, uint32_t parent, const nl_inst *inst, uint32_t inst_index,
                  unsigned depth) {
    hys__netlist *net = b->net;
    if (depth > DEPTH_MAX || b->scopes.n >= SCOPES_MAX || b->n_elems > ELEMS_MAX) {
        nl_fail_as(net, HYS_LIMIT, at_line(body, inst), "",
                   "a limit of this program was reached: at most %d instances within one another, %d in all, and %d "
                   "elements",
                   DEPTH_MAX, SCOPES_MAX, ELEMS_MAX);
        return false;
    }
    while (inst && body->conds.n > 0)
        if (!(body = decided(b, body, parent, inst))) return nl_no_memory(net);
    uint32_t scope = scope_new(b, body, parent, inst, inst_index);
    if (scope == NL_NONE) return nl_no_memory(net);
    b->places.at[scope].first_elem = (uint32_t)b->n_elems;
    b->n_elems += body->cards.n;
    for (uint32_t i = 0; i < body->insts.n; i++)
        if (!build(b, body->insts.at[i]->sub, scope, body->insts.at[i], i, depth + 1)) return false;
    return true;
}

/* ---- nodes of other scopes that expressions name ---- */

static bool find_paths(builder *b) {
    hys__flat *flat = b->net->flat;
    for (uint32_t s = 0; b->has_paths && s < flat->n_scopes; s++) {
        const hys__scope *scope = &flat->scopes[s];
        for (uint32_t i = 0; i < scope->definition->n_nodes; i++) {
            if (scope->nodes[i] != NL_NONE) continue;
            const char *name = scope->definition->nodes[i];
            uint32_t node = nl_find_node_from(flat, s, name, strlen(name));
            if (node == HYS__GLOBAL) {
                nl_fail_as(b->net, HYS_SEMANTIC, nl_path_span(nl_scope_body(scope), i), "", "there is no node '%s'",
                           name);
                return false;
            }
            ((uint32_t *)(uintptr_t)scope->nodes)[i] = node;
        }
    }
    return true;
}

/* ---- elements ---- */

static bool make_elems(builder *b) {
    hys__netlist *net = b->net;
    hys__flat *flat = net->flat;
    flat->elems = HYS_NEW_N(net->arena, hys__elem, b->n_elems + 1);
    if (!flat->elems) return nl_no_memory(net);
    flat->n_elems = b->n_elems;
    size_t n_places = 0;
    for (size_t s = 0; s < flat->n_scopes; s++) {
        const nl_body *body = nl_scope_body(&flat->scopes[s]);
        for (size_t i = 0; i < body->cards.n; i++) n_places += body->cards.at[i]->card.n_nodes;
    }
    uint32_t *nodes = HYS_NEW_N(net->arena, uint32_t, n_places + 1);
    if (!nodes) return nl_no_memory(net);
    for (uint32_t s = 0; s < flat->n_scopes; s++) {
        const nl_body *body = nl_scope_body(&flat->scopes[s]);
        flat->scopes[s].first_behavioural = net->places[s].first_elem + body->n_plain;
        for (size_t i = 0; i < body->cards.n; i++) {
            const nl_card *card = body->cards.at[i];
            hys__elem *e = &flat->elems[net->places[s].first_elem + card->place];
            e->card = &card->card;
            e->scope = s;
            e->nodes = nodes;
            for (uint32_t k = 0; k < card->card.n_nodes; k++) *nodes++ = flat->scopes[s].nodes[card->nodes[k]];
        }
    }
    return true;
}

bool nl_flatten(hys__netlist *net) {
    builder b = {.net = net};
    hys__flat *flat = net->flat;
    net->is_flat = true;
    if (!build(&b, &net->top, 0, NULL, 0, 0)) return false;
    flat->n_nodes = (uint32_t)b.node_scope.n;
    net->node_scope = b.node_scope.at;
    net->node_local = b.node_local.at;
    if (!nl_names_make(net) || !find_paths(&b) || !make_elems(&b)) return nl_no_memory(net);
    return nl_fill_elems(net);
}
