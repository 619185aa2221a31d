/* Arrays that hold parts of a matrix, and the currents that they answer with. */
#include "array/array_impl.h"
#include "array/product_impl.h"
#include <math.h>
#include <string.h>

bool hys__lines_are_ideal(const hys_array_opts *o) {
    return o->word_wire == 0 && o->bit_wire == 0 && o->driver == 0 && o->sense == 0;
}

size_t hys__columns_of(const hys_product *p, size_t outs) {
    if (p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL) return 2 * outs;
    return p->opts.weights == HYS_WEIGHTS_REFERENCE ? outs + 1 : outs;
}

/* ---- conductances ---- */

/* A cell of a tile: which weight it serves, and as what. */
typedef struct place {
    size_t i, j;
    int plane; /* 0: the weight, or its positive part; 1: the negative part; 2: reference */
} place;

static place place_of(const hys_product *p, const hys__tile *t, size_t i, size_t column) {
    const size_t row = t->row0 + i;
    if (p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL) return (place){row, t->out0 + column / 2, (int)(column % 2)};
    return (place){row, t->out0 + column, column == t->outs ? 2 : 0};
}

/* Offset codings lay weights from -range to range on cells from empty to full. */
static double part_of(const hys_product *p, const hys__tile *t, const hys_matrix *weights, place at) {
    const hys__coding *c = &p->weight;
    const double code = at.plane == 2 ? 0 : hys__coding_code(c, weights->values[at.i * p->n_out + at.j]);
    if (p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL)
        return hys__coding_part(c, fmax(0, at.plane ? -code : code), t->slice);
    if (p->opts.weights == HYS_WEIGHTS_UNSIGNED) return hys__coding_part(c, code, t->slice);
    return c->bits ? hys__coding_part(c, code + c->zero, t->slice) : 0.5 * (code + 1);
}

/* A cell's draws depend on its place in the matrix, not on the tile that it is in. */
static void identify(const hys_product *p, const hys__tile *t, place at, uint64_t id[2]) {
    id[0] = (uint64_t)at.i * p->n_out + (at.plane == 2 ? t->out0 : at.j);
    id[1] = (uint64_t)t->slice * 4 + (unsigned)at.plane;
}

static void set_cells(hys_product *p, hys__tile *t, const hys_matrix *weights) {
    const hys_product_opts *o = &p->opts;
    double sum = 0, fresh_sum = 0, fresh;
    uint64_t id[2];
    for (size_t i = 0; i < t->rows; i++)
        for (size_t c = 0; c < t->columns; c++) {
            const place at = place_of(p, t, i, c);
            const double target = o->g_min + (o->g_max - o->g_min) * part_of(p, t, weights, at);
            identify(p, t, at, id);
            const double g = t->g[i * t->columns + c] = hys__cell_conductance(p, target, id, &fresh);
            sum += g;
            fresh_sum += fresh;
        }
    t->gain = o->compensates_drift && sum > 0 ? fresh_sum / sum : 1;
}

/* ---- what an array is with its wires ---- */

hys_status hys__tile_new_array(const hys_product *p, const hys__tile *t, hys_array **array) {
    hys_array_opts lines = p->opts.lines;
    lines.rows = t->rows;
    lines.columns = t->columns;
    hys_array *a = NULL;
    hys_status status = hys_array_new(p->ctx, &lines, &a);
    if (status == HYS_OK) status = hys_array_set_conductances(a, t->g);
    if (status == HYS_OK) status = hys_array_set_law(a, &p->opts.law);
    if (status == HYS_OK) *array = a;
    else hys_array_free(a);
    return status;
}

/* Memory that stays when conductances change. */
static double *take(hys_product *p, double **at, size_t n) {
    if (!*at) *at = HYS_NEW_N(&p->arena, double, n);
    return *at;
}

void hys__tile_free(hys__tile *t) {
    hys_array_free(t->array);
    t->array = NULL;
}

static bool has_noise(const hys_product *p) {
    return p->opts.read_noise > 0 || p->opts.read_noise_S > 0;
}

static hys_status make_matrix(hys_product *p, hys__tile *t) {
    hys_array *array = NULL;
    double *w = take(p, &t->effective, t->rows * t->columns);
    hys_status status = w ? hys__tile_new_array(p, t, &array) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_array_effective(array, w);
    if (status == HYS_OK) t->w = w;
    hys_array_free(array);
    return status;
}

static hys_status add_wires(hys_product *p, hys__tile *t) {
    const hys_product_opts *o = &p->opts;
    t->w = t->g;
    if (hys__lines_are_ideal(&o->lines)) return HYS_OK;
    hys__tile_free(t);
    t->w = NULL;
    t->is_solved = o->solves_each || o->law.nonlinearity > 2;
    if (t->is_solved) return hys__tile_new_array(p, t, &t->array);
    return has_noise(p) ? make_matrix(p, t) : HYS_OK;
}

