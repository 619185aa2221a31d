/* Cells and their states by name. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define NAME_MAX_BYTES 56u /* two numbers of 20 digits and a prefix */

/* "r,c", "selector.r,c" of the cells of a chunk: the same cell draws the same numbers in any order. */
const char *const *hys__cells_names(hys__cells *c, size_t chunk, const char *prefix) {
    const size_t first = chunk * c->chunk;
    for (size_t j = 0; j < c->chunk; j++) {
        const size_t k = first + j < c->n ? first + j : c->n - 1;
        char *at = c->name_text + j * NAME_MAX_BYTES;
        snprintf(at, NAME_MAX_BYTES, "%s%zu,%zu", prefix, k / c->columns, k % c->columns);
        c->names[j] = at;
    }
    return c->names;
}

static hys_status take_names(hys__cells *c) {
    c->name_text = hys__arena_alloc(&c->arena, c->chunk * NAME_MAX_BYTES);
    c->names = HYS_NEW_N(&c->arena, const char *, c->chunk);
    return c->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* As users see a state: that of the memory by its own name, others behind their part's. */
static const char *shown_name(hys__cells *c, const char *name) {
    for (size_t p = 0; p < c->n_parts; p++) {
        const char *instance = c->parts[p].instance;
        const size_t n = strlen(instance);
        if (strncmp(name, instance, n) == 0) return hys__arena_printf(&c->arena, "%s%s", c->parts[p].shown, name + n);
    }
    return hys__arena_printf(&c->arena, "%s", name);
}

hys_status hys__cells_name_states(hys__cells *c) {
    c->state_names = HYS_NEW_N(&c->arena, const char *, c->model->n_states + 1);
    if (!c->state_names || take_names(c) != HYS_OK) return HYS_NOMEM;
    for (size_t s = 0; s < c->model->n_states; s++) c->state_names[s] = shown_name(c, c->model->states[s].name);
    return c->arena.failed ? HYS_NOMEM : HYS_OK;
}

size_t hys__cells_n_states(const hys__cells *c) {
    return c->model->n_states;
}

const char *hys__cells_state(const hys__cells *c, size_t k) {
    return c->state_names[k];
}

static hys_status find_state(const hys__cells *c, const char *name, size_t *state) {
    const size_t n = c->model->n_states;
    for (size_t s = 0; s < n; s++)
        if (!strcmp(c->state_names[s], name)) return *state = s, HYS_OK;
    if (!n) return hys__fail(c->ctx, HYS_ARG, "", "these cells have no states, so none is called '%.60s'", name);
    const char *near = hys__nearest(name, c->state_names, n);
    char hint[160];
    snprintf(hint, sizeof hint, near ? "did you mean '%.80s'?" : "one of them is '%.80s'",
             near ? near : c->state_names[0]);
    return hys__fail(c->ctx, HYS_ARG, hint, "these cells have no state '%.60s'", name);
}

static double *state_row(const hys__cells *c, size_t state) {
    const uint32_t at = c->model->state_index[state];
    return c->model->states[state].is_retained ? c->now.r[at] : c->now.start[at];
}

hys_status hys__cells_set_state(hys__cells *c, const char *name, const double *values) {
    size_t state = 0;
    hys_status status = find_state(c, name, &state);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < c->n; k++)
        if (!isfinite(values[k]))
            return hys__fail(c->ctx, HYS_ARG, "a finite number",
                             "%s of the cell of word line %zu and bit line %zu is to be %g", name, k / c->columns,
                             k % c->columns, values[k]);
    for (size_t chunk = 0; chunk < c->n_chunks; chunk++) {
        hys__cells_view(c, chunk);
        memcpy(state_row(c, state), values + chunk * c->chunk, c->now.n * sizeof *values);
    }
    c->is_fresh = false;
    hys__cells_settle(c);
    return HYS_OK;
}

hys_status hys__cells_get_state(const hys__cells *cells, const char *name, double *values) {
    hys__cells *c = (hys__cells *)cells; /* the view is scratch */
    size_t state = 0;
    hys_status status = find_state(c, name, &state);
    for (size_t chunk = 0; chunk < c->n_chunks && status == HYS_OK; chunk++) {
        hys__cells_view(c, chunk);
        memcpy(values + chunk * c->chunk, state_row(c, state), c->now.n * sizeof *values);
    }
    return status;
}
