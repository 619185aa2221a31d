/* Impedance: Nyquist's diagram with equal scales, above magnitude and phase against frequency, and residuals of the
 * Kramers-Kronig test, or of a fit, where the table has them.  A table that is not long is drawn as points, with a line
 * for what is computed beside it (fit.re or linear.re). */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define NYQUIST_HEIGHT 46.0 /* mm */
#define GAP            11.0 /* mm, with the numbers and label of the upper panel */

#define FEW_POINTS 150  /* drawn as points */
#define KK_AXIS    0.05 /* of |Z|: the axis of residuals, unless they are larger */

typedef struct axes {
    hys__axis re, im, f, size, phase, kk;
    size_t beside_re, beside_im;     /* columns of what is computed beside; SIZE_MAX: none */
    size_t residual_re, residual_im; /* of the Kramers-Kronig test */
} axes;

static bool has_numbers(const hys_table *table, size_t column) {
    const double *values = column == SIZE_MAX ? NULL : hys_table_column_at(table, column);
    for (size_t k = 0; values && k < hys_table_n_rows(table); k++)
        if (isfinite(values[k])) return true;
    return false;
}

static void find_columns(const hys_table *table, axes *a) {
    static const char *const beside[][2] = {{"fit.re", "fit.im"}, {"linear.re", "linear.im"}};
    a->beside_re = a->beside_im = SIZE_MAX;
    for (size_t k = 0; k < 2; k++) {
        size_t re = hys__table_index(table, beside[k][0]);
        if (!has_numbers(table, re)) continue;
        a->beside_re = re;
        a->beside_im = hys__table_index(table, beside[k][1]);
    }
    a->residual_re = hys__table_index(table, "kk.re");
    a->residual_im = hys__table_index(table, "kk.im");
    if (a->residual_re == SIZE_MAX) {
        a->residual_re = hys__table_index(table, "residual.re");
        a->residual_im = hys__table_index(table, "residual.im");
    }
    if (!has_numbers(table, a->residual_re)) a->residual_re = SIZE_MAX;
}

/* The same scale and the same length of a unit on both axes. */
static void make_equal(hys__axis *re, hys__axis *im, double w, double h) {
    double unit = fmax((re->hi - re->lo) / w, (im->hi - im->lo) / h);
    double x = (re->hi + re->lo) / 2, y = (im->hi + im->lo) / 2;
    re->lo = x - unit * w / 2;
    re->hi = x + unit * w / 2;
    im->lo = y - unit * h / 2;
    im->hi = y + unit * h / 2;
    hys__axis_retic(re, 6);
    hys__axis_retic(im, 5);
}

/* Capacitive arcs upwards, as electrochemists draw them: the axis is -Z". */
static bool find_nyquist(const hys_table *table, axes *a) {
    size_t re = hys__table_index(table, "Z.re"), im = hys__table_index(table, "Z.im");
    const size_t both[] = {re, im};
    hys__axis joint;
    if (re == SIZE_MAX || im == SIZE_MAX || !hys__axis_group(table, both, 2, 5, &joint)) return false;
    if (!hys__axis_linear(table, re, 6, &a->re) || !hys__axis_linear(table, im, 5, &a->im)) return false;
    double scale = joint.scale;
    double lo = -a->im.hi / a->im.scale * scale, hi = -a->im.lo / a->im.scale * scale;
    a->re.lo *= scale / a->re.scale;
    a->re.hi *= scale / a->re.scale;
    a->re.scale = scale;
    a->im.lo = lo;
    a->im.hi = hi;
    a->im.scale = -scale;
    const char *unit = strchr(joint.label, '(');
    snprintf(a->re.label, sizeof a->re.label, "{/:Italic Z}\342\200\262 %s", unit ? unit : "");
    snprintf(a->im.label, sizeof a->im.label, "\342\210\222{/:Italic Z}\342\200\263 %s", unit ? unit : "");
    return true;
}

static bool find_bode(const hys_table *table, axes *a) {
    size_t size = hys__table_index(table, "|Z|"), phase = hys__table_index(table, "phase");
    if (size == SIZE_MAX || phase == SIZE_MAX || !hys__axis_log(table, 0, 0, &a->f)) return false;
    if (!hys__axis_log(table, size, size, &a->size) || !hys__axis_linear(table, phase, 4, &a->phase)) return false;
    const double *f = hys_table_column_at(table, 0);
    a->f.lo = log10(f[0]);
    a->f.hi = log10(f[hys_table_n_rows(table) - 1]);
    snprintf(a->f.label, sizeof a->f.label, "Frequency, {/:Italic f} (Hz)");
    snprintf(a->size.label, sizeof a->size.label, "|{/:Italic Z}| (\316\251)");
    snprintf(a->phase.label, sizeof a->phase.label, "Phase (\302\260)");
    return true;
}

/* In percent, from -5 to 5 unless they are larger. */
static void find_residuals(const hys_table *table, axes *a) {
    const size_t both[] = {a->residual_re, a->residual_im};
    hys__axis_group(table, both, 2, 3, &a->kk);
    double most = KK_AXIS;
    for (size_t k = 0; k < hys_table_n_rows(table); k++)
        for (size_t c = 0; c < 2; c++)
            if (isfinite(hys_table_column_at(table, both[c])[k]))
                most = fmax(most, 1.1 * fabs(hys_table_column_at(table, both[c])[k]));
    a->kk.scale = 100;
    a->kk.hi = 100 * most;
    a->kk.lo = -a->kk.hi;
    hys__axis_retic(&a->kk, 3);
    snprintf(a->kk.label, sizeof a->kk.label, "Residual (%%)");
}

