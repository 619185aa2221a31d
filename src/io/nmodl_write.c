/* The module: head, natures, parameters, variables, functions, and the analog block, which runs INITIAL at v_init for
 * the values at which states start, then DERIVATIVE or KINETIC and BREAKPOINT at the present potential. */
#include "io/nmodl_write.h"
#include "io/nmodl.h"
#include <math.h>
#include <string.h>

/* ---- states ---- */

typedef enum nature { GATE, CONCENTRATION, OWN, DENSITY, POTENTIAL } nature;

static const struct {
    const char *nature, *discipline, *units, *access, *abstol, *end;
} natures[] = {
    [GATE] = {"GateFraction", "gate_fraction", "1", "Frac", "1e-6", "_gate"},
    [CONCENTRATION] = {"Concentration", "concentration", "mol/m^3", "Conc", "1e-9", "_state"},
    [OWN] = {"MechanismState", "mechanism_state", "1", "Own", "1e-9", "_state"},
    [DENSITY] = {"CurrentDensity", "current_density", "mA/cm^2", "Dens", "1e-9", "_port"},
    [POTENTIAL] = {NULL, "electrical", "V", "V", NULL, "_port"},
};

static nature nature_of(const nm_symbol *s) {
    if (s->role == NM_POINTER) return !strcmp(s->unit, "mV") || !strcmp(s->unit, "millivolt") ? POTENTIAL : OWN;
    if (s->is_port) return s->role == NM_CURRENT ? DENSITY : CONCENTRATION;
    if (s->role == NM_ION_CONC || !strcmp(s->unit, "mM") || !strcmp(s->unit, "milli/liter")) return CONCENTRATION;
    return s->is_fraction ? GATE : OWN;
}

const char *nm_access(const nm_symbol *s) {
    return natures[nature_of(s)].access;
}

static bool has_equation(const nm_symbol *s) {
    return s->class == NM_STATE && s->has_rate && !s->is_conserved;
}

/* x_0, x_rate, x_jump and x_last stand beside x: where the file has one of these names, x gets another. */
static hys_status name_companions(nm_file *f) {
    static const char *const ends[] = {"_0", "_rate", "_jump", "_last"};
    for (size_t k = 0; k < f->symbols.n; k++) {
        nm_symbol *s = &f->symbols.at[k];
        if (!has_equation(s) && !s->is_kept && !s->is_jumping) continue;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            const char *own = hys__arena_printf(&f->arena, "%s%s", s->va_name, ends[i]);
            if (!own) return HYS_NOMEM;
            if (!nm_is_taken(f, own)) continue;
            s->va_name = nm_unique(f, s->va_name, "_own");
            if (!s->va_name) return HYS_NOMEM;
            i = SIZE_MAX; /* all of them anew */
        }
    }
    return HYS_OK;
}

static hys_status name_nodes(nm_file *f) {
    for (size_t k = 0; k < f->symbols.n; k++) {
        nm_symbol *s = &f->symbols.at[k];
        if (!has_equation(s) && !(s->is_port && (s->is_read || s->is_written))) continue;
        s->node = nm_unique(f, s->va_name, s->is_port ? "_port" : natures[nature_of(s)].end);
        if (!s->node) return HYS_NOMEM;
    }
    return HYS_OK;
}

/* ---- head ---- */

static void put_clean(hys__text *out, const char *s, size_t n) {
    for (size_t k = 0; k < n; k++) {
        const char c = s[k] == '\t' ? ' ' : s[k];
        hys__text_put(out, c >= ' ' && c < 0x7f ? &c : "?", 1);
    }
}

/* In a string: quotes and backslashes would end it. */
static void put_quoted(hys__text *out, const char *s, size_t n) {
    while (n && (*s == ' ' || *s == '\t')) s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r')) n--;
    for (size_t k = 0; k < n && k < 100; k++) {
        const char c = s[k] == '"' ? '\'' : s[k] == '\\' || s[k] == '\t' ? ' ' : s[k];
        hys__text_put(out, c >= ' ' && c < 0x7f ? &c : "?", 1);
    }
}

