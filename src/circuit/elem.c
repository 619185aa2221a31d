/* Elements: what all of them have. */
#include "circuit/elem.h"
#include <string.h>

static bool not_supported(nl_elem *e) {
    static const char *const why[256] = {
        ['a'] = "XSPICE code models", ['o'] = "lossy lines", ['p'] = "coupled lines",
        ['u'] = "uniform RC lines",   ['y'] = "lossy lines", ['z'] = "MESFETs",
    };
    const char *what = why[(unsigned char)nl_lower(e->name.s[0])];
    if (what)
        nl_fail(e->c.net, e->span, "write it in Verilog-A and load it with .hdl",
                "%s (%.1s) are not known to this program", what, e->name.s);
    else
        nl_fail(e->c.net, e->span, "", "an element begins with a letter that tells its kind; '%.80s' does not",
                nl_keep(e->c.net, e->name.s, e->name.n < 80 ? e->name.n : 80));
    return false;
}

static nl_elem_fn *const readers[256] = {
    ['r'] = nl_resistor,
    ['c'] = nl_capacitor,
    ['l'] = nl_inductor,
    ['k'] = nl_coupling,
    ['v'] = nl_source,
    ['i'] = nl_source,
    ['b'] = nl_behavioural,
    ['e'] = nl_voltage_controlled,
    ['g'] = nl_voltage_controlled,
    ['f'] = nl_current_controlled,
    ['h'] = nl_current_controlled,
    ['s'] = nl_switch_v,
    ['w'] = nl_switch_i,
    ['t'] = nl_line_lossless,
    ['d'] = nl_diode,
    ['m'] = nl_mosfet,
    ['q'] = nl_bipolar,
    ['j'] = nl_jfet,
    ['x'] = nl_instance,
    ['n'] = nl_instance,
};

bool nl_element(hys__netlist *net, nl_body *body, const nl_line *line) {
    nl_elem e = {.c = nl_cur_of(net, line), .body = body};
    e.name = nl_take_word(&e.c);
    e.span = nl_word_span(&e.c, e.name);
    if (e.name.n == 0) {
        nl_fail(net, nl_span(&e.c, e.c.at, e.c.at + 1), "", "an element or a directive is expected here");
        return false;
    }
    if (e.name.n > NL_NAME_MAX) {
        nl_fail_as(net, HYS_LIMIT, e.span, "", "names have at most %d characters", NL_NAME_MAX);
        return false;
    }
    nl_elem_fn *reader = readers[(unsigned char)nl_lower(e.name.s[0])];
    return reader ? reader(&e) : not_supported(&e);
}

/* ---- nodes ---- */

bool nl_take_nodes(nl_elem *e, uint32_t *nodes, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        nl_skip_to_name(&e->c);
        bool is_setting = e->c.at < e->c.line.len && nl_at_setting(&e->c);
        nl_word w = {0};
        if (!is_setting) w = nl_take_word(&e->c);
        if (w.n == 0) {
            nl_fail(e->c.net, e->span, "", "this element needs %u nodes; %u %s given", n, i, i == 1 ? "is" : "are");
            return false;
        }
        if (w.n > NL_NAME_MAX) {
            nl_fail_as(e->c.net, HYS_LIMIT, nl_word_span(&e->c, w), "", "names have at most %d characters",
                       NL_NAME_MAX);
            return false;
        }
        nodes[i] = nl_node(e->c.net, e->body, w);
        if (nodes[i] == NL_NONE) return false;
    }
    while (nl_take(&e->c, ')')) {
    } /* nodes may stand in brackets */
    return true;
}

bool nl_begin(nl_elem *e, hys__elem_kind kind, uint32_t n_nodes) {
    hys__arena *arena = e->c.net->arena;
    /* The nodes of most elements stand behind the card, in the same piece of memory. */
    nl_card *card = hys__arena_alloc(arena, sizeof *card + n_nodes * sizeof(uint32_t));
    if (!card) return nl_no_memory(e->c.net);
    uint32_t *nodes = (uint32_t *)(void *)(card + 1);
    card->card.kind = kind;
    card->card.n_nodes = n_nodes;
    card->card.span = e->span;
    card->nodes = nodes;
    e->card = card;
    return nl_take_nodes(e, nodes, n_nodes);
}

/* ---- settings ---- */

nl_more *nl_more_of(nl_elem *e) {
    if (e->card->more) return e->card->more;
    nl_more *more = HYS_NEW(e->c.net->arena, nl_more);
    if (!more) {
        nl_no_memory(e->c.net);
        return NULL;
    }
    more->m.number = 1;
    more->scale.number = 1;
    e->card->more = more;
    return more;
}

bool nl_value_of(nl_elem *e, nl_value *value) {
    return nl_take_value(&e->c, e->body, NL_TIGHT, value);
}

static bool take_tc(nl_elem *e, nl_more *more) {
    if (!nl_value_of(e, &more->tc1)) return false;
    if (nl_at_end(&e->c) || nl_at_setting(&e->c)) return true;
    return nl_value_of(e, &more->tc2);
}

bool nl_common_setting(nl_elem *e, nl_word name, bool *failed) {
    static const struct {
        const char *name;
        size_t offset;
    } fields[] = {
        {"m", offsetof(nl_more, m)},         {"temp", offsetof(nl_more, temp)}, {"dtemp", offsetof(nl_more, dtemp)},
        {"tc1", offsetof(nl_more, tc1)},     {"tc2", offsetof(nl_more, tc2)},   {"ic", offsetof(nl_more, ic)},
        {"scale", offsetof(nl_more, scale)},
    };
    nl_more *more = nl_more_of(e);
    *failed = true;
    if (!more) return true;
    if (nl_word_is(name, "tc")) {
        *failed = !take_tc(e, more);
        return true;
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (!nl_word_is(name, fields[i].name)) continue;
        *failed = !nl_value_of(e, (nl_value *)(void *)((char *)more + fields[i].offset));
        more->has_ic |= fields[i].offset == offsetof(nl_more, ic);
        more->has_temp |= fields[i].offset == offsetof(nl_more, temp);
        return true;
    }
    *failed = false;
    return false;
}

