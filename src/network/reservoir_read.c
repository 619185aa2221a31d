/* The file of an experiment with reservoirs: what it says, and the files that it names. */
#include "network/reservoir_run.h"
#include <string.h>

typedef hys_reservoir_experiment experiment;

#define MOST_DATA (1u << 30)

/* ---- the file ---- */

hys_status hys__computing_blame(experiment *e, const hys__yaml_node *node, hys_status status) {
    if (status == HYS_OK || status == HYS_NOMEM || status == HYS_CANCEL) return status;
    if (node && hys_diag_n_errors(e->ctx)) hys__note(e->ctx, &e->yaml.sources, node->span, "asked for here");
    return status == HYS_ARG || status == HYS_UNIT ? HYS_SEMANTIC : status;
}

const char *hys__computing_path(experiment *e, const char *name) {
    const char *slash = strrchr(e->path, '/');
    const bool is_file = strchr(name, '/') || strchr(name, '.');
    if (!is_file || *name == '/' || !slash) return hys__arena_printf(&e->arena, "%s", name);
    return hys__arena_printf(&e->arena, "%.*s/%s", (int)(slash - e->path), e->path, name);
}

/* ---- inputs ---- */

static hys_status keep_input(experiment *e, const char *path, const char *text, size_t len) {
    hys__hasher hasher;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, text, len);
    hys__computing_input *to = path ? HYS_PUSH(&e->arena, &e->inputs) : NULL;
    if (!to) return HYS_NOMEM;
    *to = (hys__computing_input){path, hys__hasher_end(&hasher)};
    return HYS_OK;
}

static hys_status keep_file(experiment *e, const char *path) {
    hys__arena scratch;
    const char *text = NULL;
    size_t len = 0;
    hys__arena_init(&scratch, e->ctx, 0);
    hys_status status = hys__file_read(&scratch, path, MOST_DATA, &text, &len);
    if (status == HYS_OK) status = keep_input(e, path, text, len);
    hys__arena_free(&scratch);
    return status;
}

static hys_status keep_device(experiment *e) {
    const char *text = NULL;
    size_t len = 0;
    hys_status status = hys_device_source(e->ctx, e->cell.memory, &text, &len);
    return status == HYS_OK ? keep_input(e, e->cell.memory, text, len) : status;
}

static hys_status keep_inputs(experiment *e) {
    hys_status status = keep_file(e, e->path);
    if (status == HYS_OK && e->reservoir) status = hys__computing_blame(e, e->reservoir, keep_device(e));
    if (status != HYS_OK || !e->task || !e->said.task.file) return status;
    const char *path = hys__computing_path(e, e->said.task.file);
    return path ? hys__computing_blame(e, e->task, keep_file(e, path)) : HYS_NOMEM;
}

/* How long they are is said to the reservoir when it is made: see hys__computing_reservoir. */
static hys_status check_rates(experiment *e) {
    const hys__said_reservoir *s = &e->said.reservoir;
    const hys__yaml_node *node = hys__yaml_find(e->reservoir, "frames");
    if (s->frames.n == 0 && s->pulses.n == 0) return HYS_OK;
    if (s->frames.n == 0 || s->frames.n > HYS__MOST_RATES)
        return hys__yaml_fail(&e->yaml, node ? node : e->reservoir, "from 1 to 16", "%zu frames", s->frames.n);
    if (s->pulses.n && s->pulses.n != s->frames.n)
        return hys__yaml_fail(&e->yaml, node, "as many pulses as frames", "%zu frames, %zu pulses", s->frames.n,
                              s->pulses.n);
    return HYS_OK;
}

static hys_status take_cell(experiment *e) {
    const hys__said_reservoir *s = &e->said.reservoir;
    e->cell = hys_cell_opts_default();
    e->cell.memory = hys__computing_path(e, s->device);
    e->cell.memory_set = s->set.at;
    e->cell.n_memory_set = s->set.n;
    e->cell.spread = s->spread.at;
    e->cell.n_spread = s->spread.n;
    e->cell.temp = s->temperature;
    return e->cell.memory ? HYS_OK : HYS_NOMEM;
}

static hys_status take_expected(experiment *e) {
    const hys__said_expected *s = e->said.expected.at;
    const size_t n = e->said.expected.n;
    e->expected = HYS_NEW_N(&e->arena, hys_network_expectation, n + 1);
    if (!e->expected) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++)
        e->expected[k] = (hys_network_expectation){s[k].name, s[k].value, s[k].tolerance, s[k].source, s[k].data};
    return HYS_OK;
}

#define MOST_SEEDS 1000u

