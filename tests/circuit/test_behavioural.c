/* Behavioural elements as kernels: values against closed forms, derivatives against differences of the closed forms. */
#include "circuit/behavioural.h"
#include "device/batch.h"
#include "hys_test.h"
#include <float.h>

#define N_NODES 400

typedef struct rig {
    hys_ctx *ctx;
    hys__arena arena;
    hys__flat *flat;
    hys__behavioural_set set;
    hys__batch *batch[64];
    double v[N_NODES]; /* by node; currents of elements: cur */
    double cur[N_NODES];
    double vp[N_NODES];
} rig;

static const char *last_words(rig *r) {
    size_t n = hys_diag_count(r->ctx);
    return n ? hys_test_diag_text(r->ctx, n - 1) : "no diagnostic";
}

static hys_status try_load(rig *r, const char *text) {
    hys__flat_opts opts = {.n_set = 0};
    memset(r, 0, sizeof *r);
    r->ctx = hys_test_ctx();
    hys__arena_init(&r->arena, r->ctx, 0);
    hys_status status = hys__flat_read(r->ctx, &r->arena, "test.cir", text, strlen(text), &opts, &r->flat);
    if (status == HYS_OK) status = hys__behavioural_make(r->ctx, &r->arena, r->flat, NULL, &r->set);
    return status;
}

static void fill_params(rig *r, size_t k) {
    const hys__behavioural *b = &r->set.at[k];
    double values[256];
    assert_true(b->n_params <= 256);
    assert_int_equal(b->n_params, r->batch[k]->kernel->n_params);
    for (size_t i = 0; i < (b->has_own_params ? b->n_instances : 1); i++) {
        hys__behavioural_params(b, r->flat, i, values);
        for (size_t p = 0; p < b->n_params; p++) r->batch[k]->p[p][i] = values[p];
    }
}

static void load(rig *r, const char *text) {
    if (try_load(r, text) != HYS_OK) fail_msg("%s", last_words(r));
    for (size_t k = 0; k < r->set.n; k++) {
        const hys__behavioural *b = &r->set.at[k];
        hys__batch_opts opts = {.n = b->n_instances, .own_params = b->has_own_params, .temp = 320};
        assert_int_equal(hys__batch_new(r->ctx, b->model, &opts, &r->batch[k]), HYS_OK);
        fill_params(r, k);
    }
}

static void unload(rig *r) {
    for (size_t k = 0; k < r->set.n; k++) hys__batch_free(r->batch[k]);
    hys__behavioural_free(&r->set);
    hys__arena_free(&r->arena);
    hys_ctx_free(r->ctx);
}

static uint32_t node(const rig *r, const char *name) {
    uint32_t n = hys__flat_find_node(r->flat, name, strlen(name));
    if (n >= N_NODES) fail_msg("no node %s", name);
    return n;
}

static uint32_t elem(const rig *r, const char *name) {
    uint32_t e = hys__flat_find_elem(r->flat, name, strlen(name));
    if (e >= N_NODES) fail_msg("no element %s", name);
    return e;
}

/* Where an element is: module, instance, part. */
typedef struct spot {
    size_t module, instance, part;
} spot;
static spot find(const rig *r, const char *name) {
    uint32_t e = elem(r, name);
    for (size_t k = 0; k < r->set.n; k++)
        for (size_t i = 0; i < r->set.at[k].n_instances; i++)
            for (size_t p = 0; p < r->set.at[k].n_parts; p++)
                if (r->set.at[k].elems[i * r->set.at[k].n_parts + p] == e) return (spot){k, i, p};
    fail_msg("%s is nowhere", name);
    return (spot){0, 0, 0};
}

/* Ports take the potentials of their nodes, or the currents of elements; other unknowns stay. */
static void eval(rig *r, double time) {
    for (size_t k = 0; k < r->set.n; k++) {
        const hys__behavioural *b = &r->set.at[k];
        hys__batch *batch = r->batch[k];
        for (size_t i = 0; i < b->n_instances; i++)
            for (size_t p = 0; p < b->n_ports; p++) {
                uint32_t at = b->ports[i * b->n_ports + p];
                batch->x[p][i] = b->is_current[p] ? r->cur[at] : r->v[at];
            }
        batch->env.time = time;
        batch->kernel->eval_fj(&batch->env, &batch->in, &batch->out);
        batch->kernel->opvars_fn(&batch->env, &batch->in, &batch->out);
        batch->kernel->fixed(&batch->env, &batch->in, &batch->out);
    }
}

