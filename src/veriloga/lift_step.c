/* What a time step looks like, and what it does to comparisons as it goes to 0 from above. */
#include "veriloga/ir_ops.h"
#include "veriloga/lift.h"
#include <ctype.h>
#include <string.h>

/* Behind (first evaluation ? start : v): v. */
static va_val after_first(const va_lifter *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    if (ins->op != VA_OP_SELECT) return v;
    va_val first = va_leaf(l->ir, VA_OP_FLAG, VA_FLAG_INIT);
    return va_implied(l->ir, va_get(l->ir, v)->a, true, first) == 1 ? va_get(l->ir, v)->c : v;
}

static bool is_stamp(const va_lifter *l, const va_ins *ins) {
    return ins->op == VA_OP_RETAINED && l->slots[ins->imm].role == VA_LIFT_STAMP;
}

/* What the step is called in units of the stamp: h for $abstime, 1e9 h for $abstime * 1e9. */
static va_val scaled_step(const va_lifter *l, const va_ins *stamp) {
    const va_ins *now = va_get(l->ir, l->slots[stamp->imm].ordinary);
    return now->op == VA_OP_MUL ? va_op2(l->ir, VA_OP_MUL, l->h, now->b) : l->h;
}

/* now - stamp, stamp - now, and comparisons of the two; VA_KEEP for anything else. */
static va_val step_of(const va_lifter *l, const va_ins *ins) {
    bool compares = va_op_is_comparison((va_opcode)ins->op);
    if (ins->op != VA_OP_SUB && !compares) return VA_KEEP;
    for (int side = 0; side < 2; side++) {
        const va_ins *stamp = va_get(l->ir, after_first(l, ins->args[side]));
        if (!is_stamp(l, stamp) || l->slots[stamp->imm].ordinary != ins->args[1 - side]) continue;
        va_val step = scaled_step(l, stamp), zero = va_const(l->ir, 0);
        if (ins->op == VA_OP_SUB) return side == 1 ? step : va_op1(l->ir, VA_OP_NEG, step);
        bool is = ins->op == VA_OP_NE || ((ins->op == VA_OP_LT || ins->op == VA_OP_LE) && side == 0);
        return step && zero ? va_bool(l->ir, is) : 0;
    }
    return VA_KEEP;
}

static va_val settled_flag(const va_lifter *l, uint32_t flag) {
    return va_bool(l->ir, flag == VA_FLAG_TRAN);
}

va_val va_lift_subst(void *user, const va_rewrite *rw, va_val old) {
    const va_lifter *l = user;
    const va_ins ins = *va_get(rw->ir, old);
    if (ins.op == VA_OP_PARAM && l->is_step_param[ins.imm]) return l->h;
    if (l->settles && ins.op == VA_OP_FLAG) return settled_flag(l, ins.imm);
    if (l->drops_events && (ins.op == VA_OP_EVENT || ins.op == VA_OP_TIMER)) return va_bool(l->ir, false);
    return step_of(l, &ins);
}

/* The operand that is h, 0 or 1; -1: none. */
static int find_h(const va_lifter *l, const va_ins *ins) {
    return ins->a == l->h ? 0 : ins->b == l->h ? 1 : -1;
}

/* Is the other operand surely below every step that matters: 0, negative, or a guard? */
static bool is_below_steps(const va_lifter *l, va_val other) {
    double number;
    return va_is_const(l->ir, other, &number) && number <= VA_LIFT_TINY;
}

static va_val compare_h(va_lifter *l, const va_ins *ins, int side) {
    va_val other = ins->args[1 - side];
    if (!va_lift_is_fixed(l, other)) return VA_KEEP;
    if (ins->op == VA_OP_EQ || ins->op == VA_OP_NE) return va_bool(l->ir, ins->op == VA_OP_NE);
    bool h_is_above = is_below_steps(l, other), h_is_left = side == 0;
    return va_bool(l->ir, h_is_above != h_is_left);
}

/* max(h, guard), min(h, largest), |h| */
static va_val bound_h(va_lifter *l, const va_ins *ins, int side) {
    if (ins->op == VA_OP_ABS) return l->h;
    va_val other = ins->args[1 - side];
    if (!va_lift_is_fixed(l, other)) return VA_KEEP;
    bool is_below = is_below_steps(l, other);
    return is_below == (ins->op == VA_OP_MAX) ? l->h : VA_KEEP;
}

