/* Parameter analysers: Keysight EasyEXPERT in both dialects, B2900A Quick IV, HP 4155. */
#include "base/diag.h"
#include "io/import.h"
#include <math.h>
#include <string.h>

/* The count behind n bytes of the line; 0 where there is none. */
static size_t count_at(const hys__csv *r, size_t n) {
    const char *at = r->line + n;
    double value = 0;
    bool overflow = false;
    while (at < r->line_end && (*at == ' ' || *at == ',')) at++;
    return hys__number_parse(at, &value, &overflow) && value >= 1 && value < 1e9 ? (size_t)value : 0;
}

/* ---- EasyEXPERT text: a mark opens each line ---- */

/* file = { block } ; block = "SetupTitle," ... { "TestParameter," key "," values } ... "DataName," names
 *        { "DataValue," cells } */
typedef struct easyexpert {
    hys__import *im;
    const char *setup, *func, *v_names, *i_names; /* "CONST, VAR1" */
    size_t n_rows, n_curves;                      /* as Dimension1 and Dimension2 have it; 0: not said */
    size_t n_read;
    bool has_heading;
} easyexpert;

static hys_status keep_rest(easyexpert *e, const char *mark, const char **text) {
    *text = hys__import_rest(e->im, strlen(mark));
    return *text ? HYS_OK : HYS_NOMEM;
}

/* The k-th of "a, b, c", NULL where it is not there. */
static const char *item(hys__import *im, const char *list, size_t k) {
    for (; list && k > 0; k--) {
        list = strchr(list, ',');
        list = list ? list + 1 + strspn(list + 1, " ") : NULL;
    }
    return list ? hys__arena_strndup(im->arena, list, strcspn(list, ", ")) : NULL;
}

/* The names of the channel that VAR1 sweeps. */
static void find_swept(easyexpert *e) {
    e->im->v = e->im->i = NULL;
    for (size_t k = 0; e->func; k++) {
        const char *func = item(e->im, e->func, k);
        if (!func) return;
        if (strcmp(func, "VAR1") != 0) continue;
        e->im->v = item(e->im, e->v_names, k);
        e->im->i = item(e->im, e->i_names, k);
        return;
    }
}

static hys_status name_curve(easyexpert *e) {
    size_t curve = e->n_rows && e->n_curves > 1 ? e->n_read / e->n_rows + 1 : 0;
    e->im->title = curve ? hys__arena_printf(e->im->arena, "%s, curve %zu", e->setup, curve) : e->setup;
    return e->im->title ? HYS_OK : HYS_NOMEM;
}

/* What the file says it holds and does not is missing at its end: the measurement or the copy was cut off. */
static hys_status end_block(easyexpert *e) {
    hys__csv *r = &e->im->csv;
    size_t n = e->n_rows * (e->n_curves ? e->n_curves : 1);
    if (e->has_heading && e->n_read < n)
        hys__report_at(r->ctx, HYS_WARNING, HYS_OK, r->path, r->n_lines, 1, r->line, "",
                       "'%.80s' ends after %zu of %zu rows", e->setup, e->n_read, n);
    e->has_heading = false;
    return hys__import_end(e->im);
}

static hys_status easyexpert_setup(easyexpert *e) {
    hys_status status = end_block(e);
    *e = (easyexpert){.im = e->im};
    if (status == HYS_OK) status = keep_rest(e, "SetupTitle,", &e->setup);
    e->im->title = e->setup;
    return status;
}

static hys_status easyexpert_heading(easyexpert *e) {
    bool is_data = false;
    hys_status status = e->has_heading ? end_block(e) : HYS_OK;
    e->im->csv.first = e->im->csv.line + strlen("DataName,");
    find_swept(e);
    e->n_read = 0;
    if (status == HYS_OK) status = name_curve(e);
    e->has_heading = true;
    return status == HYS_OK ? hys__import_heading(e->im, &is_data) : status;
}