static size_t port_of(const rig *r, spot s, uint32_t at, bool is_current) {
    const hys__behavioural *b = &r->set.at[s.module];
    for (size_t p = 0; p < b->n_ports; p++)
        if (b->ports[s.instance * b->n_ports + p] == at && b->is_current[p] == is_current) return p;
    return SIZE_MAX;
}

/* Current that leaves a node into the module of an element; d: its derivative with respect to another node. */
static double into(const rig *r, const char *element, const char *name) {
    spot s = find(r, element);
    size_t p = port_of(r, s, node(r, name), false);
    assert_true(p != SIZE_MAX);
    return r->batch[s.module]->f[p][s.instance];
}

static double entry(const rig *r, spot s, size_t row, size_t col) {
    const hys__batch *b = r->batch[s.module];
    for (size_t k = 0; k < b->kernel->n_jac; k++)
        if (b->kernel->jac_row[k] == row && b->kernel->jac_col[k] == col) return b->jac[k][s.instance];
    return 0;
}

static double slope(const rig *r, const char *element, const char *row, const char *col) {
    spot s = find(r, element);
    size_t p = port_of(r, s, node(r, row), false), q = port_of(r, s, node(r, col), false);
    assert_true(p != SIZE_MAX);
    return q == SIZE_MAX ? 0 : entry(r, s, p, q);
}

/* ---- functions and operators ---- */

static double power(double x, double y) {
    return y == trunc(y) ? pow(x, y) : pow(fabs(x), y);
}
static double line(double x, const double *p, size_t n) { /* level outside */
    if (x <= p[0]) return p[1];
    for (size_t i = 2; i < 2 * n; i += 2)
        if (x < p[i]) return p[i - 1] + (p[i + 1] - p[i - 1]) * (x - p[i - 2]) / (p[i] - p[i - 2]);
    return p[2 * n - 1];
}
static const double bend[] = {-1, 2, -0.25, 0.5, 1, 4, 2, -1};
static const double many[] = {-3,   9, -2.5, 6.25, -2,   4, -1.5, 2.25, -1,   1, -0.5, 0.25, 0,     0, 0.5,
                              0.25, 1, 1,    1.5,  2.25, 2, 4,    2.5,  6.25, 3, 9,    3.5,  12.25, 4, 16};
static double clamp01(double x) {
    return x < 0 ? 0 : x > 1 ? 1 : x;
}
static double sign_of(double x) {
    return (x > 0) - (x < 0);
}

static double f2(double x, double y) {
    return x * x + y + x * y;
}

typedef struct known {
    const char *text;
    double value; /* at the point */
} known;

