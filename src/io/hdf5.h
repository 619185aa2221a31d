/* Tables as an HDF5 file: one group a table, one dataset a column, units and provenance as attributes. */
#ifndef HYS_IO_HDF5_H
#define HYS_IO_HDF5_H
#include <hysteron/table.h>

typedef struct hys__hdf5_group {
    const char *name;
    const hys_table *table;
} hys__hdf5_group;

/* notes: pairs of key and value, which a NULL ends; attributes of the file. */
hys_status hys__hdf5_write(hys_ctx *ctx, const hys__hdf5_group *groups, size_t n, const char *const *notes,
                           const char *path);

#endif
