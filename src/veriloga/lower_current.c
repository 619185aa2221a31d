/* Currents that are products of states: i = F R x^k y^l, F the same for all instances, R free of states, as of sodium,
 * g V m^3 h.  Its derivatives are (k F R)(x^(k-1) y^l), ..., of the same powers: the rule of products, term by term,
 * makes twice as many. */
#include "veriloga/lower.h"

#define MOST_FACTORS 24
#define MOST_KINDS   16

typedef struct current {
    const va_program *program;
    va_ir *ir;
    const uint8_t *fixed;
    size_t n_fixed;          /* values that there were */
    va_val fixed_part, rest; /* 0: none */
    struct {
        va_val x;
        uint32_t state;
        unsigned power;
    } states[MOST_KINDS];
    size_t n_states, n_factors;
    bool is_product;
} current;

/* Which state a value is; 0: none, as unknown 0 is a terminal. */
static uint32_t state_of(const current *c, va_val v) {
    const va_model *model = c->program->model;
    const va_ins *ins = va_get(c->ir, v);
    if (ins->op != VA_OP_PROBE) return 0;
    const va_probe probe = model->probes.at[ins->imm];
    const bool is_state = probe.pos != VA_GROUND && probe.pos >= model->n_terminals && probe.neg == VA_GROUND;
    return is_state ? probe.pos : 0;
}

static void add_state(current *c, va_val x, uint32_t state) {
    size_t k = 0;
    while (k < c->n_states && c->states[k].state != state) k++;
    if (k == MOST_KINDS) {
        c->is_product = false;
        return;
    }
    if (k == c->n_states) {
        c->states[c->n_states].x = x;
        c->states[c->n_states].state = state;
        c->states[c->n_states++].power = 0;
    }
    c->states[k].power++;
}

static void add_factor(current *c, va_val v) {
    double number;
    const va_ins ins = *va_get(c->ir, v);
    const uint32_t state = state_of(c, v);
    if (!c->is_product || ++c->n_factors > MOST_FACTORS) {
        c->is_product = false;
    } else if ((v < c->n_fixed && c->fixed[v]) || va_is_const(c->ir, v, &number)) {
        c->fixed_part = va_times(c->ir, c->fixed_part, v);
    } else if (ins.op == VA_OP_MUL) {
        add_factor(c, ins.a);
        add_factor(c, ins.b);
    } else if (ins.op == VA_OP_NEG) {
        add_factor(c, va_const(c->ir, -1));
        add_factor(c, ins.a);
    } else if (state) {
        add_state(c, v, state);
    } else {
        c->rest = va_times(c->ir, c->rest, v);
    }
}

static bool reads_state(const current *c, va_val v) {
    const va_model *model = c->program->model;
    const va_ins *ins = va_get(c->ir, v);
    if (ins->op != VA_OP_PROBE) return false;
    const va_probe probe = model->probes.at[ins->imm];
    return (probe.pos != VA_GROUND && probe.pos >= model->n_terminals) ||
           (probe.neg != VA_GROUND && probe.neg >= model->n_terminals);
}

static bool find_rest(current *c, hys__arena *arena) {
    va_cone cone;
    if (!c->rest) return true;
    if (!va_cone_of(c->ir, arena, &c->rest, 1, &cone)) return false;
    for (va_val v = 1; v < cone.n; v++)
        if (cone.has[v] && reads_state(c, v)) c->is_product = false;
    return true;
}

static va_val power_of(va_ir *ir, va_val x, unsigned power) {
    if (power == 0) return 0;
    if (power == 1) return x;
    const va_val half = power_of(ir, x, power / 2), square = va_op2(ir, VA_OP_MUL, half, half);
    return power % 2 ? va_op2(ir, VA_OP_MUL, square, x) : square;
}

/* One power less of the state `but`; 0: all. */
static va_val states_of(const current *c, uint32_t but) {
    va_val product = 0;
    for (size_t k = 0; k < c->n_states; k++) {
        const unsigned power = c->states[k].power - (c->states[k].state == but);
        product = va_times(c->ir, product, power_of(c->ir, c->states[k].x, power));
    }
    return product;
}

static unsigned power_in(const current *c, uint32_t state) {
    for (size_t k = 0; k < c->n_states; k++)
        if (c->states[k].state == state) return c->states[k].power;
    return 0;
}

static va_val whole(const current *c) {
    const va_val one = va_const(c->ir, 1);
    return va_times(c->ir, va_times(c->ir, c->rest, va_times(c->ir, states_of(c, 0), c->fixed_part)), one);
}

static va_val slope(const current *c, uint32_t state) {
    const unsigned power = power_in(c, state);
    const va_val scale = va_times(c->ir, c->fixed_part, va_const(c->ir, power));
    return power ? va_times(c->ir, va_times(c->ir, c->rest, scale), states_of(c, state)) : va_const(c->ir, 0);
}

static bool read_product(current *c, hys__arena *arena, va_val v) {
    c->is_product = true;
    c->fixed = va_fixed_map(c->ir, arena);
    c->n_fixed = c->ir->ins.n;
    if (!c->fixed) return false;
    add_factor(c, v);
    return find_rest(c, arena);
}

static bool rewrite(const va_program *program, hys__arena *arena, va_root *roots, size_t n) {
    const uint32_t nt = program->model->n_terminals;
    current i = {.program = program, .ir = &program->model->ir};
    for (size_t k = 0; k < n; k++)
        if (roots[k].target == VA_TO_F && roots[k].index == 0 && !read_product(&i, arena, roots[k].val)) return false;
    if (!i.is_product) return true;
    for (size_t k = 0; k < n; k++) {
        const va_root root = roots[k];
        const va_entry at = root.target == VA_TO_JAC ? program->jac.at[root.index] : (va_entry){root.index, 0};
        current g = {.program = program, .ir = i.ir};
        if (at.row != 0) continue;
        if (root.target == VA_TO_F) roots[k].val = whole(&i);
        else if (at.col >= nt) roots[k].val = slope(&i, at.col);
        else if (!read_product(&g, arena, root.val)) return false;
        else if (g.is_product) roots[k].val = whole(&g);
    }
    return true;
}

bool va_derive_product(const va_program *program, va_root *roots, size_t n) {
    hys__arena arena;
    hys__arena_init(&arena, program->model->ctx, 0);
    const bool ok = rewrite(program, &arena, roots, n) && !arena.failed;
    hys__arena_free(&arena);
    return ok;
}
