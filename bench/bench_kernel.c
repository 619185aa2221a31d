/* Generated kernels beside loops written and vectorised by hand for the same equations and outputs.
 *
 * For the Yakopcic and VTEAM models of the library: residuals and Jacobian (eval_fj) of n instances, voltages
 * and states at random, so that neighbours take different branches; then the same below all thresholds.
 * Two loops by hand, in AVX-512, over the same arrays and with all 12 outputs: a free one, that multiplies by
 * reciprocals and takes sinh from exp - 1/exp (wrong by up to 3e-14 at small voltages), and a careful one, with
 * IEEE divisions where the model divides by a parameter and a sinh good to the last places, as a kernel must.
 * Prints ns per instance (processor time; medians of passes that alternate), the ratios, and the bytes moved
 * (15 numbers an instance) beside STREAM triad in the same minute.         usage: bench_kernel [ROUNDS] */
#include "device/batch.h"
#include <hysteron/device.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define N_OUTPUTS  12
#define ROUNDS_MAX 1000

/* Other processes of a shared machine do not count. */
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double between(double lo, double hi) {
    static unsigned long long state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return lo + (hi - lo) * ((double)(state >> 11) * 0x1p-53);
}

/* ---- a batch ---- */

typedef struct rig {
    hys__batch *batch;
    const double *hand; /* the parameters that the loop by hand reads */
    size_t n;
} rig;

static double param(const hys__batch *b, const char *name) {
    for (unsigned i = 0; i < b->kernel->n_params; i++)
        if (!strcmp(b->kernel->params[i].name, name)) return b->p[i][0];
    exit(1);
}

typedef void (*loop_fn)(const rig *r);

static void generated(const rig *r) {
    r->batch->kernel->eval_fj(&r->batch->env, &r->batch->in, &r->batch->out);
}

