/* Morphologies by lists of parents; their places are made up.
 *
 * Branches fan out from the root: each has a part of the full circle, which its children share out among them, so that
 * no two cross. */
#include "base/diag.h"
#include "base/forest.h"
#include "brain/morphology_impl.h"
#include <math.h>
#include <string.h>

typedef struct fan {
    int32_t *parent, *order, *work;
    double *from, *to; /* [n] turns: a branch's share of the circle */
    double *taken;     /* [n + 1] of it, by children; the last is the root's */
    int32_t *n_tips;   /* [n + 1] */
    double (*end)[3];  /* [n] m */
} fan;

static bool make_fan(hys__arena *work, size_t n, fan *f) {
    f->parent = HYS_NEW_N(work, int32_t, 4 * n + 1);
    f->from = HYS_NEW_N(work, double, 3 * n + 1);
    f->n_tips = HYS_NEW_N(work, int32_t, n + 1);
    f->end = hys__arena_calloc(work, n + 1, sizeof *f->end);
    if (!f->parent || !f->from || !f->n_tips || !f->end) return false;
    f->order = f->parent + n;
    f->work = f->parent + 2 * n;
    f->to = f->from + n;
    f->taken = f->from + 2 * n;
    return true;
}

static hys_status check_branch(hys_ctx *ctx, const hys_branch *b, size_t k, size_t n) {
    const bool has_size = b->length > 0 && isfinite(b->length) && b->diameter_near > 0 && isfinite(b->diameter_near) &&
                          b->diameter_far > 0 && isfinite(b->diameter_far);
    if (!has_size) return hys__fail(ctx, HYS_ARG, "", "length and diameters of branch %zu are not positive", k);
    if (b->parent < -1 || b->parent >= (int64_t)n)
        return hys__fail(ctx, HYS_ARG, "the parent of a branch at the root is -1", "branch %zu hangs on branch %d", k,
                         (int)b->parent);
    return HYS_OK;
}

static void count_tips(const fan *f, size_t n) {
    for (size_t i = n; i-- > 0;) {
        const int32_t k = f->order[i];
        if (!f->n_tips[k]) f->n_tips[k] = 1;
        f->n_tips[f->parent[k] < 0 ? (int32_t)n : f->parent[k]] += f->n_tips[k];
    }
}

/* Parents were placed before. */
static hys_segment place_branch(const fan *f, const hys_branch *b, int32_t k, size_t n, double start) {
    const int32_t parent = f->parent[k], up = parent < 0 ? (int32_t)n : parent;
    const double from = parent < 0 ? 0 : f->from[parent], to = parent < 0 ? 1 : f->to[parent];
    const double share = (to - from) * f->n_tips[k] / f->n_tips[up];
    hys_segment s = {.region = b->region, .length = b->length};
    f->from[k] = from + f->taken[up];
    f->to[k] = f->from[k] + share;
    f->taken[up] += share;
    const double angle = 2 * M_PI * (0.5 * (f->from[k] + f->to[k]) + 0.25), along[2] = {cos(angle), sin(angle)};
    for (size_t c = 0; c < 2; c++) {
        s.near[c] = parent < 0 ? start * along[c] : f->end[parent][c];
        s.far[c] = s.near[c] + b->length * along[c];
    }
    s.radius_near = 0.5 * b->diameter_near;
    s.radius_far = 0.5 * b->diameter_far;
    memcpy(f->end[k], s.far, sizeof s.far);
    return s;
}

static hys_status add_branches(hys_morphology *m, const hys_branch *branches, size_t n, double start, const fan *f) {
    const int32_t first = (int32_t)m->added.n;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        f->parent[k] = branches[k].parent;
        status = check_branch(m->ctx, &branches[k], k, n);
    }
    if (status != HYS_OK) return status;
    if (hys__forest_order(n, f->parent, f->order, f->work) < n)
        return hys__fail(m->ctx, HYS_ARG, "", "parents of branches go round in circles");
    count_tips(f, n);
    for (size_t i = 0; i < n; i++) f->work[f->order[i]] = (int32_t)i;
    for (size_t i = 0; i < n && status == HYS_OK; i++) {
        const int32_t k = f->order[i];
        hys_segment s = place_branch(f, &branches[k], k, n, start);
        s.parent = f->parent[k] < 0 ? -1 : first + f->work[f->parent[k]];
        status = hys__morphology_add(m, &s);
    }
    return status;
}

static hys_status build(hys_morphology *m, double soma_diameter, const hys_branch *branches, size_t n) {
    static const double centre[3];
    hys__arena work;
    fan f;
    hys__arena_init(&work, m->ctx, 0);
    hys_status status = HYS_OK;
    if (soma_diameter > 0) status = hys__morphology_add_ball(m, centre, 0.5 * soma_diameter, HYS_REGION_SOMA);
    if (status == HYS_OK && !make_fan(&work, n, &f)) status = HYS_NOMEM;
    if (status == HYS_OK) status = add_branches(m, branches, n, 0.5 * soma_diameter, &f);
    if (status == HYS_OK) status = hys__morphology_finish(m);
    hys__arena_free(&work);
    return status;
}

hys_status hys_morphology_tree(hys_ctx *ctx, double soma_diameter, const hys_branch *branches, size_t n,
                               hys_morphology **result) {
    hys_morphology *m;
    if (!(soma_diameter >= 0 && isfinite(soma_diameter)))
        return hys__fail(ctx, HYS_ARG, "", "the soma's diameter is a length");
    if (!n && soma_diameter == 0) return hys__fail(ctx, HYS_ARG, "", "neither soma nor branches");
    if (n > (size_t)1 << 28) return hys__fail(ctx, HYS_LIMIT, "", "%zu branches", n);
    hys_status status = hys__morphology_create(ctx, &m);
    if (status != HYS_OK) return status;
    status = build(m, soma_diameter, branches, n);
    if (status == HYS_OK) *result = m;
    else hys_morphology_free(m);
    return status;
}
