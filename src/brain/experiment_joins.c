/* Gap junctions as a file tells them. */
#include "brain/experiment.h"

/* Neighbours by their numbers. */
static hys_status take_chain(hys_brain_experiment *e, const hys__yaml_node *node, hys_connect_opts *o) {
    const size_t n = e->populations[o->source].n;
    if (o->source != o->target)
        return hys__yaml_fail(&e->yaml, node, "chain: within one group", "these groups cannot be joined so");
    const hys_status status = hys__brain_check_room(e, node, (double)n * sizeof(hys_synapse_row));
    if (status != HYS_OK) return status;
    hys_synapse_row *rows = HYS_NEW_N(&e->arena, hys_synapse_row, n);
    if (!rows) return HYS_NOMEM;
    for (size_t k = 0; k + 1 < n; k++)
        rows[k] = (hys_synapse_row){.source = (uint32_t)k, .target = (uint32_t)(k + 1), .weight = o->weight.mean};
    o->list = rows;
    o->n_list = n - 1;
    return HYS_OK;
}

/* Weights of edges are so many times the conductance. */
static hys_status take_sonata(hys_brain_experiment *e, const hys__said_join *s, const hys__yaml_node *node,
                              hys_connect_opts *o) {
    const hys__brain_edges x = {.said = &s->by,
                                .node = node,
                                .sources = &o->source,
                                .targets = &o->target,
                                .n_sources = 1,
                                .n_targets = 1,
                                .has_place = true,
                                .weight = o->weight.mean};
    hys__brain_part *parts = NULL;
    size_t n = 0;
    const hys_status status = hys__brain_take_edges(e, &x, &parts, &n);
    if (status != HYS_OK || !n) return status;
    o->list = parts[0].rows;
    o->n_list = parts[0].n;
    return HYS_OK;
}

/* A list that is no file's: its junctions are drawn by their own. */
static hys_status take_list(hys_brain_experiment *e, const hys__said_join *s, const hys__yaml_node *node,
                            hys_connect_opts *o) {
    if (s->by.rule < HYS_N_CONNECT_RULES) return HYS_OK;
    if (o->weight.kind != HYS_DRAW_CONSTANT)
        return hys__yaml_fail(&e->yaml, node, "conductance: 1nS", "conductances of chains and of files are not drawn");
    return s->by.rule == HYS__RULE_CHAIN ? take_chain(e, node, o) : take_sonata(e, s, node, o);
}

static hys_status find_places(hys_brain_experiment *e, const hys__said_join *s, hys__brain_joint *j) {
    hys__brain_range a = {0, 0}, b = a;
    hys_status status = hys__brain_find_place(e, &s->place, j->node, e->populations[j->opts.source].type, &a);
    if (status == HYS_OK)
        status = hys__brain_find_place(e, &s->place, j->node, e->populations[j->opts.target].type, &b);
    if (status == HYS_OK && (a.n != 1 || b.n != 1))
        status = hys__yaml_fail(&e->yaml, j->node, "", "a gap junction is at one compartment of each cell");
    j->source_compartment = a.first;
    j->opts.compartment = b.first;
    return status;
}

static hys_status make_join(hys_brain_experiment *e, size_t k) {
    const hys__said_join *s = (const hys__said_join *)e->said.joins.at + k;
    hys__brain_joint j = {.opts = hys_connect_opts_default(), .node = e->said.joins.nodes[k]};
    hys_connect_opts *o = &j.opts;
    o->source = o->target = hys__brain_find_population(e, s->from, hys__yaml_find(j.node, "from"));
    if (s->to && o->source != SIZE_MAX) o->target = hys__brain_find_population(e, s->to, hys__yaml_find(j.node, "to"));
    if (o->source == SIZE_MAX || o->target == SIZE_MAX) return HYS_SYNTAX;
    hys_status status = find_places(e, s, &j);
    if (status == HYS_OK) status = hys__brain_take_rule(e, &s->by, j.node, o);
    if (status == HYS_OK)
        status = hys__brain_read_draw(e, s->conductance, "S", hys__yaml_find(j.node, "conductance"), &o->weight);
    if (status == HYS_OK && o->rule == HYS_CONNECT_ONE_TO_ONE &&
        (o->source == o->target || e->populations[o->source].n != e->populations[o->target].n))
        status =
            hys__yaml_fail(&e->yaml, j.node, "one-to-one: two groups of one size", "these groups cannot be joined so");
    if (status == HYS_OK) status = take_list(e, s, j.node, o);
    hys__brain_joint *to = status == HYS_OK ? HYS_PUSH(&e->arena, &e->joins) : NULL;
    if (to) *to = j;
    return status == HYS_OK && !to ? HYS_NOMEM : status;
}

hys_status hys__brain_make_joins(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.joins.n && status == HYS_OK; k++) status = make_join(e, k);
    return status;
}

hys_status hys__brain_join(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->joins.n && status == HYS_OK; k++) {
        const hys__brain_joint *j = &e->joins.at[k];
        hys_connect_opts o = j->opts;
        o.source = e->populations[o.source].group;
        o.target = e->populations[o.target].group;
        status = hys__brain_blame(e, j->node, hys_brain_join_groups(e->brain, &o, j->source_compartment, NULL));
    }
    return status;
}
