/* All equations of a group at once, by variable steps and order: the slow reference.
 *
 * Unknowns: potentials of all entries, then the inner unknowns of each channel and the concentrations of each ion,
 * entry by entry. */
#include "base/diag.h"
#include "brain/brain_impl.h"
#include "numerics/dae_ida.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ABSTOL_V   1e-9 /* V */
#define ABSTOL_ION 1e-6 /* of the concentration at rest */
#define BUMP       1e-6 /* of a concentration, for slopes: Jacobians need not be exact */
#define MILLIVOLT  1e3
#define MOST_STEPS 100000000u
#define BISECTIONS 60

typedef struct spot { /* of a Jacobian */
    int64_t row, col;
    size_t slot;
} spot;

typedef struct adaptive {
    hys_brain *brain;
    hys__group *group;
    hys__cohort *chunk;
    hys__arena arena;
    hys__batch **batches; /* [channels] */
    size_t n_entries, n;
    size_t *first;  /* [channels] unknown */
    size_t ions;    /* unknown */
    double *beside; /* [n] unknowns with another concentration */
    double *bumped; /* [HYS_STEP_MAX + 1] [n_entries] residuals there */
    struct {
        spot *at;
        size_t n, cap;
    } spots; /* in the order in which values come */
    int64_t *col_start, *row;
    size_t nnz;
    double until; /* s: the end of what is smooth */
    hys__system system;
    hys__dae *dae;
    double *y, *yp;
} adaptive;

/* ---- the equations ---- */

static size_t unknown_of(const adaptive *a, size_t channel, hys_u32 inner, size_t entry) {
    return a->first[channel] + inner * a->n_entries + entry;
}

typedef struct sink { /* residual and Jacobian; f NULL: places are collected */
    adaptive *a;
    const hys__point *p;
    double *f, *jac;
    size_t n;
    bool failed;
} sink;

static void add(sink *s, size_t row, size_t col, double value) {
    if (!s->f) {
        spot *at = HYS_PUSH(&s->a->arena, &s->a->spots);
        if (at) *at = (spot){(int64_t)row, (int64_t)col, 0};
        else s->failed = true;
        return;
    }
    if (s->jac) s->jac[s->a->spots.at[s->n++].slot] += value;
}

static void add_membrane(sink *s) {
    const adaptive *a = s->a;
    const hys_brain_cell *cell = a->group->cell;
    const double *y = s->f ? s->p->y : NULL, *yp = s->f ? s->p->yp : NULL;
    for (size_t e = 0; e < a->n_entries; e++) {
        const double area = a->group->area[e], c = cell->opts.capacitance * area, g = cell->opts.leak * area;
        if (s->f) s->f[e] = (yp ? c * yp[e] : 0) + g * (y[e] - cell->opts.leak_reversal);
        add(s, e, e, (s->f ? c * s->p->c : 0) + g);
    }
    for (size_t e = 0; e < a->chunk->used; e++) {
        const size_t k = e / a->group->lanes % cell->n;
        if (!k) continue;
        const size_t up = e - (k - (size_t)cell->parent[k]) * a->group->lanes;
        const double g = cell->coupling[k];
        if (s->f) {
            s->f[e] += g * (y[e] - y[up]);
            s->f[up] -= g * (y[e] - y[up]);
        }
        add(s, e, e, g);
        add(s, e, up, -g);
        add(s, up, e, -g);
        add(s, up, up, g);
    }
}

static void add_electrodes(sink *s) {
    const adaptive *a = s->a;
    const hys__group *g = a->group;
    for (size_t k = 0; k < g->electrodes.n; k++) {
        const hys_electrode *x = &g->electrodes.at[k]->of;
        const bool is_all = x->place.cell == HYS_BRAIN_ALL;
        const double t = s->f ? fmin(s->p->t, nextafter(a->until, 0)) : 0;
        double part, value = hys__wave_mean(&x->wave, t, 0, &part);
        for (size_t cell = is_all ? 0 : x->place.cell; cell < (is_all ? g->n : x->place.cell + 1); cell++) {
            size_t chunk;
            const size_t e = hys__group_entry(g, cell, &chunk) + x->place.compartment * g->lanes;
            const double conductance = x->kind == HYS_ELECTRODE_VOLTAGE       ? part / x->resistance
                                       : x->kind == HYS_ELECTRODE_CONDUCTANCE ? value * part
                                                                              : 0;
            const double to = x->kind == HYS_ELECTRODE_VOLTAGE ? value : x->reversal;
            if (s->f) s->f[e] -= conductance ? conductance * (to - s->p->y[e]) : 0;
            if (s->f && x->kind == HYS_ELECTRODE_CURRENT) s->f[e] -= value * part;
            add(s, e, e, conductance);
        }
    }
}

