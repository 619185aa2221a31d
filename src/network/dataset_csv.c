/* Data sets as CSV: a sample a line, its class in the last column or in that called "label". */
#include "base/units.h"
#include "network/dataset_impl.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <strings.h>

typedef struct cell {
    const char *at;
    size_t n;
} cell;

typedef struct csv {
    hys__dataset_reader *r;
    const char *path;
    const char *next, *end; /* of the text */
    const char *line, *line_end;
    int32_t number; /* of the line, from 1 */
    char separator;
    size_t columns, label; /* label: which column */
    bool has_words;        /* classes are words */
    hys__intern words;
    float *values;
    uint16_t *labels;
    size_t n; /* samples */
} csv;

static hys_status refuse(const csv *f, const char *hint, const char *what) {
    return hys__report_at(f->r->ctx, HYS_ERROR, HYS_SYNTAX, f->path, f->number, 0, "", hint, "%s", what);
}

static hys_status refuse_cell(const csv *f, const cell *c, size_t column, const char *hint, const char *what) {
    return hys__report_at(f->r->ctx, HYS_ERROR, HYS_SYNTAX, f->path, f->number, 0, "", hint, "column %zu: '%.*s' %s",
                          column + 1, c->n < 40 ? (int)c->n : 40, c->at, what);
}

/* The next line that is neither blank nor a comment; false at the end. */
static bool next_line(csv *f) {
    while (f->next < f->end) {
        const char *stop = memchr(f->next, '\n', (size_t)(f->end - f->next));
        f->line = f->next;
        f->line_end = stop ? stop : f->end;
        f->next = stop ? stop + 1 : f->end;
        f->number++;
        while (f->line_end > f->line && strchr(" \t\r", f->line_end[-1])) f->line_end--;
        if (f->line < f->line_end && *f->line != '#') return true;
    }
    return false;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* *at: where this cell begins; then the next one; NULL behind the last. */
static cell next_cell(const csv *f, const char **at) {
    const char *stop = memchr(*at, f->separator, (size_t)(f->line_end - *at));
    const char *from = *at, *to = stop ? stop : f->line_end;
    *at = stop ? stop + 1 : NULL;
    while (from < to && is_blank(*from)) from++;
    while (to > from && is_blank(to[-1])) to--;
    if (to - from >= 2 && *from == '"' && to[-1] == '"') {
        from++;
        to--;
    }
    return (cell){from, (size_t)(to - from)};
}

static bool read_number(const cell *c, double *value) {
    bool overflow = false;
    return c->n && hys__number_parse(c->at, value, &overflow) == c->n;
}

static bool is_word(const cell *c, const char *word) {
    return c->n == strlen(word) && !strncasecmp(c->at, word, c->n);
}

/* ---- the first line ---- */

static char choose_separator(const csv *f) {
    const size_t n = (size_t)(f->line_end - f->line);
    return memchr(f->line, ';', n) ? ';' : memchr(f->line, '\t', n) ? '\t' : ',';
}

/* A heading has a word before its last cell, or "label" anywhere. */
static bool read_heading(csv *f, bool *has_label) {
    bool is_heading = false;
    double value;
    f->columns = 0;
    *has_label = false;
    for (const char *at = f->line; at; f->columns++) {
        const cell c = next_cell(f, &at);
        const bool is_label = is_word(&c, "label");
        if (is_label && !*has_label) f->label = f->columns;
        *has_label = *has_label || is_label;
        is_heading = is_heading || is_label || (at && !read_number(&c, &value));
    }
    if (!*has_label) f->label = f->columns - 1;
    return is_heading;
}

/* A heading without "label" may be about the whole table, with fewer cells than its rows. */
static bool read_first(csv *f) {
    bool has_label;
    if (!next_line(f)) return false;
    f->separator = choose_separator(f);
    if (!read_heading(f, &has_label)) return true;
    if (!next_line(f)) return false;
    if (!has_label) (void)read_heading(f, &has_label);
    return true;
}

/* ---- rows ---- */

static hys_status take_word(csv *f, const cell *c, uint16_t *label) {
    hys_dataset *d = f->r->dataset;
    const char *word = hys__intern_add(&f->words, c->at, c->n);
    size_t k = 0;
    if (!word) return HYS_NOMEM;
    while (k < d->n_classes && d->classes[k] != word) k++;
    if (k == HYS__MOST_CLASSES) return refuse(f, "", "there are more than 1000 classes");
    if (k == d->n_classes) d->classes[d->n_classes++] = word;
    *label = (uint16_t)k;
    return HYS_OK;
}

static hys_status take_label(csv *f, const cell *c) {
    double value;
    const bool is_number = read_number(c, &value);
    if (!f->n) f->has_words = !is_number;
    if (!c->n) return refuse_cell(f, c, f->label, "", "is no class: the cell is empty");
    if (f->has_words) return take_word(f, c, &f->labels[f->n]);
    if (!is_number || !(value >= 0 && value < HYS__MOST_CLASSES) || value != floor(value))
        return refuse_cell(f, c, f->label, "0, 1, 2, ... below 1000; a heading may call another column label",
                           "is no class");
    f->labels[f->n] = (uint16_t)value;
    return HYS_OK;
}

static hys_status take_row(csv *f) {
    float *to = f->values + f->n * (f->columns - 1);
    const char *at = f->line;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < f->columns && status == HYS_OK; k++) {
        double value = 0;
        if (!at) return refuse(f, "each line has as many as the first", "there are too few cells in this line");
        const cell c = next_cell(f, &at);
        if (k == f->label) status = take_label(f, &c);
        else if (!read_number(&c, &value) || !(fabs(value) <= (double)FLT_MAX))
            return refuse_cell(f, &c, k, "", "is no number");
        else *to++ = (float)value;
    }
    if (status == HYS_OK && at) return refuse(f, "each line has as many as the first", "there are too many cells");
    f->n += status == HYS_OK;
    return status;
}

