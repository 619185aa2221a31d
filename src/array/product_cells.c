/* Cells as they are: what programming, time and noise make of a conductance, by published statistics. */
#include "array/product_impl.h"
#include "base/diag.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

/* Conductances x are parts of g_max; fits in uS were made up to the g_max of their row, and scale with it. */
struct hys__cell_model {
    hys_product_cell_info info;
    double start;                             /* s: t0 of drift, when cells are first read */
    double sample;                            /* s: a read, as in the fit of 1/f noise */
    double (*program)(double x, double time); /* uS */
    void (*drift)(double x, double *nu, double *spread);
    double (*flicker)(double x); /* Q of Q sqrt(ln((t + t_read) / (2 t_read))), relative */
    void (*relax)(double time, double *shift, double *spread); /* uS: what is added to all cells */
};

#define MICRO 1e-6

static double polynomial(const double *c, int degree, double x) {
    double y = c[degree];
    for (int k = degree - 1; k >= 0; k--) y = y * x + c[k];
    return y;
}

static double clip(double x, double least, double most) {
    return fmax(least, fmin(most, x));
}

static double log_of(double x) {
    return log(fmax(x, 1e-7)); /* where the fits are clipped in any case */
}

/* ---- phase change ---- */

static double program_pcm(double x, double time) {
    (void)time;
    return polynomial((double[]){0.26348, 1.9650, -1.1731}, 2, x);
}
static void drift_pcm(double x, double *nu, double *spread) {
    *nu = clip(-0.0155 * log_of(x) + 0.0244, 0.049, 0.1);
    *spread = clip(-0.0125 * log_of(x) - 0.0059, 0.008, 0.045);
}
static double flicker_pcm(double x) {
    return fmin(0.0088 / fmax(pow(x, 0.65), 1e-3), 0.2);
}
static double program_joshi(double x, double time) {
    (void)time;
    return polynomial((double[]){0.28638599, 0.07585724, -0.00178767}, 2, 25 * x);
}

/* HERMES chip, one device and two devices a weight's half. */
static double program_hermes1(double x, double time) {
    (void)time;
    return polynomial((double[]){0.15781817, 2.32443916, -2.16310839, 0.68841818}, 3, x);
}
static double program_hermes2(double x, double time) {
    (void)time;
    return polynomial((double[]){0.16603222, 4.71806468, -8.48101252, 4.68961419}, 3, x);
}
static double nu_hermes(double x) {
    if (x < 0.0945) return clip(-0.0387 * log_of(x) - 0.0182, 0.072, 0.13);
    return polynomial((double[]){0.0736, -0.0126, -0.0436}, 2, x);
}
static void drift_hermes1(double x, double *nu, double *spread) {
    *nu = nu_hermes(x);
    *spread = x < 0.3039 ? clip(-0.0120 * log_of(x) - 0.0023, 0.0124, 0.04)
                         : polynomial((double[]){0.0104, 0.0116, -0.0165}, 2, x);
}
static void drift_hermes2(double x, double *nu, double *spread) {
    *nu = nu_hermes(x);
    *spread = x < 0.3055 ? clip(-0.0117 * log_of(x) - 0.0057, 0.0091, 0.04)
                         : polynomial((double[]){0.0073, 0.0093, -0.0118}, 2, x);
}
static double flicker_hermes1(double x) {
    if (x < 0.1591) return clip(-0.0078 * log_of(x) + 0.0038, 0.0179, 0.04);
    return polynomial((double[]){0.0088, 0.0768, -0.1352, 0.0664}, 3, x);
}
static double flicker_hermes2(double x) {
    if (x < 0.16) return clip(-0.0117 * log_of(x) - 0.0069, 0.015, 0.04);
    return polynomial((double[]){0.0123, 0.0211, -0.0280, 0.0069}, 3, x);
}

/* ---- oxides ---- */

/* Fitted at three times; between them straight in the logarithm of time, beyond them as at the end. */
static double program_wan(double x, double time) {
    static const double at[3] = {1, 86400, 172800};
    static const double c[3][5] = {{0.348, 16.030, -43.853, 45.393, -16.815},
                                   {0.701, 22.086, -50.773, 47.095, -16.458},
                                   {0.782, 20.274, -43.507, 37.062, -11.934}};
    const double t = clip(time, at[0], at[2]);
    const int k = t > at[1];
    const double part = log(t / at[k]) / log(at[k + 1] / at[k]);
    return (1 - part) * polynomial(c[k], 4, x) + part * polynomial(c[k + 1], 4, x);
}
static double program_wan1s(double x, double time) {
    (void)time;
    return polynomial((double[]){1.053, 2.374e-1, -1.167e-2, 1.536e-4}, 3, 39.26 * x);
}
static double program_milo(double x, double time) {
    (void)time;
    return polynomial((double[]){4.782321, -0.009107}, 1, 225 * x);
}
static double program_cmo02(double x, double time) {
    (void)time;
    return polynomial((double[]){0.00081107, 0.00106879}, 1, 88.19 * x);
}
static double program_cmo2(double x, double time) {
    (void)time;
    return polynomial((double[]){0.0112185391, 0.01129027418}, 1, 88.19 * x);
}
static void relax_cmo(double time, double *shift, double *spread) {
    const double t = log(fmax(time, 1)); /* fitted from seconds on */
    *shift = -0.08900206 * t;
    *spread = 0.04201137 * t + 0.41183342;
}

