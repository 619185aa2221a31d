/* Strings that grow. */
#include "base/clocale.h"
#include "base/context.h"
#include <string.h>

#define TEXT_FIRST 256

void hys__text_init(hys__text *text, hys_ctx *ctx) {
    *text = (hys__text){.ctx = ctx};
}

void hys__text_free(hys__text *text) {
    hys__free(text->ctx, text->at, text->cap);
    hys__text_init(text, text->ctx);
}

/* Room for n more bytes and the NUL. */
static bool text_reserve(hys__text *text, size_t n) {
    if (text->failed) return false;
    if (n < text->cap - text->n) return true;
    size_t cap = text->cap ? text->cap : TEXT_FIRST;
    while (cap - text->n <= n && cap <= PTRDIFF_MAX) cap *= 2;
    char *at = hys__realloc(text->ctx, text->at, text->cap, cap);
    if (!at) {
        text->failed = true;
        return false;
    }
    text->at = at;
    text->cap = cap;
    return true;
}

void hys__text_put(hys__text *text, const char *s, size_t n) {
    if (!text_reserve(text, n)) return;
    memcpy(text->at + text->n, s, n);
    text->n += n;
    text->at[text->n] = 0;
}

void hys__text_puts(hys__text *text, const char *s) {
    hys__text_put(text, s, strlen(s));
}

void hys__text_printf(hys__text *text, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char line[256];
    int n = hys__c_vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (n < 0) { /* longer than an int can say */
        hys__out_of_memory(text->ctx);
        text->failed = true;
    } else if ((size_t)n < sizeof line) {
        hys__text_put(text, line, (size_t)n);
    } else if (text_reserve(text, (size_t)n)) {
        va_start(args, fmt);
        hys__c_vsnprintf(text->at + text->n, (size_t)n + 1, fmt, args);
        va_end(args);
        text->n += (size_t)n;
    }
}
