/* A device as a synapse: what pulses do to it, and how well it is programmed, against its place in the window. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define HEIGHT 34.0 /* mm, of each panel */

typedef struct curve {
    const char *mean, *sd, *title, *colour;
} curve;
static const curve pulses[] = {{"up_mean", "up_sd", "up", HYS__BLUE}, {"down_mean", "down_sd", "down", HYS__ORANGE}};
static const curve programmed[] = {{"program_mean", "program_sd", "write-verify", HYS__GREEN}};

static bool find_panel(const hys_table *table, const curve *curves, size_t n, const char *label, hys__axis *y) {
    double lo = INFINITY, hi = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        const double *mean = hys_table_column(table, curves[k].mean), *sd = hys_table_column(table, curves[k].sd);
        if (!mean || !sd) return false;
        for (size_t i = 0; i < hys_table_n_rows(table); i++)
            lo = fmin(lo, mean[i] - sd[i]), hi = fmax(hi, mean[i] + sd[i]);
    }
    if (!(hi >= lo) || !hys__axis_linear(table, hys__table_index(table, curves[0].mean), 4, y)) return false;
    const double room = fmax(0.1 * (hi - lo), 1e-6);
    y->scale = 100;
    y->lo = 100 * (lo - room);
    y->hi = 100 * (hi + room);
    hys__axis_retic(y, 4);
    snprintf(y->label, sizeof y->label, "%s", label);
    return true;
}

static void put_curves(const hys__script *s, const curve *curves, size_t n) {
    const hys_table *table = s->figure->table;
    fputs("plot 0 with lines lw 0.4 lc rgb '#000000' notitle", s->out);
    for (size_t k = 0; k < n; k++) {
        const size_t mean = hys__table_index(table, curves[k].mean) + 1, sd = hys__table_index(table, curves[k].sd) + 1;
        fputs(", \\\n     ", s->out);
        hys__script_data(s);
        fprintf(s->out,
                " using 1:(100*(column(%zu)-column(%zu))):(100*(column(%zu)+column(%zu))) with filledcurves fs "
                "transparent solid 0.25 noborder lc rgb '%s' notitle, \\\n     ",
                mean, sd, mean, sd, curves[k].colour);
        hys__script_data(s);
        fprintf(s->out, " using 1:(100*column(%zu)) with lines lw 1 lc rgb '%s' title '%s'", mean, curves[k].colour,
                curves[k].title);
    }
    fputs("\n", s->out);
}

hys_status hys__script_synapse(hys__script *s) {
    const hys_table *table = s->figure->table;
    hys__axis x, up, program;
    if (hys_table_n_columns(table) < 3 || !hys__axis_linear(table, 0, 5, &x) ||
        !find_panel(table, pulses, 2, "Step of a pulse (% of window)", &up) ||
        !find_panel(table, programmed, 1, "Error (% of window)", &program))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a figure of a synapse needs what pulses and programming do");
    x.lo = 0;
    x.hi = x.scale;
    hys__axis_retic(&x, 5);
    snprintf(x.label, sizeof x.label, "Conductance, part of the window");
    hys__rect r = hys__script_rect(s, fmax(hys__axis_tics_width(&up), hys__axis_tics_width(&program)));
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    r.bottom = r.top - HEIGHT;
    hys__script_panel(s, &r, &x, &up, false);
    fputs("set key top right samplen 1.5\n", s->out);
    put_curves(s, pulses, 2);
    fputs("unset label\n", s->out);
    r.top = r.bottom - HYS__PANEL_GAP;
    r.bottom = r.top - HEIGHT;
    hys__script_panel(s, &r, &x, &program, true);
    put_curves(s, programmed, 1);
    fputs("unset label\nunset multiplot\n", s->out);
    return HYS_OK;
}

double hys__script_synapse_height(const hys__figure *figure) {
    const double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    return HYS__MARGIN_TOP + title + 2 * HEIGHT + HYS__PANEL_GAP + HYS__MARGIN_BOTTOM;
}
