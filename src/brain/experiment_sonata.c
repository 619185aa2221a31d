/* Edges of a SONATA file as connections: parted by pairs of groups and by compartments of the target. */
#include "base/diag.h"
#include "brain/experiment.h"
#include "brain/sonata.h"
#include <math.h>
#include <string.h>

typedef struct splitting {
    hys_brain_experiment *e;
    const hys__brain_edges *of;
    const char *path;
    hys__edges edges;
    hys__arena scratch;
    size_t *source_first, *target_first; /* [groups + 1] nodes */
    size_t *bucket_first;                /* [targets + 1] buckets of one source */
    size_t *bucket;                      /* [edges] SIZE_MAX: left out */
    size_t *first;                       /* [buckets + 1] rows */
    size_t n_buckets;
} splitting;

static hys_status refuse(const splitting *x, const char *hint, size_t k, const char *what, double value) {
    return hys__report_at(x->e->ctx, HYS_ERROR, HYS_SEMANTIC, x->path, 0, 0, NULL, hint, "edge %zu of %s is %s %g", k,
                          x->edges.population, what, value);
}

/* ---- files ---- */

static hys_status count_nodes(splitting *x, const char *file, const char *population, size_t n) {
    size_t nodes = 0;
    if (!file) return HYS_OK;
    const char *path = hys__brain_beside(x->e, file);
    hys_status status = path ? hys__brain_input(x->e, path) : HYS_NOMEM;
    if (status == HYS_OK) status = hys__nodes_count(x->e->ctx, path, *population ? population : NULL, &nodes);
    if (status != HYS_OK || nodes == n) return status;
    return hys__report_at(x->e->ctx, HYS_ERROR, HYS_SEMANTIC, path, 0, 0, NULL,
                          "give as many cells as nodes: n of the groups",
                          "it has %zu nodes, and the groups have %zu cells", nodes, n);
}

static hys_status read_files(splitting *x) {
    const hys__said_edges *s = &x->of->said->edges;
    x->path = hys__brain_beside(x->e, x->of->said->file);
    hys_status status = x->path ? hys__brain_input(x->e, x->path) : HYS_NOMEM;
    if (status == HYS_OK)
        status = hys__edges_read(&x->scratch, x->path, s->population, s->source_nodes || s->target_nodes, &x->edges);
    const char *types = status == HYS_OK && s->types ? hys__brain_beside(x->e, s->types) : NULL;
    if (status != HYS_OK || !s->types) return status;
    status = types ? hys__brain_input(x->e, types) : HYS_NOMEM;
    return status == HYS_OK ? hys__edge_types_read(&x->scratch, types, &x->edges) : status;
}

/* ---- groups ---- */

static size_t *count_cells(splitting *x, const size_t *groups, size_t n) {
    size_t *first = HYS_NEW_N(&x->scratch, size_t, n + 1);
    for (size_t k = 0; k < n && first; k++) first[k + 1] = first[k] + x->e->populations[groups[k]].n;
    return first;
}

static const hys__brain_type *type_of(const splitting *x, size_t target) {
    return &x->e->types[x->e->populations[x->of->targets[target]].type];
}

static hys_status count_buckets(splitting *x) {
    const hys__brain_edges *of = x->of;
    x->source_first = count_cells(x, of->sources, of->n_sources);
    x->target_first = count_cells(x, of->targets, of->n_targets);
    x->bucket_first = HYS_NEW_N(&x->scratch, size_t, of->n_targets + 1);
    x->bucket = HYS_NEW_N(&x->scratch, size_t, x->edges.n + 1);
    if (x->scratch.failed) return HYS_NOMEM;
    for (size_t k = 0; k < of->n_targets; k++)
        x->bucket_first[k + 1] = x->bucket_first[k] + (of->has_place ? 1 : type_of(x, k)->n);
    x->n_buckets = of->n_sources * x->bucket_first[of->n_targets];
    x->first = HYS_NEW_N(&x->scratch, size_t, x->n_buckets + 1);
    return x->first ? HYS_OK : HYS_NOMEM;
}

