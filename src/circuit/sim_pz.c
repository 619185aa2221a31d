/* .pz: poles and zeros of the linearised circuit.
 *
 * Poles for a current at the input are the eigenvalues of the pencil G + s M.  For a voltage at the input its two nodes
 * are as one: the pencil gets a border that lets a current flow between them and forbids a voltage.  Zeros are the s at
 * which a current at the input leaves no voltage at the output: the same border with the output's row. */
#include "circuit/sim.h"
#include "circuit/small_signal.h"
#include "numerics/eigen.h"
#include <math.h>
#include <string.h>

/* Where the input acts: into row plus and out of row minus; -1: ground, none. */
typedef struct input {
    int64_t plus, minus;
    bool is_source; /* a voltage source there: plus is the row of its current */
} input;

typedef struct pencil {
    hys__family family;
    int64_t *col_start, *row;
    double *g, *mass;
} pencil;

static int64_t place_of(const hys__sim_task *task, uint32_t node) {
    return node ? hys__circuit_node_unknown(task->circuit, node) : -1;
}

static bool take_pencil(hys__arena *arena, size_t n, size_t nnz, pencil *p) {
    p->col_start = HYS_NEW_N(arena, int64_t, n + 1);
    p->row = HYS_NEW_N(arena, int64_t, nnz + 1);
    p->g = HYS_NEW_N(arena, double, nnz + 1);
    p->mass = HYS_NEW_N(arena, double, nnz + 1);
    double *abstol = HYS_NEW_N(arena, double, n + 1);
    if (!p->col_start || !p->row || !p->g || !p->mass || !abstol) return false;
    for (size_t k = 0; k < n; k++) abstol[k] = 1e-12;
    p->family.abstol = abstol;
    return true;
}

static void put(pencil *p, size_t *at, int64_t row, double g, double mass) {
    p->row[*at] = row;
    p->g[*at] = g;
    p->mass[(*at)++] = mass;
}

/* out: nodes whose voltage is zero.  in NULL: no border. */
static hys_status make_pencil(hys__sim_task *task, const hys__small_signal *s, const input *in, const uint32_t *out,
                              pencil *p) {
    const hys__system *system = hys__circuit_system(task->circuit);
    const double *mass = hys__circuit_mass(task->circuit);
    size_t n = system->n + (in ? 1 : 0), at = 0;
    if (!take_pencil(task->arena, n, system->nnz + 4, p)) return HYS_NOMEM;
    for (size_t col = 0; col < system->n; col++) {
        p->col_start[col] = (int64_t)at;
        for (int64_t e = system->col_start[col]; e < system->col_start[col + 1]; e++)
            put(p, &at, system->row[e], s->g[e], mass[e]);
        for (size_t k = 0; in && k < 2; k++)
            if (place_of(task, out[k]) == (int64_t)col) put(p, &at, (int64_t)system->n, k ? -1 : 1, 0);
    }
    if (in) {
        p->col_start[system->n] = (int64_t)at;
        int64_t a = in->plus, b = in->minus;
        if (a >= 0 && (b < 0 || a < b)) put(p, &at, a, 1, 0);
        if (b >= 0) put(p, &at, b, -1, 0);
        if (a >= 0 && b >= 0 && a > b) put(p, &at, a, 1, 0);
    }
    p->col_start[n] = (int64_t)at;
    p->family.system = (hys__system){.n = n, .nnz = at, .col_start = p->col_start, .row = p->row};
    p->family.mass = p->mass;
    return HYS_OK;
}

/* In another unit of time true eigenvalues are the same; infinite ones, which rounding has made huge, are not. */
#define OTHER_UNIT 3.7
#define SAME       1e-6

static size_t keep_same(double complex *lambda, size_t n, const double complex *other, size_t n_other) {
    size_t n_kept = 0;
    for (size_t k = 0; k < n; k++) {
        bool is_same = false;
        for (size_t j = 0; j < n_other && !is_same; j++)
            is_same = cabs(lambda[k] - OTHER_UNIT * other[j]) <= SAME * cabs(lambda[k]) + 1e-300;
        if (is_same) lambda[n_kept++] = lambda[k];
    }
    return n_kept;
}