static size_t ion_unknown(const adaptive *a, size_t ion, size_t entry) {
    return a->ions + ion * a->n_entries + entry;
}

static const hys__channel *channel_of(const adaptive *a, size_t k) {
    return &a->group->cell->channels.at[k];
}

static double reversal_of(const adaptive *a, const hys__channel *c, const double *y, size_t e) {
    return hys__ion_reversal(&a->group->cell->ions.at[c->ion], y[ion_unknown(a, (size_t)c->ion, e)]);
}

static void put_potentials(const adaptive *a, size_t k, const double *y) {
    const hys__channel *c = channel_of(a, k);
    const hys_screen_scale *s = &c->scale;
    const bool is_plain = s->voltage == 1 && s->offset == 0;
    hys__batch *b = a->batches[k];
    for (size_t e = 0; e < a->n_entries; e++) {
        const double nernst = c->ion >= 0 ? reversal_of(a, c, y, e) : 0;
        const double reversal = c->ion >= 0 && !c->is_absolute ? nernst : c->reversal;
        b->x[0][e] = is_plain ? y[e] : s->voltage * (y[e] - reversal) + s->offset;
        b->x[1][e] = is_plain ? reversal : 0;
        if (c->ion >= 0 && c->reversal_param != HYS_NONE)
            b->p[c->reversal_param][e] = c->is_mv ? MILLIVOLT * nernst : nernst;
    }
}

static void call(const adaptive *a, size_t k, const double *y) {
    const hys__channel *c = channel_of(a, k);
    hys__batch *b = a->batches[k];
    put_potentials(a, k, y);
    for (hys_u32 t = 2; t < c->nt; t++) {
        const hys__reader *r = &c->readers[t - 2];
        for (size_t e = 0; e < a->n_entries; e++)
            b->x[t][e] = r->fixed ? r->fixed[0] : y[ion_unknown(a, (size_t)r->ion, e)];
    }
    for (hys_u32 r = 0; r < c->n_inner; r++)
        memcpy(b->x[c->nt + r], y + unknown_of(a, k, r, 0), a->n_entries * sizeof(double));
    c->kernel->eval_fj(&b->env, &b->in, &b->out);
}

/* A/m^2 of the membrane per A of the model. */
static double weight_of(const adaptive *a, size_t k, size_t e) {
    return a->group->weight[k] ? a->group->weight[k][e] : a->group->weight_one[k];
}

/* Current of channel k, by A of the model: to the membrane, and to the shell of its ion. */
static void add_current(sink *s, size_t k, size_t e, size_t col, double slope) {
    const adaptive *a = s->a;
    const long ion = channel_of(a, k)->ion;
    const double w = weight_of(a, k, e);
    add(s, e, col, w * a->group->area[e] * slope);
    if (ion >= 0) add(s, ion_unknown(a, (size_t)ion, e), col, w * a->group->cell->ions.at[ion].per_charge * slope);
}

static void add_values(const sink *s, size_t k) {
    const adaptive *a = s->a;
    const hys__channel *c = channel_of(a, k);
    const hys__batch *b = a->batches[k];
    for (size_t e = 0; e < a->n_entries; e++) {
        const double current = weight_of(a, k, e) * b->f[0][e];
        s->f[e] += a->group->area[e] * current;
        if (c->ion >= 0)
            s->f[ion_unknown(a, (size_t)c->ion, e)] += a->group->cell->ions.at[c->ion].per_charge * current;
        for (hys_u32 r = 0; r < c->n_inner; r++) s->f[unknown_of(a, k, r, e)] = b->f[c->nt + r][e];
    }
}

static double bump_of(const adaptive *a, size_t ion, double inside) {
    return BUMP * (fabs(inside) + a->group->cell->ions.at[ion].inside);
}

