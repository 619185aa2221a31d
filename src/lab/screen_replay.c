/* Device against channel under prescribed potentials: the guide's pulse trains, its sine, and the membrane's own
 * spikes. */
#include "lab/screen_impl.h"
#include <math.h>
#include <string.h>

typedef struct pair {
    hys__clamp clamp;
    double *i_channel, *g_channel, *i_device, *g_device;
} pair;

/* Conductances i / (V - E); near E they are left out. */
#define NEAR_REVERSAL 2e-3 /* V */

static hys_status run_pair(hys__arena *arena, const hys__subject *s, hys__dut *dut, pair *p) {
    const size_t n = p->clamp.n;
    double **const all[] = {&p->i_channel, &p->g_channel, &p->i_device, &p->g_device};
    for (size_t k = 0; k < 4; k++) *all[k] = HYS_NEW_N(arena, double, n);
    if (arena->failed) return HYS_NOMEM;
    hys__clamp_channel(&p->clamp, s->channel, p->i_channel, p->g_channel);
    hys_status status = hys__clamp_device(dut, &p->clamp, s->channel, s->scale, p->i_device);
    for (size_t k = 0; k < n; k++) {
        const double v = p->clamp.v[k] - hys__channel_reversal(s->channel);
        p->g_device[k] = p->i_device[k] / v;
        if (fabs(v) < NEAR_REVERSAL) p->g_device[k] = p->g_channel[k] = NAN;
    }
    return status;
}

/* Root mean square of the difference, against that of what is wanted. */
static double relative_rms(const double *got, const double *want, size_t n) {
    double difference = 0, size = 0;
    for (size_t k = 0; k < n; k++) {
        if (isnan(want[k])) continue;
        difference += (got[k] - want[k]) * (got[k] - want[k]);
        size += want[k] * want[k];
    }
    return sqrt(difference / size);
}

static hys_status make_table(hys_screen *s, const pair *p, size_t every, hys_table **table) {
    static const char *const columns[][2] = {{"time", "s"},          {"v", "V"},
                                             {"i_channel", "A/m^2"}, {"i_device", "A/m^2"},
                                             {"g_channel", "S/m^2"}, {"g_device", "S/m^2"}};
    hys_status status = hys_table_new(s->ctx, table);
    for (size_t c = 0; c < 6 && status == HYS_OK; c++)
        status = hys_table_add_column(*table, columns[c][0], columns[c][1]);
    for (size_t k = 0; k < p->clamp.n && status == HYS_OK; k += every)
        status = hys_table_add_row(*table, (double[]){p->clamp.h * (double)k, p->clamp.v[k], p->i_channel[k],
                                                      p->i_device[k], p->g_channel[k], p->g_device[k]});
    return status;
}

/* ---- the trains ---- */

#define PULSES_A_HALF 10
typedef struct train_figures {
    double first, last;     /* S/m^2 at the end of the first and the last pulse of 500 Hz */
    double gap;             /* conductance at the end of the last gap of 500 Hz over that of its pulse */
    double peak, peak_time; /* of the first pulse: S/m^2, s */
} train_figures;

static train_figures read_train(const hys__clamp *clamp, const double *g) {
    const size_t ms = (clamp->n - 1) / (6 * PULSES_A_HALF);
    const size_t last = ms * (2 * PULSES_A_HALF - 1);
    train_figures f = {.first = g[ms], .last = g[last], .gap = g[last + ms] / g[last]};
    size_t top = 1;
    for (size_t k = 1; k <= ms; k++)
        if (g[k] > g[top]) top = k;
    f.peak = g[top];
    f.peak_time = clamp->h * (double)top;
    return f;
}

static hys_status add_train(hys_screen *s, const pair *p) {
    const train_figures want = read_train(&p->clamp, p->g_channel), got = read_train(&p->clamp, p->g_device);
    const double builds = want.last / want.first, has = got.last / got.first;
    const hys_screen_criterion list[] = {
        {.name = "train_rms",
         .desc = "conductance under the pulse trains: rms deviation",
         .relation = "<=",
         .unit = "",
         .value = relative_rms(p->g_device, p->g_channel, p->clamp.n),
         .wanted = 0,
         .tolerance = 0.2},
        {.name = "train_build_up",
         .desc = "conductance at the end of pulse 10 over pulse 1 of the first train",
         .relation = "=",
         .unit = "",
         .value = has,
         .wanted = builds,
         .tolerance = 0.2 * builds},
        {.name = "train_decay",
         .desc = "conductance at the end of a gap over the end of its pulse",
         .relation = "=",
         .unit = "",
         .value = got.gap,
         .wanted = want.gap,
         .tolerance = 0.2},
        {.name = "train_peak_time",
         .desc = "from the begin of the first pulse to its largest conductance",
         .relation = "=",
         .unit = "s",
         .value = got.peak_time,
         .wanted = want.peak_time,
         .tolerance = 0.2 * want.peak_time},
    };
    return hys__screen_add_group(s, "train", list, sizeof list / sizeof *list);
}

