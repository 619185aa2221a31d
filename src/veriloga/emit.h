/* From the graph to C.
 *
 * Each function of a kernel is written in three stages by what its values depend on (va_stage): once for
 * the batch, once where parameters are shared, and for each group of instances.  Values that only one arm of
 * a select needs go into regions, `if (any lane takes it) { ... }`, where that saves enough.
 *
 *   emit.c         the kernel as a whole; flags for the C compiler
 *   emit_plan.c    what a function needs: reachable values, stages, products that are fused into sums
 *   emit_region.c  which values lie in which region
 *   emit_twin.c    functions that both arms of a condition call: called once
 *   emit_order.c   regions and values in the order of the text
 *   emit_ins.c     one value as C
 *   emit_func.c    one function: its loads, its values, its stores
 *   emit_array.c   arrays in memory: their entry and what is kept of them
 *   emit_desc.c    the descriptor's tables
 *   emit_table.c   $table_model: data and spline coefficients
 *   emit_text.c    strings and numbers as C literals */
#ifndef HYS_VERILOGA_EMIT_H
#define HYS_VERILOGA_EMIT_H
#include "veriloga/ir_ops.h"

/* Options for the C compiler, as many operations as the kernel has: large ones are compiled with less
 * optimisation, so that no model takes more than some seconds.  The caller adds -march, -DHYS_LANES=,
 * -DHYS_OWN_PARAMS=, -shared, -o and the names. */
const char *hys__kernel_flags(size_t n_values);

/* ---- shared by the emitter's files ---- */

/* A value that depends on... */
typedef enum va_stage {
    VA_STAGE_BATCH,  /* nothing that differs within a batch */
    VA_STAGE_PARAMS, /* parameters too: shared by the batch unless the kernel has own parameters */
    VA_STAGE_LANES,  /* the instance */
    VA_STAGE_COUNT
} va_stage;

#define VA_NO_REGION   UINT32_MAX
#define VA_ROOT_REGION 0u

typedef enum va_region_kind {
    VA_REGION_ROOT,
    VA_REGION_ARM,    /* lanes for which `cond` is `when` */
    VA_REGION_EITHER, /* lanes that take one of two arms */
    VA_REGION_BODY    /* of a loop */
} va_region_kind;

typedef struct va_region {
    va_region_kind kind;
    uint32_t parent, depth;
    va_val cond;
    bool when;
    uint32_t either[2];
    uint32_t loop; /* innermost loop here */
    uint32_t cost[VA_STAGE_COUNT];
    uint32_t same_cond;            /* next region with this cond; VA_NO_REGION: last */
    uint32_t home[VA_STAGE_COUNT]; /* itself, or the region it was merged into */
    /* while one stage is put in order */
    uint32_t first_child, sibling; /* arms inside it; VA_NO_REGION ends the list */
    va_val ready;                  /* heap of values all of whose operands are placed */
    uint32_t n_ready;              /* of them, here and in the arms inside */
} va_region;

typedef struct va_loop {
    va_val head, cond, end;
    bool is_pinned; /* stores or effects in it */
    va_stage stage;
    uint32_t region, block;
    va_val last_pinned; /* newest value in it whose place in the order counts */
} va_loop;

typedef enum va_item_kind { VA_ITEM_VALUE, VA_ITEM_OPEN, VA_ITEM_CLOSE } va_item_kind;
typedef struct va_item {
    va_item_kind kind;
    uint32_t at; /* value or block */
} va_item;

#define VA_FIRST_BLOCK 2  /* those before it are the function itself */
typedef struct va_block { /* one place in the text where a region is entered */
    uint32_t parent, depth, region;
    va_val first_early; /* values declared before it, since they are used behind it */
} va_block;

/* Two calls of one function in complementary arms, f(a) where cond and f(b) where not, are one:
 * f(cond ? a : b). */
typedef struct va_twin {
    va_val other, cond; /* other 0: none */
    bool when;          /* its own operand counts where cond is that */
    uint32_t region;    /* where it is computed */
} va_twin;

typedef struct va_edge {
    va_val to;
    uint32_t next;
} va_edge;

