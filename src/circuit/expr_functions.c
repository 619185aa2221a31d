#include "circuit/expr_functions.h"
#include <math.h>
#include <string.h>

double hys__expr_pow(double a, double b) {
    return a < 0 && b != nearbyint(b) ? pow(-a, b) : pow(a, b);
}

#define OF_X(name, value)                                                                                              \
    static double fn_##name(const double *a, uint32_t n) {                                                             \
        (void)n;                                                                                                       \
        double x = a[0];                                                                                               \
        return (value);                                                                                                \
    }
#define OF_XY(name, value)                                                                                             \
    static double fn_##name(const double *a, uint32_t n) {                                                             \
        (void)n;                                                                                                       \
        double x = a[0], y = a[1];                                                                                     \
        return (value);                                                                                                \
    }
OF_X(abs, fabs(x))
OF_X(sqrt, sqrt(x))
OF_X(exp, exp(x))
OF_X(ln, log(x))
OF_X(log10, log10(x))
OF_X(sin, sin(x))
OF_X(cos, cos(x))
OF_X(tan, tan(x))
OF_X(asin, asin(x))
OF_X(acos, acos(x))
OF_X(atan, atan(x))
OF_X(sinh, sinh(x))
OF_X(cosh, cosh(x))
OF_X(tanh, tanh(x))
OF_X(asinh, asinh(x))
OF_X(acosh, acosh(x))
OF_X(atanh, atanh(x))
OF_X(floor, floor(x))
OF_X(ceil, ceil(x))
OF_X(int, trunc(x))
OF_X(nint, nearbyint(x))
OF_X(round, round(x))
OF_X(sgn, isnan(x) ? x : (double)((x > 0) - (x < 0)))
OF_X(u, x > 0 ? 1 : x < 0 ? 0 : 0.5)
OF_X(u2, x > 1 ? 1 : x < 0 ? 0 : x)
OF_X(uramp, x < 0 ? 0 : x)
OF_X(buf, x > 0.5)
OF_X(inv, x <= 0.5)
OF_XY(pow, hys__expr_pow(x, y))
OF_XY(pwr, x < 0 ? -pow(-x, y) : pow(x, y))
OF_XY(atan2, atan2(x, y))
OF_XY(hypot, hypot(x, y))
OF_XY(sign, y<0 ? -fabs(x) : y> 0 ? fabs(x) : 0)

static double fn_min(const double *a, uint32_t n) {
    double least = a[0];
    for (uint32_t i = 1; i < n; i++)
        if (!(least <= a[i])) least = a[i];
    return least;
}

static double fn_max(const double *a, uint32_t n) {
    double largest = a[0];
    for (uint32_t i = 1; i < n; i++)
        if (!(largest >= a[i])) largest = a[i];
    return largest;
}

static double fn_limit(const double *a, uint32_t n) {
    (void)n;
    double low = fmin(a[1], a[2]), high = fmax(a[1], a[2]);
    return a[0] < low ? low : a[0] > high ? high : a[0];
}

/* Level outside; at a step (two points of one x) the later point counts. */
static double fn_table(const double *a, uint32_t n) {
    uint32_t n_points = (n - 1) / 2;
    const double *p = a + 1;
    if (!(a[0] > p[0])) return isnan(a[0]) ? a[0] : p[1];
    for (uint32_t i = 1; i < n_points; i++) {
        const double *b = p + 2 * (size_t)i;
        if (a[0] < b[0]) return b[-1] + (b[1] - b[-1]) * ((a[0] - b[-2]) / (b[0] - b[-2]));
    }
    return p[2 * (size_t)n_points - 1];
}

/* The order of SPICE 2: for exponent vectors of total degree 0, 1, 2 ..., each sorted so that the earlier variable's
 * exponent falls first: 1; x y; x^2 xy y^2; x^3 x^2y xy^2 y^3 ... */
static void next_exponents(uint32_t *e, uint32_t n) {
    uint32_t i = n - 1, tail = e[n - 1];
    e[n - 1] = 0;
    while (i > 0 && e[i - 1] == 0) i--;
    if (i == 0) { /* all was in the last variable: the next degree begins */
        e[0] = tail + 1;
        return;
    }
    e[i - 1]--;
    e[i] = tail + 1;
}

#define POLY_VARS_MAX 64

