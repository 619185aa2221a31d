/* hys_import: finds out who wrote a file, and has it read. */
#include "io/import.h"
#include "base/diag.h"
#include "base/file.h"
#include "io/unpack.h"
#include <stdint.h>
#include <string.h>

#define MAX_BYTES ((size_t)1 << 30)

/* The first that takes a file for its own reads it. */
static const hys__importer importers[] = {
    {"easyexpert", "Keysight EasyEXPERT text (B1500A, B1505A)", hys__import_is_easyexpert, hys__import_easyexpert},
    {"classic", "Keysight B1500A single-file text", hys__import_is_classic, hys__import_classic},
    {"quick-iv", "Keysight B2900A Quick IV", hys__import_is_quick_iv, hys__import_quick_iv},
    {"4155", "HP/Agilent 4155/4156 ASCII", hys__import_is_4155, hys__import_4155},
    {"script", "Keithley 2400/2600 script", hys__import_is_script, hys__import_script},
    {"arc-one", "ArC ONE", hys__import_is_arc_one, hys__import_arc_one},
    {"arc-two", "ArC TWO HDF5", hys__import_is_hdf5, hys__import_arc_two},
    {"gamry", "Gamry .DTA", hys__import_is_gamry, hys__import_gamry},
    {"biologic", "BioLogic EC-Lab .mpt", hys__import_is_biologic, hys__import_biologic},
    {"zplot", "ZPlot .z", hys__import_is_zplot, hys__import_zplot},
    {"autolab", "Autolab .txt", hys__import_is_autolab, hys__import_zplot},
    {"chi", "CH Instruments", hys__import_is_chi, hys__import_chi},
    {"clarius", "Keithley 4200A Clarius CSV", hys__import_is_clarius, hys__import_clarius},
    {"knowm", "Knowm Memristor Discovery", hys__import_is_knowm, hys__import_knowm},
    {"impedance", "impedance as CSV", hys__import_is_impedance, hys__import_impedance},
    {"csv", "CSV", NULL, hys__import_plain},
};
#define N_IMPORTERS (sizeof importers / sizeof *importers)

size_t hys_import_n_formats(void) {
    return N_IMPORTERS;
}
const char *hys_import_format_name(size_t format) {
    return importers[format].name;
}
const char *hys_import_format_summary(size_t format) {
    return importers[format].summary;
}

hys_import_opts hys_import_opts_default(void) {
    return (hys_import_opts){.size = sizeof(hys_import_opts)};
}

/* ---- text ---- */

/* Whether all bytes are UTF-8, overlong forms and surrogates not looked for: they show as what they are. */
static bool is_utf8(const char *at, const char *end) {
    while (at < end) {
        unsigned char c = (unsigned char)*at++;
        int more = c < 0x80                ? 0
                   : c >= 0xc2 && c < 0xe0 ? 1
                   : c >= 0xe0 && c < 0xf0 ? 2
                   : c >= 0xf0 && c < 0xf5 ? 3
                                           : -1;
        if (more < 0) return false;
        for (; more > 0; more--, at++)
            if (at >= end || ((unsigned char)*at & 0xc0) != 0x80) return false;
    }
    return true;
}

static hys_status read_latin1(hys__import *im) {
    hys__csv *r = &im->csv;
    char *text = hys__arena_alloc(im->arena, 2 * (size_t)(r->end - r->at) + 1), *to = text;
    if (!text) return HYS_NOMEM;
    for (const char *from = r->at; from < r->end; from++) {
        unsigned char c = (unsigned char)*from;
        if (c >= 0x80) *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
    }
    r->at = text;
    r->end = to;
    r->line = r->newline = NULL;
    return hys__import_assume(im, "bytes above 127 are Latin-1");
}

