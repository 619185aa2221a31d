/* Every model of the library, as a kernel: derivatives, currents, zero-crossing, bits.
 *
 * The oracle of the Jacobian is Richardson's extrapolation of central differences of the residual, at random points
 * around the model's own initial state.  Where two step sizes disagree the point lies on a corner of the model and is
 * left out; no more than a fifth of the entries may be left out. */
#include "base/random.h"
#include "device/batch.h"
#include "hys_test.h"
#include <hysteron/hysteron.h>
#include <math.h>
#include <string.h>

#define N_POINTS 25

static double random_number(uint64_t point, uint64_t what) {
    uint64_t key[2] = {20261122, point}, ctr[2] = {what, 7}, out[2];
    hys__threefry2x64(key, ctr, out);
    return hys__uniform(out[0]);
}

struct probe {
    hys_ctx *ctx;
    hys_model *model;
    hys__batch *batch;
    const hys_kernel *kernel;
};

static struct probe probe_new(const char *name, size_t n) {
    struct probe p = {0};
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_model_opts model_opts = hys_model_opts_default();
    assert_int_equal(hys_ctx_new(&opts, &p.ctx), HYS_OK);
    assert_int_equal(hys_model_load(p.ctx, name, &model_opts, &p.model), HYS_OK);
    hys__batch_opts batch_opts = {.n = n, .temp = 300.15, .seed = 1};
    assert_int_equal(hys__batch_new(p.ctx, p.model, &batch_opts, &p.batch), HYS_OK);
    p.kernel = p.batch->kernel;
    return p;
}

static void probe_free(struct probe *p) {
    hys__batch_free(p->batch);
    hys_model_free(p->model);
    hys_ctx_free(p->ctx);
}

/* A point near the initial state: potentials within a volt, other unknowns within a tenth of themselves. */
static void set_point(struct probe *p, uint64_t point, size_t instance) {
    hys__batch *b = p->batch;
    p->kernel->init(&b->env, &b->in, &b->out);
    for (size_t k = 0; k < p->kernel->n_unknowns; k++) {
        bool has_init = p->kernel->unknowns[k].flags & HYS_U_HAS_INIT;
        double r = 2 * random_number(point, k) - 1, start = has_init ? b->x0[k][instance] : 0;
        b->x[k][instance] = has_init ? start * (1 + 0.1 * r) + 0.01 * fabs(start) : r;
    }
    b->env.time = 1e-3;
}

static double residual(struct probe *p, size_t row, size_t col, double x) {
    hys__batch *b = p->batch;
    double kept = b->x[col][0];
    b->x[col][0] = x;
    p->kernel->eval_f(&b->env, &b->in, &b->out);
    b->x[col][0] = kept;
    return b->f[row][0];
}

static double difference(struct probe *p, size_t row, size_t col, double h) {
    double x = p->batch->x[col][0];
    volatile double up = x + h, down = x - h;
    return (residual(p, row, col, up) - residual(p, row, col, down)) / (up - down);
}

static bool entry_is_right(struct probe *p, size_t k, bool *is_corner) {
    size_t row = p->kernel->jac_row[k], col = p->kernel->jac_col[k];
    double got = p->batch->jac[k][0], x = p->batch->x[col][0], f = p->batch->f[row][0];
    double h = 1e-4 * fmax(fabs(x), 1e3 * p->kernel->unknowns[col].abstol);
    double wide = difference(p, row, col, h), half = difference(p, row, col, h / 2),
           quarter = difference(p, row, col, h / 4);
    double first = (4 * half - wide) / 3, second = (4 * quarter - half) / 3, best = (16 * second - first) / 15;
    double noise = 64 * 2.2e-16 * fmax(fabs(f), fabs(got) * fmax(fabs(x), h)) / h; /* rounding of the differences */
    *is_corner = fabs(second - first) > 1e-5 * (fabs(first) + fabs(second)) + 16 * noise;
    return fabs(got - best) <= 1e-7 * fabs(best) + fabs(second - first) + 16 * noise;
}

static void derivatives_are_exact(void **state) {
    (void)state;
    for (size_t m = 0; m < hys_library_count(); m++) {
        struct probe p = probe_new(hys_library_get(m)->name, 1);
        size_t n = 0, corners = 0;
        for (uint64_t point = 0; point < N_POINTS; point++) {
            set_point(&p, point, 0);
            for (size_t k = 0; k < p.kernel->n_jac; k++, n++) {
                bool is_corner = false;
                p.kernel->eval_fj(&p.batch->env, &p.batch->in, &p.batch->out);
                bool is_right = entry_is_right(&p, k, &is_corner);
                corners += is_corner;
                if (!is_right && !is_corner)
                    fail_msg("%s, point %u: d %s / d %s is %.17g", hys_library_get(m)->name, (unsigned)point,
                             p.kernel->unknowns[p.kernel->jac_row[k]].name,
                             p.kernel->unknowns[p.kernel->jac_col[k]].name, p.batch->jac[k][0]);
            }
        }
        assert_true(corners * 5 <= n);
        probe_free(&p);
    }
}

