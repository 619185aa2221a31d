/* Arrays and loops.  Elements become variables of their own, ca[2] say; loops over them, and over reactions, are
 * written out.  f_flux and b_flux become the two fluxes of the reaction before them.
 *
 * An index has to be known now: numbers, DEFINE and counters of loops.  A statement with another one is refused where
 * it is reached. */
#include "io/nmodl.h"
#include <math.h>
#include <string.h>

#define MOST_STATEMENTS 50000

typedef struct counter counter;
struct counter {
    const char *name;
    bool is_known;
    double value;
    const counter *outer;
};

typedef struct unroll {
    nm_file *f;
    nm_block *b;
    const counter *counters;
    const nm_stmt *reaction; /* the last one */
    hys__span moving;        /* an index that is not known now */
    nm_stmt **tail;
    size_t *n_made;
} unroll;

/* ---- what is known now ---- */

static bool is_known(const unroll *u, const nm_expr *e, double *x) {
    double a = 0, b = 0;
    if (e->op == NM_NUM) {
        *x = e->value;
        return true;
    }
    if (e->op == NM_VAR) {
        for (const counter *c = u->counters; c; c = c->outer)
            if (c->name == e->name) {
                *x = c->value;
                return c->is_known;
            }
        const nm_symbol *s = nm_symbol_find(u->f, e->name);
        if (s) *x = s->value;
        return s && s->class == NM_CONST && !nm_is_local(u->b, e->name);
    }
    if (e->op == NM_CALL || !e->a || !is_known(u, e->a, &a) || (e->b && !is_known(u, e->b, &b))) return false;
    if (e->op == NM_NEG) *x = -a;
    else if (e->op == NM_ADD) *x = a + b;
    else if (e->op == NM_SUB) *x = a - b;
    else if (e->op == NM_MUL) *x = a * b;
    else if (e->op == NM_DIV && b != 0) *x = trunc(a / b); /* of integers, as in C */
    else return false;
    return true;
}

static size_t elements_of(const unroll *u, const char *name) {
    for (const nm_name *n = u->b->formals; n; n = n->next)
        if (n->name == name) return 0;
    for (const nm_name *n = u->b->locals; n; n = n->next)
        if (n->name == name) return n->n_elements;
    const nm_symbol *s = nm_symbol_find(u->f, name);
    return s ? s->n_elements : 0;
}

static const char *element_name(nm_file *f, const char *name, size_t k) {
    const char *own = hys__arena_printf(&f->arena, "%s[%zu]", name, k);
    return own ? hys__intern_add(&f->names, own, strlen(own)) : NULL;
}

/* name[index] is *own, which is NULL where memory is out. */
static hys_status resolve(unroll *u, const char *name, const nm_expr *index, hys__span span, const char **own) {
    const size_t n = elements_of(u, name);
    double k = 0;
    *own = name;
    if (!n && !index) return HYS_OK;
    if (!n) return nm_error(u->f, span, "", "'%.60s' is no array", name);
    if (!index) return nm_error(u->f, span, "", "'%.60s' is an array: which of its %zu elements?", name, n);
    if (!is_known(u, index, &k)) {
        u->moving = index->span;
        return HYS_OK;
    }
    if (!(k >= 0 && k < (double)n)) /* the index is at hand, its value may come from a loop */
        return nm_error(u->f, span, "", "'%.60s' has the elements 0 to %zu, not %g", name, n - 1, k);
    *own = element_name(u->f, name, (size_t)k);
    return *own ? HYS_OK : HYS_NOMEM;
}

/* ---- expressions ---- */

static hys_status copy_expr(unroll *u, const nm_expr *e, nm_expr **copy);

/* rate*a*b^2 */
static nm_expr *flux_of(nm_file *f, const nm_expr *rate, const nm_part *part, hys__span span) {
    nm_expr *product = rate ? (nm_expr *)rate : nm_literal(f, 0, span);
    for (; part && rate; part = part->next) {
        nm_expr *x = nm_expr_new(f, NM_VAR, span);
        if (x) x->name = part->name;
        if (part->n != 1) x = nm_binary(f, NM_POW, x, nm_literal(f, part->n, span));
        product = nm_binary(f, NM_MUL, product, x);
    }
    return product;
}

static bool is_flux(const unroll *u, const nm_expr *e) {
    const nm_symbol *s = nm_symbol_find(u->f, e->name);
    return !u->reaction->is_flux && !e->a && (!s || s->class == NM_UNKNOWN) &&
           (!strcmp(e->name, "f_flux") || !strcmp(e->name, "b_flux"));
}

