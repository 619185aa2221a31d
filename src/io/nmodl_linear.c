/* Systems of linear equations: LINEAR blocks, and the states at which the reactions of a KINETIC block rest
 * (STEADYSTATE).  The module holds the system's matrix, row by row with the right-hand side behind each, and Gauss's
 * elimination with the greatest pivot of a column. */
#include "io/nmodl.h"
#include <string.h>

#define MOST_UNKNOWNS 40

typedef struct system_of {
    nm_put *p;
    nm_file *f;
    const nm_block *b;
    const char *at[MOST_UNKNOWNS];
    size_t group[MOST_UNKNOWNS]; /* of states that reactions join */
    size_t n;
    bool too_many;
} system_of;

/* ---- unknowns ---- */

static bool has_equation_with(const nm_block *b, const char *name) {
    for (const nm_stmt *s = b->body; s; s = s->next)
        if (s->kind == NM_EQUATION && (nm_mentions(s->e, name) || nm_mentions(s->e2, name))) return true;
    return false;
}

bool nm_is_unknown(const nm_file *f, const nm_block *b, const char *name) {
    const nm_symbol *s = nm_is_local(b, name) ? NULL : nm_symbol_find(f, name);
    if (!s || s->class != NM_STATE) return false;
    return b->kind == NM_LINEAR ? has_equation_with(b, name) : nm_takes_part(b, name);
}

static bool has_unknown(const system_of *y, const nm_expr *e) {
    for (size_t k = 0; k < y->n; k++)
        if (nm_mentions(e, y->at[k])) return true;
    return false;
}

static void collect(system_of *y, nm_file *f, const nm_block *b) {
    *y = (system_of){.f = f, .b = b};
    for (size_t k = 0; k < f->symbols.n; k++) {
        const char *name = f->symbols.at[k].name;
        if (!nm_is_unknown(f, b, name)) continue;
        y->too_many |= y->n == MOST_UNKNOWNS;
        if (!y->too_many) y->at[y->n++] = name;
    }
}

static size_t index_of(const system_of *y, const char *name) {
    size_t k = 0;
    while (k < y->n && y->at[k] != name) k++;
    return k;
}

/* ---- coefficients ---- */

static nm_expr *join(nm_file *f, nm_op op, nm_expr *a, nm_expr *b) {
    if (a && b) return nm_binary(f, op, a, b);
    if (a || !b || op == NM_ADD) return a ? a : b;
    nm_expr *minus = nm_expr_new(f, NM_NEG, b->span);
    if (minus) minus->a = b;
    return minus;
}

static bool is_one(const nm_expr *e) {
    return e && e->op == NM_NUM && e->value == 1;
}

static nm_expr *times(nm_file *f, nm_expr *a, nm_expr *b) {
    if (!a || !b) return NULL;
    return is_one(a) ? b : is_one(b) ? a : nm_binary(f, NM_MUL, a, b);
}

/* The coefficient of a name in e, or, without one, what no unknown multiplies; NULL: 0.  Not linear: *fails. */
static nm_expr *part(const system_of *y, nm_expr *e, const char *name, bool *fails) {
    if (!has_unknown(y, e)) return name ? NULL : e;
    nm_expr *a = NULL;
    switch (e->op) {
    case NM_VAR:
        return e->name == name ? nm_literal(y->f, 1, e->span) : NULL;
    case NM_NEG:
        return join(y->f, NM_SUB, NULL, part(y, e->a, name, fails));
    case NM_ADD:
    case NM_SUB:
        a = part(y, e->a, name, fails);
        return join(y->f, e->op, a, part(y, e->b, name, fails));
    case NM_MUL:
        if (has_unknown(y, e->a) && has_unknown(y, e->b)) break;
        a = part(y, has_unknown(y, e->a) ? e->a : e->b, name, fails);
        return times(y->f, a, has_unknown(y, e->a) ? e->b : e->a);
    case NM_DIV:
        if (has_unknown(y, e->b)) break;
        a = part(y, e->a, name, fails);
        return a ? nm_binary(y->f, NM_DIV, a, e->b) : NULL;
    default:
        break;
    }
    *fails = true;
    return NULL;
}

