/* Forests given by each node's parent. */
#ifndef HYS_BASE_FOREST_H
#define HYS_BASE_FOREST_H
#include <stddef.h>
#include <stdint.h>

/* Writes the nodes that hang on a root (parent -1), each directly behind its parent or behind what hangs on an older
 * brother: depth first, brothers and roots in the order of their numbers.  Returns how many those are: fewer than n
 * where parents go round in circles.  work: 2 n. */
size_t hys__forest_order(size_t n, const int32_t *parent, int32_t *order, int32_t *work);

#endif
