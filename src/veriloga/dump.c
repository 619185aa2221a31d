/* A readable listing of a module: unknowns, retained slots, values, and the roots of each function. */
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"

#define put hys__text_printf

static const char *unknown_kind(va_unknown_kind kind) {
    static const char *const names[] = {"node", "flow", "state", "charge", "aux"};
    return names[kind];
}

static const char *unknown_name(const va_model *model, uint32_t unknown) {
    return unknown < model->unknowns.n ? model->unknowns.at[unknown].name : "0";
}

static void put_unknowns(const va_model *model, hys__text *out) {
    for (size_t i = 0; i < model->unknowns.n; i++) {
        const va_unknown *unknown = &model->unknowns.at[i];
        put(out, "unknown %zu %s: %s", i, unknown->name, unknown_kind(unknown->kind));
        put(out, " [%s] abstol %g", unknown->units ? unknown->units : "", unknown->abstol);
        if (unknown->is_terminal) put(out, ", terminal");
        if (unknown->is_state) put(out, ", shown");
        if (unknown->is_lifted) put(out, ", lifted");
        if (unknown->has_init) put(out, ", init %%%u", unknown->init);
        if (unknown->clamp_lo) put(out, ", lo %%%u", unknown->lo);
        if (unknown->clamp_hi) put(out, ", hi %%%u", unknown->hi);
        put(out, ", row %%%u\n", unknown->row);
    }
    for (size_t i = 0; i < model->ddts.n; i++) put(out, "ddt %zu of %%%u\n", i, model->ddts.at[i].operand);
}

static void put_retained(const va_model *model, hys__text *out) {
    for (size_t i = 0; i < model->retained.n; i++) {
        const va_retained *slot = &model->retained.at[i];
        put(out, "retained %zu %s: init %%%u, next %%%u", i, slot->name, slot->init, slot->next);
        if (slot->is_live) put(out, ", live");
        if (slot->is_stepped) put(out, ", stepped");
        if (slot->is_lifted) put(out, ", lifted");
        if (slot->why_not) put(out, ", kept: %s", slot->why_not);
        put(out, "\n");
    }
    for (size_t i = 0; i < model->events.n; i++)
        put(out, "event %zu: expr %%%u, enable %%%u, dir %d\n", i, model->events.at[i].expr, model->events.at[i].enable,
            model->events.at[i].dir);
    for (size_t i = 0; i < model->timers.n; i++) put(out, "timer %zu: due %%%u\n", i, model->timers.at[i]);
}

static void put_leaf(const va_model *model, const va_ins *ins, hys__text *out) {
    static const char *const flags[] = {"init", "final", "static", "dc", "tran", "ac", "noise", "ic", "nodeset", "pss"};
    switch (ins->op) {
    case VA_OP_CONST:
        put(out, " %.17g", ins->number);
        break;
    case VA_OP_PARAM:
    case VA_OP_GIVEN:
        if (ins->imm < model->params.n) put(out, " %s", model->params.at[ins->imm].name);
        break;
    case VA_OP_FLAG:
        put(out, " %s", ins->imm < sizeof flags / sizeof *flags ? flags[ins->imm] : "?");
        break;
    case VA_OP_PROBE: {
        va_probe probe = {VA_GROUND, VA_GROUND};
        if (ins->imm < model->probes.n) probe = model->probes.at[ins->imm];
        put(out, " %s - %s", unknown_name(model, probe.pos), unknown_name(model, probe.neg));
        break;
    }
    case VA_OP_RETAINED:
        if (ins->imm < model->retained.n) put(out, " %s", model->retained.at[ins->imm].name);
        break;
    default:
        put(out, " #%u", ins->imm);
        break;
    }
}

static bool has_imm(va_opcode op) {
    switch (op) {
    case VA_OP_DRAW:
    case VA_OP_DDX:
    case VA_OP_TABLE:
    case VA_OP_TABLE_D:
    case VA_OP_ASTORE:
    case VA_OP_LOOP:
    case VA_OP_EFFECT:
        return true;
    default:
        return false;
    }
}

