/* hys_sim_run: reads a netlist, carries out its analyses, once or for every value of .step and draw of .mc. */
#include "circuit/sim.h"
#include "circuit/sim_runs.h"
#include "device/word.h"
#include <math.h>
#include <string.h>

hys_sim_opts hys_sim_opts_default(void) {
    return (hys_sim_opts){.size = sizeof(hys_sim_opts)};
}

static void release(hys_ctx *ctx, hys__guard *guard) {
    hys_sim *sim = (hys_sim *)((char *)guard - offsetof(hys_sim, guard));
    for (size_t k = 0; k < sim->results.n; k++) hys_table_free((hys_table *)sim->results.at[k].table);
    hys__arena_free(&sim->arena);
    hys__free(ctx, sim, sizeof *sim);
}

static hys_sim *sim_new(hys_ctx *ctx) {
    hys_sim *sim = hys__realloc(ctx, NULL, 0, sizeof *sim);
    if (!sim) return NULL;
    memset(sim, 0, sizeof *sim);
    sim->ctx = ctx;
    hys__arena_init(&sim->arena, ctx, 0);
    sim->guard.release = release;
    hys__guard_add(ctx, &sim->guard);
    return sim;
}

void hys_sim_free(hys_sim *sim) {
    if (!sim) return;
    hys__guard_remove(sim->ctx, &sim->guard);
    release(sim->ctx, &sim->guard);
}

hys_status hys_sim_run(hys_ctx *ctx, const char *path, const hys_sim_opts *opts, hys_sim **result) {
    hys_sim *sim = sim_new(ctx);
    if (!sim) return HYS_NOMEM;
    hys_status status = hys__sim_run_all(sim, path, opts);
    if (!sim->results.n && !sim->measures.n && status != HYS_OK) {
        hys_sim_free(sim);
        return status;
    }
    *result = sim;
    return status;
}

const char *hys_sim_title(const hys_sim *sim) {
    return sim->title;
}
size_t hys_sim_n_results(const hys_sim *sim) {
    return sim->results.n;
}
const hys_sim_result *hys_sim_get_result(const hys_sim *sim, size_t i) {
    return &sim->results.at[i];
}
size_t hys_sim_n_measures(const hys_sim *sim) {
    return sim->measures.n;
}
const hys_sim_measure *hys_sim_get_measure(const hys_sim *sim, size_t i) {
    return &sim->measures.at[i];
}
size_t hys_sim_n_remarks(const hys_sim *sim) {
    return sim->remarks.n;
}
const char *hys_sim_remark(const hys_sim *sim, size_t i) {
    return sim->remarks.at[i];
}
