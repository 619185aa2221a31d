/* SWC files as morphologies: which tree, what its soma is, where neurites start.
 *
 * A soma of one sample stands for a sphere, so do the three samples into which NeuroMorpho turns all somata, and an
 * outline.  A sphere becomes a cylinder of the same area, and is one compartment.  Other somata are frusta like all
 * else.  On a sphere a neurite starts at its own first sample: what lies between is no cable.  On other somata, and
 * when that is its only sample, a cylinder as thick as its first sample joins it to the soma's.  NEURON's
 * Import3D does the same. */
#include "base/diag.h"
#include "base/forest.h"
#include "base/units.h"
#include "brain/morphology_impl.h"
#include "io/swc.h"
#include <math.h>
#include <string.h>

#define THREE_POINT_SLACK 0.05 /* of the radius: files round to 0.01 um */
#define LEAST_OUTLINE     5    /* samples */

typedef struct builder {
    hys_morphology *morphology;
    hys__swc *swc;
    hys__swc_point *points; /* the tree's; points[0] is the root */
    size_t n;
    hys__arena work;
    int32_t *node;               /* [n] the segment at whose far end the sample lies; -1: the root */
    bool *is_soma;               /* [n] of the soma at the root */
    bool *has_child;             /* [n] */
    size_t n_soma;               /* of that soma */
    bool is_ball;                /* it stands for a sphere */
    size_t n_started, n_bridged; /* neurites at the soma: at their first sample, at the soma's */
    size_t n_merged;             /* samples */
} builder;

hys_morphology_opts hys_morphology_opts_default(void) {
    return (hys_morphology_opts){.size = sizeof(hys_morphology_opts)};
}

static double distance(const double a[3], const double b[3]) {
    return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]));
}

/* ---- one tree of the file ---- */

static size_t tree_end(const hys__swc *swc, size_t begin) {
    size_t end = begin + 1;
    while (end < swc->points.n && swc->points.at[end].parent >= 0) end++;
    return end;
}

static hys_status refuse_trees(const builder *b, hys_ctx *ctx, size_t first_n) {
    hys__swc *swc = b->swc;
    return hys__report(ctx, HYS_ERROR, HYS_SEMANTIC, &swc->sources, swc->points.at[first_n].span,
                       "--tree 1 reads the first alone, --tree 2 the second ...",
                       "a second root: the file holds %zu trees, the first of %zu samples", swc->n_trees, first_n);
}

static hys_status choose_tree(builder *b, const char *path, int32_t tree) {
    hys_ctx *ctx = b->morphology->ctx;
    size_t begin = 0, end = tree_end(b->swc, 0);
    if (tree <= 0 && b->swc->n_trees > 1) return refuse_trees(b, ctx, end);
    if (tree > 0 && (size_t)tree > b->swc->n_trees)
        return hys__fail(ctx, HYS_ARG, "", "%s holds %zu tree%s: there is no tree %d", path, b->swc->n_trees,
                         b->swc->n_trees == 1 ? "" : "s", (int)tree);
    for (int32_t k = 1; k < tree; k++) begin = end, end = tree_end(b->swc, begin);
    b->n = end - begin;
    b->points = HYS_NEW_N(&b->work, hys__swc_point, b->n);
    if (!b->points) return HYS_NOMEM;
    memcpy(b->points, b->swc->points.at + begin, b->n * sizeof *b->points);
    for (size_t k = 1; k < b->n; k++) b->points[k].parent -= (int32_t)begin;
    if (b->swc->n_trees == 1) return HYS_OK;
    return HYS__REMARK(b->morphology, "tree %d of %zu: %zu samples", (int)tree, b->swc->n_trees, b->n);
}

/* ---- the root is to lie in the soma ---- */

