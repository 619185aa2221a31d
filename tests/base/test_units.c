/* Units and numbers with units. */
#include "base/units.h"
#include "hys_test.h"
#include "locale_de.h"
#include <float.h>

static hys__unit parsed(const char *text) {
    hys__unit unit = {.scale = NAN};
    if (!hys__unit_parse(text, strlen(text), &unit)) print_error("'%s' is not a unit\n", text);
    assert_false(isnan(unit.scale));
    return unit;
}

typedef struct form {
    const char *text;
    int8_t dim[7];
    double scale;
} form;

/* Dimensions and values from the SI brochure (9th edition), tables 2 to 8. */
static void units_have_the_dimensions_and_values_of_the_si(void **state) {
    (void)state;
    static const form forms[] = {
        {"1", {0}, 1},
        {"%", {0}, 0.01},
        {"V", {2, 1, -3, -1, 0, 0, 0}, 1},
        {"mV", {2, 1, -3, -1, 0, 0, 0}, 1e-3},
        {"uV", {2, 1, -3, -1, 0, 0, 0}, 1e-6},
        {"\xc2\xb5V", {2, 1, -3, -1, 0, 0, 0}, 1e-6}, /* micro sign */
        {"\xce\xbcV", {2, 1, -3, -1, 0, 0, 0}, 1e-6}, /* Greek mu */
        {"A", {0, 0, 0, 1, 0, 0, 0}, 1},
        {"uA", {0, 0, 0, 1, 0, 0, 0}, 1e-6},
        {"nA", {0, 0, 0, 1, 0, 0, 0}, 1e-9},
        {"ohm", {2, 1, -3, -2, 0, 0, 0}, 1},
        {"Ohms", {2, 1, -3, -2, 0, 0, 0}, 1},
        {"kohm", {2, 1, -3, -2, 0, 0, 0}, 1e3},
        {"k\xce\xa9", {2, 1, -3, -2, 0, 0, 0}, 1e3},     /* Greek omega */
        {"M\xe2\x84\xa6", {2, 1, -3, -2, 0, 0, 0}, 1e6}, /* ohm sign */
        {"S", {-2, -1, 3, 2, 0, 0, 0}, 1},
        {"mS", {-2, -1, 3, 2, 0, 0, 0}, 1e-3},
        {"F", {-2, -1, 4, 2, 0, 0, 0}, 1},
        {"fF", {-2, -1, 4, 2, 0, 0, 0}, 1e-15},
        {"H", {2, 1, -2, -2, 0, 0, 0}, 1},
        {"s", {0, 0, 1, 0, 0, 0, 0}, 1},
        {"ms", {0, 0, 1, 0, 0, 0, 0}, 1e-3},
        {"milliseconds", {0, 0, 1, 0, 0, 0, 0}, 1e-3},
        {"min", {0, 0, 1, 0, 0, 0, 0}, 60},
        {"h", {0, 0, 1, 0, 0, 0, 0}, 3600},
        {"Hz", {0, 0, -1, 0, 0, 0, 0}, 1},
        {"kHz", {0, 0, -1, 0, 0, 0, 0}, 1e3},
        {"K", {0, 0, 0, 0, 1, 0, 0}, 1},
        {"Kelvin", {0, 0, 0, 0, 1, 0, 0}, 1},
        {"m", {1, 0, 0, 0, 0, 0, 0}, 1},
        {"nm", {1, 0, 0, 0, 0, 0, 0}, 1e-9},
        {"meter", {1, 0, 0, 0, 0, 0, 0}, 1},
        {"micrometres", {1, 0, 0, 0, 0, 0, 0}, 1e-6},
        {"cm^2", {2, 0, 0, 0, 0, 0, 0}, 1e-4},
        {"J", {2, 1, -2, 0, 0, 0, 0}, 1},
        {"eV", {2, 1, -2, 0, 0, 0, 0}, 1.602176634e-19},
        {"meV", {2, 1, -2, 0, 0, 0, 0}, 1.602176634e-22},
        {"kg", {0, 1, 0, 0, 0, 0, 0}, 1},
        {"mg", {0, 1, 0, 0, 0, 0, 0}, 1e-6},
        {"C", {0, 0, 1, 1, 0, 0, 0}, 1},
        {"W", {2, 1, -3, 0, 0, 0, 0}, 1},
        {"T", {0, 1, -2, -1, 0, 0, 0}, 1},
        {"Pa", {-1, 1, -2, 0, 0, 0, 0}, 1},
        {"cd", {0, 0, 0, 0, 0, 0, 1}, 1},
        {"mmol", {0, 0, 0, 0, 0, 1, 0}, 1e-3},
        {"A/m^2", {-2, 0, 0, 1, 0, 0, 0}, 1},
        {"A/cm**2", {-2, 0, 0, 1, 0, 0, 0}, 1e4},
        {"m^2/V/s", {0, -1, 2, 1, 0, 0, 0}, 1},
        {"m^2/(V*s)", {0, -1, 2, 1, 0, 0, 0}, 1},
        {"cm^2 / (V s)", {0, -1, 2, 1, 0, 0, 0}, 1e-4},
        {"V*s", {2, 1, -2, -1, 0, 0, 0}, 1},
        {"A/V^2", {-4, -2, 6, 3, 0, 0, 0}, 1},
        {"1/K", {0, 0, 0, 0, -1, 0, 0}, 1},
        {"V^-1", {-2, -1, 3, 1, 0, 0, 0}, 1},
        {"V^(-1)", {-2, -1, 3, 1, 0, 0, 0}, 1},
        {"(m/s)^2", {2, 0, -2, 0, 0, 0, 0}, 1},
        {"K/W", {-2, -1, 3, 0, 1, 0, 0}, 1},
        {"  s  ", {0, 0, 1, 0, 0, 0, 0}, 1},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        hys__unit unit = parsed(forms[i].text);
        assert_memory_equal(unit.dim, forms[i].dim, sizeof unit.dim);
        /* products of up to two powers round a few times */
        assert_near(unit.scale, forms[i].scale, 4 * DBL_EPSILON);
        assert_same_double(unit.offset, 0);
    }
}

