/* What a product costs: dissipation from the solution of the network, converters by published surveys, times. */
#include "array/array_impl.h"
#include "array/product_share.h"
#include "base/diag.h"
#include <hysteron/ranks.h>
#include <math.h>
#include <string.h>

/* ---- converters ---- */

/* Of 725 converters of ISSCC and VLSI with noise and power stated. */
#define SURVEY "B. Murmann, ADC Performance Survey 1997-2025, rev. 2025-06-09"
/* P/f_s = 0.267 pJ + 1.446e-7 pJ 4^n: the survey's own envelope, the three best of each term. */
static double best_of_survey(int bits) {
    return 0.2672e-12 + 1.4456e-19 * ldexp(1, 2 * bits);
}
/* Figures of merit, medians of the 307 from 2015 on: 36.5 fJ a step of conversion (Walden), 166.7 dB (Schreier). */
static double median_of_survey(int bits) {
    const double sndr = 6.02 * bits + 1.76;
    return fmax(36.5e-15 * ldexp(1, bits), 0.5 * pow(10, 0.1 * (sndr - 166.7)));
}
/* Eight converters of 8 bits and 1.2 GS/s take 16 mW; twice as much a bit. */
static double isaac(int bits) {
    return 16e-3 / (8 * 1.2e9) * ldexp(1, bits - 8);
}

/* mm^2 of one.  The survey's areas show no trend from 6 to 13 bits: of the 287 from 2015 on that state one, the median
 * and what one in twenty is below.  ISAAC: eight of 8 bits take 0.0096 mm^2. */
#define AREA_MEDIAN 0.07
#define AREA_BEST   0.0043
#define AREA_ISAAC  0.0012

static const struct {
    hys_product_converter_info info;
    double (*energy)(int bits);
    double area; /* mm^2 */
} converters[] = {
    {{"survey", SURVEY ": medians since 2015, the larger of 36.5 fJ 2^n (Walden) and 166.7 dB (Schreier)"},
     median_of_survey,
     AREA_MEDIAN},
    {{"survey-best", SURVEY ": envelope of the best, 0.267 pJ + 1.446e-7 pJ 4^n"}, best_of_survey, AREA_BEST},
    {{"isaac", "Shafiee et al., ISCA 2016 (ISAAC), 32 nm: 1.67 pJ at 8 bits, 2^n"}, isaac, AREA_ISAAC},
};
#define N_CONVERTERS (sizeof converters / sizeof *converters)

size_t hys_product_n_converters(void) {
    return N_CONVERTERS;
}
const hys_product_converter_info *hys_product_converters(size_t k) {
    return k < N_CONVERTERS ? &converters[k].info : NULL;
}

hys_status hys_product_adc_energy(hys_ctx *ctx, const char *name, int32_t bits, double *energy) {
    if (bits < 1 || bits > 24) return hys__fail(ctx, HYS_ARG, "from 1 to 24", "a converter of %d bits", (int)bits);
    for (size_t k = 0; k < N_CONVERTERS; k++)
        if (!strcmp(converters[k].info.name, name)) {
            *energy = converters[k].energy(bits);
            return HYS_OK;
        }
    return hys__fail(ctx, HYS_ARG, "survey, survey-best, isaac", "there is no model of converters '%.40s'", name);
}

/* 1024 converters of 1 bit take 4 mW, a read lasts 100 ns; twice as much a bit. */
#define DAC_SOURCE "Shafiee et al., ISCA 2016 (ISAAC), 32 nm: 0.39 pJ at 1 bit, 2^n"
#define DAC_ENERGY (4e-3 * 100e-9 / 1024)
/* 0.2 mW for what eight converters of 1.2 GS/s give. */
#define ADD_SOURCE "Shafiee et al., ISCA 2016 (ISAAC), 32 nm: 21 fJ"
#define ADD_ENERGY (0.2e-3 / (8 * 1.2e9))
#define GIVEN      "given"

