/* The parameter of a bifurcation diagram, and the circuit as a family of systems in it. */
#include "circuit/bifurcation_impl.h"
#include "circuit/circuit_impl.h"
#include "device/word.h"
#include <math.h>
#include <string.h>

#define KELVIN 273.15

static const char *const value_units[HYS__ELEM_N_KINDS] = {
    [HYS__ELEM_R] = "ohm", [HYS__ELEM_C] = "F", [HYS__ELEM_L] = "H", [HYS__ELEM_K] = "1", [HYS__ELEM_V] = "V",
    [HYS__ELEM_I] = "A",   [HYS__ELEM_E] = "1", [HYS__ELEM_G] = "S", [HYS__ELEM_F] = "1", [HYS__ELEM_H] = "ohm"};

/* NULL: any, as of a .param. */
static const char *unit_of(const hys__study *s) {
    const hys__target *t = &s->target;
    if (t->kind == HYS__TARGET_TEMP) return "K";
    if (t->kind == HYS__TARGET_ELEM) return value_units[s->flat->elems[t->elem].card->kind];
    if (t->kind != HYS__TARGET_ELEM_PARAM) return NULL;
    const hys__where *where = &s->circuit->where[t->elem];
    if (where->group == HYS__NO_PLACE || !s->circuit->groups.at[where->group].kernel) return NULL;
    const hys_kernel *k = s->circuit->groups.at[where->group].kernel;
    for (hys_u32 i = 0; i < k->n_params; i++)
        if (strcasecmp(k->params[i].name, t->param) == 0) return k->params[i].units;
    return NULL;
}

/* A quantity with whatever unit, or none, in SI. */
static hys_status read_any(hys__study *s, const hys__word *word, double *value) {
    hys__unit unit;
    bool has_unit;
    if (!hys__quantity_parse(word->text + word->at, word->n, value, &unit, &has_unit))
        return hys__word_fail(s->ctx, word, HYS_SYNTAX, "a number, with a unit if it has one: 10uA",
                              "this is not a number");
    if (has_unit) *value = hys__unit_to_si(&unit, *value);
    return HYS_OK;
}

static hys_status read_end(hys__study *s, const char *option, const char *text, double *value) {
    if (!text) return hys__fail(s->ctx, HYS_ARG, "--from 0 --to 10uA", "%s is missing", option);
    hys__word word = hys__word_all(option, text);
    hys__unit unit;
    if (s->unit && *s->unit && hys__unit_parse(s->unit, strlen(s->unit), &unit))
        return hys__word_quantity(s->ctx, &word, s->unit, "the end of the range", value);
    return read_any(s, &word, value);
}

hys_status hys__study_target(hys__study *s) {
    if (!s->opts->param || !*s->opts->param)
        return hys__fail(s->ctx, HYS_ARG, "--param NAME", "the parameter is missing");
    hys_status status = hys__flat_target(s->flat, s->opts->param, HYS_NO_SPAN, &s->target);
    if (status != HYS_OK) return status;
    s->unit = unit_of(s);
    if (s->target.kind == HYS__TARGET_TEMP) s->shift = KELVIN;
    status = read_end(s, "--from", s->opts->from, &s->from);
    if (status == HYS_OK) status = read_end(s, "--to", s->opts->to, &s->to);
    if (!s->unit) s->unit = "1";
    if (status == HYS_OK && !(s->from != s->to && isfinite(s->from) && isfinite(s->to)))
        return hys__fail(s->ctx, HYS_ARG, "", "the range of %s is empty", s->opts->param);
    return status;
}

static hys_status refuse(hys__study *s, uint32_t elem, const char *what) {
    return hys__circuit_fail(s->circuit, HYS_SEMANTIC, elem,
                             "write it as a differential equation, or study it with hysteron sim",
                             "%s, so that the circuit has no linearisation: its bifurcations are not defined", what);
}

/* What only events change stands still at an equilibrium. */
static bool is_stepped(const hys_kernel *k) {
    for (hys_u32 i = 0; i < k->n_retained; i++)
        if (k->retained[i].flags & HYS_R_STEPPED) return true;
    return false;
}

bool hys__study_has_events(const hys__study *s) {
    const hys__circuit *c = s->circuit;
    for (size_t k = 0; k < c->groups.n; k++)
        if (c->groups.at[k].kernel->n_retained) return true;
    return false;
}

hys_status hys__study_refuse(hys__study *s) {
    const hys__circuit *c = s->circuit;
    for (size_t k = 0; k < c->groups.n; k++) {
        const hys__group *g = &c->groups.at[k];
        if (is_stepped(g->kernel)) return refuse(s, g->elems[0], "this model retains variables from step to step");
        if (g->kernel->n_delays) return refuse(s, g->elems[0], "this model uses absdelay");
    }
    if (c->lines.n) return refuse(s, c->lines.at[0].elem, "a line is a delay");
    if (c->switches.n) return refuse(s, c->switches.at[0].elem, "a switch jumps");
    return HYS_OK;
}

/* ---- the family ---- */

/* A value that the circuit does not take leaves no error behind: continuation tries another. */
static bool set_param(void *user, double p) {
    hys__study *s = user;
    if (s->is_set && p == s->p) return true;
    const int64_t *pattern = s->circuit->system.row;
    size_t nnz = s->circuit->nnz;
    s->is_set = hys__circuit_set_target(s->circuit, &s->target, p - s->shift) == HYS_OK;
    s->p = p;
    s->family.mass = hys__circuit_mass(s->circuit);
    if (s->circuit->nnz != nnz || s->circuit->system.row != pattern) {
        s->is_set = false;
        s->status = hys__fail(s->ctx, HYS_SEMANTIC, "",
                              "%s changes the structure of the circuit: it cannot be followed", s->opts->param);
    }
    return s->is_set;
}

hys_status hys__study_family(hys__study *s) {
    s->family = (hys__family){.system = *hys__circuit_system(s->circuit),
                              .mass = hys__circuit_mass(s->circuit),
                              .abstol = hys__circuit_abstol(s->circuit),
                              .user = s,
                              .set_param = set_param};
    s->n = s->family.system.n;
    return s->n <= HYS__EIGEN_MAX
               ? HYS_OK
               : hys__fail(s->ctx, HYS_LIMIT, "", "%zu unknowns: bifurcations are found for at most %u", s->n,
                           HYS__EIGEN_MAX);
}
