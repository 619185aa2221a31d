/* A neuron in a plane: rows are segments, the columns x and y of both ends, the diameter, and what they are coloured
 * by: "region", whose names stand in notes ("region 3: basal"), or a quantity.  Both axes have one scale, which a bar
 * tells; lines are as thick as the segments, but for those too thin to be seen.  A segment without length is a disc. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN      2.5  /* mm */
#define BAR_ROOM    7.0  /* mm: below, for the bar of lengths */
#define LEGEND_LINE 3.6  /* mm */
#define COLOUR_ROOM 17.0 /* mm: at the right, for the bar of colours */
#define BAR_WIDTH   2.5  /* mm */
#define TALLEST     1.6  /* of the drawing, as a part of its width */
#define FLATTEST    0.25
#define PT_PER_MM   (72 / 25.4)
#define THINNEST    0.35 /* pt */
#define RATIO       1.3  /* of the widths of lines of neighbouring classes */
#define MOST        24   /* classes */
#define N_COLUMNS   6
#define MOST_NAMES  8

static const char *const colours[MOST_NAMES] = {HYS__BLUE,   "#000000", HYS__ORANGE, HYS__GREEN,
                                                HYS__PURPLE, HYS__SKY,  "#E69F00",   "#777777"};

typedef struct drawing {
    const hys_table *table;
    const double *v[N_COLUMNS]; /* x, y of the near end, x, y of the far end, diameter, colour */
    double lo[2], hi[2];        /* m */
    bool is_region;
} drawing;

static bool find_drawing(const hys_table *table, drawing *d) {
    *d = (drawing){.table = table, .lo = {INFINITY, INFINITY}, .hi = {-INFINITY, -INFINITY}};
    if (hys_table_n_columns(table) < N_COLUMNS || !hys_table_n_rows(table)) return false;
    for (size_t c = 0; c < N_COLUMNS; c++) d->v[c] = hys_table_column_at(table, c);
    for (size_t k = 0; k < hys_table_n_rows(table); k++)
        for (size_t c = 0; c < 4; c++) {
            d->lo[c % 2] = fmin(d->lo[c % 2], d->v[c][k] - 0.5 * d->v[4][k]);
            d->hi[c % 2] = fmax(d->hi[c % 2], d->v[c][k] + 0.5 * d->v[4][k]);
        }
    d->is_region = !strcmp(hys_table_name(table, 5), "region");
    return d->hi[0] > d->lo[0] && d->hi[1] > d->lo[1] && isfinite(d->hi[0] - d->lo[0] + d->hi[1] - d->lo[1]);
}

static double ratio_of(const drawing *d) {
    return fmin(TALLEST, fmax(FLATTEST, (d->hi[1] - d->lo[1]) / (d->hi[0] - d->lo[0])));
}

/* ---- names of regions ---- */

static bool is_drawn(const drawing *d, double region) {
    for (size_t k = 0; k < hys_table_n_rows(d->table); k++)
        if (d->v[5][k] == region) return true;
    return false;
}

/* The k-th region that is drawn and has a name; NULL: there are fewer. */
static const char *region_name(const drawing *d, size_t k, int *region) {
    for (size_t i = 0; d->is_region && i < d->table->notes.n; i++) {
        const char *key = d->table->notes.at[i].key;
        if (strncmp(key, "region ", 7) != 0) continue;
        *region = (int)strtol(key + 7, NULL, 10);
        if (is_drawn(d, *region) && k-- == 0) return d->table->notes.at[i].value;
    }
    return NULL;
}

static const char *colour_of(int region) {
    return colours[region < 5 ? region : 5 + (region - 5) % (MOST_NAMES - 5)];
}

static void put_legend(const hys__script *s, const drawing *d, double top) {
    double x = MARGIN;
    int region;
    const char *name;
    for (size_t k = 0; (name = region_name(d, k, &region)) && k < MOST_NAMES; k++) {
        char text[HYS__LABEL_SIZE] = "";
        hys__label_add(text, name, 16);
        hys__script_label(s, (int)(20 + k), text);
        fprintf(s->out, " at screen %.5f, screen %.5f left tc rgb '%s'\n", x / s->figure->width,
                (top - 0.5 * LEGEND_LINE) / s->height, colour_of(region));
        x += 4 + 1.4 * (double)strlen(name);
    }
}

/* gnuplot's function from a region's number to its colour. */
static void put_region_colours(const hys__script *s, const drawing *d) {
    int region;
    fputs("colour(r) = ", s->out);
    for (size_t k = 0; k < 64 && region_name(d, k, &region); k++)
        fprintf(s->out, "r==%d ? 0x%s : ", region, colour_of(region) + 1);
    fputs("0x777777\n", s->out);
}

/* ---- the drawing's place and scale ---- */

static hys__rect rect_of(const hys__script *s, const drawing *d) {
    const bool has_title = s->figure->title && *s->figure->title;
    hys__rect r = {.left = MARGIN, .bottom = BAR_ROOM, .top = s->height - MARGIN};
    r.right = s->figure->width - (d->is_region ? MARGIN : COLOUR_ROOM);
    if (has_title) r.top -= HYS__TITLE_HEIGHT;
    if (d->is_region) r.top -= LEGEND_LINE;
    return r;
}

/* mm of the figure for a metre. */
static double put_ranges(const hys__script *s, const drawing *d, const hys__rect *r) {
    const double size[2] = {r->right - r->left, r->top - r->bottom};
    const double scale = fmin(size[0] / (d->hi[0] - d->lo[0]), size[1] / (d->hi[1] - d->lo[1]));
    const double w = s->figure->width, h = s->height;
    fprintf(s->out,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset bmargin at screen %.5f\n"
            "set tmargin at screen %.5f\nunset border\nunset xtics\nunset ytics\n",
            r->left / w, r->right / w, r->bottom / h, r->top / h);
    for (int c = 0; c < 2; c++) {
        const double middle = 0.5 * (d->lo[c] + d->hi[c]), half = 0.5 * size[c] / scale;
        fprintf(s->out, "set %crange [%.10g:%.10g]\n", "xy"[c], middle - half, middle + half);
    }
    return scale;
}

