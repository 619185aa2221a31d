/* Experiments on cells: from what a file says to what is asked for. */
#include "brain/experiment.h"
#include <math.h>
#include <string.h>

#define MOST_FILE  (1u << 24) /* bytes */
#define MOST_INPUT (1u << 30)

/* ---- files ---- */

const char *hys__brain_beside(hys_brain_experiment *e, const char *name) {
    const char *slash = strrchr(e->path, '/');
    if (!name || *name == '/' || !slash) return name;
    return hys__arena_printf(&e->arena, "%.*s/%s", (int)(slash - e->path), e->path, name);
}

static hys_status keep_input(hys_brain_experiment *e, const char *path, const char *text, size_t len) {
    hys__hasher hasher;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, text, len);
    const hys__hash hash = hys__hasher_end(&hasher);
    hys_brain_input *input = HYS_PUSH(&e->arena, &e->inputs);
    if (!input) return HYS_NOMEM;
    input->path = path;
    input->hash = hys__arena_printf(&e->arena, "%s", hash.hex);
    return input->hash ? HYS_OK : HYS_NOMEM;
}

hys_status hys__brain_input(hys_brain_experiment *e, const char *path) {
    hys__arena scratch;
    const char *text = NULL;
    size_t len = 0;
    for (size_t k = 0; k < e->inputs.n; k++)
        if (!strcmp(e->inputs.at[k].path, path)) return HYS_OK;
    hys__arena_init(&scratch, e->ctx, 0);
    hys_status status = hys__file_read(&scratch, path, MOST_INPUT, &text, &len);
    if (status == HYS_OK) status = keep_input(e, path, text, len);
    hys__arena_free(&scratch);
    return status;
}

hys_status hys__brain_blame(hys_brain_experiment *e, const hys__yaml_node *node, hys_status status) {
    if (status != HYS_OK && status != HYS_NOMEM && status != HYS_CANCEL)
        hys__note(e->ctx, &e->yaml.sources, node->span, "asked for here");
    return status;
}

/* ---- parts ---- */

static hys_status fail_at(hys_brain_experiment *e, const char *key, const char *hint, const char *what) {
    const hys__yaml_node *node = hys__yaml_find(e->yaml.root, key);
    return hys__yaml_fail(&e->yaml, node ? node : e->yaml.root, hint, "%s", what);
}

static hys_status check_times(hys_brain_experiment *e) {
    const hys__said_brain *s = &e->said;
    if (!(s->dt > 0)) return fail_at(e, "dt", "25us is usual", "steps have a positive length");
    if (!(s->duration > 0)) return fail_at(e, "duration", "", "a run has a positive duration");
    if (s->duration / s->dt > 1e12) return fail_at(e, "duration", "", "these are more than 1e12 steps");
    if (!(s->after >= 0 && s->after < s->duration))
        return fail_at(e, "after", "", "rates are counted from a time within the run on");
    if (!isnan(s->slice) && !(s->slice >= s->dt)) return fail_at(e, "slice", "", "a slice has a step at least");
    if (!(s->temperature > 0)) return fail_at(e, "temperature", "6.3degC, 300K", "temperatures are positive");
    if (s->threads > 4096) return fail_at(e, "threads", "", "at most 4096 threads");
    return HYS_OK;
}

static hys_status check_names(hys_brain_experiment *e, const hys__yaml_sections *list) {
    for (size_t k = 0; k < list->n; k++) {
        const char *name = list->nodes[k]->key;
        if (hys__log_is_name(name)) continue;
        return hys__report(e->ctx, HYS_ERROR, HYS_SYNTAX, &e->yaml.sources, list->nodes[k]->key_span,
                           "letters, digits, _, - and +; at most 64", "\"%.80s\" cannot be a name", name);
    }
    return HYS_OK;
}

static hys_status check_all_names(hys_brain_experiment *e) {
    const hys__said_brain *s = &e->said;
    hys_status status = check_names(e, &s->cells);
    if (status == HYS_OK) status = check_names(e, &s->groups);
    if (status == HYS_OK) status = check_names(e, &s->records);
    if (status == HYS_OK) status = check_names(e, &s->measures);
    for (size_t k = 0; k < s->cells.n && status == HYS_OK; k++)
        status = check_names(e, &((const hys__said_cell *)s->cells.at)[k].channels);
    for (size_t k = 0; k < s->cells.n && status == HYS_OK; k++)
        status = check_names(e, &((const hys__said_cell *)s->cells.at)[k].ports);
    return status;
}