va_val va_lift_value(void *user, va_rewrite *rw, va_val old, va_val image) {
    va_lifter *l = user;
    const va_ins ins = *va_get(rw->ir, image);
    if (image == old || va_op_facts((va_opcode)ins.op)->n == 0) return image;
    va_val limit = step_of(l, &ins);
    if (limit != VA_KEEP) return limit;
    int side = find_h(l, &ins);
    if (side < 0) return image;
    if (va_op_is_comparison((va_opcode)ins.op)) limit = compare_h(l, &ins, side);
    if (ins.op == VA_OP_MAX || ins.op == VA_OP_MIN || ins.op == VA_OP_ABS) limit = bound_h(l, &ins, side);
    return limit == VA_KEEP ? image : limit;
}

bool va_lift_rewrite(va_lifter *l, const va_places *places) {
    static const va_hooks hooks = {.subst = va_lift_subst, .value = va_lift_value};
    return va_rewrite_all(l->ir, &hooks, l, places->at, places->n);
}

/* $abstime, or a fixed multiple of it. */
static bool is_time(const va_lifter *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    if (ins->op == VA_OP_MUL && va_get(l->ir, ins->b)->op == VA_OP_CONST) ins = va_get(l->ir, ins->a);
    return ins->op == VA_OP_TIME;
}

/* The slot is the time of the last step, if parameters say that it is used at all. */
static void take_stamp(va_lifter *l, uint32_t k) {
    va_lift_slot *slot = &l->slots[k];
    const va_ins *ins = va_get(l->ir, slot->ordinary);
    for (int arm = 1; ins->op == VA_OP_SELECT && arm < 3; arm++) {
        const va_ins *other = va_get(l->ir, ins->args[3 - arm]);
        bool rests = other->op == VA_OP_RETAINED && other->imm == k;
        if (rests && va_lift_is_fixed(l, ins->a) && is_time(l, ins->args[arm])) slot->ordinary = ins->args[arm];
    }
    slot->role = is_time(l, slot->ordinary) ? VA_LIFT_STAMP : VA_LIFT_KEPT;
}

bool va_lift_find_stamps(va_lifter *l) {
    va_places places = {.at = HYS_NEW_N(l->arena, va_val *, l->model->retained.n + 1)};
    if (!places.at) return false;
    for (size_t i = 0; i < l->model->retained.n; i++) {
        l->slots[i].role = VA_LIFT_KEPT;
        l->slots[i].ordinary = l->model->retained.at[i].next;
        if (l->slots[i].ordinary) places.at[places.n++] = &l->slots[i].ordinary;
    }
    l->settles = l->drops_events = true;
    if (!va_lift_rewrite(l, &places)) return false;
    for (uint32_t k = 0; k < l->model->retained.n; k++) take_stamp(l, k);
    return true;
}

/* ---- parameters that are the step ---- */

static bool is_step_name(const char *name) {
    static const char *const names[] = {"dt",       "d_t",       "deltat",    "delta_t", "deltatime", "delta_time",
                                        "dtime",    "timestep",  "time_step", "tstep",   "t_step",    "step",
                                        "stepsize", "step_size", "simstep",   "sim_step"};
    char lower[16];
    size_t n = strlen(name);
    if (n >= sizeof lower) return false;
    for (size_t i = 0; i <= n; i++) lower[i] = (char)tolower((unsigned char)name[i]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(lower, names[i]) == 0) return true;
    return false;
}

static bool is_real(const va_param *param) {
    return param->type == VA_TYPE_REAL;
}

static bool may_be_step(const va_param *param) {
    bool is_seconds = param->units && (strcmp(param->units, "s") == 0 || strcmp(param->units, "sec") == 0);
    return is_real(param) && (is_seconds || is_step_name(param->name));
}

/* 0: time stamps alone; 1: with all parameters named like a step; then those named so or in seconds, one
 * by one. */
bool va_lift_step_params(va_lifter *l, size_t attempt) {
    size_t n = 1;
    for (size_t i = 0; i < l->model->params.n; i++) {
        const va_param *param = &l->model->params.at[i];
        bool named = is_real(param) && is_step_name(param->name);
        l->is_step_param[i] = attempt == 1 ? named : may_be_step(param) && ++n == attempt;
    }
    return attempt <= n;
}
