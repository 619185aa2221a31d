/* Boolean netlists and their programs: what is read, what is computed, how many steps it takes. */
#include "hys_test.h"
#include <hysteron/logic.h>

static hys_logic *example(hys_ctx *ctx, const char *name) {
    char path[512];
    hys_logic *logic = NULL;
    snprintf(path, sizeof path, "%s/examples/logic/%s", HYS_TEST_SOURCE, name);
    if (hys_logic_read(ctx, path, &logic) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return logic;
}

static hys_logic *parse(hys_ctx *ctx, const char *text) {
    hys_logic *logic = NULL;
    if (hys_logic_parse(ctx, "t.blif", text, strlen(text), &logic) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    return logic;
}

/* Bit p of inputs k, first + k ...: bit k of value[p]. */
static void put_number(uint64_t *bits, size_t n, const unsigned *values, size_t n_values) {
    for (size_t k = 0; k < n; k++) {
        bits[k] = 0;
        for (size_t p = 0; p < n_values; p++) bits[k] |= (uint64_t)((values[p] >> k) & 1) << p;
    }
}

static unsigned get_number(const uint64_t *bits, size_t n, size_t p) {
    unsigned value = 0;
    for (size_t k = 0; k < n; k++) value |= (unsigned)((bits[k] >> p) & 1) << k;
    return value;
}

static void test_the_examples_add_and_multiply(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic *adder = example(ctx, "adder8.blif"), *multiplier = example(ctx, "multiplier4.blif");
    unsigned a[64], b[64], c[64];
    uint64_t in[17], out[9];
    for (unsigned p = 0; p < 64; p++) {
        a[p] = 37 * p & 255;
        b[p] = 251 * p & 255;
        c[p] = p & 1;
    }
    put_number(in, 8, a, 64);
    put_number(in + 8, 8, b, 64);
    put_number(in + 16, 1, c, 64);
    assert_int_equal(hys_logic_simulate(adder, in, out), HYS_OK);
    for (unsigned p = 0; p < 64; p++) assert_int_equal(get_number(out, 9, p), a[p] + b[p] + c[p]);
    for (unsigned x = 0; x < 256; x += 64) {
        for (unsigned p = 0; p < 64; p++) {
            a[p] = (x + p) & 15;
            b[p] = (x + p) >> 4;
        }
        put_number(in, 4, a, 64);
        put_number(in + 4, 4, b, 64);
        assert_int_equal(hys_logic_simulate(multiplier, in, out), HYS_OK);
        for (unsigned p = 0; p < 64; p++) assert_int_equal(get_number(out, 8, p), a[p] * b[p]);
    }
    hys_logic_free(adder);
    hys_logic_free(multiplier);
    hys_ctx_free(ctx);
}

static hys_logic_program *map(hys_ctx *ctx, const hys_logic *logic, const hys_logic_map_opts *opts) {
    hys_logic_program *program = NULL;
    hys_logic_check check;
    if (hys_logic_map(ctx, logic, opts, &program) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(hys_logic_verify(ctx, program, &check), HYS_OK);
    if (check.wrong)
        fail_msg("%s, %s: %zu of %zu patterns, first at output %zu", hys_logic_name(logic), opts->family->name,
                 check.wrong, check.patterns, check.output);
    return program;
}

static void test_programs_of_all_families_compute_what_the_netlist_says(void **state) {
    (void)state;
    static const char *const names[] = {"full_adder.blif", "adder8.blif", "multiplier4.blif", "c17.blif",
                                        "majority.tt"};
    static const size_t cells[] = {0, SIZE_MAX};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t n = 0; n < 5; n++) {
        hys_logic *logic = example(ctx, names[n]);
        for (size_t f = 0; f < hys_logic_family_count(); f++)
            for (int variant = 0; variant < 8; variant++) {
                hys_logic_map_opts opts = hys_logic_map_opts_default();
                opts.family = hys_logic_family_get(f);
                opts.cells = cells[variant & 1];
                opts.overwrites_inputs = (variant >> 1) & 1;
                opts.fan_in = variant & 4 ? 3 : 2;
                hys_logic_program_free(map(ctx, logic, &opts));
            }
        hys_logic_free(logic);
    }
    hys_ctx_free(ctx);
}

static unsigned draw(uint64_t *state, unsigned n) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 40) % n;
}

