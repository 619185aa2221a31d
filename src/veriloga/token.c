#include "veriloga/token.h"

#include <stdio.h>
#include <string.h>

static const struct keyword {
    const char *text;
    va_keyword_class class;
} keywords[VA_KW_COUNT] = {{"", VA_KW_SOFT},
#define VA_X(name, class) {#name, VA_KW_##class},
                           VA_KEYWORD_LIST(VA_X)
#undef VA_X
};

static const struct punct {
    const char text[4];
    uint8_t len, kind;
} puncts[] = {
#define VA_X(name, text) {text, sizeof text - 1, VA_T_##name},
    VA_PUNCT_LIST(VA_X)
#undef VA_X
};
#define N_PUNCTS (sizeof puncts / sizeof puncts[0])

const char *va_keyword_text(va_keyword kw) {
    return keywords[kw].text;
}

va_keyword_class va_keyword_class_of(va_keyword kw) {
    return keywords[kw].class;
}

static va_keyword keyword_find(const char *name) {
    size_t lo = 1, hi = VA_KW_COUNT;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = strcmp(name, keywords[mid].text);
        if (order == 0) return (va_keyword)mid;
        if (order < 0) hi = mid;
        else lo = mid + 1;
    }
    return VA_KW_NONE;
}

/* The lexer's own classes: those of ctype.h depend on the locale. */
bool va_is_name_start(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool va_is_name_char(int c) {
    return va_is_name_start(c) || (c >= '0' && c <= '9') || c == '$';
}

static bool is_blank(int c) {
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

void va_lexer_init(va_lexer *lexer, va_front *front, uint32_t source) {
    const hys__source *s = &front->sources.list.at[source - 1];
    *lexer = (va_lexer){.front = front, .text = s->text, .source = source, .at_bol = true};
    lexer->len = (uint32_t)s->len;
    if (lexer->len >= 3 && memcmp(s->text, "\xEF\xBB\xBF", 3) == 0) lexer->pos = 3;
    if (lexer->len > lexer->pos && s->text[lexer->len - 1] == 0x1A) /* Ctrl-Z of DOS ends the file */
        lexer->len--;
}

void va_lexer_error(va_lexer *lexer, uint32_t offset, uint32_t n, const char *hint, const char *fmt, ...) {
    lexer->has_failed = true;
    if (lexer->is_quiet || (lexer->is_deferring && lexer->is_in_token)) return;
    char message[VA_MESSAGE_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    hys__span span = {lexer->source, offset, n, 0};
    hys__report(lexer->front->ctx, HYS_ERROR, HYS_SYNTAX, &lexer->front->sources, span, hint, "%s", message);
}

/* ---- white space and comments ---- */

static bool at_newline(const va_lexer *lexer) {
    char c = lexer->text[lexer->pos];
    return lexer->pos < lexer->len && (c == '\n' || c == '\r');
}

/* newline = "\n" | "\r\n" | "\r" */
static void skip_newline(va_lexer *lexer) {
    if (lexer->text[lexer->pos] == '\r' && lexer->text[lexer->pos + 1] == '\n') lexer->pos++;
    lexer->pos++;
    lexer->at_bol = true;
    lexer->has_complained = false;
}

/* A one-line comment ends before the newline, in a directive also before the backslash that continues
 * the line: the comment is no part of a macro's text, the next line is. */
static void skip_line_comment(va_lexer *lexer) {
    while (lexer->pos < lexer->len && !at_newline(lexer)) lexer->pos++;
    if (lexer->in_directive && lexer->text[lexer->pos - 1] == '\\') lexer->pos--;
}

static void skip_block_comment(va_lexer *lexer) {
    uint32_t start = lexer->pos;
    lexer->pos += 2;
    while (lexer->pos < lexer->len) {
        if (lexer->text[lexer->pos] == '*' && lexer->text[lexer->pos + 1] == '/') {
            lexer->pos += 2;
            return;
        }
        if (at_newline(lexer)) lexer->at_bol = true;
        lexer->pos++;
    }
    va_lexer_error(lexer, start, 2, "close it with */", "this comment is never closed");
}

/* A backslash before the end of the line continues a directive; elsewhere it is white space.  Blanks
 * between the two are a slip that cannot be seen, so they are forgiven with a warning. */
static bool skip_continuation(va_lexer *lexer) {
    uint32_t p = lexer->pos + 1;
    while (p < lexer->len && is_blank(lexer->text[p])) p++;
    if (p < lexer->len && lexer->text[p] != '\n' && lexer->text[p] != '\r') return false;
    if (p > lexer->pos + 1 && lexer->in_directive && !lexer->is_quiet) {
        hys__span span = {lexer->source, lexer->pos, 1, 0};
        hys__report(lexer->front->ctx, HYS_WARNING, HYS_OK, &lexer->front->sources, span, "",
                    "blanks follow the '\\' that continues this line");
    }
    lexer->pos = p;
    if (p < lexer->len) skip_newline(lexer);
    return true;
}

/* Leaves the lexer on a token, on the newline that ends a directive, or at the end. */
static void skip_space(va_lexer *lexer) {
    while (lexer->pos < lexer->len) {
        const char *s = lexer->text + lexer->pos;
        if (is_blank(*s)) {
            lexer->pos++;
        } else if (*s == '\n' || *s == '\r') {
            if (lexer->in_directive) return;
            skip_newline(lexer);
        } else if (s[0] == '/' && s[1] == '/') {
            skip_line_comment(lexer);
        } else if (s[0] == '/' && s[1] == '*') {
            skip_block_comment(lexer);
        } else if (*s != '\\' || !skip_continuation(lexer)) {
            return;
        }
        lexer->is_apart = true;
    }
}

/* ---- what cannot be ---- */

unsigned va_utf8_decode(const char *s, size_t n, uint32_t *code) {
    const unsigned char *u = (const unsigned char *)s;
    unsigned len = n == 0 || u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 0;
    if (len == 0 || len > n) return 0;
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t c = u[0] & (0x7Fu >> len);
    for (unsigned i = 1; i < len; i++) {
        if ((u[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (u[i] & 0x3Fu);
    }
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0;
    *code = c;
    return len;
}

static const char *lookalike_hint(uint32_t code) {
    static const struct {
        uint32_t code;
        const char *hint;
    } list[] = {
        {0x2018, "use the plain ' of ASCII"},
        {0x2019, "use the plain ' of ASCII"},
        {0x201C, "use the plain \" of ASCII"},
        {0x201D, "use the plain \" of ASCII"},
        {0x2013, "use the plain - of ASCII"},
        {0x2014, "use the plain - of ASCII"},
        {0x2212, "use the plain - of ASCII"},
        {0x00D7, "use * for multiplication"},
        {0x00A0, "use a plain blank"},
        {0x200B, "delete this invisible character"},
        {0xFEFF, "delete this invisible character"},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (list[i].code == code) return list[i].hint;
    return "only comments and strings may hold it";
}

/* One message a line: text in another script would otherwise give one for each word. */
static void lex_bad(va_lexer *lexer, va_token *token) {
    uint32_t start = lexer->pos, code = 0;
    unsigned n = va_utf8_decode(lexer->text + start, lexer->len - start, &code);
    lexer->pos += n ? n : 1;
    while (lexer->pos < lexer->len && (unsigned char)lexer->text[lexer->pos] >= 0x80) lexer->pos++;
    token->kind = VA_T_BAD;
    if (lexer->has_complained) return;
    lexer->has_complained = !lexer->is_quiet && !lexer->is_deferring;
    unsigned char c = (unsigned char)lexer->text[start];
    if (n)
        va_lexer_error(lexer, start, n, lookalike_hint(code), "'%.*s' (U+%04X) is no character of Verilog-A", (int)n,
                       lexer->text + start, (unsigned)code);
    else if (c >= 0x7F)
        va_lexer_error(lexer, start, 1, "save the file as UTF-8", "byte 0x%02X is no character of Verilog-A", c);
    else va_lexer_error(lexer, start, 1, "", "'%c' cannot stand here", c);
}

/* ---- names ---- */

static void lex_name(va_lexer *lexer, va_token *token, va_token_kind kind, uint32_t skip) {
    uint32_t start = lexer->pos + skip, end = start;
    while (va_is_name_char(lexer->text[end])) end++;
    if (kind == VA_T_SYSNAME) start--;
    token->kind = (uint8_t)kind;
    token->text = hys__intern_add(&lexer->front->names, lexer->text + start, end - start);
    if (kind == VA_T_NAME && token->text) token->kw = (uint8_t)keyword_find(token->text);
    lexer->pos = end;
}

/* escaped-name = "\" non-blank+ ; the backslash is no part of the name */
static void lex_escaped_name(va_lexer *lexer, va_token *token) {
    uint32_t start = lexer->pos + 1, end = start;
    while (end < lexer->len && (unsigned char)lexer->text[end] > ' ') end++;
    if (end == start) {
        lex_bad(lexer, token);
        return;
    }
    for (uint32_t i = start; i < end; i++)
        if ((unsigned char)lexer->text[i] >= 0x7F) {
            va_lexer_error(lexer, start - 1, end - start + 1, "", "a name after '\\' may hold only printable ASCII");
            token->kind = VA_T_BAD;
            lexer->pos = end;
            return;
        }
    token->kind = VA_T_NAME;
    token->text = hys__intern_add(&lexer->front->names, lexer->text + start, end - start);
    lexer->pos = end;
}

/* ---- tokens ---- */

static void lex_punct(va_lexer *lexer, va_token *token) {
    const char *s = lexer->text + lexer->pos;
    for (size_t i = 0; i < N_PUNCTS; i++) {
        const struct punct *p = &puncts[i];
        if (p->text[0] == s[0] && strncmp(s, p->text, p->len) == 0) {
            token->kind = p->kind;
            lexer->pos += p->len;
            return;
        }
    }
    lex_bad(lexer, token);
}

static void lex_backquote(va_lexer *lexer, va_token *token) {
    const char *s = lexer->text + lexer->pos;
    if (va_is_name_start(s[1])) {
        lex_name(lexer, token, VA_T_MACRO, 1);
    } else if (s[1] == '`') {
        token->kind = VA_T_PASTE;
        lexer->pos += 2;
    } else {
        va_lexer_error(lexer, lexer->pos, 1, "", "a name must follow '`' directly");
        token->kind = VA_T_BAD;
        lexer->pos++;
    }
}

static bool at_number(const char *s) {
    if (*s >= '0' && *s <= '9') return true;
    if (*s == '.') return s[1] >= '0' && s[1] <= '9';
    if (*s != '\'') return false;
    char base = s[1] == 's' || s[1] == 'S' ? s[2] : s[1];
    return base && strchr("bodhBODH", base) != NULL;
}

static void lex_one(va_lexer *lexer, va_token *token) {
    const char *s = lexer->text + lexer->pos;
    if (va_is_name_start(*s)) lex_name(lexer, token, VA_T_NAME, 0);
    else if (at_number(s)) va_lexer_number(lexer, token);
    else if (*s == '"') va_lexer_string(lexer, token);
    else if (*s == '$' && va_is_name_char(s[1])) lex_name(lexer, token, VA_T_SYSNAME, 1);
    else if (*s == '`') lex_backquote(lexer, token);
    else if (*s == '\\') lex_escaped_name(lexer, token);
    else lex_punct(lexer, token);
}

void va_lexer_next(va_lexer *lexer, va_token *token) {
    skip_space(lexer);
    *token = (va_token){.span = {lexer->source, lexer->pos, 0, 0}};
    token->at_bol = lexer->at_bol;
    token->is_apart = lexer->is_apart || lexer->at_bol;
    lexer->is_apart = false;
    if (lexer->pos >= lexer->len) return;
    if (lexer->in_directive && at_newline(lexer)) {
        token->kind = VA_T_NEWLINE;
        token->span.len = 1;
        skip_newline(lexer);
        return;
    }
    lexer->at_bol = lexer->has_failed = false;
    lexer->is_in_token = true;
    lex_one(lexer, token);
    lexer->is_in_token = false;
    if (lexer->is_deferring && lexer->has_failed) token->kind = VA_T_UNREAD;
    token->span.len = lexer->pos - token->span.offset;
}

bool va_lexer_angle_path(va_lexer *lexer, va_token *token) {
    lexer->in_directive = true;
    skip_space(lexer);
    uint32_t start = lexer->pos, end = start + 1;
    if (start >= lexer->len || lexer->text[start] != '<') return false;
    while (end < lexer->len && !strchr("<>\n\r\"", lexer->text[end])) end++;
    if (end >= lexer->len || lexer->text[end] != '>') return false;
    *token = (va_token){.span = {lexer->source, start, end + 1 - start, 0}, .kind = VA_T_STRING};
    token->text = hys__arena_strndup(&lexer->front->arena, lexer->text + start + 1, end - start - 1);
    token->n_text = end - start - 1;
    lexer->pos = end + 1;
    return true;
}

const char *va_token_spelling(va_front *front, const va_token *token, size_t *n) {
    if (token->text && token->kind != VA_T_STRING) {
        *n = strlen(token->text);
        return token->text;
    }
    *n = token->span.len;
    if (token->span.source == 0) return "";
    return front->sources.list.at[token->span.source - 1].text + token->span.offset;
}

/* ---- the whole text ---- */

static bool is_utf16(const unsigned char *s, size_t n) {
    if (n >= 2 && ((s[0] == 0xFF && s[1] == 0xFE) || (s[0] == 0xFE && s[1] == 0xFF))) return true;
    return n >= 4 && ((s[0] && !s[1] && s[2] && !s[3]) || (!s[0] && s[1] && !s[2] && s[3]));
}

static bool is_text_byte(unsigned char c) {
    return c >= ' ' || (c >= '\t' && c <= '\r');
}

bool va_check_text(va_front *front, uint32_t source) {
    const hys__source *s = &front->sources.list.at[source - 1];
    const unsigned char *text = (const unsigned char *)s->text;
    hys__span span = {source, 0, 1, 0};
    if (is_utf16(text, s->len)) {
        hys__report(front->ctx, HYS_ERROR, HYS_SYNTAX, &front->sources, span,
                    "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)", "this file is UTF-16");
        return false;
    }
    for (size_t i = 0; i < s->len; i++) {
        if (is_text_byte(text[i]) || (text[i] == 0x1A && i + 1 == s->len)) continue;
        span.offset = (uint32_t)i;
        hys__report(front->ctx, HYS_ERROR, HYS_SYNTAX, &front->sources, span, "is this a text file?",
                    "byte 0x%02X cannot be in Verilog-A text", text[i]);
        return false;
    }
    return true;
}
