/* A quantity over the crossings of a grid: the first column is x, the second y, which grows downwards, the third the
 * colour.  Places lie evenly apart. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define BAR_PLACE       2.0 /* mm from the panel to the bar of colours */
#define BAR_WIDTH       2.5 /* mm */
#define BAR_NUMBERS     7.5 /* mm: beside the bar */
#define TALLEST         1.4 /* of a panel, as a part of its width */
#define FLATTEST        0.4
#define MOST_RECTANGLES 16384

static void span_of(const hys_table *table, size_t column, double *lo, double *hi) {
    const double *v = hys_table_column_at(table, column);
    *lo = *hi = v[0];
    for (size_t k = 1; k < hys_table_n_rows(table); k++) *lo = fmin(*lo, v[k]), *hi = fmax(*hi, v[k]);
}

/* From the first row: x runs before y. */
static double step_of(const hys_table *table, size_t column) {
    const double *v = hys_table_column_at(table, column);
    for (size_t k = 1; k < hys_table_n_rows(table); k++)
        if (v[k] != v[0]) return fabs(v[k] - v[0]);
    return 1;
}

static double half_more(const hys_table *table, size_t column, double *lo, double *hi) {
    const double step = step_of(table, column);
    span_of(table, column, lo, hi);
    *lo -= 0.5 * step;
    *hi += 0.5 * step;
    return (*hi - *lo) / step;
}

static bool find_axes(const hys_table *table, hys__axis axes[3]) {
    if (hys_table_n_columns(table) < 3 || hys_table_n_rows(table) < 1) return false;
    for (size_t c = 0; c < 3; c++)
        if (!hys__axis_linear(table, c, 4, &axes[c])) return false;
    for (size_t c = 0; c < 2; c++) {
        half_more(table, c, &axes[c].lo, &axes[c].hi);
        hys__axis_retic(&axes[c], 5);
        half_more(table, c, &axes[c].lo, &axes[c].hi); /* the crossings, no more */
    }
    double lo, hi;
    span_of(table, 2, &lo, &hi);
    if (hi > lo) axes[2].lo = lo * axes[2].scale, axes[2].hi = hi * axes[2].scale;
    for (size_t c = 0; c < 3; c++) hys__axis_name(&axes[c], hys_table_name(table, c), table, c);
    return true;
}

static double ratio_of(const hys_table *table) {
    double lo, hi;
    if (hys_table_n_columns(table) < 3 || hys_table_n_rows(table) < 1) return 1;
    const double across = half_more(table, 0, &lo, &hi), down = half_more(table, 1, &lo, &hi);
    return fmin(TALLEST, fmax(FLATTEST, down / across));
}

static void put_bar(const hys__script *s, const hys__axis *c, const hys__rect *r) {
    const double w = s->figure->width, h = s->height, place = r->right + BAR_PLACE;
    fputs(HYS__VIRIDIS, s->out);
    fprintf(s->out,
            "set cbrange [%.10g:%.10g]\nset cbtics %.10g,%.10g scale 0.5 offset -0.6,0 format '%%g'\n"
            "set colorbox vertical user origin screen %.5f, screen %.5f size screen %.5f, screen %.5f noborder\n",
            c->lo, c->hi, c->tic, c->step, place / w, r->bottom / h, BAR_WIDTH / w, (r->top - r->bottom) / h);
    hys__script_label(s, 30, c->label);
    fprintf(s->out, " at screen %.5f, screen %.5f center rotate by 90\n", (w - HYS__LABEL_PLACE) / w,
            (r->bottom + r->top) / 2 / h);
}

static hys__rect rect_of(const hys__script *s, const hys__axis *y) {
    hys__rect r = hys__script_rect(s, hys__axis_tics_width(y));
    r.right = s->figure->width - HYS__LABEL_PLACE - 2 - BAR_NUMBERS - BAR_WIDTH - BAR_PLACE;
    return r;
}

hys_status hys__script_map(hys__script *s) {
    const hys_table *table = s->figure->table;
    hys__axis axes[3];
    if (!find_axes(table, axes))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a map needs columns for x, y and what is drawn");
    const hys__rect r = rect_of(s, &axes[1]);
    hys__script_panel(s, &r, &axes[0], &axes[1], true);
    hys__script_title(s);
    fprintf(s->out, "set yrange [%.10g:%.10g]\n", axes[1].hi, axes[1].lo);
    put_bar(s, &axes[2], &r);
    fputs("plot ", s->out);
    hys__script_data(s);
    /* Pictures are smoothed by browsers: rectangles are not, but large maps would hold too many. */
    fprintf(s->out, " using (column(1)*%g):(column(2)*%g):(column(3)*%g) with image%s notitle\n", axes[0].scale,
            axes[1].scale, axes[2].scale, hys_table_n_rows(table) <= MOST_RECTANGLES ? " pixels" : "");
    return HYS_OK;
}

double hys__script_map_height(const hys__figure *figure) {
    const double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    const double panel = figure->width - 2 * HYS__LABEL_PLACE - 12 - BAR_NUMBERS - BAR_WIDTH - BAR_PLACE;
    return HYS__MARGIN_TOP + HYS__MARGIN_BOTTOM + title + panel * ratio_of(figure->table);
}
