/* Impedance by a small sine, as a lock-in amplifier measures it, beside the impedance of the linearised device. */
#include "lab/sine.h"
#include <hysteron/circuit.h>
#include <math.h>
#include <string.h>

#define FINE         1e-6 /* relative tolerance of the run: a small sine is a small part of what flows */
#define SETTLED      1e-3 /* change of Z from cycle to cycle */
#define LINEAR       1e-2 /* change of Z from half the amplitude to the whole */
#define AGREES       1e-2
#define LEAST_ANGLE  0.01 /* rad, of what is called a reactance */
#define KK_GOOD      0.01
#define LEAST_POINTS 4 /* of the Kramers-Kronig test */
#define SETTLE_LINES 16
#define STEPS_A_ROW  20 /* and STEPS_LEAST: more steps than these are too many at this tolerance */
#define STEPS_LEAST  20000
#define COARSEST     1e-4

typedef struct setup {
    double bias, amplitude, settle; /* V, V, s */
    hys__values f;
    long cycles, points;
    bool may_loosen; /* the tolerance is not the user's */
} setup;

typedef struct spectrum { /* [n] each */
    double complex *z, *half, *linear;
    double *drift, *second; /* |dZ/Z| from the cycle before; second harmonic against the first */
    double bias, energy;    /* V at the device, J of a cycle of the lowest frequency */
} spectrum;

static double complex admittance(const hys__sine *s, const hys_table *table, long cycle, double *second) {
    hys__cycle v = hys__sine_cycle(s, hys_table_column(table, "v"), cycle);
    hys__cycle i = hys__sine_cycle(s, hys_table_column(table, "i"), cycle);
    double complex first = hys__cycle_phasor(&i, 1);
    if (second) *second = cabs(hys__cycle_phasor(&i, 2)) / cabs(first);
    return first / hys__cycle_phasor(&v, 1);
}

static double cycle_energy(const hys__sine *s, const hys_table *table) {
    hys__cycle v = hys__sine_cycle(s, hys_table_column(table, "v"), s->cycles - 1);
    hys__cycle i = hys__sine_cycle(s, hys_table_column(table, "i"), s->cycles - 1);
    double sum = 0;
    for (size_t k = 0; k < v.n; k++) sum += fabs(v.x[k] * i.x[k]);
    return sum / (double)v.n / s->frequency;
}

/* All frequencies on one fresh device, from the highest to the lowest. */
static hys_status build(const setup *s, double amplitude, hys__drive *drive, hys__sine *sines) {
    hys__section *rest = hys__drive_line(drive, s->settle, s->bias, s->bias);
    if (!rest) return HYS_NOMEM;
    rest->n_out = SETTLE_LINES;
    rest->out_first = 1;
    rest->out_step = s->settle / SETTLE_LINES;
    drive->n_rows += SETTLE_LINES;
    hys_status status = HYS_OK;
    for (size_t k = s->f.n; k-- > 0 && status == HYS_OK;) {
        sines[k] = (hys__sine){s->bias, amplitude, s->f.at[k], s->cycles, s->points, 0};
        status = hys__sine_append(drive, &sines[k]);
    }
    return status;
}

typedef struct patience {
    int (*progress)(void *user, double done);
    void *user;
    uint64_t n, most; /* polls, one each 64 steps */
} patience;

static int count_polls(void *user, double done) {
    patience *x = user;
    return ++x->n > x->most || (x->progress && x->progress(x->user, done));
}

/* A current that is the difference of two large ones (a capacitor behind a milliohm) is known less well than a fine
 * tolerance asks: the integrator then goes in steps of that time constant.  Coarser ones give the same Z. */
