/* Loading of compiled kernels. */
#ifndef HYS_DEVICE_KERNEL_H
#define HYS_DEVICE_KERNEL_H
#include "device/model.h"

/* Loads the shared object at path (which must contain a '/') and checks its ABI. */
hys_status hys__kernel_open(hys_ctx *ctx, const char *path, hys__loaded *loaded);
void hys__kernel_close(hys__loaded *loaded);

#endif
