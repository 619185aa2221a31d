/* Any bytes as a matrix, CSV or .npy: finite values, or one diagnostic. */
#include <hysteron/matrix.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds) {
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    hys_ctx *ctx = NULL;
    hys_matrix matrix = {0};
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    if (hys_matrix_read(ctx, path, &matrix) == HYS_OK) {
        check(hys_diag_n_errors(ctx) == 0 && matrix.rows > 0 && matrix.columns > 0);
        for (size_t k = 0; k < matrix.rows * matrix.columns; k++) check(isfinite(matrix.values[k]));
    } else {
        check(hys_diag_n_errors(ctx) == 1);
    }
    hys_matrix_free(ctx, &matrix);
    hys_ctx_free(ctx);
    close(fd);
    return 0;
}