#define N_KNOWN 80
/* All formulas at one point; the order is that of the netlist's elements. */
static size_t all_known(double a, double b, known *k) {
    size_t n = 0;
#define IS(text, expr) k[n++] = (known){text, expr}
    IS("V(a)+V(b)*2-V(a)*V(b)", a + b * 2 - a * b);
    IS("V(a)/V(b)", a / b);
    IS("V(a)/(1+V(b)*V(b))", a / (1 + b * b));
    IS("V(a)^2", a * a);
    IS("V(a)^3", a * a * a);
    IS("V(a)**-2", 1 / (a * a));
    IS("V(a)^2.5", pow(fabs(a), 2.5));
    IS("V(a)**10", pow(a, 10));
    IS("V(a)^whole", pow(a, 3));
    IS("V(a)^part", pow(fabs(a), 1.7));
    IS("pow(V(a),V(b))", power(a, b));
    IS("pwr(V(a),2)", sign_of(a) * a * a);
    IS("pwr(V(a),1.5)", sign_of(a) * pow(fabs(a), 1.5));
    IS("-V(a)", -a);
    IS("V(a,b)", a - b);
    IS("V(0,a)", -a);
    IS("abs(V(a))", fabs(a));
    IS("min(V(a),V(b))", fmin(a, b));
    IS("max(V(a),V(b),0.3)", fmax(fmax(a, b), 0.3));
    IS("limit(V(a),-0.5,0.75)", fmin(fmax(a, -0.5), 0.75));
    IS("limit(V(a),0.75,-0.5)", fmin(fmax(a, -0.5), 0.75));
    IS("sqrt(V(a)*V(a)+1)", sqrt(a * a + 1));
    IS("exp(V(a))", exp(a));
    IS("exp(-V(a)/0.026)", exp(-a / 0.026));
    IS("ln(abs(V(a)))", log(fabs(a)));
    IS("log(2+V(b)*V(b))", log(2 + b * b));
    IS("log10(abs(V(b)))", log10(fabs(b)));
    IS("sin(V(a))", sin(a));
    IS("cos(V(a))", cos(a));
    IS("tan(V(a))", tan(a));
    IS("asin(V(a)/4)", asin(a / 4));
    IS("acos(V(a)/4)", acos(a / 4));
    IS("atan(V(a))", atan(a));
    IS("atan2(V(a),V(b))", atan2(a, b));
    IS("sinh(V(a))", sinh(a));
    IS("cosh(V(a))", cosh(a));
    IS("tanh(V(a))", tanh(a));
    IS("asinh(V(a))", asinh(a));
    IS("acosh(1.5+V(a)*V(a))", acosh(1.5 + a * a));
    IS("atanh(V(a)/4)", atanh(a / 4));
    IS("hypot(V(a),V(b))", hypot(a, b));
    IS("floor(V(a)*3)", floor(a * 3));
    IS("ceil(V(a)*3)", ceil(a * 3));
    IS("int(V(a)*3)", trunc(a * 3));
    IS("nint(V(a)*3)", nearbyint(a * 3));
    IS("round(V(a)*3)", round(a * 3));
    IS("sgn(V(a))", sign_of(a));
    IS("u(V(a))", a > 0 ? 1 : a < 0 ? 0 : 0.5);
    IS("stp(V(a)-V(b))", a > b);
    IS("u2(V(a))", clamp01(a));
    IS("uramp(V(a))", fmax(a, 0));
    IS("buf(V(a))", a > 0.5);
    IS("inv(V(a))", !(a > 0.5));
    IS("V(a)>0.2 ? V(b) : V(a)*3", a > 0.2 ? b : a * 3);
    IS("if(V(a)<=V(b), V(a)^2, V(b))", a <= b ? a * a : b);
    IS("(V(a)>0 && V(b)<1) + 2*(V(a)<0 || V(b)>1)", (a > 0 && b < 1) + 2 * (a < 0 || b > 1));
    IS("!(V(a)>=V(b))*5 + (V(a)!=V(b))", !(a >= b) * 5 + (a != b));
    IS("table(V(a),-1,2,-0.25,0.5,1,4,2,-1)", line(a, bend, 4));
    IS("pwl(V(a),-1,2,-0.25,0.5,gain/2,4,2,-1)", line(a, bend, 4));
    IS("table(V(a),-3,9,-2.5,6.25,-2,4,-1.5,2.25,-1,1,-0.5,0.25,0,0,0.5,0.25,1,1,1.5,2.25,2,4,2.5,6.25,3,9,"
       "3.5,12.25,4,16)",
       line(a, many, 15));
    IS("gain*V(a)", 2 * a);
    IS("V(a)*temper", a * (320 - 273.15));
    IS("V(a)*time", a * 0.25);
    IS("V(a)*I(vm)", a * 3e-3);
    IS("f2(V(a),V(b))", a * a + b + a * b);
    IS("sign(V(b),V(a))", fabs(b) * sign_of(a));
    IS("fmod_(V(a))", a);
    IS("poly(2,V(a),V(b),1,2,3,4,5,6)", 1 + 2 * a + 3 * b + 4 * a * a + 5 * a * b + 6 * b * b);
    IS("V(a)*gain^0.5", a * sqrt(2));
    IS("f2(f2(V(a),0.5),f2(V(b),V(a)))", f2(f2(a, 0.5), f2(b, a)));
#undef IS
    return n;
}

/* Far from every kink: the same closed form is smooth within h of the point. */
static double difference(size_t k, double a, double b, bool by_b, double h, bool *is_smooth) {
    known p[N_KNOWN], m[N_KNOWN], p2[N_KNOWN], m2[N_KNOWN];
    all_known(by_b ? a : a + h, by_b ? b + h : b, p);
    all_known(by_b ? a : a - h, by_b ? b - h : b, m);
    all_known(by_b ? a : a + h / 2, by_b ? b + h / 2 : b, p2);
    all_known(by_b ? a : a - h / 2, by_b ? b - h / 2 : b, m2);
    double wide = (p[k].value - m[k].value) / (2 * h), fine = (p2[k].value - m2[k].value) / h;
    double best = (4 * fine - wide) / 3;
    *is_smooth = fabs(fine - wide) <= 1e-4 * (fabs(best) + 1e-3);
    return best;
}

