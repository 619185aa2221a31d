/* hys_impedance_run: the small-signal impedance of a device or of a port of a netlist. */
#include "circuit/impedance.h"
#include "base/units.h"
#include "device/variants.h"
#include "device/word.h"
#include "numerics/eigen.h"
#include <math.h>
#include <string.h>

#define PER_DECADE  20
#define MOST_POINTS 100000
#define POLE_SPAN   1e3 /* poles further outside the frequencies than this are one with R and C */

hys_impedance_opts hys_impedance_opts_default(void) {
    return (hys_impedance_opts){.size = sizeof(hys_impedance_opts), .sim = hys_sim_opts_default()};
}

typedef struct port {
    int64_t plus, minus;
    int64_t branch; /* of a voltage source at the port; -1: a current is driven into it */
    hys__probe voltage;
} port;

typedef struct task {
    hys_ctx *ctx;
    const hys_impedance_opts *opts;
    hys_impedance *result;
    hys__flat *flat;
    hys__circuit *circuit;
    port port;
    hys__spectrum spectrum;
    double *y;
} task;

hys_status hys__impedance_remark(hys_impedance *result, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **place = HYS_PUSH(&result->arena, &result->remarks);
    if (place) *place = hys__arena_strndup(&result->arena, text, strlen(text));
    return place && *place ? HYS_OK : HYS_NOMEM;
}

/* ---- options ---- */

static hys_status make_room(task *t, size_t n) {
    t->spectrum.n = n;
    t->spectrum.f = HYS_NEW_N(&t->result->arena, double, n + 1);
    t->spectrum.y = HYS_NEW_N(&t->result->arena, double complex, n + 1);
    return t->spectrum.f && t->spectrum.y ? HYS_OK : HYS_NOMEM;
}

static hys_status take_frequencies(task *t) {
    size_t n = t->opts->n_f;
    hys_status status = make_room(t, n);
    for (size_t k = 0; status == HYS_OK && k < n; k++) {
        t->spectrum.f[k] = t->opts->f[k];
        if (!(t->opts->f[k] > (k ? t->opts->f[k - 1] : 0)) || !isfinite(t->opts->f[k]))
            return hys__fail(t->ctx, HYS_ARG, "", "the frequencies must rise from above zero");
    }
    return status;
}

/* "1mHz:1GHz[:points per decade]" */
static hys_status read_frequencies(task *t) {
    if (t->opts->n_f) return take_frequencies(t);
    const char *text = t->opts->freq ? t->opts->freq : "1mHz:1GHz";
    hys__word rest = hys__word_all("--freq", text), word;
    double ends[2] = {0, 0};
    long per = PER_DECADE;
    for (size_t k = 0; k < 2; k++) {
        if (!hys__word_next(&rest, ':', &word))
            return hys__word_fail(t->ctx, &rest, HYS_ARG, "1mHz:1GHz, or 1Hz:1MHz:50 for 50 points a decade",
                                  "two frequencies are needed");
        hys_status status = hys__word_quantity(t->ctx, &word, "Hz", "the frequency", &ends[k]);
        if (status != HYS_OK) return status;
    }
    if (!(ends[0] > 0 && ends[1] > ends[0]))
        return hys__word_fail(t->ctx, &word, HYS_ARG, "1mHz:1GHz", "the frequencies must rise from above zero");
    if (hys__word_next(&rest, ':', &word)) {
        hys_status status = hys__word_count(t->ctx, &word, 1, 1000, "the points per decade", &per);
        if (status != HYS_OK) return status;
    }
    size_t n = (size_t)(log10(ends[1] / ends[0]) * (double)per + 1.5);
    if (n < 2) n = 2;
    hys_status status = make_room(t, n);
    for (size_t k = 0; status == HYS_OK && k < n; k++)
        t->spectrum.f[k] = ends[0] * pow(ends[1] / ends[0], (double)k / (double)(n - 1));
    return status;
}

