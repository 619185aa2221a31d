/* hys_bifurcation: an equilibrium of a circuit and its cycles, followed in one parameter. */
#include "base/units.h"
#include "circuit/bifurcation_impl.h"
#include "device/word.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

hys_bifurcation_opts hys_bifurcation_opts_default(void) {
    return (hys_bifurcation_opts){.size = sizeof(hys_bifurcation_opts), .sim = hys_sim_opts_default()};
}

/* ---- the result ---- */

static void release(hys_ctx *ctx, hys__guard *guard) {
    hys_bifurcation *r = (hys_bifurcation *)((char *)guard - offsetof(hys_bifurcation, guard));
    hys_table_free(r->table);
    hys__arena_free(&r->arena);
    hys__free(ctx, r, sizeof *r);
}

static hys_bifurcation *new_result(hys_ctx *ctx) {
    hys_bifurcation *r = hys__realloc(ctx, NULL, 0, sizeof *r);
    if (!r) return NULL;
    *r = (hys_bifurcation){.ctx = ctx, .guard.release = release};
    hys__arena_init(&r->arena, ctx, 0);
    hys__guard_add(ctx, &r->guard);
    return r;
}

void hys_bifurcation_free(hys_bifurcation *r) {
    if (!r) return;
    hys__guard_remove(r->ctx, &r->guard);
    release(r->ctx, &r->guard);
}

size_t hys_bifurcation_n_points(const hys_bifurcation *r) {
    return r->points.n;
}

const hys_bifurcation_point *hys_bifurcation_get_point(const hys_bifurcation *r, size_t i) {
    return i < r->points.n ? &r->points.at[i] : NULL;
}

const hys_table *hys_bifurcation_table(const hys_bifurcation *r) {
    return r->table;
}

size_t hys_bifurcation_n_remarks(const hys_bifurcation *r) {
    return r->remarks.n;
}

const char *hys_bifurcation_remark(const hys_bifurcation *r, size_t i) {
    return i < r->remarks.n ? r->remarks.at[i] : NULL;
}

hys_status hys__bifurcation_remark(hys_bifurcation *r, const char *fmt, ...) {
    char text[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **slot = HYS_PUSH(&r->arena, &r->remarks);
    if (!slot || !(*slot = hys__arena_strndup(&r->arena, text, strlen(text)))) return HYS_NOMEM;
    return HYS_OK;
}

hys_status hys__study_add_point(hys__study *s, const hys_bifurcation_point *point) {
    hys_bifurcation_point *slot = HYS_PUSH(&s->result->arena, &s->result->points);
    if (!slot) return HYS_NOMEM;
    *slot = *point;
    slot->branch = s->branch;
    return HYS_OK;
}

bool hys__study_progress(hys__study *s, double done) {
    const hys_sim_opts *sim = &s->opts->sim;
    return !sim->progress || !sim->progress(sim->progress_user, "bifurcation", fmin(fmax(done, 0), 1));
}

/* ---- the table ---- */

static hys_status add_unknown(hys__study *s, size_t i) {
    static const char *const ends[] = {"min", "max"};
    char name[512], column[520];
    hys__circuit_unknown(s->circuit, i, name, sizeof name);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < 2 && status == HYS_OK; k++) {
        snprintf(column, sizeof column, "%s.%s", name, ends[k]);
        status = hys_table_add_column(s->result->table, column, hys__circuit_unit(s->circuit, i));
    }
    return status;
}

static hys_status open_table(hys__study *s) {
    hys_status status = hys_table_new(s->ctx, &s->result->table);
    hys_table *t = s->result->table;
    if (status == HYS_OK) status = hys_table_add_column(t, "branch", "1");
    if (status == HYS_OK) status = hys_table_add_column(t, s->opts->param, s->unit);
    if (status == HYS_OK) status = hys_table_add_column(t, "is_stable", "1");
    if (status == HYS_OK) status = hys_table_add_column(t, "n_unstable", "1");
    if (status == HYS_OK) status = hys_table_add_column(t, "event", "1");
    for (size_t i = 0; i < s->n && status == HYS_OK; i++) status = add_unknown(s, i);
    if (status == HYS_OK) status = hys_table_add_column(t, "period", "s");
    if (status == HYS_OK) status = hys_table_add_column(t, "multiplier", "1");
    s->row = HYS_NEW_N(&s->arena, double, 2 * s->n + 7);
    return status == HYS_OK && !s->row ? HYS_NOMEM : status;
}

/* A row of the equilibrium or cycle at p; event: 1 + its kind, 0: none. */
hys_status hys__study_add_row(hys__study *s, const hys__study_row *row) {
    double *to = s->row;
    *to++ = (double)s->branch;
    *to++ = row->p;
    *to++ = row->n_unstable == 0;
    *to++ = (double)row->n_unstable;
    *to++ = row->event;
    for (size_t i = 0; i < s->n; i++) {
        *to++ = row->low[i];
        *to++ = row->high[i];
    }
    *to++ = row->period;
    *to = row->multiplier;
    return hys_table_add_row(s->result->table, s->row);
}

/* ---- equilibria ---- */

