/* Values become spikes. */
#include "base/random.h"
#include "network/spiking_impl.h"
#include <math.h>
#include <string.h>

static const char *const names[] = {
#define HYS_X(id, name, what) name,
    HYS_SPIKE_CODES(HYS_X)
#undef HYS_X
};

const char *hys_spike_code_name(hys_spike_code code) {
    return (unsigned)code < HYS_N_SPIKE_CODES ? names[code] : "";
}

hys__code hys__code_of(const hys_spiking_opts *o) {
    hys__code c = {.kind = o->code, .seed = o->seed, .steps = o->steps, .part = o->rate > 0 ? o->rate * o->dt : 1};
    const double worth = o->code == HYS_CODE_LATENCY || o->code == HYS_CODE_CURRENT ? 1 : 1 / c.part;
    c.worth = (float)(o->input_spike > 0 ? o->input_spike : worth);
    return c;
}

/* Four draws of 16 bits from each of the two words that a key and a place give: probabilities are rounded to 2^-16. */
#define DRAWS 8

static size_t poisson(const hys__code *c, const float *values, size_t n, const uint64_t place[2], float *x) {
    const uint64_t key[2] = {c->seed, hys__name_hash("spikes")};
    const float scale = (float)(65536 * c->part);
    size_t count = 0;
    memset(x, 0, n * sizeof *x);
    for (size_t k = 0; k < n; k += DRAWS) {
        const size_t end = n - k < DRAWS ? n - k : DRAWS;
        uint64_t bits[2];
        bool any = false;
        for (size_t i = 0; i < end; i++) any = any || values[k + i] > 0;
        if (!any) continue;
        hys__threefry2x64(key, (const uint64_t[]){place[0], place[1] << 32 | k}, bits);
        for (size_t i = 0; i < end; i++) {
            const bool has_spike = (float)(bits[i / 4] >> i % 4 * 16 & 0xffff) < scale * values[k + i];
            x[k + i] = has_spike ? c->worth : 0;
            count += has_spike;
        }
    }
    return count;
}

/* As many as a counter that began at a half has passed whole numbers. */
static size_t regular(const hys__code *c, const float *values, size_t n, size_t step, float *x) {
    size_t count = 0;
    for (size_t k = 0; k < n; k++) {
        const double p = fmin(fmax((double)values[k], 0) * c->part, 1);
        const bool has_spike = floor(p * (double)(step + 1) + 0.5) > floor(p * (double)step + 0.5);
        x[k] = has_spike ? c->worth : 0;
        count += has_spike;
    }
    return count;
}

static size_t latency(const hys__code *c, const float *values, size_t n, size_t step, float *x) {
    size_t count = 0;
    for (size_t k = 0; k < n; k++) {
        const double late = (1 - fmin((double)values[k], 1)) * (double)(c->steps - 1);
        const bool has_spike = values[k] > 0 && (size_t)(late + 0.5) == step;
        x[k] = has_spike ? c->worth : 0;
        count += has_spike;
    }
    return count;
}

size_t hys__code_step(const hys__code *c, const float *values, size_t n, uint64_t sample, size_t step, float *x) {
    switch (c->kind) {
    case HYS_CODE_POISSON:
        return poisson(c, values, n, (const uint64_t[]){sample, step}, x);
    case HYS_CODE_REGULAR:
        return regular(c, values, n, step, x);
    case HYS_CODE_LATENCY:
        return latency(c, values, n, step, x);
    default:
        for (size_t k = 0; k < n; k++) x[k] = c->worth * values[k];
        return 0;
    }
}
