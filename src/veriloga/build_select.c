/* Selectors: parameters that only choose between variants, as `if (model == 2)`.
 *
 * Files that hold several models at once keep their state in variables of which each variant updates its own part. With
 * the choice baked in, the other variants vanish, and what remains can be recognised as an integration by hand; a
 * switch that turns noise off takes the random draws with it.  Other modules gain nothing from it, and keep their
 * selectors as ordinary parameters. */
#include "veriloga/build.h"

/* "parameter integer on = 0 from [0:1]": a switch, however it is used. */
static bool is_switch(const vb *b, const va_param *param) {
    double lo, hi;
    if (param->type != VA_TYPE_INTEGER || param->bounds.n != 1) return false;
    const struct va_bound *bound = &param->bounds.at[0];
    if (bound->is_exclude || bound->is_value || bound->lo_open || bound->hi_open) return false;
    return va_is_const(b->ir, bound->lo, &lo) && va_is_const(b->ir, bound->hi, &hi) && lo == 0 && hi == 1;
}

static bool keeps_values(const vb *b) {
    for (size_t i = 0; i < b->model->retained.n; i++) {
        const va_retained *slot = &b->model->retained.at[i];
        if (!slot->is_hidden && va_get(b->ir, slot->next)->op != VA_OP_RETAINED) return true;
    }
    return false;
}

static bool is_constant(const vb *b, va_val v) {
    double number;
    return va_is_const(b->ir, v, &number);
}

/* A use that asks only whether the parameter has one certain value. */
static bool is_choice(const vb *b, const va_ins *ins) {
    if (ins->op != VA_OP_EQ && ins->op != VA_OP_NE) return false;
    return is_constant(b, ins->a) || is_constant(b, ins->b);
}

enum { IS_CHOICE = 1, IS_NUMBER = 2 };

/* How each parameter is used. */
static void note_uses(const vb *b, unsigned char *uses) {
    for (va_val v = 1; v < b->ir->ins.n; v++) {
        size_t n;
        const va_val *args = va_args(b->ir, v, &n);
        for (size_t k = 0; k < n; k++) {
            const va_ins *arg = va_get(b->ir, args[k]);
            if (arg->op == VA_OP_PARAM) uses[arg->imm] |= is_choice(b, va_get(b->ir, v)) ? IS_CHOICE : IS_NUMBER;
        }
    }
}

void vb_selectors_bake(vb *b) {
    unsigned char *uses = HYS_NEW_N(b->arena, unsigned char, b->model->params.n + 1);
    if (!uses || !(keeps_values(b) || b->model->draws.n)) return;
    note_uses(b, uses);
    for (uint32_t p = 0; p < b->model->params.n; p++) {
        const va_param *param = &b->model->params.at[p];
        bool is_selector = uses[p] == IS_CHOICE || (uses[p] && is_switch(b, param));
        if (is_selector && !param->is_structural) vb_make_structural(b, va_leaf(b->ir, VA_OP_PARAM, p));
    }
}
