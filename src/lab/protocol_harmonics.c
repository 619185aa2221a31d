/* Harmonics of the current under a sine of voltage. */
#include "lab/sine.h"
#include <math.h>

#define FINE        1e-7 /* relative tolerance of the run */
#define SETTLED     1e-3 /* change of the current from cycle to cycle, against its rms */
#define LEAST       1e-6 /* of the rms: a smaller harmonic is the solver's */
#define MOST_ORDERS 100

typedef struct setup {
    hys__values amplitude, f;
    double offset; /* V */
    long orders, cycles, points;
} setup;

typedef struct spectrum { /* of one amplitude and frequency */
    double dc, rms, thd;  /* A, A, 1 */
    double *size, *phase; /* [orders + 1] A, deg against sin(n omega t); [0] unused */
    double beyond;        /* part of the power in higher orders */
    double change;        /* of the last cycle from the one before, against the rms */
    double energy;        /* J of the last cycle */
} spectrum;

static double change(const hys__cycle *now, const hys__cycle *before) {
    double most = 0;
    for (size_t k = 0; k < now->n; k++) most = fmax(most, fabs(now->x[k] - before->x[k]));
    return most;
}

static double degrees(double complex sine_phasor) {
    return carg(sine_phasor) * 180 / acos(-1.0);
}

/* No drift is taken off: what does not return is told as change. */
static void analyse(const setup *s, const hys__sine *sine, const hys_table *table, spectrum *d) {
    const double *i = hys_table_column(table, "i"), *v = hys_table_column(table, "v");
    hys__cycle c = hys__sine_cycle(sine, i, sine->cycles - 1), volts = hys__sine_cycle(sine, v, sine->cycles - 1);
    hys__cycle before = hys__sine_cycle(sine, i, sine->cycles - 2);
    c.drift = 0;
    d->dc = hys__cycle_mean(&c);
    d->rms = hys__cycle_rms(&c);
    d->change = change(&c, &before) / d->rms;
    double overtones = 0, power = d->dc * d->dc;
    for (long n = 1; n <= s->orders; n++) {
        double complex a = hys__cycle_phasor(&c, (size_t)n);
        d->size[n] = cabs(a);
        d->phase[n] = cabs(a) > LEAST * d->rms ? degrees(a * I) : NAN; /* sin = Re(-i exp) */
        power += 0.5 * d->size[n] * d->size[n];
        if (n > 1) overtones += d->size[n] * d->size[n];
    }
    d->thd = sqrt(overtones) / d->size[1];
    d->beyond = fmax(0, 1 - power / (d->rms * d->rms));
    d->energy = 0;
    for (size_t k = 0; k < c.n; k++) d->energy += fabs(c.x[k] * volts.x[k]) / (double)c.n / sine->frequency;
}

/* A fresh device. */
static hys_status take_spectrum(hys__protocol *p, const setup *s, double amplitude, double f, spectrum *d) {
    hys__drive drive = {.arena = p->arena, .cycles = 1, .n_rows = 1};
    hys__sine sine = {s->offset, amplitude, f, s->cycles, s->points, 0};
    hys_run *run = NULL;
    hys_status status = hys__sine_append(&drive, &sine);
    if (status == HYS_OK) status = hys__sine_run(p, &drive, &run);
    if (status == HYS_OK) analyse(s, &sine, hys_run_table(run), d);
    hys_run_free(run);
    return status;
}

/* ---- what is told ---- */

typedef struct told {
    spectrum *at; /* [amplitudes][frequencies] */
    const setup *s;
    double *scratch; /* [2 amplitudes] */
} told;

static const spectrum *at(const told *t, size_t amplitude, size_t f) {
    return &t->at[amplitude * t->s->f.n + f];
}

/* d ln I_n / d ln V at the lowest frequency: n where the device is nearly linear. */
static double exponent(const told *t, long order) {
    size_t n = t->s->amplitude.n;
    double *x = t->scratch;
    for (size_t k = 0; k < n; k++) {
        const spectrum *d = at(t, k, 0);
        x[k] = log(t->s->amplitude.at[k]);
        x[n + k] = d->size[order] > LEAST * d->rms ? log(d->size[order]) : NAN;
    }
    return hys__fit_straight(x, x + n, n).slope;
}

