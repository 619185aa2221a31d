/* A hand-written kernel on the bench, and the columns of what it did. */
#ifndef HYS_TESTS_LAB_BENCH_RIG_H
#define HYS_TESTS_LAB_BENCH_RIG_H
#include "device/model.h"
#include "lab/kernels.h"
#include <hysteron/lab.h>

typedef struct rig {
    hys_ctx *ctx;
    hys_model *model;
    hys_bench_opts opts;
    hys_run *run;
    size_t n; /* rows */
    const double *t, *v, *i;
} rig;

rig rig_new(const hys_kernel *kernel);
/* Runs opts.wave or opts.train; fails the test unless the status is `want`. */
void rig_run(rig *r, hys_status want);
void rig_free(rig *r);
/* A column by name; fails the test when there is none. */
const double *rig_column(const rig *r, const char *name);
double rig_feature(const rig *r, const char *name);
const char *rig_word(const rig *r, const char *name);

#endif
