/* What a product can be made of. */
#include "array/product_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define MOST_BITS  24
#define MOST_CELLS 1e9

hys_product_opts hys_product_opts_default(void) {
    hys_product_opts o = {.size = sizeof o,
                          .lines = {.size = sizeof(hys_array_opts)},
                          .law = {.size = sizeof(hys_array_law), .nonlinearity = 2, .voltage = 1},
                          .voltage = 0.2,
                          .adc_part = 1,
                          .program_scale = 1,
                          .drift_scale = 1,
                          .flicker_scale = 1,
                          .time = -1,
                          .drift_start = 1,
                          .adc_rate = 1e9,
                          .read_time = 100e-9};
    return o;
}

hys_product_opts hys__product_complete(const hys_product_opts *given) {
    hys_product_opts o = hys_product_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (!o.lines.words) o.lines.words = HYS_ENDS_FIRST;
    if (!o.lines.bits) o.lines.bits = HYS_ENDS_LAST;
    const int sign = o.weights != HYS_WEIGHTS_UNSIGNED;
    if (!o.weight_bits && o.cell_bits) o.weight_bits = o.cell_bits + sign;
    if (!o.input_bits && o.dac_bits) o.input_bits = o.dac_bits + 1;
    if (!o.adc) o.adc = "survey";
    return o;
}

static bool are_bits(int32_t bits, int least) {
    return bits == 0 || (bits >= least && bits <= MOST_BITS);
}

static hys_status no_bits(hys_ctx *ctx, const char *what, int32_t bits, int least) {
    return hys__fail(ctx, HYS_ARG, "0: no digits at all", "%s of %d bits; from %d to %d", what, (int)bits, least,
                     MOST_BITS);
}

static hys_status check_bits(hys_ctx *ctx, const hys_product_opts *o) {
    const int least = o->weights == HYS_WEIGHTS_UNSIGNED ? 1 : 2;
    if (!are_bits(o->weight_bits, least)) return no_bits(ctx, "weights", o->weight_bits, least);
    if (!are_bits(o->cell_bits, 1)) return no_bits(ctx, "cells", o->cell_bits, 1);
    if (!are_bits(o->input_bits, 2)) return no_bits(ctx, "inputs", o->input_bits, 2);
    if (!are_bits(o->dac_bits, 1)) return no_bits(ctx, "the converter of inputs", o->dac_bits, 1);
    if (!are_bits(o->adc_bits, 2)) return no_bits(ctx, "the converter of currents", o->adc_bits, 2);
    if (o->inputs == HYS_INPUTS_PULSES && !o->input_bits)
        return hys__fail(ctx, HYS_ARG, "give the inputs bits", "inputs of any value are no number of pulses");
    if (o->adc_range == HYS_ADC_UNIT && o->adc_bits && (!o->input_bits || !o->weight_bits))
        return hys__fail(ctx, HYS_ARG, "give weights and inputs bits",
                         "a converter's step is one unit of weight and input, but they have any value");
    return HYS_OK;
}

static bool is_positive(double x) {
    return x > 0 && isfinite(x);
}
static bool is_part(double x) {
    return x >= 0 && x <= 1;
}
static bool is_amount(double x) {
    return x >= 0 && isfinite(x);
}

static hys_status check_cells(hys_ctx *ctx, const hys_product_opts *o) {
    if (o->g_max != 0 && (!is_positive(o->g_max) || !is_amount(o->g_min) || o->g_min >= o->g_max))
        return hys__fail(ctx, HYS_ARG, "g_min from 0 S, g_max above it", "conductances from %g to %g S are no range",
                         o->g_min, o->g_max);
    if (!is_amount(o->program_scale) || !is_amount(o->drift_scale) || !is_amount(o->flicker_scale))
        return hys__fail(ctx, HYS_ARG, "1: as published; 0: not at all", "a scale of cells' statistics that is none");
    if (isnan(o->time) || o->time > 1e18)
        return hys__fail(ctx, HYS_ARG, "", "no time since programming can be %g s", o->time);
    if (!is_amount(o->drift) || !is_amount(o->drift_spread) || !is_positive(o->drift_start))
        return hys__fail(ctx, HYS_ARG, "exponent and spread from 0, start above 0 s", "no such drift of conductances");
    if (!is_amount(o->read_noise) || !is_amount(o->read_noise_S))
        return hys__fail(ctx, HYS_ARG, "a standard deviation, 0 or more", "no such noise of reads");
    if (!is_part(o->stuck_on) || !is_part(o->stuck_off) || o->stuck_on + o->stuck_off > 1)
        return hys__fail(ctx, HYS_ARG, "parts of all cells, together at most 1", "%g and %g of all cells are stuck",
                         o->stuck_on, o->stuck_off);
    return HYS_OK;
}

