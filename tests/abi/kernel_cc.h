/* Compiles C texts the way kernels are compiled, and loads them. */
#ifndef HYS_TEST_ABI_KERNEL_CC_H
#define HYS_TEST_ABI_KERNEL_CC_H
#include "abi/hys_abi.h"
#include <stdbool.h>

typedef struct kernel_build {
    const char *cc;    /* "gcc", "clang" */
    const char *march; /* "native", "x86-64-v2" ... */
    const char *flags; /* the rest; NULL: those of the emitter */
    int lanes;
    bool own_params;
} kernel_build;

bool kernel_cc_has(const char *cc);
/* Can this machine run code for that -march?  (x86 only; "native" always.) */
bool kernel_cc_runs(const char *march);
/* A handle for dlsym, or NULL with the compiler's first complaint printed.  All warnings are errors. */
void *kernel_cc_load(const char *source, const kernel_build *build);
void kernel_cc_close(void *handle);
const hys_kernel *kernel_cc_kernel(void *handle);

/* The builds that this machine can make and run: compilers x instruction sets x lanes. */
const kernel_build *kernel_cc_builds(int *n);

/* A temporary copy of the instances' arrays: n rounded up, aligned, the tail filled with junk. */
double *kernel_cc_array(unsigned n, double value);

#endif
