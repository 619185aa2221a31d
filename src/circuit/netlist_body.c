/* A body with all its names known: nodes, parameters in the order of their evaluation, what its lines say. */
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

const char *nl_hint_near(hys__netlist *net, const char *near) {
    const char *hint = near ? hys__arena_printf(net->arena, "did you mean '%.80s'?", near) : NULL;
    return hint ? hint : "";
}

/* ---- nodes ---- */

static bool is_ground(const char *name) {
    return (name[0] == '0' && name[1] == 0) || strcmp(name, "gnd") == 0 || strcmp(name, "gnd!") == 0;
}

static uint32_t node_add(hys__netlist *net, nl_body *body, const char *s, size_t n, uint32_t hash) {
    const char *name = nl_keep(net, s, n);
    const char **slot = name ? HYS_PUSH(net->arena, &body->nodes) : NULL;
    uint32_t node = (uint32_t)body->nodes.n - 1;
    if (!slot || !nl_map_put(net->arena, &body->node_map, name, hash, node)) {
        nl_no_memory(net);
        return NL_NONE;
    }
    *slot = name;
    return node;
}

uint32_t nl_ground_add(hys__netlist *net) {
    return node_add(net, &net->top, "0", 1, nl_hash("0", 1));
}

static uint32_t node_at(hys__netlist *net, nl_body *body, const char *s, size_t n) {
    if (!body->outer && is_ground(s)) return 0;
    uint32_t hash = nl_hash(s, n);
    uint32_t node = nl_map_find(&body->node_map, s, n, hash);
    return node != NL_NONE ? node : node_add(net, body, s, n, hash);
}

uint32_t nl_node(hys__netlist *net, nl_body *body, nl_word w) {
    char buf[NL_NAME_MAX + 1];
    size_t n = nl_word_lower(w, buf);
    return node_at(net, body, buf, n);
}

/* A node that an expression names: one that an element has, ground, or a global one. */
static uint32_t node_find(hys__netlist *net, nl_body *body, const char *name) {
    if (!body->outer && is_ground(name)) return 0;
    uint32_t node = nl_map_find_name(&body->node_map, name);
    if (node != NL_NONE) return node;
    bool is_elsewhere = is_ground(name) || nl_map_find_name(&net->global_map, name) != NL_NONE;
    return is_elsewhere ? node_at(net, body, name, strlen(name)) : NL_NONE;
}

bool nl_refer(nl_body *body, hys__netlist *net, hys__expr *e) {
    hys__expr **slot = HYS_PUSH(net->arena, &body->probes);
    if (!slot) return nl_no_memory(net);
    *slot = e;
    return true;
}

static bool bind_node(hys__netlist *net, nl_body *body, const hys__expr *e, const char *name, uint32_t *node) {
    *node = node_find(net, body, name);
    if (*node != NL_NONE) return true;
    if (strchr(name, '.')) { /* of a subcircuit in it: looked up in each scope */
        *node = node_at(net, body, name, strlen(name));
        return *node != NL_NONE;
    }
    const nl_map *map = &body->node_map;
    nl_fail(net, e->span, nl_did_you_mean(net, name, &map, 1), "no element of %s has a node '%.80s'",
            nl_body_text(body), name);
    return false;
}

/* "x1.p", "q1:c": where no element has the whole name, what stands behind the last mark is a terminal. */
static bool cut_terminal(hys__netlist *net, nl_body *body, hys__expr *e, uint32_t *place) {
    size_t n = strlen(e->name);
    while (n > 0 && e->name[n - 1] != '.' && e->name[n - 1] != ':') n--;
    if (n < 2 || !e->name[n]) return true;
    const char *elem = nl_keep(net, e->name, n - 1);
    if (!elem) return nl_no_memory(net);
    uint32_t found = nl_map_find_name(&body->elem_map, elem);
    if (found == NL_NONE || (found & NL_INST)) return true;
    *place = found;
    e->name2 = hys__intern_add(&net->names, e->name + n, strlen(e->name + n));
    e->name = elem;
    return e->name2 != NULL || nl_no_memory(net);
}

static bool bind_elem(hys__netlist *net, nl_body *body, hys__expr *e) {
    uint32_t place = nl_map_find_name(&body->elem_map, e->name);
    if (place == NL_NONE && !e->name2 && !cut_terminal(net, body, e, &place)) return false;
    e->index = place;
    if (place != NL_NONE && !(place & NL_INST)) return true;
    if (place == NL_NONE && strchr(e->name, '.')) return true;
    const nl_map *map = &body->elem_map;
    if (place != NL_NONE)
        nl_fail(net, e->span, "name an element inside, or put a source of 0 V in series",
                "'%.80s' is a subcircuit and has no current of its own", e->name);
    else
        nl_fail(net, e->span, nl_did_you_mean(net, e->name, &map, 1), "there is no element '%.80s' in %s", e->name,
                nl_body_text(body));
    return false;
}

