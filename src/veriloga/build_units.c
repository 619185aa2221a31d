/* Dimensions, where units are declared: a parameter in volts is not added to one in amperes.
 *
 * Numbers in the text may carry any unit, and so does what is multiplied by them: only sums and comparisons of
 * values whose units are all known are looked at.  What is read from nodes is soft: models let voltages stand for
 * lengths, concentrations, magnetizations; so a soft unit clashes only with an electrical one that is declared. */
#include "base/units.h"
#include "veriloga/build.h"
#include <string.h>

struct vb_unit {
    hys__unit is;
    bool is_soft;
};

#define MAX_WARNINGS 5u /* a model whose units are sloppy has many of these */

static const vb_unit *unit_new(vb *b, const vb_unit *unit) {
    vb_unit *copy = HYS_NEW(b->arena, vb_unit);
    if (copy) *copy = *unit;
    return copy;
}

static const vb_unit *unit_named(vb *b, const char *units, bool is_soft) {
    vb_unit unit = {.is_soft = is_soft};
    if (!units || !*units || !strcmp(units, "eV") || !strcmp(units, "C")) return NULL; /* V or J; degC or coulomb */
    if (!hys__unit_parse(units, strlen(units), &unit.is) || hys__unit_is_one(&unit.is)) return NULL;
    return unit_new(b, &unit);
}

static const vb_unit *leaf_unit(vb *b, const va_ins *ins) {
    switch (ins->op) {
    case VA_OP_PARAM:
        return unit_named(b, b->model->params.at[ins->imm].units, false);
    case VA_OP_RETAINED:
        return unit_named(b, b->model->retained.at[ins->imm].units, false);
    case VA_OP_TEMP:
        return unit_named(b, "K", false);
    case VA_OP_TIME:
        return unit_named(b, "s", false);
    case VA_OP_PROBE:
        return unit_named(b, b->model->unknowns.at[b->model->probes.at[ins->imm].pos].units, true);
    default:
        return NULL;
    }
}

static const vb_unit *product(vb *b, const vb_unit *x, const vb_unit *y, int sign) {
    if (!x || !y) return NULL;
    vb_unit unit = {.is = x->is, .is_soft = x->is_soft && y->is_soft};
    for (int k = 0; k < 7; k++) {
        int dim = x->is.dim[k] + sign * y->is.dim[k];
        if (dim > 100 || dim < -100) return NULL;
        unit.is.dim[k] = (int8_t)dim;
    }
    return unit_new(b, &unit);
}

static const vb_unit *op_unit(vb *b, const va_ins *ins) {
    const vb_unit *x = b->units.at[ins->a], *y = b->units.at[ins->b];
    switch (ins->op) {
    case VA_OP_NEG:
    case VA_OP_ABS:
        return x;
    case VA_OP_ADD:
    case VA_OP_SUB:
    case VA_OP_MIN:
    case VA_OP_MAX:
        return x ? x : y;
    case VA_OP_SELECT:
        return y ? y : b->units.at[ins->c];
    case VA_OP_MUL:
        return product(b, x, y, 1);
    case VA_OP_DIV:
        return product(b, x, y, -1);
    default:
        return NULL;
    }
}

static const vb_unit *unit_of(vb *b, va_val v) {
    size_t n = b->ir->ins.n;
    if (v >= n || !hys__grow(b->arena, (void **)&b->units.at, &b->units.cap, n, sizeof *b->units.at)) return NULL;
    for (; b->units.n < n; b->units.n++) {
        const va_ins *ins = va_get(b->ir, (va_val)b->units.n);
        bool is_leaf = va_op_facts((va_opcode)ins->op)->n == 0;
        b->units.at[b->units.n] = is_leaf ? leaf_unit(b, ins) : ins->op < VA_OP_ARRAY ? op_unit(b, ins) : NULL;
    }
    return b->units.at[v];
}

/* "V", "m^2/s"; the names that the leaves have are lost, so base units speak. */
static const char *unit_text(vb *b, const hys__unit *unit) {
    static const char *const known[] = {"V", "A", "ohm", "S", "C", "F", "W", "J", "Hz", "m/s"};
    static const char *const base[7] = {"m", "kg", "s", "A", "K", "mol", "cd"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        hys__unit other;
        if (hys__unit_parse(known[i], strlen(known[i]), &other) && hys__unit_same_dim(unit, &other)) return known[i];
    }
    const char *text = "";
    for (int k = 0; k < 7; k++) {
        const char *dot = *text ? "*" : "";
        if (unit->dim[k] == 1) text = vb_printf(b, "%s%s%s", text, dot, base[k]);
        if (unit->dim[k] && unit->dim[k] != 1) text = vb_printf(b, "%s%s%s^%d", text, dot, base[k], unit->dim[k]);
    }
    return *text ? text : "1";
}

static void check(vb *b, const vb_unit *x, const vb_unit *y, hys__span span, const char *what) {
    if (!x || !y || hys__unit_same_dim(&x->is, &y->is) || (x->is_soft && y->is_soft)) return;
    const vb_unit *declared = x->is_soft ? y : x;
    const int ampere = 3;
    if ((x->is_soft || y->is_soft) && !declared->is.dim[ampere]) return;
    if (b->n_unit_warnings++ >= MAX_WARNINGS) return;
    vb_warn(b, span, "check the units that are declared with units=\"...\" and by the natures", "%s: %s and %s", what,
            unit_text(b, &x->is), unit_text(b, &y->is));
}

void vb_check_same_units(vb *b, va_val x, va_val y, hys__span span, const char *what) {
    if (vb_failed(b) || !x || !y) return;
    const vb_unit *first = unit_of(b, x), *second = unit_of(b, y);
    check(b, first, second, span, what);
}

void vb_check_units(vb *b, va_val v, const char *units, bool is_soft, hys__span span, const char *what) {
    if (vb_failed(b) || !v || !units || !*units) return;
    const vb_unit *is = unit_of(b, v);
    if (is) check(b, is, unit_named(b, units, is_soft), span, what);
}
