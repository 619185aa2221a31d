/* Expressions of netlists, read from the text of a line.
 *
 *     expr     = or ["?" expr ":" expr]
 *     or       = and ("||" and)*         and = equality ("&&" equality)*
 *     equality = relation (("==" | "=" | "!=" | "<>") relation)*
 *     relation = sum (("<" | "<=" | ">" | ">=") sum)*
 *     sum      = product (("+" | "-") product)*
 *     product  = unary (("*" | "/" | "%") unary)*
 *     unary    = ("+" | "-" | "!" | "~") unary | power
 *     power    = primary (("**" | "^") signed)*          2^3^2 is 64, -2^2 is -4, as in ngspice
 *     signed   = ("+" | "-") signed | primary
 *     primary  = number | "(" expr ")" | "{" expr "}" | "'" expr "'" | name | name "(" [expr ("," expr)*] ")"
 *              | "v" "(" node ["," node] ")" | "i" "(" element ")"
 */
#include "circuit/expr_functions.h"
#include "circuit/netlist.h"
#include <math.h>
#include <string.h>

/* Brackets and operators within one another, and nodes of one expression with functions put in. */
#define HEIGHT_MAX 200
#define SIZE_MAX_  1000000
#define FUNC_DEPTH 64

/* All nodes are made here, so each hys__expr that comes back is the head of one. */
typedef struct node {
    hys__expr e; /* first */
    uint32_t size, height;
} node;

typedef struct parser {
    nl_cur *c;
    nl_body *body;
    const nl_func *func; /* whose body this is, or NULL */
    bool is_tight;       /* a blank before an operator ends it */
    unsigned open;       /* brackets: inside, blanks say nothing */
    unsigned depth;
    unsigned n_draws;
} parser;

static hys__expr *parse_expr(parser *p);
static hys__expr *parse_unary(parser *p);

/* ---- text ---- */

static char peek(const parser *p) {
    return p->c->at < p->c->line.len ? p->c->line.text[p->c->at] : 0;
}

static char peek2(const parser *p) {
    return p->c->at + 1 < p->c->line.len ? p->c->line.text[p->c->at + 1] : 0;
}

static void blanks(parser *p) {
    while (peek(p) == ' ' || peek(p) == '\t' || peek(p) == '\f' || peek(p) == '\v') p->c->at++;
}

/* To the next operator, if one may stand behind blanks here. */
static void blanks_before_operator(parser *p) {
    if (!p->is_tight || p->open > 0) blanks(p);
}

static bool take(parser *p, const char *what) {
    size_t n = strlen(what);
    if (p->c->line.len - p->c->at < n || memcmp(p->c->line.text + p->c->at, what, n) != 0) return false;
    p->c->at += (uint32_t)n;
    return true;
}

static hys__expr *fail_here(parser *p, const char *what) {
    uint32_t at = p->c->at;
    if (at >= p->c->line.len)
        nl_fail(p->c->net, nl_span(p->c, at ? at - 1 : 0, at), "", "%s is missing at the end of this line", what);
    else nl_fail(p->c->net, nl_span(p->c, at, at + 1), "", "%s is expected here", what);
    return NULL;
}

static hys__span span_from(const parser *p, uint32_t from) {
    return nl_span(p->c, from, p->c->at);
}

/* ---- nodes ---- */

static hys__expr *node_new(parser *p, hys__expr_op op, hys__span span, hys__expr *const *args, uint32_t n) {
    node *made = HYS_NEW(p->c->net->arena, node);
    hys__expr **list = n ? HYS_NEW_N(p->c->net->arena, hys__expr *, n) : NULL;
    if (!made || (n && !list)) return NULL;
    made->e = (hys__expr){.op = op, .span = span, .n_args = n, .args = list};
    made->size = 1;
    for (uint32_t i = 0; i < n; i++) {
        const node *arg = (const node *)args[i];
        if (arg->height > made->height) made->height = arg->height;
        made->size = arg->size < SIZE_MAX_ - made->size ? made->size + arg->size : SIZE_MAX_;
        list[i] = args[i];
    }
    made->height++;
    if (made->height <= HEIGHT_MAX && made->size < SIZE_MAX_) return &made->e;
    nl_fail_as(p->c->net, HYS_LIMIT, span, "split it into several parameters",
               "this expression is more than %d operators deep, or more than %d long with its functions put in",
               HEIGHT_MAX, SIZE_MAX_);
    return NULL;
}

