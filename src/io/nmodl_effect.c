/* What blocks read and write, through the calls that they make: functions of Verilog-A see parameters alone, so that
 * variables are handed to them, and what nobody writes is a parameter. */
#include "io/nmodl.h"
#include <string.h>

/* One walk through a block; set: what is surely written so far. */
typedef struct walk {
    nm_file *f;
    nm_block *b;
    bool *set;
    bool is_inner; /* within an IF or a loop */
} walk;

static hys_status visit_block(nm_file *f, nm_block *b);
static hys_status visit_stmts(walk *w, const nm_stmt *s);

static const struct {
    const char *name;
    int n;
} built_in[] = {{"exp", 1},  {"log", 1},  {"log10", 1},   {"sqrt", 1},   {"sin", 1},     {"cos", 1},    {"tan", 1},
                {"fabs", 1}, {"abs", 1},  {"pow", 2},     {"floor", 1},  {"ceil", 1},    {"tanh", 1},   {"sinh", 1},
                {"cosh", 1}, {"atan", 1}, {"atan2", 2},   {"asin", 1},   {"acos", 1},    {"min", 2},    {"max", 2},
                {"fmod", 2}, {"ghk", 4},  {"nrn_ghk", 4}, {"nernst", 3}, {"exprelr", 1}, {"at_time", 1}};

static size_t index_of(const nm_file *f, const nm_symbol *s) {
    return (size_t)(s - f->symbols.at);
}

bool nm_is_variable(const nm_symbol *s) {
    return (s->class == NM_PARAM && s->is_written) || s->class == NM_ASSIGNED || s->class == NM_STATE;
}

nm_way nm_way_of(const nm_file *f, const nm_block *callee, size_t k) {
    if (!nm_is_variable(&f->symbols.at[k]) || (!callee->reads[k] && !callee->writes[k])) return NM_NO_WAY;
    return !callee->writes[k] ? NM_IN : callee->reads[k] ? NM_INOUT : NM_OUT;
}

static void note_read(walk *w, nm_symbol *s) {
    const size_t k = index_of(w->f, s);
    s->is_read = true;
    if (!w->set[k]) w->b->reads[k] = true;
}

static void note_write(walk *w, nm_symbol *s) {
    const size_t k = index_of(w->f, s);
    s->is_written = true;
    w->b->writes[k] = true;
    w->set[k] = true;
}

static bool is_flux_name(const char *name) {
    return !strcmp(name, "f_flux") || !strcmp(name, "b_flux");
}

static hys_status visit_name(walk *w, const nm_expr *e) {
    if (nm_is_local(w->b, e->name)) return HYS_OK;
    nm_symbol *s = nm_symbol_find(w->f, e->name);
    if (w->b->kind == NM_KINETIC && (!s || s->class == NM_UNKNOWN) && is_flux_name(e->name))
        return nm_refuse(w->f, e->span, "write it as a product of the rate and the states",
                         "%s, of the reaction before it, is not translated", e->name);
    if (!s || s->class == NM_UNKNOWN)
        return nm_error(w->f, e->span, "declare it in PARAMETER, ASSIGNED or STATE", "there is no '%.60s'", e->name);
    note_read(w, s);
    return HYS_OK;
}

/* What a block does that is entered here. */
static hys_status enter(walk *w, hys__span span, nm_block *callee) {
    if (callee->is_open) return nm_refuse(w->f, span, "", "'%.60s' calls itself", callee->name);
    const hys_status status = visit_block(w->f, callee);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < w->f->symbols.n; k++) {
        if (callee->reads[k] && !w->set[k]) w->b->reads[k] = true;
        if (callee->writes[k]) w->b->writes[k] = true;
        if (callee->sets[k]) w->set[k] = true;
    }
    return HYS_OK;
}

static size_t count_args(const nm_expr *e) {
    size_t n = 0;
    for (e = e->a; e; e = e->next) n++;
    return n;
}

bool nm_wants_celsius(const char *name) {
    return !strcmp(name, "ghk") || !strcmp(name, "nrn_ghk") || !strcmp(name, "nernst");
}

