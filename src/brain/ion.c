/* Concentrations of ions in a shell beneath the membrane, and their Nernst potentials.
 *
 * Concentrations live with the potentials at t_n.  In a step the currents of an ion's channels are summed apart; by
 * their mean i (A/m^2, outwards) the shell's concentration moves on exactly,
 *     c' = -i / (z F depth) - (c - inside) / decay.
 * Reversal potentials are those at the step's middle, where the last two concentrations let expect it. */
#include "base/diag.h"
#include "brain/brain_impl.h"
#include <math.h>
#include <string.h>

#define GAS       8.31446261815324  /* J/mol/K */
#define FARADAY   96485.33212331001 /* C/mol */
#define LEAST     1e-9              /* of the concentration at rest: where a shell is empty */
#define MILLIVOLT 1e3

/* ---- what a type of cells has ---- */

hys_ion_opts hys_ion_opts_default(void) {
    return (hys_ion_opts){
        .size = sizeof(hys_ion_opts), .valence = 2, .inside = 5e-5, .outside = 2, .depth = 1e-7, .decay = 80e-3};
}

static hys_status check(hys_brain_cell *cell, const hys_ion_opts *o) {
    hys_ctx *ctx = cell->ctx;
    const double all[] = {o->inside, o->outside, o->depth};
    if (!o->name || !*o->name) return hys__fail(ctx, HYS_ARG, "ca, for example", "an ion needs a name");
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!(all[k] > 0) || !isfinite(1 / all[k]) || !isfinite(all[k]))
            return hys__fail(ctx, HYS_ARG, "", "%s has a concentration or a shell of %g", o->name, all[k]);
    if (!(o->decay > 0)) return hys__fail(ctx, HYS_ARG, "inf: never", "%s cannot decay in %g s", o->name, o->decay);
    if (!o->valence || o->valence > 8 || o->valence < -8)
        return hys__fail(ctx, HYS_ARG, "", "%s cannot have the valence %d", o->name, o->valence);
    if (hys__cell_find_ion(cell, o->name, strlen(o->name)) >= 0)
        return hys__fail(ctx, HYS_ARG, "", "two ions are called %s", o->name);
    if (cell->channels.n || cell->n_users > 1)
        return hys__fail(ctx, HYS_ARG, "channels come behind them", "%s comes too late", o->name);
    return HYS_OK;
}

hys_status hys_brain_cell_add_ion(hys_brain_cell *cell, const hys_ion_opts *opts) {
    hys_ion_opts o = hys_ion_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    hys_status status = check(cell, &o);
    if (status != HYS_OK) return status;
    double *row = hys__cell_row(cell, o.outside);
    const char *name = hys__arena_printf(&cell->arena, "%s", o.name);
    hys__ion *ion = row && name ? HYS_PUSH(&cell->arena, &cell->ions) : NULL;
    if (!ion) return HYS_NOMEM;
    *ion = (hys__ion){.name = name,
                      .per_charge = 1 / (o.valence * FARADAY * o.depth),
                      .slope = GAS * cell->opts.temp / (o.valence * FARADAY),
                      .inside = o.inside,
                      .outside = o.outside,
                      .outsides = row,
                      .decay = o.decay};
    return HYS_OK;
}

long hys__cell_find_ion(const hys_brain_cell *cell, const char *name, size_t n) {
    for (size_t k = 0; k < cell->ions.n; k++)
        if (strlen(cell->ions.at[k].name) == n && !memcmp(cell->ions.at[k].name, name, n)) return (long)k;
    return -1;
}

double hys__ion_reversal(const hys__ion *ion, double inside) {
    return ion->slope * log(ion->outside / fmax(inside, LEAST * ion->inside));
}

/* ---- rows ---- */

static double *row_of(const hys__cohort *c, size_t ion, size_t which) {
    return hys__chunk_row(c, c->group->ion_row + 2 * ion + which);
}

double *hys__ion_inside(const hys__cohort *c, size_t ion) {
    return row_of(c, ion, 0);
}

double *hys__ion_row(const hys__piece *q, hys_u32 reader) {
    const hys__reader *p = &q->channel->readers[reader];
    return p->fixed ? p->fixed : row_of(q->chunk, (size_t)p->ion, 0) + q->at;
}

void hys__ions_start(const hys__group *g) {
    for (size_t k = 0; k < g->n_chunks; k++)
        for (size_t r = 0; r < 2 * g->cell->ions.n; r++) {
            double *row = row_of(&g->chunks[k], r / 2, r % 2);
            for (size_t e = 0; e < g->chunks[k].n; e++) row[e] = g->cell->ions.at[r / 2].inside;
        }
}

/* ---- a step ---- */

void hys__ions_before(const hys_brain *b, const hys__cohort *c, const hys__work *w, size_t at, size_t n) {
    const double ahead = b->opts.method == HYS_BRAIN_CRANK_NICOLSON ? 0.5 : 0;
    for (size_t k = 0; k < c->group->cell->ions.n; k++) {
        const hys__ion *ion = &c->group->cell->ions.at[k];
        const double *now = row_of(c, k, 0) + at, *was = row_of(c, k, 1) + at;
        for (size_t j = 0; j < n; j++) {
            w->nernst[k][j] = hys__ion_reversal(ion, now[j] + ahead * (now[j] - was[j]));
            w->nernst_mv[k][j] = MILLIVOLT * w->nernst[k][j];
        }
        memset(w->ion_i[k] + at, 0, n * sizeof(double));
        memset(w->ion_g[k] + at, 0, n * sizeof(double));
    }
}

void hys__ions_sum(const hys__cohort *c, const hys__work *w, size_t at, size_t n) {
    for (size_t k = 0; k < c->group->cell->ions.n; k++)
        for (size_t j = at; j < at + n; j++) {
            w->i[j - at] += w->ion_i[k][j];
            w->g[j - at] += w->ion_g[k][j];
        }
}

void hys__ions_after(const hys_brain *b, const hys__cohort *c, const hys__work *w, const double *mean) {
    const double h = b->opts.dt;
    for (size_t k = 0; k < c->group->cell->ions.n; k++) {
        const hys__ion *ion = &c->group->cell->ions.at[k];
        /* h phi1(-h/decay) */
        const double gain = isinf(ion->decay) ? h : -ion->decay * expm1(-h / ion->decay);
        double *now = row_of(c, k, 0), *was = row_of(c, k, 1);
        for (size_t j = 0; j < c->n; j++) {
            const double current = w->ion_i[k][j] + w->ion_g[k][j] * mean[j];
            const double rate = -current * ion->per_charge - (now[j] - ion->inside) / ion->decay;
            was[j] = now[j];
            now[j] = fmax(now[j] + gain * rate, LEAST * ion->inside);
        }
    }
}