static void bind_probe(hys__netlist *net, nl_body *body, hys__expr *e) {
    bool holds = true;
    if (e->op == HYS__EXPR_I) holds = bind_elem(net, body, e);
    if (e->op == HYS__EXPR_V) holds = bind_node(net, body, e, e->name, &e->index);
    if (e->op == HYS__EXPR_V && holds && e->name2) holds = bind_node(net, body, e, e->name2, &e->index2);
    if (!holds) body->is_bad = true;
}

static void bind_probes(hys__netlist *net, nl_body *body) {
    for (size_t i = 0; i < body->probes.n; i++) bind_probe(net, body, body->probes.at[i]);
}

bool nl_node_is_used(const nl_body *body, uint32_t local) {
    return local < body->n_used_nodes;
}

hys__span nl_path_span(const nl_body *body, uint32_t local) {
    for (size_t i = 0; i < body->probes.n; i++) {
        const hys__expr *e = body->probes.at[i];
        if (e->op == HYS__EXPR_V && (e->index == local || (e->name2 && e->index2 == local))) return e->span;
    }
    return body->definition.span;
}

/* Expressions of directives, when scope 0 is there already: its nodes grow by those of other scopes. */
bool nl_bind_late(hys__netlist *net, size_t first) {
    nl_body *top = &net->top;
    bool was_bad = top->is_bad;
    top->is_bad = false;
    for (size_t i = first; i < top->probes.n; i++) bind_probe(net, top, top->probes.at[i]);
    bool holds = !top->is_bad;
    top->is_bad = was_bad;
    size_t n_old = top->definition.n_nodes;
    if (!holds || top->nodes.n == n_old) return holds;
    uint32_t *nodes = HYS_NEW_N(net->arena, uint32_t, top->nodes.cap);
    if (!nodes) return nl_no_memory(net);
    memcpy(nodes, net->flat->scopes[0].nodes, n_old * sizeof *nodes);
    net->flat->scopes[0].nodes = nodes;
    top->definition.nodes = top->nodes.at;
    for (size_t i = n_old; i < top->nodes.n; i++) {
        const char *name = top->nodes.at[i];
        nodes[i] = HYS__GLOBAL;
        nodes[i] = nl_find_node_from(net->flat, 0, name, strlen(name));
        if (nodes[i] != HYS__GLOBAL) continue;
        nl_fail_as(net, HYS_SEMANTIC, nl_path_span(top, (uint32_t)i), "", "there is no node '%s'", name);
        nodes[i] = 0;
        holds = false;
    }
    top->definition.n_nodes = top->nodes.n;
    return holds;
}

/* ---- parameters ---- */

static bool param_read(hys__netlist *net, nl_body *body, uint32_t i) {
    nl_param *p = &body->params.at[i];
    if (p->is_fixed || !p->has_text) return true;
    nl_cur c = p->text;
    body->parsing_param = i + 1;
    bool is_read = nl_take_value(&c, body, NL_FULL, &p->value);
    body->parsing_param = 0;
    if (!is_read) return false;
    if (!nl_at_end(&c)) return nl_fail(net, nl_here(&c), "", "the value of '%s' ends before this", p->name) == HYS_OK;
    if (hys__expr_is_behavioural(p->value.expr)) {
        nl_fail(net, p->span, "give the formula to a B source", "the parameter '%s' would change with the solution",
                p->name);
        return false;
    }
    return true;
}

typedef struct ordering {
    hys__netlist *net;
    nl_body *body;
    uint32_t n;
} ordering;

static bool order_param(ordering *o, uint32_t i);

/* Puts first what an expression needs. */
static bool order_needs(ordering *o, const hys__expr *e) {
    if (!e) return true;
    bool is_own = e->op == HYS__EXPR_PARAM && e->scope_up == (o->body->outer ? 0 : HYS__GLOBAL);
    if (is_own && !order_param(o, e->index)) {
        hys__note(o->net->ctx, &o->net->sources, e->span, "it is needed here");
        return false;
    }
    for (uint32_t i = 0; i < e->n_args; i++)
        if (!order_needs(o, e->args[i])) return false;
    return true;
}

static bool order_param(ordering *o, uint32_t i) {
    nl_param *p = &o->body->params.at[i];
    if (p->state == NL_PARAM_READY) return true;
    if (p->state == NL_PARAM_BUSY || ++o->net->func_depth > 10000) {
        nl_fail(o->net, p->span, "", "the value of the parameter '%s' depends on itself", p->name);
        return false;
    }
    p->state = NL_PARAM_BUSY;
    bool holds = order_needs(o, p->is_fixed ? NULL : p->value.expr);
    o->net->func_depth--;
    p->state = NL_PARAM_READY;
    o->body->order[o->n++] = i;
    return holds;
}

