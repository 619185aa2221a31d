/* The inside of the CSV reader: lines, cells, and what headings mean. */
#ifndef HYS_IO_CSV_H
#define HYS_IO_CSV_H
#include "base/units.h"
#include "io/table.h"

typedef struct hys__csv_unit {
    hys__unit unit;
    bool is_converted; /* numbers are turned into SI */
    bool is_words;     /* the column holds no numbers */
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
    hys__csv_unit *units; /* one a column */
    bool is_instrument;   /* written by a program: cells may be empty, columns are called "DrainV" */
    bool by_word;         /* a unit alone makes no column time, v or i; cells may be empty */
    char decimal;         /* '.' or ',' once a number has had one; 0 before */
    size_t n_gaps;        /* cells that were empty, an overflow, or an error of a spreadsheet */
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
/* The same, or a number with a decimal comma where commas do not separate. */
bool hys__csv_is_number(const hys__csv *r, const hys__csv_cell *cell);
/* The number of a cell, with a decimal comma where the separator is none; gaps of instruments are NaN. */
hys_status hys__csv_cell_value(hys__csv *r, const hys__csv_cell *cell, double *value);

/* Makes the columns from the first line, units and row in the arena; *is_data: the line held numbers, not names. */
hys_status hys__csv_heading(hys__csv *r, hys__arena *arena, bool *is_data);
/* Room for the units and the row of n columns. */
hys_status hys__csv_room(hys__csv *r, hys__arena *arena, size_t n);
/* A column whose numbers come in that unit; where: what complaints point at. */
hys_status hys__csv_add_column(hys__csv *r, const char *where, const char *name, const char *unit);
/* Calls a column by another name. */
hys_status hys__csv_rename(hys__csv *r, size_t column, const char *name);
/* Numbers of the column come in that unit, whatever the heading says. */
hys_status hys__csv_set_unit(hys__csv *r, size_t column, const char *unit);
/* The columns that look like a time, a voltage and a current are called time, v and i. */
hys_status hys__csv_name_roles(hys__csv *r);
/* Puts the line's cells into r->row. */
hys_status hys__csv_cells(hys__csv *r);

#endif
