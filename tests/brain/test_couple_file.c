/* Slow couplings of experiments: what the file says is done, and what it cannot mean is told. */
#include "brain_net.h"
#include <hysteron/brain_experiment.h>

#define CELLS                                                                                                          \
    "duration: 20ms\n"                                                                                                 \
    "cells:\n"                                                                                                         \
    "  store: {area: 1e-9m^2, start: 0.75V, leak: {conductance: 0S/m^2, reversal: 0V}, ports: {hit: {kind: delta}}}\n" \
    "  quiet: {area: 1e-9m^2, start: 0V, leak: {conductance: 0S/m^2, reversal: 0V},\n"                                 \
    "          ports: {syn: {current: true}, hit: {kind: delta}}}\n"                                                   \
    "groups:\n"                                                                                                        \
    "  stores: {cell: store, n: 2, threshold: 100V}\n"                                                                 \
    "  cells: {cell: quiet, n: 4, threshold: 100V}\n"                                                                  \
    "  train: {replay: {times: [5ms, 10ms]}}\n"                                                                        \
    "record: {v: {group: cells, cells: 3}, y: {group: stores, cells: 1}}\n"

static hys_status read_text(hys_ctx *ctx, const char *text, hys_brain_experiment **e) {
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "x.yaml");
    hys_test_write(path, text, strlen(text));
    const hys_status status = hys_brain_experiment_read(ctx, path, e);
    hys_test_dir_remove(dir);
    return status;
}

static hys_brain_experiment *run_text(hys_ctx *ctx, const char *text) {
    const hys_brain_run_opts o = hys_brain_run_opts_default();
    hys_brain_experiment *e = NULL;
    hys_brain_run_result r;
    said(ctx, read_text(ctx, text, &e));
    said(ctx, hys_brain_experiment_run(e, &o, &r));
    return e;
}

/* 4 pA/V (0.75 V - 0.25 V) into 10 pF for 20 ms. */
static void gains_have_the_unit_of_the_port(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e =
        run_text(ctx, CELLS "couple: [{from: stores, to: cells, port: syn, gain: 4pA, threshold: 0.25, every: 2ms}]\n");
    assert_near(hys_brain_experiment_value(e, "v.last"), 2e-12 * 20e-3 / 1e-11, 1e-2); /* but for the last step */
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* A release of 0.5 - 0.25, as read at the beginning, then that of what recovered in 5 of 100 ms; of both pairs of
 * groups that the connection joins. */
static void names_of_connections_are_found(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = run_text(
        ctx, CELLS "connect: [{name: mine, from: train, to: [stores, cells], port: hit, weight: 1V, short_term: {use: "
                   "0.5, recovery: 100ms}}]\ncouple: [{from: cells, release: mine, gain: 0, every: 1ms}, {from: cells, "
                   "release: mine, gain: 1, threshold: 0.25, every: 50ms}]\n");
    const double x = 1 - 0.25 * exp(-5e-3 / 100e-3);
    assert_near(hys_brain_experiment_value(e, "v.last"), 0.25 + 0.25 * x, 1e-9);
    assert_near(hys_brain_experiment_value(e, "y.last"), 0.75 + 0.25 + 0.25 * x, 1e-9);
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

static void what_cannot_be_meant_is_told(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
    } all[] = {
        {"{from: stores}", "a coupling acts on one thing"},
        {"{from: stores, release: a, learning: b}", "a coupling acts on one thing"},
        {"{from: stores, to: cells}", "a coupling to a group needs a port"},
        {"{from: nobody, release: a}", "nobody"},
        {"{from: stores, release: a}", "no connection has the name \"a\""},
        {"{from: stores, to: cells, port: syn, gain: 3nS}", "\"3nS\" is neither a number in A"},
        {"{from: stores, to: cells, port: syn, gain: normal 3nA 1nA}", "a gain is a number"},
        {"{from: stores, to: cells, port: none}", "no port \"none\""},
        {"{from: stores, learning: a, gain: 2mV}", "a gain is a number"},
    };
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        hys_brain_experiment *e = NULL;
        char text[4096];
        snprintf(text, sizeof text, "%scouple: [%s]\n", CELLS, all[k].text);
        assert_refused(ctx, read_text(ctx, text, &e), all[k].words);
    }
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(gains_have_the_unit_of_the_port),
    cmocka_unit_test(names_of_connections_are_found),
    cmocka_unit_test(what_cannot_be_meant_is_told),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
