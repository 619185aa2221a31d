/* What the first line of a CSV file means: names, units, and which columns are time, v and i. */
#include "base/diag.h"
#include "io/csv.h"
#include <string.h>

#define MAX_COLUMNS 4096
#define MAX_NAME    256 /* bytes */

/* Units that data come in, and what they are converted to: SI is all that others see. */
static const char *const si_names[] = {"V", "A", "s", "ohm", "S", "Hz", "K", "m", "W", "F"};

/* The unit that values are converted to, or NULL where they stay as they are. */
static const char *si_unit(const char *text, hys__unit *unit) {
    if (!hys__unit_parse(text, strlen(text), unit)) return NULL;
    for (size_t k = 0; k < sizeof si_names / sizeof *si_names; k++) {
        hys__unit si;
        if (hys__unit_parse(si_names[k], strlen(si_names[k]), &si) && hys__unit_same_dim(unit, &si)) return si_names[k];
    }
    return NULL;
}

hys_status hys__csv_add_column(hys__csv *r, const char *where, const char *name, const char *unit) {
    size_t n = hys_table_n_columns(r->table);
    const char *si = si_unit(unit, &r->units[n].unit);
    r->units[n].is_converted = si && strcmp(si, unit);
    if (!r->is_instrument && hys__table_index(r->table, name) != SIZE_MAX)
        hys__report_at(r->ctx, HYS_WARNING, HYS_OK, r->path, r->n_lines, (int32_t)(where - r->line) + 1, r->line, "",
                       "two columns are called '%s'; the first of them counts", name);
    return hys_table_add_column(r->table, name, si ? si : unit);
}

static bool is_all_digits(const char *from, const char *to) {
    while (from < to && *from >= '0' && *from <= '9') from++;
    return from == to;
}

/* Where the unit at the end of a heading opens; NULL: there is none.  "x[3]" and "DrainV(1)" are names: what is in
 * brackets is a unit unless it is an index, what is in parentheses only if it is known as one. */
static const char *find_unit(const char *from, const char *to) {
    hys__unit unit;
    if (to == from || (to[-1] != ']' && to[-1] != ')')) return NULL;
    char opening = to[-1] == ']' ? '[' : '(';
    const char *open = to - 1;
    while (open > from && *open != opening) open--;
    size_t n = (size_t)(to - 1 - (open + 1));
    bool is_one = n == 1 && open[1] == '1';
    if (open == from || *open != opening) return NULL;
    if (opening == '[') return is_one || !is_all_digits(open + 1, to - 1) ? open : NULL;
    return !is_all_digits(open + 1, to - 1) && hys__unit_parse(open + 1, n, &unit) ? open : NULL;
}

/* Copies without the doubling of quotes; false when it does not fit. */
static bool copy(char *into, const char *from, const char *to) {
    size_t n = 0;
    while (from < to && (to[-1] == ' ' || to[-1] == '\t')) to--;
    for (; from < to; from++) {
        if (n == MAX_NAME - 1) return false;
        into[n++] = *from;
        if (*from == '"' && from + 1 < to && from[1] == '"') from++;
    }
    into[n] = 0;
    return true;
}

/* heading = name [ "[" unit "]" | "(" unit ")" ] */
static hys_status add_heading(hys__csv *r, const hys__csv_cell *cell) {
    char name[MAX_NAME], unit[MAX_NAME] = "";
    const char *open = find_unit(cell->from, cell->to);
    if (cell->from == cell->to && r->is_instrument)
        snprintf(name, sizeof name, "c%zu", hys_table_n_columns(r->table) + 1);
    else if (cell->from == cell->to) return hys__csv_complain(r, cell->from, "", "a column needs a name");
    else if (!copy(name, cell->from, open ? open : cell->to) || (open && !copy(unit, open + 1, cell->to - 1)))
        return hys__csv_complain(r, cell->from, "", "this heading is longer than %d bytes", MAX_NAME);
    return hys__csv_add_column(r, cell->from, name, unit);
}

/* A first line of numbers has no names: the columns are v,i or time,v,i or c1, c2, ... */
static hys_status add_usual(hys__csv *r, size_t c, size_t n) {
    static const char *const usual[2][3] = {{"v", "i", ""}, {"time", "v", "i"}};
    static const char *const units[2][3] = {{"V", "A", ""}, {"s", "V", "A"}};
    char name[32];
    bool known = n == 2 || n == 3;
    snprintf(name, sizeof name, "c%zu", c + 1);
    r->table->is_unnamed = true;
    return hys__csv_add_column(r, r->first, known ? usual[n - 2][c] : name, known ? units[n - 2][c] : "");
}

/* ---- roles ---- */

/* What people and instruments call the columns that hysteron calls time, v and i. */
static const struct role {
    const char *name, *unit, *words; /* words: each between two spaces */
    char initial;                    /* of instrument channels: "V1", "DrainV"; 0: none */
} roles[] = {
    {"time", "s", " time t timestamp zeit temps ", 0},
    {"v", "V", " v voltage av u bias spannung tension ", 'V'},
    {"i", "A", " i current ai strom courant ", 'I'},
};

