/* Electrodes: currents, conductances, potentials behind a resistance; their waves, and noise. */
#include "base/diag.h"
#include "base/random.h"
#include "brain/brain_impl.h"
#include "brain/phi.h"
#include <math.h>
#include <string.h>

#define TWO_PI 6.283185307179586

/* ---- waves ---- */

static double at_points(const hys_wave *w, double t) {
    size_t lo = 0, hi = w->n_points - 1;
    if (t <= w->t[0]) return w->y[0];
    if (t >= w->t[hi]) return w->y[hi];
    while (hi - lo > 1) {
        const size_t mid = (lo + hi) / 2;
        if (w->t[mid] <= t) lo = mid;
        else hi = mid;
    }
    return w->y[lo] + (w->y[hi] - w->y[lo]) * (t - w->t[lo]) / (w->t[hi] - w->t[lo]);
}

double hys__wave_mean(const hys_wave *w, double t, double h, double *part) {
    const double stop = w->stop > 0 ? w->stop : INFINITY;
    const double a = fmax(t, w->start), z = fmin(t + h, stop);
    *part = h > 0 ? fmax(0, (z - a) / h) : t >= w->start && t < stop;
    if (*part == 0) return 0;
    const double middle = h > 0 ? 0.5 * (a + z) : t;
    switch (w->shape) {
    case HYS_WAVE_RAMP:
        return w->from + (w->to - w->from) * (middle - w->start) / (w->stop - w->start);
    case HYS_WAVE_SINE:
        return w->from + w->to * sin(TWO_PI * w->frequency * (middle - w->start));
    case HYS_WAVE_TABLE:
        return at_points(w, middle);
    default:
        return w->from;
    }
}

static hys_status check_points(hys_ctx *ctx, const hys_wave *w) {
    if (!w->t || !w->y || w->n_points < 2) return hys__fail(ctx, HYS_ARG, "", "a table needs two points at least");
    for (size_t k = 0; k < w->n_points; k++) {
        if (!isfinite(w->t[k]) || !isfinite(w->y[k]))
            return hys__fail(ctx, HYS_ARG, "", "point %zu of a table is not finite", k);
        if (k && !(w->t[k] > w->t[k - 1]))
            return hys__fail(ctx, HYS_ARG, "", "point %zu of a table is not later than the one before", k);
    }
    return HYS_OK;
}

static hys_status check_wave(hys_ctx *ctx, const hys_wave *w) {
    const double all[] = {w->start, w->stop, w->from, w->to, w->frequency, w->tau};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!isfinite(all[k])) return hys__fail(ctx, HYS_ARG, "", "a number of an electrode's wave is not finite");
    if ((unsigned)w->shape > HYS_WAVE_NOISE) return hys__fail(ctx, HYS_ARG, "", "a wave of unknown shape");
    if (w->start < 0 || w->stop < 0 || (w->stop > 0 && w->stop <= w->start))
        return hys__fail(ctx, HYS_ARG, "", "a wave cannot go from %g s to %g s", w->start, w->stop);
    if (w->shape == HYS_WAVE_RAMP && w->stop == 0) return hys__fail(ctx, HYS_ARG, "give stop", "a ramp has an end");
    if (w->shape == HYS_WAVE_NOISE && !(w->tau > 0 && w->to >= 0))
        return hys__fail(ctx, HYS_ARG, "", "noise needs a positive time constant, not %g s, and a deviation", w->tau);
    return w->shape == HYS_WAVE_TABLE ? check_points(ctx, w) : HYS_OK;
}

/* ---- electrodes ---- */

static hys_status copy_points(hys_brain *b, hys_wave *w) {
    if (w->shape != HYS_WAVE_TABLE) return HYS_OK;
    double *t = HYS_NEW_N(&b->arena, double, w->n_points), *y = HYS_NEW_N(&b->arena, double, w->n_points);
    if (!t || !y) return HYS_NOMEM;
    memcpy(t, w->t, w->n_points * sizeof *t);
    memcpy(y, w->y, w->n_points * sizeof *y);
    w->t = t;
    w->y = y;
    return HYS_OK;
}

static double normal(const hys_brain *b, const hys__electrode *e, size_t cell, uint64_t step) {
    const uint64_t key[2] = {b->opts.seed, 0x6e6f697365000000u ^ e->id}, counter[2] = {cell, step};
    return hys__normal(key, counter);
}

