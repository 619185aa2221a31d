/* The inside of the screening: the channel wanted, the device under test, membranes, clamps. */
#ifndef HYS_LAB_SCREEN_IMPL_H
#define HYS_LAB_SCREEN_IMPL_H
#include "device/batch.h"
#include "device/params.h"
#include <hysteron/screen.h>

/* ---- membranes and their channels, screen_membrane.c ---- */

#define HYS__MAX_GATES  3
#define HYS__N_RATES    5
#define HYS__UA_PER_CM2 1e-2 /* A/m^2 */

typedef enum hys__channel {
    HYS__HH_K,
    HYS__HH_NA,
    HYS__HH_LEAK,
    HYS__ML_CA,
    HYS__ML_K,
    HYS__ML_LEAK,
    HYS__N_CHANNELS
} hys__channel;

/* A membrane, and how it is tested.  The tests of the squid's membrane last `slow` times as long on others. */
typedef struct hys__membrane {
    const char *name;
    hys__channel first; /* of n_channels */
    size_t n_channels, n_gates;
    double capacitance;            /* F/m^2 */
    double rest;                   /* V: where a membrane starts from */
    double spike_level;            /* V: upward through it is a spike, whose end lies 20 mV lower */
    double slow;                   /* 1: the squid's */
    double pulse, pulse_width;     /* A/m^2, s: makes one spike */
    double clamp_current;          /* A/m^2: makes the spikes of the action potential clamp */
    double currents[HYS__N_RATES]; /* A/m^2 of the f-I curve */
    double rheobase[2];            /* A/m^2: where it is looked for */
    double noise_mean, noise_size; /* A/m^2 */
    double coupling, length;       /* S/m^2 to the next compartment of a chain, and m of one */
    double bias;                   /* A/m^2 into all of a chain, which conducts no spike without */
    void (*rates)(double v, double *open, double *close);                /* 1/s of the gates at v in V */
    double (*open)(hys__channel channel, double v, const double *gates); /* part of the channels that is open */
} hys__membrane;
const hys__membrane *hys__membrane_of(hys__channel channel);

const char *hys__channel_name(hys__channel channel);   /* "K", "Na", "Ca" */
double hys__channel_reversal(hys__channel channel);    /* V */
double hys__channel_conductance(hys__channel channel); /* S/m^2, all channels open */
void hys__membrane_steady(const hys__membrane *m, double v, double *gates);
/* Over h at a constant potential: exact. */
void hys__membrane_hold(const hys__membrane *m, double v, double h, double *gates);

/* ---- the device under test, screen_dut.c ---- */

/* Instances of one device on the same clock, each at its own voltage; fixed steps by BDF2, which is an implicit Euler
 * step of 2/3 h from (4 x_n - x_{n-1}) / 3. */
typedef struct hys__dut {
    hys_ctx *ctx;
    hys__arena arena;
    hys__batch *batch;
    hys__params *params;
    const hys_kernel *kernel;
    size_t n;
    double **start, **last, **before; /* [n_unknowns] [n_pad] */
    double **i, **g;                  /* A into each terminal, S */
    double *ok;                       /* [n_pad] of the last step */
    double **root_old;                /* [n_events] */
    bool *is_bad;                     /* [n] a step had no solution: results mean nothing */
    double time, h_last;              /* s of the device */
    bool has_history, has_memory;     /* memory: retained variables or events */
    int patience;                     /* a step without a solution is halved so many times */
    double rtol;                      /* of Newton's last correction */
} hys__dut;

typedef struct hys__dut_opts {
    size_t n;
    double temp; /* K */
    const char *const *set;
    size_t n_set;
} hys__dut_opts;
hys_status hys__dut_new(hys_ctx *ctx, hys_model *model, const hys__dut_opts *opts, hys__dut **result);
void hys__dut_free(hys__dut *dut);
/* Starts anew and rests for `span` seconds of the device's time at voltages v [n]. */
void hys__dut_rest(hys__dut *dut, const double *v, double span);
/* To voltages v [n] after h of the device's time; i[0] and g[0] then hold current and conductance. */
void hys__dut_step(hys__dut *dut, double h, const double *v);
/* The voltage is about to jump. */
void hys__dut_kink(hys__dut *dut);