typedef struct va_emitter {
    const va_program *program;
    const va_model *model;
    const va_ir *ir;
    hys__arena arena; /* scratch, given back at the end */
    hys__text *out;
    size_t n; /* instructions */
    /* for the whole program */
    uint8_t *seen;     /* some function needs it */
    uint32_t *uses;    /* by how many operands and roots */
    va_val *product;   /* of a sum: the product fused into it, or 0 */
    uint8_t *is_exact; /* something else than a derivative needs it */
    va_val *slope;     /* of a quotient n x^n / x: the power, or 0 */
    struct {
        va_loop *at;
        size_t n, cap;
    } loops; /* [1...]; [0]: outside of loops */
    struct {
        va_val *at;
        size_t n, cap;
    } stores;            /* ASTORE instructions */
    size_t n_live_total; /* values in all functions */
    size_t n_calls;      /* elementary functions among them */
    size_t n_elements;   /* of arrays, in the function that has most */
    bool uses_time;
    bool is_large; /* compiled with less care: see va_emit */
    /* for one function */
    va_func_id func;
    const va_root *roots;
    size_t n_roots;
    uint32_t *stamp, now; /* stamp[v] == now: this function needs v */
    struct {
        va_val *at;
        size_t n, cap;
    } live; /* ascending */
    uint8_t *stage;
    uint8_t *has_inverse; /* of a divisor: several derivatives are divided by it */
    uint8_t *is_exit;     /* a load that only keeps an element: written with its array */
    uint32_t *region;
    uint32_t *first_region; /* by condition */
    va_val *next;           /* lists of early declarations */
    uint32_t *first_edge;   /* by value: edges to what waits for it */
    uint32_t *waits;        /* for so many values */
    va_val *heap_child, *heap_sibling;
    struct {
        va_edge *at;
        size_t n, cap;
    } edges;
    uint32_t *block;    /* block of definition */
    uint32_t *declared; /* block of declaration */
    struct {
        va_region *at;
        size_t n, cap;
    } regions;
    struct {
        va_item *at;
        size_t n, cap;
    } items[VA_STAGE_COUNT];
    va_twin *twin; /* of the one of two like functions that stands for both */
    va_val *alias; /* of the other: the one that stands for it, or 0 */
    struct {
        va_val *at;
        size_t n, cap;
    } twins; /* values that have twin set */
    struct {
        va_block *at;
        size_t n, cap;
    } blocks;
    struct {
        va_val *at;
        size_t n, cap;
    } stack;
    double *usual;       /* with parameters at their defaults; NaN: not known */
    uint8_t *is_assumed; /* to have that value, in the text for the usual parameters */
    bool is_usual;       /* that text is being written */
    bool is_pair;        /* two groups of lanes are being written side by side */
    bool is_second;      /* and this is of the second */
    uint8_t *again;      /* has another value once states have moved */
    bool is_again;       /* that is being written */
    uint32_t curved;     /* of gates(): bits of the states whose own rates are not linear in them */
    bool exact_only;     /* reach: leave derivatives out */
    bool failed;         /* memory */
    bool is_stuck;       /* values wait for each other: a fault of ours */
} va_emitter;

/* emit_plan.c */
size_t va_emit_n_operands(const va_emitter *e, va_val v);
va_val va_emit_operand(const va_emitter *e, va_val v, size_t i);
static inline bool va_emit_is_gates(va_func_id func) {
    return func == VA_FUNC_GATES || func == VA_FUNC_GATES_OWN;
}
static inline bool va_emit_has_gates(const va_emitter *e) {
    return e->program->roots[VA_FUNC_GATES].n > 0 && !e->is_large;
}
static inline va_val va_emit_rep(const va_emitter *e, va_val v) { /* what stands for a value in the text */
    return e->alias[v] ? e->alias[v] : v;
}
va_val va_emit_array_of(const va_emitter *e, va_val version);
bool va_emit_is_literal(const va_emitter *e, va_val v);
/* A quotient that only derivatives need: may be a product with the reciprocal. */
bool va_emit_is_loose(const va_emitter *e, va_val v);
bool va_emit_plan_program(va_emitter *e);
bool va_emit_plan_gates(va_emitter *e); /* uses and fusing within e->func alone */
bool va_emit_plan_function(va_emitter *e);
bool va_emit_reach(va_emitter *e); /* fills e->live from the roots */

/* emit_region.c, emit_order.c */
bool va_emit_is_pinned(const va_emitter *e, va_val v);      /* keeps its place among others of that kind */
uint32_t va_emit_region_add(va_emitter *e, va_region like); /* parent, kind ... are those of `like` */
bool va_emit_find_twins(va_emitter *e);                     /* false: there are none */
void va_emit_forget_twins(va_emitter *e);
uint32_t va_emit_home_parent(const va_emitter *e, uint32_t region, va_stage stage);
bool va_emit_regions(va_emitter *e);
bool va_emit_order(va_emitter *e);

/* emit_ins.c, emit_func.c */
void va_emit_ref(va_emitter *e, va_val v);
void va_emit_expression(va_emitter *e, va_val v);
/* The value of the same operand that is computed together with v, in the same block: cosh and sinh. 0: none */
va_val va_emit_partner(const va_emitter *e, va_val v);
/* What marks the names of the second of two groups. */
static inline const char *va_emit_suffix(const va_emitter *e, va_val v) {
    return e->is_second && e->stage[v] == VA_STAGE_LANES ? "b" : "";
}
void va_emit_stage(va_emitter *e, va_stage stage);
void va_emit_function(va_emitter *e, va_func_id func);
void va_emit_params(va_emitter *e);

/* emit_gates.c */
void va_emit_find_curved(va_emitter *e);    /* of the roots at hand */
bool va_emit_can_pair(const va_emitter *e); /* loops of two groups of lanes are possible */
/* Which values the first terminal's current has that states change. */
void va_emit_find_again(va_emitter *e);
bool va_emit_is_again_state(const va_emitter *e, va_val v, uint32_t *state);
void va_emit_gates_entry(va_emitter *e); /* what is read once */
void va_emit_move_gates(va_emitter *e);

/* emit_usual.c: what the text for the usual parameters assumes; 0: there is none. */
#define VA_MOST_ASSUMED 16
size_t va_emit_find_usual(va_emitter *e, va_val assumed[VA_MOST_ASSUMED]);

/* emit_array.c */
void va_emit_array_entry(va_emitter *e, va_val array, int spaces);
void va_emit_find_exits(va_emitter *e);
void va_emit_array_exits(va_emitter *e);

/* emit_desc.c, emit_table.c */
void va_emit_descriptor(va_emitter *e);
hys_status va_emit_check_tables(const va_emitter *e);
void va_emit_tables(va_emitter *e);

/* emit_text.c */
void va_emit_string(hys__text *out, const char *s);
void va_emit_number(hys__text *out, double number);
uint32_t va_emit_line(const va_emitter *e, hys__span span);

#endif
