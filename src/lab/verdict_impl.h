/* The inside of verdicts: pulses that suit the device, measurements side by side, criteria. */
#ifndef HYS_LAB_VERDICT_IMPL_H
#define HYS_LAB_VERDICT_IMPL_H
#include "base/memory.h"
#include <hysteron/catalogue.h>
#include <hysteron/verdict.h>

/* ---- the map of programming, verdict_map.c ---- */

#define HYS__MOST_THREADS 64

typedef struct hys__pulse {
    double volts, width; /* V, s */
} hys__pulse;

typedef struct hys__cell {
    hys__pulse prepare, pulse; /* prepare: volts 0: a fresh device */
    double read, width;        /* V, s: reads before, at once behind, and 1000 s behind the pulse */
    bool is_known;             /* the run was carried out */
    bool is_left_out;          /* it is not to be */
    double g, after, late;     /* S before; ln of what the pulse made of it, at once and after 1000 s */
    double i;                  /* A at the end of the pulse */
} hys__cell;
/* Carries all of them out. */
hys_status hys__verdict_map(hys_verdicts *v, hys__cell *cells, size_t n);

/* ---- pulses that suit the device, verdict_plan.c ---- */

#define HYS__N_WAYS 5

#define HYS__OVERDRIVE 1.1 /* of pulses that write: what just does it once need not do it again and again */

typedef struct hys__way {   /* from one end of the range to the other, and back: in one pulse, or in a train as long */
    double up, down, width; /* V, V, s */
    double up_width, down_width; /* s: where no width does both; width is the longer of them */
} hys__way;

typedef struct hys__plan {
    bool answers, is_volatile; /* pulses change it; the change goes */
    bool can_scatter;          /* the model draws, or the user spreads its parameters */
    int up;                    /* sign of the voltage that changes it */
    double kept, t_forget;     /* part of a change left after 1000 s; s: until half has gone */
    hys__way ways[HYS__N_WAYS], kept_by;
    size_t n_ways;
    double leave, leave_width;  /* V, s: of kept_by, the one that leaves the state it starts from */
    double disturbs;            /* V: the least that changes something within a second; 0: none */
    double read;                /* V: disturbs nothing */
    double brief, brief_width;  /* V, s: a pulse that makes part of the change, for what is fleeting; 0: none */
    double select[2], t_select; /* V > 0 and V < 0 at which it conducts much better than at half; s */
    double turn_on[2];          /* s: until it does */
} hys__plan;

/* ---- measurements, verdict_jobs.c ---- */

#define HYS__JOBS(X)                                                                                                   \
    X(LEARN_0, "potentiation", "learn-1")                                                                              \
    X(LEARN_1, "potentiation", "learn-2")                                                                              \
    X(LEARN_2, "potentiation", "learn-3")                                                                              \
    X(LEARN_3, "potentiation", "learn-4")                                                                              \
    X(LEARN_4, "potentiation", "learn-5")                                                                              \
    X(LEARN_5, "potentiation", "learn-6")                                                                              \
    X(LEARN_6, "potentiation", "learn-7")                                                                              \
    X(LEARN_7, "potentiation", "learn-8")                                                                              \
    X(LEARN_8, "potentiation", "learn-9")                                                                              \
    X(LEARN_9, "potentiation", "learn-10")                                                                             \
    X(WRITE_0, "endurance", "write-1")                                                                                 \
    X(WRITE_1, "endurance", "write-2")                                                                                 \
    X(WRITE_2, "endurance", "write-3")                                                                                 \
    X(WRITE_3, "endurance", "write-4")                                                                                 \
    X(WRITE_4, "endurance", "write-5")                                                                                 \
    X(SCATTER_0, "endurance", "scatter-1")                                                                             \
    X(SCATTER_1, "endurance", "scatter-2")                                                                             \
    X(SCATTER_2, "endurance", "scatter-3")                                                                             \
    X(SCATTER_3, "endurance", "scatter-4")                                                                             \
    X(SCATTER_4, "endurance", "scatter-5")                                                                             \
    X(SCATTER_5, "endurance", "scatter-6")                                                                             \
    X(RETENTION, "retention", "retention")                                                                             \
    X(DISTURB, "read-disturb", "read-disturb")                                                                         \
    X(PPF, "ppf", "ppf")                                                                                               \
    X(STDP, "stdp", "stdp")                                                                                            \
    X(SELECT_POS, "selectivity", "select-positive")                                                                    \
    X(SELECT_NEG, "selectivity", "select-negative")                                                                    \
    X(TRAINS, "pulse-codes", "trains")                                                                                 \
    X(OSCILLATION, "oscillation", "oscillation")                                                                       \
    X(FIRE, "integrate-fire", "integrate-fire")

