/* Expressions, statements and calls as Verilog-A. */
#include "base/units.h"
#include "io/nmodl.h"
#include <math.h>
#include <string.h>

/* Of operands: twice the level of the operator, one more to its right, where a minus needs brackets. */
#define LEVEL_MUL       10
#define LEVEL_CONDITION 0

const char *nm_number(nm_file *f, double value) {
    char buf[40];
    hys__number_format(value, buf);
    return hys__arena_printf(&f->arena, strpbrk(buf, ".eE") ? "%s" : "%s.0", buf);
}

static const nm_name *find_local(const nm_block *b, const char *name) {
    for (const nm_name *n = b->formals; n; n = n->next)
        if (n->name == name) return n;
    for (const nm_name *n = b->locals; n; n = n->next)
        if (n->name == name) return n;
    return NULL;
}

static bool hides(const nm_block *b, const char *va_name) {
    for (const nm_name *n = b->formals; n; n = n->next)
        if (!strcmp(n->va_name, va_name)) return true;
    for (const nm_name *n = b->locals; n; n = n->next)
        if (!strcmp(n->va_name, va_name)) return true;
    return false;
}

/* A variable of the module as its block calls it: a function may have an argument of that name. */
const char *nm_symbol_name(const nm_put *p, const nm_symbol *s) {
    if (!p->is_function || !hides(p->block, s->va_name)) return s->va_name;
    const char *own = hys__arena_printf(&p->f->arena, "%s_now", s->va_name);
    return own ? own : "";
}

const char *nm_va_name(const nm_put *p, const char *name) {
    const nm_name *local = find_local(p->block, name);
    if (local) return local->va_name;
    if (p->block->kind == NM_FUNCTION && p->block->name == name) return p->block->va_name;
    const nm_symbol *s = nm_symbol_find(p->f, name);
    return s ? nm_symbol_name(p, s) : name;
}

void nm_put_start(nm_put *p) {
    hys__text_printf(p->out, "%*s", 4 * p->indent, "");
}

void nm_put_line(nm_put *p, const char *fmt, ...) {
    va_list args;
    char buf[1024];
    va_start(args, fmt);
    vsnprintf(buf, sizeof buf, fmt, args);
    va_end(args);
    nm_put_start(p);
    hys__text_printf(p->out, "%s\n", buf);
}

/* ---- expressions ---- */

static const struct {
    nm_op op;
    int level;
    const char *text;
} binaries[] = {
#define NM_X(name, sign, level, text) {NM_##name, level, text},
    NM_BINARY_LIST(NM_X)
#undef NM_X
};

static bool is_condition(const nm_expr *e) {
    return (e->op >= NM_OR && e->op <= NM_NE) || e->op == NM_NOT;
}

static void open_if(nm_put *p, bool needs) {
    if (needs) hys__text_puts(p->out, "(");
}

static void close_if(nm_put *p, bool needs) {
    if (needs) hys__text_puts(p->out, ")");
}

/* What stands where a truth value is wanted. */
static void put_condition(nm_put *p, const nm_expr *e, int level) {
    const bool is_plain = !is_condition(e);
    if (e->op == NM_NOT) {
        hys__text_puts(p->out, "!(");
        put_condition(p, e->a, 0);
        hys__text_puts(p->out, ")");
        return;
    }
    const size_t k = is_plain ? 0 : (size_t)(e->op - NM_OR);
    const int own = is_plain ? 6 : 2 * binaries[k].level;
    open_if(p, own < level);
    if (is_plain) {
        nm_put_expr(p, e, 7);
        hys__text_puts(p->out, " != 0.0");
    } else {
        const bool joins = e->op == NM_OR || e->op == NM_AND;
        void (*put)(nm_put *, const nm_expr *, int) = joins ? put_condition : nm_put_expr;
        put(p, e->a, joins ? own : 8);
        hys__text_puts(p->out, binaries[k].text);
        put(p, e->b, joins ? own + 1 : 8);
    }
    close_if(p, own < level);
}

/* m^3 is m*m*m. */
static bool put_small_power(nm_put *p, const nm_expr *e, int level) {
    if (e->a->op != NM_VAR || e->b->op != NM_NUM) return false;
    const double n = e->b->value;
    if (n != 2 && n != 3 && n != 4) return false;
    open_if(p, level > LEVEL_MUL);
    for (int k = 0; k < (int)n; k++) {
        if (k) hys__text_puts(p->out, "*");
        nm_put_expr(p, e->a, LEVEL_MUL);
    }
    close_if(p, level > LEVEL_MUL);
    return true;
}

