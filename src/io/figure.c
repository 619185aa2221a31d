/* Figures: a gnuplot script is written beside the data and run.
 *
 * House style: 89 mm wide, 7 pt sans-serif text kept as text, ticks outside, no grid, Wong's
 * colour-blind-safe palette (Nat. Methods 8, 441, 2011), units in parentheses with an SI prefix
 * chosen from the data. */
#include <hysteron/figure.h>

#include "base/diag.h"
#include "base/file.h"
#include "io/table.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define BLUE   "#0072B2"
#define ORANGE "#D55E00"
#define GREEN  "#009E73"
#define GREY   "#999999"

hys_figure_opts hys_figure_opts_default(void) {
    return (hys_figure_opts){.size = sizeof(hys_figure_opts), .kind = "iv", .width_mm = 89};
}

struct axis {
    const char *column; /* "v" */
    double scale;       /* multiplies the data */
    char label[96];
    char source[80]; /* column("v[V]") */
    double lo, hi;   /* of the scaled data */
};

struct figure {
    hys_ctx *ctx;
    const hys_table *table;
    const hys_figure_opts *opts;
    FILE *out;
    const char *csv; /* name of the data file as the script sees it */
    size_t first;    /* row at which the last cycle starts */
};

static size_t column_index(const hys_table *table, const char *name) {
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        if (!strcmp(hys_table_name(table, c), name)) return c;
    return SIZE_MAX;
}

static void find_range(const double *values, size_t n, double *lo, double *hi) {
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        if (values[k] < *lo) *lo = values[k];
        if (values[k] > *hi) *hi = values[k];
    }
}

/* The prefix that brings the largest magnitude to 1..1000. */
static double pick_prefix(double largest, const char **prefix) {
    static const struct {
        double factor;
        const char *text;
    } prefixes[] = {{1e-9, "G"},       {1e-6, "M"}, {1e-3, "k"}, {1, ""},    {1e3, "m"},
                    {1e6, "\302\265"}, {1e9, "n"},  {1e12, "p"}, {1e15, "f"}};
    size_t n = sizeof prefixes / sizeof *prefixes;
    for (size_t k = 0; k < n; k++)
        if (largest * prefixes[k].factor >= 0.9999999) {
            *prefix = prefixes[k].text;
            return prefixes[k].factor;
        }
    *prefix = "";
    return 1;
}

static const char *quantity_name(const char *column) {
    static const struct {
        const char *column, *text;
    } names[] = {{"time", "Time, {/:Italic t}"}, {"v", "Voltage, {/:Italic V}"},
                 {"i", "Current, {/:Italic I}"}, {"vs", "Source voltage, {/:Italic V}_s"},
                 {"pulse", "Pulse number"},      {"g", "Conductance, {/:Italic G}"}};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(names[k].column, column)) return names[k].text;
    return column;
}

/* "m^2" and dimensionless units take no prefix. */
static bool takes_prefix(const char *unit) {
    return *unit && strcmp(unit, "1") && !strpbrk(unit, "^/*- ") && strcmp(unit, "K");
}

static bool axis_init(struct figure *figure, const char *column, struct axis *axis) {
    size_t c = column_index(figure->table, column);
    if (c == SIZE_MAX) return false;
    const char *unit = hys_table_unit(figure->table, c), *prefix = "";
    find_range(hys_table_column_at(figure->table, c), hys_table_n_rows(figure->table), &axis->lo,
               &axis->hi);
    double largest = fmax(fabs(axis->lo), fabs(axis->hi));
    axis->column = column;
    axis->scale =
        takes_prefix(unit) && largest > 0 && isfinite(largest) ? pick_prefix(largest, &prefix) : 1;
    axis->lo *= axis->scale;
    axis->hi *= axis->scale;
    if (*unit && strcmp(unit, "1"))
        snprintf(axis->label, sizeof axis->label, "%s (%s%s)", quantity_name(column), prefix, unit);
    else snprintf(axis->label, sizeof axis->label, "%s", quantity_name(column));
    snprintf(axis->source, sizeof axis->source, "column(%zu)", c + 1);
    return true;
}