static void functions_and_operators_are_their_closed_forms(void **state) {
    static const double at[][2] = {{0.31, 1.27}, {-0.83, 0.45}, {1.9, -0.6}, {-2.2, -1.4}, {0.05, 2}, {3.3, 0.7}};
    known list[N_KNOWN];
    static char text[20000];
    size_t n = all_known(0.31, 1.27, list), len = 0, n_compared = 0;
    rig r;
    (void)state;
    len += (size_t)snprintf(
        text, sizeof text,
        "functions\n.param gain=2 whole=3 part=1.7\n.func f2(x,y) {x*x+y+x*y}\n.func fmod_(x) {x}\nva a 0 1\nvb b 0 1\n"
        "vm m 0 1\nrm m 0 1\n");
    for (size_t k = 0; k < n; k++)
        len += (size_t)snprintf(text + len, sizeof text - len, "b%zu o%zu 0 i=%s\nr%zu o%zu 0 1\n", k, k, list[k].text,
                                k, k);
    snprintf(text + len, sizeof text - len, ".op\n.end\n");
    load(&r, text);
    r.cur[elem(&r, "vm")] = 3e-3;
    for (size_t p = 0; p < sizeof at / sizeof at[0]; p++) {
        double a = at[p][0], b = at[p][1];
        all_known(a, b, list);
        r.v[node(&r, "a")] = a;
        r.v[node(&r, "b")] = b;
        eval(&r, 0.25);
        for (size_t k = 0; k < n; k++) {
            char e[16], o[16];
            bool is_smooth;
            snprintf(e, sizeof e, "b%zu", k);
            snprintf(o, sizeof o, "o%zu", k);
            double got = into(&r, e, o), want = list[k].value;
            if (!(fabs(got - want) <= 8 * DBL_EPSILON * fmax(fabs(want), 1)))
                fail_msg("%s at %g %g is %.17g, not %.17g", list[k].text, a, b, got, want);
            for (int by_b = 0; by_b < 2; by_b++) {
                double slope_want = difference(k, a, b, by_b, 1e-4, &is_smooth);
                double slope_got = slope(&r, e, o, by_b ? "b" : "a");
                if (!is_smooth) continue;
                n_compared++;
                if (fabs(slope_got - slope_want) > 1e-7 * (fabs(slope_want) + 1e-3) + 1e-11 * fabs(want))
                    fail_msg("the derivative of %s at %g %g is %.12g, not %.12g", list[k].text, a, b, slope_got,
                             slope_want);
            }
        }
    }
    assert_true(n_compared > n * 2 * (sizeof at / sizeof at[0]) * 9 / 10);
    unload(&r);
}

/* ---- what no solution means ---- */

static void everything_stays_finite_where_trials_may_go(void **state) {
    static const char *const texts[] = {
        "V(a)/V(b)",        "sqrt(V(a))",       "ln(V(a))",
        "log10(V(a))",      "exp(V(a)*1e3)",    "V(a)^-2",
        "V(a)^0.5",         "V(a)^part",        "pow(V(a),V(b))",
        "pwr(V(a),0.5)",    "asin(V(a))",       "acos(V(a))",
        "acosh(V(a))",      "atanh(V(a))",      "sinh(V(a)*1e3)",
        "cosh(V(a)*1e3)",   "1/(V(a)-V(a))",    "hypot(V(a),V(b))",
        "atan2(V(a),V(b))", "tanh(V(a)*1e300)", "1/0",
    };
    static const double at[][2] = {{0, 0}, {-1, 0}, {1, 0}, {5, -1e-300}, {-3, 2}, {1e3, -1e3}};
    char text[4000] = "guards\n.param part=0.3\nva a 0 1\nvb b 0 1\n";
    size_t n = sizeof texts / sizeof texts[0];
    rig r;
    (void)state;
    for (size_t k = 0; k < n; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "b%zu o%zu 0 i=%s\nr%zu o%zu 0 1\n", k, k, texts[k],
                 k, k);
    load(&r, text);
    for (size_t p = 0; p < sizeof at / sizeof at[0]; p++) {
        r.v[node(&r, "a")] = at[p][0];
        r.v[node(&r, "b")] = at[p][1];
        eval(&r, 0);
        for (size_t k = 0; k < n; k++) {
            char e[16], o[16];
            snprintf(e, sizeof e, "b%zu", k);
            snprintf(o, sizeof o, "o%zu", k);
            if (!isfinite(into(&r, e, o)) || !isfinite(slope(&r, e, o, "a")))
                fail_msg("%s at %g %g: %g, slope %g", texts[k], at[p][0], at[p][1], into(&r, e, o),
                         slope(&r, e, o, "a"));
        }
    }
    unload(&r);
}

static void exp_goes_on_straight_above_ln_1e99(void **state) {
    rig r;
    (void)state;
    load(&r, "exp\nva a 0 1\nb1 o 0 i=exp(V(a))\nr1 o 0 1\n.op\n.end\n");
    r.v[node(&r, "a")] = 227;
    eval(&r, 0);
    assert_near(into(&r, "b1", "o"), exp(227), 1e-14);
    r.v[node(&r, "a")] = 327.95592420641054;
    eval(&r, 0);
    assert_near(into(&r, "b1", "o"), 101e99, 1e-12);
    assert_near(slope(&r, "b1", "o", "a"), 1e99, 1e-12);
    unload(&r);
}