static double pass(loop_fn loop, const rig *r) {
    size_t times = 100000 / r->n + 1;
    loop(r);
    double begun = now();
    for (size_t i = 0; i < times; i++) loop(r);
    return (now() - begun) / (double)(times * r->n) * 1e9;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Medians of passes in turn, ns per instance. */
static void time_loops(const loop_fn *loops, size_t n_loops, const rig *r, int rounds, double *result) {
    static double times[4][ROUNDS_MAX];
    for (int k = 0; k < rounds; k++)
        for (size_t i = 0; i < n_loops; i++)
            if (loops[i]) times[i][k] = pass(loops[i], r);
    for (size_t i = 0; i < n_loops; i++) {
        qsort(times[i], (size_t)rounds, sizeof(double), by_size);
        result[i] = loops[i] ? times[i][rounds / 2] : NAN;
    }
}

/* ---- by hand ---- */

#if defined(__x86_64__)
#define HAND   __attribute__((target("avx512f,avx512dq,fma")))
#define INLINE static inline __attribute__((always_inline)) HAND
typedef __m512d v8;
#define SET _mm512_set1_pd
#define FMA _mm512_fmadd_pd

/* Taylor to degree 12, Horner: what one writes without a table of coefficients. */
INLINE v8 hand_exp(v8 x) {
    v8 k = _mm512_roundscale_pd(_mm512_mul_pd(x, SET(1.4426950408889634)), 8);
    v8 r = _mm512_fnmadd_pd(k, SET(0x1.62e42fefa39efp-1), x);
    r = _mm512_fnmadd_pd(k, SET(0x1.abc9e3b39803fp-56), r);
    v8 p = SET(1.0 / 479001600);
    p = FMA(p, r, SET(1.0 / 39916800));
    p = FMA(p, r, SET(1.0 / 3628800));
    p = FMA(p, r, SET(1.0 / 362880));
    p = FMA(p, r, SET(1.0 / 40320));
    p = FMA(p, r, SET(1.0 / 5040));
    p = FMA(p, r, SET(1.0 / 720));
    p = FMA(p, r, SET(1.0 / 120));
    p = FMA(p, r, SET(1.0 / 24));
    p = FMA(p, r, SET(1.0 / 6));
    p = FMA(p, r, SET(0.5));
    p = FMA(p, r, SET(1.0));
    return _mm512_scalef_pd(FMA(p, r, SET(1.0)), k);
}

typedef struct two {
    v8 value, slope;
} two;

INLINE v8 limit(v8 x, double lo, double hi) {
    return _mm512_max_pd(_mm512_min_pd(x, SET(hi)), SET(lo));
}

/* x / by; inverse = 1 / by */
INLINE v8 over(v8 x, double by, double inverse, int careful) {
    return careful ? x / SET(by) : x * SET(inverse);
}

/* sinh, cosh */
INLINE two hand_sinh_free(v8 x) {
    v8 e = hand_exp(x), back = SET(1) / e;
    return (two){SET(0.5) * (e - back), SET(0.5) * (e + back)};
}

/* The same of k ln2 + r, from Taylor series of cosh r and sinh r. */
INLINE two hand_sinh_careful(v8 x) {
    v8 k = _mm512_roundscale_pd(_mm512_mul_pd(x, SET(1.4426950408889634)), 8);
    v8 r = _mm512_fnmadd_pd(k, SET(0x1.62e42fefa39efp-1), x);
    r = _mm512_fnmadd_pd(k, SET(0x1.abc9e3b39803fp-56), r);
    v8 z = r * r, c = SET(1.0 / 479001600), s = SET(1.0 / 6227020800);
    const double even[] = {1.0 / 3628800, 1.0 / 40320, 1.0 / 720, 1.0 / 24, 0.5, 1};
    const double odd[] = {1.0 / 39916800, 1.0 / 362880, 1.0 / 5040, 1.0 / 120, 1.0 / 6};
    for (int i = 0; i < 6; i++) c = FMA(c, z, SET(even[i]));
    for (int i = 0; i < 5; i++) s = FMA(s, z, SET(odd[i]));
    s = FMA(s * z, r, r);
    v8 p = _mm512_scalef_pd(SET(0.5), k), m = _mm512_scalef_pd(SET(0.5), _mm512_setzero_pd() - k);
    v8 up = p + m, down = p - m;
    return (two){FMA(up, s, down * c), FMA(up, c, down * s)};
}

typedef struct outputs {
    double *f[3], *jac[9];
} outputs;

static outputs outputs_of(const rig *r) {
    outputs o;
    for (unsigned k = 0; k < 9; k++)
        o.jac[r->batch->kernel->jac_row[k] * 3 + r->batch->kernel->jac_col[k]] = r->batch->jac[k];
    for (unsigned k = 0; k < 3; k++) o.f[k] = r->batch->f[k];
    return o;
}

INLINE void store_hand(const outputs *o, size_t at, two i_v, v8 i_x, two rate_v, v8 rate_x) {
    v8 zero = _mm512_setzero_pd();
    v8 values[9] = {i_v.slope,  zero - i_v.slope,    i_x,          zero - i_v.slope, i_v.slope,
                    zero - i_x, zero - rate_v.slope, rate_v.slope, zero - rate_x};
    _mm512_store_pd(o->f[0] + at, i_v.value);
    _mm512_store_pd(o->f[1] + at, zero - i_v.value);
    _mm512_store_pd(o->f[2] + at, zero - rate_v.value);
    for (int k = 0; k < 9; k++) _mm512_store_pd(o->jac[k] + at, values[k]);
}

/* i = a x sinh(b v), x' = g(v) f(x): models/rram/yakopcic.va with eta = 1; one exp for sinh and cosh, one for
 * both signs of g, one for both branches of f. */
static const char *const yakopcic_params[] = {"a1", "a2", "b",  "Vp",     "Vn",     "Ap",
                                              "An", "xp", "xn", "alphap", "alphan", NULL};

INLINE void hand_yakopcic(const rig *r, int careful) {
    const double *h = r->hand;
    double a1 = h[0], a2 = h[1], b = h[2], vp = h[3], vn = h[4], ap = h[5], an = h[6], xp = h[7], xn = h[8];
    double alphap = h[9], alphan = h[10];
    double base_p = exp(vp), base_n = exp(vn), inv_p = 1 / (1 - xp), inv_n = 1 / (1 - xn);
    const outputs o = outputs_of(r);
    v8 zero = _mm512_setzero_pd(), one = SET(1);
    for (size_t at = 0; at < r->n; at += 8) {
        v8 v = _mm512_load_pd(r->batch->x[0] + at) - _mm512_load_pd(r->batch->x[1] + at),
           xs = _mm512_load_pd(r->batch->x[2] + at);
        v8 x = limit(xs, 0, 1);
        __mmask8 inside = _mm512_cmp_pd_mask(xs, x, _CMP_EQ_OQ), up = _mm512_cmp_pd_mask(v, zero, _CMP_GT_OQ);
        two sinh_cosh = careful ? hand_sinh_careful(SET(b) * v) : hand_sinh_free(SET(b) * v);
        v8 a = _mm512_mask_blend_pd(_mm512_cmp_pd_mask(v, zero, _CMP_GE_OQ), SET(a2), SET(a1));
        v8 sinh_v = sinh_cosh.value, cosh_v = sinh_cosh.slope;
        v8 ev = hand_exp(_mm512_abs_pd(limit(v, -40, 40)));
        __mmask8 plus = _mm512_cmp_pd_mask(v, SET(vp), _CMP_GT_OQ), minus = _mm512_cmp_pd_mask(v, SET(-vn), _CMP_LT_OQ);
        v8 g = _mm512_maskz_mul_pd(plus, SET(ap), ev - SET(base_p));
        g = _mm512_mask_mul_pd(g, minus, SET(-an), ev - SET(base_n));
        v8 dg = _mm512_maskz_mul_pd(plus, SET(ap), ev);
        dg = _mm512_mask_mul_pd(dg, minus, SET(an), ev);
        v8 ef = hand_exp(_mm512_mask_blend_pd(up, SET(alphan) * (x + SET(xn - 1)), SET(-alphap) * (x - SET(xp))));
        v8 line =
            _mm512_mask_blend_pd(up, over(x, 1 - xn, inv_n, careful), over(SET(xp) - x, 1 - xp, inv_p, careful) + one);
        v8 slope = _mm512_mask_blend_pd(up, SET(inv_n), SET(-inv_p)),
           alpha = _mm512_mask_blend_pd(up, SET(alphan), SET(-alphap));
        __mmask8 slows = (__mmask8)((up & _mm512_cmp_pd_mask(x, SET(xp), _CMP_GE_OQ)) |
                                    (~up & _mm512_cmp_pd_mask(x, SET(1 - xn), _CMP_LE_OQ)));
        v8 f = _mm512_mask_mul_pd(one, slows, ef, line);
        v8 df = _mm512_maskz_mul_pd(slows & inside, ef, FMA(alpha, line, slope));
        two i_v = {a * x * sinh_v, a * x * SET(b) * cosh_v}, rate = {g * f, dg * f};
        store_hand(&o, at, i_v, _mm512_maskz_mul_pd(inside, a, sinh_v), rate, g * df);
    }
}

/* c^2 (3 - 2c), c = u limited to 0...1 */
INLINE two hand_fade(v8 u) {
    v8 c = limit(u, 0, 1);
    return (two){c * c * FMA(SET(-2), c, SET(3)), SET(6) * c * (SET(1) - c)};
}

/* exp(-exp(u)), u below 40 */
INLINE two hand_double_exp(v8 u) {
    v8 e = hand_exp(_mm512_min_pd(u, SET(40))), y = hand_exp(_mm512_setzero_pd() - e);
    return (two){y, _mm512_setzero_pd() - _mm512_maskz_mul_pd(_mm512_cmp_pd_mask(u, SET(40), _CMP_LT_OQ), e, y)};
}

/* k max(v/v0 - 1, 0)^3 */
INLINE two hand_drive(v8 v, double k, double v0, int careful) {
    v8 u = _mm512_max_pd(over(v, v0, 1 / v0, careful) - SET(1), _mm512_setzero_pd());
    return (two){SET(k) * u * u * u, SET(3 * k / v0) * u * u};
}

/* models/rram/vteam.va with its defaults: linear resistance, Kvatinsky's window, exponents 3. */
static const char *const vteam_params[] = {"Ron", "Roff",  "w_on",  "w_off", "w_c",  "a_on", "a_off",
                                           "rim", "k_off", "v_off", "k_on",  "v_on", NULL};

INLINE void hand_vteam(const rig *r, int careful) {
    const double *h = r->hand;
    double ron = h[0], roff = h[1], w_on = h[2], w_off = h[3], wc = h[4], a_on = h[5], a_off = h[6], rim = h[7];
    double k_off = h[8], v_off = h[9], k_on = h[10], v_on = h[11];
    double inv_wc = 1 / wc, scale = 1 / (w_off - w_on), inv_rim = 1 / rim;
    const outputs o = outputs_of(r);
    v8 one = SET(1);
    for (size_t at = 0; at < r->n; at += 8) {
        v8 v = _mm512_load_pd(r->batch->x[0] + at) - _mm512_load_pd(r->batch->x[1] + at),
           w = _mm512_load_pd(r->batch->x[2] + at);
        v8 raw = over(w - SET(w_on), w_off - w_on, scale, careful), s = limit(raw, 0, 1);
        v8 ds = _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(raw, s, _CMP_EQ_OQ), SET(scale));
        two off = hand_double_exp(over(w - SET(a_off), wc, inv_wc, careful));
        two on = hand_double_exp(over(SET(a_on) - w, wc, inv_wc, careful));
        two fade_off = hand_fade(over(one - s, rim, inv_rim, careful));
        two fade_on = hand_fade(over(s, rim, inv_rim, careful));
        v8 d_off = SET(inv_wc) * off.slope * fade_off.value - off.value * fade_off.slope * SET(inv_rim) * ds;
        v8 d_on = on.value * fade_on.slope * SET(inv_rim) * ds - SET(inv_wc) * on.slope * fade_on.value;
        two up = hand_drive(v, k_off, v_off, careful), down = hand_drive(v, k_on, v_on, careful);
        v8 window_off = off.value * fade_off.value, window_on = on.value * fade_on.value;
        two rate = {FMA(up.value, window_off, down.value * window_on),
                    FMA(up.slope, window_off, down.slope * window_on)};
        v8 g = one / FMA(SET(roff - ron), s, SET(ron)), i = v * g;
        two i_v = {i, g};
        store_hand(&o, at, i_v, i * g * SET(ron - roff) * ds, rate, FMA(up.value, d_off, down.value * d_on));
    }
}

