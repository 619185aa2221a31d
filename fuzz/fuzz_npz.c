/* Any bytes as an .npz or .npy: arrays that are complete and are written and read again, or one diagnostic. */
#include "io/npz.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds) abort();
}

static double sum_of(const hys__npz_array *array) {
    double sum = 0;
    for (size_t k = 0; k < hys__npz_size(array); k++) sum += hys__npz_at(array, k);
    return sum;
}

static void check_again(hys__arena *arena, const hys__npz *file) {
    static const char path[] = "/dev/shm/hysteron-fuzz.npz";
    hys__npz again;
    check(hys__npz_write(arena->ctx, path, file->arrays.at, file->arrays.n) == HYS_OK);
    check(hys__npz_read(arena, path, &again) == HYS_OK && again.arrays.n == file->arrays.n);
    for (size_t k = 0; k < again.arrays.n; k++) {
        const hys__npz_array *a = &file->arrays.at[k], *b = &again.arrays.at[k];
        const double sum_a = sum_of(a), sum_b = sum_of(b);
        check(a->type == b->type && a->n_axes == b->n_axes && (sum_a == sum_b || (isnan(sum_a) && isnan(sum_b))));
    }
    remove(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hys_ctx *ctx = NULL;
    hys__arena arena;
    hys__npz file;
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    hys__arena_init(&arena, ctx, 0);
    const hys_status status = hys__npz_parse(&arena, "fuzz", (hys__bytes){(const char *)data, size}, &file);
    check(hys_diag_n_errors(ctx) == (status == HYS_OK ? 0 : 1));
    if (status == HYS_OK) {
        bool is_named = true; /* two of a name cannot be told apart; NUL ends a name */
        for (size_t k = 0; k < file.arrays.n; k++) {
            (void)sum_of(&file.arrays.at[k]);
            is_named = is_named && hys__npz_find(&file, file.arrays.at[k].name) == &file.arrays.at[k];
        }
        if (is_named) check_again(&arena, &file);
    }
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
    return 0;
}
