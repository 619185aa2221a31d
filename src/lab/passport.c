/* The passport: what is asked for, found out, drawn, kept. */
#include "lab/passport.h"
#include "base/diag.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

hys_passport_opts hys_passport_opts_default(void) {
    return (hys_passport_opts){.size = sizeof(hys_passport_opts)};
}

#define HYS__X(id, part, head) [HYS__PART_##id] = {.name = part, .title = head},
static const hys__part templates[HYS__N_PARTS] = {HYS__PARTS(HYS__X)};
#undef HYS__X

/* ---- which sections ---- */

#define N_EXTRA 2 /* sections that are no parts */
static const char *const extra[N_EXTRA] = {"model", "methods"};

static hys_status unknown_section(hys_ctx *ctx, const char *all, const char *at, size_t n) {
    const char *names[HYS__N_PARTS + N_EXTRA], *near;
    char word[40], hint[160] = "class, iv, impedance, use, channel-K, channel-Na, fit, catalogue, model, methods";
    for (size_t k = 0; k < HYS__N_PARTS; k++) names[k] = templates[k].name;
    for (size_t k = 0; k < N_EXTRA; k++) names[HYS__N_PARTS + k] = extra[k];
    snprintf(word, sizeof word, "%.*s", (int)(n < 38 ? n : 38), at);
    near = hys__nearest(word, names, HYS__N_PARTS + N_EXTRA);
    if (near) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
    return hys__report_at(ctx, HYS_ERROR, HYS_ARG, "--only", 1, (int32_t)(at - all) + 1, all, hint,
                          "there is no section '%s'", word);
}

static bool is_word(const char *name, const char *at, size_t n) {
    return strlen(name) == n && !memcmp(name, at, n);
}

/* list = NAME { "," NAME } */
static hys_status read_only(hys_passport *p, const char *text) {
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, ",");
        bool is_found = false;
        for (size_t k = 0; k < HYS__N_PARTS; k++)
            if (is_word(templates[k].name, at, n)) p->is_wanted[k] = is_found = true;
        if (is_word("model", at, n)) p->wants_model = is_found = true;
        if (is_word("methods", at, n)) p->wants_methods = is_found = true;
        if (!is_found) return unknown_section(p->ctx, text, at, n);
        at += n + (at[n] == ',');
    }
    return HYS_OK;
}

/* What makes sense of a model and of data. */
static void restrict_parts(hys_passport *p) {
    static const hys__part_id of_models[] = {HYS__PART_IV, HYS__PART_IMPEDANCE, HYS__PART_USE, HYS__PART_CHANNEL_K,
                                             HYS__PART_CHANNEL_NA};
    if (!p->is_data) p->is_wanted[HYS__PART_FIT] = false;
    for (size_t k = 0; p->is_data && k < sizeof of_models / sizeof *of_models; k++) p->is_wanted[of_models[k]] = false;
}

/* ---- life ---- */

static void release(hys_ctx *ctx, hys__guard *guard) {
    (void)ctx;
    hys_passport *p = (hys_passport *)((char *)guard - offsetof(hys_passport, guard));
    hys_fit_selection_free(p->selection); /* which has contexts of its own */
    p->selection = NULL;
    for (size_t k = 0; k < p->plots.n; k++) hys_ctx_free(p->plots.at[k].ctx);
    for (size_t k = 0; k < HYS__N_PARTS; k++) hys_ctx_free(p->parts[k].ctx);
}

void hys_passport_free(hys_passport *p) {
    if (!p) return;
    hys_ctx *ctx = p->ctx;
    hys__guard_remove(ctx, &p->guard);
    release(ctx, &p->guard);
    hys__arena_free(&p->arena);
    hys__free(ctx, p, sizeof *p);
}

/* Texts of the user's options, which need not live as long as the passport. */
static const char *const *copy_list(hys_passport *p, const char *const *list, size_t n) {
    const char **copy = HYS_NEW_N(&p->arena, const char *, n + 1);
    for (size_t k = 0; copy && k < n; k++) copy[k] = hys__arena_strndup(&p->arena, list[k], strlen(list[k]));
    return copy;
}

