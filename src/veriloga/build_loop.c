/* Loops.  When their length is known they are unrolled, within limits; the others become LOOP ... END, in
 * which each variable that the body may change is a PHI. */
#include "veriloga/build.h"

/* ---- how often? ---- */

typedef struct var_set {
    struct {
        vb_var **at;
        size_t n, cap;
    } vars;
    bool is_hit; /* a walk met one of them */
} var_set;

static bool is_in(const var_set *set, const vb_var *var) {
    for (size_t i = 0; i < set->vars.n; i++)
        if (set->vars.at[i] == var) return true;
    return false;
}

static void add_var(vb_walk *walk, vb_var *var) {
    var_set *set = walk->user;
    vb_var **added = is_in(set, var) ? NULL : HYS_PUSH(walk->b->arena, &set->vars);
    if (added) *added = var;
}

static void on_any(vb_walk *walk, vb_var *var, bool is_write) {
    (void)is_write;
    add_var(walk, var);
}

static void on_write_add(vb_walk *walk, vb_var *var, bool is_write) {
    if (is_write) add_var(walk, var);
}

static void on_write_hit(vb_walk *walk, vb_var *var, bool is_write) {
    var_set *set = walk->user;
    if (is_write && is_in(set, var)) set->is_hit = true;
}

static bool writes_any(vb *b, var_set *set, const va_stmt *s, bool is_list) {
    vb_walk walk = {.b = b, .user = set, .on_var = on_write_hit};
    set->is_hit = false;
    if (is_list) vb_walk_list(&walk, s);
    else vb_walk_stmt(&walk, s);
    return set->is_hit;
}

/* The statements of a while's body that move it on: plain assignments to the variables of its condition.
 * False if something else touches these. */
static bool is_plain_while(vb *b, var_set *control, const va_stmt *body) {
    if (body->kind != VA_BLOCK) return body->kind == VA_ASSIGN;
    if (body->decls) return false;
    for (const va_stmt *s = body->stmts; s; s = s->next)
        if (s->kind == VA_ASSIGN) {
            vb_walk walk = {.b = b, .user = control, .on_var = on_any};
            vb_var *to = NULL;
            if (s->lhs->kind == VA_NAME) {
                vb_sym *sym = vb_lookup(b->scope, s->lhs->name);
                to = sym && sym->kind == VB_SYM_VAR ? sym->var : NULL;
            }
            if (!to || !is_in(control, to)) continue;
            vb_walk_expr(&walk, s->rhs);
            if (walk.has_call || walk.has_syscall || walk.has_operator) return false;
        }
    for (const va_stmt *s = body->stmts; s; s = s->next)
        if (s->kind != VA_ASSIGN && writes_any(b, control, s, false)) return false;
    return true;
}

static void run_control(vb *b, const va_stmt *s, const var_set *control) {
    if (s->kind == VA_FOR) {
        vb_exec(b, s->step);
        return;
    }
    const va_stmt *list = s->body->kind == VA_BLOCK ? s->body->stmts : s->body;
    for (; list; list = s->body->kind == VA_BLOCK ? list->next : NULL) {
        if (list->kind != VA_ASSIGN || list->lhs->kind != VA_NAME) continue;
        vb_sym *sym = vb_lookup(b->scope, list->lhs->name);
        if (sym && sym->kind == VB_SYM_VAR && is_in(control, sym->var)) vb_exec(b, list);
    }
}

/* Runs the head of the loop alone.  -1: the length is not known; VB_MAX_UNROLL + 1: too long to unroll. */
static int64_t simulate(vb *b, const va_stmt *s, const var_set *control) {
    int64_t n = -1;
    double go_on;
    vb_arm arm = vb_arm_begin(b, va_bool(b->ir, true), true);
    for (uint32_t k = 0; k <= VB_MAX_UNROLL && !vb_failed(b); k++) {
        va_val cond = vb_eval_bool(b, s->cond);
        if (!va_is_const(b->ir, cond, &go_on)) break;
        n = k;
        if (go_on == 0) break;
        n = -1;
        if (k == VB_MAX_UNROLL) n = VB_MAX_UNROLL + 1;
        run_control(b, s, control);
    }
    vb_arm_end(b, &arm);
    b->changes.n = arm.first_change;
    return vb_failed(b) ? -1 : n;
}

static int64_t predict(vb *b, const va_stmt *s) {
    var_set control = {.is_hit = false};
    vb_walk walk = {.b = b, .user = &control, .on_var = on_any};
    double number;
    if (s->kind == VA_REPEAT) {
        va_val count = vb_eval_int(b, s->cond);
        if (!va_is_const(b->ir, count, &number)) return -1;
        return number < 0 ? 0 : number > VB_MAX_UNROLL ? VB_MAX_UNROLL + 1 : (int64_t)number;
    }
    vb_walk_expr(&walk, s->cond);
    if (s->step) vb_walk_stmt(&walk, s->step);
    if (walk.has_call || walk.has_syscall || walk.has_operator || !s->body) return -1;
    if (s->kind == VA_FOR && writes_any(b, &control, s->body, false)) return -1;
    if (s->kind == VA_WHILE && !is_plain_while(b, &control, s->body)) return -1;
    return simulate(b, s, &control);
}

