/* How gradients become pulses.  Two arrays: Gokmen and Haensch, Front. Neurosci. 14, 103 (2020). */
#include "network/pulsed.h"
#include <math.h>
#include <string.h>

/* ---- stochastic trains ---- */

/* Weight k up or down by so many pulses. */
static inline void move(hys__pulsed *p, size_t k, int count, hys__pulse_stream *stream) {
    if (!p->has_pairs) {
        hys__pulsed_cell(&p->plus, k, count, stream);
    } else if (p->opts.coding == HYS_PULSED_ONE_WAY) {
        hys__pulsed_cell(count > 0 ? &p->plus : &p->minus, k, count > 0 ? count : -count, stream);
    } else {
        hys__pulsed_cell(&p->plus, k, count, stream);
        hys__pulsed_cell(&p->minus, k, -count, stream);
    }
    p->values[k] = hys__pulsed_value(p, k);
}

typedef struct trains {
    hys__pulsed *p;
    const hys__pulsed_batch *batch;
    hys__pulsed_cells *cells; /* of the fast array; NULL: the weights */
    double step;              /* weight of a pulse */
} trains;

static void masks_of(void *data, size_t part, unsigned thread) {
    const trains *t = data;
    (void)thread;
    hys__masks_draw(t->p, t->batch, t->step, part);
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_BITS __attribute__((target_clones("popcnt", "default")))
#else
#define COUNTS_BITS
#endif

/* A row with 64 columns, of which `hits` pulse in one of its slots. */
COUNTS_BITS static void meet(const trains *t, uint32_t row, uint64_t hits, size_t first, const uint32_t *columns,
                             hys__pulse_stream *stream) {
    for (; hits; hits &= hits - 1) {
        const size_t j = (size_t)__builtin_ctzll(hits);
        const int n = __builtin_popcount(row & columns[j] & ~HYS__MASK_SIGN);
        /* down against the gradient: x dy > 0 lowers the weight */
        const int count = (row ^ columns[j]) & HYS__MASK_SIGN ? -n : n;
        if (t->cells) hys__pulsed_cell(t->cells, first + j, count, stream);
        else move(t->p, first + j, count, stream);
    }
}

static void meet_row(const trains *t, size_t sample, size_t row, hys__pulse_stream *stream) {
    const hys__masks *m = &t->p->masks;
    const size_t columns = m->column.lines, words = hys__words_of(columns);
    const uint32_t mask = m->row.masks[sample * m->row.lines + row];
    const uint64_t *slots = m->slots + sample * HYS__MOST_SLOTS * words;
    for (size_t w = 0; w < words; w++) {
        uint64_t hits = 0;
        for (uint32_t left = mask & ~HYS__MASK_SIGN; left; left &= left - 1)
            hits |= slots[(size_t)__builtin_ctz(left) * words + w];
        if (hits) meet(t, mask, hits, row * columns + 64 * w, m->column.masks + sample * columns + 64 * w, stream);
    }
}

static void chunk(void *data, size_t part, unsigned thread) {
    const trains *t = data;
    const hys__masks *m = &t->p->masks;
    const size_t from = part * HYS__ROWS_PER_CHUNK, words = hys__words_of(m->row.lines);
    (void)thread;
    for (size_t sample = 0; sample < t->batch->n; sample++) {
        const uint64_t rows = m->row.pulsing[sample * words + from / 64] >> from % 64;
        if (m->lengths[sample] == 0) continue;
        for (uint64_t left = rows & ((1u << HYS__ROWS_PER_CHUNK) - 1); left; left &= left - 1)
            meet_row(t, sample, from + (size_t)__builtin_ctzll(left), &t->p->streams[part]);
    }
}

/* Kernels see the pulses of one sample before the next. */
static hys_status train_by_kernel(trains *t) {
    hys__pulsed *p = t->p;
    const hys__pulsed_batch *whole = t->batch;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < whole->n && status == HYS_OK; k++) {
        const hys__pulsed_batch one = {1, whole->first + k, whole->rate, whole->x + k * p->base.rows,
                                       whole->dy + k * p->base.columns};
        t->batch = &one;
        hys__masks_draw(p, &one, t->step, 0);
        p->slots += p->masks.lengths[0];
        hys__pulsed_chunks(p, chunk, t);
        status = t->cells ? hys__pulsed_cells_apply(t->cells, &p->tally) : hys__pulsed_flush(p);
    }
    t->batch = whole;
    return status;
}

static hys_status train(hys__pulsed *p, const hys__pulsed_batch *batch, hys__pulsed_cells *cells, double step) {
    trains t = {p, batch, cells, step};
    const hys_status status = hys__masks_reserve(p, batch->n);
    if (status != HYS_OK) return status;
    if (p->plus.kernel) return train_by_kernel(&t);
    hys__team_run(p->team, batch->n, masks_of, &t);
    for (size_t k = 0; k < batch->n; k++) p->slots += p->masks.lengths[k];
    hys__pulsed_chunks(p, chunk, &t);
    return HYS_OK;
}

