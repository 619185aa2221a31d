#include "array/bridge.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

void hys__bridges_forget(hys__bridges *b) {
    if (b->block) hys__free(b->ctx, b->block, b->block_size);
    b->block = b->factor = NULL;
}

static hys_status take(hys__bridges *b, const hys__linear *l) {
    const size_t count = l->grid->m * l->grid->n;
    b->ctx = l->ctx;
    b->block_size = (b->n * b->n + 2 * b->n + 2 * count) * sizeof(double);
    b->block = hys__realloc(b->ctx, NULL, 0, b->block_size);
    if (!b->block) return HYS_NOMEM;
    b->factor = b->block;
    b->carried = b->factor + b->n * b->n;
    b->wrong = b->carried + b->n;
    b->word_in = b->wrong + b->n;
    b->bit_in = b->word_in + count;
    return HYS_OK;
}

/* b^T x */
static double across(const hys__bridge *b, const double *u, const double *w) {
    const double *x = b->is_word ? u : w;
    return x[b->first] - x[b->second];
}

static void inject(const hys__bridges *b, const hys__bridge *at, double current) {
    double *in = at->is_word ? b->word_in : b->bit_in;
    in[at->first] += current;
    in[at->second] -= current;
}

static void clear(const hys__bridges *b, const hys__linear_source *s, size_t count) {
    if (s && s->word_in) memcpy(b->word_in, s->word_in, count * sizeof(double));
    else memset(b->word_in, 0, count * sizeof(double));
    if (s && s->bit_in) memcpy(b->bit_in, s->bit_in, count * sizeof(double));
    else memset(b->bit_in, 0, count * sizeof(double));
}

/* ---- the small matrix ---- */

static hys_status factorise(hys__bridges *b) {
    const size_t n = b->n;
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c <= r; c++) {
            double sum = b->factor[r * n + c];
            for (size_t k = 0; k < c; k++) sum -= b->factor[r * n + k] * b->factor[c * n + k];
            if (r == c && !(sum > 0))
                return hys__fail(b->ctx, HYS_SINGULAR, "", "shorts between lines make no network");
            b->factor[r * n + c] = r == c ? sqrt(sum) : sum / b->factor[c * n + c];
        }
    return HYS_OK;
}

static void solve_small(const hys__bridges *b, double *x) {
    const size_t n = b->n;
    for (size_t r = 0; r < n; r++) {
        for (size_t k = 0; k < r; k++) x[r] -= b->factor[r * n + k] * x[k];
        x[r] /= b->factor[r * n + r];
    }
    for (size_t r = n; r-- > 0;) {
        for (size_t k = r + 1; k < n; k++) x[r] -= b->factor[k * n + r] * x[k];
        x[r] /= b->factor[r * n + r];
    }
}

/* A column a bridge: what an ampere from one node to the other makes between the nodes of all. */
static hys_status make(hys__bridges *b, hys__linear *l, double tolerance) {
    const size_t n = b->n, count = l->grid->m * l->grid->n;
    hys_status status = take(b, l);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        clear(b, NULL, count);
        inject(b, &b->at[k], 1);
        memset(l->w, 0, count * sizeof *l->w);
        status = hys__linear_solve(l, &(hys__linear_source){.word_in = b->word_in, .bit_in = b->bit_in}, tolerance);
        for (size_t r = k; r < n && status == HYS_OK; r++)
            b->factor[r * n + k] = across(&b->at[r], l->u, l->w) + (r == k ? 1 / b->at[k].conductance : 0);
    }
    memset(l->w, 0, count * sizeof *l->w);
    if (status == HYS_OK) status = factorise(b);
    if (status != HYS_OK) hys__bridges_forget(b);
    return status;
}

/* ---- solution ---- */

#define ROUNDS 6
#define SHARE  0.3 /* of the tolerance, that the network without bridges may take */

/* A x = f - sum y b */
static hys_status solve_with(hys__bridges *b, hys__linear *l, const hys__linear_source *s, double tolerance) {
    hys__linear_source all = *s;
    clear(b, s, l->grid->m * l->grid->n);
    for (size_t k = 0; k < b->n; k++) inject(b, &b->at[k], -b->carried[k]);
    all.word_in = b->word_in;
    all.bit_in = b->bit_in;
    const hys_status status = hys__linear_solve(l, &all, tolerance);
    b->iterations += l->iterations;
    return status;
}

/* f - (A + K) x = (f - sum y b - A x) + sum (y - g b^T x) b: the linear solver's residual, and this. */
static double mismatch(hys__bridges *b, const hys__linear *l) {
    double sum = 0;
    for (size_t k = 0; k < b->n; k++) {
        const double drop = across(&b->at[k], l->u, l->w), beyond = b->carried[k] - b->at[k].conductance * drop;
        b->wrong[k] = b->carried[k] / b->at[k].conductance - drop;
        sum += fabs(beyond);
    }
    return sqrt(2.0) * sum;
}

hys_status hys__bridges_solve(hys__bridges *b, hys__linear *l, const hys__linear_source *s, double tolerance) {
    hys_status status = b->factor ? HYS_OK : make(b, l, tolerance);
    if (status != HYS_OK) return status;
    memset(b->carried, 0, b->n * sizeof *b->carried);
    b->iterations = 0;
    double size = 0, rest = 0;
    for (int round = 0; round < ROUNDS; round++) {
        status = solve_with(b, l, s, SHARE * tolerance);
        if (status != HYS_OK) return status;
        const double now = l->source_norm;
        if (!round) size = now;
        rest = l->relative_residual * now + mismatch(b, l);
        b->relative_residual = size > 0 ? rest / size : 0;
        if (b->relative_residual <= tolerance) break;
        solve_small(b, b->wrong);
        for (size_t k = 0; k < b->n; k++) b->carried[k] -= b->wrong[k];
    }
    l->relative_residual = b->relative_residual;
    l->iterations = b->iterations;
    if (rest <= fmax(tolerance * size, hys__grid_rounding(l->grid, l->u, l->w))) return HYS_OK;
    return hys__fail(l->ctx, HYS_NOCONV, "--tolerance X asks for less",
                     "an array with shorts between lines was solved to a relative residual of %.2e, not %.0e",
                     b->relative_residual, tolerance);
}

/* ---- what flows ---- */

void hys__bridges_add_currents(const hys__bridges *b, size_t n, const double *u, const double *w, double *words,
                               double *bits) {
    for (size_t k = 0; k < b->n; k++) {
        const hys__bridge *at = &b->at[k];
        const double current = at->conductance * across(at, u, w);
        if (at->is_word) {
            words[at->first / n] += current;
            words[at->second / n] -= current;
        } else {
            bits[at->first % n] -= current;
            bits[at->second % n] += current;
        }
    }
}

double hys__bridges_power(const hys__bridges *b, const double *u, const double *w) {
    double power = 0;
    for (size_t k = 0; k < b->n; k++) {
        const double drop = across(&b->at[k], u, w);
        power += b->at[k].conductance * drop * drop;
    }
    return power;
}
