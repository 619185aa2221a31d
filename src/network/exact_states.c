/* From conductances to states of a device: along the way that its pulses take it from one end of its window to the
 * other, states are written down; a cell's are between two of them, where its own equations give its conductance. */
#include "array/array_impl.h"
#include "base/diag.h"
#include "network/mapping.h"
#include <math.h>
#include <string.h>

static const hys_synapse_law *law_of(const hys__mapped *m) {
    return hys_synapse_get_law(m->opts.synapse);
}

/* Programming errors have the devices' own spread in them already. */
static hys_cell_opts device_of(const hys__mapped *m) {
    hys_cell_opts o = *hys_synapse_cell(m->opts.synapse);
    if (!m->cells) o.n_spread = 0;
    return o;
}

hys_status hys__mapped_set_device(const hys__mapped *m, hys_array *array) {
    const hys_cell_opts device = device_of(m);
    const double gate = law_of(m)->read.gate;
    const size_t rows = array->opts.rows;
    hys_status status = hys_array_set_device(array, &device);
    if (status != HYS_OK || !device.selector || !isfinite(gate)) return status;
    double *gates = hys__realloc(array->ctx, NULL, 0, rows * sizeof *gates);
    if (!gates) return HYS_NOMEM;
    for (size_t i = 0; i < rows; i++) gates[i] = gate;
    status = hys_array_set_gates(array, HYS_GATES_ALONG_WORDS, gates);
    hys__free(array->ctx, gates, rows * sizeof *gates);
    return status;
}

/* ---- the ladder ---- */

static hys_status take_ladder(hys__mapped *m, const hys_array *array) {
    m->n_states = hys_array_n_states(array);
    m->ladder = HYS_NEW_N(&m->arena, double, HYS__LADDER);
    m->states = HYS_NEW_N(&m->arena, double, m->n_states *HYS__LADDER + 1);
    m->names = HYS_NEW_N(&m->arena, const char *, m->n_states + 1);
    hys_status status = m->arena.failed ? HYS_NOMEM : HYS_OK;
    for (size_t s = 0; s < m->n_states && status == HYS_OK; s++) {
        const char *name = hys_array_state(array, s);
        m->names[s] = hys__arena_strndup(&m->arena, name, strlen(name));
        status = m->names[s] ? hys_array_get_state(array, name, m->states + s * HYS__LADDER) : HYS_NOMEM;
    }
    return status;
}

/* Insertion: they are nearly in order. */
static void sort_ladder(hys__mapped *m) {
    for (size_t k = 1; k < HYS__LADDER; k++)
        for (size_t l = k; l > 0 && m->ladder[l - 1] > m->ladder[l]; l--)
            for (size_t s = 0; s <= m->n_states; s++) {
                double *row = s ? m->states + (s - 1) * HYS__LADDER : m->ladder;
                const double other = row[l];
                row[l] = row[l - 1];
                row[l - 1] = other;
            }
}

/* Without those that stand nearly on the one before, whose slope would be that of their own errors. */
static void thin_ladder(hys__mapped *m) {
    const hys_synapse_law *law = law_of(m);
    const double least = 0.5 * (law->g_max - law->g_min) / (HYS__LADDER - 1);
    m->n_rungs = 1;
    for (size_t k = 1; k < HYS__LADDER; k++) {
        const size_t to = m->n_rungs;
        if (m->ladder[k] < m->ladder[to - 1] + least) continue;
        m->ladder[to] = m->ladder[k];
        for (size_t s = 0; s < m->n_states; s++) m->states[s * HYS__LADDER + to] = m->states[s * HYS__LADDER + k];
        m->n_rungs++;
    }
}

static hys_status climb(hys__mapped *m, hys_cells *cells, hys_array *array) {
    const hys_synapse_law *law = law_of(m);
    double targets[HYS__LADDER];
    for (size_t k = 0; k < HYS__LADDER; k++)
        targets[k] = law->g_min + (law->g_max - law->g_min) * (double)k / (HYS__LADDER - 1);
    hys_status status = hys_cells_program(cells, targets, NULL);
    if (status == HYS_OK) status = hys__mapped_set_device(m, array);
    if (status == HYS_OK) status = hys_cells_put(cells, 0, array);
    if (status == HYS_OK) status = take_ladder(m, array);
    if (status == HYS_OK) status = hys_array_cell_conductances(array, law->read.voltage, m->ladder);
    if (status != HYS_OK) return status;
    sort_ladder(m);
    thin_ladder(m);
    if (m->n_rungs > 1) return HYS_OK;
    return hys__fail(m->base.ctx, HYS_NOCONV, "",
                     "no states of '%.60s' were found between the ends of its window, from %g to %g S", law->name,
                     law->g_min, law->g_max);
}

