/* hysteron fit DATA... --model NAME: parameters of a device from measured curves. */
#include "cli/fit_models.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NAMES 128

typedef struct job {
    hys_imported **files; /* [n_files] */
    size_t n_files;
    hys_fit_data *data; /* [n]: every measurement of every file */
    size_t n;
    hys_model *model;
    hys_fit *fit;
    hys_fit_selection *selection; /* of --models */
    const hys_fit *shown;         /* fit, or the best of the selection; NULL: there is none */
    const hys_model *shown_model;
    char *names, *model_names;   /* of --free and --models, cut */
    const char **free, **models; /* [MOST_NAMES] */
    size_t n_free, n_models;
} job;

/* list = NAME { "," NAME } */
static int read_names(invocation *in, const char *option, char **copy, const char ***list, size_t *n) {
    const char *text = option_text(in, option);
    if (!text) return EXIT_GOOD;
    const char **names = calloc(MOST_NAMES, sizeof *names);
    *list = names;
    *copy = strdup(text);
    if (!*copy || !names) return EXIT_INTERNAL;
    char *rest = *copy, *name;
    while ((name = strsep(&rest, ",")) != NULL) {
        name += strspn(name, " ");
        if (!*name) return refuse(in, "a name is missing", text, "a,b,c");
        if (*n == MOST_NAMES) return refuse(in, "too many names", NULL, NULL);
        names[(*n)++] = name;
    }
    return EXIT_GOOD;
}

/* All measurements of a file are curves of their own. */
static hys_status add_curves(invocation *in, job *j, hys_fit_data like) {
    const char *name = like.name;
    const hys_imported *file = j->files[j->n_files - 1];
    size_t n = hys_imported_n(file);
    if (hys_imported_is_impedance(file)) {
        refuse(in, "this file holds impedance, not curves of current and voltage", name,
               "models are fitted to curves alone; circuits are to impedance: hysteron impedance --data FILE --circuit "
               "auto");
        return HYS_ARG;
    }
    hys_fit_data *data = realloc(j->data, (j->n + n) * sizeof *data);
    if (!data) return HYS_NOMEM;
    j->data = data;
    for (size_t k = 0; k < n; k++) {
        like.table = hys_imported_table(file, k);
        j->data[j->n++] = like;
    }
    return HYS_OK;
}

static hys_status read_data(invocation *in, job *j) {
    const option_value *weights = option_get(in, "weight"), *temps = option_get(in, "temp");
    hys_status status = HYS_OK;
    j->files = calloc((size_t)in->n_args, sizeof *j->files);
    if (!j->files) return HYS_NOMEM;
    for (size_t k = 0; k < (size_t)in->n_args && status == HYS_OK; k++) {
        hys_imported *file = NULL;
        hys_fit_data like = {.name = in->args[k], .weight = 1};
        if (k < weights->n_list) like.weight = strtod(weights->list[k], NULL);
        if (temps->n_list) like.temp = temps->list[temps->n_list == 1 ? 0 : k];
        status = hys_import(in->ctx, in->args[k], NULL, &file);
        if (status != HYS_OK) return status;
        j->files[j->n_files++] = file;
        status = add_curves(in, j, like);
    }
    return status;
}

static hys_fit_opts fit_opts(const invocation *in, const job *j) {
    hys_fit_opts opts = hys_fit_opts_default();
    const option_value *fix = option_get(in, "fix"), *range = option_get(in, "range");
    opts.free = j->free;
    opts.n_free = j->n_free;
    opts.set = fix->list;
    opts.n_set = fix->n_list;
    opts.range = range->list;
    opts.n_range = range->n_list;
    opts.rate = option_text(in, "rate");
    opts.period = option_text(in, "period");
    opts.noise = option_text(in, "noise");
    opts.series = option_text(in, "series");
    opts.drive = option_text(in, "drive");
    opts.compliance = option_text(in, "compliance");
    opts.is_log = option_flag(in, "log");
    opts.most_points = option_int(in, "points", 0);
    opts.n_threads = option_int(in, "threads", 0);
    opts.has_seed = option_get(in, "seed")->is_set;
    opts.seed = (uint64_t)option_get(in, "seed")->number;
    if (option_get(in, "level")->is_set) opts.level = option_get(in, "level")->number;
    return opts;
}