static void test_models_within_models_compute_what_they_do_written_out(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic *adder = example(ctx, "adder4_hierarchy.blif");
    assert_string_equal(hys_logic_name(adder), "adder4");
    for (unsigned first = 0; first < 512; first += 64) {
        unsigned a[64], b[64], c[64];
        uint64_t in[9], out[5];
        for (unsigned p = 0; p < 64; p++) {
            a[p] = (first + p) & 15;
            b[p] = (first + p) >> 4 & 15;
            c[p] = (first + p) >> 8;
        }
        put_number(in, 4, a, 64);
        put_number(in + 4, 4, b, 64);
        put_number(in + 8, 1, c, 64);
        assert_int_equal(hys_logic_simulate(adder, in, out), HYS_OK);
        for (unsigned p = 0; p < 64; p++) assert_int_equal(get_number(out, 5, p), a[p] + b[p] + c[p]);
    }
    hys_logic_map_opts opts = hys_logic_map_opts_default();
    hys_logic_program *p = map(ctx, adder, &opts);
    assert_int_equal(p->n_steps, 9 * 4 + 1); /* what is written out takes as much */
    hys_logic_program_free(p);
    hys_logic_free(adder);
    hys_ctx_free(ctx);
}

/* Each model holds two of the next: 2^40 instances. */
static void test_hierarchies_that_grow_beyond_all_bounds_are_refused(void **state) {
    (void)state;
    char text[8192];
    size_t n = (size_t)snprintf(text, sizeof text, ".inputs a\n.outputs a\n.subckt m0\n");
    for (int k = 0; k < 40; k++)
        n += (size_t)snprintf(text + n, sizeof text - n, ".model m%d\n.subckt m%d\n.subckt m%d\n", k, k + 1, k + 1);
    n += (size_t)snprintf(text + n, sizeof text - n, ".model m40\n");
    hys_ctx *ctx = hys_test_ctx();
    hys_logic *logic = NULL;
    assert_int_not_equal(hys_logic_parse(ctx, "t.blif", text, n, &logic), HYS_OK);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    assert_non_null(strstr(hys_diag_get(ctx, 0)->message, "too many"));
    hys_ctx_free(ctx);
}

/* Netlists drawn at random: 6 inputs, gates of up to 4 inputs that read anything before them. */
static void draw_netlist(unsigned seed, char *text, size_t size) {
    size_t n = (size_t)snprintf(text, size, ".model r\n.inputs s0 s1 s2 s3 s4 s5\n.outputs s14 s15 s16 s17\n");
    uint64_t state = seed;
    for (int g = 6; g < 18; g++) {
        const int fan_in = (int)draw(&state, 5), cubes = (int)draw(&state, 4);
        const char value = (char)('0' + (int)draw(&state, 2));
        n += (size_t)snprintf(text + n, size - n, ".names");
        for (int k = 0; k < fan_in; k++)
            n += (size_t)snprintf(text + n, size - n, " s%d", (int)draw(&state, (unsigned)g));
        n += (size_t)snprintf(text + n, size - n, " s%d\n", g);
        for (int c = 0; c < cubes; c++) {
            for (int k = 0; k < fan_in; k++) text[n++] = "01-"[draw(&state, 3)];
            n += (size_t)snprintf(text + n, size - n, " %c\n", value);
        }
    }
    snprintf(text + n, size - n, ".end\n");
}

static void test_programs_of_random_netlists_compute_what_they_say(void **state) {
    (void)state;
    char text[8192];
    hys_ctx *ctx = hys_test_ctx();
    for (unsigned seed = 0; seed < 300; seed++) {
        draw_netlist(seed, text, sizeof text);
        hys_logic *logic = parse(ctx, text);
        for (size_t f = 0; f < hys_logic_family_count(); f++) {
            hys_logic_map_opts opts = hys_logic_map_opts_default();
            opts.family = hys_logic_family_get(f);
            opts.cells = seed & 1 ? SIZE_MAX : 0;
            opts.overwrites_inputs = seed & 2;
            opts.fan_in = seed & 4 ? 3 : 2;
            hys_logic_program_free(map(ctx, logic, &opts));
        }
        hys_logic_free(logic);
    }
    hys_ctx_free(ctx);
}

