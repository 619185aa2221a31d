/* Products with a layer on arrays: inputs become parts of the full voltage pass by pass, currents are read, converted
 * and added.  The same steps as in array/encode.c and array/converter.c, in floats and for many inputs at once; reads
 * of arrays that are matrices are products of matrices. */
#include "base/clones.h"
#include "network/analog_normals.h"
#include "network/mapping.h"
#include <math.h>
#include <string.h>

/* ---- inputs ---- */

typedef struct digit {
    float range, most, full; /* most 0: any value */
    int shift, mask;
    int sign; /* 0: both; 1, -1: only inputs of this sign */
} digit;

static digit digit_of(const hys_product *p, const hys__passes *passes, size_t pass) {
    const hys__coding *c = &passes->coding;
    const size_t slice = pass / passes->n_signs;
    const uint32_t full = hys__coding_full(c, slice);
    digit d = {.range = (float)c->range, .most = (float)c->most, .full = (float)full};
    d.shift = (int)slice * c->digit_bits;
    d.mask = (int)full;
    if (p->opts.has_sign_passes) d.sign = pass % passes->n_signs ? -1 : 1;
    return d;
}

static inline float within_one(float x) {
    x = x > -1 ? x : -1;
    return x < 1 ? x : 1;
}

HYS__CLONES static void any_parts(size_t n, const float *x, const digit *given, float *restrict parts) {
    const digit d = *given;
    for (size_t i = 0; i < n; i++) {
        const float part = within_one(x[i] / d.range), sign = (float)d.sign;
        const float magnitude = part < 0 ? -part : part;
        parts[i] = d.sign == 0 ? part : (part < 0 ? -1.0F : 1.0F) == sign ? magnitude : 0;
    }
}

HYS__CLONES static void digit_parts(size_t n, const float *x, const digit *given, float *restrict parts) {
    const digit d = *given;
    for (size_t i = 0; i < n; i++) {
        const int code = (int)rintf(within_one(x[i] / d.range) * d.most);
        const int magnitude = code < 0 ? -code : code;
        const float part = (float)(magnitude >> d.shift & d.mask) / d.full;
        const float other = d.sign == 0 ? -part : 0; /* of inputs that are negative in a pass for those that are not */
        const bool is_kept = (code < 0) == (d.sign < 0);
        parts[i] = is_kept ? part : other;
    }
}

/* Inputs' parts [n rows] of the lines that a stripe has. */
static void to_parts(const hys__mapped *m, const hys__stripe *s, const digit *d, const float *x, size_t n,
                     float *parts) {
    const size_t n_in = m->base.rows;
    const bool is_whole = s->rows == n_in;
    for (size_t k = 0; k < (is_whole ? 1 : n); k++) {
        const float *row = x + k * n_in + s->row0;
        const size_t count = is_whole ? n * n_in : s->rows;
        if (d->most > 0) digit_parts(count, row, d, parts + k * s->rows);
        else any_parts(count, row, d, parts + k * s->rows);
    }
}

HYS__CLONES static float sum_floats(size_t n, const float *values) {
    float sum = 0;
    for (size_t i = 0; i < n; i++) sum += values[i];
    return sum;
}

/* What resistors would need for the currents that the cells have. */
HYS__CLONES static void bend(const float (*curve)[5], size_t n, float *parts) {
    const float a0 = curve[0][0], a1 = curve[0][1], a2 = curve[0][2], a3 = curve[0][3], a4 = curve[0][4];
    const float b0 = curve[1][0], b1 = curve[1][1], b2 = curve[1][2], b3 = curve[1][3], b4 = curve[1][4];
    for (size_t i = 0; i < n; i++) {
        const float part = parts[i], t = part < 0 ? -part : part;
        const float up = (((a4 * t + a3) * t + a2) * t + a1) * t + a0;
        const float down = (((b4 * t + b3) * t + b2) * t + b1) * t + b0;
        parts[i] = part * (part < 0 ? down : up);
    }
}

/* ---- reads ---- */

HYS__CLONES static void square(size_t n, const float *x, float *restrict squares) {
    for (size_t i = 0; i < n; i++) squares[i] = x[i] * x[i];
}

