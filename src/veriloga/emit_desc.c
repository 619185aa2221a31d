/* The descriptor: tables of plain data, and the kernel that points to them. */
#include "veriloga/emit.h"
#include <math.h>
#include <string.h>

static void text(va_emitter *e, const char *s) {
    va_emit_string(e->out, s ? s : "");
}

static void comma_text(va_emitter *e, const char *s) {
    hys__text_puts(e->out, ", ");
    text(e, s);
}

static void begin(va_emitter *e, const char *type, const char *name) {
    hys__text_printf(e->out, "static const %s %s[] = {\n", type, name);
}

static void end(va_emitter *e) {
    hys__text_puts(e->out, "};\n");
}

static double constant(const va_emitter *e, va_val v) {
    double number = 0;
    return va_is_const(e->ir, v, &number) ? number : 0;
}

/* ---- unknowns ---- */

static bool has_mass(const va_emitter *e, uint32_t unknown) {
    for (size_t i = 0; i < e->program->mass.n; i++)
        if (e->program->mass.at[i].col == unknown) return true;
    return false;
}

static unsigned unknown_flags(const va_emitter *e, uint32_t i) {
    static const unsigned kinds[] = {
        [VA_UNK_NODE] = 0, [VA_UNK_FLOW] = 2, [VA_UNK_STATE] = 4, [VA_UNK_CHARGE] = 8, [VA_UNK_AUX] = 16};
    const va_unknown *u = &e->model->unknowns.at[i];
    return kinds[u->kind] | (u->is_terminal ? 1u : 0u) | (u->is_state ? 32u : 0u) | (u->is_lifted ? 64u : 0u) |
           (u->has_init ? 128u : 0u) | (u->clamp_lo ? 256u : 0u) | (u->clamp_hi ? 512u : 0u) |
           (has_mass(e, i) ? 1024u : 0u);
}

static void unknowns(va_emitter *e) {
    if (!e->model->unknowns.n) return;
    begin(e, "hys_unknown_info", "unknowns");
    for (uint32_t i = 0; i < e->model->unknowns.n; i++) {
        const va_unknown *u = &e->model->unknowns.at[i];
        hys__text_puts(e->out, "    {");
        text(e, u->name);
        comma_text(e, u->units);
        hys__text_puts(e->out, ", ");
        va_emit_number(e->out, u->abstol);
        hys__text_printf(e->out, ", %uu, %uu},\n", unknown_flags(e, i), (unsigned)va_emit_line(e, u->span));
    }
    end(e);
}

/* ---- parameters ---- */

static unsigned param_flags(const va_param *p) {
    return (p->type == VA_TYPE_INTEGER ? 1u : 0u) | (p->type == VA_TYPE_STRING ? 2u : 0u) | (p->is_local ? 4u : 0u) |
           (p->is_structural ? 8u : 0u) | (p->is_instance ? 16u : 0u);
}

static void aliases(va_emitter *e, const va_param *p) {
    hys__text_puts(e->out, ", ");
    if (p->n_aliases == 0) hys__text_puts(e->out, "\"\"");
    for (size_t i = 0; i < p->n_aliases; i++) {
        if (i) hys__text_puts(e->out, " \"\\n\" ");
        text(e, p->aliases[i]);
    }
}

static void params(va_emitter *e) {
    size_t first_bound = 0;
    if (!e->model->params.n) return;
    begin(e, "hys_param_info", "parameters");
    for (size_t i = 0; i < e->model->params.n; i++) {
        const va_param *p = &e->model->params.at[i];
        hys__text_puts(e->out, "    {");
        text(e, p->name);
        comma_text(e, p->units);
        comma_text(e, p->desc);
        aliases(e, p);
        hys__text_puts(e->out, ", ");
        va_emit_number(e->out, p->def);
        comma_text(e, p->text);
        hys__text_printf(e->out, ", %uu, %zuu, %zuu, %uu", param_flags(p), first_bound, p->bounds.n,
                         (unsigned)va_emit_line(e, p->span));
        comma_text(e, p->d2d);
        comma_text(e, p->c2c);
        hys__text_puts(e->out, "},\n");
        first_bound += p->bounds.n;
    }
    end(e);
}

