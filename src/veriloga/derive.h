/* Exact derivatives, by forward differentiation of the graph.
 *
 * A seed is a kind of leaf: all leaves with that op and imm.  Derivatives are values of the same graph,
 * and only those that are not structurally zero exist.  Loops that carry derivatives are made again with
 * further PHIs, so the primal values, too, must be taken from here (va_derive_image). */
#ifndef HYS_VERILOGA_DERIVE_H
#define HYS_VERILOGA_DERIVE_H
#include "veriloga/ir_rewrite.h"

typedef struct va_seed {
    va_opcode op;
    uint32_t imm;
} va_seed;

typedef struct va_partial {
    uint32_t seed; /* index */
    va_val value;
} va_partial;

typedef struct va_derive {
    va_rewrite rw;
    va_model *model;
    const va_seed *seeds;
    size_t n_seeds, n_words;
    uint32_t *seed_of[VA_OP_COUNT]; /* 1 + seed of a leaf's imm; NULL: no seed of that op */
    size_t n_seed_of[VA_OP_COUNT];
    uint8_t *wants;   /* [rw.n] derivatives of this value are needed */
    uint64_t *active; /* [rw.n * n_words] seeds that it may depend on */
    struct va_partial_list {
        size_t at, n;
    } * lists; /* [rw.n] */
    struct {
        va_partial *at;
        size_t n, cap;
    } pool;
    bool resolve_ddx;
} va_derive;

/* Differentiates `targets` by the seeds.  All of `roots` get images; targets are among them or not.
 * False: out of memory or the graph's limit; va_derive_free is due in any case. */
typedef struct va_derive_job {
    const va_val *roots, *targets;
    size_t n_roots, n_targets;
    const va_seed *seeds;
    size_t n_seeds;
    bool resolve_ddx; /* the image of a DDX whose operand is a target is its derivative; seeds: the probes */
} va_derive_job;
bool va_derive_run(va_derive *derive, va_model *model, const va_derive_job *job);
va_val va_derive_image(const va_derive *derive, va_val value);
/* Ascending by seed. */
const va_partial *va_derive_partials(const va_derive *derive, va_val value, size_t *n);
va_val va_derive_by(va_derive *derive, va_val value, uint32_t seed); /* 0: the constant 0 */
void va_derive_free(va_derive *derive);

/* The chain rule of one operation (derive_rules.c): y is its image, x[] the images of its operands, dx[]
 * their derivatives, 0 standing for none.  Returns 0 for none. */
va_val va_derive_rule(va_ir *ir, const va_ins *ins, va_val y, const va_val *x, const va_val *dx, size_t n);
/* Is the operation's derivative zero wherever it exists (floor, comparisons, ...)? */
bool va_derive_is_flat(va_opcode op);

/* Replaces every DDX in the model by the derivative it stands for. */
hys_status va_ddx(va_model *model);

#endif
