/* hysteron array run: an experiment on a crossbar, from a YAML file. */
#include "cli/cli.h"
#include <errno.h>
#include <hysteron/array_experiment.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct session {
    invocation *in;
    hys_experiment *experiment;
    hys_experiment_info info;
    const char *folder; /* NULL: nothing is written */
    bool has_figures;
} session;

static const hys_experiment_step *step_of(const session *s, size_t k) {
    return hys_experiment_get_step(s->experiment, k);
}

/* ---- text ---- */

static void print_number(const hys_experiment_number *n) {
    char text[48];
    printf("  %-18s ", n->name);
    if (*n->unit) {
        hys_quantity_format(n->value, n->unit, 4, text);
        puts(text);
    } else {
        printf("%.6g\n", n->value);
    }
}

static void print_step(const hys_experiment_step *step) {
    put_shown(stdout, step->name, 0);
    puts(step->has_failed ? ": not all that was asked for" : step->is_done ? "" : ": not done");
    for (size_t k = 0; k < step->n_numbers; k++) print_number(&step->numbers[k]);
    for (size_t k = 0; k < step->n_remarks; k++) {
        fputs("  ", stdout);
        put_shown(stdout, step->remarks[k], 0);
        putchar('\n');
    }
}

static void print_all(const session *s) {
    if (*s->info.title) {
        put_shown(stdout, s->info.title, 0);
        putchar('\n');
    }
    for (size_t k = 0; k < s->info.n_steps; k++) print_step(step_of(s, k));
}

/* ---- JSON ---- */

static json_t *numbers_json(const hys_experiment_step *step) {
    json_t *numbers = json_object();
    for (size_t k = 0; k < step->n_numbers; k++) {
        char name[96];
        const hys_experiment_number *n = &step->numbers[k];
        snprintf(name, sizeof name, "%s%s%s", n->name, *n->unit ? "_" : "", n->unit);
        json_object_set_new(numbers, name, json_number(n->value));
    }
    return numbers;
}

static json_t *matrix_json(const hys_matrix *m) {
    json_t *rows = json_array();
    for (size_t i = 0; i < m->rows; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < m->columns; j++) json_array_append_new(row, json_number(m->values[i * m->columns + j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *table_json(const hys_table *table) {
    json_t *values = json_object();
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        json_t *column = json_array();
        for (size_t r = 0; r < hys_table_n_rows(table); r++)
            json_array_append_new(column, json_number(hys_table_column_at(table, c)[r]));
        json_object_set_new(values, hys_table_name(table, c), column);
    }
    return json_pack("{s:o, s:o}", "columns", json_table_columns(table), "values", values);
}

static json_t *step_json(const hys_experiment_step *step, bool has_values) {
    json_t *matrices = json_object(), *tables = json_object(), *remarks = json_array();
    for (size_t k = 0; k < step->n_matrices && has_values; k++)
        json_object_set_new(
            matrices, step->matrices[k].name,
            json_pack("{s:s, s:o}", "unit", step->matrices[k].unit, "values", matrix_json(&step->matrices[k].values)));
    for (size_t k = 0; k < step->n_tables && has_values; k++)
        json_object_set_new(tables, step->tables[k].name, table_json(step->tables[k].table));
    for (size_t k = 0; k < step->n_remarks; k++) json_array_append_new(remarks, json_text(step->remarks[k]));
    return json_pack("{s:o, s:s, s:b, s:b, s:o, s:o, s:o, s:o}", "name", json_text(step->name), "kind", step->kind,
                     "is_done", (int)step->is_done, "has_failed", (int)step->has_failed, "numbers", numbers_json(step),
                     "matrices", matrices, "tables", tables, "remarks", remarks);
}

static void add_inputs(const session *s, json_t *root) {
    json_t *inputs = json_array();
    const char *path, *hash;
    for (size_t k = 0; hys_experiment_input(s->experiment, k, &path, &hash); k++)
        json_array_append_new(inputs, json_pack("{s:o, s:s}", "path", json_text(path), "blake2b", hash));
    json_object_set_new(root, "inputs", inputs);
}

static json_t *result_json(const session *s, bool has_values) {
    json_t *root = json_document(), *steps = json_array();
    if (!s->experiment) return root;
    json_object_set_new(root, "title", json_text(s->info.title));
    json_object_set_new(root, "seed", json_integer((json_int_t)s->info.seed));
    json_object_set_new(root, "rows", json_integer((json_int_t)s->info.rows));
    json_object_set_new(root, "columns", json_integer((json_int_t)s->info.columns));
    add_inputs(s, root);
    for (size_t k = 0; k < s->info.n_steps; k++) json_array_append_new(steps, step_json(step_of(s, k), has_values));
    json_object_set_new(root, "steps", steps);
    return root;
}

/* ---- files ---- */

#define PATH 4400

static hys_status write_matrix(const session *s, const hys_experiment_step *step, const hys_experiment_matrix *m) {
    char path[PATH], seed[32], unit[64];
    const char *file, *hash;
    hys_experiment_input(s->experiment, 0, &file, &hash);
    snprintf(path, sizeof path, "%.4000s/%.200s-%s.csv", s->folder, step->name, m->name);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)s->info.seed);
    snprintf(unit, sizeof unit, "%s, %s", m->name, *m->unit ? m->unit : "a number");
    const char *const notes[] = {"hysteron", hys_version(), "experiment",
                                 file,       "blake2b",     hash,
                                 "seed",     seed,          m->is_map ? "rows are word lines" : "rows",
                                 unit,       NULL};
    return hys_matrix_write(s->in->ctx, &m->values, path, notes);
}

/* ---- maps: of what differs from cell to cell ---- */

enum { MOST_DRAWN = 128 }; /* lines of each kind */
#define ROUNDING 1e-18     /* S or V: below it is no change */

static bool is_drawn(const hys_experiment_matrix *m) {
    static const char *const names[] = {"error", "disturb", "change", "voltage"};
    const size_t n = m->values.rows * m->values.columns;
    bool is_named = false, varies = false;
    double most = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) is_named = is_named || !strcmp(m->name, names[k]);
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(m->values.values[k])) return false;
        varies = varies || m->values.values[k] != m->values.values[0];
        most = fmax(most, fabs(m->values.values[k]));
    }
    return m->is_map && is_named && varies && most > ROUNDING && m->values.rows <= MOST_DRAWN &&
           m->values.columns <= MOST_DRAWN;
}

