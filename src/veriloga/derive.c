/* Forward differentiation as a rewrite: partials are made behind each value as it gets its image. */
#include "veriloga/derive.h"
#include "veriloga/ir_ops.h"
#include <string.h>

/* ---- seeds ---- */

static bool index_seeds(va_derive *d) {
    for (size_t s = 0; s < d->n_seeds; s++) {
        size_t *n = &d->n_seed_of[d->seeds[s].op];
        if (d->seeds[s].imm >= *n) *n = (size_t)d->seeds[s].imm + 1;
    }
    for (int op = 0; op < VA_OP_COUNT; op++) {
        if (d->n_seed_of[op] == 0) continue;
        d->seed_of[op] = HYS_NEW_N(&d->rw.arena, uint32_t, d->n_seed_of[op]);
        if (!d->seed_of[op]) return false;
    }
    for (size_t s = 0; s < d->n_seeds; s++) d->seed_of[d->seeds[s].op][d->seeds[s].imm] = (uint32_t)s + 1;
    return true;
}

/* 1 + seed of a leaf, 0 if it is none. */
static uint32_t seed_of(const va_derive *d, const va_ins *ins) {
    return ins->imm < d->n_seed_of[ins->op] ? d->seed_of[ins->op][ins->imm] : 0;
}

/* ---- activity: which seeds may a value depend on ---- */

static bool join(const va_derive *d, va_val to, va_val from) {
    uint64_t *into = d->active + to * d->n_words, changed = 0;
    const uint64_t *more = d->active + from * d->n_words;
    for (size_t w = 0; w < d->n_words; w++) {
        changed |= more[w] & ~into[w];
        into[w] |= more[w];
    }
    return changed != 0;
}

static bool join_store(const va_derive *d, va_val v, const va_val *args) {
    bool changed = join(d, v, args[0]);
    changed = join(d, v, args[2]) || changed;
    return join(d, d->rw.webs[v], v) || changed;
}

static bool activate(const va_derive *d, va_val v) {
    const va_ins *ins = va_get(d->rw.ir, v);
    uint32_t seed = seed_of(d, ins);
    if (seed) d->active[v * d->n_words + (seed - 1) / 64] |= UINT64_C(1) << ((seed - 1) % 64);
    if (va_derive_is_flat((va_opcode)ins->op)) return false;
    size_t n;
    const va_val *args = va_args(d->rw.ir, v, &n);
    bool changed = false;
    if (ins->op == VA_OP_ASTORE) return join_store(d, v, args);
    if (ins->op == VA_OP_ALOAD) return join(d, v, d->rw.webs[ins->a]);
    for (size_t i = 0; i < n; i++)
        if (va_rewrite_is_marked(&d->rw, args[i])) changed = join(d, v, args[i]) || changed;
    if (ins->kind == VA_KIND_NONE && d->rw.webs && d->rw.webs[v]) changed = join(d, v, d->rw.webs[v]) || changed;
    return changed;
}

static bool is_active(const va_derive *d, va_val v) {
    for (size_t w = 0; w < d->n_words; w++)
        if (d->active[v * d->n_words + w]) return true;
    return false;
}

static bool has_active(const va_derive *d, va_val v, size_t seed) {
    return d->active[v * d->n_words + seed / 64] >> (seed % 64) & 1;
}

/* Loops feed back, so repeat until nothing is added. */
static void find_activity(va_derive *d) {
    bool has_loops = d->rw.ir->loops.n > 1 || d->rw.webs, changed = true;
    while (changed) {
        changed = false;
        for (va_val v = 1; v < d->rw.n; v++)
            if (d->wants[v] && activate(d, v)) changed = true;
        changed = changed && has_loops;
    }
    for (va_val v = 1; v < d->rw.n && has_loops; v++)
        if (d->wants[v] && is_active(d, v)) va_rewrite_force_loop(&d->rw, va_get(d->rw.ir, v)->loop);
}

