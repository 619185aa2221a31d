/* Expressions as Verilog-A.  What Newton's trials may touch but no solution means (a root of something negative, a
 * division by zero) is guarded so that values and derivatives stay finite; where SPICE defines a value it is exact. */
#include "base/units.h"
#include "circuit/behavioural_impl.h"
#include <math.h>
#include <string.h>

/* Parentheses that one text may nest; and how deep the netlist's own may be. */
#define DEPTH_MAX  16
#define NEST_MAX   1000
#define NO_OPERAND ((hys__bh_operand){.text = "0.0", .number = NAN})

void hys__bh_fail(hys__bh_module *m, hys__span span, const char *hint, const char *fmt, ...) {
    va_list args;
    char buf[500];
    if (m->status != HYS_OK) return;
    va_start(args, fmt);
    vsnprintf(buf, sizeof buf, fmt, args);
    va_end(args);
    m->status = hys__report(m->ctx, HYS_ERROR, HYS_SEMANTIC, m->flat->sources, span, hint, "%s", buf);
}

/* ---- texts ---- */

static const char *formatted(hys__bh_module *m, const char *fmt, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    char *text = n < 0 ? NULL : hys__arena_alloc(m->scratch, (size_t)n + 1);
    if (text) vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    if (!text && m->status == HYS_OK) m->status = HYS_NOMEM;
    return text ? text : "";
}

void hys__bh_say(hys__bh_module *m, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const char *text = formatted(m, fmt, args);
    va_end(args);
    hys__bh_line *line = HYS_PUSH(m->scratch, &m->body);
    if (!line) m->status = HYS_NOMEM;
    else *line = (hys__bh_line){text, m->card->span};
}

hys__bh_operand hys__bh_variable(hys__bh_module *m, const char *text) {
    const char *name = hys__arena_printf(m->scratch, "t%u", (unsigned)m->n_vars++);
    if (!name) {
        m->status = HYS_NOMEM;
        return NO_OPERAND;
    }
    hys__bh_say(m, "%s = %s;", name, text);
    return (hys__bh_operand){.text = name, .number = NAN};
}

hys__bh_operand hys__bh_simple(hys__bh_module *m, hys__bh_operand operand) {
    if (operand.depth == 0) return operand;
    operand.text = hys__bh_variable(m, operand.text).text;
    operand.depth = 0;
    return operand;
}

hys__bh_operand hys__bh_made(hys__bh_module *m, unsigned depth, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    hys__bh_operand made = {.text = formatted(m, fmt, args), .depth = depth + 1, .number = NAN};
    va_end(args);
    return made.depth > DEPTH_MAX ? hys__bh_simple(m, made) : made;
}

/* Always real: 1/2 is 0 in Verilog-A. */
hys__bh_operand hys__bh_number(hys__bh_module *m, double value) {
    char digits[40];
    size_t n = hys__number_format(fabs(value), digits);
    if (!isfinite(value)) {
        hys__bh_fail(m, m->card->span, "", "a number in this expression is not finite");
        return NO_OPERAND;
    }
    if (!strpbrk(digits, ".e")) memcpy(digits + n, ".0", 3);
    const char *text = hys__arena_printf(m->scratch, signbit(value) ? "(-%s)" : "%s", digits);
    if (!text) m->status = HYS_NOMEM;
    return (hys__bh_operand){.text = text ? text : "0.0",
                             .number = value,
                             .is_positive = value > 0,
                             .is_not_negative = value >= 0,
                             .is_param = true};
}

/* ---- leaves ---- */

/* The leaf in each instance, where instances differ by element. */
static const hys__expr *const *own_leaf(hys__bh_module *m) {
    if (!m->own_leaves) return NULL;
    const hys__expr **own = HYS_NEW_N(m->arena, const hys__expr *, m->n_instances);
    for (size_t i = 0; own && i < m->n_instances; i++) own[i] = m->own_leaves[i]->at[m->leaf];
    if (!own) m->status = HYS_NOMEM;
    m->leaf++;
    return own;
}

static bool same_param(const hys__expr *a, const hys__expr *b) {
    if (a->op != b->op) return false;
    if (a->op == HYS__EXPR_NUMBER) return a->number == b->number;
    return a->op == HYS__EXPR_PARAM && a->index == b->index && a->scope_up == b->scope_up;
}

