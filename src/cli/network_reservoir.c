/* hysteron network run of a reservoir: its numbers, series and confusion matrix. */
#include "cli/network_report.h"
#include <hysteron/reservoir_experiment.h>
#include <math.h>
#include <string.h>

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

static void key_of(const hys_reservoir_number *n, const char *part, char key[128]) {
    snprintf(key, 128, "%s%s%s%s", n->name, part, *n->unit ? "_" : "", n->unit);
}

static double got(const void *session, const char *name) {
    const reservoir_session *s = session;
    char key[128];
    for (size_t k = 0; s->experiment && k < hys_reservoir_experiment_n_numbers(s->experiment); k++) {
        const hys_reservoir_number n = hys_reservoir_experiment_number(s->experiment, k);
        key_of(&n, "", key);
        if (!strcmp(key, name)) return n.mean;
    }
    return NAN;
}

static network_expected expectations(const reservoir_session *s) {
    const hys_reservoir_experiment_info info = hys_reservoir_experiment_get_info(s->experiment);
    return (network_expected){.expected = info.expected,
                              .n_expected = info.n_expected,
                              .missing = info.missing,
                              .n_missing = info.n_missing,
                              .got = got,
                              .user = s,
                              .width = 26};
}

static void print_ends(const reservoir_session *s) {
    for (size_t k = 0; k < hys_reservoir_experiment_n_choices(s->experiment); k++) {
        const hys_reservoir_choice c = hys_reservoir_experiment_choice(s->experiment, k);
        if (c.is_at_end) printf("%-26s at the end of its %zu values: others may be better\n", c.name, c.n);
    }
}

static void print_all(const reservoir_session *s) {
    const network_expected expected = expectations(s);
    const char *title = hys_reservoir_experiment_title(s->experiment);
    if (*title) {
        put_shown(stdout, title, 0);
        putchar('\n');
    }
    for (size_t k = 0; k < hys_reservoir_experiment_n_numbers(s->experiment); k++) {
        const hys_reservoir_number n = hys_reservoir_experiment_number(s->experiment, k);
        print_number(&n);
    }
    print_ends(s);
    network_expected_print(&expected);
}

static void add_number(json_t *root, const hys_reservoir_number *n, const char *part, double value) {
    char key[128];
    key_of(n, part, key);
    json_object_set_new(root, key, json_number(value));
}

static const char *score_of(const reservoir_session *s) {
    return hys_reservoir_experiment_confusion(s->experiment).rows > 0 ? "accuracy" : "nrmse";
}

static json_t *row_json(const reservoir_session *s, bool is_echo, const double *row) {
    json_t *j = json_object();
    char key[128];
    size_t at = 0;
    for (size_t k = 0; k < hys_reservoir_experiment_n_choices(s->experiment); k++) {
        const hys_reservoir_choice c = hys_reservoir_experiment_choice(s->experiment, k);
        if (c.is_echo != is_echo) continue;
        snprintf(key, sizeof key, "%s%s%s", c.name, *c.unit ? "_" : "", c.unit);
        json_object_set_new(j, key, json_number(row[at++]));
    }
    json_object_set_new(j, score_of(s), json_number(row[at]));
    snprintf(key, sizeof key, "%s_std", score_of(s));
    json_object_set_new(j, key, json_number(row[at + 1]));
    return j;
}

static void add_tried(const reservoir_session *s, json_t *root, const char *key, bool is_echo) {
    const hys_matrix m = hys_reservoir_experiment_tried(s->experiment, is_echo);
    json_t *list = json_array();
    for (size_t k = 0; k < m.rows; k++) json_array_append_new(list, row_json(s, is_echo, m.values + k * m.columns));
    if (m.rows > 0) json_object_set_new(root, key, list);
    else json_decref(list);
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
        add_number(root, &n, "", n.mean);
        add_number(root, &n, "_std", n.std);
    }
    const network_expected expected = expectations(s);
    json_object_set_new(root, "values", network_expected_json(&expected));
    add_tried(s, root, "tried", false);
    add_tried(s, root, "echo_tried", true);
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

enum { MOST_DRAWN = 100 }; /* steps */

