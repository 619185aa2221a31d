/* The inside of protocols: options, scripts of pulses and reads, fits, results. */
#ifndef HYS_LAB_PROTOCOL_H
#define HYS_LAB_PROTOCOL_H
#include "lab/drive.h"
#include "lab/probe.h"
#include "lab/run.h"
#include <hysteron/protocol.h>

struct hys_protocol_result {
    hys_ctx *ctx;
    hys__arena arena;
    struct {
        hys_feature *at;
        size_t n, cap;
    } features;
    struct {
        hys_protocol_table *at;
        size_t n, cap;
    } tables;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
};

typedef struct hys__protocol {
    hys_ctx *ctx;
    const hys_protocol *shown;
    const hys_model *model;
    hys_bench_opts bench;
    const char **values; /* [n_options] what was given, or the default */
    hys_protocol_result *result;
    hys__arena *arena;                        /* the result's */
    const struct hys__measured *measured;     /* NULL: the model is run */
    const hys__probe *probe;                  /* NULL: the device has not been probed */
    double read_most, read_width_most;        /* V, s that probing allows reads; 0: not known */
    int (*progress)(void *user, double done); /* the user's, of which a run is a part; NULL: none */
    void *progress_user;
    double done, share; /* 0..1 that was done before the run, and that the run is */
    bool is_cancelled;  /* by the progress */
} hys__protocol;

typedef struct hys__protocol_row {
    hys_protocol shown;
    hys_status (*run)(hys__protocol *p);
} hys__protocol_row;

extern const hys__protocol_row hys__protocol_iv, hys__protocol_iv_frequency, hys__protocol_potentiation,
    hys__protocol_ppf, hys__protocol_epsc, hys__protocol_retention, hys__protocol_endurance, hys__protocol_disturb,
    hys__protocol_kinetics, hys__protocol_thresholds, hys__protocol_stdp, hys__protocol_srdp, hys__protocol_stp_ltp,
    hys__protocol_levels, hys__protocol_oscillation, hys__protocol_fire, hys__protocol_rtn, hys__protocol_curve,
    hys__protocol_temperature, hys__protocol_spread, hys__protocol_chrono, hys__protocol_half_select,
    hys__protocol_forming, hys__protocol_seeker, hys__protocol_triplet, hys__protocol_impedance,
    hys__protocol_harmonics, hys__protocol_step, hys__protocol_selectivity, hys__protocol_codes;

/* Makes the result and takes the options of p->shown; close hands the result over, or frees it. */
hys_status hys__protocol_open(hys_ctx *ctx, const hys_protocol_opts *opts, hys__protocol *p);
hys_status hys__protocol_close(hys__protocol *p, hys_status status, hys_protocol_result **result);

/* ---- options ---- */

typedef struct hys__values {
    double *at;
    size_t n;
} hys__values;
/* For the progress that the user asked for: step `at` of `of` begins. */
void hys__protocol_done(hys__protocol *p, double at, double of);
/* As it was written.  The option must exist. */
const char *hys__protocol_text(const hys__protocol *p, const char *name);
/* By the unit of the option's row.  The option must exist. */
hys_status hys__protocol_number(hys__protocol *p, const char *name, double *value);
/* A time, a width, a frequency: above 0. */
hys_status hys__protocol_positive(hys__protocol *p, const char *name, double *value);
hys_status hys__protocol_count(hys__protocol *p, const char *name, long least, long *value);
/* list = QUANTITY { "," QUANTITY } | FROM ":" TO ":" N (geometric); rising, above 0 */
hys_status hys__protocol_list(hys__protocol *p, const char *name, hys__values *values);
/* QUANTITY { "," QUANTITY }, any that are finite */
hys_status hys__protocol_quantities(hys__protocol *p, const char *name, hys__values *values);
/* Which of the words, NULL-terminated. */
hys_status hys__protocol_word(hys__protocol *p, const char *name, const char *const *words, size_t *which);
/* "1V" for a wave or a train: shortest text of the number with its unit, in the arena; NULL: out of memory. */
const char *hys__protocol_quantity(hys__protocol *p, double value, const char *unit);

/* ---- "auto" ---- */

