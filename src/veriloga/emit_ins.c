/* One value as C. */
#include "veriloga/emit.h"
#include "veriloga/ir_ops.h"

typedef enum form { FORM_OTHER, FORM_CALL, FORM_INFIX } form;
typedef struct op_text {
    form form;
    const char *text;
} op_text;

static const op_text op_texts[VA_OP_COUNT] = {
    [VA_OP_ADD] = {FORM_INFIX, "+"},          [VA_OP_SUB] = {FORM_INFIX, "-"},
    [VA_OP_MUL] = {FORM_INFIX, "*"},          [VA_OP_DIV] = {FORM_INFIX, "/"},
    [VA_OP_MIN] = {FORM_CALL, "hys_min"},     [VA_OP_MAX] = {FORM_CALL, "hys_max"},
    [VA_OP_ABS] = {FORM_CALL, "hys_abs"},     [VA_OP_SQRT] = {FORM_CALL, "hys_sqrt"},
    [VA_OP_EXP] = {FORM_CALL, "hys_exp"},     [VA_OP_EXPM1] = {FORM_CALL, "hys_expm1"},
    [VA_OP_LOG] = {FORM_CALL, "hys_log"},     [VA_OP_LOG1P] = {FORM_CALL, "hys_log1p"},
    [VA_OP_LOG10] = {FORM_CALL, "hys_log10"}, [VA_OP_POW] = {FORM_CALL, "hys_pow"},
    [VA_OP_SIN] = {FORM_CALL, "hys_sin"},     [VA_OP_COS] = {FORM_CALL, "hys_cos"},
    [VA_OP_TAN] = {FORM_CALL, "hys_tan"},     [VA_OP_ASIN] = {FORM_CALL, "hys_asin"},
    [VA_OP_ACOS] = {FORM_CALL, "hys_acos"},   [VA_OP_ATAN] = {FORM_CALL, "hys_atan"},
    [VA_OP_ATAN2] = {FORM_CALL, "hys_atan2"}, [VA_OP_SINH] = {FORM_CALL, "hys_sinh"},
    [VA_OP_COSH] = {FORM_CALL, "hys_cosh"},   [VA_OP_TANH] = {FORM_CALL, "hys_tanh"},
    [VA_OP_ASINH] = {FORM_CALL, "hys_asinh"}, [VA_OP_ACOSH] = {FORM_CALL, "hys_acosh"},
    [VA_OP_ATANH] = {FORM_CALL, "hys_atanh"}, [VA_OP_HYPOT] = {FORM_CALL, "hys_hypot"},
    [VA_OP_FLOOR] = {FORM_CALL, "hys_floor"}, [VA_OP_CEIL] = {FORM_CALL, "hys_ceil"},
    [VA_OP_TRUNC] = {FORM_CALL, "hys_trunc"}, [VA_OP_ROUND] = {FORM_CALL, "hys_round"},
    [VA_OP_FMOD] = {FORM_CALL, "hys_fmod"},   [VA_OP_IAND] = {FORM_CALL, "hys_iand"},
    [VA_OP_IOR] = {FORM_CALL, "hys_ior"},     [VA_OP_IXOR] = {FORM_CALL, "hys_ixor"},
    [VA_OP_SHL] = {FORM_CALL, "hys_shl"},     [VA_OP_SHR] = {FORM_CALL, "hys_shr"},
    [VA_OP_ASHR] = {FORM_CALL, "hys_ashr"},   [VA_OP_WRAP32] = {FORM_CALL, "hys_wrap32"},
    [VA_OP_LT] = {FORM_CALL, "hys_lt"},       [VA_OP_LE] = {FORM_CALL, "hys_le"},
    [VA_OP_EQ] = {FORM_CALL, "hys_eq"},       [VA_OP_NE] = {FORM_CALL, "hys_ne"},
    [VA_OP_AND] = {FORM_CALL, "hys_and"},     [VA_OP_OR] = {FORM_CALL, "hys_or"},
    [VA_OP_NOT] = {FORM_CALL, "hys_not"},
};