static hys_status fill_map(hys_table *table, const hys_experiment_matrix *m) {
    hys_status status = hys_table_add_column(table, "Bit line", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "Word line", "");
    if (status == HYS_OK) status = hys_table_add_column(table, m->name, m->unit);
    for (size_t i = 0; i < m->values.rows; i++)
        for (size_t j = 0; j < m->values.columns && status == HYS_OK; j++)
            status = hys_table_add_row(
                table, (const double[]){(double)j, (double)i, m->values.values[i * m->values.columns + j]});
    return status;
}

static hys_status draw_map(const session *s, const hys_experiment_step *step, const hys_experiment_matrix *m) {
    char path[PATH];
    hys_figure_opts opts = hys_figure_opts_default();
    hys_table *table = NULL;
    if (!s->has_figures || !is_drawn(m)) return HYS_OK;
    opts.kind = "map";
    snprintf(path, sizeof path, "%.4000s/%.200s-%s.svg", s->folder, step->name, m->name);
    hys_status status = hys_table_new(s->in->ctx, &table);
    if (status == HYS_OK) status = fill_map(table, m);
    if (status == HYS_OK) status = hys_figure_write(s->in->ctx, table, &opts, path);
    hys_table_free(table);
    return status;
}

/* ---- files of a step ---- */

static hys_status write_one_table(const session *s, const hys_experiment_step *step, const hys_experiment_table *t) {
    char path[PATH];
    snprintf(path, sizeof path, "%.4000s/%.200s-%s.csv", s->folder, step->name, t->name);
    return write_table(s->in, t->table, path);
}

static hys_status draw_table(const session *s, const hys_experiment_step *step, const hys_experiment_table *t) {
    char path[PATH];
    if (!s->has_figures || !*t->figure || hys_table_n_rows(t->table) == 0) return HYS_OK;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = t->figure;
    snprintf(path, sizeof path, "%.4000s/%.200s-%s.svg", s->folder, step->name, t->name);
    return hys_figure_write(s->in->ctx, t->table, &opts, path);
}

static hys_status write_step(const session *s, const hys_experiment_step *step) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < step->n_matrices && status == HYS_OK; k++) {
        if (s->info.has_csv) status = write_matrix(s, step, &step->matrices[k]);
        if (status == HYS_OK) status = draw_map(s, step, &step->matrices[k]);
    }
    for (size_t k = 0; k < step->n_tables && status == HYS_OK; k++) {
        if (s->info.has_csv) status = write_one_table(s, step, &step->tables[k]);
        if (status == HYS_OK) status = draw_table(s, step, &step->tables[k]);
    }
    return status;
}

/* The same without matrices and tables, which lie beside it: numbers, remarks, and where they come from. */
static int write_summary(const session *s) {
    char path[PATH], under[PATH + 8];
    json_t *root = result_json(s, false);
    snprintf(path, sizeof path, "%.4000s/experiment.json", s->folder);
    snprintf(under, sizeof under, "%s.tmp", path);
    const int failed = !root ||
                       json_dump_file(root, under, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17)) ||
                       rename(under, path);
    json_decref(root);
    if (!failed) return EXIT_GOOD;
    remove(under);
    return refuse(s->in, "cannot write the file", path, strerror(errno));
}

