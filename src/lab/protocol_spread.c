/* Monte Carlo: how features of the loop scatter from device to device and from cycle to cycle, and by which law. */
#include "base/random.h"
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

#define MOST_FEATURES 8

typedef struct sample {
    const char *name, *unit;
    double *x; /* [runs * cycles] of each run's cycles; NaN: none */
} sample;

typedef struct draws {
    sample of[MOST_FEATURES];
    size_t n, runs, cycles;
    double *scratch, *y; /* [runs * cycles] */
    double energy;       /* J, mean of a loop */
} draws;

/* features = NAME { "," NAME }: numbers that loops tell. */
static hys_status read_names(hys__protocol *p, draws *d) {
    const char *at = hys__protocol_text(p, "features");
    while (*at) {
        size_t n = strcspn(at, ",");
        if (d->n == MOST_FEATURES)
            return hys__fail(p->ctx, HYS_LIMIT, "", "at most %d features are taken at a time", MOST_FEATURES);
        d->of[d->n++].name = hys__arena_strndup(p->arena, at, n);
        if (!d->of[d->n - 1].name) return HYS_NOMEM;
        at += n + (at[n] == ',');
    }
    if (d->n == 0) return hys__fail(p->ctx, HYS_ARG, "--opt features=v_set,v_reset", "which features are to be taken?");
    return HYS_OK;
}

static hys_status no_feature(hys__protocol *p, const hys_run *run, const char *name) {
    const char *names[64];
    size_t n = 0;
    for (size_t k = 0; k < hys_run_n_features(run) && n < 64; k++)
        if (!hys_run_feature(run, k)->text) names[n++] = hys_run_feature(run, k)->name;
    const char *near = hys__nearest(name, names, n);
    const char *hint =
        near ? hys__arena_printf(p->arena, "did you mean '%s'?", near) : "hysteron char iv tells its features";
    return hys__fail(p->ctx, HYS_ARG, hint ? hint : "", "a loop has no number called '%s'", name);
}

/* Cycle c of a run as a run of its own. */
static hys_status cut_cycle(hys__protocol *p, const hys_run *all, size_t c, size_t cycles, hys_run **one) {
    const hys_table *t = hys_run_table(all);
    size_t n = (hys_table_n_rows(t) - 1) / cycles;
    hys_table *part = NULL;
    double row[3];
    static const char *const names[] = {"time", "v", "i"};
    static const char *const units[] = {"s", "V", "A"};
    hys_status status = hys_table_new(p->ctx, &part);
    for (int k = 0; k < 3 && status == HYS_OK; k++) status = hys_table_add_column(part, names[k], units[k]);
    for (size_t r = c * n; r <= (c + 1) * n && status == HYS_OK; r++) {
        for (int k = 0; k < 3; k++) row[k] = hys_table_column(t, names[k])[r];
        status = hys_table_add_row(part, row);
    }
    if (status == HYS_OK) status = hys_loop_features(p->ctx, part, 1, one);
    hys_table_free(part);
    return status;
}

static hys_status take_cycle(hys__protocol *p, const hys_run *loop, size_t at, draws *d) {
    for (size_t k = 0; k < d->n; k++) {
        const hys_feature *found = NULL;
        for (size_t j = 0; j < hys_run_n_features(loop); j++)
            if (!strcmp(hys_run_feature(loop, j)->name, d->of[k].name)) found = hys_run_feature(loop, j);
        if (!found || found->text) return no_feature(p, loop, d->of[k].name);
        d->of[k].unit = found->unit; /* static text */
        d->of[k].x[at] = found->value;
    }
    d->energy += hys__run_feature(loop, "energy_per_cycle") / (double)(d->runs * d->cycles);
    return HYS_OK;
}

static hys_status take_run(hys__protocol *p, size_t r, draws *d) {
    hys_run *run = NULL;
    p->bench.instance = hys__arena_printf(p->arena, "x%zu", r + 1);
    if (!p->bench.instance) return HYS_NOMEM;
    hys_status status = hys_iv(p->ctx, p->model, &p->bench, &run);
    for (size_t c = 0; c < d->cycles && status == HYS_OK; c++) {
        hys_run *loop = NULL;
        status = cut_cycle(p, run, c, d->cycles, &loop);
        if (status == HYS_OK) status = take_cycle(p, loop, r * d->cycles + c, d);
        hys_run_free(loop);
    }
    hys_run_free(run);
    return status;
}

/* ---- laws ---- */

