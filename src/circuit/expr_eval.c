/* Values of expressions that need no solution. */
#include "base/random.h"
#include "circuit/expr_functions.h"
#include "circuit/netlist.h"
#include <math.h>

bool hys__expr_is_behavioural(const hys__expr *e) {
    if (!e) return false;
    if (e->op == HYS__EXPR_V || e->op == HYS__EXPR_I || e->op == HYS__EXPR_TIME || e->op == HYS__EXPR_HERTZ)
        return true;
    if (e->op == HYS__EXPR_CALL && hys__functions[e->index].kind == HYS__FN_STATE) return true;
    for (uint32_t i = 0; i < e->n_args; i++)
        if (hys__expr_is_behavioural(e->args[i])) return true;
    return false;
}

void nl_note_shape(hys__netlist *net, const hys__expr *e) {
    if (!e) return;
    net->is_shaped = net->is_shaped || e->op == HYS__EXPR_PARAM;
    for (uint32_t i = 0; i < e->n_args && !net->is_shaped; i++) nl_note_shape(net, e->args[i]);
}

static double truth(bool holds) {
    return holds ? 1 : 0;
}

static bool is_true(double x) {
    return x != 0 && !isnan(x);
}

double hys__expr_of_two(hys__expr_op op, double a, double b) {
    switch (op) {
    case HYS__EXPR_ADD:
        return a + b;
    case HYS__EXPR_SUB:
        return a - b;
    case HYS__EXPR_MUL:
        return a * b;
    case HYS__EXPR_DIV:
        return a / b;
    case HYS__EXPR_MOD:
        return fmod(a, b);
    case HYS__EXPR_POW:
        return hys__expr_pow(a, b);
    case HYS__EXPR_LT:
        return truth(a < b);
    case HYS__EXPR_LE:
        return truth(a <= b);
    case HYS__EXPR_GT:
        return truth(a > b);
    case HYS__EXPR_GE:
        return truth(a >= b);
    case HYS__EXPR_EQ:
        return truth(a == b);
    case HYS__EXPR_NE:
        return truth(a != b);
    case HYS__EXPR_AND:
        return truth(is_true(a) && is_true(b));
    case HYS__EXPR_OR:
        return truth(is_true(a) || is_true(b));
    default:
        return NAN;
    }
}

/* Arguments that stand on the stack; tables may be longer. */
#define ARGS_SHORT 32

static void draw(const nl_eval *v, const hys__expr *e, double *two) {
    uint64_t key[2] = {v->net->seed, v->key}, counter[2] = {(uint64_t)e->number, v->net->run};
    uint64_t bits[2];
    hys__threefry2x64(key, counter, bits);
    two[0] = hys__uniform(bits[0]);
    two[1] = hys__normal_quantile(hys__uniform(bits[1]));
}

static double of_call(const nl_eval *v, const hys__expr *e) {
    const hys__function *f = &hys__functions[e->index];
    double few[ARGS_SHORT + 2], *a = few;
    if (!f->eval) return NAN;
    if (e->n_args > ARGS_SHORT) a = HYS_NEW_N(v->net->arena, double, e->n_args + 2);
    if (!a) return NAN;
    for (uint32_t i = 0; i < e->n_args; i++) a[i] = nl_eval_expr(v, e->args[i]);
    if (f->kind == HYS__FN_RANDOM) draw(v, e, a + e->n_args);
    return f->eval(a, e->n_args);
}

double nl_eval_expr(const nl_eval *v, const hys__expr *e) {
    switch (e->op) {
    case HYS__EXPR_NUMBER:
        return e->number;
    case HYS__EXPR_PARAM:
        return nl_eval_param(v, e);
    case HYS__EXPR_TEMPER:
        return v->net->temp - NL_CELSIUS;
    case HYS__EXPR_NEG:
        return -nl_eval_expr(v, e->args[0]);
    case HYS__EXPR_NOT:
        return truth(!is_true(nl_eval_expr(v, e->args[0])));
    case HYS__EXPR_COND:
        return nl_eval_expr(v, e->args[is_true(nl_eval_expr(v, e->args[0])) ? 1 : 2]);
    case HYS__EXPR_CALL:
        return of_call(v, e);
    case HYS__EXPR_ARG:
    case HYS__EXPR_V:
    case HYS__EXPR_I:
    case HYS__EXPR_TIME:
    case HYS__EXPR_HERTZ:
        return NAN;
    default:
        return hys__expr_of_two(e->op, nl_eval_expr(v, e->args[0]), nl_eval_expr(v, e->args[1]));
    }
}
