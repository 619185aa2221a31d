/* `include: where a file is searched, and what may be read. */
#include "veriloga/preprocess.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

#define CHAIN_SHOWN 6 /* files of a too long chain of includes in its message */

/* What an `include asks for, and how far the search for it came. */
struct search {
    const char *name;
    hys__span span;
    const char *found;   /* real path */
    const char *shown;   /* the path for messages */
    const char *outside; /* exists, but may not be read */
};

/* The directory part of a path with its last slash, "" without one. */
static const char *directory_of(va_pp *pp, const char *path) {
    const char *slash = strrchr(path, '/');
    return hys__arena_strndup(pp->arena, path, slash ? (size_t)(slash - path) + 1 : 0);
}

static bool is_below(const char *path, const char *root) {
    size_t n = strlen(root);
    while (n > 0 && root[n - 1] == '/') n--;
    return strncmp(path, root, n) == 0 && path[n] == '/';
}

static bool may_read(const va_pp *pp, const char *real) {
    char root[PATH_MAX];
    if (is_below(real, pp->main_root)) return true;
    for (size_t i = 0; i < pp->front->n_include_dirs; i++)
        if (realpath(pp->front->include_dirs[i], root) && is_below(real, root)) return true;
    return false;
}

/* Looks for directory + name; true when the search is over. */
static bool try_directory(va_pp *pp, struct search *search, const char *directory) {
    char real[PATH_MAX];
    size_t n = directory ? strlen(directory) : 0;
    const char *gap = n && directory[n - 1] != '/' ? "/" : "";
    if (!directory) return true;
    char *path = hys__arena_printf(pp->arena, "%s%s%s", directory, gap, search->name);
    if (!path) return true;
    if (!realpath(path, real)) return false;
    if (!may_read(pp, real)) {
        search->outside = path;
        return false;
    }
    search->shown = path;
    search->found = hys__arena_strndup(pp->arena, real, strlen(real));
    return true;
}

/* The directory of the file that holds the `include, as the user wrote it. */
static const char *including_directory(va_pp *pp) {
    size_t i = pp->frames.n - 1; /* the lowest frame is the main file */
    while (!pp->frames.at[i].is_file) i--;
    const hys__source *source = &pp->front->sources.list.at[pp->frames.at[i].lexer.source - 1];
    return source->path ? directory_of(pp, source->name) : "";
}

/* Its own directory, the main file's, then the include directories in their order. */
static void search_file(va_pp *pp, struct search *search) {
    const hys__source *main = &pp->front->sources.list.at[pp->frames.at[0].lexer.source - 1];
    if (!pp->main_root || *search->name == '/') return;
    if (try_directory(pp, search, including_directory(pp))) return;
    if (try_directory(pp, search, directory_of(pp, main->name))) return;
    for (size_t i = 0; i < pp->front->n_include_dirs; i++)
        if (try_directory(pp, search, pp->front->include_dirs[i])) return;
}

/* ---- reading ---- */

uint32_t va_include_add(va_front *front, const char *name, const char *path, const char *text, size_t len) {
    uint32_t source = hys__sources_add(&front->sources, name, path, text, len);
    if (source == 0 || !path) return source;
    va_include *include = HYS_PUSH(&front->arena, &front->included);
    if (!include) return 0;
    hys__hasher hasher;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, text, len);
    include->path = path;
    include->hash = hys__hasher_end(&hasher);
    return source;
}

/* The source of a file, read at most once. */
static uint32_t load_file(va_pp *pp, const struct search *search) {
    for (size_t i = 0; i < pp->loaded.n; i++)
        if (strcmp(pp->loaded.at[i].path, search->found) == 0) return pp->loaded.at[i].source;
    const char *text;
    size_t len;
    hys_status status = hys__file_read(pp->arena, search->found, pp->front->limits.max_file, &text, &len);
    if (status != HYS_OK) {
        hys__note(pp->front->ctx, &pp->front->sources, search->span, "included here");
        pp->status = status;
        return 0;
    }
    va_loaded *loaded = HYS_PUSH(pp->arena, &pp->loaded);
    if (!loaded) return 0;
    loaded->path = search->found;
    loaded->source = va_include_add(pp->front, search->shown, search->found, text, len);
    if (loaded->source && !va_check_text(pp->front, loaded->source)) pp->status = HYS_SYNTAX;
    return loaded->source;
}