/* UTF-16 with its mark, as spreadsheets save "Unicode text". */
static hys_status read_utf16(hys__import *im, hys__bytes *text) {
    bool is_big = (unsigned char)*text->at == 0xfe;
    char *made = hys__arena_alloc(im->arena, text->n / 2 * 3 + 1), *to = made;
    if (!made) return HYS_NOMEM;
    for (size_t k = 2; k + 1 < text->n; k += 2) {
        unsigned long a = (unsigned char)text->at[k + !is_big], b = (unsigned char)text->at[k + is_big], c = a << 8 | b;
        if (c >= 0xd800 && c < 0xe000) c = '?'; /* no unit or name needs what lies beyond */
        if (c < 0x80) {
            *to++ = (char)c;
        } else if (c < 0x800) {
            *to++ = (char)(0xc0 | c >> 6);
            *to++ = (char)(0x80 | (c & 0x3f));
        } else {
            *to++ = (char)(0xe0 | c >> 12);
            *to++ = (char)(0x80 | (c >> 6 & 0x3f));
            *to++ = (char)(0x80 | (c & 0x3f));
        }
    }
    *text = (hys__bytes){made, (size_t)(to - made)};
    return hys__import_assume(im, "the text is UTF-16");
}

/* gzip may hold anything; of a workbook one sheet is looked at, as CSV. */
static hys_status unpack(hys__import *im, hys__bytes *text) {
    hys_status status = HYS_OK;
    hys__sheet sheet;
    if (hys__is_gzip(*text)) {
        status = hys__gunzip(im->arena, im->csv.path, *text, text);
        if (status == HYS_OK) status = hys__import_assume(im, "the file is packed by gzip");
    }
    if (status == HYS_OK && text->n >= 2 && (!memcmp(text->at, "\xff\xfe", 2) || !memcmp(text->at, "\xfe\xff", 2)))
        return read_utf16(im, text);
    if (status != HYS_OK || !hys__is_zip(*text)) return status;
    status = hys__xlsx_read(im->arena, im->csv.path, *text, im->opts->sheet, &sheet);
    if (status != HYS_OK) return status;
    *text = sheet.text;
    if (sheet.n_sheets == 1) return hys__import_assume(im, "the sheet is '%.80s'", sheet.name);
    return hys__import_assume(im, "the sheet is '%.80s' of %s", sheet.name, sheet.names);
}

static hys_status read_text(hys__import *im) {
    const char *text = NULL;
    size_t len = 0;
    hys__csv *r = &im->csv;
    hys_status status = hys__file_read(im->arena, r->path, MAX_BYTES, &text, &len);
    hys__bytes plain = {text, len};
    if (status == HYS_OK) status = unpack(im, &plain);
    if (status != HYS_OK) return status;
    text = plain.at;
    len = plain.n;
    bool has_mark = len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3); /* byte order mark */
    r->at = text + (has_mark ? 3 : 0);
    r->end = text + len;
    if (hys__import_is_hdf5(r) && (!im->opts->format || !strcmp(im->opts->format, "arc-two"))) return HYS_OK;
    status = hys__csv_check_text(r);
    for (int32_t k = 0; k < im->opts->skip && status == HYS_OK; k++)
        if (!hys__csv_next_line(r))
            return hys__report_at(r->ctx, HYS_ERROR, HYS_ARG, "--skip", 0, 0, "", "", "there are only %d lines", k);
    return status == HYS_OK && !is_utf8(r->at, r->end) ? read_latin1(im) : status;
}

/* ---- which ---- */

static hys_status find_importer(const hys__import *im, const hys__importer **found) {
    const char *names[N_IMPORTERS];
    for (size_t k = 0; k < N_IMPORTERS; k++) {
        const hys__importer *one = &importers[k];
        names[k] = one->name;
        *found = one;
        if (im->keeps_columns && one->is_mine == hys__import_is_impedance) continue;
        if (im->opts->format ? !strcmp(im->opts->format, one->name) : !one->is_mine || one->is_mine(&im->csv))
            return HYS_OK;
    }
    const char *near = hys__nearest(im->opts->format, names, N_IMPORTERS);
    return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_ARG, "--format", 0, 0, "", near, "there is no format '%.80s'",
                          im->opts->format);
}

static hys_status say_gaps(hys__import *im) {
    hys_status status = HYS_OK;
    if (im->csv.n_gaps)
        status = hys__import_assume(im, "%zu cell%s not measured: empty, an overflow or an error of a spreadsheet",
                                    im->csv.n_gaps, im->csv.n_gaps == 1 ? " was" : "s were");
    if (status == HYS_OK && im->n_left_out)
        status = hys__import_assume(im, "%zu row%s without %s left out", im->n_left_out, im->n_left_out == 1 ? "" : "s",
                                    im->result->is_impedance ? "f or Z" : "time, v or i");
    if (status == HYS_OK && im->csv.decimal == ',') status = hys__import_assume(im, "decimal commas: 0,5 is a half");
    return status;
}