bool nl_unknown_setting(nl_elem *e, nl_word name) {
    nl_fail(e->c.net, nl_word_span(&e->c, name), "", "this element has no parameter '%.*s'",
            name.n < 80 ? (int)name.n : 80, name.s);
    return false;
}

bool nl_unexpected(nl_elem *e) {
    nl_fail(e->c.net, nl_here(&e->c), "", "this is not expected here");
    return false;
}

bool nl_at_model(nl_elem *e, nl_model **model) {
    char buf[NL_NAME_MAX + 1];
    nl_word w = nl_peek_word(&e->c);
    nl_word_lower(w, buf);
    *model = w.n > 0 && w.n <= NL_NAME_MAX ? nl_model_find(e->body, buf) : NULL;
    return *model != NULL;
}

/* 1 + tc1 dt + tc2 dt^2, dt in K above 27 degC */
static const hys__expr *temperature_factor(nl_elem *e, const nl_more *more) {
    hys__netlist *net = e->c.net;
    const hys__expr *one = nl_expr_of(net, (nl_value){.number = 1}, e->span);
    const hys__expr *nominal = nl_expr_of(net, (nl_value){.number = NL_TEMP - NL_CELSIUS}, e->span);
    const hys__expr *dt = nl_expr_two(net, HYS__EXPR_SUB, nl_expr_temper(net, e->span), nominal);
    const hys__expr *tc1 = nl_expr_of(net, more->tc1, e->span), *tc2 = nl_expr_of(net, more->tc2, e->span);
    const hys__expr *slope = nl_expr_two(net, HYS__EXPR_ADD, tc1, nl_expr_two(net, HYS__EXPR_MUL, dt, tc2));
    return nl_expr_two(net, HYS__EXPR_ADD, one, nl_expr_two(net, HYS__EXPR_MUL, dt, slope));
}

static bool is_given(nl_value value, double otherwise) {
    return value.expr || value.number != otherwise;
}

/* What scale, tc1 and tc2 do to a formula: they may stand behind it. */
static bool add_factors(nl_elem *e) {
    const nl_more *more = e->card->more;
    const hys__expr *expr = e->card->card.expr;
    if (!more || !expr) return true;
    if (is_given(more->scale, 1))
        expr = nl_expr_two(e->c.net, HYS__EXPR_MUL, expr, nl_expr_of(e->c.net, more->scale, e->span));
    if (is_given(more->tc1, 0) || is_given(more->tc2, 0))
        expr = nl_expr_two(e->c.net, HYS__EXPR_MUL, expr, temperature_factor(e, more));
    e->card->card.expr = expr;
    return expr != NULL;
}

bool nl_set_behaviour(nl_elem *e, hys__behaviour behaviour, const hys__expr *expr) {
    e->card->card.kind = HYS__ELEM_B;
    e->card->card.behaviour = behaviour;
    e->card->card.expr = expr;
    return expr != NULL;
}

/* ---- into the body ---- */

const char *nl_keep_suffixed(nl_elem *e, unsigned i) {
    char buf[NL_NAME_MAX + 1];
    nl_word_lower(e->name, buf);
    return hys__arena_printf(e->c.net->arena, "%s#%u", buf, i);
}

static bool is_duplicate(nl_elem *e, const char *name, size_t n, uint32_t hash) {
    uint32_t old = nl_map_find(&e->body->elem_map, name, n, hash);
    if (old == NL_NONE) return false;
    nl_fail(e->c.net, e->span, "", "there are two elements '%s' in %s", name, nl_body_text(e->body));
    hys__span span = old & NL_INST ? e->body->insts.at[old & ~NL_INST]->span : e->body->cards.at[old]->card.span;
    hys__note(e->c.net->ctx, &e->c.net->sources, span, "the first one is here");
    return true;
}

bool nl_add_named(nl_elem *e, uint32_t place, const char **kept) {
    char buf[NL_NAME_MAX + 1];
    size_t n = nl_word_lower(e->name, buf);
    uint32_t hash = nl_hash(buf, n);
    if (is_duplicate(e, buf, n, hash)) return false;
    const char *name = nl_keep(e->c.net, buf, n);
    if (!name || !nl_map_put(e->c.net->arena, &e->body->elem_map, name, hash, place)) return nl_no_memory(e->c.net);
    *kept = name;
    return true;
}

bool nl_add_card(nl_elem *e) {
    if (!add_factors(e)) return false;
    nl_card **slot = HYS_PUSH(e->c.net->arena, &e->body->cards);
    if (!slot) return nl_no_memory(e->c.net);
    *slot = e->card;
    if (e->card->card.name)
        return nl_map_add(e->c.net->arena, &e->body->elem_map, e->card->card.name, (uint32_t)e->body->cards.n - 1);
    if (nl_add_named(e, (uint32_t)e->body->cards.n - 1, &e->card->card.name)) return true;
    e->body->cards.n--;
    return false;
}

bool nl_finish(nl_elem *e) {
    while (!nl_at_end(&e->c)) {
        if (!nl_at_setting(&e->c)) return nl_unexpected(e);
        nl_word name = nl_take_setting(&e->c);
        bool failed;
        if (!nl_common_setting(e, name, &failed)) return nl_unknown_setting(e, name);
        if (failed) return false;
    }
    return nl_add_card(e);
}
