/* Prescribed membrane potentials: pulse trains, sine, and the membrane's own action potential played back. */
#include "base/diag.h"
#include "lab/screen_impl.h"
#include <math.h>
#include <string.h>

static hys_status new_clamp(hys__arena *arena, size_t n, double h, hys__clamp *clamp) {
    clamp->n = n;
    clamp->h = h;
    clamp->v = HYS_NEW_N(arena, double, n);
    clamp->jumps = HYS_NEW_N(arena, unsigned char, n);
    return clamp->v && clamp->jumps ? HYS_OK : HYS_NOMEM;
}

typedef struct phase {
    double v, length; /* V, s */
} phase;

static size_t put_phase(hys__clamp *clamp, size_t at, phase p) {
    const size_t n = (size_t)floor(p.length / clamp->h + 0.5);
    clamp->jumps[at] = 1;
    for (size_t k = 0; k < n; k++) clamp->v[at + k] = p.v;
    return at + n;
}

#define TRAIN_PULSES 10
#define TRAIN_STEP   10e-6 /* s */
#define TRAIN_HIGH   40e-3 /* V: the action potential's peak */

/* 500 Hz with 50 % on, then 250 Hz with 80 % on, on the squid's membrane.  In the membrane's signs both channels see
 * the same train; across the sodium channel it is a reduction of the bias, which the guide calls inverted. */
hys_status hys__clamp_train(hys__arena *arena, hys__channel channel, hys__clamp *clamp) {
    static const struct { double on, off; } halves[2] = {{1e-3, 1e-3}, {3.2e-3, 0.8e-3}};
    const hys__membrane *m = hys__membrane_of(channel);
    double length = 0;
    for (int k = 0; k < 2; k++) length += TRAIN_PULSES * (halves[k].on + halves[k].off);
    const size_t n = (size_t)floor(length / TRAIN_STEP + 0.5) + 1;
    hys_status status = new_clamp(arena, n, TRAIN_STEP * m->slow, clamp);
    if (status != HYS_OK) return status;
    size_t at = 1;
    clamp->v[0] = m->rest;
    for (int k = 0; k < 2; k++)
        for (int p = 0; p < TRAIN_PULSES; p++) {
            at = put_phase(clamp, at, (phase){TRAIN_HIGH, halves[k].on * m->slow});
            at = put_phase(clamp, at, (phase){m->rest, halves[k].off * m->slow});
        }
    return HYS_OK;
}

#define SINE_AMPLITUDE 50e-3 /* V across the channel */
#define SINE_FREQUENCY 200   /* Hz */
#define SINE_CYCLES    30    /* the last one is looked at */
#define SINE_POINTS    1000  /* a cycle */

hys_status hys__clamp_sine(hys__arena *arena, hys__channel channel, hys__clamp *clamp) {
    const size_t n = SINE_CYCLES * SINE_POINTS + 1;
    const double slow = hys__membrane_of(channel)->slow;
    hys_status status = new_clamp(arena, n, slow / SINE_FREQUENCY / SINE_POINTS, clamp);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        clamp->v[k] = hys__channel_reversal(channel) +
                      SINE_AMPLITUDE * sin(6.283185307179586 * (double)(k % SINE_POINTS) / SINE_POINTS);
    return status;
}

#define SPIKE_STEP   20e-6  /* s */
#define SPIKE_LENGTH 100e-3 /* s */

/* The membrane's answer to a step of current, which begins after 5 ms and ends after 80 ms on the squid's: spikes and
 * what lies between and behind them. */
hys_status hys__clamp_spike(hys_ctx *ctx, hys__arena *arena, hys__channel channel, hys__clamp *clamp) {
    const hys__membrane *m = hys__membrane_of(channel);
    const size_t n = (size_t)(SPIKE_LENGTH / SPIKE_STEP + 0.5);
    hys_status status = new_clamp(arena, n + 1, SPIKE_STEP * m->slow, clamp);
    hys__response *response = HYS_NEW(arena, hys__response);
    if (status != HYS_OK || !response) return HYS_NOMEM;
    const hys__cells cells = {.ctx = ctx,
                              .n = 1,
                              .h = SPIKE_STEP * m->slow,
                              .settle = 40e-3 * m->slow,
                              .duration = SPIKE_LENGTH * m->slow,
                              .trace = clamp->v + 1,
                              .channel = channel};
    const hys__stimulus stimulus = {
        .step = m->clamp_current, .from = 5e-3 * m->slow, .to = 80e-3 * m->slow, .at = {NAN, NAN}};
    status = hys__cells_run(&cells, &stimulus, response);
    clamp->v[0] = clamp->v[1];
    return status;
}

hys_status hys__clamp_run(hys__dut *dut, const hys__clamp *clamp, hys__channel channel, const hys_screen_scale *scales,
                          void (*sink)(void *user, size_t step, const double *i), void *user) {
    const double e = hys__channel_reversal(channel), time = scales[0].time;
    const double span = HYS__REST_SPAN * hys__membrane_of(channel)->slow;
    hys__arena arena;
    hys__arena_init(&arena, dut->ctx, 0);
    double *v = HYS_NEW_N(&arena, double, dut->n);
    hys_status status = v ? HYS_OK : HYS_NOMEM;
    for (size_t j = 0; j < dut->n && v; j++) v[j] = scales[j].voltage * (clamp->v[0] - e) + scales[j].offset;
    if (v) hys__dut_rest(dut, v, span * time);
    for (size_t k = 0; k < clamp->n && status == HYS_OK; k++) {
        for (size_t j = 0; j < dut->n; j++) v[j] = scales[j].voltage * (clamp->v[k] - e) + scales[j].offset;
        if (clamp->jumps[k]) hys__dut_kink(dut);
        if (k) hys__dut_step(dut, clamp->h * time, v);
        sink(user, k, dut->i[0]);
        if (k % 256 == 0 && hys_ctx_is_cancelled(dut->ctx)) status = HYS_CANCEL;
    }
    hys__arena_free(&arena);
    return status;
}

static void keep_first(void *user, size_t step, const double *i) {
    ((double *)user)[step] = i[0];
}

hys_status hys__clamp_device(hys__dut *dut, const hys__clamp *clamp, hys__channel channel, hys_screen_scale scale,
                             double *i) {
    hys_status status = hys__clamp_run(dut, clamp, channel, &scale, keep_first, i);
    for (size_t k = 0; k < clamp->n && status == HYS_OK; k++) i[k] *= scale.conductance;
    if (status == HYS_OK && dut->is_bad[0])
        for (size_t k = 0; k < clamp->n; k++) i[k] = NAN;
    return status;
}

/* Gates are exact at a constant potential: that of the step, or its middle where it changes smoothly. */
void hys__clamp_channel(const hys__clamp *clamp, hys__channel channel, double *i, double *g) {
    const hys__membrane *m = hys__membrane_of(channel);
    double gates[HYS__MAX_GATES];
    hys__membrane_steady(m, clamp->v[0], gates);
    for (size_t k = 0; k < clamp->n; k++) {
        if (k)
            hys__membrane_hold(m, clamp->jumps[k] ? clamp->v[k] : 0.5 * (clamp->v[k - 1] + clamp->v[k]), clamp->h,
                               gates);
        const double conductance = hys__channel_conductance(channel) * m->open(channel, clamp->v[k], gates);
        if (g) g[k] = conductance;
        if (i) i[k] = conductance * (clamp->v[k] - hys__channel_reversal(channel));
    }
}
