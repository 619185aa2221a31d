/* Regions: their names, and those that users make. */
#include "base/diag.h"
#include "brain/morphology_impl.h"
#include <string.h>

static const char *const names[] = {"undefined", "soma", "axon", "basal", "apical"};
#define N_NAMES (sizeof names / sizeof *names)

static const char *own_name(const hys_morphology *m, uint16_t region) {
    return m->names ? m->names[region] : NULL;
}

static hys_status set_name(hys_morphology *m, uint16_t region, const char *name) {
    if (!m->names) m->names = HYS_NEW_N(&m->arena, const char *, HYS__N_REGIONS);
    if (!m->names || !name) return HYS_NOMEM;
    m->names[region] = name;
    return HYS_OK;
}

/* The types of SWC that have no name of their own get one when the morphology is made. */
hys_status hys__morphology_name_regions(hys_morphology *m) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < m->n_sections && status == HYS_OK; k++) {
        const uint16_t region = m->sections[k].region;
        if (region >= N_NAMES && !own_name(m, region))
            status = set_name(m, region, hys__arena_printf(&m->arena, "custom%d", (int)region));
    }
    return status;
}

const char *hys_morphology_region_name(const hys_morphology *m, uint16_t region) {
    if (region < N_NAMES) return names[region];
    const char *own = own_name(m, region);
    return own ? own : names[HYS_REGION_UNDEFINED];
}

bool hys_morphology_region(const hys_morphology *m, const char *name, uint16_t *region) {
    for (size_t k = 0; k < m->n_sections; k++) {
        if (strcmp(hys_morphology_region_name(m, m->sections[k].region), name) != 0) continue;
        *region = m->sections[k].region;
        return true;
    }
    return false;
}

/* ---- labels ---- */

hys_where hys_where_default(void) {
    return (hys_where){.region = -1, .subtree = -1};
}

static bool is_between(double value, double least, double most) {
    return value >= least && (most <= 0 || value < most);
}

static bool holds(const hys_morphology *m, const hys_where *w, size_t k, const bool *in_subtree) {
    const hys_segment *s = &m->segments[k];
    return (w->region < 0 || s->region == w->region) && (w->subtree < 0 || in_subtree[k]) &&
           is_between(s->path + 0.5 * s->length, w->path_least, w->path_most) &&
           is_between(0.5 * (s->radius_near + s->radius_far), w->radius_least, w->radius_most);
}

static bool *mark(const hys_morphology *m, hys__arena *work, const hys_where *w, size_t *n) {
    bool *is_meant = HYS_NEW_N(work, bool, m->n_segments), *in_subtree = HYS_NEW_N(work, bool, m->n_segments);
    *n = 0;
    if (!is_meant || !in_subtree) return NULL;
    for (size_t k = 0; k < m->n_segments; k++) {
        const int32_t parent = m->segments[k].parent;
        in_subtree[k] = (int32_t)k == w->subtree || (parent >= 0 && in_subtree[parent]);
        is_meant[k] = holds(m, w, k, in_subtree);
        *n += is_meant[k];
    }
    return is_meant;
}

/* Of the region that has the name, else the first that is free. */
static hys_status choose_number(hys_morphology *m, const char *name, uint16_t *region) {
    size_t unused = 0;
    for (size_t k = 0; k < HYS__N_REGIONS; k++) {
        const char *other = k < N_NAMES ? names[k] : own_name(m, (uint16_t)k);
        *region = (uint16_t)k;
        if (other && !strcmp(other, name)) return HYS_OK;
        if (!other && !unused) unused = k;
    }
    *region = (uint16_t)unused;
    if (!unused) return hys__fail(m->ctx, HYS_LIMIT, "", "no region is left for '%s'", name);
    return set_name(m, *region, hys__arena_strndup(&m->arena, name, strlen(name)));
}

/* Where regions change, sections end: all is put in order anew. */
static hys_status apply(hys_morphology *m, const bool *is_meant, uint16_t region) {
    m->added.n = 0;
    for (size_t k = 0; k < m->n_segments; k++) {
        hys_status status = hys__morphology_add(m, &m->segments[k]);
        if (status != HYS_OK) return status;
        if (is_meant[k]) m->added.at[k].region = region;
    }
    return hys__morphology_finish(m);
}

hys_status hys_morphology_label(hys_morphology *m, const char *name, const hys_where *where, size_t *n) {
    uint16_t region = 0;
    hys__arena work;
    if (!name || !*name) return hys__fail(m->ctx, HYS_ARG, "", "a region needs a name");
    hys__arena_init(&work, m->ctx, 0);
    const bool *is_meant = mark(m, &work, where, n);
    hys_status status = is_meant ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK && *n) status = choose_number(m, name, &region);
    if (status == HYS_OK && *n) status = apply(m, is_meant, region);
    hys__arena_free(&work);
    return status;
}
