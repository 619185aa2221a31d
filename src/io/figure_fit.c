/* A fit: data as points and the fitted curve in the plane of voltage and current, below the residuals in time. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define LOOP_HEIGHT     52.0 /* mm */
#define RESIDUAL_HEIGHT 20.0 /* mm */
#define GAP             11.0 /* mm, with the numbers and label of the upper panel */

double hys__script_fit_height(const hys__figure *figure) {
    double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    return HYS__MARGIN_TOP + title + LOOP_HEIGHT + GAP + RESIDUAL_HEIGHT + HYS__MARGIN_BOTTOM;
}

typedef struct axes {
    hys__axis v, i, v_fit, fit, t, r;
} axes;

/* Where current drives, the fitted voltage stands over the current. */
static bool voltage_axes(const hys_table *table, size_t v, axes *a) {
    size_t fit = hys__table_index(table, "v_fit");
    const size_t both[] = {v, fit};
    bool is_good = fit == SIZE_MAX ? hys__axis_linear(table, v, 6, &a->v) : hys__axis_group(table, both, 2, 6, &a->v);
    if (fit != SIZE_MAX) hys__axis_name(&a->v, "Voltage, v", table, v);
    a->v.column = v;
    a->v_fit = a->v;
    if (fit != SIZE_MAX) a->v_fit.column = fit;
    return is_good;
}

static bool find_axes(const hys_table *table, axes *a) {
    size_t v = hys__table_index(table, "v"), i = hys__table_index(table, "i"), fit = hys__table_index(table, "i_fit");
    size_t t = hys__table_index(table, "time"), r = hys__table_index(table, "residual");
    const size_t both[] = {i, fit};
    if (v == SIZE_MAX || i == SIZE_MAX || fit == SIZE_MAX || t == SIZE_MAX || r == SIZE_MAX) return false;
    if (!voltage_axes(table, v, a) || !hys__axis_group(table, both, 2, 5, &a->i)) return false;
    if (!hys__axis_linear(table, t, 6, &a->t) || !hys__axis_linear(table, r, 3, &a->r)) return false;
    hys__axis_name(&a->i, "Current, i", table, i);
    a->i.column = i;
    a->fit = a->i;
    a->fit.column = fit;
    return true;
}

static void put_key(const hys__script *s, const hys__rect *r) {
    static const struct {
        const char *text, *form;
    } keys[] = {{"data", "point pt 7 ps 0.3 lc rgb '" HYS__GREY "'"},
                {"fit", "point pt 5 ps 0.3 lc rgb '" HYS__BLUE "'"}};
    for (int k = 0; k < 2; k++) {
        hys__script_label(s, 20 + k, keys[k].text);
        fprintf(s->out, " at screen %.5f, screen %.5f left %s offset 0.5,0\n", (r->left + 3) / s->figure->width,
                (r->top - 2 - 3 * k) / s->height, keys[k].form);
    }
}

hys_status hys__script_fit(hys__script *s) {
    axes a;
    if (!find_axes(s->figure->table, &a))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a figure of a fit needs columns time, v, i, i_fit and residual");
    hys__rect r = hys__script_rect(s, fmax(hys__axis_tics_width(&a.i), hys__axis_tics_width(&a.r)));
    double top = r.top;
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    r.bottom = top - LOOP_HEIGHT;
    hys__script_panel_at(s, &r, &a.v, &a.i);
    put_key(s, &r);
    fputs("plot ", s->out);
    hys__script_using(s, "::", 0, &a.v, &a.i);
    fputs(" with points pt 7 ps 0.25 lc rgb '" HYS__GREY "', \\\n     ", s->out);
    hys__script_using(s, "::", 0, &a.v_fit, &a.fit);
    fputs(" with lines lw 0.8 lc rgb '" HYS__BLUE "'\nunset label\n", s->out);
    r.top = r.bottom - GAP;
    r.bottom = r.top - RESIDUAL_HEIGHT;
    hys__script_panel_at(s, &r, &a.t, &a.r);
    fputs("plot 0 with lines lw 0.4 lc rgb '#000000', ", s->out);
    hys__script_using(s, "::", 0, &a.t, &a.r);
    fputs(" with points pt 7 ps 0.2 lc rgb '" HYS__ORANGE "'\nunset label\nunset multiplot\n", s->out);
    return HYS_OK;
}
