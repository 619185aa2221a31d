/* Natures and disciplines: those of the file, and the standard ones where the file does not say. */
#include "veriloga/build.h"
#include <string.h>

/* ---- the standard ones (Verilog-AMS 2.4, annex D) ---- */

static const struct standard_nature {
    const char *name, *access, *units;
    double abstol;
    const char *idt, *ddt;
} standard_natures[] = {
    {"Current", "I", "A", 1e-12, "Charge", NULL},
    {"Charge", "Q", "coul", 1e-14, NULL, "Current"},
    {"Voltage", "V", "V", 1e-6, "Flux", NULL},
    {"Flux", "Phi", "Wb", 1e-9, NULL, "Voltage"},
    {"Magneto_Motive_Force", "MMF", "A*turn", 1e-12, NULL, NULL},
    {"Temperature", "Temp", "K", 1e-4, NULL, NULL},
    {"Power", "Pwr", "W", 1e-9, NULL, NULL},
    {"Position", "Pos", "m", 1e-6, NULL, "Velocity"},
    {"Velocity", "Vel", "m/s", 1e-6, "Position", "Acceleration"},
    {"Acceleration", "Acc", "m/s^2", 1e-6, "Velocity", "Impulse"},
    {"Impulse", "Imp", "m/s^3", 1e-6, "Acceleration", NULL},
    {"Force", "F", "N", 1e-6, NULL, NULL},
    {"Angle", "Theta", "rads", 1e-6, NULL, "Angular_Velocity"},
    {"Angular_Velocity", "Omega", "rads/s", 1e-6, "Angle", "Angular_Acceleration"},
    {"Angular_Acceleration", "Alpha", "rads/s^2", 1e-6, "Angular_Velocity", NULL},
    {"Angular_Force", "Tau", "N*m", 1e-6, NULL, NULL},
};

static const struct standard_disc {
    const char *name, *potential, *flow;
    bool is_discrete;
} standard_discs[] = {
    {"electrical", "Voltage", "Current", false},
    {"voltage", "Voltage", NULL, false},
    {"current", NULL, "Current", false},
    {"magnetic", "Magneto_Motive_Force", "Flux", false},
    {"thermal", "Temperature", "Power", false},
    {"kinematic", "Position", "Force", false},
    {"kinematic_v", "Velocity", "Force", false},
    {"rotational", "Angle", "Angular_Force", false},
    {"rotational_omega", "Angular_Velocity", "Angular_Force", false},
    {"logic", NULL, NULL, true},
    {"ddiscrete", NULL, NULL, true},
};

/* ---- attributes ---- */

static const va_attr *attr_find(const va_attr *attrs, const char *name) {
    const va_attr *found = NULL;
    for (; attrs; attrs = attrs->next)
        if (!strcmp(attrs->name, name)) found = attrs; /* the last one counts */
    return found;
}

const char *vb_attr_text(vb *b, const va_attr *attrs, const char *name) {
    const va_attr *attr = attr_find(attrs, name);
    if (!attr || !attr->value) return NULL;
    if (attr->value->kind == VA_NAME) return attr->value->name;
    if (attr->value->kind != VA_STRING) return NULL;
    const char *text = hys__arena_strndup(b->arena, attr->value->text, attr->value->n_text);
    return text ? text : "";
}

bool vb_attr_number(const va_attr *attrs, const char *name, double *number) {
    const va_attr *attr = attr_find(attrs, name);
    if (!attr || !attr->value) return false;
    const va_expr *e = attr->value;
    bool minus = e->kind == VA_UNARY && e->op == VA_NEG;
    if (minus) e = e->args[0];
    if (e->kind != VA_REAL && e->kind != VA_INT) return false;
    *number = minus ? -e->number : e->number;
    return true;
}

/* ---- natures ---- */

const vb_nature *vb_nature_find(vb *b, const char *name) {
    for (size_t i = b->natures.n; i-- > 0;)
        if (!strcmp(b->natures.at[i].name, name)) return &b->natures.at[i];
    return NULL;
}

const vb_nature *vb_nature_by_units(vb *b, const char *units) {
    for (size_t i = b->natures.n; units && *units && i-- > 0;)
        if (!strcmp(b->natures.at[i].units, units)) return &b->natures.at[i];
    return NULL;
}

/* "parent", "disc.potential" or "disc.flow". */
static const vb_nature *parent_find(vb *b, const va_nature *ast) {
    const char *dot = strchr(ast->parent, '.');
    const vb_nature *found = NULL;
    if (!dot) {
        found = vb_nature_find(b, ast->parent);
    } else {
        const char *disc_name = vb_printf(b, "%.*s", (int)(dot - ast->parent), ast->parent);
        const vb_disc *disc = vb_disc_find(b, disc_name);
        if (disc) found = !strcmp(dot + 1, "flow") ? disc->flow : disc->potential;
    }
    if (!found)
        vb_error(b, ast->span, "natures are declared before those made from them",
                 "nature '%s' is made from '%s', which is not declared", ast->name, ast->parent);
    return found;
}

static void nature_item(vb *b, const va_attr *items, const char *key, const char **field) {
    const char *text = vb_attr_text(b, items, key);
    if (text) *field = text;
}

