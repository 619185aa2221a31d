/* What is known of a device while it is classified: its answers to held voltages and currents, and to pulses. */
#ifndef HYS_LAB_CLASSIFY_SAMPLE_H
#define HYS_LAB_CLASSIFY_SAMPLE_H
#include "lab/classify_run.h"

#define HYS__RUNGS_MAX 72
#define HYS__LEAST_G   1e-15 /* S: what an electrometer resolves; keeps logarithms finite */
#define HYS__CHANGE    0.02  /* ln: a change of the conductance below this is none */

typedef struct hys__rung { /* one level held on a fresh device */
    double level;          /* V or A */
    size_t n;              /* of the looks that were reached */
    const double *x;       /* [n] A or V */
    double swing;          /* ln of the conductance against its first value where that is furthest from 0 */
    hys__linear linear;    /* at the end */
} hys__rung;

typedef struct hys__ladder { /* |level| rising */
    hys__rung at[HYS__RUNGS_MAX];
    size_t n;
    double swing; /* the furthest of all rungs */
} hys__ladder;

typedef struct hys__class_pulse {
    double level, width; /* V, s */
} hys__class_pulse;

typedef struct hys__after_pulses { /* conductance at v_read behind pulses, against that without them */
    size_t n;
    double *ln;    /* [n] ln(G/G_without), two a decade from 10 ps */
    double *g;     /* [n] S */
    double most;   /* the ln furthest from 0 */
    double last;   /* at the last look */
    double t_half; /* s until half of what goes has gone; NaN: nothing goes */
} hys__after_pulses;

#define HYS__PULSES_MAX 16
typedef struct hys__answer {
    hys__class_pulse pulse;
    hys__after_pulses after;
} hys__answer;

typedef struct hys__sample {
    hys_class *c;
    hys__tester t;
    double limit_v, limit_i; /* V, A: not gone beyond */
    const char *limit_why;
    bool is_current_only; /* no voltage can be imposed */
    hys__ladder *v[2];    /* for v > 0, v < 0 */
    hys__ladder *i[2];    /* the same of currents; i[1] may be empty where the device is symmetric */
    double v_read;        /* V */
    struct {              /* of the last pulse-free reading */
        double *g;
        size_t n;
    } fresh;
    hys__answer answers[HYS__PULSES_MAX];
    size_t n_answers;
    size_t set, reset; /* the answers that raise and lower the conductance most; SIZE_MAX: none */
    bool has_s, has_n, forgets;
    bool is_capacitor; /* no level leaves a steady current */
    double loop_v[2];  /* V: range of the loop */
} hys__sample;

/* Each asks one kind of question; what cannot be told is left so. */
hys_status hys__sample_explore(hys__sample *s); /* ladders */
hys_status hys__sample_ndr(hys__sample *s);
hys_status hys__sample_memory(hys__sample *s); /* volatility, polarity, on/off, times, energy */
hys_status hys__sample_order(hys__sample *s);
hys_status hys__sample_static(hys__sample *s); /* rectification, symmetry, nonlinearity, reactance */
hys_status hys__sample_loop(hys__sample *s);
hys_status hys__sample_chance(hys__sample *s);
hys_status hys__sample_control(hys__sample *s);

/* ln of the conductance at look k against that at the first. */
double hys__rung_change(const hys__rung *rung, size_t k);
/* Time at which this part of the rung's own swing is reached; NaN. */
double hys__rung_time(const hys__rung *rung, double part);
/* Reading behind pulses on a device that has settled at v_read. */
hys_status hys__sample_pulses(hys__sample *s, const hys__class_pulse *pulses, size_t n, hys__after_pulses *after);
/* "1.2 V": in the class's arena; "" when memory is out. */
const char *hys__sample_text(hys__sample *s, double value, const char *unit);

#endif
