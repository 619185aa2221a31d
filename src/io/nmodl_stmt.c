/* Statements of NMODL:
 *
 *     body      = "{" { statement } "}"
 *     statement = "LOCAL" names | "TABLE" ... | "SOLVE" name [method] | "IF" "(" expr ")" body ["ELSE" (body | if)]
 *               | "WHILE" "(" expr ")" body | "FROM" name "=" expr "TO" expr body
 *               | "~" parts ("<->" | "->" | "<<") "(" expr ["," expr] ")" | "CONSERVE" expr "=" expr
 *               | "net_send" "(" expr "," expr ")" | "WATCH" "(" expr ")" (number | name)
 *               | "~" expr "=" expr (in LINEAR) | "COMPARTMENT" expr "{" { name } "}" | body
 *               | name ["[" expr "]"] ["'"] "=" expr | name "(" args ")"
 *     parts     = [number] name { "+" [number] name }
 *
 * What cannot be translated is kept as a statement that is refused where it is reached: files carry much that is never
 * called. */
#include "io/nmodl.h"
#include <string.h>

#define MOST_NESTED 100

static hys_status parse_stmt(nm_file *f, nm_block *b, nm_stmt **s);

static hys_status stmt_new(nm_file *f, nm_stmt_kind kind, hys__span span, nm_stmt **s) {
    *s = HYS_NEW(&f->arena, nm_stmt);
    if (!*s) return HYS_NOMEM;
    **s = (nm_stmt){.kind = kind, .span = span, .name = ""};
    return HYS_OK;
}

hys_status nm_parse_body(nm_file *f, nm_block *b, nm_stmt **body) {
    nm_stmt **tail = body;
    const hys__span open = nm_peek(f)->span;
    hys_status status = nm_expect(f, "{");
    if (f->depth >= MOST_NESTED) return nm_error(f, open, "", "blocks are nested more than %d deep", MOST_NESTED);
    f->depth++;
    while (status == HYS_OK && !nm_take(f, "}")) {
        if (nm_peek(f)->kind == NM_END) return nm_error(f, open, "", "this block is never closed");
        status = parse_stmt(f, b, tail);
        if (status == HYS_OK && *tail) tail = &(*tail)->next;
    }
    f->depth--;
    return status;
}

static hys_status parse_local(nm_file *f, nm_block *b) {
    do {
        nm_name *local = HYS_NEW(&f->arena, nm_name);
        if (!local) return HYS_NOMEM;
        hys_status status = nm_expect_name(f, "the name of a local variable", &local->name);
        if (status == HYS_OK) status = nm_parse_n_elements(f, &local->n_elements);
        if (status != HYS_OK) return status;
        if (nm_is_local(b, local->name)) continue;
        local->next = b->locals;
        b->locals = local;
    } while (nm_take(f, ","));
    return HYS_OK;
}

/* table = "TABLE" [names] ["DEPEND" names] "FROM" expr "TO" expr "WITH" number */
static hys_status parse_table(nm_file *f, nm_stmt **s) {
    nm_expr *ignored = NULL;
    hys_status status = stmt_new(f, NM_TABLE, nm_next(f)->span, s);
    while (status == HYS_OK && nm_peek(f)->kind != NM_END && !nm_is(f, "FROM") && !nm_is(f, "}")) nm_next(f);
    if (status == HYS_OK) status = nm_expect(f, "FROM");
    if (status == HYS_OK) status = nm_parse_expr(f, &ignored);
    if (status == HYS_OK) status = nm_expect(f, "TO");
    if (status == HYS_OK) status = nm_parse_expr(f, &ignored);
    if (status == HYS_OK) status = nm_expect(f, "WITH");
    f->has_table = true;
    nm_next(f);
    return status;
}