/* Leaves the batch as it is at y. */
static void look_beside(const adaptive *a, size_t k, size_t ion, const double *y) {
    const hys__channel *c = channel_of(a, k);
    const hys__batch *b = a->batches[k];
    double *inside = a->beside + ion_unknown(a, ion, 0);
    memcpy(a->beside, y, a->n * sizeof *y);
    for (size_t e = 0; e < a->n_entries; e++) inside[e] += bump_of(a, ion, inside[e]);
    call(a, k, a->beside);
    for (hys_u32 r = 0; r <= c->n_inner; r++)
        memcpy(a->bumped + r * a->n_entries, b->f[r ? c->nt + r - 1 : 0], a->n_entries * sizeof(double));
    call(a, k, y);
}

/* What the concentration does to the channel, by terminals and by reversal potentials. */
static void add_ion_slopes(sink *s, size_t k, size_t ion) {
    const adaptive *a = s->a;
    const hys__channel *c = channel_of(a, k);
    const hys__batch *b = a->batches[k];
    const size_t n = a->n_entries;
    if (s->jac) look_beside(a, k, ion, s->p->y);
    for (size_t e = 0; e < n; e++) {
        const size_t col = ion_unknown(a, ion, e);
        const double by = s->jac ? 1 / bump_of(a, ion, s->p->y[col]) : 0;
        add_current(s, k, e, col, s->jac ? (a->bumped[e] - b->f[0][e]) * by : 0);
        for (hys_u32 r = 0; r < c->n_inner; r++)
            add(s, unknown_of(a, k, r, e), col, s->jac ? (a->bumped[(r + 1) * n + e] - b->f[c->nt + r][e]) * by : 0);
    }
}

static void add_masses(sink *s, size_t k, size_t e) {
    const adaptive *a = s->a;
    const hys__channel *c = channel_of(a, k);
    const hys_kernel *kernel = c->kernel;
    for (hys_u32 m = 0; m < kernel->n_mass; m++) {
        const hys_u32 row = kernel->mass_row[m], col = kernel->mass_col[m];
        if (row < c->nt || col < c->nt) continue;
        const size_t to = unknown_of(a, k, row - c->nt, e), from = unknown_of(a, k, col - c->nt, e);
        const double mass = s->f ? a->batches[k]->mass[m][e] / c->scale.time : 0;
        if (s->f && s->p->yp) s->f[to] += mass * s->p->yp[from];
        add(s, to, from, s->f ? mass * s->p->c : 0);
    }
}

static void add_channel(sink *s, size_t k) {
    const adaptive *a = s->a;
    const hys__channel *c = channel_of(a, k);
    const hys_kernel *kernel = c->kernel;
    if (s->f) call(a, k, s->p->y);
    if (s->f) add_values(s, k);
    for (size_t e = 0; e < a->n_entries; e++) {
        for (hys_u32 j = 0; j < kernel->n_jac; j++) {
            const hys_u32 row = kernel->jac_row[j], col = kernel->jac_col[j];
            if ((row && row < c->nt) || (col && col < c->nt)) continue;
            const double value = s->f ? a->batches[k]->jac[j][e] * (col ? 1 : c->scale.voltage) : 0;
            const size_t from = col ? unknown_of(a, k, col - c->nt, e) : e;
            if (row) add(s, unknown_of(a, k, row - c->nt, e), from, value);
            else add_current(s, k, e, from, value);
        }
        add_masses(s, k, e);
    }
    for (size_t m = 0; m < a->group->cell->ions.n; m++)
        if ((c->ion == (long)m || hys__channel_reads(c, (long)m, false)) && (s->jac || !s->f)) add_ion_slopes(s, k, m);
}

/* Before the channels, whose currents come to it. */
static void add_shells(sink *s) {
    const adaptive *a = s->a;
    for (size_t m = 0; m < a->group->cell->ions.n; m++)
        for (size_t e = 0; e < a->n_entries; e++) {
            const hys__ion *ion = &a->group->cell->ions.at[m];
            const size_t u = ion_unknown(a, m, e);
            if (s->f) s->f[u] = (s->p->yp ? s->p->yp[u] : 0) + (s->p->y[u] - ion->inside) / ion->decay;
            add(s, u, u, (s->f ? s->p->c : 0) + 1 / ion->decay);
        }
}

static void assemble(sink *s) {
    add_membrane(s);
    add_electrodes(s);
    add_shells(s);
    for (size_t k = 0; k < s->a->group->cell->channels.n; k++) add_channel(s, k);
}

