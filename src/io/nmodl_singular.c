/* Quotients N/(exp(E) - 1) and N/(1 - exp(E)) whose N vanishes with E: rates of channels have them, with a hole at one
 * potential that NEURON's steps hardly ever hit.  With N = r E they are r exprelr(E) and -r exprelr(E), where
 * exprelr(z) = z/(exp(z) - 1).
 *
 * What N and E have in common is found by their linear forms: -(v + 40)/10 and 0.1*(v + 40) differ by a factor.  A
 * quotient below an IF that asks for the hole itself stays as it is. */
#include "io/nmodl.h"
#include <math.h>
#include <string.h>

#define MOST_TERMS 4

/* c0 + sum of c times a variable */
typedef struct form {
    double c0;
    struct {
        const char *name;
        double c;
    } at[MOST_TERMS];
    size_t n;
} form;

static bool add_term(form *l, const char *name, double c) {
    for (size_t k = 0; k < l->n; k++)
        if (l->at[k].name == name) {
            l->at[k].c += c;
            return true;
        }
    if (l->n == MOST_TERMS) return false;
    l->at[l->n].name = name;
    l->at[l->n++].c = c;
    return true;
}

/* Adds c times e; false: no linear form. */
static bool add_form(form *l, const nm_expr *e, double c) {
    switch (e->op) {
    case NM_NUM:
        l->c0 += c * e->value;
        return true;
    case NM_VAR:
        return add_term(l, e->name, c);
    case NM_NEG:
        return add_form(l, e->a, -c);
    case NM_ADD:
        return add_form(l, e->a, c) && add_form(l, e->b, c);
    case NM_SUB:
        return add_form(l, e->a, c) && add_form(l, e->b, -c);
    case NM_MUL:
        if (e->a->op == NM_NUM) return add_form(l, e->b, c * e->a->value);
        return e->b->op == NM_NUM && add_form(l, e->a, c * e->b->value);
    case NM_DIV:
        return e->b->op == NM_NUM && e->b->value != 0 && add_form(l, e->a, c / e->b->value);
    default:
        return false;
    }
}

static bool is_near(double a, double b) {
    return fabs(a - b) <= 1e-12 * (fabs(a) + fabs(b));
}

/* a = *ratio b */
static bool is_multiple(const form *a, const form *b, double *ratio) {
    if (!a->n || a->n != b->n || b->at[0].c == 0) return false;
    for (size_t k = 0; k < a->n; k++)
        if (a->at[k].name == b->at[0].name) *ratio = a->at[k].c / b->at[0].c;
    for (size_t k = 0; k < a->n; k++) {
        size_t i = 0;
        while (i < b->n && b->at[i].name != a->at[k].name) i++;
        if (i == b->n || a->at[k].c == 0 || !is_near(a->at[k].c, *ratio * b->at[i].c)) return false;
    }
    return is_near(a->c0, *ratio * b->c0);
}

/* ---- the quotient ---- */

/* E = sign l / below */
typedef struct power {
    form l;
    const nm_expr *below; /* NULL: 1 */
    double sign;
} power;

static bool read_power(const nm_expr *e, power *x) {
    *x = (power){.sign = 1};
    while (e->op == NM_NEG || (e->op == NM_DIV && e->b->op != NM_NUM && !x->below)) {
        if (e->op == NM_NEG) x->sign = -x->sign;
        else x->below = e->b;
        e = e->a;
    }
    return add_form(&x->l, e, 1) && x->l.n > 0;
}

static bool is_one(const nm_expr *e) {
    return e->op == NM_NUM && e->value == 1;
}

static bool is_exp(const nm_expr *e) {
    return e->op == NM_CALL && !strcmp(e->name, "exp") && e->a && !e->a->next;
}

/* exp(E) - 1: 1; 1 - exp(E): -1; else 0. */
static double below_of(const nm_expr *e, nm_expr **power_of) {
    if (e->op != NM_SUB) return 0;
    *power_of = is_exp(e->a) ? e->a->a : is_exp(e->b) ? e->b->a : NULL;
    if (is_exp(e->a) && is_one(e->b)) return 1;
    return is_one(e->a) && is_exp(e->b) ? -1 : 0;
}

