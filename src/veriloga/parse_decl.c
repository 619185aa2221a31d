/* Declarations: parameters, variables, nets, branches. */
#include "veriloga/parse.h"

#include <string.h>

/* What the names of one declaration share. */
typedef struct spec {
    va_decl_kind kind;
    va_type type;
    va_dir dir;
    const char *disc, *what; /* what: for messages */
    bool is_ground;
    va_dims *bus;
    va_attr *attrs;
} spec;

void va_decls_add(va_decls *list, va_decl *decl) {
    *list->tail = decl;
    list->tail = &decl->next;
}

va_decl *va_decl_new(va_parser *p, va_decl_kind kind, const char *name, hys__span span) {
    va_decl *decl = HYS_NEW(p->arena, va_decl);
    if (!decl) return NULL;
    decl->kind = kind;
    decl->name = name;
    decl->span = span;
    return decl;
}

/* ---- types and dimensions ---- */

static va_type type_of(const va_token *token) {
    switch (token->kw) {
    case VA_KW_real:
        return VA_TYPE_REAL;
    case VA_KW_integer:
        return VA_TYPE_INTEGER;
    case VA_KW_string:
        return VA_TYPE_STRING;
    default:
        return VA_TYPE_NONE;
    }
}

/* "string" is a type only before a name or a range. */
bool va_starts_variable(const va_parser *p) {
    va_type type = type_of(va_peek(p));
    return type != VA_TYPE_NONE && (type != VA_TYPE_STRING || va_is_word(va_peek_at(p, 1)));
}

/* type = "real" | "integer" | "string" */
va_type va_take_type(va_parser *p) {
    if (!va_starts_variable(p)) return VA_TYPE_NONE;
    va_type type = type_of(va_peek(p));
    va_advance(p);
    return type;
}

/* dims = ("[" expression ":" expression "]")* ; NULL also after an error */
va_dims *va_parse_dims(va_parser *p) {
    va_dims *list = NULL, **tail = &list;
    while (va_is(p, VA_T_LBRACKET)) {
        size_t open = p->at;
        va_dims *dims = HYS_NEW(p->arena, va_dims);
        if (!dims) return NULL;
        va_advance(p);
        dims->left = va_parse_expr(p);
        if (dims->left && va_is(p, VA_T_RBRACKET)) {
            va_fail(p, va_span_from(p, open), "write the first and the last index: [0:n-1]",
                    "a range needs two bounds");
            return NULL;
        }
        if (!dims->left || !va_expect(p, VA_T_COLON, "':' of the range")) return NULL;
        dims->right = va_parse_expr(p);
        if (!dims->right || !va_expect_close(p, VA_T_RBRACKET, open)) return NULL;
        *tail = dims;
        tail = &dims->next;
    }
    return list;
}

/* ---- ranges of parameters ---- */

/* interval = ("(" | "[") expression ":" expression (")" | "]") ; "(" expression ")" is one value */
static bool parse_interval(va_parser *p, va_range *range) {
    size_t open = p->at;
    range->lo_open = va_is(p, VA_T_LPAREN);
    va_advance(p);
    range->lo = va_parse_expr(p);
    if (!range->lo) return false;
    if (range->is_exclude && range->lo_open && va_take(p, VA_T_RPAREN)) {
        range->is_value = true;
        range->lo_open = false;
        return true;
    }
    if (va_is(p, VA_T_COMMA)) {
        hys__report(p->front->ctx, HYS_WARNING, HYS_OK, &p->front->sources, va_peek(p)->span, "",
                    "a range is written [low:high]; this ',' is read as ':'");
    } else if (!va_is(p, VA_T_COLON)) {
        const va_token *found = va_peek(p);
        return va_fail(p, found->span,
                       "a range is written [low:high], with round brackets where the "
                       "bound itself is left out",
                       "':' of the range expected, not %s", va_quote(p, found));
    }
    va_advance(p);
    range->hi = va_parse_expr(p);
    if (!range->hi) return false;
    range->hi_open = va_is(p, VA_T_RPAREN);
    if (va_take(p, VA_T_RPAREN)) return true;
    return va_expect_close(p, VA_T_RBRACKET, open);
}

/* range = ("from" | "exclude") (interval | set | expression)
 * set = ("'{" | "{") expression ("," expression)* "}" */
