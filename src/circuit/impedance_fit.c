/* Equivalent circuits.
 *
 * The admittance of a linear port is  Y = G + s C + sum r_k / (s - p_k).  A real pole is a branch of R and L in series,
 * L = 1/r, R = -p/r; a pair of complex poles,  (b1 s + b0) / (s^2 + a1 s + a0), is a branch of L and R in series with C
 * and 1/G in parallel to each other: 1/Y = s L + R + 1/(s C + G).  Values may be negative: that is how NDR shows. */
#include "circuit/impedance.h"
#include "numerics/least_squares.h"
#include <math.h>
#include <string.h>

#define SMALL_PART 1e-6 /* of |Y|: branches that never reach this are not named */

typedef struct fit {
    const hys__spectrum *spectrum;
    size_t n_columns;
    double *x; /* G, C, then one residue a real pole, two a pair */
} fit;

static bool is_real(double complex p) {
    return fabs(cimag(p)) <= 1e-9 * cabs(p);
}

static size_t n_unknowns(const hys__spectrum *s) {
    size_t n = 2;
    for (size_t k = 0; k < s->n_poles; k++) n += is_real(s->poles[k]) ? 1 : 2;
    return n;
}

/* Column c of Y at s = i omega. */
static double complex basis(const hys__spectrum *spectrum, size_t column, double complex s) {
    if (column == 0) return 1;
    if (column == 1) return s;
    size_t at = 2;
    for (size_t k = 0; k < spectrum->n_poles; k++) {
        double complex p = spectrum->poles[k];
        if (is_real(p)) {
            if (at++ == column) return creal(p) / (s - creal(p));
            continue;
        }
        double complex quadratic = (s - p) * (s - conj(p));
        if (at == column) return s * cabs(p) / quadratic;
        if (at + 1 == column) return creal(p * conj(p)) / quadratic;
        at += 2;
    }
    return 0;
}

/* What is fitted: Y, or Z. */
static double complex measured(const hys__spectrum *s, size_t k) {
    return s->is_series ? 1 / s->y[k] : s->y[k];
}

static double complex value(const fit *f, double complex s) {
    double complex sum = 0;
    for (size_t c = 0; c < f->n_columns; c++) sum += f->x[c] * basis(f->spectrum, c, s);
    return sum;
}

static double complex laplace(double f) {
    return I * 2 * acos(-1.0) * f;
}

static hys_status solve(hys_impedance *result, fit *f) {
    const hys__spectrum *s = f->spectrum;
    size_t m = 2 * s->n;
    double *a = HYS_NEW_N(&result->arena, double, m * f->n_columns), *b = HYS_NEW_N(&result->arena, double, m);
    f->x = HYS_NEW_N(&result->arena, double, f->n_columns);
    if (!a || !b || !f->x) return HYS_NOMEM;
    for (size_t k = 0; k < s->n; k++) {
        double weight = 1 / cabs(measured(s, k));
        for (size_t c = 0; c < f->n_columns; c++) {
            double complex entry = weight * basis(s, c, laplace(s->f[k]));
            a[c * m + 2 * k] = creal(entry);
            a[c * m + 2 * k + 1] = cimag(entry);
        }
        b[2 * k] = weight * creal(measured(s, k));
        b[2 * k + 1] = weight * cimag(measured(s, k));
    }
    return hys__least_squares(result->ctx, m, f->n_columns, a, b, 1e-13, f->x, NULL);
}

/* ---- elements ---- */

static hys_status add_element(hys_impedance *r, const char *kind, const char *unit, const char *place, double v) {
    size_t number = 1;
    for (size_t k = 0; k < r->elements.n; k++) number += !strcmp(r->elements.at[k].kind, kind);
    hys_circuit_element *e = HYS_PUSH(&r->arena, &r->elements);
    if (!e) return HYS_NOMEM;
    *e = (hys_circuit_element){.kind = kind, .value = v, .unit = unit, .place = place};
    e->name = hys__arena_printf(&r->arena, "%s%zu", kind, number);
    return e->name ? HYS_OK : HYS_NOMEM;
}

/* Largest part of what is fitted that columns from..to make anywhere. */
static double part(const fit *f, size_t from, size_t to) {
    double most = 0;
    for (size_t k = 0; k < f->spectrum->n; k++) {
        double complex sum = 0;
        for (size_t c = from; c < to; c++) sum += f->x[c] * basis(f->spectrum, c, laplace(f->spectrum->f[k]));
        most = fmax(most, cabs(sum) / cabs(measured(f->spectrum, k)));
    }
    return most;
}

