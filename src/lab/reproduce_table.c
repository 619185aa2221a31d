/* The tables of reproduced values, models/<family>/reproduce.csv: read, checked, in SI. */
#include "io/csv_text.h"
#include "lab/reproduce.h"
#include <hysteron/device.h>
#include <math.h>
#include <string.h>

#define MAX_ROWS 10000u

enum { NAME, MODEL, RUN, QUANTITY, EXPECTED, UNIT, TOLERANCE, LABEL, SOURCE, NOTE, N_COLUMNS };
static const char *const columns[N_COLUMNS] = {"name", "model",     "run",   "quantity", "expected",
                                               "unit", "tolerance", "label", "source",   "note"};

static const char *const labels[] = {"published", "computed", "derived", "memory", "missing"};
#define N_LABELS (sizeof labels / sizeof *labels)
#define MISSING  "missing"

typedef struct reader {
    hys_reproduction *r;
    const char *folder, *family;
    hys__csv_text text;
    size_t row;
} reader;

static const char *cell(const reader *in, size_t column) {
    return in->text.rows.at[in->row].cells[column].text;
}

#define COMPLAIN(in, column, ...) hys__csv_text_complain(&(in)->text, (in)->row, (column), __VA_ARGS__)

/* ---- units ---- */

/* SI units by their dimensions; what is not among them is a product of base units. */
static const char *const si_names[] = {"1",     "V",   "A",     "ohm",   "S",       "F",     "H",     "s",      "Hz",
                                       "K",     "m",   "J",     "W",     "C",       "N",     "Pa",    "Wb",     "T",
                                       "A/m^2", "V/m", "S/m^2", "F/m^2", "m/s",     "1/m^3", "V/s",   "A/s",    "S/s",
                                       "W/m^2", "W/K", "K/W",   "J/K",   "A*s/m^2", "1/V",   "A/V^2", "mol/m^3"};

const char *hys__si_unit_name(hys__arena *arena, const hys__unit *unit) {
    static const char *const bases[7] = {"m", "kg", "s", "A", "K", "mol", "cd"};
    for (size_t k = 0; k < sizeof si_names / sizeof *si_names; k++) {
        hys__unit si;
        if (hys__unit_parse(si_names[k], strlen(si_names[k]), &si) && hys__unit_same_dim(&si, unit)) return si_names[k];
    }
    char text[128] = "";
    size_t n = 0;
    for (int d = 0; d < 7; d++)
        if (unit->dim[d])
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s^%d", n ? "*" : "", bases[d], unit->dim[d]);
    return hys__arena_strndup(arena, text, n);
}

static hys_status read_unit(const reader *in, hys__reproduce_row *row) {
    const char *text = *cell(in, UNIT) ? cell(in, UNIT) : "1";
    if (!hys__unit_parse(text, strlen(text), &row->unit))
        return COMPLAIN(in, UNIT, "1, V, mS, ns, A/m^2, %, ...", "there is no unit '%.60s'", text);
    row->shown.unit = text;
    row->shown.si_unit = hys__si_unit_name(&in->r->arena, &row->unit);
    return row->shown.si_unit ? HYS_OK : HYS_NOMEM;
}

/* ---- numbers ---- */

static hys_status read_expected(const reader *in, hys__reproduce_row *row) {
    const char *text = cell(in, EXPECTED);
    bool overflow = false, is_missing = !strcmp(cell(in, LABEL), MISSING);
    double value = NAN;
    row->shown.expected = NAN;
    if (!*text && !is_missing)
        return COMPLAIN(in, EXPECTED, "where the literature does not give it, the label is 'missing'",
                        "the expected value is missing");
    if (!*text) return HYS_OK;
    if (is_missing) return COMPLAIN(in, LABEL, "", "what has an expected value is not missing");
    if (hys__number_parse(text, &value, &overflow) != strlen(text))
        return COMPLAIN(in, EXPECTED, "a plain number in the unit of the column unit", "'%.60s' is not a number", text);
    row->shown.expected = hys__unit_to_si(&row->unit, value);
    return isfinite(row->shown.expected) ? HYS_OK : COMPLAIN(in, EXPECTED, "", "this number is too large");
}