static void a_unit_of_another_spelling_is_the_same_unit(void **state) {
    (void)state;
    static const char *const same[][2] = {{"V/A", "ohm"},   {"1/ohm", "mho"},        {"A*s", "C"}, {"J/C", "V"},
                                          {"W", "V*A"},     {"Wb", "V s"},           {"F", "C/V"}, {"H", "V*s/A"},
                                          {"N*m", "joule"}, {"kg*m^2/s^3/A", "volt"}};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        hys__unit a = parsed(same[i][0]), b = parsed(same[i][1]);
        assert_true(hys__unit_same_dim(&a, &b));
        assert_same_double(a.scale, b.scale);
    }
    hys__unit volt = parsed("V"), ampere = parsed("A"), ratio = parsed("mV/V");
    assert_false(hys__unit_same_dim(&volt, &ampere));
    assert_true(hys__unit_is_one(&ratio));
    assert_false(hys__unit_is_one(&volt));
}

static void what_is_not_a_unit_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"",       " ",         "k",
                                        "mm2",    "kkohm",     "volts2",
                                        "V/",     "/s",        "*V",
                                        "V**",    "V^",        "V^x",
                                        "V^1.5",  "V^101",     "V^-",
                                        "(V",     "V)",        "()",
                                        "V//s",   "2",         "10",
                                        "1V",     "kmeter",    "killov",
                                        "V+A",    "V-s",       "dB",
                                        "mmin",   "kdegC",     "k%",
                                        "V^9999", "m^50*m^51", "kilo V",
                                        "V;s",    "\xff",      "\xce",
                                        "V^(2",   "V\n",       "Volt s\xc2\xb2",
                                        "m^100*m"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        hys__unit unit = {.scale = 2.385};
        if (hys__unit_parse(wrong[i], strlen(wrong[i]), &unit)) print_error("'%s' passes for a unit\n", wrong[i]);
        assert_same_double(unit.scale, 2.385);
    }
    hys__unit unit;
    assert_false(hys__unit_parse("V\0s", 3, &unit));
    assert_true(hys__unit_parse("Vs", 1, &unit)); /* not a byte beyond n */
}

static void nesting_without_end_is_refused(void **state) {
    (void)state;
    char deep[20001];
    memset(deep, '(', sizeof deep);
    hys__unit unit;
    assert_false(hys__unit_parse(deep, sizeof deep, &unit));
}

