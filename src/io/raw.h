/* SPICE3 binary raw files, as ngspice, LTspice-compatible viewers, gaw and spicelib read them.
 *
 * A file holds plots one behind the other: a heading in text, then little-endian doubles, point by point. */
#ifndef HYS_IO_RAW_H
#define HYS_IO_RAW_H
#include <hysteron/table.h>

typedef struct hys__raw_plot {
    const char *title, *name; /* "Transient Analysis" */
    const hys_table *table;
    bool is_complex; /* behind the first column, columns are pairs of real and imaginary part */
} hys__raw_plot;

hys_status hys__raw_write(hys_ctx *ctx, const hys__raw_plot *plots, size_t n, const char *path);

#endif
