/* Every model of the library under stress: pulses of 1 ps to 1000 s up to the voltage and over the temperatures that
 * its file claims (attributes bias, default 5 V, and temp, default 300 K; span, where what oscillates by itself claims
 * less than 1000 s), parameters at the ends of their ranges.  All must be finite, every run must converge in 10 s, and
 * a device that is called passive never gives out net energy.
 *
 * Variants have the same equations: each sign at one end of the temperatures.  Under a sanitizer, which makes all this
 * ten times slower: no variants, the hot end, three widths. */
#include "device/batch.h"
#include "device/model.h"
#include "device/params.h"
#include "hys_test.h"
#include <hysteron/hysteron.h>
#include <time.h>

#define MOST_PORTS 6

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SLOW_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define IS_SLOW_BUILD 1
#endif
#endif
#ifndef IS_SLOW_BUILD
#define IS_SLOW_BUILD 0
#endif

/* CPU time of one run. */
#define LONGEST_RUN (IS_SLOW_BUILD ? 100 : 10) /* s */

typedef struct claim {
    double bias; /* V, or A */
    const char *unit;
    double temp[2]; /* K */
    double span;    /* s: longest pulse */
    bool is_passive;
} claim;

/* The quoted value of an attribute of the module. */
static bool attribute(const char *text, const char *name, char value[64]) {
    char key[48];
    snprintf(key, sizeof key, "%s = \"", name);
    const char *at = strstr(text, key);
    if (!at) return false;
    at += strlen(key);
    snprintf(value, 64, "%.*s", (int)strcspn(at, "\""), at);
    return true;
}

/* "5V", "10nA": ports of neurons take currents. */
static void read_bias(claim *c, const char *text) {
    static const struct {
        const char *unit;
        double scale;
    } units[] = {{"nA", 1e-9}, {"uA", 1e-6}, {"mA", 1e-3}, {"mV", 1e-3}, {"pA", 1e-12}, {"A", 1}, {"V", 1}};
    char *end = NULL;
    c->bias = strtod(text, &end);
    for (size_t k = 0; k < sizeof units / sizeof *units; k++)
        if (!strcmp(end, units[k].unit)) {
            c->bias *= units[k].scale;
            c->unit = strchr(end, 'A') ? "A" : "V";
            return;
        }
    fail_msg("bias = \"%s\"", text);
}

static claim read_claim(hys_ctx *ctx, const char *name) {
    claim c = {5, "V", {300, 300}, 1000, false};
    const char *text = NULL;
    char value[64];
    size_t len = 0;
    assert_int_equal(hys_device_source(ctx, name, &text, &len), HYS_OK);
    if (attribute(text, "bias", value)) read_bias(&c, value);
    if (attribute(text, "temp", value)) {
        c.temp[0] = atof(value);
        c.temp[1] = strchr(value, ':') ? atof(strchr(value, ':') + 1) : c.temp[0];
    }
    if (attribute(text, "span", value)) c.span = atof(value); /* "10s" */
    if (attribute(text, "passive", value)) c.is_passive = !strcmp(value, "yes");
    return c;
}

static size_t n_failed;
static const char *only; /* a family, or devices whose name begins so; NULL: all */

/* SPICE's own equations end where SPICE's do. */
static bool is_asked(const hys_library_entry *e) {
    if (!strcmp(e->family, "spice")) return false;
    return !only || !strcmp(e->family, only) || !strncmp(e->name, only, strlen(only));
}

static struct {
    const char *name;
    clock_t start;
    size_t n_runs;
    double longest; /* s */
    char what[320]; /* was the longest */
} family;

