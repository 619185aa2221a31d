/* The parts of the module that is written: nmodl_write.c, nmodl_function.c, nmodl_analog.c, nmodl_order.c,
 * nmodl_event.c. */
#ifndef HYS_IO_NMODL_WRITE_H
#define HYS_IO_NMODL_WRITE_H
#include "io/nmodl.h"

typedef struct nm_write {
    nm_file *f;
    hys__text *out;
    const nm_block *initial, *breakpoint, *events; /* NULL: none */
    const char *flag;                              /* the argument of NET_RECEIVE that none declares */
    const char *v_init;                            /* NULL: INITIAL does not look at v */
    bool reads[NM_N_ROLES];                        /* roles that are read */
    bool has_dt, has_area;
    bool current_first; /* BREAKPOINT before what it solves */
    bool is_early;      /* assignments of what is solved run before it too */
    size_t column;      /* of a list of variables */
    const char *locals[200];
    size_t n_locals;
} nm_write;

bool nm_is_carried(const nm_symbol *s); /* a current that the module carries */
/* nmodl_order.c: blocks that BREAKPOINT solves, NULL behind the last; which of them and BREAKPOINT stands first. */
const nm_block *nm_solved_by(const nm_write *w, size_t which);
hys_status nm_order(nm_write *w);
void nm_put_functions(nm_write *w);
void nm_put_analog(nm_write *w);
nm_put nm_put_of(const nm_write *w, const nm_block *b); /* within the analog block */
void nm_put_event_variables(nm_write *w);
void nm_put_before_initial(const nm_write *w, nm_put *p);
void nm_put_first_step(nm_write *w, nm_put *p);
void nm_put_events(nm_write *w);

#endif
