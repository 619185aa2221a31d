/* Bifurcation diagrams: one unknown at equilibria and its least and largest value over cycles against the parameter,
 * stable solid, unstable dashed; below, the cycles' period. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define MAIN_HEIGHT   44.0 /* mm */
#define KEY_HEIGHT    3.5  /* mm */
#define MOST_BRANCHES 40
#define MUCH          20 /* ratio of the longest period to the shortest */

typedef struct diagram {
    const hys_table *table;
    size_t branch, param, stable, event, low, high, period; /* columns */
    size_t n_branches;
    bool is_cycles[MOST_BRANCHES]; /* each branch; else equilibria */
    bool has_cycles;
    hys__axis x, y, t;
} diagram;

/* Marks of events, by their number in the column. */
static const struct mark {
    const char *name;
    int point;
    const char *colour;
} marks[] = {{NULL, 0, NULL},
             {"fold", 4, "#000000"},
             {"branch", 8, "#000000"},
             {"Hopf", 7, HYS__ORANGE},
             {"cycle fold", 13, HYS__GREEN},
             {"period doubling", 2, HYS__PURPLE},
             {"torus", 12, HYS__PURPLE},
             {"homoclinic", 3, HYS__PURPLE}};
#define N_MARKS (sizeof marks / sizeof *marks)

static const double *values(const diagram *d, size_t column) {
    return hys_table_column_at(d->table, column);
}

/* How much an unknown moves: over cycles where there are some, else over all. */
static double movement(const diagram *d, size_t column) {
    const double *low = values(d, column), *high = values(d, column + 1), *period = values(d, d->period);
    double least = INFINITY, most = -INFINITY, widest = 0;
    for (size_t k = 0; k < hys_table_n_rows(d->table); k++) {
        least = fmin(least, low[k]);
        most = fmax(most, high[k]);
        if (period[k] > 0) widest = fmax(widest, high[k] - low[k]);
    }
    return d->has_cycles ? widest : most - least;
}

/* The voltage that moves most; where there is none, the unknown that does. */
static void pick_unknown(diagram *d) {
    double best = -1;
    d->low = SIZE_MAX;
    for (int pass = 0; pass < 2 && d->low == SIZE_MAX; pass++)
        for (size_t c = d->event + 1; c + 1 < d->period; c += 2) {
            if (pass == 0 && strcmp(hys_table_unit(d->table, c), "V") != 0) continue;
            double m = movement(d, c);
            if (m > best * (1 + 1e-9) && m > 0) best = m, d->low = c;
        }
    if (d->low == SIZE_MAX) d->low = d->event + 1;
    d->high = d->low + 1;
}

static bool find_columns(diagram *d) {
    d->branch = hys__table_index(d->table, "branch");
    d->stable = hys__table_index(d->table, "is_stable");
    d->event = hys__table_index(d->table, "event");
    d->period = hys__table_index(d->table, "period");
    if (d->branch == SIZE_MAX || d->stable == SIZE_MAX || d->event == SIZE_MAX || d->period == SIZE_MAX) return false;
    if (d->event + 2 >= d->period) return false;
    d->param = d->branch + 1;
    const double *branch = values(d, d->branch), *period = values(d, d->period);
    double most = 0;
    for (size_t k = 0; k < hys_table_n_rows(d->table); k++) {
        most = fmax(most, branch[k]);
        if (!(period[k] > 0)) continue;
        d->has_cycles = true;
        if (branch[k] >= 0 && branch[k] < MOST_BRANCHES) d->is_cycles[(size_t)branch[k]] = true;
    }
    d->n_branches = (size_t)fmin(most + 1, MOST_BRANCHES);
    pick_unknown(d);
    return true;
}

/* "v(out).min" is labelled v(out). */
static void name_unknown(const diagram *d, hys__axis *y) {
    char name[HYS__LABEL_SIZE] = "", label[HYS__LABEL_SIZE] = "";
    const char *unit = strrchr(y->label, '(');
    snprintf(name, sizeof name, "%s", hys_table_name(d->table, d->low));
    size_t n = strlen(name);
    if (n > 4 && strcmp(name + n - 4, ".min") == 0) name[n - 4] = 0;
    hys__label_add(label, name, 24);
    if (unit) snprintf(label + strlen(label), sizeof label - strlen(label), " %s", unit);
    memcpy(y->label, label, sizeof label);
}

/* Logarithmic where it changes much, as towards a homoclinic orbit. */
static bool find_period(diagram *d) {
    const double *period = values(d, d->period);
    double least = INFINITY, most = 0;
    for (size_t k = 0; k < hys_table_n_rows(d->table); k++)
        if (period[k] > 0) least = fmin(least, period[k]), most = fmax(most, period[k]);
    if (!(most > 0)) return false;
    if (most < MUCH * least) return hys__axis_linear(d->table, d->period, 3, &d->t);
    if (!hys__axis_log(d->table, d->period, d->period, &d->t)) return false;
    d->t.lo = floor(log10(least));
    d->t.tic = d->t.lo;
    d->t.step = ceil((d->t.hi - d->t.lo) / 4);
    snprintf(d->t.label, sizeof d->t.label, "Period (s)");
    return true;
}

static bool find_axes(diagram *d) {
    const size_t both[] = {d->low, d->high};
    if (!hys__axis_linear(d->table, d->param, 6, &d->x) || !hys__axis_group(d->table, both, 2, 5, &d->y)) return false;
    double pad = (d->x.hi - d->x.lo) / 1.1 * 0.05;
    d->x.lo += pad;
    d->x.hi -= pad;
    name_unknown(d, &d->y);
    if (d->has_cycles) d->has_cycles = find_period(d);
    return true;
}

