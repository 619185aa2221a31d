/* The options of a bench that choose its circuit. */
#ifndef HYS_LAB_BENCH_OPTS_H
#define HYS_LAB_BENCH_OPTS_H
#include "lab/bench.h"

/* Temperature in K from "300K", "27degC", a bare number of kelvin. */
hys_status hys__opts_temperature(hys_ctx *ctx, const hys_bench_opts *opts, double *temp);
/* plus, minus, series, limits; and which further terminals are held: held_at [n_terminals], NaN: open. */
hys_status hys__opts_circuit(hys__bench *bench, double *held_at);
/* noise_step, max_step: 0 when not given. */
hys_status hys__opts_time(hys_ctx *ctx, const char *option, const char *text, double *value);

/* One "STATE=VALUE". */
typedef struct hys__initial {
    size_t state; /* index of hys_model_state */
    double value;
} hys__initial;
hys_status hys__opts_initial(const hys__bench *bench, const char *text, hys__initial *initial);

#endif