hys_status hys__read_matrix(const hys__mapped *m, const hys__read *r) {
    const hys__stripe *s = r->stripe;
    const hys__gemm shape = {.m = r->block->n, .n = s->lanes, .k = s->rows};
    hys__blas_sgemm(&m->blas, &shape, r->parts, s->w, r->currents);
    if (!r->variances) return HYS_OK;
    square(r->block->n * s->rows, r->parts, r->squares);
    hys__blas_sgemm(&m->blas, &shape, r->squares, s->noise, r->variances);
    return HYS_OK;
}

void hys__read_key(const hys__mapped *m, const hys__read *r, uint64_t key[2]) {
    const uint64_t stripe = (uint64_t)(r->stripe - m->stripes);
    key[0] = m->opts.seed ^ ((uint64_t)HYS__DRAW_READ << 60);
    key[1] = r->block->pass * UINT64_C(0x9e3779b97f4a7c15) ^ stripe << 8 ^ r->pass;
}

HYS__CLONES static void add_noise(size_t n, const float *variances, const float *draws, float *restrict currents) {
    for (size_t i = 0; i < n; i++) currents[i] += hys__root(variances[i]) * draws[i];
}

#define DRAWS 4096

static void draw_noise(const hys__mapped *m, const hys__read *r) {
    const size_t lanes = r->stripe->lanes, n = r->block->n * lanes;
    const uint64_t first = (uint64_t)r->block->first * lanes;
    float draws[DRAWS];
    uint64_t key[2];
    hys__read_key(m, r, key);
    for (size_t k = 0; k < n; k += DRAWS) {
        const size_t count = n - k < DRAWS ? n - k : DRAWS;
        hys__normals(key, first + k, count, draws);
        add_noise(count, r->variances + k, draws, r->currents + k);
    }
}

/* ---- conversion ---- */

HYS__CLONES static void convert(size_t n, const float *steps, float least, float most, float *restrict currents) {
    for (size_t l = 0; l < n; l++) {
        float code = rintf(currents[l] / steps[l]);
        code = code > least ? code : least;
        code = code < most ? code : most;
        currents[l] = steps[l] * code;
    }
}

HYS__CLONES static void add_scaled(size_t n, const float *currents, const float *scale, float weight, float offset,
                                   float *restrict y) {
    for (size_t l = 0; l < n; l++) y[l] += weight * scale[l] * currents[l] - offset;
}

/* ---- a block of inputs through a stripe ---- */

typedef struct work {
    hys__mapped *m;
    hys__seat *seat;
    const hys__block *block;
    const float *x;
    hys__passes passes;
    bool is_calibrating; /* through the matrix, without noise */
    /* memory */
    float *parts, *squares; /* [n rows] */
    float *currents;        /* [passes n lanes] */
    float *variances;       /* [n lanes] */
    float *sums;            /* [passes n] of the parts */
    float *steps;           /* [lanes] */
} work;

static bool is_solved(const work *w) {
    const bool is_exact = w->m->opts.fidelity == HYS_FIDELITY_EXACT && !w->m->is_rough;
    return !w->is_calibrating && (is_exact || w->m->opts.product.solves_each);
}

static void subtract_lanes(const hys__stripe *s, size_t n, float *currents) {
    for (size_t k = 0; k < n; k++)
        for (size_t l = 0; l < s->lanes; l++)
            if (s->less[l] != HYS__NOTHING) currents[k * s->lanes + l] -= currents[k * s->lanes + s->less[l]];
}

static hys_status read_pass(const work *w, const hys__stripe *s, size_t pass) {
    const hys_product *p = w->m->product;
    const size_t n = w->block->n;
    const digit d = digit_of(p, &w->passes, pass);
    const bool has_noise = s->noise && !w->is_calibrating;
    const hys__read r = {.block = w->block,
                         .stripe = s,
                         .pass = pass,
                         .full = (uint32_t)d.mask,
                         .parts = w->parts,
                         .currents = w->currents + pass * n * s->lanes,
                         .squares = w->squares,
                         .variances = has_noise ? w->variances : NULL};
    to_parts(w->m, s, &d, w->x, n, w->parts);
    for (size_t k = 0; k < n && s->pedestal > 0; k++)
        w->sums[pass * n + k] = sum_floats(s->rows, w->parts + k * s->rows);
    if (!is_solved(w) && w->m->has_shape) bend(w->m->curve, n * s->rows, w->parts);
    const hys_status status = is_solved(w) ? hys__read_solved(w->m, w->seat, &r) : hys__read_matrix(w->m, &r);
    if (status == HYS_OK && has_noise) draw_noise(w->m, &r);
    if (status == HYS_OK && s->less && !p->opts.converts_each) subtract_lanes(s, n, r.currents);
    return status;
}

