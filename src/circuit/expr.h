/* Expressions of netlists: values of parameters, and what behavioural sources compute.
 *
 * An expression is read once, where it stands in the text.  Inside a subcircuit it is shared by all instances:
 * names stand for parameters of the definition, V(a) for its local nodes; an instance (a scope, see flat.h) gives
 * them values.  Names are lower case and interned. */
#ifndef HYS_CIRCUIT_EXPR_H
#define HYS_CIRCUIT_EXPR_H
#include "base/diag.h"

typedef enum hys__expr_op {
    HYS__EXPR_NUMBER,
    HYS__EXPR_PARAM, /* a parameter visible where the expression stands */
    HYS__EXPR_ARG,   /* argument of a .func, while its body is held */
    HYS__EXPR_V,     /* V(a), V(a,b): nodes */
    HYS__EXPR_I,     /* I(element): current into its first node, through it */
    HYS__EXPR_TIME,
    HYS__EXPR_TEMPER, /* degC */
    HYS__EXPR_HERTZ,
    HYS__EXPR_NEG,
    HYS__EXPR_NOT,
    HYS__EXPR_ADD,
    HYS__EXPR_SUB,
    HYS__EXPR_MUL,
    HYS__EXPR_DIV,
    HYS__EXPR_MOD,
    HYS__EXPR_POW, /* a ** b, and a ^ b, as ngspice reads them: |a|^b where b is no whole constant */
    HYS__EXPR_LT,
    HYS__EXPR_LE,
    HYS__EXPR_GT,
    HYS__EXPR_GE,
    HYS__EXPR_EQ,
    HYS__EXPR_NE,
    HYS__EXPR_AND,
    HYS__EXPR_OR,
    HYS__EXPR_COND, /* a ? b : c, if(a, b, c) */
    HYS__EXPR_CALL  /* a function of the table in expr_functions.c */
} hys__expr_op;

typedef struct hys__expr hys__expr;
struct hys__expr {
    hys__expr_op op;
    hys__span span;
    double number;
    const char *name;  /* PARAM, ARG, CALL; V: the first node as written; I: the element as written */
    const char *name2; /* V: the second node, NULL: ground; I: the terminal of a device, NULL: the first */
    uint32_t index;    /* PARAM: slot in its scope; ARG: place; V: local node of the definition; I: see local_elem */
    uint32_t index2;   /* V: the second node's */
    uint32_t scope_up; /* PARAM, V: how many definitions outwards (global parameters and nodes: HYS__GLOBAL) */
    uint32_t n_args;
    hys__expr *const *args;
};
#define HYS__GLOBAL 0xffffffffu

/* True when a value needs the solution: V, I, time, derivatives and integrals in it. */
bool hys__expr_is_behavioural(const hys__expr *expr);

#endif