/* Nine NORs, nine NANDs of two IMPLYs each: the known nets of a full adder; n-bit adders share nothing between bits.
 * Two XORs are two NANDs and two gates on one cell each, or OR and NAND on one cell each; minority and NOT carry. */
static void test_adders_take_the_steps_of_their_known_nets(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (int is_wide = 0; is_wide < 2; is_wide++) {
        hys_logic *logic = example(ctx, is_wide ? "adder8.blif" : "full_adder.blif");
        const size_t bits = is_wide ? 8 : 1;
        hys_logic_map_opts opts = hys_logic_map_opts_default();
        hys_logic_program *p = map(ctx, logic, &opts);
        assert_int_equal(p->counts[HYS_LOGIC_OP_NOR], 9 * bits);
        assert_int_equal(p->n_steps, 9 * bits + 1);
        hys_logic_program_free(p);
        opts.family = hys_logic_family_find("imply");
        p = map(ctx, logic, &opts);
        assert_int_equal(p->counts[HYS_LOGIC_OP_IMPLY], 18 * bits);
        assert_int_equal(p->writes, 9 * bits);
        hys_logic_program_free(p);
        opts.family = hys_logic_family_find("felix");
        p = map(ctx, logic, &opts);
        assert_int_equal(p->counts[HYS_LOGIC_OP_NAND], 6 * bits);
        assert_int_equal(p->counts[HYS_LOGIC_OP_MINORITY], bits);
        assert_int_equal(p->n_steps, 8 * bits + 1);
        hys_logic_program_free(p);
        opts.family = hys_logic_family_find("felix-or");
        p = map(ctx, logic, &opts);
        assert_int_equal(p->counts[HYS_LOGIC_OP_OR], 2 * bits);
        assert_int_equal(p->n_steps, 6 * bits + 2);
        hys_logic_program_free(p);
        opts.family = hys_logic_family_find("scouting");
        p = map(ctx, logic, &opts);
        assert_int_equal(p->n_steps, 5 * bits);
        hys_logic_program_free(p);
        hys_logic_free(logic);
    }
    hys_ctx_free(ctx);
}

static void test_results_stand_in_cells_of_their_own(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic *logic = parse(ctx, ".inputs a b\n.outputs y z\n.names a y\n1 1\n.names a b z\n1- 1\n-1 1\n.end\n");
    for (size_t f = 0; f < hys_logic_family_count(); f++) {
        hys_logic_map_opts opts = hys_logic_map_opts_default();
        opts.family = hys_logic_family_get(f);
        hys_logic_program *p = map(ctx, logic, &opts);
        for (int i = 0; i < 2; i++) assert_true(p->output_cells[0] != p->input_cells[i]);
        hys_logic_program_free(p);
    }
    hys_logic_free(logic);
    hys_ctx_free(ctx);
}

/* The same adder of AND, OR and NOT alone: XOR and majority are found in it. */
static void test_exclusive_or_and_majority_are_found_among_and_gates(void **state) {
    (void)state;
    static const char text[] = ".inputs a b c\n.outputs s m\n"
                               ".names a b ab\n11 1\n.names a b aob\n1- 1\n-1 1\n.names ab nab\n0 1\n"
                               ".names aob nab x\n11 1\n.names x c xc\n11 1\n.names x c xoc\n1- 1\n-1 1\n"
                               ".names xc nxc\n0 1\n.names xoc nxc s\n11 1\n.names ab xc m\n1- 1\n-1 1\n.end\n";
    hys_ctx *ctx = hys_test_ctx();
    hys_logic *logic = parse(ctx, text);
    const hys_logic_map_opts opts = hys_logic_map_opts_default();
    hys_logic_program *p = map(ctx, logic, &opts);
    assert_int_equal(p->n_steps, 10);
    hys_logic_program_free(p);
    hys_logic_free(logic);
    hys_ctx_free(ctx);
}

