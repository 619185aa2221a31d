/* Poisson spikes of which each cell has its own: numbers for steps, by their inverse, from 32 bits each. */
#include "base/diag.h"
#include "brain/draw.h"
#include "brain/network_impl.h"
#include "brain/phi.h"
#include <math.h>
#include <string.h>

#define MOST_MEAN 2000.0 /* spikes in a step */
#define SPAN      32u    /* cells of a call: eight counters, two words, each for two */
#define FEW       24u    /* thresholds that are compared one by one */

typedef uint32_t u16x __attribute__((vector_size(64)));
typedef int32_t i16x __attribute__((vector_size(64)));
typedef u16x u16x_there __attribute__((aligned(4), may_alias));
typedef i16x i16x_there __attribute__((aligned(4), may_alias));

/* k + 1 or more spikes come if a draw, below 2^32, is at least P(k or fewer) 2^32. */
static hys_status make_table(hys_brain *b, hys__background *x) {
    struct {
        uint32_t *at;
        size_t n, cap;
    } list = {0};
    const size_t most = (size_t)(x->mean + 12 * sqrt(x->mean)) + 24;
    double sum = 0;
    for (size_t k = 0; k < most; k++) {
        sum += exp((double)k * log(x->mean) - x->mean - lgamma((double)k + 1));
        if (!(sum * 0x1p32 < 0xffffffffu)) break;
        uint32_t *at = HYS_PUSH(&b->arena, &list);
        if (!at) return HYS_NOMEM;
        *at = (uint32_t)(sum * 0x1p32);
    }
    x->above = list.at;
    x->n_above = list.n;
    return HYS_OK;
}

HYS__CLONES static void count_few(const uint32_t *draws, const uint32_t *above, size_t n, int32_t *counts) {
    for (size_t j = 0; j < SPAN; j += 16) {
        const u16x draw = *(const u16x_there *)(draws + j);
        i16x sum = {0};
        for (size_t k = 0; k < n; k++) sum -= (i16x)(draw >= above[k]);
        *(i16x_there *)(counts + j) = sum;
    }
}

static void count_many(const uint32_t *draws, const uint32_t *above, size_t n, int32_t *counts) {
    for (size_t j = 0; j < SPAN; j++) {
        size_t lo = 0, hi = n;
        while (lo < hi) {
            const size_t mid = (lo + hi) / 2;
            if (draws[j] >= above[mid]) lo = mid + 1;
            else hi = mid;
        }
        counts[j] = (int32_t)lo;
    }
}

void hys__background_draw(const hys_brain *b, const hys__cohort *c, const hys__background *x, double *counts) {
    const uint64_t key[2] = {b->opts.seed, HYS__DRAW_BACKGROUND | x->id};
    const size_t end = c->first + c->n_cells;
    for (size_t cell = c->first / SPAN * SPAN; cell < end; cell += SPAN) {
        uint64_t words[HYS__DRAWN];
        uint32_t draws[SPAN];
        int32_t found[SPAN] = {0};
        hys__draw_eight(key, cell / SPAN * 8, c->step, words);
        for (size_t j = 0; j < HYS__DRAWN; j++) {
            draws[j] = (uint32_t)words[j];
            draws[HYS__DRAWN + j] = (uint32_t)(words[j] >> 32);
        }
        (x->n_above <= FEW ? count_few : count_many)(draws, x->above, x->n_above, found);
        const size_t from = cell < c->first ? c->first : cell, to = cell + SPAN < end ? cell + SPAN : end;
        for (size_t k = from; k < to; k++) counts[k - c->first] = found[k - cell];
    }
}

hys_status hys_brain_add_background(hys_brain *b, size_t group, const char *port, double rate, double weight) {
    struct hys__net *net;
    size_t site;
    hys_status status = hys__site_of(b, group, port, 0, &site);
    if (status == HYS_OK) status = hys__net_of(b, &net);
    if (status != HYS_OK) return status;
    if (b->has_run) return hys__fail(b->ctx, HYS_ARG, "", "a brain that has run takes no more synapses");
    if (!(rate >= 0) || !(rate * b->opts.dt <= MOST_MEAN) || !isfinite(weight))
        return hys__fail(b->ctx, HYS_ARG, "", "a background cannot have spikes at %g Hz, of the weight %g", rate,
                         weight);
    if (rate == 0) return HYS_OK;
    hys__wiring *w = b->groups.at[group]->wiring;
    hys__background *x = HYS_PUSH(&b->arena, &w->backgrounds);
    if (!x) return HYS_NOMEM;
    *x = (hys__background){
        .site = site, .id = (uint64_t)group << 16 | w->backgrounds.n, .weight = weight, .mean = rate * b->opts.dt};
    return make_table(b, x);
}
