#include "device/variants.h"
#include "base/file.h"
#include "device/library.h"
#include "device/paths.h"
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define MAX_BYTES ((size_t)4 << 20)

typedef struct reader {
    hys__arena *arena;
    const char *path, *at, *end;
    const char *line, *line_end;
    int32_t n_lines;
    hys__variants *to;
    hys__text desc; /* comment lines since the last card */
    const char *label, *reference;
    hys_variant *card; /* that "+" goes on with; NULL: none */
    struct {
        const char **at;
        size_t n, cap;
    } set; /* of card */
} reader;

static hys_status complain(const reader *r, const char *where, const char *hint, const char *what) {
    char *line = hys__arena_strndup(r->arena, r->line, (size_t)(r->line_end - r->line));
    return hys__report_at(r->arena->ctx, HYS_ERROR, HYS_SYNTAX, r->path, r->n_lines, (int32_t)(where - r->line) + 1,
                          line ? line : "", hint, "%s", what);
}

static bool next_line(reader *r) {
    if (r->at >= r->end) return false;
    const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
    r->line = r->at;
    r->line_end = stop ? stop : r->end;
    r->at = stop ? stop + 1 : r->end;
    if (r->line_end > r->line && r->line_end[-1] == '\r') r->line_end--;
    r->n_lines++;
    return true;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '(' || c == ')' || c == ',';
}

/* A run without blanks; false at the end of the line. */
static bool next_word(const reader *r, const char **at, const char **word, size_t *n) {
    while (*at < r->line_end && is_blank(**at)) ++*at;
    *word = *at;
    while (*at < r->line_end && !is_blank(**at)) ++*at;
    *n = (size_t)(*at - *word);
    return *n > 0;
}

static char *rest_of_line(const reader *r, const char *from) {
    const char *to = r->line_end;
    while (from < to && (*from == ' ' || *from == '\t')) from++;
    while (from < to && (to[-1] == ' ' || to[-1] == '\t')) to--;
    return hys__arena_strndup(r->arena, from, (size_t)(to - from));
}

static bool starts_with(const reader *r, const char *from, const char *word) {
    size_t n = strlen(word);
    return (size_t)(r->line_end - from) >= n && !strncasecmp(from, word, n);
}

/* comment = { blank } "*" [ "Label:" | "Source:" ] text */
static hys_status read_comment(reader *r) {
    const char *from = (const char *)memchr(r->line, '*', (size_t)(r->line_end - r->line)) + 1;
    while (from < r->line_end && *from == ' ') from++;
    bool is_label = starts_with(r, from, "Label:"), is_source = starts_with(r, from, "Source:");
    char *text = rest_of_line(r, from + (is_label ? 6 : is_source ? 7 : 0));
    if (!text) return HYS_NOMEM;
    if (is_label) r->label = text;
    else if (is_source) r->reference = text;
    else if (*text) hys__text_printf(&r->desc, "%s%s", r->desc.n ? " " : "", text);
    return r->desc.failed ? HYS_NOMEM : HYS_OK;
}

/* settings = { NAME "=" VALUE } */
static hys_status read_settings(reader *r, const char *at) {
    const char *word;
    size_t n;
    while (next_word(r, &at, &word, &n)) {
        const char *equals = memchr(word, '=', n);
        if (!equals || equals == word || equals == word + n - 1)
            return complain(r, word, "", "a setting NAME=VALUE is needed here");
        const char **place = HYS_PUSH(r->arena, &r->set);
        if (!place || !(*place = hys__arena_strndup(r->arena, word, n))) return HYS_NOMEM;
    }
    r->card->set = r->set.at;
    r->card->n_set = r->set.n;
    return HYS_OK;
}

/* card = ".model" NAME MODULE settings */
static hys_status read_card(reader *r, const char *at) {
    const char *name, *module;
    size_t n_name, n_module;
    if (!next_word(r, &at, &name, &n_name) || !next_word(r, &at, &module, &n_module))
        return complain(r, r->line, "", ".model NAME MODULE is needed");
    r->card = HYS_PUSH(r->arena, r->to);
    memset(&r->set, 0, sizeof r->set);
    if (!r->card) return HYS_NOMEM;
    *r->card = (hys_variant){.name = hys__arena_strndup(r->arena, name, n_name),
                             .module = hys__arena_strndup(r->arena, module, n_module),
                             .desc = hys__arena_strndup(r->arena, r->desc.n ? r->desc.at : "", r->desc.n),
                             .label = r->label,
                             .reference = r->reference,
                             .line = r->n_lines};
    r->desc.n = 0;
    r->label = r->reference = "";
    return r->card->name && r->card->module && r->card->desc ? read_settings(r, at) : HYS_NOMEM;
}

static hys_status read_line(reader *r) {
    const char *at = r->line;
    while (at < r->line_end && is_blank(*at)) at++;
    if (at == r->line_end) {
        r->desc.n = 0;
        return HYS_OK;
    }
    if (*at == '*') return read_comment(r);
    if (*at == '+' && r->card) return read_settings(r, at + 1);
    if (starts_with(r, at, ".model")) return read_card(r, at + 6);
    return complain(r, at, "a file of variants holds comments (*) and .model cards", "this line is neither");
}