static hys_status parse_solve(nm_file *f, nm_stmt **s) {
    static const char *const methods[] = {"cnexp",     "sparse",  "euler",  "derivimplicit", "after_cvode",
                                          "runge",     "adrunge", "newton", "simplex",       "cvode_t",
                                          "cvode_t_v", "adams",   "gear",   "adeuler",       "matexp"};
    hys_status status = stmt_new(f, NM_SOLVE, nm_next(f)->span, s);
    if (status == HYS_OK) status = nm_expect_name(f, "the name of a block", &(*s)->name);
    while (status == HYS_OK && (nm_is(f, "METHOD") || nm_is(f, "STEADYSTATE"))) {
        const char *method = NULL;
        (*s)->is_steady = nm_is(f, "STEADYSTATE");
        nm_next(f);
        const hys__span span = nm_peek(f)->span;
        status = nm_expect_name(f, "a method", &method);
        size_t k = 0;
        while (status == HYS_OK && k < sizeof methods / sizeof *methods && strcmp(methods[k], method) != 0) k++;
        if (status == HYS_OK && !strcmp(method, "stochastic"))
            return nm_refuse(f, span, "draw with $rdist_normal in the translated file",
                             "noise in an equation (of Arbor) is not translated");
        if (status == HYS_OK && k == sizeof methods / sizeof *methods)
            return nm_refuse(f, span, "cnexp, sparse, derivimplicit, euler", "'%.60s' is no method that is known",
                             method);
    }
    if (status == HYS_OK && nm_take(f, "IFERROR")) status = nm_skip(f, "{", "}");
    return status;
}

static hys_status parse_condition(nm_file *f, nm_expr **e) {
    hys_status status = nm_expect(f, "(");
    if (status == HYS_OK) status = nm_parse_expr(f, e);
    return status == HYS_OK ? nm_expect(f, ")") : status;
}

static hys_status parse_if(nm_file *f, nm_block *b, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_IF, nm_next(f)->span, s);
    if (f->depth >= MOST_NESTED)
        return nm_error(f, nm_peek(f)->span, "", "blocks are nested more than %d deep", MOST_NESTED);
    if (status == HYS_OK) status = parse_condition(f, &(*s)->e);
    if (status == HYS_OK) status = nm_parse_body(f, b, &(*s)->body);
    if (status != HYS_OK || (!nm_take(f, "ELSE") && !nm_take(f, "else"))) return status;
    if (!nm_is(f, "IF") && !nm_is(f, "if")) return nm_parse_body(f, b, &(*s)->other);
    f->depth++;
    status = parse_if(f, b, &(*s)->other);
    f->depth--;
    return status;
}

static hys_status parse_while(nm_file *f, nm_block *b, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_WHILE, nm_next(f)->span, s);
    if (status == HYS_OK) status = parse_condition(f, &(*s)->e);
    return status == HYS_OK ? nm_parse_body(f, b, &(*s)->body) : status;
}

static hys_status parse_from(nm_file *f, nm_block *b, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_FROM, nm_next(f)->span, s);
    if (status == HYS_OK) status = nm_expect_name(f, "a counter", &(*s)->name);
    if (status == HYS_OK) status = nm_expect(f, "=");
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e);
    if (status == HYS_OK) status = nm_expect(f, "TO");
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e2);
    if (status == HYS_OK && nm_is(f, "BY")) return nm_refuse(f, nm_peek(f)->span, "", "FROM with BY is not translated");
    if (status != HYS_OK) return status;
    nm_name *counter = HYS_NEW(&f->arena, nm_name);
    if (!counter) return HYS_NOMEM;
    *counter = (nm_name){.name = (*s)->name, .next = b->locals};
    if (!nm_is_local(b, counter->name)) b->locals = counter;
    return nm_parse_body(f, b, &(*s)->body);
}

/* ---- reactions ---- */

static hys_status parse_part(nm_file *f, nm_part **part) {
    *part = HYS_NEW(&f->arena, nm_part);
    if (!*part) return HYS_NOMEM;
    (*part)->n = nm_peek(f)->kind == NM_NUMBER ? nm_next(f)->value : 1;
    (*part)->span = nm_peek(f)->span;
    const hys_status status = nm_expect_name(f, "a substance", &(*part)->name);
    return status == HYS_OK ? nm_parse_index(f, &(*part)->index) : status;
}