uint32_t va_include_builtin(va_pp *pp, const char *file) {
    const char *name;
    size_t len;
    const char *text = va_builtin_header(file, &name, &len);
    if (!text) return 0;
    for (size_t i = 0; i < pp->front->sources.list.n; i++)
        if (pp->front->sources.list.at[i].text == text) return (uint32_t)i + 1;
    return hys__sources_add(&pp->front->sources, name, NULL, text, len);
}

/* "a.va > b.va > c.va", the newest CHAIN_SHOWN files. */
static const char *chain_text(va_pp *pp) {
    const char *text = "";
    unsigned n = 0;
    for (size_t i = pp->frames.n; text && n < CHAIN_SHOWN && i-- > 0;) {
        const va_frame *frame = &pp->frames.at[i];
        if (!frame->is_file) continue;
        const char *name = pp->front->sources.list.at[frame->lexer.source - 1].name;
        text = hys__arena_printf(pp->arena, "%s%s%s", name, n ? " > " : "", text);
        n++;
    }
    return text ? text : "";
}

void va_include_push(va_pp *pp, uint32_t source) {
    hys__span at = {source, 0, 0, 0};
    if (!va_pp_spend(pp, pp->front->sources.list.at[source - 1].len + VA_TOKEN_COST, at)) return;
    va_frame *frame = va_pp_push_frame(pp);
    if (!frame) return;
    frame->is_file = true;
    va_lexer_init(&frame->lexer, pp->front, source);
    pp->n_files++;
}

bool va_include_init(va_pp *pp, const char *main_path) {
    char real[PATH_MAX];
    if (!main_path) return true;
    const char *directory = directory_of(pp, main_path);
    if (!directory) return false;
    if (!realpath(*directory ? directory : ".", real)) {
        va_pp_fatal(pp, HYS_IO, HYS_NO_SPAN, "", "cannot find the directory of %s", main_path);
        return false;
    }
    pp->main_root = hys__arena_strndup(pp->arena, real, strlen(real));
    return pp->main_root != NULL;
}

/* ---- the directive ---- */

/* file = string | "<" path ">" | a macro for a string */
static bool read_name(va_pp *pp, const va_token *use, va_token *file) {
    va_frame *frame = &pp->frames.at[pp->frames.n - 1];
    if (frame->is_file && va_lexer_angle_path(&frame->lexer, file)) return file->text != NULL;
    pp->in_directive = true;
    va_pp_raw(pp, file);
    pp->in_directive = false;
    if (file->kind == VA_T_MACRO) {
        va_tokens list = {.n = 0};
        va_pp_expand_list(pp, file, 1, &list);
        if (list.n == 1) *file = list.at[0];
    }
    if (file->kind == VA_T_STRING) return file->text != NULL;
    if (file->kind != VA_T_BAD)
        va_pp_error(pp, use->span, "write `include \"file.va\"", "`include needs a file name in quotes");
    if (file->kind != VA_T_NEWLINE) va_pp_read_line(pp, NULL);
    return false;
}

static bool is_sane(const va_token *file) {
    if (file->n_text == 0 || file->n_text >= PATH_MAX / 2) return false;
    for (size_t i = 0; i < file->n_text; i++)
        if ((unsigned char)file->text[i] < ' ') return false;
    return true;
}

static void report_missing(va_pp *pp, const struct search *search) {
    if (search->outside || *search->name == '/')
        va_pp_fatal(pp, HYS_IO, search->span,
                    "copy it beside the main file, or add its directory to the include directories",
                    "'%s' lies outside the main file's directory", search->name);
    else if (!pp->main_root)
        va_pp_fatal(pp, HYS_IO, search->span, "", "text without a file can include only the standard headers, not '%s'",
                    search->name);
    else
        va_pp_fatal(pp, HYS_IO, search->span,
                    "it was searched beside this file, beside the main file and in the include "
                    "directories",
                    "cannot find '%s'", search->name);
}

void va_include_run(va_pp *pp, const va_token *use) {
    va_token file;
    if (!read_name(pp, use, &file)) return;
    struct search search = {.name = file.text, .span = file.span};
    if (!is_sane(&file)) {
        va_pp_error(pp, file.span, "", "this cannot be the name of a file");
        return;
    }
    if (pp->n_files > pp->front->limits.max_include) {
        va_pp_fatal(pp, HYS_LIMIT, file.span, "does a file include itself?",
                    "files include each other deeper than %u: ... %s", pp->front->limits.max_include, chain_text(pp));
        return;
    }
    search_file(pp, &search);
    uint32_t source = search.found ? load_file(pp, &search) : va_include_builtin(pp, search.name);
    if (pp->status != HYS_OK || pp->arena->failed) return;
    if (source) va_include_push(pp, source);
    else report_missing(pp, &search);
}
