/* The log of diagnostics.  All strings are copied, each diagnostic in one block of the context. */
#include "base/diag.h"
#include "base/clocale.h"
#include "base/context.h"
#include "base/utf8.h"
#include <string.h>

#define LOG_FIRST   16
#define MESSAGE_MAX 2000 /* bytes; more than a screen helps nobody */
#define HINT_MAX    2000
#define FILE_MAX    4200 /* PATH_MAX and a little */

/* Of a chain of macros in macros, so many uses are shown: the innermost ones and the outermost. */
#define USES_SHOWN 8

static const hys_diag out_of_memory = {
    .severity = HYS_ERROR,
    .status = HYS_NOMEM,
    .file = "",
    .message = "out of memory",
    .hint = "",
    .source = "",
    .parent = HYS__NO_PARENT,
};

/* A diagnostic before its strings are copied. */
typedef struct draft {
    hys_severity severity;
    hys_status status;
    const char *file, *hint;
    int32_t line, col, len;
    const char *source; /* the line, not NUL-terminated */
    size_t source_len;
} draft;

typedef struct entry {
    hys_diag diag; /* first, so that a pointer to it is a pointer to the entry */
    size_t size;   /* with the strings, which follow */
    char strings[];
} entry;

hys_status hys__log_init(hys_ctx *ctx) {
    hys__log *log = &ctx->log;
    log->parent = HYS__NO_PARENT;
    log->at = hys__realloc(ctx, NULL, 0, LOG_FIRST * sizeof(hys_diag *));
    log->cap = log->at ? LOG_FIRST : 0;
    return log->at ? HYS_OK : HYS_NOMEM;
}

/* Puts a diagnostic at the end, where there is room for it. */
static void log_append(hys__log *log, const hys_diag *diag) {
    log->at[log->n] = diag;
    if (diag->severity != HYS_NOTE) log->parent = (int32_t)log->n;
    log->n++;
}

void hys__out_of_memory(hys_ctx *ctx) {
    hys__log *log = &ctx->log;
    if (log->no_memory || log->n == log->cap) return;
    log->no_memory = true;
    log->n_seen[HYS_ERROR]++;
    log_append(log, &out_of_memory);
}

/* Room for one more and for "out of memory" after it. */
static bool log_reserve(hys_ctx *ctx) {
    hys__log *log = &ctx->log;
    if (log->n + 2 <= log->cap) return true;
    size_t cap = 2 * log->cap, size = sizeof(hys_diag *);
    const hys_diag **at = hys__realloc(ctx, log->at, log->cap * size, cap * size);
    if (!at) return false;
    log->at = at;
    log->cap = cap;
    return true;
}

/* Whether a diagnostic of this severity is still kept; counts it. */
static bool log_wants(hys__log *log, hys_severity severity, hys_status status) {
    static const size_t most[] = {HYS__NOTES_MAX, HYS__WARNINGS_MAX, HYS__ERRORS_MAX};
    if (status == HYS_NOMEM && log->no_memory) return false;
    if (severity == HYS_NOTE && log->parent == HYS__PARENT_NOT_KEPT) return false;
    if (log->n_seen[severity]++ < most[severity]) return true;
    if (severity != HYS_NOTE) log->parent = HYS__PARENT_NOT_KEPT;
    return false;
}

/* Cuts the source line to what is kept (see HYS__SOURCE_MAX). */
static void draft_cut_source(draft *d) {
    size_t start = 0, most = HYS__SOURCE_MAX + HYS__SOURCE_TAIL;
    if (d->col > HYS__SOURCE_MAX) {
        start = (size_t)d->col - 1 - HYS__SOURCE_LEAD;
        most = HYS__SOURCE_LEAD + HYS__SOURCE_TAIL;
    }
    if (start > d->source_len) start = d->source_len;
    d->source += start;
    d->source_len -= start;
    if (d->source_len > most) d->source_len = most;
}

/* Copies n bytes to *to and moves it behind their NUL.  Returns the copy. */
static char *string_add(char **to, const char *s, size_t n) {
    char *copy = *to;
    if (n) memcpy(copy, s, n);
    copy[n] = 0;
    *to += n + 1;
    return copy;
}

