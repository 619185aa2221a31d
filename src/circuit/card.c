/* Directives that are read before the netlist is flat: .options, .temp, .ic, .nodeset. */
#include "circuit/card.h"
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

double nl_constant(nl_cur *c, bool *failed) {
    hys__netlist *net = c->net;
    nl_value value;
    nl_eval v = {.net = net, .own = NULL};
    hys__span span = nl_here(c);
    *failed = !nl_take_value(c, &net->top, NL_TIGHT, &value);
    if (*failed) return NAN;
    if (hys__expr_is_behavioural(value.expr)) {
        nl_fail(net, span, "", "a number is expected here, not what depends on the solution");
        *failed = true;
        return NAN;
    }
    nl_note_shape(net, value.expr);
    double number = nl_value_at(&v, value);
    if (isfinite(number)) return number;
    nl_fail(net, span, "", "this has no finite value");
    *failed = true;
    return NAN;
}

/* ---- .options ---- */

static bool option_add(nl_cur *c, nl_word w, double value, const char *text) {
    hys__netlist *net = c->net;
    const char *name = nl_intern_lower(net, w);
    hys__option *o = HYS_PUSH(net->arena, &net->options);
    if (!o || !name) return nl_no_memory(net);
    *o = (hys__option){name, value, text, nl_word_span(c, w)};
    return true;
}

/* Values that are words: method=gear, runlvl=5. */
static bool take_option_value(nl_cur *c, nl_word name) {
    nl_word w = nl_peek_word(c);
    double number;
    uint32_t at = c->at;
    if (nl_take_number(c, &number)) return option_add(c, name, number, NULL);
    c->at = at;
    char first = nl_lower(nl_peek(c));
    if (first >= 'a' && first <= 'z' && nl_map_find_name(&c->net->top.param_map, nl_keep_lower(c->net, w)) == NL_NONE) {
        nl_take_word(c);
        const char *text = nl_keep_lower(c->net, w);
        return text ? option_add(c, name, NAN, text) : nl_no_memory(c->net);
    }
    bool failed;
    number = nl_constant(c, &failed);
    return !failed && option_add(c, name, number, NULL);
}

static void do_options(nl_cur *c) {
    while (!nl_at_end(c)) {
        bool has_value = nl_at_setting(c);
        nl_word w = has_value ? nl_take_setting(c) : nl_take_word(c);
        if (w.n == 0) return (void)nl_fail(c->net, nl_here(c), "", "the name of an option is expected here");
        if (!(has_value ? take_option_value(c, w) : option_add(c, w, NAN, NULL))) return;
        const hys__option *o = &c->net->options.at[c->net->options.n - 1];
        if (strcmp(o->name, "temp") == 0 && isfinite(o->value)) c->net->temp = o->value + NL_CELSIUS;
    }
}

/* ---- .temp ---- */

static void do_temp(nl_cur *c) {
    hys__netlist *net = c->net;
    nl_cur first = *c;
    bool failed;
    double temp = nl_constant(c, &failed);
    if (failed) return;
    if (temp <= -NL_CELSIUS) return (void)nl_fail(net, nl_here(&first), "", "%g degC is not above absolute zero", temp);
    if (nl_at_end(c)) {
        net->temp = temp + NL_CELSIUS;
        return;
    }
    if (!nl_lines_add(net->arena, &net->late, &c->line)) nl_no_memory(net); /* several: a sweep */
}

/* ---- .ic, .nodeset ---- */

/* ("v" "(" node ")" | "i" "(" inductor ")") ["="] value */
static bool take_preset(nl_cur *c, nl_body *body, bool is_nodeset) {
    hys__netlist *net = c->net;
    nl_word w = nl_take_word(c);
    bool is_voltage = nl_word_is(w, "v"), is_current = nl_word_is(w, "i");
    if ((!is_voltage && !is_current) || !nl_take(c, '('))
        return nl_fail(net, nl_word_span(c, w), "write V(NODE)=VALUE", "V(NODE) is expected here") == HYS_OK;
    nl_word name = nl_take_word(c);
    nl_preset *p = HYS_PUSH(net->arena, &body->presets);
    if (!p) return nl_no_memory(net);
    *p = (nl_preset){.name = nl_intern_lower(net, name),
                     .span = nl_word_span(c, name),
                     .is_nodeset = is_nodeset,
                     .is_current = is_current};
    if (!p->name) return nl_no_memory(net);
    if (!nl_take(c, ')')) return nl_fail(net, nl_here(c), "", "')' is expected here") == HYS_OK;
    nl_take(c, '=');
    return nl_take_value(c, body, NL_TIGHT, &p->value);
}

