/* Spikes and records of a run as files: SONATA, CSV, figures. */
#include "cli/brain_report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PATH         4400
#define MOST_POINTS  5000u /* of a raster: an SVG of a million points opens nowhere */
#define MOST_BINS    200u
#define LEAST_BINS   20u
#define IN_BIN       4u    /* spikes of a population, or more, where there are as many */
#define MOST_CURVES  5u    /* of a figure of traces */
#define MOST_COLUMNS 5000u /* of a table */

bool brain_formats(const char *word, brain_files *f) {
    f->has_hdf5 = !word || !strcmp(word, "hdf5") || !strcmp(word, "both");
    f->has_csv = word && (!strcmp(word, "csv") || !strcmp(word, "both"));
    return f->has_hdf5 || f->has_csv;
}

static void file_name(const brain_files *f, const char *what, const char *name, const char *ending, char path[PATH]) {
    snprintf(path, PATH, "%.4000s/%s%.200s.%s", f->folder, what, name, ending);
}

static hys_status note_all(hys_table *table, const hys_brain_log *log) {
    hys_status status = HYS_OK;
    for (const char *const *n = hys_brain_log_notes(log); n[0] && status == HYS_OK; n += 2)
        if (strcmp(n[0], "hysteron") != 0) status = hys_table_set_note(table, n[0], n[1]); /* write_table says that */
    return status;
}

/* ---- tables ---- */

static hys_status put_csv(const brain_files *f, const hys_brain_log *log, hys_table *table, const char *what,
                          const char *name) {
    char path[PATH];
    file_name(f, what, name, "csv", path);
    const hys_status status = note_all(table, log);
    return status == HYS_OK ? write_table(f->in, table, path) : status;
}

static hys_status put_spikes(const brain_files *f, const hys_brain_log *log, size_t k) {
    hys_table *table = NULL;
    hys_status status = hys_brain_log_spikes(log, k, &table);
    if (status != HYS_OK) return status;
    status = put_csv(f, log, table, "spikes_", hys_brain_log_get_population(log, k).name);
    hys_table_free(table);
    return status;
}

static hys_status draw_traces(const brain_files *f, const hys_brain_log *log, size_t k) {
    const hys_brain_log_record r = hys_brain_log_get_record(log, k);
    hys_table *table = NULL;
    hys_figure_opts opts = hys_figure_opts_default();
    char path[PATH];
    if (r.n_rows < 2) return HYS_OK;
    hys_status status = hys_brain_log_table(log, k, MOST_CURVES, &table);
    if (status != HYS_OK) return status;
    file_name(f, "", r.name, "svg", path);
    opts.kind = "sweep";
    status = hys_figure_write(f->in->ctx, table, &opts, path);
    hys_table_free(table);
    return status;
}

/* ---- a neuron in the colours of its peaks ---- */

static double peak_of(const hys_table *table, size_t column) {
    const double *y = hys_table_column_at(table, column);
    double most = -INFINITY;
    for (size_t k = 0; k < hys_table_n_rows(table); k++) most = fmax(most, y[k]);
    return most;
}

/* From node to node, in the plane of x and y; the first is a disc. */
static hys_status fill_peaks(hys_table *tree, const hys_compartments *c, const hys_table *v) {
    static const char *const names[] = {"x0", "y0", "x1", "y1", "diameter", "Peak potential"};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < 6 && status == HYS_OK; k++) status = hys_table_add_column(tree, names[k], k < 5 ? "m" : "V");
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) {
        const size_t from = c->parent[k] < 0 ? k : (size_t)c->parent[k];
        const double diameter = c->diameter[k] > 0 ? c->diameter[k] : c->diameter[from];
        const double row[6] = {c->x[from], c->y[from], c->x[k], c->y[k], diameter, peak_of(v, k + 1)};
        status = hys_table_add_row(tree, row);
    }
    return status;
}

static hys_status draw_peaks(const brain_files *f, const hys_brain_log *log, size_t k) {
    const hys_brain_log_record r = hys_brain_log_get_record(log, k);
    const hys_compartments *c = f->experiment ? hys_brain_experiment_compartments(f->experiment, r.population) : NULL;
    hys_table *v = NULL, *tree = NULL;
    hys_figure_opts opts = hys_figure_opts_default();
    char path[PATH];
    if (!c || strcmp(r.what, "v") != 0 || r.n_columns != c->n || r.cells[0] != r.cells[c->n - 1] || !r.n_rows)
        return HYS_OK;
    hys_status status = hys_brain_log_table(log, k, 0, &v);
    if (status == HYS_OK) status = hys_table_new(f->in->ctx, &tree);
    if (status == HYS_OK) status = fill_peaks(tree, c, v);
    opts.kind = "tree";
    file_name(f, "peak_", r.name, "svg", path);
    if (status == HYS_OK) status = hys_figure_write(f->in->ctx, tree, &opts, path);
    hys_table_free(tree);
    hys_table_free(v);
    return status;
}

