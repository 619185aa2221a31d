/* Studies of spikes, and files that ask for them: what is left out, what is written, what cannot be. */
#include "hys_test.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    hys_ctx *ctx;
    char *dir, data[128], path[128], law[128];
} fixture;

/* Four classes of 3 x 4 pixels: which row, or which half of the columns, is bright. */
static void write_data(const char *path) {
    FILE *out = fopen(path, "w");
    uint32_t seed = 5;
    assert_non_null(out);
    for (int k = 0; k < 160; k++) {
        for (int i = 0; i < 12; i++) {
            seed = seed * 1664525u + 1013904223u;
            fprintf(out, "%.4f,", 0.1 * (double)(seed >> 8) / 16777216.0 + (i / 3 == k % 4 ? 0.9 : 0));
        }
        fprintf(out, "%d\n", k % 4);
    }
    fclose(out);
}

static fixture start(void) {
    fixture f = {.ctx = hys_test_ctx(), .dir = hys_test_dir()};
    const hys_synapse_law law = hys_synapse_law_ideal();
    snprintf(f.data, sizeof f.data, "%s/data.csv", f.dir);
    snprintf(f.path, sizeof f.path, "%s/x.yaml", f.dir);
    snprintf(f.law, sizeof f.law, "%s/law.yaml", f.dir);
    write_data(f.data);
    assert_int_equal(hys_synapse_law_write(f.ctx, &law, f.law), HYS_OK);
    return f;
}

static void finish(fixture *f) {
    hys_test_dir_remove(f->dir);
    hys_ctx_free(f->ctx);
}

static hys_spiking_study *study_of(const fixture *f, const hys_spiking_study_opts *o) {
    hys_spiking_study *study = NULL;
    if (hys_spiking_study_run(f->ctx, o, &study) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    return study;
}

static void assert_refused(const fixture *f, const hys_spiking_study_opts *o, const char *part) {
    hys_spiking_study *study = NULL;
    assert_int_not_equal(hys_spiking_study_run(f->ctx, o, &study), HYS_OK);
    assert_null(study);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), part)) fail_msg("%s lacks %s", hys_test_diag_text(f->ctx, 0), part);
    hys_diag_clear(f->ctx);
}

static hys_spiking_study_opts plastic(const fixture *f, hys_stdp_kind kind) {
    hys_spiking_study_opts o = hys_spiking_study_opts_for(HYS_SPIKING_STDP);
    o.trial.data = f->data;
    o.stdp = hys_stdp_opts_for(kind);
    o.stdp.neurons = 6;
    o.stdp.sum = kind == HYS_STDP_PULSES ? 0 : 0.3;
    return o;
}

/* ---- what a study gives ---- */

/* All samples are there; those that were told right are the accuracy. */
static void assert_confused(const hys_table *t, size_t n, double accuracy) {
    const double *samples = hys_table_column(t, "samples");
    double all = 0, right = 0;
    assert_int_equal(hys_table_n_rows(t), 16);
    for (size_t k = 0; k < 16; k++) {
        all += samples[k];
        right += k % 5 == 0 ? samples[k] : 0;
    }
    assert_int_equal(all, n);
    assert_within(right / all, accuracy, 1e-12);
}

static void an_ideal_law_keeps_what_spikes_reach(void **state) {
    (void)state;
    fixture f = start();
    hys_spiking_study_opts o = hys_spiking_study_opts_for(HYS_SPIKING_SURROGATE);
    hys_table *window = NULL;
    o.trial.data = f.data;
    o.trial.network = "12-8-4";
    o.trial.train.epochs = 30;
    o.trial.train.rate = 0.02;
    o.trial.seeds = 2;
    o.law = f.law;
    hys_spiking_study *study = study_of(&f, &o);
    const hys_spiking_trial_result *r = hys_spiking_study_trial(study);
    assert_true(r->software_accuracy > 0.9);
    assert_within(r->accuracy, r->software_accuracy, 0.02); /* products are rounded otherwise: a sample at a boundary */
    assert_int_equal(r->n_seeds, 2);
    assert_null(hys_spiking_study_stdp(study));
    assert_non_null(hys_spiking_study_synapse(study));
    assert_null(hys_spiking_study_fields(study));
    assert_confused(hys_spiking_study_confusion(study), 2 * r->n_test, r->accuracy);
    assert_int_equal(hys_spiking_study_window(study, &window), HYS_ARG);
    assert_null(window);
    hys_spiking_study_free(study);
    finish(&f);
}

