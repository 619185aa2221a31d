/* Rebuilding with replacements: mark what is reached, find what changes, make that again in order. */
#include "veriloga/ir_rewrite.h"
#include "veriloga/ir_ops.h"
#include <string.h>

enum { REACHED = 1, REPLACED = 2, CHANGED = 4 };

/* ---- set-up ---- */

static bool has_arrays(const va_ir *ir) {
    for (va_val v = 1; v < ir->ins.n; v++)
        if (ir->ins.at[v].op == VA_OP_ARRAY) return true;
    return false;
}

static bool is_array_version(const va_ins *ins) {
    return ins->op == VA_OP_ARRAY || ins->op == VA_OP_ASTORE ||
           (ins->kind == VA_KIND_NONE && (ins->op == VA_OP_PHI || ins->op == VA_OP_RESULT));
}

static void find_webs(va_rewrite *rw) {
    for (va_val v = 1; v < rw->n; v++) {
        const va_ins *ins = va_get(rw->ir, v);
        size_t n;
        if (!is_array_version(ins)) continue;
        rw->webs[v] = ins->op == VA_OP_ARRAY ? v : rw->webs[va_args(rw->ir, v, &n)[0]];
    }
}

static void find_loops(va_rewrite *rw) {
    for (va_val v = 1; v < rw->n; v++) {
        const va_ins *ins = va_get(rw->ir, v);
        if (ins->op == VA_OP_LOOP) rw->loops[ins->imm].begin = v;
        if (ins->op == VA_OP_COND) rw->loops[ins->imm].cond = v;
        if (ins->op == VA_OP_END) rw->loops[ins->imm].end = v;
    }
}

bool va_rewrite_init(va_rewrite *rw, va_ir *ir, const va_hooks *hooks, void *user) {
    *rw = (va_rewrite){.ir = ir, .n = ir->ins.n, .user = user};
    if (hooks) rw->hooks = *hooks;
    hys__arena_init(&rw->arena, ir->ctx, 0);
    rw->map = HYS_NEW_N(&rw->arena, va_val, rw->n);
    rw->marks = HYS_NEW_N(&rw->arena, uint8_t, rw->n);
    rw->loops = HYS_NEW_N(&rw->arena, va_loop_place, ir->loops.n);
    rw->is_loop_changed = HYS_NEW_N(&rw->arena, bool, ir->loops.n);
    bool arrays = has_arrays(ir);
    if (arrays) rw->webs = HYS_NEW_N(&rw->arena, va_val, rw->n);
    rw->failed = ir->failed || rw->arena.failed;
    if (rw->failed) return false;
    if (arrays) find_webs(rw);
    if (ir->loops.n > 1) find_loops(rw);
    return true;
}

void va_rewrite_free(va_rewrite *rw) {
    hys__arena_free(&rw->arena);
}

/* ---- marking ---- */

static void reach(va_rewrite *rw, va_val v) {
    if (v == 0 || v >= rw->n || (rw->marks[v] & REACHED)) return;
    va_val *place = HYS_PUSH(&rw->arena, &rw->todo);
    if (!place) {
        rw->failed = true;
        return;
    }
    rw->marks[v] |= REACHED;
    *place = v;
}

void va_rewrite_set(va_rewrite *rw, va_val old, va_val image) {
    if (rw->failed || old == 0 || old >= rw->n) return;
    rw->map[old] = image;
    rw->marks[old] |= REPLACED | (image != old ? CHANGED : 0);
}

static bool replace(va_rewrite *rw, va_val v) {
    if (rw->marks[v] & REPLACED) return true;
    if (!rw->hooks.subst) return false;
    va_val image = rw->hooks.subst(rw->user, rw, v);
    if (image == VA_KEEP) return false;
    va_rewrite_set(rw, v, image);
    return true;
}

static void reach_loop(va_rewrite *rw, uint32_t loop) {
    if (loop == 0) return;
    reach(rw, rw->loops[loop].begin);
    reach(rw, rw->loops[loop].cond);
    reach(rw, rw->loops[loop].end);
}

void va_rewrite_mark(va_rewrite *rw, const va_val *roots, size_t n) {
    if (rw->failed) return;
    for (size_t i = 0; i < n; i++) reach(rw, roots[i]);
    while (rw->todo.n > 0 && !rw->failed) {
        va_val v = rw->todo.at[--rw->todo.n];
        if (replace(rw, v)) continue;
        size_t n_args;
        const va_val *args = va_args(rw->ir, v, &n_args);
        for (size_t i = 0; i < n_args; i++) reach(rw, args[i]);
        reach_loop(rw, va_get(rw->ir, v)->loop);
    }
}

bool va_rewrite_is_marked(const va_rewrite *rw, va_val old) {
    return old < rw->n && (rw->marks[old] & REACHED);
}

/* ---- what changes ---- */

