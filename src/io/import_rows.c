/* What all importers share: measurements made of headings and rows. */
#include "base/diag.h"
#include "io/import.h"
#include <math.h>
#include <string.h>

#define MAX_ASSUMED 64

bool hys__import_starts(const hys__csv *r, const char *mark) {
    size_t n = strlen(mark);
    return (size_t)(r->line_end - r->line) >= n && !memcmp(r->line, mark, n);
}

bool hys__import_has_line(const hys__csv *text, int most_lines, const char *mark) {
    hys__csv head = *text;
    for (int k = 0; k < most_lines && hys__csv_next_line(&head); k++)
        if (hys__import_starts(&head, mark)) return true;
    return false;
}

bool hys__import_has_whole_line(const hys__csv *text, int most_lines, const char *line) {
    hys__csv head = *text;
    for (int k = 0; k < most_lines && hys__csv_next_line(&head); k++) {
        const char *to = head.line_end;
        while (to > head.line && (to[-1] == ' ' || to[-1] == '\t')) to--;
        if (hys__import_starts(&head, line) && (size_t)(to - head.line) <= strlen(line)) return true;
    }
    return false;
}

static bool is_edge(char c) {
    return c == ' ' || c == '\t' || c == '"' || c == ',';
}

const char *hys__import_rest(hys__import *im, size_t n) {
    const char *from = im->csv.line + n, *to = im->csv.line_end;
    while (from < to && is_edge(*from)) from++;
    while (to > from && is_edge(to[-1])) to--;
    return hys__arena_strndup(im->arena, from, (size_t)(to - from));
}

hys_status hys__import_assume(hys__import *im, const char *fmt, ...) {
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    hys_imported *result = im->result;
    for (size_t k = 0; k < result->assumed.n; k++)
        if (!strcmp(result->assumed.at[k], text)) return HYS_OK;
    if (result->assumed.n == MAX_ASSUMED) return HYS_OK;
    const char **place = HYS_PUSH(&result->arena, &result->assumed);
    if (!place) return HYS_NOMEM;
    *place = hys__arena_strndup(&result->arena, text, strlen(text));
    return *place ? HYS_OK : HYS_NOMEM;
}

/* ---- begin ---- */

hys_status hys__import_begin(hys__import *im, size_t n_columns) {
    hys_status status = hys__import_end(im);
    if (status == HYS_OK) status = hys_table_new(im->csv.ctx, &im->csv.table);
    return status == HYS_OK ? hys__csv_room(&im->csv, im->arena, n_columns) : status;
}

hys_status hys__import_column(hys__import *im, const char *name, const char *unit) {
    return hys__csv_add_column(&im->csv, im->csv.line, name, unit);
}

/* rule = NAME "=" TEXT; *text: behind the "=" */
static hys_status split_rule(hys__import *im, const char *option, const char *rule, char name[64], const char **text) {
    const char *sign = strchr(rule, '=');
    if (!sign || sign == rule || (size_t)(sign - rule) >= 64 || !sign[1])
        return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_ARG, option, 0, 0, "",
                              !strcmp(option, "--unit") ? "--unit i=uA" : "--column v=DrainV", "'%.80s' is no NAME=%s",
                              rule, !strcmp(option, "--unit") ? "UNIT" : "COLUMN");
    snprintf(name, 64, "%.*s", (int)(sign - rule), rule);
    *text = sign + 1;
    return HYS_OK;
}

static hys_status no_column(hys__import *im, const char *option, const char *name) {
    char list[200] = "";
    size_t n = 0;
    for (size_t c = 0; c < hys_table_n_columns(im->csv.table) && n + 40 < sizeof list; c++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%.30s", c ? ", " : "the columns are ",
                              hys_table_name(im->csv.table, c));
    return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_ARG, im->csv.path, im->csv.n_lines, 1, im->csv.line, list,
                          "there is no column '%.80s' for %s", name, option);
}

