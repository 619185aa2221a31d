/* An experiment with reservoirs: the same again with each seed, and means of what came out. */
#include "base/file.h"
#include "network/reservoir_file.h"
#include <math.h>
#include <string.h>

#define MOST_RATES 16u

typedef struct number {
    const char *name, *unit;
    double sum, squares; /* of differences to the first */
    double first;
    size_t n;
} number;

#define MOST_DATA (1u << 30)

typedef struct input {
    const char *path;
    hys__hash hash;
} input;

struct hys_reservoir_experiment {
    hys_ctx *ctx;
    hys__arena arena;
    const char *path;
    hys__yaml yaml;
    hys__said_computing said;
    const hys__yaml_node *reservoir, *echo, *task, *images; /* NULL: the file has none */
    hys_reservoir_rate rates[MOST_RATES];
    hys_cell_opts cell;
    hys_dataset *data;
    hys_samples digits; /* where those are the data */
    struct {
        number *at;
        size_t n, cap;
    } numbers;
    struct {
        input *at;
        size_t n, cap;
    } inputs;
    hys_matrix series, confusion;
    hys_reservoir_experiment_opts opts;
    size_t seed; /* in turn, from 0 */
    bool is_done;
};
typedef hys_reservoir_experiment experiment;

/* ---- the file ---- */

static hys_status blame(experiment *e, const hys__yaml_node *node, hys_status status) {
    if (status == HYS_OK || status == HYS_NOMEM || status == HYS_CANCEL) return status;
    if (node && hys_diag_n_errors(e->ctx)) hys__note(e->ctx, &e->yaml.sources, node->span, "asked for here");
    return status == HYS_ARG || status == HYS_UNIT ? HYS_SEMANTIC : status;
}

/* Names of the library and of data sets have no slash and no ending. */
static const char *path_of(experiment *e, const char *name) {
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
    input *to = path ? HYS_PUSH(&e->arena, &e->inputs) : NULL;
    if (!to) return HYS_NOMEM;
    *to = (input){path, hys__hasher_end(&hasher)};
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
    if (status == HYS_OK && e->reservoir) status = blame(e, e->reservoir, keep_device(e));
    if (status != HYS_OK || !e->task || !e->said.task.file) return status;
    const char *path = path_of(e, e->said.task.file);
    return path ? blame(e, e->task, keep_file(e, path)) : HYS_NOMEM;
}

static hys_status take_rates(experiment *e) {
    const hys__said_reservoir *s = &e->said.reservoir;
    const hys__yaml_node *node = hys__yaml_find(e->reservoir, "frames");
    if (s->frames.n == 0 && s->pulses.n == 0) return HYS_OK;
    if (s->frames.n == 0 || s->frames.n > MOST_RATES)
        return hys__yaml_fail(&e->yaml, node ? node : e->reservoir, "from 1 to 16", "%zu frames", s->frames.n);
    if (s->pulses.n && s->pulses.n != s->frames.n)
        return hys__yaml_fail(&e->yaml, node, "as many pulses as frames", "%zu frames, %zu pulses", s->frames.n,
                              s->pulses.n);
    for (size_t k = 0; k < s->frames.n; k++)
        e->rates[k] = (hys_reservoir_rate){s->frames.at[k], s->pulses.n ? s->pulses.at[k] : 0};
    return HYS_OK;
}

static hys_status take_cell(experiment *e) {
    const hys__said_reservoir *s = &e->said.reservoir;
    e->cell = hys_cell_opts_default();
    e->cell.memory = path_of(e, s->device);
    e->cell.memory_set = s->set.at;
    e->cell.n_memory_set = s->set.n;
    e->cell.spread = s->spread.at;
    e->cell.n_spread = s->spread.n;
    e->cell.temp = s->temperature;
    return e->cell.memory ? HYS_OK : HYS_NOMEM;
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
    status = check(e);
    if (status == HYS_OK && e->reservoir) status = take_rates(e);
    if (status == HYS_OK && e->reservoir) status = take_cell(e);
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
    hys__arena_free(&e->arena);
    hys__free(ctx, e, sizeof *e);
}

/* ---- numbers ---- */