static hys_status run_patiently(hys__protocol *p, const setup *s, hys__drive *drive, hys_run **run) {
    hys_bench_opts *bench = &p->bench;
    patience x = {bench->progress, bench->progress_user, 0, 0};
    size_t n_before = hys_diag_count(p->ctx);
    hys_status status;
    bool is_coarsest, is_slow;
    bench->progress = count_polls;
    bench->progress_user = &x;
    do {
        is_coarsest = !s->may_loosen || bench->rtol > 0.5 * COARSEST;
        x.n = 0;
        x.most = is_coarsest ? UINT64_MAX : (STEPS_A_ROW * drive->n_rows + STEPS_LEAST) / 64;
        status = hys__sine_run(p, drive, run);
        is_slow = status == HYS_CANCEL && x.n > x.most;
        if (!is_slow) break;
        hys__diag_rewind(p->ctx, n_before);
        bench->rtol *= 10;
    } while (!is_coarsest);
    bench->progress = x.progress;
    bench->progress_user = x.user;
    return status;
}

static hys_status measure(hys__protocol *p, const setup *s, bool is_half, spectrum *d) {
    hys__drive drive = {.arena = p->arena, .cycles = 1, .n_rows = 1};
    hys__sine *sines = HYS_NEW_N(p->arena, hys__sine, s->f.n);
    hys_run *run = NULL;
    if (!sines) return HYS_NOMEM;
    hys_status status = build(s, is_half ? 0.5 * s->amplitude : s->amplitude, &drive, sines);
    if (status == HYS_OK) status = run_patiently(p, s, &drive, &run);
    for (size_t k = 0; k < s->f.n && status == HYS_OK; k++) {
        const hys_table *table = hys_run_table(run);
        double complex y = admittance(&sines[k], table, s->cycles - 1, is_half ? NULL : &d->second[k]);
        (is_half ? d->half : d->z)[k] = 1 / y;
        if (is_half) continue;
        d->drift[k] = cabs(admittance(&sines[k], table, s->cycles - 2, NULL) / y - 1);
        hys__cycle v = hys__sine_cycle(&sines[k], hys_table_column(table, "v"), s->cycles - 1);
        d->bias = hys__cycle_mean(&v);
        if (k == 0) d->energy = cycle_energy(&sines[0], table);
    }
    hys_run_free(run);
    return status;
}

static double largest(const double complex *a, const double complex *b, size_t n) {
    double most = NAN;
    for (size_t k = 0; k < n; k++) most = fmax(most, cabs(a[k] / b[k] - 1)); /* fmax passes over NaN */
    return most;
}

/* ---- what is told ---- */

static const char *reactance(const spectrum *d, size_t n) {
    bool is_inductive = false, is_capacitive = false;
    for (size_t k = 0; k < n; k++) {
        is_inductive = is_inductive || cimag(d->z[k]) > LEAST_ANGLE * cabs(d->z[k]);
        is_capacitive = is_capacitive || cimag(d->z[k]) < -LEAST_ANGLE * cabs(d->z[k]);
    }
    return is_inductive && is_capacitive ? "both" : is_inductive ? "inductive" : is_capacitive ? "capacitive" : "none";
}

