/* hysteron/fit.h -- parameters of a device from measured curves.
 *
 * The model is driven by the measured voltage, and its current is compared with the measured one; where the current was
 * swept it is the other way round.  Rows in which the instrument held the current are met with the same limit.  No
 * initial guess is needed: differential evolution searches within the parameters' ranges, Levenberg-Marquardt improves
 * what it found. Values are in the file's own units. */
#ifndef HYSTERON_FIT_H
#define HYSTERON_FIT_H
#include <hysteron/device.h>
#include <hysteron/table.h>
HYS_DECLS_BEGIN

/* A measured curve: columns v and i, and time unless opts say how fast v was swept. */
typedef struct hys_fit_data {
    const char *name; /* for messages: the file */
    const hys_table *table;
    double weight;    /* of its residuals; 0: 1 */
    const char *temp; /* NULL: that of the table's column T[K], or of the options */
} hys_fit_data;

typedef struct hys_fit_opts {
    size_t size;
    const char *const *free; /* names of parameters that are fitted, "series" too; none: all that say something */
    size_t n_free;
    const char *const *set; /* "NAME=VALUE": held at this value */
    size_t n_set;
    const char *const *range; /* "NAME=LOW,HIGH": narrower than the file's */
    size_t n_range;
    const char *rate;    /* "1V/s": sweep rate of data without time */
    const char *period;  /* "10s": duration of data without time, whose points are evenly spaced */
    const char *noise;   /* "1uA": standard deviation of the measured current, for chi2; NULL: not known */
    const char *temp;    /* NULL: 300.15 K */
    bool is_log;         /* residuals are differences of log10 |i|, not of i relative to the largest |i| */
    int32_t most_points; /* of a curve; longer ones are averaged in groups; 0: 12000 */
    double level;        /* of the intervals; 0: 0.95 */
    uint64_t seed;
    bool has_seed;
    int32_t n_threads; /* 0: those of the context */
    /* Called now and then with the part done, 0..1; nonzero return cancels. */
    int (*progress)(void *user, double done);
    void *progress_user;
    bool is_quick;          /* a shorter search, intervals by the linear estimate: to rank models */
    bool no_intervals;      /* by the linear estimate */
    int32_t n_blocks;       /* parts of the data that are left out in turn and predicted; 0: none */
    const char *series;     /* "100ohm": between source and device; NULL: none */
    const char *drive;      /* "v", "i": what the source swept; NULL, "auto": by the data */
    const char *compliance; /* "1mA": of |i|; "none"; NULL: by the data */
    bool adds_series;       /* the series resistance is fitted beside the parameters */
} hys_fit_opts;
hys_fit_opts hys_fit_opts_default(void);

typedef struct hys_fit_param {
    const char *name, *units;
    double value;
    double lo, hi;              /* of the interval; NaN where the data set no limit on that side */
    double range_lo, range_hi;  /* allowed; infinite where open */
    int bound;                  /* -1, 1: sits at that end of its range */
    bool is_identified, is_log; /* identified: limited on both sides, to less than the window of the search */
    const char *note;           /* why it is not identified, with the parameters that it depends on; "" */
} hys_fit_param;

typedef struct hys_fit_stats {
    size_t n_rows, n_points; /* of the data; fitted, after averaging */
    size_t n_params;
    double rms;               /* A: of the residual current, over all curves; V where current drives all */
    double rms_relative;      /* of the residuals as they were fitted, without weights */
    double r2;                /* part of the variance of the residual's quantity that the fit explains */
    double chi2, aic, bic;    /* chi2: NaN without noise */
    double autocorrelation;   /* of neighbouring residuals; far from 0: the model does not describe the data */
    double integration_error; /* rms change of the fitted curve when steps are halved, against that of the residuals */
    double seconds;
    uint64_t evaluations; /* curves computed */
    uint32_t n_starts;    /* local searches */
    uint32_t n_agree;     /* of them ended at the best value */
    size_t n_determined;  /* combinations of parameters that the data tell */
    double memory;        /* points that say as much as one of white noise; 1: residuals are noise */
    double n_effective;   /* points over memory: what intervals are computed with */
    const char *rms_unit; /* "A", "V" */
} hys_fit_stats;

