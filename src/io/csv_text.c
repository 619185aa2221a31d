/* CSV of words: tables that people write by hand, such as the library's reproduced values. */
#include "io/csv_text.h"
#include "base/file.h"
#include "io/csv.h"
#include <string.h>

#define MAX_BYTES ((size_t)16 << 20)

typedef struct reader {
    hys__csv csv;
    hys__arena *arena;
    hys__csv_text *text;
    struct {
        size_t *at; /* of each column of the file the one that was asked for */
        size_t n, cap;
    } order;
} reader;

hys_status hys__csv_text_complain(const hys__csv_text *text, size_t row, size_t column, const char *hint,
                                  const char *fmt, ...) {
    char what[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    const hys__csv_text_row *r = &text->rows.at[row];
    return hys__report_at(text->ctx, HYS_ERROR, HYS_SYNTAX, text->path, r->number, r->cells[column].col, r->line, hint,
                          "%s: %s", text->columns[column], what);
}

/* The cell's text, a doubled quote taken for one. */
static const char *copy_cell(hys__arena *arena, const hys__csv_cell *cell) {
    char *text = hys__arena_alloc(arena, (size_t)(cell->to - cell->from) + 1), *to = text;
    if (!text) return NULL;
    for (const char *from = cell->from; from < cell->to; from++) {
        *to++ = *from;
        if (*from == '"' && from + 1 < cell->to && from[1] == '"') from++;
    }
    *to = 0;
    return text;
}

static size_t find_column(const hys__csv_text *text, const char *name) {
    size_t c = 0;
    while (c < text->n_columns && strcmp(text->columns[c], name) != 0) c++;
    return c;
}

static hys_status add_heading(reader *r, const hys__csv_cell *cell, const char *name) {
    char hint[128] = "";
    size_t column = find_column(r->text, name);
    if (column == r->text->n_columns) {
        const char *near = hys__nearest(name, r->text->columns, r->text->n_columns);
        if (near) snprintf(hint, sizeof hint, "did you mean '%.80s'?", near);
        return hys__csv_complain(&r->csv, cell->from, hint, "there is no column '%.80s'", name);
    }
    for (size_t k = 0; k < r->order.n; k++)
        if (r->order.at[k] == column) return hys__csv_complain(&r->csv, cell->from, "", "a second column '%s'", name);
    size_t *place = HYS_PUSH(r->arena, &r->order);
    if (!place) return HYS_NOMEM;
    *place = column;
    return HYS_OK;
}

static hys_status read_heading(reader *r) {
    hys__csv_cell cell = {.next = r->csv.first};
    while (cell.next) {
        hys_status status = hys__csv_cell_next(&r->csv, cell.next, &cell);
        if (status != HYS_OK) return status;
        const char *name = copy_cell(r->arena, &cell);
        status = name ? add_heading(r, &cell, name) : HYS_NOMEM;
        if (status != HYS_OK) return status;
    }
    for (size_t c = 0; c < r->text->n_columns; c++) {
        size_t k = 0;
        while (k < r->order.n && r->order.at[k] != c) k++;
        if (k == r->order.n)
            return hys__csv_complain(&r->csv, r->csv.line, "", "the column '%s' is missing", r->text->columns[c]);
    }
    return HYS_OK;
}

static hys_status read_cells(reader *r, hys__csv_word *words) {
    hys__csv_cell cell = {.next = r->csv.first};
    size_t n = 0;
    while (cell.next) {
        hys_status status = hys__csv_cell_next(&r->csv, cell.next, &cell);
        if (status != HYS_OK) return status;
        if (n == r->order.n)
            return hys__csv_complain(&r->csv, cell.from, "a cell with a comma in it stands in quotes",
                                     "this row has more cells than the heading, which has %zu", n);
        hys__csv_word *word = &words[r->order.at[n++]];
        word->text = copy_cell(r->arena, &cell);
        word->col = (int32_t)(cell.from - r->csv.line) + 1;
        if (!word->text) return HYS_NOMEM;
    }
    if (n == r->order.n) return HYS_OK;
    return hys__csv_complain(&r->csv, r->csv.line_end, "", "this row has %zu cell%s; the heading has %zu", n,
                             n == 1 ? "" : "s", r->order.n);
}

static hys_status read_row(reader *r) {
    hys__csv_word *words = HYS_NEW_N(r->arena, hys__csv_word, r->text->n_columns);
    const char *line =
        words ? hys__arena_strndup(r->arena, r->csv.line, (size_t)(r->csv.line_end - r->csv.line)) : NULL;
    if (!line) return HYS_NOMEM;
    hys_status status = read_cells(r, words);
    hys__csv_text_row *row = status == HYS_OK ? HYS_PUSH(r->arena, &r->text->rows) : NULL;
    if (!row) return status == HYS_OK ? HYS_NOMEM : status;
    *row = (hys__csv_text_row){.cells = words, .line = line, .number = r->csv.n_lines};
    return HYS_OK;
}

static hys_status read_all(reader *r) {
    bool has_heading = false;
    hys_status status = hys__csv_check_text(&r->csv);
    while (status == HYS_OK && hys__csv_next_line(&r->csv)) {
        if ((r->csv.n_lines & 1023) == 0 && hys_ctx_is_cancelled(r->csv.ctx)) return HYS_CANCEL;
        if (hys__csv_is_skipped(&r->csv)) continue;
        status = has_heading ? read_row(r) : read_heading(r);
        has_heading = true;
    }
    if (status != HYS_OK || has_heading) return status;
    return hys__report_at(r->csv.ctx, HYS_ERROR, HYS_SYNTAX, r->csv.path, 0, 0, "", "", "this file has no heading");
}

hys_status hys__csv_text_read(hys__arena *arena, const char *path, const char *const *columns, size_t n_columns,
                              hys__csv_text *result) {
    const char *text = NULL;
    size_t len = 0;
    *result = (hys__csv_text){.ctx = arena->ctx, .path = path, .columns = columns, .n_columns = n_columns};
    hys_status status = hys__file_read(arena, path, MAX_BYTES, &text, &len);
    if (status != HYS_OK) return status;
    bool has_mark = len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3); /* byte order mark */
    reader r = {.csv = {.ctx = arena->ctx, .path = path, .separator = ','}, .arena = arena, .text = result};
    r.csv.at = text + (has_mark ? 3 : 0);
    r.csv.end = text + len;
    return read_all(&r);
}
