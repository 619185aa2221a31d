/* Factors that are the same for all instances, gathered: k1 x (k2 y) is (k1 k2) (x y), and k (k1 x - k2 y) is
 * (k k1) x - (k k2) y, where k1 k2 is known before the loop over instances.  For kernels' functions whose bits are
 * those of no other function. */
#include "veriloga/lower.h"

#define DEEPEST 6 /* of what new values are made of */

typedef struct factors {
    va_ir *ir;
    hys__arena *arena;
    const uint8_t *fixed;
    size_t n_fixed; /* values that there were */
    uint32_t *uses;
} factors;

typedef struct product {
    va_val fixed, rest; /* fixed 0: none */
} product;

static bool is_fixed_to(const factors *f, va_val v, int depth) {
    size_t n;
    double number;
    if (va_is_const(f->ir, v, &number)) return true;
    if (v < f->n_fixed) return f->fixed[v];
    if (depth == 0) return false;
    const va_ins *ins = va_get(f->ir, v);
    const bool is_plain = ins->op >= VA_OP_NEG && ins->op <= VA_OP_EXP;
    const va_val *args = va_args(f->ir, v, &n);
    for (size_t k = 0; k < n; k++)
        if (!is_fixed_to(f, args[k], depth - 1)) return false;
    return is_plain;
}

static bool is_fixed(const factors *f, va_val v) {
    return is_fixed_to(f, v, DEEPEST);
}

static product split(factors *f, va_val v) {
    const va_ins ins = *va_get(f->ir, v);
    if (ins.op == VA_OP_MUL && is_fixed(f, ins.b)) return (product){ins.b, ins.a};
    if (ins.op == VA_OP_MUL && is_fixed(f, ins.a)) return (product){ins.a, ins.b};
    if (ins.op == VA_OP_DIV && is_fixed(f, ins.a) && !is_fixed(f, ins.b))
        return (product){ins.a, va_op2(f->ir, VA_OP_DIV, va_const(f->ir, 1), ins.b)};
    return (product){0, v};
}

/* k (a + b), a - b likewise. */
static va_val distribute(factors *f, va_val k, const va_ins *sum, va_val otherwise) {
    const bool first = is_fixed(f, sum->a), second = is_fixed(f, sum->b);
    const product a = first ? (product){sum->a, 0} : split(f, sum->a);
    const product b = second ? (product){sum->b, 0} : split(f, sum->b);
    const bool is_affine = first || second;
    if (!is_affine && (a.fixed == 0 || b.fixed == 0)) return otherwise;
    const va_val left = va_times(f->ir, a.rest, va_times(f->ir, a.fixed, k)),
                 right = va_times(f->ir, b.rest, va_times(f->ir, b.fixed, k));
    return va_op2(f->ir, (va_opcode)sum->op, left, right);
}

/* (x + k1) + k2 is x + (k1 + k2). */
static va_val add_up(factors *f, const va_ins *sum, va_val otherwise) {
    const va_ins inner = *va_get(f->ir, sum->a);
    if (!is_fixed(f, sum->b) || is_fixed(f, sum->a)) return otherwise;
    if ((inner.op != VA_OP_ADD && inner.op != VA_OP_SUB) || !is_fixed(f, inner.b)) return otherwise;
    const va_val first = inner.op == VA_OP_SUB ? va_op1(f->ir, VA_OP_NEG, inner.b) : inner.b;
    return va_op2(f->ir, VA_OP_ADD, inner.a, va_op2(f->ir, (va_opcode)sum->op, first, sum->b));
}

static va_val gather(void *user, va_rewrite *rw, va_val old, va_val image) {
    factors *f = user;
    const va_ins ins = *va_get(rw->ir, image), was = *va_get(rw->ir, old);
    if (ins.op == VA_OP_NEG) {
        const product p = split(f, ins.a);
        return p.fixed ? va_times(f->ir, p.rest, va_op1(f->ir, VA_OP_NEG, p.fixed)) : image;
    }
    if (ins.op == VA_OP_ADD || ins.op == VA_OP_SUB) return add_up(f, &ins, image);
    if (ins.op != VA_OP_MUL || is_fixed(f, image)) return image;
    const bool is_second = is_fixed(f, ins.b), is_first = !is_second && is_fixed(f, ins.a);
    if (!is_first && !is_second) {
        const product a = split(f, ins.a), b = split(f, ins.b);
        if (a.fixed == 0 && b.fixed == 0) return image;
        return va_times(f->ir, va_times(f->ir, a.rest, b.rest), va_times(f->ir, a.fixed, b.fixed));
    }
    const va_val k = is_second ? ins.b : ins.a, x = is_second ? ins.a : ins.b;
    const product p = split(f, x);
    if (p.fixed) return va_times(f->ir, p.rest, va_times(f->ir, p.fixed, k));
    const va_ins sum = *va_get(rw->ir, x);
    const bool is_own = was.op == VA_OP_MUL && (f->uses[was.a] == 1 || f->uses[was.b] == 1);
    if ((sum.op != VA_OP_ADD && sum.op != VA_OP_SUB) || !is_own) return image;
    return distribute(f, k, &sum, image);
}

static bool count_uses(factors *f, const va_root *roots, size_t n) {
    va_cone cone;
    va_val *values = HYS_NEW_N(f->arena, va_val, n + 1);
    f->uses = HYS_NEW_N(f->arena, uint32_t, f->n_fixed);
    for (size_t k = 0; values && k < n; k++) values[k] = roots[k].val;
    if (!values || !f->uses || !va_cone_of(f->ir, f->arena, values, n, &cone)) return false;
    for (size_t k = 0; k < n; k++) f->uses[roots[k].val]++;
    for (va_val v = 1; v < cone.n; v++) {
        size_t n_args;
        const va_val *args = va_args(f->ir, v, &n_args);
        for (size_t k = 0; cone.has[v] && k < n_args; k++) f->uses[args[k]]++;
    }
    return true;
}

/* What may change is made again by way of the hook. */
static bool touch_all(void *user, va_rewrite *rw) {
    const factors *f = user;
    for (va_val v = 1; v < rw->n; v++) {
        const va_ins *ins = va_get(f->ir, v);
        const bool is_linear = ins->op >= VA_OP_NEG && ins->op <= VA_OP_MUL;
        if (is_linear && ins->loop == 0) va_rewrite_touch(rw, v);
    }
    return true;
}

bool va_gather_factors(va_model *model, va_root *roots, size_t n) {
    hys__arena arena;
    hys__arena_init(&arena, model->ctx, 0);
    factors f = {.ir = &model->ir, .arena = &arena, .n_fixed = model->ir.ins.n};
    f.fixed = va_fixed_map(f.ir, &arena);
    const va_hooks hooks = {.value = gather};
    const bool ok =
        f.fixed && count_uses(&f, roots, n) && va_rewrite_roots(f.ir, &hooks, &f, touch_all, roots, n) && !arena.failed;
    hys__arena_free(&arena);
    return ok;
}
