/* Vector operations for IDA.  Those of Debian's SUNDIALS are built for the oldest processors, and pass over memory once
 * a term; a step of a large circuit spends most of its time there.  Here each operation is one pass, compiled for
 * several instruction sets.  All clones give the same bits: sums are formed term by term in one order. */
#include "base/clones.h"
#include "numerics/dae_parts.h"
#include <math.h>
#include <nvector/nvector_serial.h>
#include <string.h>

#define AT(v)   (((N_VectorContent_Serial)(v)->content)->data)
#define SIZE(v) ((size_t)((N_VectorContent_Serial)(v)->content)->length)

HYS__CLONES static void sum_of(size_t n, double a, const double *x, double b, const double *y, double *z) {
    for (size_t i = 0; i < n; i++) z[i] = a * x[i] + b * y[i];
}
HYS__CLONES static void scaled(size_t n, double a, const double *x, double *z) {
    for (size_t i = 0; i < n; i++) z[i] = a * x[i];
}
HYS__CLONES static void constant(size_t n, double a, double *z) {
    for (size_t i = 0; i < n; i++) z[i] = a;
}
HYS__CLONES static void absolute(size_t n, const double *x, double *z) {
    for (size_t i = 0; i < n; i++) z[i] = fabs(x[i]);
}
HYS__CLONES static void inverse(size_t n, const double *x, double *z) {
    for (size_t i = 0; i < n; i++) z[i] = 1 / x[i];
}
HYS__CLONES static void product(size_t n, const double *x, const double *y, double *z) {
    for (size_t i = 0; i < n; i++) z[i] = x[i] * y[i];
}
HYS__CLONES static void plus(size_t n, const double *x, double a, double *z) {
    for (size_t i = 0; i < n; i++) z[i] = x[i] + a;
}
/* z = sum of four terms, or z + the same: orders of integration go to 5. */
HYS__CLONES static void four(size_t n, const double *c, const double *const *x, double keep, double *z) {
    const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
    if (keep == 0)
        for (size_t i = 0; i < n; i++) z[i] = c[0] * x0[i] + c[1] * x1[i] + c[2] * x2[i] + c[3] * x3[i];
    else
        for (size_t i = 0; i < n; i++) z[i] = z[i] + c[0] * x0[i] + c[1] * x1[i] + c[2] * x2[i] + c[3] * x3[i];
}
HYS__CLONES static void three(size_t n, const double *c, const double *const *x, double keep, double *z) {
    const double *x0 = x[0], *x1 = x[1], *x2 = x[2];
    if (keep == 0)
        for (size_t i = 0; i < n; i++) z[i] = c[0] * x0[i] + c[1] * x1[i] + c[2] * x2[i];
    else
        for (size_t i = 0; i < n; i++) z[i] = z[i] + c[0] * x0[i] + c[1] * x1[i] + c[2] * x2[i];
}
/* Largest |x w|; NaN where any is. */
HYS__CLONES static double largest(size_t n, const double *x, const double *w) {
    double worst = 0, nan = 0;
    for (size_t i = 0; i < n; i++) {
        double v = fabs(x[i] * w[i]);
        nan += v * 0;
        worst = v > worst ? v : worst;
    }
    return nan == 0 ? worst : NAN;
}
HYS__CLONES static double largest_of(size_t n, const double *x, const double *w, const double *counts) {
    double worst = 0, nan = 0;
    for (size_t i = 0; i < n; i++) {
        double v = counts[i] > 0 ? fabs(x[i] * w[i]) : 0;
        nan += v * 0;
        worst = v > worst ? v : worst;
    }
    return nan == 0 ? worst : NAN;
}

static void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
    sum_of(SIZE(x), a, AT(x), b, AT(y), AT(z));
}
static void scale(double c, N_Vector x, N_Vector z) {
    scaled(SIZE(x), c, AT(x), AT(z));
}
static void set_const(double c, N_Vector z) {
    constant(SIZE(z), c, AT(z));
}
static void set_abs(N_Vector x, N_Vector z) {
    absolute(SIZE(x), AT(x), AT(z));
}
static void set_inv(N_Vector x, N_Vector z) {
    inverse(SIZE(x), AT(x), AT(z));
}
static void set_prod(N_Vector x, N_Vector y, N_Vector z) {
    product(SIZE(x), AT(x), AT(y), AT(z));
}
static void add_const(N_Vector x, double b, N_Vector z) {
    plus(SIZE(x), AT(x), b, AT(z));
}
static double max_norm(N_Vector x, N_Vector w) {
    return largest(SIZE(x), AT(x), AT(w));
}
static double max_norm_mask(N_Vector x, N_Vector w, N_Vector id) {
    return largest_of(SIZE(x), AT(x), AT(w), AT(id));
}

/* z = sum c_k x_k; z may be x_0. */
static int linear_combination(int nvec, double *c, N_Vector *x, N_Vector z) {
    const double *terms[4];
    size_t n = SIZE(z);
    double keep = 0;
    int k = 0;
    if (nvec == 1) return scaled(n, c[0], AT(x[0]), AT(z)), 0;
    while (k < nvec) {
        int m = nvec - k >= 4 ? 4 : nvec - k;
        for (int i = 0; i < m; i++) terms[i] = AT(x[k + i]);
        if (m == 4) four(n, c + k, terms, keep, AT(z));
        else if (m == 3) three(n, c + k, terms, keep, AT(z));
        else if (m == 2 && keep == 0) sum_of(n, c[k], terms[0], c[k + 1], terms[1], AT(z));
        else
            for (int i = 0; i < m; i++) sum_of(n, 1, AT(z), c[k + i], terms[i], AT(z));
        keep = 1;
        k += m;
    }
    return 0;
}

/* z_k = a_k x + y_k */
static int scale_add_multi(int nvec, double *a, N_Vector x, N_Vector *y, N_Vector *z) {
    for (int k = 0; k < nvec; k++) sum_of(SIZE(x), a[k], AT(x), 1, AT(y[k]), AT(z[k]));
    return 0;
}

static int linear_sum_array(int nvec, double a, N_Vector *x, double b, N_Vector *y, N_Vector *z) {
    for (int k = 0; k < nvec; k++) sum_of(SIZE(x[k]), a, AT(x[k]), b, AT(y[k]), AT(z[k]));
    return 0;
}

static int scale_array(int nvec, double *c, N_Vector *x, N_Vector *z) {
    for (int k = 0; k < nvec; k++)
        if (c[k] != 1 || x[k] != z[k]) scaled(SIZE(x[k]), c[k], AT(x[k]), AT(z[k]));
    return 0;
}

void hys__dae_vector_ops(N_Vector v, bool is_max_norm) {
    N_Vector_Ops ops = v->ops;
    ops->nvlinearsum = linear_sum;
    ops->nvscale = scale;
    ops->nvconst = set_const;
    ops->nvabs = set_abs;
    ops->nvinv = set_inv;
    ops->nvprod = set_prod;
    ops->nvaddconst = add_const;
    ops->nvlinearcombination = linear_combination;
    ops->nvscaleaddmulti = scale_add_multi;
    ops->nvlinearsumvectorarray = linear_sum_array;
    ops->nvscalevectorarray = scale_array;
    if (!is_max_norm) return;
    ops->nvwrmsnorm = max_norm;
    ops->nvwrmsnormmask = max_norm_mask;
}
