/* hysteron/lab.h -- the bench: a device between the terminals of a source with series resistance
 * and compliance, driven by a wave, with what is seen written down.
 *
 * Options that carry numbers are text with units ("1V", "10Hz", "100uA"): the same words as on the
 * command line, and diagnostics name them.  A bare number is SI. */
#ifndef HYSTERON_LAB_H
#define HYSTERON_LAB_H
#include <hysteron/device.h>
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_bench_opts {
    size_t size;
    /* iv: "sine:1V,10Hz[,OFFSET]", "triangle:1V,10Hz" or "triangle:VPOS,VNEG,10Hz", "square:...",
     * "dc:FROM,TO[,POINTS]" (quasi-static, there and back), "csv:FILE" (columns time, v or i).  An
     * amplitude in A drives current. */
    const char *wave;
    /* pulse: "AMPLITUDE,WIDTH[,PERIOD-REST][,COUNT]; read AMPLITUDE,WIDTH; wait TIME; ..." */
    const char *train;
    int32_t cycles;         /* of a wave */
    int32_t points;         /* output points a cycle (a pulse for trains) */
    const char *const *set; /* "NAME=VALUE" */
    size_t n_set;
    const char *const *init; /* "STATE=VALUE" */
    size_t n_init;
    const char *const *spread; /* "NAME=lognormal 0.1" ... */
    size_t n_spread;
    const char *ports;       /* "p,n": driven and return terminal; NULL: the first two */
    const char *const *port; /* "gate=1V": further terminals held at a potential */
    size_t n_port;
    const char *series;     /* "1kohm", NULL: none */
    const char *compliance; /* "100uA", "100uA,1mA" (positive, negative), "100uA,none" */
    const char *temp;       /* "300K", "27degC"; NULL: 300.15 K */
    const char *noise_step; /* interval of random draws where the file sets none */
    const char *max_step;   /* NULL: none */
    double rtol;            /* 0: 1e-6 */
    uint64_t seed;
    bool has_seed;
    const char *instance; /* name that keys random draws; NULL: "x1" */
    /* Called now and then with the part done, 0..1; nonzero return cancels. */
    int (*progress)(void *user, double done);
    void *progress_user;
    /* Text that the model prints ($strobe ...); NULL: dropped. */
    void (*message)(void *user, const char *text);
    void *message_user;
    /* The folder below which the model's $fopen may write; NULL: what goes to files goes to message. */
    const char *files_dir;
} hys_bench_opts;
hys_bench_opts hys_bench_opts_default(void);

typedef struct hys_feature {
    const char *name, *unit, *desc;
    double value;     /* NaN: does not apply */
    const char *text; /* for features that are words ("counter-clockwise"), else NULL */
} hys_feature;

typedef struct hys_run_stats {
    const char *mode; /* "ida", "as-written", "quasi-static" */
    uint64_t n_steps, n_rejected, n_evals, n_jacobians, n_newton, n_events, n_restarts;
    double solver_s;     /* wall time in the solver, without loading and output */
    double step_error;   /* as written: estimated relative error of the stepping; else NaN */
    double max_residual; /* worst accepted residual against its tolerance, 1 */
} hys_run_stats;

typedef struct hys_run hys_run;
hys_status hys_iv(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *opts, hys_run **run);
hys_status hys_pulse(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *opts, hys_run **run);
void hys_run_free(hys_run *run);
/* time[s], v[V], i[A], vs[V] where the source differs, then states. */
const hys_table *hys_run_table(const hys_run *run);
/* Of hys_pulse, one row a pulse: pulse, v[V], i[A] (at its end), energy[J], v_read[V], i_read[A], g[S] (of
 * the read behind it; without a read of the pulse itself).  NULL of other runs. */
const hys_table *hys_run_pulses(const hys_run *run);
size_t hys_run_n_features(const hys_run *run);
const hys_feature *hys_run_feature(const hys_run *run, size_t i);
const hys_run_stats *hys_run_statistics(const hys_run *run);
/* What was chosen for the user: open ports, initial values, parameters that differ from the file:
 * lines. */
size_t hys_run_n_remarks(const hys_run *run);
const char *hys_run_remark(const hys_run *run, size_t i);

/* Loop figures of merit of any table with columns v and i (measured data too). */
hys_status hys_loop_features(hys_ctx *ctx, const hys_table *table, int32_t cycles, hys_run **run);

HYS_DECLS_END
#endif
