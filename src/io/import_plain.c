/* CSV of any origin: hysteron's own tables, what people type and spreadsheets save; Knowm's, which say least. */
#include "base/diag.h"
#include "io/import.h"
#include <math.h>
#include <string.h>

/* Says what columns without names were taken for; currents in uA would be huge in A. */
static hys_status say_unnamed(hys__import *im) {
    const hys_table *table = im->csv.table;
    size_t n = hys_table_n_columns(table);
    const double *i = hys_table_column(table, "i");
    double most = 0;
    if (n != 2 && n != 3) return hys__import_assume(im, "no heading: the columns are called c1, c2, ...");
    for (size_t k = 0; i && k < hys_table_n_rows(table); k++) most = fmax(most, fabs(i[k]));
    hys_status status =
        hys__import_assume(im, "no heading: the columns are %s", n == 2 ? "v[V], i[A]" : "time[s], v[V], i[A]");
    if (status != HYS_OK || most <= 10) return status;
    return hys__import_assume(im, "|i| goes up to %.3g A: if that is too much, say --unit i=uA", most);
}

/* file = { "#" comment | blank } [ heading ] row { row } */
hys_status hys__import_plain(hys__import *im) {
    bool has_heading = false, is_data = true;
    hys_status status = HYS_OK;
    while (status == HYS_OK && hys__csv_next_line(&im->csv)) {
        if ((im->csv.n_lines & 1023) == 0 && hys_ctx_is_cancelled(im->csv.ctx)) return HYS_CANCEL;
        if (hys__csv_is_skipped(&im->csv)) continue;
        status = has_heading ? HYS_OK : hys__import_heading(im, &is_data);
        if (status == HYS_OK && (has_heading || is_data)) status = hys__import_row(im);
        has_heading = true;
    }
    return status == HYS_OK && has_heading && im->csv.table->is_unnamed ? say_unnamed(im) : status;
}

/* ---- Knowm Memristor Discovery: v in V and i in uA without a word; the set-up is the folder's name ---- */

/* The file's folder, "5kohm_.8V_100Hz_M2"; n 0: it lies in none. */
static const char *folder_of(const char *path, size_t *n) {
    const char *end = strrchr(path, '/'), *from = end;
    while (from && from > path && from[-1] != '/') from--;
    *n = end ? (size_t)(end - from) : 0;
    return from ? from : path;
}

/* Takes part k, which "_" ends, as a quantity in that unit. */
static bool part_of(const char *folder, size_t n, size_t k, const char *wanted, double *value) {
    const char *at = folder, *end = folder + n;
    for (; k > 0; k--) {
        at = memchr(at, '_', (size_t)(end - at));
        if (!at) return false;
        at++;
    }
    const char *stop = memchr(at, '_', (size_t)(end - at));
    hys__unit unit, want;
    bool has_unit = false;
    if (!hys__quantity_parse(at, (size_t)((stop ? stop : end) - at), value, &unit, &has_unit) || !has_unit)
        return false;
    *value = hys__unit_to_si(&unit, *value);
    return hys__unit_parse(wanted, strlen(wanted), &want) && hys__unit_same_dim(&unit, &want);
}

static const struct {
    const char *unit, *key;
} knowm_parts[] = {{"ohm", "series resistance"}, {"V", "amplitude"}, {"Hz", "frequency"}};

bool hys__import_is_knowm(const hys__csv *text) {
    size_t n = 0;
    const char *folder = folder_of(text->path, &n);
    double value = 0;
    for (size_t k = 0; k < 3; k++)
        if (!part_of(folder, n, k, knowm_parts[k].unit, &value)) return false;
    hys__csv head = *text;
    hys__csv_cell cell;
    if (!hys__csv_next_line(&head) || memchr(head.line, '"', (size_t)(head.line_end - head.line))) return false;
    head.separator = ',';
    cell.next = head.first;
    for (size_t k = 0; k < 2; k++)
        if (!cell.next || hys__csv_cell_next(&head, cell.next, &cell) != HYS_OK || !hys__csv_is_number(&head, &cell))
            return false;
    return !cell.next;
}

hys_status hys__import_knowm(hys__import *im) {
    size_t n = 0;
    const char *folder = folder_of(im->csv.path, &n);
    im->title = hys__arena_strndup(im->arena, folder, n);
    im->is_named = true;
    im->csv.separator = ',';
    hys_status status = im->title ? hys__import_begin(im, 2) : HYS_NOMEM;
    if (status == HYS_OK) status = hys__import_column(im, "v", "V");
    if (status == HYS_OK) status = hys__import_column(im, "i", "uA");
    if (status == HYS_OK) status = hys__import_named(im);
    if (status == HYS_OK)
        status = hys__import_assume(im, "the columns are v[V], i[uA], as Knowm's programs write them");
    for (size_t k = 0; status == HYS_OK && k < sizeof knowm_parts / sizeof *knowm_parts; k++) {
        double value = 0;
        char shown[48];
        if (!part_of(folder, n, k, knowm_parts[k].unit, &value)) continue;
        hys__quantity_format(value, knowm_parts[k].unit, 4, shown);
        status = hys__import_assume(im, "the folder's name says: %s %s", knowm_parts[k].key, shown);
        if (status == HYS_OK) status = hys_table_set_note(im->csv.table, knowm_parts[k].key, shown);
    }
    return status == HYS_OK ? hys__import_rows(im) : status;
}