HAND static void yakopcic_free(const rig *r) {
    hand_yakopcic(r, 0);
}

HAND static void yakopcic_careful(const rig *r) {
    hand_yakopcic(r, 1);
}

HAND static void vteam_free(const rig *r) {
    hand_vteam(r, 0);
}

HAND static void vteam_careful(const rig *r) {
    hand_vteam(r, 1);
}
#endif

/* ---- the run ---- */

/* As STREAM counts: 24 bytes a turn, the fetch of a before it is written left out. */
static double triad_rate(void) {
    size_t n = 8000000;
    double *a[3], best = 1e9;
    for (int i = 0; i < 3; i++) {
        a[i] = malloc(n * sizeof(double));
        if (!a[i]) exit(1);
        for (size_t k = 0; k < n; k++) a[i][k] = (double)k;
    }
    for (int round = 0; round < 5; round++) {
        double begun = now();
        for (size_t k = 0; k < n; k++) a[0][k] = a[1][k] + 3.0 * a[2][k];
        best = fmin(best, now() - begun);
    }
    double rate = 24e-9 * (double)n / best + 0 * a[0][n / 2];
    for (int i = 0; i < 3; i++) free(a[i]);
    return rate;
}

static double *output(const rig *r, int k) {
    return k < 3 ? r->batch->f[k] : r->batch->jac[k - 3];
}

