/* Changing one thing of a circuit: for sweeps, steps, sensitivities, continuation. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>
#include <strings.h>

#define KELVIN 273.15 /* a target's temperature is in degC, as netlists have it */

static long param_of(const hys_model *model, const char *name) {
    const hys_kernel *k = model->kernel;
    long found = hys__model_find_param(model, name, strlen(name));
    for (hys_u32 i = 0; i < k->n_params && found < 0; i++)
        if (!(k->params[i].flags & HYS_P_LOCAL) && strcasecmp(k->params[i].name, name) == 0) found = (long)i;
    return found;
}

/* ---- numbers of elements that are no kernels ---- */

/* Names of values of S, W, T. */
static double *value_slot(hys__elem *e, const char *name) {
    static const char *const names[][4] = {
        {"vt", "vh", "ron", "roff"}, {"it", "ih", "ron", "roff"}, {"z0", "td", "", ""}};
    int row = e->card->kind == HYS__ELEM_S   ? 0
              : e->card->kind == HYS__ELEM_W ? 1
              : e->card->kind == HYS__ELEM_T ? 2
                                             : -1;
    if (strcasecmp(name, "m") == 0) return &e->m;
    if (strcasecmp(name, "ic") == 0) return &e->ic;
    for (int k = 0; row >= 0 && k < 4; k++)
        if (names[row][k][0] && strcasecmp(names[row][k], name) == 0) return (double *)(uintptr_t)&e->values[k];
    return row < 0 ? &e->value : NULL;
}

static double *target_slot(const hys__circuit *c, const hys__target *target) {
    hys__elem *e = target->elem < c->flat->n_elems ? &c->flat->elems[target->elem] : NULL;
    if (!e || e->card->kind == HYS__ELEM_KERNEL || e->card->kind == HYS__ELEM_B) return NULL;
    return target->kind == HYS__TARGET_ELEM ? &e->value : value_slot(e, target->param);
}

/* ---- settings that stand over the netlist's ---- */

static bool is_same(const hys__override *o, const hys__target *target) {
    return o->target.kind == target->kind && o->target.elem == target->elem && o->target.model == target->model &&
           (o->target.param == target->param ||
            (o->target.param && target->param && strcasecmp(o->target.param, target->param) == 0));
}

static hys_status remember(hys__circuit *c, const hys__target *target, double value) {
    for (size_t k = 0; k < c->overrides.n; k++)
        if (is_same(&c->overrides.at[k], target)) {
            c->overrides.at[k].value = value;
            return HYS_OK;
        }
    hys__override *slot = HYS_PUSH(&c->arena, &c->overrides);
    if (!slot) return HYS_NOMEM;
    *slot = (hys__override){*target, value};
    if (target->param && !(slot->target.param = hys__arena_strndup(&c->arena, target->param, strlen(target->param))))
        return HYS_NOMEM;
    return HYS_OK;
}

/* Puts them over the netlist's values, which have been evaluated anew. */
void hys__overrides_apply(hys__circuit *c) {
    for (size_t k = 0; k < c->overrides.n; k++) {
        double *slot = target_slot(c, &c->overrides.at[k].target);
        if (slot && c->overrides.at[k].target.kind != HYS__TARGET_MODEL_PARAM) *slot = c->overrides.at[k].value;
    }
}

bool hys__override_takes(const hys__override *o, const hys__circuit *c, uint32_t elem) {
    if (o->target.kind == HYS__TARGET_ELEM_PARAM) return o->target.elem == elem;
    return o->target.kind == HYS__TARGET_MODEL_PARAM && c->flat->elems[elem].card->model == o->target.model;
}

/* ---- kernels ---- */

static const hys__group *group_of(const hys__circuit *c, const hys__target *target, size_t *instance) {
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        if (target->kind == HYS__TARGET_MODEL_PARAM ? c->flat->elems[i].card->model != target->model
                                                    : i != target->elem)
            continue;
        if (c->where[i].group == HYS__NO_PLACE) return NULL;
        *instance = c->where[i].at;
        return &c->groups.at[c->where[i].group];
    }
    return NULL;
}

static hys_status no_such(const hys__circuit *c, const hys__target *target) {
    return hys__report(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->flat->sources, target->span,
                       "an element with a value, a .param, ELEMENT:PARAMETER or TEMP", "%s cannot be changed",
                       target->name ? target->name : "this");
}

static hys_status set_kernel_param(hys__circuit *c, const hys__target *target, double value) {
    size_t instance;
    const hys__group *g = group_of(c, target, &instance);
    long at = g && target->param ? param_of(g->model, target->param) : -1;
    if (at < 0 || g->kernel->params[at].flags & (HYS_P_STRUCTURAL | HYS_P_STRING)) return no_such(c, target);
    hys_status status = remember(c, target, value);
    return status == HYS_OK ? hys__circuit_take_values(c) : status;
}

static hys_status set_temperature(hys__circuit *c, double value) {
    if (!(value + KELVIN > 0)) return hys__fail(c->ctx, HYS_ARG, "", "%g degC is below absolute zero", value);
    hys_status status = hys__flat_set_temp(c->flat, value + KELVIN);
    if (status != HYS_OK) return status;
    c->temp = value + KELVIN;
    c->opts.temp = 0;
    return hys__circuit_refresh(c);
}

static bool is_source(const hys__circuit *c, uint32_t elem) {
    hys__elem_kind kind = c->flat->elems[elem].card->kind;
    return kind == HYS__ELEM_V || kind == HYS__ELEM_I;
}

hys_status hys__circuit_set_target(hys__circuit *c, const hys__target *target, double value) {
    if (target->kind == HYS__TARGET_TEMP) return set_temperature(c, value);
    if (target->kind == HYS__TARGET_PARAM) {
        hys_status status = hys__flat_set_param(c->flat, target->slot, value);
        return status == HYS_OK ? hys__circuit_refresh(c) : status;
    }
    double *slot = target_slot(c, target);
    if (!slot || target->kind == HYS__TARGET_MODEL_PARAM) return set_kernel_param(c, target, value);
    *slot = value;
    hys_status status = remember(c, target, value);
    if (status == HYS_OK && is_source(c, target->elem) && slot == &c->flat->elems[target->elem].value) {
        c->has_source_values = false;
        return HYS_OK;
    }
    return status == HYS_OK ? hys__circuit_take_values(c) : status;
}

double hys__circuit_target(const hys__circuit *c, const hys__target *target) {
    size_t instance;
    if (target->kind == HYS__TARGET_TEMP) return c->temp - KELVIN;
    if (target->kind == HYS__TARGET_PARAM) return hys__flat_param(c->flat, target->slot);
    const double *slot = target->kind == HYS__TARGET_MODEL_PARAM ? NULL : target_slot(c, target);
    if (slot) {
        bool is_dc = is_source(c, target->elem) && target->kind == HYS__TARGET_ELEM && isnan(*slot);
        const hys__elem *e = &c->flat->elems[target->elem];
        return is_dc ? (e->wave ? hys__wave_value(&c->waves[c->where[target->elem].at], 0) : 0) : *slot;
    }
    const hys__group *g = group_of(c, target, &instance);
    long at = g && target->param ? param_of(g->model, target->param) : -1;
    return at < 0 ? NAN : g->batch->p[at][g->batch->has_own_params ? instance : 0];
}