static size_t n_bounds(const va_model *model) {
    size_t n = 0;
    for (size_t i = 0; i < model->params.n; i++) n += model->params.at[i].bounds.n;
    return n;
}

static void bounds(va_emitter *e) {
    if (!n_bounds(e->model)) return;
    begin(e, "hys_bound_info", "bounds");
    for (size_t i = 0; i < e->model->params.n; i++) {
        const va_param *p = &e->model->params.at[i];
        for (size_t k = 0; k < p->bounds.n; k++) {
            const struct va_bound *b = &p->bounds.at[k];
            hys__text_printf(e->out, "    {%zuu, %uu},\n", i,
                             (b->is_exclude ? 1u : 0u) | (b->is_value ? 2u : 0u) | (b->lo_open ? 4u : 0u) |
                                 (b->hi_open ? 8u : 0u));
        }
    }
    end(e);
}

/* ---- what changes at accepted points ---- */

/* Elements beyond which those of an array have no columns and no lines of their own. */
#define FEW_ELEMENTS 64

static unsigned retained_flags(const va_retained *r) {
    return (r->is_integer ? 1u : 0u) | (r->is_hidden ? 2u : 0u) | (r->is_stepped ? 4u : 0u) |
           (r->n_elements > FEW_ELEMENTS ? 8u : 0u);
}

/* In the order of the kernel's slots, which is that of the model. */
static void retained(va_emitter *e) {
    if (!e->program->n_live_retained) return;
    begin(e, "hys_retained_info", "retained");
    for (size_t i = 0; i < e->model->retained.n; i++) {
        const va_retained *r = &e->model->retained.at[i];
        uint32_t slot = e->program->retained_slot[i];
        if (slot == UINT32_MAX) continue;
        hys__text_printf(e->out, "    [%u] = {", (unsigned)slot);
        text(e, r->name);
        comma_text(e, r->units);
        hys__text_printf(e->out, ", %uu, %uu},\n", retained_flags(r), (unsigned)va_emit_line(e, r->span));
    }
    end(e);
}

static void events(va_emitter *e) {
    if (!e->model->events.n) return;
    begin(e, "hys_event_info", "event_list");
    for (size_t i = 0; i < e->model->events.n; i++) {
        const va_event_src *event = &e->model->events.at[i];
        hys__text_printf(e->out, "    {%uu, %d, ", (unsigned)event->kind, event->dir);
        va_emit_number(e->out, constant(e, event->time_tol));
        hys__text_puts(e->out, ", ");
        va_emit_number(e->out, constant(e, event->expr_tol));
        hys__text_printf(e->out, ", %uu},\n", (unsigned)va_emit_line(e, event->span));
    }
    end(e);
}

static void effects(va_emitter *e) {
    if (!e->model->effects.n) return;
    begin(e, "hys_effect_info", "effects");
    for (size_t i = 0; i < e->model->effects.n; i++) {
        const va_effect *effect = &e->model->effects.at[i];
        hys__text_printf(e->out, "    {%uu", (unsigned)effect->kind);
        comma_text(e, effect->format);
        comma_text(e, effect->file);
        hys__text_printf(e->out, ", %zuu, %uu},\n", effect->n_values, (unsigned)va_emit_line(e, effect->span));
    }
    end(e);
}

/* ---- noise, operating point, reports ---- */

