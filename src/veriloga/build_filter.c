/* Analog operators: ddt, idt, idtmod, ddx, absdelay, last_crossing, noise; the table of all of them. */
#include "veriloga/build.h"
#include <string.h>

static const vb_x nothing = {VA_TYPE_REAL, 0};

/* ---- where they may stand ---- */

bool vb_allowed(vb *b, hys__span span, const char *what) {
    if (vb_is_guess(b, span)) return b->where == VB_IN_ANALOG && !b->func;
    if (b->func) {
        vb_error(b, span, "pass the value as an argument", "%s cannot stand in a function", what);
        return false;
    }
    if (b->where == VB_IN_ANALOG) return true;
    vb_error(b, span, "only parameters and constants are known there", "%s cannot stand in %s", what,
             b->where == VB_IN_INITIAL ? "\"analog initial\"" : "a declaration");
    return false;
}

bool vb_operator_allowed(vb *b, hys__span span, const char *what) {
    if (!vb_allowed(b, span, what)) return false;
    if (!b->ir->loop) return true;
    if (vb_is_guess(b, span)) return false;
    vb_error(b, span, "use a loop over a genvar", "%s cannot stand in a loop whose length is not known", what);
    return false;
}

/* ---- tolerances and units ---- */

/* The nature named by an argument, or an absolute tolerance. */
static bool tolerance(vb *b, const va_expr *e, size_t i, double *abstol, const char **units) {
    if (!vb_has_arg(e, i)) return false;
    const va_expr *arg = e->args[i];
    const vb_nature *nature =
        arg->kind == VA_NAME && !vb_lookup(b->scope, arg->name) ? vb_nature_find(b, arg->name) : NULL;
    if (nature) {
        *abstol = nature->abstol;
        *units = nature->units;
        return true;
    }
    va_val v = vb_eval_real(b, arg);
    double number;
    if (va_is_const(b->ir, v, &number) && number > 0) *abstol = number;
    return va_is_const(b->ir, v, &number) && number > 0;
}

static const vb_nature *nature_of_probe(vb *b, va_val v) {
    const va_ins *ins = va_get(b->ir, v);
    if (ins->op == VA_OP_NEG) ins = va_get(b->ir, ins->a);
    if (ins->op != VA_OP_PROBE) return NULL;
    return vb_nature_by_units(b, b->model->unknowns.at[b->model->probes.at[ins->imm].pos].units);
}

/* ---- ddt ---- */

va_val vb_ddt(vb *b, va_val operand, double abstol, const char *units, hys__span span) {
    double number;
    if (!operand || va_is_const(b->ir, operand, &number)) return operand ? vb_num(b, 0) : 0;
    for (size_t i = 0; i < b->model->ddts.n; i++)
        if (b->model->ddts.at[i].operand == operand) return va_leaf(b->ir, VA_OP_DDT, (uint32_t)i);
    va_ddt *ddt = HYS_PUSH(b->arena, &b->model->ddts);
    if (!ddt) return 0;
    *ddt = (va_ddt){.operand = operand, .span = span, .abstol = abstol, .units = units};
    return va_leaf(b->ir, VA_OP_DDT, (uint32_t)(b->model->ddts.n - 1));
}

static vb_x op_ddt(vb *b, const va_expr *e) {
    double abstol = 1e-12;
    const char *units = "";
    if (!vb_n_args(b, e, 1, 2)) return nothing;
    va_val operand = vb_eval_real(b, e->args[0]);
    if (!tolerance(b, e, 1, &abstol, &units)) {
        const vb_nature *nature = nature_of_probe(b, operand);
        if (!nature && b->source_nature && b->source_nature->idt) nature = vb_nature_find(b, b->source_nature->idt);
        if (nature) {
            abstol = nature->abstol;
            units = nature->units;
        }
    }
    b->ir->span = e->span;
    return vb_real_x(vb_ddt(b, operand, abstol, units, e->span));
}

/* ---- idt ---- */

uint32_t vb_state_new(vb *b, const char *suffix, hys__span span) {
    const char *name = b->target ? b->target : vb_printf(b, "idt%zu", ++b->n_hidden);
    if (b->target_node != VB_NONE || (*suffix && b->target))
        name = vb_printf(b, "%s.%s", name, *suffix ? suffix : "idt");
    uint32_t state = vb_unknown_new(b, VA_UNK_STATE, vb_unique_unknown(b, name), span);
    if (state != VA_GROUND) b->model->unknowns.at[state].is_state = true;
    return state;
}

/* From the variable, from the node, from the nature of what is integrated; else abstol 0: see
 * vb_states_finish. */
