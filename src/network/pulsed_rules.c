/* How gradients become pulses.
 *
 * Stochastic trains: Gokmen and Vlasov, Front. Neurosci. 10, 333 (2016), with the probabilities of rows and columns
 * brought to one scale (Gokmen, Onen and Haensch, Front. Neurosci. 11, 538 (2017)).  Two arrays: Gokmen and Haensch,
 * Front. Neurosci. 14, 103 (2020). */
#include "base/memory.h"
#include "network/pulsed.h"
#include <math.h>
#include <string.h>

/* ---- stochastic trains ---- */

/* Bits of which each is set with probability p, to 2^-16: the binary digits of p choose, from the last to the first,
 * between AND and OR with fair bits. */
static uint32_t random_mask(const uint64_t key[2], uint64_t a, uint64_t b, double p, uint32_t slots) {
    const uint32_t digits = (uint32_t)lrint(fmin(p, 1) * 65536);
    uint32_t mask = 0;
    if (digits == 0) return 0;
    if (digits >= 65536) return slots;
    const int first = __builtin_ctz(digits);
    for (int d = first; d < 16; d += 4) {
        uint64_t bits[2];
        hys__threefry2x64(key, (const uint64_t[]){a, b + ((uint64_t)d << 40)}, bits);
        const uint32_t words[4] = {(uint32_t)bits[0], (uint32_t)(bits[0] >> 32), (uint32_t)bits[1],
                                   (uint32_t)(bits[1] >> 32)};
        for (int i = 0; i < 4 && d + i < 16; i++) mask = digits >> (d + i) & 1 ? mask | words[i] : mask & words[i];
    }
    return mask & slots;
}

/* Sign in bit 31, which no train reaches. */
#define SIGN 0x80000000u

typedef struct trains {
    hys__pulsed *p;
    const hys__pulsed_batch *batch;
    hys__pulsed_cells *cells; /* of the fast array; NULL: the weights */
    double gain;              /* probability of a pulse for a value of 1: of rows times that of columns */
} trains;

static float largest_of(const float *row, size_t n) {
    float most = 0;
    for (size_t k = 0; k < n; k++) most = fmaxf(most, fabsf(row[k]));
    return most;
}

static void make_masks(const trains *t, size_t sample) {
    const hys__pulsed *p = t->p;
    const size_t rows = p->base.rows, columns = p->base.columns;
    const float *x = t->batch->x + sample * rows, *dy = t->batch->dy + sample * columns;
    const uint32_t slots = (uint32_t)((1ull << p->opts.train_length) - 1);
    const uint64_t key[2] = {p->opts.seed ^ 0x747261696eull, p->plus.key[1]}, number = t->batch->first + sample;
    const double most_x = (double)largest_of(x, rows), most_d = (double)largest_of(dy, columns);
    const double balance = most_x > 0 && most_d > 0 ? sqrt(most_d / most_x) : 0, gain = sqrt(t->gain);
    uint32_t *row = p->row_masks + sample * rows, *column = p->column_masks + sample * columns;
    for (size_t i = 0; i < rows; i++) {
        const double probability = balance > 0 ? gain * balance * fabs((double)x[i]) : 0;
        row[i] = random_mask(key, number, i, probability, slots) | (x[i] < 0 ? SIGN : 0);
    }
    for (size_t j = 0; j < columns; j++) {
        const double probability = balance > 0 ? gain / balance * fabs((double)dy[j]) : 0;
        column[j] = random_mask(key, number, rows + j, probability, slots) | (dy[j] > 0 ? SIGN : 0);
    }
}

static void masks_of(void *data, size_t part, unsigned thread) {
    (void)thread;
    make_masks(data, part);
}

static void meet(const trains *t, size_t row, size_t sample, hys__pulse_tally *tally) {
    hys__pulsed *p = t->p;
    const size_t columns = p->base.columns;
    const uint32_t a = p->row_masks[sample * p->base.rows + row], *b = p->column_masks + sample * columns;
    if ((a & ~SIGN) == 0) return;
    for (size_t j = 0; j < columns; j++) {
        const int n = __builtin_popcount(a & b[j] & ~SIGN);
        if (n == 0) continue;
        /* down against the gradient: x dy > 0 lowers the weight */
        const int count = (a ^ b[j]) & SIGN ? -n : n;
        if (t->cells) hys__pulsed_cell(t->cells, row * columns + j, count, tally);
        else hys__pulsed_move(p, row * columns + j, count, tally);
    }
}