static bool eval(void *user, const hys__point *p, double *f, double *jac) {
    adaptive *a = user;
    sink s = {.a = a, .p = p, .f = f, .jac = jac};
    if (jac) memset(jac, 0, a->nnz * sizeof *jac);
    assemble(&s);
    double sum = 0;
    for (size_t k = 0; k < a->n; k++) sum += f[k] * 0;
    return sum == 0;
}

/* ---- the pattern ---- */

static int by_place(const void *x, const void *y) {
    const spot *a = *(spot *const *)x, *b = *(spot *const *)y;
    if (a->col != b->col) return a->col < b->col ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static hys_status make_pattern(adaptive *a) {
    sink s = {.a = a};
    assemble(&s);
    const size_t n = a->spots.n;
    spot **order = HYS_NEW_N(&a->arena, spot *, n + 1);
    a->col_start = HYS_NEW_N(&a->arena, int64_t, a->n + 1);
    a->row = HYS_NEW_N(&a->arena, int64_t, n + 1);
    if (s.failed || a->arena.failed) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) order[k] = &a->spots.at[k];
    qsort(order, n, sizeof *order, by_place);
    for (size_t k = 0; k < n; k++) {
        const bool is_new = !k || order[k]->row != order[k - 1]->row || order[k]->col != order[k - 1]->col;
        if (is_new) {
            a->row[a->nnz++] = order[k]->row;
            a->col_start[order[k]->col + 1]++;
        }
        order[k]->slot = a->nnz - 1;
    }
    for (size_t c = 0; c < a->n; c++) a->col_start[c + 1] += a->col_start[c];
    a->system = (hys__system){a->n, a->nnz, a->col_start, a->row, a, eval};
    return HYS_OK;
}

/* ---- coming and going ---- */

/* Parameters of instances, as the group drew them. */
static void take_own(const adaptive *a, size_t k) {
    const hys__channel *c = channel_of(a, k);
    for (hys_u32 p = 0; p < c->kernel->n_params; p++) {
        const double *own = a->chunk->own[a->group->own_first[k] + p];
        for (size_t e = 0; e < a->n_entries; e++) a->batches[k]->p[p][e] = own ? own[e] : c->plain->p[p][0];
    }
}

static hys_status take_channels(adaptive *a) {
    const hys_brain_cell *cell = a->group->cell;
    a->batches = HYS_NEW_N(&a->arena, hys__batch *, cell->channels.n + 1);
    a->first = HYS_NEW_N(&a->arena, size_t, cell->channels.n + 1);
    if (a->arena.failed) return HYS_NOMEM;
    a->n = a->n_entries;
    for (size_t k = 0; k < cell->channels.n; k++) {
        const hys__channel *c = &cell->channels.at[k];
        const hys__batch_opts opts = {.n = a->n_entries, .own_params = c->has_own, .temp = c->temp, .wide_from = 1};
        hys_status status = hys__batch_new(a->brain->ctx, c->model, &opts, &a->batches[k]);
        if (status != HYS_OK) return status;
        hys__batch *b = a->batches[k];
        b->env = c->plain->env;
        if (c->has_own) take_own(a, k);
        else b->in.p = c->plain->in.p;
        a->first[k] = a->n;
        a->n += c->n_inner * a->n_entries;
        c->kernel->fixed(&b->env, &b->in, &b->out);
    }
    a->ions = a->n;
    a->n += cell->ions.n * a->n_entries;
    return HYS_OK;
}

static void copy_values(adaptive *a, bool is_back) {
    const hys__group *g = a->group;
    memcpy(is_back ? a->chunk->rows : a->y, is_back ? a->y : a->chunk->rows, a->n_entries * sizeof(double));
    for (size_t k = 0; k < g->cell->channels.n; k++)
        for (hys_u32 r = 0; r < g->cell->channels.at[k].n_inner; r++) {
            const hys_u32 n = g->cell->channels.at[k].n_inner;
            double *row = hys__chunk_row(a->chunk, g->row[k] + r), *y = a->y + unknown_of(a, k, r, 0);
            memcpy(is_back ? row : y, is_back ? y : row, a->n_entries * sizeof(double));
            if (is_back) memcpy(hys__chunk_row(a->chunk, g->row[k] + n + r), y, a->n_entries * sizeof(double));
        }
    for (size_t m = 0; m < g->cell->ions.n; m++) {
        double *inside = hys__ion_inside(a->chunk, m), *y = a->y + ion_unknown(a, m, 0);
        memcpy(is_back ? inside : y, is_back ? y : inside, a->n_entries * sizeof(double));
    }
}

