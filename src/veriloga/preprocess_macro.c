/* Macros: their table, their definition, their expansion. */
#include "veriloga/preprocess.h"

#include <string.h>

#define PARAMS_MAX 256 /* keeps the search among them short whatever the file holds */

/* ---- the table ---- */

static size_t slot_of(const va_pp *pp, const char *name) {
    uint32_t h = 2166136261u; /* FNV-1a */
    for (const char *c = name; *c; c++) h = (h ^ (unsigned char)*c) * 16777619u;
    size_t i = h & (pp->macros.cap - 1);
    while (pp->macros.at[i] && pp->macros.at[i]->name != name) i = (i + 1) & (pp->macros.cap - 1);
    return i;
}

static bool grow_table(va_pp *pp) {
    size_t old_cap = pp->macros.cap, cap = old_cap ? 2 * old_cap : 64;
    va_macro **old = pp->macros.at, **at = HYS_NEW_N(pp->arena, va_macro *, cap);
    if (!at) return false;
    pp->macros.at = at;
    pp->macros.cap = cap;
    for (size_t i = 0; i < old_cap; i++)
        if (old[i]) at[slot_of(pp, old[i]->name)] = old[i];
    return true;
}

/* The entry of a name, made when there is none; NULL when memory is out. */
static va_macro *entry(va_pp *pp, const char *name) {
    if (4 * (pp->macros.n + 1) > 3 * pp->macros.cap && !grow_table(pp)) return NULL;
    size_t i = slot_of(pp, name);
    if (!pp->macros.at[i]) {
        va_macro *macro = HYS_NEW(pp->arena, va_macro);
        if (!macro) return NULL;
        macro->name = name;
        pp->macros.at[i] = macro;
        pp->macros.n++;
    }
    return pp->macros.at[i];
}

va_macro *va_macro_find(va_pp *pp, const char *name) {
    if (pp->macros.cap == 0) return NULL;
    va_macro *macro = pp->macros.at[slot_of(pp, name)];
    return macro && macro->is_defined ? macro : NULL;
}

void va_macro_undefine(va_pp *pp, const char *name) {
    va_macro *macro = va_macro_find(pp, name);
    if (macro) macro->is_defined = false;
}

void va_macro_undefine_all(va_pp *pp) {
    for (size_t i = 0; i < pp->macros.cap; i++)
        if (pp->macros.at[i]) pp->macros.at[i]->is_defined = false;
}

/* The defined macro whose name is nearest, or NULL. */
static const char *nearest_macro(va_pp *pp, const char *name) {
    const char **names = HYS_NEW_N(pp->arena, const char *, pp->macros.n + 1);
    size_t n = 0;
    for (size_t i = 0; names && i < pp->macros.cap; i++)
        if (pp->macros.at[i] && pp->macros.at[i]->is_defined) names[n++] = pp->macros.at[i]->name;
    return names ? hys__nearest(name, names, n) : NULL;
}

/* ---- definition ---- */

/* default = "=" token*, up to a comma or ")" outside brackets.  Returns the first index behind it. */
static size_t read_default(const va_tokens *line, size_t i, va_macro_param *param) {
    unsigned depth = 0;
    param->has_default = true;
    param->at = line->at + i;
    for (; i < line->n; i++) {
        uint8_t kind = line->at[i].kind;
        if (depth == 0 && (kind == VA_T_COMMA || kind == VA_T_RPAREN)) break;
        if (kind == VA_T_LPAREN || kind == VA_T_LBRACE || kind == VA_T_LBRACKET) depth++;
        if (depth && (kind == VA_T_RPAREN || kind == VA_T_RBRACE || kind == VA_T_RBRACKET)) depth--;
    }
    param->n = (size_t)(line->at + i - param->at);
    return i;
}

static bool has_param(const va_macro *macro, const char *name) {
    for (size_t i = 0; i < macro->params.n; i++)
        if (macro->params.at[i].name == name) return true;
    return false;
}

static bool fail_params(va_pp *pp, const va_macro *macro, const va_token *at) {
    va_pp_error(pp, at->span, "write `define NAME(a, b) text",
                "the arguments of macro %s must be names with commas between them, and a ')'", macro->name);
    return false;
}

