#include "veriloga/parse.h"

#include <stdio.h>
#include <string.h>

#define ERRORS_MAX 100 /* as many as the context keeps; then parsing ends */

/* ---- tokens ---- */

const va_token *va_peek_at(const va_parser *p, size_t ahead) {
    size_t i = p->at + ahead;
    return &p->tokens[i < p->n ? i : p->n - 1];
}

const va_token *va_peek(const va_parser *p) {
    return &p->tokens[p->at];
}

const va_token *va_last(const va_parser *p) {
    return &p->tokens[p->at > 0 ? p->at - 1 : 0];
}

bool va_is(const va_parser *p, va_token_kind kind) {
    return va_peek(p)->kind == kind;
}

bool va_is_keyword(const va_parser *p, va_keyword kw) {
    return va_peek(p)->kw == kw;
}

bool va_is_word(const va_token *token) {
    return token->kind == VA_T_NAME && (token->kw == VA_KW_NONE || va_keyword_class_of(token->kw) != VA_KW_HARD);
}

void va_advance(va_parser *p) {
    if (va_is(p, VA_T_BAD)) {
        p->has_passed_bad = true;
        p->n_fails++;
    }
    if (p->at + 1 < p->n) p->at++;
}

bool va_take(va_parser *p, va_token_kind kind) {
    if (!va_is(p, kind)) return false;
    va_advance(p);
    return true;
}

bool va_take_keyword(va_parser *p, va_keyword kw) {
    if (!va_is_keyword(p, kw)) return false;
    va_advance(p);
    return true;
}

hys__span va_span_from(const va_parser *p, size_t start) {
    hys__span a = p->tokens[start].span, b = va_last(p)->span;
    if (p->at > start && a.source == b.source && a.used_at == b.used_at && b.offset >= a.offset)
        a.len = b.offset + b.len - a.offset;
    return a;
}

/* ---- errors ---- */

bool va_is_silent(const va_parser *p) {
    return p->panic || p->has_passed_bad || p->has_ended || p->n_mute > 0 || p->arena->failed || va_is(p, VA_T_BAD);
}

bool va_fail(va_parser *p, hys__span span, const char *hint, const char *fmt, ...) {
    if (!va_is_silent(p)) {
        char message[VA_MESSAGE_MAX];
        va_list args;
        va_start(args, fmt);
        vsnprintf(message, sizeof message, fmt, args);
        va_end(args);
        hys__report(p->front->ctx, HYS_ERROR, HYS_SYNTAX, &p->front->sources, span, hint, "%s", message);
        if (++p->n_errors > ERRORS_MAX) p->at = p->n - 1;
    }
    p->n_fails++;
    p->panic = true;
    return false;
}

