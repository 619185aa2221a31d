/* ddt, idt, idtmod, ddx, delays, noise, Laplace filters. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

static const va_unknown *unknown(const build_rig *r, const char *name) {
    return &r->model.unknowns.at[va_eval_unknown(&r->e, name)];
}

/* ---- ddt ---- */

static void ddt_records_what_is_differentiated(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "parameter real c = 1e-12;",
                              "I(p,n) <+ ddt(c*V(p,n)) + c*ddt(V(p,n)) + ddt(3) + ddt(c*V(p,n));"));
    assert_int_equal(r.model.ddts.n, 2); /* equal ones are one, constants none */
    assert_string_equal(r.model.ddts.at[0].units, "coul");
    assert_near(r.model.ddts.at[0].abstol, 1e-14, 1e-12);
    assert_string_equal(r.model.ddts.at[1].units, "V");
    va_eval_x(&r.e, "p", 2);
    r.e.ddt[0] = 5;
    r.e.ddt[1] = 7;
    assert_near(build_rig_row(&r, "p"), 5 + 1e-12 * 7 + 5, 1e-15);
    assert_near(va_eval_value(&r.e, r.model.ddts.at[0].operand), 2e-12, 1e-15);
    build_rig_close(&r);
}

static void a_node_under_ddt_is_shown_as_state(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "real s; electrical ns, other;",
                              "s = V(ns,n); I(ns,n) <+ V(p,n) - pow(s, 3) + s; I(ns,n) <+ ddt(-1e-5*s); I(p,other) <+ "
                              "V(p,other); I(other,n) <+ V(other,n);"));
    assert_true(unknown(&r, "ns")->is_state);
    assert_false(unknown(&r, "other")->is_state);
    assert_false(unknown(&r, "n")->is_state);
    build_rig_close(&r);
}

/* ---- idt ---- */

static void idt_is_a_state_named_after_its_variable(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "parameter real w0 = 0.25; (* units=\"V\" *) real w; real gap, g2;",
                          "w = idt(3*V(p), w0); gap = idt(-gap, 2e-10); g2 = 1 + 2*idt(V(p)); I(p) <+ w + gap + g2;"));
    assert_int_equal(unknown(&r, "w")->kind, VA_UNK_STATE);
    assert_true(unknown(&r, "w")->is_state && unknown(&r, "w")->has_init);
    assert_string_equal(unknown(&r, "w")->units, "V");
    assert_near(unknown(&r, "gap")->abstol, 2e-16, 1e-12); /* from its initial value */
    assert_false(unknown(&r, "g2")->has_init);
    va_eval_x(&r.e, "p", 2);
    va_eval_x(&r.e, "w", 0.5);
    va_eval_ddt(&r.e, "w", 1);
    va_eval_ddt(&r.e, "g2", 4);
    assert_same_double(build_rig_row(&r, "w"), 1.0 - 6.0);
    assert_same_double(va_eval_row(&r.e, "g2"), 4.0 - 2.0);
    assert_same_double(va_eval_init_of(&r.e, "w"), 0.25);
    va_eval_x(&r.e, "g2", 10);
    assert_same_double(build_rig_row(&r, "p"), 0.5 + 0 + 21);
    build_rig_close(&r);
}

/* V(x) <+ idt(...) at an internal node: the node is the state. */
static void a_node_that_holds_an_integral_is_the_state(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "electrical x;", "V(x) <+ idt(V(p) - V(x), 0.5); I(p) <+ V(x);"));
    assert_int_equal(r.model.unknowns.n, 2);
    assert_true(unknown(&r, "x")->is_state && unknown(&r, "x")->has_init);
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "x", 1);
    va_eval_ddt(&r.e, "x", 10);
    assert_same_double(build_rig_row(&r, "x"), 8.0);
    assert_same_double(va_eval_init_of(&r.e, "x"), 0.5);
    assert_same_double(va_eval_row(&r.e, "p"), 1.0);
    build_rig_close(&r);
}

