/* Statistics of the switching voltages: loops of many instances of a device whose parameters are drawn. */
#include "lab/protocol.h"
#include <math.h>

typedef struct draws {
    double *set, *reset, *ratio, *scratch; /* [n] */
    size_t n;
    double energy; /* J, mean of a loop */
} draws;

static hys_status take_loop(hys__protocol *p, size_t k, draws *d) {
    hys_run *run = NULL;
    p->bench.instance = hys__arena_printf(p->arena, "x%zu", k + 1);
    if (!p->bench.instance) return HYS_NOMEM;
    hys_status status = hys_iv(p->ctx, p->model, &p->bench, &run);
    if (status != HYS_OK) return status;
    d->set[k] = hys__run_feature(run, "v_set");
    d->reset[k] = hys__run_feature(run, "v_reset");
    d->ratio[k] = hys__run_feature(run, "ratio_max");
    d->energy += hys__run_feature(run, "energy_per_cycle") / (double)d->n;
    hys_run_free(run);
    return HYS_OK;
}

static hys__numbers numbers_of(const draws *d, const double *x) {
    for (size_t k = 0; k < d->n; k++) d->scratch[k] = x[k];
    return hys__count_numbers(d->scratch, d->n);
}

static hys_status tell(hys__protocol *p, const draws *d) {
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
    if (status == HYS_OK && set.n == 0)
        status =
            hys__protocol_remark(p, "switching voltages cannot be told: no instance switches; raise --opt positive=V "
                                    "and --opt negative=V");
    if (status == HYS_OK && d->n > 1 && ratio.n > 1 && ratio.least == ratio.most)
        status = hys__protocol_remark(p, "a spread cannot be told: all instances are alike; give --spread NAME=LAW");
    return status;
}

/* Row k holds the k-th smallest of each, with its cumulative probability (k - 1/2)/n. */
static hys_status tabulate(hys__protocol *p, const draws *d) {
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

static hys_status run(hys__protocol *p) {
    double positive, negative, frequency;
    long runs, points;
    hys_status status = hys__protocol_number(p, "positive", &positive);
    if (status == HYS_OK) status = hys__protocol_number(p, "negative", &negative);
    if (status == HYS_OK) status = hys__protocol_positive(p, "frequency", &frequency);
    if (status == HYS_OK) status = hys__protocol_count(p, "runs", 1, &runs);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 10, &points);
    if (status != HYS_OK) return status;
    const char *up = hys__protocol_quantity(p, positive, "V"), *down = hys__protocol_quantity(p, negative, "V");
    const char *rate = hys__protocol_quantity(p, frequency, "Hz");
    p->bench.wave = up && down && rate ? hys__arena_printf(p->arena, "triangle:%s,%s,%s", up, down, rate) : NULL;
    if (!p->bench.wave) return HYS_NOMEM;
    p->bench.cycles = 1;
    p->bench.points = (int32_t)points;
    draws d = {.n = (size_t)runs};
    d.set = HYS_NEW_N(p->arena, double, 4 * d.n);
    if (!d.set) return HYS_NOMEM;
    d.reset = d.set + d.n;
    d.ratio = d.reset + d.n;
    d.scratch = d.ratio + d.n;
    for (size_t k = 0; k < d.n && status == HYS_OK; k++) status = take_loop(p, k, &d);
    if (status == HYS_OK) status = tell(p, &d);
    return status == HYS_OK ? tabulate(p, &d) : status;
}

static const hys_protocol_option options[] = {
    {"positive", "V", "1V", "positive peak of the triangle"},
    {"negative", "V", "-1V", "negative peak"},
    {"frequency", "Hz", "1Hz", "of the triangle"},
    {"runs", "", "100", "instances, each a fresh device with parameters drawn by --spread"},
    {"points", "", "1000", "points of a loop: the resolution of voltages"},
};
const hys__protocol_row hys__protocol_thresholds = {
    {"thresholds", "", "statistics of the switching voltages over drawn instances (Monte Carlo)", options,
     sizeof options / sizeof *options},
    run};