/* ---- partials ---- */

static void fail(va_derive *d) {
    d->rw.failed = true;
}

static void add_partial(va_derive *d, va_val v, size_t seed, va_val value) {
    va_partial *partial = HYS_PUSH(&d->rw.arena, &d->pool);
    if (!partial) {
        fail(d);
        return;
    }
    *partial = (va_partial){(uint32_t)seed, value};
    if (d->lists[v].n == 0) d->lists[v].at = d->pool.n - 1;
    d->lists[v].n++;
}

const va_partial *va_derive_partials(const va_derive *d, va_val value, size_t *n) {
    if (value >= d->rw.n) {
        *n = 0;
        return NULL;
    }
    *n = d->lists[value].n;
    return *n ? d->pool.at + d->lists[value].at : NULL;
}

static va_val find_partial(const va_derive *d, va_val v, size_t seed) {
    size_t n;
    const va_partial *list = va_derive_partials(d, v, &n);
    for (size_t i = 0; i < n; i++)
        if (list[i].seed == seed) return list[i].value;
    return 0;
}

va_val va_derive_by(va_derive *d, va_val value, uint32_t seed) {
    va_val partial = find_partial(d, value, seed);
    return partial ? partial : va_const(d->rw.ir, 0);
}

va_val va_derive_image(const va_derive *d, va_val value) {
    return va_rewrite_get(&d->rw, value);
}

/* The derivatives of an array are arrays beside it. */
static void derive_array(va_derive *d, va_val v, const va_ins *ins) {
    for (size_t seed = 0; seed < d->n_seeds; seed++) {
        if (!has_active(d, v, seed)) continue;
        uint32_t imm = (uint32_t)d->model->arrays.n;
        va_array *array = HYS_PUSH(d->model->arena, &d->model->arrays);
        if (!array) {
            fail(d);
            return;
        }
        *array = (va_array){.name = "derivative", .n = d->model->arrays.at[ins->imm].n};
        add_partial(d, v, seed, va_leaf(d->rw.ir, VA_OP_ARRAY, imm));
    }
}

static uint32_t array_of(const va_ir *ir, va_val version) {
    while (va_get(ir, version)->op != VA_OP_ARRAY && version) {
        size_t n;
        version = va_args(ir, version, &n)[0];
    }
    return va_get(ir, version)->imm;
}

static void derive_store(va_derive *d, va_val v, const va_val *args) {
    va_ir *ir = d->rw.ir;
    size_t n;
    va_derive_partials(d, args[0], &n);
    for (size_t i = 0; i < n && !d->rw.failed; i++) {
        va_partial version = va_derive_partials(d, args[0], &n)[i];
        va_val value = find_partial(d, args[2], version.seed);
        uint32_t imm = array_of(ir, version.value);
        va_val store[4] = {version.value, va_rewrite_get(&d->rw, args[1]), value ? value : va_const(ir, 0),
                           va_rewrite_get(&d->rw, args[3])};
        add_partial(d, v, version.seed, va_opn(ir, VA_OP_ASTORE, imm, store, 4));
    }
}

static void derive_load(va_derive *d, va_val v, const va_ins *ins) {
    size_t n;
    va_derive_partials(d, ins->a, &n);
    for (size_t i = 0; i < n && !d->rw.failed; i++) {
        va_partial version = va_derive_partials(d, ins->a, &n)[i];
        va_val index = va_rewrite_get(&d->rw, ins->b);
        add_partial(d, v, version.seed, va_op2(d->rw.ir, VA_OP_ALOAD, version.value, index));
    }
}

static void copy_list(va_derive *d, va_val to, va_val from) {
    d->lists[to] = d->lists[from];
}