static hys_status write_all(const session *s) {
    if (!s->folder) return HYS_OK;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < s->info.n_steps && status == HYS_OK; k++) status = write_step(s, step_of(s, k));
    return status == HYS_OK && write_summary(s) != EXIT_GOOD ? HYS_IO : status;
}

/* ---- what there is to programming ---- */

static int print_strategies(invocation *in) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_program_n_strategies(); k++) {
        const hys_program_strategy *s = hys_program_get_strategy(k);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "name", s->name, "what", s->what, "options",
                                              s->params, "source", s->source));
        if (option_flag(in, "json")) continue;
        printf("%-12s", s->name);
        put_wrapped(stdout, s->what, 12, 12);
        printf("%-12s%s\n%-12s%s\n", "", s->params, "", s->source);
    }
    if (!option_flag(in, "json")) puts("schemes:");
    for (int k = 0; k < HYS_N_WRITE_SCHEMES && !option_flag(in, "json"); k++) {
        printf("%-12s", hys_write_scheme_name((hys_write_scheme)k));
        put_wrapped(stdout, hys_write_scheme_text((hys_write_scheme)k), 12, 12);
    }
    if (!option_flag(in, "json")) return json_decref(list), EXIT_GOOD;
    json_t *root = json_document();
    json_object_set_new(root, "strategies", list);
    return json_finish(in, root, HYS_OK);
}

/* ---- the command ---- */

static hys_status run_experiment(session *s) {
    hys_status status = hys_experiment_read(s->in->ctx, s->in->args[0], &s->experiment);
    if (status != HYS_OK) return status;
    s->info = hys_experiment_get_info(s->experiment);
    s->folder = option_text(s->in, "output") ? option_text(s->in, "output") : s->info.folder;
    s->has_figures = option_flag(s->in, "figure") || s->info.has_figures;
    if (s->folder) status = make_folder(s->in, s->folder); /* before hours are spent */
    if (status != HYS_OK) return status;
    struct progress *progress = progress_new("experiment");
    const hys_experiment_opts opts = {.size = sizeof opts, .progress = progress_report, .progress_user = progress};
    status = hys_experiment_run(s->experiment, &opts);
    progress_free(progress);
    return status == HYS_OK ? write_all(s) : status;
}

static bool has_failed(const session *s) {
    for (size_t k = 0; k < s->info.n_steps; k++)
        if (step_of(s, k)->has_failed) return true;
    return false;
}

static int run(invocation *in) {
    session s = {.in = in};
    if (option_flag(in, "example")) {
        fputs(hys_experiment_example(), stdout);
        return EXIT_GOOD;
    }
    if (option_flag(in, "strategies")) return print_strategies(in);
    if (in->n_args != 1) return refuse(in, "which experiment?", NULL, "hysteron array run --example > experiment.yaml");
    const hys_status status = run_experiment(&s);
    int result = exit_status(status);
    if (option_flag(in, "json") && !in->refusal[0]) result = json_finish(in, result_json(&s, true), status);
    else if (status == HYS_OK) print_all(&s);
    if (result == EXIT_GOOD && has_failed(&s)) result = EXIT_NO;
    hys_experiment_free(s.experiment);
    return result;
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FOLDER", "write matrices and tables there, and experiment.json (as the file says)"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw what was reached against what was asked for, and maps"},
    {"example", 0, OPTION_FLAG, NULL, "print an experiment with comments, to begin from"},
    {"strategies", 0, OPTION_FLAG, NULL, "tell strategies of programming, with their options and sources, and schemes"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron array run --example > mine.yaml",
                                       "an experiment with all kinds of steps",
                                       "hysteron array run mine.yaml -o out",
                                       "matrices as CSV, one file for each quantity of each step",
                                       "hysteron array run examples/arrays/program.yaml -o out --figure --json",
                                       "figures, and everything as JSON for scripts",
                                       NULL};

const command_info command_array_run = {
    .name = "array run",
    .args = "EXPERIMENT.yaml",
    .summary = "Run an experiment on a crossbar of devices: write, verify, read, multiply, wait.",
    .text = "The file says which array, which cells, which faults, and what is done step by step: read, write, pulse, "
            "program, residual, multiply, wait, retention, margin, map. Pulses and reads go through the wires; "
            "devices keep their states from step to step. Files that it names are looked for beside it. Same file, "
            "same inputs, same seed: same numbers. Cells that were not reached are named, the worst first, and the "
            "exit status is 1.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 1,
    .run = run,
};
