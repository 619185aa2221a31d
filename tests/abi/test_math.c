/* The mathematics of kernels against long double (64 bits of mantissa on x86: its own error is 1/1000 of
 * ours), at edges against C17 annex F, and its bits across lanes, compilers and instruction sets. */
#include "abi/kernel_cc.h"
#include "abi/mathlib.h"
#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define N 4096

static _Alignas(64) double x[N], z[N], y[N];

/* ---- numbers ---- */

static uint64_t state;

static uint64_t next_bits(void) {
    state ^= state << 13; /* xorshift64: G. Marsaglia, J. Stat. Softw. 8 (2003) 14 */
    state ^= state >> 7;
    return state ^= state << 17;
}

static double between(double lo, double hi) {
    return lo + (hi - lo) * ((double)(next_bits() >> 11) * 0x1p-53);
}

static double any_double(void) {
    uint64_t bits = next_bits();
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

typedef enum spread { EVEN, POWERS, POSITIVE_POWERS, NEGATIVE_POWERS } spread;

static double sample(double lo, double hi, spread how) {
    if (how == EVEN) return between(lo, hi);
    double size = exp2(between(lo, hi));
    bool negative = how == NEGATIVE_POWERS || (how == POWERS && (next_bits() & 1));
    return negative ? -size : size;
}

static double ulp_of(double value) {
    int e;
    if (fabs(value) < 0x1p-1022) return 0x1p-1074;
    frexp(value, &e);
    return ldexp(1.0, e - 53);
}

static bool is_same(double a, double b) {
    return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

/* Units in the last place between a result and the exact value; infinite where a special value is missed. */
static double error_of(double got, long double exact) {
    double rounded = (double)exact;
    if (isnan(rounded) || isinf(rounded) || rounded == 0) {
        bool nearly = isinf(rounded) && fabsl(exact) < 0x1.0000000000001p1024L && fabs(got) >= 0x1.fffffffffffffp1023;
        return is_same(got, rounded) || nearly ? 0 : INFINITY;
    }
    return (double)(fabsl((long double)got - exact) / ulp_of(rounded));
}

/* ---- libraries ---- */

static void *library(const char *march, int lanes) {
    const char *cc = kernel_cc_has("gcc") ? "gcc" : "clang";
    kernel_build build = {cc, kernel_cc_runs(march) ? march : "native", NULL, lanes, false};
    void *handle = kernel_cc_load(mathlib_source, &build);
    assert_non_null(handle);
    return handle;
}

static void *symbol(void *handle, const char *prefix, const char *name) {
    char full[32];
    snprintf(full, sizeof full, "%s%s", prefix, name);
    void *at = dlsym(handle, full);
    assert_non_null(at);
    return at;
}

/* ---- accuracy ---- */

typedef struct unary_case {
    const char *name;
    long double (*exact)(long double);
    double lo, hi;
    spread how;
    double bound; /* ulp */
} unary_case;

/* Bounds: the worst of 10^8 points, rounded up a little; all below 2. */
static const unary_case unary_cases[] = {
    {"exp", expl, -746, 711, EVEN, 1.15},
    {"exp", expl, -60, 9, POWERS, 1.15},
    {"expm1", expm1l, -40, 711, EVEN, 1.4},
    {"expm1", expm1l, -2, 2, EVEN, 1.4},
    {"expm1", expm1l, -70, 1, POWERS, 1.4},
    {"log", logl, -1074, 1024, POSITIVE_POWERS, 0.95},
    {"log", logl, 0.5, 2, EVEN, 0.95},
    {"log", logl, 0.99, 1.01, EVEN, 0.95},
    {"log1p", log1pl, -1, 1, EVEN, 1},
    {"log1p", log1pl, -70, 1000, POSITIVE_POWERS, 1},
    {"log1p", log1pl, -70, -0.001, NEGATIVE_POWERS, 1},
    {"log1p", log1pl, 1, 1e4, EVEN, 1},
    {"log10", log10l, -1074, 1024, POSITIVE_POWERS, 0.95},
    {"log10", log10l, 0.5, 2, EVEN, 0.95},
    {"sin", sinl, -4, 4, EVEN, 0.9},
    {"sin", sinl, -2e6, 2e6, EVEN, 0.9},
    {"sin", sinl, -70, 1024, POWERS, 0.9},
    {"cos", cosl, -4, 4, EVEN, 0.9},
    {"cos", cosl, -2e6, 2e6, EVEN, 0.9},
    {"cos", cosl, -70, 1024, POWERS, 0.9},
    {"tan", tanl, -4, 4, EVEN, 1.1},
    {"tan", tanl, -2e6, 2e6, EVEN, 1.1},
    {"tan", tanl, -70, 1024, POWERS, 1.1},
    {"asin", asinl, -1, 1, EVEN, 1.1},
    {"asin", asinl, -70, 0, POWERS, 1.1},
    {"acos", acosl, -1, 1, EVEN, 1},
    {"acos", acosl, 0.999, 1, EVEN, 1},
    {"atan", atanl, -4, 4, EVEN, 1.75},
    {"atan", atanl, -1022, 1024, POWERS, 1.75},
    {"sinh", sinhl, -2, 2, EVEN, 1.95},
    {"sinh", sinhl, -711, 711, EVEN, 1.95},
    {"sinh", sinhl, -70, 9, POWERS, 1.95},
    {"cosh", coshl, -2, 2, EVEN, 1.75},
    {"cosh", coshl, -711, 711, EVEN, 1.75},
    {"tanh", tanhl, -1, 1, EVEN, 1.6},
    {"tanh", tanhl, -25, 25, EVEN, 1.6},
    {"tanh", tanhl, -70, 5, POWERS, 1.6},
    {"asinh", asinhl, -3, 3, EVEN, 1.4},
    {"asinh", asinhl, -70, 1024, POWERS, 1.4},
    {"acosh", acoshl, 1, 3, EVEN, 1.95},
    {"acosh", acoshl, 0, 1024, POSITIVE_POWERS, 1.95},
    {"atanh", atanhl, -1, 1, EVEN, 1},
    {"atanh", atanhl, -70, 0, POWERS, 1},
    {"sqrt", sqrtl, -1074, 1024, POSITIVE_POWERS, 0.5},
    {"floor", floorl, -70, 70, POWERS, 0},
    {"ceil", ceill, -70, 70, POWERS, 0},
    {"trunc", truncl, -70, 70, POWERS, 0},
    {"round", roundl, -70, 70, POWERS, 0},
    {"floor", floorl, -9, 9, EVEN, 0},
    {"round", roundl, -9, 9, EVEN, 0},
};

static void check_unary(void *handle, const unary_case *c, int rounds) {
    mathlib_unary f = (mathlib_unary)symbol(handle, "m_", c->name);
    double worst = 0, where = 0;
    for (int r = 0; r < rounds; r++) {
        for (int i = 0; i < N; i++) x[i] = sample(c->lo, c->hi, c->how);
        for (int i = 0; i < N; i += 16) x[i] = rint(x[i] * 8) / 8; /* halves, integers, zeros */
        f(y, x, N);
        for (int i = 0; i < N; i++) {
            double error = error_of(y[i], c->exact(x[i]));
            if (error > worst) worst = error, where = x[i];
        }
    }
    if (!(worst <= c->bound)) fail_msg("%s(%a): %g ulp, bound %g", c->name, where, worst, c->bound);
}

static void check_all_unary(const char *march, int lanes, int rounds) {
    void *handle = library(march, lanes);
    state = 88172645463325252u;
    for (size_t i = 0; i < sizeof unary_cases / sizeof *unary_cases; i++) check_unary(handle, &unary_cases[i], rounds);
    kernel_cc_close(handle);
}

static long double phi1l(long double a) {
    return a == 0 ? 1 : expm1l(a) / a;
}

/* (exp(x) - 1)/x of steps of states. */
static void phi1_stays_within_its_bound(void **unused) {
    static const unary_case cases[] = {/* above 1.36 by repeated doubling, which doubles errors too */
                                       {"phi1", phi1l, -740, 1.36, EVEN, 24},
                                       {"phi1", phi1l, 1.36, 700, EVEN, 16384},
                                       {"phi1", phi1l, -2, 1.36, EVEN, 24},
                                       {"phi1", phi1l, -70, 1.36, POWERS, 64}};
    (void)unused;
    for (int k = 0; k < 2; k++) {
        void *handle = library(k ? "x86-64-v2" : "native", 8);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_unary(handle, &cases[i], 4);
        kernel_cc_close(handle);
    }
}

static void one_argument_functions_stay_within_their_bounds(void **unused) {
    (void)unused;
    check_all_unary("native", 8, 24);
}

static void so_they_do_without_fused_multiply_add(void **unused) {
    (void)unused;
    check_all_unary("x86-64-v2", 8, 8);
}

typedef enum pairing { NEAR, WILD, CRITICAL, INTEGERS } pairing;

/* For pow: exponents that lead to the edges of the range, bases next to 1. */
static void fill_pairs(pairing how, bool is_pow) {
    for (int i = 0; i < N; i++) {
        x[i] = how == INTEGERS ? rint(between(-20, 20)) : how == NEAR ? between(-3, 3) : any_double();
        z[i] = how == INTEGERS ? rint(between(-20, 20)) : how == NEAR ? between(-3, 3) : any_double();
        if (!is_pow || how == INTEGERS) continue;
        if (how == NEAR) x[i] = fabs(x[i]);
        if (how == WILD) x[i] = sample(-1074, 1024, POSITIVE_POWERS), z[i] = between(-1.1, 1.1) * 1022 / log2(x[i]);
        if (how == CRITICAL)
            x[i] = 1 + between(-1, 1) * exp2(between(-50, -1)), z[i] = between(-1, 1) * 740 / log(x[i]);
    }
}

static void check_binary(void *handle, const char *name, long double (*exact)(long double, long double), double bound) {
    mathlib_binary f = (mathlib_binary)symbol(handle, "m_", name);
    double worst = 0;
    int at = 0;
    for (int round = 0; round < 48; round++) {
        fill_pairs((pairing)(round % 4), !strcmp(name, "pow"));
        f(y, x, z, N);
        for (int i = 0; i < N; i++) {
            double error = error_of(y[i], exact(x[i], z[i]));
            if (!(error <= bound)) fail_msg("%s(%a, %a) = %a: %g ulp", name, x[i], z[i], y[i], error);
            if (error > worst) worst = error, at = i;
        }
    }
    assert_true(at >= 0 && worst <= bound);
}

static void two_argument_functions_stay_within_their_bounds(void **unused) {
    (void)unused;
    const char *const sets[] = {"native", "x86-64-v2"};
    for (int s = 0; s < 2; s++) {
        void *handle = library(sets[s], 8);
        state = 88172645463325252u;
        check_binary(handle, "pow", powl, 1.2);
        check_binary(handle, "atan2", atan2l, 1.9);
        check_binary(handle, "hypot", hypotl, 1.2);
        check_binary(handle, "fmod", fmodl, 0);
        kernel_cc_close(handle);
    }
}

/* ---- edges ---- */

static const double edges[] = {0.0,
                               -0.0,
                               1,
                               -1,
                               0.5,
                               -0.5,
                               2,
                               -2,
                               3,
                               -3,
                               4,
                               INFINITY,
                               -INFINITY,
                               NAN,
                               0x1p-1074,
                               -0x1p-1074,
                               0x1p-1022,
                               0x1.fffffffffffffp1023,
                               -0x1.fffffffffffffp1023,
                               0x1p-540,
                               1e-20,
                               1e20,
                               -1e-20,
                               -1e20,
                               709.78,
                               709.79,
                               -745.13,
                               -745.14,
                               710.4,
                               710.5,
                               1e300,
                               -1e300,
                               0.55,
                               22,
                               1.5,
                               2.5,
                               -1.5,
                               -2.5,
                               0.49999999999999994,
                               4503599627370497.5,
                               0x1p52,
                               0x1p53 + 2,
                               1e-300,
                               0x1p500,
                               -0x1p500,
                               1 + 0x1p-52,
                               1 - 0x1p-53};
#define N_EDGES ((int)(sizeof edges / sizeof *edges))

static void special_values_are_those_of_C(void **unused) {
    (void)unused;
    void *handle = library("native", 8);
    for (size_t c = 0; c < sizeof unary_cases / sizeof *unary_cases; c++) {
        for (int i = 0; i < N; i++) x[i] = edges[i % N_EDGES];
        ((mathlib_unary)symbol(handle, "m_", unary_cases[c].name))(y, x, N);
        for (int i = 0; i < N_EDGES; i++) {
            double error = error_of(y[i], unary_cases[c].exact(x[i]));
            if (!(error <= 2)) fail_msg("%s(%a) = %a: %g ulp", unary_cases[c].name, x[i], y[i], error);
        }
    }
    kernel_cc_close(handle);
}

static void special_pairs_are_those_of_C(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        long double (*exact)(long double, long double);
    } cases[] = {{"pow", powl}, {"atan2", atan2l}, {"hypot", hypotl}, {"fmod", fmodl}};
    void *handle = library("native", 8);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (int i = 0; i < N; i++) x[i] = edges[i / N_EDGES % N_EDGES], z[i] = edges[i % N_EDGES];
        ((mathlib_binary)symbol(handle, "m_", cases[c].name))(y, x, z, N);
        for (int i = 0; i < N_EDGES * N_EDGES; i++) {
            double error = error_of(y[i], cases[c].exact(x[i], z[i]));
            if (!(error <= 2)) fail_msg("%s(%a, %a) = %a: %g ulp", cases[c].name, x[i], z[i], y[i], error);
        }
    }
    kernel_cc_close(handle);
}

