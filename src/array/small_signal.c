/* Small signals of a crossbar about its last solution:  (K + i w C) x = b,  K from wires and the cells' slopes, C from
 * the wires' capacitances.  The real matrix K + w C preconditions both parts: what is left has its eigenvalues between
 * 1 and i whatever the frequency, so the number of steps does not depend on it. */
#include "array/small_signal.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

/* V, A: real parts of both kinds of nodes, then imaginary ones, [4 m n]. */
static void apply_real(const hys__signal *g, const double *x, double *y) {
    const hys__cell_answer *c = &g->s->answer;
    const double *u = x, *w = x + g->s->count;
    if (g->s->linear) {
        hys__blocks_apply(&g->blocks, x, y);
        return;
    }
    double *bit = y + g->s->count;
    hys__lines_apply_words(g->s->grid, g->s->conductance, u, w, y);
    hys__grid_apply_bits(g->s->grid, g->s->conductance, w, u, bit);
    for (size_t k = 0; k < g->s->count; k++) {
        const double d = g->s->conductance[k];
        y[k] += (c->word_word[k] - d) * u[k] + (c->word_bit[k] + d) * w[k];
        bit[k] += (c->bit_word[k] + d) * u[k] + (c->bit_bit[k] - d) * w[k];
    }
}

static void apply(void *user, const double *x, double *y) {
    const hys__signal *g = user;
    const double *re = x, *im = x + g->pair;
    apply_real(g, re, y);
    apply_real(g, im, y + g->pair);
    for (size_t k = 0; k < g->pair; k++) {
        const double b = k < g->s->count ? g->word : g->bit; /* K + w C was applied */
        y[k] -= b * (re[k] + im[k]);
        y[k + g->pair] += b * (re[k] - im[k]);
    }
}

static void precondition(void *user, const double *x, double *y) {
    hys__signal *g = user;
    for (int part = 0; part < 2; part++, x += g->pair, y += g->pair) {
        if (g->s->linear) hys__blocks_precondition(&g->blocks, x, y);
        else hys__ladder_solve(&g->s->ladder, &g->s->answer, x, x + g->s->count, y, y + g->s->count);
    }
}

/* ---- the point and the network about it ---- */

static hys_status look(hys_array *a) {
    hys__general *s = &a->general;
    hys_status status = hys__array_need_general(a);
    if (status != HYS_OK) return status;
    if (a->u != s->u) {
        memcpy(s->u, a->u, s->count * sizeof *s->u);
        memcpy(s->w, a->w, s->count * sizeof *s->w);
    }
    if (a->devices) {
        hys__cells_set_gates(a->devices, a->gates);
        hys__cells_begin(a->devices, &(hys__cell_stage){.mode = HYS__CELLS_HELD});
    }
    status = s->cells->evaluate(s->cells->user, s->u, s->w, &s->answer, &s->worst);
    if (status == HYS_NOCONV) return hys__fail(a->ctx, status, "", "a cell has no solution at its potentials");
    return status;
}

static hys_status set_grounds(hys__signal *g, double word, double bit) {
    g->s->grid->word_ground = word;
    g->s->grid->bit_ground = bit;
    return hys__general_refill(g->s);
}

static void put_ends(const hys__signal *g, const double *words, const double *bits, double *b) {
    const hys__grid *grid = g->s->grid;
    double *bit = b + g->s->count, *last = bit + (grid->m - 1) * grid->n;
    for (size_t i = 0; i < hys__n_words(grid) && words; i++) {
        b[hys__word_first(grid, i)] += grid->left[i] * words[i];
        b[hys__word_last(grid, i)] += grid->right[i] * words[i];
    }
    for (size_t j = 0; j < grid->n && bits; j++) {
        bit[j] += grid->top[j] * bits[j];
        last[j] += grid->bottom[j] * bits[j];
    }
}

