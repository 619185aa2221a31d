/* Where a run starts, and where it goes on after a jump: the held operating point and consistent values. */
#include "base/units.h"
#include "lab/bench.h"
#include "lab/bench_opts.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

#define FLAGS_START (1u << VA_FLAG_INIT | 1u << VA_FLAG_STATIC | 1u << VA_FLAG_TRAN | 1u << VA_FLAG_IC)
#define FLAGS_RUN   (1u << VA_FLAG_TRAN)

/* The current of a voltage that the device sets itself is open where a source sets that voltage too. */
static const char *why_singular(const hys__bench *b, size_t row) {
    uint32_t u = row < b->n ? b->from_y[row] : HYS_NONE;
    if (u != HYS_NONE && b->kernel->unknowns[u].flags & HYS_U_FLOW)
        return "does the device set this voltage itself (V(...) <+ ...)? then a source across it is one too many: "
               "drive "
               "a current (--wave sine:1mA,...), add --series, or drive other ports (--ports)";
    return "a port or node without a path to the driven ports? hold it by --port";
}

hys_status hys__bench_no_solution(hys__bench *b, hys_status status, double t, const char *what) {
    if (status != HYS_NOCONV && status != HYS_SINGULAR) return status;
    const hys__newton_report *r = hys__newton_last(b->newton);
    const char *name = r->worst_row < b->n ? hys__bench_unknown(b, r->worst_row) : "?";
    char when[48], hint[200] = "";
    hys__quantity_format(b->origin + t, "s", 6, when);
    const char *way = b->drive->is_current || b->series > 0
                          ? "check the parameters and the initial state"
                          : "if the device has S-shaped NDR, drive a current (--wave sine:1mA,...) or "
                            "add --series";
    if (r->is_nonfinite)
        way = "the equations give values that are not finite there: check for division by "
              "zero, log of a negative number, overflow of exp";
    snprintf(hint, sizeof hint, "%s", way);
    if (r->is_singular)
        return hys__fail(b->ctx, HYS_SINGULAR, why_singular(b, r->worst_row), "%s at %s: nothing determines %s", what,
                         when, name);
    return hys__fail(b->ctx, HYS_NOCONV, hint,
                     "%s at %s: no convergence after %u Newton steps; worst is %s, last step %.3g "
                     "times its tolerance",
                     what, when, 60u, name, r->step);
}

/* Initial values that the user gave: in override [n_states] (NaN: none). */
static hys_status read_initials(hys__bench *b, double *override) {
    for (size_t i = 0; i < b->model->n_states; i++) override[i] = NAN;
    for (size_t i = 0; i < b->opts->n_init; i++) {
        hys__initial initial;
        hys_status status = hys__opts_initial(b, b->opts->init[i], &initial);
        if (status != HYS_OK) return status;
        override[initial.state] = initial.value;
    }
    return HYS_OK;
}

/* Asks the device for its initial values at the present unknowns; true when some moved. */
static bool refresh_held(hys__bench *b, const double *override) {
    bool moved = false;
    b->kernel->init(&b->batch->env, &b->batch->in, &b->batch->out);
    for (size_t i = 0; i < b->n; i++) {
        uint32_t u = b->from_y[i];
        hys_u32 flags = u == HYS_NONE ? 0 : b->kernel->unknowns[u].flags;
        if (!(flags & HYS_U_HAS_INIT) || !(flags & (HYS_U_STATE | HYS_U_DIFFERENTIAL))) continue;
        double value = b->batch->x0[u][0];
        b->is_held[i] = 1;
        moved = moved || fabs(value - b->held[i]) > 1e-9 * fabs(value) + 1e-3 * b->abstol[i];
        b->held[i] = value;
    }
    for (size_t s = 0; s < b->model->n_states; s++) {
        if (isnan(override[s]) || b->model->states[s].is_retained) continue;
        int64_t i = b->to_y[b->model->state_index[s]];
        if (i < 0) continue;
        b->is_held[i] = 1;
        b->held[i] = override[s];
    }
    return moved;
}

/* Where Newton starts: temperatures at the ambient one, everything else near 0.  Exactly 0 comes first, then
 * points beside it for equations that divide by an unknown. */