static hys_status solve_twice(hys__sim_task *task, pencil *p, double complex *lambda, size_t *n) {
    hys__eigen *eigen = NULL;
    size_t n_other = 0;
    double complex *other = HYS_NEW_N(task->arena, double complex, p->family.system.n + 1);
    if (!other) return HYS_NOMEM;
    hys_status status = hys__eigen_new(task->ctx, &p->family, &eigen);
    if (status == HYS_OK) status = hys__eigen_solve(eigen, p->g, lambda, n);
    for (size_t k = 0; k < p->family.system.nnz; k++) p->mass[k] *= OTHER_UNIT;
    if (status == HYS_OK) status = hys__eigen_solve(eigen, p->g, other, &n_other);
    if (status == HYS_OK) *n = keep_same(lambda, *n, other, n_other);
    hys__eigen_free(eigen);
    return status;
}

static hys_status eigenvalues(hys__sim_task *task, const hys__small_signal *s, const input *in, const uint32_t *out,
                              double complex **lambda, size_t *n) {
    pencil p;
    hys_status status = make_pencil(task, s, in, out, &p);
    if (status != HYS_OK) return status;
    *lambda = HYS_NEW_N(task->arena, double complex, p.family.system.n + 1);
    if (!*lambda) return HYS_NOMEM;
    status = solve_twice(task, &p, *lambda, n);
    if (status == HYS_SINGULAR)
        return hys__report(task->ctx, HYS_ERROR, HYS_SINGULAR, task->flat->sources, task->analysis->span,
                           "does a path lead from the input to the output?",
                           "the output does not depend on the input, or a part of the circuit hangs in the air");
    return status;
}

/* A voltage source across the port drives it; else a current does. */
static input find_input(const hys__sim_task *task) {
    const uint32_t *port = task->analysis->port;
    for (uint32_t k = 0; k < task->flat->n_elems; k++) {
        const hys__elem *e = &task->flat->elems[k];
        if (e->card->kind != HYS__ELEM_V) continue;
        bool is_across =
            (e->nodes[0] == port[0] && e->nodes[1] == port[1]) || (e->nodes[0] == port[1] && e->nodes[1] == port[0]);
        if (is_across) return (input){hys__circuit_elem_unknown(task->circuit, k), -1, true};
    }
    return (input){place_of(task, port[0]), place_of(task, port[1]), false};
}

static hys_status add_columns(hys__sim_task *task) {
    static const char *const names[][2] = {
        {"index", "1"}, {"pole.re", "1/s"}, {"pole.im", "1/s"}, {"zero.re", "1/s"}, {"zero.im", "1/s"}};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        hys_status status = hys_table_add_column(task->table, names[k][0], names[k][1]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status add_rows(hys__sim_task *task, const double complex *poles, size_t n_poles,
                           const double complex *zeros, size_t n_zeros) {
    for (size_t k = 0; k < n_poles || k < n_zeros; k++) {
        double row[] = {(double)k + 1, NAN, NAN, NAN, NAN};
        if (k < n_poles) row[1] = creal(poles[k]), row[2] = cimag(poles[k]);
        if (k < n_zeros) row[3] = creal(zeros[k]), row[4] = cimag(zeros[k]);
        hys_status status = hys_table_add_row(task->table, row);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

hys_status hys__sim_pz(hys__sim_task *task) {
    double *y = NULL;
    double complex *poles = NULL, *zeros = NULL;
    size_t n_poles = 0, n_zeros = 0;
    hys__small_signal s = {.lu = NULL};
    const hys__analysis *a = task->analysis;
    hys_status status = add_columns(task);
    if (status == HYS_OK) status = hys__sim_operate(task, &y);
    if (status == HYS_OK && hys__circuit_has_delays(task->circuit))
        status = hys__report(task->ctx, HYS_ERROR, HYS_SEMANTIC, task->flat->sources, a->span, "use .ac",
                             "delays have infinitely many poles");
    if (status == HYS_OK) status = hys__small_signal_new(task->circuit, task->arena, y, &s);
    const input in = find_input(task);
    bool is_open = a->is_current || in.is_source;
    if (status == HYS_OK && a->is_current && in.is_source)
        status = hys__report(task->ctx, HYS_ERROR, HYS_SEMANTIC, task->flat->sources, a->span, "say vol instead of cur",
                             "a voltage source lies across the input, which no current can drive");
    if (status == HYS_OK && a->wants_poles)
        status = eigenvalues(task, &s, is_open ? NULL : &in, a->port, &poles, &n_poles);
    if (status == HYS_OK && a->wants_zeros) status = eigenvalues(task, &s, &in, a->port + 2, &zeros, &n_zeros);
    if (status == HYS_OK) status = add_rows(task, poles, n_poles, zeros, n_zeros);
    hys__small_signal_free(&s);
    return status;
}
