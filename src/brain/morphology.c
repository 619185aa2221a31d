/* Trees of frusta: their order, their sections, their measures. */
#include "base/diag.h"
#include "base/forest.h"
#include "brain/morphology_impl.h"
#include <math.h>
#include <string.h>

#define MOST_SEGMENTS ((size_t)1 << 28)

/* The side of a frustum is pi (r1 + r2) sqrt(L^2 + (r2 - r1)^2), its volume pi L (r1^2 + r1 r2 + r2^2) / 3, and the
 * integral of dx / (pi r^2) along it L / (pi r1 r2). */
hys__frustum hys__frustum_of(const hys_segment *s, double from, double to) {
    const double r1 = s->radius_near + (s->radius_far - s->radius_near) * from;
    const double r2 = s->radius_near + (s->radius_far - s->radius_near) * to;
    const double length = s->length * (to - from), slant = hypot(s->length, s->radius_far - s->radius_near);
    return (hys__frustum){.area = M_PI * (r1 + r2) * slant * (to - from),
                          .volume = M_PI * length * (r1 * r1 + r1 * r2 + r2 * r2) / 3,
                          .axial = length / (M_PI * r1 * r2)};
}

hys_status hys__morphology_create(hys_ctx *ctx, hys_morphology **result) {
    hys_morphology *m = hys__realloc(ctx, NULL, 0, sizeof *m);
    if (!m) return HYS_NOMEM;
    *m = (hys_morphology){.ctx = ctx};
    hys__arena_init(&m->arena, ctx, 0);
    *result = m;
    return HYS_OK;
}

void hys_morphology_free(hys_morphology *m) {
    if (!m) return;
    hys__arena_free(&m->arena);
    hys__free(m->ctx, m, sizeof *m);
}

hys_status hys__morphology_add(hys_morphology *m, const hys_segment *segment) {
    hys_segment *added = HYS_PUSH(&m->arena, &m->added);
    if (!added) return HYS_NOMEM;
    *added = *segment;
    return HYS_OK;
}

hys_status hys__morphology_keep_remark(hys_morphology *m, const char *text) {
    const char **remark = text ? HYS_PUSH(&m->arena, &m->remarks) : NULL;
    if (!remark) return HYS_NOMEM;
    *remark = text;
    return HYS_OK;
}

/* A cylinder whose length and diameter are those of a sphere has the sphere's area.  Its two halves start at the
 * root. */
hys_status hys__morphology_add_ball(hys_morphology *m, const double centre[3], double radius, uint16_t region) {
    hys_status status = HYS_OK;
    memcpy(m->root, centre, sizeof m->root);
    m->n_body = 2;
    for (int side = -1; side <= 1 && status == HYS_OK; side += 2) {
        hys_segment half = {.parent = -1, .region = region, .radius_near = radius, .radius_far = radius};
        half.length = radius;
        memcpy(half.near, centre, sizeof half.near);
        memcpy(half.far, centre, sizeof half.far);
        half.far[1] += side * radius;
        status = hys__morphology_add(m, &half);
    }
    return status;
}

/* ---- order and sections ---- */

static hys_status order_segments(hys_morphology *m, hys__arena *work) {
    const size_t n = m->added.n;
    int32_t *parent = HYS_NEW_N(work, int32_t, n), *order = HYS_NEW_N(work, int32_t, n);
    int32_t *place = HYS_NEW_N(work, int32_t, 2 * n);
    m->segments = HYS_NEW_N(&m->arena, hys_segment, n);
    if (!parent || !order || !place || !m->segments) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) parent[k] = m->added.at[k].parent;
    if (hys__forest_order(n, parent, order, place) < n)
        return hys__fail(m->ctx, HYS_ARG, "each segment hangs on another, or on the root (-1)",
                         "parents of segments go round in circles");
    for (size_t k = 0; k < n; k++) place[order[k]] = (int32_t)k;
    for (size_t k = 0; k < n; k++) {
        m->segments[k] = m->added.at[order[k]];
        m->segments[k].parent = parent[order[k]] < 0 ? -1 : place[parent[order[k]]];
    }
    m->n_segments = n;
    return HYS_OK;
}

/* A segment goes on with its parent's section when it is the only one there and of the same region. */
static bool goes_on(const hys_morphology *m, const int32_t *n_children, size_t k) {
    const hys_segment *s = &m->segments[k];
    return s->parent >= 0 && n_children[s->parent] == 1 && m->segments[s->parent].region == s->region;
}

