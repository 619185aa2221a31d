/* The library by its name in every distribution; BLAS threads are turned off, so that results do not depend on how
 * many there are. */
#include "numerics/lapack.h"
#include <dlfcn.h>
#include <string.h>

static const char *const names[] = {"liblapack.so.3", "liblapack.so", "libopenblas.so.0", "libopenblas.so"};

static void find(void *library, const char *name, void *function) {
    void *at = dlsym(library, name);
    memcpy(function, &at, sizeof at);
}

static bool bind_all(hys__lapack *l) {
    find(l->library, "dgeev_", &l->dgeev);
    find(l->library, "dggev_", &l->dggev);
    find(l->library, "dgeqp3_", &l->dgeqp3);
    find(l->library, "dormqr_", &l->dormqr);
    find(l->library, "dgesv_", &l->dgesv);
    return l->dgeev && l->dggev && l->dgeqp3 && l->dormqr && l->dgesv;
}

static void use_one_thread(void *library) {
    void (*set_threads)(int) = NULL;
    find(library, "openblas_set_num_threads", &set_threads);
    if (set_threads) set_threads(1);
}

hys_status hys__lapack_open(hys_ctx *ctx, hys__lapack *lapack) {
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        /* NODELETE: a BLAS with threads of its own does not bear being unloaded. */
        lapack->library = dlopen(names[k], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (!lapack->library) continue;
        if (bind_all(lapack)) {
            use_one_thread(lapack->library);
            return HYS_OK;
        }
        hys__lapack_close(lapack);
    }
    return hys__fail(ctx, HYS_TOOL, "install it: apt-get install liblapack3",
                     "eigenvalues need LAPACK, and liblapack.so.3 is not on this system");
}

void hys__lapack_close(hys__lapack *lapack) {
    if (lapack->library) dlclose(lapack->library);
    *lapack = (hys__lapack){0};
}