/* ---- the script ---- */

static void put_terminal(struct figure *figure, const char *path, double height_ratio) {
    const char *dot = strrchr(path, '.'), *base = strrchr(path, '/');
    double w = figure->opts->width_mm, h = w * height_ratio;
    if (!strcmp(dot, ".pdf"))
        fprintf(figure->out, "set terminal pdfcairo size %.2fmm,%.2fmm font 'Arial,7' lw 0.6\n", w,
                h);
    else if (!strcmp(dot, ".png"))
        fprintf(figure->out,
                "set terminal pngcairo size %.0f,%.0f font 'Arial,7' fontscale 4.1667 lw 2.4 "
                "background '#ffffff'\n",
                w / 25.4 * 300, h / 25.4 * 300);
    else
        fprintf(figure->out,
                "set terminal svg size %.0f,%.0f font 'Arial,9.3' lw 0.8 background '#ffffff'\n",
                w / 25.4 * 96, h / 25.4 * 96);
    fprintf(figure->out, "set output '%s'\n", base ? base + 1 : path);
}

/* Quotes for gnuplot: a single quote is doubled; controls and enhanced-mode characters are made
 * harmless. */
static void put_quoted(FILE *out, const char *text) {
    fputc('\'', out);
    for (; *text; text++) {
        if ((unsigned char)*text < ' ') continue;
        if (strchr("_^{}@&~\\", *text)) fputs("\\", out);
        if (*text == '\'') fputc('\'', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

static void put_style(struct figure *figure) {
    fputs("set encoding utf8\nset datafile separator ','\nset datafile columnheaders\n"
          "set border 3 lw 0.7 lc rgb '#000000'\nset tics nomirror out scale 0.6\n"
          "set key off\nset samples 1000\nset bars small\n",
          figure->out);
    if (figure->opts->title) {
        fputs("set title ", figure->out);
        put_quoted(figure->out, figure->opts->title);
        fputs(" offset 0,-0.6\n", figure->out);
    }
}

static void put_axis_label(FILE *out, char which, const struct axis *axis) {
    fprintf(out, "set %clabel \"%s\"\n", which, axis->label);
}

/* Arrow heads on the last cycle, at even parts of its length in the picture. */
static void put_arrows(struct figure *figure, const struct axis *x, const struct axis *y,
                       bool is_log) {
    const double *xs = hys_table_column(figure->table, x->column),
                 *ys = hys_table_column(figure->table, y->column);
    size_t n = hys_table_n_rows(figure->table);
    double dx = x->hi - x->lo, dy = y->hi - y->lo, length = 0, along = 0;
    if (is_log || !(dx > 0) || !(dy > 0)) return;
    for (size_t k = figure->first + 1; k < n; k++)
        length += hypot((xs[k] - xs[k - 1]) * x->scale / dx, (ys[k] - ys[k - 1]) * y->scale / dy);
    static const double parts[] = {0.14, 0.39, 0.64, 0.89};
    size_t next = 0;
    for (size_t k = figure->first + 1; k < n && next < 4; k++) {
        double px = (xs[k] - xs[k - 1]) * x->scale, py = (ys[k] - ys[k - 1]) * y->scale,
               step = hypot(px / dx, py / dy);
        along += step;
        if (along < parts[next] * length || step == 0) continue;
        double reach = 0.012 / step;
        fprintf(figure->out,
                "set arrow from %.6g,%.6g to %.6g,%.6g head filled size char 0.9,18 lc rgb '" BLUE
                "' lw 1\n",
                xs[k] * x->scale - px * reach, ys[k] * y->scale - py * reach, xs[k] * x->scale,
                ys[k] * y->scale);
        next++;
    }
}

static hys_status put_iv(struct figure *figure, bool is_log) {
    struct axis x, y;
    if (!axis_init(figure, "v", &x) || !axis_init(figure, "i", &y))
        return hys__fail(figure->ctx, HYS_ARG, "", "an I-V figure needs the columns v and i");
    put_axis_label(figure->out, 'x', &x);
    if (is_log) {
        fputs("set logscale y\nset format y '10^{%T}'\nset ylabel \"|Current|, |{/:Italic I}| "
              "(A)\"\n",
              figure->out);
        y.scale = 1;
    } else {
        put_axis_label(figure->out, 'y', &y);
        fputs("set xzeroaxis lt 1 lw 0.4 lc rgb '" GREY "'\nset yzeroaxis lt 1 lw 0.4 lc rgb '" GREY
              "'\n",
              figure->out);
    }
    put_arrows(figure, &x, &y, is_log);
    const char *form = is_log ? "(abs(%s)>0?abs(%s)*%g:NaN)" : "(%s*0+%s*%g)";
    char what[256];
    snprintf(what, sizeof what, form, y.source, y.source, y.scale);
    fputs("plot ", figure->out);
    if (figure->first > 0)
        fprintf(figure->out,
                "'%s' every ::0::%zu using (%s*%g):%s with lines lw 0.8 lc rgb '#BBBBBB', ",
                figure->csv, figure->first, x.source, x.scale, what);
    fprintf(figure->out, "'%s' every ::%zu using (%s*%g):%s with lines lw 1.6 lc rgb '" BLUE "'\n",
            figure->csv, figure->first, x.source, x.scale, what);
    return HYS_OK;
}

static void put_panel(struct figure *figure, size_t panel, size_t n_panels, const struct axis *x,
                      const struct axis *y, const char *colour) {
    double top = 0.94 - 0.80 * (double)panel / (double)n_panels,
           height = 0.80 / (double)n_panels - 0.035;
    fprintf(figure->out,
            "set lmargin at screen 0.2\nset rmargin at screen 0.96\nset tmargin at screen "
            "%.4f\nset bmargin at screen %.4f\n",
            top, top - height);
    put_axis_label(figure->out, 'y', y);
    if (panel + 1 == n_panels) {
        put_axis_label(figure->out, 'x', x);
        fputs("set format x '%g'\n", figure->out);
    } else {
        fputs("unset xlabel\nset format x ''\n", figure->out);
    }
    fprintf(figure->out,
            "plot '%s' using (%s*%g):(%s*%g) with lines lw 1.3 lc rgb '%s'\nunset title\n",
            figure->csv, x->source, x->scale, y->source, y->scale, colour);
}

/* Voltage, current and at most two states above each other. */
static hys_status put_time(struct figure *figure) {
    static const char *const colours[] = {"#000000", BLUE, ORANGE, GREEN};
    struct axis x, y[4];
    size_t n = 0;
    if (!axis_init(figure, "time", &x))
        return hys__fail(figure->ctx, HYS_ARG, "", "a figure against time needs the column time");
    for (size_t c = 0; c < hys_table_n_columns(figure->table) && n < 4; c++) {
        const char *name = hys_table_name(figure->table, c);
        if (strcmp(name, "time") && strcmp(name, "vs") && axis_init(figure, name, &y[n])) n++;
    }
    fprintf(figure->out,
            "set ytics autofreq\nset offsets graph 0.0,0.0,0.06,0.06\nset multiplot\n");
    for (size_t k = 0; k < n; k++) put_panel(figure, k, n, &x, &y[k], colours[k]);
    fputs("unset multiplot\n", figure->out);
    return HYS_OK;
}

static hys_status put_pulse(struct figure *figure) {
    struct axis x, y;
    if (!axis_init(figure, "pulse", &x) || !axis_init(figure, "g", &y)) return put_time(figure);
    put_axis_label(figure->out, 'x', &x);
    put_axis_label(figure->out, 'y', &y);
    fprintf(figure->out,
            "plot '%s' using (%s):(%s*%g) with points pt 7 ps 0.35 lc rgb '" BLUE "'\n",
            figure->csv, x.source, y.source, y.scale);
    return HYS_OK;
}

/* ---- files and the program ---- */

static hys_status write_script(struct figure *figure, const char *script_path, const char *path) {
    const char *kind = figure->opts->kind ? figure->opts->kind : "iv";
    bool is_time = !strcmp(kind, "time");
    if (strcmp(kind, "iv") && strcmp(kind, "iv-semilog") && !is_time && strcmp(kind, "pulse"))
        return hys__fail(figure->ctx, HYS_ARG, "kinds: iv, iv-semilog, time, pulse",
                         "there is no figure kind '%s'", kind);
    hys__outfile *file = NULL;
    hys_status status = hys__outfile_open(figure->ctx, script_path, &file);
    if (status != HYS_OK) return status;
    figure->out = hys__outfile_stream(file);
    put_terminal(figure, path, is_time ? 1.05 : 0.78);
    put_style(figure);
    if (is_time) status = put_time(figure);
    else if (!strcmp(kind, "pulse")) status = put_pulse(figure);
    else status = put_iv(figure, !strcmp(kind, "iv-semilog"));
    if (status == HYS_OK) return hys__outfile_commit(file);
    hys__outfile_discard(file);
    return status;
}

/* Runs gnuplot in the figure's folder; its complaints go to a file that is shown only when it
 * fails. */
static hys_status run_gnuplot(hys_ctx *ctx, const char *folder, const char *script) {
    char *argv[] = {(char *)"gnuplot", (char *)(uintptr_t)script, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int wait_status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawnp(&child, "gnuplot", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return hys__fail(ctx, HYS_TOOL, "install it: apt-get install gnuplot-nox",
                         "gnuplot cannot be started: %s", strerror(failed));
    while (waitpid(child, &wait_status, 0) < 0)
        if (errno != EINTR)
            return hys__fail(ctx, HYS_TOOL, "", "lost track of gnuplot: %s", strerror(errno));
    if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0)
        return hys__fail(ctx, HYS_TOOL, "run it by hand to see why: gnuplot FIGURE.gp",
                         "gnuplot failed on %s/%s", folder, script);
    return HYS_OK;
}

static bool has_figure_ending(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot && (!strcmp(dot, ".svg") || !strcmp(dot, ".pdf") || !strcmp(dot, ".png"));
}

/* A folder or file name goes into the script in single quotes. */
static bool is_safe_name(const char *name) {
    for (const char *c = name; *c; c++)
        if (*c == '\'' || *c == '\n' || *c == '\r') return false;
    return true;
}

hys_status hys_figure_write(hys_ctx *ctx, const hys_table *table, const hys_figure_opts *opts,
                            const char *path) {
    if (!has_figure_ending(path) || !is_safe_name(path))
        return hys__fail(ctx, HYS_ARG, "name it .svg, .pdf or .png, without quotes",
                         "cannot make a figure of the name '%s'", path);
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    const char *slash = strrchr(path, '/');
    int stem = (int)(strrchr(path, '.') - path), dir = slash ? (int)(slash - path) : 0;
    char *csv = hys__arena_printf(&arena, "%.*s.csv", stem, path);
    char *script = hys__arena_printf(&arena, "%.*s.gp", stem, path);
    char *folder = slash ? hys__arena_printf(&arena, "%.*s", dir ? dir : 1, path)
                         : hys__arena_printf(&arena, ".");
    hys_status status = csv && script && folder ? HYS_OK : HYS_NOMEM;
    int32_t cycles = opts->cycles > 0 ? opts->cycles : 1;
    struct figure figure = {.ctx = ctx, .table = table, .opts = opts};
    if (status == HYS_OK) {
        figure.csv = slash ? csv + dir + 1 : csv;
        figure.first = hys_table_n_rows(table) * (size_t)(cycles - 1) / (size_t)cycles;
        status = hys_table_write_csv(table, ctx, csv);
    }
    if (status == HYS_OK) status = write_script(&figure, script, path);
    if (status == HYS_OK) status = run_gnuplot(ctx, folder, slash ? script + dir + 1 : script);
    hys__arena_free(&arena);
    return status;
}
