/* Columns against the first one, those of one unit in one panel; runs of .step and .mc as families of lines. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define MOST_PANELS 4
#define MOST_CURVES 5  /* in a panel: as many colours as are told apart */
#define MOST_RUNS   60 /* lines of a family */
#define CHAR_MM     1.3
#define NAMES_MM    3.0   /* strip above a panel for the names of its curves */
#define BODE_LOG    200.0 /* frequencies over more than this ratio have a logarithmic axis */

static const char *const colours[MOST_CURVES] = {HYS__BLUE, HYS__ORANGE, HYS__GREEN, HYS__PURPLE, HYS__SKY};

typedef struct panel {
    size_t columns[MOST_CURVES], n;
    hys__axis y;
} panel;

typedef struct layout {
    hys__axis x;
    panel panels[MOST_PANELS];
    size_t n;
    size_t run, n_runs; /* column of the run's number; SIZE_MAX: none */
} layout;

/* ---- what goes where ---- */

static bool is_constant(const hys_table *table, size_t column) {
    const double *y = hys_table_column_at(table, column);
    for (size_t k = 1; k < hys_table_n_rows(table); k++)
        if (y[k] != y[0]) return false;
    return true;
}

static void add_column(const hys_table *table, layout *l, size_t column) {
    const char *unit = hys_table_unit(table, column);
    size_t k = 0;
    while (k < l->n && strcmp(hys_table_unit(table, l->panels[k].columns[0]), unit) != 0) k++;
    if (k == MOST_PANELS) return;
    if (k == l->n) l->n++;
    panel *p = &l->panels[k];
    size_t most = l->run == SIZE_MAX ? MOST_CURVES : 1;
    if (p->n < most) p->columns[p->n++] = column;
}

static void find_runs(const hys_table *table, layout *l) {
    l->run = hys__table_index(table, "run");
    l->n_runs = 1;
    if (l->run == SIZE_MAX) return;
    const double *run = hys_table_column_at(table, l->run);
    for (size_t k = 0; k < hys_table_n_rows(table); k++) l->n_runs = (size_t)fmax((double)l->n_runs, run[k] + 1);
}

/* The rows of a parameter of .step stand behind the run's number. */
static void arrange(const hys_table *table, layout *l) {
    memset(l->panels, 0, sizeof l->panels);
    l->n = 0;
    find_runs(table, l);
    size_t end = l->run == SIZE_MAX ? hys_table_n_columns(table) : l->run;
    for (size_t c = 1; c < end; c++)
        if (!is_constant(table, c)) add_column(table, l, c);
    for (size_t c = 1; c < end && l->n == 0; c++) add_column(table, l, c);
    size_t n = 0;
    for (size_t k = 0; k < l->n; k++) {
        panel *p = &l->panels[k];
        if (hys__axis_group(table, p->columns, p->n, 4, &p->y)) l->panels[n++] = *p;
    }
    l->n = n;
}

/* ---- drawing ---- */

static double names_height(const layout *l, const panel *p) {
    return l->run == SIZE_MAX && p->n > 1 ? NAMES_MM : 0;
}

static double all_names_height(const layout *l) {
    double height = 0;
    for (size_t k = 0; k < l->n; k++) height += names_height(l, &l->panels[k]);
    return height;
}

/* Names in the colours of their lines, in the strip above the panel. */
static void put_names(const hys__script *s, const panel *p, const hys__rect *r) {
    double at = r->left + 1.5;
    for (size_t k = 0; k < p->n; k++) {
        const char *name = hys_table_name(s->figure->table, p->columns[k]);
        char text[HYS__LABEL_SIZE] = "";
        hys__label_add(text, name, 16);
        hys__script_label(s, (int)(10 + k), text);
        fprintf(s->out, " at screen %.5f, screen %.5f left tc rgb '%s'\n", at / s->figure->width,
                (r->top + NAMES_MM / 2) / s->height, colours[k]);
        at += CHAR_MM * fmin((double)strlen(name), 16) + 3;
    }
}

static void put_curve(const hys__script *s, const layout *l, const panel *p, size_t k) {
    hys__axis y = p->y;
    y.column = p->columns[k];
    hys__script_using(s, "::", 0, &l->x, &y);
    fprintf(s->out, " with %s lw 0.8 lc rgb '%s'", hys__script_line_form(hys_table_n_rows(s->figure->table)),
            colours[k]);
}

/* Light for the first run, dark for the last. */
static void put_family(const hys__script *s, const layout *l, const panel *p) {
    size_t n = l->n_runs < MOST_RUNS ? l->n_runs : MOST_RUNS;
    for (size_t k = 0; k < n; k++) {
        double part = n > 1 ? (double)k / (double)(n - 1) : 1;
        unsigned red = (unsigned)(0xbf * (1 - part)), green = (unsigned)(0xdd * (1 - part) + 0x52 * part);
        unsigned blue = (unsigned)(0xf2 * (1 - part) + 0x92 * part);
        fputs(k ? ", \\\n     " : "", s->out);
        hys__script_data(s);
        fprintf(s->out,
                " using (column(%zu)==%zu ? column(%zu)*%g : NaN):(column(%zu)*%g) with lines lw 0.8 lc rgb "
                "'#%02x%02x%02x'",
                l->run + 1, k, l->x.column + 1, l->x.scale, p->columns[0] + 1, p->y.scale, red, green, blue);
    }
}

