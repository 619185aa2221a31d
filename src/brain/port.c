/* Ports: time courses of what a spike does.
 *
 *     exponential  a' = -a/tau                              x = a
 *     alpha        a' = (b - a)/tau, b' = -b/tau            x = a; a weight of 1 adds e to b
 *     dual, nmda   a' = -a/tau, b' = -b/tau_rise            x = a - b; adds 1/(peak of the difference) to both
 *
 * All are solved exactly, and so are means over steps: a step passes on all charge. */
#include "base/diag.h"
#include "brain/network_impl.h"
#include <math.h>
#include <string.h>

#define ALIKE 1e-6 /* relative difference of time constants below which their difference is an alpha function */

const char *hys_port_kind_name(hys_port_kind kind) {
#define HYS_X(id, name, what) name,
    static const char *const names[] = {HYS_PORT_KINDS(HYS_X)};
#undef HYS_X
    return (unsigned)kind < HYS_N_PORT_KINDS ? names[kind] : "?";
}

hys_port_opts hys_port_opts_default(void) {
    return (hys_port_opts){.size = sizeof(hys_port_opts),
                           .kind = HYS_PORT_EXPONENTIAL,
                           .tau = 5e-3,
                           .tau_rise = 1e-3,
                           .magnesium = 1,
                           .slope = 62,
                           .gain = 1};
}

static hys_status check(hys_brain_cell *cell, const hys_port_opts *o) {
    hys_ctx *ctx = cell->ctx;
    const bool has_rise = o->kind == HYS_PORT_DUAL || o->kind == HYS_PORT_NMDA;
    if (!o->name || !*o->name) return hys__fail(ctx, HYS_ARG, "", "a port without a name");
    if ((unsigned)o->kind >= HYS_N_PORT_KINDS) return hys__fail(ctx, HYS_ARG, "", "port %.80s: no such kind", o->name);
    if (hys__cell_find_port(cell, o->name))
        return hys__fail(ctx, HYS_ARG, "", "a cell cannot have two ports '%.80s'", o->name);
    if (o->kind != HYS_PORT_DELTA && !(o->tau > 0 && isfinite(o->tau) && isfinite(1 / o->tau)))
        return hys__fail(ctx, HYS_ARG, "", "port %.80s: a time constant cannot be %g s", o->name, o->tau);
    if (has_rise && !(o->tau_rise > 0 && isfinite(o->tau_rise) && isfinite(1 / o->tau_rise)))
        return hys__fail(ctx, HYS_ARG, "", "port %.80s: a time constant of its rise cannot be %g s", o->name,
                         o->tau_rise);
    if (!(isfinite(o->gain) && o->gain != 0))
        return hys__fail(ctx, HYS_ARG, "", "port %.80s: a gain cannot be %g", o->name, o->gain);
    if (!isfinite(o->reversal))
        return hys__fail(ctx, HYS_ARG, "", "port %.80s: a reversal potential cannot be %g V", o->name, o->reversal);
    if (o->kind == HYS_PORT_NMDA && !(o->magnesium >= 0 && isfinite(o->magnesium)))
        return hys__fail(ctx, HYS_ARG, "", "port %.80s: magnesium cannot be %g mol/m^3", o->name, o->magnesium);
    if (o->kind == HYS_PORT_NMDA && !(fabs(o->slope) <= 1e4))
        return hys__fail(ctx, HYS_ARG, "", "port %.80s: a block's slope cannot be %g 1/V", o->name, o->slope);
    if (o->kind == HYS_PORT_NMDA && o->is_current)
        return hys__fail(ctx, HYS_ARG, "NMDA receptors are conductances", "port %.80s: not a current", o->name);
    return HYS_OK;
}

hys_status hys_brain_cell_add_port(hys_brain_cell *cell, const hys_port_opts *opts) {
    hys_port_opts o = hys_port_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    if (cell->n_users > 1)
        return hys__fail(cell->ctx, HYS_ARG, "add ports first", "a type of cells that is in use takes no more ports");
    hys_status status = check(cell, &o);
    if (status != HYS_OK) return status;
    o.name = hys__arena_printf(&cell->arena, "%s", o.name);
    hys__port *port = o.name ? HYS_PUSH(&cell->arena, &cell->ports) : NULL;
    if (!port) return HYS_NOMEM;
    port->of = o;
    return HYS_OK;
}

const hys__port *hys__cell_find_port(const hys_brain_cell *cell, const char *name) {
    for (size_t k = 0; k < cell->ports.n; k++)
        if (!strcmp(cell->ports.at[k].of.name, name)) return &cell->ports.at[k];
    return NULL;
}

/* ---- over one step ---- */

/* Mean of exp(-t/tau) for t from 0 to h. */
static double mean_of(double h, double tau) {
    return -expm1(-h / tau) / (h / tau);
}

static void put_alpha(hys__site *s, double h, double tau) {
    const double keep = exp(-h / tau);
    s->n_rows = 2;
    s->adds[1] = exp(1.0);
    s->keep[0] = s->keep[1] = keep;
    s->cross = h / tau * keep;
    s->mean[0] = mean_of(h, tau);
    s->mean[1] = s->mean[0] - keep; /* of (t/tau) exp(-t/tau) */
}

static void put_dual(hys__site *s, double h, double tau, double rise) {
    const double peak = tau * rise / (tau - rise) * log(tau / rise); /* s */
    s->n_rows = 2;
    s->adds[0] = s->adds[1] = 1 / (exp(-peak / tau) - exp(-peak / rise));
    s->keep[0] = exp(-h / tau);
    s->keep[1] = exp(-h / rise);
    s->mean[0] = mean_of(h, tau);
    s->mean[1] = -mean_of(h, rise);
}

static void put_course(hys__site *s, double h) {
    const hys_port_opts *o = &s->port->of;
    const double slow = fmax(o->tau, o->tau_rise), fast = fmin(o->tau, o->tau_rise);
    switch (o->kind) {
    case HYS_PORT_DELTA:
        s->adds[0] = 1;
        return;
    case HYS_PORT_EXPONENTIAL:
        s->n_rows = 1;
        s->adds[0] = 1;
        s->keep[0] = exp(-h / o->tau);
        s->mean[0] = mean_of(h, o->tau);
        return;
    case HYS_PORT_ALPHA:
        put_alpha(s, h, o->tau);
        return;
    default:
        if (slow - fast < ALIKE * slow) put_alpha(s, h, slow);
        else put_dual(s, h, slow, fast);
    }
}

void hys__site_constants(hys__site *s, double h) {
    put_course(s, h);
    s->adds[0] *= s->port->of.gain;
    s->adds[1] *= s->port->of.gain;
}