static hys_status fill(hys_table *table, const setup *s, const spectrum *d) {
    for (size_t k = 0; k < s->f.n; k++) {
        double complex z = d->z[k], linear = d->linear[k];
        const double row[] = {s->f.at[k],    creal(z),      cimag(z),    cabs(z),     carg(z) * 180 / acos(-1.0),
                              creal(linear), cimag(linear), d->drift[k], d->second[k]};
        hys_status status = hys_table_add_row(table, row);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* Of too few frequencies, or what has no solution: NaN. */
static hys_status test_causality(hys__protocol *p, const hys_table *table, double *residual) {
    hys_impedance *z = NULL;
    size_t n_before = hys_diag_count(p->ctx);
    *residual = NAN;
    if (hys_table_n_rows(table) < LEAST_POINTS) return HYS_OK;
    hys_status status = hys_impedance_of_table(p->ctx, table, true, &z);
    if (status == HYS_OK) *residual = hys_impedance_kramers_kronig(z);
    hys_impedance_free(z);
    if (status != HYS_SYNTAX && status != HYS_NOCONV) return status;
    hys__diag_rewind(p->ctx, n_before);
    return HYS_OK;
}

typedef struct checks {
    double drift, linearity, agreement, second, causality;
    bool is_settled, is_held; /* held: the linearised device has its states as at the start */
} checks;

static hys_status tell_checks(hys__protocol *p, const checks *c) {
    const char *settled = c->is_settled ? "yes" : "no";
    const char *agrees = isnan(c->agreement) ? "cannot be told" : c->agreement <= AGREES ? "yes" : "no";
    hys_status status = hys__protocol_says(p, "settled", settled, "Z no longer changes from cycle to cycle");
    if (status == HYS_OK) status = hys__protocol_feature(p, "drift", "1", c->drift, "largest such change, relative");
    if (status == HYS_OK)
        status = hys__protocol_says(p, "linear", c->linearity <= LINEAR ? "yes" : "no",
                                    "half the amplitude gives the same Z");
    if (status == HYS_OK)
        status =
            hys__protocol_feature(p, "linearity", "1", c->linearity, "largest difference between the two, relative");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "second_harmonic", "1", c->second, "largest, against the first");
    if (status == HYS_OK)
        status = hys__protocol_says(p, "agrees", agrees,
                                    c->is_held ? "with the device linearised as it is at the start"
                                               : "with the device linearised at rest at this bias");
    if (status == HYS_OK)
        status =
            hys__protocol_feature(p, "agreement", "1", c->agreement, "largest |dZ/Z| against the linearised device");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "kramers_kronig", "1", c->causality,
                                       "largest residual of the Kramers-Kronig test, relative");
    return status;
}

static hys_status remark_checks(hys__protocol *p, const checks *c) {
    hys_status status = HYS_OK;
    if (!c->is_settled)
        status = hys__protocol_remark(p, "the device drifts at this bias: more --opt settle=T, more --opt cycles=N, or "
                                         "another bias");
    if (status == HYS_OK && c->linearity > LINEAR)
        status = hys__protocol_remark(p, "the sine is not small: a smaller --opt amplitude=V");
    if (status == HYS_OK && c->causality > KK_GOOD)
        status = hys__protocol_remark(
            p, "the spectrum fails the Kramers-Kronig test: it drifts, is not linear, or has too few frequencies");
    return status;
}

static hys_status tell(hys__protocol *p, const setup *s, const spectrum *d, const checks *c) {
    size_t last = s->f.n - 1;
    hys_status status = hys__protocol_feature(p, "z_low", "ohm", cabs(d->z[0]), "|Z| at the lowest frequency");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "z_high", "ohm", cabs(d->z[last]), "|Z| at the highest frequency");
    if (status == HYS_OK)
        status = hys__protocol_says(p, "reactance", reactance(d, s->f.n),
                                    "inductive: the current lags (Z\" above 0); capacitive: it leads");
    if (status == HYS_OK) status = tell_checks(p, c);
    if (status == HYS_OK) status = hys__protocol_feature(p, "bias", "V", d->bias, "at the device");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", d->energy, "of a cycle of the lowest frequency");
    return status == HYS_OK ? remark_checks(p, c) : status;
}

static hys_status read_setup(hys__protocol *p, setup *s) {
    hys_status status = hys__protocol_number(p, "bias", &s->bias);
    if (status == HYS_OK) status = hys__protocol_positive(p, "amplitude", &s->amplitude);
    if (status == HYS_OK) status = hys__protocol_list(p, "frequencies", &s->f);
    if (status == HYS_OK) status = hys__protocol_positive(p, "settle", &s->settle);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 2, &s->cycles);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 8, &s->points);
    s->may_loosen = p->bench.rtol == 0;
    if (s->may_loosen) p->bench.rtol = FINE;
    return status;
}

