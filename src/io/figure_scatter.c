/* Points of several families against one x: the first column is x, "bound" says which points are only bounds, a column
 * that is the same in all rows is drawn as a level, "this device" as a star. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define MOST_FAMILIES  12
#define LEGEND_LINE    3.6  /* mm */
#define LEGEND_CHAR    1.25 /* mm */
#define LEGEND_CAPITAL 1.9  /* mm */
#define MARK_MM        4.6  /* a mark of the legend with its distance */
#define LOG_RATIO      50.0 /* ranges of more than this ratio have a logarithmic axis */

typedef struct mark {
    const char *colour;
    int type; /* of gnuplot's points */
} mark;
static const mark marks[MOST_FAMILIES] = {{HYS__BLUE, 7},   {HYS__ORANGE, 5},  {HYS__GREEN, 9}, {HYS__PURPLE, 13},
                                          {HYS__SKY, 11},   {"#000000", 6},    {HYS__BLUE, 4},  {HYS__ORANGE, 8},
                                          {HYS__GREEN, 10}, {HYS__PURPLE, 12}, {HYS__SKY, 6},   {"#000000", 4}};

typedef struct scatter {
    const hys_table *table;
    size_t bound, mine, level; /* columns; SIZE_MAX: none */
    size_t families[MOST_FAMILIES], n;
} scatter;

static bool is_level(const hys_table *table, size_t column) {
    const double *y = hys_table_column_at(table, column);
    size_t n = hys_table_n_rows(table);
    for (size_t k = 0; k < n; k++)
        if (!isfinite(y[k]) || y[k] != y[0]) return false;
    return n > 1;
}

static scatter arrange(const hys_table *table) {
    scatter s = {.table = table,
                 .bound = hys__table_index(table, "bound"),
                 .mine = hys__table_index(table, "this device"),
                 .level = SIZE_MAX};
    for (size_t c = 1; c < hys_table_n_columns(table); c++) {
        if (c == s.bound || c == s.mine) continue;
        if (s.level == SIZE_MAX && is_level(table, c)) s.level = c;
        else if (s.n < MOST_FAMILIES) s.families[s.n++] = c;
    }
    return s;
}

/* One family alone is named by its axis. */
static bool has_legend(const scatter *s) {
    return s->n + (s->mine != SIZE_MAX) > 1;
}

/* ---- axes ---- */

static bool find_axis(const scatter *s, const size_t *columns, size_t n, int n_tics, hys__axis *axis) {
    return hys__axis_group_log(s->table, columns, n, LOG_RATIO, axis) ||
           hys__axis_group(s->table, columns, n, n_tics, axis);
}

static bool find_axes(const scatter *s, hys__axis *x, hys__axis *y) {
    size_t columns[MOST_FAMILIES + 2], n = 0, first = 0;
    for (size_t k = 0; k < s->n; k++) columns[n++] = s->families[k];
    if (s->level != SIZE_MAX) columns[n++] = s->level;
    if (s->mine != SIZE_MAX) columns[n++] = s->mine;
    if (!n || !find_axis(s, &first, 1, 6, x) || !find_axis(s, columns, n, 5, y)) return false;
    hys__axis_name(x, hys_table_name(s->table, 0), s->table, 0);
    if (!has_legend(s)) hys__axis_name(y, hys_table_name(s->table, columns[0]), s->table, columns[0]);
    for (size_t k = 0; k < s->table->notes.n; k++) {
        if (!strcmp(s->table->notes.at[k].key, "x")) hys__axis_name(x, s->table->notes.at[k].value, s->table, 0);
        if (!strcmp(s->table->notes.at[k].key, "y"))
            hys__axis_name(y, s->table->notes.at[k].value, s->table, columns[0]);
    }
    return true;
}

/* The note "drawn: lines" joins the points of each family, "drawn: bars" makes a histogram of them. */
static bool is_drawn(const hys_table *table, const char *how) {
    for (size_t k = 0; k < table->notes.n; k++)
        if (!strcmp(table->notes.at[k].key, "drawn")) return !strcmp(table->notes.at[k].value, how);
    return false;
}

/* ---- the legend: above the panel, in as many lines as it takes ---- */

typedef struct place {
    double x;
    int line;
} place;

static double name_width(const char *name) {
    double width = MARK_MM + 1.5;
    for (; *name; name++) width += *name >= 'A' && *name <= 'Z' ? LEGEND_CAPITAL : LEGEND_CHAR;
    return width;
}

static place next_place(const hys__script *s, place at, const char *name) {
    place found = at;
    if (at.x > 4 && at.x + name_width(name) > s->figure->width - HYS__MARGIN_RIGHT) found = (place){4, at.line + 1};
    return found;
}

