/* CSV out: provenance in comments, units in the heading, numbers that read back as the same doubles. */
#include "base/diag.h"
#include "base/file.h"
#include "base/units.h"
#include "io/table.h"
#include <string.h>

/* A comment is one line, whatever stands in it. */
static void put_comment(FILE *out, const char *text) {
    for (; *text; text++) fputc((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text, out);
}

/* heading = name "[" unit "]", in quotes where it would fall apart or be taken for a comment */
static void put_heading(FILE *out, const char *name, const char *unit, bool is_first) {
    bool quoted = strpbrk(name, ",;\t\"") || strpbrk(unit, ",;\t\"") || (is_first && *name == '#') || *name == ' ';
    const char *const parts[] = {name, "[", *unit ? unit : "1", "]"};
    if (quoted) fputc('"', out);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        for (const char *c = parts[p]; *c; c++) {
            if (*c == '"') fputc('"', out);
            fputc((unsigned char)*c < ' ' || *c == 0x7f ? ' ' : *c, out);
        }
    if (quoted) fputc('"', out);
}

static void put_note(FILE *out, const char *key, const char *value) {
    fputs("# ", out);
    put_comment(out, key);
    fputs(": ", out);
    put_comment(out, value);
    fputc('\n', out);
}

static void write_header(const hys_table *table, const char *const *notes, FILE *out) {
    for (; notes && notes[0]; notes += 2) put_note(out, notes[0], notes[1]);
    for (size_t k = 0; k < table->notes.n; k++) put_note(out, table->notes.at[k].key, table->notes.at[k].value);
    for (size_t c = 0; c < table->columns.n; c++) {
        if (c) fputc(',', out);
        put_heading(out, table->columns.at[c].name, table->columns.at[c].unit, c == 0);
    }
    fputc('\n', out);
}

static hys_status write_rows(const hys_table *table, hys_ctx *ctx, FILE *out) {
    char digits[32];
    for (size_t r = 0; r < table->n_rows; r++) {
        for (size_t c = 0; c < table->columns.n; c++) {
            size_t n = hys__number_format(table->columns.at[c].values[r], digits);
            if (c) fputc(',', out);
            fwrite(digits, 1, n, out);
        }
        fputc('\n', out);
        if ((r & 1023) == 0 && (hys_ctx_is_cancelled(ctx) || ferror(out))) break;
    }
    return hys_ctx_is_cancelled(ctx) ? HYS_CANCEL : HYS_OK;
}

hys_status hys_table_write_csv_noted(const hys_table *table, hys_ctx *ctx, const char *path, const char *const *notes) {
    if (!strcmp(path, "-")) {
        write_header(table, notes, stdout);
        hys_status status = write_rows(table, ctx, stdout);
        if (status == HYS_OK && (fflush(stdout) || ferror(stdout)))
            return hys__fail(ctx, HYS_IO, "", "cannot write to standard output");
        return status;
    }
    hys__outfile *file = NULL;
    hys_status status = hys__outfile_open(ctx, path, &file);
    if (status != HYS_OK) return status;
    write_header(table, notes, hys__outfile_stream(file));
    status = write_rows(table, ctx, hys__outfile_stream(file));
    if (status == HYS_OK) return hys__outfile_commit(file);
    hys__outfile_discard(file);
    return status;
}

hys_status hys_table_write_csv(const hys_table *table, hys_ctx *ctx, const char *path) {
    return hys_table_write_csv_noted(table, ctx, path, NULL);
}