/* ---- unrolled ---- */

static void unroll(vb *b, const va_stmt *s, int64_t n) {
    for (int64_t k = 0; k < n && !vb_failed(b); k++) {
        b->unrolled++;
        if (s->body) vb_exec(b, s->body);
        if (s->step) vb_exec(b, s->step);
    }
}

static bool is_short(const vb *b, int64_t n, size_t n_nodes) {
    return n >= 0 && n + b->unrolled <= VB_MAX_UNROLL && (uint64_t)n * n_nodes <= VB_MAX_UNROLL_NODES;
}

/* A loop around contributions or analog operators. */
static void unroll_forced(vb *b, const va_stmt *s, int64_t n) {
    if (n > VB_MAX_UNROLL || n + b->unrolled > 16 * (int64_t)VB_MAX_UNROLL) {
        vb_error(b, s->span, "make it shorter", "this loop is run more than %u times", VB_MAX_UNROLL);
        return;
    }
    if (n >= 0) {
        unroll(b, s, n);
        return;
    }
    double number;
    va_val cond = s->kind == VA_REPEAT ? vb_eval_int(b, s->cond) : vb_eval_bool(b, s->cond);
    if (!cond || vb_failed(b)) return;
    if (!va_is_const(b->ir, cond, &number) && vb_make_structural(b, cond)) return;
    vb_error(b, s->span, "contributions, ddt, idt and events need a loop over constants and parameters",
             "the length of this loop must be known when the model is compiled");
}

/* ---- at run time ---- */

typedef struct loop { /* one PHI a slot */
    struct {
        uint32_t *at;
        size_t n, cap;
    } slots;
    va_val *inits, *phis, *nexts, *results; /* [n + 1]: the last is the number of the iteration */
} loop;

static void add_slot(vb *b, loop *l, uint32_t slot) {
    uint32_t *added = HYS_PUSH(b->arena, &l->slots);
    if (added) *added = slot;
}

static void add_slots(vb *b, loop *l, vb_var *var) {
    const vb_func *func = b->slots.at[var->slots].func;
    bool is_dead = func && !func->is_active;
    if (is_dead && !var->is_memory) return; /* set again at each call */
    if (!var->is_memory && var->n > VB_SELECT_ELEMENTS && vb_var_to_memory(b, var)) return;
    uint32_t n = var->is_memory ? 1 : var->n;
    for (uint32_t i = 0; i < n; i++) add_slot(b, l, var->slots + i);
}

static bool loop_slots(vb *b, loop *l, const va_stmt *s) {
    var_set written = {.is_hit = false};
    vb_walk walk = {.b = b, .user = &written, .on_var = on_write_add, .in_functions = true};
    vb_walk_expr(&walk, s->cond);
    vb_walk_stmt(&walk, s->body);
    vb_walk_stmt(&walk, s->step);
    for (size_t i = 0; i < written.vars.n; i++) add_slots(b, l, written.vars.at[i]);
    if (walk.has_step) add_slot(b, l, b->bound_step);
    size_t n = l->slots.n + 1;
    l->inits = HYS_NEW_N(b->arena, va_val, n);
    l->phis = HYS_NEW_N(b->arena, va_val, n);
    l->nexts = HYS_NEW_N(b->arena, va_val, n);
    l->results = HYS_NEW_N(b->arena, va_val, n);
    return l->results && l->nexts && l->phis && l->inits && !b->keep->restart;
}

static void put(vb *b, const loop *l, const va_val *values) {
    for (size_t i = 0; i < l->slots.n; i++) {
        vb_slot *slot = &b->slots.at[l->slots.at[i]];
        if (slot->is_memory) slot->cur = values[i];
        else vb_set(b, l->slots.at[i], values[i]);
    }
}

static void get(vb *b, const loop *l, va_val *values) {
    for (size_t i = 0; i < l->slots.n; i++) {
        const vb_slot *slot = &b->slots.at[l->slots.at[i]];
        values[i] = slot->is_memory ? slot->cur : vb_get(b, l->slots.at[i]);
    }
}

static void check_changes(vb *b, const vb_arm *arm, const loop *l) {
    for (size_t i = arm->first_change; i < b->changes.n; i++) {
        uint32_t slot = b->changes.at[i].slot;
        const vb_func *func = b->slots.at[slot].func;
        bool is_known = func && !func->is_active;
        for (size_t k = 0; k < l->slots.n && !is_known; k++) is_known = l->slots.at[k] == slot;
        if (is_known) continue;
        HYS_BUG_HERE(b->ctx, "a loop changes what its walk did not see");
        b->had_error = b->out_of_work = true;
        return;
    }
}