static va_range *parse_range(va_parser *p) {
    size_t start = p->at;
    va_range *range = HYS_NEW(p->arena, va_range);
    if (!range) return NULL;
    range->is_exclude = va_is_keyword(p, VA_KW_exclude);
    va_advance(p);
    if (va_is(p, VA_T_LPAREN) || va_is(p, VA_T_LBRACKET)) {
        if (!parse_interval(p, range)) return NULL;
    } else {
        range->is_set = va_is(p, VA_T_LBRACE) || va_is(p, VA_T_TICK_BRACE);
        range->is_value = !range->is_set;
        if (range->is_value && !range->is_exclude) {
            va_fail_expected(p, "'[', '(' or '{' behind from");
            return NULL;
        }
        if (!(range->lo = va_parse_expr(p))) return NULL;
    }
    range->span = va_span_from(p, start);
    return range;
}

static va_range *parse_ranges(va_parser *p) {
    va_range *list = NULL, **tail = &list;
    while (va_is_keyword(p, VA_KW_from) || va_is_keyword(p, VA_KW_exclude)) {
        va_range *range = parse_range(p);
        if (!range) break;
        *tail = range;
        tail = &range->next;
    }
    return list;
}

/* ---- declarators ---- */

static va_attr *attrs_copy(va_parser *p, const va_attr *attrs) {
    va_attr *list = NULL, **tail = &list;
    for (; attrs; attrs = attrs->next) {
        va_attr *copy = HYS_NEW(p->arena, va_attr);
        if (!copy) return list;
        *copy = *attrs;
        copy->next = NULL;
        *tail = copy;
        tail = &copy->next;
    }
    return list;
}

static va_decl *decl_of(va_parser *p, const spec *s, const char *name, hys__span span) {
    va_decl *decl = va_decl_new(p, s->kind, name, span);
    if (!decl) return NULL;
    decl->type = s->type;
    decl->dir = s->dir;
    decl->disc = s->disc;
    decl->is_ground = s->is_ground;
    decl->bus = s->bus;
    decl->attrs = s->attrs;
    return decl;
}

static bool is_param(const spec *s) {
    return s->kind == VA_PARAM || s->kind == VA_LOCALPARAM;
}

static void parse_init(va_parser *p, const spec *s, va_decl *decl) {
    if (va_take(p, VA_T_ASSIGN)) decl->init = va_parse_expr(p);
    else if (is_param(s))
        va_fail(p, decl->span, "write parameter real name = default;", "parameter '%s' has no default", decl->name);
}

/* A misspelt from or exclude. */
static void fail_range_word(va_parser *p) {
    static const va_keyword words[] = {VA_KW_from, VA_KW_exclude};
    const va_token *word = va_peek(p);
    if (p->panic || word->kind != VA_T_NAME || word->at_bol) return;
    const char *hint = va_keyword_hint(p, word, words, 2);
    if (*hint) va_fail(p, word->span, hint, "';' expected, not %s", va_quote(p, word));
}

/* declarator = name dims ["=" expression] range* attributes */
static va_decl *parse_declarator(va_parser *p, const spec *s) {
    hys__span span = va_peek(p)->span;
    const char *name = va_expect_name(p, s->what);
    va_decl *decl = name ? decl_of(p, s, name, span) : NULL;
    if (!decl) return NULL;
    decl->dims = va_parse_dims(p);
    if (!p->panic) parse_init(p, s, decl);
    /* Kept with a value, so that its uses do not give errors of their own. */
    if (is_param(s) && !decl->init) decl->init = va_expr_zero(p, p->at);
    if (!p->panic && is_param(s)) {
        decl->ranges = parse_ranges(p);
        fail_range_word(p);
    }
    if (!p->panic && va_is(p, VA_T_ATTR_OPEN)) {
        va_attr *own = va_parse_attrs(p);
        decl->attrs = va_attrs_join(attrs_copy(p, s->attrs), own);
    }
    return decl;
}

/* declarators = declarator ("," declarator)* */
static void parse_declarators(va_parser *p, const spec *s, va_decls *out) {
    do {
        va_decl *decl = parse_declarator(p, s);
        if (decl) va_decls_add(out, decl);
        if (!decl || p->panic) return;
    } while (va_take(p, VA_T_COMMA));
}

static void finish(va_parser *p) {
    if (p->panic || !va_expect_semi(p)) va_sync(p);
}

/* ---- parameters ---- */

/* parameter = ("parameter" | "localparam") [type] [dims] declarators */
static bool parse_param_head(va_parser *p, va_attr *attrs, spec *s) {
    *s = (spec){.kind = VA_PARAM, .what = "the name of a parameter", .attrs = attrs};
    if (va_is_keyword(p, VA_KW_localparam)) s->kind = VA_LOCALPARAM;
    va_advance(p);
    s->type = va_take_type(p);
    va_take_keyword(p, VA_KW_signed);
    s->bus = va_parse_dims(p);
    return !p->panic;
}