static void add(experiment *e, const char *name, const char *unit, double value) {
    number *to = NULL;
    for (size_t k = 0; k < e->numbers.n; k++)
        if (!strcmp(e->numbers.at[k].name, name)) to = &e->numbers.at[k];
    if (!to) {
        to = HYS_PUSH(&e->arena, &e->numbers);
        if (!to) return;
        *to = (number){.name = name, .unit = unit, .first = value};
    }
    const double off = value == to->first ? 0 : value - to->first;
    to->sum += off;
    to->squares += off * off;
    to->n++;
}

static void add_report(experiment *e, const hys_reservoir *r) {
    const hys_reservoir_report p = hys_reservoir_get_report(r);
    add(e, "nodes", "", (double)p.nodes);
    add(e, "energy_per_inference", "J", p.energy);
    add(e, "latency", "s", p.sample_time);
    add(e, "abs_current", "A", p.abs_current);
    add(e, "traces", "", (double)p.traces);
    add(e, "distinct_traces", "", (double)p.distinct);
    if (isnan(p.fading.after_frame)) return;
    add(e, "left_after_frame", "", p.fading.after_frame);
    if (isfinite(p.fading.time)) add(e, "fading_time", "s", p.fading.time);
    add(e, "step_error", "", p.step_error);
}

/* ---- one seed ---- */

static int tell(void *user, double done) {
    const experiment *e = user;
    if (!e->opts.progress) return 0;
    return e->opts.progress(e->opts.progress_user, ((double)e->seed + done) / (double)e->said.seeds);
}

static uint64_t seed_of(const experiment *e) {
    return e->said.seed + e->seed;
}

static hys_status make_reservoir(experiment *e, hys_reservoir **r) {
    const hys__said_reservoir *s = &e->said.reservoir;
    hys_reservoir_opts o = hys_reservoir_opts_default();
    e->cell.seed = seed_of(e);
    o.cell = &e->cell;
    o.devices = s->devices;
    if (s->frames.n) {
        o.rates = e->rates;
        o.n_rates = s->frames.n;
    }
    o.mask = (hys_mask_kind)s->mask;
    o.mask_length = s->mask_length;
    o.low = s->low;
    o.high = s->high;
    o.rest = s->rest;
    o.input_low = s->input_low;
    o.input_high = s->input_high;
    o.read = s->read;
    o.read_time = s->read_time;
    o.noise = s->noise;
    o.pixels = s->pixels;
    o.substeps = s->substeps;
    o.is_unchecked = s->is_unchecked;
    o.seed = seed_of(e);
    o.threads = e->opts.threads;
    o.progress = tell;
    o.progress_user = e;
    return blame(e, e->reservoir, hys_reservoir_new(e->ctx, &o, r));
}

static hys_status make_echo(experiment *e, hys_echo **echo) {
    const hys__said_echo *s = &e->said.echo;
    hys_echo_opts o = hys_echo_opts_default();
    o.nodes = s->nodes;
    o.radius = s->radius;
    o.leak = s->leak;
    o.density = s->density;
    o.input = s->input;
    o.bias = s->bias;
    o.is_linear = s->is_linear;
    o.is_ring = s->is_ring;
    o.seed = seed_of(e);
    return blame(e, e->echo, hys_echo_new(e->ctx, &o, echo));
}

static hys_status make_task(experiment *e, hys_task *task) {
    const hys__said_task *s = &e->said.task;
    if (!s->file)
        return blame(e, e->task, hys_task_new(e->ctx, (hys_task_kind)s->kind, s->length, s->horizon, seed_of(e), task));
    const char *path = path_of(e, s->file);
    return path ? blame(e, e->task, hys_task_read(e->ctx, path, s->horizon, task)) : HYS_NOMEM;
}

static hys_readout_opts readout_of(const experiment *e) {
    hys_readout_opts o = hys_readout_opts_default();
    o.washout = e->said.task.washout;
    o.n_train = e->said.task.train;
    o.ridge = e->said.task.ridge;
    return o;
}

static hys_status keep_series(experiment *e, const hys_task *task, const double *predicted) {
    if (e->series.values) return HYS_OK;
    hys_status status = hys_matrix_new(e->ctx, task->n, 3, &e->series);
    for (size_t t = 0; t < task->n && status == HYS_OK; t++) {
        e->series.values[3 * t] = task->u[t];
        e->series.values[3 * t + 1] = task->y[t];
        e->series.values[3 * t + 2] = predicted[t];
    }
    return status;
}

