/* Cells with the channels of Hodgkin and Huxley: time per compartment and step.
 *
 *   somata     cells of one compartment at 25 us, each with a current of its own (10^4, or as many as asked for)
 *   rallpack3  a cable of 1000 compartments, 250 ms at 50 us, one and eight side by side
 *   tree       one cell of 10^4 compartments: 1023 branches of 11, each of which but the last 512 forks at its end
 *   devices    somata whose potassium channels are WOx and NbOx devices, beside hh_k
 *   kernels    kernels alone, for what the steps add to them
 *
 * Times of NEURON 8.2.2 on a Zen 4 core stand beside: with its tables of rates (1 mV), with exact rates.   usage:
 * bench_brain [WHAT [CELLS [MS [THREADS [TRACE.csv]]]]] */
#include "device/batch.h"
#include <hysteron/brain.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N_CABLE 1000u
#define N_TREE  12276u /* 1023 branches of 11 and of one without a membrane, where they fork */

#define PARTS 5 /* of a run: the fastest counts, since the machine is not ours alone */

/* s: of the processor with one thread, of the wall's clock with more. */
static double clock_of(unsigned n_threads) {
    struct timespec t;
    clock_gettime(n_threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
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

typedef struct device {
    const char *name, *model;
    double density, reversal; /* as in hys_channel_opts */
    hys_screen_scale scale;
} device;

static const device hh_na = {"hh_na", "hh_na", 1, NAN, {1, 1, 1, 0}}, hh_k = {"hh_k", "hh_k", 1, NAN, {1, 1, 1, 0}};

static void add_channel(hys_ctx *ctx, hys_brain_cell *cell, const device *d) {
    hys_channel_opts o = hys_channel_opts_default();
    o.device = d->model;
    o.name = d->name;
    o.density = d->density;
    o.reversal = d->reversal;
    o.scale = d->scale;
    need(ctx, hys_brain_cell_add_channel(cell, &o));
}

typedef struct job {
    const char *name, *beside;
    size_t n_cells;
    enum { SOMA, CABLE, TREE } shape;
    double dt, duration; /* s */
    unsigned n_threads;
    const device *k;   /* potassium */
    const char *trace; /* a file for the first cell's potential; NULL */
} job;

static size_t size_of(const job *j) {
    return j->shape == SOMA ? 1 : j->shape == CABLE ? N_CABLE : N_TREE;
}

/* With a membrane. */
static double counted(const job *j) {
    return (double)(j->n_cells * (j->shape == TREE ? N_TREE / 12 * 11 : size_of(j)));
}

/* 1 um by 1 um at 1 ohm m; a fork is in the middle between its neighbours. */
static void shape_tree(int32_t *parent, double *area, double *axial) {
    for (size_t k = 0; k < N_TREE; k++) {
        const size_t branch = k / 12, in = k % 12;
        if (branch && in == 0) parent[k] = (int32_t)((branch - 1) / 2 * 12 + 11);
        if (in == 11) area[k] = 0;
        if (in == 11 || in == 0) axial[k] /= 2;
    }
}

static hys_brain_cell *cell_of(hys_ctx *ctx, const job *j) {
    static int32_t parent[N_TREE];
    static double area[N_TREE], axial[N_TREE];
    for (size_t k = 0; k < N_TREE; k++) {
        parent[k] = (int32_t)k - 1;
        area[k] = 3.141592653589793 * 1e-6 * 1e-6;
        axial[k] = 1.0 * 1e-6 / (3.141592653589793 * 0.25e-12);
    }
    if (j->shape == TREE) shape_tree(parent, area, axial);
    const hys_compartments tree = {.n = size_of(j), .parent = parent, .area = area, .axial = axial};
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.leak = j->shape == SOMA ? 3 : 0.25;
    o.leak_reversal = j->shape == SOMA ? -54.387e-3 : -65e-3;
    if (j->shape != SOMA) o.compartments = &tree;
    need(ctx, hys_brain_cell_new(ctx, &o, &cell));
    add_channel(ctx, cell, &hh_na);
    add_channel(ctx, cell, j->k ? j->k : &hh_k);
    return cell;
}

static void write_trace(FILE *file, const hys_brain *brain, size_t record) {
    const hys_brain_trace v = hys_brain_recorded(brain, record);
    for (size_t k = 0; k < v.n; k++) fprintf(file, "%.9g,%.17g\n", v.t[k], v.y[k]);
}

static void run(const job *j) {
    hys_ctx *ctx = NULL;
    hys_brain *brain = NULL;
    hys_brain_opts o = hys_brain_opts_default();
    size_t group, n_spikes, record = 0;
    FILE *file = j->trace ? fopen(j->trace, "w") : NULL;
    o.dt = j->dt;
    o.n_threads = j->n_threads ? j->n_threads : 1;
    if (hys_ctx_new(NULL, &ctx) != HYS_OK) exit(1);
    hys_brain_cell *cell = cell_of(ctx, j);
    need(ctx, hys_brain_new(ctx, &o, &brain));
    need(ctx, hys_brain_add(brain, cell, j->n_cells, &group));
    const hys_brain_place watched = {group, 0, j->shape == CABLE ? N_CABLE - 1 : 0};
    need(ctx, hys_brain_detect(brain, group, watched.compartment, 0));
    if (file) need(ctx, hys_brain_record(brain, &watched, "v", 1, &record));
    const hys_electrode e = {.place = {group, HYS_BRAIN_ALL, 0}, .wave = {.from = 1e-10}};
    need(ctx, hys_brain_add_electrode(brain, &e));
    const double size = counted(j);
    double best = INFINITY, last = NAN;
    size_t n_all = 0;
    for (int k = 0; k < PARTS; k++) {
        const double before = clock_of(o.n_threads);
        need(ctx, hys_brain_run(brain, j->duration / PARTS));
        best = fmin(best, clock_of(o.n_threads) - before);
        const hys_spike *spikes = hys_brain_spikes(brain, group, &n_spikes);
        for (size_t s = 0; s < n_spikes; s++)
            if (spikes[s].cell == 0) last = spikes[s].time, n_all++;
        if (file) write_trace(file, brain, record);
    }
    const double ns = best * 1e9 / (size * floor(j->duration / PARTS / j->dt + 0.5));
    printf("%-28s %8zu cells %7.2f ns   %6.1f bytes   NEURON %-10s the first cell's %zu spikes, the last at %.4f ms\n",
           j->name, j->n_cells, ns, (double)hys_brain_memory(brain) / size, j->beside, n_all, last * 1e3);
    if (file) fclose(file);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* ---- what there is ---- */

typedef struct request {
    size_t n_cells; /* 0: the usual number */
    double duration;
    unsigned n_threads;
    const char *trace;
} request;

static void somata(const request *q) {
    run(&(job){.name = "somata",
               .beside = "64 / 100",
               .n_cells = q->n_cells ? q->n_cells : 10000,
               .dt = 25e-6,
               .duration = q->duration,
               .n_threads = q->n_threads,
               .trace = q->trace});
}

static void rallpack3(const request *q) {
    const size_t n = q->n_cells;
    run(&(job){.name = "Rallpack 3",
               .beside = "70 / 107",
               .n_cells = n ? n : 1,
               .shape = CABLE,
               .dt = 50e-6,
               .duration = 25 * q->duration,
               .n_threads = q->n_threads,
               .trace = q->trace});
    if (n) return;
    run(&(job){.name = "Rallpack 3, 8 cables",
               .beside = "70 / 107",
               .n_cells = 8,
               .shape = CABLE,
               .dt = 50e-6,
               .duration = 2.5 * q->duration,
               .n_threads = q->n_threads,
               .trace = q->trace});
}

static void tree(const request *q) {
    run(&(job){.name = "tree",
               .beside = "",
               .n_cells = q->n_cells ? q->n_cells : 1,
               .shape = TREE,
               .dt = 25e-6,
               .duration = q->duration,
               .n_threads = q->n_threads,
               .trace = q->trace});
}

/* In the place of hh_k, with the scales that hysteron screen finds. */
static void devices(const request *q) {
    static const device all[] = {
        {"hh_k", "hh_k", 1, NAN, {1, 1, 1, 0}},
        {"wox", "wox", 1, -77e-3, {11.649897, 7.693127, 230961.45, -0.055074711}},
        {"nbox_kchannel", "nbox_kchannel", 1, -77e-3, {3.5463835, 61.112827, 28448.519, 0.071138701}}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        run(&(job){.name = all[k].name,
                   .beside = "",
                   .n_cells = q->n_cells ? q->n_cells : 10000,
                   .dt = 25e-6,
                   .duration = q->duration,
                   .n_threads = q->n_threads,
                   .trace = q->trace,
                   .k = &all[k]});
}

/* On 256 instances again and again. */
static void kernel_alone(const char *name) {
    hys_ctx *ctx = NULL;
    hys_model *model = NULL;
    hys__batch *b = NULL;
    if (hys_ctx_new(NULL, &ctx) != HYS_OK) exit(1);
    need(ctx, hys_model_load(ctx, name, NULL, &model));
    need(ctx, hys__batch_new(ctx, model, &(hys__batch_opts){.n = 256, .temp = 300.15}, &b));
    for (size_t j = 0; j < 256; j++) {
        b->x[0][j] = -0.065 + 1e-4 * (double)j;
        b->x[1][j] = 0.05;
        for (unsigned u = 2; u < b->kernel->n_unknowns; u++) b->x[u][j] = 0.3;
    }
    const double before = clock_of(1);
    for (int k = 0; k < 4000; k++) b->kernel->eval_fj(&b->env, &b->in, &b->out);
    const double ns = (clock_of(1) - before) * 1e9 / (4000.0 * 256);
    const double again = clock_of(1);
    for (int k = 0; k < 4000; k++) b->kernel->eval_f(&b->env, &b->in, &b->out);
    printf("%-28s %7.2f ns with its Jacobian of %u entries, %.2f ns without\n", name, ns, b->kernel->n_jac,
           (clock_of(1) - again) * 1e9 / (4000.0 * 256));
    hys__batch_free(b);
    hys_model_free(model);
    hys_ctx_free(ctx);
}

static void kernels(const request *q) {
    (void)q;
    kernel_alone("hh_na");
    kernel_alone("hh_k");
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(const request *);
    } all[] = {
        {"kernels", kernels}, {"somata", somata}, {"rallpack3", rallpack3}, {"tree", tree}, {"devices", devices}};
    const char *what = argc > 1 ? argv[1] : "all";
    const request q = {.n_cells = argc > 2 ? strtoul(argv[2], NULL, 10) : 0,
                       .duration = (argc > 3 ? strtod(argv[3], NULL) : 10) * 1e-3,
                       .n_threads = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 1,
                       .trace = argc > 5 ? argv[5] : NULL};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (!strcmp(what, "all") || !strcmp(what, all[k].name)) all[k].run(&q);
    return 0;
}
