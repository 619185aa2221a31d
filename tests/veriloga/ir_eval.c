#include "veriloga/ir_eval.h"
#include "hys_test.h"

typedef struct memory { /* one per ARRAY instruction */
    double *at;
    size_t n;
} memory;

typedef struct machine {
    va_eval *e;
    const va_model *model;
    memory *memories;  /* [instructions] */
    uint32_t *storage; /* [instructions] which ARRAY a version belongs to */
    double *phi_next;  /* [instructions] */
} machine;

/* ---- small operations ---- */

static int32_t as_int(double a) {
    return (int32_t)(uint32_t)(int64_t)a;
}

static double int_op(va_opcode op, double a, double b) {
    uint32_t x = (uint32_t)as_int(a), y = (uint32_t)as_int(b);
    switch (op) {
    case VA_OP_IAND:
        return (int32_t)(x & y);
    case VA_OP_IOR:
        return (int32_t)(x | y);
    case VA_OP_IXOR:
        return (int32_t)(x ^ y);
    case VA_OP_SHL:
        return y > 31 ? 0 : (int32_t)(x << y);
    case VA_OP_SHR:
        return y > 31 ? 0 : (int32_t)(x >> y);
    default:
        return y > 31 ? (as_int(a) < 0 ? -1 : 0) : as_int(a) >> y;
    }
}

static double wrap32(double a) {
    double m = fmod(a, 4294967296.0);
    if (m < 0) m += 4294967296.0;
    return m >= 2147483648.0 ? m - 4294967296.0 : m;
}

static double op1(va_opcode op, double a) {
    switch (op) {
    case VA_OP_NEG:
        return -a;
    case VA_OP_ABS:
        return fabs(a);
    case VA_OP_SQRT:
        return sqrt(a);
    case VA_OP_EXP:
        return exp(a);
    case VA_OP_EXPM1:
        return expm1(a);
    case VA_OP_LOG:
        return log(a);
    case VA_OP_LOG1P:
        return log1p(a);
    case VA_OP_LOG10:
        return log10(a);
    case VA_OP_SIN:
        return sin(a);
    case VA_OP_COS:
        return cos(a);
    case VA_OP_TAN:
        return tan(a);
    case VA_OP_ASIN:
        return asin(a);
    case VA_OP_ACOS:
        return acos(a);
    case VA_OP_ATAN:
        return atan(a);
    case VA_OP_SINH:
        return sinh(a);
    case VA_OP_COSH:
        return cosh(a);
    case VA_OP_TANH:
        return tanh(a);
    case VA_OP_ASINH:
        return asinh(a);
    case VA_OP_ACOSH:
        return acosh(a);
    case VA_OP_ATANH:
        return atanh(a);
    case VA_OP_FLOOR:
        return floor(a);
    case VA_OP_CEIL:
        return ceil(a);
    case VA_OP_TRUNC:
        return trunc(a);
    case VA_OP_ROUND:
        return round(a);
    case VA_OP_WRAP32:
        return wrap32(a);
    case VA_OP_NOT:
        return a == 0;
    case VA_OP_RESULT:
        return a;
    default:
        fail_msg("operation %d is not interpreted", (int)op);
        return 0;
    }
}

static double op2(va_opcode op, double a, double b) {
    switch (op) {
    case VA_OP_ADD:
        return a + b;
    case VA_OP_SUB:
        return a - b;
    case VA_OP_MUL:
        return a * b;
    case VA_OP_DIV:
        return a / b;
    case VA_OP_MIN:
        return a < b ? a : b;
    case VA_OP_MAX:
        return a > b ? a : b;
    case VA_OP_POW:
        return pow(a, b);
    case VA_OP_ATAN2:
        return atan2(a, b);
    case VA_OP_HYPOT:
        return hypot(a, b);
    case VA_OP_FMOD:
        return fmod(a, b);
    case VA_OP_LT:
        return a < b;
    case VA_OP_LE:
        return a <= b;
    case VA_OP_EQ:
        return a == b;
    case VA_OP_NE:
        return a != b;
    case VA_OP_AND:
        return a != 0 && b != 0;
    case VA_OP_OR:
        return a != 0 || b != 0;
    default:
        return int_op(op, a, b);
    }
}

/* ---- leaves ---- */

static double unknown_value(const va_eval *e, uint32_t unknown) {
    return unknown == VA_GROUND ? 0 : e->x[unknown];
}

