/* Expressions.  Precedence as in table 4-14 of the Verilog-AMS manual; all binary operators, ** too,
 * associate to the left, and a unary operator binds tighter than **. */
#include "veriloga/parse.h"

#include <string.h>

/* Items that one replication, and that all replications of a file may make. */
#define REPLICATION_MAX   65536
#define REPLICATION_TOTAL 1048576

/* From || (1) to ** (12); 0: no binary operator. */
static const struct binary_op {
    uint8_t precedence, op;
} binary_ops[] = {
    [VA_T_OR_OR] = {1, VA_OR},
    [VA_T_AND_AND] = {2, VA_AND},
    [VA_T_BAR] = {3, VA_BITOR},
    [VA_T_HAT] = {4, VA_BITXOR},
    [VA_T_HAT_TILDE] = {4, VA_BITXNOR},
    [VA_T_TILDE_HAT] = {4, VA_BITXNOR},
    [VA_T_AMP] = {5, VA_BITAND},
    [VA_T_EQ] = {6, VA_EQ},
    [VA_T_NE] = {6, VA_NE},
    [VA_T_CASE_EQ] = {6, VA_EQ},
    [VA_T_CASE_NE] = {6, VA_NE},
    [VA_T_LT] = {7, VA_LT},
    [VA_T_LE] = {7, VA_LE},
    [VA_T_GT] = {7, VA_GT},
    [VA_T_GE] = {7, VA_GE},
    [VA_T_SHL] = {8, VA_SHL},
    [VA_T_SHR] = {8, VA_SHR},
    [VA_T_ASHL] = {8, VA_ASHL},
    [VA_T_ASHR] = {8, VA_ASHR},
    [VA_T_PLUS] = {9, VA_ADD},
    [VA_T_MINUS] = {9, VA_SUB},
    [VA_T_STAR] = {10, VA_MUL},
    [VA_T_SLASH] = {10, VA_DIV},
    [VA_T_PERCENT] = {10, VA_MOD},
    [VA_T_POW] = {11, VA_POW},
};
#define PRECEDENCE_ANY        1
#define PRECEDENCE_RELATIONAL 7

static const struct unary_op {
    uint8_t kind, op;
} unary_ops[] = {
    {VA_T_PLUS, VA_PLUS},   {VA_T_MINUS, VA_NEG},          {VA_T_BANG, VA_NOT},           {VA_T_TILDE, VA_BITNOT},
    {VA_T_AMP, VA_RED_AND}, {VA_T_BAR, VA_RED_OR},         {VA_T_HAT, VA_RED_XOR},        {VA_T_NAND, VA_RED_NAND},
    {VA_T_NOR, VA_RED_NOR}, {VA_T_TILDE_HAT, VA_RED_XNOR}, {VA_T_HAT_TILDE, VA_RED_XNOR},
};

static va_expr *parse_binary(va_parser *p, unsigned least);
static va_expr *parse_array(va_parser *p);

/* ---- nodes ---- */

va_expr *va_expr_new(va_parser *p, va_expr_kind kind, size_t start) {
    va_expr *e = HYS_NEW(p->arena, va_expr);
    if (!e) return NULL;
    e->kind = kind;
    e->span = va_span_from(p, start);
    p->height = 1;
    p->size = 1;
    return e;
}

va_expr *va_expr_zero(va_parser *p, size_t start) {
    return va_expr_new(p, VA_REAL, start);
}

bool va_exprs_add(va_parser *p, va_exprs *list, va_expr *e) {
    if (!e || !hys__grow(p->arena, (void **)&list->at, &list->cap, list->n + 1, sizeof(void *))) return false;
    list->at[list->n++] = e;
    if (p->height > list->height) list->height = p->height;
    list->size += p->size;
    return true;
}

/* A node over the listed ones.  The depth of the tree is bounded as that of the brackets is. */
static va_expr *node(va_parser *p, va_expr_kind kind, size_t start, const va_exprs *args) {
    va_expr *e = va_expr_new(p, kind, start);
    if (!e) return NULL;
    e->args = args->at;
    e->n_args = args->n;
    p->height = args->height + 1;
    p->size = args->size + 1;
    if (p->height > p->front->limits.max_nesting) {
        va_fail(p, e->span, "split it into several assignments", "this expression is more than %u operators deep",
                p->front->limits.max_nesting);
        return NULL;
    }
    return e;
}

/* ---- lists ---- */

/* port-flow = "<" name ">" */
static va_expr *parse_port_flow(va_parser *p) {
    size_t start = p->at;
    va_advance(p);
    const char *name = va_expect_name(p, "the name of a port");
    if (!name || !va_expect(p, VA_T_GT, "'>'")) return NULL;
    va_expr *e = va_expr_new(p, VA_PORT_FLOW, start);
    if (e) e->name = name;
    return e;
}