static hys_status visit_built_in(walk *w, const nm_expr *e) {
    for (size_t k = 0; k < sizeof built_in / sizeof *built_in; k++)
        if (!strcmp(built_in[k].name, e->name)) {
            if (count_args(e) != (size_t)built_in[k].n)
                return nm_error(w->f, e->span, "", "'%s' has %d arguments", e->name, built_in[k].n);
            w->f->has_exprelr |= !strcmp(e->name, "exprelr");
            w->f->has_ghk |= !strcmp(e->name, "ghk") || !strcmp(e->name, "nrn_ghk");
            w->f->has_nernst |= !strcmp(e->name, "nernst");
            if (nm_wants_celsius(e->name)) note_read(w, nm_role_find(w->f, NM_CELSIUS));
            return HYS_OK;
        }
    if (!strncmp(e->name, "net_", 4))
        return nm_refuse(w->f, e->span, "events come from outside, through the terminal spike",
                         "%.60s is not translated: a module sends no events", e->name);
    if (strstr(e->name, "rand") || !strcmp(e->name, "set_seed"))
        return nm_refuse(w->f, e->span, "draw with $rdist_normal in the translated file",
                         "%.60s draws random numbers: not translated", e->name);
    return nm_refuse(w->f, e->span, "functions of C have to be written as FUNCTION", "there is no function '%.60s'",
                     e->name);
}

static hys_status visit_expr(walk *w, const nm_expr *e) {
    hys_status status = HYS_OK;
    if (!e) return HYS_OK;
    if (e->op == NM_VAR) return visit_name(w, e);
    if (e->op != NM_CALL) {
        status = visit_expr(w, e->a);
        return status == HYS_OK ? visit_expr(w, e->b) : status;
    }
    for (const nm_expr *a = e->a; a && status == HYS_OK; a = a->next) status = visit_expr(w, a);
    if (status != HYS_OK) return status;
    nm_block *callee = nm_block_find(w->f, e->name);
    if (!callee) return visit_built_in(w, e);
    size_t n = 0;
    for (const nm_name *formal = callee->formals; formal; formal = formal->next) n++;
    if (callee->kind != NM_FUNCTION && callee->kind != NM_PROCEDURE)
        return nm_error(w->f, e->span, "", "'%.60s' cannot be called", e->name);
    if (n != count_args(e)) return nm_error(w->f, e->span, "", "'%.60s' has %zu arguments", e->name, n);
    return enter(w, e->span, callee);
}

static hys_status visit_assign(walk *w, const nm_stmt *s) {
    const hys_status status = visit_expr(w, s->e);
    if (status != HYS_OK) return status;
    if (s->kind == NM_RATE && w->b->kind != NM_DERIVATIVE)
        return nm_refuse(w->f, s->span, "", "%.60s' stands outside of a DERIVATIVE block", s->name);
    if (nm_is_local(w->b, s->name))
        return s->kind == NM_ASSIGN ? HYS_OK : nm_error(w->f, s->span, "", "'%.60s' is no state", s->name);
    nm_symbol *symbol = nm_symbol_find(w->f, s->name);
    if (!symbol || symbol->class == NM_UNKNOWN)
        return nm_error(w->f, s->span, "declare it in ASSIGNED or STATE", "there is no variable '%.60s'", s->name);
    if (symbol->class == NM_CONST)
        return nm_error(w->f, s->span, "declare it in ASSIGNED", "'%.60s' is a constant", s->name);
    if (s->kind == NM_RATE) {
        if (symbol->class != NM_STATE)
            return nm_error(w->f, s->span, "declare it in STATE", "'%.60s' is no state", s->name);
        symbol->has_rate = true;
        symbol->is_nested |= w->is_inner;
    } else note_write(w, symbol);
    return HYS_OK;
}

/* The part that may not run: what it sets is not sure. */
static hys_status visit_branch(walk *w, const nm_stmt *body, bool *set) {
    walk inner = *w;
    inner.set = set;
    inner.is_inner = true;
    memcpy(set, w->set, w->f->symbols.n * sizeof *set);
    return visit_stmts(&inner, body);
}

