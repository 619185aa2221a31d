/* The kernel as a whole: what is refused, the order of the text, and how it should be compiled. */
#include "veriloga/emit.h"

/* Elementary functions in all functions of a kernel beyond which they are called, not inlined. */
#define MANY_CALLS 64
/* Instructions beyond which the C compiler's time counts. */
#define LARGE 4000
/* Arrays of a function lie on the stack, HYS_LANES doubles an element: 512 KiB at most.  Kernels with larger arrays
 * have one lane only. */
#define MAX_ARRAY_ELEMENTS 65536
#define MAX_WIDE_ELEMENTS  (MAX_ARRAY_ELEMENTS / 8) /* HYS_LANES_MAX */

#define COMMON " -std=gnu17 -fPIC -ffp-contract=off -fno-math-errno -fno-trapping-math -w"

const char *hys__kernel_flags(size_t n_values) {
    if (n_values > 30000) return "-Og" COMMON; /* half the time of -O1, for a tenth of the speed */
    return n_values > 3 * LARGE ? "-O1" COMMON : "-O2" COMMON;
}

static hys_status check_arrays(const va_emitter *e) {
    if (e->n_elements <= MAX_ARRAY_ELEMENTS) return HYS_OK;
    return hys__fail(e->model->ctx, HYS_LIMIT, "index them with constants, or make them smaller",
                     "the arrays that are indexed by a variable hold %zu elements together; at most %d can be kept",
                     e->n_elements, MAX_ARRAY_ELEMENTS);
}

static bool make_scratch(va_emitter *e) {
    hys__arena *arena = &e->arena;
    size_t n = e->n + 1;
    e->seen = HYS_NEW_N(arena, uint8_t, n);
    e->uses = HYS_NEW_N(arena, uint32_t, n);
    e->product = HYS_NEW_N(arena, va_val, n);
    e->is_exact = HYS_NEW_N(arena, uint8_t, n);
    e->twin = HYS_NEW_N(arena, va_twin, n);
    e->alias = HYS_NEW_N(arena, va_val, n);
    e->slope = HYS_NEW_N(arena, va_val, n);
    e->again = HYS_NEW_N(arena, uint8_t, n);
    e->has_inverse = HYS_NEW_N(arena, uint8_t, n);
    e->is_exit = HYS_NEW_N(arena, uint8_t, n);
    e->usual = HYS_NEW_N(arena, double, n);
    e->is_assumed = HYS_NEW_N(arena, uint8_t, n);
    e->stamp = HYS_NEW_N(arena, uint32_t, n);
    e->stage = HYS_NEW_N(arena, uint8_t, n);
    e->region = HYS_NEW_N(arena, uint32_t, n);
    e->first_region = HYS_NEW_N(arena, uint32_t, n);
    e->next = HYS_NEW_N(arena, va_val, n);
    e->block = HYS_NEW_N(arena, uint32_t, n);
    e->declared = HYS_NEW_N(arena, uint32_t, n);
    e->first_edge = HYS_NEW_N(arena, uint32_t, n);
    e->waits = HYS_NEW_N(arena, uint32_t, n);
    e->heap_child = HYS_NEW_N(arena, va_val, n);
    e->heap_sibling = HYS_NEW_N(arena, va_val, n);
    return !arena->failed;
}

static void write_kernel(va_emitter *e) {
    hys__text_puts(e->out, "/* Made by hysteron; do not edit. */\n");
    if (e->is_large) hys__text_puts(e->out, "#define HYS_LARGE\n");
    if (e->n_elements > MAX_WIDE_ELEMENTS) hys__text_puts(e->out, "#undef HYS_LANES\n#define HYS_LANES 1\n");
    if (e->n_calls > MANY_CALLS) hys__text_puts(e->out, "#define HYS_OUTLINE\n");
    hys__text_puts(e->out, "#include \"hys_kernel.h\"\n\n");
    va_emit_tables(e);
    va_emit_params(e);
    for (int f = VA_FUNC_PARAMS + 1; f < VA_FUNC_COUNT && !e->failed && !e->is_stuck; f++)
        va_emit_function(e, (va_func_id)f);
    va_emit_descriptor(e);
}

static hys_status emit(va_emitter *e) {
    hys_status status = va_emit_check_tables(e);
    if (status != HYS_OK) return status;
    if (!make_scratch(e) || !va_emit_plan_program(e)) return HYS_NOMEM;
    status = check_arrays(e);
    if (status != HYS_OK) return status;
    write_kernel(e);
    if (e->is_stuck) return HYS_BUG_HERE(e->model->ctx, "values that wait for each other");
    return e->failed || e->arena.failed || e->out->failed ? HYS_NOMEM : HYS_OK;
}

hys_status va_emit(const va_program *program, hys__text *c_source) {
    va_emitter e = {.program = program, .model = program->model, .ir = &program->model->ir, .out = c_source};
    e.n = e.ir->ins.n;
    e.is_large = e.n > LARGE;
    hys__arena_init(&e.arena, program->model->ctx, 0);
    hys_status status = emit(&e);
    hys__arena_free(&e.arena);
    return status;
}
