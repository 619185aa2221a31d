/* Models made by hand, emitted, compiled and run on batches. */
#ifndef HYS_TEST_VERILOGA_EMIT_RIG_H
#define HYS_TEST_VERILOGA_EMIT_RIG_H
#include "abi/kernel_cc.h"
#include "hys_test.h"
#include "veriloga/emit.h"
#include "veriloga/graph.h"

typedef struct rig {
    hys_ctx *ctx;
    hys__arena arena;
    va_model model;
    va_program program;
    va_ir *ir;
} rig;

#define OP1(op, a)    va_op1(f->ir, VA_OP_##op, a)
#define OP2(op, a, b) va_op2(f->ir, VA_OP_##op, a, b)
#define SEL(c, a, b)  va_op3(f->ir, VA_OP_SELECT, c, a, b)
#define NUM(x)        va_const(f->ir, x)
#define LEAF(op, imm) va_leaf(f->ir, VA_OP_##op, imm)

void rig_start(rig *f, hys_ctx *ctx);
void rig_end(rig *f);
uint32_t rig_unknown(rig *f, const char *name, va_unknown_kind kind, bool is_terminal);
va_val rig_probe(rig *f, uint32_t pos, uint32_t neg);
va_val rig_ddt(rig *f, va_val operand);
va_val rig_param(rig *f, const char *name, va_val init, double def);
va_val rig_retained(rig *f, const char *name, va_val init);
/* Current i from unknown p to unknown n. */
void rig_current(rig *f, uint32_t p, uint32_t n, va_val i);
/* A program without lowering: the roots that the test names. */
void rig_bare_program(rig *f);
void rig_root(rig *f, va_func_id func, va_target target, uint32_t index, va_val value);

/* The C text; free with hys__text_free. */
hys_status rig_emit(rig *f, hys__text *text);
/* Lowered if the program is empty, emitted, compiled, loaded. */
void *rig_load(rig *f, const kernel_build *build);
kernel_build rig_build(int lanes); /* the machine's own instruction set */

typedef struct rig_batch { /* all that a kernel's functions may ask for */
    const hys_kernel *kernel;
    hys_env env;
    hys_batch batch;
    hys_out out;
    hys_step_args args;
    double **x, **x_old, **p, **r, **event; /* inputs, to be filled */
    hys_u64 *key;
    unsigned char *given, *p_stride;
    double **f, **jac, **next; /* next: values of retained variables */
    unsigned n;
    void **owned;
    size_t n_owned;
} rig_batch;
/* Parameters are at their defaults; x 0; keys 1, 2, ...  args has h = inf. */
rig_batch *rig_batch_new(const hys_kernel *kernel, unsigned n);
void rig_batch_free(rig_batch *b);

#endif
