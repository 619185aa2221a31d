/* Series that reservoirs are judged by. */
#include "base/diag.h"
#include "base/random.h"
#include <hysteron/reservoir.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define HYS_X(id, name, what) {name, what},
static const struct { const char *name, *what; } kinds[] = {HYS_TASK_KINDS(HYS_X)};
#undef HYS_X

const char *hys_task_kind_name(hys_task_kind kind) {
    return (size_t)kind < HYS_N_TASK_KINDS ? kinds[kind].name : NULL;
}

const char *hys_task_kind_what(hys_task_kind kind) {
    return (size_t)kind < HYS_N_TASK_KINDS ? kinds[kind].what : NULL;
}

#define TAKEN_UP 200u /* steps that a system needs to come to what it does for good */

static double uniform(uint64_t seed, uint64_t salt, size_t at) {
    const uint64_t key[2] = {seed, hys__name_hash("task")}, ctr[2] = {at, salt};
    uint64_t bits[2];
    hys__threefry2x64(key, ctr, bits);
    return hys__uniform(bits[0]);
}

/* ---- systems that are driven: u [n], y [n] ---- */

typedef struct driven {
    size_t n;
    uint64_t seed;
    double *u, *y;
} driven;

/* Du et al. 2017 */
static bool second_order(driven *d, uint64_t salt) {
    for (size_t t = 0; t < d->n; t++) {
        const double u = d->u[t] = 0.5 * uniform(d->seed, salt, t);
        const double y1 = t > 0 ? d->y[t - 1] : 0, y2 = t > 1 ? d->y[t - 2] : 0;
        d->y[t] = 0.4 * y1 + 0.4 * y1 * y2 + 0.6 * u * u * u + 0.1;
    }
    return true;
}

#define ORDER 10u

/* Atiya and Parlos 2000: y(t+1) = 0.3 y(t) + 0.05 y(t) sum_(i<10) y(t-i) + 1.5 u(t-9) u(t) + 0.1; y is shown with the
 * newest input that it depends on.  Some inputs make it run away: false. */
static bool narma10(driven *d, uint64_t salt) {
    for (size_t t = 0; t < d->n; t++) {
        double sum = 0;
        d->u[t] = 0.5 * uniform(d->seed, salt, t);
        for (size_t i = 1; i <= ORDER && i <= t; i++) sum += d->y[t - i];
        const double y = t > 0 ? d->y[t - 1] : 0, old = t >= ORDER - 1 ? d->u[t - (ORDER - 1)] : 0;
        d->y[t] = 0.3 * y + 0.05 * y * sum + 1.5 * old * d->u[t] + 0.1;
        if (!(fabs(d->y[t]) < 1)) return false;
    }
    return true;
}

/* ---- systems that run alone: x [n] ---- */

#define DELAY    17u
#define PER_UNIT 10u /* Runge-Kutta steps */
#define N_PAST   (DELAY * PER_UNIT)

static double mackey_glass_rate(double x, double delayed) {
    return 0.2 * delayed / (1 + pow(delayed, 10)) - 0.1 * x;
}

static double mackey_glass_step(double past[N_PAST + 2], double x) {
    const double h = 1.0 / PER_UNIT, d0 = past[1], d1 = past[2];
    const double half = (9 * (past[1] + past[2]) - past[0] - past[3]) / 16;
    const double k1 = mackey_glass_rate(x, d0), k2 = mackey_glass_rate(x + h / 2 * k1, half),
                 k3 = mackey_glass_rate(x + h / 2 * k2, half), k4 = mackey_glass_rate(x + h * k3, d1);
    const double next = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    memmove(past, past + 1, (N_PAST + 1) * sizeof *past);
    past[N_PAST + 1] = next;
    return next;
}

/* past[1] is x a delay before past[N_PAST + 1], which is x now. */
static void mackey_glass(double *x, size_t n, double start) {
    double past[N_PAST + 2], now = 1.1 + 0.2 * start;
    for (size_t k = 0; k < N_PAST + 2; k++) past[k] = now;
    for (size_t t = 0; t < n + TAKEN_UP; t++) {
        for (size_t k = 0; k < PER_UNIT; k++) now = mackey_glass_step(past, now);
        if (t >= TAKEN_UP) x[t - TAKEN_UP] = now;
    }
}

