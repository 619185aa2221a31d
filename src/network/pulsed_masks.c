/* When lines pulse: stochastic trains.
 *
 * Gokmen and Vlasov, Front. Neurosci. 10, 333 (2016), with the probabilities of rows and columns brought to one scale
 * (Gokmen, Onen and Haensch, Front. Neurosci. 11, 538 (2017)), and with no more slots than a sample needs (as in
 * aihwkit, Rasch et al., AICAS 2021). */
#include "base/clones.h"
#include "base/memory.h"
#include "network/pulsed.h"
#include <math.h>
#include <string.h>

/* Lines side by side.  Of each a probability in binary digits, of 2^-16; masks are made of bytes, 8 slots each. */
enum { LINES = 64, BYTES = LINES / 8, DIGITS = 16, WORDS = BYTES * DIGITS, CALLS = WORDS / (2 * HYS__COUNTERS) };

typedef struct group {
    size_t n;
    size_t line[LINES];
    float value[LINES];
    uint32_t part[LINES]; /* 65536: in every slot */
} group;

/* Lines of one sample. */
typedef struct drawer {
    uint64_t key[2], drawn;
    uint32_t length; /* slots of a train */
    float scale;     /* probability of a value of 1 */
    bool is_column;
    hys__trains trains;
    group group;
} drawer;

/* Bits of which each is set with probability digits / 2^16: the digits choose, from the last to the first, between AND
 * and OR with fair bits.  A byte each, 8 in a word. */
HYS__CLONES static void choose(const uint64_t *digits, const uint64_t *fair, uint64_t *restrict masks) {
    for (size_t w = 0; w < BYTES; w++) {
        uint64_t mask = masks[w];
        for (unsigned d = 0; d < 8; d++) {
            const uint64_t is_one = digits[w] >> d & UINT64_C(0x0101010101010101), other = fair[d * BYTES + w];
            mask = (mask & other) | (((is_one << 8) - is_one) & (mask | other));
        }
        masks[w] = mask;
    }
}

/* Slots `first` to `first + 8` of masks. */
static void choose_slots(const uint32_t *part, const uint64_t *fair, unsigned first, uint32_t *masks) {
    uint8_t low[LINES], high[LINES], bytes[LINES];
    uint64_t digits[BYTES], chosen[BYTES] = {0};
    for (size_t l = 0; l < LINES; l++) {
        low[l] = (uint8_t)part[l];
        high[l] = (uint8_t)(part[l] >> 8);
    }
    memcpy(digits, low, sizeof digits);
    choose(digits, fair, chosen);
    memcpy(digits, high, sizeof digits);
    choose(digits, fair + 8 * BYTES, chosen);
    memcpy(bytes, chosen, sizeof bytes);
    for (size_t l = 0; l < LINES; l++) masks[l] |= (uint32_t)bytes[l] << first;
}

HYS__CLONES static void to_parts(const float *values, float scale, uint32_t *restrict parts) {
    for (size_t l = 0; l < LINES; l++) {
        float part = scale * (values[l] < 0 ? -values[l] : values[l]) * 65536 + 0.5F;
        part = part < 65536 ? part : 65536;
        parts[l] = (uint32_t)(int32_t)part;
    }
}

static void draw_group(drawer *d) {
    group *g = &d->group;
    const uint32_t slots = (uint32_t)((UINT64_C(1) << d->length) - 1);
    uint32_t masks[LINES] = {0};
    for (size_t l = g->n; l < LINES; l++) g->value[l] = 0;
    to_parts(g->value, d->scale, g->part);
    for (unsigned first = 0; first < d->length; first += 8) {
        uint64_t words[WORDS];
        for (size_t c = 0; c < CALLS; c++, d->drawn += HYS__COUNTERS)
            hys__random_words(d->key, d->drawn, words + 2 * HYS__COUNTERS * c,
                              words + 2 * HYS__COUNTERS * c + HYS__COUNTERS);
        choose_slots(g->part, words, first, masks);
    }
    for (size_t l = 0; l < g->n; l++) {
        const bool is_signed = d->is_column ? g->value[l] > 0 : g->value[l] < 0;
        const uint32_t mask = (g->part[l] >> DIGITS ? ~0u : masks[l]) & slots;
        const size_t line = g->line[l];
        d->trains.masks[line] = mask | (is_signed ? HYS__MASK_SIGN : 0);
        d->trains.pulsing[line / 64] |= (uint64_t)(mask != 0) << line % 64;
    }
    g->n = 0;
}

static void draw_lines(drawer *d, const float *values, size_t n, hys__trains trains) {
    group *g = &d->group;
    d->trains = trains;
    memset(trains.pulsing, 0, hys__words_of(n) * sizeof *trains.pulsing);
    for (size_t k = 0; k < n; k++) {
        g->line[g->n] = k;
        g->value[g->n] = values[k];
        g->n += values[k] != 0; /* zeros, half of an image, never pulse */
        if (g->n == LINES) draw_group(d);
    }
    if (g->n > 0) draw_group(d);
}

