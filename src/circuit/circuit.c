/* Making a circuit of a netlist, and what others ask it. */
#include "base/clocale.h"
#include "circuit/circuit_impl.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

/* A sweep of a million points must not say everything a million times. */
#define REMARKS_MAX 100

hys_status hys__circuit_remarkf(hys__circuit *c, const char *fmt, ...) {
    char text[600];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (c->remarks.n >= REMARKS_MAX) return HYS_OK;
    for (size_t i = 0; i < c->remarks.n; i++)
        if (strcmp(c->remarks.at[i], text) == 0) return HYS_OK;
    const char *copy = hys__arena_strndup(&c->arena, text, strlen(text));
    const char **slot = copy ? HYS_PUSH(&c->arena, &c->remarks) : NULL;
    if (!slot) return HYS_NOMEM;
    *slot = copy;
    return HYS_OK;
}

hys_status hys__circuit_fail(hys__circuit *c, hys_status status, uint32_t elem, const char *hint, const char *fmt,
                             ...) {
    char text[600];
    va_list args;
    va_start(args, fmt);
    hys__c_vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return hys__report(c->ctx, HYS_ERROR, status, c->flat->sources, c->flat->elems[elem].card->span, hint, "%s", text);
}

/* ---- building ---- */

/* Newton's tolerance, against that of transients: what it leaves must not show there. */
#define FINE              1e-3
#define NEWTON_RTOL       1e-9
#define NEWTON_ITERATIONS 100
#define DERIVED           1e30 /* tolerance of what follows from the rest */

static hys_status make_newton(hys__circuit *c) {
    for (uint32_t i = 0; i < c->n; i++) c->fine[i] = c->is_derived[i] ? DERIVED : FINE * c->abstol[i];
    for (size_t j = 0; j < c->groups.n; j++) { /* a charge follows from its own equation */
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
            for (size_t i = 0; g->kernel->unknowns[u].flags & HYS_U_CHARGE && i < g->n; i++)
                if (g->to_y[u * g->n_pad + i] != c->n) c->fine[g->to_y[u * g->n_pad + i]] = DERIVED;
    }
    hys__newton_opts opts = {NEWTON_RTOL, c->fine, NEWTON_ITERATIONS};
    hys_status status = hys__newton_new(c->ctx, &c->system, &opts, &c->newton);
    if (status == HYS_OK) hys__newton_set_nodes(c->newton, c->is_node);
    return status;
}

static hys_status build_layout(hys__circuit *c) {
    c->where = HYS_NEW_N(&c->layout, hys__where, c->flat->n_elems + 1);
    if (!c->where) return HYS_NOMEM;
    for (size_t i = 0; i <= c->flat->n_elems; i++)
        c->where[i] = (hys__where){HYS__NO_PLACE, HYS__NO_PLACE, HYS__NO_PLACE, 0, 0};
    hys_status status = hys__sources_make(c);
    if (status == HYS_OK) status = hys__circuit_branches(c);
    if (status == HYS_OK) status = hys__groups_make(c);
    if (status == HYS_OK) status = hys__circuit_number(c);
    if (status == HYS_OK) status = hys__circuit_topology(c);
    if (status == HYS_OK) status = hys__circuit_pattern(c);
    if (status == HYS_OK) status = hys__switches_make(c);
    if (status == HYS_OK) status = hys__lines_make(c);
    if (status == HYS_OK) status = hys__circuit_tables(c);
    if (status == HYS_OK) status = hys__circuit_values(c);
    if (status == HYS_OK) status = hys__circuit_describe(c);
    if (status == HYS_OK) status = hys__circuit_index(c);
    if (status != HYS_OK) return status;
    hys__circuit_plan_accept(c);
    return make_newton(c);
}

static void free_layout(hys__circuit *c) {
    hys__newton_free(c->newton);
    c->newton = NULL;
    hys__lines_free(c);
    hys__groups_free(c);
    hys__arena_free(&c->layout);
    hys__arena_init(&c->layout, c->ctx, 0);
    memset(&c->groups, 0, sizeof c->groups);
    memset(&c->branches, 0, sizeof c->branches);
    memset(&c->sensors, 0, sizeof c->sensors);
    memset(&c->sources, 0, sizeof c->sources);
    memset(&c->switches, 0, sizeof c->switches);
    memset(&c->lines, 0, sizeof c->lines);
    memset(&c->leaks, 0, sizeof c->leaks);
    memset(&c->losses, 0, sizeof c->losses);
    memset(&c->units, 0, sizeof c->units);
    memset(&c->g, 0, sizeof c->g);
    memset(&c->mass_rows, 0, sizeof c->mass_rows);
    c->has_source_values = c->has_line_history = false;
    c->n_pins = 0;
    c->forced = c->forced_to = c->charge = NULL;
}