#define MOST_COMMENT_LINES 60

static void put_comment(nm_file *f, hys__text *out) {
    const char *s = f->text + f->comment.offset, *end = s + f->comment.len;
    for (int line = 0; f->comment.source && s < end && line < MOST_COMMENT_LINES; line++) {
        const char *stop = s;
        while (stop < end && *stop != '\n') stop++;
        size_t n = (size_t)(stop - s);
        while (n && (s[n - 1] == '\r' || s[n - 1] == ' ')) n--;
        if (n || (line && stop < end)) {
            hys__text_puts(out, n ? "// " : "//");
            put_clean(out, s, n < 200 ? n : 200);
            hys__text_puts(out, "\n");
        }
        s = stop < end ? stop + 1 : end;
    }
}

static void put_head(nm_file *f, hys__text *out, const char *module) {
    const char *slash = strrchr(f->path, '/'), *base = slash ? slash + 1 : f->path;
    hys__text_printf(out, "// %s: ", module);
    put_quoted(out, f->text + f->title.offset, f->title.len);
    hys__text_puts(out, "\n//\n// From ");
    put_clean(out, base, strlen(base));
    hys__text_puts(out,
                   " by hysteron device import.  Formulas are those of the file, in mV, ms, mA/cm2 and mM;\n"
                   "// terminals carry volts and amperes.  V(inside, outside) is the membrane potential; a current "
                   "that\n// leaves the cell is positive.\n");
    for (size_t k = 0; k < f->remarks.n; k++) {
        hys__text_puts(out, "//   * ");
        put_clean(out, f->remarks.at[k], strlen(f->remarks.at[k]));
        hys__text_puts(out, "\n");
    }
    if (f->comment.source) hys__text_puts(out, "//\n// The file says:\n");
    put_comment(f, out);
    hys__text_puts(out, "\n`include \"disciplines.vams\"\n\n");
}

static void put_natures(nm_file *f, hys__text *out) {
    for (size_t n = 0; n < sizeof natures / sizeof *natures; n++) {
        bool is_used = false;
        for (size_t k = 0; k < f->symbols.n; k++)
            is_used |= f->symbols.at[k].node && nature_of(&f->symbols.at[k]) == (nature)n;
        if (!is_used || !natures[n].nature) continue;
        hys__text_printf(out,
                         "nature %s\n    units = \"%s\";\n    access = %s;\n    abstol = %s;\nendnature\n\n"
                         "discipline %s\n    potential %s;\nenddiscipline\n\n",
                         natures[n].nature, natures[n].units, natures[n].access, natures[n].abstol,
                         natures[n].discipline, natures[n].nature);
    }
}

/* ---- declarations ---- */

/* What the file says behind the declaration: "gbar = .12 (S/cm2) : all channels open". */
static void put_desc(nm_file *f, hys__text *out, const nm_symbol *s) {
    const char *text = s->span.source ? nm_text_at(f, s->span) : "";
    size_t at = 0, start = 0;
    while (text[at] && text[at] != '\n' && text[at] != '\r') {
        if (text[at] == ':' && !start) start = at + 1;
        at++;
    }
    hys__text_puts(out, "desc = \"");
    if (start && start < at && s->is_declared) put_quoted(out, text + start, at - start);
    else if (s->role == NM_ION_E) hys__text_puts(out, "reversal potential");
    else if (s->role == NM_ION_CONC) hys__text_puts(out, "concentration");
    else if (s->role == NM_CURRENT) hys__text_puts(out, "current");
    else if (s->is_weight) hys__text_puts(out, "weight of the connection");
    else hys__text_puts(out, s->name);
    hys__text_puts(out, "\"");
}

