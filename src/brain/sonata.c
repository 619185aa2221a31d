/* Populations of SONATA's files, and their columns of numbers. */
#include "brain/sonata.h"
#include "base/diag.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MOST_VALUES 1000000000
#define MOST_RATIO  1100 /* of values to what is stored, where that is packed */
#define MOST_TEXT   256
#define MOST_SIZE   16 /* bytes of a number */

hys_status hys__sonata_refuse(const hys__sonata *s, const char *hint, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return hys__report_at(s->ctx, HYS_ERROR, HYS_SYNTAX, s->path, 0, 0, NULL, hint, "%s", text);
}

/* ---- opening ---- */

static hys_status find_population(hys__sonata *s, const char *name) {
    H5G_info_t info = {0};
    if (name) {
        snprintf(s->name, sizeof s->name, "%s", name);
        if (s->h.Lexists(s->root, s->name, H5P_DEFAULT) > 0) return HYS_OK;
        return hys__sonata_refuse(s, "population: NAME", "there is no such population");
    }
    if (s->h.Gget_info(s->root, &info) < 0 || info.nlinks != 1)
        return hys__sonata_refuse(s, "population: NAME", "it has several populations, or none: which?");
    const ssize_t n =
        s->h.Lget_name_by_idx(s->root, ".", H5_INDEX_NAME, H5_ITER_INC, 0, s->name, sizeof s->name, H5P_DEFAULT);
    if (n > 0 && n < (ssize_t)sizeof s->name) return HYS_OK;
    return hys__sonata_refuse(s, "", "the name of its population is damaged, or too long");
}

static hys_status open_population(hys__sonata *s, const char *root, const char *population) {
    s->file = s->h.Fopen(s->path, 0, H5P_DEFAULT); /* 0: to be read, H5F_ACC_RDONLY without the library's macro */
    if (s->file < 0) return hys__sonata_refuse(s, "", "this is no HDF5 file");
    if (s->h.Lexists(s->file, root, H5P_DEFAULT) > 0) s->root = s->h.Gopen2(s->file, root, H5P_DEFAULT);
    if (s->root < 0)
        return hys__sonata_refuse(s, "a group of that name, in which populations are", "it has no %s", root);
    hys_status status = find_population(s, population);
    if (status != HYS_OK) return status;
    s->population = s->h.Gopen2(s->root, s->name, H5P_DEFAULT);
    return s->population >= 0 ? HYS_OK : hys__sonata_refuse(s, "", "its population is damaged");
}

hys_status hys__sonata_open(hys_ctx *ctx, const char *path, const char *root, const char *population, hys__sonata *s) {
    *s = (hys__sonata){.ctx = ctx, .path = path, .file = -1, .root = -1, .population = -1};
    hys_status status = hys__h5_load(ctx, &s->h);
    if (status != HYS_OK) return status;
    status = open_population(s, root, population);
    if (status != HYS_OK) hys__sonata_close(s);
    return status;
}

void hys__sonata_close(hys__sonata *s) {
    if (s->population >= 0) s->h.Gclose(s->population);
    if (s->root >= 0) s->h.Gclose(s->root);
    if (s->file >= 0) s->h.Fclose(s->file);
    hys__h5_unload(&s->h);
}

/* ---- columns ---- */

/* Damaged types are not given to the library: it would believe their sizes. */
static bool has_numbers(const hys__h5 *h, hid_t set) {
    hid_t type = h->Dget_type(set);
    if (type < 0) return false;
    const H5T_class_t class = h->Tget_class(type);
    const bool ok = (class == H5T_INTEGER || class == H5T_FLOAT) && h->Tget_size(type) <= MOST_SIZE;
    h->Tclose(type);
    return ok;
}

