/* Expressions of NMODL:
 *
 *     expr    = unary { binary expr }, by levels: "||", "&&", comparisons, "+ -", "* / %", "^" (to the right)
 *     unary   = ("-" | "+" | "!") unary | primary
 *     primary = number [unit] | name ["[" expr "]"] | name "(" [expr { "," expr }] ")" | "(" expr ")"
 *
 * A minus binds less tightly than "^": -x^2 is -(x^2). */
#include "io/nmodl.h"
#include <string.h>

#define MOST_DEPTH     200
#define MOST_OPERATORS 1000 /* of one level: trees are walked by recursion */

nm_expr *nm_expr_new(nm_file *f, nm_op op, hys__span span) {
    nm_expr *e = HYS_NEW(&f->arena, nm_expr);
    if (e) *e = (nm_expr){.op = op, .span = span};
    return e;
}

nm_expr *nm_binary(nm_file *f, nm_op op, nm_expr *a, nm_expr *b) {
    nm_expr *e = a && b ? nm_expr_new(f, op, a->span) : NULL;
    if (!e) return NULL;
    e->a = a;
    e->b = b;
    return e;
}

nm_expr *nm_literal(nm_file *f, double value, hys__span span) {
    nm_expr *e = nm_expr_new(f, NM_NUM, span);
    if (e) e->value = value;
    return e;
}

bool nm_mentions(const nm_expr *e, const char *name) {
    if (!e) return false;
    if (e->op == NM_VAR) return e->name == name;
    if (e->op != NM_CALL) return nm_mentions(e->a, name) || nm_mentions(e->b, name);
    for (const nm_expr *a = e->a; a; a = a->next)
        if (nm_mentions(a, name)) return true;
    return false;
}

static hys_status parse_level(nm_file *f, int level, nm_expr **e);

static hys_status parse_args(nm_file *f, nm_expr **args) {
    nm_expr **tail = args;
    hys_status status = nm_expect(f, "(");
    while (status == HYS_OK && !nm_take(f, ")")) {
        if (nm_peek(f)->kind == NM_STRING)
            return nm_refuse(f, nm_peek(f)->span, "", "texts have no meaning in a model");
        nm_expr *arg = NULL;
        status = parse_level(f, 1, &arg);
        if (!arg || status != HYS_OK) return status == HYS_OK ? HYS_NOMEM : status;
        *tail = arg;
        tail = &arg->next;
        if (!nm_is(f, ")")) status = nm_expect(f, ",");
    }
    return status;
}

static hys_status parse_name(nm_file *f, nm_expr **e) {
    const hys__span span = nm_peek(f)->span;
    const char *name = NULL;
    const hys_status status = nm_expect_name(f, "a name", &name);
    if (status != HYS_OK) return status;
    *e = nm_expr_new(f, nm_is(f, "(") ? NM_CALL : NM_VAR, span);
    if (!*e) return HYS_NOMEM;
    (*e)->name = name;
    return (*e)->op == NM_CALL ? parse_args(f, &(*e)->a) : nm_parse_index(f, &(*e)->a);
}

static hys_status parse_primary(nm_file *f, nm_expr **e) {
    const nm_token *token = nm_peek(f);
    if (token->kind == NM_NAME) return parse_name(f, e);
    if (token->kind == NM_NUMBER) {
        *e = nm_expr_new(f, NM_NUM, token->span);
        if (!*e) return HYS_NOMEM;
        (*e)->value = token->value;
        nm_next(f);
        return nm_is(f, "(") ? nm_skip(f, "(", ")") : HYS_OK;
    }
    if (!nm_take(f, "(")) return nm_expected(f, "an expression");
    const hys_status status = parse_level(f, 1, e);
    return status == HYS_OK ? nm_expect(f, ")") : status;
}

static hys_status parse_unary(nm_file *f, nm_expr **e) {
    const hys__span span = nm_peek(f)->span;
    const bool is_minus = nm_is(f, "-"), is_not = nm_is(f, "!");
    if (!is_minus && !is_not && !nm_is(f, "+")) return parse_primary(f, e);
    nm_next(f);
    nm_expr *a = NULL;
    const hys_status status = parse_level(f, 6, &a);
    if (status != HYS_OK || !a || (!is_minus && !is_not)) {
        *e = a;
        return status;
    }
    if (is_minus && a->op == NM_NUM) {
        a->value = -a->value;
        *e = a;
        return HYS_OK;
    }
    *e = nm_expr_new(f, is_minus ? NM_NEG : NM_NOT, span);
    if (!*e) return HYS_NOMEM;
    (*e)->a = a;
    return HYS_OK;
}

static bool find_binary(const nm_file *f, nm_op *op, int *level) {
    static const struct {
        nm_op op;
        const char *sign;
        int level;
    } signs[] = {
#define NM_X(name, sign, level, text) {NM_##name, sign, level},
        NM_BINARY_LIST(NM_X)
#undef NM_X
    };
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
        if (nm_is(f, signs[k].sign)) {
            *op = signs[k].op;
            *level = signs[k].level;
            return true;
        }
    return false;
}

static hys_status parse_operators(nm_file *f, int level, nm_expr **e) {
    nm_op op;
    int its, n = 0;
    hys_status status = parse_unary(f, e);
    while (status == HYS_OK && find_binary(f, &op, &its) && its >= level) {
        nm_expr *right = NULL;
        if (n++ == MOST_OPERATORS)
            return nm_error(f, nm_peek(f)->span, "", "more than %d operators in a row", MOST_OPERATORS);
        nm_next(f);
        status = parse_level(f, op == NM_POW ? its : its + 1, &right);
        if (status != HYS_OK) return status;
        *e = nm_binary(f, op, *e, right);
        if (!*e) return HYS_NOMEM;
    }
    return status;
}

static hys_status parse_level(nm_file *f, int level, nm_expr **e) {
    if (f->depth >= MOST_DEPTH) return nm_error(f, nm_peek(f)->span, "", "nested more than %d deep", MOST_DEPTH);
    f->depth++;
    const hys_status status = parse_operators(f, level, e);
    f->depth--;
    return status;
}

hys_status nm_parse_expr(nm_file *f, nm_expr **e) {
    return parse_level(f, 1, e);
}

hys_status nm_parse_index(nm_file *f, nm_expr **e) {
    *e = NULL;
    if (!nm_take(f, "[")) return HYS_OK;
    const hys_status status = nm_parse_expr(f, e);
    return status == HYS_OK ? nm_expect(f, "]") : status;
}
