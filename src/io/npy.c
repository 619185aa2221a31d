#include "io/npy.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct header {
    size_t width; /* bytes of a value */
    bool is_swapped, is_fortran;
    size_t shape[2];
    size_t n_axes;
    const char *data;
    size_t n_data; /* bytes */
} header;

static hys_status complain(hys_ctx *ctx, const char *path, const char *hint, const char *what) {
    return hys__report_at(ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, "", hint, "%s", what);
}

/* What follows 'key': in the header's dictionary; NULL when it is missing. */
static const char *value_of(const char *text, const char *key) {
    char quoted[32];
    snprintf(quoted, sizeof quoted, "'%s':", key);
    const char *at = strstr(text, quoted);
    if (!at) return NULL;
    at += strlen(quoted);
    while (*at == ' ') at++;
    return at;
}

/* descr = "'" ("<" | ">" | "=" | "|") "f" ("4" | "8") "'" */
static bool read_type(const char *at, header *h) {
    if (!at || at[0] != '\'' || !strchr("<>=|", at[1]) || at[2] != 'f' || (at[3] != '4' && at[3] != '8')) return false;
    h->width = at[3] == '8' ? 8 : 4;
    h->is_swapped = at[1] == '>';
    return at[4] == '\'';
}

/* shape = "(" [ integer { "," integer } [ "," ] ] ")" */
static bool read_shape(const char *at, header *h) {
    if (!at || *at++ != '(') return false;
    while (*at && *at != ')') {
        char *end;
        const unsigned long long n = strtoull(at, &end, 10);
        if (end == at || h->n_axes == 2 || n > ((size_t)1 << 40)) return false;
        h->shape[h->n_axes++] = (size_t)n;
        at = end;
        while (*at == ' ' || *at == ',') at++;
    }
    return *at == ')' && h->n_axes > 0;
}

static hys_status read_header(hys_ctx *ctx, const char *path, const char *bytes, size_t length, header *h) {
    char text[4096];
    const unsigned char *b = (const unsigned char *)bytes;
    if (length < 12 || memcmp(bytes, "\x93NUMPY", 6)) return complain(ctx, path, "", "this is no .npy file");
    const size_t start = b[6] == 1 ? 10 : 12;
    const size_t n = b[6] == 1 ? (size_t)b[8] | (size_t)b[9] << 8
                               : (size_t)b[8] | (size_t)b[9] << 8 | (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (b[6] < 1 || b[6] > 3 || n >= sizeof text || n > length - start)
        return complain(ctx, path, "versions 1 to 3", "the header of this .npy file is cut off, or too long");
    memcpy(text, bytes + start, n);
    text[n] = 0;
    const char *order = value_of(text, "fortran_order");
    if (!read_type(value_of(text, "descr"), h))
        return complain(ctx, path, "numpy.save(path, array.astype(float))", "its values are not 4 or 8 byte floats");
    if (!order || (*order != 'T' && *order != 'F') || !read_shape(value_of(text, "shape"), h))
        return complain(ctx, path, "one or two dimensions", "its shape is not that of a matrix");
    h->is_fortran = *order == 'T';
    h->data = bytes + start + n;
    h->n_data = length - start - n;
    return HYS_OK;
}

static double value_at(const header *h, size_t k) {
    unsigned char raw[8] = {0};
    const unsigned char *from = (const unsigned char *)h->data + k * h->width;
    for (size_t i = 0; i < h->width; i++) raw[i] = from[h->is_swapped ? h->width - 1 - i : i];
    float single;
    double value;
    if (h->width == 8) memcpy(&value, raw, 8);
    else {
        memcpy(&single, raw, 4);
        value = single;
    }
    return value;
}

hys_status hys__npy_read(hys_ctx *ctx, const char *path, const char *bytes, size_t length, hys_matrix *matrix) {
    header h = {0};
    hys_status status = read_header(ctx, path, bytes, length, &h);
    if (status != HYS_OK) return status;
    /* A vector is one row. */
    const size_t rows = h.n_axes == 2 ? h.shape[0] : 1, columns = h.shape[h.n_axes - 1];
    const size_t most = h.n_data / (h.width == 4 ? 4 : 8);
    if (!rows || !columns || columns > most || rows > most / columns)
        return complain(ctx, path, "is the file complete?", "there are fewer values than its shape says");
    status = hys_matrix_new(ctx, rows, columns, matrix);
    for (size_t i = 0; i < rows && status == HYS_OK; i++)
        for (size_t j = 0; j < columns && status == HYS_OK; j++) {
            const double value = value_at(&h, h.is_fortran ? j * rows + i : i * columns + j);
            matrix->values[i * columns + j] = value;
            if (isfinite(value)) continue;
            char text[96];
            snprintf(text, sizeof text, "the value at [%zu, %zu] is not finite", i, j);
            status = complain(ctx, path, "", text);
            hys_matrix_free(ctx, matrix);
        }
    return status;
}

void hys__npy_write(const hys_matrix *matrix, FILE *out) {
    char text[118];
    const int n = snprintf(text, sizeof text, "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu, %zu), }",
                           matrix->rows, matrix->columns);
    memset(text + n, ' ', sizeof text - (size_t)n);
    text[sizeof text - 1] = '\n';
    fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, out);
    fwrite(text, 1, sizeof text, out);
    fwrite(matrix->values, sizeof(double), matrix->rows * matrix->columns, out);
}
