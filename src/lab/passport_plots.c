/* Which tables of a passport become figures, what they are called, and the drawing of them side by side. */
#include "base/context.h"
#include "base/diag.h"
#include "lab/passport.h"
#include <math.h>
#include <string.h>

#define MOST_COLUMNS 12
#define MOST_CURVES  20 /* of a family */
#define MOST_DATA    6  /* files of which each has figures */

/* What a table shows; those without a row here are called by their name and drawn as they say. */
static const struct shown {
    const char *section, *table, *title, *caption;
    const char *kind;    /* instead of the table's own; "": it is not drawn; NULL: its own */
    const char *columns; /* those that are drawn, in this order; NULL: all */
} shown[] = {
    {"class", "steps", "Response to steps", "Conductance behind a step of voltage to a level, ln(g/g(start)).",
     "family", "level time change"},
    {"class", "kinetics", "Switching time", "Time to half of the change, and to most of it, against the voltage held.",
     "scatter", "v t_half t_most"},
    {"class", "retention", "After the pulse", "Factor by which a pulse changed the conductance, by the time since.",
     "family", "pulse time factor"},
    {"class", "quasi-static", "Quasi-static curve",
     "At rest at each bias; where it turns back the differential resistance is negative.", NULL, NULL},
    {"class", "relaxation", "Relaxation", "Time constants of the linearised device against bias.", NULL, NULL},
    {"class", "modes", "", "", "", NULL},
    {"class", "reactance", "", "", "", NULL},
    {"class", "loop", "Slow cycle", "The cycle of which direction, pinch and thresholds are read off.", NULL, NULL},
    {"class", "sweep", "Sweep of the source", "The same range once more, driven the other way.", NULL, NULL},
    {"impedance", "spectrum", "Impedance", "By a small sine, beside the linearised device.", NULL, NULL},
    {"use", "map", "", "", "", NULL},
    {"use", "map-back", "", "", "", NULL},
    {"use", "learn-1", "Potentiation and depression", "Conductance read behind each pulse.", NULL, NULL},
    {"use", "learn-2", "Potentiation and depression, second choice of pulses", "Conductance read behind each pulse.",
     NULL, NULL},
    {"use", "learn-3", "Potentiation and depression, third choice of pulses", "Conductance read behind each pulse.",
     NULL, NULL},
    {"use", "write-1", "Cycling", "Conductance of both states in every cycle.", NULL, NULL},
    {"use", "write-2", "Cycling, second choice of pulses", "Conductance of both states in every cycle.", NULL, NULL},
    {"use", "write-3", "Cycling, third choice of pulses", "Conductance of both states in every cycle.", NULL, NULL},
    {"use", "endurance", "Cycling", "Conductance of both states in every cycle.", NULL, NULL},
    {"use", "scatter", "Scatter of the states", "Both states in every cycle, over drawn devices.", NULL, NULL},
    {"use", "retention", "Retention", "Conductance read after a time without voltage, up to ten years.", NULL, NULL},
    {"use", "read-disturb", "Read disturb", "Conductance under repeated reads.", NULL, NULL},
    {"use", "ppf", "Paired pulses", "The second response against the first, by the interval between the two.", NULL,
     NULL},
    {"use", "stdp", "Spike-timing dependent plasticity", "Relative change by the delay of two overlapping spikes.",
     NULL, NULL},
    {"use", "select-positive", "Selecting, positive voltage", "Current behind a step to the selecting voltage.", NULL,
     NULL},
    {"use", "select-negative", "Selecting, negative voltage", "Current behind a step to the selecting voltage.", NULL,
     NULL},
    {"use", "trains", "Pulse trains of four bits", "Conductance behind each train: what a reservoir node tells apart.",
     NULL, NULL},
    {"use", "oscillation", "Self-oscillation", "With a resistor in series and a capacitor across.", NULL, NULL},
    {"channel-K", "spike", "Spike, potassium channel replaced",
     "Membrane voltage with the channel itself and with the device in its place.", NULL, NULL},
    {"channel-K", "rate", "Firing rate, potassium channel replaced", "Spikes a second by the current injected.", NULL,
     NULL},
    {"channel-Na", "spike", "Spike, sodium channel replaced",
     "Membrane voltage with the channel itself and with the device in its place.", NULL, NULL},
    {"channel-Na", "rate", "Firing rate, sodium channel replaced", "Spikes a second by the current injected.", NULL,
     NULL},
};

