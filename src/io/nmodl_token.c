/* Tokens of NMODL:
 *
 *     comment  = (":" | "?") to the end of the line | "COMMENT" ... "ENDCOMMENT"
 *     verbatim = "VERBATIM" ... "ENDVERBATIM", one token
 *     title    = "TITLE" to the end of the line
 *
 *     include  = "INCLUDE" string: the tokens of that file
 *
 * UNITSON and UNITSOFF switch a check of units that is not made here. */
#include "base/file.h"
#include "base/units.h"
#include "io/nmodl.h"
#include <string.h>

#define MOST_TOKENS   200000
#define MOST_INCLUDES 8 /* files within files */
#define MOST_BYTES    ((size_t)1 << 20)

hys_status nm_error(nm_file *f, hys__span span, const char *hint, const char *fmt, ...) {
    va_list args;
    char text[512];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return hys__report(f->ctx, HYS_ERROR, HYS_SYNTAX, &f->sources, span, hint, "%s", text);
}

hys_status nm_refuse(nm_file *f, hys__span span, const char *hint, const char *fmt, ...) {
    va_list args;
    char text[512];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return hys__report(f->ctx, HYS_ERROR, HYS_SEMANTIC, &f->sources, span, hint, "%s", text);
}

const char *nm_text_at(const nm_file *f, hys__span span) {
    return f->sources.list.at[span.source - 1].text + span.offset;
}

bool nm_span_is(const nm_file *f, hys__span span, const char *word) {
    return strlen(word) == span.len && memcmp(nm_text_at(f, span), word, span.len) == 0;
}

const nm_token *nm_ahead(const nm_file *f, size_t n) {
    return &f->tokens.at[f->at + n < f->tokens.n ? f->at + n : f->tokens.n - 1];
}

const nm_token *nm_peek(const nm_file *f) {
    return nm_ahead(f, 0);
}

const nm_token *nm_next(nm_file *f) {
    const nm_token *token = nm_peek(f);
    if (f->at + 1 < f->tokens.n) f->at++;
    return token;
}

bool nm_is(const nm_file *f, const char *word) {
    const nm_token *token = nm_peek(f);
    return (token->kind == NM_NAME || token->kind == NM_SIGN) && nm_span_is(f, token->span, word);
}

bool nm_take(nm_file *f, const char *word) {
    if (!nm_is(f, word)) return false;
    nm_next(f);
    return true;
}

hys_status nm_expected(nm_file *f, const char *what) {
    const nm_token *token = nm_peek(f);
    if (token->kind == NM_END) return nm_error(f, token->span, "", "%s is missing at the end of the file", what);
    const int n = token->span.len < 40 ? (int)token->span.len : 40;
    return nm_error(f, token->span, "", "%s is expected here, not '%.*s'", what, n, nm_text_at(f, token->span));
}

hys_status nm_expect(nm_file *f, const char *word) {
    char what[32];
    if (nm_take(f, word)) return HYS_OK;
    snprintf(what, sizeof what, "'%s'", word);
    return nm_expected(f, what);
}

hys_status nm_expect_name(nm_file *f, const char *what, const char **name) {
    const nm_token *token = nm_peek(f);
    if (token->kind != NM_NAME) return nm_expected(f, what);
    *name = hys__intern_add(&f->names, nm_text_at(f, token->span), token->span.len);
    nm_next(f);
    return *name ? HYS_OK : HYS_NOMEM;
}

hys_status nm_skip(nm_file *f, const char *open, const char *close) {
    const hys__span start = nm_peek(f)->span;
    size_t depth = 0;
    do {
        if (nm_is(f, open)) depth++;
        else if (nm_is(f, close)) depth--;
        else if (nm_peek(f)->kind == NM_END) return nm_error(f, start, "", "'%s' is never closed", open);
        nm_next(f);
    } while (depth > 0);
    return HYS_OK;
}

/* ---- from text to tokens ---- */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t line_end(const nm_file *f, size_t at) {
    while (at < f->len && f->text[at] != '\n' && f->text[at] != '\r') at++;
    return at;
}