/* ---- power ---- */

typedef struct power {
    double cells, wires, drivers; /* W */
} power;

/* A: of a cell of 1 S. */
static double unit_current(const hys_product *p, double voltage) {
    const hys_product_opts *o = &p->opts;
    if (!(o->law.nonlinearity > 2)) return voltage;
    const hys__law law = hys__law_sinh(o->law.nonlinearity, o->law.voltage);
    return law.scale * sinh(law.k * voltage);
}

static power ideal_power(const hys_product *p, const hys__tile *t, const double *words) {
    power sum = {0};
    for (size_t i = 0; i < t->rows; i++) {
        double g = 0;
        for (size_t c = 0; c < t->columns; c++) g += t->g[i * t->columns + c];
        sum.cells += words[i] * unit_current(p, words[i]) * g;
    }
    return sum;
}

/* Lines that are connected at both ends share their current between two drivers. */
static double of_drivers(const double *currents, size_t n, double ohm, hys_array_ends ends) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += currents[k] * currents[k];
    return sum * ohm * (ends == HYS_ENDS_BOTH ? 0.5 : 1);
}

static hys_status solved_power(const hys_product *p, hys_array *array, const double *words, power *result) {
    const hys_status status = hys_array_solve(array, words, NULL);
    if (status != HYS_OK) return status;
    const hys_array_opts *o = &p->opts.lines;
    const size_t m = array->opts.rows, n = array->opts.columns;
    const double *u = hys_array_word_potentials(array), *w = hys_array_bit_potentials(array);
    power sum = {0};
    for (size_t k = 0; k < m * n; k++) sum.cells += hys__array_cell_current(array, k) * (u[k] - w[k]);
    sum.drivers = of_drivers(hys_array_word_currents(array), m, o->driver, o->words) +
                  of_drivers(hys_array_bit_currents(array), n, o->sense, o->bits);
    sum.wires = fmax(0, hys_array_get_report(array).source_power - sum.cells - sum.drivers);
    *result = sum;
    return HYS_OK;
}

/* ---- a product ---- */

typedef struct bill {
    hys_product *p;
    const hys_matrix *inputs;
    size_t count;
    hys__passes passes;
    hys_product_cost *cost;
} bill;

/* J, of one array. */
enum { CELLS, WIRES, DRIVERS, CHARGING, N_PARTS };

/* s: Elmore's delay of a line of n segments of R and C, from a driver with its own resistance. */
static double elmore(double ohm, double farad, double driver, size_t n, hys_array_ends ends) {
    const double length = ends == HYS_ENDS_BOTH ? 0.5 * (double)n : (double)n;
    return farad * (driver * length + 0.5 * ohm * length * (length + 1));
}

static double settling(const hys_product *p) {
    const hys_array_opts *o = &p->opts.lines;
    const hys__tile *t = &p->tiles[0];
    const double delay = elmore(o->word_wire, o->word_capacitance, o->driver, t->columns, o->words) +
                         elmore(o->bit_wire, o->bit_capacitance, o->sense, t->rows, o->bits);
    return delay * log(2) * (p->opts.adc_bits ? p->opts.adc_bits + 1 : 10); /* without a converter: to a part in 1000 */
}

static bool is_pulsed(const hys_product *p) {
    return p->opts.inputs == HYS_INPUTS_PULSES;
}

static double pulses_of(const bill *b, size_t pass) {
    return is_pulsed(b->p) ? hys__coding_full(&b->passes.coding, pass / b->passes.n_signs) : 1;
}

