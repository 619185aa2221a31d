/* Synapses whose weight is a device: one instance of a kernel each.  A spike puts its waveform on a terminal, the
 * device sees that of the target, which arrives a delay later, less that of the sender; a newer spike takes the place
 * of an older one.  Steps are those of the brain, at the waveforms' values in their middles, and only while a waveform
 * is on.  A factor of learning is the part of each step in which waveforms reach the device: it learns as from so much
 * shorter pulses, not from lower ones, which thresholds would cut off.  Whenever the sender fires, and at the ends of
 * runs, the weight is
 *
 *     w_min + (w_max - w_min) (G - g_min)/(g_max - g_min),   G = I(read)/read, within w_min and w_max. */
#include "base/diag.h"
#include "brain/plastic_impl.h"
#include <math.h>
#include <string.h>

#define NO_SPIKE UINT64_MAX
#define LONGEST  1e4 /* s: of a waveform */

/* ---- one piece of devices ---- */

static hys__piece piece_of(const hys_brain *b, const hys__cohort *c, hys__work *w, size_t at, size_t n,
                           double **states) {
    const hys__group *g = c->group;
    const hys__channel *channel = &g->cell->channels.at[0];
    for (size_t s = 0; s < 2 * (size_t)channel->n_inner; s++) states[s] = hys__chunk_row(c, g->row[0] + s);
    return (hys__piece){.work = w,
                        .chunk = c,
                        .channel = channel,
                        .at = at,
                        .n = n,
                        .v = c->rows + at,
                        .e = w->zero,
                        .states = states,
                        .rtol = b->opts.rtol,
                        .i = w->i + at,
                        .g = w->g + at,
                        .weight_one = 1};
}

static double *row_of(const hys__cohort *c, hys_u32 row) {
    return hys__chunk_row(c, c->group->row[0] + row);
}

/* Nothing is expected of the voltage that comes: the step is made twice. */
static bool advance(hys__piece *q, double h) {
    const hys__channel *c = q->channel;
    size_t bad;
    q->h = h;
    memset(q->i, 0, q->n * sizeof *q->i);
    memset(q->g, 0, q->n * sizeof *q->g);
    for (hys_u32 r = 0; r < c->n_inner; r++)
        memcpy(row_of(q->chunk, c->n_inner + r) + q->at, row_of(q->chunk, r) + q->at, q->n * sizeof(double));
    q->repeats = true;
    if (!hys__channel_advance(q, &bad)) return false;
    q->repeats = false;
    return hys__channel_advance(q, &bad);
}

/* Conductances of devices [from, to) of the chunk become weights. */
static bool read_chunk(const hys_brain *b, const hys__plastic *x, const hys__cohort *c, hys__work *w, size_t from,
                       size_t to, double *weights) {
    const hys_plasticity *o = &x->of;
    const size_t at = from / HYS__LANES * HYS__LANES, end = (to + HYS__LANES - 1) / HYS__LANES * HYS__LANES;
    double *states[2 * HYS_STEP_MAX];
    hys__piece q = piece_of(b, c, w, at, end - at, states);
    for (size_t j = at; j < end; j++) c->rows[j] = o->read;
    if (!advance(&q, 0)) return false;
    for (size_t j = from; j < to; j++) {
        const double part = (w->i[j] / o->read - o->g_min) / (o->g_max - o->g_min);
        weights[j - from] = fmin(fmax(o->w_min + (o->w_max - o->w_min) * part, o->w_min), o->w_max);
    }
    return true;
}

static bool read_row(const hys_brain *b, const hys__plastic *x, const hys__group *devices, hys__work *w, size_t from,
                     size_t to, double *exact) {
    const size_t each = devices->chunks[0].n_cells;
    bool is_good = true;
    while (from < to && is_good) {
        const hys__cohort *c = &devices->chunks[from / each];
        const size_t end = c->first + c->n_cells < to ? c->first + c->n_cells : to;
        is_good = read_chunk(b, x, c, w, from - c->first, end - c->first, exact + from);
        from = end;
    }
    return is_good;
}

/* ---- waveforms ---- */

static double wave(const hys__plastic *x, uint64_t step, uint64_t from) {
    const hys_plasticity *o = &x->of;
    if (from == NO_SPIKE) return 0;
    const double t = ((double)(step - from) + 0.5) * x->dt;
    if (t < o->t_head) return o->v_head;
    return t < o->t_head + o->t_tail ? o->v_tail * (1 - (t - o->t_head) / o->t_tail) : 0;
}