static void chunk(void *data, size_t part, unsigned thread) {
    const trains *t = data;
    hys__pulsed *p = t->p;
    const size_t from = part * p->rows_per_chunk, to = from + p->rows_per_chunk;
    (void)thread;
    for (size_t sample = 0; sample < t->batch->n; sample++)
        for (size_t row = from; row < to && row < p->base.rows; row++) meet(t, row, sample, &p->tallies[part]);
}

static hys_status need_masks(hys__pulsed *p, size_t n) {
    if (n <= p->mask_room) return HYS_OK;
    const size_t rows = p->base.rows * sizeof(uint32_t), columns = p->base.columns * sizeof(uint32_t);
    uint32_t *row = hys__realloc(p->base.ctx, p->row_masks, p->mask_room * rows, n * rows);
    if (!row) return HYS_NOMEM;
    p->row_masks = row;
    uint32_t *column = hys__realloc(p->base.ctx, p->column_masks, p->mask_room * columns, n * columns);
    if (!column) { /* sizes must stay those that are told when they are freed */
        p->row_masks = hys__realloc(p->base.ctx, p->row_masks, n * rows, p->mask_room * rows);
        return HYS_NOMEM;
    }
    p->column_masks = column;
    p->mask_room = n;
    return HYS_OK;
}

/* Kernels see the pulses of one sample before the next. */
static hys_status train_by_kernel(trains *t) {
    hys__pulsed *p = t->p;
    const hys__pulsed_batch whole = *t->batch;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < whole.n && status == HYS_OK; k++) {
        const hys__pulsed_batch one = {1, whole.first + k, whole.rate, whole.x + k * p->base.rows,
                                       whole.dy + k * p->base.columns};
        t->batch = &one;
        make_masks(t, 0);
        hys__pulsed_chunks(p, chunk, t);
        status = t->cells ? hys__pulsed_cells_apply(t->cells, &p->tally) : hys__pulsed_flush(p);
    }
    t->batch = &whole;
    return status;
}

static hys_status train(hys__pulsed *p, const hys__pulsed_batch *batch, hys__pulsed_cells *cells, double step) {
    const double length = (double)p->opts.train_length;
    trains t = {p, batch, cells, batch->rate / (length * step)};
    const hys_status status = need_masks(p, batch->n);
    p->slots += length * (double)batch->n;
    if (status != HYS_OK) return status;
    if (p->plus.kernel) return train_by_kernel(&t);
    hys__team_run(p->team, batch->n, masks_of, &t);
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

typedef struct counted {
    hys__pulsed *p;
    double unit;  /* of the gradient, for a pulse; 0: by its sign */
    double least; /* gradients below it make none */
} counted;

static int count_of(const counted *c, double gradient) {
    if (!(fabs(gradient) > c->least)) return 0;
    if (c->unit == 0) return gradient > 0 ? -1 : 1;
    const double n = fmin(rint(fabs(gradient) / c->unit), (double)c->p->opts.train_length);
    return gradient > 0 ? -(int)n : (int)n;
}

static void count_chunk(void *data, size_t part, unsigned thread) {
    const counted *c = data;
    hys__pulsed *p = c->p;
    const size_t from = part * p->rows_per_chunk * p->base.columns, all = p->base.rows * p->base.columns;
    const size_t to = from + p->rows_per_chunk * p->base.columns;
    (void)thread;
    for (size_t k = from; k < to && k < all; k++) {
        const int n = count_of(c, (double)p->sums[k]);
        if (n) hys__pulsed_move(p, k, n, &p->tallies[part]);
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

hys_status hys__pulsed_by_gradient(hys__pulsed *p, double unit) {
    const double most = (double)largest_of(p->sums, p->base.rows * p->base.columns);
    counted c = {p, unit, unit == 0 ? p->opts.threshold * most : 0};
    if (!p->has_sums) return HYS_OK;
    p->has_sums = false;
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
    hys__pulse_tally tally = {0, 0, 0};
    int most = 0;
    for (size_t j = 0; j < columns; j++) {
        const size_t k = row * columns + j;
        const double held = p->scale * ((double)p->fast.x[k] - p->fast_reference), n = fabs(rate * held / p->step);
        uint64_t bits[2];
        hys__threefry2x64(key, (const uint64_t[]){p->samples, k}, bits);
        int count = (int)fmin(floor(n + hys__uniform(bits[0])), (double)p->opts.train_length);
        if (count > most) most = count;
        if (count) hys__pulsed_move(p, k, held > 0 ? count : -count, &tally);
    }
    p->slots += most;
    p->tally.up += tally.up;
    p->tally.down += tally.down;
    p->tally.energy += tally.energy;
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