/* One pass through one array; words [2 rows]: the parts come first. */
static hys_status pass_energy(const bill *b, const hys__tile *t, hys_array *array, size_t pass, double *words,
                              double *joules) {
    const hys_product *p = b->p;
    const double voltage = p->opts.voltage, pulses = pulses_of(b, pass);
    const double line = p->opts.lines.word_capacitance * (double)t->columns;
    double *parts = words + t->rows;
    memcpy(parts, words, t->rows * sizeof *parts);
    hys_status status = HYS_OK;
    for (double n = 1; n <= pulses && status == HYS_OK; n++) {
        power now = {0};
        double charge = 0;
        for (size_t i = 0; i < t->rows; i++) {
            const double up = fabs(parts[i]) * pulses > n - 0.5 ? copysign(voltage, parts[i]) : 0;
            words[i] = is_pulsed(p) ? up : parts[i] * voltage;
            charge += words[i] * words[i];
        }
        if (array) status = solved_power(p, array, words, &now);
        else now = ideal_power(p, t, words);
        joules[CELLS] += now.cells * b->cost->driving;
        joules[WIRES] += now.wires * b->cost->driving;
        joules[DRIVERS] += now.drivers * b->cost->driving;
        joules[CHARGING] += line * charge;
    }
    return status;
}

static hys_status tile_passes(const bill *b, const hys__worker *worker, const hys__tile *t, hys_array *array,
                              double *words, double *joules) {
    const hys__passes *passes = &b->passes;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < b->count && status == HYS_OK; k++) {
        status = hys__worker_tell(worker, (double)k / (double)b->count);
        for (size_t pass = 0; pass < passes->n && status == HYS_OK; pass++) {
            hys__pass_parts(b->p, passes, pass, b->inputs->values + k * b->p->n_in + t->row0, t->rows, words);
            status = pass_energy(b, t, array, pass, words, joules);
        }
    }
    return status;
}

static hys_status tile_energy(void *user, hys__worker *worker, size_t k, double *joules) {
    const bill *b = user;
    const hys__tile *t = &b->p->tiles[k];
    const size_t bytes = 2 * t->rows * sizeof(double);
    hys_array *array = NULL;
    double *words = hys__realloc(worker->ctx, NULL, 0, bytes);
    hys_status status = words ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK && !hys__lines_are_ideal(&b->p->opts.lines))
        status = hys__tile_new_array(b->p, worker, t, t->g, &array);
    if (status == HYS_OK) status = tile_passes(b, worker, t, array, words, joules);
    hys_array_free(array);
    if (words) hys__free(worker->ctx, words, bytes);
    return status;
}

static void add_energy(void *user, size_t k, const double *joules) {
    const bill *b = user;
    (void)k;
    b->cost->cells += joules[CELLS];
    b->cost->wires += joules[WIRES];
    b->cost->drivers += joules[DRIVERS];
    b->cost->charging += joules[CHARGING];
}

/* ---- converters and times ---- */

static void bill_inputs(const bill *b) {
    const hys_product *p = b->p;
    const hys_product_opts *o = &p->opts;
    const int bits = is_pulsed(p) ? 1 : b->passes.coding.digit_bits;
    const double each = o->dac_energy > 0 ? o->dac_energy : DAC_ENERGY * ldexp(1, bits - 1);
    b->cost->dac_source = o->dac_energy > 0 ? GIVEN : DAC_SOURCE;
    if (!bits || !b->passes.coding.bits) return;
    for (size_t k = 0; k < p->n_tiles; k++)
        for (size_t pass = 0; pass < b->passes.n; pass++)
            b->cost->dac += each * (double)p->tiles[k].rows * pulses_of(b, pass);
}

static hys_status bill_outputs(const bill *b) {
    const hys_product_opts *o = &b->p->opts;
    const double conversions = (double)hys_product_get_shape(b->p).conversions;
    double each = o->adc_energy;
    hys_status status = HYS_OK;
    b->cost->adc_source = b->cost->add_source = GIVEN;
    if (each == 0 && o->adc_bits) status = hys_product_adc_energy(b->p->ctx, o->adc, o->adc_bits, &each);
    for (size_t k = 0; k < N_CONVERTERS && o->adc_energy == 0; k++)
        if (!strcmp(converters[k].info.name, o->adc)) b->cost->adc_source = converters[k].info.source;
    if (o->add_energy == 0) b->cost->add_source = ADD_SOURCE;
    if (o->adc_bits) {
        b->cost->adc = conversions * each;
        b->cost->adding = conversions * (o->add_energy > 0 ? o->add_energy : ADD_ENERGY);
    }
    return status;
}