typedef struct law {
    hys__numbers all;
    double within, between;    /* standard deviations from cycle to cycle, and from device to device */
    double log_mean, log_sd;   /* of ln |x| */
    double weibull, scale, r2; /* slope, scale, and how straight ln(-ln(1 - F)) is over ln |x| */
    double r2_log;             /* how straight the lognormal's quantiles are */
} law;

static double straightness(const double *x, const double *y, size_t n, hys__straight *line) {
    double mean = 0, squares = 0;
    for (size_t k = 0; k < n; k++) mean += y[k] / (double)n;
    for (size_t k = 0; k < n; k++) squares += (y[k] - mean) * (y[k] - mean);
    *line = hys__fit_straight(x, y, n);
    return squares > 0 ? 1 - line->rms * line->rms * (double)n / squares : NAN;
}

/* Analysis of variance: what is between devices beyond what cycles make of it. */
static void split(const draws *d, const double *x, law *l) {
    double inside = 0, means = 0, squares = 0, n_inside = 0, n_runs = 0;
    for (size_t r = 0; r < d->runs; r++) {
        double sum = 0, n = 0;
        for (size_t c = 0; c < d->cycles; c++)
            if (isfinite(x[r * d->cycles + c])) sum += x[r * d->cycles + c], n++;
        if (n == 0) continue;
        for (size_t c = 0; c < d->cycles; c++)
            if (isfinite(x[r * d->cycles + c])) inside += pow(x[r * d->cycles + c] - sum / n, 2);
        n_inside += n - 1;
        n_runs++;
        means += sum / n;
        squares += sum / n * (sum / n);
    }
    l->within = n_inside > 0 ? sqrt(inside / n_inside) : NAN;
    if (n_runs < 2) return;
    double variance = (squares - means * means / n_runs) / (n_runs - 1);
    double from_cycles = n_inside > 0 ? inside / n_inside / (double)d->cycles : 0;
    l->between = sqrt(fmax(0, variance - from_cycles));
}

/* Beyond what rounding leaves. */
static bool differs(const hys__numbers *x) {
    return x->most - x->least > 1e-9 * fmax(fabs(x->most), fabs(x->least));
}

static law find_law(draws *d, const double *x) {
    law l = {.within = NAN,
             .between = NAN,
             .weibull = NAN,
             .scale = NAN,
             .r2 = NAN,
             .r2_log = NAN,
             .log_mean = NAN,
             .log_sd = NAN};
    size_t n = d->runs * d->cycles;
    split(d, x, &l);
    for (size_t k = 0; k < n; k++) d->scratch[k] = fabs(x[k]);
    hys__numbers sizes = hys__count_numbers(d->scratch, n); /* sorts */
    hys__straight line;
    if (sizes.n > 2 && differs(&sizes) && sizes.least > 0) {
        for (size_t k = 0; k < sizes.n; k++) {
            d->scratch[k] = log(d->scratch[k]);
            d->y[k] = log(-log1p(-((double)k + 0.7) / ((double)sizes.n + 0.4))); /* median ranks */
        }
        l.r2 = straightness(d->scratch, d->y, sizes.n, &line);
        l.weibull = line.slope;
        l.scale = exp(-line.intercept / line.slope);
        for (size_t k = 0; k < sizes.n; k++) d->y[k] = hys__normal_quantile(((double)k + 0.5) / (double)sizes.n);
        l.r2_log = straightness(d->scratch, d->y, sizes.n, &line);
        hys__numbers logs = hys__count_numbers(d->scratch, sizes.n);
        l.log_mean = logs.mean;
        l.log_sd = logs.sd;
    }
    for (size_t k = 0; k < n; k++) d->scratch[k] = x[k];
    l.all = hys__count_numbers(d->scratch, n);
    return l;
}

