/* Settings that are chosen on a part of the training set, which is left out of training meanwhile. */
#ifndef HYS_NETWORK_RESERVOIR_CHOOSE_H
#define HYS_NETWORK_RESERVOIR_CHOOSE_H
#include "network/reservoir_file.h"

typedef struct hys__choice {
    const char *name, *number, *unit; /* number: "chosen_high" */
    const hys__yaml_reals *values;
    size_t at;    /* of the setting, in hys__said_computing */
    double value; /* chosen; NaN: not yet */
} hys__choice;

typedef struct hys__choices { /* of devices, or of an echo-state network: every combination */
    hys__choice at[HYS__N_SETTINGS];
    size_t n;       /* 0: nothing is to be chosen */
    size_t n_tried; /* combinations */
    size_t best;    /* of them */
    const char *score_name;
    hys_matrix tried; /* [n_tried, n + 2]: settings, mean and standard deviation of the score over the seeds */
} hys__choices;

/* What the file asks to have chosen. */
hys_status hys__choose_read(hys_reservoir_experiment *experiment);
/* Chooses, and writes it into what the file said. */
hys_status hys__choose(hys_reservoir_experiment *experiment);

#endif
