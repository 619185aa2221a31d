#include "numerics/minimise.h"
#include <dlfcn.h>
#include <math.h>
#include <nlopt.h>
#include <string.h>

typedef struct library {
    void *handle;
    nlopt_opt (*create)(nlopt_algorithm, unsigned);
    void (*destroy)(nlopt_opt);
    nlopt_result (*set_min_objective)(nlopt_opt, nlopt_func, void *);
    nlopt_result (*set_stopval)(nlopt_opt, double);
    nlopt_result (*set_ftol_rel)(nlopt_opt, double);
    nlopt_result (*set_maxeval)(nlopt_opt, int);
    nlopt_result (*set_initial_step1)(nlopt_opt, double);
    nlopt_result (*force_stop)(nlopt_opt);
    nlopt_result (*optimize)(nlopt_opt, double *, double *);
} library;

static void find(const library *l, const char *name, void *function) {
    void *at = dlsym(l->handle, name);
    memcpy(function, &at, sizeof at);
}

static bool bind(library *l) {
    find(l, "nlopt_create", &l->create);
    find(l, "nlopt_destroy", &l->destroy);
    find(l, "nlopt_set_min_objective", &l->set_min_objective);
    find(l, "nlopt_set_stopval", &l->set_stopval);
    find(l, "nlopt_set_ftol_rel", &l->set_ftol_rel);
    find(l, "nlopt_set_maxeval", &l->set_maxeval);
    find(l, "nlopt_set_initial_step1", &l->set_initial_step1);
    find(l, "nlopt_force_stop", &l->force_stop);
    find(l, "nlopt_optimize", &l->optimize);
    return l->create && l->destroy && l->set_min_objective && l->set_stopval && l->set_ftol_rel && l->set_maxeval &&
           l->set_initial_step1 && l->force_stop && l->optimize;
}

static bool open_library(library *l) {
    static const char *const names[] = {"libnlopt.so.0", "libnlopt.so"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        l->handle = dlopen(names[k], RTLD_NOW | RTLD_LOCAL);
        if (l->handle && bind(l)) return true;
        if (l->handle) dlclose(l->handle);
    }
    return false;
}

typedef struct search {
    const hys__minimise *problem;
    const library *library;
    nlopt_opt opt;
    double *best; /* [n]: NLopt's own x is the last one where it was stopped */
    double least;
} search;

static double evaluate(unsigned n, const double *x, double *slope, void *user) {
    search *s = user;
    (void)slope;
    double value = s->problem->value(s->problem->user, x);
    if (value < s->least) {
        s->least = value;
        memcpy(s->best, x, n * sizeof *x);
    }
    if (s->problem->is_over && s->problem->is_over(s->problem->user)) s->library->force_stop(s->opt);
    return isfinite(value) ? value : HUGE_VAL;
}

static hys_status run(search *s, double *x) {
    const hys__minimise *p = s->problem;
    const library *l = s->library;
    double least;
    s->opt = l->create(NLOPT_LN_NELDERMEAD, (unsigned)p->n);
    if (!s->opt) return HYS_NOMEM;
    l->set_min_objective(s->opt, evaluate, s);
    l->set_stopval(s->opt, p->enough);
    l->set_ftol_rel(s->opt, p->still);
    l->set_maxeval(s->opt, (int)p->most);
    l->set_initial_step1(s->opt, p->step);
    const nlopt_result result = l->optimize(s->opt, x, &least);
    l->destroy(s->opt);
    return result == NLOPT_OUT_OF_MEMORY ? HYS_NOMEM : HYS_OK;
}

hys_status hys__minimise_run(hys_ctx *ctx, const hys__minimise *problem, double *x, double *least) {
    library l = {0};
    hys_status status = HYS_OK;
    if (!open_library(&l))
        return hys__fail(ctx, HYS_TOOL, "install it: apt-get install libnlopt0",
                         "this search needs NLopt, and libnlopt.so.0 is not on this system");
    search s = {.problem = problem, .library = &l, .least = INFINITY};
    const size_t bytes = problem->n * sizeof *x;
    s.best = hys__realloc(ctx, NULL, 0, bytes);
    if (s.best) {
        memcpy(s.best, x, bytes);
        status = run(&s, x);
        memcpy(x, s.best, bytes);
        hys__free(ctx, s.best, bytes);
    }
    *least = s.least;
    dlclose(l.handle);
    return s.best ? status : HYS_NOMEM;
}