static hys_status copy_name(unroll *u, const nm_expr *e, nm_expr **copy) {
    const nm_stmt *r = u->reaction;
    if (r && is_flux(u, e)) {
        *copy = *e->name == 'f' ? flux_of(u->f, r->e, r->left, e->span) : flux_of(u->f, r->e2, r->right, e->span);
        return *copy ? HYS_OK : HYS_NOMEM;
    }
    for (const counter *c = u->counters; c && !e->a; c = c->outer) {
        if (c->name != e->name) continue;
        if (c->is_known) *copy = nm_literal(u->f, c->value, e->span);
        return *copy ? HYS_OK : HYS_NOMEM;
    }
    (*copy)->a = NULL;
    return resolve(u, e->name, e->a, e->span, &(*copy)->name);
}

static hys_status copy_args(unroll *u, const nm_expr *e, nm_expr **tail) {
    hys_status status = HYS_OK;
    for (*tail = NULL; e && status == HYS_OK; e = e->next) {
        status = copy_expr(u, e, tail);
        if (status == HYS_OK) tail = &(*tail)->next;
    }
    return status;
}

static hys_status copy_expr(unroll *u, const nm_expr *e, nm_expr **copy) {
    *copy = NULL;
    if (!e) return HYS_OK;
    nm_expr *own = nm_expr_new(u->f, e->op, e->span);
    if (!own) return HYS_NOMEM;
    *own = *e;
    own->next = NULL;
    *copy = own;
    if (e->op == NM_VAR) return copy_name(u, e, copy);
    if (e->op == NM_CALL) return copy_args(u, e->a, &own->a);
    const hys_status status = copy_expr(u, e->a, &own->a);
    return status == HYS_OK ? copy_expr(u, e->b, &own->b) : status;
}

/* ---- statements ---- */

static hys_status copy_stmts(unroll *u, const nm_stmt *s);

static hys_status copy_body(unroll *u, const nm_stmt *body, nm_stmt **copy) {
    unroll inner = *u;
    inner.tail = copy;
    *copy = NULL;
    return copy_stmts(&inner, body);
}

static hys_status copy_parts(unroll *u, const nm_part *part, nm_part **tail) {
    hys_status status = HYS_OK;
    for (*tail = NULL; part && status == HYS_OK; part = part->next, tail = &(*tail)->next) {
        *tail = HYS_NEW(&u->f->arena, nm_part);
        if (!*tail) return HYS_NOMEM;
        **tail = *part;
        (*tail)->next = NULL;
        status = resolve(u, part->name, part->index, part->span, &(*tail)->name);
    }
    return status;
}

static hys_status add(unroll *u, const nm_stmt *s, nm_stmt **copy) {
    if (++*u->n_made > MOST_STATEMENTS)
        return nm_refuse(u->f, s->span, "", "loops become more than %d statements", MOST_STATEMENTS);
    nm_stmt *own = HYS_NEW(&u->f->arena, nm_stmt);
    if (!own) return HYS_NOMEM;
    *own = *s;
    own->next = NULL;
    own->index = NULL;
    *copy = *u->tail = own;
    u->tail = &own->next;
    return HYS_OK;
}

static hys_status refuse_here(unroll *u, nm_stmt *own) {
    *own = (nm_stmt){.kind = NM_REFUSED,
                     .span = u->moving,
                     .name = "an index that is no number before the model runs",
                     .hint = "counters of FROM loops, numbers and DEFINE are"};
    u->moving = HYS_NO_SPAN;
    return HYS_OK;
}

static hys_status copy_plain(unroll *u, const nm_stmt *s) {
    nm_stmt *own = NULL;
    hys_status status = add(u, s, &own);
    if (status != HYS_OK || !own) return status;
    if (s->kind != NM_SOLVE && *s->name) status = resolve(u, s->name, s->index, s->span, &own->name);
    if (status == HYS_OK) status = copy_expr(u, s->e, &own->e);
    if (status == HYS_OK) status = copy_expr(u, s->e2, &own->e2);
    if (status == HYS_OK) status = copy_parts(u, s->left, &own->left);
    if (status == HYS_OK) status = copy_parts(u, s->right, &own->right);
    if (status == HYS_OK && u->moving.source) return refuse_here(u, own);
    if (status == HYS_OK) status = copy_body(u, s->body, &own->body);
    if (status == HYS_OK) status = copy_body(u, s->other, &own->other);
    if (s->kind == NM_REACTION) u->reaction = own;
    return status;
}

