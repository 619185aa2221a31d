#include "veriloga/emit_rig.h"

void rig_start(rig *f, hys_ctx *ctx) {
    *f = (rig){.ctx = ctx};
    graph_new(&f->model, ctx, &f->arena, 2000000);
    f->model.file = "m.va";
    f->model.desc = "";
    f->ir = &f->model.ir;
}

void rig_end(rig *f) {
    hys__arena_free(&f->arena);
    hys_ctx_free(f->ctx);
}

uint32_t rig_unknown(rig *f, const char *name, va_unknown_kind kind, bool is_terminal) {
    va_unknown *u = HYS_PUSH(&f->arena, &f->model.unknowns);
    if (u) *u = (va_unknown){.kind = kind, .name = name, .units = "V", .abstol = 1e-9, .is_terminal = is_terminal};
    f->model.n_terminals += is_terminal;
    return (uint32_t)f->model.unknowns.n - 1;
}

va_val rig_probe(rig *f, uint32_t pos, uint32_t neg) {
    va_probe *p = HYS_PUSH(&f->arena, &f->model.probes);
    if (p) *p = (va_probe){pos, neg};
    return LEAF(PROBE, (uint32_t)f->model.probes.n - 1);
}

va_val rig_ddt(rig *f, va_val operand) {
    va_ddt *d = HYS_PUSH(&f->arena, &f->model.ddts);
    if (d) *d = (va_ddt){.operand = operand, .units = "C"};
    return LEAF(DDT, (uint32_t)f->model.ddts.n - 1);
}

va_val rig_param(rig *f, const char *name, va_val init, double def) {
    va_param *p = HYS_PUSH(&f->arena, &f->model.params);
    if (p) *p = (va_param){.name = name, .type = VA_TYPE_REAL, .units = "", .desc = "", .init = init, .def = def};
    return LEAF(PARAM, (uint32_t)f->model.params.n - 1);
}

va_val rig_retained(rig *f, const char *name, va_val init) {
    va_retained *r = HYS_PUSH(&f->arena, &f->model.retained);
    if (r) *r = (va_retained){.name = name, .init = init};
    return LEAF(RETAINED, (uint32_t)f->model.retained.n - 1);
}

void rig_current(rig *f, uint32_t p, uint32_t n, va_val i) {
    va_unknown *u = f->model.unknowns.at;
    u[p].row = u[p].row ? OP2(ADD, u[p].row, i) : i;
    u[n].row = u[n].row ? OP2(SUB, u[n].row, i) : OP1(NEG, i);
}

void rig_bare_program(rig *f) {
    f->program = (va_program){.model = &f->model};
    f->program.retained_slot = HYS_NEW_N(&f->arena, uint32_t, f->model.retained.n + 1);
    for (size_t i = 0; f->program.retained_slot && i < f->model.retained.n; i++)
        f->program.retained_slot[i] = f->program.n_live_retained++;
}

void rig_root(rig *f, va_func_id func, va_target target, uint32_t index, va_val value) {
    va_root *root = HYS_PUSH(&f->arena, &f->program.roots[func]);
    if (root) *root = (va_root){target, index, value};
}

hys_status rig_emit(rig *f, hys__text *text) {
    hys_status status = f->program.model ? HYS_OK : va_lower(&f->model, &f->program);
    return status == HYS_OK ? va_emit(&f->program, text) : status;
}

void *rig_load(rig *f, const kernel_build *build) {
    hys__text text;
    hys__text_init(&text, f->ctx);
    assert_int_equal(rig_emit(f, &text), HYS_OK);
    if (getenv("HYS_TEST_SHOW_C")) fputs(text.at, stderr);
    void *handle = kernel_cc_load(text.at, build);
    hys__text_free(&text);
    assert_non_null(handle);
    assert_non_null(kernel_cc_kernel(handle));
    return handle;
}

kernel_build rig_build(int lanes) {
    return (kernel_build){kernel_cc_has("gcc") ? "gcc" : "clang", "native", NULL, lanes, false};
}

/* ---- batches ---- */

static void *own(rig_batch *b, void *memory) {
    assert_non_null(memory);
    b->owned = realloc(b->owned, (b->n_owned + 1) * sizeof *b->owned);
    assert_non_null(b->owned);
    return b->owned[b->n_owned++] = memory;
}

