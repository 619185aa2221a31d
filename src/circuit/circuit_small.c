/* The linearised circuit, its AC sources and its noise. */
#include "base/clocale.h"
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

hys_status hys__circuit_linearise(hys__circuit *c, const double *y, double *g) {
    c->is_linearising = true;
    hys__point at = {.y = y};
    bool good = hys__circuit_eval(c, &at, c->room, g);
    c->is_linearising = false;
    if (good) return hys__circuit_linearise_delays(c, y);
    return hys__fail(c->ctx, HYS_NOCONV, "a derivative at a kink or a pole?",
                     "the derivatives at the operating point are not finite");
}

bool hys__circuit_has_delays(const hys__circuit *c) {
    for (size_t j = 0; j < c->groups.n; j++)
        if (c->groups.at[j].kernel->n_delays) return true;
    return c->lines.n > 0;
}

static void add_complex(const hys__circuit *c, double *jac, uint32_t at, double re, double im) {
    if (at >= c->nnz) return;
    jac[2 * at] += re;
    jac[2 * at + 1] += im;
}

void hys__circuit_delay_stamp(const hys__circuit *c, double omega, double *jac) {
    hys__circuit_stamp_delays(c, omega, jac);
    for (size_t k = 0; k < c->lines.n; k++) {
        const hys__line *l = &c->lines.at[k];
        double re = -cos(omega * l->td), im = sin(omega * l->td); /* -exp(-i omega td) */
        for (unsigned end = 0; end < 2; end++) {
            unsigned other = 1 - end;
            add_complex(c, jac, l->at[end][2 * other], re, im);
            add_complex(c, jac, l->at[end][2 * other + 1], -re, -im);
            add_complex(c, jac, l->at[end][4 + other], re * l->z0, im * l->z0);
        }
    }
}

void hys__circuit_ac_rhs(const hys__circuit *c, double *rhs) {
    memset(rhs, 0, 2 * (size_t)c->n * sizeof *rhs);
    for (size_t k = 0; k < c->sources.n; k++) {
        const hys__elem *e = hys__circuit_elem(c, c->sources.at[k]);
        uint32_t branch = hys__circuit_current(c, c->sources.at[k]);
        double re = e->ac_mag * cos(e->ac_phase), im = e->ac_mag * sin(e->ac_phase);
        if (branch != c->n) {
            rhs[2 * branch] += re;
            rhs[2 * branch + 1] += im;
            continue;
        }
        for (unsigned end = 0; end < 2; end++) {
            uint32_t y = hys__circuit_node(c, e, end);
            double sign = end ? e->m : -e->m;
            if (y == c->n) continue;
            rhs[2 * y] += sign * re;
            rhs[2 * y + 1] += sign * im;
        }
    }
}

/* ---- noise ---- */

#define BOLTZMANN 1.380649e-23 /* J/K */

typedef struct noise_list {
    hys__noise_source *at;
    size_t n, cap;
} noise_list;

static int64_t signed_y(const hys__circuit *c, uint32_t y) {
    return y == c->n ? -1 : (int64_t)y;
}

static hys_status add_resistor(hys__circuit *c, noise_list *list, uint32_t elem, double ohm) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    double temp = isnan(e->temp) ? c->temp : e->temp;
    uint32_t branch = hys__circuit_current(c, elem);
    if (!(ohm > 0)) return HYS_OK;
    hys__noise_source *s = HYS_PUSH(&c->layout, list);
    if (!s) return HYS_NOMEM;
    *s = (hys__noise_source){.elem = elem, .name = "thermal", .exponent = 1, .white = 4 * BOLTZMANN * temp / ohm};
    s->plus = signed_y(c, hys__circuit_node(c, e, 0));
    s->minus = signed_y(c, hys__circuit_node(c, e, 1));
    if (branch == c->n) return HYS_OK;
    /* v - R i = e_n in the row of the current */
    s->plus = branch;
    s->minus = -1;
    s->white = 4 * BOLTZMANN * temp * ohm;
    return HYS_OK;
}

/* How much of one noise source of a kernel enters each row.  Of m devices in parallel the currents into terminals add
 * up as powers do, and what is inside is the mean of m: powers of m are taken into the coefficients. */