static const double *copy(hys__study *s, const double *y) {
    double *to = HYS_NEW_N(&s->arena, double, s->n);
    if (to) memcpy(to, y, s->n * sizeof *y);
    return to;
}

static int on_point(void *user, const hys__equilibrium *point) {
    hys__study *s = user;
    hys__spot *spot = HYS_PUSH(&s->arena, &s->spots);
    if (!spot) {
        s->status = HYS_NOMEM;
        return 1;
    }
    *spot = (hys__spot){point->p, point->n_unstable, copy(s, point->y)};
    const hys__study_row row = {point->p, point->y, point->y, NAN, NAN, point->n_unstable, 0};
    s->status = spot->y ? hys__study_add_row(s, &row) : HYS_NOMEM;
    return s->status != HYS_OK || !hys__study_progress(s, (point->p - s->from) / (s->to - s->from));
}

static hys_status keep_hopf(hys__study *s, const hys__crossing *c) {
    hys__hopf_spot *h = HYS_PUSH(&s->arena, &s->hopfs);
    double complex *q = HYS_NEW_N(&s->arena, double complex, s->n);
    if (!h || !q) return HYS_NOMEM;
    size_t others = c->n_unstable_before >= 2 ? c->n_unstable_before - 2 : c->n_unstable_before;
    *h = (hys__hopf_spot){.p = c->p, .omega = c->omega, .y = copy(s, c->y), .spot = s->spots.n};
    h->n_unstable = others + (c->lyapunov > 0);
    if (c->q) {
        memcpy(q, c->q, s->n * sizeof *q);
        h->q = q;
    }
    return h->y ? HYS_OK : HYS_NOMEM;
}

/* Where equations are rough, or the parameter makes no sense, points come one behind the other. */
#define MOST_KINKS  3
#define MOST_POINTS 60

static int tell_kink(hys__study *s, double p) {
    if (s->n_kinks++ >= MOST_KINKS) return 0;
    s->status =
        hys__bifurcation_remark(s->result,
                                "at %s = %.8g stability changes at a kink of the equations (a bound, an if): that "
                                "is none of the usual bifurcations",
                                s->opts->param, p);
    return s->status != HYS_OK;
}

static int on_crossing(void *user, const hys__crossing *c) {
    hys__study *s = user;
    if (c->is_jump) return tell_kink(s, c->p);
    /* Branches that touch no other than at their folds cross there all the same. */
    bool may_fork = c->kind == HYS__EVENT_BRANCH || c->kind == HYS__EVENT_FOLD;
    if (may_fork && hys__study_knows_fork(s, c)) return s->arm.is_closed;
    hys_bifurcation_point point = {.type = hys__event_name(c->kind),
                                   .param = c->p,
                                   .is_stable = c->n_unstable_before == 0,
                                   .frequency = NAN,
                                   .lyapunov = NAN,
                                   .criticality = "",
                                   .note = ""};
    s->status = HYS_OK;
    if (c->kind == HYS__EVENT_BRANCH) s->status = hys__study_keep_fork(s, c);
    if (c->kind == HYS__EVENT_HOPF) {
        s->status = keep_hopf(s, c);
        point.frequency = c->omega / (2 * M_PI);
        point.lyapunov = c->lyapunov;
        if (isnan(c->lyapunov)) point.note = "the first Lyapunov coefficient could not be computed";
        else if (fabs(c->lyapunov) <= c->lyapunov_error)
            point.note = "the first Lyapunov coefficient is zero to what its differences can tell";
        else point.criticality = c->lyapunov < 0 ? "supercritical" : "subcritical";
    }
    const hys__study_row row = {c->p, c->y, c->y, NAN, NAN, c->n_unstable_before, 1 + (double)c->kind};
    if (s->status == HYS_OK) s->status = hys__study_add_point(s, &point);
    if (s->status == HYS_OK) s->status = hys__study_add_row(s, &row);
    return s->status != HYS_OK || s->result->points.n >= MOST_POINTS;
}

static hys_status tell_loss(hys__study *s, const hys__follow_report *report) {
    if (s->branch > 0)
        return hys__bifurcation_remark(s->result, "branch %zu of equilibria ends at %s = %.8g: %s", s->branch,
                                       s->opts->param, report->p, report->end);
    const hys_bifurcation_point point = {.type = hys__event_name(HYS__EVENT_END),
                                         .param = report->p,
                                         .is_stable = s->spots.n && s->spots.at[s->spots.n - 1].n_unstable == 0,
                                         .frequency = NAN,
                                         .lyapunov = NAN,
                                         .criticality = "",
                                         .note = report->end};
    hys_status status = hys__study_add_point(s, &point);
    return status != HYS_OK ? status
                            : hys__bifurcation_remark(s->result, "the branch of equilibria ends at %s = %.8g: %s",
                                                      s->opts->param, report->p, report->end);
}

