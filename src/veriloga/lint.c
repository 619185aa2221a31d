/* Warnings that teach: what is legal, but seldom meant. */
#include "veriloga/ir_ops.h"
#include <math.h>
#include <string.h>

#define MAX_OF_A_KIND 5u /* a model with one such habit has many of it */

typedef struct lint {
    va_model *model;
    const va_program *program;
    const va_ir *ir;
    bool *is_live;  /* [instructions] some output depends on it */
    bool *in_rows;  /* [instructions] some residual depends on it */
    uint32_t *deps; /* [instructions] */
    size_t n_instructions;
} lint;

enum { ON_SOLUTION = 1, ON_STATE = 2, ON_OTHER = 4 };

static void warn(lint *l, hys_severity severity, hys__span span, const char *hint, const char *name, const char *what) {
    hys__report(l->model->ctx, severity, HYS_OK, l->model->sources, span, hint, what, name);
}

/* ---- what depends on what ---- */

static uint32_t own_deps(const lint *l, const va_ins *ins) {
    switch (ins->op) {
    case VA_OP_PROBE: {
        va_probe probe = l->model->probes.at[ins->imm];
        bool is_state =
            probe.neg == VA_GROUND && probe.pos != VA_GROUND && l->model->unknowns.at[probe.pos].kind == VA_UNK_STATE;
        return is_state ? ON_STATE : ON_SOLUTION;
    }
    case VA_OP_RETAINED:
    case VA_OP_TIME:
    case VA_OP_DDT:
    case VA_OP_DRAW:
    case VA_OP_PHI:
    case VA_OP_ALOAD:
    case VA_OP_FLAG:
    case VA_OP_EVENT:
    case VA_OP_TIMER:
        return ON_OTHER;
    default:
        return 0;
    }
}

static void find_deps(lint *l) {
    for (va_val v = 1; v < l->n_instructions; v++) {
        size_t n;
        const va_val *args = va_args(l->ir, v, &n);
        l->deps[v] = own_deps(l, va_get(l->ir, v));
        for (size_t k = 0; k < n; k++)
            if (args[k] < v) l->deps[v] |= l->deps[args[k]];
    }
}

static bool is_control(va_opcode op) {
    return op == VA_OP_LOOP || op == VA_OP_COND || op == VA_OP_ASTORE;
}

/* Operands of what is marked; a second walk where a loop's next value lies ahead. */
static void spread(const lint *l, bool *marks) {
    for (bool again = true; again;) {
        again = false;
        for (va_val v = (va_val)l->n_instructions; v-- > 1;) {
            if (!marks[v] && !is_control((va_opcode)va_get(l->ir, v)->op)) continue;
            size_t n;
            const va_val *args = va_args(l->ir, v, &n);
            for (size_t k = 0; k < n; k++) {
                again |= args[k] > v && !marks[args[k]];
                marks[args[k]] = true;
            }
        }
    }
}

static void find_uses(lint *l) {
    for (int f = 0; f < VA_FUNC_COUNT; f++)
        for (size_t i = 0; i < l->program->roots[f].n; i++) {
            va_root root = l->program->roots[f].at[i];
            l->is_live[root.val] = true;
            if (root.target == VA_TO_F) l->in_rows[root.val] = true;
        }
    spread(l, l->is_live);
    spread(l, l->in_rows);
}

/* ---- division by what starts at 0 ---- */

static bool starts_at_zero(const lint *l, va_val v, const char **name) {
    const va_ins *ins = va_get(l->ir, v);
    double init;
    if (ins->op == VA_OP_RETAINED) {
        const va_retained *retained = &l->model->retained.at[ins->imm];
        *name = retained->name;
        return !retained->is_hidden && va_is_const(l->ir, retained->init, &init) && init == 0;
    }
    if (ins->op != VA_OP_PROBE) return false;
    va_probe probe = l->model->probes.at[ins->imm];
    if (probe.neg != VA_GROUND || probe.pos == VA_GROUND) return false;
    const va_unknown *u = &l->model->unknowns.at[probe.pos];
    *name = u->name;
    return u->kind == VA_UNK_STATE && u->has_init && va_is_const(l->ir, u->init, &init) && init == 0;
}

static void lint_division(lint *l) {
    unsigned n = 0;
    for (va_val v = 1; v < l->n_instructions && n < MAX_OF_A_KIND; v++) {
        const va_ins *ins = va_get(l->ir, v);
        const char *name;
        if (ins->op != VA_OP_DIV || !l->in_rows[v] || !starts_at_zero(l, ins->b, &name)) continue;
        warn(l, HYS_WARNING, ins->span, "give it a value in @(initial_step), or an initial value", name,
             "this divides by '%s', which starts at 0");
        n++;
    }
}

/* ---- integrals that are limited only afterwards ---- */