static uint64_t newest_post(const hys__past *past, uint32_t cell, uint32_t delay, uint64_t step) {
    const struct hys__tail *t = &past->tails[cell];
    uint64_t found = t->has_base ? t->base.step + delay : NO_SPIKE;
    for (uint32_t k = t->first; k != HYS__LAST && past->at[k].step + delay <= step; k = past->at[k].next)
        found = past->at[k].step + delay;
    return found;
}

/* Voltage at synapse k in the step; *part: of the step in which waveforms reach it. */
static double voltage_of(const hys__end *end, size_t bunch, size_t k, uint64_t step, double *part) {
    const hys__projection *p = end->projection;
    const hys__past *past = &p->plastic->pasts[bunch];
    const uint32_t cell = end->word[k] & 0xffffu;
    *part = p->learning ? p->learning[p->target->wiring->bunches[bunch].first + cell] : 1;
    if (*part == 0) return 0;
    return wave(p->plastic, step, newest_post(past, cell, end->word[k] >> 16, step)) -
           wave(p->plastic, step, past->pre[past->source[k]]);
}

/* States move by the part of the step in which waveforms are on; where none is, they are put back. */
static bool step_chunk(const hys_brain *b, const hys__end *end, size_t bunch, size_t chunk, hys__work *w,
                       uint64_t step) {
    const hys__plastic *x = end->projection->plastic;
    const hys__past *past = &x->pasts[bunch];
    const hys__cohort *c = &past->devices->chunks[chunk];
    const hys__channel *channel = &past->devices->cell->channels.at[0];
    double *states[2 * HYS_STEP_MAX], part[HYS__PIECE] = {0};
    size_t n_on = 0;
    for (size_t j = 0; j < c->n; j++) {
        c->rows[j] = j < c->n_cells ? voltage_of(end, bunch, c->first + j, step, &part[j]) : 0;
        if (c->rows[j] == 0) part[j] = 0;
        n_on += part[j] != 0;
    }
    if (!n_on) return true;
    hys__piece q = piece_of(b, c, w, 0, c->n, states);
    for (hys_u32 r = 0; r < channel->n_inner; r++)
        memcpy(past->before + r * HYS__PIECE, row_of(c, r), c->n * sizeof(double));
    if (!advance(&q, x->dt)) return false;
    for (hys_u32 r = 0; r < channel->n_inner; r++)
        for (size_t j = 0; j < c->n; j++) {
            const double was = past->before[r * HYS__PIECE + j], moved = row_of(c, r)[j] - was;
            if (part[j] != 1) row_of(c, r)[j] = was + part[j] * moved;
        }
    return true;
}

static uint64_t steps_on(const hys__plastic *x) {
    return (uint64_t)((x->of.t_head + x->of.t_tail) / x->dt) + 2;
}

static void go_on(const hys_brain *b, const hys__end *end, size_t bunch, hys__work *w, uint64_t until) {
    hys__past *past = &end->projection->plastic->pasts[bunch];
    for (; past->done < until && !past->is_stuck; past->done++) {
        if (past->done >= past->on_until) continue;
        for (size_t k = 0; k < past->devices->n_chunks && !past->is_stuck; k++)
            past->is_stuck = !step_chunk(b, end, bunch, k, w, past->done);
    }
}

/* ---- events ---- */

void hys__device_spike(const hys_brain *b, hys__bunch *bunch, const hys__end *end, size_t spike, hys__work *w) {
    const hys__emission *e = &b->net->emissions[spike];
    const hys__plastic *x = end->projection->plastic;
    hys__past *past = &x->pasts[bunch->number];
    double *exact = end->projection->bundles[bunch->number].exact;
    if (!past->devices) return;
    go_on(b, end, bunch->number, w, e->at);
    if (!past->is_stuck)
        past->is_stuck = !read_row(b, x, past->devices, w, end->first[e->cell], end->first[e->cell + 1], exact);
    past->pre[e->cell] = e->at;
    if (e->at + steps_on(x) > past->on_until) past->on_until = e->at + steps_on(x);
}

void hys__device_finish(const hys_brain *b, hys__bunch *bunch, const hys__end *end, hys__work *w, uint64_t now,
                        bool is_end) {
    hys__projection *p = end->projection;
    hys__past *past = &p->plastic->pasts[bunch->number];
    for (size_t k = 0; k < past->n; k++) {
        const uint64_t on = past->at[k].step + p->most + steps_on(p->plastic);
        if (on > past->on_until) past->on_until = on;
    }
    if (!past->devices) return;
    go_on(b, end, bunch->number, w, now);
    hys__past_link(past, bunch->n_cells, p->most, now);
    if (is_end && !past->is_stuck)
        past->is_stuck =
            !read_row(b, p->plastic, past->devices, w, 0, past->devices->n, p->bundles[bunch->number].exact);
}