static void a_terminal_that_holds_an_integral_has_a_state_beside(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, xsv", "", "V(xsv) <+ idt(V(p), 0.5); I(p) <+ V(xsv);"));
    assert_int_equal(unknown(&r, "xsv.idt")->kind, VA_UNK_STATE);
    assert_near(unknown(&r, "xsv.idt")->abstol, 1e-6, 1e-12);
    va_eval_x(&r.e, "xsv", 3);
    va_eval_x(&r.e, "xsv.idt", 1);
    assert_same_double(build_rig_row(&r, "I(xsv)"), 2.0);
    build_rig_close(&r);
}

static void assert_forces_the_initial_value(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, rst", "real w;", "w = idt(V(p), 2, V(rst) > 1, 1e-9); I(p) <+ w;"));
    assert_near(unknown(&r, "w")->abstol, 1e-9, 1e-12);
    va_eval_x(&r.e, "w", 5);
    va_eval_ddt(&r.e, "w", 7);
    assert_same_double(build_rig_row(&r, "w"), 7.0);
    va_eval_x(&r.e, "rst", 2);
    assert_same_double(build_rig_row(&r, "w"), 3.0);
    build_rig_close(&r);
}

static void the_clamp_habit_reads_the_last_accepted_value(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real gap;", "I(p) <+ 0*V(p) + gap; gap = idt(V(p), 3); if (gap > 1) gap = 1;"));
    va_eval_x(&r.e, "gap", 3);
    va_eval_run(&r.e);
    assert_same_double(va_eval_next(&r.e, "gap"), 1.0);
    build_rig_close(&r);
}

static void idtmod_wraps_at_accepted_points(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real phi;", "phi = idtmod(V(p), 7, 2, -1); I(p) <+ phi;"));
    assert_same_double(r.e.retained[va_eval_slot(&r.e, "phi.turns")], 4.0); /* 7 - 4*2 is in [-1, 1) */
    va_eval_x(&r.e, "phi", 7);
    assert_same_double(build_rig_row(&r, "p"), -1.0);
    va_eval_x(&r.e, "phi", 9.5);
    assert_same_double(build_rig_row(&r, "p"), 1.5); /* within the step it runs on */
    va_eval_accept(&r.e);
    assert_same_double(build_rig_row(&r, "p"), -0.5);
    build_rig_close(&r);
}

/* ---- ddx ---- */

static void ddx_names_its_probe(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "real g;", "g = ddx(V(p,n)*V(p,n), V(p)); I(p,n) <+ g;"));
    size_t n = 0;
    for (va_val v = 1; v < r.model.ir.ins.n; v++) {
        const va_ins *ins = va_get(&r.model.ir, v);
        if (ins->op != VA_OP_DDX) continue;
        n++;
        assert_int_equal(r.model.probes.at[ins->imm].pos, 0);
        assert_int_equal(r.model.probes.at[ins->imm].neg, VA_GROUND);
    }
    assert_int_equal(n, 1);
    build_rig_close(&r);
    build_rig_refuses(MODULE("p", "real x;", "x = ddx(V(p), x); I(p) <+ x;"), 6, 15,
                      "ddx differentiates by a voltage or a current");
}

/* ---- delays, limits, noise ---- */

static void absdelay_is_given_by_the_driver(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real td = 1n;", "I(p) <+ absdelay(2*V(p), td, 5n);"));
    assert_int_equal(r.model.delays.n, 1);
    va_eval_x(&r.e, "p", 3);
    r.e.delayed[0] = 0.25;
    assert_same_double(build_rig_row(&r, "p"), 0.25);
    assert_same_double(va_eval_value(&r.e, r.model.delays.at[0].expr), 6.0);
    assert_same_double(va_eval_value(&r.e, r.model.delays.at[0].max), 5e-9);
    build_rig_close(&r);
}

static void limit_is_its_first_argument(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ 2*$limit(V(p), \"pnjlim\", $vt, 0.6);"));
    va_eval_x(&r.e, "p", 3);
    assert_same_double(build_rig_row(&r, "p"), 6.0);
    build_rig_close(&r);
}

