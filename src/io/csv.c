/* CSV: written with units in the header and provenance in comments; read with places in every
 * message. */
#include "base/diag.h"
#include "base/file.h"
#include "base/units.h"
#include "io/table.h"
#include <math.h>
#include <string.h>

/* ---- writing ---- */

static void write_header(const hys_table *table, FILE *out) {
    for (size_t k = 0; k < table->notes.n; k++)
        fprintf(out, "# %s: %s\n", table->notes.at[k].key, table->notes.at[k].value);
    for (size_t c = 0; c < table->columns.n; c++) {
        const char *unit = table->columns.at[c].unit;
        fprintf(out, "%s%s[%s]", c ? "," : "", table->columns.at[c].name, *unit ? unit : "1");
    }
    fputc('\n', out);
}

static void write_rows(const hys_table *table, FILE *out) {
    char digits[32];
    for (size_t r = 0; r < table->n_rows; r++) {
        for (size_t c = 0; c < table->columns.n; c++) {
            size_t n = hys__number_format(table->columns.at[c].values[r], digits);
            if (c) fputc(',', out);
            fwrite(digits, 1, n, out);
        }
        fputc('\n', out);
    }
}

hys_status hys_table_write_csv(const hys_table *table, hys_ctx *ctx, const char *path) {
    if (!strcmp(path, "-")) {
        write_header(table, stdout);
        write_rows(table, stdout);
        if (fflush(stdout) || ferror(stdout)) return hys__fail(ctx, HYS_IO, "", "cannot write to standard output");
        return HYS_OK;
    }
    hys__outfile *file = NULL;
    hys_status status = hys__outfile_open(ctx, path, &file);
    if (status != HYS_OK) return status;
    write_header(table, hys__outfile_stream(file));
    write_rows(table, hys__outfile_stream(file));
    return hys__outfile_commit(file);
}

/* ---- reading ---- */

#define MAX_CSV_BYTES ((size_t)1 << 30)
#define MAX_COLUMNS   4096

struct reader {
    hys_ctx *ctx;
    const char *path;
    const char *at, *end; /* what is left of the text */
    int32_t line;
    const char *line_start;
    size_t line_len;
    char separator;
    hys_table *table;
    double *row;
    const struct dialect *dialect; /* NULL: plain CSV */
};

/* Instrument files: what stands before the first heading is set-up text, and lines that count start with a mark. */
struct dialect {
    const char *signature, *heading, *row;
};
static const struct dialect dialects[] = {
    {"SetupTitle,", "DataName,", "DataValue,"}, /* Keysight EasyEXPERT (B1500A, B1505A) text export */
};

static hys_status complain(struct reader *r, const char *where, const char *hint, const char *what) {
    char shown[200];
    size_t n = r->line_len < sizeof shown - 1 ? r->line_len : sizeof shown - 1;
    memcpy(shown, r->line_start, n);
    shown[n] = 0;
    return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, r->path, r->line, (int32_t)(where - r->line_start) + 1, shown,
                          hint, "%s", what);
}

/* Takes the next line, without its end; false at the end of the text. */
static bool next_line(struct reader *r) {
    if (r->at >= r->end) return false;
    const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
    const char *line_end = stop ? stop : r->end;
    r->line_start = r->at;
    r->at = stop ? stop + 1 : r->end;
    if (line_end > r->line_start && line_end[-1] == '\r') line_end--;
    r->line_len = (size_t)(line_end - r->line_start);
    r->line++;
    return true;
}

static bool starts_with(const struct reader *r, const char *mark) {
    size_t n = strlen(mark);
    return r->line_len >= n && !memcmp(r->line_start, mark, n);
}

/* Finds the dialect by its signature near the head of the text. */
static const struct dialect *find_dialect(const struct reader *r) {
    size_t n = (size_t)(r->end - r->at) < 4096 ? (size_t)(r->end - r->at) : 4096;
    for (size_t k = 0; k < sizeof dialects / sizeof *dialects; k++)
        if (memmem(r->at, n, dialects[k].signature, strlen(dialects[k].signature))) return &dialects[k];
    return NULL;
}