static void put_pair(nm_put *p, const char *function, const nm_expr *a, const nm_expr *b) {
    hys__text_printf(p->out, "%s(", function);
    nm_put_expr(p, a, 0);
    hys__text_puts(p->out, ", ");
    nm_put_expr(p, b, 0);
    hys__text_puts(p->out, ")");
}

static void put_binary(nm_put *p, const nm_expr *e, int level) {
    if (e->op == NM_POW) {
        if (!put_small_power(p, e, level)) put_pair(p, "pow", e->a, e->b);
        return;
    }
    const size_t k = (size_t)(e->op - NM_OR);
    const int own = 2 * binaries[k].level;
    open_if(p, own < level);
    nm_put_expr(p, e->a, own);
    hys__text_puts(p->out, binaries[k].text);
    nm_put_expr(p, e->b, own + 1);
    close_if(p, own < level);
}

static void put_built_in(nm_put *p, const nm_expr *e) {
    static const char *const renamed[][2] = {{"log", "ln"}, {"log10", "log"}, {"fabs", "abs"}, {"nrn_ghk", "ghk"}};
    const char *name = e->name;
    if (!strcmp(name, "fmod")) {
        hys__text_puts(p->out, "(");
        nm_put_expr(p, e->a, 10);
        hys__text_puts(p->out, " % ");
        nm_put_expr(p, e->a->next, 11);
        hys__text_puts(p->out, ")");
        return;
    }
    if (!strcmp(name, "at_time")) {
        hys__text_puts(p->out, "0.0");
        return;
    }
    for (size_t k = 0; k < sizeof renamed / sizeof *renamed; k++)
        if (!strcmp(name, renamed[k][0])) {
            name = renamed[k][1];
            break;
        }
    hys__text_printf(p->out, "%s(", name);
    for (const nm_expr *a = e->a; a; a = a->next) {
        nm_put_expr(p, a, 0);
        if (a->next) hys__text_puts(p->out, ", ");
    }
    if (nm_wants_celsius(name)) hys__text_printf(p->out, ", %s", nm_symbol_name(p, nm_role_find(p->f, NM_CELSIUS)));
    hys__text_puts(p->out, ")");
}

/* Arguments of the file, then variables by the way that they take, as the function declares them. */
void nm_put_call(nm_put *p, const nm_expr *e) {
    const nm_block *callee = nm_block_find(p->f, e->name);
    const char *comma = "";
    if (!callee) {
        put_built_in(p, e);
        return;
    }
    hys__text_printf(p->out, "%s(", callee->va_name);
    for (const nm_expr *a = e->a; a; a = a->next, comma = ", ") {
        hys__text_puts(p->out, comma);
        nm_put_expr(p, a, 0);
    }
    for (nm_way way = NM_IN; way <= NM_INOUT; way++)
        for (size_t k = 0; k < p->f->symbols.n; k++) {
            const nm_symbol *s = &p->f->symbols.at[k];
            if (nm_way_of(p->f, callee, k) != way) continue;
            hys__text_printf(p->out, "%s%s", comma, nm_symbol_name(p, s));
            comma = ", ";
        }
    hys__text_puts(p->out, *comma ? ")" : "0.0)");
}

void nm_put_expr(nm_put *p, const nm_expr *e, int level) {
    const bool is_bare = level % 2 == 0 && level <= LEVEL_MUL;
    if (is_condition(e)) {
        hys__text_puts(p->out, "(");
        put_condition(p, e, 1);
        hys__text_puts(p->out, " ? 1.0 : 0.0)");
    } else if (e->op == NM_NUM) {
        const char *number = nm_number(p->f, e->value);
        open_if(p, e->value < 0 && !is_bare);
        hys__text_puts(p->out, number ? number : "");
        close_if(p, e->value < 0 && !is_bare);
    } else if (e->op == NM_VAR) hys__text_puts(p->out, nm_va_name(p, e->name));
    else if (e->op == NM_CALL) nm_put_call(p, e);
    else if (e->op == NM_NEG) {
        open_if(p, !is_bare);
        hys__text_puts(p->out, "-");
        nm_put_expr(p, e->a, 13);
        close_if(p, !is_bare);
    } else put_binary(p, e, level);
}

/* ---- statements ---- */

