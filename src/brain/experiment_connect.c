/* Connections and backgrounds as a file tells them. */
#include "base/diag.h"
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

/* ---- distributions ---- */

#define MOST_NUMBERS 4

static bool read_number(const char *text, size_t n, const hys__unit *wanted, double *value) {
    hys__unit unit;
    bool has_unit;
    if (!hys__quantity_parse(text, n, value, &unit, &has_unit) || !isfinite(*value)) return false;
    if (!has_unit) return true;
    if (!hys__unit_same_dim(&unit, wanted)) return false;
    *value = hys__unit_to_si(&unit, *value);
    return true;
}

/* draw = [ kind ] number [ number [ number number ] ];  the numbers: mean, spread, least, most. */
hys_status hys__brain_read_draw(hys_brain_experiment *e, const char *text, const char *unit, const hys__yaml_node *node,
                                hys_draw *draw) {
#define HYS_X(id, name) name,
    static const char *const kinds[] = {HYS_DRAW_KINDS(HYS_X)};
#undef HYS_X
    double v[MOST_NUMBERS] = {0};
    size_t n = 0;
    hys__unit wanted;
    bool ok = hys__unit_parse(unit, strlen(unit), &wanted);
    *draw = (hys_draw){0};
    for (const char *at = text + strspn(text, " "); *at && ok; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        int kind = at == text + strspn(text, " ") ? 0 : HYS_N_DRAW_KINDS;
        while (kind < HYS_N_DRAW_KINDS && (strlen(kinds[kind]) != length || memcmp(kinds[kind], at, length) != 0))
            kind++;
        if (kind < HYS_N_DRAW_KINDS) draw->kind = (hys_draw_kind)kind;
        else ok = n < MOST_NUMBERS && read_number(at, length, &wanted, &v[n++]);
        at += length;
    }
    draw->mean = v[0];
    draw->spread = v[1];
    draw->lo = v[2];
    draw->hi = v[3];
    if (ok && n && n != 3 && (draw->kind == HYS_DRAW_CONSTANT ? n == 1 : n > 1)) return HYS_OK;
    return hys__yaml_fail(&e->yaml, node, "6nS, or normal 6nS 1nS, or normal 6nS 1nS 0nS 10nS (least and most)",
                          "\"%.80s\" is neither a number in %s nor a distribution", text, unit);
}

/* ---- ports ---- */

const char *hys__brain_weight_unit(hys_brain_experiment *e, size_t population, const char *port,
                                   const hys__yaml_node *node) {
    const size_t type = e->populations[population].type;
    const hys__yaml_sections none = {0};
    const hys__yaml_sections *ports =
        type < e->said.cells.n ? &((const hys__said_cell *)e->said.cells.at)[type].ports : &none;
    for (size_t k = 0; k < ports->n; k++) {
        const hys__said_port *s = (const hys__said_port *)ports->at + k;
        if (strcmp(ports->nodes[k]->key, port) != 0) continue;
        if (s->kind == HYS_PORT_DELTA) return "V";
        return s->is_current ? "A" : "S";
    }
    hys__yaml_fail(&e->yaml, node, "ports: {name: {tau: 5ms}} among what is said of cells",
                   "cells of \"%.64s\" have no port \"%.80s\"", e->populations[population].name, port);
    return NULL;
}

/* ---- lists ---- */