/* Tiles of 1 x 12 pixels (a CSV has no rows), three beside each other, a line between. */
static void neurons_look_for_what_they_were_shown(void **state) {
    (void)state;
    fixture f = start();
    const hys_spiking_study_opts o = plastic(&f, HYS_STDP_PAIR);
    hys_spiking_study *study = study_of(&f, &o);
    const hys_table *t = hys_spiking_study_fields(study);
    const double *weight = hys_table_column(t, "weight"), *column = hys_table_column(t, "column");
    assert_true(hys_spiking_study_stdp(study)->accuracy > 0.7);
    assert_null(hys_spiking_study_trial(study));
    assert_int_equal(hys_table_n_rows(t), (3 * 13 - 1) * (2 * 2 - 1));
    assert_confused(hys_spiking_study_confusion(study), hys_spiking_study_stdp(study)->n_test,
                    hys_spiking_study_stdp(study)->accuracy);
    assert_within(column[0], 0.5 / 13, 1e-12);
    assert_true(isnan(weight[12]) && isnan(weight[38]) && isfinite(weight[13]));
    for (size_t k = 0; k < 12; k++) assert_true(weight[k] >= 0 && weight[k] <= 1);
    hys_spiking_study_free(study);
    finish(&f);
}

/* Rows: three weights; of each 60 behind, 60 before. */
static double change_at(const hys_table *t, size_t weight, bool is_before, size_t k) {
    return hys_table_column(t, "change of weight")[weight * 120 + (is_before ? 60 : 0) + k];
}

static void windows_of_rules_are_their_formulas(void **state) {
    (void)state;
    fixture f = start();
    const hys_spiking_study_opts o = plastic(&f, HYS_STDP_PAIR);
    hys_spiking_study *study = study_of(&f, &o);
    hys_table *t = NULL;
    assert_int_equal(hys_spiking_study_window(study, &t), HYS_OK);
    const double *dt = hys_table_column(t, "post - pre"), far = 3 * 33.7e-3;
    assert_int_equal(hys_table_n_rows(t), 360);
    assert_within(dt[0], far * 0.5 / 60, 1e-12);
    assert_within(dt[60], -far * 59.5 / 60, 1e-12);
    for (size_t k = 0; k < 60; k++) { /* 3 % and 0.3 %, soft bounds: Diehl and Cook's */
        assert_within(change_at(t, 0, false, k), 0.75 * 0.03 * exp(-dt[k] / 16.8e-3), 1e-12);
        assert_within(change_at(t, 2, true, k), -0.75 * 0.003 * exp(dt[60 + k] / 33.7e-3), 1e-12);
    }
    hys_table_free(t);
    hys_spiking_study_free(study);
    finish(&f);
}

/* The ideal law goes the way in 64 pulses. */
static void pulses_of_a_law_are_a_step(void **state) {
    (void)state;
    fixture f = start();
    hys_spiking_study_opts o = plastic(&f, HYS_STDP_PULSES);
    hys_table *t = NULL;
    o.law = f.law;
    hys_spiking_study *study = study_of(&f, &o);
    assert_int_equal(hys_spiking_study_window(study, &t), HYS_OK);
    for (size_t k = 0; k < 60; k++) {
        assert_within(change_at(t, 1, false, k), k < 30 ? 1.0 / 64 : -1.0 / 64, 1e-9);
        assert_within(change_at(t, 1, true, k), -1.0 / 64, 1e-9);
    }
    hys_table_free(t);
    hys_spiking_study_free(study);
    finish(&f);
}

/* ---- what cannot be ---- */

static void devices_and_rules_that_do_not_fit_are_refused(void **state) {
    (void)state;
    fixture f = start();
    hys_spiking_study_opts o = plastic(&f, HYS_STDP_PULSES);
    assert_refused(&f, &o, "pulses change no device");
    o = plastic(&f, HYS_STDP_PAIR);
    o.law = f.law;
    assert_refused(&f, &o, "a device does not learn by pairs");
    o = plastic(&f, HYS_STDP_DEVICE);
    o.law = f.law;
    assert_refused(&f, &o, "spikes of 0 V change no device");
    o.spike.head = o.spike.tail = 1;
    assert_refused(&f, &o, "there is no model behind the synapse");
    o.has_device = true;
    assert_refused(&f, &o, "a law, or of a device");
    o = hys_spiking_study_opts_for(HYS_SPIKING_CONVERT);
    o.law = "missing.yaml";
    assert_refused(&f, &o, "missing.yaml");
    o.law = NULL;
    o.trial.data = f.data;
    o.trial.network = "12-4";
    o.trial.nir = "missing/a.nir";
    assert_refused(&f, &o, "missing/a.nir");
    finish(&f);
}

/* ---- files ---- */

