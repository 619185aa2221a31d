/* The HDF5 library, loaded when it is first needed. */
#ifndef HYS_IO_HDF5_LOAD_H
#define HYS_IO_HDF5_LOAD_H
#include <hdf5.h>
#include <hysteron/core.h>

#define HYS__H5_FUNCTIONS(X)                                                                                           \
    X(Aclose)                                                                                                          \
    X(Acreate2)                                                                                                        \
    X(Aexists)                                                                                                         \
    X(Aget_space)                                                                                                      \
    X(Aget_type)                                                                                                       \
    X(Aopen)                                                                                                           \
    X(Aread)                                                                                                           \
    X(Awrite)                                                                                                          \
    X(Dclose)                                                                                                          \
    X(Dcreate2)                                                                                                        \
    X(Dget_create_plist)                                                                                               \
    X(Dget_space)                                                                                                      \
    X(Dget_storage_size)                                                                                               \
    X(Dget_type)                                                                                                       \
    X(Dopen2)                                                                                                          \
    X(Dread)                                                                                                           \
    X(Dvlen_reclaim)                                                                                                   \
    X(Dwrite)                                                                                                          \
    X(Eset_auto2)                                                                                                      \
    X(Fclose)                                                                                                          \
    X(Fcreate)                                                                                                         \
    X(Fflush)                                                                                                          \
    X(Fget_file_image)                                                                                                 \
    X(Fopen)                                                                                                           \
    X(Gclose)                                                                                                          \
    X(Gcreate2)                                                                                                        \
    X(Gget_info)                                                                                                       \
    X(Gopen2)                                                                                                          \
    X(Lexists)                                                                                                         \
    X(Lget_name_by_idx)                                                                                                \
    X(Lget_val)                                                                                                        \
    X(Pclose)                                                                                                          \
    X(Pcreate)                                                                                                         \
    X(Pget_chunk)                                                                                                      \
    X(Pget_nfilters)                                                                                                   \
    X(Pset_fapl_core)                                                                                                  \
    X(Pset_link_creation_order)                                                                                        \
    X(Sclose)                                                                                                          \
    X(Screate)                                                                                                         \
    X(Screate_simple)                                                                                                  \
    X(Sget_simple_extent_dims)                                                                                         \
    X(Sget_simple_extent_ndims)                                                                                        \
    X(Sget_simple_extent_npoints)                                                                                      \
    X(Sselect_hyperslab)                                                                                               \
    X(Tclose)                                                                                                          \
    X(Tcopy)                                                                                                           \
    X(Tcreate)                                                                                                         \
    X(Tenum_create)                                                                                                    \
    X(Tenum_insert)                                                                                                    \
    X(Tget_class)                                                                                                      \
    X(Tget_size)                                                                                                       \
    X(Tinsert)                                                                                                         \
    X(Tis_variable_str)                                                                                                \
    X(Tset_cset)                                                                                                       \
    X(Tset_size)
/* What the header's names of types and classes stand for: variables that H5open fills. */
#define HYS__H5_VALUES(X)                                                                                              \
    X(T_C_S1, "H5T_C_S1_g")                                                                                            \
    X(T_IEEE_F32LE, "H5T_IEEE_F32LE_g")                                                                                \
    X(T_IEEE_F64LE, "H5T_IEEE_F64LE_g")                                                                                \
    X(T_NATIVE_DOUBLE, "H5T_NATIVE_DOUBLE_g")                                                                          \
    X(T_NATIVE_UINT32, "H5T_NATIVE_UINT32_g")                                                                          \
    X(T_NATIVE_UINT64, "H5T_NATIVE_UINT64_g")                                                                          \
    X(T_NATIVE_UINT8, "H5T_NATIVE_UINT8_g")                                                                            \
    X(T_STD_I64LE, "H5T_STD_I64LE_g")                                                                                  \
    X(T_STD_U8LE, "H5T_STD_U8LE_g")                                                                                    \
    X(T_STD_U32LE, "H5T_STD_U32LE_g")                                                                                  \
    X(T_STD_U64LE, "H5T_STD_U64LE_g")                                                                                  \
    X(P_GROUP_CREATE, "H5P_CLS_GROUP_CREATE_ID_g")                                                                     \
    X(P_FILE_ACCESS, "H5P_CLS_FILE_ACCESS_ID_g")

typedef struct hys__h5 {
    void *handle;
#define HYS_X(name) __typeof__(H5##name) *name;
    HYS__H5_FUNCTIONS(HYS_X)
#undef HYS_X
#define HYS_X(name, symbol) hid_t name;
    HYS__H5_VALUES(HYS_X)
#undef HYS_X
} hys__h5;

hys_status hys__h5_load(hys_ctx *ctx, hys__h5 *h);
void hys__h5_unload(hys__h5 *h);
/* hdf5.c: a file that is made in memory, and then written like any other; -1: it cannot be made. */
hid_t hys__h5_open_memory(const hys__h5 *h);
hys_status hys__h5_write(const hys__h5 *h, hys_ctx *ctx, hid_t file, const char *path);

#endif
