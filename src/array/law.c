/* Laws of cells. */
#include "array/law.h"
#include <math.h>

/* With e = exp(k |v|) - 1:  sinh = (e + e / (e + 1)) / 2,  cosh - 1 = e^2 / (e + 1) / 2.  One exponential a cell, and
 * no digits are lost near 0 V. */
static double evaluate_sinh(const hys__law *law, const hys__law_row *row) {
    double content = 0;
    for (size_t j = 0; j < row->n; j++) {
        const double e = expm1(law->k * fabs(row->v[j])), back = e / (e + 1), g = row->g[j] * law->scale;
        const double above = 0.5 * e * back; /* cosh - 1 */
        row->current[j] = copysign(g * 0.5 * (e + back), row->v[j]);
        row->slope[j] = g * law->k * (1 + above);
        content += g * above;
    }
    return content / law->k;
}

/* sinh(2 x) / sinh(x) = 2 cosh(x), x = k V / 2. */
hys__law hys__law_sinh(double ratio, double voltage) {
    const double k = 2 * acosh(0.5 * ratio) / voltage;
    return (hys__law){.evaluate = evaluate_sinh, .k = k, .scale = voltage / sinh(k * voltage)};
}
