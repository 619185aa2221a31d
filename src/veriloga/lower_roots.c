/* The roots of each function, with what is constant in it put in; and the Jacobian. */
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"
#include <math.h>
#include <stdlib.h>

static bool push_root(va_program *program, va_func_id func, va_target target, size_t index, va_val value) {
    if (value == 0) return true;
    va_root *root = HYS_PUSH(program->model->arena, &program->roots[func]);
    if (root) *root = (va_root){target, (uint32_t)index, value};
    return root != NULL;
}

bool va_push_stepped(va_program *program, va_val when) {
    return push_root(program, VA_FUNC_FIXED, VA_TO_STEPPED, 0, when);
}

bool va_push_entry(va_program *program, va_target target, va_entry entry, va_val value) {
    hys__arena *arena = program->model->arena;
    va_func_id func = target == VA_TO_MASS ? VA_FUNC_FIXED : target == VA_TO_JAC ? VA_FUNC_EVAL_FJ : VA_FUNC_NOISE;
    va_entry *place = target == VA_TO_MASS  ? HYS_PUSH(arena, &program->mass)
                      : target == VA_TO_JAC ? HYS_PUSH(arena, &program->jac)
                                            : HYS_PUSH(arena, &program->noise_coef);
    if (!place) return false;
    *place = entry;
    size_t n = target == VA_TO_MASS ? program->mass.n : target == VA_TO_JAC ? program->jac.n : program->noise_coef.n;
    return push_root(program, func, target, n - 1, value);
}

/* ---- functions ---- */

static bool push_params(va_program *program) {
    va_model *model = program->model;
    va_ir *ir = &model->ir;
    size_t bound = 0;
    bool ok = true;
    for (size_t i = 0; i < model->params.n; i++) {
        const va_param *param = &model->params.at[i];
        ok = ok && push_root(program, VA_FUNC_PARAMS, VA_TO_PARAM, i, param->init);
        for (size_t k = 0; k < param->bounds.n; k++, bound++) {
            const struct va_bound *b = &param->bounds.at[k];
            va_val lo = b->lo ? b->lo : va_const(ir, -INFINITY);
            va_val hi = b->hi ? b->hi : b->is_value ? lo : va_const(ir, INFINITY);
            ok = ok && push_root(program, VA_FUNC_PARAMS, VA_TO_BOUND_LO, bound, lo) &&
                 push_root(program, VA_FUNC_PARAMS, VA_TO_BOUND_HI, bound, hi);
        }
    }
    for (size_t i = 0; i < model->retained.n; i++)
        if (model->retained.at[i].is_live)
            ok = ok && push_root(program, VA_FUNC_PARAMS, VA_TO_RETAINED, i, model->retained.at[i].init);
    return ok;
}

static bool push_fixed(va_program *program) {
    va_model *model = program->model;
    bool ok = true;
    for (size_t i = 0; i < model->collapses.n; i++)
        ok = ok && push_root(program, VA_FUNC_FIXED, VA_TO_COLLAPSE, i, model->collapses.at[i].when);
    for (size_t i = 0; i < model->unknowns.n; i++) {
        const va_unknown *unknown = &model->unknowns.at[i];
        if (unknown->clamp_lo) ok = ok && push_root(program, VA_FUNC_FIXED, VA_TO_CLAMP_LO, i, unknown->lo);
        if (unknown->clamp_hi) ok = ok && push_root(program, VA_FUNC_FIXED, VA_TO_CLAMP_HI, i, unknown->hi);
    }
    return ok;
}

static bool push_init(va_program *program) {
    va_model *model = program->model;
    bool ok = true;
    for (size_t i = 0; i < model->unknowns.n; i++)
        if (model->unknowns.at[i].has_init)
            ok = ok && push_root(program, VA_FUNC_INIT, VA_TO_X0, i, model->unknowns.at[i].init);
    for (size_t i = 0; i < model->retained.n; i++)
        if (model->retained.at[i].is_live)
            ok = ok && push_root(program, VA_FUNC_INIT, VA_TO_RETAINED, i, model->retained.at[i].at_init);
    return ok;
}

