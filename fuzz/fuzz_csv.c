/* Any bytes as a CSV file: a table or one diagnostic; what was read is written and read again as the same. */
#include <hysteron/table.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds) abort();
}

/* A file in memory: its path. */
static int memory_file(const uint8_t *data, size_t size, char path[64]) {
    int fd = memfd_create("fuzz.csv", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static bool is_finite(const hys_table *table) {
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        for (size_t r = 0; r < hys_table_n_rows(table); r++)
            if (!isfinite(hys_table_column_at(table, c)[r])) return false;
    return true;
}

static void check_same(const hys_table *a, const hys_table *b) {
    size_t n_rows = hys_table_n_rows(a), n_columns = hys_table_n_columns(a);
    check(hys_table_n_rows(b) == n_rows && hys_table_n_columns(b) == n_columns);
    for (size_t c = 0; c < n_columns; c++)
        check(!memcmp(hys_table_column_at(a, c), hys_table_column_at(b, c), n_rows * sizeof(double)));
}

static void check_round_trip(hys_ctx *ctx, const hys_table *table) {
    char name[] = "/tmp/hysteron-fuzz-XXXXXX";
    hys_table *back = NULL;
    int fd = mkstemp(name);
    check(fd >= 0);
    close(fd);
    check(hys_table_write_csv(table, ctx, name) == HYS_OK);
    check(hys_table_read_csv(ctx, name, &back) == HYS_OK);
    check_same(table, back);
    hys_table_free(back);
    unlink(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    hys_ctx *ctx = NULL;
    hys_table *table = NULL;
    int fd = memory_file(data, size, path);
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    if (hys_table_read_csv(ctx, path, &table) == HYS_OK) {
        check(hys_diag_n_errors(ctx) == 0);
        if (is_finite(table)) check_round_trip(ctx, table); /* NaN is an empty cell of an instrument's */
        hys_table_free(table);
    } else {
        check(hys_diag_n_errors(ctx) == 1);
    }
    hys_ctx_free(ctx);
    close(fd);
    return 0;
}