static hys_status check_drive(hys_ctx *ctx, const hys_product_opts *o) {
    if (!is_positive(o->voltage))
        return hys__fail(ctx, HYS_ARG, "more than 0 V", "the largest input is %g V", o->voltage);
    if (!is_amount(o->input_range) || !is_amount(o->weight_range))
        return hys__fail(ctx, HYS_ARG, "0: the largest that comes", "a range of weights or inputs that is none");
    if (o->adc_range == HYS_ADC_GIVEN && o->adc_bits && !is_positive(o->adc_full))
        return hys__fail(ctx, HYS_ARG, "more than 0 A", "a converter's range of %g A", o->adc_full);
    if (!(o->adc_part > 0 && o->adc_part <= 1))
        return hys__fail(ctx, HYS_ARG, "above 0, at most 1", "a converter's range holds %g of all currents",
                         o->adc_part);
    if (!is_amount(o->lines.word_capacitance) || !is_amount(o->lines.bit_capacitance))
        return hys__fail(ctx, HYS_ARG, "0 F or more", "a capacitance of wires that is none");
    if (!is_amount(o->adc_energy) || !is_amount(o->dac_energy) || !is_amount(o->add_energy) ||
        !is_positive(o->adc_rate) || !is_amount(o->read_time))
        return hys__fail(ctx, HYS_ARG, "energies and times from 0, rates above it", "a cost that is none");
    if (!(o->law.nonlinearity >= 2 && o->law.nonlinearity <= 1e12) || !is_positive(o->law.voltage))
        return hys__fail(ctx, HYS_ARG, "from 2, a resistor, to 1e12", "no nonlinearity I(V)/I(V/2) can be %g",
                         o->law.nonlinearity);
    return HYS_OK;
}

static hys_status check_weights(hys_ctx *ctx, const hys_matrix *w, const hys_product_opts *o) {
    double most = 0;
    if (!w->rows || !w->columns) return hys__fail(ctx, HYS_ARG, "", "a matrix without weights");
    for (size_t k = 0; k < w->rows * w->columns; k++) {
        if (!isfinite(w->values[k]))
            return hys__fail(ctx, HYS_ARG, "", "the weight of row %zu and column %zu is %g", k / w->columns + 1,
                             k % w->columns + 1, w->values[k]);
        if (w->values[k] < 0 && o->weights == HYS_WEIGHTS_UNSIGNED)
            return hys__fail(ctx, HYS_ARG, "differential, reference or offset coding has signs",
                             "the weight of row %zu and column %zu is negative", k / w->columns + 1,
                             k % w->columns + 1);
        most = fmax(most, fabs(w->values[k]));
    }
    if (most == 0 && o->weight_range == 0)
        return hys__fail(ctx, HYS_ARG, "give the range of the weights", "all weights are 0: they have no range");
    return HYS_OK;
}

static hys_status check_size(hys_ctx *ctx, const hys_matrix *w, const hys_product_opts *o) {
    const size_t least = o->weights == HYS_WEIGHTS_DIFFERENTIAL || o->weights == HYS_WEIGHTS_REFERENCE ? 2 : 1;
    if (o->tile_columns && o->tile_columns < least)
        return hys__fail(ctx, HYS_ARG, "two bit lines or more",
                         "an array of one bit line holds no weight and what it is compared with");
    const double digits = o->weight_bits ? ceil((double)o->weight_bits / (o->cell_bits ? o->cell_bits : 32)) : 1;
    if ((double)w->rows * (double)w->columns * (double)least * digits > MOST_CELLS)
        return hys__fail(ctx, HYS_LIMIT, "", "%zu x %zu weights take more than 10^9 cells", w->rows, w->columns);
    hys_array_opts lines = o->lines;
    lines.rows = lines.columns = 1;
    return hys_array_check(ctx, &lines);
}

hys_status hys__product_check(hys_ctx *ctx, const hys_matrix *weights, const hys_product_opts *o) {
    hys_status status = HYS_OK;
    if (o->weights > HYS_WEIGHTS_UNSIGNED || o->inputs > HYS_INPUTS_PULSES || o->adc_range > HYS_ADC_UNIT)
        return hys__fail(ctx, HYS_ARG, "", "no such coding of weights, inputs or ranges");
    if (status == HYS_OK) status = check_bits(ctx, o);
    if (status == HYS_OK) status = check_cells(ctx, o);
    if (status == HYS_OK) status = check_drive(ctx, o);
    if (status == HYS_OK) status = check_weights(ctx, weights, o);
    if (status == HYS_OK) status = check_size(ctx, weights, o);
    return status;
}

hys_status hys__product_check_inputs(hys_ctx *ctx, size_t n_in, const hys_matrix *inputs) {
    if (!inputs->rows) return hys__fail(ctx, HYS_ARG, "a row for each product", "no inputs");
    if (inputs->columns != n_in)
        return hys__fail(ctx, HYS_ARG, "each row of inputs drives all word lines, which are the rows of the matrix",
                         "the inputs have %zu numbers in a row, but there are %zu word lines", inputs->columns, n_in);
    for (size_t k = 0; k < inputs->rows * inputs->columns; k++)
        if (!isfinite(inputs->values[k]))
            return hys__fail(ctx, HYS_ARG, "", "the input of row %zu and column %zu is %g", k / inputs->columns + 1,
                             k % inputs->columns + 1, inputs->values[k]);
    return HYS_OK;
}
