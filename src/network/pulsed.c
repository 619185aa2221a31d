/* A layer whose weights are cells that pulses change. */
#include "network/pulsed.h"
#include "base/diag.h"
#include "base/memory.h"
#include <math.h>
#include <string.h>

static const char *const rule_names[] = {
#define HYS_X(id, name, what) name,
    HYS_PULSED_RULES(HYS_X)
#undef HYS_X
};
static const char *const coding_names[] = {
#define HYS_X(id, name, what) name,
    HYS_PULSED_CODINGS(HYS_X)
#undef HYS_X
};

const char *hys_pulsed_rule_name(hys_pulsed_rule rule) {
    return (unsigned)rule < HYS_N_PULSED_RULES ? rule_names[rule] : "";
}

const char *hys_pulsed_coding_name(hys_pulsed_coding coding) {
    return (unsigned)coding < HYS_N_PULSED_CODINGS ? coding_names[coding] : "";
}

hys_pulsed_opts hys_pulsed_opts_default(void) {
    return (hys_pulsed_opts){.size = sizeof(hys_pulsed_opts)};
}

/* ---- what is held ---- */

void hys__pulsed_look(hys__pulsed *p) {
    for (size_t k = 0; k < p->base.rows * p->base.columns; k++) p->values[k] = hys__pulsed_value(p, k);
}

/* ---- products ---- */

/* To steps of the largest magnitude of the row. */
static void quantise(float *row, size_t n, int32_t bits) {
    float most = 0;
    if (bits == 0) return;
    for (size_t k = 0; k < n; k++) most = fmaxf(most, fabsf(row[k]));
    const float steps = (float)((1u << (bits - 1)) - 1), unit = most / steps;
    for (size_t k = 0; k < n && most > 0; k++) row[k] = rintf(row[k] / unit) * unit;
}

static void add_noise(const hys__pulsed *p, uint64_t sample, uint64_t pass, bool is_back, float *row, size_t n) {
    const uint64_t key[2] = {p->opts.seed ^ 0x6e6f697365ull, pass * 2 + is_back};
    float most = 0;
    for (size_t k = 0; k < n; k++) most = fmaxf(most, fabsf(row[k]));
    for (size_t k = 0; k < n; k++) {
        const uint64_t at[2] = {sample, k};
        row[k] += most * (float)(p->opts.read_noise * hys__normal(key, at));
    }
}

static void spoil(const hys__pulsed *p, const hys__block *block, bool is_back, float *y, size_t n) {
    for (size_t i = 0; i < block->n; i++) {
        if (p->opts.read_noise > 0) add_noise(p, block->first + i, block->pass, is_back, y + i * n, n);
        quantise(y + i * n, n, p->opts.output_bits);
    }
}

/* What goes in, as converters make it; x itself where there are none.  NULL: out of memory. */
static const float *converted(const hys__pulsed *p, const hys__block *block, const float *x, size_t width) {
    if (p->opts.input_bits == 0) return x;
    float *q = hys__rooms_take(p->rooms, block->thread, block->n * width);
    if (!q) return NULL;
    memcpy(q, x, block->n * width * sizeof *q);
    for (size_t i = 0; i < block->n; i++) quantise(q + i * width, width, p->opts.input_bits);
    return q;
}

static hys_status product(const hys__pulsed *p, const hys__block *block, bool is_back, const float *x, float *y) {
    const size_t in = is_back ? p->base.columns : p->base.rows, out = is_back ? p->base.rows : p->base.columns;
    const float *q = converted(p, block, x, in);
    if (!q) return HYS_NOMEM;
    const hys__gemm shape = {.m = block->n, .n = out, .k = in, .b_transposed = is_back};
    hys__blas_sgemm(&p->blas, &shape, q, p->values, y);
    spoil(p, block, is_back, y, out);
    return HYS_OK;
}

static hys_status multiply(hys__weights *w, const hys__block *block, const float *x, float *y) {
    return product((const hys__pulsed *)w, block, false, x, y);
}

static hys_status multiply_back(hys__weights *w, const hys__block *block, const float *dy, float *dx) {
    return product((const hys__pulsed *)w, block, true, dy, dx);
}

