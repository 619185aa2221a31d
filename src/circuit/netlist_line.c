/* Logical lines: continuations joined, comments cut off. */
#include "circuit/netlist.h"
#include <string.h>

/* What stands in one piece of the text. */
typedef struct physical {
    uint32_t from, to;
    bool joins; /* it ended in a backslash */
} physical;

typedef struct physicals {
    physical *at;
    size_t n, cap;
} physicals;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static bool is_newline(char c) {
    return c == '\n' || c == '\r';
}

static size_t skip_blanks(const nl_text *t, size_t at) {
    while (at < t->len && is_blank(t->text[at])) at++;
    return at;
}

static size_t line_end(const nl_text *t, size_t at) {
    const char *newline = memchr(t->text + at, '\n', t->len - at);
    size_t end = newline ? (size_t)(newline - t->text) : t->len;
    const char *cr = memchr(t->text + at, '\r', end - at); /* files of old systems, and those with \r\n */
    return cr ? (size_t)(cr - t->text) : end;
}

static size_t next_line(const nl_text *t, size_t end) {
    if (end < t->len && t->text[end] == '\r') end++;
    return end < t->len && t->text[end] == '\n' ? end + 1 : end;
}

/* Whether a comment begins at i of the line that began at from: ";", "//", and "$" behind a blank,
 * unless it is "$&", a value in a command of ngspice. */
static bool at_comment(const char *s, size_t from, size_t i) {
    if (s[i] == ';') return true;
    if (s[i] == '$') return s[i + 1] != '&' && (i == from || is_blank(s[i - 1]) || s[i - 1] == ',');
    return s[i] == '/' && s[i + 1] == '/';
}

static const char special[256] = {['\n'] = 1, ['\r'] = 1, [';'] = 1, ['$'] = 1, ['/'] = 1, ['\''] = 1, ['"'] = 1};

/* From the next byte to the end of the line, or its comment.  t->at is then behind the line. */
static physical take_physical(nl_text *t) {
    const char *s = t->text;
    size_t from = t->at, i = from;
    char quote = 0;
    for (; i < t->len; i++) {
        if (!special[(unsigned char)s[i]]) continue;
        if (is_newline(s[i])) break;
        if (s[i] == '\'' || s[i] == '"') {
            if (!quote || quote == s[i]) quote = quote ? 0 : s[i];
        } else if (!quote && at_comment(s, from, i)) {
            break;
        }
    }
    size_t to = i;
    t->at = next_line(t, i < t->len && !is_newline(s[i]) ? line_end(t, i) : i);
    while (to > from && is_blank(s[to - 1])) to--;
    bool joins = to > from && s[to - 1] == '\\';
    while (joins && to > from && (s[to - 1] == '\\' || is_blank(s[to - 1]))) to--;
    return (physical){(uint32_t)from, (uint32_t)to, joins};
}

/* Skips blank and comment lines. */
static void skip_empty(nl_text *t) {
    for (;;) {
        size_t at = skip_blanks(t, t->at);
        if (at < t->len && t->text[at] == '*') at = line_end(t, at);
        if (at < t->len && !is_newline(t->text[at])) return;
        if (at >= t->len) {
            t->at = t->len;
            return;
        }
        t->at = next_line(t, at);
    }
}

/* Whether the next line that says something goes on with this one; t->at is then behind its "+". */
static bool take_plus(nl_text *t) {
    skip_empty(t);
    size_t at = skip_blanks(t, t->at);
    if (at >= t->len || t->text[at] != '+') return false;
    t->at = at + 1;
    return true;
}

static bool join(nl_text *t, const physicals *parts, nl_line *line) {
    size_t len = 0;
    for (size_t i = 0; i < parts->n; i++) len += parts->at[i].to - parts->at[i].from + 1;
    char *text = hys__arena_alloc(t->arena, len + 1);
    nl_piece *pieces = HYS_NEW_N(t->arena, nl_piece, parts->n);
    if (!text || !pieces) return false;
    size_t n = 0;
    for (size_t i = 0; i < parts->n; i++) {
        physical p = parts->at[i];
        pieces[i] = (nl_piece){(uint32_t)n, p.from};
        memcpy(text + n, t->text + p.from, p.to - p.from);
        n += p.to - p.from;
        text[n++] = ' ';
    }
    text[n] = 0;
    *line = (nl_line){text, (uint32_t)n, t->source, parts->at[0].from, (uint32_t)parts->n, pieces};
    return true;
}

bool nl_next_line(nl_text *t, nl_line *line) {
    physicals parts = {0};
    for (;;) {
        skip_empty(t);
        t->at = skip_blanks(t, t->at);
        if (t->at >= t->len) return false;
        physical p = take_physical(t);
        bool goes_on = take_plus(t) || (p.joins && t->at < t->len);
        if (!goes_on && p.from == p.to) continue;
        if (!goes_on) {
            *line = (nl_line){t->text + p.from, p.to - p.from, t->source, p.from, 0, NULL};
            return true;
        }
        physical *part = HYS_PUSH(t->arena, &parts);
        if (!part) return false;
        *part = p;
        break;
    }
    for (;;) {
        physical *part = HYS_PUSH(t->arena, &parts);
        if (!part) return false;
        *part = take_physical(t);
        if (!take_plus(t) && !(part->joins && t->at < t->len)) break;
    }
    return join(t, &parts, line);
}

const char *nl_title(nl_text *t) {
    size_t end = line_end(t, 0);
    size_t from = skip_blanks(t, 0);
    while (end > from && is_blank(t->text[end - 1])) end--;
    t->at = next_line(t, line_end(t, 0));
    return hys__arena_strndup(t->arena, t->text + from, end > from ? end - from : 0);
}

static uint32_t source_offset(const nl_line *line, size_t at) {
    if (line->n_pieces == 0) return line->offset + (uint32_t)at;
    size_t low = 0, high = line->n_pieces;
    while (high - low > 1) {
        size_t mid = (low + high) / 2;
        *(line->pieces[mid].at <= at ? &low : &high) = mid;
    }
    return line->pieces[low].offset + (uint32_t)at - line->pieces[low].at;
}

hys__span nl_line_span(const nl_line *line, size_t from, size_t to) {
    if (line->source == 0) return HYS_NO_SPAN;
    uint32_t start = source_offset(line, from), last = to > from ? source_offset(line, to - 1) : start;
    return (hys__span){line->source, start, last >= start ? last - start + 1 : 1, 0};
}
