/* Instances of a model, laid out as the kernel contract asks: one aligned array a quantity. */
#ifndef HYS_DEVICE_BATCH_H
#define HYS_DEVICE_BATCH_H
#include "device/model.h"

typedef struct hys__batch {
    hys_ctx *ctx;
    const hys_model *model;
    const hys_kernel *kernel;
    size_t n, n_pad; /* instances; rounded up to the kernel's lanes */
    bool has_own_params;
    hys_env env;  /* given, connected and simparam point to memory of the batch */
    hys_batch in; /* pointers below, as the kernel wants them */
    hys_out out;
    /* Each [count] arrays of n_pad doubles, 64-byte aligned. */
    double **x, **p, **r, **r_next, **delayed, **event;
    double **f, **jac, **mass, **x0, **root;
    double *bound_step, *next_time, *stepped;
    double **delay_in, **delay_td, **collapse, **clamp_lo, **clamp_hi, **opvar;
    uint64_t *key;
    uint64_t *n_fired; /* points at which events of the instance have fired in this run */
    unsigned char *given, *connected, *p_stride;
    double *simparam;
    double *lo, *hi, *p_one, *r_one; /* scalar scratch of params_fn */
    void *block;
    size_t block_size;
} hys__batch;

typedef struct hys__batch_opts {
    size_t n;
    bool own_params; /* each instance has its own */
    double temp;     /* K */
    uint64_t seed;
    size_t wide_from; /* instances from which the wide kernel is taken; 0: HYS_LANES_MAX */
} hys__batch_opts;

/* All parameters at their defaults, all terminals connected, everything else zero. */
hys_status hys__batch_new(hys_ctx *ctx, hys_model *model, const hys__batch_opts *opts, hys__batch **result);
void hys__batch_free(hys__batch *batch);
/* Sets the key of an instance's random draws from its name and the seed. */
void hys__batch_name(hys__batch *batch, size_t instance, const char *name, uint64_t seed);
/* Draws of accept at events must not repeat those of earlier events within one interval: the keys of the instances
 * whose `event` is set are replaced, and put back by the second. */
void hys__batch_draw_anew(hys__batch *batch);
void hys__batch_draw_as_before(hys__batch *batch);
/* The retained values computed last become the accepted ones. */
void hys__batch_commit(hys__batch *batch);

#endif
