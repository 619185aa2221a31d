/* Any text through the whole compiler, up to the C source: no crash, no hang, and C that holds none of the text's own
 * bytes outside of string literals. */
#include "base/memory.h"
#include "veriloga/ir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small, so that many inputs are tried in a second; the tests reach the real limits. */
#define MAX_TOTAL  ((size_t)1 << 18)
#define MAX_TOKENS 10000
#define MAX_MEMORY ((size_t)1 << 30)

/* C outside of literals and comments is plain ASCII. */
static void check_source(const char *c) {
    bool in_string = false;
    for (; *c; c++) {
        if (in_string && *c == '\\') c++;
        else if (*c == '"') in_string = !in_string;
        if ((unsigned char)*c >= 0x7f || ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t')) __builtin_trap();
    }
    if (in_string) __builtin_trap();
}

static void compile(hys_ctx *ctx, va_front *front) {
    static const va_build_opts opts = {0};
    va_model model = {0};
    va_program program = {0};
    hys__text text;
    hys__text_init(&text, ctx);
    if (va_build(front, &opts, &model) == HYS_OK && va_lift(&model) == HYS_OK && va_lower(&model, &program) == HYS_OK) {
        va_lint(&model, &program);
        if (va_emit(&program, &text) == HYS_OK && text.at) check_source(text.at);
    }
    hys__text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    va_front front;
    if (hys_ctx_new(&opts, &ctx) != HYS_OK) return 0;
    va_front_init(&front, ctx);
    front.limits.max_file = front.limits.max_total = MAX_TOTAL;
    front.limits.max_tokens = MAX_TOKENS;
    front.arena.limit = MAX_MEMORY;
    hys_status status = va_front_parse_text(&front, "fuzz.va", (const char *)data, size);
    if (status == HYS_OK || (status == HYS_SYNTAX && front.file)) compile(ctx, &front);
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        char line[512];
        hys_diag_format(hys_diag_get(ctx, k), line, sizeof line);
    }
    va_front_free(&front);
    hys_ctx_free(ctx);
    return 0;
}
