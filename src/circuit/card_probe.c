/* Probes: what .save, .probe, .print and .plot name. */
#include "circuit/card.h"
#include "circuit/flat_impl.h"
#include <string.h>

/* ---- labels ---- */

static const char *label_of(nl_cur *c, uint32_t from) {
    uint32_t n = 0;
    char *label = hys__arena_alloc(c->net->arena, c->at - from + 1);
    if (!label) return NULL;
    for (uint32_t i = from; i < c->at; i++) {
        char now = c->line.text[i];
        if (!nl_is_blank(now) || now == ',') label[n++] = nl_lower(now);
    }
    return label;
}

static bool finish(nl_cur *c, hys__probe *p, uint32_t from, hys__probe_kind kind, const char *unit) {
    p->kind = kind;
    p->unit = unit;
    p->label = label_of(c, from);
    return p->label != NULL || nl_no_memory(c->net);
}

/* ---- names ---- */

/* A name inside brackets: all up to "," or ")". */
static nl_word take_raw(nl_cur *c) {
    nl_skip(c);
    uint32_t from = c->at;
    while (c->at < c->line.len && !strchr(",() \t", c->line.text[c->at])) c->at++;
    return (nl_word){c->line.text + from, c->at - from, from};
}

static bool no_such(nl_cur *c, nl_word w, const char *what, const nl_map *map) {
    char buf[NL_NAME_MAX + 1];
    nl_word_lower(w, buf);
    if (w.n == 0) nl_fail(c->net, nl_here(c), "", "the name of %s is expected here", what);
    else
        nl_fail_as(c->net, HYS_SEMANTIC, nl_word_span(c, w), nl_did_you_mean(c->net, buf, &map, 1),
                   "there is no %s '%.80s'", what, buf);
    return false;
}

static bool take_node(nl_cur *c, uint32_t *node) {
    nl_word w = take_raw(c);
    *node = w.n ? hys__flat_find_node(c->net->flat, w.s, w.n) : HYS__GLOBAL;
    return *node != HYS__GLOBAL || no_such(c, w, "node", &c->net->top.node_map);
}

static bool find_elem_or_scope(nl_cur *c, nl_word w, hys__probe *p) {
    const hys__flat *flat = c->net->flat;
    p->a = w.n ? hys__flat_find_elem(flat, w.s, w.n) : HYS__GLOBAL;
    if (p->a != HYS__GLOBAL) return true;
    p->a = w.n ? hys__flat_find_scope(flat, w.s, w.n) : HYS__GLOBAL;
    p->is_scope = p->a != HYS__GLOBAL;
    return p->is_scope || no_such(c, w, "element", &c->net->top.elem_map);
}

/* Currents of transistors by the letter of their terminal. */
static const struct current_name {
    const char *name;
    char kind; /* first letter of the elements that have it */
    uint32_t terminal;
} current_names[] = {
    {"ic", 'q', 0}, {"ib", 'q', 1}, {"ie", 'q', 2}, {"id", 0, 0}, {"ig", 0, 1}, {"is", 0, 2},
    {"ib", 'm', 3}, {"i1", 0, 0},   {"i2", 0, 1},   {"i3", 0, 2}, {"i4", 0, 3},
};

const char *nl_terminal_of_current(const char *name, char kind) {
    static const char *const numbers[] = {"1", "2", "3", "4"};
    bool is_device = kind == 'd' || kind == 'm' || kind == 'q' || kind == 'j' || kind == 'x' || kind == 'n';
    for (size_t i = 0; is_device && i < sizeof current_names / sizeof current_names[0]; i++)
        if (strcmp(current_names[i].name, name) == 0 && (!current_names[i].kind || current_names[i].kind == kind))
            return numbers[current_names[i].terminal];
    return NULL;
}

static const struct current_name *current_name(nl_word w) {
    for (size_t i = 0; i < sizeof current_names / sizeof current_names[0]; i++)
        if (nl_word_is(w, current_names[i].name)) return &current_names[i];
    return NULL;
}

static void set_terminal(const nl_cur *c, hys__probe *p, nl_word w) {
    const hys__flat *flat = c->net->flat;
    char kind = p->is_scope ? 0 : flat->elems[p->a].card->name[0];
    for (size_t i = 0; i < sizeof current_names / sizeof current_names[0]; i++)
        if (nl_word_is(w, current_names[i].name) && (!current_names[i].kind || current_names[i].kind == kind))
            p->b = current_names[i].terminal;
}

/* ---- v, i, p, e ---- */

static bool take_voltage(nl_cur *c, hys__probe *p) {
    if (!take_node(c, &p->a)) return false;
    nl_skip(c);
    return nl_peek(c) == ')' || take_node(c, &p->b);
}

