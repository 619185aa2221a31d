/* ddt and noise.
 *
 * Rows are linear in the DDT leaves with coefficients fixed in x: row = f + sum_k c_k d/dt q_k.  Each q_k
 * that is not an unknown itself gets one (CHARGE, z - q_k = 0), and c_k becomes a mass entry in its column.
 * A DDT that is used in any other way gets an unknown d for its value (AUX, d - z' = 0).  Noise leaves are
 * differentiated out: the coefficients are the rows of the noise sources' currents. */
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"

#define DEFAULT_CHARGE_ABSTOL 1e-14 /* C, as SPICE's chgtol */
#define DEFAULT_FLOW_ABSTOL   1e-12 /* A, as the Current nature */

typedef struct ddt_plan {
    bool is_used, is_aux;
    uint32_t unknown; /* whose derivative it is; VA_GROUND: the operand is constant */
    int sign;
    uint32_t aux; /* unknown that holds the value */
} ddt_plan;

typedef struct lowering {
    va_model *model;
    va_program *program;
    va_ir *ir;
    hys__arena *arena; /* temporary */
    ddt_plan *plans;   /* [ddts.n] */
    va_seed *seeds;    /* DDTs first, then noise sources */
    size_t n_seeds;
    va_vals pending; /* operands of ddts that were reached */
} lowering;

uint32_t va_add_probe(va_model *model, uint32_t pos) {
    for (size_t i = 0; i < model->probes.n; i++)
        if (model->probes.at[i].pos == pos && model->probes.at[i].neg == VA_GROUND) return (uint32_t)i;
    va_probe *probe = HYS_PUSH(model->arena, &model->probes);
    if (!probe) return VA_GROUND;
    *probe = (va_probe){pos, VA_GROUND};
    return (uint32_t)(model->probes.n - 1);
}

/* A new unknown, and the leaf that reads it. */
static bool add_unknown(lowering *l, va_unknown_kind kind, const va_ddt *ddt, uint32_t *index, va_val *leaf) {
    bool is_charge = kind == VA_UNK_CHARGE;
    *index = (uint32_t)l->model->unknowns.n;
    va_unknown *unknown = HYS_PUSH(l->model->arena, &l->model->unknowns);
    char *name = unknown ? hys__arena_printf(l->model->arena, is_charge ? "q:%u" : "ddt:%u", *index) : NULL;
    uint32_t probe = name ? va_add_probe(l->model, *index) : VA_GROUND;
    if (probe == VA_GROUND) return false;
    double abstol = is_charge ? ddt->abstol : 0;
    if (!(abstol > 0)) abstol = is_charge ? DEFAULT_CHARGE_ABSTOL : DEFAULT_FLOW_ABSTOL;
    *unknown = (va_unknown){.kind = kind, .name = name, .units = "", .abstol = abstol, .span = ddt->span};
    if (is_charge && ddt->units) unknown->units = ddt->units;
    *leaf = va_leaf(l->ir, VA_OP_PROBE, probe);
    return true;
}

/* ---- which are used ---- */

static va_val on_reached(void *user, const va_rewrite *rw, va_val old) {
    lowering *l = user;
    const va_ins *ins = va_get(rw->ir, old);
    if (ins->op != VA_OP_DDT || l->plans[ins->imm].is_used) return VA_KEEP;
    l->plans[ins->imm].is_used = true;
    va_val *place = HYS_PUSH(l->arena, &l->pending);
    if (place) *place = l->model->ddts.at[ins->imm].operand;
    return VA_KEEP;
}

static bool mark_all(lowering *l, va_rewrite *rw) {
    va_places places = {0};
    va_vals values = {0};
    if (!va_places_of(l->model, l->arena, VA_IN_ROWS | VA_IN_RESULTS, &places) ||
        !va_places_read(l->arena, &places, &values))
        return false;
    va_rewrite_mark(rw, values.at, values.n);
    for (size_t i = 0; i < l->model->retained.n; i++)
        if (l->model->retained.at[i].is_live) va_rewrite_mark(rw, &l->model->retained.at[i].next, 1);
    while (l->pending.n > 0 && !rw->failed) {
        va_val operand = l->pending.at[--l->pending.n];
        va_rewrite_mark(rw, &operand, 1);
    }
    return !rw->failed && !l->arena->failed;
}

