/* R, C, L, K. */
#include "circuit/elem.h"
#include <string.h>

typedef struct passive {
    nl_elem *e;
    nl_value value;
    bool has_value;
    const char *letter; /* "r": also the name of its value */
    hys__behaviour of_value, of_other;
    const char *other; /* "q", "flux" */
    const hys__expr *other_expr;
    nl_model *model;
    nl_value length, width;
    bool has_length, has_width;
} passive;

/* ---- models of R, C and L ---- */

static bool setting_number(const passive *p, const char *name, nl_value *value) {
    const nl_model *m = p->model;
    for (size_t i = 0; m && i < m->card.n_settings; i++) {
        if (strcmp(m->card.settings[i].name, name) != 0 || !m->card.settings[i].value) continue;
        value->expr = nl_expr_seen(p->e->c.net, m->card.settings[i].value, p->e->body, m->body);
        return value->expr != NULL;
    }
    return false;
}

static const hys__expr *setting_expr(passive *p, const char *name, double otherwise) {
    nl_value v = {.number = otherwise};
    setting_number(p, name, &v);
    return nl_expr_of(p->e->c.net, v, p->e->span);
}

static const hys__expr *two(passive *p, hys__expr_op op, const hys__expr *a, const hys__expr *b) {
    return nl_expr_two(p->e->c.net, op, a, b);
}

/* Size less the narrowing that the model gives. */
static const hys__expr *size_of(passive *p, bool is_given, nl_value size, const char *otherwise, double standard) {
    hys__netlist *net = p->e->c.net;
    const hys__expr *whole = is_given ? nl_expr_of(net, size, p->e->span) : setting_expr(p, otherwise, standard);
    return two(p, HYS__EXPR_SUB, whole, setting_expr(p, "narrow", 0));
}

/* SPICE 3: R = rsh (l - narrow) / (w - narrow); C = cj (l - narrow) (w - narrow) + 2 cjsw (l + w - 2 narrow) */
static bool geometry(passive *p) {
    const hys__expr *l = size_of(p, p->has_length, p->length, "l", 0);
    const hys__expr *w = size_of(p, p->has_width, p->width, "w", 1e-5);
    if (!p->has_width) w = size_of(p, false, p->width, "defw", 1e-5);
    const hys__expr *value;
    if (*p->letter == 'r') {
        value = two(p, HYS__EXPR_MUL, setting_expr(p, "rsh", 0), two(p, HYS__EXPR_DIV, l, w));
    } else {
        const hys__expr *area = two(p, HYS__EXPR_MUL, setting_expr(p, "cj", 0), two(p, HYS__EXPR_MUL, l, w));
        const hys__expr *rim = two(p, HYS__EXPR_MUL, setting_expr(p, "cjsw", 0), two(p, HYS__EXPR_ADD, l, w));
        value = two(p, HYS__EXPR_ADD, area, two(p, HYS__EXPR_ADD, rim, rim));
    }
    p->value = (nl_value){.expr = value};
    p->has_value = value != NULL;
    return p->has_value;
}

static bool use_model(passive *p) {
    nl_more *more = nl_more_of(p->e);
    nl_value v;
    if (!more || !nl_model_read(p->e->c.net, p->model)) return false;
    if (setting_number(p, "tc1", &v) && !more->tc1.expr && more->tc1.number == 0) more->tc1 = v;
    if (setting_number(p, "tc2", &v) && !more->tc2.expr && more->tc2.number == 0) more->tc2 = v;
    if (!p->has_value && (setting_number(p, p->letter, &v) || setting_number(p, "cap", &v) ||
                          setting_number(p, "res", &v) || setting_number(p, "ind", &v))) {
        p->value = v;
        p->has_value = true;
        if (*p->letter == 'r' && p->has_length) p->has_value = false;
    } else if (p->has_value && setting_number(p, p->letter, &v)) {
        /* LTspice and PSpice: the model's value is a factor */
        p->value = (nl_value){.expr = two(p, HYS__EXPR_MUL, nl_expr_of(p->e->c.net, p->value, p->e->span), v.expr)};
        if (!p->value.expr) return false;
    }
    if (!p->has_value && *p->letter != 'l') return geometry(p);
    return true;
}

/* ---- reading ---- */

static bool ignored_setting(nl_word name) {
    static const char *const names[] = {"noisy", "noise", "ac", "bv_max", "v",  "irms",
                                        "ipk",   "mfg",   "pn", "type",   "tol"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nl_word_is(name, names[i])) return true;
    return false;
}

/* LTspice's parasitic elements: there is nothing to do where they are 0. */
static bool parasitic_setting(nl_word name) {
    static const char *const names[] = {"rser", "lser", "rpar", "cpar"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nl_word_is(name, names[i])) return true;
    return false;
}

static bool take_parasitic(passive *p, nl_word name) {
    nl_value v;
    if (!nl_value_of(p->e, &v)) return false;
    if (!v.expr && v.number == 0) return true;
    nl_fail(p->e->c.net, nl_word_span(&p->e->c, name), "write it as an element of its own",
            "parasitic elements inside another one ('%.*s') are not known to this program", (int)name.n, name.s);
    return false;
}

static const hys__expr *own_voltage(passive *p) {
    nl_elem *e = p->e;
    const char *const *names = e->body->nodes.at;
    return nl_expr_probe(e->c.net, e->body, HYS__EXPR_V, e->span, names[e->card->nodes[0]], names[e->card->nodes[1]]);
}