static hys_status check(experiment *e) {
    const hys__yaml_node *root = e->yaml.root;
    if (!e->task == !e->images)
        return hys__yaml_fail(&e->yaml, root, "task: {kind: henon}, or images: {data: fashion-mnist}",
                              "reservoirs need a task or images, one of both");
    if (!e->reservoir && (!e->echo || e->images))
        return hys__yaml_fail(&e->yaml, root, "reservoir: {device: wox}", "there are no devices");
    if (e->echo && e->images)
        return hys__yaml_fail(&e->yaml, e->echo, "give it a task", "echo-state networks are for series");
    if (e->said.seeds == 0 || e->said.seeds > MOST_SEEDS)
        return hys__yaml_fail(&e->yaml, hys__yaml_find(root, "seeds"), "from 1 to 1000", "%zu seeds", e->said.seeds);
    if (e->task && e->reservoir && e->said.reservoir.devices == 0)
        return hys__yaml_fail(&e->yaml, e->reservoir, "devices: 25", "a series needs a number of devices");
    if (e->task && e->said.task.delays > e->said.task.length)
        return hys__yaml_fail(&e->yaml, hys__yaml_find(e->task, "delays"), "", "%zu delays in %zu steps",
                              e->said.task.delays, e->said.task.length);
    if (e->task && hys__yaml_find(e->task, "kind") && e->said.task.file)
        return hys__yaml_fail(&e->yaml, e->task, "one of both", "a task is of a kind, or read from a file");
    return HYS_OK;
}

static hys_status read_file(experiment *e, const char *path) {
    e->path = hys__arena_printf(&e->arena, "%s", path);
    hys_status status = e->path ? hys__yaml_read(&e->arena, e->path, &e->yaml) : HYS_NOMEM;
    if (status != HYS_OK) return status;
    hys__computing_preset(&e->said);
    status = hys__yaml_take(&e->yaml, e->yaml.root, &hys__computing_schema, &e->said);
    if (status != HYS_OK) return status;
    e->reservoir = hys__yaml_find(e->yaml.root, "reservoir");
    e->echo = hys__yaml_find(e->yaml.root, "echo");
    e->task = hys__yaml_find(e->yaml.root, "task");
    e->images = hys__yaml_find(e->yaml.root, "images");
    e->choose = hys__yaml_find(e->yaml.root, "choose");
    status = check(e);
    if (status == HYS_OK && e->reservoir) status = check_rates(e);
    if (status == HYS_OK && e->reservoir) status = take_cell(e);
    if (status == HYS_OK) status = take_expected(e);
    if (status == HYS_OK && e->choose) status = hys__choose_read(e);
    return status == HYS_OK ? keep_inputs(e) : status;
}

hys_status hys_reservoir_experiment_read(hys_ctx *ctx, const char *path, experiment **result) {
    experiment *e = hys__realloc(ctx, NULL, 0, sizeof *e);
    if (!e) return HYS_NOMEM;
    *e = (experiment){.ctx = ctx};
    hys__arena_init(&e->arena, ctx, 0);
    hys_status status = read_file(e, path);
    if (status == HYS_OK) *result = e;
    else hys_reservoir_experiment_free(e);
    return status;
}

void hys_reservoir_experiment_free(experiment *e) {
    if (!e) return;
    hys_ctx *ctx = e->ctx;
    hys_dataset_free(e->data);
    hys_matrix_free(ctx, &e->series);
    hys_matrix_free(ctx, &e->confusion);
    for (size_t k = 0; k < sizeof e->choices / sizeof *e->choices; k++) hys_matrix_free(ctx, &e->choices[k].tried);
    hys__arena_free(&e->arena);
    hys__free(ctx, e, sizeof *e);
}

/* ---- what was read ---- */

const char *hys_reservoir_experiment_title(const experiment *e) {
    return e->said.title;
}

uint64_t hys_reservoir_experiment_seed(const experiment *e) {
    return e->said.seed;
}

size_t hys_reservoir_experiment_n_inputs(const experiment *e) {
    return e->inputs.n + (e->data ? hys_dataset_n_inputs(e->data) : 0);
}

bool hys_reservoir_experiment_input(const experiment *e, size_t k, const char **path, const char **hash) {
    if (k >= e->inputs.n) return e->data && hys_dataset_input(e->data, k - e->inputs.n, path, hash);
    *path = e->inputs.at[k].path;
    *hash = e->inputs.at[k].hash.hex;
    return true;
}

hys_reservoir_experiment_info hys_reservoir_experiment_get_info(const experiment *e) {
    return (hys_reservoir_experiment_info){.size = sizeof(hys_reservoir_experiment_info),
                                           .expected = e->expected,
                                           .n_expected = e->said.expected.n,
                                           .missing = e->said.missing.at,
                                           .n_missing = e->said.missing.n};
}