static const char *copy_text(hys_passport *p, const char *text) {
    return text ? hys__arena_strndup(&p->arena, text, strlen(text)) : NULL;
}

static void copy_bench(hys_passport *p, const hys_bench_opts *given) {
    hys_bench_opts *b = &p->bench;
    *b = hys_bench_opts_default();
    if (given) memcpy(b, given, given->size < sizeof *b ? given->size : sizeof *b);
    b->set = copy_list(p, b->set, b->n_set);
    b->init = copy_list(p, b->init, b->n_init);
    b->spread = copy_list(p, b->spread, b->n_spread);
    b->port = copy_list(p, b->port, b->n_port);
    b->ports = copy_text(p, b->ports);
    b->temp = copy_text(p, b->temp);
    b->series = copy_text(p, b->series);
    b->compliance = copy_text(p, b->compliance);
    b->message = NULL; /* it would be called from several threads */
    b->progress = NULL;
}

static hys_status open_passport(hys_ctx *ctx, const hys_passport_opts *given, bool is_data, hys_passport **result) {
    hys_passport_opts opts = hys_passport_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    hys_passport *p = hys__realloc(ctx, NULL, 0, sizeof *p);
    if (!p) return HYS_NOMEM;
    memset(p, 0, sizeof *p);
    p->ctx = ctx;
    p->is_data = is_data;
    hys__arena_init(&p->arena, ctx, 0);
    p->guard.release = release;
    hys__guard_add(ctx, &p->guard);
    memcpy(p->parts, templates, sizeof templates);
    copy_bench(p, opts.bench);
    p->command = copy_text(p, opts.command);
    p->n_threads = opts.n_threads > 0 ? (size_t)opts.n_threads : (size_t)hys__ctx_n_threads(ctx);
    p->progress = opts.progress;
    p->progress_user = opts.progress_user;
    for (size_t k = 0; k < HYS__N_PARTS; k++) p->is_wanted[k] = !opts.only;
    p->wants_model = p->wants_methods = !opts.only;
    *result = p;
    hys_status status = opts.only ? read_only(p, opts.only) : HYS_OK;
    restrict_parts(p);
    return p->arena.failed ? HYS_NOMEM : status;
}

static hys_status find_out(hys_passport *p) {
    hys_status status = hys__passport_parts(p);
    if (status == HYS_OK) status = hys__passport_sentence(p);
    if (status == HYS_OK) status = hys__passport_summaries(p);
    if (status == HYS_OK) status = hys__passport_plots(p);
    p->model = NULL;
    p->progress = NULL;
    return status;
}

static hys_status hand_out(hys_passport *p, hys_status status, hys_passport **result) {
    if (status == HYS_OK) *result = p;
    else hys_passport_free(p);
    return status;
}

hys_status hys_passport_model(hys_ctx *ctx, const hys_model *model, const hys_passport_opts *opts,
                              hys_passport **result) {
    hys_passport *p = NULL;
    hys_status status = open_passport(ctx, opts, false, &p);
    if (status == HYS_OK) {
        p->model = model;
        status = hys__passport_tell_model(p, model);
    }
    if (status == HYS_OK) status = find_out(p);
    return hand_out(p, status, result);
}

/* Names are copied, without their folders; the tables are the caller's, and are not looked at once the passport is
 * made. */
