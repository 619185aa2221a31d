/* E, G, F, H: linear ones, polynomials, tables, formulas. */
#include "circuit/elem.h"
#include <string.h>

static bool is_voltage(const nl_elem *e) {
    char letter = nl_lower(e->name.s[0]);
    return letter == 'e' || letter == 'h';
}

static bool behave(nl_elem *e, const hys__expr *expr) {
    return nl_set_behaviour(e, is_voltage(e) ? HYS__IS_VOLTAGE : HYS__IS_CURRENT, expr);
}

static bool push(nl_elem *e, nl_args *args, const hys__expr *expr) {
    hys__expr **slot = expr ? HYS_PUSH(e->c.net->arena, args) : NULL;
    if (!slot) return expr ? nl_no_memory(e->c.net) : false;
    *slot = (hys__expr *)(uintptr_t)expr;
    return true;
}

static bool push_number(nl_elem *e, nl_args *args, double number) {
    return push(e, args, nl_expr_of(e->c.net, (nl_value){.number = number}, e->span));
}

static bool push_value(nl_elem *e, nl_args *args) {
    nl_value v;
    hys__span span = nl_here(&e->c);
    return nl_value_of(e, &v) && push(e, args, nl_expr_of(e->c.net, v, span));
}

static const char *take_name(nl_elem *e) {
    nl_skip_to_name(&e->c);
    nl_word w = nl_take_word(&e->c);
    if (w.n == 0) {
        nl_fail(e->c.net, nl_here(&e->c), "", "a name is expected here");
        return NULL;
    }
    return nl_intern_lower(e->c.net, w);
}

/* ---- polynomials ---- */

#define POLY_MOST 32 /* variables */

/* The variables: pairs of nodes, or sources whose currents count. */
static bool take_variables(nl_elem *e, nl_args *args, unsigned n) {
    bool is_current = nl_lower(e->name.s[0]) == 'f' || nl_lower(e->name.s[0]) == 'h';
    for (unsigned i = 0; i < n; i++) {
        hys__span span = nl_here(&e->c);
        const char *a = take_name(e), *b = is_current || !a ? NULL : take_name(e);
        if (!a || (!b && !is_current)) return false;
        hys__expr_op op = is_current ? HYS__EXPR_I : HYS__EXPR_V;
        if (!push(e, args, nl_expr_probe(e->c.net, e->body, op, span, a, b))) return false;
    }
    return true;
}

/* poly = "poly" "(" n ")" variables coefficients */
static bool take_poly(nl_elem *e) {
    nl_args args = {0};
    double n = 0;
    if (!nl_take(&e->c, '(') || !nl_take_number(&e->c, &n) || !nl_take(&e->c, ')') || !(n >= 1 && n <= POLY_MOST)) {
        nl_fail(e->c.net, nl_here(&e->c), "", "poly takes a number of variables between 1 and %d: poly(2)", POLY_MOST);
        return false;
    }
    if (!push_number(e, &args, n) || !take_variables(e, &args, (unsigned)n)) return false;
    size_t first = args.n;
    while (nl_skip_to_name(&e->c), !nl_at_end(&e->c) && !nl_at_setting(&e->c))
        if (!push_value(e, &args)) return false;
    if (args.n == first) {
        nl_fail(e->c.net, e->span, "", "a polynomial needs coefficients");
        return false;
    }
    if (args.n == first + 1 && n == 1) { /* SPICE: a single one is that of x */
        if (!push(e, &args, args.at[first])) return false;
        args.at[first] = (hys__expr *)(uintptr_t)nl_expr_of(e->c.net, (nl_value){0}, e->span);
    }
    return behave(e, nl_expr_call(e->c.net, HYS__FN_poly, e->span, &args));
}

/* ---- tables ---- */

/* table = "table" formula ["="] ("(" x "," y ")")* */
static bool take_table(nl_elem *e, const hys__expr *x) {
    nl_args args = {0};
    nl_take(&e->c, '=');
    if (!x) x = nl_take_expr(&e->c, e->body, NL_TIGHT);
    if (!x || !push(e, &args, x)) return false;
    nl_take(&e->c, '=');
    while (nl_skip_to_name(&e->c), !nl_at_end(&e->c) && !nl_at_setting(&e->c))
        if (!push_value(e, &args)) return false;
    if (args.n >= 3 && args.n % 2 == 1) return behave(e, nl_expr_call(e->c.net, HYS__FN_table, e->span, &args));
    nl_fail(e->c.net, e->span, "write table {v(a)} = (0,0) (1,2)", "a table is made of pairs of numbers");
    return false;
}

/* ---- the kinds ---- */

static bool is_refused(nl_elem *e) {
    static const char *const names[] = {"laplace", "freq",        "chebyshev", "foster", "pole", "delay",
                                        "opamp",   "transformer", "vcr",       "vccap",  "npwl", "ppwl",
                                        "and",     "nand",        "or",        "nor",    "vmax"};
    nl_word w = nl_peek_word(&e->c);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!nl_word_is(w, names[i])) continue;
        nl_fail(e->c.net, nl_word_span(&e->c, w),
                "write it in Verilog-A (laplace_nd, absdelay ...) and load it with .hdl",
                "'%s' of controlled sources is not known to this program", names[i]);
        return true;
    }
    return false;
}

