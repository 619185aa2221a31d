/* Networks: time per neuron and step, and per event (a spike at a synapse).
 *
 *   cobahh        benchmark 3 of Brette et al. 2007: 4000 cells with Traub's channels, 1 s at 0.1 ms
 *   microcircuit  Potjans and Diesmann 2014: 77169 neurons, 3e8 synapses; PART of the cells (1)
 *
 * Under mpirun, on its ranks.   usage: bench_brain_net [WHAT [PART [SECONDS [THREADS [DT]]]]] */
#include "../tests/brain/microcircuit.h"
#include <hysteron/ranks.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void need(hys_ctx *ctx, hys_status status) {
    char text[2048];
    if (status == HYS_OK) return;
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        hys_diag_format(hys_diag_get(ctx, k), text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    exit(1);
}

typedef struct job {
    bool is_micro;
    double part, duration, dt; /* s */
    unsigned n_threads;
} job;

static size_t report(const hys_brain *brain, const job *j, size_t *n_cells) {
    size_t n_spikes = 0;
    *n_cells = 0;
    for (size_t k = 0; k < (j->is_micro ? MICRO_GROUPS : 2); k++) {
        size_t n, cells = j->is_micro ? (size_t)((double)micro_cells[k] * j->part + 0.5) : k ? 800 : 3200;
        double cv;
        const double rate = rate_and_cv(brain, k, cells, j->duration, &cv);
        hys_brain_spikes(brain, k, &n);
        printf("  %-10s %6zu cells  %7.3f Hz  cv %.3f",
               j->is_micro ? micro_names[k]
               : k         ? "inhibitory"
                           : "excitatory",
               cells, rate, cv);
        if (j->is_micro) printf("   published %7.3f Hz", micro_rates[k]);
        printf("\n");
        n_spikes += n;
        *n_cells += cells;
    }
    return n_spikes;
}

static void run(const job *j) {
    hys_ctx *ctx = NULL;
    hys_brain *brain = NULL;
    hys_brain_opts o = hys_brain_opts_default();
    size_t n_cells, n_synapses = 0;
    o.dt = j->dt;
    o.seed = 1;
    o.n_threads = j->n_threads;
    if (hys_ctx_new(NULL, &ctx) != HYS_OK) exit(1);
    need(ctx, hys_ranks_join(ctx, false));
    need(ctx, hys_brain_new(ctx, &o, &brain));
    const double start = now();
    need(ctx, j->is_micro ? micro_build(brain, ctx, j->part) : cobahh_build(brain, ctx, "examples/brain"));
    const double built = now();
    for (size_t k = 0, n = 1; n; k++) n_synapses += n = hys_brain_n_synapses(brain, k);
    need(ctx, hys_brain_run(brain, j->is_micro ? 0.1 : 1e-4)); /* memory is touched, the start is over */
    const double before = now();
    need(ctx, hys_brain_run(brain, j->duration));
    const double took = now() - before;
    if (hys_ranks_rank(ctx) > 0) {
        hys_brain_free(brain);
        hys_ctx_free(ctx);
        return;
    }
    const size_t n_spikes = report(brain, j, &n_cells);
    const double per_spike = (double)n_synapses / (double)n_cells;
    printf("%s: built in %.2f s, %zu synapses, %.1f bytes each; %g s in %.2f s: %.1f ns a neuron and step, %.3g "
           "events/s, %zu spikes\n",
           j->is_micro ? "microcircuit" : "cobahh", built - start, n_synapses,
           (double)hys_brain_memory(brain) / (double)n_synapses, j->duration, took,
           took * 1e9 / ((double)n_cells * j->duration / o.dt), (double)n_spikes * per_spike / took, n_spikes);
    hys_brain_free(brain);
    hys_ctx_free(ctx);
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    job j = {.part = argc > 2 ? strtod(argv[2], NULL) : 1,
             .duration = argc > 3 ? strtod(argv[3], NULL) : 1,
             .n_threads = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 1,
             .dt = argc > 5 ? strtod(argv[5], NULL) : 1e-4};
    if (!*what || !strcmp(what, "cobahh")) run(&j);
    j.is_micro = true;
    if (!*what || !strcmp(what, "microcircuit")) run(&j);
    return 0;
}