static hys_status visit_if(walk *w, const nm_stmt *s) {
    const size_t n = w->f->symbols.n;
    bool *yes = HYS_NEW_N(&w->f->arena, bool, n + 1), *no = HYS_NEW_N(&w->f->arena, bool, n + 1);
    if (!yes || !no) return HYS_NOMEM;
    hys_status status = visit_expr(w, s->e);
    if (status == HYS_OK) status = visit_expr(w, s->e2);
    if (status == HYS_OK) status = visit_branch(w, s->body, yes);
    if (status == HYS_OK) status = visit_branch(w, s->other, no);
    for (size_t k = 0; k < n && s->kind == NM_IF; k++) w->set[k] = yes[k] && no[k];
    return status;
}

static hys_status visit_parts(walk *w, const nm_part *part) {
    for (; part; part = part->next) {
        nm_symbol *s = nm_symbol_find(w->f, part->name);
        if (!s || s->class == NM_UNKNOWN)
            return nm_error(w->f, part->span, "declare it in STATE", "there is no state '%.60s'", part->name);
        note_read(w, s);
        if (s->class == NM_STATE) s->has_rate = true;
    }
    return HYS_OK;
}

static hys_status visit_reaction(walk *w, const nm_stmt *s) {
    if (w->b->kind != NM_KINETIC || w->is_inner)
        return nm_refuse(w->f, s->span, "", "a reaction stands outside of a KINETIC block, or within an IF");
    hys_status status = visit_expr(w, s->e);
    if (status == HYS_OK) status = visit_expr(w, s->e2);
    if (status == HYS_OK) status = visit_parts(w, s->left);
    return status == HYS_OK ? visit_parts(w, s->right) : status;
}

/* The last term of the sum that is a state by itself follows from the others. */
static nm_symbol *find_conserved(walk *w, const nm_expr *e) {
    if (e->op == NM_ADD) {
        nm_symbol *s = find_conserved(w, e->b);
        return s ? s : find_conserved(w, e->a);
    }
    nm_symbol *s = e->op == NM_VAR ? nm_symbol_find(w->f, e->name) : NULL;
    return s && s->class == NM_STATE && !s->is_conserved ? s : NULL;
}

static hys_status visit_conserve(walk *w, nm_stmt *s) {
    hys_status status = visit_expr(w, s->e);
    if (status == HYS_OK) status = visit_expr(w, s->e2);
    if (status != HYS_OK) return status;
    nm_symbol *symbol = find_conserved(w, s->e);
    if (w->b->kind != NM_KINETIC || !symbol)
        return nm_refuse(w->f, s->span, "CONSERVE a + b + c = 1",
                         "CONSERVE is no sum with a state that follows from it");
    symbol->is_conserved = true;
    s->name = symbol->name;
    return HYS_OK;
}

static hys_status check_solve(walk *w, const nm_stmt *s, const nm_block *b) {
    const bool moves = b->kind == NM_DERIVATIVE || b->kind == NM_KINETIC;
    static const char hint[] = "assign the states their values in INITIAL";
    if (w->b->kind != NM_BREAKPOINT && w->b->kind != NM_INITIAL)
        return nm_refuse(w->f, s->span, "", "SOLVE stands in BREAKPOINT or INITIAL alone");
    if (!moves && b->kind != NM_LINEAR && b->kind != NM_PROCEDURE)
        return nm_refuse(w->f, s->span, "", "'%.60s' is no block that can be solved", s->name);
    if (w->b->kind == NM_BREAKPOINT && w->is_inner)
        return nm_refuse(w->f, s->span, "", "SOLVE within an IF is not translated");
    if (w->b->kind == NM_INITIAL && moves && !s->is_steady)
        return nm_refuse(w->f, s->span, hint, "a step of the solver in INITIAL is not translated");
    if (s->is_steady && b->kind == NM_DERIVATIVE)
        return nm_refuse(w->f, s->span, hint, "STEADYSTATE of a DERIVATIVE block is not translated");
    return HYS_OK;
}