/* The matrix takes as many solutions as the array has lines on its shorter side: fewer reads are solved by
 * themselves. */
hys_status hys__tile_begin(hys_product *p, hys__tile *t, size_t n_reads) {
    if (t->w || t->is_solved) return HYS_OK;
    if (n_reads < t->rows && n_reads < t->columns) return hys__tile_new_array(p, t, &t->array);
    return make_matrix(p, t);
}

void hys__tile_end(hys__tile *t) {
    if (!t->is_solved) hys__tile_free(t);
}

/* h_ij = W_ij / G_ij is, by reciprocity, the voltage across cell (i, j) when its bit line's sense end alone is at 1 V,
 * and so the part of a current that appears in the cell which the sense circuit sees. */
static hys_status add_losses(hys_product *p, hys__tile *t) {
    const size_t n = t->columns;
    if (!t->w || t->w == t->g) return HYS_OK;
    if (!take(p, &t->lost, t->rows * n) || !take(p, &t->loss, n)) return HYS_NOMEM;
    memset(t->loss, 0, n * sizeof *t->loss);
    for (size_t k = 0; k < t->rows * n; k++) {
        t->lost[k] = t->g[k] > 0 ? 1 - t->w[k] / t->g[k] : 0;
        t->noise[k] *= (1 - t->lost[k]) * (1 - t->lost[k]);
        t->loss[k % n] += t->g[k] * t->lost[k];
    }
    return HYS_OK;
}

static hys_status add_noise(hys_product *p, hys__tile *t) {
    if (!has_noise(p)) return HYS_OK;
    const size_t count = t->rows * t->columns;
    if (!take(p, &t->noise, count)) return HYS_NOMEM;
    for (size_t k = 0; k < count; k++) t->noise[k] = hys__cell_read_variance(&p->opts, t->g[k]);
    return add_losses(p, t);
}

hys_status hys__tile_finish(hys_product *p, hys__tile *t) {
    hys_status status = add_wires(p, t);
    return status == HYS_OK ? add_noise(p, t) : status;
}

hys_status hys__tile_make(hys_product *p, hys__tile *t, const hys_matrix *weights) {
    t->g = HYS_NEW_N(&p->arena, double, t->rows * t->columns);
    if (!t->g) return HYS_NOMEM;
    set_cells(p, t, weights);
    return hys__tile_finish(p, t);
}

/* ---- reads through a matrix ---- */

/* V: what a resistor would need for the current that a cell has at this part of the voltage. */
static double drive(const hys_product *p, double part) {
    const hys_product_opts *o = &p->opts;
    if (!(o->law.nonlinearity > 2) || o->inputs == HYS_INPUTS_PULSES) return part * o->voltage * p->pulse_scale;
    const hys__law law = hys__law_sinh(o->law.nonlinearity, o->law.voltage);
    return law.scale * sinh(law.k * part * o->voltage);
}

static uint64_t purpose_of(const hys_product *p, const hys__tile *t) {
    return HYS__DRAW_READ | (uint64_t)(t - p->tiles + 1) << 8;
}

/* One read: what lines are driven with, and what bit lines answer. */
typedef struct answer {
    double *volts;    /* [rows] */
    double *out;      /* [columns] A */
    double *lift;     /* [columns] V: how far bit lines are lifted where they are far from their sense circuits */
    double *variance; /* [columns] A^2 */
} answer;

static void conduct(const hys__tile *t, const answer *a) {
    const size_t n = t->columns;
    memset(a->out, 0, n * sizeof(double));
    for (size_t i = 0; i < t->rows; i++) {
        const double v = a->volts[i], *w = t->w + i * n;
        if (v == 0) continue;
        for (size_t c = 0; c < n; c++) a->out[c] += v * w[c];
    }
}

/* What the other cells of a bit line lift it by is lost to a cell.  It is taken as proportional to 1 - h along the
 * line, and as much as makes the currents of all cells the current of the line: sum G (V - lift (1 - h)) = I. */
static void find_lift(const hys__tile *t, const answer *a) {
    const size_t n = t->columns;
    memset(a->lift, 0, n * sizeof(double));
    for (size_t i = 0; t->lost && i < t->rows; i++)
        for (size_t c = 0; c < n; c++) a->lift[c] += a->volts[i] * t->g[i * n + c];
    for (size_t c = 0; t->lost && c < n; c++) a->lift[c] = t->loss[c] > 0 ? (a->lift[c] - a->out[c]) / t->loss[c] : 0;
}

