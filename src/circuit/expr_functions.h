/* The functions of netlist expressions: one table for reading, for evaluation, and for what writes them as Verilog-A.
 *
 * hys__expr.name of a CALL is the canonical name, hys__expr.index its row in hys__functions. */
#ifndef HYS_CIRCUIT_EXPR_FUNCTIONS_H
#define HYS_CIRCUIT_EXPR_FUNCTIONS_H
#include "circuit/expr.h"

#define HYS__ARGS_ANY 255

typedef enum hys__function_kind {
    HYS__FN_PURE,  /* eval computes it */
    HYS__FN_STATE, /* needs the solution over time: ddt, idt, delay */
    HYS__FN_RANDOM /* eval computes it from one draw: a[n] is uniform in (0,1), a[n + 1] standard normal */
} hys__function_kind;

/*  name, least and most arguments, kind, meaning (and, for the documentation, its text)  */
#define HYS__FUNCTION_LIST(X)                                                                                          \
    X(abs, 1, 1, PURE, "|x|")                                                                                          \
    X(min, 1, HYS__ARGS_ANY, PURE, "least of all")                                                                     \
    X(max, 1, HYS__ARGS_ANY, PURE, "largest of all")                                                                   \
    X(limit, 3, 3, PURE, "x, not below the smaller and not above the larger of a and b")                               \
    X(pow, 2, 2, PURE, "x^y where y is whole, else |x|^y")                                                             \
    X(pwr, 2, 2, PURE, "sgn(x) |x|^y")                                                                                 \
    X(sqrt, 1, 1, PURE, "square root")                                                                                 \
    X(exp, 1, 1, PURE, "e^x")                                                                                          \
    X(ln, 1, 1, PURE, "natural logarithm")                                                                             \
    X(log10, 1, 1, PURE, "decimal logarithm")                                                                          \
    X(sin, 1, 1, PURE, "sine, rad")                                                                                    \
    X(cos, 1, 1, PURE, "cosine, rad")                                                                                  \
    X(tan, 1, 1, PURE, "tangent, rad")                                                                                 \
    X(asin, 1, 1, PURE, "rad")                                                                                         \
    X(acos, 1, 1, PURE, "rad")                                                                                         \
    X(atan, 1, 1, PURE, "rad")                                                                                         \
    X(atan2, 2, 2, PURE, "angle of (x = second, y = first), rad")                                                      \
    X(sinh, 1, 1, PURE, "")                                                                                            \
    X(cosh, 1, 1, PURE, "")                                                                                            \
    X(tanh, 1, 1, PURE, "")                                                                                            \
    X(asinh, 1, 1, PURE, "")                                                                                           \
    X(acosh, 1, 1, PURE, "")                                                                                           \
    X(atanh, 1, 1, PURE, "")                                                                                           \
    X(hypot, 2, 2, PURE, "sqrt(x^2 + y^2)")                                                                            \
    X(floor, 1, 1, PURE, "largest whole number not above x")                                                           \
    X(ceil, 1, 1, PURE, "smallest whole number not below x")                                                           \
    X(int, 1, 1, PURE, "x without its fraction")                                                                       \
    X(nint, 1, 1, PURE, "nearest whole number, halves to the even one")                                                \
    X(round, 1, 1, PURE, "nearest whole number, halves away from zero")                                                \
    X(sgn, 1, 1, PURE, "-1, 0 or 1")                                                                                   \
    X(sign, 2, 2, PURE, "|x| with the sign of y")                                                                      \
    X(u, 1, 1, PURE, "1 above 0, 1/2 at 0, 0 below")                                                                   \
    X(u2, 1, 1, PURE, "x, held between 0 and 1")                                                                       \
    X(uramp, 1, 1, PURE, "x above 0, else 0")                                                                          \
    X(buf, 1, 1, PURE, "1 where x > 1/2, else 0")                                                                      \
    X(inv, 1, 1, PURE, "0 where x > 1/2, else 1")                                                                      \
    X(table, 3, HYS__ARGS_ANY, PURE, "straight lines through the points (x1, y1), (x2, y2) ..., level outside")        \
    X(poly, 3, HYS__ARGS_ANY, PURE, "SPICE polynomial: dimension, that many variables, coefficients")                  \
    X(ddt, 1, 1, STATE, "derivative with respect to time")                                                             \
    X(idt, 1, 3, STATE, "integral over time, from the second argument; held at it while the third is not 0")           \
    X(delay, 2, 3, STATE, "x as it was the second argument's seconds ago")                                             \
    X(gauss, 1, 3, RANDOM, "x (1 + normal y / z): relative deviation y at z sigma; of one argument: normal x")         \
    X(agauss, 2, 3, RANDOM, "x + normal y / z: absolute deviation y at z sigma")                                       \
    X(unif, 2, 3, RANDOM, "x (1 + y uniform(-1, 1))")                                                                  \
    X(aunif, 2, 3, RANDOM, "x + y uniform(-1, 1)")                                                                     \
    X(worst, 2, 2, RANDOM, "x + y or x - y, each half of the time")                                                    \
    X(flat, 1, 1, RANDOM, "uniform between -x and x")                                                                  \
    X(rand, 0, 1, RANDOM, "uniform between 0 and 1")

typedef enum hys__function_id {
#define HYS__X(name, least, most, kind, text) HYS__FN_##name,
    HYS__FUNCTION_LIST(HYS__X)
#undef HYS__X
        HYS__FN_N
} hys__function_id;

typedef struct hys__function {
    const char *name;
    uint8_t least, most; /* arguments; most HYS__ARGS_ANY: no limit */
    hys__function_kind kind;
    double (*eval)(const double *a, uint32_t n); /* NULL: FN_STATE */
    const char *text;
} hys__function;
extern const hys__function hys__functions[HYS__FN_N];

/* The row of a name or alias with that many arguments (limit of two is worst); HYS__FN_N: none. */
hys__function_id hys__function_find(const char *name, uint32_t n_args);
/* All names, aliases too, for "did you mean". */
const char *const *hys__function_names(size_t *n);
/* a ** b. */
double hys__expr_pow(double a, double b);
/* Operators of two numbers.  As in SPICE, every number that is not 0 is true. */
double hys__expr_of_two(hys__expr_op op, double a, double b);

#endif