static void tables_are_level_outside(void **state) {
    rig r;
    (void)state;
    load(&r,
         "tables\nva a 0 1\nb1 o 0 i=table(V(a),-1,2,0,0,0,5,1,7)\nb2 p 0 i=table(V(a),0,1,1,2,2,3,3,4,4,5,5,6,6,7,7,8,"
         "8,9,9,10,10,11,11,12,12,13,13,15)\nr1 o 0 1\nr2 p 0 1\n.op\n.end\n");
    static const double at[][3] = {{-3, 2, 1}, {-0.5, 1, 1}, {0.5, 6, 1.5}, {9, 7, 10}, {12.5, 7, 14}, {99, 7, 15}};
    for (size_t k = 0; k < sizeof at / sizeof at[0]; k++) {
        r.v[node(&r, "a")] = at[k][0];
        eval(&r, 0);
        assert_near(into(&r, "b1", "o"), at[k][1], 1e-15);
        assert_near(into(&r, "b2", "p"), at[k][2], 1e-15);
    }
    assert_within(slope(&r, "b1", "o", "a"), 0, 0);
    assert_within(slope(&r, "b2", "p", "a"), 0, 0);
    unload(&r);
}

/* ---- kinds of elements ---- */

static const hys__behavioural_part *part(const rig *r, spot s) {
    return &r->set.at[s.module].parts[s.part];
}

/* d row/d (unknown) of the mass matrix. */
static double mass(const rig *r, spot s, size_t row, size_t col) {
    const hys__batch *b = r->batch[s.module];
    for (size_t k = 0; k < b->kernel->n_mass; k++)
        if (b->kernel->mass_row[k] == row && b->kernel->mass_col[k] == col) return b->mass[k][s.instance];
    return 0;
}

static void a_voltage_source_has_its_current_as_unknown(void **state) {
    rig r;
    (void)state;
    load(&r, "v\nva a 0 1\nb1 p n v=V(a)*V(a)\nr1 p n 1\nr2 n 0 1\n.op\n.end\n");
    spot s = find(&r, "b1");
    uint32_t u = part(&r, s)->unknown;
    assert_int_not_equal(u, HYS__NO_UNKNOWN);
    r.v[node(&r, "a")] = 3;
    r.v[node(&r, "p")] = 11;
    r.v[node(&r, "n")] = 1;
    r.batch[0]->x[u][0] = 0.25;
    eval(&r, 0);
    assert_within(fabs(r.batch[0]->f[u][0]), 1, 1e-15); /* 10 V instead of 9 V */
    assert_within(into(&r, "b1", "p"), 0.25, 0);
    assert_within(into(&r, "b1", "n"), -0.25, 0);
    unload(&r);
}

static void a_current_source_shows_its_current(void **state) {
    rig r;
    (void)state;
    load(&r, "i\nva a 0 1\nb1 p n i=V(a)*V(a) m=3\nr1 p n 1\nr2 n 0 1\n.op\n.end\n");
    spot s = find(&r, "b1");
    assert_int_equal(part(&r, s)->unknown, HYS__NO_UNKNOWN);
    r.v[node(&r, "a")] = 2;
    eval(&r, 0);
    assert_within(r.batch[0]->opvar[part(&r, s)->opvar][0], 12, 1e-14);
    assert_within(into(&r, "b1", "p"), 12, 1e-14);
    assert_within(into(&r, "b1", "n"), -12, 1e-14);
    assert_within(slope(&r, "b1", "p", "a"), 12, 1e-14);
    unload(&r);
}

static void a_resistance_conducts_by_its_expression(void **state) {
    rig r;
    (void)state;
    load(&r, "r\nva a 0 1\nr1 p n r='100+V(a)*V(a)'\nr2 p n 1\nr3 n 0 1\n.op\n.end\n");
    r.v[node(&r, "a")] = 10;
    r.v[node(&r, "p")] = 5;
    r.v[node(&r, "n")] = 1;
    eval(&r, 0);
    assert_near(into(&r, "r1", "p"), 4.0 / 200, 1e-15);
    assert_near(slope(&r, "r1", "p", "p"), 1.0 / 200, 1e-15);
    assert_near(slope(&r, "r1", "p", "a"), -4.0 * 20 / (200 * 200), 1e-14);
    unload(&r);
}

