/* Functions of netlist expressions as Verilog-A. */
#include "circuit/behavioural_impl.h"
#include <math.h>
#include <string.h>

#define NO_OPERAND  ((hys__bh_operand){.text = "0.0", .number = NAN})
#define TABLE_SHORT 12 /* points: more become a table in memory, found by bisection */
#define POLY_VARS   64

/* ---- guards ----
 *
 * 227.9559242 is ln 1e99, where SPICE's own exp ends; it goes on as a straight line here so that Newton sees where to
 * go.  1e-100 stands for a divisor of zero, as in SPICE (1e-32 there). */
static const char *const function_texts[HYS__BH_FN_N] = {
    [HYS__BH_FN_DIV] = "input a, b; real a, b;\n"
                       "b_div = a / (abs(b) > 1.0e-100 ? b : 1.0e-100);",
    [HYS__BH_FN_EXP] = "input x; real x;\n"
                       "b_exp = x < 227.95592420641054 ? exp(min(x, 227.95592420641054)) : 1.0e99*(x - "
                       "226.95592420641054);",
    [HYS__BH_FN_SQRT] = "input x; real x;\n"
                        "b_sqrt = x > 0.0 ? sqrt(max(x, 1.0e-200)) : 0.0;",
    [HYS__BH_FN_POW] = "input x, y; real x, y, r;\n"
                       "begin\n"
                       "r = pow(max(abs(x), 1.0e-100), y);\n"
                       "b_pow = x < 0.0 && floor(y) == y && floor(0.5*y) != 0.5*y ? -r : r;\n"
                       "end",
    [HYS__BH_FN_PWR] = "input x, y; real x, y, r;\n"
                       "begin\n"
                       "r = pow(max(abs(x), 1.0e-100), y);\n"
                       "b_pwr = x < 0.0 ? -r : r;\n"
                       "end",
    [HYS__BH_FN_SINH] = "input x; real x, c;\n"
                        "begin\n"
                        "c = min(max(x, -227.95592420641054), 227.95592420641054);\n"
                        "b_sinh = sinh(c) + 0.5e99*(x - c);\n"
                        "end",
    [HYS__BH_FN_COSH] = "input x; real x, c;\n"
                        "begin\n"
                        "c = min(max(x, -227.95592420641054), 227.95592420641054);\n"
                        "b_cosh = cosh(c) + 0.5e99*abs(x - c);\n"
                        "end",
    [HYS__BH_FN_ASIN] = "input x; real x;\n"
                        "b_asin = abs(x) < 1.0 ? asin(min(max(x, -0.9999999999999999), 0.9999999999999999)) :\n"
                        "    (x > 0.0 ? 1.5707963267948966 : -1.5707963267948966);",
    [HYS__BH_FN_ACOSH] = "input x; real x;\n"
                         "b_acosh = x > 1.0 ? acosh(max(x, 1.0000000000000002)) : 0.0;",
    [HYS__BH_FN_ATANH] = "input x; real x;\n"
                         "b_atanh = atanh(min(max(x, -0.9999999999999999), 0.9999999999999999));",
    [HYS__BH_FN_SGN] = "input x; real x;\n"
                       "b_sgn = x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : 0.0);",
    [HYS__BH_FN_NINT] = "input x; real x, r;\n"
                        "begin\n"
                        "r = floor(x + 0.5);\n"
                        "b_nint = r - x == 0.5 && floor(0.5*r) != 0.5*r ? r - 1.0 : r;\n"
                        "end",
};

const char *hys__bh_function_text(hys__bh_function id) {
    return function_texts[id];
}

const char *hys__bh_function_name(hys__bh_module *m, hys__bh_function id) {
    static const char *const names[] = {"",
#define HYS__X(id, name) name,
                                        HYS__BH_FUNCTION_LIST(HYS__X)
#undef HYS__X
    };
    m->functions |= 1u << id;
    return names[id];
}

/* ---- powers ---- */