/* Cuts the mark off a line of an instrument file; false for lines that hold no data. */
static bool cut_mark(struct reader *r, bool has_heading) {
    const char *mark = has_heading ? r->dialect->row : r->dialect->heading;
    if (!starts_with(r, mark)) return false;
    r->line_start += strlen(mark);
    r->line_len -= strlen(mark);
    return true;
}

static bool is_skipped(const struct reader *r) {
    for (size_t k = 0; k < r->line_len; k++)
        if (r->line_start[k] != ' ' && r->line_start[k] != '\t') return r->line_start[k] == '#';
    return true;
}

static char find_separator(const struct reader *r) {
    static const char candidates[] = ",;\t";
    for (const char *c = candidates; *c; c++)
        if (memchr(r->line_start, *c, r->line_len)) return *c;
    return ',';
}

static const char *field_end(const struct reader *r, const char *from) {
    const char *line_end = r->line_start + r->line_len;
    const char *stop = memchr(from, r->separator, (size_t)(line_end - from));
    return stop ? stop : line_end;
}

static void trim(const char **from, const char **to) {
    while (*from < *to && (**from == ' ' || **from == '"' || **from == '\t')) (*from)++;
    while (*from < *to && ((*to)[-1] == ' ' || (*to)[-1] == '"' || (*to)[-1] == '\t')) (*to)--;
}

/* heading = name [ ( "[" unit "]" | "(" unit ")" ) ] */
static hys_status add_heading(struct reader *r, const char *from, const char *to) {
    char name[128], unit[64] = "";
    const char *field = from;
    trim(&from, &to);
    if (to > from && (to[-1] == ']' || to[-1] == ')')) {
        char opening = to[-1] == ']' ? '[' : '(';
        const char *open = from;
        while (open < to && *open != opening) open++;
        size_t n = open < to ? (size_t)(to - 1 - open - 1) : 0;
        if (open == to || n >= sizeof unit) return complain(r, field, "", "this unit does not end");
        memcpy(unit, open + 1, n);
        unit[n] = 0;
        to = open;
        trim(&from, &to);
    }
    size_t n = (size_t)(to - from);
    if (n == 0 || n >= sizeof name) return complain(r, field, "", "a column needs a name");
    memcpy(name, from, n);
    name[n] = 0;
    if (hys_table_n_columns(r->table) >= MAX_COLUMNS) return complain(r, field, "", "there are more than 4096 columns");
    return hys_table_add_column(r->table, name, unit);
}

/* SMU columns are named by the user of the instrument; the first voltage is v, the first current i. */
static void name_instrument_columns(struct reader *r) {
    static const char *const roles[][3] = {{"V", "v", "V"}, {"I", "i", "A"}};
    for (size_t role = 0; role < 2; role++) {
        for (size_t c = 0; c < hys_table_n_columns(r->table); c++) {
            struct hys_column *column = &r->table->columns.at[c];
            size_t n = strlen(column->name);
            bool fits = column->name[0] == roles[role][0][0] || (n > 0 && column->name[n - 1] == roles[role][0][0]);
            if (!fits) continue;
            column->name = hys__arena_strndup(&r->table->arena, roles[role][1], 1);
            column->unit = hys__arena_strndup(&r->table->arena, roles[role][2], 1);
            break;
        }
    }
}

static bool is_number(const char *from, const char *to) {
    bool overflow = false;
    double value = 0;
    trim(&from, &to);
    return from < to && hys__number_parse(from, &value, &overflow) == (size_t)(to - from);
}

