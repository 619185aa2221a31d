/* ddx: exact derivatives in the model's own text, innermost first. */
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"
#include <string.h>

typedef struct ddx_pass {
    va_model *model;
    hys__arena *arena;
    va_places places;
    va_vals roots, operands; /* operands: of the innermost DDX */
    bool any;
} ddx_pass;

/* has[v]: a DDX in what v depends on.  Loops feed back. */
static uint8_t *find_ddx(va_ir *ir, hys__arena *arena) {
    uint8_t *has = HYS_NEW_N(arena, uint8_t, ir->ins.n);
    for (bool again = has != NULL; again;) {
        again = false;
        for (va_val v = 1; v < ir->ins.n; v++) {
            size_t n;
            const va_val *args = va_args(ir, v, &n);
            uint8_t any = va_get(ir, v)->op == VA_OP_DDX;
            for (size_t i = 0; i < n; i++) any |= has[args[i]];
            if (any == has[v]) continue;
            has[v] = any;
            again = ir->loops.n > 1;
        }
    }
    return has;
}

static bool find_innermost(ddx_pass *p) {
    va_ir *ir = &p->model->ir;
    va_cone cone;
    uint8_t *has = find_ddx(ir, p->arena);
    if (!has || !va_cone_of(ir, p->arena, p->roots.at, p->roots.n, &cone)) return false;
    for (va_val v = 1; v < cone.n; v++) {
        const va_ins *ins = va_get(ir, v);
        if (ins->op != VA_OP_DDX || !cone.has[v]) continue;
        p->any = true;
        if (has[ins->a]) continue;
        va_val *operand = HYS_PUSH(p->arena, &p->operands);
        if (!operand) return false;
        *operand = ins->a;
    }
    return true;
}

static bool resolve(ddx_pass *p) {
    size_t n = p->model->probes.n;
    va_seed *seeds = HYS_NEW_N(p->arena, va_seed, n + 1);
    va_derive derive;
    if (!seeds) return false;
    for (size_t i = 0; i < n; i++) seeds[i] = (va_seed){VA_OP_PROBE, (uint32_t)i};
    va_derive_job job = {.roots = p->roots.at,
                         .targets = p->operands.at,
                         .n_roots = p->roots.n,
                         .n_targets = p->operands.n,
                         .seeds = seeds,
                         .n_seeds = n,
                         .resolve_ddx = true};
    bool ok = va_derive_run(&derive, p->model, &job);
    for (size_t i = 0; ok && i < p->places.n; i++) *p->places.at[i] = va_derive_image(&derive, *p->places.at[i]);
    va_derive_free(&derive);
    return ok;
}

/* One level of nesting; *done when no DDX is left. */
static hys_status resolve_level(va_model *model, bool *done) {
    hys__arena arena;
    ddx_pass p = {.model = model, .arena = &arena};
    hys__arena_init(&arena, model->ctx, 0);
    bool ok = va_places_of(model, &arena, VA_IN_ALL, &p.places) && va_places_read(&arena, &p.places, &p.roots) &&
              find_innermost(&p);
    *done = !p.any;
    bool stuck = ok && p.any && p.operands.n == 0;
    if (ok && p.any && !stuck) ok = resolve(&p);
    hys__arena_free(&arena);
    if (stuck)
        return hys__fail(model->ctx, HYS_SEMANTIC, "take the derivative of a value of one iteration",
                         "ddx() of a value that a loop carries from one iteration to the next");
    return ok ? HYS_OK : va_lower_status(model);
}

static bool has_ddx(const va_ir *ir) {
    for (va_val v = 1; v < ir->ins.n; v++)
        if (ir->ins.at[v].op == VA_OP_DDX) return true;
    return false;
}

hys_status va_ddx(va_model *model) {
    bool done = !has_ddx(&model->ir);
    hys_status status = HYS_OK;
    while (!done && status == HYS_OK) status = resolve_level(model, &done);
    return status;
}