hys_status hys__variants_read(hys__arena *arena, const char *lib_path, hys__variants *variants) {
    const char *text = NULL;
    size_t len = 0;
    *variants = (hys__variants){0};
    if (access(lib_path, F_OK) != 0) return HYS_OK;
    hys_status status = hys__file_read(arena, lib_path, MAX_BYTES, &text, &len);
    if (status != HYS_OK) return status;
    reader r = {
        .arena = arena, .path = lib_path, .at = text, .end = text + len, .to = variants, .label = "", .reference = ""};
    hys__text_init(&r.desc, arena->ctx);
    while (status == HYS_OK && next_line(&r)) status = read_line(&r);
    hys__text_free(&r.desc);
    return status;
}

const char *hys__variants_path(hys__arena *arena, const char *va_path) {
    const char *dot = strrchr(va_path, '.'), *slash = strrchr(va_path, '/');
    int stem = dot && (!slash || dot > slash) ? (int)(dot - va_path) : (int)strlen(va_path);
    return hys__arena_printf(arena, "%.*s.lib", stem, va_path);
}

/* The cards beside a shipped device. */
static hys_status read_shipped(hys__arena *arena, const char *device, hys__variants *variants) {
    const char *path = NULL;
    bool is_shipped;
    hys_status status = hys__library_resolve(arena->ctx, arena, device, &path, &is_shipped);
    const char *lib = status == HYS_OK ? hys__variants_path(arena, path) : NULL;
    if (status == HYS_OK && !lib) status = HYS_NOMEM;
    return status == HYS_OK ? hys__variants_read(arena, lib, variants) : status;
}

/* Of a name that begins like one of a device's variants and is none. */
static hys_status unknown_variant(hys__arena *arena, const char *name, const char *device, const hys__variants *list) {
    const char **names = HYS_NEW_N(arena, const char *, list->n + 1);
    char hint[200] = "hysteron device list shows the shipped models and their variants";
    if (!names) return HYS_NOMEM;
    for (size_t k = 0; k < list->n; k++) names[k] = list->at[k].name;
    names[list->n] = device;
    const char *near = hys__nearest(name, names, list->n + 1);
    if (near) snprintf(hint, sizeof hint, "did you mean '%.80s'?", near);
    return hys__fail(arena->ctx, HYS_ARG, hint, "there is no shipped model '%.200s'", name);
}

/* A variant's name begins with its device's and "_". */
hys_status hys__variants_find(hys__arena *arena, const char *name, const char **base, const hys_variant **variant) {
    const char *like = NULL; /* the longest device that the name begins with, and its variants */
    hys__variants likes = {0};
    *variant = NULL;
    for (size_t i = 0; i < hys_library_count(); i++) {
        const char *device = hys_library_get(i)->name;
        size_t n = strlen(device);
        hys__variants list;
        if (!strcmp(device, name)) return HYS_OK;
        if (strncmp(name, device, n) != 0 || name[n] != '_') continue;
        hys_status status = read_shipped(arena, device, &list);
        if (status != HYS_OK) return status;
        for (const hys_variant *card = list.at; card < list.at + list.n; card++)
            if (!strcmp(card->name, name)) {
                *base = card->module;
                *variant = card;
            }
        if (list.n && (!like || n > strlen(like))) {
            like = device;
            likes = list;
        }
    }
    return *variant || !like ? HYS_OK : unknown_variant(arena, name, like, &likes);
}

bool hys__variants_has(const char *const *set, size_t n_set, const char *text) {
    size_t n = strcspn(text, "=");
    for (size_t k = 0; k < n_set; k++)
        if (strcspn(set[k], "=") == n && !memcmp(set[k], text, n)) return true;
    return false;
}

hys_status hys__variants_merge(hys__arena *arena, const hys_variant *variant, const char *const *set, size_t n_set,
                               const char *const **merged, size_t *n_merged) {
    const char **all = HYS_NEW_N(arena, const char *, variant->n_set + n_set + 1);
    size_t n = 0;
    if (!all) return HYS_NOMEM;
    for (size_t k = 0; k < variant->n_set; k++)
        if (!hys__variants_has(set, n_set, variant->set[k])) all[n++] = variant->set[k];
    for (size_t k = 0; k < n_set; k++) all[n++] = set[k];
    *merged = all;
    *n_merged = n;
    return HYS_OK;
}

hys_status hys_device_variants(hys_ctx *ctx, const char *device, const hys_variant **variants, size_t *n) {
    hys__arena arena; /* lives as long as the context */
    hys__arena_init(&arena, ctx, 0);
    const char *path = NULL;
    bool is_shipped;
    hys__variants list = {0};
    hys_status status = hys__library_resolve(ctx, &arena, device, &path, &is_shipped);
    const char *lib = status == HYS_OK ? hys__variants_path(&arena, path) : NULL;
    if (status == HYS_OK && !lib) status = HYS_NOMEM;
    if (status == HYS_OK) status = hys__variants_read(&arena, lib, &list);
    if (status == HYS_OK) {
        *variants = list.at;
        *n = list.n;
    } else {
        hys__arena_free(&arena);
    }
    return status;
}