/* A (1 - exp(-I/B)) of cells read at 0.1 V, nA, for days 0 to 5; of the mean, which moves as well, nothing here. */
static double program_sonos(double x, double time) {
    static const double a[6] = {19.88665, 25.59102, 28.72753, 31.04318, 33.76214, 34.57909};
    static const double b[6] = {176.3115, 186.85544, 193.56834, 198.90332, 204.77023, 207.34309};
    const double day = clip(time / 86400, 0, 5);
    const int k = day < 5 ? (int)day : 4;
    const double part = day - k, top = (1 - part) * a[k] + part * a[k + 1], scale = (1 - part) * b[k] + part * b[k + 1];
    return 0.01 * top * -expm1(-1600 * x / scale); /* nA at 0.1 V are 0.01 uS */
}

static const hys__cell_model models[] = {
    {{"pcm", "phase change, doped Ge2Sb2Te5, a million devices: programming, drift, 1/f noise",
      "Nandakumar et al., ICECS 2019, as in aihwkit", 0, 25e-6, true},
     20,
     250e-9,
     program_pcm,
     drift_pcm,
     flicker_pcm,
     NULL},
    {{"pcm-joshi", "phase change: programming", "Joshi et al., Nat. Commun. 11, 2473 (2020), as in CrossSim", 0, 25e-6,
      false},
     0,
     0,
     program_joshi,
     NULL,
     NULL,
     NULL},
    {{"hermes1", "phase change, HERMES chip, one device: programming, drift, 1/f noise",
      "Le Gallo et al., Nat. Electron. 6, 680 (2023), as in aihwkit", 0, 10.35e-6, true},
     200,
     512e-9,
     program_hermes1,
     drift_hermes1,
     flicker_hermes1,
     NULL},
    {{"hermes2", "phase change, HERMES chip, two devices: programming, drift, 1/f noise",
      "Le Gallo et al., Nat. Electron. 6, 680 (2023), as in aihwkit", 0, 20.7e-6, true},
     300,
     512e-9,
     program_hermes2,
     drift_hermes2,
     flicker_hermes2,
     NULL},
    {{"reram-wan", "HfOx, NeuRRAM: deviation 1 s, 1 and 2 days after programming",
      "Wan et al., Nature 608, 504 (2022), as in aihwkit", 0, 40e-6, true},
     0,
     0,
     program_wan,
     NULL,
     NULL,
     NULL},
    {{"reram-wan-1s", "HfOx, NeuRRAM: deviation 1 s after programming",
      "Wan et al., Nature 608, 504 (2022), as in CrossSim", 1e-6, 39.26e-6, false},
     0,
     0,
     program_wan1s,
     NULL,
     NULL,
     NULL},
    {{"reram-milo", "HfO2, programmed by gate voltage: programming",
      "Milo et al., IRPS 2021 (IGVVA-100), as in CrossSim", 50e-6, 225e-6, false},
     0,
     0,
     program_milo,
     NULL,
     NULL,
     NULL},
    {{"reram-cmo-0.2", "CMO/HfOx, accepted within 0.2 %: programming, relaxation", "Falcone et al., as in aihwkit",
      9e-6, 88.19e-6, true},
     0,
     0,
     program_cmo02,
     NULL,
     NULL,
     relax_cmo},
    {{"reram-cmo-2", "CMO/HfOx, accepted within 2 %: programming, relaxation", "Falcone et al., as in aihwkit", 9e-6,
      88.19e-6, true},
     0,
     0,
     program_cmo2,
     NULL,
     NULL,
     relax_cmo},
    {{"sonos", "charge trapping, 40 nm: deviation 0 to 5 days after programming, without the mean's drift",
      "Agrawal et al., IEDM 2022, 21.7, as in CrossSim", 0, 16e-6, true},
     0,
     0,
     program_sonos,
     NULL,
     NULL,
     NULL},
};
#define N_MODELS (sizeof models / sizeof *models)

size_t hys_product_n_cells(void) {
    return N_MODELS;
}
const hys_product_cell_info *hys_product_cells(size_t k) {
    return k < N_MODELS ? &models[k].info : NULL;
}
const hys_product_cell_info *hys__cell_model_info(const hys__cell_model *model) {
    return &model->info;
}