static hys_status parse_parts(nm_file *f, nm_part **parts) {
    hys_status status;
    do {
        status = parse_part(f, parts);
        if (status == HYS_OK) parts = &(*parts)->next;
    } while (status == HYS_OK && nm_take(f, "+"));
    return status;
}

static hys_status parse_equation(nm_file *f, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_EQUATION, nm_next(f)->span, s);
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e);
    if (status == HYS_OK) status = nm_expect(f, "=");
    return status == HYS_OK ? nm_parse_expr(f, &(*s)->e2) : status;
}

static hys_status parse_compartment(nm_file *f, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_COMPARTMENT, nm_next(f)->span, s);
    const bool counts = nm_span_is(f, nm_ahead(f, 1)->span, ",");
    if (status == HYS_OK && counts) status = nm_expect_name(f, "a counter", &(*s)->name);
    if (status == HYS_OK && counts) status = nm_expect(f, ",");
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e);
    if (status == HYS_OK) status = nm_expect(f, "{");
    nm_part **tail = &(*s)->left;
    while (status == HYS_OK && !nm_take(f, "}")) {
        status = parse_part(f, tail);
        if (status == HYS_OK) tail = &(*tail)->next;
        nm_take(f, ",");
    }
    return status;
}

/* diffusion = "LONGITUDINAL_DIFFUSION" [counter ","] expr "{" names "}": a compartment by itself has no neighbours. */
static hys_status parse_diffusion(nm_file *f) {
    while (nm_peek(f)->kind != NM_END && !nm_is(f, "{") && !nm_is(f, "}")) nm_next(f);
    f->has_diffusion = true;
    return nm_is(f, "{") ? nm_skip(f, "{", "}") : nm_expect(f, "{");
}

static hys_status parse_reaction(nm_file *f, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_REACTION, nm_next(f)->span, s);
    if (status == HYS_OK) status = parse_parts(f, &(*s)->left);
    if (status != HYS_OK) return status;
    const bool both = nm_take(f, "<->");
    if (!both && nm_take(f, "<<")) (*s)->is_flux = true;
    else if (!both && !nm_take(f, "->"))
        return nm_refuse(f, nm_peek(f)->span, "~ a <-> b (forward, backward)", "only reactions are translated");
    if (!(*s)->is_flux && !nm_is(f, "(")) status = parse_parts(f, &(*s)->right);
    if (status == HYS_OK) status = nm_expect(f, "(");
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e);
    if (status == HYS_OK && both) status = nm_expect(f, ",");
    if (status == HYS_OK && both) status = nm_parse_expr(f, &(*s)->e2);
    return status == HYS_OK ? nm_expect(f, ")") : status;
}

static hys_status parse_conserve(nm_file *f, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_CONSERVE, nm_next(f)->span, s);
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e);
    if (status == HYS_OK) status = nm_expect(f, "=");
    return status == HYS_OK ? nm_parse_expr(f, &(*s)->e2) : status;
}

/* ---- what is refused where it is reached ---- */

static const struct {
    const char *word, *hint;
} refused[] = {
    {"FOR_NETCONS", "a module has one connection"},
    {"LAG", "a delay belongs to the circuit"},
    {"FORALL", "write the statements out"},
};

static bool is_trivial_c(const nm_file *f, hys__span span) {
    char kept[16];
    size_t n = 0;
    for (size_t k = 0; k < span.len; k++) {
        const char c = nm_text_at(f, span)[k];
        if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
        if (n + 1 >= sizeof kept) return false;
        kept[n++] = c;
    }
    kept[n] = '\0';
    return n == 0 || !strcmp(kept, "return0;") || !strcmp(kept, "return;") || !strcmp(kept, "return0.;");
}

