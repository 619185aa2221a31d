/* The passes over all fields that a solution is made of, each as few times through memory as can be, shared out over
 * threads: bit lines by panels of columns, word lines by groups of rows.  Sums are taken by parts and added in order,
 * so nothing depends on the number of threads. */
#ifndef HYS_ARRAY_SWEEP_H
#define HYS_ARRAY_SWEEP_H
#include "array/linear.h"

/* Bytes that these passes need beside the fields. */
double hys__sweep_size(size_t m, size_t n, unsigned n_threads);
/* Buffers of the linear solver's arena; its team and coarse space are there already. */
hys_status hys__sweep_new(hys__linear *linear);

/* w <- 0 */
void hys__sweep_clear(hys__linear *linear);
/* coarse_field <- P^T D (L_b + D)^-1 residual */
void hys__sweep_restrict(hys__linear *linear);
/* step <- (L_b + D)^-1 (residual + D P coarse_field), without a coarse space of the residual alone;
 * returns residual . step */
double hys__sweep_precondition(hys__linear *linear);
/* direction <- step + beta direction, image <- S step + beta image; returns direction . image.  What was in both is
 * not looked at when is_first. */
double hys__sweep_advance(hys__linear *linear, double beta, bool is_first);
/* w += length direction, residual -= length image; returns residual . residual.  most: that a w changed by. */
double hys__sweep_descend(hys__linear *linear, double length, double *most);

/* u <- (L_w + D)^-1 (b_u + D w) */
void hys__sweep_words(hys__linear *linear, const hys__linear_source *source);
/* residual <- b_w + D u - (L_b + D) w */
void hys__sweep_start(hys__linear *linear, const hys__linear_source *source);
/* |b|^2; and |b - A v|^2 of both blocks where rest is not NULL. */
double hys__sweep_measure(hys__linear *linear, const hys__linear_source *source, double *rest);

#endif
