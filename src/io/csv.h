/* The inside of the CSV reader: lines, cells, and what headings mean. */
#ifndef HYS_IO_CSV_H
#define HYS_IO_CSV_H
#include "base/units.h"
#include "io/table.h"

/* Instrument files: what stands before the first heading is set-up text, and lines that count start with a mark. */
typedef struct hys__csv_dialect {
    const char *signature, *heading, *row;
} hys__csv_dialect;

typedef struct hys__csv_unit {
    hys__unit unit;
    bool is_converted; /* numbers are turned into SI */
} hys__csv_unit;

typedef struct hys__csv {
    hys_ctx *ctx;
    const char *path;
    const char *at, *end; /* what is left of the text */
    const char *newline;  /* the first "\n" at or behind at, NULL where there is none; at is behind it: unknown */
    const char *line, *line_end;
    const char *first; /* where the cells of the line start */
    int32_t n_lines;
    char separator;
    hys_table *table;
    double *row;
    hys__csv_unit *units;            /* one a column */
    const hys__csv_dialect *dialect; /* NULL: plain CSV */
} hys__csv;

/* Whether the file can be text: neither a spreadsheet, nor compressed, nor with zero bytes in it. */
hys_status hys__csv_check_text(const hys__csv *r);
/* Takes the next line, which "\n", "\r\n" or "\r" ends; false at the end of the text. */
bool hys__csv_next_line(hys__csv *r);
/* Blank, or a comment that # starts. */
bool hys__csv_is_skipped(const hys__csv *r);

/* A cell without the blanks and quotes around it.  next: where the next one starts, NULL behind the last. */
typedef struct hys__csv_cell {
    const char *from, *to, *next;
} hys__csv_cell;

/* Reports at a place of the line. */
hys_status hys__csv_complain(hys__csv *r, const char *where, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
hys_status hys__csv_cell_next(hys__csv *r, const char *at, hys__csv_cell *cell);
/* Whether the cell is a number and nothing else. */
bool hys__csv_cell_number(const hys__csv_cell *cell, double *value, bool *overflow);

/* Makes the columns from the first line, units and row in the arena; *is_data: the line held numbers, not names. */
hys_status hys__csv_heading(hys__csv *r, hys__arena *arena, bool *is_data);

#endif
