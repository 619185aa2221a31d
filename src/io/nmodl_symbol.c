/* What names mean, and what they are called in Verilog-A. */
#include "io/nmodl.h"
#include <math.h>
#include <string.h>

nm_symbol *nm_symbol_find(const nm_file *f, const char *name) {
    for (size_t k = 0; k < f->symbols.n; k++)
        if (f->symbols.at[k].name == name) return &f->symbols.at[k];
    return NULL;
}

nm_symbol *nm_role_find(const nm_file *f, nm_role role) {
    for (size_t k = 0; k < f->symbols.n; k++)
        if (f->symbols.at[k].role == role) return &f->symbols.at[k];
    return NULL;
}

nm_symbol *nm_symbol_get(nm_file *f, const char *name, hys__span span) {
    nm_symbol *s = nm_symbol_find(f, name);
    if (s) return s;
    s = HYS_PUSH(&f->arena, &f->symbols);
    if (s) *s = (nm_symbol){.name = name, .base = name, .unit = "", .span = span};
    return s;
}

nm_block *nm_block_find(const nm_file *f, const char *name) {
    for (size_t k = 0; k < f->blocks.n; k++)
        if (f->blocks.at[k].name == name) return &f->blocks.at[k];
    return NULL;
}

const nm_block *nm_block_of(const nm_file *f, nm_block_kind kind) {
    for (size_t k = 0; k < f->blocks.n; k++)
        if (f->blocks.at[k].kind == kind) return &f->blocks.at[k];
    return NULL;
}

static bool is_among(const nm_name *list, const char *name) {
    for (; list; list = list->next)
        if (list->name == name) return true;
    return false;
}

bool nm_is_local(const nm_block *b, const char *name) {
    return is_among(b->formals, name) || is_among(b->locals, name) || (b->kind == NM_FUNCTION && b->name == name);
}

hys_status nm_remark(nm_file *f, const char *fmt, ...) {
    va_list args;
    char text[400];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **remark = HYS_PUSH(&f->arena, &f->remarks);
    if (!remark) return HYS_NOMEM;
    *remark = hys__arena_strndup(&f->arena, text, strlen(text));
    return *remark ? HYS_OK : HYS_NOMEM;
}

/* ---- names of the module ---- */

static const char *const reserved[] = {
    "above",
    "abs",
    "absdelay",
    "acos",
    "acosh",
    "ac_stim",
    "aliasparam",
    "always",
    "analog",
    "analysis",
    "and",
    "asin",
    "asinh",
    "assign",
    "atan",
    "atan2",
    "atanh",
    "begin",
    "branch",
    "buf",
    "case",
    "ceil",
    "connect",
    "continuous",
    "cos",
    "cosh",
    "cross",
    "ddt",
    "ddx",
    "deassign",
    "default",
    "defparam",
    "disable",
    "discipline",
    "discrete",
    "domain",
    "driver",
    "edge",
    "else",
    "end",
    "endcase",
    "endmodule",
    "event",
    "exclude",
    "exp",
    "final",
    "floor",
    "flow",
    "for",
    "force",
    "forever",
    "fork",
    "from",
    "function",
    "generate",
    "genvar",
    "ground",
    "highz0",
    "hypot",
    "idt",
    "idtmod",
    "if",
    "inf",
    "initial",
    "inout",
    "input",
    "integer",
    "join",
    "large",
    "last_crossing",
    "limexp",
    "ln",
    "localparam",
    "log",
    "macromodule",
    "max",
    "medium",
    "min",
    "module",
    "nand",
    "nature",
    "negedge",
    "nmos",
    "nor",
    "not",
    "or",
    "output",
    "parameter",
    "paramset",
    "pmos",
    "posedge",
    "potential",
    "pow",
    "primitive",
    "pull0",
    "pull1",
    "pulldown",
    "pullup",
    "real",
    "realtime",
    "reg",
    "release",
    "repeat",
    "rise",
    "scalared",
    "signed",
    "sin",
    "sinh",
    "slew",
    "small",
    "specify",
    "sqrt",
    "string",
    "strong0",
    "strong1",
    "supply0",
    "supply1",
    "table",
    "tan",
    "tanh",
    "task",
    "time",
    "timer",
    "tran",
    "transition",
    "tri",
    "units",
    "unsigned",
    "use",
    "vectored",
    "wait",
    "wand",
    "weak0",
    "weak1",
    "while",
    "white_noise",
    "flicker_noise",
    "wire",
    "wor",
    "wreal",
    "xnor",
    "xor",
    "abstol",
    "access",
    "electrical",
    "gate_fraction",
    "concentration",
    "mechanism_state",
    "current_density",
    "V",
    "I",
    "Frac",
    "Conc",
    "Own",
    "Dens",
    "inside",
    "outside",
    "spike",
    "mV",
    "ms",
    "nA",
    "mA_per_cm2",
    "um2",
    "area",
    "exprelr",
    "ghk",
    "nernst",
    "voltage",
    "current",
    "ddt_nature",
    "zi_nd",
    "merged",
    "resolveto",
    "split",
    "initial_step",
    "final_step",
    "net_resolution",
    "config",
    "cell",
    "design",
    "library",
    "instance",
    "liblist",
    "include",
    "incdir",
    "showcancelled",
    "sample",
    "sign",
    "noise_table",
    "cmos",
    "rcmos",
    "rnmos",
    "rpmos",
    "rtran",
    "tri0",
    "tri1",
    "triand",
    "trior",
    "trireg",
    "uwire",
    "ifnone",
    "notif0",
    "notif1",
    "bufif0",
    "bufif1",
    "cell",
    "automatic",
    "done",
    "eq",
    "eq_x",
    "eq_row",
    "eq_col",
    "eq_k",
    "parameters",
    "endfunction",
    "enddiscipline",
    "endnature",
    "assert",
    "logic",
};