static hys_status reorder(builder *b, const int32_t *parent) {
    int32_t *order = HYS_NEW_N(&b->work, int32_t, b->n), *place = HYS_NEW_N(&b->work, int32_t, 2 * b->n);
    hys__swc_point *sorted = HYS_NEW_N(&b->work, hys__swc_point, b->n);
    if (!order || !place || !sorted) return HYS_NOMEM;
    hys__forest_order(b->n, parent, order, place);
    for (size_t k = 0; k < b->n; k++) place[order[k]] = (int32_t)k;
    for (size_t k = 0; k < b->n; k++) {
        sorted[k] = b->points[order[k]];
        sorted[k].parent = parent[order[k]] < 0 ? -1 : place[parent[order[k]]];
    }
    b->points = sorted;
    return HYS_OK;
}

static hys_status root_at(builder *b, size_t soma) {
    int32_t *parent = HYS_NEW_N(&b->work, int32_t, b->n), from = -1;
    const long long old = (long long)b->points[0].id, id = (long long)b->points[soma].id;
    if (!parent) return HYS_NOMEM;
    for (size_t k = 0; k < b->n; k++) parent[k] = b->points[k].parent;
    for (int32_t at = (int32_t)soma; at >= 0;) {
        const int32_t next = parent[at];
        parent[at] = from;
        from = at;
        at = next;
    }
    hys_status status = reorder(b, parent);
    if (status != HYS_OK) return status;
    return HYS__REMARK(b->morphology, "the root is the soma (sample %lld), not sample %lld", id, old);
}

static hys_status find_root(builder *b) {
    size_t soma = 0;
    while (soma < b->n && b->points[soma].type != HYS__SWC_SOMA) soma++;
    if (soma == b->n)
        return HYS__REMARK(b->morphology, "no sample is soma (type 1): the root is sample %lld, as it stands",
                           (long long)b->points[0].id);
    return soma ? root_at(b, soma) : HYS_OK;
}

/* ---- the soma ---- */

static hys_status mark_soma(builder *b) {
    size_t n_apart = 0;
    b->node = HYS_NEW_N(&b->work, int32_t, b->n);
    b->is_soma = HYS_NEW_N(&b->work, bool, b->n);
    b->has_child = HYS_NEW_N(&b->work, bool, b->n);
    if (!b->node || !b->is_soma || !b->has_child) return HYS_NOMEM;
    for (size_t k = 0; k < b->n; k++) {
        const hys__swc_point *p = &b->points[k];
        const bool is_here = p->type == HYS__SWC_SOMA && (!k || b->is_soma[p->parent]);
        b->is_soma[k] = is_here;
        b->n_soma += is_here;
        n_apart += p->type == HYS__SWC_SOMA && !is_here;
        if (k) b->has_child[p->parent] = true;
    }
    if (!n_apart) return HYS_OK;
    return HYS__REMARK(b->morphology, "%zu samples of type soma lie apart from the soma: taken as frusta", n_apart);
}

/* Both others hang on the first, a radius away to opposite sides. */
static bool is_three_point(const builder *b, const size_t at[3]) {
    const hys__swc_point *p = &b->points[at[0]], *q = &b->points[at[1]], *r = &b->points[at[2]];
    const double slack = THREE_POINT_SLACK * p->radius;
    double middle[3];
    for (size_t k = 0; k < 3; k++) middle[k] = 0.5 * (q->at[k] + r->at[k]);
    return q->parent == (int32_t)at[0] && r->parent == (int32_t)at[0] &&
           fabs(distance(p->at, q->at) - p->radius) <= slack && fabs(distance(p->at, r->at) - p->radius) <= slack &&
           distance(middle, p->at) <= slack;
}

typedef struct outline {
    double centre[3], radius; /* of samples: m */
    double thickness;         /* mean of the samples' own radii */
    double first[3], last[3], longest;
    bool is_chain;
} outline;

static outline outline_of(const builder *b) {
    outline o = {.is_chain = true};
    int32_t before = -1;
    for (size_t k = 0; k < b->n; k++) {
        const hys__swc_point *p = &b->points[k];
        if (!b->is_soma[k]) continue;
        o.is_chain = o.is_chain && p->parent == before;
        if (before < 0) memcpy(o.first, p->at, sizeof o.first);
        else o.longest = fmax(o.longest, distance(b->points[before].at, p->at));
        memcpy(o.last, p->at, sizeof o.last);
        before = (int32_t)k;
        o.thickness += p->radius / (double)b->n_soma;
        for (size_t c = 0; c < 3; c++) o.centre[c] += p->at[c] / (double)b->n_soma;
    }
    for (size_t k = 0; k < b->n; k++)
        if (b->is_soma[k]) o.radius += distance(o.centre, b->points[k].at) / (double)b->n_soma;
    return o;
}

