/* Events: @(initial_step), @(cross(...)), @(timer(...)).  The body runs under the event's condition: a flag
 * of the analysis, an EVENT leaf that is true only when the driver accepts a point at which the root function
 * crossed, or a TIMER leaf, which stands for a comparison of the time with what is scheduled. */
#include "veriloga/build.h"
#include "veriloga/lower.h"
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

/* A hidden slot keeps the time of the last firing: what is due before it is past and fires no more.  At first it lies
 * just before 0 s. */
#define BEFORE_0 (-0x1p-1022)

/* Times nearer than this are one: the time may have been computed along another way. */
static va_val just_behind(vb *b, va_val now) {
    return vb_op2(b, VA_OP_ADD, now, vb_op2(b, VA_OP_MUL, vb_num(b, 1e-12), vb_op1(b, VA_OP_ABS, now)));
}

/* The first of start + k period, k = 0, 1 ..., that is later than `last`; inf: none.  Products do not drift as sums of
 * periods would. */
static va_val first_after(vb *b, va_val start, va_val period, va_val last) {
    va_val one = vb_num(b, 1), near = vb_num(b, 1e-6), zero = vb_num(b, 0); /* near: of a period */
    va_val passed = vb_op2(b, VA_OP_DIV, vb_op2(b, VA_OP_SUB, last, start), period);
    va_val k = vb_op2(b, VA_OP_ADD, vb_op1(b, VA_OP_FLOOR, vb_op2(b, VA_OP_ADD, passed, near)), one);
    va_val k_first = vb_op1(b, VA_OP_CEIL, vb_op2(b, VA_OP_SUB, passed, near)); /* 0 s itself is not past */
    k = vb_select(b, vb_op2(b, VA_OP_LT, last, zero), k_first, k);
    va_val later = vb_op2(b, VA_OP_ADD, start, vb_op2(b, VA_OP_MUL, k, period));
    later = vb_select(b, vb_op2(b, VA_OP_LT, zero, period), later, vb_num(b, __builtin_inf()));
    return vb_select(b, vb_op2(b, VA_OP_LT, last, start), start, later);
}

/* As it was before events of this evaluation set anything: what is scheduled. */
static va_val scheduled(vb *b, va_val v) {
    va_subst subst = {.arena = b->arena};
    va_val *place = &v;
    if (vb_failed(b) || !(vb_deps(b, v) & VB_DEP_EVENT)) return v;
    va_subst_no_event(b->model, &subst);
    if (!va_subst_apply(b->model, &subst, &(va_places){.at = &place, .n = 1})) b->no_memory = true;
    return v;
}

static va_val timer_event(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 4)) return 0;
    vb_timer t = {.start = vb_eval_real(b, e->args[0]), .pred = b->pred};
    t.period = vb_has_arg(e, 1) ? vb_eval_real(b, e->args[1]) : vb_num(b, 0);
    va_val enable = enabled(b, e, 3);
    if (!t.start || !t.period || !enable) return 0;
    t.start = scheduled(b, t.start);
    t.period = scheduled(b, t.period);
    t.slot = vb_hidden_new(b, vb_printf(b, "timer%zu.last", b->n_hidden++), vb_num(b, BEFORE_0), e->span);
    va_val last = vb_get(b, t.slot), now = va_leaf(b->ir, VA_OP_TIME, 0);
    va_val at = first_after(b, t.start, t.period, last);
    va_val is_due = vb_op2(b, VA_OP_LE, at, just_behind(b, now));
    vb_timer *timer = HYS_PUSH(b->arena, &b->timers);
    va_val *due = HYS_PUSH(b->arena, &b->model->timers);
    if (!timer || !due || vb_failed(b)) return 0;
    *timer = t;
    *due = is_due;
    va_val fires = va_leaf(b->ir, VA_OP_TIMER, (uint32_t)(b->model->timers.n - 1));
    vb_set(b, t.slot, vb_select(b, fires, vb_op2(b, VA_OP_MAX, at, now), last));
    return vb_op2(b, VA_OP_AND, fires, enable);
}

/* What variables hold when the module is evaluated next. */
static void next_evaluation(vb *b, va_subst *subst) {
    static const va_flag over[] = {VA_FLAG_INIT, VA_FLAG_STATIC, VA_FLAG_IC};
    for (uint32_t i = 0; i < b->model->retained.n; i++)
        va_subst_put(subst, VA_OP_RETAINED, i, b->model->retained.at[i].next);
    for (size_t i = 0; i < sizeof over / sizeof *over; i++)
        va_subst_put(subst, VA_OP_FLAG, over[i], va_bool(b->ir, false));
    va_subst_no_event(b->model, subst); /* what is due now has fired then */
}

/* The body may have set what the timer starts from: the next time is that of the new start.  Where that is not ahead it
 * fires no more (Verilog-AMS LRM 2.4, 5.10.3.3). */
static va_val timer_next(vb *b, const vb_timer *t, va_subst *subst) {
    va_retained *last = &b->model->retained.at[b->slots.at[t->slot].retained - 1];
    va_val start = t->start, period = t->period, pred = t->pred, now = va_leaf(b->ir, VA_OP_TIME, 0);
    va_val *places[] = {&start, &period, &pred};
    if (!va_subst_apply(b->model, subst, &(va_places){.at = places, .n = 3})) b->no_memory = true;
    if (vb_failed(b)) return 0;
    va_val is_new = vb_op2(b, VA_OP_AND, pred, vb_op1(b, VA_OP_NOT, t->pred));
    is_new = vb_op2(b, VA_OP_OR, is_new, vb_op2(b, VA_OP_NE, start, t->start));
    is_new = vb_op2(b, VA_OP_OR, is_new, vb_op2(b, VA_OP_NE, period, t->period));
    va_val at = first_after(b, start, period, last->next);
    va_val is_past = vb_op2(b, VA_OP_AND, is_new, vb_op2(b, VA_OP_LE, at, just_behind(b, now)));
    last->next = vb_select(b, is_past, vb_op2(b, VA_OP_MAX, at, now), last->next);
    at = first_after(b, start, period, last->next);
    return vb_select(b, pred, at, vb_num(b, __builtin_inf()));
}

void vb_timers_finish(vb *b) {
    va_subst subst = {.arena = b->arena};
    if (b->timers.n == 0 || vb_failed(b)) return;
    next_evaluation(b, &subst);
    for (size_t i = 0; i < b->timers.n && !vb_failed(b); i++) {
        va_val next = timer_next(b, &b->timers.at[i], &subst);
        if (!vb_failed(b)) vb_next_time(b, next);
    }
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
