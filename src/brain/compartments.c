/* Control volumes of a morphology.
 *
 * Each section is cut into parts of equal length; a compartment's node lies in the middle of its part, so that membrane
 * currents and axial currents are both right to second order in the length.  Where three or more sections meet, or on
 * request at tips and the root, there is a node without membrane, whose potential follows from the axial currents
 * alone; where two meet, their resistances are in series.  Hines and Carnevale, Neural Comput. 9, 1179 (1997). */
#include "base/diag.h"
#include "base/memory.h"
#include "brain/morphology_impl.h"
#include <math.h>
#include <string.h>

#define MOST_COMPARTMENTS 1.0e7 /* 0.9 GB */

typedef struct owned {
    hys_compartments c; /* first, so that one is the other */
    hys_ctx *ctx;
    hys__arena arena;
} owned;

typedef struct joint {
    int32_t n;       /* sections that start there */
    int32_t through; /* the compartment by which what starts there is reached; -1: none yet */
    double axial;    /* ohm, from that compartment's node */
} joint;

typedef struct half {
    double area, volume, axial; /* m^2, m^3, ohm */
} half;

typedef struct layout {
    const hys_morphology *m;
    hys_compartments_opts opts;
    owned *result;
    joint *joints;   /* [1 + n_sections]: the root, then the sections' far ends */
    int32_t *counts; /* [n_sections] */
    int32_t next;
    int32_t *parent, *section, *section_first, *section_end;
    uint16_t *region;
    double *area, *axial, *length, *diameter, *volume, *x, *y, *z, *path;
} layout;

hys_compartments_opts hys_compartments_opts_default(void) {
    return (hys_compartments_opts){.size = sizeof(hys_compartments_opts),
                                   .d_lambda = 0.1,
                                   .frequency = 100,
                                   .resistivity = 1,
                                   .capacitance = 0.01};
}

double hys_lambda_f(double diameter, double frequency, double resistivity, double capacitance) {
    return 0.5 * sqrt(diameter / (M_PI * frequency * resistivity * capacitance));
}

/* ---- how many ---- */

static hys_cable cable_of(const hys_compartments_opts *o, uint16_t region) {
    for (size_t k = 0; k < o->n_cables; k++)
        if (o->cables[k].region == region) return o->cables[k];
    return (hys_cable){region, o->resistivity, o->capacitance};
}

/* Length in units of lambda_f, segment by segment of its mean diameter: lambda_f() of NEURON's stdlib.hoc. */
static double electrotonic_length(const layout *l, const hys_section *s) {
    const hys_cable cable = cable_of(&l->opts, s->region);
    double sum = 0;
    for (int32_t k = s->first; k < s->first + s->n; k++) {
        const hys_segment *g = &l->m->segments[k];
        sum += g->length /
               hys_lambda_f(g->radius_near + g->radius_far, l->opts.frequency, cable.resistivity, cable.capacitance);
    }
    return sum;
}

/* Hines and Carnevale, Neuroscientist 7, 123 (2001): nseg = int((L / (d_lambda lambda_f) + 0.9) / 2) 2 + 1. */
static double by_lambda(double parts, bool any_number) {
    return any_number ? ceil(parts - 1e-9) : 2 * floor((parts + 0.9) / 2) + 1;
}

static double by_length(double parts, bool any_number) {
    const double n = ceil(parts - 1e-9); /* 10 um in parts of 2.5 um are four in spite of rounding */
    return any_number || fmod(n, 2) == 1 ? n : n + 1;
}

static double count_of(const layout *l, const hys_section *s) {
    const hys_compartments_opts *o = &l->opts;
    double n = 1;
    if (s->is_body) return 0;
    if (o->max_length > 0) n = fmax(n, by_length(s->length / o->max_length, o->any_number));
    if (o->per_section > 0) n = fmax(n, by_length(o->per_section, o->any_number));
    if (o->d_lambda > 0) n = fmax(n, by_lambda(electrotonic_length(l, s) / o->d_lambda, o->any_number));
    return n;
}

/* Which joints are nodes without membrane. */
static bool is_node(const layout *l, size_t j) {
    if (j > 0) return l->joints[j].n > 1 || (l->joints[j].n == 0 && l->opts.terminals && l->counts[j - 1] > 0);
    return !l->m->n_body && (l->joints[0].n > 2 || (l->joints[0].n == 1 && l->opts.terminals));
}

static hys_status count_all(layout *l, size_t *total) {
    double n = l->m->n_body ? 1 : 0;
    for (size_t k = 0; k < l->m->n_sections; k++) {
        const hys_section *s = &l->m->sections[k];
        const double count = count_of(l, s);
        n += count;
        if (n > MOST_COMPARTMENTS) break;
        l->counts[k] = (int32_t)count;
        if (!s->is_body) l->joints[1 + s->parent].n++;
    }
    if (n > MOST_COMPARTMENTS)
        return hys__fail(l->m->ctx, HYS_LIMIT, "a larger max_length or d_lambda gives fewer",
                         "more than %.0f compartments", MOST_COMPARTMENTS);
    for (size_t j = 0; j <= l->m->n_sections; j++) n += is_node(l, j);
    *total = (size_t)n;
    return HYS_OK;
}

