/* Files and nesting: lines to where they belong. */
#include "base/clocale.h"
#include "base/file.h"
#include "circuit/netlist.h"
#include <string.h>
#include <unistd.h>

#define FILE_MAX_BYTES ((size_t)1 << 30) /* offsets have 32 bits */

/* ---- errors ---- */

#define MESSAGE_MAX 1000

static void report(hys__netlist *net, hys_severity severity, hys_status status, hys__span span, const char *hint,
                   const char *fmt, va_list args) {
    char message[MESSAGE_MAX];
    hys__c_vsnprintf(message, sizeof message, fmt, args);
    hys__report(net->ctx, severity, status, &net->sources, span, hint, "%s", message);
    if (severity != HYS_ERROR) return;
    net->n_errors++;
    if (net->status == HYS_OK) net->status = status;
}

hys_status nl_fail_as(hys__netlist *net, hys_status status, hys__span span, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    report(net, HYS_ERROR, status, span, hint, fmt, args);
    va_end(args);
    return status;
}

hys_status nl_fail(hys__netlist *net, hys__span span, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    report(net, HYS_ERROR, HYS_SYNTAX, span, hint, fmt, args);
    va_end(args);
    return HYS_SYNTAX;
}

void nl_warn(hys__netlist *net, hys__span span, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    report(net, HYS_WARNING, HYS_OK, span, hint, fmt, args);
    va_end(args);
}

bool nl_no_memory(hys__netlist *net) {
    if (net->status == HYS_OK) net->status = net->arena->failed ? HYS_NOMEM : HYS_LIMIT;
    return false;
}

/* ---- files ---- */

static bool starts_with(const nl_file *f, const char *bytes, size_t n) {
    return f->len >= n && memcmp(f->text, bytes, n) == 0;
}

/* Whether it is text that a netlist may be. */
static bool check_text(hys__netlist *net, const nl_file *f) {
    hys__span span = {f->source, 0, 1, 0};
    if (starts_with(f, "\xff\xfe", 2) || starts_with(f, "\xfe\xff", 2)) {
        nl_fail(net, span, "convert it: iconv -f UTF-16 -t UTF-8", "this file is UTF-16; netlists are read as UTF-8");
        return false;
    }
    const char *nul = memchr(f->text, 0, f->len);
    if (nul) {
        span.offset = (uint32_t)(nul - f->text);
        nl_fail(net, span, "", "this is no text: there is a zero byte in it");
        return false;
    }
    if (starts_with(f, "Version 4", 9) && strstr(f->text, "\nSHEET ")) {
        nl_fail(net, span, "export the netlist: View > SPICE Netlist, or ltspice -netlist FILE.asc",
                "this is a schematic of LTspice, not a netlist");
        return false;
    }
    return true;
}

nl_file *nl_open(hys__netlist *net, const char *path, hys__span span) {
    for (size_t i = 0; i < net->files.n; i++)
        if (strcmp(net->files.at[i].path, path) == 0) return &net->files.at[i];
    const char *text;
    size_t len;
    if (access(path, F_OK) != 0) {
        nl_fail_as(net, HYS_IO, span, "", "there is no file '%.500s'", path);
        return NULL;
    }
    hys_status status = hys__file_read(net->arena, path, FILE_MAX_BYTES, &text, &len);
    if (status != HYS_OK) {
        if (net->status == HYS_OK) net->status = status;
        return NULL;
    }
    nl_file *f = HYS_PUSH(net->arena, &net->files);
    uint32_t source = hys__sources_add(&net->sources, path, path, text, len);
    if (!f || !source) {
        nl_no_memory(net);
        return NULL;
    }
    *f = (nl_file){path, text, len, source};
    return check_text(net, f) ? f : NULL;
}