static const char *parity(const told *t) {
    const spectrum *d = at(t, t->s->amplitude.n - 1, 0);
    double even = 0, odd = 0;
    for (long n = 2; n <= t->s->orders; n++) *(n % 2 ? &odd : &even) += d->size[n] * d->size[n];
    double least = LEAST * d->rms;
    even = sqrt(even);
    odd = sqrt(odd);
    if (even <= least && odd <= least) return "none";
    return even < 1e-2 * odd || even <= least ? "odd" : odd < 1e-2 * even || odd <= least ? "even" : "both";
}

static hys_status tell_spectrum(hys__protocol *p, const told *t) {
    const spectrum *d = at(t, t->s->amplitude.n - 1, 0);
    double f_most = t->s->f.at[0], thd = d->thd;
    for (size_t k = 1; k < t->s->f.n; k++)
        if (at(t, t->s->amplitude.n - 1, k)->thd > thd)
            thd = at(t, t->s->amplitude.n - 1, k)->thd, f_most = t->s->f.at[k];
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"thd", "1", d->thd, "total harmonic distortion at the largest amplitude and the lowest frequency"},
                {"thd_max", "1", thd, "largest over the frequencies, at the largest amplitude"},
                {"thd_max_f", "Hz", f_most, "where"},
                {"i1", "A", d->size[1], "first harmonic there"},
                {"i2", "A", d->size[2], "second"},
                {"i3", "A", t->s->orders > 2 ? d->size[3] : NAN, "third"},
                {"phase1", "deg", d->phase[1], "of the first against the voltage: above 0 the current leads"},
                {"dc", "A", d->dc, "mean current"},
                {"exponent2", "1", exponent(t, 2), "n of I2 ~ V^n: 2 while the device is nearly linear"},
                {"exponent3", "1", t->s->orders > 2 ? exponent(t, 3) : NAN, "the same of the third: 3"},
                {"beyond", "1", d->beyond, "part of the power of the current in orders that are not looked at"},
                {"energy_per_event", "J", d->energy, "of a cycle there"}};
    hys_status status =
        hys__protocol_says(p, "overtones", parity(t), "odd: the loop is symmetric; even or both: it is not");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    return status;
}

static hys_status tell_change(hys__protocol *p, const told *t) {
    size_t n = t->s->amplitude.n * t->s->f.n, n_moving = 0;
    double most = 0;
    for (size_t k = 0; k < n; k++) {
        n_moving += t->at[k].change > SETTLED;
        most = fmax(most, t->at[k].change);
    }
    hys_status status = hys__protocol_feature(
        p, "change", "1", most, "of the current from the last cycle but one to the last, against its rms");
    if (status == HYS_OK && n_moving)
        status = hys__protocol_remark(
            p, "%zu of %zu currents are not periodic yet: the device changes from cycle to cycle; more --opt cycles=N",
            n_moving, n);
    return status;
}

static hys_status fill(const told *t, hys_table *thd, hys_table *lines) {
    hys_status status = HYS_OK;
    for (size_t a = 0; a < t->s->amplitude.n; a++)
        for (size_t f = 0; f < t->s->f.n && status == HYS_OK; f++) {
            const spectrum *d = at(t, a, f);
            double volts = t->s->amplitude.at[a], hertz = t->s->f.at[f];
            const double row[] = {hertz, volts, d->thd, d->dc, d->rms, d->beyond, d->change, d->energy};
            status = hys_table_add_row(thd, row);
            for (long n = 1; n <= t->s->orders && status == HYS_OK; n++) {
                const double line[] = {(double)n, hertz, volts, d->size[n], d->size[n] / d->size[1], d->phase[n]};
                status = hys_table_add_row(lines, line);
            }
        }
    return status;
}

