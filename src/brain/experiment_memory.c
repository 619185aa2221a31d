/* Bytes that a run will take, by what is in its file. */
#include "base/clocale.h"
#include "base/diag.h"
#include "brain/connect.h"
#include "brain/experiment.h"
#include "brain/forecast.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define USABLE     0.8  /* of what is there: the rest is for kernels, files, and for the system */
#define USUAL_RATE 20.0 /* Hz: of cells, which nobody knows before they have run */
#define HALF_BLOCK 5e5  /* bytes: arenas grow by a megabyte, of which half is used */
#define OF_LISTS   2.5  /* room of a growing list in an arena, with what it left behind */

typedef struct site {
    size_t population, compartment;
    const hys__port *port;
} site;

typedef struct forecast {
    hys_brain_experiment *e;
    hys__arena scratch;
    hys__shape *shapes; /* [populations] */
    double *spikes;     /* [populations] of a cell in a slice */
    struct {
        site *at;
        size_t n, cap;
    } sites;
    size_t longest, least; /* delays, steps */
    double work;           /* of the device that wants most */
    double sum;
} forecast;

/* ---- groups ---- */

double hys__brain_slice(const hys_brain_experiment *e) {
    const double least = 400 * e->said.dt;
    const double usual = fmin(0.1, e->said.duration / 100);
    return isnan(e->said.slice) ? fmax(least, usual) : e->said.slice;
}

static double spikes_of(const hys_brain_experiment *e, size_t k) {
    const hys__brain_population *p = &e->populations[k];
    const double rate = ((const hys__said_group *)e->said.groups.at)[k].poisson.rate;
    if (p->replay) return (double)p->n_replay / (double)p->n * fmin(hys__brain_slice(e) / e->said.duration, 1);
    return hys__brain_slice(e) * (p->type == e->said.cells.n ? rate : USUAL_RATE);
}

static hys_status add_groups(forecast *f) {
    static struct hys__firing source = {.kind = HYS__CELL_POISSON};
    hys_brain_experiment *e = f->e;
    hys_brain_cell *sources = HYS_NEW(&f->scratch, hys_brain_cell);
    f->shapes = HYS_NEW_N(&f->scratch, hys__shape, e->said.groups.n);
    f->spikes = HYS_NEW_N(&f->scratch, double, e->said.groups.n);
    if (f->scratch.failed) return HYS_NOMEM;
    *sources = (hys_brain_cell){.n = 1, .firing = &source};
    for (size_t k = 0; k < e->said.groups.n; k++) {
        const hys__brain_population *p = &e->populations[k];
        const hys_brain_cell *cell = p->type < e->said.cells.n ? e->types[p->type].cell : sources;
        f->shapes[k] = hys__shape_of(cell, p->n);
        f->spikes[k] = spikes_of(e, k);
        f->sum += hys__group_bytes(&f->shapes[k], f->spikes[k], !p->has_threshold && !cell->firing);
        f->sum += (double)p->n * (3 * sizeof(double) + sizeof(uint32_t)); /* statistics */
        if (p->replay) f->sum += (double)p->n_replay * sizeof(hys_spike);
    }
    return HYS_OK;
}

/* ---- synapses ---- */

static hys_status add_site(forecast *f, size_t population, const char *name, size_t compartment) {
    const hys__port *port = hys__cell_find_port(f->shapes[population].cell, name);
    for (size_t k = f->sites.n; k > 0; k--) {
        const site *s = &f->sites.at[k - 1];
        if (s->compartment == compartment && s->population == population && s->port == port) return HYS_OK;
    }
    site *s = port ? HYS_PUSH(&f->scratch, &f->sites) : NULL;
    if (s) *s = (site){population, compartment, port};
    return port && !s ? HYS_NOMEM : HYS_OK;
}

static hys_status take_delays(forecast *f, const hys_connect_opts *o) {
    hys__steps steps = {.least = HYS__MOST_DELAY};
    for (size_t k = 0; k < o->n_list; k++) {
        const double delay = floor(fmin(fmax(o->list[k].delay / f->e->said.dt, 1), HYS__MOST_DELAY) + 0.5);
        if (delay < steps.least) steps.least = (uint32_t)delay;
        if (delay > steps.most) steps.most = (uint32_t)delay;
    }
    if (o->rule != HYS_CONNECT_LIST) {
        const hys_status status = hys__steps_make(&f->scratch, &o->delay, f->e->said.dt, HYS__MOST_DELAY, &steps);
        if (status != HYS_OK) return status;
    }
    if (steps.most > f->longest) f->longest = steps.most;
    if (steps.least < f->least) f->least = steps.least;
    return HYS_OK;
}

