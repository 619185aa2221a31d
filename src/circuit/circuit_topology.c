/* What the graph of a circuit says before any number does: nodes that nothing holds, loops of sources, and unknowns
 * that error control must leave out: the potential of a node between inductors and current sources, the current of a
 * source across a capacitance, into which derivatives enter. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

typedef struct sets { /* union-find over unknowns; n is ground */
    uint32_t *same_as;
    uint32_t n;
} sets;

static bool sets_new(hys__circuit *c, sets *s) {
    s->n = c->n + 1;
    s->same_as = HYS_NEW_N(&c->layout, uint32_t, s->n);
    for (uint32_t i = 0; s->same_as && i < s->n; i++) s->same_as[i] = i;
    return s->same_as != NULL;
}

static uint32_t find(const sets *s, uint32_t i) {
    while (s->same_as[i] != i) i = s->same_as[i] = s->same_as[s->same_as[i]];
    return i;
}

/* False: they were one already. */
static bool merge(sets *s, uint32_t a, uint32_t b) {
    a = find(s, a);
    b = find(s, b);
    if (a == b) return false;
    s->same_as[a] = b;
    return true;
}

static uint32_t end_of(const hys__circuit *c, uint32_t elem, unsigned k) {
    return hys__circuit_node(c, hys__circuit_elem(c, elem), k);
}

/* ---- kernels ---- */

typedef enum link { LINK_DC = 1, LINK_CHARGE = 2 } link;

static bool is_node(const hys_kernel *k, hys_u32 u) {
    return !(k->unknowns[u].flags & (HYS_U_FLOW | HYS_U_STATE | HYS_U_CHARGE | HYS_U_AUX));
}

static bool is_charge(const hys_kernel *k, hys_u32 u) {
    return k->unknowns[u].flags & HYS_U_CHARGE;
}

static uint32_t y_of(const hys__circuit *c, const hys__group *g, size_t i, hys_u32 u) {
    return c->y_of[hys__group_place(c, g, i, u)];
}

/* A row of a node that depends on that node alone has its other end at ground. */
static bool is_grounded(const hys_kernel *k, hys_u32 row, const hys_u32 *rows, const hys_u32 *cols, hys_u32 n) {
    bool own = false, other = false;
    for (hys_u32 e = 0; e < n; e++) {
        if (rows[e] != row) continue;
        own = own || cols[e] == row;
        other = other || (cols[e] != row && (is_node(k, cols[e]) || k->unknowns[cols[e]].flags & HYS_U_FLOW));
    }
    return own && !other;
}

static void link_kernel(const hys__circuit *c, const hys__group *g, size_t i, unsigned what, sets *s) {
    const hys_kernel *k = g->kernel;
    for (hys_u32 e = 0; e < k->n_jac; e++) {
        hys_u32 row = k->jac_row[e], col = k->jac_col[e];
        bool is_of_charge = is_charge(k, row) || is_charge(k, col);
        bool is_of_state = (k->unknowns[row].flags | k->unknowns[col].flags) & (HYS_U_STATE | HYS_U_AUX);
        if (is_of_state || !(what & (is_of_charge ? LINK_CHARGE : LINK_DC))) continue;
        merge(s, y_of(c, g, i, row), y_of(c, g, i, col));
        if (is_node(k, row) && is_grounded(k, row, k->jac_row, k->jac_col, k->n_jac))
            merge(s, y_of(c, g, i, row), c->n);
    }
    for (hys_u32 e = 0; e < k->n_mass && what & LINK_CHARGE; e++) {
        hys_u32 row = k->mass_row[e], col = k->mass_col[e];
        if (!is_node(k, row) || k->unknowns[col].flags & HYS_U_STATE) continue;
        merge(s, y_of(c, g, i, row), y_of(c, g, i, col));
        if (is_grounded(k, row, k->mass_row, k->mass_col, k->n_mass)) merge(s, y_of(c, g, i, row), c->n);
    }
}

