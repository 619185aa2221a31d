/* What the builder (ir.c) and the folder (ir_fold.c) share, and facts on opcodes for every pass. */
#ifndef HYS_VERILOGA_IR_OPS_H
#define HYS_VERILOGA_IR_OPS_H
#include "veriloga/ir.h"

typedef struct va_op_info {
    const char *name; /* "ADD" */
    uint8_t n;        /* operands; VA_POOLED: in the pool */
    uint8_t kind;     /* va_kind of the result */
} va_op_info;
#define VA_POOLED 9

const va_op_info *va_op_facts(va_opcode op);
bool va_op_is_comparison(va_opcode op);
/* May two equal instructions be one?  Not what touches memory or the flow of control. */
bool va_op_is_shared(va_opcode op);

/* What folding returns when the operation needs an instruction of its own. */
#define VA_UNFOLDED UINT32_MAX

/* The value of an operation if no new instruction of that form is needed, else VA_UNFOLDED and the
 * operands in their canonical order.  Operands have the kinds that the operation wants. */
va_val va_fold1(va_ir *ir, va_opcode op, va_val a);
va_val va_fold2(va_ir *ir, va_opcode op, va_val *a, va_val *b);
va_val va_fold_select(va_ir *ir, va_val *cond, va_val *yes, va_val *no);

/* Operations on 32-bit integers carried in doubles, as the kernel does them. */
double va_int_op2(va_opcode op, double a, double b);
double va_wrap32(double a);

/* Folding of comparisons and logic: ir_logic.c. */
va_val va_fold_compare(va_ir *ir, va_opcode op, va_val *a, va_val *b);
va_val va_fold_logic(va_ir *ir, va_opcode op, va_val *a, va_val *b);
va_val va_fold_not(va_ir *ir, va_val a);

/* A SELECT whose arms are constants, or such SELECTs: a number that encodes a condition. */
bool va_is_choice(const va_ir *ir, va_val a);

/* Bounds that hold whatever the leaves are (if finite). */
typedef struct va_bounds {
    double lo, hi;
} va_bounds;
va_bounds va_bounds_of(const va_ir *ir, va_val a);
bool va_is_integral(const va_ir *ir, va_val a); /* surely an integral number */

/* What `fact` (or its negation) tells about a boolean value: 1 it is true, 0 it is false, -1 nothing. */
int va_implied(const va_ir *ir, va_val fact, bool fact_is, va_val value);

#endif