static void put_layout(const hys__script *s, const layout *l) {
    double widest = 0;
    for (size_t k = 0; k < l->n; k++) widest = fmax(widest, hys__axis_tics_width(&l->panels[k].y));
    hys__rect r = hys__script_rect(s, widest);
    double height = (r.top - r.bottom - all_names_height(l) + HYS__PANEL_GAP) / (double)l->n - HYS__PANEL_GAP;
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    for (size_t k = 0; k < l->n; k++) {
        const panel *p = &l->panels[k];
        double strip = names_height(l, p);
        r.top -= strip;
        r.bottom = r.top - height;
        hys__script_panel(s, &r, &l->x, &p->y, k + 1 == l->n);
        if (strip > 0) put_names(s, p, &r);
        fputs("plot ", s->out);
        for (size_t c = 0; c < p->n && l->run == SIZE_MAX; c++) {
            if (c) fputs(", \\\n     ", s->out);
            put_curve(s, l, p, c);
        }
        if (l->run != SIZE_MAX) put_family(s, l, p);
        fputs("\nunset label\n", s->out);
        r.top = r.bottom - HYS__PANEL_GAP;
    }
    fputs("unset multiplot\n", s->out);
}

static hys_status fail_rows(const hys__figure *figure) {
    return hys__fail(figure->ctx, HYS_ARG, "", "a figure of a sweep needs two columns with numbers");
}

hys_status hys__script_sweep(hys__script *s) {
    layout l;
    const hys_table *table = s->figure->table;
    if (hys_table_n_columns(table) < 2 || !hys__axis_linear(table, 0, 6, &l.x)) return fail_rows(s->figure);
    arrange(table, &l);
    if (!l.n) return fail_rows(s->figure);
    double pad = (l.x.hi - l.x.lo) / 1.1 * 0.05;
    l.x.lo += pad;
    l.x.hi -= pad;
    put_layout(s, &l);
    return HYS_OK;
}

double hys__script_sweep_height(const hys__figure *figure) {
    layout l;
    if (hys_table_n_columns(figure->table) < 2) return figure->width;
    arrange(figure->table, &l);
    return hys__script_panels_height(figure, l.n) + all_names_height(&l);
}

/* ---- Bode ---- */

/* Magnitude in dB and phase in degrees of the first pairs of columns, as a table of its own. */
hys_status hys__figure_bode_table(const hys__figure *figure, hys_table **bode) {
    const hys_table *table = figure->table;
    size_t n = (hys_table_n_columns(table) - 1) / 2;
    if (n > MOST_CURVES) n = MOST_CURVES;
    hys_status status = hys_table_new(figure->ctx, bode);
    if (status == HYS_OK) status = hys_table_add_column(*bode, hys_table_name(table, 0), hys_table_unit(table, 0));
    for (size_t k = 0; status == HYS_OK && k < 2 * n; k++) {
        char name[256];
        snprintf(name, sizeof name, "%s", hys_table_name(table, 1 + 2 * (k / 2)));
        size_t length = strlen(name);
        if (length > 3 && !strcmp(name + length - 3, ".re")) name[length - 3] = 0;
        status = hys_table_add_column(*bode, name, k % 2 ? "deg" : "dB");
    }
    for (size_t r = 0; status == HYS_OK && r < hys_table_n_rows(table); r++) {
        double row[1 + 2 * MOST_CURVES] = {hys_table_column_at(table, 0)[r]};
        for (size_t k = 0; k < n; k++) {
            double re = hys_table_column_at(table, 1 + 2 * k)[r], im = hys_table_column_at(table, 2 + 2 * k)[r];
            row[1 + 2 * k] = 20 * log10(hypot(re, im));
            row[2 + 2 * k] = atan2(im, re) * 180 / acos(-1.0);
        }
        status = hys_table_add_row(*bode, row);
    }
    return status;
}

hys_status hys__script_bode(hys__script *s) {
    layout l;
    const hys_table *table = s->figure->table;
    const double *f = hys_table_column_at(table, 0);
    size_t rows = hys_table_n_rows(table);
    if (hys_table_n_columns(table) < 2) return fail_rows(s->figure);
    bool is_log = f[0] > 0 && f[rows - 1] / f[0] > BODE_LOG;
    if (is_log ? !hys__axis_log(table, 0, 0, &l.x) : !hys__axis_linear(table, 0, 6, &l.x)) return fail_rows(s->figure);
    if (is_log) {
        l.x.lo = log10(f[0]);
        l.x.hi = log10(f[rows - 1]);
        snprintf(l.x.label, sizeof l.x.label, "Frequency, {/:Italic f} (Hz)");
    }
    arrange(table, &l);
    if (!l.n) return fail_rows(s->figure);
    for (size_t k = 0; k < l.n; k++) {
        bool is_db = !strcmp(hys_table_unit(table, l.panels[k].columns[0]), "dB");
        snprintf(l.panels[k].y.label, sizeof l.panels[k].y.label, is_db ? "Magnitude (dB)" : "Phase (\302\260)");
    }
    put_layout(s, &l);
    return HYS_OK;
}

double hys__script_bode_height(const hys__figure *figure) {
    return hys__script_panels_height(figure, 2);
}
