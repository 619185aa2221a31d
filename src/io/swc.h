/* SWC: morphologies of neurons, one sample a line.
 *
 *     n T x y z R P
 *
 * n: the sample's number, T: its type (1 soma, 2 axon, 3 basal dendrite, 4 apical dendrite, others), x y z R: place and
 * radius in um, P: the number of its parent, -1 of a root.  What stands behind # is a comment.  Cannon et al., J.
 * Neurosci. Methods 84, 49 (1998); neuromorpho.org/StdSwc1.21.jsp. */
#ifndef HYS_IO_SWC_H
#define HYS_IO_SWC_H
#include "base/diag.h"

#define HYS__SWC_SOMA 1

typedef struct hys__swc_point {
    int64_t id, parent_id; /* the file's */
    int32_t parent;        /* the place of its parent among the points, which is before its own; -1: a root */
    uint16_t type;
    double at[3], radius;        /* m */
    hys__span span, parent_span; /* its line; the number of its parent */
} hys__swc_point;

typedef struct hys__swc {
    hys__arena *arena;
    hys__sources sources;
    struct {
        hys__swc_point *at; /* tree by tree, depth first */
        size_t n, cap;
    } points;
    struct {
        const char **at; /* without # and blanks around */
        size_t n, cap;
    } comments;
    size_t n_trees;
    size_t n_raised; /* radii that were below the least */
    size_t n_longer; /* lines with more columns than seven */
} hys__swc;

/* Radii below least_radius (m) become it; 0: those that are not positive are refused.  One diagnostic for the first
 * fault. */
hys_status hys__swc_read(hys__arena *arena, const char *path, double least_radius, hys__swc *swc);

#endif
