/* Reads that are solved one by one: every cell answers with its own current to the voltage that its lines leave it. */
#include "array/array_impl.h"
#include "network/analog_normals.h"
#include "network/mapping.h"
#include <math.h>
#include <string.h>

/* ---- arrays ---- */

static bool has_devices(const hys__mapped *m) {
    return m->opts.fidelity == HYS_FIDELITY_EXACT;
}

static hys_status stick_cells(const hys__mapped *m, const hys__tile *t, hys_array *array) {
    hys_status status = HYS_OK;
    double g;
    for (size_t c = 0; c < t->rows * t->columns && status == HYS_OK; c++)
        if (hys__mapped_is_stuck(m, t, c, &g)) status = hys_array_stick(array, c / t->columns, c % t->columns, 1 / g);
    return status;
}

static hys_status make_devices(const hys__mapped *m, size_t k, hys_array *array) {
    const hys_product_opts *o = &m->product->opts;
    hys_status status = hys__mapped_set_device(m, array);
    if (status == HYS_OK) status = hys__mapped_put_states(m, k, array);
    if (status == HYS_OK && o->stuck_on + o->stuck_off > 0) status = stick_cells(m, &m->product->tiles[k], array);
    return status;
}

#define FLOATS 1e-8 /* results are floats: more digits of the currents would be lost in them */

/* Each read starts from what its own inputs would give in resistors, so that its bits do not depend on the reads that a
 * thread did before. */
static hys_status make_array(const hys__mapped *m, const hys__seat *seat, size_t k, hys_array **result) {
    const hys__tile *t = &m->product->tiles[k];
    hys_array_opts lines = m->product->opts.lines;
    hys_array *array = NULL;
    lines.rows = t->rows;
    lines.columns = t->columns;
    lines.threads = 1;
    if (has_devices(m)) lines.tolerance = fmax(lines.tolerance, FLOATS);
    hys_status status = hys_array_new(seat->ctx, &lines, &array);
    if (status == HYS_OK) status = hys_array_set_conductances(array, t->g);
    if (status == HYS_OK && has_devices(m)) status = make_devices(m, k, array);
    if (has_devices(m) && array) array->presumed = t->g;
    if (status == HYS_OK) *result = array;
    else hys_array_free(array);
    return status;
}

static hys_status take_arrays(const hys__mapped *m, hys__seat *seat) {
    const size_t n = m->product->n_tiles;
    size_t most = 0;
    for (size_t k = 0; k < n; k++) {
        const hys__tile *t = &m->product->tiles[k];
        if (t->rows * (t->columns + 1) > most) most = t->rows * (t->columns + 1);
    }
    if (!seat->arrays) seat->arrays = hys__realloc(seat->ctx, NULL, 0, n * sizeof(hys_array *));
    if (!seat->arrays) return HYS_NOMEM;
    memset(seat->arrays, 0, n * sizeof(hys_array *));
    seat->numbers = hys__realloc(seat->ctx, NULL, 0, most * sizeof(double));
    return seat->numbers ? HYS_OK : HYS_NOMEM;
}

/* Cells' states are copied from what all threads share. */
static hys_status need_array(hys__mapped *m, hys__seat *seat, size_t k) {
    hys_status status = seat->numbers ? HYS_OK : take_arrays(m, seat);
    if (status != HYS_OK || seat->arrays[k]) return status;
    pthread_mutex_lock(&m->lock);
    status = make_array(m, seat, k, &seat->arrays[k]);
    pthread_mutex_unlock(&m->lock);
    return status;
}

/* ---- a read ---- */

typedef struct solver {
    const hys__mapped *m;
    hys_array *array;
    const hys__tile *t;
    const hys__read *r;
    size_t first_lane;
    double *words;   /* [rows] V */
    double *numbers; /* [rows columns] */
    double voltage;  /* V: of a full part, with the sign that reads have */
} solver;

/* Noise of a resistor is another conductance in each read. */
static hys_status shake(const solver *s, size_t k) {
    const hys__tile *t = s->t;
    const size_t n = t->rows * t->columns;
    const uint64_t row = (uint64_t)s->r->block->first + k;
    uint64_t key[2];
    float draws[256];
    hys__read_key(s->m, s->r, key);
    key[0] ^= (uint64_t)(t - s->m->product->tiles + 1) << 32;
    for (size_t c = 0; c < n; c++) {
        if (c % 256 == 0) hys__normals(key, row * n + c, n - c < 256 ? n - c : 256, draws);
        const double sd = sqrt(hys__cell_read_variance(&s->m->product->opts, t->g[c]));
        s->numbers[c] = fmax(0, t->g[c] + sd * (double)draws[c % 256]);
    }
    return hys_array_set_conductances(s->array, s->numbers);
}

