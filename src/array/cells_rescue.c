/* Cells whose own Newton iteration has not converged from where they were. */
#include "array/cells_impl.h"
#include <math.h>
#include <string.h>

/* ---- those cells, side by side ---- */

static void gather_lanes(hys__cells *c) {
    const hys_kernel *k = c->kernel;
    const hys__cell_lanes *from = &c->now;
    hys__cell_lanes *to = &c->spare;
    for (size_t l = 0; l < to->n; l++) {
        const size_t j = c->lane_of[l];
        for (hys_u32 u = 0; u < k->n_unknowns; u++) {
            to->start[u][l] = from->start[u][j];
            to->old[u][l] = from->old[u][j];
        }
        for (hys_u32 r = 0; r < k->n_retained; r++) to->r[r][l] = from->r[r][j];
        if (to->key) to->key[l] = from->key[j];
    }
    for (hys_u32 p = 0; p < k->n_params; p++) {
        const bool is_own = c->batch->has_own_params && c->batch->p_stride[p];
        for (size_t l = 0; l < to->n; l++) to->p[p][l] = from->p[p][is_own ? c->lane_of[l] : 0];
    }
}

static void gather(hys__cells *c) {
    c->spare.n = 0;
    for (size_t j = 0; j < c->now.n; j++)
        if (c->now.ok[j] == 0) c->lane_of[c->spare.n++] = j;
    gather_lanes(c);
}

static void scatter(hys__cells *c) {
    const hys_u32 nt = c->kernel->n_terminals;
    const hys__cell_lanes *from = &c->spare, *to = &c->now;
    for (size_t l = 0; l < from->n; l++) {
        const size_t j = c->lane_of[l];
        if (from->ok[l] == 0) continue;
        for (hys_u32 u = nt; u < c->kernel->n_unknowns; u++) to->x[u][j] = from->x[u][l];
        for (hys_u32 t = 0; t < nt; t++) to->i[t][j] = from->i[t][l];
        for (hys_u32 t = 0; t < nt * nt; t++) to->g[t][j] = from->g[t][l];
        to->ok[j] = 1;
    }
}

/* Potentials between the start of the step and its end. */
static void set_terminals(hys__cells *c, double part) {
    hys__cell_lanes *l = &c->spare;
    for (hys_u32 t = 0; t < c->kernel->n_terminals; t++)
        for (size_t j = 0; j < l->n; j++) {
            const double end = c->now.x[t][c->lane_of[j]];
            l->x[t][j] = part == 1 ? end : l->start[t][j] + part * (end - l->start[t][j]);
        }
}

static void restart(hys__cells *c) {
    for (hys_u32 u = 0; u < c->kernel->n_unknowns; u++)
        memcpy(c->spare.x[u], c->spare.start[u], c->spare.n * sizeof(double));
}

/* ---- damped Newton ---- */

/* A step that is damped is taken where the next correction by the same Jacobian would be smaller: P. Deuflhard, Newton
 * Methods for Nonlinear Problems (2004), section 3.3.  So the units of unknowns do not matter. */
#define DAMPED_MAX 300u
#define LEAST_PART 1e-9
#define CLOSE      1e-7 /* the kernel's own iteration then does the rest */

typedef struct system_of { /* of one cell */
    hys__cells *cells;
    const double *rate; /* NULL: 1/h of all */
    size_t lane, n;
    double a[HYS_STEP_MAX][HYS_STEP_MAX], r[HYS_STEP_MAX], size[HYS_STEP_MAX];
    unsigned pivot[HYS_STEP_MAX];
} system_of;