/* Noises of all cells of a column are independent: their sum has the sum of their variances, and is drawn once. */
static void find_variance(const hys__tile *t, const answer *a) {
    const size_t n = t->columns;
    memset(a->variance, 0, n * sizeof(double));
    for (size_t i = 0; i < t->rows; i++)
        for (size_t c = 0; c < n; c++) {
            const double v = a->volts[i] - (t->lost ? a->lift[c] * t->lost[i * n + c] : 0);
            a->variance[c] += v * v * t->noise[i * n + c];
        }
}

static void add_read_noise(const hys_product *p, const hys__tile *t, const answer *a, uint64_t read) {
    find_lift(t, a);
    find_variance(t, a);
    for (size_t c = 0; c < t->columns; c++) {
        const uint64_t id[2] = {read, c};
        a->out[c] += sqrt(a->variance[c]) * hys__draw(p->opts.seed, purpose_of(p, t), id);
    }
}

static hys_status read_through(const hys_product *p, const hys__tile *t, const hys__tile_read *r) {
    const size_t n = t->columns, bytes = (t->rows + 2 * n) * sizeof(double);
    double *memory = hys__realloc(p->ctx, NULL, 0, bytes);
    if (!memory) return HYS_NOMEM;
    for (size_t k = 0; k < r->count; k++) {
        const answer a = {memory, r->currents + k * n, memory + t->rows, memory + t->rows + n};
        for (size_t i = 0; i < t->rows; i++) a.volts[i] = drive(p, r->parts[k * t->rows + i]);
        conduct(t, &a);
        if (t->noise) add_read_noise(p, t, &a, r->read + k);
    }
    hys__free(p->ctx, memory, bytes);
    return HYS_OK;
}

/* ---- reads that are solved one by one ---- */

typedef struct solver {
    const hys_product *p;
    const hys__tile *t;
    const hys__tile_read *r;
    double *words; /* [rows] V */
    double *g;     /* [rows columns] S, with the noise of a read */
} solver;

static hys_status shake(const solver *s, size_t k) {
    const hys__tile *t = s->t;
    if (!t->noise) return HYS_OK;
    for (size_t c = 0; c < t->rows * t->columns; c++) {
        const uint64_t id[2] = {s->r->read + k, UINT64_C(1) << 32 | c};
        const double draw = hys__draw(s->p->opts.seed, purpose_of(s->p, t), id);
        s->g[c] = fmax(0, t->g[c] + sqrt(t->noise[c]) * draw);
    }
    return hys_array_set_conductances(t->array, s->g);
}

static hys_status add_solution(const solver *s, size_t k, double weight) {
    const hys_status status = hys_array_solve(s->t->array, s->words, NULL);
    const double *currents = hys_array_bit_currents(s->t->array);
    for (size_t c = 0; c < s->t->columns && status == HYS_OK; c++)
        s->r->currents[k * s->t->columns + c] += weight * currents[c];
    return status;
}

/* Volts of a line that has so many pulses, of either sign, while the n-th lasts. */
static double pulse(double pulses, uint32_t n, double voltage) {
    return fabs(pulses) > n - 0.5 ? copysign(voltage, pulses) : 0;
}

/* Pulses: as long as the n-th of them lasts, those lines are up whose inputs have n or more.  Through resistors all of
 * them together are what one amplitude is. */
static hys_status solve_one(const solver *s, size_t k) {
    const double *parts = s->r->parts + k * s->t->rows, voltage = s->p->opts.voltage;
    const bool is_pulsed = s->p->opts.inputs == HYS_INPUTS_PULSES && s->p->opts.law.nonlinearity > 2;
    const uint32_t n_pulses = is_pulsed ? s->r->full : 1;
    hys_status status = shake(s, k);
    for (uint32_t n = 1; n <= n_pulses && status == HYS_OK; n++) {
        for (size_t i = 0; i < s->t->rows; i++)
            s->words[i] = is_pulsed ? pulse(parts[i] * n_pulses, n, voltage) : parts[i] * voltage;
        status = add_solution(s, k, 1.0 / n_pulses);
    }
    return status;
}

static hys_status read_solved(const hys_product *p, const hys__tile *t, const hys__tile_read *r) {
    const size_t bytes = (t->rows + t->rows * t->columns) * sizeof(double);
    double *memory = hys__realloc(p->ctx, NULL, 0, bytes);
    if (!memory) return HYS_NOMEM;
    const solver s = {p, t, r, memory, memory + t->rows};
    hys_status status = HYS_OK;
    memset(r->currents, 0, r->count * t->columns * sizeof(double));
    for (size_t k = 0; k < r->count && status == HYS_OK; k++) status = solve_one(&s, k);
    hys__free(p->ctx, memory, bytes);
    return status;
}

hys_status hys__tile_currents(const hys_product *p, const hys__tile *t, const hys__tile_read *r) {
    return t->w ? read_through(p, t, r) : read_solved(p, t, r);
}