static bool push_eval(va_program *program) {
    va_model *model = program->model;
    bool ok = true;
    for (size_t i = 0; i < model->unknowns.n; i++)
        ok = ok && push_root(program, VA_FUNC_EVAL_F, VA_TO_F, i, model->unknowns.at[i].row);
    for (size_t i = 0; i < model->events.n; i++) {
        const va_event_src *event = &model->events.at[i];
        va_val off = va_const(&model->ir, 1); /* a root function that is switched off has no root */
        va_val root = event->enable ? va_op3(&model->ir, VA_OP_SELECT, event->enable, event->expr, off) : event->expr;
        ok = ok && push_root(program, VA_FUNC_EVENTS, VA_TO_ROOT, i, root);
    }
    for (size_t i = 0; i < model->noises.n; i++)
        ok = ok && push_root(program, VA_FUNC_NOISE, VA_TO_NOISE, i, model->noises.at[i].power) &&
             push_root(program, VA_FUNC_NOISE, VA_TO_NOISE_EXP, i, model->noises.at[i].exponent);
    for (size_t i = 0; i < model->opvars.n; i++)
        ok = ok && push_root(program, VA_FUNC_OPVARS, VA_TO_OPVAR, i, model->opvars.at[i].val);
    return ok;
}

static bool push_accept(va_program *program) {
    va_model *model = program->model;
    bool ok = true;
    for (size_t i = 0; i < model->retained.n; i++)
        if (model->retained.at[i].is_live)
            ok = ok && push_root(program, VA_FUNC_ACCEPT, VA_TO_RETAINED, i, model->retained.at[i].next);
    ok = ok && push_root(program, VA_FUNC_ACCEPT, VA_TO_BOUND_STEP, 0, model->bound_step) &&
         push_root(program, VA_FUNC_ACCEPT, VA_TO_NEXT_TIME, 0, model->next_time);
    for (size_t i = 0; i < model->delays.n; i++)
        ok = ok && push_root(program, VA_FUNC_ACCEPT, VA_TO_DELAY_IN, i, model->delays.at[i].expr) &&
             push_root(program, VA_FUNC_ACCEPT, VA_TO_DELAY_TD, i, model->delays.at[i].delay);
    for (size_t i = 0; i < model->effect_vals.n; i++) {
        va_val effect = model->effect_vals.at[i];
        ok = ok && push_root(program, VA_FUNC_ACCEPT, VA_TO_EFFECT, va_get(&model->ir, effect)->imm, effect);
    }
    return ok;
}

/* ---- substitution ---- */

static bool add_roots(va_program *program, hys__arena *arena, va_func_id func, va_places *places) {
    for (size_t i = 0; i < program->roots[func].n; i++) {
        va_val **place = HYS_PUSH(arena, places);
        if (!place) return false;
        *place = &program->roots[func].at[i].val;
    }
    return true;
}

/* No event fires, noise and resolved time derivatives are out. */
static bool settle_eval(va_program *program, hys__arena *arena) {
    static const va_func_id funcs[] = {VA_FUNC_FIXED, VA_FUNC_EVAL_F, VA_FUNC_EVENTS, VA_FUNC_NOISE, VA_FUNC_OPVARS};
    va_model *model = program->model;
    va_ir *ir = &model->ir;
    va_subst subst = {.arena = arena};
    va_places places = {0};
    va_subst_no_event(model, &subst);
    va_subst_all(&subst, VA_OP_NOISE, model->noises.n, va_const(ir, 0));
    va_subst_all(&subst, VA_OP_DDT, model->ddts.n, va_const(ir, 0));
    for (size_t i = 0; i < sizeof funcs / sizeof *funcs; i++)
        if (!add_roots(program, arena, funcs[i], &places)) return false;
    return va_subst_apply(model, &subst, &places);
}

/* An event fires only where it is enabled, a timer when it is due. */
static bool settle_accept(va_program *program, hys__arena *arena) {
    va_model *model = program->model;
    va_ir *ir = &model->ir;
    va_subst subst = {.arena = arena};
    va_places places = {0};
    va_subst_all(&subst, VA_OP_NOISE, model->noises.n, va_const(ir, 0));
    for (size_t i = 0; i < model->events.n; i++) {
        va_val fires = va_leaf(ir, VA_OP_EVENT, (uint32_t)i), enable = model->events.at[i].enable;
        if (enable) fires = va_op2(ir, VA_OP_AND, fires, enable);
        va_subst_put(&subst, VA_OP_EVENT, (uint32_t)i, fires);
    }
    return add_roots(program, arena, VA_FUNC_ACCEPT, &places) && va_expand_timers(model, arena, &places) &&
           va_subst_apply(model, &subst, &places);
}

