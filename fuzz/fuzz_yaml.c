/* Any bytes as an experiment: values in their places, or one diagnostic. */
#include "../tests/io/yaml_fixture.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds) {
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hys_ctx *ctx = NULL;
    hys__arena arena;
    hys__yaml yaml;
    yaml_whole whole = {0};
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    hys__arena_init(&arena, ctx, 0);
    char *text = hys__arena_alloc(&arena, size + 1); /* may hold NULs, ends with one */
    check(text != NULL);
    for (size_t k = 0; k < size; k++) text[k] = (char)data[k];
    hys_status status = hys__yaml_parse(&arena, "fuzz", text, size, &yaml);
    if (status == HYS_OK) status = hys__yaml_take(&yaml, yaml.root, &yaml_whole_schema, &whole);
    check(hys_diag_n_errors(ctx) == (status == HYS_OK ? 0u : 1u));
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
    return 0;
}