static void put_units(nm_file *f, hys__text *out, const nm_symbol *s) {
    const char *ours = nm_unit_ours(f, s->unit);
    if (!*s->unit && s->role == NM_CURRENT) ours = f->is_point ? "nA" : "mA/cm^2";
    if (!*s->unit && s->role == NM_ION_E) ours = "mV";
    if (!*s->unit && s->role == NM_ION_CONC) ours = "mol/m^3";
    hys__text_puts(out, ", units = \"");
    if (ours) hys__text_puts(out, ours);
    else put_quoted(out, s->unit, strlen(s->unit));
    hys__text_puts(out, "\"");
}

static void put_param(nm_file *f, hys__text *out, const nm_symbol *s) {
    if (s->class != NM_PARAM || (!s->is_read && !s->is_written)) return;
    hys__text_puts(out, "    (* ");
    put_desc(f, out, s);
    put_units(f, out, s);
    const char *value = nm_number(f, s->value);
    hys__text_printf(out, " *)\n    parameter real %s = %s", s->param ? s->param : s->va_name, value ? value : "0.0");
    if (s->has_range && s->low <= s->value && s->value <= s->high && s->low < s->high) {
        const char *low = nm_number(f, s->low), *high = nm_number(f, s->high);
        if (low && high) hys__text_printf(out, " from [%s:%s]", low, high);
    }
    hys__text_puts(out, ";\n");
}

static void put_inits(nm_write *w) {
    nm_file *f = w->f;
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        const char *value = s->init ? nm_number(f, s->value) : NULL;
        if (!value) continue;
        hys__text_printf(w->out, "    (* desc = \"%s with which states have settled at the start\"", s->name);
        put_units(f, w->out, s);
        hys__text_printf(w->out, " *)\n    parameter real %s = %s;\n", s->init, value);
    }
}

static void put_params(nm_write *w) {
    nm_file *f = w->f;
    if (w->has_area)
        hys__text_puts(w->out, "    (* desc = \"area of membrane\", units = \"m^2\" *)\n"
                               "    parameter real area = 1.0e-4 from [1e-18:1];\n");
    for (size_t k = 0; k < f->symbols.n; k++) put_param(f, w->out, &f->symbols.at[k]);
    if (w->v_init)
        hys__text_printf(
            w->out,
            "    (* desc = \"membrane potential at which states have settled at the start\", units = \"mV\" *)\n"
            "    parameter real %s = -65.0 from [-500:500];\n",
            w->v_init);
    put_inits(w);
    hys__text_puts(w->out, "\n    // One of the file's units in SI.\n    localparam real mV = 1.0e-3;\n"
                           "    localparam real ms = 1.0e-3;\n");
    hys__text_puts(w->out,
                   f->is_point ? "    localparam real nA = 1.0e-9;\n" : "    localparam real mA_per_cm2 = 10.0;\n");
    if (w->reads[NM_AREA]) hys__text_puts(w->out, "    localparam real um2 = 1.0e-12;\n");
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        const char *value = s->class == NM_CONST && s->is_read ? nm_number(f, s->value) : NULL;
        if (value) hys__text_printf(w->out, "    localparam real %s = %s;\n", s->va_name, value);
    }
    hys__text_puts(w->out, "\n");
}

static bool is_shown(const nm_file *f, const nm_symbol *s) {
    (void)f;
    return s->is_range && s->is_written && s->class == NM_ASSIGNED;
}

static void put_list(nm_write *w, const char *name, const char *end) {
    if (w->column > 90) {
        hys__text_puts(w->out, ";\n");
        w->column = 0;
    }
    const size_t start = w->out->n;
    hys__text_printf(w->out, w->column ? ", %s%s" : "    real %s%s", name, end);
    w->column += w->out->n - start;
}