/* Largest difference of the outputs of the two loops, relative to the largest of each output. */
static double difference(const rig *r, loop_fn hand) {
    double worst = 0, *copies[N_OUTPUTS];
    generated(r);
    for (int k = 0; k < N_OUTPUTS; k++) {
        copies[k] = malloc(r->n * sizeof(double));
        if (!copies[k]) exit(1);
        memcpy(copies[k], output(r, k), r->n * sizeof(double));
    }
    hand(r);
    for (int k = 0; k < N_OUTPUTS; k++) {
        const double *other = output(r, k);
        double scale = 0;
        for (size_t i = 0; i < r->n; i++) scale = fmax(scale, fabs(copies[k][i]));
        for (size_t i = 0; i < r->n; i++) worst = fmax(worst, fabs(other[i] - copies[k][i]) / (scale + 1e-300));
        free(copies[k]);
    }
    return worst;
}

typedef struct job {
    const char *name;
    double v_busy, v_quiet, lo, hi;
    loop_fn hand[2]; /* free, careful */
    const char *const *params;
} job;

static void fill(const rig *r, const job *j, int quiet) {
    double v_most = quiet ? j->v_quiet : j->v_busy;
    for (size_t i = 0; i < r->n; i++) {
        r->batch->x[0][i] = between(-v_most, v_most);
        r->batch->x[2][i] = between(j->lo, j->hi);
    }
}

