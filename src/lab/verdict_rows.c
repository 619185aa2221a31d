/* What each use wants of a device, with the source of each number. */
#include "lab/verdict_impl.h"
#include <math.h>

#define TEN_YEARS 3.15576e8 /* s */

#define JERRY  "Jerry et al., IEDM 2017 (NeuroSim's benchmark of analog synapses)"
#define CHEN   "Chen, Peng, Yu, IEEE TCAD 2018 (NeuroSim): what online learning asks for"
#define REVIEW "Xia et al., Nano-Micro Lett. 17:217 (2025)"

/* ---- synapse ---- */

static double shortfall(double value, double wanted) {
    return value > 0 ? fmax(log10(value / wanted), 0) : INFINITY;
}

/* Part of the rise of the second cycle that depression takes back. */
static double taken_back_by(const hys_verdicts *v, int job) {
    const hys_table *t = hys__job_table(v, job, "pulses");
    const double *g = t ? hys_table_column(t, "g") : NULL;
    if (!g || hys_table_n_rows(t) <= (size_t)4 * HYS__LEARN_PULSES) return NAN;
    double start = g[2 * HYS__LEARN_PULSES], top = g[3 * HYS__LEARN_PULSES], end = g[4 * HYS__LEARN_PULSES];
    return fabs(top - start) > 1e-3 * fabs(top) ? (top - end) / (top - start) : 0;
}

/* How far trains of one voltage fall short, roughly: the criteria tell exactly. */
static double train_score(const hys_verdicts *v, int job) {
    double up = fabs(hys__job_feature(v, job, "nl_potentiation"));
    double down = fabs(hys__job_feature(v, job, "nl_depression"));
    double states = hys__job_feature(v, job, "levels"), ratio = hys__job_feature(v, job, "g_ratio");
    double energy = hys__job_feature(v, job, "energy_per_event"), back = taken_back_by(v, job);
    if (isnan(up) || isnan(down) || !(states > 1) || !(ratio > 1)) return INFINITY;
    double skew = fmax(hys__job_feature(v, job, "asymmetry") / 0.2 - 1, 0);
    double worst = fmax(fmax(fmax(up, down) - 1, 0), fmax(shortfall(64, states), shortfall(12.5, ratio)));
    worst = fmax(worst, skew);
    return fmax(worst, fmax(shortfall(energy, 5e-9), 2 * fmax(0.5 - back, 0)));
}

/* Of the voltages that were tried the one that suits best. */
static int best_train(const hys_verdicts *v) {
    int best = HYS__JOB_LEARN_0;
    for (int k = 1; k < HYS__N_LEARN; k++)
        if (train_score(v, HYS__JOB_LEARN_0 + k) < train_score(v, best)) best = HYS__JOB_LEARN_0 + k;
    return best;
}

static double of_train(const hys_verdicts *v, const char *name) {
    return hys__job_feature(v, best_train(v), name);
}

static double levels(const hys_verdicts *v) {
    return of_train(v, "levels");
}
static double train_ratio(const hys_verdicts *v) {
    return of_train(v, "g_ratio");
}
static double nonlinearity(const hys_verdicts *v) {
    return fmax(fabs(of_train(v, "nl_potentiation")), fabs(of_train(v, "nl_depression")));
}
static double asymmetry(const hys_verdicts *v) {
    return of_train(v, "asymmetry");
}
static double update_energy(const hys_verdicts *v) {
    return of_train(v, "energy_per_event");
}

static double taken_back(const hys_verdicts *v) {
    return taken_back_by(v, best_train(v));
}

/* ---- several devices, several cycles of each ---- */

typedef struct pool {
    double mean, sd, least, most;
    size_t n;
} pool;

