/* NumPy's .npy, version 1 to 3 (numpy.lib.format): a magic word, the length of a header, a Python dictionary with
 * descr, fortran_order and shape, then the values. */
#ifndef HYS_IO_NPY_H
#define HYS_IO_NPY_H
#include "base/diag.h"
#include <hysteron/matrix.h>
#include <stdio.h>

hys_status hys__npy_read(hys_ctx *ctx, const char *path, const char *bytes, size_t length, hys_matrix *matrix);
void hys__npy_write(const hys_matrix *matrix, FILE *out);

#endif
