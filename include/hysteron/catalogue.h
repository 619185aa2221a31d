/* hysteron/catalogue.h -- published devices: what the field's reviews say of them, as a table that can be asked.
 *
 * An entry is a row; a cell is text, and a number where the column has one.  Numbers are SI.  What a source does not
 * give is missing, and a bound ("< 2 pJ") is kept as a bound: a question that they leave open is not answered with yes.
 */
#ifndef HYSTERON_CATALOGUE_H
#define HYSTERON_CATALOGUE_H
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_catalogue hys_catalogue;
typedef struct hys_catalogue_column {
    const char *name, *unit; /* unit "" : none */
    bool is_number;
    const char *desc;
} hys_catalogue_column;

/* path NULL: the shipped one. */
hys_status hys_catalogue_read(hys_ctx *ctx, const char *path, hys_catalogue **catalogue);
void hys_catalogue_free(hys_catalogue *catalogue);
size_t hys_catalogue_n_columns(void);
const hys_catalogue_column *hys_catalogue_get_column(size_t column);
size_t hys_catalogue_find_column(const char *name); /* SIZE_MAX: there is none */
size_t hys_catalogue_n_entries(const hys_catalogue *catalogue);
const char *hys_catalogue_text(const hys_catalogue *catalogue, size_t entry, size_t column); /* "": missing */
double hys_catalogue_number(const hys_catalogue *catalogue, size_t entry, size_t column);    /* NaN: missing, or text */
/* -1: the true number is below this one, +1: above it, 0: it is the number. */
int hys_catalogue_bound(const hys_catalogue *catalogue, size_t entry, size_t column);

/* Which entries answer a question: chosen[n_entries].  where is
 *     or    = and { "or" and }
 *     and   = not { "and" not }
 *     not   = "not" not | "(" or ")" | COLUMN ("<" | "<=" | ">" | ">=" | "=" | "!=" | "~") VALUE
 * VALUE is a number with unit ("10fJ"), a word, or text in quotes; "~" means "contains".  NULL chooses all.
 * HYS_ARG with the place in the question where it is not understood. */
hys_status hys_catalogue_select(const hys_catalogue *catalogue, const char *where, bool *chosen);

/* "3fJ" as a number of the column, checked for its unit. */
hys_status hys_catalogue_value(hys_ctx *ctx, size_t column, const char *text, double *value);

typedef struct hys_catalogue_rank {
    size_t n_known, n_below, n_above; /* entries with a number; those that lie below and above the value */
    double least, median, most;       /* of those known; NaN where there are none */
} hys_catalogue_rank;
/* Where a value stands among the chosen entries (chosen NULL: all). */
hys_status hys_catalogue_place(const hys_catalogue *catalogue, const bool *chosen, size_t column, double value,
                               hys_catalogue_rank *rank);

/* The chosen entries as a chart of one number against another, for the figure kind "scatter": x, one column of y a
 * family, "bound" (-1, 0, +1), and "this device" where mine (x, y) is not NULL. */
hys_status hys_catalogue_chart(const hys_catalogue *catalogue, const bool *chosen, size_t y, size_t x,
                               const double *mine, hys_table **chart);

HYS_DECLS_END
#endif