static void test_what_is_no_netlist_is_refused_at_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int line, col;
        const char *says;
    } bad[] = {
        {"", 0, 0, "is empty"},
        {"# nothing\n", 0, 0, "is empty"},
        {".inputs a\n.outputs y\n", 2, 10, "nothing defines y"},
        {".inputs a\n.names a y\n1 1\n", 0, 0, "has no outputs"},
        {".inputs a\n.outputs y\n.latch a y 0\n", 3, 1, ".latch is not supported"},
        {".inputs a\n.outputs y\n.gate inv a=a y=y\n", 3, 1, ".gate is not supported"},
        {".inputs a\n.outputs y\n.subckt m a=a y=y\n", 3, 9, "there is no model m"},
        {".inputs a\n.outputs y\n.subckt\n", 3, 1, ".subckt without a model"},
        {".inputs a\n.outputs y\n.subckt m p\n.model m\n.inputs p\n", 3, 11, "connects no port"},
        {".inputs a\n.outputs y\n.subckt m p=a p=a\n.model m\n.inputs p\n", 3, 15, "connected twice"},
        {".inputs a\n.outputs y\n.subckt m p=a q=y\n.model m\n.inputs p\n", 3, 15, "no port of that name"},
        {".inputs a\n.outputs y\n.subckt m q=y\n.model m\n.inputs p\n.outputs q\n", 4, 8, "the input p of this model"},
        {".model t\n.inputs a\n.outputs y\n.subckt m p=a q=y\n.model m\n.inputs p\n.outputs q\n.subckt t a=p y=q\n", 8,
         9, "the model t contains itself"},
        {".inputs a\n.outputs y\n.subckt m p=a q=y\n.names a y\n1 1\n.model m\n.inputs p\n.outputs q\n.names p q\n1 "
         "1\n",
         4, 10, "y is defined twice"},
        {".inputs a\n.outputs y\n.subckt m p=a q=y\n.model m\n.inputs p\n.outputs q\n", 6, 10, "nothing defines m#1/q"},
        {".model m\n.inputs a\n.outputs a\n.model m\n", 4, 8, "second model of that name"},
        {".inputs a\n.output y\n", 2, 1, "there is no directive .output"},
        {".inputs a\n.outputs y\n.names a y\n11 1\n", 4, 1, "no cube of 1 inputs"},
        {".inputs a\n.outputs y\n.names a y\n2 1\n", 4, 1, "no cube of 1 inputs"},
        {".inputs a\n.outputs y\n.names a y\n1 2\n", 4, 3, "ends with a value"},
        {".inputs a b\n.outputs y\n.names a b y\n1 1\n", 4, 1, "no cube of 2 inputs"},
        {".inputs a\n.outputs y\n.names a y\n1 1\n0 0\n", 5, 3, "ended with 1"},
        {".inputs a\n.outputs y\n1 1\n", 3, 1, "belongs to no .names"},
        {".inputs a a\n.outputs y\n", 1, 11, "a is defined twice"},
        {".inputs a\n.outputs y y\n", 2, 12, "y is an output twice"},
        {".inputs a\n.outputs y\n.names a\n1\n", 3, 8, "a is defined twice"},
        {".inputs a\n.outputs y\n.names\n", 3, 1, ".names without a name"},
        {".inputs a\n.outputs y\n.names y z\n1 1\n.names z a y\n11 1\n", 3, 10, "z depends on itself"},
        {".model m\n.model n\n", 0, 0, "has no outputs"},
        {".inputs a\n.outputs a\n.end\n.inputs b\n", 4, 1, "behind .end"},
        {".inputs a\001\n", 1, 9, "no text"},
        {"a b y\n", 1, 1, "begins with its names"},
        {"a | \n", 1, 1, "begins with its names"},
        {"a b | y\n00 | 1\n01 | 0\n1- | 1\n-1 | 1\n", 5, 1, "says something else"},
        {"a b | y\n00 | 1\n01 | 0\n10 | 1\n", 0, 0, "nothing is said of the inputs 11"},
        {"a b | y\n0 | 1\n", 2, 3, "2 inputs"},
        {"a b | y\n00 | -\n", 2, 6, "1 outputs"},
        {"a | y\n0 | 1\n0 | 1\n0 | 1\n", 4, 1, "more rows"},
        {"a a | y\n", 1, 3, "a is defined twice"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_logic *logic = NULL;
        const hys_status status = hys_logic_parse(ctx, "t.blif", bad[k].text, strlen(bad[k].text), &logic);
        if (status == HYS_OK || hys_diag_n_errors(ctx) != 1) fail_msg("%s was taken", bad[k].text);
        const hys_diag *diag = hys_diag_get(ctx, 0);
        if (diag->line != bad[k].line || diag->col != bad[k].col || !strstr(diag->message, bad[k].says))
            fail_msg("%s: %s", bad[k].text, hys_test_diag_text(ctx, 0));
        assert_null(logic);
        hys_ctx_free(ctx);
    }
}