static void take_tolerances(const adaptive *a, double *abstol, unsigned char *moves) {
    const hys_brain_cell *cell = a->group->cell;
    for (size_t e = 0; e < a->n_entries; e++) {
        abstol[e] = ABSTOL_V;
        moves[e] = a->group->area[e] > 0;
    }
    for (size_t k = 0; k < cell->channels.n; k++)
        for (hys_u32 r = 0; r < cell->channels.at[k].n_inner; r++)
            for (size_t e = 0; e < a->n_entries; e++) {
                const hys__channel *c = &cell->channels.at[k];
                abstol[unknown_of(a, k, r, e)] = 1e-3 * c->scale_of[r];
                moves[unknown_of(a, k, r, e)] = (c->kernel->unknowns[c->nt + r].flags & HYS_U_DIFFERENTIAL) != 0;
            }
    for (size_t m = 0; m < cell->ions.n; m++)
        for (size_t e = 0; e < a->n_entries; e++) {
            abstol[ion_unknown(a, m, e)] = ABSTOL_ION * cell->ions.at[m].inside;
            moves[ion_unknown(a, m, e)] = 1;
        }
}

static hys_status make_dae(adaptive *a) {
    double *abstol = HYS_NEW_N(&a->arena, double, a->n);
    unsigned char *moves = HYS_NEW_N(&a->arena, unsigned char, a->n);
    a->y = HYS_NEW_N(&a->arena, double, a->n);
    a->yp = HYS_NEW_N(&a->arena, double, a->n);
    a->beside = HYS_NEW_N(&a->arena, double, a->n);
    a->bumped = HYS_NEW_N(&a->arena, double, (HYS_STEP_MAX + 1) * a->n_entries);
    if (a->arena.failed) return HYS_NOMEM;
    take_tolerances(a, abstol, moves);
    const hys__dae_opts opts = {
        .rtol = a->brain->opts.rtol, .abstol = abstol, .is_differential = moves, .max_norm = true};
    return hys__dae_new(a->brain->ctx, &a->system, &opts, &a->dae);
}

/* Rates that go with the values: rows of unknowns that have a mass of their own. */
static hys_status start_rates(adaptive *a, double t) {
    double *f = HYS_NEW_N(&a->arena, double, a->n);
    if (!f) return HYS_NOMEM;
    const hys__group *g = a->group;
    memset(a->yp, 0, a->n * sizeof *a->yp);
    if (!eval(a, &(hys__point){.t = t, .y = a->y}, f, NULL)) return HYS_NOCONV;
    for (size_t e = 0; e < a->n_entries; e++)
        if (g->area[e] > 0) a->yp[e] = -f[e] / (g->area[e] * g->cell->opts.capacitance);
    for (size_t k = 0; k < g->cell->channels.n; k++) {
        const hys__channel *c = &g->cell->channels.at[k];
        for (hys_u32 m = 0; m < c->kernel->n_mass; m++) {
            const hys_u32 row = c->kernel->mass_row[m];
            if (row < c->nt || row != c->kernel->mass_col[m]) continue;
            for (size_t e = 0; e < a->n_entries; e++) {
                const size_t u = unknown_of(a, k, row - c->nt, e);
                const double mass = a->batches[k]->mass[m][e] / c->scale.time;
                if (mass != 0) a->yp[u] = -f[u] / mass;
            }
        }
    }
    for (size_t u = a->ions; u < a->n; u++) a->yp[u] = -f[u];
    return HYS_OK;
}

/* ---- the run ---- */

static double next_edge(const adaptive *a, double t, double to) {
    double next = to;
    for (size_t k = 0; k < a->group->electrodes.n; k++) {
        const hys_wave *w = &a->group->electrodes.at[k]->of.wave;
        const double edges[] = {w->start, w->stop};
        for (int e = 0; e < 2; e++)
            if (edges[e] > t * (1 + 1e-14) && edges[e] < next) next = edges[e];
        for (size_t p = 0; w->shape == HYS_WAVE_TABLE && p < w->n_points; p++)
            if (w->t[p] > t * (1 + 1e-14) && w->t[p] < next) next = w->t[p];
    }
    return next;
}

static bool v_at(adaptive *a, double t, size_t entry, double *v) {
    const bool is_good = hys__dae_interpolate(a->dae, t, a->y, a->yp);
    *v = a->y[entry];
    return is_good;
}