static hys_status easyexpert_row(easyexpert *e) {
    hys_status status = HYS_OK;
    if (!e->has_heading) return HYS_OK;
    e->im->csv.first = e->im->csv.line + strlen("DataValue,");
    if (e->n_read && e->n_curves > 1 && e->n_rows && e->n_read % e->n_rows == 0 && e->im->csv.table) {
        status = hys__import_again(e->im);
        if (status == HYS_OK) status = name_curve(e);
    }
    e->n_read++;
    return status == HYS_OK ? hys__import_row(e->im) : status;
}

static hys_status easyexpert_line(easyexpert *e) {
    const hys__csv *r = &e->im->csv;
    const struct {
        const char *mark;
        const char **text;
    } kept[] = {{"TestParameter, Channel.Func,", &e->func},
                {"TestParameter, Channel.VName,", &e->v_names},
                {"TestParameter, Channel.IName,", &e->i_names}};
    if (hys__import_starts(r, "DataValue,")) return easyexpert_row(e);
    if (hys__import_starts(r, "DataName,")) return easyexpert_heading(e);
    if (hys__import_starts(r, "SetupTitle,")) return easyexpert_setup(e);
    if (hys__import_starts(r, "Dimension1,")) e->n_rows = count_at(r, strlen("Dimension1,"));
    if (hys__import_starts(r, "Dimension2,")) e->n_curves = count_at(r, strlen("Dimension2,"));
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
        if (hys__import_starts(r, kept[k].mark)) return keep_rest(e, kept[k].mark, kept[k].text);
    return HYS_OK;
}

bool hys__import_is_easyexpert(const hys__csv *text) {
    return hys__import_has_line(text, 20, "SetupTitle,");
}

hys_status hys__import_easyexpert(hys__import *im) {
    easyexpert e = {.im = im, .setup = ""};
    im->csv.is_instrument = true;
    im->csv.separator = ',';
    hys_status status = HYS_OK;
    while (status == HYS_OK && hys__import_next(im)) status = easyexpert_line(&e);
    return status == HYS_OK ? end_block(&e) : status;
}

/* ---- the single file of the B1500A's classic tests: names behind the last line of the set-up ---- */

bool hys__import_is_classic(const hys__csv *text) {
    return hys__import_has_line(text, 5, "Setup title,");
}

hys_status hys__import_classic(hys__import *im) {
    bool has_heading = false, is_next = false, is_data = false;
    hys_status status = HYS_OK;
    im->csv.is_instrument = true;
    im->csv.separator = ',';
    while (status == HYS_OK && hys__import_next(im)) {
        if (hys__import_starts(&im->csv, "Setup title,")) {
            status = hys__import_end(im);
            im->title = hys__import_rest(im, strlen("Setup title,"));
            has_heading = false;
            if (!im->title) return HYS_NOMEM;
        } else if (hys__import_starts(&im->csv, "AutoAnalysis.Marker.Data.StartCondition,")) {
            is_next = true;
        } else if (is_next) {
            status = hys__import_heading(im, &is_data);
            has_heading = true;
            is_next = false;
        } else if (has_heading) {
            status = hys__import_row(im);
        }
    }
    return status;
}

/* ---- B2900A Quick IV: "Repeat,VAR2,Point,CH1 Voltage,CH1 Current,..." ---- */

bool hys__import_is_quick_iv(const hys__csv *text) {
    return hys__import_has_line(text, 30, "Repeat,VAR2,Point,");
}

static hys_status quick_iv_units(hys__import *im) {
    static const char *const units[][2] = {
        {" Voltage", "V"}, {" Current", "A"}, {" Resistance", "ohm"}, {" Time", "s"}};
    for (size_t c = 0; c < hys_table_n_columns(im->csv.table); c++)
        for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
            if (!strstr(hys_table_name(im->csv.table, c), units[k][0])) continue;
            hys_status status = hys__csv_set_unit(&im->csv, c, units[k][1]);
            if (status != HYS_OK) return status;
        }
    return HYS_OK;
}

