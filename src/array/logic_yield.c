/* How many gates work when their cells vary. */
#include "array/logic_bench.h"
#include <math.h>

/* Gates that are still good after a combination. */
static hys_status try_combination(hys_logic_bench *b, hys_array *array, hys_logic_gate_kind g, uint32_t c, size_t gates,
                                  uint8_t *bits, double *levels, uint8_t *good) {
    const uint32_t n = hys__gate_columns(g);
    uint8_t wanted[HYS__GATE_INPUTS + 1];
    double lines[HYS__GATE_INPUTS + 1];
    for (size_t r = 0; r < gates; r++) hys__gate_before(g, c, bits + r * n);
    hys__gate_after(g, bits, wanted);
    hys__gate_lines(g, &b->drive, lines);
    hys_status status = hys__logic_put(b, array, gates * n, bits);
    if (status == HYS_OK) status = hys__logic_pulse(b, array, NULL, lines, NULL);
    if (status == HYS_OK) status = hys__logic_levels(b, array, gates * n, levels);
    for (size_t k = 0; k < gates * n && status == HYS_OK; k++)
        if (!(hys__logic_margin(levels[k], wanted[k % n]) > 0)) good[k / n] = 0;
    return status;
}

void hys__wilson(size_t good, size_t count, double *low, double *high) {
    const double z = 1.959963984540054, n = (double)count, p = (double)good / n;
    const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *low = fmax(0, middle - half);
    *high = fmin(1, middle + half);
}

/* A gate a row. */
static hys_status make_gates(const hys_logic_bench *b, hys_logic_gate_kind g, size_t rows, hys_array **array) {
    const bool is_imply = g.op == HYS_LOGIC_OP_IMPLY;
    const hys__logic_shape shape = {.rows = rows,
                                    .columns = hys__gate_columns(g),
                                    .load = is_imply ? b->drive.load : 0,
                                    .word_wire = b->opts.wire,
                                    .has_spread = true};
    hys_status status = hys__logic_array(b, &shape, array);
    for (size_t r = 0; r < rows && status == HYS_OK && !is_imply; r++) status = hys_array_float_word(*array, r, true);
    return status;
}

hys_status hys_logic_bench_yield(hys_logic_bench *b, hys_logic_gate_kind g, size_t gates, hys_logic_yield *yield) {
    hys_array *array = NULL;
    hys_status status = hys__gate_check(b, g);
    if (status == HYS_OK && (gates < 1 || gates > 1000000))
        status = hys__fail(b->ctx, HYS_ARG, "", "from 1 to 10^6 gates");
    if (status != HYS_OK) return status;
    hys__arena arena;
    hys__arena_init(&arena, b->ctx, 0);
    uint8_t *bits = HYS_NEW_N(&arena, uint8_t, gates * hys__gate_columns(g)), *good = HYS_NEW_N(&arena, uint8_t, gates);
    double *levels = HYS_NEW_N(&arena, double, gates *hys__gate_columns(g));
    status = arena.failed ? HYS_NOMEM : make_gates(b, g, gates, &array);
    for (size_t r = 0; r < gates && !arena.failed; r++) good[r] = 1;
    for (uint32_t c = 0; c < hys__gate_combinations(g) && status == HYS_OK; c++)
        status = try_combination(b, array, g, c, gates, bits, levels, good);
    *yield = (hys_logic_yield){.gates = gates};
    for (size_t r = 0; r < gates && status == HYS_OK; r++) yield->good += good[r];
    hys__wilson(yield->good, gates, &yield->low, &yield->high);
    hys_array_free(array);
    hys__arena_free(&arena);
    return status;
}
