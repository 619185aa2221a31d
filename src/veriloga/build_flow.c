/* Flows that are read.  A flow source whose current does not depend on itself needs no unknown for it: where
 * the current is read, its expression stands.  Most published devices compute a temperature or a rate from
 * their own current so, and lose one equation an instance by it.
 *
 * What contains ddt or noise keeps its unknown: read elsewhere, these would need unknowns of their own. */
#include "veriloga/build.h"
#include "veriloga/lower.h"

static bool is_probe_of(const vb *b, const va_ins *ins, uint32_t unknown) {
    if (ins->op != VA_OP_PROBE && ins->op != VA_OP_DDX) return false;
    va_probe probe = b->model->probes.at[ins->imm];
    return probe.pos == unknown || probe.neg == unknown;
}

/* Whether the current is given by the rest of the model. */
static bool is_explicit(vb *b, const vb_branch *branch) {
    va_cone cone;
    if (!va_cone_of(b->ir, b->arena, &branch->flow_value, 1, &cone)) return false;
    for (va_val v = 1; v < cone.n; v++) {
        const va_ins *ins = va_get(b->ir, v);
        if (ins->op == VA_OP_DDX && is_probe_of(b, ins, branch->flow)) return false;
        if (!cone.has[v]) continue;
        if (ins->op == VA_OP_DDT || ins->op == VA_OP_NOISE || is_probe_of(b, ins, branch->flow)) return false;
    }
    return true;
}

static bool all_places(vb *b, va_places *places) {
    if (!va_places_of(b->model, b->arena, VA_IN_ALL, places)) return false;
    for (size_t i = 0; i < b->branches.n; i++) {
        vb_branch *branch = b->branches.at[i];
        if (!branch->flow_value) continue;
        va_val **place = HYS_PUSH(b->arena, places);
        if (!place) return false;
        *place = &branch->flow_value;
    }
    return true;
}

static void substitute(vb *b, vb_branch *branch) {
    va_subst subst = {.arena = b->arena};
    va_places places = {.n = 0};
    for (uint32_t i = 0; i < b->model->probes.n; i++)
        if (b->model->probes.at[i].pos == branch->flow) {
            va_subst_put(&subst, VA_OP_PROBE, i, branch->flow_value);
            b->model->probes.at[i] = (va_probe){VA_GROUND, VA_GROUND}; /* not used any more */
        }
    if (!all_places(b, &places) || !va_subst_apply(b->model, &subst, &places)) b->no_memory = true;
    b->rows.at[branch->flow].is_gone = true;
    branch->flow = VB_NONE;
    branch->flow_value = 0;
}

void vb_flows_substitute(vb *b) {
    for (size_t i = 0; i < b->branches.n && !vb_failed(b); i++) {
        vb_branch *branch = b->branches.at[i];
        if (branch->flow_value && is_explicit(b, branch)) substitute(b, branch);
    }
}
