/* Bytes that a run will take, by what is in its file. */
#include "base/clocale.h"
#include "base/diag.h"
#include "brain/experiment.h"
#include "brain/network_impl.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USABLE 0.8 /* of what is there: the rest is for rings, work space, kernels, files, and for the system */

/* As group.c lays them; spikes have room for two of each cell, which doubles, and are sorted into as much. */
static double of_population(const hys_brain_experiment *e, const hys__brain_population *p) {
    const hys_brain_cell *cell = e->types[p->type].cell;
    const double statistics = 3 * sizeof(double) + sizeof(uint32_t) + 4 * sizeof(hys_spike);
    if (!cell || cell->firing) return (double)p->n * (HYS__POINT_ROWS * sizeof(double) + statistics);
    const size_t lanes = p->n >= HYS__LANES / 2 ? HYS__LANES : 1, fit = HYS__PIECE / (cell->n * lanes);
    const double in_chunk = (double)((fit ? fit : 1) * lanes), n = (double)p->n;
    const double entries = ceil(n / (double)lanes) * (double)(lanes * cell->n) + 2.0 * HYS__LANES * ceil(n / in_chunk);
    double rows = 1;
    for (size_t k = 0; k < cell->channels.n; k++) {
        const hys__channel *c = &cell->channels.at[k];
        rows += 2.0 * c->n_inner + (double)c->n_spread;
    }
    return entries * rows * sizeof(double) + n * statistics;
}

double hys__brain_slice(const hys_brain_experiment *e) {
    const double least = 400 * e->said.dt;
    const double usual = fmin(0.1, e->said.duration / 100);
    return isnan(e->said.slice) ? fmax(least, usual) : e->said.slice;
}

static double of_record(const hys_brain_experiment *e, const hys__brain_record *r) {
    const double rows = hys__brain_slice(e) / e->said.dt / (double)r->every + 2;
    return (double)r->n * (rows * 2 * sizeof(double) + sizeof(hys__probe) + 4 * sizeof(size_t));
}

double hys_brain_experiment_memory(const hys_brain_experiment *e) {
    double sum = 0;
    for (size_t k = 0; k < e->said.groups.n; k++) sum += of_population(e, &e->populations[k]);
    for (size_t k = 0; k < e->wires.n; k++) sum += hys__brain_wire_memory(e, &e->wires.at[k]);
    for (size_t k = 0; k < e->said.records.n; k++) sum += of_record(e, &e->records[k]);
    return sum;
}

/* What the system would still give. */
static double available(void) {
    FILE *file = fopen("/proc/meminfo", "re");
    double kib = 0;
    char line[256];
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "MemAvailable:", 13)) kib = strtod(line + 13, NULL);
    if (file) fclose(file);
    if (kib > 0) return 1024 * kib;
    return (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

/* "8.75 GB" */
static void put_size(double bytes, char text[32]) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t k = 0;
    for (; bytes >= 1000 && k + 1 < sizeof units / sizeof *units; k++) bytes /= 1000;
    hys__c_snprintf(text, 32, "%.3g %s", bytes, units[k]);
}

hys_status hys__brain_check_memory(hys_brain_experiment *e, double most) {
    const double need = hys_brain_experiment_memory(e), has = most > 0 ? most : USABLE * available();
    char needed[32], there[32];
    if (need <= has) return HYS_OK;
    put_size(need, needed);
    put_size(has, there);
    return hys__fail(e->ctx, HYS_LIMIT, "fewer cells, coarser compartments, fewer records, or shorter slices",
                     "this needs %s of memory (%.0f bytes), and %s may be taken (%.0f bytes)", needed, need, there,
                     has);
}
