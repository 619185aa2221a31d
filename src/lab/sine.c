/* Sines on a device, Fourier coefficients of single cycles, and the linearised impedance beside them. */
#include "lab/sine.h"
#include "device/model.h"
#include <hysteron/circuit.h>
#include <math.h>
#include <string.h>

hys_status hys__sine_append(hys__drive *drive, hys__sine *sine) {
    double period = 1 / sine->frequency;
    uint64_t points = (uint64_t)sine->points * (uint64_t)sine->cycles;
    sine->first = drive->n_rows - 1;
    hys__section *s = hys__drive_line(drive, period * (double)sine->cycles, sine->bias, sine->bias);
    if (!s) return HYS_NOMEM;
    s->kind = HYS__SINE;
    s->from = sine->bias;
    s->to = sine->amplitude;
    s->frequency = sine->frequency;
    s->n_out = points;
    s->out_first = 1;
    s->out_step = period / (double)sine->points;
    drive->n_rows += points;
    drive->peak = fmax(drive->peak, fabs(sine->bias) + fabs(sine->amplitude));
    if (drive->out_step == 0 || s->out_step < drive->out_step) drive->out_step = s->out_step;
    return HYS_OK;
}

#define DRAWS_MOST 1e5 /* random draws are held no shorter than this part of the whole */

hys_status hys__sine_run(hys__protocol *p, hys__drive *drive, hys_run **run) {
    if (drive->n_rows > HYS__ROWS_MAX)
        return hys__fail(p->ctx, HYS_LIMIT, "fewer frequencies, cycles or points",
                         "the protocol makes more than %u rows", HYS__ROWS_MAX);
    drive->period = drive->duration;
    drive->out_step = fmax(drive->out_step, drive->duration / DRAWS_MOST);
    hys_status status = hys__run_drive(p->ctx, p->model, &p->bench, drive, run);
    static const char *const none[] = {NULL};
    if (status == HYS_OK) status = hys__protocol_take(p, *run, none);
    if (status == HYS_OK && hys_table_n_rows(hys_run_table(*run)) < drive->n_rows)
        status = hys__fail(p->ctx, HYS_NOCONV, "", "the run ends before its drive: the model finishes it");
    return status;
}

hys__cycle hys__sine_cycle(const hys__sine *sine, const double *column, long cycle) {
    size_t n = (size_t)sine->points;
    hys__cycle c = {.x = column + sine->first + (size_t)cycle * n + 1, .n = n};
    if (cycle == 0) return c;
    /* means over whole cycles see the drift and nothing else */
    hys__cycle before = {.x = c.x - n, .n = n};
    c.drift = (hys__cycle_mean(&c) - hys__cycle_mean(&before)) / (double)n;
    return c;
}

double hys__cycle_mean(const hys__cycle *c) {
    double sum = 0;
    for (size_t k = 0; k < c->n; k++) sum += c->x[k];
    return sum / (double)c->n;
}

double hys__cycle_rms(const hys__cycle *c) {
    double sum = 0;
    for (size_t k = 0; k < c->n; k++) sum += c->x[k] * c->x[k];
    return sqrt(sum / (double)c->n);
}

double complex hys__cycle_phasor(const hys__cycle *c, size_t order) {
    double complex sum = 0;
    double step = 2 * acos(-1.0) / (double)c->n;
    for (size_t k = 0; k < c->n; k++) {
        double angle = step * (double)(order * (k + 1) % c->n);
        sum += (c->x[k] - c->drift * (double)(k + 1)) * (cos(angle) - I * sin(angle));
    }
    return 2 * sum / (double)c->n;
}

/* ---- the linearised device ---- */

static hys_status take_spectrum(const hys_impedance *linear, const hys__values *f, double complex *z) {
    const hys_table *table = hys_impedance_table(linear);
    const double *re = hys_table_column(table, "Z.re"), *im = hys_table_column(table, "Z.im");
    for (size_t k = 0; k < f->n; k++) z[k] = re[k] + I * im[k];
    return HYS_OK;
}

hys_status hys__linear_impedance(hys__protocol *p, double bias, bool is_held, const hys__values *f, double complex *z,
                                 const char **why) {
    hys_impedance_opts opts = hys_impedance_opts_default();
    hys_impedance *linear = NULL;
    const char *potential = hys__protocol_quantity(p, bias, "V");
    size_t n_before = hys_diag_count(p->ctx);
    for (size_t k = 0; k < f->n; k++) z[k] = NAN;
    *why = p->model->recipe ? NULL : "the model has no file";
    if (!potential) return HYS_NOMEM;
    if (*why) return HYS_OK;
    opts.sim.set = p->bench.set;
    opts.sim.n_set = p->bench.n_set;
    opts.sim.temp = p->bench.temp;
    opts.sim.spread = p->bench.spread;
    opts.sim.n_spread = p->bench.n_spread;
    opts.sim.seed = p->bench.seed;
    opts.sim.has_seed = p->bench.has_seed;
    opts.bias = potential;
    opts.ports = p->bench.ports;
    opts.hold = p->bench.port;
    opts.n_hold = p->bench.n_port;
    opts.is_held = is_held;
    opts.f = f->at;
    opts.n_f = f->n;
    hys_status status = hys_impedance_run(p->ctx, hys_model_file(p->model), &opts, &linear);
    if (status == HYS_OK) status = take_spectrum(linear, f, z);
    hys_impedance_free(linear);
    if (status == HYS_OK || status == HYS_NOMEM || status == HYS_CANCEL || status == HYS_BUG) return status;
    const hys_diag *told = hys_diag_get(p->ctx, n_before);
    const char *message = told ? told->message : "no solution";
    *why = hys__arena_strndup(p->arena, message, strlen(message));
    hys__diag_rewind(p->ctx, n_before);
    return *why ? HYS_OK : HYS_NOMEM;
}
