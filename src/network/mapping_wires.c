/* What the arrays of a layer are to reads: matrices of floats, the variance of their noise, steps of converters. */
#include "array/product_share.h"
#include "network/mapping.h"
#include <math.h>
#include <string.h>

/* ---- with their wires ---- */

static hys_status make_matrix(void *user, hys__worker *worker, size_t k, double *numbers) {
    hys_product *p = user;
    (void)numbers;
    const hys_status status = hys__tile_begin(p, worker, &p->tiles[k], SIZE_MAX);
    hys__tile_end(worker);
    return status;
}

#define SOLVE 1000 /* multiplications a cell, about */

static hys_status make_matrices(hys__mapped *m) {
    hys_product *p = m->product;
    hys__share *share = NULL;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < p->n_tiles && status == HYS_OK; k++) status = hys__tile_reserve(p, &p->tiles[k], SIZE_MAX);
    const double cells = (double)m->first_cell[p->n_tiles];
    if (status == HYS_OK)
        status = hys__share_open(p, cells * (hys__lines_are_ideal(&p->opts.lines) ? 1 : SOLVE), &share);
    const hys__share_plan plan = {.work = make_matrix, .user = p, .is_everywhere = true};
    if (status == HYS_OK) status = hys__share_run(share, &plan, HYS_OK);
    hys__share_close(share);
    return status;
}

/* ---- weights that conductances are ---- */

/* Of matrices that an array stands for: its conductances, or what it is with its wires. */
static hys_status to_weights(const hys__mapped *m, bool with_wires, float *values) {
    const hys_product *p = m->product;
    const size_t n_out = m->base.columns, bytes = 2 * (n_out + 1) * sizeof(double);
    const double unit = p->opts.g_max - p->opts.g_min;
    double *lanes = hys__realloc(m->base.ctx, NULL, 0, bytes);
    if (!lanes) return HYS_NOMEM;
    memset(values, 0, m->base.rows * n_out * sizeof *values);
    for (size_t k = 0; k < p->n_tiles; k++) {
        const hys__tile *t = &p->tiles[k];
        const double weight = hys__coding_weight(&p->weight, t->slice), pedestal = hys__pedestal(p, t);
        for (size_t i = 0; i < t->rows; i++) {
            float *row = values + (t->row0 + i) * n_out + t->out0;
            memcpy(lanes, (with_wires ? t->w : t->g) + i * t->columns, t->columns * sizeof *lanes);
            hys__to_lanes(p, t, lanes, 1);
            for (size_t j = 0; j < t->outs; j++)
                row[j] += (float)(weight * (t->gain * hys__lane_number(p, t, lanes, j) / unit - pedestal));
        }
    }
    hys__free(m->base.ctx, lanes, bytes);
    return HYS_OK;
}

hys_status hys__mapped_get(const hys__weights *weights, float *values) {
    return to_weights((const hys__mapped *)weights, false, values);
}

/* ---- stripes ---- */

static bool takes_differences(const hys_product *p) {
    return p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL && !p->opts.converts_each;
}

static size_t lanes_of(const hys_product *p, const hys__tile *t) {
    return takes_differences(p) ? t->outs : t->columns;
}

/* The tile's columns become lanes from `at` on. */
static void fill_lanes(const hys__mapped *m, const hys__stripe *s, const hys__tile *t, size_t at) {
    const hys_product *p = m->product;
    const double unit = p->opts.g_max - p->opts.g_min;
    const bool differs = takes_differences(p);
    const size_t lanes = lanes_of(p, t);
    for (size_t i = 0; i < t->rows; i++)
        for (size_t l = 0; l < lanes; l++) {
            const size_t c = i * t->columns + (differs ? 2 * l : l), to = i * s->lanes + at + l;
            s->w[to] = (float)((t->w[c] - (differs ? t->w[c + 1] : 0)) / unit);
        }
}

/* Of a read of a cell that is driven with v, while its bit line lifts it by `lift` at its far end: noise (v - lift
 * (1 - h))^2.  With lines driven alike the lift is their voltage; with lines driven by inputs of mean a and mean square
 * q it is about a, and (v - lift (1 - h))^2 is on the mean v^2 (1 - r (2 (1 - h) - (1 - h)^2)), r = a^2/q. */
