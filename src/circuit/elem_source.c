/* V, I, B. */
#include "circuit/elem.h"
#include <string.h>

/* ---- V and I ---- */

typedef struct source {
    nl_elem *e;
    bool has_dc;
    nl_wave_text *wave;
} source;

/* "ac" [["="] magnitude [phase]] */
static bool take_ac(nl_elem *e) {
    nl_more *more = nl_more_of(e);
    if (!more) return false;
    nl_take(&e->c, '=');
    nl_value *parts[] = {&more->ac_mag, &more->ac_phase};
    more->ac_mag.number = 1;
    for (unsigned i = 0; i < 2; i++) {
        char now = nl_lower(nl_peek(&e->c));
        bool is_value =
            (now >= '0' && now <= '9') || now == '-' || now == '.' || now == '{' || now == '\'' || now == '+';
        if (!is_value || nl_at_setting(&e->c)) return true;
        if (!nl_value_of(e, parts[i])) return false;
    }
    return true;
}

static bool take_source_setting(source *s) {
    nl_elem *e = s->e;
    nl_word name = nl_take_setting(&e->c);
    bool failed;
    nl_value v;
    if (nl_word_is(name, "dc")) {
        s->has_dc = true;
        return nl_value_of(e, &e->card->value);
    }
    if (nl_word_is(name, "ac")) return take_ac(e);
    if (nl_word_is(name, "rser") || nl_word_is(name, "cpar")) {
        if (!nl_value_of(e, &v)) return false;
        if (!v.expr && v.number == 0) return true;
        nl_fail(e->c.net, nl_word_span(&e->c, name), "write it as an element of its own",
                "parasitic elements inside a source ('%.*s') are not known to this program", (int)name.n, name.s);
        return false;
    }
    if (nl_word_is(name, "r") || nl_word_is(name, "value")) { /* I1 a b R=... is LTspice's resistor */
        if (nl_word_is(name, "value")) {
            s->has_dc = true;
            return nl_value_of(e, &e->card->value);
        }
        return nl_unknown_setting(e, name);
    }
    return nl_common_setting(e, name, &failed) ? !failed : nl_unknown_setting(e, name);
}

static bool take_source_part(source *s) {
    nl_elem *e = s->e;
    nl_wave_text *wave;
    if (nl_at_setting(&e->c)) return take_source_setting(s);
    if (nl_take_keyword(&e->c, "ac")) return take_ac(e);
    if (nl_take_keyword(&e->c, "dc")) {
        s->has_dc = true;
        nl_take(&e->c, '=');
        return nl_value_of(e, &e->card->value);
    }
    if (nl_take_keyword(&e->c, "load")) return true; /* LTspice: a current source that acts as a load */
    if (!nl_take_wave(e, &wave)) return false;
    if (wave) {
        if (s->wave) {
            nl_fail(e->c.net, wave->span, "", "this source has two waves");
            return false;
        }
        s->wave = wave;
        return true;
    }
    if (nl_peek(&e->c) == ')') return nl_unexpected(e);
    if (s->has_dc) return nl_unexpected(e);
    s->has_dc = true;
    return nl_value_of(e, &e->card->value);
}

bool nl_source(nl_elem *e) {
    source s = {.e = e};
    hys__elem_kind kind = nl_lower(e->name.s[0]) == 'v' ? HYS__ELEM_V : HYS__ELEM_I;
    if (!nl_begin(e, kind, 2)) return false;
    while (!nl_at_end(&e->c))
        if (!take_source_part(&s)) return false;
    if (s.wave || !s.has_dc) {
        nl_more *more = s.wave ? nl_more_of(e) : e->card->more;
        if (s.wave && !more) return false;
        if (s.wave) {
            more->wave = s.wave;
            more->has_dc = s.has_dc;
        }
    }
    if (hys__expr_is_behavioural(e->card->value.expr)) {
        nl_fail(e->c.net, e->span, "write it as a B source",
                "the value of an independent source cannot depend on the solution");
        return false;
    }
    return nl_add_card(e);
}

/* ---- B ---- */

/* Quantities that a B element may be given by. */
static const struct quantity {
    const char *name;
    hys__behaviour behaviour;
} quantities[] = {
    {"i", HYS__IS_CURRENT}, {"v", HYS__IS_VOLTAGE},    {"r", HYS__IS_RESISTANCE}, {"c", HYS__IS_CAPACITANCE},
    {"q", HYS__IS_CHARGE},  {"l", HYS__IS_INDUCTANCE}, {"flux", HYS__IS_FLUX},
};
#define N_QUANTITIES (sizeof quantities / sizeof quantities[0])

static bool take_quantity(nl_elem *e, nl_word name) {
    for (size_t i = 0; i < N_QUANTITIES; i++) {
        if (!nl_word_is(name, quantities[i].name)) continue;
        if (e->card->card.expr) {
            nl_fail(e->c.net, nl_word_span(&e->c, name), "", "this element has two formulas");
            return false;
        }
        return nl_set_behaviour(e, quantities[i].behaviour, nl_take_expr(&e->c, e->body, NL_FULL));
    }
    bool failed;
    return nl_common_setting(e, name, &failed) ? !failed : nl_unknown_setting(e, name);
}

bool nl_behavioural(nl_elem *e) {
    if (!nl_begin(e, HYS__ELEM_B, 2)) return false;
    while (!nl_at_end(&e->c)) {
        if (!nl_at_setting(&e->c)) return nl_unexpected(e);
        if (!take_quantity(e, nl_take_setting(&e->c))) return false;
    }
    if (e->card->card.expr) return nl_add_card(e);
    nl_fail(e->c.net, e->span, "write I={...} or V={...}", "this element has no formula");
    return false;
}
