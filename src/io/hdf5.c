/* HDF5 out.  The file is made in memory and then written like any other, so that it appears whole or not at all. */
#include "io/hdf5.h"
#include "base/file.h"
#include "io/hdf5_load.h"
#include <string.h>

#define TRUNCATE    0x0002u    /* H5F_ACC_TRUNC, whose macro calls the library by name */
#define MEMORY_STEP (1u << 20) /* bytes by which the file in memory grows */

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

/* '/' parts groups in HDF5. */
static void dataset_name(const char *name, size_t column, char *buf, size_t size) {
    snprintf(buf, size, "%s", *name ? name : "column");
    for (char *c = buf; *c; c++)
        if (*c == '/') *c = '|';
    if (!strcmp(buf, ".")) snprintf(buf, size, "column %zu", column);
}

static bool put_column(const hys__h5 *h, hid_t group, const hys_table *table, size_t column) {
    hsize_t n = hys_table_n_rows(table);
    char name[512], numbered[544];
    dataset_name(hys_table_name(table, column), column, name, sizeof name);
    snprintf(numbered, sizeof numbered, "%s#%zu", name, column); /* a name that is there twice */
    bool is_free = h->Lexists(group, name, H5P_DEFAULT) == 0;
    hid_t space = h->Screate_simple(1, &n, NULL);
    hid_t set = space >= 0 ? h->Dcreate2(group, is_free ? name : numbered, h->T_IEEE_F64LE, space, H5P_DEFAULT,
                                         H5P_DEFAULT, H5P_DEFAULT)
                           : -1;
    bool ok = set >= 0;
    if (ok && n)
        ok = h->Dwrite(set, h->T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, hys_table_column_at(table, column)) >= 0;
    const char *unit = hys_table_unit(table, column);
    if (ok) ok = put_text(h, set, "unit", *unit ? unit : "1");
    if (set >= 0) h->Dclose(set);
    if (space >= 0) h->Sclose(space);
    return ok;
}

/* Columns are kept in the order in which they are made. */
static bool put_group(const hys__h5 *h, hid_t file, const hys__hdf5_group *from) {
    hid_t order = h->Pcreate(h->P_GROUP_CREATE);
    bool ok = order >= 0 && h->Pset_link_creation_order(order, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0;
    hid_t group = ok ? h->Gcreate2(file, from->name, H5P_DEFAULT, order, H5P_DEFAULT) : -1;
    ok = group >= 0;
    for (size_t c = 0; ok && c < hys_table_n_columns(from->table); c++) ok = put_column(h, group, from->table, c);
    if (group >= 0) h->Gclose(group);
    if (order >= 0) h->Pclose(order);
    return ok;
}

hid_t hys__h5_open_memory(const hys__h5 *h) {
    hid_t access = h->Pcreate(h->P_FILE_ACCESS);
    hid_t file = -1;
    if (access >= 0 && h->Pset_fapl_core(access, MEMORY_STEP, 0) >= 0)
        file = h->Fcreate("hysteron.h5", TRUNCATE, H5P_DEFAULT, access);
    if (access >= 0) h->Pclose(access);
    return file;
}

hys_status hys__h5_write(const hys__h5 *h, hys_ctx *ctx, hid_t file, const char *path) {
    ssize_t size = h->Fflush(file, H5F_SCOPE_GLOBAL) >= 0 ? h->Fget_file_image(file, NULL, 0) : -1;
    void *image = size > 0 ? hys__realloc(ctx, NULL, 0, (size_t)size) : NULL;
    if (!image) return size > 0 ? HYS_NOMEM : HYS_IO;
    hys__outfile *out = NULL;
    hys_status status = h->Fget_file_image(file, image, (size_t)size) == size ? HYS_OK : HYS_IO;
    if (status == HYS_OK) status = hys__outfile_open(ctx, path, &out);
    if (status == HYS_OK) {
        fwrite(image, 1, (size_t)size, hys__outfile_stream(out));
        status = hys__outfile_commit(out);
    }
    hys__free(ctx, image, (size_t)size);
    return status;
}

hys_status hys__hdf5_write(hys_ctx *ctx, const hys__hdf5_group *groups, size_t n, const char *const *notes,
                           const char *path) {
    hys__h5 loaded;
    hys_status status = hys__h5_load(ctx, &loaded);
    if (status != HYS_OK) return status;
    const hys__h5 *h = &loaded;
    hid_t file = hys__h5_open_memory(h);
    bool ok = file >= 0;
    for (; ok && notes && notes[0]; notes += 2) ok = put_text(h, file, notes[0], notes[1]);
    for (size_t k = 0; ok && k < n; k++) ok = put_group(h, file, &groups[k]);
    status = ok ? hys__h5_write(h, ctx, file, path) : HYS_IO;
    if (file >= 0) h->Fclose(file);
    if (status == HYS_IO && !hys_diag_n_errors(ctx))
        hys__fail(ctx, HYS_IO, "is there room on the disk, and in memory?", "the HDF5 library cannot write '%s'", path);
    hys__h5_unload(&loaded);
    return status;
}