static void state_units(vb *b, uint32_t state, va_val rate) {
    va_unknown *u = &b->model->unknowns.at[state];
    const vb_nature *nature = NULL;
    u->abstol = 0;
    if (b->target_var && *b->target_var->units) {
        u->units = b->target_var->units;
        nature = vb_nature_by_units(b, u->units);
    } else if (b->target_node != VB_NONE && b->nodes.at[b->target_node].disc) {
        const vb_disc *disc = b->nodes.at[b->target_node].disc;
        nature = disc->potential ? disc->potential : disc->flow;
    } else {
        const vb_nature *of_rate = nature_of_probe(b, rate);
        if (of_rate && of_rate->idt) nature = vb_nature_find(b, of_rate->idt);
    }
    if (!nature) return;
    u->units = nature->units;
    u->abstol = nature->abstol;
}

/* A state whose units nobody told is judged by its initial value. */
void vb_states_finish(vb *b) {
    size_t n = b->model->params.n;
    va_val *inits = HYS_NEW_N(b->arena, va_val, n + 1);
    if (!inits) return;
    for (size_t i = 0; i < n; i++) inits[i] = b->model->params.at[i].init;
    va_val *known = vb_defaults(b, inits, n);
    for (size_t i = 0; known && i < b->model->unknowns.n; i++) {
        va_unknown *u = &b->model->unknowns.at[i];
        double init = 0;
        if (u->abstol > 0) continue;
        if (u->has_init && known[u->init]) va_is_const(b->ir, known[u->init], &init);
        init = __builtin_fabs(init);
        u->abstol = init > 0 && init < 1 ? 1e-6 * init : 1e-6;
    }
}

typedef struct integral {
    va_val rate, ic, reset;
    uint32_t state;
    va_val value;
} integral;

static va_val integral_row(vb *b, const integral *in, hys__span span) {
    const va_unknown *u = &b->model->unknowns.at[in->state];
    va_val row = vb_op2(b, VA_OP_SUB, vb_ddt(b, in->value, u->abstol, u->units, span), in->rate);
    if (!in->reset) return row;
    return vb_select(b, va_to_bool(b->ir, in->reset), vb_op2(b, VA_OP_SUB, in->value, in->ic), row);
}

static bool integrate(vb *b, const va_expr *e, integral *in, size_t reset_arg, size_t tol_arg) {
    in->rate = vb_eval_real(b, e->args[0]);
    in->ic = vb_has_arg(e, 1) ? vb_eval_real(b, e->args[1]) : 0;
    in->reset = vb_has_arg(e, reset_arg) ? vb_eval_real(b, e->args[reset_arg]) : 0;
    if (!in->rate || (vb_has_arg(e, 1) && !in->ic) || (vb_has_arg(e, reset_arg) && !in->reset)) return false;
    in->state = vb_state_new(b, "", e->span);
    if (vb_failed(b)) return false;
    state_units(b, in->state, in->rate);
    va_unknown *u = &b->model->unknowns.at[in->state];
    tolerance(b, e, tol_arg, &u->abstol, &u->units);
    u = &b->model->unknowns.at[in->state];
    u->has_init = in->ic != 0;
    u->init = in->ic;
    b->ir->span = e->span;
    in->value = vb_probe(b, in->state, VA_GROUND);
    va_val row = integral_row(b, in, e->span);
    b->rows.at[in->state].own = row;
    b->rows.at[in->state].has_own = true;
    return !vb_failed(b);
}

static vb_x op_idt(vb *b, const va_expr *e) {
    integral in;
    if (!vb_n_args(b, e, 1, 4) || !integrate(b, e, &in, 2, 3)) return nothing;
    return vb_real_x(in.value);
}

/* The state itself runs on; what is read is  state - k modulus  with k a hidden count that changes when a
 * point is accepted outside [offset, offset + modulus). */