static hys__expr *number_new(parser *p, hys__span span, double value) {
    hys__expr *e = node_new(p, HYS__EXPR_NUMBER, span, NULL, 0);
    if (e) e->number = value;
    return e;
}

static bool is_constant(const hys__expr *e) {
    if (e->op == HYS__EXPR_CALL && hys__functions[e->index].kind != HYS__FN_PURE) return false;
    if (e->op == HYS__EXPR_PARAM || e->op == HYS__EXPR_ARG || e->op == HYS__EXPR_TEMPER) return false;
    for (uint32_t i = 0; i < e->n_args; i++)
        if (e->args[i]->op != HYS__EXPR_NUMBER) return false;
    return !hys__expr_is_behavioural(e);
}

/* What is known already is a number. */
static hys__expr *folded(parser *p, hys__expr *e) {
    if (!e || e->op == HYS__EXPR_NUMBER || !is_constant(e)) return e;
    nl_eval v = {.net = p->c->net};
    double value = nl_eval_expr(&v, e);
    return isfinite(value) ? number_new(p, e->span, value) : e;
}

static hys__expr *of_two(parser *p, hys__expr_op op, uint32_t from, hys__expr *a, hys__expr *b) {
    if (!a || !b) return NULL;
    return folded(p, node_new(p, op, span_from(p, from), (hys__expr *[]){a, b}, 2));
}

/* ---- functions of the user ---- */

/* The body with its arguments put in; `up`: definitions between it and where it is called. */
static hys__expr *put_in(parser *p, const hys__expr *body, hys__expr *const *args, uint32_t up) {
    if (body->op == HYS__EXPR_ARG) return args[body->index];
    if (body->op == HYS__EXPR_NUMBER) return (hys__expr *)(uintptr_t)body;
    hys__expr *few[8], **list = few;
    if (body->n_args > 8) list = HYS_NEW_N(p->c->net->arena, hys__expr *, body->n_args);
    if (!list) return NULL;
    for (uint32_t i = 0; i < body->n_args; i++)
        if (!(list[i] = put_in(p, body->args[i], args, up))) return NULL;
    hys__expr *e = node_new(p, body->op, body->span, list, body->n_args);
    if (!e) return NULL;
    e->name = body->name;
    e->name2 = body->name2;
    e->index = body->index;
    e->index2 = body->index2;
    e->scope_up = body->scope_up == HYS__GLOBAL ? HYS__GLOBAL : body->scope_up;
    if (e->op == HYS__EXPR_PARAM && e->scope_up != HYS__GLOBAL) e->scope_up += up;
    if (e->op == HYS__EXPR_CALL) e->number = p->n_draws++;
    if ((e->op == HYS__EXPR_V || e->op == HYS__EXPR_I) && !nl_refer(p->body, p->c->net, e)) return NULL;
    return folded(p, e);
}

static hys__expr *parse_body_of(hys__netlist *net, nl_body *body, nl_func *func) {
    nl_cur c = func->text;
    parser p = {.c = &c, .body = body, .func = func};
    hys__expr *e = parse_expr(&p);
    if (!e) return NULL;
    blanks(&p);
    if (c.at < c.line.len) {
        nl_fail(net, nl_here(&c), "", "the formula of the function '%s' ends before this", func->name);
        return NULL;
    }
    return e;
}

/* The formula, read when it is first used. */
static const hys__expr *func_body(parser *p, nl_body *home, nl_func *func, hys__span use) {
    hys__netlist *net = p->c->net;
    if (func->body || func->is_bad) return func->body;
    if (func->is_busy || net->func_depth >= FUNC_DEPTH) {
        nl_fail(net, use, "", func->is_busy ? "the function '%s' uses itself" : "functions are nested too deep at '%s'",
                func->name);
        return NULL;
    }
    func->is_busy = true;
    net->func_depth++;
    func->body = parse_body_of(net, home, func);
    net->func_depth--;
    func->is_busy = false;
    func->is_bad = !func->body;
    return func->body;
}

