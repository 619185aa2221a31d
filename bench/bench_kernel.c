/* Generated kernels beside loops written and vectorised by hand for the same equations and outputs.
 *
 * For the Yakopcic and VTEAM models of the library: residuals and Jacobian (eval_fj) of n instances, voltages
 * and states at random, so that neighbours take different branches; then the same below all thresholds.
 * Prints ns per instance, the ratio to the hand-written AVX-512 loop, equivalents of one vector exp, and the
 * memory traffic beside STREAM triad in the same run.   usage: bench_kernel [REPEATS] */
#include "device/model.h"
#include <hysteron/device.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double *array(size_t n, double value) {
    size_t padded = (n + 7) / 8 * 8;
    double *a = aligned_alloc(64, padded * sizeof *a);
    if (!a) exit(1);
    for (size_t i = 0; i < padded; i++) a[i] = value;
    return a;
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
    const hys_kernel *kernel;
    hys_env env;
    hys_batch batch;
    hys_out out;
    double *x[3], *f[3], *jac[9], params[32], bounds[2][64];
    const double *p[32];
    unsigned char given[32];
    size_t n;
} rig;

static double *entry(const rig *r, unsigned row, unsigned col) {
    for (unsigned k = 0; k < r->kernel->n_jac; k++)
        if (r->kernel->jac_row[k] == row && r->kernel->jac_col[k] == col) return r->jac[k];
    return NULL;
}

static void start(rig *r, const hys_kernel *kernel, size_t n) {
    if (kernel->n_unknowns != 3 || kernel->n_jac != 9 || kernel->n_params > 32 || kernel->n_bounds > 64) exit(1);
    *r = (rig){.kernel = kernel, .n = n};
    r->env = (hys_env){.temp = 300.15, .given = r->given};
    kernel->params_fn(&r->env, r->params, r->bounds[0], r->bounds[1], NULL);
    for (unsigned i = 0; i < kernel->n_params; i++) r->p[i] = &r->params[i];
    for (int i = 0; i < 3; i++) r->x[i] = array(n, 0), r->f[i] = array(n, 0);
    for (int i = 0; i < 9; i++) r->jac[i] = array(n, 0);
    r->batch = (hys_batch){.n = (hys_u32)n, .x = (const double *const *)r->x, .p = r->p};
    r->out = (hys_out){.f = r->f, .jac = r->jac};
}

static void end(rig *r) {
    for (int i = 0; i < 3; i++) free(r->x[i]), free(r->f[i]);
    for (int i = 0; i < 9; i++) free(r->jac[i]);
}

static double param(const rig *r, const char *name) {
    for (unsigned i = 0; i < r->kernel->n_params; i++)
        if (!strcmp(r->kernel->params[i].name, name)) return r->params[i];
    exit(1);
}

typedef void (*loop_fn)(rig *r);

static void generated(rig *r) {
    r->kernel->eval_fj(&r->env, &r->batch, &r->out);
}

