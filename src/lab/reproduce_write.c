/* Reproduced values as CSV, out and in again: a card shows what a run before has given. */
#include "base/clocale.h"
#include "base/file.h"
#include "io/csv_text.h"
#include "lab/reproduce.h"
#include <math.h>
#include <string.h>

enum { NAME, FAMILY, MODEL, EXPECTED, GOT, UNIT, TOLERANCE, PASS, LABEL, SOURCE, NOTE, N_COLUMNS };
static const char *const columns[N_COLUMNS] = {"name",      "family", "model", "expected", "got", "unit",
                                               "tolerance", "pass",   "label", "source",   "note"};

/* ---- out ---- */

static void put_cell(FILE *out, const char *text) {
    bool is_quoted = strpbrk(text, ",\"") != NULL || *text == '#' || *text == ' ';
    if (is_quoted) fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text, out);
    }
    if (is_quoted) fputc('"', out);
}

/* Ten digits: more would differ from machine to machine. */
static void format_number(const hys__reproduce_row *row, double si, char text[32]) {
    *text = 0;
    if (!isnan(si)) hys__c_snprintf(text, 32, "%.10g", hys__unit_from_si(&row->unit, si));
}

static void put_row(FILE *out, const hys__reproduce_row *row) {
    static const char *const verdicts[] = {"", "yes", "no", "missing"};
    const hys_reproduced *v = &row->shown;
    char expected[32], got[32];
    format_number(row, v->expected, expected);
    format_number(row, v->got, got);
    const char *const cells[N_COLUMNS] = {
        v->name,  v->family, v->model, expected, got, v->unit, v->tolerance_text, verdicts[v->verdict],
        v->label, v->source, v->note};
    for (size_t c = 0; c < N_COLUMNS; c++) {
        if (c) fputc(',', out);
        put_cell(out, cells[c]);
    }
    fputc('\n', out);
}

static void put_comment(FILE *out, const char *key, const char *value) {
    fprintf(out, "# %s: ", key);
    for (; *value; value++) fputc((unsigned char)*value < ' ' || *value == 0x7f ? ' ' : *value, out);
    fputc('\n', out);
}

static void put_all(FILE *out, const hys_reproduction *r, const char *const *notes) {
    for (; notes && notes[0]; notes += 2) put_comment(out, notes[0], notes[1]);
    for (size_t c = 0; c < N_COLUMNS; c++) fprintf(out, "%s%s", c ? "," : "", columns[c]);
    fputc('\n', out);
    for (size_t k = 0; k < r->rows.n; k++) put_row(out, &r->rows.at[k]);
}

hys_status hys_reproduction_write_csv(const hys_reproduction *r, hys_ctx *ctx, const char *path,
                                      const char *const *notes) {
    hys__outfile *file = NULL;
    if (!strcmp(path, "-")) {
        put_all(stdout, r, notes);
        if (fflush(stdout) || ferror(stdout)) return hys__fail(ctx, HYS_IO, "", "cannot write to standard output");
        return HYS_OK;
    }
    hys_status status = hys__outfile_open(ctx, path, &file);
    if (status != HYS_OK) return status;
    put_all(hys__outfile_stream(file), r, notes);
    return hys__outfile_commit(file);
}

/* ---- in ---- */

static hys__reproduce_row *find_row(hys_reproduction *r, const char *name) {
    for (size_t k = 0; k < r->rows.n; k++)
        if (!strcmp(r->rows.at[k].shown.name, name)) return &r->rows.at[k];
    return NULL;
}

/* Values that are no longer in the tables are passed over. */
static hys_status take_row(hys_reproduction *r, const hys__csv_text *text, size_t k) {
    const hys__csv_word *cells = text->rows.at[k].cells;
    hys__reproduce_row *row = find_row(r, cells[NAME].text);
    double value = NAN;
    bool overflow = false;
    if (!row || row->shown.verdict != HYS_VERDICT_NONE) return HYS_OK;
    if (*cells[GOT].text && hys__number_parse(cells[GOT].text, &value, &overflow) != strlen(cells[GOT].text))
        return hys__csv_text_complain(text, k, GOT, "", "'%.60s' is not a number", cells[GOT].text);
    row->shown.got = hys__unit_to_si(&row->unit, value);
    if (isnan(value)) snprintf(row->why, sizeof row->why, "%s has no number for it", text->path);
    hys__reproduce_judge(row);
    return HYS_OK;
}

hys_status hys_reproduction_read_csv(hys_reproduction *r, hys_ctx *ctx, const char *path) {
    hys__arena arena;
    hys__csv_text text;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__csv_text_read(&arena, path, columns, N_COLUMNS, &text);
    for (size_t k = 0; status == HYS_OK && k < text.rows.n; k++) status = take_row(r, &text, k);
    hys__arena_free(&arena);
    return status;
}
