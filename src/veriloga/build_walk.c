/* Walks over statements without executing them: which variables they may change, how much there is to do,
 * whether they hold what a loop at run time cannot. */
#include "veriloga/build.h"
#include <string.h>

/* ---- names ---- */

static vb_var *var_named(vb_walk *walk, const va_expr *e) {
    while (e->kind == VA_INDEX) e = e->args[0];
    if (e->kind != VA_NAME || e->is_path) return NULL;
    vb_sym *sym = vb_lookup(walk->b->scope, e->name);
    return sym && sym->kind == VB_SYM_VAR ? sym->var : NULL;
}

static void touch(vb_walk *walk, const va_expr *e, bool is_write) {
    vb_var *var = var_named(walk, e);
    if (var && walk->on_var) walk->on_var(walk, var, is_write);
}

/* ---- expressions ---- */

#define MAX_NODES 20000000u

static void walk_function(vb_walk *walk, const va_expr *e, vb_func *func) {
    walk->has_call = true;
    for (uint32_t i = 0; i < func->n_args && i < e->n_args; i++)
        if (func->args[i] && func->args[i]->decl->dir != VA_INPUT) touch(walk, e->args[i], true);
    if (func->is_walked || !walk->in_functions) return;
    vb *b = walk->b;
    vb_scope *outer = b->scope;
    func->is_walked = true;
    b->scope = func->scope;
    vb_walk_stmt(walk, func->ast->body);
    b->scope = outer;
    func->is_walked = false;
}

static void walk_expr(vb_walk *walk, const va_expr *e) {
    if (e->kind == VA_NAME) touch(walk, e, false);
    if (e->kind == VA_CALL) {
        vb_func *func = vb_func_find(walk->b, e->name);
        if (func) walk_function(walk, e, func);
        else if (vb_is_operator(e->name)) walk->has_operator = true;
    }
    if (e->kind == VA_SYSCALL) {
        walk->has_syscall = true;
        if (vb_is_operator(e->name + 1)) walk->has_operator = true;
    }
    for (size_t i = 0; i < e->n_args; i++) vb_walk_expr(walk, e->args[i]);
}

/* ---- statements ---- */

static void walk_contribution(vb_walk *walk, const va_stmt *s) {
    walk->has_operator = true;
    vb_walk_expr(walk, s->lhs);
    vb_walk_expr(walk, s->rhs);
    vb_walk_expr(walk, s->cond);
}

static void walk_block(vb_walk *walk, const va_stmt *s) {
    vb *b = walk->b;
    vb_scope *scope = vb_block_scope(b, s), *outer = b->scope;
    if (scope) b->scope = scope;
    vb_walk_list(walk, s->stmts);
    b->scope = outer;
}

static void walk_call(vb_walk *walk, const va_expr *e) {
    if (e->kind == VA_SYSCALL && (!strcmp(e->name, "$bound_step") || !strcmp(e->name, "$discontinuity")))
        walk->has_step = true;
    if (!strcmp(e->name, "bound_step")) walk->has_step = true;
    vb_walk_expr(walk, e);
}

void vb_walk_expr(vb_walk *walk, const va_expr *e) {
    if (!e || walk->n_nodes++ > MAX_NODES || vb_failed(walk->b)) return;
    if (vb_nest(walk->b, e->span)) walk_expr(walk, e);
    walk->b->nesting--;
}

void vb_walk_list(vb_walk *walk, const va_stmt *s) {
    for (; s; s = s->next) vb_walk_stmt(walk, s);
}

static void walk_stmt(vb_walk *walk, const va_stmt *s) {
    switch (s->kind) {
    case VA_BLOCK:
        walk_block(walk, s);
        return;
    case VA_ASSIGN:
        if (walk->on_assign) walk->on_assign(walk, s);
        touch(walk, s->lhs, true);
        if (s->lhs->kind == VA_INDEX) vb_walk_expr(walk, s->lhs->args[1]);
        vb_walk_expr(walk, s->rhs);
        return;
    case VA_CONTRIB:
    case VA_INDIRECT:
        walk_contribution(walk, s);
        return;
    case VA_EVENT:
        walk->has_operator = true;
        for (const va_event *event = s->events; event; event = event->next) vb_walk_expr(walk, event->expr);
        vb_walk_stmt(walk, s->body);
        return;
    case VA_CALL_STMT:
        walk_call(walk, s->rhs);
        return;
    default:
        break;
    }
    vb_walk_expr(walk, s->cond);
    vb_walk_stmt(walk, s->init);
    vb_walk_stmt(walk, s->step);
    vb_walk_stmt(walk, s->body);
    vb_walk_stmt(walk, s->other);
    for (const va_case_item *item = s->items; item; item = item->next) {
        for (size_t i = 0; i < item->n_labels; i++) vb_walk_expr(walk, item->labels[i]);
        vb_walk_stmt(walk, item->body);
    }
}

void vb_walk_stmt(vb_walk *walk, const va_stmt *s) {
    if (!s || walk->n_nodes++ > MAX_NODES || vb_failed(walk->b)) return;
    if (vb_nest(walk->b, s->span)) walk_stmt(walk, s);
    walk->b->nesting--;
}