static hys__expr *call_user(parser *p, nl_body *home, nl_func *func, uint32_t up, uint32_t from, const nl_args *args) {
    hys__netlist *net = p->c->net;
    hys__span span = span_from(p, from);
    if (args->n != func->n_args) {
        nl_fail(net, span, "", "the function '%s' takes %u argument%s, not %zu", func->name, func->n_args,
                func->n_args == 1 ? "" : "s", args->n);
        return NULL;
    }
    const hys__expr *body = func_body(p, home, func, span);
    return body ? put_in(p, body, args->at, up) : NULL;
}

/* ---- calls ---- */

/* arguments = "(" [expr ("," expr)*] ")"; the bracket is taken already */
static bool parse_arguments(parser *p, nl_args *args) {
    p->open++;
    blanks(p);
    if (!take(p, ")")) {
        for (;;) {
            hys__expr *e = parse_expr(p);
            if (!e) return false;
            hys__expr **slot = HYS_PUSH(p->c->net->arena, args);
            if (!slot) return false;
            *slot = e;
            blanks(p);
            if (take(p, ")")) break;
            if (!take(p, ",")) return fail_here(p, "',' or ')'") != NULL;
        }
    }
    p->open--;
    return true;
}

static hys__expr *call_known(parser *p, const char *name, uint32_t from, const nl_args *args) {
    hys__netlist *net = p->c->net;
    hys__span span = span_from(p, from);
    hys__function_id id = hys__function_find(name, (uint32_t)args->n);
    if (id == HYS__FN_N) {
        size_t n;
        const char *const *names = hys__function_names(&n);
        nl_fail(net, nl_span(p->c, from, from + (uint32_t)strlen(name)),
                nl_hint_near(net, hys__nearest(name, names, n)), "there is no function '%.80s'", name);
        return NULL;
    }
    const hys__function *f = &hys__functions[id];
    if (args->n < f->least || (f->most != HYS__ARGS_ANY && args->n > f->most)) {
        nl_fail(net, span, "", "the function '%s' takes %u%s arguments, not %zu", name, f->least,
                f->most == f->least        ? ""
                : f->most == HYS__ARGS_ANY ? " or more"
                                           : " or a few more",
                args->n);
        return NULL;
    }
    if (id == HYS__FN_table && args->n % 2 == 0) {
        nl_fail(net, span, "", "a table takes x and then pairs of numbers; here a y is missing");
        return NULL;
    }
    hys__expr *e = node_new(p, HYS__EXPR_CALL, span, args->at, (uint32_t)args->n);
    if (!e) return NULL;
    e->name = f->name;
    e->index = id;
    e->number = p->n_draws++;
    return folded(p, e);
}

static hys__expr *parse_call(parser *p, const char *name, uint32_t from) {
    nl_args args = {0};
    uint32_t up = 0;
    if (!parse_arguments(p, &args)) return NULL;
    if (args.n == 3 && (strcmp(name, "if") == 0 || strcmp(name, "ternary_fcn") == 0))
        return folded(p, node_new(p, HYS__EXPR_COND, span_from(p, from), args.at, 3));
    if (args.n == 1 && (strcmp(name, "par") == 0 || strcmp(name, "val") == 0)) return args.at[0];
    for (nl_body *body = p->body; body; body = body->outer, up++) {
        uint32_t i = nl_map_find_name(&body->func_map, name);
        if (i != NL_NONE) return call_user(p, body, body->funcs.at[i], up, from, &args);
    }
    return call_known(p, name, from, &args);
}

/* ---- what the solution gives ---- */

/* A node's or element's name: all up to "," or ")" or a blank. */
static const char *parse_raw_name(parser *p) {
    blanks(p);
    uint32_t from = p->c->at;
    while (peek(p) && !strchr(",() \t='\"{}", peek(p))) p->c->at++;
    if (p->c->at == from) {
        fail_here(p, "a name");
        return NULL;
    }
    nl_word w = {p->c->line.text + from, p->c->at - from, from};
    const char *name = nl_intern_lower(p->c->net, w);
    blanks(p);
    return name;
}

