/* Names, units and tolerances of the unknowns. */
#include "base/clocale.h"
#include "base/units.h"
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

/* The group and instance that an internal place belongs to. */
static const hys__group *owner(const hys__circuit *c, uint32_t place, size_t *instance, uint32_t *unknown) {
    for (size_t i = c->groups.n; i-- > 0;) {
        const hys__group *g = &c->groups.at[i];
        if (place < g->first_place) continue;
        uint32_t n_nodes =
            g->behavioural ? (uint32_t)g->behavioural->n_ports : c->flat->elems[g->elems[0]].card->n_nodes;
        uint32_t n_internal = g->kernel->n_unknowns - n_nodes;
        if (!n_internal || (place - g->first_place) / n_internal >= g->n) continue;
        *instance = (place - g->first_place) / n_internal;
        *unknown = n_nodes + (place - g->first_place) % n_internal;
        return g;
    }
    return NULL;
}

size_t hys__circuit_unknown(const hys__circuit *c, size_t i, char *buf, size_t size) {
    char name[256];
    if (i >= c->n) return (size_t)snprintf(buf, size, "?");
    uint32_t place = c->place_of[i];
    if (place < c->first_branch) {
        hys__flat_node_name(c->flat, place, name, sizeof name);
        return (size_t)snprintf(buf, size, "v(%s)", name);
    }
    if (place < c->first_internal) {
        uint32_t k = place - c->first_branch, elem = c->branches.at[k];
        bool is_second = k && c->branches.at[k - 1] == elem;
        hys__flat_elem_name(c->flat, elem, name, sizeof name);
        return (size_t)snprintf(buf, size, "i(%s%s)", name, is_second ? ",2" : "");
    }
    size_t instance;
    uint32_t unknown;
    const hys__group *g = owner(c, place, &instance, &unknown);
    if (!g) return (size_t)snprintf(buf, size, "?");
    for (size_t p = 0; g->behavioural && p < g->behavioural->n_parts; p++)
        if (g->behavioural->parts[p].unknown == unknown) {
            hys__flat_elem_name(c->flat, g->behavioural->elems[instance * g->behavioural->n_parts + p], name,
                                sizeof name);
            return (size_t)snprintf(buf, size, "i(%s)", name);
        }
    hys__flat_elem_name(c->flat, g->elems[instance], name, sizeof name);
    return (size_t)snprintf(buf, size, "%s:%s", name, g->kernel->unknowns[unknown].name);
}

const char *hys__circuit_unit(const hys__circuit *c, size_t i) {
    return i < c->n ? c->units.at[c->unit_of[i]] : "";
}

/* ---- tolerances ---- */

/* The standard nature Position tolerates 1 um, for machines; what moves in these devices moves by nanometres. */
#define LENGTH_ABSTOL  1e-12 /* m */
#define DEFAULT_ABSTOL 1e-9

static hys_status unit_index(hys__circuit *c, const char *unit, uint32_t *index) {
    for (size_t k = 0; k < c->units.n; k++)
        if (c->units.at[k] == unit || strcmp(c->units.at[k], unit) == 0) {
            *index = (uint32_t)k;
            return HYS_OK;
        }
    const char **slot = HYS_PUSH(&c->layout, &c->units);
    if (!slot) return HYS_NOMEM;
    *slot = unit;
    *index = (uint32_t)c->units.n - 1;
    return HYS_OK;
}

static double option(const hys__circuit *c, const char *name, double otherwise) {
    const hys__option *o = hys__flat_option(c->flat, name);
    return o && o->value > 0 && isfinite(o->value) ? o->value : otherwise;
}

#define NOT_A_NODE ((hys_u32)(HYS_U_FLOW | HYS_U_STATE | HYS_U_CHARGE | HYS_U_AUX))

static double kernel_abstol(const hys_unknown_info *info) {
    double abstol = info->abstol;
    if (!(abstol > 0 && isfinite(abstol))) abstol = DEFAULT_ABSTOL;
    if (info->units && strcmp(info->units, "m") == 0) abstol = fmin(abstol, LENGTH_ABSTOL);
    return abstol;
}

static hys_status describe_kernel_unknown(hys__circuit *c, const hys__group *g, size_t instance, hys_u32 u) {
    const hys_unknown_info *info = &g->kernel->unknowns[u];
    uint32_t i = g->to_y[u * g->n_pad + instance];
    const char *unit = info->units && info->units[0] ? info->units : "1";
    if (i == c->n) return HYS_OK;
    bool is_inner = c->place_of[i] >= c->first_internal, is_volts = strcmp(unit, "V") == 0 || strcmp(unit, "1") == 0;
    /* A node of the netlist is electrical unless a kernel's port says otherwise. */
    if (!is_inner && (u >= g->kernel->n_terminals || is_volts || c->place_of[i] >= c->first_branch)) return HYS_OK;
    c->is_node[i] = !(info->flags & NOT_A_NODE) && !(info->flags & HYS_U_HAS_INIT);
    c->abstol[i] = kernel_abstol(info);
    if (info->flags & HYS_U_CHARGE) c->abstol[i] = option(c, "chgtol", 1e-14);
    return unit_index(c, unit, &c->unit_of[i]);
}

static void mark_differential(hys__circuit *c) {
    for (uint32_t j = 0; j < c->n; j++)
        for (int64_t k = c->system.col_start[j]; k < c->system.col_start[j + 1]; k++)
            if (c->mass[k] != 0) c->is_differential[j] = 1;
}

hys_status hys__circuit_describe(hys__circuit *c) {
    size_t n = (size_t)c->n + 1;
    c->abstol = HYS_NEW_N(&c->layout, double, n);
    c->fine = HYS_NEW_N(&c->layout, double, n);
    c->is_differential = HYS_NEW_N(&c->layout, unsigned char, n);
    c->is_node = HYS_NEW_N(&c->layout, unsigned char, n);
    c->is_tested = HYS_NEW_N(&c->layout, unsigned char, n);
    c->is_derived = HYS_NEW_N(&c->layout, unsigned char, n);
    c->unit_of = HYS_NEW_N(&c->layout, uint32_t, n);
    uint32_t volt = 0, ampere = 0;
    if (c->layout.failed || unit_index(c, "V", &volt) != HYS_OK || unit_index(c, "A", &ampere) != HYS_OK)
        return HYS_NOMEM;
    double vntol = option(c, "vntol", 1e-6), abstol = option(c, "abstol", 1e-12);
    for (uint32_t i = 0; i < c->n; i++) {
        bool is_branch = c->place_of[i] >= c->first_branch;
        c->is_node[i] = !is_branch;
        c->abstol[i] = is_branch ? abstol : vntol;
        c->unit_of[i] = is_branch ? ampere : volt;
        c->is_tested[i] = 1;
    }
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
            for (size_t k = 0; k < g->n; k++)
                if (describe_kernel_unknown(c, g, k, u) != HYS_OK) return HYS_NOMEM;
    }
    mark_differential(c);
    return HYS_OK;
}
