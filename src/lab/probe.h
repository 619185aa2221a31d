/* Probing: what voltages, and for how long, a device answers to.  A ladder of voltages is held on fresh devices from
 * 1 ns to 1000 s, interrupted by short reads, and the times at which the conductance changes are kept: about thirty
 * short runs.
 *
 * The device is never asked what it is; runs that fail or take too long end the ladder, and say nothing. */
#ifndef HYS_LAB_PROBE_H
#define HYS_LAB_PROBE_H
#include "base/diag.h"
#include <hysteron/lab.h>

#define HYS__PROBE_LEVELS 13 /* 10 mV to 10 V, four a decade */
#define HYS__PROBE_TIMES  61 /* 1 ns to 1000 s, five a decade */
#define HYS__PROBE_FIRST  1e-9
#define HYS__PROBE_LAST   1e3

typedef struct hys__probe_level {
    double v;            /* V, with sign */
    double g, g_read;    /* S: at 1 ns under the voltage; of a read before it */
    double *held, *read; /* [HYS__PROBE_TIMES] ln(g(t)/g) at hys__probe_time(k): under the voltage, and of reads */
} hys__probe_level;

typedef struct hys__probe_side {            /* of one sign of voltage */
    hys__probe_level at[HYS__PROBE_LEVELS]; /* |v| rising */
    size_t n;                               /* levels that could be carried out */
    double swing_held, swing_read; /* ln: what differs most from 0; positive: it conducts better; 0: nothing changes */
    bool is_prepared;              /* a hold of the other sign went before */
} hys__probe_side;

typedef struct hys__probe {
    hys__probe_side side[2]; /* v > 0, v < 0 */
    bool is_by_read; /* reads tell the change; else (a switch that is back before it is read) the current under voltage
                      */
    int up, down;    /* sign of the voltage that raises, that lowers the conductance; 0: none does */
    double v_read;   /* V: changes nothing; at most 0.1 V */
    double kept;     /* part of the change by `up` left when its voltage has gone for 1000 s; NaN: no up */
    double t_forget; /* s: until half of what is not kept has gone; NaN: all is kept */
} hys__probe;

/* read: V; 0: a tenth of the voltage held, with its sign, at most 0.1 V.  The ladders are in the arena.  wave, train
 * and progress of bench are not used.  HYS_OK also where nothing answers; HYS_CANCEL, HYS_NOMEM, and what refuses the
 * options. */
hys_status hys__probe_device(hys_ctx *ctx, hys__arena *arena, const hys_model *model, const hys_bench_opts *bench,
                             double read, hys__probe *probe);
double hys__probe_time(size_t k); /* s */
/* The sign that changes a fresh device most; `wanted` (1, -1) where that does it too; 0: none. */
int hys__probe_fresh(const hys__probe *probe, int wanted);
/* ln, of what tells: reads or the current under voltage. */
double hys__probe_swing(const hys__probe *probe, int sign);
/* Time at which a part (0..1) of the change of conductance at this sign is reached; NaN: it is not. */
double hys__probe_until(const hys__probe *probe, int sign, size_t level, double part);
/* The voltage of this sign (1, -1) that reaches a part of the change nearest to a time, between levels where two are
 * known; *t (may be NULL): when it does.  NaN: none. */
double hys__probe_voltage(const hys__probe *probe, int sign, double part, double wanted, double *t);
/* The least |v| of this sign, with its sign, that reaches a part of the change within a time. */
double hys__probe_least(const hys__probe *probe, int sign, double part, double within, double *t);
/* Time at which a part of the change is reached at a voltage, between levels; NaN: it is not. */
double hys__probe_time_at(const hys__probe *probe, double v, double part);
/* The least |v| of this sign that reaches half of the change at all, and the largest that was tried; NaN: none. */
double hys__probe_threshold(const hys__probe *probe, int sign);
double hys__probe_largest(const hys__probe *probe, int sign);

#endif