/* The smallest seed not below `from` that some operand depends on, or n_seeds. */
static size_t next_seed(const va_derive *d, const va_val *args, const size_t *at, size_t n_args) {
    size_t next = d->n_seeds;
    for (size_t i = 0; i < n_args; i++) {
        size_t n;
        const va_partial *list = va_derive_partials(d, args[i], &n);
        if (at[i] < n && list[at[i]].seed < next) next = list[at[i]].seed;
    }
    return next;
}

#define MOST_ARGS 9

static void derive_op(va_derive *d, va_val v, const va_ins *ins, va_val image) {
    size_t n_args, at[MOST_ARGS] = {0};
    const va_val *operands = va_args(d->rw.ir, v, &n_args);
    va_val args[MOST_ARGS], images[MOST_ARGS], dx[MOST_ARGS];
    if (n_args > MOST_ARGS) return;
    for (size_t i = 0; i < n_args; i++) {
        args[i] = operands[i];
        images[i] = va_rewrite_get(&d->rw, args[i]);
    }
    size_t seed;
    while ((seed = next_seed(d, args, at, n_args)) < d->n_seeds && !d->rw.failed) {
        for (size_t i = 0; i < n_args; i++) {
            size_t n;
            const va_partial *list = va_derive_partials(d, args[i], &n);
            bool has = at[i] < n && list[at[i]].seed == seed;
            dx[i] = has ? list[at[i]++].value : 0;
        }
        va_val partial = va_derive_rule(d->rw.ir, ins, image, images, dx, n_args);
        if (partial) add_partial(d, v, seed, partial);
    }
}

/* Partial derivative by the potential (or flow) that a one-legged probe reads, all other unknowns held;
 * by the probe itself if it has two legs. */
static int ddx_sign(const va_model *model, uint32_t by, uint32_t probe) {
    const va_probe *b = &model->probes.at[by], *p = &model->probes.at[probe];
    if (b->pos != VA_GROUND && b->neg != VA_GROUND)
        return (p->pos == b->pos && p->neg == b->neg) - (p->pos == b->neg && p->neg == b->pos);
    uint32_t unknown = b->pos != VA_GROUND ? b->pos : b->neg;
    int sign = (p->pos == unknown) - (p->neg == unknown);
    return b->pos != VA_GROUND ? sign : -sign;
}

static va_val ddx_image(va_derive *d, const va_ins *ins) {
    va_ir *ir = d->rw.ir;
    size_t n;
    const va_partial *list = va_derive_partials(d, ins->a, &n);
    va_val total = va_const(ir, 0);
    for (size_t i = 0; i < n; i++) {
        int sign = ddx_sign(d->model, ins->imm, d->seeds[list[i].seed].imm);
        if (sign != 0) total = va_op2(ir, sign > 0 ? VA_OP_ADD : VA_OP_SUB, total, list[i].value);
    }
    return total;
}

static va_val on_value(void *user, va_rewrite *rw, va_val old, va_val image) {
    va_derive *d = user;
    const va_ins ins = *va_get(rw->ir, old);
    if (ins.op == VA_OP_DDX && d->resolve_ddx && d->wants[ins.a]) return ddx_image(d, &ins);
    if (!d->wants[old] || !is_active(d, old)) return image;
    uint32_t seed = seed_of(d, &ins);
    size_t n;
    switch (ins.op) {
    case VA_OP_ARRAY:
        derive_array(d, old, &ins);
        break;
    case VA_OP_ASTORE:
        derive_store(d, old, va_args(rw->ir, old, &n));
        break;
    case VA_OP_ALOAD:
        derive_load(d, old, &ins);
        break;
    case VA_OP_RESULT:
        copy_list(d, old, ins.a);
        break;
    case VA_OP_PHI:
        break; /* by the loop */
    default:
        if (seed) add_partial(d, old, seed - 1, va_const(rw->ir, 1));
        else derive_op(d, old, &ins, image);
    }
    return image;
}

/* ---- loops ---- */

static void push(va_derive *d, va_vals *list, va_val value) {
    va_val *place = HYS_PUSH(&d->rw.arena, list);
    if (place) *place = value;
    else fail(d);
}