static hys_status get(const hys__weights *w, float *values) {
    const hys__pulsed *p = (const hys__pulsed *)w;
    memcpy(values, p->values, w->rows * w->columns * sizeof *values);
    return HYS_OK;
}

/* ---- programming ---- */

static hys_status program(hys__pulsed *p, const float *values) {
    const size_t n = p->base.rows * p->base.columns;
    float *x = hys__realloc(p->base.ctx, NULL, 0, n * sizeof *x);
    if (!x) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        const float part = values[k] / (float)p->scale;
        /* Pairs lie about the middle where both go both ways; one-way ones leave room upwards. */
        x[k] = !p->has_pairs                          ? part + (float)p->reference
               : p->opts.coding == HYS_PULSED_ONE_WAY ? fmaxf(0, part)
                                                      : 0.5f + 0.5f * part;
    }
    hys_status status = hys__pulsed_cells_program(&p->plus, x, p->opts.starts_perfect);
    for (size_t k = 0; k < n && p->has_pairs; k++) {
        const float part = values[k] / (float)p->scale;
        x[k] = p->opts.coding == HYS_PULSED_ONE_WAY ? fmaxf(0, -part) : 0.5f - 0.5f * part;
    }
    if (status == HYS_OK && p->has_pairs) status = hys__pulsed_cells_program(&p->minus, x, p->opts.starts_perfect);
    hys__free(p->base.ctx, x, n * sizeof *x);
    hys__pulsed_look(p);
    return status;
}

static hys_status set(hys__weights *w, const float *values) {
    return program((hys__pulsed *)w, values);
}

/* ---- pulses ---- */

void hys__pulsed_tell(hys__pulsed *p, hys__pulse_stream *stream) {
    p->tally.up += stream->tally.up;
    p->tally.down += stream->tally.down;
    p->tally.energy += stream->tally.energy;
    stream->tally = (hys__pulse_tally){0, 0, 0};
}

void hys__pulsed_chunks(hys__pulsed *p, hys__team_work work, void *data) {
    hys__team_run(p->plus.kernel ? NULL : p->team, p->n_chunks, work, data);
    for (size_t c = 0; c < p->n_chunks; c++) hys__pulsed_tell(p, &p->streams[c]);
}

hys_status hys__pulsed_flush(hys__pulsed *p) {
    if (!p->plus.kernel) return HYS_OK;
    hys_status status = hys__pulsed_cells_apply(&p->plus, &p->tally);
    if (status == HYS_OK && p->has_pairs) status = hys__pulsed_cells_apply(&p->minus, &p->tally);
    hys__pulsed_look(p);
    return status;
}

#define FULL 0.95f /* of the window: from there on a cell of a one-way pair is set back */

hys_status hys__pulsed_refresh(hys__pulsed *p) {
    const size_t n = p->base.rows * p->base.columns;
    size_t found = 0;
    if (p->opts.coding != HYS_PULSED_ONE_WAY) return HYS_OK;
    for (size_t k = 0; k < n; k++) found += p->plus.x[k] > FULL || p->minus.x[k] > FULL;
    if (found == 0) return HYS_OK;
    float *x = hys__realloc(p->base.ctx, NULL, 0, 2 * n * sizeof *x), *y = x ? x + n : NULL;
    if (!x) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        const float a = p->plus.x[k], b = p->minus.x[k];
        const bool is_full = (a > FULL || b > FULL) && fminf(a, b) > 1 - FULL;
        x[k] = is_full ? fmaxf(0, a - b) : NAN;
        y[k] = is_full ? fmaxf(0, b - a) : NAN;
        p->refreshed += is_full;
    }
    hys_status status = hys__pulsed_cells_program(&p->plus, x, false);
    if (status == HYS_OK) status = hys__pulsed_cells_program(&p->minus, y, false);
    hys__free(p->base.ctx, x, 2 * n * sizeof *x);
    hys__pulsed_look(p);
    return status;
}

static hys_status update(hys__weights *w, const hys__block *block, double rate, const float *x, const float *dy) {
    static hys__pulsed_update *const rules[] = {hys__pulsed_stochastic, hys__pulsed_add, hys__pulsed_add,
                                                hys__pulsed_two_arrays};
    hys__pulsed *p = (hys__pulsed *)w;
    const hys__pulsed_batch batch = {block->n, p->samples, rate, x, dy};
    const hys_status status = rules[p->opts.rule](p, &batch);
    p->samples += block->n;
    return status;
}