static void nature_read(vb *b, const va_nature *ast) {
    vb_nature nature = {.name = ast->name, .units = "", .abstol = 1e-6, .span = ast->span};
    if (ast->parent) {
        const vb_nature *parent = parent_find(b, ast);
        if (parent) nature = *parent;
        nature.name = ast->name;
        nature.span = ast->span;
    }
    nature_item(b, ast->items, "access", &nature.access);
    nature_item(b, ast->items, "units", &nature.units);
    nature_item(b, ast->items, "idt_nature", &nature.idt);
    nature_item(b, ast->items, "ddt_nature", &nature.ddt);
    double abstol;
    if (vb_attr_number(ast->items, "abstol", &abstol)) {
        nature.abstol = abstol;
        if (!(abstol > 0))
            vb_error(b, ast->span, "abstol is the smallest value that matters, for example 1e-6",
                     "the abstol of nature '%s' must be positive", ast->name);
    }
    if (!nature.access)
        vb_error(b, ast->span, "add for example \"access = X;\"", "nature '%s' has no access function", ast->name);
    vb_nature *added = HYS_PUSH(b->arena, &b->natures);
    if (added) *added = nature;
}

static void standard_nature_add(vb *b, const struct standard_nature *from) {
    vb_nature *nature = HYS_PUSH(b->arena, &b->natures);
    if (!nature) return;
    *nature = (vb_nature){.name = from->name,
                          .access = from->access,
                          .units = from->units,
                          .abstol = from->abstol,
                          .idt = from->idt,
                          .ddt = from->ddt};
}

/* ---- disciplines ---- */

const vb_disc *vb_disc_find(vb *b, const char *name) {
    for (size_t i = b->discs.n; i-- > 0;)
        if (!strcmp(b->discs.at[i].name, name)) return &b->discs.at[i];
    return NULL;
}

const vb_disc *vb_disc_named(vb *b, const char *name, hys__span span) {
    const vb_disc *disc = vb_disc_find(b, name);
    if (disc) return disc;
    const char **names = HYS_NEW_N(b->arena, const char *, b->discs.n + 1);
    if (!names) return NULL;
    for (size_t i = 0; i < b->discs.n; i++) names[i] = b->discs.at[i].name;
    vb_error(b, span, vb_hint_nearest(b, name, names, b->discs.n, "for a voltage and a current: electrical"),
             "discipline '%s' is not declared", name);
    return NULL;
}

static const vb_nature *disc_nature(vb *b, const va_discipline *ast, const char *name) {
    if (!name) return NULL;
    const vb_nature *nature = vb_nature_find(b, name);
    if (!nature)
        vb_error(b, ast->span, "declare it with nature ... endnature before the discipline",
                 "discipline '%s' uses nature '%s', which is not declared", ast->name, name);
    return nature;
}

static void disc_add(vb *b, vb_disc disc) {
    disc.potential_abstol = disc.potential ? disc.potential->abstol : 1e-6;
    disc.flow_abstol = disc.flow ? disc.flow->abstol : 1e-12;
    vb_disc *added = HYS_PUSH(b->arena, &b->discs);
    if (added) *added = disc;
}

static void disc_read(vb *b, const va_discipline *ast) {
    vb_disc disc = {.name = ast->name, .span = ast->span};
    disc.potential = disc_nature(b, ast, ast->potential);
    disc.flow = disc_nature(b, ast, ast->flow);
    disc.is_discrete = ast->domain && !strcmp(ast->domain, "discrete");
    disc_add(b, disc);
    if (b->discs.n == 0) return;
    vb_disc *added = &b->discs.at[b->discs.n - 1];
    vb_attr_number(ast->overrides, "potential.abstol", &added->potential_abstol);
    vb_attr_number(ast->overrides, "flow.abstol", &added->flow_abstol);
}

/* Natures first, then disciplines: the pointers of natures must stay. */
void vb_natures_read(vb *b) {
    const va_file *file = b->front->file;
    size_t n_standard = sizeof standard_natures / sizeof *standard_natures;
    size_t n_discs = sizeof standard_discs / sizeof *standard_discs;
    size_t n_file = n_standard;
    for (const va_nature *ast = file->natures; ast; ast = ast->next) n_file++;
    if (!hys__grow(b->arena, (void **)&b->natures.at, &b->natures.cap, n_file, sizeof *b->natures.at)) return;
    for (size_t i = 0; i < n_standard && !file->standard_included; i++) standard_nature_add(b, &standard_natures[i]);
    for (const va_nature *ast = file->natures; ast && !vb_failed(b); ast = ast->next) {
        bool via_disc = ast->parent && strchr(ast->parent, '.');
        if (!via_disc) nature_read(b, ast);
    }
    for (size_t i = 0; i < n_discs && !file->standard_included; i++) {
        const struct standard_disc *from = &standard_discs[i];
        disc_add(b, (vb_disc){.name = from->name,
                              .is_discrete = from->is_discrete,
                              .potential = from->potential ? vb_nature_find(b, from->potential) : NULL,
                              .flow = from->flow ? vb_nature_find(b, from->flow) : NULL});
    }
    for (const va_discipline *ast = file->disciplines; ast && !vb_failed(b); ast = ast->next) {
        for (const va_nature *late = file->natures; late; late = late->next)
            if (late->parent && strchr(late->parent, '.') && !vb_nature_find(b, late->name) &&
                (late->name == ast->potential || late->name == ast->flow))
                nature_read(b, late);
        disc_read(b, ast);
    }
}

bool vb_is_access(vb *b, const char *name) {
    if (!strcmp(name, "potential") || !strcmp(name, "flow")) return true;
    for (size_t i = 0; i < b->natures.n; i++)
        if (b->natures.at[i].access && !strcmp(b->natures.at[i].access, name)) return true;
    return false;
}