/* ---- what can be solved ---- */

static hys_status check_equations(const system_of *y, hys__span span) {
    size_t n = 0;
    for (const nm_stmt *s = y->b->body; s; s = s->next) {
        bool fails = false;
        if (s->kind != NM_EQUATION) continue;
        n++;
        part(y, s->e, NULL, &fails);
        part(y, s->e2, NULL, &fails);
        if (fails) return nm_refuse(y->f, s->span, "", "the equation is not linear in the states");
    }
    if (n == y->n) return HYS_OK;
    return nm_refuse(y->f, span, "one equation for each state", "%zu equations for %zu states", n, y->n);
}

static bool is_first_order(const system_of *y, const nm_part *part) {
    return !part || (!part->next && part->n == 1 && index_of(y, part->name) < y->n);
}

static hys_status check_reactions(const system_of *y) {
    for (const nm_stmt *s = y->b->body; s; s = s->next) {
        bool fails = false;
        if (s->kind == NM_REACTION) {
            fails = !is_first_order(y, s->left) || (!s->is_flux && !is_first_order(y, s->right));
            fails |= has_unknown(y, s->e) || has_unknown(y, s->e2);
        } else if (s->kind == NM_CONSERVE) {
            part(y, s->e, NULL, &fails);
            part(y, s->e2, NULL, &fails);
        }
        if (fails)
            return nm_refuse(y->f, s->span, "assign the states their values in INITIAL",
                             "STEADYSTATE of reactions that are not of first order is not translated");
    }
    return HYS_OK;
}

hys_status nm_check_linear(nm_file *f, const nm_block *b, hys__span span) {
    system_of y;
    collect(&y, f, b);
    if (y.too_many) return nm_refuse(f, span, "", "'%.60s' has more than %d states", b->name, MOST_UNKNOWNS);
    if (!y.n) return nm_refuse(f, span, "", "'%.60s' has no states to solve for", b->name);
    return b->kind == NM_LINEAR ? check_equations(&y, span) : check_reactions(&y);
}

static bool is_solved(const nm_stmt *s, const char *name, bool is_steady) {
    for (; s; s = s->next)
        if ((s->kind == NM_SOLVE && s->name == name && (s->is_steady || !is_steady)) ||
            is_solved(s->body, name, is_steady) || is_solved(s->other, name, is_steady))
            return true;
    return false;
}

size_t nm_most_unknowns(const nm_file *f) {
    const nm_block *initial = nm_block_of(f, NM_INITIAL), *breakpoint = nm_block_of(f, NM_BREAKPOINT);
    size_t most = 0;
    for (size_t k = 0; k < f->blocks.n; k++) {
        const nm_block *b = &f->blocks.at[k];
        system_of y;
        if (!b->is_used || (b->kind != NM_LINEAR && b->kind != NM_KINETIC)) continue;
        if (b->kind == NM_KINETIC && !(initial && is_solved(initial->body, b->name, true)) &&
            !(breakpoint && is_solved(breakpoint->body, b->name, true)))
            continue;
        collect(&y, (nm_file *)f, b);
        if (y.n > most) most = y.n;
    }
    return most;
}

/* ---- rows ---- */

static void put_entry(const system_of *y, size_t row, size_t col, nm_expr *e) {
    if (!e || (e->op == NM_NUM && e->value == 0)) return;
    nm_put_start(y->p);
    hys__text_printf(y->p->out, "eq[%zu] = ", row * (y->n + 1) + col);
    nm_put_expr(y->p, e, 0);
    hys__text_puts(y->p->out, ";\n");
}

static nm_expr *times_volume(const system_of *y, nm_expr *e, const char *name) {
    const nm_expr *volume = nm_volume_of(y->b, name);
    return volume ? times(y->f, (nm_expr *)volume, e) : e;
}