static void run(const job *j, const rig *r, int rounds) {
    for (int quiet = 0; quiet < 2; quiet++) {
        double ns[3];
        const loop_fn loops[] = {generated, j->hand[0], j->hand[1]};
        fill(r, j, quiet);
        time_loops(loops, 3, r, r->n > 100000 ? rounds / 4 + 1 : rounds, ns);
        printf("%-9s %-5s n %7zu  %6.2f ns", j->name, quiet ? "quiet" : "busy", r->n, ns[0]);
        if (j->hand[0])
            printf("   free hand %5.2f ns, ratio %.2f   careful hand %5.2f ns, ratio %.2f   differ by %.0e, %.0e",
                   ns[1], ns[0] / ns[1], ns[2], ns[0] / ns[2], difference(r, j->hand[0]), difference(r, j->hand[1]));
        if (r->n >= 1000000) {
            double rate = (3 + N_OUTPUTS) * 8 / ns[0], triad = triad_rate();
            printf("   %.1f GB/s, %.0f %% of triad (%.1f)", rate, 100 * rate / triad, triad);
        }
        printf("\n");
    }
}

static int run_model(hys_ctx *ctx, const job *j, int rounds) {
    hys_model *model = NULL;
    hys_model_opts opts = hys_model_opts_default();
    if (hys_model_load(ctx, j->name, &opts, &model) != HYS_OK) return 1;
    for (size_t n = 1000; n <= 1000000; n *= 10) {
        double values[16];
        hys__batch_opts batch_opts = {.n = n, .temp = 300.15};
        rig r = {.hand = values, .n = n};
        if (hys__batch_new(ctx, model, &batch_opts, &r.batch) != HYS_OK) return 1;
        if (r.batch->kernel->n_unknowns != 3 || r.batch->kernel->n_jac != 9) return 1;
        for (int i = 0; j->params && j->params[i]; i++) values[i] = param(r.batch, j->params[i]);
        run(j, &r, rounds);
        hys__batch_free(r.batch);
    }
    hys_model_free(model);
    return 0;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 31, status = 0;
    job jobs[] = {{"yakopcic", 0.4, 0.1, 0.05, 0.95, {NULL, NULL}, NULL},
                  {"vteam", 1.2, 0.009, 0.05e-9, 2.95e-9, {NULL, NULL}, NULL}};
    hys_ctx *ctx = NULL;
    if (rounds < 1 || rounds > ROUNDS_MAX || hys_ctx_new(NULL, &ctx) != HYS_OK) return 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
        jobs[0] = (job){"yakopcic", 0.4, 0.1, 0.05, 0.95, {yakopcic_free, yakopcic_careful}, yakopcic_params};
        jobs[1] = (job){"vteam", 1.2, 0.009, 0.05e-9, 2.95e-9, {vteam_free, vteam_careful}, vteam_params};
    }
#endif
    for (int i = 0; i < 2; i++) status |= run_model(ctx, &jobs[i], rounds);
    hys_ctx_free(ctx);
    return status;
}