static void bill_area(const bill *b) {
    const hys_product *p = b->p;
    const hys_product_opts *o = &p->opts;
    for (size_t k = 0; k < p->n_tiles && o->adc_bits; k++) {
        const size_t lanes = hys__lanes_of(p, &p->tiles[k]);
        const size_t shared = o->columns_per_adc && o->columns_per_adc < lanes ? o->columns_per_adc : lanes;
        b->cost->converters += ceil((double)lanes / (double)shared);
    }
    for (size_t k = 0; k < N_CONVERTERS; k++)
        if (!strcmp(converters[k].info.name, o->adc))
            b->cost->adc_area = 1e-6 * converters[k].area * b->cost->converters;
}

static void bill_times(const bill *b) {
    const hys_product_opts *o = &b->p->opts;
    const size_t lanes = hys__lanes_of(b->p, &b->p->tiles[0]);
    const size_t shared = o->columns_per_adc && o->columns_per_adc < lanes ? o->columns_per_adc : lanes;
    hys_product_cost *c = b->cost;
    c->settling = settling(b->p);
    c->driving = fmax(c->settling, o->read_time);
    c->converting = o->adc_bits ? (double)shared / o->adc_rate : 0;
    for (size_t pass = 0; pass < b->passes.n; pass++) c->latency += pulses_of(b, pass) * c->driving + c->converting;
}

static void divide(hys_product_cost *c) {
    double *const sums[] = {&c->cells, &c->wires, &c->drivers, &c->charging};
    for (size_t k = 0; k < 4; k++) {
        *sums[k] /= (double)c->n_products;
        c->energy += *sums[k];
    }
    c->energy += c->dac + c->adc + c->adding;
    c->operations_per_J = c->operations / c->energy;
}

#define MOST_PRODUCTS 16

static hys_status bill_arrays(bill *b) {
    const hys_product *p = b->p;
    const double cells = (double)p->n_tiles * (double)(p->tiles[0].rows * p->tiles[0].columns);
    const double each = hys__lines_are_ideal(&p->opts.lines) ? 1 : 1000; /* multiplications, about */
    const hys__share_plan plan = {.work = tile_energy, .take = add_energy, .user = b, .width = N_PARTS, .to = 1};
    hys__share *share = NULL;
    hys_status status = hys__share_open(b->p, cells * each * (double)(b->count * b->passes.n), &share);
    status = hys_ranks_all(p->ctx, status);
    if (status == HYS_OK) status = hys__share_run(share, &plan, HYS_OK);
    hys__share_close(share);
    return status;
}

hys_status hys_product_get_cost(hys_product *p, const hys_matrix *inputs, hys_product_cost *result) {
    hys_status status = hys__product_check_inputs(p->ctx, p->n_in, inputs);
    if (status != HYS_OK) return status;
    hys_product_cost cost = {.size = sizeof cost};
    bill b = {.p = p, .inputs = inputs, .cost = &cost};
    b.count = inputs->rows < MOST_PRODUCTS ? inputs->rows : MOST_PRODUCTS;
    b.passes = hys__passes_new(p, hys__input_range(p, inputs));
    cost.n_products = b.count;
    cost.operations = 2 * (double)p->n_in * (double)p->n_out;
    bill_times(&b);
    bill_area(&b);
    bill_inputs(&b);
    status = bill_outputs(&b);
    if (status == HYS_OK) status = bill_arrays(&b);
    if (status != HYS_OK) return status;
    divide(&cost);
    *result = cost;
    return HYS_OK;
}