static double seconds_since(clock_t start) {
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static int watch(void *user, double done) {
    (void)done;
    return seconds_since(*(clock_t *)user) > LONGEST_RUN;
}

static void note_run(const char *device, const char *what, double seconds) {
    family.n_runs++;
    if (seconds <= family.longest) return;
    family.longest = seconds;
    snprintf(family.what, sizeof family.what, "%.50s %.250s", device, what);
}

/* What the family before cost, when another begins; NULL: none does. */
static void enter_family(const char *name) {
    if (family.name && name && !strcmp(family.name, name)) return;
    if (family.n_runs)
        print_message("%s: %zu runs, %.1f s; the longest %.2f s: %s\n", family.name, family.n_runs,
                      seconds_since(family.start), family.longest, family.what);
    memset(&family, 0, sizeof family);
    family.name = name;
    family.start = clock();
}

static void complain(const char *device, const char *what, const char *why) {
    print_error("%s: %s: %s\n", device, what, why);
    n_failed++;
}

/* ---- pulses ---- */

static void check_rows(const char *device, const char *what, const hys_table *table) {
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        const double *y = hys_table_column_at(table, c);
        for (size_t k = 0; k < hys_table_n_rows(table); k++)
            if (!isfinite(y[k])) {
                complain(device, what, hys_table_name(table, c));
                return;
            }
    }
}

/* The energy that went in over the whole run, from the initial state on; rounding and the error of the integration
 * of i v between output points (trapezoid) are allowed for by a part of the energy that went to and fro. */
static void check_energy(const char *device, const char *what, const hys_table *table) {
    const double *t = hys_table_column(table, "time"), *v = hys_table_column(table, "v"),
                 *i = hys_table_column(table, "i");
    double in = 0, turned = 0;
    for (size_t k = 1; k < hys_table_n_rows(table); k++) {
        double part = 0.5 * (v[k] * i[k] + v[k - 1] * i[k - 1]) * (t[k] - t[k - 1]);
        in += part;
        turned += fabs(part);
    }
    char why[96];
    snprintf(why, sizeof why, "gives out %g J of %g J", -in, turned);
    if (in < -1e-3 * turned) complain(device, what, why);
}

static const char *first_error(const hys_ctx *ctx) {
    for (size_t k = 0; k < hys_diag_count(ctx); k++)
        if (hys_diag_get(ctx, k)->severity == HYS_ERROR) return hys_test_diag_text(ctx, k);
    return "no diagnostic";
}

typedef struct subject {
    hys_ctx *ctx;
    hys_model *model;
    const char *device;
    const claim *claim;
    bool is_variant;
} subject;

/* setting: of a parameter; NULL: none */
static void run_train(const subject *s, const char *train, double temp, const char *ports, const char *setting) {
    hys_bench_opts opts = hys_bench_opts_default();
    char temp_text[32], what[256];
    hys_run *run = NULL;
    clock_t start = clock();
    snprintf(temp_text, sizeof temp_text, "%gK", temp);
    snprintf(what, sizeof what, "\"%.100s\" at %s, ports %.40s %.60s", train, temp_text, ports ? ports : "p,n",
             setting ? setting : "");
    opts.train = train;
    opts.temp = temp_text;
    opts.ports = ports;
    opts.points = 20;
    opts.set = &setting;
    opts.n_set = setting ? 1 : 0;
    opts.progress = watch;
    opts.progress_user = &start;
    hys_diag_clear(s->ctx);
    hys_status status = hys_pulse(s->ctx, s->model, &opts, &run);
    note_run(s->device, what, seconds_since(start));
    if (status != HYS_OK) {
        complain(s->device, what, status == HYS_CANCEL ? "takes too long" : first_error(s->ctx));
        return;
    }
    check_rows(s->device, what, hys_run_table(run));
    if (s->claim->is_passive) check_energy(s->device, what, hys_run_table(run));
    hys_run_free(run);
}

/* Both polarities in one train: the second meets the state that the first has left. */
static void stress_at(const subject *s, const char *ports, double temp, int sign) {
    static const double widths[] = {1e-12, 1e-9, 1e-6, 1e-3, 1, 1000};
    double bias = sign * s->claim->bias;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w += IS_SLOW_BUILD ? 2 : 1) {
        double width = fmin(widths[w], s->claim->span);
        char train[96];
        snprintf(train, sizeof train, "%g%s,%gs,%gs; %g%s,%gs,%gs", bias, s->claim->unit, width, width, -0.3 * bias,
                 s->claim->unit, width, width);
        run_train(s, train, temp, ports, NULL);
        if (width == s->claim->span) break;
    }
}