static double time_of(loop_fn loop, rig *r, int repeats) {
    double best = 1e9;
    size_t rounds = 400000 / r->n + 1;
    for (int k = 0; k < repeats; k++) {
        double begun = now();
        for (size_t i = 0; i < rounds; i++) loop(r);
        best = fmin(best, (now() - begun) / (double)(rounds * r->n));
    }
    return best * 1e9;
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

typedef struct outputs {
    double *f[3], *jac[9];
} outputs;

static outputs outputs_of(const rig *r) {
    outputs o;
    for (unsigned k = 0; k < 9; k++) o.jac[k] = entry(r, k / 3, k % 3);
    for (unsigned k = 0; k < 3; k++) o.f[k] = r->f[k];
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
HAND static void hand_yakopcic(rig *r) {
    double a1 = param(r, "a1"), a2 = param(r, "a2"), b = param(r, "b"), vp = param(r, "Vp"), vn = param(r, "Vn");
    double ap = param(r, "Ap"), an = param(r, "An"), xp = param(r, "xp"), xn = param(r, "xn");
    double alphap = param(r, "alphap"), alphan = param(r, "alphan");
    double base_p = exp(vp), base_n = exp(vn), inv_p = 1 / (1 - xp), inv_n = 1 / (1 - xn);
    const outputs o = outputs_of(r);
    v8 zero = _mm512_setzero_pd(), one = SET(1);
    for (size_t at = 0; at < r->n; at += 8) {
        v8 v = _mm512_load_pd(r->x[0] + at) - _mm512_load_pd(r->x[1] + at), xs = _mm512_load_pd(r->x[2] + at);
        v8 x = limit(xs, 0, 1);
        __mmask8 inside = _mm512_cmp_pd_mask(xs, x, _CMP_EQ_OQ), up = _mm512_cmp_pd_mask(v, zero, _CMP_GT_OQ);
        v8 e = hand_exp(SET(b) * v), back = one / e;
        v8 a = _mm512_mask_blend_pd(_mm512_cmp_pd_mask(v, zero, _CMP_GE_OQ), SET(a2), SET(a1));
        v8 sinh_v = SET(0.5) * (e - back), cosh_v = SET(0.5) * (e + back);
        v8 ev = hand_exp(_mm512_abs_pd(limit(v, -40, 40)));
        __mmask8 plus = _mm512_cmp_pd_mask(v, SET(vp), _CMP_GT_OQ), minus = _mm512_cmp_pd_mask(v, SET(-vn), _CMP_LT_OQ);
        v8 g = _mm512_maskz_mul_pd(plus, SET(ap), ev - SET(base_p));
        g = _mm512_mask_mul_pd(g, minus, SET(-an), ev - SET(base_n));
        v8 dg = _mm512_maskz_mul_pd(plus, SET(ap), ev);
        dg = _mm512_mask_mul_pd(dg, minus, SET(an), ev);
        v8 ef = hand_exp(_mm512_mask_blend_pd(up, SET(alphan) * (x + SET(xn - 1)), SET(-alphap) * (x - SET(xp))));
        v8 line = _mm512_mask_blend_pd(up, x * SET(inv_n), FMA(SET(xp) - x, SET(inv_p), one));
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
INLINE two hand_drive(v8 v, double k, double v0) {
    v8 u = _mm512_max_pd(_mm512_fmsub_pd(v, SET(1 / v0), SET(1)), _mm512_setzero_pd());
    return (two){SET(k) * u * u * u, SET(3 * k / v0) * u * u};
}

/* models/rram/vteam.va with its defaults: linear resistance, Kvatinsky's window, exponents 3. */
HAND static void hand_vteam(rig *r) {
    double ron = param(r, "Ron"), roff = param(r, "Roff"), w_on = param(r, "w_on"), w_off = param(r, "w_off");
    double inv_wc = 1 / param(r, "w_c"), a_on = param(r, "a_on"), a_off = param(r, "a_off");
    double scale = 1 / (w_off - w_on), inv_rim = 1 / param(r, "rim");
    double k_off = param(r, "k_off"), v_off = param(r, "v_off"), k_on = param(r, "k_on"), v_on = param(r, "v_on");
    const outputs o = outputs_of(r);
    v8 one = SET(1);
    for (size_t at = 0; at < r->n; at += 8) {
        v8 v = _mm512_load_pd(r->x[0] + at) - _mm512_load_pd(r->x[1] + at), w = _mm512_load_pd(r->x[2] + at);
        v8 raw = (w - SET(w_on)) * SET(scale), s = limit(raw, 0, 1);
        v8 ds = _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(raw, s, _CMP_EQ_OQ), SET(scale));
        two off = hand_double_exp((w - SET(a_off)) * SET(inv_wc)), on = hand_double_exp((SET(a_on) - w) * SET(inv_wc));
        two fade_off = hand_fade((one - s) * SET(inv_rim)), fade_on = hand_fade(s * SET(inv_rim));
        v8 d_off = SET(inv_wc) * off.slope * fade_off.value - off.value * fade_off.slope * SET(inv_rim) * ds;
        v8 d_on = on.value * fade_on.slope * SET(inv_rim) * ds - SET(inv_wc) * on.slope * fade_on.value;
        two up = hand_drive(v, k_off, v_off), down = hand_drive(v, k_on, v_on);
        v8 window_off = off.value * fade_off.value, window_on = on.value * fade_on.value;
        two rate = {FMA(up.value, window_off, down.value * window_on),
                    FMA(up.slope, window_off, down.slope * window_on)};
        v8 g = one / FMA(SET(roff - ron), s, SET(ron)), i = v * g;
        two i_v = {i, g};
        store_hand(&o, at, i_v, i * g * SET(ron - roff) * ds, rate, FMA(up.value, d_off, down.value * d_on));
    }
}

HAND static void only_exp(rig *r) {
    for (size_t at = 0; at < r->n; at += 8) _mm512_store_pd(r->f[0] + at, hand_exp(_mm512_load_pd(r->x[0] + at)));
}
#endif

/* ---- the run ---- */

static void triad(rig *r) {
    for (size_t i = 0; i < r->n; i++) r->f[0][i] = r->x[0][i] + 3.0 * r->x[1][i];
}

static void fill(rig *r, double v_most, double state_lo, double state_hi) {
    for (size_t i = 0; i < r->n; i++) {
        r->x[0][i] = between(-v_most, v_most);
        r->x[2][i] = between(state_lo, state_hi);
    }
}

/* Largest relative difference of the outputs of the two loops. */
static double difference(rig *r, loop_fn hand) {
    double worst = 0, *copies[12];
    generated(r);
    for (int k = 0; k < 12; k++) {
        copies[k] = array(r->n, 0);
        memcpy(copies[k], k < 3 ? r->f[k] : r->jac[k - 3], r->n * sizeof(double));
    }
    hand(r);
    for (int k = 0; k < 12; k++) {
        const double *other = k < 3 ? r->f[k] : r->jac[k - 3];
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
    loop_fn hand;
} job;

static void run(const job *j, const hys_kernel *kernel, double exp_ns, int repeats) {
    for (size_t n = 1000; n <= 1000000; n *= 10) {
        rig r;
        start(&r, kernel, n);
        for (int quiet = 0; quiet < 2; quiet++) {
            fill(&r, quiet ? j->v_quiet : j->v_busy, j->lo, j->hi);
            double ours = time_of(generated, &r, repeats);
            printf("%-10s %-5s n %7zu  %6.2f ns  %5.1f exp  %5.1f GB/s", j->name, quiet ? "quiet" : "busy", n, ours,
                   ours / exp_ns, (3 + 12 + 12) * 8 / ours); /* 3 read, 12 written (and fetched before) */
            if (j->hand) {
                double hand = time_of(j->hand, &r, repeats);
                printf("   by hand %6.2f ns  ratio %.2f  differ by %.1e", hand, ours / hand, difference(&r, j->hand));
            }
            printf("\n");
        }
        end(&r);
    }
}

int main(int argc, char **argv) {
    int repeats = argc > 1 ? atoi(argv[1]) : 7;
    job jobs[] = {{"yakopcic", 0.4, 0.1, 0.05, 0.95, NULL}, {"vteam", 1.2, 0.009, 0.05e-9, 2.95e-9, NULL}};
    double exp_ns = 0.55;
    rig big, small;
    hys_ctx *ctx = NULL;
    if (hys_ctx_new(NULL, &ctx) != HYS_OK) return 1;
    for (int i = 0; i < 2; i++) {
        hys_model *model = NULL;
        const hys_kernel *kernel = NULL;
        hys_model_opts opts = hys_model_opts_default();
        if (hys_model_load(ctx, jobs[i].name, &opts, &model) != HYS_OK ||
            hys__model_kernel(model, (hys__variant){.is_wide = true}, &kernel) != HYS_OK)
            return 1;
        start(&small, kernel, 1000);
#if defined(__x86_64__)
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
            jobs[i].hand = i ? hand_vteam : hand_yakopcic;
            exp_ns = time_of(only_exp, &small, repeats);
        }
#endif
        if (i == 0) {
            start(&big, kernel, 8000000);
            printf("one vector exp %.2f ns; STREAM triad %.1f GB/s\n", exp_ns, 24 / time_of(triad, &big, 3));
            end(&big);
        }
        run(&jobs[i], kernel, exp_ns, repeats);
        end(&small);
        hys_model_free(model);
    }
    hys_ctx_free(ctx);
    return 0;
}
