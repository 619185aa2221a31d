/* transition and slew: outputs of limited speed, exact and piecewise linear, kept in hidden slots. */
#include "veriloga/build.h"

static const vb_x nothing = {VA_TYPE_REAL, 0};

/* A straight line from one value at t0 to another at t0 + dur, constant before and after.  origin: where the line would
 * have started if nothing had interrupted the ramp before it; what gives it its slope. */
typedef struct ramp {
    va_val from, to, t0, dur, origin;
} ramp;

static va_val ramp_at(vb *b, const ramp *r, va_val t) {
    va_val zero = vb_num(b, 0), one = vb_num(b, 1);
    va_val part = vb_op2(b, VA_OP_DIV, vb_op2(b, VA_OP_SUB, t, r->t0), r->dur);
    part = vb_op2(b, VA_OP_MIN, one, vb_op2(b, VA_OP_MAX, zero, part));
    va_val line = vb_op2(b, VA_OP_ADD, r->from, vb_op2(b, VA_OP_MUL, vb_op2(b, VA_OP_SUB, r->to, r->from), part));
    va_val jump = vb_select(b, vb_op2(b, VA_OP_LE, r->t0, t), r->to, r->from);
    return vb_select(b, vb_op2(b, VA_OP_LT, zero, r->dur), line, jump);
}

static ramp ramp_select(vb *b, va_val cond, const ramp *yes, const ramp *no) {
    return (ramp){vb_select(b, cond, yes->from, no->from), vb_select(b, cond, yes->to, no->to),
                  vb_select(b, cond, yes->t0, no->t0), vb_select(b, cond, yes->dur, no->dur),
                  vb_select(b, cond, yes->origin, no->origin)};
}

enum { FROM, TO, T0, DUR, ORIGIN, N_RAMP };
static const char *const parts[N_RAMP] = {"from", "to", "t0", "dur", "origin"};

static ramp ramp_new(vb *b, uint32_t *slots, const char *name, hys__span span) {
    for (int i = 0; i < N_RAMP; i++)
        slots[i] = vb_hidden_new(b, vb_printf(b, "%s.%s", name, parts[i]), vb_num(b, 0), span);
    return (ramp){vb_get(b, slots[FROM]), vb_get(b, slots[TO]), vb_get(b, slots[T0]), vb_get(b, slots[DUR]),
                  vb_get(b, slots[ORIGIN])};
}

static void ramp_set(vb *b, const uint32_t *slots, const ramp *r) {
    vb_set(b, slots[FROM], r->from);
    vb_set(b, slots[TO], r->to);
    vb_set(b, slots[T0], r->t0);
    vb_set(b, slots[DUR], r->dur);
    vb_set(b, slots[ORIGIN], r->origin);
}

/* Stops at t if that lies ahead. */
static void corner(vb *b, va_val t, va_val now) {
    vb_next_time(b, vb_select(b, vb_op2(b, VA_OP_LT, now, t), t, vb_num(b, __builtin_inf())));
}

typedef struct transition {
    va_val x, delay, rise, fall, now, at_rest;
    const char *name;
    hys__span span;
} transition;

/* The ramp from `start` on, over from old at that time.  A ramp that interrupts another has the slope of the whole way
 * in the whole time: from the old origin if it goes on the same way, from the old destination if it turns back
 * (Verilog-AMS LRM 2.4, 4.5.8). */
static ramp ramp_over(vb *b, const transition *t, const ramp *old, va_val start) {
    va_val from = ramp_at(b, old, start), up = vb_op2(b, VA_OP_LT, from, t->x);
    va_val was_up = vb_op2(b, VA_OP_LT, old->origin, old->to), zero = vb_num(b, 0);
    va_val same = vb_op2(b, VA_OP_EQ, va_to_real(b->ir, up), va_to_real(b->ir, was_up));
    va_val moves = vb_op2(b, VA_OP_LT, start, vb_op2(b, VA_OP_ADD, old->t0, old->dur));
    va_val origin = vb_select(b, vb_op2(b, VA_OP_AND, moves, same), old->origin, old->to);
    va_val whole = vb_op2(b, VA_OP_SUB, t->x, origin), left = vb_op2(b, VA_OP_SUB, t->x, from);
    va_val part = vb_op1(b, VA_OP_ABS, vb_op2(b, VA_OP_DIV, left, whole));
    part = vb_select(b, vb_op2(b, VA_OP_NE, whole, zero), part, zero);
    va_val time = vb_select(b, up, t->rise, t->fall);
    return (ramp){from, t->x, start, vb_op2(b, VA_OP_MUL, time, part), origin};
}

/* Without delay: a change of x starts a new ramp from where the output is. */
static va_val without_delay(vb *b, const transition *t) {
    uint32_t slots[N_RAMP];
    ramp old = ramp_new(b, slots, t->name, t->span);
    ramp new = ramp_over(b, t, &old, t->now);
    ramp rest = {t->x, t->x, t->now, vb_num(b, 0), t->x};
    ramp r = ramp_select(b, vb_op2(b, VA_OP_NE, t->x, old.to), &new, &old);
    r = ramp_select(b, t->at_rest, &rest, &r);
    ramp_set(b, slots, &r);
    corner(b, vb_op2(b, VA_OP_ADD, r.t0, r.dur), t->now);
    return ramp_at(b, &r, t->now);
}