static void noise_tables(va_emitter *e) {
    for (size_t i = 0; i < e->model->noises.n; i++) {
        const va_noise *noise = &e->model->noises.at[i];
        if (!noise->n_table) continue;
        hys__text_printf(e->out, "static const double noise_table%zu[] = {", i);
        for (size_t k = 0; k < noise->n_table; k++) {
            if (k) hys__text_puts(e->out, ", ");
            va_emit_number(e->out, noise->table[k]);
        }
        hys__text_puts(e->out, "};\n");
    }
}

static void noises(va_emitter *e) {
    if (!e->model->noises.n) return;
    noise_tables(e);
    begin(e, "hys_noise_info", "noises");
    for (size_t i = 0; i < e->model->noises.n; i++) {
        const va_noise *noise = &e->model->noises.at[i];
        hys__text_puts(e->out, "    {");
        text(e, noise->name);
        hys__text_printf(e->out, ", %uu, ", (unsigned)noise->kind);
        if (noise->n_table) hys__text_printf(e->out, "noise_table%zu, %zuu},\n", i, noise->n_table);
        else hys__text_puts(e->out, "0, 0u},\n");
    }
    end(e);
}

static void opvars(va_emitter *e) {
    if (!e->model->opvars.n) return;
    begin(e, "hys_opvar_info", "opvar_list");
    for (size_t i = 0; i < e->model->opvars.n; i++) {
        hys__text_puts(e->out, "    {");
        text(e, e->model->opvars.at[i].name);
        comma_text(e, e->model->opvars.at[i].units);
        comma_text(e, e->model->opvars.at[i].desc);
        hys__text_puts(e->out, "},\n");
    }
    end(e);
}

static void collapses(va_emitter *e) {
    if (!e->model->collapses.n) return;
    begin(e, "hys_collapse_info", "collapses");
    for (size_t i = 0; i < e->model->collapses.n; i++) {
        const va_collapse *c = &e->model->collapses.at[i];
        hys__text_printf(e->out, "    {%uu, %uu, %uu},\n", (unsigned)c->a, (unsigned)c->b, (unsigned)c->flow);
    }
    end(e);
}

/* Of the elements of an array that are kept for one reason the first stands for all. */
static bool is_reported(const va_model *model, size_t slot) {
    const va_retained *r = &model->retained.at[slot], *before = slot ? r - 1 : NULL;
    if (r->is_lifted || !r->why_not) return r->is_lifted;
    if (r->is_hidden || !r->is_live) return false; /* ours, or of no influence */
    return !r->array || !before || before->array != r->array || !before->why_not ||
           strcmp(before->why_not, r->why_not) != 0;
}

static size_t n_reports(const va_model *model) {
    size_t n = 0;
    for (size_t i = 0; i < model->retained.n; i++) n += is_reported(model, i);
    return n;
}

static void reports(va_emitter *e) {
    if (!n_reports(e->model)) return;
    begin(e, "hys_report_info", "reports");
    for (size_t i = 0; i < e->model->retained.n; i++) {
        const va_retained *r = &e->model->retained.at[i];
        if (!is_reported(e->model, i)) continue;
        hys__text_puts(e->out, "    {");
        text(e, r->array && !r->is_lifted ? r->array : r->name);
        comma_text(e, r->is_lifted ? "" : r->why_not);
        hys__text_printf(e->out, ", %uu, %uu},\n", r->is_lifted ? 1u : 0u, (unsigned)va_emit_line(e, r->span));
    }
    end(e);
}

/* ---- patterns ---- */

static void column(va_emitter *e, const char *name, const va_entry *at, size_t n, bool is_row) {
    if (!n) return;
    hys__text_printf(e->out, "static const hys_u32 %s[] = {", name);
    for (size_t i = 0; i < n; i++) {
        hys__text_puts(e->out, i % 16 ? ", " : i ? ",\n    " : "");
        hys__text_printf(e->out, "%u", (unsigned)(is_row ? at[i].row : at[i].col));
    }
    end(e);
}

