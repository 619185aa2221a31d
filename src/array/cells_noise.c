/* Noise of cells' kernels at their two terminals.  With A the Jacobian between internal unknowns and T that of the
 * terminals' currents by them, a source that enters internal rows with c and terminal rows with d is a current of
 * d - T A^-1 c into the terminals that are held:  T A^-1 is found once a cell. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define ALIGN 8u /* doubles */

typedef struct noise_work {
    hys__cells *cells;
    hys__arena arena;
    double **density, **exponent, **coef;
    double a[HYS_STEP_MAX][HYS_STEP_MAX + 2]; /* A transposed, beside it T of word line and bit line */
} noise_work;

size_t hys__cells_n_noises(const hys__cells *c) {
    return c->kernel->n_noises;
}

double hys__cells_temp(const hys__cells *c) {
    return c->temp;
}

static double **take_rows(noise_work *w, size_t count) {
    const size_t stride = w->cells->stride;
    double **at = HYS_NEW_N(&w->arena, double *, count + 1);
    double *room = HYS_NEW_N(&w->arena, double, count *stride + ALIGN);
    if (!at || !room) return NULL;
    uintptr_t first = ((uintptr_t)room + ALIGN * sizeof(double) - 1) / (ALIGN * sizeof(double)) * ALIGN;
    for (size_t k = 0; k < count; k++) at[k] = (double *)(first * sizeof(double)) + k * stride;
    return at;
}

/* ---- one cell ---- */

/* Held states are rows x = 0. */
static void fill(noise_work *w, size_t lane) {
    const hys__cells *c = w->cells;
    const hys_kernel *k = c->kernel;
    const hys_u32 nt = k->n_terminals;
    const size_t n = k->n_unknowns - nt;
    memset(w->a, 0, sizeof w->a);
    for (hys_u32 e = 0; e < k->n_jac; e++) {
        const hys_u32 row = k->jac_row[e], col = k->jac_col[e];
        const double value = c->batch->jac[e][lane];
        if (col < nt) continue;
        if (row == c->word_at) w->a[col - nt][n] += value;
        if (row == c->bit_at) w->a[col - nt][n + 1] += value;
        if (row >= nt && !c->is_held[row]) w->a[col - nt][row - nt] += value;
    }
    for (size_t i = 0; i < n; i++)
        if (c->is_held[nt + i]) w->a[i][i] = 1;
}

/* Gauss and Jordan, with pivots: the last two columns become the solutions. */
static bool eliminate(noise_work *w, size_t n) {
    for (size_t k = 0; k < n; k++) {
        size_t p = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(w->a[i][k]) > fabs(w->a[p][k])) p = i;
        if (!(fabs(w->a[p][k]) > 0) || !isfinite(w->a[p][k])) return false;
        for (size_t j = k; j < n + 2; j++) {
            const double value = w->a[p][j];
            w->a[p][j] = w->a[k][j];
            w->a[k][j] = value;
        }
        for (size_t j = n + 2; j-- > k;) w->a[k][j] /= w->a[k][k];
        for (size_t i = 0; i < n; i++)
            for (size_t j = n + 2; i != k && j-- > k;) w->a[i][j] -= w->a[i][k] * w->a[k][j];
    }
    return true;
}

static hys_status refuse_state(const hys__cells *c, hys_u32 source, hys_u32 row) {
    return hys__fail(c->ctx, HYS_ARG, "`hysteron sim` takes states along",
                     "the noise source '%s' drives the state '%s' of the cells, which is held in small signals",
                     c->kernel->noises[source].name, c->kernel->unknowns[row].name);
}

static hys_status put_cell(const noise_work *w, size_t lane, size_t cell, const hys__cell_noise *to) {
    const hys__cells *c = w->cells;
    const hys_kernel *k = c->kernel;
    const hys_u32 nt = k->n_terminals;
    const size_t n = k->n_unknowns - nt;
    for (hys_u32 s = 0; s < k->n_noises; s++) {
        to->density[s * c->n + cell] = w->density[s][lane];
        to->exponent[s * c->n + cell] = w->exponent[s][lane];
        to->into_word[s * c->n + cell] = to->into_bit[s * c->n + cell] = 0;
    }
    for (hys_u32 e = 0; e < k->n_noise_coefs; e++) {
        const hys_u32 row = k->noise_row[e], source = k->noise_col[e];
        const size_t at = source * c->n + cell;
        const double coef = w->coef[e][lane];
        if (coef == 0 || w->density[source][lane] == 0) continue;
        if (row >= nt && c->is_held[row]) return refuse_state(c, source, row);
        to->into_word[at] += row >= nt ? -coef * w->a[row - nt][n] : row == c->word_at ? coef : 0;
        to->into_bit[at] += row >= nt ? -coef * w->a[row - nt][n + 1] : row == c->bit_at ? coef : 0;
    }
    return HYS_OK;
}

/* ---- all cells ---- */

static hys_status look_at_chunk(noise_work *w, size_t chunk, const hys__cell_noise *to) {
    hys__cells *c = w->cells;
    const hys_kernel *k = c->kernel;
    hys__cells_view(c, chunk);
    const hys_batch batch = hys__cells_batch(c, &c->now);
    hys_out out = c->batch->out;
    out.noise = w->density;
    out.noise_exp = w->exponent;
    out.noise_coef = w->coef;
    k->eval_fj(&c->batch->env, &batch, &c->batch->out);
    k->noise(&c->batch->env, &batch, &out);
    hys_status status = HYS_OK;
    for (size_t j = 0; j < c->now.n && status == HYS_OK; j++) {
        const size_t cell = chunk * c->chunk + j;
        fill(w, j);
        if (!eliminate(w, k->n_unknowns - k->n_terminals))
            return hys__fail(c->ctx, HYS_NOCONV, "",
                             "the cell of word line %zu and bit line %zu cannot be seen from its terminals alone: its "
                             "equations are singular there",
                             cell / c->columns, cell % c->columns);
        status = put_cell(w, j, cell, to);
    }
    return status;
}

hys_status hys__cells_noise(hys__cells *c, const hys__cell_noise *noise) {
    const hys_kernel *k = c->kernel;
    noise_work w = {.cells = c};
    hys_status status = HYS_OK;
    for (hys_u32 s = 0; s < k->n_noises; s++)
        if (k->noises[s].n_table)
            return hys__fail(c->ctx, HYS_ARG, "white_noise and flicker_noise are",
                             "the noise source '%s' of the cells is a table, which arrays do not take",
                             k->noises[s].name);
    hys__arena_init(&w.arena, c->ctx, 0);
    w.density = take_rows(&w, k->n_noises);
    w.exponent = take_rows(&w, k->n_noises);
    w.coef = take_rows(&w, k->n_noise_coefs);
    if (!w.density || !w.exponent || !w.coef) status = HYS_NOMEM;
    for (size_t chunk = 0; chunk < c->n_chunks && status == HYS_OK && k->n_noises; chunk++)
        status = look_at_chunk(&w, chunk, noise);
    hys__arena_free(&w.arena);
    return status;
}
