/* What a circuit remembers beside its unknowns: retained variables of devices, which events change, and switches.
 * Flights of shooting begin with it as it was, and rows of the wave are looked at with it. */
#include "circuit/pss.h"
#include <math.h>
#include <string.h>

#define SAME 1e-6 /* part of a value's size by which it may differ a period later */

size_t hys__pss_n_held(const hys__circuit *c) {
    size_t n = c->switches.n;
    for (size_t j = 0; j < c->groups.n; j++) n += c->groups.at[j].kernel->n_retained * c->groups.at[j].n;
    return n;
}

void hys__pss_hold(const hys__circuit *c, double *held) {
    for (size_t k = 0; k < c->switches.n; k++) *held++ = c->switches.at[k].is_on;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 k = 0; k < g->kernel->n_retained; k++, held += g->n)
            memcpy(held, g->batch->r[k], g->n * sizeof *held);
    }
}

void hys__pss_put_held(hys__circuit *c, const double *held) {
    for (size_t k = 0; k < c->switches.n; k++) c->switches.at[k].is_on = *held++ != 0;
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        for (hys_u32 k = 0; k < g->kernel->n_retained; k++, held += g->n)
            memcpy(g->batch->r[k], held, g->n * sizeof *held);
    }
    c->probe_evals = 0; /* what probes read is that of before */
}

void hys__pss_at_row(hys__pss *p, const hys__pss_wave *w, size_t row) {
    if (w->held) hys__pss_put_held(p->c, w->held + row * p->n_held);
}

/* A time that a device keeps is a period later then. */
static bool is_same(double a, double b, double period) {
    double near = SAME * fmax(fabs(a), fabs(b));
    return a == b || fabs(b - a) <= near || fabs(b - a - period) <= SAME * period;
}

/* Of those of retained variable k of the group that do not come back. */
static void note(hys__pss *p, const hys__group *g, hys_u32 k, size_t i) {
    p->held_name = g->kernel->retained[k].name;
    p->held_elem = g->elems[i];
}

bool hys__pss_held_repeats(hys__pss *p, const double *start, const double *end) {
    const hys__circuit *c = p->c;
    bool all = true;
    p->held_name = NULL;
    for (size_t k = 0; k < c->switches.n; k++) all = *start++ == *end++ && all;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 k = 0; k < g->kernel->n_retained; k++)
            for (size_t i = 0; i < g->n; i++, start++, end++) {
                if (is_same(*start, *end, p->period)) continue;
                all = false;
                note(p, g, k, i);
            }
    }
    return all;
}