static void powers_of_ten_have_exact_logarithms(void **unused) {
    (void)unused;
    void *handle = library("native", 8);
    for (int i = 0; i < 24; i++) x[i] = pow(10, i); /* exact up to 10^22 */
    ((mathlib_unary)symbol(handle, "m_", "log10"))(y, x, 24);
    for (int i = 0; i <= 22; i++) assert_true(y[i] == i);
    kernel_cc_close(handle);
}

static int32_t word(double a) {
    return (int32_t)(uint32_t)(int64_t)fmod(trunc(a), 4294967296.0);
}

static double shifted(const char *name, int32_t a, int32_t n) {
    bool is_in = n >= 0 && n < 32;
    if (!strcmp(name, "shl")) return is_in ? (int32_t)((uint32_t)a << n) : 0;
    if (!strcmp(name, "shr")) return is_in ? (int32_t)((uint32_t)a >> n) : 0;
    return is_in ? a >> n : -(a < 0);
}

static void integer_operations_are_those_of_32_bits(void **unused) {
    (void)unused;
    void *handle = library("native", 8);
    state = 1234567;
    for (int i = 0; i < N; i++) x[i] = rint(between(-1, 1) * exp2(between(0, 40))), z[i] = rint(between(-40, 40));
    x[0] = -2147483648.0, z[0] = 31, x[1] = 2147483647.0, z[1] = 32, x[2] = -1, z[2] = -1;
    static const char *const shifts[] = {"shl", "shr", "ashr"};
    for (int s = 0; s < 3; s++) {
        ((mathlib_binary)symbol(handle, "m_", shifts[s]))(y, x, z, N);
        for (int i = 0; i < N; i++) assert_true(y[i] == shifted(shifts[s], word(x[i]), (int32_t)z[i]));
    }
    for (int i = 0; i < N; i++) z[i] = rint(between(-1, 1) * 2e9);
    ((mathlib_binary)symbol(handle, "m_", "iand"))(y, x, z, N);
    for (int i = 0; i < N; i++) assert_true(y[i] == (word(x[i]) & word(z[i])));
    ((mathlib_binary)symbol(handle, "m_", "ixor"))(y, x, z, N);
    for (int i = 0; i < N; i++) assert_true(y[i] == (word(x[i]) ^ word(z[i])));
    ((mathlib_unary)symbol(handle, "m_", "wrap32"))(y, x, N);
    for (int i = 0; i < N; i++) assert_true(y[i] == word(x[i]));
    kernel_cc_close(handle);
}