nl_file *nl_open_text(hys__netlist *net, const char *name, const char *text, size_t len) {
    if (len >= FILE_MAX_BYTES) {
        nl_fail_as(net, HYS_LIMIT, HYS_NO_SPAN, "", "a netlist has at most %zu bytes", FILE_MAX_BYTES);
        return NULL;
    }
    char *copy = hys__arena_alloc(net->arena, len + 1);
    const char *kept = hys__arena_strndup(net->arena, name, strlen(name));
    nl_file *f = HYS_PUSH(net->arena, &net->files);
    if (!copy || !kept || !f) {
        nl_no_memory(net);
        return NULL;
    }
    memcpy(copy, text, len);
    uint32_t source = hys__sources_add(&net->sources, kept, NULL, copy, len);
    if (!source) return NULL;
    *f = (nl_file){kept, copy, len, source};
    return check_text(net, f) ? f : NULL;
}

const char *nl_path(hys__netlist *net, uint32_t source, nl_word name) {
    char *given = hys__arena_strndup(net->arena, name.s, name.n);
    if (!given || name.n == 0 || given[0] == '/') return given;
    const char *from = source ? net->sources.list.at[source - 1].path : NULL;
    const char *slash = from ? strrchr(from, '/') : NULL;
    const char *beside = slash ? hys__arena_printf(net->arena, "%.*s/%s", (int)(slash - from), from, given) : given;
    if (!beside || access(beside, F_OK) == 0) return beside;
    for (size_t i = 0; i < net->opts->n_include_dirs; i++) {
        const char *path = hys__arena_printf(net->arena, "%s/%s", net->opts->include_dirs[i], given);
        if (!path || access(path, F_OK) == 0) return path;
    }
    return beside;
}

/* ---- including ---- */

static nl_text text_of(hys__netlist *net, const nl_file *f) {
    nl_text t = {net->arena, f->text, f->len, 0, f->source};
    if (starts_with(f, "\xef\xbb\xbf", 3)) t.at = 3;
    return t;
}

/* A line that begins with this word, and what stands behind it. */
static bool line_is(hys__netlist *net, const nl_line *line, const char *word, nl_cur *c) {
    *c = nl_cur_of(net, line);
    return nl_peek(c) == '.' && nl_take_keyword(c, word);
}

static bool name_matches(nl_word name, nl_word wanted) {
    if (name.n != wanted.n) return false;
    for (uint32_t i = 0; i < name.n; i++)
        if (nl_lower(name.s[i]) != nl_lower(wanted.s[i])) return false;
    return true;
}

/* Whether a line is ".lib NAME" with nothing behind: the head of a section, where the file has ".endl". */
static bool is_section_head(nl_cur *c, nl_word *name) {
    *name = nl_take_string(c);
    return name->n > 0 && nl_at_end(c);
}

/* Moves to behind the head of the section. */
static bool find_section(hys__netlist *net, nl_text *t, nl_word wanted) {
    nl_line line;
    nl_cur c;
    nl_word name;
    while (nl_next_line(t, &line))
        if (line_is(net, &line, ".lib", &c) && is_section_head(&c, &name) && name_matches(name, wanted)) return true;
    return false;
}

/* Lines up to the end of the text, or of the section. */
static void collect_text(hys__netlist *net, nl_text *t, bool is_section) {
    nl_line line;
    nl_cur c;
    unsigned depth = net->include_depth;
    while (nl_next_line(t, &line)) {
        if (is_section && line_is(net, &line, ".endl", &c)) return;
        if (depth > 1 && !net->in_control && line_is(net, &line, ".end", &c)) break;
        nl_collect(net, &line);
        if (net->has_ended || net->arena->failed) break;
    }
    if (is_section && !net->has_ended)
        nl_warn(net, (hys__span){t->source, t->len ? (uint32_t)t->len - 1 : 0, 1, 0}, "",
                "this section of the library has no .endl");
}

