/* Products of probabilities by devices that switch at random.
 *
 * The probability of switching against the pulse's voltage is found by trying: once over all voltages, then around the
 * one that is sought, where a curve is fitted by maximum likelihood. */
#include "array/logic_bench.h"
#include <math.h>
#include <string.h>

#define WIDTH       5e-9 /* s */
#define MOST        1.0  /* V */
#define READ        0.05 /* V */
#define BITS        256
#define MOST_BITS   100000
#define MOST_STEPS  100000
#define VOLTAGES    24
#define COARSE      12 /* cells a voltage */
#define FINE        24
#define NEAR        0.12 /* around the probability that is sought */
#define FIT_ROUNDS  50
#define RIDGE       1e-6
#define LEVEL_CELLS 16

typedef struct streams {
    hys_ctx *ctx;
    hys_logic_product_opts opts;
    hys__arena arena;
    double on, off; /* S */
    uint64_t round; /* each array of cells draws anew */
} streams;

hys_logic_product_opts hys_logic_product_opts_default(void) {
    return (hys_logic_product_opts){.size = sizeof(hys_logic_product_opts),
                                    .cell = hys_cell_opts_default(),
                                    .width = WIDTH,
                                    .most = MOST,
                                    .read = READ,
                                    .bits = BITS,
                                    .factors = {0.5, 0.5}};
}

/* ---- cells ---- */

static hys_status new_cells(streams *s, size_t rows, size_t columns, hys_array **array) {
    hys_array_opts o = hys_array_opts_default();
    hys_cell_opts cell = s->opts.cell;
    o.rows = rows;
    o.columns = columns;
    o.word_wire = o.bit_wire = 0;
    cell.seed = cell.seed * 64 + ++s->round; /* less than 64 arrays a product */
    hys_status status = hys_array_new(s->ctx, &o, array);
    return status == HYS_OK ? hys_array_set_device(*array, &cell) : status;
}

/* A pulse, and as long a rest, in which what is half-way falls to one side. */
static hys_status pulse(streams *s, hys_array *array, const double *words, const double *bits, double *energy) {
    hys_array_pulse p = {
        .size = sizeof p, .words = words, .bits = bits, .width = s->opts.width, .rise = s->opts.width / 20};
    hys_array_run_opts run = hys_array_run_opts_default();
    hys_array_run_report report = {.size = sizeof report};
    run.n_steps = s->opts.steps;
    hys_status status = hys_array_apply(array, &p, &run, &report);
    if (status == HYS_OK && energy) *energy += report.source_energy;
    p.words = p.bits = NULL;
    return status == HYS_OK ? hys_array_apply(array, &p, &run, &report) : status;
}

/* Conductances before a pulse of the most that is tried, and after it of those that switched. */
static hys_status find_levels(streams *s) {
    hys_array *array = NULL;
    double g[LEVEL_CELLS];
    hys_status status = new_cells(s, 1, LEVEL_CELLS, &array);
    if (status == HYS_OK) status = hys_array_cell_conductances(array, s->opts.read, g);
    if (status == HYS_OK) s->off = g[0];
    if (status == HYS_OK) status = pulse(s, array, &s->opts.most, NULL, NULL);
    if (status == HYS_OK) status = hys_array_cell_conductances(array, s->opts.read, g);
    for (int k = 0; k < LEVEL_CELLS && status == HYS_OK; k++) s->on = fmax(s->on, g[k]);
    hys_array_free(array);
    if (status == HYS_OK && !(s->off > 0 && s->on > 1.05 * s->off))
        return hys__fail(s->ctx, HYS_NOCONV, "it must start at high resistance and switch to a low one: start_ap=1",
                         "a pulse of %g V and %g s takes the device from %.4g to %.4g S", s->opts.most, s->opts.width,
                         s->off, s->on);
    return status;
}

/* ---- probability against voltage ---- */

/* Of `cells` devices at each of the voltages, how many switch. */
static hys_status try_voltages(streams *s, double low, double high, size_t cells, double *ones) {
    const size_t n = VOLTAGES * cells;
    hys_array *array = NULL;
    double *bits = HYS_NEW_N(&s->arena, double, n), *g = HYS_NEW_N(&s->arena, double, n);
    if (!bits || !g) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        const size_t step = k / cells + 1;
        bits[k] = -(low + (high - low) * (double)step / VOLTAGES);
    }
    hys_status status = new_cells(s, 1, n, &array);
    if (status == HYS_OK) status = pulse(s, array, NULL, bits, NULL);
    if (status == HYS_OK) status = hys_array_cell_conductances(array, s->opts.read, g);
    for (size_t v = 0; v < VOLTAGES; v++) ones[v] = 0;
    for (size_t k = 0; k < n && status == HYS_OK; k++) ones[k / cells] += g[k] * g[k] > s->on * s->off;
    hys_array_free(array);
    return status;
}