hys_status hys__pulsed_stochastic(hys__pulsed *p, const hys__pulsed_batch *batch) {
    return train(p, batch, NULL, p->step);
}

/* ---- by the gradient of a batch ---- */

hys_status hys__pulsed_add(hys__pulsed *p, const hys__pulsed_batch *batch) {
    const hys__gemm shape = {
        .m = p->base.rows, .n = p->base.columns, .k = batch->n, .a_transposed = true, .adds = p->has_sums};
    hys__blas_sgemm(&p->blas, &shape, batch->x, batch->dy, p->sums);
    p->has_sums = true;
    return HYS_OK;
}

static double largest_of(const float *values, size_t n) {
    float most = 0;
    for (size_t k = 0; k < n; k++) most = fabsf(values[k]) > most ? fabsf(values[k]) : most;
    return (double)most;
}

typedef struct counted {
    hys__pulsed *p;
    double up, down; /* of the gradient, for a pulse; 0: by its sign */
    double least;    /* gradients below it make none */
} counted;

static int count_of(const counted *c, double gradient) {
    if (!(fabs(gradient) > c->least)) return 0;
    if (c->up == 0) return gradient > 0 ? -1 : 1;
    const double n = rint(fabs(gradient) / (gradient > 0 ? c->down : c->up)), most = (double)c->p->opts.train_length;
    return (int)(gradient > 0 ? -fmin(n, most) : fmin(n, most));
}

static void count_chunk(void *data, size_t part, unsigned thread) {
    const counted *c = data;
    hys__pulsed *p = c->p;
    const size_t from = part * HYS__ROWS_PER_CHUNK * p->base.columns, all = p->base.rows * p->base.columns;
    const size_t to = from + HYS__ROWS_PER_CHUNK * p->base.columns;
    (void)thread;
    for (size_t k = from; k < to && k < all; k++) {
        const int n = count_of(c, (double)p->sums[k]);
        p->sums[k] += (float)(n * (n < 0 ? c->down : c->up)); /* what is left stays for the next batch (0 by sign) */
        if (n) move(p, k, n, &p->streams[part]);
    }
}

/* Rows one after the other: all columns at once, as many slots as the longest of them. */
static double slots_of(const counted *c) {
    const hys__pulsed *p = c->p;
    double slots = 0;
    for (size_t i = 0; i < p->base.rows; i++) {
        int most = 0;
        for (size_t j = 0; j < p->base.columns; j++) {
            const int n = count_of(c, (double)p->sums[i * p->base.columns + j]);
            most = n > most ? n : -n > most ? -n : most;
        }
        slots += most;
    }
    return slots;
}

hys_status hys__pulsed_by_gradient(hys__pulsed *p, double rate) {
    const double most = largest_of(p->sums, p->base.rows * p->base.columns);
    counted c = {p, 0, 0, 0};
    if (rate > 0) c.up = p->up / rate, c.down = p->down / rate;
    else c.least = p->opts.threshold * most;
    if (!p->has_sums) return HYS_OK;
    p->has_sums = rate > 0;
    p->slots += slots_of(&c);
    hys__pulsed_chunks(p, count_chunk, &c);
    return hys__pulsed_flush(p);
}

/* ---- two arrays ---- */

/* A row of the fast array is read, and so much of it is written into the weights: as pulses, with what is left of one
 * drawn. */
static void transfer(hys__pulsed *p, size_t row) {
    const double rate = p->opts.transfer_rate > 0 ? p->opts.transfer_rate : 0.1;
    const size_t columns = p->base.columns;
    const uint64_t key[2] = {p->opts.seed ^ 0x7472616e73ull, p->plus.key[1]};
    hys__pulse_stream *stream = &p->streams[p->n_chunks];
    int most = 0;
    for (size_t j = 0; j < columns; j++) {
        const size_t k = row * columns + j;
        const double held = p->scale * ((double)p->fast.x[k] - p->fast_reference);
        const double n = fabs(rate * held) / (held > 0 ? p->up : p->down);
        uint64_t bits[2];
        hys__threefry2x64(key, (const uint64_t[]){p->samples, k}, bits);
        int count = (int)fmin(floor(n + hys__uniform(bits[0])), (double)p->opts.train_length);
        if (count > most) most = count;
        if (count) move(p, k, held > 0 ? count : -count, stream);
    }
    p->slots += most;
    hys__pulsed_tell(p, stream);
}

hys_status hys__pulsed_two_arrays(hys__pulsed *p, const hys__pulsed_batch *batch) {
    const uint64_t every = p->opts.transfer_every ? p->opts.transfer_every : 1;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < batch->n && status == HYS_OK; k++) {
        const hys__pulsed_batch one = {1, batch->first + k, batch->rate, batch->x + k * p->base.rows,
                                       batch->dy + k * p->base.columns};
        status = train(p, &one, &p->fast, p->scale * hys__pulsed_step(p->fast.law));
        if (status != HYS_OK || (one.first + 1) % every != 0) continue;
        transfer(p, p->next_row);
        p->next_row = (p->next_row + 1) % p->base.rows;
        status = hys__pulsed_flush(p);
    }
    return status;
}