/* params = "(" [name [default] ("," name [default])*] ")" ; *i is behind "(", then behind ")". */
static bool read_params(va_pp *pp, va_macro *macro, const va_tokens *line, size_t *i) {
    if (*i < line->n && line->at[*i].kind == VA_T_RPAREN) {
        ++*i;
        return true;
    }
    while (*i < line->n) {
        const va_token *name = &line->at[*i];
        if (name->kind != VA_T_NAME) return fail_params(pp, macro, name);
        if (has_param(macro, name->text)) {
            va_pp_error(pp, name->span, "", "macro %s has two arguments '%s'", macro->name, name->text);
            return false;
        }
        if (macro->params.n >= PARAMS_MAX) {
            va_pp_error(pp, name->span, "", "a macro has at most %d arguments", PARAMS_MAX);
            return false;
        }
        va_macro_param *param = HYS_PUSH(pp->arena, &macro->params);
        if (!param) return false;
        param->name = name->text;
        ++*i;
        if (*i < line->n && line->at[*i].kind == VA_T_ASSIGN) *i = read_default(line, *i + 1, param);
        if (*i >= line->n) break;
        uint8_t kind = line->at[(*i)++].kind;
        if (kind == VA_T_RPAREN) return true;
        if (kind != VA_T_COMMA) return fail_params(pp, macro, &line->at[*i - 1]);
    }
    return fail_params(pp, macro, &line->at[line->n - 1]);
}

static void mark_params(const va_macro *macro, va_token *at, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; at[i].kind == VA_T_NAME && k < macro->params.n; k++)
            if (macro->params.at[k].name == at[i].text) {
                at[i].kind = VA_T_PARAM;
                at[i].index = k;
            }
}

/* define = "`define" name [params] token* newline */
void va_macro_define(va_pp *pp, hys__span span) {
    va_tokens line = {.n = 0};
    va_token nothing = {.span = span};
    pp->is_deferring = true;
    va_pp_read_line(pp, &line);
    pp->is_deferring = false;
    const va_token *name = line.n ? &line.at[0] : &nothing;
    if (name->kind != VA_T_NAME) {
        va_pp_error(pp, name->span, "", "`define needs a name");
        return;
    }
    if (va_is_directive(name->text)) {
        va_pp_error(pp, name->span, "", "`%s is a directive and cannot be a macro", name->text);
        return;
    }
    va_macro *macro = entry(pp, name->text);
    if (!macro) return;
    va_macro made = {.name = name->text, .span = name->span, .is_defined = true};
    made.n_active = macro->n_active;
    size_t i = 1;
    if (line.n > 1 && line.at[1].kind == VA_T_LPAREN && !line.at[1].is_apart) {
        made.is_function = true;
        i = 2;
        if (!read_params(pp, &made, &line, &i)) {
            macro->is_reported = true; /* its uses would only repeat the message */
            return;
        }
    }
    made.body = line.at + i;
    made.n_body = line.n - i;
    mark_params(&made, line.at + i, made.n_body);
    *macro = made;
}

void va_macro_predefine(va_pp *pp, const char *definition) {
    size_t n = strcspn(definition, "=");
    const char *value = definition[n] ? definition + n + 1 : "";
    va_front *front = pp->front;
    char *text = hys__arena_printf(pp->arena, "%.*s %s", (int)n, definition, value);
    uint32_t source = text ? hys__sources_add(&front->sources, "(definition)", NULL, text, strlen(text)) : 0;
    if (source == 0) return;
    bool is_name = va_is_name_start(*text);
    for (size_t i = 0; i < n; i++) is_name = is_name && va_is_name_char(text[i]);
    if (!is_name || strpbrk(text, "\r\n")) {
        va_pp_fatal(pp, HYS_ARG, HYS_NO_SPAN, "write NAME or NAME=text", "'%s' defines no macro", definition);
        return;
    }
    if (!va_check_text(front, source)) {
        pp->status = HYS_ARG;
        return;
    }
    va_frame *frame = va_pp_push_frame(pp);
    if (!frame) return;
    frame->is_file = frame->is_barrier = true;
    va_lexer_init(&frame->lexer, front, source);
    va_macro_define(pp, HYS_NO_SPAN);
    pp->frames.n--;
}