static hys_status choose(invocation *in, job *j, const hys_fit_opts *fit, const hys_model_opts *model) {
    hys_fit_select_opts opts = hys_fit_select_opts_default();
    hys_fit_selection *selection = NULL;
    opts.fit = fit;
    opts.model = model;
    opts.models = j->models;
    opts.n_models = j->n_models == 1 && !strcmp(j->models[0], "all") ? 0 : j->n_models;
    opts.is_quick = option_flag(in, "quick");
    hys_status status = hys_fit_select(in->ctx, j->data, j->n, &opts, &selection);
    j->selection = selection;
    return status;
}

static hys_status compute(invocation *in, job *j) {
    hys_model_opts model = model_opts(in);
    const option_value *fix = option_get(in, "fix");
    hys_fit_opts opts = fit_opts(in, j);
    model.set = fix->list;
    model.n_set = fix->n_list;
    hys_status status = read_data(in, j);
    bool is_choice = option_text(in, "models") != NULL;
    if (status == HYS_OK && !is_choice) status = hys_model_load(in->ctx, option_text(in, "model"), &model, &j->model);
    if (status != HYS_OK) return status;
    struct progress *progress = progress_new("fit");
    opts.progress = progress ? progress_report : NULL;
    opts.progress_user = progress;
    status = is_choice ? choose(in, j, &opts, &model) : hys_fit_run(in->ctx, j->model, j->data, j->n, &opts, &j->fit);
    progress_free(progress);
    if (status != HYS_OK) return status;
    j->shown = is_choice ? hys_fit_selection_best(j->selection) : j->fit;
    j->shown_model = is_choice ? hys_fit_selection_model(j->selection) : j->model;
    return status;
}

static hys_status write_results(invocation *in, const job *j) {
    const char *out = option_text(in, "output"), *curve = option_text(in, "curve"), *figure = option_text(in, "figure");
    if (!j->shown) return HYS_OK;
    hys_status status = out ? hys_fit_write(j->shown, in->ctx, out) : HYS_OK;
    if (status == HYS_OK && curve) status = write_table(in, hys_fit_table(j->shown), curve);
    if (status != HYS_OK || !figure) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "fit";
    opts.title = option_text(in, "title");
    return hys_figure_write(in->ctx, hys_fit_table(j->shown), &opts, figure);
}

/* ---- text ---- */

static void put_limit(double value) {
    if (isnan(value)) printf(" %13s", "-");
    else printf(" %13.6g", value);
}

static void print_params(const hys_fit *fit) {
    printf("%-14s %13s %13s %13s  %s\n", "parameter", "value", "low", "high", "unit");
    for (size_t k = 0; k < hys_fit_n_params(fit); k++) {
        const hys_fit_param *p = hys_fit_get_param(fit, k);
        put_shown(stdout, p->name, 14);
        printf(" %13.6g", p->value);
        put_limit(p->lo);
        put_limit(p->hi);
        printf("  ");
        put_shown(stdout, *p->note && *p->units ? p->units : *p->units ? p->units : "1", *p->note ? 6 : 0);
        if (*p->note) printf(" %s", p->note);
        putchar('\n');
    }
}

static void print_fit(const job *j, double level) {
    const hys_fit_stats *s = hys_fit_statistics(j->shown);
    char rms[48];
    hys_quantity_format(s->rms, s->rms_unit, 4, rms);
    printf("%s: %zu parameter(s) from %zu of %zu rows; intervals of %g %%\n", hys_model_name(j->shown_model),
           s->n_params, s->n_points, s->n_rows, 100 * level);
    print_params(j->shown);
    printf("residual %s (rms)  %s; of the fitted quantity %.4g; R2 %.6f\n", *s->rms_unit == 'V' ? "voltage" : "current",
           rms, s->rms_relative, s->r2);
    if (!isnan(s->chi2)) printf("chi2 %.6g of %zu points\n", s->chi2, s->n_points);
    printf("AIC %.6g, BIC %.6g; %u of %u local searches agree; %llu curves in %.1f s\n", s->aic, s->bic, s->n_agree,
           s->n_starts, (unsigned long long)s->evaluations, s->seconds);
    for (size_t f = 0; f < j->n_files; f++)
        for (size_t k = 0; k < hys_imported_n_assumed(j->files[f]); k++) {
            fputs("assumed: ", stdout);
            put_shown(stdout, hys_imported_assumed(j->files[f], k), 0);
            putchar('\n');
        }
    for (size_t k = 0; k < hys_fit_n_remarks(j->shown); k++) {
        const char *text = hys_fit_remark(j->shown, k);
        printf(strncmp(text, "warning", 7) ? "note: %s\n" : "%s\n", text);
    }
}

/* ---- JSON ---- */