/* Through cells and capacitances, as ends that are good conductors leave few digits. */
void hys__signal_sum(const hys__signal *g, double *words, double *bits) {
    const hys__grid *grid = g->s->grid;
    const hys__cell_answer *c = &g->s->answer;
    memset(words, 0, 2 * hys__n_words(grid) * sizeof *words);
    memset(bits, 0, 2 * grid->n * sizeof *bits);
    for (size_t k = 0; k < g->s->count; k++) {
        const size_t line = grid->is_parallel ? k % grid->n : k / grid->n, column = k % grid->n;
        for (size_t part = 0; part < 2; part++) {
            const double *u = g->x + part * g->pair, *w = u + g->s->count;
            const double turned = part ? 1 : -1; /* of i w C times the other part */
            const double *other = g->x + (1 - part) * g->pair;
            words[2 * line + part] += c->word_word[k] * u[k] + c->word_bit[k] * w[k] + turned * g->word * other[k];
            bits[2 * column + part] -=
                c->bit_word[k] * u[k] + c->bit_bit[k] * w[k] + turned * g->bit * other[k + g->s->count];
        }
    }
}

/* ---- solutions ---- */

static hys_status check(const hys_array *a) {
    if (!a->u) return hys__fail(a->ctx, HYS_ARG, "hys_array_solve first", "small signals are those about a solution");
    if (a->bridges.n || a->grid.word_lumped || a->grid.bit_lumped)
        return hys__fail(a->ctx, HYS_ARG, "", "small signals need wires with resistance, and no shorts between lines");
    return HYS_OK;
}

hys_status hys__signal_begin(hys_array *array, hys__signal *g) {
    *g = (hys__signal){.a = array, .s = &array->general};
    hys__arena_init(&g->arena, array->ctx, 0);
    hys_status status = check(array);
    if (status == HYS_OK) status = look(array);
    if (status != HYS_OK) return status;
    g->pair = 2 * array->general.count;
    status = hys__gmres_new(array->ctx, 2 * g->pair, &g->gmres);
    g->b = HYS_NEW_N(&g->arena, double, 2 * g->pair);
    g->x = HYS_NEW_N(&g->arena, double, 2 * g->pair);
    if (status == HYS_OK && g->s->linear) status = hys__blocks_new(&g->arena, g->s->linear, &g->blocks);
    return g->arena.failed ? HYS_NOMEM : status;
}

void hys__signal_end(hys__signal *g) {
    hys__gmres_free(&g->gmres);
    hys__arena_free(&g->arena);
}

void hys__signal_turn(hys__signal *g) {
    double *other = g->s->answer.word_bit;
    g->s->answer.word_bit = g->s->answer.bit_word;
    g->s->answer.bit_word = other;
}

static hys_status solve(hys__signal *g) {
    const hys__gmres_system system = {g, apply, precondition};
    hys_status status = set_grounds(g, g->word, g->bit);
    if (status == HYS_OK && g->s->linear) status = hys__blocks_set(&g->blocks, &g->s->answer);
    if (status == HYS_OK) status = hys__gmres_solve(&g->gmres, &system, g->b, g->x, g->a->opts.tolerance);
    if (status == HYS_NOCONV)
        hys__fail(g->a->ctx, status, "--tolerance X asks for less",
                  "the array's small signals were solved to a relative residual of %.2e, not %.0e",
                  g->gmres.relative_residual, g->a->opts.tolerance);
    const hys_status back = set_grounds(g, 0, 0);
    if (status != HYS_OK) return status;
    return back == HYS_OK && !g->a->devices && g->a->has_linear ? hys__linear_set_cells(&g->a->linear, g->a->cells)
                                                                : back;
}

#define TURN 6.28318530717958648

hys_status hys__signal_solve(hys__signal *g, double frequency, const double *words, const double *bits) {
    if (!(frequency >= 0) || !isfinite(frequency))
        return hys__fail(g->a->ctx, HYS_ARG, "0 Hz or more", "small signals at %g Hz", frequency);
    g->word = TURN * frequency * g->a->opts.word_capacitance;
    g->bit = TURN * frequency * g->a->opts.bit_capacitance;
    memset(g->b, 0, 2 * g->pair * sizeof *g->b);
    put_ends(g, words, bits, g->b);
    return solve(g);
}

hys_status hys_array_small_signal(hys_array *array, const hys_array_signal *signals, double *word_currents,
                                  double *bit_currents) {
    hys_array_signal given = {0};
    hys__signal g;
    memcpy(&given, signals, signals->size < sizeof given ? signals->size : sizeof given);
    hys_status status = hys__signal_begin(array, &g);
    if (status == HYS_OK) status = hys__signal_solve(&g, given.frequency, given.words, given.bits);
    if (status == HYS_OK) hys__signal_sum(&g, word_currents, bit_currents);
    hys__signal_end(&g);
    return status;
}
