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

static void say(vb *b, hys_severity severity, hys__span span, const char *hint, const char *fmt, va_list args) {
    char message[MESSAGE_SIZE];
    hys__c_vsnprintf(message, sizeof message, fmt, args);
    b->last_was_news = !b->keep->restart && is_news(b, span, message);
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
    if (vb_failed(b)) return;
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