HYS__CLONES static float largest_float(const float *row, size_t n) {
    float most = 0;
    for (size_t k = 0; k < n; k++) {
        const float size = row[k] < 0 ? -row[k] : row[k];
        most = size > most ? size : most;
    }
    return most;
}

/* Which columns pulse in each of the slots. */
static void gather_slots(const hys__masks *m, size_t sample) {
    const hys__trains column = hys__trains_of(&m->column, sample);
    const size_t words = hys__words_of(m->column.lines);
    uint64_t *slots = m->slots + sample * HYS__MOST_SLOTS * words;
    memset(slots, 0, m->lengths[sample] * words * sizeof *slots);
    for (size_t w = 0; w < words; w++)
        for (uint64_t columns = column.pulsing[w]; columns; columns &= columns - 1) {
            const size_t j = (size_t)__builtin_ctzll(columns);
            for (uint32_t left = column.masks[64 * w + j] & ~HYS__MASK_SIGN; left; left &= left - 1)
                slots[(size_t)__builtin_ctz(left) * words + w] |= UINT64_C(1) << j;
        }
}

void hys__masks_draw(const hys__pulsed *p, const hys__pulsed_batch *batch, double step, size_t sample) {
    const hys__masks *m = &p->masks;
    const size_t rows = p->base.rows, columns = p->base.columns;
    const float *x = batch->x + sample * rows, *dy = batch->dy + sample * columns;
    const double most_x = (double)largest_float(x, rows), most_d = (double)largest_float(dy, columns);
    const double needed = ceil(batch->rate * most_x * most_d / step);
    m->lengths[sample] = 0;
    if (!(needed > 0)) return;
    const uint32_t length = (uint32_t)fmin(needed, (double)p->opts.train_length);
    const double gain = sqrt(batch->rate / (length * step)), balance = sqrt(most_d / most_x);
    drawer d = {.key = {p->opts.seed ^ 0x747261696eull, p->plus.key[1] << 48 ^ (batch->first + sample)},
                .length = length};
    m->lengths[sample] = length;
    d.scale = (float)(gain * balance);
    draw_lines(&d, x, rows, hys__trains_of(&m->row, sample));
    d.is_column = true;
    d.scale = (float)(gain / balance);
    draw_lines(&d, dy, columns, hys__trains_of(&m->column, sample));
    gather_slots(m, sample);
}

/* ---- memory ---- */

static void drop(hys_ctx *ctx, void *at, size_t bytes) {
    if (at) hys__free(ctx, at, bytes);
}

static void drop_trains(hys_ctx *ctx, const hys__trains *all, size_t n) {
    drop(ctx, all->masks, n * all->lines * sizeof *all->masks);
    drop(ctx, all->pulsing, n * hys__words_of(all->lines) * sizeof *all->pulsing);
}

static hys__trains take_trains(hys_ctx *ctx, size_t lines, size_t n) {
    return (hys__trains){lines, hys__realloc(ctx, NULL, 0, n * lines * sizeof(uint32_t)),
                         hys__realloc(ctx, NULL, 0, n * hys__words_of(lines) * sizeof(uint64_t))};
}

void hys__masks_free(hys__pulsed *p) {
    hys__masks *m = &p->masks;
    hys_ctx *ctx = p->base.ctx;
    drop_trains(ctx, &m->row, m->room);
    drop_trains(ctx, &m->column, m->room);
    drop(ctx, m->slots, m->room * HYS__MOST_SLOTS * hys__words_of(m->column.lines) * sizeof *m->slots);
    drop(ctx, m->lengths, m->room * sizeof *m->lengths);
    *m = (hys__masks){0};
}

static bool has_all(const hys__masks *m) {
    return m->row.masks && m->row.pulsing && m->column.masks && m->column.pulsing && m->slots && m->lengths;
}

hys_status hys__masks_reserve(hys__pulsed *p, size_t n) {
    hys__masks *m = &p->masks;
    hys_ctx *ctx = p->base.ctx;
    if (n <= m->room) return HYS_OK;
    hys__masks_free(p);
    const size_t slots = HYS__MOST_SLOTS * hys__words_of(p->base.columns) * sizeof *m->slots;
    *m = (hys__masks){.room = n,
                      .row = take_trains(ctx, p->base.rows, n),
                      .column = take_trains(ctx, p->base.columns, n),
                      .slots = hys__realloc(ctx, NULL, 0, n * slots),
                      .lengths = hys__realloc(ctx, NULL, 0, n * sizeof *m->lengths)};
    if (has_all(m)) return HYS_OK;
    hys__masks_free(p);
    return HYS_NOMEM;
}
