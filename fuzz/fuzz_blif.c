/* Any bytes as a Boolean netlist: a program of each family that computes the same, or one diagnostic. */
#include <hysteron/logic.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds) {
    if (!holds) abort();
}

static void map(hys_ctx *ctx, const hys_logic *logic, uint8_t draw) {
    hys_logic_map_opts opts = hys_logic_map_opts_default();
    hys_logic_program *program = NULL;
    hys_logic_check result;
    opts.family = hys_logic_family_get(draw % hys_logic_family_count());
    opts.overwrites_inputs = draw & 64;
    opts.cells = draw & 128 ? SIZE_MAX : 0;
    check(hys_logic_map(ctx, logic, &opts, &program) == HYS_OK);
    check(hys_logic_verify(ctx, program, &result) == HYS_OK && result.wrong == 0);
    hys_logic_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hys_ctx *ctx = NULL;
    hys_logic *logic = NULL;
    if (size > 4096) return 0;
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    const hys_status status = hys_logic_parse(ctx, "fuzz.blif", (const char *)data, size, &logic);
    check((status == HYS_OK) == (hys_diag_n_errors(ctx) == 0));
    if (status == HYS_OK && hys_logic_n_inputs(logic) <= 12) map(ctx, logic, size ? data[size / 2] : 0);
    hys_logic_free(logic);
    hys_ctx_free(ctx);
    return 0;
}
