/* hysteron/reservoir.h -- reservoir computing: devices that forget as nodes, echo-state networks in software beside
 * them, linear read-outs, and the tasks that both are judged by.
 *
 * Nodes are devices that ideal voltage sources drive one by one: a column without wires.  What a device does in time is
 * solved in full, in flat pieces of equal steps, so that a trace has the same bits alone, among others, and with any
 * number of threads; only where a device has no solution at the end of a step, or asks for a shorter one, all that are
 * solved together take shorter ones. */
#ifndef HYSTERON_RESERVOIR_H
#define HYSTERON_RESERVOIR_H
#include <hysteron/array_device.h>
#include <hysteron/dataset.h>
#include <hysteron/network.h>
HYS_DECLS_BEGIN

/* ---- devices ---- */

#define HYS_MASK_KINDS(X)                                                                                              \
    X(NONE, "none", "1: all virtual nodes see the same")                                                               \
    X(BINARY, "binary", "-1 or 1, drawn")                                                                              \
    X(UNIFORM, "uniform", "between -1 and 1, drawn")                                                                   \
    X(CHAOTIC, "chaotic", "the logistic map 4 x (1 - x), scaled to -1 .. 1")
#define HYS_X(id, name, what) HYS_MASK_##id,
typedef enum hys_mask_kind { HYS_MASK_KINDS(HYS_X) HYS_N_MASK_KINDS } hys_mask_kind;
#undef HYS_X
const char *hys_mask_kind_name(hys_mask_kind kind);

typedef struct hys_reservoir_rate {
    double frame; /* s: of an input, of a step of the mask, of a pixel */
    double pulse; /* s: of it, at its start, under the input's voltage, then at rest; 0: all of it */
} hys_reservoir_rate;

typedef struct hys_reservoir_opts {
    size_t size;
    const hys_cell_opts *cell;       /* two terminals, borrowed; spread makes the devices differ */
    size_t devices;                  /* images: 0: as many as they need */
    const hys_reservoir_rate *rates; /* each device is driven at each of them, from its start */
    size_t n_rates;                  /* up to 16 */
    hys_mask_kind mask;              /* of series: an input u is applied as m_1 u, m_2 u ... */
    size_t mask_length;              /* virtual nodes of a device; 0: 1 */
    double low, high;                /* V: of the least and the largest (masked) input */
    double input_low, input_high;    /* these; both 0: of the series; what lies beyond is cut off */
    double rest;                     /* V: between pulses */
    double read, read_time;          /* V, s: a pulse behind each frame, or behind an image; its current is the state.
                                        read_time 0: the current at the end of the input's pulse is */
    size_t pixels;                   /* of images: side by side in a row, one train of pulses; 0: 5 */
    size_t substeps;                 /* of a flat piece; 0: 4 */
    double noise;                    /* of a state: standard deviation, part of it; drawn anew in each run */
    bool is_unchecked;               /* any device will do */
    uint64_t seed;                   /* of masks and noise; spread has the cell's own */
    unsigned threads;                /* 0: as many as the context has */
    int (*progress)(void *user, double done); /* other than 0: HYS_CANCEL */
    void *progress_user;
    size_t n_range; /* inputs of the series that its range is taken from, the first so many; 0: all */
} hys_reservoir_opts;
/* 88 WOx devices, trains of five 0.85 V pulses at two rates (0.5 of 0.8 ms, 0.8 of 4 ms), read at 0.3 V. */
hys_reservoir_opts hys_reservoir_opts_default(void);

/* What a pulse (high for the first rate's pulse) leaves behind, seen by reads some frames later, against a device that
 * had none: |I - I'| / max(|I|, |I'|). */
typedef struct hys_fading {
    double after_frame; /* one frame after */
    double after_all;   /* 1024 frames after */
    double time;        /* s: until 1/e of the first; inf: longer than those */
} hys_fading;

typedef struct hys_reservoir_report {
    size_t size;
    size_t nodes;            /* states of a sample: devices, virtual nodes, rates */
    size_t samples;          /* of the last run: points in time, images */
    size_t traces, distinct; /* of images: device by device, and those among them that had to be simulated */
    double energy;           /* J: integral of v i, of a sample, mean of the last run, reads with it */
    double sample_time;      /* s: of the device, for one sample; rates one after the other */
    double solve_s;          /* wall time of the last run */
    double abs_current;      /* A: largest state of the last run */
    hys_fading fading;       /* NaN where is_unchecked */
    double step_error; /* of the read a frame after a pulse, against twice the substeps, part of it; NaN likewise */
} hys_reservoir_report;