/* Sizes of the first harmonics against the amplitude, at the lowest frequency: what is drawn. */
static hys_status fill_growth(hys__protocol *p, const told *t) {
    static const char *const columns[] = {"amplitude", "V", "I1", "A", "I2", "A", "I3", "A", NULL};
    hys_table *table;
    hys_status status = hys__protocol_table(p, "growth", "scatter", columns, &table);
    if (status == HYS_OK) status = hys_table_set_note(table, "y", "harmonic of the current");
    for (size_t a = 0; a < t->s->amplitude.n && status == HYS_OK; a++) {
        const spectrum *d = at(t, a, 0);
        double row[4] = {t->s->amplitude.at[a], NAN, NAN, NAN};
        for (long n = 1; n <= 3 && n <= t->s->orders; n++)
            if (d->size[n] > LEAST * d->rms) row[n] = d->size[n];
        status = hys_table_add_row(table, row);
    }
    return status;
}

static hys_status read_setup(hys__protocol *p, setup *s) {
    hys_status status = hys__protocol_list(p, "amplitudes", &s->amplitude);
    if (status == HYS_OK) status = hys__protocol_list(p, "frequencies", &s->f);
    if (status == HYS_OK) status = hys__protocol_number(p, "offset", &s->offset);
    if (status == HYS_OK) status = hys__protocol_count(p, "orders", 2, &s->orders);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 2, &s->cycles);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 8, &s->points);
    if (status != HYS_OK) return status;
    if (s->orders > MOST_ORDERS || 4 * s->orders > s->points)
        return hys__fail(p->ctx, HYS_ARG, "--opt orders=5 --opt points=256",
                         "%ld orders are too many: at most %d, and four points of a cycle for each", s->orders,
                         MOST_ORDERS);
    if (p->bench.rtol == 0) p->bench.rtol = FINE;
    return HYS_OK;
}

static hys_status take_all(hys__protocol *p, const setup *s, told *t) {
    size_t n = s->amplitude.n * s->f.n, width = (size_t)s->orders + 1;
    double *room = HYS_NEW_N(p->arena, double, 2 * n * width);
    t->at = HYS_NEW_N(p->arena, spectrum, n);
    t->scratch = HYS_NEW_N(p->arena, double, 2 * s->amplitude.n);
    if (!room || !t->at || !t->scratch) return HYS_NOMEM;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        t->at[k] = (spectrum){.size = room + 2 * k * width, .phase = room + (2 * k + 1) * width};
        status = take_spectrum(p, s, s->amplitude.at[k / s->f.n], s->f.at[k % s->f.n], &t->at[k]);
    }
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const thd_columns[] = {"frequency", "Hz", "amplitude", "V", "thd",    "1", "dc", "A", "rms", "A",
                                              "beyond",    "1",  "change",    "1", "energy", "J", NULL};
    static const char *const line_columns[] = {"order", "1",    "frequency", "Hz",    "amplitude", "V", "size",
                                               "A",     "part", "1",         "phase", "deg",       NULL};
    setup s = {{NULL, 0}, {NULL, 0}, 0, 0, 0, 0};
    told t = {NULL, &s, NULL};
    hys_table *thd, *lines;
    hys_status status = read_setup(p, &s);
    if (status == HYS_OK) status = take_all(p, &s, &t);
    if (status == HYS_OK) status = fill_growth(p, &t);
    if (status == HYS_OK) status = hys__protocol_table(p, "distortion", "", thd_columns, &thd);
    if (status == HYS_OK) status = hys__protocol_table(p, "lines", "", line_columns, &lines);
    if (status == HYS_OK) status = fill(&t, thd, lines);
    if (status == HYS_OK) status = tell_spectrum(p, &t);
    return status == HYS_OK ? tell_change(p, &t) : status;
}

static const hys_protocol_option options[] = {
    {"amplitudes", "V", "10mV:1V:7", "of the sine: a list, or FROM:TO:N; each with a fresh device"},
    {"frequencies", "Hz", "1Hz,10Hz,100Hz", "a list, or FROM:TO:N; each with a fresh device"},
    {"offset", "V", "0V", "voltage about which the sine swings"},
    {"orders", "", "5", "highest harmonic that is looked at"},
    {"cycles", "", "4", "cycles; the last is evaluated, and compared with the one before"},
    {"points", "", "256", "points of a cycle"},
};
const hys__protocol_row hys__protocol_harmonics = {
    {"harmonics", "THD", "harmonics of the current under a sine, by amplitude and frequency; distortion", options,
     sizeof options / sizeof *options},
    run};
