/* Spikes: a mark each, over time and by cell, coloured by population; below, the rates of populations.  The table has
 * the columns time, cell (a row of the raster), group, rate; in rows of spikes rate is NaN, in rows of rates cell is.
 * Notes "group 0" name the populations. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define RASTER_MM 34.0
#define RATES_MM  15.0
#define NAMES_MM  3.0
#define NAMES_GAP 1.0
#define MARK_PART 0.01 /* of the panel's height */
#define MARK_ROW  0.7  /* of the room of a cell */
#define CHAR_MM   1.3

static const char *const colours[] = {HYS__BLUE, HYS__ORANGE, HYS__GREEN, HYS__PURPLE,
                                      HYS__SKY,  "#E69F00",   "#000000",  HYS__GREY};
#define N_COLOURS (sizeof colours / sizeof *colours)

typedef struct raster {
    const hys_table *table;
    size_t time, cell, group, rate; /* columns */
    size_t n;                       /* populations */
} raster;

static bool find_raster(const hys_table *table, raster *r) {
    *r = (raster){.table = table,
                  .time = hys__table_index(table, "time"),
                  .cell = hys__table_index(table, "cell"),
                  .group = hys__table_index(table, "group"),
                  .rate = hys__table_index(table, "rate")};
    if (r->time == SIZE_MAX || r->cell == SIZE_MAX || r->group == SIZE_MAX || r->rate == SIZE_MAX) return false;
    const double *group = hys_table_column_at(table, r->group);
    for (size_t k = 0; k < hys_table_n_rows(table); k++)
        if (group[k] >= 0 && group[k] < 1000) r->n = (size_t)fmax((double)r->n, group[k] + 1);
    return r->n > 0;
}

static const char *name_of(const raster *r, size_t group) {
    char key[32];
    snprintf(key, sizeof key, "group %zu", group);
    for (size_t k = 0; k < r->table->notes.n; k++)
        if (!strcmp(r->table->notes.at[k].key, key)) return r->table->notes.at[k].value;
    return "";
}

static double name_width(const char *name) {
    return CHAR_MM * fmin((double)strlen(name), 16) + 3;
}

/* Names in the colours of their marks, in lines above the panel; how many lines. */
static int put_names(const hys__script *s, const raster *r, double top, bool is_shown) {
    double at = 4;
    int line = 0;
    for (size_t k = 0; k < r->n && r->n > 1; k++) {
        const char *name = name_of(r, k);
        char text[HYS__LABEL_SIZE] = "";
        if (at > 4 && at + name_width(name) > s->figure->width - HYS__MARGIN_RIGHT) at = 4, line++;
        if (is_shown) {
            hys__label_add(text, name, 16);
            hys__script_label(s, (int)(10 + k), text);
            fprintf(s->out, " at screen %.5f, screen %.5f left tc rgb '%s'\n", at / s->figure->width,
                    (top - NAMES_MM * (line + 0.5)) / s->height, colours[k % N_COLOURS]);
        }
        at += name_width(name);
    }
    return r->n > 1 ? line + 1 : 0;
}

/* A line for each population; height: of marks about the value; 0: steps instead. */
static void put_family(const hys__script *s, const raster *r, const hys__axis *x, const hys__axis *y, double height) {
    fputs("plot ", s->out);
    for (size_t k = 0; k < r->n; k++) {
        if (k) fputs(", \\\n     ", s->out);
        hys__script_data(s);
        fprintf(s->out, " using (column(%zu)==%zu ? column(%zu)*%g : NaN):(column(%zu)*%g", r->group + 1, k,
                x->column + 1, x->scale, y->column + 1, y->scale);
        if (height > 0) fprintf(s->out, "-%g):(0):(%g) with vectors nohead lw 0.6", height / 2, height);
        else fputs(") with histeps lw 0.8", s->out);
        fprintf(s->out, " lc rgb '%s'", colours[k % N_COLOURS]);
    }
    fputs("\nunset label\n", s->out);
}

hys_status hys__script_raster(hys__script *s) {
    raster r;
    hys__axis x, y, rate;
    if (!find_raster(s->figure->table, &r) || !hys__axis_linear(r.table, r.time, 6, &x) ||
        !hys__axis_linear(r.table, r.cell, 4, &y))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a raster needs times, cells, groups and rates");
    const bool has_rates = hys__axis_linear(r.table, r.rate, 3, &rate);
    const double pad = (x.hi - x.lo) / 1.1 * 0.05;
    x.lo += pad;
    x.hi -= pad;
    hys__axis_name(&y, "Cell", r.table, r.cell);
    y.lo = fmin(y.lo, -0.5 * y.scale);
    y.hi += 0.5 * y.scale;
    hys__axis_retic(&y, 4);
    const double widest = fmax(hys__axis_tics_width(&y), has_rates ? hys__axis_tics_width(&rate) : 0);
    hys__rect all = hys__script_rect(s, widest), at = all;
    at.top -= NAMES_MM * put_names(s, &r, all.top, false) + (r.n > 1 ? NAMES_GAP : 0);
    if (has_rates) at.bottom += RATES_MM + HYS__PANEL_GAP;
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    hys__script_panel(s, &at, &x, &y, !has_rates);
    put_names(s, &r, all.top, true);
    put_family(s, &r, &x, &y, fmax(MARK_PART * (y.hi - y.lo), MARK_ROW));
    if (has_rates) {
        hys__axis_name(&rate, "Rate", r.table, r.rate);
        at = (hys__rect){all.left, all.right, all.bottom, all.bottom + RATES_MM};
        hys__script_panel(s, &at, &x, &rate, true);
        put_family(s, &r, &x, &rate, 0);
    }
    fputs("unset multiplot\n", s->out);
    return HYS_OK;
}

double hys__script_raster_height(const hys__figure *figure) {
    raster r;
    const double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    const hys__script s = {.figure = figure};
    if (!find_raster(figure->table, &r)) return figure->width;
    return HYS__MARGIN_TOP + HYS__MARGIN_BOTTOM + title + RASTER_MM + RATES_MM + HYS__PANEL_GAP +
           NAMES_MM * put_names(&s, &r, 0, false) + (r.n > 1 ? NAMES_GAP : 0);
}
