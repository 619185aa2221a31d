/* Arrays of a product shared out over threads and ranks. */
#ifndef HYS_ARRAY_PRODUCT_SHARE_H
#define HYS_ARRAY_PRODUCT_SHARE_H
#include "array/product_impl.h"

/* What a thread has for itself. */
struct hys__worker {
    hys_ctx *ctx;     /* the product's where no other thread works */
    unsigned threads; /* of a solution */
    bool is_caller;   /* its thread called the library */
    const struct hys__batch *batch;
    hys_array *array; /* of the product's array at hand, where reads are solved */
};

/* Does array k; numbers [width]: what it gives. */
typedef hys_status hys__share_work(void *user, hys__worker *worker, size_t k, double *numbers);
/* Array after array, on all ranks, by the thread that called. */
typedef void hys__share_take(void *user, size_t k, const double *numbers);

typedef struct hys__share_plan {
    hys__share_work *work;
    hys__share_take *take; /* NULL: nothing is given */
    void *user;
    size_t width;
    bool is_everywhere; /* each rank does all arrays for itself, and gives nothing */
    double from, to;    /* of the progress; both 0: none is told */
} hys__share_plan;

typedef struct hys__share hys__share;
/* work: multiplications that are to be done, about: threads are not worth it for few. */
hys_status hys__share_open(hys_product *product, double work, hys__share **result);
void hys__share_close(hys__share *share);
/* mine: HYS_OK, or why this rank cannot begin.  The same status on all ranks, unless it is done everywhere. */
hys_status hys__share_run(hys__share *share, const hys__share_plan *plan, hys_status mine);
/* Tells how far it is, `part` of the array at hand; HYS_CANCEL where there is no use in going on. */
hys_status hys__worker_tell(const hys__worker *worker, double part);
/* Whether array k is this rank's. */
bool hys__share_is_own(const hys_product *product, size_t k);

/* Another key for other numbers. */
uint64_t hys__key_of(uint64_t key, const double *values, size_t n);
/* The status of all ranks; HYS_ARG where they have not the same key. */
hys_status hys__product_agree(hys_ctx *ctx, hys_status mine, uint64_t key);

#endif