static va_val loop_cond(vb *b, const va_stmt *s, va_val iteration, va_val count, bool is_bounded) {
    va_val cond = s->kind == VA_REPEAT ? vb_op2(b, VA_OP_LT, iteration, count) : vb_eval_bool(b, s->cond);
    if (is_bounded) return cond;
    return vb_op2(b, VA_OP_AND, cond, vb_op2(b, VA_OP_LT, iteration, vb_num(b, VB_MAX_ITERATIONS)));
}

static void endless(vb *b, va_val n_iterations, hys__span span) {
    va_val too_many = vb_op2(b, VA_OP_LE, vb_num(b, VB_MAX_ITERATIONS), n_iterations);
    vb_effect_add(b, VA_EFFECT_FATAL, "a loop did not end after 10000000 iterations", too_many, span);
}

static void run_time(vb *b, const va_stmt *s, int64_t n) {
    loop l = {.inits = NULL};
    va_val count = s->kind == VA_REPEAT ? vb_eval_int(b, s->cond) : 0;
    if (!loop_slots(b, &l, s) || vb_failed(b)) return;
    size_t last = l.slots.n;
    get(b, &l, l.inits);
    l.inits[last] = vb_num(b, 0);
    va_val outer = b->iteration;
    va_loop_begin(b->ir, b->pred, l.inits, last + 1, l.phis);
    vb_arm head = vb_arm_begin(b, va_bool(b->ir, true), true); /* what the condition changes stays inside */
    put(b, &l, l.phis);
    va_val iteration = l.phis[last];
    const double per_outer = 1048576; /* iterations told apart in nested loops, for draws */
    b->iteration =
        outer ? vb_op2(b, VA_OP_ADD, vb_op2(b, VA_OP_MUL, outer, vb_num(b, per_outer)), iteration) : iteration;
    bool is_bounded = s->kind == VA_REPEAT || (n >= 0 && n <= VB_MAX_UNROLL);
    va_val cond = loop_cond(b, s, iteration, count, is_bounded);
    va_loop_cond(b->ir, cond);
    vb_arm arm = vb_arm_begin(b, cond, true);
    if (s->body) vb_exec(b, s->body);
    if (s->step) vb_exec(b, s->step);
    get(b, &l, l.nexts);
    l.nexts[last] = vb_op2(b, VA_OP_ADD, iteration, vb_num(b, 1));
    vb_arm_end(b, &arm);
    check_changes(b, &arm, &l);
    b->changes.n = arm.first_change;
    vb_arm_end(b, &head);
    b->changes.n = head.first_change;
    b->iteration = outer;
    if (vb_failed(b)) return;
    va_loop_end(b->ir, l.phis, l.nexts, last + 1, l.results);
    put(b, &l, l.results);
    if (!is_bounded) endless(b, l.results[last], s->span);
}

/* ---- loops over a genvar ---- */

static vb_genvar *genvar_of(vb *b, const va_stmt *s) {
    if (s->kind != VA_FOR || !s->init || s->init->lhs->kind != VA_NAME) return NULL;
    vb_sym *sym = vb_lookup(b->scope, s->init->lhs->name);
    return sym && sym->kind == VB_SYM_GENVAR ? sym->genvar : NULL;
}

/* Calls each() for every value of the genvar. */
void vb_genvar_loop(vb *b, const va_stmt *s, vb_genvar *genvar, void (*each)(vb *b, const va_stmt *body)) {
    double number;
    va_val outer = genvar->value;
    if (!vb_constant(b, s->init->rhs, "the start of a genvar loop", &number)) return;
    for (uint32_t k = 0; !vb_failed(b); k++) {
        genvar->value = vb_num(b, number);
        va_val cond = vb_eval_bool(b, s->cond);
        if (!vb_constant_value(b, cond, s->cond->span, "the length of a genvar loop", &number) || number == 0) break;
        if (k == VB_MAX_UNROLL || b->unrolled > 16 * VB_MAX_UNROLL) {
            vb_error(b, s->span, "make it shorter", "this loop is run more than %u times", VB_MAX_UNROLL);
            break;
        }
        b->unrolled++;
        if (s->body) each(b, s->body);
        if (!vb_constant(b, s->step->rhs, "the step of a genvar loop", &number)) break;
    }
    genvar->value = outer;
}

void vb_exec_loop(vb *b, const va_stmt *s) {
    vb_genvar *genvar = genvar_of(b, s);
    if (genvar) {
        vb_genvar_loop(b, s, genvar, vb_exec);
        return;
    }
    if (s->init) vb_exec(b, s->init);
    vb_walk walk = {.b = b, .in_functions = true};
    vb_walk_stmt(&walk, s->body);
    int64_t n = predict(b, s);
    if (vb_failed(b)) return;
    if (walk.has_operator) unroll_forced(b, s, n);
    else if (is_short(b, n, walk.n_nodes)) unroll(b, s, n);
    else run_time(b, s, n);
}
