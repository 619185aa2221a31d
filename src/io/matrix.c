/* Matrices: CSV and NumPy's .npy. */
#include "base/file.h"
#include "base/units.h"
#include "io/npy.h"
#include <hysteron/matrix.h>
#include <math.h>
#include <string.h>

#define LARGEST ((size_t)4 << 30)

hys_status hys_matrix_new(hys_ctx *ctx, size_t rows, size_t columns, hys_matrix *matrix) {
    if (columns && rows > SIZE_MAX / columns / sizeof(double))
        return hys__fail(ctx, HYS_LIMIT, "", "a matrix of %zu x %zu is too large", rows, columns);
    const size_t bytes = rows * columns * sizeof(double);
    double *values = hys__realloc(ctx, NULL, 0, bytes ? bytes : 1);
    if (!values) return HYS_NOMEM;
    memset(values, 0, bytes);
    *matrix = (hys_matrix){rows, columns, values};
    return HYS_OK;
}

void hys_matrix_free(hys_ctx *ctx, hys_matrix *matrix) {
    const size_t bytes = matrix->rows * matrix->columns * sizeof(double);
    if (matrix->values) hys__free(ctx, matrix->values, bytes ? bytes : 1);
    *matrix = (hys_matrix){0};
}

/* ---- CSV ---- */

typedef struct reader {
    hys_ctx *ctx;
    const char *path, *line; /* the line's begin */
    int32_t number;          /* from 1 */
    hys__arena arena;
    struct {
        double *at;
        size_t n, cap;
    } values;
    size_t rows, columns;
} reader;

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static hys_status complain(const reader *r, const char *at, const char *hint, const char *what) {
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, r->path, r->number, (int32_t)(at - r->line) + 1, r->line, hint,
                          "%s", what);
}

/* cell = number; what follows is a separator, blanks, or the line's end. */
static hys_status read_cell(reader *r, const char **at) {
    double value;
    bool overflow = false;
    const size_t n = hys__number_parse(*at, &value, &overflow);
    if (!n)
        return complain(r, *at, "numbers only: no names, no units",
                        overflow ? "too large" : "here a number should stand");
    double *cell = HYS_PUSH(&r->arena, &r->values);
    if (!cell) return HYS_NOMEM;
    *cell = value;
    *at += n;
    return HYS_OK;
}

static bool skip_separator(const char **at) {
    const char *p = *at;
    while (is_space(*p)) p++;
    const bool is_mark = *p == ',' || *p == ';';
    p += is_mark;
    while (is_space(*p)) p++;
    const bool moved = p != *at;
    *at = p;
    return moved;
}

/* line = cell { separator cell } */
static hys_status read_line(reader *r, const char *end) {
    const char *at = r->line;
    size_t n = 0;
    while (is_space(*at)) at++;
    if (at == end || *at == '#') return HYS_OK;
    for (;; n++) {
        hys_status status = read_cell(r, &at);
        if (status != HYS_OK) return status;
        const bool has_separator = skip_separator(&at);
        if (at >= end) break;
        if (!has_separator) return complain(r, at, "a comma, a semicolon, a tab or a blank", "what ends the number?");
    }
    n++;
    if (r->rows++ == 0) r->columns = n;
    if (n == r->columns) return HYS_OK;
    char text[96];
    snprintf(text, sizeof text, "%zu numbers in this row, %zu in the first", n, r->columns);
    return complain(r, r->line, "all rows of a matrix are as long as the first", text);
}

static hys_status read_lines(reader *r, const char *text, size_t length) {
    const char *end = text + length;
    if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) text += 3;
    hys_status status = HYS_OK;
    for (r->line = text; r->line < end && status == HYS_OK;) {
        const char *stop = memchr(r->line, '\n', (size_t)(end - r->line));
        if (!stop) stop = end;
        r->number++;
        if (memchr(r->line, 0, (size_t)(stop - r->line))) return complain(r, r->line, "", "this is no text");
        status = read_line(r, stop);
        r->line = stop + 1;
    }
    if (status != HYS_OK || r->rows) return status;
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, r->path, 0, 0, "", "rows of numbers, separated by commas",
                          "there is no number in it");
}

static hys_status read_csv(hys_ctx *ctx, const char *path, const char *text, size_t length, hys_matrix *matrix) {
    reader r = {.ctx = ctx, .path = path};
    hys__arena_init(&r.arena, ctx, 0);
    hys_status status = read_lines(&r, text, length);
    if (status == HYS_OK) status = hys_matrix_new(ctx, r.rows, r.columns, matrix);
    if (status == HYS_OK) memcpy(matrix->values, r.values.at, r.values.n * sizeof(double));
    hys__arena_free(&r.arena);
    return status;
}

/* ---- either ---- */

static bool is_npy(const char *path) {
    const size_t n = strlen(path);
    return n > 4 && !strcmp(path + n - 4, ".npy");
}

hys_status hys_matrix_read(hys_ctx *ctx, const char *path, hys_matrix *matrix) {
    hys__arena arena;
    const char *text;
    size_t length;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__file_read(&arena, path, LARGEST, &text, &length);
    const bool has_magic = status == HYS_OK && length >= 6 && !memcmp(text, "\x93NUMPY", 6);
    if (status == HYS_OK && (has_magic || is_npy(path))) status = hys__npy_read(ctx, path, text, length, matrix);
    else if (status == HYS_OK) status = read_csv(ctx, path, text, length, matrix);
    hys__arena_free(&arena);
    return status;
}

static void write_csv(const hys_matrix *m, FILE *out, const char *const *notes) {
    char text[32];
    for (; notes && *notes; notes += 2) fprintf(out, "# %s: %s\n", notes[0], notes[1]);
    for (size_t i = 0; i < m->rows; i++)
        for (size_t j = 0; j < m->columns; j++) {
            hys__number_format(m->values[i * m->columns + j], text);
            fprintf(out, "%s%c", text, j + 1 < m->columns ? ',' : '\n');
        }
}

hys_status hys_matrix_write(hys_ctx *ctx, const hys_matrix *matrix, const char *path, const char *const *notes) {
    if (!strcmp(path, "-")) {
        write_csv(matrix, stdout, notes);
        if (fflush(stdout) || ferror(stdout)) return hys__fail(ctx, HYS_IO, "", "cannot write to standard output");
        return HYS_OK;
    }
    hys__outfile *out;
    hys_status status = hys__outfile_open(ctx, path, &out);
    if (status != HYS_OK) return status;
    if (is_npy(path)) hys__npy_write(matrix, hys__outfile_stream(out));
    else write_csv(matrix, hys__outfile_stream(out), notes);
    return hys__outfile_commit(out);
}