/* tolerance = number "%" | "abs" number */
static hys_status read_tolerance(const reader *in, hys__reproduce_row *row) {
    static const char *const hint = "a part of the expected value, 0.5%, or in its unit, abs 1e-3";
    const char *text = cell(in, TOLERANCE), *at = text;
    bool is_absolute = !strncmp(text, "abs ", 4), overflow = false;
    double value = NAN;
    row->shown.tolerance_text = text;
    row->shown.tolerance = NAN;
    if (isnan(row->shown.expected)) return HYS_OK;
    if (is_absolute) at += 4;
    while (*at == ' ') at++;
    size_t n = hys__number_parse(at, &value, &overflow);
    at += n;
    while (*at == ' ') at++;
    bool is_good = n > 0 && value >= 0 && isfinite(value) && !strcmp(at, is_absolute ? "" : "%");
    if (!is_good) return COMPLAIN(in, TOLERANCE, hint, "'%.60s' is not a tolerance", text);
    hys__unit unit = row->unit;
    unit.offset = 0;
    double size = fabs(hys__unit_from_si(&row->unit, row->shown.expected));
    row->shown.tolerance = hys__unit_to_si(&unit, is_absolute ? value : value / 100 * size);
    if (!is_absolute && size == 0)
        return COMPLAIN(in, TOLERANCE, hint, "a part of zero is zero: give an absolute tolerance");
    return HYS_OK;
}

/* ---- words ---- */

/* The longest name of the library that the model's begins with: pcm of pcm_gst; what is not in the library is a
 * module of its own. */
static const char *module_of(const char *model) {
    const char *best = NULL;
    for (size_t k = 0; k < hys_library_count(); k++) {
        const char *name = hys_library_get(k)->name;
        size_t n = strlen(name);
        bool is_head = !strncmp(model, name, n) && (model[n] == 0 || model[n] == '_');
        if (is_head && (!best || n > strlen(best))) best = name;
    }
    return best ? best : model;
}

/* What may be a word of a command line: no blanks, no separators of lists. */
static bool is_word(const char *text) {
    return *text && strcspn(text, " \t,;*?[]\"'") == strlen(text);
}

static hys_status read_name(const reader *in, hys__reproduce_row *row) {
    row->shown.name = cell(in, NAME);
    row->shown.model = cell(in, MODEL);
    row->shown.module = module_of(row->shown.model);
    if (!is_word(row->shown.model)) return COMPLAIN(in, MODEL, "", "this is not the name of a model");
    if (!is_word(row->shown.name) || !strchr(row->shown.name, '.'))
        return COMPLAIN(in, NAME, "MODEL.WHAT, without blanks", "this is not the name of a value");
    for (size_t k = 0; k + 1 < in->r->rows.n; k++)
        if (!strcmp(in->r->rows.at[k].shown.name, row->shown.name))
            return COMPLAIN(in, NAME, "", "a second value '%.80s'", row->shown.name);
    return HYS_OK;
}

static hys_status read_label(const reader *in, hys__reproduce_row *row) {
    row->shown.label = cell(in, LABEL);
    row->shown.source = cell(in, SOURCE);
    row->shown.note = cell(in, NOTE);
    for (size_t k = 0; k < N_LABELS; k++) {
        if (strcmp(labels[k], row->shown.label) != 0) continue;
        if (!strcmp(row->shown.label, MISSING) && !*row->shown.note)
            return COMPLAIN(in, NOTE, "", "say here what is missing");
        if (strcmp(row->shown.label, MISSING) != 0 && !*row->shown.source)
            return COMPLAIN(in, SOURCE, "", "say here where the number is from");
        return HYS_OK;
    }
    return COMPLAIN(in, LABEL, "published, computed, derived, memory or missing", "there is no label '%.60s'",
                    row->shown.label);
}

/* ---- runs ---- */

static hys_status fail_run(const reader *in, const char *what) {
    return COMPLAIN(in, RUN, "FILE.cir, a netlist in the folder reproduce; or bifurcation FILE.cir PARAM FROM TO", "%s",
                    what);
}

