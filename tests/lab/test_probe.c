/* Probing: the voltages and times that a device is made for are found; what does not answer is told. */
#include "device/model.h"
#include "hys_test.h"
#include "lab/probe.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    char *dir;
    hys_ctx *ctx;
    hys_model *model;
    hys__arena arena;
    hys__probe probe;
} fixture;

/* i = v g, g told by the body. */
static fixture probe(const char *body) {
    static const char head[] = "`include \"disciplines.vams\"\nmodule d(p, n);\ninout p, n;\nelectrical p, n;\n"
                               "real w, v, g;\n";
    char text[2000];
    fixture f = {.dir = hys_test_dir(), .ctx = hys_test_ctx()};
    snprintf(text, sizeof text, "%s%sI(p, n) <+ v*g;\nend\nendmodule\n", head, body);
    const char *path = hys_test_path(f.dir, "d.va");
    hys_test_write(path, text, strlen(text));
    hys_bench_opts bench = hys_bench_opts_default();
    hys__arena_init(&f.arena, f.ctx, 0);
    assert_int_equal(hys_model_load(f.ctx, path, NULL, &f.model), HYS_OK);
    assert_int_equal(hys__probe_device(f.ctx, &f.arena, f.model, &bench, 0, &f.probe), HYS_OK);
    return f;
}

static void release(fixture *f) {
    hys__arena_free(&f->arena);
    hys_model_free(f->model);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
}

/* w goes to 1 above 0.6 V in 1 ms, and to 0 below -0.3 V in 10 us: half of the way is ln 2 of that. */
static void thresholds_and_times_are_those_of_the_device(void **state) {
    (void)state;
    fixture f = probe("analog begin\nv = V(p, n);\nw = idt((v > 0.6 ? 1e3*(1.0 - w) : 0.0) - (v < -0.3 ? 1e5*w : 0.0), "
                      "0.0);\ng = 1e-6 + 9e-6*w;\n");
    double t;
    assert_int_equal(f.probe.up, 1);
    assert_int_equal(f.probe.down, -1);
    /* the first of four levels a decade above it */
    assert_true(hys__probe_threshold(&f.probe, 1) > 0.6 && hys__probe_threshold(&f.probe, 1) < 0.6 * 1.79);
    assert_true(hys__probe_threshold(&f.probe, -1) > 0.3 && hys__probe_threshold(&f.probe, -1) < 0.3 * 1.79);
    /* five points a decade, straight between them */
    assert_near(hys__probe_time_at(&f.probe, 2, 0.5), 1e-3 * log(2), 0.05);
    assert_near(hys__probe_time_at(&f.probe, -2, 0.5), 1e-5 * log(2), 0.05);
    assert_true(isnan(hys__probe_time_at(&f.probe, 0.2, 0.5)));
    assert_true(hys__probe_least(&f.probe, 1, 0.5, 1e-6, &t) != hys__probe_least(&f.probe, 1, 0.5, 1e-2, NULL) &&
                isnan(t));
    assert_near(hys__probe_swing(&f.probe, 1), log(10), 1e-3);
    assert_near(f.probe.kept, 1, 1e-3);
    assert_true(isnan(f.probe.t_forget));
    assert_near(f.probe.v_read, 0.2 * hys__probe_threshold(&f.probe, -1), 0.5);
    release(&f);
}

/* |v| raises it, it forgets with 20 ms: half of it in 14 ms. */
static void devices_that_forget_are_seen_to(void **state) {
    (void)state;
    fixture f = probe("analog begin\nv = V(p, n);\nw = idt(1e3*v*v*(1.0 - w) - w/0.02, 0.0);\ng = 1e-6 + 9e-6*w;\n");
    assert_int_equal(f.probe.down, 0);
    assert_true(f.probe.up != 0);
    assert_within(f.probe.kept, 0, 1e-2);
    assert_near(f.probe.t_forget, 0.02 * log(2), 0.6); /* the first of five points a decade behind it */
    release(&f);
}

static void what_does_not_answer_is_no_memristor(void **state) {
    (void)state;
    fixture f = probe("analog begin\nv = V(p, n);\nw = 0;\ng = 1e-6*(1.0 + v*v);\n");
    assert_int_equal(f.probe.up, 0);
    assert_int_equal(f.probe.down, 0);
    assert_true(isnan(hys__probe_voltage(&f.probe, 1, 0.5, 1e-3, NULL)));
    assert_near(hys__probe_largest(&f.probe, 1), 10, 1e-9);
    release(&f);
}

/* exp(2000) is no number: the ladder ends below, and nothing is said. */
static void ladders_that_fail_end_quietly(void **state) {
    (void)state;
    fixture f = probe("analog begin\nv = V(p, n);\nw = 0;\ng = 1e-6*exp(1000.0*v);\n");
    assert_true(hys__probe_largest(&f.probe, 1) < 1);
    assert_near(hys__probe_largest(&f.probe, -1), 10, 1e-9);
    assert_int_equal(hys_diag_n_errors(f.ctx), 0);
    release(&f);
}

/* What is chosen can be typed, and does what it was chosen for. */
static void options_that_say_auto_suit_the_device(void **state) {
    (void)state;
    static const char *const devices[] = {"vteam", "wox", "stanford_rram", "calm"};
    for (size_t k = 0; k < sizeof devices / sizeof *devices; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_model *model = NULL;
        hys_protocol_result *result = NULL;
        assert_int_equal(hys_model_load(ctx, devices[k], NULL, &model), HYS_OK);
        assert_int_equal(hys_protocol_run(ctx, hys_protocol_find("potentiation"), model, NULL, &result), HYS_OK);
        assert_true(strstr(hys_protocol_remark(result, 0), "chosen by probing the device: up=") != NULL);
        assert_true(hys_protocol_find_feature(result, "g_ratio")->value > 2);
        assert_true(hys_protocol_find_feature(result, "levels")->value >= 3);
        hys_protocol_result_free(result);
        hys_model_free(model);
        hys_ctx_free(ctx);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_and_times_are_those_of_the_device),
        cmocka_unit_test(devices_that_forget_are_seen_to),
        cmocka_unit_test(what_does_not_answer_is_no_memristor),
        cmocka_unit_test(ladders_that_fail_end_quietly),
        cmocka_unit_test(options_that_say_auto_suit_the_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