static void put_locals(nm_write *w, const nm_block *b) {
    if (b->kind == NM_FUNCTION || b->kind == NM_PROCEDURE || !b->is_used) return;
    for (const nm_name *n = b->locals; n; n = n->next) {
        bool is_there = false;
        for (size_t k = 0; k < w->n_locals; k++) is_there |= !strcmp(w->locals[k], n->va_name);
        if (is_there) continue;
        if (w->n_locals < sizeof w->locals / sizeof *w->locals) w->locals[w->n_locals++] = n->va_name;
        put_list(w, n->va_name, "");
    }
}

static void put_fluxes(nm_write *w, const nm_block *b) {
    size_t n = 0;
    char name[32];
    for (const nm_stmt *s = b->body; s && b->is_used; s = s->next)
        if (s->kind == NM_REACTION) {
            snprintf(name, sizeof name, "flux_%zu", ++n);
            put_list(w, name, "");
        }
}

static void put_variables(nm_write *w) {
    nm_file *f = w->f;
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (!is_shown(f, s)) continue;
        hys__text_puts(w->out, "    (* ");
        put_desc(f, w->out, s);
        put_units(f, w->out, s);
        hys__text_printf(w->out, " *)\n    real %s;\n", s->va_name);
    }
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (!nm_is_variable(s) || (!s->is_read && !s->is_written && !s->has_rate)) continue;
        if (!is_shown(f, s)) put_list(w, s->va_name, "");
        if (has_equation(s)) put_list(w, s->va_name, "_0");
        if (has_equation(s) && s->is_nested) put_list(w, s->va_name, "_rate");
        if (s->is_jumping) put_list(w, s->va_name, "_jump");
        if (s->is_kept) put_list(w, s->va_name, "_last");
    }
    for (size_t k = 0; k < f->blocks.n; k++) {
        put_locals(w, &f->blocks.at[k]);
        if (f->blocks.at[k].kind == NM_KINETIC) put_fluxes(w, &f->blocks.at[k]);
    }
    if (w->has_dt) put_list(w, "t_last", "");
    put_list(w, "done", ";\n");
    nm_put_event_variables(w);
    const size_t n = nm_most_unknowns(f);
    if (n) hys__text_printf(w->out, "    real eq[0:%zu], eq_x;\n    integer eq_row, eq_col, eq_k;\n", n * (n + 1) - 1);
    hys__text_puts(w->out, "\n");
}

static void put_ports(nm_write *w, const char *module) {
    nm_file *f = w->f;
    hys__text_puts(w->out, "(* desc = \"");
    put_quoted(w->out, f->text + f->title.offset, f->title.len);
    hys__text_printf(w->out, "\" *)\nmodule %s(inside, outside%s", module, w->events ? ", spike" : "");
    for (size_t k = 0; k < f->symbols.n; k++)
        if (f->symbols.at[k].is_port && f->symbols.at[k].node) hys__text_printf(w->out, ", %s", f->symbols.at[k].node);
    hys__text_puts(w->out, ");\n    inout inside, outside;\n    electrical inside, outside;\n");
    if (w->events) hys__text_puts(w->out, "    input spike;\n    electrical spike;\n");
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (!s->node) continue;
        if (s->is_port)
            hys__text_printf(w->out, "    %s %s;\n", has_equation(s) || s->is_written ? "inout" : "input", s->node);
        hys__text_printf(w->out, "    %s %s;\n", natures[nature_of(s)].discipline, s->node);
    }
    hys__text_puts(w->out, "\n");
}

/* ---- all ---- */

static hys_status find_needs(nm_write *w) {
    nm_file *f = w->f;
    for (size_t k = 0; k < f->symbols.n; k++) {
        nm_symbol *s = &f->symbols.at[k];
        if (s->is_port && s->node && !has_equation(s) && w->initial && w->initial->reads[k]) {
            s->init = nm_unique(f, s->va_name, "_init");
            if (!s->init) return HYS_NOMEM;
        }
        if (s->is_read) w->reads[s->role] = true;
        if (nm_is_carried(s) || (s->role == NM_AREA && s->is_read)) w->has_area = !f->is_point;
        if (s->role == NM_V && w->initial && w->initial->reads[k]) w->v_init = nm_unique(f, "v_init", "");
    }
    w->has_dt = w->reads[NM_DT];
    return HYS_OK;
}