typedef struct hys_fit hys_fit;
hys_status hys_fit_run(hys_ctx *ctx, const hys_model *model, const hys_fit_data *data, size_t n_data,
                       const hys_fit_opts *opts, hys_fit **result);
void hys_fit_free(hys_fit *fit);
size_t hys_fit_n_params(const hys_fit *fit);
const hys_fit_param *hys_fit_get_param(const hys_fit *fit, size_t i);
double hys_fit_correlation(const hys_fit *fit, size_t i, size_t j); /* NaN: not determined */
const hys_fit_stats *hys_fit_statistics(const hys_fit *fit);
/* Mean square of the residuals of a part of the data, predicted from the others. */
size_t hys_fit_n_blocks(const hys_fit *fit);
double hys_fit_block(const hys_fit *fit, size_t block);
/* curve, time[s], v[V], i[A], i_fit[A], residual, and v_fit[V] where current drives one; i_fit is then i. */
const hys_table *hys_fit_table(const hys_fit *fit);
size_t hys_fit_n_remarks(const hys_fit *fit);
const char *hys_fit_remark(const hys_fit *fit, size_t i);
/* FILE.lib: a variant NAME of the model; FILE.va: the model's file with the values as defaults. */
hys_status hys_fit_write(const hys_fit *fit, hys_ctx *ctx, const char *path);

/* ---- which model ---- */

typedef struct hys_fit_select_opts {
    size_t size;
    const hys_fit_opts *fit;   /* every parameter of a model is free, set is not looked at; free: "series" or nothing */
    const char *const *models; /* names or files; none: the library */
    size_t n_models;
    const hys_model_opts *model; /* where kernels are kept; NULL: defaults */
    int32_t n_best;              /* that are fitted in full after the quick fits of all; 0: 4 */
    bool is_quick;               /* quick fits only */
} hys_fit_select_opts;
hys_fit_select_opts hys_fit_select_opts_default(void);

typedef struct hys_fit_candidate {
    const char *name;    /* "resistor": i = G v */
    const char *skipped; /* why it was not fitted; "" */
    size_t n_params;     /* determined by the data: what aic and bic count */
    double rms_relative;
    double aic, bic; /* with as many points as the best fit's residuals are worth; less the least of all */
    double left_out, left_out_error; /* rms of parts left out and predicted; of its mean square, a standard error */
    bool is_finalist;                /* fitted in full */
    bool is_equal;                   /* cannot be told apart from the best */
} hys_fit_candidate;

typedef struct hys_fit_selection hys_fit_selection;
/* Fits all models, the best few in full, and ranks them; models that cannot be fitted are kept with the reason.  In
 * parallel; no number depends on the number of threads.  HYS_ARG where the data cannot be fitted at all. */
hys_status hys_fit_select(hys_ctx *ctx, const hys_fit_data *data, size_t n_data, const hys_fit_select_opts *opts,
                          hys_fit_selection **result);
void hys_fit_selection_free(hys_fit_selection *selection);
size_t hys_fit_selection_count(const hys_fit_selection *selection);
/* Best first; those that were not fitted last. */
const hys_fit_candidate *hys_fit_selection_get(const hys_fit_selection *selection, size_t i);
/* The fit of the best model, and that model; NULL: nothing is better than a resistor. */
const hys_fit *hys_fit_selection_best(const hys_fit_selection *selection);
const hys_model *hys_fit_selection_model(const hys_fit_selection *selection);
/* A sentence: which model, and which others do as well. */
const char *hys_fit_selection_statement(const hys_fit_selection *selection);

HYS_DECLS_END
#endif