static void patterns(va_emitter *e) {
    const va_program *p = e->program;
    column(e, "jac_row", p->jac.at, p->jac.n, true);
    column(e, "jac_col", p->jac.at, p->jac.n, false);
    column(e, "mass_row", p->mass.at, p->mass.n, true);
    column(e, "mass_col", p->mass.at, p->mass.n, false);
    column(e, "noise_row", p->noise_coef.at, p->noise_coef.n, true);
    column(e, "noise_col", p->noise_coef.at, p->noise_coef.n, false);
}

static void simparams(va_emitter *e) {
    if (!e->model->simparams.n) return;
    hys__text_puts(e->out, "static const char *const simparams[] = {");
    for (size_t i = 0; i < e->model->simparams.n; i++) {
        if (i) hys__text_puts(e->out, ", ");
        text(e, e->model->simparams.at[i]);
    }
    end(e);
}

/* ---- local solves ---- */

#define STEP_MAX       16u /* HYS_STEP_MAX */
#define STEP_TERMINALS 8u  /* HYS_STEP_TERMINALS */

static bool can_step(const va_emitter *e) {
    uint32_t n = (uint32_t)e->model->unknowns.n, nt = e->model->n_terminals;
    return n - nt <= STEP_MAX && nt <= STEP_TERMINALS && nt > 0 && e->model->delays.n == 0;
}

static void pointer(va_emitter *e, const char *field, const char *name, size_t n) {
    if (n) hys__text_printf(e->out, "    .%s = %s,\n", field, name);
}

static void local_solves(va_emitter *e) {
    const va_program *p = e->program;
    size_t nu = e->model->unknowns.n;
    if (!can_step(e)) return;
    hys__text_printf(e->out,
                     "static const hys_local local = {\n    .n_terminals = %uu, .n_unknowns = %zuu, .n_params = %zuu, "
                     ".n_retained = %uu,\n    .n_jac = %zuu, .n_mass = %zuu,\n",
                     (unsigned)e->model->n_terminals, nu, e->model->params.n, (unsigned)p->n_live_retained, p->jac.n,
                     p->mass.n);
    pointer(e, "jac_row", "jac_row", p->jac.n);
    pointer(e, "jac_col", "jac_col", p->jac.n);
    pointer(e, "mass_row", "mass_row", p->mass.n);
    pointer(e, "mass_col", "mass_col", p->mass.n);
    hys__text_puts(e->out, "    .unknowns = unknowns, .eval_fj = eval_fj, .fixed = fixed};\n");
    for (int is_step = 1; is_step >= 0; is_step--)
        hys__text_printf(e->out,
                         "static void %s(const hys_env *env, const hys_batch *batch, const hys_step_args *args)\n{\n"
                         "    double rows[HYS_LOCAL_ROWS(%zuu, %zuu, %zuu) * HYS_BLOCK] __attribute__((aligned(64)));\n"
                         "    double *pointers[HYS_LOCAL_POINTERS(%zuu, %zuu, %zuu, %zuu, %uu, 0u)];\n"
                         "    hys_local_solve(&local, env, batch, args, (hys_work){rows, pointers}, %d);\n}\n",
                         is_step ? "step" : "reduce", nu, p->jac.n, p->mass.n, nu, p->jac.n, p->mass.n,
                         e->model->params.n, (unsigned)p->n_live_retained, is_step);
}

/* ---- the kernel ---- */

static bool is_seldom_stepped(const va_emitter *e) {
    for (size_t i = 0; i < e->program->roots[VA_FUNC_FIXED].n; i++)
        if (e->program->roots[VA_FUNC_FIXED].at[i].target == VA_TO_STEPPED) return true;
    return false;
}

static unsigned kernel_flags(const va_emitter *e) {
    return (e->program->is_stepped ? 1u : 0u) | (e->program->has_draws ? 2u : 0u) |
           (e->model->effect_vals.n ? 4u : 0u) | (e->uses_time ? 16u : 0u) | (is_seldom_stepped(e) ? 32u : 0u) |
           (e->is_large ? 64u : 0u);
}