/* "v" "(" node ["," node] ")" | "i" "(" element ["," terminal] ")"; the bracket is taken already */
static hys__expr *parse_probe(parser *p, hys__expr_op op, uint32_t from) {
    const char *name = parse_raw_name(p), *name2 = NULL;
    if (!name || (take(p, ",") && !(name2 = parse_raw_name(p)))) return NULL;
    if (!take(p, ")")) return fail_here(p, "')'");
    hys__expr *e = node_new(p, op, span_from(p, from), NULL, 0);
    if (!e) return NULL;
    e->name = name;
    e->name2 = name2;
    if (p->func) return e; /* it counts where the function is used */
    return nl_refer(p->body, p->c->net, e) ? e : NULL;
}

/* "ic(q1)", "id(m1)": a transistor's currents by the letter of their terminal; the bracket is taken already */
static hys__expr *parse_terminal_current(parser *p, const char *terminal, uint32_t from) {
    const char *name = parse_raw_name(p);
    if (!name) return NULL;
    if (!take(p, ")")) return fail_here(p, "')'");
    hys__expr *e = node_new(p, HYS__EXPR_I, span_from(p, from), NULL, 0);
    nl_word w = {terminal, (uint32_t)strlen(terminal), 0};
    if (!e) return NULL;
    e->name = name;
    e->name2 = nl_intern_lower(p->c->net, w);
    if (!e->name2) return NULL;
    if (p->func) return e;
    return nl_refer(p->body, p->c->net, e) ? e : NULL;
}

static bool is_function(const parser *p, const char *name) {
    for (const nl_body *body = p->body; body; body = body->outer)
        if (nl_map_find_name(&body->func_map, name) != NL_NONE) return true;
    return false;
}

/* ---- names ---- */

static const struct constant {
    const char *name;
    double value;
} constants[] = {
    {"pi", 3.14159265358979323846},
    {"e", 2.71828182845904523536},
    {"boltz", 1.380649e-23},      /* J/K, SI */
    {"echarge", 1.602176634e-19}, /* C, SI */
    {"planck", 6.62607015e-34},   /* J s, SI */
    {"kelvin", -273.15},          /* degC */
    {"c", 299792458},             /* m/s, SI */
    {"true", 1},
    {"false", 0},
    {"yes", 1},
    {"no", 0},
};
#define N_CONSTANTS (sizeof constants / sizeof constants[0])

static hys__expr *param_new(parser *p, uint32_t from, const nl_body *home, uint32_t slot, uint32_t up) {
    hys__expr *e = node_new(p, HYS__EXPR_PARAM, span_from(p, from), NULL, 0);
    if (!e) return NULL;
    e->name = home->params.at[slot].name;
    e->index = slot;
    e->scope_up = home->outer ? up : HYS__GLOBAL;
    return e;
}

static hys__expr *unknown_name(parser *p, const char *name, uint32_t from) {
    const nl_map *maps[16];
    size_t n = 0;
    for (const nl_body *b = p->body; b && n < 16; b = b->outer) maps[n++] = &b->param_map;
    nl_fail(p->c->net, span_from(p, from), nl_did_you_mean(p->c->net, name, maps, n), "there is no parameter '%.80s'",
            name);
    return NULL;
}

/* A default may name a parameter farther out that is called like itself: "w={w}". */
static bool is_itself(const parser *p, const nl_body *body, uint32_t slot) {
    return body == p->body && body->parsing_param == slot + 1 && body->outer;
}