static bool is_reserved(const char *name) {
    for (size_t k = 0; k < sizeof reserved / sizeof *reserved; k++)
        if (!strcmp(reserved[k], name)) return true;
    return false;
}

bool nm_is_taken(const nm_file *f, const char *name) {
    for (size_t k = 0; k < f->taken.n; k++)
        if (!strcmp(f->taken.at[k], name)) return true;
    return false;
}

/* name end, with a line below where that is taken already. */
const char *nm_unique(nm_file *f, const char *name, const char *end) {
    const char *own = hys__arena_printf(&f->arena, "%s%s", name, end);
    while (own && (is_reserved(own) || nm_is_taken(f, own))) own = hys__arena_printf(&f->arena, "%s_", own);
    const char **taken = own ? HYS_PUSH(&f->arena, &f->taken) : NULL;
    if (!taken) return NULL;
    *taken = own;
    return own;
}

/* ca[2] is ca_2. */
static const char *va_base(nm_file *f, const char *name) {
    const char *bracket = strchr(name, '[');
    if (!bracket) return name;
    const char *own =
        hys__arena_printf(&f->arena, "%.*s_%.*s", (int)(bracket - name), name, (int)strlen(bracket) - 2, bracket + 1);
    return own ? own : "";
}

/* Locals of functions only have to be no keyword; those of the other blocks share a name among themselves. */
static hys_status name_locals(nm_file *f, const nm_block *b, nm_name *list) {
    const bool is_function = b->kind == NM_FUNCTION || b->kind == NM_PROCEDURE;
    for (; list; list = list->next) {
        const bool clashes = !is_function && (nm_symbol_find(f, list->name) || nm_block_find(f, list->name));
        const char *name = va_base(f, list->name);
        if (clashes || name != list->name) list->va_name = nm_unique(f, name, "_local");
        else list->va_name = is_reserved(name) ? hys__arena_printf(&f->arena, "%s_", name) : name;
        if (!list->va_name) return HYS_NOMEM;
    }
    return HYS_OK;
}

