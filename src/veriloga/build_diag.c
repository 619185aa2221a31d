/* Diagnostics of the builder.  Loops that are unrolled, functions that are inlined and builds that start
 * again meet the same mistake many times: it is told once. */
#include "base/clocale.h"
#include "veriloga/build.h"
#include <stdarg.h>
#include <string.h>

#define MESSAGE_SIZE 600

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t n) {
    const unsigned char *bytes = data;
    for (size_t i = 0; i < n; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u; /* FNV-1a */
    return hash;
}

static bool is_news(vb *b, hys__span span, const char *message) {
    uint64_t hash = hash_bytes(0xcbf29ce484222325u, message, strlen(message));
    hash = hash_bytes(hash, &span.source, sizeof span.source);
    hash = hash_bytes(hash, &span.offset, sizeof span.offset);
    for (size_t i = 0; i < b->keep->said.n; i++)
        if (b->keep->said.at[i] == hash) return false;
    uint64_t *said = HYS_PUSH(b->arena, &b->keep->said);
    if (said) *said = hash;
    return true;
}

/* ---- after errors of syntax ---- */

static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* Whether the text of the span names what unread text may declare or set. */
static bool names_lost(vb *b, hys__span span) {
    const hys__source *source = &b->front->sources.list.at[span.source - 1];
    size_t end = span.offset + (size_t)span.len < source->len ? span.offset + (size_t)span.len : source->len;
    for (size_t i = span.offset; i < end;) {
        size_t start = i;
        while (i < end && is_word_byte(source->text[i])) i++;
        const char *name = i > start ? hys__intern_add(&b->front->names, source->text + start, i - start) : NULL;
        if (name && va_is_lost(b->front->file, name)) return true;
        if (i == start) i++;
    }
    return false;
}

bool vb_is_guess(const vb *b, hys__span span) {
    const va_damage *damage = &b->front->file->damage;
    for (size_t i = 0; i < damage->places.n && b->is_damaged; i++) {
        const hys__span *place = &damage->places.at[i];
        if (place->source == span.source && span.offset >= place->offset && span.offset - place->offset <= place->len)
            return true;
    }
    return false;
}

/* Whether what is said here may only follow from an error of syntax. */
static bool may_follow(vb *b, hys__span span) {
    if (!b->is_damaged) return false;
    for (unsigned k = 0; span.source && k < 64; k++) {
        if (names_lost(b, span)) return true;
        if (!span.used_at || span.used_at > b->front->sources.uses.n) return false;
        span = b->front->sources.uses.at[span.used_at - 1];
    }
    return true;
}

bool vb_is_lost(const vb *b, const char *name) {
    return b->is_damaged && va_is_lost(b->front->file, name);
}

/* ---- all ---- */

static void say(vb *b, hys_severity severity, hys__span span, const char *hint, const char *fmt, va_list args) {
    char message[MESSAGE_SIZE];
    hys__c_vsnprintf(message, sizeof message, fmt, args);
    b->last_was_news = !b->keep->restart && !may_follow(b, span) && is_news(b, span, message);
    if (b->last_was_news) hys__report(b->ctx, severity, HYS_SEMANTIC, &b->front->sources, span, hint, "%s", message);
}

void vb_error(vb *b, hys__span span, const char *hint, const char *fmt, ...) {
    b->had_error = true;
    if (vb_failed(b)) return;
    va_list args;
    va_start(args, fmt);
    say(b, HYS_ERROR, span, hint, fmt, args);
    va_end(args);
}

void vb_warn(vb *b, hys__span span, const char *hint, const char *fmt, ...) {
    b->last_was_news = false;
    if (vb_failed(b) || b->is_damaged) return;
    va_list args;
    va_start(args, fmt);
    say(b, HYS_WARNING, span, hint, fmt, args);
    va_end(args);
}

void vb_note(vb *b, hys__span span, const char *fmt, ...) {
    if (vb_failed(b) || !b->last_was_news || span.source == 0) return;
    char message[MESSAGE_SIZE];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    hys__note(b->ctx, &b->front->sources, span, "%s", message);
}

bool vb_failed(const vb *b) {
    return b->arena->failed || b->ir->failed || b->out_of_work || b->no_memory || b->stopped;
}

const char *vb_printf(vb *b, const char *fmt, ...) {
    char text[MESSAGE_SIZE];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char *copy = hys__arena_strndup(b->arena, text, strlen(text));
    return copy ? copy : "";
}

const char *vb_intern(vb *b, const char *s) {
    const char *name = hys__intern_add(&b->front->names, s, strlen(s));
    return name ? name : "";
}

const char *vb_hint_nearest(vb *b, const char *word, const char *const *names, size_t n, const char *fallback) {
    const char *near = hys__nearest(word, names, n);
    return near ? vb_printf(b, "did you mean '%s'?", near) : fallback;
}