/* The message, at most MESSAGE_MAX bytes of it, into buf of that and one more. */
static size_t message_print(char *buf, const char *fmt, va_list args) {
    static const char unprintable[] = "a message that is too long to be shown";
    int n = hys__c_vsnprintf(buf, MESSAGE_MAX + 1, fmt, args);
    if (n < 0) {
        memcpy(buf, unprintable, sizeof unprintable);
        return sizeof unprintable - 1;
    }
    if (n > MESSAGE_MAX) {
        memcpy(buf + MESSAGE_MAX - 3, "...", 4);
        return MESSAGE_MAX;
    }
    return (size_t)n;
}

static entry *entry_new(hys_ctx *ctx, const draft *d, const char *message, size_t message_len) {
    size_t file_len = strnlen(d->file, FILE_MAX), hint_len = strnlen(d->hint, HINT_MAX);
    size_t size = sizeof(entry) + file_len + message_len + hint_len + d->source_len + 4;
    entry *e = hys__realloc(ctx, NULL, 0, size);
    if (!e) return NULL;
    char *to = e->strings;
    char *file = string_add(&to, d->file, file_len);
    char *text = string_add(&to, message, message_len);
    char *hint = string_add(&to, d->hint, hint_len);
    char *source = string_add(&to, d->source, d->source_len);
    hys__utf8_clean(text, message_len, false);
    hys__utf8_clean(hint, hint_len, false);
    hys__utf8_clean(source, d->source_len, true);
    e->size = size;
    e->diag = (hys_diag){
        .severity = d->severity,
        .status = d->severity == HYS_ERROR ? d->status : HYS_OK,
        .file = file,
        .line = d->line,
        .col = d->col,
        .len = d->len,
        .message = text,
        .hint = hint,
        .source = source,
        .parent = d->severity == HYS_NOTE ? ctx->log.parent : HYS__NO_PARENT,
    };
    return e;
}

/* Whether it was kept. */
static bool record(hys_ctx *ctx, draft *d, const char *fmt, va_list args) {
    if (!log_wants(&ctx->log, d->severity, d->status) || !log_reserve(ctx)) return false;
    char message[MESSAGE_MAX + 1];
    size_t message_len = message_print(message, fmt, args);
    if (!d->hint) d->hint = "";
    draft_cut_source(d);
    entry *e = entry_new(ctx, d, message, message_len);
    if (!e) return false;
    if (e->diag.status == HYS_NOMEM) ctx->log.no_memory = true;
    log_append(&ctx->log, &e->diag);
    return true;
}

