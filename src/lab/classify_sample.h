/* What is known of a device while it is classified: its answers to held voltages and currents, and to pulses. */
#ifndef HYS_LAB_CLASSIFY_SAMPLE_H
#define HYS_LAB_CLASSIFY_SAMPLE_H
#include "lab/classify_run.h"

#define HYS__RUNGS_MAX 72
#define HYS__LEAST_G   1e-15 /* S: what an electrometer resolves; keeps logarithms finite */
#define HYS__CHANGE    0.02  /* ln: a change of the conductance below this is none */
#define HYS__KEPT      0.9   /* part of a change that is left of what is not volatile */
#define HYS__READS     31    /* behind pulses: two a decade, 10 ps to 10^4 s */
#define HYS__DRAWS     8     /* runs over which a device that draws is averaged */

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
    double fall;         /* s: of a slope back to 0 V behind it; 0: at once */
} hys__class_pulse;

typedef struct hys__pulses {
    const hys__class_pulse *at;
    size_t n;
    const char *instance; /* whose random draws; NULL: the bench's */
} hys__pulses;

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
    double v_least;       /* V: the least that changes anything */
    struct {              /* of the last pulse-free readings, by draw */
        double *g;
        size_t n;
    } fresh[HYS__DRAWS];
    bool is_brief;      /* read until 1 us only, without rest before: no run lasts longer */
    bool is_stochastic; /* runs differ by their draws */
    hys__answer answers[HYS__PULSES_MAX];
    size_t n_answers;
    size_t set, reset; /* the answers that raise and lower the conductance most; SIZE_MAX: none */
    bool has_s, has_n, forgets;
    bool goes_back;    /* it forgets, or is linear: at rest it is always the same */
    double tau;        /* s: the slowest relaxation that is seen; 0: none */
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
hys_status hys__sample_charge(hys__sample *s); /* of what blocks: instead of what conductances would tell */

hys_status hys__sample_claim(hys__sample *s); /* limit_v, limit_i: as far as the model's file says */
hys_status hys__sample_gate(hys__sample *s);  /* of devices with three ports and more */

/* ln of the conductance at look k against that at the first. */
double hys__rung_change(const hys__rung *rung, size_t k);
/* Time at which this part of the rung's own swing is reached; NaN. */
double hys__rung_time(const hys__rung *rung, double part);
/* Chooses v_read. */
void hys__sample_find_read(hys__sample *s);
/* The highest voltage, v > 0, at which brief reads change nothing; 0: none is. */
double hys__sample_quiet_voltage(const hys__sample *s);
double hys__read_time(size_t k); /* s behind the pulses */
/* Readings without pulses, against which the others are. */
hys_status hys__sample_fresh(hys__sample *s);
/* Readings behind pulses on a device that has settled at 0 V. */
hys_status hys__sample_pulses(hys__sample *s, const hys__class_pulse *pulses, size_t n, hys__after_pulses *after);
/* Its numbers from its ln. */
void hys__after_pulses_sum_up(hys__after_pulses *after);
/* "1.2 V": in the class's arena; "" when memory is out. */
const char *hys__sample_text(hys__sample *s, double value, const char *unit);

#endif
