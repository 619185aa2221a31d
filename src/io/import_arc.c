/* ArC ONE: title, date, heading, then rows of all devices, each with the tag of the module that made it. */
#include "base/diag.h"
#include "io/import.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORDLINE, BITLINE, RESISTANCE, AMPLITUDE, WIDTH, TAG, READ_TAG, READ_VOLTAGE, N_CELLS };

/* tag = MODULE [ ("_" ( "s" | "i" | "e" ) [ "_" number ]) | " " text ] */
typedef struct tag {
    char module[16];
    bool is_start;
    double number; /* cycle of CT, time of RET; NAN: none */
} tag;

static const struct {
    const char *module, *name;
} modules[] = {
    {"S", "read"},           {"F", "read all"},          {"P", "pulse"},
    {"FF", "FormFinder"},    {"CT", "CurveTracer"},      {"SS", "SwitchSeeker"},
    {"RET", "Retention"},    {"EN", "Endurance"},        {"VOL", "VolatilityRead"},
    {"stdp", "STDP"},        {"CTS", "ConvergeToState"}, {"CRA", "ChronoAmperometry"},
    {"MPF", "ParameterFit"}, {"MB", "MultiBias"},        {"SM", "SuperMode"},
};

typedef struct arc {
    hys__import *im;
    double value[N_CELLS];
    tag tag;
    long wordline, bitline; /* of the measurement that is read */
    char module[16];
    double t0; /* unix time of its first row */
} arc;

bool hys__import_is_arc_one(const hys__csv *text) {
    return hys__import_has_line(text, 10, "Wordline,Bitline,Resistance,Amplitude");
}

static tag read_tag(const hys__csv_cell *cell) {
    tag t = {.number = NAN};
    size_t n = 0;
    const char *at = cell->from;
    for (; at < cell->to && *at != '_' && *at != ' ' && n < sizeof t.module - 1; at++) t.module[n++] = *at;
    while (cell->to - at >= 2 && *at == '_' && !strchr("ies", at[1]))
        for (at++; at < cell->to && *at != '_';) at++;
    if (cell->to - at < 2 || *at != '_') return t;
    t.is_start = at[1] == 's';
    bool overflow = false;
    if (cell->to - at > 3 && at[2] == '_' && !hys__number_parse(at + 3, &t.number, &overflow)) t.number = NAN;
    return t;
}

static const char *module_name(const char *module) {
    for (size_t k = 0; k < sizeof modules / sizeof *modules; k++)
        if (!strcmp(modules[k].module, module)) return modules[k].name;
    return module;
}

static hys_status read_cells(arc *a) {
    hys__csv *r = &a->im->csv;
    hys__csv_cell cell = {.next = r->first};
    for (size_t c = 0; c < N_CELLS; c++) {
        if (!cell.next)
            return hys__csv_complain(r, r->line_end, "", "this row has %zu cell%s; ArC ONE writes %d", c,
                                     c == 1 ? "" : "s", N_CELLS);
        hys_status status = hys__csv_cell_next(r, cell.next, &cell);
        if (status == HYS_OK && c == TAG) a->tag = read_tag(&cell);
        if (status == HYS_OK && c != TAG && c != READ_TAG) status = hys__csv_cell_value(r, &cell, &a->value[c]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status begin(arc *a) {
    static const char *const columns[][2] = {{"v", "V"},         {"i", "A"},     {"resistance", "ohm"},
                                             {"amplitude", "V"}, {"width", "s"}, {"cycle", "1"}};
    bool has_time = !strcmp(a->tag.module, "RET");
    hys_status status = hys__import_begin(a->im, 7);
    if (status == HYS_OK && has_time) status = hys__import_column(a->im, "time", "s");
    for (size_t c = 0; status == HYS_OK && c < sizeof columns / sizeof *columns; c++)
        status = hys__import_column(a->im, columns[c][0], columns[c][1]);
    if (status == HYS_OK) status = hys__import_named(a->im);
    a->wordline = lrint(a->value[WORDLINE]);
    a->bitline = lrint(a->value[BITLINE]);
    a->t0 = a->tag.number;
    memcpy(a->module, a->tag.module, sizeof a->module);
    a->im->title = hys__arena_printf(a->im->arena, "W%ldB%ld %s", a->wordline, a->bitline, module_name(a->module));
    return status == HYS_OK && !a->im->title ? HYS_NOMEM : status;
}

/* CurveTracer reads while it drives: v is its amplitude.  All others read at the read voltage. */
static hys_status add_row(arc *a) {
    const double *in = a->value;
    bool is_curve = !strcmp(a->module, "CT"), has_time = !strcmp(a->module, "RET");
    double v = in[is_curve ? AMPLITUDE : READ_VOLTAGE], i = in[RESISTANCE] != 0 ? v / in[RESISTANCE] : NAN;
    const double row[] = {a->tag.number - a->t0, v,         isfinite(i) ? i : NAN,         in[RESISTANCE],
                          in[AMPLITUDE],         in[WIDTH], is_curve ? a->tag.number : NAN};
    double *out = a->im->csv.row;
    size_t skip = has_time ? 0 : 1, n = hys_table_n_columns(a->im->csv.table);
    for (size_t c = 0; c < n; c++) {
        const hys__csv_unit *unit = &a->im->csv.units[c];
        out[c] = unit->is_converted ? hys__unit_to_si(&unit->unit, row[c + skip]) : row[c + skip];
    }
    return hys_table_add_row(a->im->csv.table, out);
}

static hys_status read_row(arc *a) {
    hys_status status = read_cells(a);
    if (status != HYS_OK) return status;
    for (size_t c = WORDLINE; c <= BITLINE; c++)
        if (!(fabs(a->value[c]) < 1e6))
            return hys__csv_complain(&a->im->csv, a->im->csv.first, "", "this is no number of a line");
    bool is_next = !a->im->csv.table || a->tag.is_start || strcmp(a->tag.module, a->module) != 0 ||
                   lrint(a->value[WORDLINE]) != a->wordline || lrint(a->value[BITLINE]) != a->bitline;
    if (is_next) status = begin(a);
    return status == HYS_OK ? add_row(a) : status;
}

hys_status hys__import_arc_one(hys__import *im) {
    arc a = {.im = im};
    bool has_heading = false;
    hys_status status = HYS_OK;
    im->csv.is_instrument = true;
    im->csv.separator = ',';
    im->is_named = true;
    while (status == HYS_OK && hys__import_next(im)) {
        if (has_heading) status = read_row(&a);
        else has_heading = hys__import_starts(&im->csv, "Wordline,Bitline,");
    }
    if (status == HYS_OK)
        status = hys__import_assume(im, "i is v/resistance; v is the amplitude of CurveTracer, else the read voltage");
    return status;
}