static json_t *params_json(const hys_fit *fit) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_fit_n_params(fit); k++) {
        const hys_fit_param *p = hys_fit_get_param(fit, k);
        json_t *o =
            json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:s}", "name", json_text(p->name), "unit",
                      json_text(p->units), "value", json_number(p->value), "low", json_number(p->lo), "high",
                      json_number(p->hi), "identified", p->is_identified, "at_bound", p->bound != 0, "note", p->note);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *correlation_json(const hys_fit *fit) {
    json_t *rows = json_array();
    for (size_t i = 0; i < hys_fit_n_params(fit); i++) {
        json_t *row = json_array();
        for (size_t k = 0; k < hys_fit_n_params(fit); k++)
            json_array_append_new(row, json_number(hys_fit_correlation(fit, i, k)));
        json_array_append_new(rows, row);
    }
    return rows;
}

static void add_fit(json_t *root, const job *j, double level) {
    const hys_fit_stats *s = hys_fit_statistics(j->shown);
    json_t *remarks = json_array();
    for (size_t k = 0; k < hys_fit_n_remarks(j->shown); k++)
        json_array_append_new(remarks, json_text(hys_fit_remark(j->shown, k)));
    json_object_set_new(root, "model", json_text(hys_model_name(j->shown_model)));
    json_object_set_new(root, "parameters", params_json(j->shown));
    json_object_set_new(root, "correlation", correlation_json(j->shown));
    json_object_set_new(root, "level", json_number(level));
    json_object_set_new(root, "rows", json_integer((json_int_t)s->n_rows));
    json_object_set_new(root, "points", json_integer((json_int_t)s->n_points));
    json_object_set_new(root, "rms", json_number(s->rms));
    json_object_set_new(root, "rms_relative", json_number(s->rms_relative));
    json_object_set_new(root, "r2", json_number(s->r2));
    json_object_set_new(root, "chi2", json_number(s->chi2));
    json_object_set_new(root, "aic", json_number(s->aic));
    json_object_set_new(root, "bic", json_number(s->bic));
    json_object_set_new(root, "autocorrelation", json_number(s->autocorrelation));
    json_object_set_new(root, "memory", json_number(s->memory));
    json_object_set_new(root, "effective_points", json_number(s->n_effective));
    json_object_set_new(root, "integration_error", json_number(s->integration_error));
    json_object_set_new(root, "evaluations", json_integer((json_int_t)s->evaluations));
    json_object_set_new(root, "starts", json_integer((json_int_t)s->n_starts));
    json_object_set_new(root, "agreeing_starts", json_integer((json_int_t)s->n_agree));
    json_object_set_new(root, "seconds", json_number(s->seconds));
    json_object_set_new(root, "remarks", remarks);
}

/* ---- the command ---- */

static void release(job *j) {
    hys_fit_free(j->fit);
    hys_fit_selection_free(j->selection);
    hys_model_free(j->model);
    for (size_t k = 0; k < j->n_files; k++) hys_imported_free(j->files[k]);
    free(j->files);
    free(j->data);
    free(j->names);
    free((void *)j->free);
    free((void *)j->models);
    free(j->model_names);
}

static int check_usage(invocation *in) {
    const option_value *weights = option_get(in, "weight"), *level = option_get(in, "level");
    const char *curve = option_text(in, "curve");
    bool is_choice = option_text(in, "models") != NULL;
    if (!option_text(in, "model") && !is_choice)
        return refuse(in, "which model?", NULL, "--model yakopcic, or --models all");
    if (option_text(in, "model") && is_choice) return refuse(in, "--model or --models, not both", NULL, NULL);
    if (is_choice && (option_get(in, "fix")->n_list || option_get(in, "range")->n_list))
        return refuse(in, "--fix and --range belong to one model", NULL, "--model NAME");
    if (weights->n_list && weights->n_list != (size_t)in->n_args)
        return refuse(in, "there must be one --weight for each file", NULL, NULL);
    if (option_get(in, "temp")->n_list > 1 && option_get(in, "temp")->n_list != (size_t)in->n_args)
        return refuse(in, "there must be one --temp, or one for each file", NULL, NULL);
    for (size_t k = 0; k < weights->n_list; k++)
        if (!(strtod(weights->list[k], NULL) > 0) || !isfinite(strtod(weights->list[k], NULL)))
            return refuse(in, "a weight is a number above 0", weights->list[k], NULL);
    if (level->is_set && !(level->number > 0 && level->number < 1))
        return refuse(in, "--level lies between 0 and 1", NULL, "--level 0.95");
    if (curve && !strcmp(curve, "-")) return refuse(in, "--curve needs a file", NULL, "--curve fit.csv");
    return EXIT_GOOD;
}

