/* The analog block. */
#include "io/nmodl_write.h"
#include <string.h>

static bool has_equation(const nm_symbol *s) {
    return s->class == NM_STATE && s->has_rate && !s->is_conserved;
}

/* ---- parts ---- */

static void put_prelude(nm_write *w, nm_put *p) {
    nm_file *f = w->f;
    if (w->reads[NM_CELSIUS]) nm_put_line(p, "%s = $temperature - 273.15;", nm_role_find(f, NM_CELSIUS)->va_name);
    if (w->reads[NM_T]) nm_put_line(p, "%s = $abstime/ms;", nm_role_find(f, NM_T)->va_name);
    if (w->has_dt) nm_put_line(p, "%s = ($abstime - t_last)/ms;", nm_role_find(f, NM_DT)->va_name);
    if (w->reads[NM_AREA])
        nm_put_line(p, f->is_point ? "%s = 100.0;" : "%s = area/um2;", nm_role_find(f, NM_AREA)->va_name);
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (s->class == NM_PARAM && s->is_written) nm_put_line(p, "%s = %s;", s->va_name, s->param);
    }
}

/* NEURON starts a state x that INITIAL does not set with the parameter x0, else 0. */
static void put_start(nm_write *w, nm_put *p, const nm_symbol *s, size_t k) {
    if (w->initial && w->initial->sets[k] && !w->initial->reads[k]) return;
    const char *name = hys__arena_printf(&w->f->arena, "%s0", s->base);
    name = name ? hys__intern_add(&w->f->names, name, strlen(name)) : NULL;
    const bool is_ion = s->role == NM_ION_CONC && s->is_write_ion;
    const nm_symbol *given = name && !is_ion ? nm_symbol_find(w->f, name) : NULL;
    const char *value = nm_number(w->f, given && given->has_value ? given->value : s->start);
    nm_put_line(p, "%s = %s;", s->va_name, value ? value : "0.0");
}

/* Not v, celsius and the like, which have their values from outside. */
static bool is_own(const nm_symbol *s) {
    return s->role == NM_ORDINARY || s->role >= NM_ION_E;
}

static void put_initial(nm_write *w, nm_put *p) {
    nm_file *f = w->f;
    if (w->v_init) nm_put_line(p, "%s = %s;", nm_role_find(f, NM_V)->va_name, w->v_init);
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        const bool is_wanted = w->initial && w->initial->reads[k];
        if (s->init) nm_put_line(p, "%s = %s;", s->va_name, s->init);
        const bool is_unset = s->class == NM_ASSIGNED && s->is_written && is_wanted && is_own(s) && !s->init;
        if (has_equation(s) || s->is_kept || s->is_algebraic || is_unset) put_start(w, p, s, k);
    }
    if (w->initial) {
        nm_put inner = nm_put_of(w, w->initial);
        nm_put_stmts(&inner, w->initial->body);
    }
    for (size_t k = 0; k < f->symbols.n; k++)
        if (has_equation(&f->symbols.at[k]))
            nm_put_line(p, "%s_0 = %s;", f->symbols.at[k].va_name, f->symbols.at[k].va_name);
}

static void put_states(nm_write *w, nm_put *p) {
    nm_file *f = w->f;
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (has_equation(s))
            nm_put_line(p, s->is_jumping ? "%s = %s(%s) + %s_jump;" : "%s = %s(%s);", s->va_name, nm_access(s), s->node,
                        s->va_name);
        else if (s->is_port && s->is_written) continue;
        else if (s->is_port && s->node && *nm_access(s) == 'V')
            nm_put_line(p, "%s = V(%s, outside)/mV;", s->va_name, s->node);
        else if (s->is_port && s->node) nm_put_line(p, "%s = %s(%s);", s->va_name, nm_access(s), s->node);
        if (s->is_kept) nm_put_line(p, "%s = %s_last;", s->va_name, s->va_name);
    }
    for (size_t k = 0; k < f->blocks.n; k++)
        if (f->blocks.at[k].kind == NM_KINETIC && f->blocks.at[k].is_used) nm_put_conserved(p, &f->blocks.at[k]);
}

/* Rates are held beyond half a volt, which no membrane stands: there they would overflow. */
static void put_potential(nm_write *w, nm_put *p, bool is_bounded) {
    const nm_symbol *v = nm_role_find(w->f, NM_V);
    if (!w->reads[NM_V]) return;
    if (is_bounded) nm_put_line(p, "%s = max(min(V(inside, outside)/mV, 500.0), -500.0);", v->va_name);
    else nm_put_line(p, "%s = V(inside, outside)/mV;", v->va_name);
}

static void put_nested(nm_write *w, nm_put *p) {
    for (size_t k = 0; k < w->f->symbols.n; k++) {
        const nm_symbol *s = &w->f->symbols.at[k];
        if (has_equation(s) && s->is_nested)
            nm_put_line(p, "%s(%s) <+ idt(%s_rate/ms, %s_0);", nm_access(s), s->node, s->va_name, s->va_name);
    }
}

