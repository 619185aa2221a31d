/* Types of cells as a file tells them: shapes, compartments, membranes, channels. */
#include "base/diag.h"
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

typedef struct making {
    hys_brain_experiment *e;
    const hys__said_cell *said;
    const hys__yaml_node *node;
    hys__brain_type *type;
} making;

static hys_status fail(const making *m, const char *key, const char *hint, const char *what) {
    const hys__yaml_node *node = hys__yaml_find(m->node, key);
    return hys__yaml_fail(&m->e->yaml, node ? node : m->node, hint, "%s", what);
}

static bool has(const making *m, const char *key) {
    return hys__yaml_find(m->node, key) != NULL;
}

/* ---- shapes ---- */

static hys_status read_morphology(const making *m) {
    hys_morphology_opts o = hys_morphology_opts_default();
    const char *path = hys__brain_beside(m->e, m->said->morphology);
    if (!path) return HYS_NOMEM;
    if (m->said->tree > INT32_MAX) return fail(m, "tree", "1, 2 ...", "no file has so many trees");
    o.tree = (int32_t)m->said->tree;
    o.least_radius = m->said->least_radius;
    hys_status status = hys__brain_input(m->e, path);
    if (status == HYS_OK) status = hys_morphology_read(m->e->ctx, path, &o, &m->type->morphology);
    return hys__brain_blame(m->e, hys__yaml_find(m->node, "morphology"), status);
}

static bool region_of(const char *name, uint16_t *region) {
    static const char *const names[] = {"undefined", "soma", "axon", "basal", "apical"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(names[k], name)) {
            *region = (uint16_t)k;
            return true;
        }
    return false;
}

static hys_status take_branches(const making *m, hys_branch *branches) {
    const hys__said_branch *s = m->said->branches.at;
    for (size_t k = 0; k < m->said->branches.n; k++) {
        const hys__yaml_node *node = m->said->branches.nodes[k];
        branches[k] = (hys_branch){.parent = (int32_t)s[k].parent - 1,
                                   .length = s[k].length,
                                   .diameter_near = s[k].diameter,
                                   .diameter_far = isnan(s[k].diameter_far) ? s[k].diameter : s[k].diameter_far};
        if (s[k].parent > k)
            return hys__yaml_fail(&m->e->yaml, node, "parent: 0 is the root", "branches stand behind their parents");
        if (!region_of(s[k].region, &branches[k].region))
            return hys__yaml_fail(&m->e->yaml, hys__yaml_find(node, "region"), "soma, axon, basal, apical",
                                  "\"%.80s\" is no region of a branch", s[k].region);
    }
    return HYS_OK;
}

static hys_status make_tree(const making *m) {
    const size_t n = has(m, "cable") ? 1 : m->said->branches.n;
    hys_branch *branches = HYS_NEW_N(&m->e->arena, hys_branch, n + 1);
    if (!branches) return HYS_NOMEM;
    const hys__said_cable *c = &m->said->cable;
    branches[0] = (hys_branch){-1, HYS_REGION_AXON, c->length, c->diameter, c->diameter};
    hys_status status = has(m, "cable") ? HYS_OK : take_branches(m, branches);
    const double soma = isnan(m->said->soma) ? 0 : m->said->soma;
    if (status == HYS_OK) status = hys_morphology_tree(m->e->ctx, soma, branches, n, &m->type->morphology);
    return hys__brain_blame(m->e, m->node, status);
}

static hys_status label(const making *m, size_t k) {
    const hys__said_label *s = (const hys__said_label *)m->said->regions.at + k;
    const hys__yaml_node *node = m->said->regions.nodes[k];
    hys_where where = hys_where_default();
    uint16_t of;
    size_t n;
    if (s->of) {
        if (!hys_morphology_region(m->type->morphology, s->of, &of))
            return hys__yaml_fail(&m->e->yaml, hys__yaml_find(node, "of"), "hysteron brain cell tells them",
                                  "the morphology has no region \"%.80s\"", s->of);
        where.region = of;
    }
    where.path_least = s->path_from;
    where.path_most = s->path_to;
    where.radius_least = s->radius_from;
    where.radius_most = s->radius_to;
    hys_status status = hys_morphology_label(m->type->morphology, node->key, &where, &n);
    if (status == HYS_OK && !n) return hys__yaml_fail(&m->e->yaml, node, "", "nothing lies in this region");
    return hys__brain_blame(m->e, node, status);
}

