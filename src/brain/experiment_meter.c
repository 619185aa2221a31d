/* Energy of devices that stand in the place of channels, in their own volts and seconds. */
#include "brain/brain_impl.h"
#include "brain/experiment.h"

#define USUAL 8u /* cells of a group, where it does not say which */

static bool is_device(const hys_brain_experiment *e, size_t type, size_t channel) {
    const hys__said_cell *s = (const hys__said_cell *)e->said.cells.at + type;
    return hys__yaml_find(s->channels.nodes[channel], "scale") != NULL;
}

/* Of a cell. */
static size_t count_devices(const hys_brain_experiment *e, size_t type) {
    size_t n = 0;
    if (type >= e->said.cells.n || e->said.method == HYS_BRAIN_ADAPTIVE) return 0; /* which records no currents */
    const hys_brain_cell *cell = e->types[type].cell;
    for (size_t c = 0; c < cell->channels.n; c++)
        for (size_t at = 0; at < cell->n && is_device(e, type, c); at++) n += cell->channels.at[c].density[at] > 0;
    return n;
}

/* ---- which cells ---- */

static hys_status make_meter(hys_brain_experiment *e, size_t k) {
    const hys__said_group *s = (const hys__said_group *)e->said.groups.at + k;
    const hys__yaml_node *node = hys__yaml_find(e->said.groups.nodes[k], "meter");
    hys__brain_population *p = &e->populations[k];
    hys_status status = HYS_OK;
    if (!count_devices(e, p->type)) {
        if (!node) return HYS_OK;
        return hys__yaml_fail(&e->yaml, node, "channels: {k: {device: wox, scale: {...}}}",
                              "cells of \"%.64s\" have no devices in the place of channels", p->name);
    }
    if (node) status = hys__brain_find_cells(e, &s->meter, node, p->n, &p->metered, &p->n_metered);
    if (status != HYS_OK) return status;
    p->is_metered = HYS_NEW_N(&e->arena, bool, p->n);
    if (!node) p->metered = HYS_NEW_N(&e->arena, uint32_t, USUAL);
    if (!p->is_metered || !p->metered) return HYS_NOMEM;
    for (size_t c = 0; !node && c < USUAL && c < p->n; c++) p->metered[p->n_metered++] = (uint32_t)c;
    for (size_t c = 0; c < p->n_metered; c++) {
        if (p->is_metered[p->metered[c]])
            return hys__yaml_fail(&e->yaml, node, "", "cell %u is there twice", p->metered[c]);
        p->is_metered[p->metered[c]] = true;
    }
    return HYS_OK;
}

hys_status hys__brain_make_meters(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.groups.n && status == HYS_OK; k++) status = make_meter(e, k);
    return status;
}

double hys__brain_meter_memory(const hys_brain_experiment *e) {
    double n = 0;
    for (size_t k = 0; k < e->said.groups.n; k++)
        n += (double)e->populations[k].n_metered * (double)count_devices(e, e->populations[k].type);
    return n * (sizeof(hys__probe) + 2.5 * (sizeof(hys__probe *) + sizeof(hys__brain_meter)) + 2 * sizeof(double));
}

/* ---- in the brain ---- */

static hys_status add_meter(hys_brain_experiment *e, size_t k, const hys_brain_place *place, size_t channel) {
    const hys__channel *c = &e->types[e->populations[k].type].cell->channels.at[channel];
    hys__brain_meter *m = HYS_PUSH(&e->arena, &e->meters);
    char what[300];
    if (!m) return HYS_NOMEM;
    snprintf(what, sizeof what, "%s.power", c->name);
    *m = (hys__brain_meter){.population = k, .time = c->scale.time};
    const hys_status status = hys_brain_record(e->brain, place, what, 1, &m->power);
    if (status != HYS_OK) return status;
    hys__probe *p = e->brain->probes.at[m->power];
    p->is_sum = true;
    p->from = e->said.after;
    return HYS_OK;
}

static hys_status add_cell(hys_brain_experiment *e, size_t k, size_t cell) {
    const hys__brain_population *p = &e->populations[k];
    const hys_brain_cell *type = e->types[p->type].cell;
    hys_status status = HYS_OK;
    for (size_t c = 0; c < type->channels.n; c++)
        for (size_t at = 0; at < type->n && is_device(e, p->type, c) && status == HYS_OK; at++)
            if (type->channels.at[c].density[at] > 0)
                status = add_meter(e, k, &(hys_brain_place){p->group, cell, at}, c);
    return status;
}

hys_status hys__brain_start_meters(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.groups.n; k++)
        for (size_t c = 0; c < e->populations[k].n_metered && status == HYS_OK; c++)
            status = add_cell(e, k, e->populations[k].metered[c]);
    return status;
}

/* The device's own time runs so many times as fast. */
void hys__brain_read_meters(hys_brain_experiment *e) {
    for (size_t k = 0; k < e->meters.n; k++) {
        const hys__brain_meter *m = &e->meters.at[k];
        const hys_brain_trace power = hys_brain_recorded(e->brain, m->power);
        if (power.n) e->energy[m->population] += power.y[0] * e->said.dt * m->time;
    }
}