static bool is_silent(const va_ir *ir, const va_root *root) {
    size_t n;
    if (root->target != VA_TO_EFFECT) return false;
    const va_val *args = va_args(ir, root->val, &n);
    return n > 0 && va_get(ir, args[0])->op == VA_OP_FALSE;
}

static void drop_silent_effects(va_program *program) {
    size_t kept = 0;
    va_root *roots = program->roots[VA_FUNC_ACCEPT].at;
    for (size_t i = 0; i < program->roots[VA_FUNC_ACCEPT].n; i++)
        if (!is_silent(&program->model->ir, &roots[i])) roots[kept++] = roots[i];
    program->roots[VA_FUNC_ACCEPT].n = kept;
}

/* ---- Jacobian ---- */

/* One row: its derivatives by unknowns, gathered from those by probes. */
static bool push_jac_row(va_program *program, uint32_t row, const va_partial *list, size_t n, va_val *by) {
    va_model *model = program->model;
    va_ir *ir = &model->ir;
    size_t n_unknowns = model->unknowns.n;
    va_val zero = va_const(ir, 0);
    for (size_t col = 0; col < n_unknowns; col++) by[col] = zero;
    for (size_t k = 0; k < n; k++) {
        va_probe probe = model->probes.at[list[k].seed];
        if (probe.pos < n_unknowns) by[probe.pos] = va_op2(ir, VA_OP_ADD, by[probe.pos], list[k].value);
        if (probe.neg < n_unknowns) by[probe.neg] = va_op2(ir, VA_OP_SUB, by[probe.neg], list[k].value);
    }
    for (uint32_t col = 0; col < n_unknowns; col++)
        if (by[col] != zero && !va_push_entry(program, VA_TO_JAC, (va_entry){row, col}, by[col])) return false;
    return true;
}

static bool push_jac(va_program *program, va_derive *derive, const va_vals *rows, hys__arena *arena) {
    va_val *by = HYS_NEW_N(arena, va_val, program->model->unknowns.n + 1);
    for (size_t i = 0; by && i < rows->n; i++) {
        va_val f = va_derive_image(derive, rows->at[i]);
        if (!push_root(program, VA_FUNC_EVAL_FJ, VA_TO_F, program->roots[VA_FUNC_EVAL_F].at[i].index, f)) return false;
    }
    for (size_t i = 0; by && i < rows->n; i++) {
        size_t n;
        const va_partial *list = va_derive_partials(derive, rows->at[i], &n);
        uint32_t row = program->roots[VA_FUNC_EVAL_F].at[i].index;
        if (!push_jac_row(program, row, list, n, by)) return false;
    }
    return by != NULL;
}

static bool differentiate(va_program *program, hys__arena *arena) {
    va_model *model = program->model;
    va_places places = {0};
    va_vals rows = {0};
    va_derive derive;
    va_seed *seeds = HYS_NEW_N(arena, va_seed, model->probes.n + 1);
    if (!seeds || !add_roots(program, arena, VA_FUNC_EVAL_F, &places) || !va_places_read(arena, &places, &rows))
        return false;
    for (size_t i = 0; i < model->probes.n; i++) seeds[i] = (va_seed){VA_OP_PROBE, (uint32_t)i};
    va_derive_job job = {.roots = rows.at,
                         .targets = rows.at,
                         .n_roots = rows.n,
                         .n_targets = rows.n,
                         .seeds = seeds,
                         .n_seeds = model->probes.n};
    bool ok = va_derive_run(&derive, model, &job) && push_jac(program, &derive, &rows, arena);
    va_derive_free(&derive);
    return ok;
}

bool va_lower_roots(va_model *model, va_program *program) {
    hys__arena arena;
    hys__arena_init(&arena, model->ctx, 0);
    bool ok = push_params(program) && push_fixed(program) && push_init(program) && push_eval(program) &&
              push_accept(program) && settle_eval(program, &arena) && settle_accept(program, &arena) &&
              differentiate(program, &arena);
    drop_silent_effects(program);
    hys__arena_free(&arena);
    return ok && !model->ir.failed;
}