static hys__expr *parse_name_alone(parser *p, const char *name, uint32_t from) {
    for (uint32_t i = 0; p->func && i < p->func->n_args; i++) {
        if (strcmp(p->func->args[i], name) != 0) continue;
        hys__expr *e = node_new(p, HYS__EXPR_ARG, span_from(p, from), NULL, 0);
        if (e) e->index = i;
        if (e) e->name = name;
        return e;
    }
    uint32_t up = 0;
    for (const nl_body *body = p->body; body; body = body->outer, up++) {
        uint32_t slot = nl_map_find_name(&body->param_map, name);
        if (slot != NL_NONE && !is_itself(p, body, slot)) return param_new(p, from, body, slot, up);
    }
    static const struct {
        const char *name;
        hys__expr_op op;
    } specials[] = {
        {"time", HYS__EXPR_TIME}, {"temper", HYS__EXPR_TEMPER}, {"temp", HYS__EXPR_TEMPER}, {"hertz", HYS__EXPR_HERTZ}};
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
        if (strcmp(specials[i].name, name) == 0) return node_new(p, specials[i].op, span_from(p, from), NULL, 0);
    for (size_t i = 0; i < N_CONSTANTS; i++)
        if (strcmp(constants[i].name, name) == 0) return number_new(p, span_from(p, from), constants[i].value);
    return unknown_name(p, name, from);
}