static hys_status rename_to(hys__import *im, const char *from, const char *to) {
    size_t c = hys__table_index(im->csv.table, from), old = hys__table_index(im->csv.table, to);
    if (c == SIZE_MAX) return no_column(im, "--column", from);
    hys_status status = HYS_OK;
    if (old != SIZE_MAX && old != c) status = hys__csv_rename(&im->csv, old, "c0");
    return status == HYS_OK ? hys__csv_rename(&im->csv, c, to) : status;
}

static hys_status set_columns(hys__import *im) {
    for (size_t k = 0; k < im->opts->n_columns; k++) {
        char name[64];
        const char *from = "";
        hys_status status = split_rule(im, "--column", im->opts->columns[k], name, &from);
        if (status == HYS_OK) status = rename_to(im, from, name);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* name = NAME [ "[" UNIT "]" ]; a column without a heading loses the unit that was guessed for it. */
static hys_status set_name(hys__import *im, size_t column, const char *name, size_t n) {
    const char *open = memchr(name, '[', n);
    size_t length = open ? (size_t)(open - name) : n;
    bool has_end = open && name[n - 1] == ']';
    char *copy = hys__arena_strndup(im->arena, name, length);
    char *unit = hys__arena_strndup(im->arena, open ? open + 1 : "", has_end ? n - length - 2 : 0);
    if (!copy || !unit) return HYS_NOMEM;
    if (!length || (open && !has_end))
        return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_ARG, "--columns", 0, 0, "", "--columns time,v,i[uA]",
                              "'%.*s' is no NAME or NAME[UNIT]", n < 80 ? (int)n : 80, name);
    hys_status status = hys__csv_rename(&im->csv, column, copy);
    if (status == HYS_OK && (open || im->csv.table->is_unnamed)) status = hys__csv_set_unit(&im->csv, column, unit);
    return status;
}

/* names = name { "," name } ; name may be "-" */
static hys_status set_names(hys__import *im) {
    size_t n_columns = hys_table_n_columns(im->csv.table), c = 0;
    hys_status status = HYS_OK;
    for (const char *at = im->opts->names; at && status == HYS_OK; c++) {
        size_t n = strcspn(at, ",");
        if (c == n_columns)
            return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_ARG, im->csv.path, im->csv.n_lines, 1, im->csv.line, "",
                                  "--columns names more than the %zu columns there are", n_columns);
        if (n != 1 || *at != '-') status = set_name(im, c, at, n);
        at = at[n] ? at + n + 1 : NULL;
    }
    if (im->opts->names) im->csv.table->is_unnamed = false;
    return status;
}

