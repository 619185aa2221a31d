/* A log as files in the manner of SONATA (github.com/AllenInstitute/sonata): times in ms, potentials in mV, currents in
 * nA.  Checked with libsonata. */
#include "base/diag.h"
#include "brain/log.h"
#include "io/hdf5_load.h"
#include <string.h>
#include <unistd.h>

#define TRUNCATE 0x0002u /* H5F_ACC_TRUNC, whose macro calls the library by name */
#define PATH     4400
#define MAGIC    0x0A7Au

typedef struct sonata {
    const hys_brain_log *log;
    hys__h5 h;
    hid_t file;
    hys__arena arena; /* of one block */
    const char *const *notes;
} sonata;

/* ---- attributes and sets ---- */

static bool put_text(const hys__h5 *h, hid_t at, const char *name, const char *text) {
    hid_t type = h->Tcopy(h->T_C_S1), space = h->Screate(H5S_SCALAR);
    bool ok =
        type >= 0 && space >= 0 && h->Tset_size(type, strlen(text) + 1) >= 0 && h->Tset_cset(type, H5T_CSET_UTF8) >= 0;
    hid_t attribute = ok ? h->Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT) : -1;
    ok = attribute >= 0 && h->Awrite(attribute, type, text) >= 0;
    if (attribute >= 0) h->Aclose(attribute);
    if (space >= 0) h->Sclose(space);
    if (type >= 0) h->Tclose(type);
    return ok;
}

static bool put_counts(const hys__h5 *h, hid_t at, const char *name, const uint32_t *values, hsize_t n) {
    hid_t space = n == 1 ? h->Screate(H5S_SCALAR) : h->Screate_simple(1, &n, NULL);
    hid_t attribute = space >= 0 ? h->Acreate2(at, name, h->T_STD_U32LE, space, H5P_DEFAULT, H5P_DEFAULT) : -1;
    const bool ok = attribute >= 0 && h->Awrite(attribute, h->T_NATIVE_UINT32, values) >= 0;
    if (attribute >= 0) h->Aclose(attribute);
    if (space >= 0) h->Sclose(space);
    return ok;
}

/* The format's own words for the order of spikes. */
static bool put_sorting(const hys__h5 *h, hid_t group) {
    static const char *const words[] = {"none", "by_id", "by_time"};
    hid_t type = h->Tenum_create(h->T_STD_U8LE), space = h->Screate(H5S_SCALAR);
    bool ok = type >= 0 && space >= 0;
    for (unsigned char k = 0; k < 3 && ok; k++) ok = h->Tenum_insert(type, words[k], &k) >= 0;
    const unsigned char by_time = 2;
    hid_t attribute = ok ? h->Acreate2(group, "sorting", type, space, H5P_DEFAULT, H5P_DEFAULT) : -1;
    ok = attribute >= 0 && h->Awrite(attribute, type, &by_time) >= 0;
    if (attribute >= 0) h->Aclose(attribute);
    if (space >= 0) h->Sclose(space);
    if (type >= 0) h->Tclose(type);
    return ok;
}

/* That cells stand in ascending order, so that readers find them by bisection. */
static bool put_sorted(const hys__h5 *h, hid_t mapping, bool is_sorted) {
    const unsigned char sorted = is_sorted;
    hid_t ids = h->Dopen2(mapping, "node_ids", H5P_DEFAULT), space = h->Screate(H5S_SCALAR);
    hid_t attribute =
        ids >= 0 && space >= 0 ? h->Acreate2(ids, "sorted", h->T_STD_U8LE, space, H5P_DEFAULT, H5P_DEFAULT) : -1;
    const bool ok = attribute >= 0 && h->Awrite(attribute, h->T_NATIVE_UINT8, &sorted) >= 0;
    if (attribute >= 0) h->Aclose(attribute);
    if (space >= 0) h->Sclose(space);
    if (ids >= 0) h->Dclose(ids);
    return ok;
}

