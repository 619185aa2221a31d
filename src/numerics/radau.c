#include "numerics/radau.h"

#define M HYS__STAGES

/* The zeros of 35 x^3 - 45 x^2 + 15 x - 1, and 1. */
static const double nodes[M + 1] = {0, 0.088587959512703947396, 0.40946686444073471086, 0.78765946176084705602, 1};
/* b_j = integral of the polynomial of degree 3 through the four points. */
static const double weights[M + 1] = {0, 0.22046221117676837, 0.38819346884317188, 0.32884431998005974, 0.0625};

/* 1 / prod (c_k - c_l) */
static double barycentric(int k) {
    double w = 1;
    for (int l = 0; l <= M; l++)
        if (l != k) w /= nodes[k] - nodes[l];
    return w;
}

void hys__radau_init(hys__radau *r) {
    for (int j = 0; j <= M; j++) {
        r->c[j] = nodes[j];
        r->weight[j] = weights[j];
        r->top[j] = barycentric(j);
        for (int k = 2; k <= M; k++) r->top[j] *= k; /* M! times the divided difference */
        double sum = 0;
        for (int k = 0; k <= M; k++) {
            if (k == j) continue;
            r->d[j][k] = barycentric(k) / barycentric(j) / (nodes[j] - nodes[k]);
            sum += r->d[j][k];
        }
        r->d[j][j] = -sum;
    }
}

void hys__radau_basis(const hys__radau *r, double x, double basis[M + 1]) {
    for (int k = 0; k <= M; k++) {
        basis[k] = 1;
        for (int l = 0; l <= M; l++)
            if (l != k) basis[k] *= (x - r->c[l]) / (r->c[k] - r->c[l]);
    }
}