typedef struct hys_reservoir hys_reservoir;
/* Refuses what has no memory, and what does not forget, with what was measured. */
hys_status hys_reservoir_new(hys_ctx *ctx, const hys_reservoir_opts *given, hys_reservoir **result);
void hys_reservoir_free(hys_reservoir *reservoir);
hys_reservoir_report hys_reservoir_get_report(const hys_reservoir *reservoir);
/* m [devices mask_length] */
const double *hys_reservoir_mask(const hys_reservoir *reservoir);

/* A row of states for each of the n inputs: rate by rate, device by device, virtual node by virtual node, A.  Devices
 * begin at their start and go on from input to input.  Free with hys_matrix_free. */
hys_status hys_reservoir_run(hys_reservoir *reservoir, const double *u, size_t n, hys_matrix *states);
/* A row of states for each image; each device gets the same section of all images and begins each at its start.  A
 * model that draws numbers itself draws others for each image. */
hys_status hys_reservoir_images(hys_reservoir *reservoir, const hys_samples *images, hys_matrix *states);

/* ---- echo-state networks ---- */

/* x <- (1 - leak) x + leak f(W x + v u + b), f = tanh or the identity (Jaeger, GMD report 148, 2001). */
typedef struct hys_echo_opts {
    size_t size;
    size_t nodes;
    double radius;  /* largest |eigenvalue| of W */
    double leak;    /* from above 0 to 1 */
    double density; /* part of W that is not 0 */
    double input;   /* v is drawn between -input and input */
    double bias;    /* b between -bias and bias */
    bool is_linear;
    bool is_ring; /* each node hears only the one before it, by `radius` (Rodan and Tino 2011); v is +-input */
    uint64_t seed;
} hys_echo_opts;
hys_echo_opts hys_echo_opts_default(void); /* 100 nodes, 0.9, 1, 0.1, 0.5, 0 */
typedef struct hys_echo hys_echo;
hys_status hys_echo_new(hys_ctx *ctx, const hys_echo_opts *given, hys_echo **result);
void hys_echo_free(hys_echo *echo);
const double *hys_echo_weights(const hys_echo *echo); /* [nodes nodes] */
/* From x = 0; states [n nodes].  Free with hys_matrix_free. */
hys_status hys_echo_run(const hys_echo *echo, const double *u, size_t n, hys_matrix *states);

/* The largest |eigenvalue| of w [n n], by squaring it again and again. */
hys_status hys_spectral_radius(hys_ctx *ctx, const double *w, size_t n, double *radius);

/* ---- read-outs ---- */

/* y ~ x W + b: with columns of x scaled to mean 0 and standard deviation 1, Z, W solves (Z'Z/n + ridge I) W = Z'y/n.
 * weights [x's columns + 1, y's columns], b last, for x as it is; columns that never change get 0. */
hys_status hys_ridge_fit(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, double ridge, hys_matrix *weights);
hys_status hys_ridge_apply(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *weights, hys_matrix *y);

typedef struct hys_readout_opts {
    size_t size;
    size_t washout; /* of the series' start, not used */
    size_t n_train; /* behind it; the rest is the test; 0: half of what is left */
    double ridge;   /* NaN: of 1e-8, 1e-7 ... 1, the largest that is within 2 % of the best, by which each quarter of
                      the   training part is foretold from the others */
} hys_readout_opts;
hys_readout_opts hys_readout_opts_default(void); /* 100, half, NaN */

typedef struct hys_series_scores {
    size_t size;
    size_t n_train, n_test;
    double ridge;
    double nrmse_train, nrmse; /* sqrt(mean (p - y)^2 / variance of y) */
    double nmse_train, nmse;   /* sum (p - y)^2 / sum y^2 */
} hys_series_scores;
/* predicted [states' rows]; may be NULL. */
hys_status hys_readout_series(hys_ctx *ctx, const hys_matrix *states, const double *y, const hys_readout_opts *given,
                              double *predicted, hys_series_scores *scores);
/* Linear memory: r^2 between u some steps back and the best read-out of it, on the test part; capacities [n_delays] for
 * delays 1, 2 ...; *total is their sum, of those above 10 / n_test, which chance seldom gives.  At most the number of
 * nodes, for independent u (Jaeger, GMD report 152, 2001). */
hys_status hys_memory_capacity(hys_ctx *ctx, const hys_matrix *states, const double *u, const hys_readout_opts *given,
                               size_t n_delays, double *capacities, double *total);

/* ---- tasks ---- */

