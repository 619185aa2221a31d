/* Counter-based random numbers: Threefry2x64-20 (Salmon et al., SC11), as in src/abi/hys_kernel.h, so
 * that a draw depends only on its key and counter, never on order or thread. */
#ifndef HYS_BASE_RANDOM_H
#define HYS_BASE_RANDOM_H
#include <stddef.h>
#include <stdint.h>

void hys__threefry2x64(const uint64_t key[2], const uint64_t ctr[2], uint64_t out[2]);
double hys__uniform(uint64_t bits);                               /* in (0,1), 53 bits */
double hys__normal_quantile(double p);                            /* p in (0,1); NaN outside */
double hys__normal(const uint64_t key[2], const uint64_t ctr[2]); /* inverse normal CDF of one draw */
uint64_t hys__name_hash(const char *name);                        /* of an instance's hierarchical name */

#endif
