/* CSV in: lines, cells and rows, with the place in every message. */
#include "io/csv.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

hys_status hys__csv_complain(hys__csv *r, const char *where, const char *hint, const char *fmt, ...) {
    char what[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, r->path, r->n_lines, (int32_t)(where - r->line) + 1, r->line,
                          hint, "%s", what);
}

/* ---- files that are no text ---- */

hys_status hys__csv_check_text(const hys__csv *r) {
    static const struct {
        const char *bytes;
        size_t n;
        const char *what, *hint;
    } kinds[] = {
        {"PK\3\4", 4, "this is a zipped file (a spreadsheet?), not text", "save it as CSV"},
        {"\xd0\xcf\x11\xe0", 4, "this is an old spreadsheet or document, not text",
         "save it as .xlsx or CSV: libreoffice --convert-to xlsx FILE"},
        {"\x1f\x8b", 2, "this file is compressed", "gunzip it first"},
        {"\xff\xfe", 2, "this text is UTF-16", "save it as UTF-8"},
        {"\xfe\xff", 2, "this text is UTF-16", "save it as UTF-8"},
    };
    size_t n = (size_t)(r->end - r->at);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (n >= kinds[k].n && !memcmp(r->at, kinds[k].bytes, kinds[k].n))
            return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, r->path, 0, 0, "", kinds[k].hint, "%s", kinds[k].what);
    const char *nul = memchr(r->at, 0, n);
    if (nul)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, r->path, 0, 0, "", "",
                              "this is not text: byte %zu is zero", (size_t)(nul - r->at) + 1);
    return HYS_OK;
}

/* ---- lines and cells ---- */

