/* Any bytes as a table of reproduced values: values, or one diagnostic; what was read is written and read again. */
#include <hysteron/library.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct folder {
    char root[64], family[80], table[96], values[96];
} folder;

static void check(bool holds) {
    if (!holds) abort();
}

static void folder_make(folder *f, const uint8_t *data, size_t size) {
    snprintf(f->root, sizeof f->root, "/tmp/hysteron-fuzz-XXXXXX");
    check(mkdtemp(f->root) != NULL);
    snprintf(f->family, sizeof f->family, "%s/fam", f->root);
    snprintf(f->table, sizeof f->table, "%s/reproduce.csv", f->family);
    snprintf(f->values, sizeof f->values, "%s/values.csv", f->family);
    check(mkdir(f->family, 0777) == 0);
    FILE *file = fopen(f->table, "wb");
    check(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

static void folder_remove(const folder *f) {
    unlink(f->table);
    unlink(f->values);
    check(rmdir(f->family) == 0 && rmdir(f->root) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    folder f;
    hys_ctx *ctx = NULL;
    hys_reproduction *r = NULL;
    hys_reproduce_opts opts = hys_reproduce_opts_default();
    folder_make(&f, data, size);
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    opts.models_dir = f.root;
    opts.no_run = true;
    if (hys_reproduce(ctx, &opts, &r) == HYS_OK) {
        check(hys_diag_n_errors(ctx) == 0);
        check(hys_reproduction_write_csv(r, ctx, f.values, NULL) == HYS_OK);
        check(hys_reproduction_read_csv(r, ctx, f.values) == HYS_OK);
        hys_reproduction_free(r);
    } else {
        check(hys_diag_n_errors(ctx) == 1);
    }
    hys_ctx_free(ctx);
    folder_remove(&f);
    return 0;
}
