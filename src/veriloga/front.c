/* The front end: a file or a text in, a tree out. */
#include "veriloga/parse.h"
#include "veriloga/preprocess.h"

#include <string.h>

/* The largest published industry models are 13 000 lines (0.6 MB) that expand to 0.4 million tokens; the
 * limits stand well above and keep the memory of a hostile file below 1 GiB. */
#define MAX_FILE    ((size_t)16 << 20)
#define MAX_TOTAL   ((size_t)64 << 20)
#define MAX_TOKENS  ((size_t)2 << 20)
#define MAX_ARENA   ((size_t)1 << 30)
#define MAX_INCLUDE 32
#define MAX_EXPAND  200
#define MAX_NESTING 1000 /* bounds the depth of the tree: whoever walks it may recurse */

va_limits va_limits_default(void) {
    return (va_limits){.max_file = MAX_FILE,
                       .max_total = MAX_TOTAL,
                       .max_tokens = MAX_TOKENS,
                       .max_include = MAX_INCLUDE,
                       .max_expand = MAX_EXPAND,
                       .max_nesting = MAX_NESTING};
}

void va_front_init(va_front *front, hys_ctx *ctx) {
    *front = (va_front){.ctx = ctx, .limits = va_limits_default()};
    hys__arena_init(&front->arena, ctx, MAX_ARENA);
    hys__sources_init(&front->sources, &front->arena);
    hys__intern_init(&front->names, &front->arena);
}

void va_front_free(va_front *front) {
    hys__arena_free(&front->arena);
    *front = (va_front){.ctx = NULL};
}

/* ---- what is no Verilog-A ---- */

static bool begins_with(const char *s, const char *word) {
    for (; *word; s++, word++)
        if ((*s | 0x20) != (*word | 0x20)) return false;
    return true;
}

/* What a text is that is plainly something else; NULL when it may be Verilog-A. */
static const char *foreign_kind(const char *text) {
    static const struct {
        const char *start, *kind;
    } list[] = {
        {"<!doctype html", "a web page (a download that went wrong?)"},
        {"<html", "a web page (a download that went wrong?)"},
        {"<?xml", "XML (of ADMS?), not the Verilog-A that it was made from"},
        {"%PDF", "a PDF document"},
        {".subckt", "a SPICE netlist"},
        {".model", "a SPICE netlist"},
        {".param", "a SPICE netlist"},
        {".title", "a SPICE netlist"},
        {".lib", "a SPICE netlist"},
        {"* ", "a SPICE netlist"},
        {"**", "a SPICE netlist"},
        {"simulator lang", "a Spectre netlist"},
        {"library ieee", "VHDL"},
        {"#include", "C"},
        {"#!", "a script"},
        {"version https://git-lfs", "a pointer of Git LFS, not the file itself"},
    };
    text += strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    text += strspn(text, " \t\r\n");
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (begins_with(text, list[i].start)) return list[i].kind;
    return NULL;
}

/* ---- from text to tree ---- */

/* HYS_NOMEM when memory was out for the arena or a diagnostic, HYS_LIMIT when the arena was full. */
static hys_status memory_status(const va_front *front, size_t n_diags_before) {
    bool is_full = false;
    for (size_t i = n_diags_before; i < hys_diag_count(front->ctx); i++) {
        hys_status status = hys_diag_get(front->ctx, i)->status;
        if (status == HYS_NOMEM) return HYS_NOMEM;
        is_full = is_full || status == HYS_LIMIT;
    }
    if (!front->arena.failed) return HYS_OK;
    return is_full ? HYS_LIMIT : HYS_NOMEM;
}

static hys_status parse_source(va_front *front, uint32_t source) {
    const hys__source *main = &front->sources.list.at[source - 1];
    const char *foreign = foreign_kind(main->text);
    if (foreign) {
        hys__span span = {source, (uint32_t)strspn(main->text, " \t\r\n"), 1, 0};
        return hys__report(front->ctx, HYS_ERROR, HYS_SYNTAX, &front->sources, span, "", "this is %s", foreign);
    }
    va_tokens tokens = {.n = 0};
    size_t n_errors = hys_diag_n_errors(front->ctx);
    hys_status status = va_preprocess(front, source, &tokens);
    if (status != HYS_OK && status != HYS_SYNTAX) return status;
    n_errors = hys_diag_n_errors(front->ctx) - n_errors;
    for (size_t i = 0; i < tokens.n && n_errors > 0; i++) n_errors -= tokens.at[i].kind == VA_T_BAD;
    front->file->damage.is_total = n_errors > 0; /* not of a token: a directive went wrong, text may be missing */
    va_parse(front, &tokens);
    return status;
}

static hys_status parse_path(va_front *front, const char *path) {
    const char *text;
    size_t len;
    hys_status status = hys__file_read(&front->arena, path, front->limits.max_file, &text, &len);
    if (status != HYS_OK) {
        front->file = NULL;
        return status;
    }
    char *name = hys__arena_strndup(&front->arena, path, strlen(path));
    uint32_t source = name ? va_include_add(front, name, name, text, len) : 0;
    return source ? parse_source(front, source) : HYS_NOMEM;
}

static hys_status parse_text(va_front *front, const char *name, const char *text, size_t len) {
    if (len > front->limits.max_file)
        return hys__fail(front->ctx, HYS_LIMIT, "", "%s has %zu bytes; at most %zu are read", name, len,
                         front->limits.max_file);
    char *copy = hys__arena_alloc(&front->arena, len + 1); /* it may hold NULs */
    if (!copy) return HYS_NOMEM;
    if (len > 0) memcpy(copy, text, len);
    uint32_t source = hys__sources_add(&front->sources, name, NULL, copy, len);
    return source ? parse_source(front, source) : HYS_NOMEM;
}

static hys_status parse(va_front *front, const char *path, const char *text, size_t len) {
    size_t n_errors = hys_diag_n_errors(front->ctx), n_diags = hys_diag_count(front->ctx);
    front->file = HYS_NEW(&front->arena, va_file);
    hys_status status = HYS_NOMEM;
    if (front->file) status = text ? parse_text(front, path, text, len) : parse_path(front, path);
    if (front->file) front->file->damage.is_damaged = hys_diag_n_errors(front->ctx) > n_errors;
    hys_status memory = memory_status(front, n_diags);
    if (memory != HYS_OK) return memory;
    return status == HYS_OK && hys_diag_n_errors(front->ctx) > n_errors ? HYS_SYNTAX : status;
}

hys_status va_front_parse(va_front *front, const char *path) {
    return parse(front, path, NULL, 0);
}

hys_status va_front_parse_text(va_front *front, const char *name, const char *text, size_t len) {
    return parse(front, name, text ? text : "", text ? len : 0);
}