static bool record_plain(hys_ctx *ctx, draft *d, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool record_plain(hys_ctx *ctx, draft *d, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    bool kept = record(ctx, d, fmt, args);
    va_end(args);
    return kept;
}

/* Goes from generated text to what it was made from. */
static void find_origin(hys__sources **sources, hys__span *span) {
    int32_t line = 0, col;
    while (*sources && (*sources)->origin) {
        const hys__origin *origin = (*sources)->origin;
        bool is_known = span->source != 0 && span->source <= (*sources)->list.n;
        if (is_known) hys__source_locate(*sources, *span, &line, &col);
        *span = is_known && line > 0 && (size_t)line <= origin->n_lines ? origin->lines[line - 1] : HYS_NO_SPAN;
        *sources = origin->sources;
    }
}

/* Fills in the place of a span: names, numbers, and the line around it. */
static void draft_place(draft *d, hys__sources *sources, hys__span span) {
    d->file = "";
    d->source = "";
    if (!sources || span.source == 0 || span.source > sources->list.n) return;
    hys__source_locate(sources, span, &d->line, &d->col);
    const hys__source *source = &sources->list.at[span.source - 1];
    d->file = source->name;
    if (d->line == 0) return;
    size_t offset = span.offset < source->len ? span.offset : source->len;
    const char *start = source->text + offset - (size_t)(d->col - 1);
    const char *end = memchr(source->text + offset, '\n', source->len - offset);
    if (!end) end = source->text + source->len;
    if (end > source->text + offset && end[-1] == '\r') end--;
    size_t rest = (size_t)(end - source->text) - offset;
    size_t len = span.len < rest ? span.len : rest;
    d->source = start;
    d->source_len = (size_t)(end - start);
    d->len = len < INT32_MAX ? (int32_t)len : INT32_MAX;
}

static size_t uses_count(const hys__sources *sources, hys__span span) {
    size_t n = 0;
    while (span.used_at != 0 && span.used_at <= sources->uses.n && n < sources->uses.n) {
        span = sources->uses.at[span.used_at - 1];
        n++;
    }
    return n;
}

/* One note for each macro use that the span came through, innermost first. */
static void report_uses(hys_ctx *ctx, hys__sources *sources, hys__span span) {
    size_t n = uses_count(sources, span);
    for (size_t i = 0; i < n; i++) {
        span = sources->uses.at[span.used_at - 1];
        draft note = {.severity = HYS_NOTE, .file = "", .source = ""};
        if (n <= USES_SHOWN || i < USES_SHOWN - 1 || i == n - 1) {
            draft_place(&note, sources, span);
            record_plain(ctx, &note, "expanded from here");
        } else if (i == USES_SHOWN - 1) {
            record_plain(ctx, &note, "and through %zu more macros", n - USES_SHOWN);
        }
    }
}

hys_status hys__report(hys_ctx *ctx, hys_severity severity, hys_status status, hys__sources *sources, hys__span span,
                       const char *hint, const char *fmt, ...) {
    draft d = {.severity = severity, .status = status, .hint = hint};
    if (sources && sources->origin && severity != HYS_ERROR) return status;
    find_origin(&sources, &span);
    draft_place(&d, sources, span);
    va_list args;
    va_start(args, fmt);
    bool kept = record(ctx, &d, fmt, args);
    va_end(args);
    if (kept && sources) report_uses(ctx, sources, span);
    return status;
}

hys_status hys__report_at(hys_ctx *ctx, hys_severity severity, hys_status status, const char *file, int32_t line,
                          int32_t col, const char *source_line, const char *hint, const char *fmt, ...) {
    draft d = {.severity = severity, .status = status, .hint = hint, .line = line, .col = col};
    d.file = file ? file : "";
    d.source = source_line ? source_line : "";
    d.source_len = strcspn(d.source, "\r\n");
    va_list args;
    va_start(args, fmt);
    record(ctx, &d, fmt, args);
    va_end(args);
    return status;
}

void hys__report_again(hys_ctx *ctx, const hys_diag *diag) {
    draft d = {.severity = diag->severity, .status = diag->status, .file = diag->file, .hint = diag->hint};
    d.line = diag->line;
    d.col = diag->col;
    d.len = diag->len;
    d.source = diag->source;
    d.source_len = strlen(diag->source);
    record_plain(ctx, &d, "%s", diag->message);
}

hys_status hys__fail(hys_ctx *ctx, hys_status status, const char *hint, const char *fmt, ...) {
    draft d = {.severity = HYS_ERROR, .status = status, .file = "", .source = "", .hint = hint};
    va_list args;
    va_start(args, fmt);
    record(ctx, &d, fmt, args);
    va_end(args);
    return status;
}

void hys__note(hys_ctx *ctx, hys__sources *sources, hys__span span, const char *fmt, ...) {
    draft d = {.severity = HYS_NOTE};
    if (sources && sources->origin) return;
    draft_place(&d, sources, span);
    va_list args;
    va_start(args, fmt);
    record(ctx, &d, fmt, args);
    va_end(args);
}

size_t hys_diag_count(const hys_ctx *ctx) {
    return ctx->log.n;
}

size_t hys_diag_n_errors(const hys_ctx *ctx) {
    return ctx->log.n_seen[HYS_ERROR];
}

const hys_diag *hys_diag_get(const hys_ctx *ctx, size_t i) {
    return i < ctx->log.n ? ctx->log.at[i] : NULL;
}

/* An error that memory ran out is never forgotten here. */
void hys__diag_rewind(hys_ctx *ctx, size_t n) {
    hys__log *log = &ctx->log;
    if (log->no_memory) return;
    for (; log->n > n; log->n--) {
        entry *e = (entry *)log->at[log->n - 1];
        log->n_seen[e->diag.severity]--;
        hys__free(ctx, e, e->size);
    }
    log->parent = HYS__NO_PARENT;
}

void hys_diag_clear(hys_ctx *ctx) {
    hys__log *log = &ctx->log;
    for (size_t i = 0; i < log->n; i++) {
        entry *e = (entry *)log->at[i];
        if (log->at[i] != &out_of_memory) hys__free(ctx, e, e->size);
    }
    log->n = 0;
    memset(log->n_seen, 0, sizeof log->n_seen);
    log->parent = HYS__NO_PARENT;
    log->no_memory = false;
}