static hys_status add_real(hys_impedance *r, bool is_series, double p, double residue, const char *place) {
    hys_status status = add_element(r, "R", "ohm", place, is_series ? -residue / p : -p / residue);
    if (status != HYS_OK) return status;
    return is_series ? add_element(r, "C", "F", place, 1 / residue) : add_element(r, "L", "H", place, 1 / residue);
}

/* (b1 s + b0) / (s^2 + a1 s + a0) = 1 / (s/b1 + first + rest / (b1 s + b0)), by long division. */
static hys_status add_pair(hys_impedance *r, bool is_series, double b1, double b0, double complex p,
                           const char *place) {
    double a1 = -2 * creal(p), a0 = creal(p * conj(p));
    double first = (a1 - b0 / b1) / b1, rest = a0 - first * b0;
    hys_status status = add_element(r, "R", "ohm", place, is_series ? 1 / first : first);
    if (status == HYS_OK)
        status = is_series ? add_element(r, "C", "F", place, 1 / b1) : add_element(r, "L", "H", place, 1 / b1);
    if (status != HYS_OK || rest == 0) return status;
    status = is_series ? add_element(r, "L", "H", place, b1 / rest) : add_element(r, "C", "F", place, b1 / rest);
    return status == HYS_OK ? add_element(r, "R", "ohm", place, is_series ? b0 / rest : rest / b0) : status;
}

/* Whether columns from..to are worth an element. */
static bool is_part(const fit *f, size_t from, size_t to) {
    return part(f, from, to) >= fmax(SMALL_PART, f->spectrum->least_part);
}

static hys_status add_branches(hys_impedance *r, const fit *f) {
    size_t at = 2, number = 0;
    for (size_t k = 0; k < f->spectrum->n_poles; k++) {
        double complex p = f->spectrum->poles[k];
        size_t width = is_real(p) ? 1 : 2, from = at;
        at += width;
        if (!is_part(f, from, at)) continue;
        const char *place = hys__arena_printf(&r->arena, "branch %zu", ++number);
        if (!place) return HYS_NOMEM;
        bool is_series = f->spectrum->is_series;
        hys_status status =
            width == 1 ? add_real(r, is_series, creal(p), f->x[from] * creal(p), place)
                       : add_pair(r, is_series, f->x[from] * cabs(p), f->x[from + 1] * cabs(p) * cabs(p), p, place);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status name_elements(hys_impedance *r, const fit *f) {
    bool is_series = f->spectrum->is_series;
    const char *place = is_series ? "series" : "parallel";
    hys_status status = HYS_OK;
    if (is_part(f, 0, 1)) status = add_element(r, "R", "ohm", place, is_series ? f->x[0] : 1 / f->x[0]);
    if (status == HYS_OK && is_part(f, 1, 2))
        status = is_series ? add_element(r, "L", "H", place, f->x[1]) : add_element(r, "C", "F", place, f->x[1]);
    return status == HYS_OK ? add_branches(r, f) : status;
}

hys_status hys__impedance_fit(hys_impedance *result, hys__spectrum *spectrum) {
    fit f = {.spectrum = spectrum, .n_columns = n_unknowns(spectrum)};
    spectrum->fit = HYS_NEW_N(&result->arena, double complex, spectrum->n + 1);
    if (!spectrum->fit) return HYS_NOMEM;
    result->fit_error = NAN;
    for (size_t k = 0; k < spectrum->n; k++) spectrum->fit[k] = NAN;
    if (f.n_columns > 2 * spectrum->n)
        return hys__impedance_remark(result, "%zu poles are too many for an equivalent circuit of %zu frequencies",
                                     spectrum->n_poles, spectrum->n);
    hys_status status = solve(result, &f);
    if (status != HYS_OK) return status;
    result->fit_error = 0;
    for (size_t k = 0; k < spectrum->n; k++) {
        double complex fitted = value(&f, laplace(spectrum->f[k]));
        spectrum->fit[k] = spectrum->is_series ? 1 / fitted : fitted;
        result->fit_error = fmax(result->fit_error, cabs(spectrum->fit[k] / spectrum->y[k] - 1));
    }
    return name_elements(result, &f);
}