/* Columns by their order: the reader calls those of seconds and volts by names of its own. */
static hys_status take_rows(hys_brain_experiment *e, const char *path, const hys_table *table, hys_connect_opts *o) {
    const size_t n = hys_table_n_rows(table), wanted = o->port ? 4 : 3;
    hys_synapse_row *rows = HYS_NEW_N(&e->arena, hys_synapse_row, n + 1);
    if (!rows) return HYS_NOMEM;
    if (hys_table_n_columns(table) != wanted)
        return hys__report_at(e->ctx, HYS_ERROR, HYS_SYNTAX, path, 0, 0, NULL,
                              o->port ? "source,target,weight[nS],delay[ms]" : "cell,other,conductance[nS]",
                              "a list of %s columns", o->port ? "synapses has four" : "gap junctions has three");
    for (size_t k = 0; k < n; k++) {
        double v[4] = {0};
        for (size_t c = 0; c < wanted; c++) v[c] = hys_table_column_at(table, c)[k];
        if (!(v[0] >= 0 && v[0] < UINT32_MAX && v[1] >= 0 && v[1] < UINT32_MAX))
            return hys__report_at(e->ctx, HYS_ERROR, HYS_SEMANTIC, path, 0, 0, NULL, "cells are counted from 0",
                                  "row %zu is from cell %g to cell %g", k + 1, v[0], v[1]);
        rows[k] = (hys_synapse_row){(uint32_t)v[0], (uint32_t)v[1], v[2], v[3]};
    }
    o->list = rows;
    o->n_list = n;
    return HYS_OK;
}

static hys_status read_list(hys_brain_experiment *e, const hys__said_rule *s, const hys__yaml_node *node,
                            hys_connect_opts *o) {
    hys_table *table = NULL;
    if (!s->file) return HYS_OK;
    const char *path = hys__brain_beside(e, s->file);
    if (!path) return HYS_NOMEM;
    hys_status status = hys__brain_input(e, path);
    if (status == HYS_OK) status = hys_table_read_csv(e->ctx, path, &table);
    if (status == HYS_OK) status = take_rows(e, path, table, o);
    hys_table_free(table);
    return hys__brain_blame(e, node, status);
}

/* ---- rules ---- */

static hys_status check_file(hys_brain_experiment *e, const hys__said_rule *s, const hys__yaml_node *node) {
    const hys__said_edges *x = &s->edges;
    const bool is_sonata = s->rule == HYS__RULE_SONATA;
    if ((s->rule == HYS_CONNECT_LIST || is_sonata) != (s->file != NULL))
        return hys__yaml_fail(&e->yaml, node, "rule: list, file: synapses.csv; rule: sonata, file: edges.h5",
                              "lists have a file, others have none");
    if (is_sonata) return HYS_OK;
    if (x->population || x->types || x->template || x->source_nodes || x->target_nodes || x->ids.n)
        return hys__yaml_fail(&e->yaml, node, "rule: sonata, file: edges.h5",
                              "populations, types and nodes belong to the rule sonata");
    return HYS_OK;
}

static hys_status check_rule(hys_brain_experiment *e, const hys__said_rule *s, const hys__yaml_node *node) {
    const bool is_by_chance = s->rule == HYS_CONNECT_PROBABILITY || s->rule == HYS_CONNECT_DISTANCE;
    const bool has_number = s->rule == HYS_CONNECT_INDEGREE || s->rule == HYS_CONNECT_TOTAL;
    if (is_by_chance != !isnan(s->probability))
        return hys__yaml_fail(&e->yaml, node, "rule: probability, probability: 0.02",
                              "probabilities belong to the rules probability and distance");
    if (has_number != (s->number > 0))
        return hys__yaml_fail(&e->yaml, node, "rule: indegree, number: 100", "numbers belong to indegree and total");
    if ((s->rule == HYS_CONNECT_DISTANCE) != (s->sigma > 0))
        return hys__yaml_fail(&e->yaml, node, "rule: distance, probability: 0.5, sigma: 100um",
                              "a positive sigma belongs to the rule distance");
    return check_file(e, s, node);
}

