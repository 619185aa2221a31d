/* Noise of the currents out of bit lines.  One solution of the transposed network, with 1 V at the bit line's terminal,
 * is the transfer y of a current into any node to the current of that line: a source of density S between nodes a and b
 * adds |y_a - y_b|^2 S. */
#include "array/small_signal.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define BOLTZMANN 1.380649e-23 /* J/K */
#define FLAT      1e-8         /* relative: below such a frequency capacitances have no influence */

/* A point (from == to), where densities are asked for, or a band over which they are integrated. */
typedef struct span {
    double from, to; /* Hz */
} span;

typedef struct noise_of {
    hys__signal g;
    hys__arena arena;
    hys__cell_noise cells;
    hys_array_noise_opts opts;
    double *bits;  /* [columns] V: 1 at the line in question */
    double *still; /* [4 m n] the solution at 0 Hz */
    size_t column;
} noise_of;

hys_array_noise_opts hys_array_noise_opts_default(void) {
    return (hys_array_noise_opts){.size = sizeof(hys_array_noise_opts), .frequency = 1};
}

size_t hys_array_n_noises(const hys_array *a) {
    return a->devices ? hys__cells_n_noises(a->devices) : 0;
}

/* ---- sources of cells ---- */

static bool is_resistor(const hys_array *a, size_t k) {
    return !a->devices || (a->is_stuck && a->is_stuck[k]) || (a->has_conductances && a->cells[k] == 0);
}

/* I/V, which is the slope where the voltage is 0. */
static double chord(const noise_of *n, size_t k) {
    const hys__general *s = n->g.s;
    const double v = s->u[k] - s->w[k];
    return v != 0 ? s->answer.into_word[k] / v : s->answer.word_word[k];
}

static hys_status take_cells(noise_of *n) {
    hys_array *a = n->g.a;
    const size_t count = n->g.s->count, n_sources = hys_array_n_noises(a) ? hys_array_n_noises(a) : 1;
    double **const all[] = {&n->cells.into_word, &n->cells.into_bit, &n->cells.density, &n->cells.exponent};
    n->cells.n_sources = n_sources;
    for (size_t k = 0; k < 4; k++) *all[k] = hys__arena_calloc(&n->arena, n_sources * count, sizeof(double));
    if (n->arena.failed) return HYS_NOMEM;
    const hys_status status = a->devices ? hys__cells_noise(a->devices, &n->cells) : HYS_OK;
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < count; k++) {
        if (!is_resistor(a, k)) continue;
        for (size_t s = 1; s < n_sources; s++) n->cells.density[s * count + k] = 0;
        n->cells.density[k] = 4 * BOLTZMANN * n->opts.temp * chord(n, k);
        n->cells.exponent[k] = 0;
        n->cells.into_word[k] = 1;
        n->cells.into_bit[k] = -1;
    }
    return HYS_OK;
}

/* ---- sums over all sources ---- */

/* Of a density that falls with a power of the frequency: there, or integrated. */
static double strength(double density, double exponent, const span *f) {
    const double width = log(f->to / f->from), rest = 1 - exponent;
    if (exponent == 0) return f->from == f->to ? density : density * (f->to - f->from);
    if (f->from == f->to) return density * pow(f->from, -exponent);
    if (rest == 0) return density * width;
    return density * pow(f->from, rest) * expm1(rest * width) / rest;
}

static double square(double re, double im) {
    return re * re + im * im;
}

/* |y_a - y_b|^2 */
static double across(const noise_of *n, const double *x, size_t a, size_t b) {
    const double *im = x + n->g.pair;
    return square(x[a] - x[b], im[a] - im[b]);
}

static double of_cells(const noise_of *n, const double *x, const span *f) {
    const size_t count = n->g.s->count;
    const double *im = x + n->g.pair;
    double sum = 0;
    for (size_t s = 0; s < n->cells.n_sources; s++)
        for (size_t k = 0; k < count; k++) {
            const size_t at = s * count + k;
            const double u = n->cells.into_word[at], w = n->cells.into_bit[at];
            if (n->cells.density[at] != 0)
                sum += square(u * x[k] + w * x[count + k], u * im[k] + w * im[count + k]) *
                       strength(n->cells.density[at], n->cells.exponent[at], f);
        }
    return sum;
}

