#include "circuit/circuit_rig.h"
#include "hys_test.h"

static void say_all(const hys_ctx *ctx) {
    for (size_t k = 0; k < hys_diag_count(ctx); k++) print_error("%s\n", hys_test_diag_text(ctx, k));
}

static hys_status load(circuit_rig *r, const char *netlist) {
    r->arena = calloc(1, sizeof *r->arena);
    assert_non_null(r->arena);
    hys__arena_init(r->arena, r->ctx, 0);
    hys__flat_opts opts = {.n_set = 0};
    hys_status status = hys__flat_read(r->ctx, r->arena, "test.cir", netlist, strlen(netlist), &opts, &r->flat);
    if (status != HYS_OK) return status;
    hys__circuit_opts circuit_opts = {.seed = 1};
    return hys__circuit_new(r->ctx, r->flat, &circuit_opts, &r->circuit);
}

circuit_rig circuit_rig_open(const char *netlist) {
    circuit_rig r = {.ctx = hys_test_ctx()};
    hys_status status = load(&r, netlist);
    if (status != HYS_OK) say_all(r.ctx);
    assert_int_equal(status, HYS_OK);
    r.n = hys__circuit_system(r.circuit)->n;
    r.y = calloc(r.n + 1, sizeof *r.y);
    assert_non_null(r.y);
    return r;
}

void circuit_rig_free(circuit_rig *r) {
    hys__circuit_free(r->circuit);
    hys__arena_free(r->arena);
    free(r->arena);
    hys_ctx_free(r->ctx);
    free(r->y);
    free(r->t);
    free(r->rows);
}

void circuit_rig_fails(const char *netlist, hys_status want, const char *words) {
    circuit_rig r = {.ctx = hys_test_ctx()};
    hys_status status = load(&r, netlist);
    if (status == HYS_OK) {
        r.y = calloc(hys__circuit_system(r.circuit)->n + 1, sizeof *r.y);
        hys__op_opts opts = {.t = 0};
        status = hys__circuit_op(r.circuit, &opts, r.y);
    }
    assert_int_equal(status, want);
    const char *text = hys_test_diag_text(r.ctx, 0);
    if (!strstr(text, words)) {
        print_error("'%s' is not in\n%s\n", words, text);
        fail();
    }
    circuit_rig_free(&r);
}

static double balance(circuit_rig *r, double t, const double *y, const double *yp) {
    double sum = 0, size = 0;
    for (uint32_t k = 0; k < r->flat->n_elems; k++) {
        const hys__probe probe = {.kind = HYS__PROBE_P, .a = k};
        double p = 0;
        if (r->flat->elems[k].card->kind == HYS__ELEM_K) continue;
        assert_int_equal(hys__circuit_probe(r->circuit, &probe, t, y, yp, &p), HYS_OK);
        sum += p;
        size += fabs(p);
    }
    return size > 0 ? fabs(sum) / (size + 1e-15) : 0;
}

#define BALANCE_MOST 1e-6 /* of operating points, which are solved to 1e-9 */

void circuit_rig_op(circuit_rig *r) {
    hys__op_opts opts = {.t = 0};
    hys__circuit_set_mode(r->circuit, HYS__MODE_EQUILIBRIUM);
    hys_status status = hys__circuit_op(r->circuit, &opts, r->y);
    if (status != HYS_OK) say_all(r->ctx);
    assert_int_equal(status, HYS_OK);
    if (!r->skips_balance) assert_within(balance(r, 0, r->y, NULL), 0, BALANCE_MOST);
}

static int take_point(void *user, double t, const double *y, const double *yp) {
    circuit_rig *r = user;
    if (r->n_points == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 1024;
        r->t = realloc(r->t, r->cap * sizeof *r->t);
        r->rows = realloc(r->rows, r->cap * r->n * sizeof *r->rows);
        assert_non_null(r->t);
        assert_non_null(r->rows);
    }
    if (r->n_points) assert_true(t >= r->t[r->n_points - 1]);
    r->t[r->n_points] = t;
    memcpy(r->rows + r->n_points++ * r->n, y, r->n * sizeof *y);
    if (!r->skips_balance && t > 0) r->worst_balance = fmax(r->worst_balance, balance(r, t, y, yp));
    return 0;
}

void circuit_rig_tran(circuit_rig *r, double rtol) {
    const hys__analysis *tran = NULL;
    for (size_t k = 0; k < r->flat->n_analyses && !tran; k++)
        if (r->flat->analyses[k].kind == HYS__AN_TRAN) tran = &r->flat->analyses[k];
    assert_non_null(tran);
    hys__tran_opts opts = {.step = tran->step, .stop = tran->stop, .start = tran->start, .uic = tran->uic};
    opts.max_step = tran->max_step;
    opts.rtol = rtol;
    hys__tran_sink sink = {r, take_point};
    r->n_points = 0;
    r->worst_balance = 0;
    hys__circuit_set_mode(r->circuit, HYS__MODE_TRAN);
    hys_status status = hys__circuit_tran(r->circuit, &opts, &sink, &r->stats);
    if (status != HYS_OK) say_all(r->ctx);
    assert_int_equal(status, HYS_OK);
    assert_true(r->n_points > 1);
    assert_near(r->t[r->n_points - 1], opts.stop, 1e-12);
}

size_t circuit_rig_unknown(const circuit_rig *r, const char *node) {
    uint32_t at = hys__flat_find_node(r->flat, node, strlen(node));
    assert_int_not_equal(at, HYS__GLOBAL);
    int64_t y = hys__circuit_node_unknown(r->circuit, at);
    assert_true(y >= 0);
    return (size_t)y;
}

static uint32_t find_elem(const circuit_rig *r, const char *elem) {
    uint32_t at = hys__flat_find_elem(r->flat, elem, strlen(elem));
    assert_int_not_equal(at, HYS__GLOBAL);
    return at;
}

size_t circuit_rig_current(const circuit_rig *r, const char *elem) {
    int64_t y = hys__circuit_elem_unknown(r->circuit, find_elem(r, elem));
    assert_true(y >= 0);
    return (size_t)y;
}

double circuit_rig_v(const circuit_rig *r, const char *node) {
    return r->y[circuit_rig_unknown(r, node)];
}

double circuit_rig_i(const circuit_rig *r, const char *elem) {
    const hys__probe probe = {.kind = HYS__PROBE_I, .a = find_elem(r, elem)};
    double value = NAN;
    assert_int_equal(hys__circuit_probe(r->circuit, &probe, 0, r->y, NULL, &value), HYS_OK);
    return value;
}

double circuit_rig_value(const circuit_rig *r, size_t unknown, double t) {
    size_t k = 1;
    assert_true(r->n_points > 1);
    while (k + 1 < r->n_points && r->t[k] < t) k++;
    double a = r->rows[(k - 1) * r->n + unknown], b = r->rows[k * r->n + unknown];
    double length = r->t[k] - r->t[k - 1];
    return length > 0 ? a + (b - a) * (t - r->t[k - 1]) / length : b;
}

double circuit_rig_at(const circuit_rig *r, const char *node, double t) {
    return circuit_rig_value(r, circuit_rig_unknown(r, node), t);
}
