/* hysteron/measured.h -- what a measured I-V curve, a table with columns v and i, is like before anything is made of
 * it: which of the two was swept, how often, and where the instrument held the current. */
#ifndef HYSTERON_MEASURED_H
#define HYSTERON_MEASURED_H
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_plateau { /* |i| stays within 0.5 % of its largest while v moves */
    double i;                /* A; NaN: there is none */
    double v_from, v_to;     /* V */
    size_t n_rows;
} hys_plateau;

typedef struct hys_curve_info {
    size_t size;
    const char *swept;         /* "v", "i": what runs to and fro in the more even steps */
    int32_t cycles;            /* by the turning points of what is swept */
    size_t n_turns;            /* reversals by more than 5 % of the range */
    hys_plateau compliance[2]; /* for i > 0 and i < 0, where v is swept */
} hys_curve_info;

hys_status hys_curve_inspect(hys_ctx *ctx, const hys_table *table, hys_curve_info *info);
/* The rows of one cycle, from 1; cycles: as many of as many rows, 0: cut where the sweep comes back to its first value
 * between turning points. */
hys_status hys_curve_cycle(hys_ctx *ctx, const hys_table *table, int32_t cycles, int32_t cycle, hys_table **part);
/* A copy in which what is not swept of v and i goes through a Savitzky-Golay filter: a parabola through `points` (odd,
 * at least 5) neighbours, fewer at turning points, which no parabola crosses. */
hys_status hys_curve_smooth(hys_ctx *ctx, const hys_table *table, int32_t points, hys_table **smooth);

HYS_DECLS_END
#endif
