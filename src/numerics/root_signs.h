/* Signs of root functions across stops and restarts.  A root finder compares signs within a step; it is blind to a
 * function that is zero where the step begins, and to one that a restart carries over zero.  Here the last sign other
 * than zero of each function is kept, and a change that the root finder did not tell of is found. */
#ifndef HYS_NUMERICS_ROOT_SIGNS_H
#define HYS_NUMERICS_ROOT_SIGNS_H
#include <stdbool.h>
#include <stddef.h>

#define HYS__ROOT_NEVER 2 /* a direction: only the root finder tells of this one */

typedef struct hys__root_signs {
    size_t n;
    const int *dir;          /* [n] +1 rising, -1 falling, 0 both, or HYS__ROOT_NEVER */
    signed char *last;       /* [n] 0: none yet */
    unsigned char *is_quiet; /* [n] has just fired: within rounding it may be on either side */
} hys__root_signs;

/* The root finder has told: info [n] is +1, -1 or 0.  Marks in fired [n] those that had not been known to be across;
 * true when any. */
bool hys__root_signs_told(hys__root_signs *s, const int *info, unsigned char *fired);
/* At an accepted point: marks in fired, without clearing it, what has changed its sign; true when any did. */
bool hys__root_signs_look(hys__root_signs *s, const double *g, unsigned char *fired);
/* Whether it would mark any. */
bool hys__root_signs_differ(const hys__root_signs *s, const double *g);
/* What events changed has moved the functions from `before` to `after`: fired is set anew; true when any fires. */
bool hys__root_signs_jump(hys__root_signs *s, const double *before, const double *after, unsigned char *fired);
/* From the next look on all count again. */
void hys__root_signs_wake(hys__root_signs *s);

#endif
