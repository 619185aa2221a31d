/* The parts of the module that is written: nmodl_write.c, nmodl_function.c, nmodl_analog.c. */
#ifndef HYS_IO_NMODL_WRITE_H
#define HYS_IO_NMODL_WRITE_H
#include "io/nmodl.h"

typedef struct nm_write {
    nm_file *f;
    hys__text *out;
    const nm_block *initial, *breakpoint, *events; /* NULL: none */
    const char *v_init;                            /* NULL: INITIAL does not look at v */
    bool reads[NM_CURRENT + 1];                    /* roles that are read */
    bool has_dt, has_area;
    bool current_first; /* BREAKPOINT before what it solves */
    size_t column;      /* of a list of variables */
    const char *locals[200];
    size_t n_locals;
} nm_write;

bool nm_is_carried(const nm_symbol *s); /* a current that the module carries */
hys_status nm_order(nm_write *w);       /* which of BREAKPOINT and DERIVATIVE stands first */
void nm_put_functions(nm_write *w);
void nm_put_analog(nm_write *w);

#endif