static pool pool_of(const hys_verdicts *v, const char *column) {
    pool p = {.least = INFINITY, .most = -INFINITY};
    double sum = 0, squares = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < HYS__N_SCATTER; k++) {
            const hys_table *t = hys__job_table(v, HYS__JOB_SCATTER_0 + k, "cycles");
            const double *g = t ? hys_table_column(t, column) : NULL;
            for (size_t r = 0; g && r < hys_table_n_rows(t); r++) {
                if (pass == 1) {
                    squares += (g[r] - p.mean) * (g[r] - p.mean);
                    continue;
                }
                sum += g[r];
                p.least = fmin(p.least, g[r]);
                p.most = fmax(p.most, g[r]);
                p.mean = sum / (double)++p.n;
            }
        }
    p.sd = p.n > 1 ? sqrt(squares / (double)(p.n - 1)) : NAN;
    return p;
}

/* Scatter of the conductances behind equal pulses, against the window. */
static double scatter(const hys_verdicts *v) {
    pool on = pool_of(v, "g_on"), off = pool_of(v, "g_off");
    if (on.n == 0) return NAN;
    return on.mean > off.mean ? fmax(on.sd, off.sd) / (on.mean - off.mean) : INFINITY;
}

/* From pulse to pulse of a train: what neighbouring steps differ by, against the swing.  Noise s of single steps gives
 * differences of s sqrt(2). */
static double step_noise(const hys_verdicts *v) {
    const hys_table *t = hys__job_table(v, best_train(v), "pulses");
    const double *g = t ? hys_table_column(t, "g") : NULL, *up = g ? g + 2 * HYS__LEARN_PULSES : NULL;
    double squares = 0;
    if (!g || hys_table_n_rows(t) <= (size_t)4 * HYS__LEARN_PULSES) return NAN;
    for (int k = 1; k < HYS__LEARN_PULSES; k++) {
        double d = up[k + 1] - 2 * up[k] + up[k - 1];
        squares += d * d;
    }
    return sqrt(0.5 * squares / (HYS__LEARN_PULSES - 1)) / fabs(up[HYS__LEARN_PULSES] - up[0]);
}

/* Of steps where the model draws; of devices where the user spreads them. */
static double spread(const hys_verdicts *v) {
    double steps = hys_model_has_draws(v->model) ? step_noise(v) : NAN;
    return fmax(steps, v->bench.n_spread ? scatter(v) : NAN);
}

static double scattered_window(const hys_verdicts *v) {
    pool on = pool_of(v, "g_on"), off = pool_of(v, "g_off");
    return on.n ? on.least / off.most : NAN;
}

/* Part of a written change that is left at a time, by the logarithm of time between reads. */
static double kept_at(const hys_verdicts *v, double time) {
    const hys_table *t = hys__job_table(v, HYS__JOB_RETENTION, "retention");
    const double *at = t ? hys_table_column(t, "time") : NULL, *g = t ? hys_table_column(t, "g") : NULL;
    double before = hys__job_feature(v, HYS__JOB_RETENTION, "g_before");
    if (!v->plan.n_ways && v->plan.answers) return v->plan.kept; /* after 1000 s, of what the map's pulses changed */
    if (!at || !g || isnan(hys__job_feature(v, HYS__JOB_RETENTION, "kept"))) return NAN;
    size_t k = 1;
    while (k + 1 < hys_table_n_rows(t) && at[k] < time) k++;
    double part = log(time / at[k - 1]) / log(at[k] / at[k - 1]);
    return (g[k - 1] + fmin(fmax(part, 0), 1) * (g[k] - g[k - 1]) - before) / (g[0] - before);
}
static double kept_training(const hys_verdicts *v) {
    return kept_at(v, 1e4);
}
static double kept_ten_years(const hys_verdicts *v) {
    return kept_at(v, TEN_YEARS);
}
static double kept_briefly(const hys_verdicts *v) {
    return kept_at(v, 1e3);
}

static double energy_of(const hys_verdicts *v, int job) {
    return fmax(hys__job_feature(v, job, "energy_set"), hys__job_feature(v, job, "energy_reset"));
}