/* The charges of a module's mass, and what stands in for the rates: currents for given rates of the potentials.  The
 * internal unknowns of charges (z = q) follow by z' = dq/dv v'; rows of such unknowns are solved for here. */
static double current_by_rates(rig *r, const char *element, const char *row) {
    spot s = find(r, element);
    const hys__batch *b = r->batch[s.module];
    const hys__behavioural *mod = &r->set.at[s.module];
    const hys_kernel *k = b->kernel;
    double rate[64] = {0};
    assert_true(k->n_unknowns <= 64);
    for (size_t p = 0; p < mod->n_ports; p++) rate[p] = r->vp[mod->ports[s.instance * mod->n_ports + p]];
    for (int pass = 0; pass < 4; pass++)
        for (size_t u = k->n_terminals; u < k->n_unknowns; u++) {
            double sum = 0, own = entry(r, s, u, u);
            if (own == 0) continue;
            if (k->unknowns[u].flags & HYS_U_CHARGE) { /* z - q(v) = 0 at all times */
                for (size_t v = 0; v < k->n_unknowns; v++)
                    if (v != u) sum += entry(r, s, u, v) * rate[v];
                rate[u] = -sum / own;
            } else { /* M x' + f = 0 gives the value */
                for (size_t v = 0; v < k->n_unknowns; v++) sum += mass(r, s, u, v) * rate[v];
                b->x[u][s.instance] -= (b->f[u][s.instance] + sum) / own;
                eval(r, 0);
            }
        }
    size_t p = port_of(r, s, node(r, row), false);
    double sum = b->f[p][s.instance];
    for (size_t v = 0; v < k->n_unknowns; v++) sum += mass(r, s, p, v) * rate[v];
    return sum;
}

static void charges_and_capacitances_give_their_currents(void **state) {
    rig r;
    (void)state;
    load(&r, "c\nva a 0 1\nc1 p 0 q='2*V(p)+3*V(p)*V(p)'\nc2 q 0 c='1+V(q)*V(q)'\nb3 s 0 i=ddt(V(s)*V(a))*2\n"
             "r1 p 0 1\nr2 q 0 1\nr3 s 0 1\n.op\n.end\n");
    r.v[node(&r, "p")] = 0.5;
    r.v[node(&r, "q")] = 2;
    r.v[node(&r, "s")] = 3;
    r.v[node(&r, "a")] = 5;
    r.vp[node(&r, "p")] = 7;
    r.vp[node(&r, "q")] = 11;
    r.vp[node(&r, "s")] = 1;
    r.vp[node(&r, "a")] = 0.5;
    eval(&r, 0);
    assert_near(current_by_rates(&r, "c1", "p"), (2 + 6 * 0.5) * 7, 1e-13);
    assert_near(current_by_rates(&r, "c2", "q"), (1 + 4) * 11, 1e-13);
    assert_near(current_by_rates(&r, "b3", "s"), 2 * (1 * 5 + 3 * 0.5), 1e-13);
    unload(&r);
}

static void integrals_are_states(void **state) {
    rig r;
    size_t n_states = 0;
    (void)state;
    load(&r, "idt\nva a 0 1\nb1 o 0 v=idt(V(a)*2, 0.75)\nr1 o 0 1\n.tran 1 1\n.end\n");
    r.v[node(&r, "a")] = 4;
    hys__batch *b = r.batch[0];
    b->kernel->init(&b->env, &b->in, &b->out);
    eval(&r, 0);
    for (size_t u = b->kernel->n_terminals; u < b->kernel->n_unknowns; u++)
        if (b->kernel->unknowns[u].flags & HYS_U_STATE) {
            double m = mass(&r, find(&r, "b1"), u, u);
            assert_within(b->x0[u][0], 0.75, 0);
            assert_near(-b->f[u][0] / m, 8, 1e-14);
            n_states++;
        }
    assert_int_equal(n_states, 1);
    unload(&r);
}

/* ---- instances, parameters, probes ---- */