hys_status hys__study_follow(hys__study *s, const double *x, const double *t) {
    const hys__follow_opts opts = {.from = s->from, .to = s->to, .max_step = s->opts->max_step, .rtol = s->opts->rtol};
    const hys__follow_sink sink = {s, on_point, on_crossing};
    hys__follow_report report;
    s->status = HYS_OK;
    hys_status status = t ? hys__equilibria_branch(s->ctx, &s->family, &opts, x, t, &sink, &report)
                          : hys__equilibria_follow(s->ctx, &s->family, &opts, x, &sink, &report);
    if (s->status != HYS_OK) return s->status;
    if (t && s->arm.is_closed) return HYS_OK;
    bool is_stopped = status == HYS_OK && strcmp(report.end, "stopped") == 0;
    if (is_stopped && s->result->points.n < MOST_POINTS) return HYS_CANCEL;
    if (is_stopped) report.end = "too many bifurcations";
    bool is_lost = status == HYS_NOCONV || status == HYS_SINGULAR;
    if (is_lost && s->spots.n == 0)
        return hys__fail(s->ctx, HYS_NOCONV, "try another start of the range",
                         "the operating point at %s = %g cannot be followed: its equations are singular or not smooth",
                         s->opts->param, s->from);
    if (status != HYS_OK && !is_lost) return status;
    if (is_lost || strncmp(report.end, "too many", 8) == 0) return tell_loss(s, &report);
    if (t) return HYS_OK;
    if (strcmp(report.end, "end of the range") != 0)
        return hys__bifurcation_remark(s->result,
                                       "the branch of equilibria comes back to %s = %g: it does not reach %g",
                                       s->opts->param, s->from, s->to);
    return HYS_OK;
}

/* ---- the run ---- */

static hys_status operate(hys__study *s, double **y) {
    *y = HYS_NEW_N(&s->arena, double, s->n + 1);
    if (!*y) return HYS_NOMEM;
    if (!s->family.set_param(s, s->from)) return s->status != HYS_OK ? s->status : HYS_ARG;
    hys__circuit_set_mode(s->circuit, HYS__MODE_EQUILIBRIUM);
    hys_status status = hys__circuit_op(s->circuit, &(hys__op_opts){0}, *y);
    /* Once more from there: a solution whose last step was judged by a Jacobian of far away is found out. */
    return status == HYS_OK ? hys__circuit_op(s->circuit, &(hys__op_opts){.use_start = true}, *y) : status;
}

static hys_status study(hys__study *s) {
    double *y = NULL;
    hys_status status = hys__study_refuse(s);
    if (status == HYS_OK) status = hys__study_target(s);
    if (status == HYS_OK) status = hys__study_family(s);
    if (status == HYS_OK) status = open_table(s);
    if (status == HYS_OK) status = operate(s, &y);
    if (status == HYS_OK) status = hys__study_follow(s, y, NULL);
    if (status == HYS_OK) status = hys__study_forks(s);
    bool has_events = hys__study_has_events(s);
    if (status == HYS_OK && !s->opts->no_cycles && has_events)
        status = hys__bifurcation_remark(s->result, "cycles are not followed: events of a device (resets) break them");
    if (status == HYS_OK && !s->opts->no_cycles && !has_events) status = hys__study_cycles(s);
    for (size_t k = 0; status == HYS_OK && k < hys__circuit_n_remarks(s->circuit); k++)
        status = hys__bifurcation_remark(s->result, "%s", hys__circuit_remark(s->circuit, k));
    return status;
}

static hys_status load(hys__study *s, const char *path) {
    const hys_sim_opts *sim = &s->opts->sim;
    const hys__flat_opts flat = {
        .set = sim->set, .n_set = sim->n_set, .include_dirs = sim->include_dirs, .n_include_dirs = sim->n_include_dirs};
    hys__circuit_opts opts = {.seed = sim->has_seed ? sim->seed : hys__ctx_seed(s->ctx),
                              .cache_dir = sim->cache_dir,
                              .as_written = sim->as_written,
                              .spread = sim->spread,
                              .n_spread = sim->n_spread};
    hys_status status = hys__flat_load(s->ctx, &s->arena, path, &flat, &s->flat);
    if (status != HYS_OK) return status;
    if (sim->temp) {
        hys__word word = hys__word_all("--temp", sim->temp);
        status = hys__word_quantity(s->ctx, &word, "K", "the temperature", &opts.temp);
        if (status != HYS_OK) return status;
    }
    return hys__circuit_new(s->ctx, s->flat, &opts, &s->circuit);
}

hys_status hys_bifurcation_run(hys_ctx *ctx, const char *path, const hys_bifurcation_opts *opts,
                               hys_bifurcation **result) {
    hys_bifurcation_opts all = hys_bifurcation_opts_default();
    if (opts) memcpy(&all, opts, opts->size < sizeof all ? opts->size : sizeof all);
    hys__study s = {.ctx = ctx, .opts = &all, .result = new_result(ctx)};
    if (!s.result) return HYS_NOMEM;
    hys__arena_init(&s.arena, ctx, 0);
    hys_status status = load(&s, path);
    if (status == HYS_OK) status = study(&s);
    hys__circuit_free(s.circuit);
    hys__arena_free(&s.arena);
    if (status == HYS_OK) *result = s.result;
    else hys_bifurcation_free(s.result);
    return status;
}