/* A thin chain that comes back to where it started. */
static bool is_outline(const builder *b, const outline *o) {
    return b->n_soma >= LEAST_OUTLINE && o->is_chain && o->thickness < 0.25 * o->radius &&
           distance(o->first, o->last) <= 1.5 * o->longest && o->longest < 1.5 * o->radius;
}

static hys_status add_ball(builder *b, const double centre[3], double radius, const char *what) {
    b->is_ball = true;
    hys_status status = hys__morphology_add_ball(b->morphology, centre, radius, b->points[0].type);
    if (status != HYS_OK) return status;
    return HYS__REMARK(b->morphology, "%s: a sphere of diameter %.4g um, as a cylinder of its area, one compartment",
                       what, 2e6 * radius);
}

static hys_status add_soma(builder *b) {
    size_t at[3] = {0}, n = 0;
    char what[64];
    memcpy(b->morphology->root, b->points[0].at, sizeof b->morphology->root);
    for (size_t k = 0; k < b->n && n < 3; k++)
        if (b->is_soma[k]) at[n++] = k;
    if (b->n_soma == 1) return add_ball(b, b->points[0].at, b->points[0].radius, "the soma is one sample");
    if (b->n == 1) return add_ball(b, b->points[0].at, b->points[0].radius, "there is but one sample");
    if (b->n_soma == 3 && is_three_point(b, at))
        return add_ball(b, b->points[0].at, b->points[0].radius, "the soma is NeuroMorpho's three samples");
    const outline o = outline_of(b);
    snprintf(what, sizeof what, "the soma is an outline of %zu samples", b->n_soma);
    if (is_outline(b, &o)) return add_ball(b, o.centre, o.radius, what);
    if (!b->n_soma) return HYS_OK;
    return HYS__REMARK(b->morphology, "the soma is %zu samples: taken as frusta", b->n_soma);
}

/* ---- neurites ---- */

static hys_status add_segment(builder *b, size_t k, const double near[3], double radius_near) {
    const hys__swc_point *p = &b->points[k];
    hys_segment s = {.parent = b->node[p->parent], .region = p->type, .radius_near = radius_near};
    s.radius_far = p->radius;
    s.length = distance(near, p->at);
    memcpy(s.near, near, sizeof s.near);
    memcpy(s.far, p->at, sizeof s.far);
    if (!(s.length > 0)) {
        b->node[k] = s.parent;
        b->n_merged++;
        return HYS_OK;
    }
    b->node[k] = (int32_t)b->morphology->added.n;
    return hys__morphology_add(b->morphology, &s);
}

static hys_status add_sample(builder *b, size_t k) {
    const hys__swc_point *p = &b->points[k], *parent = &b->points[p->parent];
    b->node[k] = b->node[p->parent];
    if (b->is_soma[k]) return b->is_ball ? HYS_OK : add_segment(b, k, parent->at, parent->radius);
    if (!b->is_soma[p->parent]) return add_segment(b, k, parent->at, parent->radius);
    if (b->is_ball && b->has_child[k]) {
        b->n_started++;
        return HYS_OK;
    }
    b->n_bridged++;
    return add_segment(b, k, parent->at, p->radius);
}

static hys_status add_samples(builder *b) {
    hys_status status = HYS_OK;
    b->node[0] = -1;
    for (size_t k = 1; k < b->n && status == HYS_OK; k++) status = add_sample(b, k);
    if (status == HYS_OK && !b->morphology->added.n)
        return hys__fail(b->morphology->ctx, HYS_SEMANTIC, "", "all samples lie at the same place");
    return status;
}

/* ---- remarks ---- */

