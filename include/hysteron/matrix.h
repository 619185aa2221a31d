/* hysteron/matrix.h -- matrices of doubles in files: CSV (numbers alone; commas, semicolons, tabs or blanks between
 * them; lines that begin with # are comments) and NumPy's .npy (two dimensions, 4 or 8 byte floats). */
#ifndef HYSTERON_MATRIX_H
#define HYSTERON_MATRIX_H
#include <hysteron/core.h>
HYS_DECLS_BEGIN

typedef struct hys_matrix {
    size_t rows, columns;
    double *values; /* [rows columns], row by row */
} hys_matrix;

/* .npy is known by its first bytes, or its name's end.  Values that are not finite are refused. */
hys_status hys_matrix_read(hys_ctx *ctx, const char *path, hys_matrix *matrix);
/* path "-": CSV to standard output.  notes: pairs of key and value ended by NULL, comments of a CSV file; may be NULL.
 */
hys_status hys_matrix_write(hys_ctx *ctx, const hys_matrix *matrix, const char *path, const char *const *notes);
/* Zeroed; freed by hys_matrix_free. */
hys_status hys_matrix_new(hys_ctx *ctx, size_t rows, size_t columns, hys_matrix *matrix);
void hys_matrix_free(hys_ctx *ctx, hys_matrix *matrix);

HYS_DECLS_END
#endif
