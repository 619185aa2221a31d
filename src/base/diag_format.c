/* A diagnostic as a person reads it. */
#include "base/clocale.h"
#include "base/context.h"
#include "base/utf8.h"
#include <string.h>

#define SHOWN_MAX    120 /* characters of a source line */
#define SHOWN_BEFORE 60  /* of these before the column, when the line is cut on the left */
#define SHOWN_LEFT   80  /* a column up to here needs no cut on the left */

static const char dots[] = "...";
#define N_DOTS (sizeof dots - 1)

/* Bytes into a buffer that may be too small, counted all the same. */
typedef struct sink {
    char *at;
    size_t size, n;
} sink;

static void put(sink *out, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++, out->n++)
        if (out->n + 1 < out->size) out->at[out->n] = s[i];
}

static void put_string(sink *out, const char *s) {
    put(out, s, strlen(s));
}

/* Text that may hold anything; see hys__utf8_clean. */
static void put_clean(sink *out, const char *s, size_t n, bool keep_tabs) {
    for (size_t i = 0, len; i < n; i += len) {
        char piece[4];
        len = hys__utf8_printable(s + i, n - i);
        if (len == 0) len = 1;
        memcpy(piece, s + i, len);
        hys__utf8_clean(piece, len, keep_tabs);
        put(out, piece, len);
    }
}

static void put_place(sink *out, const hys_diag *diag) {
    char numbers[32] = "";
    if (diag->line > 0 && diag->col > 0) hys__c_snprintf(numbers, sizeof numbers, "%d:%d:", diag->line, diag->col);
    else if (diag->line > 0) hys__c_snprintf(numbers, sizeof numbers, "%d:", diag->line);
    if (diag->file[0]) {
        put_clean(out, diag->file, strlen(diag->file), false);
        put_string(out, ":");
    }
    put_string(out, numbers);
    if (diag->file[0] || numbers[0]) put_string(out, " ");
}

/* The part of a source line that is shown, in bytes: [begin, end), of n; at is where the caret goes. */
typedef struct view {
    const char *s;
    size_t n, begin, at, end;
    bool cut_left, cut_right;
} view;

static bool starts_char(char c) {
    return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t count_chars(const char *s, size_t n) {
    size_t chars = 0;
    for (size_t i = 0; i < n; i++) chars += starts_char(s[i]);
    return chars;
}

static size_t back_chars(const char *s, size_t i, size_t chars) {
    while (i > 0 && chars > 0) chars -= starts_char(s[--i]);
    return i;
}

static size_t forward_chars(const char *s, size_t n, size_t i, size_t chars) {
    while (i < n && (chars > 0 || !starts_char(s[i]))) {
        chars -= starts_char(s[i]);
        i++;
    }
    return i;
}

static view view_of(const hys_diag *diag) {
    view v = {.s = diag->source, .n = strlen(diag->source)};
    bool is_window = diag->col > HYS__SOURCE_MAX;
    if (is_window) v.at = HYS__SOURCE_LEAD;
    else if (diag->col > 0) v.at = (size_t)diag->col - 1;
    if (v.at > v.n) v.at = v.n;
    v.end = v.n;
    if (count_chars(v.s, v.n) <= SHOWN_MAX && !is_window) return v;
    v.cut_left = is_window || count_chars(v.s, v.at) > SHOWN_LEFT;
    if (v.cut_left) v.begin = back_chars(v.s, v.at, SHOWN_BEFORE);
    size_t room = SHOWN_MAX - (v.cut_left ? N_DOTS : 0);
    if (count_chars(v.s + v.begin, v.n - v.begin) > room) {
        v.cut_right = true;
        v.end = forward_chars(v.s, v.n, v.begin, room - N_DOTS);
    }
    return v;
}

static void put_source(sink *out, const view *v) {
    if (v->cut_left) put(out, dots, N_DOTS);
    put_clean(out, v->s + v->begin, v->end - v->begin, true);
    if (v->cut_right) put(out, dots, N_DOTS);
    put_string(out, "\n");
}

/* Tabs stay tabs, so that the caret stands below its character however wide a tab is. */
static void put_caret(sink *out, const view *v, int32_t len) {
    if (v->cut_left) put(out, "   ", N_DOTS);
    for (size_t i = v->begin; i < v->at; i++)
        if (starts_char(v->s[i])) put(out, v->s[i] == '\t' ? "\t" : " ", 1);
    put_string(out, "^");
    size_t end = len > 0 && (size_t)len < v->end - v->at ? v->at + (size_t)len : v->end;
    for (size_t i = v->at + 1; len > 0 && i < end; i++)
        if (starts_char(v->s[i])) put_string(out, "~");
    put_string(out, "\n");
}

size_t hys_diag_format(const hys_diag *diag, char *buf, size_t size) {
    static const char *const words[] = {"note", "warning", "error"};
    sink out = {.at = buf, .size = size};
    put_place(&out, diag);
    put_string(&out, words[diag->severity]);
    put_string(&out, ": ");
    put_clean(&out, diag->message, strlen(diag->message), false);
    put_string(&out, "\n");
    if (diag->source[0]) {
        view v = view_of(diag);
        put_source(&out, &v);
        if (diag->col > 0) put_caret(&out, &v, diag->len);
    }
    if (diag->hint[0]) {
        put_string(&out, "hint: ");
        put_clean(&out, diag->hint, strlen(diag->hint), false);
        put_string(&out, "\n");
    }
    if (size > 0) buf[out.n < size ? out.n : size - 1] = 0;
    return out.n;
}