/* A terminal by its number from 1, or its name in the subcircuit. */
static bool terminal_named(nl_cur *c, hys__probe *p, nl_word w) {
    double number;
    char buf[NL_NAME_MAX + 1];
    nl_word_lower(w, buf);
    if (nl_number_scan(w.s, w.n, &number) == w.n && number >= 1) {
        p->b = (uint32_t)number - 1;
        return true;
    }
    if (!p->is_scope && c->net->flat->elems[p->a].card->kind == HYS__ELEM_KERNEL) {
        p->state = nl_keep(c->net, buf, strlen(buf)); /* the module knows it */
        return p->state || nl_no_memory(c->net);
    }
    const hys__definition *d = p->is_scope ? c->net->flat->scopes[p->a].definition : NULL;
    for (uint32_t i = 0; d && i < d->n_terminals; i++) {
        if (strcmp(d->nodes[i], buf) != 0) continue;
        p->b = i;
        return true;
    }
    nl_fail_as(c->net, HYS_SEMANTIC, nl_word_span(c, w), "", "there is no terminal '%.80s'", buf);
    return false;
}

/* "x1.p" where nothing has that whole name: the terminal p of x1. */
static void cut_terminal(nl_cur *c, nl_word *elem, nl_word *terminal) {
    const hys__flat *flat = c->net->flat;
    uint32_t dot = elem->n;
    while (dot > 0 && elem->s[dot - 1] != '.' && elem->s[dot - 1] != ':') dot--;
    if (dot < 2 || hys__flat_find_elem(flat, elem->s, elem->n) != HYS__GLOBAL) return;
    if (hys__flat_find_scope(flat, elem->s, elem->n) != HYS__GLOBAL) return;
    *terminal = (nl_word){elem->s + dot, elem->n - dot, elem->at + dot};
    elem->n = dot - 1;
}

/* element [("," | ":" | ".") terminal] */
static bool take_current(nl_cur *c, hys__probe *p, bool has_terminal) {
    nl_word w = take_raw(c);
    for (uint32_t i = w.n; has_terminal && i-- > 0;) {
        if (w.s[i] != ':') continue;
        nl_word terminal = {w.s + i + 1, w.n - i - 1, w.at + i + 1};
        w.n = i;
        return find_elem_or_scope(c, w, p) && terminal_named(c, p, terminal);
    }
    nl_word terminal = {0};
    cut_terminal(c, &w, &terminal);
    if (!find_elem_or_scope(c, w, p)) return false;
    if (terminal.n) return terminal_named(c, p, terminal);
    return nl_peek(c) == ')' || terminal_named(c, p, take_raw(c));
}

static bool take_element(nl_cur *c, hys__probe *p) {
    return find_elem_or_scope(c, take_raw(c), p);
}

/* word "(" ... ")", the word one of those below.  AC's vm, vp, vdb ...: the voltage, of which all parts are kept. */
static bool take_simple(nl_cur *c, hys__probe *p, nl_word w, uint32_t from, bool *is_known) {
    static const char *const voltages[] = {"v", "vm", "vp", "vr", "vi", "vdb", "vph"};
    static const char *const currents[] = {"i", "im", "ip", "ir", "ii", "idb", "ix"};
    *is_known = true;
    for (size_t i = 0; i < 7; i++) {
        if (nl_word_is(w, voltages[i]))
            return take_voltage(c, p) && nl_take(c, ')') && finish(c, p, from, HYS__PROBE_V, "V");
        if (nl_word_is(w, currents[i]))
            return take_current(c, p, w.n == 2) && nl_take(c, ')') && finish(c, p, from, HYS__PROBE_I, "A");
    }
    if (nl_word_is(w, "p") || nl_word_is(w, "power"))
        return take_element(c, p) && nl_take(c, ')') && finish(c, p, from, HYS__PROBE_P, "W");
    if (nl_word_is(w, "e") || nl_word_is(w, "energy"))
        return take_element(c, p) && nl_take(c, ')') && finish(c, p, from, HYS__PROBE_ENERGY, "J");
    if (current_name(w)) {
        if (!take_element(c, p) || !nl_take(c, ')')) return false;
        set_terminal(c, p, w);
        return finish(c, p, from, HYS__PROBE_I, "A");
    }
    *is_known = false;
    return false;
}

/* ---- @element[name], element:name ---- */