static void do_presets(nl_cur *c, nl_body *body, bool is_nodeset) {
    if (nl_take_keyword(c, "all")) {
        nl_warn(c->net, nl_span(c, 0, c->at), "", "'all' is not obeyed: name the nodes");
        return;
    }
    while (!nl_at_end(c))
        if (!take_preset(c, body, is_nodeset)) return;
}

void nl_card_early(hys__netlist *net, nl_body *body, const nl_line *line) {
    nl_cur c = nl_cur_of(net, line);
    nl_word w = nl_take_word(&c);
    if (nl_word_is(w, ".temp")) do_temp(&c);
    else if (nl_word_is(w, ".ic")) do_presets(&c, body, false);
    else if (nl_word_is(w, ".nodeset")) do_presets(&c, body, true);
    else do_options(&c);
}

/* ---- when all is flat ---- */

static bool preset_value(hys__netlist *net, uint32_t scope, const nl_preset *p, double *value) {
    nl_eval v = {net, scope, NULL, net->places[scope].key};
    *value = nl_value_at(&v, p->value);
    if (isfinite(*value)) return true;
    nl_fail_as(net, HYS_SEMANTIC, p->span, "", "this initial value is not a finite number");
    return false;
}

/* The current of an inductor is its own initial value. */
static bool fill_current(hys__netlist *net, uint32_t scope, const nl_preset *p, double value) {
    uint32_t elem = nl_find_elem_from(net->flat, scope, p->name, strlen(p->name));
    if (elem == HYS__GLOBAL || net->flat->elems[elem].card->kind != HYS__ELEM_L) {
        nl_fail_as(net, HYS_SEMANTIC, p->span, "", "there is no inductor '%s'", p->name);
        return false;
    }
    net->flat->elems[elem].ic = value;
    return true;
}

static bool no_node(hys__netlist *net, uint32_t scope, const nl_preset *p) {
    const nl_map *map = &nl_scope_body(&net->flat->scopes[scope])->node_map;
    nl_warn(net, p->span, nl_did_you_mean(net, p->name, &map, 1),
            "there is no node '%s'; its initial value is left out", p->name);
    return true;
}

static bool fill_scope_presets(hys__netlist *net, uint32_t scope, size_t *n, bool is_first) {
    const nl_body *body = nl_scope_body(&net->flat->scopes[scope]);
    for (size_t i = 0; i < body->presets.n; i++) {
        const nl_preset *p = &body->presets.at[i];
        double value;
        if (!preset_value(net, scope, p, &value)) return false;
        if (p->is_current) {
            if (!fill_current(net, scope, p, value)) return false;
            continue;
        }
        uint32_t node = nl_find_node_from(net->flat, scope, p->name, strlen(p->name));
        if (node == HYS__GLOBAL) {
            if (is_first) no_node(net, scope, p);
            continue;
        }
        hys__preset *slot = *n < net->presets.n ? &net->presets.at[*n] : HYS_PUSH(net->arena, &net->presets);
        if (!slot) return nl_no_memory(net);
        *slot = (hys__preset){node, value, p->is_nodeset, p->span};
        ++*n;
    }
    return true;
}

bool nl_fill_presets(hys__netlist *net) {
    size_t n = 0;
    bool is_first = !net->has_presets;
    net->has_presets = true;
    for (uint32_t s = 0; s < net->flat->n_scopes; s++)
        if (!fill_scope_presets(net, s, &n, is_first)) return false;
    net->flat->presets = net->presets.at;
    net->flat->n_presets = n;
    return true;
}