/* At an arbitrary point the current balance of internal nodes does not hold, so the currents of such a module sum to
 * what its internal nodes miss: those models are left out. */
static bool has_internal_node(const hys_kernel *kernel) {
    hys_u32 others = HYS_U_FLOW | HYS_U_STATE | HYS_U_CHARGE | HYS_U_AUX | HYS_U_TERMINAL | HYS_U_DIFFERENTIAL;
    for (size_t k = 0; k < kernel->n_unknowns; k++)
        if (!(kernel->unknowns[k].flags & others)) return true;
    return false;
}

static void terminal_currents_sum_to_zero(void **state) {
    size_t n_checked = 0;
    (void)state;
    for (size_t m = 0; m < hys_library_count(); m++) {
        struct probe p = probe_new(hys_library_get(m)->name, 1);
        if (has_internal_node(p.kernel)) {
            probe_free(&p);
            continue;
        }
        n_checked++;
        for (uint64_t point = 0; point < N_POINTS; point++) {
            double sum = 0, largest = 0;
            set_point(&p, point, 0);
            p.kernel->eval_f(&p.batch->env, &p.batch->in, &p.batch->out);
            for (size_t k = 0; k < p.kernel->n_terminals; k++) {
                if (strcmp(p.kernel->unknowns[k].units, "V") != 0) continue; /* heat flows into a thermal terminal */
                sum += p.batch->f[k][0];
                largest = fmax(largest, fabs(p.batch->f[k][0]));
            }
            assert_true(fabs(sum) <= 4 * 2.2e-16 * largest);
        }
        probe_free(&p);
    }
    assert_true(n_checked >= 8);
}

/* The same 1000 instances in one batch of wide vectors, and one by one with the narrow kernel. */
static void bits_do_not_depend_on_the_batch(void **state) {
    static const size_t sizes[] = {1, 7, 8, 1000};
    (void)state;
    for (size_t m = 0; m < hys_library_count(); m++) {
        struct probe all = probe_new(hys_library_get(m)->name, 1000), one = probe_new(hys_library_get(m)->name, 1);
        assert_int_equal(one.kernel->lanes, 1);
        assert_true(all.kernel->lanes > 1);
        for (size_t i = 0; i < 1000; i++) {
            set_point(&one, i, 0);
            for (size_t k = 0; k < one.kernel->n_unknowns; k++) all.batch->x[k][i] = one.batch->x[k][0];
        }
        all.batch->env.time = 1e-3;
        for (size_t s = 0; s < 4; s++) {
            all.batch->in.n = (hys_u32)sizes[s];
            all.kernel->eval_fj(&all.batch->env, &all.batch->in, &all.batch->out);
            for (size_t i = 0; i<sizes[s]; i += sizes[s]> 8 ? 37 : 1) {
                set_point(&one, i, 0);
                one.kernel->eval_fj(&one.batch->env, &one.batch->in, &one.batch->out);
                for (size_t k = 0; k < one.kernel->n_unknowns; k++)
                    assert_memory_equal(&one.batch->f[k][0], &all.batch->f[k][i], sizeof(double));
                for (size_t k = 0; k < one.kernel->n_jac; k++)
                    assert_memory_equal(&one.batch->jac[k][0], &all.batch->jac[k][i], sizeof(double));
            }
        }
        probe_free(&all);
        probe_free(&one);
    }
}

static void everything_is_finite_within_five_volts(void **state) {
    (void)state;
    for (size_t m = 0; m < hys_library_count(); m++) {
        struct probe p = probe_new(hys_library_get(m)->name, 1);
        for (int v = -50; v <= 50; v++) {
            set_point(&p, 3, 0);
            p.batch->x[0][0] = 0.1 * v;
            p.batch->x[1][0] = 0;
            p.kernel->eval_fj(&p.batch->env, &p.batch->in, &p.batch->out);
            for (size_t k = 0; k < p.kernel->n_unknowns; k++) assert_true(isfinite(p.batch->f[k][0]));
            for (size_t k = 0; k < p.kernel->n_jac; k++) assert_true(isfinite(p.batch->jac[k][0]));
        }
        probe_free(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derivatives_are_exact),
        cmocka_unit_test(terminal_currents_sum_to_zero),
        cmocka_unit_test(bits_do_not_depend_on_the_batch),
        cmocka_unit_test(everything_is_finite_within_five_volts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
