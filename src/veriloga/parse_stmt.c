/* Statements. */
#include "veriloga/parse.h"

#include <string.h>

va_stmt *va_stmt_new(va_parser *p, va_stmt_kind kind, size_t start) {
    va_stmt *stmt = HYS_NEW(p->arena, va_stmt);
    if (!stmt) return NULL;
    stmt->kind = kind;
    stmt->span = va_span_from(p, start);
    return stmt;
}

/* Ends a statement that may have failed: skips what is left of it and gives an empty one. */
static va_stmt *finish(va_parser *p, va_stmt *stmt, size_t start) {
    if (stmt && !p->panic) {
        stmt->span = va_span_from(p, start);
        return stmt;
    }
    if (p->panic) va_sync(p);
    return va_stmt_new(p, VA_EMPTY_STMT, start);
}

/* ---- heads ---- */

/* condition = "(" expression ")" */
va_expr *va_parse_condition(va_parser *p) {
    size_t open = p->at;
    p->has_no_body = false;
    va_expr *e = va_expect(p, VA_T_LPAREN, "'('") ? va_parse_expr(p) : NULL;
    if (e && va_is(p, VA_T_ASSIGN)) va_fail(p, va_peek(p)->span, "== compares", "'=' cannot stand in a condition");
    if (e && !p->panic && va_expect_close(p, VA_T_RPAREN, open)) return e;
    p->has_no_body = !va_sync_head(p, open, 0);
    return NULL;
}

const char *va_parse_label(va_parser *p) {
    return va_take(p, VA_T_COLON) ? va_expect_name(p, "the name of a block") : NULL;
}

/* assignment = reference "=" expression */
static va_stmt *parse_plain_assignment(va_parser *p) {
    size_t start = p->at;
    va_expr *lhs = va_parse_primary(p);
    if (!lhs) return NULL;
    if (va_is(p, VA_T_PLUS) || va_is(p, VA_T_MINUS)) {
        va_fail(p, va_peek(p)->span, "write i = i + 1", "this is no assignment");
        return NULL;
    }
    if (!va_expect(p, VA_T_ASSIGN, "'='")) return NULL;
    va_expr *rhs = va_parse_expr(p);
    va_stmt *stmt = rhs ? va_stmt_new(p, VA_ASSIGN, start) : NULL;
    if (!stmt) return NULL;
    stmt->lhs = lhs;
    stmt->rhs = rhs;
    return stmt;
}

/* for-head = "(" assignment ";" expression ";" assignment ")" */
bool va_parse_for_head(va_parser *p, va_stmt *stmt) {
    size_t open = p->at;
    bool ok = va_expect(p, VA_T_LPAREN, "'('");
    if (ok && va_starts_variable(p))
        ok = va_fail(p, va_peek(p)->span, "declare it before the loop", "a for loop cannot declare its variable");
    ok = ok && (stmt->init = parse_plain_assignment(p)) && va_expect(p, VA_T_SEMI, "';'") &&
         (stmt->cond = va_parse_expr(p)) && va_expect(p, VA_T_SEMI, "';'") &&
         (stmt->step = parse_plain_assignment(p)) && va_expect_close(p, VA_T_RPAREN, open);
    p->has_no_body = !ok && !va_sync_head(p, open, 2);
    return ok;
}

va_stmt *va_parse_body(va_parser *p, va_branch_parser *parse) {
    bool has_no_body = p->has_no_body;
    p->has_no_body = false;
    return has_no_body ? NULL : parse(p);
}

/* ---- blocks ---- */

/* A block that meets the end of something larger lacks its own end; only the innermost says so. */
static void fail_no_end(va_parser *p, const char *what, const char *end, size_t open) {
    if (p->no_end_at == p->at + 1) return;
    p->panic = p->has_passed_bad = false;
    bool is_silent = va_is_silent(p);
    va_fail(p, p->tokens[open].span, "", "this '%s' has no '%s'", what, end);
    if (!is_silent) va_note(p, va_peek(p)->span, "it is still open at %s", va_quote(p, va_peek(p)));
    p->panic = false;
    p->no_end_at = p->at + 1;
    va_lose_place(p, open);
}