static hys__bh_operand guarded_pow(hys__bh_module *m, hys__bh_function id, hys__bh_operand a, hys__bh_operand b) {
    unsigned depth = a.depth > b.depth ? a.depth : b.depth;
    return hys__bh_made(m, depth, "%s(%s, %s)", hys__bh_function_name(m, id), a.text, b.text);
}

hys__bh_operand hys__bh_pow(hys__bh_module *m, hys__bh_operand a, hys__bh_operand b) {
    bool is_whole = b.number == trunc(b.number), is_odd = is_whole && fmod(b.number, 2) != 0;
    hys__bh_operand made;
    if (is_whole && b.number >= 0 && b.number <= 8)
        made = hys__bh_made(m, a.depth, "pow(%s, %s)", a.text, b.text); /* a product */
    else if (is_whole && b.number < 0 && b.number >= -8)
        return hys__bh_divide(m, hys__bh_number(m, 1), hys__bh_pow(m, a, hys__bh_number(m, -b.number)));
    else if (isnan(b.number) && !b.is_param) /* whole only by chance */
        made =
            hys__bh_made(m, a.depth > b.depth ? a.depth : b.depth, "pow(max(abs(%s), 1.0e-100), %s)", a.text, b.text);
    else if (!isnan(b.number) && !is_odd)
        made = hys__bh_made(m, a.depth, "pow(max(abs(%s), 1.0e-100), %s)", a.text, b.text);
    else made = guarded_pow(m, HYS__BH_FN_POW, a, b);
    made.is_not_negative = a.is_not_negative || (!isnan(b.number) && !is_odd);
    made.is_param = a.is_param && b.is_param;
    return made;
}

/* ---- tables ---- */

/* args[0], then x1, y1, x2, y2 ... */
static bool points_ascend(hys__bh_module *m, const hys__expr *call) {
    if (call->n_args % 2 == 0) {
        hys__bh_fail(m, call->span, "table(x, x1, y1, x2, y2, ...)", "the last point of this table has no value");
        return false;
    }
    for (uint32_t i = 3; i < call->n_args; i += 2)
        if (hys__bh_is_form(call, i) && hys__bh_is_form(call, i - 2) &&
            call->args[i]->number < call->args[i - 2]->number) {
            hys__bh_fail(m, call->args[i]->span, "order the points by their first numbers",
                         "the points of this table do not ascend");
            return false;
        }
    return true;
}

/* All points are numbers and no two stand above each other. */
static bool is_plain_table(const hys__expr *call) {
    for (uint32_t i = 1; i < call->n_args; i++)
        if (!hys__bh_is_form(call, i)) return false;
    for (uint32_t i = 3; i < call->n_args; i += 2)
        if (call->args[i]->number == call->args[i - 2]->number) return false;
    return true;
}

/* name[0:n-1] = '{...} of every second argument from `first`. */
static void declare_array(hys__bh_module *m, const char *name, const hys__expr *call, uint32_t first) {
    hys__text text;
    hys__text_init(&text, m->ctx);
    hys__text_printf(&text, "real %s[0:%u] = '{", name, (unsigned)((call->n_args - 1) / 2 - 1));
    for (uint32_t i = first; i < call->n_args; i += 2)
        hys__text_printf(&text, "%s%s", i == first ? "" : ", ", hys__bh_number(m, call->args[i]->number).text);
    hys__text_puts(&text, "};");
    hys__bh_line *line = HYS_PUSH(m->scratch, &m->declarations);
    const char *copy = text.failed ? NULL : hys__arena_strndup(m->scratch, text.at, text.n);
    if (!line || !copy) m->status = HYS_NOMEM;
    else *line = (hys__bh_line){copy, call->span};
    hys__text_free(&text);
}

static hys__bh_operand long_table(hys__bh_module *m, const hys__expr *call, hys__bh_operand x) {
    unsigned k = m->n_tables++;
    char name[32];
    snprintf(name, sizeof name, "x%u", k);
    declare_array(m, name, call, 1);
    snprintf(name, sizeof name, "y%u", k);
    declare_array(m, name, call, 2);
    return hys__bh_made(m, x.depth, "$table_model(%s, x%u, y%u, \"1C\")", x.text, k, k);
}

