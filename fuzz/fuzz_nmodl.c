/* Any text as a mechanism of NEURON: one error, or a module that the compiler takes. */
#include "base/memory.h"
#include "veriloga/ir.h"
#include <hysteron/nmodl.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_MEMORY ((size_t)1 << 28)

static void check(int holds) {
    if (!holds) abort();
}

/* Beyond the compiler's limits (loops, memory) the module may be refused. */
static void check_module(hys_ctx *ctx, const char *text) {
    static const va_build_opts opts = {0};
    va_front front;
    va_model model = {0};
    va_front_init(&front, ctx);
    front.arena.limit = MAX_MEMORY;
    hys_status status = va_front_parse_text(&front, "fuzz.va", text, strlen(text));
    if (status == HYS_OK) status = va_build(&front, &opts, &model);
    check(status == HYS_OK || status == HYS_LIMIT || status == HYS_NOMEM);
    va_front_free(&front);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hys_ctx *ctx = NULL;
    hys_nmodl *m = NULL;
    hys_nmodl_opts opts = hys_nmodl_opts_default();
    opts.ion_ports = size && data[size - 1] == 'I';
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    if (hys_nmodl_parse(ctx, "fuzz.mod", (const char *)data, size, &opts, &m) == HYS_OK) {
        check(hys_diag_n_errors(ctx) == 0);
        check_module(ctx, hys_nmodl_text(m));
    } else {
        check(!m && hys_diag_n_errors(ctx) == 1);
    }
    hys_nmodl_free(m);
    hys_ctx_free(ctx);
    return 0;
}