static hys_status take_room(hys__protocol *p, size_t n, spectrum *d) {
    d->z = HYS_NEW_N(p->arena, double complex, 3 * n);
    d->drift = HYS_NEW_N(p->arena, double, 2 * n);
    if (!d->z || !d->drift) return HYS_NOMEM;
    d->half = d->z + n;
    d->linear = d->half + n;
    d->second = d->drift + n;
    return HYS_OK;
}

/* With the device at rest; one that drifts, or has no rest of its own, may be nearer to how it begins. */
static hys_status compare(hys__protocol *p, const setup *s, spectrum *d, checks *c) {
    const char *why, *why_held;
    hys_status status = hys__linear_impedance(p, d->bias, false, &s->f, d->linear, &why);
    c->agreement = largest(d->z, d->linear, s->f.n);
    if (status != HYS_OK || c->agreement <= AGREES || (c->is_settled && !why)) return status;
    double complex *rest = d->half; /* is needed no more */
    memcpy(rest, d->linear, s->f.n * sizeof *rest);
    status = hys__linear_impedance(p, d->bias, true, &s->f, d->linear, &why_held);
    double held = largest(d->z, d->linear, s->f.n);
    c->is_held = held < c->agreement || isnan(c->agreement);
    if (c->is_held) c->agreement = held;
    else memcpy(d->linear, rest, s->f.n * sizeof *rest);
    if (status != HYS_OK || !why || !why_held) return status;
    return hys__protocol_remark(p, "the linearised impedance cannot be told: %s", why);
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"frequency", "Hz",    "Z.re",   "ohm",       "Z.im", "ohm",       "|Z|",
                                          "ohm",       "phase", "deg",    "linear.re", "ohm",  "linear.im", "ohm",
                                          "drift",     "1",     "second", "1",         NULL};
    setup s = {0};
    spectrum d = {.bias = NAN};
    hys_table *table;
    hys_status status = read_setup(p, &s);
    if (status == HYS_OK) status = take_room(p, s.f.n, &d);
    if (status == HYS_OK) status = measure(p, &s, false, &d);
    if (status == HYS_OK) status = measure(p, &s, true, &d);
    if (status != HYS_OK) return status;
    checks c = {.drift = NAN, .second = NAN};
    for (size_t k = 0; k < s.f.n; k++) {
        c.drift = fmax(c.drift, d.drift[k]);
        c.second = fmax(c.second, d.second[k]);
    }
    c.is_settled = c.drift <= SETTLED;
    c.linearity = largest(d.half, d.z, s.f.n);
    status = compare(p, &s, &d, &c);
    if (status == HYS_OK && p->bench.rtol > FINE && s.may_loosen)
        status = hys__protocol_remark(
            p, "integrated to a tolerance of %g: %g takes steps far below the points asked for", p->bench.rtol, FINE);
    if (status == HYS_OK) status = hys__protocol_table(p, "spectrum", "impedance", columns, &table);
    if (status == HYS_OK) status = fill(table, &s, &d);
    if (status == HYS_OK) status = test_causality(p, table, &c.causality);
    return status == HYS_OK ? tell(p, &s, &d, &c) : status;
}

static const hys_protocol_option options[] = {
    {"bias", "V", "0V", "voltage about which the sine swings"},
    {"amplitude", "V", "10mV", "of the sine"},
    {"frequencies", "Hz", "1Hz:100kHz:21", "a list, or FROM:TO:N; taken from the highest to the lowest"},
    {"settle", "s", "1s", "rest at the bias before"},
    {"cycles", "", "4", "cycles of each frequency; the last is evaluated, and compared with the one before"},
    {"points", "", "64", "points of a cycle"},
};
const hys__protocol_row hys__protocol_impedance = {{"impedance", "EIS",
                                                    "impedance by a small sine, beside that of the linearised device",
                                                    options, sizeof options / sizeof *options},
                                                   run};