static const struct shown *find_shown(const char *section, const char *table) {
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
        if (!strcmp(shown[k].section, section) && !strcmp(shown[k].table, table)) return &shown[k];
    return NULL;
}

static const char *plain_title(hys_passport *p, const char *name) {
    char *title = hys__arena_strndup(&p->arena, name, strlen(name));
    for (char *c = title; c && *c; c++)
        if (*c == '-' || *c == '_') *c = ' ';
    if (title && *title >= 'a' && *title <= 'z') *title = (char)(*title - 'a' + 'A');
    return title;
}

static void name_plot(hys_passport *p, hys__plot *plot, const struct shown *how, const char *table) {
    plot->title = how ? how->title : plain_title(p, table);
    plot->caption = how ? how->caption : "";
    if (how && how->kind) plot->kind = how->kind;
    if (how) plot->columns = how->columns;
}

/* "use-learn-1", "use-learn-1-b": once in the page. */
static const char *identify(hys_passport *p, const char *section, const char *table) {
    char *id = hys__arena_printf(&p->arena, "%s-%s", section, table);
    for (char *c = id; c && *c; c++)
        if (!(*c == '-' || (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z'))) *c = '-';
    size_t n = 0;
    for (size_t k = 0; id && k + 1 < p->plots.n; k++) n += !strncmp(p->plots.at[k].id, id, strlen(id));
    return n && id ? hys__arena_printf(&p->arena, "%s-%c", id, (char)('a' + (n < 25 ? n : 25))) : id;
}

static hys__plot *add(hys_passport *p, const char *section, const char *name, const char *kind,
                      const hys_table *table) {
    const struct shown *how = find_shown(section, name);
    if (!table || !hys_table_n_rows(table) || !*kind || (how && how->kind && !*how->kind)) return NULL;
    hys__plot *plot = HYS_PUSH(&p->arena, &p->plots);
    if (!plot) return NULL;
    *plot = (hys__plot){.section = section, .kind = kind, .table = table, .cycles = 1};
    plot->id = identify(p, section, name);
    name_plot(p, plot, how, name);
    return plot;
}

static void retitle(hys__plot *plot, const char *title, const char *caption) {
    if (!plot) return;
    plot->title = title;
    plot->caption = caption;
}

/* ---- which ---- */

#define LOOP_CYCLES 2 /* the protocol's default */

static void add_loop(hys_passport *p) {
    const hys_protocol_table *t = p->iv && hys_protocol_n_tables(p->iv) ? hys_protocol_table_at(p->iv, 0) : NULL;
    if (!t) return;
    hys__plot *plot = add(p, "iv", "loop", "iv", t->table);
    retitle(plot, "Loop of current and voltage", "The last cycle in blue, the one before in grey.");
    if (plot) plot->cycles = LOOP_CYCLES;
    plot = add(p, "iv", "loop-log", "iv-semilog", t->table);
    retitle(plot, "The same loop, logarithmic", "Size of the current.");
    if (plot) plot->cycles = LOOP_CYCLES;
}

static void add_data(hys_passport *p) {
    for (size_t k = 0; p->is_data && k < p->n_data && k < MOST_DATA; k++) {
        int32_t cycles = p->curves[k].cycles > 0 ? p->curves[k].cycles : 1;
        const char *title = hys__arena_printf(&p->arena, "Measured: %s", p->data[k].name);
        hys__plot *plot = add(p, "iv", "measured", "iv", p->data[k].table);
        if (plot) plot->cycles = cycles;
        retitle(plot, title ? title : "", "As it was read.");
        plot = add(p, "iv", "measured-log", "iv-semilog", p->data[k].table);
        if (plot) plot->cycles = cycles;
        retitle(plot, "The same, logarithmic", "Size of the current.");
    }
}

static void add_tables(hys_passport *p) {
    for (size_t k = 0; p->class_ && k < hys_class_n_tables(p->class_); k++) {
        const hys_protocol_table *t = hys_class_table(p->class_, k);
        add(p, "class", t->name, t->figure, t->table);
    }
    for (size_t k = 0; p->impedance && k < hys_protocol_n_tables(p->impedance); k++) {
        const hys_protocol_table *t = hys_protocol_table_at(p->impedance, k);
        add(p, "impedance", t->name, t->figure, t->table);
    }
    for (size_t k = 0; p->verdicts && k < hys_verdicts_n_tables(p->verdicts); k++) {
        const hys_protocol_table *t = hys_verdicts_table(p->verdicts, k);
        add(p, "use", t->name, t->figure, t->table);
    }
}

static void add_channels(hys_passport *p) {
    static const char *const sections[] = {"channel-K", "channel-Na"};
    for (int k = 0; k < 2; k++) {
        if (!p->screens[k]) continue;
        add(p, sections[k], "spike", "sweep", hys_screen_table(p->screens[k], "spike"));
        add(p, sections[k], "rate", "sweep", hys_screen_table(p->screens[k], "rate"));
    }
}

static void add_rest(hys_passport *p) {
    const hys_fit *best = p->selection ? hys_fit_selection_best(p->selection) : NULL;
    if (best) {
        hys__plot *plot = add(p, "fit", "best", "fit", hys_fit_table(best));
        retitle(plot, "Best fit", "Measured and fitted current, and the residual.");
    }
    retitle(add(p, "catalogue", "range-voltage", "scatter", p->charts[0]), "On/off ratio against switching voltage",
            "Published devices by family. This device is among them where both of its numbers could be told.");
    retitle(add(p, "catalogue", "voltages", "scatter", p->charts[1]), "Voltages of both signs",
            "Negative against positive switching voltage of published devices, by family.");
}

/* ---- drawing ---- */

static size_t find_column(const hys_table *table, const char *name, size_t n) {
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        if (strlen(hys_table_name(table, c)) == n && !memcmp(hys_table_name(table, c), name, n)) return c;
    return SIZE_MAX;
}

/* names = NAME { " " NAME }; what the table lacks is left out. */
static size_t named_columns(const hys_table *table, const char *names, size_t columns[MOST_COLUMNS]) {
    size_t n = 0;
    while (*names && n < MOST_COLUMNS) {
        size_t length = strcspn(names, " "), c = find_column(table, names, length);
        if (c != SIZE_MAX) columns[n++] = c;
        names += length + (names[length] == ' ');
    }
    return n;
}

/* What one axis can show of points: the first column, and those of the unit of the second. */
static size_t alike_columns(const hys_table *table, size_t columns[MOST_COLUMNS]) {
    size_t n = 0;
    for (size_t c = 0; c < hys_table_n_columns(table) && n < MOST_COLUMNS; c++)
        if (c < 2 || !strcmp(hys_table_unit(table, c), hys_table_unit(table, 1))) columns[n++] = c;
    return n;
}

/* Where another curve of a family begins: its value changes, or x goes back. */
static bool begins(const hys_table *table, const size_t *columns, size_t r) {
    const double *value = hys_table_column_at(table, columns[0]), *x = hys_table_column_at(table, columns[1]);
    return r == 0 || value[r] != value[r - 1] || x[r] < x[r - 1];
}

/* Of a family with many curves one in so many is drawn. */
static size_t stride_of(const hys_table *table, const size_t *columns) {
    size_t n = 0;
    for (size_t r = 0; r < hys_table_n_rows(table); r++) n += begins(table, columns, r);
    return (n + MOST_CURVES - 1) / MOST_CURVES;
}

static hys_status copy_columns(const hys__plot *plot, const size_t *columns, size_t n, hys_table **drawn) {
    const hys_table *table = plot->table;
    double row[MOST_COLUMNS];
    bool is_family = !strcmp(plot->kind, "family") && n > 2;
    size_t stride = is_family ? stride_of(table, columns) : 1, curve = 0;
    hys_status status = hys_table_new(plot->ctx, drawn);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_column(*drawn, hys_table_name(table, columns[k]), hys_table_unit(table, columns[k]));
    for (size_t r = 0; r < hys_table_n_rows(table) && status == HYS_OK; r++) {
        curve += is_family && begins(table, columns, r);
        if (is_family && (curve - 1) % stride) continue;
        for (size_t k = 0; k < n; k++) row[k] = hys_table_column_at(table, columns[k])[r];
        status = hys_table_add_row(*drawn, row);
    }
    return status;
}

/* The table that is drawn where it is not the whole one. */
static hys_status choose_columns(hys__plot *plot) {
    size_t columns[MOST_COLUMNS], n = 0;
    bool is_chart = !strcmp(plot->section, "catalogue");
    if (plot->columns) n = named_columns(plot->table, plot->columns, columns);
    else if (!strcmp(plot->kind, "scatter") && !is_chart) n = alike_columns(plot->table, columns);
    return n ? copy_columns(plot, columns, n, &plot->own) : HYS_OK;
}

/* A resistor's spectrum is a point. */
static bool is_resistor(const hys_table *table) {
    const double *re = hys_table_column(table, "Z.re"), *im = hys_table_column(table, "Z.im");
    double most = 0, size = 0;
    for (size_t k = 0; re && im && k < hys_table_n_rows(table); k++) {
        most = fmax(most, fabs(im[k]));
        size = fmax(size, fabs(re[k]));
    }
    return re && im && most < 1e-6 * size;
}

static bool varies(const hys_table *table) {
    for (size_t c = 1; c < hys_table_n_columns(table); c++) {
        const double *y = hys_table_column_at(table, c);
        double least = INFINITY, most = -INFINITY;
        for (size_t r = 0; r < hys_table_n_rows(table); r++) least = fmin(least, y[r]), most = fmax(most, y[r]);
        if (most - least > 1e-6 * fmax(fabs(most), fabs(least))) return true;
    }
    return false;
}

static hys_status draw(hys__plot *plot) {
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = plot->kind;
    opts.cycles = plot->cycles;
    hys_status status = choose_columns(plot);
    if (status != HYS_OK) return status;
    const hys_table *table = plot->own ? plot->own : plot->table;
    if (!varies(table)) return hys__fail(plot->ctx, HYS_ARG, "", "nothing varies in it");
    if (!strcmp(plot->kind, "impedance") && is_resistor(table))
        return hys__fail(plot->ctx, HYS_ARG, "", "the device is a resistor at this bias, whatever the frequency");
    return hys__html_figure_draw(&plot->arena, table, &opts, &plot->figure);
}

static hys_status draw_plot(void *user, size_t k, hys__crew *crew) {
    hys_passport *p = user;
    hys__plot *plot = &p->plots.at[k];
    hys_ctx_opts opts = hys_ctx_opts_default();
    (void)crew;
    hys_status status = hys_ctx_new(&opts, &plot->ctx);
    if (status != HYS_OK) return status;
    hys__ctx_follow(plot->ctx, p->ctx);
    hys__arena_init(&plot->arena, plot->ctx, 0);
    status = draw(plot);
    if (status == HYS_NOMEM || status == HYS_CANCEL) return status;
    plot->is_drawn = status == HYS_OK;
    if (status != HYS_OK) hys__passport_explain(plot->ctx, status, plot->why, sizeof plot->why);
    return HYS_OK;
}

hys_status hys__passport_plots(hys_passport *p) {
    add_loop(p);
    add_data(p);
    add_tables(p);
    add_channels(p);
    add_rest(p);
    if (p->arena.failed) return HYS_NOMEM;
    return hys__crew_run(&(hys__crew_plan){.ctx = p->ctx,
                                           .n = p->plots.n,
                                           .n_threads = p->n_threads,
                                           .from = 0.9,
                                           .to = 1,
                                           .progress = p->progress,
                                           .progress_user = p->progress_user,
                                           .what = draw_plot,
                                           .user = p});
}