static double leaf(const va_eval *e, const va_ins *ins) {
    switch (ins->op) {
    case VA_OP_CONST:
        return ins->number;
    case VA_OP_TRUE:
        return 1;
    case VA_OP_FALSE:
        return 0;
    case VA_OP_PARAM:
        return e->param[ins->imm];
    case VA_OP_GIVEN:
        return e->given[ins->imm];
    case VA_OP_CONNECTED:
        return e->connected[ins->imm];
    case VA_OP_TEMP:
        return e->temp;
    case VA_OP_TIME:
        return e->time;
    case VA_OP_TIMER:
        return e->val[e->model->timers.at[ins->imm]];
    case VA_OP_FLAG:
        return (e->flags >> ins->imm) & 1u;
    case VA_OP_SIMPARAM:
        return e->simparam[ins->imm];
    case VA_OP_SIMPARAM_KNOWN:
        return !isnan(e->simparam[ins->imm]);
    case VA_OP_EVENT:
        return e->event[ins->imm];
    case VA_OP_PROBE: {
        va_probe probe = e->model->probes.at[ins->imm];
        return unknown_value(e, probe.pos) - unknown_value(e, probe.neg);
    }
    case VA_OP_RETAINED:
        return e->retained[ins->imm];
    case VA_OP_DDT:
        return e->ddt[ins->imm];
    case VA_OP_NOISE:
        return 0;
    case VA_OP_DELAYED:
        return e->delayed[ins->imm];
    default:
        fail_msg("leaf %d is not interpreted", (int)ins->op);
        return 0;
    }
}

/* ---- tables: linear in each coordinate, held or continued outside ---- */

static double table_at(const va_table *table, const double *x, size_t dim, size_t from) {
    if (dim == table->n_dims) return table->values[from];
    size_t n = table->n[dim], below = 1, k = 0;
    for (size_t d = dim + 1; d < table->n_dims; d++) below *= table->n[d];
    const double *at = table->coords[dim];
    double where = x[dim];
    bool is_held = table->control && table->control[2 * dim + 1] == 'C';
    if (is_held && where < at[0]) where = at[0];
    if (is_held && where > at[n - 1]) where = at[n - 1];
    if (n == 1) return table_at(table, x, dim + 1, from);
    while (k + 2 < n && where > at[k + 1]) k++;
    double low = table_at(table, x, dim + 1, from + k * below);
    double high = table_at(table, x, dim + 1, from + (k + 1) * below);
    return low + (high - low) * (where - at[k]) / (at[k + 1] - at[k]);
}

/* ---- arrays ---- */

static void array_enter(machine *m, va_val v, uint32_t imm) {
    const va_array *array = &m->model->arrays.at[imm];
    memory *mem = &m->memories[v];
    if (!mem->at) mem->at = calloc(array->n + 1, sizeof *mem->at);
    mem->n = array->n;
    for (size_t k = 0; k < array->n; k++)
        mem->at[k] = array->is_retained ? m->e->retained[array->first_slot + k] : array->init;
    m->storage[v] = v;
}

static double load(const machine *m, va_val version, double index) {
    const memory *mem = &m->memories[m->storage[version]];
    if (!(index >= 0) || index >= (double)mem->n) return 0;
    return mem->at[(size_t)index];
}

static void store(machine *m, va_val v, const va_val *args) {
    const double *val = m->e->val;
    m->storage[v] = m->storage[args[0]];
    memory *mem = &m->memories[m->storage[v]];
    double index = val[args[1]];
    if (val[args[3]] != 0 && index >= 0 && index < (double)mem->n) mem->at[(size_t)index] = val[args[2]];
}

/* ---- one instruction ---- */

static void run_plain(machine *m, va_val v) {
    va_eval *e = m->e;
    const va_ins *ins = va_get(&m->model->ir, v);
    size_t n;
    const va_val *args = va_args(&m->model->ir, v, &n);
    double *out = &e->val[v];
    if (ins->op == VA_OP_ARRAY) {
        array_enter(m, v, ins->imm);
    } else if (ins->op == VA_OP_ASTORE) {
        store(m, v, args);
    } else if (ins->op == VA_OP_ALOAD) {
        *out = load(m, args[0], e->val[args[1]]);
    } else if (ins->op == VA_OP_DRAW) {
        *out = e->draw[ins->imm];
    } else if (ins->op == VA_OP_TABLE) {
        double at[8] = {0};
        for (size_t k = 0; k < n && k < 8; k++) at[k] = e->val[args[k]];
        *out = table_at(&m->model->tables.at[ins->imm], at, 0, 0);
    } else if (ins->op == VA_OP_EFFECT || ins->op == VA_OP_DDX) {
        *out = 0;
    } else if (ins->op == VA_OP_SELECT) {
        *out = e->val[args[0]] != 0 ? e->val[args[1]] : e->val[args[2]];
    } else if (n == 0) {
        *out = leaf(e, ins);
    } else if (n == 1) {
        if (ins->op == VA_OP_RESULT) m->storage[v] = m->storage[args[0]];
        *out = op1((va_opcode)ins->op, e->val[args[0]]);
    } else {
        *out = op2((va_opcode)ins->op, e->val[args[0]], e->val[args[1]]);
    }
}