static size_t lane_of(const solver *s, size_t column) {
    const hys_product_opts *o = &s->m->product->opts;
    const bool differs = o->weights == HYS_WEIGHTS_DIFFERENTIAL && !o->converts_each;
    return s->first_lane + (differs ? column / 2 : column);
}

static double sign_of(const solver *s, size_t column) {
    const hys_product_opts *o = &s->m->product->opts;
    return o->weights == HYS_WEIGHTS_DIFFERENTIAL && !o->converts_each && column % 2 ? -1 : 1;
}

/* A device's noise is a part of its own current, less what its wires take of it. */
static hys_status add_variances(const solver *s, float *variances, double unit) {
    const hys__tile *t = s->t;
    const hys_product_opts *o = &s->m->product->opts;
    const double *u = hys_array_word_potentials(s->array), *w = hys_array_bit_potentials(s->array);
    const hys_status status = hys_array_cell_currents(s->array, s->numbers);
    for (size_t c = 0; c < t->rows * t->columns && status == HYS_OK; c++) {
        const double seen = t->lost ? 1 - t->lost[c] : 1;
        const double relative = o->read_noise * s->numbers[c], fixed = o->read_noise_S * (u[c] - w[c]);
        variances[lane_of(s, c % t->columns)] +=
            (float)((relative * relative + fixed * fixed) * seen * seen / (unit * unit));
    }
    return status;
}

/* V of a line that has so many pulses of either sign, while the n-th lasts. */
static double pulse(double pulses, uint32_t n, double voltage) {
    return fabs(pulses) > n - 0.5 ? copysign(voltage, pulses) : 0;
}

static hys_status solve_row(const solver *s, size_t k) {
    const hys__read *r = s->r;
    const bool is_pulsed = s->m->product->opts.inputs == HYS_INPUTS_PULSES && has_devices(s->m);
    const uint32_t n_pulses = is_pulsed ? r->full : 1;
    const double unit = s->voltage * (s->m->product->opts.g_max - s->m->product->opts.g_min);
    const float *parts = r->parts + k * s->t->rows;
    float *currents = r->currents + k * r->stripe->lanes;
    hys_status status = r->variances && !has_devices(s->m) ? shake(s, k) : HYS_OK;
    for (uint32_t n = 1; n <= n_pulses && status == HYS_OK; n++) {
        for (size_t i = 0; i < s->t->rows; i++)
            s->words[i] = is_pulsed ? pulse((double)parts[i] * n_pulses, n, s->voltage) : (double)parts[i] * s->voltage;
        status = hys_array_solve(s->array, s->words, NULL);
        const double *bits = hys_array_bit_currents(s->array), weight = 1 / (unit * n_pulses);
        for (size_t c = 0; c < s->t->columns && status == HYS_OK; c++)
            currents[lane_of(s, c)] += (float)(sign_of(s, c) * weight * bits[c]);
        if (status == HYS_OK && r->variances && has_devices(s->m))
            status = add_variances(s, r->variances + k * r->stripe->lanes, unit * n_pulses);
    }
    return status;
}

static hys_status solve_tile(hys__mapped *m, hys__seat *seat, const hys__read *r, size_t tile, size_t first_lane) {
    hys_status status = need_array(m, seat, tile);
    if (status != HYS_OK) return status;
    const hys__tile *t = &m->product->tiles[tile];
    const solver s = {.m = m,
                      .array = seat->arrays[tile],
                      .t = t,
                      .r = r,
                      .first_lane = first_lane,
                      .words = seat->numbers,
                      .numbers = seat->numbers + t->rows,
                      .voltage =
                          copysign(m->product->opts.voltage, hys_synapse_get_law(m->opts.synapse)->read.voltage)};
    for (size_t k = 0; k < r->block->n && status == HYS_OK; k++) {
        status = hys_ctx_is_cancelled(seat->ctx) ? HYS_CANCEL : HYS_OK;
        if (status == HYS_OK) status = solve_row(&s, k);
    }
    return status;
}

hys_status hys__read_solved(hys__mapped *m, hys__seat *seat, const hys__read *r) {
    const hys__stripe *s = r->stripe;
    const hys_product *p = m->product;
    hys_status status = HYS_OK;
    memset(r->currents, 0, r->block->n * s->lanes * sizeof *r->currents);
    if (r->variances) memset(r->variances, 0, r->block->n * s->lanes * sizeof *r->variances);
    for (size_t k = 0, at = 0; k < p->column_tiles && status == HYS_OK; k++) {
        const hys__tile *t = &p->tiles[s->first_tile + k];
        status = solve_tile(m, seat, r, s->first_tile + k, at);
        at += s->less || p->opts.weights != HYS_WEIGHTS_DIFFERENTIAL ? t->columns : t->outs;
    }
    return status;
}
