#include "veriloga/graph.h"
#include <math.h>
#include <stdlib.h>

typedef struct machine {
    const va_model *model;
    const va_ir *ir;
    const graph_point *at;
    graph_real *values;
    graph_real **stores; /* [ins.n] of ARRAY instructions */
    va_val *webs;        /* [ins.n] array versions: their ARRAY */
} machine;

static graph_real leaf(const machine *m, const va_ins *ins) {
    switch (ins->op) {
    case VA_OP_CONST:
        return ins->number;
    case VA_OP_TRUE:
        return 1;
    case VA_OP_PARAM:
        return m->at->param[ins->imm];
    case VA_OP_PROBE:
        return m->at->probe[ins->imm];
    case VA_OP_RETAINED:
        return m->at->retained[ins->imm];
    case VA_OP_DDT:
        return m->at->ddt[ins->imm];
    case VA_OP_NOISE:
        return m->at->noise[ins->imm];
    case VA_OP_TIME:
        return m->at->time;
    case VA_OP_TEMP:
        return m->at->temp;
    case VA_OP_FLAG:
        return m->at->flag[ins->imm];
    case VA_OP_EVENT:
        return m->at->event[ins->imm];
    default:
        return 0;
    }
}

static graph_real word(graph_real a) {
    return (int32_t)(uint32_t)(int64_t)fmodl(truncl(a), 4294967296.0L);
}

static graph_real integers(va_opcode op, graph_real x, graph_real y) {
    int32_t a = (int32_t)word(x), b = (int32_t)word(y);
    switch (op) {
    case VA_OP_IAND:
        return a & b;
    case VA_OP_IOR:
        return a | b;
    case VA_OP_IXOR:
        return a ^ b;
    case VA_OP_SHL:
        return b < 0 || b > 31 ? 0 : (int32_t)((uint32_t)a << b);
    case VA_OP_SHR:
        return b < 0 || b > 31 ? 0 : (int32_t)((uint32_t)a >> b);
    default:
        return b < 0 || b > 31 ? -(a < 0) : a >> b;
    }
}

static graph_real unary(va_opcode op, graph_real a) {
    switch (op) {
    case VA_OP_NEG:
        return -a;
    case VA_OP_ABS:
        return fabsl(a);
    case VA_OP_SQRT:
        return sqrtl(a);
    case VA_OP_EXP:
        return expl(a);
    case VA_OP_EXPM1:
        return expm1l(a);
    case VA_OP_LOG:
        return logl(a);
    case VA_OP_LOG1P:
        return log1pl(a);
    case VA_OP_LOG10:
        return log10l(a);
    case VA_OP_SIN:
        return sinl(a);
    case VA_OP_COS:
        return cosl(a);
    case VA_OP_TAN:
        return tanl(a);
    case VA_OP_ASIN:
        return asinl(a);
    case VA_OP_ACOS:
        return acosl(a);
    case VA_OP_ATAN:
        return atanl(a);
    case VA_OP_SINH:
        return sinhl(a);
    case VA_OP_COSH:
        return coshl(a);
    case VA_OP_TANH:
        return tanhl(a);
    case VA_OP_ASINH:
        return asinhl(a);
    case VA_OP_ACOSH:
        return acoshl(a);
    case VA_OP_ATANH:
        return atanhl(a);
    case VA_OP_FLOOR:
        return floorl(a);
    case VA_OP_CEIL:
        return ceill(a);
    case VA_OP_TRUNC:
        return truncl(a);
    case VA_OP_ROUND:
        return roundl(a);
    case VA_OP_WRAP32:
        return word(a);
    case VA_OP_NOT:
        return a == 0;
    default:
        return NAN;
    }
}

static graph_real binary(va_opcode op, graph_real a, graph_real b) {
    switch (op) {
    case VA_OP_ADD:
        return a + b;
    case VA_OP_SUB:
        return a - b;
    case VA_OP_MUL:
        return a * b;
    case VA_OP_DIV:
        return a / b;
    case VA_OP_MIN:
        return b < a ? b : a;
    case VA_OP_MAX:
        return a < b ? b : a;
    case VA_OP_POW:
        return powl(a, b);
    case VA_OP_ATAN2:
        return atan2l(a, b);
    case VA_OP_HYPOT:
        return hypotl(a, b);
    case VA_OP_FMOD:
        return fmodl(a, b);
    case VA_OP_LT:
        return a < b;
    case VA_OP_LE:
        return a <= b;
    case VA_OP_EQ:
        return a == b;
    case VA_OP_NE:
        return a != b;
    case VA_OP_AND:
        return a != 0 && b != 0;
    case VA_OP_OR:
        return a != 0 || b != 0;
    default:
        return integers(op, a, b);
    }
}

static graph_real *element(const machine *m, va_val version, graph_real index) {
    va_val web = m->webs[version];
    size_t n = m->model->arrays.at[va_get(m->ir, web)->imm].n;
    return index >= 0 && index < n ? &m->stores[web][(size_t)index] : NULL;
}