static vb_x op_idtmod(vb *b, const va_expr *e) {
    integral in;
    if (!vb_n_args(b, e, 1, 5) || !integrate(b, e, &in, 99, 4)) return nothing;
    if (!vb_has_arg(e, 2)) return vb_real_x(in.value);
    va_val modulus = vb_eval_real(b, e->args[2]);
    va_val offset = vb_has_arg(e, 3) ? vb_eval_real(b, e->args[3]) : vb_num(b, 0);
    double number;
    if (va_is_const(b->ir, modulus, &number) && !(number > 0)) {
        vb_error(b, e->args[2]->span, NULL, "the modulus must be positive");
        return nothing;
    }
    va_val start = in.ic && vb_is_fixed(b, in.ic) ? in.ic : offset;
    va_val turns = vb_op1(b, VA_OP_FLOOR, vb_op2(b, VA_OP_DIV, vb_op2(b, VA_OP_SUB, start, offset), modulus));
    if (!vb_is_fixed(b, turns)) turns = vb_num(b, 0);
    const char *name = vb_printf(b, "%s.turns", b->model->unknowns.at[in.state].name);
    uint32_t slot = vb_hidden_new(b, name, turns, e->span);
    va_val k = vb_get(b, slot);
    va_val out = vb_op2(b, VA_OP_SUB, in.value, vb_op2(b, VA_OP_MUL, k, modulus));
    va_val more = vb_op1(b, VA_OP_FLOOR, vb_op2(b, VA_OP_DIV, vb_op2(b, VA_OP_SUB, out, offset), modulus));
    vb_set(b, slot, vb_op2(b, VA_OP_ADD, k, more));
    return vb_real_x(out);
}

/* ---- ddx ---- */

static vb_x op_ddx(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 2, 2)) return nothing;
    va_val v = vb_eval_real(b, e->args[0]);
    const va_expr *by = e->args[1];
    if (by->kind != VA_CALL || !vb_is_access(b, by->name)) {
        vb_error(b, by->span, "write for example ddx(f, V(a))", "ddx differentiates by a voltage or a current");
        return nothing;
    }
    vb_x probe = vb_access_value(b, by);
    if (!probe.v || !v) return nothing;
    const va_ins *ins = va_get(b->ir, probe.v);
    bool is_negative = ins->op == VA_OP_NEG;
    if (is_negative) ins = va_get(b->ir, ins->a);
    if (ins->op != VA_OP_PROBE) return vb_number(b, 0);
    b->ir->span = e->span;
    va_val d = va_opi(b->ir, VA_OP_DDX, ins->imm, v, 0);
    return vb_real_x(is_negative ? vb_op1(b, VA_OP_NEG, d) : d);
}

/* ---- delay, crossings ---- */

static vb_x op_absdelay(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 2, 3)) return nothing;
    va_val expr = vb_eval_real(b, e->args[0]), delay = vb_eval_real(b, e->args[1]);
    va_val max = vb_has_arg(e, 2) ? vb_eval_real(b, e->args[2]) : 0;
    double number;
    if (!expr || !delay) return nothing;
    if (va_is_const(b->ir, delay, &number) && number < 0) {
        vb_error(b, e->args[1]->span, NULL, "a delay of %g s is negative", number);
        return nothing;
    }
    va_delay *added = HYS_PUSH(b->arena, &b->model->delays);
    if (!added) return nothing;
    *added = (va_delay){.expr = expr, .delay = delay, .max = max};
    return vb_real_x(va_leaf(b->ir, VA_OP_DELAYED, (uint32_t)(b->model->delays.n - 1)));
}

static vb_x op_last_crossing(vb *b, const va_expr *e) {
    int64_t dir = 0;
    if (!vb_n_args(b, e, 1, 2)) return nothing;
    va_val expr = vb_eval_real(b, e->args[0]);
    if (vb_has_arg(e, 1) && !vb_constant_int(b, e->args[1], "the direction", &dir)) return nothing;
    va_event_src *event = expr ? HYS_PUSH(b->arena, &b->model->events) : NULL;
    if (!event) return nothing;
    *event = (va_event_src){.kind = VA_EVENT_CROSS,
                            .dir = dir > 0   ? 1
                                   : dir < 0 ? -1
                                             : 0,
                            .expr = expr,
                            .enable = b->pred,
                            .span = e->span};
    va_val fires = va_leaf(b->ir, VA_OP_EVENT, (uint32_t)(b->model->events.n - 1));
    const char *name = vb_printf(b, "last_crossing%zu", ++b->n_hidden);
    uint32_t slot = vb_hidden_new(b, name, vb_num(b, -1), e->span);
    vb_set(b, slot, vb_select(b, fires, va_leaf(b->ir, VA_OP_TIME, 0), vb_get(b, slot)));
    return vb_real_x(vb_get(b, slot));
}

/* ---- noise ---- */

static vb_x noise_new(vb *b, const va_expr *e, va_noise noise, size_t name_arg) {
    const char *name = NULL;
    if (vb_has_arg(e, name_arg)) vb_constant_text(b, e->args[name_arg], "the name of a noise source", &name);
    va_noise *added = HYS_PUSH(b->arena, &b->model->noises);
    if (!added || vb_failed(b)) return nothing;
    noise.name = name && *name ? name : vb_printf(b, "noise%zu", b->model->noises.n);
    noise.span = e->span;
    *added = noise;
    return vb_real_x(va_leaf(b->ir, VA_OP_NOISE, (uint32_t)(b->model->noises.n - 1)));
}

