/* Products: arrays are read and their currents converted, each by itself; what they give is added in their order. */
#include "array/product_share.h"
#include <hysteron/ranks.h>
#include <math.h>
#include <string.h>

/* Inputs that go through all arrays together. */
typedef struct errand {
    hys_product *p;
    const hys_matrix *inputs;
    hys__passes passes;
    size_t n_sums; /* reads of an array */
    uint64_t read; /* number of the first */
    hys_matrix *outputs;
} errand;

/* Of one array. */
typedef struct work {
    const errand *task;
    hys__worker *worker;
    hys__tile *tile;
    double *parts;    /* [count rows] of the pass at hand */
    double *sums;     /* [passes count]: of the parts over the lines of the tile */
    double *currents; /* [passes count columns] */
    double *memory;
    size_t bytes;
} work;

double hys__input_range(const hys_product *p, const hys_matrix *inputs) {
    double most = p->is_calibrated ? p->input_range : 0;
    if (p->opts.input_range > 0) return p->opts.input_range;
    for (size_t k = 0; k < inputs->rows * inputs->columns && !p->is_calibrated; k++)
        most = fmax(most, fabs(inputs->values[k]));
    return most > 0 ? most : 1;
}

static errand task_of(hys_product *p, const hys_matrix *inputs, double range, hys_matrix *outputs) {
    errand t = {p, inputs, hys__passes_new(p, range), 0, p->n_reads, outputs};
    t.n_sums = inputs->rows * t.passes.n;
    p->n_reads += t.n_sums;
    return t;
}

/* ---- an array ---- */

static hys_status read_pass(const work *w, size_t pass) {
    const errand *task = w->task;
    const hys__tile *t = w->tile;
    const size_t count = task->inputs->rows;
    for (size_t k = 0; k < count; k++) {
        double *parts = w->parts + k * t->rows, sum = 0;
        hys__pass_parts(task->p, &task->passes, pass, task->inputs->values + k * task->p->n_in + t->row0, t->rows,
                        parts);
        for (size_t i = 0; i < t->rows; i++) sum += parts[i];
        w->sums[pass * count + k] = sum;
    }
    const double n = (double)task->passes.n;
    const hys__tile_read read = {.parts = w->parts,
                                 .count = count,
                                 .full = hys__coding_full(&task->passes.coding, pass / task->passes.n_signs),
                                 .read = task->read + pass * count,
                                 .currents = w->currents + pass * count * t->columns,
                                 .from = (double)pass / n,
                                 .to = (double)(pass + 1) / n};
    return hys__tile_currents(task->p, w->worker, t, &read);
}

static void drop(const work *w) {
    if (w->memory) hys__free(w->worker->ctx, w->memory, w->bytes);
}

/* All passes of all inputs through the array.  To be dropped in any case. */
static hys_status read_tile(work *w, const errand *task, hys__worker *worker, size_t k) {
    hys__tile *t = &task->p->tiles[k];
    const size_t n_parts = task->inputs->rows * t->rows;
    *w = (work){.task = task, .worker = worker, .tile = t};
    w->bytes = (n_parts + task->n_sums * (t->columns + 1)) * sizeof(double);
    w->memory = w->parts = hys__realloc(worker->ctx, NULL, 0, w->bytes);
    if (!w->memory) return HYS_NOMEM;
    w->sums = w->parts + n_parts;
    w->currents = w->sums + task->n_sums;
    hys_status status = hys__tile_begin(task->p, worker, t, task->n_sums);
    for (size_t pass = 0; pass < task->passes.n && status == HYS_OK; pass++) status = read_pass(w, pass);
    hys__tile_end(worker);
    if (status == HYS_OK) hys__to_lanes(task->p, t, w->currents, task->n_sums);
    return status;
}

/* Of currents as they are; what percentile they have puts them in another order, so they are copied. */
static hys_status find_range(const work *w, double *range) {
    const hys_product *p = w->task->p;
    const hys_product_opts *o = &p->opts;
    *range = o->adc_range == HYS_ADC_GIVEN ? o->adc_full : hys__full_range(p, w->tile);
    if (!o->adc_bits || o->adc_range != HYS_ADC_CALIBRATED) return HYS_OK;
    if (w->tile->range > 0) {
        *range = w->tile->range;
        return HYS_OK;
    }
    const size_t n = w->task->n_sums * hys__lanes_of(p, w->tile);
    double *values = hys__realloc(w->worker->ctx, NULL, 0, n * sizeof *values);
    if (!values) return HYS_NOMEM;
    memcpy(values, w->currents, n * sizeof *values);
    *range = hys__quantile(values, n, o->adc_part);
    hys__free(w->worker->ctx, values, n * sizeof *values);
    return HYS_OK;
}

/* Converted, weighed by the digits of input and weight: numbers [count outs]. */
static void add_pass(const work *w, size_t pass, double range, double *numbers) {
    const errand *task = w->task;
    const hys_product *p = task->p;
    const hys__tile *t = w->tile;
    const size_t count = task->inputs->rows, lanes = hys__lanes_of(p, t);
    const uint32_t full = hys__coding_full(&task->passes.coding, pass / task->passes.n_signs);
    const hys__converter converter = hys__converter_of(p, t, full, range);
    const double unit = p->opts.voltage * p->pulse_scale * (p->opts.g_max - p->opts.g_min);
    const double weight = hys__pass_weight(&task->passes, pass) * hys__coding_weight(&p->weight, t->slice);
    for (size_t k = 0; k < count; k++) {
        double *row = w->currents + (pass * count + k) * lanes, *out = numbers + k * t->outs;
        const double pedestal = hys__pedestal(p, t) * w->sums[pass * count + k];
        for (size_t c = 0; c < lanes; c++) row[c] = hys__convert(&converter, row[c]);
        for (size_t j = 0; j < t->outs; j++)
            out[j] += weight * (t->gain * hys__lane_number(p, t, row, j) / unit - pedestal);
    }
}

