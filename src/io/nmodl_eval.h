/* Values of a mechanism's statements: of synapses, whose time course is found by trying. */
#ifndef HYS_IO_NMODL_EVAL_H
#define HYS_IO_NMODL_EVAL_H
#include "io/nmodl.h"

typedef struct nm_values {
    const nm_file *f;
    double *at;    /* [symbols] */
    double *rate;  /* [symbols] of states, as DERIVATIVE says */
    size_t n_done; /* statements */
    int depth;     /* of calls */
    bool fails;    /* what has no value here was reached */
} nm_values;

hys_status nm_values_init(nm_file *f, nm_values *v); /* parameters as the file has them, all else 0 */
/* What SOLVE names runs in its place. */
void nm_run(nm_values *v, const nm_block *b, const nm_stmt *body);

#endif
