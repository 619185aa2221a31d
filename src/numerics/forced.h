/* Periodic solutions of a system that is driven with a known period T:
 *
 *     M y' + g(y, t) = 0    with g(y, t + T) = g(y, t)
 *
 * by collocation at Radau points, see collocation.h.  The mesh keeps the points that it is given, so that corners of a
 * drive are never inside an interval, and is refined where polynomials do not fit.  Newton's method eliminates the
 * stages of each interval; what remains is one equation for the start, (1 - Phi) dy = r, with Phi the product of the
 * intervals' transfer matrices, the eigenvalues of which are the Floquet multipliers.  Where one of them is 1 (a state
 * that the drive only moves back and forth, a charge that cannot leave) the start is kept in that
 * direction. */
#ifndef HYS_NUMERICS_FORCED_H
#define HYS_NUMERICS_FORCED_H
#include "numerics/collocation.h"
#include "numerics/complex.h"
#include "numerics/cycle.h"

typedef struct hys__forced_opts {
    double t0, period;     /* s */
    const double *corners; /* [n_corners], s, ascending, within t0 .. t0 + period: of the drive */
    size_t n_corners;
    double rtol;          /* of Newton's method; 0: 1e-10 */
    double error;         /* of interpolation, as part of each unknown's range; 0: 1e-8 */
    size_t max_intervals; /* 0: 5000 */
    unsigned max_iter;    /* of each mesh; 0: 40 */
} hys__forced_opts;

typedef struct hys__forced_report {
    size_t n_iter, n_meshes, n_neutral; /* neutral: directions in which the start was kept */
    uint64_t n_evals;
    double step;      /* the last one of Newton's method, largest of all unknowns, as part of the unknown's size */
    double gap;       /* of the neutral directions, between the end and the start, as part of the unknown's size */
    double error;     /* of interpolation, estimated */
    size_t worst;     /* the unknown with the largest step, or the largest gap */
    double worst_gap; /* of that unknown, in its unit */
} hys__forced_report;

typedef struct hys__forced hys__forced;
hys_status hys__forced_new(hys_ctx *ctx, const hys__family *family, const hys__forced_opts *opts, hys__forced **result);
void hys__forced_free(hys__forced *f);
/* From samples of an orbit over t0 .. t0 + period.  HYS_NOCONV: Newton's method fails; or the directions that were
 * taken for neutral do not close, in which case report->gap says by how much. */
hys_status hys__forced_solve(hys__forced *f, const hys__samples *samples, hys__forced_report *report);
/* After that.  orbit->x ends in the period and a zero. */
const hys__orbit *hys__forced_orbit(const hys__forced *f);
/* Whether interval i begins at a corner, where what has no mass may jump. */
bool hys__forced_is_corner(const hys__forced *f, size_t i);
/* multiplier [n], largest first; those of algebraic equations are 0. */
hys_status hys__forced_multipliers(hys__forced *f, double complex *multiplier);

#endif