#define HYS__X(id, protocol, name) HYS__JOB_##id,
enum { HYS__JOBS(HYS__X) HYS__N_JOBS };
#undef HYS__X

#define HYS__LEARN_PULSES 64 /* 6 bits */
#define HYS__N_LEARN      10
#define HYS__N_SCATTER    6
#define HYS__JOB_OPTIONS  12
typedef struct hys__job {
    const char *name, *protocol;
    const char *opt[HYS__JOB_OPTIONS];
    size_t n_opt;
    const char *noise_step; /* for which draws are held where the user says nothing; NULL: the protocol's */
    const char *instance;   /* whose parameters are spread and what is drawn; NULL: nothing is spread */
    bool is_on;
    hys_ctx *ctx; /* of its own, with the result in it */
    hys_protocol_result *result;
    char why[240]; /* there is none */
} hys__job;

/* ---- criteria ---- */

typedef enum hys__use {
    HYS__USE_SYNAPSE,
    HYS__USE_MEMORY,
    HYS__USE_SELECTOR,
    HYS__USE_NEURON,
    HYS__USE_RESERVOIR,
    HYS__USE_CHANNEL_K,
    HYS__USE_CHANNEL_NA,
    HYS__N_USES
} hys__use;

struct hys_verdicts {
    hys_ctx *ctx;
    hys__arena arena;
    const hys_model *model;
    hys_bench_opts bench;
    int (*progress)(void *user, double done);
    void *progress_user;
    size_t n_threads;
    bool is_wanted[HYS__N_USES];
    hys__plan plan;
    hys__job jobs[HYS__N_JOBS];
    hys_catalogue *catalogue; /* NULL: it could not be read */
    hys_verdict verdicts[HYS__N_USES];
    double margin[HYS__N_USES]; /* decades by which the tightest criterion is met: what ranks equal scores */
    size_t n;
    struct {
        hys_protocol_table *at;
        size_t n, cap;
    } tables;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
};

enum { /* of a criterion */
       HYS__DECIDES = 1,
       HYS__BASIC = 2,   /* without it the use means nothing: fail instead of conditional */
       HYS__DECADES = 4, /* its shortfall is counted in decades */
       HYS__LACKS = 8,   /* a device that does not show it falls short without limit */
       HYS__IS_WORD = 16 /* 0 or 1 */
};

typedef struct hys__criterion_row {
    hys__use use;
    const char *name, *unit, *relation;
    double wanted;
    unsigned flags;
    double (*value)(const hys_verdicts *v);
    const char *column, *where; /* of the catalogue; NULL: it has nothing like it */
    const char *desc, *source;
    int job;            /* whose failure explains a NaN; -1: none */
    const char *remark; /* what a NaN means; conditions */
} hys__criterion_row;

extern const hys__criterion_row hys__criterion_rows[];
extern const size_t hys__n_criterion_rows;

hys_status hys__verdict_remark(hys_verdicts *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Maps the device and chooses pulses. */
hys_status hys__verdict_plan(hys_verdicts *v, const hys_class *known);
/* Lets the device come to rest: where all measurements start. */
hys_status hys__verdict_settle(hys_verdicts *v);
/* How fast what is fleeting goes: fills t_forget. */
hys_status hys__verdict_relax(hys_verdicts *v);
/* Fills the options of the jobs that the wanted uses need, and carries them out. */
hys_status hys__verdict_measure(hys_verdicts *v);
void hys__verdict_forget(hys_verdicts *v);                                 /* frees what the jobs hold */
double hys__job_feature(const hys_verdicts *v, int job, const char *name); /* NaN: none */
const hys_table *hys__job_table(const hys_verdicts *v, int job, const char *name);

/* Shortfall against what is wanted: 0 where it is met; NaN: cannot be told and counts for nothing. */
double hys__verdict_shortfall(const hys_verdict_criterion *c, unsigned flags);
hys_status hys__verdict_judge(hys_verdicts *v);
/* "median 12, best 200 of 23; this: better than 9"; in the arena. */
const char *hys__verdict_literature(hys_verdicts *v, const hys__criterion_row *row, double value);

/* The two channels, by screening; verdict_channel.c. */
hys_status hys__verdict_channel(hys_verdicts *v, hys__use use, hys_verdict *verdict, double *margin);

#endif
