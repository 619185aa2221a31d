/* laplace_nd, _np, _zd, _zp: H(s) = N(s) / D(s) as states in controllable canonical form,
 *
 *     z1' = z2 / tau, ..., zn' = tau^(n-1) (u - sum d_k z_(k+1) tau^-k) / d_n,   y = sum n_k z_(k+1) tau^-k
 *
 * with tau = |d_n / d_0|^(1/n), so that all states have the size of the first. */
#include "veriloga/build.h"

static const vb_x nothing = {VA_TYPE_REAL, 0};

#define MAX_ORDER 32u

typedef struct poly {
    va_val re[MAX_ORDER + 1], im[MAX_ORDER + 1];
    uint32_t n;
} poly; /* n coefficients */

static va_val mul(vb *b, va_val x, va_val y) {
    return vb_op2(b, VA_OP_MUL, x, y);
}

static va_val add(vb *b, va_val x, va_val y) {
    return vb_op2(b, VA_OP_ADD, x, y);
}

static va_val sub(vb *b, va_val x, va_val y) {
    return vb_op2(b, VA_OP_SUB, x, y);
}

/* ---- coefficients ---- */

/* The numbers of an array argument: '{...}, an array parameter or variable. */
static bool coefficients(vb *b, const va_expr *e, va_val *out, uint32_t most, uint32_t *n) {
    vb_list list;
    *n = 0;
    if (!vb_list_open(b, e, &list)) {
        vb_error(b, e->span, "write for example '{1, 1e-3}", "the coefficients of a filter are an array");
        return false;
    }
    if (list.n > most) vb_error(b, e->span, NULL, "a filter has at most %u coefficients", most);
    if (list.n == 0 || list.n > most) return false;
    *n = (uint32_t)list.n;
    for (uint32_t i = 0; i < *n; i++) {
        out[i] = vb_list_get(b, &list, i);
        if (!out[i]) return false;
        if (vb_is_fixed(b, out[i])) continue;
        vb_error(b, e->span, "use parameters and constants", "the coefficients of a filter cannot change in time");
        return false;
    }
    return true;
}

/* p *= 1 - s / r, or s for a root that is 0. */
static void times_root(vb *b, poly *p, va_val re, va_val im) {
    double x, y;
    bool is_zero = va_is_const(b->ir, re, &x) && va_is_const(b->ir, im, &y) && x == 0 && y == 0;
    va_val size = add(b, mul(b, re, re), mul(b, im, im)), zero = vb_num(b, 0);
    va_val c_re = is_zero ? vb_num(b, 1) : vb_op1(b, VA_OP_NEG, vb_op2(b, VA_OP_DIV, re, size));
    va_val c_im = is_zero ? zero : vb_op2(b, VA_OP_DIV, im, size);
    va_val one = vb_num(b, is_zero ? 0 : 1);
    p->re[p->n] = p->im[p->n] = zero;
    p->n++;
    for (uint32_t k = p->n; k-- > 0;) {
        va_val below_re = k ? p->re[k - 1] : zero, below_im = k ? p->im[k - 1] : zero;
        va_val from_re = sub(b, mul(b, below_re, c_re), mul(b, below_im, c_im));
        va_val from_im = add(b, mul(b, below_re, c_im), mul(b, below_im, c_re));
        p->re[k] = add(b, mul(b, p->re[k], one), from_re);
        p->im[k] = add(b, mul(b, p->im[k], one), from_im);
    }
}

static bool polynomial(vb *b, const va_expr *e, bool is_roots, poly *p) {
    va_val values[2 * MAX_ORDER + 2];
    uint32_t n = 0;
    *p = (poly){.n = 1};
    p->re[0] = vb_num(b, 1);
    p->im[0] = vb_num(b, 0);
    if (e->kind == VA_EMPTY || (e->kind == VA_ARRAY && e->n_args == 0)) return true;
    if (!coefficients(b, e, values, is_roots ? 2 * MAX_ORDER : MAX_ORDER + 1, &n)) return false;
    if (!is_roots) {
        for (uint32_t k = 0; k < n; k++) p->re[k] = values[k];
        p->n = n;
        return true;
    }
    if (n % 2) {
        vb_error(b, e->span, "write '{re1, im1, re2, im2}", "roots come as pairs: real and imaginary part");
        return false;
    }
    for (uint32_t k = 0; k < n; k += 2) times_root(b, p, values[k], values[k + 1]);
    return !vb_failed(b);
}