static bool find_used(lowering *l) {
    static const va_hooks hooks = {.subst = on_reached};
    va_rewrite rw;
    bool ok = va_rewrite_init(&rw, l->ir, &hooks, l) && mark_all(l, &rw);
    va_rewrite_free(&rw);
    return ok;
}

/* ---- charges ---- */

/* "V(gnd) <+ 0;": a node that the file makes its own ground. */
static bool is_zero(lowering *l, uint32_t unknown) {
    if (unknown == VA_GROUND) return false;
    va_unknown *node = &l->model->unknowns.at[unknown];
    const va_ins *row = va_get(l->ir, node->row);
    if (node->kind != VA_UNK_NODE || node->is_terminal || row->op != VA_OP_PROBE) return false;
    const va_probe *probe = &l->model->probes.at[row->imm];
    bool result = probe->pos == unknown && probe->neg == VA_GROUND;
    if (result) node->is_state = false;
    return result;
}

static bool find_unknown(lowering *l, ddt_plan *plan, va_val operand) {
    const va_ins *ins = va_get(l->ir, operand);
    int sign = ins->op == VA_OP_NEG ? -1 : 1;
    if (ins->op == VA_OP_NEG) ins = va_get(l->ir, ins->a);
    if (ins->op != VA_OP_PROBE) return false;
    va_probe at = l->model->probes.at[ins->imm];
    const va_probe *probe = &at;
    if (is_zero(l, at.neg)) at.neg = VA_GROUND;
    if (probe->pos != VA_GROUND && probe->neg != VA_GROUND) return false;
    plan->unknown = probe->pos != VA_GROUND ? probe->pos : probe->neg;
    plan->sign = probe->pos != VA_GROUND ? sign : -sign;
    va_unknown *unknown = &l->model->unknowns.at[plan->unknown];
    if (unknown->kind == VA_UNK_NODE) unknown->is_state = true;
    return true;
}

static bool find_same(lowering *l, size_t k) {
    for (size_t i = 0; i < k; i++) {
        if (!l->plans[i].is_used || l->model->ddts.at[i].operand != l->model->ddts.at[k].operand) continue;
        l->plans[k].unknown = l->plans[i].unknown;
        l->plans[k].sign = l->plans[i].sign;
        return true;
    }
    return false;
}

static bool add_charge(lowering *l, size_t k) {
    const va_ddt ddt = l->model->ddts.at[k];
    va_val z;
    ddt_plan *plan = &l->plans[k];
    plan->sign = 1;
    if (!add_unknown(l, VA_UNK_CHARGE, &ddt, &plan->unknown, &z)) return false;
    l->model->unknowns.at[plan->unknown].row = va_op2(l->ir, VA_OP_SUB, z, ddt.operand);
    return true;
}

static bool add_charges(lowering *l) {
    const uint8_t *fixed = va_fixed_map(l->ir, l->arena);
    size_t n_known = l->ir->ins.n;
    va_subst zeros = {.arena = l->arena};
    va_places places = {0};
    if (!fixed) return false;
    for (size_t k = 0; k < l->model->ddts.n; k++) {
        ddt_plan *plan = &l->plans[k];
        va_val operand = l->model->ddts.at[k].operand;
        plan->unknown = VA_GROUND;
        if (plan->is_used && operand < n_known && fixed[operand]) {
            plan->is_used = false;
            va_subst_put(&zeros, VA_OP_DDT, (uint32_t)k, va_const(l->ir, 0));
        }
        if (!plan->is_used || find_unknown(l, plan, operand) || find_same(l, k)) continue;
        if (!add_charge(l, k)) return false;
    }
    return va_places_of(l->model, l->arena, VA_IN_ALL, &places) && va_subst_apply(l->model, &zeros, &places);
}

/* ---- which need an unknown for their value ---- */