static const hys__expr *expr_of(const struct hys__behavioural_param *p, size_t instance) {
    return p->own ? p->own[instance] : p->expr;
}

static bool is_same_param(const hys__bh_module *m, const struct hys__behavioural_param *a,
                          const struct hys__behavioural_param *b) {
    if (a->kind != HYS__BH_LEAF || b->kind != HYS__BH_LEAF) return false;
    for (size_t i = 0; i < (m->own_leaves ? m->n_instances : 1); i++)
        if (!same_param(expr_of(a, i), expr_of(b, i))) return false;
    return true;
}

const char *hys__bh_clean(hys__bh_module *m, const char *name) {
    char out[41];
    size_t n = 0;
    for (; name && *name && n < sizeof out - 1; name++) {
        char c = *name;
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out[n++] = is_letter ? c : '_';
    }
    out[n] = 0;
    return hys__arena_strndup(m->scratch, out, n);
}

const char *hys__bh_new_param(hys__bh_module *m, const struct hys__behavioural_param *p, const char *name) {
    for (size_t i = 0; i < m->params.n; i++)
        if (is_same_param(m, p, &m->params.at[i])) return m->param_names.at[i];
    struct hys__behavioural_param *place = HYS_PUSH(m->arena, &m->params);
    const char **text = HYS_PUSH(m->scratch, &m->param_names);
    const char *tail = m->own_leaves || !name ? "" : hys__bh_clean(m, name);
    if (!place || !text || !tail) {
        m->status = HYS_NOMEM;
        return "0.0";
    }
    *place = *p;
    *text = hys__arena_printf(m->scratch, "p%zu%s%s", m->params.n - 1, *tail ? "_" : "", tail);
    return *text ? *text : "0.0";
}

hys__bh_operand hys__bh_param_of(hys__bh_module *m, const hys__expr *leaf) {
    struct hys__behavioural_param p = {.kind = HYS__BH_LEAF, .expr = leaf, .own = own_leaf(m)};
    const char *name = leaf->op == HYS__EXPR_PARAM ? leaf->name : NULL;
    return (hys__bh_operand){.text = hys__bh_new_param(m, &p, name), .number = NAN, .is_param = true};
}

/* A number is part of the text where it is the same in all instances. */
static hys__bh_operand number_leaf(hys__bh_module *m, const hys__expr *e) {
    struct hys__behavioural_param p = {.kind = HYS__BH_LEAF, .expr = e, .own = own_leaf(m)};
    for (size_t i = 0; p.own && i < m->n_instances; i++)
        if (p.own[i]->number != e->number)
            return (hys__bh_operand){.text = hys__bh_new_param(m, &p, NULL), .number = NAN, .is_param = true};
    return hys__bh_number(m, e->number);
}

/* ---- nodes and currents ---- */

static const char *port(hys__bh_module *m, bool is_current, const uint32_t *at, const char *name,
                        const char *terminal) {
    for (size_t i = 0; i < m->ports.n; i++)
        if (m->ports.at[i].is_current == is_current && m->ports.at[i].terminal == terminal &&
            memcmp(m->ports.at[i].at, at, m->n_instances * sizeof *at) == 0)
            return m->ports.at[i].name;
    hys__bh_port *p = HYS_PUSH(m->scratch, &m->ports);
    const char *tail = m->own_leaves || !name ? "" : hys__bh_clean(m, name);
    const char *text = p && tail ? hys__arena_printf(m->scratch, "%s%zu%s%s", is_current ? "c" : "n", m->ports.n - 1,
                                                     *tail ? "_" : "", tail)
                                 : NULL;
    if (!text) {
        m->status = HYS_NOMEM;
        return "gnd";
    }
    *p = (hys__bh_port){is_current, at, terminal, text};
    return text;
}

const char *hys__bh_node(hys__bh_module *m, const uint32_t *at, const char *name) {
    bool is_ground = true;
    for (size_t i = 0; i < m->n_instances && is_ground; i++) is_ground = at[i] == 0;
    m->uses_ground = m->uses_ground || is_ground;
    return is_ground ? "gnd" : port(m, false, at, name, NULL);
}