static void stress_port(const subject *s, const char *ports) {
    const double *temp = s->claim->temp;
    if (s->is_variant) {
        stress_at(s, ports, temp[0], -1);
        stress_at(s, ports, temp[1], 1);
        return;
    }
    double temps[] = {temp[1], temp[0], 300};
    size_t n = IS_SLOW_BUILD || temp[0] == temp[1] ? 1 : temp[0] == 300 || temp[1] == 300 ? 2 : 3;
    for (size_t t = 0; t < n; t++)
        for (int sign = -1; sign <= 1; sign += 2) stress_at(s, ports, temps[t], sign);
}

/* Every terminal against the third of three, the second of two. */
static void stress_device(hys_ctx *ctx, const char *device, const claim *c, bool is_variant) {
    subject s = {ctx, NULL, device, c, is_variant};
    if (hys_model_load(ctx, device, NULL, &s.model) != HYS_OK) {
        complain(device, "load", first_error(ctx));
        return;
    }
    size_t n = hys_model_n_ports(s.model), back = n > 2 ? 2 : 1;
    for (size_t p = 0; p < n && p < MOST_PORTS; p++) {
        char ports[160];
        if (p == back) continue;
        snprintf(ports, sizeof ports, "%s,%s", hys_model_port(s.model, p), hys_model_port(s.model, back));
        stress_port(&s, ports);
    }
    hys_model_free(s.model);
}

static void test_pulses(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    n_failed = 0;
    for (size_t k = 0; k < hys_library_count(); k++) {
        const hys_library_entry *e = hys_library_get(k);
        if (!is_asked(e)) continue;
        enter_family(e->family);
        claim c = read_claim(ctx, e->name);
        const hys_variant *variants = NULL;
        size_t n = 0;
        stress_device(ctx, e->name, &c, false);
        assert_int_equal(hys_device_variants(ctx, e->name, &variants, &n), HYS_OK);
        for (size_t v = 0; v < n && !IS_SLOW_BUILD; v++) stress_device(ctx, variants[v].name, &c, true);
    }
    enter_family(NULL);
    hys_ctx_free(ctx);
    assert_int_equal(n_failed, 0);
}

/* ---- ends of ranges ---- */

/* A number inside the range near its end: side -1 below, +1 above. */
static double range_end(const hys_param *p, int side) {
    double lo = -HUGE_VAL, hi = HUGE_VAL;
    char open = 0, close = 0;
    char text[128], *colon;
    snprintf(text, sizeof text, "%.100s", p->range);
    colon = strchr(text, ':');
    if (text[0] == '[' || text[0] == '(') open = text[0];
    if (colon && open) {
        *colon = 0;
        lo = strstr(text + 1, "inf") ? -HUGE_VAL : atof(text + 1);
        close = colon[1 + strcspn(colon + 1, "])")];
        hi = strstr(colon + 1, "inf") ? HUGE_VAL : atof(colon + 1);
    }
    double size = p->value != 0 ? fabs(p->value) : 1, far = side < 0 ? p->value - 0.999 * size : p->value + 999 * size;
    if (p->value > 0 && side < 0) far = 1e-3 * p->value;
    double end = side < 0 ? lo : hi;
    if (!isfinite(end)) end = far;
    if (side < 0 && open == '(' && isfinite(lo)) end = lo + 1e-6 * fmax(fabs(lo), size);
    if (side > 0 && close == ')' && isfinite(hi)) end = hi - 1e-6 * fmax(fabs(hi), size);
    return end;
}

/* What is not finite at a point; NULL: all is. */
static const char *find_fault(hys__batch *b) {
    const hys_kernel *k = b->kernel;
    k->eval_fj(&b->env, &b->in, &b->out);
    for (size_t r = 0; r < k->n_unknowns; r++)
        if (!isfinite(b->f[r][0])) return k->unknowns[r].name;
    for (size_t j = 0; j < k->n_jac; j++)
        if (!isfinite(b->jac[j][0])) return "a derivative";
    return NULL;
}