/* ---- membranes, screen_cells.c ---- */

/* Seconds of the membrane over which a device rests before anything is measured. */
#define HYS__REST_SPAN 1.0

typedef struct hys__stimulus {
    double step, from, to;      /* A/m^2, s */
    double pulse, at[2], width; /* A/m^2, s: two pulses; at NaN: none */
    const double *noise;        /* A/m^2 for each step of the run; NULL: none */
} hys__stimulus;

#define HYS__SPIKES_MAX 128
typedef struct hys__response {
    double rest;                  /* V when the stimulus begins */
    size_t n;                     /* spikes behind t = 0 */
    double time[HYS__SPIKES_MAX]; /* s: upward through the membrane's spike_level */
    double peak[HYS__SPIKES_MAX]; /* V */
    bool is_restless, is_bad;     /* spikes before t = 0; the device had no solution */
} hys__response;

typedef struct hys__cells {
    hys_ctx *ctx;
    hys__channel channel; /* the one that the device replaces */
    hys__dut *dut;        /* [n] instances; NULL: the channel itself */
    hys_screen_scale scale;
    size_t n;
    double h;        /* s */
    double settle;   /* s before t = 0 */
    double duration; /* s behind it */
    double coupling; /* S/m^2 to each neighbour; 0: separate membranes */
    double *trace;   /* [hys__cells_n_steps] V of the first membrane behind t = 0, or NULL */
} hys__cells;
size_t hys__cells_n_steps(const hys__cells *cells); /* behind t = 0 */
hys_status hys__cells_run(const hys__cells *cells, const hys__stimulus *stimuli, hys__response *responses);

/* ---- prescribed membrane potentials, screen_clamp.c ---- */

typedef struct hys__clamp {
    size_t n;
    double h;             /* s */
    double *v;            /* [n] V of the membrane at the ends of steps; the first is where it rests */
    unsigned char *jumps; /* [n] v jumps at the start of the step that ends here */
} hys__clamp;
/* Currents of the instances [dut->n], each with its own voltage and offset but the same time. */
hys_status hys__clamp_run(hys__dut *dut, const hys__clamp *clamp, hys__channel channel, const hys_screen_scale *scales,
                          void (*sink)(void *user, size_t step, const double *i), void *user);
/* Current densities of one scaled device, and of the channel itself. */
hys_status hys__clamp_device(hys__dut *dut, const hys__clamp *clamp, hys__channel channel, hys_screen_scale scale,
                             double *i);
void hys__clamp_channel(const hys__clamp *clamp, hys__channel channel, double *i, double *g);
/* Decades between the largest and the smallest conductance under a clamp, and how many of them may be missing. */
double hys__clamp_swing(const hys__clamp *clamp, hys__channel channel, const double *i);
double hys__swing_tolerance(hys__channel channel);
/* The guide's pulse trains; the membrane's own action potential. */
hys_status hys__clamp_train(hys__arena *arena, hys__channel channel, hys__clamp *clamp);
hys_status hys__clamp_spike(hys_ctx *ctx, hys__arena *arena, hys__channel channel, hys__clamp *clamp);
hys_status hys__clamp_sine(hys__arena *arena, hys__channel channel, hys__clamp *clamp);

/* ---- what a membrane does, screen_loop.c ---- */

typedef struct hys__loop_figures {
    bool spikes, propagates, is_restless; /* the pulse makes one spike; it reaches the chain's end; fires by itself */
    double rest, peak;                    /* V */
    double width, latency;                /* s: at half height; from the pulse's begin to the peak */
    double rheobase;                      /* A/m^2: the least step of 60 ms that makes a spike; NaN: none */
    double rate[HYS__N_RATES];            /* 1/s */
    double refractory;                    /* s: the least interval of two pulses that both make a spike; NaN: none */
    double velocity;                      /* m/s along the chain; NaN */
    double noise_spikes;                  /* during 200 ms (times `slow`) of noise, the same for all */
    double noise_overlap;                 /* of them within 2 ms (times `slow`) of one of the channel's */
} hys__loop_figures;