/* With delay: the ramp in progress, and the one that waits.  A third change while one waits replaces it, so
 * that pulses shorter than the delay vanish. */
static va_val with_delay(vb *b, const transition *t) {
    uint32_t now_slots[N_RAMP], next_slots[N_RAMP];
    ramp now = ramp_new(b, now_slots, t->name, t->span);
    ramp next = ramp_new(b, next_slots, vb_printf(b, "%s.next", t->name), t->span);
    va_val has_changed = vb_op2(b, VA_OP_NE, t->x, next.to);
    ramp base = ramp_select(b, vb_op2(b, VA_OP_LE, next.t0, t->now), &next, &now);
    base = ramp_select(b, has_changed, &base, &now);
    ramp new = ramp_over(b, t, &base, vb_op2(b, VA_OP_ADD, t->now, t->delay));
    ramp rest = {t->x, t->x, t->now, vb_num(b, 0), t->x};
    new = ramp_select(b, has_changed, &new, &next);
    base = ramp_select(b, t->at_rest, &rest, &base);
    new = ramp_select(b, t->at_rest, &rest, &new);
    ramp_set(b, now_slots, &base);
    ramp_set(b, next_slots, &new);
    corner(b, vb_op2(b, VA_OP_ADD, base.t0, base.dur), t->now);
    corner(b, new.t0, t->now);
    corner(b, vb_op2(b, VA_OP_ADD, new.t0, new.dur), t->now);
    va_val has_started = vb_op2(b, VA_OP_LE, new.t0, t->now);
    return vb_select(b, has_started, ramp_at(b, &new, t->now), ramp_at(b, &base, t->now));
}

/* At the operating point the output is the input. */
static va_val at_rest(vb *b) {
    return vb_op2(b, VA_OP_OR, vb_flag(b, VA_FLAG_INIT), vb_flag(b, VA_FLAG_STATIC));
}

/* A time that is not given, or 0, is that of `default_transition. */
static va_val time_or_default(vb *b, va_val time) {
    double most = b->front->file->default_transition;
    if (most <= 0) return time;
    return vb_select(b, vb_op2(b, VA_OP_LT, vb_num(b, 0), time), time, vb_num(b, most));
}

static va_val argument(vb *b, const va_expr *e, size_t i, va_val otherwise) {
    return vb_has_arg(e, i) ? vb_eval_real(b, e->args[i]) : otherwise;
}

vb_x vb_transition(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 5)) return nothing;
    transition t = {.x = vb_eval_real(b, e->args[0]), .span = e->span, .now = va_leaf(b->ir, VA_OP_TIME, 0)};
    t.delay = argument(b, e, 1, vb_num(b, 0));
    t.rise = argument(b, e, 2, vb_num(b, 0));
    t.fall = argument(b, e, 3, t.rise);
    t.at_rest = at_rest(b);
    if (!t.x || !t.delay || !t.rise || !t.fall) return nothing;
    t.rise = time_or_default(b, t.rise);
    t.fall = time_or_default(b, t.fall);
    if (va_get(b->ir, t.x)->op == VA_OP_PROBE)
        vb_warn(b, e->args[0]->span, "for a signal that moves all the time use slew or a filter",
                "transition is for values that jump; this one moves continuously");
    t.name = vb_printf(b, "transition%zu", ++b->n_hidden);
    double number;
    bool is_prompt = va_is_const(b->ir, t.delay, &number) && number == 0;
    b->ir->span = e->span;
    return vb_real_x(is_prompt ? without_delay(b, &t) : with_delay(b, &t));
}

vb_x vb_slew(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 3)) return nothing;
    va_val x = vb_eval_real(b, e->args[0]);
    if (!vb_has_arg(e, 1)) return vb_real_x(x);
    va_val up = vb_eval_real(b, e->args[1]), down = argument(b, e, 2, vb_op1(b, VA_OP_NEG, up));
    const char *name = vb_printf(b, "slew%zu", ++b->n_hidden);
    uint32_t value = vb_hidden_new(b, vb_printf(b, "%s.value", name), vb_num(b, 0), e->span);
    uint32_t time = vb_hidden_new(b, vb_printf(b, "%s.time", name), vb_num(b, 0), e->span);
    va_val now = va_leaf(b->ir, VA_OP_TIME, 0), old = vb_get(b, value);
    va_val dt = vb_op2(b, VA_OP_MAX, vb_num(b, 0), vb_op2(b, VA_OP_SUB, now, vb_get(b, time)));
    va_val high = vb_op2(b, VA_OP_ADD, old, vb_op2(b, VA_OP_MUL, up, dt));
    va_val low = vb_op2(b, VA_OP_ADD, old, vb_op2(b, VA_OP_MUL, down, dt));
    va_val y = vb_op2(b, VA_OP_MIN, vb_op2(b, VA_OP_MAX, x, low), high);
    y = vb_select(b, at_rest(b), x, y);
    vb_set(b, value, y);
    vb_set(b, time, now);
    return vb_real_x(y);
}
