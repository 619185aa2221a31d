/* Parameters of instances: the user's settings, dependent defaults, ranges, spread. */
#ifndef HYS_DEVICE_PARAMS_H
#define HYS_DEVICE_PARAMS_H
#include "device/batch.h"

typedef enum hys__spread_kind {
    HYS__SPREAD_NONE,
    HYS__SPREAD_NORMAL,    /* value (1 + s z), or value + s z where s has the parameter's unit */
    HYS__SPREAD_LOGNORMAL, /* value exp(s z) */
    HYS__SPREAD_UNIFORM    /* value (1 + s u), or value + s u, with u in (-1, 1) */
} hys__spread_kind;

typedef struct hys__spread {
    hys__spread_kind kind;
    double size;
    bool is_absolute;
} hys__spread;

/* Settings that differ between the instances of a batch, as numbers in the file's own units. */
typedef struct hys__own_settings {
    void *user;
    /* Writes value and given where the instance has a setting of its own. */
    void (*take)(void *user, size_t instance, double *value, unsigned char *given);
    /* Reports that a value which `take` gave is no good, at its place in the user's file; text says why. */
    hys_status (*fail)(void *user, size_t instance, hys_u32 param, const char *text);
} hys__own_settings;

typedef struct hys__settings {
    const char *const *set; /* "NAME=VALUE" */
    size_t n_set;
    const char *const *spread; /* "NAME=lognormal 0.1", or "NAME=d2d lognormal 0.1", "NAME=c2c ..." */
    size_t n_spread;
    const char *const *names; /* [n] of the instances; NULL: all are called "x1" */
    uint64_t seed;
    hys__own_settings own; /* take NULL: none */
} hys__settings;

typedef struct hys__params hys__params;
/* Checks and applies the settings to all instances of a batch.  The result draws again for cycles. */
hys_status hys__params_new(hys__batch *batch, const hys__settings *settings, hys__params **result);
void hys__params_free(hys__params *params);
/* Takes the instances' own settings anew and draws the same spread again; retained values return to their initialisers
 * where has_restart. */
hys_status hys__params_refill(hys__params *params, bool has_restart);
/* Draws the cycle-to-cycle spread of an instance anew.  False: there is none, nothing changed. */
bool hys__params_cycle(hys__params *params, size_t instance, uint64_t cycle);
/* Whether a value lies in a `from` range (any of them, where there are several) and in no excluded one, with the bounds
 * that params_fn has written for the values it completed.  *broken is the bound to name.  NaN is outside. */
bool hys__param_is_allowed(const hys__batch *b, const hys_param_info *info, double v, hys_u32 *broken);
/* Parameters that carry spread, for remarks. */
size_t hys__params_n_spread(const hys__params *params);

#endif
