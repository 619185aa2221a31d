/* Whole experiments: with ideal devices they give what software gives; what is told adds up; files of experiments say
 * what they mean, and where they do not. */
#include "hys_test.h"
#include <hysteron/hysteron.h>

/* Three classes in five dimensions, as a CSV file. */
static void write_data(const char *path) {
    FILE *out = fopen(path, "w");
    uint32_t seed = 5;
    assert_non_null(out);
    for (int k = 0; k < 240; k++) {
        const int label = k * 7 % 3;
        for (int i = 0; i < 5; i++) {
            seed = seed * 1664525u + 1013904223u;
            fprintf(out, "%.4f,", (i % 3 == label) + 1.5 * (double)(seed >> 8) / 16777216.0);
        }
        fprintf(out, "%d\n", label);
    }
    fclose(out);
}

typedef struct fixture {
    hys_ctx *ctx;
    char *folder;
    char data[128];
    hys_accuracy_opts opts;
    hys_accuracy *accuracy;
    const hys_accuracy_result *result;
} fixture;

static fixture start(void) {
    fixture f = {.ctx = hys_test_ctx(), .folder = hys_test_dir(), .opts = hys_accuracy_opts_default()};
    snprintf(f.data, sizeof f.data, "%s/data.csv", f.folder);
    write_data(f.data);
    f.opts.data = f.data;
    f.opts.network = "5-8-3";
    f.opts.seeds = 3;
    f.opts.train.batch = f.opts.tune.batch = 20;
    f.opts.train.rate = 0.02;
    return f;
}

