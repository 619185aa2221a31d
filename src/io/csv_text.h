/* CSV whose cells are words: a heading that names the columns, in any order, then rows.  Lines that begin with # are
 * comments. */
#ifndef HYS_IO_CSV_TEXT_H
#define HYS_IO_CSV_TEXT_H
#include "base/diag.h"

typedef struct hys__csv_word {
    const char *text; /* without the quotes around it; "" where the cell is empty */
    int32_t col;      /* in its line, from 1 */
} hys__csv_word;

typedef struct hys__csv_text_row {
    const hys__csv_word *cells; /* one a column that was asked for, in that order */
    const char *line;           /* of the file, for messages */
    int32_t number;             /* of the line, from 1 */
} hys__csv_text_row;

typedef struct hys__csv_text {
    hys_ctx *ctx;
    const char *path;
    const char *const *columns;
    size_t n_columns;
    struct {
        hys__csv_text_row *at;
        size_t n, cap;
    } rows;
} hys__csv_text;

/* All is kept in the arena.  One diagnostic for what is wrong first; a heading must name all columns and no other. */
hys_status hys__csv_text_read(hys__arena *arena, const char *path, const char *const *columns, size_t n_columns,
                              hys__csv_text *result);
/* Reports at a cell.  HYS_SYNTAX. */
hys_status hys__csv_text_complain(const hys__csv_text *text, size_t row, size_t column, const char *hint,
                                  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