static bool is_name_start(char c) {
    c = nl_lower(c);
    return (c >= 'a' && c <= 'z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_more(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '.' || c == '$' || c == '#' || c == '@';
}

static hys__expr *parse_name(parser *p) {
    uint32_t from = p->c->at;
    while (is_name_more(peek(p))) p->c->at++;
    nl_word w = {p->c->line.text + from, p->c->at - from, from};
    const char *name = nl_intern_lower(p->c->net, w);
    if (!name) return NULL;
    uint32_t behind = p->c->at;
    if (!p->is_tight || p->open > 0) blanks(p);
    if (!take(p, "(")) {
        p->c->at = behind;
        return parse_name_alone(p, name, from);
    }
    if (strcmp(name, "v") == 0) return parse_probe(p, HYS__EXPR_V, from);
    if (strcmp(name, "i") == 0) return parse_probe(p, HYS__EXPR_I, from);
    const char *terminal = is_function(p, name) ? NULL : nl_terminal_of_current(name, nl_lower(peek(p)));
    return terminal ? parse_terminal_current(p, terminal, from) : parse_call(p, name, from);
}

/* ---- operators ---- */

static hys__expr *parse_bracket(parser *p, const char *close) {
    p->c->at++;
    p->open++;
    hys__expr *e = parse_expr(p);
    if (!e) return NULL;
    blanks(p);
    if (!take(p, close)) {
        char what[] = "'?'";
        what[1] = *close;
        return fail_here(p, what);
    }
    p->open--;
    return e;
}

static hys__expr *parse_number(parser *p) {
    uint32_t from = p->c->at;
    double value;
    uint32_t n = nl_number_scan(p->c->line.text + from, p->c->line.len - from, &value);
    if (n == 0) return fail_here(p, "a number, a name or '('");
    p->c->at += n;
    if (!isfinite(value)) {
        nl_fail(p->c->net, span_from(p, from), "", "this number is too large");
        return NULL;
    }
    return number_new(p, span_from(p, from), value);
}

static hys__expr *parse_primary(parser *p) {
    blanks(p);
    char c = peek(p);
    if (c == '(') return parse_bracket(p, ")");
    if (c == '{') return parse_bracket(p, "}");
    if (c == '\'') return parse_bracket(p, "'");
    if (c == '"') return parse_bracket(p, "\"");
    if ((c >= '0' && c <= '9') || c == '.') return parse_number(p);
    if (is_name_start(c)) return parse_name(p);
    return fail_here(p, "a number, a name or '('");
}

static hys__expr *parse_signed(parser *p) {
    blanks(p);
    uint32_t from = p->c->at;
    if (++p->depth > HEIGHT_MAX) {
        nl_fail_as(p->c->net, HYS_LIMIT, nl_span(p->c, from, from + 1), "", "brackets and signs are nested too deep");
        return NULL;
    }
    hys__expr *e = NULL;
    if (take(p, "-")) {
        e = parse_signed(p);
        if (e) e = folded(p, node_new(p, HYS__EXPR_NEG, span_from(p, from), &e, 1));
    } else {
        e = take(p, "+") ? parse_signed(p) : parse_primary(p);
    }
    p->depth--;
    return e;
}

static hys__expr *parse_power(parser *p) {
    uint32_t from = p->c->at;
    hys__expr *e = parse_primary(p);
    while (e) {
        blanks_before_operator(p);
        if (!take(p, "**") && !take(p, "^")) break;
        e = of_two(p, HYS__EXPR_POW, from, e, parse_signed(p));
    }
    return e;
}

static hys__expr *parse_unary(parser *p) {
    blanks(p);
    uint32_t from = p->c->at;
    char c = peek(p);
    if (c != '-' && c != '+' && c != '!' && c != '~') return parse_power(p);
    if (++p->depth > HEIGHT_MAX) {
        nl_fail_as(p->c->net, HYS_LIMIT, nl_span(p->c, from, from + 1), "", "brackets and signs are nested too deep");
        return NULL;
    }
    p->c->at++;
    hys__expr *e = parse_unary(p);
    p->depth--;
    if (!e || c == '+') return e;
    return folded(p, node_new(p, c == '-' ? HYS__EXPR_NEG : HYS__EXPR_NOT, span_from(p, from), &e, 1));
}

/* The binary operators, loosest first; longer spellings before shorter ones. */
static const struct binary {
    const char *text;
    uint8_t level;
    hys__expr_op op;
} binaries[] = {
    {"||", 1, HYS__EXPR_OR}, {"&&", 2, HYS__EXPR_AND}, {"==", 3, HYS__EXPR_EQ}, {"!=", 3, HYS__EXPR_NE},
    {"<>", 3, HYS__EXPR_NE}, {"<=", 4, HYS__EXPR_LE},  {">=", 4, HYS__EXPR_GE}, {"<", 4, HYS__EXPR_LT},
    {">", 4, HYS__EXPR_GT},  {"+", 5, HYS__EXPR_ADD},  {"-", 5, HYS__EXPR_SUB}, {"*", 6, HYS__EXPR_MUL},
    {"/", 6, HYS__EXPR_DIV}, {"%", 6, HYS__EXPR_MOD},  {"|", 1, HYS__EXPR_OR},  {"&", 2, HYS__EXPR_AND},
    {"=", 3, HYS__EXPR_EQ},
};
#define N_BINARIES (sizeof binaries / sizeof binaries[0])
#define LEVEL_MAX  6

static const struct binary *peek_binary(const parser *p) {
    if (peek(p) == '*' && peek2(p) == '*') return NULL;
    for (size_t i = 0; i < N_BINARIES; i++) {
        const char *text = binaries[i].text;
        if (peek(p) != text[0] || (text[1] && peek2(p) != text[1])) continue;
        if (text[0] == '=' && !text[1] && p->open == 0) return NULL;
        return &binaries[i];
    }
    return NULL;
}

static hys__expr *parse_binary(parser *p, unsigned level) {
    blanks(p);
    uint32_t from = p->c->at;
    hys__expr *e = level > LEVEL_MAX ? parse_unary(p) : parse_binary(p, level + 1);
    while (e && level <= LEVEL_MAX) {
        blanks_before_operator(p);
        const struct binary *b = peek_binary(p);
        if (!b || b->level != level) break;
        p->c->at += b->text[1] ? 2 : 1;
        e = of_two(p, b->op, from, e, parse_binary(p, level + 1));
    }
    return e;
}

static hys__expr *parse_condition(parser *p) {
    blanks(p);
    uint32_t from = p->c->at;
    hys__expr *e = parse_binary(p, 1);
    if (!e) return NULL;
    blanks_before_operator(p);
    if (!take(p, "?")) return e;
    hys__expr *args[3] = {e, parse_expr(p), NULL};
    if (!args[1]) return NULL;
    blanks(p);
    if (!take(p, ":")) return fail_here(p, "':'");
    args[2] = parse_expr(p);
    return args[2] ? folded(p, node_new(p, HYS__EXPR_COND, span_from(p, from), args, 3)) : NULL;
}

static hys__expr *parse_expr(parser *p) {
    if (++p->depth > HEIGHT_MAX) {
        nl_fail_as(p->c->net, HYS_LIMIT, nl_span(p->c, p->c->at, p->c->at + 1), "",
                   "brackets and signs are nested too deep");
        return NULL;
    }
    hys__expr *e = parse_condition(p);
    p->depth--;
    return e;
}

/* ---- for the others ---- */

const hys__expr *nl_take_expr(nl_cur *c, nl_body *body, nl_mode mode) {
    parser p = {.c = c, .body = body, .is_tight = mode == NL_TIGHT};
    nl_skip(c);
    return parse_expr(&p);
}

bool nl_take_value(nl_cur *c, nl_body *body, nl_mode mode, nl_value *value) {
    *value = (nl_value){0};
    nl_skip(c);
    uint32_t from = c->at;
    if (nl_take_number(c, &value->number)) {
        uint32_t at = c->at;
        if (isfinite(value->number) && (mode == NL_TIGHT || nl_at_end(c) || nl_at_setting(c))) {
            c->at = at;
            return true;
        }
        c->at = from;
    }
    const hys__expr *e = nl_take_expr(c, body, mode);
    if (!e) return false;
    if (e->op == HYS__EXPR_NUMBER) value->number = e->number;
    else value->expr = e;
    return true;
}

const hys__expr *nl_expr_of(hys__netlist *net, nl_value value, hys__span span) {
    if (value.expr) return value.expr;
    nl_cur c = {.net = net};
    parser p = {.c = &c};
    return number_new(&p, span, value.number);
}

/* The same value seen from a body inside the one where the expression stands. */
const hys__expr *nl_expr_seen(hys__netlist *net, const hys__expr *e, nl_body *from, const nl_body *home) {
    nl_cur c = {.net = net};
    parser p = {.c = &c, .body = from};
    uint32_t up = 0;
    for (const nl_body *b = from; b && b != home && b->origin != home; b = b->outer) up++;
    return up == 0 ? e : put_in(&p, e, NULL, up);
}

const hys__expr *nl_expr_temper(hys__netlist *net, hys__span span) {
    nl_cur c = {.net = net};
    parser p = {.c = &c};
    return node_new(&p, HYS__EXPR_TEMPER, span, NULL, 0);
}

/* a op b, as a new node. */
const hys__expr *nl_expr_two(hys__netlist *net, hys__expr_op op, const hys__expr *a, const hys__expr *b) {
    nl_cur c = {.net = net};
    parser p = {.c = &c};
    hys__expr *args[2] = {(hys__expr *)(uintptr_t)a, (hys__expr *)(uintptr_t)b};
    return a && b ? folded(&p, node_new(&p, op, a->span, args, 2)) : NULL;
}

/* Puts x in for the name "x". */
const hys__expr *nl_take_expr_of_x(nl_cur *c, nl_body *body, const hys__expr *x) {
    const char *name = hys__intern_add(&c->net->names, "x", 1);
    nl_func f = {.name = "x", .args = &name, .n_args = 1};
    parser p = {.c = c, .body = body, .func = &f};
    if (!name) return NULL;
    nl_skip(c);
    const hys__expr *e = parse_expr(&p);
    p.func = NULL;
    hys__expr *arg = (hys__expr *)(uintptr_t)x;
    return e ? put_in(&p, e, &arg, 0) : NULL;
}

const hys__expr *nl_expr_probe(hys__netlist *net, nl_body *body, hys__expr_op op, hys__span span, const char *name,
                               const char *name2) {
    nl_cur c = {.net = net};
    parser p = {.c = &c, .body = body};
    hys__expr *e = node_new(&p, op, span, NULL, 0);
    if (!e) return NULL;
    e->name = hys__intern_add(&net->names, name, strlen(name));
    e->name2 = name2 ? hys__intern_add(&net->names, name2, strlen(name2)) : NULL;
    if (!e->name || (name2 && !e->name2)) return NULL;
    return nl_refer(body, net, e) ? e : NULL;
}

const hys__expr *nl_expr_call(hys__netlist *net, hys__function_id id, hys__span span, const nl_args *args) {
    nl_cur c = {.net = net};
    parser p = {.c = &c};
    hys__expr *e = node_new(&p, HYS__EXPR_CALL, span, args->at, (uint32_t)args->n);
    if (!e) return NULL;
    e->name = hys__functions[id].name;
    e->index = id;
    return e;
}
