/* What a checkpoint keeps of cells that pulses change: places, pulses, what is left of gradients, how far draws have
 * come.  What differs from cell to cell and which are stuck follows from the seed. */
#include "base/diag.h"
#include "base/hash64.h"
#include "base/memory.h"
#include "network/pulsed.h"
#include <math.h>
#include <string.h>

enum { WHO, NEXT_ROW, SAMPLES, HAS_SUMS, N_COUNTS };
enum { SLOTS, REFRESHED, UP, DOWN, ENERGY, N_TOTALS };

hys_status hys__pulsed_kept_init(hys__pulsed *p) {
    hys__pulsed_kept *k = &p->kept;
    k->n_counts = N_COUNTS + p->n_chunks + 1;
    k->n_totals = N_TOTALS;
    k->counts = hys__realloc(p->base.ctx, NULL, 0, k->n_counts * sizeof *k->counts);
    k->totals = hys__realloc(p->base.ctx, NULL, 0, k->n_totals * sizeof *k->totals);
    return k->counts && k->totals ? HYS_OK : HYS_NOMEM;
}

void hys__pulsed_kept_free(hys__pulsed *p) {
    const hys__pulsed_kept *k = &p->kept;
    if (k->counts) hys__free(p->base.ctx, k->counts, k->n_counts * sizeof *k->counts);
    if (k->totals) hys__free(p->base.ctx, k->totals, k->n_totals * sizeof *k->totals);
}

/* ---- whose it is ---- */

static uint64_t with(uint64_t hash, const void *values, size_t bytes) {
    const uint64_t both[2] = {hash, hys__hash64(values, bytes)};
    return hys__hash64((const char *)both, sizeof both);
}

/* The device and the rule: with others the same cells would go on otherwise. */
static uint64_t who(const hys__pulsed *p) {
    const hys_synapse_law *l = p->plus.law;
    const hys_pulsed_opts *o = &p->opts;
    const double numbers[] = {l->device_sd,
                              l->up.width,
                              l->down.width,
                              o->weight_range,
                              o->stuck_on,
                              o->stuck_off,
                              o->read_noise,
                              o->threshold,
                              o->transfer_rate,
                              (double)o->rule,
                              (double)o->coding,
                              (double)o->train_length,
                              (double)o->transfer_every,
                              (double)o->input_bits,
                              (double)o->output_bits};
    const double *tables[] = {l->up_mean,   l->up_sd,       l->down_mean,    l->down_sd,
                              l->energy_up, l->energy_down, l->program_mean, l->program_sd};
    uint64_t hash = with(o->seed, numbers, sizeof numbers);
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        hash = with(hash, tables[k], HYS_SYNAPSE_POINTS * sizeof **tables);
    return hash;
}

/* ---- writing ---- */

static void gather(hys__pulsed *p) {
    uint64_t *counts = p->kept.counts;
    double *totals = p->kept.totals;
    counts[WHO] = who(p);
    counts[NEXT_ROW] = p->next_row;
    counts[SAMPLES] = p->samples;
    counts[HAS_SUMS] = p->has_sums;
    for (size_t c = 0; c <= p->n_chunks; c++) counts[N_COUNTS + c] = p->streams[c].drawn;
    totals[SLOTS] = p->slots;
    totals[REFRESHED] = p->refreshed;
    totals[UP] = p->tally.up;
    totals[DOWN] = p->tally.down;
    totals[ENERGY] = p->tally.energy;
}

size_t hys__pulsed_parts(hys__weights *w, hys__weights_part parts[HYS__MOST_PARTS]) {
    hys__pulsed *p = (hys__pulsed *)w;
    const struct {
        const char *place, *pulses;
        hys__pulsed_cells *cells;
    } arrays[] = {{"plus.x", "plus.pulses", &p->plus},
                  {"minus.x", "minus.pulses", &p->minus},
                  {"fast.x", "fast.pulses", &p->fast}};
    size_t n = 0;
    if (p->plus.kernel) return 0; /* states of equations are not kept */
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) {
        hys__pulsed_cells *c = arrays[a].cells;
        if (!c->x) continue;
        parts[n++] = (hys__weights_part){arrays[a].place, HYS__NPZ_FLOAT32, c->n, c->x};
        parts[n++] = (hys__weights_part){arrays[a].pulses, HYS__NPZ_UINT32, c->n, c->pulses};
    }
    gather(p);
    parts[n++] = (hys__weights_part){"sums", HYS__NPZ_FLOAT32, w->rows * w->columns, p->sums};
    parts[n++] = (hys__weights_part){"counts", HYS__NPZ_UINT64, p->kept.n_counts, p->kept.counts};
    parts[n++] = (hys__weights_part){"totals", HYS__NPZ_FLOAT64, p->kept.n_totals, p->kept.totals};
    return n;
}

/* ---- going on ---- */

static bool is_inside(const hys__pulsed_cells *c) {
    for (size_t k = 0; c->x && k < c->n; k++)
        if (!(c->x[k] >= 0 && c->x[k] <= 1)) return false;
    return true;
}

/* The numbers of which some are drawn already. */
static void go_on(hys__pulse_stream *s, uint64_t drawn) {
    const uint64_t place = drawn % HYS__DRAWN_AT_ONCE;
    s->drawn = drawn;
    if (place > 0) hys__normals(s->key, drawn - place, HYS__DRAWN_AT_ONCE, s->normals);
}

static hys_status refuse(const hys__pulsed *p, const char *why) {
    return hys__fail(p->base.ctx, HYS_ARG, "name another file, or remove this one", "%s", why);
}

hys_status hys__pulsed_restored(hys__weights *w) {
    hys__pulsed *p = (hys__pulsed *)w;
    const uint64_t *counts = p->kept.counts;
    const double *totals = p->kept.totals;
    if (counts[WHO] != who(p))
        return refuse(p, "this checkpoint is of another training: its device or its rule of pulses is another");
    if (!is_inside(&p->plus) || !is_inside(&p->minus) || !is_inside(&p->fast) || counts[NEXT_ROW] >= w->rows)
        return refuse(p, "this checkpoint is damaged: its cells lie outside their window");
    p->next_row = (size_t)counts[NEXT_ROW];
    p->samples = counts[SAMPLES];
    p->has_sums = counts[HAS_SUMS] != 0;
    for (size_t c = 0; c <= p->n_chunks; c++) go_on(&p->streams[c], counts[N_COUNTS + c]);
    p->slots = totals[SLOTS];
    p->refreshed = totals[REFRESHED];
    p->tally = (hys__pulse_tally){totals[UP], totals[DOWN], totals[ENERGY]};
    hys__pulsed_look(p);
    return HYS_OK;
}
