/* Samples without a pattern, and networks from text, for tests. */
#ifndef NETWORK_SAMPLES_H
#define NETWORK_SAMPLES_H
#include "hys_test.h"
#include <hysteron/network.h>

/* Between -1 and 1. */
static inline float draw(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (float)(*state >> 8) / 8388608.0f - 1;
}

static inline hys_samples samples_of(size_t n, size_t channels, size_t height, size_t width) {
    hys_samples s = {n, channels, height, width, NULL, NULL, 3};
    const size_t count = n * channels * height * width;
    uint32_t state = 11;
    s.values = malloc(count * sizeof *s.values);
    s.labels = malloc(n * sizeof *s.labels);
    assert_true(s.values && s.labels);
    for (size_t k = 0; k < count; k++) s.values[k] = draw(&state);
    for (size_t k = 0; k < n; k++) s.labels[k] = (uint16_t)(k * 7 % 3);
    return s;
}

static inline void free_samples(hys_samples *s) {
    free(s->values);
    free(s->labels);
}

static inline hys_network *parse(hys_ctx *ctx, const char *text) {
    hys_network *network = NULL;
    if (hys_network_parse(ctx, text, 5, &network) != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_non_null(network);
    return network;
}

#endif
