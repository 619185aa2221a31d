/* Several threads evaluate chunks of cells.  No chunk sees another one, so results do not depend on their number. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include "base/team.h"

#define LEAST_CHUNKS 2u /* a thread */

typedef struct helper { /* of the caller: sees the same cells with work space of its own */
    hys__cells cells;
    hys__batch batch, *outputs;
    hys__cell_lanes now, spare;
    size_t *lane_of;
} helper;

struct hys__cell_crew {
    hys__team *team;
    helper *helpers; /* [n] */
    size_t n;
    hys__cells *cells;
    hys__cells_work *work;
    void *data;
};

static hys_status new_helper(hys__cells *c, helper *h) {
    const hys__batch_opts opts = {
        .n = c->chunk, .own_params = c->batch->has_own_params, .temp = c->temp, .seed = c->seed};
    h->lane_of = HYS_NEW_N(&c->arena, size_t, c->stride);
    if (!h->lane_of || hys__cells_take_lanes(c, &h->now, &h->spare) != HYS_OK) return HYS_NOMEM;
    return hys__batch_new(c->ctx, c->model, &opts, &h->outputs);
}

hys_status hys__cells_set_threads(hys__cells *c, unsigned n_threads) {
    const size_t threads = n_threads ? n_threads : (size_t)hys__ctx_n_threads(c->ctx);
    const size_t most = c->n_chunks / LEAST_CHUNKS;
    const size_t n = threads < most ? threads : most;
    if (n == (c->crew ? c->crew->n + 1 : 1)) return HYS_OK;
    hys__cells_crew_free(c);
    if (n < 2) return HYS_OK;
    hys__cell_crew *crew = HYS_NEW(&c->arena, hys__cell_crew);
    if (!crew || !(crew->helpers = HYS_NEW_N(&c->arena, helper, n - 1))) return HYS_NOMEM;
    c->crew = crew;
    hys_status status = HYS_OK;
    for (; crew->n < n - 1 && status == HYS_OK; crew->n++) status = new_helper(c, &crew->helpers[crew->n]);
    return status == HYS_OK ? hys__team_new(c->ctx, (unsigned)n, &crew->team) : status;
}

void hys__cells_crew_free(hys__cells *c) {
    if (!c->crew) return;
    hys__team_free(c->crew->team);
    for (size_t k = 0; k < c->crew->n; k++) hys__batch_free(c->crew->helpers[k].outputs);
    c->crew = NULL;
}

/* As the caller's cells are now. */
static void refresh(const hys__cells *c, helper *h) {
    const hys__batch *o = h->outputs;
    h->cells = *c;
    h->cells.now = h->now;
    h->cells.spare = h->spare;
    h->cells.lane_of = h->lane_of;
    h->cells.batch = &h->batch;
    h->batch = *c->batch;
    h->batch.out = o->out;
    h->batch.f = o->f;
    h->batch.jac = o->jac;
    h->batch.mass = o->mass;
    h->batch.clamp_lo = o->clamp_lo;
    h->batch.clamp_hi = o->clamp_hi;
}

static void do_chunk(void *data, size_t chunk, unsigned thread) {
    const hys__cell_crew *crew = data;
    crew->work(thread ? &crew->helpers[thread - 1].cells : crew->cells, chunk, crew->data);
}

void hys__cells_each_chunk(hys__cells *c, hys__cells_work *work, void *data) {
    hys__cell_crew alone = {.team = NULL}, *crew = c->crew ? c->crew : &alone;
    crew->cells = c;
    crew->work = work;
    crew->data = data;
    for (size_t k = 0; k < crew->n; k++) refresh(c, &crew->helpers[k]);
    hys__team_run(crew->team, c->n_chunks, do_chunk, crew);
}
