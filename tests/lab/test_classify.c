/* What devices are, against what their equations and the literature say they are; HYS_CLASSIFY=all runs every row. */
#include "hys_test.h"
#include <hysteron/hysteron.h>

enum { DEVICE, RANGE, CI, FIRST_TRAIT, N_TRAITS = 5, N_COLUMNS = FIRST_TRAIT + N_TRAITS };
static const char *const trait_names[N_TRAITS] = {"control", "polarity", "volatility", "order", "ndr"};

static char *read_rows(void) {
    FILE *f = fopen(HYS_TEST_SOURCE "/tests/lab/classify_expected.csv", "rb");
    static char text[65536];
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = 0;
    return text;
}

/* row = CELL { "," CELL }; the last, the reason, is left alone.  False: a comment or the heading. */
static bool split(char *line, char *cells[N_COLUMNS]) {
    if (*line == '#' || !*line || !strncmp(line, "device,", 7)) return false;
    for (int k = 0; k < N_COLUMNS; k++) {
        cells[k] = line;
        line = strchr(line, ',');
        assert_non_null(line);
        *line++ = 0;
    }
    return true;
}

/* "a|b": one of them; "?": cannot be told. */
static bool is_right(const char *wanted, const hys_finding *f) {
    const char *got = f->is_told ? f->answer : "?";
    size_t n = strlen(got);
    for (const char *at = wanted; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (!strncmp(at, got, n) && (at[n] == 0 || at[n] == '|')) return true;
    return false;
}

static hys_class *classify(hys_ctx *ctx, const char *device, const char *range) {
    hys_model *model = NULL;
    hys_class *c = NULL;
    hys_class_opts opts = hys_class_opts_default();
    opts.range = range && *range ? range : NULL;
    if (hys_model_load(ctx, device, NULL, &model) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    if (hys_classify_model(ctx, model, &opts, &c) != HYS_OK) fail_msg("%s: %s", device, hys_test_diag_text(ctx, 0));
    assert_int_equal(hys_diag_n_errors(ctx), 0);
    hys_model_free(model);
    return c;
}

static void devices_are_what_their_equations_say(void **state) {
    (void)state;
    const char *all = getenv("HYS_CLASSIFY");
    size_t n_wrong = 0, n = 0;
    for (char *line = read_rows(), *next; line; line = next) {
        char *cells[N_COLUMNS];
        next = strchr(line, '\n');
        if (next) *next++ = 0;
        if (!split(line, cells) || (!all && strcmp(cells[CI], "1") != 0)) continue;
        if (all && strcmp(all, "all") != 0 && strcmp(all, cells[DEVICE]) != 0) continue;
        hys_ctx *ctx = hys_test_ctx();
        hys_class *c = classify(ctx, cells[DEVICE], cells[RANGE]);
        for (int k = 0; k < N_TRAITS; k++, n++) {
            const hys_finding *f = hys_class_find(c, trait_names[k]);
            if (is_right(cells[FIRST_TRAIT + k], f)) continue;
            n_wrong++;
            print_error("%s: %s is '%s', not '%s' (%s)\n", cells[DEVICE], trait_names[k], f->answer,
                        cells[FIRST_TRAIT + k], f->evidence);
        }
        hys_class_free(c);
        hys_ctx_free(ctx);
    }
    if (n_wrong) fail_msg("%zu of %zu answers are wrong", n_wrong, n);
}

/* ---- the guide's Table 1 ---- */

static void table_1_of_the_design_guide_is_reproduced(void **state) {
    (void)state;
    /* Landsmeer et al. 2025, Table 1: work, control, polarity, memory, order (with the capacitor of a Mott channel),
     * NDR, and the model that stands for the device. */
    static const struct {
        const char *work, *device, *control, *polarity, *memory, *order, *ndr;
    } rows[] = {{"K", "hh_k", "voltage", "bipolar", "volatile", "1", "none"},
                {"Na", "hh_na", "voltage", "bipolar", "volatile", "2", "N"},
                {"Hu 2019 K", "channel_exp_k", "voltage", "bipolar", "volatile", "1", "none"},
                {"Hu 2019 Na", "channel_exp_na", "voltage", "bipolar", "volatile", "2", "N"},
                {"Xu 2023 and Li 2024 K", "channel_tanh_k", "voltage", "bipolar", "volatile", "1", "none"},
                {"Xu 2023 and Li 2024 Na", "channel_tanh_na", "voltage", "bipolar", "volatile", "2", "N"},
                {"Pickett 2013 and Feali 2017", "nbo2", "current", "unipolar", "volatile", "2", "S"},
                {"Yi 2018", "vo2", "current", "unipolar", "volatile", "2", "S"}};
    size_t n_wrong = 0;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_class *c = classify(ctx, rows[k].device, NULL);
        const char *const want[] = {rows[k].control, rows[k].polarity, rows[k].memory, rows[k].order, rows[k].ndr};
        static const char *const names[] = {"control", "polarity", "volatility", "order-with-capacitor", "ndr"};
        print_message("%-28s %-16s", rows[k].work, rows[k].device);
        for (int j = 0; j < 5; j++) {
            const hys_finding *f = hys_class_find(c, names[j]);
            bool ok = !strcmp(f->answer, want[j]);
            n_wrong += !ok;
            print_message(" %s%s%s%s", f->answer, ok ? "" : " (the guide: ", ok ? "" : want[j], ok ? "" : ")");
        }
        print_message("\n");
        hys_class_free(c);
        hys_ctx_free(ctx);
    }
    assert_int_equal(n_wrong, 0);
}

/* ---- third ports ---- */

static void a_third_port_is_told_by_what_it_does_to_the_channel(void **state) {
    (void)state;
    /* by their equations: photoconductivity of either half of a state that the dark empties, without a sign; a channel
     * that follows its gate; a film that either sign of the gate turns and that stays (on/off: G_1/G_0); a charge that
     * the gate moves and that leaks through the gate */
    static const struct {
        const char *device, *polarity, *volatility;
        double on_off;
        bool is_quick;
    } rows[] = {{"light_synapse", "unipolar", "volatile", NAN, true},
                {"access_transistor", "bipolar", "volatile", NAN, true},
                {"hp_linear", "none", "none", NAN, true},
                {"fefet", "bipolar", "non-volatile", 45, false},
                {"ecram", "bipolar", "partly volatile", NAN, false}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        if (!rows[k].is_quick && !getenv("HYS_CLASSIFY")) continue;
        hys_ctx *ctx = hys_test_ctx();
        hys_class *c = classify(ctx, rows[k].device, NULL);
        assert_string_equal(hys_class_find(c, "gate-polarity")->answer, rows[k].polarity);
        assert_string_equal(hys_class_find(c, "gate-volatility")->answer, rows[k].volatility);
        double on_off = hys_class_find(c, "gate-on-off")->value;
        if (!isnan(rows[k].on_off)) assert_true(fabs(on_off / rows[k].on_off - 1) < 0.2);
        hys_class_free(c);
        hys_ctx_free(ctx);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_are_what_their_equations_say),
        cmocka_unit_test(table_1_of_the_design_guide_is_reproduced),
        cmocka_unit_test(a_third_port_is_told_by_what_it_does_to_the_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