bool hys__csv_next_line(hys__csv *r) {
    if (r->at >= r->end) return false;
    if (!r->line || (r->newline && r->newline < r->at)) r->newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    const char *stop = r->newline;
    r->line = r->at;
    r->first = r->at;
    r->line_end = stop ? stop : r->end;
    const char *cr = memchr(r->line, '\r', (size_t)(r->line_end - r->line));
    bool is_pair = cr && stop == cr + 1;
    if (cr) r->line_end = cr;
    r->at = cr && !is_pair ? cr + 1 : stop ? stop + 1 : r->end;
    r->n_lines++;
    return true;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool hys__csv_is_skipped(const hys__csv *r) {
    const char *c = r->line;
    while (c < r->line_end && is_blank(*c)) c++;
    return c == r->line_end || *c == '#';
}

/* cell = blank* ( '"' { any | '""' } '"' | { any but the separator } ) blank* */
hys_status hys__csv_cell_next(hys__csv *r, const char *at, hys__csv_cell *cell) {
    while (at < r->line_end && is_blank(*at) && *at != r->separator) at++;
    bool quoted = at < r->line_end && *at == '"';
    const char *close = NULL;
    if (quoted) {
        close = memchr(at + 1, '"', (size_t)(r->line_end - at - 1));
        while (close && close + 1 < r->line_end && close[1] == '"')
            close = memchr(close + 2, '"', (size_t)(r->line_end - close - 2));
        if (!close) return hys__csv_complain(r, at, "", "this quote does not end");
    }
    const char *from = quoted ? close : at;
    const char *stop = memchr(from, r->separator, (size_t)(r->line_end - from));
    cell->from = quoted ? at + 1 : at;
    cell->to = quoted ? close : stop ? stop : r->line_end;
    cell->next = stop ? stop + 1 : NULL;
    while (cell->from < cell->to && is_blank(*cell->from)) cell->from++;
    while (cell->from < cell->to && is_blank(cell->to[-1])) cell->to--;
    return HYS_OK;
}

bool hys__csv_cell_number(const hys__csv_cell *cell, double *value, bool *overflow) {
    *overflow = false;
    return cell->from < cell->to && hys__number_parse(cell->from, value, overflow) == (size_t)(cell->to - cell->from);
}

/* ---- rows ---- */

static bool is_any_of(const hys__csv_cell *cell, const char *const *words, size_t n_words) {
    const char *from = cell->from + (cell->from < cell->to && (*cell->from == '-' || *cell->from == '+'));
    for (size_t k = 0; k < n_words; k++)
        if ((size_t)(cell->to - from) == strlen(words[k]) && !strncasecmp(from, words[k], strlen(words[k])))
            return true;
    return false;
}

#define WANTED                                                                                                         \
    "wanted: columns of numbers under a heading, such as time[s],v[V],i[A]; --skip N leaves out lines at the head; a " \
    "device is a Verilog-A file, NAME.va"
#define LEAST_SPACES 3

/* A sentence where the first number of a table should be. */
static bool is_prose(const hys__csv *r, const hys__csv_cell *cell) {
    size_t n_spaces = 0;
    for (const char *at = cell->from; at < cell->to; at++) n_spaces += *at == ' ';
    return n_spaces >= LEAST_SPACES && (!r->table || hys_table_n_rows(r->table) == 0);
}

/* Says why a cell is not a number. */
static hys_status refuse_cell(hys__csv *r, const hys__csv_cell *cell, bool overflow) {
    static const char *const endless[] = {"nan", "inf", "infinity", "nan(ind)", "#n/a", "#div/0!", "--", "overflow"};
    size_t n = (size_t)(cell->to - cell->from);
    hys__unit unit;
    bool has_unit = false;
    double value = 0;
    if (n == 0) return hys__csv_complain(r, cell->from, "leave rows without a measurement out", "this cell is empty");
    if (overflow) return hys__csv_complain(r, cell->from, "", "this number is too large");
    if (is_any_of(cell, endless, sizeof endless / sizeof *endless))
        return hys__csv_complain(r, cell->from, "leave rows without a measurement out", "this is not a finite number");
    const char *comma = memchr(cell->from, ',', n);
    if (comma && comma > cell->from && comma[-1] >= '0' && comma[-1] <= '9')
        return hys__csv_complain(r, comma, "write decimal points", "this number has a decimal comma");
    if (memchr(cell->from, '\t', n) || (memchr(cell->from, ' ', n) && hys__number_parse(cell->from, &value, &overflow)))
        return hys__csv_complain(r, cell->from, "cells are separated by commas, semicolons or tabs",
                                 "this is not a number");
    if (hys__quantity_parse(cell->from, n, &value, &unit, &has_unit))
        return hys__csv_complain(r, cell->from, "units belong into the heading: v[mV]", "this is not a number alone");
    return hys__csv_complain(r, cell->from, is_prose(r, cell) ? WANTED : "", "this is not a number");
}

static hys_status refuse_count(hys__csv *r, const char *where, size_t n_cells, size_t n) {
    const char *hint = n_cells == 2 * n && r->separator == ',' ? "decimal commas? write decimal points" : "";
    return hys__csv_complain(r, where, hint, "this row has %zu cell%s; the first line has %zu", n_cells,
                             n_cells == 1 ? "" : "s", n);
}

static hys_status count_row(hys__csv *r, const hys__csv_cell *extra, size_t n) {
    hys__csv_cell cell = *extra;
    size_t n_cells = n + 1;
    while (cell.next) {
        hys_status status = hys__csv_cell_next(r, cell.next, &cell);
        if (status != HYS_OK) return status;
        n_cells++;
    }
    return refuse_count(r, extra->from, n_cells, n);
}

/* What instruments write where nothing was measured: nothing, errors of spreadsheets, SCPI's 9.9e37 and 9.91e37, and
 * the 199.999e99 of parameter analysers. */
static bool is_gap(const hys__csv_cell *cell, double value) {
    static const char *const words[] = {"nan",     "#ref",     "#ref!", "#n/a", "#div/0!",
                                        "#value!", "overflow", "--",    "*****"};
    if (cell->from == cell->to || is_any_of(cell, words, sizeof words / sizeof *words)) return true;
    return fabs(value) >= 9.9e37;
}

/* number with "," for "."; false where it is none */
static bool comma_number(const hys__csv_cell *cell, double *value, bool *overflow) {
    char text[64];
    size_t n = (size_t)(cell->to - cell->from);
    if (n >= sizeof text) return false;
    memcpy(text, cell->from, n);
    text[n] = 0;
    char *comma = strchr(text, ',');
    if (!comma || strchr(text, '.')) return false;
    *comma = '.';
    return hys__csv_cell_number(&(hys__csv_cell){.from = text, .to = text + n}, value, overflow);
}

bool hys__csv_is_number(const hys__csv *r, const hys__csv_cell *cell) {
    double value = 0;
    bool overflow = false;
    return hys__csv_cell_number(cell, &value, &overflow) ||
           (r->separator != ',' && comma_number(cell, &value, &overflow));
}

static hys_status decimal_is(hys__csv *r, const hys__csv_cell *cell, char decimal) {
    if (r->decimal && r->decimal != decimal)
        return hys__csv_complain(r, cell->from, "write one of them throughout", "this number has a decimal %s; %s",
                                 decimal == ',' ? "comma" : "point",
                                 decimal == ',' ? "numbers before have points" : "numbers before have commas");
    r->decimal = decimal;
    return HYS_OK;
}

hys_status hys__csv_cell_value(hys__csv *r, const hys__csv_cell *cell, double *value) {
    bool overflow = false;
    *value = 0;
    bool is_number = hys__csv_cell_number(cell, value, &overflow);
    if ((r->is_instrument || r->by_word) && is_gap(cell, is_number ? *value : overflow ? INFINITY : 0)) {
        *value = NAN;
        r->n_gaps++;
        return HYS_OK;
    }
    if (is_number) return memchr(cell->from, '.', (size_t)(cell->to - cell->from)) ? decimal_is(r, cell, '.') : HYS_OK;
    if (r->separator != ',' && comma_number(cell, value, &overflow)) return decimal_is(r, cell, ',');
    return refuse_cell(r, cell, overflow);
}

/* A column whose first cell is no number is one of words: names of samples, dates. */
static bool is_words(hys__csv *r, size_t column, const hys__csv_cell *cell) {
    bool is_first = r->by_word && !r->is_instrument && hys_table_n_rows(r->table) == 0;
    if (is_first && !hys__csv_is_number(r, cell) && !is_gap(cell, 0)) r->units[column].is_words = true;
    return r->units[column].is_words;
}

hys_status hys__csv_cells(hys__csv *r) {
    size_t n = hys_table_n_columns(r->table);
    hys__csv_cell cell = {.from = r->first, .to = r->first, .next = r->first};
    for (size_t c = 0; c < n; c++) {
        if (!cell.next && r->is_instrument) {
            r->row[c] = NAN;
            r->n_gaps++;
            continue;
        }
        if (!cell.next) return refuse_count(r, r->line_end, c, n);
        hys_status status = hys__csv_cell_next(r, cell.next, &cell);
        if (status == HYS_OK && is_words(r, c, &cell)) {
            r->row[c] = NAN;
            continue;
        }
        if (status == HYS_OK) status = hys__csv_cell_value(r, &cell, &r->row[c]);
        if (status != HYS_OK) return status;
        if (r->units[c].is_converted) r->row[c] = hys__unit_to_si(&r->units[c].unit, r->row[c]);
        if (isinf(r->row[c])) return refuse_cell(r, &cell, true);
    }
    if (!cell.next) return HYS_OK;
    hys_status status = hys__csv_cell_next(r, cell.next, &cell);
    if (status != HYS_OK) return status;
    return cell.from < cell.to || cell.next ? count_row(r, &cell, n) : HYS_OK;
}
