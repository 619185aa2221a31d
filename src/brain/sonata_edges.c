/* Edges of SONATA: from which node to which, of which type, and what groups of edges say of each. */
#include "base/diag.h"
#include "brain/sonata.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_GROUPS 4096 /* of edges: their numbers are below it */

hys__edge_value hys__edge_value_of(const char *name) {
#define HYS_X(id, name, old) {name, old},
    static const char *const names[][2] = {HYS__EDGE_VALUES(HYS_X)};
#undef HYS_X
    int k = 0;
    while (k < HYS__N_EDGE_VALUES && strcmp(names[k][0], name) != 0 && strcmp(names[k][1], name) != 0) k++;
    return (hys__edge_value)k;
}

/* ---- columns of all edges ---- */

static hys_status take_column(const hys__sonata *s, hys__arena *arena, hys__edges *x, const char *name,
                              double **values) {
    hys__sonata_column column;
    hys_status status = hys__sonata_read(s, s->population, name, arena, &column);
    *values = column.at;
    if (status != HYS_OK || !column.at || column.n == x->n) return status;
    return hys__sonata_refuse(s, "", "%s has %zu edges, and %zu values of %s", s->name, x->n, column.n, name);
}

static hys_status take_ends(const hys__sonata *s, hys__arena *arena, hys__edges *x) {
    hys__sonata_column column;
    hys_status status = hys__sonata_read(s, s->population, "source_node_id", arena, &column);
    x->source = column.at;
    x->n = column.n;
    if (status == HYS_OK && column.at) status = take_column(s, arena, x, "target_node_id", &x->target);
    if (status == HYS_OK && !x->target)
        status = hys__sonata_refuse(s, "/edges/POPULATION/source_node_id and target_node_id",
                                    "edges of %s have no %s_node_id", s->name, x->source ? "target" : "source");
    if (status == HYS_OK) status = take_column(s, arena, x, "edge_type_id", &x->type);
    if (status == HYS_OK) status = take_column(s, arena, x, "edge_group_id", &x->group);
    if (status == HYS_OK) status = take_column(s, arena, x, "edge_group_index", &x->index);
    if (status == HYS_OK && (x->group != NULL) != (x->index != NULL))
        status = hys__sonata_refuse(s, "edge_group_id and edge_group_index belong together",
                                    "edges of %s have no edge_group_%s", s->name, x->group ? "index" : "id");
    return status;
}

/* ---- groups ---- */

static hys_status take_value(const hys__sonata *s, hys__arena *arena, hid_t group, hys__edge_value v,
                             hys__sonata_column *column) {
#define HYS_X(id, name, old) {name, old},
    static const char *const names[][2] = {HYS__EDGE_VALUES(HYS_X)};
#undef HYS_X
    hys_status status = hys__sonata_read(s, group, names[v][0], arena, column);
    if (status == HYS_OK && !column->at) status = hys__sonata_read(s, group, names[v][1], arena, column);
    return status;
}

/* A group that is not there says nothing. */
static hys_status take_group(const hys__sonata *s, hys__arena *arena, size_t number, hys__edge_group **result) {
    char name[32];
    hys_status status = HYS_OK;
    hys__edge_group *g = *result = HYS_NEW(arena, hys__edge_group);
    if (!g) return HYS_NOMEM;
    snprintf(name, sizeof name, "%zu", number);
    if (s->h.Lexists(s->population, name, H5P_DEFAULT) <= 0) return HYS_OK;
    hid_t group = s->h.Gopen2(s->population, name, H5P_DEFAULT);
    if (group < 0) return hys__sonata_refuse(s, "", "%s/%s is no group of edges", s->name, name);
    for (int v = 0; v < HYS__N_EDGE_VALUES && status == HYS_OK; v++)
        status = take_value(s, arena, group, (hys__edge_value)v, &g->of[v]);
    s->h.Gclose(group);
    return status;
}

static hys_status check_index(const hys__sonata *s, const hys__edges *x, size_t k) {
    const hys__edge_group *g = x->groups[x->group ? (size_t)x->group[k] : 0];
    const double index = x->index ? x->index[k] : (double)k;
    for (int v = 0; v < HYS__N_EDGE_VALUES; v++)
        if (g->of[v].at && !(index >= 0 && index < (double)g->of[v].n))
            return hys__sonata_refuse(s, "", "edge %zu of %s is number %g of a group of %zu", k, s->name, index,
                                      g->of[v].n);
    return HYS_OK;
}

static hys_status take_groups(const hys__sonata *s, hys__arena *arena, hys__edges *x) {
    hys_status status = HYS_OK;
    x->n_groups = x->group ? MOST_GROUPS : 1;
    x->groups = HYS_NEW_N(arena, hys__edge_group *, x->n_groups);
    if (!x->groups) return HYS_NOMEM;
    for (size_t k = 0; k < x->n && status == HYS_OK; k++) {
        const double number = x->group ? x->group[k] : 0;
        if (!(number >= 0 && number < MOST_GROUPS))
            return hys__sonata_refuse(s, "", "edge %zu of %s is of group %g", k, s->name, number);
        if (!x->groups[(size_t)number]) status = take_group(s, arena, (size_t)number, &x->groups[(size_t)number]);
        if (status == HYS_OK) status = check_index(s, x, k);
    }
    return status;
}

hys_status hys__edges_read(hys__arena *arena, const char *path, const char *population, bool with_nodes,
                           hys__edges *x) {
    hys__sonata s;
    *x = (hys__edges){0};
    hys_status status = hys__sonata_open(arena->ctx, path, "edges", population, &s);
    if (status != HYS_OK) return status;
    memcpy(x->population, s.name, sizeof x->population);
    status = take_ends(&s, arena, x);
    if (status == HYS_OK) status = take_groups(&s, arena, x);
    if (status == HYS_OK && with_nodes) hys__sonata_node_population(&s, "source_node_id", x->source_nodes);
    if (status == HYS_OK && with_nodes) hys__sonata_node_population(&s, "target_node_id", x->target_nodes);
    hys__sonata_close(&s);
    return status;
}

/* ---- one edge ---- */

const hys__edge_type *hys__edge_type_of(const hys__edges *x, size_t k) {
    size_t from = 0, to = x->type ? x->n_types : 0;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (x->types[middle].id == x->type[k]) return &x->types[middle];
        if (x->types[middle].id < x->type[k]) from = middle + 1;
        else to = middle;
    }
    return NULL;
}

double hys__edge_value_at(const hys__edges *x, size_t k, const hys__edge_type *type, hys__edge_value value) {
    const hys__sonata_column *c = &x->groups[x->group ? (size_t)x->group[k] : 0]->of[value];
    const double own = c->at ? c->at[x->index ? (size_t)x->index[k] : k] : NAN;
    return isnan(own) && type ? type->of[value] : own;
}
