/* A measured curve, cut into lobes: what lies between two zeros of what was swept. */
#ifndef HYS_LAB_CLASSIFY_CURVE_H
#define HYS_LAB_CLASSIFY_CURVE_H
#include "lab/classify_impl.h"
#include "lab/features.h"

#define HYS__LOBES_MAX 256

typedef struct hys__lobe {
    int sign;
    size_t first, peak, last; /* rows */
    bool has_out, has_back;   /* it begins, it ends, near 0 */
    double out, back;         /* S: conductance at the reading voltage on both; NaN */
    double area;              /* signed, of the box around the whole curve */
    double v_rise, v_fall;    /* V: where ln(i/v) rises fastest on the way out, falls fastest on the way back; NaN */
    double v_drop;            /* V: where it falls fastest on the way out; NaN */
} hys__lobe;

typedef struct hys__measured_curve {
    const char *name;
    hys__curve curve; /* t NULL: no time */
    bool is_current;  /* i was swept */
    double v_read;    /* V */
    double noise;     /* A: of one point */
    hys__lobe lobes[HYS__LOBES_MAX];
    size_t n_lobes;
} hys__measured_curve;

/* False in *is_good: it is noise, or has too few rows; *why says so. */
hys_status hys__measured_curve_read(hys_ctx *ctx, hys__arena *arena, const hys_class_data *data, hys__measured_curve *m,
                                    bool *is_good, const char **why);
/* Asks all that a curve can tell; a finding that stands already gives way only to a surer one. */
hys_status hys__measured_curve_ask(hys_class *c, const hys__measured_curve *m);
/* What a record of pulses tells of times and memory; nothing where there are no pulses. */
hys_status hys__measured_decay_ask(hys_class *c, const hys_class_data *data);

#endif