static void start_section(hys_morphology *m, const int32_t *n_children, size_t k) {
    const hys_segment *s = &m->segments[k];
    const hys_segment *parent = s->parent < 0 ? NULL : &m->segments[s->parent];
    hys_section *section = &m->sections[m->n_sections];
    *section = (hys_section){.first = (int32_t)k, .parent = parent ? parent->section : -1, .region = s->region};
    if (parent) section->order = m->sections[parent->section].order + (n_children[s->parent] > 1);
    section->path = parent ? parent->path + parent->length : 0;
    m->n_sections++;
}

static void add_to_section(hys_morphology *m, size_t k) {
    hys_segment *s = &m->segments[k];
    hys_section *section = &m->sections[m->n_sections - 1];
    const hys__frustum f = hys__frustum_of(s, 0, 1);
    s->section = (int32_t)m->n_sections - 1;
    s->path = section->path + section->length;
    section->n++;
    section->length += s->length;
    section->area += f.area;
    section->volume += f.volume;
}

static hys_status find_sections(hys_morphology *m, hys__arena *work) {
    int32_t *n_children = HYS_NEW_N(work, int32_t, m->n_segments);
    m->sections = HYS_NEW_N(&m->arena, hys_section, m->n_segments);
    m->n_sections = 0;
    if (!n_children || !m->sections) return HYS_NOMEM;
    for (size_t k = 0; k < m->n_segments; k++)
        if (m->segments[k].parent >= 0) n_children[m->segments[k].parent]++;
    for (size_t k = 0; k < m->n_segments; k++) {
        if (!goes_on(m, n_children, k)) start_section(m, n_children, k);
        add_to_section(m, k);
    }
    for (size_t k = 0; k < m->n_body; k++) m->sections[k].is_body = true; /* one segment each, first of all */
    return HYS_OK;
}

hys_status hys__morphology_finish(hys_morphology *m) {
    hys__arena work;
    hys__arena_init(&work, m->ctx, 0);
    hys_status status = order_segments(m, &work);
    if (status == HYS_OK) status = find_sections(m, &work);
    hys__arena_free(&work);
    return status == HYS_OK ? hys__morphology_name_regions(m) : status;
}

/* ---- given segments ---- */

static bool is_sound(const hys_segment *s, size_t n) {
    bool is_finite = isfinite(s->length) && isfinite(s->radius_near) && isfinite(s->radius_far);
    for (size_t k = 0; k < 3; k++) is_finite = is_finite && isfinite(s->near[k]) && isfinite(s->far[k]);
    return is_finite && s->length > 0 && s->radius_near > 0 && s->radius_far > 0 && s->parent >= -1 &&
           s->parent < (int64_t)n;
}

static hys_status add_all(hys_morphology *m, const hys_segment *segments, size_t n) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        if (!is_sound(&segments[k], n))
            return hys__fail(m->ctx, HYS_ARG, "length and radii are positive, the parent is a segment or -1",
                             "segment %zu makes no sense", k);
        status = hys__morphology_add(m, &segments[k]);
        if (segments[k].parent < 0) memcpy(m->root, segments[k].near, sizeof m->root);
    }
    return status == HYS_OK ? hys__morphology_finish(m) : status;
}

hys_status hys_morphology_new(hys_ctx *ctx, const hys_segment *segments, size_t n, hys_morphology **result) {
    hys_morphology *m;
    if (!n || n > MOST_SEGMENTS) return hys__fail(ctx, HYS_ARG, "", "a morphology of %zu segments", n);
    hys_status status = hys__morphology_create(ctx, &m);
    if (status != HYS_OK) return status;
    status = add_all(m, segments, n);
    if (status == HYS_OK) *result = m;
    else hys_morphology_free(m);
    return status;
}

/* ---- questions ---- */

size_t hys_morphology_n_segments(const hys_morphology *m) {
    return m->n_segments;
}

const hys_segment *hys_morphology_segment(const hys_morphology *m, size_t k) {
    return k < m->n_segments ? &m->segments[k] : NULL;
}

size_t hys_morphology_n_sections(const hys_morphology *m) {
    return m->n_sections;
}

const hys_section *hys_morphology_section(const hys_morphology *m, size_t k) {
    return k < m->n_sections ? &m->sections[k] : NULL;
}

size_t hys_morphology_n_remarks(const hys_morphology *m) {
    return m->remarks.n;
}

const char *hys_morphology_remark(const hys_morphology *m, size_t k) {
    return k < m->remarks.n ? m->remarks.at[k] : NULL;
}

size_t hys_morphology_n_comments(const hys_morphology *m) {
    return m->comments.n;
}

const char *hys_morphology_comment(const hys_morphology *m, size_t k) {
    return k < m->comments.n ? m->comments.at[k] : NULL;
}