hys_status hys__circuit_new(hys_ctx *ctx, hys__flat *flat, const hys__circuit_opts *opts, hys__circuit **result) {
    hys__circuit *c = hys__realloc(ctx, NULL, 0, sizeof *c);
    if (!c) return HYS_NOMEM;
    memset(c, 0, sizeof *c);
    c->ctx = ctx;
    c->flat = flat;
    c->opts = *opts;
    c->temp = opts->temp > 0 ? opts->temp : flat->temp > 0 ? flat->temp : 300.15;
    c->source_scale = 1;
    c->op_method = "";
    hys__arena_init(&c->arena, ctx, 0);
    hys__arena_init(&c->layout, ctx, 0);
    hys_status status = hys__behavioural_make(ctx, &c->arena, flat, opts->cache_dir, &c->behavioural);
    if (status == HYS_OK) status = build_layout(c);
    if (status == HYS_OK) status = hys__circuit_check_probes(c);
    if (status == HYS_OK) hys__circuit_set_mode(c, HYS__MODE_EQUILIBRIUM);
    if (status != HYS_OK) {
        hys__circuit_free(c);
        return status;
    }
    *result = c;
    return HYS_OK;
}

void hys__circuit_free(hys__circuit *c) {
    if (!c) return;
    free_layout(c);
    hys__behavioural_free(&c->behavioural);
    hys__arena_free(&c->layout);
    hys__arena_free(&c->arena);
    hys__free(c->ctx, c, sizeof *c);
}

/* ---- new values ---- */

/* A resistor that becomes a short needs its current as an unknown; kernels may collapse other nodes. */
static bool structure_holds(hys__circuit *c) {
    for (uint32_t i = 0; i < c->flat->n_elems; i++) {
        const hys__elem *e = &c->flat->elems[i];
        if (e->card->kind == HYS__ELEM_R && e->value == 0 && c->where[i].branch == HYS__NO_PLACE) return false;
    }
    for (size_t k = 0; k < c->switches.n; k++)
        if (c->switches.at[k].is_smooth != (c->flat->elems[c->switches.at[k].elem].values[1] < 0)) return false;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        g->kernel->fixed(&g->batch->env, &g->batch->in, &g->batch->out);
        for (hys_u32 e = 0; e < g->kernel->n_collapses; e++)
            for (size_t i = 0; i < g->n; i++)
                if (g->collapse[e * g->n + i] != g->batch->collapse[e][i]) return false;
    }
    return true;
}

static hys_status rebuild(hys__circuit *c) {
    free_layout(c);
    hys_status status = build_layout(c);
    hys__circuit_set_mode(c, c->mode);
    return status;
}

hys_status hys__circuit_take_values(hys__circuit *c) {
    hys_status status = hys__groups_refresh(c);
    if (status == HYS_DONE || (status == HYS_OK && !structure_holds(c))) return rebuild(c);
    if (status != HYS_OK) return status;
    hys__sources_finish(c, 0, 0);
    hys__switches_values(c);
    status = hys__lines_values(c);
    return status == HYS_OK ? hys__circuit_values(c) : status;
}

hys_status hys__circuit_refresh(hys__circuit *c) {
    if (!(c->opts.temp > 0)) c->temp = c->flat->temp > 0 ? c->flat->temp : 300.15;
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        double own = g->behavioural ? NAN : c->flat->elems[g->elems[0]].temp;
        g->temp = isnan(own) ? c->temp : own;
    }
    hys__overrides_apply(c);
    return hys__circuit_take_values(c);
}

/* ---- answers ---- */

const hys__system *hys__circuit_system(const hys__circuit *c) {
    return &c->system;
}
const double *hys__circuit_mass(const hys__circuit *c) {
    return c->mass;
}
const double *hys__circuit_abstol(const hys__circuit *c) {
    return c->abstol;
}
const unsigned char *hys__circuit_is_differential(const hys__circuit *c) {
    return c->is_differential;
}
const unsigned char *hys__circuit_is_node(const hys__circuit *c) {
    return c->is_node;
}
double *hys__circuit_source_scale(hys__circuit *c) {
    return &c->source_scale;
}
int64_t hys__circuit_node_unknown(const hys__circuit *c, uint32_t node) {
    return node >= c->flat->n_nodes || c->y_of[node] == c->n ? -1 : (int64_t)c->y_of[node];
}
int64_t hys__circuit_elem_unknown(const hys__circuit *c, uint32_t elem) {
    if (elem >= c->flat->n_elems) return -1;
    uint32_t i = hys__circuit_current(c, elem);
    return i == c->n ? -1 : (int64_t)i;
}
size_t hys__circuit_n_remarks(const hys__circuit *c) {
    return c->remarks.n;
}
const char *hys__circuit_remark(const hys__circuit *c, size_t i) {
    return i < c->remarks.n ? c->remarks.at[i] : NULL;
}
const char *hys__circuit_op_method(const hys__circuit *c) {
    return c->op_method;
}
