/* Spikes of a SONATA file: /spikes/POPULATION/{timestamps,node_ids}, times in ms. */
#include "base/diag.h"
#include "brain/experiment.h"
#include "io/hdf5_load.h"
#include <string.h>

#define MOST_SPIKES 1000000000
#define MOST_RATIO  1100 /* of values to what is stored, where that is packed */
#define MOST_NAME   256

typedef struct reading {
    hys_brain_experiment *e;
    hys__h5 h;
    const char *path;
} reading;

static hys_status refuse(const reading *r, const char *hint, const char *what) {
    return hys__report_at(r->e->ctx, HYS_ERROR, HYS_SYNTAX, r->path, 0, 0, NULL, hint, "%s", what);
}

/* Values as doubles; NULL with HYS_OK: there are none. */
static hys_status take_set(const reading *r, hid_t group, const char *name, double **values, size_t *n) {
    const hys__h5 *h = &r->h;
    hid_t set = h->Lexists(group, name, H5P_DEFAULT) > 0 ? h->Dopen2(group, name, H5P_DEFAULT) : -1;
    hid_t space = set >= 0 ? h->Dget_space(set) : -1;
    const hssize_t points = space >= 0 ? h->Sget_simple_extent_npoints(space) : -1;
    const bool is_held = points == 0 || (points > 0 && points <= MOST_SPIKES &&
                                         (hsize_t)points <= h->Dget_storage_size(set) * (hsize_t)MOST_RATIO);
    hys_status status =
        is_held ? HYS_OK : refuse(r, "timestamps and node_ids", "a list of spikes is not there, or damaged");
    *n = is_held ? (size_t)points : 0;
    *values = is_held ? HYS_NEW_N(&r->e->arena, double, *n + 1) : NULL;
    if (is_held && !*values) status = HYS_NOMEM;
    if (status == HYS_OK && *n && h->Dread(set, h->T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *values) < 0)
        status = refuse(r, "", "a list of spikes cannot be read");
    if (space >= 0) h->Sclose(space);
    if (set >= 0) h->Dclose(set);
    return status;
}

static hys_status take_group(const reading *r, hid_t group, hys__brain_population *p) {
    double *t = NULL, *cell = NULL;
    size_t n = 0, n_cells = 0;
    hys_status status = take_set(r, group, "timestamps", &t, &n);
    if (status == HYS_OK) status = take_set(r, group, "node_ids", &cell, &n_cells);
    if (status == HYS_OK && n != n_cells) status = refuse(r, "", "there are not as many times as cells");
    hys_spike *spikes = status == HYS_OK ? HYS_NEW_N(&r->e->arena, hys_spike, n + 1) : NULL;
    if (status == HYS_OK && !spikes) return HYS_NOMEM;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        if (!(cell[k] >= 0 && cell[k] < (double)p->n))
            status = refuse(r, "give the group as many cells: n", "a spike is of a cell that the group does not have");
        else spikes[k] = (hys_spike){1e-3 * t[k], (uint32_t)cell[k]};
    }
    p->replay = spikes;
    p->n_replay = n;
    return status;
}

/* The population that is named, or the only one. */
static hys_status find_group(const reading *r, hid_t spikes, const char *name, char found[MOST_NAME]) {
    H5G_info_t info = {0};
    if (name) {
        snprintf(found, MOST_NAME, "%s", name);
        if (r->h.Lexists(spikes, found, H5P_DEFAULT) > 0) return HYS_OK;
        return refuse(r, "population: NAME", "there is no such population");
    }
    if (r->h.Gget_info(spikes, &info) < 0 || info.nlinks != 1)
        return refuse(r, "population: NAME", "it has several populations, or none: which?");
    const ssize_t n = r->h.Lget_name_by_idx(spikes, ".", H5_INDEX_NAME, H5_ITER_INC, 0, found, MOST_NAME, H5P_DEFAULT);
    return n > 0 && n < MOST_NAME ? HYS_OK : refuse(r, "", "the name of its population is damaged, or too long");
}

static hys_status take_file(const reading *r, hid_t file, const char *name, hys__brain_population *p) {
    char found[MOST_NAME];
    hid_t spikes = r->h.Lexists(file, "spikes", H5P_DEFAULT) > 0 ? r->h.Gopen2(file, "spikes", H5P_DEFAULT) : -1;
    if (spikes < 0) return refuse(r, "/spikes/POPULATION/{timestamps,node_ids}", "this file has no spikes");
    hys_status status = find_group(r, spikes, name, found);
    hid_t group = status == HYS_OK ? r->h.Gopen2(spikes, found, H5P_DEFAULT) : -1;
    if (group >= 0) status = take_group(r, group, p);
    else if (status == HYS_OK) status = refuse(r, "", "its population is damaged");
    if (group >= 0) r->h.Gclose(group);
    r->h.Gclose(spikes);
    return status;
}

hys_status hys__brain_replay_sonata(hys_brain_experiment *e, const char *path, const char *population,
                                    hys__brain_population *p) {
    reading r = {.e = e, .path = path};
    hys_status status = hys__h5_load(e->ctx, &r.h);
    if (status != HYS_OK) return status;
    hid_t file = r.h.Fopen(path, 0, H5P_DEFAULT); /* 0: to be read, H5F_ACC_RDONLY without the library's macro */
    status = file >= 0 ? take_file(&r, file, population, p) : refuse(&r, "", "this is no HDF5 file");
    if (file >= 0) r.h.Fclose(file);
    hys__h5_unload(&r.h);
    return status;
}