/* Which group's the node is; n: none's. */
static size_t group_of(const size_t *first, size_t n, double node) {
    size_t k = 0;
    while (k < n && !(node >= (double)first[k] && node < (double)first[k + 1])) k++;
    return node == floor(node) ? k : n;
}

/* ---- one edge ---- */

static bool is_wanted(const splitting *x, size_t k, const hys__edge_type *type) {
    const hys__said_edges *s = &x->of->said->edges;
    bool is_listed = !s->ids.n;
    for (size_t j = 0; j < s->ids.n && x->edges.type; j++) is_listed = is_listed || s->ids.at[j] == x->edges.type[k];
    return is_listed && (!s->template || (type && type->template && !strcmp(type->template, s->template)));
}

/* Cells of one compartment have no sections. */
static hys_status find_compartment(const splitting *x, size_t k, const hys__edge_type *type, size_t target,
                                   size_t *found) {
    const hys_compartments *c = x->of->has_place ? NULL : type_of(x, target)->compartments;
    const double section = hys__edge_value_at(&x->edges, k, type, HYS__EDGE_SECTION);
    const double position = hys__edge_value_at(&x->edges, k, type, HYS__EDGE_POSITION);
    *found = 0;
    if (!c || isnan(section)) return HYS_OK;
    if (!(section >= 0 && section < (double)c->n_sections))
        return refuse(x, "hysteron brain cell tells how many there are", k,
                      "at a section that its cell has not:", section);
    if (!isnan(position) && !(position >= 0 && position <= 1))
        return refuse(x, "0 to 1", k, "at a part of its section that is none:", position);
    *found = (size_t)hys_compartments_at(c, (int32_t)section, isnan(position) ? 0.5 : position);
    return HYS_OK;
}

static hys_status find_bucket(splitting *x, size_t k) {
    const hys__brain_edges *of = x->of;
    const hys__edge_type *type = hys__edge_type_of(&x->edges, k);
    size_t compartment;
    x->bucket[k] = SIZE_MAX;
    if (of->said->edges.types && !type)
        return refuse(x, "types: FILE has all of them", k,
                      "of a type that the table of types has not:", x->edges.type ? x->edges.type[k] : NAN);
    const size_t i = group_of(x->source_first, of->n_sources, x->edges.source[k]);
    const size_t j = group_of(x->target_first, of->n_targets, x->edges.target[k]);
    if (i == of->n_sources)
        return refuse(x, "the groups of `from` together have all its nodes", k,
                      "from a node that no group has:", x->edges.source[k]);
    if (j == of->n_targets)
        return refuse(x, "the groups of `to` together have all its nodes", k,
                      "to a node that no group has:", x->edges.target[k]);
    hys_status status = find_compartment(x, k, type, j, &compartment);
    if (status != HYS_OK || !is_wanted(x, k, type)) return status;
    x->bucket[k] = i * x->bucket_first[of->n_targets] + x->bucket_first[j] + compartment;
    x->first[x->bucket[k] + 1]++;
    return HYS_OK;
}

static double value_or(const splitting *x, size_t k, const hys__edge_type *type, hys__edge_value v, double otherwise) {
    const double value = hys__edge_value_at(&x->edges, k, type, v);
    return isnan(value) ? otherwise : value;
}

