/* What the parts of va_lift share.
 *
 * The theorem.  Let next = N(x, h), h the time step, N(x, 0) = x up to clamps with fixed bounds.  Then the
 * published update is a consistent one-step method for x' = dN/dh at h = 0, whatever its form: Euler,
 * Heun, RK4, implicit Euler, an exact exponential.  So the module's differential equation is that one. */
#ifndef HYS_VERILOGA_LIFT_H
#define HYS_VERILOGA_LIFT_H
#include "veriloga/lower.h"

typedef enum va_lift_role {
    VA_LIFT_KEPT,     /* stays as written */
    VA_LIFT_STAMP,    /* time of the last step: next = $abstime, perhaps scaled */
    VA_LIFT_STATE,    /* becomes a differential state */
    VA_LIFT_FOLLOWER, /* a function of states, kept for the next evaluation: is that function */
    VA_LIFT_ECHO      /* the same of the present solution, too: so in rates only, where a step's delay vanishes */
} va_lift_role;

typedef struct va_lift_slot {
    va_lift_role role;
    bool is_stepped;
    va_val ordinary; /* next, in a transient analysis, no event firing */
    va_val moved;    /* ordinary as N(x, h) */
    va_val updated;  /* the same, events not fixed */
    va_val at_zero;  /* updated at h = 0 */
    va_val value;    /* of a follower or an echo */
    va_val slope;    /* dN/dh at 0 */
    va_val lo, hi;   /* fixed bounds of the clamps in N(x, 0); 0: none */
    va_val state;    /* what replaces the slot: the clamped unknown */
    uint32_t unknown;
    const char *why;     /* not lifted */
    bool is_consequence; /* only because another is not */
} va_lift_slot;

typedef struct va_lift_fact {
    uint32_t slot;
    va_val cond;
    bool is;
} va_lift_fact; /* while its clamps do not bite */

typedef struct va_lifter {
    va_model *model;
    va_ir *ir;
    hys__arena *arena;
    va_lift_slot *slots; /* [retained.n] */
    va_val h;            /* the leaf that stands for the step */
    bool *is_step_param; /* [params.n] */
    bool settles;        /* rewriting for a transient: flags known */
    bool drops_events;
    struct {
        va_lift_fact *at;
        size_t n, cap;
    } facts;
    uint8_t *fixed; /* [n_fixed], see va_fixed_map */
    size_t n_fixed, cap_fixed;
    bool failed; /* out of memory somewhere that has no way to say so */
} va_lifter;

#define VA_LIFT_TINY 1e-12 /* s; a smaller threshold or floor of the step only guards against 0 */

/* Steps become h, comparisons of h are those of h -> 0+ (lift_step.c). */
va_val va_lift_subst(void *user, const va_rewrite *rw, va_val old);
va_val va_lift_value(void *user, va_rewrite *rw, va_val old, va_val image);
bool va_lift_rewrite(va_lifter *l, const va_places *places); /* with both */
bool va_lift_find_stamps(va_lifter *l);
/* Sets of parameters that may be the step: number `attempt`; false when there are no more. */
bool va_lift_step_params(va_lifter *l, size_t attempt);

bool va_lift_find_fixed(va_lifter *l); /* anew */
bool va_lift_is_fixed(va_lifter *l, va_val v);
/* Is the value slot k's, up to clamps?  Fills lo, hi and facts (lift_clamp.c). */
bool va_lift_parse_clamp(va_lifter *l, uint32_t k);

/* Fills roles (lift_find.c): states are those whose equations close. */
bool va_lift_find(va_lifter *l);
bool va_lift_divides(const va_lifter *l, va_val v); /* a division by the constant 0 */
/* For each value a source that it depends on (or is), 0 if none. */
typedef bool (*va_lift_source)(const va_lifter *l, va_val v);
va_val *va_lift_spread(const va_lifter *l, va_lift_source is_source);

/* Makes the states (lift_apply.c).  *refused: the equations divide by the step; nothing was changed. */
bool va_lift_apply(va_lifter *l, const char **refused);

#endif