static hys_status read_rows(hys__circuit *c, const hys__group *g, hys_u32 source, size_t i, hys__noise_source *s) {
    const hys_kernel *k = g->kernel;
    double m = g->m ? g->m[i] : 1;
    hys__noise_row *rows = HYS_NEW_N(&c->layout, hys__noise_row, k->n_noise_coefs + 1);
    if (!rows) return HYS_NOMEM;
    s->rows = rows;
    for (hys_u32 e = 0; e < k->n_noise_coefs; e++) {
        if (k->noise_col[e] != source) continue;
        uint32_t y = g->row_of[k->noise_row[e] * g->n_pad + i];
        double scale = k->noise_row[e] < k->n_terminals ? sqrt(m) : 1 / sqrt(m);
        if (y != c->n && c->noise_coef[e][i] != 0) rows[s->n_rows++] = (hys__noise_row){y, scale * c->noise_coef[e][i]};
    }
    return HYS_OK;
}

static hys_status add_kernel_source(hys__circuit *c, noise_list *list, const hys__group *g, hys_u32 source, size_t i) {
    hys__noise_source *s = HYS_PUSH(&c->layout, list);
    if (!s) return HYS_NOMEM;
    double density = c->noise[source][i], exponent = c->noise_exp[source][i];
    *s = (hys__noise_source){.elem = g->elems[i], .name = g->kernel->noises[source].name, .plus = -1, .minus = -1};
    s->exponent = exponent != 0 ? exponent : 1;
    *(exponent != 0 ? &s->flicker : &s->white) = density;
    hys_status status = read_rows(c, g, source, i, s);
    if (status == HYS_OK && !s->n_rows) list->n--;
    return status;
}

static double **take_arrays(hys__circuit *c, size_t count, size_t n_pad) {
    double **at = HYS_NEW_N(&c->layout, double *, count + 1);
    double *room = HYS_NEW_N(&c->layout, double, count *n_pad + 8);
    uintptr_t aligned = ((uintptr_t)room + 63) / 64 * 64;
    for (size_t k = 0; at && room && k < count; k++) at[k] = (double *)aligned + k * n_pad;
    return room ? at : NULL;
}

static hys_status add_kernel(hys__circuit *c, noise_list *list, hys__group *g) {
    const hys_kernel *k = g->kernel;
    if (!k->n_noises) return HYS_OK;
    c->noise = take_arrays(c, k->n_noises, g->n_pad);
    c->noise_exp = take_arrays(c, k->n_noises, g->n_pad);
    c->noise_coef = take_arrays(c, k->n_noise_coefs, g->n_pad);
    if (!c->noise || !c->noise_exp || !c->noise_coef) return HYS_NOMEM;
    hys_out out = g->batch->out;
    out.noise = c->noise;
    out.noise_exp = c->noise_exp;
    out.noise_coef = c->noise_coef;
    k->noise(&g->batch->env, &g->batch->in, &out);
    hys_status status = HYS_OK;
    for (hys_u32 s = 0; s < k->n_noises; s++)
        for (size_t i = 0; i < g->n && status == HYS_OK; i++) status = add_kernel_source(c, list, g, s, i);
    return status;
}

hys_status hys__circuit_noise_sources(hys__circuit *c, const double *y, const hys__noise_source **sources, size_t *n) {
    noise_list list = {NULL, 0, 0};
    hys_status status = HYS_OK;
    hys__circuit_gather(c, 0, y);
    for (uint32_t i = 0; i < c->flat->n_elems && status == HYS_OK; i++)
        if (c->flat->elems[i].card->kind == HYS__ELEM_R)
            status = add_resistor(c, &list, i, c->flat->elems[i].value / c->flat->elems[i].m);
    for (size_t k = 0; k < c->switches.n && status == HYS_OK; k++) {
        const hys__switch *s = &c->switches.at[k];
        status = add_resistor(c, &list, s->elem, 1 / hys__switch_conductance(c, s, c->y, NULL));
    }
    for (size_t j = 0; j < c->groups.n && status == HYS_OK; j++) status = add_kernel(c, &list, &c->groups.at[j]);
    *sources = list.at;
    *n = list.n;
    return status;
}