/* A first line of numbers has no names: the columns are called time,v,i or c1, c2, ... */
static hys_status name_columns(struct reader *r, size_t n) {
    static const char *const usual[2][3] = {{"v", "i", ""}, {"time", "v", "i"}};
    static const char *const units[2][3] = {{"V", "A", ""}, {"s", "V", "A"}};
    for (size_t c = 0; c < n; c++) {
        char name[32];
        snprintf(name, sizeof name, "c%zu", c + 1);
        bool known = n == 2 || n == 3;
        hys_status status =
            hys_table_add_column(r->table, known ? usual[n - 2][c] : name, known ? units[n - 2][c] : "");
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status read_heading(struct reader *r, bool *is_data) {
    const char *line_end = r->line_start + r->line_len;
    r->separator = find_separator(r);
    size_t n = 0;
    *is_data = is_number(r->line_start, field_end(r, r->line_start));
    for (const char *from = r->line_start;; n++) {
        const char *to = field_end(r, from);
        hys_status status = *is_data ? HYS_OK : add_heading(r, from, to);
        if (status != HYS_OK) return status;
        if (to == line_end) break;
        from = to + 1;
    }
    return *is_data ? name_columns(r, n + 1) : HYS_OK;
}

static hys_status read_row(struct reader *r) {
    const char *line_end = r->line_start + r->line_len, *from = r->line_start;
    size_t n = hys_table_n_columns(r->table);
    for (size_t c = 0; c < n; c++) {
        const char *to = field_end(r, from), *first = from, *last = to;
        bool overflow = false;
        trim(&first, &last);
        r->row[c] = NAN;
        if (r->dialect && first == last && to <= line_end) {
            from = to < line_end ? to + 1 : to;
            continue;
        }
        size_t used = first < last ? hys__number_parse(first, &r->row[c], &overflow) : 0;
        if (overflow) return complain(r, from, "", "this number is too large for a double");
        if (used == 0 || used != (size_t)(last - first))
            return complain(r, from, "numbers have a decimal point; empty cells are not allowed",
                            "this is not a number");
        if (to == line_end && c + 1 < n) return complain(r, to, "", "this row has too few columns");
        if (to != line_end && c + 1 == n) return complain(r, to, "", "this row has too many columns");
        from = to + 1;
    }
    return hys_table_add_row(r->table, r->row);
}

static hys_status read_all(struct reader *r, hys__arena *arena) {
    bool has_heading = false;
    r->dialect = find_dialect(r);
    while (next_line(r)) {
        if (r->dialect && has_heading && starts_with(r, r->dialect->signature)) {
            hys__report_at(r->ctx, HYS_WARNING, HYS_OK, r->path, r->line, 1, "", "split the file to read the others",
                           "this file holds several measurements; the first is read");
            break;
        }
        if (r->dialect ? !cut_mark(r, has_heading) : is_skipped(r)) continue;
        bool is_data = true;
        if (!has_heading) {
            hys_status status = read_heading(r, &is_data);
            if (status != HYS_OK) return status;
            if (r->dialect) name_instrument_columns(r);
            r->row = HYS_NEW_N(arena, double, hys_table_n_columns(r->table));
            if (!r->row || r->table->arena.failed) return HYS_NOMEM;
            has_heading = true;
        }
        hys_status status = is_data ? read_row(r) : HYS_OK;
        if (status != HYS_OK) return status;
        if ((r->line & 4095) == 0 && hys_ctx_is_cancelled(r->ctx)) return HYS_CANCEL;
    }
    if (!has_heading || hys_table_n_rows(r->table) == 0)
        return hys__report_at(r->ctx, HYS_ERROR, HYS_SYNTAX, r->path, r->line, 0, "", "",
                              "this file holds no rows of numbers");
    return HYS_OK;
}

hys_status hys_table_read_csv(hys_ctx *ctx, const char *path, hys_table **table) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    const char *text = NULL;
    size_t len = 0;
    struct reader r = {.ctx = ctx, .path = path};
    hys_status status = hys__file_read(&arena, path, MAX_CSV_BYTES, &text, &len);
    if (status == HYS_OK) status = hys_table_new(ctx, &r.table);
    if (status == HYS_OK) {
        size_t skip = len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
        r.at = text + skip;
        r.end = text + len;
        status = read_all(&r, &arena);
    }
    hys__arena_free(&arena);
    if (status == HYS_OK) *table = r.table;
    else hys_table_free(r.table);
    return status;
}