/* Clamped states obey x = clamp(x - r / rate): at a bound the row becomes x = bound, in the row's own unit. */
static void clamp_rows(system_of *s, const double *own_rate, bool has_jacobian) {
    const hys__cells *c = s->cells;
    const hys_u32 nt = c->kernel->n_terminals;
    for (size_t i = 0; i < s->n; i++) {
        const hys_u32 flags = c->kernel->unknowns[nt + i].flags;
        const double x = c->spare.x[nt + i][s->lane], rate = own_rate[i] != 0 ? own_rate[i] : 1;
        double bound = x - s->r[i] / rate;
        if (flags & HYS_U_CLAMP_LO) bound = fmax(bound, c->batch->clamp_lo[nt + i][s->lane]);
        if (flags & HYS_U_CLAMP_HI) bound = fmin(bound, c->batch->clamp_hi[nt + i][s->lane]);
        if (!(flags & (HYS_U_CLAMP_LO | HYS_U_CLAMP_HI)) || bound == x - s->r[i] / rate) continue;
        s->r[i] = rate * (x - bound);
        if (has_jacobian) memset(s->a[i], 0, sizeof s->a[i]);
        if (has_jacobian) s->a[i][i] = rate;
    }
}

/* Residual, and with has_jacobian the matrix, at the spare's point. */
static void evaluate(system_of *s, bool has_jacobian) {
    const hys__cells *c = s->cells;
    const hys_kernel *k = c->kernel;
    const hys__batch *b = c->batch;
    const hys__cell_lanes *l = &c->spare;
    const hys_u32 nt = k->n_terminals;
    const hys_batch batch = hys__cells_batch(c, l);
    double own_rate[HYS_STEP_MAX] = {0};
    k->eval_fj(&b->env, &batch, &b->out);
    if (has_jacobian) memset(s->a, 0, sizeof s->a);
    for (size_t i = 0; i < s->n; i++) s->r[i] = b->f[nt + i][s->lane];
    for (hys_u32 e = 0; e < k->n_jac && has_jacobian; e++)
        if (k->jac_row[e] >= nt && k->jac_col[e] >= nt)
            s->a[k->jac_row[e] - nt][k->jac_col[e] - nt] = b->jac[e][s->lane];
    for (hys_u32 e = 0; e < k->n_mass; e++) {
        const hys_u32 row = k->mass_row[e], col = k->mass_col[e];
        const double rate = s->rate ? s->rate[col] : 1 / c->stage.h;
        if (row < nt || rate == 0) continue;
        s->r[row - nt] += b->mass[e][s->lane] * rate * (l->x[col][s->lane] - l->old[col][s->lane]);
        if (has_jacobian && col >= nt) s->a[row - nt][col - nt] += b->mass[e][s->lane] * rate;
        if (row == col) own_rate[row - nt] = b->mass[e][s->lane] * rate;
    }
    clamp_rows(s, own_rate, has_jacobian);
}

static bool factorise(system_of *s) {
    for (size_t k = 0; k < s->n; k++) {
        size_t p = k;
        for (size_t i = k + 1; i < s->n; i++)
            if (fabs(s->a[i][k]) > fabs(s->a[p][k])) p = i;
        s->pivot[k] = (unsigned)p;
        if (!(fabs(s->a[p][k]) > 0) || !isfinite(s->a[p][k])) return false;
        for (size_t j = 0; j < s->n && p != k; j++) {
            const double up = s->a[k][j];
            s->a[k][j] = s->a[p][j];
            s->a[p][j] = up;
        }
        for (size_t i = k + 1; i < s->n; i++) {
            s->a[i][k] /= s->a[k][k];
            for (size_t j = k + 1; j < s->n; j++) s->a[i][j] -= s->a[i][k] * s->a[k][j];
        }
    }
    return true;
}

static void weigh(system_of *s) {
    const hys_u32 nt = s->cells->kernel->n_terminals;
    for (size_t i = 0; i < s->n; i++)
        s->size[i] = fabs(s->cells->spare.x[nt + i][s->lane]) + s->cells->kernel->unknowns[nt + i].abstol;
}

