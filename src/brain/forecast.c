/* How much memory groups and networks will take. */
#include "brain/forecast.h"
#include "brain/plastic_impl.h"
#include <math.h>
#include <string.h>

/* ---- groups ---- */

hys__shape hys__shape_of(const hys_brain_cell *cell, size_t n) {
    hys__shape s = {.cell = cell, .n = n, .lanes = n >= HYS__LANES / 2 ? HYS__LANES : 1};
    const size_t fit = HYS__PIECE / (cell->n * s.lanes);
    s.chunk_cells = (fit ? fit : 1) * s.lanes;
    s.n_chunks = (n + s.chunk_cells - 1) / s.chunk_cells;
    const size_t first = n < s.chunk_cells ? n : s.chunk_cells, last = n - (s.n_chunks - 1) * s.chunk_cells;
    const size_t whole = hys__round_up(hys__round_up(first, s.lanes) * cell->n, HYS__LANES);
    s.most = whole;
    s.entries = (double)(s.n_chunks - 1) * (double)(whole + HYS__BESIDE) +
                (double)(hys__round_up(hys__round_up(last, s.lanes) * cell->n, HYS__LANES) + HYS__BESIDE);
    s.bunch_cells = hys__bunch_chunks(n, first, s.n_chunks) * s.chunk_cells;
    s.n_bunches = (n + s.bunch_cells - 1) / s.bunch_cells;
    const size_t n_whole = n / s.bunch_cells;
    s.width = (double)n_whole * (double)hys__round_up(s.bunch_cells, HYS__LANES) +
              (double)hys__round_up(n % s.bunch_cells, HYS__LANES);
    return s;
}

/* Parameters of their own have those that are drawn alone. */
static double of_channels(const hys__shape *s, size_t *n_rows) {
    double sum = 0;
    for (size_t k = 0; k < s->cell->channels.n; k++) {
        const hys__channel *c = &s->cell->channels.at[k];
        *n_rows += 2 * c->n_inner;
        if (!hys__are_alike(c->density, s->cell->n)) sum += (double)s->most;
        if (c->has_own) sum += (double)c->n_spread * s->entries + (double)s->n_chunks * (double)c->kernel->n_params;
    }
    return sum * sizeof(double);
}

/* Room of a chunk grows by a quarter when there is none for one more step; need: spikes of a cell in a step. */
static double of_spikes(const hys__shape *s, double spikes, double need) {
    double room = need + 0.25;
    while (room < spikes + need) room += fmax(room - need, 1) / 4;
    return (double)s->n * (room * sizeof(hys__fired) + 1.5 * spikes * sizeof(hys_spike));
}

double hys__group_bytes(const hys__shape *s, double spikes, bool no_spikes) {
    size_t n_rows = (s->cell->firing ? HYS__POINT_ROWS : 1) + 2 * s->cell->ions.n;
    const double channels = of_channels(s, &n_rows);
    const double chunks = (double)s->n_chunks * sizeof(hys__cohort) + (double)s->n_bunches * sizeof(hys__bunch);
    return s->entries * (double)n_rows * sizeof(double) + (double)s->most * sizeof(double) + channels + chunks +
           (no_spikes ? 0 : of_spikes(s, spikes, (double)hys__spike_need(s->cell)));
}

double hys__work_bytes(const hys__shape *shapes, size_t n) {
    double most = 0;
    hys__group group = {0};
    for (size_t k = 0; k < n; k++) {
        group.cell = (hys_brain_cell *)(uintptr_t)shapes[k].cell;
        group.most = shapes[k].most;
        group.lanes = shapes[k].lanes;
        most = fmax(most, (double)hys__work_size(&group, 1));
    }
    return most;
}

/* ---- networks ---- */

double hys__ring_bytes(const hys__shape *t, size_t slots, size_t n_sites, size_t n_rows) {
    return ((double)slots * (double)n_sites + (double)n_rows) * t->width * sizeof(double);
}

double hys__plastic_bytes(const hys__shape *s, const hys__shape *t, double n_synapses, const hys_brain_cell *device) {
    const double tails = (double)t->n * sizeof(struct hys__tail), senders = (double)s->n * sizeof(hys__pre);
    if (!device) return tails + senders;
    const size_t each = n_synapses / (double)t->n_bunches > 1 ? (size_t)(n_synapses / (double)t->n_bunches) : 1;
    const hys__shape devices = hys__shape_of(device, each);
    const double of_bunch = hys__group_bytes(&devices, 0, true) + (double)s->n * sizeof(uint64_t);
    return tails + senders + (double)t->n_bunches * of_bunch + n_synapses * sizeof(uint32_t);
}