/* p = 1/(1 + exp(-(b0 + b1 x + b2 x^2))), x from 0 to 1 over the voltages. */
static double curve(const double b[3], double x) {
    return b[0] + x * (b[1] + x * b[2]);
}

/* h d = g for a symmetric h that is positive definite. */
static void solve3(double h[3][3], const double g[3], double d[3]) {
    const double l10 = h[0][1] / h[0][0], l20 = h[0][2] / h[0][0];
    const double h11 = h[1][1] - l10 * h[0][1], h12 = h[1][2] - l10 * h[0][2], l21 = h12 / h11;
    const double h22 = h[2][2] - l20 * h[0][2] - l21 * h12;
    const double g1 = g[1] - l10 * g[0], g2 = g[2] - l20 * g[0] - l21 * g1;
    d[2] = g2 / h22;
    d[1] = (g1 - h12 * d[2]) / h11;
    d[0] = (g[0] - h[0][1] * d[1] - h[0][2] * d[2]) / h[0][0];
}

/* Newton's method on the likelihood, its steps kept short; the ridge keeps b finite where all cells are alike. */
static void fit_curve(const double *ones, double cells, double b[3]) {
    b[0] = -3;
    b[1] = 6;
    b[2] = 0;
    for (int round = 0; round < FIT_ROUNDS; round++) {
        double g[3] = {-RIDGE * (b[0] + 3), -RIDGE * (b[1] - 6), -RIDGE * b[2]}, d[3];
        double h[3][3] = {{RIDGE, 0, 0}, {0, RIDGE, 0}, {0, 0, RIDGE}};
        for (int v = 0; v < VOLTAGES; v++) {
            const double x = (v + 1.0) / VOLTAGES, p = 1 / (1 + exp(-curve(b, x)));
            const double powers[3] = {1, x, x * x}, left = ones[v] - cells * p, weight = cells * p * (1 - p);
            for (int i = 0; i < 3; i++) {
                g[i] += left * powers[i];
                for (int j = 0; j < 3; j++) h[i][j] += weight * powers[i] * powers[j];
            }
        }
        solve3(h, g, d);
        const double length = fabs(d[0]) + fabs(d[1]) + fabs(d[2]), scale = fmin(1, 5 / (length + 1e-300));
        for (int i = 0; i < 3; i++) b[i] += scale * d[i];
        if (length < 1e-9) break;
    }
}

/* Where the coarse curve leaves 0.05 and reaches 0.95 of the cells, one step wider. */
static void bracket(const double *ones, double most, double *low, double *high) {
    int first = 0, last = VOLTAGES - 1;
    while (first < VOLTAGES - 1 && ones[first] < 0.05 * COARSE) first++;
    while (last > 0 && ones[last] > 0.95 * COARSE) last--;
    *low = most * (first > 0 ? first - 1 : 0) / VOLTAGES;
    *high = most * (last + 2 < VOLTAGES ? last + 2 : VOLTAGES) / VOLTAGES;
}

/* Where the curve has probability p, of voltages from low to high, by halving; NAN: nowhere between them. */
static double voltage_at(const double b[3], double low, double high, double p) {
    const double want = log(p / (1 - p));
    double first = 0, last = 1;
    if (!(curve(b, 0) < want && curve(b, 1) > want)) return NAN;
    for (int k = 0; k < 50; k++) {
        const double middle = (first + last) / 2;
        if (curve(b, middle) < want) first = middle;
        else last = middle;
    }
    return low + (high - low) * first;
}

/* The fit of all voltages is good enough to look closer, where the curve fits better.  Four times as many
 * devices as the streams have bits: the voltage then adds about a quarter to the variance of the streams. */
static hys_status find_voltage(streams *s, double p, double low, double high, double *volt) {
    double ones[VOLTAGES], b[3];
    const size_t enough = 4 * s->opts.bits / VOLTAGES, cells = enough > FINE ? enough : FINE;
    hys_status status = try_voltages(s, low, high, cells, ones);
    if (status != HYS_OK) return status;
    fit_curve(ones, (double)cells, b);
    *volt = voltage_at(b, low, high, p);
    if (*volt > 0) return HYS_OK;
    return hys__fail(s->ctx, HYS_NOCONV, "--most, --width; a device without noise has no probabilities",
                     "no pulse switches the device with a probability of %g", p);
}

