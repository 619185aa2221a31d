/* The elements of circuits that are fitted to impedance. */
#include "circuit/lump.h"
#include <math.h>
#include <string.h>

static double complex z_r(const double *p, double complex s) {
    (void)s;
    return p[0];
}
static double complex z_c(const double *p, double complex s) {
    return 1 / (s * p[0]);
}
static double complex z_l(const double *p, double complex s) {
    return s * p[0];
}
static double complex z_cpe(const double *p, double complex s) {
    return 1 / (p[0] * cpow(s, p[1]));
}
static double complex z_la(const double *p, double complex s) {
    return p[0] * cpow(s, p[1]);
}
/* A (1 - i)/sqrt(w) = A sqrt(2/s) */
static double complex z_w(const double *p, double complex s) {
    return p[0] * csqrt(2 / s);
}
static double complex z_wo(const double *p, double complex s) {
    double complex x = csqrt(s * p[1]);
    return p[0] / (x * ctanh(x));
}
static double complex z_ws(const double *p, double complex s) {
    double complex x = csqrt(s * p[1]);
    return p[0] * ctanh(x) / x;
}
static double complex z_g(const double *p, double complex s) {
    return p[0] / csqrt(1 + s * p[1]);
}
static double complex z_k(const double *p, double complex s) {
    return p[0] / (1 + s * p[1]);
}
static double complex z_zarc(const double *p, double complex s) {
    return p[0] / (1 + cpow(s * p[1], p[2]));
}

static void guess_r(double z, double w, double n, double *p) {
    (void)w, (void)n;
    p[0] = z;
}
static void guess_c(double z, double w, double n, double *p) {
    (void)n;
    p[0] = 1 / (w * z);
}
static void guess_l(double z, double w, double n, double *p) {
    (void)n;
    p[0] = z / w;
}
static void guess_cpe(double z, double w, double n, double *p) {
    p[0] = 1 / (z * pow(w, n));
    p[1] = n;
}
static void guess_la(double z, double w, double n, double *p) {
    p[0] = z / pow(w, n);
    p[1] = n;
}
static void guess_w(double z, double w, double n, double *p) {
    (void)n;
    p[0] = z * sqrt(0.5 * w);
}
static void guess_tau(double z, double w, double n, double *p) {
    (void)n;
    p[0] = z;
    p[1] = 1 / w;
}
static void guess_zarc(double z, double w, double n, double *p) {
    guess_tau(z, w, n, p);
    p[2] = n;
}

#define OHM(name)                                                                                                      \
    { name, "ohm", false }
#define TAU                                                                                                            \
    { "tau", "s", false }
#define POWER                                                                                                          \
    { "n", "1", true }

/* Of names that begin alike the longer stands first. */
static const hys__lump_kind kinds[] = {
    {"Zarc", 3, {OHM("R"), TAU, POWER}, z_zarc, guess_zarc},
    {"CPE", 2, {{"Q", "S*s^n", false}, POWER}, z_cpe, guess_cpe},
    {"La", 2, {{"L", "ohm*s^n", false}, POWER}, z_la, guess_la},
    {"Wo", 2, {OHM("Z0"), TAU}, z_wo, guess_tau},
    {"Ws", 2, {OHM("Z0"), TAU}, z_ws, guess_tau},
    {"R", 1, {OHM("")}, z_r, guess_r},
    {"C", 1, {{"", "F", false}}, z_c, guess_c},
    {"L", 1, {{"", "H", false}}, z_l, guess_l},
    {"W", 1, {{"", "ohm/s^0.5", false}}, z_w, guess_w},
    {"G", 2, {OHM("R"), TAU}, z_g, guess_tau},
    {"K", 2, {OHM("R"), TAU}, z_k, guess_tau},
};

const hys__lump_kind *hys__lump_kind_of(const char *text, size_t len) {
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        size_t n = strlen(kinds[k].name);
        if (n <= len && !memcmp(kinds[k].name, text, n)) return &kinds[k];
    }
    return NULL;
}

const char *hys__lump_kinds(void) {
    return "elements: R, C, L, CPE, La, W, Wo, Ws, G, K, Zarc; for example R0-p(R1,CPE1)-W1";
}
