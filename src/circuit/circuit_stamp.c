/* The constant part of the equations: linear elements and the kernels' mass. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

typedef struct pair { /* the two ends of an element, as unknowns */
    uint32_t a, b;
} pair;

static void put(hys__stamper *s, bool is_mass, uint32_t row, uint32_t col, double value) {
    s->put(s, is_mass, row, col, value);
}

/* value * (v(in.a) - v(in.b)) flows from out.a to out.b. */
static void stamp_between(hys__stamper *s, bool is_mass, pair out, pair in, double value) {
    put(s, is_mass, out.a, in.a, value);
    put(s, is_mass, out.a, in.b, -value);
    put(s, is_mass, out.b, in.a, -value);
    put(s, is_mass, out.b, in.b, value);
}

/* The current `branch` flows from out.a to out.b. */
static void stamp_current(hys__stamper *s, pair out, uint32_t branch, double value) {
    put(s, false, out.a, branch, value);
    put(s, false, out.b, branch, -value);
}

/* value * (v(in.a) - v(in.b)) in a row. */
static void stamp_row(hys__stamper *s, bool is_mass, uint32_t row, pair in, double value) {
    put(s, is_mass, row, in.a, value);
    put(s, is_mass, row, in.b, -value);
}

/* A conductance, a capacitance, or a current that another potential controls; as a row of its own where its current is
 * an unknown. */
static void stamp_admittance(hys__stamper *s, uint32_t elem, bool is_mass, pair in, double value) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    pair out = {hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)};
    uint32_t branch = hys__circuit_current(c, elem);
    if (branch == c->n) {
        stamp_between(s, is_mass, out, in, value);
        return;
    }
    stamp_current(s, out, branch, 1);
    put(s, false, branch, branch, 1);
    stamp_row(s, is_mass, branch, in, -value);
}

static void stamp_resistor(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    pair ends = {hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)};
    uint32_t branch = hys__circuit_current(c, elem);
    if (branch == c->n) {
        stamp_between(s, false, ends, ends, e->m / e->value);
        return;
    }
    stamp_current(s, ends, branch, 1);
    stamp_row(s, false, branch, ends, 1);
    put(s, false, branch, branch, -e->value / e->m);
}

static void stamp_inductor(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    pair ends = {hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)};
    uint32_t branch = hys__circuit_current(c, elem);
    stamp_current(s, ends, branch, 1);
    stamp_row(s, false, branch, ends, 1);
    put(s, true, branch, branch, -e->value / e->m);
}

static void stamp_coupling(hys__stamper *s, const hys__elem *e) {
    hys__circuit *c = s->circuit;
    const hys__elem *l[2] = {hys__circuit_elem(c, e->control[0]), hys__circuit_elem(c, e->control[1])};
    uint32_t i[2] = {hys__circuit_current(c, e->control[0]), hys__circuit_current(c, e->control[1])};
    double mutual = e->value * sqrt(fabs(l[0]->value / l[0]->m * (l[1]->value / l[1]->m)));
    put(s, true, i[0], i[1], -mutual);
    put(s, true, i[1], i[0], -mutual);
}

/* Sources of potential: v(out) - (what controls it) = 0. */
static void stamp_potential(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    pair out = {hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)};
    uint32_t branch = hys__circuit_current(c, elem);
    stamp_current(s, out, branch, 1);
    stamp_row(s, false, branch, out, 1);
    if (e->card->kind == HYS__ELEM_E)
        stamp_row(s, false, branch, (pair){hys__circuit_node(c, e, 2), hys__circuit_node(c, e, 3)}, -e->value);
    if (e->card->kind == HYS__ELEM_H) put(s, false, branch, hys__circuit_current(c, e->control[0]), -e->value);
}

static void stamp_current_gain(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    pair out = {hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)};
    uint32_t branch = hys__circuit_current(c, elem), control = hys__circuit_current(c, e->control[0]);
    if (branch == c->n) {
        stamp_current(s, out, control, e->value * e->m);
        return;
    }
    stamp_current(s, out, branch, 1);
    put(s, false, branch, branch, 1);
    put(s, false, branch, control, -e->value * e->m);
}

static void stamp_source_current(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    uint32_t branch = hys__circuit_current(c, elem);
    if (branch == c->n) return;
    stamp_current(s, (pair){hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)}, branch, 1);
    put(s, false, branch, branch, 1);
}

/* Only places for what hys__switches_eval adds. */
static void stamp_switch(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    pair ends = {hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)};
    uint32_t branch = hys__circuit_current(c, elem);
    bool is_smooth = e->values[1] < 0, is_voltage = e->card->kind == HYS__ELEM_S;
    pair by = {is_voltage ? hys__circuit_node(c, e, 2) : hys__circuit_current(c, e->control[0]),
               is_voltage ? hys__circuit_node(c, e, 3) : c->n};
    if (branch == c->n) {
        stamp_between(s, false, ends, ends, 0);
        if (is_smooth) stamp_between(s, false, ends, by, 0);
        return;
    }
    stamp_current(s, ends, branch, 1);
    stamp_row(s, false, branch, ends, 1);
    if (is_smooth) stamp_row(s, false, branch, by, 0);
    put(s, false, branch, branch, 0);
}

/* Currents into both ends; the rows are hys__lines_eval's. */
static void stamp_line(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    uint32_t i[2] = {hys__circuit_current(c, elem), c->y_of[c->where[elem].branch + 1]};
    for (unsigned end = 0; end < 2; end++) {
        stamp_current(s, (pair){hys__circuit_node(c, e, 2 * end), hys__circuit_node(c, e, 2 * end + 1)}, i[end], 1);
        for (unsigned k = 0; k < 4; k++) put(s, false, i[end], hys__circuit_node(c, e, k), 0);
        for (unsigned k = 0; k < 2; k++) put(s, false, i[end], i[k], 0);
    }
}

