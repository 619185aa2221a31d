/* What a morphology measures, in all and by regions. */
#include "brain/morphology_impl.h"
#include <math.h>

static void count_ends(const hys_morphology *m, int32_t *n_children, hys_morphology_stats *stats) {
    int32_t at_root = 0;
    for (size_t k = 0; k < m->n_sections; k++) {
        const int32_t parent = m->sections[k].parent;
        if (parent >= 0) n_children[parent]++;
        else at_root++;
    }
    for (size_t k = 0; k < m->n_sections; k++) {
        const hys_section *s = &m->sections[k];
        if (s->is_body) continue;
        stats->n_forks += n_children[k] > 1;
        stats->n_tips += n_children[k] == 0;
        if (s->order > stats->order) stats->order = s->order;
        stats->path = fmax(stats->path, s->path + s->length);
    }
    stats->n_forks += at_root > 2 && !m->n_body;
}

static void measure_box(const hys_morphology *m, double extent[3]) {
    for (size_t c = 0; c < 3; c++) {
        double lo = INFINITY, hi = -INFINITY;
        for (size_t k = 0; k < m->n_segments; k++) {
            const hys_segment *s = &m->segments[k];
            lo = fmin(lo, fmin(s->near[c], s->far[c]));
            hi = fmax(hi, fmax(s->near[c], s->far[c]));
        }
        extent[c] = hi - lo;
    }
}

/* place: [HYS__N_REGIONS] 1 + where a region's sums are. */
static void sum_regions(hys_morphology *m, const int32_t *place, hys_morphology_stats *stats) {
    for (size_t k = 0; k < m->n_sections; k++) {
        const hys_section *s = &m->sections[k];
        hys_region_stats *r = &m->regions[place[s->region] - 1];
        r->region = s->region;
        r->n_sections++;
        r->length += s->length;
        r->area += s->area;
        r->volume += s->volume;
        stats->length += s->length;
        stats->area += s->area;
        stats->volume += s->volume;
    }
    for (size_t k = 0; k < stats->n_regions; k++)
        m->regions[k].diameter = m->regions[k].area / (M_PI * m->regions[k].length);
    stats->regions = m->regions;
}

static size_t number_regions(const hys_morphology *m, int32_t *place) {
    size_t n = 0;
    for (size_t k = 0; k < m->n_sections; k++) place[m->sections[k].region] = 1;
    for (size_t k = 0; k < HYS__N_REGIONS; k++)
        if (place[k]) place[k] = (int32_t)++n;
    return n;
}

hys_status hys_morphology_statistics(hys_morphology *m, hys_morphology_stats *stats) {
    hys__arena work;
    hys__arena_init(&work, m->ctx, 0);
    int32_t *n_children = HYS_NEW_N(&work, int32_t, m->n_sections), *place = HYS_NEW_N(&work, int32_t, HYS__N_REGIONS);
    hys_morphology_stats s = {.n_segments = (int32_t)m->n_segments, .n_sections = (int32_t)m->n_sections};
    hys_status status = n_children && place ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK) {
        s.n_regions = number_regions(m, place);
        m->regions = HYS_NEW_N(&m->arena, hys_region_stats, s.n_regions);
        if (!m->regions) status = HYS_NOMEM;
    }
    if (status == HYS_OK) {
        count_ends(m, n_children, &s);
        measure_box(m, s.extent);
        sum_regions(m, place, &s);
        *stats = s;
    }
    hys__arena_free(&work);
    return status;
}
