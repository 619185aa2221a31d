/* What is told of the switching voltages of many loops. */
#include "lab/analyse.h"
#include <math.h>

hys_status hys__draws_room(hys__protocol *p, hys__draws *d) {
    d->set = HYS_NEW_N(p->arena, double, 4 * d->n);
    if (!d->set) return HYS_NOMEM;
    d->reset = d->set + d->n;
    d->ratio = d->reset + d->n;
    d->scratch = d->ratio + d->n;
    return HYS_OK;
}

static hys__numbers numbers_of(const hys__draws *d, const double *x) {
    for (size_t k = 0; k < d->n; k++) d->scratch[k] = x[k];
    return hys__count_numbers(d->scratch, d->n);
}

static hys_status tell(hys__protocol *p, const hys__draws *d) {
    hys__numbers set = numbers_of(d, d->set), reset = numbers_of(d, d->reset), ratio = numbers_of(d, d->ratio);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"runs", "1", (double)d->n, "instances that were drawn"},
                {"n_set", "1", (double)set.n, "instances that switch"},
                {"v_set", "V", set.mean, "mean voltage of set"},
                {"v_set_sd", "V", set.sd, "its standard deviation"},
                {"v_set_cv", "1", set.sd / fabs(set.mean), "its standard deviation against the mean"},
                {"v_set_median", "V", set.median, "its median"},
                {"v_reset", "V", reset.mean, "mean voltage of reset"},
                {"v_reset_sd", "V", reset.sd, "its standard deviation"},
                {"v_reset_cv", "1", reset.sd / fabs(reset.mean), "its standard deviation against the mean"},
                {"v_reset_median", "V", reset.median, "its median"},
                {"ratio_median", "1", ratio.median, "largest ratio of the branches, median"},
                {"ratio_least", "1", ratio.least, "the same of the worst instance"},
                {"energy_per_event", "J", d->energy, "of a loop, mean"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && set.n == 0 && reset.n == 0)
        status = hys__protocol_remark(p, "switching voltages cannot be told: nothing switches%s",
                                      hys__protocol_advice(p, "; raise --opt positive=V and --opt negative=V"));
    if (status == HYS_OK && d->n > 1 && ratio.n > 1 && ratio.least == ratio.most)
        status = hys__protocol_remark(p, "a spread cannot be told: all are alike%s",
                                      hys__protocol_advice(p, "; give --spread NAME=LAW"));
    return status;
}

/* Row k holds the k-th smallest of each, with its cumulative probability (k - 1/2)/n. */
static hys_status tabulate(hys__protocol *p, const hys__draws *d) {
    static const char *const columns[] = {"v_set", "V", "probability", "1", NULL};
    static const char *const columns_reset[] = {"v_reset", "V", "probability", "1", NULL};
    hys_status status = HYS_OK;
    for (int which = 0; which < 2 && status == HYS_OK; which++) {
        hys_table *table;
        hys__numbers c = numbers_of(d, which ? d->reset : d->set);
        status =
            hys__protocol_table(p, which ? "v_reset" : "v_set", "scatter", which ? columns_reset : columns, &table);
        for (size_t k = 0; k < c.n && status == HYS_OK; k++)
            status = hys_table_add_row(table, (double[]){d->scratch[k], ((double)k + 0.5) / (double)c.n});
    }
    return status;
}

hys_status hys__tell_draws(hys__protocol *p, const hys__draws *d) {
    hys_status status = tell(p, d);
    return status == HYS_OK ? tabulate(p, d) : status;
}