static void stamp_element(hys__stamper *s, uint32_t elem) {
    hys__circuit *c = s->circuit;
    const hys__elem *e = hys__circuit_elem(c, elem);
    switch (e->card->kind) {
    case HYS__ELEM_R:
        stamp_resistor(s, elem);
        break;
    case HYS__ELEM_C:
        stamp_admittance(s, elem, true, (pair){hys__circuit_node(c, e, 0), hys__circuit_node(c, e, 1)},
                         e->value * e->m);
        break;
    case HYS__ELEM_G:
        stamp_admittance(s, elem, false, (pair){hys__circuit_node(c, e, 2), hys__circuit_node(c, e, 3)},
                         e->value * e->m);
        break;
    case HYS__ELEM_L:
        stamp_inductor(s, elem);
        break;
    case HYS__ELEM_K:
        stamp_coupling(s, e);
        break;
    case HYS__ELEM_V:
    case HYS__ELEM_E:
    case HYS__ELEM_H:
        stamp_potential(s, elem);
        break;
    case HYS__ELEM_F:
        stamp_current_gain(s, elem);
        break;
    case HYS__ELEM_I:
        stamp_source_current(s, elem);
        break;
    case HYS__ELEM_S:
    case HYS__ELEM_W:
        stamp_switch(s, elem);
        break;
    case HYS__ELEM_T:
        stamp_line(s, elem);
        break;
    default: /* kernels */
        break;
    }
}

/* What settles a node that nothing else holds, and carries nothing: 1e-12 S, as SPICE's gmin. */
#define LEAK 1e-12
#define LOSS 1e-6 /* ohm: shares currents between inductors in a loop */

void hys__circuit_stamp(hys__stamper *s) {
    hys__circuit *c = s->circuit;
    for (uint32_t i = 0; i < c->flat->n_elems; i++) stamp_element(s, i);
    for (size_t i = 0; i < c->leaks.n; i++) {
        uint32_t y = c->y_of[c->leaks.at[i]];
        put(s, false, y, y, LEAK);
    }
    hys__sensors_stamp(s);
    for (size_t i = 0; i < c->losses.n; i++) {
        uint32_t branch = hys__circuit_current(c, c->losses.at[i]);
        put(s, false, branch, branch, -LOSS);
    }
}

/* ---- values ---- */

static void add_value(hys__stamper *s, bool is_mass, uint32_t row, uint32_t col, double value) {
    hys__circuit *c = s->circuit;
    uint32_t at = hys__circuit_entry(c, row, col);
    if (at < c->nnz) (is_mass ? c->mass : c->linear)[at] += value;
}

static void add_kernel_mass(hys__circuit *c, const hys__group *g) {
    for (hys_u32 e = 0; e < g->kernel->n_mass; e++) {
        const uint32_t *at = g->mass_at + e * g->n_pad;
        bool is_terminal = g->kernel->mass_row[e] < g->kernel->n_terminals;
        for (size_t i = 0; i < g->n; i++)
            if (at[i] < c->nnz) c->mass[at[i]] += g->batch->mass[e][i] * (g->m && is_terminal ? g->m[i] : 1);
    }
}

/* The same matrix by rows, without its zeros. */
static void fill_rows(const hys__circuit *c, const double *value, hys__csr *to) {
    uint32_t n = 0;
    const int64_t *start = c->system.col_start;
    /* Columns of the entries, which compressed columns do not say. */
    uint32_t *col_of = to->start + c->n + 1;
    for (uint32_t j = 0; j < c->n; j++)
        for (int64_t k = start[j]; k < start[j + 1]; k++) col_of[k] = j;
    for (uint32_t i = 0; i < c->n; i++) {
        to->start[i] = n;
        for (uint32_t k = c->row_start[i]; k < c->row_start[i + 1]; k++) {
            uint32_t at = c->row_at[k];
            if (value[at] == 0) continue;
            to->col[n] = col_of[at];
            to->at[n++] = value[at];
        }
    }
    to->start[c->n] = n;
}

static hys_status take_rows(hys__circuit *c, hys__csr *rows) {
    if (rows->start) return HYS_OK;
    rows->start = HYS_NEW_N(&c->layout, uint32_t, (size_t)c->n + 1 + c->nnz);
    rows->col = HYS_NEW_N(&c->layout, uint32_t, c->nnz + 1);
    rows->at = HYS_NEW_N(&c->layout, double, c->nnz + 1);
    return c->layout.failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys__circuit_values(hys__circuit *c) {
    hys__stamper s = {c, add_value};
    if (take_rows(c, &c->g) != HYS_OK || take_rows(c, &c->mass_rows) != HYS_OK) return HYS_NOMEM;
    memset(c->linear, 0, c->nnz * sizeof *c->linear);
    memset(c->mass, 0, c->nnz * sizeof *c->mass);
    hys__circuit_stamp(&s);
    for (size_t i = 0; i < c->groups.n; i++) add_kernel_mass(c, &c->groups.at[i]);
    if (!hys__circuit_all_finite(c->linear, c->nnz) || !hys__circuit_all_finite(c->mass, c->nnz))
        for (uint32_t i = 0; i < c->flat->n_elems; i++) {
            const hys__elem *e = &c->flat->elems[i];
            bool is_linear = e->card->kind < HYS__ELEM_S && !e->wave;
            if (is_linear && (!isfinite(e->value) || !isfinite(e->m)))
                return hys__circuit_fail(c, HYS_SEMANTIC, i, "", "the value of %s is not a finite number",
                                         e->card->name);
        }
    fill_rows(c, c->linear, &c->g);
    fill_rows(c, c->mass, &c->mass_rows);
    return HYS_OK;
}
