/* The inside of a figure: axes with their tics, the rows that are drawn, the script, and gnuplot itself. */
#ifndef HYS_IO_FIGURE_H
#define HYS_IO_FIGURE_H
#include "io/table.h"
#include <hysteron/figure.h>

#define HYS__LABEL_SIZE 256

/* One column of the table as an axis.  Values are drawn times scale; lo, hi, tic and step are of what is drawn
 * (of log10 of it on a logarithmic axis). */
typedef struct hys__axis {
    size_t column;
    const double *values;
    double scale;
    double lo, hi;    /* ends of the axis */
    double tic, step; /* first tic and distance of tics */
    int n_minor;      /* parts between two tics */
    int n_decimals;   /* of the numbers at the tics; -1: as short as they come */
    bool is_log;
    char label[HYS__LABEL_SIZE]; /* enhanced text of gnuplot */
} hys__axis;

/* The axis of a column, about n_tics of them; false when it holds no finite number. */
bool hys__axis_linear(const hys_table *table, size_t column, int n_tics, hys__axis *axis);
/* One axis for several columns of one unit. */
bool hys__axis_group(const hys_table *table, const size_t *columns, size_t n, int n_tics, hys__axis *axis);
/* The same, logarithmic; false unless all finite numbers are positive and cover more than the ratio. */
bool hys__axis_group_log(const hys_table *table, const size_t *columns, size_t n, double least_ratio, hys__axis *axis);
/* Another name for what is drawn, with the column's unit. */
void hys__axis_name(hys__axis *axis, const char *name, const hys_table *table, size_t column);
/* Tics anew, after lo and hi were changed. */
void hys__axis_retic(hys__axis *axis, int n_tics);
/* The logarithmic axis of |column|, with what lies near zero of the column beside cut off: there a current
 * passes through zero, and its logarithm falls without end. */
bool hys__axis_log(const hys_table *table, size_t column, size_t beside, hys__axis *axis);
/* Where a value lies along the axis: 0 to 1. */
double hys__axis_place(const hys__axis *axis, double value);
/* Width of the widest number at the tics, in mm. */
double hys__axis_tics_width(const hys__axis *axis);
/* Adds text, of which most_chars at most are shown, to a label: safe in gnuplot's enhanced mode. */
void hys__label_add(char label[HYS__LABEL_SIZE], const char *text, size_t most_chars);

/* Text beside the rows of a figure of deviations. */
typedef struct hys__figure_row {
    const char *name, *texts[4];
} hys__figure_row;
typedef struct hys__figure_rows {
    const hys__figure_row *at;
    size_t n;
    const char *heads[4]; /* of the columns of text */
    double row_mm;        /* height of a row */
} hys__figure_rows;

typedef struct hys__figure {
    hys_ctx *ctx;
    const hys_table *table;       /* the rows that are drawn */
    const hys__figure_rows *rows; /* NULL: none */
    size_t first;                 /* row at which the last cycle starts */
    const char *kind, *title;
    double width; /* mm */
    size_t most_rows;
    const char *path;
    const char *data; /* name of the data file, without its folder */
} hys__figure;

/* hys_figure_write of rows with text. */
hys_status hys__figure_write_rows(hys_ctx *ctx, const hys_table *table, const hys_figure_opts *opts,
                                  const hys__figure_rows *rows, const char *path);

/* The endings .svg, .pdf, .png. */
bool hys__figure_can_write(const char *path);
/* Writes the script at script_path. */
hys_status hys__figure_script(const hys__figure *figure, const char *script_path);

/* Magnitude in dB and phase in degrees of columns that are pairs of real and imaginary parts. */
hys_status hys__figure_bode_table(const hys__figure *figure, hys_table **bode);

/* Of a table too long to be drawn, a new one with the first row, the smallest and the largest value of each
 * column of each stretch, so that no spike is lost.  *first is moved along. */
hys_status hys__figure_thin(hys_ctx *ctx, const hys_table *table, size_t most_rows, size_t *first, hys_table **thin);

/* Runs gnuplot in a folder on a script in it, with its variable `figure` set to the name to write. */
hys_status hys__gnuplot_run(hys_ctx *ctx, const char *folder, const char *script, const char *figure);

#endif