static void start_array(machine *m, va_val v, const va_ins *ins) {
    const va_array *array = &m->model->arrays.at[ins->imm];
    free(m->stores[v]);
    m->stores[v] = calloc(array->n + 1, sizeof(graph_real));
    for (size_t i = 0; i < array->n; i++)
        m->stores[v][i] = array->is_retained ? m->at->retained[array->first_slot + i] : array->init;
    m->webs[v] = v;
}

static graph_real array_op(machine *m, va_val v, const va_ins *ins) {
    size_t n;
    const va_val *args = va_args(m->ir, v, &n);
    if (ins->op == VA_OP_ARRAY) {
        start_array(m, v, ins);
        return 0;
    }
    m->webs[v] = m->webs[args[0]];
    graph_real *place = element(m, args[0], m->values[args[1]]);
    if (ins->op == VA_OP_ALOAD) return place ? *place : 0;
    if (place && m->values[args[3]] != 0) *place = m->values[args[2]];
    return 0;
}

static va_val find_end(const va_ir *ir, uint32_t loop) {
    va_val v = 1;
    while (va_get(ir, v)->op != VA_OP_END || va_get(ir, v)->imm != loop) v++;
    return v;
}

/* From a loop's END back to its first instruction behind the PHIs. */
static va_val go_round(machine *m, uint32_t loop) {
    va_val v = 1, phi;
    while (va_get(m->ir, v)->op != VA_OP_LOOP || va_get(m->ir, v)->imm != loop) v++;
    graph_real nexts[64];
    for (phi = v + 1; va_get(m->ir, phi)->op == VA_OP_PHI; phi++) nexts[phi - v - 1] = m->values[va_get(m->ir, phi)->b];
    for (phi = v + 1; va_get(m->ir, phi)->op == VA_OP_PHI; phi++) m->values[phi] = nexts[phi - v - 1];
    return phi;
}

static va_val enter(machine *m, va_val v, const va_ins *ins) {
    va_val phi;
    for (phi = v + 1; va_get(m->ir, phi)->op == VA_OP_PHI; phi++) {
        m->values[phi] = m->values[va_get(m->ir, phi)->a];
        m->webs[phi] = m->webs[va_get(m->ir, phi)->a];
    }
    return m->values[ins->a] != 0 ? phi : find_end(m->ir, ins->imm) + 1;
}

/* Runs one instruction; returns the next. */
static va_val step(machine *m, va_val v) {
    const va_ins *ins = va_get(m->ir, v);
    size_t n;
    const va_val *x = va_args(m->ir, v, &n);
    switch (ins->op) {
    case VA_OP_ARRAY:
    case VA_OP_ALOAD:
    case VA_OP_ASTORE:
        m->values[v] = array_op(m, v, ins);
        break;
    case VA_OP_LOOP:
        return enter(m, v, ins);
    case VA_OP_COND:
        return m->values[ins->a] != 0 ? v + 1 : find_end(m->ir, ins->imm) + 1;
    case VA_OP_END:
        return go_round(m, ins->imm);
    case VA_OP_RESULT:
        m->values[v] = m->values[ins->a];
        m->webs[v] = m->webs[ins->a];
        break;
    case VA_OP_SELECT:
        m->values[v] = m->values[x[0]] != 0 ? m->values[x[1]] : m->values[x[2]];
        break;
    case VA_OP_DRAW:
        m->values[v] = m->at->draw[ins->imm];
        break;
    case VA_OP_EFFECT:
    case VA_OP_DDX:
        break;
    default:
        m->values[v] = n == 0   ? leaf(m, ins)
                       : n == 1 ? unary((va_opcode)ins->op, m->values[x[0]])
                                : binary((va_opcode)ins->op, m->values[x[0]], m->values[x[1]]);
    }
    return v + 1;
}

void graph_run(const va_model *model, const graph_point *at, graph_real *values) {
    size_t n = model->ir.ins.n;
    machine m = {model, &model->ir, at, values, calloc(n, sizeof(graph_real *)), calloc(n, sizeof(va_val))};
    for (va_val v = 1; v < n;) v = step(&m, v);
    for (size_t i = 0; i < n; i++) free(m.stores[i]);
    free(m.stores);
    free(m.webs);
}

graph_real graph_value(const va_model *model, const graph_point *at, va_val value) {
    graph_real *values = calloc(model->ir.ins.n, sizeof *values);
    graph_run(model, at, values);
    graph_real result = values[value];
    free(values);
    return result;
}

void graph_new(va_model *model, hys_ctx *ctx, hys__arena *arena, size_t max_ins) {
    hys__arena_init(arena, ctx, 0);
    *model = (va_model){.ctx = ctx, .arena = arena, .name = "m"};
    va_ir_init(&model->ir, arena, max_ins);
}

uint32_t graph_below(graph_random *random, uint32_t n) {
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random->state >> 33) % n;
}

double graph_between(graph_random *random, double lo, double hi) {
    return lo + (hi - lo) * (graph_below(random, 1u << 30) / (double)(1u << 30));
}
