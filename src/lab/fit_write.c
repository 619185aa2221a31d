/* Fitted parameters as a model card, or as the model's own file with other defaults. */
#include "base/file.h"
#include "base/units.h"
#include "lab/fit.h"
#include <ctype.h>
#include <string.h>

/* NAME of a card from FILE.lib. */
static void card_name(const char *path, char name[64]) {
    const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path;
    size_t n = 0;
    if (!isalpha((unsigned char)*from)) name[n++] = 'm';
    for (; *from && *from != '.' && n < 60; from++) name[n++] = isalnum((unsigned char)*from) ? *from : '_';
    name[n] = 0;
}

static void put_heading(const hys_fit *fit, FILE *out, const char *mark) {
    char rms[48];
    hys__quantity_format(fit->stats.rms, fit->stats.rms_unit, 4, rms);
    fprintf(out, "%s Fitted by hysteron %s to", mark, hys_version());
    for (size_t c = 0; c < fit->fine.n_curves; c++) {
        fputc(c ? ',' : ' ', out);
        for (const char *at = fit->fine.curves[c].name; *at; at++) fputc((unsigned char)*at < ' ' ? '?' : *at, out);
    }
    fprintf(out, "; rms of the residual %s %s\n", *fit->stats.rms_unit == 'V' ? "voltage" : "current", rms);
    double series = fit->series;
    for (size_t j = 0; j < fit->n; j++)
        if (fit->axes[j].param == HYS__FIT_SERIES) series = fit->params[j].value;
    if (series > 0) fprintf(out, "%s in series with %g ohm, which are not part of the model\n", mark, series);
}

static void put_card(const hys_fit *fit, FILE *out, const char *path) {
    char name[64], number[32];
    card_name(path, name);
    put_heading(fit, out, "*");
    fprintf(out, "* Label: fitted to data\n.model %s %s", name, hys_model_name(fit->model));
    const hys_variant *variant = hys_model_variant(fit->model);
    for (size_t k = 0; variant && k < variant->n_set; k++) {
        bool is_free = false;
        size_t n = strcspn(variant->set[k], "=");
        long p = hys__model_find_param(fit->model, variant->set[k], n);
        for (size_t j = 0; j < fit->n; j++) is_free = is_free || (p >= 0 && fit->axes[j].param == (uint32_t)p);
        if (!is_free) fprintf(out, " %s", variant->set[k]);
    }
    for (size_t k = 0; k < fit->opts.n_set; k++) fprintf(out, "\n+ %s", fit->opts.set[k]);
    for (size_t j = 0; j < fit->n; j++) {
        if (fit->axes[j].param == HYS__FIT_SERIES) continue;
        hys__number_format(fit->params[j].value, number);
        fprintf(out, "\n+ %s=%s", fit->params[j].name, number);
    }
    fputc('\n', out);
}

/* ---- the model's file ---- */

/* The place behind blanks and comments. */
static const char *skip(const char *at) {
    for (;;) {
        while (*at && isspace((unsigned char)*at)) at++;
        if (at[0] == '/' && at[1] == '/') at += strcspn(at, "\n");
        else if (at[0] == '/' && at[1] == '*') {
            const char *end = strstr(at + 2, "*/");
            at = end ? end + 2 : at + strlen(at);
        } else return at;
    }
}

static const char *word_end(const char *at) {
    while (isalnum((unsigned char)*at) || *at == '_' || *at == '$') at++;
    return at;
}

static bool is_word(const char *at, const char *word) {
    return (size_t)(word_end(at) - at) == strlen(word) && !strncmp(at, word, strlen(word));
}

/* The next token's end: a word, a string or one character. */
static const char *token_end(const char *at) {
    if (*at == '"') {
        for (at++; *at && *at != '"'; at++) at += *at == '\\' && at[1];
        return *at ? at + 1 : at;
    }
    const char *end = word_end(at);
    return end > at ? end : at + (*at != 0);
}