static double **rows(rig_batch *b, size_t n_rows, double value) {
    double **list = own(b, calloc(n_rows + 1, sizeof *list));
    for (size_t i = 0; i < n_rows; i++) list[i] = own(b, kernel_cc_array(b->n, value));
    return list;
}

static void set_outputs(rig_batch *b) {
    const hys_kernel *k = b->kernel;
    b->f = rows(b, k->n_unknowns, NAN);
    b->jac = rows(b, k->n_jac, NAN);
    b->next = rows(b, k->n_retained, NAN);
    b->out = (hys_out){.f = b->f,
                       .jac = b->jac,
                       .mass = rows(b, k->n_mass, NAN),
                       .x0 = rows(b, k->n_unknowns, NAN),
                       .r = b->next,
                       .root = rows(b, k->n_events, NAN),
                       .bound_step = rows(b, 1, NAN)[0],
                       .next_time = rows(b, 1, NAN)[0],
                       .noise = rows(b, k->n_noises, NAN),
                       .noise_exp = rows(b, k->n_noises, NAN),
                       .noise_coef = rows(b, k->n_noise_coefs, NAN),
                       .delay_in = rows(b, k->n_delays, NAN),
                       .delay_td = rows(b, k->n_delays, NAN),
                       .opvar = rows(b, k->n_opvars, NAN),
                       .collapse = rows(b, k->n_collapses, NAN),
                       .clamp_lo = rows(b, k->n_unknowns, NAN),
                       .clamp_hi = rows(b, k->n_unknowns, NAN)};
    b->args = (hys_step_args){.h = INFINITY,
                              .rtol = 1e-10,
                              .max_iter = 50,
                              .x = b->x,
                              .x_old = (const double *const *)b->x_old,
                              .i = rows(b, k->n_terminals, NAN),
                              .g = rows(b, (size_t)k->n_terminals * k->n_terminals, NAN),
                              .ok = rows(b, 1, NAN)[0]};
}

static void set_parameters(rig_batch *b) {
    const hys_kernel *k = b->kernel;
    double *values = own(b, calloc(k->n_params + 1, sizeof *values));
    double *lo = own(b, calloc(k->n_bounds + 1, sizeof *lo)), *hi = own(b, calloc(k->n_bounds + 1, sizeof *hi));
    double *r0 = own(b, calloc(k->n_retained + 1, sizeof *r0));
    k->params_fn(&b->env, values, lo, hi, r0);
    b->p = rows(b, k->n_params, 0);
    for (unsigned i = 0; i < k->n_params; i++)
        for (unsigned j = 0; j < b->n; j++) b->p[i][j] = values[i];
    for (unsigned i = 0; i < k->n_retained; i++)
        for (unsigned j = 0; j < b->n; j++) b->r[i][j] = r0[i];
}

rig_batch *rig_batch_new(const hys_kernel *kernel, unsigned n) {
    rig_batch *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->kernel = kernel;
    b->n = n;
    b->given = own(b, calloc(kernel->n_params + 1, 1));
    b->p_stride = own(b, calloc(kernel->n_params + 1, 1));
    b->env = (hys_env){.temp = 300.15, .given = b->given};
    b->x = rows(b, kernel->n_unknowns, 0);
    b->x_old = rows(b, kernel->n_unknowns, 0);
    b->r = rows(b, kernel->n_retained, 0);
    b->event = rows(b, kernel->n_events, 0);
    b->key = (hys_u64 *)own(b, kernel_cc_array(n, 0));
    for (unsigned i = 0; i < n; i++) b->key[i] = i + 1;
    set_parameters(b);
    b->batch = (hys_batch){.n = n,
                           .x = (const double *const *)b->x,
                           .p = (const double *const *)b->p,
                           .p_stride = b->p_stride,
                           .r = (const double *const *)b->r,
                           .key = b->key,
                           .event = (const double *const *)b->event};
    set_outputs(b);
    return b;
}

void rig_batch_free(rig_batch *b) {
    for (size_t i = 0; i < b->n_owned; i++) free(b->owned[i]);
    free(b->owned);
    free(b);
}