static hys_status check(nm_write *w) {
    nm_file *f = w->f;
    for (size_t k = 0; k < f->symbols.n; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (s->has_rate && s->is_kept)
            return nm_refuse(f, s->span, "", "%s has an equation and is set by hand", s->name);
        /* A shift that a PROCEDURE takes back stays there. */
        if (s->is_kept && (s->role == NM_V || s->role == NM_CELSIUS || s->role == NM_T || s->role == NM_DT))
            return nm_refuse(f, s->span, "point neurons that are reset stand in the library",
                             "an event sets %s: a module carries a current, and sets nothing else", s->name);
        if (s->role == NM_POINTER && s->is_written)
            return nm_refuse(f, s->span, "what is read becomes a terminal",
                             "'%.60s', a variable of another mechanism, is written: not translated", s->name);
    }
    return HYS_OK;
}

static hys_status tell_others(nm_file *f) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < f->symbols.n && status == HYS_OK; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (s->is_others && s->is_read && !s->is_port)
            status = nm_remark(f, "%s, the current of other mechanisms, is a parameter: 0", s->name);
    }
    return status;
}

static hys_status tell_outputs(nm_file *f) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < f->symbols.n && status == HYS_OK; k++) {
        const nm_symbol *s = &f->symbols.at[k];
        if (!s->is_write_ion || (s->role != NM_ION_E && s->role != NM_ION_CONC) || s->is_port) continue;
        if (has_equation(s))
            status = nm_remark(f, "%s stays inside: --ion-ports makes it a terminal, for other mechanisms", s->name);
        else if (s->is_written) status = nm_remark(f, "%s is set, but no other mechanism sees it", s->name);
    }
    return status;
}

hys_status nm_write_module(nm_file *f, hys__text *out) {
    nm_write w = {.f = f,
                  .out = out,
                  .initial = nm_block_of(f, NM_INITIAL),
                  .breakpoint = nm_block_of(f, NM_BREAKPOINT),
                  .events = nm_block_of(f, NM_NET_RECEIVE)};
    w.flag = hys__intern_add(&f->names, "flag", strlen("flag"));
    const char *module = f->opts->module ? f->opts->module : nm_unique(f, f->suffix, "");
    hys_status status = name_companions(f);
    if (status == HYS_OK) status = name_nodes(f);
    if (status == HYS_OK) status = module ? check(&w) : HYS_NOMEM;
    if (status != HYS_OK) return status;
    f->module = module;
    status = find_needs(&w);
    if (status == HYS_OK) status = nm_order(&w);
    if (status != HYS_OK) return status;
    status = tell_outputs(f);
    if (status == HYS_OK) status = tell_others(f);
    if (f->has_table && status == HYS_OK)
        status = nm_remark(f, "TABLE is left out: functions are evaluated exactly, also beyond its ends");
    if (f->has_diffusion && status == HYS_OK)
        status = nm_remark(f, "LONGITUDINAL_DIFFUSION is left out: a compartment by itself has no neighbours");
    if (f->has_net_event && status == HYS_OK)
        status = nm_remark(f, "net_event is left out: no other cell hears a module");
    if (w.events && status == HYS_OK)
        status = nm_remark(f, "an event is V(spike, outside) rising through 0.5 V; NET_RECEIVE runs then");
    if (status != HYS_OK) return status;
    put_head(f, out, module);
    put_natures(f, out);
    put_ports(&w, module);
    put_params(&w);
    put_variables(&w);
    nm_put_functions(&w);
    nm_put_analog(&w);
    hys__text_puts(out, "endmodule\n");
    return out->failed || f->arena.failed ? HYS_NOMEM : HYS_OK;
}