/* Of behavioural elements the netlist says what they connect; what their kernels depend on is another matter. */
static void link_behavioural(const hys__circuit *c, uint32_t elem, unsigned what, sets *s) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    hys__behaviour is = e->card->behaviour;
    bool is_charge = is == HYS__IS_CAPACITANCE || is == HYS__IS_CHARGE;
    if (what & (is_charge ? LINK_CHARGE : LINK_DC)) merge(s, hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1));
}

static void link_kernels(const hys__circuit *c, unsigned what, sets *s) {
    for (size_t j = 0; j < c->groups.n; j++)
        for (size_t i = 0; i < c->groups.at[j].n && !c->groups.at[j].behavioural; i++)
            link_kernel(c, &c->groups.at[j], i, what, s);
    for (uint32_t i = 0; i < c->flat->n_elems; i++)
        if (c->flat->elems[i].card->kind == HYS__ELEM_B) link_behavioural(c, i, what, s);
}

/* ---- elements that carry a direct current ---- */

static void link_dc(const hys__circuit *c, uint32_t elem, bool with_inductors, sets *s) {
    switch (hys__circuit_elem(c, elem)->card->kind) {
    case HYS__ELEM_L:
        if (!with_inductors) break;
        merge(s, end_of(c, elem, 0), end_of(c, elem, 1));
        break;
    case HYS__ELEM_R:
    case HYS__ELEM_V:
    case HYS__ELEM_E:
    case HYS__ELEM_H:
    case HYS__ELEM_S:
    case HYS__ELEM_W:
        merge(s, end_of(c, elem, 0), end_of(c, elem, 1));
        break;
    case HYS__ELEM_T:
        merge(s, end_of(c, elem, 0), end_of(c, elem, 2));
        merge(s, end_of(c, elem, 1), end_of(c, elem, 3));
        break;
    case HYS__ELEM_G: /* a conductance where it is controlled by its own potential */
        if (end_of(c, elem, 0) == end_of(c, elem, 2) && end_of(c, elem, 1) == end_of(c, elem, 3))
            merge(s, end_of(c, elem, 0), end_of(c, elem, 1));
        break;
    default:
        break;
    }
}

/* The current source that drives a node without another way for its current; HYS__NO_PLACE: none. */
static uint32_t driver_of(const hys__circuit *c, const sets *s, uint32_t root) {
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        if (c->flat->elems[i].card->kind != HYS__ELEM_I) continue;
        if (find(s, end_of(c, i, 0)) == root || find(s, end_of(c, i, 1)) == root) return i;
    }
    return HYS__NO_PLACE;
}

#define NAMED_MAX 4

static hys_status say_leak(hys__circuit *c, const sets *s, uint32_t y) {
    char name[256], source[256];
    if (c->leaks.n > NAMED_MAX) return HYS_OK;
    hys__circuit_unknown(c, y, name, sizeof name);
    uint32_t driver = driver_of(c, s, find(s, y));
    if (driver == HYS__NO_PLACE)
        return hys__circuit_remarkf(c, "no direct current path from %s to ground: 1e-12 S is put there", name);
    hys__flat_elem_name(c->flat, driver, source, sizeof source);
    return hys__circuit_remarkf(c, "the current of %s has no way from %s to ground but 1e-12 S: put a resistor there",
                                source, name);
}

/* One leak for each part of the circuit that no direct current connects with ground. */
static hys_status find_floating(hys__circuit *c) {
    sets s;
    if (!sets_new(c, &s)) return HYS_NOMEM;
    for (uint32_t i = 0; i < c->flat->n_elems; i++) link_dc(c, i, true, &s);
    link_kernels(c, LINK_DC, &s);
    for (uint32_t node = 1; node < c->flat->n_nodes; node++) {
        uint32_t y = c->y_of[node];
        if (y == c->n || find(&s, y) == find(&s, c->n)) continue;
        uint32_t *slot = HYS_PUSH(&c->layout, &c->leaks);
        if (!slot || say_leak(c, &s, y) != HYS_OK) return HYS_NOMEM;
        *slot = node;
        merge(&s, y, c->n);
    }
    if (c->leaks.n > NAMED_MAX)
        return hys__circuit_remarkf(c, "%zu more nodes without such a path", c->leaks.n - NAMED_MAX);
    return HYS_OK;
}

