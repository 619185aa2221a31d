/* How far a product is from the exact one, and which step makes how much of it. */
#include "array/product_impl.h"
#include "base/diag.h"
#include <hysteron/ranks.h>
#include <math.h>
#include <string.h>

/* ---- statistics ---- */

typedef struct sums {
    double error, square, most, signal, least_exact, most_exact;
    size_t n;
} sums;

static void take(sums *s, double exact, double got) {
    const double error = got - exact;
    s->error += error;
    s->square += error * error;
    s->signal += exact * exact;
    s->most = fmax(s->most, fabs(error));
    s->least_exact = s->n ? fmin(s->least_exact, exact) : exact;
    s->most_exact = s->n ? fmax(s->most_exact, exact) : exact;
    s->n++;
}

/* A perfect converter of n bits over the span errs by span / 2^n / sqrt(12). */
static hys_product_column finish(const sums *s) {
    hys_product_column c = {s->error / (double)s->n, sqrt(s->square / (double)s->n), s->most, 0, 0, 0, 0};
    c.signal = sqrt(s->signal / (double)s->n);
    c.span = s->most_exact - s->least_exact;
    c.snr_dB = 20 * log10(c.signal / c.rms);
    c.bits = log2(c.span / (sqrt(12) * c.rms));
    return c;
}

typedef struct comparison {
    const hys_matrix *weights, *inputs, *outputs;
    sums all, *columns;
} comparison;

static void compare_row(comparison *c, size_t k, double *exact) {
    const size_t m = c->weights->rows, n = c->weights->columns;
    memset(exact, 0, n * sizeof *exact);
    for (size_t i = 0; i < m; i++) {
        const double x = c->inputs->values[k * m + i], *w = c->weights->values + i * n;
        for (size_t j = 0; j < n; j++) exact[j] += x * w[j];
    }
    for (size_t j = 0; j < n; j++) {
        const double got = c->outputs->values[k * n + j];
        take(&c->columns[j], exact[j], got);
        take(&c->all, exact[j], got);
    }
}

static hys_status check_shapes(hys_ctx *ctx, const hys_matrix *weights, const hys_matrix *inputs,
                               const hys_matrix *outputs) {
    hys_status status = hys__product_check_inputs(ctx, weights->rows, inputs);
    if (status == HYS_OK && (outputs->rows != inputs->rows || outputs->columns != weights->columns))
        return hys__fail(ctx, HYS_ARG, "a row for each row of inputs, a number for each column of weights",
                         "outputs of %zu x %zu are none of these products", outputs->rows, outputs->columns);
    return status;
}

hys_status hys_product_compare(hys_ctx *ctx, const hys_matrix *weights, const hys_matrix *inputs,
                               const hys_matrix *outputs, hys_product_error *error) {
    const size_t n = weights->columns;
    hys_status status = check_shapes(ctx, weights, inputs, outputs);
    if (status != HYS_OK) return status;
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    comparison c = {.weights = weights, .inputs = inputs, .outputs = outputs, .columns = HYS_NEW_N(&arena, sums, n)};
    double *exact = HYS_NEW_N(&arena, double, n);
    hys_product_column *columns = hys__realloc(ctx, NULL, 0, n * sizeof *columns);
    if (c.columns && exact && columns) {
        for (size_t k = 0; k < inputs->rows; k++) compare_row(&c, k, exact);
        for (size_t j = 0; j < n; j++) columns[j] = finish(&c.columns[j]);
        *error = (hys_product_error){finish(&c.all), columns, n, inputs->rows};
    } else {
        if (columns) hys__free(ctx, columns, n * sizeof *columns);
        status = HYS_NOMEM;
    }
    hys__arena_free(&arena);
    return status;
}

void hys_product_error_free(hys_ctx *ctx, hys_product_error *error) {
    if (error->columns) hys__free(ctx, error->columns, error->n_columns * sizeof *error->columns);
    *error = (hys_product_error){0};
}

/* ---- steps ---- */

static bool has_weights(const hys_product_opts *o) {
    return o->weight_bits != 0;
}
static void no_weights(hys_product_opts *o) {
    o->weight_bits = o->cell_bits = 0;
}
static bool has_programming(const hys_product_opts *o) {
    return o->cells && o->program_scale > 0;
}
static void no_programming(hys_product_opts *o) {
    o->program_scale = 0;
}
static bool has_drift(const hys_product_opts *o) {
    return o->time >= 0 && (o->cells || o->drift > 0);
}
static void no_drift(hys_product_opts *o) {
    o->time = -1;
}
static bool has_stuck(const hys_product_opts *o) {
    return o->stuck_on + o->stuck_off > 0;
}
static void no_stuck(hys_product_opts *o) {
    o->stuck_on = o->stuck_off = 0;
}
static bool has_wires(const hys_product_opts *o) {
    return !hys__lines_are_ideal(&o->lines);
}
static void no_wires(hys_product_opts *o) {
    o->lines.word_wire = o->lines.bit_wire = o->lines.driver = o->lines.sense = 0;
}
static bool has_law(const hys_product_opts *o) {
    return o->law.nonlinearity > 2;
}
static void no_law(hys_product_opts *o) {
    o->law.nonlinearity = 2;
}
static bool has_read_noise(const hys_product_opts *o) {
    return o->read_noise > 0 || o->read_noise_S > 0;
}
static void no_read_noise(hys_product_opts *o) {
    o->read_noise = o->read_noise_S = 0;
}
static bool has_inputs(const hys_product_opts *o) {
    return o->input_bits != 0;
}
static void no_inputs(hys_product_opts *o) {
    o->input_bits = o->dac_bits = 0;
    o->inputs = HYS_INPUTS_AMPLITUDE;
}
static bool has_outputs(const hys_product_opts *o) {
    return o->adc_bits != 0;
}
static void no_outputs(hys_product_opts *o) {
    o->adc_bits = 0;
}

