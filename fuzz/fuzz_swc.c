/* Any bytes as an SWC file: a tree with compartments whose areas and resistances are positive, or one error. */
#include <hysteron/morphology.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds) {
    if (!holds) abort();
}

static void check_morphology(hys_morphology *m) {
    hys_morphology_stats stats;
    check(hys_morphology_statistics(m, &stats) == HYS_OK && stats.area > 0 && isfinite(stats.area));
    for (size_t k = 0; k < hys_morphology_n_segments(m); k++) {
        const hys_segment *s = hys_morphology_segment(m, k);
        check(s->parent < (int64_t)k && s->length > 0 && s->radius_near > 0 && s->radius_far > 0);
    }
}

static void check_compartments(hys_ctx *ctx, const hys_morphology *m) {
    hys_compartments_opts opts = hys_compartments_opts_default();
    hys_compartments *c = NULL;
    opts.d_lambda = 0;
    opts.per_section = 2;
    check(hys_compartments_new(ctx, m, &opts, &c) == HYS_OK && c->n > 0 && c->parent[0] == -1);
    for (size_t k = 0; k < c->n; k++) {
        check(c->area[k] >= 0 && isfinite(c->area[k]) && isfinite(c->axial[k]));
        if (k) check(c->parent[k] >= 0 && c->parent[k] < (int64_t)k && c->axial[k] > 0);
    }
    hys_compartments_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    hys_ctx *ctx = NULL;
    hys_morphology *m = NULL;
    hys_morphology_opts opts = hys_morphology_opts_default();
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check(hys_ctx_new(NULL, &ctx) == HYS_OK);
    opts.tree = size && data[size - 1] == 'T';
    if (hys_morphology_read(ctx, path, &opts, &m) == HYS_OK) {
        check(hys_diag_n_errors(ctx) == 0);
        check_morphology(m);
        check_compartments(ctx, m);
    } else {
        check(hys_diag_n_errors(ctx) == 1);
    }
    hys_morphology_free(m);
    hys_ctx_free(ctx);
    close(fd);
    return 0;
}
