/* hysteron/nir.h -- networks as files of the Neuromorphic Intermediate Representation (NIR, HDF5).
 *
 * Read are chains of Input, Flatten, Linear, Affine, Conv2d, SumPool2d, AvgPool2d and Output; sums become means, their
 * number part of the next weights.  NIR has no node for relu, sigmoid, tanh and softmax: they are written as the text
 * "activation" in the metadata of the node that they follow, and read from there. */
#ifndef HYSTERON_NIR_H
#define HYSTERON_NIR_H
#include <hysteron/network.h>
HYS_DECLS_BEGIN

hys_status hys_network_read_nir(hys_ctx *ctx, const char *path, hys_network **result);
/* Normalisations are folded; maxpool, which NIR lacks, is refused.  A warning tells where metadata was needed. */
hys_status hys_network_write_nir(const hys_network *network, const char *path);

HYS_DECLS_END
#endif