/* "cai = _ion_cai;": the ion's own value, which INITIAL finds anyway */
static bool is_ion_c(const nm_file *f, hys__span span) {
    const char *s = nm_text_at(f, span), *end = s + span.len, *name;
    while (s < end && strchr(" \t\r\n", *s)) s++;
    name = s;
    while (s < end && !strchr(" \t\r\n=", *s)) s++;
    const size_t n = (size_t)(s - name);
    while (s < end && strchr(" \t=", *s)) s++;
    if (!n || (size_t)(end - s) < n + 6 || memcmp(s, "_ion_", 5) != 0 || memcmp(s + 5, name, n) != 0) return false;
    for (s += 5 + n; s < end; s++)
        if (!strchr("; \t\r\n", *s)) return false;
    return true;
}

static hys_status parse_c(nm_file *f, nm_stmt **s) {
    const hys__span span = nm_next(f)->span;
    if (is_trivial_c(f, span) || is_ion_c(f, span)) return HYS_OK;
    const hys_status status = stmt_new(f, NM_REFUSED, span, s);
    if (status != HYS_OK) return status;
    (*s)->name = "VERBATIM";
    (*s)->hint = "C is not translated: write it as NMODL";
    return HYS_OK;
}

static hys_status parse_refused(nm_file *f, size_t which, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_REFUSED, nm_next(f)->span, s);
    if (status != HYS_OK) return status;
    (*s)->name = refused[which].word;
    (*s)->hint = refused[which].hint;
    while (nm_peek(f)->kind != NM_END && !nm_is(f, "{") && !nm_is(f, "(") && !nm_is(f, "}")) nm_next(f);
    if (nm_is(f, "(")) status = nm_skip(f, "(", ")");
    return status == HYS_OK && nm_is(f, "{") ? nm_skip(f, "{", "}") : status;
}

/* ---- statements that begin with a name ---- */

/* state_discontinuity(x, e) is x = e. */
static hys_status check_run(nm_file *f, nm_stmt *s) {
    nm_expr *a = s->e->a;
    if (s->e->op != NM_CALL) return nm_error(f, s->span, "", "this is no statement");
    if (strcmp(s->e->name, "state_discontinuity") != 0 || !a || a->op != NM_VAR || !a->next) return HYS_OK;
    s->kind = NM_ASSIGN;
    s->name = a->name;
    s->e = a->next;
    return HYS_OK;
}

/* send = "net_send" "(" expr "," expr ")" */
static hys_status parse_send(nm_file *f, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_SEND, nm_next(f)->span, s);
    if (status == HYS_OK) status = nm_expect(f, "(");
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e);
    if (status == HYS_OK) status = nm_expect(f, ",");
    if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e2);
    f->has_self_events = true;
    return status == HYS_OK ? nm_expect(f, ")") : status;
}

/* watch = "WATCH" "(" expr (">" | "<") expr ")" (number | name) */
static hys_status parse_watch(nm_file *f, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_WATCH, nm_next(f)->span, s);
    if (status == HYS_OK) status = parse_condition(f, &(*s)->e);
    if (status != HYS_OK) return status;
    const nm_token *token = nm_peek(f);
    const nm_op op = (*s)->e->op;
    if (op != NM_GT && op != NM_LT && op != NM_GE && op != NM_LE)
        return nm_refuse(f, (*s)->e->span, "WATCH (v > 0) 1", "WATCH wants a comparison with '>' or '<'");
    if (token->kind != NM_NUMBER && token->kind != NM_NAME) return nm_expected(f, "a flag");
    (*s)->e2 = nm_expr_new(f, token->kind == NM_NAME ? NM_VAR : NM_NUM, token->span);
    if (!(*s)->e2) return HYS_NOMEM;
    (*s)->e2->value = token->value;
    f->has_self_events = true;
    return token->kind == NM_NAME ? nm_expect_name(f, "a flag", &(*s)->e2->name) : (nm_next(f), HYS_OK);
}

/* net_event tells cells beyond a connection: nothing in the module changes. */
static hys_status parse_net_event(nm_file *f) {
    nm_next(f);
    f->has_net_event = true;
    return nm_skip(f, "(", ")");
}