static void put_curve(const hys__script *s, const axes *a, const hys__axis *x, const hys__axis *y, const char *colour) {
    bool are_points = a->beside_re != SIZE_MAX && hys_table_n_rows(s->figure->table) <= FEW_POINTS;
    fputs("plot ", s->out);
    hys__script_using(s, "::", 0, x, y);
    if (are_points) fprintf(s->out, " with points pt 7 ps 0.4 lc rgb '%s'", colour);
    else fprintf(s->out, " with lines lw 1 lc rgb '%s'", colour);
}

/* expression: of the columns re and im of what is computed */
static void put_beside(const hys__script *s, const axes *a, const hys__axis *x, const char *expression) {
    if (a->beside_re != SIZE_MAX && hys_table_n_rows(s->figure->table) <= FEW_POINTS) {
        fputs(", \\\n     ", s->out);
        hys__script_data(s);
        fprintf(s->out, " using (column(%zu)*%g):(re = column(%zu), im = column(%zu), %s)", x->column + 1, x->scale,
                a->beside_re + 1, a->beside_im + 1, expression);
        fputs(" with lines lw 0.8 lc rgb '#000000'", s->out);
    }
    fputs("\nunset label\n", s->out);
}

static void put_residuals(const hys__script *s, const axes *a, const hys__rect *r) {
    hys__axis im = a->kk;
    im.column = a->residual_im;
    hys__script_panel(s, r, &a->f, &a->kk, true);
    hys__script_zero_lines(s);
    double y = (r->top - 1.5) / s->height;
    hys__script_label(s, 11, "real");
    fprintf(s->out, " at screen %.5f, screen %.5f right tc rgb '%s'\n", (r->right - 15) / s->figure->width, y,
            HYS__BLUE);
    hys__script_label(s, 12, "imaginary");
    fprintf(s->out, " at screen %.5f, screen %.5f right tc rgb '%s'\n", r->right / s->figure->width, y, HYS__ORANGE);
    fputs("plot ", s->out);
    hys__script_using(s, "::", 0, &a->f, &a->kk);
    fprintf(s->out, " with linespoints pt 7 ps 0.3 lw 0.6 lc rgb '%s', \\\n     ", HYS__BLUE);
    hys__script_using(s, "::", 0, &a->f, &im);
    fprintf(s->out, " with linespoints pt 7 ps 0.3 lw 0.6 lc rgb '%s'\nunset label\n", HYS__ORANGE);
}

static void put_nyquist(const hys__script *s, axes *a, const hys__rect *r) {
    char expression[64];
    make_equal(&a->re, &a->im, r->right - r->left, NYQUIST_HEIGHT);
    hys__script_panel_at(s, r, &a->re, &a->im);
    hys__script_zero_lines(s);
    put_curve(s, a, &a->re, &a->im, HYS__BLUE);
    snprintf(expression, sizeof expression, "im*%g", a->im.scale);
    hys__axis beside = a->re;
    if (a->beside_re != SIZE_MAX) beside.column = a->beside_re;
    put_beside(s, a, &beside, expression);
    fputs("unset xzeroaxis\nunset yzeroaxis\nunset logscale\n", s->out);
}

static void put_panels(const hys__script *s, axes *a) {
    bool has_residuals = a->residual_re != SIZE_MAX;
    double widest =
        fmax(fmax(hys__axis_tics_width(&a->im), hys__axis_tics_width(&a->size)), hys__axis_tics_width(&a->phase));
    if (has_residuals) widest = fmax(widest, hys__axis_tics_width(&a->kk));
    hys__rect r = hys__script_rect(s, widest), nyquist = r, panel = r;
    nyquist.bottom = r.top - NYQUIST_HEIGHT;
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    put_nyquist(s, a, &nyquist);
    panel.top = nyquist.bottom - GAP;
    panel.bottom = panel.top - HYS__PANEL_HEIGHT;
    hys__script_panel(s, &panel, &a->f, &a->size, false);
    put_curve(s, a, &a->f, &a->size, HYS__BLUE);
    put_beside(s, a, &a->f, "sqrt(re*re + im*im)");
    fputs("unset logscale y\n", s->out);
    panel.top = panel.bottom - HYS__PANEL_GAP;
    panel.bottom = panel.top - HYS__PANEL_HEIGHT;
    hys__script_panel(s, &panel, &a->f, &a->phase, !has_residuals);
    put_curve(s, a, &a->f, &a->phase, HYS__ORANGE);
    put_beside(s, a, &a->f, "atan2(im, re)*180/pi");
    panel.top = panel.bottom - HYS__PANEL_GAP;
    panel.bottom = panel.top - HYS__PANEL_HEIGHT;
    if (has_residuals) put_residuals(s, a, &panel);
    fputs("unset multiplot\n", s->out);
}

hys_status hys__script_impedance(hys__script *s) {
    axes a;
    const hys_table *table = s->figure->table;
    if (!find_nyquist(table, &a) || !find_bode(table, &a))
        return hys__fail(s->figure->ctx, HYS_ARG, "",
                         "a figure of an impedance needs columns frequency, Z.re, Z.im, |Z|, phase");
    find_columns(table, &a);
    if (a.residual_re != SIZE_MAX) find_residuals(table, &a);
    put_panels(s, &a);
    return HYS_OK;
}

double hys__script_impedance_height(const hys__figure *figure) {
    double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    axes a;
    find_columns(figure->table, &a);
    double residuals = a.residual_re == SIZE_MAX ? 0 : HYS__PANEL_HEIGHT + HYS__PANEL_GAP;
    return HYS__MARGIN_TOP + HYS__MARGIN_BOTTOM + title + NYQUIST_HEIGHT + GAP + 2 * HYS__PANEL_HEIGHT +
           HYS__PANEL_GAP + residuals;
}