static hys_status tell_one(hys__protocol *p, const sample *s, const law *l) {
    const struct {
        const char *what, *unit;
        double value;
        const char *desc;
    } list[] = {{"mean", s->unit, l->all.mean, "mean over all devices and cycles"},
                {"sd", s->unit, l->all.sd, "standard deviation over all"},
                {"median", s->unit, l->all.median, "median over all"},
                {"c2c", s->unit, l->within, "standard deviation from cycle to cycle"},
                {"d2d", s->unit, l->between, "standard deviation from device to device, without that of cycles"},
                {"ln_mean", "1", l->log_mean, "mean of the logarithm of its size (SI): of a lognormal law"},
                {"ln_sd", "1", l->log_sd, "standard deviation of that logarithm"},
                {"ln_r2", "1", l->r2_log, "how straight a lognormal plot is: 1 is perfect"},
                {"weibull", "1", l->weibull, "slope of the Weibull plot"},
                {"weibull_scale", s->unit, l->scale, "size below which 63 % lie, of that law"},
                {"weibull_r2", "1", l->r2, "how straight the Weibull plot is"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++) {
        const char *name = hys__arena_printf(p->arena, "%s.%s", s->name, list[k].what);
        status = name ? hys__protocol_feature(p, name, list[k].unit, list[k].value, list[k].desc) : HYS_NOMEM;
    }
    if (status == HYS_OK && l->all.n == 0)
        status = hys__protocol_remark(p, "%s cannot be told: no loop has it", s->name);
    else if (status == HYS_OK && l->all.n > 1 && !differs(&l->all))
        status = hys__protocol_remark(p, "a spread of %s cannot be told: all loops are alike%s", s->name,
                                      hys__protocol_advice(p, "; give --spread NAME=LAW"));
    return status;
}

/* Row k holds the k-th smallest, with its cumulative probability (k - 1/2)/n. */
static hys_status tabulate(hys__protocol *p, draws *d, const sample *s, const law *l) {
    const char *const columns[] = {s->name, s->unit, "probability", "1", NULL};
    hys_table *table;
    size_t n = d->runs * d->cycles;
    for (size_t k = 0; k < n; k++) d->scratch[k] = s->x[k];
    hys__count_numbers(d->scratch, n);
    hys_status status = hys__protocol_table(p, s->name, "scatter", columns, &table);
    for (size_t k = 0; k < l->all.n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){d->scratch[k], ((double)k + 0.5) / (double)l->all.n});
    return status;
}

static hys_status make_room(hys__protocol *p, draws *d) {
    size_t n = d->runs * d->cycles;
    for (size_t k = 0; k < d->n; k++) {
        d->of[k].x = HYS_NEW_N(p->arena, double, n);
        if (!d->of[k].x) return HYS_NOMEM;
    }
    d->scratch = HYS_NEW_N(p->arena, double, n);
    d->y = HYS_NEW_N(p->arena, double, n);
    return d->scratch && d->y ? HYS_OK : HYS_NOMEM;
}

static hys_status run(hys__protocol *p) {
    long runs, cycles, points;
    draws d = {.n = 0};
    hys__auto_found f;
    hys_status status = read_names(p, &d);
    if (status == HYS_OK) status = hys__protocol_count(p, "runs", 1, &runs);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &cycles);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 10, &points);
    if (status == HYS_OK) status = hys__protocol_auto_loop(p, &f);
    if (status != HYS_OK) return status;
    if ((double)runs * (double)cycles * (double)points > 1e8)
        return hys__fail(p->ctx, HYS_LIMIT, "fewer runs, cycles or points", "the protocol has too many points");
    d.runs = (size_t)runs;
    d.cycles = (size_t)cycles;
    p->bench.wave = hys__protocol_triangle(p, &f);
    p->bench.cycles = (int32_t)cycles;
    p->bench.points = (int32_t)points;
    status = p->bench.wave ? make_room(p, &d) : HYS_NOMEM;
    for (size_t r = 0; r < d.runs && status == HYS_OK; r++) {
        hys__protocol_done(p, (double)r, (double)d.runs);
        status = take_run(p, r, &d);
    }
    if (status == HYS_OK) status = hys__protocol_feature(p, "runs", "1", (double)runs, "devices that were drawn");
    if (status == HYS_OK) status = hys__protocol_feature(p, "cycles", "1", (double)cycles, "loops of each");
    for (size_t k = 0; k < d.n && status == HYS_OK; k++) {
        law l = find_law(&d, d.of[k].x);
        status = tell_one(p, &d.of[k], &l);
        if (status == HYS_OK) status = tabulate(p, &d, &d.of[k], &l);
    }
    return status == HYS_OK ? hys__protocol_feature(p, "energy_per_event", "J", d.energy, "of a loop, mean") : status;
}

static const hys_protocol_option options[] = {
    {"features", "", "v_set,v_reset,r_low_pos,r_high_pos",
     "numbers that loops tell (hysteron char iv), separated by commas"},
    HYS__LOOP_OPTIONS,
    {"runs", "", "50", "devices, with parameters drawn by --spread"},
    {"cycles", "", "5", "loops of each"},
    {"points", "", "500", "points of a loop"},
};
const hys__protocol_row hys__protocol_spread = {
    {"spread", "D2D C2C MonteCarlo",
     "Monte Carlo: spread from device to device and cycle to cycle, lognormal and Weibull laws", options,
     sizeof options / sizeof *options},
    run};
