/* Statements. */
#include "veriloga/build.h"

void vb_exec_list(vb *b, const va_stmt *s) {
    for (; s && !vb_failed(b); s = s->next) vb_exec(b, s);
}

/* ---- conditions ---- */

void vb_exec_if(vb *b, va_val cond, const va_stmt *yes, const va_stmt *no) {
    double number;
    if (vb_failed(b)) return;
    if (!cond) { /* wrong, and reported: look for more mistakes below */
        if (yes) vb_exec(b, yes);
        if (no) vb_exec(b, no);
        return;
    }
    int known = vb_known(b, cond);
    if (va_is_const(b->ir, cond, &number)) known = number != 0;
    if (known >= 0) {
        const va_stmt *taken = known ? yes : no;
        if (taken) vb_exec(b, taken);
        return;
    }
    vb_arm then = vb_arm_begin(b, cond, true);
    if (yes) vb_exec(b, yes);
    vb_arm_end(b, &then);
    vb_arm other = vb_arm_begin(b, cond, false);
    if (no) vb_exec(b, no);
    vb_arm_end(b, &other);
    vb_arms_merge(b, cond, &then, &other);
}

/* ---- case ---- */

static bool is_equal(vb *b, vb_x x, const va_expr *label, va_val *equal) {
    vb_x y = vb_eval(b, label);
    *equal = 0;
    if (!x.v || !y.v) return false;
    if ((x.type == VA_TYPE_STRING) != (y.type == VA_TYPE_STRING)) {
        vb_error(b, label->span, NULL, "a string and a number are compared");
        return false;
    }
    *equal = vb_op2(b, VA_OP_EQ, va_to_real(b->ir, x.v), va_to_real(b->ir, y.v));
    return true;
}

static void exec_items(vb *b, vb_x x, const va_case_item *item, const va_stmt *otherwise);

/* The items behind this one, as the other arm. */
static void exec_item(vb *b, vb_x x, const va_case_item *item, va_val match, const va_stmt *otherwise) {
    double number;
    int known = vb_known(b, match);
    if (va_is_const(b->ir, match, &number)) known = number != 0;
    if (known >= 0) {
        if (!known) exec_items(b, x, item->next, otherwise);
        else if (item->body) vb_exec(b, item->body);
        return;
    }
    vb_arm then = vb_arm_begin(b, match, true);
    if (item->body) vb_exec(b, item->body);
    vb_arm_end(b, &then);
    vb_arm other = vb_arm_begin(b, match, false);
    exec_items(b, x, item->next, otherwise);
    vb_arm_end(b, &other);
    vb_arms_merge(b, match, &then, &other);
}

static void exec_items(vb *b, vb_x x, const va_case_item *item, const va_stmt *otherwise) {
    while (item && item->n_labels == 0) item = item->next; /* default counts last */
    if (vb_failed(b)) return;
    if (!item) {
        if (otherwise) vb_exec(b, otherwise);
        return;
    }
    va_val match = va_bool(b->ir, false);
    for (size_t i = 0; i < item->n_labels; i++) {
        va_val equal;
        if (is_equal(b, x, item->labels[i], &equal)) match = vb_op2(b, VA_OP_OR, match, equal);
    }
    if (match) exec_item(b, x, item, match, otherwise);
}

static void exec_case(vb *b, const va_stmt *s) {
    vb_x x = vb_eval(b, s->cond);
    const va_stmt *otherwise = NULL;
    for (const va_case_item *item = s->items; item; item = item->next)
        if (item->n_labels == 0) otherwise = item->body;
    if (x.v) exec_items(b, x, s->items, otherwise);
    for (const va_case_item *item = s->items; item && !x.v; item = item->next) /* wrong: look for more mistakes */
        if (item->body) vb_exec(b, item->body);
}

/* ---- assignment ---- */

static void name_target(vb *b, const vb_target *target, bool on) {
    b->target = on && target->var ? target->var->name : NULL;
    b->target_var = on ? target->var : NULL;
}

static bool is_array_copy(vb *b, const va_stmt *s) {
    vb_var *to = s->lhs->kind == VA_NAME ? vb_array_named(b, s->lhs) : NULL;
    if (!to) return false;
    if (s->rhs->kind == VA_ARRAY && s->rhs->n_args == to->n) {
        for (uint32_t i = 0; i < to->n && !vb_failed(b); i++)
            vb_var_set(b, to, i, vb_convert(b, vb_eval(b, s->rhs->args[i]), to->type, s->rhs->args[i]->span, to->name));
        return true;
    }
    vb_var *from = vb_array_named(b, s->rhs);
    if (from && from->n == to->n) {
        from->is_read = true;
        for (uint32_t i = 0; i < to->n && !vb_failed(b); i++) {
            vb_x x = {from->type, vb_var_get(b, from, i)};
            vb_var_set(b, to, i, vb_convert(b, x, to->type, s->span, to->name));
        }
        return true;
    }
    vb_error(b, s->span, vb_printf(b, "write '{...} with %u values", to->n),
             "an array is assigned from a list or an array of its length");
    return true;
}

static void exec_assign(vb *b, const va_stmt *s) {
    vb_target target;
    if (is_array_copy(b, s)) return;
    bool ok = vb_lvalue(b, s->lhs, &target);
    if (ok) name_target(b, &target, true);
    vb_x x = vb_eval(b, s->rhs);
    name_target(b, &target, false);
    if (ok && !vb_failed(b)) vb_assign(b, &target, x, s->lhs->span);
}

/* ---- calls ---- */

static void exec_call(vb *b, const va_stmt *s) {
    const va_expr *call = s->rhs;
    if (vb_exec_effect(b, call)) return;
    if (call->kind == VA_CALL && vb_func_find(b, call->name)) {
        vb_call(b, call);
        return;
    }
    vb_x x = vb_eval(b, call);
    if (x.v) vb_warn(b, s->span, "assign it to a variable", "the value of %s is not used", call->name);
}

/* ---- blocks ---- */

static void exec_block(vb *b, const va_stmt *s) {
    vb_scope *scope = vb_block_scope(b, s), *outer = b->scope;
    if (scope) b->scope = scope;
    vb_exec_list(b, s->stmts);
    b->scope = outer;
}

static void exec(vb *b, const va_stmt *s) {
    b->ir->span = s->span;
    switch (s->kind) {
    case VA_BLOCK:
        exec_block(b, s);
        break;
    case VA_ASSIGN:
        exec_assign(b, s);
        break;
    case VA_CONTRIB:
        vb_contribute(b, s);
        break;
    case VA_INDIRECT:
        vb_indirect(b, s);
        break;
    case VA_IF:
        vb_exec_if(b, vb_eval_bool(b, s->cond), s->body, s->other);
        break;
    case VA_CASE:
        exec_case(b, s);
        break;
    case VA_FOR:
    case VA_WHILE:
    case VA_REPEAT:
        vb_exec_loop(b, s);
        break;
    case VA_EVENT:
        vb_exec_event(b, s);
        break;
    case VA_CALL_STMT:
        exec_call(b, s);
        break;
    case VA_DISABLE:
        vb_error(b, s->span, "use if and else", "\"disable\" is not supported: it needs a digital simulator");
        break;
    case VA_GENERATE:
    case VA_ITEMS:
        vb_error(b, s->span, NULL, "a generate block stands in the module, not in an analog block");
        break;
    case VA_EMPTY_STMT:
        break;
    }
}

void vb_exec(vb *b, const va_stmt *s) {
    if (vb_failed(b)) return;
    if (vb_nest(b, s->span)) exec(b, s);
    b->nesting--;
}
