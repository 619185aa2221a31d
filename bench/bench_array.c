/* Resistive crossbars: solutions on one and two threads, the effective matrix, products beside plain BLAS.
 *
 * usage: bench_array [MOST], the largest array's lines (1024); 4096 takes 1.3 GB.  Cells of 1 kohm and 1 Mohm at
 * random. Best of the runs; the error is the largest difference of a potential from a solution to 1e-13, and with cells
 * of 1 kohm alone from the exact double series at three nodes. */
#include <dlfcn.h>
#include <hysteron/array.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double *cells_of(size_t n, bool is_uniform) {
    double *g = malloc(n * n * sizeof *g);
    unsigned seed = 7;
    for (size_t k = 0; k < n * n; k++) {
        seed = seed * 1664525u + 1013904223u;
        g[k] = is_uniform || seed >> 31 ? 1e-3 : 1e-6;
    }
    return g;
}

typedef struct solution {
    double seconds, memory;
    unsigned iterations;
    double *u; /* [n n] V */
} solution;

typedef struct problem {
    size_t n;
    double ohm;
    bool is_uniform;
} problem;

static solution solve(hys_ctx *ctx, const problem *p, unsigned threads, double tolerance) {
    const size_t n = p->n;
    hys_array_opts o = hys_array_opts_default();
    hys_array *array = NULL;
    double *g = cells_of(n, p->is_uniform), *one = malloc(n * sizeof *one);
    solution s = {.u = malloc(n * n * sizeof(double))};
    for (size_t k = 0; k < n; k++) one[k] = 1;
    o.rows = o.columns = n;
    o.word_wire = o.bit_wire = p->ohm;
    o.threads = threads;
    o.tolerance = tolerance;
    if (hys_array_new(ctx, &o, &array) != HYS_OK || hys_array_set_conductances(array, g) != HYS_OK ||
        hys_array_solve(array, one, NULL) != HYS_OK) {
        fprintf(stderr, "%s\n", hys_diag_count(ctx) ? hys_diag_get(ctx, 0)->message : "it failed");
        exit(1);
    }
    const hys_array_report r = hys_array_get_report(array);
    s.seconds = r.solve_s;
    s.memory = r.memory_B;
    s.iterations = r.iterations;
    memcpy(s.u, hys_array_word_potentials(array), n * n * sizeof(double));
    hys_array_free(array);
    free(g);
    free(one);
    return s;
}

static double difference(const double *a, const double *b, size_t count) {
    double most = 0;
    for (size_t k = 0; k < count; k++) most = fmax(most, fabs(a[k] - b[k]));
    return most;
}

/* ---- the double series of a uniform array ---- */

#define PI 3.14159265358979323846

static double mode(size_t n, size_t k, size_t j) {
    return sin(PI * (2.0 * (double)k + 1) * ((double)j + 1) / (2.0 * (double)n + 1)) * 2 / sqrt(2.0 * (double)n + 1);
}

static double eigenvalue(size_t n, size_t k, double g) {
    const double s = sin(PI * (2.0 * (double)k + 1) / (2 * (2.0 * (double)n + 1)));
    return 4 * g * s * s;
}

/* Of the word line's node (i, j), cells of 1 kohm. */
static double spectral(const problem *p, size_t i, size_t j) {
    const size_t n = p->n;
    const double g = 1 / p->ohm, d = 1e-3;
    double sum = 0;
    for (size_t r = 0; r < n; r++) {
        double one = 0;
        for (size_t k = 0; k < n; k++) one += mode(n, r, n - 1 - k);
        const double b = eigenvalue(n, r, g), down = one * mode(n, r, n - 1 - i);
        for (size_t q = 0; q < n; q++) {
            const double a = eigenvalue(n, q, g);
            sum += (b + d) / ((a + d) * (b + d) - d * d) * g * mode(n, q, 0) * down * mode(n, q, j);
        }
    }
    return sum;
}

static double spectral_error(hys_ctx *ctx, size_t n, double ohm) {
    const problem p = {n, ohm, true};
    const size_t at[][2] = {{0, n - 1}, {n - 1, 0}, {n / 2, n / 3}};
    solution s = solve(ctx, &p, 2, 1e-10);
    double most = 0;
    for (size_t k = 0; k < 3; k++)
        most = fmax(most, fabs(s.u[at[k][0] * n + at[k][1]] - spectral(&p, at[k][0], at[k][1])));
    free(s.u);
    return most;
}

