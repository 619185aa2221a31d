/* The inside of importers: one row an instrument; what they share to make measurements of lines. */
#ifndef HYS_IO_IMPORT_H
#define HYS_IO_IMPORT_H
#include "io/csv.h"
#include <hysteron/import.h>

typedef struct hys__measurement {
    hys_table *table;
    const char *title;
} hys__measurement;

struct hys_imported {
    hys_ctx *ctx;
    hys__guard guard;
    hys__arena arena;
    const char *format;
    bool is_impedance;
    struct {
        hys__measurement *at;
        size_t n, cap;
    } measurements;
    struct {
        const char **at;
        size_t n, cap;
    } assumed;
};

typedef struct hys__import {
    hys__csv csv; /* csv.table: the measurement that is read; NULL between two */
    hys__arena *arena;
    const hys_import_opts *opts;
    hys_imported *result;
    const char *title;  /* of the next measurement */
    bool is_named;      /* columns are called what they are: nothing is guessed */
    const char *v, *i;  /* columns of the file that are v and i; NULL: guessed */
    size_t n_left_out;  /* rows in which time, v or i was not measured */
    bool keeps_columns; /* a spectrum in CSV stays the table that it is */
} hys__import;

typedef struct hys__importer {
    const char *name, *summary;
    bool (*is_mine)(const hys__csv *text); /* of the whole text; the path counts too */
    hys_status (*read)(hys__import *im);
} hys__importer;

/* Whether the line starts with the mark; whether one of the text's first lines does. */
bool hys__import_starts(const hys__csv *r, const char *mark);
bool hys__import_has_line(const hys__csv *text, int most_lines, const char *mark);
/* The same of a line that is nothing but that. */
bool hys__import_has_whole_line(const hys__csv *text, int most_lines, const char *line);
/* What stands in the line behind n bytes, without blanks and quotes. */
const char *hys__import_rest(hys__import *im, size_t n);
/* Says once what was assumed. */
hys_status hys__import_assume(hys__import *im, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A measurement: begin, columns, named, rows, end.  Begin ends the one before. */
hys_status hys__import_begin(hys__import *im, size_t n_columns);
hys_status hys__import_column(hys__import *im, const char *name, const char *unit);
hys_status hys__import_named(hys__import *im);
/* The three first, from a line of names; *is_data: the line held numbers. */
hys_status hys__import_heading(hys__import *im, bool *is_data);
hys_status hys__import_row(hys__import *im); /* of the line's cells */
hys_status hys__import_end(hys__import *im);
/* Begins a measurement with the columns of the one that is read. */
hys_status hys__import_again(hys__import *im);
/* The next line that is not blank; false at the end or where the work is cancelled. */
bool hys__import_next(hys__import *im);
/* Rows up to the end of the text. */
hys_status hys__import_rows(hys__import *im);

/* One a format. */
bool hys__import_is_easyexpert(const hys__csv *text);
bool hys__import_is_classic(const hys__csv *text);
bool hys__import_is_quick_iv(const hys__csv *text);
bool hys__import_is_4155(const hys__csv *text);
bool hys__import_is_clarius(const hys__csv *text);
bool hys__import_is_script(const hys__csv *text);
bool hys__import_is_hdf5(const hys__csv *text);
bool hys__import_is_arc_one(const hys__csv *text);
bool hys__import_is_knowm(const hys__csv *text);
bool hys__import_is_gamry(const hys__csv *text);
bool hys__import_is_biologic(const hys__csv *text);
bool hys__import_is_zplot(const hys__csv *text);
bool hys__import_is_autolab(const hys__csv *text);
bool hys__import_is_chi(const hys__csv *text);
bool hys__import_is_impedance(const hys__csv *text);
hys_status hys__import_easyexpert(hys__import *im);
hys_status hys__import_classic(hys__import *im);
hys_status hys__import_quick_iv(hys__import *im);
hys_status hys__import_4155(hys__import *im);
hys_status hys__import_clarius(hys__import *im);
hys_status hys__import_script(hys__import *im);
hys_status hys__import_arc_two(hys__import *im);
hys_status hys__import_arc_one(hys__import *im);
hys_status hys__import_knowm(hys__import *im);
hys_status hys__import_plain(hys__import *im);
hys_status hys__import_gamry(hys__import *im);
hys_status hys__import_biologic(hys__import *im);
hys_status hys__import_zplot(hys__import *im);
hys_status hys__import_chi(hys__import *im);
hys_status hys__import_impedance(hys__import *im);

#endif