/* ---- drawing ---- */

/* Rows of one branch, and of them the stable ones only where wanted; others break the line. */
static void put_curve(const hys__script *s, const diagram *d, size_t branch, bool only_stable, size_t column) {
    double scale = column == d->period ? d->t.scale : d->y.scale;
    hys__script_data(s);
    fprintf(s->out, " using (column(%zu)*%g):(column(%zu)==%zu", d->param + 1, d->x.scale, d->branch + 1, branch);
    if (only_stable) fprintf(s->out, " && (column(%zu)==1 || column(%zu)>0)", d->stable + 1, d->event + 1);
    fprintf(s->out, " ? column(%zu)*%g : NaN)", column + 1, scale);
    fprintf(s->out, " with lines lw %s lc rgb '%s'", only_stable ? "1.2 dt 1" : "0.7 dt (5,3)",
            d->is_cycles[branch] ? HYS__BLUE : "#000000");
}

static void put_branches(const hys__script *s, const diagram *d, bool only_cycles, const size_t *columns, size_t n) {
    bool is_first = true;
    for (size_t b = 0; b < d->n_branches; b++)
        for (size_t c = 0; c < (d->is_cycles[b] ? n : only_cycles ? 0 : 1); c++)
            for (int stable = 0; stable < 2; stable++) {
                if (!is_first) fputs(", \\\n     ", s->out);
                is_first = false;
                put_curve(s, d, b, stable, columns[c]);
                fputs(" notitle", s->out);
            }
}

static bool has_event(const diagram *d, size_t kind) {
    const double *event = values(d, d->event);
    for (size_t k = 0; k < hys_table_n_rows(d->table); k++)
        if (event[k] == (double)kind) return true;
    return false;
}

static void put_marks(const hys__script *s, const diagram *d) {
    for (size_t k = 1; k < N_MARKS; k++) {
        if (!has_event(d, k)) continue;
        for (int end = 0; end < 2; end++) {
            fputs(", \\\n     ", s->out);
            hys__script_data(s);
            fprintf(
                s->out,
                " using (column(%zu)*%g):(column(%zu)==%zu ? column(%zu)*%g : NaN) with points pt %d ps 0.55 lw 0.8 "
                "lc rgb '%s' ",
                d->param + 1, d->x.scale, d->event + 1, k, (end ? d->high : d->low) + 1, d->y.scale, marks[k].point,
                marks[k].colour);
            fprintf(s->out, end ? "notitle" : "title '%s'", marks[k].name);
        }
    }
}

/* Samples of the lines' meaning. */
static void put_meanings(const hys__script *s, const diagram *d) {
    fputs(", \\\n     NaN with lines lw 1.2 dt 1 lc rgb '#000000' title 'stable', \\\n     NaN with lines lw 0.7 dt "
          "(5,3) lc rgb '#000000' title 'unstable'",
          s->out);
    if (d->has_cycles) fputs(", \\\n     NaN with lines lw 1.2 dt 1 lc rgb '" HYS__BLUE "' title 'cycles'", s->out);
}

static void put_key(const hys__script *s, const hys__rect *r) {
    fprintf(s->out,
            "set key at screen %.4f, screen %.4f left top Left reverse horizontal samplen 1.2 spacing 0.9 width -2 "
            "font ',6' maxrows 2\n",
            (r->left - 1) / s->figure->width, 1 - 0.5 / s->height);
}

static void put_diagram(const hys__script *s, diagram *d) {
    double widest = hys__axis_tics_width(&d->y);
    if (d->has_cycles) widest = fmax(widest, hys__axis_tics_width(&d->t));
    hys__rect r = hys__script_rect(s, widest), upper = r, lower = r;
    r.top -= KEY_HEIGHT;
    upper.top = r.top;
    lower.top = r.bottom + HYS__PANEL_HEIGHT;
    if (d->has_cycles) upper.bottom = lower.top + HYS__PANEL_GAP;
    const size_t ends[] = {d->low, d->high}, period[] = {d->period};
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    put_key(s, &upper);
    hys__script_panel(s, &upper, &d->x, &d->y, !d->has_cycles);
    fputs("plot ", s->out);
    put_branches(s, d, false, ends, 2);
    put_marks(s, d);
    put_meanings(s, d);
    fputs("\nunset label\nset key off\n", s->out);
    if (d->has_cycles) {
        hys__script_panel(s, &lower, &d->x, &d->t, true);
        fputs("plot ", s->out);
        put_branches(s, d, true, period, 1);
        fputs("\nunset label\n", s->out);
    }
    fputs("unset multiplot\n", s->out);
}

hys_status hys__script_bifurcation(hys__script *s) {
    diagram d = {.table = s->figure->table};
    if (!find_columns(&d) || !find_axes(&d))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a bifurcation diagram needs the table of hysteron bifurcation");
    put_diagram(s, &d);
    return HYS_OK;
}

double hys__script_bifurcation_height(const hys__figure *figure) {
    diagram d = {.table = figure->table};
    double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    double cycles = find_columns(&d) && d.has_cycles ? HYS__PANEL_HEIGHT + HYS__PANEL_GAP : 0;
    return HYS__MARGIN_TOP + HYS__MARGIN_BOTTOM + title + KEY_HEIGHT + MAIN_HEIGHT + cycles;
}
