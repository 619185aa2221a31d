/* Waves and pulse trains as text. */
#include "hys_test.h"
#include "lab/drive.h"

static hys_status wave(hys_ctx *ctx, hys__arena *arena, const char *text, int32_t cycles, hys__drive *drive) {
    hys_bench_opts opts = hys_bench_opts_default();
    opts.wave = text;
    opts.cycles = cycles;
    opts.points = 8;
    return hys__drive_wave(ctx, arena, &opts, drive);
}

static hys_status train(hys_ctx *ctx, hys__arena *arena, const char *text, int32_t points, hys__drive *drive) {
    hys_bench_opts opts = hys_bench_opts_default();
    opts.train = text;
    opts.points = points;
    return hys__drive_train(ctx, arena, &opts, drive);
}

/* Value of a drive at a time since its start. */
static double value_at(const hys__drive *d, double t) {
    for (size_t k = 0; k < d->sections.n; k++) {
        const hys__section *s = &d->sections.at[k];
        if (t <= s->start + s->length) return hys__section_value(s, t - s->start);
    }
    return NAN;
}

typedef struct point {
    double t, value;
} point;

static void assert_points(const char *text, int32_t cycles, const point *points, size_t n) {
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__drive d;
    hys__arena_init(&arena, ctx, 0);
    assert_int_equal(wave(ctx, &arena, text, cycles, &d), HYS_OK);
    for (size_t k = 0; k < n; k++) assert_within(value_at(&d, points[k].t), points[k].value, 1e-12);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void waves_have_the_shape_that_they_are_named_after(void **state) {
    (void)state;
    static const point sine[] = {{0, 0.3}, {0.025, 1.7}, {0.05, 0.3}, {0.075, -1.1}, {0.125, 1.7}};
    assert_points("sine:1.4V,10Hz,0.3V", 2, sine, 5);
    static const point triangle[] = {{0, 0}, {0.025, 1}, {0.05, 0}, {0.0625, -0.5}, {0.1, 0}, {0.125, 1}};
    assert_points("triangle:1V,10Hz", 2, triangle, 6);
    /* 1 up, 3 down, 2 up again: 6 V in 0.6 s */
    static const point uneven[] = {{0.05, 0.5}, {0.1, 1}, {0.2, 0}, {0.4, -2}, {0.5, -1}, {0.6, 0}};
    assert_points("triangle:1V,-2V,0.6s", 1, uneven, 6);
    static const point one_sided[] = {{0.05, 0.5}, {0.1, 1}, {0.15, 0.5}, {0.2, 0}};
    assert_points("triangle:1V,0V,0.2s", 1, one_sided, 4);
    static const point square[] = {{0, 0}, {0.00005, 2}, {0.03, 2}, {0.05, 0.5}, {0.06, -1}, {0.099, -1}};
    assert_points("square:2V,-1V,10Hz", 1, square, 6);
    static const point spaced[] = {{0.025, 1.4}};
    assert_points(" sine : 1.4 V , 10Hz ", 1, spaced, 1);
}

static void a_unit_of_current_makes_a_current_source(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__drive d;
    hys__arena_init(&arena, ctx, 0);
    assert_int_equal(wave(ctx, &arena, "sine:2mA,1kHz", 1, &d), HYS_OK);
    assert_true(d.is_current);
    assert_near(d.peak, 2e-3, 1e-15);
    assert_int_equal(wave(ctx, &arena, "triangle:1V,1kHz", 1, &d), HYS_OK);
    assert_false(d.is_current);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

/* 8 points a cycle at k T / 8, whatever the sections are. */
static void outputs_lie_evenly_over_each_cycle(void **state) {
    (void)state;
    static const char *const waves[] = {"sine:1V,10Hz", "triangle:1V,-2V,10Hz", "square:1V,10Hz"};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t w = 0; w < 3; w++) {
        hys__arena arena;
        hys__drive d;
        hys__arena_init(&arena, ctx, 0);
        assert_int_equal(wave(ctx, &arena, waves[w], 3, &d), HYS_OK);
        size_t n = 0;
        for (size_t k = 0; k < d.sections.n; k++)
            for (size_t i = 0; i < d.sections.at[k].n_out; i++) {
                double at = hys__section_output(&d.sections.at[k], i);
                assert_true(at > 0 && at <= d.sections.at[k].length);
                n++;
                assert_near(d.sections.at[k].start + at, 0.1 * (double)n / 8, 1e-14);
            }
        assert_int_equal(n, 24);
        assert_int_equal(d.n_rows, 25);
        hys__arena_free(&arena);
    }
    hys_ctx_free(ctx);
}

static void quasi_static_sweeps_go_there_and_back(void **state) {
    (void)state;
    static const double want[] = {-1, 0, 1, 2, 1, 0, -1, 0, 1, 2, 1, 0, -1};
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__drive d;
    hys__arena_init(&arena, ctx, 0);
    assert_int_equal(wave(ctx, &arena, "dc:-1V,2V,4", 2, &d), HYS_OK);
    assert_true(d.is_quasi_static);
    assert_int_equal(d.points.n, 13);
    for (size_t k = 0; k < 13; k++) assert_within(d.points.at[k], want[k], 1e-15);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void a_wave_from_a_file_is_joined_by_lines(void **state) {
    (void)state;
    static const char csv[] = "time[ms],v[mV]\n5,0\n6,100\n8,100\n9,-300\n";
    static const point points[] = {{0, 0}, {0.0005, 0.05}, {0.002, 0.1}, {0.0035, -0.1}, {0.00399, -0.296}};
    char *dir = hys_test_dir(), text[256];
    hys_test_write(hys_test_path(dir, "w.csv"), csv, strlen(csv));
    snprintf(text, sizeof text, "csv:%s/w.csv", dir);
    assert_points(text, 1, points, 5);
    hys_test_dir_remove(dir);
}

static hys_status wave_of_file(hys_ctx *ctx, hys__arena *arena, const char *csv, hys__drive *d) {
    char *dir = hys_test_dir(), text[256];
    hys_test_write(hys_test_path(dir, "w.csv"), csv, strlen(csv));
    snprintf(text, sizeof text, "csv:%s/w.csv", dir);
    hys_status status = wave(ctx, arena, text, 1, d);
    hys_test_dir_remove(dir);
    return status;
}

/* All of these are 0 V at 0 s, 1 V at 1 ms, -1 V at 3 ms, or the same in A. */
static void columns_of_a_file_are_known_by_their_names(void **state) {
    (void)state;
    static const struct {
        const char *csv;
        bool is_current;
    } files[] = {
        {"time,v\n0,0\n1e-3,1\n3e-3,-1\n", false},
        {"T;Voltage\n0;0\n1e-3;1\n3e-3;-1\n", false},
        {"Time (ms),V (mV)\n0,0\n1,1000\n3,-1000\n", false},
        {"v,time[us]\n0,0\n1,1000\n-1,3000\n", false},
        {"0,0\n1e-3,1\n3e-3,-1\n", false},                                      /* no names: time, voltage */
        {"0,0,9\n1e-3,1,9\n3e-3,-1,9\n", false},                                /* no names: time, voltage, current */
        {"time[s],v[V],i[A],vs[V]\n0,7,7,0\n1e-3,7,7,1\n3e-3,7,7,-1\n", false}, /* the source of a measurement */
        {"time,VS\n0,0\n1e-3,1\n3e-3,-1\n", false},
        {"TIME,I\n0,0\n1e-3,1\n3e-3,-1\n", true},
        {"t,current[mA]\n0,0\n1e-3,1000\n3e-3,-1000\n", true},
        {"x[m],time,i[uA]\n5,0,0\n5,1e-3,1e6\n5,3e-3,-1e6\n", true},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys__arena arena;
        hys__drive d;
        hys__arena_init(&arena, ctx, 0);
        hys_status status = wave_of_file(ctx, &arena, files[k].csv, &d);
        if (status != HYS_OK) print_error("%s%s\n", files[k].csv, hys_test_diag_text(ctx, 0));
        assert_int_equal(status, HYS_OK);
        assert_int_equal(d.is_current, files[k].is_current);
        assert_near(d.duration, 3e-3, 1e-12);
        assert_within(value_at(&d, 0.5e-3), 0.5, 1e-9);
        assert_within(value_at(&d, 2e-3), 0, 1e-9);
        hys__arena_free(&arena);
        hys_ctx_free(ctx);
    }
}

static void files_that_are_no_wave_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *csv, *words;
    } files[] = {
        {"v,i\n0,0\n1,1e-3\n", "no column is the time: there are v, i"},
        {"time,w\n0,0\n1,1\n", "no column is a voltage or a current: there are time, w"},
        {"a,b\n0,0\n1,1\n", "no column is the time: there are a, b"},
        {"1\n2\n3\n", "no column is the time: the columns have no names; taken as c1"},
        {"0,0,0,0\n1,1,1,1\n", "no column is the time: the columns have no names"},
        {"time[Hz],v\n0,0\n1,1\n", "the time is not in seconds"},
        {"time,v[K]\n0,0\n1,1\n", "the voltage is not in volts"},
        {"time,v\n0,0\n", "at least two rows"},
        {"0,0\n1,1\n1,2\n", "row 3: times must increase"},
        {"-1,1e-3\n1,2e-3\n0,0\n", "row 3: times must increase"},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys__arena arena;
        hys__drive d;
        hys__arena_init(&arena, ctx, 0);
        assert_int_equal(wave_of_file(ctx, &arena, files[k].csv, &d), HYS_ARG);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        if (!strstr(hys_test_diag_text(ctx, 0), files[k].words)) print_error("%s\n", hys_test_diag_text(ctx, 0));
        assert_non_null(strstr(hys_test_diag_text(ctx, 0), files[k].words));
        hys__arena_free(&arena);
        hys_ctx_free(ctx);
    }
}

