/* hysteron/figure.h -- journal-style figures through gnuplot.
 *
 * The path ends in .svg, .pdf or .png.  The script (loop.gp) and the rows that are drawn (loop.data.csv) are kept
 * beside it, so that the figure can be restyled: `gnuplot loop.gp` makes it again.  Tables of more than 20000 rows
 * are thinned without losing a spike. */
#ifndef HYSTERON_FIGURE_H
#define HYSTERON_FIGURE_H
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_figure_opts {
    size_t size;
    const char *kind;  /* "iv", "iv-semilog", "time", "pulse"; NULL: "iv" */
    const char *title; /* NULL: none */
    double width_mm;   /* 89 for one column, 183 for two */
    int32_t cycles;    /* of the table: the last is drawn bold, earlier ones grey; 0: 1 */
    int32_t most_rows; /* longer tables are thinned; 0: 20000 */
} hys_figure_opts;
hys_figure_opts hys_figure_opts_default(void);
hys_status hys_figure_write(hys_ctx *ctx, const hys_table *table, const hys_figure_opts *opts, const char *path);

HYS_DECLS_END
#endif