/* ---- control ---- */

static va_val find(const machine *m, va_val from, va_opcode op, uint32_t loop) {
    for (va_val v = from; v < m->model->ir.ins.n; v++) {
        const va_ins *ins = va_get(&m->model->ir, v);
        if (ins->op == op && ins->imm == loop) return v;
    }
    fail_msg("loop %u is not closed", loop);
    return 0;
}

static void phis_enter(machine *m, va_val loop) {
    for (va_val v = loop + 1; va_get(&m->model->ir, v)->op == VA_OP_PHI; v++) {
        va_val from = va_get(&m->model->ir, v)->a;
        m->e->val[v] = m->e->val[from];
        m->storage[v] = m->storage[from];
    }
}

static void phis_next(machine *m, va_val loop) {
    for (va_val v = loop + 1; va_get(&m->model->ir, v)->op == VA_OP_PHI; v++)
        m->phi_next[v] = m->e->val[va_get(&m->model->ir, v)->b];
    for (va_val v = loop + 1; va_get(&m->model->ir, v)->op == VA_OP_PHI; v++) m->e->val[v] = m->phi_next[v];
}

static va_val loop_start(const machine *m, uint32_t loop) {
    return find(m, 1, VA_OP_LOOP, loop);
}

static void run_all(machine *m) {
    va_eval *e = m->e;
    for (va_val v = 1; v < m->model->ir.ins.n;) {
        const va_ins *ins = va_get(&m->model->ir, v);
        e->is_done[v] = true;
        if (ins->op == VA_OP_LOOP) {
            phis_enter(m, v);
            v = e->val[ins->a] != 0 ? v + 1 : find(m, v, VA_OP_END, ins->imm) + 1;
        } else if (ins->op == VA_OP_PHI) {
            v++;
        } else if (ins->op == VA_OP_COND) {
            e->n_iterations += e->val[ins->a] != 0;
            v = e->val[ins->a] != 0 ? v + 1 : find(m, v, VA_OP_END, ins->imm) + 1;
        } else if (ins->op == VA_OP_END) {
            va_val start = loop_start(m, ins->imm);
            phis_next(m, start);
            v = start + 1;
        } else {
            run_plain(m, v);
            v++;
        }
    }
}

void va_eval_run(va_eval *e) {
    size_t n = e->model->ir.ins.n;
    machine m = {.e = e, .model = e->model};
    m.memories = calloc(n, sizeof *m.memories);
    m.storage = calloc(n, sizeof *m.storage);
    m.phi_next = calloc(n, sizeof *m.phi_next);
    assert_true(m.memories && m.storage && m.phi_next);
    memset(e->is_done, 0, n * sizeof *e->is_done);
    e->n_iterations = 0;
    run_all(&m);
    for (size_t i = 0; i < n; i++) free(m.memories[i].at);
    free(m.memories);
    free(m.storage);
    free(m.phi_next);
}

/* ---- setting up ---- */

static void *room(size_t n, size_t size) {
    void *p = calloc(n + 1, size);
    assert_non_null(p);
    return p;
}

/* Defaults may depend on older parameters: each run settles at least one more. */
static void settle_params(va_eval *e) {
    const va_model *model = e->model;
    for (size_t k = 0; k < model->params.n; k++) {
        bool changed = false;
        va_eval_run(e);
        for (size_t i = 0; i < model->params.n; i++) {
            if (e->given[i] || model->params.at[i].type == VA_TYPE_STRING) continue;
            double value = e->val[model->params.at[i].init];
            /* Of the bits: a NaN stays what it is.  NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-*) */
            changed |= memcmp(&value, &e->param[i], sizeof value) != 0;
            e->param[i] = value;
        }
        if (!changed) return;
    }
}

static void settle_retained(va_eval *e) {
    va_eval_run(e);
    for (size_t i = 0; i < e->model->retained.n; i++) e->retained[i] = e->val[e->model->retained.at[i].init];
}

void va_eval_init(va_eval *e, const va_model *model) {
    *e = (va_eval){.model = model, .temp = 300.15};
    e->x = room(model->unknowns.n, sizeof(double));
    e->param = room(model->params.n, sizeof(double));
    e->retained = room(model->retained.n, sizeof(double));
    e->ddt = room(model->ddts.n, sizeof(double));
    e->draw = room(model->draws.n, sizeof(double));
    e->delayed = room(model->delays.n, sizeof(double));
    e->simparam = room(model->simparams.n, sizeof(double));
    e->event = room(model->events.n, sizeof(bool));
    e->given = room(model->params.n, sizeof(bool));
    e->connected = room(model->unknowns.n, sizeof(bool));
    e->val = room(model->ir.ins.n, sizeof(double));
    e->is_done = room(model->ir.ins.n, sizeof(bool));
    for (size_t i = 0; i < model->simparams.n; i++) e->simparam[i] = NAN;
    for (size_t i = 0; i < model->unknowns.n; i++) e->connected[i] = true;
    settle_params(e);
    settle_retained(e);
}