static bool at_formula(nl_elem *e) {
    static const char *const names[] = {"value", "vol", "cur", "volt", "current", "v", "i"};
    nl_cur ahead = e->c;
    nl_word w = nl_take_word(&ahead);
    char next = nl_peek(&ahead);
    if (next != '=' && next != '{' && next != '\'') return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nl_word_is(w, names[i])) return true;
    return false;
}

static bool take_formula(nl_elem *e) {
    nl_take_word(&e->c);
    nl_take(&e->c, '=');
    return behave(e, nl_take_expr(&e->c, e->body, NL_FULL));
}

/* out+ out- (in+ in- gain | poly | table | value) */
bool nl_voltage_controlled(nl_elem *e) {
    hys__elem_kind kind = nl_lower(e->name.s[0]) == 'e' ? HYS__ELEM_E : HYS__ELEM_G;
    uint32_t nodes[4];
    if (!nl_take_nodes(e, nodes, 2)) return false;
    if (is_refused(e)) return false;
    nl_word w = nl_peek_word(&e->c);
    bool is_poly = nl_word_is(w, "poly"), is_table = nl_word_is(w, "table");
    bool is_formula = !is_poly && !is_table && at_formula(e);
    if (nl_word_is(w, "vcvs") || nl_word_is(w, "vccs")) nl_take_word(&e->c);
    bool is_linear = !is_poly && !is_table && !is_formula;
    if (is_linear && !nl_take_nodes(e, nodes + 2, 2)) return false;
    uint32_t at = e->c.at;
    e->c.at = e->name.at + e->name.n;
    if (!nl_begin(e, kind, 2)) return false;
    e->c.at = at;
    if (is_poly) return nl_take_word(&e->c), take_poly(e) && nl_finish(e);
    if (is_table) return nl_take_word(&e->c), take_table(e, NULL) && nl_finish(e);
    if (is_formula) return take_formula(e) && nl_finish(e);
    uint32_t *all = HYS_NEW_N(e->c.net->arena, uint32_t, 4);
    if (!all) return nl_no_memory(e->c.net);
    memcpy(all, nodes, sizeof nodes);
    e->card->nodes = all;
    e->card->card.n_nodes = 4;
    if (nl_at_setting(&e->c) && nl_word_is(nl_peek_word(&e->c), "table")) {
        const char *const *names = e->body->nodes.at;
        nl_take_word(&e->c);
        const hys__expr *x = nl_expr_probe(e->c.net, e->body, HYS__EXPR_V, e->span, names[nodes[2]], names[nodes[3]]);
        e->card->card.n_nodes = 2;
        return x && take_table(e, x) && nl_finish(e);
    }
    if (nl_at_setting(&e->c) && (nl_word_is(nl_peek_word(&e->c), "gain") || nl_word_is(nl_peek_word(&e->c), "gm")))
        nl_take_setting(&e->c);
    if (nl_at_end(&e->c)) {
        nl_fail(e->c.net, e->span, "", "this source has no gain");
        return false;
    }
    if (!nl_value_of(e, &e->card->value)) return false;
    if (!hys__expr_is_behavioural(e->card->value.expr)) return nl_finish(e);
    const char *const *names = e->body->nodes.at;
    const hys__expr *x = nl_expr_probe(e->c.net, e->body, HYS__EXPR_V, e->span, names[nodes[2]], names[nodes[3]]);
    e->card->card.n_nodes = 2;
    return x && behave(e, nl_expr_two(e->c.net, HYS__EXPR_MUL, x, e->card->value.expr)) && nl_finish(e);
}

/* out+ out- (source gain | poly | value) */
bool nl_current_controlled(nl_elem *e) {
    if (!nl_begin(e, nl_lower(e->name.s[0]) == 'f' ? HYS__ELEM_F : HYS__ELEM_H, 2) || is_refused(e)) return false;
    if (at_formula(e)) return take_formula(e) && nl_finish(e);
    if (nl_take_keyword(&e->c, "poly")) return take_poly(e) && nl_finish(e);
    nl_word w = nl_take_word(&e->c);
    if (nl_word_is(w, "cccs") || nl_word_is(w, "ccvs")) w = nl_take_word(&e->c);
    nl_more *more = nl_more_of(e);
    if (!more) return false;
    if (w.n == 0 || nl_at_end(&e->c)) {
        nl_fail(e->c.net, e->span, "write F1 OUT+ OUT- V1 GAIN",
                "this source needs an element whose current counts, and a gain");
        return false;
    }
    more->refs[0] = (nl_ref){nl_intern_lower(e->c.net, w), nl_word_span(&e->c, w)};
    e->card->card.n_controls = 1;
    if (nl_at_setting(&e->c)) nl_take_setting(&e->c);
    if (!nl_value_of(e, &e->card->value)) return false;
    if (!hys__expr_is_behavioural(e->card->value.expr)) return nl_finish(e);
    const hys__expr *x = nl_expr_probe(e->c.net, e->body, HYS__EXPR_I, e->span, more->refs[0].name, NULL);
    e->card->card.n_controls = 0;
    return x && behave(e, nl_expr_two(e->c.net, HYS__EXPR_MUL, x, e->card->value.expr)) && nl_finish(e);
}