/* run = FILE | "bifurcation" FILE PARAM FROM TO */
static hys_status add_run(const reader *in, const char *text, hys__reproduce_run *run) {
    const char *words[6];
    size_t n = 0;
    for (const char *at = text; *at && n < 6;) {
        size_t len = strcspn(at, " \t");
        if (len && !(words[n++] = hys__arena_strndup(&in->r->arena, at, len))) return HYS_NOMEM;
        at += len;
        at += strspn(at, " \t");
    }
    bool is_bifurcation = n > 0 && !strcmp(words[0], "bifurcation");
    if (n != (is_bifurcation ? 5 : 1)) return fail_run(in, "this is not a run");
    const char *file = words[is_bifurcation];
    if (strchr(file, '/') || *file == '.') return fail_run(in, "the netlist lies in the folder reproduce");
    *run = (hys__reproduce_run){.family = in->family, .text = text};
    run->netlist = hys__arena_printf(&in->r->arena, "%s/reproduce/%s", in->folder, file);
    if (is_bifurcation) {
        run->param = words[2];
        run->from = words[3];
        run->to = words[4];
    }
    return run->netlist ? HYS_OK : HYS_NOMEM;
}

/* The same text is the same run. */
static hys_status read_run(const reader *in, hys__reproduce_row *row) {
    hys_reproduction *r = in->r;
    row->run = 0;
    row->shown.run = cell(in, RUN);
    while (row->run < r->runs.n &&
           (strcmp(r->runs.at[row->run].text, row->shown.run) != 0 || r->runs.at[row->run].family != in->family))
        row->run++;
    if (row->run < r->runs.n) return HYS_OK;
    hys__reproduce_run run;
    hys_status status = add_run(in, row->shown.run, &run);
    hys__reproduce_run *place = status == HYS_OK ? HYS_PUSH(&r->arena, &r->runs) : NULL;
    if (!place) return status == HYS_OK ? HYS_NOMEM : status;
    *place = run;
    return HYS_OK;
}

static hys_status read_quantity(const reader *in, hys__reproduce_row *row) {
    hys__measurand_error error;
    row->shown.quantity = cell(in, QUANTITY);
    bool is_bifurcation = in->r->runs.at[row->run].param != NULL;
    if (hys__measurand_read(&in->r->arena, row->shown.quantity, is_bifurcation, &row->measurand, &error)) return HYS_OK;
    if (in->r->arena.failed) return HYS_NOMEM;
    return COMPLAIN(in, QUANTITY, error.hint, "%s", error.what);
}

static hys_status read_row(const reader *in) {
    hys__reproduce_row *row = HYS_PUSH(&in->r->arena, &in->r->rows);
    if (!row) return HYS_NOMEM;
    row->run = SIZE_MAX;
    row->shown.family = in->family;
    row->shown.got = NAN;
    row->shown.run = cell(in, RUN);
    row->shown.quantity = cell(in, QUANTITY);
    row->shown.why = "";
    hys_status status = read_name(in, row);
    if (status == HYS_OK) status = read_label(in, row);
    if (status == HYS_OK) status = read_unit(in, row);
    if (status == HYS_OK) status = read_expected(in, row);
    if (status == HYS_OK) status = read_tolerance(in, row);
    bool is_missing = status == HYS_OK && isnan(row->shown.expected);
    if (is_missing) row->shown.verdict = HYS_VERDICT_MISSING;
    if (status == HYS_OK && !is_missing) status = read_run(in, row);
    if (status == HYS_OK && !is_missing) status = read_quantity(in, row);
    return status;
}

hys_status hys__reproduce_table(hys_reproduction *r, const char *folder, const char *family) {
    reader in = {.r = r};
    in.folder = hys__arena_strndup(&r->arena, folder, strlen(folder));
    in.family = hys__arena_strndup(&r->arena, family, strlen(family));
    const char *path = hys__arena_printf(&r->arena, "%s/reproduce.csv", folder);
    if (!in.folder || !in.family || !path) return HYS_NOMEM;
    hys_status status = hys__csv_text_read(&r->arena, path, columns, N_COLUMNS, &in.text);
    if (status != HYS_OK) return status;
    if (r->rows.n + in.text.rows.n > MAX_ROWS)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_LIMIT, path, 0, 0, "", "", "more than %u values", MAX_ROWS);
    for (in.row = 0; status == HYS_OK && in.row < in.text.rows.n; in.row++) {
        if (hys_ctx_is_cancelled(r->ctx)) return HYS_CANCEL;
        status = read_row(&in);
    }
    return status;
}
