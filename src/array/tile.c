/* Arrays that hold parts of a matrix, and the currents that they answer with. */
#include "array/array_impl.h"
#include "array/condense.h"
#include "array/product_share.h"
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

static hys_status set_cells(const hys_product *p, const hys__worker *worker, hys__tile *t, const hys_matrix *weights,
                            double *fresh) {
    const hys_product_opts *o = &p->opts;
    double before;
    uint64_t id[2];
    for (size_t i = 0; i < t->rows; i++) {
        if (hys_ctx_is_cancelled(worker->ctx)) return HYS_CANCEL;
        for (size_t c = 0; c < t->columns; c++) {
            const place at = place_of(p, t, i, c);
            const double target = o->g_min + (o->g_max - o->g_min) * part_of(p, t, weights, at);
            identify(p, t, at, id);
            t->g[i * t->columns + c] = hys__cell_conductance(p, target, id, &before);
            if (fresh) fresh[i * t->columns + c] = before;
        }
    }
    return HYS_OK;
}

/* ---- drift made up for ---- */

/* What all bit lines give when all word lines have the largest voltage; A, or in any unit without wires. */
static hys_status read_all(const hys_product *p, const hys__worker *worker, const hys__tile *t, const double *g,
                           double *sum) {
    const size_t bytes = t->rows * sizeof(double);
    *sum = 0;
    if (hys__lines_are_ideal(&p->opts.lines)) {
        for (size_t k = 0; k < t->rows * t->columns; k++) *sum += g[k];
        return HYS_OK;
    }
    hys_array *array = NULL;
    double *words = hys__realloc(worker->ctx, NULL, 0, bytes);
    hys_status status = words ? hys__tile_new_array(p, worker, t, g, &array) : HYS_NOMEM;
    for (size_t i = 0; i < t->rows && words; i++) words[i] = p->opts.voltage;
    if (status == HYS_OK) status = hys_array_solve(array, words, NULL);
    for (size_t c = 0; c < t->columns && status == HYS_OK; c++) *sum += hys_array_bit_currents(array)[c];
    hys_array_free(array);
    if (words) hys__free(worker->ctx, words, bytes);
    return status;
}

/* As a chip does it: the same read after programming and now, with its wires. */
static hys_status compensate(const hys_product *p, const hys__worker *worker, hys__tile *t, const double *fresh) {
    double before = 0, now = 0;
    if (!memcmp(fresh, t->g, t->rows * t->columns * sizeof *fresh)) return HYS_OK;
    hys_status status = read_all(p, worker, t, fresh, &before);
    if (status == HYS_OK) status = read_all(p, worker, t, t->g, &now);
    if (status == HYS_OK && now > 0) t->gain = before / now;
    return status;
}

hys_status hys__tile_make(const hys_product *p, hys__worker *worker, hys__tile *t, const hys_matrix *weights) {
    const bool compensates = p->opts.compensates_drift && hys__share_is_own(p, (size_t)(t - p->tiles));
    const size_t bytes = t->rows * t->columns * sizeof(double);
    if (!compensates) return set_cells(p, worker, t, weights, NULL);
    double *fresh = hys__realloc(worker->ctx, NULL, 0, bytes);
    if (!fresh) return HYS_NOMEM;
    hys_status status = set_cells(p, worker, t, weights, fresh);
    if (status == HYS_OK) status = compensate(p, worker, t, fresh);
    hys__free(worker->ctx, fresh, bytes);
    return status;
}

/* ---- what an array is with its wires ---- */

hys_status hys__tile_new_array(const hys_product *p, const hys__worker *worker, const hys__tile *t, const double *g,
                               hys_array **array) {
    hys_array_opts lines = p->opts.lines;
    lines.rows = t->rows;
    lines.columns = t->columns;
    lines.threads = worker->threads;
    hys_array *a = NULL;
    hys_status status = hys_array_new(worker->ctx, &lines, &a);
    if (status == HYS_OK) status = hys_array_set_conductances(a, g);
    if (status == HYS_OK) status = hys_array_set_law(a, &p->opts.law);
    if (status == HYS_OK) *array = a;
    else hys_array_free(a);
    return status;
}

static bool has_noise(const hys_product *p) {
    return p->opts.read_noise > 0 || p->opts.read_noise_S > 0;
}

static bool is_solved(const hys_product *p) {
    return p->opts.solves_each || p->opts.law.nonlinearity > 2;
}

/* Few reads are solved by themselves, unless their noise needs to know what the wires take from it. */
static bool needs_matrix(const hys_product *p, const hys__tile *t, size_t n_reads) {
    if (hys__lines_are_ideal(&p->opts.lines) || is_solved(p) || t->w) return false;
    return has_noise(p) || hys__matrix_is_worth(t->rows, t->columns, n_reads);
}

/* Memory that stays when conductances change. */
static bool reserve(hys_product *p, double **at, size_t n) {
    if (!*at) *at = HYS_NEW_N(&p->arena, double, n);
    return *at != NULL;
}

