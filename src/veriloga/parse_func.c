/* Analog functions. */
#include "veriloga/parse.h"

#define ARGS_MAX 256 /* keeps the search among them short whatever the file holds */

/* A function under construction. */
typedef struct maker {
    va_func *func;
    va_decls args, locals;
    unsigned n_args;
    va_stmt *stmts, **stmt_tail;
} maker;

static va_decl *find_decl(va_decl *list, const char *name) {
    for (; list; list = list->next)
        if (list->name == name) return list;
    return NULL;
}

/* The head may only name an argument, the body then gives its direction. */
static bool complete_arg(va_parser *p, va_decl *arg, const va_decl *like) {
    arg->dir = like->dir;
    arg->type = like->type;
    arg->bus = like->bus;
    arg->dims = va_parse_dims(p);
    return !p->panic;
}

/* argument = name dims */
static bool parse_arg(va_parser *p, maker *m, const va_decl *like) {
    hys__span span = va_peek(p)->span;
    const char *name = va_expect_name(p, "the name of an argument");
    if (!name) return false;
    va_decl *there = find_decl(m->func->args, name);
    if (there && there->dir != VA_DIR_NONE) return va_fail(p, span, "", "the function has two arguments '%s'", name);
    if (there) return complete_arg(p, there, like);
    if (++m->n_args > ARGS_MAX) return va_fail(p, span, "", "a function has at most %d arguments", ARGS_MAX);
    va_decl *arg = va_decl_new(p, VA_PORT_DIR, name, span);
    if (!arg) return false;
    va_decls_add(&m->args, arg);
    return complete_arg(p, arg, like);
}

/* argument-head = direction [type] [dims] */
static bool parse_arg_head(va_parser *p, va_decl *like) {
    va_dir dir = va_take_direction(p);
    if (dir != VA_DIR_NONE) {
        *like = (va_decl){.dir = dir, .type = va_take_type(p)};
        like->bus = va_parse_dims(p);
    } else if (va_starts_variable(p)) {
        like->type = va_take_type(p);
        like->bus = va_parse_dims(p);
    }
    return !p->panic;
}

/* header-arguments = "(" [[argument-head] argument ("," [argument-head] argument)*] ")" */
static bool parse_header_args(va_parser *p, maker *m) {
    size_t open = p->at;
    va_decl like = {.dir = VA_DIR_NONE};
    va_advance(p);
    if (va_take(p, VA_T_RPAREN)) return true;
    do {
        va_parse_attrs(p);
        if (!parse_arg_head(p, &like) || !parse_arg(p, m, &like)) return false;
    } while (va_take(p, VA_T_COMMA));
    return va_expect_close(p, VA_T_RPAREN, open);
}

/* arguments = argument-head argument ("," argument)* ";" */
static void parse_args(va_parser *p, maker *m) {
    va_decl like = {.dir = VA_DIR_NONE};
    bool ok = parse_arg_head(p, &like);
    while (ok && (ok = parse_arg(p, m, &like)) && va_take(p, VA_T_COMMA)) continue;
    if (!ok || !va_expect_semi(p)) va_sync(p);
}

/* The type declarations of arguments belong to the arguments, wherever they stand. */
static void move_types(va_func *func) {
    for (va_decl *arg = func->args; arg; arg = arg->next)
        if (arg->dir == VA_DIR_NONE) arg->dir = VA_INPUT;
    for (va_decl **at = &func->locals; *at;) {
        va_decl *local = *at, *arg = find_decl(func->args, local->name);
        if (local->kind == VA_VAR && arg && arg->type == VA_TYPE_NONE) {
            arg->type = local->type;
            if (!arg->dims) arg->dims = local->dims;
            arg->attrs = va_attrs_join(local->attrs, arg->attrs);
            *at = local->next;
        } else {
            at = &local->next;
        }
    }
}

/* The manual has one statement as the body; several are read as a block. */
static va_stmt *body_of(va_parser *p, const maker *m, size_t start) {
    if (m->stmts && !m->stmts->next) return m->stmts;
    va_stmt *block = va_stmt_new(p, VA_BLOCK, start);
    if (block) block->stmts = m->stmts;
    return block;
}

/* function-item = arguments | declaration | statement */
static bool parse_func_item(va_parser *p, maker *m) {
    size_t start = p->at, n_fails = p->n_fails;
    p->has_passed_bad = false;
    va_attr *attrs = va_parse_attrs(p);
    if (va_at_direction(p)) {
        parse_args(p, m);
    } else if (!va_parse_shared_decl(p, attrs, &m->locals)) {
        size_t before = p->at;
        va_stmt *stmt = va_parse_stmt(p);
        if (!stmt) return false;
        if (p->at == before) va_advance(p); /* a stray end */
        *m->stmt_tail = stmt;
        m->stmt_tail = &stmt->next;
    }
    va_lose_failed(p, start, n_fails);
    return true;
}

static bool ends_module(const va_parser *p) {
    return va_is(p, VA_T_EOF) || va_is_keyword(p, VA_KW_endmodule) || va_is_keyword(p, VA_KW_module) ||
           va_is_keyword(p, VA_KW_analog);
}

/* function = "analog" "function" [type] name [header-arguments] ";" function-item* "endfunction" */
void va_parse_function(va_parser *p) {
    size_t n_fails = p->n_fails;
    va_func *func = HYS_NEW(p->arena, va_func);
    if (!func) return;
    maker m = {.func = func, .args = {&func->args}, .locals = {&func->locals}};
    m.stmt_tail = &m.stmts;
    func->type = va_take_type(p);
    func->span = va_peek(p)->span;
    func->name = va_expect_name(p, "the name of a function");
    bool ok = func->name && (!va_is(p, VA_T_LPAREN) || parse_header_args(p, &m));
    if (!ok || !va_expect_semi(p)) va_sync(p);
    size_t start = p->at;
    while (!va_is_keyword(p, VA_KW_endfunction) && !ends_module(p))
        if (!parse_func_item(p, &m)) return;
    if (!va_take_keyword(p, VA_KW_endfunction)) {
        if (p->no_end_at != p->at + 1) va_fail(p, func->span, "", "this function has no 'endfunction'");
        p->no_end_at = p->at + 1;
        p->panic = false;
        p->n_handled = p->n_fails;
    } else {
        va_parse_label(p);
    }
    if (p->n_fails > n_fails) va_lose_name(p, func->name); /* its calls give nothing */
    move_types(func);
    func->body = body_of(p, &m, start < p->at ? start : p->at);
    if (!func->name || !func->body) return;
    *p->scope->funcs = func;
    p->scope->funcs = &func->next;
}
