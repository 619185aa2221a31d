/* Threefry against Random123, and the normal distribution against high-precision values. */
#include "base/random.h"
#include "hys_test.h"
#include <Random123/threefry.h>
#include <float.h>

typedef struct known_answer {
    uint64_t ctr[2], key[2], out[2];
} known_answer;

/* From the file of known answers that is published with Random123, "threefry2x64 20". */
static void known_answers_come_out(void **state) {
    (void)state;
    static const known_answer known[] = {
        {{0, 0}, {0, 0}, {0xc2b6e3a8c2c69865, 0x6f81ed42f350084d}},
        {{UINT64_MAX, UINT64_MAX}, {UINT64_MAX, UINT64_MAX}, {0xe02cb7c4d95d277a, 0xd06633d0893b8b68}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344},
         {0xa4093822299f31d0, 0x082efa98ec4e6c89},
         {0x263c7d30bb0f0af1, 0x56be8361d3311526}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint64_t out[2];
        hys__threefry2x64(known[i].key, known[i].ctr, out);
        assert_memory_equal(out, known[i].out, sizeof out);
    }
}

static void random123_gives_the_same(void **state) {
    (void)state;
    uint64_t key[2] = {0x2385, 317}, ctr[2] = {1, 2};
    for (int i = 0; i < 10000; i++) {
        threefry2x64_ctr_t theirs_ctr = {{ctr[0], ctr[1]}};
        threefry2x64_key_t theirs_key = {{key[0], key[1]}};
        threefry2x64_ctr_t theirs = threefry2x64(theirs_ctr, theirs_key);
        uint64_t out[2];
        hys__threefry2x64(key, ctr, out);
        assert_int_equal(out[0], theirs.v[0]);
        assert_int_equal(out[1], theirs.v[1]);
        key[i % 2] ^= out[0]; /* the next key and counter are as random as can be */
        ctr[0] = out[1];
        ctr[1] += out[0];
    }
}

static void uniform_lies_strictly_between_0_and_1(void **state) {
    (void)state;
    assert_same_double(hys__uniform(0), 0x1p-53);
    assert_same_double(hys__uniform(UINT64_MAX), 1 - 0x1p-53);
    assert_same_double(hys__uniform(UINT64_C(1) << 63), 0.5 + 0x1p-53);
    /* mirrored bits give the mirrored number, exactly: no bias of the mean */
    for (uint64_t bits = 0x123456789abcdef; bits; bits <<= 3)
        assert_same_double(hys__uniform(bits) + hys__uniform(~bits), 1);
}

/* Solutions of erfc(-x / sqrt(2)) / 2 = p for the double p, by mpmath with 40 digits. */
static void quantiles_are_those_of_the_normal_distribution(void **state) {
    (void)state;
    static const double known[][2] = {
        {0.5000001, 2.5066282733116483012e-7}, {0.51, 0.025068908258711058033},
        {0.6, 0.25334710313579974132},         {0.0749, -1.4402382675279636631},
        {0.0751, -1.4388253927525399824},      {0.925, 1.4395314709384562291},
        {0.975, 1.9599639845400538556},        {0.8413447460685429, 0.99999999999999990574},
        {0.001, -3.0902323061678135354},       {1e-10, -6.3613409024040561991},
        {1e-11, -6.7060231554951362961},       {1.4e-11, -6.6567230915181836356},
        {1e-15, -7.9413453261709967713},       {1e-20, -9.2623400897984075796},
        {1e-100, -21.273453560965324294},      {1e-300, -37.047096299361199237},
        {0x1p-53, -8.2095361516013868556},     {1 - 0x1p-53, 8.2095361516013868556},
    };
    /* Wichura states about one part in 1e16 for his approximation; a few roundings follow */
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_near(hys__normal_quantile(known[i][0]), known[i][1], 8 * DBL_EPSILON);
    assert_same_double(hys__normal_quantile(0.5), 0);
}

static void a_quantile_inverts_erfc(void **state) {
    (void)state;
    for (double x = -37; x < 5; x += 0.0317) {
        double p = erfc(-x / sqrt(2)) / 2;
        /* an error of eps in p moves x by eps p / density(x); and p itself, held in a double near 1,
         * is known to eps / 2 only */
        double slope = p * sqrt(2 * acos(-1)) * exp(x * x / 2);
        assert_within(hys__normal_quantile(p), x, 8 * DBL_EPSILON * (fabs(x) + slope));
    }
}

static void quantiles_exist_only_between_0_and_1(void **state) {
    (void)state;
    static const double outside[] = {0, -0.0, 1, -0.1, 1.1, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        assert_true(isnan(hys__normal_quantile(outside[i])));
}

/* The moments of n draws scatter by 1, sqrt(2), sqrt(15) and sqrt(96), over sqrt(n); five times that is
 * passed once in a million keys, and this key is fixed. */
static void normal_draws_have_the_moments_of_the_normal_distribution(void **state) {
    (void)state;
    const uint64_t key[2] = {0x2385, 0x317};
    const double n = 200000;
    double sum[5] = {0};
    for (uint64_t i = 0; i < (uint64_t)n; i++) {
        const uint64_t ctr[2] = {i, 0};
        double x = hys__normal(key, ctr);
        for (int k = 1; k <= 4; k++) sum[k] += pow(x, k);
    }
    assert_within(sum[1] / n, 0, 5 / sqrt(n));
    assert_within(sum[2] / n, 1, 5 * sqrt(2 / n));
    assert_within(sum[3] / n, 0, 5 * sqrt(15 / n));
    assert_within(sum[4] / n, 3, 5 * sqrt(96 / n));
}

/* FNV-1a of draft-eastlake-fnv, then splitmix64's finisher: both computed in Python. */
static void names_have_the_hashes_that_python_computes(void **state) {
    (void)state;
    assert_int_equal(hys__name_hash(""), 0xf52a15e9a9b5e89b);
    assert_int_equal(hys__name_hash("x1.cell[3]"), 0x6eb9b281e1b314e7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers_come_out),
        cmocka_unit_test(random123_gives_the_same),
        cmocka_unit_test(uniform_lies_strictly_between_0_and_1),
        cmocka_unit_test(quantiles_are_those_of_the_normal_distribution),
        cmocka_unit_test(a_quantile_inverts_erfc),
        cmocka_unit_test(quantiles_exist_only_between_0_and_1),
        cmocka_unit_test(normal_draws_have_the_moments_of_the_normal_distribution),
        cmocka_unit_test(names_have_the_hashes_that_python_computes),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
