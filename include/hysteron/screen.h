/* hysteron/screen.h -- a device screened as an ion channel: of potassium or sodium in the Hodgkin-Huxley membrane, of
 * calcium (persistent) in that of Morris and Lecar.
 *
 * The device takes the channel's place by an affine scaling:
 *     i_m = conductance I_dev(voltage (V_m - E) + offset),   dx/dt = time f_dev
 * with i_m in A/m^2, so that the unit of conductance is 1/m^2 (devices per area). */
#ifndef HYSTERON_SCREEN_H
#define HYSTERON_SCREEN_H
#include <hysteron/device.h>
#include <hysteron/table.h>
HYS_DECLS_BEGIN

typedef struct hys_screen_scale {
    double time;        /* 1: device seconds per membrane second */
    double voltage;     /* 1: device volts per membrane volt */
    double conductance; /* 1/m^2 */
    double offset;      /* V at the device */
} hys_screen_scale;

typedef struct hys_screen_opts {
    size_t size;
    const char *channel; /* "K", "Na", "Ca" */
    /* Which scales are searched for: "time,voltage,conductance,offset", part of it, or "none"; NULL: all. */
    const char *free;
    hys_screen_scale start; /* of the scales that are not free; 1, 1, 1, 0 */
    const char *const *set; /* "NAME=VALUE" */
    size_t n_set;
    const char *temp;                         /* "300K"; NULL: 300.15 K */
    int (*progress)(void *user, double done); /* nonzero return cancels */
    void *progress_user;
} hys_screen_opts;
hys_screen_opts hys_screen_opts_default(void);

typedef struct hys_screen_criterion {
    const char *name, *group; /* group: "class", "train", "replay", "loop" */
    const char *unit, *desc;  /* unit "" or "1": a number */
    const char *relation;     /* "=", ">=" or "<=": how value should stand to wanted */
    double value, wanted;     /* value NaN: could not be measured */
    double tolerance;   /* of |value - wanted|, in the same unit; an excess in the wrong direction where one sided */
    double error;       /* in the same unit; inf where it could not be measured; 0 where met beyond a bound */
    bool pass, decides; /* decides: it enters the verdict and the score; the others are for information */
} hys_screen_criterion;

typedef struct hys_screen_direction { /* of the space of free scales, by the curvature of the replay's error */
    double curvature;                 /* of half the squared relative error, per squared relative change */
    double part[4];                   /* time, voltage, conductance, offset: a unit vector */
    double spread;                    /* relative change along it that raises the replay's rms error by 0.01 */
} hys_screen_direction;

typedef struct hys_screen hys_screen;
hys_status hys_screen_run(hys_ctx *ctx, const hys_model *model, const hys_screen_opts *opts, hys_screen **result);
void hys_screen_free(hys_screen *screen);
const char *hys_screen_verdict(const hys_screen *screen); /* "pass", "conditional", "fail" */
double hys_screen_score(const hys_screen *screen);        /* 1 / (1 + largest error / tolerance) of what decides */
hys_screen_scale hys_screen_best_scale(const hys_screen *screen);
const char *hys_screen_channel(const hys_screen *screen);
const char *hys_screen_membrane(const hys_screen *screen); /* "the Hodgkin-Huxley membrane" */
size_t hys_screen_n_criteria(const hys_screen *screen);
const hys_screen_criterion *hys_screen_get_criterion(const hys_screen *screen, size_t i);
/* Stiff directions first.  0 where no scale is free. */
size_t hys_screen_n_directions(const hys_screen *screen);
const hys_screen_direction *hys_screen_get_direction(const hys_screen *screen, size_t i);
/* "spike" (time, v of the channel's and of the device's membrane), "replay" (v, currents and conductances under the
 * action potential clamp), "train" (conductances under the pulse trains), "rate" (current, spikes a second).  NULL:
 * there is none of that name. */
const hys_table *hys_screen_table(const hys_screen *screen, const char *name);
size_t hys_screen_n_remarks(const hys_screen *screen);
const char *hys_screen_remark(const hys_screen *screen, size_t i);

HYS_DECLS_END
#endif