static void put_equation(const system_of *y, size_t row, const nm_stmt *s, bool has_volumes) {
    bool fails = false;
    for (size_t k = 0; k < y->n; k++) {
        nm_expr *left = part(y, s->e, y->at[k], &fails), *right = part(y, s->e2, y->at[k], &fails);
        nm_expr *both = join(y->f, NM_SUB, left, right);
        put_entry(y, row, k, has_volumes ? times_volume(y, both, y->at[k]) : both);
    }
    nm_expr *right = part(y, s->e2, NULL, &fails);
    put_entry(y, row, y->n, join(y->f, NM_SUB, right, part(y, s->e, NULL, &fails)));
}

static void put_added(const system_of *y, size_t row, size_t col, bool is_minus, const nm_expr *e) {
    const size_t at = row * (y->n + 1) + col;
    nm_put_start(y->p);
    hys__text_printf(y->p->out, "eq[%zu] = eq[%zu] %c ", at, at, is_minus ? '-' : '+');
    nm_put_expr(y->p, e, 9);
    hys__text_puts(y->p->out, ";\n");
}

/* What goes from one state to another at the rate e of the first. */
static void put_way(const system_of *y, const nm_part *from, const nm_part *to, const nm_expr *e) {
    const size_t a = from ? index_of(y, from->name) : y->n, b = to ? index_of(y, to->name) : y->n;
    if (!e) return;
    if (a < y->n) put_added(y, a, a, true, e);
    if (b < y->n) put_added(y, b, a < y->n ? a : y->n, a == y->n, e);
}

static void put_rates(const system_of *y, const nm_stmt *s) {
    if (s->is_flux) {
        put_way(y, NULL, s->left, s->e);
        return;
    }
    put_way(y, s->left, s->right, s->e);
    put_way(y, s->right, s->left, s->e2);
}

/* ---- states whose sum stays ---- */

static void merge(system_of *y, size_t a, size_t b) {
    const size_t from = y->group[a], to = y->group[b];
    for (size_t k = 0; k < y->n; k++)
        if (y->group[k] == from) y->group[k] = to;
}

/* Group n: of states whose sum does not stay, or that CONSERVE tells already. */
static void find_groups(system_of *y) {
    for (size_t k = 0; k < y->n; k++) y->group[k] = k;
    for (const nm_stmt *s = y->b->body; s; s = s->next)
        if (s->kind == NM_REACTION && s->left && s->right)
            merge(y, index_of(y, s->left->name), index_of(y, s->right->name));
    for (const nm_stmt *s = y->b->body; s; s = s->next) {
        const bool is_open = s->kind == NM_REACTION && (s->is_flux || !s->left || !s->right);
        if (!is_open && s->kind != NM_CONSERVE) continue;
        const char *name = s->kind == NM_CONSERVE ? s->name : s->left->name;
        const size_t group = y->group[index_of(y, name)];
        for (size_t k = 0; k < y->n; k++)
            if (y->group[k] == group) y->group[k] = y->n;
    }
}

static void put_cleared(const system_of *y, size_t row) {
    nm_put_line(y->p, "for (eq_col = %zu; eq_col < %zu; eq_col = eq_col + 1) eq[eq_col] = 0.0;", row * (y->n + 1),
                (row + 1) * (y->n + 1));
}

static void put_sums(system_of *y) {
    for (const nm_stmt *s = y->b->body; s; s = s->next) {
        if (s->kind != NM_CONSERVE) continue;
        put_cleared(y, index_of(y, s->name));
        put_equation(y, index_of(y, s->name), s, true);
    }
    find_groups(y);
    for (size_t row = 0; row < y->n; row++) {
        if (y->group[row] != row) continue;
        nm_expr *sum = NULL;
        put_cleared(y, row);
        for (size_t k = 0; k < y->n; k++) {
            if (y->group[k] != row) continue;
            nm_expr *state = nm_expr_new(y->f, NM_VAR, y->b->span);
            if (state) state->name = y->at[k];
            put_entry(y, row, k, times_volume(y, nm_literal(y->f, 1, y->b->span), y->at[k]));
            sum = join(y->f, NM_ADD, sum, times_volume(y, state, y->at[k]));
        }
        put_entry(y, row, y->n, sum);
    }
}