static bool is_at_rest(const nm_write *w, const nm_block *b) {
    for (size_t k = 0; k < w->f->symbols.n; k++)
        if (w->f->symbols.at[k].is_algebraic && nm_takes_part(b, w->f->symbols.at[k].name)) return true;
    return false;
}

static void put_solved(nm_write *w) {
    const nm_block *b = NULL;
    for (size_t i = 0; (b = nm_solved_by(w, i)); i++) {
        nm_put p = nm_put_of(w, b);
        nm_put_line(&p, "// %s", b->name);
        put_potential(w, &p, true);
        for (size_t k = 0; k < w->f->symbols.n; k++)
            if (has_equation(&w->f->symbols.at[k]) && w->f->symbols.at[k].is_nested)
                nm_put_line(&p, "%s_rate = 0.0;", w->f->symbols.at[k].va_name);
        if (b->kind == NM_LINEAR || is_at_rest(w, b)) nm_put_linear(&p, b);
        else if (b->kind == NM_KINETIC) nm_put_kinetic(&p, b);
        else if (b->kind == NM_PROCEDURE) {
            nm_expr call = {.op = NM_CALL, .name = b->name};
            const nm_stmt run = {.kind = NM_RUN, .e = &call};
            nm_put_stmts(&p, &run);
        } else nm_put_stmts(&p, b->body);
        put_nested(w, &p);
    }
}

/* What BREAKPOINT wants of what it solves, before it. */
static void put_early(nm_write *w) {
    const nm_block *b = NULL;
    for (size_t i = 0; w->is_early && (b = nm_solved_by(w, i)); i++) {
        nm_put p = nm_put_of(w, b);
        p.only_assigns = true;
        nm_put_line(&p, "// %s, for BREAKPOINT", b->name);
        put_potential(w, &p, true);
        nm_put_stmts(&p, b->body);
    }
}

static void put_breakpoint(nm_write *w) {
    if (!w->breakpoint) return;
    nm_put p = nm_put_of(w, w->breakpoint);
    nm_put_line(&p, "// BREAKPOINT");
    put_potential(w, &p, false);
    nm_put_stmts(&p, w->breakpoint->body);
}

bool nm_is_carried(const nm_symbol *s) {
    return s->role == NM_CURRENT && s->is_write_ion && s->is_written;
}

/* The sum of all currents; one from an electrode is positive into the cell. */
static void put_current(nm_write *w, nm_put *p) {
    nm_file *f = w->f;
    size_t n = 0, all = 0;
    for (size_t k = 0; k < f->symbols.n; k++) all += nm_is_carried(&f->symbols.at[k]);
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (!nm_is_carried(s)) continue;
        if (!n++) {
            nm_put_start(p);
            hys__text_printf(p->out, "I(inside, outside) <+ %s%s%s", s->is_electrode && all == 1 ? "-" : "",
                             f->is_point ? "nA*" : "area*mA_per_cm2*", all > 1 ? "(" : "");
            if (s->is_electrode && all > 1) hys__text_puts(p->out, "-");
        } else hys__text_puts(p->out, s->is_electrode ? " - " : " + ");
        hys__text_puts(p->out, s->va_name);
    }
    if (n) hys__text_puts(p->out, all > 1 ? ");\n" : ";\n");
}

/* Concentrations that are set, not integrated. */
static void put_given(nm_write *w, nm_put *p) {
    for (size_t k = 0; k < w->f->symbols.n; k++) {
        const nm_symbol *s = &w->f->symbols.at[k];
        if (s->is_port && s->node && s->is_written && !has_equation(s))
            nm_put_line(p, "%s(%s) <+ %s;", nm_access(s), s->node, s->va_name);
    }
}

static void put_last(nm_write *w, nm_put *p) {
    for (size_t k = 0; k < w->f->symbols.n; k++) {
        const nm_symbol *s = &w->f->symbols.at[k];
        if (s->is_kept && !(w->events && w->events->writes[k])) nm_put_line(p, "%s_last = %s;", s->va_name, s->va_name);
    }
    if (w->has_dt) nm_put_line(p, "t_last = $abstime;");
}

void nm_put_analog(nm_write *w) {
    static const nm_block none = {.name = ""};
    nm_put p = nm_put_of(w, &none);
    hys__text_puts(w->out, "    analog begin\n");
    put_prelude(w, &p);
    nm_put_line(&p, w->v_init ? "// INITIAL, at v_init" : "// INITIAL");
    nm_put_before_initial(w, &p);
    put_initial(w, &p);
    nm_put_first_step(w, &p);
    nm_put_line(&p, "// Now");
    put_states(w, &p);
    put_early(w);
    if (w->current_first) put_breakpoint(w);
    put_solved(w);
    if (!w->current_first) put_breakpoint(w);
    put_current(w, &p);
    put_given(w, &p);
    put_last(w, &p);
    if (w->f->watches.n) put_potential(w, &p, false);
    nm_put_events(w);
    hys__text_puts(w->out, "    end\n");
}