static hys_status find_voltages(streams *s, double volts[2]) {
    double ones[VOLTAGES], low, high, b[3];
    hys_status status = try_voltages(s, 0, s->opts.most, COARSE, ones);
    if (status != HYS_OK) return status;
    bracket(ones, s->opts.most, &low, &high);
    if (low < high) status = try_voltages(s, low, high, FINE, ones);
    fit_curve(ones, FINE, b);
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        const double p = s->opts.factors[k];
        const double first = voltage_at(b, low, high, p - NEAR), last = voltage_at(b, low, high, p + NEAR);
        status = find_voltage(s, p, isnan(first) ? low : first, isnan(last) ? high : last, &volts[k]);
    }
    return status;
}

/* ---- streams ---- */

/* Both cells of a column at once: two ones carry more than the mean of what one and two carry. */
static hys_status read_streams(streams *s, hys_array *array, hys_logic_product *p) {
    const size_t n = p->bits;
    const double words[2] = {s->opts.read, s->opts.read};
    const double limit = s->opts.read * sqrt((s->on + s->off) * 2 * s->on);
    double *g = HYS_NEW_N(&s->arena, double, 2 * n);
    hys_status status = g ? hys_array_cell_conductances(array, s->opts.read, g) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_array_solve(array, words, NULL);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        p->outcome[k] = hys_array_bit_currents(array)[k] > limit;
        p->both += p->outcome[k];
        p->ones[0] += g[k] * g[k] > s->on * s->off;
        p->ones[1] += g[n + k] * g[n + k] > s->on * s->off;
    }
    return status;
}

static hys_status draw_streams(streams *s, hys_logic_product *p) {
    hys_array *array = NULL;
    hys_status status = new_cells(s, 2, p->bits, &array);
    if (status == HYS_OK) status = pulse(s, array, p->volts, NULL, &p->energy);
    if (status == HYS_OK) status = read_streams(s, array, p);
    hys_array_free(array);
    p->estimate = (double)p->both / (double)p->bits;
    hys__wilson(p->both, p->bits, &p->low, &p->high);
    return status;
}

static hys_status check(hys_ctx *ctx, const hys_logic_product_opts *o) {
    for (int k = 0; k < 2; k++)
        if (!(o->factors[k] > 0 && o->factors[k] < 1))
            return hys__fail(ctx, HYS_ARG, "for example 0.3 0.7", "a probability lies between 0 and 1, unlike %g",
                             o->factors[k]);
    if (o->bits > MOST_BITS)
        return hys__fail(ctx, HYS_ARG, "their error falls with their root", "at most %d bits", MOST_BITS);
    if (o->steps > MOST_STEPS) return hys__fail(ctx, HYS_ARG, "", "at most %d steps in a pulse", MOST_STEPS);
    if (!(o->width > 0) || !(o->most > 0) || !(o->read > 0) || !isfinite(o->width) || !isfinite(o->most))
        return hys__fail(ctx, HYS_ARG, "", "pulses and reads are above 0 V and take time");
    return HYS_OK;
}

static hys_logic_product_opts complete(const hys_logic_product_opts *given) {
    hys_logic_product_opts o = hys_logic_product_opts_default();
    memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (!o.bits) o.bits = BITS;
    if (o.width == 0) o.width = WIDTH;
    if (o.most == 0) o.most = MOST;
    if (o.read == 0) o.read = READ;
    return o;
}

hys_status hys_logic_multiply(hys_ctx *ctx, const hys_logic_product_opts *given, hys_logic_product *product) {
    streams s = {.ctx = ctx, .opts = complete(given)};
    hys_status status = check(ctx, &s.opts);
    if (status != HYS_OK) return status;
    const double exact = s.opts.factors[0] * s.opts.factors[1];
    hys_logic_product p = {.bits = s.opts.bits, .exact = exact};
    p.deviation = sqrt(exact * (1 - exact) / (double)p.bits);
    p.outcome = hys__realloc(ctx, NULL, 0, p.bits);
    hys__arena_init(&s.arena, ctx, 0);
    status = p.outcome ? find_levels(&s) : HYS_NOMEM;
    if (status == HYS_OK) status = find_voltages(&s, p.volts);
    if (status == HYS_OK) status = draw_streams(&s, &p);
    hys__arena_free(&s.arena);
    if (status == HYS_OK) *product = p;
    else hys_logic_product_free(ctx, &p);
    return status;
}

void hys_logic_product_free(hys_ctx *ctx, hys_logic_product *product) {
    if (product->outcome) hys__free(ctx, product->outcome, product->bits);
    product->outcome = NULL;
}