static hys_status take_data(hys_passport *p, const hys_class_data *data, size_t n_data) {
    hys_class_data *copy = HYS_NEW_N(&p->arena, hys_class_data, n_data);
    p->paths = HYS_NEW_N(&p->arena, const char *, n_data);
    if (!copy || !p->paths) return HYS_NOMEM;
    for (size_t k = 0; k < n_data; k++) {
        p->paths[k] = copy_text(p, data[k].name ? data[k].name : "data");
        const char *slash = p->paths[k] ? strrchr(p->paths[k], '/') : NULL;
        copy[k] = (hys_class_data){.name = slash ? slash + 1 : p->paths[k], .table = data[k].table};
    }
    p->data = copy;
    p->n_data = n_data;
    return p->arena.failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys_passport_data(hys_ctx *ctx, const hys_class_data *data, size_t n_data, const hys_passport_opts *opts,
                             hys_passport **result) {
    hys_passport *p = NULL;
    if (n_data == 0) return hys__fail(ctx, HYS_ARG, "", "a passport of data needs a table at least");
    hys_status status = open_passport(ctx, opts, true, &p);
    if (status == HYS_OK) {
        status = take_data(p, data, n_data);
        if (status == HYS_OK) status = hys__passport_tell_data(p);
    }
    if (status == HYS_OK) status = find_out(p);
    return hand_out(p, status, result);
}

/* ---- out ---- */

/* The caller's copy of a text. */
static hys_status give(hys_ctx *ctx, hys__text *text, char **out) {
    char *copy = text->failed ? NULL : strdup(text->at ? text->at : "");
    bool has_failed = text->failed;
    hys__text_free(text);
    if (!copy) return has_failed ? HYS_NOMEM : hys__fail(ctx, HYS_NOMEM, "", "out of memory");
    *out = copy;
    return HYS_OK;
}

hys_status hys_passport_html(const hys_passport *passport, hys_ctx *ctx, char **html) {
    hys__text text;
    hys__text_init(&text, ctx);
    hys__passport_html(passport, &text);
    return give(ctx, &text, html);
}

hys_status hys_passport_json(const hys_passport *passport, hys_ctx *ctx, char **json) {
    hys__text text;
    hys__text_init(&text, ctx);
    hys__passport_json(passport, &text);
    return give(ctx, &text, json);
}

void hys_passport_text_free(char *text) {
    free(text);
}

static bool ends_in(const char *path, const char *ending) {
    size_t n = strlen(path), m = strlen(ending);
    return n > m && !strcasecmp(path + n - m, ending);
}

hys_status hys__passport_save(hys_ctx *ctx, const hys__text *text, const char *path) {
    hys__outfile *file = NULL;
    if (text->failed) return HYS_NOMEM;
    hys_status status = hys__outfile_open(ctx, path, &file);
    if (status != HYS_OK) return status;
    fwrite(text->at, 1, text->n, hys__outfile_stream(file));
    return hys__outfile_commit(file);
}

/* Beside the PDF, under a name that nobody else has. */
static hys_status write_pdf(hys_ctx *ctx, const hys__text *html, const char *path) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    char *temp = hys__arena_printf(&arena, "%s.%ld.html", path, (long)getpid());
    hys_status status = temp ? hys__passport_save(ctx, html, temp) : HYS_NOMEM;
    if (status == HYS_OK) {
        status = hys__html_to_pdf(ctx, temp, path);
        unlink(temp);
    }
    hys__arena_free(&arena);
    return status;
}

hys_status hys__passport_write_text(hys_ctx *ctx, const hys__text *html, const char *path) {
    return ends_in(path, ".pdf") ? write_pdf(ctx, html, path) : hys__passport_save(ctx, html, path);
}

hys_status hys_passport_write(const hys_passport *passport, hys_ctx *ctx, const char *path) {
    bool is_json = ends_in(path, ".json");
    hys__text text;
    if (!is_json && !ends_in(path, ".html") && !ends_in(path, ".htm") && !ends_in(path, ".pdf"))
        return hys__fail(ctx, HYS_ARG, "name it .html, .json or .pdf", "cannot make a report of the name '%s'", path);
    hys__text_init(&text, ctx);
    if (is_json) hys__passport_json(passport, &text);
    else hys__passport_html(passport, &text);
    hys_status status = hys__passport_write_text(ctx, &text, path);
    hys__text_free(&text);
    return status;
}
