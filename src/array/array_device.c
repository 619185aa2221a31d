/* Devices in the cells of an array, as users see them. */
#include "array/array_impl.h"
#include "array/cells_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

static hys_status need_devices(const hys_array *a) {
    if (a->devices) return HYS_OK;
    return hys__fail(a->ctx, HYS_ARG, "set them by hys_array_set_device", "the cells of this array are no devices");
}

hys_status hys_array_set_device(hys_array *a, const hys_cell_opts *opts) {
    hys__cells *cells = NULL;
    hys_status status = hys__cells_new(a->ctx, opts, a->opts.rows, a->opts.columns, &cells);
    if (status == HYS_OK) status = hys__cells_set_threads(cells, a->opts.threads);
    if (status != HYS_OK) {
        hys__cells_free(cells);
        return status;
    }
    hys__array_forget(a);
    hys__cells_free(a->devices);
    a->devices = cells;
    return HYS_OK;
}

/* Numbers a cell: of the descent; of the general solver; of GMRES, its directions and blocks. */
#define OF_LAW     9.0
#define OF_GENERAL 13.0
#define OF_LADDER  2.0
#define OF_GMRES   (2.0 * (HYS__GMRES_DIRECTIONS + 3) + 8)

double hys_array_expected_memory(const hys_array *a) {
    const bool is_parallel = hys__array_is_parallel(a);
    const bool is_plain = !a->devices || hys__cells_are_two_terminal(a->devices);
    const double count = (double)a->opts.rows * (double)a->opts.columns;
    const double lines = is_parallel ? count * sizeof(double) : hys_array_memory(&a->opts);
    double numbers = a->law.evaluate && !a->devices ? OF_LAW : 0;
    if (a->devices || is_parallel) numbers += OF_GENERAL;
    if (is_parallel) numbers += OF_LADDER;
    else if (!is_plain) numbers += OF_GMRES;
    return lines + numbers * count * sizeof(double) + (a->devices ? (double)hys__cells_memory(a->devices) : 0);
}

hys_status hys_array_set_state(hys_array *a, const char *name, const double *values) {
    hys_status status = need_devices(a);
    return status == HYS_OK ? hys__cells_set_state(a->devices, name, values) : status;
}

hys_status hys_array_get_state(const hys_array *a, const char *name, double *values) {
    hys_status status = need_devices(a);
    return status == HYS_OK ? hys__cells_get_state(a->devices, name, values) : status;
}

hys_status hys_array_set_param(hys_array *a, const char *name, const double *values) {
    hys_status status = need_devices(a);
    const size_t count = a->opts.rows * a->opts.columns;
    for (size_t k = 0; k < count && status == HYS_OK; k++)
        if (isnan(values[k]))
            status = hys__fail(a->ctx, HYS_ARG, "a number",
                               "%.60s of the cell of word line %zu and bit line %zu is not a number", name,
                               k / a->opts.columns, k % a->opts.columns);
    if (status == HYS_OK) status = hys__cells_set_param(a->devices, name, values);
    if (status == HYS_OK) hys__array_forget(a);
    return status;
}

size_t hys_array_n_states(const hys_array *a) {
    return a->devices ? hys__cells_n_states(a->devices) : 0;
}

const char *hys_array_state(const hys_array *a, size_t k) {
    return k < hys_array_n_states(a) ? hys__cells_state(a->devices, k) : NULL;
}

hys_status hys_array_set_gates(hys_array *a, hys_array_gates along, const double *gates) {
    const bool is_word = along == HYS_GATES_ALONG_WORDS;
    const size_t lines = is_word ? a->opts.rows : a->opts.columns;
    if (!is_word && along != HYS_GATES_ALONG_BITS)
        return hys__fail(a->ctx, HYS_ARG, "HYS_GATES_ALONG_WORDS or HYS_GATES_ALONG_BITS",
                         "no such direction of gates");
    for (size_t k = 0; k < lines; k++)
        if (!isfinite(gates[k]))
            return hys__fail(a->ctx, HYS_ARG, "", "the gate of %s line %zu is at %g V", is_word ? "word" : "bit", k,
                             gates[k]);
    if (!a->gates) a->gates = HYS_NEW_N(&a->arena, double, a->opts.rows * a->opts.columns);
    if (!a->gates) return HYS_NOMEM;
    a->gates_along = along;
    hys__array_spread_gates(a, gates, a->gates);
    return HYS_OK;
}

hys_status hys_array_cell_conductances(hys_array *a, double voltage, double *g) {
    hys_status status = need_devices(a);
    if (status != HYS_OK) return status;
    if (!isfinite(voltage) || voltage == 0)
        return hys__fail(a->ctx, HYS_ARG, "for example 0.1 V", "there is no conductance I/V at %g V", voltage);
    hys__cells_set_gates(a->devices, a->gates);
    return hys__cells_conductances(a->devices, voltage, g);
}