static void scopes_are_instances_with_their_own_parameters(void **state) {
    char text[6000] = "sub\n.param g0=3\n.subckt s x y k=1\n.param k2={k*k}\nbs x y i={k2*V(x,y)*V(x,y)+g0}\nbw w 0 "
                      "i={V(x)*k}\nrw w 0 1\n.ends\nva a 0 1\n";
    rig r;
    (void)state;
    for (int i = 0; i < 20; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "x%d a n%d s k=%d\nr%d n%d 0 1\n", i, i, i + 1, i, i);
    load(&r, text);
    assert_int_equal(r.set.n, 1);
    assert_int_equal(r.set.at[0].n_instances, 20);
    assert_true(r.set.at[0].has_own_params);
    r.v[node(&r, "a")] = 2;
    r.v[node(&r, "n0")] = 1;
    r.v[node(&r, "n7")] = 0.5;
    eval(&r, 0);
    assert_near(into(&r, "x0.bs", "n0"), -(1.0 + 3), 1e-14);
    assert_near(into(&r, "x7.bs", "n7"), -(64 * 2.25 + 3), 1e-14);
    assert_near(into(&r, "x19.bw", "x19.w"), 2 * 20, 1e-14);
    /* a swept parameter needs no other module */
    const char *before = r.set.at[0].text;
    for (uint32_t slot = 0; slot < 8; slot++)
        if (hys__flat_param(r.flat, slot) == 3) {
            assert_int_equal(hys__flat_set_param(r.flat, slot, 5), HYS_OK);
            break;
        }
    fill_params(&r, 0);
    eval(&r, 0);
    assert_near(into(&r, "x7.bs", "n7"), -(64 * 2.25 + 5), 1e-14);
    hys__behavioural_set again;
    assert_int_equal(hys__behavioural_make(r.ctx, &r.arena, r.flat, NULL, &again), HYS_OK);
    assert_string_equal(again.at[0].text, before);
    hys__behavioural_free(&again);
    unload(&r);
}

static void equal_elements_share_a_module(void **state) {
    char text[8000] = "flat\nva a 0 1\n";
    rig r;
    (void)state;
    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "b%d n%d 0 i={%d*V(a)^2*V(n%d)+1}\nr%d n%d 0 1\n", i,
                 i, i + 2, i, i, i);
    strcat(text, "bx other 0 i=V(a)\nrx other 0 1\n");
    load(&r, text);
    assert_int_equal(r.set.n, 2);
    r.v[node(&r, "a")] = 3;
    r.v[node(&r, "n17")] = 0.5;
    r.v[node(&r, "n59")] = 2;
    eval(&r, 0);
    assert_int_equal(r.set.at[find(&r, "b17").module].n_instances, 60);
    assert_near(into(&r, "b17", "n17"), 19 * 9 * 0.5 + 1, 1e-14);
    assert_near(slope(&r, "b17", "n17", "a"), 19 * 6 * 0.5, 1e-14);
    assert_near(into(&r, "b59", "n59"), 61 * 9 * 2 + 1, 1e-14);
    assert_near(into(&r, "bx", "other"), 3, 0);
    unload(&r);
}

static void currents_of_elements_are_ports_that_are_only_read(void **state) {
    rig r;
    (void)state;
    load(&r, "probe\nva a 0 1\nvs a c 0\nb1 o 0 i=5*I(vs)*I(vs)\nb2 p 0 i=V(a)*V(a)\nb3 q 0 i=2*I(b2)\nb4 t 0 v=7\n"
             "b5 w 0 i=I(b4)\nrc c 0 1\nro o 0 1\nrp p 0 1\nrq q 0 1\nrt t 0 1\nrw w 0 1\n.op\n.end\n");
    spot b1 = find(&r, "b1"), b2 = find(&r, "b2"), b4 = find(&r, "b4");
    size_t port = port_of(&r, b1, elem(&r, "vs"), true);
    assert_true(port != SIZE_MAX);
    r.cur[elem(&r, "vs")] = 0.5;
    r.v[node(&r, "a")] = 3;
    assert_int_not_equal(part(&r, b2)->unknown, HYS__NO_UNKNOWN);
    r.batch[b2.module]->x[part(&r, b2)->unknown][0] = 9;
    r.batch[b4.module]->x[part(&r, b4)->unknown][0] = -7;
    eval(&r, 0);
    assert_near(into(&r, "b1", "o"), 1.25, 1e-14);
    assert_within(r.batch[b1.module]->f[port][0], 0, 0);
    assert_near(entry(&r, b1, port_of(&r, b1, node(&r, "o"), false), port), 5, 1e-14);
    assert_within(r.batch[b2.module]->f[part(&r, b2)->unknown][0], 0, 1e-15);
    assert_near(into(&r, "b2", "p"), 9, 0);
    assert_near(into(&r, "b3", "q"), 18, 0);
    assert_near(into(&r, "b5", "w"), -7, 0);
    unload(&r);
}