static void counts(va_emitter *e) {
    const va_model *m = e->model;
    const va_program *p = e->program;
    const struct {
        const char *name;
        size_t n;
    } list[] = {
        {"terminals", m->n_terminals},
        {"unknowns", m->unknowns.n},
        {"params", m->params.n},
        {"bounds", n_bounds(m)},
        {"retained", p->n_live_retained},
        {"events", m->events.n},
        {"jac", p->jac.n},
        {"mass", p->mass.n},
        {"noises", m->noises.n},
        {"noise_coefs", p->noise_coef.n},
        {"delays", m->delays.n},
        {"simparams", m->simparams.n},
        {"effects", m->effects.n},
        {"collapses", m->collapses.n},
        {"opvars", m->opvars.n},
        {"reports", n_reports(m)},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        hys__text_printf(e->out, "    .n_%s = %zuu,\n", list[i].name, list[i].n);
}

static void pointers(va_emitter *e) {
    const va_model *m = e->model;
    const va_program *p = e->program;
    pointer(e, "unknowns", "unknowns", m->unknowns.n);
    pointer(e, "params", "parameters", m->params.n);
    pointer(e, "bounds", "bounds", n_bounds(m));
    pointer(e, "retained", "retained", p->n_live_retained);
    pointer(e, "events", "event_list", m->events.n);
    pointer(e, "noises", "noises", m->noises.n);
    pointer(e, "effects", "effects", m->effects.n);
    pointer(e, "collapses", "collapses", m->collapses.n);
    pointer(e, "opvars", "opvar_list", m->opvars.n);
    pointer(e, "reports", "reports", n_reports(m));
    pointer(e, "jac_row", "jac_row", p->jac.n);
    pointer(e, "jac_col", "jac_col", p->jac.n);
    pointer(e, "mass_row", "mass_row", p->mass.n);
    pointer(e, "mass_col", "mass_col", p->mass.n);
    pointer(e, "noise_row", "noise_row", p->noise_coef.n);
    pointer(e, "noise_col", "noise_col", p->noise_coef.n);
    pointer(e, "simparams", "simparams", m->simparams.n);
}

void va_emit_descriptor(va_emitter *e) {
    unknowns(e);
    params(e);
    bounds(e);
    retained(e);
    events(e);
    effects(e);
    noises(e);
    opvars(e);
    collapses(e);
    reports(e);
    patterns(e);
    simparams(e);
    local_solves(e);
    hys__text_puts(e->out, "\nextern const hys_kernel HYS_KERNEL_OBJECT;\n"
                           "__attribute__((visibility(\"default\"))) const hys_kernel HYS_KERNEL_OBJECT = {\n"
                           "    .abi = HYS_ABI_VERSION,\n    .lanes = HYS_LANES,\n");
    hys__text_printf(e->out,
                     "    .flags = %uu | (HYS_OWN_PARAMS ? HYS_K_OWN_PARAMS : 0),\n    .module = ", kernel_flags(e));
    text(e, e->model->name);
    hys__text_puts(e->out, ",\n    .file = ");
    text(e, e->model->file);
    hys__text_puts(e->out, ",\n    .desc = ");
    text(e, e->model->desc);
    hys__text_puts(e->out, ",\n");
    counts(e);
    pointers(e);
    hys__text_puts(e->out,
                   "    .params_fn = params, .fixed = fixed, .eval_f = eval_f, .eval_fj = eval_fj,\n"
                   "    .init = init, .accept = accept, .roots = events, .noise = noise, .opvars_fn = opvars,\n");
    if (can_step(e)) hys__text_puts(e->out, "    .step = step, .reduce = reduce,\n");
    if (va_emit_has_gates(e)) hys__text_puts(e->out, "#if HYS_LANES > 1\n    .gates = gates,\n#endif\n");
    hys__text_puts(e->out, "};\n");
}
