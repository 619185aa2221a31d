/* Rebuilding parts of the graph with some values replaced.
 *
 * What does not depend on a replaced value stays the same value; what does is made again, through the
 * folding builder, in the order of creation.  A loop in which anything changes is made again as a whole,
 * and so is everything that touches a run-time array of which one access changes (arrays are updated in
 * place, so old and new accesses must not share storage; each ARRAY instruction has its own).
 *
 * Use: init; set replacements; mark the roots; build; ask for images; free. */
#ifndef HYS_VERILOGA_IR_REWRITE_H
#define HYS_VERILOGA_IR_REWRITE_H
#include "veriloga/ir.h"

#define VA_KEEP UINT32_MAX /* from a substitution: leave this value alone */

typedef struct va_vals {
    va_val *at;
    size_t n, cap;
} va_vals;

typedef struct va_rewrite va_rewrite;

/* A loop that is being made again. */
typedef struct va_loop_copy {
    struct va_loop_copy *outer;
    uint32_t loop; /* the old one */
    va_vals olds;  /* its PHIs that are needed */
    va_vals inits; /* of the new PHIs: first those of olds, then what a hook adds */
    va_val *phis;  /* [inits.n] the new PHIs */
    va_vals nexts; /* the same order */
    va_val *results;
} va_loop_copy;

typedef struct va_hooks {
    /* What replaces this value, or VA_KEEP.  Called for each value that is reached. */
    va_val (*subst)(void *user, const va_rewrite *rw, va_val old);
    /* Called with each value that was not replaced, in order; returns its final image. */
    va_val (*value)(void *user, va_rewrite *rw, va_val old, va_val image);
    /* May push further PHIs (inits, then nexts), and read phis and results. */
    void (*loop_begin)(void *user, va_rewrite *rw, va_loop_copy *copy);
    void (*loop_entered)(void *user, va_rewrite *rw, va_loop_copy *copy);
    void (*loop_end)(void *user, va_rewrite *rw, va_loop_copy *copy);
    void (*loop_left)(void *user, va_rewrite *rw, va_loop_copy *copy);
} va_hooks;

typedef struct va_loop_place {
    va_val begin, cond, end;
} va_loop_place;

struct va_rewrite {
    va_ir *ir;
    hys__arena arena;     /* freed with the rewrite */
    size_t n;             /* values older than this can be reached */
    va_val *map;          /* [n] images; of what was reached */
    uint8_t *marks;       /* [n] */
    va_val *webs;         /* [n] the ARRAY behind an array version; NULL without arrays */
    va_loop_place *loops; /* where each loop begins, tests, ends */
    bool *is_loop_changed;
    bool is_effect_changed; /* then all effects are made again, so that they keep their order */
    va_vals todo;
    va_loop_copy *copy; /* innermost loop being made */
    va_hooks hooks;
    void *user;
    bool failed;
};

/* False: out of memory (freeing is then still right). */
bool va_rewrite_init(va_rewrite *rw, va_ir *ir, const va_hooks *hooks, void *user);
void va_rewrite_set(va_rewrite *rw, va_val old, va_val image);
void va_rewrite_mark(va_rewrite *rw, const va_val *roots, size_t n);
bool va_rewrite_is_marked(const va_rewrite *rw, va_val old);
void va_rewrite_touch(va_rewrite *rw, va_val old);         /* make it again: a hook will give another image */
void va_rewrite_force_loop(va_rewrite *rw, uint32_t loop); /* make it again, changed or not */
bool va_rewrite_build(va_rewrite *rw);
va_val va_rewrite_get(const va_rewrite *rw, va_val old); /* of a value that was marked; 0 stays 0 */
void va_rewrite_free(va_rewrite *rw);

/* The same instruction on other operands. */
va_val va_remake(va_ir *ir, const va_ins *ins, const va_val *args, size_t n);

/* All in one: the roots behind these pointers are replaced by their images. */
bool va_rewrite_all(va_ir *ir, const va_hooks *hooks, void *user, va_val **roots, size_t n);

/* The values that the roots depend on, as a set of marks; free with the arena. */
typedef struct va_cone {
    const uint8_t *has;
    size_t n;
} va_cone;
bool va_cone_of(va_ir *ir, hys__arena *arena, const va_val *roots, size_t n_roots, va_cone *cone);

#endif