/* Rules that are given alone hold: max_length without d_lambda turns the d-lambda rule off. */
static hys_status cut(const making *m) {
    const hys__said_cell *s = m->said;
    hys_compartments_opts o = hys_compartments_opts_default();
    if (s->per_section > INT32_MAX) return fail(m, "per_section", "", "no section has so many compartments");
    o.per_section = (int32_t)s->per_section;
    if (!isnan(s->max_length)) o.max_length = s->max_length;
    if (o.per_section || !isnan(s->max_length)) o.d_lambda = 0;
    if (!isnan(s->d_lambda)) o.d_lambda = s->d_lambda;
    o.frequency = s->lambda_f;
    o.resistivity = s->resistivity;
    o.capacitance = s->capacitance;
    o.any_number = s->any_number;
    o.terminals = s->terminals;
    const hys_status status = hys_compartments_new(m->e->ctx, m->type->morphology, &o, &m->type->compartments);
    if (status != HYS_OK) return hys__brain_blame(m->e, m->node, status);
    m->type->n = m->type->compartments->n;
    return HYS_OK;
}

static hys_status shape_one(const making *m) {
    static const char *const of_trees[] = {"regions", "soma", "d_lambda", "max_length", "per_section", "terminals"};
    const hys__said_cell *s = m->said;
    for (size_t k = 0; k < sizeof of_trees / sizeof *of_trees; k++)
        if (has(m, of_trees[k]))
            return fail(m, of_trees[k], "morphology: cell.swc, cable: {...} or branches: [...]",
                        "this is said of trees, and the cell is one compartment");
    if (has(m, "area") == (has(m, "diameter") && has(m, "length")))
        return fail(m, "area", "morphology, cable, branches, area, or diameter and length", "a cell has one shape");
    m->type->n = 1;
    m->type->area = has(m, "area") ? s->area : acos(-1.0) * s->diameter * s->length;
    return m->type->area > 0 ? HYS_OK : fail(m, "area", "", "a membrane has a positive area");
}

static hys_status make_shape(const making *m) {
    const int n = has(m, "morphology") + has(m, "cable") + has(m, "branches");
    hys_status status;
    if (!n) return shape_one(m);
    if (n > 1 || has(m, "area") || has(m, "diameter") || has(m, "length"))
        return fail(m, "", "morphology, cable, branches, area, or diameter and length", "a cell has one shape");
    if (has(m, "branches") && !m->said->branches.n) return fail(m, "branches", "", "a tree has a branch at least");
    status = has(m, "morphology") ? read_morphology(m) : make_tree(m);
    for (size_t k = 0; k < m->said->regions.n && status == HYS_OK; k++) status = label(m, k);
    return status == HYS_OK ? cut(m) : status;
}

/* ---- channels ---- */

/* Names of the library have no slash and no ending. */
static const char *device_path(hys_brain_experiment *e, const char *device) {
    const size_t n = strlen(device);
    const bool is_file = strchr(device, '/') || (n > 3 && !strcmp(device + n - 3, ".va"));
    return is_file ? hys__brain_beside(e, device) : device;
}

static hys_status take_densities(const making *m, const hys__said_channel *s, const double **result) {
    const size_t n = m->type->n;
    if (!s->densities.n) return HYS_OK;
    double *all = HYS_NEW_N(&m->e->arena, double, n);
    if (!all) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) all[k] = s->density;
    for (size_t j = 0; j < s->densities.n; j++) {
        const hys__yaml_node *node = s->densities.nodes[j];
        uint16_t region;
        if (!m->type->morphology || !hys_morphology_region(m->type->morphology, node->key, &region))
            return hys__yaml_fail(&m->e->yaml, node, "hysteron brain cell tells them",
                                  "the cell has no region \"%.80s\"", node->key);
        for (size_t k = 0; k < n; k++)
            if (m->type->compartments->region[k] == region) all[k] = s->densities.at[j];
    }
    *result = all;
    return HYS_OK;
}

