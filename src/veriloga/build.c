/* va_build: from the tree of a file to the graph of one module. */
#include "veriloga/build.h"
#include <string.h>

#define MAX_RESTARTS 1000u

/* ---- which module ---- */

static bool instantiates(const va_inst *insts, const va_stmt *generates, const char *name) {
    for (; insts; insts = insts->next)
        if (insts->module == name) return true;
    for (const va_stmt *s = generates; s; s = s->next) {
        if (s->kind == VA_ITEMS && instantiates(s->scope->insts, s->scope->generates, name)) return true;
        if (instantiates(NULL, s->body, name) || instantiates(NULL, s->other, name) ||
            instantiates(NULL, s->stmts, name))
            return true;
        for (const va_case_item *item = s->items; item; item = item->next)
            if (instantiates(NULL, item->body, name)) return true;
    }
    return false;
}

static bool is_top(const va_file *file, const va_module *module) {
    for (const va_module *other = file->modules; other; other = other->next)
        if (other != module && instantiates(other->insts, other->generates, module->name)) return false;
    return true;
}

static const va_module *module_named(vb *b, const va_file *file, const char *name) {
    size_t n = 0, cap = 0;
    for (const va_module *module = file->modules; module; module = module->next, cap++)
        if (!strcmp(module->name, name)) return module;
    const char **names = HYS_NEW_N(b->arena, const char *, cap + 1);
    if (!names) return NULL;
    for (const va_module *module = file->modules; module; module = module->next) names[n++] = module->name;
    const char *fallback = cap ? vb_printf(b, "it has '%s'", names[0]) : NULL;
    hys__span span = file->modules ? file->modules->span : HYS_NO_SPAN;
    vb_error(b, span, vb_hint_nearest(b, name, names, n, fallback), "the file has no module '%s'", name);
    return NULL;
}

static const va_module *module_choose(vb *b) {
    const va_file *file = b->front->file;
    const va_module *found = NULL, *second = NULL;
    if (b->opts->module) return module_named(b, file, b->opts->module);
    for (const va_module *module = file->modules; module; module = module->next) {
        if (!is_top(file, module)) continue;
        if (!found) found = module;
        else if (!second) second = module;
    }
    if (!file->modules)
        hys__fail(b->ctx, HYS_SEMANTIC, "a model is \"module name(a, b); ... endmodule\"", "the file has no module");
    else if (!found) vb_error(b, file->modules->span, "name the one to use", "each module is part of another");
    if (second) {
        vb_error(b, second->span, vb_printf(b, "choose with --module %s or --module %s", found->name, second->name),
                 "the file has several modules that could be the device");
        vb_note(b, found->span, "'%s' is another", found->name);
    }
    return second ? NULL : found;
}

static void check_names(vb *b) {
    for (const va_module *module = b->front->file->modules; module; module = module->next)
        for (const va_module *other = module->next; other; other = other->next)
            if (other->name == module->name) {
                vb_error(b, other->span, "rename one of them", "module '%s' is defined twice", other->name);
                vb_note(b, module->span, "the first definition is here");
                return;
            }
}

/* ---- what users may look at ---- */

static void opvars_make(vb *b) {
    for (size_t i = 0; i < b->vars.n && !vb_failed(b); i++) {
        vb_var *var = b->vars.at[i];
        bool is_shown = (*var->units || *var->desc) && !var->is_array && var->type != VA_TYPE_STRING;
        if (!is_shown || !var->is_assigned) continue;
        va_val v = va_to_real(b->ir, vb_get(b, var->slots));
        struct va_opvar *opvar = v ? HYS_PUSH(b->arena, &b->model->opvars) : NULL;
        if (opvar) *opvar = (struct va_opvar){var->name, var->units, var->desc, v};
    }
}

static va_val finite_or_none(vb *b, uint32_t slot) {
    double number;
    va_val v = vb_get(b, slot);
    return va_is_const(b->ir, v, &number) && number > 1e300 ? 0 : v;
}

/* ---- one pass ---- */

