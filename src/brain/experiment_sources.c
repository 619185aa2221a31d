/* Spikes that are replayed, places of cells, and potentials at the start. */
#include "base/diag.h"
#include "base/random.h"
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

enum { DRAW_PLACES = 0x70, DRAW_STARTS = 0x71 }; /* what makes the draws others than those of the brain itself */

static uint64_t key_of(int what, size_t group) {
    return (uint64_t)what << 56 | group;
}

/* ---- replays ---- */

static hys_status take_times(hys_brain_experiment *e, const hys__yaml_reals *times, const hys__yaml_node *node,
                             hys__brain_population *p) {
    const hys_status status = hys__brain_check_room(e, node, (double)p->n * (double)times->n * sizeof(hys_spike));
    if (status != HYS_OK) return status;
    hys_spike *spikes = HYS_NEW_N(&e->arena, hys_spike, p->n * times->n + 1);
    if (!spikes) return HYS_NOMEM;
    for (size_t c = 0; c < p->n; c++)
        for (size_t k = 0; k < times->n; k++)
            spikes[c * times->n + k] = (hys_spike){.time = times->at[k], .cell = (uint32_t)c};
    p->replay = spikes;
    p->n_replay = p->n * times->n;
    return HYS_OK;
}

static hys_status take_table(hys_brain_experiment *e, const char *path, const hys_table *table,
                             hys__brain_population *p) {
    const size_t n = hys_table_n_rows(table);
    const double *time = hys_table_column(table, "time"), *cell = hys_table_column(table, "cell");
    hys_spike *spikes = HYS_NEW_N(&e->arena, hys_spike, n + 1);
    if (!spikes) return HYS_NOMEM;
    if (!time || !cell)
        return hys__report_at(e->ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, NULL, "time[s],cell",
                              "spikes that are replayed have the columns time and cell");
    for (size_t k = 0; k < n; k++) {
        if (!(cell[k] >= 0 && cell[k] < (double)p->n && cell[k] == floor(cell[k])))
            return hys__report_at(e->ctx, HYS_ERROR, HYS_SEMANTIC, path, 0, 0, NULL, "cells are counted from 0",
                                  "spike %zu is of cell %g, and there are %zu", k + 1, cell[k], p->n);
        spikes[k] = (hys_spike){.time = time[k], .cell = (uint32_t)cell[k]};
    }
    p->replay = spikes;
    p->n_replay = n;
    return HYS_OK;
}

static hys_status take_csv(hys_brain_experiment *e, const char *path, hys__brain_population *p) {
    hys_table *table = NULL;
    hys_status status = hys_table_read_csv(e->ctx, path, &table);
    if (status != HYS_OK) return status;
    status = take_table(e, path, table, p);
    hys_table_free(table);
    return status;
}

static hys_status take_file(hys_brain_experiment *e, const char *path, const char *population,
                            hys__brain_population *p) {
    const char *dot = strrchr(path, '.');
    const bool is_sonata = dot && (!strcmp(dot, ".h5") || !strcmp(dot, ".hdf5"));
    const hys_status status = hys__brain_input(e, path);
    if (status != HYS_OK) return status;
    return is_sonata ? hys__brain_replay_sonata(e, path, population, p) : take_csv(e, path, p);
}

hys_status hys__brain_make_replay(hys_brain_experiment *e, const hys__said_group *s, const hys__yaml_node *node,
                                  hys__brain_population *p) {
    if ((s->replay.file != NULL) == (s->replay.times.n > 0))
        return hys__yaml_fail(&e->yaml, node, "replay: {times: [0ms]} or {file: spikes.csv}",
                              "a replay has times or a file");
    if (!s->replay.file) return take_times(e, &s->replay.times, node, p);
    const char *path = hys__brain_beside(e, s->replay.file);
    return path ? hys__brain_blame(e, node, take_file(e, path, s->replay.population, p)) : HYS_NOMEM;
}

/* ---- places ---- */

hys_status hys__brain_make_places(hys_brain_experiment *e, const hys__yaml_reals *box, const hys__yaml_node *node,
                                  hys__brain_population *p) {
    if (!box->n) return HYS_OK;
    if (box->n > 3) return hys__yaml_fail(&e->yaml, node, "box: [1mm, 1mm]", "a box has three sides at most");
    const hys_status status = hys__brain_check_room(e, node, 3.0 * (double)p->n * sizeof(double));
    if (status != HYS_OK) return status;
    double *at = HYS_NEW_N(&e->arena, double, 3 * p->n);
    if (!at) return HYS_NOMEM;
    const uint64_t key[2] = {e->said.seed, key_of(DRAW_PLACES, (size_t)(p - e->populations))};
    for (size_t k = 0; k < p->n; k++)
        for (size_t d = 0; d < box->n; d++) {
            const uint64_t counter[2] = {k, d};
            uint64_t bits[2];
            hys__threefry2x64(key, counter, bits);
            at[3 * k + d] = box->at[d] * hys__uniform(bits[0]);
        }
    p->at = at;
    return HYS_OK;
}

/* ---- potentials ---- */

static hys_status draw_starts(hys_brain_experiment *e, size_t group, double mean, double noise, uint64_t seed) {
    const hys__brain_population *p = &e->populations[group];
    const uint64_t key[2] = {seed, key_of(DRAW_STARTS, group)};
    hys_status status = HYS_OK;
    for (size_t c = 0; c < p->n && status == HYS_OK; c++) {
        const uint64_t counter[2] = {c, 0};
        const double v = mean + noise * hys__normal(key, counter);
        for (size_t k = 0; k < e->types[p->type].n && status == HYS_OK; k++)
            status = hys_brain_set_v(e->brain, &(hys_brain_place){p->group, c, k}, v);
    }
    return status;
}

hys_status hys__brain_draw_starts(hys_brain_experiment *e, uint64_t seed) {
    const hys__said_group *s = e->said.groups.at;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.groups.n && status == HYS_OK; k++) {
        const size_t type = e->populations[k].type;
        if (!(s[k].start_noise > 0) || type == e->said.cells.n) continue;
        status = draw_starts(e, k, ((const hys__said_cell *)e->said.cells.at)[type].start, s[k].start_noise, seed);
    }
    return status;
}