static bool is_netlist(const char *name) {
    static const char *const endings[] = {".cir", ".sp", ".net", ".ckt", ".spice", ".spi", ".asc"};
    const char *dot = strrchr(name, '.');
    for (size_t k = 0; dot && k < sizeof endings / sizeof *endings; k++)
        if (!strcmp(endings[k], dot)) return true;
    return false;
}

/* ---- a device as a netlist of its own ---- */

static hys_status bias_of(const task *t, double *value, bool *is_current) {
    static const char *const units[] = {"V", "A", NULL};
    size_t which = 0;
    *value = 0;
    *is_current = false;
    if (!t->opts->bias) return HYS_OK;
    hys__word word = hys__word_all("--bias", t->opts->bias);
    hys_status status = hys__word_quantity_of(t->ctx, &word, units, "the bias", value, &which);
    *is_current = which == 1;
    return status;
}

static bool is_verilog(const char *device) {
    const char *dot = strrchr(device, '.');
    return strchr(device, '/') || (dot && (!strcmp(dot, ".va") || !strcmp(dot, ".vams")));
}

/* hold = PORT "=" POTENTIAL; *value NaN where no word names the port. */
static hys_status find_hold(const task *t, const char *wanted, double *value) {
    *value = NAN;
    for (size_t k = 0; k < t->opts->n_hold; k++) {
        hys__word rest = hys__word_all("--port-at", t->opts->hold[k]), name, potential;
        if (!hys__word_next(&rest, '=', &name) || !hys__word_next(&rest, '\0', &potential))
            return hys__word_fail(t->ctx, &rest, HYS_ARG, "gate=1V", "a port and its potential are needed");
        if (!hys__word_is(&name, wanted)) continue;
        return hys__word_quantity(t->ctx, &potential, "V", "the potential", value);
    }
    return HYS_OK;
}

/* Sources at the ports that are held. */
static hys_status put_holds(const task *t, const hys_model *model, hys__text *text) {
    size_t found = 0;
    for (size_t k = 0; k < hys_model_n_ports(model); k++) {
        double value;
        char number[32];
        hys_status status = find_hold(t, hys_model_port(model, k), &value);
        if (status != HYS_OK) return status;
        if (isnan(value)) continue;
        hys__number_format(value, number);
        hys__text_printf(text, "vopen%zu open%zu 0 dc %s\n", k, k, number);
        found++;
    }
    if (found >= t->opts->n_hold) return HYS_OK;
    return hys__fail(t->ctx, HYS_ARG, "hysteron device show tells its ports", "the device has no such port to hold");
}

/* Terminals p and n of --ports, else the first two; the others are held or hang in the air. */
static hys_status put_ports(const task *t, const hys_model *model, hys__text *text) {
    hys__word rest = hys__word_all("--ports", t->opts->ports ? t->opts->ports : ""), word;
    const char *names[2] = {NULL, NULL};
    for (size_t k = 0; t->opts->ports && k < 2; k++) {
        if (!hys__word_next(&rest, ',', &word))
            return hys__word_fail(t->ctx, &rest, HYS_ARG, "--ports p,n", "two ports are needed");
        names[k] = hys__word_copy(&t->result->arena, &word);
        if (!names[k]) return HYS_NOMEM;
    }
    size_t found = 0;
    for (size_t k = 0; k < hys_model_n_ports(model); k++) {
        const char *name = hys_model_port(model, k);
        bool is_plus = names[0] ? !strcmp(name, names[0]) : k == 0,
             is_minus = names[1] ? !strcmp(name, names[1]) : k == 1;
        found += is_plus || is_minus;
        if (is_plus || is_minus) hys__text_puts(text, is_plus ? " p" : " 0");
        else hys__text_printf(text, " open%zu", k);
    }
    if (found == 2) return HYS_OK;
    return hys__fail(t->ctx, HYS_ARG, "hysteron device show tells its ports", "the device has no such two ports");
}