static hys_status name_all(nm_file *f) {
    for (size_t k = 0; k < f->blocks.n; k++) {
        nm_block *b = &f->blocks.at[k];
        b->va_name = *b->name ? nm_unique(f, b->name, "") : "";
        if (!b->va_name) return HYS_NOMEM;
    }
    for (size_t k = 0; k < f->symbols.n; k++) {
        nm_symbol *s = &f->symbols.at[k];
        s->va_name = nm_unique(f, va_base(f, s->name), s->role == NM_AREA ? "_um2" : "");
        if (!s->va_name) return HYS_NOMEM;
    }
    for (size_t k = 0; k < f->blocks.n; k++) {
        hys_status status = name_locals(f, &f->blocks.at[k], f->blocks.at[k].locals);
        if (status == HYS_OK) status = name_locals(f, &f->blocks.at[k], f->blocks.at[k].formals);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* ---- roles ---- */

static const struct {
    const char *name;
    nm_role role;
} own_names[] = {{"v", NM_V},   {"celsius", NM_CELSIUS}, {"t", NM_T},
                 {"dt", NM_DT}, {"area", NM_AREA},       {"diam", NM_DIAM}};

/* What NEURON starts an ion's variables with, whatever a file says. */
static const struct {
    const char *name;
    double value; /* mV, mM */
} ion_starts[] = {{"ena", 50},   {"ek", -77},  {"nai", 10},
                  {"nao", 140},  {"ki", 54.4}, {"ko", 2.5},
                  {"cai", 5e-5}, {"cao", 2.0}, {"eca", 132.4579341637009}};

static hys_status start_ion(nm_file *f, nm_symbol *s) {
    const double file = s->value;
    for (size_t k = 0; k < sizeof ion_starts / sizeof *ion_starts; k++)
        if (!strcmp(ion_starts[k].name, s->name)) {
            const bool differs = s->has_value && file != ion_starts[k].value;
            s->value = ion_starts[k].value;
            s->has_value = true;
            return differs && !s->is_port ? nm_remark(f, "%s is %g, as NEURON starts it: it ignores the file's %g",
                                                      s->name, s->value, file)
                                          : HYS_OK;
        }
    if (!s->has_value && s->role == NM_ION_CONC) s->value = 1;
    s->has_value = true;
    if (s->is_port) return HYS_OK;
    return nm_remark(f, "%s has no value of NEURON's own: it is %g here", s->name, s->value);
}

static double ion_start(const nm_symbol *s) {
    for (size_t k = 0; k < sizeof ion_starts / sizeof *ion_starts; k++)
        if (!strcmp(ion_starts[k].name, s->name)) return ion_starts[k].value;
    return 1;
}

static bool is_potential(const nm_symbol *s) {
    return !strcmp(s->unit, "mV") || !strcmp(s->unit, "millivolt");
}

static hys_status give_role(nm_file *f, nm_symbol *s) {
    for (size_t k = 0; k < sizeof own_names / sizeof *own_names; k++)
        if (!strcmp(own_names[k].name, s->name)) {
            s->role = own_names[k].role;
            s->class = NM_ASSIGNED;
            return HYS_OK;
        }
    if (s->role == NM_POINTER) {
        s->class = s->is_port ? NM_ASSIGNED : NM_PARAM;
        if (s->is_port && is_potential(s)) s->value = -65; /* before the circuit has one */
        return s->is_port ? HYS_OK : nm_remark(f, "%s, of another mechanism, is a parameter: %g", s->name, s->value);
    }
    s->is_fraction = !f->is_point && (!*s->unit || !strcmp(s->unit, "1"));
    if (s->class == NM_UNKNOWN) s->class = NM_ASSIGNED;
    if (s->is_write_ion && s->class == NM_PARAM) s->class = NM_ASSIGNED;
    if (s->is_write_ion && s->role == NM_ION_CONC) {
        s->is_port = f->opts->ion_ports;
        s->value = s->start = ion_start(s); /* NEURON's, until INITIAL sets it: a parameter cai0 does not count */
    }
    if (!s->is_read_ion || s->is_write_ion || s->class == NM_STATE) return HYS_OK;
    s->is_port = f->opts->ion_ports && s->role != NM_ION_E;
    s->class = s->is_port ? NM_ASSIGNED : NM_PARAM;
    if (s->role != NM_CURRENT) return start_ion(f, s);
    return s->is_port ? HYS_OK : nm_remark(f, "%s, a current of other mechanisms, is a parameter: 0", s->name);
}

/* Events from outside have flag 0, others their own. */
static hys_status add_flag(nm_file *f, const nm_block *events) {
    const char *name = hys__intern_add(&f->names, "flag", strlen("flag"));
    nm_symbol *s = name ? nm_symbol_get(f, name, events->span) : NULL;
    if (!s) return HYS_NOMEM;
    if (s->class != NM_UNKNOWN) return HYS_OK;
    s->class = f->has_self_events ? NM_ASSIGNED : NM_CONST;
    s->is_written = f->has_self_events;
    return HYS_OK;
}

/* The weight of a connection is a parameter, what else it carries is kept from event to event. */
static hys_status take_formals(nm_file *f) {
    nm_block *b = (nm_block *)nm_block_of(f, NM_NET_RECEIVE);
    if (!b) return HYS_OK;
    for (const nm_name *n = b->formals; n; n = n->next) {
        if (!strcmp(n->name, "flag")) continue; /* what is always there */
        if (nm_symbol_find(f, n->name))
            return nm_refuse(f, b->span, "give the argument another name", "'%.60s' is an argument and a variable",
                             n->name);
        nm_symbol *s = nm_symbol_get(f, n->name, b->span);
        if (!s) return HYS_NOMEM;
        s->class = n == b->formals ? NM_PARAM : NM_ASSIGNED;
        s->is_weight = n == b->formals;
        s->is_kept = n != b->formals;
        s->value = s->is_weight ? 1e-3 : 0;
        s->unit = s->is_weight ? "uS" : "";
    }
    b->formals = NULL;
    return add_flag(f, b);
}

/* ---- currents that are read and written ---- */

static void add_others(nm_file *f, nm_expr *e, const char *name, const char *others) {
    if (!e) return;
    if (e->op == NM_CALL) {
        for (nm_expr *a = e->a; a; a = a->next) add_others(f, a, name, others);
        return;
    }
    if (e->op != NM_VAR || e->name != name) {
        add_others(f, e->a, name, others);
        add_others(f, e->b, name, others);
        return;
    }
    nm_expr *own = nm_expr_new(f, NM_VAR, e->span), *more = nm_expr_new(f, NM_VAR, e->span);
    if (!own || !more) return; /* the arena says so */
    own->name = name;
    more->name = others;
    e->op = NM_ADD;
    e->a = own;
    e->b = more;
}

static void add_others_to(nm_file *f, nm_stmt *s, const char *name, const char *others) {
    for (; s; s = s->next) {
        add_others(f, s->e, name, others);
        add_others(f, s->e2, name, others);
        add_others_to(f, s->body, name, others);
        add_others_to(f, s->other, name, others);
    }
}

/* What is solved reads the sum of all mechanisms: its own current and that of the others, ica_others. */
static hys_status sum_currents(nm_file *f) {
    const size_t n = f->symbols.n;
    for (size_t k = 0; k < n; k++) {
        const nm_symbol own = f->symbols.at[k];
        if (own.role != NM_CURRENT || !own.is_read_ion || !own.is_write_ion) continue;
        const char *name = hys__arena_printf(&f->arena, "%s_others", own.name);
        name = name ? hys__intern_add(&f->names, name, strlen(name)) : NULL;
        if (name && nm_symbol_find(f, name)) continue;
        nm_symbol *s = name ? nm_symbol_get(f, name, own.span) : NULL;
        if (!s) return HYS_NOMEM;
        s->role = NM_CURRENT;
        s->is_read_ion = s->is_others = true;
        s->unit = own.unit;
        s->is_port = f->opts->ion_ports;
        s->class = s->is_port ? NM_ASSIGNED : NM_PARAM;
        f->symbols.at[k].is_summed = true;
        for (size_t i = 0; i < f->blocks.n; i++)
            if (f->blocks.at[i].kind == NM_DERIVATIVE || f->blocks.at[i].kind == NM_KINETIC)
                add_others_to(f, f->blocks.at[i].body, own.name, name);
    }
    return f->arena.failed ? HYS_NOMEM : HYS_OK;
}

static hys_status add_own(nm_file *f) {
    for (size_t k = 0; k < sizeof own_names / sizeof *own_names; k++) {
        const char *name = hys__intern_add(&f->names, own_names[k].name, strlen(own_names[k].name));
        if (!name || !nm_symbol_get(f, name, f->suffix_span)) return HYS_NOMEM;
    }
    return HYS_OK;
}

/* As NEURON does: a file without SUFFIX is called after itself. */
static hys_status name_after_file(nm_file *f) {
    const char *slash = strrchr(f->path, '/'), *base = slash ? slash + 1 : f->path;
    char name[64] = "m";
    size_t n = *base >= '0' && *base <= '9';
    for (; *base && *base != '.' && n + 1 < sizeof name; base++)
        name[n++] = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *base) ? *base : '_';
    f->suffix = n ? hys__intern_add(&f->names, name, n) : "m";
    f->suffix_span = f->tokens.at[0].span;
    return f->suffix ? HYS_OK : HYS_NOMEM;
}

hys_status nm_resolve(nm_file *f) {
    if (!f->suffix && f->has_neuron && name_after_file(f) != HYS_OK) return HYS_NOMEM;
    if (!f->suffix)
        return nm_error(f, f->tokens.at[0].span, "NEURON { SUFFIX name ... }",
                        "the file names no mechanism: not NMODL?");
    hys_status status = add_own(f);
    for (size_t k = 0; k < f->symbols.n && status == HYS_OK; k++) status = give_role(f, &f->symbols.at[k]);
    if (status == HYS_OK) status = take_formals(f);
    if (status == HYS_OK) status = sum_currents(f);
    return status == HYS_OK ? name_all(f) : status;
}
