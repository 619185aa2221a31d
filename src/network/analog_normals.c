#include "network/analog_normals.h"
#include "base/clones.h"
#include <string.h>

#define QUADS HYS__COUNTERS /* counters side by side, each good for four numbers */

static inline uint64_t rotate_left(uint64_t x, unsigned n) {
    return x << n | x >> (64 - n);
}

/* Threefry2x64-20, as in base/random.c, of QUADS counters in a row. */
HYS__CLONES static void draw_bits(const uint64_t *key, uint64_t first, uint64_t *restrict low,
                                  uint64_t *restrict high) {
    const uint64_t k0 = key[0], k1 = key[1], k2 = UINT64_C(0x1bd11bdaa9fc1a22) ^ k0 ^ k1;
#define ROUND(n)     (x0 += x1, x1 = rotate_left(x1, n) ^ x0)
#define FOUR_ODD()   (ROUND(16), ROUND(42), ROUND(12), ROUND(31))
#define FOUR_EVEN()  (ROUND(16), ROUND(32), ROUND(24), ROUND(21))
#define ADD(a, b, n) (x0 += (a), x1 += (b) + (n))
    for (size_t q = 0; q < QUADS; q++) {
        uint64_t x0 = first + q + k0, x1 = k1;
        FOUR_ODD();
        ADD(k1, k2, 1);
        FOUR_EVEN();
        ADD(k2, k0, 2);
        FOUR_ODD();
        ADD(k0, k1, 3);
        FOUR_EVEN();
        ADD(k1, k2, 4);
        FOUR_ODD();
        ADD(k2, k0, 5);
        low[q] = x0;
        high[q] = x1;
    }
#undef ROUND
#undef FOUR_ODD
#undef FOUR_EVEN
#undef ADD
}

void hys__random_words(const uint64_t key[2], uint64_t first, uint64_t *low, uint64_t *high) {
    draw_bits(key, first, low, high);
}

/* In (0, 1): middles of 2^31 pieces, so that the largest magnitude of a normal number is 6.6. */
static inline float uniform(uint32_t bits) {
    return (float)(int32_t)(bits >> 1) * 0x1p-31f + 0x1p-32f;
}

/* ln x of 0 < x < 1: x = 2^e m with m from sqrt(1/2) to sqrt(2), and ln m = 2 artanh s with s = (m - 1)/(m + 1), whose
 * series is cut behind s^9 (2 s^11/11 < 1e-9 there). */
static inline float logarithm(float x) {
    uint32_t bits;
    float m;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t from = bits - 0x3f3504f3u; /* sqrt(1/2) */
    const int32_t e = (int32_t)from >> 23;
    bits = (from & 0x007fffffu) + 0x3f3504f3u;
    memcpy(&m, &bits, sizeof m);
    const float s = (m - 1) / (m + 1), q = s * s;
    const float tail = q * (2.0f / 3 + q * (2.0f / 5 + q * (2.0f / 7 + q * (2.0f / 9))));
    return (float)e * 0.693147181f + s * (2 + tail);
}

/* sin and cos of a turn's part x, -1/8 <= x <= 1/8: series in (2 pi x)^2, to 1e-8. */
static inline float sine(float x) {
    const float a = 6.28318531f * x, q = a * a;
    return a * (1 - q * (1.0f / 6 - q * (1.0f / 120 - q * (1.0f / 5040 - q * (1.0f / 362880)))));
}
static inline float cosine(float x) {
    const float a = 6.28318531f * x, q = a * a;
    return 1 - q * (0.5f - q * (1.0f / 24 - q * (1.0f / 720 - q * (1.0f / 40320))));
}

/* Box and Muller 1958: sqrt(-2 ln u) times cosine and sine of a turn's part.  The nearest quarter is left out of the
 * angle and put in by exchanging the two and their signs. */
HYS__CLONES static void to_normals(const uint64_t *bits, float *restrict first, float *restrict second) {
    for (size_t q = 0; q < QUADS; q++) {
        const float square = -2 * logarithm(uniform((uint32_t)bits[q]));
        const float radius = hys__root(square > 0 ? square : 0);
        const float turn = 4 * uniform((uint32_t)(bits[q] >> 32));
        const int32_t quarter = (int32_t)(turn + 0.5f);
        const float x = 0.25f * (turn - (float)quarter), s = sine(x), c = cosine(x);
        const float a = quarter & 1 ? s : c, b = quarter & 1 ? c : s;
        first[q] = radius * ((quarter + 1) & 2 ? -a : a);
        second[q] = radius * (quarter & 2 ? -b : b);
    }
}

static void draw_group(const uint64_t *key, uint64_t group, float *numbers) {
    uint64_t low[QUADS], high[QUADS];
    draw_bits(key, group * QUADS, low, high);
    to_normals(low, numbers, numbers + QUADS);
    to_normals(high, numbers + 2 * QUADS, numbers + 3 * QUADS);
}

#define GROUP ((uint64_t)4 * QUADS)

void hys__normals(const uint64_t key[2], uint64_t first, size_t n, float *numbers) {
    float group[GROUP];
    for (size_t done = 0; done < n;) {
        const uint64_t at = first + done, skip = at % GROUP;
        const size_t count = n - done < GROUP - skip ? n - done : (size_t)(GROUP - skip);
        if (count == GROUP) draw_group(key, at / GROUP, numbers + done);
        else {
            draw_group(key, at / GROUP, group);
            memcpy(numbers + done, group + skip, count * sizeof *numbers);
        }
        done += count;
    }
}