/* An operand that is part of the form takes no leaf. */
static hys__bh_operand point(hys__bh_module *m, const hys__expr *call, uint32_t i) {
    if (hys__bh_is_form(call, i)) return hys__bh_number(m, call->args[i]->number);
    return hys__bh_simple(m, hys__bh_expr(m, call->args[i]));
}

/* What one piece adds: slope times the way within it; at a step (two points of one x) the whole of it. */
static hys__bh_operand piece(hys__bh_module *m, const char *x, const hys__bh_operand a[2], const hys__bh_operand b[2]) {
    if (!isnan(a[0].number) && a[0].number == b[0].number)
        return hys__bh_made(m, 1, "(%s < %s ? 0.0 : %s - %s)", x, b[0].text, b[1].text, a[1].text);
    return hys__bh_made(m, 1, "((%s - %s) / (%s - %s) * (max(min(%s, %s), %s) - %s))", b[1].text, a[1].text, b[0].text,
                        a[0].text, x, b[0].text, a[0].text, a[0].text);
}

static hys__bh_operand table(hys__bh_module *m, const hys__expr *call) {
    if (!points_ascend(m, call)) return NO_OPERAND;
    hys__bh_operand x = hys__bh_expr(m, call->args[0]);
    if (call->n_args > 2 * TABLE_SHORT + 1 && is_plain_table(call)) return long_table(m, call, x);
    x = hys__bh_simple(m, x);
    hys__bh_operand last[2] = {point(m, call, 1), point(m, call, 2)}, sum = last[1];
    for (uint32_t i = 3; i < call->n_args && m->status == HYS_OK; i += 2) {
        hys__bh_operand next[2] = {point(m, call, i), point(m, call, i + 1)};
        hys__bh_operand part = piece(m, x.text, last, next);
        sum = hys__bh_made(m, sum.depth > part.depth ? sum.depth : part.depth, "(%s + %s)", sum.text, part.text);
        memcpy(last, next, sizeof last);
    }
    return sum;
}

/* ---- polynomials ---- */

/* The next vector of exponents in the order of SPICE 2: of total degree 0, 1, 2 ..., the earlier variables first. */
static void next_exponents(uint32_t *e, uint32_t n) {
    uint32_t i = n - 1, tail = e[n - 1];
    e[n - 1] = 0;
    while (i > 0 && e[i - 1] == 0) i--;
    if (i == 0) {
        e[0] = tail + 1;
        return;
    }
    e[i - 1]--;
    e[i] = tail + 1;
}

static hys__bh_operand term(hys__bh_module *m, hys__bh_operand factor, const hys__bh_operand *x, const uint32_t *e,
                            uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < e[i]; k++) factor = hys__bh_made(m, factor.depth, "(%s * %s)", factor.text, x[i].text);
    return factor;
}

static hys__bh_operand poly(hys__bh_module *m, const hys__expr *call) {
    double dim = call->args[0]->number;
    hys__bh_operand x[POLY_VARS], sum = hys__bh_number(m, 0);
    uint32_t e[POLY_VARS] = {0}, n = 0;
    if (!hys__bh_is_form(call, 0) || !(dim >= 1 && dim <= POLY_VARS) || dim != trunc(dim) || dim + 1 >= call->n_args) {
        hys__bh_fail(m, call->span, "", "this polynomial does not have the variables that it announces");
        return NO_OPERAND;
    }
    n = (uint32_t)dim;
    for (uint32_t i = 0; i < n; i++) x[i] = hys__bh_simple(m, hys__bh_expr(m, call->args[i + 1]));
    for (uint32_t i = n + 1; i < call->n_args && m->status == HYS_OK; i++) {
        hys__bh_operand c = hys__bh_simple(m, hys__bh_expr(m, call->args[i]));
        if (c.number != 0) {
            c = term(m, c, x, e, n);
            sum = hys__bh_made(m, sum.depth > c.depth ? sum.depth : c.depth, "(%s + %s)", sum.text, c.text);
        }
        next_exponents(e, n);
    }
    return sum;
}

