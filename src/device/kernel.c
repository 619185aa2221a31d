#include "device/kernel.h"
#include <dlfcn.h>

hys_status hys__kernel_open(hys_ctx *ctx, const char *path, hys__loaded *loaded) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        return hys__fail(ctx, HYS_TOOL, "", "a compiled kernel cannot be loaded: %s", why ? why : path);
    }
    const hys_kernel *kernel = dlsym(handle, HYS_KERNEL_SYMBOL);
    if (!kernel || kernel->abi != HYS_ABI_VERSION) {
        hys_status status = kernel ? hys__fail(ctx, HYS_ABI, "delete it; it will be compiled anew",
                                               "%s was made for version %u of the kernel contract, this is %u", path,
                                               kernel->abi, HYS_ABI_VERSION)
                                   : hys__fail(ctx, HYS_ABI, "delete it; it will be compiled anew",
                                               "%s is not a kernel of hysteron", path);
        dlclose(handle);
        return status;
    }
    *loaded = (hys__loaded){handle, kernel};
    return HYS_OK;
}

void hys__kernel_close(hys__loaded *loaded) {
    if (loaded->handle) dlclose(loaded->handle);
    *loaded = (hys__loaded){NULL, NULL};
}
