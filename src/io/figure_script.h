/* What the kinds of figures share: places in mm, axes and lines as text of gnuplot. */
#ifndef HYS_IO_FIGURE_SCRIPT_H
#define HYS_IO_FIGURE_SCRIPT_H
#include "io/figure.h"
#include <stdio.h>

/* Wong's palette. */
#define HYS__BLUE   "#0072B2"
#define HYS__ORANGE "#D55E00"
#define HYS__GREEN  "#009E73"
#define HYS__PURPLE "#CC79A7"
#define HYS__SKY    "#56B4E9"
#define HYS__GREY   "#BBBBBB"

/* Viridis, by Smith and van der Walt: even to the eye, in grey and for the colour-blind too. */
#define HYS__VIRIDIS                                                                                                   \
    "set palette defined (0 '#440154', 0.125 '#482878', 0.25 '#3e4a89', 0.375 '#31688e', 0.5 '#26828e', "              \
    "0.625 '#1f9e89', 0.75 '#6ece58', 0.875 '#b5de2b', 1 '#fde725')\n"

#define HYS__PANEL_HEIGHT  21.0 /* mm, of one panel among several */
#define HYS__PANEL_GAP     3.0  /* mm */
#define HYS__MARGIN_BOTTOM 8.0  /* mm: numbers and label of the x axis */
#define HYS__MARGIN_RIGHT  3.0  /* mm */
#define HYS__MARGIN_TOP    2.0  /* mm */
#define HYS__TITLE_HEIGHT  4.0  /* mm */
#define HYS__LABEL_PLACE   2.0  /* mm from the edge to the middle of a label */

typedef struct hys__rect {
    double left, right, bottom, top; /* mm */
} hys__rect;

typedef struct hys__script {
    const hys__figure *figure;
    FILE *out;
    double height; /* mm */
} hys__script;

/* Text in single quotes. */
void hys__script_quoted(FILE *out, const char *text);
/* "set label TAG 'text'", without a place. */
void hys__script_label(const hys__script *s, int tag, const char *text);
void hys__script_data(const hys__script *s); /* the data file's name */
void hys__script_title(const hys__script *s);
/* Axes, tics and labels of one panel; only the lowest shows numbers and label of x. */
void hys__script_panel(const hys__script *s, const hys__rect *r, const hys__axis *x, const hys__axis *y,
                       bool is_lowest);
/* The same with its own x axis wherever it stands: its label lies just below. */
void hys__script_panel_at(const hys__script *s, const hys__rect *r, const hys__axis *x, const hys__axis *y);
/* All of the figure but margins, with room for the numbers at the y axis. */
hys__rect hys__script_rect(const hys__script *s, double tics_width);
/* The data from row first on, or up to it: every is "::" or "::0::". */
void hys__script_using(const hys__script *s, const char *every, size_t first, const hys__axis *x, const hys__axis *y);
const char *hys__script_line_form(size_t n_rows);
void hys__script_zero_lines(const hys__script *s);
double hys__script_panels_height(const hys__figure *figure, size_t n); /* mm */

/* figure_sweep.c: columns against the first one, those of one unit in one panel. */
hys_status hys__script_sweep(hys__script *s);
double hys__script_sweep_height(const hys__figure *figure);
/* The same of complex columns: magnitude and phase. */
hys_status hys__script_bode(hys__script *s);
double hys__script_bode_height(const hys__figure *figure);

/* figure_impedance.c: Nyquist and Bode. */
hys_status hys__script_impedance(hys__script *s);
double hys__script_impedance_height(const hys__figure *figure);

/* figure_bifurcation.c: equilibria and cycles against a parameter. */
hys_status hys__script_bifurcation(hys__script *s);
double hys__script_bifurcation_height(const hys__figure *figure);

/* figure_scatter.c: points of several families against one x. */
hys_status hys__script_scatter(hys__script *s);
double hys__script_scatter_height(const hys__figure *figure);

/* figure_map.c: a quantity over a grid, in colours. */
hys_status hys__script_map(hys__script *s);
double hys__script_map_height(const hys__figure *figure);

/* figure_tree.c: a neuron in a plane. */
hys_status hys__script_tree(hys__script *s);
double hys__script_tree_height(const hys__figure *figure);

/* figure_family.c: curves told apart by the first column. */
hys_status hys__script_family(hys__script *s);
double hys__script_family_height(const hys__figure *figure);

/* figure_accuracy.c: a network's accuracy against what was varied. */
hys_status hys__script_accuracy(hys__script *s);
double hys__script_accuracy_height(const hys__figure *figure);

/* figure_synapse.c: what pulses and programming do to a device. */
hys_status hys__script_synapse(hys__script *s);
double hys__script_synapse_height(const hys__figure *figure);

/* figure_raster.c: spikes and rates of populations. */
hys_status hys__script_raster(hys__script *s);
double hys__script_raster_height(const hys__figure *figure);

/* figure_fit.c: data, fitted curve, residuals. */
hys_status hys__script_fit(hys__script *s);
double hys__script_fit_height(const hys__figure *figure);

/* figure_deviation.c: a row a value, how far it lies from what was expected. */
hys_status hys__script_deviation(hys__script *s);
double hys__script_deviation_height(const hys__figure *figure);

#endif
