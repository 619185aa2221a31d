/* Modules and their items. */
#include "veriloga/parse.h"

static void add_port(va_parser *p, const char *name, hys__span span) {
    va_port *port = HYS_NEW(p->arena, va_port);
    if (!port) return;
    port->name = name;
    port->span = span;
    *p->scope->ports = port;
    p->scope->ports = &port->next;
}

/* ---- the head ---- */

static bool is_ansi(const va_parser *p) {
    if (va_at_direction(p) || va_is_keyword(p, VA_KW_wire)) return true;
    uint8_t next = va_peek_at(p, 1)->kind;
    return va_is_word(va_peek(p)) && (va_is_word(va_peek_at(p, 1)) || next == VA_T_LBRACKET);
}

/* ports = "(" [port ("," port)*] ")" ; port = attributes [name | header-port] */
static bool parse_ports(va_parser *p) {
    size_t open = p->at;
    va_decl *last = NULL;
    va_advance(p);
    if (va_take(p, VA_T_RPAREN)) return true;
    do {
        va_attr *attrs = va_parse_attrs(p);
        hys__span span = va_peek(p)->span;
        if (va_is(p, VA_T_COMMA) || va_is(p, VA_T_RPAREN)) { /* legal, and of no use */
            hys__report(p->front->ctx, HYS_WARNING, HYS_OK, &p->front->sources, span, "",
                        "an empty port is passed over");
            continue;
        }
        if (!last && !is_ansi(p)) {
            if (va_is(p, VA_T_DOT))
                return va_fail(p, span, "list the names of the ports", "port expressions are not supported");
            const char *name = va_expect_name(p, "the name of a port");
            if (!name) return false;
            add_port(p, name, span);
            continue;
        }
        va_decls out = {p->scope->decls};
        va_parse_header_port(p, attrs, &out, last);
        if (p->panic || p->arena->failed || !*p->scope->decls) return false;
        last = *p->scope->decls;
        p->scope->decls = out.tail;
        add_port(p, last->name, last->span);
    } while (va_take(p, VA_T_COMMA));
    return va_expect_close(p, VA_T_RPAREN, open);
}

/* head = name [param-ports] [ports] attributes ";" */
static void parse_head(va_parser *p, va_module *module) {
    module->span = va_peek(p)->span;
    module->name = va_expect_name(p, "the name of a module");
    bool ok = module->name != NULL;
    if (ok && va_is(p, VA_T_HASH)) {
        va_decls out = {p->scope->decls};
        bool is_over = !va_parse_param_ports(p, &out);
        p->scope->decls = out.tail;
        if (is_over) return;
    }
    size_t open = p->at;
    if (ok && va_is(p, VA_T_LPAREN)) ok = parse_ports(p);
    if (!ok) {
        if (va_sync_head(p, open, 0)) va_take(p, VA_T_SEMI);
        va_lose(p, open > 0 ? open - 1 : open);
        return;
    }
    module->attrs = va_attrs_join(module->attrs, va_parse_attrs(p));
    if (!va_expect_semi(p)) va_sync(p);
}

/* ---- items ---- */

/* analog = "analog" (["initial"] statement | function) */
static void parse_analog(va_parser *p, va_attr *attrs) {
    va_advance(p);
    if (va_take_keyword(p, VA_KW_function)) {
        va_parse_function(p);
        return;
    }
    va_analog *analog = HYS_NEW(p->arena, va_analog);
    if (!analog) return;
    analog->is_initial = va_take_keyword(p, VA_KW_initial);
    analog->body = va_parse_stmt(p);
    if (!analog->body) return;
    analog->body->attrs = va_attrs_join(attrs, analog->body->attrs);
    *p->scope->analogs = analog;
    p->scope->analogs = &analog->next;
}

/* A statement outside of analog: one message a module, and each is read and dropped. */
static void parse_stray(va_parser *p) {
    size_t before = p->at;
    if (!p->has_stray)
        va_fail(p, va_peek(p)->span, "put it into analog begin ... end; is an 'end' too many above?",
                "a statement stands outside of an analog block");
    p->has_stray = true;
    p->panic = false;
    p->n_mute++;
    va_parse_stmt(p);
    p->n_mute--;
    if (p->at == before) va_advance(p);
    va_lose(p, before);
}

/* What a word begins: an instance, a declaration of nets, or neither. */
typedef enum item_kind { ITEM_NET, ITEM_INSTANCE, ITEM_STRAY } item_kind;

static item_kind item_kind_of(const va_parser *p) {
    const va_token *next = va_peek_at(p, 1);
    size_t behind;
    if (next->kind == VA_T_HASH) return ITEM_INSTANCE;
    if (next->kind == VA_T_LBRACKET) {
        behind = va_behind_bracket(p, p->at + 1);
        return !behind || va_is_word(&p->tokens[behind]) ? ITEM_NET : ITEM_STRAY;
    }
    if (!va_is_word(next)) return ITEM_STRAY;
    behind = p->at + 2;
    while (p->tokens[behind].kind == VA_T_LBRACKET)
        if (!(behind = va_behind_bracket(p, behind))) return ITEM_NET;
    return p->tokens[behind].kind == VA_T_LPAREN ? ITEM_INSTANCE : ITEM_NET;
}

