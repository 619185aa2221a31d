/* Electrodes as a file tells them. */
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

enum { CURRENT, DENSITY, CONDUCTANCE, VOLTAGE, N_WAVES };

static const hys_electrode_kind kinds[N_WAVES] = {HYS_ELECTRODE_CURRENT, HYS_ELECTRODE_CURRENT,
                                                  HYS_ELECTRODE_CONDUCTANCE, HYS_ELECTRODE_VOLTAGE};

/* ---- waves ---- */

static hys_status take_table(hys_brain_experiment *e, const char *path, const hys_table *table, hys_wave *wave) {
    const size_t n = hys_table_n_rows(table);
    const double *time = hys_table_column(table, "time");
    double *t = HYS_NEW_N(&e->arena, double, n + 1), *y = HYS_NEW_N(&e->arena, double, n + 1);
    if (!t || !y) return HYS_NOMEM;
    if (!time || hys_table_n_columns(table) != 2 || !n)
        return hys__report_at(e->ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, NULL, "time[s],i[A]",
                              "a table of a wave has two columns, of which one is time");
    const double *value = hys_table_column_at(table, hys_table_column_at(table, 0) == time);
    memcpy(t, time, n * sizeof *t);
    memcpy(y, value, n * sizeof *y);
    wave->t = t;
    wave->y = y;
    wave->n_points = n;
    return HYS_OK;
}

static hys_status read_table(hys_brain_experiment *e, const char *path, hys_wave *wave) {
    hys_table *table = NULL;
    hys_status status = hys__brain_input(e, path);
    if (status == HYS_OK) status = hys_table_read_csv(e->ctx, path, &table);
    if (status != HYS_OK) return status;
    status = take_table(e, path, table, wave);
    hys_table_free(table);
    return status;
}

static hys_status make_wave(hys_brain_experiment *e, const hys__said_wave *s, const hys__yaml_node *node,
                            hys_wave *wave) {
    *wave = (hys_wave){.shape = (hys_wave_shape)s->shape,
                       .start = s->start,
                       .stop = s->stop,
                       .from = s->from,
                       .to = s->to,
                       .frequency = s->frequency,
                       .tau = s->tau};
    if ((wave->shape == HYS_WAVE_TABLE) != (s->file != NULL))
        return hys__yaml_fail(&e->yaml, node, "{shape: table, file: wave.csv}", "tables have a file, and nothing else");
    const char *path = hys__brain_beside(e, s->file);
    if (!s->file) return HYS_OK;
    return path ? hys__brain_blame(e, node, read_table(e, path, wave)) : HYS_NOMEM;
}

/* ---- electrodes ---- */

static void scale_wave(hys_brain_experiment *e, hys_wave *wave, double by) {
    double *y = wave->n_points ? HYS_NEW_N(&e->arena, double, wave->n_points) : NULL;
    wave->from *= by;
    wave->to *= by;
    for (size_t k = 0; y && k < wave->n_points; k++) y[k] = by * wave->y[k];
    if (y) wave->y = y;
}

static double area_of(const hys__brain_type *type, size_t compartment) {
    return type->compartments ? type->compartments->area[compartment] : type->area;
}

static hys_status add(hys_brain_experiment *e, const hys_electrode *electrode, size_t cell, size_t compartment,
                      const hys__yaml_node *node, bool is_density) {
    hys_electrode *to = HYS_PUSH(&e->arena, &e->electrodes);
    if (!to) return HYS_NOMEM;
    *to = *electrode;
    to->place.cell = cell;
    to->place.compartment = compartment;
    const hys__brain_population *p = &e->populations[to->place.group];
    if (!is_density) return HYS_OK;
    const double area = area_of(&e->types[p->type], compartment);
    scale_wave(e, &to->wave, area);
    return area > 0 ? HYS_OK : hys__yaml_fail(&e->yaml, node, "current", "there is no membrane at this place");
}

/* Which of the waves; N_WAVES: none or several. */
static int find_wave(const hys__yaml_node *node) {
    int found = N_WAVES, n = 0;
    for (int k = 0; k < N_WAVES; k++)
        if (hys__yaml_find(node, hys__brain_wave_keys[k])) {
            found = k;
            n++;
        }
    return n == 1 ? found : N_WAVES;
}

static hys_status make_electrode(hys_brain_experiment *e, size_t k) {
    const hys__said_electrode *s = (const hys__said_electrode *)e->said.electrodes.at + k;
    const hys__yaml_node *node = e->said.electrodes.nodes[k];
    const int w = find_wave(node);
    const size_t p = hys__brain_find_population(e, s->group, hys__yaml_find(node, "group"));
    if (p == SIZE_MAX) return HYS_SYNTAX;
    if (w == N_WAVES)
        return hys__yaml_fail(&e->yaml, node, "current: {start: 5ms, stop: 25ms, value: 100pA}",
                              "an electrode has one of current, current_density, conductance and voltage");
    hys_electrode electrode = {
        .kind = kinds[w], .place.group = p, .reversal = s->waves[w].reversal, .resistance = s->waves[w].resistance};
    hys__brain_range at = {0, 0};
    uint32_t *cells = NULL;
    size_t n = 1;
    const bool is_all = !s->cells.n || (s->cells.n == 1 && !strcmp(s->cells.at[0], "all"));
    hys_status status = make_wave(e, &s->waves[w], node, &electrode.wave);
    if (status == HYS_OK) status = hys__brain_find_place(e, &s->place, node, e->populations[p].type, &at);
    if (status == HYS_OK && !is_all)
        status = hys__brain_find_cells(e, &s->cells, hys__yaml_find(node, "cells"), e->populations[p].n, &cells, &n);
    for (size_t c = 0; c < n && status == HYS_OK; c++)
        for (size_t j = at.first; j < at.first + at.n && status == HYS_OK; j++)
            status = add(e, &electrode, is_all ? HYS_BRAIN_ALL : cells[c], j, node, w == DENSITY);
    return status;
}

hys_status hys__brain_make_electrodes(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.electrodes.n && status == HYS_OK; k++) status = make_electrode(e, k);
    return status == HYS_OK && e->arena.failed ? HYS_NOMEM : status;
}