/* The size of the correction against those of the unknowns; inf where something is not finite. */
static double correction(const system_of *s, double *dx) {
    double sum = 0;
    memcpy(dx, s->r, s->n * sizeof *dx);
    for (size_t k = 0; k < s->n; k++) {
        const double value = dx[s->pivot[k]];
        dx[s->pivot[k]] = dx[k];
        dx[k] = value;
    }
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < i; j++) dx[i] -= s->a[i][j] * dx[j];
    for (size_t i = s->n; i-- > 0;) {
        for (size_t j = i + 1; j < s->n; j++) dx[i] -= s->a[i][j] * dx[j];
        dx[i] /= s->a[i][i];
    }
    for (size_t i = 0; i < s->n; i++) sum += dx[i] / s->size[i] * (dx[i] / s->size[i]);
    return isfinite(sum) ? sqrt(sum) : INFINITY;
}

static void clamp(const system_of *s) {
    const hys__cells *c = s->cells;
    for (hys_u32 u = c->kernel->n_terminals; u < c->kernel->n_unknowns; u++) {
        double *x = &c->spare.x[u][s->lane];
        if (c->kernel->unknowns[u].flags & HYS_U_CLAMP_LO) *x = fmax(*x, c->batch->clamp_lo[u][s->lane]);
        if (c->kernel->unknowns[u].flags & HYS_U_CLAMP_HI) *x = fmin(*x, c->batch->clamp_hi[u][s->lane]);
    }
}

/* One damped step along dx of size `size`; false: none is short enough. */
static bool descend(system_of *s, const double *dx, double size, double *part) {
    const hys_u32 nt = s->cells->kernel->n_terminals;
    double base[HYS_STEP_MAX] = {0}, next[HYS_STEP_MAX] = {0};
    for (size_t i = 0; i < s->n; i++) base[i] = s->cells->spare.x[nt + i][s->lane];
    for (*part = fmin(1, 4 * *part); *part > LEAST_PART; *part *= 0.5) {
        for (size_t i = 0; i < s->n; i++) s->cells->spare.x[nt + i][s->lane] = base[i] - *part * dx[i];
        clamp(s);
        evaluate(s, false);
        if (correction(s, next) <= (1 - 0.25 * *part) * size) return true;
    }
    for (size_t i = 0; i < s->n; i++) s->cells->spare.x[nt + i][s->lane] = base[i];
    return false;
}

static void damped_newton(hys__cells *c, const double *rate, size_t lane) {
    const hys_kernel *k = c->kernel;
    system_of s = {.cells = c, .rate = rate, .lane = lane, .n = k->n_unknowns - k->n_terminals};
    double dx[HYS_STEP_MAX] = {0}, part = 1;
    for (unsigned n = 0; n < DAMPED_MAX; n++) {
        weigh(&s);
        evaluate(&s, true);
        if (!factorise(&s)) return;
        const double size = correction(&s, dx);
        if (size <= CLOSE || !descend(&s, dx, size, &part)) return;
    }
}

/* Each from where the step began. */
static size_t damp(hys__cells *c, const double *rate) {
    const hys_batch batch = hys__cells_batch(c, &c->spare);
    restart(c);
    set_terminals(c, 1);
    c->kernel->fixed(&c->batch->env, &batch, &c->batch->out);
    for (size_t lane = 0; lane < c->spare.n; lane++) damped_newton(c, rate, lane);
    return hys__cells_step(c, &c->spare, rate);
}

/* ---- from the start of the step to the new potentials, in so many equal pieces ---- */

static size_t follow(hys__cells *c, unsigned n_pieces, const double *rate) {
    size_t n_bad = 0;
    restart(c);
    for (unsigned piece = n_pieces > 1 ? 0 : 1; piece <= n_pieces; piece++) {
        set_terminals(c, (double)piece / n_pieces);
        n_bad = hys__cells_step(c, &c->spare, rate);
    }
    return n_bad;
}

/* ---- where a state runs away, to wherever it comes to rest ---- */

