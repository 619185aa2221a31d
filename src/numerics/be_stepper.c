#include "numerics/be_stepper.h"
#include <math.h>
#include <string.h>

struct hys__be {
    hys_ctx *ctx;
    size_t n, size;
    hys__newton *newton;
    hys__newton_task task;
    double *y_old, *rate, *y_start; /* [n] */
};

hys_status hys__be_new(hys_ctx *ctx, const hys__system *system, hys__newton *newton, hys__be **result) {
    size_t n = system->n, size = sizeof(hys__be) + 3 * n * sizeof(double);
    hys__be *be = hys__realloc(ctx, NULL, 0, size);
    if (!be) return HYS_NOMEM;
    memset(be, 0, size);
    be->ctx = ctx;
    be->n = n;
    be->size = size;
    be->newton = newton;
    be->y_old = (double *)(be + 1);
    be->rate = be->y_old + n;
    be->y_start = be->rate + n;
    *result = be;
    return HYS_OK;
}

void hys__be_free(hys__be *be) {
    if (be) hys__free(be->ctx, be, be->size);
}

/* From y_old, which y is a guess of, to t. */
static hys_status solve(hys__be *be, double t, double h, double *y) {
    be->task = (hys__newton_task){.t = t, .c = 1 / h, .y_old = be->y_old};
    hys_status status = hys__newton_solve(be->newton, &be->task, y);
    for (size_t i = 0; i < be->n && status == HYS_OK; i++) be->rate[i] = (y[i] - be->y_old[i]) / h;
    return status;
}

hys_status hys__be_step(hys__be *be, double t, double h, double *y) {
    memcpy(be->y_old, y, be->n * sizeof *y);
    hys_status status = solve(be, t + h, h, y);
    if (status != HYS_OK) memcpy(y, be->y_old, be->n * sizeof *y);
    return status;
}

hys_status hys__be_step_2(hys__be *be, double t, double h, double *y) {
    static const double gamma = 0.29289321881345248; /* 1 - 1/sqrt 2 */
    memcpy(be->y_start, y, be->n * sizeof *y);
    hys_status status = hys__be_step(be, t, gamma * h, y);
    if (status != HYS_OK) return status;
    for (size_t i = 0; i < be->n; i++) be->y_old[i] = be->y_start[i] + (1 - gamma) / gamma * (y[i] - be->y_start[i]);
    status = solve(be, t + h, gamma * h, y);
    if (status != HYS_OK) memcpy(y, be->y_start, be->n * sizeof *y);
    return status;
}

const double *hys__be_rate(const hys__be *be) {
    return be->rate;
}

double hys__be_residual(hys__be *be, const double *y) {
    return hys__newton_residual(be->newton, &be->task, y);
}

double hys__be_local_error(double r0, double h0, double r1, double h1) {
    return h0 + h1 > 0 ? fabs(r1 - r0) * h1 * h1 / (h0 + h1) : 0;
}