static void fail_item(va_parser *p) {
    static const va_keyword starts[] = {
        VA_KW_analog, VA_KW_parameter, VA_KW_localparam, VA_KW_aliasparam, VA_KW_real,  VA_KW_integer, VA_KW_branch,
        VA_KW_ground, VA_KW_genvar,    VA_KW_generate,   VA_KW_inout,      VA_KW_input, VA_KW_output,  VA_KW_endmodule};
    const va_token *token = va_peek(p);
    const char *hint = va_keyword_hint(p, token, starts, sizeof starts / sizeof starts[0]);
    va_fail(p, token->span, hint, "%s begins no item of a module", va_quote(p, token));
    va_sync(p);
}

/* Keywords that close something: the something was closed before, or never opened. */
static void parse_stray_end(va_parser *p) {
    const va_token *token = va_peek(p);
    if (p->no_end_at != p->at + 1 && !p->has_stray)
        va_fail(p, token->span, "", token->kw == VA_KW_else ? "this '%s' has no 'if'" : "this '%s' closes nothing",
                token->text);
    p->panic = false;
    va_advance(p);
}

static void parse_word_item(va_parser *p, va_attr *attrs, va_decls *decls) {
    const va_token *next = va_peek_at(p, 1);
    bool is_typo = next->kind == VA_T_NAME && next->kw != VA_KW_NONE && !va_is_word(next);
    if (is_typo) {
        fail_item(p);
        return;
    }
    switch (item_kind_of(p)) {
    case ITEM_NET:
        va_parse_net_decl(p, attrs, decls);
        break;
    case ITEM_INSTANCE:
        va_parse_instance(p);
        break;
    case ITEM_STRAY:
        parse_stray(p);
        break;
    }
}

static void parse_keyword_item(va_parser *p, va_attr *attrs, va_decls *decls) {
    switch (va_peek(p)->kw) {
    case VA_KW_analog:
        parse_analog(p, attrs);
        break;
    case VA_KW_branch:
        va_parse_branch_decl(p, attrs, decls);
        break;
    case VA_KW_ground:
        va_parse_ground_decl(p, attrs, decls);
        break;
    case VA_KW_event:
        va_parse_event_decl(p, attrs, decls);
        break;
    case VA_KW_input:
    case VA_KW_output:
    case VA_KW_inout:
    case VA_KW_wire:
        va_parse_net_decl(p, attrs, decls);
        break;
    case VA_KW_generate:
    case VA_KW_for:
    case VA_KW_if:
    case VA_KW_case:
    case VA_KW_begin:
        va_parse_generate(p, attrs);
        break;
    case VA_KW_function:
        va_fail(p, va_peek(p)->span, "write analog function",
                "a function without analog belongs to digital Verilog-AMS");
        p->panic = false;
        va_advance(p);
        va_parse_function(p);
        break;
    case VA_KW_while:
    case VA_KW_repeat:
        parse_stray(p);
        break;
    case VA_KW_end:
    case VA_KW_endcase:
    case VA_KW_endfunction:
    case VA_KW_endgenerate:
    case VA_KW_else:
        parse_stray_end(p);
        break;
    default:
        if (va_keyword_class_of(va_peek(p)->kw) == VA_KW_DIGITAL) va_skip_digital(p);
        else if (va_is_word(va_peek(p))) parse_word_item(p, attrs, decls);
        else fail_item(p);
    }
}

/* item = attributes (declaration | net | branch | ground | event | analog | generate | instance | ";") */
void va_parse_item(va_parser *p) {
    size_t before = p->at, n_fails = p->n_fails;
    p->panic = p->has_passed_bad = false;
    va_attr *attrs = va_parse_attrs(p);
    va_decls decls = {p->scope->decls};
    bool is_end = va_is_keyword(p, VA_KW_endmodule) || va_is_keyword(p, VA_KW_endgenerate) ||
                  va_is_keyword(p, VA_KW_end) || va_is(p, VA_T_EOF);
    if (va_take(p, VA_T_SEMI) || (is_end && p->at > before)) return;
    if (va_take(p, VA_T_BAD)) {
        if (!va_peek(p)->at_bol && va_peek(p)->kind != VA_T_NAME) va_sync(p);
    } else if (va_parse_shared_decl(p, attrs, &decls)) {
        p->panic = false;
    } else if (va_peek(p)->kind != VA_T_NAME) {
        parse_stray(p);
    } else if (va_peek(p)->kw != VA_KW_NONE) {
        parse_keyword_item(p, attrs, &decls);
    } else {
        parse_word_item(p, attrs, &decls);
    }
    if (*p->scope->decls) p->scope->decls = decls.tail;
    if (p->at == before) va_advance(p);
    va_lose_failed(p, before, n_fails);
}

/* module = ("module" | "macromodule") head item* "endmodule" [":" name] ; behind the keyword */
void va_parse_module(va_parser *p, va_attr *attrs) {
    va_module *module = HYS_NEW(p->arena, va_module);
    if (!module) return;
    va_scope scope;
    size_t start = p->at, n_fails = p->n_fails;
    va_scope_init(&scope, module);
    p->scope = &scope;
    p->has_stray = false;
    module->attrs = attrs;
    parse_head(p, module);
    va_lose_failed(p, start, n_fails);
    while (!va_is_keyword(p, VA_KW_endmodule) && !va_is_keyword(p, VA_KW_module) && !va_is(p, VA_T_EOF) &&
           !p->arena->failed)
        va_parse_item(p);
    p->panic = p->has_passed_bad = false;
    if (va_take_keyword(p, VA_KW_endmodule)) va_parse_label(p);
    else va_fail(p, module->span, "", "module '%s' has no 'endmodule'", module->name ? module->name : "");
    p->n_handled = p->n_fails;
    p->scope = NULL;
    if (!module->name) return;
    *p->modules = module;
    p->modules = &module->next;
}