void va_rewrite_touch(va_rewrite *rw, va_val old) {
    rw->marks[old] |= CHANGED;
    va_rewrite_force_loop(rw, va_get(rw->ir, old)->loop);
}

void va_rewrite_force_loop(va_rewrite *rw, uint32_t loop) {
    for (; loop != 0 && !rw->is_loop_changed[loop]; loop = rw->ir->loops.at[loop]) rw->is_loop_changed[loop] = true;
}

static bool is_in_changed_loop(const va_rewrite *rw, const va_ins *ins) {
    bool is_part = ins->op == VA_OP_LOOP || ins->op == VA_OP_END || ins->op == VA_OP_RESULT;
    if (is_part && rw->is_loop_changed[ins->imm]) return true;
    for (uint32_t loop = ins->loop; loop != 0; loop = rw->ir->loops.at[loop])
        if (rw->is_loop_changed[loop]) return true;
    return false;
}

static va_val web_of(const va_rewrite *rw, va_val v, const va_ins *ins) {
    if (!rw->webs) return 0;
    return ins->op == VA_OP_ALOAD ? rw->webs[ins->a] : rw->webs[v];
}

static bool does_change(const va_rewrite *rw, va_val v, const va_ins *ins) {
    size_t n;
    const va_val *args = va_args(rw->ir, v, &n);
    for (size_t i = 0; i < n; i++)
        if (args[i] < rw->n && (rw->marks[args[i]] & CHANGED)) return true;
    if (ins->op == VA_OP_EFFECT && rw->is_effect_changed) return true;
    va_val web = web_of(rw, v, ins);
    return (web && (rw->marks[web] & CHANGED)) || is_in_changed_loop(rw, ins);
}

static bool spread_from(va_rewrite *rw, va_val v, const va_ins *ins) {
    bool again = false;
    va_val web = web_of(rw, v, ins);
    if (web && !(rw->marks[web] & CHANGED)) {
        rw->marks[web] |= CHANGED;
        again = true;
    }
    uint32_t loop = ins->op == VA_OP_LOOP ? ins->imm : ins->loop;
    if (loop && !rw->is_loop_changed[loop]) {
        va_rewrite_force_loop(rw, loop);
        again = true;
    }
    if (ins->op == VA_OP_EFFECT && !rw->is_effect_changed) {
        rw->is_effect_changed = true;
        again = true;
    }
    return again;
}

/* One walk; true when a loop or an array changed behind it, so that another is due. */
static bool spread_changes(va_rewrite *rw) {
    bool again = false;
    for (va_val v = 1; v < rw->n; v++) {
        if ((rw->marks[v] & (REACHED | REPLACED | CHANGED)) != REACHED) continue;
        const va_ins *ins = va_get(rw->ir, v);
        if (!does_change(rw, v, ins)) continue;
        rw->marks[v] |= CHANGED;
        again = spread_from(rw, v, ins) || again;
    }
    return again;
}

/* ---- making again ---- */

va_val va_remake(va_ir *ir, const va_ins *ins, const va_val *args, size_t n) {
    va_opcode op = (va_opcode)ins->op;
    switch (op) {
    case VA_OP_POISON:
        return 0;
    case VA_OP_CONST:
        return va_const(ir, ins->number);
    case VA_OP_TRUE:
        return va_bool(ir, true);
    case VA_OP_FALSE:
        return va_bool(ir, false);
    case VA_OP_SELECT:
        return va_op3(ir, op, args[0], args[1], args[2]);
    case VA_OP_DRAW:
        return va_opi(ir, op, ins->imm, args[0], args[1]);
    case VA_OP_DDX:
        return va_opi(ir, op, ins->imm, args[0], 0);
    default:
        break;
    }
    size_t n_operands = va_op_facts(op)->n;
    if (n_operands == VA_POOLED) return va_opn(ir, op, ins->imm, args, n);
    if (n_operands == 0) return va_leaf(ir, op, ins->imm);
    return n_operands == 1 ? va_op1(ir, op, args[0]) : va_op2(ir, op, args[0], args[1]);
}

static bool push(va_rewrite *rw, va_vals *list, va_val value) {
    va_val *place = HYS_PUSH(&rw->arena, list);
    if (!place) rw->failed = true;
    else *place = value;
    return place != NULL;
}