static size_t word_end(const nm_file *f, size_t at) {
    while (at < f->len && (is_letter(f->text[at]) || is_digit(f->text[at]))) at++;
    return at;
}

static hys__span span_of(const nm_file *f, size_t from, size_t to) {
    return (hys__span){.source = f->source, .offset = (uint32_t)from, .len = (uint32_t)(to - from)};
}

static hys_status take_all(nm_file *f);

static hys_status push(nm_file *f, nm_kind kind, size_t from, size_t to, double value) {
    const hys__span span = span_of(f, from, to);
    if (f->tokens.n >= MOST_TOKENS)
        return hys__report(f->ctx, HYS_ERROR, HYS_LIMIT, &f->sources, span, "", "more than %d tokens", MOST_TOKENS);
    nm_token *token = HYS_PUSH(&f->arena, &f->tokens);
    if (!token) return HYS_NOMEM;
    *token = (nm_token){.kind = kind, .span = span, .value = value};
    return HYS_OK;
}

/* The place of a word that stands alone, from at on; f->len where there is none. */
static size_t find_word(const nm_file *f, size_t at, const char *word) {
    const size_t n = strlen(word);
    for (; at + n <= f->len; at++)
        if (f->text[at] == word[0] && memcmp(f->text + at, word, n) == 0 && !is_letter(f->text[at - 1]) &&
            word_end(f, at) == at + n)
            return at;
    return f->len;
}

/* *at stands at the word that opens; the text between the two words. */
static hys_status take_text(nm_file *f, size_t *at, const char *open, const char *close, hys__span *inner) {
    const size_t start = *at + strlen(open), end = find_word(f, start, close);
    if (end >= f->len) return nm_error(f, span_of(f, *at, start), "", "%s without %s", open, close);
    *inner = span_of(f, start, end);
    *at = end + strlen(close);
    return HYS_OK;
}

/* ---- other files ---- */

/* Beside the file that includes it. */
static const char *path_beside(nm_file *f, const char *name, size_t n) {
    const char *path = f->sources.list.at[f->source - 1].path, *slash = strrchr(path, '/');
    if (*name == '/' || !slash) return hys__arena_strndup(&f->arena, name, n);
    return hys__arena_printf(&f->arena, "%.*s/%.*s", (int)(slash - path), path, (int)n, name);
}

static hys_status tokens_of(nm_file *f, const char *path, hys__span span) {
    const nm_file outer = *f;
    const size_t errors = hys_diag_count(f->ctx);
    hys_status status = hys__file_read(&f->arena, path, MOST_BYTES, &f->text, &f->len);
    if (status != HYS_OK && status != HYS_NOMEM) {
        hys__diag_rewind(f->ctx, errors);
        return nm_refuse(f, span, "it has to lie beside the file that includes it", "%.200s cannot be read", path);
    }
    f->source = status == HYS_OK ? hys__sources_add(&f->sources, path, path, f->text, f->len) : 0;
    if (!f->source) status = HYS_NOMEM;
    if (status == HYS_OK) status = take_all(f);
    f->source = outer.source;
    f->text = outer.text;
    f->len = outer.len;
    return status;
}

static hys_status include(nm_file *f, size_t *at, hys__span word) {
    size_t start = *at;
    while (start < f->len && (f->text[start] == ' ' || f->text[start] == '\t')) start++;
    if (start >= f->len || f->text[start] != '"')
        return nm_error(f, word, "INCLUDE \"file.inc\"", "INCLUDE without the name of a file");
    size_t end = start + 1;
    while (end < f->len && f->text[end] != '"' && f->text[end] != '\n') end++;
    if (end >= f->len || f->text[end] != '"') return nm_error(f, span_of(f, start, end), "", "a string is not closed");
    if (f->includes == MOST_INCLUDES)
        return nm_error(f, word, "", "files include each other more than %d deep", MOST_INCLUDES);
    const char *path = path_beside(f, f->text + start + 1, end - start - 1);
    if (!path) return HYS_NOMEM;
    f->includes++;
    const hys_status status = tokens_of(f, path, span_of(f, start, end + 1));
    f->includes--;
    *at = end + 1;
    return status;
}