/* ---- the arguments of a use ---- */

struct call {
    const va_macro *macro;
    const va_token *use;
    uint32_t used_at;
    va_tokens tokens; /* of all arguments */
    struct {
        size_t *at;
        size_t n, cap;
    } ends; /* of each argument in tokens */
};

static bool opens(uint8_t kind) {
    return kind == VA_T_LPAREN || kind == VA_T_LBRACKET || kind == VA_T_LBRACE || kind == VA_T_TICK_BRACE;
}

static bool closes(uint8_t kind) {
    return kind == VA_T_RPAREN || kind == VA_T_RBRACKET || kind == VA_T_RBRACE;
}

/* What shows that the ')' of a use was forgotten: the use must not swallow the rest of the file. */
static bool cannot_be_argument(const va_token *token) {
    if (token->kind == VA_T_NAME) return token->kw == VA_KW_module || token->kw == VA_KW_endmodule;
    return token->kind == VA_T_EOF ||
           (token->kind == VA_T_MACRO && (strcmp(token->text, "define") == 0 || strcmp(token->text, "include") == 0));
}

static bool end_argument(va_pp *pp, struct call *call) {
    size_t *end = HYS_PUSH(pp->arena, &call->ends);
    if (end) *end = call->tokens.n;
    return end != NULL;
}

/* arguments = token* ("," token*)* ")" ; commas in brackets do not count */
static bool read_arguments(va_pp *pp, struct call *call) {
    unsigned depth = 0;
    for (;;) {
        va_token token;
        va_pp_raw(pp, &token);
        if (cannot_be_argument(&token)) {
            if (pp->status == HYS_OK && !pp->arena->failed)
                va_pp_error(pp, call->use->span, "", "the ')' of this use of `%s is missing", call->use->text);
            va_pp_push_back(pp, &token);
            return false;
        }
        if (depth == 0 && token.kind == VA_T_RPAREN) return end_argument(pp, call);
        if (depth == 0 && token.kind == VA_T_COMMA) {
            if (!end_argument(pp, call)) return false;
            continue;
        }
        depth += opens(token.kind);
        depth -= closes(token.kind) && depth > 0;
        va_token *to = NULL;
        if (va_pp_spend(pp, VA_TOKEN_COST, token.span)) to = HYS_PUSH(pp->arena, &call->tokens);
        if (!to) return false;
        *to = token;
    }
}

static void argument(const struct call *call, size_t i, const va_token **at, size_t *n) {
    bool is_given = i < call->ends.n;
    size_t start = i && is_given ? call->ends.at[i - 1] : 0;
    size_t end = is_given ? call->ends.at[i] : start;
    *n = end - start;
    *at = *n ? call->tokens.at + start : NULL;
    if (*n == 0 && call->macro->params.at[i].has_default) {
        *at = call->macro->params.at[i].at;
        *n = call->macro->params.at[i].n;
    }
}

static bool has_right_count(va_pp *pp, const struct call *call) {
    size_t most = call->macro->params.n, least = most, n = call->ends.n;
    while (least > 0 && call->macro->params.at[least - 1].has_default) least--;
    if (n == 1 && call->tokens.n == 0 && most == 0) n = 0;
    if (n >= least && n <= most) return true;
    va_pp_error(pp, call->use->span, "", "macro `%s takes %zu argument%s; %zu given", call->use->text,
                n < least ? least : most, (n < least ? least : most) == 1 ? "" : "s", n);
    hys__note(pp->front->ctx, &pp->front->sources, call->macro->span, "it is defined here");
    return false;
}

/* Passes over the arguments of a use that cannot be expanded, when they follow at once. */
static void skip_arguments(va_pp *pp) {
    va_token token;
    unsigned depth = 0;
    va_pp_raw(pp, &token);
    if (token.kind == VA_T_LPAREN && !token.is_apart) do {
            depth += opens(token.kind);
            depth -= closes(token.kind) && depth > 0;
            if (depth == 0) return;
            va_pp_raw(pp, &token);
        } while (!cannot_be_argument(&token) && token.kind != VA_T_SEMI);
    va_pp_push_back(pp, &token);
}