static const struct {
    const char *name;
    bool (*is_on)(const hys_product_opts *);
    void (*leave_out)(hys_product_opts *);
} steps[] = {
    {"weights", has_weights, no_weights},
    {"programming", has_programming, no_programming},
    {"drift", has_drift, no_drift},
    {"stuck cells", has_stuck, no_stuck},
    {"wires", has_wires, no_wires},
    {"cells' law", has_law, no_law},
    {"read noise", has_read_noise, no_read_noise},
    {"inputs", has_inputs, no_inputs},
    {"outputs", has_outputs, no_outputs},
};
#define N_STEPS (sizeof steps / sizeof *steps)

size_t hys_product_n_stages(void) {
    return N_STEPS;
}

/* A converter whose step is a unit needs units: without them it has the same bits over what comes. */
static void keep_possible(hys_product_opts *o) {
    if (o->adc_range != HYS_ADC_UNIT || (o->weight_bits && o->input_bits)) return;
    o->adc_range = HYS_ADC_CALIBRATED;
    o->adc_part = 1;
}

/* A variant of a product. */
typedef struct variant {
    const hys_product *of;
    const hys_matrix *weights, *inputs;
    hys_product_opts opts;
    size_t k, n; /* the k-th of n */
} variant;

static int tell(void *user, double done) {
    const variant *v = user;
    const hys_product_opts *o = &v->of->opts;
    return o->progress(o->progress_user, ((double)v->k + done) / (double)v->n);
}

/* Where wires are the same, arrays with the same cells have the same effective matrix. */
static hys_status rms_of(variant *v, double *rms) {
    hys_ctx *ctx = v->of->ctx;
    hys_product *p = NULL;
    hys_matrix outputs = {0};
    hys_product_error error = {0};
    v->opts.progress = v->of->opts.progress ? tell : NULL;
    v->opts.progress_user = v;
    keep_possible(&v->opts);
    hys_status status = hys_product_new(ctx, v->weights, &v->opts, &p);
    if (status == HYS_OK && has_wires(&v->opts) && p->n_tiles == v->of->n_tiles) p->donor = v->of;
    if (status == HYS_OK) status = hys_product_multiply(p, v->inputs, &outputs);
    if (status == HYS_OK)
        status = hys_ranks_all(ctx, hys_product_compare(ctx, v->weights, v->inputs, &outputs, &error));
    if (status == HYS_OK) *rms = error.all.rms;
    hys_product_error_free(ctx, &error);
    hys_matrix_free(ctx, &outputs);
    hys_product_free(p);
    v->k++;
    return status;
}

static void only(hys_product_opts *o, size_t k) {
    for (size_t l = 0; l < N_STEPS; l++)
        if (l != k) steps[l].leave_out(o);
}

static hys_status check_stages(const hys_product *p, const hys_matrix *weights, const hys_matrix *inputs) {
    if (weights->rows == p->n_in && weights->columns == p->n_out)
        return hys__product_check_inputs(p->ctx, p->n_in, inputs);
    return hys__fail(p->ctx, HYS_ARG, "give those that it was made of",
                     "the product is of %zu x %zu weights, not %zu x %zu", p->n_in, p->n_out, weights->rows,
                     weights->columns);
}

hys_status hys_product_stages(const hys_product *p, const hys_matrix *weights, const hys_matrix *inputs,
                              hys_product_stage *stages) {
    variant v = {.of = p, .weights = weights, .inputs = inputs};
    hys_status status = check_stages(p, weights, inputs);
    for (size_t k = 0; k < N_STEPS; k++) v.n += steps[k].is_on(&p->opts) ? 2 : 0;
    for (size_t k = 0; k < N_STEPS && status == HYS_OK; k++) {
        hys_product_stage s = {.name = steps[k].name, .is_on = steps[k].is_on(&p->opts)};
        v.opts = p->opts;
        steps[k].leave_out(&v.opts);
        if (s.is_on) status = rms_of(&v, &s.without);
        v.opts = p->opts;
        only(&v.opts, k);
        if (s.is_on && status == HYS_OK) status = rms_of(&v, &s.alone);
        stages[k] = s;
    }
    return status;
}