static void push(lowering *l, va_vals *list, va_val value, bool *ok) {
    va_val *place = *ok ? HYS_PUSH(l->arena, list) : NULL;
    *ok = place != NULL;
    if (place) *place = value;
}

/* Operands that decide or index: what depends on them is not linear in them. */
static void push_deciding(lowering *l, va_vals *list, va_val v, bool *ok) {
    const va_ins *ins = va_get(l->ir, v);
    size_t n;
    const va_val *args = va_args(l->ir, v, &n);
    bool flat = va_derive_is_flat((va_opcode)ins->op);
    for (size_t i = 0; i < n && flat; i++) push(l, list, args[i], ok);
    if (ins->op == VA_OP_ALOAD || ins->op == VA_OP_ASTORE) push(l, list, args[1], ok);
}

static bool mark_aux(lowering *l, const va_vals *roots) {
    va_cone cone;
    if (!va_cone_of(l->ir, l->arena, roots->at, roots->n, &cone)) return false;
    for (va_val v = 1; v < cone.n; v++) {
        const va_ins *ins = va_get(l->ir, v);
        if (cone.has[v] && ins->op == VA_OP_DDT) l->plans[ins->imm].is_aux = true;
    }
    return true;
}

/* A DDT in a decision, a retained variable, an event or another output. */
static bool find_nonlinear(lowering *l, const va_vals *rows) {
    va_places places = {0};
    va_vals roots = {0};
    va_cone cone;
    bool ok = va_places_of(l->model, l->arena, VA_IN_RESULTS, &places) && va_places_read(l->arena, &places, &roots) &&
              va_cone_of(l->ir, l->arena, rows->at, rows->n, &cone);
    for (size_t i = 0; ok && i < l->model->retained.n; i++)
        if (l->model->retained.at[i].is_live) push(l, &roots, l->model->retained.at[i].next, &ok);
    for (va_val v = 1; ok && v < cone.n; v++)
        if (cone.has[v]) push_deciding(l, &roots, v, &ok);
    return ok && mark_aux(l, &roots);
}

static bool apply_aux(lowering *l) {
    va_subst subst = {.arena = l->arena};
    va_places places = {0};
    bool any = false;
    for (size_t k = 0; k < l->model->ddts.n; k++) {
        ddt_plan *plan = &l->plans[k];
        if (!plan->is_aux || plan->aux || !plan->is_used) continue;
        const va_ddt ddt = l->model->ddts.at[k];
        va_val value;
        if (!add_unknown(l, VA_UNK_AUX, &ddt, &plan->aux, &value)) return false;
        va_subst_put(&subst, VA_OP_DDT, (uint32_t)k, value);
        any = true;
    }
    if (!any) return true;
    return va_places_of(l->model, l->arena, VA_IN_ROWS | VA_IN_RETAINED | VA_IN_RESULTS | VA_IN_LEAVES, &places) &&
           va_subst_apply(l->model, &subst, &places);
}

/* ---- coefficients ---- */

static bool read_rows(lowering *l, va_vals *rows) {
    bool ok = true;
    for (size_t i = 0; i < l->model->unknowns.n; i++) push(l, rows, l->model->unknowns.at[i].row, &ok);
    return ok;
}

static bool make_seeds(lowering *l) {
    size_t n_ddts = l->model->ddts.n, n_noises = l->model->noises.n;
    l->n_seeds = n_ddts + n_noises;
    l->seeds = HYS_NEW_N(l->arena, va_seed, l->n_seeds + 1);
    if (!l->seeds) return false;
    for (size_t k = 0; k < n_ddts; k++) l->seeds[k] = (va_seed){VA_OP_DDT, (uint32_t)k};
    for (size_t k = 0; k < n_noises; k++) l->seeds[n_ddts + k] = (va_seed){VA_OP_NOISE, (uint32_t)k};
    return true;
}

