/* Impedance: Nyquist's diagram with equal scales, above magnitude and phase against frequency. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define NYQUIST_HEIGHT 46.0 /* mm */
#define GAP            11.0 /* mm, with the numbers and label of the upper panel */

typedef struct axes {
    hys__axis re, im, f, size, phase;
} axes;

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

static void put_line(const hys__script *s, const hys__axis *x, const hys__axis *y, const char *colour) {
    fputs("plot ", s->out);
    hys__script_using(s, "::", 0, x, y);
    fprintf(s->out, " with lines lw 1 lc rgb '%s'\nunset label\n", colour);
}

static void put_panels(const hys__script *s, axes *a) {
    double widest =
        fmax(fmax(hys__axis_tics_width(&a->im), hys__axis_tics_width(&a->size)), hys__axis_tics_width(&a->phase));
    hys__rect r = hys__script_rect(s, widest), nyquist = r;
    nyquist.bottom = r.top - NYQUIST_HEIGHT;
    make_equal(&a->re, &a->im, nyquist.right - nyquist.left, NYQUIST_HEIGHT);
    fputs("set multiplot\n", s->out);
    hys__script_title(s);
    hys__script_panel_at(s, &nyquist, &a->re, &a->im);
    hys__script_zero_lines(s);
    put_line(s, &a->re, &a->im, HYS__BLUE);
    fputs("unset xzeroaxis\nunset yzeroaxis\nunset logscale\n", s->out);
    hys__rect lower = r;
    lower.top = r.bottom + HYS__PANEL_HEIGHT;
    hys__rect middle = {.left = r.left, .right = r.right, .bottom = lower.top + HYS__PANEL_GAP};
    middle.top = middle.bottom + HYS__PANEL_HEIGHT;
    hys__script_panel(s, &middle, &a->f, &a->size, false);
    put_line(s, &a->f, &a->size, HYS__BLUE);
    fputs("unset logscale y\n", s->out);
    hys__script_panel(s, &lower, &a->f, &a->phase, true);
    put_line(s, &a->f, &a->phase, HYS__ORANGE);
    fputs("unset multiplot\n", s->out);
}

hys_status hys__script_impedance(hys__script *s) {
    axes a;
    const hys_table *table = s->figure->table;
    if (!find_nyquist(table, &a) || !find_bode(table, &a))
        return hys__fail(s->figure->ctx, HYS_ARG, "",
                         "a figure of an impedance needs columns frequency, Z.re, Z.im, |Z|, phase");
    put_panels(s, &a);
    return HYS_OK;
}

double hys__script_impedance_height(const hys__figure *figure) {
    double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    return HYS__MARGIN_TOP + HYS__MARGIN_BOTTOM + title + NYQUIST_HEIGHT + GAP + 2 * HYS__PANEL_HEIGHT + HYS__PANEL_GAP;
}
