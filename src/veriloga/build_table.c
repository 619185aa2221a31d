/* $table_model and tables of noise: data from lists, from arrays of constants, or from a file in the model's
 * own directory tree.
 *
 * A table file holds one point a line: the coordinates, then the values; '#' begins a comment.  The points
 * must form a full grid. */
#include "base/units.h"
#include "veriloga/build.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const vb_x nothing = {VA_TYPE_REAL, 0};

#define MAX_DIMS 8u
#define MAX_FILE ((size_t)64 << 20)

typedef struct column_data { /* points one behind the other, n_columns numbers each */
    struct {
        double *at;
        size_t n, cap;
    } numbers;
    size_t n_columns, n_points;
} column_data;

/* ---- files ---- */

static bool directory_of(const char *path, char *dir) {
    if (!path || !realpath(path, dir)) return false;
    char *slash = strrchr(dir, '/');
    if (!slash) return false;
    slash[slash == dir ? 1 : 0] = 0;
    return true;
}

static const char *main_path(const vb *b) {
    return b->front->sources.list.n ? b->front->sources.list.at[0].path : NULL;
}

/* The file beside the source that names it, inside the tree of the main file. */
static bool table_path(vb *b, const char *name, hys__span span, char *path) {
    char root[PATH_MAX], dir[PATH_MAX], joined[2 * PATH_MAX];
    const char *own =
        span.source && span.source <= b->front->sources.list.n ? b->front->sources.list.at[span.source - 1].path : NULL;
    if (!directory_of(main_path(b), root) || !directory_of(own ? own : main_path(b), dir)) {
        vb_error(b, span, "give the numbers in the model", "a model that is not a file cannot read the table '%s'",
                 name);
        return false;
    }
    if (name[0] == '/') {
        vb_error(b, span, "put the table beside the model and name it alone", "'%s' is an absolute path", name);
        return false;
    }
    snprintf(joined, sizeof joined, "%s/%s", dir, name);
    if (!realpath(joined, path)) {
        snprintf(joined, sizeof joined, "%s/%s", root, name);
        if (!realpath(joined, path)) {
            vb_error(b, span, "it is looked for beside the model", "there is no table file '%s'", name);
            return false;
        }
    }
    size_t n = strlen(root);
    if (strncmp(path, root, n) || (n > 1 && path[n] != '/')) {
        vb_error(b, span, "put the table beside the model", "'%s' lies outside the model's directory", name);
        return false;
    }
    return true;
}

/* For the cache: a changed table is a changed model. */
static void note_file(vb *b, const char *path, const char *text, size_t len) {
    for (size_t i = 0; i < b->front->included.n; i++)
        if (!strcmp(b->front->included.at[i].path, path)) return;
    const char *copy = hys__arena_strndup(b->arena, path, strlen(path));
    va_include *included = copy ? HYS_PUSH(b->arena, &b->front->included) : NULL;
    if (!included) return;
    hys__hasher hasher;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, text, len);
    *included = (va_include){.path = copy, .hash = hys__hasher_end(&hasher)};
}

static size_t parse_line(vb *b, const char *line, const char *end, column_data *data) {
    size_t n = 0;
    while (line < end) {
        double value;
        bool overflow;
        if (*line == ' ' || *line == '\t' || *line == ',' || *line == '\r') {
            line++;
            continue;
        }
        if (*line == '#') break;
        size_t used = hys__number_parse(line, &value, &overflow);
        if (used == 0 || line + used > end) return SIZE_MAX;
        double *added = HYS_PUSH(b->arena, &data->numbers);
        if (!added) return SIZE_MAX;
        *added = value;
        line += used;
        n++;
    }
    return n;
}

static bool parse_file(vb *b, const char *name, const char *text, size_t len, hys__span span, column_data *data) {
    size_t line_number = 0;
    for (const char *line = text, *end = text + len; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) stop = end;
        line_number++;
        size_t n = parse_line(b, line, stop, data);
        if (vb_failed(b)) return false;
        if (n == SIZE_MAX || (n > 0 && data->n_columns > 0 && n != data->n_columns)) {
            vb_error(b, span, "each line holds the same count of numbers; '#' begins a comment",
                     "line %zu of table '%s' %s", line_number, name,
                     n == SIZE_MAX ? "is not numbers" : "has another count of numbers than the first");
            return false;
        }
        if (n > 0) {
            data->n_columns = n;
            data->n_points++;
        }
        line = stop + 1;
    }
    if (data->n_points == 0) vb_error(b, span, NULL, "the table '%s' is empty", name);
    return data->n_points > 0;
}

static bool read_table(vb *b, const char *name, hys__span span, column_data *data) {
    char path[PATH_MAX];
    const char *text;
    size_t len;
    if (!table_path(b, name, span, path)) return false;
    if (hys__file_read(b->arena, path, MAX_FILE, &text, &len) != HYS_OK) {
        b->had_error = true;
        return false;
    }
    note_file(b, path, text, len);
    return parse_file(b, name, text, len, span, data);
}