/* ---- expansion ---- */

/* The arguments are expanded before they are put in, so that one use may stand in another's argument. */
static bool expand_argument(va_pp *pp, const struct call *call, size_t i, va_tokens *out) {
    const va_token *at;
    size_t n;
    argument(call, i, &at, &n);
    for (size_t k = 0; k < n; k++)
        if (at[k].kind == VA_T_MACRO || at[k].kind == VA_T_PASTE) {
            va_pp_expand_list(pp, at, n, out);
            return pp->status == HYS_OK;
        }
    out->at = (va_token *)at;
    out->n = n;
    return true;
}

/* Appends a part of the body: the tokens of an argument, or the one token itself. */
static bool append(va_pp *pp, va_tokens *to, const va_token *at, size_t n, const va_token *place) {
    if (!va_pp_spend(pp, n * VA_TOKEN_COST, place->span)) return false;
    for (size_t i = 0; i < n; i++) {
        va_token *token = HYS_PUSH(pp->arena, to);
        if (!token) return false;
        *token = at[i];
        if (i == 0) {
            token->at_bol = place->at_bol;
            token->is_apart = place->is_apart;
        }
    }
    return true;
}

/* The body with the arguments put in.  `` stays, unless one of its sides is empty: then it joins
 * nothing. */
static bool substitute(va_pp *pp, const struct call *call, va_tokens *args, va_tokens *to) {
    bool must_paste = false, has_left = false;
    va_token paste = {.kind = VA_T_PASTE};
    for (size_t i = 0; i < call->macro->n_body; i++) {
        va_token token = call->macro->body[i];
        if (token.kind == VA_T_PASTE) {
            must_paste = true;
            continue;
        }
        const va_token *at = &token;
        size_t n = 1;
        token.span.used_at = call->used_at;
        if (token.kind == VA_T_PARAM) {
            at = args[token.index].at;
            n = args[token.index].n;
        }
        if (must_paste && has_left && n > 0 && !append(pp, to, &paste, 1, &token)) return false;
        if (!append(pp, to, at, n, &token)) return false;
        has_left = n > 0 || (must_paste && has_left);
        must_paste = false;
    }
    return true;
}

static void push_list(va_pp *pp, va_macro *macro, const va_token *use, const va_tokens *list, uint32_t used_at) {
    va_frame *frame = va_pp_push_frame(pp);
    if (!frame) return;
    frame->at = list->at;
    frame->n = list->n;
    frame->used_at = used_at;
    frame->macro = macro;
    frame->at_bol = use->at_bol;
    frame->is_apart = use->is_apart;
    macro->n_active++;
}

static void expand_function(va_pp *pp, va_macro *macro, const va_token *use, uint32_t used_at) {
    struct call call = {.macro = macro, .use = use, .used_at = used_at};
    va_macro frozen = *macro; /* an argument may define it anew */
    va_token token;
    va_pp_raw(pp, &token);
    if (token.kind != VA_T_LPAREN) {
        if (token.kind != VA_T_BAD)
            va_pp_error(pp, use->span, "", "macro `%s needs its arguments in brackets", use->text);
        va_pp_push_back(pp, &token);
        va_pp_emit_bad(pp, use->span);
        return;
    }
    call.macro = &frozen;
    if (!read_arguments(pp, &call) || !has_right_count(pp, &call)) {
        va_pp_emit_bad(pp, use->span);
        return;
    }
    va_tokens *args = HYS_NEW_N(pp->arena, va_tokens, frozen.params.n + 1), list = {.n = 0};
    for (size_t i = 0; args && i < frozen.params.n; i++)
        if (!expand_argument(pp, &call, i, &args[i])) return;
    if (args && substitute(pp, &call, args, &list)) push_list(pp, macro, use, &list, 0);
}

static void report_unknown(va_pp *pp, const va_token *use) {
    va_macro *macro = entry(pp, use->text);
    if (!macro || macro->is_reported) return;
    macro->is_reported = true;
    const char *near = nearest_macro(pp, use->text), *hint = "";
    if (strcmp(use->text, "attr") == 0) hint = "files for ADMS have: `define attr(txt) (*txt*)";
    else if (near) hint = hys__arena_printf(pp->arena, "did you mean `%s?", near);
    va_pp_error(pp, use->span, hint, "macro `%s is not defined", use->text);
}