/* Where only some lanes are converted, or told. */
static void add_chosen(const hys__stripe *s, const float *currents, float weight, float offset, float *y) {
    for (size_t l = 0; l < s->lanes; l++)
        if (s->out[l] != HYS__NOTHING) y[s->out[l]] += weight * s->scale[l] * currents[l] - offset;
}

static void add_pass(const work *w, const hys__stripe *s, size_t pass, float *y) {
    const hys_product *p = w->m->product;
    const size_t n = w->block->n, n_out = w->m->base.columns;
    const float weight = (float)hys__pass_weight(&w->passes, pass);
    const uint32_t full = hys__coding_full(&w->passes.coding, pass / w->passes.n_signs);
    const hys__converter c = hys__converter_of(p, &p->tiles[s->first_tile], full, 1);
    if (p->opts.adc_bits) hys__mapped_set_steps(w->m, s, full, w->steps);
    for (size_t k = 0; k < n; k++) {
        float *currents = w->currents + (pass * n + k) * s->lanes;
        const float offset = s->pedestal > 0 ? (float)(weight * s->pedestal * w->sums[pass * n + k]) : 0;
        if (p->opts.adc_bits) convert(s->lanes, w->steps, (float)c.least, (float)c.most, currents);
        if (s->less && p->opts.converts_each) subtract_lanes(s, 1, currents);
        if (s->less) add_chosen(s, currents, weight, offset, y + k * n_out);
        else add_scaled(s->lanes, currents, s->scale, weight, offset, y + k * n_out);
    }
}

/* ---- ranges that come from the inputs ---- */

/* Of what the converters of a tile see in all passes. */
static hys_status find_range(const work *w, const hys__stripe *s, size_t first_lane, hys__tile *t) {
    const hys_product *p = w->m->product;
    const size_t lanes = s->less ? t->columns : t->outs, count = w->passes.n * w->block->n, bytes = count * lanes * 8;
    const double unit = p->opts.voltage * (p->opts.g_max - p->opts.g_min);
    double *values = hys__realloc(w->seat->ctx, NULL, 0, bytes);
    size_t n = 0;
    if (!values) return HYS_NOMEM;
    for (size_t k = 0; k < count; k++)
        for (size_t l = first_lane; l < first_lane + lanes; l++)
            if (p->opts.converts_each || s->out[l] != HYS__NOTHING)
                values[n++] = (double)w->currents[k * s->lanes + l] * unit;
    t->range = hys__quantile(values, n, p->opts.adc_part);
    hys__free(w->seat->ctx, values, bytes);
    return HYS_OK;
}

static hys_status find_ranges(const work *w, const hys__stripe *s) {
    hys_product *p = w->m->product;
    hys_status status = HYS_OK;
    for (size_t k = 0, at = 0; k < p->column_tiles && status == HYS_OK; k++) {
        hys__tile *t = &p->tiles[s->first_tile + k];
        status = find_range(w, s, at, t);
        at += s->less ? t->columns : t->outs;
    }
    return status;
}

static double largest(const float *values, size_t n) {
    float most = 0;
    for (size_t k = 0; k < n; k++) most = fmaxf(most, fabsf(values[k]));
    return most;
}

/* Given, calibrated, or the largest of the block. */
static double input_range(const hys__mapped *m, const hys__block *block, const float *x) {
    const hys_product *p = m->product;
    if (p->opts.input_range > 0) return p->opts.input_range;
    const double most = p->is_calibrated ? p->input_range : largest(x, block->n * m->base.rows);
    return most > 0 ? most : 1;
}

/* ---- the whole ---- */