static bool take_other(passive *p) {
    nl_elem *e = p->e;
    char buf[NL_NAME_MAX + 1];
    nl_word_lower(e->name, buf);
    const hys__expr *x = *p->letter == 'c' ? own_voltage(p)
                                           : nl_expr_probe(e->c.net, e->body, HYS__EXPR_I, e->span,
                                                           hys__intern_add(&e->c.net->names, buf, strlen(buf)), NULL);
    p->other_expr = x ? nl_take_expr_of_x(&e->c, e->body, x) : NULL;
    return p->other_expr != NULL;
}

static bool take_setting(passive *p) {
    nl_elem *e = p->e;
    nl_word name = nl_take_setting(&e->c);
    bool failed;
    if (nl_word_is(name, p->letter) || (*p->letter == 'c' && nl_word_is(name, "cap"))) {
        p->has_value = true;
        return nl_take_value(&e->c, e->body, NL_TIGHT, &p->value);
    }
    if (p->other && (nl_word_is(name, p->other) || (*p->letter == 'c' && nl_word_is(name, "charge"))))
        return take_other(p);
    if (*p->letter != 'l' && nl_word_is(name, "l")) {
        p->has_length = true;
        return nl_value_of(e, &p->length);
    }
    if (*p->letter != 'l' && nl_word_is(name, "w")) {
        p->has_width = true;
        return nl_value_of(e, &p->width);
    }
    if (parasitic_setting(name)) return take_parasitic(p, name);
    if (ignored_setting(name)) {
        nl_value v;
        return nl_value_of(e, &v);
    }
    return nl_common_setting(e, name, &failed) ? !failed : nl_unknown_setting(e, name);
}

/* C and L with POLY, or a temperature behind the value, are not SPICE of today. */
static bool take_word(passive *p) {
    nl_elem *e = p->e;
    if (nl_take_keyword(&e->c, "off") || nl_take_keyword(&e->c, "params:")) return true;
    if (!p->model && nl_at_model(e, &p->model)) {
        nl_take_word(&e->c);
        return true;
    }
    if (!p->has_value) {
        p->has_value = true;
        return nl_take_value(&e->c, e->body, NL_TIGHT, &p->value);
    }
    nl_more *more = nl_more_of(e); /* HSPICE: R1 a b value tc1 tc2 */
    if (!more) return false;
    if (*p->letter == 'r' && !more->tc1.expr && more->tc1.number == 0) return nl_value_of(e, &more->tc1);
    if (*p->letter == 'r' && !more->tc2.expr && more->tc2.number == 0) return nl_value_of(e, &more->tc2);
    return nl_unexpected(e);
}

static bool read_passive(passive *p) {
    nl_elem *e = p->e;
    while (!nl_at_end(&e->c))
        if (!(nl_at_setting(&e->c) ? take_setting(p) : take_word(p))) return false;
    if (p->model && !use_model(p)) return false;
    if (p->other_expr) return nl_set_behaviour(e, p->of_other, p->other_expr) && nl_add_card(e);
    if (!p->has_value) {
        nl_fail(e->c.net, e->span, "", "this element has no value");
        return false;
    }
    if (hys__expr_is_behavioural(p->value.expr))
        return nl_set_behaviour(e, p->of_value, p->value.expr) && nl_add_card(e);
    e->card->value = p->value;
    return nl_add_card(e);
}

bool nl_resistor(nl_elem *e) {
    passive p = {.e = e, .letter = "r", .of_value = HYS__IS_RESISTANCE};
    return nl_begin(e, HYS__ELEM_R, 2) && read_passive(&p);
}

bool nl_capacitor(nl_elem *e) {
    passive p = {.e = e, .letter = "c", .of_value = HYS__IS_CAPACITANCE, .of_other = HYS__IS_CHARGE, .other = "q"};
    return nl_begin(e, HYS__ELEM_C, 2) && read_passive(&p);
}

bool nl_inductor(nl_elem *e) {
    passive p = {.e = e, .letter = "l", .of_value = HYS__IS_INDUCTANCE, .of_other = HYS__IS_FLUX, .other = "flux"};
    return nl_begin(e, HYS__ELEM_L, 2) && read_passive(&p);
}

/* ---- coupling ---- */

static bool add_pair(nl_elem *e, unsigned n_pairs, const nl_ref *a, const nl_ref *b, nl_value k) {
    if (!nl_begin(e, HYS__ELEM_K, 0)) return false;
    nl_more *more = nl_more_of(e);
    if (!more) return false;
    more->refs[0] = *a;
    more->refs[1] = *b;
    e->card->value = k;
    e->card->card.n_controls = 2;
    if (n_pairs > 0 && !(e->card->card.name = nl_keep_suffixed(e, n_pairs + 1))) return nl_no_memory(e->c.net);
    return nl_add_card(e);
}

#define COUPLED_MAX 64

/* K1 L1 L2 [L3 ...] k: each pair of them. */
bool nl_coupling(nl_elem *e) {
    nl_ref refs[COUPLED_MAX];
    unsigned n = 0, n_pairs = 0;
    nl_value k;
    while (n < COUPLED_MAX && nl_lower(nl_peek(&e->c)) == 'l' && !nl_at_setting(&e->c)) {
        nl_word w = nl_take_word(&e->c);
        refs[n++] = (nl_ref){nl_intern_lower(e->c.net, w), nl_word_span(&e->c, w)};
    }
    if (n < 2) {
        nl_fail(e->c.net, e->span, "write K1 L1 L2 0.99", "a coupling needs two inductors or more");
        return false;
    }
    if (nl_at_setting(&e->c)) nl_take_setting(&e->c);
    if (!nl_value_of(e, &k)) return false;
    if (!nl_at_end(&e->c)) return nl_unexpected(e);
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = i + 1; j < n; j++)
            if (!add_pair(e, n_pairs++, &refs[i], &refs[j], k)) return false;
    return true;
}