static void noise_is_zero_in_the_equations(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "",
                              "I(p) <+ V(p) + white_noise(4*V(p), \"thermal\") + flicker_noise(1e-12, 1.2) + "
                              "noise_table('{1, 2e-9, 10, 1e-9});"));
    assert_int_equal(r.model.noises.n, 3);
    va_eval_x(&r.e, "p", 2);
    assert_same_double(build_rig_row(&r, "p"), 2.0);
    assert_string_equal(r.model.noises.at[0].name, "thermal");
    assert_same_double(va_eval_value(&r.e, r.model.noises.at[0].power), 8.0);
    assert_same_double(va_eval_value(&r.e, r.model.noises.at[1].exponent), 1.2);
    assert_int_equal(r.model.noises.at[2].n_table, 4);
    assert_same_double(r.model.noises.at[2].table[3], 1e-9);
    build_rig_close(&r);
    build_rig_refuses(MODULE("p", "", "I(p) <+ noise_table('{1, 2, 3});"), 6, 21, "a noise table holds pairs");
    build_rig_warns(MODULE("p", "", "I(p) <+ V(p) + ac_stim(\"ac\", 1);"), 6, 16, "ac_stim is taken as 0");
}

/* ---- Laplace filters: the transfer function from the rows ---- */

/* |H(j w)| and its phase by solving the complex state equations of the model: rows are linear in the
 * states, so each column comes from a unit vector. */
static void transfer(build_rig *r, double w, double *re, double *im) {
    va_eval *e = &r->e;
    const va_model *model = e->model;
    uint32_t n = 0, states[8];
    for (uint32_t i = 0; i < model->unknowns.n; i++)
        if (model->unknowns.at[i].kind == VA_UNK_STATE) states[n++] = i;
    double a[8][9][2] = {{{0}}};
    for (uint32_t col = 0; col <= n; col++) {
        memset(e->x, 0, model->unknowns.n * sizeof *e->x);
        if (col < n) e->x[states[col]] = 1;
        else va_eval_x(e, "p", 1);
        memset(e->ddt, 0, model->ddts.n * sizeof *e->ddt);
        va_eval_run(e);
        for (uint32_t row = 0; row < n; row++) {
            a[row][col][0] = va_eval_value(e, model->unknowns.at[states[row]].row);
            if (col == n) a[row][col][0] = -a[row][col][0];
            if (col == row) a[row][col][1] = w; /* the ddt of its own state, with factor 1 */
        }
    }
    for (uint32_t k = 0; k < n; k++) { /* Gauss, no pivoting needed: the diagonal holds j w */
        for (uint32_t row = 0; row < n; row++) {
            if (row == k) continue;
            double d = a[k][k][0] * a[k][k][0] + a[k][k][1] * a[k][k][1];
            double f_re = (a[row][k][0] * a[k][k][0] + a[row][k][1] * a[k][k][1]) / d;
            double f_im = (a[row][k][1] * a[k][k][0] - a[row][k][0] * a[k][k][1]) / d;
            for (uint32_t col = k; col <= n; col++) {
                double x = a[k][col][0], y = a[k][col][1];
                a[row][col][0] -= f_re * x - f_im * y;
                a[row][col][1] -= f_re * y + f_im * x;
            }
        }
    }
    *re = *im = 0;
    for (uint32_t col = 0; col <= n; col++) {
        double z_re = 1, z_im = 0;
        if (col < n) {
            double d = a[col][col][0] * a[col][col][0] + a[col][col][1] * a[col][col][1];
            z_re = (a[col][n][0] * a[col][col][0] + a[col][n][1] * a[col][col][1]) / d;
            z_im = (a[col][n][1] * a[col][col][0] - a[col][n][0] * a[col][col][1]) / d;
        }
        memset(e->x, 0, model->unknowns.n * sizeof *e->x);
        if (col < n) e->x[states[col]] = 1;
        else va_eval_x(e, "p", 1);
        va_eval_run(e);
        double gain = va_eval_row(e, "p");
        *re += gain * z_re;
        *im += gain * z_im;
    }
}

typedef struct {
    double re, im;
} complex_number;

