/* hysteron network run of a reservoir: its numbers, series and confusion matrix. */
#include "cli/network_report.h"
#include <hysteron/reservoir_experiment.h>
#include <math.h>

#define PATH 4400

typedef struct reservoir_session {
    invocation *in;
    hys_reservoir_experiment *experiment; /* NULL: it failed */
    const char *folder;
    bool has_figures;
} reservoir_session;

/* ---- text and JSON ---- */

static void print_number(const hys_reservoir_number *n) {
    char text[48];
    printf("%-26s ", n->name);
    if (*n->unit) {
        hys_quantity_format(n->mean, n->unit, 4, text);
        fputs(text, stdout);
    } else {
        printf("%.5g", n->mean);
    }
    if (n->std > 0 && *n->unit) {
        hys_quantity_format(n->std, n->unit, 2, text);
        printf("  +- %s", text);
    } else if (n->std > 0) {
        printf("  +- %.2g", n->std);
    }
    putchar('\n');
}

static void print_all(const reservoir_session *s) {
    const char *title = hys_reservoir_experiment_title(s->experiment);
    if (*title) {
        put_shown(stdout, title, 0);
        putchar('\n');
    }
    for (size_t k = 0; k < hys_reservoir_experiment_n_numbers(s->experiment); k++) {
        const hys_reservoir_number n = hys_reservoir_experiment_number(s->experiment, k);
        print_number(&n);
    }
}

static void add_number(json_t *root, const char *name, const char *unit, const char *part, double value) {
    char key[128];
    snprintf(key, sizeof key, "%s%s%s%s", name, part, *unit ? "_" : "", unit);
    json_object_set_new(root, key, json_number(value));
}

static void add_inputs(const reservoir_session *s, json_t *root) {
    json_t *inputs = json_array();
    const char *path, *hash;
    for (size_t k = 0; hys_reservoir_experiment_input(s->experiment, k, &path, &hash); k++)
        json_array_append_new(inputs, json_pack("{s:o, s:s}", "path", json_text(path), "blake2b", hash));
    json_object_set_new(root, "inputs", inputs);
}

static json_t *result_json(const reservoir_session *s) {
    json_t *root = json_document();
    if (!s->experiment) return root;
    json_object_set_new(root, "title", json_text(hys_reservoir_experiment_title(s->experiment)));
    json_object_set_new(root, "seed", json_integer((json_int_t)hys_reservoir_experiment_seed(s->experiment)));
    for (size_t k = 0; k < hys_reservoir_experiment_n_numbers(s->experiment); k++) {
        const hys_reservoir_number n = hys_reservoir_experiment_number(s->experiment, k);
        add_number(root, n.name, n.unit, "", n.mean);
        add_number(root, n.name, n.unit, "_std", n.std);
    }
    add_inputs(s, root);
    return root;
}

/* ---- files ---- */

static hys_status put_table(const reservoir_session *s, const hys_table *table, const char *name, const char *figure) {
    char path[PATH];
    snprintf(path, sizeof path, "%.4000s/%s.csv", s->folder, name);
    const hys_status status = write_table(s->in, table, path);
    if (status != HYS_OK || !s->has_figures) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = figure;
    snprintf(path, sizeof path, "%.4000s/%s.svg", s->folder, name);
    return hys_figure_write(s->in->ctx, table, &opts, path);
}

enum { MOST_DRAWN = 300 }; /* steps */

static hys_status put_series(const reservoir_session *s) {
    const hys_matrix m = hys_reservoir_experiment_series(s->experiment);
    hys_table *table = NULL;
    if (m.rows == 0) return HYS_OK;
    hys_status status = hys_table_new(s->in->ctx, &table);
    if (status == HYS_OK) status = hys_table_add_column(table, "step", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "target", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "foretold", "");
    const size_t first = m.rows > MOST_DRAWN ? m.rows - MOST_DRAWN : 0; /* the last of them: those of the test */
    for (size_t k = first; k < m.rows && status == HYS_OK; k++)
        status = hys_table_add_row(table, (const double[]){(double)k, m.values[3 * k + 1], m.values[3 * k + 2]});
    if (status == HYS_OK) status = put_table(s, table, "series", "sweep");
    hys_table_free(table);
    return status;
}

static double sum_of(const double *row, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += row[k];
    return sum;
}

static hys_status put_confusion(const reservoir_session *s) {
    const hys_matrix m = hys_reservoir_experiment_confusion(s->experiment);
    hys_table *table = NULL;
    if (m.rows == 0) return HYS_OK;
    hys_status status = hys_table_new(s->in->ctx, &table);
    if (status == HYS_OK) status = hys_table_add_column(table, "Predicted class", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "True class", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "Part of the class", "");
    for (size_t k = 0; k < m.rows * m.columns && status == HYS_OK; k++) {
        const size_t i = k / m.columns, j = k % m.columns;
        const double all = sum_of(m.values + i * m.columns, m.columns);
        status = hys_table_add_row(table, (const double[]){(double)j, (double)i, all > 0 ? m.values[k] / all : 0});
    }
    if (status == HYS_OK) status = put_table(s, table, "confusion", "map");
    hys_table_free(table);
    return status;
}

/* ---- the experiment ---- */

static hys_status compute(reservoir_session *s) {
    hys_status status = s->folder ? make_folder(s->in, s->folder) : HYS_OK;
    hys_reservoir_experiment *e = NULL;
    if (status == HYS_OK) status = hys_reservoir_experiment_read(s->in->ctx, s->in->args[0], &e);
    if (status != HYS_OK) return status;
    struct progress *progress = progress_new("reservoir");
    const hys_reservoir_experiment_opts opts = {.size = sizeof opts,
                                                .threads = (unsigned)option_int(s->in, "threads", 0),
                                                .progress = progress_report,
                                                .progress_user = progress};
    status = hys_reservoir_experiment_run(e, &opts);
    progress_free(progress);
    if (status == HYS_OK) s->experiment = e;
    else hys_reservoir_experiment_free(e);
    if (status == HYS_OK && s->folder) status = put_series(s);
    return status == HYS_OK && s->folder ? put_confusion(s) : status;
}

int run_reservoir(invocation *in) {
    reservoir_session s = {.in = in, .folder = option_text(in, "output"), .has_figures = option_flag(in, "figure")};
    if (s.has_figures && !s.folder) return refuse(in, "where do the figures go?", NULL, "--figure -o FOLDER");
    const hys_status status = compute(&s);
    int result = exit_status(status);
    if (option_flag(in, "json") && !in->refusal[0]) result = json_finish(in, result_json(&s), status);
    else if (status == HYS_OK) print_all(&s);
    hys_reservoir_experiment_free(s.experiment);
    return result;
}