static void henon(double *x, size_t n, double start) {
    double now = 0.1 * start, before = 0;
    for (size_t t = 0; t < n + TAKEN_UP; t++) {
        const double next = 1 - 1.4 * now * now + 0.3 * before;
        before = now;
        now = next;
        if (t >= TAKEN_UP) x[t - TAKEN_UP] = now;
    }
}

static void lorenz_rate(const double s[3], double rate[3]) {
    rate[0] = 10 * (s[1] - s[0]);
    rate[1] = s[0] * (28 - s[2]) - s[1];
    rate[2] = s[0] * s[1] - 8.0 / 3 * s[2];
}

static void lorenz_step(double s[3], double h) {
    double k[4][3], at[3];
    lorenz_rate(s, k[0]);
    for (size_t stage = 1; stage < 4; stage++) {
        for (size_t j = 0; j < 3; j++) at[j] = s[j] + (stage < 3 ? h / 2 : h) * k[stage - 1][j];
        lorenz_rate(at, k[stage]);
    }
    for (size_t j = 0; j < 3; j++) s[j] += h / 6 * (k[0][j] + 2 * k[1][j] + 2 * k[2][j] + k[3][j]);
}

static void lorenz(double *x, size_t n, double start) {
    double s[3] = {1 + start, 1, 1};
    for (size_t t = 0; t < n + 5 * TAKEN_UP; t++) {
        for (size_t k = 0; k < 4; k++) lorenz_step(s, 0.005);
        if (t >= 5 * TAKEN_UP) x[t - 5 * TAKEN_UP] = s[0];
    }
}

/* ---- tasks ---- */

static hys_status new_task(hys_ctx *ctx, size_t n, hys_task *task) {
    if (n < 2 || n > SIZE_MAX / sizeof(double) / 4)
        return hys__fail(ctx, HYS_ARG, "at least 2", "a task of %zu steps", n);
    double *both = hys__realloc(ctx, NULL, 0, 2 * n * sizeof *both);
    if (!both) return HYS_NOMEM;
    memset(both, 0, 2 * n * sizeof *both);
    *task = (hys_task){n, both, both + n};
    return HYS_OK;
}

void hys_task_free(hys_ctx *ctx, hys_task *task) {
    if (task->u) hys__free(ctx, task->u, 2 * task->n * sizeof(double));
    *task = (hys_task){0, NULL, NULL};
}

#define ATTEMPTS 100u

/* Behind its start, as if it had been driven for long. */
static hys_status fill_driven(hys_ctx *ctx, bool (*system)(driven *d, uint64_t salt), uint64_t seed, hys_task *task) {
    hys_task whole = {0, NULL, NULL};
    hys_status status = new_task(ctx, task->n + TAKEN_UP, &whole);
    if (!whole.u) return status;
    driven d = {whole.n, seed, whole.u, whole.y};
    bool is_good = false;
    for (unsigned salt = 0; salt < ATTEMPTS && !is_good; salt++) is_good = system(&d, salt);
    if (is_good) {
        memcpy(task->u, whole.u + TAKEN_UP, task->n * sizeof(double));
        memcpy(task->y, whole.y + TAKEN_UP, task->n * sizeof(double));
    } else
        status = hys__fail(ctx, HYS_LIMIT, "fewer steps, or another seed", "each of %u series of %zu steps ran away",
                           ATTEMPTS, task->n);
    hys_task_free(ctx, &whole);
    return status;
}

/* u is the series, y the same series some steps ahead. */
static hys_status fill_alone(hys_ctx *ctx, void (*system)(double *x, size_t n, double start), size_t horizon,
                             uint64_t seed, hys_task *task) {
    const size_t n = task->n + horizon;
    double *x = hys__realloc(ctx, NULL, 0, n * sizeof *x);
    if (!x) return HYS_NOMEM;
    system(x, n, uniform(seed, 0, 0));
    memcpy(task->u, x, task->n * sizeof *x);
    memcpy(task->y, x + horizon, task->n * sizeof *x);
    hys__free(ctx, x, n * sizeof *x);
    return HYS_OK;
}

