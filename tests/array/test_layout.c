/* Lines from geometry and metal, against closed forms and published ratios. */
#include "hys_test.h"
#include <hysteron/array_layout.h>

static hys_layout layout_of(const hys_layout_opts *o) {
    hys_ctx *ctx = hys_test_ctx();
    hys_layout l;
    if (hys_layout_make(ctx, o, &l) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    hys_ctx_free(ctx);
    return l;
}

/* Thick lines of large grains are of bulk metal: R = rho 2F / (w h). */
static void test_a_thick_line_is_of_bulk_metal(void **state) {
    (void)state;
    hys_layout_opts o = hys_layout_opts_default();
    o.half_pitch = 1e-4;
    o.grain = 1;
    const hys_layout l = layout_of(&o);
    assert_near(l.resistivity, 1.678e-8, 1e-3);
    assert_near(l.word_resistance, 1.678e-8 * 2e-4 / (1e-4 * 2e-4), 1e-3);
}

/* Mayadas and Shatzkes with smooth surfaces; the closed form in 60 digits (mpmath).  R = 1/2: a = l / D. */
static void test_grains_raise_the_resistivity_by_the_closed_form(void **state) {
    (void)state;
    static const double of[][2] = {{1e-6, 1.000001499999250}, {0.01, 1.014933575684873}, {1, 2.377790721400060},
                                   {3, 5.056835508630823},    {30, 41.06550575159557},   {300, 401.0665483958979},
                                   {1e4, 13334.39999644447}};
    hys_layout_opts o = hys_layout_opts_default();
    o.specularity = 1;
    o.reflection = 0.5;
    o.resistivity = 1e-8;
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        o.free_path = 1e-6 * of[k][0];
        o.grain = 1e-6;
        assert_near(layout_of(&o).resistivity, 1e-8 * of[k][1], 1e-9);
    }
}

/* Fuchs and Sondheimer to first order without grains: 3/8 (1 - p) l (1/w + 1/h). */
static void test_surfaces_raise_the_resistivity(void **state) {
    (void)state;
    hys_layout_opts o = hys_layout_opts_default();
    o.specularity = 0.25;
    o.reflection = 0;
    o.resistivity = 2e-8;
    o.free_path = 40e-9;
    o.line_width = 20e-9;
    o.line_thickness = 50e-9;
    o.barrier = 2e-9;
    assert_near(layout_of(&o).resistivity, 2e-8 * (1 + 0.375 * 0.75 * 40 * (1 / 16.0 + 1 / 48.0)), 1e-12);
}

/* Gall 2016, abstract: in the limit of narrow wires Rh, Ir and Ni conduct 2.1, 1.8 and 1.6 times better than Cu (and
 * Mo, Co and Ru about as well), as the product of resistivity and mean free path says; introduction: lines of copper of
 * 10 nm have about ten times the bulk's resistivity. */
static void test_narrow_lines_order_the_metals_as_published(void **state) {
    (void)state;
    static const struct {
        const char *metal;
        double better, within;
    } of[] = {{"Rh", 2.1, 0.05}, {"Ir", 1.8, 0.05}, {"Ni", 1.6, 0.05},
              {"Mo", 1.1, 0.15}, {"Co", 1, 0.15},   {"Ru", 1.2, 0.2}};
    hys_layout_opts o = hys_layout_opts_default();
    o.half_pitch = 1e-9; /* the size effect is all */
    o.line_width = 1e-9;
    o.reflection = 0;
    o.specularity = 0;
    o.free_path = 39.9e-6; /* a thousand times as long, so that the bulk's part vanishes */
    const double copper = layout_of(&o).resistivity;
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        double free_path = 0;
        for (size_t m = 0; hys_layout_metal(m, NULL, NULL); m++)
            if (!strcmp(hys_layout_metal(m, NULL, NULL), of[k].metal)) hys_layout_metal(m, NULL, &free_path);
        o.metal = of[k].metal;
        o.free_path = 1e3 * free_path;
        assert_within(copper / layout_of(&o).resistivity, of[k].better, of[k].within);
    }
    o = hys_layout_opts_default();
    o.half_pitch = 10e-9;
    assert_within(layout_of(&o).resistivity / 1.678e-8, 8, 3);
}