/* A file may read sections of itself, but not all of itself. */
static bool can_include(hys__netlist *net, const char *path, bool is_section, hys__span span) {
    const char *why = net->include_depth >= NL_INCLUDE_DEPTH ? "files are included too deep at '%.300s'" : NULL;
    for (unsigned i = 0; i < net->include_depth && !is_section; i++)
        if (strcmp(net->including[i], path) == 0) why = "'%.300s' includes itself";
    if (!why) return true;
    char text[400];
    hys__c_snprintf(text, sizeof text, why, path);
    nl_fail_as(net, HYS_LIMIT, span, "", "%s", text);
    net->has_ended = net->has_stopped = true;
    return false;
}

static void include(nl_cur *c, nl_word name, nl_word section) {
    hys__netlist *net = c->net;
    hys__span span = nl_word_span(c, name);
    const char *path = nl_path(net, c->line.source, name);
    if (!path) return (void)nl_no_memory(net);
    if (!can_include(net, path, section.n > 0, span)) return;
    nl_file *f = nl_open(net, path, span);
    if (!f) return;
    nl_text t = text_of(net, f);
    if (section.n > 0 && !find_section(net, &t, section))
        return (void)nl_fail(net, nl_word_span(c, section), "", "'%.200s' has no section '%.*s'", path, (int)section.n,
                             section.s);
    net->including[net->include_depth++] = path;
    collect_text(net, &t, section.n > 0);
    net->include_depth--;
}

void nl_include(nl_cur *c) {
    nl_word name = nl_take_string(c);
    if (name.n == 0) return (void)nl_fail(c->net, nl_here(c), "", "the name of a file is missing");
    include(c, name, (nl_word){0});
}

/* Whether a line ".endl" stands in the source behind the place: then ".lib NAME" is the head of a section. */
static bool has_endl(hys__netlist *net, const nl_cur *c) {
    const hys__source *source = &net->sources.list.at[c->line.source - 1];
    if (net->no_endl_in == c->line.source) return false;
    for (const char *s = source->text + c->line.offset; (s = strchr(s, '.')) != NULL; s++) {
        nl_word w = {s, 5, 0};
        if (nl_word_is(w, ".endl")) return true;
    }
    net->no_endl_in = c->line.source;
    return false;
}

void nl_lib(nl_cur *c) {
    nl_word name = nl_take_string(c), section = {0};
    if (name.n == 0) return (void)nl_fail(c->net, nl_here(c), "", "the name of a file is missing");
    if (!nl_at_end(c)) section = nl_take_string(c);
    if (section.n == 0 && c->line.source && has_endl(c->net, c)) {
        c->net->skips_section = true; /* nobody asked for it here */
        return;
    }
    include(c, name, section);
}

/* ---- the main file ---- */

static void check_title(hys__netlist *net, const nl_file *f, const char *title) {
    static const char *const directives[] = {".tran", ".subckt", ".param", ".include", ".model", ".op", ".dc", ".ac"};
    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
        size_t n = strlen(directives[i]);
        nl_word w = {title, (uint32_t)n, 0};
        if (strlen(title) >= n && nl_word_is(w, directives[i]))
            nl_warn(net, (hys__span){f->source, 0, (uint32_t)n, 0}, "put a title above it",
                    "the first line of a netlist is its title: this is not obeyed");
    }
}

bool nl_read_main(hys__netlist *net, nl_file *file) {
    nl_text t = text_of(net, file);
    net->title = nl_title(&t);
    if (!net->title) return nl_no_memory(net);
    check_title(net, file, net->title);
    net->including[0] = file->path;
    net->include_depth = 1;
    collect_text(net, &t, false);
    if (net->arena->failed) return nl_no_memory(net);
    if (net->cond) nl_fail(net, net->cond->span, "", "this .if has no .endif");
    net->cond = NULL;
    if (net->body != &net->top)
        nl_fail(net, net->body->definition.span, "", "the subcircuit '%s' has no .ends", net->body->definition.name);
    if (net->in_control) nl_warn(net, net->control_span, "", "this .control has no .endc");
    net->body = &net->top;
    net->in_control = net->has_ended = net->skips_section = false;
    return true;
}