static hys_status quick_iv_row(hys__import *im, double at[2]) {
    hys_status status = hys__csv_cells(&im->csv);
    if (status != HYS_OK) return status;
    const double *row = im->csv.row;
    bool is_next = row[0] != at[0] || row[1] != at[1];
    if (is_next && hys_table_n_rows(im->csv.table)) status = hys__import_again(im);
    if (is_next) im->title = hys__arena_printf(im->arena, "repeat %g, VAR2 %g", row[0], row[1]);
    if (!im->title) return HYS_NOMEM;
    memcpy(at, row, 2 * sizeof *at);
    return status == HYS_OK ? hys_table_add_row(im->csv.table, row) : status;
}

hys_status hys__import_quick_iv(hys__import *im) {
    bool has_heading = false, is_data = false;
    double at[2] = {0, 0};
    hys_status status = HYS_OK;
    im->csv.is_instrument = true;
    im->csv.separator = ',';
    while (status == HYS_OK && hys__import_next(im)) {
        if (has_heading) {
            status = quick_iv_row(im, at);
        } else if (hys__import_starts(&im->csv, "Repeat,VAR2,Point,")) {
            status = hys__import_begin(im, 1);
            if (status == HYS_OK) status = hys__csv_heading(&im->csv, im->arena, &is_data);
            if (status == HYS_OK) status = quick_iv_units(im);
            if (status == HYS_OK) status = hys__import_named(im);
            has_heading = true;
        }
    }
    return status;
}

/* ---- HP 4155: "NO.","VCE","IC" / "","V","A" / 1,0.001,-9.265E-10 ---- */

bool hys__import_is_4155(const hys__csv *text) {
    return hys__import_has_line(text, 60, "\"NO.\",");
}

static hys_status units_4155(hys__import *im) {
    hys__csv_cell cell = {.next = im->csv.first};
    for (size_t c = 0; c < hys_table_n_columns(im->csv.table) && cell.next; c++) {
        hys_status status = hys__csv_cell_next(&im->csv, cell.next, &cell);
        const char *unit =
            status == HYS_OK ? hys__arena_strndup(im->arena, cell.from, (size_t)(cell.to - cell.from)) : NULL;
        if (!unit) return status == HYS_OK ? HYS_NOMEM : status;
        if (*unit) status = hys__csv_set_unit(&im->csv, c, unit);
        if (status != HYS_OK) return status;
    }
    return hys__import_named(im);
}

/* Points are numbered anew for each value of VAR2. */
static hys_status row_4155(hys__import *im, double *last, size_t *curve) {
    hys_status status = hys__csv_cells(&im->csv);
    if (status == HYS_OK && im->csv.row[0] <= *last) {
        status = hys__import_again(im);
        im->title = hys__arena_printf(im->arena, "curve %zu", ++*curve);
        if (!im->title) return HYS_NOMEM;
    }
    *last = im->csv.row[0];
    return status == HYS_OK ? hys_table_add_row(im->csv.table, im->csv.row) : status;
}

hys_status hys__import_4155(hys__import *im) {
    size_t n_lines = 0, curve = 1;
    bool is_data = false;
    double last = -INFINITY;
    hys_status status = HYS_OK;
    im->csv.is_instrument = true;
    im->csv.separator = ',';
    while (status == HYS_OK && hys__import_next(im)) {
        if (!n_lines && !hys__import_starts(&im->csv, "\"NO.\",")) continue;
        n_lines++;
        if (n_lines == 1) {
            status = hys__import_begin(im, 1);
            if (status == HYS_OK) status = hys__csv_heading(&im->csv, im->arena, &is_data);
        } else {
            status = n_lines == 2 ? units_4155(im) : row_4155(im, &last, &curve);
        }
    }
    return status;
}