static bool ends_all_blocks(const va_parser *p) {
    switch (va_peek(p)->kw) {
    case VA_KW_endmodule:
    case VA_KW_endfunction:
    case VA_KW_endgenerate:
    case VA_KW_module:
    case VA_KW_macromodule:
    case VA_KW_analog:
        return true;
    default:
        return va_is(p, VA_T_EOF);
    }
}

/* block = "begin" [":" name] (attributes (declaration | statement))* "end" [":" name] */
static va_stmt *parse_block(va_parser *p) {
    size_t open = p->at;
    va_advance(p);
    va_stmt *block = va_stmt_new(p, VA_BLOCK, open);
    if (!block) return NULL;
    block->name = va_parse_label(p);
    va_decls decls = {&block->decls};
    va_stmt **tail = &block->stmts;
    if (p->panic) va_sync(p);
    while (!va_is_keyword(p, VA_KW_end)) {
        if (ends_all_blocks(p) || (p->n_cases > 0 && va_is_keyword(p, VA_KW_endcase))) {
            fail_no_end(p, "begin", "end", open);
            return block;
        }
        size_t before = p->at, n_fails = p->n_fails;
        p->has_passed_bad = false;
        va_attr *attrs = va_parse_attrs(p);
        if (va_is_keyword(p, VA_KW_end)) break;
        bool is_decl = va_parse_shared_decl(p, attrs, &decls);
        va_lose_failed(p, before, n_fails);
        if (is_decl) continue;
        va_stmt *stmt = va_parse_stmt(p);
        if (!stmt) return NULL;
        stmt->attrs = va_attrs_join(attrs, stmt->attrs);
        *tail = stmt;
        tail = &stmt->next;
    }
    va_advance(p);
    va_parse_label(p);
    return block;
}

/* ---- if, case, loops ---- */

/* A chain of else-ifs is read in a loop, but counts as depth: it is a chain in the tree. */
va_stmt *va_parse_if_chain(va_parser *p, va_branch_parser *parse) {
    unsigned n = 0;
    va_stmt *first = NULL, **to = &first;
    bool is_whole = true;
    do {
        size_t own = p->at;
        va_advance(p);
        va_stmt *stmt = va_stmt_new(p, VA_IF, own);
        if (!stmt || !va_enter(p)) break;
        n++;
        stmt->cond = va_parse_condition(p);
        if (!stmt->cond) stmt->cond = va_expr_lost(p, own);
        stmt->body = va_parse_body(p, parse);
        stmt->span = va_span_from(p, own);
        is_whole = is_whole && stmt->cond && stmt->body;
        *to = stmt;
        to = &stmt->other;
    } while (va_take_keyword(p, VA_KW_else) && va_is_keyword(p, VA_KW_if));
    if (n > 0 && va_last(p)->kw == VA_KW_else) *to = parse(p);
    while (n-- > 0) va_leave(p);
    return is_whole ? first : NULL;
}

/* if = "if" condition statement ["else" statement] */
static va_stmt *parse_if(va_parser *p) {
    size_t start = p->at;
    va_stmt *stmt = va_parse_if_chain(p, va_parse_stmt);
    return stmt ? stmt : finish(p, NULL, start);
}

/* labels = "default" [":"] | expression ("," expression)* ":" */
bool va_parse_case_labels(va_parser *p, va_case_item *item) {
    va_exprs labels = {.n = 0};
    if (va_take_keyword(p, VA_KW_default)) {
        va_take(p, VA_T_COLON);
        return true;
    }
    do
        if (!va_exprs_add(p, &labels, va_parse_expr(p))) return false;
    while (va_take(p, VA_T_COMMA));
    item->labels = labels.at;
    item->n_labels = labels.n;
    return va_expect(p, VA_T_COLON, "':' behind the value");
}

