/* Experiments from YAML: what they find, what they refuse and where, memory that fails. */
#include "hys_test.h"
#include <hysteron/array_experiment.h>

static const hys_experiment_step *step_of(const hys_experiment *e, const char *name) {
    for (size_t k = 0; k < hys_experiment_get_info(e).n_steps; k++)
        if (!strcmp(hys_experiment_get_step(e, k)->name, name)) return hys_experiment_get_step(e, k);
    fail_msg("no step %s", name);
    return NULL;
}

static double number_of(const hys_experiment *e, const char *step, const char *name) {
    const hys_experiment_step *s = step_of(e, step);
    for (size_t k = 0; k < s->n_numbers; k++)
        if (!strcmp(s->numbers[k].name, name)) return s->numbers[k].value;
    fail_msg("no number %s of %s", name, step);
    return NAN;
}

static const hys_matrix *matrix_of(const hys_experiment *e, const char *step, const char *name) {
    const hys_experiment_step *s = step_of(e, step);
    for (size_t k = 0; k < s->n_matrices; k++)
        if (!strcmp(s->matrices[k].name, name)) return &s->matrices[k].values;
    fail_msg("no matrix %s of %s", name, step);
    return NULL;
}

/* In a folder of its own, beside g.csv, 2 x 3, and v.csv, 2 x 2. */
static const char *folder_with(const char *text) {
    static const char g[] = "10e-6,20e-6,30e-6\n40e-6,50e-6,60e-6\n", v[] = "0.1,0.2\n0.2,0\n";
    const char *dir = hys_test_dir();
    hys_test_write(hys_test_path(dir, "g.csv"), g, sizeof g - 1);
    hys_test_write(hys_test_path(dir, "v.csv"), v, sizeof v - 1);
    hys_test_write(hys_test_path(dir, "e.yaml"), text, strlen(text));
    return dir;
}

