/* Random draws of kernels: the words are those of base/random, the deviates have their moments, and nothing
 * depends on lanes. */
#include "abi/kernel_cc.h"
#include "base/random.h"
#include "hys_test.h"
#include <dlfcn.h>

#define N 40000

/* One function a distribution: draws for n keys. */
static const char source[] =
    "#include \"hys_kernel.h\"\n"
    "#define DRAW(name, call)                                                                          \\\n"
    "    void d_##name(const hys_env *, const hys_u64 *, double, double, hys_u32, double, double *);     \\\n"
    "    __attribute__((visibility(\"default\"))) void d_##name(const hys_env *env, const hys_u64 *key,    \\\n"
    "        double a, double seed, hys_u32 n, double count, double *y)                                  \\\n"
    "    {                                                                                               \\\n"
    "        for (hys_u32 at = 0; at < n; at += HYS_W) {                                                 \\\n"
    "            const hys_m live = hys_live(n - at);                                                    \\\n"
    "            const hys_draw d = hys_draw_of(hys_load_key(key + at), env, 3, hys_k(count), hys_k(seed)); \\\n"
    "            (void)live, (void)d;                                                                    \\\n"
    "            (void)a;                                                                                \\\n"
    "            hys_store(y + at, call);                                                                \\\n"
    "        }                                                                                           \\\n"
    "    }\n"
    "DRAW(uniform, hys_draw_uniform(d))\n"
    "DRAW(normal, hys_draw_normal(d))\n"
    "DRAW(int32, hys_draw_int32(d))\n"
    "DRAW(exponential, hys_draw_exponential(d))\n"
    "DRAW(poisson, hys_draw_poisson(d, live, hys_k(a)))\n"
    "DRAW(chi_square, hys_draw_chi_square(d, live, hys_k(a)))\n"
    "DRAW(t, hys_draw_t(d, live, hys_k(a)))\n"
    "DRAW(erlang, hys_draw_erlang(d, live, hys_k(a), hys_k(2.0)))\n"
    "DRAW(quantile, hys_normal_quantile(hys_load((const double *)key + at)))\n";

typedef void (*draw_fn)(const hys_env *env, const hys_u64 *key, double a, double seed, hys_u32 n, double count,
                        double *y);

static _Alignas(64) hys_u64 keys[N];
static _Alignas(64) double y[N];
static hys_env env = {.interval = 11};

static void *load(int lanes) {
    kernel_build build = {kernel_cc_has("gcc") ? "gcc" : "clang", "native", NULL, lanes, false};
    void *handle = kernel_cc_load(source, &build);
    assert_non_null(handle);
    for (int i = 0; i < N; i++) keys[i] = 0x9e3779b97f4a7c15u * (hys_u64)(i + 1);
    return handle;
}

static draw_fn function(void *handle, const char *name) {
    char full[32];
    snprintf(full, sizeof full, "d_%s", name);
    draw_fn f = (draw_fn)dlsym(handle, full);
    assert_non_null(f);
    return f;
}

static void words_are_threefry_of_key_seed_interval_site_and_count(void **unused) {
    (void)unused;
    void *handle = load(8);
    double seed = 42;
    uint64_t seed_bits, out[2];
    memcpy(&seed_bits, &seed, sizeof seed);
    function(handle, "uniform")(&env, keys, 0, seed, N, 5, y);
    for (int i = 0; i < N; i++) {
        hys__threefry2x64((uint64_t[]){keys[i], seed_bits}, (uint64_t[]){11, (uint64_t)3 << 32 | 5}, out);
        assert_same_double(y[i], hys__uniform(out[0]));
    }
    function(handle, "normal")(&env, keys, 0, seed, N, 5, y);
    for (int i = 0; i < N; i++) {
        double want = hys__normal((uint64_t[]){keys[i], seed_bits}, (uint64_t[]){11, (uint64_t)3 << 32 | 5});
        assert_within(y[i], want, 1e-15 * (1 + fabs(want))); /* the kernel's rounding differs: fma, logarithm */
    }
    kernel_cc_close(handle);
}

/* Quantiles to 20 digits by mpmath: sqrt(2) erfinv(2p - 1). */
static void normal_quantiles_are_right_into_the_tails(void **unused) {
    (void)unused;
    static const double known[][2] = {{0.5, 0},
                                      {0.6, 0.25334710313579977},
                                      {0.975, 1.9599639845400542},
                                      {0.01, -2.3263478740408408},
                                      {1e-6, -4.7534243088229},
                                      {1e-15, -7.9413453261709979}};
    void *handle = load(8);
    _Alignas(64) double p[8];
    for (int i = 0; i < 8; i++) p[i] = known[i % 6][0];
    function(handle, "quantile")(&env, (hys_u64 *)p, 0, 0, 8, 0, y);
    for (int i = 0; i < 6; i++) assert_within(y[i], known[i][1], 4e-16 * (1 + fabs(known[i][1])));
    kernel_cc_close(handle);
}

