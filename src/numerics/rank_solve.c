#include "numerics/rank_solve.h"
#include <math.h>
#include <string.h>

bool hys__rank_room(hys__rank *r, hys__arena *arena, size_t n) {
    r->n_work = (int)(64 * (n + 1));
    r->tau = HYS_NEW_N(arena, double, n + 1);
    r->work = HYS_NEW_N(arena, double, (size_t)r->n_work);
    r->pivot = HYS_NEW_N(arena, int, n + 1);
    return r->tau && r->work && r->pivot;
}

bool hys__rank_solve(hys__rank *r, size_t n, double *a, double *b, double least, double *x, size_t *rank) {
    int m = (int)n, one = 1, info;
    double sum = 0;
    *rank = 0;
    if (n == 0) return true;
    for (size_t k = 0; k < n * n; k++) sum += a[k] * 0;
    for (size_t k = 0; k < n; k++) sum += b[k] * 0;
    if (sum != 0) return false;
    memset(r->pivot, 0, n * sizeof *r->pivot);
    memset(x, 0, n * sizeof *x);
    r->lapack->dgeqp3(&m, &m, a, &m, r->pivot, r->tau, r->work, &r->n_work, &info);
    r->lapack->dormqr("L", "T", &m, &one, &m, a, &m, r->tau, b, &m, r->work, &r->n_work, &info, 1, 1);
    while (*rank < n && fabs(a[*rank * n + *rank]) > least * fmax(1, fabs(a[0]))) ++*rank;
    for (size_t k = *rank; k-- > 0;) {
        double rest = b[k];
        for (size_t c = k + 1; c < *rank; c++) rest -= a[c * n + k] * x[(size_t)r->pivot[c] - 1];
        x[(size_t)r->pivot[k] - 1] = rest / a[k * n + k];
    }
    return true;
}