static void put_assign(nm_put *p, const char *to, const nm_expr *e) {
    nm_put_start(p);
    hys__text_printf(p->out, "%s = ", to);
    nm_put_expr(p, e, 0);
    hys__text_puts(p->out, ";\n");
}

static void put_rate(nm_put *p, const nm_stmt *s) {
    const nm_symbol *state = nm_symbol_find(p->f, s->name);
    if (state->is_nested) {
        const char *to = hys__arena_printf(&p->f->arena, "%s_rate", state->va_name);
        if (to) put_assign(p, to, s->e);
        return;
    }
    nm_put_start(p);
    hys__text_printf(p->out, "%s(%s) <+ idt(", nm_access(state), state->node);
    nm_put_expr(p, s->e, LEVEL_MUL);
    hys__text_printf(p->out, "/ms, %s_0);\n", state->va_name);
}

static void put_run(nm_put *p, const nm_stmt *s) {
    const char *name = s->e->name;
    if (!strcmp(name, "at_time")) return;
    nm_put_start(p);
    hys__text_puts(p->out, "done = ");
    nm_put_call(p, s->e);
    hys__text_puts(p->out, ";\n");
}

static void put_body(nm_put *p, const nm_stmt *body) {
    p->indent++;
    nm_put_stmts(p, body);
    p->indent--;
    nm_put_start(p);
}

static void put_if(nm_put *p, const nm_stmt *s) {
    hys__text_puts(p->out, "if (");
    put_condition(p, s->e, 0);
    hys__text_puts(p->out, ") begin\n");
    put_body(p, s->body);
    hys__text_puts(p->out, "end");
    if (s->other && s->other->kind == NM_IF && !s->other->next) {
        hys__text_puts(p->out, " else ");
        put_if(p, s->other);
        return;
    }
    if (s->other) {
        hys__text_puts(p->out, " else begin\n");
        put_body(p, s->other);
        hys__text_puts(p->out, "end");
    }
    hys__text_puts(p->out, "\n");
}

static void put_loop(nm_put *p, const nm_stmt *s) {
    nm_put_start(p);
    if (s->kind == NM_WHILE) {
        hys__text_puts(p->out, "while (");
        put_condition(p, s->e, 0);
    } else {
        const char *name = nm_va_name(p, s->name);
        hys__text_printf(p->out, "for (%s = ", name);
        nm_put_expr(p, s->e, 0);
        hys__text_printf(p->out, "; %s <= ", name);
        nm_put_expr(p, s->e2, 8);
        hys__text_printf(p->out, "; %s = %s + 1.0", name, name);
    }
    hys__text_puts(p->out, ") begin\n");
    put_body(p, s->body);
    hys__text_puts(p->out, "end\n");
}

/* In INITIAL; what BREAKPOINT solves stands by itself. */
static void put_solve(nm_put *p, const nm_stmt *s) {
    const nm_block *b = nm_block_find(p->f, s->name);
    nm_expr call = {.op = NM_CALL, .name = s->name};
    const nm_stmt run = {.kind = NM_RUN, .e = &call};
    if (p->block->kind != NM_INITIAL) return;
    if (b->kind == NM_PROCEDURE) put_run(p, &run);
    else nm_put_linear(p, b);
}

static void put_stmt(nm_put *p, const nm_stmt *s) {
    if (p->only_assigns && (s->kind == NM_RATE || s->kind == NM_REACTION)) return;
    switch (s->kind) {
    case NM_ASSIGN:
        put_assign(p, nm_va_name(p, s->name), s->e);
        break;
    case NM_RATE:
        put_rate(p, s);
        break;
    case NM_RUN:
        put_run(p, s);
        break;
    case NM_IF:
        nm_put_start(p);
        put_if(p, s);
        break;
    case NM_WHILE:
    case NM_FROM:
        put_loop(p, s);
        break;
    case NM_REACTION:
        nm_put_reaction(p, s);
        break;
    case NM_SOLVE:
        put_solve(p, s);
        break;
    case NM_SEND:
        nm_put_send(p, s);
        break;
    case NM_WATCH:
        nm_put_watch(p, s);
        break;
    case NM_CONSERVE:
    case NM_EQUATION:
    case NM_COMPARTMENT:
    case NM_TABLE:
    case NM_REFUSED:
        break;
    }
}

void nm_put_stmts(nm_put *p, const nm_stmt *s) {
    for (; s; s = s->next) put_stmt(p, s);
}