/* What two mentions of a node have in common. */
static const void *node_key(const hys__expr *v, bool is_second) {
    if (v->scope_up == 0) return (const void *)(2 * (uintptr_t)(is_second ? v->index2 : v->index) + 1);
    return is_second ? (const void *)&v->name2 : (const void *)v;
}

static const char *node_of(hys__bh_module *m, const hys__expr *v, const hys__expr *const *own, bool is_second) {
    if (is_second && !v->name2) return "gnd";
    hys__bh_entry *known = own ? NULL : hys__bh_at(&m->refs, node_key(v, is_second));
    if (known && known->text) return known->text;
    uint32_t *at = HYS_NEW_N(m->arena, uint32_t, m->n_instances);
    if (!at) {
        m->status = HYS_NOMEM;
        return "gnd";
    }
    for (size_t i = 0; i < m->n_instances; i++)
        at[i] = hys__flat_expr_node(m->flat, m->scopes[i], own ? own[i] : v, is_second);
    const char *name = hys__bh_node(m, at, is_second ? v->name2 : v->name);
    if (known) known->text = name;
    return name;
}

static hys__bh_operand potential(hys__bh_module *m, const hys__expr *v) {
    const hys__expr *const *own = own_leaf(m);
    if (m->status != HYS_OK) return NO_OPERAND;
    const char *a = node_of(m, v, own, false), *b = node_of(m, v, own, true);
    bool a_is_ground = !strcmp(a, "gnd"), b_is_ground = !strcmp(b, "gnd");
    if (!strcmp(a, b)) return hys__bh_number(m, 0);
    if (b_is_ground) return hys__bh_made(m, 0, "V(%s)", a);
    if (a_is_ground) return hys__bh_made(m, 0, "(-V(%s))", b);
    return hys__bh_made(m, 0, "V(%s, %s)", a, b);
}

/* The part of this module that is the element in every instance; n_parts: none. */
static size_t part_of(const hys__bh_module *m, const uint32_t *elems) {
    size_t part = 0;
    while (part < m->n_parts && m->elems[part] != elems[0]) part++;
    for (size_t i = 1; part < m->n_parts && i < m->n_instances; i++)
        if (m->elems[i * m->n_parts + part] != elems[i]) return m->n_parts;
    return part;
}

static hys__bh_operand current(hys__bh_module *m, const hys__expr *e) {
    const hys__expr *const *own = own_leaf(m);
    uint32_t *at = HYS_NEW_N(m->arena, uint32_t, m->n_instances);
    if (!at || m->status != HYS_OK) {
        if (!at) m->status = HYS_NOMEM;
        return NO_OPERAND;
    }
    for (size_t i = 0; i < m->n_instances; i++) at[i] = hys__flat_expr_elem(m->flat, m->scopes[i], own ? own[i] : e);
    for (size_t i = 0; i < m->n_instances; i++)
        if (at[i] >= m->flat->n_elems) {
            hys__bh_fail(m, e->span, "", "there is no element '%s' whose current could be read", e->name);
            return NO_OPERAND;
        }
    size_t part = part_of(m, at);
    if (part == m->n_parts) return hys__bh_made(m, 0, "V(%s)", port(m, true, at, e->name, e->name2));
    const char *branch = m->branches[part];
    if (part != m->part) return hys__bh_made(m, 0, "I(%s)", branch);
    m->is_branch_used = true;
    bool is_inductor = m->card->behaviour == HYS__IS_FLUX || m->card->behaviour == HYS__IS_INDUCTANCE;
    const char *mul = is_inductor ? hys__bh_multiplicity(m) : NULL; /* its own, not that of all m */
    return mul ? hys__bh_made(m, 0, "(I(%s) / %s)", branch, mul) : hys__bh_made(m, 0, "I(%s)", branch);
}

/* ---- operators ---- */

hys__bh_operand hys__bh_divide(hys__bh_module *m, hys__bh_operand a, hys__bh_operand b) {
    unsigned depth = a.depth > b.depth ? a.depth : b.depth;
    bool is_safe = b.is_positive || b.number < 0 || (b.is_param && b.number != 0);
    hys__bh_operand made =
        is_safe ? hys__bh_made(m, depth, "(%s / %s)", a.text, b.text)
                : hys__bh_made(m, depth, "%s(%s, %s)", hys__bh_function_name(m, HYS__BH_FN_DIV), a.text, b.text);
    made.is_param = a.is_param && b.is_param;
    made.is_not_negative = a.is_not_negative && b.is_not_negative;
    return made;
}