hys_status hys__brain_take_rule(hys_brain_experiment *e, const hys__said_rule *s, const hys__yaml_node *node,
                                hys_connect_opts *o) {
    hys_status status = check_rule(e, s, node);
    if (status != HYS_OK) return status;
    o->rule = s->rule < HYS_N_CONNECT_RULES ? (hys_connect_rule)s->rule : HYS_CONNECT_LIST;
    o->probability = isnan(s->probability) ? 0 : s->probability;
    o->number = s->number;
    o->sigma = s->sigma;
    o->source_at = e->populations[o->source].at;
    o->target_at = e->populations[o->target].at;
    if (o->rule == HYS_CONNECT_DISTANCE && !(o->source_at && o->target_at))
        return hys__yaml_fail(&e->yaml, node, "groups: {g: {cell: c, n: 100, box: [1mm, 1mm]}}",
                              "cells of both groups need places");
    return s->rule == HYS_CONNECT_LIST ? read_list(e, s, node, o) : HYS_OK;
}

/* ---- connections ---- */

static hys_status take_draws(hys_brain_experiment *e, const hys__said_connect *s, const hys__yaml_node *node,
                             size_t target, hys_connect_opts *o) {
    const char *unit = hys__brain_weight_unit(e, target, s->port, hys__yaml_find(node, "port"));
    const hys__yaml_node *weight = hys__yaml_find(node, "weight"), *delay = hys__yaml_find(node, "delay");
    if (!unit) return HYS_SYNTAX;
    hys_status status = hys__brain_take_plasticity(e, s, node, unit, &o->plasticity);
    if (status != HYS_OK) return status;
    if (s->by.rule == HYS_CONNECT_LIST) return HYS_OK;
    if (!s->weight) return hys__yaml_fail(&e->yaml, node, "weight: 6nS", "a connection needs \"weight\"");
    status = hys__brain_read_draw(e, s->weight, unit, weight, &o->weight);
    if (status == HYS_OK) status = hys__brain_read_draw(e, s->delay, "s", delay ? delay : node, &o->delay);
    const bool is_drawn = o->weight.kind != HYS_DRAW_CONSTANT || o->delay.kind != HYS_DRAW_CONSTANT;
    if (status == HYS_OK && s->by.rule == HYS__RULE_SONATA && is_drawn)
        return hys__yaml_fail(&e->yaml, node, "weight: 1nS: what a syn_weight of 1 is; delay: of edges without one",
                              "weights of files are not drawn");
    return status;
}

static hys_status prepare(hys_brain_experiment *e, size_t k, size_t source, size_t target, hys_connect_opts *o) {
    const hys__said_connect *s = (const hys__said_connect *)e->said.connect.at + k;
    const hys__yaml_node *node = e->said.connect.nodes[k];
    hys__brain_range at = {0, 0};
    *o = hys_connect_opts_default();
    o->source = source;
    o->target = target;
    o->port = s->port;
    o->may_be_self = s->may_be_self;
    o->short_term = s->short_term;
    hys_status status = hys__brain_take_rule(e, &s->by, node, o);
    if (status == HYS_OK) status = hys__brain_find_place(e, &s->place, node, e->populations[target].type, &at);
    if (status == HYS_OK && at.n != 1)
        status = hys__yaml_fail(&e->yaml, node, "one connection for each", "a connection ends in one compartment");
    if (status == HYS_OK) status = take_draws(e, s, node, target, o);
    o->compartment = at.first;
    return status;
}

static hys_status add_wire(hys_brain_experiment *e, size_t k, const hys_connect_opts *o) {
    hys__brain_wire *wire = HYS_PUSH(&e->arena, &e->wires);
    if (!wire) return HYS_NOMEM;
    *wire = (hys__brain_wire){*o, e->said.connect.nodes[k]};
    return HYS_OK;
}

static bool has_place(const hys__said_place *p) {
    return p->compartment || p->region || p->section != SIZE_MAX || !isnan(p->at) || !isnan(p->path);
}