static hys_experiment *run(hys_ctx *ctx, const char *path) {
    hys_experiment *e = NULL;
    if (hys_experiment_read(ctx, path, &e) != HYS_OK || hys_experiment_run(e, NULL) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    return e;
}

/* ---- conductances ---- */

static const char resistors[] = "title: products\n"
                                "array: {rows: 2, columns: 3, wire: 1uohm}\n"
                                "cell: {conductances: g.csv}\n"
                                "steps:\n"
                                "  - read: {}\n"
                                "  - multiply: {inputs: v.csv}\n"
                                "  - map: {row: 1, column: 2, voltage: 0.4V}\n"
                                "  - retention: {times: [0s, 99s], drift: 0.1}\n"
                                "  - margin: {off: 1Mohm, most: 8}\n";

static void test_conductances_are_read_and_multiplied(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const char *dir = folder_with(resistors);
    hys_experiment *e = run(ctx, hys_test_path(dir, "e.yaml"));
    const double want[] = {10e-6, 20e-6, 30e-6, 40e-6, 50e-6, 60e-6};
    for (size_t k = 0; k < 6; k++) assert_near(matrix_of(e, "01-read", "read")->values[k], want[k], 1e-6);
    assert_near(number_of(e, "01-read", "mean"), 35e-6, 1e-6);
    const hys_matrix *i = matrix_of(e, "02-multiply", "currents");
    assert_int_equal(i->rows, 2);
    assert_near(i->values[0], 0.1 * 10e-6 + 0.2 * 40e-6, 1e-6);
    assert_near(i->values[5], 0.2 * 30e-6, 1e-6);
    assert_within(number_of(e, "02-multiply", "relative_error"), 0, 1e-6);
    assert_near(matrix_of(e, "03-map", "voltage")->values[5], 0.4, 1e-6);
    assert_near(matrix_of(e, "03-map", "voltage")->values[4], 0.2, 1e-6); /* V/2 */
    assert_within(matrix_of(e, "03-map", "voltage")->values[0], 0, 1e-6);
    assert_near(number_of(e, "03-map", "chosen_current"), 24e-6, 1e-6);
    assert_near(number_of(e, "03-map", "sneak_current"), 6e-6, 1e-5); /* of the cell above, at V/2 */
    assert_near(number_of(e, "04-retention", "ratio"), pow(100, -0.1), 1e-6);
    assert_near(number_of(e, "05-margin", "largest"), 8, 1e-12); /* of 18.8 at V/2 and a ratio of 100 */
    const hys_experiment_info info = hys_experiment_get_info(e);
    assert_int_equal(info.n_inputs, 3);
    assert_string_equal(info.title, "products");
    const char *path, *hash;
    assert_true(hys_experiment_input(e, 1, &path, &hash) && strlen(hash) == 64);
    assert_false(hys_experiment_input(e, 3, &path, &hash));
    hys_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* ---- devices ---- */

static const char devices[] =
    "seed: 3\n"
    "array: {rows: 3, columns: 3, wire: 2ohm}\n"
    "cell:\n"
    "  device: vteam\n"
    "  set: [Roff=200k, v_on=-0.4, v_off=0.4, k_on=-0.1, k_off=0.1]\n"
    "  turned: yes\n"
    "  states: [w=2nm]\n"
    "  spread: [Ron=lognormal 0.1]\n"
    "faults:\n"
    "  - {kind: stuck, row: 2, column: 2, resistance: 1Mohm}\n"
    "  - {kind: open, row: 2, column: 0}\n"
    "steps:\n"
    "  - {name: before, read: {}}\n"
    "  - write: {row: 0, columns: [1], voltage: 1V, width: 1ns, rise: 0.1ns}\n"
    "  - pulse: {words: [0V, 0.6V, 0V], bits: 0V, width: 1ns, rise: 0.1ns}\n"
    "  - program: {target: random, g_min: 10uS, g_max: 30uS, set: 0.6V, set_step: 10mV, set_limit: 0.78V,\n"
    "              reset: -0.6V, reset_step: 10mV, reset_limit: -0.78V, width: 1ns, rise: 0.1ns,\n"
    "              read_noise: 0.001, tolerance: 0.05}\n"
    "  - wait: {time: 1h, temperature: 85degC}\n"
    "  - {name: after, read: {}}\n"
    "  - residual: {target: levels, levels: 3, arrays: 2, g_min: 10uS, g_max: 30uS, set: 0.6V, set_step: 10mV,\n"
    "               set_limit: 0.78V, reset: -0.6V, reset_step: 10mV, reset_limit: -0.78V, width: 1ns, rise: 0.1ns,\n"
    "               tolerance_S: 0.5uS, tolerance: 0}\n";

static void test_devices_keep_their_states_from_step_to_step(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const char *dir = folder_with(devices);
    hys_experiment *e = run(ctx, hys_test_path(dir, "e.yaml"));
    const hys_experiment_step *program = step_of(e, "04-program");
    assert_near(number_of(e, "before", "most"), 7.3e-6, 0.05); /* 10 k + 190 k * 2/3 */
    assert_near(matrix_of(e, "before", "alone")->values[8], 1e-6, 1e-9);
    assert_true(matrix_of(e, "before", "alone")->values[6] == 0);
    const double *change = matrix_of(e, "02-write", "change")->values;
    assert_true(change[1] > 0 && change[0] > 0 && change[4] > 0 && change[8] == 0 && change[3] == 0);
    change = matrix_of(e, "03-pulse", "change")->values;
    assert_true(change[3] > 0 && change[4] > 0 && change[0] == 0);
    assert_true(program->has_failed && program->n_remarks >= 2); /* stuck and open, the worst first */
    assert_non_null(strstr(program->remarks[0], "stuck (no pulse moved it at all)"));
    assert_true(number_of(e, "04-program", "reached") >= 6);
    const double *read = matrix_of(e, "04-program", "read")->values,
                 *error = matrix_of(e, "04-program", "error")->values;
    for (size_t k = 0; k < 6; k++) assert_true(read[k] > 9e-6 && read[k] < 32e-6 && fabs(error[k]) < 0.2 * read[k]);
    assert_near(number_of(e, "05-wait", "temperature"), 358.15, 1e-9);
    assert_true(number_of(e, "05-wait", "largest_change") == 0); /* nothing moves between the thresholds */
    const double *alone = matrix_of(e, "04-program", "alone")->values;
    for (size_t k = 0; k < 9; k++) assert_near(matrix_of(e, "after", "alone")->values[k], alone[k], 1e-9);
    hys_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* i = 2 I_s exp(E_a/k (1/T_0 - 1/T)) sinh(v T_0/(V_0 T)): 0.4 eV, 36.9 mV. */
static void test_cells_are_as_warm_as_the_file_says(void **state) {
    (void)state;
    static const char text[] = "array: {rows: 1, columns: 2, wire: 1ohm}\n"
                               "cell: {device: selector_exponential, set: [I_s=1e-11]}\n"
                               "steps:\n"
                               "  - {name: cold, read: {}}\n"
                               "  - {name: heat, wait: {temperature: 360K}}\n"
                               "  - {name: warm, read: {}}\n"
                               "  - {name: cool, wait: {time: 1s, temperature: 300.15K}}\n"
                               "  - {name: again, read: {}}\n";
    hys_ctx *ctx = hys_test_ctx();
    const char *dir = folder_with(text);
    hys_experiment *e = run(ctx, hys_test_path(dir, "e.yaml"));
    const double cold = matrix_of(e, "cold", "alone")->values[1], warm = matrix_of(e, "warm", "alone")->values[1];
    const double v = 0.1 / 36.9e-3,
                 want = exp(0.4 / 8.617333262e-5 * (1 / 300.15 - 1 / 360.0)) * sinh(v * 300.15 / 360) / sinh(v);
    assert_near(cold, 2e-11 * sinh(v) / 0.1, 1e-5); /* 1 kohm in series */
    assert_near(warm / cold, want, 1e-4);           /* the file has the k of its language, 1.3806226e-23 J/K */
    assert_near(number_of(e, "heat", "largest_change"), warm - cold, 1e-6);
    assert_near(matrix_of(e, "again", "alone")->values[1], cold, 1e-9);
    hys_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

static void test_the_same_file_gives_the_same_numbers(void **state) {
    (void)state;
    double values[2][9];
    const char *dir = folder_with(devices);
    for (int k = 0; k < 2; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_experiment *e = run(ctx, hys_test_path(dir, "e.yaml"));
        memcpy(values[k], matrix_of(e, "07-residual", "sum")->values, sizeof values[k]);
        hys_experiment_free(e);
        hys_ctx_free(ctx);
    }
    for (size_t k = 0; k < 9; k++) assert_same_double(values[0][k], values[1][k]);
    hys_test_dir_remove(dir);
}

static void test_the_example_is_an_experiment(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const char *dir = folder_with(hys_experiment_example());
    hys_experiment *e = NULL;
    if (hys_experiment_read(ctx, hys_test_path(dir, "e.yaml"), &e) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    hys_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* ---- mistakes: one error each, at its place ---- */

#define ARRAY "array: {rows: 2, columns: 3}\n"
#define CELL  "cell: {conductances: g.csv}\n"
#define VTEAM "cell: {device: vteam}\n"

static void test_mistakes_have_one_error_at_their_place(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        int line, column;
    } mistakes[] = {
        {ARRAY CELL "steps: []\n", "there are no steps", 3, 8},
        {CELL "steps: [{read: {}}]\n", "an experiment needs \"array\"", 1, 1},
        {"array: {rows: 0, columns: 3}\n" CELL "steps: [{read: {}}]\n", "an array without cells", 0, 0},
        {"array: {rows: 3, columns: 3}\n" CELL "steps: [{read: {}}]\n",
         "\"g.csv\" has 2 rows and 3 columns, the array 3 word lines and 3 bit lines", 2, 22},
        {ARRAY "cell: {device: vteem}\nsteps: [{read: {}}]\n", "vteem", 0, 0},
        {ARRAY "cell: {}\nsteps: [{read: {}}]\n", "cells are devices or conductances, one of both", 2, 7},
        {ARRAY "cell: {device: vteam, states: [x=1]}\nsteps: [{read: {}}]\n", "these cells have no state 'x'", 0, 0},
        {ARRAY CELL "steps: [{reed: {}}]\n", "a step has no \"reed\"", 3, 10},
        {ARRAY CELL "steps: [{name: a}]\n", "this step does nothing", 3, 9},
        {ARRAY CELL "steps: [{read: {}, map: {voltage: 1V}}]\n", "this step is read already", 3, 25},
        {ARRAY CELL "steps: [{name: a, read: {}}, {name: a, read: {}}]\n", "there is a step \"a\" already", 3, 30},
        {ARRAY CELL "steps: [{name: ../a, read: {}}]\n", "a step cannot be called \"../a\"", 3, 9},
        {ARRAY CELL "steps: [{read: {voltage: 1A}}]\n", "\"1A\" is not in V", 3, 26},
        {ARRAY CELL "steps: [{map: {row: 2, voltage: 1V}}]\n", "row 2 is not among the 2 lines", 3, 21},
        {ARRAY CELL "steps: [{multiply: {inputs: g.csv}}]\n", "rows of \"g.csv\" have length 3, there are 2 word lines",
         3, 29},
        {ARRAY CELL "steps: [{multiply: {inputs: no.csv}}]\n", "cannot", 0, 0},
        {ARRAY CELL "steps: [{write: {row: 0, columns: [0], voltage: 1V}}]\n",
         "conductances cannot be changed by voltages", 3, 17},
        {ARRAY VTEAM "steps: [{write: {row: 0, columns: [0], voltage: 1V, width: -1ns}}]\n", "width cannot be -1e-09",
         3, 60},
        {ARRAY VTEAM "steps: [{pulse: {words: [1V, 1V, 1V], width: 1ns}}]\n", "3 voltages for 2 lines", 3, 25},
        {ARRAY VTEAM "steps: [{wait: {time: -1s}}]\n", "time cannot be -1", 3, 23},
        {ARRAY VTEAM "steps: [{program: {target: v.csv, set: 1V, set_step: 0.1, reset: -1V, reset_step: 0.1}}]\n",
         "\"v.csv\" has 2 rows and 2 columns", 3, 28},
        {ARRAY VTEAM "steps: [{program: {target: random, set: 1V, set_step: 0.1, reset: -1V, reset_step: 0.1}}]\n",
         "cannot be drawn", 3, 28},
        {ARRAY VTEAM "steps: [{program: {target: g.csv, strategy: foo}}]\n", "there is no strategy 'foo'", 0, 0},
        {ARRAY CELL "steps: [{retention: {times: [2s, 1s]}}]\n", "a read at 1 s", 3, 29},
    };
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        hys_ctx *ctx = hys_test_ctx();
        const char *dir = folder_with(mistakes[k].text);
        hys_experiment *e = NULL;
        const hys_status status = hys_experiment_read(ctx, hys_test_path(dir, "e.yaml"), &e);
        if (status == HYS_OK) fail_msg("%s", mistakes[k].text);
        const hys_diag *d = hys_diag_get(ctx, 0);
        if (!d || hys_diag_n_errors(ctx) != 1 || !strstr(d->message, mistakes[k].message) ||
            (mistakes[k].line && (d->line != mistakes[k].line || d->col != mistakes[k].column)))
            fail_msg("%s: %s", mistakes[k].text, hys_test_diag_text(ctx, 0));
        hys_test_dir_remove(dir);
        hys_ctx_free(ctx);
    }
}

static hys_status job(hys_ctx *ctx, void *arg) {
    hys_experiment *e = NULL;
    hys_status status = hys_experiment_read(ctx, arg, &e);
    if (status == HYS_OK) status = hys_experiment_run(e, NULL);
    hys_experiment_free(e);
    return status;
}

static void test_memory_that_fails_is_said(void **state) {
    (void)state;
    const char *dir = folder_with(resistors);
    char path[128];
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "e.yaml"));
    hys_test_each_failure(job, path, false);
    hys_test_each_failure(job, path, true);
    hys_test_dir_remove(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conductances_are_read_and_multiplied),
        cmocka_unit_test(test_devices_keep_their_states_from_step_to_step),
        cmocka_unit_test(test_cells_are_as_warm_as_the_file_says),
        cmocka_unit_test(test_the_same_file_gives_the_same_numbers),
        cmocka_unit_test(test_the_example_is_an_experiment),
        cmocka_unit_test(test_mistakes_have_one_error_at_their_place),
        cmocka_unit_test(test_memory_that_fails_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
