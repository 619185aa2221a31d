/* Numbers to text and back. */
#include "base/random.h"
#include "base/units.h"
#include "hys_test.h"
#include "locale_de.h"

/* Doubles of every exponent and sign: random bit patterns without NaN and infinity. */
static double random_double(uint64_t i) {
    const uint64_t key[2] = {0x2385, 0}, ctr[2] = {i, 0};
    uint64_t bits[2];
    double value;
    hys__threefry2x64(key, ctr, bits);
    memcpy(&value, &bits[0], sizeof value);
    return isfinite(value) ? value : random_double(i + (UINT64_C(1) << 40));
}

static const char *formatted(double value) {
    static char buf[32];
    size_t n = hys__number_format(value, buf);
    assert_int_equal(n, strlen(buf));
    return buf;
}

static size_t count_digits(const char *s) {
    size_t n = 0, zeros = 0;
    for (; *s && *s != 'e'; s++) {
        if (*s < '0' || *s > '9') continue;
        if (n > 0 || *s != '0') n++;
        zeros = *s == '0' ? zeros + 1 : 0;
    }
    return n > zeros ? n - zeros : 1;
}

/* Digits that the C library needs for a text that reads back: an upper bound, and one too many only at
 * powers of two, where it does not try the neighbour of the nearest decimal. */
static size_t digits_needed(double value) {
    char buf[64];
    for (int digits = 1; digits < 17; digits++) {
        snprintf(buf, sizeof buf, "%.*e", digits - 1, value);
        if (strtod(buf, NULL) == value) return (size_t)digits;
    }
    return 17;
}

static void any_double_reads_back_from_its_text(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        double value = random_double(i), read = 0;
        bool overflow = true;
        const char *text = formatted(value);
        assert_same_double(strtod(text, NULL), value);
        assert_int_equal(hys__number_parse(text, &read, &overflow), strlen(text));
        assert_same_double(read, value);
        assert_false(overflow);
    }
}

static void no_shorter_text_reads_back(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        double value = random_double(i);
        assert_int_equal(count_digits(formatted(value)), digits_needed(value));
    }
    for (uint64_t i = 1; i < 20000; i++) { /* decimals that people write */
        char text[32];
        snprintf(text, sizeof text, "%d.%03de%d", (int)(i / 1000), (int)(i % 1000), (int)(i % 60) - 30);
        double value = strtod(text, NULL);
        assert_int_equal(count_digits(formatted(value)), digits_needed(value));
    }
}

static void powers_of_two_are_as_short_as_can_be(void **state) {
    (void)state;
    for (int e = -1074; e <= 1023; e++) {
        double value = ldexp(1, e);
        assert_same_double(strtod(formatted(value), NULL), value);
        assert_true(count_digits(formatted(value)) <= digits_needed(value));
    }
    /* Its nearest 16 digits, ...801, do not read back; ...802 does (also what Python prints). */
    assert_string_equal(formatted(ldexp(1, -44)), "5.684341886080802e-14");
    assert_string_equal(formatted(9007199254740992.0), "9007199254740992");
}

