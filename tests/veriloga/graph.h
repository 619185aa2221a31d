/* Runs a graph of values in long double, straight from the meaning of each operation (no folding, no
 * sharing with the compiler): what the tests of the middle compare with. */
#ifndef HYS_TEST_VERILOGA_GRAPH_H
#define HYS_TEST_VERILOGA_GRAPH_H
#include "veriloga/ir.h"

typedef long double graph_real;

typedef struct graph_point {
    graph_real param[16], probe[16], retained[16], ddt[16], noise[16], draw[16];
    graph_real time, temp;
    bool flag[10], event[16];
} graph_point;

/* Fills values[model->ir.ins.n] (booleans: 0 or 1). */
void graph_run(const va_model *model, const graph_point *at, graph_real *values);
graph_real graph_value(const va_model *model, const graph_point *at, va_val value);

/* A model with nothing in it but an empty graph. */
void graph_new(va_model *model, hys_ctx *ctx, hys__arena *arena, size_t max_ins);

/* Repeatable numbers. */
typedef struct graph_random {
    uint64_t state;
} graph_random;
uint32_t graph_below(graph_random *random, uint32_t n);
double graph_between(graph_random *random, double lo, double hi);

#endif