static hys_status read_set(const hys__sonata *s, hid_t set, const char *name, hys__arena *arena,
                           hys__sonata_column *column) {
    const hys__h5 *h = &s->h;
    hid_t space = set >= 0 && has_numbers(h, set) ? h->Dget_space(set) : -1;
    const hssize_t points = space >= 0 ? h->Sget_simple_extent_npoints(space) : -1;
    if (space >= 0) h->Sclose(space);
    if (points < 0 || points > MOST_VALUES ||
        (points && (hsize_t)points > h->Dget_storage_size(set) * (hsize_t)MOST_RATIO))
        return hys__sonata_refuse(s, "", "%s/%s is damaged, has no numbers, or is too large", s->name, name);
    column->n = (size_t)points;
    column->at = HYS_NEW_N(arena, double, column->n + 1);
    if (!column->at) return HYS_NOMEM;
    if (!points || h->Dread(set, h->T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, column->at) >= 0) return HYS_OK;
    return hys__sonata_refuse(s, "", "%s/%s cannot be read", s->name, name);
}

hys_status hys__sonata_read(const hys__sonata *s, hid_t group, const char *name, hys__arena *arena,
                            hys__sonata_column *column) {
    *column = (hys__sonata_column){NULL, 0};
    if (s->h.Lexists(group, name, H5P_DEFAULT) <= 0) return HYS_OK;
    hid_t set = s->h.Dopen2(group, name, H5P_DEFAULT);
    const hys_status status = read_set(s, set, name, arena, column);
    if (set >= 0) s->h.Dclose(set);
    return status;
}

/* A text of fixed or of any length. */
static void take_text(const hys__h5 *h, hid_t attribute, hid_t type, char name[HYS__SONATA_NAME]) {
    char fixed[MOST_TEXT + 1] = {0}, *held = NULL;
    if (h->Tget_class(type) != H5T_STRING) return;
    if (h->Tis_variable_str(type) > 0) {
        hid_t space = h->Screate(H5S_SCALAR);
        if (h->Aread(attribute, type, (void *)&held) >= 0 && held) snprintf(name, HYS__SONATA_NAME, "%s", held);
        if (held && space >= 0) h->Dvlen_reclaim(type, space, H5P_DEFAULT, (void *)&held);
        if (space >= 0) h->Sclose(space);
    } else if (h->Tget_size(type) <= MOST_TEXT && h->Aread(attribute, type, fixed) >= 0)
        snprintf(name, HYS__SONATA_NAME, "%s", fixed);
}

void hys__sonata_node_population(const hys__sonata *s, const char *column, char name[HYS__SONATA_NAME]) {
    const hys__h5 *h = &s->h;
    name[0] = 0;
    hid_t set = h->Dopen2(s->population, column, H5P_DEFAULT);
    hid_t attribute =
        set >= 0 && h->Aexists(set, "node_population") > 0 ? h->Aopen(set, "node_population", H5P_DEFAULT) : -1;
    hid_t space = attribute >= 0 ? h->Aget_space(attribute) : -1;
    hid_t type = attribute >= 0 ? h->Aget_type(attribute) : -1;
    if (type >= 0 && space >= 0 && h->Sget_simple_extent_npoints(space) == 1) take_text(h, attribute, type, name);
    if (type >= 0) h->Tclose(type);
    if (space >= 0) h->Sclose(space);
    if (attribute >= 0) h->Aclose(attribute);
    if (set >= 0) h->Dclose(set);
}

hys_status hys__nodes_count(hys_ctx *ctx, const char *path, const char *population, size_t *n) {
    hys__sonata s;
    hys__arena scratch;
    hys__sonata_column types;
    hys_status status = hys__sonata_open(ctx, path, "nodes", population, &s);
    if (status != HYS_OK) return status;
    hys__arena_init(&scratch, ctx, 0);
    status = hys__sonata_read(&s, s.population, "node_type_id", &scratch, &types);
    if (status == HYS_OK && !types.at) status = hys__sonata_refuse(&s, "", "nodes of %s have no node_type_id", s.name);
    *n = types.n;
    hys__arena_free(&scratch);
    hys__sonata_close(&s);
    return status;
}