/* Of the inputs alone, which every reservoir should beat. */
static hys_status without_reservoir(experiment *e, const hys_task *task) {
    const hys_matrix inputs = {task->n, 1, task->u};
    const hys_readout_opts o = readout_of(e);
    hys_series_scores s;
    hys_status status = hys_readout_series(e->ctx, &inputs, task->y, &o, NULL, &s);
    if (status == HYS_OK) add(e, "input_nrmse", "", s.nrmse);
    return status;
}

typedef struct names {
    const char *nrmse, *nrmse_train, *nmse, *nmse_train, *ridge, *memory;
} names;
static const names of_devices = {"nrmse", "nrmse_train", "nmse", "nmse_train", "ridge", "memory_capacity"},
                   of_echo = {"echo_nrmse",      "echo_nrmse_train", "echo_nmse",
                              "echo_nmse_train", "echo_ridge",       "echo_memory_capacity"};

static hys_status foretell(experiment *e, hys_reservoir *r, const hys_echo *echo, const hys_task *task) {
    const names *n = r ? &of_devices : &of_echo;
    const hys_readout_opts o = readout_of(e);
    hys_series_scores s;
    double *predicted = hys__realloc(e->ctx, NULL, 0, task->n * sizeof *predicted);
    if (!predicted) return HYS_NOMEM;
    hys_status status = hys_reservoir_predict(r, echo, task, &o, predicted, &s);
    if (status == HYS_OK) {
        add(e, n->nrmse, "", s.nrmse);
        add(e, n->nrmse_train, "", s.nrmse_train);
        add(e, n->nmse, "", s.nmse);
        add(e, n->nmse_train, "", s.nmse_train);
        add(e, n->ridge, "", s.ridge);
        status = keep_series(e, task, predicted);
    }
    hys__free(e->ctx, predicted, task->n * sizeof *predicted);
    return status;
}

static hys_status remember(experiment *e, hys_reservoir *r, const hys_echo *echo) {
    hys_memory_opts o = hys_memory_opts_default();
    double total = 0;
    o.n = e->said.task.length;
    o.n_delays = e->said.task.delays;
    o.readout = readout_of(e);
    o.seed = seed_of(e);
    if (o.n_delays == 0) return HYS_OK;
    double *capacities = hys__realloc(e->ctx, NULL, 0, o.n_delays * sizeof *capacities);
    if (!capacities) return HYS_NOMEM;
    hys_status status = hys_reservoir_memory(r, echo, &o, capacities, &total);
    hys__free(e->ctx, capacities, o.n_delays * sizeof *capacities);
    if (status == HYS_OK) add(e, (r ? of_devices : of_echo).memory, "", total);
    return status;
}

static hys_status run_either(experiment *e, hys_reservoir *r, const hys_echo *echo, const hys_task *task) {
    hys_status status = foretell(e, r, echo, task);
    if (status == HYS_OK && r) add_report(e, r);
    if (status == HYS_OK) status = remember(e, r, echo);
    return blame(e, e->task, status);
}

static hys_status run_series(experiment *e) {
    hys_task task = {0, NULL, NULL};
    hys_reservoir *r = NULL;
    hys_echo *echo = NULL;
    hys_status status = make_task(e, &task);
    if (status == HYS_OK && e->reservoir) status = make_reservoir(e, &r);
    if (status == HYS_OK && e->echo) status = make_echo(e, &echo);
    if (status == HYS_OK && r) status = run_either(e, r, NULL, &task);
    if (status == HYS_OK && echo) status = run_either(e, NULL, echo, &task);
    if (status == HYS_OK) status = without_reservoir(e, &task);
    hys_task_free(e->ctx, &task);
    hys_reservoir_free(r);
    hys_echo_free(echo);
    return status;
}

/* ---- images ---- */

#define DIGITS "digits-5x4"

/* To train and to test with: what differs is the noise of states. */
static hys_status take_digits(experiment *e) {
    hys_matrix m = {0, 0, NULL};
    hys_status status = hys_task_digits(e->ctx, &m);
    if (status != HYS_OK) return status;
    float *values = HYS_NEW_N(&e->arena, float, m.rows *m.columns);
    uint16_t *labels = HYS_NEW_N(&e->arena, uint16_t, m.rows);
    if (!values || !labels) status = HYS_NOMEM;
    for (size_t k = 0; k < m.rows * m.columns && status == HYS_OK; k++) values[k] = (float)m.values[k];
    for (size_t k = 0; k < m.rows && status == HYS_OK; k++) labels[k] = (uint16_t)k;
    if (status == HYS_OK) e->digits = (hys_samples){m.rows, 1, 5, 4, values, labels, m.rows};
    hys_matrix_free(e->ctx, &m);
    return status;
}

