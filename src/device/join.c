#include "device/join.h"
#include "device/library.h"
#include "device/variants.h"
#include "veriloga/preprocess.h"
#include <string.h>

typedef struct item { /* a declaration of a file, with the attributes before it */
    const char *name;
    const va_token *at;
    size_t n;
    bool is_dropped;
} item;

typedef struct rename {
    const char *from, *to;
} rename_pair;

struct hys__join {
    hys_ctx *ctx;
    va_front front;
    hys__text text;
    hys__origin origin;
    struct {
        hys__span *at;
        size_t n, cap;
    } lines;
    struct {
        item *at;
        size_t n, cap;
    } items; /* of all files so far */
    struct {
        rename_pair *at;
        size_t n, cap;
    } renames; /* of the file that is being added */
    const char *discipline;
    size_t n_files;
};

hys_status hys__join_new(hys_ctx *ctx, hys__join **result) {
    hys__join *join = hys__realloc(ctx, NULL, 0, sizeof *join);
    if (!join) return HYS_NOMEM;
    memset(join, 0, sizeof *join);
    join->ctx = ctx;
    va_front_init(&join->front, ctx);
    hys__text_init(&join->text, ctx);
    *result = join;
    hys__join_line(join, "`include \"disciplines.vams\"");
    return HYS_OK;
}

void hys__join_free(hys__join *join) {
    if (!join) return;
    hys__text_free(&join->text);
    va_front_free(&join->front);
    hys__free(join->ctx, join, sizeof *join);
}

static void end_line(hys__join *join, hys__span span) {
    hys__text_put(&join->text, "\n", 1);
    hys__span *line = HYS_PUSH(&join->front.arena, &join->lines);
    if (line) *line = span;
}

void hys__join_line(hys__join *join, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *line = n >= 0 ? hys__arena_alloc(&join->front.arena, (size_t)n + 1) : NULL;
    if (line) vsnprintf(line, (size_t)n + 1, fmt, again);
    va_end(again);
    if (!line) return;
    hys__text_puts(&join->text, line);
    end_line(join, HYS_NO_SPAN);
}

const char *hys__join_text(hys__join *join, const hys__origin **origin) {
    if (join->text.failed || join->front.arena.failed) return NULL;
    join->origin = (hys__origin){&join->front.sources, join->lines.at, join->lines.n};
    *origin = &join->origin;
    return join->text.at;
}

/* ---- what a file declares ---- */

static bool is_word(const va_token *t, const char *word) {
    return t->kind == VA_T_NAME && !strcmp(t->text, word);
}

/* declaration = ( "module" | "macromodule" | "connectmodule" | "nature" | "discipline" ) NAME ... "end..." */
static const char *end_of(const va_token *t) {
    static const char *const pairs[][2] = {{"module", "endmodule"},
                                           {"macromodule", "endmodule"},
                                           {"connectmodule", "endmodule"},
                                           {"nature", "endnature"},
                                           {"discipline", "enddiscipline"}};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        if (is_word(t, pairs[k][0])) return pairs[k][1];
    return NULL;
}

/* Where the attributes before token k begin. */
static size_t first_attribute(const va_tokens *tokens, size_t k) {
    while (k > 0 && tokens->at[k - 1].kind == VA_T_ATTR_CLOSE) {
        size_t open = k - 1;
        while (open > 0 && tokens->at[open].kind != VA_T_ATTR_OPEN) open--;
        k = open;
    }
    return k;
}

/* Reads the declaration at token k; the index behind it. */
static size_t read_item(hys__join *join, const va_tokens *tokens, size_t k, hys_status *status) {
    const char *end = end_of(&tokens->at[k]);
    size_t stop = k + 1, start = first_attribute(tokens, k);
    while (stop < tokens->n && !is_word(&tokens->at[stop], end)) stop++;
    if (stop < tokens->n) stop++;
    if (k + 1 >= tokens->n || tokens->at[k + 1].kind != VA_T_NAME) return stop;
    item *it = HYS_PUSH(&join->front.arena, &join->items);
    if (!it) {
        *status = HYS_NOMEM;
        return stop;
    }
    *it = (item){.name = tokens->at[k + 1].text, .at = &tokens->at[start], .n = stop - start};
    return stop;
}

static hys_status read_items(hys__join *join, const va_tokens *tokens) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < tokens->n && status == HYS_OK;)
        k = end_of(&tokens->at[k]) ? read_item(join, tokens, k, &status) : k + 1;
    return status;
}

/* ---- names that two files give ---- */

static const char *renamed(const hys__join *join, const char *name) {
    for (size_t k = 0; k < join->renames.n; k++)
        if (join->renames.at[k].from == name) return join->renames.at[k].to;
    return name;
}

static bool is_alike(hys__join *join, const item *a, const item *b) {
    if (a->n != b->n) return false;
    for (size_t k = 0; k < a->n; k++) {
        size_t n, m;
        const char *s = va_token_spelling(&join->front, &a->at[k], &n);
        const char *t = va_token_spelling(&join->front, &b->at[k], &m);
        if (a->at[k].kind != b->at[k].kind || n != m || memcmp(s, t, n) != 0) return false;
        if (b->at[k].kind == VA_T_NAME && renamed(join, b->at[k].text) != b->at[k].text) return false;
    }
    return true;
}

