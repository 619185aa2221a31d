/* Results of a simulation as files of other programs. */
#include "circuit/sim.h"
#include "io/hdf5.h"
#include "io/raw.h"
#include <string.h>

static const char *plot_name(const char *analysis) {
    static const char *const names[][2] = {{"op", "Operating Point"},
                                           {"dc", "DC transfer characteristic"},
                                           {"ac", "AC Analysis"},
                                           {"tran", "Transient Analysis"},
                                           {"noise", "Noise Spectral Density Curves"},
                                           {"tf", "Transfer Function"},
                                           {"sens", "Sensitivity Analysis"},
                                           {"pz", "Pole-Zero Analysis"},
                                           {"pss", "Periodic Steady State"}};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(names[k][0], analysis)) return names[k][1];
    return analysis;
}

hys_status hys_sim_write_raw(const hys_sim *sim, hys_ctx *ctx, const char *path) {
    size_t n = sim->results.n;
    hys__raw_plot *plots = hys__realloc(ctx, NULL, 0, (n + 1) * sizeof *plots);
    if (!plots) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        const hys_sim_result *result = &sim->results.at[k];
        plots[k] = (hys__raw_plot){sim->title ? sim->title : "", plot_name(result->analysis), result->table,
                                   result->is_complex};
    }
    hys_status status = hys__raw_write(ctx, plots, n, path);
    hys__free(ctx, plots, (n + 1) * sizeof *plots);
    return status;
}

hys_status hys_sim_write_hdf5(const hys_sim *sim, hys_ctx *ctx, const char *path) {
    size_t n = sim->results.n;
    hys__hdf5_group *groups = hys__realloc(ctx, NULL, 0, (n + 1) * sizeof *groups);
    if (!groups) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) groups[k] = (hys__hdf5_group){sim->results.at[k].name, sim->results.at[k].table};
    const char *const notes[] = {"hysteron", hys_version(), "title", sim->title ? sim->title : "", NULL};
    hys_status status = hys__hdf5_write(ctx, groups, n, notes, path);
    hys__free(ctx, groups, (n + 1) * sizeof *groups);
    return status;
}