/* The value as a vector of lanes. */
void va_emit_ref(va_emitter *e, va_val v) {
    v = va_emit_rep(e, v);
    double number = 0;
    bool is_assumed = e->is_usual && e->is_assumed[v];
    if (!va_emit_is_literal(e, v) && !is_assumed) {
        hys__text_printf(e->out, "t%u%s", (unsigned)v, va_emit_suffix(e, v));
        return;
    }
    va_is_const(e->ir, v, &number);
    if (is_assumed) number = e->usual[v];
    if (va_get(e->ir, v)->kind == VA_KIND_BOOL) {
        hys__text_printf(e->out, "hys_mask(%d)", number != 0);
        return;
    }
    hys__text_puts(e->out, "hys_k(");
    va_emit_number(e->out, number);
    hys__text_puts(e->out, ")");
}

/* The same beside an operator, where a plain number will do. */
static void scalar_ref(va_emitter *e, va_val v) {
    double number;
    if (va_is_const(e->ir, v, &number) && va_get(e->ir, v)->op == VA_OP_CONST) va_emit_number(e->out, number);
    else va_emit_ref(e, v);
}

static void list(va_emitter *e, va_val v, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        if (i > from) hys__text_puts(e->out, ", ");
        va_emit_ref(e, va_emit_operand(e, v, i));
    }
}

static void call(va_emitter *e, const char *name, va_val v) {
    hys__text_printf(e->out, "%s(", name);
    list(e, v, 0, va_emit_n_operands(e, v));
    hys__text_puts(e->out, ")");
}

static void infix(va_emitter *e, const char *op, const va_ins *ins) {
    bool both = va_emit_is_literal(e, ins->a) && va_emit_is_literal(e, ins->b);
    if (both) va_emit_ref(e, ins->a);
    else scalar_ref(e, ins->a);
    hys__text_printf(e->out, " %s ", op);
    scalar_ref(e, ins->b);
}

/* Powers that multiplication and square root give within the accuracy of hys_pow. */
static bool easy_power(va_emitter *e, const va_ins *ins) {
    static const struct {
        double exponent;
        const char *text;
    } easy[] = {
        {2, "%s * %s"},        {3, "%s * %s * %s"},          {-1, "1.0 / %s"},           {-2, "1.0 / (%s * %s)"},
        {0.5, "hys_sqrt(%s)"}, {-0.5, "1.0 / hys_sqrt(%s)"}, {1.5, "%s * hys_sqrt(%s)"}, {1, "%s"},
    };
    double exponent;
    if (va_emit_is_literal(e, ins->a) || !va_is_const(e->ir, ins->b, &exponent)) return false;
    for (size_t i = 0; i < sizeof easy / sizeof *easy; i++) {
        if (easy[i].exponent != exponent) continue;
        for (const char *s = easy[i].text; *s; s++) {
            if (*s != '%') hys__text_put(e->out, s, 1);
            else va_emit_ref(e, ins->a), s++;
        }
        return true;
    }
    return false;
}

static void probe(va_emitter *e, const va_ins *ins) {
    va_probe p = e->model->probes.at[ins->imm];
    if (p.pos == VA_GROUND && p.neg == VA_GROUND) hys__text_puts(e->out, "hys_k(0.0)");
    const char *at = e->is_second ? "atb" : "at";
    if (p.pos != VA_GROUND) hys__text_printf(e->out, "hys_load(x%u + %s)", (unsigned)p.pos, at);
    if (p.neg != VA_GROUND)
        hys__text_printf(e->out, "%shys_load(x%u + %s)", p.pos == VA_GROUND ? "-" : " - ", (unsigned)p.neg, at);
}

static void draw(va_emitter *e, va_val v) {
    static const char *const names[] = {[VA_DIST_UNIFORM] = "uniform",
                                        [VA_DIST_NORMAL] = "normal",
                                        [VA_DIST_INT32] = "int32",
                                        [VA_DIST_EXPONENTIAL] = "exponential",
                                        [VA_DIST_POISSON] = "poisson",
                                        [VA_DIST_CHI_SQUARE] = "chi_square",
                                        [VA_DIST_T] = "t",
                                        [VA_DIST_ERLANG] = "erlang"};
    const va_ins *ins = va_get(e->ir, v);
    const va_draw *site = &e->model->draws.at[ins->imm];
    hys__text_printf(e->out, "hys_draw_%s(hys_draw_of(hys_load_key(batch->key + at), env, %uu, ", names[site->dist],
                     (unsigned)ins->imm);
    list(e, v, 0, 2);
    hys__text_puts(e->out, ")");
    if (site->dist >= VA_DIST_POISSON) {
        hys__text_puts(e->out, ", live, ");
        list(e, v, 2, site->dist == VA_DIST_ERLANG ? 4 : 3);
    }
    hys__text_puts(e->out, ")");
}

