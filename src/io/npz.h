/* NumPy's .npz, a zip file of .npy arrays (numpy.lib.format, versions 1 to 3), stored or deflated; and a lone .npy.
 *
 * Values are held as they come in the file: in the row-major order of C and the byte order of this machine, so that
 * `values` is an array of float, double, int8_t ... as `type` says. */
#ifndef HYS_IO_NPZ_H
#define HYS_IO_NPZ_H
#include "base/diag.h"
#include "io/unpack.h"

#define HYS__NPZ_MOST_AXES 4

/* id, NumPy's letter of the kind, bytes, C's type */
#define HYS__NPZ_TYPES(X)                                                                                              \
    X(FLOAT32, 'f', 4, float)                                                                                          \
    X(FLOAT64, 'f', 8, double)                                                                                         \
    X(INT8, 'i', 1, int8_t)                                                                                            \
    X(INT16, 'i', 2, int16_t)                                                                                          \
    X(INT32, 'i', 4, int32_t)                                                                                          \
    X(INT64, 'i', 8, int64_t)                                                                                          \
    X(UINT8, 'u', 1, uint8_t)                                                                                          \
    X(UINT16, 'u', 2, uint16_t)                                                                                        \
    X(UINT32, 'u', 4, uint32_t)                                                                                        \
    X(UINT64, 'u', 8, uint64_t)                                                                                        \
    X(BOOL, 'b', 1, uint8_t)
#define HYS_X(id, letter, bytes, type) HYS__NPZ_##id,
typedef enum hys__npz_type { HYS__NPZ_TYPES(HYS_X) HYS__N_NPZ_TYPES } hys__npz_type;
#undef HYS_X

typedef struct hys__npz_array {
    const char *name; /* without ".npy"; "" of a lone .npy */
    hys__npz_type type;
    size_t n_axes; /* 0: one number */
    size_t shape[HYS__NPZ_MOST_AXES];
    const void *values;
} hys__npz_array;

typedef struct hys__npz {
    hys_ctx *ctx;
    const char *path;
    struct {
        hys__npz_array *at;
        size_t n, cap;
    } arrays;
} hys__npz;

/* All is kept in the arena.  HYS_IO, HYS_SYNTAX, HYS_LIMIT with one diagnostic. */
hys_status hys__npz_read(hys__arena *arena, const char *path, hys__npz *result);
/* The same of a file that was read; path: for messages. */
hys_status hys__npz_parse(hys__arena *arena, const char *path, hys__bytes file, hys__npz *result);
/* NULL: there is none of that name. */
const hys__npz_array *hys__npz_find(const hys__npz *file, const char *name);

size_t hys__npz_size(const hys__npz_array *array); /* values: the product of its shape */
double hys__npz_at(const hys__npz_array *array, size_t k);
/* All values; one that is not finite, or too large for a float, is refused with its place. */
hys_status hys__npz_floats(const hys__npz *file, const hys__npz_array *array, float *values);
hys_status hys__npz_doubles(const hys__npz *file, const hys__npz_array *array, double *values);

/* Stored, not deflated; under a temporary name until it is complete.  Names must differ. */
hys_status hys__npz_write(hys_ctx *ctx, const char *path, const hys__npz_array *arrays, size_t n);

#endif