/* True when some coefficient is not fixed: its DDT becomes an unknown. */
static bool check_coefs(lowering *l, const va_derive *derive, const va_vals *rows, bool *again) {
    const uint8_t *fixed = va_fixed_map(l->ir, l->arena);
    *again = false;
    for (size_t i = 0; fixed && i < rows->n; i++) {
        size_t n;
        const va_partial *list = va_derive_partials(derive, rows->at[i], &n);
        for (size_t k = 0; k < n; k++) {
            if (list[k].seed >= l->model->ddts.n || fixed[list[k].value]) continue;
            l->plans[list[k].seed].is_aux = *again = true;
        }
    }
    return fixed != NULL;
}

static bool add_mass(lowering *l, uint32_t row, const ddt_plan *plan, va_val coef) {
    va_val value = plan->sign < 0 ? va_op1(l->ir, VA_OP_NEG, coef) : coef;
    va_entry entry = {row, plan->unknown};
    for (size_t i = 0; i < l->program->mass.n; i++) {
        va_entry old = l->program->mass.at[i];
        va_val *sum = &l->program->roots[VA_FUNC_FIXED].at[i].val;
        if (old.row != row || old.col != entry.col) continue;
        *sum = va_op2(l->ir, VA_OP_ADD, *sum, value);
        return true;
    }
    return va_push_entry(l->program, VA_TO_MASS, entry, value);
}

static bool take_coefs(lowering *l, const va_derive *derive, const va_vals *rows) {
    for (size_t i = 0; i < rows->n; i++) {
        size_t n;
        const va_partial *list = va_derive_partials(derive, rows->at[i], &n);
        for (size_t k = 0; k < n; k++) {
            size_t seed = list[k].seed, n_ddts = l->model->ddts.n;
            va_entry source = {(uint32_t)i, (uint32_t)(seed - n_ddts)};
            bool ok = seed < n_ddts ? add_mass(l, (uint32_t)i, &l->plans[seed], list[k].value)
                                    : va_push_entry(l->program, VA_TO_NOISE_COEF, source, list[k].value);
            if (!ok) return false;
        }
    }
    return true;
}

/* d - z' = 0 for each DDT used by value. */
static bool add_aux_rows(lowering *l) {
    for (size_t k = 0; k < l->model->ddts.n; k++) {
        const ddt_plan *plan = &l->plans[k];
        if (!plan->aux) continue;
        uint32_t probe = va_add_probe(l->model, plan->aux);
        va_val value = va_leaf(l->ir, VA_OP_PROBE, probe), rate = va_leaf(l->ir, VA_OP_DDT, (uint32_t)k);
        l->model->unknowns.at[plan->aux].row = va_op2(l->ir, VA_OP_SUB, value, rate);
        if (!add_mass(l, plan->aux, plan, va_const(l->ir, -1))) return false;
    }
    return true;
}

static bool lower_coefs(lowering *l, bool *again) {
    va_vals rows = {0};
    va_derive derive;
    if (!apply_aux(l) || !read_rows(l, &rows)) return false;
    va_derive_job job = {.roots = rows.at,
                         .targets = rows.at,
                         .n_roots = rows.n,
                         .n_targets = rows.n,
                         .seeds = l->seeds,
                         .n_seeds = l->n_seeds};
    bool ok = va_derive_run(&derive, l->model, &job) && check_coefs(l, &derive, &rows, again);
    if (ok && !*again) ok = take_coefs(l, &derive, &rows) && add_aux_rows(l);
    va_derive_free(&derive);
    return ok;
}

static bool lower_all(lowering *l) {
    va_vals rows = {0};
    l->plans = HYS_NEW_N(l->arena, ddt_plan, l->model->ddts.n + 1);
    if (!l->plans || !find_used(l) || !add_charges(l) || !make_seeds(l)) return false;
    if (!read_rows(l, &rows) || !find_nonlinear(l, &rows)) return false;
    bool again = true;
    while (again)
        if (!lower_coefs(l, &again)) return false;
    return true;
}

bool va_lower_ddts(va_model *model, va_program *program) {
    hys__arena arena;
    hys__arena_init(&arena, model->ctx, 0);
    lowering l = {.model = model, .program = program, .ir = &model->ir, .arena = &arena};
    bool ok = lower_all(&l);
    hys__arena_free(&arena);
    return ok && !model->ir.failed;
}
