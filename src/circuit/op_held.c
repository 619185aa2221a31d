/* States that an operating point holds: at their initial values, where a transient begins; or where nothing tells them
 * to move. */
#include "circuit/circuit_impl.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

static hys_status add_pin(hys__circuit *c, uint32_t row, uint32_t col, double value) {
    if (!hys__grow(&c->arena, (void **)&c->pins, &c->pin_cap, c->n_pins + 1, sizeof *c->pins)) return HYS_NOMEM;
    c->pins[c->n_pins++] = (hys__pin){row, col, value};
    return HYS_OK;
}

void hys__circuit_unpin(hys__circuit *c) {
    c->n_pins = 0;
}

/* The row that holding a state replaces.  Mostly its own; "V(x): ddt(V(x)) == ..." puts the derivative into the row of
 * another unknown. */
static hys_u32 rate_row(const hys_kernel *k, hys_u32 state) {
    hys_u32 found = state;
    bool any = false;
    for (hys_u32 e = 0; e < k->n_mass; e++) {
        if (k->mass_col[e] != state) continue;
        if (k->mass_row[e] == state) return state;
        if (!any) found = k->mass_row[e];
        any = true;
    }
    return found;
}

static bool is_state(const hys_kernel *k, hys_u32 u) {
    hys_u32 flags = k->unknowns[u].flags;
    return flags & HYS_U_HAS_INIT && flags & (HYS_U_STATE | HYS_U_DIFFERENTIAL);
}

static void init_group(hys__group *g) {
    hys_u32 flags = g->batch->env.flags;
    g->batch->env.flags |= 1u << VA_FLAG_INIT;
    if (g->kernel->init) g->kernel->init(&g->batch->env, &g->batch->in, &g->batch->out);
    g->batch->env.flags = flags;
}

/* One pin for each state, in a fixed order; values from the kernels at the present unknowns.  *moved: some changed. */
hys_status hys__circuit_pin_initial(hys__circuit *c, bool *moved) {
    size_t at = 0, n_before = c->n_pins;
    *moved = false;
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        const hys_kernel *k = g->kernel;
        init_group(g);
        for (hys_u32 u = 0; u < k->n_unknowns; u++) {
            if (!is_state(k, u)) continue;
            const uint32_t *col = g->to_y + u * g->n_pad, *row = g->row_of + rate_row(k, u) * g->n_pad;
            for (size_t i = 0; i < g->n; i++) {
                double value = g->batch->x0[u][i];
                if (col[i] == c->n || row[i] == c->n) continue;
                if (at == n_before && add_pin(c, row[i], col[i], NAN) != HYS_OK) return HYS_NOMEM;
                if (at == n_before) n_before++;
                hys__pin *pin = &c->pins[at++];
                double slack = 1e-9 * fabs(value) + 1e-3 * c->abstol[col[i]];
                *moved = *moved || !(fabs(value - pin->value) <= slack);
                pin->value = value;
            }
        }
    }
    return HYS_OK;
}

/* ---- states without a resting point of their own ---- */

#define NAMED_MAX 4

static hys_status say_lost(hys__circuit *c, uint32_t col, double value) {
    char name[256];
    if (c->n_pins > NAMED_MAX) return HYS_OK;
    hys__circuit_unknown(c, col, name, sizeof name);
    return hys__circuit_remarkf(c, "%s has no resting point of its own: held at %.6g", name, value);
}

/* Pins the states whose rate does not depend on them at y: anything, or nothing, is at rest there.  c->jac holds the
 * Jacobian at y without pins. */
hys_status hys__circuit_pin_lost(hys__circuit *c, const double *y) {
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        const hys_kernel *k = g->kernel;
        for (hys_u32 u = 0; u < k->n_unknowns; u++) {
            if (!is_state(k, u)) continue;
            const uint32_t *col = g->to_y + u * g->n_pad, *row = g->row_of + rate_row(k, u) * g->n_pad;
            for (size_t i = 0; i < g->n; i++) {
                if (col[i] == c->n || row[i] == c->n || c->jac[hys__circuit_entry(c, row[i], col[i])] != 0) continue;
                if (add_pin(c, row[i], col[i], y[col[i]]) != HYS_OK || say_lost(c, col[i], y[col[i]]) != HYS_OK)
                    return HYS_NOMEM;
            }
        }
    }
    if (c->n_pins > NAMED_MAX) return hys__circuit_remarkf(c, "so are %zu more states", c->n_pins - NAMED_MAX);
    return HYS_OK;
}

/* ---- uic: what capacitances and inductors hold at the start ---- */

static void charge_capacitor(hys__circuit *c, uint32_t elem, const double *y, double *charge) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    uint32_t a = hys__circuit_node(c, e, 0), b = hys__circuit_node(c, e, 1), branch = hys__circuit_current(c, elem);
    double v = isnan(e->ic) ? y[a] - y[b] : e->ic, q = e->value * e->m * v;
    if (branch != c->n) {
        charge[branch] -= q;
        return;
    }
    charge[a] += q;
    charge[b] -= q;
}

static void charge_kernels(hys__circuit *c, double *charge) {
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        const hys_kernel *k = g->kernel;
        hys__batch *b = g->batch;
        init_group(g);
        for (hys_u32 u = 0; u < k->n_unknowns; u++)
            for (size_t i = 0; is_state(k, u) && i < g->n; i++) b->x[u][i] = b->x0[u][i];
        /* z - q(x) = 0: with z = 0 the row is -q. */
        k->eval_f(&b->env, &b->in, &b->out);
        for (hys_u32 e = 0; e < k->n_mass; e++) {
            hys_u32 row = k->mass_row[e], col = k->mass_col[e];
            bool is_charge = k->unknowns[col].flags & HYS_U_CHARGE;
            for (size_t i = 0; i < g->n; i++) {
                double x = is_charge ? -b->f[col][i] : b->x[col][i];
                double m = g->m && row < k->n_terminals ? g->m[i] : 1;
                charge[g->row_of[row * g->n_pad + i]] += m * b->mass[e][i] * x;
            }
        }
    }
}

/* M y at the start, as the initial conditions say; y [n + 1] becomes where Newton starts. */
hys_status hys__circuit_initial_charge(hys__circuit *c, double **result, double *y) {
    double *charge = HYS_NEW_N(&c->layout, double, (size_t)c->n + 1);
    double *current = HYS_NEW_N(&c->layout, double, (size_t)c->n + 1);
    if (!charge || !current) return HYS_NOMEM;
    hys__circuit_gather(c, 0, y);
    charge_kernels(c, charge);
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        const hys__elem *e = hys__circuit_elem(c, i);
        if (e->card->kind == HYS__ELEM_C) charge_capacitor(c, i, c->y, charge);
        if (e->card->kind == HYS__ELEM_L) current[hys__circuit_current(c, i)] = isnan(e->ic) ? 0 : e->ic;
    }
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        const hys__elem *e = hys__circuit_elem(c, i);
        if (e->card->kind != HYS__ELEM_L) continue;
        uint32_t row = hys__circuit_current(c, i);
        y[row] = current[row];
        for (uint32_t k = c->mass_rows.start[row]; k < c->mass_rows.start[row + 1]; k++)
            charge[row] += c->mass_rows.at[k] * current[c->mass_rows.col[k]];
    }
    *result = charge;
    return HYS_OK;
}