void va_eval_free(va_eval *e) {
    void *all[] = {e->x,        e->param, e->retained, e->ddt,       e->draw, e->delayed,
                   e->simparam, e->event, e->given,    e->connected, e->val,  e->is_done};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

void va_eval_accept(va_eval *e) {
    for (size_t i = 0; i < e->model->retained.n; i++) e->retained[i] = e->val[e->model->retained.at[i].next];
}

void va_eval_start(va_eval *e) {
    unsigned flags = e->flags;
    e->flags |= 1u << VA_FLAG_INIT | 1u << VA_FLAG_STATIC | 1u << VA_FLAG_DC;
    va_eval_run(e);
    va_eval_accept(e);
    e->flags = flags;
}

/* ---- by name ---- */

uint32_t va_eval_unknown(const va_eval *e, const char *name) {
    for (size_t i = 0; i < e->model->unknowns.n; i++)
        if (!strcmp(e->model->unknowns.at[i].name, name)) return (uint32_t)i;
    fail_msg("there is no unknown %s", name);
    return 0;
}

bool va_eval_has_slot(const va_eval *e, const char *name) {
    for (size_t i = 0; i < e->model->retained.n; i++)
        if (!strcmp(e->model->retained.at[i].name, name)) return true;
    return false;
}

uint32_t va_eval_slot(const va_eval *e, const char *name) {
    for (size_t i = 0; i < e->model->retained.n; i++)
        if (!strcmp(e->model->retained.at[i].name, name)) return (uint32_t)i;
    fail_msg("'%s' is not retained", name);
    return 0;
}

void va_eval_x(va_eval *e, const char *name, double value) {
    e->x[va_eval_unknown(e, name)] = value;
}

void va_eval_param(va_eval *e, const char *name, double value) {
    for (size_t i = 0; i < e->model->params.n; i++) {
        if (strcmp(e->model->params.at[i].name, name)) continue;
        e->param[i] = value;
        e->given[i] = true;
        settle_params(e);
        settle_retained(e);
        return;
    }
    fail_msg("there is no parameter %s", name);
}

void va_eval_ddt(va_eval *e, const char *unknown, double value) {
    uint32_t wanted = va_eval_unknown(e, unknown);
    bool is_found = false;
    for (size_t i = 0; i < e->model->ddts.n; i++) {
        const va_ins *ins = va_get(&e->model->ir, e->model->ddts.at[i].operand);
        if (ins->op != VA_OP_PROBE) continue;
        va_probe probe = e->model->probes.at[ins->imm];
        if (probe.pos != wanted || probe.neg != VA_GROUND) continue;
        e->ddt[i] = value;
        is_found = true;
    }
    if (!is_found) fail_msg("there is no ddt of %s", unknown);
}

double va_eval_value(const va_eval *e, va_val v) {
    return e->val[v];
}

double va_eval_row(const va_eval *e, const char *unknown) {
    return e->val[e->model->unknowns.at[va_eval_unknown(e, unknown)].row];
}

double va_eval_next(const va_eval *e, const char *slot) {
    return e->val[e->model->retained.at[va_eval_slot(e, slot)].next];
}

double va_eval_init_of(const va_eval *e, const char *unknown) {
    const va_unknown *u = &e->model->unknowns.at[va_eval_unknown(e, unknown)];
    assert_true(u->has_init);
    return e->val[u->init];
}

double va_eval_opvar(const va_eval *e, const char *name) {
    for (size_t i = 0; i < e->model->opvars.n; i++)
        if (!strcmp(e->model->opvars.at[i].name, name)) return e->val[e->model->opvars.at[i].val];
    fail_msg("there is no output variable %s", name);
    return 0;
}

bool va_eval_happens(const va_eval *e, size_t effect) {
    assert_true(effect < e->model->effects.n);
    size_t n;
    const va_val *args = va_args(&e->model->ir, e->model->effect_vals.at[effect], &n);
    return e->val[args[0]] != 0;
}

double va_eval_shown(const va_eval *e, size_t effect, size_t k) {
    size_t n;
    const va_val *args = va_args(&e->model->ir, e->model->effect_vals.at[effect], &n);
    assert_true(k + 1 < n);
    return e->val[args[k + 1]];
}
