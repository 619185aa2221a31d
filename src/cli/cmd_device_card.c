/* hysteron device card: what is known of a model, as Markdown with a figure. */
#include "cli/card.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INDEX  "README.md"
#define VALUES "values.csv"

static char *join(const char *folder, const char *name, const char *ending) {
    size_t n = strlen(folder) + strlen(name) + strlen(ending) + 2;
    char *path = malloc(n);
    if (path) snprintf(path, n, "%s%s%s%s", folder, *folder ? "/" : "", name, ending);
    return path;
}

static hys_status fail_file(invocation *in, const char *path) {
    refuse(in, "cannot write", path, strerror(errno));
    return HYS_IO;
}

/* ---- one card ---- */

static hys_status open_card(invocation *in, const hys_library_entry *entry, const hys_reproduction *results,
                            model_card *card) {
    size_t len = 0;
    hys_model *model = NULL;
    *card = (model_card){.in = in, .entry = entry, .results = results};
    hys_model_opts opts = hys_model_opts_default();
    hys_status status = hys_model_load(in->ctx, entry->name, &opts, &model);
    card->model = model;
    if (status == HYS_OK) status = hys_device_source(in->ctx, entry->name, &card->text, &len);
    if (status == HYS_OK) status = hys_device_variants(in->ctx, entry->name, &card->variants, &card->n_variants);
    if (status != HYS_OK) return status;
    card->demo = card_attribute(card->text, hys_model_name(model), "demo");
    return card_header_read(card->text, &card->header) && card->demo ? HYS_OK : HYS_NOMEM;
}

/* The model stays: the index shows it. */
static void close_card(model_card *card) {
    card_header_free(&card->header);
    free(card->demo);
}

/* The card at path, NULL: standard output; its figure beside it. */
static hys_status write_card(model_card *card, const char *path) {
    const char *slash = path ? strrchr(path, '/') : NULL, *dot = path ? strrchr(path, '.') : NULL;
    char *stem = path ? strndup(path, dot && dot > slash ? (size_t)(dot - path) : strlen(path)) : NULL;
    char *figure = join("", stem ? stem : card->entry->name, ".svg");
    FILE *out = path && figure ? fopen(path, "w") : stdout;
    hys_status status = HYS_OK;
    if (!figure || (path && !stem)) status = HYS_NOMEM;
    else if (!out) status = fail_file(card->in, path);
    if (status == HYS_OK) {
        card->figure = strrchr(figure, '/') ? strrchr(figure, '/') + 1 : figure;
        card_put(out, card);
        if (path && fclose(out) != 0) status = fail_file(card->in, path);
        bool is_drawn = path && *card->demo && !option_flag(card->in, "no-figure");
        if (status == HYS_OK && is_drawn) status = card_draw(card, figure);
    }
    card->figure = NULL;
    free(figure);
    free(stem);
    return status;
}

/* ---- values ---- */

/* Values that were got before come from the file of --values; else they are run now. */
static hys_status get_values(invocation *in, const char *model, hys_reproduction **results) {
    const char *file = option_text(in, "values");
    hys_reproduce_opts opts = hys_reproduce_opts_default();
    hys_reproduction *tables = NULL;
    opts.no_run = true;
    hys_status status = hys_reproduce(in->ctx, &opts, &tables);
    if (status == HYS_OK && file) status = hys_reproduction_read_csv(tables, in->ctx, file);
    size_t n = 0;
    for (size_t k = 0; status == HYS_OK && k < hys_reproduction_count(tables); k++)
        n += !model || !strcmp(hys_reproduction_get(tables, k)->module, model);
    if (status != HYS_OK || file || !n) {
        *results = tables;
        return status;
    }
    hys_reproduction_free(tables);
    struct progress *progress = progress_new("reproduce");
    opts = hys_reproduce_opts_default();
    opts.names = &model;
    opts.n_names = model != NULL;
    opts.progress = progress_report;
    opts.progress_user = progress;
    status = hys_reproduce(in->ctx, &opts, results);
    progress_free(progress);
    return status;
}

/* ---- all cards ---- */

static hys_status write_index(invocation *in, const char *folder, const hys_model *const *models,
                              const hys_reproduction *results) {
    char *path = join(folder, INDEX, "");
    FILE *out = path ? fopen(path, "w") : NULL;
    hys_status status = out ? HYS_OK : path ? fail_file(in, path) : HYS_NOMEM;
    if (out) card_put_index(out, models, results);
    if (out && fclose(out) != 0) status = fail_file(in, path);
    free(path);
    return status;
}

static hys_status draw_family(invocation *in, const char *folder, const hys_reproduction *results, const char *family) {
    char *stem = join(folder, "reproduced_", family), *path = stem ? join("", stem, ".svg") : NULL;
    hys_status status = path ? hys_reproduction_figure(results, in->ctx, family, 0, path) : HYS_NOMEM;
    free(path);
    free(stem);
    return status;
}

/* The numbers behind the cards, and a figure a family. */
static hys_status write_values(invocation *in, const char *folder, const hys_reproduction *results) {
    const char *family = "";
    hys_status status = HYS_OK;
    if (!option_text(in, "values")) {
        char *path = join(folder, VALUES, "");
        status = path ? write_reproduction(in, results, path) : HYS_NOMEM;
        free(path);
    }
    for (size_t k = 0; status == HYS_OK && k < hys_reproduction_count(results); k++) {
        const hys_reproduced *v = hys_reproduction_get(results, k);
        if (strcmp(v->family, family) != 0 && !option_flag(in, "no-figure"))
            status = draw_family(in, folder, results, v->family);
        family = v->family;
    }
    return status;
}