static void parse_param(va_parser *p, va_attr *attrs, va_decls *out) {
    spec s;
    if (parse_param_head(p, attrs, &s)) parse_declarators(p, &s, out);
    finish(p);
}

/* aliasparam = "aliasparam" name "=" (name | $name) attributes ";" */
static void parse_aliasparam(va_parser *p, va_attr *attrs, va_decls *out) {
    va_advance(p);
    hys__span span = va_peek(p)->span;
    const char *name = va_expect_name(p, "the name of an alias");
    if (name && va_expect(p, VA_T_ASSIGN, "'='")) {
        const va_token *other = va_peek(p);
        size_t start = p->at;
        bool ok = va_take(p, VA_T_SYSNAME) || va_expect_name(p, "the name of a parameter");
        va_decl *decl = ok ? va_decl_new(p, VA_ALIASPARAM, name, span) : NULL;
        if (decl && (decl->init = va_expr_new(p, VA_NAME, start))) {
            decl->init->name = other->text;
            decl->attrs = va_attrs_join(attrs, va_parse_attrs(p));
            va_decls_add(out, decl);
        }
    }
    finish(p);
}

/* param-ports = "#" "(" parameter ("," parameter)* ")" ; in the head of a module */
bool va_parse_param_ports(va_parser *p, va_decls *out) {
    size_t open = p->at + 1;
    spec s = {.kind = VA_PARAM, .what = "the name of a parameter"};
    va_advance(p);
    if (!va_expect(p, VA_T_LPAREN, "'(' behind '#'")) return va_sync_head(p, open, 0);
    while (!va_is(p, VA_T_RPAREN) && !p->panic) {
        va_attr *attrs = va_parse_attrs(p);
        if (va_is_keyword(p, VA_KW_parameter) || va_is_keyword(p, VA_KW_localparam)) {
            if (!parse_param_head(p, attrs, &s)) break;
        } else if (va_starts_variable(p)) {
            s.type = va_take_type(p);
        }
        va_decl *decl = parse_declarator(p, &s);
        if (decl) va_decls_add(out, decl);
        if (!decl || !va_take(p, VA_T_COMMA)) break;
    }
    if (!p->panic) va_expect_close(p, VA_T_RPAREN, open);
    return !p->panic || va_sync_head(p, open, 0);
}

/* ---- variables ---- */

/* variables = type [dims] declarators ";" */
static void parse_variables(va_parser *p, va_attr *attrs, va_decls *out) {
    spec s = {.kind = VA_VAR, .what = "the name of a variable", .attrs = attrs};
    s.type = va_take_type(p);
    va_dims *dims = va_parse_dims(p);
    va_decl **first = out->tail;
    if (!p->panic) parse_declarators(p, &s, out);
    for (va_decl *decl = *first; decl && dims; decl = decl->next)
        if (!decl->dims) decl->dims = dims;
    finish(p);
}

/* genvar = "genvar" name ("," name)* ";" */
static void parse_genvar(va_parser *p, va_attr *attrs, va_decls *out) {
    spec s = {.kind = VA_GENVAR, .what = "the name of a genvar", .attrs = attrs};
    va_advance(p);
    parse_declarators(p, &s, out);
    finish(p);
}

bool va_parse_shared_decl(va_parser *p, va_attr *attrs, va_decls *out) {
    if (va_is_keyword(p, VA_KW_parameter) || va_is_keyword(p, VA_KW_localparam)) parse_param(p, attrs, out);
    else if (va_is_keyword(p, VA_KW_aliasparam)) parse_aliasparam(p, attrs, out);
    else if (va_is_keyword(p, VA_KW_genvar)) parse_genvar(p, attrs, out);
    else if (va_starts_variable(p)) parse_variables(p, attrs, out);
    else return false;
    return true;
}

void va_parse_event_decl(va_parser *p, va_attr *attrs, va_decls *out) {
    spec s = {.kind = VA_EVENT_DECL, .what = "the name of an event", .attrs = attrs};
    va_advance(p);
    parse_declarators(p, &s, out);
    finish(p);
}

/* ---- nets ---- */

bool va_at_direction(const va_parser *p) {
    return va_is_keyword(p, VA_KW_input) || va_is_keyword(p, VA_KW_output) || va_is_keyword(p, VA_KW_inout);
}

