/* Types of cells: compartments and what their membrane is made of. */
#include "base/diag.h"
#include "brain/brain_impl.h"
#include <math.h>
#include <string.h>

hys_brain_cell_opts hys_brain_cell_opts_default(void) {
    return (hys_brain_cell_opts){.size = sizeof(hys_brain_cell_opts),
                                 .area = 1e-9,
                                 .capacitance = 0.01,
                                 .leak_reversal = -0.065,
                                 .v_start = -0.065,
                                 .temp = 300.15};
}

static hys_status check_numbers(hys_ctx *ctx, const hys_brain_cell_opts *o) {
    const struct {
        const char *name, *unit;
        double value;
        bool is_positive, may_be_0;
    } all[] = {{"capacitance", "F/m^2", o->capacitance, true, false},
               {"area", "m^2", o->area, true, o->compartments != NULL},
               {"leak", "S/m^2", o->leak, true, true},
               {"reversal potential of the leak", "V", o->leak_reversal, false, true},
               {"potential at the start", "V", o->v_start, false, true},
               {"temperature", "K", o->temp, true, false}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const double v = all[k].value;
        const bool is_good = isfinite(v) && (!all[k].is_positive || v > 0 || (v == 0 && all[k].may_be_0));
        if (!is_good)
            return hys__fail(ctx, HYS_ARG, "", "the %s of a cell cannot be %g %s", all[k].name, v, all[k].unit);
    }
    return HYS_OK;
}

static hys_status check_tree(hys_ctx *ctx, const hys_compartments *c) {
    double total = 0;
    if (!c->n || c->n > UINT32_MAX / 16)
        return hys__fail(ctx, HYS_ARG, "", "a cell cannot have %zu compartments", c->n);
    for (size_t k = 0; k < c->n; k++) {
        const bool is_root = k == 0;
        if (is_root ? c->parent[k] >= 0 : c->parent[k] < 0 || (size_t)c->parent[k] >= k)
            return hys__fail(ctx, HYS_ARG, "parents come before their children, and only the first has none",
                             "compartment %zu of a cell has the parent %ld", k, (long)c->parent[k]);
        if (!(c->area[k] >= 0) || !isfinite(c->area[k]))
            return hys__fail(ctx, HYS_ARG, "", "compartment %zu of a cell has a membrane of %g m^2", k, c->area[k]);
        if (!is_root && (!(c->axial[k] > 0) || !isfinite(1 / c->axial[k])))
            return hys__fail(ctx, HYS_ARG, "", "compartment %zu of a cell has an axial resistance of %g ohm", k,
                             c->axial[k]);
        total += c->area[k];
    }
    if (total > 0 && isfinite(total)) return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "", "a cell without any membrane");
}

static hys_status take_tree(hys_brain_cell *cell) {
    const hys_compartments *c = cell->opts.compartments;
    cell->n = c ? c->n : 1;
    cell->parent = HYS_NEW_N(&cell->arena, int32_t, cell->n);
    cell->area = HYS_NEW_N(&cell->arena, double, cell->n);
    cell->coupling = HYS_NEW_N(&cell->arena, double, cell->n);
    cell->couplings = HYS_NEW_N(&cell->arena, double, cell->n);
    if (cell->arena.failed) return HYS_NOMEM;
    for (size_t k = 0; k < cell->n; k++) {
        cell->parent[k] = c ? c->parent[k] : -1;
        cell->area[k] = c ? c->area[k] : cell->opts.area;
        cell->coupling[k] = c && k ? 1 / c->axial[k] : 0;
    }
    for (size_t k = 1; k < cell->n; k++) {
        cell->couplings[k] += cell->coupling[k];
        cell->couplings[cell->parent[k]] += cell->coupling[k];
    }
    cell->opts.compartments = NULL;
    return cell->n > 1 ? hys__cable_order(cell) : HYS_OK;
}

double *hys__cell_row(hys_brain_cell *cell, double value) {
    const size_t line = HYS__ALIGN / sizeof(double);
    double *all = HYS_NEW_N(&cell->arena, double, HYS__PIECE + line);
    if (!all) return NULL;
    all += (line - (uintptr_t)all / sizeof(double) % line) % line;
    for (size_t k = 0; k < HYS__PIECE; k++) all[k] = value;
    return all;
}

hys_status hys_brain_cell_new(hys_ctx *ctx, const hys_brain_cell_opts *opts, hys_brain_cell **result) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    hys_status status = check_numbers(ctx, &o);
    if (status == HYS_OK && o.compartments) status = check_tree(ctx, o.compartments);
    if (status != HYS_OK) return status;
    hys_brain_cell *cell = hys__realloc(ctx, NULL, 0, sizeof *cell);
    if (!cell) return HYS_NOMEM;
    *cell = (hys_brain_cell){.ctx = ctx, .n_users = 1, .opts = o};
    hys__arena_init(&cell->arena, ctx, 0);
    status = take_tree(cell);
    if (status == HYS_OK) *result = cell;
    else hys_brain_cell_free(cell);
    return status;
}

void hys_brain_cell_free(hys_brain_cell *cell) {
    if (!cell || --cell->n_users) return;
    hys_ctx *ctx = cell->ctx;
    for (size_t k = 0; k < cell->channels.n; k++) hys__channel_release(&cell->channels.at[k]);
    hys__arena_free(&cell->arena);
    hys__free(ctx, cell, sizeof *cell);
}

size_t hys_brain_cell_n_compartments(const hys_brain_cell *cell) {
    return cell->n;
}

size_t hys_brain_cell_n_channels(const hys_brain_cell *cell) {
    return cell->channels.n;
}

const char *hys_brain_cell_method(const hys_brain_cell *cell, size_t channel) {
#define HYS_X(name, text) text,
    static const char *const texts[] = {HYS_CHANNEL_KINDS(HYS_X)};
#undef HYS_X
    return texts[cell->channels.at[channel].kind];
}

size_t hys__spike_need(const hys_brain_cell *cell) {
    return cell->firing || cell->ports.n ? 2 : 1;
}