static hys_status end_batch(hys__weights *w, double rate) {
    hys__pulsed *p = (hys__pulsed *)w;
    hys_status status = HYS_OK;
    if (p->opts.rule == HYS_PULSED_SIGN) status = hys__pulsed_by_gradient(p, 0);
    if (p->opts.rule == HYS_PULSED_COUNTED) status = hys__pulsed_by_gradient(p, rate);
    return status == HYS_OK ? hys__pulsed_refresh(p) : status;
}

/* ---- making and unmaking ---- */

static void drop(hys__pulsed *p, void *at, size_t bytes) {
    if (at) hys__free(p->base.ctx, at, bytes);
}

static void unmake(hys__weights *w) {
    hys__pulsed *p = (hys__pulsed *)w;
    const size_t n = w->rows * w->columns;
    hys__pulsed_cells_free(&p->plus);
    hys__pulsed_cells_free(&p->minus);
    hys__pulsed_cells_free(&p->fast);
    drop(p, p->values, n * sizeof *p->values);
    drop(p, p->gradient, n * sizeof *p->gradient);
    drop(p, p->sums, n * sizeof *p->sums);
    drop(p, p->streams, (p->n_chunks + 1) * sizeof *p->streams);
    hys__masks_free(p);
    hys__pulsed_kept_free(p);
    if (p->rooms) {
        hys__rooms_free(p->rooms);
        hys__free(w->ctx, p->rooms, sizeof *p->rooms);
    }
    hys__free(w->ctx, p, sizeof *p);
}

const hys__weights_kind hys__pulsed_kind = {.name = "in place",
                                            .multiply = multiply,
                                            .multiply_back = multiply_back,
                                            .update = update,
                                            .end_batch = end_batch,
                                            .get = get,
                                            .set = set,
                                            .parts = hys__pulsed_parts,
                                            .restored = hys__pulsed_restored,
                                            .free = unmake};

static hys_status check(hys_ctx *ctx, const hys_pulsed_opts *o) {
    if (!o->synapse) return hys__fail(ctx, HYS_ARG, NULL, "there is no device to train in place");
    if (o->train_length > HYS__MOST_SLOTS)
        return hys__fail(ctx, HYS_ARG, NULL, "a train has at most %d slots", HYS__MOST_SLOTS);
    if ((unsigned)o->rule >= HYS_N_PULSED_RULES || (unsigned)o->coding >= HYS_N_PULSED_CODINGS)
        return hys__fail(ctx, HYS_ARG, NULL, "there is no such rule of training in place");
    if (!(o->stuck_on >= 0 && o->stuck_off >= 0 && o->stuck_on + o->stuck_off <= 1))
        return hys__fail(ctx, HYS_ARG, NULL, "parts of the cells that are stuck lie between 0 and 1");
    if (!(o->read_noise >= 0 && isfinite(o->read_noise)) || !(o->weight_range >= 0 && isfinite(o->weight_range)))
        return hys__fail(ctx, HYS_ARG, NULL, "read noise and weight range are not negative");
    if (o->input_bits < 0 || o->input_bits == 1 || o->input_bits > 24 || o->output_bits < 0 || o->output_bits == 1 ||
        o->output_bits > 24)
        return hys__fail(ctx, HYS_ARG, NULL, "converters have from 2 to 24 bits, or 0 for none");
    return HYS_OK;
}

static double middle_of(const double *mean) {
    return fabs(mean[HYS_SYNAPSE_POINTS / 2]);
}

#define GRADUAL 0.04 /* of the window: larger steps throw one cell from end to end */

static bool is_gradual(const hys_synapse_law *law) {
    return middle_of(law->up_mean) <= GRADUAL && middle_of(law->down_mean) <= GRADUAL;
}

static double largest(const float *values, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs((double)values[k]));
    return most;
}

#define USUAL_RANGE 0.6 /* as other simulators of training in place have it */