/* Those of the variant, where the user gives no others. */
static void put_parameters(const task *t, const hys_variant *variant, hys__text *text) {
    const hys_sim_opts *sim = &t->opts->sim;
    for (size_t k = 0; variant && k < variant->n_set; k++)
        if (!hys__variants_has(sim->set, sim->n_set, variant->set[k])) hys__text_printf(text, " %s", variant->set[k]);
    for (size_t k = 0; k < sim->n_set; k++) hys__text_printf(text, " %s", sim->set[k]);
}

static hys_status put_device(const task *t, const char *device, hys__text *text) {
    hys_model *model = NULL;
    hys_model_opts opts = hys_model_opts_default();
    opts.cache_dir = t->opts->sim.cache_dir;
    opts.include_dirs = t->opts->sim.include_dirs;
    opts.n_include_dirs = t->opts->sim.n_include_dirs;
    opts.as_written = t->opts->sim.as_written;
    hys_status status = hys_model_load(t->ctx, device, &opts, &model);
    if (status != HYS_OK) return status;
    double bias = 0;
    bool is_current = false;
    char number[32];
    status = bias_of(t, &bias, &is_current);
    hys__number_format(bias, number);
    hys__text_printf(text, "impedance of %s\n", device);
    if (is_verilog(device)) hys__text_printf(text, ".hdl \"%s\"\n", device);
    if (status == HYS_OK) status = put_holds(t, model, text);
    hys__text_printf(text, is_current ? "iport 0 p dc %s ac 1\nxdevice" : "vport p 0 dc %s ac 1\nxdevice", number);
    if (status == HYS_OK) status = put_ports(t, model, text);
    hys__text_printf(text, " %s", hys_model_name(model));
    put_parameters(t, hys_model_variant(model), text);
    hys__text_puts(text, "\n.op\n.end\n");
    hys_model_free(model);
    return status == HYS_OK && text->failed ? HYS_NOMEM : status;
}

static hys_status load_flat(task *t, const char *path) {
    hys__flat_opts opts = {.include_dirs = t->opts->sim.include_dirs, .n_include_dirs = t->opts->sim.n_include_dirs};
    if (is_netlist(path)) {
        opts.set = t->opts->sim.set;
        opts.n_set = t->opts->sim.n_set;
        return hys__flat_load(t->ctx, &t->result->arena, path, &opts, &t->flat);
    }
    hys__text text;
    hys__text_init(&text, t->ctx);
    hys_status status = put_device(t, path, &text);
    const char *kept = status == HYS_OK ? hys__arena_strndup(&t->result->arena, text.at, text.n) : NULL;
    size_t n = text.n;
    hys__text_free(&text);
    if (status != HYS_OK) return status;
    if (!kept) return HYS_NOMEM;
    return hys__flat_read(t->ctx, &t->result->arena, path, kept, n, &opts, &t->flat);
}

/* ---- the port ---- */

static bool is_source(const hys__elem *e) {
    return e->card->kind == HYS__ELEM_V || e->card->kind == HYS__ELEM_I;
}

/* The source named; else the only one with an AC value; else the first. */
static uint32_t pick_source(const task *t) {
    const hys__flat *flat = t->flat;
    uint32_t first = HYS__GLOBAL, with_ac = HYS__GLOBAL, n_ac = 0;
    if (t->opts->port) return hys__flat_find_elem(flat, t->opts->port, strlen(t->opts->port));
    for (uint32_t k = 0; k < flat->n_elems; k++) {
        if (!is_source(&flat->elems[k])) continue;
        if (first == HYS__GLOBAL) first = k;
        if (flat->elems[k].ac_mag == 0) continue;
        if (!n_ac++) with_ac = k;
    }
    return n_ac == 1 ? with_ac : first;
}