/* ---- cutting ---- */

typedef struct cutter { /* walks along a section */
    const hys_segment *segments;
    int32_t k, end;
    double at;     /* m, from the section's near end */
    double behind; /* m: where segment k starts */
} cutter;

static half cut(cutter *c, double to, double resistivity) {
    half h = {0, 0, 0};
    while (c->k < c->end) {
        const hys_segment *s = &c->segments[c->k];
        const bool is_last = c->k + 1 == c->end;
        const double stop = is_last ? to : fmin(to, c->behind + s->length);
        const double a = fmax(0, (c->at - c->behind) / s->length), b = fmin(1, (stop - c->behind) / s->length);
        if (b > a) {
            const hys__frustum f = hys__frustum_of(s, a, b);
            h.area += f.area;
            h.volume += f.volume;
            h.axial += f.axial * resistivity;
        }
        c->at = stop;
        if (is_last || stop >= to) break;
        c->behind += s->length;
        c->k++;
    }
    return h;
}

static void place_node(layout *l, int32_t at, const hys_segment *s, double part) {
    l->x[at] = s->near[0] + (s->far[0] - s->near[0]) * part;
    l->y[at] = s->near[1] + (s->far[1] - s->near[1]) * part;
    l->z[at] = s->near[2] + (s->far[2] - s->near[2]) * part;
}

static void put(layout *l, int32_t parent, double axial, int32_t section, uint16_t region) {
    const int32_t at = l->next++;
    l->parent[at] = parent;
    l->axial[at] = parent < 0 ? 0 : axial;
    l->section[at] = section;
    l->region[at] = region;
}

/* The first compartment at a root without a node is the root itself; a second section there hangs on it. */
static void lay_section(layout *l, int32_t section) {
    const hys_section *s = &l->m->sections[section];
    joint *from = &l->joints[1 + s->parent], *to = &l->joints[1 + section];
    const int32_t n = l->counts[section];
    const double resistivity = cable_of(&l->opts, s->region).resistivity;
    cutter c = {.segments = l->m->segments, .k = s->first, .end = s->first + s->n};
    int32_t through = from->through;
    double before = from->axial;
    l->section_first[section] = l->next;
    for (int32_t i = 0; i < n; i++) {
        const int32_t at = l->next;
        const half near = cut(&c, s->length * (i + 0.5) / n, resistivity);
        const hys_segment *middle = &l->m->segments[c.k];
        put(l, through, before + near.axial, section, s->region);
        place_node(l, at, middle, fmin(1, (c.at - c.behind) / middle->length));
        const half far = cut(&c, i + 1 == n ? s->length : s->length * (i + 1.0) / n, resistivity);
        l->area[at] = near.area + far.area;
        l->volume[at] = near.volume + far.volume;
        l->length[at] = s->length / n;
        l->diameter[at] = l->area[at] / (M_PI * l->length[at]);
        l->path[at] = s->path + s->length * (i + 0.5) / n;
        if (through < 0 && from->through < 0) *from = (joint){from->n, at, near.axial};
        through = at;
        before = far.axial;
    }
    to->through = through;
    to->axial = before;
}

static void lay_end(layout *l, int32_t section) {
    const hys_section *s = &l->m->sections[section];
    joint *j = &l->joints[1 + section];
    l->section_end[section] = -1;
    if (!is_node(l, (size_t)section + 1)) return;
    const int32_t at = l->next;
    put(l, j->through, j->axial, section, s->region);
    place_node(l, at, &l->m->segments[s->first + s->n - 1], 1);
    l->diameter[at] = 2 * l->m->segments[s->first + s->n - 1].radius_far;
    l->path[at] = s->path + s->length;
    l->section_end[section] = at;
    j->through = at;
    j->axial = 0;
}

static void lay_root(layout *l) {
    const hys_morphology *m = l->m;
    l->joints[0].through = -1;
    if (!m->n_body && !is_node(l, 0)) return;
    put(l, -1, 0, m->n_body ? 0 : -1, m->sections[0].region);
    l->x[0] = m->root[0];
    l->y[0] = m->root[1];
    l->z[0] = m->root[2];
    l->diameter[0] = 2 * m->segments[0].radius_near;
    for (size_t k = 0; k < m->n_body; k++) {
        l->area[0] += m->sections[k].area;
        l->volume[0] += m->sections[k].volume;
        l->length[0] += m->sections[k].length;
        l->section_first[k] = 0;
        l->section_end[k] = -1;
    }
    l->joints[0].through = 0;
}

static void lay_all(layout *l) {
    lay_root(l);
    for (size_t k = l->m->n_body; k < l->m->n_sections; k++) {
        lay_section(l, (int32_t)k);
        lay_end(l, (int32_t)k);
    }
    for (size_t k = 0; k < l->m->n_body; k++) l->counts[k] = 1;
}

/* ---- memory ---- */

