/* Point neurons and ports as a file tells them. */
#include "brain/experiment.h"
#include <hysteron/nmodl.h>
#include <math.h>
#include <string.h>

int hys__brain_point_kind(const hys__yaml_node *cell) {
    int k = 0;
    while (k < HYS_N_POINT_KINDS && !hys__yaml_find(cell, hys_point_kind_name((hys_point_kind)k))) k++;
    return k;
}

hys_status hys__brain_make_point(hys_brain_experiment *e, const hys__said_cell *said, int kind, hys_brain_cell **cell) {
    return hys_brain_point_new(e->ctx, &said->points[kind], cell);
}

/* ---- ports ---- */

static hys_status take_mechanism(hys_brain_experiment *e, const hys__said_port *s, double temp, hys_port_opts *o) {
    hys_nmodl *m = NULL;
    hys_nmodl_port port;
    const char *path = hys__brain_beside(e, s->mechanism);
    if (!path) return HYS_NOMEM;
    hys_status status = hys__brain_input(e, path);
    if (status == HYS_OK) status = hys_nmodl_import(e->ctx, path, NULL, &m);
    if (status == HYS_OK) status = hys_nmodl_port_of(m, s->set.at, s->set.n, temp, &port);
    if (status == HYS_OK) {
        while (o->kind + 1 < HYS_N_PORT_KINDS && strcmp(hys_port_kind_name(o->kind), port.kind) != 0) o->kind++;
        o->is_current = port.is_current;
        o->tau = port.tau;
        o->tau_rise = port.tau_rise;
        o->reversal = port.reversal;
        o->magnesium = port.magnesium;
        o->slope = port.slope;
        o->gain = port.gain;
    }
    hys_nmodl_free(m);
    return status;
}

/* A mechanism says all; without one there is nothing to set. */
static hys_status check_port(hys_brain_experiment *e, const hys__yaml_node *node, const hys__said_port *s) {
    static const char *const own[] = {"kind", "current", "tau", "tau_rise", "reversal", "magnesium", "slope"};
    if (!s->mechanism && s->set.n)
        return hys__yaml_fail(&e->yaml, hys__yaml_find(node, "set"), "mechanism: FILE.mod", "set is of a mechanism");
    for (size_t k = 0; k < sizeof own / sizeof *own && s->mechanism; k++)
        if (hys__yaml_find(node, own[k]))
            return hys__yaml_fail(&e->yaml, hys__yaml_find(node, own[k]),
                                  "set: [\"tau=3ms\"] sets the file's parameters", "the mechanism says %s itself",
                                  own[k]);
    return HYS_OK;
}

static hys_status add_port(hys_brain_experiment *e, const hys__yaml_node *node, const hys__said_port *s, double temp,
                           hys_brain_cell *cell) {
    hys_port_opts o = hys_port_opts_default();
    o.name = node->key;
    hys_status status = check_port(e, node, s);
    if (status != HYS_OK) return status;
    if (s->mechanism) status = take_mechanism(e, s, temp, &o);
    else {
        o.kind = (hys_port_kind)s->kind;
        o.is_current = s->is_current;
        o.tau = s->tau;
        o.tau_rise = s->tau_rise;
        o.reversal = s->reversal;
        o.magnesium = s->magnesium;
        o.slope = s->slope;
    }
    if (status == HYS_OK) status = hys_brain_cell_add_port(cell, &o);
    return hys__brain_blame(e, node, status);
}

hys_status hys__brain_add_ports(hys_brain_experiment *e, const hys__said_cell *said, hys_brain_cell *cell) {
    const hys__said_port *s = said->ports.at;
    const double temp = isnan(said->temperature) ? e->said.temperature : said->temperature;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < said->ports.n && status == HYS_OK; k++)
        status = add_port(e, said->ports.nodes[k], &s[k], temp, cell);
    return status;
}