static void fill_memory(size_t horizon, uint64_t seed, hys_task *task) {
    for (size_t t = 0; t < task->n; t++) task->u[t] = 2 * uniform(seed, 0, t) - 1;
    for (size_t t = horizon; t < task->n; t++) task->y[t] = task->u[t - horizon];
}

static hys_status fill(hys_ctx *ctx, hys_task_kind kind, size_t horizon, uint64_t seed, hys_task *task) {
    switch (kind) {
    case HYS_TASK_SECOND_ORDER:
        return fill_driven(ctx, second_order, seed, task);
    case HYS_TASK_NARMA10:
        return fill_driven(ctx, narma10, seed, task);
    case HYS_TASK_MACKEY_GLASS:
        return fill_alone(ctx, mackey_glass, horizon, seed, task);
    case HYS_TASK_HENON:
        return fill_alone(ctx, henon, horizon, seed, task);
    case HYS_TASK_LORENZ:
        return fill_alone(ctx, lorenz, horizon, seed, task);
    case HYS_TASK_MEMORY:
        fill_memory(horizon, seed, task);
        return HYS_OK;
    case HYS_N_TASK_KINDS:
        break;
    }
    return hys__fail(ctx, HYS_ARG, "", "no such task");
}

hys_status hys_task_new(hys_ctx *ctx, hys_task_kind kind, size_t n, size_t horizon, uint64_t seed, hys_task *task) {
    const size_t ahead = horizon ? horizon : 1;
    hys_task found = {0, NULL, NULL};
    if (ahead >= n) return hys__fail(ctx, HYS_ARG, "a longer one", "%zu steps ahead in a series of %zu", ahead, n);
    hys_status status = new_task(ctx, n, &found);
    if (!found.u) return status;
    status = fill(ctx, kind, ahead, seed, &found);
    if (status == HYS_OK) *task = found;
    else hys_task_free(ctx, &found);
    return status;
}

hys_status hys_task_read(hys_ctx *ctx, const char *path, size_t horizon, hys_task *task) {
    const size_t ahead = horizon ? horizon : 1;
    hys_matrix m = {0, 0, NULL};
    hys_task found = {0, NULL, NULL};
    hys_status status = hys_matrix_read(ctx, path, &m);
    if (status != HYS_OK) return status;
    if (m.columns != 1 && m.columns != 2)
        status = hys__fail(ctx, HYS_ARG, "one, which is to be foretold, or two: what goes in and what should come out",
                           "'%.200s' has %zu columns", path, m.columns);
    else if (m.rows < ahead + 2)
        status = hys__fail(ctx, HYS_ARG, "", "'%.200s' has %zu rows, too few for %zu steps ahead", path, m.rows, ahead);
    if (status == HYS_OK) status = new_task(ctx, m.columns == 1 ? m.rows - ahead : m.rows, &found);
    for (size_t t = 0; t < found.n && status == HYS_OK; t++) {
        found.u[t] = m.values[t * m.columns];
        found.y[t] = m.columns == 1 ? m.values[t + ahead] : m.values[2 * t + 1];
    }
    hys_matrix_free(ctx, &m);
    if (status == HYS_OK) *task = found;
    return status;
}

/* ---- digits ---- */

/* As a display of 5 x 4 points would show them; Du et al. 2017 print theirs as pictures. */
static const char *const digits[] = {
    "0110 1001 1001 1001 0110", "0010 0110 0010 0010 0111", "1110 0001 0110 1000 1111", "1110 0001 0110 0001 1110",
    "1001 1001 1111 0001 0001", "1111 1000 1110 0001 1110", "0110 1000 1110 1001 0110", "1111 0001 0010 0100 0100",
    "0110 1001 0110 1001 0110", "0110 1001 0111 0001 0110",
};

hys_status hys_task_digits(hys_ctx *ctx, hys_matrix *pixels) {
    const size_t n = sizeof digits / sizeof *digits;
    hys_status status = hys_matrix_new(ctx, n, 20, pixels);
    for (size_t d = 0; d < n && status == HYS_OK; d++)
        for (size_t row = 0; row < 5; row++)
            for (size_t column = 0; column < 4; column++)
                pixels->values[d * 20 + row * 4 + column] = digits[d][row * 5 + column] == '1';
    return status;
}