static void celsius_has_an_offset_only_when_alone(void **state) {
    (void)state;
    hys__unit celsius = parsed("degC"), rate = parsed("ohm/degC"),
              sign = parsed("\xc2\xb0"
                            "C");
    assert_within(hys__unit_to_si(&celsius, 26.85), 300.0, 1e-13);
    assert_within(hys__unit_from_si(&celsius, 300.0), 26.85, 1e-13);
    assert_same_double(sign.offset, 273.15);
    assert_same_double(rate.offset, 0);
}

static void conversion_of_round_numbers_gives_the_nearest_double(void **state) {
    (void)state;
    hys__unit nano = parsed("nm"), micro = parsed("us"), kilo = parsed("kohm"), percent = parsed("%");
    assert_true(100 * 1e-9 != 1e-7); /* what must not happen */
    assert_same_double(hys__unit_to_si(&nano, 100), 1e-7);
    assert_same_double(hys__unit_from_si(&nano, 1e-7), 100);
    assert_same_double(hys__unit_to_si(&percent, 7), 0.07);
    for (int i = 1; i < 1000; i++) {
        char text[32];
        snprintf(text, sizeof text, "%de-6", i);
        assert_same_double(hys__unit_to_si(&micro, i), strtod(text, NULL));
        assert_same_double(hys__unit_to_si(&kilo, i), i * 1000.0);
    }
}

typedef struct quantity {
    const char *text;
    double value;
    const char *unit; /* NULL: bare */
} quantity;

static void quantities_are_read(void **state) {
    (void)state;
    static const quantity quantities[] = {
        {"4.7k", 4700, NULL},
        {"4.7e1k", 47000, NULL},
        {"10n", 1e-8, NULL},
        {"0.3u", 3e-7, NULL},
        {"0.3\xc2\xb5", 3e-7, NULL},
        {"1m", 1e-3, NULL},
        {"2T", 2e12, NULL},
        {"1e-9", 1e-9, NULL},
        {" 2.385 ", 2.385, NULL},
        {"-7", -7, NULL},
        {"10nm", 10, "nm"},
        {"-65mV", -65, "mV"},
        {"300K", 300, "K"},
        {"2.5 ohm", 2.5, "ohm"},
        {"2.5kohm", 2.5, "kohm"},
        {"1 m", 1, "m"},
        {"2 T", 2, "T"},
        {"100uA", 100, "uA"},
        {"5%", 5, "%"},
        {"1e3V", 1e3, "V"},
        {"27degC", 27, "degC"},
        {"3 A/m^2", 3, "A/m^2"},
        {"200Hz", 200, "Hz"},
        {"1.5e-8 m^2/V/s", 1.5e-8, "m^2/V/s"},
        {"1F", 1, "F"},
        {"1f", 1e-15, NULL},
    };
    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0]; i++) {
        const quantity *q = &quantities[i];
        double value = NAN;
        hys__unit unit = {.scale = NAN};
        bool has_unit = !q->unit;
        if (!hys__quantity_parse(q->text, strlen(q->text), &value, &unit, &has_unit))
            print_error("'%s' is not read\n", q->text);
        assert_same_double(value, q->value);
        assert_int_equal(has_unit, q->unit != NULL);
        if (!q->unit) continue;
        hys__unit want = parsed(q->unit);
        assert_true(hys__unit_same_dim(&unit, &want));
        assert_same_double(unit.scale, want.scale);
        assert_same_double(unit.offset, want.offset);
    }
}

static void what_is_not_a_quantity_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"",      " ",     "V",     "k",      "4.7kk",
                                        "4.7 k", "4,7k",  "1e999", "1e308k", "inf",
                                        "nanV",  "0x10",  "1..2",  "1V2",    "1 2",
                                        "1--",   "1meg",  "1E",    "1e",     "12 parsec",
                                        "+ 1V",  "1V V2", "V1",    "1\xff",  "\xe2\x88\x92 1V"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        double value = 2.385;
        hys__unit unit;
        bool has_unit;
        if (hys__quantity_parse(wrong[i], strlen(wrong[i]), &value, &unit, &has_unit))
            print_error("'%s' passes for a quantity\n", wrong[i]);
        assert_same_double(value, 2.385);
    }
}

