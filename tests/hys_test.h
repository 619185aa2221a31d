/* What every test file includes: cmocka, comparison of doubles, an allocator that can fail, scratch
 * files, and diagnostics as text. */
#ifndef HYS_TEST_H
#define HYS_TEST_H
#include <hysteron/core.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* |got - want| <= rel |want|; use assert_within where want may be 0.  A NaN fails, equal infinities
 * pass. */
#define assert_near(got, want, rel) hys_test_near((got), (want), (rel)*fabs((double)(want)), #got, __FILE__, __LINE__)
/* |got - want| <= abs */
#define assert_within(got, want, abs) hys_test_near((got), (want), (abs), #got, __FILE__, __LINE__)
/* The same double, bit for bit: also the sign of 0 and NaN. */
#define assert_same_double(got, want) hys_test_same((got), (want), #got, __FILE__, __LINE__)
/* The i-th diagnostic, formatted, is this text. */
#define assert_diag(ctx, i, text) hys_test_diag((ctx), (i), (text), __FILE__, __LINE__)

static inline void hys_test_near(double got, double want, double most, const char *what, const char *file, int line) {
    if (got == want || fabs(got - want) <= most) return;
    print_error("%s is %.17g, not %.17g: %.3g away, %.3g allowed\n", what, got, want, fabs(got - want), most);
    _fail(file, line);
}

static inline void hys_test_same(double got, double want, const char *what, const char *file, int line) {
    if (memcmp(&got, &want, sizeof got) == 0) return;
    print_error("%s is %.17g (%a), not %.17g (%a)\n", what, got, got, want, want);
    _fail(file, line);
}

/* Good until the next call. */
static inline const char *hys_test_diag_text(const hys_ctx *ctx, size_t i) {
    static char text[16384];
    const hys_diag *diag = hys_diag_get(ctx, i);
    if (!diag) return "(no such diagnostic)";
    hys_diag_format(diag, text, sizeof text);
    return text;
}

static inline void hys_test_diag(const hys_ctx *ctx, size_t i, const char *want, const char *file, int line) {
    const char *got = hys_test_diag_text(ctx, i);
    if (strcmp(got, want) == 0) return;
    print_error("diagnostic %zu is\n%s\nnot\n%s\n", i, got, want);
    _fail(file, line);
}

/* Memory that is counted, checked for the old sizes that are given back, and fails when told to. */
typedef struct hys_test_memory {
    size_t n_calls;  /* allocations and reallocations so far */
    size_t fail_at;  /* which of them fails, from 1; 0: none */
    bool fail_after; /* and all later ones */
    size_t n_failed; /* so many did */
    size_t n_live;   /* blocks that were not given back */
    bool wrong_size; /* an old size was not what had been asked for */
} hys_test_memory;

typedef union hys_test_block {
    size_t size;
    max_align_t align;
    char room[16];
} hys_test_block;

static inline void *hys_test_alloc(void *user, void *p, size_t old_size, size_t new_size) {
    hys_test_memory *memory = user;
    hys_test_block *block = p ? (hys_test_block *)p - 1 : NULL;
    if ((block ? block->size : 0) != old_size) memory->wrong_size = true;
    if (new_size == 0) {
        memory->n_live -= block != NULL;
        free(block);
        return NULL;
    }
    memory->n_calls++;
    if (memory->fail_at &&
        (memory->n_calls == memory->fail_at || (memory->fail_after && memory->n_calls > memory->fail_at))) {
        memory->n_failed++;
        return NULL;
    }
    /* Always moves, so that pointers kept across a reallocation are found by the sanitizer. */
    hys_test_block *fresh = malloc(sizeof *fresh + new_size);
    if (!fresh) return NULL;
    memset(fresh + 1, 0xa5, new_size);
    fresh->size = new_size;
    if (block) memcpy(fresh + 1, block + 1, old_size < new_size ? old_size : new_size);
    memory->n_live += block == NULL;
    free(block);
    return fresh + 1;
}

static inline hys_ctx *hys_test_ctx_with(hys_test_memory *memory) {
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    opts.alloc = hys_test_alloc;
    opts.alloc_user = memory;
    return hys_ctx_new(&opts, &ctx) == HYS_OK ? ctx : NULL;
}

static inline hys_ctx *hys_test_ctx(void) {
    hys_ctx *ctx = NULL;
    assert_int_equal(hys_ctx_new(NULL, &ctx), HYS_OK);
    return ctx;
}

/* Runs the job again and again, each time in a new context whose k-th allocation fails (with
 * fail_after: and all later ones), until it needs fewer.  Each time it must say HYS_NOMEM, in its status
 * and among the diagnostics, and all memory must come back. */
static inline void hys_test_each_failure(hys_status (*job)(hys_ctx *ctx, void *arg), void *arg, bool fail_after) {
    for (size_t k = 1;; k++) {
        hys_test_memory memory = {.fail_at = k, .fail_after = fail_after};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        hys_status status = ctx ? job(ctx, arg) : HYS_NOMEM;
        bool is_said = !ctx;
        for (size_t i = 0; ctx && i < hys_diag_count(ctx); i++)
            is_said = is_said || hys_diag_get(ctx, i)->status == HYS_NOMEM;
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        if (memory.n_failed == 0) {
            assert_int_equal(status, HYS_OK);
            return;
        }
        if (status != HYS_NOMEM || !is_said) print_error("allocation %zu failed\n", k);
        assert_int_equal(status, HYS_NOMEM);
        assert_true(is_said);
    }
}

/* A new directory, removed with all in it by hys_test_dir_remove. */
static inline char *hys_test_dir(void) {
    static char path[64];
    snprintf(path, sizeof path, "%s", "/tmp/hysteron-test-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void hys_test_dir_remove(const char *dir) {
    char command[256];
    assert_memory_equal(dir, "/tmp/hysteron-test-", 19);
    snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -rf '%s'", dir, dir);
    assert_int_equal(system(command), 0);
}

/* dir/name; good until the eighth next call. */
static inline const char *hys_test_path(const char *dir, const char *name) {
    static char paths[8][4096];
    static int next;
    char *path = paths[next++ % 8];
    int n = snprintf(path, sizeof paths[0], "%s/%s", dir, name);
    assert_true(n > 0 && (size_t)n < sizeof paths[0]);
    return path;
}

static inline void hys_test_write(const char *path, const void *data, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

/* The text of a small file; "(missing)" if there is none.  Good until the next call. */
static inline const char *hys_test_read(const char *path) {
    static char text[65536];
    FILE *file = fopen(path, "rb");
    if (!file) return "(missing)";
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

#endif