static int run(invocation *in) {
    job j = {0};
    int result = check_usage(in);
    if (result == EXIT_GOOD) result = read_names(in, "free", &j.names, &j.free, &j.n_free);
    if (result == EXIT_GOOD) result = read_names(in, "models", &j.model_names, &j.models, &j.n_models);
    if (result == EXIT_GOOD) {
        double level = option_get(in, "level")->is_set ? option_get(in, "level")->number : 0.95;
        hys_status status = compute(in, &j);
        if (status == HYS_OK) status = write_results(in, &j);
        result = exit_status(status);
        if (option_flag(in, "json")) {
            json_t *root = json_document();
            if (status == HYS_OK && j.selection) add_selection(root, j.selection);
            if (status == HYS_OK && j.shown) add_fit(root, &j, level);
            result = json_finish(in, root, status);
        } else if (status == HYS_OK) {
            if (j.selection) print_selection(j.selection);
            if (j.shown) print_fit(&j, level);
        }
        if (status == HYS_OK && !j.shown) result = EXIT_NO;
    }
    release(&j);
    return result;
}

static const option_info options[] = {
    {"model", 'm', OPTION_TEXT, "NAME|FILE.va", "the model whose parameters are fitted"},
    {"models", 0, OPTION_TEXT, "all|A,B,...", "which model? ranks those of the library, or these, and fits the best"},
    {"quick", 0, OPTION_FLAG, NULL, "with --models: quick fits only"},
    {"free", 0, OPTION_TEXT, "A,B,...",
     "parameters that are fitted (all that the data may say something of); with --models: series"},
    {"fix", 's', OPTION_LIST, "NAME=VALUE", "a parameter that is held; a bare number is in the file's own unit"},
    {"range", 0, OPTION_LIST, "NAME=LOW,HIGH", "a narrower range than the file's"},
    {"log", 0, OPTION_FLAG, NULL, "compare log |i|, not i relative to its largest value"},
    {"rate", 0, OPTION_TEXT, "V/s", "sweep rate of data without time: 1V/s"},
    {"period", 0, OPTION_TEXT, "T", "duration of data without time, whose points are evenly spaced"},
    {"weight", 0, OPTION_LIST, "X", "weight of a file; one for each, in their order (1)"},
    {"noise", 0, OPTION_TEXT, "I", "standard deviation of the measured current: gives chi2"},
    {"level", 0, OPTION_REAL, "P", "of the intervals (0.95)"},
    {"points", 0, OPTION_NUMBER, "N", "most points of a file; longer ones are averaged (12000)"},
    {"series", 0, OPTION_TEXT, "R", "resistance between source and device; --free series,... fits it"},
    {"drive", 0, OPTION_TEXT, "v|i|auto", "what the source swept (auto: by the data)"},
    {"compliance", 0, OPTION_TEXT, "I|none", "limit of |i| that the instrument held (by the data)"},
    {"temp", 0, OPTION_LIST, "T", "temperature; one, or one for each file (column T, 300.15K)"},
    {"seed", 0, OPTION_COUNT, "N", "seed of the search (0)"},
    {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); the result does not depend on them"},
    {"output", 'o', OPTION_TEXT, "FILE.lib|FILE.va", "write a model card, or the model's file with the new values"},
    {"curve", 0, OPTION_TEXT, "FILE.csv", "write data, fitted current and residuals"},
    {"figure", 'f', OPTION_TEXT, "FILE.svg", "draw data, fit and residuals: .svg, .pdf or .png"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"},
    JSON_OPTION,
    MODEL_OPTIONS,
};
static const char *const examples[] = {"hysteron fit loop.csv --model yakopcic -o mine.lib --figure fit.svg",
                                       "parameters of a measured loop, as a model card and a figure",
                                       "hysteron fit slow.csv fast.csv --model vteam --free Ron,Roff,k_on,v_on --json",
                                       "four parameters from two curves together",
                                       "hysteron fit loop.csv --models all",
                                       "which model of the library describes a loop best",
                                       NULL};

const command_info command_fit = {
    .name = "fit",
    .args = "DATA.csv...",
    .summary = "Fit the parameters of a model to measured curves.",
    .text = "Data have columns time, v and i (a heading with units is welcome), or v and i with --rate or --period.\n"
            "No initial guess is needed: a global search within the parameters' ranges is followed by local ones.\n"
            "Parameters that the data do not determine are named, with those that they trade off against.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 64,
    .run = run,
};
