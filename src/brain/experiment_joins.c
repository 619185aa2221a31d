/* Gap junctions as a file tells them. */
#include "brain/experiment.h"

enum { ALL, ONE_TO_ONE, CHAIN };

#define MOST_JOINS 1e8

static hys_status add(hys_brain_experiment *e, const hys__brain_join_pair *pair, size_t a, size_t b) {
    hys__brain_join_pair *to = HYS_PUSH(&e->arena, &e->joins);
    if (!to) return HYS_NOMEM;
    *to = *pair;
    to->a.cell = a;
    to->b.cell = b;
    return HYS_OK;
}

/* Each pair of cells once, and none with itself. */
static hys_status add_all(hys_brain_experiment *e, const hys__brain_join_pair *pair, size_t n_a, size_t n_b) {
    const bool is_one = pair->a.group == pair->b.group;
    hys_status status = HYS_OK;
    for (size_t a = 0; a < n_a; a++)
        for (size_t b = is_one ? a + 1 : 0; b < n_b && status == HYS_OK; b++) status = add(e, pair, a, b);
    return status;
}

static hys_status add_rule(hys_brain_experiment *e, const hys__said_join *s, const hys__brain_join_pair *pair) {
    const size_t n_a = e->populations[pair->a.group].n, n_b = e->populations[pair->b.group].n;
    const bool is_one = pair->a.group == pair->b.group;
    hys_status status = HYS_OK;
    if ((s->rule == ALL ? (double)n_a * (double)n_b : (double)n_a) > MOST_JOINS)
        return hys__yaml_fail(&e->yaml, pair->node, "", "these are more gap junctions than can be made");
    if (s->rule == ALL) return add_all(e, pair, n_a, n_b);
    if (s->rule == CHAIN ? !is_one : is_one || n_a != n_b)
        return hys__yaml_fail(&e->yaml, pair->node, "chain: within one group; one-to-one: two groups of one size",
                              "these groups cannot be joined so");
    for (size_t k = 0; k + (s->rule == CHAIN) < n_a && status == HYS_OK; k++)
        status = add(e, pair, k, s->rule == CHAIN ? k + 1 : k);
    return status;
}

static hys_status make_join(hys_brain_experiment *e, size_t k) {
    const hys__said_join *s = (const hys__said_join *)e->said.joins.at + k;
    hys__brain_join_pair pair = {.conductance = s->conductance, .node = e->said.joins.nodes[k]};
    hys__brain_range a = {0, 0}, b = a;
    pair.a.group = pair.b.group = hys__brain_find_population(e, s->from, hys__yaml_find(pair.node, "from"));
    if (s->to && pair.a.group != SIZE_MAX)
        pair.b.group = hys__brain_find_population(e, s->to, hys__yaml_find(pair.node, "to"));
    if (pair.a.group == SIZE_MAX || pair.b.group == SIZE_MAX) return HYS_SYNTAX;
    hys_status status = hys__brain_find_place(e, &s->place, pair.node, e->populations[pair.a.group].type, &a);
    if (status == HYS_OK)
        status = hys__brain_find_place(e, &s->place, pair.node, e->populations[pair.b.group].type, &b);
    if (status == HYS_OK && (a.n != 1 || b.n != 1))
        status = hys__yaml_fail(&e->yaml, pair.node, "", "a gap junction is at one compartment of each cell");
    pair.a.compartment = a.first;
    pair.b.compartment = b.first;
    return status == HYS_OK ? add_rule(e, s, &pair) : status;
}

hys_status hys__brain_make_joins(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->said.joins.n && status == HYS_OK; k++) status = make_join(e, k);
    return status;
}

hys_status hys__brain_join(hys_brain_experiment *e) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < e->joins.n && status == HYS_OK; k++) {
        hys__brain_join_pair j = e->joins.at[k];
        j.a.group = e->populations[j.a.group].group;
        j.b.group = e->populations[j.b.group].group;
        status = hys__brain_blame(e, j.node, hys_brain_join(e->brain, &j.a, &j.b, j.conductance));
    }
    return status;
}