/* argument = [expression | port-flow] */
static va_expr *parse_argument(va_parser *p) {
    if (va_is(p, VA_T_COMMA) || va_is(p, VA_T_RPAREN)) return va_expr_new(p, VA_EMPTY, p->at);
    return va_is(p, VA_T_LT) ? parse_port_flow(p) : va_parse_expr(p);
}

/* arguments = "(" [argument ("," argument)*] ")" */
static bool parse_arguments(va_parser *p, va_exprs *args) {
    size_t open = p->at;
    va_advance(p);
    if (va_take(p, VA_T_RPAREN)) return true;
    do
        if (!va_exprs_add(p, args, parse_argument(p))) return false;
    while (va_take(p, VA_T_COMMA));
    return va_expect_close(p, VA_T_RPAREN, open);
}

/* ---- names ---- */

/* Whether "[" integer "]" "." follows: an index inside a path. */
static bool at_path_index(const va_parser *p) {
    return va_is(p, VA_T_LBRACKET) && va_peek_at(p, 1)->kind == VA_T_INT && va_peek_at(p, 2)->kind == VA_T_RBRACKET &&
           va_peek_at(p, 3)->kind == VA_T_DOT;
}

/* The interned text of the tokens of a path. */
static const char *path_text(va_parser *p, size_t start) {
    size_t n, len = 0;
    for (size_t i = start; i < p->at; i++) {
        va_token_spelling(p->front, &p->tokens[i], &n);
        len += n;
    }
    char *text = hys__arena_alloc(p->arena, len + 1);
    len = 0;
    for (size_t i = start; text && i < p->at; i++) {
        const char *s = va_token_spelling(p->front, &p->tokens[i], &n);
        memcpy(text + len, s, n);
        len += n;
    }
    return text ? hys__intern_add(&p->front->names, text, len) : NULL;
}

/* path = name (["[" integer "]"] "." name)* */
static va_expr *parse_path(va_parser *p) {
    size_t start = p->at;
    const char *name = va_expect_name(p, "a name");
    bool is_path = false;
    if (!name) return NULL;
    while (va_is(p, VA_T_DOT) || at_path_index(p)) {
        if (!va_is(p, VA_T_DOT)) p->at += 3;
        va_advance(p);
        if (va_peek(p)->kind != VA_T_NAME) {
            va_fail_expected(p, "a name behind '.'");
            return NULL;
        }
        va_advance(p);
        is_path = true;
    }
    va_expr *e = va_expr_new(p, VA_NAME, start);
    if (!e) return NULL;
    e->name = is_path ? path_text(p, start) : name;
    e->is_path = is_path;
    return e;
}

/* index = "[" expression [":" expression] "]" */
static va_expr *parse_index(va_parser *p, va_expr *base, size_t start) {
    va_exprs args = {.height = 0};
    size_t open = p->at;
    if (!va_exprs_add(p, &args, base)) return NULL;
    va_advance(p);
    if (!va_exprs_add(p, &args, va_parse_expr(p))) return NULL;
    if (va_take(p, VA_T_COLON) && !va_exprs_add(p, &args, va_parse_expr(p))) return NULL;
    if (!va_expect_close(p, VA_T_RBRACKET, open)) return NULL;
    return node(p, VA_INDEX, start, &args);
}

/* Whether attributes stand between a function's name and its arguments; elsewhere they belong to what
 * the expression is part of. */
static bool at_call_attrs(const va_parser *p) {
    size_t i = p->at;
    while (i + 1 < p->n && p->tokens[i].kind == VA_T_ATTR_OPEN) {
        while (i + 1 < p->n && p->tokens[i].kind != VA_T_ATTR_CLOSE && p->tokens[i].kind != VA_T_SEMI) i++;
        if (p->tokens[i].kind != VA_T_ATTR_CLOSE) return false;
        i++;
    }
    return i > p->at && p->tokens[i].kind == VA_T_LPAREN;
}

static va_expr *parse_call(va_parser *p, va_expr_kind kind, const char *name, size_t start) {
    va_exprs args = {.height = 0};
    va_attr *attrs = va_parse_attrs(p);
    if (va_is(p, VA_T_LPAREN) && !parse_arguments(p, &args)) return NULL;
    va_expr *e = node(p, kind, start, &args);
    if (!e) return NULL;
    e->name = name;
    e->attrs = attrs;
    return e;
}

/* reference = path [attributes arguments] index*
 *           | $name [arguments] */
