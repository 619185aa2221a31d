/* Channels of membranes: modules of two terminals (others may be read) all of whose inner unknowns are states with
 * rates of their own that depend on no other state.  Their kernels have one function more, which moves the states and
 * gives the current in one loop: see hys_gates_args. */
#include "veriloga/lower.h"

#define MOST_STATES 16u /* HYS_STEP_MAX */

static bool has_root(const va_program *program, va_entry entry) {
    for (size_t k = 0; k < program->mass.n; k++)
        if (program->mass.at[k].row == entry.row && program->mass.at[k].col == entry.col) return true;
    return false;
}

static bool is_plain(const va_program *program) {
    const va_model *model = program->model;
    const size_t n = model->unknowns.n;
    const uint32_t nt = model->n_terminals;
    if (nt < 2 || n <= nt || n - nt > MOST_STATES || program->mass.n != n - nt) return false;
    if (model->arrays.n || model->ir.loops.n > 1) return false;
    if (program->n_live_retained || model->events.n || model->delays.n || program->has_draws) return false;
    for (uint32_t s = nt; s < n; s++)
        if (!has_root(program, (va_entry){s, s})) return false;
    for (size_t k = 0; k < program->jac.n; k++) {
        const va_entry e = program->jac.at[k];
        if (e.row >= nt && e.col >= nt && e.row != e.col) return false;
    }
    return true;
}

/* Residuals but that of the second terminal; of the Jacobian what the first terminal's current and states themselves
 * depend on. */
static bool is_wanted(const va_program *program, const va_root *root) {
    const uint32_t nt = program->model->n_terminals;
    if (root->target == VA_TO_F) return root->index == 0 || root->index >= nt;
    if (root->target != VA_TO_JAC) return false;
    const va_entry e = program->jac.at[root->index];
    return (e.row == 0 && (e.col == 0 || e.col >= nt)) || (e.row >= nt && e.row == e.col);
}

va_val va_times(va_ir *ir, va_val a, va_val b) {
    if (a == 0) return b;
    return b == 0 ? a : va_op2(ir, VA_OP_MUL, a, b);
}

bool va_rewrite_roots(va_ir *ir, const va_hooks *hooks, void *user, va_prepare *prepare, va_root *roots, size_t n) {
    va_rewrite rw;
    bool ok = va_rewrite_init(&rw, ir, hooks, user) && prepare(user, &rw);
    for (size_t k = 0; k < n && ok; k++) va_rewrite_mark(&rw, &roots[k].val, 1);
    ok = ok && va_rewrite_build(&rw);
    for (size_t k = 0; k < n && ok; k++) roots[k].val = va_rewrite_get(&rw, roots[k].val);
    va_rewrite_free(&rw);
    return ok;
}

/* Rows of states come behind that of the first terminal. */
static bool take_rows(va_program *program, va_func_id func, bool of_states) {
    const size_t n = program->roots[VA_FUNC_EVAL_FJ].n;
    for (size_t k = 0; k < n; k++) {
        const va_root root = program->roots[VA_FUNC_EVAL_FJ].at[k];
        const uint32_t row = root.target == VA_TO_JAC ? program->jac.at[root.index].row : root.index;
        if (!is_wanted(program, &root) || (row != 0) != of_states) continue;
        va_root *to = HYS_PUSH(program->model->arena, &program->roots[func]);
        if (!to) return false;
        *to = root;
    }
    return true;
}

/* Rates and their slopes become changes within the step. */
static void times_step(va_program *program, va_root *roots, size_t n) {
    va_ir *ir = &program->model->ir;
    for (size_t k = 0; k < n; k++) {
        const uint32_t row = roots[k].target == VA_TO_JAC ? program->jac.at[roots[k].index].row : roots[k].index;
        roots[k].val = va_op2(ir, VA_OP_MUL, va_leaf(ir, VA_OP_STEP, row), roots[k].val);
    }
}

static bool make_cheaper(va_program *program, va_func_id func, size_t n_of_current) {
    va_root *roots = program->roots[func].at;
    const size_t n = program->roots[func].n;
    const bool is_shared = func == VA_FUNC_GATES;
    if (!va_derive_product(program, roots, n_of_current)) return false;
    if (!va_share_powers(program->model, roots, n, is_shared)) return false;
    times_step(program, roots + n_of_current, n - n_of_current);
    return !is_shared || va_gather_factors(program->model, roots + n_of_current, n - n_of_current);
}

static bool take_roots(va_program *program, va_func_id func) {
    if (!take_rows(program, func, false)) return false;
    const size_t n_of_current = program->roots[func].n;
    return take_rows(program, func, true) && make_cheaper(program, func, n_of_current);
}

bool va_find_gates(va_program *program) {
    return !is_plain(program) || (take_roots(program, VA_FUNC_GATES) && take_roots(program, VA_FUNC_GATES_OWN));
}