static hys_status put_series(const reservoir_session *s) {
    const hys_matrix m = hys_reservoir_experiment_series(s->experiment);
    hys_table *table = NULL;
    if (m.rows == 0) return HYS_OK;
    hys_status status = hys_table_new(s->in->ctx, &table);
    if (status == HYS_OK) status = hys_table_add_column(table, "step", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "target", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "foretold", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "difference", "");
    const size_t first = m.rows > MOST_DRAWN ? m.rows - MOST_DRAWN : 0; /* the last of them: those of the test */
    for (size_t k = first; k < m.rows && status == HYS_OK; k++) {
        const double *row = m.values + 3 * k;
        status = hys_table_add_row(table, (const double[]){(double)k, row[1], row[2], row[2] - row[1]});
    }
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

/* Settings, then the score on the part that was left out of training, and its spread. */
static hys_status tried_table(const reservoir_session *s, bool is_echo, hys_table **table) {
    const hys_matrix m = hys_reservoir_experiment_tried(s->experiment, is_echo);
    hys_status status = hys_table_new(s->in->ctx, table);
    for (size_t k = 0; k < hys_reservoir_experiment_n_choices(s->experiment) && status == HYS_OK; k++) {
        const hys_reservoir_choice c = hys_reservoir_experiment_choice(s->experiment, k);
        if (c.is_echo == is_echo) status = hys_table_add_column(*table, c.name, c.unit);
    }
    if (status == HYS_OK) status = hys_table_add_column(*table, score_of(s), "");
    if (status == HYS_OK) status = hys_table_add_column(*table, "std", "");
    for (size_t k = 0; k < m.rows && status == HYS_OK; k++)
        status = hys_table_add_row(*table, m.values + k * m.columns);
    return status;
}

/* Of the rows whose setting is that of the given one; NaN: an earlier row has it as well, or none was a node. */
static double best_of(const reservoir_session *s, const hys_matrix *m, size_t setting, size_t row) {
    const bool is_accuracy = !strcmp(score_of(s), "accuracy");
    double best = NAN;
    for (size_t k = 0; k < m->rows; k++) {
        const double *at = m->values + k * m->columns, score = at[m->columns - 2];
        if (at[setting] != m->values[row * m->columns + setting]) continue;
        if (k < row) return NAN;
        if (isfinite(score)) best = is_accuracy ? fmax(best, score) : fmin(best, score);
    }
    return best;
}

static hys_status setting_table(const reservoir_session *s, const hys_reservoir_choice *c, size_t setting,
                                hys_table **table) {
    const hys_matrix m = hys_reservoir_experiment_tried(s->experiment, c->is_echo);
    hys_status status = hys_table_new(s->in->ctx, table);
    if (status == HYS_OK) status = hys_table_add_column(*table, c->name, c->unit);
    if (status == HYS_OK) status = hys_table_add_column(*table, score_of(s), "");
    for (size_t k = 0; k < m.rows && status == HYS_OK; k++) {
        const double score = best_of(s, &m, setting, k);
        if (isfinite(score))
            status = hys_table_add_row(*table, (const double[]){m.values[k * m.columns + setting], score});
    }
    return status;
}

/* A figure for each setting: its values, each with the best of the others. */
static hys_status draw_tried(const reservoir_session *s, bool is_echo, const char *name) {
    size_t setting = 0;
    char path[PATH];
    hys_status status = HYS_OK;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "sweep";
    for (size_t k = 0; k < hys_reservoir_experiment_n_choices(s->experiment) && status == HYS_OK; k++) {
        const hys_reservoir_choice c = hys_reservoir_experiment_choice(s->experiment, k);
        hys_table *table = NULL;
        if (c.is_echo != is_echo) continue;
        snprintf(path, sizeof path, "%.4000s/%s-%s.svg", s->folder, name, c.name);
        status = setting_table(s, &c, setting++, &table);
        if (status == HYS_OK) status = hys_figure_write(s->in->ctx, table, &opts, path);
        hys_table_free(table);
    }
    return status;
}

static hys_status put_tried(const reservoir_session *s, bool is_echo, const char *name) {
    char path[PATH];
    hys_table *table = NULL;
    if (hys_reservoir_experiment_tried(s->experiment, is_echo).rows == 0) return HYS_OK;
    snprintf(path, sizeof path, "%.4000s/%s.csv", s->folder, name);
    hys_status status = tried_table(s, is_echo, &table);
    if (status == HYS_OK) status = write_table(s->in, table, path);
    hys_table_free(table);
    return status == HYS_OK && s->has_figures ? draw_tried(s, is_echo, name) : status;
}

static hys_status put_all(const reservoir_session *s) {
    hys_status status = put_series(s);
    if (status == HYS_OK) status = put_confusion(s);
    if (status == HYS_OK) status = put_tried(s, false, "choose");
    return status == HYS_OK ? put_tried(s, true, "echo_choose") : status;
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
    return status == HYS_OK && s->folder ? put_all(s) : status;
}

static bool has_failed(const reservoir_session *s) {
    const network_expected expected = expectations(s);
    return network_expected_differ(&expected);
}

int run_reservoir(invocation *in) {
    reservoir_session s = {.in = in, .folder = option_text(in, "output"), .has_figures = option_flag(in, "figure")};
    if (s.has_figures && !s.folder) return refuse(in, "where do the figures go?", NULL, "--figure -o FOLDER");
    const hys_status status = compute(&s);
    int result = exit_status(status);
    if (option_flag(in, "json") && !in->refusal[0]) result = json_finish(in, result_json(&s), status);
    else if (status == HYS_OK) print_all(&s);
    if (result == EXIT_GOOD && s.experiment && has_failed(&s)) result = EXIT_NO;
    hys_reservoir_experiment_free(s.experiment);
    return result;
}