/* ---- the same bits everywhere ---- */

static void fill_mixed(int round) {
    for (int i = 0; i < N; i++) {
        switch (round % 5) {
        case 0:
            x[i] = between(-1, 1), z[i] = between(-2, 2);
            break;
        case 1:
            x[i] = between(-800, 800), z[i] = between(-20, 20);
            break;
        case 2:
            x[i] = any_double(), z[i] = any_double();
            break;
        case 3:
            x[i] = sample(-30, 30, POWERS), z[i] = rint(between(-10, 40));
            break;
        default:
            x[i] = rint(between(-5, 5)), z[i] = rint(between(-5, 5));
        }
    }
}

static uint64_t folded(uint64_t hash) {
    for (int i = 0; i < N; i++) {
        double value = isnan(y[i]) ? NAN : y[i]; /* which NaN it is, is not promised */
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = (hash ^ bits) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

#define COUNT(f) +1
enum { N_FUNCTIONS = 0 MATHLIB_UNARY(COUNT) MATHLIB_BINARY(COUNT) };

static void hash_library(void *handle, uint64_t hashes[N_FUNCTIONS]) {
    static const char *const unary[] = {
#define NAME(f) #f,
        MATHLIB_UNARY(NAME)};
    static const char *const binary[] = {MATHLIB_BINARY(NAME)};
    size_t n_unary = sizeof unary / sizeof *unary, n_binary = sizeof binary / sizeof *binary;
    state = 88172645463325252u;
    memset(hashes, 0, N_FUNCTIONS * sizeof *hashes);
    for (int round = 0; round < 15; round++) {
        fill_mixed(round);
        for (size_t i = 0; i < n_unary; i++) {
            ((mathlib_unary)symbol(handle, "m_", unary[i]))(y, x, N);
            hashes[i] = folded(hashes[i]);
        }
        for (size_t i = 0; i < n_binary; i++) {
            ((mathlib_binary)symbol(handle, "m_", binary[i]))(y, x, z, N);
            hashes[n_unary + i] = folded(hashes[n_unary + i]);
        }
    }
}

static void bits_do_not_depend_on_lanes_compiler_or_instruction_set(void **unused) {
    (void)unused;
    int n;
    const kernel_build *builds = kernel_cc_builds(&n);
    uint64_t first[2][N_FUNCTIONS], hashes[N_FUNCTIONS];
    bool is_known[2] = {false, false};
    if (n == 0) skip();
    for (int b = 0; b < n; b++) {
        void *handle = kernel_cc_load(mathlib_source, &builds[b]);
        assert_non_null(handle);
        hash_library(handle, hashes);
        kernel_cc_close(handle);
        bool has_fma = strcmp(builds[b].march, "x86-64-v2") != 0; /* a class of its own */
        if (!is_known[has_fma]) memcpy(first[has_fma], hashes, sizeof hashes);
        is_known[has_fma] = true;
        for (int f = 0; f < N_FUNCTIONS; f++)
            if (hashes[f] != first[has_fma][f])
                fail_msg("function %d differs: %s -march=%s, %d lanes", f, builds[b].cc, builds[b].march,
                         builds[b].lanes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_argument_functions_stay_within_their_bounds),
        cmocka_unit_test(phi1_stays_within_its_bound),
        cmocka_unit_test(so_they_do_without_fused_multiply_add),
        cmocka_unit_test(two_argument_functions_stay_within_their_bounds),
        cmocka_unit_test(special_values_are_those_of_C),
        cmocka_unit_test(special_pairs_are_those_of_C),
        cmocka_unit_test(powers_of_ten_have_exact_logarithms),
        cmocka_unit_test(integer_operations_are_those_of_32_bits),
        cmocka_unit_test(bits_do_not_depend_on_lanes_compiler_or_instruction_set),
    };
    if (!kernel_cc_has("gcc") && !kernel_cc_has("clang")) return 0; /* kernels cannot be made here at all */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
