/* The cells of a layer: what they were asked to be, what programming made of them, what time has left of it. */
#include "network/mapping.h"
#include "network/synapse_impl.h"
#include <math.h>
#include <string.h>

static const hys_synapse_law *law_of(const hys__mapped *m) {
    return hys_synapse_get_law(m->opts.synapse);
}

/* A cell's draws depend on its place in the matrix, not on the tile that it is in. */
static void identify(const hys__mapped *m, const hys__tile *t, size_t k, uint64_t id[2]) {
    const hys_product *p = m->product;
    const size_t row = t->row0 + k / t->columns, c = k % t->columns;
    const bool has_pairs = p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL;
    const bool is_reference = p->opts.weights == HYS_WEIGHTS_REFERENCE && c == t->outs;
    const size_t column = has_pairs ? c / 2 : is_reference ? 0 : c;
    const unsigned plane = has_pairs ? (unsigned)(c % 2) : is_reference ? 2 : 0;
    id[0] = (uint64_t)row * p->n_out + t->out0 + column;
    id[1] = (uint64_t)t->slice * 4 + plane;
}

bool hys__mapped_is_stuck(const hys__mapped *m, const hys__tile *t, size_t k, double *g) {
    uint64_t id[2];
    double fresh;
    identify(m, t, k, id);
    *g = hys__cell_conductance(m->product, NAN, id, &fresh);
    return !isnan(*g);
}

/* ---- programming ---- */

static double part_of(const hys_synapse_law *law, double g) {
    return (g - law->g_min) / (law->g_max - law->g_min);
}

static double nearest_level(const hys__mapped *m, double g) {
    const hys_synapse_law *law = law_of(m);
    const double steps = (double)m->opts.levels - 1;
    if (!m->opts.levels) return g;
    return law->g_min + (law->g_max - law->g_min) * rint(part_of(law, g) * steps) / steps;
}

static double error_of(const hys__mapped *m, double x, const uint64_t id[2]) {
    const hys_synapse_law *law = law_of(m);
    const double draw = hys__draw(m->opts.seed, HYS__DRAW_PROGRAM, id);
    if (m->opts.is_perfect) return 0;
    return m->opts.product.program_scale * (hys__law_at(law->program_mean, x) + hys__law_at(law->program_sd, x) * draw);
}

/* Pulses cannot take a cell out of its window, nor out of what cycles have left of it: targets are those of a new
 * cell. */
static double by_law(const hys__mapped *m, double target, const uint64_t id[2]) {
    const hys_synapse_law *law = law_of(m);
    const double x = part_of(law, target), got = x + error_of(m, x, id);
    double low, high;
    hys__law_wear(law, m->opts.cycles, &low, &high);
    return law->g_min + (law->g_max - law->g_min) * fmax(low, fmin(high, got));
}

static void program_by_law(hys__mapped *m) {
    const hys_synapse_law *law = law_of(m);
    uint64_t id[2];
    for (size_t k = 0; k < m->product->n_tiles; k++) {
        const hys__tile *t = &m->product->tiles[k];
        for (size_t c = 0; c < t->rows * t->columns; c++) {
            const size_t at = m->first_cell[k] + c;
            identify(m, t, c, id);
            m->programmed[at] = by_law(m, m->targets[at], id);
        }
    }
    const double n = (double)m->first_cell[m->product->n_tiles];
    m->programming = (hys_cells_report){.size = sizeof m->programming,
                                        .n_failed = (size_t)rint(law->program_failed * n),
                                        .pulses = law->program_pulses,
                                        .energy = law->program_energy,
                                        .time = law->program_time};
}

/* Cells that are stuck are left alone. */
static hys_status program_kernels(hys__mapped *m) {
    const size_t n = m->first_cell[m->product->n_tiles];
    double stuck;
    hys_cells_free(m->cells);
    m->cells = NULL;
    hys_status status = hys_cells_new(m->opts.synapse, n, HYS_CELLS_KERNEL, m->opts.seed, &m->cells);
    if (status != HYS_OK) return status;
    memcpy(m->programmed, m->targets, n * sizeof *m->targets);
    for (size_t k = 0; k < m->product->n_tiles; k++)
        for (size_t c = 0; c < m->first_cell[k + 1] - m->first_cell[k]; c++)
            if (hys__mapped_is_stuck(m, &m->product->tiles[k], c, &stuck)) m->programmed[m->first_cell[k] + c] = NAN;
    m->programming = (hys_cells_report){.size = sizeof m->programming};
    status = hys_cells_program(m->cells, m->programmed, &m->programming);
    return status == HYS_OK ? hys_cells_read(m->cells, m->programmed) : status;
}

hys_status hys__mapped_program(hys__mapped *m) {
    const size_t n = m->first_cell[m->product->n_tiles];
    for (size_t k = 0; k < m->product->n_tiles; k++)
        for (size_t c = m->first_cell[k]; c < m->first_cell[k + 1]; c++)
            m->targets[c] = nearest_level(m, m->product->tiles[k].g[c - m->first_cell[k]]);
    if (m->opts.is_kernel) return program_kernels(m);
    if (!m->opts.is_perfect || m->opts.cycles > 0) program_by_law(m);
    else memcpy(m->programmed, m->targets, n * sizeof *m->targets);
    return HYS_OK;
}

/* ---- time ---- */

static double aged(const hys__mapped *m, double g, const uint64_t id[2]) {
    const hys_synapse_law *law = law_of(m);
    if (m->cells || !law->has_retention || !(m->waited > 0)) return g;
    const double draw = hys__draw(m->opts.seed, HYS__DRAW_RELAX, id);
    const double lost = hys__law_drift(law, part_of(law, g), m->waited, draw);
    return fmax(0, g * (1 + m->opts.product.drift_scale * lost));
}

/* Stuck cells and added drift are the product's. */
static void age_tile(hys__mapped *m, size_t k, const double *now) {
    hys__tile *t = &m->product->tiles[k];
    double before = 0, after = 0, fresh;
    uint64_t id[2];
    for (size_t c = 0; c < t->rows * t->columns; c++) {
        const size_t at = m->first_cell[k] + c;
        double stuck;
        identify(m, t, c, id);
        t->g[c] = fmax(0, hys__cell_conductance(m->product, aged(m, now[at], id), id, &fresh));
        before += hys__mapped_is_stuck(m, t, c, &stuck) ? stuck : m->programmed[at];
        after += t->g[c];
    }
    t->gain = m->opts.product.compensates_drift && after > 0 ? before / after : 1;
    hys__tile_forget(t);
}

hys_status hys__mapped_age(hys__mapped *m) {
    const size_t n_tiles = m->product->n_tiles, bytes = m->first_cell[n_tiles] * sizeof(double);
    double *now = m->cells ? hys__realloc(m->base.ctx, NULL, 0, bytes) : m->programmed;
    if (!now) return HYS_NOMEM;
    hys_status status = m->cells ? hys_cells_read(m->cells, now) : HYS_OK;
    m->product->opts.time = m->waited > 0 ? m->waited : -1;
    for (size_t k = 0; k < n_tiles && status == HYS_OK; k++) age_tile(m, k, now);
    if (now != m->programmed) hys__free(m->base.ctx, now, bytes);
    return status;
}