/* default = "parameter" "real" NAME "=" expression, up to "from", "exclude", "," or ";" : its place in the text */
static bool find_default(const char *text, const char *name, const char **from, const char **to) {
    for (const char *at = skip(text); *at; at = skip(token_end(at))) {
        if (!is_word(at, "parameter")) continue;
        const char *next = skip(word_end(at));
        if (is_word(next, "real")) next = skip(word_end(next));
        if (!is_word(next, name)) continue;
        next = skip(word_end(next));
        if (*next != '=') continue;
        *from = skip(next + 1);
        int depth = 0;
        for (at = *from; *at; at = skip(*to)) {
            bool is_end = *at == ';' || *at == ',' || is_word(at, "from") || is_word(at, "exclude");
            if (depth == 0 && is_end) return at > *from;
            depth += *at == '(' || *at == '{';
            depth -= *at == ')' || *at == '}';
            *to = token_end(at);
        }
    }
    return false;
}

typedef struct change {
    const char *from, *to, *value;
} change;

static hys_status add_change(hys__arena *arena, const char *text, const char *name, const char *value, change *c) {
    if (!find_default(text, name, &c->from, &c->to))
        return hys__fail(arena->ctx, HYS_ARG, "-o FILE.lib writes a model card",
                         "the file does not say where the default of %s stands (a macro?)", name);
    c->value = value;
    return HYS_OK;
}

static hys_status find_changes(const hys_fit *fit, hys__arena *arena, const char *text, change *changes, size_t *n) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < fit->opts.n_set && status == HYS_OK; k++) {
        const char *equals = strchr(fit->opts.set[k], '=');
        char *name = hys__arena_strndup(arena, fit->opts.set[k], (size_t)(equals - fit->opts.set[k]));
        if (!name) return HYS_NOMEM;
        status = add_change(arena, text, name, equals + 1, &changes[(*n)++]);
    }
    for (size_t j = 0; j < fit->n && status == HYS_OK; j++) {
        char number[32];
        if (fit->axes[j].param == HYS__FIT_SERIES) continue;
        hys__number_format(fit->params[j].value, number);
        char *value = hys__arena_strndup(arena, number, strlen(number));
        if (!value) return HYS_NOMEM;
        status = add_change(arena, text, fit->params[j].name, value, &changes[(*n)++]);
    }
    return status;
}

static void put_changed(FILE *out, const char *text, change *changes, size_t n) {
    for (;;) {
        size_t next = n;
        for (size_t k = 0; k < n; k++)
            if (changes[k].from && (next == n || changes[k].from < changes[next].from)) next = k;
        if (next == n) break;
        fwrite(text, 1, (size_t)(changes[next].from - text), out);
        fputs(changes[next].value, out);
        text = changes[next].to;
        changes[next].from = NULL;
    }
    fputs(text, out);
}

static hys_status write_va(const hys_fit *fit, hys_ctx *ctx, FILE *out) {
    const char *text;
    size_t len, n = 0;
    hys__arena arena;
    hys_status status = hys_device_source(ctx, hys_model_file(fit->model), &text, &len);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, ctx, 0);
    change *changes = HYS_NEW_N(&arena, change, fit->n + fit->opts.n_set + 1);
    status = changes ? find_changes(fit, &arena, text, changes, &n) : HYS_NOMEM;
    if (status == HYS_OK) {
        put_heading(fit, out, "//");
        put_changed(out, text, changes, n);
    }
    hys__arena_free(&arena);
    return status;
}

static bool ends_in(const char *path, const char *end) {
    size_t n = strlen(path), m = strlen(end);
    return n > m && !strcmp(path + n - m, end);
}

hys_status hys_fit_write(const hys_fit *fit, hys_ctx *ctx, const char *path) {
    hys__outfile *file;
    bool is_va = ends_in(path, ".va"), is_card = ends_in(path, ".lib");
    if (!is_va && !is_card)
        return hys__fail(ctx, HYS_ARG, "FILE.lib for a model card, FILE.va for a whole model",
                         "cannot write fitted parameters to '%s'", path);
    hys_status status = hys__outfile_open(ctx, path, &file);
    if (status != HYS_OK) return status;
    if (is_va) status = write_va(fit, ctx, hys__outfile_stream(file));
    else put_card(fit, hys__outfile_stream(file), path);
    if (status == HYS_OK) return hys__outfile_commit(file);
    hys__outfile_discard(file);
    return status;
}