/* Rules that count pulses know the step of each direction, so that only what changes along the window is uneven; the
 * others take pulses as they are. */
static double reference(const hys__pulsed *p) {
    const hys_synapse_law *law = hys_synapse_get_law(p->opts.synapse);
    const bool is_counted = p->opts.rule == HYS_PULSED_COUNTED || p->opts.rule == HYS_PULSED_TWO_ARRAYS;
    const double up = middle_of(law->up_mean), down = middle_of(law->down_mean);
    return is_counted ? hys__pulsed_symmetry(law, up, down) : hys__pulsed_symmetry(law, 1, 1);
}

/* One cell holds a weight only where what pulses up and down undo is the same: elsewhere it drifts to an end. */
static void choose_coding(hys__pulsed *p) {
    const double x = reference(p);
    const bool is_even = fabs(x - 0.5) < 0.3 && is_gradual(hys_synapse_get_law(p->opts.synapse));
    if (p->opts.coding == HYS_PULSED_AUTO) p->opts.coding = is_even ? HYS_PULSED_REFERENCE : HYS_PULSED_ONE_WAY;
    p->has_pairs = p->opts.coding != HYS_PULSED_REFERENCE;
    p->reference = p->has_pairs ? 0 : isnan(x) ? 0.5 : x;
}

static hys_status scale(hys__pulsed *p, const float *values) {
    const hys_synapse_law *law = hys_synapse_get_law(p->opts.synapse);
    const double most = largest(values, p->base.rows * p->base.columns);
    choose_coding(p);
    if (p->opts.weight_range == 0) p->opts.weight_range = fmax(USUAL_RANGE, most);
    if (p->opts.train_length == 0) p->opts.train_length = HYS__MOST_SLOTS;
    p->scale = p->opts.weight_range / (p->has_pairs ? 1 : fmax(p->reference, 1 - p->reference));
    const double up = p->scale * middle_of(law->up_mean), down = p->scale * middle_of(law->down_mean);
    const bool is_one_way = p->opts.coding == HYS_PULSED_ONE_WAY, is_pair = p->opts.coding == HYS_PULSED_PAIRS;
    p->up = is_pair ? up + down : up;
    p->down = is_pair ? up + down : is_one_way ? up : down;
    p->step = 0.5 * (p->up + p->down);
    if (p->up > 0 && p->down > 0) return HYS_OK;
    return hys__fail(p->base.ctx, HYS_ARG, "give it other pulses: --up, --down",
                     "pulses do not change %s in the middle of its window", law->name ? law->name : "the device");
}

static void *take(hys__pulsed *p, size_t bytes) {
    void *at = hys__realloc(p->base.ctx, NULL, 0, bytes);
    if (at) memset(at, 0, bytes);
    return at;
}

static hys_status take_all(hys__pulsed *p) {
    const size_t n = p->base.rows * p->base.columns;
    p->n_chunks = (p->base.rows + HYS__ROWS_PER_CHUNK - 1) / HYS__ROWS_PER_CHUNK;
    p->values = take(p, n * sizeof *p->values);
    p->streams = take(p, (p->n_chunks + 1) * sizeof *p->streams);
    p->sums = take(p, n * sizeof *p->sums);
    if (p->opts.rule == HYS_PULSED_TWO_ARRAYS) p->gradient = take(p, n * sizeof *p->gradient);
    if (p->opts.input_bits > 0) p->rooms = take(p, sizeof *p->rooms);
    const bool has_gradient = p->gradient || p->opts.rule != HYS_PULSED_TWO_ARRAYS;
    const bool has_rooms = p->rooms || p->opts.input_bits == 0;
    return p->values && p->streams && p->sums && has_gradient && has_rooms ? HYS_OK : HYS_NOMEM;
}

/* The array that collects gradients begins at its symmetry, which stands for 0. */
static hys_status make_fast(hys__pulsed *p, hys__pulsed_setup setup) {
    const size_t n = p->base.rows * p->base.columns;
    if (p->opts.rule != HYS_PULSED_TWO_ARRAYS) return HYS_OK;
    setup.array += 2;
    hys_status status = hys__pulsed_cells_init(p->base.ctx, n, &setup, &p->fast);
    p->fast_reference = hys__pulsed_symmetry(hys_synapse_get_law(p->opts.synapse), 1, 1);
    if (isnan(p->fast_reference)) p->fast_reference = 0.5;
    for (size_t k = 0; status == HYS_OK && k < n; k++) p->sums[k] = (float)p->fast_reference;
    if (status == HYS_OK) status = hys__pulsed_cells_program(&p->fast, p->sums, true);
    return status;
}