static hys__bh_operand arithmetic(hys__bh_module *m, hys__expr_op op, hys__bh_operand a, hys__bh_operand b) {
    if (op == HYS__EXPR_DIV) return hys__bh_divide(m, a, b);
    if (op == HYS__EXPR_POW) return hys__bh_pow(m, a, b);
    unsigned depth = a.depth > b.depth ? a.depth : b.depth;
    bool is_square = op == HYS__EXPR_MUL && !strcmp(a.text, b.text);
    const char *sign = op == HYS__EXPR_ADD ? "+" : op == HYS__EXPR_SUB ? "-" : op == HYS__EXPR_MUL ? "*" : "%";
    hys__bh_operand made = hys__bh_made(m, depth, "(%s %s %s)", a.text, sign, b.text);
    bool are_fine = (op == HYS__EXPR_ADD || op == HYS__EXPR_MUL) && a.is_not_negative && b.is_not_negative;
    made.is_not_negative = is_square || are_fine;
    made.is_positive = op == HYS__EXPR_ADD && are_fine && (a.is_positive || b.is_positive);
    made.is_param = a.is_param && b.is_param;
    return made;
}

static bool is_arithmetic(const hys__expr *e) {
    return e->op == HYS__EXPR_ADD || e->op == HYS__EXPR_SUB || e->op == HYS__EXPR_MUL || e->op == HYS__EXPR_DIV ||
           e->op == HYS__EXPR_MOD || e->op == HYS__EXPR_POW;
}

static const char *comparison(hys__expr_op op) {
    switch (op) {
    case HYS__EXPR_LT:
        return "<";
    case HYS__EXPR_LE:
        return "<=";
    case HYS__EXPR_GT:
        return ">";
    case HYS__EXPR_GE:
        return ">=";
    case HYS__EXPR_EQ:
        return "==";
    case HYS__EXPR_NE:
        return "!=";
    default:
        return NULL;
    }
}

static hys__bh_operand condition(hys__bh_module *m, const hys__expr *e) {
    bool is_logic = e->op == HYS__EXPR_AND || e->op == HYS__EXPR_OR;
    if (e->op == HYS__EXPR_NOT) {
        hys__bh_operand a = hys__bh_condition(m, e->args[0]);
        return hys__bh_made(m, a.depth, "(!%s)", a.text);
    }
    if (is_logic) {
        hys__bh_operand a = hys__bh_condition(m, e->args[0]), b = hys__bh_condition(m, e->args[1]);
        return hys__bh_made(m, a.depth > b.depth ? a.depth : b.depth, "(%s %s %s)", a.text,
                            e->op == HYS__EXPR_AND ? "&&" : "||", b.text);
    }
    const char *sign = comparison(e->op);
    hys__bh_operand a = hys__bh_expr(m, sign ? e->args[0] : e);
    if (!sign) return hys__bh_made(m, a.depth, "(%s != 0.0)", a.text);
    hys__bh_operand b = hys__bh_expr(m, e->args[1]);
    return hys__bh_made(m, a.depth > b.depth ? a.depth : b.depth, "(%s %s %s)", a.text, sign, b.text);
}

/* A text that is true or false.  Too deep ones become variables that are 1 or 0, which serve as well. */
hys__bh_operand hys__bh_condition(hys__bh_module *m, const hys__expr *e) {
    if (m->depth >= NEST_MAX) hys__bh_fail(m, e->span, "", "this expression is nested more than %d deep", NEST_MAX);
    if (m->status != HYS_OK) return NO_OPERAND;
    m->depth++;
    hys__bh_operand result = condition(m, e);
    m->depth--;
    return result;
}

static hys__bh_operand choice(hys__bh_module *m, const hys__expr *e) {
    hys__bh_operand c = hys__bh_condition(m, e->args[0]);
    hys__bh_operand a = hys__bh_expr(m, e->args[1]), b = hys__bh_expr(m, e->args[2]);
    unsigned depth = a.depth > b.depth ? a.depth : b.depth;
    hys__bh_operand made = hys__bh_made(m, depth > c.depth ? depth : c.depth, "(%s ? %s : %s)", c.text, a.text, b.text);
    made.is_positive = a.is_positive && b.is_positive;
    made.is_not_negative = a.is_not_negative && b.is_not_negative;
    return made;
}

