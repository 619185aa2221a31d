/* States each of whose rates depends on no other state, but not linearly: one evaluation a step as gates take it, about
 * the state that is expected at the step's end.  The rate's curvature leaves an error of third order in the step, as
 * the frozen potential does; where the kernel finds it large, the instance moves by sub-steps with error control. */
#include "brain/brain_impl.h"
#include <math.h>
#include <string.h>

typedef struct before { /* rows of a piece */
    double *s[HYS_STEP_MAX], *i, *g;
} before;

static before keep(const hys__piece *q) {
    const hys__work *w = q->work;
    const size_t size = q->n * sizeof(double);
    before was = {.i = w->room[2][0], .g = w->room[2][1]};
    for (hys_u32 k = 0; k < q->channel->n_inner; k++) {
        was.s[k] = w->room[1][k];
        memcpy(was.s[k], q->states[k] + q->at, size);
    }
    memcpy(was.i, q->i, size);
    memcpy(was.g, q->g, size);
    return was;
}

static void take_back(const hys__piece *q, const before *was, size_t j) {
    for (hys_u32 k = 0; k < q->channel->n_inner; k++) q->states[k][q->at + j] = was->s[k][j];
    q->i[j] = was->i[j];
    q->g[j] = was->g[j];
}

static void expect(const hys__piece *q, const before *was, size_t j) {
    const hys__channel *c = q->channel;
    for (hys_u32 k = 0; k < c->n_inner; k++) {
        const double next = 2 * q->states[k][q->at + j] - was->s[k][j];
        q->states[c->n_inner + k][q->at + j] = fmin(fmax(next, c->lo[k]), c->hi[k]);
    }
}

/* Those of eight instances that failed; the others stay, and add nothing. */
static bool repair(const hys__piece *q, const before *was, size_t from, size_t *bad) {
    _Alignas(HYS__ALIGN) double i[HYS__LANES] = {0}, g[HYS__LANES] = {0}, fails[HYS__LANES];
    memcpy(fails, q->work->ok + from, sizeof fails);
    for (size_t j = 0; j < HYS__LANES; j++)
        if (fails[j] != 0) take_back(q, was, from + j);
    hys__piece part = *q;
    part.at += from;
    part.n = HYS__LANES;
    part.v += from;
    part.e = q->e == q->work->zero ? q->e : q->e + from;
    part.reversals = q->reversals ? q->reversals + from : NULL;
    part.i = i;
    part.g = g;
    part.weight = q->weight ? q->weight + from : NULL;
    part.moves = fails;
    if (!hys__advance_smooth(&part, bad)) return false;
    for (size_t j = 0; j < HYS__LANES; j++) {
        if (fails[j] == 0) continue;
        q->i[from + j] += i[j];
        q->g[from + j] += g[j];
        expect(q, was, from + j);
    }
    return true;
}

static bool any_fails(const double *fails, size_t n) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += fails[j];
    return sum != 0;
}

bool hys__advance_curved(const hys__piece *q, size_t *bad) {
    hys__work *w = q->work;
    if (q->repeats) {
        hys__advance_gates(q);
        return true;
    }
    const before was = keep(q);
    memset(w->ok, 0, q->n * sizeof *w->ok);
    hys__advance_gates(q);
    for (size_t from = 0; from < q->n; from += HYS__LANES)
        if (any_fails(w->ok + from, HYS__LANES) && !repair(q, &was, from, bad)) return false;
    return true;
}