static void bench_size(hys_ctx *ctx, size_t n, double ohm) {
    const problem p = {n, ohm, false};
    const int runs = n <= 512 ? 5 : n <= 1024 ? 3 : 1;
    double one = INFINITY, two = INFINITY;
    solution s = {.u = NULL}, exact;
    for (int k = 0; k < runs; k++) {
        free(s.u);
        s = solve(ctx, &p, 2, 1e-10);
        two = fmin(two, s.seconds);
        free(s.u);
        s = solve(ctx, &p, 1, 1e-10);
        one = fmin(one, s.seconds);
    }
    exact = solve(ctx, &p, 2, 1e-13);
    printf("%5zu  %5.3g ohm  %9.2f ms  %9.2f ms on two threads (%.2f x)  %2u steps  %7.1f MB  %.1e V  %.1e V\n", n, ohm,
           1e3 * one, 1e3 * two, one / two, s.iterations, s.memory / 1e6, difference(s.u, exact.u, n * n),
           spectral_error(ctx, n, ohm));
    free(s.u);
    free(exact.u);
}

typedef void (*dgemm_fn)(const char *, const char *, const int *, const int *, const int *, const double *,
                         const double *, const int *, const double *, const int *, const double *, double *,
                         const int *, size_t, size_t);

static dgemm_fn find_dgemm(void) {
    dgemm_fn dgemm = NULL;
    void *library = dlopen("libopenblas.so.0", RTLD_NOW), *at;
    if (!library) library = dlopen("libblas.so.3", RTLD_NOW);
    at = library ? dlsym(library, "dgemm_") : NULL;
    memcpy(&dgemm, &at, sizeof at);
    return dgemm;
}

/* Inputs through the effective matrix: what hys_array_multiply does with it, and dgemm alone. */
static void bench_product(hys_ctx *ctx, size_t n, size_t count) {
    hys_array_opts o = hys_array_opts_default();
    hys_array *array = NULL;
    double *g = cells_of(n, false), *w = malloc(n * n * sizeof *w), best = INFINITY, plain = INFINITY;
    hys_matrix inputs, currents = {.values = NULL};
    o.rows = o.columns = n;
    o.threads = 1;
    if (hys_array_new(ctx, &o, &array) != HYS_OK || hys_array_set_conductances(array, g) != HYS_OK ||
        hys_matrix_new(ctx, count, n, &inputs) != HYS_OK || hys_matrix_new(ctx, count, n, &currents) != HYS_OK)
        exit(1);
    for (size_t k = 0; k < count * n; k++) inputs.values[k] = (double)(k % 17) / 17;
    double start = now();
    if (hys_array_effective(array, w) != HYS_OK) exit(1);
    printf("effective matrix of %zu x %zu: %.2f s on one thread\n", n, n, now() - start);
    const hys_matrix effective = {n, n, w};
    const dgemm_fn dgemm = find_dgemm();
    const double scale = 1, none = 0;
    const int side = (int)n, rows = (int)count;
    for (int k = 0; k < 9; k++) {
        start = now();
        if (hys_array_multiply_by(ctx, &effective, &inputs, &currents) != HYS_OK) exit(1);
        best = fmin(best, now() - start);
        start = now();
        if (dgemm)
            dgemm("N", "N", &side, &rows, &side, &scale, w, &side, inputs.values, &side, &none, currents.values, &side,
                  1, 1);
        plain = fmin(plain, now() - start);
    }
    printf("%zu products: %.3f ms, dgemm %.3f ms (%.2f x)\n", count, 1e3 * best, 1e3 * plain, best / plain);
    hys_matrix_free(ctx, &inputs);
    hys_matrix_free(ctx, &currents);
    hys_array_free(array);
    free(g);
    free(w);
}

int main(int argc, char **argv) {
    const size_t most = argc > 1 ? strtoul(argv[1], NULL, 10) : 1024;
    static const double ohms[] = {0.1, 2.5, 10};
    hys_ctx *ctx = NULL;
    if (hys_ctx_new(NULL, &ctx) != HYS_OK) return 1;
    puts("lines  a segment  one thread              two                          steps        memory  error  of the "
         "series");
    for (size_t n = 128; n <= most; n *= 2)
        for (size_t k = 0; k < 3; k++)
            if (n <= 1024 || ohms[k] == 2.5) bench_size(ctx, n, ohms[k]);
    bench_product(ctx, 256, 4096);
    hys_ctx_free(ctx);
    return 0;
}