static bool take_state(nl_cur *c, hys__probe *p, nl_word elem, nl_word name, uint32_t from) {
    const hys__flat *flat = c->net->flat;
    if (!find_elem_or_scope(c, elem, p)) return false;
    bool is_kernel = !p->is_scope && flat->elems[p->a].card->kind == HYS__ELEM_KERNEL;
    if (!is_kernel && (nl_word_is(name, "i") || nl_word_is(name, "c") || nl_word_is(name, "current")))
        return finish(c, p, from, HYS__PROBE_I, "A");
    if (!is_kernel && (nl_word_is(name, "p") || nl_word_is(name, "power")))
        return finish(c, p, from, HYS__PROBE_P, "W");
    if (!is_kernel && (nl_word_is(name, "v") || nl_word_is(name, "dc")) && !p->is_scope) {
        p->b = flat->elems[p->a].nodes[1];
        p->a = flat->elems[p->a].nodes[0];
        return finish(c, p, from, HYS__PROBE_V, "V");
    }
    if (!is_kernel) {
        nl_fail_as(c->net, HYS_SEMANTIC, nl_word_span(c, name), "i, v and p are there", "this element has no '%.*s'",
                   (int)name.n, name.s);
        return false;
    }
    const hys__model_card *model = flat->elems[p->a].card->model;
    const struct current_name *current = model->module ? NULL : current_name(name);
    bool is_i = nl_word_is(name, "i");
    if (current || (is_i && !model->module)) { /* ngspice's names for the currents of D, M, Q, J */
        if (current) set_terminal(c, p, name);
        return finish(c, p, from, HYS__PROBE_I, "A");
    }
    p->state = nl_keep(c->net, name.s, name.n);
    return p->state ? finish(c, p, from, HYS__PROBE_STATE, is_i ? "A" : "") : nl_no_memory(c->net);
}

static bool take_at(nl_cur *c, hys__probe *p, uint32_t from) {
    c->at++;
    uint32_t start = c->at;
    while (c->at < c->line.len && c->line.text[c->at] != '[' && !nl_is_blank(c->line.text[c->at])) c->at++;
    nl_word elem = {c->line.text + start, c->at - start, start};
    uint32_t open = c->at;
    while (c->at < c->line.len && c->line.text[c->at] != ']') c->at++;
    if (open >= c->line.len || c->line.text[open] != '[' || c->at >= c->line.len) {
        nl_fail(c->net, nl_span(c, from, c->at), "write @ELEMENT[NAME]", "'[' and ']' are missing here");
        return false;
    }
    nl_word name = {c->line.text + open + 1, c->at - open - 1, open + 1};
    c->at++;
    return take_state(c, p, elem, name, from);
}

/* node | source "#branch" | element ":" name */
static bool take_bare(nl_cur *c, hys__probe *p, uint32_t from) {
    nl_word w = nl_take_word(c);
    static const char branch[] = "#branch";
    uint32_t n = sizeof branch - 1;
    if (w.n > n && nl_word_is((nl_word){w.s + w.n - n, n, 0}, branch)) {
        w.n -= n;
        return find_elem_or_scope(c, w, p) && finish(c, p, from, HYS__PROBE_I, "A");
    }
    p->a = hys__flat_find_node(c->net->flat, w.s, w.n);
    if (p->a != HYS__GLOBAL) {
        if (!finish(c, p, from, HYS__PROBE_V, "V")) return false;
        p->label = hys__arena_printf(c->net->arena, "v(%s)", p->label);
        return p->label != NULL || nl_no_memory(c->net);
    }
    for (uint32_t i = w.n; i-- > 1;) {
        if (w.s[i] != ':') continue;
        nl_word elem = {w.s, i, w.at}, name = {w.s + i + 1, w.n - i - 1, w.at + i + 1};
        return take_state(c, p, elem, name, from);
    }
    return no_such(c, w, "node", &c->net->top.node_map);
}

/* ---- formulas ---- */

static bool take_formula(nl_cur *c, hys__probe *p, uint32_t from) {
    size_t first = c->net->top.probes.n;
    p->expr = nl_take_expr(c, &c->net->top, NL_TIGHT);
    return p->expr && nl_bind_late(c->net, first) && finish(c, p, from, HYS__PROBE_EXPR, "");
}

static bool is_operator(char c) {
    return c && strchr("*/+-^<>=?&|", c) != NULL;
}

static bool take_item(nl_cur *c, hys__probe *p) {
    nl_skip(c);
    uint32_t from = c->at;
    char first = nl_lower(nl_peek(c));
    if (first == '@') return take_at(c, p, from);
    if (!((first >= 'a' && first <= 'z') || first == '_' || (first >= '0' && first <= '9')))
        return take_formula(c, p, from);
    nl_word w = nl_peek_word(c);
    uint32_t behind = w.at + w.n;
    if (behind < c->line.len && c->line.text[behind] == '(') {
        bool is_known;
        c->at = behind + 1;
        size_t n_before = c->net->n_errors;
        bool is_read = take_simple(c, p, w, from, &is_known);
        if (is_known && !is_read) {
            if (c->net->n_errors == n_before) nl_fail(c->net, nl_here(c), "", "')' is expected here");
            return false;
        }
        if (is_known && !(c->at < c->line.len && is_operator(c->line.text[c->at]))) return true;
        *p = (hys__probe){0};
        c->at = from;
        return take_formula(c, p, from);
    }
    return take_bare(c, p, from);
}