/* case-item = labels statement */
static va_case_item *parse_case_item(va_parser *p) {
    va_case_item *item = HYS_NEW(p->arena, va_case_item);
    if (!item || !va_parse_case_labels(p, item)) return NULL;
    item->body = va_parse_stmt(p);
    return item;
}

/* case = "case" condition case-item* "endcase" */
static va_stmt *parse_case(va_parser *p) {
    size_t start = p->at;
    va_advance(p);
    va_stmt *stmt = va_stmt_new(p, VA_CASE, start);
    if (!stmt) return NULL;
    stmt->cond = va_parse_condition(p);
    p->has_no_body = false;
    va_case_item **tail = &stmt->items;
    p->n_cases++;
    while (!va_take_keyword(p, VA_KW_endcase)) {
        if (ends_all_blocks(p) || va_is_keyword(p, VA_KW_end)) {
            fail_no_end(p, "case", "endcase", start);
            break;
        }
        p->has_passed_bad = false;
        size_t before = p->at;
        va_case_item *item = parse_case_item(p);
        if (item) {
            *tail = item;
            tail = &item->next;
        } else {
            va_sync(p);
            if (p->at == before) va_advance(p);
        }
        if (p->arena->failed) return NULL;
    }
    p->n_cases--;
    return stmt->cond ? stmt : finish(p, NULL, start);
}

/* loop = ("while" | "repeat") condition statement | "for" for-head statement */
static va_stmt *parse_loop(va_parser *p, va_stmt_kind kind) {
    size_t start = p->at;
    va_advance(p);
    va_stmt *stmt = va_stmt_new(p, kind, start);
    if (!stmt) return NULL;
    bool ok = kind == VA_FOR ? va_parse_for_head(p, stmt) : (stmt->cond = va_parse_condition(p)) != NULL;
    if (!ok && kind != VA_FOR) ok = (stmt->cond = va_expr_lost(p, start)) && !p->has_no_body;
    stmt->body = va_parse_body(p, va_parse_stmt);
    return ok ? stmt : finish(p, NULL, start);
}

/* ---- events ---- */

/* edge = ("posedge" | "negedge") expression */
static va_expr *parse_edge(va_parser *p) {
    size_t start = p->at;
    va_op op = va_is_keyword(p, VA_KW_posedge) ? VA_GT : VA_LT;
    va_advance(p);
    va_expr *of = va_parse_expr(p);
    va_expr *e = of ? va_expr_new(p, VA_UNARY, start) : NULL;
    va_expr **args = e ? HYS_NEW_N(p->arena, va_expr *, 1) : NULL;
    if (!args) return NULL;
    args[0] = of;
    e->op = op;
    e->args = args;
    e->n_args = 1;
    return e;
}

/* event = edge | reference */
static va_event *parse_event(va_parser *p) {
    va_event *event = HYS_NEW(p->arena, va_event);
    if (!event) return NULL;
    if (va_is_keyword(p, VA_KW_posedge) || va_is_keyword(p, VA_KW_negedge)) {
        event->expr = parse_edge(p);
        return event->expr ? event : NULL;
    }
    if (!va_is_word(va_peek(p))) {
        va_fail_expected(p, "an event: initial_step, cross(...), timer(...)");
        return NULL;
    }
    event->expr = va_parse_primary(p);
    if (!event->expr) return NULL;
    if (va_is(p, VA_T_OR_OR) || va_is(p, VA_T_BAR)) {
        va_fail(p, va_peek(p)->span, "write or between events", "%s cannot join events", va_quote(p, va_peek(p)));
        return NULL;
    }
    return event;
}

/* events = event (("or" | ",") event)* */
static va_event *parse_events(va_parser *p) {
    va_event *list = NULL, **tail = &list;
    do {
        va_event *event = parse_event(p);
        if (!event) return NULL;
        *tail = event;
        tail = &event->next;
    } while (va_take_keyword(p, VA_KW_or) || va_take(p, VA_T_COMMA));
    return list;
}