const hys__cell_model *hys__cell_model_find(hys_ctx *ctx, const char *name) {
    const char *names[N_MODELS];
    char hint[80] = "";
    for (size_t k = 0; k < N_MODELS; k++) {
        names[k] = models[k].info.name;
        if (!strcmp(names[k], name)) return &models[k];
    }
    const char *near = hys__nearest(name, names, N_MODELS);
    if (near) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
    hys__fail(ctx, HYS_ARG, near ? hint : "pcm, hermes2, reram-wan, sonos ...",
              "there are no statistics of cells '%.40s'", name);
    return NULL;
}

/* ---- what the law says ---- */

static double flicker_of(const hys__cell_model *m, double x, double time) {
    if (!m->flicker) return 0;
    return m->flicker(x) * sqrt(log((time + m->start + m->sample) / (2 * m->sample)));
}

static hys_product_cell_law law_of(const hys__cell_model *m, double x, double time) {
    hys_product_cell_law law = {.size = sizeof law, .drift = 1};
    const double scale = MICRO / m->info.g_max, elapsed = fmax(time, 0);
    law.program = fmax(0, m->program(x, elapsed)) * scale;
    if (m->drift) m->drift(x, &law.nu, &law.nu_spread);
    if (time < 0) return law;
    if (m->drift) law.drift = pow((time + m->start) / m->start, -law.nu);
    law.flicker = flicker_of(m, x, time);
    if (m->relax) {
        double spread;
        m->relax(time, &law.shift, &spread);
        law.shift *= scale;
        law.program = hypot(law.program, spread * scale);
    }
    return law;
}

hys_status hys_product_cell(hys_ctx *ctx, const char *name, double part, double time, hys_product_cell_law *law) {
    const hys__cell_model *model = hys__cell_model_find(ctx, name);
    if (!model) return HYS_ARG;
    if (!(part >= 0 && part <= 1))
        return hys__fail(ctx, HYS_ARG, "from 0 to 1", "a cell was programmed to %g of its range", part);
    if (isnan(time)) return hys__fail(ctx, HYS_ARG, "", "no time has passed since programming");
    *law = law_of(model, part, time);
    return HYS_OK;
}

/* ---- draws ---- */

double hys__draw(uint64_t seed, uint64_t purpose, const uint64_t id[2]) {
    return hys__normal((const uint64_t[]){seed, purpose}, id);
}

/* Cells that are stuck are so whatever they are programmed to. */
static bool is_stuck(const hys_product_opts *o, const uint64_t id[2], double *g) {
    uint64_t bits[2];
    if (!(o->stuck_on + o->stuck_off > 0)) return false;
    hys__threefry2x64((const uint64_t[]){o->seed, HYS__DRAW_STUCK}, id, bits);
    const double draw = hys__uniform(bits[0]);
    if (draw >= o->stuck_on + o->stuck_off) return false;
    *g = draw < o->stuck_on ? o->g_max : o->g_min;
    return true;
}

static double exponent(const hys_product_opts *o, double mean, double spread, const uint64_t id[2]) {
    return o->drift_scale * fabs(mean + spread * hys__draw(o->seed, HYS__DRAW_NU, id));
}

/* Without a model: programming is perfect, and drift follows the options. */
static double plain_cell(const hys_product_opts *o, double target, const uint64_t id[2]) {
    if (!(o->time >= 0) || o->drift == 0) return target;
    return target * pow((o->time + o->drift_start) / o->drift_start, -exponent(o, o->drift, o->drift_spread, id));
}

static double published_cell(const hys_product *p, double target, const uint64_t id[2], double *fresh) {
    const hys_product_opts *o = &p->opts;
    const hys__cell_model *m = p->model;
    const double x = fmin(1, target / o->g_max), scale = MICRO * o->g_max / m->info.g_max;
    const double deviation = o->program_scale * scale * hys__draw(o->seed, HYS__DRAW_PROGRAM, id);
    *fresh = fmax(0, target + fmax(0, m->program(x, 0)) * deviation);
    if (!(o->time >= 0)) return *fresh;
    double g = fmax(0, target + fmax(0, m->program(x, o->time)) * deviation), nu, spread, shift;
    if (m->drift) {
        m->drift(x, &nu, &spread);
        g *= pow((o->time + m->start) / m->start, -exponent(o, nu, spread, id));
    }
    if (m->relax) {
        m->relax(o->time, &shift, &spread);
        g += o->drift_scale * scale * (shift + spread * hys__draw(o->seed, HYS__DRAW_RELAX, id));
    }
    if (m->flicker) g += o->flicker_scale * g * flicker_of(m, x, o->time) * hys__draw(o->seed, HYS__DRAW_FLICKER, id);
    return fmax(0, g);
}

double hys__cell_conductance(const hys_product *p, double target, const uint64_t id[2], double *fresh) {
    double g = target;
    *fresh = target;
    if (is_stuck(&p->opts, id, &g)) return *fresh = g;
    return p->model ? published_cell(p, target, id, fresh) : plain_cell(&p->opts, target, id);
}

double hys__cell_read_variance(const hys_product_opts *o, double g) {
    const double relative = o->read_noise * g;
    return relative * relative + o->read_noise_S * o->read_noise_S;
}