static hys_status visit_solve(walk *w, const nm_stmt *s) {
    nm_block *b = nm_block_find(w->f, s->name);
    if (w->b->skips_solve) return HYS_OK;
    if (!b) return nm_error(w->f, s->span, "", "there is no block '%.60s' to solve", s->name);
    hys_status status = check_solve(w, s, b);
    if (status == HYS_OK) status = enter(w, s->span, b);
    if (status == HYS_OK && (b->kind == NM_LINEAR || s->is_steady)) status = nm_check_linear(w->f, b, s->span);
    for (size_t k = 0; k < w->f->symbols.n && status == HYS_OK && s->is_steady; k++) {
        nm_symbol *state = &w->f->symbols.at[k];
        if (!nm_is_unknown(w->f, b, state->name)) continue;
        note_write(w, state);
        if (w->b->kind != NM_BREAKPOINT) continue;
        state->has_rate = state->is_conserved = false; /* at rest at each moment */
        state->is_algebraic = true;
    }
    return status;
}

static hys_status visit_equation(walk *w, const nm_stmt *s) {
    if (w->b->kind != NM_LINEAR || w->is_inner) return nm_refuse(w->f, s->span, "", "an equation stands within an IF");
    const hys_status status = visit_expr(w, s->e);
    return status == HYS_OK ? visit_expr(w, s->e2) : status;
}

#define MOST_SITES 40

/* Statements about events to itself: what the module keeps for each. */
static hys_status visit_site(walk *w, const nm_stmt *s) {
    nm_file *f = w->f;
    const bool is_watch = s->kind == NM_WATCH, is_initial = w->b->kind == NM_INITIAL;
    if (w->b->kind != NM_NET_RECEIVE && (is_watch || !is_initial))
        return nm_refuse(f, s->span, "in NET_RECEIVE itself", "%s in this block is not translated",
                         is_watch ? "WATCH" : "net_send");
    if (!nm_block_of(f, NM_NET_RECEIVE))
        return nm_error(f, s->span, "", "an event is sent, but there is no NET_RECEIVE to take it");
    hys_status status = visit_expr(w, s->e);
    if (status == HYS_OK) status = visit_expr(w, s->e2);
    if (status != HYS_OK) return status;
    nm_symbol *t = nm_role_find(f, NM_T);
    t->is_read = true;
    if (!is_watch && !is_initial) return HYS_OK;
    if (f->sends.n + f->watches.n == MOST_SITES)
        return nm_refuse(f, s->span, "", "more than %d of WATCH and net_send", MOST_SITES);
    const nm_stmt **site = is_watch ? HYS_PUSH(&f->arena, &f->watches) : HYS_PUSH(&f->arena, &f->sends);
    if (!site) return HYS_NOMEM;
    *site = s;
    return HYS_OK;
}

static hys_status visit_stmt(walk *w, nm_stmt *s) {
    switch (s->kind) {
    case NM_ASSIGN:
    case NM_RATE:
        return visit_assign(w, s);
    case NM_RUN:
        return visit_expr(w, s->e);
    case NM_IF:
    case NM_WHILE:
    case NM_FROM:
        return visit_if(w, s);
    case NM_SOLVE:
        return visit_solve(w, s);
    case NM_REACTION:
        return visit_reaction(w, s);
    case NM_CONSERVE:
        return visit_conserve(w, s);
    case NM_EQUATION:
        return visit_equation(w, s);
    case NM_COMPARTMENT:
        return visit_expr(w, s->e);
    case NM_REFUSED:
        return nm_refuse(w->f, s->span, s->hint, "%s is not translated", s->name);
    case NM_SEND:
    case NM_WATCH:
        return visit_site(w, s);
    case NM_TABLE:
        break;
    }
    return HYS_OK;
}

static hys_status visit_stmts(walk *w, const nm_stmt *s) {
    hys_status status = HYS_OK;
    for (; s && status == HYS_OK; s = s->next) status = visit_stmt(w, (nm_stmt *)s);
    return status;
}

