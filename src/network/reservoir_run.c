/* An experiment with reservoirs: the same again with each seed, and means of what came out. */
#include "network/reservoir_run.h"
#include <math.h>
#include <string.h>

typedef hys_reservoir_experiment experiment;

/* ---- numbers ---- */

static void add(experiment *e, const char *name, const char *unit, double value) {
    hys__mean *to = NULL;
    for (size_t k = 0; k < e->numbers.n; k++)
        if (!strcmp(e->numbers.at[k].name, name)) to = &e->numbers.at[k];
    if (!to) {
        to = HYS_PUSH(&e->arena, &e->numbers);
        if (!to) return;
        *to = (hys__mean){.name = name, .unit = unit, .first = value};
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
    return e->opts.progress(e->opts.progress_user, ((double)e->n_done + done) / (double)e->n_runs);
}

uint64_t hys__computing_seed(const experiment *e) {
    return e->said.seed + e->seed;
}

static void take_rates(const hys__said_reservoir *s, hys_reservoir_opts *o, hys_reservoir_rate rates[HYS__MOST_RATES]) {
    const size_t n = s->frames.n ? s->frames.n : o->n_rates;
    for (size_t k = 0; k < n; k++) {
        rates[k] = o->rates[k < o->n_rates ? k : 0];
        if (s->frames.n) rates[k] = (hys_reservoir_rate){s->frames.at[k], s->pulses.n ? s->pulses.at[k] : 0};
        rates[k].frame *= s->stretch;
        rates[k].pulse *= s->stretch;
    }
    o->rates = rates;
    o->n_rates = n;
}

hys_status hys__computing_reservoir(experiment *e, hys_reservoir **r) {
    const hys__said_reservoir *s = &e->said.reservoir;
    hys_reservoir_opts o = hys_reservoir_opts_default();
    e->cell.seed = hys__computing_seed(e);
    o.cell = &e->cell;
    o.devices = s->devices;
    hys_reservoir_rate rates[HYS__MOST_RATES];
    take_rates(s, &o, rates);
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
    o.n_range = e->n_learnt;
    o.seed = hys__computing_seed(e);
    o.threads = e->opts.threads;
    o.progress = tell;
    o.progress_user = e;
    return hys__computing_blame(e, e->reservoir, hys_reservoir_new(e->ctx, &o, r));
}

hys_status hys__computing_echo(experiment *e, hys_echo **echo) {
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
    o.seed = hys__computing_seed(e);
    return hys__computing_blame(e, e->echo, hys_echo_new(e->ctx, &o, echo));
}

static hys_status new_task(experiment *e, hys_task *task) {
    const hys__said_task *s = &e->said.task;
    if (!s->file)
        return hys_task_new(e->ctx, (hys_task_kind)s->kind, s->length, s->horizon, hys__computing_seed(e), task);
    const char *path = hys__computing_path(e, s->file);
    return path ? hys_task_read(e->ctx, path, s->horizon, task) : HYS_NOMEM;
}

hys_status hys__computing_task(experiment *e, hys_task *task) {
    const hys__said_task *s = &e->said.task;
    const hys_status status = hys__computing_blame(e, e->task, new_task(e, task));
    if (status == HYS_OK && s->washout < task->n)
        e->n_learnt = s->washout + (s->train ? s->train : (task->n - s->washout) / 2);
    return status;
}

hys_readout_opts hys__computing_readout(const experiment *e) {
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
    const hys_readout_opts o = hys__computing_readout(e);
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
    const hys_readout_opts o = hys__computing_readout(e);
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
    o.readout = hys__computing_readout(e);
    o.seed = hys__computing_seed(e);
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
    return hys__computing_blame(e, e->task, status);
}

static hys_status run_series(experiment *e) {
    hys_task task = {0, NULL, NULL};
    hys_reservoir *r = NULL;
    hys_echo *echo = NULL;
    hys_status status = hys__computing_task(e, &task);
    if (status == HYS_OK && e->reservoir) status = hys__computing_reservoir(e, &r);
    if (status == HYS_OK && e->echo) status = hys__computing_echo(e, &echo);
    if (status == HYS_OK && r) status = run_either(e, r, NULL, &task);
    if (status == HYS_OK && echo) status = run_either(e, NULL, echo, &task);
    if (status == HYS_OK) status = without_reservoir(e, &task);
    hys_task_free(e->ctx, &task);
    hys_reservoir_free(r);
    hys_echo_free(echo);
    return status;
}

/* ---- images ---- */

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
    if (!strcmp(s->data, HYS__DIGITS)) return take_digits(e);
    o.n_train = s->train;
    o.n_test = s->test;
    o.crop_height = s->crop_height;
    o.crop_width = s->crop_width;
    o.is_binary = s->is_binary;
    o.seed = e->said.seed;
    const char *path = hys__computing_path(e, s->data);
    return path ? hys__computing_blame(e, e->images, hys_dataset_read(e->ctx, path, &o, &e->data)) : HYS_NOMEM;
}

