/* The gnuplot script of a figure.
 *
 * House style: 89 mm wide, 7 pt Arial kept as text, tics outside, no grid, Wong's colour-blind-safe palette
 * (Nat. Methods 8, 441, 2011), units in parentheses with an SI prefix chosen from the data.  All places are
 * given in mm from the lower left corner and line widths in pt, so that SVG, PDF and PNG look the same. */
#include "io/figure_script.h"
#include "base/clocale.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/utf8.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIGURE_HEIGHT 0.78 /* of the width */
#define FEW_ROWS      30   /* are drawn with their points */
#define PNG_DPI       600.0

/* A script of gnuplot keeps text in single quotes, within which only they are special. */
void hys__script_quoted(FILE *out, const char *text) {
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* The two spaces at both ends make gnuplot mark the text in SVG as one whose spaces count: else those around
 * italics are lost. */
void hys__script_label(const hys__script *s, int tag, const char *text) {
    char padded[HYS__LABEL_SIZE + 8];
    snprintf(padded, sizeof padded, "  %s  ", text);
    fprintf(s->out, "set label %d ", tag);
    hys__script_quoted(s->out, padded);
}

void hys__script_data(const hys__script *s) {
    char name[5000];
    snprintf(name, sizeof name, "./%s", s->figure->data);
    hys__script_quoted(s->out, name);
}

/* gnuplot's own units differ: "lw 1" is 1 px in SVG and PNG and 0.5 pt in PDF, and cairo takes a point of text
 * for 4/3 of one.  Here each terminal is set up so that "lw 1" is 1 pt and text has 7 pt. */
static void put_pdf(const hys__script *s) {
    fprintf(s->out, "set terminal pdfcairo size %.2fcm,%.2fcm font 'Arial,7' fontscale 0.75 lw 2 ps 0.5\n",
            s->figure->width / 10, s->height / 10);
}

static void put_png(const hys__script *s) {
    double px = PNG_DPI / 25.4;
    fprintf(s->out,
            "set terminal pngcairo size %.0f,%.0f font 'Arial,7' fontscale %.4f lw %.4f ps %.4f "
            "background '#ffffff'\n",
            s->figure->width * px, s->height * px, 0.75 * PNG_DPI / 72, PNG_DPI / 72, 0.5 * PNG_DPI / 72);
}

static void put_svg(const hys__script *s) {
    fprintf(s->out,
            "set terminal svg size %.0f,%.0f font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'\n",
            s->figure->width / 25.4 * 96, s->height / 25.4 * 96);
}

static const struct terminal {
    const char *ending;
    void (*put)(const hys__script *s);
    double tic_scale, x_offset, y_offset; /* found by eye: tics of 0.7 mm, numbers 1 mm behind them */
} terminals[] = {{".svg", put_svg, 0.4, 0.45, 0.5}, {".pdf", put_pdf, 0.5, 0.3, 0.6}, {".png", put_png, 0.5, 0.3, 0.6}};

static const struct terminal *find_terminal(const char *path) {
    const char *ending = strrchr(path, '.');
    for (size_t k = 0; ending && k < sizeof terminals / sizeof *terminals; k++)
        if (!strcasecmp(terminals[k].ending, ending)) return &terminals[k];
    return NULL;
}

bool hys__figure_can_write(const char *path) {
    return find_terminal(path) != NULL;
}

static void put_head(const hys__script *s) {
    const char *path = s->figure->path, *name = strrchr(path, '/');
    const struct terminal *terminal = find_terminal(path);
    fputs("# Made by hysteron, which writes it anew with the figure: restyle a copy.\n", s->out);
    terminal->put(s);
    fputs("if (!exists(\"figure\")) figure = ", s->out);
    hys__script_quoted(s->out, name ? name + 1 : path);
    fprintf(s->out,
            "\nset output figure\nset encoding utf8\nset minussign\nset datafile separator ','\n"
            "set datafile columnheaders\nset border 3 lw 0.5 lc rgb '#000000'\n"
            "set tics nomirror out scale %.2f,%.2f\nset xtics offset 0,%.2f\nset ytics offset %.2f,0\nset key off\n",
            terminal->tic_scale, 0.6 * terminal->tic_scale, terminal->x_offset, terminal->y_offset);
}

void hys__script_title(const hys__script *s) {
    char title[HYS__LABEL_SIZE] = "";
    if (!s->figure->title || !*s->figure->title) return;
    hys__label_add(title, s->figure->title, 80);
    hys__script_label(s, 3, title);
    fprintf(s->out, " at screen 0.5, screen %.4f center\n", 1 - 2.2 / s->height);
}

/* Every decade has a tic; where they are many, only some have a number. */
static void put_log_axis(const hys__script *s, char which, const hys__axis *axis) {
    int first = (int)axis->tic, step = (int)axis->step;
    fprintf(s->out, "set logscale %c\nset %crange [%.5e:%.5e]\nset m%ctics %d\n", which, which, pow(10, axis->lo),
            pow(10, axis->hi), which, axis->n_minor);
    if (step == 1) {
        fprintf(s->out, "set %ctics autofreq format '10^{%%T}'\n", which);
        return;
    }
    fprintf(s->out, "set %ctics (", which);
    for (int d = first; d <= axis->hi; d++) {
        if (d > first) fputs(", ", s->out);
        if ((d - first) % step) fprintf(s->out, "'' 1e%d 1", d);
        else fprintf(s->out, d < 0 ? "'10^{\342\210\222%d}' 1e%d" : "'10^{%d}' 1e%d", abs(d), d);
    }
    fputs(")\n", s->out);
}

static void put_axis(const hys__script *s, char which, const hys__axis *axis) {
    if (axis->is_log) {
        put_log_axis(s, which, axis);
        return;
    }
    fprintf(s->out, "set %crange [%.10g:%.10g]\nset %ctics %.10g,%.10g format '", which, axis->lo, axis->hi, which,
            axis->tic, axis->step);
    if (axis->n_decimals < 0) fputs("%g'\n", s->out);
    else fprintf(s->out, "%%.%df'\n", axis->n_decimals);
    fprintf(s->out, "set m%ctics %d\n", which, axis->n_minor);
}

/* What a reader of the script, as the report is, needs to tell values from places: the panel's left, right, bottom and
 * top as parts of the figure, then of x and y the ends of the axis and whether they are decades. */
static void put_panel_note(const hys__script *s, const hys__rect *r, const hys__axis *x, const hys__axis *y) {
    double w = s->figure->width, h = s->height;
    fprintf(s->out, "# panel %.5f %.5f %.5f %.5f %.10g %.10g %d %.10g %.10g %d\n# x %s\n# y %s\n", r->left / w,
            r->right / w, r->bottom / h, r->top / h, x->lo, x->hi, x->is_log, y->lo, y->hi, y->is_log, x->label,
            y->label);
}

/* Axes, tics and labels of one panel. */
void hys__script_panel(const hys__script *s, const hys__rect *r, const hys__axis *x, const hys__axis *y,
                       bool is_lowest) {
    double w = s->figure->width, h = s->height;
    fprintf(s->out,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset bmargin at screen %.5f\n"
            "set tmargin at screen %.5f\n",
            r->left / w, r->right / w, r->bottom / h, r->top / h);
    put_panel_note(s, r, x, y);
    put_axis(s, 'x', x);
    put_axis(s, 'y', y);
    hys__script_label(s, 2, y->label);
    fprintf(s->out, " at screen %.5f, screen %.5f center rotate by 90\n", HYS__LABEL_PLACE / w,
            (r->bottom + r->top) / 2 / h);
    if (!is_lowest) {
        fputs("set format x ''\n", s->out);
        return;
    }
    hys__script_label(s, 1, x->label);
    fprintf(s->out, " at screen %.5f, screen %.5f center\n", (r->left + r->right) / 2 / w, HYS__LABEL_PLACE / h);
}

void hys__script_panel_at(const hys__script *s, const hys__rect *r, const hys__axis *x, const hys__axis *y) {
    hys__script_panel(s, r, x, y, true);
    double below = HYS__MARGIN_BOTTOM - HYS__LABEL_PLACE;
    fprintf(s->out, "set label 1 at screen %.5f, screen %.5f center\n", (r->left + r->right) / 2 / s->figure->width,
            (r->bottom - below) / s->height);
}

hys__rect hys__script_rect(const hys__script *s, double tics_width) {
    bool has_title = s->figure->title && *s->figure->title;
    return (hys__rect){.left = HYS__LABEL_PLACE + 1.4 + 1.0 + tics_width + 1.9,
                       .right = s->figure->width - HYS__MARGIN_RIGHT,
                       .bottom = HYS__MARGIN_BOTTOM,
                       .top = s->height - HYS__MARGIN_TOP - (has_title ? HYS__TITLE_HEIGHT : 0)};
}

/* ---- arrow heads ---- */

#define N_ARROWS    4
#define ARROW_MM    2.4
#define ARROW_WIDTH 1.8 /* mm */
#define ARROW_LEAST 6.0 /* mm between two arrows */

struct trace {
    const hys__axis *x, *y;
    size_t first, n;
    double w, h; /* mm, of the panel */
};

static bool trace_point(const struct trace *t, size_t k, double *x, double *y) {
    *x = hys__axis_place(t->x, t->x->values[k]) * t->w;
    *y = hys__axis_place(t->y, t->y->values[k]) * t->h;
    return isfinite(*x) && isfinite(*y) && *y >= 0 && *x >= 0;
}

/* Length of the trace in mm from its first row up to row n. */
static double trace_length(const struct trace *t, size_t n) {
    double length = 0, px = NAN, py = NAN, x = 0, y = 0;
    for (size_t k = t->first; k < n; k++) {
        if (!trace_point(t, k, &x, &y)) continue;
        if (!isnan(px)) length += hypot(x - px, y - py);
        px = x;
        py = y;
    }
    return length;
}

/* The first row at or behind k whose point is at least reach away from row k's; SIZE_MAX: none. */
static size_t trace_ahead(const struct trace *t, size_t k, double reach) {
    double x0 = 0, y0 = 0, x = 0, y = 0;
    if (!trace_point(t, k, &x0, &y0)) return SIZE_MAX;
    for (size_t next = k; next < t->n; next++)
        if (trace_point(t, next, &x, &y) && hypot(x - x0, y - y0) >= reach) return next;
    return SIZE_MAX;
}

/* Draws a head at row k, pointing on, unless the trace bends there or jumps, or another head is near. */
static bool put_arrow(const hys__script *s, const struct trace *t, size_t k, double (*drawn)[2], size_t n_drawn) {
    size_t middle = trace_ahead(t, k, ARROW_MM), end = SIZE_MAX;
    double x0, y0, x1, y1, x2, y2;
    if (middle != SIZE_MAX) end = trace_ahead(t, middle, ARROW_MM);
    if (end == SIZE_MAX || !trace_point(t, k, &x0, &y0) || !trace_point(t, middle, &x1, &y1) ||
        !trace_point(t, end, &x2, &y2))
        return false;
    double a = hypot(x1 - x0, y1 - y0), b = hypot(x2 - x1, y2 - y1);
    double along = ((x1 - x0) * (x2 - x1) + (y1 - y0) * (y2 - y1)) / (a * b);
    if (along < 0.95 || a > 3 * ARROW_MM || b > 3 * ARROW_MM) return false;
    for (size_t j = 0; j < n_drawn; j++)
        if (hypot(x1 - drawn[j][0], y1 - drawn[j][1]) < ARROW_LEAST) return false;
    double ux = (x2 - x0) / hypot(x2 - x0, y2 - y0), uy = (y2 - y0) / hypot(x2 - x0, y2 - y0);
    double l = ARROW_MM / 2, b2 = ARROW_WIDTH / 2;
    double corners[3][2] = {{x1 + l * ux, y1 + l * uy},
                            {x1 - l * ux - b2 * uy, y1 - l * uy + b2 * ux},
                            {x1 - l * ux + b2 * uy, y1 - l * uy - b2 * ux}};
    fputs("set object polygon", s->out);
    for (size_t c = 0; c < 4; c++)
        fprintf(s->out, " %s graph %.4f, graph %.4f", c ? "to" : "from", corners[c % 3][0] / t->w,
                corners[c % 3][1] / t->h);
    fputs(" fs solid noborder fc rgb '" HYS__BLUE "' front\n", s->out);
    drawn[n_drawn][0] = x1;
    drawn[n_drawn][1] = y1;
    return true;
}

/* Heads at even parts of the last cycle's length on paper: from two fifths of each part on, the first place
 * that is good. */
static void put_arrows(const hys__script *s, const hys__rect *r, const hys__axis *x, const hys__axis *y) {
    struct trace t = {.x = x,
                      .y = y,
                      .first = s->figure->first,
                      .n = hys_table_n_rows(s->figure->table),
                      .w = r->right - r->left,
                      .h = r->top - r->bottom};
    double drawn[N_ARROWS][2], length = trace_length(&t, t.n), part = length / N_ARROWS;
    double along = 0, px = NAN, py = NAN, x1 = 0, y1 = 0;
    size_t n_drawn = 0, wanted = 0;
    if (length < 2 * ARROW_LEAST) return;
    for (size_t k = t.first; k < t.n && wanted < N_ARROWS; k++) {
        if (!trace_point(&t, k, &x1, &y1)) continue;
        if (!isnan(px)) along += hypot(x1 - px, y1 - py);
        px = x1;
        py = y1;
        double at = along / part - (double)wanted;
        if (at < 0.4) continue;
        bool is_put = at <= 0.9 && put_arrow(s, &t, k, drawn, n_drawn);
        n_drawn += is_put;
        wanted += is_put || at > 0.9;
    }
}

/* ---- the kinds ---- */

static hys_status fail_column(const hys__figure *figure, const char *what, const char *name) {
    bool exists = hys__table_index(figure->table, name) != SIZE_MAX;
    return hys__fail(figure->ctx, HYS_ARG, "", exists ? "%s needs numbers in the column %s" : "%s needs a column %s",
                     what, name);
}

/* No key is drawn, but SVG keeps the title with the curve. */
static void put_curve_title(const hys__script *s, const char *name) {
    char title[64];
    size_t n = 0;
    for (; name[n] && n + 1 < sizeof title; n++)
        title[n] = isalnum((unsigned char)name[n]) || strchr(" .-+|()/=", name[n]) ? name[n] : '_';
    title[n] = 0;
    fprintf(s->out, " title '%s' noenhanced", title);
}

/* The data from row first on, or up to it: every is "::" or "::0::". */
void hys__script_using(const hys__script *s, const char *every, size_t first, const hys__axis *x, const hys__axis *y) {
    hys__script_data(s);
    if (first > 0) fprintf(s->out, " every %s%zu", every, first);
    fprintf(s->out, " using (column(%zu)*%g):(%s(column(%zu))*%g)", x->column + 1, x->scale, y->is_log ? "abs" : "",
            y->column + 1, y->scale);
    put_curve_title(s, first > 0 && strcmp(every, "::") != 0 ? "earlier cycles"
                                                             : hys_table_name(s->figure->table, y->column));
}

const char *hys__script_line_form(size_t n_rows) {
    return n_rows <= FEW_ROWS ? "linespoints pt 7 ps 0.5" : "lines";
}

static void put_cycles(const hys__script *s, const hys__axis *x, const hys__axis *y) {
    size_t n = hys_table_n_rows(s->figure->table), first = s->figure->first;
    fputs("plot ", s->out);
    if (first > 0) {
        hys__script_using(s, "::0::", first, x, y);
        fputs(" with lines lw 0.5 lc rgb '" HYS__GREY "', \\\n     ", s->out);
    }
    hys__script_using(s, "::", first, x, y);
    fprintf(s->out, " with %s lw 1 lc rgb '" HYS__BLUE "'\n", hys__script_line_form(n - first));
}

void hys__script_zero_lines(const hys__script *s) {
    fputs("set xzeroaxis lt 1 lw 0.35 lc rgb '" HYS__GREY "'\nset yzeroaxis lt 1 lw 0.35 lc rgb '" HYS__GREY "'\n",
          s->out);
}

static hys_status put_loop(hys__script *s, bool is_log) {
    hys__axis x, y;
    const hys_table *table = s->figure->table;
    size_t v = hys__table_index(table, "v"), i = hys__table_index(table, "i");
    if (v == SIZE_MAX || !hys__axis_linear(table, v, 6, &x)) return fail_column(s->figure, "an I-V figure", "v");
    bool good = i != SIZE_MAX && (is_log ? hys__axis_log(table, i, v, &y) : hys__axis_linear(table, i, 5, &y));
    if (!good && is_log && i != SIZE_MAX)
        return hys__fail(s->figure->ctx, HYS_ARG, "try --figure-kind iv",
                         "a logarithmic figure needs currents that are not zero");
    if (!good) return fail_column(s->figure, "an I-V figure", "i");
    hys__rect r = hys__script_rect(s, hys__axis_tics_width(&y));
    hys__script_panel(s, &r, &x, &y, true);
    hys__script_title(s);
    if (!is_log) hys__script_zero_lines(s);
    put_arrows(s, &r, &x, &y);
    put_cycles(s, &x, &y);
    return HYS_OK;
}

static hys_status put_iv(hys__script *s) {
    return put_loop(s, false);
}

static hys_status put_semilog(hys__script *s) {
    return put_loop(s, true);
}

/* Voltage, current and at most two states above each other. */
#define MOST_PANELS 4

static size_t pick_panels(const hys_table *table, hys__axis y[MOST_PANELS]) {
    size_t n = 0;
    for (size_t c = 0; c < hys_table_n_columns(table) && n < MOST_PANELS; c++) {
        const char *name = hys_table_name(table, c);
        if (strcmp(name, "time") && strcmp(name, "vs") && hys__axis_linear(table, c, 3, &y[n])) n++;
    }
    return n;
}

static void put_panels(const hys__script *s, const hys__axis *x, const hys__axis *y, size_t n) {
    static const char *const colours[MOST_PANELS] = {"#000000", HYS__BLUE, HYS__ORANGE, HYS__GREEN};
    double widest = 0;
    for (size_t k = 0; k < n; k++) widest = fmax(widest, hys__axis_tics_width(&y[k]));
    hys__rect r = hys__script_rect(s, widest);
    double step = (r.top - r.bottom + HYS__PANEL_GAP) / (double)n;
    r.bottom = r.top - step + HYS__PANEL_GAP;
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    for (size_t k = 0; k < n; k++) {
        hys__script_panel(s, &r, x, &y[k], k + 1 == n);
        fputs("plot ", s->out);
        hys__script_using(s, "::", 0, x, &y[k]);
        fprintf(s->out, " with %s lw 0.8 lc rgb '%s'\nunset label\n",
                hys__script_line_form(hys_table_n_rows(s->figure->table)), colours[k]);
        r.bottom -= step;
        r.top -= step;
    }
    fputs("unset multiplot\n", s->out);
}

static hys_status put_time(hys__script *s) {
    hys__axis x, y[MOST_PANELS];
    const hys_table *table = s->figure->table;
    size_t time = hys__table_index(table, "time"), n = pick_panels(table, y);
    if (time == SIZE_MAX || !hys__axis_linear(table, time, 6, &x))
        return fail_column(s->figure, "a figure against time", "time");
    if (n == 0)
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a figure against time needs a column besides time with numbers");
    double pad = (x.hi - x.lo) / 1.1 * 0.05;
    x.lo += pad;
    x.hi -= pad;
    put_panels(s, &x, y, n);
    return HYS_OK;
}

static hys_status put_pulse(hys__script *s) {
    hys__axis x, y;
    const hys_table *table = s->figure->table;
    size_t pulse = hys__table_index(table, "pulse"), g = hys__table_index(table, "g");
    if (pulse == SIZE_MAX || !hys__axis_linear(table, pulse, 6, &x))
        return fail_column(s->figure, "a figure by pulse", "pulse");
    if (g == SIZE_MAX || !hys__axis_linear(table, g, 5, &y)) return fail_column(s->figure, "a figure by pulse", "g");
    hys__rect r = hys__script_rect(s, hys__axis_tics_width(&y));
    hys__script_panel(s, &r, &x, &y, true);
    hys__script_title(s);
    fputs("plot ", s->out);
    hys__script_using(s, "::", 0, &x, &y);
    fputs(" with points pt 7 ps 0.5 lc rgb '" HYS__BLUE "'\n", s->out);
    return HYS_OK;
}

static double plain_height(const hys__figure *figure) {
    return figure->width * FIGURE_HEIGHT;
}

double hys__script_panels_height(const hys__figure *figure, size_t n) {
    double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    return HYS__MARGIN_TOP + HYS__MARGIN_BOTTOM + title + (double)(n ? n : 1) * (HYS__PANEL_HEIGHT + HYS__PANEL_GAP) -
           HYS__PANEL_GAP;
}

static double time_height(const hys__figure *figure) {
    hys__axis y[MOST_PANELS];
    return hys__script_panels_height(figure, pick_panels(figure->table, y));
}

static const struct kind {
    const char *name;
    hys_status (*put)(hys__script *s);
    double (*height)(const hys__figure *figure); /* mm */
} kinds[] = {
    {"iv", put_iv, plain_height},
    {"iv-semilog", put_semilog, plain_height},
    {"time", put_time, time_height},
    {"pulse", put_pulse, plain_height},
    {"sweep", hys__script_sweep, hys__script_sweep_height},
    {"bode", hys__script_bode, hys__script_bode_height},
    {"impedance", hys__script_impedance, hys__script_impedance_height},
    {"bifurcation", hys__script_bifurcation, hys__script_bifurcation_height},
    {"deviation", hys__script_deviation, hys__script_deviation_height},
    {"scatter", hys__script_scatter, hys__script_scatter_height},
    {"fit", hys__script_fit, hys__script_fit_height},
    {"family", hys__script_family, hys__script_family_height},
    {"map", hys__script_map, hys__script_map_height},
    {"tree", hys__script_tree, hys__script_tree_height},
    {"accuracy", hys__script_accuracy, hys__script_accuracy_height},
    {"synapse", hys__script_synapse, hys__script_synapse_height},
    {"raster", hys__script_raster, hys__script_raster_height},
};

static const struct kind *find_kind(const char *name) {
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!strcmp(kinds[k].name, name)) return &kinds[k];
    return NULL;
}

hys_status hys__figure_script(const hys__figure *figure, const char *script_path) {
    const struct kind *kind = find_kind(figure->kind);
    hys__c_locale locale;
    hys__outfile *file = NULL;
    if (!kind)
        return hys__fail(
            figure->ctx, HYS_ARG,
            "kinds: iv, iv-semilog, time, pulse, sweep, family, bode, impedance, bifurcation, scatter, fit, map, "
            "tree, accuracy, synapse, raster",
            "there is no figure kind '%s'", figure->kind);
    hys_status status = hys__outfile_open(figure->ctx, script_path, &file);
    if (status != HYS_OK) return status;
    hys__script s = {.figure = figure, .out = hys__outfile_stream(file)};
    s.height = kind->height(figure);
    if (!hys__c_locale_enter(&locale)) status = HYS_NOMEM;
    else {
        put_head(&s);
        status = kind->put(&s);
        hys__c_locale_leave(&locale);
    }
    if (status == HYS_OK) return hys__outfile_commit(file);
    hys__outfile_discard(file);
    return status;
}