static hys_status add_channel(const making *m, size_t k) {
    const hys__said_channel *s = (const hys__said_channel *)m->said->channels.at + k;
    const hys__yaml_node *node = m->said->channels.nodes[k];
    hys_channel_opts o = hys_channel_opts_default();
    o.device = device_path(m->e, s->device);
    o.name = node->key;
    o.ion = s->ion;
    o.set = s->set.at;
    o.n_set = s->set.n;
    o.hold = s->hold.at;
    o.n_hold = s->hold.n;
    o.spread = s->spread.at;
    o.n_spread = s->spread.n;
    o.density = s->density;
    o.reversal = s->reversal;
    o.scale = s->scale;
    o.step = s->step;
    if (!o.device) return HYS_NOMEM;
    hys_status status = take_densities(m, s, &o.densities);
    if (status != HYS_OK) return status;
    if (o.device != s->device || strchr(s->device, '/')) status = hys__brain_input(m->e, o.device);
    if (status == HYS_OK) status = hys_brain_cell_add_channel(m->type->cell, &o);
    return hys__brain_blame(m->e, node, status);
}

/* ---- types ---- */

static hys_status add_ion(const making *m, size_t k) {
    const hys__said_ion *s = (const hys__said_ion *)m->said->ions.at + k;
    const hys__yaml_node *node = m->said->ions.nodes[k];
    hys_ion_opts o = hys_ion_opts_default();
    if (!(fabs(s->valence) <= 10 && s->valence == floor(s->valence)))
        return hys__yaml_fail(&m->e->yaml, node, "valence: 2", "an ion cannot have the valence %g", s->valence);
    o.name = node->key;
    o.valence = (int)s->valence;
    o.inside = s->inside;
    o.outside = s->outside;
    o.depth = s->depth;
    o.decay = s->decay;
    return hys__brain_blame(m->e, node, hys_brain_cell_add_ion(m->type->cell, &o));
}

static hys_status make_membrane(const making *m) {
    const hys__said_cell *s = m->said;
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    o.compartments = m->type->compartments;
    if (!o.compartments) o.area = m->type->area;
    o.capacitance = s->capacitance;
    o.leak = s->leak.conductance;
    o.leak_reversal = s->leak.reversal;
    o.v_start = s->start;
    o.temp = isnan(s->temperature) ? m->e->said.temperature : s->temperature;
    return hys__brain_blame(m->e, m->node, hys_brain_cell_new(m->e->ctx, &o, &m->type->cell));
}

/* Nothing but ports is said beside a point neuron. */
static hys_status make_point(const making *m) {
    const int kind = hys__brain_point_kind(m->node);
    const char *name = hys_point_kind_name((hys_point_kind)kind);
    for (const hys__yaml_node *n = m->node->first; n; n = n->next)
        if (strcmp(n->key, name) != 0 && strcmp(n->key, "ports") != 0)
            return hys__report(m->e->ctx, HYS_ERROR, HYS_SYNTAX, &m->e->yaml.sources, n->key_span, "",
                               "beside a neuron of the kind %s there is no \"%.80s\"", name, n->key);
    m->type->n = 1;
    return hys__brain_blame(m->e, m->node, hys__brain_make_point(m->e, m->said, kind, &m->type->cell));
}

static hys_status make_type(hys_brain_experiment *e, size_t k) {
    const making m = {e, (const hys__said_cell *)e->said.cells.at + k, e->said.cells.nodes[k], &e->types[k]};
    m.type->name = m.node->key;
    hys_status status = hys__brain_point_kind(m.node) < HYS_N_POINT_KINDS ? make_point(&m) : make_shape(&m);
    if (status == HYS_OK && !m.type->cell) status = make_membrane(&m);
    for (size_t j = 0; j < m.said->ions.n && status == HYS_OK; j++) status = add_ion(&m, j);
    for (size_t j = 0; j < m.said->channels.n && status == HYS_OK; j++) status = add_channel(&m, j);
    return status == HYS_OK ? hys__brain_add_ports(e, m.said, m.type->cell) : status;
}

hys_status hys__brain_make_types(hys_brain_experiment *e) {
    e->types = HYS_NEW_N(&e->arena, hys__brain_type, e->said.cells.n + 1);
    hys_status status = e->types ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK) e->types[e->said.cells.n] = (hys__brain_type){.name = "source", .n = 1};
    for (size_t k = 0; k < e->said.cells.n && status == HYS_OK; k++) status = make_type(e, k);
    return status;
}
