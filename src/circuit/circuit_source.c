/* Values of independent sources. */
#include "circuit/circuit_impl.h"
#include <math.h>

/* Whether sources follow their waves: transients do, and the held operating point that starts one. */
static bool uses_waves(const hys__circuit *c) {
    return c->mode == HYS__MODE_TRAN || c->mode == HYS__MODE_HELD || c->starts_transient;
}

hys_status hys__sources_make(hys__circuit *c) {
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        hys__elem_kind kind = c->flat->elems[i].card->kind;
        if (kind != HYS__ELEM_V && kind != HYS__ELEM_I) continue;
        uint32_t *slot = HYS_PUSH(&c->layout, &c->sources);
        if (!slot) return HYS_NOMEM;
        c->where[i].at = (uint32_t)c->sources.n - 1;
        *slot = i;
    }
    c->waves = HYS_NEW_N(&c->layout, hys__wave, c->sources.n + 1);
    c->source = HYS_NEW_N(&c->layout, double, c->sources.n + 1);
    if (!c->waves || !c->source) return HYS_NOMEM;
    hys__sources_finish(c, 0, 0);
    return HYS_OK;
}

/* The waves with the defaults that a transient's step and end give; zeros: as the netlist's first .tran, or those of
 * before. */
void hys__sources_finish(hys__circuit *c, double step, double stop) {
    for (size_t i = 0; step == 0 && c->wave_stop == 0 && i < c->flat->n_analyses; i++)
        if (c->flat->analyses[i].kind == HYS__AN_TRAN)
            step = c->flat->analyses[i].step, stop = c->flat->analyses[i].stop;
    if (step > 0) c->wave_step = step;
    if (stop > 0) c->wave_stop = stop;
    for (size_t i = 0; i < c->sources.n; i++) {
        const hys__wave *wave = hys__circuit_elem(c, c->sources.at[i])->wave;
        if (!wave) continue;
        c->waves[i] = *wave;
        hys__wave_finish(&c->waves[i], c->wave_stop > 0 ? c->wave_step : 1e-9, c->wave_stop > 0 ? c->wave_stop : 1);
    }
    c->has_source_values = false;
}

double hys__circuit_source_value(const hys__circuit *c, size_t k, double t) {
    const hys__elem *e = hys__circuit_elem(c, c->sources.at[k]);
    double value = e->value;
    if (e->wave && (uses_waves(c) || isnan(value))) value = hys__wave_value(&c->waves[k], uses_waves(c) ? t : 0);
    if (isnan(value)) value = 0;
    return e->card->kind == HYS__ELEM_I ? value * e->m : value;
}

void hys__circuit_sources(hys__circuit *c, double t) {
    if (c->has_source_values && c->source_t == t) return;
    for (size_t i = 0; i < c->sources.n; i++) c->source[i] = c->source_scale * hys__circuit_source_value(c, i, t);
    c->source_t = t;
    c->has_source_values = c->source_scale == 1;
}

/* Relative size of a change within a few digits of time that counts as a jump. */
#define JUMP 1e-3

static bool jumps_at(const hys__wave *wave, double t) {
    double before = hys__wave_value(wave, t - 4e-16 * fabs(t)), after = hys__wave_value(wave, t);
    return fabs(after - before) > JUMP * fmax(fabs(after), fabs(before));
}

double hys__circuit_corner(const hys__circuit *c, double t, bool *jumps) {
    double first = INFINITY;
    *jumps = false;
    for (size_t i = 0; i < c->sources.n; i++) {
        const hys__wave *wave = &c->waves[i];
        if (!hys__circuit_elem(c, c->sources.at[i])->wave) continue;
        double corner = hys__wave_next_corner(wave, t);
        if (corner < first) *jumps = false;
        if (corner <= first) *jumps = *jumps || jumps_at(wave, corner);
        first = fmin(first, corner);
    }
    return first;
}