hys_status hys__tile_reserve(hys_product *p, hys__tile *t, size_t n_reads) {
    const hys__tile *same = p->donor ? &p->donor->tiles[t - p->tiles] : NULL;
    const size_t count = t->rows * t->columns;
    bool ok = true;
    if (needs_matrix(p, t, n_reads) && same && same->w && !memcmp(same->g, t->g, count * sizeof *t->g)) t->w = same->w;
    if (needs_matrix(p, t, n_reads)) ok = reserve(p, &t->effective, count);
    if (!has_noise(p)) return ok ? HYS_OK : HYS_NOMEM;
    ok = ok && reserve(p, &t->noise, count);
    if (!hys__lines_are_ideal(&p->opts.lines) && !is_solved(p))
        ok = ok && reserve(p, &t->lost, count) && reserve(p, &t->loss, t->columns);
    return ok ? HYS_OK : HYS_NOMEM;
}

static hys_status make_matrix(const hys_product *p, const hys__worker *worker, hys__tile *t) {
    hys_array *array = NULL;
    hys_status status = hys__tile_new_array(p, worker, t, t->g, &array);
    if (status == HYS_OK) status = hys_array_effective(array, t->effective);
    if (status == HYS_OK) t->w = t->effective;
    hys_array_free(array);
    return status;
}

/* h_ij = W_ij / G_ij is, by reciprocity, the voltage across cell (i, j) when its bit line's sense end alone is at 1 V,
 * and so the part of a current that appears in the cell which the sense circuit sees. */
static void find_losses(hys__tile *t) {
    const size_t n = t->columns;
    memset(t->loss, 0, n * sizeof *t->loss);
    for (size_t k = 0; k < t->rows * n; k++) {
        t->lost[k] = t->g[k] > 0 ? 1 - t->w[k] / t->g[k] : 0;
        t->noise[k] *= (1 - t->lost[k]) * (1 - t->lost[k]);
        t->loss[k % n] += t->g[k] * t->lost[k];
    }
}

static void find_noise(const hys_product *p, hys__tile *t) {
    for (size_t k = 0; k < t->rows * t->columns; k++) t->noise[k] = hys__cell_read_variance(&p->opts, t->g[k]);
    if (t->lost) find_losses(t);
    t->has_noise = true;
}

hys_status hys__tile_begin(const hys_product *p, hys__worker *worker, hys__tile *t, size_t n_reads) {
    hys_status status = HYS_OK;
    if (hys__lines_are_ideal(&p->opts.lines)) t->w = t->g;
    else if (needs_matrix(p, t, n_reads)) status = make_matrix(p, worker, t);
    else if (!t->w) status = hys__tile_new_array(p, worker, t, t->g, &worker->array);
    if (status == HYS_OK && has_noise(p) && !t->has_noise) find_noise(p, t);
    return status;
}

void hys__tile_end(hys__worker *worker) {
    hys_array_free(worker->array);
    worker->array = NULL;
}

void hys__tile_forget(hys__tile *t) {
    t->w = NULL;
    t->has_noise = false;
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

static hys_status read_through(const hys_product *p, const hys__worker *worker, const hys__tile *t,
                               const hys__tile_read *r) {
    const size_t n = t->columns, bytes = (t->rows + 2 * n) * sizeof(double);
    double *memory = hys__realloc(worker->ctx, NULL, 0, bytes);
    if (!memory) return HYS_NOMEM;
    for (size_t k = 0; k < r->count; k++) {
        const answer a = {memory, r->currents + k * n, memory + t->rows, memory + t->rows + n};
        for (size_t i = 0; i < t->rows; i++) a.volts[i] = drive(p, r->parts[k * t->rows + i]);
        conduct(t, &a);
        if (t->noise) add_read_noise(p, t, &a, r->read + k);
    }
    hys__free(worker->ctx, memory, bytes);
    return HYS_OK;
}

/* ---- reads that are solved one by one ---- */

typedef struct solver {
    const hys_product *p;
    hys_array *array;
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
    return hys_array_set_conductances(s->array, s->g);
}

static hys_status add_solution(const solver *s, size_t k, double weight) {
    const hys_status status = hys_array_solve(s->array, s->words, NULL);
    const double *currents = hys_array_bit_currents(s->array);
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

static hys_status read_solved(const hys_product *p, const hys__worker *worker, const hys__tile *t,
                              const hys__tile_read *r) {
    const size_t bytes = (t->rows + t->rows * t->columns) * sizeof(double);
    double *memory = hys__realloc(worker->ctx, NULL, 0, bytes);
    if (!memory) return HYS_NOMEM;
    const solver s = {p, worker->array, t, r, memory, memory + t->rows};
    hys_status status = HYS_OK;
    memset(r->currents, 0, r->count * t->columns * sizeof(double));
    for (size_t k = 0; k < r->count && status == HYS_OK; k++) {
        status = hys__worker_tell(worker, r->from + (r->to - r->from) * (double)k / (double)r->count);
        if (status == HYS_OK) status = solve_one(&s, k);
    }
    hys__free(worker->ctx, memory, bytes);
    return status;
}

hys_status hys__tile_currents(const hys_product *p, const hys__worker *worker, const hys__tile *t,
                              const hys__tile_read *r) {
    return t->w ? read_through(p, worker, t, r) : read_solved(p, worker, t, r);
}