/* ---- the sine ---- */

static hys_status add_sine(hys_screen *s, const pair *p) {
    const size_t n = p->clamp.n / 30, from = p->clamp.n - n;
    const hys_screen_criterion c = {.name = "sine_rms",
                                    .group = "train",
                                    .desc = "current under a sine of 50 mV: rms deviation",
                                    .relation = "<=",
                                    .unit = "",
                                    .value = relative_rms(p->i_device + from, p->i_channel + from, n),
                                    .wanted = 0,
                                    .tolerance = 0.3};
    return hys__screen_add(s, &c);
}

/* ---- the replay ---- */

double hys__clamp_swing(const hys__clamp *clamp, hys__channel channel, const double *i) {
    double least = INFINITY, most = 0;
    for (size_t k = 0; k < clamp->n; k++) {
        const double v = clamp->v[k] - hys__channel_reversal(channel), g = fabs(i[k] / v);
        if (fabs(v) < NEAR_REVERSAL || isnan(g)) continue;
        least = fmin(least, g);
        most = fmax(most, g);
    }
    return most > 0 && least > 0 ? log10(most / least) : NAN;
}

/* A tenth of the channel's swing leaves the closed device a leak beside the membrane's own; the guide asks for 10 of
 * the potassium channel. */
double hys__swing_tolerance(hys__channel channel) {
    return channel == HYS__HH_NA ? 3.3 : 0.58;
}

static hys_status add_replay(hys_screen *s, const pair *p) {
    const double wanted = hys__clamp_swing(&p->clamp, s->channel, p->i_channel);
    const hys_screen_criterion list[] = {
        {.name = "on_off",
         .group = "class",
         .unit = "decade",
         .relation = ">=",
         .value = hys__clamp_swing(&p->clamp, s->channel, p->i_device),
         .wanted = wanted,
         .tolerance = hys__swing_tolerance(s->channel),
         .decides = true,
         .desc = "largest over smallest conductance during action potentials"},
        {.name = "replay_current",
         .group = "replay",
         .unit = "",
         .relation = "<=",
         .wanted = 0,
         .tolerance = 0.2,
         .value = relative_rms(p->i_device, p->i_channel, p->clamp.n),
         .desc = "current under the action potential clamp: rms deviation"},
        {.name = "replay_conductance",
         .group = "replay",
         .unit = "",
         .relation = "<=",
         .wanted = 0,
         .tolerance = 0.2,
         .value = relative_rms(p->g_device, p->g_channel, p->clamp.n),
         .desc = "conductance under the action potential clamp: rms deviation"},
    };
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++) status = hys__screen_add(s, &list[k]);
    return status;
}

static hys_status compare(hys_screen *s, const hys__subject *subject, hys__dut *dut) {
    pair train = {0}, sine = {0}, replay = {0};
    hys_status status = hys__clamp_train(&s->arena, s->channel, &train.clamp);
    if (status == HYS_OK) status = run_pair(&s->arena, subject, dut, &train);
    if (status == HYS_OK) status = hys__clamp_sine(&s->arena, s->channel, &sine.clamp);
    if (status == HYS_OK) status = run_pair(&s->arena, subject, dut, &sine);
    if (status == HYS_OK) status = hys__clamp_spike(s->ctx, &s->arena, s->channel, &replay.clamp);
    if (status == HYS_OK) status = run_pair(&s->arena, subject, dut, &replay);
    if (status == HYS_OK) status = add_replay(s, &replay);
    if (status == HYS_OK) status = add_train(s, &train);
    if (status == HYS_OK) status = add_sine(s, &sine);
    if (status == HYS_OK) status = make_table(s, &train, 5, &s->train);
    return status == HYS_OK ? make_table(s, &replay, 2, &s->replay) : status;
}

hys_status hys__screen_clamps(hys_screen *s, const hys__subject *subject) {
    hys__dut *dut = NULL;
    hys__dut_opts opts = subject->dut;
    opts.n = 1;
    hys_status status = hys__dut_new(s->ctx, subject->model, &opts, &dut);
    if (status == HYS_OK) status = compare(s, subject, dut);
    hys__dut_free(dut);
    return status;
}