/* ---- lists ---- */

static bool add_constant(vb *b, va_val v, const va_expr *e, const char *what, column_data *data) {
    double number;
    if (!vb_constant_value(b, v, e->span, what, &number)) return false;
    double *added = HYS_PUSH(b->arena, &data->numbers);
    if (added) *added = number;
    return added != NULL;
}

static bool is_list(vb *b, const va_expr *e) {
    vb_list list;
    return vb_list_open(b, e, &list);
}

static bool read_list(vb *b, const va_expr *e, const char *what, column_data *data) {
    vb_list list;
    if (!vb_list_open(b, e, &list)) return false;
    for (size_t i = 0; i < list.n; i++)
        if (!add_constant(b, vb_list_get(b, &list, i), e, what, data)) return false;
    return list.n > 0;
}

const double *vb_table_numbers(vb *b, const va_expr *e, const char *what, size_t *n) {
    column_data data = {.n_columns = 0};
    *n = 0;
    if (is_list(b, e)) {
        if (!read_list(b, e, what, &data)) return NULL;
    } else {
        const char *name;
        if (!vb_constant_text(b, e, what, &name) || !read_table(b, name, e->span, &data)) return NULL;
    }
    *n = data.numbers.n;
    return data.numbers.at;
}

/* Lists one after the other become columns. */
static bool read_lists(vb *b, const va_expr *e, size_t first, size_t n_columns, column_data *data) {
    for (size_t k = 0; k < n_columns; k++) {
        column_data one = {.n_columns = 1};
        if (!read_list(b, e->args[first + k], "a number of the table", &one)) return false;
        if (k == 0) {
            data->n_points = one.numbers.n;
            data->n_columns = n_columns;
            size_t n = data->n_points * n_columns;
            if (!hys__grow(b->arena, (void **)&data->numbers.at, &data->numbers.cap, n, sizeof(double))) return false;
            data->numbers.n = n;
        }
        if (one.numbers.n != data->n_points) {
            vb_error(b, e->args[first + k]->span, NULL, "this list has %zu numbers, the first has %zu", one.numbers.n,
                     data->n_points);
            return false;
        }
        for (size_t i = 0; i < data->n_points; i++) data->numbers.at[i * n_columns + k] = one.numbers.at[i];
    }
    return true;
}

/* ---- the grid ---- */

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The different values of one column, in order. */
static const double *axis(vb *b, const column_data *data, size_t column, size_t *n) {
    double *at = HYS_NEW_N(b->arena, double, data->n_points);
    if (!at) return NULL;
    for (size_t i = 0; i < data->n_points; i++) at[i] = data->numbers.at[i * data->n_columns + column];
    qsort(at, data->n_points, sizeof *at, compare);
    *n = 0;
    for (size_t i = 0; i < data->n_points; i++)
        if (*n == 0 || at[i] != at[*n - 1]) at[(*n)++] = at[i];
    return at;
}

static size_t place_on(const double *at, size_t n, double x) {
    size_t low = 0;
    while (n > 1) {
        size_t half = n / 2;
        if (at[low + half] <= x) {
            low += half;
            n -= half;
        } else {
            n = half;
        }
    }
    return low;
}

static bool fill(vb *b, const column_data *data, size_t value_column, va_table *table, hys__span span) {
    size_t total = 1;
    for (size_t d = 0; d < table->n_dims; d++) total *= table->n[d];
    double *values = HYS_NEW_N(b->arena, double, data->n_points);
    bool *is_set = HYS_NEW_N(b->arena, bool, data->n_points);
    if (!values || !is_set) return false;
    for (size_t i = 0; i < data->n_points; i++) {
        const double *point = data->numbers.at + i * data->n_columns;
        size_t at = 0;
        for (size_t d = 0; d < table->n_dims; d++)
            at = at * table->n[d] + place_on(table->coords[d], table->n[d], point[d]);
        if (total != data->n_points || is_set[at]) {
            vb_error(b, span, "every combination of the coordinates occurs once",
                     "the points of the table are not a full grid: %zu points for %zu places", data->n_points, total);
            return false;
        }
        is_set[at] = true;
        values[at] = point[value_column];
    }
    table->values = values;
    return true;
}

/* ---- the control string: "1L,3C;2" ---- */

/* One dimension's part, n characters. */
static bool control_part(const char *part, size_t n, char *out) {
    out[0] = '1';
    out[1] = 'L';
    for (size_t i = 0, n_ends = 0; i < n; i++) {
        char c = part[i] >= 'a' && part[i] <= 'z' ? (char)(part[i] - 'a' + 'A') : part[i];
        if (c == ' ') continue;
        if (strchr("123D", c) && c) out[0] = c;
        else if (strchr("CLE", c) && c && n_ends++ == 0) out[1] = c;
        else if (!(strchr("CLE", c) && c == out[1])) return false;
    }
    return true;
}