/* ---- what has a memory: always evaluated, so never inside a choice ---- */

static hys__bh_operand with_memory(hys__bh_module *m, const hys__expr *call) {
    hys__bh_operand a[3] = {{.text = "0.0"}, {.text = "0.0"}, {.text = ""}};
    for (uint32_t i = 0; i < call->n_args && i < 3; i++) a[i] = hys__bh_expr(m, call->args[i]);
    hys__bh_operand made;
    m->has_time_derivative = m->has_time_derivative || call->index == HYS__FN_ddt;
    if (call->index == HYS__FN_ddt) made = hys__bh_made(m, 0, "ddt(%s)", a[0].text);
    else
        made = hys__bh_made(m, 0, "%s(%s, %s%s%s)", call->index == HYS__FN_idt ? "idt" : "absdelay", a[0].text,
                            a[1].text, call->n_args > 2 ? ", " : "", a[2].text);
    return hys__bh_simple(m, made);
}

/* ---- the rest ---- */

static hys__bh_operand extreme(hys__bh_module *m, const hys__expr *call, const char *name) {
    bool is_max = name[1] == 'a';
    hys__bh_operand best = hys__bh_expr(m, call->args[0]);
    for (uint32_t i = 1; i < call->n_args && m->status == HYS_OK; i++) {
        hys__bh_operand next = hys__bh_expr(m, call->args[i]);
        unsigned depth = best.depth > next.depth ? best.depth : next.depth;
        hys__bh_operand made = hys__bh_made(m, depth, "%s(%s, %s)", name, best.text, next.text);
        made.is_positive = is_max ? best.is_positive || next.is_positive : best.is_positive && next.is_positive;
        made.is_not_negative =
            is_max ? best.is_not_negative || next.is_not_negative : best.is_not_negative && next.is_not_negative;
        made.is_param = best.is_param && next.is_param;
        best = made;
    }
    return best;
}

