/* Sheets of .xlsx workbooks as CSV: the parts of Office Open XML (ECMA-376) that hold values. */
#include "base/diag.h"
#include "io/xml.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_ROWS    1048576u
#define MOST_COLUMNS 16384u
#define MOST_BYTES   ((size_t)256 << 20) /* of a sheet as CSV */
#define MOST_SHEETS  1000u

typedef struct book {
    hys__arena *arena;
    const char *path;
    hys__zip zip;
    struct {
        struct one {
            const char *name, *id;
        } * at;
        size_t n, cap;
    } sheets;
    struct {
        hys__bytes *at;
        size_t n, cap;
    } strings; /* that cells share */
} book;

static hys_status refuse(const book *b, const char *hint, const char *what) {
    return hys__report_at(b->arena->ctx, HYS_ERROR, HYS_SYNTAX, b->path, 0, 0, "", hint, "%s", what);
}

static hys_status no_workbook(const book *b) {
    return refuse(b, "save it as .xlsx or CSV", "this zipped file is no .xlsx workbook that can be read");
}

static const char *copy(hys__arena *arena, hys__bytes text) {
    hys__text out;
    hys__text_init(&out, arena->ctx);
    hys__xml_put(&out, text, false);
    const char *made = out.failed ? NULL : hys__arena_strndup(arena, out.at ? out.at : "", out.n);
    hys__text_free(&out);
    return made;
}

/* ---- which sheet ---- */

static hys_status list_sheets(book *b) {
    hys__bytes content;
    hys_status status = hys__zip_read(&b->zip, "xl/workbook.xml", &content);
    if (status != HYS_OK) return status;
    if (!content.at) return no_workbook(b);
    hys__xml x = hys__xml_new(content);
    while (hys__xml_next(&x) != HYS__XML_END && x.kind != HYS__XML_BAD) {
        if (!hys__xml_is(&x, HYS__XML_OPEN, "sheet") || b->sheets.n == MOST_SHEETS) continue;
        hys__bytes name = hys__xml_attribute(&x, "name"), id = hys__xml_attribute(&x, "id");
        struct one *one = name.at && id.at ? HYS_PUSH(b->arena, &b->sheets) : NULL;
        if (!name.at || !id.at) continue;
        if (!one) return HYS_NOMEM;
        one->name = copy(b->arena, name);
        one->id = copy(b->arena, id);
        if (!one->name || !one->id) return HYS_NOMEM;
    }
    return x.kind == HYS__XML_BAD || !b->sheets.n ? no_workbook(b) : HYS_OK;
}

static hys_status put_names(const book *b, const char **names) {
    hys__text out;
    hys__text_init(&out, b->arena->ctx);
    for (size_t k = 0; k < b->sheets.n && out.n < 200; k++)
        hys__text_printf(&out, "%s%.40s", k ? ", " : "", b->sheets.at[k].name);
    *names = out.failed ? NULL : hys__arena_strndup(b->arena, out.at, out.n);
    hys__text_free(&out);
    return *names ? HYS_OK : HYS_NOMEM;
}

/* which = NAME | NUMBER */
static hys_status find_sheet(const book *b, const char *which, const char *names, size_t *k) {
    char *end = NULL;
    unsigned long number = which ? strtoul(which, &end, 10) : 0;
    for (*k = 0; *k < b->sheets.n; ++*k)
        if (!strcasecmp(b->sheets.at[*k].name, which ? which : "Data")) return HYS_OK;
    *k = 0;
    if (!which) return HYS_OK;
    *k = (size_t)number - 1;
    if (!*end && number >= 1 && number <= b->sheets.n) return HYS_OK;
    return hys__report_at(b->arena->ctx, HYS_ERROR, HYS_ARG, "--sheet", 0, 0, "", names, "there is no sheet '%.80s'",
                          which);
}