static hys_status make_sonata(hys_brain_experiment *e, size_t k, hys__brain_edges *x) {
    const hys__said_connect *s = (const hys__said_connect *)e->said.connect.at + k;
    hys__brain_part *parts = NULL;
    hys_connect_opts o;
    size_t n = 0;
    hys_status status = prepare(e, k, x->sources[0], x->targets[0], &o);
    if (status != HYS_OK) return status;
    x->has_place = has_place(&s->place);
    x->weight = o.weight.mean;
    x->delay = o.delay.mean;
    status = hys__brain_take_edges(e, x, &parts, &n);
    for (size_t j = 0; j < n && status == HYS_OK; j++) {
        status = prepare(e, k, parts[j].source, parts[j].target, &o);
        if (!x->has_place) o.compartment = parts[j].compartment;
        o.list = parts[j].rows;
        o.n_list = parts[j].n;
        if (status == HYS_OK) status = add_wire(e, k, &o);
    }
    return status;
}

static hys_status find_groups(hys_brain_experiment *e, const hys__yaml_texts *names, const hys__yaml_node *node,
                              const size_t **found) {
    size_t *all = HYS_NEW_N(&e->arena, size_t, names->n + 1);
    if (!all) return HYS_NOMEM;
    for (size_t k = 0; k < names->n; k++) {
        all[k] = hys__brain_find_population(e, names->at[k], node);
        if (all[k] == SIZE_MAX) return HYS_SYNTAX;
    }
    *found = all;
    return HYS_OK;
}

/* Each of the groups with each. */
static hys_status make_connection(hys_brain_experiment *e, size_t k) {
    const hys__said_connect *s = (const hys__said_connect *)e->said.connect.at + k;
    hys__brain_edges x = {
        .said = &s->by, .node = e->said.connect.nodes[k], .n_sources = s->from.n, .n_targets = s->to.n};
    hys_connect_opts o;
    hys_status status = find_groups(e, &s->from, hys__yaml_find(x.node, "from"), &x.sources);
    if (status == HYS_OK) status = find_groups(e, &s->to, hys__yaml_find(x.node, "to"), &x.targets);
    if (status == HYS_OK && s->by.rule == HYS__RULE_SONATA && s->from.n && s->to.n) return make_sonata(e, k, &x);
    for (size_t i = 0; i < s->from.n && status == HYS_OK; i++)
        for (size_t j = 0; j < s->to.n && status == HYS_OK; j++) {
            status = prepare(e, k, x.sources[i], x.targets[j], &o);
            if (status == HYS_OK) status = add_wire(e, k, &o);
        }
    return status;
}

hys_status hys__brain_make_wires(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.connect.n && status == HYS_OK; k++) status = make_connection(e, k);
    return status;
}

/* ---- in the brain ---- */

static hys_status add_background(hys_brain_experiment *e, size_t k) {
    const hys__said_background *s = &((const hys__said_group *)e->said.groups.at)[k].background;
    const hys__yaml_node *node = e->said.groups.nodes[k];
    const hys__brain_population *p = &e->populations[k];
    hys_draw weight;
    if (!s->port) return HYS_OK;
    const char *unit = hys__brain_weight_unit(e, k, s->port, node);
    if (!unit) return HYS_SYNTAX;
    hys_status status = hys__brain_read_draw(e, s->weight, unit, node, &weight);
    if (status == HYS_OK) status = hys_brain_add_background(e->brain, p->group, s->port, s->rate, weight.mean);
    return hys__brain_blame(e, node, status);
}

hys_status hys__brain_connect(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.groups.n && status == HYS_OK; k++) status = add_background(e, k);
    for (size_t k = 0; k < e->wires.n && status == HYS_OK; k++) {
        hys_connect_opts o = e->wires.at[k].opts;
        size_t projection;
        o.source = e->populations[o.source].group;
        o.target = e->populations[o.target].group;
        status = hys_brain_connect(e->brain, &o, &projection);
        if (status == HYS_OK) e->n_synapses += hys_brain_n_synapses(e->brain, projection);
        hys__brain_blame(e, e->wires.at[k].node, status);
    }
    return status;
}
