/* Point neurons: their kinds and numbers. */
#include "base/diag.h"
#include "base/random.h"
#include "brain/draw.h"
#include "brain/network_impl.h"
#include <math.h>

const char *hys_point_kind_name(hys_point_kind kind) {
#define HYS_X(id, name, what) name,
    static const char *const names[] = {HYS_POINT_KINDS(HYS_X)};
#undef HYS_X
    return (unsigned)kind < HYS_N_POINT_KINDS ? names[kind] : "?";
}

hys_point hys_point_default(hys_point_kind kind) {
    switch (kind) {
    case HYS_POINT_ADEX: /* Brette and Gerstner, J. Neurophysiol. 94, 3637 (2005) */
        return (hys_point){.kind = kind,
                           .capacitance = 281e-12,
                           .leak = 30e-9,
                           .leak_reversal = -70.6e-3,
                           .threshold = -50.4e-3,
                           .reset = -70.6e-3,
                           .slope = 2e-3,
                           .a = 4e-9,
                           .b = 80.5e-12,
                           .tau_w = 144e-3,
                           .v_start = -70.6e-3};
    case HYS_POINT_IZHIKEVICH: /* regular spiking: Izhikevich, IEEE Trans. Neural Netw. 14, 1569 (2003) */
        return (hys_point){.kind = kind, .reset = -65e-3, .a = 0.02, .b = 0.2, .d = 8, .unit = 1e-9, .v_start = -65e-3};
    default: /* Potjans and Diesmann, Cereb. Cortex 24, 785 (2014) */
        return (hys_point){.kind = kind,
                           .capacitance = 250e-12,
                           .leak = 25e-9,
                           .leak_reversal = -65e-3,
                           .threshold = -50e-3,
                           .reset = -65e-3,
                           .refractory = 2e-3,
                           .v_start = -65e-3};
    }
}

#define ALL   7u /* bits of kinds */
#define LEAKY (1u << HYS_POINT_LIF | 1u << HYS_POINT_ADEX)
#define ADEX  (1u << HYS_POINT_ADEX)
#define IZH   (1u << HYS_POINT_IZHIKEVICH)

static hys_status check(hys_ctx *ctx, const hys_point *p) {
    if ((unsigned)p->kind >= HYS_N_POINT_KINDS) return hys__fail(ctx, HYS_ARG, "", "no such kind of point neurons");
    const struct {
        const char *name;
        unsigned kinds;
        enum { ANY, FROM_0, POSITIVE } range;
        double value;
    } all[] = {{"capacitance", LEAKY, POSITIVE, p->capacitance},
               {"leak", LEAKY, POSITIVE, p->leak},
               {"leak_reversal", LEAKY, ANY, p->leak_reversal},
               {"threshold", LEAKY, ANY, p->threshold},
               {"reset", ALL, ANY, p->reset},
               {"refractory", ALL, FROM_0, p->refractory},
               {"slope", ADEX, POSITIVE, p->slope},
               {"cut", ADEX, ANY, p->cut},
               {"tau_w", ADEX, POSITIVE, p->tau_w},
               {"a", ADEX | IZH, ANY, p->a},
               {"b", ADEX | IZH, ANY, p->b},
               {"d", IZH, ANY, p->d},
               {"unit", IZH, POSITIVE, p->unit},
               {"bias", ALL, ANY, p->bias},
               {"v_start", ALL, ANY, p->v_start},
               {"v_start_noise", ALL, FROM_0, p->v_start_noise}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const double v = all[k].value;
        if (!(all[k].kinds & 1u << p->kind)) continue;
        if (!isfinite(v) || (all[k].range == FROM_0 && v < 0) || (all[k].range == POSITIVE && !(v > 0)))
            return hys__fail(ctx, HYS_ARG, "", "a neuron of the kind %s cannot have %s = %g",
                             hys_point_kind_name(p->kind), all[k].name, v);
    }
    const double top = p->kind == HYS_POINT_LIF ? p->threshold : p->kind == HYS_POINT_ADEX ? p->cut : 30e-3;
    if (p->reset < top) return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "", "a neuron of the kind %s cannot be reset to %g V, above the spike at %g V",
                     hys_point_kind_name(p->kind), p->reset, top);
}

hys_status hys_brain_point_new(hys_ctx *ctx, const hys_point *point, hys_brain_cell **result) {
    hys_status status = check(ctx, point);
    if (status != HYS_OK) return status;
    const struct hys__firing f = {.kind = HYS__CELL_POINT, .point = *point};
    return hys__firing_new(ctx, &f, point->v_start, result);
}

void hys__point_start(const hys_brain *b, hys__group *g) {
    const hys_point *p = &g->cell->firing->point;
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        double *v = hys__chunk_row(c, HYS__ROW_V), *w = hys__chunk_row(c, HYS__ROW_W);
        for (size_t j = 0; j < c->n; j++) {
            const uint64_t key[2] = {b->opts.seed, HYS__DRAW_START | g->number}, counter[2] = {c->first + j, 0};
            v[j] = p->v_start;
            if (p->v_start_noise > 0 && j < c->n_cells) v[j] += p->v_start_noise * hys__normal(key, counter);
            w[j] = p->kind == HYS_POINT_IZHIKEVICH ? p->b * 1e3 * v[j] : 0;
        }
    }
    g->wiring->keep = exp(-b->opts.dt * p->leak / p->capacitance);
    g->wiring->gain = -expm1(-b->opts.dt * p->leak / p->capacitance) / p->leak;
}