static void put_name(const hys__script *s, int tag, const char *name, const mark *m, place at, double top) {
    char text[HYS__LABEL_SIZE] = "";
    const bool is_line = is_drawn(s->figure->table, "lines");
    double y = (top - (at.line + 0.5) * LEGEND_LINE) / s->height;
    char plain[64] = "";
    for (size_t k = 0; k < sizeof plain - 1 && name[k]; k++) plain[k] = (char)(name[k] == '_' ? ' ' : name[k]);
    hys__label_add(text, plain, 24);
    hys__script_label(s, tag, text);
    fprintf(s->out, " at screen %.5f, screen %.5f left offset 0.8,0 tc rgb '%s'", (at.x + 1) / s->figure->width, y,
            m->colour);
    if (is_line)
        fprintf(s->out,
                "\nset arrow %d from screen %.5f, screen %.5f to screen %.5f, screen %.5f nohead lw 0.9 lc rgb '%s'\n",
                tag, (at.x - 0.5) / s->figure->width, y, (at.x + 1.8) / s->figure->width, y, m->colour);
    else fprintf(s->out, " point pt %d ps 0.5 lc rgb '%s'\n", m->type, m->colour);
}

static const mark own_mark = {"#000000", 3};

/* The lines it takes; not shown: only counted. */
static int put_legend(const hys__script *s, const scatter *c, double top, bool is_shown) {
    place at = {4, 0};
    if (!has_legend(c)) return 0;
    for (size_t k = 0; k < c->n + (c->mine != SIZE_MAX); k++) {
        size_t column = k < c->n ? c->families[k] : c->mine;
        const char *name = hys_table_name(c->table, column);
        at = next_place(s, at, name);
        if (is_shown) put_name(s, (int)(20 + k), name, k < c->n ? &marks[k] : &own_mark, at, top);
        at.x += name_width(name);
    }
    return at.line + 1;
}

/* ---- points ---- */

static void put_points(const hys__script *s, const scatter *c, size_t column, const mark *m, const hys__axis *x,
                       const hys__axis *y, double size) {
    hys__axis one = *y;
    one.column = column;
    hys__script_using(s, "::", 0, x, &one);
    if (is_drawn(c->table, "lines")) fprintf(s->out, " with lines lw 0.9 lc rgb '%s'", m->colour);
    else if (is_drawn(c->table, "bars")) fprintf(s->out, " with boxes fs solid noborder lc rgb '%s'", m->colour);
    else fprintf(s->out, " with points pt %d ps %.2g lc rgb '%s'", m->type, size, m->colour);
    if (c->bound == SIZE_MAX) return;
    fputs(", \\\n     ", s->out);
    hys__script_data(s);
    fprintf(s->out,
            " using (column(%zu)*%g):(column(%zu) != 0 ? column(%zu)*%g : NaN):(0):(column(%zu)*%g*%s) with vectors "
            "head size screen 0.012,20 filled lw 0.6 lc rgb '%s'",
            x->column + 1, x->scale, c->bound + 1, column + 1, y->scale, column + 1, y->scale,
            y->is_log ? "(column(2)<0 ? -0.7 : 2)" : "column(2)*0.1", m->colour);
}

static void put_level(const hys__script *s, const scatter *c, const hys__axis *y, const hys__rect *r) {
    double value = hys_table_column_at(c->table, c->level)[0];
    double at = r->bottom + hys__axis_place(y, value) * (r->top - r->bottom);
    fprintf(s->out, "set arrow 9 from graph 0, first %.6g to graph 1, first %.6g nohead dt 2 lw 0.6 lc rgb '#000000'\n",
            value * y->scale, value * y->scale);
    char text[HYS__LABEL_SIZE] = "";
    hys__label_add(text, hys_table_name(c->table, c->level), 24);
    hys__script_label(s, 9, text);
    fprintf(s->out, " at screen %.5f, screen %.5f right\n", (r->right - 1) / s->figure->width, (at + 1.4) / s->height);
}

hys_status hys__script_scatter(hys__script *s) {
    scatter c = arrange(s->figure->table);
    hys__axis x, y;
    if (hys_table_n_columns(c.table) < 2 || !find_axes(&c, &x, &y))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a figure of points needs two columns with numbers");
    hys__rect r = hys__script_rect(s, hys__axis_tics_width(&y));
    double top = r.top;
    r.top -= put_legend(s, &c, top, false) * LEGEND_LINE;
    hys__script_panel(s, &r, &x, &y, true);
    hys__script_title(s);
    put_legend(s, &c, top, true);
    if (c.level != SIZE_MAX) put_level(s, &c, &y, &r);
    if (is_drawn(c.table, "bars")) fputs("set boxwidth 0.9 relative\nset yrange [0:*]\n", s->out);
    fputs("plot ", s->out);
    for (size_t k = 0; k < c.n; k++) {
        if (k) fputs(", \\\n     ", s->out);
        put_points(s, &c, c.families[k], &marks[k], &x, &y, 0.7);
    }
    if (c.mine != SIZE_MAX) {
        if (c.n) fputs(", \\\n     ", s->out);
        put_points(s, &c, c.mine, &own_mark, &x, &y, 1.2);
    }
    fputs("\n", s->out);
    return HYS_OK;
}

double hys__script_scatter_height(const hys__figure *figure) {
    scatter c = arrange(figure->table);
    hys__script s = {.figure = figure};
    return figure->width * 0.72 + put_legend(&s, &c, 0, false) * LEGEND_LINE;
}
