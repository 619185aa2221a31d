/* Running a mechanism's statements: expressions, loops, calls.  What is no statement of assignment (reactions, systems
 * of equations) fails. */
#include "io/nmodl_eval.h"
#include <math.h>
#include <string.h>

#define MOST_LOCALS 100
#define MOST_CALLS  100 /* within each other */
#define MOST_STEPS  2000000u

typedef struct frame {
    nm_values *v;
    const nm_block *b;
    const char *names[MOST_LOCALS];
    double at[MOST_LOCALS];
    double nowhere; /* of names without a place */
    size_t n;
} frame;

static double value_of(frame *x, const nm_expr *e);
static void run(frame *x, const nm_stmt *s);

hys_status nm_values_init(nm_file *f, nm_values *v) {
    *v = (nm_values){.f = f,
                     .at = HYS_NEW_N(&f->arena, double, f->symbols.n + 1),
                     .rate = HYS_NEW_N(&f->arena, double, f->symbols.n + 1)};
    if (!v->at || !v->rate) return HYS_NOMEM;
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        v->at[k] = s->class == NM_PARAM || s->class == NM_CONST ? s->value : s->start;
    }
    return HYS_OK;
}

/* ---- names ---- */

static double *place_of(frame *x, const char *name) {
    for (size_t k = 0; k < x->n; k++)
        if (x->names[k] == name) return &x->at[k];
    const nm_symbol *s = nm_symbol_find(x->v->f, name);
    if (s) return &x->v->at[s - x->v->f->symbols.at];
    x->v->fails = true;
    return &x->nowhere;
}

static void add_name(frame *x, const char *name, double value) {
    if (x->n == MOST_LOCALS) {
        x->v->fails = true;
        return;
    }
    x->names[x->n] = name;
    x->at[x->n++] = value;
}

static void add_locals(frame *x) {
    for (const nm_name *n = x->b->locals; n; n = n->next) add_name(x, n->name, 0);
}

static bool goes_on(const frame *x) {
    return !x->v->fails && ++x->v->n_done < MOST_STEPS;
}

/* ---- expressions ---- */

static double relative(double z) {
    return fabs(z) < 1e-4 ? 1 - z / 2 + z * z / 12 : z / expm1(z);
}

static const struct {
    const char *name;
    double (*of)(double);
} ones[] = {{"exp", exp},   {"log", log},     {"log10", log10}, {"sqrt", sqrt}, {"sin", sin},   {"cos", cos},
            {"tan", tan},   {"fabs", fabs},   {"abs", fabs},    {"tanh", tanh}, {"sinh", sinh}, {"cosh", cosh},
            {"atan", atan}, {"floor", floor}, {"ceil", ceil},   {"asin", asin}, {"acos", acos}, {"exprelr", relative}};
static const struct {
    const char *name;
    double (*of)(double, double);
} twos[] = {{"pow", pow}, {"fmod", fmod}, {"min", fmin}, {"max", fmax}, {"atan2", atan2}};

static double built_in(frame *x, const nm_expr *e) {
    const double a = e->a ? value_of(x, e->a) : 0, b = e->a && e->a->next ? value_of(x, e->a->next) : 0;
    for (size_t k = 0; k < sizeof ones / sizeof *ones; k++)
        if (!strcmp(ones[k].name, e->name)) return ones[k].of(a);
    for (size_t k = 0; k < sizeof twos / sizeof *twos; k++)
        if (!strcmp(twos[k].name, e->name)) return twos[k].of(a, b);
    x->v->fails = strcmp(e->name, "at_time") != 0;
    return 0;
}

static double call(frame *x, const nm_expr *e) {
    const nm_block *b = nm_block_find(x->v->f, e->name);
    if (!b) return built_in(x, e);
    frame inner = {.v = x->v, .b = b};
    if (x->v->depth == MOST_CALLS) x->v->fails = true;
    if (!goes_on(x)) return 0;
    x->v->depth++;
    add_name(&inner, b->name, 0);
    const nm_expr *a = e->a;
    for (const nm_name *n = b->formals; n && a; n = n->next, a = a->next) add_name(&inner, n->name, value_of(x, a));
    add_locals(&inner);
    run(&inner, b->body);
    x->v->depth--;
    return inner.at[0];
}

static double binary(nm_op op, double a, double b) {
    switch (op) {
    case NM_OR:
        return a != 0 || b != 0;
    case NM_AND:
        return a != 0 && b != 0;
    case NM_GT:
        return a > b;
    case NM_LT:
        return a < b;
    case NM_GE:
        return a >= b;
    case NM_LE:
        return a <= b;
    case NM_EQ:
        return a == b;
    case NM_NE:
        return a != b;
    case NM_ADD:
        return a + b;
    case NM_SUB:
        return a - b;
    case NM_MUL:
        return a * b;
    case NM_DIV:
        return a / b;
    case NM_MOD:
        return fmod(a, b);
    default:
        return pow(a, b);
    }
}

static double value_of(frame *x, const nm_expr *e) {
    if (e->op == NM_NUM) return e->value;
    if (e->op == NM_VAR) return *place_of(x, e->name);
    if (e->op == NM_CALL) return call(x, e);
    const double a = value_of(x, e->a);
    if (e->op == NM_NEG) return -a;
    return e->op == NM_NOT ? a == 0 : binary(e->op, a, value_of(x, e->b));
}

/* ---- statements ---- */

static void run_loop(frame *x, const nm_stmt *s) {
    if (s->kind == NM_WHILE) {
        while (goes_on(x) && value_of(x, s->e) != 0) run(x, s->body);
        return;
    }
    const double last = value_of(x, s->e2);
    for (double k = value_of(x, s->e); k <= last && goes_on(x); k++) {
        *place_of(x, s->name) = k;
        run(x, s->body);
    }
}

static void run_solve(frame *x, const nm_stmt *s) {
    const nm_block *b = nm_block_find(x->v->f, s->name);
    if (!b || b->kind != NM_DERIVATIVE) x->v->fails = true;
    else nm_run(x->v, b, b->body);
}

static void run_one(frame *x, const nm_stmt *s) {
    const nm_symbol *symbol = s->kind == NM_RATE ? nm_symbol_find(x->v->f, s->name) : NULL;
    switch (s->kind) {
    case NM_ASSIGN:
        *place_of(x, s->name) = value_of(x, s->e);
        return;
    case NM_RATE:
        if (symbol) x->v->rate[symbol - x->v->f->symbols.at] = value_of(x, s->e);
        return;
    case NM_RUN:
        value_of(x, s->e);
        return;
    case NM_IF:
        run(x, value_of(x, s->e) != 0 ? s->body : s->other);
        return;
    case NM_WHILE:
    case NM_FROM:
        run_loop(x, s);
        return;
    case NM_SOLVE:
        run_solve(x, s);
        return;
    case NM_TABLE:
        return;
    default:
        x->v->fails = true;
    }
}

static void run(frame *x, const nm_stmt *s) {
    for (; s && goes_on(x); s = s->next) run_one(x, s);
    if (x->v->n_done >= MOST_STEPS) x->v->fails = true;
}

void nm_run(nm_values *v, const nm_block *b, const nm_stmt *body) {
    frame x = {.v = v, .b = b};
    add_locals(&x);
    run(&x, body);
}