static hys_status watch(adaptive *a, double from, double to, const double *was) {
    hys__group *g = a->group;
    for (size_t cell = 0; cell < g->n; cell++) {
        size_t chunk;
        const size_t e = hys__group_entry(g, cell, &chunk) + g->watched * g->lanes;
        if (!(was[e] < g->threshold && hys__dae_y(a->dae)[e] >= g->threshold)) continue;
        double lo = from, hi = to, v;
        for (int k = 0; k < BISECTIONS; k++) {
            const double middle = 0.5 * (lo + hi);
            if (!v_at(a, middle, e, &v)) return HYS_NOCONV;
            if (v < g->threshold) lo = middle;
            else hi = middle;
        }
        hys_spike *spike = HYS_PUSH(&a->brain->arena, &g->spikes);
        if (!spike) return HYS_NOMEM;
        *spike = (hys_spike){hi, (uint32_t)cell};
    }
    return HYS_OK;
}

static void write_down(adaptive *a, double to) {
    const hys_brain *b = a->brain;
    for (hys__probe *p = a->chunk->probes; p; p = p->next) {
        const size_t u = p->what == HYS__PROBE_V     ? p->entry
                         : p->what == HYS__PROBE_ION ? ion_unknown(a, p->state, p->entry)
                                                     : unknown_of(a, p->channel, (hys_u32)p->state, p->entry);
        double v;
        while (p->n < p->cap) {
            const double t = b->time + (double)p->n * (double)p->every * b->opts.dt;
            if (t > to || !v_at(a, t, u, &v)) break;
            hys__probe_put(p, t, v);
        }
    }
}

static hys_status run_smooth(adaptive *a, double from, double to, double *was) {
    a->until = to;
    hys_status status = start_rates(a, from);
    if (status == HYS_OK) status = hys__dae_restart(a->dae, from, a->y, a->yp, (to - from) * 1e-6);
    double t = from;
    for (size_t k = 0; k < MOST_STEPS && t < to && status == HYS_OK; k++) {
        const double before = t;
        hys__dae_event event;
        memcpy(was, hys__dae_y(a->dae), a->n_entries * sizeof *was);
        status = hys__dae_step(a->dae, to, &t, &event);
        if (status == HYS_OK && a->group->has_threshold) status = watch(a, before, t, was);
        if (status == HYS_OK) write_down(a, t);
        if (hys_ctx_is_cancelled(a->brain->ctx)) return HYS_CANCEL;
        if (event == HYS__DAE_STOP) break;
    }
    if (status == HYS_OK) memcpy(a->y, hys__dae_y(a->dae), a->n * sizeof *a->y);
    return status;
}

static hys_status run(adaptive *a, double from, double to) {
    double *was = HYS_NEW_N(&a->arena, double, a->n_entries);
    hys_status status = was ? HYS_OK : HYS_NOMEM;
    for (double t = from; t < to && status == HYS_OK;) {
        const double next = next_edge(a, t, to);
        status = run_smooth(a, t, next, was);
        t = next;
    }
    if (status == HYS_NOCONV || status == HYS_SINGULAR)
        return hys__fail(a->brain->ctx, status, "", "the equations of a group have no solution near %g s", from);
    return status;
}

hys_status hys__adaptive_run(hys_brain *b, hys__group *g, double from, double to) {
    if (g->n_chunks > 1)
        return hys__fail(b->ctx, HYS_LIMIT, "it is there for reference: take few cells",
                         "adaptive runs are for groups of at most %u compartments", HYS__PIECE);
    adaptive a = {.brain = b, .group = g, .chunk = &g->chunks[0], .n_entries = g->chunks[0].n, .until = to};
    hys__arena_init(&a.arena, b->ctx, 0);
    g->spikes.n = 0;
    hys_status status = take_channels(&a);
    if (status == HYS_OK) status = make_pattern(&a);
    if (status == HYS_OK) status = make_dae(&a);
    if (status == HYS_OK) {
        copy_values(&a, false);
        status = run(&a, from, to);
    }
    if (status == HYS_OK) copy_values(&a, true);
    hys__dae_free(a.dae);
    for (size_t k = 0; k < g->cell->channels.n && a.batches; k++) hys__batch_free(a.batches[k]);
    hys__arena_free(&a.arena);
    return status;
}
