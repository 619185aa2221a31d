/* What is told of writes towards levels of conductance. */
#include "lab/analyse.h"
#include <math.h>

hys_status hys__tell_tally(hys__protocol *p, hys__tally *t) {
    static const char *const columns[] = {"error", "1", "probability", "1", NULL};
    hys_table *table;
    hys__numbers c = hys__count_numbers(t->error, t->n);
    double most = fmax(fabs(c.least), fabs(c.most)), n = (double)t->n;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"g_low", "S", t->low, "lower end of the range"},
                {"g_high", "S", t->high, "upper end of the range"},
                {"levels", "1", t->levels, "targets"},
                {"success", "1", (double)t->n_good / n, "part of the writes that end within the tolerance"},
                {"error_sd", "1", c.sd, "standard deviation of the error, against the range"},
                {"error_most", "1", most, "largest error, against the range"},
                {"bits", "1", most > 0 ? log2(1 + t->span / (2 * most)) : NAN,
                 "levels that the largest error keeps apart, as bits"},
                {"pulses_mean", "1", t->pulses / n, "pulses of a write, mean"},
                {"energy_per_event", "J", t->energy / n, "of a write, all its pulses, mean"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && t->n_good < t->n)
        status = hys__protocol_remark(
            p, "%zu of %zu writes do not reach their target%s", t->n - t->n_good, t->n,
            hys__protocol_advice(p, "; shorter pulses (--opt width=T) step finer, more (--opt pulses=N) go further"));
    if (status == HYS_OK) status = hys__protocol_table(p, "error", "scatter", columns, &table);
    for (size_t k = 0; k < c.n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){t->error[k], ((double)k + 0.5) / (double)c.n});
    return status;
}