/* ---- all ---- */

static void put_elimination(const system_of *y) {
    nm_put *p = y->p;
    const size_t n = y->n, w = n + 1;
    nm_put_line(p, "for (eq_col = 0; eq_col < %zu; eq_col = eq_col + 1) begin", n);
    nm_put_line(p, "    for (eq_row = eq_col + 1; eq_row < %zu; eq_row = eq_row + 1)", n);
    nm_put_line(p, "        if (abs(eq[%zu*eq_row + eq_col]) > abs(eq[%zu*eq_col + eq_col]))", w, w);
    nm_put_line(p, "            for (eq_k = eq_col; eq_k < %zu; eq_k = eq_k + 1) begin", w);
    nm_put_line(p, "                eq_x = eq[%zu*eq_row + eq_k];", w);
    nm_put_line(p, "                eq[%zu*eq_row + eq_k] = eq[%zu*eq_col + eq_k];", w, w);
    nm_put_line(p, "                eq[%zu*eq_col + eq_k] = eq_x;", w);
    nm_put_line(p, "            end");
    nm_put_line(p, "    for (eq_row = eq_col + 1; eq_row < %zu; eq_row = eq_row + 1) begin", n);
    nm_put_line(p, "        eq_x = eq[%zu*eq_row + eq_col]/eq[%zu*eq_col + eq_col];", w, w);
    nm_put_line(p, "        for (eq_k = eq_col + 1; eq_k < %zu; eq_k = eq_k + 1)", w);
    nm_put_line(p, "            eq[%zu*eq_row + eq_k] = eq[%zu*eq_row + eq_k] - eq_x*eq[%zu*eq_col + eq_k];", w, w, w);
    nm_put_line(p, "    end");
    nm_put_line(p, "end");
    nm_put_line(p, "for (eq_row = %zu; eq_row >= 0; eq_row = eq_row - 1) begin", n - 1);
    nm_put_line(p, "    for (eq_k = eq_row + 1; eq_k < %zu; eq_k = eq_k + 1)", n);
    nm_put_line(p, "        eq[%zu*eq_row + %zu] = eq[%zu*eq_row + %zu] - eq[%zu*eq_row + eq_k]*eq[%zu*eq_k + %zu];", w,
                n, w, n, w, w, n);
    nm_put_line(p, "    eq[%zu*eq_row + %zu] = eq[%zu*eq_row + %zu]/eq[%zu*eq_row + eq_row];", w, n, w, n, w);
    nm_put_line(p, "end");
    for (size_t k = 0; k < n; k++) nm_put_line(p, "%s = eq[%zu];", nm_va_name(p, y->at[k]), w * k + n);
}

void nm_put_linear(nm_put *p, const nm_block *b) {
    nm_put inner = *p;
    system_of y;
    size_t row = 0;
    inner.block = b;
    collect(&y, p->f, b);
    y.p = &inner;
    nm_put_line(&inner, b->kind == NM_LINEAR ? "// %s" : "// %s, at rest", b->name);
    nm_put_line(&inner, "for (eq_k = 0; eq_k < %zu; eq_k = eq_k + 1) eq[eq_k] = 0.0;", y.n * (y.n + 1));
    for (const nm_stmt *s = b->body; s; s = s->next) {
        nm_stmt one = *s;
        one.next = NULL;
        if (s->kind == NM_EQUATION) put_equation(&y, row++, s, false);
        else if (s->kind == NM_REACTION) put_rates(&y, s);
        else nm_put_stmts(&inner, &one);
    }
    if (b->kind == NM_KINETIC) put_sums(&y);
    put_elimination(&y);
}
