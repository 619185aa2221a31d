/* Any bytes as an instrument's file: measurements of columns of one length with a name each, or one diagnostic. */
#include <hysteron/import.h>
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
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static void check_table(const hys_table *table) {
    check(hys_table_n_rows(table) > 0 && hys_table_n_columns(table) > 0);
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        check(hys_table_name(table, c) && *hys_table_name(table, c) && hys_table_unit(table, c));
        for (size_t r = 0; r < hys_table_n_rows(table); r++) check(!isinf(hys_table_column_at(table, c)[r]));
    }
}

/* The first byte chooses the format; beyond the table's end it is found out.  HDF5 is another library's to fuzz. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    hys_ctx *ctx = NULL;
    hys_imported *file = NULL;
    if (!size || (size > 8 && !memcmp(data + 1, "\x89HDF", 4))) return 0;
    hys_import_opts opts = hys_import_opts_default();
    size_t format = data[0] - (size_t)'a';
    if (format < hys_import_n_formats()) opts.format = hys_import_format_name(format);
    int fd = memory_file(data + 1, size - 1, path);
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    if (hys_import(ctx, path, &opts, &file) == HYS_OK) {
        check(hys_diag_n_errors(ctx) == 0 && hys_imported_n(file) > 0);
        for (size_t k = 0; k < hys_imported_n(file); k++) check_table(hys_imported_table(file, k));
        for (size_t k = 0; k < hys_imported_n_assumed(file); k++) check(hys_imported_assumed(file, k) != NULL);
    } else {
        check(hys_diag_n_errors(ctx) == 1);
    }
    hys_imported_free(file);
    hys_ctx_free(ctx);
    close(fd);
    return 0;
}