static hys_status keep_confusion(experiment *e, const hys_reservoir_scores *s) {
    const size_t n = s->n_classes;
    if (e->confusion.values) return HYS_OK;
    hys_status status = hys_matrix_new(e->ctx, n, n, &e->confusion);
    for (size_t k = 0; k < n * n && status == HYS_OK; k++) e->confusion.values[k] = (double)s->confusion[k];
    return status;
}

hys_reservoir_classify_opts hys__computing_classify(const experiment *e) {
    const hys__said_images *s = &e->said.images;
    hys_reservoir_classify_opts o = hys_reservoir_classify_opts_default();
    o.is_ridge = s->readout == 1;
    o.ridge = s->ridge;
    o.train.epochs = s->epochs;
    o.train.batch = s->batch;
    o.train.rate = s->rate;
    o.train.seed = hys__computing_seed(e);
    return o;
}

static hys_status classify(experiment *e, hys_reservoir *r) {
    hys_reservoir_classify_opts o = hys__computing_classify(e);
    hys_reservoir_scores scores;
    o.with_pixels = e->said.images.compares;
    const hys_samples *train = e->data ? hys_dataset_train(e->data) : &e->digits;
    const hys_samples *test = e->data ? hys_dataset_test(e->data) : &e->digits;
    hys_status status = hys_reservoir_classify(r, train, test, &o, &scores);
    if (status != HYS_OK) return status;
    add(e, "accuracy", "", scores.accuracy);
    add(e, "train_accuracy", "", scores.train_accuracy);
    if (o.with_pixels) add(e, "software_accuracy", "", scores.pixel_accuracy);
    status = keep_confusion(e, &scores);
    hys_reservoir_scores_free(e->ctx, &scores);
    return status;
}

static hys_status run_images(experiment *e) {
    hys_reservoir *r = NULL;
    hys_status status = hys__computing_reservoir(e, &r);
    if (status == HYS_OK) status = hys__computing_blame(e, e->images, classify(e, r));
    if (status == HYS_OK) add_report(e, r);
    hys_reservoir_free(r);
    return status;
}

/* ---- all of them ---- */

static void add_choice(experiment *e, const hys__choices *c) {
    if (c->n == 0) return;
    for (size_t k = 0; k < c->n; k++) add(e, c->at[k].number, c->at[k].unit, c->at[k].value);
    add(e, c->score_name, "", c->tried.values[c->best * c->tried.columns + c->n]);
}

hys_status hys_reservoir_experiment_run(experiment *e, const hys_reservoir_experiment_opts *given) {
    hys_status status = HYS_OK;
    if (e->is_done) return hys__fail(e->ctx, HYS_ARG, "read it again", "an experiment runs once");
    e->is_done = true;
    if (given) memcpy(&e->opts, given, given->size < sizeof e->opts ? given->size : sizeof e->opts);
    e->n_runs = e->said.seeds + e->said.choose.seeds * (e->choices[0].n_tried + e->choices[1].n_tried);
    if (e->images) status = read_images(e);
    if (status == HYS_OK && e->choose) status = hys__choose(e);
    for (e->seed = 0; e->seed < e->said.seeds && status == HYS_OK; e->seed++, e->n_done++)
        status = e->images ? run_images(e) : run_series(e);
    for (size_t k = 0; k < sizeof e->choices / sizeof *e->choices && status == HYS_OK; k++)
        add_choice(e, &e->choices[k]);
    return status == HYS_OK && e->arena.failed ? HYS_NOMEM : status;
}

size_t hys_reservoir_experiment_n_numbers(const experiment *e) {
    return e->numbers.n;
}

hys_reservoir_number hys_reservoir_experiment_number(const experiment *e, size_t k) {
    const hys__mean *x = &e->numbers.at[k];
    const double n = (double)x->n, mean = x->sum / n, left = x->squares - n * mean * mean;
    return (hys_reservoir_number){x->name, x->unit, x->first + mean, n > 1 && left > 0 ? sqrt(left / (n - 1)) : 0};
}

hys_matrix hys_reservoir_experiment_series(const experiment *e) {
    return e->series;
}

hys_matrix hys_reservoir_experiment_confusion(const experiment *e) {
    return e->confusion;
}
