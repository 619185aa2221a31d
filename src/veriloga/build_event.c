/* Events: @(initial_step), @(cross(...)), @(timer(...)).  The body runs under the event's condition: a flag
 * of the analysis, an EVENT leaf that is true only when the driver accepts a point at which the root function
 * crossed, or a comparison of the time with a hidden slot. */
#include "veriloga/build.h"
#include <string.h>

static va_val never(vb *b) {
    return va_bool(b->ir, false);
}

/* ---- initial_step, final_step ---- */

static va_val step_event(vb *b, const va_expr *e, va_flag flag) {
    va_val at = vb_flag(b, flag), any = never(b);
    size_t n = e->kind == VA_CALL ? e->n_args : 0;
    for (size_t i = 0; i < n; i++) {
        const char *name;
        if (!vb_constant_text(b, e->args[i], "the name of an analysis", &name)) return 0;
        any = vb_op2(b, VA_OP_OR, any, vb_analysis_flag(b, name, e->args[i]->span));
    }
    return n ? vb_op2(b, VA_OP_AND, at, any) : at;
}

/* ---- cross, above ---- */

static va_val optional(vb *b, const va_expr *e, size_t i) {
    return vb_has_arg(e, i) ? vb_eval_real(b, e->args[i]) : 0;
}

static va_val enabled(vb *b, const va_expr *e, size_t i) {
    return vb_has_arg(e, i) ? vb_eval_bool(b, e->args[i]) : va_bool(b->ir, true);
}

static va_val event_new(vb *b, va_event_src src) {
    va_event_src *added = HYS_PUSH(b->arena, &b->model->events);
    if (!added) return 0;
    *added = src;
    added->enable = vb_op2(b, VA_OP_AND, b->pred, src.enable);
    return va_leaf(b->ir, VA_OP_EVENT, (uint32_t)(b->model->events.n - 1));
}

static va_val cross_event(vb *b, const va_expr *e) {
    int64_t dir = 0;
    if (!vb_n_args(b, e, 1, 5)) return 0;
    va_val expr = vb_eval_real(b, e->args[0]);
    if (vb_has_arg(e, 1) && !vb_constant_int(b, e->args[1], "the direction of cross", &dir)) return 0;
    if (dir < -1 || dir > 1) {
        vb_warn(b, e->args[1]->span, "+1 is upwards, -1 downwards, 0 both", "no crossing has direction %lld",
                (long long)dir);
        return never(b);
    }
    double number;
    if (va_is_const(b->ir, expr, &number)) {
        vb_warn(b, e->args[0]->span, NULL, "this never crosses zero: it is constant");
        return never(b);
    }
    return expr ? event_new(b, (va_event_src){.kind = VA_EVENT_CROSS,
                                              .dir = (int)dir,
                                              .expr = expr,
                                              .span = e->span,
                                              .time_tol = optional(b, e, 2),
                                              .expr_tol = optional(b, e, 3),
                                              .enable = enabled(b, e, 4)})
                : 0;
}

/* above also fires at the start if the expression is positive there. */
static va_val above_event(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 4)) return 0;
    va_val expr = vb_eval_real(b, e->args[0]);
    if (!expr) return 0;
    va_val fires = event_new(b, (va_event_src){.kind = VA_EVENT_ABOVE,
                                               .dir = 1,
                                               .expr = expr,
                                               .span = e->span,
                                               .time_tol = optional(b, e, 1),
                                               .expr_tol = optional(b, e, 2),
                                               .enable = enabled(b, e, 3)});
    va_val starts = vb_op2(b, VA_OP_AND, vb_flag(b, VA_FLAG_INIT), vb_op2(b, VA_OP_LT, vb_num(b, 0), expr));
    return vb_op2(b, VA_OP_OR, fires, starts);
}

/* ---- timer ---- */

void vb_next_time(vb *b, va_val time) {
    va_val now = vb_get(b, b->next_time);
    double number;
    bool is_first = va_is_const(b->ir, now, &number) && number > 1e300;
    vb_set(b, b->next_time, is_first ? time : vb_op2(b, VA_OP_MIN, now, time));
}

/* A hidden slot counts the firings; the k-th is at start + k period.  A relative slack of 1e-12 lets a time
 * that was computed along another way be the same time. */
typedef struct timer {
    va_val start, period, is_periodic;
} timer;

static va_val fire_time(vb *b, const timer *t, va_val k) {
    va_val at = vb_op2(b, VA_OP_ADD, t->start, vb_op2(b, VA_OP_MUL, k, t->period));
    return vb_select(b, t->is_periodic, at, t->start);
}

static va_val is_pending(vb *b, const timer *t, va_val k) {
    return vb_op2(b, VA_OP_OR, t->is_periodic, vb_op2(b, VA_OP_EQ, k, vb_num(b, 0)));
}

static va_val count_after(vb *b, const timer *t, va_val k, va_val now) {
    va_val one = vb_num(b, 1), near = vb_num(b, 1e-6); /* of a period */
    va_val passed = vb_op2(b, VA_OP_DIV, vb_op2(b, VA_OP_SUB, now, t->start), t->period);
    passed = vb_op1(b, VA_OP_FLOOR, vb_op2(b, VA_OP_ADD, passed, near));
    va_val next = vb_op2(b, VA_OP_MAX, vb_op2(b, VA_OP_ADD, k, one), vb_op2(b, VA_OP_ADD, passed, one));
    return vb_select(b, t->is_periodic, next, one);
}

