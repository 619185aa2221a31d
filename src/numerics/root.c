/* The Illinois method: false position that halves the value kept at an end that stays (Dowell and Jarratt 1971), with a
 * bisection whenever three steps have not halved the bracket. */
#include "numerics/root.h"
#include <math.h>
#include <stdbool.h>

#define MAX_STEPS 80

double hys__root(double (*f)(void *user, double x), void *user, hys__bracket w) {
    double span = fabs(w.b - w.a), last = w.a, width = span;
    int side = 0;
    if (w.fa == 0) return w.a;
    for (int k = 0; k < MAX_STEPS && fabs(w.b - w.a) > 1e-13 * span; k++) {
        bool bisect = k % 3 == 2 && fabs(w.b - w.a) > 0.5 * width;
        if (k % 3 == 2) width = fabs(w.b - w.a);
        double x = bisect ? 0.5 * (w.a + w.b) : (w.a * w.fb - w.b * w.fa) / (w.fb - w.fa);
        if (fabs(x - last) <= 1e-13 * span) return x;
        double v = f(user, x);
        if (isnan(v)) { /* beside it there may be a value */
            x = w.a + 0.45 * (w.b - w.a);
            v = f(user, x);
            if (isnan(v)) break;
        }
        last = x;
        if (v == 0) return x;
        if ((v < 0) == (w.fa < 0)) {
            w.a = x, w.fa = v;
            if (side == -1) w.fb *= 0.5;
            side = -1;
        } else {
            w.b = x, w.fb = v;
            if (side == 1) w.fa *= 0.5;
            side = 1;
        }
    }
    return (w.a * w.fb - w.b * w.fa) / (w.fb - w.fa);
}
