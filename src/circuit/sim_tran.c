/* .tran: the waveforms in time, and the same again at a finer tolerance to see how far they can be trusted. */
#include "circuit/sim.h"
#include <math.h>

#define CHECK_FINER 0.1

typedef struct tran_sink {
    hys__sim_task *task;
    hys_status status;
} tran_sink;

static int add_point(void *user, double t, const double *y, const double *yp) {
    tran_sink *sink = user;
    sink->task->row[0] = t;
    sink->status = hys__sim_row(sink->task, 1, t, y, yp);
    return sink->status != HYS_OK;
}

static int pass_progress(void *user, double done) {
    return !hys__sim_progress(user, done);
}

static hys__tran_opts tran_opts(hys__sim_task *task) {
    const hys__analysis *analysis = task->analysis;
    return (hys__tran_opts){.step = analysis->step,
                            .stop = analysis->stop,
                            .start = analysis->start,
                            .max_step = analysis->max_step,
                            .uic = analysis->uic,
                            .rtol = task->opts->rtol,
                            .progress = pass_progress,
                            .progress_user = task,
                            .message = task->opts->message,
                            .message_user = task->opts->message_user};
}

static hys_status run_once(hys__sim_task *task, const hys__tran_opts *opts, hys__tran_stats *stats) {
    tran_sink sink = {.task = task};
    hys_status status = hys_table_add_column(task->table, "time", "s");
    if (status == HYS_OK) status = hys__sim_columns(task);
    if (status != HYS_OK) return status;
    hys__circuit_set_mode(task->circuit, HYS__MODE_TRAN);
    status = hys__circuit_tran(task->circuit, opts, &(hys__tran_sink){.user = &sink, .point = add_point}, stats);
    return sink.status != HYS_OK ? sink.status : status;
}

/* Value of a column at t, on the straight line between rows; *row moves along. */
static double value_at(const double *time, const double *values, size_t n, double t, size_t *row) {
    while (*row + 2 < n && time[*row + 1] <= t) (*row)++;
    if (*row + 1 >= n || time[*row + 1] <= time[*row]) return values[*row];
    double part = (t - time[*row]) / (time[*row + 1] - time[*row]);
    return values[*row] + fmin(fmax(part, 0), 1) * (values[*row + 1] - values[*row]);
}

static double column_difference(const hys_table *a, const hys_table *b, size_t column) {
    const double *time_a = hys_table_column_at(a, 0), *time_b = hys_table_column_at(b, 0);
    const double *at_a = hys_table_column_at(a, column), *at_b = hys_table_column_at(b, column);
    double lo = INFINITY, hi = -INFINITY, most = 0;
    size_t row = 0;
    for (size_t i = 0; i < hys_table_n_rows(a); i++) {
        lo = fmin(lo, at_a[i]);
        hi = fmax(hi, at_a[i]);
        most = fmax(most, fabs(at_a[i] - value_at(time_b, at_b, hys_table_n_rows(b), time_a[i], &row)));
    }
    return hi > lo ? most / (hi - lo) : 0;
}

static double difference(const hys_table *a, const hys_table *b) {
    double most = 0;
    if (!hys_table_n_rows(a) || !hys_table_n_rows(b)) return NAN;
    for (size_t column = 1; column < hys_table_n_columns(a); column++)
        most = fmax(most, column_difference(a, b, column));
    return most;
}

static hys_status check(hys__sim_task *task, hys__tran_opts opts) {
    hys__sim_task finer = *task;
    hys__tran_stats stats = {.n_steps = 0};
    opts.rtol = (opts.rtol > 0 ? opts.rtol : 1e-4) * CHECK_FINER;
    opts.abstol_scale = CHECK_FINER;
    hys_status status = hys_table_new(task->ctx, &finer.table);
    if (status == HYS_OK) status = run_once(&finer, &opts, &stats);
    if (status == HYS_OK) task->result->check_difference = difference(task->table, finer.table);
    hys_table_free(finer.table);
    return status;
}

hys_status hys__sim_tran(hys__sim_task *task) {
    hys__tran_stats stats = {.step_error = NAN};
    hys__tran_opts opts = tran_opts(task);
    hys_status status = run_once(task, &opts, &stats);
    hys_sim_result *result = task->result;
    result->method = stats.method;
    result->n_steps = stats.n_steps;
    result->n_rejected = stats.n_rejected;
    result->n_evals = stats.n_evals;
    result->n_jacobians = stats.n_jacobians;
    result->n_newton = stats.n_newton;
    result->solver_s = stats.solver_s;
    result->step_error = stats.step_error;
    if (status == HYS_OK && task->opts->check_step) status = check(task, opts);
    return status;
}