bool nl_params_parse(hys__netlist *net, nl_body *body) {
    bool holds = true;
    for (uint32_t i = 0; i < body->params.n; i++) {
        if (!param_read(net, body, i)) {
            body->params.at[i].value = (nl_value){.number = NAN};
            holds = false;
        }
        body->params.at[i].state = NL_PARAM_TEXT;
    }
    ordering o = {net, body, 0};
    body->order = HYS_NEW_N(net->arena, uint32_t, body->params.n);
    if (!body->order) return nl_no_memory(net);
    for (uint32_t i = 0; i < body->params.n && holds; i++) holds = order_param(&o, i);
    return holds;
}

/* ---- models and subcircuits ---- */

nl_model *nl_model_find(nl_body *body, const char *name) {
    for (; body; body = body->outer) {
        uint32_t i = nl_map_find_name(&body->model_map, name);
        if (i != NL_NONE) return body->models.at[i];
    }
    return NULL;
}

nl_body *nl_sub_find(nl_body *body, const char *name) {
    for (; body; body = body->outer) {
        uint32_t i = nl_map_find_name(&body->sub_map, name);
        if (i != NL_NONE) return body->subs.at[i];
    }
    return NULL;
}

/* ---- lines ---- */

static bool parse_lines(hys__netlist *net, nl_body *body) {
    for (struct nl_lines_chunk *chunk = body->lines.first; chunk; chunk = chunk->next) {
        if (hys_ctx_is_cancelled(net->ctx)) {
            if (net->status == HYS_OK) net->status = hys__fail(net->ctx, HYS_CANCEL, "", "reading was cancelled");
            return false;
        }
        for (size_t i = 0; i < chunk->n; i++) {
            if (chunk->at[i].text[0] == '.') nl_card_early(net, body, &chunk->at[i]);
            else if (!nl_element(net, body, &chunk->at[i])) body->is_bad = true;
            if (net->arena->failed) return nl_no_memory(net);
        }
    }
    return true;
}

/* Behavioural elements stand last, so that those of a scope follow each other. */
static bool place_cards(hys__netlist *net, nl_body *body) {
    hys__definition *d = &body->definition;
    uint32_t n_behavioural = 0;
    for (size_t i = 0; i < body->cards.n; i++) n_behavioural += body->cards.at[i]->card.kind == HYS__ELEM_B;
    body->n_plain = (uint32_t)body->cards.n - n_behavioural;
    const hys__card **list = HYS_NEW_N(net->arena, const hys__card *, n_behavioural);
    const char **names = HYS_NEW_N(net->arena, const char *, body->params.n);
    if (!list || !names) return nl_no_memory(net);
    uint32_t plain = 0, behavioural = 0;
    for (size_t i = 0; i < body->cards.n; i++) {
        nl_card *card = body->cards.at[i];
        if (card->card.kind == HYS__ELEM_B) list[behavioural] = &card->card;
        card->place = card->card.kind == HYS__ELEM_B ? body->n_plain + behavioural++ : plain++;
    }
    for (size_t i = 0; i < body->params.n; i++) names[i] = body->params.at[i].name;
    d->behavioural = list;
    d->n_behavioural = n_behavioural;
    d->params = names;
    d->n_params = body->params.n;
    d->nodes = body->nodes.at;
    d->n_nodes = body->nodes.n;
    return true;
}

/* Ground and global nodes, seen from inside. */
static bool bind_nodes(hys__netlist *net, nl_body *body) {
    body->bound = HYS_NEW_N(net->arena, uint32_t, body->nodes.n);
    if (!body->bound) return nl_no_memory(net);
    for (size_t i = 0; i < body->nodes.n; i++) {
        const char *name = body->nodes.at[i];
        body->bound[i] = NL_NONE;
        if (i < body->definition.n_terminals) continue;
        if (is_ground(name)) body->bound[i] = 0;
        else if (net->global_map.n > 0) body->bound[i] = nl_map_find_name(&net->global_map, name);
    }
    return true;
}

bool nl_body_parse(hys__netlist *net, nl_body *body) {
    if (body->is_parsed) return true;
    body->is_parsed = true;
    if (!body->outer && !body->definition.name) body->definition.name = "";
    if (!nl_params_parse(net, body)) body->is_bad = true;
    if (body->conds.n > 0 && body->outer) return place_cards(net, body); /* its variants are parsed */
    if (!parse_lines(net, body)) return false;
    body->n_used_nodes = (uint32_t)body->nodes.n;
    bind_probes(net, body);
    if (!bind_nodes(net, body) || !place_cards(net, body)) return false;
    body->is_busy = true;
    for (size_t i = 0; i < body->insts.n; i++) {
        nl_inst *inst = body->insts.at[i];
        if (inst->sub->is_busy) {
            nl_fail(net, inst->span, "", "the subcircuit '%s' contains itself", inst->sub->definition.name);
            return false;
        }
        if (!nl_body_parse(net, inst->sub)) return false;
    }
    body->is_busy = false;
    return true;
}