va_dir va_take_direction(va_parser *p) {
    va_dir dir = va_is_keyword(p, VA_KW_input)    ? VA_INPUT
                 : va_is_keyword(p, VA_KW_output) ? VA_OUTPUT
                 : va_is_keyword(p, VA_KW_inout)  ? VA_INOUT
                                                  : VA_DIR_NONE;
    if (dir != VA_DIR_NONE) va_advance(p);
    return dir;
}

/* Whether a discipline stands here: a word before a name, with or without a range between them. */
static bool at_discipline(const va_parser *p) {
    if (!va_is_word(va_peek(p))) return false;
    if (va_peek_at(p, 1)->kind != VA_T_LBRACKET) return va_is_word(va_peek_at(p, 1));
    size_t behind = va_behind_bracket(p, p->at + 1);
    return behind && va_is_word(&p->tokens[behind]);
}

/* net-head = [direction] [discipline | "wire"] [dims] ; the kind of declaration follows from it */
static bool parse_net_head(va_parser *p, va_attr *attrs, spec *s) {
    va_keyword kw;
    *s = (spec){.kind = VA_NET, .what = "the name of a net", .attrs = attrs};
    s->dir = va_take_direction(p);
    if (s->dir != VA_DIR_NONE) s->what = "the name of a port";
    kw = va_peek(p)->kw;
    if (s->dir != VA_DIR_NONE && va_starts_variable(p))
        return va_fail(p, va_peek(p)->span, "give it a discipline: electrical, voltage, ...",
                       "a port of an analog module cannot be of type %s", va_peek(p)->text);
    if (kw == VA_KW_wreal || kw == VA_KW_reg || kw == VA_KW_uwire)
        return va_fail(p, va_peek(p)->span, "", "'%s' is digital Verilog-AMS, not part of the analog subset",
                       va_peek(p)->text);
    bool is_wire = va_take_keyword(p, VA_KW_wire);
    if (!is_wire && at_discipline(p)) {
        s->disc = va_peek(p)->text;
        va_advance(p);
    }
    if (s->dir != VA_DIR_NONE && !s->disc && !is_wire) s->kind = VA_PORT_DIR;
    s->bus = va_parse_dims(p);
    return !p->panic;
}

/* net = net-head declarators ";" */
void va_parse_net_decl(va_parser *p, va_attr *attrs, va_decls *out) {
    spec s;
    if (parse_net_head(p, attrs, &s)) parse_declarators(p, &s, out);
    finish(p);
}

/* header-port = attributes [net-head] name dims ; without a head it is as the port before it */
void va_parse_header_port(va_parser *p, va_attr *attrs, va_decls *out, va_decl *last) {
    spec s;
    bool has_head = va_at_direction(p) || at_discipline(p) || va_is_keyword(p, VA_KW_wire);
    if (!parse_net_head(p, attrs, &s)) return;
    if (!has_head && last) {
        s.kind = last->kind;
        s.dir = last->dir;
        s.disc = last->disc;
        s.bus = last->bus;
    } else if (has_head && s.dir == VA_DIR_NONE && last) {
        s.dir = last->dir;
    }
    va_decl *decl = parse_declarator(p, &s);
    if (decl) va_decls_add(out, decl);
}

/* ground = "ground" [discipline] [dims] declarators ";" */
void va_parse_ground_decl(va_parser *p, va_attr *attrs, va_decls *out) {
    spec s;
    va_advance(p);
    if (parse_net_head(p, attrs, &s)) {
        s.is_ground = true;
        s.kind = s.disc ? VA_NET : VA_GROUND_DECL;
        s.what = "the name of a ground net";
        parse_declarators(p, &s, out);
    }
    finish(p);
}

/* ---- branches ---- */

/* branch = "branch" "(" terminal ["," terminal] ")" name dims ("," name dims)* ";" */
void va_parse_branch_decl(va_parser *p, va_attr *attrs, va_decls *out) {
    spec s = {.kind = VA_BRANCH, .what = "the name of a branch", .attrs = attrs};
    va_advance(p);
    size_t open = p->at;
    va_expr *ends[2] = {NULL, NULL};
    bool ok = va_expect(p, VA_T_LPAREN, "'(' behind branch") && (ends[0] = va_parse_terminal(p));
    if (ok && va_take(p, VA_T_COMMA)) ok = (ends[1] = va_parse_terminal(p)) != NULL;
    if (ok && va_expect_close(p, VA_T_RPAREN, open)) {
        s.bus = va_parse_dims(p);
        va_decl **first = out->tail;
        if (!p->panic) parse_declarators(p, &s, out);
        for (va_decl *decl = *first; decl; decl = decl->next) memcpy(decl->ends, ends, sizeof ends);
    }
    finish(p);
}