static const va_unknown *state_of(const lint *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    if (ins->op != VA_OP_PROBE) return NULL;
    va_probe probe = l->model->probes.at[ins->imm];
    if (probe.neg != VA_GROUND || probe.pos == VA_GROUND) return NULL;
    const va_unknown *u = &l->model->unknowns.at[probe.pos];
    return u->kind == VA_UNK_STATE && !u->is_lifted && !u->clamp_lo && !u->clamp_hi ? u : NULL;
}

static void lint_windup(lint *l) {
    bool *is_told = HYS_NEW_N(l->model->arena, bool, l->model->unknowns.n + 1);
    for (va_val v = 1; is_told && v < l->n_instructions; v++) {
        const va_ins *ins = va_get(l->ir, v);
        if ((ins->op != VA_OP_MIN && ins->op != VA_OP_MAX) || !l->is_live[v]) continue;
        const va_unknown *a = state_of(l, ins->a), *b = state_of(l, ins->b), *state = a ? a : b;
        if (!state || l->deps[a ? ins->b : ins->a] & (ON_SOLUTION | ON_STATE)) continue;
        bool *told = &is_told[state - l->model->unknowns.at];
        if (!*told)
            warn(l, HYS_WARNING, ins->span,
                 "let the rate be 0 at the limit to stop there; published curves may depend on it", state->name,
                 "'%s' is limited here, but its integral runs on beyond the limit (wind-up)");
        *told = true;
    }
}

/* ---- jumps ---- */

static bool is_number(const lint *l, va_val v) {
    return va_get(l->ir, v)->kind == VA_KIND_REAL && !(l->deps[v] & (ON_SOLUTION | ON_STATE));
}

/* x > 0 ? a : b mostly multiplies what is 0 there. */
static bool is_sign(const lint *l, va_val cond) {
    const va_ins *ins = va_get(l->ir, cond);
    double number;
    if (!va_op_is_comparison((va_opcode)ins->op)) return false;
    return (va_is_const(l->ir, ins->a, &number) || va_is_const(l->ir, ins->b, &number)) && number == 0;
}

static void lint_jumps(lint *l) {
    unsigned n = 0;
    uint32_t last = 0;
    for (va_val v = 1; v < l->n_instructions && n < MAX_OF_A_KIND; v++) {
        const va_ins *ins = va_get(l->ir, v);
        if (ins->op != VA_OP_SELECT || !l->in_rows[v] || !(l->deps[ins->a] & ON_SOLUTION)) continue;
        if (!is_number(l, ins->b) || !is_number(l, ins->c) || is_sign(l, ins->a)) continue;
        hys__span span = va_get(l->ir, ins->a)->span;
        if (span.offset == last && n > 0) continue;
        last = span.offset;
        warn(l, HYS_WARNING, span, "make the change smooth (tanh), or let @(cross(...)) switch a variable", "",
             "the equations jump where this condition changes%s; Newton's iteration may not converge there");
        n++;
    }
}

/* ---- currents that are read ---- */

static bool is_current_source(const lint *l, uint32_t unknown) {
    const va_ins *row = va_get(l->ir, l->model->unknowns.at[unknown].row);
    va_val first = row->op == VA_OP_SUB || row->op == VA_OP_ADD ? row->a : l->model->unknowns.at[unknown].row;
    const va_ins *ins = va_get(l->ir, first);
    if (ins->op != VA_OP_PROBE) return false;
    return l->model->probes.at[ins->imm].pos == unknown;
}

static void lint_flows(lint *l) {
    for (uint32_t i = 0; i < l->model->unknowns.n; i++) {
        const va_unknown *u = &l->model->unknowns.at[i];
        if (u->kind == VA_UNK_FLOW && is_current_source(l, i))
            warn(l, HYS_NOTE, u->span, "a variable that holds the current costs nothing", u->name,
                 "%s is read and contributed: it is one more unknown");
    }
}

/* ---- parameters, states, variables ---- */

static bool names(const va_expr *e, const char *name) {
    if (!e) return false;
    if (e->kind == VA_NAME && e->name == name) return true;
    for (size_t i = 0; i < e->n_args; i++)
        if (names(e->args[i], name)) return true;
    return false;
}

static bool mentions(const va_stmt *s, const char *name) {
    for (; s; s = s->next) {
        if (names(s->lhs, name) || names(s->rhs, name) || names(s->cond, name)) return true;
        if (mentions(s->stmts, name) || mentions(s->init, name) || mentions(s->step, name)) return true;
        if (mentions(s->body, name) || mentions(s->other, name)) return true;
        for (const va_case_item *item = s->items; item; item = item->next)
            if (mentions(item->body, name)) return true;
    }
    return false;
}

/* Somewhere in the text of the behaviour, perhaps in a variant that was not chosen. */
static bool is_mentioned(const va_module *module, const char *name) {
    for (const va_analog *analog = module->analogs; analog; analog = analog->next)
        if (mentions(analog->body, name)) return true;
    for (const va_func *func = module->funcs; func; func = func->next)
        if (mentions(func->body, name)) return true;
    for (const va_decl *decl = module->decls; decl; decl = decl->next)
        if (names(decl->init, name)) return true;
    return false;
}

