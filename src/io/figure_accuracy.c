/* The accuracy of a network against what was varied: points with their spread over seeds, and what software reaches. */
#include "base/diag.h"
#include "io/figure_script.h"
#include <math.h>
#include <string.h>

#define HEIGHT   52.0 /* mm */
#define LOG_FROM 30.0 /* values over more than this ratio have a logarithmic axis */

static double least_of(const double *mean, const double *std, size_t n, double otherwise) {
    double least = otherwise;
    for (size_t k = 0; k < n; k++) least = fmin(least, mean[k] - std[k]);
    return fmax(least, 0);
}

static double most_of(const double *mean, const double *std, size_t n, double otherwise) {
    double most = otherwise;
    for (size_t k = 0; k < n; k++) most = fmax(most, mean[k] + std[k]);
    return fmin(most, 1);
}

/* In per cent, with room above and below. */
static bool find_accuracy(const hys_table *table, hys__axis *y) {
    const double *mean = hys_table_column(table, "accuracy"), *std = hys_table_column(table, "accuracy_std");
    const double *software = hys_table_column(table, "software_accuracy");
    const size_t n = hys_table_n_rows(table), column = hys__table_index(table, "accuracy");
    if (!mean || !std || n == 0 || !hys__axis_linear(table, column, 5, y)) return false;
    const bool has_software = software && isfinite(software[0]);
    const double least = least_of(mean, std, n, has_software ? software[0] : 1);
    const double most = most_of(mean, std, n, has_software ? software[0] : 0);
    const double room = fmax(0.08 * (most - least), 0.002);
    y->scale = 100;
    y->lo = 100 * (least - room);
    y->hi = 100 * (most + room);
    hys__axis_retic(y, 5);
    snprintf(y->label, sizeof y->label, "Accuracy (%%)");
    return true;
}

/* Names of columns that say too little at an axis. */
static const char *full_name(const char *name) {
    static const char *const names[][2] = {
        {"time", "Time since programming"},      {"wire", "Wire, a segment"},
        {"tile", "Lines of an array"},           {"levels", "Levels of a cell"},
        {"adc", "Bits of output converters"},    {"dac", "Bits of input converters"},
        {"stuck-off", "Cells stuck off, part"},  {"stuck-on", "Cells stuck on, part"},
        {"read-noise", "Noise of a read, part"}, {"spread", "Programming errors, factor"},
        {"steps", "Steps of a sample"}};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(names[k][0], name)) return names[k][1];
    return name;
}

static bool find_varied(const hys_table *table, hys__axis *x) {
    const size_t column = 0;
    if (!hys__axis_group_log(table, &column, 1, LOG_FROM, x) && !hys__axis_linear(table, 0, 6, x)) return false;
    hys__axis_name(x, full_name(hys_table_name(table, 0)), table, 0);
    return true;
}

static void put_software(const hys__script *s, const hys__axis *y) {
    const double *software = hys_table_column(s->figure->table, "software_accuracy");
    if (!software || !isfinite(software[0])) return;
    fprintf(s->out, "%.10g with lines lw 0.8 dt 2 lc rgb '#666666' title 'software', \\\n     ",
            y->scale * software[0]);
}

hys_status hys__script_accuracy(hys__script *s) {
    const hys_table *table = s->figure->table;
    hys__axis x, y;
    if (hys_table_n_columns(table) < 3 || !find_accuracy(table, &y) || !find_varied(table, &x))
        return hys__fail(s->figure->ctx, HYS_ARG, "", "a figure of accuracy needs columns accuracy and accuracy_std");
    const hys__rect r = hys__script_rect(s, hys__axis_tics_width(&y));
    hys__script_panel(s, &r, &x, &y, true);
    hys__script_title(s);
    fputs("set key bottom left samplen 1.5\nplot ", s->out);
    put_software(s, &y);
    hys__script_data(s);
    fprintf(s->out,
            " using (column(1)*%g):(column(%zu)*100):(column(%zu)*100) with yerrorlines pt 7 ps 0.4 lw 0.8 "
            "lc rgb '" HYS__BLUE "' title '%s'\n",
            x.scale, hys__table_index(table, "accuracy") + 1, hys__table_index(table, "accuracy_std") + 1,
            strcmp(hys_table_name(table, 0), "steps") ? "on the device" : "in spikes");
    return HYS_OK;
}

double hys__script_accuracy_height(const hys__figure *figure) {
    const double title = figure->title && *figure->title ? HYS__TITLE_HEIGHT : 0;
    return HYS__MARGIN_TOP + title + HEIGHT + HYS__MARGIN_BOTTOM;
}
