/* Records and measures as a file tells them. */
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

#define MOST_COLUMNS 1e7

static bool ends_in(const char *what, const char *end) {
    const size_t n = strlen(what), m = strlen(end);
    return n > m && !strcmp(what + n - m, end);
}

static const char *unit_of(const char *what) {
    if (!strcmp(what, "v")) return "V";
    if (ends_in(what, ".power")) return "W";
    if (ends_in(what, ".inside")) return "mM";
    return !strcmp(what, "electrodes") || ends_in(what, ".i") ? "A" : "";
}

static hys_status take_columns(hys_brain_experiment *e, hys__brain_record *r, const uint32_t *cells, size_t n_cells,
                               const hys__brain_range *at) {
    r->n_probes = n_cells * at->n;
    r->n = r->fold == HYS__FOLD_EACH ? r->n_probes : 1;
    r->cells = HYS_NEW_N(&e->arena, uint32_t, r->n_probes);
    r->compartments = HYS_NEW_N(&e->arena, uint32_t, r->n_probes);
    r->probes = HYS_NEW_N(&e->arena, size_t, r->n_probes);
    if (e->arena.failed) return HYS_NOMEM;
    for (size_t c = 0; c < n_cells; c++)
        for (size_t k = 0; k < at->n; k++) {
            r->cells[c * at->n + k] = cells[c];
            r->compartments[c * at->n + k] = (uint32_t)(at->first + k);
        }
    return HYS_OK;
}

size_t hys__brain_record_rows(const hys_brain_experiment *e, const hys__brain_record *r) {
    return (size_t)(fmin(hys__brain_slice(e), e->said.duration) / e->said.dt / (double)r->every) + 4;
}

static hys_status make_record(hys_brain_experiment *e, size_t k) {
    const hys__said_record *s = (const hys__said_record *)e->said.records.at + k;
    const hys__yaml_node *node = e->said.records.nodes[k];
    hys__brain_record *r = &e->records[k];
    hys__brain_range at = {0, 1};
    uint32_t *cells = NULL;
    size_t n = 0;
    const double every = s->every / e->said.dt;
    const size_t p = hys__brain_find_population(e, s->group, hys__yaml_find(node, "group"));
    if (p == SIZE_MAX) return HYS_SYNTAX;
    if (!(every >= 0 && every < 1e12))
        return hys__yaml_fail(&e->yaml, hys__yaml_find(node, "every"), "every: 0.1ms", "records are made in steps");
    *r = (hys__brain_record){.name = node->key, .what = s->what, .unit = unit_of(s->what), .population = p};
    r->every = every < 1 ? 1 : (size_t)(every + 0.5);
    r->fold = (hys__fold)s->fold;
    const hys__yaml_node *of_cells = hys__yaml_find(node, "cells");
    hys_status status = hys__brain_find_place(e, &s->place, node, e->populations[p].type, &at);
    if (status == HYS_OK)
        status = hys__brain_find_cells(e, &s->cells, of_cells ? of_cells : node, e->populations[p].n, &cells, &n);
    if (status == HYS_OK && (double)n * (double)at.n > MOST_COLUMNS)
        status = hys__yaml_fail(&e->yaml, node, "fewer cells or compartments",
                                "%zu cells of %zu compartments are more "
                                "than can be recorded",
                                n, at.n);
    return status == HYS_OK ? take_columns(e, r, cells, n, &at) : status;
}

hys_status hys__brain_make_records(hys_brain_experiment *e) {
    e->records = HYS_NEW_N(&e->arena, hys__brain_record, e->said.records.n + 1);
    hys_status status = e->records ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < e->said.records.n && status == HYS_OK; k++) status = make_record(e, k);
    return status;
}

/* ---- measures ---- */

static hys_status find_record(hys_brain_experiment *e, const char *name, const hys__yaml_node *node, size_t *found) {
    for (*found = 0; *found < e->said.records.n; ++*found)
        if (!strcmp(e->records[*found].name, name)) return HYS_OK;
    return hys__yaml_fail(&e->yaml, node, "one of those under \"record\"", "there is no record \"%.80s\"", name);
}

/* m, along the tree; NaN: not of one tree. */
static double distance(const hys_brain_experiment *e, const hys__brain_record *a, const hys__brain_record *b) {
    const hys_compartments *c = e->types[e->populations[a->population].type].compartments;
    if (!c || a->population != b->population) return NAN;
    return fabs(c->path[a->compartments[0]] - c->path[b->compartments[0]]);
}

enum { DELAY, SPEED };

static hys_status make_measure(hys_brain_experiment *e, size_t k) {
    const hys__said_measure *s = (const hys__said_measure *)e->said.measures.at + k;
    const hys__yaml_node *node = e->said.measures.nodes[k];
    hys__brain_measure *m = &e->measures[k];
    *m = (hys__brain_measure){.name = node->key, .kind = s->kind, .level = s->level, .from_at = NAN, .to_at = NAN};
    hys_status status = find_record(e, s->from, hys__yaml_find(node, "from"), &m->from);
    if (status == HYS_OK) status = find_record(e, s->to, hys__yaml_find(node, "to"), &m->to);
    if (status != HYS_OK) return status;
    m->distance = distance(e, &e->records[m->from], &e->records[m->to]);
    if (m->kind == SPEED && !(m->distance > 0))
        return hys__yaml_fail(&e->yaml, node, "records of two places of one tree",
                              "nothing runs between these records");
    return HYS_OK;
}

hys_status hys__brain_make_measures(hys_brain_experiment *e) {
    e->measures = HYS_NEW_N(&e->arena, hys__brain_measure, e->said.measures.n + 1);
    hys_status status = e->measures ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < e->said.measures.n && status == HYS_OK; k++) status = make_measure(e, k);
    return status;
}
