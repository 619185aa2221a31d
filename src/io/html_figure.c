/* A figure in a page: drawn by gnuplot in a folder of its own, taken from there with its axes and rows. */
#include "base/clocale.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/units.h"
#include "io/figure.h"
#include "io/html.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_ROWS 1200 /* of a figure: what 89 mm can show, and what keeps a report of thirty below 2 MB */
#define SVG_MAX   ((size_t)8 << 20)

/* ---- the panels ---- */

/* What gnuplot's enhanced mode shows, as plain text: "Current, {/:Italic I} (A)" is "Current, I (A)". */
static void put_label(hys__text *out, const char *label, size_t n) {
    char plain[HYS__LABEL_SIZE] = "";
    size_t m = 0;
    for (size_t k = 0; k < n && m + 1 < sizeof plain; k++) {
        if (!strncmp(label + k, "{/:Italic ", 10)) k += 9;
        else if (label[k] == '\\' && k + 1 < n) plain[m++] = label[++k];
        else if (!strchr("{}_", label[k])) plain[m++] = label[k];
    }
    plain[m] = 0;
    hys__json_string(out, plain);
}

/* The text behind a key on a line of its own, "# x Voltage"; *n its length; NULL: there is none. */
static const char *line_of(const char *script, const char *key, size_t *n) {
    const char *line = strstr(script, key);
    if (!line) return NULL;
    line += strlen(key);
    *n = strcspn(line, "\n");
    return line;
}

static void put_axis(hys__text *out, const double *ends, bool is_log, const char *label, size_t n) {
    hys__text_printf(out, "[%.10g,%.10g,%d,", ends[0], ends[1], is_log);
    put_label(out, label, n);
    hys__text_puts(out, "]");
}

/* numbers = NUMBER { blank NUMBER }; false when there are fewer than n. */
static bool read_numbers(const char *at, double *numbers, size_t n) {
    bool overflow;
    for (size_t k = 0; k < n; k++) {
        at += strspn(at, " ");
        size_t used = hys__number_parse(at, &numbers[k], &overflow);
        if (used == 0) return false;
        at += used;
    }
    return true;
}

/* The panel whose line begins at `at`: left, right, bottom, top, then lo, hi, is_log of x and of y. */
static bool put_panel(hys__text *out, const char *at, const char *before) {
    double q[10];
    size_t n_x = 0, n_y = 0;
    const char *x_label = line_of(at, "\n# x ", &n_x), *y_label = line_of(at, "\n# y ", &n_y);
    if (!x_label || !y_label || !read_numbers(at, q, 10)) return false;
    hys__text_printf(out, "%s[[%g,%g,%g,%g],", before, q[0], q[1], q[2], q[3]);
    put_axis(out, q + 4, q[6] != 0, x_label, n_x);
    hys__text_puts(out, ",");
    put_axis(out, q + 7, q[9] != 0, y_label, n_y);
    hys__text_puts(out, "]");
    return true;
}

void hys__html_panels(hys__text *out, const char *script) {
    static const char head[] = "# panel ";
    const char *before = "";
    hys__text_puts(out, "[");
    for (const char *at = strstr(script, head); at; at = strstr(at + 1, head))
        if (put_panel(out, at + sizeof head - 1, before)) before = ",";
    hys__text_puts(out, "]");
}

/* ---- the rows ---- */

static void put_head(hys__text *out, const char *text) {
    for (; *text; text++) hys__text_put(out, strchr(",\"<&\n\r", *text) ? "_" : text, 1);
}

static void put_csv(hys__text *out, const hys_table *table) {
    size_t n = hys_table_n_columns(table);
    for (size_t c = 0; c < n; c++) {
        hys__text_puts(out, c ? "," : "");
        put_head(out, hys_table_name(table, c));
        hys__text_puts(out, "[");
        put_head(out, *hys_table_unit(table, c) ? hys_table_unit(table, c) : "1");
        hys__text_puts(out, "]");
    }
    for (size_t r = 0; r < hys_table_n_rows(table); r++)
        for (size_t c = 0; c < n; c++) {
            double value = hys_table_column_at(table, c)[r];
            hys__text_puts(out, c ? "," : "\n");
            if (!isnan(value)) hys__text_printf(out, "%.6g", value);
        }
    hys__text_puts(out, "\n");
}

/* ---- drawing ---- */

static hys_status make_folder(hys__arena *arena, char **folder) {
    const char *tmp = getenv("TMPDIR");
    char buf[32];
    *folder = hys__arena_printf(arena, "%s/hysteron-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp");
    if (!*folder) return HYS_NOMEM;
    if (mkdtemp(*folder)) return HYS_OK;
    return hys__fail(arena->ctx, HYS_IO, "set TMPDIR to a folder that can be written", "no folder for figures: %s: %s",
                     *folder, hys__c_strerror(errno, buf, sizeof buf));
}

