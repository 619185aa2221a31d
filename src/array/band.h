/* Cholesky factors of a symmetric positive definite matrix with a band, from both ends towards the middle: the two
 * sides know nothing of one another, so two threads share the work without an entry more than one would need.
 *
 * The last unknowns are counted from the end, so that both sides look alike; what lies between them, as wide as the
 * band, is eliminated last. */
#ifndef HYS_ARRAY_BAND_H
#define HYS_ARRAY_BAND_H
#include "base/team.h"

typedef struct hys__band {
    size_t count, band;  /* unknowns; an entry couples to so many before it */
    size_t side, middle; /* count = 2 side + middle */
    double *half[2];     /* [side + middle][band + 1] row by row, the diagonal last, inverted */
    double *end;         /* [side + middle] unknowns from the end, while it solves */
    double least;        /* a smaller pivot is none */
    hys__team *team;     /* NULL: the caller alone; the same bits */
} hys__band;

hys_status hys__band_new(hys__arena *arena, size_t count, size_t band, hys__team *team, hys__band *b);
/* Bytes that it will take. */
double hys__band_size(double count, double band);
void hys__band_clear(hys__band *b);

static inline double *hys__band_entry(const hys__band *b, size_t row, size_t column) { /* row >= column */
    const bool is_end = row >= b->side + b->middle;
    const size_t r = is_end ? b->count - 1 - column : row;
    return &b->half[is_end][r * (b->band + 1) + b->band - (row - column)];
}

/* False where it is not positive definite. */
bool hys__band_factorise(hys__band *b);
/* x <- A^-1 x */
void hys__band_solve(const hys__band *b, double *x);

#endif