static complex_number times(complex_number a, complex_number b) {
    return (complex_number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static complex_number over(complex_number a, complex_number b) {
    double d = b.re * b.re + b.im * b.im;
    return (complex_number){(a.re * b.re + a.im * b.im) / d, (a.im * b.re - a.re * b.im) / d};
}

static complex_number poly_at(const double *c, int n, double w) {
    complex_number sum = {0, 0}, s = {0, w};
    while (n-- > 0) {
        sum = times(sum, s);
        sum.re += c[n];
    }
    return sum;
}

static void expect_transfer(const char *filter, const double *num, int n_num, const double *den, int n_den) {
    char text[1000];
    snprintf(text, sizeof text,
             "module m(p); inout p; electrical p; parameter real tau = 1e-3; analog I(p) <+ %s; endmodule", filter);
    build_rig r;
    build_rig_open(&r, text);
    for (double w = 1; w < 1e7; w *= 31) {
        double re, im;
        transfer(&r, w, &re, &im);
        complex_number want = over(poly_at(num, n_num, w), poly_at(den, n_den, w));
        double size = hypot(want.re, want.im);
        assert_within(re, want.re, 1e-9 * size);
        assert_within(im, want.im, 1e-9 * size);
    }
    build_rig_close(&r);
}

static void laplace_filters_have_their_transfer_function(void **state) {
    (void)state;
    expect_transfer("laplace_nd(V(p), '{2}, '{1, tau})", (double[]){2}, 1, (double[]){1, 1e-3}, 2);
    expect_transfer("laplace_nd(V(p), '{1, 3e-4}, '{1, tau})", (double[]){1, 3e-4}, 2, (double[]){1, 1e-3}, 2);
    expect_transfer("laplace_nd(V(p), '{1, 0, 5e-8}, '{4, 1e-4, 1e-8})", (double[]){1, 0, 5e-8}, 3,
                    (double[]){4, 1e-4, 1e-8}, 3);
    expect_transfer("laplace_nd(V(p), '{1}, '{0, 1})", (double[]){1}, 1, (double[]){0, 1}, 2); /* an integrator */
    expect_transfer("laplace_zp(V(p), '{-500, 0}, '{-1e3, 2e3, -1e3, -2e3})", (double[]){1, 1.0 / 500}, 2,
                    (double[]){1, 2e3 / 5e6, 1 / 5e6}, 3);
    expect_transfer("laplace_np(V(p), '{3}, '{-1/tau, 0})", (double[]){3}, 1, (double[]){1, 1e-3}, 2);
    expect_transfer("laplace_zd(V(p), '{0, 0}, '{1, tau})", (double[]){0, 1}, 2, (double[]){1, 1e-3}, 2);
    expect_transfer("3*laplace_nd(V(p), '{5}, '{2})", (double[]){7.5}, 1, (double[]){1}, 1);
}

static void impossible_filters_are_refused(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "", "I(p) <+ laplace_nd(V(p), '{1, 2}, '{1});"), 6, 9,
                      "this filter would differentiate its input");
    build_rig_refuses(MODULE("p", "", "I(p) <+ laplace_nd(V(p), '{1}, '{1, V(p)});"), 6, 32,
                      "the coefficients of a filter cannot change in time");
    build_rig_refuses(MODULE("p", "", "I(p) <+ laplace_nd(V(p), 1, '{1, 2});"), 6, 26,
                      "the coefficients of a filter are an array");
    build_rig_refuses(MODULE("p", "", "I(p) <+ laplace_zp(V(p), '{1}, '{1, 2});"), 6, 26, "roots come as pairs");
    build_rig_refuses(MODULE("p", "", "I(p) <+ zi_nd(V(p), '{1}, '{1, 2}, 1n);"), 6, 9,
                      "zi_nd is not supported: its samples would tie the step");
}

/* ---- tables ---- */

static void tables_come_from_lists(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, q", "parameter real y[0:2] = '{0, 10, 40};",
                              "I(p) <+ $table_model(V(p), '{1, 2, 4}, y, \"1C\") + $table_model(V(p), V(q), '{0, 0, 1, "
                              "1}, '{0, 2, 0, 2}, '{0, 2, 1, 3}, \"1L,1L\");"));
    assert_int_equal(r.model.tables.n, 2);
    assert_string_equal(r.model.tables.at[0].control, "1C");
    assert_string_equal(r.model.tables.at[1].control, "1L1L");
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "q", 0.5);
    assert_near(build_rig_row(&r, "p"), 25 + 3.5, 1e-14); /* the second is x + y */
    va_eval_x(&r.e, "p", 7);
    assert_near(build_rig_row(&r, "p"), 40 + 7.5, 1e-14);
    build_rig_close(&r);
}