static hys_status take_word(nm_file *f, size_t *at) {
    const size_t start = *at, end = word_end(f, start);
    const hys__span word = span_of(f, start, end);
    hys__span inner = {0};
    hys_status status;
    if (nm_span_is(f, word, "COMMENT")) {
        status = take_text(f, at, "COMMENT", "ENDCOMMENT", &inner);
        if (status == HYS_OK && !f->comment.source && !f->includes) f->comment = inner;
        return status;
    }
    if (nm_span_is(f, word, "VERBATIM")) {
        status = take_text(f, at, "VERBATIM", "ENDVERBATIM", &inner);
        return status == HYS_OK ? push(f, NM_VERBATIM, inner.offset, inner.offset + inner.len, 0) : status;
    }
    *at = end;
    if (nm_span_is(f, word, "TITLE")) {
        *at = line_end(f, end);
        if (!f->includes) f->title = span_of(f, end, *at);
        return HYS_OK;
    }
    if (nm_span_is(f, word, "UNITSON") || nm_span_is(f, word, "UNITSOFF")) return HYS_OK;
    if (nm_span_is(f, word, "INCLUDE")) return include(f, at, word);
    return push(f, NM_NAME, start, end, 0);
}

static hys_status take_number(nm_file *f, size_t *at) {
    double value = 0;
    bool overflow = false;
    const size_t n = hys__number_parse(f->text + *at, &value, &overflow);
    if (!n || overflow) return nm_error(f, span_of(f, *at, *at + 1), "", "this is no number that a double holds");
    const size_t start = *at;
    *at += n;
    return push(f, NM_NUMBER, start, *at, value);
}

static hys_status take_sign(nm_file *f, size_t *at) {
    static const char *const signs[] = {"<->", "<=", ">=", "==", "!=", "&&", "||", "<<", "->"};
    const char *s = f->text + *at;
    const size_t start = *at;
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
        if (strncmp(s, signs[k], strlen(signs[k])) == 0) {
            *at += strlen(signs[k]);
            return push(f, NM_SIGN, start, *at, 0);
        }
    if (!*s || !strchr("(){}[]<>=+-*/%^,'~!.&|#;@", *s)) {
        if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f)
            return nm_error(f, span_of(f, start, start + 1), "is this a text file?", "the byte 0x%02x has no meaning",
                            (unsigned)(unsigned char)*s);
        return nm_error(f, span_of(f, start, start + 1), "", "'%c' has no meaning in NMODL", *s);
    }
    *at += 1;
    return push(f, NM_SIGN, start, *at, 0);
}

static hys_status take_string(nm_file *f, size_t *at) {
    const size_t start = *at;
    size_t end = start + 1;
    while (end < f->len && f->text[end] != '"' && f->text[end] != '\n') end++;
    if (end >= f->len || f->text[end] != '"') return nm_error(f, span_of(f, start, end), "", "a string is not closed");
    *at = end + 1;
    return push(f, NM_STRING, start, *at, 0);
}

static hys_status take_all(nm_file *f) {
    hys_status status = HYS_OK;
    for (size_t at = 0; at < f->len && status == HYS_OK;) {
        const char c = f->text[at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) at++;
        else if (c == ':' || c == '?') at = line_end(f, at);
        else if (is_letter(c)) status = take_word(f, &at);
        else if (is_digit(c) || (c == '.' && is_digit(f->text[at + 1]))) status = take_number(f, &at);
        else if (c == '"') status = take_string(f, &at);
        else status = take_sign(f, &at);
    }
    return status;
}

hys_status nm_tokens(nm_file *f) {
    const hys_status status = take_all(f);
    return status == HYS_OK ? push(f, NM_END, f->len, f->len, 0) : status;
}