/* 1, 2 or 5 times a power of ten, a quarter of the width at most. */
static void put_length_bar(const hys__script *s, const hys__rect *r, double scale) {
    const double most = 0.25 * (r->right - r->left) / scale, power = pow(10, floor(log10(most)));
    const double length = power * (most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1);
    const double right = r->right, left = right - length * scale, y = 0.45 * BAR_ROOM;
    char text[HYS__LABEL_SIZE];
    snprintf(text, sizeof text, "%g \302\265m", length * 1e6);
    fprintf(s->out,
            "set arrow 1 from screen %.5f, screen %.5f to screen %.5f, screen %.5f nohead lw 1 lc rgb '#000000'\n",
            left / s->figure->width, y / s->height, right / s->figure->width, y / s->height);
    hys__script_label(s, 1, text);
    fprintf(s->out, " at screen %.5f, screen %.5f center\n", 0.5 * (left + right) / s->figure->width,
            (y + 2) / s->height);
}

static void narrow(hys__axis *c, const drawing *d) {
    double lo = INFINITY, hi = -INFINITY;
    for (size_t k = 0; k < hys_table_n_rows(d->table); k++) {
        lo = fmin(lo, d->v[5][k]);
        hi = fmax(hi, d->v[5][k]);
    }
    if (hi > lo) c->lo = lo * c->scale, c->hi = hi * c->scale;
}

static void put_colour_bar(const hys__script *s, const drawing *d, const hys__rect *r) {
    hys__axis c;
    const double w = s->figure->width, h = s->height, top = r->top, bottom = fmax(r->bottom, top - 40);
    if (d->is_region || !hys__axis_linear(d->table, 5, 4, &c)) return;
    hys__axis_name(&c, hys_table_name(d->table, 5), d->table, 5);
    narrow(&c, d);
    fputs(HYS__VIRIDIS, s->out);
    fprintf(s->out,
            "set cbrange [%.10g:%.10g]\nset cbtics %.10g,%.10g scale 0.5 offset -0.6,0\n"
            "set colorbox vertical user origin screen %.5f, screen %.5f size screen %.5f, screen %.5f noborder\n"
            "colour(c) = c*%g\n",
            c.lo, c.hi, c.tic, c.step, (r->right + 2) / w, bottom / h, BAR_WIDTH / w, (top - bottom) / h, c.scale);
    hys__script_label(s, 30, c.label);
    fprintf(s->out, " at screen %.5f, screen %.5f center rotate by 90\n", (w - HYS__LABEL_PLACE) / w,
            (bottom + top) / 2 / h);
}

/* ---- lines, by classes of width ---- */

static int class_of(double width) {
    const int k = width <= THINNEST ? 0 : (int)lround(log(width / THINNEST) / log(RATIO));
    return k < MOST ? k : MOST - 1;
}

static void put_lines(const hys__script *s, const drawing *d, double scale) {
    bool is_used[MOST] = {false};
    const double pt = scale * PT_PER_MM;
    int n = 0;
    for (size_t k = 0; k < hys_table_n_rows(d->table); k++)
        if (d->v[0][k] != d->v[2][k] || d->v[1][k] != d->v[3][k]) is_used[class_of(d->v[4][k] * pt)] = true;
    fprintf(s->out,
            "width(d) = d*%.8g <= %g ? 0 : int(floor(log(d*%.8g/%g)/log(%g) + 0.5))\n"
            "class(d) = width(d) < %d ? width(d) : %d\nplot ",
            pt, THINNEST, pt, THINNEST, RATIO, MOST, MOST - 1);
    for (int k = MOST - 1; k >= 0; k--) {
        if (!is_used[k]) continue;
        if (n++) fputs(", \\\n     ", s->out);
        hys__script_data(s);
        fprintf(
            s->out,
            " using (class(column(5))==%d ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):"
            "(colour(column(6))) with vectors nohead lw %.3g lc %s notitle",
            k, THINNEST * pow(RATIO, k), d->is_region ? "rgb variable" : "palette");
    }
    if (n) fputs(", \\\n     ", s->out);
    hys__script_data(s);
    fprintf(s->out,
            " using (column(1)==column(3) && column(2)==column(4) ? column(1) : NaN):(column(2)):(0.5*column(5)):"
            "(colour(column(6))) with circles fill solid noborder lc %s notitle\n",
            d->is_region ? "rgb variable" : "palette");
}

hys_status hys__script_tree(hys__script *s) {
    drawing d;
    if (!find_drawing(s->figure->table, &d))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a tree needs places of both ends, diameters and colours");
    const hys__rect r = rect_of(s, &d);
    hys__script_title(s);
    const double scale = put_ranges(s, &d, &r);
    put_length_bar(s, &r, scale);
    put_legend(s, &d, r.top + LEGEND_LINE);
    if (d.is_region) put_region_colours(s, &d);
    else put_colour_bar(s, &d, &r);
    put_lines(s, &d, scale);
    return HYS_OK;
}

double hys__script_tree_height(const hys__figure *figure) {
    drawing d;
    const double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    if (!find_drawing(figure->table, &d)) return figure->width;
    const double width = figure->width - MARGIN - (d.is_region ? MARGIN : COLOUR_ROOM);
    return MARGIN + BAR_ROOM + title + (d.is_region ? LEGEND_LINE : 0) + width * ratio_of(&d);
}