static bool allocate(layout *l, size_t n) {
    hys__arena *arena = &l->result->arena;
    double **arrays[] = {&l->area, &l->axial, &l->length, &l->diameter, &l->volume, &l->x, &l->y, &l->z, &l->path};
    const size_t n_sections = l->m->n_sections;
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        if (!(*arrays[k] = HYS_NEW_N(arena, double, n))) return false;
    l->parent = HYS_NEW_N(arena, int32_t, n);
    l->section = HYS_NEW_N(arena, int32_t, n);
    l->region = HYS_NEW_N(arena, uint16_t, n);
    l->section_first = HYS_NEW_N(arena, int32_t, n_sections);
    l->section_end = HYS_NEW_N(arena, int32_t, n_sections);
    return l->parent && l->section && l->region && l->section_first && l->section_end;
}

static void hand_over(const layout *l) {
    l->result->c = (hys_compartments){
        .n = (size_t)l->next,
        .parent = l->parent,
        .section = l->section,
        .region = l->region,
        .area = l->area,
        .axial = l->axial,
        .length = l->length,
        .diameter = l->diameter,
        .volume = l->volume,
        .x = l->x,
        .y = l->y,
        .z = l->z,
        .path = l->path,
        .n_sections = l->m->n_sections,
        .section_first = l->section_first,
        .section_n = l->counts,
        .section_end = l->section_end,
    };
}

static hys_status make(layout *l) {
    size_t n = 0;
    hys__arena *arena = &l->result->arena;
    l->joints = HYS_NEW_N(arena, joint, l->m->n_sections + 1);
    l->counts = HYS_NEW_N(arena, int32_t, l->m->n_sections);
    if (!l->joints || !l->counts) return HYS_NOMEM;
    hys_status status = count_all(l, &n);
    if (status != HYS_OK) return status;
    if (!allocate(l, n)) return HYS_NOMEM;
    lay_all(l);
    hand_over(l);
    return HYS_OK;
}

static bool is_positive(double value) {
    return value > 0 && isfinite(value);
}

static hys_status check(hys_ctx *ctx, const hys_compartments_opts *o) {
    if (!(o->max_length >= 0) || !(o->d_lambda >= 0) || o->per_section < 0)
        return hys__fail(ctx, HYS_ARG, "0 is for a rule that is not used", "a rule of compartments is negative");
    if (o->d_lambda > 0 && !is_positive(o->frequency))
        return hys__fail(ctx, HYS_ARG, "", "the frequency of lambda_f is not positive");
    bool is_good = is_positive(o->resistivity) && is_positive(o->capacitance);
    for (size_t k = 0; k < o->n_cables; k++)
        is_good = is_good && is_positive(o->cables[k].resistivity) && is_positive(o->cables[k].capacitance);
    return is_good ? HYS_OK : hys__fail(ctx, HYS_ARG, "", "resistivity and capacitance are to be positive");
}

hys_status hys_compartments_new(hys_ctx *ctx, const hys_morphology *m, const hys_compartments_opts *opts,
                                hys_compartments **result) {
    layout l = {.m = m, .opts = hys_compartments_opts_default()};
    if (opts) memcpy(&l.opts, opts, opts->size < sizeof l.opts ? opts->size : sizeof l.opts);
    hys_status status = check(ctx, &l.opts);
    if (status != HYS_OK) return status;
    l.result = hys__realloc(ctx, NULL, 0, sizeof *l.result);
    if (!l.result) return HYS_NOMEM;
    l.result->ctx = ctx;
    hys__arena_init(&l.result->arena, ctx, 0);
    status = make(&l);
    if (status == HYS_OK) *result = &l.result->c;
    else hys_compartments_free(&l.result->c);
    return status;
}

void hys_compartments_free(hys_compartments *c) {
    owned *o = (owned *)c;
    if (!o) return;
    hys__arena_free(&o->arena);
    hys__free(o->ctx, o, sizeof *o);
}

/* ---- places ---- */

static int32_t near_node(const hys_compartments *c, int32_t section) {
    const int32_t first = c->section_first[section], parent = first < 0 ? -1 : c->parent[first];
    return parent >= 0 && c->area[parent] == 0 ? parent : first;
}

int32_t hys_compartments_at(const hys_compartments *c, int32_t section, double x) {
    if (section < 0 || (size_t)section >= c->n_sections || !(x >= 0 && x <= 1)) return -1;
    const int32_t n = c->section_n[section], k = (int32_t)(x * n);
    if (x == 0) return near_node(c, section);
    if (x == 1 && c->section_end[section] >= 0) return c->section_end[section];
    return c->section_first[section] + (k < n ? k : n - 1);
}

int32_t hys_compartments_nearest(const hys_compartments *c, const double place[3]) {
    double least = INFINITY;
    int32_t found = -1;
    for (size_t k = 0; k < c->n; k++) {
        const double dx = c->x[k] - place[0], dy = c->y[k] - place[1], dz = c->z[k] - place[2];
        const double d = dx * dx + dy * dy + dz * dz;
        if (c->area[k] == 0 || !(d < least)) continue;
        least = d;
        found = (int32_t)k;
    }
    return found;
}