/* COMPARTMENT i, volume[i] { a }: the volume of each element, or of all that stands there. */
static hys_status copy_compartment(unroll *u, const nm_stmt *s) {
    hys_status status = HYS_OK;
    for (const nm_part *part = s->left; part && status == HYS_OK; part = part->next) {
        const size_t n = part->index ? 0 : elements_of(u, part->name);
        for (size_t k = 0; k < (n ? n : 1) && status == HYS_OK; k++) {
            const counter here = {s->name, true, (double)k, u->counters};
            nm_expr index = {.op = NM_NUM, .span = part->span, .value = (double)k};
            nm_part one = *part;
            nm_stmt own = *s;
            unroll inner = *u;
            if (n) one.index = &index;
            if (n && *s->name) inner.counters = &here;
            one.next = NULL;
            own.left = &one;
            own.name = "";
            status = copy_plain(&inner, &own);
            u->tail = inner.tail;
        }
    }
    return status;
}

/* ---- loops ---- */

static bool has_index(const nm_expr *e) {
    if (!e) return false;
    if (e->op == NM_VAR) return e->a != NULL;
    if (e->op != NM_CALL) return has_index(e->a) || has_index(e->b);
    for (const nm_expr *a = e->a; a; a = a->next)
        if (has_index(a)) return true;
    return false;
}

/* Whether a loop has to be written out. */
static bool has_elements(const nm_stmt *s) {
    for (; s; s = s->next)
        if (s->index || s->kind == NM_REACTION || s->kind == NM_EQUATION || s->kind == NM_RATE || has_index(s->e) ||
            has_index(s->e2) || has_elements(s->body) || has_elements(s->other))
            return true;
    return false;
}

static hys_status copy_loop(unroll *u, const nm_stmt *s) {
    double from = 0, to = 0;
    counter here = {.name = s->name, .outer = u->counters};
    unroll inner = *u;
    hys_status status = HYS_OK;
    here.is_known = has_elements(s->body);
    if (here.is_known && (!is_known(u, s->e, &from) || !is_known(u, s->e2, &to))) {
        nm_stmt *own = NULL;
        status = add(u, s, &own);
        u->moving = s->e2->span;
        return status == HYS_OK && own ? refuse_here(u, own) : status;
    }
    inner.counters = &here;
    if (!here.is_known) status = copy_plain(&inner, s);
    for (here.value = from; here.is_known && here.value <= to && status == HYS_OK; here.value++) {
        if (++*u->n_made > MOST_STATEMENTS)
            return nm_refuse(u->f, s->span, "", "loops become more than %d statements", MOST_STATEMENTS);
        status = copy_stmts(&inner, s->body);
    }
    u->tail = inner.tail;
    u->reaction = inner.reaction;
    return status;
}

static hys_status copy_stmts(unroll *u, const nm_stmt *s) {
    hys_status status = HYS_OK;
    for (; s && status == HYS_OK; s = s->next) {
        if (s->kind == NM_FROM) status = copy_loop(u, s);
        else if (s->kind == NM_COMPARTMENT) status = copy_compartment(u, s);
        else status = copy_plain(u, s);
    }
    return status;
}

/* ---- what is declared ---- */

static hys_status split_locals(nm_file *f, nm_block *b) {
    nm_name *all = b->locals;
    b->locals = NULL;
    for (nm_name *n = all, *next; n; n = next) {
        next = n->next;
        for (size_t k = 0; k < (n->n_elements ? n->n_elements : 1); k++) {
            nm_name *own = HYS_NEW(&f->arena, nm_name);
            if (!own) return HYS_NOMEM;
            own->name = n->n_elements ? element_name(f, n->name, k) : n->name;
            own->next = b->locals;
            b->locals = own;
            if (!own->name) return HYS_NOMEM;
        }
    }
    return HYS_OK;
}

static hys_status split_symbols(nm_file *f) {
    nm_symbol *all = f->symbols.at;
    const size_t n = f->symbols.n;
    f->symbols.at = NULL;
    f->symbols.n = f->symbols.cap = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < (all[i].n_elements ? all[i].n_elements : 1); k++) {
            nm_symbol *s = HYS_PUSH(&f->arena, &f->symbols);
            if (!s) return HYS_NOMEM;
            *s = all[i];
            s->base = s->name;
            if (s->n_elements) s->name = element_name(f, s->base, k);
            if (!s->name) return HYS_NOMEM;
        }
    return HYS_OK;
}

hys_status nm_unroll(nm_file *f) {
    size_t n_made = 0;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < f->blocks.n && status == HYS_OK; k++) {
        nm_block *b = &f->blocks.at[k];
        unroll u = {.f = f, .b = b, .n_made = &n_made};
        nm_stmt *body = NULL;
        status = copy_body(&u, b->body, &body);
        b->body = body;
        if (status == HYS_OK) status = copy_body(&u, b->initial, &body);
        b->initial = body;
    }
    for (size_t k = 0; k < f->blocks.n && status == HYS_OK; k++) status = split_locals(f, &f->blocks.at[k]);
    return status == HYS_OK ? split_symbols(f) : status;
}