static hys_status parse_named(nm_file *f, nm_stmt **s) {
    const hys__span span = nm_peek(f)->span;
    if (nm_ahead(f, 1)->kind == NM_SIGN && nm_span_is(f, nm_ahead(f, 1)->span, "(")) {
        if (nm_take(f, "printf")) return nm_skip(f, "(", ")"); /* says nothing about the equations */
        if (nm_is(f, "net_send")) return parse_send(f, s);
        if (nm_is(f, "net_event")) return parse_net_event(f);
        hys_status status = stmt_new(f, NM_RUN, span, s);
        if (status == HYS_OK) status = nm_parse_expr(f, &(*s)->e);
        return status == HYS_OK ? check_run(f, *s) : status;
    }
    hys_status status = stmt_new(f, NM_ASSIGN, span, s);
    if (status == HYS_OK) status = nm_expect_name(f, "a statement", &(*s)->name);
    if (status == HYS_OK) status = nm_parse_index(f, &(*s)->index);
    if (status == HYS_OK && nm_take(f, "'")) (*s)->kind = NM_RATE;
    if (status == HYS_OK) status = nm_expect(f, "=");
    return status == HYS_OK ? nm_parse_expr(f, &(*s)->e) : status;
}

static hys_status parse_conductance(nm_file *f) {
    nm_next(f); /* a hint for NEURON's derivatives: ours are exact */
    nm_next(f);
    if (nm_take(f, "USEION")) nm_next(f);
    return HYS_OK;
}

static hys_status parse_initial(nm_file *f, nm_block *b) {
    nm_next(f);
    return nm_parse_body(f, b, &b->initial);
}

/* A body in itself: its statements always run. */
static hys_status parse_inner(nm_file *f, nm_block *b, nm_stmt **s) {
    hys_status status = stmt_new(f, NM_IF, nm_peek(f)->span, s);
    if (status == HYS_OK) (*s)->e = nm_expr_new(f, NM_NUM, (*s)->span);
    if (status != HYS_OK || !(*s)->e) return HYS_NOMEM;
    (*s)->e->value = 1;
    return nm_parse_body(f, b, &(*s)->body);
}

static hys_status parse_stmt(nm_file *f, nm_block *b, nm_stmt **s) {
    if (nm_peek(f)->kind == NM_VERBATIM) return parse_c(f, s);
    if (nm_take(f, "LOCAL")) return parse_local(f, b);
    if (nm_is(f, "TABLE")) return parse_table(f, s);
    if (nm_is(f, "SOLVE")) return parse_solve(f, s);
    if (nm_is(f, "IF") || nm_is(f, "if")) return parse_if(f, b, s);
    if (nm_is(f, "WHILE") || nm_is(f, "while")) return parse_while(f, b, s);
    if (nm_is(f, "FROM")) return parse_from(f, b, s);
    if (nm_is(f, "~")) return b->kind == NM_LINEAR ? parse_equation(f, s) : parse_reaction(f, s);
    if (nm_is(f, "WATCH")) return parse_watch(f, s);
    if (nm_is(f, "COMPARTMENT")) return parse_compartment(f, s);
    if (nm_is(f, "LONGITUDINAL_DIFFUSION")) return parse_diffusion(f);
    if (nm_is(f, "{")) return parse_inner(f, b, s);
    if (nm_is(f, "CONSERVE")) return parse_conserve(f, s);
    if (nm_is(f, "CONDUCTANCE")) return parse_conductance(f);
    if (nm_is(f, "INITIAL") && b->kind == NM_NET_RECEIVE) return parse_initial(f, b);
    if (nm_take(f, "PROTECT")) return parse_stmt(f, b, s);
    if (nm_take(f, "MUTEXLOCK") || nm_take(f, "MUTEXUNLOCK")) return HYS_OK;
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
        if (nm_is(f, refused[k].word)) return parse_refused(f, k, s);
    if (nm_peek(f)->kind != NM_NAME) return nm_expected(f, "a statement");
    return parse_named(f, s);
}