/* ---- coming and going ---- */

hys_status hys__device_check(const hys_brain *b, const hys_plasticity *p) {
    const double all[] = {p->v_head, p->v_tail, p->t_head, p->t_tail, p->read, p->g_min, p->g_max};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!isfinite(all[k])) return hys__fail(b->ctx, HYS_ARG, "", "a number of a synapse's device is not finite");
    if (p->t_head < 0 || !(p->t_tail > 0) || p->t_head + p->t_tail > LONGEST)
        return hys__fail(b->ctx, HYS_ARG, "", "a spike's waveform cannot take %g s and %g s", p->t_head, p->t_tail);
    if (p->read == 0 || !(p->g_min < p->g_max))
        return hys__fail(b->ctx, HYS_ARG, "", "conductances from %g to %g S, read at %g V, make no weights", p->g_min,
                         p->g_max, p->read);
    if (!p->device) return hys__fail(b->ctx, HYS_ARG, "a file or a name of the library", "a synapse without a device");
    return HYS_OK;
}

static hys_status take_cell(hys_brain *b, const hys_plasticity *o, hys_brain_cell **cell) {
    hys_brain_cell_opts c = hys_brain_cell_opts_default();
    hys_channel_opts channel = hys_channel_opts_default();
    c.v_start = 0;
    channel.device = o->device;
    channel.set = o->set;
    channel.n_set = o->n_set;
    channel.spread = o->spread;
    channel.n_spread = o->n_spread;
    hys_status status = hys_brain_cell_new(b->ctx, &c, cell);
    return status == HYS_OK ? hys_brain_cell_add_channel(*cell, &channel) : status;
}

static hys_status take_bunch(hys_brain *b, hys__projection *p, const hys_brain_cell *cell, size_t k) {
    hys__past *past = &p->plastic->pasts[k];
    const hys__bundle *u = &p->bundles[k];
    if (!u->n) return HYS_OK;
    const size_t number = ((p->number + 1) << 32) + k; /* no group has it: draws are the synapses' own */
    hys_status status = hys__group_new(b, cell, u->n, number, &past->devices);
    if (status != HYS_OK) return status;
    past->pre = HYS_NEW_N(&b->arena, uint64_t, p->source->n);
    past->source = HYS_NEW_N(&b->arena, uint32_t, u->n);
    past->before = HYS_NEW_N(&b->arena, double, (size_t)cell->channels.at[0].n_inner *HYS__PIECE + 1);
    hys__group **at = past->before ? HYS_PUSH(&b->arena, &b->net->devices) : NULL;
    if (!past->pre || !past->source || !at) {
        hys__group_free(b, past->devices);
        return HYS_NOMEM;
    }
    *at = past->devices;
    for (size_t s = 0; s < p->source->n; s++) {
        past->pre[s] = NO_SPIKE;
        for (uint32_t j = u->first[s]; j < u->first[s + 1]; j++) past->source[j] = (uint32_t)s;
    }
    return HYS_OK;
}

static hys_status read_all(hys_brain *b, hys__projection *p) {
    hys__work w = {0};
    hys_status status = hys__work_new(b, &w);
    for (size_t k = 0; k < p->target->wiring->n_bunches && status == HYS_OK; k++) {
        const hys__past *past = &p->plastic->pasts[k];
        if (past->devices && !read_row(b, p->plastic, past->devices, &w, 0, past->devices->n, p->bundles[k].exact))
            status = hys__fail(b->ctx, HYS_NOCONV, "", "the device of projection %zu has no current at %g V", p->number,
                               p->plastic->of.read);
    }
    hys__work_free(b, &w);
    return status;
}

hys_status hys__device_take(hys_brain *b, hys__projection *p) {
    hys_brain_cell *cell = NULL;
    hys_status status = take_cell(b, &p->plastic->of, &cell);
    for (size_t k = 0; k < p->target->wiring->n_bunches && status == HYS_OK; k++) status = take_bunch(b, p, cell, k);
    if (status == HYS_OK) status = read_all(b, p);
    hys_brain_cell_free(cell);
    p->plastic->of.device = NULL; /* the caller's */
    return status;
}
