/* Point neurons and ports as a file tells them. */
#include "brain/experiment.h"

int hys__brain_point_kind(const hys__yaml_node *cell) {
    int k = 0;
    while (k < HYS_N_POINT_KINDS && !hys__yaml_find(cell, hys_point_kind_name((hys_point_kind)k))) k++;
    return k;
}

hys_status hys__brain_make_point(hys_brain_experiment *e, const hys__said_cell *said, int kind, hys_brain_cell **cell) {
    return hys_brain_point_new(e->ctx, &said->points[kind], cell);
}

hys_status hys__brain_add_ports(hys_brain_experiment *e, const hys__said_cell *said, hys_brain_cell *cell) {
    const hys__said_port *s = said->ports.at;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < said->ports.n && status == HYS_OK; k++) {
        hys_port_opts o = hys_port_opts_default();
        o.name = said->ports.nodes[k]->key;
        o.kind = (hys_port_kind)s[k].kind;
        o.is_current = s[k].is_current;
        o.tau = s[k].tau;
        o.tau_rise = s[k].tau_rise;
        o.reversal = s[k].reversal;
        o.magnesium = s[k].magnesium;
        status = hys__brain_blame(e, said->ports.nodes[k], hys_brain_cell_add_port(cell, &o));
    }
    return status;
}
