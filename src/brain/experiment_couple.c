/* Slow couplings as a file tells them. */
#include "brain/experiment.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

#define REAL(name, member, unit)                                                                                       \
    { name, HYS__FIELD_REAL, offsetof(hys__said_couple, member), unit, NULL, false }
#define TEXT(name, member)                                                                                             \
    { name, HYS__FIELD_TEXT, offsetof(hys__said_couple, member), NULL, NULL, false }

static const hys__yaml_field couple_fields[] = {
    {"from", HYS__FIELD_TEXT, offsetof(hys__said_couple, from), NULL, NULL, true},
    TEXT("what", what),
    {"map", HYS__FIELD_CHOICE, offsetof(hys__said_couple, map), "linear|rectified|logarithm|sigmoid", NULL, false},
    TEXT("gain", gain),
    REAL("threshold", threshold, ""),
    REAL("unit", unit, ""),
    REAL("every", every, "s"),
    TEXT("to", to),
    TEXT("port", port),
    TEXT("release", release),
    TEXT("learning", learning),
};
static void preset_couple(void *data) {
    const hys_couple_opts o = hys_couple_opts_default();
    *(hys__said_couple *)data = (hys__said_couple){
        .what = o.what, .map = (int)o.map, .gain = "1", .threshold = o.threshold, .unit = o.unit, .every = o.every};
}
const hys__yaml_schema hys__brain_couple_schema = {
    "a coupling", couple_fields, sizeof couple_fields / sizeof *couple_fields, sizeof(hys__said_couple), preset_couple};

/* ---- what is meant ---- */

static hys_status put(hys_brain_experiment *e, const hys_couple_opts *o, const hys__yaml_node *node) {
    hys__brain_coupling *c = HYS_PUSH(&e->arena, &e->couplings);
    if (!c) return HYS_NOMEM;
    *c = (hys__brain_coupling){*o, node};
    return HYS_OK;
}

/* unit: NULL where a gain has none. */
static hys_status take_gain(hys_brain_experiment *e, const hys__said_couple *s, const char *unit,
                            const hys__yaml_node *node, hys_couple_opts *o) {
    const hys__yaml_node *at = hys__yaml_find(node, "gain");
    hys_draw gain = {0};
    hys__unit said;
    bool has_unit = false;
    hys_status status = unit ? hys__brain_read_draw(e, s->gain, unit, at ? at : node, &gain) : HYS_OK;
    const bool is_good = unit
                             ? gain.kind == HYS_DRAW_CONSTANT
                             : hys__quantity_parse(s->gain, strlen(s->gain), &gain.mean, &said, &has_unit) && !has_unit;
    if (status == HYS_OK && !is_good)
        return hys__yaml_fail(&e->yaml, at ? at : node, unit ? "gain: 0.5nA" : "gain: -0.5", "a gain is a number");
    o->gain = gain.mean;
    return status;
}

static hys_status to_port(hys_brain_experiment *e, const hys__said_couple *s, const hys__yaml_node *node,
                          hys_couple_opts *o) {
    if (!s->port) return hys__yaml_fail(&e->yaml, node, "port: bias", "a coupling to a group needs a port");
    o->to = hys__brain_find_population(e, s->to, hys__yaml_find(node, "to"));
    o->port = s->port;
    if (o->to == SIZE_MAX) return HYS_SYNTAX;
    const char *unit = hys__brain_weight_unit(e, o->to, s->port, hys__yaml_find(node, "port"));
    if (!unit) return HYS_SYNTAX;
    hys_status status = take_gain(e, s, unit, node, o);
    return status == HYS_OK ? put(e, o, node) : status;
}

/* Connections of that name, of all pairs of their groups. */
static hys_status to_wires(hys_brain_experiment *e, const hys__said_couple *s, const hys__yaml_node *node,
                           hys_couple_opts *o) {
    const char *name = s->release ? s->release : s->learning;
    hys_status status = take_gain(e, s, NULL, node, o);
    size_t n = 0;
    o->effect = s->release ? HYS_COUPLE_TO_RELEASE : HYS_COUPLE_TO_LEARNING;
    for (size_t c = 0; c < e->said.connect.n; c++) {
        const hys__said_connect *of = (const hys__said_connect *)e->said.connect.at + c;
        if (!of->name || strcmp(of->name, name) != 0) continue;
        for (o->to = 0; o->to < e->wires.n && status == HYS_OK; o->to++) {
            if (e->wires.at[o->to].node != e->said.connect.nodes[c]) continue;
            status = put(e, o, node);
            n++;
        }
    }
    if (status == HYS_OK && !n)
        return hys__yaml_fail(&e->yaml, hys__yaml_find(node, s->release ? "release" : "learning"),
                              "connect: [{name: mine, ...}]", "no connection has the name \"%.80s\"", name);
    return status;
}

static hys_status make_coupling(hys_brain_experiment *e, size_t k) {
    const hys__said_couple *s = (const hys__said_couple *)e->said.couple.at + k;
    const hys__yaml_node *node = e->said.couple.nodes[k];
    hys_couple_opts o = hys_couple_opts_default();
    o.from = hys__brain_find_population(e, s->from, hys__yaml_find(node, "from"));
    if (o.from == SIZE_MAX) return HYS_SYNTAX;
    o.what = s->what;
    o.map = (hys_couple_map)s->map;
    o.threshold = s->threshold;
    o.unit = s->unit;
    o.every = s->every;
    if ((s->to != NULL) + (s->release != NULL) + (s->learning != NULL) != 1)
        return hys__yaml_fail(&e->yaml, node, "to: GROUP, port: PORT; release: CONNECTION; learning: CONNECTION",
                              "a coupling acts on one thing");
    return s->to ? to_port(e, s, node, &o) : to_wires(e, s, node, &o);
}

hys_status hys__brain_make_couplings(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.couple.n && status == HYS_OK; k++) status = make_coupling(e, k);
    return status;
}

/* ---- in the brain ---- */

hys_status hys__brain_couple(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->couplings.n && status == HYS_OK; k++) {
        hys_couple_opts o = e->couplings.at[k].opts;
        o.from = e->populations[o.from].group;
        if (o.effect == HYS_COUPLE_TO_PORT) o.to = e->populations[o.to].group; /* wires are numbered as projections */
        status = hys__brain_blame(e, e->couplings.at[k].node, hys_brain_couple(e->brain, &o));
    }
    return status;
}
