/* .dc with .options arclength: the branch is followed by pseudo-arclength steps, round its folds, so that the parts of
 * an N- or S-shaped curve appear that no quasi-static sweep shows.  The swept value then goes back and forth, and the
 * points lie where the curve bends, never further apart than the step of the card. */
#include "circuit/sim.h"
#include "numerics/continuation.h"
#include <math.h>

typedef struct follow {
    hys__sim_task *task;
    const hys__target *target;
    double from, to;
    hys_status status;
} follow;

static bool set_param(void *user, double p) {
    follow *f = user;
    hys_status status = hys__circuit_set_target(f->task->circuit, f->target, p);
    if (f->status == HYS_OK) f->status = status;
    return status == HYS_OK;
}

static int add_point(void *user, const hys__equilibrium *point) {
    follow *f = user;
    f->task->row[0] = point->p;
    hys_status status = hys__circuit_set_target(f->task->circuit, f->target, point->p);
    if (status == HYS_OK) status = hys__sim_row(f->task, 1, 0, point->y, NULL);
    double done = (point->p - f->from) / (f->to - f->from);
    if (status == HYS_OK && !hys__sim_progress(f->task, fmin(fmax(done, 0), 1))) status = HYS_CANCEL;
    if (f->status == HYS_OK) f->status = status;
    return status != HYS_OK;
}

/* What happens to the stability is `hysteron bifurcation`'s to tell. */
static int pass_crossing(void *user, const hys__crossing *crossing) {
    (void)user, (void)crossing;
    return 0;
}

static hys_status judge(const follow *f, hys_status status, const hys__follow_report *report) {
    if (f->status != HYS_OK) return f->status;
    if (status != HYS_NOCONV && status != HYS_SINGULAR) return status;
    return hys__report(f->task->ctx, HYS_ERROR, status, f->task->flat->sources, f->task->analysis->span,
                       "take a smaller step, or look for a jump in the equations near that value",
                       "the branch cannot be followed beyond %s = %.8g", f->target->name, report->p);
}

hys_status hys__sim_dc_follow(hys__sim_task *task, const double *at, size_t n, const double *y) {
    const hys__target *target = &task->analysis->sweep[0].target;
    follow f = {.task = task, .target = target, .from = at[0], .to = at[n - 1]};
    const hys__family family = {.system = *hys__circuit_system(task->circuit),
                                .mass = hys__circuit_mass(task->circuit),
                                .abstol = hys__circuit_abstol(task->circuit),
                                .user = &f,
                                .set_param = set_param};
    const hys__follow_opts opts = {
        .from = f.from, .to = f.to, .max_step = 1 / (double)(n - 1), .max_points = 100 * n + 1000};
    const hys__follow_sink sink = {&f, add_point, pass_crossing};
    hys__follow_report report = {.end = "", .p = f.from};
    hys_status status = hys__equilibria_follow(task->ctx, &family, &opts, y, &sink, &report);
    return judge(&f, status, &report);
}