static hys_status visit_block(nm_file *f, nm_block *b) {
    const size_t n = f->symbols.n;
    if (b->is_used) return HYS_OK;
    b->reads = HYS_NEW_N(&f->arena, bool, n + 1);
    b->writes = HYS_NEW_N(&f->arena, bool, n + 1);
    b->sets = HYS_NEW_N(&f->arena, bool, n + 1);
    if (!b->reads || !b->writes || !b->sets) return HYS_NOMEM;
    b->is_open = true;
    walk w = {.f = f, .b = b, .set = b->sets};
    for (size_t k = 0; k < n && b->kind == NM_LINEAR; k++)
        if (nm_is_unknown(f, b, f->symbols.at[k].name)) note_write(&w, &f->symbols.at[k]);
    const hys_status status = visit_stmts(&w, b->body);
    b->is_open = false;
    b->is_used = true;
    b->order = f->n_done++;
    /* What is perhaps written keeps its value otherwise, which has to come in. */
    for (size_t k = 0; k < n; k++)
        if (b->writes[k] && !b->sets[k]) b->reads[k] = true;
    return status;
}

hys_status nm_effects_alone(nm_file *f, const nm_block *b, nm_block *alone) {
    *alone = *b;
    alone->is_used = false;
    alone->skips_solve = true;
    return visit_block(f, alone);
}

/* Whatever an event writes is kept: states jump, variables stay. */
static hys_status visit_events(nm_file *f, nm_block *b) {
    hys_status status = visit_block(f, b);
    walk w = {.f = f, .b = b, .set = b->sets};
    if (status == HYS_OK) status = visit_stmts(&w, b->initial);
    for (size_t k = 0; k < f->symbols.n && status == HYS_OK; k++) {
        nm_symbol *s = &f->symbols.at[k];
        if (!b->writes[k]) continue;
        if (s->has_rate) s->is_jumping = true;
        else s->is_kept = true;
    }
    return status;
}

/* States of a PROCEDURE that is solved are advanced by hand. */
static void keep_solved(nm_file *f, const nm_block *b) {
    for (const nm_stmt *s = b->body; s; s = s->next) {
        const nm_block *solved = s->kind == NM_SOLVE ? nm_block_find(f, s->name) : NULL;
        for (size_t k = 0; solved && solved->kind == NM_PROCEDURE && k < f->symbols.n; k++)
            if (solved->writes[k] && f->symbols.at[k].class == NM_STATE) f->symbols.at[k].is_kept = true;
    }
}

/* A variable that nobody writes is set from outside. */
static hys_status settle(nm_file *f, nm_symbol *s) {
    if (s->class == NM_PARAM && s->is_written) {
        s->param = s->va_name;
        s->va_name = nm_unique(f, s->param, "_now");
        return s->va_name ? HYS_OK : HYS_NOMEM;
    }
    if (s->class != NM_ASSIGNED || s->is_written || !s->is_read || s->role == NM_V || s->is_port) return HYS_OK;
    if (s->role == NM_CELSIUS || s->role == NM_T || s->role == NM_DT || s->role == NM_AREA || s->is_kept) return HYS_OK;
    s->class = NM_PARAM;
    if (s->role == NM_DIAM) {
        s->value = 500;
        s->unit = "um";
    }
    return s->role == NM_DIAM ? HYS_OK : nm_remark(f, "%s is never assigned: it is a parameter, %g", s->name, s->value);
}

hys_status nm_effects(nm_file *f) {
    static const nm_block_kind roots[] = {NM_INITIAL, NM_BREAKPOINT, NM_NET_RECEIVE};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof roots / sizeof *roots && status == HYS_OK; k++) {
        nm_block *b = (nm_block *)nm_block_of(f, roots[k]);
        if (!b) continue;
        status = roots[k] == NM_NET_RECEIVE ? visit_events(f, b) : visit_block(f, b);
        if (status == HYS_OK && roots[k] == NM_BREAKPOINT) keep_solved(f, b);
    }
    for (size_t k = 0; k < f->symbols.n && status == HYS_OK; k++) status = settle(f, &f->symbols.at[k]);
    return status;
}
