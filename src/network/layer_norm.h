/* What normalisation shares with training and folding. */
#ifndef HYS_NETWORK_LAYER_NORM_H
#define HYS_NETWORK_LAYER_NORM_H
#include "network/network_impl.h"

#define HYS__NORM_EPSILON 1e-5F /* of variances, as everyone's */

/* The running statistics move towards those of a batch: mean and variance of n values of each feature. */
void hys__norm_follow(hys__layer *layer, const float *stats, size_t n);

#endif