/* A device for each of n membranes; NULL in `model`: the channel itself. */
typedef struct hys__subject {
    hys_ctx *ctx;
    hys_model *model;
    hys__dut_opts dut;
    hys__channel channel;
    hys_screen_scale scale;
} hys__subject;

typedef struct hys__loop_record { /* of the membranes that were stimulated, for comparisons and tables */
    double *trace;                /* [n_trace] V after the pulse */
    size_t n_trace;
    double step;   /* s of the trace */
    bool is_rough; /* steps are twice as long, and there is no noise: for searches */
    hys__response noise;
} hys__loop_record;

hys_status hys__loop_new(hys__arena *arena, const hys__membrane *membrane, bool is_rough, hys__loop_record *record);
/* Peak, width, rates and noise. */
hys_status hys__loop_spike(const hys__subject *subject, hys__loop_record *record, hys__loop_figures *figures);
hys_status hys__loop_rheobase(const hys__subject *subject, double *rheobase); /* A/m^2 */
/* The rest: rheobase, refractory period, chain. */
hys_status hys__loop_more(const hys__subject *subject, hys__loop_figures *figures);
/* Part of the spikes of two runs that lie within `near` (s) of one of the other. */
double hys__loop_overlap(const hys__response *a, const hys__response *b, double near);

/* ---- criteria, screen_judge.c ---- */

struct hys_screen {
    hys_ctx *ctx;
    hys__arena arena;
    hys__channel channel;
    hys_screen_scale scale;
    struct {
        hys_screen_criterion *at;
        size_t n, cap;
    } criteria;
    struct {
        hys_screen_direction *at;
        size_t n, cap;
    } directions;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
    hys_table *spike, *replay, *train, *rate;
    double score;
    const char *verdict;
};

hys_status hys__screen_add(hys_screen *screen, const hys_screen_criterion *criterion);
/* All of the list, as of this group. */
hys_status hys__screen_add_group(hys_screen *screen, const char *group, const hys_screen_criterion *list, size_t n);
hys_status hys__screen_remark(hys_screen *screen, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void hys__screen_judge(hys_screen *screen);

/* The parts of a screening. */
hys_status hys__screen_class(hys_screen *screen, const hys__subject *subject);
hys_status hys__screen_clamps(hys_screen *screen, const hys__subject *subject);
hys_status hys__screen_loop(hys_screen *screen, const hys__subject *subject);
/* One search for scales: the device under the clamp by the membrane's own spikes. */
typedef struct hys__scaling {
    const hys__subject *subject;
    const bool *is_free; /* [4] time, voltage, conductance, offset */
    hys__clamp clamp;
    double *weight; /* [clamp.n] m^2/A: small currents count too, as the membrane's rest depends on them */
    double *wanted; /* [clamp.n] current times weight */
    double size;    /* root of its sum of squares */
} hys__scaling;
/* The unit of changes of offset: a device that is scaled by `voltage` sees a tenth of a volt of the membrane as this.
 */
double hys__scale_offset_unit(const hys_screen_scale *scale); /* V */
/* Relative changes of all that is free: time, voltage and conductance by exp(step), offset by step units. */
hys_screen_scale hys__scale_move(const hys_screen_scale *scale, const double step[4]);
/* Levenberg and Marquardt on the currents; *error: the relative rms of what is left. */
hys_status hys__scaling_fit(const hys__scaling *q, hys_screen_scale *scale, double *error);
/* The curvature of the replay's error: eigenvectors, the stiffest first. */
hys_status hys__scaling_curvature(hys_screen *screen, const hys__scaling *q, const hys_screen_scale *scale);
/* Of the starts [n] the one with which the membrane does best, the first where that is good; then moves the scales
 * until it does what it should: NLopt's simplex on the largest error / tolerance. */
hys_status hys__scaling_refine(const hys__scaling *q, const hys_screen_scale *starts, size_t n,
                               hys_screen_scale *scale);
/* Finds the scales that are free: is_free [4] in the order of hys_screen_scale. */
hys_status hys__screen_search(hys_screen *screen, hys__subject *subject, const bool *is_free);

#endif