static double fn_poly(const double *a, uint32_t n) {
    uint32_t n_vars = (uint32_t)a[0], e[POLY_VARS_MAX] = {0};
    if (!(a[0] >= 1 && a[0] <= POLY_VARS_MAX) || n_vars + 1 >= n) return NAN;
    double sum = 0;
    for (uint32_t k = n_vars + 1; k < n; k++) {
        double term = a[k];
        for (uint32_t i = 0; i < n_vars && term != 0; i++)
            for (uint32_t j = 0; j < e[i]; j++) term *= a[1 + i];
        sum += term;
        next_exponents(e, n_vars);
    }
    return sum;
}

/* Of random functions a[n] and a[n + 1] are the draws. */
static double fn_gauss(const double *a, uint32_t n) {
    if (n == 1) return a[0] * a[n + 1];
    return a[0] * (1 + a[1] / (n > 2 ? a[2] : 1) * a[n + 1]);
}
static double fn_agauss(const double *a, uint32_t n) {
    return a[0] + a[1] / (n > 2 ? a[2] : 1) * a[n + 1];
}
static double fn_unif(const double *a, uint32_t n) {
    return a[0] * (1 + a[1] * (2 * a[n] - 1));
}
static double fn_aunif(const double *a, uint32_t n) {
    return a[0] + a[1] * (2 * a[n] - 1);
}
static double fn_worst(const double *a, uint32_t n) {
    return a[n] < 0.5 ? a[0] - a[1] : a[0] + a[1];
}
static double fn_flat(const double *a, uint32_t n) {
    return a[0] * (2 * a[n] - 1);
}
static double fn_rand(const double *a, uint32_t n) {
    return a[n];
}
#define fn_ddt   NULL
#define fn_idt   NULL
#define fn_delay NULL

const hys__function hys__functions[HYS__FN_N] = {
#define HYS__X(name, least, most, kind, text) {#name, least, most, HYS__FN_##kind, fn_##name, text},
    HYS__FUNCTION_LIST(HYS__X)
#undef HYS__X
};

/* Other names; n: only with that many arguments, 0: any. */
static const struct alias {
    const char *name;
    uint8_t n;
    hys__function_id id;
} aliases[] = {
    {"limit", 2, HYS__FN_worst},    {"log", 0, HYS__FN_ln},        {"arcsin", 0, HYS__FN_asin},
    {"arccos", 0, HYS__FN_acos},    {"arctan", 0, HYS__FN_atan},   {"arcsinh", 0, HYS__FN_asinh},
    {"arccosh", 0, HYS__FN_acosh},  {"arctanh", 0, HYS__FN_atanh}, {"limit_", 0, HYS__FN_limit},
    {"pwrs", 0, HYS__FN_pwr},       {"sign", 1, HYS__FN_sgn},      {"stp", 0, HYS__FN_u},
    {"pwl", 0, HYS__FN_table},      {"tbl", 0, HYS__FN_table},     {"sdt", 0, HYS__FN_idt},
    {"absdelay", 0, HYS__FN_delay}, {"mc", 0, HYS__FN_unif},       {"random", 0, HYS__FN_rand},
    {"trunc", 0, HYS__FN_int},      {"fabs", 0, HYS__FN_abs},      {"rint", 0, HYS__FN_nint},
    {"atan", 2, HYS__FN_atan2},     {"m", 1, HYS__FN_abs},
};
#define N_ALIASES (sizeof aliases / sizeof aliases[0])

hys__function_id hys__function_find(const char *name, uint32_t n_args) {
    for (size_t i = 0; i < N_ALIASES; i++)
        if ((aliases[i].n == 0 || aliases[i].n == n_args) && strcmp(aliases[i].name, name) == 0) return aliases[i].id;
    for (unsigned i = 0; i < HYS__FN_N; i++)
        if (strcmp(hys__functions[i].name, name) == 0) return (hys__function_id)i;
    return HYS__FN_N;
}

const char *const *hys__function_names(size_t *n) {
    static const char *const names[] = {
#define HYS__X(name, least, most, kind, text) #name,
        HYS__FUNCTION_LIST(HYS__X)
#undef HYS__X
            "log",
        "sdt",
        "stp",
        "pwl",
        "pwrs",
        "mc",
        "if"};
    *n = sizeof names / sizeof names[0];
    return names;
}
