/* Where the entries of kernels stand in the circuit's vectors and matrix. */
#include "circuit/circuit_impl.h"
#include <string.h>

static void list_used(const hys__circuit *c, hys__group *g) {
    g->n_jac_used = 0;
    for (hys_u32 e = 0; e < g->kernel->n_jac; e++) {
        bool is_used = false;
        for (size_t i = 0; i < g->n; i++) is_used = is_used || g->jac_at[e * g->n_pad + i] < c->nnz;
        if (is_used) g->jac_used[g->n_jac_used++] = e;
    }
}

static hys_status fill_group(hys__circuit *c, hys__group *g) {
    const hys_kernel *k = g->kernel;
    size_t pad = g->n_pad;
    g->to_y = HYS_NEW_N(&c->layout, uint32_t, k->n_unknowns * pad + 1);
    g->jac_at = HYS_NEW_N(&c->layout, uint32_t, k->n_jac * pad + 1);
    g->jac_used = HYS_NEW_N(&c->layout, uint32_t, k->n_jac + 1);
    g->mass_at = HYS_NEW_N(&c->layout, uint32_t, k->n_mass * pad + 1);
    if (c->layout.failed) return HYS_NOMEM;
    /* Padding lanes compute what the first instance does; only the real ones are added up. */
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        for (size_t i = 0; i < pad; i++) g->to_y[u * pad + i] = c->y_of[hys__group_place(c, g, i < g->n ? i : 0, u)];
    g->row_of = g->to_y;
    return HYS_OK;
}

static void fill_entries(hys__circuit *c, hys__group *g) {
    const hys_kernel *k = g->kernel;
    size_t pad = g->n_pad;
    const struct {
        const hys_u32 *row, *col;
        hys_u32 n;
        uint32_t *at;
    } lists[2] = {{k->jac_row, k->jac_col, k->n_jac, g->jac_at}, {k->mass_row, k->mass_col, k->n_mass, g->mass_at}};
    for (int f = 0; f < 2; f++)
        for (hys_u32 e = 0; e < lists[f].n; e++)
            for (size_t i = 0; i < pad; i++)
                lists[f].at[e * pad + i] =
                    hys__circuit_entry(c, g->row_of[lists[f].row[e] * pad + i], g->to_y[lists[f].col[e] * pad + i]);
    list_used(c, g);
}

hys_status hys__circuit_tables(hys__circuit *c) {
    hys_status status = HYS_OK;
    c->n_roots = 0;
    for (size_t i = 0; i < c->groups.n && status == HYS_OK; i++) {
        hys__group *g = &c->groups.at[i];
        status = fill_group(c, g);
        g->first_root = c->n_roots;
        c->n_roots += g->kernel->n_events * g->n;
    }
    if (status == HYS_OK) status = hys__sensors_rows(c);
    for (size_t i = 0; i < c->groups.n && status == HYS_OK; i++) fill_entries(c, &c->groups.at[i]);
    c->n_roots += c->switches.n;
    c->y = HYS_NEW_N(&c->layout, double, (size_t)c->n + 1);
    c->yp = HYS_NEW_N(&c->layout, double, (size_t)c->n + 1);
    c->f = HYS_NEW_N(&c->layout, double, (size_t)c->n + 1);
    c->jac = HYS_NEW_N(&c->layout, double, c->nnz + 1);
    c->linear = HYS_NEW_N(&c->layout, double, c->nnz + 1);
    c->mass = HYS_NEW_N(&c->layout, double, c->nnz + 1);
    c->room = HYS_NEW_N(&c->layout, double, 4 * (size_t)c->n + 8);
    return c->layout.failed ? HYS_NOMEM : status;
}