bool hys__protocol_is_auto(const hys__protocol *p, const char *name);
/* Probes the device the first time. */
hys_status hys__protocol_probe(hys__protocol *p, const hys__probe **probe);

typedef struct hys__auto {
    const char *up, *down, *width, *rest; /* options; all but up may be NULL */
    double usual;                         /* s: width, where it is free or no option */
    double forget; /* the usual width of a device that forgets, in times of forgetting; 0: usual */
    double widths; /* in which a part of the way is to be gone */
    double part;   /* 0: half */
    bool is_whole; /* the least voltage that does it in time, instead of the one that does it just then */
    bool is_rate;  /* the option is a frequency: 1/width */
    bool is_free;  /* the width is sought although it is no option */
    bool is_axis;  /* up is the voltage above 0, down the one below, whatever they do */
} hys__auto;
typedef struct hys__auto_found {
    double up, down, width, rest; /* V, V, s, s; a rest that says "auto" is as long as the width */
    bool is_volatile;             /* these two only where something was sought */
    double t_forget;              /* s; NaN: it does not */
} hys__auto_found;
/* Reads the options, and finds those that say "auto", which is remarked. */
hys_status hys__protocol_auto(hys__protocol *p, const hys__auto *want, hys__auto_found *found);
/* Three digits: what a user can type to repeat it. */
double hys__protocol_round(double value);
/* The options positive, negative and frequency of a triangle. */
hys_status hys__protocol_auto_loop(hys__protocol *p, hys__auto_found *found);
/* The wave of what they say, in the arena; NULL: out of memory. */
const char *hys__protocol_triangle(hys__protocol *p, const hys__auto_found *found);
#define HYS__LOOP_OPTIONS                                                                                              \
    {"positive", "V", "auto", "positive peak of the triangle; auto: the least that opens the loop"},                   \
        {"negative", "V", "auto", "negative peak"}, {                                                                  \
        "frequency", "Hz", "auto", "of the triangle; auto: 1 Hz, if the device suits it"                               \
    }
/* A list that may say "auto": n values from..to. */
hys_status hys__protocol_list_auto(hys__protocol *p, const char *name, double from, double to, size_t n,
                                   hys__values *values);
/* A time that may say "auto". */
hys_status hys__protocol_time_auto(hys__protocol *p, const char *name, double usual, double *value);
/* Options read and read-width; auto: 0.1 V, 1 ms, or less where probing says so. */
hys_status hys__protocol_read(hys__protocol *p, double *read, double *width);

/* ---- results; names and descriptions are static ---- */