static hys_status read_images(experiment *e) {
    const hys__said_images *s = &e->said.images;
    hys_dataset_opts o = hys_dataset_opts_default();
    if (e->data || e->digits.n) return HYS_OK;
    if (!strcmp(s->data, DIGITS)) return take_digits(e);
    o.n_train = s->train;
    o.n_test = s->test;
    o.crop_height = s->crop_height;
    o.crop_width = s->crop_width;
    o.is_binary = s->is_binary;
    o.seed = e->said.seed;
    const char *path = path_of(e, s->data);
    return path ? blame(e, e->images, hys_dataset_read(e->ctx, path, &o, &e->data)) : HYS_NOMEM;
}

static hys_status keep_confusion(experiment *e, const hys_reservoir_scores *s) {
    const size_t n = s->n_classes;
    if (e->confusion.values) return HYS_OK;
    hys_status status = hys_matrix_new(e->ctx, n, n, &e->confusion);
    for (size_t k = 0; k < n * n && status == HYS_OK; k++) e->confusion.values[k] = (double)s->confusion[k];
    return status;
}

static hys_status classify(experiment *e, hys_reservoir *r) {
    const hys__said_images *s = &e->said.images;
    hys_reservoir_classify_opts o = hys_reservoir_classify_opts_default();
    hys_reservoir_scores scores;
    o.is_ridge = s->readout == 1;
    o.ridge = s->ridge;
    o.with_pixels = s->compares;
    o.train.epochs = s->epochs;
    o.train.batch = s->batch;
    o.train.rate = s->rate;
    o.train.seed = seed_of(e);
    const hys_samples *train = e->data ? hys_dataset_train(e->data) : &e->digits;
    const hys_samples *test = e->data ? hys_dataset_test(e->data) : &e->digits;
    hys_status status = hys_reservoir_classify(r, train, test, &o, &scores);
    if (status != HYS_OK) return status;
    add(e, "accuracy", "", scores.accuracy);
    add(e, "train_accuracy", "", scores.train_accuracy);
    if (s->compares) add(e, "software_accuracy", "", scores.pixel_accuracy);
    status = keep_confusion(e, &scores);
    hys_reservoir_scores_free(e->ctx, &scores);
    return status;
}

static hys_status run_images(experiment *e) {
    hys_reservoir *r = NULL;
    hys_status status = read_images(e);
    if (status == HYS_OK) status = make_reservoir(e, &r);
    if (status == HYS_OK) status = blame(e, e->images, classify(e, r));
    if (status == HYS_OK) add_report(e, r);
    hys_reservoir_free(r);
    return status;
}

/* ---- all of them ---- */

hys_status hys_reservoir_experiment_run(experiment *e, const hys_reservoir_experiment_opts *given) {
    hys_status status = HYS_OK;
    if (e->is_done) return hys__fail(e->ctx, HYS_ARG, "read it again", "an experiment runs once");
    e->is_done = true;
    if (given) memcpy(&e->opts, given, given->size < sizeof e->opts ? given->size : sizeof e->opts);
    for (e->seed = 0; e->seed < e->said.seeds && status == HYS_OK; e->seed++)
        status = e->images ? run_images(e) : run_series(e);
    return status == HYS_OK && e->arena.failed ? HYS_NOMEM : status;
}

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

size_t hys_reservoir_experiment_n_numbers(const experiment *e) {
    return e->numbers.n;
}

hys_reservoir_number hys_reservoir_experiment_number(const experiment *e, size_t k) {
    const number *x = &e->numbers.at[k];
    const double n = (double)x->n, mean = x->sum / n, left = x->squares - n * mean * mean;
    return (hys_reservoir_number){x->name, x->unit, x->first + mean, n > 1 && left > 0 ? sqrt(left / (n - 1)) : 0};
}

hys_matrix hys_reservoir_experiment_series(const experiment *e) {
    return e->series;
}

hys_matrix hys_reservoir_experiment_confusion(const experiment *e) {
    return e->confusion;
}