static void set_port(task *t, uint32_t plus, uint32_t minus) {
    t->port.voltage = (hys__probe){.kind = HYS__PROBE_V, .a = plus, .b = minus, .unit = "V", .label = "port"};
    t->port.plus = plus ? hys__circuit_node_unknown(t->circuit, plus) : -1;
    t->port.minus = minus ? hys__circuit_node_unknown(t->circuit, minus) : -1;
    t->port.branch = -1;
}

static hys_status set_port_nodes(task *t) {
    hys__word rest = hys__word_all("--port", t->opts->port), word;
    uint32_t nodes[2] = {0, 0};
    for (size_t k = 0; hys__word_next(&rest, ',', &word); k++) {
        nodes[k < 2 ? k : 1] = hys__flat_find_node(t->flat, word.text + word.at, word.n);
        if (k < 2 && nodes[k] != HYS__GLOBAL) continue;
        return hys__word_fail(t->ctx, &word, HYS_ARG, "--port a,b or the name of a source", "there is no such node");
    }
    set_port(t, nodes[0], nodes[1]);
    return HYS_OK;
}

static hys_status find_port(task *t) {
    if (t->opts->port && strchr(t->opts->port, ',')) return set_port_nodes(t);
    uint32_t source = pick_source(t);
    if (source == HYS__GLOBAL || !is_source(&t->flat->elems[source])) {
        if (t->opts->port) return set_port_nodes(t);
        return hys__fail(t->ctx, HYS_ARG, "--port a,b", "the netlist has no source to look from");
    }
    const hys__elem *e = &t->flat->elems[source];
    bool is_voltage = e->card->kind == HYS__ELEM_V;
    set_port(t, e->nodes[is_voltage ? 0 : 1], e->nodes[is_voltage ? 1 : 0]);
    if (is_voltage) t->port.branch = hys__circuit_elem_unknown(t->circuit, source);
    if (!t->opts->bias || !is_netlist(t->flat->sources->list.at[0].name)) return HYS_OK;
    double bias = 0;
    bool is_current = false;
    hys_status status = bias_of(t, &bias, &is_current);
    const hys__target target = {.kind = HYS__TARGET_ELEM, .name = "bias", .elem = source};
    return status == HYS_OK ? hys__circuit_set_target(t->circuit, &target, bias) : status;
}

/* ---- spectrum ---- */

static hys_status solve_spectrum(task *t, hys__small_signal *s) {
    for (size_t k = 0; k < t->spectrum.n; k++) {
        hys_status status = hys__small_signal_factor(s, 2 * acos(-1.0) * t->spectrum.f[k]);
        if (status != HYS_OK) return status;
        memset(s->x, 0, hys__circuit_system(t->circuit)->n * sizeof *s->x);
        if (t->port.branch >= 0) s->x[t->port.branch] = 1;
        else {
            if (t->port.plus >= 0) s->x[t->port.plus] += 1;
            if (t->port.minus >= 0) s->x[t->port.minus] -= 1;
        }
        hys__zlu_solve(s->lu, (double *)s->x);
        double complex plus = t->port.plus >= 0 ? s->x[t->port.plus] : 0;
        double complex minus = t->port.minus >= 0 ? s->x[t->port.minus] : 0;
        t->spectrum.y[k] = t->port.branch >= 0 ? -s->x[t->port.branch] : 1 / (plus - minus);
        if (hys_ctx_is_cancelled(t->ctx)) return HYS_CANCEL;
    }
    return HYS_OK;
}