/* event-statement = "@" ("(" events ")" | name) statement */
static va_stmt *parse_event_stmt(va_parser *p) {
    size_t start = p->at, open = p->at + 1;
    va_advance(p);
    va_stmt *stmt = va_stmt_new(p, VA_EVENT, start);
    if (!stmt) return NULL;
    bool ok;
    if (va_take(p, VA_T_ATTR_OPEN) || va_take(p, VA_T_STAR)) {
        va_take(p, VA_T_RPAREN);
        ok = va_fail(p, va_span_from(p, start), "", "@(*) is digital Verilog-AMS, not part of the analog subset");
        p->panic = false;
    } else if (va_take(p, VA_T_LPAREN)) {
        ok = (stmt->events = parse_events(p)) && va_expect_close(p, VA_T_RPAREN, open);
    } else {
        ok = (stmt->events = parse_event(p)) != NULL;
    }
    p->has_no_body = !ok && p->panic && !va_sync_head(p, open, 0);
    stmt->body = va_parse_body(p, va_parse_stmt);
    return ok ? stmt : finish(p, NULL, start);
}

/* ---- assignments and contributions ---- */

static bool is_arithmetic(uint8_t kind) {
    return kind == VA_T_PLUS || kind == VA_T_MINUS || kind == VA_T_STAR || kind == VA_T_SLASH;
}

/* Statements of other languages, and slips, that begin like an assignment. */
static void fail_operator(va_parser *p, const va_expr *lhs) {
    const va_token *op = va_peek(p), *next = va_peek_at(p, 1);
    bool is_call = lhs->kind == VA_CALL;
    if (op->kind == VA_T_ASSIGN)
        va_fail(p, op->span, "a contribution is written with <+", "'=' assigns to variables, not to %s(...)",
                lhs->name);
    else if (op->kind == VA_T_CONTRIB)
        va_fail(p, op->span, "a variable is assigned with =", "'<+' contributes to a branch, as in I(p, n) <+ ...");
    else if (op->kind == VA_T_LE)
        va_fail(p, op->span,
                is_call ? "a contribution is written with <+" : "write =", "'<=' assigns only in digital Verilog");
    else if (op->kind == VA_T_EQ) va_fail(p, op->span, "= assigns", "'==' compares");
    else if (op->kind == VA_T_LT && next->kind == VA_T_PLUS)
        va_fail(p, op->span, "write <+ without a blank", "'< +' is no contribution");
    else if (is_arithmetic(op->kind) && (next->kind == op->kind || next->kind == VA_T_ASSIGN))
        va_fail(p, op->span, "write x = x + 1", "Verilog-A has neither x++ nor x += 1");
    else va_fail_expected(p, is_call ? "'<+' or ';'" : lhs->kind == VA_SYSCALL ? "'(' or ';'" : "'='");
}

static void fail_word(va_parser *p, const va_token *word) {
    static const va_keyword starts[] = {VA_KW_if,        VA_KW_else,   VA_KW_begin,   VA_KW_end,      VA_KW_case,
                                        VA_KW_endcase,   VA_KW_for,    VA_KW_while,   VA_KW_real,     VA_KW_integer,
                                        VA_KW_parameter, VA_KW_repeat, VA_KW_default, VA_KW_endmodule};
    const char *hint = va_keyword_hint(p, word, starts, sizeof starts / sizeof starts[0]);
    static const char *const others[] = {"break", "continue", "return"};
    uint8_t behind = va_peek_at(p, 1)->kind;
    bool is_decl = va_is_word(va_peek(p)) && va_last(p) == word &&
                   (behind == VA_T_SEMI || behind == VA_T_COMMA || behind == VA_T_LPAREN);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(word->text, others[i]) == 0) hint = "it belongs to SystemVerilog";
    if (!*hint && is_decl) hint = "nets and instances are declared outside of analog";
    va_fail(p, word->span, hint, "'%s' begins no statement", word->text);
}

