/* Devices with timers on the bench and in crossbars: a body that sets the time of the next firing, times that come from
 * parameters, and draws of each firing. */
#include "hys_test.h"
#include <hysteron/array_device.h>
#include <hysteron/lab.h>

#define FIXTURE HYS_TEST_SOURCE "/tests/circuit/fixtures/events.va"
#define HALF    0.7e-6 /* s: of the clock */

static hys_model *model_of(hys_ctx *ctx, const char *module) {
    hys_model *model = NULL;
    hys_model_opts opts = hys_model_opts_default();
    opts.module = module;
    if (hys_model_load(ctx, FIXTURE, &opts, &model) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return model;
}

/* The clock conducts 1 mS while it is on. */
static void a_clock_runs_on_the_bench(void **state) {
    static const char *const steps[] = {NULL, "3us"}; /* no step ends at an edge by itself */
    (void)state;
    for (int k = 0; k < 2; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_model *model = model_of(ctx, "clock");
        hys_run *run = NULL;
        hys_bench_opts opts = hys_bench_opts_default();
        opts.wave = "sine:1V,100kHz";
        opts.cycles = 2;
        opts.points = 333;
        opts.max_step = steps[k];
        if (hys_iv(ctx, model, &opts, &run) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
        const hys_table *table = hys_run_table(run);
        const double *t = hys_table_column(table, "time"), *v = hys_table_column(table, "v"),
                     *i = hys_table_column(table, "i");
        size_t n_on = 0, n = hys_table_n_rows(table);
        for (size_t row = 0; row < n; row++) {
            double edges = t[row] / HALF;
            bool is_on = (long)edges % 2 == 1;
            if (fabs(edges - round(edges)) < 1e-6) continue; /* at an edge both sides are right */
            assert_within(i[row], is_on ? 1e-3 * v[row] : 0, 1e-12);
            n_on += is_on;
        }
        assert_true(n == 667 && n_on > 320);
        assert_string_equal(hys_run_statistics(run)->mode, "ida");
        hys_run_free(run);
        hys_model_free(model);
        hys_ctx_free(ctx);
    }
}

typedef struct watch {
    double on_s, last; /* s: time for which the word line conducts */
} watch;

static int look(void *user, const hys_array_instant *at) {
    watch *w = user;
    if (at->word_currents[0] > 0.5e-3) w->on_s += at->time - w->last;
    w->last = at->time;
    return 0;
}

/* Two cells of 1 mS at 1 V: on from 0.7 to 1.4 us, 2.1 to 2.8 us ... each edge is the end of a step. */
static void clocks_run_in_crossbars(void **state) {
    hys_ctx *ctx = hys_test_ctx();
    hys_array *array = NULL;
    hys_array_opts o = hys_array_opts_default();
    hys_cell_opts c = hys_cell_opts_default();
    hys_model_opts m = hys_model_opts_default();
    hys_array_run_opts opts = hys_array_run_opts_default();
    const double times[] = {0, 10e-6}, words[] = {1, 1};
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 2, .times = times, .words = words};
    watch w = {0, 0};
    (void)state;
    o.rows = 1;
    o.columns = 2;
    o.word_wire = o.bit_wire = 1;
    m.module = "clock";
    c.memory = FIXTURE;
    c.model = &m;
    opts.max_step = 0.31e-6;
    opts.at_step = look;
    opts.user = &w;
    if (hys_array_new(ctx, &o, &array) != HYS_OK || hys_array_set_device(array, &c) != HYS_OK ||
        hys_array_run(array, &drive, &opts, NULL) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_within(w.on_s, 7 * HALF, 1e-12);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_runs_on_the_bench),
        cmocka_unit_test(clocks_run_in_crossbars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
