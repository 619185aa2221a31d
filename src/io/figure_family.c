/* A family of curves: the first column is what tells them apart, the second x, the third y.  A curve ends where the
 * first changes or x goes back.  Positive values are blue, negative ones orange, the darker the larger. */
#include "base/diag.h"
#include "base/units.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define MOST_CURVES 240
#define LOG_RATIO   50.0 /* ranges of more than this ratio have a logarithmic axis */
#define NAMES_MM    3.4  /* strip above the panel for what the colours mean */

typedef struct curve {
    size_t first, last; /* rows */
    double value;
} curve;

typedef struct family {
    curve at[MOST_CURVES];
    size_t n;
    double least[2], most[2]; /* |value| of the positive and the negative ones */
    hys__axis x, y;
} family;

static void note_size(family *f, double value) {
    double size = fabs(value);
    int side = value < 0;
    if (!(f->least[side] <= size)) f->least[side] = size;
    if (!(f->most[side] >= size)) f->most[side] = size;
}

static void find_curves(const hys_table *table, family *f) {
    const double *value = hys_table_column_at(table, 0), *x = hys_table_column_at(table, 1);
    size_t n = hys_table_n_rows(table);
    f->n = 0;
    f->least[0] = f->least[1] = f->most[0] = f->most[1] = NAN;
    for (size_t k = 0; k < n; k++) {
        bool is_new = k == 0 || value[k] != value[k - 1] || x[k] < x[k - 1];
        if (is_new && f->n == MOST_CURVES) return;
        if (is_new) f->at[f->n++] = (curve){k, k, value[k]};
        f->at[f->n - 1].last = k;
        note_size(f, value[k]);
    }
}

static bool find_axis(const hys_table *table, size_t column, int n_tics, hys__axis *axis) {
    return hys__axis_group_log(table, &column, 1, LOG_RATIO, axis) || hys__axis_linear(table, column, n_tics, axis);
}

/* Where a size lies among those of its sign, by its logarithm: 0 to 1. */
static double shade(const family *f, double value) {
    int side = value < 0;
    double range = log(f->most[side] / f->least[side]);
    double part = log(fabs(value) / f->least[side]) / range;
    return isfinite(part) && range > 0 ? fmin(fmax(part, 0), 1) : 1;
}

static unsigned mix(unsigned light, unsigned dark, double part) {
    return (unsigned)((1 - part) * light + part * dark + 0.5);
}

static void put_colour(FILE *out, const family *f, double value) {
    double part = shade(f, value);
    if (value < 0) fprintf(out, "#%02x%02x%02x", mix(0xf6, 0x9c, part), mix(0xc9, 0x3a, part), mix(0xa6, 0x00, part));
    else fprintf(out, "#%02x%02x%02x", mix(0xb4, 0x00, part), mix(0xd8, 0x4c, part), mix(0xf0, 0x86, part));
}

/* "level: 1 mV to 5 V", in the colour of the largest. */
static void put_range(const hys__script *s, const family *f, const hys__rect *r, int side) {
    const char *unit = hys_table_unit(s->figure->table, 0);
    double sign = side ? -1 : 1, w = r->right - r->left;
    char from[64], to[64], text[HYS__LABEL_SIZE] = "";
    if (isnan(f->most[side])) return;
    hys__quantity_format(sign * f->least[side], unit, 3, from);
    hys__quantity_format(sign * f->most[side], unit, 3, to);
    hys__label_add(text, hys_table_name(s->figure->table, 0), 16);
    hys__label_add(text, " ", 1);
    hys__label_add(text, from, 20);
    if (f->most[side] > f->least[side]) {
        hys__label_add(text, " to ", 4);
        hys__label_add(text, to, 20);
    }
    hys__script_label(s, 10 + side, text);
    fprintf(s->out, " at screen %.5f, screen %.5f left tc rgb '%s'\n",
            (r->left + 1.5 + side * w / 2) / s->figure->width, (r->top + NAMES_MM / 2) / s->height,
            side ? "#9c3a00" : "#004c86");
}

static void put_curve(const hys__script *s, const family *f, const curve *c) {
    char name[64];
    hys__quantity_format(c->value, hys_table_unit(s->figure->table, 0), 3, name);
    hys__script_data(s);
    fprintf(
        s->out, " every ::%zu::%zu using (column(2)*%g):(column(3)*%g) title '%s' noenhanced with %s lw 0.8 lc rgb '",
        c->first, c->last, f->x.scale, f->y.scale, name, c->last - c->first < 30 ? "linespoints pt 7 ps 0.3" : "lines");
    put_colour(s->out, f, c->value);
    fputs("'", s->out);
}

hys_status hys__script_family(hys__script *s) {
    const hys_table *table = s->figure->table;
    family f;
    if (hys_table_n_columns(table) < 3 || !find_axis(table, 1, 6, &f.x) || !find_axis(table, 2, 5, &f.y))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a figure of a family needs three columns with numbers");
    find_curves(table, &f);
    hys__rect r = hys__script_rect(s, hys__axis_tics_width(&f.y));
    r.top -= NAMES_MM;
    hys__script_panel(s, &r, &f.x, &f.y, true);
    hys__script_title(s);
    for (int side = 0; side < 2; side++) put_range(s, &f, &r, side);
    fputs("plot ", s->out);
    for (size_t k = 0; k < f.n; k++) {
        if (k) fputs(", \\\n     ", s->out);
        put_curve(s, &f, &f.at[k]);
    }
    fputs("\n", s->out);
    return HYS_OK;
}

double hys__script_family_height(const hys__figure *figure) {
    return figure->width * 0.72 + NAMES_MM;
}