static void test_rows_that_are_too_short_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic *logic = example(ctx, "adder8.blif");
    hys_logic_program *p = NULL;
    hys_logic_map_opts opts = hys_logic_map_opts_default();
    opts.cells = SIZE_MAX;
    assert_int_equal(hys_logic_map(ctx, logic, &opts, &p), HYS_OK);
    opts.cells = p->n_cells - 1;
    hys_logic_program_free(p);
    assert_int_equal(hys_logic_map(ctx, logic, &opts, &p), HYS_LIMIT);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    opts.cells = 3;
    assert_int_equal(hys_logic_map(ctx, logic, &opts, &p), HYS_LIMIT);
    hys_logic_free(logic);
    hys_ctx_free(ctx);
}

static void test_every_allocation_may_fail(void **state) {
    (void)state;
    static const char text[] = ".model m\n.inputs a b c\n.outputs s m y\n.names a b c s\n100 1\n010 1\n001 1\n111 1\n"
                               ".subckt n p=a q=b r=c t=m\n.names y\n1\n.end\n"
                               ".model n\n.inputs p q r\n.outputs t\n.names p q r t\n11- 1\n1-1 1\n-11 1\n.end\n";
    for (size_t fail_at = 1;; fail_at++) {
        hys_test_memory memory = {.fail_at = fail_at};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        hys_logic *logic = NULL;
        hys_logic_program *p = NULL;
        hys_logic_check check;
        if (!ctx) continue;
        hys_status status = hys_logic_parse(ctx, "t.blif", text, sizeof text - 1, &logic);
        hys_logic_map_opts opts = hys_logic_map_opts_default();
        opts.family = hys_logic_family_get(fail_at % hys_logic_family_count());
        if (status == HYS_OK) status = hys_logic_map(ctx, logic, &opts, &p);
        if (status == HYS_OK) status = hys_logic_verify(ctx, p, &check);
        if (memory.n_failed) assert_true(status == HYS_NOMEM && hys_diag_n_errors(ctx) == 1);
        else assert_int_equal(status, HYS_OK);
        hys_logic_program_free(p);
        hys_logic_free(logic);
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        if (!memory.n_failed && fail_at > 200) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_examples_add_and_multiply),
        cmocka_unit_test(test_programs_of_all_families_compute_what_the_netlist_says),
        cmocka_unit_test(test_models_within_models_compute_what_they_do_written_out),
        cmocka_unit_test(test_hierarchies_that_grow_beyond_all_bounds_are_refused),
        cmocka_unit_test(test_programs_of_random_netlists_compute_what_they_say),
        cmocka_unit_test(test_adders_take_the_steps_of_their_known_nets),
        cmocka_unit_test(test_results_stand_in_cells_of_their_own),
        cmocka_unit_test(test_exclusive_or_and_majority_are_found_among_and_gates),
        cmocka_unit_test(test_what_is_no_netlist_is_refused_at_its_place),
        cmocka_unit_test(test_rows_that_are_too_short_are_refused),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