/* How far pulses of one width fall short, roughly. */
static double write_score(const hys_verdicts *v, int k) {
    double worst = hys__job_feature(v, HYS__JOB_WRITE_0 + k, "window_worst");
    if (isnan(worst)) return INFINITY;
    double time = shortfall(v->plan.ways[k].width, 1e-4);
    return fmax(fmax(shortfall(2, worst), time), shortfall(energy_of(v, HYS__JOB_WRITE_0 + k), 5e-11));
}
static int best_write(const hys_verdicts *v) {
    int best = 0;
    for (int k = 1; k < HYS__N_WAYS; k++)
        if (write_score(v, k) < write_score(v, best)) best = k;
    return best;
}
static double of_write(const hys_verdicts *v, const char *name) {
    return hys__job_feature(v, HYS__JOB_WRITE_0 + best_write(v), name);
}
static double window(const hys_verdicts *v) {
    return of_write(v, "window_worst");
}
/* Of all widths: what can be had if time and energy do not matter. */
static double widest_window(const hys_verdicts *v) {
    double most = NAN;
    for (int k = 0; k < HYS__N_WAYS; k++) most = fmax(most, hys__job_feature(v, HYS__JOB_WRITE_0 + k, "window_worst"));
    return most;
}
static double read_change(const hys_verdicts *v) {
    return fabs(hys__job_feature(v, HYS__JOB_DISTURB, "change"));
}
static double facilitation(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_PPF, "index_most");
}
static double timing(const hys_verdicts *v) {
    double plus = hys__job_feature(v, HYS__JOB_STDP, "change_plus");
    double minus = hys__job_feature(v, HYS__JOB_STDP, "change_minus");
    if (isnan(plus) || isnan(minus)) return NAN;
    return plus * minus < 0;
}

/* ---- memory ---- */

static double lifetime(const hys_verdicts *v) {
    const double kept = kept_ten_years(v);
    if (isnan(kept)) return NAN;
    return kept >= 0.5 ? TEN_YEARS : hys__job_feature(v, HYS__JOB_RETENTION, "lifetime");
}
static double write_time(const hys_verdicts *v) {
    return isnan(window(v)) ? NAN : v->plan.ways[best_write(v)].width;
}
static double write_energy(const hys_verdicts *v) {
    return energy_of(v, HYS__JOB_WRITE_0 + best_write(v));
}
static double failure(const hys_verdicts *v) {
    double first = of_write(v, "first_failure");
    return isnan(first) ? NAN : first - 1;
}

/* ---- selector ---- */

static double of_sides(const hys_verdicts *v, const char *name, bool is_better) {
    double pos = hys__job_feature(v, HYS__JOB_SELECT_POS, name), neg = hys__job_feature(v, HYS__JOB_SELECT_NEG, name);
    if (isnan(pos)) pos = 2; /* nothing better than a resistor was found on this side */
    if (isnan(neg)) neg = 2;
    return is_better ? fmax(pos, neg) : fmin(pos, neg);
}
static int better_side(const hys_verdicts *v) {
    double pos = hys__job_feature(v, HYS__JOB_SELECT_POS, "selectivity");
    double neg = hys__job_feature(v, HYS__JOB_SELECT_NEG, "selectivity");
    return isnan(pos) || neg > pos ? HYS__JOB_SELECT_NEG : HYS__JOB_SELECT_POS;
}
static double selectivity(const hys_verdicts *v) {
    return of_sides(v, "selectivity", true);
}
static double selectivity_weaker(const hys_verdicts *v) {
    return of_sides(v, "selectivity", false);
}
/* The worse of both signs that select. */
static double stays_open(const hys_verdicts *v) {
    return fmax(hys__job_feature(v, HYS__JOB_SELECT_POS, "left_on"),
                hys__job_feature(v, HYS__JOB_SELECT_NEG, "left_on"));
}
static double remembers(const hys_verdicts *v) {
    return v->plan.answers ? v->plan.kept : 0;
}
static double turn_on(const hys_verdicts *v) {
    return v->plan.turn_on[better_side(v) == HYS__JOB_SELECT_NEG];
}
static double turn_off(const hys_verdicts *v) {
    return hys__job_feature(v, better_side(v), "turn_off");
}
static double current_off(const hys_verdicts *v) {
    return hys__job_feature(v, better_side(v), "i_half");
}
static double current_on(const hys_verdicts *v) {
    return hys__job_feature(v, better_side(v), "i_full");
}

