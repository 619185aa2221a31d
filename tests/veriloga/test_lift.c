/* Lifting: hand-written integration becomes a differential state with the same equation, and what must not
 * be lifted is refused for the right reason. */
#include "hys_test.h"
#include "veriloga/graph.h"
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"

typedef struct fixture {
    hys_ctx *ctx;
    va_front front;
    va_model model;
    va_program program;
    va_ir *ir;
} fixture;

/* A module with terminals p and n; `body` is declarations and the analog block. */
static void build(fixture *f, const char *body) {
    char text[4096];
    static const va_build_opts opts = {0};
    int n =
        snprintf(text, sizeof text,
                 "`include \"disciplines.vams\"\nmodule m(p, n); inout p, n; electrical p, n;\n%s\nendmodule\n", body);
    *f = (fixture){.ctx = hys_test_ctx()};
    va_front_init(&f->front, f->ctx);
    f->ir = &f->model.ir;
    assert_int_equal(va_front_parse_text(&f->front, "m.va", text, (size_t)n), HYS_OK);
    if (va_build(&f->front, &opts, &f->model) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
}

static void lift(fixture *f, const char *body) {
    build(f, body);
    assert_int_equal(va_lift(&f->model), HYS_OK);
    assert_int_equal(va_lower(&f->model, &f->program), HYS_OK);
}

static void drop(fixture *f) {
    va_front_free(&f->front);
    hys_ctx_free(f->ctx);
}

static const va_unknown *lifted(const fixture *f, const char *name) {
    for (size_t i = 0; i < f->model.unknowns.n; i++) {
        const va_unknown *u = &f->model.unknowns.at[i];
        if (strcmp(u->name, name) == 0 && u->is_lifted) return u;
    }
    fail_msg("'%s' is not lifted", name);
    return NULL;
}

static const char *why_not(const fixture *f, const char *name) {
    for (size_t i = 0; i < f->model.retained.n; i++)
        if (strcmp(f->model.retained.at[i].name, name) == 0)
            return f->model.retained.at[i].why_not ? f->model.retained.at[i].why_not : "";
    fail_msg("no variable '%s'", name);
    return "";
}

/* Potentials v over the terminals (n at 0), a value for each state in order. */
static graph_point point(const fixture *f, double v, const double *states) {
    graph_point at = {.temp = 300, .time = 3.7L};
    double x[16] = {0};
    size_t next = 0;
    at.flag[VA_FLAG_TRAN] = true;
    x[0] = v;
    for (size_t i = 0; i < f->model.unknowns.n; i++)
        if (f->model.unknowns.at[i].kind == VA_UNK_STATE) x[i] = states[next++];
    for (size_t i = 0; i < f->model.probes.n; i++) {
        va_probe p = f->model.probes.at[i];
        at.probe[i] = (p.pos == VA_GROUND ? 0 : x[p.pos]) - (p.neg == VA_GROUND ? 0 : x[p.neg]);
    }
    for (size_t i = 0; i < f->model.params.n; i++) at.param[i] = f->model.params.at[i].def;
    return at;
}

/* What x' is: the row is DDT - rate. */
static double rate_at(const fixture *f, const char *name, double v, const double *states) {
    graph_point at = point(f, v, states);
    return -(double)graph_value(&f->model, &at, lifted(f, name)->row);
}

static double current_at(const fixture *f, double v, const double *states) {
    graph_point at = point(f, v, states);
    return (double)graph_value(&f->model, &at, f->program.roots[VA_FUNC_EVAL_F].at[0].val);
}

static double start_of(const fixture *f, const char *name) {
    graph_point at = point(f, 0.3, (const double[16]){0});
    at.time = 0;
    assert_true(lifted(f, name)->has_init);
    return (double)graph_value(&f->model, &at, lifted(f, name)->init);
}

#define X(...) ((const double[]){__VA_ARGS__})

static void assert_smooth(const fixture *f) {
    assert_false(f->program.is_stepped);
    assert_int_equal(f->program.n_live_retained, 0);
}

/* ---- forms of one equation: x' = (V(p,n) - x) / tau, tau 2 ---- */

static void check_relaxation_of(const char *name, const char *body) {
    fixture f;
    lift(&f, body);
    assert_smooth(&f);
    for (int i = 0; i < 3; i++) {
        double x = 0.1 + 0.4 * i, v = 0.7 - i;
        assert_near(rate_at(&f, name, v, X(x)), (v - x) / 2, 1e-14);
        assert_near(current_at(&f, v, X(x)), v * x, 1e-14);
    }
    assert_near(start_of(&f, name), 0.25, 0);
    drop(&f);
}

static void check_relaxation(const char *body) {
    check_relaxation_of("x", body);
}

#define NOT_PROVED                                                                                                     \
    "it is not proved that it only integrates: with a time step of 0 its update does not leave it as it is (it is "    \
    "also "                                                                                                            \
    "set, or switched, or limited by what varies); what is written x = x + rate*dt alone is lifted"
#define NO_STEP "no time step enters its update: it is a memory, not an integral"
#define HELD    "it holds a value of the last step; an internal node would give the present one"
#define HEAD    "parameter real tau = 2; real x, t_prev, h;"
#define TAIL    " I(p,n) <+ V(p,n)*x; t_prev = $abstime; end"
#define INIT    "analog begin @(initial_step) begin x = 0.25; t_prev = 0; end h = $abstime - t_prev; "

static void euler(void **state) {
    (void)state;
    check_relaxation(HEAD INIT "x = x + (V(p,n) - x)/tau*h;" TAIL);
}

static void implicit_euler(void **state) {
    (void)state;
    check_relaxation(HEAD INIT "x = (x + h*V(p,n)/tau)/(1 + h/tau);" TAIL);
}

static void exact_exponential(void **state) {
    (void)state;
    check_relaxation(HEAD INIT "x = V(p,n) + (x - V(p,n))*exp(-h/tau);" TAIL);
    check_relaxation(HEAD INIT "x = x*exp(-h/tau) + V(p,n)*(1 - exp(-h/tau));" TAIL);
}

static void crank_nicolson(void **state) {
    (void)state;
    check_relaxation(HEAD INIT "x = (x*(1 - h/(2*tau)) + V(p,n)*h/tau)/(1 + h/(2*tau));" TAIL);
}

static void runge_kutta(void **state) {
    (void)state;
    check_relaxation("parameter real tau = 2; real x, t_prev, h, k1, k2, k3, k4;"
                     "analog function real f; input x, v; real x, v; f = (v - x)/2; endfunction " INIT
                     "k1 = f(x, V(p,n)); k2 = f(x + 0.5*h*k1, V(p,n)); k3 = f(x + 0.5*h*k2, V(p,n));"
                     "k4 = f(x + h*k3, V(p,n)); x = x + h/6*(k1 + 2*k2 + 2*k3 + k4);" TAIL);
}

static void a_step_that_is_a_parameter(void **state) {
    (void)state;
    check_relaxation("parameter real tau = 2; parameter real dt = 1e-3; real x = 0.25;"
                     "analog begin $bound_step(dt); x = x + (V(p,n) - x)/tau*dt; I(p,n) <+ V(p,n)*x; end");
    check_relaxation("parameter real tau = 2; (* units = \"s\" *) parameter real resolution = 1e-3; real x = 0.25;"
                     "analog begin x = x + (V(p,n) - x)/tau*resolution; I(p,n) <+ V(p,n)*x; end");
}

static void a_flag_that_starts_at_zero(void **state) {
    (void)state;
    check_relaxation_of("x_last", "parameter real tau = 2; parameter real dt = 1e-3; real x, x_last; integer first;"
                                  "analog begin if (first == 0) x_last = 0.25; x = x_last + dt*(V(p,n) - x_last)/tau;"
                                  "I(p,n) <+ V(p,n)*x; x_last = x; first = 1; end");
}

static void a_copy_of_the_last_value(void **state) {
    fixture f;
    (void)state;
    /* the rate reads x, which is the old value of x_last under another name */
    lift(&f, "parameter real dt = 1e-3; real x, x_last, r;"
             "analog begin r = 1 - x*V(p,n); x = x_last + r*dt; x_last = x; I(p,n) <+ x; end");
    assert_smooth(&f);
    assert_near(rate_at(&f, f.model.unknowns.at[2].name, 0.5, X(0.3)), 1 - 0.15, 1e-15);
    drop(&f);
}

static void guards_of_the_step_are_looked_through(void **state) {
    (void)state;
    check_relaxation(HEAD INIT "if (h > 0) x = x + (V(p,n) - x)/tau*h;" TAIL);
    check_relaxation(HEAD INIT "if (h < 1e-15) h = 1e-15; x = x + (V(p,n) - x)/tau*h;" TAIL);
    check_relaxation(HEAD INIT "if (h > tau) h = tau; x = x + (V(p,n) - x)/tau*abs(h);" TAIL);
    check_relaxation(HEAD INIT "if ($abstime != t_prev) x = x + (V(p,n) - x)/tau*h;" TAIL);
}

static void time_in_other_units(void **state) {
    (void)state;
    check_relaxation("parameter real tau = 2; real x, t_ns, now; analog begin @(initial_step) x = 0.25;"
                     "now = $abstime*1e9; x = x + (V(p,n) - x)/tau*1e-9*(now - t_ns); I(p,n) <+ V(p,n)*x;"
                     "t_ns = now; end");
}

/* ---- clamps ---- */

static void check_clamped(const char *clamp) {
    fixture f;
    char body[1024];
    snprintf(body, sizeof body,
             "parameter real lo = 0.1; parameter real hi = 0.9; real x, t_prev, r;"
             "analog begin @(initial_step) x = 0.5; r = V(p,n)*(1 + x);"
             "x = x + r*($abstime - t_prev); %s I(p,n) <+ V(p,n)*x; t_prev = $abstime; end",
             clamp);
    lift(&f, body);
    assert_smooth(&f);
    const va_unknown *x = lifted(&f, "x");
    graph_point at = point(&f, 0, X(0));
    assert_true(x->clamp_lo && x->clamp_hi);
    assert_near((double)graph_value(&f.model, &at, x->lo), 0.1, 0);
    assert_near((double)graph_value(&f.model, &at, x->hi), 0.9, 0);
    assert_near(rate_at(&f, "x", 2, X(0.4)), 2.8, 1e-15);
    assert_within(rate_at(&f, "x", 2, X(0.9)), 0, 0); /* outward: stays */
    assert_within(rate_at(&f, "x", 2, X(0.95)), 0, 0);
    assert_near(rate_at(&f, "x", -2, X(0.9)), -3.8, 1e-15); /* inward: leaves */
    assert_within(rate_at(&f, "x", -2, X(0.1)), 0, 0);
    assert_near(rate_at(&f, "x", 2, X(0.1)), 2.2, 1e-15);
    assert_near(current_at(&f, 2, X(0.95)), 1.8, 1e-15); /* others read the clamped value */
    assert_int_equal(f.model.events.n, 2);
    assert_int_equal(f.model.events.at[0].kind, VA_EVENT_CLAMP);
    drop(&f);
}

static void clamps_in_every_dress(void **state) {
    (void)state;
    check_clamped("if (x > hi) x = hi; if (x < lo) x = lo;");
    check_clamped("if (x > hi) x = hi; else if (x < lo) x = lo;");
    check_clamped("if (x < lo) x = lo; else if (x >= hi) x = hi; else x = x;");
    check_clamped("x = min(max(x, lo), hi);");
    check_clamped("x = max(lo, min(x, hi));");
    check_clamped("x = (x > hi) ? hi : ((x <= lo) ? lo : x);");
    check_clamped("if (r > 0) begin if (x >= hi) x = hi; end else begin if (x <= lo) x = lo; end");
    check_clamped("if (x >= hi && r > 0) x = hi; if (x <= lo && r < 0) x = lo;");
}

static void a_window_at_the_bound_is_kept(void **state) {
    fixture f;
    (void)state;
    /* the condition on x itself is part of the rate; those on the updated value are the clamp */
    lift(&f, "parameter real dt = 1e-6; real x, w; analog begin w = (x >= 1) ? 0.5 : 1;"
             "x = x - V(p,n)*w*dt; if (x > 1) x = 1; I(p,n) <+ x; end");
    assert_near(rate_at(&f, "x", 0.4, X(1.0)), -0.2, 1e-15);
    assert_near(rate_at(&f, "x", 0.4, X(0.9)), -0.4, 1e-15);
    drop(&f);
}

static void bounds_chosen_by_a_parameter(void **state) {
    fixture f;
    (void)state;
    lift(&f, "parameter real mode = 1; parameter real dt = 1e-6; real x;"
             "analog begin x = x + V(p,n)*dt; if (mode > 0) begin if (x > 3) x = 3; end else if (x > 5) x = 5;"
             "I(p,n) <+ x; end");
    const va_unknown *x = lifted(&f, "x");
    graph_point at = point(&f, 0, X(0));
    assert_near((double)graph_value(&f.model, &at, x->hi), 3, 0);
    at.param[0] = -1;
    assert_near((double)graph_value(&f.model, &at, x->hi), 5, 0);
    assert_false(x->clamp_lo);
    drop(&f);
}

/* ---- several states ---- */

static void coupled_states_are_lifted_together(void **state) {
    fixture f;
    (void)state;
    /* y is updated with the new x, as programs do */
    lift(&f, "real x, y, t_prev, h; analog begin @(initial_step) begin x = 1; y = 0; end h = $abstime - t_prev;"
             "x = x + h*(V(p,n) - y); y = y + h*x*(1 - y); I(p,n) <+ x*y; t_prev = $abstime; end");
    assert_smooth(&f);
    bool x_first = strcmp(f.model.unknowns.at[f.model.unknowns.n - 2].name, "x") == 0;
    double xy[2] = {x_first ? 0.6 : 0.2, x_first ? 0.2 : 0.6};
    assert_near(rate_at(&f, "x", 0.5, xy), 0.5 - 0.2, 1e-14);
    assert_near(rate_at(&f, "y", 0.5, xy), 0.6 * 0.8, 1e-14);
    assert_near(current_at(&f, 0.5, xy), 0.12, 1e-14);
    drop(&f);
}

static void a_copy_of_a_function_of_a_state_follows_it(void **state) {
    fixture f;
    (void)state;
    lift(&f, "parameter real dt = 1e-6; real x = 0.5; real r;"
             "analog begin x = x + V(p,n)*(1 + r)*dt; r = 10*x; I(p,n) <+ V(p,n)/(1 + r); end");
    assert_smooth(&f);
    assert_near(rate_at(&f, "x", 0.4, X(0.3)), 0.4 * (1 + 3), 1e-15);
    drop(&f);
}

static void a_rate_computed_after_its_use_is_that_of_now(void **state) {
    fixture f;
    (void)state;
    lift(&f, "real x, rate, t_prev; analog begin x = x + rate*($abstime - t_prev); rate = V(p,n)*3 - x;"
             "I(p,n) <+ x; t_prev = $abstime; end");
    assert_smooth(&f);
    assert_near(rate_at(&f, "x", 0.4, X(0.3)), 1.2 - 0.3, 1e-15);
    drop(&f);
}

/* gap = idt(...); if (gap < min) gap = min: the clamp winds up as written; reading gap before it is
 * assigned is reading the state. */
static void a_clamped_idt_stays_as_written(void **state) {
    fixture f;
    (void)state;
    lift(&f, "parameter real lo = 0.2; real gap, rate; analog begin rate = V(p,n)*(1 + gap);"
             "gap = idt(rate, 0.5); if (gap < lo) gap = lo; I(p,n) <+ gap; end");
    assert_smooth(&f);
    for (size_t i = 0; i < f.model.unknowns.n; i++) assert_false(f.model.unknowns.at[i].is_lifted);
    assert_near(current_at(&f, 0.5, X(0.1)), 0.2, 0);
    graph_point at = point(&f, 0.5, X(0.1));
    for (size_t i = 0; i < f.model.unknowns.n; i++)
        if (f.model.unknowns.at[i].kind == VA_UNK_STATE)
            assert_near((double)graph_value(&f.model, &at, f.model.unknowns.at[i].row), -0.5 * 1.2, 1e-15);
    drop(&f);
}

static void a_constant_set_in_the_first_step_is_no_state(void **state) {
    fixture f;
    (void)state;
    lift(&f, "parameter real a = 2; real k, c; analog begin @(initial_step) begin k = a*3; end c = k + 1;"
             "I(p,n) <+ V(p,n)*c; end");
    assert_smooth(&f);
    assert_near(current_at(&f, 0.5, X(0)), 0.5 * 7, 1e-15);
    drop(&f);
}

static void the_bound_of_the_step_goes_with_the_update(void **state) {
    fixture f;
    (void)state;
    lift(&f, HEAD INIT "$bound_step(1e-9); x = x + V(p,n)*h;" TAIL);
    assert_int_equal(f.model.bound_step, 0);
    drop(&f);
    lift(&f, "real a; analog begin $bound_step(1e-9); a = -a + 1; I(p,n) <+ a*V(p,n); end");
    assert_int_not_equal(f.model.bound_step, 0);
    drop(&f);
}

/* ---- the theorem: as written with small steps, and lifted, go the same way ---- */

static double as_written(const char *body, double t_end, int n_steps) {
    fixture f;
    build(&f, body);
    uint32_t n = (uint32_t)f.model.retained.n;
    graph_point at = {.temp = 300};
    at.flag[VA_FLAG_INIT] = at.flag[VA_FLAG_TRAN] = true;
    for (size_t i = 0; i < f.model.params.n; i++) at.param[i] = f.model.params.at[i].def;
    graph_real *values = calloc(f.ir->ins.n, sizeof *values);
    graph_run(&f.model, &at, values);
    for (uint32_t k = 0; k < n; k++) at.retained[k] = values[f.model.retained.at[k].init];
    for (int step = 0; step <= n_steps; step++) {
        at.time = t_end * step / n_steps;
        for (size_t i = 0; i < f.model.probes.n; i++) at.probe[i] = sinl(3 * at.time);
        graph_run(&f.model, &at, values);
        for (uint32_t k = 0; k < n; k++) at.retained[k] = values[f.model.retained.at[k].next];
        at.flag[VA_FLAG_INIT] = false;
    }
    double x = NAN;
    for (uint32_t k = 0; k < n; k++)
        if (strcmp(f.model.retained.at[k].name, "x") == 0) x = (double)at.retained[k];
    free(values);
    drop(&f);
    return x;
}

/* The lifted equation by Heun's method, projected. */
static double as_lifted(const char *body, double t_end, int n_steps) {
    fixture f;
    lift(&f, body);
    assert_smooth(&f);
    double x = start_of(&f, "x"), h = t_end / n_steps;
    for (int step = 0; step < n_steps; step++) {
        double t = step * h, k1 = rate_at(&f, "x", sin(3 * t), X(x));
        double k2 = rate_at(&f, "x", sin(3 * (t + h)), X(x + h * k1));
        graph_point at = point(&f, 0, X(0));
        const va_unknown *u = lifted(&f, "x");
        x += h * (k1 + k2) / 2;
        if (u->clamp_lo) x = fmax(x, (double)graph_value(&f.model, &at, u->lo));
        if (u->clamp_hi) x = fmin(x, (double)graph_value(&f.model, &at, u->hi));
    }
    drop(&f);
    return x;
}

static void small_steps_go_where_the_equation_goes(void **state) {
    static const char *const updates[] = {
        "x = x + V(p,n)*(1 - x*x)*h;",
        "x = (x + h*V(p,n))/(1 + h*x*x);",
        "x = x + h*sinh(2*V(p,n))*exp(-x); if (x > 0.9) x = 0.9; if (x < 0.1) x = 0.1;",
        "x = (V(p,n) > 0.3) ? 1 + (x - 1)*exp(-h*V(p,n)) : x - h*x;",
    };
    (void)state;
    for (size_t i = 0; i < sizeof updates / sizeof *updates; i++) {
        char body[1024];
        snprintf(body, sizeof body, HEAD INIT "%s" TAIL, updates[i]);
        double want = as_lifted(body, 1.3, 2000);
        double coarse = as_written(body, 1.3, 300) - want, fine = as_written(body, 1.3, 600) - want;
        assert_within(fine, 0, 3e-3);
        assert_true(fabs(fine) < 0.6 * fabs(coarse)); /* first order */
    }
}

/* ---- what must be refused ---- */

static void check_refused(const char *body, const char *why) {
    fixture f;
    lift(&f, body);
    assert_string_equal(why_not(&f, "x"), why);
    assert_true(f.program.is_stepped);
    for (size_t i = 0; i < f.model.unknowns.n; i++)
        assert_false(f.model.unknowns.at[i].is_lifted && strcmp(f.model.unknowns.at[i].name, "x") == 0);
    drop(&f);
}

static void what_is_not_an_integration_is_refused(void **state) {
    (void)state;
    check_refused("real x; analog begin x = 1 - x*V(p,n); I(p,n) <+ x; end", NO_STEP);
    check_refused(HEAD INIT "if (V(p,n) < 0) x = 0; else x = x + h;" TAIL, NOT_PROVED);
    check_refused(HEAD INIT "x = x + h*V(p,n) + 1e-3*V(p,n);" TAIL, NOT_PROVED);
    check_refused(HEAD INIT "x = x + h*V(p,n); if (x > 1) x = 0;" TAIL, /* an integrator that fires */
                  NOT_PROVED);
    check_refused(HEAD INIT "x = x + h*V(p,n); if (x > 1) x = 2 - exp(1 - x);" TAIL, /* a soft limit */
                  NOT_PROVED);
    check_refused(HEAD INIT "if (h > 0.01) x = x + h*V(p,n);" TAIL,
                  "what it changes by is not proportional to a time step");
}

static void random_rates_are_refused(void **state) {
    (void)state;
    check_refused("integer seed = 3; real x, t_prev; analog begin"
                  " x = x + $rdist_normal(seed, 0, 1)*($abstime - t_prev); I(p,n) <+ x; t_prev = $abstime; end",
                  "its rate contains random numbers");
}

static void events_that_assign_are_refused(void **state) {
    (void)state;
    check_refused(HEAD INIT "x = x + h*V(p,n); @(cross(V(p,n) - 1, +1)) x = 0;" TAIL, "an event assigns it");
}

static void rates_with_the_step_in_them_are_refused(void **state) {
    (void)state;
    check_refused(HEAD INIT "x = x + (h + V(p,n)*h*h)/(h*1.0);" TAIL, NOT_PROVED);
    check_refused(HEAD "real v_old; " INIT "I(p,n) <+ 1e-12*(V(p,n) - x)/h; x = x + V(p,n)*h;" TAIL,
                  "the time step divides in an equation");
}

static void what_depends_on_the_refused_is_refused(void **state) {
    fixture f;
    (void)state;
    lift(&f, "real x, y, z, t_prev, h; analog begin h = $abstime - t_prev; y = 1 - y; x = x + y*h;"
             "z = z + V(p,n)*h; I(p,n) <+ x + z; t_prev = $abstime; end");
    assert_string_equal(why_not(&f, "y"), NO_STEP);
    assert_string_equal(why_not(&f, "x"), "its rate depends on 'y', which is not lifted");
    assert_true(f.program.is_stepped);
    assert_near(rate_at(&f, "z", 0.5, X(0.1)), 0.5, 1e-15); /* but z stands alone */
    /* x still is advanced by the step it is given */
    graph_point at = point(&f, 0.5, X(0.1));
    for (uint32_t k = 0; k < f.model.retained.n; k++) {
        const char *name = f.model.retained.at[k].name;
        at.retained[k] = strcmp(name, "x") == 0 ? 2 : strcmp(name, "t_prev") == 0 ? 3.2L : 0.25L;
    }
    for (size_t i = 0; i < f.program.roots[VA_FUNC_ACCEPT].n; i++) {
        va_root r = f.program.roots[VA_FUNC_ACCEPT].at[i];
        if (r.target == VA_TO_RETAINED && strcmp(f.model.retained.at[r.index].name, "x") == 0)
            assert_near((double)graph_value(&f.model, &at, r.val), 2 + 0.75 * 0.5, 1e-14);
    }
    drop(&f);
}

static void a_held_value_of_the_solution_is_refused_where_it_counts(void **state) {
    fixture f;
    (void)state;
    lift(&f, "real v_old; analog begin I(p,n) <+ V(p,n) - v_old; v_old = V(p,n); end");
    assert_string_equal(why_not(&f, "v_old"), HELD);
    assert_true(f.program.is_stepped);
    drop(&f);
}

static void integers_are_refused(void **state) {
    fixture f;
    (void)state;
    lift(&f, "integer count; analog begin count = count + 1; I(p,n) <+ count*V(p,n); end");
    assert_string_equal(why_not(&f, "count"), "it is an integer: it counts or switches");
    drop(&f);
}

/* ---- names, tolerances ---- */

static void the_tolerance_fits_the_scale(void **state) {
    fixture f;
    (void)state;
    lift(&f, "parameter real dt = 1e-9; parameter real d = 3e-9; (* units = \"m\" *) real w;"
             "analog begin w = w + V(p,n)*dt; if (w > d) w = d; if (w < 0) w = 0; I(p,n) <+ w; end");
    assert_near(lifted(&f, "w")->abstol, 3e-15, 1e-12);
    assert_string_equal(lifted(&f, "w")->units, "m");
    assert_true(lifted(&f, "w")->is_state);
    drop(&f);
}

/* ---- memory ---- */

/* x = clamp(x + h (v - x)), built by hand. */
static hys_status lift_by_hand(hys_ctx *ctx, void *arg) {
    (void)arg;
    va_model model;
    va_program program;
    hys__arena arena;
    graph_new(&model, ctx, &arena, 1000000);
    va_ir *ir = &model.ir;
    va_retained *slots = NULL;
    for (int i = 0; i < 2; i++) slots = HYS_PUSH(&arena, &model.retained);
    va_unknown *u = HYS_PUSH(&arena, &model.unknowns);
    va_probe *p = HYS_PUSH(&arena, &model.probes);
    hys_status status = HYS_NOMEM;
    if (slots && u && p && !arena.failed) {
        slots = model.retained.at;
        *u = (va_unknown){.kind = VA_UNK_NODE, .name = "p", .units = "V", .is_terminal = true};
        *p = (va_probe){0, VA_GROUND};
        va_val x = va_leaf(ir, VA_OP_RETAINED, 0), t = va_leaf(ir, VA_OP_RETAINED, 1), v = va_leaf(ir, VA_OP_PROBE, 0);
        va_val now = va_leaf(ir, VA_OP_TIME, 0), h = va_op2(ir, VA_OP_SUB, now, t);
        va_val next = va_op2(ir, VA_OP_ADD, x, va_op2(ir, VA_OP_MUL, h, va_op2(ir, VA_OP_SUB, v, x)));
        next = va_op2(ir, VA_OP_MIN, next, va_const(ir, 1));
        slots[0] = (va_retained){.name = "x", .units = "", .init = va_const(ir, 0.5), .next = next};
        slots[1] = (va_retained){.name = "t", .units = "s", .init = va_const(ir, 0), .next = now};
        u->row = va_op2(ir, VA_OP_MUL, v, next);
        status = va_lift(&model);
        if (status == HYS_OK) status = va_lower(&model, &program);
        if (status == HYS_OK && (!model.retained.at[0].is_lifted || program.is_stepped)) status = HYS_BUG;
    }
    hys__arena_free(&arena);
    return status;
}

static void running_out_of_memory_fails_cleanly(void **state) {
    (void)state;
    hys_test_each_failure(lift_by_hand, NULL, false);
    hys_test_each_failure(lift_by_hand, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(euler),
        cmocka_unit_test(implicit_euler),
        cmocka_unit_test(exact_exponential),
        cmocka_unit_test(crank_nicolson),
        cmocka_unit_test(runge_kutta),
        cmocka_unit_test(a_step_that_is_a_parameter),
        cmocka_unit_test(a_flag_that_starts_at_zero),
        cmocka_unit_test(a_copy_of_the_last_value),
        cmocka_unit_test(guards_of_the_step_are_looked_through),
        cmocka_unit_test(time_in_other_units),
        cmocka_unit_test(clamps_in_every_dress),
        cmocka_unit_test(a_window_at_the_bound_is_kept),
        cmocka_unit_test(bounds_chosen_by_a_parameter),
        cmocka_unit_test(coupled_states_are_lifted_together),
        cmocka_unit_test(a_copy_of_a_function_of_a_state_follows_it),
        cmocka_unit_test(a_rate_computed_after_its_use_is_that_of_now),
        cmocka_unit_test(a_clamped_idt_stays_as_written),
        cmocka_unit_test(a_constant_set_in_the_first_step_is_no_state),
        cmocka_unit_test(the_bound_of_the_step_goes_with_the_update),
        cmocka_unit_test(small_steps_go_where_the_equation_goes),
        cmocka_unit_test(what_is_not_an_integration_is_refused),
        cmocka_unit_test(random_rates_are_refused),
        cmocka_unit_test(events_that_assign_are_refused),
        cmocka_unit_test(rates_with_the_step_in_them_are_refused),
        cmocka_unit_test(what_depends_on_the_refused_is_refused),
        cmocka_unit_test(a_held_value_of_the_solution_is_refused_where_it_counts),
        cmocka_unit_test(integers_are_refused),
        cmocka_unit_test(the_tolerance_fits_the_scale),
        cmocka_unit_test(running_out_of_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