/* Functions of one operand: what stands around it, or the guarded function. */
static const struct form {
    const char *head, *tail; /* NULL: the function's name and parentheses */
    hys__bh_function function;
    bool is_positive, is_not_negative;
} forms[HYS__FN_N] = {
    [HYS__FN_abs] = {"abs(", ")", HYS__BH_FN_NONE, false, true},
    [HYS__FN_sqrt] = {NULL, NULL, HYS__BH_FN_SQRT, false, true},
    [HYS__FN_exp] = {NULL, NULL, HYS__BH_FN_EXP, false, true},
    [HYS__FN_ln] = {"ln(max(", ", 1.0e-300))", HYS__BH_FN_NONE, false, false},
    [HYS__FN_log10] = {"log(max(", ", 1.0e-300))", HYS__BH_FN_NONE, false, false},
    [HYS__FN_sin] = {"sin(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_cos] = {"cos(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_tan] = {"tan(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_asin] = {NULL, NULL, HYS__BH_FN_ASIN, false, false},
    [HYS__FN_acos] = {"(1.5707963267948966 - b_asin(", "))", HYS__BH_FN_ASIN, false, true},
    [HYS__FN_atan] = {"atan(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_sinh] = {NULL, NULL, HYS__BH_FN_SINH, false, false},
    [HYS__FN_cosh] = {NULL, NULL, HYS__BH_FN_COSH, true, true},
    [HYS__FN_tanh] = {"tanh(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_asinh] = {"asinh(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_acosh] = {NULL, NULL, HYS__BH_FN_ACOSH, false, true},
    [HYS__FN_atanh] = {NULL, NULL, HYS__BH_FN_ATANH, false, false},
    [HYS__FN_floor] = {"floor(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_ceil] = {"ceil(", ")", HYS__BH_FN_NONE, false, false},
    [HYS__FN_nint] = {NULL, NULL, HYS__BH_FN_NINT, false, false},
    [HYS__FN_sgn] = {NULL, NULL, HYS__BH_FN_SGN, false, false},
    [HYS__FN_u] = {"(0.5 + 0.5*b_sgn(", "))", HYS__BH_FN_SGN, false, true},
    [HYS__FN_u2] = {"max(min(", ", 1.0), 0.0)", HYS__BH_FN_NONE, false, true},
    [HYS__FN_uramp] = {"max(", ", 0.0)", HYS__BH_FN_NONE, false, true},
    [HYS__FN_buf] = {"(", " > 0.5 ? 1.0 : 0.0)", HYS__BH_FN_NONE, false, true},
    [HYS__FN_inv] = {"(", " > 0.5 ? 0.0 : 1.0)", HYS__BH_FN_NONE, false, true},
};

static hys__bh_operand of_one(hys__bh_module *m, const hys__expr *call, const struct form *form) {
    hys__bh_operand a = hys__bh_expr(m, call->args[0]);
    const char *name = form->function ? hys__bh_function_name(m, form->function) : "";
    hys__bh_operand made = form->head ? hys__bh_made(m, a.depth + 1, "%s%s%s", form->head, a.text, form->tail)
                                      : hys__bh_made(m, a.depth, "%s(%s)", name, a.text);
    made.is_positive = form->is_positive;
    made.is_not_negative = form->is_not_negative;
    made.is_param = a.is_param;
    return made;
}

/* Operands that the text repeats. */
static hys__bh_operand of_some(hys__bh_module *m, const hys__expr *call) {
    hys__bh_operand a[3] = {{.text = ""}, {.text = ""}, {.text = ""}};
    for (uint32_t i = 0; i < call->n_args && i < 3; i++) a[i] = hys__bh_simple(m, hys__bh_expr(m, call->args[i]));
    const char *x = a[0].text, *y = a[1].text, *z = a[2].text;
    switch (call->index) {
    case HYS__FN_limit:
        return hys__bh_made(m, 2, "min(max(%s, min(%s, %s)), max(%s, %s))", x, y, z, y, z);
    case HYS__FN_pow:
        return hys__bh_pow(m, a[0], a[1]);
    case HYS__FN_pwr:
        return guarded_pow(m, HYS__BH_FN_PWR, a[0], a[1]);
    case HYS__FN_atan2:
        return hys__bh_made(m, 0, "(%s == 0.0 && %s == 0.0 ? 0.0 : atan2(%s, %s))", x, y, x, y);
    case HYS__FN_hypot:
        return hys__bh_made(m, 0, "(%s == 0.0 && %s == 0.0 ? 0.0 : hypot(%s, %s))", x, y, x, y);
    case HYS__FN_int:
        return hys__bh_made(m, 1, "(%s < 0.0 ? ceil(%s) : floor(%s))", x, x, x);
    case HYS__FN_round:
        return hys__bh_made(m, 1, "(%s < 0.0 ? ceil(%s - 0.5) : floor(%s + 0.5))", x, x, x);
    case HYS__FN_sign:
        return hys__bh_made(m, 1, "(abs(%s) * %s(%s))", x, hys__bh_function_name(m, HYS__BH_FN_SGN), y);
    default:
        hys__bh_fail(m, call->span, "", "'%s' cannot be used where a value depends on the solution", call->name);
        return NO_OPERAND;
    }
}

hys__bh_operand hys__bh_call(hys__bh_module *m, const hys__expr *call) {
    const struct form *form = &forms[call->index];
    if (hys__bh_is_random(call)) return hys__bh_param_of(m, call);
    if (form->head || form->function) return of_one(m, call, form);
    switch (call->index) {
    case HYS__FN_min:
        return extreme(m, call, "min");
    case HYS__FN_max:
        return extreme(m, call, "max");
    case HYS__FN_table:
        return table(m, call);
    case HYS__FN_poly:
        return poly(m, call);
    case HYS__FN_ddt:
    case HYS__FN_idt:
    case HYS__FN_delay:
        return with_memory(m, call);
    default:
        return of_some(m, call);
    }
}
