/* Waves of independent sources. */
#ifndef HYS_CIRCUIT_WAVE_H
#define HYS_CIRCUIT_WAVE_H
#include "base/diag.h"

typedef enum hys__wave_kind {
    HYS__WAVE_DC,
    HYS__WAVE_PULSE, /* v1 v2 td tr tf pw per [np] */
    HYS__WAVE_SIN,   /* vo va freq td theta phase [ncycles] */
    HYS__WAVE_EXP,   /* v1 v2 td1 tau1 td2 tau2 */
    HYS__WAVE_PWL,   /* points; repeats from `repeat` where is_repeated; shifted by td */
    HYS__WAVE_SFFM,  /* vo va fc mdi fs */
    HYS__WAVE_AM,    /* va vo mf fc td */
    HYS__WAVE_NOISE  /* na nt: Gaussian, rms na, held over nt seconds and joined by straight lines (trnoise) */
} hys__wave_kind;

typedef struct hys__wave {
    hys__wave_kind kind;
    double p[8];             /* as listed above; defaults that depend on .tran are filled by hys__wave_finish */
    const double *time, *at; /* PWL: [n] s, ascending; values */
    size_t n;
    bool is_repeated;
    double repeat, delay; /* s */
    uint64_t key[2];      /* NOISE: of the draws */
} hys__wave;

/* Puts the defaults that depend on the transient's step and stop (tr, tf: step; pw, per: stop). */
void hys__wave_finish(hys__wave *wave, double step, double stop);
double hys__wave_value(const hys__wave *wave, double t);
double hys__wave_slope(const hys__wave *wave, double t); /* to the right of t */
/* The next time after t at which the wave or its slope jumps; inf: none. */
double hys__wave_next_corner(const hys__wave *wave, double t);

#endif