/* ---- neuron ---- */

static double folds(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_OSCILLATION, "v_threshold") /
           hys__job_feature(v, HYS__JOB_OSCILLATION, "v_hold");
}
static double oscillates(const hys_verdicts *v) {
    double f = hys__job_feature(v, HYS__JOB_OSCILLATION, "frequency");
    return v->jobs[HYS__JOB_OSCILLATION].result ? f > 0 : NAN;
}
static double spike_rate(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_OSCILLATION, "frequency");
}
static double drive_range(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_OSCILLATION, "drive_most") /
           hys__job_feature(v, HYS__JOB_OSCILLATION, "drive_least");
}
static double pulses_to_fire(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_FIRE, "pulses_to_fire");
}
static double spike_energy(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_OSCILLATION, "energy_per_event");
}

/* ---- reservoir ---- */

static double codes(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_TRAINS, "states");
}
static double fades(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_TRAINS, "left");
}
/* In what pulses add up to, or in how large they are: the larger. */
static double superposition(const hys_verdicts *v) {
    return fmax(hys__job_feature(v, HYS__JOB_TRAINS, "nonlinearity"),
                hys__job_feature(v, HYS__JOB_TRAINS, "amplitude_nonlinearity"));
}
static double reservoir_energy(const hys_verdicts *v) {
    return hys__job_feature(v, HYS__JOB_TRAINS, "energy_per_event");
}
static double memory_time(const hys_verdicts *v) {
    return v->plan.t_forget;
}

#define D HYS__DECIDES
#define B (HYS__DECIDES | HYS__BASIC)
#define ROW(use_, name_, unit_, relation_, wanted_, flags_, value_)                                                    \
    .use = HYS__USE_##use_, .name = name_, .unit = unit_, .relation = relation_, .wanted = wanted_, .flags = flags_,   \
    .value = value_

