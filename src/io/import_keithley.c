/* Keithley: Clarius sheets of the 4200A saved as CSV, scripts of the 2400 and 2600 series. */
#include "base/diag.h"
#include "io/import.h"
#include <stdlib.h>
#include <string.h>

/* ---- Clarius: "DrainV(1),DrainI(1),DrainV(2),..."; what is in parentheses is the sweep ---- */

/* The sweep of "DrainV(2)"; 0: none */
static unsigned long sweep_of(const char *from, const char *to) {
    const char *open = to;
    if (to - from < 4 || to[-1] != ')') return 0;
    while (open > from && *open != '(') open--;
    if (open == from || open[1] < '0' || open[1] > '9') return 0;
    char *end = NULL;
    unsigned long number = strtoul(open + 1, &end, 10);
    return end == to - 1 && number < 100000 ? number : 0;
}

static bool is_word(const hys__csv_cell *cell, const char *word) {
    return (size_t)(cell->to - cell->from) == strlen(word) && !memcmp(cell->from, word, strlen(word));
}

bool hys__import_is_clarius(const hys__csv *text) {
    hys__csv head = *text;
    if (!hys__csv_next_line(&head) || memchr(head.line, '"', (size_t)(head.line_end - head.line))) return false;
    head.separator = ',';
    size_t n_sweeps = 0, n_known = 0;
    hys__csv_cell cell = {.next = head.first};
    while (cell.next && hys__csv_cell_next(&head, cell.next, &cell) == HYS_OK) {
        n_sweeps += sweep_of(cell.from, cell.to) > 0;
        n_known += is_word(&cell, "AV") || is_word(&cell, "AI");
    }
    return n_sweeps >= 2 || n_known == 2;
}

/* Columns without a number belong to every sweep. */
static bool is_of_sweep(const hys_table *table, size_t column, unsigned long sweep) {
    const char *name = hys_table_name(table, column);
    unsigned long number = sweep_of(name, name + strlen(name));
    return number == sweep || number == 0;
}

static hys_status add_sweep_columns(hys__import *im, const hys_table *wide, unsigned long sweep) {
    hys_status status = hys__import_begin(im, hys_table_n_columns(wide));
    for (size_t c = 0; status == HYS_OK && c < hys_table_n_columns(wide); c++) {
        if (!is_of_sweep(wide, c, sweep)) continue;
        char name[300];
        const char *from = hys_table_name(wide, c),
                   *open = sweep_of(from, from + strlen(from)) ? strrchr(from, '(') : NULL;
        snprintf(name, sizeof name, "%.*s", open ? (int)(open - from) : (int)strlen(from), from);
        status = hys__import_column(im, name, hys_table_unit(wide, c));
    }
    return status == HYS_OK ? hys__import_named(im) : status;
}

static hys_status add_sweep(hys__import *im, const hys_table *wide, unsigned long sweep) {
    hys_status status = add_sweep_columns(im, wide, sweep);
    im->title = sweep ? hys__arena_printf(im->arena, "sweep %lu", sweep) : "";
    if (!im->title) return HYS_NOMEM;
    for (size_t r = 0; status == HYS_OK && r < hys_table_n_rows(wide); r++) {
        size_t n = 0;
        for (size_t c = 0; c < hys_table_n_columns(wide); c++) {
            if (!is_of_sweep(wide, c, sweep)) continue;
            double value = hys_table_column_at(wide, c)[r];
            im->csv.row[n] = im->csv.units[n].is_converted ? hys__unit_to_si(&im->csv.units[n].unit, value) : value;
            n++;
        }
        status = hys_table_add_row(im->csv.table, im->csv.row);
    }
    return status == HYS_OK ? hys__import_end(im) : status;
}