bool nl_take_probe(nl_cur *c, hys__probe *probe) {
    *probe = (hys__probe){0};
    if (!nl_at_end(c)) return take_item(c, probe);
    nl_fail(c->net, nl_here(c), "", "what is asked for (V(NODE), I(SOURCE)) is missing");
    return false;
}

hys_status hys__flat_probe(hys__flat *flat, hys__arena *arena, const char *text, hys__span span, hys__probe *probe) {
    hys__netlist *net = flat->netlist;
    hys__arena *arena_before = net->arena;
    char *pool = net->pool;
    size_t pool_left = net->pool_left;
    hys_status before = net->status;
    nl_line line = {.text = text, .len = (uint32_t)strlen(text), .source = span.source, .offset = span.offset};
    nl_cur c = nl_cur_of(net, &line);
    net->arena = arena;
    net->pool_left = 0;
    hys_status status = nl_take_probe(&c, probe) ? HYS_OK : net->status != HYS_OK ? net->status : HYS_NOMEM;
    net->arena = arena_before;
    net->pool = pool;
    net->pool_left = pool_left;
    net->status = before;
    return status;
}

static bool is_known_already(const hys__netlist *net, const hys__probe *p) {
    for (size_t i = 0; i < net->probes.n; i++)
        if (strcmp(net->probes.at[i].label, p->label) == 0) return true;
    return false;
}

static bool probe_add(nl_cur *c, const hys__probe *p) {
    if (c->net->probes.n < 1000 && is_known_already(c->net, p)) return true; /* .save and .print may say the same */
    hys__probe *slot = HYS_PUSH(c->net->arena, &c->net->probes);
    if (!slot) return nl_no_memory(c->net);
    *slot = *p;
    return true;
}

/* "v(*)", "i(x*.*)": all of them. */
static bool take_pattern(nl_cur *c) {
    nl_skip(c);
    const char *s = c->line.text;
    uint32_t at = c->at;
    if (at + 1 >= c->line.len || !strchr("vViI", s[at]) || s[at + 1] != '(') return false;
    bool is_pattern = false;
    for (at += 2; at < c->line.len && s[at] != ')' && !nl_is_blank(s[at]); at++)
        is_pattern = is_pattern || s[at] == '*';
    if (!is_pattern || at >= c->line.len || s[at] != ')') return false;
    c->at = at + 1;
    return true;
}

void nl_probes(nl_cur *c, bool has_analysis) {
    static const char *const kinds[] = {"tran", "dc", "ac", "op", "noise", "tf", "sens", "pz", "pss", "disto"};
    for (size_t i = 0; has_analysis && i < sizeof kinds / sizeof kinds[0]; i++)
        if (nl_take_keyword(c, kinds[i])) break;
    while (!nl_at_end(c)) {
        hys__probe p;
        if (nl_take_keyword(c, "all") || nl_take_keyword(c, "allv") || nl_take_keyword(c, "alli") || take_pattern(c)) {
            c->net->wants_all = true;
            continue;
        }
        const char *label = NULL;
        if (nl_at_setting(c)) label = nl_keep_lower(c->net, nl_take_setting(c)); /* HSPICE: NAME=PAR('...') */
        if (!nl_take_probe(c, &p)) return;
        if (label) p.label = label;
        if (!probe_add(c, &p)) return;
    }
}

/* ---- all nodes and sources ---- */

static bool add_named(hys__netlist *net, hys__probe_kind kind, uint32_t a) {
    hys__probe *p = HYS_PUSH(net->arena, &net->probes);
    char name[4 * NL_NAME_MAX];
    if (!p) return false;
    if (kind == HYS__PROBE_V) hys__flat_node_name(net->flat, a, name, sizeof name);
    else hys__flat_elem_name(net->flat, a, name, sizeof name);
    *p = (hys__probe){.kind = kind, .a = a, .unit = kind == HYS__PROBE_V ? "V" : "A"};
    p->label = hys__arena_printf(net->arena, kind == HYS__PROBE_V ? "v(%s)" : "i(%s)", name);
    return p->label != NULL;
}

/* "all" beside other probes: the others come first. */
void nl_finish_cards(hys__netlist *net) {
    const hys__flat *flat = net->flat;
    if (!net->wants_all || net->probes.n == 0) return;
    for (uint32_t i = 1; i < flat->n_nodes; i++)
        if (!add_named(net, HYS__PROBE_V, i)) return (void)nl_no_memory(net);
    for (uint32_t i = 0; i < flat->n_elems; i++)
        if (flat->elems[i].card->kind == HYS__ELEM_V && !add_named(net, HYS__PROBE_I, i))
            return (void)nl_no_memory(net);
}