static void begin_loop(va_rewrite *rw, va_val v, const va_ins *ins) {
    va_loop_copy *copy = HYS_NEW(&rw->arena, va_loop_copy);
    if (!copy) {
        rw->failed = true;
        return;
    }
    copy->outer = rw->copy;
    copy->loop = ins->imm;
    rw->copy = copy;
    for (va_val phi = v + 1; va_get(rw->ir, phi)->op == VA_OP_PHI; phi++) {
        if (!va_rewrite_is_marked(rw, phi)) continue;
        push(rw, &copy->olds, phi);
        push(rw, &copy->inits, va_rewrite_get(rw, va_get(rw->ir, phi)->a));
    }
    if (rw->hooks.loop_begin) rw->hooks.loop_begin(rw->user, rw, copy);
    copy->phis = HYS_NEW_N(&rw->arena, va_val, copy->inits.n + 1);
    copy->results = HYS_NEW_N(&rw->arena, va_val, copy->inits.n + 1);
    if (!copy->phis || !copy->results) rw->failed = true;
    if (rw->failed) return;
    va_val runs = va_rewrite_get(rw, ins->a);
    va_loop_begin(rw->ir, runs, copy->inits.at, copy->inits.n, copy->phis);
    for (size_t i = 0; i < copy->olds.n; i++) rw->map[copy->olds.at[i]] = copy->phis[i];
    if (rw->hooks.loop_entered) rw->hooks.loop_entered(rw->user, rw, copy);
}

static void end_loop(va_rewrite *rw) {
    va_loop_copy *copy = rw->copy;
    for (size_t i = 0; i < copy->olds.n; i++)
        push(rw, &copy->nexts, va_rewrite_get(rw, va_get(rw->ir, copy->olds.at[i])->b));
    if (rw->hooks.loop_end) rw->hooks.loop_end(rw->user, rw, copy);
    if (rw->failed || copy->nexts.n != copy->inits.n) {
        rw->failed = true;
        return;
    }
    va_loop_end(rw->ir, copy->phis, copy->nexts.at, copy->nexts.n, copy->results);
    /* PHIs are not asked for any more: from here on their place holds what RESULT is */
    for (size_t i = 0; i < copy->olds.n; i++) rw->map[copy->olds.at[i]] = copy->results[i];
    if (rw->hooks.loop_left) rw->hooks.loop_left(rw->user, rw, copy);
    rw->copy = copy->outer;
}

static va_val make_image(va_rewrite *rw, va_val v, const va_ins *ins) {
    switch (ins->op) {
    case VA_OP_LOOP:
        begin_loop(rw, v, ins);
        return 0;
    case VA_OP_COND:
        va_loop_cond(rw->ir, va_rewrite_get(rw, ins->a));
        return 0;
    case VA_OP_END:
        end_loop(rw);
        return 0;
    case VA_OP_PHI:
        return rw->map[v];
    case VA_OP_RESULT:
        return va_rewrite_get(rw, ins->a);
    default:
        break;
    }
    size_t n;
    const va_val *args = va_args(rw->ir, v, &n);
    va_val few[8] = {0}, *images = n <= 8 ? few : HYS_NEW_N(&rw->arena, va_val, n);
    if (!images) {
        rw->failed = true;
        return 0;
    }
    for (size_t i = 0; i < n; i++) images[i] = va_rewrite_get(rw, args[i]);
    return va_remake(rw->ir, ins, images, n);
}

static void build_one(va_rewrite *rw, va_val v) {
    const va_ins ins = *va_get(rw->ir, v);
    if (rw->marks[v] & CHANGED) {
        rw->ir->span = ins.span;
        rw->map[v] = make_image(rw, v, &ins);
    } else {
        rw->map[v] = v;
    }
    if (rw->hooks.value && !rw->failed) rw->map[v] = rw->hooks.value(rw->user, rw, v, rw->map[v]);
}

bool va_rewrite_build(va_rewrite *rw) {
    hys__span span = rw->ir->span;
    while (!rw->failed && spread_changes(rw)) {
    }
    for (va_val v = 1; v < rw->n && !rw->failed && !rw->ir->failed; v++)
        if ((rw->marks[v] & (REACHED | REPLACED)) == REACHED) build_one(rw, v);
    rw->ir->span = span;
    return !rw->failed && !rw->ir->failed;
}

va_val va_rewrite_get(const va_rewrite *rw, va_val old) {
    return old < rw->n ? rw->map[old] : old;
}

bool va_rewrite_all(va_ir *ir, const va_hooks *hooks, void *user, va_val **roots, size_t n) {
    va_rewrite rw;
    bool done = va_rewrite_init(&rw, ir, hooks, user);
    for (size_t i = 0; i < n && done; i++) va_rewrite_mark(&rw, roots[i], 1);
    done = done && va_rewrite_build(&rw);
    for (size_t i = 0; i < n && done; i++) *roots[i] = va_rewrite_get(&rw, *roots[i]);
    va_rewrite_free(&rw);
    return done;
}

bool va_cone_of(va_ir *ir, hys__arena *arena, const va_val *roots, size_t n_roots, va_cone *cone) {
    va_rewrite rw;
    bool done = va_rewrite_init(&rw, ir, NULL, NULL);
    if (done) va_rewrite_mark(&rw, roots, n_roots);
    uint8_t *has = done ? HYS_NEW_N(arena, uint8_t, ir->ins.n) : NULL;
    done = has && !rw.failed;
    if (done) memcpy(has, rw.marks, rw.n);
    *cone = (va_cone){has, done ? rw.n : 0};
    va_rewrite_free(&rw);
    return done;
}