/* Of the circuit as it stands: with a voltage source at the port those of its admittance, else of its impedance. */
static hys_status find_poles(task *t, const hys__small_signal *s) {
    const hys__system *system = hys__circuit_system(t->circuit);
    double lo = 2 * acos(-1.0) * t->spectrum.f[0] / POLE_SPAN,
           hi = 2 * acos(-1.0) * t->spectrum.f[t->spectrum.n - 1] * POLE_SPAN;
    const hys__family family = {
        .system = *system, .mass = hys__circuit_mass(t->circuit), .abstol = hys__circuit_abstol(t->circuit)};
    hys__eigen *eigen = NULL;
    double complex *all = HYS_NEW_N(&t->result->arena, double complex, system->n + 1);
    t->spectrum.poles = HYS_NEW_N(&t->result->arena, double complex, system->n + 1);
    if (!all || !t->spectrum.poles) return HYS_NOMEM;
    size_t n = 0;
    hys_status status = hys__eigen_new(t->ctx, &family, &eigen);
    if (status == HYS_OK) status = hys__eigen_solve(eigen, s->g, all, &n);
    hys__eigen_free(eigen);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n; k++) {
        double complex p = all[k];
        bool is_upper = cimag(p) >= -1e-9 * cabs(p);
        if (is_upper && cabs(p) >= lo && cabs(p) <= hi) t->spectrum.poles[t->spectrum.n_poles++] = p;
    }
    return HYS_OK;
}

static hys_status fit(task *t, const hys__small_signal *s) {
    t->spectrum.fit = HYS_NEW_N(&t->result->arena, double complex, t->spectrum.n + 1);
    if (!t->spectrum.fit) return HYS_NOMEM;
    for (size_t k = 0; k < t->spectrum.n; k++) t->spectrum.fit[k] = NAN;
    t->result->fit_error = NAN;
    size_t n = hys__circuit_system(t->circuit)->n;
    t->spectrum.is_series = t->port.branch < 0;
    if (hys__circuit_has_delays(t->circuit))
        return hys__impedance_remark(t->result, "delays have no equivalent circuit of R, L and C");
    if (n > HYS__EIGEN_MAX)
        return hys__impedance_remark(t->result, "the circuit has more than %u unknowns: no equivalent circuit",
                                     HYS__EIGEN_MAX);
    hys_status status = find_poles(t, s);
    return status == HYS_OK ? hys__impedance_fit(t->result, &t->spectrum) : status;
}

hys_status hys__impedance_table(hys_impedance *result, const hys__spectrum *s) {
    static const char *const columns[][2] = {{"frequency", "Hz"}, {"Z.re", "ohm"},  {"Z.im", "ohm"},
                                             {"|Z|", "ohm"},      {"phase", "deg"}, {"fit.re", "ohm"},
                                             {"fit.im", "ohm"},   {"kk.re", "1"},   {"kk.im", "1"}};
    hys_status status = hys_table_new(result->ctx, &result->table);
    for (size_t k = 0; status == HYS_OK && k < sizeof columns / sizeof *columns; k++)
        status = hys_table_add_column(result->table, columns[k][0], columns[k][1]);
    for (size_t k = 0; status == HYS_OK && k < s->n; k++) {
        double complex z = 1 / s->y[k], fitted = 1 / s->fit[k];
        /* s->kk is against Z itself: its parts are turned back */
        double complex residual = s->kk[k] * z / cabs(z);
        const double row[] = {s->f[k],       creal(z),      cimag(z),        cabs(z),        carg(z) * 180 / acos(-1.0),
                              creal(fitted), cimag(fitted), creal(residual), cimag(residual)};
        status = hys_table_add_row(result->table, row);
    }
    return status;
}

static hys_status keep_remarks(task *t) {
    hys_status status = HYS_OK;
    for (size_t k = 0; status == HYS_OK && k < hys__circuit_n_remarks(t->circuit); k++)
        status = hys__impedance_remark(t->result, "%s", hys__circuit_remark(t->circuit, k));
    return status;
}

