/* hysteron/morphology.h -- the shape of a neuron and its compartments.
 *
 * A morphology is a tree of segments: frusta of cones, each of which starts at the far end of its parent or at the
 * root. Unbranched stretches of one region are sections.  Compartments are the control volumes in which a cable
 * equation is solved: each lies in one section, and its node in its middle. */
#ifndef HYSTERON_MORPHOLOGY_H
#define HYSTERON_MORPHOLOGY_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

typedef struct hys_morphology hys_morphology;

enum { /* regions: the types of SWC; larger ones are the user's */
       HYS_REGION_UNDEFINED = 0,
       HYS_REGION_SOMA = 1,
       HYS_REGION_AXON = 2,
       HYS_REGION_BASAL = 3,
       HYS_REGION_APICAL = 4
};

typedef struct hys_segment {
    int32_t parent;  /* the segment at whose far end it starts; -1: at the root */
    int32_t section; /* found; not read when segments are given */
    uint16_t region;
    double near[3], far[3];         /* m: its ends; they need not touch the parent's */
    double radius_near, radius_far; /* m, positive */
    double length;                  /* m */
    double path;                    /* m: from the root to its near end, along segments; found */
} hys_segment;

typedef struct hys_section {
    int32_t first, n; /* its segments, root side first */
    int32_t parent;   /* the section at whose far end it starts; -1: at the root */
    int32_t order;    /* forks between the root and it */
    uint16_t region;
    bool is_body;        /* a soma that is one compartment: what hangs on it hangs on its middle, the root */
    double length, path; /* m; path: from the root to its near end */
    double area, volume; /* m^2 of membrane, m^3 */
} hys_section;

typedef struct hys_morphology_opts {
    size_t size;
    int32_t tree;        /* of a file with several: 1, 2 ...; 0: such a file is refused */
    double least_radius; /* m; smaller ones are raised to it; 0: those that are not positive are refused */
} hys_morphology_opts;
hys_morphology_opts hys_morphology_opts_default(void);

/* An SWC file, in um.  What was decided about its soma, and other remarks, are in hys_morphology_remark. */
hys_status hys_morphology_read(hys_ctx *ctx, const char *path, const hys_morphology_opts *opts,
                               hys_morphology **result);
/* Segments in any order. */
hys_status hys_morphology_new(hys_ctx *ctx, const hys_segment *segments, size_t n, hys_morphology **result);

/* A tree by a list of parents; places are made up, so that it can be drawn. */
typedef struct hys_branch {
    int32_t parent; /* the branch at whose far end it starts; -1: at the root */
    uint16_t region;
    double length;                      /* m */
    double diameter_near, diameter_far; /* m */
} hys_branch;
/* soma_diameter (m): of a spherical soma around the root; 0: none. */
hys_status hys_morphology_tree(hys_ctx *ctx, double soma_diameter, const hys_branch *branches, size_t n,
                               hys_morphology **result);
void hys_morphology_free(hys_morphology *morphology);

size_t hys_morphology_n_segments(const hys_morphology *morphology);
const hys_segment *hys_morphology_segment(const hys_morphology *morphology, size_t k); /* parents first */
size_t hys_morphology_n_sections(const hys_morphology *morphology);
const hys_section *hys_morphology_section(const hys_morphology *morphology, size_t k); /* parents first */
size_t hys_morphology_n_remarks(const hys_morphology *morphology);
const char *hys_morphology_remark(const hys_morphology *morphology, size_t k);
size_t hys_morphology_n_comments(const hys_morphology *morphology); /* of its file */
const char *hys_morphology_comment(const hys_morphology *morphology, size_t k);

/* ---- regions ---- */

/* "soma", "axon", "basal", "apical", "undefined", the name that hys_morphology_label gave, else "custom7". */
const char *hys_morphology_region_name(const hys_morphology *morphology, uint16_t region);
/* The number of a region by its name; false when there is none, or nothing lies in it. */
bool hys_morphology_region(const hys_morphology *morphology, const char *name, uint16_t *region);

typedef struct hys_where {            /* segments for which all of it holds */
    int32_t region;                   /* -1: any */
    int32_t subtree;                  /* the segment on which they hang, itself included; -1: any */
    double path_least, path_most;     /* m: path to the middle of a segment; most 0: no limit */
    double radius_least, radius_most; /* m: mean of both ends; most 0: no limit */
} hys_where;
hys_where hys_where_default(void);
/* Makes a region of these segments, which leave those they were in; sections are found anew, so that their numbers and
 * those of segments may change.  *n: how many they are; 0 leaves all as it was. */