static hys_status rename_to(hys__join *join, const char *name) {
    rename_pair *pair = HYS_PUSH(&join->front.arena, &join->renames);
    const char *other = hys__arena_printf(&join->front.arena, "%s__%zu", name, join->n_files);
    const char *kept = other ? hys__intern_add(&join->front.names, other, strlen(other)) : NULL;
    if (!pair || !kept) return HYS_NOMEM;
    *pair = (rename_pair){name, kept};
    return HYS_OK;
}

/* In the order of the file: what a discipline is made of comes before it. */
static hys_status compare_items(hys__join *join, size_t first) {
    for (size_t k = first; k < join->items.n; k++) {
        item *it = &join->items.at[k];
        for (size_t e = 0; e < first && !it->is_dropped; e++) {
            const item *earlier = &join->items.at[e];
            if (earlier->name != it->name || earlier->is_dropped) continue;
            it->is_dropped = is_alike(join, earlier, it);
            if (it->is_dropped) continue;
            if (rename_to(join, it->name) != HYS_OK) return HYS_NOMEM;
        }
    }
    return HYS_OK;
}

/* ---- writing ---- */

/* Of a standard header, which the first line includes; what its macros give is not. */
static bool is_built_in(const hys__join *join, const va_token *t) {
    return t->span.source && !t->span.used_at && !join->front.sources.list.at[t->span.source - 1].path;
}

static void write_token(hys__join *join, const va_token *t) {
    size_t n;
    const char *s = va_token_spelling(&join->front, t, &n);
    if (t->kind == VA_T_NAME && renamed(join, t->text) != t->text) {
        hys__text_puts(&join->text, renamed(join, t->text));
    } else if (t->kind == VA_T_STRING && (n == 0 || *s != '"')) { /* made by a macro */
        hys__text_put(&join->text, "\"", 1);
        hys__text_put(&join->text, t->text, t->n_text);
        hys__text_put(&join->text, "\"", 1);
    } else {
        hys__text_put(&join->text, s, n);
    }
    end_line(join, t->span);
}

static void write_file(hys__join *join, const va_tokens *tokens, size_t first) {
    size_t next = first;
    for (size_t k = 0; k + 1 < tokens->n;) { /* the last one is the end */
        while (next < join->items.n && join->items.at[next].at < &tokens->at[k]) next++;
        const item *it =
            next < join->items.n && join->items.at[next].at == &tokens->at[k] ? &join->items.at[next] : NULL;
        if (it && it->is_dropped) {
            k += it->n;
            continue;
        }
        if (!is_built_in(join, &tokens->at[k])) write_token(join, &tokens->at[k]);
        k++;
    }
}

static hys_status find_path(hys__join *join, const hys_model *model, const char **path) {
    bool is_shipped;
    const char *device = model->variant ? model->variant->module : hys_model_file(model);
    return hys__library_resolve(join->ctx, &join->front.arena, device, path, &is_shipped);
}

static hys_status take_directives(hys__join *join, const char *file) {
    const char *name = join->front.file->default_discipline;
    if (join->n_files > 1 && name != join->discipline)
        return hys__fail(join->ctx, HYS_ARG, "give the nets their discipline",
                         "%s and the device before it have different `default_discipline", file);
    if (name && !join->discipline) hys__join_line(join, "`default_discipline %s", name);
    join->discipline = name;
    return HYS_OK;
}

static hys_status read_file(hys__join *join, const char *path, va_tokens *tokens) {
    va_front *front = &join->front;
    const char *text;
    size_t len;
    hys_status status = hys__file_read(&front->arena, path, front->limits.max_file, &text, &len);
    if (status != HYS_OK) return status;
    front->file = HYS_NEW(&front->arena, va_file);
    uint32_t source = front->file ? va_include_add(front, path, path, text, len) : 0;
    return source ? va_preprocess(front, source, tokens) : HYS_NOMEM;
}

hys_status hys__join_add(hys__join *join, const hys_model *model, const hys_model_opts *opts, hys__joined_file *file) {
    const char *path = NULL;
    va_tokens tokens = {.n = 0};
    const size_t first = join->items.n;
    join->n_files++;
    join->renames.n = 0;
    join->front.include_dirs = opts ? opts->include_dirs : NULL;
    join->front.n_include_dirs = opts ? opts->n_include_dirs : 0;
    join->front.defines = opts ? opts->defines : NULL;
    join->front.n_defines = opts ? opts->n_defines : 0;
    hys_status status = find_path(join, model, &path);
    if (status == HYS_OK) status = read_file(join, path, &tokens);
    if (status == HYS_OK) status = take_directives(join, path);
    if (status == HYS_OK) status = read_items(join, &tokens);
    if (status == HYS_OK) status = compare_items(join, first);
    if (status != HYS_OK) return status;
    write_file(join, &tokens, first);
    const char *module = hys__intern_add(&join->front.names, hys_model_name(model), strlen(hys_model_name(model)));
    if (!module) return HYS_NOMEM;
    *file = (hys__joined_file){renamed(join, module), false};
    for (size_t k = 0; k < tokens.n; k++)
        file->asks_given =
            file->asks_given || (tokens.at[k].kind == VA_T_SYSNAME && !strcmp(tokens.at[k].text, "$param_given"));
    return join->text.failed || join->front.arena.failed ? HYS_NOMEM : HYS_OK;
}