/* S: sum of |y_a - y_b|^2 G. */
static double of_wires(const noise_of *n, const double *x) {
    const hys__grid *grid = n->g.s->grid;
    const size_t count = n->g.s->count, before = grid->is_parallel ? grid->n : 1;
    double sum = 0;
    for (size_t i = 0; i < grid->m; i++)
        for (size_t j = 0; j < grid->n; j++) {
            const size_t k = i * grid->n + j;
            if (grid->is_parallel ? i > 0 : j > 0) sum += grid->word[i][j] * across(n, x, k, k - before);
            if (i > 0) sum += grid->bit[i][j] * across(n, x, count + k, count + k - grid->n);
        }
    return sum;
}

static double of_end(const noise_of *n, const double *x, size_t node, double conductance, double terminal) {
    return conductance * square(terminal - x[node], x[node + n->g.pair]);
}

static double of_ends(const noise_of *n, const double *x) {
    const hys__grid *grid = n->g.s->grid;
    const size_t count = n->g.s->count, last = count + (grid->m - 1) * grid->n;
    double sum = 0;
    for (size_t i = 0; i < hys__n_words(grid); i++)
        sum += of_end(n, x, hys__word_first(grid, i), grid->left[i], 0) +
               of_end(n, x, hys__word_last(grid, i), grid->right[i], 0);
    for (size_t j = 0; j < grid->n; j++)
        sum += of_end(n, x, count + j, grid->top[j], n->bits[j]) + of_end(n, x, last + j, grid->bottom[j], n->bits[j]);
    return sum;
}

static hys_noise_share share_of(const noise_of *n, const double *x, const span *f) {
    const double thermal = strength(4 * BOLTZMANN * n->opts.temp, 0, f);
    hys_noise_share s = {0, of_cells(n, x, f), thermal * of_wires(n, x), thermal * of_ends(n, x)};
    s.total = s.cells + s.wires + s.ends;
    return s;
}

static void add(hys_noise_share *to, const hys_noise_share *s, double scale) {
    to->total += scale * s->total;
    to->cells += scale * s->cells;
    to->wires += scale * s->wires;
    to->ends += scale * s->ends;
}

/* ---- a band ---- */

/* Densities times the frequency have, over its logarithm, no singularity nearer than pi/2 to the axis, as networks of
 * resistors and capacitances have their poles where the frequency is imaginary: Gauss's rule with eight points a decade
 * is then exact to 1e-7. */
static hys_status add_decade(noise_of *n, double from, double to, hys_noise_share *power) {
    static const double at[4] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363},
                        weight[4] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};
    const double half = 0.5 * log(to / from), middle = sqrt(from) * sqrt(to);
    for (size_t k = 0; k < 8; k++) {
        const double f = middle * exp(half * (k % 2 ? 1 : -1) * at[k / 2]);
        const hys_status status = hys__signal_solve(&n->g, f, NULL, n->bits);
        if (status != HYS_OK) return status;
        const hys_noise_share s = share_of(n, n->g.x, &(span){f, f});
        add(power, &s, half * weight[k / 2] * f);
    }
    return HYS_OK;
}

/* From above, until capacitances have no influence; what is below has a closed form.  Without any, the
 * solution that there is holds at all frequencies. */
static hys_status integrate(noise_of *n, hys_noise_share *power) {
    const bool has_charge = n->g.a->opts.word_capacitance > 0 || n->g.a->opts.bit_capacitance > 0;
    double to = n->opts.to;
    hys_status status = has_charge ? hys__signal_solve(&n->g, 0, NULL, n->bits) : HYS_OK;
    memcpy(n->still, n->g.x, 2 * n->g.pair * sizeof *n->still);
    while (status == HYS_OK && has_charge && to > n->opts.from) {
        const double from = fmax(n->opts.from, 0.1 * to);
        status = hys__signal_solve(&n->g, to, NULL, n->bits);
        if (status != HYS_OK) break;
        const double now = share_of(n, n->g.x, &(span){to, to}).total;
        if (fabs(now - share_of(n, n->still, &(span){to, to}).total) <= FLAT * now) break;
        status = add_decade(n, from, to, power);
        to = from;
    }
    if (status != HYS_OK || !(to > n->opts.from)) return status;
    const hys_noise_share rest = share_of(n, n->still, &(span){n->opts.from, to});
    add(power, &rest, 1);
    return HYS_OK;
}

