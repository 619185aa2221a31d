/* Which cells, and which compartments of them, a file means. */
#include "base/units.h"
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

size_t hys__brain_find_population(hys_brain_experiment *e, const char *name, const hys__yaml_node *node) {
    for (size_t k = 0; k < e->said.groups.n; k++)
        if (!strcmp(e->populations[k].name, name)) return k;
    hys__yaml_fail(&e->yaml, node, "one of those under \"groups\"", "there is no group \"%.80s\"", name);
    return SIZE_MAX;
}

/* ---- cells ---- */

/* A whole number at the head of the text; its end. */
static const char *take_whole(const char *text, size_t *value) {
    size_t n = 0;
    for (*value = 0; text[n] >= '0' && text[n] <= '9' && n < 15; n++) *value = 10 * *value + (size_t)(text[n] - '0');
    return n ? text + n : NULL;
}

static bool take_range(const char *text, size_t n_all, hys__brain_range *range) {
    size_t last;
    if (!strcmp(text, "all")) return *range = (hys__brain_range){0, n_all}, true;
    const char *end = take_whole(text, &range->first);
    if (!end) return false;
    last = range->first;
    if (*end == '-') end = take_whole(end + 1, &last);
    range->n = last - range->first + 1;
    return end && !*end && last >= range->first;
}

hys_status hys__brain_find_cells(hys_brain_experiment *e, const hys__yaml_texts *said, const hys__yaml_node *node,
                                 size_t n_all, uint32_t **cells, size_t *n) {
    static const char *const first[] = {"0"};
    const size_t n_said = said->n ? said->n : 1;
    const char *const *texts = said->n ? said->at : first;
    hys__brain_range *ranges = HYS_NEW_N(&e->arena, hys__brain_range, n_said);
    if (!ranges) return HYS_NOMEM;
    *n = 0;
    for (size_t k = 0; k < n_said; k++) {
        if (!take_range(texts[k], n_all, &ranges[k]))
            return hys__yaml_fail(&e->yaml, node, "all, 7, 0-9 or a list of these", "\"%.80s\" are no cells", texts[k]);
        if (ranges[k].first >= n_all || ranges[k].n > n_all - ranges[k].first)
            return hys__yaml_fail(&e->yaml, node, "they are counted from 0", "of %zu cells there is no %zu", n_all,
                                  ranges[k].first + ranges[k].n - 1);
        *n += ranges[k].n;
    }
    *cells = HYS_NEW_N(&e->arena, uint32_t, *n);
    if (!*cells) return HYS_NOMEM;
    size_t at = 0;
    for (size_t k = 0; k < n_said; k++)
        for (size_t c = 0; c < ranges[k].n; c++) (*cells)[at++] = (uint32_t)(ranges[k].first + c);
    return HYS_OK;
}

/* ---- compartments ---- */

static hys_status by_number(hys_brain_experiment *e, const char *text, const hys__yaml_node *node, size_t n,
                            hys__brain_range *found) {
    if (!strcmp(text, "all")) return *found = (hys__brain_range){0, n}, HYS_OK;
    const char *end = take_whole(text, &found->first);
    found->n = 1;
    if (end && !*end && found->first < n) return HYS_OK;
    return hys__yaml_fail(&e->yaml, node, "all, or its number as `hysteron brain cell -o` tells it",
                          "there is no compartment \"%.80s\" among %zu", text, n);
}

/* With membrane, of the region if one is given, the node's path nearest to the one that is asked for, else least. */
static bool by_path(const hys_compartments *c, long region, double path, hys__brain_range *found) {
    double least = INFINITY;
    for (size_t k = 0; k < c->n; k++) {
        if (c->area[k] == 0 || (region >= 0 && c->region[k] != region)) continue;
        const double off = fabs(c->path[k] - (isnan(path) ? 0 : path));
        if (off >= least) continue;
        least = off;
        *found = (hys__brain_range){k, 1};
    }
    return isfinite(least);
}

static hys_status by_section(hys_brain_experiment *e, const hys__said_place *s, const hys__yaml_node *node,
                             const hys_compartments *c, hys__brain_range *found) {
    const size_t section = s->section == SIZE_MAX ? 0 : s->section;
    const double at = isnan(s->at) ? 0.5 : s->at;
    if (section >= c->n_sections)
        return hys__yaml_fail(&e->yaml, node, "", "there is no section %zu among %zu", section, c->n_sections);
    if (!(at >= 0 && at <= 1)) return hys__yaml_fail(&e->yaml, node, "0 to 1", "this is no part of a section");
    *found = (hys__brain_range){(size_t)hys_compartments_at(c, (int32_t)section, at), 1};
    return HYS_OK;
}

hys_status hys__brain_find_place(hys_brain_experiment *e, const hys__said_place *s, const hys__yaml_node *node,
                                 size_t type, hys__brain_range *found) {
    const hys__brain_type *t = &e->types[type];
    const bool is_by_section = s->section != SIZE_MAX || !isnan(s->at), is_by_path = s->region || !isnan(s->path);
    uint16_t region = 0;
    *found = (hys__brain_range){0, 1};
    if ((s->compartment != NULL) + is_by_section + is_by_path > 1)
        return hys__yaml_fail(&e->yaml, node, "compartment, section and at, or region and path",
                              "a place is told in one way");
    if (s->compartment) return by_number(e, s->compartment, node, t->n, found);
    if (!is_by_section && !is_by_path) return HYS_OK;
    if (!t->compartments) return hys__yaml_fail(&e->yaml, node, "", "cells \"%.80s\" are one compartment", t->name);
    if (is_by_section) return by_section(e, s, node, t->compartments, found);
    if (s->region && !hys_morphology_region(t->morphology, s->region, &region))
        return hys__yaml_fail(&e->yaml, node, "hysteron brain cell tells them", "the cell has no region \"%.80s\"",
                              s->region);
    if (by_path(t->compartments, s->region ? region : -1, s->path, found)) return HYS_OK;
    return hys__yaml_fail(&e->yaml, node, "", "there is no compartment with membrane");
}