/* indirect = reference ":" relational "==" expression ; behind the reference */
static va_stmt *parse_indirect(va_parser *p, va_stmt *stmt) {
    va_advance(p);
    stmt->kind = VA_INDIRECT;
    if (!(stmt->cond = va_parse_relational(p))) return NULL;
    if (!va_expect(p, VA_T_EQ, "'==' of the indirect contribution")) return NULL;
    stmt->rhs = va_parse_expr(p);
    return stmt->rhs ? stmt : NULL;
}

/* Whether a call stands as a statement, be it that its ';' was forgotten. */
static bool ends_call(const va_parser *p) {
    va_keyword kw = va_peek(p)->kw;
    return va_is(p, VA_T_SEMI) || va_peek(p)->at_bol || kw == VA_KW_end || kw == VA_KW_else || kw == VA_KW_endcase ||
           ends_all_blocks(p);
}

/* simple = reference "=" expression | reference "<+" expression | indirect | reference */
static va_stmt *parse_simple(va_parser *p) {
    size_t start = p->at;
    const va_token *first = va_peek(p);
    va_expr *lhs = va_parse_primary(p);
    va_stmt *stmt = lhs ? va_stmt_new(p, VA_CALL_STMT, start) : NULL;
    if (!stmt) return NULL;
    bool is_call = lhs->kind == VA_CALL, is_variable = lhs->kind == VA_NAME || lhs->kind == VA_INDEX;
    bool is_effect = is_call || lhs->kind == VA_SYSCALL, is_name = lhs->kind == VA_NAME && !lhs->is_path;
    stmt->lhs = lhs;
    if (is_variable && va_take(p, VA_T_ASSIGN)) {
        stmt->kind = VA_ASSIGN;
        stmt->rhs = va_parse_expr(p);
    } else if (is_call && va_take(p, VA_T_CONTRIB)) {
        stmt->kind = VA_CONTRIB;
        stmt->rhs = va_parse_expr(p);
    } else if (is_call && va_is(p, VA_T_COLON)) {
        return parse_indirect(p, stmt);
    } else if (is_effect && ends_call(p)) {
        stmt->lhs = NULL;
        stmt->rhs = lhs;
    } else if ((is_name && va_is(p, VA_T_SEMI)) || ((is_name || is_call) && va_peek(p)->kind == VA_T_NAME)) {
        fail_word(p, first);
        return NULL;
    } else {
        fail_operator(p, lhs);
        return NULL;
    }
    return stmt->rhs ? stmt : NULL;
}

/* disable = "disable" name */
static va_stmt *parse_disable(va_parser *p) {
    size_t start = p->at;
    va_advance(p);
    const char *name = va_expect_name(p, "the name of a block");
    va_stmt *stmt = name ? va_stmt_new(p, VA_DISABLE, start) : NULL;
    if (stmt) stmt->name = name;
    return stmt;
}

/* ---- all ---- */

static va_stmt *parse_with_semi(va_parser *p, va_stmt *(*parse)(va_parser *p)) {
    size_t start = p->at;
    va_stmt *stmt = parse(p);
    if (stmt && !va_expect_semi(p)) stmt = NULL;
    return finish(p, stmt, start);
}

/* An else whose if has ended already.  Its statement is read, so that it gives no error of its own. */
static va_stmt *parse_stray_else(va_parser *p) {
    size_t start = p->at;
    bool is_after_end = start > 1 && p->tokens[start - 1].kind == VA_T_SEMI && p->tokens[start - 2].kw == VA_KW_end;
    va_fail(p, va_peek(p)->span,
            is_after_end ? "remove the ';' after 'end'" : "several statements of an if stand between begin and end",
            "this 'else' has no 'if'");
    p->panic = false;
    p->n_mute++;
    va_advance(p);
    va_parse_stmt(p);
    p->n_mute--;
    va_lose(p, start);
    return va_stmt_new(p, VA_EMPTY_STMT, start);
}

static const char *misplaced_hint(va_keyword kw) {
    switch (kw) {
    case VA_KW_branch:
    case VA_KW_ground:
    case VA_KW_input:
    case VA_KW_output:
    case VA_KW_inout:
        return "it is declared outside of analog";
    case VA_KW_generate:
        return "generate is obsolete in analog: write for (i = 0; i <= n; i = i + 1)";
    default:
        return "";
    }
}