static size_t find_type(const hys_brain_experiment *e, const char *name) {
    size_t k = 0;
    while (k < e->said.cells.n && strcmp(e->types[k].name, name) != 0) k++;
    return k;
}

/* What spikes: cells, a Poisson process, spikes that are replayed. */
static hys_status take_kind(hys_brain_experiment *e, const hys__said_group *s, const hys__yaml_node *node,
                            hys__brain_population *p) {
    const bool is_poisson = hys__yaml_find(node, "poisson"), is_replay = hys__yaml_find(node, "replay");
    if ((s->cell != NULL) + is_poisson + is_replay != 1)
        return hys__yaml_fail(&e->yaml, node, "mine: {cell: squid, n: 100}",
                              "a group has one of cell, poisson and replay");
    p->type = s->cell ? find_type(e, s->cell) : e->said.cells.n;
    if (s->cell && p->type == e->said.cells.n)
        return hys__yaml_fail(&e->yaml, hys__yaml_find(node, "cell"), "one of those under \"cells\"",
                              "there are no cells \"%.80s\"", s->cell);
    const hys__brain_type *type = &e->types[p->type];
    if (s->start_noise > 0 && !type->compartments && !(type->area > 0))
        return hys__yaml_fail(&e->yaml, node, "lif: {start_noise: 5mV}", "start_noise is of cells with a membrane");
    return is_replay ? hys__brain_make_replay(e, s, node, p) : HYS_OK;
}

static hys_status take_group(hys_brain_experiment *e, size_t k) {
    const hys__said_group *s = (const hys__said_group *)e->said.groups.at + k;
    const hys__yaml_node *node = e->said.groups.nodes[k];
    hys__brain_population *p = &e->populations[k];
    hys__brain_range at = {0, 1};
    *p = (hys__brain_population){
        .name = node->key, .n = s->n, .threshold = s->threshold, .keeps_spikes = s->keeps_spikes};
    if (!s->n || s->n > UINT32_MAX / 2)
        return hys__yaml_fail(&e->yaml, node, "n: 100", "a group cannot have %zu cells", s->n);
    hys_status status = take_kind(e, s, node, p);
    if (status == HYS_OK) status = hys__brain_make_places(e, &s->box, node, p);
    if (status == HYS_OK) status = hys__brain_find_place(e, &s->watch, node, p->type, &at);
    if (status == HYS_OK && at.n != 1)
        status = hys__yaml_fail(&e->yaml, hys__yaml_find(node, "watch"), "", "spikes are found in one compartment");
    p->has_threshold = e->said.method != HYS_BRAIN_ADAPTIVE && s->cell;
    p->watched = at.first;
    return status;
}

static hys_status take_groups(hys_brain_experiment *e) {
    const size_t n = e->said.groups.n;
    if (!n) return fail_at(e, "groups", "groups: {mine: {cell: squid}}", "there are no groups of cells");
    e->populations = HYS_NEW_N(&e->arena, hys__brain_population, n);
    e->results = HYS_NEW_N(&e->arena, hys_brain_group_result, n);
    e->energy = HYS_NEW_N(&e->arena, double, n);
    e->metered_spikes = HYS_NEW_N(&e->arena, size_t, n);
    hys_status status = e->arena.failed ? HYS_NOMEM : HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) status = take_group(e, k);
    return status;
}

/* In SI, whatever its unit. */
static hys_status read_number(hys_brain_experiment *e, const char *text, const hys__yaml_node *node, double *value) {
    hys__unit unit;
    bool has_unit;
    if (!hys__quantity_parse(text, strlen(text), value, &unit, &has_unit) || !isfinite(*value))
        return hys__yaml_fail(&e->yaml, node, "17.14ms, 68.3Hz, -65mV", "\"%.80s\" is no number", text);
    if (has_unit) *value = hys__unit_to_si(&unit, *value);
    return HYS_OK;
}