/* As Python's repr has the digits. */
static void texts_of_well_known_doubles(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } known[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {1.0, "1"},
        {-2.385, "-2.385"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {2.0 / 3, "0.6666666666666666"},
        {100, "100"},
        {12345.678, "12345.678"},
        {10000, "10000"},
        {100000, "1e5"},
        {123456789012345680.0, "123456789012345680"},
        {0.001, "0.001"},
        {0.000123456, "0.000123456"},
        {1e-9, "1e-9"},
        {6.62607015e-34, "6.62607015e-34"},
        {1e21, "1e21"},
        {1e22, "1e22"},
        {1e23, "1e23"},
        {5e-324, "5e-324"},
        {1.5e-323, "1.5e-323"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {2.225073858507201e-308, "2.225073858507201e-308"},
        {1.7976931348623157e308, "1.7976931348623157e308"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
        {-NAN, "nan"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_string_equal(formatted(known[i].value), known[i].text);
}

typedef struct head {
    const char *text;
    size_t used;
    double value;
} head;

static void the_number_at_the_head_of_a_text_is_read(void **state) {
    (void)state;
    static const head heads[] = {
        {"2.385", 5, 2.385},
        {"+7", 2, 7},
        {"-.5e1x", 5, -5},
        {"5.", 2, 5},
        {"5.e-2", 5, 0.05},
        {"1.5.2", 3, 1.5},
        {"1e", 1, 1},
        {"1e+", 1, 1},
        {"1em", 1, 1},
        {"1E5", 3, 1e5},
        {"1e-400", 6, 0},
        {"-1e-400", 7, -0.0},
        {"4.9406564584124654e-324", 23, 5e-324},
        {"0x1p3", 1, 0},
        {"-0x1p3", 2, -0.0},
        {"00x1", 2, 0},
        {"1,5", 1, 1},
        {"1_000", 1, 1},
        {"179769313486231580793728971405301e276", 37, 1.797693134862315708e308},
        /* halfway between two doubles, and one digit above it */
        {"9007199254740993", 16, 9007199254740992.0},
        {"9007199254740993.00000000000000000000000000000001", 49, 9007199254740994.0},
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        double value = NAN;
        bool overflow = true;
        assert_int_equal(hys__number_parse(heads[i].text, &value, &overflow), heads[i].used);
        assert_same_double(value, heads[i].value);
        assert_false(overflow);
    }
}

static void what_is_not_a_number_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"",    ".",    "-",  "+-1", "e5",  ".e5", "inf",     "-inf",
                                        "nan", "NaN1", " 1", "\t1", "--1", "x1",  "infinity"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        double value = 2.385;
        bool overflow = true;
        assert_int_equal(hys__number_parse(wrong[i], &value, &overflow), 0);
        assert_false(overflow);
        assert_same_double(value, 2.385);
    }
}

static void overflow_is_reported_and_changes_nothing(void **state) {
    (void)state;
    static const char *const large[] = {"1e309", "-1e309", "1.8e308", "17976931348623159e292",
                                        "1e99999999999999999999"};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        double value = 2.385;
        bool overflow = false;
        assert_int_equal(hys__number_parse(large[i], &value, &overflow), 0);
        assert_true(overflow);
        assert_same_double(value, 2.385);
    }
}

static void a_million_digits_are_read(void **state) {
    (void)state;
    size_t n = 1000000;
    char *text = malloc(n + 3);
    assert_non_null(text);
    memset(text, '3', n + 2);
    memcpy(text, "0.", 2);
    text[n + 2] = 0;
    double value;
    bool overflow;
    assert_int_equal(hys__number_parse(text, &value, &overflow), n + 2);
    assert_same_double(value, 1.0 / 3);
    free(text);
}

/* Decimals of every length and size, as strtod reads them. */
static void random_decimals_are_read_as_strtod_reads_them(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        const uint64_t key[2] = {317, 0}, ctr[2] = {i, 0};
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        char text[64];
        int exponent = (int)(bits[1] % 660) - 340, digits = 1 + (int)((bits[1] >> 32) % 19);
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(bits[0] >> 3 * digits),
                 (unsigned long long)(bits[1] >> 20), exponent);
        double want = strtod(text, NULL), value = want;
        bool overflow;
        size_t n = hys__number_parse(text, &value, &overflow);
        assert_int_equal(n, isinf(want) ? 0 : strlen(text));
        assert_same_double(value, want);
    }
}

static void a_decimal_comma_in_the_locale_changes_nothing(void **state) {
    (void)state;
    if (!locale_de_set()) {
        print_message("no German locale could be had or made\n");
        skip();
    }
    char comma[16];
    snprintf(comma, sizeof comma, "%.1f", 2.5);
    double value = 0;
    bool overflow;
    size_t used = hys__number_parse("2.385e-3", &value, &overflow);
    const char *text = formatted(2.385);
    hys__text grown;
    hys_ctx *ctx = hys_test_ctx();
    hys__text_init(&grown, ctx);
    hys__text_printf(&grown, "%g %.3f", 2.385, 0.5);
    locale_de_reset();
    assert_string_equal(comma, "2,5"); /* the locale was really in force */
    assert_int_equal(used, 8);
    assert_same_double(value, 2.385e-3);
    assert_string_equal(text, "2.385");
    assert_string_equal(grown.at, "2.385 0.500");
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_double_reads_back_from_its_text),
        cmocka_unit_test(no_shorter_text_reads_back),
        cmocka_unit_test(powers_of_two_are_as_short_as_can_be),
        cmocka_unit_test(texts_of_well_known_doubles),
        cmocka_unit_test(the_number_at_the_head_of_a_text_is_read),
        cmocka_unit_test(what_is_not_a_number_is_refused),
        cmocka_unit_test(overflow_is_reported_and_changes_nothing),
        cmocka_unit_test(a_million_digits_are_read),
        cmocka_unit_test(random_decimals_are_read_as_strtod_reads_them),
        cmocka_unit_test(a_decimal_comma_in_the_locale_changes_nothing),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