static void test_cells_have_their_areas(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double factor;
    } of[] = {{"4F2", 4}, {"6F2", 6}, {"8f2", 8}, {"12F2", 12}};
    hys_layout_opts o = hys_layout_opts_default();
    o.rows = 1024;
    o.columns = 512;
    for (size_t k = 0; k < 4; k++) {
        o.cell = of[k].name;
        const hys_layout l = layout_of(&o);
        assert_near(l.cell_area, of[k].factor * 28e-9 * 28e-9, 1e-12);
        assert_near(l.array_area, l.cell_area * 1024 * 512, 1e-12);
        assert_near(l.word_resistance / l.word_segment, l.bit_resistance / l.bit_segment, 1e-12);
        assert_near(l.word_capacitance / l.word_segment, l.bit_capacitance / l.bit_segment, 1e-12);
    }
    hys_array_opts array = hys_array_opts_default();
    const hys_layout l = layout_of(&o);
    hys_layout_apply(&l, &array);
    assert_same_double(array.word_wire, l.word_resistance);
    assert_same_double(array.bit_capacitance, l.bit_capacitance);
}

/* Halving all lengths leaves a line's capacitance per length; a better conductor of fields raises it in proportion. */
static void test_capacitance_scales(void **state) {
    (void)state;
    hys_layout_opts o = hys_layout_opts_default();
    const hys_layout l = layout_of(&o);
    o.half_pitch /= 2;
    assert_near(layout_of(&o).word_capacitance, l.word_capacitance / 2, 1e-12);
    o.half_pitch *= 2;
    o.permittivity = 6;
    assert_near(layout_of(&o).word_capacitance, 2 * l.word_capacitance, 1e-12);
    assert_in_range(l.word_capacitance / l.word_segment * 1e13, 1000, 3000); /* 0.1 to 0.3 fF/um */
}

static void test_layouts_that_cannot_be_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_layout l;
    const hys_layout_opts good = hys_layout_opts_default();
    struct {
        size_t at;
        double value;
    } bad[] = {{offsetof(hys_layout_opts, half_pitch), 0},     {offsetof(hys_layout_opts, half_pitch), NAN},
               {offsetof(hys_layout_opts, line_width), 60e-9}, {offsetof(hys_layout_opts, barrier), 14e-9},
               {offsetof(hys_layout_opts, barrier), -1e-9},    {offsetof(hys_layout_opts, specularity), 1.5},
               {offsetof(hys_layout_opts, reflection), 1},     {offsetof(hys_layout_opts, permittivity), 0},
               {offsetof(hys_layout_opts, grain), INFINITY},   {offsetof(hys_layout_opts, resistivity), -1},
               {offsetof(hys_layout_opts, specularity), NAN}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        hys_layout_opts o = good;
        memcpy((char *)&o + bad[k].at, &bad[k].value, sizeof(double));
        assert_int_equal(hys_layout_make(ctx, &o, &l), HYS_ARG);
    }
    hys_layout_opts o = good;
    o.metal = "Xx";
    assert_int_equal(hys_layout_make(ctx, &o, &l), HYS_ARG);
    o = good;
    o.cell = "1F2";
    assert_int_equal(hys_layout_make(ctx, &o, &l), HYS_ARG);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_thick_line_is_of_bulk_metal),
        cmocka_unit_test(test_grains_raise_the_resistivity_by_the_closed_form),
        cmocka_unit_test(test_surfaces_raise_the_resistivity),
        cmocka_unit_test(test_narrow_lines_order_the_metals_as_published),
        cmocka_unit_test(test_cells_have_their_areas),
        cmocka_unit_test(test_capacitance_scales),
        cmocka_unit_test(test_layouts_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
