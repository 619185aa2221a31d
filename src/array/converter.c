/* Currents become numbers. */
#include "array/product_impl.h"
#include <math.h>
#include <stdlib.h>

static bool has_pairs(const hys_product *p) {
    return p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL || p->opts.weights == HYS_WEIGHTS_REFERENCE;
}

size_t hys__lanes_of(const hys_product *p, const hys__tile *t) {
    return p->opts.converts_each ? t->columns : t->outs;
}

/* Differences are taken before the converter, or it converts both. */
void hys__to_lanes(const hys_product *p, const hys__tile *t, double *currents, size_t count) {
    if (p->opts.converts_each || !has_pairs(p)) return;
    const bool is_pair = p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL;
    for (size_t k = 0; k < count; k++) {
        const double *in = currents + k * t->columns;
        const double reference = in[t->columns - 1];
        for (size_t j = 0; j < t->outs; j++)
            currents[k * t->outs + j] = is_pair ? in[2 * j] - in[2 * j + 1] : in[j] - reference;
    }
}

/* The part of a full cell that stands for the weight 0. */
static double zero_part(const hys_product *p, size_t slice) {
    const hys__coding *c = &p->weight;
    if (p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL || p->opts.weights == HYS_WEIGHTS_UNSIGNED) return 0;
    return c->bits ? hys__coding_part(c, c->zero, slice) : 0.5;
}

double hys__full_range(const hys_product *p, const hys__tile *t) {
    const hys_product_opts *o = &p->opts;
    const double lines = (double)t->rows * o->voltage * p->pulse_scale, zero = zero_part(p, t->slice);
    if (o->converts_each || !has_pairs(p)) return lines * o->g_max;
    return lines * (o->g_max - o->g_min) * fmax(zero, 1 - zero);
}

/* Steps are even and one of them lies around 0 A, so that nothing stays nothing.  All of the range is within half a
 * step of a code: 2^n - 1 codes for both signs, 2^n for one. */
hys__converter hys__converter_of(const hys_product *p, const hys__tile *t, uint32_t input_full, double range) {
    const hys_product_opts *o = &p->opts;
    hys__converter c = {0};
    if (!o->adc_bits) return c;
    const bool has_signs = !o->has_sign_passes || (has_pairs(p) && !o->converts_each);
    c.most = ldexp(1, has_signs ? o->adc_bits - 1 : o->adc_bits) - 1;
    c.least = has_signs ? -c.most : 0;
    c.step = range / (c.most + 0.5);
    if (o->adc_range == HYS_ADC_UNIT)
        c.step =
            o->voltage * p->pulse_scale * (o->g_max - o->g_min) / input_full / hys__coding_full(&p->weight, t->slice);
    return c;
}

double hys__convert(const hys__converter *c, double current) {
    if (!(c->step > 0)) return current;
    return c->step * fmax(c->least, fmin(c->most, rint(current / c->step)));
}

/* ---- ranges ---- */

static int by_magnitude(const void *a, const void *b) {
    const double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

double hys__quantile(double *values, size_t n, double part) {
    if (!n) return 0;
    if (part < 1) qsort(values, n, sizeof *values, by_magnitude);
    double most = 0;
    const size_t last = (size_t)ceil(part * (double)n);
    for (size_t k = 0; k < n && k < last; k++) most = fmax(most, fabs(values[k]));
    return most;
}

/* ---- back to numbers ---- */

double hys__lane_number(const hys_product *p, const hys__tile *t, const double *lanes, size_t j) {
    if (!p->opts.converts_each || !has_pairs(p)) return lanes[j];
    return p->opts.weights == HYS_WEIGHTS_DIFFERENTIAL ? lanes[2 * j] - lanes[2 * j + 1] : lanes[j] - lanes[t->outs];
}

double hys__pedestal(const hys_product *p, const hys__tile *t) {
    const hys_product_opts *o = &p->opts;
    return has_pairs(p) ? 0 : o->g_min / (o->g_max - o->g_min) + zero_part(p, t->slice);
}