static void table_files_are_read_beside_the_model(void **state) {
    (void)state;
    char *dir = hys_test_dir(), path[200];
    snprintf(path, sizeof path, "%s/t.tbl", dir);
    FILE *f = fopen(path, "w");
    fputs("# x y z1 z2\n0 0 0 5\n0 1 1 6\n\n1 0 2, 7 # not in order\n1 1 3 8\n", f);
    fclose(f);
    snprintf(path, sizeof path, "%s/m.va", dir);
    f = fopen(path, "w");
    fputs("module m(p, q); inout p, q; electrical p, q; analog I(p) <+ $table_model(V(p), V(q), \"t.tbl\", "
          "\"1L,1E;2\"); endmodule",
          f);
    fclose(f);
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_model model;
    va_front_init(&front, ctx);
    assert_int_equal(va_front_parse(&front, path), HYS_OK);
    size_t n_read = front.included.n;
    assert_int_equal(va_build(&front, NULL, &model), HYS_OK);
    assert_int_equal(front.included.n, n_read + 1); /* the cache depends on it */
    va_eval e;
    va_eval_init(&e, &model);
    va_eval_x(&e, "p", 0.5);
    va_eval_x(&e, "q", 0.25);
    va_eval_run(&e);
    assert_near(va_eval_row(&e, "p"), 6.25, 1e-14);
    va_eval_free(&e);
    va_front_free(&front);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

static void bad_tables_are_refused(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "", "I(p) <+ $table_model(V(p), '{1, 2}, '{1, 2, 3});"), 6, 37,
                      "this list has 3 numbers, the first has 2");
    build_rig_refuses(MODULE("p", "", "I(p) <+ $table_model(V(p), '{1, 1}, '{1, 2});"), 6, 9,
                      "the points of the table are not a full grid");
    build_rig_refuses(MODULE("p", "", "I(p) <+ $table_model(V(p), '{1, 2}, '{1, 2}, \"1X\");"), 6, 9,
                      "\"1X\" in the control string of a table is not known");
    build_rig_refuses(MODULE("p", "", "I(p) <+ $table_model(V(p), '{1, 2}, '{1, 2}, \"1L;3\");"), 6, 9,
                      "the table has 2 columns, but 1 inputs and value 3 are asked for");
    build_rig_refuses(MODULE("p", "", "I(p) <+ $table_model(V(p), '{1, V(p)}, '{1, 2});"), 6, 28,
                      "a number of the table must be known when the model is compiled");
    build_rig_refuses(MODULE("p", "", "I(p) <+ $table_model(V(p));"), 6, 9,
                      "$table_model takes 1 to 8 inputs, then the data");
    build_rig_refuses(MODULE("p", "", "I(p) <+ $table_model(V(p), \"/etc/passwd\");"), 6, 28,
                      "a model that is not a file cannot read the table");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ddt_records_what_is_differentiated),
        cmocka_unit_test(a_node_under_ddt_is_shown_as_state),
        cmocka_unit_test(idt_is_a_state_named_after_its_variable),
        cmocka_unit_test(a_node_that_holds_an_integral_is_the_state),
        cmocka_unit_test(a_terminal_that_holds_an_integral_has_a_state_beside),
        cmocka_unit_test(assert_forces_the_initial_value),
        cmocka_unit_test(the_clamp_habit_reads_the_last_accepted_value),
        cmocka_unit_test(idtmod_wraps_at_accepted_points),
        cmocka_unit_test(ddx_names_its_probe),
        cmocka_unit_test(absdelay_is_given_by_the_driver),
        cmocka_unit_test(limit_is_its_first_argument),
        cmocka_unit_test(noise_is_zero_in_the_equations),
        cmocka_unit_test(laplace_filters_have_their_transfer_function),
        cmocka_unit_test(impossible_filters_are_refused),
        cmocka_unit_test(tables_come_from_lists),
        cmocka_unit_test(table_files_are_read_beside_the_model),
        cmocka_unit_test(bad_tables_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