static void model_start(vb *b, const va_module *top) {
    va_model *model = b->model;
    model->name = top->name;
    model->module = top;
    model->attrs = top->attrs;
    model->desc = vb_attr_text(b, top->attrs, "desc");
    if (!model->desc) model->desc = "";
    model->file = b->front->sources.list.n ? b->front->sources.list.at[0].name : "";
}

static void finish(vb *b) {
    b->where = VB_IN_ANALOG;
    opvars_make(b);
    vb_retained_finish(b);
    vb_timers_finish(b);
    vb_rows_make(b);
    if (vb_failed(b)) return;
    b->model->bound_step = finite_or_none(b, b->bound_step);
    b->model->next_time = finite_or_none(b, b->next_time);
    vb_states_finish(b);
    if (b->opts->pure) vb_pure_check(b);
    vb_flows_substitute(b);
    if (vb_failed(b)) return;
    vb_unknowns_compact(b);
    if (!b->had_error) vb_selectors_bake(b);
}

static void build(vb *b) {
    check_names(b);
    const va_module *top = b->had_error ? NULL : module_choose(b);
    if (!top) {
        b->had_error = true;
        return;
    }
    model_start(b, top);
    vb_natures_read(b);
    if (vb_failed(b) || !vb_elaborate(b, top)) return;
    vb_params_check(b);
    vb_mark_assigned(b);
    vb_nets_start(b);
    vb_run_analogs(b);
    if (!vb_failed(b) && !b->had_error && !b->is_damaged) finish(b);
}

static hys_status pass(va_front *front, const va_build_opts *opts, vb_keep *keep, va_model *model) {
    *model = (va_model){.ctx = front->ctx, .arena = &front->arena, .sources = &front->sources};
    va_ir_init(&model->ir, &front->arena, VB_MAX_INS);
    vb b = {.front = front,
            .opts = opts,
            .model = model,
            .ctx = front->ctx,
            .arena = &front->arena,
            .ir = &model->ir,
            .keep = keep,
            .is_damaged = front->file->damage.is_damaged,
            .target_node = VB_NONE};
    b.pred = va_bool(b.ir, true);
    va_val none = va_const(b.ir, __builtin_inf());
    b.bound_step = vb_slots_new(&b, 1, none);
    b.next_time = vb_slots_new(&b, 1, none);
    if (!vb_failed(&b)) build(&b);
    if (keep->restart && !front->arena.failed && !model->ir.failed && !b.no_memory) return HYS_OK;
    keep->restart = false;
    if (front->arena.failed || b.no_memory) return HYS_NOMEM;
    if (model->ir.failed) return HYS_LIMIT;
    return b.had_error ? HYS_SEMANTIC : HYS_OK;
}

static hys_status passes(va_front *front, const va_build_opts *opts, vb_keep *keep, va_model *model) {
    for (unsigned k = 0; k < MAX_RESTARTS; k++) {
        keep->restart = false;
        hys_status status = pass(front, opts, keep, model);
        if (!keep->restart) return status;
    }
    return HYS_BUG_HERE(front->ctx, "the build starts again and again");
}

/* After errors of syntax: every module that may be meant is looked at for errors of other kinds. */
static hys_status look_for_more(va_front *front, const va_build_opts *opts, vb_keep *keep, va_model *model) {
    const va_file *file = front->file;
    if (file->damage.is_total) return HYS_SYNTAX;
    for (const va_module *module = file->modules; module; module = module->next) {
        va_build_opts one = *opts;
        if (opts->module ? strcmp(opts->module, module->name) != 0 : !is_top(file, module)) continue;
        one.module = module->name;
        hys_status status = passes(front, &one, keep, model);
        if (status != HYS_OK && status != HYS_SEMANTIC) return status;
    }
    return HYS_SYNTAX;
}

hys_status va_build(va_front *front, const va_build_opts *opts, va_model *model) {
    static const va_build_opts plain = {0};
    vb_keep keep = {.restart = false};
    if (!opts) opts = &plain;
    if (front->file->damage.is_damaged) return look_for_more(front, opts, &keep, model);
    return passes(front, opts, &keep, model);
}