static bool has_variants(const va_model *model) {
    for (size_t i = 0; i < model->params.n; i++)
        if (model->params.at[i].is_structural) return true;
    return false;
}

/* The parameters in [1, n) of the list as "'a', 'b' and 3 more". */
static const char *rest_of(const lint *l, const va_param *const *list, size_t n) {
    const size_t most = 8;
    const char *text = "";
    for (size_t i = 1; text && i < n && i < most; i++)
        text = hys__arena_printf(l->model->arena, "%s, '%s'", text, list[i]->name);
    return text && n > most ? hys__arena_printf(l->model->arena, "%s and %zu more", text, n - most) : text;
}

static void lint_params(lint *l) {
    bool *is_used = HYS_NEW_N(l->model->arena, bool, l->model->params.n + 1);
    const va_param **idle = HYS_NEW_N(l->model->arena, const va_param *, l->model->params.n + 1);
    if (!is_used || !idle) return;
    for (va_val v = 1; v < l->n_instructions; v++) {
        const va_ins *ins = va_get(l->ir, v);
        if ((ins->op == VA_OP_PARAM || ins->op == VA_OP_GIVEN) && l->is_live[v]) is_used[ins->imm] = true;
    }
    size_t n = 0;
    for (size_t i = 0; i < l->model->params.n; i++) {
        const va_param *param = &l->model->params.at[i];
        if (is_used[i] || param->is_structural || param->is_local || param->type == VA_TYPE_STRING) continue;
        if (has_variants(l->model) && is_mentioned(l->model->module, param->name)) continue;
        idle[n++] = param;
    }
    const char *rest = rest_of(l, idle, n);
    if (n > 0 && rest)
        hys__report(l->model->ctx, HYS_WARNING, HYS_OK, l->model->sources, idle[0]->span, NULL,
                    n > 1 ? "parameters '%s'%s have no influence" : "parameter '%s'%s has no influence", idle[0]->name,
                    rest);
}

static void lint_states(lint *l) {
    for (size_t i = 0; i < l->model->unknowns.n; i++) {
        const va_unknown *u = &l->model->unknowns.at[i];
        if (u->kind == VA_UNK_STATE && u->is_state && !u->has_init)
            warn(l, HYS_WARNING, u->span, "write idt(rate, initial)", u->name,
                 "the state '%s' has no initial value: it starts where its rate is 0");
    }
}

static bool is_kept(const va_retained *r) {
    return r->is_live && !r->is_lifted && !r->is_hidden && r->is_stepped;
}

/* Whether a variable is kept for a reason of its own: those that only follow it need no warning. */
static bool has_cause(const va_model *model) {
    for (size_t i = 0; i < model->retained.n; i++)
        if (is_kept(&model->retained.at[i]) && !model->retained.at[i].is_consequence) return true;
    return false;
}

static bool is_conditional(const lint *l, const va_retained *retained) {
    return retained->needed && va_get(l->ir, retained->needed)->op != VA_OP_TRUE;
}

static void lint_retained(lint *l) {
    bool only_causes = has_cause(l->model);
    unsigned n = 0;
    const char *array = NULL; /* whose elements have been named */
    for (size_t i = 0; i < l->model->retained.n && n < MAX_OF_A_KIND; i++) {
        const va_retained *retained = &l->model->retained.at[i];
        if (retained->array && retained->array == array) continue;
        if (!is_kept(retained) || (only_causes && retained->is_consequence)) continue;
        warn(l, HYS_WARNING, retained->span,
             retained->why_not ? retained->why_not : "idt(rate, initial) would be a state",
             retained->array ? retained->array : retained->name,
             is_conditional(l, retained)
                 ? "'%s' is read before it is set for some values of the parameters: with them it keeps the value of "
                   "the "
                   "last step, and is run as written"
                 : "'%s' changes from step to step: it is run as written, with the accuracy of the step");
        array = retained->array;
        n++;
    }
}

void va_lint(va_model *model, const va_program *program) {
    lint l = {.model = model, .program = program, .ir = &model->ir, .n_instructions = model->ir.ins.n};
    l.is_live = HYS_NEW_N(model->arena, bool, l.n_instructions + 1);
    l.in_rows = HYS_NEW_N(model->arena, bool, l.n_instructions + 1);
    l.deps = HYS_NEW_N(model->arena, uint32_t, l.n_instructions + 1);
    if (!l.is_live || !l.in_rows || !l.deps) return;
    find_deps(&l);
    find_uses(&l);
    lint_division(&l);
    lint_windup(&l);
    lint_jumps(&l);
    lint_flows(&l);
    lint_params(&l);
    lint_states(&l);
    lint_retained(&l);
}