/* e, a factor of N, over E. */
static nm_expr *over(nm_file *f, const nm_expr *e, const power *x) {
    form own = {0};
    double ratio = 0;
    if (!add_form(&own, e, 1) || !is_multiple(&own, &x->l, &ratio)) return NULL;
    ratio *= x->sign;
    if (!x->below) return nm_literal(f, ratio, e->span);
    return ratio == 1 ? (nm_expr *)x->below : nm_binary(f, NM_MUL, nm_literal(f, ratio, e->span), (nm_expr *)x->below);
}

/* N over E, where a factor of N allows that. */
static nm_expr *divide(nm_file *f, nm_expr *n, const power *x) {
    nm_expr *part = NULL;
    if (n->op == NM_NEG) {
        nm_expr *minus = (part = divide(f, n->a, x)) ? nm_expr_new(f, NM_NEG, n->span) : NULL;
        if (minus) minus->a = part;
        return minus;
    }
    if (n->op == NM_MUL || n->op == NM_DIV) {
        if ((part = divide(f, n->a, x))) return nm_binary(f, n->op, part, n->b);
        if (n->op == NM_MUL && (part = divide(f, n->b, x))) return nm_binary(f, NM_MUL, n->a, part);
    }
    return over(f, n, x);
}

/* Whether the quotient was changed. */
static bool fill(nm_file *f, nm_expr *e) {
    nm_expr *power_of = NULL;
    power x;
    const double sign = below_of(e->b, &power_of);
    if (sign == 0 || !power_of || !read_power(power_of, &x)) return false;
    x.sign *= sign;
    nm_expr *factor = divide(f, e->a, &x), *call = factor ? nm_expr_new(f, NM_CALL, e->span) : NULL;
    if (!call) return false;
    call->name = hys__intern_add(&f->names, "exprelr", strlen("exprelr"));
    call->a = power_of;
    if (!call->name) return false;
    e->op = NM_MUL;
    e->a = factor;
    e->b = call;
    return true;
}

static bool visit_expr(nm_file *f, nm_expr *e) {
    bool changes = false;
    if (!e) return false;
    if (e->op == NM_CALL) {
        for (nm_expr *a = e->a; a; a = a->next) changes |= visit_expr(f, a);
        return changes;
    }
    changes = visit_expr(f, e->a);
    changes |= visit_expr(f, e->b);
    return (e->op == NM_DIV && fill(f, e)) || changes;
}

/* fabs(x) < small, x == 0 */
static bool asks_for_hole(const nm_expr *e) {
    if (!e) return false;
    if (e->op == NM_EQ || e->op == NM_NE) return true;
    if (e->op == NM_CALL) return !strcmp(e->name, "fabs") || !strcmp(e->name, "abs");
    return asks_for_hole(e->a) || asks_for_hole(e->b);
}

static bool visit_stmts(nm_file *f, nm_stmt *s) {
    bool changes = false;
    for (; s; s = s->next) {
        if (s->kind == NM_IF && asks_for_hole(s->e)) continue;
        changes |= visit_expr(f, s->e);
        changes |= visit_expr(f, s->e2);
        changes |= visit_stmts(f, s->body);
        changes |= visit_stmts(f, s->other);
    }
    return changes;
}

hys_status nm_singular(nm_file *f) {
    const char *name = hys__intern_add(&f->names, "exprelr", strlen("exprelr"));
    bool changes = false;
    if (!name) return HYS_NOMEM;
    if (nm_block_find(f, name) || nm_symbol_find(f, name)) return HYS_OK;
    for (size_t k = 0; k < f->blocks.n; k++) changes |= visit_stmts(f, f->blocks.at[k].body);
    return changes ? nm_remark(f, "x/(exp(x) - 1) is exprelr(x), which is 1 where x is 0") : HYS_OK;
}