hys_status hys__protocol_feature(hys__protocol *p, const char *name, const char *unit, double value, const char *desc);
hys_status hys__protocol_says(hys__protocol *p, const char *name, const char *text, const char *desc);
hys_status hys__protocol_remark(hys__protocol *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What another run may do better; "" of measured data. */
const char *hys__protocol_advice(const hys__protocol *p, const char *advice);
/* columns: pairs of name and unit, ended by NULL.  The table belongs to the result. */
hys_status hys__protocol_table(hys__protocol *p, const char *name, const char *figure, const char *const *columns,
                               hys_table **table);
/* The table of a run, which then has none. */
hys_status hys__protocol_keep(hys__protocol *p, const char *name, const char *figure, hys_run *run);
/* Keeps a table that was made otherwise; it is freed where that fails. */
hys_status hys__protocol_keep_table(hys__protocol *p, const char *name, const char *figure, hys_table *table);
/* Copies the features of a run whose names are listed (NULL-terminated), and all its remarks. */
hys_status hys__protocol_take(hys__protocol *p, const hys_run *run, const char *const *names);
double hys__run_feature(const hys_run *run, const char *name); /* NaN: none */

/* ---- scripts: lines of a voltage, with marks of what is looked at ---- */

typedef struct hys__mark {
    size_t first, last; /* rows of the run's table */
    size_t top;         /* the row at the end of its flat part */
} hys__mark;

typedef struct hys__script {
    hys__protocol *p;
    hys__drive drive;
    struct {
        hys__mark *at;
        size_t n, cap;
    } marks;
    double read, read_width; /* V, s */
    bool failed, is_long;    /* out of memory, or too many rows */
} hys__script;

typedef struct hys__seen {
    hys_run *run;
    const double *t, *v, *i;
    const double *v_sense, *i_sense; /* of the port that is sensed; NULL: there is none */
    size_t n;
    const hys__script *script;
} hys__seen;

/* Takes read and read-width from the options of these names, where the protocol has them. */
hys_status hys__script_new(hys__protocol *p, hys__script *script);
/* Each gives the number of its mark. */
size_t hys__script_line(hys__script *script, double length, double from, double to, size_t n_out);
size_t hys__script_pulse(hys__script *script, double height, double width);
size_t hys__script_read(hys__script *script);
void hys__script_rest(hys__script *script, double length); /* at 0 V; a length of 0 is none */
/* Carries it out on a device as it is at the start. */
hys_status hys__script_run(hys__script *script, hys__seen *seen);
void hys__seen_free(hys__seen *seen);
double hys__seen_current(const hys__seen *seen, size_t mark);     /* A, at the end of the flat part; NaN: not reached */
double hys__seen_conductance(const hys__seen *seen, size_t mark); /* S */
double hys__seen_energy(const hys__seen *seen, size_t mark);      /* J: integral of |v i| */
double hys__seen_time(const hys__seen *seen, size_t mark);        /* s */

#define HYS__READ_OPTIONS                                                                                              \
    {"read", "V", "auto", "voltage of reads; auto: 0.1 V, or what disturbs nothing"}, {                                \
        "read-width", "s", "auto", "width of reads; auto: 1 ms, or that of pulses if they are shorter"                 \
    }

/* ---- what is seen behind pulses ---- */

typedef struct hys__after_setup {
    double amplitude, width, rest, duration; /* V, s, s, s */
    long pulses;
} hys__after_setup;
typedef struct hys__after {
    double *t, *i; /* [n] s since the reading voltage is on for good, A */
    size_t n;      /* set by the caller; the arrays are made in the arena */
    double before; /* A at the reading voltage before the pulses */
    double energy; /* J of the last pulse */
    double noise;  /* A; 0: what the solver's tolerance leaves */
} hys__after;
/* Pulses on a fresh device, then the current at the reading voltage, at times even in the logarithm. */
hys_status hys__take_after(hys__protocol *p, const hys__after_setup *s, hys__after *d);
double hys__after_noise(const hys__after *d); /* A */

/* Slope and intercept of y over x by least squares; rms of what is left; points with NaN are left out.  n: those used.
 */
typedef struct hys__straight {
    double slope, intercept, rms;
    size_t n;
} hys__straight;
hys__straight hys__fit_straight(const double *x, const double *y, size_t n);

typedef struct hys__numbers { /* of those that are finite */
    double mean, sd, least, median, most;
    size_t n;
} hys__numbers;
/* Sorts x. */
hys__numbers hys__count_numbers(double *x, size_t n);

/* ---- fits ---- */

typedef enum hys__decay_kind {
    HYS__DECAY_SINGLE,
    HYS__DECAY_DOUBLE,
    HYS__DECAY_STRETCHED,
    HYS__DECAY_KINDS
} hys__decay_kind;

/* y = rest + a1 exp(-(t/tau1)^beta) + a2 exp(-t/tau2), tau1 <= tau2 */
typedef struct hys__decay {
    hys__decay_kind kind;
    double rest, a1, tau1, a2, tau2, beta;
    double rms;  /* in the unit of y */
    double aicc; /* Akaike's criterion for small samples; NaN: too few points for it */
} hys__decay;
extern const char *const hys__decay_names[HYS__DECAY_KINDS];
/* t > 0, rising.  noise: what is certainly noise (the solver's tolerance), in the unit of y. */
hys_status hys__decay_fit(hys_ctx *ctx, const double *t, const double *y, size_t n, double noise, hys__decay_kind kind,
                          hys__decay *fit);
/* The kind of the least aicc; *fits [HYS__DECAY_KINDS] holds all. */
hys_status hys__decay_choose(hys_ctx *ctx, const double *t, const double *y, size_t n, double noise, hys__decay *fits,
                             hys__decay_kind *best);

#endif
