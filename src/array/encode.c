/* Numbers as digits: weights over slices of arrays, inputs over passes. */
#include "array/product_impl.h"
#include <math.h>

hys__coding hys__coding_new(double range, int bits, int digit_bits) {
    hys__coding c = {.range = range, .unit = range, .n_slices = 1};
    if (!bits) return c;
    c.bits = bits;
    c.digit_bits = digit_bits && digit_bits < bits ? digit_bits : bits;
    c.n_slices = (size_t)((bits + c.digit_bits - 1) / c.digit_bits);
    c.most = (UINT32_C(1) << bits) - 1;
    c.unit = range / c.most;
    return c;
}

double hys__coding_code(const hys__coding *c, double x) {
    const double part = c->range > 0 ? fmax(-1, fmin(1, x / c->range)) : 0;
    return c->most ? rint(part * c->most) : part;
}

static int bits_of(const hys__coding *c, size_t slice) {
    const int left = c->bits - (int)slice * c->digit_bits;
    return left < c->digit_bits ? left : c->digit_bits;
}

uint32_t hys__coding_full(const hys__coding *c, size_t slice) {
    return c->bits ? (UINT32_C(1) << bits_of(c, slice)) - 1 : 0;
}

double hys__coding_part(const hys__coding *c, double code, size_t slice) {
    if (!c->bits) return code;
    const uint32_t full = hys__coding_full(c, slice);
    return (double)((uint32_t)code >> (slice * (size_t)c->digit_bits) & full) / full;
}

double hys__coding_weight(const hys__coding *c, size_t slice) {
    return c->bits ? ldexp(c->unit * hys__coding_full(c, slice), (int)slice * c->digit_bits) : c->unit;
}

/* ---- inputs ---- */

hys__passes hys__passes_new(const hys_product *p, double input_range) {
    const int bits = p->opts.input_bits ? p->opts.input_bits - 1 : 0;
    hys__passes passes = {hys__coding_new(input_range, bits, p->opts.dac_bits), 0, p->opts.has_sign_passes ? 2 : 1};
    passes.n = passes.coding.n_slices * passes.n_signs;
    return passes;
}

double hys__pass_weight(const hys__passes *passes, size_t pass) {
    const double weight = hys__coding_weight(&passes->coding, pass / passes->n_signs);
    return pass % passes->n_signs ? -weight : weight;
}

void hys__pass_parts(const hys_product *p, const hys__passes *passes, size_t pass, const double *x, size_t n,
                     double *parts) {
    const bool is_negative = pass % passes->n_signs;
    for (size_t i = 0; i < n; i++) {
        const double code = hys__coding_code(&passes->coding, x[i]);
        const double part = hys__coding_part(&passes->coding, fabs(code), pass / passes->n_signs);
        if (!p->opts.has_sign_passes) parts[i] = copysign(part, code);
        else parts[i] = (code < 0) == is_negative ? part : 0;
    }
}
