/* Reproduced values: (got - expected) / tolerance as points in rows, with the band of -1 to 1 that passes; at the left
 * the rows' names, at the right text.  The marker tells where the expected value is from.  The table has the columns
 * deviation, kind (of marker), row (from 0) and offset (within the row, of its height). */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define HEAD_MM   4.0 /* headings of the columns of text */
#define KEY_MM    4.0
#define KEY_STEP  22.0 /* mm */
#define CHAR_MM   1.25
#define TEXTS_MM  59.0 /* the columns of text */
#define NAME_MOST 48   /* characters */
#define X_END     2.0
#define X_MOST    1.75 /* what lies farther off is drawn here, open */
#define BAND      "#E6E6E6"

static const struct marker {
    const char *name;
    int solid, open; /* point types of gnuplot */
} markers[] = {{"published", 7, 6}, {"computed", 5, 4}, {"derived", 9, 8}, {"remembered", 13, 12}};
#define N_MARKERS (sizeof markers / sizeof *markers)
#define N_TEXTS   4

double hys__script_deviation_height(const hys__figure *figure) {
    double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    double rows = figure->rows ? (double)figure->rows->n * figure->rows->row_mm : 0;
    return HYS__MARGIN_TOP + title + KEY_MM + HEAD_MM + rows + HYS__MARGIN_BOTTOM;
}

static double name_width(const hys__figure_rows *rows) {
    size_t most = 0;
    for (size_t k = 0; k < rows->n; k++) {
        size_t n = strlen(rows->at[k].name);
        if (n > most) most = n;
    }
    return CHAR_MM * (double)(most < NAME_MOST ? most : NAME_MOST) + 1;
}

static hys__rect plot_rect(const hys__script *s) {
    const hys__figure_rows *rows = s->figure->rows;
    return (hys__rect){.left = HYS__LABEL_PLACE + name_width(rows),
                       .right = s->figure->width - HYS__MARGIN_RIGHT - TEXTS_MM,
                       .bottom = HYS__MARGIN_BOTTOM,
                       .top = HYS__MARGIN_BOTTOM + rows->row_mm * (double)rows->n};
}

static void put_text(const hys__script *s, int tag, const char *text, size_t most, double x, double y,
                     const char *more) {
    char label[HYS__LABEL_SIZE] = "";
    hys__label_add(label, text, most);
    hys__script_label(s, tag, label);
    fprintf(s->out, " at screen %.5f, screen %.5f %s\n", x / s->figure->width, y / s->height, more);
}

static void put_texts(const hys__script *s, const hys__rect *r, int tag, const char *const texts[N_TEXTS], double y) {
    static const double ends[N_TEXTS] = {17, 33.5, 45, TEXTS_MM}; /* mm from the panel */
    for (int c = 0; c < N_TEXTS; c++) put_text(s, tag + c, texts[c], 16, r->right + ends[c], y, "right");
}

static void put_row(const hys__script *s, const hys__rect *r, size_t k) {
    const hys__figure_row *row = &s->figure->rows->at[k];
    double y = r->top - s->figure->rows->row_mm * ((double)k + 0.5);
    int tag = 100 + (N_TEXTS + 1) * (int)k;
    put_text(s, tag, row->name, NAME_MOST, r->left - 1, y, "right");
    put_texts(s, r, tag + 1, row->texts, y);
}

static void put_heads(const hys__script *s, const hys__rect *r) {
    double x = r->left + 1, y = r->top + HEAD_MM / 2;
    put_texts(s, r, 20, s->figure->rows->heads, y);
    for (size_t k = 0; k < N_MARKERS; k++, x += KEY_STEP) {
        char more[80];
        snprintf(more, sizeof more, "left point pt %d ps 0.5 lc rgb '" HYS__BLUE "' offset 0.3,0", markers[k].solid);
        put_text(s, 30 + (int)k, markers[k].name, 16, x, y + HEAD_MM, more);
    }
}

static void put_axes(const hys__script *s, const hys__rect *r) {
    double w = s->figure->width, h = s->height;
    size_t n = s->figure->rows->n;
    fprintf(s->out,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset bmargin at screen %.5f\n"
            "set tmargin at screen %.5f\nset border 1\nset xrange [%g:%g]\nset yrange [0:%zu]\nunset ytics\n"
            "set xtics -2,1,2\nset mxtics 2\n",
            r->left / w, r->right / w, r->bottom / h, r->top / h, -X_END, X_END, n);
    fprintf(s->out, "set object 1 rectangle from first -1, graph 0 to first 1, graph 1 fc rgb '" BAND
                    "' fs solid noborder behind\nset arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 0.5 lc rgb "
                    "'#000000'\n");
    for (size_t k = 1; k < n; k++)
        fprintf(s->out,
                "set arrow %zu from graph 0, first %zu to graph 1, first %zu nohead lw 0.25 lc rgb '" HYS__GREY "'\n",
                1 + k, k, k);
    hys__script_label(s, 1, "(got \342\210\222 expected) / tolerance");
    fprintf(s->out, " at screen %.5f, screen %.5f center\n", (r->left + r->right) / 2 / w, HYS__LABEL_PLACE / h);
}

/* Points of one kind: those that pass, those that do not, and those beyond the axis. */
static void put_points(const hys__script *s, size_t kind, bool is_first) {
    const struct {
        const char *when, *colour;
        int type;
    } classes[] = {{"abs(column(1)) <= 1", HYS__BLUE, markers[kind].solid},
                   {"abs(column(1)) > 1 && abs(column(1)) <= 1.75", HYS__ORANGE, markers[kind].solid},
                   {"abs(column(1)) > 1.75", HYS__ORANGE, markers[kind].open}};
    for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
        fputs(is_first && c == 0 ? "plot " : ", \\\n     ", s->out);
        hys__script_data(s);
        fprintf(s->out,
                " using (column(2) == %zu && %s ? (abs(column(1)) > %g ? sgn(column(1))*%g : column(1)) : NaN):"
                "(%zu - column(3) - 0.5 - column(4)) with points pt %d ps 0.5 lc rgb '%s'",
                kind, classes[c].when, X_MOST, X_MOST, s->figure->rows->n, classes[c].type, classes[c].colour);
    }
}

hys_status hys__script_deviation(hys__script *s) {
    if (!s->figure->rows || !s->figure->rows->n)
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a figure of deviations needs rows with names");
    hys__rect r = plot_rect(s);
    if (r.right - r.left < 20)
        return hys__fail(s->figure->ctx, HYS_ARG, "183 mm are two columns of a journal",
                         "a figure of deviations cannot be %g mm wide", s->figure->width);
    put_axes(s, &r);
    hys__script_title(s);
    put_heads(s, &r);
    for (size_t k = 0; k < s->figure->rows->n; k++) put_row(s, &r, k);
    for (size_t k = 0; k < N_MARKERS; k++) put_points(s, k, k == 0);
    fputc('\n', s->out);
    return HYS_OK;
}