static bool is_fatal(hys_status status) {
    return status == HYS_NOMEM || status == HYS_CANCEL;
}

/* At once, so that it stands with the model's name. */
static void report_failure(invocation *in, const char *model) {
    fprintf(stderr, "hysteron device card: %s has no card, or one without its figure\n", model);
    print_diagnostics(in->ctx);
    if (*in->refusal) print_refusal(in);
    *in->refusal = 0;
}

/* A model that fails does not keep the others from their cards. */
static hys_status write_all(invocation *in, const char *folder, const hys_reproduction *results) {
    size_t n = hys_library_count();
    const hys_model **models = calloc(n + 1, sizeof *models);
    struct progress *progress = progress_new("cards");
    hys_status status = models ? make_folder(in, folder) : HYS_NOMEM, failed = HYS_OK;
    for (size_t k = 0; status == HYS_OK && k < n; k++) {
        model_card card;
        char *path = join(folder, hys_library_get(k)->name, ".md");
        status = path ? open_card(in, hys_library_get(k), results, &card) : HYS_NOMEM;
        if (path) models[k] = card.model;
        if (status == HYS_OK) status = write_card(&card, path);
        if (path) close_card(&card);
        free(path);
        progress_report(progress, (double)(k + 1) / (double)n);
        if (status != HYS_OK && !is_fatal(status)) {
            report_failure(in, hys_library_get(k)->name);
            failed = status;
            status = HYS_OK;
        }
        if (status == HYS_OK)
            hys_diag_clear(in->ctx); /* what the compiler thinks of a file is device check's to tell */
        if (hys_ctx_is_cancelled(in->ctx)) status = HYS_CANCEL;
    }
    progress_free(progress);
    if (status == HYS_OK) status = write_index(in, folder, models, results);
    if (status == HYS_OK) status = write_values(in, folder, results);
    for (size_t k = 0; models && k < n; k++) hys_model_free((hys_model *)(uintptr_t)models[k]);
    free(models);
    return status == HYS_OK ? failed : status;
}

/* ---- the command ---- */

/* The model, also that of a variant: the longest name that the word is, or begins with. */
static const hys_library_entry *find_model(const char *word) {
    const hys_library_entry *best = NULL;
    for (size_t k = 0; k < hys_library_count(); k++) {
        const hys_library_entry *e = hys_library_get(k);
        size_t n = strlen(e->name);
        bool is_head = !strncmp(word, e->name, n) && (word[n] == 0 || word[n] == '_');
        if (is_head && (!best || n > strlen(best->name))) best = e;
    }
    return best;
}

static const hys_library_entry *find_entry(invocation *in, const char *word) {
    const char *names[512];
    char hint[128] = "hysteron device list shows the models";
    const hys_library_entry *found = find_model(word);
    size_t n = 0;
    if (found) return found;
    for (; n < hys_library_count() && n < 512; n++) names[n] = hys_library_get(n)->name;
    const char *near = hys_nearest(word, names, n);
    if (near) snprintf(hint, sizeof hint, "did you mean '%.80s'?", near);
    refuse(in, "there is no shipped model", word, hint);
    return NULL;
}

static int run_one(invocation *in) {
    const hys_library_entry *entry = find_entry(in, in->args[0]);
    hys_reproduction *results = NULL;
    model_card card;
    if (!entry) return EXIT_USAGE;
    hys_status status = get_values(in, entry->name, &results);
    if (status == HYS_OK) {
        status = open_card(in, entry, results, &card);
        if (status == HYS_OK) status = write_card(&card, option_text(in, "output"));
        hys_model_free((hys_model *)(uintptr_t)card.model);
        close_card(&card);
    }
    hys_reproduction_free(results);
    return exit_status(status);
}

static int run(invocation *in) {
    if (!option_flag(in, "all") && in->n_args == 0) return refuse(in, "which model?", NULL, "NAME, or --all");
    if (!option_flag(in, "all")) return run_one(in);
    const char *folder = option_text(in, "output");
    if (in->n_args) return refuse(in, "--all takes no name", NULL, NULL);
    if (!folder) return refuse(in, "where do the cards go?", NULL, "-o FOLDER");
    hys_reproduction *results = NULL;
    hys_status status = get_values(in, NULL, &results);
    if (status == HYS_OK) status = write_all(in, folder, results);
    hys_reproduction_free(results);
    return exit_status(status);
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FILE.md|FOLDER", "where the card goes, with its figure; of --all a folder"},
    {"all", 0, OPTION_FLAG, NULL, "cards of all models, an index, and all reproduced values"},
    {"values", 0, OPTION_TEXT, "FILE.csv", "take reproduced values from this file instead of running them"},
    {"no-figure", 0, OPTION_FLAG, NULL, "text only"},
};
static const char *const examples[] = {"hysteron device card vteam -o vteam.md", "one card, with vteam.svg beside it",
                                       "hysteron device card --all -o docs/models",
                                       "those of the documentation: README.md is the index", NULL};

const command_info command_device_card = {
    .name = "device card",
    .args = "[NAME]",
    .summary = "Write a model's card: equations, limits, parameters, variants, figure, reproduced values.",
    .text = "Markdown, made from the head of the model's file, what the compiler knows of the module, the parameter "
            "sets beside it, its demo and what it reproduces.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .max_args = 1,
    .run = run,
};