/* A keyword that begins no statement. */
static va_stmt *parse_misplaced(va_parser *p) {
    size_t start = p->at;
    const va_token *token = va_peek(p);
    if (va_keyword_class_of(token->kw) == VA_KW_DIGITAL) {
        va_skip_digital(p);
        return va_stmt_new(p, VA_EMPTY_STMT, start);
    }
    const char *hint = misplaced_hint(token->kw);
    bool closes = token->kw == VA_KW_end || ends_all_blocks(p) || (token->kw == VA_KW_endcase && p->n_cases > 0);
    va_fail(p, token->span, hint, "a statement expected, not %s", va_quote(p, token));
    if (closes) {
        p->panic = false; /* what it closes goes on with it */
        return va_stmt_new(p, VA_EMPTY_STMT, start);
    }
    va_advance(p);
    return finish(p, NULL, start);
}

/* Whether a word of digital Verilog is used as the name of a variable here. */
static bool is_variable_name(const va_parser *p) {
    uint8_t next = va_peek_at(p, 1)->kind;
    return next == VA_T_ASSIGN || next == VA_T_LBRACKET;
}

static va_stmt *parse_keyword_stmt(va_parser *p) {
    switch (va_peek(p)->kw) {
    case VA_KW_begin:
        return parse_block(p);
    case VA_KW_if:
        return parse_if(p);
    case VA_KW_case:
        return parse_case(p);
    case VA_KW_for:
        return parse_loop(p, VA_FOR);
    case VA_KW_while:
        return parse_loop(p, VA_WHILE);
    case VA_KW_repeat:
        return parse_loop(p, VA_REPEAT);
    case VA_KW_else:
        return parse_stray_else(p);
    case VA_KW_disable:
        if (!is_variable_name(p)) return parse_with_semi(p, parse_disable);
        break;
    default:
        break;
    }
    bool is_name = va_is_word(va_peek(p)) && (va_keyword_class_of(va_peek(p)->kw) == VA_KW_SOFT || is_variable_name(p));
    return is_name ? parse_with_semi(p, parse_simple) : parse_misplaced(p);
}

/* Text that was reported before stands for a statement. */
static va_stmt *parse_bad(va_parser *p) {
    size_t start = p->at;
    va_advance(p);
    bool goes_on = !va_peek(p)->at_bol && va_peek(p)->kind != VA_T_NAME && !va_is(p, VA_T_SYSNAME);
    if (goes_on) va_sync(p);
    return va_stmt_new(p, VA_EMPTY_STMT, start);
}

static va_stmt *parse_any(va_parser *p) {
    const va_token *token = va_peek(p);
    size_t start = p->at;
    if (token->kind == VA_T_BAD) return parse_bad(p);
    if (token->kind == VA_T_AT) return parse_event_stmt(p);
    if (va_take(p, VA_T_SEMI)) return va_stmt_new(p, VA_EMPTY_STMT, start);
    if (token->kind == VA_T_NAME && token->kw != VA_KW_NONE) return parse_keyword_stmt(p);
    if (token->kind == VA_T_NAME || token->kind == VA_T_SYSNAME) return parse_with_semi(p, parse_simple);
    return parse_misplaced(p);
}

/* statement = attributes (block | if | case | loop | event-statement | ";" | (simple | disable) ";") */
va_stmt *va_parse_stmt(va_parser *p) {
    size_t start = p->at, n_fails = p->n_fails;
    p->has_passed_bad = false;
    if (!va_enter(p)) return va_stmt_new(p, VA_EMPTY_STMT, p->at);
    va_attr *attrs = va_parse_attrs(p);
    va_stmt *stmt = parse_any(p);
    va_leave(p);
    va_lose_failed(p, start, n_fails);
    if (stmt) stmt->attrs = attrs;
    return stmt;
}