static void run(fixture *f) {
    f->opts.data = f->data; /* a fixture is handed over by value */
    if (hys_accuracy_run(f->ctx, &f->opts, &f->accuracy) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    f->result = hys_accuracy_get(f->accuracy);
}

static void finish(fixture *f) {
    hys_accuracy_free(f->accuracy);
    hys_test_dir_remove(f->folder);
    hys_ctx_free(f->ctx);
}

static void ideal_devices_give_what_software_gives(void **state) {
    (void)state;
    for (int fidelity = 0; fidelity < 2; fidelity++) {
        fixture f = start();
        f.opts.mapping.fidelity = (hys_fidelity)fidelity;
        run(&f);
        assert_true(f.result->software_accuracy > 0.6);
        assert_same_double(f.result->accuracy, f.result->software_accuracy);
        for (size_t k = 0; k < 3; k++) assert_same_double(f.result->device[k], f.result->software[k]);
        finish(&f);
    }
}

static void what_is_told_adds_up(void **state) {
    (void)state;
    const double values[] = {0, 0.02, 0.5};
    const hys_sweep_opts sweep = {HYS_SWEEP_STUCK_OFF, values, 3};
    fixture f = start();
    f.opts.sweeps = &sweep;
    f.opts.n_sweeps = 1;
    f.opts.mapping.product.adc_bits = 8;
    f.opts.mapping.product.input_bits = 8;
    run(&f);
    const hys_accuracy_result *r = f.result;
    size_t all = 0, right = 0;
    for (size_t k = 0; k < 9; k++) all += r->confusion[k];
    for (size_t k = 0; k < 3; k++) right += r->confusion[4 * k];
    assert_int_equal(all, 3 * r->n_test);
    assert_near(r->accuracy, (double)right / (double)all, 1e-12);
    const hys_network_cost *c = &r->cost;
    assert_near(c->energy, c->cells + c->wires + c->drivers + c->dac + c->adc + c->adding + c->charging, 1e-9);
    assert_int_equal(r->n_layers, 2);
    assert_near(c->energy, r->layers[0].energy + r->layers[1].energy, 1e-9);
    assert_true(c->macs > 0 && c->macs <= 5 * 8 + 8 * 3);
    assert_same_double(r->points[0][0].accuracy, r->accuracy); /* no fault: the same arrays */
    assert_true(r->points[0][2].accuracy < r->accuracy);       /* half of all cells */
    assert_true(isnan(r->train_energy));
    finish(&f);
}

static void results_do_not_depend_on_threads(void **state) {
    (void)state;
    double got[2][2];
    for (unsigned t = 0; t < 2; t++) {
        fixture f = start();
        f.opts.threads = 1 + 2 * t;
        f.opts.training = HYS_TRAINING_HYBRID;
        f.opts.tune.optimizer = HYS_OPTIMIZER_SGD;
        f.opts.tune.rate = 0.1;
        f.opts.mapping.product.read_noise = 0.1;
        f.opts.mapping.has_read_noise = true;
        run(&f);
        got[t][0] = f.result->accuracy;
        got[t][1] = f.result->pulses;
        assert_true(f.result->pulses > 0);
        finish(&f);
    }
    assert_same_double(got[0][0], got[1][0]);
    assert_same_double(got[0][1], got[1][1]);
}

static void every_training_learns(void **state) {
    (void)state;
    for (int training = 0; training < HYS_N_TRAININGS; training++) {
        fixture f = start();
        f.opts.seeds = 1;
        f.opts.training = (hys_training)training;
        f.opts.tune.epochs = training == HYS_TRAINING_INPLACE ? 20 : 2;
        f.opts.tune.optimizer = HYS_OPTIMIZER_SGD;
        f.opts.tune.rate = 0.3;
        f.opts.pulsed.weight_range = 3;
        run(&f);
        if (f.result->accuracy < 0.6)
            print_error("%s: %g\n", hys_training_name((hys_training)training), f.result->accuracy);
        assert_true(f.result->accuracy > 0.6);
        finish(&f);
    }
}

/* ---- refusals ---- */

static void refuse(const char *network, hys_sweep what, double value, const char *message) {
    const hys_sweep_opts sweep = {what, &value, 1};
    fixture f = start();
    f.opts.data = f.data;
    f.opts.network = network;
    f.opts.sweeps = &sweep;
    f.opts.n_sweeps = 1;
    assert_true(hys_accuracy_run(f.ctx, &f.opts, &f.accuracy) < 0);
    const char *text = hys_test_diag_text(f.ctx, 0);
    if (strncmp(text, message, strlen(message)) != 0) print_error("%s", text);
    assert_true(strncmp(text, message, strlen(message)) == 0);
    finish(&f);
}

static void what_does_not_fit_is_refused_before_work_begins(void **state) {
    (void)state;
    refuse("6-8-3", HYS_SWEEP_TIME, 1, "error: the network has 6 inputs, a sample of ");
    refuse("5-8-2", HYS_SWEEP_TIME, 1, "error: the network has 2 outputs for 3 classes");
    refuse("5-8-3", HYS_SWEEP_TIME, -1, "error: time cannot be -1");
    refuse("5-8-3", HYS_SWEEP_ADC, 25, "error: adc cannot be 25");
    refuse("5-8-3", HYS_SWEEP_STUCK_ON, NAN, "error: stuck-on cannot be nan");
    refuse("5-8-3", HYS_SWEEP_CYCLES, 1e6,
           "error: nothing is known of how 'ideal' wears: after 1e+06 cycles it would be as new\n");
}

/* Two outputs to which no class belongs: one warning; answers there are wrong, and in no column of the matrix. */
static void outputs_without_a_class_are_warned_of(void **state) {
    (void)state;
    fixture f = start();
    f.opts.network = "5-8-5";
    run(&f);
    const hys_accuracy_result *r = f.result;
    size_t n = 0, right = 0, sum = 0;
    for (size_t k = 0; k < hys_diag_count(f.ctx); k++)
        n += strstr(hys_test_diag_text(f.ctx, k), "the network has 5 outputs for 3 classes") != NULL;
    assert_int_equal(n, 1);
    assert_int_equal(r->n_classes, 3);
    for (size_t k = 0; k < 9; k++) sum += r->confusion[k];
    for (size_t k = 0; k < 3; k++) right += r->confusion[4 * k];
    assert_true(sum <= r->n_test * r->n_seeds);
    assert_within(r->accuracy * (double)(r->n_test * r->n_seeds), (double)right, 1e-6);
    finish(&f);
}

/* ---- wear ---- */

/* A law that was written down: after 1e4 cycles as new, after 1e8 the window is a twentieth, in its middle.  Weights of
 * new cells are exact, and those of worn ones nearly nothing. */
static void worn_cells_lose_their_weights(void **state) {
    (void)state;
    const double values[] = {1e4, 1e6, 1e8}, beyond = 1e9;
    hys_sweep_opts sweep = {HYS_SWEEP_CYCLES, values, 3};
    hys_synapse_law law = hys_synapse_law_ideal();
    fixture f = start();
    law.n_wear = 2;
    law.wear_cycles[0] = 1e4, law.wear_high[0] = 1;
    law.wear_cycles[1] = 1e8, law.wear_low[1] = 0.48, law.wear_high[1] = 0.53;
    const char *path = hys_test_path(f.folder, "law.yaml");
    assert_int_equal(hys_synapse_law_write(f.ctx, &law, path), HYS_OK);
    f.opts.law = path;
    f.opts.sweeps = &sweep;
    f.opts.n_sweeps = 1;
    run(&f);
    const hys_accuracy_point *p = f.result->points[0];
    assert_same_double(f.result->accuracy, f.result->software_accuracy);
    assert_same_double(p[0].accuracy, f.result->accuracy);
    assert_true(p[2].accuracy < p[0].accuracy - 0.05);
    assert_true(p[1].accuracy >= p[2].accuracy);
    hys_accuracy_free(f.accuracy);
    f.accuracy = NULL;
    sweep = (hys_sweep_opts){HYS_SWEEP_CYCLES, &beyond, 1};
    assert_true(hys_accuracy_run(f.ctx, &f.opts, &f.accuracy) < 0);
    assert_non_null(strstr(hys_test_diag_text(f.ctx, 0), "how 'ideal' wears is known up to 1e+08 cycles, not 1e+09"));
    finish(&f);
}

/* ---- files ---- */

static hys_status read_text(fixture *f, const char *text, hys_network_experiment **e) {
    char path[160];
    snprintf(path, sizeof path, "%s/x.yaml", f->folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    return hys_network_experiment_read(f->ctx, path, e);
}

static void a_file_says_what_is_run(void **state) {
    (void)state;
    fixture f = start();
    hys_network_experiment *e = NULL;
    const hys_status status =
        read_text(&f,
                  "title: t\nseed: 4\nseeds: 2\ndata: {name: data.csv, train: 7}\nnetwork: 5-8-3\n"
                  "training:\n  kind: aware\n  software: {epochs: 3, optimizer: sgd, rate: 0.5}\n"
                  "  device: {epochs: 4}\n  pulses: {rule: sign}\n"
                  "device: {model: vteam, set: [Ron=10k], up: {voltage: 1.5V, width: 20ns}}\n"
                  "arrays: {fidelity: distilled, tile: [128, 64], wire: 2ohm, adc: 8}\n"
                  "layers: [{layer: dense2, fidelity: exact}]\n"
                  "sweeps: [{what: time, values: [1s, 1h]}]\n"
                  "expected: [{name: accuracy, value: 0.9, tolerance: 0.1, source: s}]\n",
                  &e);
    if (status != HYS_OK) fail_msg("%s", hys_test_diag_text(f.ctx, 0));
    const hys_accuracy_opts *o = hys_network_experiment_accuracy(e);
    char path[160];
    snprintf(path, sizeof path, "%s/data.csv", f.folder);
    assert_string_equal(o->data, path); /* beside the file */
    assert_true(o->seed == 4 && o->seeds == 2 && o->dataset.n_train == 7);
    assert_true(o->training == HYS_TRAINING_AWARE && o->train.epochs == 3 && o->tune.epochs == 4);
    assert_true(o->train.optimizer == HYS_OPTIMIZER_SGD && o->pulsed.rule == HYS_PULSED_SIGN);
    assert_string_equal(o->device.cell.memory, "vteam");
    assert_same_double(o->device.up.width, 20e-9);
    assert_true(o->mapping.fidelity == HYS_FIDELITY_DISTILLED && o->mapping.product.tile_columns == 64);
    assert_same_double(o->mapping.product.lines.bit_wire, 2);
    assert_true(o->n_choices == 1 && o->choices[0].fidelity == HYS_FIDELITY_EXACT);
    assert_same_double(o->sweeps[0].values[1], 3600);
    const hys_network_experiment_info info = hys_network_experiment_get_info(e);
    assert_true(info.n_expected == 1 && strlen(info.hash) == 64);
    assert_same_double(info.expected[0].value, 0.9);
    hys_network_experiment_free(e);
    finish(&f);
}

static void the_example_can_be_read(void **state) {
    (void)state;
    fixture f = start();
    hys_network_experiment *e = NULL;
    if (read_text(&f, hys_network_experiment_example(), &e) != HYS_OK) fail_msg("%s", hys_test_diag_text(f.ctx, 0));
    hys_network_experiment_free(e);
    finish(&f);
}

static void a_file_that_means_nothing_is_told_where(void **state) {
    (void)state;
    const struct {
        const char *text, *message;
    } all[] = {
        {"data: {name: digits}\n", ":1:1: error: an experiment needs \"network\""},
        {"network: 5-3\ntaining: {}\n", ":2:1: error: an experiment has no \"taining\""},
        {"network: 5-3\narrays: {tile: [0, 1]}\n", ":2:9: error: sizes are whole numbers from 1 to a million"},
        {"network: 5-3\narrays: {fidelity: best}\n", ":2:20: error: there is no \"best\""},
        {"network: 5-3\narrays: {wire: 2V}\n", ":2:16: error: \"2V\" is not in ohm"},
        {"network: 5-3\ndevice: {model: a, measured: b}\n", ":2:9: error: a device has a model, or was measured"}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        fixture f = start();
        hys_network_experiment *e = NULL;
        assert_true(read_text(&f, all[k].text, &e) < 0);
        const char *text = hys_test_diag_text(f.ctx, 0);
        if (!strstr(text, all[k].message)) print_error("%s\n", text);
        assert_non_null(strstr(text, all[k].message));
        finish(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ideal_devices_give_what_software_gives),
        cmocka_unit_test(what_is_told_adds_up),
        cmocka_unit_test(results_do_not_depend_on_threads),
        cmocka_unit_test(every_training_learns),
        cmocka_unit_test(what_does_not_fit_is_refused_before_work_begins),
        cmocka_unit_test(outputs_without_a_class_are_warned_of),
        cmocka_unit_test(worn_cells_lose_their_weights),
        cmocka_unit_test(a_file_says_what_is_run),
        cmocka_unit_test(the_example_can_be_read),
        cmocka_unit_test(a_file_that_means_nothing_is_told_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