static double read_variance(const hys__tile *t, size_t c, double alike) {
    const double lost = t->lost ? t->lost[c] : 0;
    return t->noise[c] * (1 - alike * (2 * lost - lost * lost));
}

static void fill_noise(const hys__mapped *m, const hys__stripe *s, const hys__tile *t, size_t at) {
    const hys_product *p = m->product;
    const double unit = p->opts.g_max - p->opts.g_min;
    const bool differs = takes_differences(p);
    const size_t lanes = lanes_of(p, t);
    for (size_t i = 0; i < t->rows && s->noise; i++)
        for (size_t l = 0; l < lanes; l++) {
            const size_t c = i * t->columns + (differs ? 2 * l : l), to = i * s->lanes + at + l;
            const double other = differs ? read_variance(t, c + 1, m->alike) : 0;
            s->noise[to] = (float)((read_variance(t, c, m->alike) + other) / (unit * unit));
        }
}

/* Which lanes give which outputs. */
static void fill_outputs(const hys__mapped *m, const hys__stripe *s, const hys__tile *t, size_t at) {
    const hys_product *p = m->product;
    const size_t lanes = lanes_of(p, t);
    const bool has_pairs = lanes == 2 * t->outs && p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL;
    for (size_t l = 0; l < lanes; l++) {
        const bool is_less = has_pairs ? l % 2 : l == t->outs;
        const size_t j = has_pairs ? l / 2 : l;
        s->out[at + l] = is_less ? HYS__NOTHING : (uint32_t)(t->out0 + j);
        s->scale[at + l] = (float)(hys__coding_weight(&p->weight, t->slice) * t->gain);
        if (s->less) s->less[at + l] = is_less ? HYS__NOTHING : (uint32_t)(at + (has_pairs ? l + 1 : t->outs));
    }
}

static hys_status take_stripe(hys__mapped *m, hys__stripe *s, size_t first_tile) {
    hys_product *p = m->product;
    const hys__tile *t = &p->tiles[first_tile];
    *s = (hys__stripe){.row0 = t->row0, .rows = t->rows, .slice = t->slice, .first_tile = first_tile};
    for (size_t k = 0; k < p->column_tiles; k++) s->lanes += lanes_of(p, &t[k]);
    const bool has_less = p->opts.weights == HYS_WEIGHTS_REFERENCE ||
                          (p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL && p->opts.converts_each);
    s->w = HYS_NEW_N(&m->arena, float, s->rows * s->lanes);
    if (p->opts.read_noise > 0 || p->opts.read_noise_S > 0) s->noise = HYS_NEW_N(&m->arena, float, s->rows * s->lanes);
    s->scale = HYS_NEW_N(&m->arena, float, s->lanes);
    s->out = HYS_NEW_N(&m->arena, uint32_t, s->lanes);
    if (has_less) s->less = HYS_NEW_N(&m->arena, uint32_t, s->lanes);
    s->pedestal = hys__pedestal(p, t) * hys__coding_weight(&p->weight, t->slice);
    return m->arena.failed ? HYS_NOMEM : HYS_OK;
}

static hys_status take_stripes(hys__mapped *m) {
    const size_t n = m->product->n_tiles / m->product->column_tiles;
    hys_status status = HYS_OK;
    m->stripes = HYS_NEW_N(&m->arena, hys__stripe, n);
    m->effective = HYS_NEW_N(&m->arena, float, m->base.rows * m->base.columns);
    if (!m->stripes || !m->effective) return HYS_NOMEM;
    m->n_stripes = n;
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = take_stripe(m, &m->stripes[k], k * m->product->column_tiles);
    return status;
}

void hys__mapped_fill_noise(hys__mapped *m) {
    const hys_product *p = m->product;
    for (size_t k = 0; k < m->n_stripes; k++) {
        const hys__stripe *s = &m->stripes[k];
        for (size_t c = 0, at = 0; c < p->column_tiles; at += lanes_of(p, &p->tiles[s->first_tile + c++]))
            fill_noise(m, s, &p->tiles[s->first_tile + c], at);
    }
}

/* ---- the current of a cell beside that of a resistor ---- */

/* The polynomial through the values at t = 0, 1/4 ... 1, by their differences: s(t) = sum of D_k binomial(4t, k).  One
 * for each sign, as there may be a kink at 0. */