#define FIRST_PIECE 1e-6 /* of the step */
#define LEAST_PIECE 1e-12
#define MOST_PIECES 200u
#define MOST_CELLS  16u /* of a chunk; where more run away at once, the step is too long for the array as well */

/* The cell of lane 0 through the step's time in pieces as short as it asks for.  Where it then is, the solution of the
 * whole step is near. */
static bool pass_time(hys__cells *c) {
    const double h = c->stage.h;
    const hys__cell_lanes *l = &c->spare;
    double done = 0, piece = FIRST_PIECE * h;
    for (unsigned n = 0; n < MOST_PIECES && done < h; n++) {
        c->stage.h = piece = fmin(piece, h - done);
        const bool is_good = hys__cells_step(c, l, NULL) == 0;
        for (hys_u32 u = c->kernel->n_terminals; u < c->kernel->n_unknowns; u++) {
            if (!is_good) l->x[u][0] = l->start[u][0];
            l->old[u][0] = l->start[u][0] = l->x[u][0];
        }
        if (is_good) done += piece;
        piece *= is_good ? 2 : 0.25;
        if (piece < LEAST_PIECE * h) break;
    }
    c->stage.h = h;
    return done >= h;
}

/* False: it still has no solution. */
static bool live_once(hys__cells *c, size_t j) {
    const hys_kernel *k = c->kernel;
    const hys_u32 nt = k->n_terminals;
    double end[HYS_STEP_MAX] = {0};
    c->lane_of[0] = j;
    gather_lanes(c);
    for (hys_u32 u = 0; u < k->n_unknowns; u++) c->spare.start[u][0] = c->spare.old[u][0]; /* of this stage */
    restart(c);
    set_terminals(c, 1);
    const bool is_there = pass_time(c);
    for (hys_u32 u = nt; u < k->n_unknowns; u++) end[u - nt] = c->spare.x[u][0];
    gather_lanes(c);
    for (hys_u32 u = nt; u < k->n_unknowns; u++) c->spare.x[u][0] = end[u - nt];
    const hys_batch batch = hys__cells_batch(c, &c->spare);
    k->fixed(&c->batch->env, &batch, &c->batch->out);
    if (is_there) damped_newton(c, NULL, 0);
    if (is_there && hys__cells_step(c, &c->spare, NULL) == 0) return true;
    c->spare.ok[0] = 0;
    return false;
}

static size_t live_through(hys__cells *c, const double *rate) {
    size_t n_bad = 0;
    (void)rate;
    if (c->stage.mode == HYS__CELLS_HELD || c->spare.n > MOST_CELLS) {
        c->spare.n = 0; /* nothing was found */
        return 1;
    }
    c->spare.n = 1;
    for (size_t j = 0; j < c->now.n; j++) {
        if (c->now.ok[j] != 0) continue;
        n_bad += !live_once(c, j);
        scatter(c);
    }
    return n_bad;
}

static size_t at_once(hys__cells *c, const double *rate) {
    return follow(c, 1, rate);
}

static size_t in_few(hys__cells *c, const double *rate) {
    return follow(c, 4, rate);
}

static size_t in_many(hys__cells *c, const double *rate) {
    return follow(c, 32, rate);
}

bool hys__cells_rescue(hys__cells *c, const double *rate, size_t *lane) {
    typedef size_t way(hys__cells * c, const double *rate);
    static way *const ways[] = {at_once, damp, live_through, in_few, in_many};
    size_t n_bad = 1;
    for (size_t k = 0; k < sizeof ways / sizeof *ways && n_bad; k++) {
        gather(c);
        n_bad = ways[k](c, rate);
        scatter(c);
    }
    if (!n_bad) return true;
    for (size_t j = c->now.n; j-- > 0;) {
        if (c->now.ok[j] != 0) continue;
        *lane = j;
        for (hys_u32 u = 0; u < c->kernel->n_unknowns; u++) c->now.x[u][j] = c->now.start[u][j];
    }
    return false;
}
