/* What the parts of va_lower and va_lift share. */
#ifndef HYS_VERILOGA_LOWER_H
#define HYS_VERILOGA_LOWER_H
#include "veriloga/derive.h"

/* ---- leaves to values: lower_subst.c ---- */

/* For each kind of leaf and its imm the value that replaces it; 0: none does. */
typedef struct va_subst {
    hys__arena *arena;
    struct {
        va_val *at;
        size_t n, cap;
    } by[VA_OP_COUNT];
    bool failed;
} va_subst;
void va_subst_put(va_subst *subst, va_opcode op, uint32_t imm, va_val value);
va_val va_subst_leaf(void *user, const va_rewrite *rw, va_val old); /* va_hooks.subst, user: va_subst */
/* RETAINED to their initialisers, FLAG_INIT to true, events to false, noise and ddt to 0: what holds in
 * the very first evaluation. */
bool va_subst_first(va_model *model, va_subst *subst);
void va_subst_all(va_subst *subst, va_opcode op, size_t n, va_val value);
/* Events and timers to false: what holds at ordinary points. */
void va_subst_no_event(va_model *model, va_subst *subst);

/* Places of values: what a pass rewrites. */
typedef struct va_places {
    va_val **at;
    size_t n, cap;
} va_places;
enum {
    VA_IN_ROWS = 1,
    VA_IN_RETAINED = 2, /* next values */
    VA_IN_OUTPUTS = 4,  /* events, noise powers, delays, collapses */
    VA_IN_REPORTS = 8,  /* effects, opvars */
    VA_IN_STEPS = 16,   /* step bound, next time, timers */
    VA_IN_INITS = 32,   /* initial values of unknowns and of retained slots in the first evaluation */
    VA_IN_LEAVES = 64,  /* operands of ddt and arguments of draws, which leaves stand for */
    VA_IN_ALL = 127,
    VA_IN_RESULTS = VA_IN_OUTPUTS | VA_IN_REPORTS | VA_IN_STEPS
};
bool va_places_of(va_model *model, hys__arena *arena, unsigned which, va_places *places);
bool va_subst_apply(va_model *model, va_subst *subst, const va_places *places);
/* Timers to what makes them fire. */
bool va_expand_timers(va_model *model, hys__arena *arena, const va_places *places);
/* The values themselves. */
bool va_places_read(hys__arena *arena, const va_places *places, va_vals *values);

/* One byte a value: 1 when it depends on nothing but parameters, temperature, what is given and connected. */
uint8_t *va_fixed_map(va_ir *ir, hys__arena *arena);

/* ---- parts of lowering ---- */

hys_status va_lower_status(const va_model *model); /* of a pass that failed: HYS_NOMEM or HYS_LIMIT */
bool va_first_values(va_model *model);             /* fills va_retained.at_init where it is 0 */
bool va_simplify_slots(va_model *model);           /* drops slots that become constant, merges equal ones */
bool va_find_live(va_model *model, va_program *program);
bool va_find_stepped(va_model *model, va_program *program);
bool va_lower_ddts(va_model *model, va_program *program);
bool va_lower_roots(va_model *model, va_program *program);
bool va_find_gates(va_program *program); /* lower_gates.c */
/* ---- functions of kernels whose bits are those of no other function ---- */

/* a b, where 0 stands for a factor that is not there. */
va_val va_times(va_ir *ir, va_val a, va_val b);
/* The roots with what hooks make of them; prepare sets and touches values first. */
typedef bool va_prepare(void *user, va_rewrite *rw);
bool va_rewrite_roots(va_ir *ir, const va_hooks *hooks, void *user, va_prepare *prepare, va_root *roots, size_t n);
/* The roots with exponentials that are powers of one, and no division by constants: lower_powers.c.  has_shared_params:
 * what depends on parameters alone costs nothing. */
bool va_share_powers(va_model *model, va_root *roots, size_t n, bool has_shared_params);
/* The first terminal's current and its derivatives, where it is a product of states: lower_current.c. */
bool va_derive_product(const va_program *program, va_root *roots, size_t n);
/* The roots with what is the same for all instances gathered in each product: lower_factors.c. */
bool va_gather_factors(va_model *model, va_root *roots, size_t n);
bool va_find_needs(va_model *model, va_program *program);
bool va_push_stepped(va_program *program, va_val when);
bool va_push_entry(va_program *program, va_target target, va_entry entry, va_val value);
uint32_t va_add_probe(va_model *model, uint32_t pos); /* of one unknown; VA_GROUND: out of memory */

#endif