static void find_powers(const double *values, int sign, float *powers) {
    static const double binomials[5][5] = {/* of 4t, in powers of t */
                                           {1, 0, 0, 0, 0},
                                           {0, 4, 0, 0, 0},
                                           {0, -2, 8, 0, 0},
                                           {0, 4.0 / 3, -8, 32.0 / 3, 0},
                                           {0, -1, 22.0 / 3, -16, 32.0 / 3}};
    double d[5], sum[5] = {0};
    for (int k = 0; k < 5; k++) d[k] = values[sign * k];
    for (int order = 1; order < 5; order++)
        for (int k = 4; k >= order; k--) d[k] -= d[k - 1];
    for (int k = 0; k < 5; k++)
        for (int power = 0; power < 5; power++) sum[power] += d[k] * binomials[k][power];
    for (int power = 0; power < 5; power++) powers[power] = (float)sum[power];
}

/* The curve that is right on the mean of the layer's own cells, weighed by the square of what they carry: the one with
 * the least sum of squared errors of their currents. */
static void find_shape(hys__mapped *m) {
    const hys_synapse_law *law = hys_synapse_get_law(m->opts.synapse);
    double sums[9] = {0}, all = 0;
    for (size_t k = 0; k < m->product->n_tiles; k++) {
        const hys__tile *t = &m->product->tiles[k];
        for (size_t c = 0; c < t->rows * t->columns; c++) {
            const double x = fmax(0, fmin(1, (t->g[c] - law->g_min) / (law->g_max - law->g_min)));
            const double *shape = law->shape[(size_t)rint(x * (HYS_SYNAPSE_POINTS - 1))];
            all += t->g[c] * t->g[c];
            for (size_t q = 0; q < 9; q++) sums[q] += t->g[c] * t->g[c] * shape[q];
        }
    }
    m->has_shape = false;
    for (size_t q = 0; q < 9; q++) {
        sums[q] = all > 0 ? sums[q] / all : 1;
        m->has_shape = m->has_shape || fabs(sums[q] - 1) > 1e-6;
    }
    find_powers(sums + 4, 1, m->curve[0]);
    find_powers(sums + 4, -1, m->curve[1]);
    if (m->opts.product.inputs == HYS_INPUTS_PULSES) m->has_shape = false; /* all at the read voltage */
}

/* ---- all of it ---- */

hys_status hys__mapped_read_out(hys__mapped *m) {
    hys_product *p = m->product;
    hys_status status = make_matrices(m);
    if (status == HYS_OK && !m->stripes) status = take_stripes(m);
    for (size_t k = 0; k < m->n_stripes && status == HYS_OK; k++) {
        const hys__stripe *s = &m->stripes[k];
        for (size_t c = 0, at = 0; c < p->column_tiles; at += lanes_of(p, &p->tiles[s->first_tile + c++])) {
            fill_lanes(m, s, &p->tiles[s->first_tile + c], at);
            fill_outputs(m, s, &p->tiles[s->first_tile + c], at);
        }
    }
    if (status != HYS_OK) return status;
    hys__mapped_fill_noise(m);
    find_shape(m);
    return to_weights(m, true, m->effective);
}

/* A range that nothing was seen in is as wide as it can be. */
static double range_of(const hys_product *p, const hys__tile *t) {
    if (p->opts.adc_range == HYS_ADC_GIVEN) return p->opts.adc_full;
    if (p->opts.adc_range == HYS_ADC_CALIBRATED && t->range > 0) return t->range;
    return hys__full_range(p, t);
}

void hys__mapped_set_steps(const hys__mapped *m, const hys__stripe *s, uint32_t full, float *steps) {
    const hys_product *p = m->product;
    const double unit = p->opts.voltage * (p->opts.g_max - p->opts.g_min);
    for (size_t k = 0, at = 0; k < p->column_tiles; k++) {
        const hys__tile *t = &p->tiles[s->first_tile + k];
        const hys__converter c = hys__converter_of(p, t, full, range_of(p, t));
        for (size_t l = 0; l < lanes_of(p, t); l++) steps[at + l] = (float)(c.step / unit);
        at += lanes_of(p, t);
    }
}