static void put_value(const va_model *model, va_val v, hys__text *out) {
    const va_ir *ir = &model->ir;
    const va_ins *ins = va_get(ir, v);
    size_t n;
    const va_val *args = va_args(ir, v, &n);
    for (uint32_t loop = ins->loop; loop != 0; loop = ir->loops.at[loop]) put(out, "  ");
    put(out, "%%%u = %s", v, va_op_facts((va_opcode)ins->op)->name);
    if (n == 0) put_leaf(model, ins, out);
    if (has_imm((va_opcode)ins->op)) put(out, " #%u", ins->imm);
    for (size_t i = 0; i < n; i++) put(out, " %%%u", args[i]);
    put(out, "\n");
}

static const char *target_name(va_target target) {
    static const char *const names[] = {"param",     "bound_lo",   "bound_hi", "f",          "jac",       "mass",
                                        "x0",        "retained",   "root",     "bound_step", "next_time", "noise",
                                        "noise_exp", "noise_coef", "delay_in", "delay_td",   "collapse",  "opvar",
                                        "effect",    "clamp_lo",   "clamp_hi"};
    return names[target];
}

static void put_target(const va_program *program, const va_root *root, hys__text *out) {
    const va_entry *entry = root->target == VA_TO_JAC          ? &program->jac.at[root->index]
                            : root->target == VA_TO_MASS       ? &program->mass.at[root->index]
                            : root->target == VA_TO_NOISE_COEF ? &program->noise_coef.at[root->index]
                                                               : NULL;
    if (entry) put(out, "  %s[%u,%u] = %%%u\n", target_name(root->target), entry->row, entry->col, root->val);
    else put(out, "  %s[%u] = %%%u\n", target_name(root->target), root->index, root->val);
}

static void put_program(const va_program *program, hys__text *out) {
    static const char *const names[] = {
#define VA_X(id, text) text,
        VA_FUNC_LIST(VA_X)
#undef VA_X
    };
    for (int func = 0; func < VA_FUNC_COUNT; func++) {
        put(out, "function %s\n", names[func]);
        for (size_t i = 0; i < program->roots[func].n; i++) put_target(program, &program->roots[func].at[i], out);
    }
    put(out, "%u retained slots stored%s%s%s\n", program->n_live_retained, program->is_stepped ? ", stepped" : "",
        program->has_draws ? ", draws" : "", program->has_delays ? ", delays" : "");
}

static bool read_roots(const va_model *model, const va_program *program, hys__arena *arena, va_vals *roots) {
    va_places places = {0};
    va_model copy = *model; /* only places in its arrays are taken: nothing is written */
    if (!va_places_of(&copy, arena, VA_IN_ALL, &places) || !va_places_read(arena, &places, roots)) return false;
    for (int func = 0; program && func < VA_FUNC_COUNT; func++)
        for (size_t i = 0; i < program->roots[func].n; i++) {
            va_val *root = HYS_PUSH(arena, roots);
            if (!root) return false;
            *root = program->roots[func].at[i].val;
        }
    return true;
}

static void put_values(const va_model *model, const va_program *program, hys__text *out) {
    hys__arena arena;
    va_vals roots = {0};
    va_cone cone = {NULL, 0};
    va_ir ir = model->ir;
    hys__arena_init(&arena, model->ctx, 0);
    if (!read_roots(model, program, &arena, &roots) || !va_cone_of(&ir, &arena, roots.at, roots.n, &cone))
        out->failed = true;
    for (va_val v = 1; v < cone.n; v++)
        if (cone.has[v]) put_value(model, v, out);
    hys__arena_free(&arena);
}

void va_dump(const va_model *model, const va_program *program, hys__text *out) {
    put(out, "module %s\n", model->name ? model->name : "");
    put_unknowns(model, out);
    put_retained(model, out);
    put_values(model, program, out);
    if (program) put_program(program, out);
}