static hys__bh_operand negated(hys__bh_module *m, const hys__expr *e) {
    hys__bh_operand a = hys__bh_expr(m, e->args[0]);
    if (!isnan(a.number)) return hys__bh_number(m, -a.number);
    hys__bh_operand made = hys__bh_made(m, a.depth, "(-%s)", a.text);
    made.is_param = a.is_param;
    return made;
}

static hys__bh_operand other(hys__bh_module *m, const hys__expr *e) {
    hys__bh_operand made;
    switch (e->op) {
    case HYS__EXPR_NUMBER:
        return number_leaf(m, e);
    case HYS__EXPR_PARAM:
        return hys__bh_param_of(m, e);
    case HYS__EXPR_V:
        return potential(m, e);
    case HYS__EXPR_I:
        return current(m, e);
    case HYS__EXPR_TIME:
        return hys__bh_made(m, 0, "$abstime");
    case HYS__EXPR_TEMPER:
        return hys__bh_made(m, 0, "($temperature - 273.15)");
    case HYS__EXPR_HERTZ:
        hys__report(m->ctx, HYS_WARNING, HYS_OK, m->flat->sources, e->span,
                    "describe it by ddt and idt, or by R, L and C", "the frequency is taken as 0 in this expression");
        return hys__bh_number(m, 0);
    case HYS__EXPR_NEG:
        return negated(m, e);
    case HYS__EXPR_COND:
        return choice(m, e);
    case HYS__EXPR_CALL:
        return hys__bh_call(m, e);
    case HYS__EXPR_ARG:
        hys__bh_fail(m, e->span, "", "'%s' has no value here", e->name);
        return NO_OPERAND;
    default:
        made = hys__bh_condition(m, e);
        made = hys__bh_made(m, made.depth, "(%s ? 1.0 : 0.0)", made.text);
        made.is_not_negative = true;
        return made;
    }
}

/* What was written before, where an operand serves several expressions. */
static hys__bh_entry *shared(hys__bh_module *m, const hys__expr *e) {
    if (m->own_leaves || e->n_args == 0) return NULL;
    hys__bh_entry *entry = hys__bh_at(&m->uses, e);
    if (!entry) m->status = HYS_NOMEM;
    return entry && entry->count > 1 ? entry : NULL;
}

static hys__bh_operand remember(hys__bh_module *m, const hys__expr *e, hys__bh_operand made) {
    hys__bh_entry *entry = shared(m, e);
    if (!entry || m->status != HYS_OK) return made;
    made = hys__bh_simple(m, made);
    entry = hys__bh_at(&m->uses, e);
    if (entry) entry->text = made.text;
    return made;
}

/* Sums are long chains to the left: those are followed without recursion. */
static hys__bh_operand chain(hys__bh_module *m, const hys__expr *e) {
    hys__bh_leaves spine = {NULL, 0, 0};
    for (; is_arithmetic(e) && !(shared(m, e) && shared(m, e)->text); e = e->args[0]) {
        const hys__expr **top = HYS_PUSH(m->scratch, &spine);
        if (!top) {
            m->status = HYS_NOMEM;
            return NO_OPERAND;
        }
        *top = e;
    }
    hys__bh_operand made = hys__bh_expr(m, e);
    while (spine.n && m->status == HYS_OK) {
        const hys__expr *at = spine.at[--spine.n];
        made = arithmetic(m, at->op, made, hys__bh_expr(m, at->args[1]));
        made = remember(m, at, made);
    }
    return made;
}

hys__bh_operand hys__bh_expr(hys__bh_module *m, const hys__expr *e) {
    if (m->depth >= NEST_MAX) hys__bh_fail(m, e->span, "", "this expression is nested more than %d deep", NEST_MAX);
    if (m->status != HYS_OK) return NO_OPERAND;
    hys__bh_entry *known = shared(m, e);
    if (known && known->text) return (hys__bh_operand){.text = known->text, .number = NAN};
    m->depth++;
    hys__bh_operand made = is_arithmetic(e) ? chain(m, e) : remember(m, e, other(m, e));
    m->depth--;
    return made;
}