static void a_quantity_ends_where_it_is_told(void **state) {
    (void)state;
    double value;
    hys__unit unit;
    bool has_unit;
    assert_true(hys__quantity_parse("12V,3", 2, &value, &unit, &has_unit));
    assert_same_double(value, 12);
    assert_false(has_unit);
    assert_false(hys__quantity_parse("1\0V", 3, &value, &unit, &has_unit));
    char *huge = malloc(1000000); /* not NUL-terminated */
    assert_non_null(huge);
    memset(huge, '1', 1000000);
    assert_false(hys__quantity_parse(huge, 1000000, &value, &unit, &has_unit));
    free(huge);
}

static void quantities_are_written_for_people(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *unit;
        int digits;
        const char *text;
    } written[] = {
        {4700, "ohm", 4, "4.7 kohm"},
        {-0.065, "V", 3, "-65 mV"},
        {0, "A", 3, "0 A"},
        {-0.0, "A", 3, "0 A"},
        {999.96, "ohm", 4, "1 kohm"},
        {999.94, "ohm", 4, "999.9 ohm"},
        {1e-8, "m", 3, "10 nm"},
        {2.675, "s", 3, "2.67 s"}, /* the double lies below 2.675 */
        {2.387e-6, "s", 3, "2.39 us"},
        {1.5e-21, "A", 3, "1.5e-21 A"},
        {3e21, "Hz", 3, "3e21 Hz"},
        {1500, "K", 4, "1500 K"},
        {0.013, "1", 4, "0.013"},
        {1234567, "1", 4, "1.235e6"},
        {0.00001234, "", 3, "1.23e-5"},
        {25, "A/m^2", 3, "25 A/m^2"},
        {-317000, "A/m^2", 2, "-320000 A/m^2"},
        {INFINITY, "V", 3, "inf V"},
        {NAN, "V", 3, "nan V"},
        {5, "degC", 3, "5 degC"},
        {1.23456789012345678, "V", 99, "1.2345678901234567 V"},
        {4.7, "V", 0, "5 V"},
        {1e-15, "F", 3, "1 fF"},
    };
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        char buf[48];
        size_t n = hys__quantity_format(written[i].value, written[i].unit, written[i].digits, buf);
        assert_string_equal(buf, written[i].text);
        assert_int_equal(n, strlen(buf));
    }
}

static void a_long_unit_is_cut_to_the_buffer(void **state) {
    (void)state;
    char unit[200], buf[48];
    memset(unit, 'x', sizeof unit - 1);
    unit[sizeof unit - 1] = 0;
    assert_int_equal(hys__quantity_format(-1.2345678901234567e-300, unit, 17, buf), 47);
    assert_int_equal(strlen(buf), 47);
}

static void a_decimal_comma_in_the_locale_changes_nothing(void **state) {
    (void)state;
    if (!locale_de_set()) {
        print_message("no German locale could be had or made\n");
        skip();
    }
    double value = 0;
    hys__unit unit;
    bool has_unit;
    char buf[48];
    bool good = hys__quantity_parse("4.7k", 4, &value, &unit, &has_unit);
    hys__quantity_format(4720, "ohm", 3, buf);
    locale_de_reset();
    assert_true(good);
    assert_same_double(value, 4700);
    assert_string_equal(buf, "4.72 kohm");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_have_the_dimensions_and_values_of_the_si),
        cmocka_unit_test(a_unit_of_another_spelling_is_the_same_unit),
        cmocka_unit_test(what_is_not_a_unit_is_refused),
        cmocka_unit_test(nesting_without_end_is_refused),
        cmocka_unit_test(celsius_has_an_offset_only_when_alone),
        cmocka_unit_test(conversion_of_round_numbers_gives_the_nearest_double),
        cmocka_unit_test(quantities_are_read),
        cmocka_unit_test(what_is_not_a_quantity_is_refused),
        cmocka_unit_test(a_quantity_ends_where_it_is_told),
        cmocka_unit_test(quantities_are_written_for_people),
        cmocka_unit_test(a_long_unit_is_cut_to_the_buffer),
        cmocka_unit_test(a_decimal_comma_in_the_locale_changes_nothing),
    };
    return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