/* A device that is a weight is a group of its own. */
static hys_status add_devices(forecast *f, const hys_connect_opts *o, double n) {
    const hys_plasticity *p = &o->plasticity;
    hys_channel_opts channel = hys_channel_opts_default();
    hys_brain_cell *cell = NULL;
    channel.device = p->device;
    channel.set = p->set;
    channel.n_set = p->n_set;
    channel.spread = p->spread;
    channel.n_spread = p->n_spread;
    hys_status status = hys_brain_cell_new(f->e->ctx, NULL, &cell);
    if (status == HYS_OK) status = hys_brain_cell_add_channel(cell, &channel);
    if (status == HYS_OK) {
        const hys__shape devices = hys__shape_of(cell, HYS__PIECE);
        f->sum += hys__plastic_bytes(&f->shapes[o->source], &f->shapes[o->target], n, cell);
        f->work = fmax(f->work, hys__work_bytes(&devices, 1));
    }
    hys_brain_cell_free(cell);
    return status;
}

static hys_status add_wire(forecast *f, const hys_connect_opts *o) {
    const hys__shape *s = &f->shapes[o->source], *t = &f->shapes[o->target];
    const bool not_self = o->source == o->target && !o->may_be_self;
    const double n = hys__connect_expected(o, (double)s->n, (double)t->n, not_self);
    f->sum += hys__connect_bytes(o, s->n, t->n, t->n_bunches) + sizeof(hys__projection) +
              (double)t->n_bunches * (sizeof(hys__end) + sizeof(hys__bundle));
    if (o->short_term.use > 0) f->sum += 3.0 * (double)s->n * sizeof(double);
    hys_status status = take_delays(f, o);
    if (status == HYS_OK) status = add_site(f, o->target, o->port, o->compartment);
    if (status != HYS_OK || o->plasticity.kind == HYS_PLASTIC_NONE) return status;
    if (o->plasticity.kind == HYS_PLASTIC_DEVICE) return add_devices(f, o, n);
    f->sum += hys__plastic_bytes(s, t, n, NULL);
    return HYS_OK;
}

static hys_status add_wires(forecast *f) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < f->e->wires.n && status == HYS_OK; k++)
        status = hys__brain_blame(f->e, f->e->wires.at[k].node, add_wire(f, &f->e->wires.at[k].opts));
    for (size_t k = 0; k < f->e->said.groups.n && status == HYS_OK; k++) {
        const char *port = ((const hys__said_group *)f->e->said.groups.at)[k].background.port;
        if (port) status = add_site(f, k, port, 0);
    }
    return status;
}

static hys_status add_couplings(forecast *f) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < f->e->couplings.n && status == HYS_OK; k++) {
        const hys_couple_opts *o = &f->e->couplings.at[k].opts;
        const hys_connect_opts *w = o->effect == HYS_COUPLE_TO_PORT ? NULL : &f->e->wires.at[o->to].opts;
        const size_t goal = !w ? o->to : o->effect == HYS_COUPLE_TO_RELEASE ? w->source : w->target;
        f->sum += 3.0 * (double)f->shapes[goal].n * sizeof(double);
        if (!w) status = add_site(f, goal, o->port, 0);
    }
    return status;
}

static void add_joins(forecast *f) {
    for (size_t k = 0; k < f->e->joins.n; k++) {
        const hys_connect_opts *o = &f->e->joins.at[k].opts;
        const bool is_one = o->source == o->target;
        const bool is_halved = is_one && (o->rule == HYS_CONNECT_ALL || o->rule == HYS_CONNECT_PROBABILITY ||
                                          o->rule == HYS_CONNECT_DISTANCE);
        const double n =
            hys__connect_expected(o, (double)f->shapes[o->source].n, (double)f->shapes[o->target].n, is_one);
        f->sum +=
            (is_halved ? 0.5 : 1) * n * (sizeof(hys__join) + 2 * sizeof(hys__gap) + OF_LISTS * sizeof(hys__join *));
        f->least = 1;
    }
}

/* Rings of as many steps as the longest delay, a power of two; spikes on their way. */
static void add_rings(forecast *f) {
    const double window = fmin((double)f->least * f->e->said.dt / hys__brain_slice(f->e), 1); /* of a slice */
    double spikes = 0;
    size_t slots = 1;
    while (slots <= f->longest) slots *= 2;
    for (size_t k = 0; k < f->e->said.groups.n; k++) {
        size_t n_sites = 0, n_rows = 0;
        for (size_t j = 0; j < f->sites.n; j++) {
            hys__site constants = {.port = f->sites.at[j].port};
            if (f->sites.at[j].population != k) continue;
            hys__site_constants(&constants, f->e->said.dt);
            n_rows += constants.n_rows;
            n_sites++;
        }
        f->sum +=
            hys__ring_bytes(&f->shapes[k], slots, n_sites, n_rows) + OF_LISTS * (double)n_sites * sizeof(hys__site);
        spikes += f->spikes[k] * (double)f->shapes[k].n * window;
    }
    if (f->sites.n) f->sum += 4 * spikes * sizeof(hys__emission);
}

