/* Cells come and go. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define DEFAULT_TEMP 300.15 /* K */
#define LANES        8u

hys_cell_opts hys_cell_opts_default(void) {
    return (hys_cell_opts){.size = sizeof(hys_cell_opts), .temp = DEFAULT_TEMP};
}

static hys_status check_temp(hys_ctx *ctx, double temp) {
    if (temp > 0 && isfinite(temp)) return HYS_OK;
    return hys__fail(ctx, HYS_ARG, "more than 0 K", "cells cannot be at %g K", temp);
}

static hys_status make(hys__cells *c, const hys_cell_opts *o) {
    hys_status status = hys__cells_load(c, o);
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        c->own_rooms[k] = HYS_NEW_N(&c->arena, hys_u32, c->kernel->n_params + 1);
        if (!c->own_rooms[k]) status = HYS_NOMEM;
    }
    c->own_params = c->own_rooms[0];
    if (status == HYS_OK) status = hys__cells_name_states(c);
    if (status == HYS_OK) status = hys__cells_take(c);
    if (status == HYS_OK) status = hys__cells_fill(c, true);
    if (status == HYS_OK) status = hys__cells_set_threads(c, 0);
    if (status == HYS_OK) status = hys__cells_start(c);
    if (status == HYS_OK) c->is_two_terminal = hys__cells_probe(c);
    return status;
}

hys_status hys__cells_new(hys_ctx *ctx, const hys_cell_opts *opts, size_t rows, size_t columns, hys__cells **result) {
    hys_cell_opts o = hys_cell_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    if (o.temp == 0) o.temp = DEFAULT_TEMP;
    hys_status status = check_temp(ctx, o.temp);
    if (status != HYS_OK) return status;
    hys__cells *c = hys__realloc(ctx, NULL, 0, sizeof *c);
    if (!c) return HYS_NOMEM;
    *c = (hys__cells){.ctx = ctx, .rows = rows, .columns = columns, .n = rows * columns, .seed = o.seed};
    c->temp = o.temp;
    c->chunk = c->n < HYS__CELLS_CHUNK ? c->n : HYS__CELLS_CHUNK;
    /* An odd number of cache lines, so that rows of a chunk do not all want the same place of the first cache. */
    c->stride = (c->chunk + LANES - 1) / LANES * LANES;
    if (c->stride % (2 * LANES) == 0) c->stride += LANES;
    c->n_chunks = (c->n + c->chunk - 1) / c->chunk;
    hys__arena_init(&c->arena, ctx, 0);
    status = make(c, &o);
    if (status == HYS_OK) *result = c;
    else hys__cells_free(c);
    return status;
}

void hys__cells_free(hys__cells *c) {
    if (!c) return;
    hys_ctx *ctx = c->ctx;
    hys__cells_crew_free(c);
    hys__cells_release(c);
    for (size_t p = 0; p < c->n_parts; p++) hys_model_free(c->parts[p].plain);
    if (c->model != c->memory) hys_model_free(c->model);
    hys_model_free(c->selector);
    hys_model_free(c->memory);
    hys__join_free(c->join);
    if (c->block) hys__free(ctx, c->block, c->block_size);
    hys__arena_free(&c->arena);
    hys__free(ctx, c, sizeof *c);
}