static void trim(vb *b, poly *p) {
    double number;
    while (p->n > 1 && va_is_const(b->ir, p->re[p->n - 1], &number) && number == 0) p->n--;
}

/* ---- states ---- */

static va_val time_scale(vb *b, const poly *d) {
    double number;
    uint32_t order = d->n - 1;
    if (va_is_const(b->ir, d->re[0], &number) && number == 0) return vb_num(b, 1);
    va_val ratio = vb_op1(b, VA_OP_ABS, vb_op2(b, VA_OP_DIV, d->re[order], d->re[0]));
    return vb_op2(b, VA_OP_POW, ratio, vb_num(b, 1.0 / order));
}

typedef struct filter {
    va_val u, tau, scale[MAX_ORDER + 1], z[MAX_ORDER + 1], rate;
    uint32_t state[MAX_ORDER + 1];
} filter;

static void states_new(vb *b, filter *f, uint32_t order, hys__span span) {
    f->scale[0] = vb_num(b, 1); /* tau^-k */
    for (uint32_t k = 0; k < order && !vb_failed(b); k++) {
        f->state[k] = vb_state_new(b, vb_printf(b, "filter%u", k + 1), span);
        if (vb_failed(b)) return;
        b->model->unknowns.at[f->state[k]].is_state = false;
        f->z[k] = vb_probe(b, f->state[k], VA_GROUND);
        f->scale[k + 1] = vb_op2(b, VA_OP_DIV, f->scale[k], f->tau);
    }
}

static void set_row(vb *b, const filter *f, uint32_t k, va_val rate, hys__span span) {
    const va_unknown *u = &b->model->unknowns.at[f->state[k]];
    va_val ddt = vb_ddt(b, f->z[k], u->abstol, u->units, span);
    b->rows.at[f->state[k]].own = sub(b, ddt, rate);
    b->rows.at[f->state[k]].has_own = true;
}

static va_val realize(vb *b, va_val u, const poly *num, const poly *den, hys__span span) {
    filter f = {.u = u, .tau = time_scale(b, den)};
    uint32_t order = den->n - 1;
    states_new(b, &f, order, span);
    if (vb_failed(b)) return 0;
    va_val rest = u; /* d_n times the n-th derivative of the first state */
    for (uint32_t k = 0; k < order; k++) rest = sub(b, rest, mul(b, den->re[k], mul(b, f.z[k], f.scale[k])));
    va_val top = vb_op2(b, VA_OP_DIV, rest, den->re[order]);
    for (uint32_t k = 0; k + 1 < order; k++) set_row(b, &f, k, vb_op2(b, VA_OP_DIV, f.z[k + 1], f.tau), span);
    set_row(b, &f, order - 1, vb_op2(b, VA_OP_DIV, top, f.scale[order - 1]), span);
    va_val y = vb_num(b, 0);
    for (uint32_t k = 0; k < num->n; k++)
        y = add(b, y, mul(b, num->re[k], k < order ? mul(b, f.z[k], f.scale[k]) : top));
    return y;
}

vb_x vb_laplace(vb *b, const va_expr *e) {
    poly num, den;
    if (!vb_n_args(b, e, 3, 4)) return nothing;
    bool zeros = e->name[8] == 'z', poles = e->name[9] == 'p';
    va_val u = vb_eval_real(b, e->args[0]);
    if (!polynomial(b, e->args[1], zeros, &num) || !polynomial(b, e->args[2], poles, &den) || !u) return nothing;
    trim(b, &num);
    trim(b, &den);
    double number;
    if (va_is_const(b->ir, den.re[den.n - 1], &number) && number == 0) {
        vb_error(b, e->args[2]->span, NULL, "the denominator of the filter is 0");
        return nothing;
    }
    if (num.n > den.n) {
        vb_error(b, e->span, "the numerator's degree is at most that of the denominator",
                 "this filter would differentiate its input: degree %u over degree %u", num.n - 1, den.n - 1);
        return nothing;
    }
    b->ir->span = e->span;
    if (den.n == 1) return vb_real_x(vb_op2(b, VA_OP_DIV, mul(b, u, num.re[0]), den.re[0]));
    return vb_real_x(realize(b, u, &num, &den, e->span));
}