hys_status hys__mapped_find_states(hys__mapped *m) {
    const hys_array_opts lines = {.size = sizeof lines, .rows = 1, .columns = HYS__LADDER, .threads = 1};
    hys_cells *cells = NULL;
    hys_array *array = NULL;
    if (m->cells || m->ladder) return HYS_OK;
    hys_status status = hys_cells_new(m->opts.synapse, HYS__LADDER, HYS_CELLS_KERNEL, m->opts.seed, &cells);
    if (status == HYS_OK) status = hys_array_new(m->base.ctx, &lines, &array);
    if (status == HYS_OK) status = climb(m, cells, array);
    if (status != HYS_OK) m->ladder = NULL;
    hys_array_free(array);
    hys_cells_free(cells);
    return status;
}

/* ---- cells between its rungs ---- */

/* Of a cell: between which rungs, what part of the way, and what is known of the parts that are too low and too high.
 */
typedef struct rung {
    size_t k;
    double part, low, high, g_low, g_high;
    int side; /* which end was moved last */
} rung;

#define BEYOND 3 /* rungs: write-verify, which made the ladder, stops that little before the ends of the window */

static rung rung_of(const hys__mapped *m, double g) {
    rung r = {.low = g < m->ladder[0] ? -BEYOND : 0, .high = g > m->ladder[m->n_rungs - 1] ? 1 + BEYOND : 1};
    size_t above = m->n_rungs - 1;
    while (above - r.k > 1) {
        const size_t middle = (r.k + above) / 2;
        if (m->ladder[middle] <= g) r.k = middle;
        else above = middle;
    }
    const double step = m->ladder[r.k + 1] - m->ladder[r.k];
    r.g_low = m->ladder[r.k] + r.low * step;
    r.g_high = m->ladder[r.k] + r.high * step;
    return r;
}

static void move(rung *r, double g) {
    const double way = r->g_high > r->g_low ? (g - r->g_low) / (r->g_high - r->g_low) : 0;
    r->part = r->low + fmax(0, fmin(1, way)) * (r->high - r->low);
}

/* What was seen at the part where it stands takes the place of one end.  Where the same end moves twice, the other
 * counts half (Illinois), so that neither stays for good. */
static void learn(rung *r, double g, double seen) {
    const int side = seen < g ? -1 : 1;
    if (side < 0) {
        r->low = r->part;
        r->g_low = seen;
        if (r->side == side) r->g_high = 0.5 * (r->g_high + g);
    } else {
        r->high = r->part;
        r->g_high = seen;
        if (r->side == side) r->g_low = 0.5 * (r->g_low + g);
    }
    r->side = side;
}

static hys_status set_states(const hys__mapped *m, const rung *rungs, size_t n, double *room, hys_array *array) {
    hys_status status = HYS_OK;
    for (size_t s = 0; s < m->n_states && status == HYS_OK; s++) {
        const double *ladder = m->states + s * HYS__LADDER;
        for (size_t c = 0; c < n; c++)
            room[c] = ladder[rungs[c].k] + rungs[c].part * (ladder[rungs[c].k + 1] - ladder[rungs[c].k]);
        status = hys_array_set_state(array, m->names[s], room);
    }
    return status;
}

#define LOOKS 24   /* fewer than ten where rungs are near each other */
#define NEAR  1e-9 /* of the window */

static hys_status approach(const hys__mapped *m, const double *g, rung *rungs, double *room, hys_array *array) {
    const size_t n = array->opts.rows * array->opts.columns;
    const hys_synapse_law *law = law_of(m);
    double worst = INFINITY;
    hys_status status = HYS_OK;
    for (size_t c = 0; c < n; c++) rungs[c] = rung_of(m, g[c]);
    for (int look = 0; look < LOOKS && worst > NEAR && status == HYS_OK; look++) {
        for (size_t c = 0; c < n; c++) move(&rungs[c], g[c]);
        status = set_states(m, rungs, n, room, array);
        if (status == HYS_OK) status = hys_array_cell_conductances(array, law->read.voltage, room);
        worst = 0;
        for (size_t c = 0; c < n && status == HYS_OK; c++) {
            worst = fmax(worst, fabs(room[c] - g[c]) / (law->g_max - law->g_min));
            learn(&rungs[c], g[c], room[c]);
        }
    }
    return status;
}

hys_status hys__mapped_put_states(const hys__mapped *m, size_t k, hys_array *array) {
    const size_t n = array->opts.rows * array->opts.columns;
    hys__arena arena;
    if (m->cells) return hys_cells_put(m->cells, m->first_cell[k], array);
    hys__arena_init(&arena, array->ctx, 0);
    rung *rungs = HYS_NEW_N(&arena, rung, n);
    double *room = HYS_NEW_N(&arena, double, n);
    const hys_status status = arena.failed ? HYS_NOMEM : approach(m, m->product->tiles[k].g, rungs, room, array);
    hys__arena_free(&arena);
    return status;
}