static void remove_folder(hys__arena *arena, const char *folder) {
    static const char *const names[] = {"figure.svg", "figure.gp", "figure.data.csv"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char *path = hys__arena_printf(arena, "%s/%s", folder, names[k]);
        if (path) unlink(path);
    }
    rmdir(folder);
}

static const char *keep(hys__arena *arena, hys__text *text) {
    char *copy = text->failed ? NULL : hys__arena_strndup(arena, text->at ? text->at : "", text->n);
    hys__text_free(text);
    return copy;
}

static hys_status take(hys__arena *arena, const char *svg, const char *script, const hys_table *table,
                       hys__html_figure *figure) {
    hys__text text;
    const char *box = strstr(svg, "viewBox=\"");
    double size[4]; /* left, top, width, height */
    if (!box || !read_numbers(box + strlen("viewBox=\""), size, 4))
        return hys__fail(arena->ctx, HYS_TOOL, "", "gnuplot wrote no SVG");
    figure->width = size[2];
    figure->height = size[3];
    hys__text_init(&text, arena->ctx);
    hys_status status = hys__html_svg(&text, svg);
    figure->svg = keep(arena, &text);
    if (status == HYS_SYNTAX) return hys__fail(arena->ctx, HYS_TOOL, "", "gnuplot wrote no SVG that can be read");
    hys__html_panels(&text, script);
    figure->panels = keep(arena, &text);
    put_csv(&text, table);
    figure->csv = keep(arena, &text);
    return figure->svg && figure->panels && figure->csv ? HYS_OK : HYS_NOMEM;
}

static hys_status draw_in(hys__arena *arena, const char *folder, const hys_table *table, const hys_figure_opts *opts,
                          hys__html_figure *figure) {
    char *svg_path = hys__arena_printf(arena, "%s/figure.svg", folder);
    char *script_path = hys__arena_printf(arena, "%s/figure.gp", folder);
    const char *svg, *script;
    size_t n;
    if (!svg_path || !script_path) return HYS_NOMEM;
    hys_status status = hys_figure_write(arena->ctx, table, opts, svg_path);
    if (status == HYS_OK) status = hys__file_read(arena, svg_path, SVG_MAX, &svg, &n);
    if (status == HYS_OK) status = hys__file_read(arena, script_path, SVG_MAX, &script, &n);
    return status == HYS_OK ? take(arena, svg, script, table, figure) : status;
}

hys_status hys__html_figure_draw(hys__arena *arena, const hys_table *table, const hys_figure_opts *opts,
                                 hys__html_figure *figure) {
    size_t n = hys_table_n_rows(table), cycles = opts->cycles > 1 ? (size_t)opts->cycles : 1;
    size_t first = n / cycles * (cycles - 1);
    hys_table *thin = NULL;
    char *folder = NULL;
    hys_status status = HYS_OK;
    if (n > MOST_ROWS) status = hys__figure_thin(arena->ctx, table, MOST_ROWS, &first, &thin);
    if (status == HYS_OK) status = make_folder(arena, &folder);
    if (status == HYS_OK) {
        status = draw_in(arena, folder, thin ? thin : table, opts, figure);
        remove_folder(arena, folder);
    }
    hys_table_free(thin);
    return status;
}

/* ---- in the page ---- */

/* The figure's identifiers in the place of the mark. */
static void put_marked(hys__text *out, const char *svg, const char *id) {
    for (;;) {
        size_t n = strcspn(svg, "\1");
        hys__text_put(out, svg, n);
        if (!svg[n]) return;
        hys__text_printf(out, "%s-", id);
        svg += n + 1;
    }
}

void hys__html_figure_put(hys__text *out, const hys__html_figure *figure, const hys__html_figure_text *text) {
    hys__text_printf(out, "<figure class=\"fig\" id=\"%s\" data-panels=\"", text->id);
    hys__html_put(out, figure->panels);
    hys__text_printf(out,
                     "\"><div class=\"frame\"><svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" "
                     "viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\" font-family=\"Arial,Helvetica,sans-serif\" "
                     "font-size=\"9.33\" fill=\"currentColor\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
                     figure->width, figure->height, figure->width, figure->height, text->id, text->id, text->id);
    hys__html_put(out, text->title);
    hys__text_printf(out, "</title><desc id=\"%s-d\">", text->id);
    hys__html_put(out, *text->caption ? text->caption : text->title);
    hys__text_puts(out, "</desc>");
    put_marked(out, figure->svg, text->id);
    hys__text_puts(out, "</svg></div><figcaption><b>");
    hys__html_put(out, text->title);
    hys__text_puts(out, ".</b> ");
    hys__html_put(out, text->caption);
    hys__text_puts(out, "</figcaption><script type=\"text/csv\">\n");
    hys__text_puts(out, figure->csv);
    hys__text_puts(out, "</script></figure>\n");
}