static hys_status put_record(const brain_files *f, const hys_brain_log *log, size_t k) {
    const hys_brain_log_record r = hys_brain_log_get_record(log, k);
    hys_table *table = NULL;
    hys_status status = HYS_OK;
    if (f->has_csv) {
        status = hys_brain_log_table(log, k, MOST_COLUMNS, &table);
        if (status == HYS_OK) status = put_csv(f, log, table, "", r.name);
        if (status == HYS_OK) hys_table_free(table);
    }
    if (status == HYS_OK && f->has_figures) status = draw_traces(f, log, k);
    return status == HYS_OK && f->has_figures ? draw_peaks(f, log, k) : status;
}

/* ---- the raster ---- */

typedef struct raster {
    hys_table *table;
    size_t group, first; /* first: row of the raster */
    size_t n_bins;
    size_t step; /* of so many cells one is drawn */
    double until;
} raster;

static hys_status add_rates(const raster *r, const double *times, size_t n, size_t n_cells) {
    double counts[MOST_BINS] = {0};
    const size_t n_bins = r->until > 0 ? r->n_bins : 0;
    const double width = r->until / (double)r->n_bins;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n; k++) {
        const double bin = times[k] / width;
        if (bin >= 0 && bin < (double)r->n_bins) counts[(size_t)bin]++;
    }
    for (size_t b = 0; b < n_bins && status == HYS_OK; b++)
        status = hys_table_add_row(r->table, (const double[]){((double)b + 0.5) * width, NAN, (double)r->group,
                                                              counts[b] / width / (double)n_cells});
    return status;
}

static hys_status add_population(const raster *r, const hys_brain_log *log) {
    const hys_brain_log_population p = hys_brain_log_get_population(log, r->group);
    hys_table *spikes = NULL;
    char key[32];
    snprintf(key, sizeof key, "group %zu", r->group);
    hys_status status = hys_table_set_note(r->table, key, p.name);
    if (status == HYS_OK) status = hys_brain_log_spikes(log, r->group, &spikes);
    if (status != HYS_OK) return status;
    const double *times = hys_table_column_at(spikes, 0), *cells = hys_table_column_at(spikes, 1);
    const size_t n = hys_table_n_rows(spikes);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        if ((size_t)cells[k] % r->step == 0)
            status = hys_table_add_row(r->table,
                                       (const double[]){times[k], (double)r->first + cells[k], (double)r->group, NAN});
    if (status == HYS_OK) status = add_rates(r, times, n, p.n);
    hys_table_free(spikes);
    return status;
}

static hys_status fill_raster(raster *r, const hys_brain_log *log, size_t n_spikes) {
    static const char *const names[] = {"time", "cell", "group", "rate"};
    static const char *const units[] = {"s", "", "", "Hz"};
    const hys_brain_log_info info = hys_brain_log_get_info(log);
    hys_status status = HYS_OK;
    r->until = info.until;
    r->step = n_spikes / MOST_POINTS + 1;
    r->n_bins = n_spikes / IN_BIN / (info.n_populations + 1);
    if (r->n_bins > MOST_BINS) r->n_bins = MOST_BINS;
    if (r->n_bins < LEAST_BINS) r->n_bins = LEAST_BINS;
    for (size_t k = 0; k < 4 && status == HYS_OK; k++) status = hys_table_add_column(r->table, names[k], units[k]);
    for (r->group = 0; r->group < info.n_populations && status == HYS_OK; r->group++) {
        status = add_population(r, log);
        r->first += hys_brain_log_get_population(log, r->group).n;
    }
    return status;
}

static hys_status draw_raster(const brain_files *f, const hys_brain_log *log) {
    size_t n_spikes = 0;
    raster r = {0};
    hys_figure_opts opts = hys_figure_opts_default();
    char path[PATH];
    for (size_t k = 0; k < hys_brain_log_get_info(log).n_populations; k++)
        n_spikes += hys_brain_log_get_population(log, k).n_spikes;
    if (!n_spikes) return HYS_OK;
    hys_status status = hys_table_new(f->in->ctx, &r.table);
    if (status == HYS_OK) status = fill_raster(&r, log, n_spikes);
    opts.kind = "raster";
    opts.most_rows = INT32_MAX;
    file_name(f, "", "spikes", "svg", path);
    if (status == HYS_OK) status = hys_figure_write(f->in->ctx, r.table, &opts, path);
    hys_table_free(r.table);
    return status;
}

/* ---- all of it ---- */

hys_status brain_write(const brain_files *f, const hys_brain_log *log) {
    const hys_brain_log_info info = hys_brain_log_get_info(log);
    static const char *const none[] = {NULL};
    hys_status status = HYS_OK;
    char *command = command_line_without(f->in, none);
    if (!command) return HYS_NOMEM;
    const char *const notes[] = {"command", command, NULL};
    if (f->has_hdf5) status = hys_brain_log_write_sonata(log, f->folder, notes);
    free(command);
    for (size_t k = 0; k < info.n_populations && f->has_csv && status == HYS_OK; k++) status = put_spikes(f, log, k);
    for (size_t k = 0; k < info.n_records && status == HYS_OK; k++) status = put_record(f, log, k);
    return status == HYS_OK && f->has_figures ? draw_raster(f, log) : status;
}
