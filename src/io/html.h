/* A report: one HTML file that needs nothing else.  Text is escaped, figures stand in it as SVG with their data, and
 * the page's style and program are the only ones that its content security policy lets in. */
#ifndef HYS_IO_HTML_H
#define HYS_IO_HTML_H
#include "base/memory.h"
#include <hysteron/figure.h>

/* ---- text ---- */

/* What HTML takes: escaped, controls and what is no UTF-8 as '?'; line ends stay. */
void hys__html_put(hys__text *out, const char *text);
/* "4.7 kΩ": for people; what is not finite as a dash. */
void hys__html_quantity(hys__text *out, double value, const char *unit);
/* The page up to its content, and from there on. */
/* name: what saved files are called after. */
void hys__html_begin(hys__text *out, const char *title, const char *description, const char *name);
void hys__html_end(hys__text *out);

/* ---- figures ---- */

typedef struct hys__html_figure {
    const char *svg;      /* for hys__html_figure_put; in the arena */
    const char *panels;   /* JSON: places and axes of the panels */
    const char *csv;      /* what is drawn */
    double width, height; /* px of 96 an inch */
} hys__html_figure;

typedef struct hys__html_figure_text {
    const char *id;      /* unique in the page: letters, digits, '-' */
    const char *title;   /* what it is, in a few words */
    const char *caption; /* a sentence or more; "" */
} hys__html_figure_text;

/* Draws the table; opts as for hys_figure_write. */
hys_status hys__html_figure_draw(hys__arena *arena, const hys_table *table, const hys_figure_opts *opts,
                                 hys__html_figure *figure);
void hys__html_figure_put(hys__text *out, const hys__html_figure *figure, const hys__html_figure_text *text);

/* gnuplot's SVG made small and harmless: what is known of it passes, identifiers begin with '\\1', which stands for the
 * figure's own; black is the page's colour.  HYS_SYNTAX where it is none. */
hys_status hys__html_svg(hys__text *out, const char *svg);
/* The panels that a script of ours tells of, as JSON. */
void hys__html_panels(hys__text *out, const char *script);

/* ---- JSON ---- */

void hys__json_string(hys__text *out, const char *text); /* with its quotes */
void hys__json_number(hys__text *out, double value);     /* null where it is not finite */

/* ---- PDF ---- */

/* Prints an HTML file through Chromium or WeasyPrint, whichever is installed. */
hys_status hys__html_to_pdf(hys_ctx *ctx, const char *html_path, const char *pdf_path);

#endif