/* The entry that the sheet's id stands for: its target is below xl/, or begins with a slash. */
static hys_status find_entry(book *b, const char *id, const char **name) {
    hys__bytes content;
    hys_status status = hys__zip_read(&b->zip, "xl/_rels/workbook.xml.rels", &content);
    *name = NULL;
    if (status != HYS_OK) return status;
    if (!content.at) return no_workbook(b);
    hys__xml x = hys__xml_new(content);
    while (hys__xml_next(&x) != HYS__XML_END && x.kind != HYS__XML_BAD) {
        if (!hys__xml_is(&x, HYS__XML_OPEN, "Relationship")) continue;
        hys__bytes found = hys__xml_attribute(&x, "Id"), target = hys__xml_attribute(&x, "Target");
        if (!target.at || found.n != strlen(id) || memcmp(found.at, id, found.n) != 0) continue;
        bool is_rooted = target.n && *target.at == '/';
        *name = hys__arena_printf(b->arena, "%s%.*s", is_rooted ? "" : "xl/", (int)(target.n - is_rooted),
                                  target.at + is_rooted);
        return *name ? HYS_OK : HYS_NOMEM;
    }
    return no_workbook(b);
}

/* ---- strings that cells share: sst = { si } ; si = { t | r with t | rPh, which tells how it is spoken } ---- */

static hys_status end_string(book *b, hys__text *out) {
    hys__bytes *place = HYS_PUSH(b->arena, &b->strings);
    if (!place) return HYS_NOMEM;
    place->at = hys__arena_strndup(b->arena, out->at ? out->at : "", out->n);
    place->n = place->at ? strlen(place->at) : 0; /* text that holds a NUL ends there */
    out->n = 0;
    return place->at ? HYS_OK : HYS_NOMEM;
}

static hys_status read_strings(book *b) {
    hys__bytes content;
    hys__text out;
    bool in_text = false, is_spoken = false;
    hys_status status = hys__zip_read(&b->zip, "xl/sharedStrings.xml", &content);
    if (status != HYS_OK || !content.at) return status;
    hys__text_init(&out, b->arena->ctx);
    hys__xml x = hys__xml_new(content);
    while (status == HYS_OK && hys__xml_next(&x) != HYS__XML_END && x.kind != HYS__XML_BAD) {
        if (x.kind != HYS__XML_TEXT) {
            bool opens = x.kind == HYS__XML_OPEN;
            if (hys__xml_is(&x, x.kind, "t")) in_text = opens;
            if (hys__xml_is(&x, x.kind, "rPh")) is_spoken = opens;
        }
        if (x.kind == HYS__XML_TEXT && in_text && !is_spoken) hys__xml_put(&out, x.inner, x.is_raw);
        if (hys__xml_is(&x, HYS__XML_CLOSE, "si")) status = end_string(b, &out);
        if (out.failed) status = HYS_NOMEM;
    }
    hys__text_free(&out);
    return status == HYS_OK && x.kind == HYS__XML_BAD ? no_workbook(b) : status;
}

/* ---- cells: row = "<row" [ r ] ">" { c } ; c = "<c" [ r ] [ t ] ">" [ v | is with t ] ---- */

typedef struct sheet {
    book *book;
    hys__text out, cell;
    size_t row, column; /* where the next character of `out` belongs, from 0 */
    size_t at_row, at_column;
    hys__bytes type;
    bool in_value;
} sheet;

static size_t digits(hys__bytes text, size_t from) {
    size_t value = 0;
    for (size_t k = from; k < text.n && text.at[k] >= '0' && text.at[k] <= '9' && value < 100000000; k++)
        value = 10 * value + (size_t)(text.at[k] - '0');
    return value;
}

/* place = LETTERS DIGITS, "AB12"; without one the cell is the next. */
static bool open_cell(sheet *s, const hys__xml *x) {
    hys__bytes place = hys__xml_attribute(x, "r");
    size_t column = 0, k = 0;
    for (; k < place.n && place.at[k] >= 'A' && place.at[k] <= 'Z' && column < 100000; k++)
        column = 26 * column + (size_t)(place.at[k] - 'A') + 1;
    if (column) s->at_column = column - 1;
    s->type = hys__xml_attribute(x, "t");
    s->cell.n = 0;
    return s->at_column < MOST_COLUMNS;
}

static bool open_row(sheet *s, const hys__xml *x) {
    hys__bytes place = hys__xml_attribute(x, "r");
    if (place.at) s->at_row = digits(place, 0) - 1;
    s->at_column = 0;
    return s->at_row < MOST_ROWS && s->at_row >= s->row;
}

static bool is_type(const sheet *s, const char *type) {
    return s->type.n == strlen(type) && !memcmp(s->type.at, type, s->type.n);
}