static hys_status read_text(const fixture *f, const char *text, hys_network_experiment **e) {
    FILE *out = fopen(f->path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    return hys_network_experiment_read(f->ctx, f->path, e);
}

static void a_file_asks_for_what_it_says(void **state) {
    (void)state;
    fixture f = start();
    hys_network_experiment *e = NULL;
    const char *text = "network: 12-8-4\n"
                       "data: {name: data.csv, train: 100}\n"
                       "seeds: 2\n"
                       "training: {epochs: 7}\n"
                       "spiking: {training: surrogate, code: latency, neuron: if, tau: 3ms, at: [5, 10], nir: a.nir}\n"
                       "law: law.yaml\n"
                       "arrays: {levels: 8, wire: 2ohm}\n"
                       "times: [1s, 1day]\n"
                       "expected: [{name: aged_loss, value: 0.1, tolerance: 0.02}]\n";
    if (read_text(&f, text, &e) != HYS_OK) fail_msg("%s", hys_test_diag_text(f.ctx, 0));
    const hys_spiking_study_opts *o = hys_network_experiment_spiking(e);
    const hys_spiking_trial_opts *t = &o->trial;
    assert_string_equal(o->law, f.law);
    assert_string_equal(t->data, f.data);
    assert_string_equal(t->network, "12-8-4");
    assert_int_equal(t->training, HYS_SPIKING_SURROGATE);
    assert_int_equal(t->train.epochs, 7);
    assert_same_double(t->train.rate, 2e-3); /* as it likes them */
    assert_int_equal(t->spiking.steps, 25);
    assert_int_equal(t->spiking.code, HYS_CODE_LATENCY);
    assert_int_equal(t->spiking.neuron.kind, HYS_NEURON_IF);
    assert_same_double(t->spiking.neuron.tau, 3e-3);
    assert_int_equal(t->n_at, 2);
    assert_int_equal(t->at[1], 10);
    assert_int_equal(t->n_times, 2);
    assert_same_double(t->times[1], 86400);
    assert_int_equal(t->mapping.levels, 8);
    assert_same_double(t->mapping.product.lines.bit_wire, 2);
    assert_int_equal(t->mapping.fidelity, HYS_FIDELITY_DISTILLED);
    assert_non_null(strstr(t->nir, "/a.nir"));
    assert_int_equal(hys_network_experiment_get_info(e).n_expected, 1);
    hys_spiking_study *study = study_of(&f, o);
    assert_true(hys_spiking_study_trial(study)->accuracy >= 0.2); /* few epochs on 100 samples */
    hys_spiking_study_free(study);
    hys_network_experiment_free(e);
    finish(&f);
}

static void a_file_of_plasticity_has_its_own_defaults(void **state) {
    (void)state;
    fixture f = start();
    hys_network_experiment *e = NULL;
    assert_int_equal(read_text(&f, "spiking: {training: stdp, neurons: 9}\n", &e), HYS_OK);
    const hys_spiking_study_opts *o = hys_network_experiment_spiking(e);
    assert_int_equal(o->stdp.rule.kind, HYS_STDP_PAIR);
    assert_int_equal(o->stdp.neurons, 9);
    assert_int_equal(o->trial.seeds, 1);
    assert_int_equal(o->trial.spiking.steps, 350);
    hys_network_experiment_free(e);
    e = NULL;
    assert_int_equal(read_text(&f,
                               "spiking: {training: stdp, rule: device, rise: 0.1, spike: {head: 0.4V, tail: 0.3V}}\n"
                               "device: {model: vteam}\n",
                               &e),
                     HYS_OK);
    o = hys_network_experiment_spiking(e);
    assert_int_equal(o->stdp.rule.kind, HYS_STDP_DEVICE);
    assert_same_double(o->stdp.rise, 0.1);
    assert_same_double(o->spike.head, 0.4);
    assert_same_double(o->spike.t_tail, 75e-3);
    assert_true(o->has_device);
    hys_network_experiment_free(e);
    e = NULL;
    assert_int_equal(read_text(&f, "network: 5-3\n", &e), HYS_OK);
    assert_null(hys_network_experiment_spiking(e));
    hys_network_experiment_free(e);
    e = NULL;
    if (read_text(&f, hys_network_experiment_example_spiking(), &e) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(f.ctx, 0));
    hys_network_experiment_free(e);
    finish(&f);
}

static void a_file_that_means_nothing_is_told_where(void **state) {
    (void)state;
    const struct {
        const char *text, *message;
    } all[] = {
        {"spiking: {code: morse}\n", ":1:17: error: there is no \"morse\""},
        {"spiking: {}\nexact: 3\n", ":2:1: error: an experiment with spikes has no \"exact\""},
        {"spiking: {at: [0.5]}\n", ":1:10: error: this tells accuracies at no steps"},
        {"spiking: {}\ntimes: [1V]\n", "\"1V\" is not in s"},
        {"spiking: {}\ndevice: {model: a, measured: b}\n", ":2:9: error: a device has a model, or was measured"}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        fixture f = start();
        hys_network_experiment *e = NULL;
        assert_int_not_equal(read_text(&f, all[k].text, &e), HYS_OK);
        assert_null(e);
        assert_int_equal(hys_diag_n_errors(f.ctx), 1);
        if (!strstr(hys_test_diag_text(f.ctx, 0), all[k].message))
            fail_msg("%s lacks %s", hys_test_diag_text(f.ctx, 0), all[k].message);
        finish(&f);
    }
}

static void the_examples_ask_for_spikes_on_devices(void **state) {
    (void)state;
    static const char *const names[] = {"spiking_nbox", "spiking_pcm_300K", "spiking_pcm_77K", "spiking_pcm_12K"};
    for (size_t k = 0; k < 4; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_network_experiment *e = NULL;
        hys_synapse_law law = hys_synapse_law_ideal();
        char path[512];
        snprintf(path, sizeof path, HYS_TEST_SOURCE "/examples/networks/%s.yaml", names[k]);
        if (hys_network_experiment_read(ctx, path, &e) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
        const hys_spiking_study_opts *o = hys_network_experiment_spiking(e);
        assert_true(o->has_device == (k == 0));
        assert_true(hys_network_experiment_get_info(e).n_expected == 1);
        if (o->law) assert_int_equal(hys_synapse_law_read(ctx, o->law, &law), HYS_OK);
        /* a conductance at the low end of the window, ten years later: (t / 0.9 ms)^-nu */
        static const double nu[] = {0, 0.09, 0.044, 0.041};
        if (o->law) assert_near(1 + law.retention_mean[15][0], pow(3.1557600e8 / 0.9e-3, -nu[k]), 1e-4);
        hys_network_experiment_free(e);
        hys_ctx_free(ctx);
    }
}

/* ---- memory ---- */

static hys_status read_and_run(hys_ctx *ctx, void *data) {
    const fixture *f = data;
    hys_network_experiment *e = NULL;
    hys_spiking_study *study = NULL;
    hys_table *window = NULL;
    hys_status status = hys_network_experiment_read(ctx, f->path, &e);
    if (status == HYS_OK) status = hys_spiking_study_run(ctx, hys_network_experiment_spiking(e), &study);
    if (status == HYS_OK && hys_spiking_study_stdp(study)) status = hys_spiking_study_window(study, &window);
    hys_table_free(window);
    hys_spiking_study_free(study);
    hys_network_experiment_free(e);
    return status;
}

/* The network of a file, which the first study has written once: writing it at each failure would take seconds. */
static void memory_may_fail_anywhere(void **state) {
    (void)state;
#define SMALL "data: {name: data.csv, train: 3, test: 2}\nlaw: law.yaml\nseeds: 1\n"
    static const char *const texts[] = {
        SMALL "network: 12-2-4\nspiking: {training: surrogate, steps: 2, nir: a.nir}\ntraining: {epochs: 1}\n",
        SMALL "network: 12-2-4\nspiking: {training: convert, steps: 2, at: [1]}\ntraining: {epochs: 1}\ntimes: [1s]\n",
        SMALL "spiking: {from: a.nir, steps: 2}\n", SMALL "spiking: {training: stdp, neurons: 2, steps: 3}\n"};
    fixture f = start();
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        hys_network_experiment *e = NULL;
        assert_int_equal(read_text(&f, texts[k], &e), HYS_OK);
        hys_network_experiment_free(e);
        if (k == 0) assert_int_equal(read_and_run(f.ctx, &f), HYS_OK);
        else hys_test_each_failure(read_and_run, &f, false);
    }
    finish(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ideal_law_keeps_what_spikes_reach),
        cmocka_unit_test(neurons_look_for_what_they_were_shown),
        cmocka_unit_test(windows_of_rules_are_their_formulas),
        cmocka_unit_test(pulses_of_a_law_are_a_step),
        cmocka_unit_test(devices_and_rules_that_do_not_fit_are_refused),
        cmocka_unit_test(a_file_asks_for_what_it_says),
        cmocka_unit_test(a_file_of_plasticity_has_its_own_defaults),
        cmocka_unit_test(a_file_that_means_nothing_is_told_where),
        cmocka_unit_test(the_examples_ask_for_spikes_on_devices),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