static vb_x op_white_noise(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 2)) return nothing;
    va_val power = vb_eval_real(b, e->args[0]);
    if (!power) return nothing;
    return noise_new(b, e, (va_noise){.kind = VA_NOISE_WHITE, .power = power, .exponent = vb_num(b, 0)}, 1);
}

static vb_x op_flicker_noise(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 2, 3)) return nothing;
    va_val power = vb_eval_real(b, e->args[0]), exponent = vb_eval_real(b, e->args[1]);
    if (!power || !exponent) return nothing;
    return noise_new(b, e, (va_noise){.kind = VA_NOISE_FLICKER, .power = power, .exponent = exponent}, 2);
}

static vb_x op_noise_table(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 2)) return nothing;
    va_noise noise = {.kind = !strcmp(e->name, "noise_table") ? VA_NOISE_TABLE : VA_NOISE_TABLE_LOG};
    noise.table = vb_table_numbers(b, e->args[0], "the noise table", &noise.n_table);
    if (!noise.table) return nothing;
    if (noise.n_table < 2 || noise.n_table % 2) {
        vb_error(b, e->args[0]->span, "write '{f0, p0, f1, p1}", "a noise table holds pairs of frequency and power");
        return nothing;
    }
    for (size_t i = 2; i < noise.n_table; i += 2)
        if (noise.table[i] <= noise.table[i - 2]) {
            vb_error(b, e->args[0]->span, NULL, "the frequencies of a noise table must increase");
            return nothing;
        }
    noise.power = vb_num(b, noise.table[1]);
    noise.exponent = vb_num(b, 0);
    return noise_new(b, e, noise, 1);
}

static vb_x op_ac_stim(vb *b, const va_expr *e) {
    vb_warn(b, e->span, "sources of AC analysis are given with the analysis", "ac_stim is taken as 0");
    return vb_number(b, 0);
}

static vb_x op_zi(vb *b, const va_expr *e) {
    vb_error(b, e->span, "use laplace_nd for a filter in continuous time, or compute the samples in @(timer(0, T))",
             "%s is not supported: its samples would tie the step of the whole simulation to its clock", e->name);
    return nothing;
}

static vb_x op_analysis(vb *b, const va_expr *e) {
    vb_x result = nothing;
    vb_sys_call(b, e, &result);
    return result;
}

/* ---- all ---- */

static const struct operator_name {
    const char *name;
    vb_x (*run)(vb *b, const va_expr *e);
    bool is_plain; /* may stand in a loop */
} operators[] = {
    {"ddt", op_ddt, false},
    {"idt", op_idt, false},
    {"idtmod", op_idtmod, false},
    {"ddx", op_ddx, true},
    {"transition", vb_transition, false},
    {"slew", vb_slew, false},
    {"absdelay", op_absdelay, false},
    {"delay", op_absdelay, false},
    {"last_crossing", op_last_crossing, false},
    {"white_noise", op_white_noise, false},
    {"flicker_noise", op_flicker_noise, false},
    {"noise_table", op_noise_table, false},
    {"noise_table_log", op_noise_table, false},
    {"ac_stim", op_ac_stim, true},
    {"laplace_nd", vb_laplace, false},
    {"laplace_np", vb_laplace, false},
    {"laplace_zd", vb_laplace, false},
    {"laplace_zp", vb_laplace, false},
    {"zi_nd", op_zi, true},
    {"zi_np", op_zi, true},
    {"zi_zd", op_zi, true},
    {"zi_zp", op_zi, true},
    {"analysis", op_analysis, true},
};

const char *vb_filter_name(size_t i) {
    return i < sizeof operators / sizeof *operators ? operators[i].name : NULL;
}

static const struct operator_name *operator_find(const char *name) {
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (!strcmp(operators[i].name, name)) return &operators[i];
    return NULL;
}

bool vb_is_operator(const char *name) {
    const struct operator_name *op = operator_find(name);
    return op && !op->is_plain;
}

bool vb_filter_call(vb *b, const va_expr *e, vb_x *result) {
    const struct operator_name *op = operator_find(e->name);
    if (!op) return false;
    bool allowed = op->run == op_analysis ||
                   (op->is_plain ? vb_allowed(b, e->span, e->name) : vb_operator_allowed(b, e->span, e->name));
    *result = allowed ? op->run(b, e) : nothing;
    return true;
}
