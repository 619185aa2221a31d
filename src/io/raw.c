/* Raw files out.  The date is a constant: the same input gives the same bits. */
#include "io/raw.h"
#include "base/file.h"
#include <string.h>

/* What a viewer calls a quantity, by its unit. */
static const char *type_of(const char *unit) {
    static const char *const types[][2] = {{"s", "time"},    {"Hz", "frequency"},  {"V", "voltage"},
                                           {"A", "current"}, {"ohm", "impedance"}, {"S", "admittance"},
                                           {"W", "power"},   {"K", "temperature"}};
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        if (!strcmp(unit, types[k][0])) return types[k][1];
    return "notype";
}

/* One line, without blanks that would part it. */
static void put_word(FILE *out, const char *text, size_t n, char blank) {
    for (size_t k = 0; k < n && text[k]; k++) {
        unsigned char c = (unsigned char)text[k];
        fputc(c < ' ' || c == 0x7f ? '_' : c == ' ' ? blank : c, out);
    }
}

static size_t n_variables(const hys__raw_plot *plot) {
    size_t n = hys_table_n_columns(plot->table);
    return plot->is_complex ? 1 + (n - 1) / 2 : n;
}

static size_t column_of(const hys__raw_plot *plot, size_t variable) {
    return plot->is_complex && variable ? 2 * variable - 1 : variable;
}

static void put_variable(FILE *out, const hys__raw_plot *plot, size_t variable) {
    size_t column = column_of(plot, variable);
    const char *name = hys_table_name(plot->table, column);
    size_t n = strlen(name);
    if (plot->is_complex && variable && n > 3 && !strcmp(name + n - 3, ".re")) n -= 3;
    fprintf(out, "\t%zu\t", variable);
    put_word(out, name, n, '_');
    fprintf(out, "\t%s\n", type_of(hys_table_unit(plot->table, column)));
}

static void put_heading(FILE *out, const hys__raw_plot *plot) {
    fputs("Title: ", out);
    put_word(out, plot->title, SIZE_MAX, ' ');
    fputs("\nDate: Thu Jan  1 00:00:00  1970\nPlotname: ", out);
    put_word(out, plot->name, SIZE_MAX, ' ');
    fprintf(out, "\nFlags: %s\nNo. Variables: %zu\nNo. Points: %zu\nVariables:\n",
            plot->is_complex ? "complex" : "real", n_variables(plot), hys_table_n_rows(plot->table));
    for (size_t k = 0; k < n_variables(plot); k++) put_variable(out, plot, k);
    fputs("Binary:\n", out);
}

static void put_double(FILE *out, double value) {
    unsigned char bytes[sizeof value] = {0};
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (unsigned char)(bits >> (8 * k));
    fwrite(bytes, 1, sizeof bytes, out);
}

static void put_points(FILE *out, const hys__raw_plot *plot) {
    size_t n = hys_table_n_columns(plot->table);
    for (size_t r = 0; r < hys_table_n_rows(plot->table); r++)
        for (size_t c = 0; c < n; c++) {
            put_double(out, hys_table_column_at(plot->table, c)[r]);
            if (plot->is_complex && c == 0) put_double(out, 0);
        }
}

hys_status hys__raw_write(hys_ctx *ctx, const hys__raw_plot *plots, size_t n, const char *path) {
    hys__outfile *file = NULL;
    hys_status status = hys__outfile_open(ctx, path, &file);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n; k++) {
        if (!hys_table_n_columns(plots[k].table)) continue;
        put_heading(hys__outfile_stream(file), &plots[k]);
        put_points(hys__outfile_stream(file), &plots[k]);
    }
    return hys__outfile_commit(file);
}