void va_note(va_parser *p, hys__span span, const char *fmt, ...) {
    char message[VA_MESSAGE_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    hys__note(p->front->ctx, &p->front->sources, span, "%s", message);
}

const char *va_quote(va_parser *p, const va_token *token) {
    if (token->kind == VA_T_EOF) return "the end of the file";
    size_t n;
    const char *s = va_token_spelling(p->front, token, &n), *more = "";
    if (n > VA_QUOTE_MAX) {
        n = VA_QUOTE_MAX;
        more = "...";
    }
    const char *text = hys__arena_printf(p->arena, "'%.*s%s'", (int)n, s, more);
    return text ? text : "this";
}

bool va_fail_expected(va_parser *p, const char *expected) {
    const va_token *found = va_peek(p);
    return va_fail(p, found->span, "", "%s expected, not %s", expected, va_quote(p, found));
}

bool va_expect(va_parser *p, va_token_kind kind, const char *expected) {
    return va_take(p, kind) || va_fail_expected(p, expected);
}

static const char *closing_text(va_token_kind kind) {
    static const struct {
        va_token_kind kind;
        const char *text;
    } list[] = {{VA_T_RPAREN, "')'"}, {VA_T_RBRACKET, "']'"}, {VA_T_RBRACE, "'}'"}, {VA_T_ATTR_CLOSE, "'*)'"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (list[i].kind == kind) return list[i].text;
    return "the closing bracket";
}

bool va_expect_close(va_parser *p, va_token_kind kind, size_t open) {
    if (va_take(p, kind)) return true;
    bool was_silent = va_is_silent(p);
    va_fail_expected(p, closing_text(kind));
    const va_token *opening = &p->tokens[open];
    if (!was_silent) va_note(p, opening->span, "%s opens here", va_quote(p, opening));
    return false;
}

/* Whether a ';' before the next token was more likely forgotten than anything else. */
static bool starts_anew(const va_token *token) {
    if (token->kind == VA_T_EOF) return true;
    if (token->kind == VA_T_NAME && token->kw != VA_KW_NONE && va_keyword_class_of(token->kw) == VA_KW_HARD)
        return true;
    bool may_start = token->kind == VA_T_NAME || token->kind == VA_T_SYSNAME || token->kind == VA_T_AT ||
                     token->kind == VA_T_ATTR_OPEN;
    return token->at_bol && may_start;
}

bool va_expect_semi(va_parser *p) {
    if (va_take(p, VA_T_SEMI)) return true;
    const va_token *last = va_last(p);
    if (va_is(p, VA_T_ASSIGN))
        return va_fail(p, va_peek(p)->span, "== compares; or is a ';' missing before?",
                       "'=' cannot stand in an expression");
    if (va_is_silent(p) || !starts_anew(va_peek(p))) return va_fail_expected(p, "';'");
    hys__span span = last->span;
    span.offset += span.len ? span.len - 1 : 0;
    span.len = 1;
    va_fail(p, span, "", "missing ';' after %s", va_quote(p, last));
    p->panic = false;
    p->n_fails--; /* nothing is lost by it */
    return true;
}

/* ---- names ---- */

void va_warn_keyword(va_parser *p, const va_token *token) {
    if (token->kw == VA_KW_NONE || p->has_warned[token->kw] || p->arena->failed) return;
    p->has_warned[token->kw] = true;
    hys__report(p->front->ctx, HYS_WARNING, HYS_OK, &p->front->sources, token->span, "",
                "'%s' is a keyword of Verilog-AMS; it is read as an ordinary name", token->text);
}

const char *va_expect_name(va_parser *p, const char *what) {
    const va_token *token = va_peek(p);
    if (va_is_word(token)) {
        va_warn_keyword(p, token);
        va_advance(p);
        return token->text;
    }
    if (token->kind != VA_T_NAME) {
        va_fail_expected(p, what);
        return NULL;
    }
    va_fail(p, token->span, "", "'%s' is a keyword and cannot be %s", token->text, what);
    if (!token->at_bol) va_advance(p); /* it was meant as the name */
    return NULL;
}

const char *va_keyword_hint(va_parser *p, const va_token *token, const va_keyword *list, size_t n) {
    const char *names[32];
    size_t n_names = n < sizeof names / sizeof names[0] ? n : sizeof names / sizeof names[0];
    bool is_hard = token->kw != VA_KW_NONE && va_keyword_class_of(token->kw) == VA_KW_HARD;
    if (token->kind != VA_T_NAME || !token->text || is_hard) return "";
    for (size_t i = 0; i < n_names; i++) names[i] = va_keyword_text(list[i]);
    const char *near = hys__nearest(token->text, names, n_names);
    if (!near || strcmp(near, token->text) == 0) return "";
    const char *hint = hys__arena_printf(p->arena, "did you mean '%s'?", near);
    return hint ? hint : "";
}

/* ---- depth ---- */

bool va_enter(va_parser *p) {
    if (p->depth < p->front->limits.max_nesting) {
        p->depth++;
        return true;
    }
    va_fail(p, va_peek(p)->span, "", "this is nested deeper than %u levels", p->front->limits.max_nesting);
    p->at = p->n - 1;
    p->has_ended = true;
    return false;
}

void va_leave(va_parser *p) {
    p->depth--;
}

/* ---- where reading can go on ---- */

static bool ends_unit(va_keyword kw) {
    return kw == VA_KW_endmodule || kw == VA_KW_endfunction || kw == VA_KW_endgenerate || kw == VA_KW_module ||
           kw == VA_KW_macromodule || kw == VA_KW_enddiscipline || kw == VA_KW_endnature || kw == VA_KW_analog;
}

static bool begins_on_line(const va_token *token) {
    if (!token->at_bol) return false;
    switch (token->kw) {
    case VA_KW_if:
    case VA_KW_for:
    case VA_KW_while:
    case VA_KW_repeat:
    case VA_KW_parameter:
    case VA_KW_localparam:
    case VA_KW_real:
    case VA_KW_integer:
    case VA_KW_branch:
    case VA_KW_inout:
    case VA_KW_input:
    case VA_KW_output:
        return true;
    default:
        return token->kind == VA_T_AT;
    }
}

/* Whether a statement or an item can begin with the token.  Where not, the ';' before it was a slip
 * inside of something. */
static bool can_start(const va_token *token) {
    return token->at_bol || token->kind == VA_T_NAME || token->kind == VA_T_SYSNAME || token->kind == VA_T_AT ||
           token->kind == VA_T_ATTR_OPEN || token->kind == VA_T_SEMI || token->kind == VA_T_BAD ||
           token->kind == VA_T_EOF;
}

void va_sync(va_parser *p) {
    size_t start = p->at;
    unsigned depth = 0;
    p->panic = p->has_passed_bad = false;
    for (; !va_is(p, VA_T_EOF); va_advance(p)) {
        const va_token *token = va_peek(p);
        bool closes = token->kw == VA_KW_end || token->kw == VA_KW_endcase;
        if (ends_unit(token->kw)) return;
        if (depth == 0 && (closes || (p->at > start && begins_on_line(token)))) return;
        if (depth == 0 && token->kind == VA_T_SEMI && can_start(va_peek_at(p, 1))) {
            va_advance(p);
            return;
        }
        depth += token->kw == VA_KW_begin || token->kw == VA_KW_case;
        if (closes && --depth == 0) {
            va_advance(p);
            return;
        }
    }
}

static bool opens_bracket(uint8_t kind) {
    return kind == VA_T_LPAREN || kind == VA_T_LBRACKET || kind == VA_T_LBRACE || kind == VA_T_TICK_BRACE;
}

static bool closes_bracket(uint8_t kind) {
    return kind == VA_T_RPAREN || kind == VA_T_RBRACKET || kind == VA_T_RBRACE;
}

size_t va_behind_bracket(const va_parser *p, size_t open) {
    unsigned depth = 0;
    for (size_t i = open; i + 1 < p->n && p->tokens[i].kind != VA_T_SEMI; i++) {
        depth += opens_bracket(p->tokens[i].kind);
        if (closes_bracket(p->tokens[i].kind) && --depth == 0) return i + 1;
    }
    return 0;
}

static bool follows_head(va_keyword kw) {
    return kw == VA_KW_begin || kw == VA_KW_if || kw == VA_KW_for || kw == VA_KW_while || kw == VA_KW_repeat ||
           kw == VA_KW_case || kw == VA_KW_else || kw == VA_KW_end || kw == VA_KW_endcase || ends_unit(kw);
}

bool va_sync_head(va_parser *p, size_t open, unsigned n_semis) {
    unsigned depth = 0;
    size_t i = open;
    p->panic = p->has_passed_bad = false;
    for (; i + 1 < p->n && (i < p->at || !follows_head(p->tokens[i].kw)); i++) {
        uint8_t kind = p->tokens[i].kind;
        depth += opens_bracket(kind);
        bool is_closed = closes_bracket(kind) && depth > 0 && --depth == 0;
        if (i < p->at && kind != VA_T_SEMI) continue;
        bool is_lost = kind == VA_T_SEMI && n_semis-- == 0;
        if (!is_closed && !is_lost) continue;
        p->at = i + 1;
        if (is_lost && !can_start(va_peek(p))) va_sync(p);
        return !is_lost;
    }
    p->at = i;
    return true;
}

/* ---- the file ---- */

static const char *spice_hint(const va_parser *p) {
    const hys__source *main = &p->front->sources.list.at[0];
    for (size_t i = 0; i < p->front->sources.list.n; i++)
        if (main[i].text &&
            (strstr(main[i].text, "\n.subckt") || strstr(main[i].text, "\n.SUBCKT") || strstr(main[i].text, "\n.ends")))
            return "this looks like a SPICE netlist";
    return NULL;
}

static void fail_top(va_parser *p) {
    static const va_keyword starts[] = {VA_KW_module, VA_KW_nature, VA_KW_discipline};
    const va_token *token = va_peek(p);
    const char *hint = va_keyword_hint(p, token, starts, sizeof starts / sizeof starts[0]);
    if (!*hint && token->kind != VA_T_BAD && p->at == 0 && spice_hint(p)) hint = spice_hint(p);
    if (!*hint && (token->kw == VA_KW_analog || token->kw == VA_KW_parameter || token->kw == VA_KW_real ||
                   token->kw == VA_KW_integer))
        hint = "does this file belong into a module, by `include?";
    va_fail(p, token->span, hint, "%s stands outside of a module", va_quote(p, token));
}

/* Skips to the next module, nature or discipline: what stands between belongs to the one error. */
static void sync_top(va_parser *p) {
    p->panic = false;
    va_advance(p);
    while (!va_is(p, VA_T_EOF)) {
        va_keyword kw = va_peek(p)->kw;
        if (kw == VA_KW_module || kw == VA_KW_macromodule || kw == VA_KW_connectmodule) return;
        if ((kw == VA_KW_nature || kw == VA_KW_discipline) && va_peek(p)->at_bol) return;
        va_advance(p);
    }
}

static bool is_digital_unit(va_keyword kw) {
    return kw == VA_KW_connectmodule || kw == VA_KW_connectrules || kw == VA_KW_paramset || kw == VA_KW_primitive ||
           kw == VA_KW_config || kw == VA_KW_library;
}

/* file = (attributes (module | nature | discipline))* */
static void parse_file(va_parser *p) {
    va_nature **natures = &p->file->natures;
    va_discipline **disciplines = &p->file->disciplines;
    while (!va_is(p, VA_T_EOF) && !p->arena->failed) {
        size_t before = p->at, n_fails = p->n_fails;
        p->panic = p->has_passed_bad = false;
        va_attr *attrs = va_parse_attrs(p);
        if (va_take_keyword(p, VA_KW_module) || va_take_keyword(p, VA_KW_macromodule)) {
            va_parse_module(p, attrs);
        } else if (va_take_keyword(p, VA_KW_nature)) {
            va_parse_nature(p, &natures);
        } else if (va_take_keyword(p, VA_KW_discipline)) {
            va_parse_discipline(p, &disciplines);
        } else if (is_digital_unit(va_peek(p)->kw)) {
            va_skip_digital(p);
        } else if (!va_take(p, VA_T_SEMI) && !va_take(p, VA_T_BAD) && !va_is(p, VA_T_EOF)) {
            fail_top(p);
            sync_top(p);
        }
        va_lose_failed(p, before, n_fails);
    }
}

static bool has_discipline(const va_file *file, const char *name) {
    for (const va_discipline *d = file->disciplines; d; d = d->next)
        if (strcmp(d->name, name) == 0) return true;
    return false;
}

hys_status va_parse(va_front *front, const va_tokens *tokens) {
    va_parser p = {.front = front,
                   .arena = &front->arena,
                   .file = front->file,
                   .modules = &front->file->modules,
                   .tokens = tokens->at,
                   .n = tokens->n};
    parse_file(&p);
    front->file->damage.is_total |= p.has_ended || p.n_errors > ERRORS_MAX;
    front->file->standard_included = has_discipline(front->file, "electrical");
    return front->arena.failed ? HYS_NOMEM : HYS_OK;
}
