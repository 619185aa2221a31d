/* The figure of a card: the demo of the model's file, which is a line of command line without the program's name:
 *
 *     demo = option*                         hysteron iv NAME option*
 *          | ("iv" | "pulse") option*
 *          | "sim" FILE                      a netlist beside the model's file
 */
#include "cli/card.h"
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS    64
#define MOST_ROWS     1500 /* of the data beside a figure */
#define ROWS          800  /* of all cycles, where the demo does not say */
#define BENCH_COLUMNS 7    /* time, v, i, source, and states; of pulses all */
#define MOST_COLUMNS  32
#define POINTS        300 /* most of a cycle */

/* Cuts text into words, in place: blanks part them, quotes hold them together.  MOST_WORDS + 1: too many. */
static int split(char *text, char *words[MOST_WORDS]) {
    int n = 0;
    for (char *at = text; *at;) {
        at += strspn(at, " \t\n");
        if (!*at) break;
        if (n == MOST_WORDS) return MOST_WORDS + 1;
        char *to = at, quote = 0;
        words[n++] = at;
        for (; *at && (quote || !strchr(" \t\n", *at)); at++) {
            if (quote ? *at == quote : *at == '\'' || *at == '"') quote = quote ? 0 : *at;
            else *to++ = *at;
        }
        if (*at) at++;
        *to = 0;
    }
    return n;
}

/* ---- columns ---- */

static size_t find_column(const hys_table *table, const char *name) {
    size_t c = 0;
    while (c < hys_table_n_columns(table) && strcmp(hys_table_name(table, c), name) != 0) c++;
    return c;
}

/* The first n_first columns, and those that tell runs of .step apart: the data beside a figure stay small. */
static hys_status copy_first(hys_ctx *ctx, const hys_table *table, size_t n_first, hys_table **result) {
    size_t n = hys_table_n_columns(table), run = find_column(table, "run"), kept[MOST_COLUMNS], n_kept = 0;
    double row[MOST_COLUMNS];
    for (size_t c = 0; c < n && n_kept < MOST_COLUMNS; c++)
        if (c < n_first || c >= run) kept[n_kept++] = c;
    hys_status status = hys_table_new(ctx, result);
    for (size_t k = 0; status == HYS_OK && k < n_kept; k++)
        status = hys_table_add_column(*result, hys_table_name(table, kept[k]), hys_table_unit(table, kept[k]));
    for (size_t r = 0; status == HYS_OK && r < hys_table_n_rows(table); r++) {
        for (size_t k = 0; k < n_kept; k++) row[k] = hys_table_column_at(table, kept[k])[r];
        status = hys_table_add_row(*result, row);
    }
    return status;
}

/* ---- iv, pulse ---- */

static hys_status draw_run(const model_card *card, invocation *bench, const char *path) {
    hys_run *run = NULL;
    bool is_pulse = bench->command == &command_pulse;
    hys_bench_opts opts = bench_opts(bench);
    opts.message = NULL;
    if (!option_text(bench, "points") && !is_pulse) opts.points = opts.cycles < 3 ? POINTS : ROWS / opts.cycles + 40;
    hys_status status =
        is_pulse ? hys_pulse(card->in->ctx, card->model, &opts, &run) : hys_iv(card->in->ctx, card->model, &opts, &run);
    hys_table *table = NULL;
    if (status == HYS_OK) status = copy_first(card->in->ctx, drawn_table(bench, run), BENCH_COLUMNS, &table);
    if (status == HYS_OK) status = draw_bench(bench, table, path, opts.cycles, MOST_ROWS);
    hys_table_free(table);
    hys_run_free(run);
    return status;
}

static hys_status draw_bench_demo(const model_card *card, char **words, int n_words, const char *path) {
    bool is_pulse = n_words && !strcmp(words[0], "pulse"), is_named = is_pulse || (n_words && !strcmp(words[0], "iv"));
    char *argv[MOST_WORDS + 3] = {(char[]){"iv"}, (char *)(uintptr_t)card->entry->name};
    int argc = 2;
    for (int k = is_named; k < n_words; k++) argv[argc++] = words[k];
    invocation bench = {.ctx = card->in->ctx, .command = is_pulse ? &command_pulse : &command_iv};
    hys_status status = options_parse(&bench, argc, argv) == -1 ? HYS_OK : HYS_ARG;
    if (status == HYS_OK) status = draw_run(card, &bench, path);
    else refuse(card->in, "this demo cannot be run:", card->demo, bench.refusal);
    options_free(&bench);
    return status;
}

/* ---- sim ---- */

static hys_status draw_first(const model_card *card, const hys_sim *sim, const char *path) {
    hys_table *table = NULL;
    hys_figure_opts opts = hys_figure_opts_default();
    const hys_sim_result *result = NULL;
    opts.kind = NULL;
    for (size_t k = 0; k < hys_sim_n_results(sim) && !opts.kind; k++) {
        result = hys_sim_get_result(sim, k);
        if (hys_table_n_rows(result->table) > 1) opts.kind = figure_kind_of(result);
    }
    if (!opts.kind) {
        refuse(card->in, "this demo has nothing that could be drawn:", card->demo, NULL);
        return HYS_ARG;
    }
    opts.most_rows = MOST_ROWS;
    if (result->is_complex) return hys_figure_write(card->in->ctx, result->table, &opts, path);
    hys_status status = copy_first(card->in->ctx, result->table, 3, &table);
    if (status == HYS_OK) status = hys_figure_write(card->in->ctx, table, &opts, path);
    hys_table_free(table);
    return status;
}

static hys_status draw_sim(const model_card *card, const char *file, const char *path) {
    char name[1024];
    const char *netlist = NULL;
    hys_sim *sim = NULL;
    snprintf(name, sizeof name, "%s/%s", card->entry->family, file);
    hys_status status = hys_library_file(card->in->ctx, name, &netlist);
    if (status == HYS_OK && !netlist) {
        refuse(card->in, "this demo names no file:", card->demo, NULL);
        return HYS_ARG;
    }
    hys_sim_opts opts = hys_sim_opts_default();
    if (status == HYS_OK) status = hys_sim_run(card->in->ctx, netlist, &opts, &sim);
    if (status == HYS_OK) status = draw_first(card, sim, path);
    hys_sim_free(sim);
    return status;
}

hys_status card_draw(const model_card *card, const char *path) {
    char *words[MOST_WORDS], *demo = strdup(card->demo);
    if (!demo) return HYS_NOMEM;
    int n = split(demo, words);
    hys_status status = HYS_ARG;
    if (n > MOST_WORDS) refuse(card->in, "this demo has too many words:", card->demo, NULL);
    else if (n == 2 && !strcmp(words[0], "sim")) status = draw_sim(card, words[1], path);
    else status = draw_bench_demo(card, words, n, path);
    free(demo);
    return status;
}