static uint32_t record_use(va_pp *pp, hys__span span) {
    hys__span *use = HYS_PUSH(pp->arena, &pp->front->sources.uses);
    if (!use) return 0;
    *use = span;
    return (uint32_t)pp->front->sources.uses.n;
}

/* A constant of a standard header that the file forgot to include. */
static va_macro *find_standard(va_pp *pp, const va_token *use) {
    const char *header = va_builtin_header_of(use->text);
    const char *guard = hys__intern_add(&pp->front->names, "CONSTANTS_VAMS", 14);
    bool is_read = !guard || va_macro_find(pp, guard);
    uint32_t source = header && !is_read ? va_include_builtin(pp, header) : 0;
    if (!source) return NULL;
    va_pp_read_source(pp, source);
    va_macro *macro = va_macro_find(pp, use->text);
    if (macro) va_pp_warn(pp, use->span, "macro `%s is taken from %s, which is not included", use->text, header);
    return macro;
}

void va_macro_expand(va_pp *pp, const va_token *use) {
    va_macro *macro = va_macro_find(pp, use->text);
    if (!macro) macro = find_standard(pp, use);
    if (!macro || macro->n_active > 0) {
        if (macro) va_pp_error(pp, use->span, "", "macro `%s uses itself", use->text);
        else report_unknown(pp, use);
        skip_arguments(pp);
        va_pp_emit_bad(pp, use->span);
        return;
    }
    if (pp->frames.n > pp->front->limits.max_expand + pp->n_files) {
        va_pp_fatal(pp, HYS_LIMIT, use->span, "", "macros nest deeper than %u", pp->front->limits.max_expand);
        return;
    }
    uint32_t used_at = record_use(pp, use->span);
    if (macro->is_function) {
        expand_function(pp, macro, use, used_at);
        return;
    }
    va_tokens body = {.at = (va_token *)macro->body, .n = macro->n_body};
    if (va_pp_spend(pp, (body.n + 1) * VA_TOKEN_COST, use->span)) push_list(pp, macro, use, &body, used_at);
}

/* ---- joining ---- */

/* Reads the n bytes as one token; false when they are none or more. */
static bool lex_joined(va_pp *pp, const char *text, size_t n, va_token *token) {
    va_token next;
    va_lexer lexer = {.front = pp->front, .text = text, .len = (uint32_t)n, .is_quiet = true};
    va_lexer_next(&lexer, token);
    va_lexer_next(&lexer, &next);
    return !lexer.has_failed && token->kind != VA_T_EOF && token->kind != VA_T_BAD && next.kind == VA_T_EOF &&
           lexer.pos == n;
}

void va_macro_paste(va_pp *pp, va_tokens *out, const va_token *right) {
    va_token *left = &out->at[out->n - 1], joined;
    size_t n_left, n_right;
    const char *l = va_token_spelling(pp->front, left, &n_left);
    const char *r = va_token_spelling(pp->front, right, &n_right);
    if (left->kind == VA_T_BAD || right->kind == VA_T_BAD) {
        left->kind = VA_T_BAD;
        return;
    }
    if (!va_pp_spend(pp, n_left + n_right + VA_TOKEN_COST, right->span)) return;
    char *text = hys__arena_printf(pp->arena, "%.*s%.*s", (int)n_left, l, (int)n_right, r);
    if (!text) return;
    if (!lex_joined(pp, text, n_left + n_right, &joined)) {
        va_pp_error(pp, left->span, "", "`` makes no token of '%.*s' and '%.*s'",
                    n_left > VA_QUOTE_MAX ? VA_QUOTE_MAX : (int)n_left, l,
                    n_right > VA_QUOTE_MAX ? VA_QUOTE_MAX : (int)n_right, r);
        left->kind = VA_T_BAD;
        return;
    }
    joined.span = left->span;
    joined.at_bol = left->at_bol;
    joined.is_apart = left->is_apart;
    if (joined.kind != VA_T_STRING && !joined.text) joined.text = text;
    *left = joined;
}