/* ---- all of it ---- */

/* Currents out of lines have the opposite sign of those that an admittance takes. */
static hys_status look_at_line(noise_of *n, double *currents, hys_bit_noise *to) {
    const double f = n->opts.frequency;
    *to = (hys_bit_noise){0};
    n->bits[n->column] = 1;
    hys_status status = hys__signal_solve(&n->g, f, NULL, n->bits);
    if (status == HYS_OK) {
        double *bits = currents + 2 * hys__n_words(n->g.s->grid);
        to->density = share_of(n, n->g.x, &(span){f, f});
        hys__signal_sum(&n->g, currents, bits);
        to->conductance = -bits[2 * n->column];
        to->susceptance = -bits[2 * n->column + 1];
    }
    if (status == HYS_OK && n->opts.to > 0) status = integrate(n, &to->power);
    n->bits[n->column] = 0;
    return status;
}

static hys_status look_at_lines(noise_of *n, hys_bit_noise *noise) {
    const hys__grid *grid = n->g.s->grid;
    double *currents = HYS_NEW_N(&n->arena, double, 2 * (hys__n_words(grid) + grid->n));
    n->bits = HYS_NEW_N(&n->arena, double, grid->n);
    n->still = HYS_NEW_N(&n->arena, double, 2 * n->g.pair);
    if (n->arena.failed) return HYS_NOMEM;
    hys_status status = take_cells(n);
    hys__signal_turn(&n->g);
    for (size_t k = 0; k < n->opts.n && status == HYS_OK; k++) {
        n->column = n->opts.first + k;
        status = look_at_line(n, currents, &noise[k]);
    }
    hys__signal_turn(&n->g);
    return status;
}

static bool is_positive(double value) {
    return value > 0 && isfinite(value);
}

static hys_status complete(const hys_array *a, hys_array_noise_opts *o) {
    const size_t columns = a->opts.columns;
    if (!is_positive(o->frequency)) return hys__fail(a->ctx, HYS_ARG, "above 0 Hz", "noise at %g Hz", o->frequency);
    if ((o->from != 0 || o->to != 0) && !(is_positive(o->from) && is_positive(o->to) && o->from < o->to))
        return hys__fail(a->ctx, HYS_ARG, "from a frequency above 0 Hz to a higher one",
                         "there is no band from %g Hz to %g Hz", o->from, o->to);
    if (o->first >= columns || o->n > columns - o->first)
        return hys__fail(a->ctx, HYS_ARG, "they are counted from 0", "there are only %zu bit lines", columns);
    if (o->temp != 0 && !is_positive(o->temp))
        return hys__fail(a->ctx, HYS_ARG, "above 0 K", "a temperature of %g K", o->temp);
    if (o->n == 0) o->n = columns - o->first;
    if (o->temp == 0) o->temp = a->devices ? hys__cells_temp(a->devices) : 300.15;
    return HYS_OK;
}

hys_status hys_array_noise(hys_array *array, const hys_array_noise_opts *opts, hys_bit_noise *noise) {
    noise_of n = {.opts = hys_array_noise_opts_default()};
    memcpy(&n.opts, opts, opts->size < sizeof n.opts ? opts->size : sizeof n.opts);
    hys_status status = complete(array, &n.opts);
    if (status != HYS_OK) return status;
    hys__arena_init(&n.arena, array->ctx, 0);
    status = hys__signal_begin(array, &n.g);
    if (status == HYS_OK) status = look_at_lines(&n, noise);
    hys__signal_end(&n.g);
    hys__arena_free(&n.arena);
    return status;
}