hys_status hys_morphology_label(hys_morphology *morphology, const char *name, const hys_where *where, size_t *n);

/* ---- statistics ---- */

typedef struct hys_region_stats {
    uint16_t region;
    int32_t n_sections;
    double length;       /* m */
    double area, volume; /* m^2, m^3 */
    double diameter;     /* m: of the cylinder of the same length and area without its ends */
} hys_region_stats;

typedef struct hys_morphology_stats {
    int32_t n_segments, n_sections, n_forks, n_tips;
    int32_t order;       /* most forks between the root and a tip */
    double length;       /* m */
    double area, volume; /* m^2 of membrane, m^3 */
    double path;         /* m: of the tip that is farthest along segments */
    double extent[3];    /* m: of the box around all ends */
    size_t n_regions;
    const hys_region_stats *regions; /* in ascending order; the morphology's, until the next call */
} hys_morphology_stats;
hys_status hys_morphology_statistics(hys_morphology *morphology, hys_morphology_stats *stats);

/* ---- compartments ---- */

typedef struct hys_cable { /* what a region's d-lambda rule and axial resistances are found with */
    uint16_t region;
    double resistivity; /* ohm m, of the cytoplasm */
    double capacitance; /* F/m^2, of the membrane */
} hys_cable;

/* A section has as many compartments of equal length as the strictest of the rules that are given asks for, at least
 * one. */
typedef struct hys_compartments_opts {
    size_t size;
    double max_length;       /* m; 0: this rule is not used */
    int32_t per_section;     /* 0: this rule is not used */
    double d_lambda;         /* longest, as a part of lambda_f; 0: this rule is not used */
    double frequency;        /* Hz, of lambda_f */
    double resistivity;      /* ohm m */
    double capacitance;      /* F/m^2 */
    const hys_cable *cables; /* of regions that differ */
    size_t n_cables;
    bool any_number; /* even numbers too; else the number is odd, so that a node lies in each section's middle */
    bool terminals;  /* nodes without area at the root and at the tips too, for electrodes */
} hys_compartments_opts;
/* The d-lambda rule with 0.1 at 100 Hz; 1 ohm m and 0.01 F/m^2. */
hys_compartments_opts hys_compartments_opts_default(void);

/* Parents come before their children: parent[k] < k, and -1 for the first alone.  Where three or more sections meet
 * there is a compartment without membrane: area, length and volume 0. */
typedef struct hys_compartments {
    size_t n;
    const int32_t *parent;
    const int32_t *section; /* of a compartment without membrane: the one that ends there; -1: the root's */
    const uint16_t *region;
    const double *area;      /* m^2, of membrane */
    const double *axial;     /* ohm, from node to node of the parent; 0 of the first */
    const double *length;    /* m */
    const double *diameter;  /* m: area / (pi length) */
    const double *volume;    /* m^3 */
    const double *x, *y, *z; /* m: its node */
    const double *path;      /* m: from the root to its node */
    size_t n_sections;
    const int32_t *section_first; /* [n_sections] */
    const int32_t *section_n;     /* [n_sections]: compartments with membrane */
    const int32_t *section_end;   /* [n_sections]: the one without membrane at its far end; -1: there is none */
} hys_compartments;

hys_status hys_compartments_new(hys_ctx *ctx, const hys_morphology *morphology, const hys_compartments_opts *opts,
                                hys_compartments **result);
void hys_compartments_free(hys_compartments *compartments);
/* The compartment at the part x (0 to 1) of a section; at x = 1, and at 0, that without membrane, if there is one. */
int32_t hys_compartments_at(const hys_compartments *compartments, int32_t section, double x);
/* The compartment with membrane whose node is nearest to a place (m). */
int32_t hys_compartments_nearest(const hys_compartments *compartments, const double place[3]);
/* lambda_f of a cylinder: 0.5 sqrt(diameter / (pi frequency resistivity capacitance)), in m. */
double hys_lambda_f(double diameter, double frequency, double resistivity, double capacitance);

HYS_DECLS_END
#endif