static hys_status split_sweeps(hys__import *im, const hys_table *wide) {
    unsigned long most = 0;
    bool any = false;
    for (size_t c = 0; c < hys_table_n_columns(wide); c++) {
        const char *name = hys_table_name(wide, c);
        unsigned long number = sweep_of(name, name + strlen(name));
        most = number > most ? number : most;
    }
    hys_status status = HYS_OK;
    for (unsigned long sweep = most ? 1 : 0; status == HYS_OK && sweep <= most; sweep++) {
        any = false;
        for (size_t c = 0; c < hys_table_n_columns(wide); c++) {
            const char *name = hys_table_name(wide, c);
            any = any || !most || sweep_of(name, name + strlen(name)) == sweep;
        }
        if (any) status = add_sweep(im, wide, sweep);
    }
    return status;
}

hys_status hys__import_clarius(hys__import *im) {
    bool is_data = false;
    im->csv.is_instrument = true;
    im->csv.separator = ',';
    if (!hys__import_next(im)) return HYS_OK;
    hys_status status = hys_table_new(im->csv.ctx, &im->csv.table);
    if (status == HYS_OK) status = hys__csv_heading(&im->csv, im->arena, &is_data);
    if (status == HYS_OK) status = hys__import_rows(im);
    hys_table *wide = im->csv.table;
    im->csv.table = NULL;
    if (status == HYS_OK) status = split_sweeps(im, wide);
    hys_table_free(wide);
    return status;
}

/* ---- scripts: "# of variables,1,Sweep points,601,Parametric points,1," / names / rows ---- */

#define SCRIPT_MARK "# of variables,"

bool hys__import_is_script(const hys__csv *text) {
    return hys__import_has_line(text, 20, SCRIPT_MARK);
}

/* The number behind a word of the first line; 0: none */
static size_t script_count(hys__import *im, const char *line, const char *word) {
    const char *at = strstr(line, word);
    double value = 0;
    bool overflow = false;
    (void)im;
    return at && hys__number_parse(at + strlen(word), &value, &overflow) && value >= 1 && value < 1e9 ? (size_t)value
                                                                                                      : 0;
}

/* "time_s" is in seconds. */
static hys_status script_units(hys__import *im) {
    for (size_t c = 0; c < hys_table_n_columns(im->csv.table); c++) {
        if (strcmp(hys_table_name(im->csv.table, c), "time_s") != 0) continue;
        hys_status status = hys__csv_rename(&im->csv, c, "time");
        if (status == HYS_OK) status = hys__csv_set_unit(&im->csv, c, "s");
        if (status != HYS_OK) return status;
    }
    return hys__import_named(im);
}

static hys_status script_heading(hys__import *im) {
    bool is_data = false;
    hys_status status = hys__import_begin(im, 1);
    if (status == HYS_OK) status = hys__csv_heading(&im->csv, im->arena, &is_data);
    return status == HYS_OK ? script_units(im) : status;
}

hys_status hys__import_script(hys__import *im) {
    size_t n_points = 0, n_read = 0, curve = 0;
    bool has_heading = false, is_next = false;
    hys_status status = HYS_OK;
    im->csv.is_instrument = true;
    im->csv.separator = ',';
    while (status == HYS_OK && hys__import_next(im)) {
        if (hys__import_starts(&im->csv, SCRIPT_MARK)) {
            const char *line = hys__import_rest(im, 0);
            if (!line) return HYS_NOMEM;
            n_points = script_count(im, line, "Parametric points,") > 1 ? script_count(im, line, "Sweep points,") : 0;
            is_next = true;
        } else if (is_next) {
            status = script_heading(im);
            is_next = false;
            has_heading = true;
            n_read = 0;
        } else if (has_heading) {
            if (n_read && n_points && n_read % n_points == 0) {
                status = hys__import_again(im);
                im->title = hys__arena_printf(im->arena, "curve %zu", ++curve + 1);
                if (!im->title) return HYS_NOMEM;
            }
            n_read++;
            if (status == HYS_OK) status = hys__import_row(im);
        }
    }
    return status;
}