static bool control_read(vb *b, const char *text, size_t n_dims, char *out, size_t *column, hys__span span) {
    const char *end = strchr(text, ';');
    size_t len = end ? (size_t)(end - text) : strlen(text), at = 0;
    *column = end ? (size_t)strtoul(end + 1, NULL, 10) : 1;
    for (size_t d = 0; d < n_dims; d++) {
        size_t n = 0;
        while (at + n < len && text[at + n] != ',') n++;
        if (!control_part(text + at, n, out + 2 * d)) {
            vb_error(b, span, "for each input a degree 1, 2, 3 or D and an end C, L or E: \"1L,3C\"",
                     "\"%.*s\" in the control string of a table is not known", (int)n, text + at);
            return false;
        }
        at += n;
        if (at < len) at++;
    }
    if (*column > 0 && at >= len) return true;
    vb_error(b, span, NULL, "the control string \"%s\" does not fit a table of %zu inputs", text, n_dims);
    return false;
}

/* ---- $table_model ---- */

static bool table_make(vb *b, const va_expr *e, size_t n_dims, const column_data *data, const char *control,
                       va_table *table) {
    size_t column, *n = HYS_NEW_N(b->arena, size_t, n_dims);
    const double **coords = HYS_NEW_N(b->arena, const double *, n_dims);
    char *pairs = hys__arena_alloc(b->arena, 2 * n_dims + 1);
    if (!n || !coords || !pairs || !control_read(b, control, n_dims, pairs, &column, e->span)) return false;
    if (data->n_columns < n_dims + column) {
        vb_error(b, e->span, NULL, "the table has %zu columns, but %zu inputs and value %zu are asked for",
                 data->n_columns, n_dims, column);
        return false;
    }
    for (size_t d = 0; d < n_dims; d++) {
        coords[d] = axis(b, data, d, &n[d]);
        if (!coords[d]) return false;
    }
    *table = (va_table){.n_dims = n_dims, .n = n, .coords = coords, .control = pairs, .span = e->span};
    return fill(b, data, n_dims + column - 1, table, e->span);
}

static size_t first_source(vb *b, const va_expr *e) {
    size_t k = 0;
    while (k < e->n_args && !is_list(b, e->args[k]) && e->args[k]->kind != VA_STRING) {
        vb_sym *sym = e->args[k]->kind == VA_NAME ? vb_lookup(b->scope, e->args[k]->name) : NULL;
        bool is_text = sym && ((sym->kind == VB_SYM_PARAM && sym->param && sym->param->type == VA_TYPE_STRING) ||
                               (sym->kind == VB_SYM_VAR && sym->var && sym->var->type == VA_TYPE_STRING));
        if (is_text) break;
        k++;
    }
    return k;
}

vb_x vb_table_model(vb *b, const va_expr *e) {
    column_data data = {.n_columns = 0};
    const char *control = "";
    size_t n_dims = first_source(b, e), next;
    va_val args[MAX_DIMS];
    if (n_dims == 0 || n_dims > MAX_DIMS || n_dims >= e->n_args) {
        vb_error(b, e->span, "write $table_model(x, \"file\", \"1L\") or $table_model(x, '{x...}, '{y...}, \"1L\")",
                 "$table_model takes 1 to %u inputs, then the data", MAX_DIMS);
        return nothing;
    }
    for (size_t d = 0; d < n_dims; d++) args[d] = vb_eval_real(b, e->args[d]);
    if (is_list(b, e->args[n_dims])) {
        next = 2 * n_dims + 1;
        if (next > e->n_args) {
            vb_error(b, e->span, NULL, "the table needs %zu lists: one for each input and one of values", n_dims + 1);
            return nothing;
        }
        if (!read_lists(b, e, n_dims, n_dims + 1, &data)) return nothing;
    } else {
        const char *name;
        next = n_dims + 1;
        if (!vb_constant_text(b, e->args[n_dims], "the name of a table", &name) ||
            !read_table(b, name, e->args[n_dims]->span, &data))
            return nothing;
    }
    if (next < e->n_args && !vb_constant_text(b, e->args[next], "the control string", &control)) return nothing;
    va_table table;
    if (vb_failed(b) || !table_make(b, e, n_dims, &data, control, &table)) return nothing;
    va_table *added = HYS_PUSH(b->arena, &b->model->tables);
    if (!added) return nothing;
    *added = table;
    b->ir->span = e->span;
    return vb_real_x(va_opn(b->ir, VA_OP_TABLE, (uint32_t)(b->model->tables.n - 1), args, n_dims));
}