/* ---- all arrays ---- */

static hys_status multiply_tile(void *user, hys__worker *worker, size_t k, double *numbers) {
    const errand *task = user;
    work w;
    double range;
    hys_status status = read_tile(&w, task, worker, k);
    if (status == HYS_OK) status = find_range(&w, &range);
    for (size_t pass = 0; pass < task->passes.n && status == HYS_OK; pass++) add_pass(&w, pass, range, numbers);
    drop(&w);
    return status;
}

static void add_tile(void *user, size_t k, const double *numbers) {
    const errand *task = user;
    const hys__tile *t = &task->p->tiles[k];
    for (size_t i = 0; i < task->inputs->rows; i++)
        for (size_t j = 0; j < t->outs; j++)
            task->outputs->values[i * task->p->n_out + t->out0 + j] += numbers[i * t->outs + j];
}

static hys_status reserve(const errand *task) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < task->p->n_tiles && status == HYS_OK; k++)
        if (hys__share_is_own(task->p, k)) status = hys__tile_reserve(task->p, &task->p->tiles[k], task->n_sums);
    return status;
}

#define AT_ONCE 512 /* inputs, so that memory does not grow with them */

/* Converters whose range comes from the inputs see them all before the first is converted. */
static hys_status multiply(hys_product *p, hys__share *share, const hys_matrix *inputs, hys_matrix *outputs) {
    const hys_product_opts *o = &p->opts;
    const bool sees_all = o->adc_bits && o->adc_range == HYS_ADC_CALIBRATED && !p->is_calibrated;
    const size_t most = sees_all ? inputs->rows : AT_ONCE, n = inputs->rows;
    const double range = hys__input_range(p, inputs);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k += most) {
        const size_t count = most < n - k ? most : n - k;
        const hys_matrix in = {count, p->n_in, inputs->values + k * p->n_in};
        hys_matrix out = {count, p->n_out, outputs->values + k * p->n_out};
        errand t = task_of(p, &in, range, &out);
        const hys__share_plan plan = {.work = multiply_tile,
                                      .take = add_tile,
                                      .user = &t,
                                      .width = count * p->outs_per_tile,
                                      .from = (double)k / (double)n,
                                      .to = (double)(k + count) / (double)n};
        status = hys__share_run(share, &plan, reserve(&t));
    }
    return status;
}

#define SOLVE 1000 /* multiplications a cell, about */

static double work_of(const hys_product *p, const hys_matrix *inputs) {
    const double cells = (double)p->n_tiles * (double)(p->tiles[0].rows * p->tiles[0].columns);
    const double each = hys__lines_are_ideal(&p->opts.lines) ? 1 : SOLVE;
    return cells * each * (double)(inputs->rows * hys__passes_new(p, 1).n);
}

/* Nothing is begun where a rank has other inputs, or cannot begin. */
static hys_status open_for(hys_product *p, const hys_matrix *inputs, hys__share **share) {
    hys_status status = hys__product_check_inputs(p->ctx, p->n_in, inputs);
    if (status == HYS_OK) status = hys__share_open(p, work_of(p, inputs), share);
    const size_t n = status == HYS_OK && hys_ranks_size(p->ctx) > 1 ? inputs->rows * inputs->columns : 0;
    return hys__product_agree(p->ctx, status, hys__key_of(n, inputs->values, n));
}

hys_status hys_product_multiply(hys_product *p, const hys_matrix *inputs, hys_matrix *outputs) {
    hys_matrix result = {0};
    hys__share *share = NULL;
    hys_status status = open_for(p, inputs, &share);
    if (status == HYS_OK) status = hys_ranks_all(p->ctx, hys_matrix_new(p->ctx, inputs->rows, p->n_out, &result));
    if (status == HYS_OK) status = multiply(p, share, inputs, &result);
    hys__share_close(share);
    if (status == HYS_OK) *outputs = result;
    else hys_matrix_free(p->ctx, &result);
    return status;
}

static hys_status calibrate_tile(void *user, hys__worker *worker, size_t k, double *numbers) {
    const errand *task = user;
    work w;
    (void)numbers;
    task->p->tiles[k].range = 0;
    hys_status status = read_tile(&w, task, worker, k);
    double range = 0; /* not the tile's own: that is looked at first */
    if (status == HYS_OK) status = find_range(&w, &range);
    task->p->tiles[k].range = range;
    drop(&w);
    return status;
}

hys_status hys_product_calibrate(hys_product *p, const hys_matrix *inputs) {
    hys__share *share = NULL;
    hys_status status = open_for(p, inputs, &share);
    if (status == HYS_OK) {
        p->is_calibrated = false;
        p->input_range = hys__input_range(p, inputs);
        errand t = task_of(p, inputs, p->input_range, NULL);
        status = hys__share_run(share, &(hys__share_plan){.work = calibrate_tile, .user = &t, .to = 1}, reserve(&t));
        p->is_calibrated = status == HYS_OK;
    }
    hys__share_close(share);
    return status;
}
