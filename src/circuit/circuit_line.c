/* Lossless lines by the method of characteristics (Branin, Proc. IEEE 55, 2012, 1967): at each end
 *
 *     v - z0 i = w(t - td),    w = v + z0 i of the other end
 *
 * with i into the line.  In equilibrium a line is two wires. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

static hys_status make_line(hys__circuit *c, uint32_t elem) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    hys__line *l = HYS_PUSH(&c->layout, &c->lines);
    if (!l) return HYS_NOMEM;
    *l = (hys__line){.elem = elem};
    for (unsigned k = 0; k < 4; k++) l->v[k] = hys__circuit_node(c, e, k);
    l->i[0] = hys__circuit_current(c, elem);
    l->i[1] = c->y_of[c->where[elem].branch + 1];
    for (unsigned end = 0; end < 2; end++)
        for (unsigned k = 0; k < 6; k++)
            l->at[end][k] = hys__circuit_entry(c, l->i[end], k < 4 ? l->v[k] : l->i[k - 4]);
    return HYS_OK;
}

hys_status hys__lines_values(hys__circuit *c) {
    for (size_t i = 0; i < c->lines.n; i++) {
        hys__line *l = &c->lines.at[i];
        const hys__elem *e = hys__circuit_elem(c, l->elem);
        l->z0 = e->values[0] / e->m;
        l->td = e->values[1];
        if (!(l->z0 > 0 && l->td > 0 && isfinite(l->z0) && isfinite(l->td)))
            return hys__circuit_fail(c, HYS_SEMANTIC, l->elem, "as in T1 a 0 b 0 z0=50 td=1n",
                                     "%s needs a positive z0 and td", e->card->name);
    }
    return HYS_OK;
}

hys_status hys__lines_make(hys__circuit *c) {
    hys_status status = HYS_OK;
    for (uint32_t i = 0; i < c->flat->n_elems && status == HYS_OK; i++)
        if (c->flat->elems[i].card->kind == HYS__ELEM_T) status = make_line(c, i);
    return status == HYS_OK ? hys__lines_values(c) : status;
}

void hys__lines_free(hys__circuit *c) {
    for (size_t i = 0; i < c->lines.n; i++)
        for (unsigned end = 0; end < 2; end++) hys__history_free(c->ctx, &c->lines.at[i].wave[end]);
    c->lines.n = 0;
}

static bool is_static(const hys__circuit *c) {
    return !c->is_linearising && c->mode != HYS__MODE_TRAN && !c->has_line_history;
}

/* Coefficients of v0 v1 v2 v3 i0 i1 in the row of an end. */
static void coefficients(const hys__circuit *c, const hys__line *l, unsigned end, double k[6]) {
    static const double wires[2][6] = {{1, -1, -1, 1, 0, 0}, {0, 0, 0, 0, 1, 1}};
    if (is_static(c)) {
        memcpy(k, wires[end], sizeof wires[end]);
        return;
    }
    memset(k, 0, 6 * sizeof *k);
    k[2 * end] = 1;
    k[2 * end + 1] = -1;
    k[4 + end] = -l->z0;
}

void hys__lines_eval(hys__circuit *c, const double *y, double *f, double *jac) {
    double k[6];
    for (size_t i = 0; i < c->lines.n; i++) {
        hys__line *l = &c->lines.at[i];
        if (!is_static(c)) hys__line_arrivals(l, c->time);
        for (unsigned end = 0; end < 2; end++) {
            coefficients(c, l, end, k);
            double sum = is_static(c) ? 0 : -l->from[end];
            for (unsigned n = 0; n < 6; n++) sum += k[n] * y[n < 4 ? l->v[n] : l->i[n - 4]];
            f[l->i[end]] += sum;
            for (unsigned n = 0; jac && n < 6; n++) jac[l->at[end][n]] += k[n];
        }
    }
}

/* ---- what travels ---- */

static void outgoing(const hys__circuit *c, const hys__line *l, const double *y, double wave[2]) {
    for (unsigned end = 0; end < 2; end++) {
        uint32_t a = l->v[2 * end], b = l->v[2 * end + 1];
        wave[end] = (a == c->n ? 0 : y[a]) - (b == c->n ? 0 : y[b]) + l->z0 * y[l->i[end]];
    }
}

static hys_status push(hys__circuit *c, hys__line *l, double t, const double wave[2]) {
    hys_status status = hys__history_push(c->ctx, &l->wave[0], t, wave[0], t - l->td);
    return status == HYS_OK ? hys__history_push(c->ctx, &l->wave[1], t, wave[1], t - l->td) : status;
}

hys_status hys__lines_push(hys__circuit *c, double t, const double *y) {
    for (size_t i = 0; i < c->lines.n; i++) {
        double wave[2];
        outgoing(c, &c->lines.at[i], y, wave);
        hys_status status = push(c, &c->lines.at[i], t, wave);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* What travels before the start: the resting state, or with uic (y NULL) what the element's ic= says. */
hys_status hys__lines_start(hys__circuit *c, double t, const double *y) {
    for (size_t i = 0; i < c->lines.n; i++) {
        hys__line *l = &c->lines.at[i];
        const double *ic = hys__circuit_elem(c, l->elem)->values + 2; /* i1 v1 i2 v2 */
        double wave[2];
        if (y) outgoing(c, l, y, wave);
        for (unsigned end = 0; !y && end < 2; end++)
            wave[end] = (isnan(ic[2 * end + 1]) ? 0 : ic[2 * end + 1]) + l->z0 * (isnan(ic[2 * end]) ? 0 : ic[2 * end]);
        l->wave[0].n = l->wave[1].n = 0;
        hys_status status = push(c, l, t, wave);
        if (status != HYS_OK) return status;
    }
    c->has_line_history = true;
    return HYS_OK;
}

void hys__line_arrivals(hys__line *l, double t) {
    for (unsigned end = 0; end < 2; end++) l->from[end] = hys__history_value(&l->wave[1 - end], t, l->td);
}