static hys_synapse_row row_of(const splitting *x, size_t k) {
    const hys__brain_edges *of = x->of;
    const hys__edge_type *type = hys__edge_type_of(&x->edges, k);
    const double source = x->edges.source[k], target = x->edges.target[k];
    const size_t i = x->source_first[group_of(x->source_first, of->n_sources, source)];
    const size_t j = x->target_first[group_of(x->target_first, of->n_targets, target)];
    const double delay = 1e-3 * hys__edge_value_at(&x->edges, k, type, HYS__EDGE_DELAY);
    return (hys_synapse_row){.source = (uint32_t)((size_t)source - i),
                             .target = (uint32_t)((size_t)target - j),
                             .weight = of->weight * value_or(x, k, type, HYS__EDGE_WEIGHT, 1) *
                                       value_or(x, k, type, HYS__EDGE_SYNAPSES, 1),
                             .delay = isnan(delay) ? of->delay : delay};
}

/* ---- parts ---- */

static void put_part(const splitting *x, size_t bucket, hys_synapse_row *rows, hys__brain_part *part) {
    const size_t each = x->bucket_first[x->of->n_targets], in = bucket % each;
    size_t j = 0;
    while (in >= x->bucket_first[j + 1]) j++;
    *part = (hys__brain_part){.source = x->of->sources[bucket / each],
                              .target = x->of->targets[j],
                              .compartment = in - x->bucket_first[j],
                              .rows = rows + x->first[bucket],
                              .n = x->first[bucket + 1] - x->first[bucket]};
}

/* Sorted by buckets, in the order of the file in each. */
static hys_status put_parts(splitting *x, hys__brain_part **parts, size_t *n_parts) {
    size_t n = 0;
    for (size_t b = 0; b < x->n_buckets; b++) {
        n += x->first[b + 1] > 0;
        x->first[b + 1] += x->first[b];
    }
    const size_t n_rows = x->first[x->n_buckets];
    if (!n_rows && x->edges.n)
        return hys__report_at(x->e->ctx, HYS_ERROR, HYS_SEMANTIC, x->path, 0, 0, NULL, "edge_types: [100, 101]",
                              "none of the %zu edges of %s is of the types that are wanted", x->edges.n,
                              x->edges.population);
    hys_synapse_row *rows = HYS_NEW_N(&x->e->arena, hys_synapse_row, n_rows + 1);
    size_t *next = HYS_NEW_N(&x->scratch, size_t, x->n_buckets + 1);
    *parts = HYS_NEW_N(&x->e->arena, hys__brain_part, n + 1);
    if (!rows || !next || !*parts) return HYS_NOMEM;
    memcpy(next, x->first, x->n_buckets * sizeof *next);
    for (size_t k = 0; k < x->edges.n; k++)
        if (x->bucket[k] != SIZE_MAX) rows[next[x->bucket[k]]++] = row_of(x, k);
    *n_parts = 0;
    for (size_t b = 0; b < x->n_buckets; b++)
        if (x->first[b + 1] > x->first[b]) put_part(x, b, rows, &(*parts)[(*n_parts)++]);
    return HYS_OK;
}

static hys_status split(splitting *x, hys__brain_part **parts, size_t *n_parts) {
    const hys__said_edges *s = &x->of->said->edges;
    hys_status status = read_files(x);
    if (status == HYS_OK) status = count_buckets(x);
    if (status == HYS_OK)
        status = count_nodes(x, s->source_nodes, x->edges.source_nodes, x->source_first[x->of->n_sources]);
    if (status == HYS_OK)
        status = count_nodes(x, s->target_nodes, x->edges.target_nodes, x->target_first[x->of->n_targets]);
    for (size_t k = 0; k < x->edges.n && status == HYS_OK; k++) status = find_bucket(x, k);
    return status == HYS_OK ? put_parts(x, parts, n_parts) : status;
}

hys_status hys__brain_take_edges(hys_brain_experiment *e, const hys__brain_edges *edges, hys__brain_part **parts,
                                 size_t *n_parts) {
    splitting x = {.e = e, .of = edges};
    hys__arena_init(&x.scratch, e->ctx, 0);
    const hys_status status = split(&x, parts, n_parts);
    hys__arena_free(&x.scratch);
    return hys__brain_blame(e, edges->node, status);
}