static void guess(const hys__bench *b, int attempt, double *y) {
    static const double beside[] = {0, 1e-6, -1e-6, 1e-2, 1};
    hys__unit unit, kelvin;
    hys__unit_parse("K", 1, &kelvin);
    for (size_t i = 0; i < b->n; i++) {
        const char *units = b->from_y[i] == HYS_NONE ? "" : b->kernel->unknowns[b->from_y[i]].units;
        bool is_temp =
            units && units[0] && hys__unit_parse(units, strlen(units), &unit) && hys__unit_same_dim(&unit, &kelvin);
        y[i] = is_temp ? b->batch->env.temp : beside[attempt];
    }
}
#define N_GUESSES 5

static hys_status solve_held(hys__bench *b, const double *override, double *y) {
    hys__dc_opts opts = {.is_node = b->is_node, .source_scale = &b->source_scale};
    hys_status status = HYS_OK;
    for (int round = 0; round < 10; round++) {
        if (round == 0) hys__bench_scatter(b, 0, y);
        if (round == 0) refresh_held(b, override);
        status = hys__dc_solve(b->newton, &opts, 0, y);
        if (status != HYS_OK) break;
        hys__bench_scatter(b, 0, y);
        if (!refresh_held(b, override)) break;
    }
    return status;
}

/* The limiter's mode is the one whose solution respects its bounds: first without, then at the bound
 * that was passed. */
static void choose_limiter(hys__bench *b) {
    double slack = 1e-9;
    if (b->i > b->i_pos * (1 + slack)) b->limiter = HYS__LIMIT_POS;
    else if (b->i < -b->i_neg * (1 + slack)) b->limiter = HYS__LIMIT_NEG;
}

hys_status hys__bench_operate(hys__bench *b, double *y) {
    double *override = HYS_NEW_N(&b->arena, double, b->model->n_states + 1);
    if (!override) return HYS_NOMEM;
    hys_status status = read_initials(b, override);
    if (status != HYS_OK) return status;
    b->batch->env.flags = FLAGS_START;
    b->is_holding = true;
    b->limiter = HYS__LIMIT_OFF;
    for (int attempt = 0; attempt < N_GUESSES; attempt++) {
        guess(b, attempt, y);
        status = solve_held(b, override, y);
        if (status == HYS_OK || !hys__newton_last(b->newton)->is_nonfinite) break;
    }
    if (status == HYS_OK && b->has_limit) {
        hys__bench_current(b, 0, y, NULL);
        choose_limiter(b);
        if (b->limiter != HYS__LIMIT_OFF) status = solve_held(b, override, y);
    }
    b->is_holding = false;
    if (status != HYS_OK) return hys__bench_no_solution(b, status, 0, "operating point");
    bool jumped;
    status = hys__bench_accept(b, 0, y, NULL, &jumped);
    b->kernel->init(&b->batch->env, &b->batch->in, &b->batch->out);
    hys__batch_commit(b->batch);
    for (size_t s = 0; s < b->model->n_states; s++)
        if (!isnan(override[s]) && b->model->states[s].is_retained)
            b->batch->r[b->model->state_index[s]][0] = override[s];
    b->batch->env.flags = FLAGS_RUN;
    return status;
}

static hys_status find_consistent(hys__bench *b, double t, double time_scale, double *y, double *yp) {
    hys_status status = HYS_OK;
    b->limiter = HYS__LIMIT_OFF;
    for (int round = 0; round < 2; round++) {
        hys__bench_mark(b);
        status = hys__consistent_solve(b->consistent, t, b->is_differential, time_scale, y, yp, &b->is_index_1);
        if (status != HYS_OK || !b->has_limit) break;
        hys__limiter before = b->limiter;
        hys__bench_current(b, t, y, yp);
        choose_limiter(b);
        if (b->limiter == before) break;
    }
    return status;
}

hys_status hys__bench_consistent(hys__bench *b, double t, double time_scale, double *y, double *yp) {
    hys_status status = find_consistent(b, t, time_scale, y, yp);
    return status == HYS_OK ? HYS_OK : hys__bench_no_solution(b, status, t, "after a jump");
}

hys_status hys__bench_jump(hys__bench *b, double t, double h, double time_scale, double *y, double *yp) {
    hys__bench_mark(b);
    for (size_t i = 0; i < b->n; i++)
        if (b->is_differential[i]) y[i] += h * yp[i];
    b->n_jumps++;
    hys__bench_project(b, y);
    return find_consistent(b, t + h, time_scale, y, yp);
}