/* Pushes the partials that the old values (PHIs' operand 0 or 1) give to the PHIs' partials. */
static void push_partials(va_derive *d, const va_loop_copy *copy, va_vals *list, int operand) {
    for (size_t i = 0; i < copy->olds.n; i++) {
        va_val phi = copy->olds.at[i], from = va_get(d->rw.ir, phi)->args[operand];
        for (size_t seed = 0; seed < d->n_seeds && d->wants[phi]; seed++)
            if (has_active(d, phi, seed)) push(d, list, va_derive_by(d, from, (uint32_t)seed));
    }
}

static void on_loop_begin(void *user, va_rewrite *rw, va_loop_copy *copy) {
    (void)rw;
    push_partials(user, copy, &copy->inits, 0);
}

static void on_loop_end(void *user, va_rewrite *rw, va_loop_copy *copy) {
    (void)rw;
    push_partials(user, copy, &copy->nexts, 1);
}

static void take_partials(va_derive *d, const va_loop_copy *copy, const va_val *from) {
    size_t next = copy->olds.n;
    for (size_t i = 0; i < copy->olds.n; i++) {
        va_val phi = copy->olds.at[i];
        d->lists[phi].n = 0;
        for (size_t seed = 0; seed < d->n_seeds && d->wants[phi]; seed++)
            if (has_active(d, phi, seed)) add_partial(d, phi, seed, from[next++]);
    }
}

static void on_loop_entered(void *user, va_rewrite *rw, va_loop_copy *copy) {
    (void)rw;
    take_partials(user, copy, copy->phis);
}

static void on_loop_left(void *user, va_rewrite *rw, va_loop_copy *copy) {
    (void)rw;
    take_partials(user, copy, copy->results);
}

/* ---- the run ---- */

static void touch_ddx(va_derive *d) {
    for (va_val v = 1; v < d->rw.n; v++) {
        const va_ins *ins = va_get(d->rw.ir, v);
        if (ins->op == VA_OP_DDX && va_rewrite_is_marked(&d->rw, v) && d->wants[ins->a]) va_rewrite_touch(&d->rw, v);
    }
}

static bool prepare(va_derive *d, const va_derive_job *job) {
    va_cone cone = {NULL, 0};
    d->n_words = (job->n_seeds + 63) / 64;
    d->wants = HYS_NEW_N(&d->rw.arena, uint8_t, d->rw.n);
    d->active = HYS_NEW_N(&d->rw.arena, uint64_t, d->rw.n * d->n_words + 1);
    d->lists = HYS_NEW_N(&d->rw.arena, struct va_partial_list, d->rw.n);
    if (!d->wants || !d->active || !d->lists || !index_seeds(d)) return false;
    if (!va_cone_of(d->rw.ir, &d->rw.arena, job->targets, job->n_targets, &cone)) return false;
    memcpy(d->wants, cone.has, cone.n);
    va_rewrite_mark(&d->rw, job->roots, job->n_roots);
    va_rewrite_mark(&d->rw, job->targets, job->n_targets);
    return !d->rw.failed;
}

bool va_derive_run(va_derive *d, va_model *model, const va_derive_job *job) {
    static const va_hooks hooks = {.value = on_value,
                                   .loop_begin = on_loop_begin,
                                   .loop_entered = on_loop_entered,
                                   .loop_end = on_loop_end,
                                   .loop_left = on_loop_left};
    *d = (va_derive){.model = model, .seeds = job->seeds, .n_seeds = job->n_seeds, .resolve_ddx = job->resolve_ddx};
    if (!va_rewrite_init(&d->rw, &model->ir, &hooks, d) || !prepare(d, job)) return false;
    find_activity(d);
    if (d->resolve_ddx) touch_ddx(d);
    return va_rewrite_build(&d->rw);
}

void va_derive_free(va_derive *d) {
    va_rewrite_free(&d->rw);
}
