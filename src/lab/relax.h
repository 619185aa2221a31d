/* A device of S-shaped resistance in a relaxation circuit: source -- series resistance -- device with a capacitance
 * across it (Pearson and Anson). */
#ifndef HYS_LAB_RELAX_H
#define HYS_LAB_RELAX_H
#include "lab/protocol.h"

/* Where the voltage of the quasi-static curve stops rising with current, and where it rises again. */
typedef struct hys__fold {
    double v_th, i_th, v_hold, i_hold; /* V, A, V, A; NaN: there is none */
    double t_switch;                   /* s from a step of the source to half of the way down; NaN: not known */
    bool is_of_voltage;                /* no curve under a current folds: what a slow voltage jumps from */
} hys__fold;
/* Sweeps a current, 1 nA to as much as the device bears; the curve becomes the table "curve". */
hys_status hys__relax_fold(hys__protocol *p, hys__fold *fold);

typedef struct hys__relax {
    double source, series, parallel; /* V, ohm, F */
} hys__relax;
/* Options series and parallel; what says "auto" follows from the fold.  *from, *to: sources whose load line cuts the
 * branch of negative resistance alone. */
hys_status hys__relax_circuit(hys__protocol *p, hys__fold *fold, hys__relax *circuit, double *from, double *to);
/* Charging from the holding to the threshold voltage: s; NaN: it never gets there. */
double hys__relax_period(const hys__fold *fold, const hys__relax *circuit);
#define HYS__RELAX_OPTIONS                                                                                             \
    {"series", "ohm", "auto", "series resistance; auto: five times the negative resistance between the folds"}, {      \
        "parallel", "F", "auto",                                                                                       \
            "capacitance across the device; auto: charges a hundred times slower than the device switches"             \
    }

#endif