static hys_status reserve(work *w) {
    const hys__mapped *m = w->m;
    const size_t n = w->block->n, passes = w->passes.n;
    size_t rows = 0, lanes = 0;
    for (size_t k = 0; k < m->n_stripes; k++) {
        if (m->stripes[k].rows > rows) rows = m->stripes[k].rows;
        if (m->stripes[k].lanes > lanes) lanes = m->stripes[k].lanes;
    }
    if (!hys__seat_reserve(w->seat, 2 * n * rows + (passes + 1) * n * lanes + passes * n + lanes)) return HYS_NOMEM;
    w->parts = w->seat->memory;
    w->squares = w->parts + n * rows;
    w->currents = w->squares + n * rows;
    w->variances = w->currents + passes * n * lanes;
    w->sums = w->variances + n * lanes;
    w->steps = w->sums + passes * n;
    return HYS_OK;
}

static hys_status through_stripe(const work *w, const hys__stripe *s, float *y) {
    hys_status status = HYS_OK;
    for (size_t pass = 0; pass < w->passes.n && status == HYS_OK; pass++) status = read_pass(w, s, pass);
    if (status == HYS_OK && w->is_calibrating) return find_ranges(w, s);
    for (size_t pass = 0; pass < w->passes.n && status == HYS_OK; pass++) add_pass(w, s, pass, y);
    return status;
}

static hys_status take_block(work *w, hys__mapped *m, const hys__block *block, const float *x) {
    w->m = m;
    w->block = block;
    w->x = x;
    w->seat = hys__mapped_seat(m, block->thread);
    if (!w->seat) return HYS_NOMEM;
    w->passes = hys__passes_new(m->product, input_range(m, block, x));
    return reserve(w);
}

/* Converters whose ranges nothing was told of: as they would be for these inputs alone. */
static bool lacks_ranges(const hys__mapped *m) {
    const hys_product *p = m->product;
    return p->opts.adc_bits && p->opts.adc_range == HYS_ADC_CALIBRATED && !p->is_calibrated;
}

static hys_status through_all(work *w, float *y) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < w->m->n_stripes && status == HYS_OK; k++) status = through_stripe(w, &w->m->stripes[k], y);
    return status;
}

hys_status hys__mapped_multiply(hys__weights *weights, const hys__block *block, const float *x, float *y) {
    hys__mapped *m = (hys__mapped *)weights;
    work w = {0};
    hys_status status = take_block(&w, m, block, x);
    memset(y, 0, block->n * weights->columns * sizeof *y);
    if (status == HYS_OK && lacks_ranges(m)) {
        /* One block after the other: ranges are the tiles'. */
        pthread_mutex_lock(&m->ranges_lock);
        w.is_calibrating = true;
        status = through_all(&w, NULL);
        w.is_calibrating = false;
        if (status == HYS_OK) status = through_all(&w, y);
        pthread_mutex_unlock(&m->ranges_lock);
    } else if (status == HYS_OK) status = through_all(&w, y);
    return w.seat ? hys__mapped_told(m, w.seat, status) : status;
}

hys_status hys__mapped_multiply_back(hys__weights *weights, const hys__block *block, const float *dy, float *dx) {
    const hys__mapped *m = (const hys__mapped *)weights;
    const hys__gemm shape = {.m = block->n, .n = weights->rows, .k = weights->columns, .b_transposed = true};
    hys__blas_sgemm(&m->blas, &shape, dy, m->effective, dx);
    return HYS_OK;
}

/* ---- calibration ---- */

/* Inputs of both signs lift bit lines by what they have not in common. */
static double mean_square(const float *x, size_t n) {
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) {
        sum += x[k];
        squares += (double)x[k] * x[k];
    }
    return squares > 0 ? sum * sum / (squares * (double)n) : 1;
}

hys_status hys__mapped_calibrate(hys__mapped *m, const float *inputs, size_t n) {
    hys_product *p = m->product;
    const hys__block block = {.n = n};
    work w = {.is_calibrating = true};
    p->is_calibrated = false;
    hys_status status = take_block(&w, m, &block, inputs);
    if (status == HYS_OK) status = through_all(&w, NULL);
    if (status == HYS_OK) {
        p->input_range = input_range(m, &block, inputs);
        p->is_calibrated = true;
        m->alike = mean_square(inputs, n * m->base.rows);
        hys__mapped_fill_noise(m);
    }
    return w.seat ? hys__mapped_told(m, w.seat, status) : status;
}
