/* Inside of a morphology. */
#ifndef HYS_BRAIN_MORPHOLOGY_IMPL_H
#define HYS_BRAIN_MORPHOLOGY_IMPL_H
#include "base/memory.h"
#include <hysteron/morphology.h>

#define HYS__N_REGIONS ((size_t)UINT16_MAX + 1)

struct hys_morphology {
    hys_ctx *ctx;
    hys__arena arena;
    hys_segment *segments; /* a section's lie together, parents before children */
    size_t n_segments;
    hys_section *sections;
    size_t n_sections;
    double root[3]; /* m */
    size_t n_body;  /* segments 0 to n_body - 1 of those that are added are a body */
    hys_region_stats *regions;
    struct {
        hys_segment *at;
        size_t n, cap;
    } added;            /* before they are put in order */
    const char **names; /* [HYS__N_REGIONS], NULL where a region has none of its own; NULL: none has */
    struct {
        const char **at;
        size_t n, cap;
    } remarks, comments;
};

typedef struct hys__frustum {
    double area, volume, axial; /* m^2 of its side, m^3, 1/m: length / (pi r_near r_far), the ohms of 1 ohm m */
} hys__frustum;
/* Of a segment between two parts, 0 to 1, of its length. */
hys__frustum hys__frustum_of(const hys_segment *segment, double from, double to);

hys_status hys__morphology_create(hys_ctx *ctx, hys_morphology **result);
hys_status hys__morphology_add(hys_morphology *morphology, const hys_segment *segment);
/* A spherical soma around the root, as a cylinder along y of the same area: first of all that is added. */
hys_status hys__morphology_add_ball(hys_morphology *morphology, const double centre[3], double radius, uint16_t region);
#define HYS__REMARK(m, ...) hys__morphology_keep_remark((m), hys__arena_printf(&(m)->arena, __VA_ARGS__))
hys_status hys__morphology_keep_remark(hys_morphology *morphology, const char *text); /* NULL: HYS_NOMEM */
/* Names the regions that have none. */
hys_status hys__morphology_name_regions(hys_morphology *morphology);
/* Puts what was added in order and finds sections. */
hys_status hys__morphology_finish(hys_morphology *morphology);

#endif