static void table(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    bool is_slope = ins->op == VA_OP_TABLE_D;
    double by = -1;
    if (is_slope) va_is_const(e->ir, va_emit_operand(e, v, 0), &by);
    hys__text_printf(e->out, "hys_table_at(&table%u, (const hys_v[]){", (unsigned)ins->imm);
    list(e, v, is_slope ? 1 : 0, va_emit_n_operands(e, v));
    hys__text_printf(e->out, "}, %d)", (int)by);
}

static void array_load(va_emitter *e, va_val v) {
    va_val array = va_emit_array_of(e, va_get(e->ir, v)->a);
    hys__text_printf(e->out, "hys_array_get(a%u, %zuu, ", (unsigned)array,
                     e->model->arrays.at[va_get(e->ir, array)->imm].n);
    list(e, v, 1, 2);
    hys__text_puts(e->out, ")");
}

static void sum(va_emitter *e, va_val v, const va_ins *ins) {
    if (!e->product[v]) {
        infix(e, op_texts[ins->op].text, ins);
        return;
    }
    bool is_first = ins->a == e->product[v];
    call(e, ins->op == VA_OP_ADD ? "hys_fma" : is_first ? "hys_fms" : "hys_fnma", v);
}

static void leaf(va_emitter *e, const va_ins *ins) {
    unsigned imm = ins->imm;
    hys__text *out = e->out;
    switch (ins->op) {
    case VA_OP_PARAM:
        hys__text_printf(out, e->func == VA_FUNC_PARAMS ? "hys_k(p[%u])" : "HYS_PARAM(%u)", imm);
        return;
    case VA_OP_GIVEN:
        hys__text_printf(out, "hys_mask(env->given[%u])", imm);
        return;
    case VA_OP_CONNECTED:
        hys__text_printf(out, "hys_mask(!env->connected || env->connected[%u])", imm);
        return;
    case VA_OP_TEMP:
        hys__text_puts(out, "hys_k(env->temp)");
        return;
    case VA_OP_TIME:
        hys__text_puts(out, "hys_k(env->time)");
        return;
    case VA_OP_STEP:
        hys__text_printf(out, "gate%u.rate", imm);
        return;
    case VA_OP_FLAG:
        hys__text_printf(out, "hys_mask((env->flags >> %u) & 1u)", imm);
        return;
    case VA_OP_SIMPARAM:
        hys__text_printf(out, "hys_simparam(env, %uu)", imm);
        return;
    case VA_OP_SIMPARAM_KNOWN:
        hys__text_printf(out, "hys_eq(hys_simparam(env, %uu), hys_simparam(env, %uu))", imm, imm);
        return;
    case VA_OP_EVENT:
        hys__text_printf(out, e->func == VA_FUNC_ACCEPT ? "hys_event(batch, %uu, at)" : "hys_mask(0)", imm);
        return;
    case VA_OP_PROBE:
        probe(e, ins);
        return;
    case VA_OP_RETAINED:
        if (e->program->retained_slot[imm] == UINT32_MAX) hys__text_puts(out, "hys_k(0.0)");
        else hys__text_printf(out, "hys_load(r%u + at)", (unsigned)e->program->retained_slot[imm]);
        return;
    case VA_OP_DELAYED:
        hys__text_printf(out, "hys_load(batch->delayed[%u] + at)", imm);
        return;
    default:
        hys__text_puts(out, "hys_k(0.0)"); /* DDT, NOISE: gone by now, or zero */
    }
}

/* Known before the instances: the same in all lanes where parameters are shared. */
static bool is_common(const va_emitter *e, va_val v) {
    return va_emit_is_literal(e, v) || e->stage[v] < VA_STAGE_LANES;
}

static void select(va_emitter *e, va_val v, const va_ins *ins) {
    bool is_mask = ins->kind == VA_KIND_BOOL;
    bool is_choice = e->stage[v] == VA_STAGE_LANES && is_common(e, ins->a);
    if (is_choice) call(e, is_mask ? "HYS_CHOOSE_MASK" : "HYS_CHOOSE", v);
    else call(e, is_mask ? "hys_sel_mask" : "hys_sel", v);
}