/* Terminals up to the voltage claimed, other unknowns at their initial values. */
static const char *find_fault_at(hys__batch *b, const claim *c, double part) {
    const hys_kernel *k = b->kernel;
    k->init(&b->env, &b->in, &b->out);
    for (size_t u = 0; u < k->n_unknowns; u++) {
        bool has_init = k->unknowns[u].flags & HYS_U_HAS_INIT;
        b->x[u][0] = has_init ? b->x0[u][0] : 0;
    }
    b->x[0][0] = part * (c->unit[0] == 'V' ? c->bias : 0.1);
    b->env.time = 1e-3;
    return find_fault(b);
}

/* At the terminals' voltages, before the first step. */
static void evaluate_setting(const subject *s, const char *setting) {
    static const double parts[] = {-1, -0.3, -1e-3, 0, 1e-3, 0.3, 1};
    hys__settings settings = {.set = &setting, .n_set = 1};
    for (size_t t = 0; t < 2; t++) {
        hys__batch_opts opts = {.n = 1, .temp = s->claim->temp[t], .seed = 1};
        hys__batch *b = NULL;
        hys__params *params = NULL;
        assert_int_equal(hys__batch_new(s->ctx, s->model, &opts, &b), HYS_OK);
        /* another parameter's range may hang on this one */
        bool is_allowed = hys__params_new(b, &settings, &params) == HYS_OK;
        for (size_t k = 0; k < sizeof parts / sizeof *parts && is_allowed; k++) {
            const char *fault = find_fault_at(b, s->claim, parts[k]);
            char what[256];
            snprintf(what, sizeof what, "%.120s, %g V, %g K: not finite", setting, parts[k] * s->claim->bias,
                     opts.temp);
            if (fault) complain(s->device, what, fault);
            if (fault) break;
        }
        hys__params_free(params);
        hys__batch_free(b);
        hys_diag_clear(s->ctx);
    }
}

static bool is_setting_allowed(const subject *s, const char *setting) {
    hys__settings settings = {.set = &setting, .n_set = 1};
    hys__batch_opts opts = {.n = 1, .temp = 300, .seed = 1};
    hys__batch *b = NULL;
    hys__params *params = NULL;
    assert_int_equal(hys__batch_new(s->ctx, s->model, &opts, &b), HYS_OK);
    bool is_allowed = hys__params_new(b, &settings, &params) == HYS_OK;
    hys__params_free(params);
    hys__batch_free(b);
    hys_diag_clear(s->ctx);
    return is_allowed;
}

/* What keeps values between steps means something only in a run. */
static void stress_setting(const subject *s, const char *setting) {
    if (!s->model->kernel->n_retained) evaluate_setting(s, setting);
    else if (is_setting_allowed(s, setting)) {
        char train[96];
        snprintf(train, sizeof train, "%g%s,1us,1us; %g%s,1us,1us", 0.02 * s->claim->bias, s->claim->unit,
                 -0.02 * s->claim->bias, s->claim->unit);
        run_train(s, train, 300, NULL, setting);
    }
}

static void stress_params(hys_ctx *ctx, const char *device, const claim *c) {
    subject s = {ctx, NULL, device, c, false};
    assert_int_equal(hys_model_load(ctx, device, NULL, &s.model), HYS_OK);
    for (size_t k = 0; k < hys_model_n_params(s.model); k++) {
        const hys_param *p = hys_model_param(s.model, k);
        if (p->text || p->is_structural) continue;
        for (int side = -1; side <= 1; side += 2) {
            char setting[160];
            snprintf(setting, sizeof setting, "%s=%.17g", p->name, range_end(p, side));
            stress_setting(&s, setting);
        }
    }
    hys_model_free(s.model);
}

static void test_ends_of_parameter_ranges(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    n_failed = 0;
    for (size_t k = 0; k < hys_library_count(); k++) {
        const hys_library_entry *e = hys_library_get(k);
        if (!is_asked(e)) continue;
        enter_family(e->family);
        claim c = read_claim(ctx, e->name);
        stress_params(ctx, e->name, &c);
    }
    enter_family(NULL);
    hys_ctx_free(ctx);
    assert_int_equal(n_failed, 0);
}

/* test_models_stress [NAME]: only this family, or devices whose name begins so. */
int main(int argc, char **argv) {
    only = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_of_parameter_ranges),
        cmocka_unit_test(test_pulses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