static hys_status remark_neurites(const builder *b, double least_radius) {
    hys_morphology *m = b->morphology;
    hys_status status = HYS_OK;
    if (b->n_started)
        status = HYS__REMARK(m, "%zu neurite%s start%s at the first sample, on the soma without a resistance between",
                             b->n_started, b->n_started == 1 ? "" : "s", b->n_started == 1 ? "s" : "");
    if (status == HYS_OK && b->n_bridged)
        status = HYS__REMARK(m, "%zu neurite%s joined to the soma's sample by a cylinder as thick as the first sample",
                             b->n_bridged, b->n_bridged == 1 ? " is" : "s are");
    if (status == HYS_OK && b->n_merged)
        status = HYS__REMARK(m, "%zu sample%s at the place of the parent: merged with it", b->n_merged,
                             b->n_merged == 1 ? " lies" : "s lie");
    if (status == HYS_OK && b->swc->n_raised)
        status = HYS__REMARK(m, "%zu radi%s raised to %.4g um", b->swc->n_raised, b->swc->n_raised == 1 ? "us" : "i",
                             1e6 * least_radius);
    if (status == HYS_OK && b->swc->n_longer)
        status = HYS__REMARK(m, "columns beyond the seventh, in %zu line%s, are not read", b->swc->n_longer,
                             b->swc->n_longer == 1 ? "" : "s");
    return status;
}

/* "SCALE 1.0 1.0 1.0": the factors of the tracing, which other readers pass over as well. */
static bool is_scaled(const char *comment, double scale[3]) {
    bool overflow, is_one = true;
    if (strncmp(comment, "SCALE", 5) != 0) return false;
    const char *at = comment + 5;
    for (size_t k = 0; k < 3; k++) {
        at += strspn(at, " \t");
        const size_t n = hys__number_parse(at, &scale[k], &overflow);
        if (!n) return false;
        is_one = is_one && scale[k] == 1;
        at += n;
    }
    return !is_one;
}

static hys_status keep_comments(const builder *b) {
    hys_morphology *m = b->morphology;
    double scale[3];
    hys_status status = HYS_OK;
    for (size_t k = 0; k < b->swc->comments.n && status == HYS_OK; k++) {
        const char *text = b->swc->comments.at[k];
        const char **comment = HYS_PUSH(&m->arena, &m->comments);
        if (!comment) return HYS_NOMEM;
        *comment = hys__arena_strndup(&m->arena, text, strlen(text));
        if (!*comment) return HYS_NOMEM;
        if (is_scaled(text, scale))
            status = HYS__REMARK(m, "SCALE %g %g %g in its comments is not applied: places are taken as um", scale[0],
                                 scale[1], scale[2]);
    }
    return status;
}

static hys_status build(builder *b, const char *path, const hys_morphology_opts *opts) {
    hys_status status = choose_tree(b, path, opts->tree);
    if (status == HYS_OK) status = find_root(b);
    if (status == HYS_OK) status = mark_soma(b);
    if (status == HYS_OK) status = add_soma(b);
    if (status == HYS_OK) status = add_samples(b);
    if (status == HYS_OK) status = hys__morphology_finish(b->morphology);
    if (status == HYS_OK) status = remark_neurites(b, opts->least_radius);
    return status == HYS_OK ? keep_comments(b) : status;
}

hys_status hys_morphology_read(hys_ctx *ctx, const char *path, const hys_morphology_opts *opts,
                               hys_morphology **result) {
    hys_morphology_opts o = hys_morphology_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    if (!(o.least_radius >= 0 && isfinite(o.least_radius)))
        return hys__fail(ctx, HYS_ARG, "", "the least radius is a length");
    hys__swc swc;
    builder b = {.swc = &swc};
    hys__arena_init(&b.work, ctx, 0);
    hys_status status = hys__swc_read(&b.work, path, o.least_radius, &swc);
    if (status == HYS_OK) status = hys__morphology_create(ctx, &b.morphology);
    if (status == HYS_OK) status = build(&b, path, &o);
    if (status == HYS_OK) *result = b.morphology;
    else hys_morphology_free(b.morphology);
    hys__arena_free(&b.work);
    return status;
}
