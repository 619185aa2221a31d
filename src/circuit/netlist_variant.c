/* Conditions, and subcircuits that they change: each choice of branches is a definition of its own. */
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

#define VARIANTS_MAX 10000 /* of one subcircuit */

bool nl_condition(hys__netlist *net, const nl_branch *b, nl_body *body, const nl_eval *v, bool *holds) {
    nl_cur c = b->condition;
    nl_value value;
    *holds = true;
    if (!c.line.text) return true;
    hys__span span = nl_here(&c);
    if (!nl_take_value(&c, body, NL_FULL, &value)) return false;
    if (!nl_at_end(&c)) return nl_fail(net, nl_here(&c), "", "the condition ends before this") == HYS_OK;
    nl_note_shape(net, value.expr);
    double number = nl_value_at(v, value);
    *holds = number != 0;
    return isnan(number) ? nl_fail(net, span, "", "this condition has no value") == HYS_OK : true;
}

void nl_feed(hys__netlist *net, nl_body *body, const nl_lines *lines) {
    nl_body *before = net->body;
    net->body = body;
    for (const struct nl_lines_chunk *chunk = lines->first; chunk; chunk = chunk->next)
        for (size_t i = 0; i < chunk->n; i++) nl_collect(net, &chunk->at[i]);
    if (net->body == body) {
        net->body = before;
        return;
    }
    if (net->body != &net->top)
        nl_fail(net, net->body->definition.span, "", "the subcircuit '%s' has no .ends", net->body->definition.name);
    net->body = before;
}

/* ---- copies ---- */

static bool copy_list(hys__netlist *net, void **at, size_t n, size_t *cap, size_t size) {
    void *old = *at;
    *at = NULL;
    *cap = 0;
    if (n == 0) return true;
    if (!hys__grow(net->arena, at, cap, n, size)) return false;
    memcpy(*at, old, n * size);
    return true;
}

static bool copy_map(hys__netlist *net, nl_map *map) {
    size_t cap = map->cap;
    return copy_list(net, (void **)&map->slots, map->cap, &cap, sizeof *map->slots);
}

static bool copy_lines(hys__netlist *net, nl_lines *lines) {
    struct nl_lines_chunk *old = lines->first;
    *lines = (nl_lines){0};
    for (; old; old = old->next)
        for (size_t i = 0; i < old->n; i++)
            if (!nl_lines_add(net->arena, lines, &old->at[i])) return false;
    return true;
}

/* The subcircuit before its elements are read, free to be added to.  Nested definitions and models are shared. */
static nl_body *copy_of(hys__netlist *net, nl_body *body) {
    nl_body *v = HYS_NEW(net->arena, nl_body);
    if (!v) return NULL;
    *v = *body;
    v->origin = body->origin ? body->origin : body;
    v->is_parsed = v->is_busy = false;
    v->conds.n = v->conds.cap = 0;
    v->conds.at = NULL;
    v->variants.n = v->variants.cap = 0;
    v->variants.at = NULL;
    bool holds = copy_lines(net, &v->lines) &&
                 copy_list(net, (void **)&v->params.at, v->params.n, &v->params.cap, sizeof *v->params.at) &&
                 copy_list(net, (void **)&v->funcs.at, v->funcs.n, &v->funcs.cap, sizeof *v->funcs.at) &&
                 copy_list(net, (void **)&v->models.at, v->models.n, &v->models.cap, sizeof *v->models.at) &&
                 copy_list(net, (void **)&v->subs.at, v->subs.n, &v->subs.cap, sizeof *v->subs.at) &&
                 copy_list(net, (void **)&v->nodes.at, v->nodes.n, &v->nodes.cap, sizeof *v->nodes.at) &&
                 copy_list(net, (void **)&v->presets.at, v->presets.n, &v->presets.cap, sizeof *v->presets.at) &&
                 copy_map(net, &v->param_map) && copy_map(net, &v->func_map) && copy_map(net, &v->model_map) &&
                 copy_map(net, &v->sub_map) && copy_map(net, &v->node_map);
    return holds ? v : NULL;
}

/* ---- choices ---- */

static bool choose(hys__netlist *net, nl_body *body, const nl_eval *v, uint32_t *choice) {
    for (size_t i = 0; i < body->conds.n; i++) {
        const nl_cond *cond = body->conds.at[i];
        bool holds = false;
        choice[i] = NL_NONE;
        for (uint32_t k = 0; k < cond->branches.n && !holds; k++) {
            if (!nl_condition(net, &cond->branches.at[k], body, v, &holds)) return false;
            if (holds) choice[i] = k;
        }
    }
    return true;
}

static nl_body *variant_new(hys__netlist *net, nl_body *body, uint32_t *choice) {
    nl_variant *slot = HYS_PUSH(net->arena, &body->variants);
    nl_body *made = slot ? copy_of(net, body) : NULL;
    if (!made) {
        nl_no_memory(net);
        return NULL;
    }
    *slot = (nl_variant){choice, made};
    for (size_t i = 0; i < body->conds.n; i++)
        if (choice[i] != NL_NONE) nl_feed(net, made, &body->conds.at[i]->branches.at[choice[i]].lines);
    if (net->status != HYS_OK || !nl_body_parse(net, made) || net->status != HYS_OK) return NULL;
    return made;
}

nl_body *nl_variant_of(hys__netlist *net, nl_body *body, uint32_t scope, const double *params) {
    nl_eval v = {net, scope, params, net->places[scope].key};
    uint32_t *choice = HYS_NEW_N(net->arena, uint32_t, body->conds.n);
    if (!choice || !choose(net, body, &v, choice)) return NULL;
    for (size_t i = 0; i < body->variants.n; i++)
        if (memcmp(body->variants.at[i].choice, choice, body->conds.n * sizeof *choice) == 0)
            return body->variants.at[i].body;
    if (body->variants.n >= VARIANTS_MAX) {
        nl_fail_as(net, HYS_LIMIT, body->definition.span, "", "there are more than %d variants of the subcircuit '%s'",
                   VARIANTS_MAX, body->definition.name);
        return NULL;
    }
    return variant_new(net, body, choice);
}