static void draws_of_a_netlist_are_parameters(void **state) {
    rig r;
    (void)state;
    load(&r, "mc\n.subckt s x\nb1 x 0 i=V(x)*agauss(2,0.1,1)\n.ends\nva a 0 1\nx1 a s\nx2 b s\nrb b 0 1\n");
    r.v[node(&r, "a")] = r.v[node(&r, "b")] = 1;
    eval(&r, 0);
    double one = into(&r, "x1.b1", "a"), two = into(&r, "x2.b1", "b");
    assert_within(one, 2, 0.6);
    assert_within(two, 2, 0.6);
    assert_true(one != two);
    unload(&r);
}

static void an_element_on_one_node_carries_nothing_elsewhere(void **state) {
    rig r;
    (void)state;
    load(&r, "short\nva a 0 1\nra a 0 1\nb1 0 0 i=5\n.op\n.end\n");
    assert_int_equal(r.set.n, 0);
    unload(&r);
    load(&r, "short\nva a 0 1\nra a 0 1\nb1 a a i=V(a)\n.op\n.end\n");
    eval(&r, 0);
    assert_within(into(&r, "b1", "a"), 0, 0);
    unload(&r);
}

static void a_long_sum_is_read(void **state) {
    static char text[4000] = "sum\nva a 0 1\nb1 o 0 i=0";
    rig r;
    (void)state;
    size_t len = strlen(text);
    for (int i = 0; i < 150; i++) len += (size_t)snprintf(text + len, sizeof text - len, "+%d*V(a)", i % 7);
    snprintf(text + len, sizeof text - len, "\nr1 o 0 1\n.op\n.end\n");
    load(&r, text);
    r.v[node(&r, "a")] = 2;
    eval(&r, 0);
    double want = 0;
    for (int i = 0; i < 150; i++) want += i % 7 * 2;
    assert_near(into(&r, "b1", "o"), want, 1e-12);
    unload(&r);
}

/* ---- mistakes, memory ---- */

static void mistakes_are_told_at_the_netlists_line(void **state) {
    static const char *const texts[][2] = {
        {"e\nva a 0 1\nb1 o 0 i=table(V(a),0,1,-1,2)\nr1 o 0 1\n", "do not ascend"},
        {"e\nva a 0 1\nb1 o o v=V(a)\nr1 o 0 1\n", "same node"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        rig r;
        assert_int_not_equal(try_load(&r, texts[k][0]), HYS_OK);
        assert_non_null(strstr(last_words(&r), texts[k][1]));
        assert_int_equal(hys_diag_get(r.ctx, hys_diag_count(r.ctx) - 1)->line, 3);
        unload(&r);
    }
}

static hys_status make_in(hys_ctx *ctx, void *arg) {
    const char *text = arg;
    hys__flat_opts opts = {.n_set = 0};
    hys__arena arena;
    hys__flat *flat;
    hys__behavioural_set set = {.n = 0};
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__flat_read(ctx, &arena, "test.cir", text, strlen(text), &opts, &flat);
    if (status == HYS_OK) status = hys__behavioural_make(ctx, &arena, flat, NULL, &set);
    hys__behavioural_free(&set);
    hys__arena_free(&arena);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    static char text[] = "memory\n.subckt s x\nb1 x 0 i=V(x)^2+table(V(x),0,0,1,1)\n.ends\nva a 0 1\nx1 a s\nx2 a s\n"
                         "b1 o 0 i=V(a)\nb2 o 0 i=2*V(a)\nb3 o 0 i=3*V(a)\nb4 o 0 i=4*V(a)\nr1 o 0 1\n";
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(make_in(ctx, text), HYS_OK); /* the kernels are in the cache now */
    hys_ctx_free(ctx);
    hys_test_each_failure(make_in, text, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_stays_finite_where_trials_may_go),
        cmocka_unit_test(exp_goes_on_straight_above_ln_1e99),
        cmocka_unit_test(tables_are_level_outside),
        cmocka_unit_test(a_voltage_source_has_its_current_as_unknown),
        cmocka_unit_test(a_current_source_shows_its_current),
        cmocka_unit_test(a_resistance_conducts_by_its_expression),
        cmocka_unit_test(charges_and_capacitances_give_their_currents),
        cmocka_unit_test(integrals_are_states),
        cmocka_unit_test(scopes_are_instances_with_their_own_parameters),
        cmocka_unit_test(equal_elements_share_a_module),
        cmocka_unit_test(currents_of_elements_are_ports_that_are_only_read),
        cmocka_unit_test(draws_of_a_netlist_are_parameters),
        cmocka_unit_test(an_element_on_one_node_carries_nothing_elsewhere),
        cmocka_unit_test(a_long_sum_is_read),
        cmocka_unit_test(mistakes_are_told_at_the_netlists_line),
        cmocka_unit_test(memory_may_fail_anywhere),
        cmocka_unit_test(functions_and_operators_are_their_closed_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