typedef struct moments {
    double mean, variance, third;
} moments;

static moments moments_of_draws(void) {
    moments m = {0, 0, 0};
    for (int i = 0; i < N; i++) m.mean += y[i] / N;
    for (int i = 0; i < N; i++) m.variance += (y[i] - m.mean) * (y[i] - m.mean) / N;
    for (int i = 0; i < N; i++) m.third += pow(y[i] - m.mean, 3) / N;
    return m;
}

/* Mean, variance and third central moment of each distribution. */
static void deviates_have_their_moments(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        double a, mean, variance, third;
    } cases[] = {
        {"uniform", 0, 0.5, 1.0 / 12, 0},
        {"normal", 0, 0, 1, 0},
        {"int32", 0, -0.5, 4294967296.0 * 4294967296.0 / 12, 0},
        {"exponential", 0, 1, 1, 2},
        {"poisson", 0.3, 0.3, 0.3, 0.3},
        {"poisson", 7, 7, 7, 7},
        {"poisson", 100, 100, 100, 100},
        {"poisson", 5000, 5000, 5000, 5000},
        {"chi_square", 1, 1, 2, 8},
        {"chi_square", 4, 4, 8, 32},
        {"chi_square", 3000, 3000, 6000, 24000},
        {"t", 12, 0, 1.2, 0},
        {"erlang", 1, 2, 4, 16}, /* mean 2: variance 4 / k, third moment 16 / k^2 */
        {"erlang", 5, 2, 0.8, 0.64},
    };
    void *handle = load(8);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        function(handle, cases[c].name)(&env, keys, cases[c].a, 1, N, 0, y);
        moments m = moments_of_draws();
        /* 4.5 standard errors; the fourth moments are bounded by 9 + 6 (excess of the heaviest, chi_square 1: 12) */
        double sd = sqrt(cases[c].variance), se = 4.5 / sqrt(N);
        assert_within(m.mean, cases[c].mean, se * sd);
        assert_within(m.variance, cases[c].variance, se * cases[c].variance * sqrt(14));
        assert_within(m.third, cases[c].third, se * sd * sd * sd * 60);
    }
    kernel_cc_close(handle);
}

static void counts_are_integers_that_are_not_negative(void **unused) {
    (void)unused;
    void *handle = load(8);
    const double means[] = {0, -1, 0.5, 33, 1500};
    for (int c = 0; c < 5; c++) {
        function(handle, "poisson")(&env, keys, means[c], 1, N, 0, y);
        for (int i = 0; i < N; i++) assert_true(y[i] >= 0 && y[i] == floor(y[i]) && (means[c] > 0 || y[i] == 0));
    }
    kernel_cc_close(handle);
}

static void draws_have_the_same_bits_for_any_number_of_lanes(void **unused) {
    (void)unused;
    static const char *const names[] = {"uniform", "normal",     "int32", "exponential",
                                        "poisson", "chi_square", "t",     "erlang"};
    static double first[1000];
    void *wide = load(8), *narrow = load(1);
    for (int d = 0; d < 8; d++) {
        function(wide, names[d])(&env, keys, 50, 7, 1000, 2, y);
        memcpy(first, y, sizeof first);
        function(narrow, names[d])(&env, keys, 50, 7, 1000, 2, y);
        for (int i = 0; i < 1000; i++) assert_same_double(y[i], first[i]);
        function(wide, names[d])(&env, keys, 50, 7, 3, 2, y);
        for (int i = 0; i < 3; i++) assert_same_double(y[i], first[i]);
    }
    kernel_cc_close(wide);
    kernel_cc_close(narrow);
}

static void another_count_interval_or_seed_gives_another_draw(void **unused) {
    (void)unused;
    void *handle = load(8);
    double seen[4];
    draw_fn draw = function(handle, "uniform");
    draw(&env, keys, 0, 1, 8, 0, y), seen[0] = y[0];
    draw(&env, keys, 0, 1, 8, 1, y), seen[1] = y[0];
    draw(&env, keys, 0, 2, 8, 0, y), seen[2] = y[0];
    hys_env later = env;
    later.interval++;
    draw(&later, keys, 0, 1, 8, 0, y), seen[3] = y[0];
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++) assert_true(seen[i] != seen[k]);
    draw(&env, keys, 0, 1, 8, 0, y);
    assert_true(y[0] == seen[0]);
    kernel_cc_close(handle);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_threefry_of_key_seed_interval_site_and_count),
        cmocka_unit_test(normal_quantiles_are_right_into_the_tails),
        cmocka_unit_test(deviates_have_their_moments),
        cmocka_unit_test(counts_are_integers_that_are_not_negative),
        cmocka_unit_test(draws_have_the_same_bits_for_any_number_of_lanes),
        cmocka_unit_test(another_count_interval_or_seed_gives_another_draw),
    };
    if (!kernel_cc_has("gcc") && !kernel_cc_has("clang")) return 0; /* kernels cannot be made here at all */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