static void pulses_rest_and_reads_follow_each_other(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__drive d;
    hys__arena_init(&arena, ctx, 0);
    assert_int_equal(train(ctx, &arena, "1V,10us,20us,2; read 0.1V,5us; wait 1ms; read 0.2V,5us", 20, &d), HYS_OK);
    assert_int_equal(d.n_pulses, 2);
    /* A pulse: 10.1 us with its edges, 20 us rest, 5.05 us read. */
    static const point points[] = {
        {5e-6, 1},  {0.05e-6, 0.5}, {10.05e-6, 0.5}, {20e-6, 0},     {32e-6, 0.1},
        {40e-6, 1}, {67e-6, 0.1},   {500e-6, 0},     {1072e-6, 0.2}, {1070.3e-6 + 5.05e-6, 0}};
    for (size_t k = 0; k < 10; k++) assert_within(value_at(&d, points[k].t), points[k].value, 1e-9);
    assert_near(d.duration, 2 * 35.15e-6 + 1e-3 + 5.05e-6, 1e-12);
    assert_int_equal(train(ctx, &arena, "1V,10us,3", 20, &d), HYS_OK);
    assert_int_equal(d.n_pulses, 3);
    assert_near(d.duration, 3 * 20.1e-6, 1e-12);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

typedef struct refusal {
    const char *text;
    hys_status status;
    const char *message;
} refusal;

static void assert_refused(hys_status (*read)(hys_ctx *, hys__arena *, const char *, int32_t, hys__drive *),
                           const refusal *r) {
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__drive d;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = read(ctx, &arena, r->text, 2, &d);
    const char *got = hys_test_diag_text(ctx, 0);
    if (status != r->status || strncmp(got, r->message, strlen(r->message)) != 0)
        print_error("'%.100s' gives %d:\n%s\n", r->text, status, got);
    assert_int_equal(status, r->status);
    assert_memory_equal(got, r->message, strlen(r->message));
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void malformed_waves_are_refused_at_the_very_word(void **state) {
    (void)state;
    static const refusal list[] = {
        {"", HYS_ARG, "--wave:1:1: error: a wave is sine, triangle, square, dc or csv"},
        {"sin:1V,10Hz", HYS_ARG, "--wave:1:1: error: a wave is sine"},
        {"sine", HYS_ARG, "--wave:1:1: error: the wave lacks a part"},
        {"sine:", HYS_ARG, "--wave:1:1: error: the wave lacks a part"},
        {"sine:1V", HYS_ARG, "--wave:1:1: error: the wave lacks a part"},
        {"sine:1V,", HYS_ARG, "--wave:1:9: error: the frequency is missing"},
        {"sine:x,10Hz", HYS_ARG, "--wave:1:6: error: the amplitude is 'x'; a number with unit V is needed"},
        {"sine:1Hz,10Hz", HYS_UNIT, "--wave:1:6: error: the amplitude is 1Hz; its unit must be V or A"},
        {"sine:1V,10V", HYS_UNIT, "--wave:1:9: error: the frequency is 10V; its unit must be Hz or s"},
        {"sine:1V,0Hz", HYS_ARG, "--wave:1:9: error: the frequency must be above 0"},
        {"sine:1V,-3Hz", HYS_ARG, "--wave:1:9: error: the frequency must be above 0"},
        {"sine:1V,nan", HYS_ARG, "--wave:1:9: error:"},
        {"sine:inf,1Hz", HYS_ARG, "--wave:1:6: error:"},
        {"sine:1V,1e-300Hz", HYS_ARG, "--wave:1:9: error: the period must lie"},
        {"sine:1V,10Hz,1A", HYS_UNIT, "--wave:1:14: error: the offset is in A, others are in V"},
        {"sine:1V,10Hz,0V,3", HYS_ARG, "--wave:1:17: error: the wave ends before this"},
        {"triangle:1V,1V,10Hz", HYS_ARG, "--wave:1:1: error: the two peaks are equal"},
        {"dc:0,1V,1", HYS_ARG, "--wave:1:9: error: the number of points is '1'; a whole number from 2"},
        {"dc:0,1V,2.5", HYS_ARG, "--wave:1:9: error: the number of points is '2.5'"},
        {"csv:", HYS_ARG, "--wave:1:"},
        {"csv:/nonexistent/w.csv", HYS_IO, "/nonexistent/w.csv: error: "},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) assert_refused(wave, &list[k]);
}

static void malformed_trains_are_refused_at_the_very_word(void **state) {
    (void)state;
    static const refusal list[] = {
        {"", HYS_ARG, "error: the pulse train is empty"},
        {";;", HYS_ARG, "error: the pulse train is empty"},
        {"1V", HYS_ARG, "--train:1:1: error: pulses have two to four parts"},
        {"1V,10us,20us,3,4", HYS_ARG, "--train:1:1: error: pulses have two to four parts"},
        {"1V,-1us", HYS_ARG, "--train:1:4: error: the width must be above 0"},
        {"1V,1V", HYS_UNIT, "--train:1:4: error: the width is 1V; its unit must be s"},
        {"1V,1us,1us,0", HYS_ARG, "--train:1:12: error: the number of pulses is '0'"},
        {"1V,1us,1us,1e9", HYS_ARG, "--train:1:12: error: the number of pulses is '1e9'"},
        {"1V,1us,1us,2; read 1mA,1us", HYS_UNIT, "--train:1:20: error: this amplitude is in A"},
        {"1V,1us; read 1V", HYS_ARG, "--train:1:9: error: a read has two parts"},
        {"1V,1us; wait", HYS_ARG, "--train:1:9: error: pulses have"},
        {"1V,1us; wait x", HYS_ARG, "--train:1:14: error: the time to wait is 'x'"},
        {"1V,1us; pause 1s", HYS_ARG, "--train:1:9: error: pulses have two to four parts"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) assert_refused(train, &list[k]);
}

static void texts_of_a_megabyte_are_refused_quickly(void **state) {
    (void)state;
    char *text = malloc(1 << 20);
    assert_non_null(text);
    memset(text, '1', (1 << 20) - 1);
    memcpy(text, "sine:", 5);
    text[(1 << 20) - 1] = 0;
    const refusal long_number = {text, HYS_ARG, "--wave:1:1: error: the wave lacks a part"};
    assert_refused(wave, &long_number);
    memset(text, ',', (1 << 20) - 1);
    memcpy(text, "sine:", 5);
    const refusal commas = {text, HYS_ARG, "--wave:1:"};
    assert_refused(wave, &commas);
    memset(text, ';', (1 << 20) - 1);
    const refusal semicolons = {text, HYS_ARG, "error: the pulse train is empty"};
    assert_refused(train, &semicolons);
    free(text);
}

static hys_status make_train(hys_ctx *ctx, void *arg) {
    hys__arena arena;
    hys__drive d;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = train(ctx, &arena, arg, 20, &d);
    hys__arena_free(&arena);
    return status;
}
static hys_status make_wave(hys_ctx *ctx, void *arg) {
    hys__arena arena;
    hys__drive d;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = wave(ctx, &arena, arg, 50, &d);
    hys__arena_free(&arena);
    return status;
}

static void failing_memory_is_reported(void **state) {
    (void)state;
    char pulses[] = "1V,10us,20us,40; read 0.1V,5us", triangle[] = "triangle:1V,10Hz";
    hys_test_each_failure(make_train, pulses, false);
    hys_test_each_failure(make_wave, triangle, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waves_have_the_shape_that_they_are_named_after),
        cmocka_unit_test(a_unit_of_current_makes_a_current_source),
        cmocka_unit_test(outputs_lie_evenly_over_each_cycle),
        cmocka_unit_test(quasi_static_sweeps_go_there_and_back),
        cmocka_unit_test(a_wave_from_a_file_is_joined_by_lines),
        cmocka_unit_test(columns_of_a_file_are_known_by_their_names),
        cmocka_unit_test(files_that_are_no_wave_are_refused),
        cmocka_unit_test(pulses_rest_and_reads_follow_each_other),
        cmocka_unit_test(malformed_waves_are_refused_at_the_very_word),
        cmocka_unit_test(malformed_trains_are_refused_at_the_very_word),
        cmocka_unit_test(texts_of_a_megabyte_are_refused_quickly),
        cmocka_unit_test(failing_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
