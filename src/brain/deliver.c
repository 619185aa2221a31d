/* Spikes into rings.  A bunch takes all of them in their order, so that its ring stays in the cache of one thread. */
#include "brain/network_impl.h"

#define AHEAD 6u          /* spikes whose synapses are asked for from memory */
#define FAR   (2 * AHEAD) /* and where they stand */

#define MOST_ASKED 1024u /* bytes: behind them the processor knows what comes next */

typedef struct landing {
    double *ring;
    size_t stride;
    uint64_t mask; /* of slots */
} landing;

static inline double *place(const landing *l, uint64_t at, uint32_t word) {
    return l->ring + ((at + (word >> 16)) & l->mask) * l->stride + (word & 0xffffu);
}

static void hand_over(const hys__end *u, uint32_t from, uint32_t to, uint64_t at, uint64_t mask, double factor) {
    const landing l = {u->ring, u->stride, mask};
    const double same = factor * u->weight_one;
    if (u->drawn)
        for (const hys__drawn *d = u->drawn + from; d < u->drawn + to; d++)
            *place(&l, at, d->word) += factor * (double)d->weight;
    else if (u->exact)
        for (uint32_t k = from; k < to; k++) *place(&l, at, u->word[k]) += factor * u->exact[k];
    else
        for (uint32_t k = from; k < to; k++) *place(&l, at, u->word[k]) += same;
}

/* Rows of synapses are short and far from each other: the next ones are asked for while this one is handed out. */
static void ask_where(const hys__bunch *bunch, const hys__emission *e) {
    const size_t end = bunch->first_end[e->group + 1];
    for (size_t k = bunch->first_end[e->group]; k < end; k++) __builtin_prefetch(bunch->ends[k].first + e->cell);
}

static void ask_bytes(const void *from, size_t n) {
    const char *at = from;
    if (n > MOST_ASKED) n = MOST_ASKED;
    for (size_t k = 0; k < n; k += HYS__ALIGN) __builtin_prefetch(at + k);
}

static void ask_for(const hys__bunch *bunch, const hys__emission *e) {
    const size_t end = bunch->first_end[e->group + 1];
    for (size_t k = bunch->first_end[e->group]; k < end; k++) {
        const hys__end *u = &bunch->ends[k];
        const uint32_t first = u->first[e->cell];
        const size_t n = u->first[e->cell + 1] - first;
        if (u->drawn) ask_bytes(u->drawn + first, n * sizeof *u->drawn);
        else ask_bytes(u->word + first, n * sizeof *u->word);
        if (u->exact) ask_bytes(u->exact + first, n * sizeof *u->exact);
    }
}

void hys__bunch_serve(const hys_brain *b, hys__bunch *bunch, hys__work *work, uint64_t now) {
    const struct hys__net *net = b->net;
    const size_t n = net->n_emissions - net->n_later;
    const uint64_t mask = net->slots - 1;
    if (bunch->first_end[b->groups.n] == 0) return;
    hys__plastic_note(b, bunch);
    for (size_t s = 0; s < n && s < FAR; s++) ask_where(bunch, &net->emissions[s]);
    for (size_t s = 0; s < n && s < AHEAD; s++) ask_for(bunch, &net->emissions[s]);
    for (size_t s = 0; s < n; s++) {
        const hys__emission *e = &net->emissions[s];
        const size_t end = bunch->first_end[e->group + 1];
        if (s + FAR < n) ask_where(bunch, &net->emissions[s + FAR]);
        if (s + AHEAD < n) ask_for(bunch, &net->emissions[s + AHEAD]);
        for (size_t k = bunch->first_end[e->group]; k < end; k++) {
            const hys__end *u = &bunch->ends[k];
            if (u->projection->plastic) hys__plastic_spike(b, bunch, u, s, work);
            const double factor = u->projection->factor ? u->projection->factor[s] : 1;
            hand_over(u, u->first[e->cell], u->first[e->cell + 1], e->at, mask, factor);
        }
    }
    hys__plastic_flush(b, bunch, now, false, work);
}