static void key_streams(hys__pulsed *p, size_t layer) {
    for (size_t c = 0; c <= p->n_chunks; c++) {
        p->streams[c].key[0] = p->opts.seed ^ 0x70756c736573ull;
        p->streams[c].key[1] = (uint64_t)layer << 40 | c;
    }
}

static hys_status make_cells(hys__pulsed *p, size_t layer) {
    const size_t n = p->base.rows * p->base.columns;
    hys__pulsed_setup setup = {p->opts.synapse,   p->opts.cells, p->opts.stuck_on,
                               p->opts.stuck_off, p->opts.seed,  4 * layer};
    hys_status status = hys__pulsed_cells_init(p->base.ctx, n, &setup, &p->plus);
    setup.array++;
    if (status == HYS_OK && p->has_pairs) status = hys__pulsed_cells_init(p->base.ctx, n, &setup, &p->minus);
    setup.array--;
    key_streams(p, layer);
    return status == HYS_OK ? make_fast(p, setup) : status;
}

hys_status hys_network_hold_pulsed(hys_network *network, size_t k, const hys_pulsed_opts *given) {
    hys_ctx *ctx = hys__network_ctx(network);
    const hys_layer_info info = hys_network_layer(network, k);
    hys_status status = check(ctx, given);
    if (status == HYS_OK && info.rows == 0)
        status = hys__fail(ctx, HYS_ARG, NULL, "layer %zu has no weights to be held by a device", k + 1);
    if (status != HYS_OK) return status;
    hys__pulsed *p = hys__realloc(ctx, NULL, 0, sizeof *p);
    if (!p) return HYS_NOMEM;
    *p = (hys__pulsed){.base = {&hys__pulsed_kind, ctx, info.rows, info.columns}, .opts = *given};
    p->team = hys__network_team(network);
    hys__blas_open(&p->blas);
    status = scale(p, info.weights);
    if (status == HYS_OK) status = take_all(p);
    if (status == HYS_OK) status = hys__pulsed_kept_init(p);
    if (status == HYS_OK) status = make_cells(p, k);
    if (status == HYS_OK) status = program(p, info.weights);
    if (status == HYS_OK) return hys__network_hold(network, k, &p->base);
    unmake(&p->base);
    return status;
}

/* ---- what it took ---- */

bool hys__network_is_pulsed(const hys_network *network, size_t k) {
    const hys__weights *w = hys__network_held(network, k);
    return w && w->kind == &hys__pulsed_kind;
}

hys_status hys_network_pulsed(const hys_network *network, size_t k, hys_pulsed_report *report) {
    const hys__weights *w = hys__network_held(network, k);
    if (!hys__network_is_pulsed(network, k))
        return hys__fail(hys__network_ctx(network), HYS_ARG, NULL, "layer %zu is not trained in place", k + 1);
    const hys__pulsed *p = (const hys__pulsed *)w;
    const size_t n = w->rows * w->columns;
    *report = (hys_pulsed_report){.size = sizeof *report,
                                  .up = p->tally.up,
                                  .down = p->tally.down,
                                  .energy = p->tally.energy,
                                  .refreshed = p->refreshed};
    const hys__pulsed_cells *arrays[] = {&p->plus, &p->minus, &p->fast};
    double full = 0, cells = 0, width = 0;
    for (size_t a = 0; a < 3; a++)
        for (size_t i = 0; i < n && arrays[a]->x; i++) {
            report->most = fmax(report->most, arrays[a]->pulses[i]);
            full += arrays[a]->x[i] <= 0 || arrays[a]->x[i] >= 1;
            cells++;
        }
    width = p->plus.law->up.width + p->plus.law->down.width;
    report->full = full / cells;
    report->time = p->slots * width;
    report->updates = (double)p->samples;
    return HYS_OK;
}