static va_val timer_event(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 4)) return 0;
    timer t = {.start = vb_eval_real(b, e->args[0])};
    t.period = vb_has_arg(e, 1) ? vb_eval_real(b, e->args[1]) : vb_num(b, 0);
    va_val enable = enabled(b, e, 3);
    t.is_periodic = vb_op2(b, VA_OP_LT, vb_num(b, 0), t.period);
    if (!t.start || !t.period || !enable) return 0;
    const char *name = vb_printf(b, "timer%zu.count", b->n_hidden++);
    uint32_t slot = vb_hidden_new(b, name, vb_num(b, 0), e->span);
    if (vb_failed(b)) return 0;
    b->model->retained.at[b->slots.at[slot].retained - 1].is_integer = true;
    va_val k = vb_get(b, slot), now = va_leaf(b->ir, VA_OP_TIME, 0), at = fire_time(b, &t, k);
    va_val slack = vb_op2(b, VA_OP_MUL, vb_num(b, 1e-12), vb_op1(b, VA_OP_ABS, at));
    va_val is_due = vb_op2(b, VA_OP_LE, vb_op2(b, VA_OP_SUB, at, slack), now);
    is_due = vb_op2(b, VA_OP_AND, is_due, is_pending(b, &t, k));
    va_val next = vb_select(b, is_due, count_after(b, &t, k, now), k);
    vb_set(b, slot, next);
    vb_next_time(b, vb_select(b, is_pending(b, &t, next), fire_time(b, &t, next), vb_num(b, __builtin_inf())));
    return vb_op2(b, VA_OP_AND, is_due, enable);
}

/* ---- absdelta: at accepted points ---- */

static va_val absdelta_event(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 2, 5)) return 0;
    va_val x = vb_eval_real(b, e->args[0]), delta = vb_eval_real(b, e->args[1]);
    if (!x || !delta) return 0;
    uint32_t slot = vb_hidden_new(b, vb_printf(b, "absdelta%zu.last", b->n_hidden++), vb_num(b, 0), e->span);
    va_val last = vb_get(b, slot);
    va_val moved = vb_op1(b, VA_OP_ABS, vb_op2(b, VA_OP_SUB, x, last));
    va_val fires = vb_op2(b, VA_OP_OR, vb_flag(b, VA_FLAG_INIT), vb_op2(b, VA_OP_LE, delta, moved));
    fires = vb_op2(b, VA_OP_AND, fires, enabled(b, e, 4));
    vb_set(b, slot, vb_select(b, fires, x, last));
    return fires;
}

/* ---- all ---- */

static va_val named_event(vb *b, const va_expr *e) {
    static const char *const names[] = {"initial_step", "final_step", "cross",         "above",
                                        "timer",        "absdelta",   "initial_model", "initial_instance"};
    vb_sym *sym = e->name ? vb_lookup(b->scope, e->name) : NULL;
    if (sym && sym->kind == VB_SYM_EVENT)
        vb_error(b, e->span, "use @(cross(...)) or @(timer(...))", "the named event '%s' needs a digital simulator",
                 e->name);
    else
        vb_error(b, e->span,
                 vb_hint_nearest(b, e->name ? e->name : "", names, sizeof names / sizeof *names,
                                 "events are initial_step, final_step, cross, above, timer"),
                 "'%s' is not an event", e->name ? e->name : "this");
    return 0;
}

static va_val event_condition(vb *b, const va_expr *e) {
    const char *name = e->kind == VA_CALL || e->kind == VA_NAME ? e->name : "";
    if (e->kind == VA_UNARY) {
        vb_error(b, e->span, "use @(cross(...))", "posedge and negedge need a digital simulator");
        return 0;
    }
    if (!strcmp(name, "initial_step") || !strcmp(name, "initial_model") || !strcmp(name, "initial_instance"))
        return step_event(b, e, VA_FLAG_INIT);
    if (!strcmp(name, "final_step")) return step_event(b, e, VA_FLAG_FINAL);
    if (e->kind == VA_CALL) {
        if (!strcmp(name, "cross")) return cross_event(b, e);
        if (!strcmp(name, "above")) return above_event(b, e);
        if (!strcmp(name, "timer")) return timer_event(b, e);
        if (!strcmp(name, "absdelta")) return absdelta_event(b, e);
    }
    return named_event(b, e);
}

void vb_exec_event(vb *b, const va_stmt *s) {
    if (!vb_operator_allowed(b, s->span, "an event")) return;
    va_val cond = never(b);
    bool ok = true;
    for (const va_event *event = s->events; event && !vb_failed(b); event = event->next) {
        b->ir->span = event->expr->span;
        va_val one = event_condition(b, event->expr);
        if (one) cond = vb_op2(b, VA_OP_OR, cond, one);
        else ok = false;
    }
    vb_exec_if(b, ok ? cond : 0, s->body, NULL);
}