static size_t count_lines(hys__bytes file) {
    size_t n = 1;
    for (const char *at = file.at; (at = memchr(at, '\n', (size_t)(file.at + file.n - at))); at++) n++;
    return n;
}

/* A row takes at least two bytes a column, which bounds what a file can ask for. */
static hys_status make_room(csv *f, hys__bytes file) {
    const size_t lines = count_lines(file), fit = (file.n + 1) / (2 * f->columns) + 1;
    const size_t rows = lines < fit ? lines : fit;
    hys_dataset *d = f->r->dataset;
    f->values = HYS_NEW_N(&f->r->work, float, rows *(f->columns - 1));
    f->labels = HYS_NEW_N(&f->r->work, uint16_t, rows);
    d->classes = HYS_NEW_N(&d->arena, const char *, HYS__MOST_CLASSES);
    hys__intern_init(&f->words, &d->arena);
    return f->values && f->labels && d->classes ? HYS_OK : HYS_NOMEM;
}

static hys_status read_rows(csv *f, hys__bytes file) {
    if (!read_first(f))
        return refuse(f, "values and a class, separated by commas", "there are no samples in this file");
    if (f->columns < 2) return refuse(f, "values and a class, separated by commas", "this is no table of samples");
    hys_status status = make_room(f, file);
    for (bool has_line = true; has_line && status == HYS_OK; has_line = next_line(f)) {
        status = take_row(f);
        if (status == HYS_OK && f->n % 1024 == 0 && hys_ctx_is_cancelled(f->r->ctx)) status = HYS_CANCEL;
    }
    return status;
}

static bool has_classes(const csv *f) {
    for (size_t k = 1; k < f->n; k++)
        if (f->labels[k] != f->labels[0]) return true;
    return false;
}

hys_status hys__dataset_csv(hys__dataset_reader *r, const char *path, hys__bytes file) {
    csv f = {.r = r, .path = path, .next = file.at, .end = file.at + file.n};
    if (memchr(file.at, 0, file.n))
        return refuse(&f, "IDX, .npz or CSV, each also packed by gzip", "this is no data set that can be read");
    if (file.n >= 3 && !memcmp(file.at, "\xef\xbb\xbf", 3)) f.next += 3;
    hys_status status = read_rows(&f, file);
    if (status != HYS_OK) return status;
    f.number = 0;
    if (!has_classes(&f))
        return refuse(&f, "a heading may call the right column label", "all samples are of one class");
    const size_t width = f.columns - 1;
    const hys__npz_array values = {.name = "", .type = HYS__NPZ_FLOAT32, .n_axes = 2, .shape = {f.n, width}};
    r->train = (hys__raw){.path = path, .labels_path = path, .n = f.n, .channels = 1, .height = 1, .width = width};
    r->train.values = values;
    r->train.values.values = f.values;
    r->train.labels = f.labels;
    return HYS_OK;
}
