/* Passports of the whole library, several at a time, and the page that leads to them. */
#include "base/context.h"
#include "base/diag.h"
#include "lab/passport.h"
#include <string.h>

typedef struct entry {
    const hys_library_entry *of;
    bool is_good;
    char sentence[400], best[64], verdict[24], why[HYS__PART_WHY];
    double score;
} entry;

typedef struct library {
    hys_ctx *ctx;
    const char *folder;
    const hys_passport_opts *opts;
    entry *entries;
    size_t n;
} library;

static void summarize(entry *e, const hys_passport *p) {
    hys__ranked list[HYS__MOST_RANKED];
    size_t n = hys__passport_ranking(p, list);
    e->is_good = true;
    snprintf(e->sentence, sizeof e->sentence, "%s", p->sentence);
    if (!n) return;
    snprintf(e->best, sizeof e->best, "%s", hys__passport_use_title(list[0].use));
    snprintf(e->verdict, sizeof e->verdict, "%s", list[0].verdict);
    e->score = list[0].score;
}

static hys_status write_one(library *l, entry *e, hys_ctx *ctx, hys__crew_item *item) {
    hys_passport_opts opts = *l->opts;
    hys_model *model = NULL;
    hys_passport *p = NULL;
    char path[4300], command[128];
    snprintf(command, sizeof command, "hysteron passport %s", e->of->name);
    opts.command = command;
    opts.n_threads = 1;
    opts.progress = hys__crew_progress;
    opts.progress_user = item;
    snprintf(path, sizeof path, "%.4100s/%s.html", l->folder, e->of->name);
    hys_status status = hys_model_load(ctx, e->of->name, NULL, &model);
    if (status == HYS_OK) status = hys_passport_model(ctx, model, &opts, &p);
    if (status == HYS_OK) summarize(e, p);
    if (status == HYS_OK) status = hys_passport_write(p, ctx, path);
    hys_passport_free(p);
    hys_model_free(model);
    return status;
}

static hys_status do_entry(void *user, size_t k, hys__crew *crew) {
    library *l = user;
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    hys__crew_item item = {crew, k};
    opts.seed = hys__ctx_seed(l->ctx);
    opts.n_threads = 1;
    hys_status status = hys_ctx_new(&opts, &ctx);
    if (status != HYS_OK) return status;
    hys__ctx_follow(ctx, l->ctx);
    status = write_one(l, &l->entries[k], ctx, &item);
    if (status != HYS_OK) {
        l->entries[k].is_good = false;
        hys__passport_explain(ctx, status, l->entries[k].why, sizeof l->entries[k].why);
    }
    hys_ctx_free(ctx);
    return status == HYS_NOMEM || status == HYS_CANCEL || status == HYS_IO ? status : HYS_OK;
}

/* ---- the index ---- */

static void put_entry(hys__text *out, const entry *e) {
    hys__text_puts(out, "<tr><th scope=\"row\">");
    if (e->is_good) {
        hys__text_puts(out, "<a href=\"");
        hys__html_put(out, e->of->name);
        hys__text_puts(out, ".html\">");
    }
    hys__html_put(out, e->of->name);
    hys__text_puts(out, e->is_good ? "</a></th><td>" : "</th><td>");
    hys__html_put(out, e->of->family);
    hys__text_puts(out, "</td><td>");
    hys__html_put(out, e->of->desc);
    hys__text_puts(out, "<small>");
    hys__html_put(out, e->is_good ? e->sentence : e->why);
    hys__text_printf(out, "</small></td><td>%s<br><span class=\"word %s\">%s</span></td><td class=\"num\">", e->best,
                     strcmp(e->verdict, "cannot be told") ? e->verdict : "untold", e->verdict);
    if (*e->best) hys__text_printf(out, "%.2f", e->score);
    hys__text_puts(out, "</td></tr>\n");
}

static void put_index(const library *l, hys__text *out) {
    hys__html_begin(out, "Device passports", "Passports of the model library of hysteron", "library");
    hys__text_puts(out, "<div class=\"page wide\"><header><div class=\"kicker\"><span>Model library</span>"
                        "<span class=\"theme\"></span></div>\n<h1>Device passports</h1>\n<p class=\"what\">");
    hys__text_printf(out, "%zu devices, each measured like a sample: what it is, and what it is good for.", l->n);
    hys__text_puts(out,
                   "</p></header>\n<main class=\"whole\"><div class=\"scroll\"><table><thead><tr>"
                   "<th scope=\"col\">Device</th><th scope=\"col\">Family</th><th scope=\"col\">What it is</th>"
                   "<th scope=\"col\">Best as</th><th scope=\"col\" class=\"num\">Score</th></tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < l->n; k++) put_entry(out, &l->entries[k]);
    hys__text_puts(out, "</tbody></table></div></main>\n<footer>hysteron ");
    hys__html_put(out, hys_version());
    hys__text_puts(out, "</footer></div>\n");
    hys__html_end(out);
}

static hys_status write_index(library *l) {
    hys__text text;
    char path[4300];
    snprintf(path, sizeof path, "%.4100s/index.html", l->folder);
    hys__text_init(&text, l->ctx);
    put_index(l, &text);
    hys_status status = hys__passport_save(l->ctx, &text, path);
    hys__text_free(&text);
    return status;
}

hys_status hys_passport_library(hys_ctx *ctx, const char *folder, const hys_passport_opts *opts) {
    hys_passport_opts complete = hys_passport_opts_default();
    if (opts) memcpy(&complete, opts, opts->size < sizeof complete ? opts->size : sizeof complete);
    library l = {.ctx = ctx, .folder = folder, .opts = &complete, .n = hys_library_count()};
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    l.entries = HYS_NEW_N(&arena, entry, l.n + 1);
    hys_status status = l.entries ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; l.entries && k < l.n; k++) l.entries[k].of = hys_library_get(k);
    if (status == HYS_OK)
        status = hys__crew_run(&(hys__crew_plan){.ctx = ctx,
                                                 .n = l.n,
                                                 .n_threads = complete.n_threads > 0 ? (size_t)complete.n_threads
                                                                                     : (size_t)hys__ctx_n_threads(ctx),
                                                 .from = 0,
                                                 .to = 1,
                                                 .progress = complete.progress,
                                                 .progress_user = complete.progress_user,
                                                 .what = do_entry,
                                                 .user = &l});
    if (status == HYS_OK) status = write_index(&l);
    hys__arena_free(&arena);
    return status;
}