static hys_status take_expected(hys_brain_experiment *e) {
    const hys__said_expectation *s = e->said.expected.at;
    hys_status status = HYS_OK;
    e->expected = HYS_NEW_N(&e->arena, hys_brain_expectation, e->said.expected.n + 1);
    if (!e->expected) return HYS_NOMEM;
    for (size_t k = 0; k < e->said.expected.n && status == HYS_OK; k++) {
        const hys__yaml_node *node = e->said.expected.nodes[k];
        e->expected[k] = (hys_brain_expectation){s[k].name, 0, INFINITY, s[k].source};
        status = read_number(e, s[k].value, hys__yaml_find(node, "value"), &e->expected[k].value);
        if (status == HYS_OK && s[k].tolerance)
            status = read_number(e, s[k].tolerance, hys__yaml_find(node, "tolerance"), &e->expected[k].tolerance);
    }
    return status;
}

static hys_status take_all(hys_brain_experiment *e) {
    hys_status status = check_times(e);
    if (status == HYS_OK) status = check_all_names(e);
    if (status == HYS_OK) status = hys__brain_make_types(e);
    if (status == HYS_OK) status = take_groups(e);
    if (status == HYS_OK) status = hys__brain_make_wires(e);
    if (status == HYS_OK) status = hys__brain_make_joins(e);
    if (status == HYS_OK) status = hys__brain_make_couplings(e);
    if (status == HYS_OK) status = hys__brain_make_electrodes(e);
    if (status == HYS_OK) status = hys__brain_make_records(e);
    if (status == HYS_OK) status = hys__brain_make_measures(e);
    if (status == HYS_OK) status = hys__brain_make_meters(e);
    return status == HYS_OK ? take_expected(e) : status;
}

/* ---- the file ---- */

static hys_status read_file(hys_brain_experiment *e) {
    const char *text = NULL;
    size_t len = 0;
    hys_status status = hys__file_read(&e->arena, e->path, MOST_FILE, &text, &len);
    if (status == HYS_OK) status = keep_input(e, e->path, text, len);
    if (status == HYS_OK) status = hys__yaml_parse(&e->arena, e->path, text, len, &e->yaml);
    hys__brain_preset(&e->said);
    if (status == HYS_OK) status = hys__yaml_take(&e->yaml, e->yaml.root, &hys__brain_schema, &e->said);
    return status == HYS_OK ? take_all(e) : status;
}

hys_status hys_brain_experiment_read(hys_ctx *ctx, const char *path, hys_brain_experiment **result) {
    hys_brain_experiment *e = hys__realloc(ctx, NULL, 0, sizeof *e);
    if (!e) return HYS_NOMEM;
    *e = (hys_brain_experiment){.ctx = ctx};
    hys__arena_init(&e->arena, ctx, 0);
    e->path = hys__arena_printf(&e->arena, "%s", path);
    const hys_status status = e->path ? read_file(e) : HYS_NOMEM;
    if (status == HYS_OK) *result = e;
    else hys_brain_experiment_free(e);
    return status;
}

void hys_brain_experiment_free(hys_brain_experiment *e) {
    if (!e) return;
    hys_ctx *ctx = e->ctx;
    hys__log_free(e->log);
    hys_brain_free(e->brain);
    for (size_t k = 0; k < e->said.cells.n && e->types; k++) {
        hys_brain_cell_free(e->types[k].cell);
        hys_compartments_free(e->types[k].compartments);
        hys_morphology_free(e->types[k].morphology);
    }
    hys__arena_free(&e->arena);
    hys__free(ctx, e, sizeof *e);
}

const hys_compartments *hys_brain_experiment_compartments(const hys_brain_experiment *e, size_t group) {
    return group < e->said.groups.n ? e->types[e->populations[group].type].compartments : NULL;
}

hys_brain_experiment_info hys_brain_experiment_get_info(const hys_brain_experiment *e) {
    static const char *const methods[] = {"crank-nicolson", "backward-euler", "adaptive"};
    return (hys_brain_experiment_info){.size = sizeof(hys_brain_experiment_info),
                                       .title = e->said.title,
                                       .folder = e->said.folder,
                                       .has_figures = e->said.has_figures,
                                       .seed = e->said.seed,
                                       .dt = e->said.dt,
                                       .duration = e->said.duration,
                                       .method = methods[e->said.method],
                                       .expected = e->expected,
                                       .n_expected = e->said.expected.n,
                                       .missing = e->said.missing.at,
                                       .n_missing = e->said.missing.n,
                                       .inputs = e->inputs.at,
                                       .n_inputs = e->inputs.n};
}
