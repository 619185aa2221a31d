/* Loading of HDF5. */
#include "io/hdf5_load.h"
#include "base/diag.h"
#include <dlfcn.h>
#include <string.h>

/* A pointer to a function out of one to data: the way round that C lacks and POSIX promises. */
static bool find(void *handle, const char *name, void *function, size_t size) {
    void *symbol = dlsym(handle, name);
    memcpy(function, &symbol, size);
    return symbol != NULL;
}

static bool find_functions(hys__h5 *h) {
    bool ok = true;
#define HYS_X(name) ok = ok && find(h->handle, "H5" #name, &h->name, sizeof h->name);
    HYS__H5_FUNCTIONS(HYS_X)
#undef HYS_X
    return ok;
}

static bool find_values(hys__h5 *h) {
    herr_t (*open)(void) = NULL;
    if (!find(h->handle, "H5open", &open, sizeof open) || open() < 0) return false;
    bool ok = true;
#define HYS_X(name, symbol)                                                                                            \
    {                                                                                                                  \
        const hid_t *value = dlsym(h->handle, symbol);                                                                 \
        ok = ok && value;                                                                                              \
        if (value) h->name = *value;                                                                                   \
    }
    HYS__H5_VALUES(HYS_X)
#undef HYS_X
    return ok;
}

hys_status hys__h5_load(hys_ctx *ctx, hys__h5 *h) {
    *h = (hys__h5){.handle = dlopen(HYS_HDF5_LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)};
    if (h->handle && find_functions(h) && find_values(h)) {
        h->Eset_auto2(H5E_DEFAULT, NULL, NULL);
        return HYS_OK;
    }
    hys__h5_unload(h);
    return hys__fail(ctx, HYS_TOOL, "install it (Debian: apt-get install libhdf5-103-1), or write csv or raw",
                     "the HDF5 library %s cannot be loaded", HYS_HDF5_LIBRARY);
}

void hys__h5_unload(hys__h5 *h) {
    if (h->handle) dlclose(h->handle);
    h->handle = NULL;
}