/* ---- the rest ---- */

static double of_record(const hys_brain_experiment *e, const hys__brain_record *r) {
    const double rows = (double)hys__brain_record_rows(e, r), folded = r->fold == HYS__FOLD_EACH ? 0 : rows;
    return (double)r->n_probes * (rows * 2 * sizeof(double) + sizeof(hys__probe) + OF_LISTS * sizeof(hys__probe *)) +
           folded * sizeof(double);
}

/* Each thread has some, as long as there are chunks for all. */
static double of_work(const forecast *f) {
    const size_t threads = f->e->said.threads ? f->e->said.threads : (size_t)hys__ctx_n_threads(f->e->ctx);
    size_t n_chunks = 0;
    for (size_t k = 0; k < f->e->said.groups.n; k++) n_chunks += f->shapes[k].n_chunks;
    return (double)(threads < n_chunks ? threads : n_chunks) *
           fmax(f->work, hys__work_bytes(f->shapes, f->e->said.groups.n));
}

static hys_status add_all(forecast *f) {
    hys_brain_experiment *e = f->e;
    f->sum = sizeof *e + sizeof(hys_brain) + (double)e->arena.total;
    hys_status status = add_groups(f);
    if (status == HYS_OK) status = add_wires(f);
    if (status == HYS_OK) status = add_couplings(f);
    if (status != HYS_OK) return status;
    add_joins(f);
    add_rings(f);
    for (size_t k = 0; k < e->said.records.n; k++) f->sum += of_record(e, &e->records[k]);
    f->sum += hys__brain_meter_memory(e) + of_work(f);
    f->sum += fmin(0.25 * f->sum, HALF_BLOCK);
    return HYS_OK;
}

static hys_status foretell(hys_brain_experiment *e, double *bytes) {
    forecast f = {.e = e, .least = HYS__MOST_DELAY};
    hys__arena_init(&f.scratch, e->ctx, 0);
    const hys_status status = add_all(&f);
    hys__arena_free(&f.scratch);
    *bytes = f.sum;
    return status;
}

double hys_brain_experiment_memory(const hys_brain_experiment *e) {
    double bytes = e->foretold;
    if (e->brain) return bytes;
    return foretell((hys_brain_experiment *)(uintptr_t)e, &bytes) == HYS_OK ? bytes : NAN;
}

double hys__brain_memory_now(const hys_brain_experiment *e) {
    return (double)sizeof *e + (double)e->arena.total + (e->brain ? (double)hys_brain_memory(e->brain) : 0);
}

/* A number at the head of a file, behind the word if there is one; NaN. */
static double number_of(const char *path, const char *word) {
    FILE *file = fopen(path, "re");
    char line[256];
    double value = NAN;
    while (file && isnan(value) && fgets(line, sizeof line, file)) {
        const size_t n = strlen(word);
        char *end = line;
        if (strncmp(line, word, n) != 0) continue;
        const unsigned long long number = strtoull(line + n, &end, 10);
        if (end > line + n) value = (double)number;
    }
    if (file) fclose(file);
    return value;
}

/* What the system, the container and the shell would still give. */
static double available(void) {
    const double kib = number_of("/proc/meminfo", "MemAvailable:");
    const double group = number_of("/sys/fs/cgroup/memory.max", "") - number_of("/sys/fs/cgroup/memory.current", "");
    double most = isnan(kib) ? (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) : 1024 * kib;
    struct rlimit own;
    if (!isnan(group)) most = fmin(most, group);
    if (getrlimit(RLIMIT_AS, &own) == 0 && own.rlim_cur != RLIM_INFINITY) most = fmin(most, (double)own.rlim_cur);
    return most;
}

/* "8.75 GB" */
static void put_size(double bytes, char text[32]) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t k = 0;
    for (; bytes >= 1000 && k + 1 < sizeof units / sizeof *units; k++) bytes /= 1000;
    hys__c_snprintf(text, 32, "%.3g %s", bytes, units[k]);
}

static hys_status compare(hys_brain_experiment *e, double need, double has) {
    char needed[32], there[32];
    if (need <= has) return HYS_OK;
    put_size(need, needed);
    put_size(has, there);
    return hys__fail(e->ctx, HYS_LIMIT, "fewer cells, coarser compartments, fewer records, or shorter slices",
                     "this needs %s of memory (%.0f bytes), and %s may be taken (%.0f bytes)", needed, need, there,
                     has);
}

hys_status hys__brain_check_memory(hys_brain_experiment *e, double most) {
    const hys_status status = foretell(e, &e->foretold);
    return status == HYS_OK ? compare(e, e->foretold, most > 0 ? most : USABLE * available()) : status;
}

hys_status hys__brain_check_room(hys_brain_experiment *e, const hys__yaml_node *node, double bytes) {
    return hys__brain_blame(e, node, bytes < 1e8 ? HYS_OK : compare(e, bytes, USABLE * available()));
}