hys_status hys_brain_add_electrode(hys_brain *b, const hys_electrode *electrode) {
    hys_status status = hys__brain_check_place(b, &electrode->place, true);
    if (status == HYS_OK) status = check_wave(b->ctx, &electrode->wave);
    if (status != HYS_OK) return status;
    if ((unsigned)electrode->kind > HYS_ELECTRODE_VOLTAGE) return hys__fail(b->ctx, HYS_ARG, "", "no such electrode");
    if (electrode->kind == HYS_ELECTRODE_VOLTAGE && !(electrode->resistance > 0 && isfinite(electrode->resistance)))
        return hys__fail(b->ctx, HYS_ARG, "a megohm is usual", "a voltage clamp cannot have a resistance of %g ohm",
                         electrode->resistance);
    if (!isfinite(electrode->reversal))
        return hys__fail(b->ctx, HYS_ARG, "", "an electrode's reversal potential is not finite");
    if (b->opts.method == HYS_BRAIN_ADAPTIVE && electrode->wave.shape == HYS_WAVE_NOISE)
        return hys__fail(b->ctx, HYS_ARG, "take fixed steps", "noise has no place in an adaptive run");
    hys__group *g = b->groups.at[electrode->place.group];
    hys__electrode *e = HYS_NEW(&b->arena, hys__electrode), **at;
    if (!e) return HYS_NOMEM;
    *e = (hys__electrode){.of = *electrode, .id = b->n_electrodes};
    e->n_cells = electrode->place.cell == HYS_BRAIN_ALL ? g->n : 1;
    status = copy_points(b, &e->of.wave);
    if (status == HYS_OK && electrode->wave.shape == HYS_WAVE_NOISE) {
        e->noise = HYS_NEW_N(&b->arena, double, e->n_cells);
        if (!e->noise) return HYS_NOMEM;
        for (size_t k = 0; k < e->n_cells; k++) e->noise[k] = e->of.wave.to * normal(b, e, k, UINT64_MAX);
    }
    if (status != HYS_OK) return status;
    at = HYS_PUSH(&b->arena, &g->electrodes);
    if (!at) return HYS_NOMEM;
    *at = e;
    b->n_electrodes++;
    return HYS_OK;
}

/* ---- in a step ---- */

static hys__effect effect_of(const hys_electrode *x, double value, double part) {
    switch (x->kind) {
    case HYS_ELECTRODE_CONDUCTANCE:
        return (hys__effect){value * part, x->reversal, 0};
    case HYS_ELECTRODE_VOLTAGE:
        return (hys__effect){part / x->resistance, value, 0};
    default:
        return (hys__effect){0, 0, value * part};
    }
}

static void note(const hys__cohort *c, size_t entry, const hys__effect *x, double v) {
    for (hys__probe *p = c->probes; p; p = p->next) {
        if (p->what != HYS__PROBE_ELECTRODES || p->entry != entry) continue;
        p->hold_i += x->g * (x->e - v) + x->i;
        p->hold_g -= x->g;
    }
}

/* The value that holds for the step moves on by exactly dt: x' = m + (x - m) a + s sqrt(1 - a^2) z, a = exp(-dt/tau).
 */
static double next_noise(const hys_brain *b, hys__electrode *e, size_t k, uint64_t step, double h) {
    const double a = exp(-h / e->of.wave.tau), now = e->noise[k];
    e->noise[k] = now * a + e->of.wave.to * sqrt(1 - a * a) * normal(b, e, k, step);
    return e->of.wave.from + now;
}

/* The same into every cell, which is one compartment. */
HYS__CLONES static void add_to_all(const hys__cohort *c, hys__effect x, double *restrict diagonal, double *restrict rhs,
                                   const double *restrict v) {
    const size_t n = c->n;
    for (size_t j = 0; j < n; j++) {
        diagonal[j] += x.g;
        rhs[j] += x.g * (x.e - v[j]) + x.i;
    }
}

bool hys__clamp_is_alike(const hys__cohort *c, double t, double h, hys__effect *all) {
    const hys__group *g = c->group;
    *all = (hys__effect){0, 0, 0};
    bool is_first = true;
    if (c->probes) return false;
    for (size_t k = 0; k < g->electrodes.n; k++) {
        const hys__electrode *e = g->electrodes.at[k];
        double part;
        const bool is_all = e->of.place.cell == HYS_BRAIN_ALL;
        const size_t cell = is_all ? c->first : e->of.place.cell;
        if (cell < c->first || cell >= c->first + c->n_cells) continue;
        if (e->noise || !is_all) return false;
        const double value = hys__wave_mean(&e->of.wave, t, h, &part);
        if (part == 0) continue;
        if (!is_first) return false;
        *all = effect_of(&e->of, value, part);
        is_first = false;
    }
    return true;
}

void hys__clamp_add(const hys_brain *b, const hys__cohort *c, double t, double h, double *diagonal, double *rhs,
                    const double *v) {
    const hys__group *g = c->group;
    for (hys__probe *p = c->probes; p; p = p->next)
        if (p->what == HYS__PROBE_ELECTRODES) p->hold_i = p->hold_g = 0;
    for (size_t k = 0; k < g->electrodes.n; k++) {
        hys__electrode *e = g->electrodes.at[k];
        const bool is_all = e->of.place.cell == HYS_BRAIN_ALL;
        const size_t from = is_all ? c->first : e->of.place.cell;
        if (from < c->first || from >= c->first + c->n_cells) continue;
        double part, value = hys__wave_mean(&e->of.wave, t, h, &part);
        if (part == 0 && !e->noise) continue;
        if (is_all && !e->noise && g->cell->n == 1 && !c->probes) {
            add_to_all(c, effect_of(&e->of, value, part), diagonal, rhs, v);
            continue;
        }
        for (size_t cell = from; cell < (is_all ? c->first + c->n_cells : from + 1); cell++) {
            const size_t in = cell - c->first, lane = g->lanes == 1 ? 0 : in % HYS__LANES;
            const size_t entry = (in - lane) * g->cell->n + e->of.place.compartment * g->lanes + lane;
            if (e->noise) value = next_noise(b, e, is_all ? cell : 0, c->step, h);
            if (part == 0) continue;
            const hys__effect x = effect_of(&e->of, value, part);
            if (c->probes) note(c, entry, &x, v[entry]);
            diagonal[entry] += x.g;
            rhs[entry] += x.g * (x.e - v[entry]) + x.i;
        }
    }
}