/* ---- loops ---- */

static bool is_potential(const hys__circuit *c, uint32_t elem) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    hys__elem_kind kind = e->card->kind;
    return kind == HYS__ELEM_V || kind == HYS__ELEM_E || kind == HYS__ELEM_H || (kind == HYS__ELEM_R && e->value == 0);
}

static hys_status find_loops(hys__circuit *c) {
    sets s;
    char name[256];
    if (!sets_new(c, &s)) return HYS_NOMEM;
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        if (!is_potential(c, i) || merge(&s, end_of(c, i, 0), end_of(c, i, 1))) continue;
        hys__flat_elem_name(c->flat, i, name, sizeof name);
        bool is_short = c->flat->elems[i].card->kind == HYS__ELEM_R;
        if (is_short && hys__circuit_node(c, &c->flat->elems[i], 0) == hys__circuit_node(c, &c->flat->elems[i], 1))
            continue;
        return hys__circuit_fail(c, HYS_SEMANTIC, i, "put a small resistance in series",
                                 "%s closes a loop of sources of potential: nothing determines its current", name);
    }
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        if (c->flat->elems[i].card->kind != HYS__ELEM_L || merge(&s, end_of(c, i, 0), end_of(c, i, 1))) continue;
        uint32_t *slot = HYS_PUSH(&c->layout, &c->losses);
        if (!slot) return HYS_NOMEM;
        *slot = i;
        hys__flat_elem_name(c->flat, i, name, sizeof name);
        hys_status status =
            hys__circuit_remarkf(c, "%s closes a loop of inductors or sources: 1 uohm is put in series with it", name);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

hys_status hys__circuit_topology(hys__circuit *c) {
    hys_status status = find_loops(c);
    return status == HYS_OK ? find_floating(c) : status;
}

/* ---- higher index ---- */

/* Parts that only inductors and current sources connect with the rest. */
static hys_status mark_cut_sets(hys__circuit *c) {
    sets s;
    if (!sets_new(c, &s)) return HYS_NOMEM;
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        link_dc(c, i, false, &s);
        if (c->flat->elems[i].card->kind == HYS__ELEM_C) merge(&s, end_of(c, i, 0), end_of(c, i, 1));
    }
    link_kernels(c, LINK_DC | LINK_CHARGE, &s);
    for (uint32_t node = 1; node < c->flat->n_nodes; node++) {
        uint32_t y = c->y_of[node];
        if (y != c->n && find(&s, y) != find(&s, c->n)) c->is_tested[y] = 0;
    }
    return HYS_OK;
}

/* A current that only appears without its derivative is what the potentials make it: across a small resistance the
 * rounding of volts is more amperes than any tolerance allows.  The same holds for the value of a ddt. */
static void mark_derived(hys__circuit *c) {
    for (uint32_t i = 0; i < c->n; i++)
        if (!c->is_differential[i] && c->place_of[i] >= c->first_branch && c->place_of[i] < c->first_internal) {
            c->is_tested[i] = 0;
            c->is_derived[i] = 1;
        }
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
            for (size_t i = 0; g->kernel->unknowns[u].flags & (HYS_U_FLOW | HYS_U_AUX) && i < g->n; i++) {
                uint32_t y = g->to_y[u * g->n_pad + i];
                if (y == c->n || c->is_differential[y]) continue;
                c->is_tested[y] = 0;
                if (g->kernel->unknowns[u].flags & HYS_U_AUX) c->is_derived[y] = 1;
            }
    }
}

hys_status hys__circuit_index(hys__circuit *c) {
    mark_derived(c);
    return mark_cut_sets(c);
}