static hid_t new_group(const hys__h5 *h, hid_t at, const char *name) {
    return at >= 0 ? h->Gcreate2(at, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) : -1;
}

static hid_t new_set(const hys__h5 *h, hid_t at, const char *name, hid_t type, const hsize_t *size, int rank) {
    hid_t space = h->Screate_simple(rank, size, NULL);
    hid_t set = space >= 0 && at >= 0 ? h->Dcreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) : -1;
    if (space >= 0) h->Sclose(space);
    return set;
}

typedef struct rows { /* from `first` on; width 0: of a list */
    hsize_t first, n, width;
    const void *data;
} rows;

static bool put_rows(const hys__h5 *h, hid_t set, hid_t type, const rows *r) {
    const hsize_t start[2] = {r->first, 0}, size[2] = {r->n, r->width};
    const int rank = r->width ? 2 : 1;
    hid_t from = h->Screate_simple(rank, size, NULL), to = h->Dget_space(set);
    const bool ok = from >= 0 && to >= 0 && h->Sselect_hyperslab(to, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
                    h->Dwrite(set, type, from, to, H5P_DEFAULT, r->data) >= 0;
    if (from >= 0) h->Sclose(from);
    if (to >= 0) h->Sclose(to);
    return ok;
}

typedef struct list {
    const char *name, *units; /* units NULL: none */
    hid_t kept, given;        /* types in the file and in memory */
    const void *data;
    hsize_t n;
} list;

static bool put_list(const hys__h5 *h, hid_t at, const list *l) {
    hid_t set = new_set(h, at, l->name, l->kept, &l->n, 1);
    bool ok = set >= 0 && (!l->n || h->Dwrite(set, l->given, H5S_ALL, H5S_ALL, H5P_DEFAULT, l->data) >= 0);
    if (ok && l->units) ok = put_text(h, set, "units", l->units);
    if (set >= 0) h->Dclose(set);
    return ok;
}

static void *room(sonata *s, size_t n, size_t size) {
    hys__arena_free(&s->arena);
    hys__arena_init(&s->arena, s->log->ctx, 0);
    return hys__arena_calloc(&s->arena, n ? n : 1, size);
}

/* ---- spikes ---- */

static bool put_spikes(sonata *s, const hys__log_chunk *chunk, hid_t times, hid_t ids, hsize_t first) {
    const size_t n = (size_t)chunk->n;
    double *t = room(s, n, sizeof *t + sizeof(uint32_t));
    uint32_t *cells = t ? (uint32_t *)(void *)(t + n) : NULL;
    if (!t || hys__log_fetch(s->log, chunk, 0, t, (size_t)chunk->bytes) != HYS_OK) return false;
    for (size_t k = 0; k < n; k++) t[k] *= 1e3;
    return put_rows(&s->h, times, s->h.T_NATIVE_DOUBLE, &(rows){first, n, 0, t}) &&
           put_rows(&s->h, ids, s->h.T_NATIVE_UINT32, &(rows){first, n, 0, cells});
}

static bool put_population(sonata *s, hid_t spikes, size_t k) {
    const hys__h5 *h = &s->h;
    const hys_brain_log_population *p = &s->log->populations.at[k];
    const hsize_t n = p->n_spikes;
    hid_t group = new_group(h, spikes, p->name);
    hid_t times = group >= 0 ? new_set(h, group, "timestamps", h->T_IEEE_F64LE, &n, 1) : -1;
    hid_t ids = group >= 0 ? new_set(h, group, "node_ids", h->T_STD_U64LE, &n, 1) : -1;
    bool ok = times >= 0 && ids >= 0 && put_sorting(h, group) && put_text(h, times, "units", "ms");
    hsize_t first = 0;
    size_t at = 0;
    for (const hys__log_chunk *c; ok && (c = hys__log_next(s->log, &at, HYS__LOG_SPIKES, k)) != NULL; first += c->n)
        ok = put_spikes(s, c, times, ids, first);
    if (times >= 0) h->Dclose(times);
    if (ids >= 0) h->Dclose(ids);
    if (group >= 0) h->Gclose(group);
    return ok;
}

static bool put_all_spikes(sonata *s) {
    hid_t spikes = new_group(&s->h, s->file, "spikes");
    bool ok = spikes >= 0;
    for (size_t k = 0; k < s->log->populations.n && ok; k++) ok = put_population(s, spikes, k);
    if (spikes >= 0) s->h.Gclose(spikes);
    return ok;
}

/* ---- records ---- */

typedef struct unit {
    const char *name;
    double scale;
} unit;

static unit unit_of(const hys_brain_log_record *r) {
    if (!strcmp(r->unit, "V")) return (unit){"mV", 1e3};
    if (!strcmp(r->unit, "A")) return (unit){"nA", 1e9};
    return (unit){r->unit, 1};
}

static bool put_frame(sonata *s, const hys__log_chunk *chunk, hid_t set, size_t width, double scale, hsize_t first) {
    const size_t n = (size_t)chunk->n;
    double *columns = room(s, 2 * n * width, sizeof *columns), *turned = columns ? columns + n * width : NULL;
    if (!turned || hys__log_fetch(s->log, chunk, 8 + 8 * n, columns, n * width * sizeof *columns) != HYS_OK)
        return false;
    for (size_t k = 0; k < n; k++)
        for (size_t c = 0; c < width; c++) turned[k * width + c] = scale * columns[c * n + k];
    return put_rows(&s->h, set, s->h.T_NATIVE_DOUBLE, &(rows){first, n, width, turned});
}

static bool put_data(sonata *s, hid_t group, size_t k) {
    const hys_brain_log_record *r = &s->log->records.at[k];
    const hsize_t size[2] = {r->n_rows, r->n_columns};
    const unit u = unit_of(r);
    hid_t set = new_set(&s->h, group, "data", s->h.T_IEEE_F32LE, size, 2); /* the format has no other */
    bool ok = set >= 0 && put_text(&s->h, set, "units", u.name);
    hsize_t first = 0;
    size_t at = 0;
    for (const hys__log_chunk *c; ok && (c = hys__log_next(s->log, &at, HYS__LOG_ROWS, k)) != NULL; first += c->n)
        ok = put_frame(s, c, set, r->n_columns, u.scale, first);
    if (set >= 0) s->h.Dclose(set);
    return ok;
}

static bool first_time(const sonata *s, size_t k, double *t) {
    size_t at = 0;
    const hys__log_chunk *c = hys__log_next(s->log, &at, HYS__LOG_ROWS, k);
    *t = 0;
    return !c || hys__log_fetch(s->log, c, 8, t, sizeof *t) == HYS_OK;
}

/* Columns of one cell stand side by side: node_ids are the cells, index_pointers where each one's columns begin. */
static bool put_mapping(sonata *s, hid_t group, size_t k) {
    const hys__h5 *h = &s->h;
    const hys_brain_log_record *r = &s->log->records.at[k];
    uint64_t *ids = room(s, 2 * r->n_columns + 1, sizeof *ids), *pointers = ids ? ids + r->n_columns : NULL;
    double time[3];
    size_t n = 0;
    bool is_sorted = true;
    if (!ids || !first_time(s, k, &time[0])) return false;
    for (size_t c = 0; c < r->n_columns; c++)
        if (!c || r->cells[c] != r->cells[c - 1]) {
            is_sorted = is_sorted && (!c || r->cells[c] > r->cells[c - 1]);
            ids[n] = r->cells[c];
            pointers[n++] = c;
        }
    pointers[n] = r->n_columns;
    time[0] *= 1e3;
    time[2] = 1e3 * r->every;
    time[1] = time[0] + time[2] * (double)r->n_rows;
    hid_t mapping = new_group(h, group, "mapping");
    const list lists[] = {
        {"node_ids", NULL, h->T_STD_U64LE, h->T_NATIVE_UINT64, ids, n},
        {"index_pointers", NULL, h->T_STD_U64LE, h->T_NATIVE_UINT64, pointers, n + 1},
        {"element_ids", NULL, h->T_STD_U32LE, h->T_NATIVE_UINT32, r->compartments, r->n_columns},
        {"time", "ms", h->T_IEEE_F64LE, h->T_NATIVE_DOUBLE, time, 3},
    };
    bool ok = mapping >= 0;
    for (size_t j = 0; j < 4 && ok; j++) ok = put_list(h, mapping, &lists[j]);
    if (ok) ok = put_sorted(h, mapping, is_sorted);
    if (mapping >= 0) h->Gclose(mapping);
    return ok;
}

static bool put_record(sonata *s, hid_t report, size_t k) {
    const hys_brain_log_record *r = &s->log->records.at[k];
    hid_t group = new_group(&s->h, report, r->name);
    const bool ok = group >= 0 && put_text(&s->h, group, "variable", r->what) &&
                    put_text(&s->h, group, "population", s->log->populations.at[r->population].name) &&
                    put_data(s, group, k) && put_mapping(s, group, k);
    if (group >= 0) s->h.Gclose(group);
    return ok;
}

static bool put_all_records(sonata *s) {
    hid_t report = new_group(&s->h, s->file, "report");
    bool ok = report >= 0;
    for (size_t k = 0; k < s->log->records.n && ok; k++) ok = put_record(s, report, k);
    if (report >= 0) s->h.Gclose(report);
    return ok;
}

/* ---- files ---- */

static bool put_notes(sonata *s, const char *const *notes) {
    bool ok = true;
    for (; ok && notes && notes[0]; notes += 2)
        if (s->h.Aexists(s->file, notes[0]) <= 0) ok = put_text(&s->h, s->file, notes[0], notes[1]);
    return ok;
}

static bool put_head(sonata *s) {
    static const uint32_t magic = MAGIC, version[] = {0, 1};
    return put_counts(&s->h, s->file, "magic", &magic, 1) && put_counts(&s->h, s->file, "version", version, 2) &&
           put_notes(s, s->log->notes.at) && put_notes(s, s->notes);
}

/* Under a temporary name, which becomes the file's when it is whole. */
static hys_status write_file(sonata *s, const char *folder, const char *name, bool (*put)(sonata *s)) {
    char path[PATH], temp[PATH];
    snprintf(path, sizeof path, "%.4000s/%s", folder, name);
    snprintf(temp, sizeof temp, "%.4000s/.%s.%ld.tmp", folder, name, (long)getpid());
    s->file = s->h.Fcreate(temp, TRUNCATE, H5P_DEFAULT, H5P_DEFAULT);
    bool ok = s->file >= 0 && put_head(s) && put(s);
    if (s->file >= 0) ok = s->h.Fclose(s->file) >= 0 && ok;
    if (ok) ok = rename(temp, path) == 0;
    else unlink(temp);
    if (ok || hys_diag_n_errors(s->log->ctx)) return ok ? HYS_OK : HYS_IO;
    return hys__fail(s->log->ctx, HYS_IO, "is there room on the disk?", "the HDF5 library cannot write '%s'", path);
}

hys_status hys_brain_log_write_sonata(const hys_brain_log *log, const char *folder, const char *const *notes) {
    sonata s = {.log = log, .notes = notes};
    hys_status status = hys__h5_load(log->ctx, &s.h);
    if (status != HYS_OK) return status;
    hys__arena_init(&s.arena, log->ctx, 0);
    status = write_file(&s, folder, "spikes.h5", put_all_spikes);
    if (status == HYS_OK && log->records.n) status = write_file(&s, folder, "report.h5", put_all_records);
    hys__arena_free(&s.arena);
    hys__h5_unload(&s.h);
    return status;
}