/* In quotes where a separator or a quote is in it; line ends become blanks. */
static void put_word(hys__text *out, hys__bytes word) {
    bool is_quoted = memchr(word.at, ',', word.n) || memchr(word.at, '"', word.n);
    if (is_quoted) hys__text_put(out, "\"", 1);
    for (size_t k = 0; k < word.n; k++) {
        char c = word.at[k] == '\n' || word.at[k] == '\r' || !word.at[k] ? ' ' : word.at[k];
        if (c == '"') hys__text_put(out, "\"", 1);
        hys__text_put(out, &c, 1);
    }
    if (is_quoted) hys__text_put(out, "\"", 1);
}

static bool close_cell(sheet *s) {
    hys__bytes value = {s->cell.at ? s->cell.at : "", s->cell.n};
    if (is_type(s, "s")) {
        size_t k = digits(value, 0);
        if (!value.n || k >= s->book->strings.n) return false;
        value = s->book->strings.at[k];
    }
    if (value.n) {
        for (; s->row < s->at_row; s->row++, s->column = 0) hys__text_put(&s->out, "\n", 1);
        if (s->at_column < s->column) return false; /* cells of a row come in order */
        for (; s->column < s->at_column; s->column++) hys__text_put(&s->out, ",", 1);
        put_word(&s->out, value);
    }
    s->at_column++;
    return true;
}

static bool take_piece(sheet *s, const hys__xml *x) {
    if (x->kind == HYS__XML_TEXT) {
        if (s->in_value) hys__xml_put(&s->cell, x->inner, x->is_raw);
        return true;
    }
    if (hys__xml_is(x, x->kind, "v") || hys__xml_is(x, x->kind, "t")) s->in_value = x->kind == HYS__XML_OPEN;
    if (hys__xml_is(x, HYS__XML_OPEN, "row")) return open_row(s, x);
    if (hys__xml_is(x, HYS__XML_OPEN, "c")) return open_cell(s, x);
    if (hys__xml_is(x, HYS__XML_CLOSE, "c")) return close_cell(s);
    if (hys__xml_is(x, HYS__XML_CLOSE, "row")) s->at_row++;
    return true;
}

static hys_status read_cells(sheet *s, hys__bytes content) {
    hys__xml x = hys__xml_new(content);
    size_t n = 0;
    while (hys__xml_next(&x) != HYS__XML_END && x.kind != HYS__XML_BAD) {
        if (!take_piece(s, &x)) return no_workbook(s->book);
        if (s->out.failed || s->cell.failed) return HYS_NOMEM;
        if (s->out.n > MOST_BYTES)
            return refuse(s->book, "save a part of it as CSV", "this sheet is larger than 256 MiB");
        if ((++n & 65535) == 0 && hys_ctx_is_cancelled(s->book->arena->ctx)) return HYS_CANCEL;
    }
    return x.kind == HYS__XML_BAD ? no_workbook(s->book) : HYS_OK;
}

static hys_status read_sheet(book *b, const char *entry, hys__bytes *text) {
    hys__bytes content;
    sheet s = {.book = b};
    hys_status status = hys__zip_read(&b->zip, entry, &content);
    if (status == HYS_OK && !content.at) return no_workbook(b);
    hys__text_init(&s.out, b->arena->ctx);
    hys__text_init(&s.cell, b->arena->ctx);
    if (status == HYS_OK) status = read_cells(&s, content);
    if (status == HYS_OK)
        *text = (hys__bytes){hys__arena_strndup(b->arena, s.out.at ? s.out.at : "", s.out.n), s.out.n};
    hys__text_free(&s.out);
    hys__text_free(&s.cell);
    return status == HYS_OK && !text->at ? HYS_NOMEM : status;
}

hys_status hys__xlsx_read(hys__arena *arena, const char *path, hys__bytes file, const char *which, hys__sheet *result) {
    book b = {.arena = arena, .path = path};
    const char *entry = NULL;
    size_t k = 0;
    hys_status status = hys__zip_open(arena, path, file, &b.zip);
    if (status == HYS_OK) status = list_sheets(&b);
    if (status == HYS_OK) status = put_names(&b, &result->names);
    if (status == HYS_OK) status = find_sheet(&b, which, result->names, &k);
    if (status == HYS_OK) status = find_entry(&b, b.sheets.at[k].id, &entry);
    if (status == HYS_OK) status = read_strings(&b);
    if (status == HYS_OK) status = read_sheet(&b, entry, &result->text);
    if (status != HYS_OK) return status;
    result->name = b.sheets.at[k].name;
    result->n_sheets = b.sheets.n;
    return HYS_OK;
}