va_expr *va_parse_primary(va_parser *p) {
    size_t start = p->at;
    const va_token *token = va_peek(p);
    if (token->kind == VA_T_SYSNAME) {
        va_advance(p);
        return parse_call(p, VA_SYSCALL, token->text, start);
    }
    va_expr *e = parse_path(p);
    if (e && (va_is(p, VA_T_LPAREN) || at_call_attrs(p))) {
        bool is_path = e->is_path;
        e = parse_call(p, VA_CALL, e->name, start);
        if (e) e->is_path = is_path;
    }
    while (e && va_is(p, VA_T_LBRACKET)) e = parse_index(p, e, start);
    return e;
}

/* terminal = port-flow | path index* */
va_expr *va_parse_terminal(va_parser *p) {
    if (va_is(p, VA_T_LT)) return parse_port_flow(p);
    size_t start = p->at;
    va_expr *e = parse_path(p);
    while (e && va_is(p, VA_T_LBRACKET)) e = parse_index(p, e, start);
    return e;
}

/* ---- literals ---- */

static va_expr *parse_literal(va_parser *p) {
    const va_token *token = va_peek(p);
    size_t start = p->at;
    va_advance(p);
    va_expr *e = va_expr_new(p, VA_REAL, start);
    if (!e) return NULL;
    if (token->kind == VA_T_STRING) {
        e->kind = VA_STRING;
        e->text = token->text;
        e->n_text = token->n_text;
    } else if (token->kind != VA_T_BAD) {
        e->kind = token->kind == VA_T_INT ? VA_INT : VA_REAL;
        e->number = token->number;
    }
    return e;
}

/* Appends the items count times. */
static bool replicate(va_parser *p, const va_expr *count, const va_exprs *items, va_exprs *to) {
    double n = count->number, made = n * (double)items->size;
    if (n < 0 || made > REPLICATION_MAX || p->n_replicated + (size_t)made > REPLICATION_TOTAL)
        return va_fail(p, count->span, "", "a replication makes from 0 to %d items, all of a file %d", REPLICATION_MAX,
                       REPLICATION_TOTAL);
    p->n_replicated += (size_t)made;
    p->height = items->height;
    p->size = items->size / items->n;
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t k = 0; k < items->n; k++)
            if (!va_exprs_add(p, to, items->at[k])) return false;
    return true;
}

/* A replication among the items of a concatenation gives its items, not a list in the list. */
static bool add_item(va_parser *p, va_expr *item, bool is_plain, va_exprs *to) {
    if (!item || item->kind != VA_ARRAY || !is_plain || !p->is_replication) return va_exprs_add(p, to, item);
    p->size = p->size / (item->n_args + 1) + 1; /* of one item: all are alike or nearly so */
    for (size_t i = 0; i < item->n_args; i++)
        if (!va_exprs_add(p, to, item->args[i])) return false;
    return true;
}

/* replication = expression "{" expression ("," expression)* "}" ; behind its count */
static bool parse_replication(va_parser *p, va_expr *count, size_t start, va_exprs *to) {
    va_exprs items = {.height = 0};
    size_t open = p->at;
    if (count->kind != VA_INT && !va_exprs_add(p, &items, count)) return false;
    va_advance(p);
    do
        if (!add_item(p, va_parse_expr(p), true, &items)) return false;
    while (va_take(p, VA_T_COMMA));
    if (!va_expect_close(p, VA_T_RBRACE, open)) return false;
    if (count->kind == VA_INT) return replicate(p, count, &items, to);
    return va_exprs_add(p, to, node(p, VA_REPLICATE, start, &items));
}

/* array = ("'{" | "{") [item ("," item)*] "}"
 * item = expression | replication */
static va_expr *parse_array(va_parser *p) {
    va_exprs items = {.height = 0};
    size_t open = p->at, n_replications = 0, n = 0;
    bool is_plain = va_is(p, VA_T_LBRACE);
    va_advance(p);
    if (!va_is(p, VA_T_RBRACE)) do {
            size_t start = p->at;
            va_expr *item = va_parse_expr(p);
            if (item && va_is(p, VA_T_LBRACE)) {
                if (!parse_replication(p, item, start, &items)) return NULL;
                n_replications++;
            } else if (!add_item(p, item, is_plain, &items)) {
                return NULL;
            }
            n++;
        } while (va_take(p, VA_T_COMMA));
    if (!va_expect_close(p, VA_T_RBRACE, open)) return NULL;
    p->is_replication = is_plain && n == 1 && n_replications == 1;
    return node(p, VA_ARRAY, open, &items);
}

/* ---- operators ---- */

static va_expr *parse_parenthesis(va_parser *p) {
    size_t open = p->at;
    va_advance(p);
    va_expr *e = va_parse_expr(p);
    return e && va_expect_close(p, VA_T_RPAREN, open) ? e : NULL;
}

