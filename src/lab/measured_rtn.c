/* Measured random telegraph noise. */
#include "base/diag.h"
#include "lab/measured.h"
#include <math.h>

#define LEAST_READS 64
#define JITTER      0.1 /* of the mean step: more is no even sampling */

/* Times of a sampling measurement scatter a little; a gap or another rate is no spectrum's. */
static hys_status find_step(hys__protocol *p, const double *t, size_t n, double *step) {
    *step = (t[n - 1] - t[0]) / (double)(n - 1);
    if (!(*step > 0)) return hys__measured_refuse(p, 0, "", "the time does not rise");
    for (size_t k = 1; k < n; k++)
        if (!(fabs(t[k] - t[0] - *step * (double)k) <= JITTER * *step * sqrt((double)n)))
            return hys__measured_refuse(p, 0, "cut the record to one rate of sampling",
                                        "the rows are not even in time: row %zu is at %g s, not near %g s", k + 1, t[k],
                                        t[0] + *step * (double)k);
    return HYS_OK;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "i", "A", NULL};
    const double *t = NULL, *i = NULL, *v = NULL;
    size_t n = hys__measured_rows(p, 0);
    double step = NAN, energy = NAN;
    hys_table *table;
    hys_status status = hys__measured_find(p, 0, "time", &t);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "i", &i);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "v", &v);
    if (status != HYS_OK) return status;
    if (!t || !i) return hys__measured_missing(p, 0);
    if (n < LEAST_READS)
        return hys__measured_refuse(p, 0, "", "telegraph noise needs %d rows or more; there are %zu", LEAST_READS, n);
    status = find_step(p, t, n, &step);
    if (v) energy = 0;
    for (size_t k = 0; k < n && v; k++) energy += fabs(v[k] * i[k]) * step / (double)n;
    if (status == HYS_OK) status = hys__protocol_table(p, "trace", "time", columns, &table);
    for (size_t k = 0; k < n && status == HYS_OK; k++) status = hys_table_add_row(table, (double[]){t[k], i[k]});
    return status == HYS_OK ? hys__tell_rtn(p, &(hys__rtn){i, n, step, energy}) : status;
}

const hys__measured_row hys__measured_rtn = {
    {"rtn", "time and i at a constant voltage, even in time; v for the energy", NULL, 0}, run};