static void power(va_emitter *e, va_val v, const va_ins *ins) {
    if (easy_power(e, ins)) return;
    call(e, e->stage[v] == VA_STAGE_LANES && is_common(e, ins->b) ? "HYS_POW" : "hys_pow", v);
}

static void quotient(va_emitter *e, va_val v, const va_ins *ins) {
    va_val divisor = va_emit_rep(e, ins->b);
    bool has_inverse = va_emit_is_loose(e, v) && e->stage[v] == VA_STAGE_LANES && !va_emit_is_literal(e, divisor) &&
                       e->has_inverse[divisor];
    double number;
    if (e->slope[v]) {
        bool is_shared = e->stage[v] == VA_STAGE_LANES && is_common(e, va_emit_operand(e, v, 1));
        call(e, is_shared ? "HYS_POW_SLOPE" : "hys_pow_slope", v);
    } else if (!has_inverse) {
        infix(e, "/", ins);
    } else if (va_is_const(e->ir, ins->a, &number) && number == 1) {
        hys__text_printf(e->out, "i%u%s", (unsigned)divisor, va_emit_suffix(e, divisor));
    } else {
        scalar_ref(e, ins->a);
        hys__text_printf(e->out, " * i%u%s", (unsigned)divisor, va_emit_suffix(e, divisor));
    }
}

static va_opcode twin_op(va_opcode op) {
    switch (op) {
    case VA_OP_SINH:
        return VA_OP_COSH;
    case VA_OP_COSH:
        return VA_OP_SINH;
    case VA_OP_SIN:
        return VA_OP_COS;
    case VA_OP_COS:
        return VA_OP_SIN;
    default:
        return VA_OP_POISON;
    }
}

va_val va_emit_partner(const va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    va_opcode wanted = twin_op((va_opcode)ins->op);
    if (wanted == VA_OP_POISON || va_emit_is_literal(e, ins->a)) return 0;
    for (uint32_t i = e->first_edge[va_emit_rep(e, ins->a)]; i != UINT32_MAX; i = e->edges.at[i].next) {
        va_val other = e->edges.at[i].to;
        const va_ins *that = va_get(e->ir, other);
        if (that->op == wanted && that->a == ins->a && e->block[other] == e->block[v]) return other;
    }
    return 0;
}

/* f(cond ? a : b) */
static void twin_call(va_emitter *e, va_val v) {
    const va_twin *twin = &e->twin[v];
    hys__text_printf(e->out, "%s(%s(", op_texts[va_get(e->ir, v)->op].text,
                     is_common(e, twin->cond) ? "HYS_CHOOSE" : "hys_sel");
    va_emit_ref(e, twin->cond);
    hys__text_puts(e->out, ", ");
    va_emit_ref(e, va_emit_operand(e, v, twin->when ? 0 : 1));
    hys__text_puts(e->out, ", ");
    va_emit_ref(e, va_emit_operand(e, v, twin->when ? 1 : 0));
    hys__text_puts(e->out, "))");
}

static bool is_moderate(const va_emitter *e, va_val exponent) {
    const va_bounds range = va_bounds_of(e->ir, exponent);
    return range.lo > -700 && range.hi < 700;
}

void va_emit_expression(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    if (e->twin[v].other) {
        twin_call(e, v);
        return;
    }
    switch (ins->op) {
    case VA_OP_ADD:
    case VA_OP_SUB:
        sum(e, v, ins);
        return;
    case VA_OP_NEG:
        hys__text_puts(e->out, "-");
        va_emit_ref(e, ins->a);
        return;
    case VA_OP_POW:
        power(e, v, ins);
        return;
    case VA_OP_DIV:
        quotient(e, v, ins);
        return;
    case VA_OP_SELECT:
        select(e, v, ins);
        return;
    case VA_OP_DRAW:
        draw(e, v);
        return;
    case VA_OP_TABLE:
    case VA_OP_TABLE_D:
        table(e, v);
        return;
    case VA_OP_ALOAD:
        array_load(e, v);
        return;
    case VA_OP_RESULT:
        va_emit_ref(e, ins->a);
        return;
    default:
        break;
    }
    const op_text *text = &op_texts[ins->op];
    if (ins->op == VA_OP_EXP && is_moderate(e, ins->a)) call(e, "hys_exp_within", v);
    else if (text->form == FORM_CALL) call(e, text->text, v);
    else if (text->form == FORM_INFIX) infix(e, text->text, ins);
    else leaf(e, ins);
}