static va_expr *fail_operand(va_parser *p) {
    const va_token *token = va_peek(p);
    bool is_call = va_peek_at(p, 1)->kind == VA_T_LPAREN;
    if (is_call && (token->kw == VA_KW_real || token->kw == VA_KW_integer))
        va_fail(p, token->span, "a value is converted where it is assigned; $rtoi and $itor convert",
                "'%s' is no function", token->text);
    else if (token->kw == VA_KW_if)
        va_fail(p, token->span, "inside an expression write condition ? a : b", "'if' cannot stand in an expression");
    else va_fail_expected(p, "an expression");
    if (token->kw == VA_KW_begin && !token->at_bol) va_advance(p); /* it begins no block here */
    return NULL;
}

/* Words that can follow an expression are not read as its beginning. */
static bool can_be_operand(const va_token *token) {
    return va_is_word(token) && token->kw != VA_KW_from && token->kw != VA_KW_exclude && token->kw != VA_KW_or;
}

/* operand = number | string | "inf" | reference | "(" expression ")" | array */
static va_expr *parse_operand(va_parser *p) {
    const va_token *token = va_peek(p);
    size_t start = p->at;
    switch (token->kind) {
    case VA_T_INT:
    case VA_T_REAL:
    case VA_T_STRING:
    case VA_T_BAD:
        return parse_literal(p);
    case VA_T_LPAREN:
        return parse_parenthesis(p);
    case VA_T_LBRACE:
    case VA_T_TICK_BRACE:
        return parse_array(p);
    case VA_T_SYSNAME:
        return va_parse_primary(p);
    case VA_T_NAME:
        if (token->kw == VA_KW_inf) {
            va_advance(p);
            return va_expr_new(p, VA_INF, start);
        }
        return can_be_operand(token) ? va_parse_primary(p) : fail_operand(p);
    default:
        return fail_operand(p);
    }
}

static const struct unary_op *unary_op(const va_parser *p) {
    for (size_t i = 0; i < sizeof unary_ops / sizeof unary_ops[0]; i++)
        if (unary_ops[i].kind == va_peek(p)->kind) return &unary_ops[i];
    return NULL;
}

/* unary = operator attributes unary | operand */
static va_expr *parse_unary(va_parser *p) {
    const struct unary_op *op = unary_op(p);
    if (!op) return parse_operand(p);
    size_t start = p->at;
    va_exprs args = {.height = 0};
    va_advance(p);
    va_attr *attrs = va_parse_attrs(p);
    if (!va_enter(p)) return NULL;
    bool ok = va_exprs_add(p, &args, parse_unary(p));
    va_leave(p);
    va_expr *e = ok ? node(p, VA_UNARY, start, &args) : NULL;
    if (!e) return NULL;
    e->op = op->op;
    e->attrs = attrs;
    return e;
}

static struct binary_op binary_op(const va_parser *p) {
    size_t kind = va_peek(p)->kind;
    return kind < sizeof binary_ops / sizeof binary_ops[0] ? binary_ops[kind] : (struct binary_op){0, 0};
}

/* binary = unary (operator attributes binary)* ; with operators of at least the given precedence */
static va_expr *parse_binary(va_parser *p, unsigned least) {
    size_t start = p->at;
    if (!va_enter(p)) return NULL;
    va_expr *left = parse_unary(p);
    for (struct binary_op op = binary_op(p); left && op.precedence >= least && op.precedence; op = binary_op(p)) {
        va_exprs args = {.height = 0};
        if (!va_exprs_add(p, &args, left)) break;
        va_advance(p);
        va_attr *attrs = va_parse_attrs(p);
        left = va_exprs_add(p, &args, parse_binary(p, op.precedence + 1u)) ? node(p, VA_BINARY, start, &args) : NULL;
        if (!left) break;
        left->op = op.op;
        left->attrs = attrs;
    }
    va_leave(p);
    return left;
}

va_expr *va_parse_relational(va_parser *p) {
    return parse_binary(p, PRECEDENCE_RELATIONAL);
}

/* expression = binary ["?" attributes expression ":" attributes expression] */
va_expr *va_parse_expr(va_parser *p) {
    size_t start = p->at;
    va_exprs args = {.height = 0};
    va_expr *e = parse_binary(p, PRECEDENCE_ANY);
    if (!e || !va_is(p, VA_T_QUESTION)) return e;
    if (!va_enter(p) || !va_exprs_add(p, &args, e)) return NULL;
    va_advance(p);
    va_attr *attrs = va_parse_attrs(p);
    bool ok = va_exprs_add(p, &args, va_parse_expr(p)) && va_expect(p, VA_T_COLON, "':' of '?'");
    attrs = va_attrs_join(attrs, va_parse_attrs(p));
    ok = ok && va_exprs_add(p, &args, va_parse_expr(p));
    va_leave(p);
    e = ok ? node(p, VA_TERNARY, start, &args) : NULL;
    if (e) e->attrs = attrs;
    return e;
}