static hys_status measure(task *t) {
    hys__small_signal s = {.lu = NULL};
    t->y = HYS_NEW_N(&t->result->arena, double, hys__circuit_system(t->circuit)->n + 1);
    if (!t->y) return HYS_NOMEM;
    hys__circuit_set_mode(t->circuit, t->opts->is_held ? HYS__MODE_HELD : HYS__MODE_EQUILIBRIUM);
    hys_status status = hys__circuit_op(t->circuit, &(hys__op_opts){.is_held = t->opts->is_held}, t->y);
    if (status == HYS_OK) status = hys__small_signal_new(t->circuit, &t->result->arena, t->y, &s);
    if (status == HYS_OK) status = solve_spectrum(t, &s);
    if (status == HYS_OK) status = fit(t, &s);
    if (status == HYS_OK) status = hys__impedance_kk(t->result, &t->spectrum);
    if (status == HYS_OK) status = hys__impedance_table(t->result, &t->spectrum);
    hys__small_signal_free(&s);
    return status == HYS_OK ? keep_remarks(t) : status;
}

static hys_status run(task *t, const char *path) {
    hys_status status = read_frequencies(t);
    if (status == HYS_OK) status = load_flat(t, path);
    if (status != HYS_OK) return status;
    hys__circuit_opts opts = {.seed = t->opts->sim.has_seed ? t->opts->sim.seed : hys__ctx_seed(t->ctx),
                              .cache_dir = t->opts->sim.cache_dir,
                              .as_written = t->opts->sim.as_written,
                              .spread = t->opts->sim.spread,
                              .n_spread = t->opts->sim.n_spread};
    if (t->opts->sim.temp) {
        hys__word word = hys__word_all("--temp", t->opts->sim.temp);
        status = hys__word_quantity(t->ctx, &word, "K", "the temperature", &opts.temp);
    }
    if (status == HYS_OK) status = hys__circuit_new(t->ctx, t->flat, &opts, &t->circuit);
    if (status == HYS_OK) status = find_port(t);
    if (status == HYS_OK) status = measure(t);
    hys__circuit_free(t->circuit);
    return status;
}

/* ---- public ---- */

static void release(hys_ctx *ctx, hys__guard *guard) {
    hys_impedance *result = (hys_impedance *)((char *)guard - offsetof(hys_impedance, guard));
    hys_table_free(result->table);
    hys__arena_free(&result->arena);
    hys__free(ctx, result, sizeof *result);
}

void hys_impedance_free(hys_impedance *result) {
    if (!result) return;
    hys__guard_remove(result->ctx, &result->guard);
    release(result->ctx, &result->guard);
}

hys_impedance *hys__impedance_new(hys_ctx *ctx) {
    hys_impedance *made = hys__realloc(ctx, NULL, 0, sizeof *made);
    if (!made) return NULL;
    memset(made, 0, sizeof *made);
    made->ctx = ctx;
    hys__arena_init(&made->arena, ctx, 0);
    made->guard.release = release;
    hys__guard_add(ctx, &made->guard);
    return made;
}

hys_status hys_impedance_run(hys_ctx *ctx, const char *path_or_device, const hys_impedance_opts *opts,
                             hys_impedance **result) {
    hys_impedance *made = hys__impedance_new(ctx);
    if (!made) return HYS_NOMEM;
    task t = {.ctx = ctx, .opts = opts, .result = made};
    hys_status status = run(&t, path_or_device);
    if (status == HYS_OK) *result = made;
    else hys_impedance_free(made);
    return status;
}

const hys_table *hys_impedance_table(const hys_impedance *result) {
    return result->table;
}
size_t hys_impedance_n_elements(const hys_impedance *result) {
    return result->elements.n;
}
const hys_circuit_element *hys_impedance_get_element(const hys_impedance *result, size_t i) {
    return &result->elements.at[i];
}
double hys_impedance_fit_error(const hys_impedance *result) {
    return result->fit_error;
}
double hys_impedance_kramers_kronig(const hys_impedance *result) {
    return result->kk.largest;
}
const hys_kramers_kronig *hys_impedance_test(const hys_impedance *result) {
    return &result->kk;
}
size_t hys_impedance_n_remarks(const hys_impedance *result) {
    return result->remarks.n;
}
const char *hys_impedance_remark(const hys_impedance *result, size_t i) {
    return result->remarks.at[i];
}