const hys__criterion_row hys__criterion_rows[] = {
    {ROW(SYNAPSE, "gradual", "1", ">=", 4, B | HYS__DECADES | HYS__LACKS, levels), .column = "states",
     .desc = "levels, 1 % of the swing apart, of a train of 64 equal pulses: at least a gradual change",
     .source = CHEN ": 2 bits even for inference", .job = HYS__JOB_LEARN_0},
    {ROW(SYNAPSE, "both-ways", "1", ">=", 0.5, B | HYS__LACKS, taken_back),
     .desc = "part of potentiation that as many pulses of depression take back",
     .source = "a weight must fall as it rises; half is our bound", .job = HYS__JOB_LEARN_0},
    {ROW(SYNAPSE, "levels", "1", ">=", 64, D | HYS__DECADES | HYS__LACKS, levels), .column = "states",
     .desc = "the same levels, for learning", .source = CHEN ": 6 bits", .job = HYS__JOB_LEARN_0},
    {ROW(SYNAPSE, "nonlinearity", "1", "<=", 1, D | HYS__LACKS, nonlinearity),
     .desc = "label of nonlinearity of NeuroSim, the larger of potentiation and depression",
     .source = CHEN ": below 0.5 to 1", .job = HYS__JOB_LEARN_0},
    {ROW(SYNAPSE, "asymmetry", "1", "<=", 0.2, D | HYS__LACKS, asymmetry),
     .desc = "largest distance of potentiation and depression, against the swing",
     .source = "what two labels of 1 add up to", .job = HYS__JOB_LEARN_0},
    {ROW(SYNAPSE, "on-off", "1", ">=", 12.5, D | HYS__DECADES | HYS__LACKS, train_ratio), .column = "dynamic_range",
     .desc = "largest over smallest conductance of the trains", .job = HYS__JOB_LEARN_0,
     .source = JERRY ": those that learn MNIST to 70 % have 12.5 and 45"},
    {ROW(SYNAPSE, "update-energy", "J", "<=", 5e-9, D | HYS__DECADES, update_energy), .column = "energy",
     .desc = "of a pulse, mean", .source = REVIEW ", Fig. 4: from 4.28 aJ to 5 nJ", .job = HYS__JOB_LEARN_0},
    {ROW(SYNAPSE, "biological-energy", "J", "<=", 1e-14, HYS__DECADES, update_energy), .column = "energy",
     .desc = "the same against a synaptic event", .source = REVIEW ": about 10 fJ", .job = HYS__JOB_LEARN_0},
    {ROW(SYNAPSE, "spread", "1", "<=", 0.02, D, spread), .job = HYS__JOB_SCATTER_0,
     .desc = "standard deviation of a step of a train; where parameters are spread, of the states of 6 devices; "
             "against the swing",
     .source = CHEN ": below 2 % from cycle to cycle",
     .remark = "nothing in this model is drawn; --spread NAME=\"lognormal 0.1\" spreads a parameter"},
    {ROW(SYNAPSE, "holds", "1", ">=", 0.9, D | HYS__LACKS, kept_training), .job = HYS__JOB_RETENTION,
     .desc = "part of a written change left after 1e4 s: for as long as learning lasts",
     .source = "our bound: a tenth of a weight of 10 levels"},
    {ROW(SYNAPSE, "inference-on-off", "1", ">=", 50, HYS__DECADES, widest_window), .column = "dynamic_range",
     .desc = "window of both states over 20 cycles", .source = CHEN ": above 50 for inference",
     .job = HYS__JOB_WRITE_0},
    {ROW(SYNAPSE, "inference-holds", "1", ">=", 0.9, 0, kept_ten_years), .job = HYS__JOB_RETENTION,
     .desc = "part of a written change left after ten years", .source = "ten years are the rule of storage"},
    {ROW(SYNAPSE, "inference-read", "1", "<=", 0.01, HYS__DECADES, read_change), .job = HYS__JOB_DISTURB,
     .desc = "relative change of the conductance by 100 reads", .source = "our bound: a level of 100"},
    {ROW(SYNAPSE, "ppf", "1", ">=", 1.1, 0, facilitation), .job = HYS__JOB_PPF,
     .desc = "largest paired-pulse index, A2/A1: short-term plasticity",
     .source = "biology: 1.1 to 2 within 10 to 100 ms (" REVIEW ")"},
    {ROW(SYNAPSE, "stdp", "1", ">=", 1, HYS__IS_WORD, timing), .job = HYS__JOB_STDP,
     .desc = "whether pre before post and post before pre change it in opposite directions",
     .source = "Bi and Poo, J. Neurosci. 18, 10464 (1998)"},

    {ROW(MEMORY, "two-states", "1", ">=", 1.2, B | HYS__LACKS, window), .job = HYS__JOB_WRITE_0,
     .desc = "least on against most off conductance over 20 cycles",
     .source = "the first magnetic memories were read with a magnetoresistance of 20 to 50 %"},
    {ROW(MEMORY, "window", "1", ">=", 2, D | HYS__DECADES | HYS__LACKS, window), .column = "dynamic_range",
     .desc = "the same, as products want it", .job = HYS__JOB_WRITE_0,
     .source = "a magnetoresistance of 100 %, with which STT-MRAM is read"},
    {ROW(MEMORY, "window-of-all", "1", ">=", 1.2, D | HYS__DECADES, scattered_window), .job = HYS__JOB_SCATTER_0,
     .desc = "least on against most off conductance of 6 devices, 5 cycles each: one reference for all",
     .source = "as two-states",
     .remark = "nothing in this model is drawn; --spread NAME=\"lognormal 0.1\" spreads a parameter"},
    {ROW(MEMORY, "non-volatile", "1", ">=", 0.5, B | HYS__LACKS, kept_briefly), .job = HYS__JOB_RETENTION,
     .desc = "part of a written change left after 1000 s", .source = "half: our bound"},
    {ROW(MEMORY, "retention", "s", ">=", TEN_YEARS, D | HYS__DECADES | HYS__LACKS, lifetime),
     .desc = "time until half of the change is gone; ten years: at least", .job = HYS__JOB_RETENTION,
     .source = "ten years are the rule of storage"},
    {ROW(MEMORY, "write-time", "s", "<=", 1e-4, D | HYS__DECADES, write_time), .job = HYS__JOB_WRITE_0,
     .desc = "of set and reset, the better of the widths that were tried",
     .source = "flash programs a page in 0.1 to 1 ms"},
    {ROW(MEMORY, "write-energy", "J", "<=", 5e-11, D | HYS__DECADES, write_energy), .column = "energy",
     .desc = "of a pulse, the larger of set and reset", .job = HYS__JOB_WRITE_0,
     .source = "Kuzum et al., Nano Lett. 2012: 50 pJ for a reset of PCM"},
    {ROW(MEMORY, "read-disturb", "1", "<=", 0.01, D | HYS__DECADES, read_change), .job = HYS__JOB_DISTURB,
     .desc = "relative change of the conductance by 100 reads", .source = "our bound"},
    {ROW(MEMORY, "endurance", "1", ">=", 1e3, HYS__DECADES, failure), .column = "endurance",
     .desc = "cycles before the window falls below 2", .job = HYS__JOB_WRITE_0,
     .source = "median of " REVIEW ", Table 1",
     .remark = "beyond 20 cycles; that nothing wears out in a model says nothing of the device"},

    {ROW(SELECTOR, "selectivity", "1", ">=", 128, D | HYS__DECADES | HYS__LACKS, selectivity),
     .desc = "i(v)/i(v/2), the better sign of the voltage", .job = -1,
     .source = "1 Mbit of lines at half bias with 10 % margin and on/off 10: N = 1 + S ((1 - 1/r)/M - 1)"},
    {ROW(SELECTOR, "nonlinear", "1", ">=", 10, B | HYS__DECADES | HYS__LACKS, selectivity), .job = -1,
     .desc = "the same; 2 is a resistor", .source = "our bound"},
    {ROW(SELECTOR, "closes", "1", "<=", 2, B | HYS__DECADES | HYS__LACKS, stays_open), .job = HYS__JOB_SELECT_POS,
     .desc = "current at half the voltage after it was selected, against before",
     .source = "our bound: a selector has no memory"},
    {ROW(SELECTOR, "no-memory", "1", "<=", 0.1, B | HYS__LACKS, remembers), .job = -1,
     .desc = "part of what pulses change that is left after 1000 s", .source = "our bound"},
    {ROW(SELECTOR, "both-signs", "1", ">=", 128, D | HYS__DECADES, selectivity_weaker), .job = -1,
     .desc = "i(v)/i(v/2), the weaker sign: bipolar memories are written with both", .source = "as selectivity"},
    {ROW(SELECTOR, "turn-on", "s", "<=", 1e-6, D | HYS__DECADES, turn_on), .job = -1,
     .desc = "until it conducts; 1 ns: or less", .source = "our bound: a microsecond, as memories are read"},
    {ROW(SELECTOR, "turn-off", "s", "<=", 1e-6, D | HYS__DECADES, turn_off), .job = HYS__JOB_SELECT_POS,
     .desc = "until the current at half the voltage is back to twice what it was", .source = "as turn-on"},
    {ROW(SELECTOR, "off-current", "A", "<=", 1e-6, 0 | HYS__DECADES, current_off), .job = HYS__JOB_SELECT_POS,
     .desc = "at half the voltage", .source = "for information; areas differ"},
    {ROW(SELECTOR, "on-current", "A", ">=", 1e-6, 0 | HYS__DECADES, current_on), .job = HYS__JOB_SELECT_POS,
     .desc = "selected", .source = "for information; areas differ"},

    {ROW(NEURON, "threshold", "1", ">=", 1.05, B | HYS__LACKS, folds), .job = HYS__JOB_OSCILLATION,
     .desc = "voltage at which it switches on against that at which it lets go, under a current",
     .source = "without S-shaped negative resistance there is no relaxation oscillator; 5 %: our bound"},
    {ROW(NEURON, "oscillates", "1", ">=", 1, B | HYS__LACKS | HYS__IS_WORD, oscillates), .job = HYS__JOB_OSCILLATION,
     .desc = "with a resistor and a capacitor it spikes by itself",
     .source = "Pickett et al., Nat. Mater. 12, 114 (2013)"},
    {ROW(NEURON, "integrates", "1", ">=", 2, D | HYS__LACKS, pulses_to_fire), .job = HYS__JOB_FIRE,
     .desc = "pulses, at the least amplitude that fires, until it does",
     .source = "a leaky integrator needs more than one"},
    {ROW(NEURON, "drive-range", "1", ">=", 1.1, D | HYS__LACKS, drive_range), .job = HYS__JOB_OSCILLATION,
     .desc = "largest against least source that oscillates", .source = "our bound: a tenth for tolerances"},
    {ROW(NEURON, "rate", "Hz", ">=", 1, HYS__DECADES, spike_rate), .job = HYS__JOB_OSCILLATION,
     .desc = "of spikes in the circuit that was chosen; the capacitance sets it", .source = "for information"},
    {ROW(NEURON, "spike-energy", "J", "<=", 5e-12, D | HYS__DECADES, spike_energy), .column = "energy",
     .where = "class ~ neuron or device ~ neuron", .desc = "of a spike", .job = HYS__JOB_OSCILLATION,
     .source = "Tuma et al., Nat. Nanotechnol. 2016: below 5 pJ for an update of a PCM neuron"},

    {ROW(RESERVOIR, "fades", "1", "<=", 0.05, B | HYS__LACKS, fades), .job = HYS__JOB_TRAINS,
     .desc = "part of the response of four pulses left a hundred times the forgetting time later",
     .source = "a reservoir forgets its past (Du et al., Nat. Commun. 8, 2204 (2017)); 5 %: our bound"},
    {ROW(RESERVOIR, "states", "1", ">=", 16, D | HYS__DECADES | HYS__LACKS, codes), .job = HYS__JOB_TRAINS,
     .desc = "of the 16 trains of 4 bits that leave conductances 1 % of the range apart",
     .source = "Du et al., Nat. Commun. 8, 2204 (2017): rows of pixels as trains of 4 and 5 pulses"},
    {ROW(RESERVOIR, "separates", "1", ">=", 8, B | HYS__DECADES | HYS__LACKS, codes), .job = HYS__JOB_TRAINS,
     .desc = "the same: at least half of them", .source = "our bound"},
    {ROW(RESERVOIR, "nonlinear", "1", ">=", 0.05, D | HYS__LACKS, superposition), .job = HYS__JOB_TRAINS,
     .desc = "how far four pulses are from the sum of each alone, or half a pulse from half of the response",
     .source = "a linear node computes nothing; 5 %: our bound"},
    {ROW(RESERVOIR, "pulse-energy", "J", "<=", 5e-9, D | HYS__DECADES, reservoir_energy), .column = "energy",
     .desc = "of a pulse", .job = HYS__JOB_TRAINS, .source = REVIEW ", Fig. 4: from 4.28 aJ to 5 nJ"},
    {ROW(RESERVOIR, "memory-time", "s", ">=", 1e-6, HYS__DECADES, memory_time), .job = -1,
     .desc = "until half of a change has gone: choose the rate of the input by it", .source = "for information"},
};
const size_t hys__n_criterion_rows = sizeof hys__criterion_rows / sizeof *hys__criterion_rows;