static hys_status read_all(hys__import *im) {
    const hys__importer *importer = NULL;
    hys_status status = read_text(im);
    if (status == HYS_OK) status = find_importer(im, &importer);
    if (status != HYS_OK) return status;
    im->result->format = importer->summary;
    status = importer->read(im);
    if (status == HYS_OK) status = hys__import_end(im);
    if (status == HYS_OK && hys_ctx_is_cancelled(im->csv.ctx)) status = HYS_CANCEL;
    if (status != HYS_OK) return status;
    if (!im->result->measurements.n)
        return hys__report_at(im->csv.ctx, HYS_ERROR, HYS_SYNTAX, im->csv.path, 0, 0, "", "",
                              "this file holds no rows of numbers");
    return say_gaps(im);
}

/* ---- public ---- */

static void release(hys_ctx *ctx, hys__guard *guard) {
    hys_imported *result = (hys_imported *)((char *)guard - offsetof(hys_imported, guard));
    for (size_t k = 0; k < result->measurements.n; k++) hys_table_free(result->measurements.at[k].table);
    hys__arena_free(&result->arena);
    hys__free(ctx, result, sizeof *result);
}

void hys_imported_free(hys_imported *result) {
    if (!result) return;
    hys__guard_remove(result->ctx, &result->guard);
    release(result->ctx, &result->guard);
}

static hys_status import(hys_ctx *ctx, const char *path, const hys_import_opts *opts, bool keeps_columns,
                         hys_imported **result) {
    hys_imported *made = hys__realloc(ctx, NULL, 0, sizeof *made);
    hys_import_opts all = hys_import_opts_default();
    if (!made) return HYS_NOMEM;
    if (opts) memcpy(&all, opts, opts->size < sizeof all ? opts->size : sizeof all);
    memset(made, 0, sizeof *made);
    made->ctx = ctx;
    hys__arena_init(&made->arena, ctx, 0);
    made->guard.release = release;
    hys__guard_add(ctx, &made->guard);
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    hys__import im = {.csv = {.ctx = ctx, .path = path, .by_word = all.by_word},
                      .arena = &arena,
                      .opts = &all,
                      .result = made,
                      .title = "",
                      .keeps_columns = keeps_columns};
    hys_status status = read_all(&im);
    hys_table_free(im.csv.table);
    hys__arena_free(&arena);
    if (status == HYS_OK) *result = made;
    else hys_imported_free(made);
    return status;
}

hys_status hys_import(hys_ctx *ctx, const char *path, const hys_import_opts *opts, hys_imported **result) {
    return import(ctx, path, opts, false, result);
}

size_t hys_imported_n(const hys_imported *result) {
    return result->measurements.n;
}
const hys_table *hys_imported_table(const hys_imported *result, size_t measurement) {
    return result->measurements.at[measurement].table;
}
const char *hys_imported_title(const hys_imported *result, size_t measurement) {
    return result->measurements.at[measurement].title;
}
const char *hys_imported_format(const hys_imported *result) {
    return result->format;
}
bool hys_imported_is_impedance(const hys_imported *result) {
    return result->is_impedance;
}
size_t hys_imported_n_assumed(const hys_imported *result) {
    return result->assumed.n;
}
const char *hys_imported_assumed(const hys_imported *result, size_t i) {
    return result->assumed.at[i];
}

hys_status hys_table_read_csv(hys_ctx *ctx, const char *path, hys_table **table) {
    hys_imported *result = NULL;
    hys_status status = import(ctx, path, NULL, true, &result);
    if (status != HYS_OK) return status;
    size_t n = result->measurements.n;
    if (n > 1)
        hys__report_at(ctx, HYS_WARNING, HYS_OK, path, 0, 0, "",
                       "hysteron data --measurement K -o FILE.csv takes another",
                       "this file holds %zu measurements; the first is read", n);
    *table = result->measurements.at[0].table;
    result->measurements.at[0].table = NULL;
    hys_imported_free(result);
    return HYS_OK;
}
