/* Random numbers from counters. */
#include "base/random.h"
#include "base/hash64.h"
#include <math.h>
#include <string.h>

static uint64_t rotate_left(uint64_t x, unsigned n) {
    return x << n | x >> (64 - n);
}

/* Threefry2x64-20: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11,
 * with the rotations of its table 2 and the parity constant of Threefish (Skein 1.3).  Four rounds,
 * then the key is added again, its words moved on by one. */
void hys__threefry2x64(const uint64_t key[2], const uint64_t ctr[2], uint64_t out[2]) {
    static const unsigned rotation[8] = {16, 42, 12, 31, 16, 32, 24, 21};
    const uint64_t words[3] = {key[0], key[1], UINT64_C(0x1bd11bdaa9fc1a22) ^ key[0] ^ key[1]};
    uint64_t x0 = ctr[0] + words[0], x1 = ctr[1] + words[1];
    for (unsigned round = 0; round < 20; round++) {
        x0 += x1;
        x1 = rotate_left(x1, rotation[round % 8]) ^ x0;
        if (round % 4 == 3) {
            unsigned n = round / 4 + 1;
            x0 += words[n % 3];
            x1 += words[(n + 1) % 3] + n;
        }
    }
    out[0] = x0;
    out[1] = x1;
}

/* The middles of 2^52 equal pieces of (0,1): 53 bits, the last one always set, so that neither 0 nor 1
 * comes up, nor a rounding. */
double hys__uniform(uint64_t bits) {
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

/* a[0] + a[1] x + ... + a[7] x^7 */
static double polynomial7(const double a[8], double x) {
    double y = a[7];
    for (int i = 6; i >= 0; i--) y = y * x + a[i];
    return y;
}

/* Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
 * (1988) 477, routine PPND16: relative error about 1e-16.  Three rational functions: of the middle, of
 * the tails, and of the far tails (p < exp(-25)). */
double hys__normal_quantile(double p) {
    static const double a[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double b[8] = {1.0,
                                4.2313330701600911252e1,
                                6.8718700749205790830e2,
                                5.3941960214247511077e3,
                                2.1213794301586595867e4,
                                3.9307895800092710610e4,
                                2.8729085735721942674e4,
                                5.2264952788528545610e3};
    static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
    static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};
    if (!(p > 0 && p < 1)) return NAN;
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial7(a, r) / polynomial7(b, r);
    }
    double r = sqrt(-log(q < 0 ? p : 1 - p));
    double z =
        r <= 5 ? polynomial7(c, r - 1.6) / polynomial7(d, r - 1.6) : polynomial7(e, r - 5) / polynomial7(f, r - 5);
    return q < 0 ? -z : z;
}

double hys__normal(const uint64_t key[2], const uint64_t ctr[2]) {
    uint64_t bits[2];
    hys__threefry2x64(key, ctr, bits);
    return hys__normal_quantile(hys__uniform(bits[0]));
}

uint64_t hys__name_hash(const char *name) {
    return hys__hash64(name, strlen(name));
}