static hys_status set_units(hys__import *im) {
    for (size_t k = 0; k < im->opts->n_units; k++) {
        char name[64];
        const char *unit = "";
        hys__unit parsed;
        hys_status status = split_rule(im, "--unit", im->opts->units[k], name, &unit);
        if (status != HYS_OK) return status;
        size_t c = hys__table_index(im->csv.table, name);
        if (c == SIZE_MAX) return no_column(im, "--unit", name);
        if (!hys__unit_parse(unit, strlen(unit), &parsed))
            return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_ARG, "--unit", 0, 0, "", "--unit i=uA",
                                  "'%.80s' is no unit", unit);
        status = hys__csv_set_unit(&im->csv, c, unit);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* The swept channel of an analyser: its columns are v and i, unless --column says otherwise. */
static hys_status set_channel(hys__import *im) {
    const char *const names[] = {"v", "i"}, *const columns[] = {im->v, im->i};
    for (size_t k = 0; k < 2; k++) {
        size_t c = columns[k] ? hys__table_index(im->csv.table, columns[k]) : SIZE_MAX;
        if (c == SIZE_MAX || hys__table_index(im->csv.table, names[k]) != SIZE_MAX) continue;
        hys_status status = hys__csv_rename(&im->csv, c, names[k]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* Says which of an instrument's columns v and i became. */
static hys_status say_roles(hys__import *im, char *const *before, size_t n) {
    char text[200] = "";
    size_t used = 0;
    for (size_t c = 0; c < n; c++) {
        const char *name = hys_table_name(im->csv.table, c);
        if (!strcasecmp(name, before[c]) || used + 80 > sizeof text) continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s is '%.40s'", used ? ", " : "", name, before[c]);
    }
    return used ? hys__import_assume(im, "%s", text) : HYS_OK;
}

hys_status hys__import_named(hys__import *im) {
    size_t n = hys_table_n_columns(im->csv.table);
    char **before = HYS_NEW_N(im->arena, char *, n + 1);
    if (!before) return HYS_NOMEM;
    hys_status status = set_names(im);
    for (size_t c = 0; c < n; c++) before[c] = im->csv.table->columns.at[c].name;
    if (status == HYS_OK) status = set_columns(im);
    if (status == HYS_OK) status = set_channel(im);
    if (status == HYS_OK && !im->csv.table->is_unnamed && !im->is_named) status = hys__csv_name_roles(&im->csv);
    if (status == HYS_OK) status = set_units(im);
    return status == HYS_OK ? say_roles(im, before, n) : status;
}

hys_status hys__import_heading(hys__import *im, bool *is_data) {
    hys_status status = hys__import_end(im);
    if (status == HYS_OK) status = hys_table_new(im->csv.ctx, &im->csv.table);
    if (status == HYS_OK) status = hys__csv_heading(&im->csv, im->arena, is_data);
    return status == HYS_OK ? hys__import_named(im) : status;
}

/* ---- rows and end ---- */

hys_status hys__import_row(hys__import *im) {
    hys_status status = hys__csv_cells(&im->csv);
    return status == HYS_OK ? hys_table_add_row(im->csv.table, im->csv.row) : status;
}

/* Rows in which time, v or i is missing are of no use to anybody. */
static void leave_out(hys__import *im) {
    static const char *const names[] = {"time", "v", "i", "f", "Z.re", "Z.im"};
    hys_table *table = im->csv.table;
    size_t kept = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        bool is_whole = true;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            size_t c = hys__table_index(table, names[k]);
            if (c != SIZE_MAX && isnan(table->columns.at[c].values[row])) is_whole = false;
        }
        for (size_t c = 0; is_whole && kept < row && c < table->columns.n; c++)
            table->columns.at[c].values[kept] = table->columns.at[c].values[row];
        kept += is_whole;
    }
    im->n_left_out += table->n_rows - kept;
    table->n_rows = kept;
}

hys_status hys__import_end(hys__import *im) {
    hys_table *table = im->csv.table;
    if (!table) return HYS_OK;
    if (im->csv.is_instrument) leave_out(im);
    if (!hys_table_n_rows(table)) {
        hys_table_free(table);
        im->csv.table = NULL;
        return HYS_OK;
    }
    hys__measurement *place = HYS_PUSH(&im->result->arena, &im->result->measurements);
    if (!place) return HYS_NOMEM;
    *place = (hys__measurement){.table = table, .title = ""};
    im->csv.table = NULL;
    place->title = hys__arena_strndup(&im->result->arena, im->title, strlen(im->title));
    return place->title ? HYS_OK : HYS_NOMEM;
}

hys_status hys__import_again(hys__import *im) {
    hys_table *old = im->csv.table, *fresh = NULL;
    hys_status status = hys_table_new(im->csv.ctx, &fresh);
    for (size_t c = 0; status == HYS_OK && c < hys_table_n_columns(old); c++)
        status = hys_table_add_column(fresh, hys_table_name(old, c), hys_table_unit(old, c));
    if (status == HYS_OK) status = hys__import_end(im);
    if (status == HYS_OK) im->csv.table = fresh;
    else hys_table_free(fresh);
    return status;
}

bool hys__import_next(hys__import *im) {
    while (hys__csv_next_line(&im->csv)) {
        if ((im->csv.n_lines & 1023) == 0 && hys_ctx_is_cancelled(im->csv.ctx)) return false;
        const char *c = im->csv.line;
        while (c < im->csv.line_end && (*c == ' ' || *c == '\t' || *c == '\f')) c++;
        if (c < im->csv.line_end) return true;
    }
    return false;
}

hys_status hys__import_rows(hys__import *im) {
    hys_status status = HYS_OK;
    while (status == HYS_OK && hys__import_next(im)) status = hys__import_row(im);
    return status;
}