static bool is_word_of(const struct role *role, const char *name) {
    char padded[MAX_NAME + 2];
    size_t n = strlen(name);
    padded[0] = ' ';
    for (size_t k = 0; k < n; k++) padded[k + 1] = (char)(name[k] >= 'A' && name[k] <= 'Z' ? name[k] + 32 : name[k]);
    memcpy(padded + n + 1, " ", 2);
    return !strchr(name, ' ') && strstr(role->words, padded);
}

static bool has_initial(const struct role *role, const char *name) {
    size_t n = strlen(name);
    return role->initial && n > 0 && (name[0] == role->initial || name[n - 1] == role->initial);
}

/* The column for a role: by its word, else by its unit, else by the initial of an instrument's channel. */
static size_t find_role(const hys__csv *r, const struct role *role) {
    size_t n = hys_table_n_columns(r->table);
    for (size_t c = 0; c < n; c++)
        if (is_word_of(role, hys_table_name(r->table, c))) return c;
    for (size_t c = 0; c < n && !r->by_word; c++)
        if (!strcmp(hys_table_unit(r->table, c), role->unit)) return c;
    for (size_t c = 0; c < n && r->is_instrument; c++)
        if (has_initial(role, hys_table_name(r->table, c))) return c;
    return SIZE_MAX;
}

hys_status hys__csv_rename(hys__csv *r, size_t column, const char *name) {
    char *copied = hys__arena_strndup(&r->table->arena, name, strlen(name));
    if (!copied) return HYS_NOMEM;
    r->table->columns.at[column].name = copied;
    return HYS_OK;
}

hys_status hys__csv_set_unit(hys__csv *r, size_t column, const char *unit) {
    const char *si = si_unit(unit, &r->units[column].unit);
    r->units[column].is_converted = si && strcmp(si, unit);
    char *copied = hys__arena_strndup(&r->table->arena, si ? si : unit, strlen(si ? si : unit));
    if (!copied) return HYS_NOMEM;
    r->table->columns.at[column].unit = copied;
    return HYS_OK;
}

hys_status hys__csv_name_roles(hys__csv *r) {
    for (size_t k = 0; k < sizeof roles / sizeof *roles; k++) {
        const struct role *role = &roles[k];
        size_t c = hys__table_index(r->table, role->name);
        if (c == SIZE_MAX) c = find_role(r, role);
        if (c == SIZE_MAX) continue;
        hys_status status = hys__csv_rename(r, c, role->name);
        if (status == HYS_OK && !*r->table->columns.at[c].unit) status = hys__csv_set_unit(r, c, role->unit);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* ---- the first line ---- */

static bool has_outside_quotes(const hys__csv *r, char wanted) {
    bool quoted = false;
    for (const char *c = r->first; c < r->line_end; c++) {
        if (*c == '"') quoted = !quoted;
        if (*c == wanted && !quoted) return true;
    }
    return false;
}

/* The separator, where none is given, is the one that the first line has: a semicolon before a comma, which then is a
 * decimal one. */
static char find_separator(const hys__csv *r) {
    if (r->separator) return r->separator;
    return has_outside_quotes(r, '\t') ? '\t' : has_outside_quotes(r, ';') ? ';' : ',';
}

static hys_status count_cells(hys__csv *r, size_t *n_cells, bool *is_data) {
    hys__csv_cell cell = {.next = r->first};
    bool last_is_empty = false;
    *n_cells = 0;
    while (cell.next) {
        hys_status status = hys__csv_cell_next(r, cell.next, &cell);
        if (status != HYS_OK) return status;
        if (*n_cells == 0) *is_data = hys__csv_is_number(r, &cell);
        last_is_empty = cell.from == cell.to;
        ++*n_cells;
    }
    if (last_is_empty && *n_cells > 1) --*n_cells; /* a separator at the end of the line */
    return HYS_OK;
}

hys_status hys__csv_room(hys__csv *r, hys__arena *arena, size_t n) {
    r->units = HYS_NEW_N(arena, hys__csv_unit, n);
    r->row = HYS_NEW_N(arena, double, n);
    return r->units && r->row ? HYS_OK : HYS_NOMEM;
}

hys_status hys__csv_heading(hys__csv *r, hys__arena *arena, bool *is_data) {
    size_t n = 0;
    r->separator = find_separator(r);
    hys_status status = count_cells(r, &n, is_data);
    if (status != HYS_OK) return status;
    if (n > MAX_COLUMNS)
        return hys__csv_complain(r, r->line, "", "there are %zu columns; at most %d are read", n, MAX_COLUMNS);
    status = hys__csv_room(r, arena, n);
    r->table->heading_line = r->n_lines;
    hys__csv_cell cell = {.next = r->first};
    for (size_t c = 0; c < n && status == HYS_OK; c++) {
        status = hys__csv_cell_next(r, cell.next, &cell);
        if (status == HYS_OK) status = *is_data ? add_usual(r, c, n) : add_heading(r, &cell);
    }
    return status;
}