#define HYS_TASK_KINDS(X)                                                                                              \
    X(SECOND_ORDER, "second-order", "y = 0.4 y' + 0.4 y' y'' + 0.6 u^3 + 0.1, u from 0 to 0.5 (Du 2017)")              \
    X(NARMA10, "narma10",                                                                                              \
      "y = 0.3 y' + 0.05 y' (sum of 10 y before) + 1.5 u'(10th) u' + 0.1, u from 0 to 0.5 (Atiya and Parlos 2000)")    \
    X(MACKEY_GLASS, "mackey-glass",                                                                                    \
      "x' = 0.2 x(t-17) / (1 + x(t-17)^10) - 0.1 x, once a time unit (Mackey and Glass 1977)")                         \
    X(HENON, "henon", "x = 1 - 1.4 x'^2 + 0.3 x'' (Henon 1976)")                                                       \
    X(LORENZ, "lorenz", "x of sigma 10, rho 28, beta 8/3, every 0.02 time units (Lorenz 1963)")                        \
    X(MEMORY, "memory", "u from -1 to 1; y is u some steps back (Jaeger 2001)")
#define HYS_X(id, name, what) HYS_TASK_##id,
typedef enum hys_task_kind { HYS_TASK_KINDS(HYS_X) HYS_N_TASK_KINDS } hys_task_kind;
#undef HYS_X
const char *hys_task_kind_name(hys_task_kind kind);
const char *hys_task_kind_what(hys_task_kind kind);

/* What goes in, and what is to come out, at the same time. */
typedef struct hys_task {
    size_t n;
    double *u, *y; /* [n] */
} hys_task;
/* horizon: steps ahead that chaotic series are to be foretold, steps back of HYS_TASK_MEMORY; 0: 1. */
hys_status hys_task_new(hys_ctx *ctx, hys_task_kind kind, size_t n, size_t horizon, uint64_t seed, hys_task *task);
/* One column: the series is to be foretold; two: u and y. */
hys_status hys_task_read(hys_ctx *ctx, const char *path, size_t horizon, hys_task *task);
void hys_task_free(hys_ctx *ctx, hys_task *task);

/* The ten digits of 5 rows of 4 pixels, 0 and 1; free with hys_matrix_free: [10, 20]. */
hys_status hys_task_digits(hys_ctx *ctx, hys_matrix *pixels);

/* ---- whole experiments ---- */

/* Of a series: states of all of it, read-out, scores.  Either devices or an echo-state network, the other NULL.
 * predicted [task's n]; may be NULL. */
hys_status hys_reservoir_predict(hys_reservoir *reservoir, const hys_echo *echo, const hys_task *task,
                                 const hys_readout_opts *opts, double *predicted, hys_series_scores *scores);

/* Linear memory of either, driven by n independent inputs from -1 to 1, or over the range of inputs that the devices
 * were given: see hys_memory_capacity. */
typedef struct hys_memory_opts {
    size_t size;
    size_t n, n_delays;
    hys_readout_opts readout;
    uint64_t seed;
} hys_memory_opts;
hys_memory_opts hys_memory_opts_default(void); /* 2000 inputs, 40 delays */
/* capacities [n_delays] */
hys_status hys_reservoir_memory(hys_reservoir *reservoir, const hys_echo *echo, const hys_memory_opts *given,
                                double *capacities, double *total);

typedef struct hys_reservoir_classify_opts {
    size_t size;
    bool is_ridge;    /* one-hot targets, closed form; otherwise a softmax layer trained in software */
    double ridge;     /* NaN: as of a series */
    bool with_pixels; /* the same read-out of the pixels themselves, for comparison */
    hys_train_opts train;
} hys_reservoir_classify_opts;
hys_reservoir_classify_opts hys_reservoir_classify_opts_default(void); /* softmax, Adam 0.003, 30 epochs */

typedef struct hys_reservoir_scores {
    size_t size;
    size_t n_train, n_test, n_classes;
    double train_accuracy, accuracy;
    double pixel_accuracy; /* of the read-out of pixels; NaN: it was not asked for */
    size_t *confusion;     /* [n_classes n_classes]: rows are true classes; free with hys_reservoir_scores_free */
} hys_reservoir_scores;
/* Of images. */
hys_status hys_reservoir_classify(hys_reservoir *reservoir, const hys_samples *train, const hys_samples *test,
                                  const hys_reservoir_classify_opts *given, hys_reservoir_scores *scores);
void hys_reservoir_scores_free(hys_ctx *ctx, hys_reservoir_scores *scores);

HYS_DECLS_END
#endif
